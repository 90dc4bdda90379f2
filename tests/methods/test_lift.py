"""Brand lift: three lifts and their intervals, all questions looked at, arms from answers and from totals, bars, the next study."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods.intervals import Estimate, difference_of_proportions
from helpers.methods.lift import estimate_of, lifted_people, lifts
from helpers.methods.lift_arms import from_answers, from_totals
from helpers.methods.lift_bars import BARS, false_lift_rate, false_lifts, plan, required_answers, survival
from helpers.methods.sample_size import required_n_per_group


def counts(*rows, names=None) -> pd.DataFrame:
    columns = ["yes_exposed", "n_exposed", "yes_control", "n_control"]
    return pd.DataFrame(rows, columns=columns, index=names, dtype=float)


def one(*row, **options) -> pd.Series:
    return lifts(counts(row), **options).iloc[0]


# ---- by hand ----


def test_three_lifts_by_hand():
    """40 of 100 against 25 of 100: 15 points, 60 % of 25, 20 % of the 75 that the control leaves."""
    row = one(40, 100, 25, 100)
    assert (row["absolute"], row["relative"], row["headroom"]) == pytest.approx((0.15, 0.6, 0.2))
    assert row["statistic"] == pytest.approx(0.15 / math.sqrt(0.325 * 0.675 * 0.02))
    assert row["certainty"] == pytest.approx(1 - row["p"])


def test_holm_counts_every_question_looked_at():
    """340 against 288 of 1,000 alone is a lift at 5 %; as one of six questions it is not."""
    alone = one(340, 1000, 288, 1000)
    assert alone["p"] == pytest.approx(0.01223, abs=1e-5) and alone["verdict"] == "better"
    six = lifts(counts((340, 1000, 288, 1000), *[(300, 1000, 300, 1000)] * 5)).iloc[0]
    assert six["p_all"] == pytest.approx(6 * alone["p"]) and six["verdict"] == "no clear change"
    assert six["low_all"] < 0 < six["absolute_low"]


def test_people_lifted_and_the_cost_of_each_by_hand():
    found = lifted_people(Estimate(0.04, 0.02, 0.08, 0.9, 1800), reached=1_000_000, cost=80_000)
    assert found.people[:3] == pytest.approx((40_000, 20_000, 80_000))
    assert found.cost[:3] == pytest.approx((2.0, 1.0, 4.0)) and found.reason is None


def test_a_fall_is_worse():
    assert one(200, 1000, 300, 1000)["verdict"] == "worse"


# ---- limits ----


def test_no_question_gives_no_row():
    assert lifts(counts()).empty and "verdict" in lifts(counts())


def test_an_empty_or_a_small_arm_cannot_be_told_and_says_why():
    for row, word in (((0, 0, 3, 900), "people exposed 0, needed 30"), ((9, 900, 5, 29), "of the control 29, needed 30")):  # fmt: skip
        found = one(*row)
        assert found["verdict"] == "cannot tell" and word in found["reason"] and math.isnan(found["absolute"])


def test_answers_that_are_all_alike_have_no_interval():
    for yes in (0, 900):
        found = one(yes, 900, yes, 900)
        assert found["verdict"] == "cannot tell" and str(found["reason"]) == "all answers are alike"
        assert math.isnan(found["absolute_low"])


def test_nobody_of_the_control_gives_no_relative_lift():
    found = one(30, 900, 0, 900)
    assert math.isnan(found["relative"]) and found["absolute_low"] > 0 and found["verdict"] == "better"


@pytest.mark.parametrize(
    ("lift", "word"),
    [
        ((0.01, -0.01, 0.03), "holds zero"),
        ((0.01, 0.0, 0.03), "holds zero"),
        ((-0.03, -0.05, -0.01), "fewer people"),
        ((math.nan,) * 3, "cannot be told"),
    ],
)
def test_no_cost_is_told_of_a_lift_that_may_be_none(lift, word):
    found = lifted_people(Estimate(*lift, 0.9, 100), reached=1e6, cost=1e5)
    assert word in found.reason and math.isnan(found.cost.value)


def test_without_people_reached_or_cost_there_is_none_for_each():
    lift = Estimate(0.04, 0.02, 0.06, 0.9, 100)
    assert "nobody" in lifted_people(lift, reached=0, cost=1).reason
    assert "not known" in lifted_people(lift, reached=10).reason


@given(
    st.integers(30, 3000), st.integers(30, 3000), st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.floats(0.5, 0.99)
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_the_three_lifts_leave_zero_out_together_and_agree_with_p(n_e, n_c, share_e, share_c, level):
    row = one(round(n_e * share_e), n_e, round(n_c * share_c), n_c, level=level)
    if math.isnan(row["p"]) or abs(row["p"] - (1 - level)) < 1e-6:
        return
    clear = row["p"] < 1 - level
    for name in ("absolute", "relative", "headroom"):
        if math.isnan(row[name]):  # the control leaves nothing to win
            continue
        assert (row[f"{name}_low"] > 0 or row[f"{name}_high"] < 0) == clear, name
        assert row[f"{name}_low"] <= row[name] <= row[f"{name}_high"]
    assert (row["low_all"] > 0 or row["high_all"] < 0) == (row["p_all"] < 0.05)


# ---- published ----


def test_the_score_interval_has_the_published_digits_and_newcombes_stands_beside_it():
    """56 of 70 against 48 of 80, 95 %: Newcombe (1998), Statistics in Medicine 17: 873-890, table II, methods 5 (Mee) and 10."""
    row = one(56, 70, 48, 80, level=0.95)
    assert (row["absolute_low"], row["absolute_high"]) == pytest.approx((0.0533, 0.3377), abs=5e-5)
    assert difference_of_proportions(56, 70, 48, 80, level=0.95)[1:3] == pytest.approx((0.0524, 0.3339), abs=5e-5)  # fmt: skip


def test_the_ratio_and_the_p_are_those_of_statsmodels():
    from statsmodels.stats.proportion import confint_proportions_2indep, test_proportions_2indep

    for four in ((340, 1000, 300, 1000), (56, 70, 48, 80), (12, 400, 30, 350)):
        row = one(*four)
        low, high = confint_proportions_2indep(*four, compare="ratio", method="score", correction=False, alpha=0.1)  # fmt: skip
        assert (1 + row["relative_low"], 1 + row["relative_high"]) == pytest.approx((low, high), abs=1e-8)
        assert row["p"] == pytest.approx(test_proportions_2indep(*four, method="score", correction=False).pvalue)  # fmt: skip


def test_the_published_sizes_of_a_next_study():
    assert required_answers(0.30, 0.02) == 6613
    assert required_answers(0.30, 0.01) == 26211


def test_the_published_shares_of_studies_without_effect_that_show_a_lift():
    found = false_lifts([0.3] * 6, 900, 900, seed=1)
    published = {"certainty_70_two_sided": 0.62, "certainty_70_one_sided": 0.88, "certainty_90_two_sided": 0.26}  # fmt: skip
    for name, share in published.items():
        assert found.loc[name, "lift"] == pytest.approx(share, abs=0.015), name
    assert found.loc["holm_5", "any"] == pytest.approx(0.048, abs=0.005)


# ---- known truth ----


def test_six_questions_without_effect_show_one_in_at_most_five_per_cent_and_two_errors():
    found = false_lifts([0.05, 0.1, 0.2, 0.3, 0.4, 0.5], 900, 700, seed=2)
    bound = 0.05 + 2 * math.sqrt(0.05 * 0.95 / found.loc["holm_5", "n"])
    assert found.loc["holm_5", "any"] <= bound
    assert false_lifts([0.3] * 6, 900, 900, together=0.6, seed=3).loc["holm_5", "any"] <= bound


@pytest.mark.parametrize("bar", BARS, ids=lambda bar: bar.name)
def test_the_formula_of_false_lifts_is_what_is_simulated(bar):
    seen = false_lifts([0.3] * 6, 20_000, 20_000, bars=[bar], seed=4).iloc[0]
    assert seen["lift"] == pytest.approx(false_lift_rate(6, bar), abs=0.012)


def test_a_planted_lift_on_two_of_six_questions_is_found_in_nine_of_ten_seeds_and_the_others_seldom():
    found, false = 0, 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        exposed = [0.40, 0.36, 0.3, 0.3, 0.3, 0.3]
        rows = [(rng.binomial(900, p), 900, rng.binomial(900, 0.3), 900) for p in exposed]
        made = survival(lifts(counts(*rows)))["holm_5"]
        found += bool(made[0])
        false += bool(made[2:].any())
    assert found >= 36 and false <= 4


def answers(n=400, seed=1, rise=0.1, young=(0.5, 0.5), weights=True) -> pd.DataFrame:
    """One study: who is young says yes more often by 30 points, and a share `young` of each arm is."""
    rng, parts = np.random.default_rng(seed), []
    for arm, share in zip((True, False), young, strict=True):
        is_young = rng.random(n) < share
        yes = rng.random(n) < 0.2 + 0.3 * is_young + (rise if arm else 0)
        weight = np.exp(0.5 * rng.standard_normal(n)) if weights else np.ones(n)
        parts.append(pd.DataFrame({
            "survey_id": "tv", "respondent_id": [f"{arm}{i}" for i in range(n)], "question": "awareness", "is_exposed": arm,
            "score": yes.astype(float), "weight": weight, "age_band": np.where(is_young, "18-34", "35+"),
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def test_a_control_made_alike_tells_the_effect_and_the_control_as_it_is_tells_who_was_exposed():
    alike, plain = [], []
    for seed in range(20):
        frame = answers(1000, seed=seed, young=(0.7, 0.3), rise=0.1)
        alike.append(lifts(from_answers(frame, alike=["age_band"]).counts)["absolute"].iloc[0])
        plain.append(lifts(from_answers(frame).counts)["absolute"].iloc[0])
    assert np.mean(alike) == pytest.approx(0.10, abs=0.015)
    assert np.mean(plain) == pytest.approx(0.22, abs=0.015)


# ---- arms ----


def test_answers_without_weights_are_counted_and_it_is_said():
    frame = answers(weights=False).drop(columns="weight")
    made = from_answers(frame)
    row = made.counts.iloc[0]
    yes = frame[frame["is_exposed"]]["score"].sum()
    assert row["yes_exposed"] == pytest.approx(yes) and row["n_exposed"] == 400
    assert row["effective_exposed"] == pytest.approx(400)
    assert "no weights" in made.guards[0]


def test_weights_cost_answers():
    row = from_answers(answers(2000)).counts.iloc[0]
    assert row["n_exposed"] / row["effective_exposed"] == pytest.approx(math.exp(0.25), abs=0.15)


def test_arms_that_are_not_alike_are_said_with_their_balance():
    made = from_answers(answers(1000, young=(0.7, 0.3)), alike=["age_band"])
    assert "tv: age_band" in made.guards[0]
    assert made.balance["control_weighted"].to_numpy() == pytest.approx(made.balance["exposed"].to_numpy())


def test_a_question_that_was_not_put_to_somebody_leaves_him_out_of_it_alone():
    frame = answers(100)
    more = frame.assign(question="recall")
    more.loc[:49, "score"] = np.nan
    made = from_answers(pd.concat([frame, more])).counts.set_index("question")
    assert list(made["n_exposed"]) == [100, 50]


def totals(**changes) -> pd.DataFrame:
    frame = pd.DataFrame({
        "experiment_id": ["s / recall", "s / recall", "s / intent", "s / intent"], "metric": ["recall", "recall", "intent", "intent"],
        "arm": ["exposed", "control"] * 2, "units": [900, 880, 900, 880], "conversions": [300.0, 250.0, 90.0, 88.0],
    })  # fmt: skip
    return frame.assign(**changes)


def test_totals_of_a_vendor_become_counts():
    made = from_totals(totals())
    assert made.counts[["yes_exposed", "n_exposed", "yes_control", "n_control"]].to_numpy().tolist() == [[300, 900, 250, 880], [90, 900, 88, 880]]  # fmt: skip
    assert made.guards == () and list(made.counts["question"]) == ["recall", "intent"]


def test_what_a_vendor_holds_back_was_looked_at_and_cannot_be_told():
    made = from_totals(totals(conversions=[300.0, 250.0, np.nan, 88.0]))
    found = lifts(made.counts)
    assert "intent cannot be told" in made.guards[0]
    assert list(found["verdict"]) == ["better", "cannot tell"]
    assert found["p_all"].iloc[0] == pytest.approx(2 * found["p"].iloc[0])
    gone = from_totals(totals().iloc[:3])
    assert list(gone.counts["n_control"]) == [880, 0] and "cannot be told" in gone.guards[0]


# ---- the next study ----


def test_the_next_study_needs_at_least_what_fleiss_says_and_few_more():
    for baseline, rise in ((0.3, 0.02), (0.1, 0.03), (0.6, 0.05)):
        extra = required_answers(baseline, rise) - required_n_per_group(baseline, baseline + rise)
        assert 0 <= extra <= 5


def test_more_questions_and_weights_need_more_answers():
    table = plan(0.3, (0.02, 0.8), questions=6, design_effect=1.3)
    assert table.loc[0.02, "one_question"] == math.ceil(1.3 * 6613) < table.loc[0.02, "all_questions"]
    assert math.isnan(table.loc[0.8, "one_question"])


def test_a_study_of_the_size_asked_for_sees_the_lift_as_often_as_said():
    n, rng = required_answers(0.3, 0.03), np.random.default_rng(5)
    p = [one(rng.binomial(n, 0.33), n, rng.binomial(n, 0.30), n)["p"] < 0.10 for _ in range(400)]
    assert np.mean(p) == pytest.approx(0.80, abs=0.05)


def test_an_estimate_of_a_row_is_named():
    row = one(340, 1000, 288, 1000)
    assert estimate_of(row, over_all=True).level == 0.95 and estimate_of(row, "headroom").n == 2000
    for wrong in ({"figure": "lift"}, {"figure": "relative", "over_all": True}):
        with pytest.raises(ValueError, match="absolute, relative, headroom"):
            estimate_of(row, **wrong)


# ---- bad input ----


@pytest.mark.parametrize(
    ("row", "word"),
    [((-1, 10, 1, 10), "-1 yes of 10"), ((11, 10, 1, 10), "11 yes of 10"), ((1, 10, np.nan, 10), "nan yes")],
)
def test_counts_that_cannot_be_are_refused_with_the_question(row, word):
    with pytest.raises(DataError, match=word):
        lifts(counts(row, names=["recall"]))
    with pytest.raises(DataError, match="question recall"):
        lifts(counts(row, names=["recall"]))


def test_a_missing_column_and_effective_answers_of_nothing_are_refused():
    with pytest.raises(DataError, match="column n_control is missing"):
        lifts(counts((1, 10, 1, 10)).drop(columns="n_control"))
    with pytest.raises(DataError, match="0 effective answers"):
        lifts(counts((1, 100, 1, 100)).assign(effective_exposed=0.0))
    with pytest.raises(DataError, match="-5 people reached"):
        lifted_people(Estimate(0.1, 0.05, 0.2, 0.9, 10), reached=-5)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda f: f.assign(score=3.0), "neither 0 nor 1"),
        (lambda f: f.assign(weight=-1.0), "a weight is not above 0"),
        (lambda f: pd.concat([f, f.head(1)]), "answers a question twice"),
        (lambda f: pd.concat([f, f.head(1).assign(is_exposed=False, question="q")]), "both arms"),
        (lambda f: f.assign(is_exposed=None), "do not say who was exposed"),
        (lambda f: f.drop(columns="score"), "column score is missing"),
    ],
)
def test_answers_that_cannot_be_are_refused(change, word):
    with pytest.raises(DataError, match=word):
        from_answers(change(answers(50)))


def test_totals_that_cannot_be_are_refused():
    with pytest.raises(DataError, match="neither exposed nor control"):
        from_totals(totals(arm="B"))
    with pytest.raises(DataError, match="an arm twice"):
        from_totals(totals(arm="exposed"))
    with pytest.raises(DataError, match="column arm is missing"):
        from_totals(totals().drop(columns="arm"))


def test_wrong_arguments_are_refused():
    for call in (
        lambda: required_answers(0.3, 0.0),
        lambda: required_answers(0.3, 0.8),
        lambda: plan(0.3, design_effect=0.5),
        lambda: false_lifts([], 10, 10, seed=1),
        lambda: false_lifts([0.3], 0, 10, seed=1),
        lambda: false_lift_rate(0, BARS[0]),
    ):
        with pytest.raises(ValueError):
            call()
