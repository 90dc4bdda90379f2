"""The figures that a CRM manager watches."""

from helpers.kpi import Kpi

KPIS = {
    definition.id: definition
    for definition in (
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
            "lapsed customers active again / lapsed customers", 0.03, decimals=1, headline=True,
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
        Kpi(
            "expected_purchases_13w", "Expected purchases, next 13 weeks", "crm", "purchases", "up", "modelled",
            "Purchase days that the customers known at the end of the month are expected to make in the next 13 weeks.",
            "sum over customers of the BG/NBD conditional expectation", 0.03, relative=True,
        ),
        Kpi(
            "expected_revenue_13w", "Expected revenue, next 13 weeks", "crm", "currency", "up", "modelled",
            "Revenue without VAT that the customers known at the end of the month are expected to bring in 13 weeks.",
            "sum over customers of expected purchases x expected spend a purchase (Gamma-Gamma)", 0.03, relative=True, headline=True,
        ),
        Kpi(
            "clv_52w", "Customer lifetime value, next 52 weeks", "crm", "currency", "up", "modelled",
            "Value that a customer known at the end of the month is expected to bring in 52 weeks, discounted; contribution "
            "margin where the company states a rate, else revenue without VAT.",
            "mean over customers of sum over quarters of expected purchases x expected spend x margin / (1 + d)^t", 0.05,
            relative=True, headline=True,
        ),
        Kpi(
            "top_decile_share", "Share of revenue from the top tenth", "crm", "share", "up", "estimated",
            "Customers ranked by expected revenue 13 weeks ago: the share of the revenue since then that the first tenth "
            "of them brought. It says how well the ranking finds them.",
            "revenue of the top tenth since the origin / revenue of all since the origin", 0.02, decimals=1, headline=True,
        ),
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
    )
}  # fmt: skip
