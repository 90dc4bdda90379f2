"""Steps of the journey: visits by step, what went wrong for whom, and where customers stand on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw

from helpers.rollups.daily import visits
from helpers.rollups.reading import SCALE, day_number, exact, having, picked
from helpers.rollups.voice import unfinished

VISIT_STEPS = ("sessions", "product_views", "add_to_carts", "checkouts", "purchases")
SIGNALS = ("engaged_sessions",)
TOUCH = ("customer_id", "day", "kind", "detail")


def step_days(site: Any) -> Any:
    """Visits of each day and channel by the step that they reached, every visit once.

    Parameters
    ----------
    site : table `site_daily`.

    Returns
    -------
    One row per (day, channel [empty for all of them], known [a 1 for each of `VISIT_STEPS` that its rows hold, else a 0]): the
    totals of `VISIT_STEPS` and `SIGNALS`; a total without a value is empty.

    Raises
    ------
    DataError : a column is missing.
    """
    rows = nw.from_native(visits(site)).lazy()
    there = rows.collect_schema().names()
    names = (*VISIT_STEPS, *SIGNALS)
    rows = rows.select(
        nw.col("visited_on").alias("day"),
        nw.col("channel").fill_null("").alias("channel"),
        *(nw.col(name).cast(nw.Float64) if name in there else nw.lit(None).cast(nw.Float64).alias(name) for name in names),
    )  # fmt: skip
    marks = [nw.when(nw.col(name).is_null()).then(nw.lit("0")).otherwise(nw.lit("1")) for name in VISIT_STEPS]
    rows = rows.with_columns(known=nw.concat_str(*marks))
    totals = [nw.col(name).sum().alias(name) for name in names]
    return rows.group_by("day", "channel", "known").agg(*totals).to_native()


def touches(
    *,
    end: date,
    late_hours: float,
    setup_days: int,
    cases: Any = None,
    orders: Any = None,
    returns: Any = None,
    events: Any = None,
) -> Any:
    """What went wrong, day by day and customer by customer.

    Parameters
    ----------
    end : last day that counts.
    late_hours : hours to the first answer beyond which it is late.
    setup_days : days after the first step by which a newcomer should have ended the onboarding.
    cases, orders, returns, events : tables `support_cases`, `orders`, `returns` and `product_events`, each None where there is none.

    Returns
    -------
    One row per (customer_id [empty where it is not known], day, kind, detail): n [how often], amount [money: given to the customer in a
    case, value of goods sent back or of an order cancelled]. Kinds: "case" (detail: its topic), "late"
    (a case whose first answer was late), "return" (detail: its reason), "cancelled" (an order), "setup" (an onboarding not ended in
    time). None where there is no table.

    Raises
    ------
    DataError : a column is missing.
    """
    parts = []
    if cases is not None:
        maybe = ("customer_id", "topic", "hours_to_first_answer", "compensation")
        frame = picked(cases, "support_cases", "opened_on", maybe=maybe)
        parts.append(_touch(frame, "opened_on", "case", nw.col("topic"), nw.col("compensation")))
        late = frame.filter(nw.col("hours_to_first_answer").cast(nw.Float64) > late_hours)
        parts.append(_touch(late, "opened_on", "late"))
    if orders is not None:
        frame = having(
            orders, "orders", "order_id", "customer_id", "ordered_on", "status", "revenue_excl_vat"
        )
        cancelled = frame.filter(nw.col("status") == "cancelled")
        parts.append(_touch(cancelled, "ordered_on", "cancelled", money=nw.col("revenue_excl_vat")))
        if returns is not None:
            back = picked(returns, "returns", "order_id", "returned_on", maybe=("reason", "returned_value"))
            back = back.join(frame.select("order_id", "customer_id"), on="order_id", how="left")
            parts.append(_touch(back, "returned_on", "return", nw.col("reason"), nw.col("returned_value")))
    if events is not None:
        begun = nw.from_native(unfinished(events)).lazy()
        # Days are added as days: an interval of `setup_days` whole days, on every engine.
        begun = begun.with_columns(due_on=nw.col("first_on").cast(nw.Date).dt.offset_by(f"{setup_days}d"))
        parts.append(_touch(begun.with_columns(nw.col("due_on").cast(nw.Date)), "due_on", "setup"))
    if not parts:
        return None
    found = nw.concat(parts, how="vertical").filter(nw.col("day") <= nw.lit(end))
    summed = found.group_by(*TOUCH).agg(n=nw.len(), amount=nw.col("amount").sum())
    return summed.with_columns((nw.col("amount") / SCALE).alias("amount")).to_native()


def solved_days(cases: Any, *, end: date) -> Any:
    """Solved cases by the day on which they were opened, and those of them that took one contact.

    Parameters
    ----------
    cases : table `support_cases`.
    end : last day that counts.

    Returns
    -------
    One row per day: n_solved [cases with a solution and a known number of contacts], n_once [of them, with one contact].

    Raises
    ------
    DataError : a column is missing.
    """
    frame = picked(cases, "support_cases", "opened_on", maybe=("hours_to_solution", "n_contacts"))
    frame = frame.filter(
        ~nw.col("hours_to_solution").is_null(),
        ~nw.col("n_contacts").is_null(),
        nw.col("opened_on") <= nw.lit(end),
    )
    once = (nw.col("n_contacts").cast(nw.Int64) <= 1).cast(nw.Int64)
    days = frame.select(nw.col("opened_on").alias("day"), once=once)
    return days.group_by("day").agg(n_solved=nw.len(), n_once=nw.col("once").sum().cast(nw.Int64)).to_native()


def standing_on(orders: Any, *, at: date, recent_days: int, within: int, after: int) -> Any:
    """What was known of each customer at the end of a day, and what they spent in the days after it.

    Parameters
    ----------
    orders : table `orders`, one row per order.
    at : the day.
    recent_days : days up to `at` whose orders are counted apart.
    within : customers whose last order is older than so many days are left out.
    after : days after `at` whose spend counts.

    Returns
    -------
    One row a customer with an order of any status in the last `within` days: customer_id, tenure [days from the first order to `at`],
    n_recent and n_before [orders in the last `recent_days`, and before them], spend [money, paid orders after `at`, returns taken
    off].

    Raises
    ------
    DataError : a column is missing.
    """
    frame = picked(
        orders, "orders", "customer_id", "ordered_on", "status", "revenue_excl_vat", maybe=("returned_value",)
    )
    since = day_number("ordered_on") - at.toordinal()
    rows = frame.select(
        "customer_id",
        since=since,
        money=nw.when(nw.col("status") == "paid")
        .then(exact(nw.col("revenue_excl_vat").cast(nw.Float64) - nw.col("returned_value").cast(nw.Float64).fill_null(0.0)))
        .otherwise(0.0),
    ).filter(nw.col("since") <= after)  # fmt: skip
    day = nw.col("since")
    people = rows.group_by("customer_id").agg(
        first=day.min(),
        last=nw.when(day <= 0).then(day).max(),
        n_recent=((day <= 0) & (day > -recent_days)).cast(nw.Int64).sum().cast(nw.Int64),
        n_before=(day <= -recent_days).cast(nw.Int64).sum().cast(nw.Int64),
        spend=nw.when(day > 0).then(nw.col("money")).otherwise(0.0).sum(),
    )
    people = people.filter(~nw.col("last").is_null(), nw.col("last") > -within)
    return people.select(
        "customer_id", (0 - nw.col("first")).alias("tenure"), "n_recent", "n_before", (nw.col("spend") / SCALE).alias("spend")
    ).to_native()  # fmt: skip


def spend_by_arm(events: Any, members: Any, orders: Any, *, test: str, days: int, until: date) -> Any:
    """What newcomers of each arm of an onboarding test spent in the days after their first step.

    Parameters
    ----------
    events, members, orders : tables `product_events`, `campaign_recipients` and `orders`.
    test : `campaign_id` of the test; `variant` of its members says the arm.
    days : days after that of the first step in which spend counts.
    until : last day that is known; newcomers whose days are not over are left out.

    Returns
    -------
    One row an arm: variant, n_customers, spend and spend_squared [money and its square, sums over those customers].

    Raises
    ------
    DataError : a column is missing.
    """
    steps = picked(events, "product_events", "customer_id", "happened_on", "event", read="optional")
    first = (
        steps.filter(nw.col("event") == "onboarding")
        .group_by("customer_id")
        .agg(first_on=nw.col("happened_on").min())
    )
    asked = picked(members, "campaign_recipients", "campaign_id", "customer_id", "variant", read="optional")
    asked = asked.filter(nw.col("campaign_id") == test, ~nw.col("variant").is_null())
    people = (
        asked.select("customer_id", "variant")
        .join(first, on="customer_id")
        .with_columns(began=day_number("first_on"))
    )
    people = people.filter(nw.col("began") + days <= until.toordinal()).select(
        "customer_id", "variant", "began"
    )
    paid = picked(
        orders, "orders", "customer_id", "ordered_on", "status", "revenue_excl_vat", maybe=("returned_value",)
    )
    paid = paid.filter(nw.col("status") == "paid").select(
        "customer_id", placed=day_number("ordered_on"),
        cents=(100 * (nw.col("revenue_excl_vat").cast(nw.Float64) - nw.col("returned_value").cast(nw.Float64).fill_null(0.0))).round(0),
    )  # fmt: skip
    joined = people.join(paid, on="customer_id", how="left").with_columns(
        later=nw.col("placed") - nw.col("began")
    )
    inside = (nw.col("later") > 0) & (nw.col("later") <= days)
    each = joined.group_by("customer_id", "variant").agg(
        cents=nw.when(inside).then(nw.col("cents")).otherwise(0.0).sum()
    )
    return (
        each.group_by("variant")
        .agg(
            n_customers=nw.len(),
            spend=nw.col("cents").sum(),
            spend_squared=(nw.col("cents") * nw.col("cents")).sum(),
        )
        .select("variant", "n_customers", nw.col("spend") / 100, nw.col("spend_squared") / 10_000)
        .sort("variant")
        .to_native()
    )


def _touch(
    frame: nw.LazyFrame, day: str, kind: str, detail: nw.Expr | None = None, money: nw.Expr | None = None
) -> nw.LazyFrame:
    """Rows of one kind in the columns of `TOUCH`, with their money in ten-thousandths."""
    said = nw.lit("") if detail is None else detail.cast(nw.String).fill_null("")
    amount = nw.lit(0.0) if money is None else exact(money.cast(nw.Float64).fill_null(0.0))
    return frame.select(
        nw.col("customer_id").cast(nw.String), nw.col(day).alias("day"), nw.lit(kind).alias("kind"), said.alias("detail"),
        amount.cast(nw.Float64).alias("amount"),
    )  # fmt: skip
