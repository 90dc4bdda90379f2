"""Waves of a tracker: five people by hand, weights, clusters, people who answer twice, a changed text, limits, bad input."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from helpers.errors import DataError
from helpers.i18n import translate
from helpers.methods.wave_changes import breaks, too_few, wave_changes
from helpers.methods.waves import wave_shares, wave_totals


def wave(name, scores, *, weights=None, ids=None, question="consideration", brand="Brévane", **columns):
    n = len(scores)
    return pd.DataFrame(
        {
            "wave": name, "respondent_id": ids or [f"{name}-{i}" for i in range(n)], "question": question, "brand": brand,
            "score": scores, "weight": np.nan if weights == "none" else weights or 1.0, **columns,
        }
    )  # fmt: skip


def tracker(shares, n=1000, *, seed=0, spread=0.0, **columns):
    """Waves of fresh people: a share each, weights of a known spread that have nothing to do with the answer."""
    rng = np.random.default_rng(seed)
    made = [
        wave(f"2025-Q{at + 1}", (rng.random(n) < share) * 1.0, weights=list(np.exp(spread * rng.normal(size=n))), **columns)
        for at, share in enumerate(shares)
    ]  # fmt: skip
    return pd.concat(made, ignore_index=True)


def test_the_share_of_five_people_its_deff_and_error_by_hand():
    # yes: weights 1 and 2 of 1, 1, 2, 2, 4 (sum 10): .3; linearised se² = 5/4 sum (w (y - .3) / 10)²
    found = wave_shares(wave("a", [1.0, 0, 1, 0, 0], weights=[1.0, 1, 2, 2, 4])).table.loc[0]
    squares = (1 * 0.7) ** 2 + (1 * 0.3) ** 2 + (2 * 0.7) ** 2 + (2 * 0.3) ** 2 + (4 * 0.3) ** 2
    assert found["value"] == pytest.approx(0.3) and found["n"] == 5
    assert found["error"] == pytest.approx(math.sqrt(5 / 4 * squares / 100))
    assert found["deff"] == pytest.approx(found["error"] ** 2 / (0.21 / 5))
    assert found["deff_weights"] == pytest.approx(5 * 26 / 100)  # Kish: n sum w² / (sum w)²
    assert found["n_effective"] == pytest.approx(5 / found["deff"])
    assert bool(found["is_weighted"]) and 0 < found["low"] < 0.3 < found["high"] < 1


def test_whoever_was_not_asked_is_a_no_among_all_and_absent_among_the_asked():
    aware = wave("a", [1.0, 1, 1, 0], question="aided_awareness")
    considered = wave("a", [1.0, 0, 0], question="consideration")
    both = pd.concat([aware, considered])
    asked, everybody = (wave_shares(both, of=of).table.set_index("question") for of in ("asked", "all"))
    assert asked.loc["consideration", "value"] == pytest.approx(1 / 3)
    assert asked.loc["consideration", "n"] == 3
    assert everybody.loc["consideration", "value"] == pytest.approx(1 / 4)
    assert everybody.loc["consideration", "n"] == 4 and everybody.loc["aided_awareness", "value"] == 0.75


def test_without_weights_or_clusters_a_change_is_the_textbook_one():
    one, two = [1.0] * 300 + [0] * 700, [1.0] * 350 + [0] * 650
    found = wave_changes(wave_shares(pd.concat([wave("a", one), wave("b", two)]))).loc[0]
    z = 0.05 / math.sqrt(0.3 * 0.7 / 1000 + 0.35 * 0.65 / 1000)
    assert found["change"] == pytest.approx(0.05) and found["z"] == pytest.approx(z, rel=1e-3)
    low, high = confint_proportions_2indep(350, 1000, 300, 1000, compare="diff", method="newcomb", alpha=0.1)
    assert (found["low"], found["high"]) == pytest.approx((low, high), abs=1e-4)
    assert found["verdict"] == "higher" and found["base"] == "a" and found["p_all"] == found["p"]


def test_the_same_change_with_unequal_weights_is_held_against_their_design_effect():
    answers = tracker([0.30, 0.34], spread=0.8, seed=3)
    found, plain = (wave_changes(wave_shares(one)).loc[0] for one in (answers, answers.assign(weight=1.0)))
    table = wave_shares(answers).table
    v = table["value"] * (1 - table["value"]) / table["n"]
    assert found["z"] == pytest.approx(found["change"] / math.sqrt((table["deff"] * v).sum()))
    assert found["high"] - found["low"] > 1.2 * (plain["high"] - plain["low"])
    assert table["deff_weights"].between(1.6, 2.2).all() and table["n_effective"].lt(700).all()


def test_households_that_answer_alike_make_the_wave_worth_less():
    answers = wave("a", [1.0, 1, 0, 0] * 100, household=[i // 2 for i in range(400)])
    alone, homes = (wave_shares(answers, cluster=name).table.loc[0] for name in (None, "household"))
    assert homes["deff"] == pytest.approx(2, rel=0.01) and homes["n_effective"] == pytest.approx(200, rel=0.01)  # fmt: skip
    assert alone["n_effective"] == pytest.approx(399, rel=0.01) and alone["value"] == homes["value"] == 0.5


def test_people_who_answer_in_both_waves_make_a_change_clearer():
    rng = np.random.default_rng(5)
    first = (rng.random(400) < 0.3) * 1.0
    second = np.where(rng.random(400) < 0.12, 1.0, first)  # most keep their mind
    ids = [f"p{i}" for i in range(400)]
    panel = pd.concat([wave("a", list(first), ids=ids), wave("b", list(second), ids=ids)])
    fresh = pd.concat([wave("a", list(first)), wave("b", list(second))])
    same, other = (wave_changes(wave_shares(one)).loc[0] for one in (panel, fresh))
    assert same["shared"] == 400 and other["shared"] == 0
    assert same["high"] - same["low"] < 0.6 * (other["high"] - other["low"])
    paired = (second - first).std(ddof=1) / math.sqrt(400)
    assert same["z"] == pytest.approx(same["change"] / paired, rel=0.01)


def test_no_change_is_told_over_a_changed_text_and_the_break_is_said_in_both_languages():
    answers = tracker([0.30, 0.30, 0.36, 0.36]).assign(wording=np.repeat(["v1", "v1", "v2", "v2"], 1000))
    waves = wave_shares(answers)
    made = wave_changes(waves).set_index("wave")
    assert made.loc["2025-Q3", "verdict"] == "cannot tell" and math.isnan(made.loc["2025-Q3", "change"])
    assert made.loc["2025-Q3", "reason"] == "the text of the question changed between 2025-Q2 and 2025-Q3"
    assert made.loc[["2025-Q2", "2025-Q4"], "change"].notna().all()
    (told,) = breaks(waves.table)
    assert str(told) == (
        "the text of consideration changed with wave 2025-Q3 (from v1 to v2): no change is told over it"
    )
    assert "2025-Q3" in translate(told, "fr") and translate(told, "fr") != str(told)


def test_a_split_wave_tells_the_change_of_the_text_that_both_waves_have():
    answers = tracker([0.30, 0.33]).assign(wording=["v1"] * 1500 + ["v2"] * 500)
    made = wave_changes(wave_shares(answers)).set_index("wording")
    assert (
        made.loc["v1", "change"] == pytest.approx(0.03, abs=0.05)
        and made.loc["v2", "verdict"] == "cannot tell"
    )
    with pytest.raises(DataError, match="two texts"):
        wave_shares(answers, of="all")


def test_a_wave_without_weights_is_marked_and_said():
    answers = pd.concat([wave("a", [1.0, 0] * 60, weights=[1.0, 2] * 60), wave("b", [1.0, 0] * 60, weights="none")])  # fmt: skip
    found = wave_shares(answers)
    assert found.table["is_weighted"].tolist() == [True, False]
    assert [str(guard) for guard in found.guards] == [
        "wave b comes without weights or effective answers: everybody counts alike, and its interval is too narrow"
    ]
    some = answers[answers["wave"] == "a"].copy()
    some.loc[[0, 1], "weight"] = np.nan
    left = wave_shares(some)
    assert str(left.guards[0]) == "2 of 120 people of wave a have no weight and are left out"
    assert left.table.loc[0, "n"] == 118


def test_few_answers_carry_no_percentage_and_no_verdict():
    small, middle = tracker([0.3, 0.6], n=20), tracker([0.3, 0.9], n=80)
    assert too_few(wave_shares(small).table).all() and not too_few(wave_shares(middle).table).any()
    none, no_trend = (wave_changes(wave_shares(one)).loc[0] for one in (small, middle))
    assert math.isnan(none["change"]) and none["verdict"] == "cannot tell"
    assert no_trend["change"] > 0.3 and no_trend["verdict"] == "cannot tell"
    assert "effective answers, and 100 are the least" in no_trend["reason"]


def test_a_change_that_does_not_matter_is_no_change_and_a_wide_interval_cannot_tell():
    big = tracker([0.300, 0.302], n=60_000, seed=9)
    assert wave_changes(wave_shares(big)).loc[0, "verdict"] == "no clear change"
    wide = pd.concat([wave(name, [1.0] * 45 + [0] * 105) for name in "ab"])
    found = wave_changes(wave_shares(wide)).loc[0]
    assert found["verdict"] == "cannot tell" and found["reason"] == "the interval allows a rise and a fall that matter"  # fmt: skip


def test_many_brands_looked_at_are_held_against_their_number():
    answers = pd.concat([tracker([0.3, 0.3], n=400, seed=at, brand=f"brand {at}") for at in range(12)])
    made = wave_changes(wave_shares(answers))
    assert len(made) == 12 and (made["p_all"] >= made["p"]).all() and made["p_all"].min() > 0.1


def test_all_alike_and_nobody_keep_an_honest_interval():
    found = wave_shares(pd.concat([wave("a", [1.0] * 200), wave("b", [0.0] * 200)])).table
    assert found["value"].tolist() == [1.0, 0.0]
    assert found.loc[0, "low"] < 0.995 and found.loc[0, "high"] == 1 and found.loc[1, "high"] > 0.005
    change = wave_changes(wave_shares(pd.concat([wave("a", [1.0] * 200), wave("b", [0.0] * 200)]))).loc[0]
    assert change["verdict"] == "lower" and -1 <= change["low"] < -0.98 and math.isnan(change["z"])


def test_no_answers_give_an_empty_table_and_one_wave_no_change():
    nothing = wave_shares(wave("a", []))
    assert nothing.table.empty and wave_changes(nothing).empty
    one = wave_shares(wave("a", [1.0, 0, 1]))
    assert len(one.table) == 1 and wave_changes(one).empty


def test_a_question_missing_in_the_wave_before_has_no_change_and_says_so():
    made = pd.concat([wave("a", [1.0] * 200), wave("b", [1.0] * 200, question="use"), wave("c", [1.0] * 200)])
    found = wave_changes(wave_shares(made)).set_index(["question", "wave"])
    assert found.loc[("consideration", "c"), "reason"] == "the question was not asked in b"
    assert wave_changes(wave_shares(made), lag=2).set_index("question").loc["consideration", "change"] == 0


def test_no_change_is_told_between_a_wave_with_weights_and_one_without():
    few, many = [1.0, *[0.0] * 9] * 40, [1.0, 0.0] * 200
    answers = pd.concat([wave("a", few, weights=[1.0, 2.0] * 200), wave("b", many, weights="none"), wave("c", few, weights="none")])  # fmt: skip
    found = wave_changes(wave_shares(answers)).set_index("wave")
    assert found.loc["b", "verdict"] == "cannot tell" and "wave of b has no weights" in found.loc["b", "reason"]  # fmt: skip
    assert math.isnan(found.loc["b", "change"]) and math.isnan(found.loc["b", "p_all"])
    assert found.loc["c", "verdict"] == "lower"  # neither has weights


def test_totals_of_an_agency_have_the_interval_of_their_effective_answers():
    totals = pd.DataFrame(
        {"wave": ["2026-08", "2026-09"], "brand": "Tavlune", "question": "preference", "value": [0.10, 0.20], "n": 400, "n_effective": [320.0, None]}
    )  # fmt: skip
    found = wave_totals(totals)
    assert found.table["n_effective"].tolist() == [320, 400] and found.table["deff"].tolist() == [1.25, 1.0]
    assert found.table.loc[0, "error"] == pytest.approx(math.sqrt(0.1 * 0.9 / 320))
    assert found.table["is_weighted"].tolist() == [True, False] and "2026-09" in found.guards[0]
    told = wave_changes(found).loc[0]  # the second month says nothing of its design effect
    assert told["verdict"] == "cannot tell" and "2026-09 has no weights" in told["reason"]
    both = wave_totals(totals.assign(n_effective=320.0))
    assert wave_changes(both).loc[0, "verdict"] == "higher"


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.2, 5.0))
def test_a_share_lies_in_its_interval_and_the_unit_of_weights_does_not_matter(seed, times):
    answers = tracker([0.2, 0.4], n=60, seed=seed, spread=0.5)
    one, two = (wave_shares(answers.assign(weight=answers["weight"] * unit)).table for unit in (1.0, times))
    assert (one["low"] <= one["value"]).all() and (one["value"] <= one["high"]).all()
    figures = ["value", "low", "high", "error", "deff", "n_effective"]
    assert np.allclose(one[figures], two[figures])
    assert (one["n_effective"] <= one["n"] + 1e-9).all()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda a: a.drop(columns="weight"), "no column weight"),
        (lambda a: a.assign(score=2.0), "neither 0 nor 1 .first: 2."),
        (lambda a: pd.concat([a, a.head(1)]), "1 rows repeat wave, respondent_id, question, brand"),
        (lambda a: a.assign(weight=-1.0), "in a a weight is negative"),
        (lambda a: pd.concat([a, a.assign(question="use", weight=2.0)]), "more than one"),
    ],
)
def test_bad_answers_are_refused_with_what_to_do(change, says):
    with pytest.raises(DataError, match=says):
        wave_shares(change(wave("a", [1.0, 0, 1])))


def test_bad_totals_and_options_are_refused():
    totals = pd.DataFrame({"wave": ["a"], "brand": "b", "question": "q", "value": [30.0], "n": 400})
    with pytest.raises(DataError, match="a share of 30"):
        wave_totals(totals)
    with pytest.raises(DataError, match="no column n"):
        wave_totals(totals.drop(columns="n"))
    with pytest.raises(ValueError, match="asked, all"):
        wave_shares(wave("a", [1.0]), of="everyone")
    with pytest.raises(ValueError, match="lag must be 1"):
        wave_changes(wave_shares(wave("a", [1.0])), lag=0)
