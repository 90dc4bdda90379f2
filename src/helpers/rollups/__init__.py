"""Row-level tables to small analysis tables: the only code that may meet a billion rows.

Each rollup takes a table as a DuckDB relation or a Spark DataFrame and returns the same kind, lazily; the code is
written once, in Narwhals. `collect` brings the result to pandas, sorted by its key.

What counts, everywhere: an order with status `paid`. Cancelled and refunded orders count as nothing. A partial
return (`returned_value`) lowers the spend of its order and leaves the purchase itself. Orders of one customer on
one local day are one purchase.
"""

from helpers.rollups.customers import (
    cohort_counts,
    customer_summary,
    newcomer_revenue,
    purchase_days,
    second_purchases,
)
from helpers.rollups.daily import daily_sums, media_days, visits
from helpers.rollups.months import monthly_activity, monthly_sales
from helpers.rollups.reading import collect, only

__all__ = [
    "cohort_counts",
    "collect",
    "customer_summary",
    "daily_sums",
    "media_days",
    "monthly_activity",
    "monthly_sales",
    "newcomer_revenue",
    "only",
    "purchase_days",
    "second_purchases",
    "visits",
]
