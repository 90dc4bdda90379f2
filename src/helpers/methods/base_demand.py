"""What a point of brand is worth in base sales: a brand behind a tracker whose doubt is known, and sales beside price, promotion, season and media."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods import base_demand_model as model
from helpers.methods.intervals import Estimate, check_level, equal_tailed

LEAST = 24  # months: each season is seen twice
FEWEST = 8  # of them with a wave
DRAWS = 1500
USELESS = 0.8  # of the width of the interval before any sale is seen: a wider one says nothing


class Control(NamedTuple):
    """What else moves sales: its course [month], and what its coefficient is held to be before the data, mean and standard deviation."""

    name: str
    values: np.ndarray
    mean: float
    spread: float


class BaseDemand(NamedTuple):
    """What the brand does to base sales.

    effect : change of the logarithm of base sales a point of the measure. narrowed : width of its interval over the one before any sale
    was seen. level : of the measure, in points. brand : course of the measure behind the tracker [month], with its bounds. Draws, all
    together: effects [draw], carry [draw], course [draw, month], media [draw; points that brand media at their mean add in the long run],
    controls {name: draws}. guards : why it cannot be told, empty where it can.
    """

    effect: Estimate
    narrowed: float
    level: float
    brand: np.ndarray
    effects: np.ndarray
    carry: np.ndarray
    course: np.ndarray
    media: np.ndarray
    controls: dict[str, np.ndarray]
    guards: tuple[Said, ...]

    @property
    def is_told(self) -> bool:
        """Whether there is an effect to read."""
        return not self.guards


def base_demand(
    sales, share, n_effective, *, n_sales=None, month_of_year=None, brand_media=None, controls: Sequence[Control] = (),
    other_growth: float = 0.01, level: float = 0.90, draws: int = DRAWS, seed: int = 5,
) -> BaseDemand:  # fmt: skip
    """The long-run effect of a point of a brand measure on base sales.

    Parameters
    ----------
    sales : sales a day by month, in order, positive. share : the brand measure [share 0-1], NaN in months without a wave.
    n_effective : answers behind it, design effect taken off. n_sales : orders behind the sales of a month, for the luck of counting.
    month_of_year : 1 to 12 of each month; None counts from the first. brand_media : spend on brand media by month.
    controls : what else moves sales. other_growth : sd of the growth a year that nothing here explains; 0 gives all growth that price,
        promotion and media leave to the brand. level : of the interval. draws, seed : of what may be true.

    Returns
    -------
    BaseDemand. Refused with a guard, and no figure, below 24 months or 8 waves, and where the interval is hardly narrower than before any
    sale was seen.

    Raises
    ------
    DataError : lengths differ, a month has no sales, a share is outside 0 to 1 or of nobody, spend is negative, a control is not finite.

    Formula: log sales = a + season + effect x b + controls + g t + v, v AR(1) and the luck of counting; b as `base_demand_model.brands`
        says, not the tracker itself, so that its noise does not pull the effect to zero; elasticity effect x level ~ Normal(0, 2²);
        sums over a grid of drift, carry-over, noise and effect, everything else exact.
    Source: Fuller (1987), Measurement Error Models; Durbin & Koopman (2012); Cain (2008), Limitations of conventional marketing mix
        modelling, for base sales that follow the brand.
    """
    check_level(level)
    y, points, variance, counted, spend = _checked(sales, share, n_effective, n_sales, brand_media, controls)
    if other_growth < 0:
        raise DataError(
            f"base_demand: other_growth is {other_growth:g}. Give a standard deviation from 0 on."
        )
    n, waves = len(y), int(np.isfinite(points).sum())
    if n < LEAST:
        return _nothing(n, level, said("cannot tell: months known {n}, needed {need}", n=n, need=LEAST))
    if waves < FEWEST:
        return _nothing(n, level, said("cannot tell: months with a wave {n}, needed {need}", n=waves, need=FEWEST))  # fmt: skip
    design, spreads, means = _design(n, month_of_year, controls, other_growth)
    rest, middle = y - design @ means, model.level(points, variance)
    found = model.brands(points, variance, spend)
    turned = model.spectra(rest, found, design, spreads, counted, middle=middle)
    made = model.weighed(turned, middle=middle)
    effect, carry, brand, drawn = model.drawn(
        rest, found, design, spreads, made, middle=middle, n=draws, rng=np.random.default_rng(seed)
    )
    by_effect = made.weight.sum(axis=(0, 1))
    low, high = (model.quantile(made.effects, by_effect, tail) for tail in ((1 - level) / 2, (1 + level) / 2))
    prior = np.exp(-0.5 * (model.ELASTICITIES / model.ELASTICITY_SPREAD) ** 2)
    before = [model.quantile(model.ELASTICITIES / middle, prior / prior.sum(), tail) for tail in ((1 - level) / 2, (1 + level) / 2)]  # fmt: skip
    narrowed = (high - low) / (before[1] - before[0])
    value = float(min(max(by_effect @ made.effects, low), high))
    names = [one.name for one in controls]
    own = {name: drawn[:, -len(names) + at] + controls[at].mean for at, name in enumerate(names)}
    guards = ()
    if narrowed > USELESS:
        why = said("the sales hardly narrow what an effect might be")
        guards = (said("cannot tell: {reason}", reason=why),)
    shown = np.vstack([brand[:, :n].mean(axis=0), equal_tailed(brand[:, :n], level=level, axis=0)])
    told = Estimate(*((value, low, high) if not guards else (math.nan,) * 3), level, n)
    return BaseDemand(told, narrowed, middle, shown, effect, carry, brand[:, :n], brand[:, n], own, guards)


def corrected_slope(x, y, variance: float) -> tuple[float, float]:
    """Slope of y on what lies behind x, where the variance of the error of x is known: value and standard error.

    Formula: m_xy / (m_xx - variance); error² = (m_xx s_vv + slope² variance²) / ((n - 1) (m_xx - variance)²), s_vv the mean square of
        y - ȳ - slope (x - x̄) with n - 2; NaN where the spread of x is no more than its error.
    Source: Fuller (1987), Measurement Error Models, section 1.2.
    """
    a, b = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if len(a) != len(b) or not variance >= 0:
        raise DataError(f"corrected_slope: {len(a)} and {len(b)} values with a variance of {variance:g}. Give pairs, and a variance from 0 on.")  # fmt: skip
    if len(a) < 3:
        return math.nan, math.nan
    moments = np.cov(a, b)
    true = float(moments[0, 0] - variance)
    if true <= 0:
        return math.nan, math.nan
    slope = float(moments[0, 1] / true)
    left = b - b.mean() - slope * (a - a.mean())
    s_vv = float(left @ left) / (len(a) - 2)
    squared = (float(moments[0, 0]) * s_vv + (slope * variance) ** 2) / ((len(a) - 1) * true**2)
    return slope, math.sqrt(squared)


def _design(
    n: int, month_of_year, controls, other_growth: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Level, months of the year, growth of its own and controls, with the spread and the mean of each coefficient."""
    months = np.arange(n) % model.YEAR if month_of_year is None else np.asarray(month_of_year, dtype=int) - 1
    season = np.eye(model.YEAR)[months] - 1 / model.YEAR
    t = (np.arange(n) - (n - 1) / 2) / model.YEAR
    columns = [np.ones(n)[:, None], season, t[:, None], *(np.asarray(one.values, float)[:, None] for one in controls)]  # fmt: skip
    spreads = [model.FREE, *[model.SEASON_SPREAD] * model.YEAR, other_growth, *(one.spread for one in controls)]  # fmt: skip
    means = np.zeros(len(spreads))
    means[len(spreads) - len(controls) :] = [one.mean for one in controls]
    return np.hstack(columns), np.array(spreads), means


def _nothing(n: int, level: float, guard: Said) -> BaseDemand:
    empty = np.empty(0)
    nothing = Estimate(math.nan, math.nan, math.nan, level, n)
    return BaseDemand(nothing, math.nan, math.nan, np.empty((3, 0)), empty, empty, np.empty((0, 0)), empty, {}, (guard,))  # fmt: skip


def _checked(sales, share, n_effective, n_sales, brand_media, controls):
    y, p, n = (np.asarray(one, dtype=float) for one in (sales, share, n_effective))
    sizes = [len(one) for one in (p, n, n_sales, brand_media, *(c.values for c in controls)) if one is not None]  # fmt: skip
    if any(size != len(y) for size in sizes):
        raise DataError(f"base_demand: {len(y)} months of sales, and other series have {', '.join(map(str, sizes))}. Give each for every month.")  # fmt: skip
    if not (np.isfinite(y).all() and (y > 0).all()):
        raise DataError(f"base_demand: month {int(np.argmax(~(np.isfinite(y) & (y > 0)))) + 1} of {len(y)} has no sales. Begin after it, or fill it in.")  # fmt: skip
    off = np.isfinite(p) & ((p < 0) | (p > 1) | ~(n > 0))
    if off.any():
        at = int(off.argmax())
        raise DataError(f"base_demand: month {at + 1} has a share of {p[at]:g} of {n[at]:g} effective answers. Give shares from 0 to 1 and who answered.")  # fmt: skip
    for one in controls:
        if not np.isfinite(np.asarray(one.values, dtype=float)).all():
            raise DataError(f"base_demand: {one.name} is missing in a month. Fill it in, or leave it out.")
    smooth = (p * n + 0.5) / (n + 1)
    variance = np.where(np.isfinite(p), 1e4 * smooth * (1 - smooth) / np.where(n > 0, n, 1.0), np.nan)
    counted = np.zeros(len(y)) if n_sales is None else 1 / np.maximum(np.asarray(n_sales, dtype=float), 1.0)
    spend = None
    if brand_media is not None:
        spend = np.asarray(brand_media, dtype=float)
        if not np.isfinite(spend).all() or (spend < 0).any():
            raise DataError("base_demand: spend on brand media is missing or negative in a month. Mend it in media_spend.")  # fmt: skip
        spend = spend / spend.mean() if spend.sum() > 0 else None
    return np.log(y), 100 * p, variance, counted, spend
