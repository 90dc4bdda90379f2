"""What the brand carries, what a year without brand media would cost, and what a tracker must be to tell: read off the model of base demand."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri

from helpers.methods import base_demand_model as model
from helpers.methods.base_demand import BaseDemand
from helpers.methods.intervals import Estimate, equal_tailed

QUARTERS, MONTHS = 4, 12
USELESS = 0.8  # of the width held possible before the tracker: a wider interval says nothing of what media do
POWER = 0.80


class Pause(NamedTuple):
    """What is lost without brand media, as shares of sales; draws in rows.

    points : of the measure missing at the end of each quarter [draw, quarter]. long, short : share of the sales of a quarter lost
    through the brand, and at once [draw, quarter]. narrowed : width of what media add to the brand over the one before the tracker.
    """

    points: np.ndarray
    long: np.ndarray
    short: np.ndarray
    narrowed: float

    @property
    def is_told(self) -> bool:
        """Whether the tracker says anything of what media do to the brand."""
        return self.narrowed <= USELESS


def summary(draws: np.ndarray, *, level: float, n: int) -> Estimate:
    """Mean of draws with its interval; NaN without draws."""
    if not len(draws):
        return Estimate(math.nan, math.nan, math.nan, level, n)
    value = float(np.mean(draws))
    low, high = (float(one) for one in equal_tailed(draws, level=level))
    return Estimate(value, min(low, value), max(high, value), level, n)


def carried(made: BaseDemand, *, months: int = MONTHS) -> tuple[np.ndarray, np.ndarray]:
    """Points that the brand gained from the first months to the last ones, and the share of the last sales that this gain carries [draw].

    Formula: 1 - exp(-effect x gain), gain the mean of the course over the last months less that over the first.
    """
    if not made.is_told or made.course.shape[1] < 2 * months:
        return np.empty(0), np.empty(0)
    gain = made.course[:, -months:].mean(axis=1) - made.course[:, :months].mean(axis=1)
    return gain, -np.expm1(-made.effects * gain)


def pause(made: BaseDemand, direct: str, *, quarters: int = QUARTERS, level: float = 0.90) -> Pause | None:
    """What four quarters without brand media would take from sales, against brand media at their mean.

    Parameters
    ----------
    direct : name of the control with brand media relative to their mean, whose coefficient is what they sell at once.

    Returns
    -------
    Pause; None where the model tells no effect. It takes that media stay at their mean otherwise, and that the brand forgets as it learns.

    Formula: points missing k months on = m (1 - carry^k); long = 1 - exp(-effect x points); short = 1 - exp(-coefficient).
    Source: the reverse of the memory of `base_demand_model.memory_of_media`; Broadbent (1979) for the geometric form.
    """
    if not made.is_told:
        return None
    k = np.arange(1, 3 * quarters + 1)
    missing = made.media[:, None] * (1 - made.carry[:, None] ** k)
    lost = -np.expm1(-made.effects[:, None] * missing)
    short = -np.expm1(-made.controls[direct]) if direct in made.controls else np.zeros(len(made.media))
    low, high = equal_tailed(made.media, level=level)
    before = 2 * float(ndtri((1 + level) / 2)) * model.MEDIA_SPREAD * made.level
    by_quarter = lost.reshape(len(lost), quarters, 3).mean(axis=2)
    return Pause(missing[:, 2::3], by_quarter, np.repeat(short[:, None], quarters, axis=1), float(high - low) / before)  # fmt: skip


def fan(paused: Pause, sales: np.ndarray, *, level: float) -> pd.DataFrame:
    """Money missing by quarter and in all: quarter [1 on; 0 all of them], value, low, high, and of it through the brand alone.

    Parameters
    ----------
    sales : of the same quarters without a pause [quarter].
    """
    both, alone = (paused.long + paused.short) * sales, paused.long * sales
    rows = []
    for at, quarter in [*((q, q + 1) for q in range(len(sales))), (slice(None), 0)]:
        pair = [one[:, at] if quarter else one.sum(axis=1) for one in (both, alone)]
        rows.append((quarter, *(figure for one in pair for figure in summary(one, level=level, n=len(one))[:3])))  # fmt: skip
    names = ["value", "low", "high", "brand", "brand_low", "brand_high"]
    return pd.DataFrame(rows, columns=["quarter", *names])


def answers_needed(
    spend, points: float, level_of: float, *, carry: float = 0.8, level: float = 0.90
) -> float:
    """Effective answers a month that would tell, in as many months, an effect of brand media of so many points from none.

    Returns
    -------
    Answers a month; infinite where the brand's own wandering hides such an effect however many are asked; NaN where spend does not move.

    Formula: error² = (p (1 - p) / n + drift²) / (months var S) with S the memory of media; told with a power of 80 % when
        points = (z_level + z_power) error.
    """
    course = model.memory_of_media(np.asarray(spend, float) / np.mean(spend), carry)
    spread = float(np.var(course))
    if not spread > 0:
        return math.nan
    reach = points / (float(ndtri((1 + level) / 2)) + float(ndtri(POWER)))
    left = reach**2 * spread * len(course) - (model.DRIFT_GUESS * level_of) ** 2
    return 1e4 * (level_of / 100) * (1 - level_of / 100) / left if left > 0 else math.inf
