"""The latent world: equations by hand, traps as planted, streams that do not disturb each other."""

import numpy as np
import pandas as pd
import pytest

from helpers import rules
from helpers.errors import DataError, UsageError
from helpers.sample import chunk, customers, onboarding, promotions
from helpers.sample.media import GEO_TESTS, RESPONSE
from helpers.sample.parts import effects
from helpers.sample.promotions import Promotion
from helpers.sample.setting import (
    CAUSES,
    CHANNELS,
    DAYS,
    N_DATA,
    ORDER_CAUSES,
    Setting,
    autoregression,
    binomial,
    dates,
    day_number,
    utc,
)
from helpers.sample.world import World, between, cumulative, day_of


@pytest.fixture(scope="module")
def world():
    return World(Setting(1, 0.2))


@pytest.fixture(scope="module")
def drawn(world):
    return chunk.draw(world, 0)


# ---- Setting ----


@pytest.mark.parametrize("seed", ["x", 1.5, -1, None, True])
def test_a_seed_that_is_no_whole_number_is_refused(seed):
    with pytest.raises(UsageError, match="is not a whole number from 0 on"):
        Setting(seed, 1)


@pytest.mark.parametrize("scale", [0, -1, 0.001, float("nan"), float("inf"), "big", True])
def test_a_scale_that_makes_no_world_is_refused(scale):
    with pytest.raises(UsageError, match="is not a number from 0.01 on"):
        Setting(1, scale)


def test_days_are_counted_from_the_first_one_and_weeks_change_on_monday():
    assert day_number("2023-10-01") == 0 and day_number("2026-09-30") == N_DATA - 1
    assert dates(np.array([-1, 0]))[0] == pd.Timestamp("2023-09-30")
    summer, winter = utc(np.array([day_number("2024-07-01"), day_number("2024-01-01")]), 12 * 3600)
    assert (summer.hour, winter.hour) == (10, 11)  # 12 h in Paris


def test_an_autoregression_has_the_memory_and_the_spread_that_it_is_given():
    drawn = autoregression(np.random.default_rng(1), 400, 0.8, 0.05, rows=200)
    assert drawn.std() == pytest.approx(0.05, rel=0.02)
    assert np.corrcoef(drawn[:, 1:].ravel(), drawn[:, :-1].ravel())[0, 1] == pytest.approx(0.8, abs=0.01)


# ---- Curves, by hand ----


def test_between_and_day_of_read_a_curve_of_three_days():
    curves = cumulative(np.array([[1.0, 0.0, 3.0], [2.0, 2.0, 2.0]]))
    assert curves.tolist() == [[0, 1, 1, 4], [0, 2, 4, 6]]
    row = np.array([0, 0, 1, 1])
    assert between(curves, row, np.array([0, 0.5, 0, 2]), np.array([3, 2.5, 1, 1])).tolist() == [4, 2.0, 2, 0]
    assert day_of(curves, row, np.array([0.5, 1.5, 0.5, 5.9])).tolist() == [0, 2, 0, 2]


def test_adstock_and_saturation_of_five_days(world):
    response = RESPONSE["affiliation"]  # alpha .05, kappa 1.1
    stock, seen = 1.0, []
    for spent in (1.0, 0.0, 0.0, 2.0, 1.0):
        stock = 0.05 * stock + 0.95 * spent
        seen.append((1 - np.exp(-stock / 1.1)) / (1 - np.exp(-1 / 1.1)))
    made = world.media.effect("affiliation", np.array([1.0, 0.0, 0.0, 2.0, 1.0]))
    assert response.alpha == 0.05 and made == pytest.approx(seen)
    assert world.media.effect("affiliation", np.ones(9)) == pytest.approx(
        np.ones(9)
    )  # mean spend has the stated effect


def test_a_promotion_gives_back_what_it_pulled_forward():
    one = Promotion("test", "promotion", ("FR",), 100, 104, 0.2, (0.1, 0.5, 1.0), 0.4)
    extra, dip = promotions.effect(one)
    assert extra[0, 1, 100:105].tolist() == [0.5] * 5 and extra[1:].sum() == 0
    assert dip[0].sum(axis=1) == pytest.approx(0.4 * extra[0].sum(axis=1))
    assert dip[0, 0, 105] / dip[0, 0, 106] == pytest.approx(np.exp(1 / 10))
    assert np.flatnonzero(dip[0, 0]).min() == 105 and np.flatnonzero(dip[0, 0]).max() == 132


def test_contribution_margin_by_hand():
    # 10 orders of 50 EUR at list price, sold at 40: 40 kept but for returns, and delivery paid, less 1.4 % of the price with
    # VAT, goods and parcels.
    asked, listed, n = 400.0, 500.0, 10.0
    by_hand = 400 * (1 - 0.045 * 0.45) - 400 * 1.2 * 0.014 - 500 * 0.42 + 10 * 1.53 - 10 * 0.735 * 5.2
    assert effects.margin(asked, listed, n) == pytest.approx(by_hand)


def test_the_expected_margin_is_that_of_the_books():
    """Known truth: margin by formula on what was listed and asked, against the books' own, over six worlds."""
    gaps = []
    for seed in range(1, 7):
        sales = chunk.draw(World(Setting(seed, 0.3)), 0).sales
        paid = sales[(sales["status"] == "paid") & (sales["day"] >= effects.SINCE)]
        listed, asked = ((paid[name] * paid["euros"]).sum() for name in ("list_value", "revenue_excl_vat"))
        gaps.append(effects.margin(asked, listed, len(paid)) / effects.booked_margin(paid).sum() - 1)
    assert abs(np.mean(gaps)) < 0.005


def test_the_short_onboarding_cuts_churn_by_exactly_what_is_planted():
    means, weights = np.array([0.01, 0.03]), np.array([0.5, 0.5])
    factor = onboarding.hazard_factor(means, weights, 1.6)
    churn = {}
    for flow in ("short", "long"):
        done = onboarding.completion(flow)
        churn[flow] = done * onboarding.gone(means, weights, 1.6, 1) + (1 - done) * onboarding.gone(
            means, weights, 1.6, factor
        )
    assert 1 - churn["short"] / churn["long"] == pytest.approx(0.18, abs=1e-9)
    assert onboarding.completion("long") == pytest.approx(0.96 * 0.91 * 0.93 * 0.90 * 0.97 * 0.95)


# ---- Dated rules ----


def test_vat_changes_in_switzerland_on_new_year_2024():
    days = pd.DatetimeIndex(["2023-12-31", "2024-01-01"])
    assert rules.vat_rates("CH", days).tolist() == [0.077, 0.081]
    assert rules.vat_rates("FR", days).tolist() == [0.20, 0.20]
    with pytest.raises(DataError, match="no rate for market DE"):
        rules.vat_rates("DE", days)
    with pytest.raises(DataError, match="no rate for market CH before 2018-01-01"):
        rules.vat_rates("CH", pd.DatetimeIndex(["2017-12-31"]))


def test_soldes_begin_when_the_law_says():
    found = rules.calendar(("FR",), pd.Timestamp("2024-01-01").date(), pd.Timestamp("2027-12-31").date())
    soldes = found[found["kind"] == "soldes"]
    for first in soldes["starts_on"]:
        if (
            first.month == 1
        ):  # the second Wednesday of January, the first when the second falls after the 12th
            wednesdays = [
                d for d in pd.date_range(f"{first.year}-01-01", f"{first.year}-01-31") if d.weekday() == 2
            ]
            assert first == (wednesdays[1] if wednesdays[1].day <= 12 else wednesdays[0])
        else:  # the last Wednesday of June, the one before when it falls after the 28th
            wednesdays = [
                d for d in pd.date_range(f"{first.year}-06-01", f"{first.year}-06-30") if d.weekday() == 2
            ]
            assert first == (wednesdays[-1] if wednesdays[-1].day <= 28 else wednesdays[-2])
    assert ((soldes["ends_on"] - soldes["starts_on"]).dt.days == 27).all() and len(soldes) == 8


def test_moving_holidays_follow_easter():
    found = rules.calendar(
        ("FR", "BE", "CH"), pd.Timestamp("2026-01-01").date(), pd.Timestamp("2026-12-31").date()
    )
    named = found.query("market == 'FR' and kind == 'public holiday'").set_index("name")["starts_on"]
    assert named["Lundi de Pâques"] == pd.Timestamp("2026-04-06") and named["Ascension"] == pd.Timestamp(
        "2026-05-14"
    )
    assert named["Lundi de Pentecôte"] == pd.Timestamp("2026-05-25") and len(named) == 11


# ---- The world as planted ----


def test_each_part_draws_from_its_own_stream(world):
    before = world.rng("orders").random(3)
    world.rng("a part that did not exist").random(100)
    assert world.rng("orders").random(3).tolist() == before.tolist()
    assert world.rng("orders").random() != world.rng("baskets").random() != world.rng("orders", 1).random()


def test_the_traps_of_the_media_plan_are_there():
    follows, twins, others = [], [], []
    for seed in range(1, 7):
        known = World(Setting(seed))
        spend, shock = known.media.relative, known.demand.shock
        follows.append(np.corrcoef(np.log(spend[0] / known.demand.season), shock)[0, 1])
        twins.append(np.corrcoef(spend[CHANNELS.index("video")], spend[CHANNELS.index("tv")])[0, 1])
        others.append(np.corrcoef(spend[CHANNELS.index("social")], shock)[0, 1])
    assert min(follows) > 0.5  # brand search follows demand that nobody measures
    assert min(twins) > 0.95  # tv and video cannot be told apart
    assert abs(np.mean(others)) < 0.2  # social does not follow it
    assert RESPONSE["display"].first == RESPONSE["display"].repeat == 0  # display does nothing


def test_a_geo_test_changes_spend_in_its_regions_and_days_alone(world):
    test = GEO_TESTS[0]
    channel = CHANNELS.index(test.channel)
    changed = world.media.pressure[channel] != world.media.relative[channel]
    assert (
        set(np.flatnonzero(changed.any(axis=1))) == set(world.media.treated[test.id]) and test.n_regions == 40
    )
    assert set(np.flatnonzero(changed.any(axis=0))) == set(range(test.first, test.last + 1))
    assert (world.demand.regions["market"].to_numpy()[world.media.treated[test.id]] == "FR").all()


def test_spend_without_tests_adds_up_to_the_yearly_budget():
    from helpers.sample.plan import BUDGET

    known = World(Setting(3))
    untouched = [name for name in CHANNELS if name not in {test.channel for test in GEO_TESTS}]
    for name in untouched:
        a_year = known.media.national[CHANNELS.index(name)].sum() / len(DAYS) * 365.25
        assert a_year == pytest.approx(BUDGET[name], rel=1e-9)


def test_a_customer_buys_only_while_there(drawn):
    bought = drawn.orders.merge(drawn.people, left_on="customer", right_index=True, suffixes=("", "_of"))
    natural = bought[~bought["cause"].isin([ORDER_CAUSES.index("email"), ORDER_CAUSES.index("reminder")])]
    assert (natural["day"] < natural["death"]).all() and (natural["day"] >= natural["start"]).all()
    assert (bought.loc[bought["is_first"], "day"] == bought.loc[bought["is_first"], "start"]).all()


def test_realised_causes_are_as_many_as_expected():
    """Known truth: over ten worlds, orders labelled with a cause are what the counterfactual says they are."""
    seen, expected = np.zeros(len(CHANNELS)), np.zeros(len(CHANNELS))
    for seed in range(1, 11):
        one = chunk.draw(World(Setting(seed, 0.1)), 0)
        sales = one.sales[~one.sales["is_first"]]
        for position in range(len(CHANNELS)):
            curves = effects.money(one.world, one.world.components[2 + position])
            expected[position] += effects.repeat(one, curves).orders / effects.PAID
            seen[position] += (sales["cause"] == 2 + position).sum()
    z = (seen - expected) / np.sqrt(np.maximum(expected, 1))
    assert seen[CHANNELS.index("display")] == expected[CHANNELS.index("display")] == 0
    assert np.abs(z).max() < 3.5, dict(zip(CHANNELS, z.round(2), strict=True))


def test_realised_first_orders_are_as_many_as_expected():
    seen, expected = np.zeros(len(CAUSES)), np.zeros(len(CAUSES))
    for seed in range(1, 6):
        known = World(Setting(seed, 0.3))
        people = customers.draw(known, 0)
        seen += np.bincount(people.loc[people["start"] >= 0, "cause"], minlength=len(CAUSES))
        expected += customers.arrivals(known).sum(axis=(1, 2)) * 0.3
    assert np.abs((seen - expected) / np.sqrt(np.maximum(expected, 1))).max() < 3.5


def test_newcomers_of_the_test_leave_as_often_as_stated():
    """Known truth: churn within 90 days by flow, pooled over eight worlds."""
    from helpers.sample.parts import app

    gone, n, expected = {"long": 0, "short": 0}, {"long": 0, "short": 0}, {"long": 0.0, "short": 0.0}
    for seed in range(1, 9):
        known = World(Setting(seed, 1.0))
        people = customers.draw(known, 0)
        tested = people[people["has_app"] & people["start"].between(*onboarding.TEST)]
        chance = dict(zip(("short", "long"), app.churn(known), strict=True))
        for flow, group in tested.groupby("flow"):
            n[flow] += len(group)
            gone[flow] += (group["death"] - group["start"] <= onboarding.CUT_DAYS).sum()
            expected[flow] += len(group) * chance[flow]
    for flow in n:
        assert abs(gone[flow] - expected[flow]) < 3.5 * np.sqrt(
            expected[flow] * (1 - expected[flow] / n[flow])
        ), flow


def test_binomial_numbers_are_quantiles_of_one_uniform_each():
    class Fixed:
        def random(self, shape):
            return np.broadcast_to(0.5, shape)

    # Binomial(2, .5): P(0) = .25, P(<= 1) = .75, so the median is 1. The ends are certain.
    assert binomial(Fixed(), np.array([2, 0, 7, 7]), np.array([0.5, 0.5, 0.0, 1.0])).tolist() == [1, 0, 0, 7]
    drawn = binomial(np.random.default_rng(1), np.full(40_000, 50), 0.3)
    assert drawn.mean() == pytest.approx(15, abs=0.06) and drawn.var() == pytest.approx(10.5, rel=0.04)
