"""Leads, deals, contracts and trials as the analysis of a sales pipeline needs them."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from helpers.rollups.reading import exact, having, money


def deals(opportunities: Any) -> Any:
    """One row per deal with what is known of it: its last list.

    Returns
    -------
    case, kind [new, renewal, expansion; "new" where the CRM tells no type], amount [money: yearly recurring part, else the value],
    created, closed [days; closed is empty while open], won [true, false; empty while open], account, stage, chance [the CRM's,
    0-1], planned [day on which the CRM expects it to close], reason [of a loss], is_closed [won or lost, whatever else is known].

    Raises
    ------
    DataError : a column is missing.
    """
    frame = having(
        opportunities, "opportunities", "opportunity_id", "account_id", "created_on", "type", "stage", "probability",
        "amount", "arr", "closes_on", "is_closed", "is_won", "loss_reason",
    )  # fmt: skip
    closed = nw.col("is_closed")
    return frame.select(
        case=nw.col("opportunity_id"),
        kind=nw.col("type").str.to_lowercase().fill_null("new"),
        amount=nw.coalesce("arr", "amount").cast(nw.Float64).fill_null(0.0),
        created=nw.col("created_on"),
        closed=nw.when(closed).then(nw.col("closes_on")),
        won=nw.when(closed).then(nw.col("is_won")),
        account=nw.col("account_id"),
        stage=nw.col("stage"),
        chance=nw.col("probability").cast(nw.Float64),
        planned=nw.col("closes_on"),
        reason=nw.col("loss_reason"),
        is_closed=closed,
    ).to_native()


def entries(opportunity_stages: Any) -> Any:
    """One row per deal and stay in a stage: case, stage, entered, left [days; left is empty while it lasts]."""
    frame = having(
        opportunity_stages, "opportunity_stages", "opportunity_id", "stage", "entered_on", "left_on"
    )
    return frame.select(
        case=nw.col("opportunity_id"),
        stage=nw.col("stage"),
        entered=nw.col("entered_on"),
        left=nw.col("left_on"),
    ).to_native()


def movements(arr_movements: Any) -> Any:
    """Changes of yearly recurring revenue, added up: month, account, kind, delta [money]."""
    frame = having(arr_movements, "arr_movements", "month", "account_id", "kind", "arr_delta")
    whole = frame.select("month", "kind", account=nw.col("account_id"), delta=exact(nw.col("arr_delta")))
    return (
        whole.group_by("month", "account", "kind")
        .agg(delta=nw.col("delta").sum())
        .select("month", "account", "kind", money("delta"))
        .to_native()
    )


def leads(leads: Any) -> Any:
    """One row per lead: lead, account, created_on, created_at, channel, score, answered_at, qualified_on, accepted_on,
    rejected_on, case [the deal it became].
    """
    frame = having(
        leads, "leads", "lead_id", "account_id", "created_on", "created_at", "channel", "score", "first_answered_at",
        "qualified_on", "accepted_on", "rejected_on", "opportunity_id",
    )  # fmt: skip
    return frame.select(
        "created_on", "created_at", "channel", "qualified_on", "accepted_on", "rejected_on",
        lead=nw.col("lead_id"), account=nw.col("account_id"), score=nw.col("score").cast(nw.Float64),
        answered_at=nw.col("first_answered_at"), case=nw.col("opportunity_id"),
    ).to_native()  # fmt: skip


def accounts(accounts: Any) -> Any:
    """One row per account: account, as_of [day of the list, if kept], segment, size, status, arr [money]."""
    frame = having(accounts, "accounts", "account_id", "as_of", "segment", "size_band", "status", "arr")
    return frame.select(
        "as_of", "segment", "status",
        account=nw.col("account_id"), size=nw.col("size_band"), arr=nw.col("arr").cast(nw.Float64),
    ).to_native()  # fmt: skip


def trials(product_events: Any, *, started: str, paid: str) -> Any:
    """When each customer first tried the product, and when they first paid after it.

    Parameters
    ----------
    product_events : table of that name. started, paid : its `event` of a trial that begins, and of one that becomes a plan.

    Returns
    -------
    One row per (day [of the first trial], paid_on [day of the first payment on or after it, empty without]): n_customers.
    """
    frame = having(product_events, "product_events", "customer_id", "event", "happened_on")
    first = (
        frame.filter(nw.col("event") == started).group_by("customer_id").agg(day=nw.col("happened_on").min())
    )
    payments = frame.filter(nw.col("event") == paid).select("customer_id", "happened_on")
    later = (
        payments.join(first, on="customer_id")
        .filter(nw.col("happened_on") >= nw.col("day"))
        .group_by("customer_id")
        .agg(paid_on=nw.col("happened_on").min())
    )
    return (
        first.join(later, on="customer_id", how="left")
        .group_by("day", "paid_on")
        .agg(n_customers=nw.len())
        .to_native()
    )
