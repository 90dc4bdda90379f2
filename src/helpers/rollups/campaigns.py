"""Who was addressed, what they had done before and did after; what people do with messages, as often as they get them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import narwhals as nw

from helpers.rollups.reading import SCALE, day_number, exact, money, paid, picked

WHO = ("customer_id", "campaign_id", "name", "starts_on", "is_held_out", "market")


def addressed(
    recipients: Any, campaigns: Any, orders: Any, *, until: date, days: int = 28, channel: str | None = None
) -> Any:
    """One row an addressed customer of each campaign that left some alone: what they had done before, and what they did after.

    Parameters
    ----------
    recipients : table `campaign_recipients`.
    campaigns : table `campaigns`.
    orders : table `orders`, one row per order.
    until : last day that counts; a campaign whose `days` are not over then is left out, and so is one from before the first order.
    days : days from the first day of the campaign in which it is to work, that day included.
    channel : only campaigns of this one.

    Returns
    -------
    One row per (customer_id, campaign_id): name, starts_on, is_held_out, market, n_orders [placed in these days, cancelled ones
    included], spend [money, of the paid ones, returns taken off], n_before [paid orders before], days_since [days from the last of
    them; empty without one], tenure [days from the first], spend_before [money an order], discounted [share of them with a
    discount; empty where orders do not say]. Nothing is known before the data.

    Raises
    ------
    DataError : a column is missing.
    """
    people = picked(recipients, "campaign_recipients", "campaign_id", "customer_id", "is_held_out", "market")
    runs = picked(campaigns, "campaigns", "campaign_id", "name", "starts_on", maybe=("channel",))
    if channel is not None:
        runs = runs.filter(nw.col("channel") == channel)
    begin = picked(orders, "orders", "ordered_on").select(begin=nw.col("ordered_on").min())
    is_over = nw.col("starts_on") <= nw.lit(until - timedelta(days=days - 1))
    runs = runs.join(begin, how="cross").filter(is_over, nw.col("starts_on") > nw.col("begin"))
    people = people.filter(~nw.col("is_held_out").is_null()).join(runs, on="campaign_id")
    held = nw.col("is_held_out").cast(nw.Int64)
    arms = {"fewest": held.min().over("campaign_id"), "most": held.max().over("campaign_id")}
    people = people.with_columns(**arms).filter(nw.col("fewest") < nw.col("most"))
    before = nw.when(nw.col("n_before") > 0).then(nw.col("n_before"))
    return (
        _around(people.select(*WHO), orders, days)
        .with_columns(n_orders=nw.col("n_orders").fill_null(0), n_before=nw.col("n_before").fill_null(0))
        .select(
            *WHO, "n_orders", (nw.col("spend").fill_null(0) / SCALE).alias("spend"),
            "n_before", "days_since", "tenure",
            (nw.col("before") / before / SCALE).alias("spend_before"),
            (nw.col("n_discounted") / before).alias("discounted"),
        )
        .to_native()
    )  # fmt: skip


def _around(people: nw.LazyFrame, orders: Any, days: int) -> nw.LazyFrame:
    """Each row of `people` with sums over its orders: in the days of the campaign, and before them."""
    names = ("customer_id", "ordered_on", "status", "revenue_excl_vat", "returned_value")
    frame = picked(orders, "orders", *names, maybe=("discount",))
    bought = frame.select(
        "customer_id",
        day_number("ordered_on").alias("day"),
        (nw.col("status") == "paid").cast(nw.Int64).alias("is_paid"),
        exact(nw.col("revenue_excl_vat") - nw.col("returned_value").fill_null(0)).alias("money"),
        (nw.col("discount").cast(nw.Float64) > 0).cast(nw.Int64).alias("is_discounted"),
    )
    joined = people.join(bought, on="customer_id", how="left")
    joined = joined.with_columns(gap=nw.col("day") - day_number("starts_on"))
    inside = ((nw.col("gap") >= 0) & (nw.col("gap") < days)).cast(nw.Int64)
    earlier = (nw.col("gap") < 0).cast(nw.Int64) * nw.col("is_paid")
    ago = nw.when(earlier == 1).then(-nw.col("gap"))
    return joined.group_by(*WHO).agg(
        n_orders=inside.sum(),
        spend=(inside * nw.col("is_paid") * nw.col("money")).sum(),
        n_before=earlier.sum(),
        before=(earlier * nw.col("money")).sum(),
        n_discounted=(earlier * nw.col("is_discounted")).sum(),
        days_since=ago.min(),
        tenure=ago.max(),
    )


def customers_between(orders: Any, *, since: date, until: date) -> Any:
    """Customers with a paid order from one day to another: one row per customer_id.

    Raises
    ------
    DataError : a column is missing.
    """
    days = (nw.col("ordered_on") >= nw.lit(since)) & (nw.col("ordered_on") <= nw.lit(until))
    return paid(orders).filter(days).select("customer_id").unique().to_native()


def history_of_each(orders: Any, *, until: date) -> Any:
    """What `addressed` says of customers before a campaign, for every customer and a campaign on the day after `until`.

    Returns
    -------
    One row per customer_id with a paid order up to then: market [of the last order], n_before, days_since, tenure, spend_before,
    discounted.

    Raises
    ------
    DataError : a column is missing.
    """
    names = ("customer_id", "ordered_on", "status", "revenue_excl_vat", "returned_value", "market")
    frame = picked(orders, "orders", *names, maybe=("discount",))
    ago = until.toordinal() + 1 - day_number("ordered_on")
    bought = frame.filter(nw.col("status") == "paid", nw.col("ordered_on") <= nw.lit(until)).select(
        "customer_id",
        ago.alias("ago"),
        nw.struct(ago.alias("ago"), nw.col("market")).alias("place"),
        exact(nw.col("revenue_excl_vat") - nw.col("returned_value").fill_null(0)).alias("money"),
        (nw.col("discount").cast(nw.Float64) > 0).cast(nw.Int64).alias("is_discounted"),
    )
    made = bought.group_by("customer_id").agg(
        place=nw.col("place").min(), n_before=nw.len(), days_since=nw.col("ago").min(), tenure=nw.col("ago").max(),
        before=nw.col("money").sum(), n_discounted=nw.col("is_discounted").sum(),
    )  # fmt: skip
    return made.select(
        "customer_id", nw.col("place").struct.field("market").alias("market"), "n_before", "days_since", "tenure",
        (nw.col("before") / nw.col("n_before") / SCALE).alias("spend_before"),
        (nw.col("n_discounted") / nw.col("n_before")).alias("discounted"),
    ).to_native()  # fmt: skip


def message_arms(events: Any, *, extra: Iterable[str], regular: Iterable[str]) -> Any:
    """Sums of those who got the extra messages of a test of frequency and of those who did not, over the regular ones.

    Parameters
    ----------
    events : table `crm_events`.
    extra : campaign ids of the messages that only one half was sent.
    regular : campaign ids of those that both halves were sent after the test began. Whoever was sent the first of them, in the
        order given, is in the test; so both halves were still on the list then.

    Returns
    -------
    One row per is_often: n [people]; for the regular messages n_sent, n_clicked [messages clicked], sent_squared, clicked_squared,
    product [sums over people of squares and of sent x clicked]; for all messages of the test all_sent, all_clicked, all_clicked_squared, n_left
    [people who left the list].

    Raises
    ------
    DataError : a column is missing.
    """
    some, often = list(regular), list(extra)
    frame = picked(events, "crm_events", "customer_id", "campaign_id", "event")
    frame = frame.filter(nw.col("campaign_id").is_in([*some, *often]))
    is_regular = nw.col("campaign_id").is_in(some).cast(nw.Int64)

    def happened(word: str) -> nw.Expr:
        return (nw.col("event") == word).cast(nw.Int64)

    # several events of one kind of one message count once
    messages = frame.group_by("customer_id", "campaign_id").agg(
        sent=happened("sent").max(), clicked=happened("clicked").max(), left=happened("unsubscribed").max()
    )
    first = (nw.col("campaign_id") == some[0]).cast(nw.Int64)
    people = (
        messages.with_columns(is_regular=is_regular)
        .group_by("customer_id")
        .agg(
            is_in=(first * nw.col("sent")).max(),
            is_often=((1 - nw.col("is_regular")) * nw.col("sent")).max(),
            sent=(nw.col("is_regular") * nw.col("sent")).sum(),
            clicked=(nw.col("is_regular") * nw.col("clicked")).sum(),
            all_sent=nw.col("sent").sum(),
            all_clicked=nw.col("clicked").sum(),
            left=nw.col("left").max(),
        )
        .filter(nw.col("is_in") == 1)
    )
    sent, clicked, every = nw.col("sent"), nw.col("clicked"), nw.col("all_clicked")
    return (
        people.group_by("is_often")
        .agg(
            n=nw.len(), n_sent=sent.sum(), n_clicked=clicked.sum(), sent_squared=(sent * sent).sum(),
            clicked_squared=(clicked * clicked).sum(), product=(sent * clicked).sum(), all_sent=nw.col("all_sent").sum(),
            all_clicked=every.sum(), all_clicked_squared=(every * every).sum(), n_left=nw.col("left").sum(),
        )
        .to_native()
    )  # fmt: skip


def messages_received(events: Any, *, since: date, until: date) -> Any:
    """What each customer got and did with it between two days.

    Parameters
    ----------
    events : table `crm_events`.
    since, until : first and last day.

    Returns
    -------
    One row per customer_id who was sent something: n_sent [messages], n_opened [messages that a person opened; opens by mail
    programs apart].

    Raises
    ------
    DataError : a column is missing.
    """
    names = ("customer_id", "campaign_id", "event", "happened_on")
    frame = picked(events, "crm_events", *names, maybe=("is_machine",))
    day = nw.col("happened_on")
    inside = frame.filter(day >= nw.lit(since), day <= nw.lit(until))
    by_person = (nw.col("event") == "opened") & ~nw.col("is_machine").cast(nw.Boolean).fill_null(False)
    messages = inside.group_by("customer_id", "campaign_id").agg(
        sent=(nw.col("event") == "sent").cast(nw.Int64).max(), opened=by_person.cast(nw.Int64).max()
    )
    opened = (nw.col("sent") * nw.col("opened")).sum()
    made = messages.group_by("customer_id").agg(n_sent=nw.col("sent").sum(), n_opened=opened)
    return made.filter(nw.col("n_sent") > 0).to_native()


def choices(consents: Any, *, purposes: Iterable[str]) -> Any:
    """What people agreed to or refused, for some purposes: the columns of `consents` that a use is judged by."""
    names = ("customer_id", "purpose", "legal_basis", "status", "recorded_at", "recorded_on")
    frame = picked(consents, "consents", *names)
    return frame.filter(nw.col("purpose").is_in(list(purposes))).select(*names).to_native()


def professionals(customers: Any) -> Any:
    """Each customer, and whether they are a professional one where that is known: customer_id, is_b2b."""
    return picked(customers, "customers", "customer_id", maybe=("is_b2b",)).to_native()


def newcomers_by_referral(orders: Any, customers: Any, *, since: date, until: date, days: int = 365) -> Any:
    """What customers brought in their first days, those whom a customer recommended apart.

    Parameters
    ----------
    orders : table `orders`. customers : table `customers`, with first_order_on.
    since, until : days of first orders that count; all `days` after them must be in the data.
    days : days from the first order, that day included.

    Returns
    -------
    One row per is_referred: n [customers], spend, spend_squared [money, sum over customers of what each spent and of its square].

    Raises
    ------
    DataError : a column is missing.
    """
    known = picked(customers, "customers", "customer_id", "first_order_on", maybe=("referred_by",))
    first = nw.col("first_order_on")
    known = known.filter(first >= nw.lit(since), first <= nw.lit(until)).select(
        "customer_id",
        day_number("first_order_on").alias("first"),
        (~nw.col("referred_by").is_null()).cast(nw.Int64).alias("is_referred"),
    )
    bought = paid(orders).with_columns(day=day_number("ordered_on"))
    gap = nw.col("day") - nw.col("first")
    spent = (
        known.join(bought, on="customer_id")
        .filter(gap >= 0, gap < days)
        .group_by("customer_id")
        .agg(spend=nw.col("spend").sum())
    )
    people = known.join(spent, on="customer_id", how="left").with_columns(spend=nw.col("spend").fill_null(0))
    squares = (nw.col("spend") * nw.col("spend")).sum()
    sums = people.group_by("is_referred").agg(n=nw.len(), spend=nw.col("spend").sum(), spend_squared=squares)
    return sums.select(
        "is_referred", "n", money("spend"), (nw.col("spend_squared") / SCALE**2).alias("spend_squared")
    ).to_native()


def referrals(customers: Any) -> Any:
    """New customers by day of first order: first_on, n_customers, n_referred [whom a customer recommended]."""
    known = picked(customers, "customers", "customer_id", "first_order_on", maybe=("referred_by",))
    referred = (~nw.col("referred_by").is_null()).cast(nw.Int64)
    known = known.filter(~nw.col("first_order_on").is_null())
    lots = known.group_by(nw.col("first_order_on").alias("first_on"))
    return lots.agg(n_customers=nw.len(), n_referred=referred.sum()).to_native()
