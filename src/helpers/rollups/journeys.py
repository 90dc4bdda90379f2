"""Paths before an order, and paths before nothing, from contacts and orders; or from journeys that somebody else has made."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import narwhals as nw
import pandas as pd

from helpers.rollups.daily import spend_by
from helpers.rollups.reading import SCALE, collect, day_number, exact, having, month_number, picked

LONGEST = 30  # contacts of a path that are kept, the last ones
DAY = 86_400
NEVER = 10**12  # later than any time in seconds
PARTS = 10**9  # shares by age are whole parts, which add up exactly, whatever the order of the rows


def paths(
    touchpoints: Any, orders: Any, *, since: date, until: date, window_days: int, half_life_days: float,
    sold_in: tuple[str, ...] = (),
) -> Any:  # fmt: skip
    """Different paths by month, with how many journeys took each and how many of them an order ended.

    A person is the customer, where a contact or its browser is known to be theirs, else the browser. A contact belongs to the person's
    next paid order, if that comes within `window_days`; the other contacts make journeys that end in nothing, a new one after every
    longer silence. A journey without an order counts once `window_days` have passed since its last contact; before that it is open.

    Parameters
    ----------
    touchpoints : table `touchpoints`.
    orders : table `orders`.
    since, until : days of the orders that count; journeys without an order by the day of their last contact.
    window_days : longest time from a contact to its order, and between two contacts of a journey without one.
    half_life_days : time after which a contact is worth half, for the shares by age.
    sold_in : places of sale whose orders count, as in `sales_channel`; empty for all. Orders without a place count.

    Returns
    -------
    One row per (month [of the order or of the last contact, months since year 0], step_1 ... step_30 [channels in order, empty after
    the last one]): n [journeys], n_converted, revenue [ten-thousandths, returns taken off], n_contacts, n_cut [journeys with more
    than 30 contacts, whose last 30 are kept], aged_1 ... aged_30 [what each contact gets of an order by its age, in 1e-9, added up].

    Raises
    ------
    DataError : a column is missing.
    """
    sold = _orders(orders, sold_in)
    joined = _before(_people(touchpoints), sold).join(sold, on=["person", "ends"], how="left")
    joined = joined.with_columns(
        ago=nw.col("ends") - nw.col("at"),
        is_converted=nw.when(nw.col("ends") - nw.col("at") <= window_days * DAY)
        .then(nw.lit(1))
        .otherwise(nw.lit(0)),
    )
    whose = ("person", "ends", "is_converted")
    silence = nw.col("at") - nw.col("at").shift(1).over(*whose, order_by=["at", "id"])
    is_new = (
        nw.when((nw.col("is_converted") == 0) & (silence > window_days * DAY))
        .then(nw.lit(1))
        .otherwise(nw.lit(0))
    )
    journey = (*whose, "journey")
    joined = joined.with_columns(is_new=is_new).with_columns(
        journey=nw.col("is_new").cum_sum().over(*whose, order_by=["at", "id"]).cast(nw.Int64)
    )
    back = nw.col("at").cum_count(reverse=True).over(*journey, order_by=["at", "id"]).cast(nw.Int64)
    weight = (nw.col("ago").cast(nw.Float64) * (-math.log(2) / half_life_days / DAY)).exp()
    joined = joined.with_columns(back=back, weight=weight, size=nw.len().over(*journey).cast(nw.Int64))
    kept = joined.filter(nw.col("back") <= LONGEST).with_columns(
        place=nw.min_horizontal(nw.col("size"), nw.lit(LONGEST)) - nw.col("back") + 1,
        share=nw.col("weight") / nw.col("weight").sum().over(*journey),
    )
    return _counted(_single(kept, journey), since=since, until=until, window_days=window_days).to_native()


def journey_paths(journeys: Any, *, since: date, until: date) -> Any:
    """Different paths by month of a table `journeys`, as their text: month, path, n, n_converted, revenue [ten-thousandths].

    Raises
    ------
    DataError : a column is missing.
    """
    frame = picked(journeys, "journeys", "path", "ended_on", "is_converted", maybe=("revenue_excl_vat",))
    day = nw.col("ended_on")
    inside = frame.filter(day >= nw.lit(since), day <= nw.lit(until))
    rows = inside.select(
        month_number(day).alias("month"), "path", is_converted=nw.col("is_converted").cast(nw.Int64),
        revenue=exact(nw.col("revenue_excl_vat")).fill_null(0),
    )  # fmt: skip
    return (
        rows.group_by("month", "path")
        .agg(n=nw.len(), n_converted=nw.col("is_converted").sum(), revenue=nw.col("revenue").sum())
        .to_native()
    )


def bring(native: Any) -> pd.DataFrame:
    """Bring either of both to pandas: month, path [channels joined by " > "], n, n_converted, revenue [money]; of contacts also
    n_cut and decay [list, shares by age added up]. Sorted by month and path."""
    rows = collect(native, may_be_empty=True)
    if "path" not in rows:
        steps = rows[[f"step_{at}" for at in range(1, LONGEST + 1)]].astype(object).to_numpy()
        aged = (
            rows[[f"aged_{at}" for at in range(1, LONGEST + 1)]].to_numpy(dtype=float, na_value=0.0) / PARTS
        )
        told = [[step for step in row if isinstance(step, str)] for row in steps]
        decay = [list(row[: len(path)]) for row, path in zip(aged, told, strict=True)]
        rows = rows.assign(path=[" > ".join(path) for path in told], decay=decay)
    names = [
        "month",
        "path",
        "n",
        "n_converted",
        "revenue",
        *(name for name in ("n_cut", "decay") if name in rows),
    ]
    made = rows[names].sort_values(["month", "path"], kind="stable", ignore_index=True)
    return made.assign(revenue=made["revenue"].astype(float) / SCALE)


def first_contact(touchpoints: Any) -> date | None:
    """Day of the first contact; None where there is none."""
    rows = collect(
        picked(touchpoints, "touchpoints", "touched_on").select(first=nw.col("touched_on").min()).to_native(),
        may_be_empty=True,
    )
    first = rows["first"].iloc[0] if len(rows) else None
    return None if first is None or pd.isna(first) else pd.Timestamp(first).date()


def order_months(orders: Any, *, since: date, until: date, sold_in: tuple[str, ...] = ()) -> Any:
    """Paid orders by month, with those of the places of sale that paths can end in.

    Returns
    -------
    One row per month: n_orders, n_inside [of them, in `sold_in`], revenue, revenue_inside [ten-thousandths, returns taken off].
    """
    frame = _paid(orders, sold_in).filter(
        nw.col("ordered_on") >= nw.lit(since), nw.col("ordered_on") <= nw.lit(until)
    )
    rows = frame.select("month", "is_inside", "revenue", inside=nw.col("is_inside") * nw.col("revenue"))
    return rows.group_by("month").agg(
        n_orders=nw.len(), n_inside=nw.col("is_inside").sum(), revenue=nw.col("revenue").sum(), revenue_inside=nw.col("inside").sum()
    ).to_native()  # fmt: skip


def _paid(orders: Any, sold_in: tuple[str, ...]) -> nw.LazyFrame:
    names = ("order_id", "customer_id", "ordered_on", "status", "revenue_excl_vat", "returned_value")
    frame = picked(orders, "orders", *names, maybe=("ordered_at", "sales_channel")).filter(
        nw.col("status") == "paid"
    )
    place = nw.col("sales_channel").cast(nw.String)
    counts = place.is_null() | place.is_in(list(sold_in)) if sold_in else nw.lit(True)
    return frame.select(
        "order_id", "customer_id", "ordered_on", "ordered_at", month=month_number(nw.col("ordered_on")),
        is_inside=nw.when(counts).then(nw.lit(1)).otherwise(nw.lit(0)),
        revenue=exact(nw.col("revenue_excl_vat") - nw.col("returned_value").fill_null(0)),
    )  # fmt: skip


def _orders(orders: Any, sold_in: tuple[str, ...]) -> nw.LazyFrame:
    """Orders by person and time, those of one second as one. Where the time is not known, all contacts of the day came before."""
    frame = _paid(orders, sold_in).filter(nw.col("is_inside") == 1, ~nw.col("customer_id").is_null())
    at = (
        nw.when(~nw.col("ordered_at").is_null())
        .then(_seconds("ordered_at"))
        .otherwise(day_number("ordered_on") * DAY + DAY - 1)
    )
    person = nw.concat_str(nw.lit("c:"), nw.col("customer_id").cast(nw.String))
    rows = frame.select(
        person=person, ends=at, order_day=day_number("ordered_on"), order_month="month", revenue="revenue"
    )
    return rows.group_by("person", "ends").agg(
        order_day=nw.col("order_day").min(), order_month=nw.col("order_month").min(), revenue=nw.col("revenue").sum()
    )  # fmt: skip


def _people(touchpoints: Any) -> nw.LazyFrame:
    """Contacts as events, each with its person; contacts of nobody known are left out."""
    names = ("touch_id", "touched_at", "touched_on", "channel")
    having(touchpoints, "touchpoints", *names)
    frame = picked(touchpoints, "touchpoints", *names, maybe=("customer_id", "visitor_id"))
    frame = frame.with_columns(nw.col("customer_id").cast(nw.String), nw.col("visitor_id").cast(nw.String))
    known = frame.filter(~nw.col("customer_id").is_null(), ~nw.col("visitor_id").is_null())
    owner = known.group_by("visitor_id").agg(
        owner=nw.col("customer_id").min(), other=nw.col("customer_id").max()
    )
    owner = owner.filter(nw.col("owner") == nw.col("other")).select("visitor_id", "owner")
    frame = frame.join(owner, on="visitor_id", how="left")
    customer = (
        nw.when(~nw.col("customer_id").is_null()).then(nw.col("customer_id")).otherwise(nw.col("owner"))
    )
    person = nw.when(~customer.is_null()).then(nw.concat_str(nw.lit("c:"), customer)).otherwise(
        nw.concat_str(nw.lit("v:"), nw.col("visitor_id"))
    )  # fmt: skip
    return frame.select(
        person=person, at=_seconds("touched_at"), is_order=nw.lit(0), id=nw.col("touch_id").cast(nw.String),
        day=day_number("touched_on"), month=month_number(nw.col("touched_on")), channel=nw.col("channel").cast(nw.String),
    ).filter(~nw.col("person").is_null(), ~nw.col("channel").is_null())  # fmt: skip


def _before(touched: nw.LazyFrame, sold: nw.LazyFrame) -> nw.LazyFrame:
    """Contacts with `ends`, the time of the person's next order; NEVER where none came."""
    of = sold.join(touched.select("person").unique(), on="person", how="semi")
    none = {
        "day": nw.lit(0).cast(nw.Int64),
        "month": nw.lit(0).cast(nw.Int64),
        "channel": nw.lit(None).cast(nw.String),
    }
    placed = of.select("person", at=nw.col("ends"), is_order=nw.lit(1), id=nw.lit(""), **none)
    events = nw.concat([touched, placed])
    due = nw.when(nw.col("is_order") == 1).then(nw.col("at")).otherwise(nw.lit(NEVER))
    later = due.cum_min(reverse=True).over("person", order_by=["at", "is_order", "id"])
    return events.with_columns(ends=later).filter(nw.col("is_order") == 0)


def _single(kept: nw.LazyFrame, journey: tuple[str, ...]) -> nw.LazyFrame:
    """One row a journey with its contacts side by side."""
    place, share = nw.col("place"), (nw.col("share") * PARTS).round(0)
    is_at = {at: place == at for at in range(1, LONGEST + 1)}
    return kept.group_by(*journey).agg(
        last_day=nw.col("day").max(), last_month=nw.col("month").max(), order_day=nw.col("order_day").max(),
        order_month=nw.col("order_month").max(), revenue=nw.col("revenue").max(), size=nw.col("size").max(),
        **{f"step_{at}": nw.when(here).then(nw.col("channel")).max() for at, here in is_at.items()},
        **{f"aged_{at}": nw.when(here).then(share).max() for at, here in is_at.items()},
    )  # fmt: skip


def _counted(single: nw.LazyFrame, *, since: date, until: date, window_days: int) -> nw.LazyFrame:
    won, first, last = nw.col("is_converted") == 1, since.toordinal(), until.toordinal()
    is_order = won & (nw.col("order_day") >= first) & (nw.col("order_day") <= last)
    is_none = ~won & (nw.col("last_day") >= first) & (nw.col("last_day") <= last - window_days)
    steps = [f"step_{at}" for at in range(1, LONGEST + 1)]
    rows = single.filter(is_order | is_none).with_columns(
        month=nw.when(won).then(nw.col("order_month")).otherwise(nw.col("last_month")),
        revenue=nw.when(won).then(nw.col("revenue")).otherwise(nw.lit(0.0)),
        is_cut=nw.when(nw.col("size") > LONGEST).then(nw.lit(1)).otherwise(nw.lit(0)),
        **{f"aged_{at}": nw.when(won).then(nw.col(f"aged_{at}")) for at in range(1, LONGEST + 1)},
    )
    return rows.group_by("month", *steps).agg(
        n=nw.len(), n_converted=nw.col("is_converted").sum(), revenue=nw.col("revenue").sum(), n_cut=nw.col("is_cut").sum(),
        **{f"aged_{at}": nw.col(f"aged_{at}").sum() for at in range(1, LONGEST + 1)},
    )  # fmt: skip


def _seconds(name: str) -> nw.Expr:
    """A time as seconds since a fixed moment."""
    at = nw.col(name).dt
    clock = at.hour().cast(nw.Int64) * 3600 + at.minute().cast(nw.Int64) * 60 + at.second().cast(nw.Int64)
    return day_number(name) * DAY + clock


def channel_spend(media: Any, *, since: date, until: date) -> Any:
    """Media spend by channel between two days, by the first day of each row: channel [empty where the taxonomy has none], spend [ten-thousandths].

    Raises
    ------
    DataError : a column is missing.
    """
    return (
        spend_by(media, "channel", since=since, until=until)
        .select("channel", "spend")
        .sort("channel")
        .to_native()
    )


def claimed(conversions: Any, *, since: date, until: date, group: str = "purchase") -> Any:
    """Conversions that platforms credit themselves with between two days: platform, conversions.

    Raises
    ------
    DataError : a column is missing.
    """
    names = ("converted_on", "platform", "counted_by", "conversions")
    frame = picked(conversions, "media_conversions", *names, maybe=("conversion_group",))
    inside = frame.filter(
        nw.col("converted_on") >= nw.lit(since), nw.col("converted_on") <= nw.lit(until),
        nw.col("counted_by") == "platform", nw.col("conversion_group").cast(nw.String) == group,
    )  # fmt: skip
    rows = inside.select("platform", conversions=exact(nw.col("conversions")))
    return (
        rows.group_by("platform")
        .agg(conversions=nw.col("conversions").sum() / SCALE)
        .sort("platform")
        .to_native()
    )
