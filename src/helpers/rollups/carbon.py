"""What emits, brought to small tables: deliveries, visits by device, advertisements shown."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw

from helpers.rollups.daily import visits
from helpers.rollups.reading import exact, first_day, having, money, month_number, picked

AMOUNTS = ("weight_kg", "volume_l", "packaging_kg", "cost")
COLLECTED = ("pick-up point", "click and collect", "store")
SHOWN = ("impressions", "measurable_impressions", "viewable_impressions", "invalid_impressions", "watch_seconds")  # fmt: skip


def delivery_rows(deliveries: Any, *, since: date, until: date) -> Any:
    """Deliveries of some days: each row of which the customer's way is known as it is, the others added up.

    Parameters
    ----------
    deliveries : table `deliveries`.

    Returns
    -------
    Rows with month, market, mode, trip and distance_km [empty where not asked], n_orders, weight_kg, volume_l, packaging_kg, cost [totals;
    empty where no row of the group has them]. What is not asked stands in one row a month, market, mode and what else is empty.

    Raises
    ------
    DataError : a column is missing.
    """
    rows = picked(
        deliveries, "deliveries", "delivered_on", "market", "mode", "n_orders", maybe=("trip", "distance_km", *AMOUNTS), read="optional",
    )  # fmt: skip
    rows = rows.filter(nw.col("delivered_on") >= nw.lit(since), nw.col("delivered_on") <= nw.lit(until), nw.col("n_orders") > 0)  # fmt: skip
    rows = rows.select(
        month_number(nw.col("delivered_on")).alias("month"), nw.col("market").cast(nw.String), nw.col("mode").cast(nw.String),
        nw.col("trip").cast(nw.String), nw.col("distance_km").cast(nw.Float64), nw.col("n_orders").cast(nw.Float64),
        *(nw.col(name).cast(nw.Float64) for name in AMOUNTS),
    )  # fmt: skip
    is_asked = nw.col("mode").is_in(list(COLLECTED)) & ~nw.col("trip").is_null()
    names = ("month", "market", "mode", "trip", "distance_km", "n_orders", *AMOUNTS)
    asked = rows.filter(is_asked).select(*names)
    others = rows.filter(~is_asked).with_columns(
        **{f"_no_{name}": nw.col(name).is_null() for name in AMOUNTS}
    )
    keys = ("month", "market", "mode", *(f"_no_{name}" for name in AMOUNTS))
    sums = others.group_by(*keys).agg(nw.col("n_orders", *AMOUNTS).sum())
    kept = sums.with_columns(
        trip=nw.lit(None).cast(nw.String), distance_km=nw.lit(None).cast(nw.Float64),
        **{name: nw.when(~nw.col(f"_no_{name}")).then(nw.col(name)) for name in AMOUNTS},
    ).select(*names)  # fmt: skip
    both = nw.concat([asked, kept]).sort(*names)
    return both.select(first_day("month"), *names[1:]).to_native()


def orders_by_mode(orders: Any, *, since: date, until: date) -> Any:
    """Paid orders of some days by market and the way they reached the customer: market, mode ["" where not told], n_orders."""
    rows = picked(orders, "orders", "ordered_on", "market", "status", maybe=("delivery_mode",))
    kept = rows.filter(nw.col("status") == "paid", nw.col("ordered_on") >= nw.lit(since), nw.col("ordered_on") <= nw.lit(until))  # fmt: skip
    named = kept.select(nw.col("market").cast(nw.String), mode=nw.col("delivery_mode").cast(nw.String).fill_null(""))  # fmt: skip
    return named.group_by("market", "mode").agg(n_orders=nw.len()).to_native()


def visits_by_device(site: Any, *, since: date, until: date) -> Any:
    """Visits of some days by market and device ["" where not told]: market, device, sessions, views [pages seen; empty where not counted]."""
    rows = nw.from_native(visits(site)).lazy()
    if "views" not in rows.collect_schema().names():
        rows = rows.with_columns(views=nw.lit(None))
    kept = rows.filter(nw.col("visited_on") >= nw.lit(since), nw.col("visited_on") <= nw.lit(until))
    named = kept.select(
        nw.col("market").cast(nw.String), device=nw.col("device").cast(nw.String).fill_null(""), sessions=nw.col("sessions").cast(nw.Float64),
        views=nw.col("views").cast(nw.Float64),
    )  # fmt: skip
    return named.group_by("market", "device").agg(nw.col("sessions", "views").sum(), n_views=nw.col("views").count()).to_native()  # fmt: skip


def shown_by_channel(media: Any, *, since: date, until: date) -> Any:
    """Advertisements of some days by market, platform and channel ["" where no rule names one].

    Returns
    -------
    market, platform, channel, spend [money], impressions, measurable, viewable, checked, invalid [impressions, pairs from rows that have
    both], watched, screened [seconds, and impressions of rows that tell them].

    Raises
    ------
    DataError : a column is missing.
    """
    rows = picked(media, "media_spend", "spent_on", "market", "platform", "spend", maybe=("channel", *SHOWN), read="optional")  # fmt: skip
    rows = rows.filter(nw.col("spent_on") >= nw.lit(since), nw.col("spent_on") <= nw.lit(until))
    count = {name: nw.col(name).cast(nw.Float64) for name in SHOWN}
    made = {"impressions": count["impressions"].fill_null(0.0)}
    for (whole, part), (first, second) in {
        ("measurable", "viewable"): ("measurable_impressions", "viewable_impressions"),
        ("checked", "invalid"): ("impressions", "invalid_impressions"),
        ("screened", "watched"): ("impressions", "watch_seconds"),
    }.items():
        both = ~count[first].is_null() & ~count[second].is_null()
        made |= {
            whole: nw.when(both).then(count[first]).otherwise(0.0),
            part: nw.when(both).then(count[second]).otherwise(0.0),
        }
    keys = ("market", "platform", "channel")
    each = rows.select(
        nw.col("market").cast(nw.String), nw.col("platform").cast(nw.String), channel=nw.col("channel").cast(nw.String).fill_null(""),
        spend=exact(nw.col("spend")), **made,
    )  # fmt: skip
    sums = each.group_by(*keys).agg(nw.col("spend", *made).sum())
    return sums.select(*keys, money("spend"), *made).to_native()


def own_conversions(conversions: Any, *, since: date, until: date, group: str = "purchase") -> Any:
    """Conversions of some days that the company's own tool credits to media, each once: one row, conversions [count]."""
    rows = having(conversions, "media_conversions", "converted_on", "counted_by", "conversion_group", "conversions", read="optional")  # fmt: skip
    kept = rows.filter(
        nw.col("counted_by").cast(nw.String) == "own", nw.col("conversion_group").cast(nw.String) == group,
        nw.col("converted_on") >= nw.lit(since), nw.col("converted_on") <= nw.lit(until),
    )  # fmt: skip
    return kept.select(nw.col("conversions").cast(nw.Float64).sum()).to_native()
