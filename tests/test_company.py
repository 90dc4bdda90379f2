import pytest

from helpers import company
from helpers.errors import DataError, UsageError

GOOD = 'title = "Shop"\ncurrency = "EUR"\nmarkets = ["FR", "BE"]\ntime_zone = "Europe/Paris"\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CMO_COMPANIES", str(tmp_path))
    monkeypatch.setenv("CMO_HOME", str(tmp_path))
    (tmp_path / "shop").mkdir()
    return tmp_path / "shop"


def test_a_company_is_read_with_its_defaults(folder):
    (folder / "company.toml").write_text(GOOD)
    shop = company.read("shop")
    assert (shop.markets, shop.fiscal_year_start, shop.engine, shop.tidy) == (
        ("FR", "BE"),
        1,
        "duckdb",
        folder / "tidy",
    )


def test_own_brands_are_those_written_else_those_of_the_settings_else_the_title(folder):
    (folder / "company.toml").write_text(GOOD.replace("Shop", "Shop (invented)"))
    assert company.read("shop").own_brands() == ("Shop",)
    (folder / "company.toml").write_text(GOOD + 'brands = ["House", "House Mini"]')
    assert (
        company.read("shop").own_brands() == company.read("shop").own_brands(" , ") == ("House", "House Mini")
    )
    assert company.read("shop").own_brands(" Other , Line, Other") == ("Other", "Line")


def test_an_unknown_company_is_refused_with_those_that_exist(folder):
    (folder / "company.toml").write_text(GOOD)
    with pytest.raises(UsageError, match='"shp" does not exist. Did you mean shop. Companies here: shop'):
        company.read("shp")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("language = 5", "language = 5 is not a text"),
        ('profile = "b2c\\u0007"', "is not a text"),
        ("fiscal_year_start = 4.0", "fiscal_year_start = 4.0 is not a whole number"),
        ("contribution_margin_rate = true", "contribution_margin_rate = True is not a number"),
        ("contribution_margin_rate = nan", "nan is not a share"),
        ('synthetic = "no"', "synthetic = 'no' is not true or false"),
        ('curency = "EUR"', '"curency" is not a setting. Did you mean currency'),
        ('profile = "shop"', 'profile = "shop" is unknown. Use b2c, retail, b2b, sme'),
        ("fiscal_year_start = 13", "fiscal_year_start = 13 is not a month"),
        ("contribution_margin_rate = 40", "is not a share. Use a number from 0 to 1"),
        ('language = "xx"', 'language = "xx" is unknown'),
        ('brands = ["House", "House"]', "brands names one twice"),
        ('brands = "House"', "is not a list of texts"),
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


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("markets", '"FR"', 'is not a list of texts. Write a list of texts, such as markets = ["FR", "BE"]'),
        ("markets", "[]", "is not a list of texts"),
        ("markets", '["FR", 5]', "is not a list of texts"),
        ("markets", '["FR", "FR"]', "markets names one twice"),
        ("title", '" "', "is not a text"),
        ("currency", '["EUR"]', "is not a text"),
        ("time_zone", '"Paris"', '"Paris" is not an IANA time zone. Use one such as Europe/Paris'),
    ],
)
def test_a_setting_of_the_wrong_kind_is_refused_in_one_sentence(folder, key, value, said):
    lines = [f"{key} = {value}" if line.startswith(key) else line for line in GOOD.splitlines()]
    (folder / "company.toml").write_text("\n".join(lines))
    with pytest.raises(DataError) as refusal:
        company.read("shop")
    assert said in str(refusal.value)
    assert str(refusal.value).startswith("shop/company.toml: ")


def test_a_folder_without_companies_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("CMO_COMPANIES", str(tmp_path))
    monkeypatch.setenv("CMO_HOME", str(tmp_path))
    with pytest.raises(UsageError, match="run the command in the project's folder or set CMO_HOME"):
        company.read("shop")


def test_the_environment_may_name_the_company_of_a_schedule(folder, monkeypatch):
    (folder / "company.toml").write_text(GOOD)
    monkeypatch.setenv("CMO_COMPANY", "shop")
    assert company.default_name() == "shop"
    monkeypatch.setenv("CMO_COMPANY", "shp")
    with pytest.raises(UsageError, match="Did you mean shop"):
        company.read(company.default_name())
