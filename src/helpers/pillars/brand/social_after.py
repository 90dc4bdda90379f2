"""After a crisis: preference and sales lost against what was to be expected, and the waves until preference is back."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri

from helpers import rollups
from helpers.kpi import LEVEL, Z
from helpers.methods import series
from helpers.methods.intervals import Estimate
from helpers.pillars.brand.social_survey import NONE, Survey

WAVES, WEEKS = 3, 8  # after the start, that are judged
BACK = 0.01  # preference is back within so much of what was to be expected
LOSS, POWER = 0.02, 0.80  # a loss that the waves should show, and how often
YEAR_WEEKS = 52
SELLING = ("promotion", "soldes")
NOTHING = Estimate(math.nan, math.nan, math.nan, LEVEL, 0)


class After(NamedTuple):
    """What came after a crisis.

    preference : mean of the waves against what was to be expected [share]; NaN where it cannot be told. waves : wave_on, seen, expected,
    low, high; those of a year before the start without what was to be expected. weeks_back : weeks until the first wave that is back, NaN where none is, or where no loss is shown. n_asked : people who were asked, after weights, in these
    waves; sees : loss that they show four times of five [share]; need : people a wave that would tell two points, infinite where no number
    would, 0 where not known. survey : what the own survey says. sales : lost in eight weeks [money; below zero is lost]. why_preference, why_sales : why not told.
    """

    start: pd.Timestamp
    preference: Estimate
    waves: pd.DataFrame
    weeks_back: float
    n_asked: int
    sees: float
    need: float
    survey: Survey
    sales: Estimate
    why_preference: str
    why_sales: str


def after(row: pd.Series, tracker: pd.DataFrame, sales: pd.Series | None, calendar: pd.DataFrame, own: Survey = NONE) -> After:  # fmt: skip
    """Judge what came after a wave of mentions.

    Parameters
    ----------
    row : the wave, of `social_alarms.alarms`. tracker : own rows of `brand_tracker` with the metric preference. sales : revenue by day, or
        None. calendar : table `calendar`, or empty. own : of `social_survey.survey`.
    """
    start = pd.Timestamp(row["start"])
    preference, waves, n, p, why = _preference(start, tracker)
    sees, need = told(preference, n, p)
    weeks = math.nan
    if preference.high < 0:
        back = waves[waves["wave_on"].ge(start) & (waves["seen"] >= waves["expected"] - BACK)]
        weeks = math.ceil((back["wave_on"].iloc[0] - start).days / 7) if len(back) else math.nan
    lost, why_sales = _sales(start, sales, calendar)
    return After(start, preference, waves, weeks, n, sees, need, own, lost, why, why_sales)


def _preference(start: pd.Timestamp, tracker: pd.DataFrame) -> tuple[Estimate, pd.DataFrame, int, float, str]:
    """Mean of three waves after the start against a level that may drift, from `series.interrupted`."""
    empty = pd.DataFrame(columns=["wave_on", "seen", "expected", "low", "high"])
    if tracker.empty:
        return NOTHING, empty, 0, math.nan, "no tracker"
    size = tracker["n_effective"].fillna(tracker["n"]).astype(float)
    weighed = tracker.assign(n_used=size, said=tracker["share"].astype(float) * size).dropna(subset=["said"])
    waves = weighed.groupby("wave_on")[["said", "n_used"]].sum().sort_index()
    waves = waves[waves["n_used"] > 0]
    share, before = waves["said"] / waves["n_used"], int((waves.index < start).sum())
    there = share.iloc[: before + WAVES]
    if before < series.FEWEST or len(there) <= before:
        return NOTHING, empty, 0, math.nan, "few waves" if before < series.FEWEST else "no wave after"
    found = series.interrupted(there.to_numpy(), before, level=LEVEL)
    asked = int(waves["n_used"].iloc[before : before + WAVES].sum())
    whole = series.interrupted(share.to_numpy(), before, level=LEVEL)
    path = whole.path.assign(wave_on=share.index[before:], seen=share.to_numpy()[before:])
    year = share.iloc[:before][share.index[:before] >= start - pd.Timedelta(days=365)]
    path = pd.concat(
        [pd.DataFrame({"wave_on": year.index, "seen": year.to_numpy()}), path], ignore_index=True
    )
    p = float(there.iloc[:before].mean())
    why = "" if math.isfinite(found.mean.value) else "still"
    return found.mean._replace(n=asked), path, asked, p, why


def told(found: Estimate, asked: float, share: float) -> tuple[float, float]:
    """Loss that the mean of the waves shows four times of five, and the people a wave that two points need.

    Parameters
    ----------
    found : mean of the waves against what was to be expected. asked : people after weights in them. share : preference before.

    Formula: sees = (z + z_power) se, se the half-width over z. se² is p q / asked of the waves themselves and the rest, the doubt of what
        was to be expected, which more people do not lessen: n = p q / (d² / (z + z_power)² - rest) / 3, p after half of the loss d.
    """
    if math.isnan(found.low) or not asked or not 0 < share < 1:
        return math.nan, 0
    reach, se = Z + float(ndtri(POWER)), (found.high - found.low) / 2 / Z
    rest = max(0.0, se**2 - share * (1 - share) / asked)
    left, p = (LOSS / reach) ** 2 - rest, max(share - LOSS / 2, LOSS / 2)
    return reach * se, math.ceil(p * (1 - p) / left / WAVES / 10) * 10 if left > 0 else math.inf


def _sales(start: pd.Timestamp, sales: pd.Series | None, calendar: pd.DataFrame) -> tuple[Estimate, str]:
    """Sales of eight weeks after the start, on the log scale, beside days of promotion and the season of the year."""
    if sales is None or sales.empty:
        return NOTHING, "no sales"
    days = sales.index
    selling = pd.Series(0.0, index=days)
    for one in calendar[calendar["kind"].isin(SELLING)].itertuples() if len(calendar) else ():
        selling[(days >= one.starts_on) & (days <= (one.ends_on if pd.notna(one.ends_on) else one.starts_on))] = 1.0  # fmt: skip
    week = (days - start).days // 7
    table = pd.DataFrame(
        {"value": sales.to_numpy(), "selling": selling.to_numpy(), "at": (days - days[0]).days}
    )
    made = table.groupby(week).agg(
        value=("value", "sum"), selling=("selling", "sum"), at=("at", "mean"), n=("at", "size")
    )
    made = made[(made["n"] == 7) & (made.index < WEEKS)]
    before = int((made.index < 0).sum())
    if before < 2 * YEAR_WEEKS or before == len(made):
        return NOTHING, "few weeks" if before < 2 * YEAR_WEEKS else "no week after"
    if (made["value"] <= 0).any():
        return NOTHING, "weeks without sales"
    turn = 2 * np.pi * made["at"].to_numpy() / 365.25
    season = [wave(k * turn) for k in (1, 2) for wave in (np.sin, np.cos)]
    covariates = np.column_stack([made["selling"], *season])
    found = series.interrupted(np.log(made["value"].to_numpy()), before, covariates, level=LEVEL).mean
    seen = float(made["value"].iloc[before:].sum())
    value, low, high = (seen * (1 - math.exp(-one)) for one in found[:3])
    return Estimate(value, low, high, LEVEL, len(made)), ""


def revenue(orders: Any) -> pd.Series | None:
    """Revenue before tax of paid orders by day; None without orders."""
    if orders is None:
        return None
    made = rollups.collect(
        rollups.daily_sums(orders.filter("status = 'paid'"), day="ordered_on", values=("revenue_excl_vat",)), may_be_empty=True
    )  # fmt: skip
    found = made.set_index("day")["revenue_excl_vat"].astype(float).sort_index()
    return (
        found.reindex(pd.date_range(found.index[0], found.index[-1]), fill_value=0.0) if len(found) else None
    )
