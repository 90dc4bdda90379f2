import math

import numpy as np
import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.methods.cohorts import cohort_triangle, quarterly_cohorts, retention_at, retention_cohorts
from helpers.methods.intervals import wilson


def counts(rows):
    table = pd.DataFrame(rows, columns=["cohort", "age", "n_active", "n_customers"])
    return table.astype({"cohort": "datetime64[us]"})


FIVE_ROWS = counts(
    [
        ("2026-01-01", 0, 100, 100),
        ("2026-01-01", 1, 40, 100),  # nobody at age 2: the row is missing
        ("2026-01-01", 3, 10, 100),  # April, not over on 15 April
        ("2026-02-01", 0, 50, 50),
        ("2026-02-01", 1, 5, 50),
    ]
)


def test_five_rows_by_hand():
    result = retention_cohorts(FIVE_ROWS, until="2026-04-15")
    assert list(zip(result["cohort"].dt.month, result["age"], result["n_active"], strict=True)) == [
        (1, 0, 100),
        (1, 1, 40),
        (1, 2, 0),
        (2, 0, 50),
        (2, 1, 5),
    ]
    assert result["retention"].tolist() == [1, 0.4, 0, 1, 0.1]
    assert (result.loc[1, "low"], result.loc[1, "high"]) == wilson(40, 100)
    assert result.loc[2, "low"] == 0 and result.loc[2, "high"] > 0


@pytest.mark.parametrize(("until", "oldest"), [("2026-04-29", 2), ("2026-04-30", 3), ("2026-05-01", 3)])
def test_a_month_counts_from_its_last_day_on(until, oldest):
    result = retention_cohorts(FIVE_ROWS, until=until)
    assert result.loc[result["cohort"] == "2026-01-01", "age"].max() == oldest


def test_later_rows_change_nothing_earlier():
    early = FIVE_ROWS[FIVE_ROWS["age"] < 2]
    pd.testing.assert_frame_equal(
        retention_cohorts(early, until="2026-02-28"), retention_cohorts(FIVE_ROWS, until="2026-02-28")
    )


def test_a_small_cohort_keeps_its_counts_and_shows_no_percentage():
    table = counts([("2026-01-01", 0, 29, 29), ("2026-02-01", 0, 30, 30)])
    result = retention_cohorts(table, until="2026-03-31")
    small, enough = result[result["n_customers"] == 29], result[result["n_customers"] == 30]
    assert small[["retention", "low", "high"]].isna().all(axis=None) and small["n_active"].sum() == 29
    assert enough[["retention", "low", "high"]].notna().all(axis=None)


def test_totals_survive_and_the_table_is_left_alone():
    before = FIVE_ROWS.copy()
    result = retention_cohorts(FIVE_ROWS, until="2026-12-31")
    assert result["n_active"].sum() == FIVE_ROWS["n_active"].sum()
    pd.testing.assert_frame_equal(FIVE_ROWS, before)


def test_triangle_is_blank_where_the_month_is_not_over():
    triangle = cohort_triangle(retention_cohorts(FIVE_ROWS, until="2026-04-15"))
    assert triangle.columns.tolist() == [0, 1, 2]
    assert triangle.loc["2026-01-01"].tolist() == [1, 0.4, 0]
    assert np.isnan(triangle.loc["2026-02-01", 2])
    with pytest.raises(ValueError, match="n_active"):
        cohort_triangle(retention_cohorts(FIVE_ROWS, until="2026-04-15"), value="share")


def test_triangle_of_one_cohort_still_in_its_first_month_is_empty():
    result = retention_cohorts(FIVE_ROWS.head(1), until="2026-01-30")
    assert result.empty and cohort_triangle(result).empty


def test_retention_at_is_total_over_total_of_the_cohorts_old_enough():
    at_one = retention_at(FIVE_ROWS, 1, until="2026-04-15")
    assert at_one.value == 45 / 150 and at_one.n == 150  # a mean of shares would say .25
    assert (at_one.low, at_one.high) == wilson(45, 150)
    assert retention_at(FIVE_ROWS, 2, until="2026-04-15").n == 100
    assert retention_at(FIVE_ROWS, 2, until="2026-04-15").value == 0


def test_retention_at_an_age_nobody_has_reached_cannot_be_told():
    result = retention_at(FIVE_ROWS, 9, until="2026-04-15")
    assert result.n == 0 and math.isnan(result.value) and math.isnan(result.high)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t.drop(columns="age"), "'age' is missing"),
        (lambda t: t.head(0), "empty"),
        (lambda t: t.assign(cohort="2026-01"), "not dates"),
        (lambda t: t.assign(cohort=t["cohort"] + pd.Timedelta(days=3)), "first day"),
        (lambda t: t.assign(n_active=-1), "'n_active' is -1 in row 0"),
        (lambda t: t.assign(n_active=200), "at most n_customers"),
        (lambda t: t.assign(age=1.5), "'age' is 1.5 in row 0"),
        (lambda t: t.assign(n_customers=math.nan), "'n_customers' is nan"),
        (lambda t: t.assign(age=1), "once per cohort"),
        (lambda t: t.assign(n_customers=[100, 101, 100, 50, 50]), "same in all rows"),
    ],
)
def test_a_bad_table_is_refused_with_row_value_and_rule(change, says):
    with pytest.raises(DataError, match=says):
        retention_cohorts(change(FIVE_ROWS), until="2026-04-15")


def test_retention_of_a_known_truth_is_inside_its_interval_over_seeds():
    truth = 0.25 * 0.9 ** np.arange(12)
    inside = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        rows = [
            (pd.Timestamp(2025, m, 1), age, rng.binomial(400, truth[age]), 400)
            for m in range(1, 13)
            for age in range(12)
        ]
        result = retention_cohorts(counts(rows), until="2025-12-31")
        assert len(result) == 78  # 12 + 11 + ... + 1
        inside += [result["low"].to_numpy() <= truth[result["age"]]]
        inside += [truth[result["age"]] <= result["high"].to_numpy()]
    low_ok, high_ok = np.concatenate(inside[::2]), np.concatenate(inside[1::2])
    assert 0.86 <= np.mean(low_ok & high_ok) <= 0.95


def test_months_of_a_quarter_are_pooled_by_hand():
    table = counts(
        [
            ("2026-01-01", 0, 100, 100), ("2026-01-01", 1, 40, 100), ("2026-02-01", 0, 50, 50), ("2026-02-01", 1, 5, 50),
            ("2026-03-01", 0, 30, 30), ("2026-03-01", 1, 9, 30), ("2026-04-01", 0, 20, 20),
        ]
    )  # fmt: skip
    monthly = retention_cohorts(table, until="2026-04-30")
    pooled = quarterly_cohorts(monthly)
    first = pooled[pooled["cohort"] == "2026-01-01"]
    # Age 1: 40 + 5 + 9 of 180. Age 2 is seen for January and February alone, age 3 for January alone: absent.
    assert first["age"].tolist() == [0, 1] and first["n_customers"].tolist() == [180, 180]
    assert first["n_active"].tolist() == [180, 54] and first["retention"].tolist() == [1, 0.3]
    assert (first["low"].iloc[1], first["high"].iloc[1]) == wilson(54, 180)
    second = pooled[pooled["cohort"] == "2026-04-01"]  # 20 customers: counts and no percentage
    assert second["n_active"].tolist() == [20] and second["retention"].isna().all()


def test_a_quarter_keeps_every_customer_of_its_months():
    rng = np.random.default_rng(3)
    rows = []
    for month in pd.date_range("2025-01-01", "2025-12-01", freq="MS"):
        n = int(rng.integers(40, 90))
        rows += [(month, age, n if age == 0 else int(rng.integers(0, n)), n) for age in range(4)]
    monthly = retention_cohorts(counts(rows), until="2026-06-30")
    pooled = quarterly_cohorts(monthly)
    complete = monthly[monthly["age"] <= 3]
    assert pooled.loc[pooled["age"] <= 3, "n_active"].sum() == complete["n_active"].sum()
    assert pooled["retention"].between(monthly["retention"].min(), 1).all()
