"""The retention page, on a shop small enough to count by hand."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import kpi
from helpers.company import Company, Scope
from helpers.periods import parse
from helpers.pillars.crm import KPIS, retention, retention_cohorts, retention_decision

SHOP = Company("shop", Path(), "Shop", "EUR", ("FR",), "Europe/Paris")
HERE = Scope(SHOP, parse("2026-03"), "ALL", "en")


def activity(**changes):
    table = pd.DataFrame(
        {
            "month": pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01"]),
            "n_active": [200, 180, 190],
            "n_new": [200, 40, 30],
            "n_previous": [0, 200, 180],
            "n_kept": [0, 140, 126],
            "n_lapsed": [0, 0, 60],
            "n_returned": [0, 0, 24],
            "n_days": [400, 360, 399],
            "n_orders": [500, 450, 500],
            "revenue_excl_vat": [10_000.0, 9_000.0, 10_500.0],
            "returned_spend": [0.0, 0.0, 24 * 50.0],
            "returned_spend_squared": [0.0, 0.0, 24 * (50.0**2 + 100)],
        }
    )
    return table.assign(**changes)


def second(n=60, again=15, first_on="2026-02-10"):
    return pd.DataFrame({"first_on": pd.to_datetime([first_on]), "n_customers": [n], "n_again": [again]})


def test_retention_is_kept_over_previous():
    table = retention.by_month(activity())
    assert table["retention"].tolist() == [140 / 200, 126 / 180]
    assert table["return_rate"].iloc[1] == 24 / 60


def test_the_first_month_has_no_month_before_and_no_row():
    assert table_months(retention.by_month(activity())) == ["2026-02", "2026-03"]


def table_months(table):
    return table["month"].dt.strftime("%Y-%m").tolist()


def test_fewer_than_30_customers_give_no_percentage():
    table = retention.by_month(activity(n_previous=[0, 29, 29], n_kept=[0, 20, 20]))
    assert table["retention"].isna().all() and table["retention_low"].isna().all()


def test_every_declared_figure_of_the_page_has_a_row():
    rows = retention.kpis(activity(), second(), HERE)
    assert [row.id for row in rows] == list(retention.ORDER)
    assert {row.id for row in rows} <= set(KPIS)


def test_the_figures_by_hand():
    rows = retention.kpis(activity(), second(), HERE)
    value = {row.id: row.value for row in rows}
    assert value["monthly_retention"] == 126 / 180
    assert value["return_rate"] == 24 / 60
    assert value["repurchase_30d"] == 15 / 60
    assert value["active_customers"] == 190
    assert value["purchase_frequency"] == 399 / 190
    assert value["average_basket"] == 10_500 / 500
    row = kpi.pick(rows, "monthly_retention")
    assert row.comparisons[0].value == pytest.approx(126 / 180 - 140 / 200)
    assert row.verdict == "cannot tell"  # ± 6 points on 180 customers allow a material change both ways


def test_a_first_purchase_whose_30_days_end_after_the_month_does_not_count():
    rows = retention.kpis(activity(), second(first_on="2026-03-10"), HERE)
    row = kpi.pick(rows, "repurchase_30d")
    assert row.value is None and row.n == 0
    assert "cannot tell" in row.sentence and "n = 30" in row.sentence


def test_the_reminder_is_worth_its_assumption_times_the_spend_of_those_who_return():
    made = retention_decision.reminder(
        activity(), HERE, extra_return_rate=0.05, owner="CRM", due="2026-04-30"
    )
    # 54 stopped; nothing is started, so 54 x 5 % x 50 a month is given up if the assumption holds
    assert made.effect == pytest.approx(-(180 - 126) * 0.05 * 50)
    spread = 1.6449 * np.sqrt(100 / 24) * 54 * 0.05  # z times the standard error of the mean spend
    assert (made.low, made.high) == pytest.approx((made.effect - spread, made.effect + spread), rel=1e-3)
    assert made.probability is None


def test_a_test_that_would_take_years_is_not_proposed_and_one_that_ends_is():
    few = retention_decision.reminder(activity(), HERE, extra_return_rate=0.05, owner="CRM", due="")
    assert few.sentence.startswith("Do not start a win-back campaign for the 54 customers")
    assert "40% came back without any action" in few.sentence
    assert "1,208 customers a group and 45 months" in few.sentence
    many = activity(n_previous=[0, 20_000, 18_000], n_kept=[0, 14_000, 12_600])
    made = retention_decision.reminder(many, HERE, extra_return_rate=0.05, owner="CRM", due="")
    assert (
        made.sentence.startswith("Test a reminder on the 5,400 customers")
        and "a group, which takes 1 month." in made.sentence
    )
    assert made.effect == pytest.approx(5_400 * 0.05 * 50)


def test_without_lapsed_customers_the_effect_cannot_be_told():
    made = retention_decision.reminder(
        activity(n_lapsed=0, n_returned=0), HERE, extra_return_rate=0.05, owner="CRM", due=""
    )
    assert made.effect is None and "need n = 30" in made.sentence


def test_an_assumption_that_is_no_share_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        retention_decision.reminder(activity(), HERE, extra_return_rate=5, owner="CRM", due="")


def test_the_checks_see_old_customers_and_missing_months():
    cohorts = pd.DataFrame(
        {
            "cohort": pd.to_datetime(["2026-01-01", "2026-02-01"]),
            "age": [0, 0],
            "n_active": [90, 10],
            "n_customers": [90, 10],
        }
    )
    by_id = {check.id: check for check in retention.checks(activity(), cohorts, HERE)}
    assert by_id["first_month_is_not_acquisition"].status == "review"
    assert by_id["no_missing_month"].status == "pass" and by_id["sample"].status == "pass"
    gap = activity().iloc[[0, 2]]
    assert {c.id: c.status for c in retention.checks(gap, cohorts, HERE)}["no_missing_month"] == "fail"
    assert date(2026, 3, 31) == HERE.period.end


def cohort_counts(months):
    first = pd.date_range("2024-01-01", periods=months, freq="MS")
    rows = [
        (month, age, 100 if age == 0 else 20, 100)
        for i, month in enumerate(first)
        for age in range(months - i)
    ]
    table = pd.DataFrame(rows, columns=["cohort", "age", "n_active", "n_customers"])
    return table.astype({"cohort": "datetime64[us]"}), Scope(SHOP, parse(f"{first[-1]:%Y-%m}"), "ALL", "en")


def test_cohorts_are_months_in_a_year_and_quarters_in_three():
    year, here = cohort_counts(12)
    table = retention_cohorts.cohort_table(year, here)
    assert (table.index[0], table.index.name, table.shape) == ("January 2024", "month", (11, 11))
    three, here = cohort_counts(36)
    table = retention_cohorts.cohort_table(three, here)
    assert (table.index[0], table.index.name, table.shape) == ("Q1 2024", "quarter", (11, 12))
    assert set(table.stack().dropna()) == {0.2}
    assert retention_cohorts.cohort_subtitle(table, here).startswith(
        "active customers, % of the quarter's first purchases"
    )


def test_customers_who_are_all_older_than_the_data_have_no_cohorts_and_the_page_goes_on():
    none = pd.DataFrame({"cohort": pd.Series(dtype="datetime64[us]"), "age": pd.Series(dtype="int64"),
                         "n_customers": pd.Series(dtype="int64"), "n_active": pd.Series(dtype="int64")})  # fmt: skip
    (first, *_) = retention.checks(activity(), none, HERE)
    assert first.status == "review" and "no first purchase is seen" in first.text
    table = retention_cohorts.cohort_table(none, HERE)
    assert table.empty and "cannot tell" in retention_cohorts.cohort_finding(none, HERE)
    assert retention_cohorts.cohort_subtitle(table, HERE)


def test_a_decision_that_cannot_be_taken_says_how_many_came_back():
    made = retention_decision.reminder(activity(n_returned=[0, 0, 1]), HERE, extra_return_rate=0.05, due="")
    assert made.effect is None and "1 of 60 customers came back" in made.sentence
    made = retention_decision.reminder(activity(n_kept=[0, 140, 180]), HERE, extra_return_rate=0.05, due="")
    assert made.effect is None and made.sentence.startswith("Nobody who bought last month has stopped")
