"""Raked answers: five people by hand, published digits, limits, what the margins take out of the doubt, bad input."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods.survey import indicative, margins_of, rake, rake_market
from helpers.methods.survey_estimates import raked_mean, raked_share

SEX = {"sex": {"F": 0.5, "M": 0.5}}
FIVE = pd.DataFrame({"sex": ["F", "F", "F", "F", "M"], "y": [1.0, 0.0, 1.0, 0.0, 1.0]})


def people(n: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    sex = np.r_[["F", "M"], rng.choice(["F", "M"], n - 2, p=[0.7, 0.3])]
    age = np.r_[["18-34", "35+"], rng.choice(["18-34", "35+"], n - 2, p=[0.6, 0.4])]
    return pd.DataFrame({"sex": sex, "age_band": age, "y": (rng.random(n) < 0.3) * 1.0})


def test_five_people_by_hand():
    # four women share half of five, one man has the other half
    made = rake(FIVE, margins=SEX)
    assert made.weights == pytest.approx([0.625] * 4 + [2.5])
    assert made.deff == pytest.approx(5 * (4 * 0.625**2 + 2.5**2) / 25)
    assert made.n_effective == pytest.approx(5 / made.deff)
    assert made.balance.to_dict("list") == {
        "dimension": ["sex", "sex"], "level": ["F", "M"], "n": [4, 1],
        "before": [0.8, 0.2], "after": pytest.approx([0.5, 0.5]), "target": [0.5, 0.5],
    }  # fmt: skip
    assert made.guards == ()


def test_the_share_of_five_people_and_its_error_by_hand():
    # share: half of the women, the man = .25 + .5; residuals of the levels' means: ±.5 for the women, 0 for the man;
    # se² = n / (n - 2) sum (w e / 5)² = 5/3 x 4 (.625 x .5 / 5)²
    found = raked_share(FIVE["y"], rake(FIVE, margins=SEX))
    assert found.estimate.value == pytest.approx(0.75)
    assert found.error == pytest.approx(math.sqrt(5 / 3 * 4 * 0.0625**2))
    assert raked_mean(FIVE["y"], rake(FIVE, margins=SEX)).error == pytest.approx(found.error)
    assert 0 < found.estimate.low < 0.75 < found.estimate.high < 1


@pytest.mark.golden
def test_raking_gives_the_published_digits_of_apiclus1(test_data):
    # R survey 4.1-1: rake by stype and sch.wide, svymean(~api00): 641.2302 (rounds stop at 1 in 6194), se 23.704 with clusters and the
    # correction for 15 of 757 districts; weights 29.870 to 67.126
    sample = pd.read_csv(test_data / "brand" / "survey_apiclus1.csv")
    population = pd.read_csv(test_data / "brand" / "survey_apipop.csv")
    names = ["stype", "sch.wide"]
    margins = {name: population[name].value_counts(normalize=True).to_dict() for name in names}
    made = rake(sample, margins=margins, weight="pw")
    sizes = made.weights * len(population) / len(sample)
    assert (sizes.min(), sizes.max()) == pytest.approx((29.8707, 67.1255), abs=6e-5)
    assert made.deff == pytest.approx(1.0517, abs=5e-5)
    clustered = raked_mean(sample["api00"], made, clusters=sample["dnum"])
    assert clustered.estimate.value == pytest.approx(641.2303209, abs=6e-8)
    assert clustered.error * math.sqrt(1 - 15 / 757) == pytest.approx(23.704, rel=0.005)
    alone = raked_mean(sample["api00"], made)
    assert alone.error * math.sqrt(1 - 183 / 6194) == pytest.approx(7.779, rel=0.01)


def test_without_doubt_left_by_the_margins_there_is_no_width():
    made = rake(FIVE, margins=SEX)
    found = raked_mean((FIVE["sex"] == "M") * 1.0, made)  # the margin itself
    assert found.estimate.value == pytest.approx(0.5) and found.error < 1e-12


def test_somebody_without_a_level_is_said_and_weighted_by_the_rest():
    frame = people(200, 1)
    frame.loc[[3, 7], "sex"] = None
    margins = {**SEX, "age_band": {"18-34": 0.3, "35+": 0.7}}
    made = rake(frame, margins=margins)
    assert [str(guard) for guard in made.guards] == [
        "2 of 200 people have no sex and are weighted by what else is known of them"
    ]
    assert made.balance["after"].to_numpy() == pytest.approx(made.balance["target"].to_numpy(), abs=1e-8)
    assert (made.weights[[3, 7]] > 0).all()


def test_a_cap_holds_and_is_said_with_what_is_missed():
    frame = pd.DataFrame({"sex": ["F"] * 97 + ["M"] * 3})
    made = rake(frame, margins=SEX, cap=5)
    assert made.weights.max() == pytest.approx(5) and made.weights.mean() == pytest.approx(1)
    assert str(made.guards[0]) == (
        "3 of 100 people are held at 5 mean weights; a margin is missed by up to 35 percentage points"
    )
    assert rake(people(100, 2), margins=SEX, cap=50).guards == ()


def test_all_alike_has_an_interval_as_wide_as_the_effective_answers():
    frame = people(60, 3)
    made = rake(frame, margins=SEX)
    found = raked_share(np.ones(60), made).estimate
    assert found.value == found.high == 1 and 0.9 < found.low < 1
    assert math.isnan(raked_mean(np.full(60, 7.0), made).estimate.low)


def test_a_group_nobody_belongs_to_and_one_person_tell_nothing():
    made = rake(FIVE, margins=SEX)
    nobody = raked_share(np.full(5, np.nan), made)
    assert math.isnan(nobody.estimate.value) and nobody.estimate.n == 0
    alone = raked_share([np.nan, np.nan, np.nan, np.nan, 1.0], made).estimate
    assert alone.value == 1 and math.isnan(alone.low) and alone.n == 1


def test_more_clusters_alike_make_wider_intervals():
    frame = people(300, 4)
    made = rake(frame, margins=SEX)
    block = np.arange(300) // 10
    y = np.repeat(np.random.default_rng(5).random(30), 10)
    alone, clustered = raked_mean(y, made), raked_mean(y, made, clusters=block)
    assert clustered.error > 2 * alone.error


def test_the_latest_margins_up_to_a_day_are_taken_and_said():
    table = pd.DataFrame(
        {
            "market": ["FR"] * 4, "as_of": ["2024-01-01"] * 2 + ["2026-01-01"] * 2, "dimension": ["sex"] * 4,
            "level": ["F", "M"] * 2, "share": [0.6, 0.4, 0.52, 0.48], "source": ["office"] * 4,
        }
    )  # fmt: skip
    made = margins_of(table, market="FR", as_of=date(2026, 6, 30))
    assert made.shares == {"sex": {"F": 0.52, "M": 0.48}} and made.as_of == date(2026, 1, 1)
    assert str(made.told) == "margins of FR by office, as of 2026-01-01" and made.guards == ()
    assert margins_of(table, market="FR", as_of="2025-12-31").shares["sex"]["F"] == 0.6
    old = margins_of(table[:2], market="FR", as_of="2027-06-30")
    assert "more than three years old" in old.guards[0]
    with pytest.raises(DataError, match="no shares of FR up to 2023-12-31"):
        margins_of(table, market="FR", as_of="2023-12-31")
    with pytest.raises(DataError, match="by region"):
        margins_of(table, market="FR", as_of="2026-06-30", dimensions=["sex", "region"])


def test_a_quota_sample_is_indicative_and_a_random_one_is_not():
    said = indicative(pd.Series(["panel, quotas", "random digits", None]))
    assert str(said).startswith("indicative: 2 of 3 people")
    assert indicative(pd.Series(["random sample of the register"] * 3)) is None


@pytest.mark.parametrize(
    ("frame", "margins", "said"),
    [
        (FIVE, {"sex": {"F": 0.5, "M": 0.4}}, "shares of sex add up to 0.9000"),
        (FIVE, {"sex": {"F": 0.5, "M": 0.4, "X": 0.1}}, "nobody has the level X of sex, 10%"),
        (FIVE, {"sex": {"F": 1.0}}, "1 people have a level of sex that the margins do not know; they know F"),
        (FIVE, {"age": {"F": 1.0}}, "no column age"),
        (FIVE, {"sex": {"F": 1.5, "M": -0.5}}, "negative"),
        (FIVE[:0], SEX, "nobody has answered"),
        (FIVE.assign(age=["a", "a", "a", "a", "b"]), {**SEX, "age": {"a": 0.9, "b": 0.1}}, "no weights meet all margins"),
    ],
)  # fmt: skip
def test_margins_that_cannot_be_met_are_refused_with_what_to_do(frame, margins, said):
    with pytest.raises(DataError, match=said):
        rake(frame, margins=margins)


def test_bad_weights_caps_and_values_are_refused():
    with pytest.raises(DataError, match="1 of 5 first weights"):
        rake(FIVE.assign(w=[1, 1, 0, 1, 1]), margins=SEX, weight="w")
    with pytest.raises(DataError, match="no column w"):
        rake(FIVE, margins=SEX, weight="w")
    with pytest.raises(ValueError, match="cap"):
        rake(FIVE, margins=SEX, cap=1)
    with pytest.raises(ValueError, match="no margins"):
        rake(FIVE, margins={})
    with pytest.raises(DataError, match="not between 0 and 1"):
        raked_share([0, 1, 2, 0, 1], rake(FIVE, margins=SEX))


@settings(max_examples=40, deadline=None)
@given(st.integers(20, 200), st.integers(0, 10_000), st.floats(0.1, 0.9), st.floats(0.1, 0.9))
def test_margins_are_met_and_raking_twice_changes_nothing(n, seed, women, young):
    frame = people(n, seed)
    frame = pd.concat([frame, frame.assign(sex=frame["sex"].map({"F": "M", "M": "F"}))])  # no empty cell
    margins = {"sex": {"F": women, "M": 1 - women}, "age_band": {"18-34": young, "35+": 1 - young}}
    made = rake(frame, margins=margins)
    assert made.balance["after"].to_numpy() == pytest.approx(made.balance["target"].to_numpy(), abs=1e-8)
    assert made.weights.mean() == pytest.approx(1)
    again = rake(frame.assign(w=made.weights), margins=margins, weight="w")
    assert again.weights == pytest.approx(made.weights, rel=1e-8)


def test_a_biased_panel_is_brought_back_to_the_truth():
    rng = np.random.default_rng(11)
    women = rng.random(20_000) < 0.8  # the population has half
    y = rng.random(20_000) < np.where(women, 0.2, 0.6)
    frame = pd.DataFrame({"sex": np.where(women, "F", "M")})
    found = raked_share(y * 1.0, rake(frame, margins=SEX)).estimate
    assert found.low < 0.4 < found.high and abs(y.mean() - 0.4) > 0.1


def test_a_market_is_raked_by_what_its_people_were_asked_and_not_at_all_where_that_is_nothing():
    table = pd.DataFrame(
        [("FR", pd.Timestamp("2026-01-01"), dimension, level, share, "office")
         for dimension, level, share in (("sex", "F", 0.5), ("sex", "M", 0.5), ("region", "north", 1.0))],
        columns=["market", "as_of", "dimension", "level", "share", "source"],
    )  # fmt: skip
    people = pd.DataFrame({"sex": ["F", "F", "F", "M"], "region": None})
    made, official = rake_market(people, table, market="FR", as_of="2026-09-30")
    assert made.weights == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2]) and set(made.balance["dimension"]) == {
        "sex"
    }
    assert set(official.shares) == {"sex", "region"}
    assert rake_market(people[["region"]], table, market="FR", as_of="2026-09-30") is None
