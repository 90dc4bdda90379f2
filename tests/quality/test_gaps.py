"""Days without rows inside the span of a source; a source that rests is judged by what chance gives."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from helpers.quality import gaps, ledger, spans

made = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("made.py"))))


def days(when, table: str = "media_spend", system: str = "google_ads", account: str = "1") -> pd.DataFrame:
    when = pd.DatetimeIndex(pd.to_datetime(list(when))).astype("datetime64[us]")
    return pd.DataFrame({"day": when}).assign(table=table, system=system, account_id=account)[
        [*spans.SCOPE, "day"]
    ]


def noted(*rows: dict) -> pd.DataFrame:
    return ledger.of_imports(pd.DataFrame(list(rows)))


def shown(found: pd.DataFrame) -> list[tuple]:
    return [(f"{row.starts_on:%m-%d}", f"{row.ends_on:%m-%d}", row.n_days) for row in found.itertuples()]


SEPTEMBER = pd.date_range("2026-09-01", "2026-09-30")


def without(*numbers: int) -> pd.DatetimeIndex:
    return SEPTEMBER[~SEPTEMBER.day.isin(numbers)]


def test_missing_days_are_ranges_with_their_length():
    found = gaps.gaps(days(without(5, 10, 11, 12)), ledger.empty())
    assert shown(found) == [("09-05", "09-05", 1), ("09-10", "09-12", 3)]
    assert found["is_covered"].isna().all() and not found["is_usual"].any()


def test_a_source_without_a_gap_has_none():
    assert gaps.gaps(days(SEPTEMBER), ledger.empty()).empty


def test_no_day_at_all_gives_no_gap():
    assert gaps.gaps(days([]), ledger.empty()).empty
    assert gaps.strips(days([]), gaps.gaps(days([]), ledger.empty())).empty


def test_the_span_of_an_import_reaches_beyond_the_rows():
    found = gaps.gaps(days(without(1, 29, 30)), noted(made.entry("i1", "media_spend")))
    assert shown(found) == [("09-01", "09-01", 1), ("09-29", "09-30", 2)]
    assert found["is_covered"].tolist() == [True, True]


def test_days_that_no_file_covers_are_told_from_days_without_rows_in_a_file():
    rows = noted(
        made.entry("i1", "media_spend", ends_on="2026-09-10"),
        made.entry("i2", "media_spend", starts_on="2026-09-13"),
    )
    found = gaps.gaps(days(without(10, 11, 12)), rows)
    assert shown(found) == [("09-10", "09-10", 1), ("09-11", "09-12", 2)]
    assert found["is_covered"].tolist() == [True, False]


def test_an_import_of_another_account_or_one_that_was_replaced_does_not_widen_the_span():
    other = made.entry("i1", "media_spend", account_id="9")
    mine = made.entry("i2", "media_spend", starts_on="2026-09-02", ends_on="2026-09-28")
    gone = made.entry("i3", "media_spend", ends_on="2026-12-31", is_current=False)
    assert gaps.gaps(days(without(1, 29, 30)), noted(other, mine, gone)).empty


def test_each_account_has_its_own_gaps():
    both = pd.concat([days(without(5)), days(without(6), account="2")])
    found = gaps.gaps(both, ledger.empty())
    assert found[["account_id", "starts_on"]].to_numpy().tolist() == [
        ["1", pd.Timestamp("2026-09-05")],
        ["2", pd.Timestamp("2026-09-06")],
    ]


def test_a_table_that_names_no_system_is_judged_as_a_whole():
    orders = days(without(10, 11), table="orders", system="", account="")
    shops = [made.entry(name, "orders", system=name, account_id=None) for name in ("shopify", "woocommerce")]
    found = gaps.gaps(orders, noted(*shops))
    assert shown(found) == [("09-10", "09-11", 2)] and found["is_covered"].tolist() == [True]


@pytest.mark.parametrize(
    ("when", "rhythm"),
    [
        (["2026-09-01", "2026-09-02", "2026-09-28"], "day"),
        (["2026-09-01"], "day"),
        (["2026-09-01", "2026-09-04", "2026-09-08", "2026-09-11"], "week"),
        (["2026-07-01", "2026-08-01", "2026-09-01"], "month"),
    ],
)
def test_the_rhythm_is_the_usual_step_between_days_with_rows(when, rhythm):
    assert gaps.rhythm(pd.Series(pd.to_datetime(when))) == rhythm


def test_a_weekly_source_lacks_weeks_and_a_monthly_one_months():
    mondays = pd.date_range("2026-08-03", "2026-09-28", freq="7D")
    weekly = gaps.gaps(days(mondays[[0, 1, 2, 3, 5, 6, 7, 8]], table="crm_campaigns"), ledger.empty())
    assert shown(weekly) == [("08-31", "09-06", 7)] and weekly["rhythm"].tolist() == ["week"]
    months = pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01", "2026-05-01"])
    monthly = gaps.gaps(days(months, table="finance_actuals"), ledger.empty())
    assert shown(monthly) == [("04-01", "04-30", 30)] and monthly["rhythm"].tolist() == ["month"]


def test_weekends_of_a_source_that_rests_on_them_are_usual_and_a_whole_week_is_not():
    quarter = pd.date_range("2026-06-01", "2026-09-30")
    weekdays = quarter[quarter.day_of_week < 5]
    found = gaps.gaps(
        days(weekdays[~weekdays.isin(pd.date_range("2026-08-10", "2026-08-14"))]), ledger.empty()
    )
    assert found.loc[~found["is_usual"], "n_days"].tolist() == [9]  # the week with the weekends around it
    assert set(found.loc[found["is_usual"], "n_days"]) == {2}


def test_two_single_days_in_a_month_are_no_habit():
    assert not gaps.gaps(days(without(5, 20)), ledger.empty())["is_usual"].any()


def test_strips_are_what_lies_between_the_gaps():
    seen = days(without(5, 10, 11))
    assert [(f"{row.starts_on:%d}", f"{row.ends_on:%d}") for row in gaps.strips(seen, gaps.gaps(seen, ledger.empty())).itertuples()] == [
        ("01", "04"), ("06", "09"), ("12", "30"),
    ]  # fmt: skip


def test_a_row_of_several_days_gives_each_of_them(tmp_path, monkeypatch):
    from helpers import company, tables

    monkeypatch.setenv("CMO_HOME", str(tmp_path))
    monkeypatch.delenv("CMO_COMPANIES", raising=False)
    acme = made.make(tmp_path, with_ledger=False, only="orders")
    rows = (
        made.spend().head(1).assign(spent_on=pd.Timestamp("2026-09-01"), ends_on=pd.Timestamp("2026-09-03"))
    )
    tables.write(rows, "media_spend", acme)
    found = spans.days(company.read("acme"), ["media_spend", "orders"])
    own = found[found["table"] == "media_spend"]
    assert own["day"].dt.day.tolist() == [1, 2, 3] and own["n_rows"].tolist() == [1, 0, 0]
    assert set(zip(own["system"], own["account_id"], strict=True)) == {("google_ads", "1")}
    assert len(found[found["table"] == "orders"]) == 90
