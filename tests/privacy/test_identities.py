"""Ids that stood in one row belong to one person, unless many share them."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.privacy import identities

SYSTEMS = pd.Series({"e1": "email", "e2": "email", "s1": "shop", "s2": "shop", "h1": "hubspot"})


def pairs(*given: tuple) -> pd.DataFrame:
    return pd.DataFrame(list(given), columns=["a", "b"], dtype="str")


def test_ids_are_joined_through_others_and_the_smallest_e_mail_stands_for_them():
    made = identities.canonical(pairs(("h1", "e2"), ("s1", "e2"), ("s1", "e1"), ("s2", "x")), systems=SYSTEMS)
    assert made.canonical.to_dict() == {
        **dict.fromkeys(["e1", "e2", "h1", "s1"], "e1"),
        "s2": "s2",
        "x": "s2",
    }
    assert made.not_joined.empty


def test_without_an_e_mail_the_smallest_id_stands_for_a_group():
    made = identities.canonical(pairs(("s2", "h1"), ("s1", "s2")), systems=SYSTEMS)
    assert set(made.canonical) == {"h1"}


def test_an_id_beside_itself_or_beside_nothing_stands_alone():
    made = identities.canonical(pairs(("s1", "s1"), ("s2", None)), systems=SYSTEMS)
    assert made.canonical.to_dict() == {"s1": "s1", "s2": "s2"}


def test_no_pairs_give_no_groups():
    made = identities.canonical(pairs())
    assert made.canonical.empty
    assert made.group("anybody") == {"anybody"}
    assert made.of(pd.Series(["anybody", None])).tolist()[0] == "anybody"


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=30), st.randoms())
def test_the_order_of_the_pairs_and_of_their_sides_changes_nothing(numbers, rng):
    straight = pairs(*((f"p{a:02}", f"p{b:02}") for a, b in numbers))
    mixed = [(b, a) if rng.random() < 0.5 else (a, b) for a, b in straight.itertuples(index=False)]
    rng.shuffle(mixed)
    one, other = identities.canonical(straight), identities.canonical(pairs(*mixed))
    assert one.canonical.sort_index().equals(other.canonical.sort_index())


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=30))
def test_groups_are_those_that_merging_sets_gives(numbers):
    sets: list[set[str]] = []
    for a, b in ((f"p{a:02}", f"p{b:02}") for a, b in numbers):
        touching = [one for one in sets if one & {a, b}]
        sets = [one for one in sets if not one & {a, b}] + [set().union({a, b}, *touching)]
    made = identities.canonical(pairs(*((f"p{a:02}", f"p{b:02}") for a, b in numbers)), limit=99)
    assert made.canonical.to_dict() == {one: min(group) for group in sets for one in group}


def shared(n: int) -> tuple[pd.DataFrame, pd.Series]:
    """An address with `n` contacts, each of which has a loyalty number of its own."""
    rows = [(f"info{0}", f"c{i:02}") for i in range(n)] + [(f"c{i:02}", f"l{i:02}") for i in range(n)]
    systems = {
        "info0": "email",
        **{f"c{i:02}": "crm" for i in range(n)},
        **{f"l{i:02}": "loyalty" for i in range(n)},
    }
    return pairs(*rows), pd.Series(systems)


def test_an_address_of_twenty_contacts_is_one_person_and_of_twenty_one_is_nobody():
    given, systems = shared(20)
    assert identities.canonical(given, systems=systems).canonical.nunique() == 1
    given, systems = shared(21)
    made = identities.canonical(given, systems=systems)
    assert made.not_joined.to_dict("records") == [
        {"id": "info0", "system": "crm", "n_ids": 21, "reason": "shared id"}
    ]
    assert made.canonical["info0"] == "info0"
    assert made.canonical["l07"] == "c07"  # what the contacts have of their own stays joined
    assert made.canonical.nunique() == 22


def test_a_group_that_grows_too_large_without_one_shared_id_is_listed_and_not_joined():
    chain = pairs(*((f"c{i:02}", f"c{i + 1:02}") for i in range(4)))
    made = identities.canonical(chain, limit=4)
    assert made.not_joined.to_dict("records") == [
        {"id": "c00", "system": "", "n_ids": 5, "reason": "large group"}
    ]
    assert made.canonical.to_dict() == {f"c{i:02}": f"c{i:02}" for i in range(5)}
    assert identities.canonical(chain, limit=5).not_joined.empty


def test_the_table_of_identities_joins_by_its_own_systems():
    rows = pd.DataFrame(
        {
            "customer_id": ["s1", "s1", "h1"],
            "system": ["shop", "email", "email"],
            "system_id": ["s1", "e1", "e1"],
        }
    )
    made = identities.joined(rows)
    assert made.of(pd.Series(["s1", "h1", "e1", "new"])).tolist() == ["e1", "e1", "e1", "new"]
    assert made.group("h1") == {"s1", "h1", "e1"}


def test_the_match_rate_counts_people_and_not_rows():
    rows = pd.DataFrame(
        [
            ("p1", "shop"),
            ("p1", "shop"),
            ("p1", "hubspot"),
            ("p2", "shop"),
            ("p3", "hubspot"),
            ("p2", "email"),
        ],
        columns=["customer_id", "system"],
    )
    made = identities.match_rate(rows)
    assert made.to_dict("records") == [
        {"system": "hubspot", "n_people": 2, "n_also_elsewhere": 1, "share": 0.5},
        {"system": "shop", "n_people": 2, "n_also_elsewhere": 1, "share": 0.5},
        {"system": "ALL", "n_people": 3, "n_also_elsewhere": 1, "share": pytest.approx(1 / 3)},
    ]


def test_a_match_rate_of_nobody_is_not_a_number():
    made = identities.match_rate(pd.DataFrame({"customer_id": ["p"], "system": ["email"]}))
    assert made[["system", "n_people", "n_also_elsewhere"]].values.tolist() == [["ALL", 0, 0]]
    assert made["share"].isna().all()
