"""The figures of the page on who is about to leave."""

from helpers.kpi import Kpi

KPIS = (
    Kpi(
        "churn_rate_13w", "Customers silent for 13 weeks", "crm", "share", "down", "estimated",
        "Of the customers who were active 13 weeks before the end of the month, the share who have not bought since. Active is who "
        "had bought within the company's window; silence is no proof of leaving, and some come back later.",
        "active customers without a purchase in the 13 weeks / active customers at their start", 0.02, decimals=1, headline=True,
    ),
    Kpi(
        "at_risk_value", "Value at risk", "crm", "currency", "down", "modelled",
        "What the active customers are expected to bring in the next 52 weeks, each weighted by the chance of a silence of 13 weeks; "
        "contribution margin where the company states a rate, else revenue without VAT. It is the value behind the silence, not a loss.",
        "sum over active customers of chance of silence x expected 52-week value", 0.05, relative=True,
    ),
    Kpi(
        "churn_brier_skill", "Skill of the chance of silence", "crm", "share", "up", "estimated",
        "How much closer the chances given 13 weeks before the end of the month came to what happened than the rate known on that day "
        "did: 100% is perfect, 0% no better.",
        "1 - Brier score of the chances / Brier score of the known rate", 0.03, decimals=1,
    ),
)  # fmt: skip
