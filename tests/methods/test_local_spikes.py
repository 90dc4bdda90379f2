"""Local spikes: by hand, a rise everywhere is none, planted ones over seeds, calm worlds, what cannot be told."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.methods.local_spikes import _adjusted, local_spikes


def long(counts, regions=None) -> pd.DataFrame:
    """Counts [week, region] as rows."""
    counts = np.asarray(counts, dtype=float)
    names = regions or [f"{i:02d}" for i in range(counts.shape[1])]
    days = pd.date_range("2024-10-07", periods=len(counts), freq="7D", name="starts_on")
    return pd.DataFrame(counts, days, names).rename_axis(columns="region").stack().rename("searches").reset_index()  # fmt: skip


def world(seed, *, spike=1.0, place=5, weeks=4, everywhere=1.0, n=104, regions=96, total=6000) -> np.ndarray:
    """Searches of regions of unlike size; one may rise in the last weeks, and all may in the last but one."""
    rng, size, t = np.random.default_rng(seed), 1 / (np.arange(regions) + 8), np.arange(n)
    mean = (total * np.exp(0.15 * np.sin(2 * np.pi * t / 52)))[:, None] * size / size.sum()
    mean[-2] *= everywhere
    mean[-weeks:, place] *= spike
    return rng.poisson(mean * rng.gamma(50, 1 / 50, mean.shape))


# ---- by hand ----


def test_expected_is_the_share_of_the_past_times_what_all_others_search_now():
    """Four regions at 100 a week; now all search 200 and one searches 600: it expects 200 a week."""
    counts = np.full((60, 4), 100.0)
    counts[-1:] = 200
    counts[-1, 2] = 600
    row = local_spikes(long(counts)).table.loc["02"]
    assert (row["weeks"], row["searches"], row["expected"]) == pytest.approx((1, 600, 200))
    assert row["excess"] == pytest.approx(400) and row["times"] == pytest.approx(3) and row["spike"]
    assert row["low"] < 400 < row["high"] and 400 - row["low"] < 60


def test_adjusted_chances_by_hand():
    p = np.array([0.01, 0.04, 0.03, np.nan])
    assert _adjusted(p, "holm")[:3] == pytest.approx([0.03, 0.06, 0.06])
    assert _adjusted(p, "benjamini-hochberg")[:3] == pytest.approx([0.03, 0.04, 0.04])
    assert math.isnan(_adjusted(p, "holm")[3])


def test_the_weeks_running_are_those_of_the_spike():
    for weeks in (1, 2, 4):
        table = local_spikes(long(world(5, spike=3, weeks=weeks, place=10))).table
        assert table.index[0] == "10" and table["weeks"].iloc[0] == weeks


# ---- limits ----


def test_equal_counts_everywhere_are_no_spike():
    table = local_spikes(long(np.full((60, 5), 7.0))).table
    assert not table["spike"].any() and table["excess"].abs().max() < 1e-9


def test_one_week_or_less_than_half_a_year_cannot_be_told():
    for n in (1, 4, 29):
        found = local_spikes(long(world(1)[:n]))
        assert found.table["spike"].isna().all() and "needed 26" in found.guards[0]
        assert found.table["searches"].tolist() == pytest.approx(world(1)[n - 1].tolist())
    assert local_spikes(long(world(1)[:30])).table["spike"].notna().all()


def test_fewer_than_three_regions_cannot_be_told():
    assert "2 regions" in local_spikes(long(world(1)[:, :2])).guards[0]


def test_a_region_without_past_or_with_a_missing_week_says_so_and_the_others_are_told():
    counts = world(1, regions=20)
    counts[:, 3] = 0
    frame = long(counts)
    gap = (frame["region"] == "05") & (frame["starts_on"] == frame["starts_on"].iloc[-1])
    found = local_spikes(frame[~gap])
    assert "nobody searched" in found.table.loc["03", "reason"]
    assert str(found.table.loc["05", "reason"]) == "a week is missing"
    assert found.table["spike"].notna().sum() == 18 and "2 of 20 regions" in found.guards[0]


def test_a_silent_region_and_its_first_searches_do_not_disturb_the_rest():
    counts = world(2, regions=30)
    counts[-1, 29] = 0
    assert not local_spikes(long(counts)).table["spike"].any()


# ---- known truth ----


@pytest.mark.parametrize("place", [0, 30, 90])
def test_a_spike_of_two_point_six_is_found_in_nine_of_ten_seeds(place):
    found = [local_spikes(long(world(seed, spike=2.6, place=place))).table for seed in range(20)]
    assert sum(bool(one.loc[f"{place:02d}", "spike"]) for one in found) >= 18
    assert sum(int(one["spike"].drop(f"{place:02d}").sum()) for one in found) <= 3
    assert all(one.loc[f"{place:02d}", "times"] == pytest.approx(2.6, rel=0.4) for one in found)


def test_calm_worlds_are_left_in_peace():
    rings = [bool(local_spikes(long(world(seed))).table["spike"].any()) for seed in range(60)]
    assert np.mean(rings) <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / 60)


def test_a_week_in_which_all_rise_is_no_local_spike():
    rings = [bool(local_spikes(long(world(seed, everywhere=2.5))).table["spike"].any()) for seed in range(60)]
    assert np.mean(rings) <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / 60)


def test_a_spike_of_the_past_does_not_hide_one_of_now():
    counts = world(3, spike=2.6, place=30)
    counts[-40:-36, 30] *= 4
    assert local_spikes(long(counts)).table.loc["30", "spike"]


def test_a_season_of_one_region_is_shown_by_the_year_before():
    counts = world(4)
    counts[-4:, 12] = counts[-4:, 12] * 2
    counts[-56:-52, 12] = counts[-56:-52, 12] * 2
    row = local_spikes(long(counts)).table.loc["12"]
    assert row["times_year_before"] == pytest.approx(2, rel=0.3)
    assert local_spikes(long(counts)).table["times_year_before"].drop("12").median() == pytest.approx(1, abs=0.1)  # fmt: skip


def test_the_more_lenient_adjustment_finds_at_least_as_much():
    counts = world(6, spike=1.8)
    holm, share = (local_spikes(long(counts), adjust=how).table["p_adjusted"] for how in ("holm", "benjamini-hochberg"))  # fmt: skip
    assert (share <= holm + 1e-12).all()


# ---- bad input ----


def test_counts_that_cannot_be_are_refused():
    frame = long(world(1))
    for bad, word in ((-1.0, "region 00 has -1 searches in the week of 2024-10-07"), (np.nan, "has nan searches")):  # fmt: skip
        wrong = frame.copy()
        wrong.loc[0, "searches"] = bad
        with pytest.raises(DataError, match=word):
            local_spikes(wrong)
    with pytest.raises(DataError, match="region 00 comes twice"):
        local_spikes(pd.concat([frame, frame.head(1)]))
    with pytest.raises(DataError, match="the week before 2025-01-06 is missing"):
        local_spikes(frame[frame["starts_on"] != "2024-12-30"])
    with pytest.raises(DataError, match="column region is missing"):
        local_spikes(frame.drop(columns="region"))
    with pytest.raises(DataError, match="no searches"):
        local_spikes(frame.head(0))
    with pytest.raises(ValueError, match="holm, benjamini-hochberg"):
        local_spikes(frame, adjust="none")
