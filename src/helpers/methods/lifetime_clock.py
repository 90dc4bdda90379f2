"""A clock that runs faster in seasons when customers buy more, so that models without a season can forecast into one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM

from helpers.methods.lifetime import Fit, expected_purchases_new, fit_model
from helpers.methods.lifetime_summary import customer_summary

WEEKS = 52
MIN_WEEKS = 104
HARMONICS = (0, 1, 2, 3, 4, 6, 8)
ROUNDS = 2


@dataclass(frozen=True, eq=False)
class Clock:
    """Speed of buying by week of the year, relative to the mean of a year.

    speed : 52 factors, their mean 1; week 0 begins on 1 January, and the last one takes the days that are left.
    harmonics : sines and cosines that the data carry; 0 says that no season is seen.
    n_weeks : weeks of history it was learnt from.
    """

    speed: np.ndarray
    harmonics: int
    n_weeks: int

    def time(self, days: pd.Series | pd.DatetimeIndex, *, since: pd.Timestamp) -> np.ndarray:
        """Weeks on this clock from the end of the day `since` to the end of each day; negative before it."""
        days = pd.DatetimeIndex(days)
        first = min(days.min(), since)
        run = pd.date_range(first, max(days.max(), since), freq="D")
        passed = np.cumsum(self.speed[week_of_year(run)]) / 7
        at = passed[(days - first).days]
        return at - passed[(since - first).days]


def week_of_year(days: pd.DatetimeIndex) -> np.ndarray:
    """Week of the year of each day, 0 to 51."""
    return np.minimum((days.day_of_year.to_numpy() - 1) // 7, WEEKS - 1)


def fit_clock(days: pd.DataFrame, *, until: pd.Timestamp) -> Clock | None:
    """Learn the season from the purchases of at least two years.

    Parameters
    ----------
    days : result of `purchase_days` with dates.
    until : last day that counts.

    Returns
    -------
    Clock, or None where the data cover under 104 weeks or no lifetime model can be fitted.

    Formula: repeat purchases of week w ~ quasi-Poisson(E_w exp(trend + sum of harmonics of the week of the year)), E_w what
        BG/NBD expects of the customers won until then; the number of harmonics by the smallest BIC over the dispersion.
        What a week of the year then has beyond them in all years is shrunk by the share of it that is no noise (empirical
        Bayes). Twice: the second fit runs on the first clock.
    Source: operational time after Fader, Hardie & Lee's remark on non-stationarity; the shrinkage is Efron & Morris (1975).
    """
    seen = days[days["day"] <= until]
    first = seen["day"].min()
    n_weeks = int((until - first).days + 1) // 7
    if n_weeks < MIN_WEEKS:
        return None
    # whole weeks up to the last day
    weeks = _weekly(seen, until - pd.Timedelta(days=7 * n_weeks), n_weeks)
    clock, start = Clock(np.ones(WEEKS), 0, n_weeks), None
    for _ in range(ROUNDS):
        fit = fit_model("BG/NBD", in_clock(seen, clock, until=until), start=start)
        start = fit
        if not np.isfinite(fit.params).all():
            return None
        weeks["expected"] = _expected(fit, clock, weeks)
        clock = _season(weeks, clock)
    return clock


def in_clock(days: pd.DataFrame, clock: Clock | None, *, until: pd.Timestamp) -> pd.DataFrame:
    """Summary of customers as `customer_summary`, its times on the clock [weeks]; calendar weeks without one."""
    return on_clock(customer_summary(days, until=until), clock, until=until)


def on_clock(summary: pd.DataFrame, clock: Clock | None, *, until: pd.Timestamp) -> pd.DataFrame:
    """The summary with recency and age on the clock [weeks], from its first_on and last_on; as it is without one."""
    if clock is None:
        return summary
    first, last = (clock.time(pd.to_datetime(summary[name]), since=until) for name in ("first_on", "last_on"))
    # rounded: the same span must be the same number, whatever the sums before it
    return summary.assign(recency=np.round(last - first, 9), age=np.round(-first, 9))


def length(clock: Clock | None, until: pd.Timestamp, weeks: float) -> float:
    """Length of the `weeks` after a day on the clock."""
    if clock is None:
        return weeks
    end = until + pd.Timedelta(days=round(weeks * 7))
    return float(clock.time(pd.DatetimeIndex([end]), since=until)[0])


def _weekly(seen: pd.DataFrame, start: pd.Timestamp, n_weeks: int) -> pd.DataFrame:
    """Customers won and repeat purchases of each week, and the week of the year of its middle."""
    first = seen.groupby("customer_id")["day"].transform("min")
    week = (np.ceil((seen["day"] - start).dt.days / 7) - 1).clip(lower=0).astype(int)
    is_first = seen["day"] == first
    counts = {
        name: np.bincount(week[which], minlength=n_weeks)
        for name, which in (("won", is_first), ("again", ~is_first))
    }
    middle = start + pd.to_timedelta(7 * np.arange(n_weeks) + 4, unit="D")
    return pd.DataFrame(
        {
            **counts,
            "of_year": week_of_year(middle),
            "end": start + pd.to_timedelta(7 * np.arange(1, n_weeks + 1), unit="D"),
        }
    )


def _expected(fit: Fit, clock: Clock, weeks: pd.DataFrame) -> np.ndarray:
    """Repeat purchases that the model expects in each week of the customers won so far."""
    ends = clock.time(pd.DatetimeIndex(weeks["end"]), since=weeks["end"].iloc[0])
    starts = np.append(ends[0] - clock.speed[weeks["of_year"].iloc[0]], ends[:-1])
    grid = (ends[-1] - starts[0]) * np.linspace(0, 1, 120) ** 2  # denser where the curve bends
    known = expected_purchases_new(fit, grid)
    won_at = (starts + ends) / 2  # in the middle of their week
    to_end, to_start = (
        np.interp(np.maximum(edge[:, None] - won_at[None, :], 0), grid, known) for edge in (ends, starts)
    )
    return np.maximum((to_end - to_start) @ weeks["won"].to_numpy(dtype=float), 1e-9)


def _season(weeks: pd.DataFrame, clock: Clock) -> Clock:
    """The clock that explains the weeks better than the last one."""
    n = len(weeks)
    offset = np.log(weeks["expected"].to_numpy() / clock.speed[weeks["of_year"]])
    t = np.arange(n) / n - 0.5
    trend = np.column_stack([np.ones(n), t, t**2])
    fits = {}
    for k in HARMONICS:
        design = np.column_stack([trend, *_waves(weeks["of_year"].to_numpy(), k)])
        fits[k] = GLM(weeks["again"], design, family=families.Poisson(), offset=offset).fit()
    largest = fits[HARMONICS[-1]]
    dispersion = max(float(largest.pearson_chi2 / (n - len(largest.params))), 1.0)
    best = min(fits, key=lambda k: fits[k].deviance / dispersion + len(fits[k].params) * np.log(n))
    params = fits[best].params.to_numpy()
    smooth = np.exp(np.column_stack(_waves(np.arange(WEEKS), best)) @ params[3:]) if best else np.ones(WEEKS)
    speed = smooth * _beyond(weeks, fits[best].fittedvalues.to_numpy(), dispersion)
    return Clock(speed / speed.mean(), best, n)


def _waves(week: np.ndarray, k: int) -> list[np.ndarray]:
    """The first `k` sines and cosines of the year, at the middle of each week."""
    angle = 2 * np.pi * (week + 0.5) / WEEKS
    return [f(i * angle) for i in range(1, k + 1) for f in (np.sin, np.cos)]


def _beyond(weeks: pd.DataFrame, fitted: np.ndarray, dispersion: float) -> np.ndarray:
    """Factor of each week of the year that the smooth season leaves out, shrunk towards 1 by its noise."""
    totals = pd.DataFrame({"of_year": weeks["of_year"], "seen": weeks["again"], "fitted": fitted})
    totals = totals.groupby("of_year").sum().reindex(range(WEEKS), fill_value=0)
    ratio = (totals["seen"] + 0.5) / (totals["fitted"] + 0.5)
    noise = dispersion / (totals["fitted"] + 0.5)
    spread = max(0.0, float((np.log(ratio) ** 2 - noise).mean()))
    return np.exp(np.log(ratio) * spread / (spread + noise)).to_numpy()
