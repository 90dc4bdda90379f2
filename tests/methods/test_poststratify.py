"""Small regions: by hand, beside statsmodels, the American census, areas without answers, limits, bad input."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from statsmodels.genmod.bayes_mixed_glm import BinomialBayesMixedGLM

from helpers.errors import DataError
from helpers.methods.poststratify import cells_of, poststratified
from helpers.methods.poststratify_fit import Design, fit

AREAS = [f"area {at:02d}" for at in range(12)]


def census(seed=0):
    rng = np.random.default_rng(seed)
    cells = pd.MultiIndex.from_product([AREAS, ["18-34", "35-54", "55+"], ["F", "M"]]).to_frame(index=False)
    cells.columns = ["area", "age", "sex"]
    return cells.assign(people=rng.integers(200, 3000, len(cells)) * 1.0)


def survey(cells, n, seed, *, spread=0.5, tilt=1.0):
    """Answers of a panel in which the old are too many, and the true share of each cell."""
    rng = np.random.default_rng(seed)
    area = cells["area"].map(dict(zip(AREAS, spread * rng.standard_normal(len(AREAS)), strict=True)))
    logit = -0.5 + area + cells["age"].map({"18-34": -0.6, "35-54": 0.0, "55+": 0.6}) + 0.2 * (cells["sex"] == "F")  # fmt: skip
    chance = expit(logit)
    pull = cells["people"] * np.exp(tilt * cells["age"].map({"18-34": 0.0, "35-54": 0.7, "55+": 1.4}))
    rows = rng.choice(len(cells), n, p=pull / pull.sum())
    answers = cells.iloc[rows].drop(columns="people").reset_index(drop=True)
    return answers.assign(yes=(rng.random(n) < chance.iloc[rows].to_numpy()) * 1.0), chance


def by_area(answers, cells, **options):
    return poststratified(answers, cells, by="area", groups=["area", "age", "sex"], **options)


def true_shares(cells, chance):
    return (cells["people"] * chance).groupby(cells["area"]).sum() / cells.groupby("area")["people"].sum()


def test_the_census_and_not_the_sample_says_how_kinds_add_up_by_hand():
    # of 300 old people 60 % say yes, of 100 young 20 %; the population is half and half: .40, where the sample says .50
    answers = pd.DataFrame({"age": ["old"] * 300 + ["young"] * 100, "yes": [1.0] * 180 + [0] * 120 + [1] * 20 + [0] * 80})  # fmt: skip
    cells = pd.DataFrame({"age": ["old", "young"], "people": [500, 500]})
    found = poststratified(answers, cells, by="age", groups=["age"], draws=4000)
    assert found.raw.value == pytest.approx(0.5)
    assert found.total.value == pytest.approx(0.40, abs=0.01)
    assert found.areas["value"].tolist() == pytest.approx([0.6, 0.2], abs=0.015)
    # se of the total by hand: sqrt(.25 (.6 .4 / 300) + .25 (.2 .8 / 100)) = .0245
    assert (found.total.high - found.total.low) / 2 / 1.645 == pytest.approx(0.0245, rel=0.1)


def test_an_area_of_few_leans_on_the_rest_and_one_of_many_on_itself():
    cells = pd.DataFrame({"area": AREAS, "people": 100.0})
    few, many = (
        pd.DataFrame({"area": np.repeat(AREAS, [n, *[80] * 11]), "yes": np.r_[np.ones(n), np.tile([1.0, 0, 0, 0], 220)]})
        for n in (6, 400)
    )  # fmt: skip
    small, large = (poststratified(a, cells, by="area", groups=["area"]).areas.loc[0] for a in (few, many))
    assert small["raw"] == large["raw"] == 1
    assert 0.26 < small["value"] < 0.8 and large["value"] > 0.97
    assert small["high"] - small["low"] > 3 * (large["high"] - large["low"])


def test_with_spreads_given_by_the_data_the_effects_solve_their_equation():
    cells = census()
    answers, _ = survey(cells, 800, 3)
    code = [cells.groupby(name, sort=True).ngroup().to_numpy() for name in ("area", "age")]
    design = Design(np.ones((len(cells), 1)), code, [12, 3])
    at = cells.reset_index().merge(answers, on=["area", "age", "sex"])["index"]
    n, yes = np.bincount(at, minlength=len(cells)), np.zeros(len(cells))
    np.add.at(yes, at, cells.reset_index().merge(answers, on=["area", "age", "sex"])["yes"])
    found = fit(design, n, yes)
    for mode in found.modes[:3]:
        rest = yes - n * expit(design.predicted(mode))
        pulls = np.bincount(
            code[0], rest, 12
        )  # slope of the likelihood in each area is its effect over the spread squared
        ratio = mode[1:13] / pulls
        assert ratio == pytest.approx(np.full(12, ratio.mean()), rel=1e-3) and ratio.mean() > 0
    assert found.spreads.min() > 0


def test_shares_agree_with_the_mixed_model_of_statsmodels():
    cells = census(1)
    answers, _ = survey(cells, 1500, 5)
    found = by_area(answers, cells, draws=2000).areas
    model = BinomialBayesMixedGLM.from_formula(
        "yes ~ 1", {"area": "0 + C(area)", "age": "0 + C(age)", "sex": "0 + C(sex)"}, answers, vcp_p=1.0, fe_p=10.0
    )  # fmt: skip
    made = model.fit_vb()
    effects = dict(zip(model.vc_names, made.vc_mean, strict=True))
    logit = made.fe_mean[0] + sum(
        cells[name].map(lambda level, name=name: effects[f"C({name})[{level}]"]) for name in ("area", "age", "sex")
    )  # fmt: skip
    theirs = true_shares(cells, expit(logit))
    assert found["value"].to_numpy() == pytest.approx(theirs.to_numpy(), abs=0.02)


@pytest.mark.golden
def test_on_the_american_census_the_error_of_a_state_falls_by_more_than_half(test_data):
    cells = pd.read_csv(test_data / "brand" / "mrp_poststrat_df.csv")
    cells = cells.merge(pd.read_csv(test_data / "brand" / "mrp_statelevel_predictors.csv"), on="state")
    errors, held = [], []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        logit = -0.4 - 2.5 * (cells["repvote"] - 0.5) + 0.2 * cells["male"]
        for name in ("state", "eth", "age", "educ"):
            levels = cells[name].unique()
            logit += cells[name].map(dict(zip(levels, 0.3 * rng.standard_normal(len(levels)), strict=True)))
        chance, rank = expit(logit), {name: cells[name].astype("category").cat.codes for name in ("age", "educ")}  # fmt: skip
        pull = cells["n"] * np.exp(0.35 * rank["age"] + 0.3 * rank["educ"] - 0.5 * (cells["eth"] != "White"))
        rows = rng.choice(len(cells), 1500, p=pull / pull.sum())
        answers = cells.iloc[rows][["state", "eth", "male", "age", "educ"]].assign(
            yes=(rng.random(1500) < chance.iloc[rows].to_numpy()) * 1.0
        )
        groups = ["state", "eth", "age", "educ", "male:eth", "educ:age", "educ:eth", "region"]
        found = poststratified(
            answers, cells, by="state", groups=groups, fixed=["repvote", "male"], size="n", level=0.95
        ).areas.set_index("state")
        truth = (cells["n"] * chance).groupby(cells["state"]).sum() / cells.groupby("state")["n"].sum()
        errors.append([((found[name] - truth) ** 2).mean() ** 0.5 for name in ("raw", "value")])
        held.append(((found["low"] <= truth) & (truth <= found["high"])).mean())
    raw, ours = np.mean(errors, axis=0)
    assert raw > 0.13 and ours < 0.08 and ours < raw / 2
    assert 0.88 <= np.mean(held) <= 0.99


def test_the_total_is_the_areas_weighted_by_their_people():
    cells = census(2)
    answers, _ = survey(cells, 600, 1)
    found = by_area(answers, cells)
    assert found.areas["people"].sum() == pytest.approx(1)
    assert found.areas["value"] @ found.areas["people"] == pytest.approx(found.total.value)
    assert found.areas["n"].sum() == found.total.n == 600
    assert found.spreads["group"].tolist() == ["area", "age", "sex"] and found.spreads["sd"].gt(0).all()


def test_an_area_without_answers_is_told_by_the_model_alone_and_said():
    cells = census()
    answers, _ = survey(cells, 800, 2)
    answers = answers[answers["area"] != AREAS[3]]
    found = by_area(answers, cells)
    row, others = found.areas.loc[3], found.areas.drop(index=3)
    assert row["n"] == 0 and math.isnan(row["raw"]) and 0 < row["low"] < row["value"] < row["high"] < 1
    assert row["high"] - row["low"] > (others["high"] - others["low"]).max()
    assert str(found.guards[-1]) == (
        "areas without answers: 1 of 12; their share is what the model says of such people"
    )


def test_segments_within_areas_can_be_asked_for():
    cells = census()
    answers, _ = survey(cells, 900, 4)
    found = poststratified(answers, cells, by=["area", "age"], groups=["area", "age", "area:age"]).areas
    assert len(found) == 36 and found["value"].between(0, 1).all()
    assert found.groupby("age")["value"].mean().is_monotonic_increasing


def test_the_same_seed_gives_the_same_result_and_the_arguments_stay():
    cells = census()
    answers, _ = survey(cells, 500, 6)
    copies = answers.copy(), cells.copy()
    one, two = (by_area(answers, cells, seed=7).areas for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    pd.testing.assert_frame_equal(answers, copies[0])
    pd.testing.assert_frame_equal(cells, copies[1])


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1000))
def test_the_order_of_people_and_cells_does_not_matter(seed):
    cells = census()
    answers, _ = survey(cells, 300, seed)
    one = by_area(answers, cells, draws=200).areas
    two = by_area(answers.sample(frac=1, random_state=1), cells.sample(frac=1, random_state=seed), draws=200).areas  # fmt: skip
    assert np.allclose(one[["value", "low", "high"]], two[["value", "low", "high"]], atol=1e-6)


@pytest.mark.parametrize(("n", "says"), [(0, "0 answers that say their cell"), (99, "99 answers"), (400, "0 answers of the rarer kind")])  # fmt: skip
def test_too_few_answers_tell_nothing_but_the_raw_share(n, says):
    cells = census()
    answers, _ = survey(cells, n or 1, 1)
    found = by_area(answers.head(n).assign(yes=1.0), cells)
    assert math.isnan(found.total.value) and found.areas["value"].isna().all() and len(found.areas) == 12
    assert str(found.guards[0]).startswith("cannot tell: ") and says in found.guards[0]


def test_margins_alone_make_a_census_by_hand_and_say_what_they_assume():
    cells, told = cells_of({"sex": {"F": 0.6, "M": 0.4}, "age": {"old": 0.25, "young": 0.75}})
    assert cells["people"].tolist() == pytest.approx([0.15, 0.45, 0.1, 0.3])
    assert cells.columns.tolist() == ["sex", "age", "people"] and "by sex, age one by one only" in told
    with pytest.raises(DataError, match="add up to 0.9000"):
        cells_of({"sex": {"F": 0.5, "M": 0.4}})


def test_answers_without_a_level_are_left_out_and_counted():
    cells = census()
    answers, _ = survey(cells, 300, 1)
    answers.loc[:9, "age"] = None
    found = by_area(answers, cells)
    assert found.total.n == 290 and str(found.guards[0]).startswith("10 of 300 answers lack a level")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda a, c: (a, c.drop(columns="age")), "the census has no column age"),
        (lambda a, c: (a.drop(columns="yes"), c), "need a column yes"),
        (lambda a, c: (a.assign(yes=2), c), "neither 0 nor 1"),
        (lambda a, c: (a.assign(area="nowhere"), c), "300 of 300 answers are of a kind"),
        (lambda a, c: (a.drop(columns="age"), c), "several cells of the census share area, sex"),
        (lambda a, c: (a, c.assign(people=-1.0)), "missing or negative"),
    ],
)
def test_bad_answers_and_a_bad_census_are_refused_with_what_to_do(change, says):
    cells = census()
    with pytest.raises(DataError, match=says):
        by_area(*change(survey(cells, 300, 1)[0], cells))
