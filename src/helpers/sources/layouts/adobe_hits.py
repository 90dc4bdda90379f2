"""What the hits of an Adobe data feed mean: the columns that are read, the rules by which they count, and the SQL that counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

NEEDED = (
    *("post_visid_high", "post_visid_low", "visit_num", "visit_start_time_gmt", "hit_time_gmt", "date_time"),
    *("post_event_list", "post_product_list", "exclude_hit"),
)
MORE = (
    *(
        "hit_source",
        "customer_perspective",
        "duplicate_purchase",
        "currency",
        "visit_page_num",
        "post_page_event",
    ),
    *("post_campaign", "va_closer_id", "ref_type", "mobile_id"),
)
REASONS = {
    "hits that Adobe excludes (exclude_hit)": "exclude_hit <> '0'",
    "hits of another customer_perspective": "customer_perspective NOT IN ('0', '')",
    "hits of a hit_source that Adobe does not report (5, 7, 8, 9)": "hit_source IN ('5', '7', '8', '9')",
}
REFERRERS = {
    "1": "Inside Your Site", "2": "Other Web Sites", "3": "Search Engines", "4": "Hard Drive", "5": "USENET",
    "6": "Typed/Bookmarked", "7": "Email", "8": "No JavaScript", "9": "Social Networks",
}  # fmt: skip
HITS = """
CREATE TABLE hits AS SELECT
    *, {reason} AS reason, try_cast(left(date_time, 10) AS DATE) AS day, try_cast(hit_time_gmt AS BIGINT) AS moment,
    post_visid_high || '.' || post_visid_low AS visitor,
    list_transform(string_split(post_event_list, ','), lambda e: split_part(e, '=', 1)) AS events
FROM raw
"""
BUYS = "(list_contains(events, '1') AND duplicate_purchase <> '1')"
VISITS = f"""
CREATE TABLE visits AS SELECT
    day, visitor, visit_num, visit_start_time_gmt AS began, min(moment) AS moment,
    arg_min(va_closer_id, (moment, page)) AS closer, arg_min(ref_type, (moment, page)) AS referrer,
    arg_min(device, (moment, page)) AS device,
    arg_min(post_campaign, (moment, page)) FILTER (post_campaign <> '') AS campaign,
    count(*) FILTER (post_page_event = '0') AS views,
    bool_or(list_contains(events, '2')) AS sees, bool_or(list_contains(events, '12')) AS adds,
    bool_or(list_contains(events, '11')) AS checks_out, bool_or(buys) AS buys, sum(revenue) AS revenue,
    bool_and(began_on < day) AS is_rest
FROM (
    SELECT
        hits.*, prices.revenue, {BUYS} AS buys, coalesce(try_cast(visit_page_num AS BIGINT), 0) AS page,
        CASE WHEN mobile_id = '' THEN NULL WHEN mobile_id = '0' THEN 'desktop' ELSE 'mobile' END AS device,
        -- date_time is by the clock of the report suite, hit_time_gmt by that of UTC
        CAST(try_cast(date_time AS TIMESTAMP) - to_seconds(moment - try_cast(visit_start_time_gmt AS BIGINT)) AS DATE) AS began_on
    FROM hits LEFT JOIN prices ON prices.list = post_product_list AND {BUYS}
    WHERE reason IS NULL
) GROUP BY day, visitor, visit_num, visit_start_time_gmt
"""
DAYS = """
SELECT
    day, channel, device, count(*) AS sessions, count(DISTINCT visitor) AS users, sum(views) AS views,
    sum(sees::INT) AS product_views, sum(adds::INT) AS add_to_carts, sum(checks_out::INT) AS checkouts,
    sum(buys::INT) AS purchases, {money}
FROM visits JOIN channels ON channels.closer IS NOT DISTINCT FROM visits.closer AND channels.referrer IS NOT DISTINCT FROM visits.referrer
GROUP BY day, channel, device ORDER BY ALL
"""
CONTACTS = """
SELECT
    visitor || '.' || visit_num || '.' || began || '.' || day AS contact, visitor || '.' || visit_num || '.' || began AS visit, visitor,
    strftime(make_timestamp(moment * 1000000), '%Y-%m-%d %H:%M:%S') AS at, day, channel, campaign
FROM visits JOIN channels ON channels.closer IS NOT DISTINCT FROM visits.closer AND channels.referrer IS NOT DISTINCT FROM visits.referrer
WHERE NOT coalesce(is_rest, false) ORDER BY moment, contact
"""


def revenue(products: str) -> float:
    """Return the sum of the prices in a list of products, `category;product;quantity;price;events;evars`, set apart by commas.

    >>> revenue("Shoes;A^, red;2;59.80;;,;B;1;10")
    69.8
    """
    total = Decimal(0)
    for product in _split(products, ","):
        cells = _split(product, ";")
        if len(cells) > 3 and cells[3].strip():
            try:
                total += Decimal(cells[3].strip())
            except InvalidOperation as fault:
                raise ValueError(f"'{cells[3].strip()[:20]}'") from fault
    return float(total)


def _split(text: str, sign: str) -> list[str]:
    """Split where a sign stands that no ^ makes a part of the value."""
    return re.split(rf"(?<!\^){re.escape(sign)}", text)


def channel(
    closer: str | None, referrer: str | None, names: Mapping[str, str], referrers: Mapping[str, str]
) -> str:
    """Return the channel of a visit: that of the last touch, by its name or number, else how the visit was referred."""
    if closer and closer != "0":
        return names.get(closer) or f"Marketing channel {closer}"
    return referrers.get(referrer or "") or "None"
