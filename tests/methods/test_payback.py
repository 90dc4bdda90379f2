"""Payback of a new customer: by hand, at the limits, and on shops whose curve is known. No published table has digits for it."""

import math
import runpy
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.methods import payback
from helpers.methods.intervals import poisson

ROOT = Path(__file__).resolve().parents[2]
END = date(2026, 3, 31)
# Anna is won on 5 January for 30 and brings 35 in her second month; Ben is won on 10 February for 7.50.
THREE = pd.DataFrame(
    {
        "first_on": pd.to_datetime(["2026-01-05", "2026-01-05", "2026-02-10"]),
        "age": [0, 2, 0],
        "n_customers": [1, 1, 1],
        "revenue": [30.0, 35.0, 7.5],
    }
)


def curve(**options):
    return payback.revenue_curve(THREE, until=END, months=2, min_customers=1, **options)


def test_the_curve_of_two_customers_by_hand():
    # Age 0: (30 + 7.50) / 2. Month 1: both have lived it, nobody bought. Month 2: Anna alone has lived it.
    assert curve().value.tolist() == [18.75, 18.75, 53.75]
    assert curve().n.tolist() == [2, 2, 1]


def test_the_payback_of_two_customers_by_hand():
    # Media 40 for 2 customers: 20 each. Margin of a half: 9.375, 9.375, 26.875; 20 is reached at 1 + 10.625 / 17.5.
    table = payback.table(curve(), 2, 40.0, periods=1)
    made = payback.scenario({"spend": 40.0, "margin": 0.5, "extra": "average"}, **table)
    assert made["figures"]["cac"][0] == 20.0
    assert made["curve"]["value"] == [9.375, 9.375, 26.875]
    months = payback.months_to_reach(np.array([made["curve"]["value"]]), np.array([20.0]))
    assert months[0] == pytest.approx(1 + 10.625 / 17.5)


def test_an_age_that_is_not_over_does_not_count():
    # On 5 March Anna is 59 days old, and two months of age take 60; Ben has not lived his first.
    made = payback.revenue_curve(THREE, until=date(2026, 3, 5), months=2, min_customers=1)
    assert made.n.tolist() == [2, 1] and made.value.tolist() == [18.75, 18.75]


def test_a_curve_ends_where_too_few_have_lived():
    assert len(payback.revenue_curve(THREE, until=END, months=2, min_customers=2).value) == 2
    assert len(payback.revenue_curve(THREE, until=END, months=2, min_customers=3).value) == 0


def test_what_an_earlier_day_knew_is_what_it_would_have_computed():
    """Months of age that were over then are the same rows now, so history needs one rollup."""
    then = pd.Timestamp("2026-03-05")
    over = THREE["first_on"] + pd.to_timedelta(THREE["age"] * 487 // 16, unit="D") <= then
    made = [
        payback.revenue_curve(rows, until=then.date(), months=2, min_customers=1)
        for rows in (THREE, THREE[over])
    ]
    assert over.tolist() == [True, False, True]
    assert made[0].value.tolist() == made[1].value.tolist() and made[0].n.tolist() == made[1].n.tolist()


def test_the_same_seed_gives_the_same_draws():
    assert np.array_equal(curve(seed=4).draws, curve(seed=4).draws)
    assert not np.array_equal(curve(seed=4).draws, curve(seed=5).draws)


@pytest.mark.parametrize(
    ("target", "months"), [(5.0, 0.0), (10.0, 0.0), (15.0, 0.5), (20.0, 1.0), (20.5, 2.5), (21.5, math.inf)]
)
def test_months_to_reach_a_target(target, months):
    flat_then_up = np.array([[10.0, 20.0, 20.0, 21.0]])
    assert payback.months_to_reach(flat_then_up, np.array([target]))[0] == months


def test_a_quantile_may_lie_beyond_what_was_seen():
    ordered = np.array([1.0, 2.0, 3.0, math.inf])
    assert payback.quantile(ordered, 0.5) == 2.0 and payback.quantile(ordered, 0.75) == 3.0
    assert math.isinf(payback.quantile(ordered, 0.95))


@pytest.mark.parametrize(("extra", "customers"), [("average", 20.0), ("half", 15.0), ("none", 10.0)])
def test_twice_the_spend_wins_what_is_assumed(extra, customers):
    table = payback.table(curve(), 10, 100.0, periods=1)
    made = payback.scenario({"spend": 200.0, "margin": 0.5, "extra": extra}, **table)
    assert made["figures"]["customers"][0] == customers
    assert made["figures"]["cac"][0] == 200.0 / customers


def test_the_default_does_not_depend_on_the_assumption():
    table = payback.table(curve(), 10, 100.0, periods=1)
    made = [
        payback.scenario({"spend": 100.0, "margin": 0.5, "extra": extra}, **table) for extra in payback.EXTRA
    ]
    assert made[0] == made[1] == made[2]


def test_a_cost_that_is_never_reached_is_beyond():
    table = payback.table(curve(), 1, 1000.0, periods=1)
    made = payback.scenario({"spend": 1000.0, "margin": 0.5, "extra": "average"}, **table)
    assert made["case"] == "beyond" and made["figures"]["within"][0] == 0.0
    assert all(map(math.isinf, made["figures"]["months"]))


def test_a_cost_that_the_first_purchase_pays_is_paid_at_once():
    table = payback.table(curve(), 10, 1.0, periods=1)
    made = payback.scenario({"spend": 1.0, "margin": 0.5, "extra": "average"}, **table)
    assert made["case"] == "at once" and made["figures"]["months"] == [0.0, 0.0, 0.0]


def test_cost_over_several_days_is_spread_over_them():
    days = pd.DataFrame(
        {
            "spent_on": pd.to_datetime(["2026-01-30", "2026-02-10", "2026-03-01"]),
            "ends_on": pd.to_datetime(["2026-02-02", None, None]),
            "spend": [40.0, 5.0, 9.0],
        }
    )
    assert payback.spend_between(days, date(2026, 2, 1), date(2026, 2, 28)) == 25.0
    assert payback.spend_between(days, date(2026, 1, 1), date(2026, 3, 31)) == 54.0


def test_no_customer_or_no_spend_has_no_cost_of_winning():
    for customers, spend in ((0, 100.0), (5, 0.0)):
        with pytest.raises(DataError, match="choose a period with both"):
            payback.table(curve(), customers, spend, periods=1)


def test_a_table_without_ages_is_refused():
    with pytest.raises(DataError, match="column age is missing"):
        payback.revenue_curve(THREE.drop(columns="age"), until=END)


def test_the_interval_of_a_count_is_the_published_one():
    """Garwood (1936) as printed in tables of the Poisson distribution, 95 %."""
    assert poisson(10, level=0.95) == pytest.approx((4.795, 18.390), abs=5e-4)
    assert poisson(0, level=0.95) == pytest.approx((0.0, 3.689), abs=5e-4)
    with pytest.raises(DataError, match="count is -1"):
        poisson(-1)


def test_intervals_hold_a_known_truth_in_33_of_40_redraws_or_more():
    study = runpy.run_path(str(ROOT / "benchmarks" / "coverage_payback.py"))
    found = pd.DataFrame([study["inside"](seed, 1.0) for seed in range(40)])
    assert found.sum().min() >= 33, found.sum().to_dict()
