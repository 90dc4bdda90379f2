"""Excess share of voice: by hand, the published relation as an interval, own data that support it, refuse it or do not tell."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.methods.excess_voice import implied, panel, published, relation, required_voice, share_of_voice

MONTHS = pd.date_range("2023-10-01", periods=36, freq="MS")


def tables(months=MONTHS, market="FR", **brands) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Spend and sales a month: brand = (spend, sales)."""
    rows = [(month, market, name, "television", *pair) for name, pair in brands.items() for month in months]
    frame = pd.DataFrame(rows, columns=["month", "market", "brand", "medium", "spend", "sales_value"])
    return frame.drop(columns="sales_value"), frame.drop(columns=["spend", "medium"])


def brand_years(seed, coefficient, *, noise=0.01, brands=7, years=3) -> pd.DataFrame:
    rng, rows = np.random.default_rng(seed), []
    for _ in range(years):
        excess = rng.normal(0, 0.08, brands)
        excess -= excess.mean()
        change = coefficient * excess + rng.normal(0, noise, brands)
        rows += [("FR", f"b{i}", excess[i], change[i] - change.mean() + coefficient * 0) for i in range(brands)]  # fmt: skip
    return pd.DataFrame(rows, columns=["market", "brand", "excess", "change"])


# ---- by hand ----


def test_voice_share_and_excess_by_hand():
    """Voice 60 to 40, sales 30 to 70: 30 points of excess, and no change in even years."""
    table, guards = panel(*tables(own=(6, 30), rival=(4, 70)))
    own = table[table["brand"] == "own"]
    assert own["voice"].tolist() == pytest.approx([0.6] * 3) and own["excess"].tolist() == pytest.approx([0.3] * 3)  # fmt: skip
    assert math.isnan(own["change"].iloc[0]) and own["change"].iloc[1:].tolist() == pytest.approx([0, 0])
    assert list(own["ends_on"].dt.strftime("%Y-%m")) == ["2024-09", "2025-09", "2026-09"] and guards == ()


def test_share_of_voice_of_the_last_months_by_hand():
    spend, _ = tables(own=(6, 30), rival=(4, 70))
    spend.loc[(spend["brand"] == "own") & (spend["month"] >= "2026-07"), "spend"] = 1
    table = share_of_voice(spend, months=3)
    assert table.loc[("FR", "own"), ["spend", "voice", "before"]].tolist() == pytest.approx([3, 0.2, 0.6])
    assert share_of_voice(spend, months=30)["before"].isna().all()
    assert share_of_voice(spend, months=40)["voice"].isna().all()


def test_ten_points_of_excess_are_half_a_point_a_year_give_or_take():
    found = implied(0.10, published())
    assert found[:3] == pytest.approx((0.005, 0.10 * (0.05 - 1.6449 * 0.02), 0.10 * (0.05 + 1.6449 * 0.02)), abs=1e-6)  # fmt: skip
    lower = implied(-0.10, published())
    assert lower[:3] == pytest.approx((-found.value, -found.high, -found.low))


def test_the_voice_that_a_point_of_share_needs_is_an_interval():
    """One point from 12 %: 12 % + .01 / .05 = 32 %, and from 24 to 70 % over the coefficient's interval."""
    found, reason = required_voice(0.12, 0.01, published())
    assert found[:3] == pytest.approx((0.32, 0.12 + 0.01 / 0.0829, 0.12 + 0.01 / 0.0171), abs=2e-3)
    assert reason is None


def test_the_own_coefficient_by_hand():
    rows = brand_years(1, 0.08)
    e, c = rows["excess"], rows["change"]
    assert relation(rows).own.value == pytest.approx((e * c).sum() / (e**2).sum())


# ---- limits ----


def test_more_voice_than_there_is_is_said():
    found, reason = required_voice(0.12, 0.05, published())
    assert found.high > 1 and "not even all voice" in reason


def test_a_relation_that_may_be_none_has_no_upper_bound():
    found, reason = required_voice(0.12, 0.01, relation(brand_years(2, 0.0, noise=0.002)))
    assert math.isinf(found.high) and "may not hold at all" in reason


def test_below_twenty_brand_years_the_relation_is_the_published_one():
    for rows in (brand_years(1, 0.0).head(19), brand_years(1, 0.0).head(0)):
        found = relation(rows)
        assert found.coefficient == published().coefficient and found.verdict == "published"
        assert f"{len(rows)} brand-years are known and 20" in found.guards[0]


def test_no_excess_anywhere_tells_nothing():
    assert relation(brand_years(1, 0.05).assign(excess=0.0)).verdict == "published"


def test_one_month_or_no_common_market_gives_no_row_and_says_so():
    table, guards = panel(*tables(months=MONTHS[:1], own=(6, 30), rival=(4, 70)))
    assert table.empty and "sales 1, brands 2" in guards[0] and relation(table).verdict == "published"
    spend, sales = tables(own=(6, 30), rival=(4, 70))
    assert "no market" in panel(spend, sales.assign(market="BE"))[1][-1]


def test_brands_that_one_table_does_not_know_are_left_out_and_named():
    spend, sales = tables(own=(6, 30), rival=(4, 70))
    more = pd.concat([sales, sales[sales["brand"] == "own"].assign(brand="other")])
    table, guards = panel(spend, more)
    assert set(table["brand"]) == {"own", "rival"} and "other are left out" in guards[0]
    assert table.loc[table["brand"] == "own", "share"].tolist() == pytest.approx([0.3] * 3)


# ---- known truth ----


def test_own_data_that_tell_much_win_over_the_published_relation():
    none = [relation(brand_years(seed, 0.0, noise=0.003)) for seed in range(20)]
    assert sum(one.verdict == "weaker" for one in none) >= 19
    assert sum(one.coefficient.low <= 0 <= one.coefficient.high for one in none) >= 15
    same = [relation(brand_years(seed, 0.05, noise=0.003)) for seed in range(20)]
    assert sum(one.verdict == "supports" for one in same) >= 15
    assert np.mean([one.holds for one in none]) < 0.3 < 0.7 < np.mean([one.holds for one in same])
    assert relation(brand_years(1, 0.3, noise=0.003)).verdict == "stronger"


def test_own_data_that_tell_little_are_said_to():
    found = [relation(brand_years(seed, 0.0, noise=0.05)) for seed in range(20)]
    told = [one for one in found if one.verdict == "does not tell"]
    assert len(told) >= 15 and all("none at all" in one.guards[0] for one in told)
    assert all(one.coefficient.low < 0 < one.coefficient.high for one in told)


def test_intervals_hold_coefficients_drawn_from_what_is_believed_beforehand():
    rng, inside = np.random.default_rng(3), []
    for seed in range(200):
        true = rng.normal(0.05, 0.02) if rng.random() < 0.5 else rng.normal(0, 0.05)
        found = relation(brand_years(1000 + seed, true)).coefficient
        inside.append(found.low <= true <= found.high)
    assert 0.83 <= np.mean(inside) <= 0.96


# ---- bad input ----


def test_amounts_that_cannot_be_are_refused():
    spend, sales = tables(own=(6, 30), rival=(-4, 70))
    with pytest.raises(DataError, match="competitor_spend has -4 for rival at 2023-10"):
        panel(spend, sales)
    with pytest.raises(DataError, match="market_sales has no column brand"):
        panel(spend.assign(spend=1.0), sales.drop(columns="brand"))


def test_goals_that_cannot_be_are_refused():
    for share, gain in ((0.1, 0.0), (1.2, 0.1), (0.9, 0.2)):
        with pytest.raises(ValueError, match="required_voice needs"):
            required_voice(share, gain, published())
