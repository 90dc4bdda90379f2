"""Where volume comes from: previous brands, launches against own lines, trial and repeat, buyers and frequency."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods import buying, conquest, launches
from helpers.methods.launch_prices import taken_at_price

DRAWS = pd.Series({"big": 60.0, "small": 40.0, "none": 100.0})
SIZES = pd.Series({"big": 300.0, "small": 100.0})
MONTHS = pd.date_range("2024-01-01", periods=24, freq="MS")


def volume(house_after=0.30, launch=0.10, noise=0.0, seed=0):
    """Two years of a market; the launch comes in the second one."""
    rng = np.random.default_rng(seed)
    made = pd.DataFrame({"house": 0.35, "line": 0.05, "rival": 0.60, "new": 0.0}, index=MONTHS)
    made.iloc[12:] = [house_after, 0.05, 1 - house_after - 0.05 - launch, launch]
    return made * np.exp(noise * rng.standard_normal(made.shape))


def test_sources_by_hand():
    """Of 100 who left a rival 40 left the small one, which has a quarter of the sizes: an index of 1.6."""
    found = conquest.sources(DRAWS, SIZES)
    assert list(found.index) == ["none", "big", "small"]
    assert found["share"].tolist() == [0.5, 0.3, 0.2] and found["fair"].tolist()[1:] == [0.75, 0.25]
    assert found["index"].tolist()[1:] == pytest.approx([0.8, 1.6]) and math.isnan(found["index"].iloc[0])
    assert found["verdict"].tolist() == ["cannot tell", "less", "more"]


def test_doubt_of_sizes_widens_the_index():
    sure, unsure = (conquest.sources(DRAWS, SIZES, fair_n=m).loc["small"] for m in (None, 25.0))
    assert unsure["index_low"] < 1 < sure["index_low"] and unsure["index_high"] > sure["index_high"]
    assert (sure["verdict"], unsure["verdict"]) == ("more", "cannot tell")


def test_fewer_than_thirty_first_buyers_give_counts_only():
    found = conquest.sources(DRAWS / 10, SIZES)
    assert (
        found["n"].tolist() == [10, 6, 4]
        and found["share"].isna().all()
        and set(found["verdict"]) == {"cannot tell"}
    )
    assert conquest.sources(DRAWS, SIZES, n_effective=29.0)["share"].isna().all()


def test_a_rival_that_nobody_left_has_an_index_of_zero_with_an_upper_bound():
    found = conquest.sources(pd.Series({"big": 100.0, "small": 0.0}), SIZES).loc["small"]
    assert (
        found["index"] == 0
        and found["index_low"] < 0.1
        and 0 < found["index_high"] < 0.5
        and found["verdict"] == "less"
    )


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 200), min_size=2, max_size=6), st.integers(40, 500))
def test_shares_add_up_and_lie_in_their_bounds(counts, extra):
    draws = pd.Series([*map(float, counts), float(extra)])
    found = conquest.sources(draws, pd.Series(1.0, index=draws.index))
    assert (
        found["share"].sum() == pytest.approx(1)
        and ((found["low"] <= found["share"]) & (found["share"] <= found["high"])).all()
    )
    assert (found["index"] * found["fair"]).sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("draws", "fair"), [(-DRAWS, SIZES), (DRAWS, SIZES * np.nan), (pd.concat([DRAWS, DRAWS]), SIZES)]
)
def test_impossible_counts_are_refused(draws, fair):
    with pytest.raises(DataError, match="conquest: the"):
        conquest.sources(draws, fair)


def test_what_a_launch_took_by_hand():
    """A launch of 10 points; the house lost 5 of its 35, and 3.5 would be fair: half of the launch, 15 points of it beyond."""
    found = conquest.taken(volume(), "new", ["house", "line"], first=MONTHS[12])
    house = found.table.loc["house"]
    assert (house["before"], house["loss"], house["fair"], house["beyond"]) == pytest.approx(
        (0.35, 0.05, 0.035, 0.015)
    )
    assert found.own.value == pytest.approx(0.5) and found.own_beyond.value == pytest.approx(0.5 - 0.40)
    assert found.table["loss"].sum() == pytest.approx(found.launch.value) and found.table[
        "fair"
    ].sum() == pytest.approx(found.launch.value)
    assert found.months == 12 and found.table.loc["line", "is_own"] and not found.table.loc["rival", "is_own"]


def test_noise_of_months_is_in_the_interval():
    found = conquest.taken(volume(noise=0.05), "new", ["house"], first=MONTHS[12])
    assert found.own.low < 0.5 < found.own.high and found.own.high - found.own.low > 0.05


def test_three_months_are_too_few_and_a_young_line_is_not_counted():
    early = conquest.taken(volume().iloc[:15], "new", ["house"], first=MONTHS[12])
    assert math.isnan(early.own.value) and "3 months" in early.guards[0]
    young = volume()
    young.iloc[:6, 1] = 0.0
    found = conquest.taken(young, "new", ["house", "line"], first=MONTHS[12])
    assert "still growing" in found.guards[0] and found.own.value == pytest.approx(
        conquest.taken(young, "new", ["house"], first=MONTHS[12]).own.value
    )


@pytest.mark.parametrize(("table", "says"), [
    (volume().drop(columns="new"), "none of the brands"), (-volume(), "missing or negative"), (volume() * (np.arange(24) != 3)[:, None], "no volume at all"),
])  # fmt: skip
def test_impossible_volumes_are_refused(table, says):
    with pytest.raises(DataError, match=says):
        conquest.taken(table, "new", ["house"], first=MONTHS[12])


def test_a_change_of_pairs_needs_four_of_them():
    now, then = pd.Series([0.2, 0.3, 0.25, 0.25]), pd.Series([0.1, 0.2, 0.15, 0.15])
    assert conquest.paired_change(now, then).value == pytest.approx(0.1)
    assert math.isnan(conquest.paired_change(now[:3], then[:3]).low) and math.isnan(
        conquest.paired_change(now[:0], then[:0]).value
    )


def market(seed=0, noise=0.03, part=0.4, elasticity=-1.8):
    """Shares of a house in two markets whose price moves, beside a launch."""
    rng, n = np.random.default_rng(seed), 36
    days = pd.date_range("2023-01-01", periods=n, freq="MS")
    price = np.cumsum((rng.random((n, 2)) < 0.3) * rng.normal(0, 0.05, (n, 2)), axis=0)
    price -= price[:16].mean(axis=0)
    size = (
        0.04
        * np.where(np.arange(n) < 16, 0.0, 1 - np.exp(-(np.arange(n) - 15.5) / 3))[:, None]
        * np.ones((1, 2))
    )
    share = ([0.15, 0.10] - part * size) * np.exp(elasticity * price + noise * rng.standard_normal((n, 2)))
    return [pd.DataFrame(one, index=days, columns=["x", "y"]) for one in (share, size, np.exp(price))]


def test_what_a_launch_took_is_exact_where_nothing_else_moves():
    share, size, price = market(noise=1e-9)
    found = taken_at_price(share, {"new": size}, price)
    assert found.taken["new"].value == pytest.approx(
        0.4, abs=1e-4
    ) and found.elasticity.value == pytest.approx(-1.8, abs=1e-4)


def test_a_price_rise_is_not_taken_for_the_launch():
    """The price rises by a tenth with the launch: year on year the house seems to lose far more to it than it does."""
    share, size, price = market(seed=2, noise=0.01)
    up = np.where(np.arange(36) < 16, 1.0, 1.1)[:, None]
    moved = share * up**-1.8
    found = taken_at_price(moved, {"new": size}, price * up)
    assert found.taken["new"].low < 0.4 < found.taken["new"].high
    naive = conquest.taken(
        pd.DataFrame({"house": moved["x"], "new": size["x"], "rest": 1 - moved["x"] - size["x"]}),
        "new",
        ["house"],
        first=share.index[16],
    )
    assert naive.own.value > 0.7


def test_dear_months_alone_tell_nothing_of_a_launch_too_young_or_a_past_too_short():
    share, size, price = market()
    young = size * (np.arange(36) >= 33)[:, None]
    found = taken_at_price(share, {"new": young}, price)
    assert math.isnan(found.taken["new"].value) and "fewer than 4 months" in found.guards[0]
    found = taken_at_price(share.iloc[12:], {"new": size.iloc[12:]}, price.iloc[12:])
    assert math.isnan(found.taken["new"].value) and found.guards[-1].startswith("cannot tell")


def test_tables_of_other_months_and_negative_prices_are_refused():
    share, size, price = market()
    with pytest.raises(DataError, match="months and markets"):
        taken_at_price(share, {"new": size.iloc[1:]}, price)
    with pytest.raises(DataError, match="negative"):
        taken_at_price(share, {"new": size}, -price)


def test_trial_and_repeat_by_hand():
    """Of 100 people 40 bought, 10 of them twice: 40 % tried, a quarter came back, 1.25 purchases each."""
    bought = [0] * 60 + [1] * 30 + [2] * 10
    found = launches.record(bought, age=6)
    assert (found.trial.value, found.repeat.value, found.rate.value) == pytest.approx(
        (0.4, 0.25, 1.25)
    ) and found.triers == 40
    assert found.trial.low < 0.4 < found.trial.high


def test_an_earlier_age_has_less_of_all_and_finds_the_truth():
    rng = np.random.default_rng(1)
    bought = rng.poisson(rng.gamma(0.5, 0.4 / 0.5, 20_000))
    found = launches.record(bought, age=12, at=6, draws=100)
    none, once = (1 + 0.2 / 0.5) ** -0.5, 0.2 * (1 + 0.2 / 0.5) ** -1.5
    assert found.trial.value == pytest.approx(1 - none, abs=0.006) and found.repeat.value == pytest.approx(
        1 - once / (1 - none), abs=0.015
    )
    full = launches.record(bought, age=12, draws=100)
    assert found.trial.value < full.trial.value and found.rate.value < full.rate.value
    gap = launches.difference(full, found)
    assert gap.low <= gap.value <= gap.high and gap.value > 0


def test_forty_people_and_few_triers_tell_what_they_can():
    assert "40 people" in launches.record([1] * 40, age=6).guards[0]
    few = launches.record([0] * 180 + [1] * 20, age=6)
    assert few.trial.value == 0.1 and math.isnan(few.repeat.value) and "20 people tried it" in few.guards[0]
    none = launches.record([0] * 200, age=6)
    assert none.trial.value == 0 and 0 < none.trial.high < 0.03
    assert math.isnan(launches.difference(few, launches.record([1] * 40, age=6)).value)


@pytest.mark.parametrize(
    ("more", "error"), [({"at": 13}, ValueError), ({"at": 0}, ValueError), ({"weights": [1.0]}, DataError)]
)
def test_an_age_or_weights_that_do_not_fit_are_refused(more, error):
    with pytest.raises(error):
        launches.record([0] * 200, age=12, **more)
    with pytest.raises(DataError, match="missing or negative"):
        launches.record([-1] * 200, age=12)


def test_a_change_of_purchases_by_hand():
    """100 people: 40 buy twice, then 50 buy 2.4 times: .8 to 1.2, of which .1 x 2.2 is buyers and .4 x .45 frequency."""
    before, after = [2] * 40 + [0] * 60, [2] * 30 + [3] * 20 + [0] * 50
    found = buying.split(before, after)
    assert (found.change.value, found.by_penetration.value, found.by_frequency.value) == pytest.approx(
        (0.4, 0.22, 0.18)
    )
    assert found.change.low < 0.4 < found.change.high
    assert math.isnan(buying.split([1] * 10 + [0] * 90, after).change.value)


def test_the_gap_to_a_larger_brand_by_hand():
    """Four times the buyers at the same frequency: all of the gap is in how many buy. No gap tells nothing."""
    ours, theirs = np.array([1] * 50 + [0] * 350), np.array([1] * 200 + [0] * 200)
    found = buying.gap(ours, theirs)
    assert found.value == pytest.approx(1) and found.low <= 1 <= found.high
    assert math.isnan(buying.gap(ours, ours[::-1]).value) and math.isnan(
        buying.gap(ours[:60] * 0, theirs[:60]).value
    )


def test_the_more_often_bought_brand_has_more_than_all_of_the_gap_in_buyers():
    ours, theirs = np.array([2] * 50 + [0] * 350), np.array([1] * 200 + [0] * 200)
    assert buying.gap(ours, theirs).value == pytest.approx(2)


@pytest.mark.parametrize("bad", [([-1.0, 2.0], None), ([1.0, 2.0], [1.0]), ([1.0, 2.0], [0.0, 0.0])])
def test_impossible_purchases_are_refused(bad):
    with pytest.raises(DataError, match="buying"):
        buying.split(bad[0], [1.0], weights_before=bad[1])
