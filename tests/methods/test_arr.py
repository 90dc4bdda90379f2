"""Yearly recurring revenue: five movements by hand, a bridge that closes to the cent, and impossible rows."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods.arr import KINDS, bridge, kept, net_retention, revenue


def moves(*rows):
    table = pd.DataFrame(rows, columns=["month", "account", "kind", "delta"])
    return table.assign(month=pd.to_datetime(table["month"]))


FIVE = moves(
    ("2025-01-01", "a", "new", 1000.10),
    ("2025-03-01", "b", "new", 500.00),
    ("2025-07-01", "a", "expansion", 200.05),
    ("2025-09-01", "b", "churn", -500.00),
    ("2025-11-01", "c", "new", 300.00),
)


def test_the_bridge_of_five_movements_by_hand():
    made = bridge(FIVE, start="2025-07-01", end="2025-12-31", closing=1500.15)
    amount = dict(zip(made.steps["name"], made.steps["amount"], strict=True))
    assert amount == {
        "start": 1500.10, "new": 300.0, "reactivation": 0.0, "expansion": 200.05, "contraction": 0.0, "churn": -500.0,
        "end": 1500.15,
    }  # fmt: skip
    assert made.gap == 0 and made.n_below_zero == 0
    assert made.steps["n_accounts"].tolist() == [2, 1, 0, 1, 0, 1, 2]
    assert revenue(FIVE, "2025-03-31") == 1500.10


def test_a_total_that_differs_by_a_cent_and_an_account_below_nothing_are_seen():
    assert bridge(FIVE, start="2025-07-01", end="2025-12-31", closing=1500.16).gap == pytest.approx(0.01)
    assert np.isnan(bridge(FIVE, start="2025-07-01", end="2025-12-31").gap)
    twice = pd.concat([FIVE, FIVE.iloc[[3]]])
    assert bridge(twice, start="2025-07-01", end="2025-12-31").n_below_zero == 1


def test_what_is_kept_by_hand():
    made = kept(FIVE, then="2025-03-31", now="2025-12-31").set_index("account")
    assert made["then"].to_dict() == {"a": 1000.10, "b": 500.0}  # c came later
    assert made["now"].to_dict() == {"a": 1200.15, "b": 0.0}
    assert made["kept"].to_dict() == {"a": 1000.10, "b": 0.0}


def accounts(n):
    then = np.linspace(500, 5000, n)
    now = then * np.resize([1.0, 1.2, 0.0, 1.0, 0.9], n)
    return pd.DataFrame({"account": np.arange(n), "then": then, "now": now, "kept": np.minimum(then, now)})


def test_retention_is_total_over_total_and_its_interval_holds_it():
    table = accounts(100)
    net, gross = net_retention(table, seed=1)
    assert net.value == pytest.approx(table["now"].sum() / table["then"].sum())
    assert gross.value == pytest.approx(table["kept"].sum() / table["then"].sum())
    assert gross.value < net.value and net.low < net.value < net.high and net.n == 100
    assert net_retention(table.sample(frac=1, random_state=2), seed=1)[0] == net


def test_under_30_accounts_nothing_is_told():
    assert np.isnan(net_retention(accounts(29), seed=1)[0].value)


def test_accounts_that_all_stay_alike_have_no_spread():
    alike = accounts(40).assign(now=lambda table: table["then"], kept=lambda table: table["then"])
    net, _ = net_retention(alike, seed=1)
    assert net.value == net.low == net.high == 1


def test_intervals_hold_a_planted_truth_as_often_as_they_say():
    held = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        then = np.exp(0.6 * rng.standard_normal(150))
        now = then * rng.choice([0.0, 1.0, 1.3], 150, p=[0.1, 0.7, 0.2])
        table = pd.DataFrame({"account": range(150), "then": then, "now": now, "kept": np.minimum(then, now)})
        net, _ = net_retention(table, draws=100, seed=seed)
        held += net.low <= 0.96 <= net.high
    assert 31 <= held <= 40


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "gift"}, "a change is of the kind 'gift'"),
        ({"delta": np.nan}, "the change in row 1 is nan"),
        ({"delta": np.inf}, "the change in row 1 is inf"),
    ],
)
def test_impossible_movements_are_refused(change, said):
    with pytest.raises(DataError, match=said):
        revenue(FIVE.assign(**change), "2025-12-31")
    with pytest.raises(DataError, match="the column kind is missing"):
        revenue(FIVE.drop(columns="kind"), "2025-12-31")


@settings(deadline=None, max_examples=25)
@given(
    rows=st.lists(
        st.tuples(
            st.integers(1, 12), st.sampled_from("abc"), st.sampled_from(KINDS), st.integers(-(10**9), 10**9)
        ),
        max_size=30,
    )
)
def test_any_movements_close_to_the_cent(rows):
    table = moves(*[(f"2025-{m:02d}-01", who, kind, cents / 100) for m, who, kind, cents in rows])
    made = bridge(table, start="2025-05-01", end="2025-12-31", closing=sum(row[3] for row in rows) / 100)
    amount = made.steps.set_index("name")["amount"]
    assert amount["end"] == pytest.approx(amount.drop("end").sum(), abs=1e-6)
    assert abs(made.gap) < 0.005
