"""The page of incrementality: the truths of the sample inside its intervals, small tests by hand, refusals that say what is missing."""

import json
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from helpers import company, kpi, tables
from helpers.company import Company, Scope
from helpers.periods import parse
from helpers.pillars.activation import incrementality as geo
from helpers.pillars.activation import incrementality_checks as doubts
from helpers.pillars.activation import incrementality_decisions as deciding
from helpers.pillars.activation import incrementality_design as design
from helpers.pillars.activation import incrementality_placebos as looks
from helpers.pillars.activation import incrementality_register as kept
from helpers.pillars.activation import incrementality_telling as telling

SHOP = Company("shop", Path(), "Shop", "EUR", ("FR",), "Europe/Paris", contribution_margin_rate=0.5)
HERE = Scope(SHOP, parse("2026-06"), "ALL", "en")
START, END = date(2026, 4, 1), date(2026, 4, 28)
CHANNELS = ["social", "search_brand", "search", "tv"]


def panel(seed=1, *, lift=0.0, n_treated=4, n_control=6, code="geo_social_2026", cost=(10.0, 0.0), **columns):
    """Rows of a test: places sell some 100 a day, treated ones spend `cost` before and in the test."""
    rng, days = np.random.default_rng(seed), pd.date_range("2026-01-21", END)
    day = rng.normal(size=len(days)) * 0.05
    made = []
    for i in range(n_treated + n_control):
        treated = i < n_treated
        running = days >= pd.Timestamp(START)
        value = (
            100 * np.exp(day + 0.05 * rng.normal(size=len(days))) * np.where(treated & running, 1 + lift, 1.0)
        )
        made.append(
            pd.DataFrame(
                {
                    "experiment_id": code, "arm": "treated" if treated else "control", "measured_on": days, "place": f"p{i}", "market": "FR",
                    "kind": "geo", "hypothesis": "It falls", "metric": "revenue", "exposed": (running & treated).astype(int), "units": 1,
                    "conversions": 1.0, "value": value, "value_squares": np.nan, "cost": np.where(treated & running, cost[1], cost[0]),
                    "currency": "EUR", "starts_on": START, "ends_on": END, "registered_on": date(2026, 3, 1),
                }
            )
        )  # fmt: skip
    return pd.concat(made, ignore_index=True).assign(**columns)


def media(*channels):
    return pd.DataFrame({"channel": list(channels), "spend": 1.0, "market": "FR", "spent_on": END})


def read(rows, channels=("social",), scope=HERE):
    with duckdb.connect() as connection:
        return geo.tests(connection.from_df(rows), connection.from_df(media(*channels)), scope)


@pytest.fixture(scope="module")
def here():
    return tables.scope("sample", "2026-09", "ALL", "en", grain="month")


@pytest.fixture(scope="module")
def sample(here):
    return {name: tables.load(name, here) for name in ("experiments", "media_spend", "orders", "stores")}


@pytest.fixture(scope="module")
def found(sample, here):
    return geo.tests(sample["experiments"], sample["media_spend"], here)


@pytest.fixture(scope="module")
def truth():
    known = json.loads((company.sample_dir() / "truth.json").read_text(encoding="utf-8"))["estimands"]
    return {(one["name"], one["segment"]): one["value"] for one in known}


def test_the_intervals_of_the_sample_s_tests_hold_the_truth(found, truth):
    assert [test.id for test in found] == ["geo_social_dark_2025", "geo_video_up_2026"]
    for test in found:
        assert test.found.effect.low <= truth["geo_effect_revenue", test.id] <= test.found.effect.high
        assert test.found.lift.low <= truth["geo_lift", test.id] <= test.found.lift.high


def test_other_pages_get_one_row_a_test_with_the_columns_agreed(sample, here):
    table = geo.by_channel(sample["experiments"], sample["media_spend"], here)
    assert tuple(table.columns) == geo.COLUMNS and table["channel"].tolist() == ["social", "video"]
    dark, burst = (table.iloc[i] for i in (0, 1))
    assert dark["spans_zero"] and not burst["spans_zero"]
    assert dark["spend_change"] < 0 < burst["spend_change"]
    assert (table["roas_low"] <= table["roas"]).all() and (table["roas"] <= table["roas_high"]).all()
    assert dark["roas"] == pytest.approx(dark["effect"] / dark["spend_change"])


def test_a_burst_that_costs_more_than_it_earns_is_not_bought_again(found, here):
    last = {test.channel: telling.verdict(test, here) for test in found}
    assert last == {"social": "cannot tell", "video": "does not pay"}
    said = telling.answer(found, here)
    assert said.startswith("Do not buy more of video") and "Whether social pays cannot be told" in said


def test_the_smallest_change_of_the_sample_s_tests_is_larger_than_the_truth(found, truth):
    for test in found:
        value, low, high, n = design.seen(test)
        assert low <= value <= high and n == design.LOOKS
        assert value > abs(truth["geo_lift", test.id])


def test_methods_agree_on_the_sample_s_last_test_inside_their_intervals(found, here):
    for test in found:
        table = looks.opinions(test, here)
        assert (
            len(table) == 4
            and (table["low"] <= table["effect"]).all()
            and (table["effect"] <= table["high"]).all()
        )
        assert table["effect"].between(*test.found.effect[1:3]).sum() >= 3


def test_the_register_says_what_was_written_down_and_what_could_be_seen(sample, found, here):
    made = kept.register(sample["experiments"], found, here)
    assert [one.kind for one in made].count("holdout") == 3 and len(made) == 5
    assert all(one.is_early for one in made) and all(one.sees > 0 for one in made)
    # 16379.94 / 2123 - 6400.14 / 1440 a person
    winback = next(one for one in made if one.test == "crm_winback_2025")
    assert winback.value == pytest.approx(16379.94 / 2123 - 6400.14 / 1440) and winback.low > 0
    assert len(kept.table(made, here)) == 5


def test_a_design_says_which_test_would_tell(sample, found, here):
    known = design.past(found, sample["orders"], sample["stores"], sample["media_spend"], here)
    sizes = design.grid(known)
    assert (sizes["falls"] < 0).all() and (sizes["rises"] > 0).all()
    small, large = sizes.iloc[0], sizes.iloc[-1]
    assert -large["falls"] < -small["falls"]
    plans = design.plans(known, sizes, here)
    assert [one.yearly for one in plans] == sorted((one.yearly for one in plans), reverse=True)
    for one in plans:
        assert one.kind != "dark" or one.sees <= one.pays_at
        assert one.kind != "burst" or (one.factor - 1) * one.pays_at == pytest.approx(one.sees)
    assert plans[0].channel not in [plan.channel for plan in deciding.next_plans(plans, {plans[0].channel})]


@pytest.mark.parametrize(
    ("code", "channel"),
    [
        ("geo_social_dark_2025", "social"), ("GEO-TV-up", "tv"), ("geo_search_brand_2026", "search_brand"), ("geo_search_2026", "search"),
        ("geo_tv_and_social", ""), ("geo_antisocial_2026", ""), ("geo_brand_search", "search"), ("", ""),
    ],
)  # fmt: skip
def test_the_channel_is_the_one_whose_name_stands_in_the_code(code, channel):
    assert geo.channel_of(code, CHANNELS) == channel


def test_the_change_of_spend_is_held_against_the_other_places_by_hand():
    # four places spend 10 a day before and nothing in the 28 days; the six others go on: 4 x 10 x 28 less
    (test,) = read(panel(cost=(10.0, 0.0)))
    assert test.spend_change == pytest.approx(-1120.0) and test.spans_zero
    assert test.treated_share == pytest.approx(0.4, abs=0.01)
    (burst,) = read(panel(cost=(10.0, 25.0)))
    assert burst.spend_change == pytest.approx(4 * 15 * 28) and not burst.spans_zero


def test_a_planted_loss_is_found_and_worth_its_money():
    (test,) = read(panel(lift=-0.4))
    assert test.found.lift.low <= -0.4 <= test.found.lift.high and test.found.lift.high < 0
    # 40 % of 11,200 at half margin is 2,240, and 1,120 of spend was saved
    assert telling.verdict(test, HERE) == "pays"
    assert telling.net(test, HERE)[0] == pytest.approx(0.5 * test.found.effect.value + 1120)


def test_a_test_that_goes_on_is_not_read_and_later_rows_change_nothing():
    early = Scope(SHOP, parse("2026-04-15"), "ALL", "en")
    assert read(panel(), scope=early) == []
    after = panel().assign(measured_on=lambda r: r["measured_on"] + pd.Timedelta(days=98), value=1e6)
    assert read(pd.concat([panel(), after]))[0].found.effect == read(panel())[0].found.effect


def test_the_order_of_rows_does_not_matter():
    rows = panel()
    assert read(rows.sample(frac=1, random_state=3))[0].found.effect == read(rows)[0].found.effect


def test_days_without_sales_make_it_weeks():
    rows = panel()
    rows.loc[(rows["measured_on"] == pd.Timestamp("2026-02-10")) & (rows["arm"] == "treated"), "value"] = 0.0
    assert read(rows)[0].step == 7 and read(panel())[0].step == 1


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (panel(n_control=0), "No arm was left alone"),
        (panel(value=np.nan), "hold no money"),
        (panel().query("measured_on >= '2026-04-01'"), "No day before its start"),
        (panel().query("measured_on <= '2026-04-10'"), "end before the test did"),
        (panel(value=0.0), "zero or below"),
        (panel(value=100.0), "move exactly as the others do"),
        (panel().query("measured_on >= '2026-03-28'"), "times before the test"),
    ],
)
def test_what_cannot_be_read_fails_with_a_remedy_and_no_number(rows, why):
    (test,) = read(rows)
    assert why in test.reason and np.isnan(test.found.effect.value)
    (check,) = doubts.checks([test], HERE)
    assert check.status == "fail" and why in check.text and check.remedy
    assert telling.readable([test]) == [] and "was never tested" in telling.answer([test], HERE)
    assert deciding.decisions([test], [], HERE) == []
    assert all(row.value is None for row in telling.kpis([test], None, HERE))


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (panel(n_treated=1), "one side is a single place"),
        (panel(code="geo_2026"), "names no channel"),
        (panel(registered_on=date(2026, 5, 1)), "not written down before"),
        (panel().assign(cost=np.nan), "spend by place is not known"),
        (panel().query("measured_on != @pd.Timestamp('2026-03-02')"), "one day is missing"),
        (panel().query("measured_on >= '2026-03-12'"), "20 times before the test, 28 in it"),
    ],
)
def test_what_is_doubtful_is_reviewed_with_a_remedy(rows, why):
    (test,) = read(rows)
    assert not test.reason
    found = [check for check in doubts.checks([test], HERE) if why in check.text]
    assert [check.status for check in found] == ["review"] and found[0].remedy


def test_negative_sales_of_a_place_are_counted_and_said():
    rows = panel()
    rows.loc[rows.index[5], "value"] = -40.0
    (test,) = read(rows)
    assert any("sold less than nothing" in check.text for check in doubts.checks([test], HERE))
    assert not np.isnan(test.found.effect.value)


def test_a_company_without_tests_or_media_is_told_what_would_open_the_page():
    assert geo.tests(None, None, HERE) == [] and geo.by_channel(None, None, HERE).empty
    (check,) = doubts.checks([], HERE, lacking="Import the table of tests.")
    assert check.status == "review" and check.remedy.endswith("Import the table of tests.")
    assert [row.value for row in telling.kpis([], None, HERE)] == [None, None, None]
    known = design.past([], None, None, None, HERE)
    assert known.reason and design.plans(known, design.grid(known), HERE) == []
    assert design.finding(design.grid(known), known, HERE) == "What a test could see cannot be told"
    assert telling.finding([], HERE).startswith("What a channel brings: cannot tell")
    assert kept.register(None, [], HERE) == []


def test_the_figures_say_what_they_are_of(found, sample, here):
    rows = telling.kpis(found, sample["media_spend"], here)
    assert [row.id for row in rows] == ["geo_iroas", "geo_effect", "geo_mde", "spend_tested"]
    assert all(row.value is not None for row in rows) and 0 < kpi.pick(rows, "spend_tested").value < 1
    assert "geo_video_up_2026" in kpi.pick(rows, "geo_iroas").sentence


def test_a_lot_of_arms_gives_a_row_an_arm():
    rows = panel(n_treated=6)
    rows.loc[rows["place"].isin(["p0", "p1", "p2"]), "arm"] = "half"
    assert [test.name for test in read(rows)] == ["geo_social_2026: half", "geo_social_2026: treated"]
