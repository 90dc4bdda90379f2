"""Share of search and its lead: by hand, common words both ways, too little data, a planted lead, series that have nothing in common."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.methods import lead_filter
from helpers.methods.lead import lead
from helpers.methods.share_of_search import over, series_of, share_of_search


def searches(weeks=1, **brands) -> pd.DataFrame:
    days = pd.date_range("2026-01-05", periods=weeks, freq="7D")
    rows = [(day, name, value) for name, values in brands.items() for day, value in zip(days, np.broadcast_to(values, weeks), strict=True)]  # fmt: skip
    return pd.DataFrame(rows, columns=["starts_on", "brand", "searches"])


def of(found, brand, column="share"):
    return found.table.loc[found.table["brand"] == brand, column].tolist()


# ---- by hand and limits ----


def test_shares_by_hand_with_and_without_a_common_word():
    found = share_of_search(searches(2, own=[30, 20], rival=[30, 60], clear=[40, 20]), common_words=["clear"])
    assert of(found, "own") == pytest.approx([0.3, 0.2])
    assert of(found, "own", "share_clear") == pytest.approx([0.5, 0.25])
    assert np.isnan(of(found, "clear", "share_clear")).all() and of(found, "clear") == pytest.approx([0.4, 0.2])  # fmt: skip
    assert "clear is also a common word and takes 30 of 100 searches" in found.guards[0]


def test_the_series_of_a_brand_is_its_share_by_time():
    found = share_of_search(searches(2, own=[30, 20], rival=[30, 60], clear=[40, 20]), common_words=["clear"])
    assert series_of(found, "own").tolist() == pytest.approx([0.3, 0.2])
    assert series_of(found, "own", clear=True).index[1] == pd.Timestamp("2026-01-12")
    with pytest.raises(ValueError, match="Use one of clear, own, rival"):
        series_of(found, "x")


def test_a_period_is_total_over_total():
    table = over(share_of_search(searches(4, own=[10, 10, 1, 30], rival=[10, 10, 9, 10])), times=2)
    assert table.loc["own", "share"] == pytest.approx(31 / 50) and table.loc["own", "before"] == pytest.approx(0.5)  # fmt: skip
    assert math.isnan(over(share_of_search(searches(3, own=1, rival=1)), times=2).loc["own", "before"])


def test_a_brand_alone_has_all_of_it_and_nobody_searching_is_no_share():
    assert of(share_of_search(searches(2, own=[5, 0])), "own")[0] == 1.0
    assert math.isnan(of(share_of_search(searches(2, own=[5, 0])), "own")[1])


def test_one_week_of_searches_tells_no_change():
    assert "one time only" in share_of_search(searches(1, own=5, rival=5)).guards[-1]


def test_a_week_that_lacks_a_brand_has_no_share():
    frame = searches(3, own=5, rival=5).drop(index=4)
    found = share_of_search(frame)
    assert np.isnan(of(found, "own")[1]) and "have no share: 1" in found.guards[0]


def test_searches_that_cannot_be_are_refused():
    with pytest.raises(DataError, match="rival has -3 searches at 2026-01-05"):
        share_of_search(searches(1, own=5, rival=-3))
    with pytest.raises(DataError, match="column brand is missing"):
        share_of_search(searches(1, own=5).drop(columns="brand"))
    with pytest.raises(ValueError, match="Use one of own, rival"):
        share_of_search(searches(1, own=5, rival=3), common_words=["other"])
    with pytest.raises(ValueError, match="a time or more"):
        over(share_of_search(searches(1, own=5)), times=0)


# ---- lead ----


def series(values, freq="7D") -> pd.Series:
    return pd.Series(
        np.asarray(values, dtype=float), pd.date_range("2023-10-02", periods=len(values), freq=freq)
    )


def pair(seed, *, ahead=8, n=156, memory=0.7, noise=0.4, related=True, a_year=52, freq="7D"):
    """Two series that show a strength with a memory, the second `ahead` steps later, both with the same season and trend."""
    rng, strengths = np.random.default_rng(seed), []
    for _ in range(2):
        steps, brand = rng.standard_normal(n + 80) * np.sqrt(1 - memory**2), np.zeros(n + 80)
        for t in range(1, n + 80):
            brand[t] = memory * brand[t - 1] + steps[t]
        strengths.append(brand[60:])
    common = 2 * np.sin(2 * np.pi * np.arange(n) / a_year) + 0.01 * np.arange(n)
    second = strengths[0] if related else strengths[1]
    shown = (strengths[0][ahead : n + ahead], second[:n])
    return tuple(series(one + common + noise * rng.standard_normal(n), freq) for one in shown)


def test_a_planted_lead_of_eight_weeks_is_found_in_nine_of_ten_seeds():
    found = [lead(*pair(seed), draws=100, seed=1) for seed in range(20)]
    assert sum(one.verdict == "leads" and one.lag.low <= 8 <= one.lag.high for one in found) >= 18
    assert np.median([one.lag.value for one in found]) == 8


def test_series_that_share_only_season_and_trend_have_no_link_about_nine_times_in_ten():
    found = [lead(*pair(seed, related=False), draws=100, seed=1).verdict for seed in range(40)]
    assert sum(one == "no clear link" for one in found) >= 32


def test_turned_round_the_first_follows():
    x, y = pair(3)
    ahead, behind = lead(x, y, draws=100, seed=1), lead(y, x, draws=100, seed=1)
    assert (ahead.verdict, behind.verdict) == ("leads", "follows")
    assert ahead.lag.value == -behind.lag.value == 8


def test_a_series_with_itself_moves_together():
    x, _ = pair(4)
    found = lead(x, x, draws=50, seed=1)
    assert found.verdict == "together" and found.r == pytest.approx(1.0) and found.lag[:3] == (0, 0, 0)


def test_one_odd_week_hides_no_lead_and_is_said():
    x, y = pair(3)
    loud = x.copy()
    loud.iloc[100] += 30
    found = lead(loud, y, draws=100, seed=1)
    assert found.lag.value == 8 and found.verdict == "leads"
    assert "of the first series" in found.guards[0]


def test_months_are_told_too():
    found = lead(*pair(5, ahead=2, n=36, noise=0.2, a_year=12, freq="MS"), a_year=12, draws=100, seed=1)
    assert found.table.index.tolist() == list(range(-6, 7))
    assert found.lag.low <= 2 <= found.lag.high


def test_the_same_seed_tells_the_same():
    first, again = (lead(*pair(6), draws=50, seed=2) for _ in range(2))
    assert first.band == again.band and first.lag == again.lag


def test_correlations_by_hand():
    """Three lags of a short series without memory: sums of products over n."""
    x, y = np.array([1.0, -1.0, 1.0, -1.0] * 4), np.array([1.0, 1.0, -1.0, -1.0] * 4)
    r = lead_filter.held(x, y, np.array([0, 1])).r
    filters = lead_filter.memory(x)
    a, b = (np.convolve(one, filters, mode="valid") for one in (x, y))
    a, b = ((one - one.mean()) / max(one.std(), 1e-300) for one in (a, b))
    assert r == pytest.approx([a @ b / len(a), a[:-1] @ b[1:] / len(a)])


@pytest.mark.parametrize("n", [0, 1, 103])
def test_below_two_years_it_cannot_tell_and_says_what_it_needs(n):
    found = lead(series(range(n)), series(range(n)), seed=1)
    assert found.verdict == "cannot tell" and f"{n}, needed 104" in found.guards[0] and found.table.empty
    assert math.isnan(found.lag.value) and math.isnan(found.band)


def test_a_series_that_does_not_move_or_is_a_season_only_cannot_be_told():
    x, _ = pair(7)
    assert "does not move" in lead(x, x * 0 + 3, seed=1).guards[0]
    wave = series(np.sin(2 * np.pi * np.arange(156) / 52))
    assert "a season and a straight line" in lead(x, wave, seed=1).guards[0]


def test_times_that_only_one_series_has_are_left_out_at_the_ends():
    x, y = pair(8)
    assert lead(x.iloc[10:], y.iloc[:-5], draws=50, seed=1).lag.n == 141


def test_gaps_doubles_and_infinite_figures_are_refused():
    x, y = pair(9)
    with pytest.raises(DataError, match="a time is missing at or before 2024"):
        lead(x.drop(x.index[20]), y, seed=1)
    with pytest.raises(DataError, match="the second series has a time twice"):
        lead(x, pd.concat([y, y.tail(1)]), seed=1)
    with pytest.raises(DataError, match="first series is infinite"):
        lead(x.replace(x.iloc[3], np.inf), y, seed=1)
    with pytest.raises(ValueError, match="a quarter of the 156 times, 39"):
        lead(x, y, most=60, seed=1)
