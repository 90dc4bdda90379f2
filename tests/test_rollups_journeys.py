"""Journeys from contacts and orders: six people by hand on DuckDB, and the same as a loop over sorted rows."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import duckdb
import numpy as np
import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.rollups import journeys

TOUCHED = ["touch_id", "customer_id", "visitor_id", "touched_at", "touched_on", "channel"]
ORDERS = [
    "order_id",
    "customer_id",
    "ordered_at",
    "ordered_on",
    "status",
    "revenue_excl_vat",
    "returned_value",
    "sales_channel",
]
SINCE, UNTIL = date(2026, 3, 1), date(2026, 4, 30)


def touch(at, who, channel, visitor=None):
    when = datetime.fromisoformat(at)
    return (f"{who}{visitor}{at}{channel}", who, visitor, when, when.date(), channel)


def order(at, who, money=10.0, back=0.0, status="paid", place="web", is_timed=True):
    when = datetime.fromisoformat(at)
    return (f"o{who}{at}", who, when if is_timed else None, when.date(), status, money, back, place)


CONTACTS = [
    # anna: two contacts, an order, then one more contact and a second order
    touch("2026-03-01 10:00", "anna", "social"),
    touch("2026-03-03 10:00", "anna", "search"),
    touch("2026-03-20 09:00", "anna", "direct"),
    # ben: the browser is his, so what it saw before he was known counts; the first contact is older than the window
    touch("2026-02-20 10:00", None, "tv site", "v-ben"),
    touch("2026-03-10 10:00", None, "display", "v-ben"),
    touch("2026-03-11 10:00", "ben", "search", "v-ben"),
    # a browser that two people share belongs to neither
    touch("2026-03-05 10:00", "carl", "search", "v-two"),
    touch("2026-03-05 11:00", "dora", "search", "v-two"),
    touch("2026-03-05 12:00", None, "display", "v-two"),
    # eve: two journeys without an order, parted by silence, and one that is still open
    touch("2026-03-02 10:00", None, "social", "v-eve"),
    touch("2026-03-09 10:00", None, "search", "v-eve"),
    touch("2026-04-02 10:00", None, "direct", "v-eve"),
    touch("2026-04-29 10:00", None, "email", "v-eve"),
    # nobody known
    touch("2026-03-02 10:00", None, "social", None),
]
BOUGHT = [
    order("2026-03-04 10:00", "anna", 50.0, back=5.0),
    order(
        "2026-03-20 08:00", "anna", 7.0, is_timed=False
    ),  # the time is not known: the contact of the day came before
    order("2026-03-12 10:00", "ben", 20.0),
    order("2026-03-06 10:00", "carl", 30.0, status="cancelled"),
    order("2026-03-06 10:00", "dora", 40.0, place="store"),
    order("2026-03-07 10:00", "fred", 60.0),  # without any contact
]


@pytest.fixture
def relation():
    """A frame as a DuckDB relation."""
    with duckdb.connect() as opened:
        names = iter(range(100))

        def made(rows, columns):
            name = f"given{next(names)}"
            frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(rows, columns=columns)
            opened.register(name, frame)
            cast = [f"CAST({one} AS DATE) AS {one}" for one in columns if one.endswith("_on")]
            cast += [f"CAST({one} AS TIMESTAMP) AS {one}" for one in columns if one.endswith("_at")]
            cast += [f"CAST({one} AS VARCHAR) AS {one}" for one in columns if one.endswith("_id")]
            return opened.sql(f"SELECT * REPLACE ({', '.join(cast)}) FROM {name}")

        yield made


def found(relation, contacts=CONTACTS, bought=BOUGHT, **more):
    options = {
        "since": SINCE,
        "until": UNTIL,
        "window_days": 14,
        "half_life_days": 7.0,
        "sold_in": ("web",),
        **more,
    }
    return journeys.bring(journeys.paths(relation(contacts, TOUCHED), relation(bought, ORDERS), **options))


def test_six_people_by_hand(relation):
    made = found(relation).set_index("path")
    won = made[made["n_converted"] > 0]
    assert won["revenue"].to_dict() == {"social > search": 45.0, "direct": 7.0, "display > search": 20.0}
    lost = made[made["n_converted"] == 0]["n"].to_dict()
    assert lost == {
        "search": 2,
        "display": 1,
        "direct": 1,
    }  # carl's order was cancelled, dora's was in a store
    assert made.loc["social > search", ["n", "n_converted"]].tolist() == [
        2,
        1,
    ]  # eve's first journey took anna's path
    assert made["n"].sum() == 8 and made["n_cut"].sum() == 0


def test_shares_by_age_halve_with_every_half_life(relation):
    made = found(relation, half_life_days=1.0).set_index("path")
    # social three days before the order, search one: 1/8 to 1/2
    assert made.loc["social > search", "decay"] == pytest.approx([0.2, 0.8])


def test_the_window_decides_what_belongs_to_an_order(relation):
    made = found(relation, window_days=2)
    assert made[made["n_converted"] > 0]["path"].tolist() == ["direct", "display > search", "search"]
    wide = found(relation, window_days=40, since=date(2026, 2, 1))
    assert "tv site > display > search" in wide["path"].tolist()


def test_orders_of_every_place_count_where_none_is_named(relation):
    made = found(relation, sold_in=())
    assert made["n_converted"].sum() == 4 and made["revenue"].sum() == 45 + 7 + 20 + 40


def test_a_long_path_keeps_its_last_thirty_contacts(relation):
    start = datetime(2026, 3, 2)
    contacts = [
        (
            f"t{i:03d}",
            "anna",
            None,
            start + timedelta(hours=i),
            (start + timedelta(hours=i)).date(),
            "late" if i > 9 else "early",
        )
        for i in range(40)
    ]
    made = found(relation, contacts, [order("2026-03-05 10:00", "anna")])
    assert made["path"].tolist() == [" > ".join(["late"] * 30)] and made["n_cut"].tolist() == [1]
    assert sum(made["decay"][0]) == pytest.approx(1.0) and len(made["decay"][0]) == 30


def test_a_loop_over_sorted_rows_finds_the_same(relation):
    rng, day = np.random.default_rng(6), np.timedelta64(1, "D")
    when = np.datetime64("2026-02-01") + rng.integers(0, 90 * 86_400, 900).astype("timedelta64[s]")
    contacts = pd.DataFrame(
        {
            "touch_id": [f"t{i:04d}" for i in range(900)],
            "customer_id": rng.choice([f"p{i}" for i in range(60)], 900),
            "visitor_id": None,
        }
    )
    contacts = contacts.assign(
        touched_at=when, touched_on=when.astype("datetime64[D]"), channel=rng.choice(list("ABC"), 900)
    )
    at = np.datetime64("2026-02-01") + rng.integers(0, 90 * 86_400, 150).astype("timedelta64[s]")
    bought = pd.DataFrame(
        {
            "order_id": [f"o{i:04d}" for i in range(150)],
            "customer_id": rng.choice([f"p{i}" for i in range(60)], 150),
        }
    )
    bought = bought.assign(
        ordered_at=at,
        ordered_on=at.astype("datetime64[D]"),
        status="paid",
        revenue_excl_vat=1.0,
        returned_value=0.0,
        sales_channel="web",
    )
    counted: dict[tuple[str, int], int] = {}
    for person, own in contacts.sort_values(["touched_at", "touch_id"]).groupby("customer_id"):
        sold = np.sort(bought.loc[bought["customer_id"] == person, "ordered_at"].to_numpy())
        groups: dict[tuple, list] = {}
        for row in own.itertuples():
            later = sold[sold >= np.datetime64(row.touched_at)]
            ends = later[0] if len(later) else None
            is_won = ends is not None and ends - np.datetime64(row.touched_at) <= 14 * day
            groups.setdefault((ends, is_won), []).append((np.datetime64(row.touched_at), row.channel))
        for (ends, is_won), rows in groups.items():
            parts = [[rows[0]]]
            for before, here in pairwise(rows):
                if not is_won and here[0] - before[0] > 14 * day:
                    parts.append([])
                parts[-1].append(here)
            for part in parts:
                last = (ends if is_won else part[-1][0]).astype("datetime64[D]")
                if np.datetime64(SINCE) <= last <= np.datetime64(UNTIL) - (0 if is_won else 14) * day:
                    key = (" > ".join(channel for _, channel in part), int(is_won))
                    counted[key] = counted.get(key, 0) + 1
    made = found(relation, contacts[TOUCHED], bought[ORDERS]).groupby("path")[["n", "n_converted"]].sum()
    ours = {(path, 1): int(row.n_converted) for path, row in made.iterrows() if row.n_converted}
    ours |= {
        (path, 0): int(row.n - row.n_converted) for path, row in made.iterrows() if row.n > row.n_converted
    }
    assert ours == counted and len(ours) > 40


def test_first_contact_and_orders_by_month(relation):
    contacts = relation(CONTACTS, TOUCHED)
    assert journeys.first_contact(contacts) == date(2026, 2, 20)
    assert journeys.first_contact(relation(CONTACTS, TOUCHED).filter("channel = 'radio'")) is None
    made = journeys.collect(
        journeys.order_months(relation(BOUGHT, ORDERS), since=SINCE, until=UNTIL, sold_in=("web",))
    )
    assert made.to_numpy().tolist() == [
        [2026 * 12 + 2, 5, 4, (45 + 7 + 20 + 40 + 60) * 10_000, (45 + 7 + 20 + 60) * 10_000]
    ]


def test_journeys_of_another_tool_are_counted_by_their_text(relation):
    rows = [
        ("j1", "A>B", date(2026, 3, 2), True, 20.0),
        ("j2", "A>B", date(2026, 3, 9), False, None),
        ("j3", "A>B", date(2026, 5, 1), True, 20.0),
    ]
    table = relation(rows, ["journey_id", "path", "ended_on", "is_converted", "revenue_excl_vat"])
    made = journeys.bring(journeys.journey_paths(table, since=SINCE, until=UNTIL))
    assert made.to_numpy().tolist() == [[2026 * 12 + 2, "A>B", 2, 1, 20.0]]


def test_spend_by_channel_and_claims_by_platform(relation):
    spend = [
        (date(2026, 3, 1), "social", 2.5),
        (date(2026, 3, 2), "social", 1.0),
        (date(2026, 3, 2), None, 4.0),
        (date(2026, 5, 1), "tv", 9.0),
    ]
    made = journeys.collect(
        journeys.channel_spend(relation(spend, ["spent_on", "channel", "spend"]), since=SINCE, until=UNTIL)
    )
    assert made.dropna().to_numpy().tolist() == [["social", 35_000]] and len(made) == 2
    claims = [
        (date(2026, 3, 1), "meta", "platform", "purchase", 2.5),
        (date(2026, 3, 1), "meta", "own", "purchase", 1.0),
        (date(2026, 3, 1), "meta", "platform", "lead", 1.0),
    ]
    names = ["converted_on", "platform", "counted_by", "conversion_group", "conversions"]
    made = journeys.collect(journeys.claimed(relation(claims, names), since=SINCE, until=UNTIL))
    assert made.to_numpy().tolist() == [["meta", 2.5]]


def test_a_missing_column_is_named(relation):
    with pytest.raises(DataError, match="touchpoints: the column channel is missing"):
        journeys.paths(
            relation([row[:-1] for row in CONTACTS], TOUCHED[:-1]), relation(BOUGHT, ORDERS), since=SINCE, until=UNTIL,
            window_days=14, half_life_days=7.0,
        )  # fmt: skip
