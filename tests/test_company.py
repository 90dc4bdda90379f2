from datetime import date
from pathlib import Path

import pytest

from helpers import company
from helpers.company import Company
from helpers.errors import DataError, UsageError

GOOD = 'title = "Shop"\ncurrency = "EUR"\nmarkets = ["FR", "BE"]\ntime_zone = "Europe/Paris"\n'
SHOP = Company("shop", Path(), "Shop", "EUR", ("FR",), "Europe/Paris")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CMO_COMPANIES", str(tmp_path))
    monkeypatch.setenv("CMO_HOME", str(tmp_path))
    (tmp_path / "shop").mkdir()
    return tmp_path / "shop"


def test_a_company_is_read_with_its_defaults(folder):
    (folder / "company.toml").write_text(GOOD)
    shop = company.read("shop")
    assert (shop.markets, shop.fiscal_year_start, shop.engine, shop.tidy) == (("FR", "BE"), 1, "duckdb", folder / "tidy")


def test_an_unknown_company_is_refused_with_those_that_exist(folder):
    (folder / "company.toml").write_text(GOOD)
    with pytest.raises(UsageError, match='"shp" does not exist. Did you mean shop. Companies here: shop'):
        company.read("shp")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('curency = "EUR"', '"curency" is not a setting. Did you mean currency'),
        ('profile = "shop"', 'profile = "shop" is unknown. Use b2c, retail, b2b, sme'),
        ("fiscal_year_start = 13", "fiscal_year_start = 13 is not a month"),
        ("contribution_margin_rate = 40", "is not a share. Use a number from 0 to 1"),
        ('language = "xx"', 'language = "xx" is unknown'),
        ("profile = ", "not valid TOML"),
    ],
)
def test_a_wrong_setting_is_refused_with_what_to_do(folder, line, said):
    (folder / "company.toml").write_text(GOOD + line)
    with pytest.raises(DataError, match=said):
        company.read("shop")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('currency = "EUR"', 'currency = "EURO"', "not an ISO 4217 code"),
        ('"BE"', '"BEL"', 'market "BEL" is not an ISO country code'),
        ('title = "Shop"\n', "", "title is missing"),
    ],
)
def test_a_wrong_or_missing_value_is_refused(folder, old, new, said):
    (folder / "company.toml").write_text(GOOD.replace(old, new))
    with pytest.raises(DataError, match=said):
        company.read("shop")


SPAN = (date(2017, 1, 1), date(2017, 12, 15))


def test_the_default_period_is_the_last_complete_one_in_the_data():
    assert company.page_period("", "month", *SPAN, SHOP).code == "2017-11"
    assert company.page_period("last", "month", *SPAN, SHOP).code == "2017-11"


def test_a_month_that_is_not_over_is_refused_with_the_last_that_is():
    with pytest.raises(DataError, match="2017-12 holds no complete month yet. Use --period 2017-11"):
        company.page_period("2017-12", "month", *SPAN, SHOP)


def test_a_quarter_gives_a_monthly_page_its_last_complete_month():
    assert company.page_period("2017-Q4", "month", *SPAN, SHOP).code == "2017-11"
    assert company.page_period("2017-Q3", "month", *SPAN, SHOP).code == "2017-09"


def test_a_day_gives_a_monthly_page_the_last_month_complete_by_then():
    assert company.page_period("2017-06-10", "month", *SPAN, SHOP).code == "2017-05"


def test_a_period_outside_the_data_is_refused_with_the_span():
    with pytest.raises(DataError, match="has data from 2017-01-01 to 2017-12-15; 2019-03 has none. Use --period 2017-11"):
        company.page_period("2019-03", "month", *SPAN, SHOP)


def test_data_shorter_than_the_grain_are_refused():
    with pytest.raises(DataError, match="no complete month"):
        company.page_period("", "month", date(2017, 1, 5), date(2017, 1, 20), SHOP)
