"""Whole imports of what is not advertising: surveys, panels, mentions, a channel, tables kept by hand, pulls beside exports."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from helpers import company, ingest
from helpers.errors import DataError

FIXTURES = Path(__file__).parent / "sources" / "fixtures"
TOML = (
    'title = "Mine"\ncurrency = "EUR"\nmarkets = ["FR", "BE"]\ntime_zone = "Europe/Paris"\nsynthetic = true\n'
)
PANEL = "Month,Brand,Sales value,Currency,Source\n2026-08,own,{}.00,EUR,Panel A\n2026-08,other,900.00,EUR,Panel A\n"
SURVEY = "Respondent,Date,Survey,{}\nr1,2026-09-03,{},{}\n"


def put(folder, name, text):
    path = folder / "raw" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def say(folder, files, **settings):
    """Add an entry of [[exports]]."""
    lines = "".join(f'{key} = "{value}"\n' for key, value in settings.items())
    with (folder / "company.toml").open("a") as toml:
        toml.write(f'[[exports]]\nfiles = "{files}"\n{lines}')


def table(name):
    return pd.read_parquet(company.read("mine").tidy / name)


def test_panels_of_two_markets_stand_beside_each_other(mine):
    for market, value in (("FR", 100), ("BE", 40)):
        put(mine, f"panel/{market}.csv", PANEL.format(value))
        say(mine, f"panel/{market}.csv", market=market)
    ingest.ingest("mine")
    own = table("market_sales").query("brand == 'own'").set_index("market")["sales_value"].astype(float)
    assert own.to_dict() == {"FR": 100.0, "BE": 40.0}


def test_a_later_panel_of_the_same_market_takes_the_place_of_the_earlier_one(mine):
    say(mine, "panel/*", market="FR")
    for number, value in ((1, 100), (2, 120)):
        put(mine, f"panel/{number}.csv", PANEL.format(value))
    made = ingest.ingest("mine")
    assert made.rows == {"market_sales": 2}
    assert table("market_sales")["sales_value"].astype(float).tolist() == [900.0, 120.0]


def test_two_surveys_on_the_same_days_are_two_surveys(mine):
    say(mine, "survey/*", market="FR")
    put(mine, "survey/one.csv", SURVEY.format("NPS", "service", 9))
    put(mine, "survey/two.csv", SURVEY.format("CSAT", "shop", 4))
    ingest.ingest("mine")
    assert sorted(table("surveys")["survey_id"]) == ["service", "shop"]


def test_days_of_a_channel_without_a_marked_message_stop_no_import(mine):
    say(mine, "slack/*", market="FR")
    for path in (FIXTURES / "slack_channel" / "workspace" / "insights").glob("*.json"):
        put(mine, f"slack/insights/{path.name}", path.read_text(encoding="utf-8"))
    put(mine, "slack/insights/2026-09-04.json", json.dumps([{"ts": "1788473000.0", "text": "hello"}]))
    made = ingest.ingest("mine")
    assert made.rows == {"postmortems": 1, "decisions": 1, "questions": 1}
    assert table("decisions")["decision_id"].tolist() == ["insights-1788386400.000100"]


def test_an_export_and_a_pull_over_the_same_days_are_refused_with_both_names(mine):
    say(mine, "google_ads/*", market="FR")
    name = "google_ads_campaigns_2026-09.json"
    put(
        mine, f"google_ads/{name}", (FIXTURES / "google_ads_campaigns_api" / name).read_text(encoding="utf-8")
    )
    put(mine, "google_ads/a.csv", "Day,Campaign,Campaign ID,Customer ID,Currency code,Cost,Impr.,Clicks\n2026-09-01,Brand FR,987654321012,123-456-7890,EUR,36.15,166,49\n")  # fmt: skip
    with pytest.raises(DataError) as refused:
        ingest.ingest("mine")
    assert name in str(refused.value)
    assert "google_ads/a.csv" in str(refused.value)
    assert "both would count twice" in str(refused.value)


def test_the_number_of_an_account_is_no_other_account_than_its_name(mine):
    say(mine, "linkedin/*", market="FR", currency="EUR")
    name = "linkedin_analytics_2026-09.json"
    put(mine, f"linkedin/{name}", (FIXTURES / "linkedin_campaigns_api" / name).read_text(encoding="utf-8"))
    put(mine, "linkedin/a.csv", "Campaign Performance Report (in UTC)\nStart Date (in UTC),Account Name,Currency,Campaign Group Name,Campaign Group ID,Campaign Name,Campaign ID,Total Spent,Impressions\n9/1/2026,Maison,EUR,Group,77,Campaign,88,1234.50,9800\n9/14/2026,Maison,EUR,Group,77,Campaign,88,1.00,9\n")  # fmt: skip
    with pytest.raises(DataError, match="both would count twice"):
        ingest.ingest("mine")


def test_a_table_kept_by_hand_under_french_heads_is_read(mine):
    say(mine, "decisions.csv", market="FR")
    shutil.copy(FIXTURES / "learning_decisions" / "fr.csv", mine / "decisions.csv")
    assert ingest.ingest("mine").rows == {"decisions": 2}


def test_accounts_of_a_month_take_the_currency_that_company_toml_says(mine):
    shutil.copytree(
        FIXTURES / "finance_accounts", mine / "raw" / "finance", ignore=shutil.ignore_patterns("[ey]*")
    )
    say(mine, "finance/*", market="FR")
    with pytest.raises(DataError, match='no currency column; say which: add currency = "EUR"'):
        ingest.ingest("mine")
    say(mine, "finance/*", currency="EUR")
    ingest.ingest("mine")
    found = table("finance_actuals").set_index("nature")["amount"].astype(float).to_dict()
    assert found == {"revenue": 1250000.0, "media": 84310.55, "fees": 15000.5, "Divers": -150.25}


def test_the_same_answer_in_two_shapes_counts_once_and_that_of_another_survey_beside_it(mine):
    say(mine, "survey/*", market="FR")
    put(mine, "survey/long.csv", "Respondent,Date,Survey,Question,Score\nr1,2026-09-03,service,nps,9\n")
    put(mine, "survey/wide.csv", SURVEY.format("NPS", "service", 9))
    assert ingest.ingest("mine").rows == {"surveys": 1}
    put(mine, "survey/wide.csv", SURVEY.format("NPS", "shop", 9))
    assert ingest.ingest("mine").rows == {"surveys": 2}


def test_mentions_of_two_networks_in_two_files_stand_beside_each_other(mine):
    say(mine, "sprinklr/*", market="FR")
    for network in ("instagram", "tiktok"):
        text = f"date,network,brand,sentiment,mentions\n2026-09-01,{network},own,neutral,3\n"
        put(mine, f"sprinklr/{network}.csv", text)
    ingest.ingest("mine")
    assert sorted(table("social_mentions")["network"]) == ["instagram", "tiktok"]
