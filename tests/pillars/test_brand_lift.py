"""The page on brand lift: small worlds with a known lift, the thin cases, bad input of every kind, and the sample's truth."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import i18n, tables
from helpers.company import Company, Scope
from helpers.errors import DataError, NothingToReportError
from helpers.methods.lift_bars import required_answers
from helpers.periods import parse
from helpers.pillars.brand import (
    KPIS,
    lift,
    lift_checks,
    lift_decisions,
    lift_figures,
    lift_money,
    lift_next,
    lift_studies,
    lift_tables,
    lift_telling,
    lift_words,
)
from helpers.pillars.brand.definitions import lift as definitions

SHOP = Company("shop", Path(), "Shop", "EUR", ("FR", "BE"), "Europe/Paris", contribution_margin_rate=0.5)
HERE = Scope(SHOP, parse("2026-Q3"), "ALL", "en")
FR = Scope(SHOP, parse("2026-Q3"), "ALL", "fr")
CAMPAIGNS = "Film = FR_film; Own = FR_own"


def totals(*rows, ends="2026-08-31", **more):
    """Rows of experiments: (study, question, yes exposed, n exposed, yes control, n control)."""
    made = []
    for study, question, *counts in rows:
        for arm, (yes, n) in zip(("exposed", "control"), (counts[:2], counts[2:]), strict=True):
            made.append((f"{study} / {question}", arm, question, n, yes))
    frame = pd.DataFrame(made, columns=["experiment_id", "arm", "metric", "units", "conversions"])
    days = {name: pd.Timestamp(ends) for name in ("measured_on", "ends_on")}
    return frame.assign(market="FR", kind="holdout", starts_on=pd.Timestamp("2026-05-01"), **days).assign(**more)  # fmt: skip


def answers(
    lifts, *, n=900, seed=1, study="Own", last="2026-08-31", base=0.4, traits=True, brand="House", weight=None
):
    """Answers of an own study: `lifts` by question; half of the people could see the campaign."""
    rng, rows = np.random.default_rng(seed), []
    exposed = rng.permutation(np.arange(2 * n) < n)
    age = rng.choice(["18-49", "50+"], 2 * n)
    for question, rise in lifts.items():
        yes = rng.random(2 * n) < base + rise * exposed
        rows.append(pd.DataFrame({
            "survey_id": study, "survey_type": "lift", "respondent_id": [f"p{i}" for i in range(2 * n)], "answered_on": pd.Timestamp(last),
            "market": "FR", "question": question, "brand": brand, "score": yes * 1.0, "is_exposed": exposed,
            "age_band": age if traits else None, "sex": None, "region": None, "weight": weight, "sample_source": "panel, random",
        }))  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def page_of(experiments=None, surveys=None, *, worth_seeing=0.02, scope=HERE, own=("House",)):
    return lift.page(lift_studies.read(surveys, experiments, scope, own=own), scope, worth_seeing=worth_seeing)  # fmt: skip


def media(*rows):
    """Rows of media_spend: (day, campaign, code, spend)."""
    frame = pd.DataFrame(rows, columns=["spent_on", "campaign", "campaign_id", "spend"])
    return frame.assign(spent_on=pd.to_datetime(frame["spent_on"]))


def reach(*rows):
    """Rows of media_reach: (first day, last day, code, reach)."""
    frame = pd.DataFrame(rows, columns=["starts_on", "ends_on", "campaign_id", "reach"])
    frame[["starts_on", "ends_on"]] = frame[["starts_on", "ends_on"]].apply(pd.to_datetime)
    return frame.assign(breakdown=None, market="FR")


def money_of(page, spent=None, seen=None, campaigns=CAMPAIGNS, people_reached=""):
    return lift_money.money(page, spent, seen, campaigns=campaigns, people_reached=people_reached)


def shown_checks(page, scope=HERE, **more):
    return {one.id: one for one in lift_checks.checks(page, money_of(page, **more), scope)}


def found_of(page, study):
    return next(one for one in page.studies if one.name == study).found.set_index("question")


# ---- by hand ----


def test_one_question_alone_is_read_by_itself():
    """40 of 100 against 25 of 100: 15 points, 60 % of 25, 20 % of the 75 that the control leaves; p = 0.023."""
    page = page_of(totals(("Film", "Awareness", 40, 100, 25, 100)))
    row = found_of(page, "Film").loc["Awareness"]
    assert (row["absolute"], row["relative"], row["headroom"]) == pytest.approx((0.15, 0.6, 0.2))
    assert row["p_all"] == pytest.approx(row["p"]) == pytest.approx(0.0235, abs=5e-4)
    assert row["standing"] == "proved" and page.studies[0].standing == "proved"


def test_the_same_question_among_six_of_its_quarter_is_not_proved_and_its_three_intervals_say_so():
    others = [("Film", f"Q{i}", 300, 1000, 300, 1000) for i in range(5)]
    row = found_of(page_of(totals(("Film", "Awareness", 40, 100, 25, 100), *others)), "Film").loc["Awareness"]
    assert row["p_all"] == pytest.approx(6 * row["p"]) and row["standing"] == "open"
    for figure in ("absolute", "relative", "headroom"):
        assert row[f"{figure}_low"] < 0 < row[f"{figure}_high"], figure


def test_questions_of_other_quarters_are_not_counted():
    more = totals(*[("Old", f"Q{i}", 300, 1000, 300, 1000) for i in range(5)], ends="2026-05-31")
    page = page_of(pd.concat([totals(("Film", "Awareness", 40, 100, 25, 100)), more]))
    assert found_of(page, "Film").loc["Awareness", "standing"] == "proved"
    assert [page.looked_at(one) for one in page.quarters] == [1, 5] and page.n_questions == 6
    assert lift_telling.families(page, HERE) == "Questions that were counted together: 1 question in Q3 2026 and 5 questions in Q2 2026."  # fmt: skip


def test_people_lifted_and_their_cost_by_hand():
    """Spend to the last day of the study is 80,000; the largest month reached 1,000,000; each 1 % of lift is 10,000 people."""
    page = page_of(totals(("Film", "Awareness", 4000, 10_000, 3600, 10_000)))
    spent = media(("2026-08-01", "FR_film", "7", 50_000), ("2026-08-31", "FR_film", "7", 30_000), ("2026-09-01", "FR_film", "7", 9_000), ("2026-08-02", "FR_other", "8", 1_000))  # fmt: skip
    seen = reach(("2026-07-01", "2026-07-31", "7", 400_000), ("2026-08-01", "2026-08-31", "7", 1_000_000), ("2026-09-01", "2026-09-30", "7", 5_000_000))  # fmt: skip
    made = money_of(page, spent, seen)
    row = made.table.iloc[0]
    assert (row["cost"], row["reached"], row["people"]) == pytest.approx((80_000, 1_000_000, 40_000))
    assert row["each"] == pytest.approx(2) and row["each_low"] < 2 < row["each_high"]
    assert row["people_low"] == pytest.approx(1e6 * found_of(page, "Film")["absolute_low"].iloc[0])


def test_the_next_study_has_the_published_size():
    """Baseline 30 %, two points, 90 % level, 80 % power: 6,613 an arm."""
    page = page_of(totals(("Film", "Awareness", 310, 1000, 300, 1000)))
    found = lift_next.next_study(page.studies[0], worth_seeing=0.02)
    assert found.needs_one == found.needs_all == 6613 and found.answers == 1000
    assert lift_tables.next_table(page, HERE).loc["Film", "one question"] == "6,700"


@pytest.mark.parametrize("questions", [1, 6])
@pytest.mark.parametrize("baseline", [0.05, 0.3, 0.6])
def test_the_smallest_lift_seen_needs_just_these_answers(baseline, questions):
    seen = lift_next.smallest_seen(baseline, 900, questions=questions)
    assert required_answers(baseline, seen, questions=questions) == pytest.approx(900, abs=1)
    assert math.isnan(lift_next.smallest_seen(0.99, 10)) and math.isnan(lift_next.smallest_seen(1.0, 900))


# ---- verdicts ----


def test_a_campaign_that_people_only_remember_has_no_proved_brand_effect():
    page = page_of(totals(("Film", "Standard ad recall", 500, 1000, 300, 1000), ("Film", "Favorability", 400, 1000, 400, 1000)))  # fmt: skip
    assert page.studies[0].standing == "noticed"
    rows = lift_figures.kpis(page, money_of(page), HERE)
    assert rows[0].value == 0 and rows[1].value == pytest.approx(0.5)
    (first, *_) = lift_decisions.decisions(page, money_of(page), HERE)
    assert first.id == "noticed_Film" and "no effect on the brand" in first.sentence
    assert lift_telling.answer(page, HERE).startswith("Count on the brand effect of no campaign")


def test_a_fall_stops_the_campaign():
    page = page_of(totals(("Film", "Favorability", 300, 1000, 420, 1000)))
    (first, *_) = lift_decisions.decisions(page, money_of(page), HERE)
    assert (
        page.studies[0].standing == "fall"
        and first.sentence.startswith("Stop Film")
        and "−12.0 points" in first.sentence
    )


def test_many_answers_without_a_lift_rule_one_out():
    page = page_of(totals(("Film", "Favorability", 20_000, 50_000, 20_000, 50_000)))
    (first, *_) = lift_decisions.decisions(page, money_of(page), HERE)
    assert page.studies[0].standing == "small" and first.id == "none_Film" and "ruled out" in first.sentence
    assert page_of(totals(("Film", "Favorability", 20_000, 50_000, 20_000, 50_000)), worth_seeing=0.001).studies[0].standing == "open"  # fmt: skip


def test_a_brand_question_is_told_before_ad_recall_though_that_moved_more():
    page = page_of(totals(("Film", "Ad recall", 500, 1000, 300, 1000), ("Film", "Awareness", 480, 1000, 400, 1000)))  # fmt: skip
    assert page.studies[0].of("proved")["question"].tolist() == ["Awareness", "Ad recall"]
    (first, *_) = lift_decisions.decisions(page, money_of(page), HERE)
    assert (
        first.effect is None
        and first.probability is None
        and "among people who could see it" in first.sentence
    )
    assert "ad recall" not in lift_telling.answer(page, HERE)


def test_campaigns_without_effect_seldom_look_proved():
    """Six questions a quarter, 300 quarters: a lift in 5 % at most, give or take two errors of simulation."""
    rng, n, quarters = np.random.default_rng(4), 800, 300
    columns = ["question", "yes_exposed", "n_exposed", "yes_control", "n_control"]
    shown = 0
    for _ in range(quarters):
        yes = rng.binomial(n, np.array([0.24, 0.55, 0.36, 0.31, 0.42, 0.18])[:, None], (6, 2))
        counts = pd.DataFrame([(f"q{i}", a, n, b, n) for i, (a, b) in enumerate(yes)], columns=columns)
        shown += (lift.judged(counts, worth_seeing=0.02)["standing"] == "proved").any()
    assert shown / quarters <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / quarters)


def test_own_answers_find_a_planted_lift_in_nine_of_ten_seeds_and_hold_it():
    lifts, found, held = {"awareness": 0.1, "consideration": 0.0, "favorability": 0.0}, 0, 0
    for seed in range(10):
        rows = found_of(page_of(surveys=answers(lifts, seed=seed)), "Own")
        found += rows.loc["awareness", "standing"] == "proved"
        held += sum(rows.loc[name, "absolute_low"] <= rise <= rows.loc[name, "absolute_high"] for name, rise in lifts.items())  # fmt: skip
    assert found >= 9 and held >= 26  # of 30 intervals


# ---- would it survive ----


def test_what_a_platform_reports_and_what_survives():
    page = page_of(totals(("Film", "Awareness", 322, 1000, 300, 1000), ("Film", "Favorability", 300, 1000, 300, 1000)))  # fmt: skip
    (row,) = lift_next.reported(page, certainty=0.70)
    assert (row.passed, row.left) == (1, 0)
    assert (row.empty_low, row.empty_high) == pytest.approx((1 - 0.85**2, 1 - 0.7**2))
    assert "awareness of Film (+2.2 points)" in lift_telling.naive(page, HERE, certainty=0.70)
    assert "reports no lift here" in lift_telling.naive(page, HERE, certainty=0.95)


def test_six_questions_without_effect_pass_as_often_as_published():
    """The reference: 62 % where both sides are counted, 88 % where one is."""
    page = page_of(totals(*[("Film", f"Q{i}", 300, 1000, 300, 1000) for i in range(6)]))
    (row,) = lift_next.reported(page, certainty=0.70)
    assert (row.empty_low, row.empty_high) == pytest.approx((0.62, 0.88), abs=0.005)


# ---- thin and odd data ----


def test_without_a_study_there_is_nothing_to_report():
    for surveys, experiments in ((None, None), (answers({"awareness": 0.1}, last="2025-01-31"), None), (None, totals(("Film", "Awareness", 1, 2, 1, 2), ends="2025-06-01"))):  # fmt: skip
        with pytest.raises(NothingToReportError):
            page_of(experiments, surveys)


def test_answers_that_are_held_back_count_as_looked_at_and_are_named():
    page = page_of(totals(("Film", "Awareness", 480, 1000, 400, 1000), ("Film", "Consideration", None, 20, None, 34)))  # fmt: skip
    rows = found_of(page, "Film")
    assert rows.loc["Consideration", "standing"] == "cannot tell"
    assert rows.loc["Awareness", "p_all"] == pytest.approx(2 * rows.loc["Awareness", "p"])
    one = shown_checks(page)["answers"]
    assert one.status == "review" and "Film, consideration: the answers of one arm or both are missing or held back" in one.text  # fmt: skip
    told = [row for row in lift_figures.kpis(page, money_of(page), HERE) if row.id == "brand_lift"]
    assert [row.value is None for row in told] == [False, True] and "held back" in told[1].reason


def test_twenty_people_an_arm_tell_nothing():
    page = page_of(surveys=answers({"awareness": 0.5}, n=20))
    assert page.studies[0].standing == "cannot tell"
    assert shown_checks(page)["answers"].status == "review"
    assert lift_telling.answer(page, HERE).endswith("Of Own nothing can be told.")
    (only,) = lift_decisions.decisions(page, money_of(page), HERE)
    assert only.id == "open_Own" and only.effect is None


def test_sixty_answers_an_arm_are_told_with_a_warning():
    page = page_of(surveys=answers({"awareness": 0.1}, n=60))
    assert page.studies[0].standing != "cannot tell" and shown_checks(page)["few_answers"].status == "review"


def test_a_study_with_people_of_one_arm_only_cannot_be_told():
    one = answers({"awareness": 0.1})
    page = page_of(surveys=one[one["is_exposed"]])
    assert page.studies[0].standing == "cannot tell"


def test_answers_that_are_all_alike_have_no_figure():
    page = page_of(totals(("Film", "Awareness", 0, 1000, 0, 1000)))
    assert page.studies[0].standing == "cannot tell" and "all answers are alike" in shown_checks(page)["answers"].text  # fmt: skip
    assert lift_next.required(page) is None


def test_a_study_that_is_still_running_is_named_and_not_read():
    early = totals(("Film", "Awareness", 480, 1000, 400, 1000)).assign(ends_on=pd.Timestamp("2026-12-31"))
    with pytest.raises(NothingToReportError):
        page_of(early)
    page = page_of(pd.concat([early, totals(("Other", "Awareness", 480, 1000, 400, 1000))]))
    assert [one.name for one in page.studies] == ["Other"] and "Film" in shown_checks(page)["running"].text


def test_of_two_exports_of_a_study_the_last_one_counts():
    rows = totals(("Film", "Awareness", 480, 1000, 400, 1000))
    first = totals(("Film", "Awareness", 200, 400, 160, 400)).assign(measured_on=pd.Timestamp("2026-08-10"))
    page = page_of(pd.concat([first, rows]))
    assert found_of(page, "Film").loc["Awareness", "n_exposed"] == 1000 and "Film" in shown_checks(page)["repeated"].text  # fmt: skip


def test_parts_of_an_audience_are_questions_that_were_looked_at():
    rows = totals(("Film", "Awareness", 480, 1000, 400, 1000))
    part = totals(("Film", "Awareness", 100, 200, 80, 200)).assign(place="18-34")
    page = page_of(pd.concat([rows.assign(place=None), part]))
    assert found_of(page, "Film").index.tolist() == ["Awareness", "Awareness · 18-34"]
    assert lift_words.question("Awareness · 18-34", "fr") == "notoriété · 18-34"


def test_tests_of_money_and_other_arms_are_no_lift_studies():
    other = totals(("Mail", "Orders", 40, 100, 25, 100)).assign(value=10.0)
    third = totals(("Shop", "Visits", 40, 100, 25, 100)).replace({"exposed": "variant"})
    page = page_of(pd.concat([other, third, totals(("Film", "Awareness", 40, 100, 25, 100)).assign(value=np.nan)]))  # fmt: skip
    assert [one.name for one in page.studies] == ["Film"]


def test_answers_on_competitors_are_left_out_and_other_own_brands_keep_their_name():
    several = [answers({"awareness": 0.1}, brand=name) for name in ("House", "House Mini", "Rival")]  # fmt: skip
    page = page_of(surveys=pd.concat(several), own=("House", "House Mini"))
    assert found_of(page, "Own").index.tolist() == ["awareness", "awareness · House Mini"]


def test_answers_without_weights_and_without_traits_are_said():
    bare, full = (page_of(surveys=answers({"awareness": 0.1}, traits=with_traits, weight=weight)) for with_traits, weight in ((False, None), (True, 1.0)))  # fmt: skip
    found, other = shown_checks(bare), shown_checks(full)
    assert found["weights"].status == found["balance"].status == "review"
    assert other["weights"].status == other["balance"].status == "pass" and "indicative" not in other


def test_arms_that_differ_are_made_alike_and_named():
    one = answers({"awareness": 0.0})
    rng = np.random.default_rng(2)
    old = one["respondent_id"].map({name: rng.random() for name in one["respondent_id"].unique()})
    one["age_band"] = np.where(old < np.where(one["is_exposed"], 0.7, 0.4), "50+", "18-49")
    one["score"] = (one["age_band"] == "50+") * 1.0 * (old > 0.1)
    page = page_of(surveys=one)
    check = shown_checks(page)["balance"]
    assert check.status == "review" and "Own, age" in check.text
    raw = one.groupby("is_exposed")["score"].mean()
    assert abs(found_of(page, "Own")["absolute"].iloc[0]) < (raw[True] - raw[False]) / 2


def test_a_trait_that_the_control_lacks_is_left_out_and_said():
    one = answers({"awareness": 0.1})
    one.loc[one["is_exposed"] & (one["respondent_id"] < "p2"), "age_band"] = "under 18"
    assert "Own: the arms could not be made alike by age" in shown_checks(page_of(surveys=one))["loose"].text


def test_a_quarter_without_a_study_says_so_and_has_no_figure():
    page = page_of(totals(("Film", "Awareness", 480, 1000, 400, 1000), ends="2026-03-31"))
    assert shown_checks(page)["recent"].status == "review"
    rows = {row.id: row for row in lift_figures.kpis(page, money_of(page), HERE)}
    assert rows["brand_lift"].value is None and rows["lift_campaigns_proved"].value == 1


def test_a_platform_with_one_question_is_asked_for_the_others():
    assert shown_checks(page_of(totals(("Film", "Awareness", 480, 1000, 400, 1000))))["all_questions"].status == "review"  # fmt: skip


# ---- money ----


def test_no_cost_is_told_without_a_proved_lift_or_without_reach():
    flat = page_of(totals(("Film", "Awareness", 400, 1000, 400, 1000)))
    assert money_of(flat).table.empty and "no cost is told" in lift_telling.money_said(flat, HERE)
    page = page_of(totals(("Film", "Awareness", 480, 1000, 400, 1000)))
    made = money_of(page, media(("2026-08-01", "FR_film", "7", 50_000)))
    assert math.isnan(made.table["each"].iloc[0]) and "not known" in str(made.table["reason"].iloc[0])
    assert "Film" in shown_checks(page)["reach"].text
    rows = [row for row in lift_figures.kpis(page, made, HERE) if row.id == "lift_cost_per_person"]
    assert rows[0].value is None and "not known" in rows[0].reason
    assert lift_tables.money_table(made, HERE).iloc[0, 0].startswith("How many people")


def test_people_reached_may_be_told_by_hand_and_a_campaign_without_cost_says_so():
    page = page_of(totals(("Film", "Awareness", 480, 1000, 400, 1000)))
    made = money_of(page, people_reached="Film = 500000; Gone = 3")
    assert made.table["people"].iloc[0] == pytest.approx(40_000) and math.isnan(made.table["each"].iloc[0])
    assert made.unknown == ("Gone", "Own")
    assert "Gone and Own" in shown_checks(page, people_reached="Film = 500000; Gone = 3")["unknown"].text


# ---- bad input ----


@pytest.mark.parametrize(
    ("surveys", "word"),
    [
        (answers({"awareness": 0.1}).assign(score=5.0), "neither 0 nor 1"),
        (answers({"awareness": 0.1}).assign(is_exposed=None), "do not say who was exposed"),
        (answers({"awareness": 0.1}).assign(weight=-1.0), "weight"),
        (pd.concat([answers({"awareness": 0.1})] * 2), "twice"),
        (answers({"awareness": 0.1}).drop(columns="is_exposed"), "is_exposed"),
    ],
)
def test_answers_that_no_lift_can_be_told_from_are_refused(surveys, word):
    with pytest.raises(DataError, match=word):
        page_of(surveys=surveys)


@pytest.mark.parametrize(
    ("experiments", "word"),
    [
        (totals(("Film", "Awareness", 480, 400, 400, 1000)), "480 yes of 400"),
        (totals(("Film", "Awareness", -1, 400, 400, 1000)), "-1 yes"),
        (pd.concat([totals(("Film", "Awareness", 4, 40, 4, 100))] * 2), "twice"),
        (totals(("Film", "Awareness", 4, 40, 4, 100)).replace({"control": "other"}), "neither exposed nor control"),
    ],
)  # fmt: skip
def test_totals_that_cannot_be_are_refused(experiments, word):
    with pytest.raises(DataError, match=word):
        page_of(experiments)


def test_parameters_that_say_nothing_are_refused():
    rows = totals(("Film", "Awareness", 480, 1000, 400, 1000))
    for worth in (0.0, 2.0):
        with pytest.raises(DataError, match="worth_seeing"):
            page_of(rows, worth_seeing=worth)
    page = page_of(rows)
    for campaigns, people in (("Film FR_film", ""), ("Film =", ""), ("", "Film = many")):
        with pytest.raises(DataError, match="campaigns|people_reached"):
            money_of(page, campaigns=campaigns, people_reached=people)
    with pytest.raises(ValueError, match="between 0 and 1"):
        lift_next.reported(page, certainty=70)


# ---- words ----


def test_every_world_is_said_in_french_without_english_left():
    worlds = [
        totals(("Film", "Awareness", 480, 1000, 400, 1000), ("Film", "Ad recall", 500, 1000, 300, 1000), ("Flop", "Favorability", 300, 1000, 420, 1000)),
        totals(("Film", "Standard ad recall", 500, 1000, 300, 1000), ("Film", "Action intent", None, 5, None, 9), ("None", "Awareness", 20_000, 50_000, 20_000, 50_000)),
    ]  # fmt: skip
    before = set(i18n.untranslated("fr"))
    for experiments in worlds:
        page = page_of(experiments, answers({"awareness": 0.0}, n=150), scope=FR)
        money = money_of(page, people_reached="Film = 10000")
        lift_checks.checks(page, money, FR)
        lift_decisions.decisions(page, money, FR)
        lift_figures.kpis(page, money, FR)
        for said in ("answer", "data_said", "families", "finding", "subtitle", "money_said", "next_said"):
            assert getattr(lift_telling, said)(page, FR)
        for table in ("results", "ratios", "next_table", "drawn"):
            assert len(getattr(lift_tables, table)(page, FR))
        lift_tables.money_table(money, FR)
        lift_tables.bar_table(page, FR, certainty=0.7)
        lift_telling.naive(page, FR, certainty=0.7)
        lift_telling.survive_said(page, FR, certainty=0.7)
    assert set(i18n.untranslated("fr")) == before


def test_decisions_begin_with_a_verb_and_say_what_would_turn_them():
    page = page_of(totals(("Film", "Awareness", 480, 1000, 400, 1000), ("Flop", "Favorability", 400, 1000, 400, 1000)))  # fmt: skip
    made = lift_decisions.decisions(page, money_of(page), HERE)
    assert [one.id for one in made] == ["count_Film", "open_Flop", "next_study"]
    assert all(one.sentence.startswith(one.verb.split()[0]) or one.id == "next_study" for one in made)
    assert all(one.reverse_if and one.owner and one.due for one in made)


def test_one_row_for_each_declared_figure_and_one_headline():
    page = page_of(surveys=answers({"awareness": 0.1}))
    rows = lift_figures.kpis(page, money_of(page), HERE)
    assert {row.id for row in rows} == {one.id for one in definitions.KPIS} <= set(KPIS)
    assert [one.id for one in definitions.KPIS if one.headline] == ["lift_campaigns_proved"]


# ---- the sample ----


@pytest.fixture(scope="module")
def sample():
    here = tables.scope("sample", "2026-Q3", "ALL", "en", grain="quarter")
    read = lift_studies.read(tables.optional("surveys", here), tables.optional("experiments", here), here, own=("Maison Brévane",))  # fmt: skip
    return lift.page(read, here), here


def test_the_samples_true_lifts_lie_in_their_intervals_and_no_false_one_is_proved(sample):
    page, here = sample
    known = json.loads((here.company.folder / "truth.json").read_text(encoding="utf-8"))["estimands"]
    true = {one["segment"]: one["value"] for one in known if one["name"] == "brand_lift"}
    told = {
        (f"{one.name}: {row.question}" if one.is_own else f"{one.name} / {row.question}"): row
        for one in page.studies
        for row in one.found.itertuples()
    }  # fmt: skip
    assert set(told) == set(true)
    silent = [name for name, row in told.items() if row.standing == "cannot tell"]
    assert silent == ["Marque mai 2026 / Consideration"]
    inside = [row.absolute_low <= true[name] <= row.absolute_high for name, row in told.items() if name not in silent]  # fmt: skip
    assert sum(inside) >= len(inside) - 1
    proved = {name for name, row in told.items() if row.standing == "proved"}
    assert proved == {name for name, value in true.items() if value} - {"Marque mai 2026 / Ad recall"}
    assert [one.name for one in page.of("proved")] == ["lift-video-2026-08", "lift-tv-2026-05", "Film mai 2026"]  # fmt: skip


def test_no_certainty_of_a_platform_is_told_as_complete():
    page = page_of(totals(("Film", "Awareness", 800, 1000, 400, 1000), ("Film", "Favorability", 420, 1000, 400, 1000)))  # fmt: skip
    column = lift_tables.ratios(page, HERE).iloc[:, -1].tolist()
    assert column[0] == "over 99.9%" and column[1] == "63.7%"
