"""The figures of customers who come back."""

from helpers.kpi import Kpi

KPIS = (
    Kpi(
        "active_customers", "Active customers", "crm", "customers", "up", "counted",
        "Customers with at least one purchase in the month.",
        "count of distinct customers", 0.03, relative=True, headline=True,
    ),
    Kpi(
        "monthly_retention", "Monthly retention", "crm", "share", "up", "estimated",
        "Of the customers who bought in the month before, the share who bought again in this month.",
        "customers active in both months / customers active in the month before", 0.01, decimals=1, headline=True,
    ),
    Kpi(
        "return_rate", "Return of lapsed customers", "crm", "share", "up", "estimated",
        "Of the customers who bought two months ago and not last month, the share who bought in this month, "
        "without any action.",
        "lapsed customers active again / lapsed customers", 0.03, decimals=1,
    ),
    Kpi(
        "repurchase_30d", "Second purchase within 30 days", "crm", "share", "up", "estimated",
        "Of the customers whose first purchase is 30 to 60 days old at the end of the month, the share who bought "
        "again within 30 days of it. Customers known to have bought before the data are left out.",
        "customers with a second purchase day within 30 days / customers of that age", 0.02, decimals=1, version=2,
    ),
    Kpi(
        "purchase_frequency", "Purchases per active customer", "crm", "ratio", "up", "counted",
        "Purchase days in the month per active customer; purchases of one day count once.",
        "purchase days / active customers", 0.03, relative=True, decimals=2,
    ),
    Kpi(
        "average_basket", "Average basket", "crm", "currency", "up", "counted",
        "Revenue without VAT per order, returns taken off.",
        "revenue excl. VAT less returns / orders", 0.03, relative=True, decimals=2,
    ),
)  # fmt: skip
