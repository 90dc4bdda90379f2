"""Price questions and price ladders: worked by hand, at their limits, against published figures, with a known truth, and bad input."""

import math
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods import pricing
from helpers.methods.pricing_ladder import falling
from helpers.sample.parts import positioning_people as people_of
from helpers.sample.parts import positioning_price as sample_price

FOUR = ["too_cheap", "cheap", "expensive", "too_expensive"]


def people(n=200, seed=1, out=0.0):
    """Answers around a reference price of 100, some of them mixed up."""
    rng = np.random.default_rng(seed)
    prices = np.sort(
        np.exp(rng.normal(math.log(100), 0.2, n))[:, None] * np.array([0.6, 0.8, 1.15, 1.5]), axis=1
    )
    odd = rng.random(n) < out
    prices[odd] = prices[odd][:, [1, 0, 2, 3]]
    made = pd.DataFrame(prices, columns=FOUR)
    return made.assign(intent_cheap=rng.integers(1, 6, n), intent_expensive=rng.integers(1, 6, n))


def ladder(n=400, seed=1, middle=110.0):
    """One column a price: a person buys up to a highest price of their own."""
    top = np.random.default_rng(seed).normal(middle, 25, n)
    return pd.DataFrame({price: (top >= price).astype(float) for price in (79, 99, 119, 139)})


@pytest.fixture(scope="module")
def vignette(test_data):
    frame = pd.read_csv(test_data / "brand" / "psm_vignette1976.csv")
    names = {"tch": "too_cheap", "ch": "cheap", "ex": "expensive", "tex": "too_expensive", "pi_ch": "intent_cheap", "pi_ex": "intent_expensive"}  # fmt: skip
    weight = frame["gender_pop"] / frame["gender"].map(frame["gender"].value_counts())
    return frame.rename(columns=names).assign(weight=weight)


@pytest.mark.golden
def test_price_points_are_those_of_the_published_case(vignette):
    read = pricing.answers(vignette)
    assert (read.n, read.n_out) == (228, 22)
    made = pricing.van_westendorp(read, ties="above", crossing="line").table["value"]
    assert made.tolist() == pytest.approx([11.65, 14.86, 12.943333, 13.62], abs=5e-7)


@pytest.mark.golden
def test_weighted_price_points_are_those_of_the_published_case(vignette):
    made = pricing.van_westendorp(pricing.answers(vignette, weights=vignette["weight"]), ties="above", crossing="line").table["value"]  # fmt: skip
    assert made.tolist()[:3] == pytest.approx([11.90388, 15.617654, 13.688765], abs=5e-7)
    # published 13.63: there a sum of weights that is equal but for rounding falls on the other side of a tie
    assert made.tolist()[3] == pytest.approx(13.63, abs=0.0101)


@pytest.mark.golden
def test_prices_of_most_buyers_and_most_revenue_are_those_of_the_published_case(vignette):
    made = pricing.newton_miller_smith(pricing.answers(vignette))
    assert (made.best_reach.value, made.best_revenue.value) == pytest.approx((13.05, 13.11))


@pytest.mark.golden
def test_300_redraws_take_less_than_a_second(vignette):
    start = time.perf_counter()
    made = pricing.van_westendorp(pricing.answers(vignette), redraws=300)
    assert made.redraws.shape == (300, 4)
    assert time.perf_counter() - start < 1


def test_price_points_of_people_who_all_say_the_same_lie_between_their_answers():
    same = pd.DataFrame([[10.0, 20.0, 30.0, 40.0]] * 120, columns=FOUR)
    made = pricing.van_westendorp(pricing.answers(same), ties="half")
    assert made.table["value"].tolist() == pytest.approx(
        [15, 35, 25, 25]
    )  # nobody minds 20 to 30: its middle
    assert made.table["low"].tolist() == [10, 30, 20, 10]  # between two answers all prices say the same
    assert made.table["high"].tolist() == [20, 40, 30, 40]


def test_the_optimal_price_of_two_kinds_of_people_is_worked_by_hand():
    # half name 10, 20, 30, 40 and half 14, 24, 34, 44: too cheap falls from 1/2 to 0 at 14, too expensive rises from 0 to 1/2 at 40
    rows = [[10.0, 20.0, 30.0, 40.0], [14.0, 24.0, 34.0, 44.0]] * 60
    made = pricing.van_westendorp(pricing.answers(pd.DataFrame(rows, columns=FOUR)), ties="above", crossing="step")  # fmt: skip
    assert made.at("opp")[0] == 14.0  # the first price at which nobody finds it too cheap
    assert made.at("idp")[0] == 24.0


def test_bootstrap_bounds_and_those_of_the_sign_test_agree_where_many_people_stand_behind_a_crossing():
    read = pricing.answers(people(800))
    sign, boot = (pricing.van_westendorp(read, interval=one).table for one in ("sign", "bootstrap"))
    for end in ("low", "high"):
        assert sign[end].iloc[:3].tolist() == pytest.approx(boot[end].iloc[:3].tolist(), abs=1.5)


def test_an_interval_behind_which_few_people_stand_is_wide_and_not_narrow():
    read = pricing.answers(people(100))
    sign, boot = (pricing.van_westendorp(read, interval=one).at("opp") for one in ("sign", "bootstrap"))
    assert sign[1] <= boot[1] and sign[2] >= boot[2]


def test_weighted_price_points_of_the_samples_panel_hold_its_truth_in_most_seeds():
    # the panel hears the young too often, who name lower prices: weights by age put that right
    population = np.array(people_of.POPULATION["FR"]["age_band"])
    pairs = {"pmc": ("cheap", "too_cheap"), "pme": ("too_expensive", "expensive"), "idp": ("expensive", "cheap"), "opp": ("too_expensive", "too_cheap")}  # fmt: skip
    truth = {name: sample_price.point(*pair, "FR") for name, pair in pairs.items()}
    held = {name: [0, 0] for name in truth}
    for seed in range(20):
        rng = np.random.default_rng(seed)
        age = people_of.panels(rng, {"FR": 400})["age"].to_numpy()
        reference = np.log(sample_price.LEVEL["FR"]) + np.array(sample_price.BY_AGE)[age] + sample_price.BETWEEN * rng.standard_normal(len(age))  # fmt: skip
        frame = pd.DataFrame(sample_price.four(rng, reference), columns=FOUR)
        weights = (population / np.bincount(age, minlength=len(population)))[age]
        for k, one in enumerate((weights, None)):
            for row in pricing.van_westendorp(pricing.answers(frame, weights=one)).table.itertuples():
                held[row.point][k] += row.low <= truth[row.point] <= row.high
    assert min(weighted for weighted, _ in held.values()) >= 14, held
    assert sum(plain for _, plain in held.values()) < sum(weighted for weighted, _ in held.values())


def test_answers_out_of_order_are_counted_and_left_out():
    read = pricing.answers(people(300, out=0.1))
    assert read.n + read.n_out == 300
    assert read.n_out > 0
    assert f"{read.n_out} of 300" in str(read.guards[0])


def test_60_per_cent_out_of_order_tell_no_price():
    made = pricing.van_westendorp(pricing.answers(people(400, out=0.6)))
    assert made.table["value"].isna().all()
    assert "ask again" in str(made.table["reason"].iloc[0])


def test_40_answers_tell_no_price_and_say_how_many_are_needed():
    read = pricing.answers(people(40))
    assert str(read.reason) == "only 40 people named four prices in order, need n = 100"
    assert pricing.newton_miller_smith(read).table.empty


def test_no_answer_at_all_is_a_reason_and_no_error():
    read = pricing.answers(people(0))
    assert read.n == 0
    assert read.reason


def test_missing_prices_are_counted():
    frame = people(150)
    frame.loc[:9, "cheap"] = np.nan
    read = pricing.answers(frame)
    assert (read.n_missing, read.n) == (10, 140)


def test_weights_move_price_points_towards_the_people_who_count_more():
    frame = pd.concat([people(150, seed=1), people(150, seed=2)[FOUR] * 1.5], ignore_index=True)
    weights = np.r_[np.full(150, 0.1), np.full(150, 1.9)]
    even, heavy = (pricing.van_westendorp(pricing.answers(frame, weights=w)).at("opp")[0] for w in (None, weights))  # fmt: skip
    assert heavy > even


def test_a_weight_of_two_says_the_same_as_two_people():
    frame = people(150)
    twice = pd.concat([frame, frame.iloc[:50]], ignore_index=True)
    weights = np.r_[np.full(50, 2.0), np.ones(100)]
    one = pricing.van_westendorp(pricing.answers(frame, weights=weights)).table["value"]
    two = pricing.van_westendorp(pricing.answers(twice)).table["value"]
    assert one.tolist() == pytest.approx(two.tolist())


@settings(max_examples=20, deadline=None)
@given(st.floats(0.1, 1000), st.integers(0, 20))
def test_prices_in_another_currency_move_every_point_alike(rate, seed):
    frame = people(120, seed=seed)[FOUR]
    one = pricing.van_westendorp(pricing.answers(frame), redraws=5).table["value"]
    other = pricing.van_westendorp(pricing.answers(frame * rate), redraws=5).table["value"]
    assert other.tolist() == pytest.approx((one * rate).tolist(), rel=1e-6)


def test_buyers_at_a_price_are_worked_by_hand():
    # everybody: none at 10 and 40, 0.7 at 20, 0.3 at 30; half way between 20 and 30 a half
    frame = pd.DataFrame([[10.0, 20.0, 30.0, 40.0]] * 99 + [[10.0, 20.0, 25.0, 40.0]], columns=FOUR)
    frame = frame.assign(intent_cheap=5, intent_expensive=3)
    made = pricing.newton_miller_smith(pricing.answers(frame)).table.set_index("price")["reach"]
    assert made.loc[20.0] == pytest.approx(0.7)
    assert made.loc[25.0] == pytest.approx((99 * 0.5 + 0.3) / 100)
    assert made.loc[[10.0, 40.0]].tolist() == [0, 0]


def test_intents_that_were_not_asked_are_a_reason():
    made = pricing.newton_miller_smith(pricing.answers(people()[FOUR]))
    assert "nobody was asked" in str(made.reason)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cheap": -1.0}, "0 or less"),
        ({"intent_cheap": 7}, "not one of 1 to 5"),
    ],
)
def test_an_answer_out_of_its_range_is_refused(change, words):
    with pytest.raises(DataError, match=words):
        pricing.answers(people().assign(**change))


def test_a_price_question_that_is_missing_is_named():
    with pytest.raises(DataError, match="too_expensive"):
        pricing.answers(people().drop(columns="too_expensive"))


@pytest.mark.parametrize("weights", [np.zeros(200), np.r_[np.nan, np.ones(199)], -np.ones(200), np.ones(7)])
def test_weights_that_cannot_be_used_are_refused(weights):
    with pytest.raises(DataError, match="weights"):
        pricing.answers(people(), weights=weights)


def test_unknown_options_list_what_there_is():
    read = pricing.answers(people())
    with pytest.raises(ValueError, match="half, above"):
        pricing.van_westendorp(read, ties="none")
    with pytest.raises(ValueError, match="five shares"):
        pricing.newton_miller_smith(read, calibrated=(0.1, 0.2))


def test_demand_and_margin_of_a_ladder_are_worked_by_hand():
    yes = pd.DataFrame({10: [1.0] * 40, 20: [1.0] * 20 + [0.0] * 20, 30: [1.0] * 4 + [0.0] * 36})
    made = pricing.gabor_granger(yes, unit_cost=5.0)
    assert made.table["demand"].tolist() == pytest.approx([1.0, 0.5, 0.1])
    assert made.table["margin"].tolist() == pytest.approx([500, 750, 250])
    assert (made.best, made.at_end) == (20.0, False)


def test_tax_is_taken_out_before_the_cost():
    made = pricing.gabor_granger(ladder(), unit_cost=50.0, vat_rate=0.2).table
    assert made["margin"].tolist() == pytest.approx((100 * made["demand"] * (made["price"] / 1.2 - 50)).tolist())  # fmt: skip


def test_demand_never_rises_with_the_price():
    yes = ladder()
    yes[119] = np.r_[np.ones(390), np.zeros(10)]
    made = pricing.gabor_granger(yes)
    assert (np.diff(made.table["demand"]) <= 1e-12).all()
    assert made.guards


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=2, max_size=7), st.randoms())
def test_pooling_keeps_the_mean_and_the_order(means, chance):
    mass = np.array([[chance.uniform(0.1, 2) for _ in means]])
    made = falling(np.array([means]), mass)
    assert (np.diff(made) <= 1e-12).all()
    assert (made * mass).sum() == pytest.approx((np.array(means) * mass).sum(), abs=1e-9)


def test_the_chances_of_the_best_price_are_one_together():
    made = pricing.gabor_granger(ladder(), unit_cost=40.0)
    assert made.table["best"].sum() == pytest.approx(1)
    assert made.demands.shape == (1001, 4)


def test_a_ladder_that_20_people_answered_tells_nothing():
    made = pricing.gabor_granger(ladder(20))
    assert "need n = 30" in str(made.reason)
    assert math.isnan(made.best)


def test_a_ladder_of_one_price_or_of_words_is_refused():
    with pytest.raises(DataError, match="two different prices"):
        pricing.gabor_granger(ladder()[[79]])
    with pytest.raises(DataError, match="two different prices"):
        pricing.gabor_granger(ladder().rename(columns={79: "cheap"}))


def test_an_answer_of_the_ladder_other_than_yes_or_no_is_refused():
    with pytest.raises(DataError, match="neither 0 nor 1"):
        pricing.gabor_granger(ladder() * 2)


def test_a_negative_cost_is_refused():
    with pytest.raises(ValueError, match="negative"):
        pricing.gabor_granger(ladder(), unit_cost=-1.0)
