"""Newcomers to the product: by hand, with faults, without tables, and on the sample, whose truth is known."""

import json
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from helpers import kpi, tables
from helpers.company import Company, Scope, sample_dir
from helpers.methods.intervals import wilson
from helpers.periods import parse
from helpers.pillars.crm import KPIS, onboarding, onboarding_words
from helpers.pillars.crm.definitions import onboarding as definitions

SHOP = Company("shop", Path(), "Shop", "EUR", ("FR",), "Europe/Paris")
HERE = Scope(SHOP, parse("2026-03"), "ALL", "en")


def steps(**changed):
    """A test of 100 newcomers an arm, and 40 newcomers of March."""
    counts = {
        ("long", "sign_up"): 100, ("long", "quiz"): 70, ("long", "goal"): 56, ("short", "sign_up"): 100, ("short", "goal"): 84,
        ("", "sign_up"): 40, ("", "goal"): 30,
    }  # fmt: skip
    counts |= changed.pop("counts", {})
    rows = [
        (pd.Timestamp("2026-03-02") if not variant else pd.Timestamp("2025-05-02"), variant, step, n)
        for (variant, step), n in counts.items()
    ]
    return pd.DataFrame(rows, columns=["first_on", "variant", "step", "n_customers"])


def use():
    """Forty newcomers on the first of each month from January to March."""
    first = pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01"])
    return pd.DataFrame(
        {"first_on": first, "n_customers": 40, "n_d1": [20, 24, 30], "n_d7": 10, "n_d30": [8, 6, 0]}
    )


def app(**changed):
    made = {
        "use": use(), "steps": steps(), "longer": onboarding.Arm("long", 1_000, 250), "shorter": onboarding.Arm("short", 1_000, 150),
        "measured_on": pd.Timestamp("2025-09-28"), "ends_on": pd.Timestamp("2025-06-30"), "lacking": "",
    }  # fmt: skip
    return onboarding.Known(**{**made, **changed})


def decide(known):
    return onboarding_words.decisions(known, HERE, due="2026-04-30")


@pytest.fixture(scope="module")
def sample():
    here = tables.scope("sample", "", "ALL", "en", grain="month")
    names = ("product_events", "experiments", "campaign_recipients")
    events, tests, members = (tables.optional(name, here) for name in names)
    asked = {"test": "onboarding_steps_2025", "longer": "long", "lacking": ""}
    return onboarding.known(events, tests, members, here, **asked), here


@pytest.fixture(scope="module")
def truth():
    known = json.loads((sample_dir() / "truth.json").read_text(encoding="utf-8"))["estimands"]
    return {(one["name"], one["segment"]): one["value"] for one in known}


def test_every_declared_figure_of_the_part_has_a_row():
    assert [row.id for row in onboarding.kpis(app(), HERE)] == [one.id for one in definitions.KPIS]
    assert {one.id for one in definitions.KPIS} <= set(KPIS)


def test_a_day_belongs_to_the_month_in_which_it_falls():
    rows = {row.id: row for row in onboarding.kpis(app(), HERE)}
    assert rows["retention_d1"].value == 30 / 40 and rows["retention_d7"].value == 10 / 40
    # Day 30 of 1 February is 3 March; that of 1 March is 31 March, inside the month as well.
    assert rows["retention_d30"].value == 6 / 80 and rows["retention_d30"].n == 80
    low, high = wilson(30, 40)
    assert (rows["retention_d1"].low, rows["retention_d1"].high) == (low, high)


def test_the_cut_is_one_less_the_ratio_of_leavers():
    found = onboarding.tested(app())
    assert found.cut.value == pytest.approx(1 - 150 / 250)
    assert found.cut.low < 0.4 < found.cut.high and found.fewer.value == pytest.approx(0.1)
    assert found.completion.value == pytest.approx(0.84 - 0.56)


def test_a_step_loses_those_who_completed_the_one_before():
    table = onboarding.losses(app(), HERE)
    assert table["step"].tolist() == ["quiz (removed)", "goal"]
    assert table["lost"].tolist() == pytest.approx([0.3, 14 / 70]) and table["n"].tolist() == [100, 70]
    assert "lose 30% of the newcomers" in onboarding_words.finding(app(), HERE)


def test_without_a_test_the_steps_are_those_of_the_last_three_months():
    made = app(longer=None, shorter=None)
    table = onboarding.losses(made, HERE)
    assert table["lost"].tolist() == pytest.approx([1 - 30 / 40])
    assert not table["is_removed"].any() and "last three months" in onboarding_words.subtitle(made, HERE)
    assert [row.id for row in onboarding.kpis(made, HERE)] == [
        "retention_d1",
        "retention_d7",
        "retention_d30",
    ]
    assert decide(made) == [] and onboarding.checks(made, HERE) == []


def test_small_cells_are_blank():
    made = app(steps=steps(counts={("long", "sign_up"): 29, ("long", "quiz"): 20, ("long", "goal"): 12}))
    assert onboarding.losses(made, HERE)["lost"].isna().all()
    assert onboarding_words.finding(made, HERE) == "Which steps lose newcomers cannot be told yet"
    assert onboarding.tested(made).completion is None
    few = app(use=use().assign(n_customers=9, n_d1=3))
    row = kpi.pick(onboarding.kpis(few, HERE), "retention_d1")
    assert row.value is None and "need" in row.sentence


def test_a_cut_that_is_told_keeps_the_shorter_onboarding_and_counts_customers():
    (made,) = decide(app())
    assert made.verb == "Keep the shorter onboarding" and made.unit == "customers"
    assert made.effect == pytest.approx(40 * 0.1) and 0 < made.low < made.effect < made.high
    assert (
        "40% fewer newcomers leave within 90 days" in made.sentence
        and "28 points more complete it" in made.sentence
    )


def test_a_cut_that_may_be_none_promises_nothing():
    (made,) = decide(app(shorter=onboarding.Arm("short", 1_000, 240)))
    assert made.low < 0 < made.high and "do not count on fewer leavers" in made.sentence
    assert "newcomers an arm" in made.sentence


def test_more_leavers_bring_the_longer_onboarding_back():
    (made,) = decide(app(shorter=onboarding.Arm("short", 1_000, 400)))
    assert made.verb == "Take the longer onboarding back" and 0 < made.low < made.effect


def test_an_undecided_test_that_nobody_completes_more_often_goes_on():
    counts = {("short", "goal"): 56}
    (made,) = decide(app(shorter=onboarding.Arm("short", 1_000, 240), steps=steps(counts=counts)))
    assert made.verb == "Go on with the test"


def test_a_lot_that_missed_its_plan_hides_the_cut():
    broken = app(shorter=onboarding.Arm("short", 800, 120))
    row = kpi.pick(onboarding.kpis(broken, HERE), "onboarding_churn_cut")
    assert row.value is None and "not alike" in row.sentence
    assert onboarding.checks(broken, HERE)[0].status == "fail"
    (made,) = decide(broken)
    assert made.verb == "Repair the test" and made.effect is None


def test_leavers_counted_too_early_are_said():
    early = app(measured_on=pd.Timestamp("2025-09-27"))
    assert {c.id: c.status for c in onboarding.checks(early, HERE)}["onboarding_is_over"] == "review"
    assert all(c.status == "pass" for c in onboarding.checks(app(), HERE))


@pytest.mark.parametrize(("n", "left"), [(0, 0), (1, 1), (3, 0), (20, 20)])
def test_tiny_and_empty_arms_are_refused_in_words(n, left):
    arm = onboarding.Arm("short", n, left)
    made = app(longer=arm._replace(name="long"), shorter=arm)
    row = kpi.pick(onboarding.kpis(made, HERE), "onboarding_churn_cut")
    assert row.value is None and "n = 30" in row.sentence
    assert decide(made)[0].effect is None and onboarding.checks(made, HERE)


def test_a_company_without_events_sees_one_line_that_names_the_table():
    made = onboarding.known(None, None, None, HERE, test="t", longer="long", lacking="Import it.")
    said = onboarding_words.missing(made, HERE)
    assert "product_events" in said and said.endswith("Import it.") and "\n" not in said
    assert onboarding.kpis(made, HERE) == [] and decide(made) == [] and onboarding.checks(made, HERE) == []
    assert onboarding.losses(made, HERE).empty
    assert "with a step" in onboarding_words.missing(app(steps=steps().head(0)), HERE)
    assert onboarding_words.missing(app(), HERE) == ""


@pytest.mark.parametrize("arms", [["long"], ["long", "short", "third"], ["a", "b"]])
def test_a_test_that_does_not_have_the_two_arms_is_no_test(arms):
    rows = pd.DataFrame({"experiment_id": "t", "arm": arms, "units": 50, "conversions": 5.0})
    rows = rows.assign(measured_on=pd.Timestamp("2025-09-28"), ends_on=pd.Timestamp("2025-06-30"))
    with duckdb.connect() as connection:
        connection.register("r", rows)
        made = onboarding.known(
            None, connection.sql("FROM r"), None, HERE, test="t", longer="long", lacking=""
        )
    assert made.longer is None and onboarding.tested(made) is None


@pytest.mark.parametrize("day", [1, 7, 30])
def test_the_interval_holds_the_retention_that_the_sample_plants(sample, truth, day):
    known, here = sample
    k, n = onboarding.used_on(known.use, day, date(2026, 7, 1), date(2026, 8, 31))
    low, high = wilson(k, n)
    assert low <= truth[f"app_retention_d{day}", ""] <= high
    row = kpi.pick(onboarding.kpis(known, here), f"retention_d{day}")
    assert row.low <= truth[f"app_retention_d{day}", ""] <= row.high


def test_the_intervals_of_the_test_hold_what_the_sample_plants(sample, truth):
    known, _ = sample
    found = onboarding.tested(known)
    assert found.ratio.verdict == "as planned"
    assert found.cut.low <= truth["onboarding_churn_cut", ""] <= found.cut.high
    assert found.completion.low <= truth["onboarding_completion_gain", ""] <= found.completion.high
    for arm in (known.longer, known.shorter):
        low, high = wilson(arm.left, arm.n)
        assert low <= truth["onboarding_churn_90d", arm.name] <= high


def test_the_three_steps_that_hurt_are_those_that_the_test_removed(sample):
    table = onboarding.losses(*sample)
    removed = table.loc[table["is_removed"], "step"].tolist()
    assert removed == ["phone check (removed)", "contacts import (removed)", "long quiz (removed)"]
    assert table.loc[table["is_removed"], "lost"].min() > table.loc[~table["is_removed"], "lost"].max()
