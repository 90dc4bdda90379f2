"""Orders as a promotion is judged by them: by day, by buyer, and of the customers whom it won."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import narwhals as nw

from helpers.rollups.reading import SCALE, day_number, exact, picked

MONEY = ("revenue", "returned", "shipping", "cost_of_goods", "discount", "kept_discount", "paid_in")
VALUES = ("revenue_excl_vat", "revenue_incl_vat", "returned_value", "discount", "shipping", "cost_of_goods")


class Run(NamedTuple):
    """One promotion in one market, first and last day included."""

    promotion: str
    market: str
    starts_on: date
    ends_on: date


def promotion_days(orders: Any) -> Any:
    """Paid orders by day and market, with what a margin is made of.

    Parameters
    ----------
    orders : table `orders`, one row per order.

    Returns
    -------
    One row per (day, market) with a paid order: n_orders, n_first [first orders; none where orders do not say], n_full [without a
    discount], n_parcels [not sold in a store], n_costed [with cost of goods], n_told [with a discount known, nothing included], and
    money: revenue [without VAT, after discounts], returned, shipping, cost_of_goods, discount, kept_discount [discount on the part
    that was not returned], paid_in [revenue with VAT; without it where that is unknown].

    Raises
    ------
    DataError : a column is missing.
    """
    bought = _paid(orders)
    flags = ("is_first", "is_full", "is_parcel", "is_costed", "is_told")
    counts = {f"n_{name[3:]}": nw.col(name).sum() for name in flags}
    made = bought.group_by(nw.col("ordered_on").alias("day"), "market").agg(
        n_orders=nw.len(), **counts, **{name: nw.col(name).sum() for name in MONEY}
    )
    return made.select(
        "day", "market", "n_orders", "n_first", "n_full", nw.col("n_parcel").alias("n_parcels"), "n_costed", "n_told",
        *((nw.col(name) / SCALE).alias(name) for name in MONEY),
    ).to_native()  # fmt: skip


def promotion_buyers(orders: Any, runs: Sequence[Run]) -> Any:
    """Who bought in each promotion, by what they had bought before it.

    Parameters
    ----------
    orders : table `orders`.
    runs : promotions, at least one; in one market no two on one day.

    Returns
    -------
    One row per promotion: n_buyers [customers with a paid order while it ran], n_known [of these, with a paid order before it],
    n_full_ever [of these, at least once without a discount], n_full_always [of these, never with one].

    Raises
    ------
    DataError : a column is missing.
    """
    bought = _paid(orders).select(
        "customer_id", "market", day_number("ordered_on").alias("at"), "ordered_on", "is_full"
    )
    inside = _labelled(bought, runs)
    buyers = inside.group_by("promotion", "customer_id").agg(begin=nw.col("begin").min())
    past = bought.select("customer_id", nw.col("at").alias("past"), "is_full")
    joined = buyers.join(past, on="customer_id", how="left")
    earlier = (nw.col("past") < nw.col("begin")).cast(nw.Int64).fill_null(0)
    people = joined.group_by("promotion", "customer_id").agg(
        before=earlier.sum(), full=(earlier * nw.col("is_full")).sum()
    )
    is_known, had_full = (nw.col("before") > 0).cast(nw.Int64), (nw.col("full") > 0).cast(nw.Int64)
    always = is_known * (nw.col("full") == nw.col("before")).cast(nw.Int64)
    return (
        people.group_by("promotion")
        .agg(
            n_buyers=nw.len(), n_known=is_known.sum(), n_full_ever=had_full.sum(), n_full_always=always.sum()
        )
        .to_native()
    )


def promotion_newcomers(orders: Any, runs: Sequence[Run], *, until: date, days: int = 28) -> Any:
    """What the customers won in each promotion bought later, up to the last day.

    Parameters
    ----------
    orders, runs : as `promotion_buyers`.
    until : last day that counts.
    days : days after a promotion that are left out, because the dip counts them.

    Returns
    -------
    One row per (day, promotion) with a first order: n_won, n_later [paid orders after those days], n_parcels, and money of these:
    revenue, returned, shipping, cost_of_goods, paid_in.

    Raises
    ------
    DataError : a column is missing.
    """
    bought = _paid(orders)
    first = _labelled(bought.filter(nw.col("is_first") == 1), runs)
    won = first.group_by("promotion", "customer_id").agg(
        over=nw.col("over").max(), day=nw.col("ordered_on").min()
    )
    some = ("revenue", "returned", "shipping", "cost_of_goods", "paid_in")
    later = bought.filter(nw.col("ordered_on") <= nw.lit(until), nw.col("is_first") == 0).select(
        "customer_id", day_number("ordered_on").alias("at"), "is_parcel", *some
    )
    joined = won.join(later, on="customer_id", how="left")
    counts = (nw.col("at") > nw.col("over") + days).cast(nw.Int64).fill_null(0)
    sums = {name: (counts * nw.col(name).fill_null(0)).sum() for name in some}
    made = joined.group_by("day", "promotion").agg(
        n_won=nw.col("customer_id").n_unique(), n_later=counts.sum(),
        n_parcels=(counts * nw.col("is_parcel").fill_null(0)).sum(), **sums,
    )  # fmt: skip
    return made.select(
        "day",
        "promotion",
        "n_won",
        "n_later",
        "n_parcels",
        *((nw.col(name) / SCALE).alias(name) for name in some),
    ).to_native()


def _labelled(bought: nw.LazyFrame, runs: Sequence[Run]) -> nw.LazyFrame:
    """Orders of promotions with the promotion, and its first and last day as numbers."""
    name, begin, over = nw.lit(None).cast(nw.String), nw.lit(None).cast(nw.Int64), nw.lit(None).cast(nw.Int64)
    for one in runs:
        inside = (
            (nw.col("market") == one.market)
            & (nw.col("ordered_on") >= nw.lit(one.starts_on))
            & (nw.col("ordered_on") <= nw.lit(one.ends_on))
        )
        name = nw.when(inside).then(nw.lit(one.promotion)).otherwise(name)
        begin = nw.when(inside).then(nw.lit(one.starts_on.toordinal())).otherwise(begin)
        over = nw.when(inside).then(nw.lit(one.ends_on.toordinal())).otherwise(over)
    return bought.with_columns(promotion=name, begin=begin, over=over).filter(~nw.col("promotion").is_null())


def redeemers(
    orders: Any, recipients: Any, campaigns: Any, redemptions: Any, *, before: int, least: date
) -> Any:
    """Customers of each coupon campaign with what they spent before it and while it ran, whether they got it and used it or not.

    Parameters
    ----------
    orders, recipients, campaigns, redemptions : tables `orders`, `campaign_recipients`, `campaigns`, `coupon_redemptions`.
    before : days before a campaign that are compared.
    least : first day of the data; a campaign with fewer days before it is left out.

    Returns
    -------
    One row per (campaign_id, customer_id) addressed: name, starts_on, days [it ran], has_redeemed [1 or 0], spend_before and
    spend_during [money, returns off], n_before, n_during [paid orders].

    Raises
    ------
    DataError : a column is missing.
    """
    runs = picked(campaigns, "campaigns", "campaign_id", "name", "starts_on", "ends_on")
    runs = runs.filter(
        nw.col("starts_on") >= nw.lit(least + timedelta(days=before)), ~nw.col("ends_on").is_null()
    )
    people = picked(recipients, "campaign_recipients", "campaign_id", "customer_id").unique()
    used = picked(redemptions, "coupon_redemptions", "campaign_id", "customer_id").unique()
    used = used.with_columns(has_redeemed=nw.lit(1))
    keys = ("campaign_id", "customer_id", "name", "starts_on", "days", "has_redeemed")
    asked = people.join(runs, on="campaign_id").join(used, on=["campaign_id", "customer_id"], how="left")
    length = day_number("ends_on") - day_number("starts_on") + 1
    asked = asked.with_columns(has_redeemed=nw.col("has_redeemed").fill_null(0), days=length)
    bought = _paid(orders).select(
        "customer_id", day_number("ordered_on").alias("at"), (nw.col("revenue") - nw.col("returned")).alias("spend")
    )  # fmt: skip
    joined = asked.join(bought, on="customer_id", how="left")
    gap = nw.col("at") - day_number("starts_on")
    during = ((gap >= 0) & (gap < nw.col("days"))).cast(nw.Int64).fill_null(0)
    past = ((gap < 0) & (gap >= -before)).cast(nw.Int64).fill_null(0)
    spend = nw.col("spend").fill_null(0)
    made = joined.group_by(*keys).agg(
        spend_before=(past * spend).sum(), spend_during=(during * spend).sum(), n_before=past.sum(), n_during=during.sum(),
    )  # fmt: skip
    return made.with_columns((nw.col("spend_before") / SCALE), (nw.col("spend_during") / SCALE)).to_native()


def _paid(orders: Any) -> nw.LazyFrame:
    """Paid orders, money in whole ten-thousandths, and what each is."""
    needed = ("customer_id", "ordered_on", "status", "market", "revenue_excl_vat")
    maybe = (
        "revenue_incl_vat",
        "returned_value",
        "discount",
        "shipping",
        "cost_of_goods",
        "is_first_order",
        "sales_channel",
    )
    frame = picked(orders, "orders", *needed, maybe=maybe).filter(nw.col("status") == "paid")
    amount = {name: exact(nw.col(name)) for name in VALUES}
    revenue, none = amount["revenue_excl_vat"], nw.lit(0.0)
    returned, discount = amount["returned_value"].fill_null(0), amount["discount"].fill_null(0)
    kept = nw.when(revenue > 0).then((discount * (revenue - returned) / revenue).round(0)).otherwise(none)
    is_store = (nw.col("sales_channel").cast(nw.String) == "store").cast(nw.Int64).fill_null(0)
    return frame.select(
        "customer_id", "ordered_on", "market",
        nw.col("is_first_order").cast(nw.Int64).fill_null(0).alias("is_first"),
        (discount == 0).cast(nw.Int64).alias("is_full"), (1 - is_store).alias("is_parcel"),
        (~nw.col("cost_of_goods").is_null()).cast(nw.Int64).alias("is_costed"),
        (~nw.col("discount").is_null()).cast(nw.Int64).alias("is_told"),
        revenue.alias("revenue"), returned.alias("returned"), amount["shipping"].fill_null(0).alias("shipping"),
        amount["cost_of_goods"].fill_null(0).alias("cost_of_goods"), discount.alias("discount"), kept.alias("kept_discount"),
        nw.when(~nw.col("revenue_incl_vat").is_null()).then(amount["revenue_incl_vat"]).otherwise(revenue).alias("paid_in"),
    )  # fmt: skip
