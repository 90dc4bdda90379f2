"""What customers got and did with it, and whom the company may write to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import narwhals as nw

from helpers.rollups.reading import picked


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
            n=nw.len(), n_sent=sent.sum().cast(nw.Int64), n_clicked=clicked.sum().cast(nw.Int64), sent_squared=(sent * sent).sum(),
            clicked_squared=(clicked * clicked).sum(), product=(sent * clicked).sum(), all_sent=nw.col("all_sent").sum(),
            all_clicked=every.sum(), all_clicked_squared=(every * every).sum(), n_left=nw.col("left").sum().cast(nw.Int64),
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
    opened = (nw.col("sent") * nw.col("opened")).sum().cast(nw.Int64)
    made = messages.group_by("customer_id").agg(n_sent=nw.col("sent").sum().cast(nw.Int64), n_opened=opened)
    return made.filter(nw.col("n_sent") > 0).to_native()


def choices(consents: Any, *, purposes: Iterable[str]) -> Any:
    """What people agreed to or refused, for some purposes: the columns of `consents` that a use is judged by."""
    names = ("customer_id", "purpose", "legal_basis", "status", "recorded_at", "recorded_on")
    frame = picked(consents, "consents", *names)
    return frame.filter(nw.col("purpose").is_in(list(purposes))).select(*names).to_native()


def professionals(customers: Any) -> Any:
    """Each customer, and whether they are a professional one where that is known: customer_id, is_b2b."""
    return picked(customers, "customers", "customer_id", maybe=("is_b2b",)).to_native()
