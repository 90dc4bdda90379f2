"""Rollups of campaigns: five customers by hand on DuckDB, and the same as pandas."""

from datetime import date

import duckdb
import numpy as np
import pandas as pd
import pytest

from helpers import rollups
from helpers.errors import DataError
from helpers.rollups import campaigns, messages, referrals

ORDERS = ["customer_id", "ordered_on", "status", "revenue_excl_vat", "returned_value", "discount", "market"]
BOUGHT = [
    ("anna", date(2026, 1, 1), "paid", 10.0, None, 0.0, "FR"),
    ("anna", date(2026, 1, 31), "paid", 30.0, 10.0, 5.0, "BE"),
    ("anna", date(2026, 2, 1), "paid", 50.0, 0.0, 0.0, "FR"),  # the first day of the campaign counts
    (
        "anna",
        date(2026, 2, 28),
        "cancelled",
        70.0,
        0.0,
        0.0,
        "FR",
    ),  # so does the last, as an order and not as money
    ("anna", date(2026, 3, 1), "paid", 99.0, 0.0, 0.0, "FR"),  # the day after does not
    ("ben", date(2026, 1, 20), "refunded", 20.0, 0.0, 0.0, "FR"),
    ("carl", date(2026, 2, 3), "paid", 5.0, 1.0, 0.0, "FR"),
]
RUNS = [
    ("spring", "Spring", "email", date(2026, 2, 1)),
    ("late", "Late", "email", date(2026, 3, 10)),  # its four weeks are not over
    ("all", "To all", "email", date(2026, 2, 1)),  # nobody was left alone
    ("app", "In the app", "app", date(2026, 2, 1)),
    ("old", "Before the data", "email", date(2025, 12, 1)),
]
ASKED = [
    *[("spring", who, held, "FR") for who, held in (("anna", False), ("ben", True), ("carl", True), ("dora", False))],
    *[("late", "anna", False, "FR"), ("late", "ben", True, "FR"), ("all", "anna", False, "FR"), ("spring", "eve", None, "FR")],
    *[("app", "anna", True, "FR"), ("app", "ben", False, "FR"), ("old", "anna", True, "FR"), ("old", "ben", False, "FR")],
]  # fmt: skip
UNTIL = date(2026, 3, 31)


@pytest.fixture
def relation():
    """A frame as a DuckDB relation."""
    with duckdb.connect() as opened:
        names = iter(range(100))

        def made(rows, columns):
            name = f"given{next(names)}"
            opened.register(name, pd.DataFrame(rows, columns=columns))
            days = [one for one in columns if one.endswith("_on")]
            cast = ", ".join(f"CAST({one} AS DATE) AS {one}" for one in days)
            return opened.sql(f"SELECT * REPLACE ({cast}) FROM {name}" if days else f"SELECT * FROM {name}")

        yield made


def tables(relation):
    return (
        relation(ASKED, ["campaign_id", "customer_id", "is_held_out", "market"]),
        relation(RUNS, ["campaign_id", "name", "channel", "starts_on"]),
        relation(BOUGHT, ORDERS),
    )


def test_what_customers_did_before_and_after_a_campaign(relation):
    made = rollups.collect(campaigns.addressed(*tables(relation), until=UNTIL, channel="email"))
    assert set(made["campaign_id"]) == {"spring"} and made["customer_id"].tolist() == [
        "anna",
        "ben",
        "carl",
        "dora",
    ]
    anna = made.iloc[0]
    assert (anna["n_orders"], anna["spend"]) == (2, 50.0)
    assert (anna["n_before"], anna["days_since"], anna["tenure"]) == (2, 1, 31)
    assert (anna["spend_before"], anna["discounted"]) == (15.0, 0.5)
    assert made["n_orders"].tolist() == [2, 0, 1, 0] and made["spend"].tolist() == [50, 0, 4, 0]
    assert made["n_before"].tolist() == [2, 0, 0, 0] and pd.isna(made["days_since"][3])


def test_every_channel_is_there_unless_one_is_asked_for(relation):
    made = rollups.collect(campaigns.addressed(*tables(relation), until=UNTIL))
    assert set(made["campaign_id"]) == {"app", "spring"}


def test_history_of_each_is_what_a_campaign_on_the_next_day_would_know(relation):
    orders = relation(BOUGHT, ORDERS)
    made = rollups.collect(campaigns.history_of_each(orders, until=date(2026, 1, 31))).set_index(
        "customer_id"
    )
    assert made.index.tolist() == ["anna"] and made.loc["anna", "market"] == "BE"
    assert made.loc["anna", ["n_before", "days_since", "tenure"]].tolist() == [2, 1, 31]
    assert made.loc["anna", ["spend_before", "discounted"]].tolist() == [15.0, 0.5]


EVENTS = ["customer_id", "campaign_id", "event", "happened_on", "is_machine"]


def test_arms_of_a_test_of_frequency(relation):
    day = date(2026, 2, 1)
    rows = [
        *[(who, mail, "sent", day, False) for who in ("anna", "ben", "carl") for mail in ("r1", "r2")],
        *[
            (who, "x1", "sent", day, False) for who in ("anna", "dora")
        ],  # dora was gone before the first regular one
        *[("anna", "r1", "clicked", day, False)] * 2,  # two clicks of one message are one
        ("anna", "x1", "clicked", day, False),
        ("ben", "r2", "clicked", day, False),
        ("ben", "r2", "unsubscribed", day, False),
        ("carl", "old", "clicked", day, False),
    ]
    arms = messages.message_arms(relation(rows, EVENTS), extra=["x1"], regular=["r1", "r2"])
    made = rollups.collect(arms).set_index("is_often")
    assert made.loc[1, ["n", "n_sent", "n_clicked", "all_sent", "all_clicked"]].tolist() == [1, 2, 1, 3, 2]
    assert made.loc[0, ["n", "n_sent", "n_clicked", "n_left"]].tolist() == [2, 4, 1, 1]
    assert made.loc[0, ["sent_squared", "clicked_squared", "product"]].tolist() == [8, 1, 2]


def test_messages_of_some_days_without_the_opens_of_machines(relation):
    rows = [
        ("anna", "a", "sent", date(2026, 2, 1), False),
        ("anna", "a", "opened", date(2026, 2, 1), True),
        ("anna", "b", "sent", date(2026, 2, 2), False),
        ("anna", "b", "opened", date(2026, 2, 3), False),
        ("anna", "b", "opened", date(2026, 2, 4), False),
        ("ben", "a", "sent", date(2026, 1, 31), False),
    ]
    made = messages.messages_received(relation(rows, EVENTS), since=date(2026, 2, 1), until=date(2026, 2, 28))
    assert rollups.collect(made).to_numpy().tolist() == [["anna", 2, 1]]


def test_newcomers_by_referral_are_counted_as_pandas_would(relation):
    rng = np.random.default_rng(3)
    ids = [f"c{i}" for i in range(60)]
    first = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 400, 60), unit="D")
    people = pd.DataFrame({"customer_id": ids, "first_order_on": first.date})
    people["referred_by"] = np.where(rng.random(60) < 0.3, "c0", None)
    orders = pd.DataFrame({"customer_id": rng.choice(ids, 400), "status": "paid", "returned_value": 1.0})
    orders["ordered_on"] = (
        pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 700, 400), unit="D")
    ).date
    orders["revenue_excl_vat"] = rng.integers(100, 9000, 400) / 100
    since, until = date(2025, 2, 1), date(2025, 12, 31)
    made = referrals.newcomers_by_referral(
        relation(orders, list(orders)), relation(people, list(people)), since=since, until=until, days=100
    )
    joined = people[people["first_order_on"].between(since, until)].merge(
        orders, on="customer_id", how="left"
    )
    gap = (pd.to_datetime(joined["ordered_on"]) - pd.to_datetime(joined["first_order_on"])).dt.days
    joined["spend"] = (joined["revenue_excl_vat"] - 1).where(gap.between(0, 99), 0.0)
    spend = joined.groupby("customer_id")["spend"].sum()
    kind = people.set_index("customer_id")["referred_by"].notna().astype(int)[spend.index]
    wanted = spend.groupby(kind).agg(["size", "sum", lambda one: (one**2).sum()])
    ours = rollups.collect(made).set_index("is_referred").sort_index()
    assert ours.to_numpy() == pytest.approx(wanted.to_numpy())
    days = rollups.collect(referrals.referrals(relation(people, list(people))))
    assert days["n_customers"].sum() == 60 and days["n_referred"].sum() == people["referred_by"].notna().sum()


def test_choices_and_professionals_are_selected(relation):
    columns = ["customer_id", "purpose", "legal_basis", "status", "recorded_at", "recorded_on", "proof"]
    rows = [
        ("anna", p, "consent", "granted", pd.Timestamp("2026-01-01"), date(2026, 1, 1), "form")
        for p in ("email", "sms")
    ]
    made = rollups.collect(messages.choices(relation(rows, columns), purposes=["email"]))
    assert made["purpose"].tolist() == ["email"] and "proof" not in made
    listed = rollups.collect(messages.professionals(relation([("anna",)], ["customer_id"])))
    assert listed["is_b2b"].isna().all()


def test_a_missing_column_is_named(relation):
    with pytest.raises(DataError, match="crm_events: the column event is missing"):
        messages.messages_received(
            relation([("a", "b")], ["customer_id", "campaign_id"]), since=UNTIL, until=UNTIL
        )
