"""The pipeline page: the sample's truths inside its intervals, a firm small enough to count by hand, and what is missing."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import kpi, rollups, tables
from helpers.company import Company, Scope
from helpers.periods import parse
from helpers.pillars.crm import (
    KPIS,
    pipeline,
    pipeline_arr,
    pipeline_decisions,
    pipeline_leads,
    pipeline_scores,
    pipeline_stages,
    pipeline_words,
)
from helpers.pillars.crm.definitions import pipeline as definitions
from helpers.rollups import deals
from helpers.sample.parts import pipeline as sample_pipeline
from helpers.sample.setting import Setting
from helpers.sample.world import World

ROOT = Path(__file__).resolve().parents[2]
FIRM = Company("firm", Path(), "Firm", "EUR", ("FR",), "Europe/Paris")
HERE = Scope(FIRM, parse("2026-03"), "ALL", "en")
LACKING = {
    name: f"no {name} yet"
    for name in ("opportunity_stages", "arr_movements", "leads", "accounts", "product_events")
}


def day(text):
    return pd.Timestamp(text) if text else pd.NaT


@pytest.fixture(scope="module")
def page():
    """The page on the sample company: scope, what it collects, its forecast and its rows."""
    here = tables.scope("sample", "2026-09", "ALL", "en", grain="month")
    given = {
        "stages": "opportunity_stages", "movements": "arr_movements", "leads": "leads", "accounts": "accounts",
        "events": "product_events",
    }  # fmt: skip
    loaded = {name: tables.load(table, here) for name, table in given.items()}
    found = pipeline.known(
        tables.load("opportunities", here), scope=here, trial_event="trial started", paid_event="plan changed", **loaded
    )  # fmt: skip
    made = pipeline.forecast(found, here.period)
    return here, found, made, pipeline.kpis(found, here, made=made, target_segment="key account")


@pytest.fixture(scope="module")
def true():
    estimands = json.loads((ROOT / "data" / "sample" / "truth.json").read_text())["estimands"]
    return {(one["name"], one["segment"]): one["value"] for one in estimands if one["market"] == "ALL"}


@pytest.mark.parametrize(
    ("figure", "name"),
    [
        ("win_rate", "win_rate_new_business"),
        ("sales_cycle_days", "sales_cycle_median_days"),
        ("net_revenue_retention", "net_revenue_retention_12m"),
    ],
)
def test_the_interval_of_a_figure_holds_what_is_true(page, true, figure, name):
    row = kpi.pick(page[-1], figure)
    assert row.low <= true[name, ""] <= row.high


@pytest.mark.parametrize("kind", ["new", "renewal", "expansion"])
def test_the_forecast_of_each_kind_holds_what_came(page, true, kind):
    row = page[2].by_kind.set_index("kind").loc[kind]
    assert row["wins_low"] <= true["wins_next_13w", kind] <= row["wins_high"]
    assert row["amount_low"] <= true["won_arr_next_13w", kind] <= row["amount_high"]


def test_new_revenue_that_came_lies_in_the_forecast_and_the_crm_is_above_it(page, true):
    made, row = page[2], kpi.pick(page[-1], "expected_won_arr")
    came = true["won_arr_next_13w", "new"] + true["won_arr_next_13w", "expansion"]
    assert row.low <= came <= row.high < made.weighted


def test_recurring_revenue_is_exact_and_its_bridge_closes(page, true):
    here, found, _, rows = page
    assert kpi.pick(rows, "arr").value == pytest.approx(true["arr", ""], abs=0.01)
    assert kpi.pick(rows, "net_revenue_retention").value == pytest.approx(
        true["net_revenue_retention_12m", ""], abs=1e-6
    )
    made = pipeline_arr.bridge(found.moves, found.accounts, here)
    assert [check.status for check in pipeline_arr.checks(found.moves, made, here)] == ["pass"] * 3
    grown = found.accounts.assign(arr=found.accounts["arr"] + 1)
    assert (
        pipeline_arr.checks(found.moves, pipeline_arr.bridge(found.moves, grown, here), here)[0].status
        == "fail"
    )


def test_a_market_without_a_movement_in_the_month_has_its_recurring_revenue():
    here = tables.scope("sample", "2026-09", "BE", "en", grain="month")
    moves = rollups.collect(deals.movements(tables.load("arr_movements", here)))
    assert moves["month"].max() < day("2026-09-01")
    total = kpi.pick(pipeline_arr.kpis(moves, here, lacking=""), "arr")
    assert total.value == pytest.approx(moves["delta"].sum()) and total.previous.value == 0
    reach = pipeline_arr.checks(moves, pipeline_arr.bridge(moves, None, here), here)[-1]
    assert (reach.status, reach.text) == (
        "pass",
        "No contract on this page moved in September 2026: a change of zero.",
    )


def test_movements_that_end_before_the_period_are_to_be_looked_at_unless_a_list_of_accounts_proves_them_whole(
    tmp_path,
):
    firm = Company("firm", tmp_path, "Firm", "EUR", ("FR",), "Europe/Paris")
    here = Scope(firm, parse("2026-03"), "ALL", "en")
    moves = pd.DataFrame({"month": [day("2026-01-01")], "account": "a", "kind": "new", "delta": 100.0})
    table = moves.rename(columns={"account": "account_id", "delta": "arr_delta"})
    tables.write(table.assign(market="FR", currency="EUR"), "arr_movements", firm)
    reach = pipeline_arr.checks(moves, pipeline_arr.bridge(moves, None, here), here)[-1]
    assert reach.status == "review" and "No contract has moved since January 2026" in reach.text
    accounts = pd.DataFrame({"account": ["a"], "as_of": day("2026-03-31"), "arr": 100.0})
    proved = pipeline_arr.checks(moves, pipeline_arr.bridge(moves, accounts, here), here)[-1]
    assert proved.status == "pass"


def test_what_a_fast_answer_does_lies_in_both_intervals(page, true):
    here, found = page[:2]
    for made in pipeline_scores.fast_answers(found.leads, here):
        assert made.low <= true["qualification_factor_fast_answer", ""] <= made.high


def test_the_crm_is_too_sure_of_every_stage_and_the_planted_chance_is_inside(page, true):
    here, found = page[:2]
    made = pipeline_stages.crm_chances(found, here).set_index("stage")
    assert (made["low"] > 0).all() and (made["crm"] > made["won"]).all()
    first = made.loc["discovery"]
    assert first["won_low"] <= true["win_rate_new_business", ""] <= first["won_high"]


def test_every_declared_figure_has_a_row(page):
    assert [row.id for row in page[-1]] == [definition.id for definition in definitions.KPIS]
    assert {row.id for row in page[-1]} <= set(KPIS)


def test_the_sample_has_no_trials_and_says_so(page):
    row = kpi.pick(page[-1], "trial_to_paid")
    assert row.value is None and "set trial_event" in row.reason


def test_a_calibrated_score_promises_what_comes_and_the_crms_does_not(page):
    here, found = page[:2]
    table, fitted = pipeline_scores.scores(found.leads, found.accounts, here)
    off = (table["predicted"] - table["observed"]).abs().groupby(table["series"]).max()
    assert off["calibrated"] < 0.05 < 0.3 < off["the CRM's score"]
    assert fitted.n == table.loc[table["series"] == "calibrated", "n"].sum()


def test_decisions_begin_with_the_verb_and_name_money_doubt_and_what_would_reverse_them(page):
    here, found, made, rows = page
    chances = pipeline_stages.crm_chances(found, here)
    plan = pipeline_decisions.plan(made, rows, chances, here, due="2026-10-31")
    assert (
        plan.sentence.startswith("Commit to no more than €")
        and "Set the CRM's chance in demo from 60%" in plan.sentence
    )
    assert plan.low < plan.effect < plan.high and "are won in the first six weeks" in plan.reverse_if
    _, inside = pipeline_scores.fast_answers(found.leads, here)
    faster = pipeline_decisions.faster_answers(found, inside, here, due="2026-10-31")
    assert (
        faster.sentence.startswith("Test answering within 4 hours")
        and 0 < faster.low < faster.effect < faster.high
    )
    none = pipeline_decisions.faster_answers(found, inside._replace(low=0.9), here, due="")
    assert none.sentence.startswith("Do not pay for faster answers yet")


def test_small_cells_of_the_reasons_are_blank(page):
    here, found = page[:2]
    whole = pipeline_stages.loss_reasons(found, here)
    assert whole.index[0] == "negotiation" and (whole.loc["discovery"] == "").sum() == 3
    few = found.deals.groupby("won", dropna=False).head(40)
    table = pipeline_stages.loss_reasons(found._replace(deals=few), here)
    assert (table.drop(columns="lost deals").loc[table["lost deals"].astype(int) < 30] == "").all(axis=None)


def test_later_rows_change_nothing_that_was_forecast_before(page):
    here, found = page[:2]
    august = pipeline.forecast(found, here.period.before())
    end = pd.Timestamp(here.period.before().end)
    later = found.deals["closed"] > end
    then = found._replace(
        deals=found.deals[found.deals["created"] <= end].assign(closed=lambda d: d["closed"].mask(later), won=lambda d: d["won"].mask(later)),
        stays=found.stays[found.stays["entered"] <= end],
    )  # fmt: skip
    again = pipeline.forecast(then, here.period.before())
    pd.testing.assert_frame_equal(august.by_kind, again.by_kind)


def known(n=80, **more):
    """A firm whose deals have one stage, take 40 days and are won every other time; five are open."""
    number = np.arange(n)
    created = day("2025-03-01") + pd.to_timedelta(number * 4, unit="D")
    closed = pd.Series(created + pd.Timedelta(days=40)).where(number < n - 5)
    deals = pd.DataFrame(
        {
            "case": np.char.mod("d%03d", number), "kind": "new", "amount": 1000.0, "created": created, "closed": closed,
            "won": pd.array(number % 2 == 0, dtype="boolean"), "account": "a", "stage": "talk", "chance": 0.8,
            "planned": created + pd.Timedelta(days=50), "reason": None,
        }
    )  # fmt: skip
    deals["won"] = deals["won"].where(deals["closed"].notna())
    stays = deals[["case"]].assign(stage="talk", entered=created, left=closed)
    none = dict.fromkeys(("moves", "leads", "accounts", "trials"))
    return pipeline.Known(deals, stays, deals["closed"].min(), 0, **none, lacking=LACKING)._replace(**more)


def test_the_firm_by_hand():
    here = Scope(FIRM, parse("2026-01"), "ALL", "en")
    found = known()
    made = pipeline.forecast(found, here.period)
    rows = pipeline.kpis(found, here, made=made, target_segment="")
    by_id = {row.id: row for row in rows}
    assert by_id["qualified_pipeline"].value == 5000 and by_id["qualified_pipeline"].n == 5
    assert made.weighted == 4000 and by_id["expected_won_arr"].value == pytest.approx(2500, rel=0.1)
    assert by_id["sales_cycle_days"].value == 40
    assert by_id["win_rate"].value == pytest.approx(0.5, abs=0.05)
    assert (
        by_id["pipeline_coverage"].value is None
        and "targets.csv has no target" in by_id["pipeline_coverage"].reason
    )
    assert (
        by_id["arr"].reason == "no arr_movements yet"
        and by_id["lead_response_share"].reason == "no leads yet"
    )
    table = pipeline_stages.table(found, here)
    assert table["on"].iloc[0] == pytest.approx(by_id["win_rate"].value, abs=0.05)


def test_few_deals_are_a_designed_refusal():
    here = Scope(FIRM, parse("2025-06"), "ALL", "en")
    found = known(20)
    made = pipeline.forecast(found, here.period)
    rows = pipeline.kpis(found, here, made=made, target_segment="")
    assert kpi.pick(rows, "expected_won_arr").value is None
    assert "cannot tell. Only 0 past cases can be followed" in kpi.pick(rows, "expected_won_arr").sentence
    assert "need n = 30" in kpi.pick(rows, "win_rate").sentence
    plan = pipeline_decisions.plan(made, rows, pipeline_stages.crm_chances(found, here), here, due="")
    assert plan.effect is None and plan.sentence.startswith("No figure can be given to finance yet")
    faster = pipeline_decisions.faster_answers(
        found, pipeline_scores.fast_answers(None, here)[0], here, due=""
    )
    assert faster.effect is None and faster.sentence.startswith(
        "Whether faster answers would pay cannot be told"
    )
    by_id = {
        one.id: one for one in pipeline_decisions.checks(found, made, pipeline.backtest(found, here), here)
    }
    assert (
        by_id["past_deals"].status
        == by_id["past_forecasts_held"].status
        == by_id["stages_are_kept"].status
        == "review"
    )
    assert (
        pipeline_words.answer(rows, pipeline_stages.table(found, here), here)
        == kpi.pick(rows, "expected_won_arr").sentence
    )


def test_without_a_history_of_stages_age_and_amount_give_the_chances_and_no_stage_is_named():
    here = Scope(FIRM, parse("2026-01"), "ALL", "en")
    found = known()
    found = found._replace(stays=found.stays.assign(stage=""))
    made = pipeline.forecast(found, here.period)
    assert made.growth["amount"] == pytest.approx(2500, rel=0.1)
    table = pipeline_stages.table(found, here)
    assert table.empty and "without the days" in pipeline_stages.finding(table, here)
    assert pipeline_stages.crm_chances(found, here).empty


def test_nothing_at_all_is_a_page_too():
    found = known()._replace(deals=known().deals.head(0), stays=known().stays.head(0), since=pd.NaT)
    made = pipeline.forecast(found, HERE.period)
    rows = pipeline.kpis(found, HERE, made=made, target_segment="")
    assert all(row.value is None for row in rows if row.id != "qualified_pipeline")
    assert pipeline_stages.table(found, HERE).empty and pipeline_stages.crm_chances(found, HERE).empty
    assert pipeline_stages.loss_reasons(found, HERE).empty and "cannot tell" in pipeline_stages.no_loss(HERE)
    assert pipeline_words.bars(made, HERE).empty and pipeline_words.unseen(found, HERE) == ""
    assert "cannot tell" in pipeline_stages.chances_finding(pipeline_stages.crm_chances(found, HERE), HERE)
    assert "cannot tell" in pipeline_arr.bridge_finding(rows, HERE)
    by_id = {
        one.id: one for one in pipeline_decisions.checks(found, made, pipeline.backtest(found, HERE), HERE)
    }
    assert "too few deals have closed" in by_id["crm_chances"].text
    assert pipeline_scores.scores(None, None, HERE)[0].empty
    assert pipeline_arr.bridge(None, None, HERE) is None and pipeline_arr.steps(None, HERE).empty
    assert "cannot tell" in pipeline_words.forecast_finding(rows, made, HERE)


def leads(*rows):
    table = pd.DataFrame(
        rows, columns=["lead", "created_at", "answered_at", "qualified_on", "accepted_on", "rejected_on"]
    )
    days = {name: pd.to_datetime(table[name]) for name in table.columns[1:]}
    table = table.assign(**days, account="a", channel="direct", score=50.0, case=None)
    return table.assign(created_on=table["created_at"].dt.normalize())


def test_answers_in_time_by_hand():
    rows = leads(
        *[
            (f"f{n}", "2026-03-02 08:00", "2026-03-02 12:00", "2026-03-04", "2026-03-06", None)
            for n in range(20)
        ],
        *[
            (f"s{n}", "2026-03-02 08:00", "2026-03-02 12:01", "2026-03-04", None, "2026-03-06")
            for n in range(15)
        ],
        *[(f"n{n}", "2026-03-02 08:00", None, None, None, None) for n in range(5)],
        *[
            (f"y{n}", "2026-03-31 21:00", None, None, None, None) for n in range(9)
        ],  # their four hours are not over
    )
    made = {row.id: row for row in pipeline_leads.kpis(known(leads=rows), HERE, target_segment="")}
    assert (made["lead_response_share"].value, made["lead_response_share"].n) == (20 / 40, 40)
    assert (made["lead_response_day_share"].value, made["lead_response_day_share"].n) == (35 / 40, 40)
    assert (made["lead_acceptance_rate"].value, made["lead_acceptance_rate"].n) == (20 / 35, 35)


def nurtured(rows, here=HERE, **more):
    made = pipeline_leads.kpis(known(leads=rows, **more), here, target_segment="")
    return kpi.pick(made, "nurturing_conversion")


def test_nurtured_leads_by_hand():
    at, kinds = "2025-12-01 09:00", {
        "at once": (5, "2025-12-08", None, None),  # day 7: never in need of nurturing
        "in time": (6, "2025-12-09", None, None),  # day 8
        "last day": (4, None, "2026-03-01", None),  # day 90, and nobody called it qualified
        "too late": (3, "2026-03-02", None, None),  # day 91
        "refused": (7, None, None, "2025-12-03"),
        "never": (20, None, None, None),
    }  # fmt: skip
    rows = [(f"{kind} {n}", at, None, *days) for kind, (size, *days) in kinds.items() for n in range(size)]
    young = [(f"young {n}", "2026-01-02 09:00", None, None, None, None) for n in range(9)]  # 88 days old
    row = nurtured(leads(*rows, *young))
    assert (row.value, row.n) == (10 / 40, 40)
    assert "10 of 40" not in row.sentence and row.low < 0.25 < row.high


def test_a_deal_makes_a_lead_ready_where_nobody_wrote_down_when_it_was_qualified():
    rows = leads(*[(f"l{n}", "2025-12-01 09:00", None, None, None, None) for n in range(40)])
    row = nurtured(rows)
    assert row.value is None and "leads has no day on which any was qualified" in row.reason
    made = known().deals.head(8).assign(created=day("2026-01-15"))
    row = nurtured(rows.assign(case=[*made["case"], *[None] * 32]), deals=made)
    assert (row.value, row.n) == (8 / 40, 40)


def test_the_share_of_nurtured_leads_holds_what_the_world_gives_in_the_long_run(page):
    here, found = page[:2]
    contacts = sample_pipeline.arm(World(Setting(101, 3.0))).contacts  # the same law, other draws
    own = contacts[contacts["cause"] != sample_pipeline.FIELD]
    wait = own["qualified"] - own["day"]
    true = ((wait > 7) & (wait <= 90)).sum() / (wait > 7).sum()
    row = kpi.pick(page[-1], "nurturing_conversion")
    assert row.low <= true <= row.high
    later = found.leads[found.leads["created_on"] > day("2026-07-02")]
    without = found._replace(leads=found.leads.drop(later.index))
    again = pipeline_leads.kpis(without, here, target_segment="")
    assert kpi.pick(again, "nurturing_conversion").value == row.value  # the young say nothing yet
    assert "cannot be told" in pipeline_leads.ripening(page[-1], here)


def test_target_accounts_and_trials_by_hand():
    accounts = pd.DataFrame(
        {"account": [f"a{n}" for n in range(40)], "segment": "key", "size": "L", "as_of": pd.NaT}
    )
    accounts = accounts.assign(status=["customer"] * 8 + ["prospect"] * 32, arr=0.0)
    rows = leads(*[(f"l{n}", "2026-02-02 08:00", None, None, None, None) for n in range(8)])
    rows["account"] = [f"a{n}" for n in range(4, 12)]  # four of them are customers already
    trials = pd.DataFrame(
        {
            "day": pd.to_datetime(["2026-01-10", "2026-02-01", "2026-02-10", "2026-03-20"]),
            "paid_on": pd.to_datetime(["2026-02-09", "2026-03-20", None, None]), "n_customers": [30, 10, 20, 99],
        }
    )  # fmt: skip
    found = known(leads=rows, accounts=accounts, trials=trials)
    made = {row.id: row for row in pipeline_leads.kpis(found, HERE, target_segment="key")}
    assert (made["target_account_coverage"].value, made["target_account_coverage"].n) == (4 / 32, 32)
    assert (made["trial_to_paid"].value, made["trial_to_paid"].n) == (
        30 / 60,
        60,
    )  # paid after 30, 47 days; never; too young
