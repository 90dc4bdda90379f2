"""The page on the journey: the sample's truths inside its intervals, a planted irritant found, and what a small company can be told."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import company, tables
from helpers.company import Company, Scope
from helpers.periods import parse
from helpers.pillars.activation import (
    journey,
    journey_checks,
    journey_decisions,
    journey_irritants,
    journey_map,
    journey_setup,
    journey_telling,
)  # fmt: skip
from helpers.pillars.activation.definitions.journey import KPIS

SHOP = Company("shop", Path(), "Shop", "EUR", ("FR",), "Europe/Paris", contribution_margin_rate=0.5)
HERE = Scope(SHOP, parse("2026-03"), "ALL", "en")
OPTIONS = {"days": 92, "outcome_days": 90, "late_hours": 24.0, "not_irritants": "changed my mind"}
SITE = ("ends_on", "tool", "site", "device", "page")


@pytest.fixture(scope="module")
def truth():
    known = json.loads((company.sample_dir() / "truth.json").read_text(encoding="utf-8"))["estimands"]
    return {(one["name"], one["segment"]): one["value"] for one in known}


@pytest.fixture(scope="module")
def here():
    return tables.scope("sample", "2026-09", "ALL", "en", grain="month")


@pytest.fixture(scope="module")
def sample(here):
    names = ("orders", "support_cases", "returns", "product_events", "campaign_recipients", "site_daily", "media_spend", "surveys", "arr_movements")  # fmt: skip
    return {name: tables.load(name, here) for name in names}


@pytest.fixture(scope="module")
def found(sample, here):
    return journey_irritants.known(
        sample["orders"], here, cases=sample["support_cases"], returns=sample["returns"], events=sample["product_events"], **OPTIONS
    )  # fmt: skip


@pytest.fixture(scope="module")
def ranked(found, here):
    return journey_irritants.table(found, here)


@pytest.fixture(scope="module")
def setup(sample, here):
    return journey_setup.known(
        sample["product_events"], sample["campaign_recipients"], sample["orders"], here, test="onboarding_steps_2025", longer="long", days=90
    )  # fmt: skip


@pytest.fixture(scope="module")
def visits(sample):
    return journey.known(sample["site_daily"], sample["media_spend"])


def relation(frame):
    return tables.connect().from_df(frame)


def site(
    rows, steps=("sessions", "engaged_sessions", "product_views", "add_to_carts", "checkouts", "purchases")
):
    frame = pd.DataFrame(rows, columns=["visited_on", "channel", *steps])
    for name in ("engaged_sessions", "product_views", "add_to_carts", "checkouts", "purchases"):
        frame[name] = frame[name].astype(float) if name in frame else np.nan
    empty = {name: pd.Series([None] * len(frame), dtype="str") for name in SITE}
    frame = frame.assign(market="FR", **empty)
    return relation(frame.assign(visited_on=pd.to_datetime(frame["visited_on"]))).select(
        "* REPLACE (CAST(visited_on AS DATE) AS visited_on, CAST(ends_on AS DATE) AS ends_on)"
    )


def month(*counts, channels=("search",), last=date(2026, 3, 31), days=31):
    return [(last - timedelta(days=one), channel, *counts) for one in range(days) for channel in channels]


def orders(rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "ordered_on", "status"])
    made = frame.assign(
        order_id=[f"o{i}" for i in range(len(frame))], revenue_excl_vat=50.0, returned_value=0.0
    )
    return relation(made.assign(ordered_on=pd.to_datetime(made["ordered_on"]))).select(
        "* REPLACE (CAST(ordered_on AS DATE) AS ordered_on)"
    )


def cases(rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "opened_on", "topic"])
    made = frame.assign(hours_to_first_answer=1.0, hours_to_solution=2.0, n_contacts=1, compensation=0.0)
    return relation(made.assign(opened_on=pd.to_datetime(made["opened_on"]))).select(
        "* REPLACE (CAST(opened_on AS DATE) AS opened_on)"
    )


def test_cases_per_order_hold_the_truth_of_the_sample(ranked, truth):
    rows = ranked.set_index("irritant")
    for (name, topic), value in truth.items():
        if name == "cases_per_order":
            assert (
                rows.loc[f"case:{topic}", "rate_low"]
                <= 1000 * value
                <= rows.loc[f"case:{topic}", "rate_high"]
            ), topic


def test_the_three_steps_that_hurt_are_found_and_the_lot_holds_their_truth(setup, truth):
    removed = setup.losses[setup.losses["is_removed"]]
    assert set(removed["step"]) == {
        f"{name} (left out since)" for name in ("phone check", "contacts import", "long quiz")
    }
    others = setup.losses[~setup.losses["is_removed"]]
    assert removed["lost"].min() > others["lost"].max(), (
        "each of them loses more newcomers than any other step"
    )
    assert setup.is_sound
    assert setup.completion.low <= truth["onboarding_completion_gain", ""] <= setup.completion.high


def test_no_case_acts_on_spend_in_the_sample_and_none_is_told_to(ranked, found):
    """Nothing that is said there acts on leaving; orders touched look better only because their customers order more."""
    assert not ranked["is_told"].any() and ranked["stake"].isna().all()
    assert found.unmatched > 20 and ranked["lost"].abs().max() < found.unmatched
    assert ranked["first"].sum() == pytest.approx(1.0)


def test_reasons_of_leavers_stand_as_they_were_given(sample, here):
    after = journey_map.later(sample["surveys"], sample["arr_movements"], here, question="reason_for_leaving")
    assert after.reasons["choice"].iloc[0] == "price" and after.accounts > after.enlarged > 0


def test_every_figure_of_the_page_has_a_row_inside_its_interval(visits, found, ranked, here):
    rows = [*journey.kpis(visits, here), *journey_irritants.kpis(found, ranked, here)]
    assert {row.id for row in rows} == {one.id for one in KPIS}
    assert all(row.value is None or row.low is None or row.low <= row.value <= row.high for row in rows)
    assert next(row for row in rows if row.id == "irritant_stake").value is None
    assert len(next(row for row in rows if row.id == "conversion_rate").history) == 13
    assert "head of quality" in journey_telling.answer(ranked, rows, found, here)


def test_the_chain_of_steps_multiplies_to_the_conversion(visits, here):
    funnel = journey.funnel(visits, here)
    told = journey.rate(visits, "purchases", "sessions", here.period, here)
    assert funnel["rate"].prod() == pytest.approx(told.estimate.value)
    moved = journey.moved(visits, here)
    assert moved.mix.value + moved.rate.value == pytest.approx(moved.change.value)


def test_five_days_without_clicks_are_named_and_visits_go_on(sample):
    june = tables.scope("sample", "2026-06", "ALL", "en", grain="month")
    made = journey.known(tables.load("site_daily", june), tables.load("media_spend", june))
    checks = {one.id: one for one in journey_checks.of_visits(made, june)}
    assert checks["clicks"].status == "review" and "5 days" in checks["clicks"].text
    assert checks["silent_days"].status == "pass"


def planted(n=400, less=True):
    """A shop in which every tenth customer has a broken machine in December and mostly does not come back, while the others do."""
    rows, opened = [], []
    for i in range(n):
        start = date(2025, 9, 1) + timedelta(days=i % 28)
        for back in range(0, 210, 30):
            day = start + timedelta(days=back)
            if less and i % 10 == 0 and i % 50 and day > date(2025, 12, 31):
                break
            rows.append((f"c{i:03}", day, "paid"))
        if i % 10 == 0:
            opened.append((f"c{i:03}", date(2025, 12, 10) + timedelta(days=i % 9), "broken"))
            opened.append((f"c{i:03}", date(2026, 3, 1), "broken"))
        if i % 10 and i % 3 == 1:
            opened.append((f"c{i:03}", date(2025, 12, 10) + timedelta(days=i % 9), "question"))
            opened.append((f"c{i:03}", date(2026, 3, 2), "question"))
    return orders(rows), cases(opened)


def test_a_planted_irritant_is_first_with_its_money_although_another_is_more_frequent():
    bought, asked = planted()
    found = journey_irritants.known(bought, HERE, cases=asked, **OPTIONS)
    ranked = journey_irritants.table(found, HERE)
    top = ranked.iloc[0]
    assert top["irritant"] == "case:broken" and top["is_told"] and not ranked.iloc[1]["is_told"]
    assert top["stake"] == pytest.approx(top["lost"] * 40) and top["n_customers"] == 40
    assert ranked.iloc[1]["n_customers"] > 100 and top["first"] == 1.0
    decision = journey_decisions.mend(ranked, found, HERE)
    assert (
        decision.effect == top["stake"]
        and decision.low <= decision.effect <= decision.high
        and decision.probability is None
    )
    row = journey_irritants.kpis(found, ranked, HERE)[-1]
    assert row.value == top["stake"] and "worth at most" in decision.sentence


def test_an_owner_is_the_company_s_own_where_it_says_one():
    scope = replace(HERE, company=replace(SHOP, owners={"crm": "Head of care"}))
    assert journey_telling.owner("case:leak", scope) == "Head of care"
    assert journey_telling.owner("case:leak", HERE) == "head of customer service"


def test_a_group_under_ten_customers_is_hidden():
    bought, _ = planted()
    found = journey_irritants.known(
        bought, HERE, cases=cases([(f"c{i:03}", date(2026, 3, 3), "rare") for i in range(9)]), **OPTIONS
    )
    assert journey_irritants.table(found, HERE).empty


def test_without_site_cases_and_returns_the_page_says_what_would_open_it():
    bought, _ = planted()
    lacking = "acme: support_cases is missing."
    found = journey_irritants.known(bought, HERE, lacking=lacking, **OPTIONS)
    ranked = journey_irritants.table(found, HERE)
    nothing = journey.known(None, None, lacking="acme: site_daily is missing.")
    rows = [*journey.kpis(nothing, HERE), *journey_irritants.kpis(found, ranked, HERE)]
    assert {row.id for row in rows} == {one.id for one in KPIS} and all(
        row.value is None and row.reason for row in rows
    )
    setup = journey_setup.known(None, None, bought, HERE, test="", longer="", days=90)
    checks = [
        *journey_checks.of_visits(nothing, HERE),
        *journey_checks.of_irritants(found, ranked, setup, HERE),
    ]
    assert {one.status for one in checks} <= {"review", "pass"} and any(
        "site_daily" in one.remedy for one in checks
    )
    said = journey_telling.answer(ranked, rows, found, HERE)
    assert "cannot be told" in said and "site_daily" in said
    made = journey_decisions.decisions(ranked, found, nothing, journey.moved(nothing, HERE), HERE)
    assert [one.verb for one in made] == ["Bring the data", "Wait"]
    after = journey_map.later(None, None, HERE, question="why")
    assert journey_map.steps(nothing, found, setup, after, rows, HERE).count("\n") == 7
    assert journey.funnel(nothing, HERE).empty and journey_telling.bridge(None, HERE).empty
    assert journey_telling.ranking(ranked, HERE).empty and "nothing to misread" in journey_telling.naive(nothing, found, journey.funnel(nothing, HERE), HERE)  # fmt: skip


def test_steps_that_grow_give_no_rate_and_a_failed_check():
    made = journey.known(site(month(100, 50, 40, 10, 5, 8)), None)
    told = journey.rate(made, "purchases", "checkouts", HERE.period, HERE)
    assert "different ways" in told.reason and np.isnan(told.estimate.value)
    checks = {one.id: one for one in journey_checks.of_visits(made, HERE)}
    assert checks["steps_shrink"].status == "fail" and "31 days" in checks["steps_shrink"].text
    assert checks["channels"].status == "review"


def test_a_day_without_orders_and_a_day_that_is_absent_are_silent():
    rows = month(1000, 500, 400, 100, 50, 30)
    rows[3] = (*rows[3][:2], 1000, 500, 400, 100, 50, 0)
    made = journey.known(site(rows[:-1]), None)
    checks = {one.id: one for one in journey_checks.of_visits(made, HERE)}
    assert checks["silent_days"].status == "review" and "2 days" in checks["silent_days"].text


def test_a_month_of_ten_visits_has_no_percentage():
    made = journey.known(site(month(1, 1, 1, 0, 0, 0, days=10)), None)
    rows = journey.kpis(made, HERE)
    assert all(row.value is None for row in rows) and "need" in rows[0].reason
    assert journey_checks.of_visits(made, HERE)[0].status == "review"
    assert journey.moved(made, HERE) is None


def test_one_channel_has_no_mix_and_a_fall_within_it_is_a_loss_in_money():
    before = month(1000, 500, 400, 100, 60, 40, last=date(2025, 3, 31))
    made = journey.known(site([*before, *month(1000, 500, 400, 90, 50, 20)]), None)
    moved = journey.moved(made, HERE)
    assert moved.mix.value == pytest.approx(0, abs=1e-12) and moved.rate.value == pytest.approx(-0.02)
    bought, asked = planted()
    found = journey_irritants.known(bought, HERE, cases=asked, **OPTIONS)
    decision = journey_decisions.steps(made, moved, found, HERE)
    assert decision.verb == "Find the step" and decision.effect == pytest.approx(0.02 * 31_000 * 25.0)


def test_a_tool_that_counts_visits_and_orders_alone_still_gives_the_conversion():
    made = journey.known(site(month(1000, 40), steps=("sessions", "purchases")), None)
    assert made.steps == ("sessions", "purchases") and len(journey.funnel(made, HERE)) == 1
    rows = {row.id: row for row in journey.kpis(made, HERE)}
    assert rows["conversion_rate"].value == pytest.approx(0.04) and rows["visit_to_basket"].value is None


@pytest.mark.parametrize("option", ["days", "outcome_days", "late_hours"])
def test_a_window_of_no_days_is_refused(option):
    with pytest.raises(ValueError, match=option):
        journey_irritants.known(None, HERE, **{**OPTIONS, option: 0})
