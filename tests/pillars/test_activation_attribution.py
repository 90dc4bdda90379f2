"""The page of the paths: what the sample's truth says of each rule, five journeys by hand, and refusals that say what is missing."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import company, kpi, tables
from helpers.company import Company, Scope
from helpers.periods import parse
from helpers.pillars.activation import KPIS
from helpers.pillars.activation import attribution as paths
from helpers.pillars.activation import attribution_words as words
from helpers.pillars.activation.attribution_decisions import decisions
from helpers.pillars.activation.attribution_figures import kpis

SHOP = Company("shop", Path(), "Shop", "EUR", ("FR",), "Europe/Paris", contribution_margin_rate=0.5)
HERE = Scope(SHOP, parse("2026-03"), "ALL", "en")
MARCH = 2026 * 12 + 2
NO_SPEND, NO_TESTS = (
    pd.Series(dtype=float),
    pd.DataFrame(columns=["channel", "test", "orders", "low", "high"]),
)


@pytest.fixture(scope="module")
def truth():
    known = json.loads((company.sample_dir() / "truth.json").read_text(encoding="utf-8"))["estimands"]
    caused = {one["segment"]: one["value"] for one in known if one["name"] == "followed_orders_caused"}
    return caused, next(one["value"] for one in known if one["name"] == "followed_orders")


@pytest.fixture(scope="module")
def here():
    return tables.scope("sample", "2026-09", "ALL", "en", grain="month")


@pytest.fixture(scope="module")
def known(here):
    return paths.known(tables.load("touchpoints", here), tables.load("orders", here), here)


@pytest.fixture(scope="module")
def split(known):
    return paths.attributed(known)


@pytest.fixture(scope="module")
def spend(known, here):
    return paths.spend_of(tables.load("media_spend", here), known)


def test_the_frame_for_other_pages_has_a_row_a_channel_and_rule(split, known):
    made = paths.by_channel(split)
    assert tuple(made.columns) == paths.COLUMNS and not made.duplicated(["channel", "rule"]).any()
    wanted = {"last_touch", "first_touch", "position", "time_decay", "markov", "shapley", "exposure"}
    assert wanted <= set(made["rule"]) and (made["n_orders"] == known.n_followed).all()
    assert ((made["low"] <= made["orders"]) & (made["orders"] <= made["high"])).all()


def test_the_paths_hold_the_orders_that_the_sample_says_are_followed(known, truth):
    """All but those of the first day: the first contact of anybody is a day after the tracking began."""
    _, followed = truth
    assert known.span == (date(2026, 4, 16), date(2026, 9, 30))
    days = (date(2026, 9, 30) - date(2026, 4, 15)).days + 1
    assert known.n_followed == pytest.approx(followed * (days - 1) / days, rel=0.02)


def test_no_rule_finds_what_the_channels_caused(split, truth):
    """Nine orders in ten had other causes; each rule but the regression gives all of them away, and display gets over a thousand for nothing."""
    caused, _ = truth
    made = paths.by_channel(split).set_index(["rule", "channel"])
    assert caused["display"] == 0
    for rule in split.value:
        display, brand = made.loc[(rule, "display")], made.loc[(rule, "search_brand")]
        assert display["low"] > 1000 and brand["low"] > 10 * caused["search_brand"]
    held = {
        rule: [
            channel
            for channel in split.channels
            if channel in caused
            and made.loc[(rule, channel), "low"] <= caused[channel] <= made.loc[(rule, channel), "high"]
        ]
        for rule in split.value
    }
    # Of 48 intervals, eight rules for six media channels, one or two may hold the truth by accident.
    assert sum(len(one) for one in held.values()) <= 2
    # The regression is no exception: it says that generic search and social, which caused most, keep people from buying.
    for channel in ("search_generic", "social"):
        assert made.loc[("exposure", channel), "high"] < 0 < caused[channel]


def test_television_caused_orders_and_stands_in_no_path(known, spend, truth, here, split):
    assert truth[0]["tv"] > 100 and {"tv", "linkedin"} == set(paths.unseen(known, spend))
    status = {one.id: one for one in words.checks(known, split, spend, here, months=6)}
    assert status["unseen"].status == "review" and "tv" in status["unseen"].text
    assert status["coverage"].status == "review" and status["ended_in_nothing"].status == "pass"
    assert status["span"].status == "review" and status["followed"].status == "pass"


def test_a_test_by_region_holds_the_truth_that_the_rules_miss(known, spend, split, truth, here):
    incrementality = pytest.importorskip("helpers.pillars.activation.incrementality")
    tests = incrementality.by_channel(
        tables.load("experiments", here), tables.load("media_spend", here), here
    )
    made = paths.tested(known, spend, tests).set_index("channel")
    assert {"social", "video"} <= set(made.index)
    for channel in ("social", "video"):
        assert made.loc[channel, "low"] <= truth[0][channel] <= made.loc[channel, "high"]
    assert "social" in words.tested_said(made.reset_index(), split, here)


def test_every_figure_of_the_page_has_a_row_with_an_interval(known, split, here):
    rows = kpis(known, split, here, own=["search_brand", "direct"], rule="last_touch")
    assert {row.id for row in rows} == {one.id for one in KPIS.values() if one.id in {*MINE}} == set(MINE)
    assert all(row.low <= row.value <= row.high for row in rows)
    assert {row.segment for row in rows if row.id == "attributed_orders"} == set(split.channels)
    for name in ("path_coverage", "path_length", "last_touch_own"):
        row = kpi.pick(rows, name)
        assert len(row.history) == 6 and row.previous is not None
    with pytest.raises(ValueError, match="last_touch"):
        kpis(known, split, here, own=[], rule="last click")


MINE = ("rule_disagreement", "path_coverage", "path_length", "last_touch_own", "attributed_orders")


def test_money_comes_first_and_no_decision_promises_a_gain(known, split, spend, here):
    claims = pd.Series({"meta": 4000.0, "google": 8000.0})
    made = decisions(known, split, spend, NO_TESTS, claims, here, rule="last_touch")
    assert [one.id for one in made] == ["budget_by_test", "report_one_rule", "steer_inside"]
    assert all(one.effect is None and one.probability is None for one in made)
    assert (
        made[0].amount == "€263,407"
        and "contribution margin apart" in made[0].sentence
        and "12,000" in made[1].sentence
    )
    tests = pd.DataFrame(
        {"channel": ["search_brand"], "test": ["t"], "orders": [50.0], "low": [10.0], "high": [90.0]}
    )
    assert (
        "take the test by region"
        in decisions(known, split, spend, tests, claims, here, rule="last_touch")[0].sentence
    )
    said = words.answer(known, split, spend, here, rule="last_touch")
    assert said.startswith("Move no budget") and said.count(". ") == 2


def small(rows, *, orders=None, journeys=True):
    """Known paths of March of the shop from (path, journeys, orders)."""
    frame = pd.DataFrame(rows, columns=["path", "n", "n_converted"]).assign(
        month=MARCH, revenue=lambda r: 20.0 * r["n_converted"]
    )
    total = orders or int(frame["n_converted"].sum())
    sold = {
        "month": [MARCH],
        "n_orders": [total],
        "n_inside": [total],
        "revenue": [20.0 * total],
        "revenue_inside": [20.0 * total],
    }
    return paths.Known(
        frame, pd.DataFrame(sold), paths.Span(date(2026, 3, 1), date(2026, 3, 31)), is_made=journeys
    )


def test_figures_by_hand():
    found = small([("A > B", 100, 40), ("B", 60, 20), ("A", 50, 0), ("B > A > A", 30, 20)], orders=200)
    rows = {
        (row.id, row.segment): row
        for row in kpis(found, paths.attributed(found), HERE, own=["B"], rule="first_touch")
    }
    assert rows["path_coverage", kpi.ALL].value == 0.4
    assert rows["path_length", kpi.ALL].value == (40 * 2 + 20 + 20 * 3) / 80
    assert rows["last_touch_own", kpi.ALL].value == 60 / 80
    assert rows["attributed_orders", "A"].value == 40 and rows["attributed_orders", "B"].value == 40
    assert rows["attributed_orders", "A"].n == 60
    assert rows["rule_disagreement", kpi.ALL].value == pytest.approx(
        0.25
    )  # last touch 20 and 60, first touch 40 and 40


def test_the_spread_is_the_lowest_and_the_highest_rule():
    found = small([("A > B", 100, 40), ("B", 60, 20), ("A", 50, 0), ("B > A > A", 30, 20)])
    split = paths.attributed(found)
    made = paths.spread(split, pd.Series({"A": 100.0})).set_index("channel")
    for at, channel in enumerate(split.channels):
        every = [value[at] for value in split.value.values()]
        assert (made.loc[channel, "least"], made.loc[channel, "most"]) == (min(every), max(every))
    assert made.loc["A", "spend"] == 100 and np.isnan(made.loc["B", "spend"])


def test_a_test_is_put_on_the_scale_of_the_followed_orders():
    found = small([("A > B", 100, 40), ("B", 60, 20)], orders=120)  # 60 followed orders, revenue 2,400
    tests = pd.DataFrame(
        {
            "channel": ["A", "C"],
            "test": ["t", "u"],
            "roas": [2.0, 9.0],
            "roas_low": [-1.0, 8.0],
            "roas_high": [4.0, 9.5],
        }
    )
    made = paths.tested(found, pd.Series({"A": 200.0}), tests)
    # 400 of 2,400 of revenue is a sixth, and a sixth of 60 orders is 10
    assert made.to_numpy().tolist() == [["A", "t", 10.0, -5.0, 20.0]]
    assert paths.tested(found, pd.Series({"A": 200.0}), None).empty


def test_rules_that_agree_are_named():
    split = paths.attributed(small([("A", 200, 50), ("B", 200, 30)]))
    assert words.agreement(split, HERE) == (
        "All rules that give away every order put A first. They are within a quarter of one another for A and B, and nowhere else."
    )


def test_few_orders_are_not_split():
    found = small([("A > B", 100, 9), ("B", 60, 20)], orders=40)
    assert paths.attributed(found) is None and paths.by_channel(None).empty
    rows = kpis(found, None, HERE, own=["B"], rule="last_touch")
    assert [
        row.value for row in rows if row.id in ("rule_disagreement", "path_length", "last_touch_own")
    ] == [None] * 3
    assert kpi.pick(rows, "path_coverage").value == 29 / 40
    assert words.answer(found, None, NO_SPEND, HERE, rule="last_touch").startswith("Fewer than 30 orders")
    assert (
        decisions(found, None, NO_SPEND, NO_TESTS, NO_SPEND, HERE, rule="last_touch")[0].id == "measure_paths"
    )
    assert words.compared(None, NO_TESTS, HERE).empty and words.table(None, HERE).empty


def test_a_channel_of_few_orders_is_hidden():
    found = small([("A", 100, 60), ("B", 60, 40), ("C", 9, 3)])
    rows = {
        row.segment: row
        for row in kpis(found, paths.attributed(found), HERE, own=[], rule="last_touch")
        if row.id == "attributed_orders"
    }
    assert rows["C"].value is None and rows["B"].value is None and rows["A"].value == 60


def test_paths_of_buyers_alone_fail_their_check_and_one_channel_each_refuses_the_regression():
    found = small([("A", 40, 40), ("B", 60, 60)])
    split = paths.attributed(found)
    status = {one.id: one for one in words.checks(found, split, NO_SPEND, HERE, months=1)}
    assert status["ended_in_nothing"].status == "fail" and status["exposure"].status == "review"
    assert status["span"].status == "pass" and "exposure" not in set(paths.by_channel(split)["rule"])


def test_journeys_of_another_tool_have_no_time_decay():
    found = small([("A > B", 100, 40), ("B", 60, 20)], journeys=False)
    split = paths.attributed(found)
    assert "time_decay" not in split.value
    status = {one.id: one for one in words.checks(found, split, NO_SPEND, HERE, months=1)}
    assert "table journeys" in status["ages"].text


def test_a_company_without_contacts_is_told_what_would_bring_them(here):
    found = paths.known(None, tables.load("orders", here), here, lacking="Import touchpoints.")
    assert found.rows.groupby("path")[["n", "n_converted"]].sum().nlargest(5, "n_converted").empty
    (alone,) = words.checks(found, None, NO_SPEND, here, months=6)
    assert (alone.status, alone.text) == ("fail", "Import touchpoints.") and "GA4" in alone.remedy
    assert words.answer(found, None, NO_SPEND, here, rule="last_touch").endswith("Import touchpoints.")
    rows = kpis(found, None, here, own=[], rule="last_touch")
    assert all(row.value is None and row.reason == "Import touchpoints." for row in rows)
    (decision,) = decisions(found, None, NO_SPEND, NO_TESTS, NO_SPEND, here, rule="last_touch")
    assert decision.id == "measure_paths" and decision.effect is None
    assert "cannot be told" in words.finding(None, NO_SPEND, here) and words.subtitle(found, here) == ""
    assert paths.spend_of(None, found).empty and paths.claims(None, found).empty
    assert words.tested_said(NO_TESTS, None, here).startswith("No finished test")
    assert words.naive(found, NO_SPEND, here).startswith("No platform says")


def test_contacts_that_are_none_or_begin_late_say_so():
    here = tables.scope("sample", "2026-04", "ALL", "en", grain="month")
    contacts, orders = tables.load("touchpoints", here), tables.load("orders", here)
    late = paths.known(contacts, orders, here, window_days=40)
    assert (
        late.span is None
        and late.lacking == "The contacts begin less than 40 days before the end of the month."
    )
    none = paths.known(contacts.filter("channel = 'radio'"), orders, here)
    assert none.lacking == "There are no contacts of people up to this month."


def test_wrong_parameters_are_refused(here):
    for name in ("months", "window_days", "half_life_days"):
        with pytest.raises(ValueError, match=name):
            paths.known(None, None, here, **{name: 0})
    assert paths.names(" web, app ,") == ("web", "app") and paths.names("") == ()
