"""`cmo pull` from the command line: days, settings, names, and what is said."""

import datetime as dt
import json
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from helpers import company
from helpers.errors import DataError
from helpers.sources.pulls import recipes

fakes = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "sources" / "fake_server.py")))
SETTINGS = """
[pulls.google_ads_campaigns]
customer_id = "1234567890"

[pulls.ads_be]
recipe = "google_ads_campaigns"
customer_id = "2222222222"
"""


@pytest.fixture
def fake(monkeypatch):
    for recipe in recipes.all_recipes().values():
        monkeypatch.delenv(recipe.auth.env, raising=False)
    monkeypatch.setenv("GOOGLE_ADS_ACCESS_TOKEN", fakes.TOKEN)
    monkeypatch.setenv("HUBSPOT_TOKEN", fakes.TOKEN)
    server = fakes.FakeServer()
    yield server
    server.close()


@pytest.fixture
def pull(cmo, project, fake):
    """Run `cmo pull` for acme against the fake server; nothing that it says holds the token."""
    path = project.root / "data/companies/acme/company.toml"
    path.write_text(path.read_text() + SETTINGS)

    def run(*words):
        code, out, err = cmo("pull", *words, "--company", "acme", "--base-url", fake.url)
        assert fakes.TOKEN not in out + err
        return code, out, err

    run.raw = path.parent / "raw"
    return run


def test_a_month_is_saved_among_the_raw_exports_and_told(pull):
    code, out, err = pull("google_ads_campaigns", "--period", "2026-09")
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "raw/google_ads/google_ads_campaigns_2026-09.json: 3 pages, 5 rows"
    assert "note: nobody has tried this recipe on an account yet" in out
    content = json.loads((pull.raw / "google_ads" / "google_ads_campaigns_2026-09.json").read_text())
    assert (content["since"], content["until"]) == ("2026-09-01", "2026-09-30")
    assert "the earlier file was replaced" in pull("google_ads_campaigns", "--period", "2026-09")[1]


def test_days_may_be_given_one_by_one(pull):
    code, out, _ = pull("google_ads_campaigns", "--since", "2026-09-02", "--until", "2026-09-03")
    assert code == 0
    assert out.startswith("raw/google_ads/google_ads_campaigns_2026-09-02_2026-09-03.json: 1 page, 2 rows\n")


def test_two_accounts_are_two_pulls_of_one_recipe(pull, fake):
    code, out, _ = pull("ads_be", "--period", "2026-09")
    assert code == 0 and out.startswith("raw/google_ads/ads_be_2026-09.json: ")
    assert "/customers/2222222222/" in fake.asked[0].path


def test_a_list_needs_no_days_and_is_dated_or_replaced(pull):
    assert pull("hubspot_contacts")[0] == 0
    assert pull("hubspot_deals")[0] == 0
    names = sorted(path.name for path in (pull.raw / "hubspot").glob("*"))
    assert names[0] == "hubspot_contacts_all.json"
    day = dt.date.fromisoformat(names[1].removeprefix("hubspot_deals_").removesuffix(".json"))
    assert json.loads((pull.raw / "hubspot" / names[1]).read_text())["until"] == day.isoformat()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "say which pull, such as cmo pull meta_insights; cmo pull --list lists all."),
        (("google_ads",), 'pull: "google_ads" does not exist. Did you mean google_ads_campaigns?'),
        (("google_ads_campaigns",), "google_ads_campaigns: say which days: --period 2026-09, or --since and"),
        (("google_ads_campaigns", "--since", "2026-09-01"), "say which days"),
        (("google_ads_campaigns", "--period", "2026-13"), 'period: "2026-13" is not a period'),
        (("google_ads_campaigns", "--period", "2026-09", "--until", "2026-09-30"), "not both"),
        (("google_ads_campaigns", "--since", "1.9.", "--until", "2026-09-30"), '--since "1.9." is no day'),
        (
            ("google_ads_campaigns", "--since", "2026-09-02", "--until", "2026-09-01"),
            "--until 2026-09-01 is before --since 2026-09-02",
        ),
        (("google_ads_campaigns", "--period", "2999-01"), "2999-01-01 is in the future"),
        (
            ("hubspot_deals", "--period", "2026-09"),
            "hubspot_deals takes no days: it always fetches the whole",
        ),
        (("meta_insights", "--period", "2026-09"), "[pulls.meta_insights]: account_id is missing"),
    ],
)
def test_a_wrong_command_is_told_in_one_sentence(words, says, pull, fake):
    code, out, err = pull(*words)
    assert (code, out) == (2, "")
    assert says in err and err.count("\n") == 1
    assert fake.asked == [] and not pull.raw.exists()


def test_a_missing_token_names_its_variable(pull, monkeypatch):
    monkeypatch.delenv("HUBSPOT_TOKEN")
    code, _, err = pull("hubspot_deals")
    assert code == 2
    assert err.startswith("cmo: hubspot_deals: the environment has no HUBSPOT_TOKEN. Make a private app")


def test_a_refusal_is_told_and_saves_nothing(pull, fake):
    fake.planned = [(403, {"category": "MISSING_SCOPES"})]
    code, out, err = pull("hubspot_deals")
    assert (code, out) == (3, "")
    assert err.startswith(
        "cmo: hubspot_deals: hubspot answered 403 (MISSING_SCOPES): the private app lacks a scope."
    )
    assert [path for path in pull.raw.rglob("*") if path.is_file()] == []


def test_a_period_that_is_not_over_is_saved_and_told(pull):
    today = dt.datetime.now(dt.UTC).date()
    code, out, _ = pull("google_ads_campaigns", "--since", "2026-01-01", "--until", f"{today.year + 1}-01-01")
    assert code == 0 and "note: the period is not over; pull it again when it is." in out


def test_the_list_names_every_pull_with_its_variable_and_never_a_token(pull):
    code, out, _ = pull("--list")
    assert code == 0
    lines = {line.split()[0]: line.split()[1:] for line in out.splitlines()}
    assert lines["pull"] == ["system", "verified", "token", "in", "set"]
    assert lines["meta_insights"] == ["meta", "no", "META_ACCESS_TOKEN", "no"]
    assert lines["ads_be"] == ["google_ads", "no", "GOOGLE_ADS_ACCESS_TOKEN", "yes"]
    assert set(lines) == {"pull", "ads_be", *recipes.all_recipes()}


def test_an_unknown_recipe_in_company_toml_is_told(pull, project):
    path = project.root / "data/companies/acme/company.toml"
    path.write_text(path.read_text() + '[pulls.more]\nrecipe = "hubspot_deal"\n')
    code, _, err = pull("more")
    assert code == 2 and 'pull: "hubspot_deal" does not exist. Did you mean hubspot_deals' in err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("pulls = 5", "pulls is no table"),
        ("[pulls]\nmeta_insights = 5", "pulls.meta_insights is no table with the name of a pull"),
        ('[pulls."../meta"]\naccount_id = "1"', "is no table with the name of a pull"),
        ("[pulls.meta_insights]\naccount_id = 12345", "account_id is not a text. Put it in quotes"),
        ('[pulls.meta_insights]\naccount_id = " "', "account_id is not a text"),
    ],
)
def test_settings_of_pulls_are_held_strictly_and_never_quoted(text, says, project):
    path = project.root / "data/companies/acme/company.toml"
    whole = path.read_text()
    path.write_text(f"{text}\n{whole}" if text.startswith("pulls") else f"{whole}\n{text}\n")
    with pytest.raises(DataError) as caught:
        company.read("acme")
    assert str(caught.value).startswith("acme/company.toml") and says in str(caught.value)
    assert "12345" not in str(caught.value)


def test_the_page_about_pulls_names_every_recipe_with_its_variable():
    text = (Path(__file__).parents[1] / "docs" / "pulling.md").read_text(encoding="utf-8")
    for name, recipe in recipes.all_recipes().items():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{name}` "))
        assert f"`{recipe.auth.env}`" in row
        assert row.rstrip(" |").endswith("yes" if recipe.verified else "no")
