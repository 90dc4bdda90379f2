"""Where each customer stands on a day, and what came after it: the tables that silence and leaving are told from."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import narwhals as nw
import pandas as pd

from helpers.rollups.customers import summarised
from helpers.rollups.reading import SCALE, collect, day_number, having, merged_days, paid

WEEK = 7.0


def standing(orders: Any, *, at: date, until: date, recent_days: int = 182) -> Any:
    """What was known of each customer at the end of a day, and how soon after it they bought again.

    Parameters
    ----------
    orders : table `orders`, one row per order.
    at : last day that is known; nothing later goes into a column but `next_in`.
    until : last day on which the next purchase is looked for.
    recent_days : days up to `at` of which purchases are counted apart.

    Returns
    -------
    One row a customer with a purchase up to `at`: the columns of `customer_summary`, silence [weeks since the last purchase],
    n_recent [purchase days in the last `recent_days`], market [of the last order by name], next_in [days from `at` to the next
    purchase up to `until`; empty where there was none], next_spend [money between the two days].

    Raises
    ------
    DataError : a column is missing.
    """
    bought = paid(orders, "market").filter(nw.col("ordered_on") <= nw.lit(until))
    days = bought.group_by("customer_id", "ordered_on").agg(
        spend=nw.col("spend").sum(), market=nw.col("market").max()
    )
    days = days.with_columns(day=day_number("ordered_on"))
    start, day = at.toordinal(), nw.col("day")
    is_known, is_recent = day <= start, (day <= start) & (day > start - recent_days)
    known, after = nw.when(is_known), nw.when(~is_known)
    people = days.group_by("customer_id").agg(
        n_days=is_known.cast(nw.Int64).sum().cast(nw.Int64),
        last_on=known.then(nw.col("ordered_on")).max(),
        spend=known.then(nw.col("spend")).sum(),
        first=nw.struct(nw.col("ordered_on"), nw.col("spend")).min(),
        n_recent=is_recent.cast(nw.Int64).sum().cast(nw.Int64),
        market=known.then(nw.col("market")).max(),
        next_on=after.then(day).min(),
        next_spend=after.then(nw.col("spend")).sum(),
    )
    people = people.filter(nw.col("n_days") > 0).with_columns(
        silence=(start - day_number("last_on")) / WEEK,
        next_in=nw.col("next_on") - start,
        next_spend=nw.col("next_spend").fill_null(0) / SCALE,
    )
    return summarised(people, at, "silence", "n_recent", "market", "next_in", "next_spend").to_native()


def silence_counts(orders: Any, *, ends: list[date], window: int, days: int) -> pd.DataFrame:
    """How many customers were active some days before each of several days, and how many have not bought since.

    Parameters
    ----------
    orders : table `orders`, one row per order.
    ends : last days of the spans that are looked at.
    window : days without a purchase after which a customer is no longer counted as active.
    days : length of each span, up to and with its end.

    Returns
    -------
    One row an end, in the order given: end, n_active [customers whose last purchase lay at most `window` days before the span],
    n_silent [of them, without a purchase in it]. One pass over the orders, whatever the number of ends.

    Raises
    ------
    DataError : a column is missing.
    """
    bought = paid(orders).select("customer_id", day=day_number("ordered_on"))
    day, columns = nw.col("day"), {}
    for i, end in enumerate(ends):
        last, first = end.toordinal(), (end - timedelta(days=days)).toordinal()
        is_known = (day <= first) & (day >= first - window)
        columns[f"active_{i}"] = is_known.cast(nw.Int64).max()
        columns[f"back_{i}"] = ((day > first) & (day <= last)).cast(nw.Int64).max()
    people = bought.group_by("customer_id").agg(**columns)
    counted = people.select(
        *(nw.col(f"active_{i}").sum().cast(nw.Int64) for i in range(len(ends))),
        *(
            (nw.col(f"active_{i}") * (1 - nw.col(f"back_{i}"))).sum().cast(nw.Int64).alias(f"silent_{i}")
            for i in range(len(ends))
        ),
    )
    row = collect(counted.to_native(), may_be_empty=True).fillna(0).iloc[0]
    numbers = [(int(row[f"active_{i}"]), int(row[f"silent_{i}"])) for i in range(len(ends))]
    return pd.DataFrame(
        [(end, *both) for end, both in zip(ends, numbers, strict=True)],
        columns=["end", "n_active", "n_silent"],
    )


def gap_counts(orders: Any, *, since: date, until: date) -> Any:
    """How long customers took from one purchase to the next.

    Parameters
    ----------
    orders : table `orders`, one row per order.
    since, until : days between which the second of the two purchases lies.

    Returns
    -------
    One row a length: gap [days], n [pairs of purchases that follow each other]. Who has not come back is in none.

    Raises
    ------
    DataError : a column is missing.
    """
    days = merged_days(paid(orders)).select("customer_id", "ordered_on", day=day_number("ordered_on"))
    before = nw.col("day").shift(1).over("customer_id", order_by="day")
    pairs = days.with_columns(gap=nw.col("day") - before).filter(~nw.col("gap").is_null())
    inside = (nw.col("ordered_on") >= nw.lit(since)) & (nw.col("ordered_on") <= nw.lit(until))
    return pairs.filter(inside).group_by("gap").agg(n=nw.len()).sort("gap").to_native()


def win_back_arms(orders: Any, recipients: Any, campaigns: Any, *, days: int, until: date) -> Any:
    """What came of each campaign that left a part of its customers alone, chosen by lot.

    Parameters
    ----------
    orders, recipients, campaigns : tables `orders`, `campaign_recipients` and `campaigns`.
    days : span after the first day of the campaign, that day with it, in which a purchase counts.
    until : last day that counts; campaigns whose span is not over are left out.

    Returns
    -------
    One row per (campaign_id, starts_on, is_held_out): n [customers], n_back [of them, with a purchase in the span], n_known [of
    them, with a purchase before it], n_silent [of these, without one in as many days before it].

    Raises
    ------
    DataError : a column is missing.
    """
    begun = nw.from_native(campaigns).lazy().select("campaign_id", "starts_on", start=day_number("starts_on"))
    people = nw.from_native(recipients).lazy().select("campaign_id", "customer_id", "is_held_out")
    people = people.filter(~nw.col("is_held_out").is_null()).join(begun, on="campaign_id")
    people = people.filter(nw.col("start") + days - 1 <= until.toordinal())
    bought = merged_days(paid(orders)).select("customer_id", day=day_number("ordered_on"))
    seen = people.join(bought, on="customer_id", how="left").with_columns(
        since=nw.col("day") - nw.col("start")
    )
    keys = ("campaign_id", "starts_on", "is_held_out")
    each = seen.group_by(*keys, "customer_id").agg(
        back=((nw.col("since") >= 0) & (nw.col("since") < days)).fill_null(False).cast(nw.Int64).max(),
        known=(nw.col("since") < 0).fill_null(False).cast(nw.Int64).max(),
        before=((nw.col("since") < 0) & (nw.col("since") >= -days)).fill_null(False).cast(nw.Int64).max(),
    )
    arms = each.group_by(*keys).agg(
        n=nw.len(),
        n_back=nw.col("back").sum().cast(nw.Int64),
        n_known=nw.col("known").sum().cast(nw.Int64),
        n_silent=(nw.col("known") - nw.col("before")).sum().cast(nw.Int64),
    )
    return arms.sort("starts_on", "campaign_id", "is_held_out").to_native()


def choices(surveys: Any, *, questions: tuple[str, ...], since: date) -> Any:
    """How often each answer from a list was given.

    Parameters
    ----------
    surveys : table `surveys`.
    questions : codes of the questions.
    since : first day that counts.

    Returns
    -------
    One row per (question, choice): n [answers]. Answers without a choice are left out.

    Raises
    ------
    DataError : a column is missing.
    """
    frame = having(surveys, "surveys", "question", "choice", "answered_on", read="optional")
    asked = frame.filter(nw.col("question").is_in(questions), nw.col("answered_on") >= nw.lit(since))
    asked = asked.filter(~nw.col("choice").is_null())
    return asked.group_by("question", "choice").agg(n=nw.len()).sort("question", "choice").to_native()
