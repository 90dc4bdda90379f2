"""Figures of the page on brand lift."""

from helpers.kpi import Kpi

P = "brand"

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "lift_campaigns_proved", "Campaigns with a proved brand effect, twelve months", P, "count", "up", "counted",
        "Studied campaigns with at least one answer about the brand, not about the advertisement, that clearly more people give who could see the "
        "campaign than people kept from it, once all questions of the quarter are counted. Studies that ended in the twelve months up to the period.",
        "studies with a question about the brand whose interval over all questions of the quarter lies above zero", 1.0, headline=True,
    ),
    Kpi(
        "lift_questions_proved", "Questions with a proved lift, twelve months", P, "share", "up", "counted",
        "Questions whose lift is proved over all questions that were looked at in twelve months, those among them that cannot be told.",
        "questions whose interval over all questions of the quarter lies above zero / questions looked at", 0.1,
    ),
    Kpi(
        "brand_lift", "Brand lift", P, "points", "up", "estimated",
        "Share of yes among people who could see the campaign, less that among people kept from it, by study and question. The interval is as "
        "wide as counting all questions of the quarter asks: it leaves zero out just where the lift is proved.",
        "100 x (yes exposed / answers exposed - yes control / answers control), score interval at the level of Holm's step", 2.0, decimals=1,
    ),
    Kpi(
        "lift_cost_per_person", "Cost of a person lifted", P, "currency", "down", "estimated",
        "What a campaign had cost by the last day of its study over the people reached whose answer it has turned. Told only where the lift is "
        "proved. Reach is that of the largest month, so the figure is a cost at most.",
        "cost / (lift x people reached)", 0.2, relative=True, decimals=2,
    ),
)  # fmt: skip
