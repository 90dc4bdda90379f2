"""The period of a page: mapped to its grain, never one that is not over, never outside the data."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from helpers import tables
from helpers.company import Company, Scope
from helpers.errors import DataError
from helpers.periods import parse
from helpers.tables.scoping import page_period

SHOP = Company("shop", Path(), "Shop", "EUR", ("FR",), "Europe/Paris")
SPAN = (date(2017, 1, 1), date(2017, 12, 15))


def test_the_default_period_is_the_last_complete_one_in_the_data():
    assert page_period("", "month", *SPAN, SHOP).code == "2017-11"
    assert page_period("last", "month", *SPAN, SHOP).code == "2017-11"


def test_a_month_that_is_not_over_is_refused_with_the_last_that_is():
    with pytest.raises(DataError, match="2017-12 holds no complete month yet. Use --period 2017-11"):
        page_period("2017-12", "month", *SPAN, SHOP)


def test_a_quarter_gives_a_monthly_page_its_last_complete_month():
    assert page_period("2017-Q4", "month", *SPAN, SHOP).code == "2017-11"
    assert page_period("2017-Q3", "month", *SPAN, SHOP).code == "2017-09"


def test_a_day_gives_a_monthly_page_the_last_month_complete_by_then():
    assert page_period("2017-06-10", "month", *SPAN, SHOP).code == "2017-05"


def test_a_period_outside_the_data_is_refused_with_the_span():
    with pytest.raises(
        DataError, match="has data from 2017-01-01 to 2017-12-15; 2019-03 has none. Use --period 2017-11"
    ):
        page_period("2019-03", "month", *SPAN, SHOP)


def test_data_shorter_than_the_grain_are_refused():
    with pytest.raises(DataError, match="no complete month"):
        page_period("", "month", date(2017, 1, 5), date(2017, 1, 20), SHOP)


def test_targets_are_those_of_the_page_s_period_and_market(tmp_path):
    shop = replace(SHOP, folder=tmp_path)
    here = Scope(shop, parse("2026-02"), "FR", "en")
    assert tables.targets(here) == {}
    head = "period,market,kpi,segment,value\n"
    (tmp_path / "targets.csv").write_text(head)
    assert tables.targets(here) == {}
    rows = "2026-02,FR,monthly_retention,,0.4\n2026-01,FR,monthly_retention,,0.3\n2026-02,ALL,monthly_retention,,0.5\n"
    (tmp_path / "targets.csv").write_text(head + rows)
    assert tables.targets(here) == {"monthly_retention": 0.4}
    assert tables.targets(replace(here, market="ALL")) == {"monthly_retention": 0.5}
    (tmp_path / "targets.csv").write_text(head + "2026-02,FR,monthly_retention,,forty\n")
    with pytest.raises(DataError, match="targets: 1 of 1 rows"):
        tables.targets(here)


def test_targets_of_a_french_spreadsheet_have_semicolons_and_decimal_commas(tmp_path):
    shop = replace(SHOP, folder=tmp_path)
    here = Scope(shop, parse("2026-02"), "FR", "fr")
    head = "\ufeffperiod;kpi;market;value;segment;owner\r\n"
    rows = "2026-02;monthly_retention;FR;0,4;;\r\n2026-02;active_customers;FR;3900;;\r\n;;;;;\r\n"
    (tmp_path / "targets.csv").write_text(head + rows, encoding="utf-8")
    assert tables.targets(here) == {"monthly_retention": 0.4, "active_customers": 3900.0}


def test_a_target_that_could_be_thousands_or_decimals_is_refused(tmp_path):
    shop = replace(SHOP, folder=tmp_path)
    text = "period;kpi;market;value\n2026-02;active_customers;FR;3,900\n"
    (tmp_path / "targets.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="targets: 1 of 1 rows"):
        tables.targets(Scope(shop, parse("2026-02"), "FR", "fr"))
