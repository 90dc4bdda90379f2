from datetime import date

import pytest

from helpers import periods
from helpers.errors import UsageError


@pytest.mark.parametrize(
    ("code", "start", "end", "grain"),
    [
        ("2026-09", date(2026, 9, 1), date(2026, 9, 30), "month"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "month"),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30), "quarter"),
        ("2026-W39", date(2026, 9, 21), date(2026, 9, 27), "week"),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 3), "week"),
        ("2026-09-30", date(2026, 9, 30), date(2026, 9, 30), "day"),
    ],
)
def test_a_code_gives_its_first_and_last_day(code, start, end, grain):
    period = periods.parse(code)
    assert (period.code, period.start, period.end, period.grain) == (code, start, end, grain)


def test_a_fiscal_quarter_follows_the_fiscal_year_start():
    july = periods.parse("FY2026-Q3", fiscal_year_start=7)
    assert (july.start, july.end, july.code) == (date(2027, 1, 1), date(2027, 3, 31), "FY2026-Q3")
    assert july.label("en") == "Q3, fiscal year 2026/27"
    assert periods.parse("FY2026-Q3").start == date(2026, 7, 1)


@pytest.mark.parametrize(
    "code", ["2026-13", "2026-9", "2027-W53", "2026-02-30", "Q3 2026", "", "last month", "2026-Q5", 2026]
)
def test_what_is_no_period_is_refused_with_the_forms_that_are(code):
    with pytest.raises(UsageError, match=f'"{code}" is not a period. Write it as "2026-09"'):
        periods.parse(code)


@pytest.mark.parametrize(
    ("code", "before", "year_before"),
    [
        ("2026-01", "2025-12", "2025-01"),
        ("2026-Q1", "2025-Q4", "2025-Q1"),
        ("2026-W01", "2025-W52", "2025-W01"),
        ("2026-03-01", "2026-02-28", "2025-03-02"),
    ],
)
def test_the_period_before_and_the_year_before(code, before, year_before):
    period = periods.parse(code)
    assert period.before().code == before
    assert period.year_before().code == year_before
    assert period.before().before(-1) == period


def test_the_year_before_of_a_day_is_the_same_weekday():
    day = periods.parse("2026-11-22")
    assert day.year_before().start.weekday() == day.start.weekday()


def test_the_last_complete_month_is_the_one_the_data_reach_the_end_of():
    assert periods.last_complete(date(2017, 12, 31), "month").code == "2017-12"
    assert periods.last_complete(date(2017, 12, 30), "month").code == "2017-11"


def test_a_run_of_a_quarter_gives_a_monthly_page_its_last_complete_month():
    quarter = periods.parse("2017-Q4")
    assert periods.inside(quarter, "month", data_until=date(2018, 3, 1)).code == "2017-12"
    assert periods.inside(quarter, "month", data_until=date(2017, 12, 15)).code == "2017-11"


def test_a_span_lists_its_periods_and_refuses_mixed_grains():
    assert [p.code for p in periods.span("2026-11..2027-02")] == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert [p.code for p in periods.span("2026-11")] == ["2026-11"]
    with pytest.raises(UsageError, match="from a month to a quarter"):
        periods.span("2026-11..2027-Q1")
    with pytest.raises(UsageError, match="ends before it starts"):
        periods.span("2026-11..2026-01")


def test_labels_read_as_each_language_writes_them():
    assert periods.parse("2017-12").label("en") == "December 2017"
    assert periods.parse("2017-12").label("fr") == "décembre 2017"
    assert periods.parse("2026-Q3").label("fr") == "T3 2026"
    assert periods.parse("2026-W39").label("fr") == "S39 2026"
