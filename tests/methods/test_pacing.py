"""Pace of a budget: ten days by hand."""

from datetime import date

import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.methods.pacing import pace


def spent(*amounts, first="2026-09-01"):
    return pd.Series(amounts, index=pd.date_range(first, periods=len(amounts)), dtype=float)


PLAN = {"starts_on": date(2026, 9, 1), "ends_on": date(2026, 9, 10)}


def test_half_way_half_of_the_budget_was_to_be_spent():
    at = pace(spent(*[10.0] * 5), 200.0, day=date(2026, 9, 5), recent=5, **PLAN)
    assert (at.spent, at.planned, at.a_day, at.days_left, at.end) == (50, 100, 10, 5, 100)
    assert at.left == 15  # 150 are left, at 10 a day


def test_a_budget_that_is_gone_has_less_than_no_days_left():
    at = pace(spent(*[30.0] * 5), 100.0, day=date(2026, 9, 5), recent=5, **PLAN)
    assert at.left == pytest.approx(-50 / 30)


def test_later_days_count_for_nothing_and_after_the_end_all_was_planned():
    at = pace(spent(*[10.0] * 12), 100.0, day=date(2026, 9, 11), **PLAN)
    assert at.spent == 110 and at.planned == 100 and at.days_left == 0


def test_without_spend_the_budget_lasts_for_ever():
    at = pace(spent(), 100.0, day=date(2026, 8, 30), **PLAN)
    assert at.left == float("inf") and at.planned == 0 and at.spent == 0


@pytest.mark.parametrize("wrong", [{"budget": 0.0}, {"budget": float("nan")}, {"ends_on": date(2026, 8, 1)}])
def test_what_is_no_plan_is_refused(wrong):
    with pytest.raises(DataError, match="is no plan"):
        pace(spent(1.0), **{"budget": 10.0, "day": date(2026, 9, 5), **PLAN, **wrong})
