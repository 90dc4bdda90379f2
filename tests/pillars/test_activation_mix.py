"""The page of the media mix: the truths of the sample inside its intervals, its traps named, and small or broken companies."""

import json
from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd
import pytest

from helpers import company, kpi, rollups, tables
from helpers.errors import DataError
from helpers.kpi import LEVEL
from helpers.methods import mix_reading
from helpers.pillars.activation import (
    incrementality,
    mix,
    mix_channels,
    mix_checks,
    mix_controls,
    mix_decisions,
    mix_figures,
    mix_model,
    mix_series,
)
from helpers.pillars.activation import mix_telling as telling
from helpers.rollups import media_weeks

MONDAY = date(2023, 1, 2)


@pytest.fixture(scope="module")
def here():
    return tables.scope("sample", "", "ALL", "en", grain="month")


@pytest.fixture(scope="module")
def sample(here):
    """The page's model of the sample, by the fast likeness."""
    media, experiments = tables.load("media_spend", here), tables.load("experiments", here)
    weekly = mix.known(
        tables.load("orders", here),
        media,
        tables.load("calendar", here),
        tables.load("promotions", here),
        here,
    )
    tests = incrementality.by_channel(experiments, media, here)
    where = rollups.collect(media_weeks.test_markets(experiments))
    return mix_model.modelled(weekly, tests, where, quick=True)


@pytest.fixture(scope="module")
def by_channel(sample, here):
    return mix_channels.by_channel(sample, here).set_index("channel")


@pytest.fixture(scope="module")
def truth():
    known = json.loads((company.sample_dir() / "truth.json").read_text(encoding="utf-8"))["estimands"]
    return {(one["name"], one["segment"]): one["value"] for one in known if one["market"] == "ALL"}


def test_each_published_figure_holds_the_truth_of_the_sample(by_channel, truth):
    for name, row in by_channel[by_channel["marginal_roas"].notna()].iterrows():
        parts = name.split(" + ")
        spend = [truth["media_spend", one] for one in parts]
        true = np.average([truth["marginal_roas", one] for one in parts], weights=spend)
        assert row["marginal_low"] <= true <= row["marginal_high"], name
        if not np.isnan(row["roas"]):
            assert row["roas_low"] <= truth["roas", name] <= row["roas_high"], name


def test_the_headline_holds_the_truth_of_the_channels_it_is_about(sample, by_channel, here, truth):
    rows = mix_figures.kpis(sample, by_channel.reset_index(), here)
    made = kpi.pick(rows, "media_marginal_roas")
    published = by_channel[by_channel["marginal_roas"].notna()].index
    parts = {one for name in published for one in name.split(" + ")}
    spend = {one: truth["media_spend", one] for one in parts}
    true = sum(spend[one] * truth["marginal_roas", one] for one in parts) / sum(spend.values())
    assert made.low <= true <= made.high


def test_the_channel_that_follows_demand_is_named_and_withheld(by_channel, sample):
    assert mix_model.alarmed(sample) == {"search_brand": "same_week"}
    assert by_channel.loc["search_brand", "status"] == "withheld"
    assert sample.verdict == "fail"


def test_the_twins_are_published_as_a_pair(by_channel, sample):
    assert mix_model.groups(sample) == (("tv", "video"),)
    assert by_channel.loc["tv", "status"] == "pair" and np.isnan(by_channel.loc["tv", "marginal_roas"])
    assert by_channel.loc["tv + video", "marginal_low"] > 0


def test_the_channel_that_does_nothing_is_not_given_a_return(by_channel):
    assert by_channel.loc["display", "status"] == "withheld"
    assert np.isnan(by_channel.loc["display", "roas"])


def test_all_the_money_has_a_return_only_where_a_test_knew_none(by_channel):
    has_one = by_channel.index[by_channel["roas"].notna()]
    assert list(has_one) == ["social"] and by_channel.loc["social", "status"] == "tested"
    assert by_channel.loc["video", "status"] == "tested"  # more was tested, not none


def test_spend_of_the_page_is_that_of_the_table(sample, by_channel, truth):
    single = by_channel[~by_channel.index.str.contains("+", regex=False)]
    known = sample.known.table.tail(52)[list(single.index)].sum()
    assert single["spend"].to_dict() == pytest.approx(known.to_dict())
    assert single.loc["tv", "spend"] == pytest.approx(truth["media_spend", "tv"], rel=0.02)


def test_unmapped_spend_is_a_check_and_in_no_figure(sample, here):
    found = {one.id: one for one in mix_checks.checks(sample, here)}
    assert found["unmapped"].status == "review" and "2.8%" in found["unmapped"].text
    assert "" not in sample.data.channels


def test_the_curves_agree_with_the_figures(sample, by_channel):
    curves = mix_channels.curves(sample)
    at = curves.channels.index("social")
    assert curves.effect.shape == (400, 8)
    assert (curves.effect[:, at] / curves.spend[at]).mean() == pytest.approx(
        by_channel.loc["social", "roas"], rel=0.05
    )


def test_response_is_nothing_today_and_stays_inside_the_spend_that_was_seen(sample, by_channel):
    made = mix_series.response(sample, by_channel.reset_index())
    today = made[made["spend"] == 1]
    assert today["value"].abs().max() == 0 and len(today) == made["channel"].nunique() <= 4
    assert made["spend"].max() <= 3


def test_parts_of_the_decomposition_add_up_to_what_is_expected(sample):
    parts = mix_series.decomposition(sample)
    media, base = mix_reading.weekly(sample.fit)
    quarters = pd.PeriodIndex(sample.data.days, freq="Q").astype(str)
    first = (media.sum(axis=2) + base)[:, quarters == quarters[0]].mean()
    assert parts.loc[parts["quarter"] == quarters[0], "value"].sum() == pytest.approx(first)


def test_decisions_name_money_first_and_test_what_is_not_known(sample, by_channel, here):
    made = mix_decisions.decisions(sample, by_channel.reset_index(), here)
    effects = [one.effect is not None for one in made]
    assert effects == sorted(effects, reverse=True)
    assert all(one.low <= one.effect <= one.high for one in made if one.effect is not None)
    ids = [one.id for one in made]
    assert "test_first" in ids and "no_figure" in ids
    assert "search_generic" in made[ids.index("test_first")].sentence  # the largest spend without a test


def test_the_answer_says_money_doubt_and_what_not_to_use(sample, by_channel, here):
    table = by_channel.reset_index()
    rows = mix_figures.kpis(sample, table, here)
    said = telling.answer(sample, table, rows, here)
    assert "search_brand" in said and str(round(100 * LEVEL)) in said
    assert said.count(". ") <= 2
    assert "search_brand" in telling.whys(table, here)


def test_claims_of_platforms_stand_beside_the_model(sample, by_channel, here):
    said, media = tables.load("media_conversions", here), tables.load("media_spend", here)
    made = telling.claims(sample, by_channel.reset_index(), said, media, here)
    assert made.loc["display"].tolist()[1] == "–"
    assert "%" in telling.naive(sample, said, media, here)


# A company drawn by hand: one order and one cost a day, in weeks that begin on a Monday.


def shop(weeks=120, channels=("search",), seed=1, effect=3.0):
    """Orders and media of a small shop: spend of each channel varies by week, and each unit brings `effect`."""
    rng = np.random.default_rng(seed)
    spend = {name: rng.uniform(50, 150, weeks) for name in channels}
    sales = 2000 + effect * sum(spend.values()) + 60 * rng.standard_normal(weeks)
    days = [MONDAY + timedelta(days=7 * week) for week in range(weeks)]
    orders = pd.DataFrame(
        {"customer_id": "c", "ordered_on": days, "status": "paid", "revenue_excl_vat": sales}
    )
    orders = orders.assign(returned_value=0.0, market="FR")
    media = pd.concat(
        [
            pd.DataFrame({"spent_on": days, "ends_on": None, "channel": name, "spend": values})
            for name, values in spend.items()
        ]
    )
    # a last day, so that the last week is whole
    return orders, media


def read(orders, media, here):
    """The weekly table of these frames."""
    with duckdb.connect() as connection:
        for name, frame in (("orders", orders), ("media", media)):
            connection.register(name, frame)
        bought = connection.sql("SELECT * REPLACE (CAST(ordered_on AS DATE) AS ordered_on) FROM orders")
        cost = connection.sql(
            "SELECT * REPLACE (CAST(spent_on AS DATE) AS spent_on, CAST(ends_on AS DATE) AS ends_on) FROM media"
        )
        end = pd.to_datetime(orders["ordered_on"]).max().date() + timedelta(days=6)
        period = here.period.__class__("2025-01", "month", date(2025, 1, 1), end)
        scope = here.__class__(here.company, period, "ALL", "en", "EUR")
        return mix.known(bought, cost, None, None, scope), scope


def page(orders, media, here, *, panel=False):
    known, scope = read(orders, media, here)
    model = mix_model.modelled(known, quick=True, panel=panel)
    table = mix_channels.by_channel(model, scope)
    checks = {one.id: one for one in mix_checks.checks(model, scope)}
    rows = mix_figures.kpis(model, table, scope)
    said = telling.answer(model, table, rows, scope)
    decided = mix_decisions.decisions(model, table, scope)
    assert decided and said and telling.finding(model, table, scope) and telling.fit_finding(model, scope)
    assert telling.status_table(table, scope).shape[0] == len(table)
    mix_series.over_time(model, scope), mix_series.response(model, table), mix_series.decomposition(model)
    return model, table.set_index("channel"), checks, rows, said


def test_one_channel_without_tests_has_a_marginal_return_and_no_return_of_all(here):
    _, table, checks, rows, _ = page(*shop(), here, panel=True)
    row = table.loc["search"]
    assert row["status"] == "uncalibrated" and np.isnan(row["roas"])
    assert row["marginal_low"] <= 3.0 <= row["marginal_high"]
    assert checks["tests"].status == "review" and checks["controls"].status == "review"
    assert kpi.pick(rows, "media_spend_told").value == 1


def test_twenty_weeks_are_refused_and_say_what_it_takes(here):
    model, table, checks, rows, said = page(*shop(weeks=20), here)
    assert model.fit is None and checks["weeks"].status == "fail" and checks["fitted"].status == "fail"
    assert "52" in checks["fitted"].text and "cannot be told" in said
    assert set(table["status"]) == {"withheld"} and all(row.value is None for row in rows)


def test_a_constant_and_a_zero_spend_are_left_out_and_named(here):
    orders, media = shop(channels=("search", "tv", "radio"))
    media.loc[media["channel"] == "tv", "spend"] = 100.0
    media.loc[media["channel"] == "radio", "spend"] = 0.0
    _, table, checks, _, _ = page(orders, media, here)
    assert checks["steady"].status == "review" and "radio" in checks["steady"].text
    assert table.loc["tv", "status"] == "withheld" and table.loc["search", "status"] == "uncalibrated"


def test_only_steady_channels_leave_no_model(here):
    orders, media = shop()
    media["spend"] = 100.0
    model, _, checks, _, _ = page(orders, media, here)
    assert model.fit is None and checks["fitted"].status == "fail"


def test_a_missing_week_of_sales_cuts_the_table_and_says_so(here):
    orders, media = shop(weeks=120)
    model, _, checks, _, _ = page(orders.drop(index=20), media, here)
    assert checks["no_gap"].status == "review" and len(model.known.table) == 99


def test_a_week_with_more_returns_than_sales_is_a_gap(here):
    orders, media = shop(weeks=120)
    orders.loc[110, "returned_value"] = 1e6
    model, _, checks, _, _ = page(orders, media, here)
    assert checks["negative_sales"].status == "review" and len(model.known.table) == 110


def test_a_short_silence_is_told_from_a_pause(here):
    orders, media = shop(weeks=120)
    media = media.reset_index(drop=True).drop(index=[50])
    _, _, checks, _, _ = page(orders, media, here)
    assert "search" in checks["silent"].text


def test_more_channels_than_weeks_allow_share_a_column(here):
    names = tuple(f"channel_{i:02d}" for i in range(16))
    model, table, checks, _, _ = page(*shop(weeks=60, channels=names), here)
    assert model.fit is not None and checks["too_many"].status == "review"
    assert mix_model.OTHERS in table.index and len(model.data.channels) < 16
    assert table["spend"].sum() == pytest.approx(model.known.table.tail(52)[list(names)].to_numpy().sum())


def test_no_spend_at_all_is_no_model(here):
    orders, media = shop(weeks=60)
    model, table, checks, _, _ = page(orders, media.assign(channel=None), here)
    assert (
        model.fit is None
        and table.empty
        and checks["fitted"].status == "fail"
        and checks["unmapped"].status == "review"
    )


def test_two_currencies_without_rates_are_refused_with_a_way_out(project, monkeypatch):
    folder = project.root / "data" / "companies" / "acme" / "tidy" / "media_spend"
    folder.mkdir(parents=True)
    rows = pd.DataFrame(
        {"spent_on": [date(2017, 1, 1), date(2017, 12, 1)], "platform": "a", "market": ["FR", "BE"]}
    )
    rows.assign(spend=1.0, currency=["EUR", "CHF"]).to_parquet(folder / "part-0.parquet", index=False)
    scope = tables.scope("acme", "2017-12", "ALL", "en", grain="month")
    with pytest.raises(DataError, match="fx_rates"):
        tables.load("media_spend", scope)


def test_a_test_is_held_against_the_model_and_a_bad_one_is_named(here):
    orders, media = shop(weeks=120)
    known, scope = read(orders, media, here)
    weeks = known.table["week"]
    spent = float(known.table["search"].iloc[60:68].sum())
    row = {
        "test": "geo_search",
        "channel": "search",
        "starts_on": weeks[60].date(),
        "ends_on": weeks[67].date() + timedelta(days=6),
    }
    row |= {
        "effect": -3.0 * spent * 0.4 / 0.6,
        "spend_change": -spent * 0.4 / 0.6,
        "treated_share": 0.4,
        "spans_zero": True,
    }
    row |= {
        "low": 1.2 * row["effect"],
        "high": 0.8 * row["effect"],
        "roas": 3.0,
        "roas_low": 2.4,
        "roas_high": 3.6,
    }
    bad = {**row, "test": "geo_tv", "channel": "tv"}
    model = mix_model.modelled(known, pd.DataFrame([row, bad]), None, quick=True)
    assert [one.trial.name for one in model.anchors] == ["geo_search"] and model.unused == (
        ("geo_tv", "channel"),
    )
    assert abs(model.anchors[0].z) < 2 and model.anchors[0].ratio == pytest.approx(1, abs=0.5)
    table = mix_channels.by_channel(model, scope).set_index("channel")
    assert table.loc["search", "roas_low"] <= 3.0 <= table.loc["search", "roas_high"]
    checks = {one.id for one in mix_checks.checks(model, scope)}
    assert "unused_geo_tv" in checks


def test_controls_by_hand():
    weeks = pd.date_range("2026-01-05", periods=2, freq="7D", unit="us")
    calendar = pd.DataFrame(
        [("2026-01-05", "2026-01-11", "FR", "School holiday", "A"), ("2026-01-05", None, "FR", "public holiday", None),
         ("2026-01-12", "2026-01-18", "FR", "school holiday", "B"), ("2026-01-12", "2026-01-18", "FR", "school holiday", "A")],
        columns=["starts_on", "ends_on", "market", "kind", "zone"],
    )  # fmt: skip
    promotions = pd.DataFrame(
        [("a", "FR", "2026-01-05", "2026-01-11", 0.2), ("b", "FR", "2026-02-01", "2026-02-02", 0.5)],
        columns=["product_id", "market", "starts_on", "ends_on", "discount_share"],
    )
    made = mix_controls.weekly(calendar, promotions, weeks=weeks, markets=pd.Series({"FR": 0.8, "BE": 0.2}))
    assert made["school_holidays"].tolist() == pytest.approx(
        [0.4, 0.8]
    )  # one zone of two, then both; France is 80 % of sales
    assert made["public_holidays"].tolist() == pytest.approx([0.8 / 7, 0])
    assert made["discount"].tolist() == pytest.approx([0.08, 0])  # one product of two, by a fifth
    assert made["after_discount"].tolist() == pytest.approx([0, 0.02])
