"""The figures of what winning a customer costs."""

from helpers.kpi import Kpi

KPIS = (
    Kpi(
        "cac_media", "Cost of winning a customer (media only)", "crm", "currency", "down", "estimated",
        "What all media cost in the last twelve months, brand and leads included, per customer won in them. Fees, tools, "
        "people and promotions are not in it, nor is the question what media alone brought: customers who came by themselves count.",
        "media spend of twelve months / customers whose first purchase lies in them", 0.05, relative=True, decimals=2,
    ),
    Kpi(
        "cac_payback_months", "Months until a new customer has paid back", "crm", "months", "down", "estimated",
        "Age at which the contribution margin of a new customer has added up to what winning one cost in media; 0 where "
        "the first purchase pays for it. Customers known to have bought before the data are left out.",
        "first age at which margin rate x cumulative revenue per new customer >= media cost of winning one", 0.5, decimals=1, headline=True,
    ),
)  # fmt: skip
