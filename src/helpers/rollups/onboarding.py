"""What newcomers do in the product: the steps they complete, and the days on which they come back."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from helpers.rollups.reading import day_number, picked

LEFT = "left"  # the event of those who are gone; it is no use of the product
STEPS = "onboarding"  # the event of a completed step


def days_of_use(events: Any, *, days: tuple[int, ...]) -> Any:
    """How many of those who began on a day used the product some days later.

    Parameters
    ----------
    events : table `product_events`, one row per event. Any event but "left" is a use.
    days : days after the first use.

    Returns
    -------
    One row per first_on [day of first use]: n_customers, and n_d<day> [of them, used on that very day] for each of `days`. Days
    that the data have not reached are 0, not absent: the reader has to know where the data end.

    Raises
    ------
    DataError : a column is missing.
    """
    used = picked(events, "product_events", "customer_id", "happened_on", "event", read="optional").filter(
        nw.col("event") != LEFT
    )
    used = used.select("customer_id", "happened_on", at=day_number("happened_on"))
    first = used.group_by("customer_id").agg(first_on=nw.col("happened_on").min(), began=nw.col("at").min())
    age = used.select("customer_id", "at").join(first, on="customer_id")
    flags = {f"n_d{day}": ((nw.col("at") - nw.col("began")) == day).cast(nw.Int64) for day in days}
    people = (
        age.with_columns(**flags)
        .group_by("customer_id", "first_on")
        .agg(*(nw.col(name).max() for name in flags))
    )
    return people.group_by("first_on").agg(nw.len().alias("n_customers"), *(nw.col(name).sum().cast(nw.Int64) for name in flags)).to_native()  # fmt: skip


def steps_completed(events: Any, members: Any = None, *, campaign: str = "") -> Any:
    """How many newcomers complete each step of the onboarding.

    Parameters
    ----------
    events : table `product_events`; completed steps are rows with event "onboarding" and a step.
    members : table `campaign_recipients`, whose `variant` says which onboarding a newcomer of the test `campaign` was given.

    Returns
    -------
    One row per (first_on [day of the first step], variant [empty outside the test], step): n_customers.

    Raises
    ------
    DataError : a column is missing.
    """
    steps = picked(
        events, "product_events", "customer_id", "happened_on", "event", "step", read="optional"
    ).filter(nw.col("event") == STEPS, ~nw.col("step").is_null())
    first = steps.group_by("customer_id").agg(first_on=nw.col("happened_on").min())
    done = steps.select("customer_id", "step").unique().join(first, on="customer_id")
    if members is None:
        done = done.with_columns(variant=nw.lit(""))
    else:
        asked = nw.from_native(members).lazy().filter(nw.col("campaign_id") == campaign)
        asked = asked.group_by("customer_id").agg(variant=nw.col("variant").min())
        done = done.join(asked, on="customer_id", how="left").with_columns(nw.col("variant").fill_null(""))
    return done.group_by("first_on", "variant", "step").agg(n_customers=nw.len()).to_native()
