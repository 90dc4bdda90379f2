"""Does one series run ahead of another, and by how long? Cross-correlation of what each does not tell of itself, with a band for all lags."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods import lead_filter
from helpers.methods.intervals import Estimate, check_level

YEARS = 2  # known in common: each season seen twice
DRAWS = 400
BLOCK = 8  # least length of a block


class Lead(NamedTuple):
    """How far the first series runs ahead [steps; below 0: behind], how much they then move together, and what to know first.

    r : correlation at that lag, of what each series does not tell of itself. z, p : of the strongest link [standard errors], p over all lags.
    band : |z| that unrelated series stay inside at all lags at once. table : one row a lag: r, z [of the width that fits best], chance [that
    the link is there, if there is one], clear [z outside the band]. verdict : "leads", "follows", "together", "no clear link" or "cannot
    tell" [a link whose lag may lie on both sides of 0, or too little data].
    """

    lag: Estimate
    r: float
    z: float
    p: float
    band: float
    table: pd.DataFrame
    verdict: str
    guards: tuple[Said, ...]


def lead(
    first: pd.Series, second: pd.Series, *, a_year: int = 52, most: int | None = None, level: float = 0.90, draws: int = DRAWS,
    seed: int,
) -> Lead:  # fmt: skip
    """Lag at which a series says most of a later one, with a band that holds for all lags at once.

    Parameters
    ----------
    first, second : one figure a time by date, as share of search and orders; the times that both have must follow each other.
    a_year : times in a year, 52 or 12.
    most : longest lag looked at, each way; half a year where it is left out.
    level : of the band and of the interval of the lag.
    draws, seed : redraws, and the same ones again.

    Returns
    -------
    Lead. All is NaN, with the reason as a guard, below two years in common or where a series does not move. The lag is told only where the
    strongest link is outside the band.

    Raises
    ------
    DataError : a time is missing or twice, a figure is infinite. ValueError : the longest lag is above a quarter of the times.

    Formula: both series less a straight line and two waves of the year, odd times (4 robust spreads from the middle of the nine around) held at
        that middle, then filtered by the autoregression of the first (order 0 to 8 by AIC), so that shared season, trend or memory make no
        correlation; links of `lead_filter.held`. Band: quantile of the largest |z| over all lags and widths when the first is made anew
        from blocks of its own shocks, with straight line, waves and filter found again. Chance of a lag: exp(z² / 2) over those of the
        sign seen; the interval holds level of it, as much left out below as above.
    Source: Box & Jenkins (1976), Time Series Analysis, ch. 11, for prewhitening; Bühlmann (1997), Bernoulli 3, for redraws of shocks;
        Politis & Romano (1992) for circular blocks; Romano & Wolf (2005), Econometrica 73, for the largest.
    """
    check_level(level)
    x, y = _common(first, second)
    most, n = a_year // 2 if most is None else most, len(x)
    reason = _too_little(x, y, n, a_year, most)
    if reason is not None:
        return _nothing(reason, n, level)
    x, y = lead_filter.plain(x, a_year), lead_filter.plain(y, a_year)
    if min(x.std(), y.std()) < 1e-9:
        return _nothing(said("a series is a season and a straight line, and nothing else"), n, level)
    (x, odd_x), (y, odd_y) = lead_filter.calm(x), lead_filter.calm(y)
    lags = np.arange(-most, most + 1)
    found = lead_filter.held(x, y, lags)
    rng, block = np.random.default_rng(seed), max(BLOCK, round(1.5 * n ** (1 / 3)))
    others = lead_filter.plain(lead_filter.unrelated(x, found.filters, block, draws, rng), a_year)
    largest = np.array([np.abs(lead_filter.held(one, y, lags).z).max() for one in others])
    band, strongest = float(np.quantile(largest, level)), float(np.abs(found.z).max())
    p = float((1 + (largest >= strongest).sum()) / (draws + 1))
    table = _by_lag(found, lags, band)
    at = int(table["chance"].to_numpy().argmax())
    if strongest <= band:
        lag, verdict = Estimate(math.nan, math.nan, math.nan, level, n), "no clear link"
    else:
        lag = _interval(table["chance"], level, n)
        verdict = "leads" if lag.low > 0 else "follows" if lag.high < 0 else "together" if lag.low == lag.high else "cannot tell"  # fmt: skip
    r, z = (float(table[name].iloc[at]) for name in ("r", "z"))
    odd = said("odd times held at what is usual around them: {first} of the first series, {second} of the second", first=odd_x, second=odd_y)  # fmt: skip
    return Lead(lag, r, z, p, band, table, verdict, (odd,) if odd_x + odd_y else ())


def _common(first: pd.Series, second: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Figures of the times that both series have, one after the other."""
    for one, name in ((first, "first"), (second, "second")):
        if one.index.has_duplicates:
            raise DataError(f"lead: the {name} series has a time twice. Add its figures up or drop one.")
        if np.isinf(one.to_numpy(dtype=float)).any():
            raise DataError(f"lead: a figure of the {name} series is infinite. Leave that time empty.")
    both = pd.concat([first.astype(float), second.astype(float)], axis=1, keys=["x", "y"], sort=True)
    known = both.notna().all(axis=1)
    if not known.any():
        return np.empty(0), np.empty(0)
    inside = both.loc[known.idxmax() : known[::-1].idxmax()]
    steps = pd.DatetimeIndex(inside.index).to_series().diff().dt.days
    bad = (inside.isna().any(axis=1) | (steps > 1.5 * steps.median())).to_numpy()
    if bad.any():
        when = pd.Timestamp(inside.index[int(bad.argmax())])
        raise DataError(
            f"lead: a time is missing at or before {when:%Y-%m-%d}. Fill it in, or start both series after it."
        )
    return inside["x"].to_numpy(), inside["y"].to_numpy()


def _too_little(x, y, n: int, a_year: int, most: int) -> Said | None:
    need = YEARS * a_year
    if n < need:
        return said("times that both series have {n}, needed {need}: two years, so that a shared season is no lead", n=n, need=need)  # fmt: skip
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return said("a series does not move")
    if not 0 < most <= n // 4:
        raise ValueError(
            f"most must be above 0 and at most a quarter of the {n} times, {n // 4}, not {most!r}"
        )
    return None


def _nothing(reason: Said, n: int, level: float) -> Lead:
    none = Estimate(math.nan, math.nan, math.nan, level, n)
    table = pd.DataFrame(columns=["r", "z", "chance", "clear"], index=pd.Index([], name="lag"))
    return Lead(none, math.nan, math.nan, math.nan, math.nan, table, "cannot tell", (said("cannot tell: {reason}", reason=reason),))  # fmt: skip


def _by_lag(found: lead_filter.Held, lags: np.ndarray, band: float) -> pd.DataFrame:
    """Each lag by the width that fits it best, and the chance that the link is there."""
    size = np.abs(found.z)
    z = np.take_along_axis(found.z, size.argmax(axis=0)[None, :], axis=0)[0]
    sign = math.copysign(1.0, z[int(np.abs(z).argmax())])
    weight = np.where(sign * found.z > 0, np.exp((size**2 - size.max() ** 2) / 2), 0.0).sum(axis=0)
    columns = {"r": found.r, "z": z, "chance": weight / weight.sum(), "clear": np.abs(z) > band}
    return pd.DataFrame(columns, index=pd.Index(lags, name="lag"))


def _interval(chance: pd.Series, level: float, n: int) -> Estimate:
    """Likeliest lag, and the lags between which it lies."""
    up, lags = chance.cumsum().to_numpy(), chance.index.to_numpy()
    tail = (1 - level) / 2
    low, high = (float(lags[min(int(np.searchsorted(up, end)), len(lags) - 1)]) for end in (tail, 1 - tail))
    value = float(chance.idxmax())
    return Estimate(value, min(low, value), max(high, value), level, n)
