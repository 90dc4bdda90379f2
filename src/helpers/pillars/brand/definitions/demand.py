"""Figures of the page on what the brand brings in sales."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "demand_brand_effect", "Sales that a point of brand moves", "brand", "share", "up", "modelled",
        "Change of sales for one point more of the brand measure, of 100 people asked, with price, promotions, season and media as they are.",
        "exp(effect) - 1, effect from log sales on the brand behind the tracker, whose sampling error is known and taken out", 0.005,
        decimals=1, headline=True,
    ),
    Kpi(
        "demand_brand_carried", "Sales that the gain in brand carries", "brand", "share", "up", "modelled",
        "Share of the sales of the last twelve months that would be missing if the brand stood where it did in the first twelve months of "
        "the data.",
        "1 - exp(-effect x (mean of the brand over the last twelve months - over the first twelve))", 0.01, decimals=1,
    ),
    Kpi(
        "demand_pause_lost", "Sales that four quarters without brand media would cost", "brand", "currency", "down", "modelled",
        "Sales missing in the next four quarters if no brand media were bought: at once, and through a brand that is forgotten. Other media, "
        "prices and promotions stay as they are.",
        "sum over quarters of sales of the same quarter a year before x (share lost through the brand + share lost at once)", 0.10,
        relative=True,
    ),
    Kpi(
        "demand_long_share", "Share of the effect of brand media that comes later", "brand", "share", "up", "modelled",
        "Of what brand media sell over four quarters, the share that comes through the brand and not at once.",
        "lost through the brand / (lost through the brand + lost at once), over four quarters of a pause", 0.10,
    ),
    Kpi(
        "demand_brand_budget", "Media budget that builds the brand", "brand", "share", "up", "counted",
        "Share of the media spend of twelve months that goes to the channels or stages of the funnel that the page names as building for "
        "later years.",
        "spend on building channels and stages / media spend, twelve months to the end of the period", 0.05,
    ),
)  # fmt: skip
