"""The figures of what customers are worth."""

from helpers.kpi import Kpi

KPIS = (
    Kpi(
        "expected_purchases_13w", "Expected purchases, next 13 weeks", "crm", "purchases", "up", "modelled",
        "Purchase days that the customers known at the end of the month are expected to make in the next 13 weeks.",
        "sum over customers of the conditional expectation of the model that was nearest in past quarters", 0.03, relative=True, version=2,
    ),
    Kpi(
        "expected_revenue_13w", "Expected revenue, next 13 weeks", "crm", "currency", "up", "modelled",
        "Revenue without VAT that the customers known at the end of the month are expected to bring in 13 weeks.",
        "sum over customers of expected purchases x expected spend a purchase (Gamma-Gamma)", 0.03, relative=True, version=2,
    ),
    Kpi(
        "clv_52w", "Customer lifetime value, next 52 weeks", "crm", "currency", "up", "modelled",
        "Value that a customer known at the end of the month is expected to bring in 52 weeks, discounted; contribution "
        "margin where the company states a rate, else revenue without VAT.",
        "mean over customers of sum over quarters of expected purchases x expected spend x margin / (1 + d)^t", 0.05,
        relative=True, headline=True, version=2,
    ),
    Kpi(
        "top_decile_share", "Share of revenue from the top tenth", "crm", "share", "up", "estimated",
        "Customers ranked by expected revenue 13 weeks ago: the share of the revenue since then that the first tenth "
        "of them brought. It says how well the ranking finds them.",
        "revenue of the top tenth since the origin / revenue of all since the origin", 0.02, decimals=1,
    ),
)  # fmt: skip
