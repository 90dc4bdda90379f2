"""The weekly table of a mix model: checked, and with the columns that move sales without media."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods import mix_posterior as posterior
from helpers.methods import mix_shapes as shapes

MEAN_SHARE, SPREAD_SHARE = 0.05, 0.15  # prior of what a channel brings, as shares of the mean outcome
BASE_PRECISION = 1e-2  # of base columns in units of the mean outcome: next to nothing
BUSY = 0.95
LEAST_WEEKS = 52
WEEKS_A_COLUMN = 3  # weeks needed for each column of the linear part
WEEK = 7


class Data(NamedTuple):
    """A weekly table made ready for a mix model.

    outcome : [week], its own unit. spend : [week, channel], money. days : first day of each week.
    channels : those that vary; `left_out` those that cannot be told, with the reason in `guards`.
    base : columns that move the outcome without media [week, column], `columns` their names.
    prior : mean and standard deviation of what each channel brings an average week [channel], before the data are looked at.
    guards : what to tell a reader; the first begins "cannot tell: " where no model can be fitted.
    """

    outcome: np.ndarray
    spend: np.ndarray
    days: pd.DatetimeIndex
    channels: tuple[str, ...]
    left_out: tuple[str, ...]
    base: np.ndarray
    columns: tuple[str, ...]
    adstock: str
    saturation: str
    lags: int
    prior: tuple[np.ndarray, np.ndarray]
    guards: tuple[Said, ...]

    @property
    def unit(self) -> float:
        """The mean outcome, which all effects are in shares of."""
        return float(self.outcome.mean())


def prepare(
    frame: pd.DataFrame,
    *,
    outcome: str,
    channels: Sequence[str],
    controls: Sequence[str] = (),
    day: str = "week",
    season: int = 3,
    trend: int = 1,
    adstock: str = "geometric",
    saturation: str = "logistic",
    lags: int = 8,
    prior_return: tuple[float, float] | None = None,
) -> Data:
    """Make a weekly table ready: check it, and build the columns that move sales without media.

    Parameters
    ----------
    frame : one row a week: `day` [first day], `outcome` [0 or more], spend of each of `channels` [money, 0 or more], `controls`.
    season : pairs of yearly waves; at most two where there are less than two years.
    trend : power of the trend, 0 for none.
    adstock, saturation : one of `mix_shapes.ADSTOCKS` and `mix_shapes.SATURATIONS`.
    lags : weeks in which spend may work, its own included.
    prior_return : mean and standard deviation of what a unit of spend is expected to bring, before these data are looked at, where
        outcome and spend are the same money; None expects 5 % of the outcome from each channel, give or take 15 points.

    Returns
    -------
    Data. A channel whose spend is zero or the same in all weeks is left out with a guard; so is a control that never varies.

    Raises
    ------
    DataError : a week is missing or twice there, a number is missing, an outcome or a spend is below 0.
    ValueError : a column is absent, or an option unknown.
    """
    _known(frame, (day, outcome, *channels, *controls), adstock, saturation, season, trend, lags)
    rows = frame.sort_values(day, kind="stable")
    days = pd.DatetimeIndex(pd.to_datetime(rows[day]))
    _whole_weeks(days)
    y = _numbers(rows, outcome, days)
    spend = (
        np.column_stack([_numbers(rows, name, days) for name in channels])
        if channels
        else np.empty((len(y), 0))
    )
    varies = np.array(
        [spend[:, i].min(initial=np.inf) < spend[:, i].max(initial=-np.inf) for i in range(spend.shape[1])],
        bool,
    )
    kept = tuple(name for name, good in zip(channels, varies, strict=True) if good)
    gone = tuple(name for name in channels if name not in kept)
    base, columns, idle = _base(rows, days, controls, season, trend)
    prior = _expected(spend[:, varies], float(y.mean()), prior_return)
    data = Data(y, spend[:, varies], days, kept, gone, base, columns, adstock, saturation, lags, prior, ())
    return data._replace(guards=_guards(data, idle))


def refused(data: Data) -> bool:
    """Whether no model can be fitted; the first guard says why."""
    return bool(data.guards) and data.guards[0].startswith("cannot tell: ")


def problem_of(data: Data) -> posterior.Problem:
    """The data in units without dimension, with their priors."""
    mean, spread = (part / data.unit for part in data.prior)
    precision = np.r_[spread**-2, np.full(data.base.shape[1], BASE_PRECISION)]
    lagged = shapes.lagged(data.spend / busy(data.spend), data.lags)
    outcome = data.outcome / data.unit
    return posterior.Problem(outcome, lagged, data.base, precision, mean, data.adstock, data.saturation)


def busy(spend: np.ndarray) -> np.ndarray:
    """Spend of a busy week by channel: nineteen of twenty weeks with spend have less, so that one slip of the keyboard moves nothing."""
    return np.array([np.quantile(column[column > 0], BUSY) for column in spend.T])


def _known(frame, names, adstock, saturation, season, trend, lags) -> None:
    absent = [name for name in names if name not in frame]
    if absent:
        raise ValueError(f"mix: no column {absent}; the table has {list(frame)[:20]}")
    if adstock not in shapes.ADSTOCKS:
        raise ValueError(f'mix: adstock "{adstock}" is unknown; use {", ".join(shapes.ADSTOCKS)}')
    if saturation not in shapes.SATURATIONS:
        raise ValueError(f'mix: saturation "{saturation}" is unknown; use {", ".join(shapes.SATURATIONS)}')
    if not (0 <= season <= 6 and 0 <= trend <= 3 and 1 <= lags <= 26):
        raise ValueError(f"mix: season 0 to 6, trend 0 to 3, lags 1 to 26, not {season}, {trend}, {lags}")


def _whole_weeks(days: pd.DatetimeIndex) -> None:
    """Refuse a week that is missing, not known, or there twice."""
    if days.hasnans:
        raise DataError(
            f"mix: row {int(np.flatnonzero(days.isna())[0])} has no week; give the first day of each week."
        )
    steps = np.diff(days.to_numpy()).astype("timedelta64[D]").astype(int)
    odd = np.flatnonzero(steps != WEEK)
    if len(odd):
        before, after = days[odd[0]].date(), days[odd[0] + 1].date()
        raise DataError(
            f"mix: after the week of {before} comes {after}; one row a week is needed, so fill the weeks between or merge doubles."
        )


def _numbers(rows: pd.DataFrame, name: str, days: pd.DatetimeIndex) -> np.ndarray:
    values = rows[name].to_numpy(dtype=float, na_value=np.nan)
    bad = ~np.isfinite(values) | (values < 0)
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        raise DataError(
            f"mix: {name} is {values[at]:g} in the week of {days[at].date()}; it must be known and 0 or more: "
            "book returns on the week of their order, and write 0 where nothing was spent."
        )
    return values


def _base(rows, days, controls, season, trend) -> tuple[np.ndarray, tuple[str, ...], tuple[str, ...]]:
    """Intercept, trend, yearly waves and controls, the latter in standard deviations; and the controls that never vary."""
    n = len(days)
    years = n * WEEK / 365.25
    waves = min(season, 2) if years < 2 else season
    waves = 0 if years < 1 else waves
    line = np.linspace(-1, 1, n) if n > 1 else np.zeros(n)
    turn = 2 * np.pi * (days.day_of_year.to_numpy() + 3) / 365.25  # the middle of the week
    made = {"intercept": np.ones(n)}
    made |= {f"trend_{power}": line**power for power in range(1, trend + 1)}
    for k in range(1, waves + 1):
        made |= {f"season_sin_{k}": np.sin(k * turn), f"season_cos_{k}": np.cos(k * turn)}
    idle = []
    for name in controls:
        values = rows[name].to_numpy(dtype=float, na_value=np.nan)
        if not np.isfinite(values).all():
            at = int(np.flatnonzero(~np.isfinite(values))[0])
            raise DataError(
                f"mix: {name} is missing in the week of {days[at].date()}; fill it or leave the control out."
            )
        if values.min() == values.max():
            idle.append(name)
            continue
        made[name] = (values - values.mean()) / values.std()
    return np.column_stack(list(made.values())), tuple(made), tuple(idle)


def _expected(spend: np.ndarray, unit: float, prior_return) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of what each channel brings an average week, before the data are looked at."""
    if prior_return is None:
        return np.full(spend.shape[1], MEAN_SHARE * unit), np.full(spend.shape[1], SPREAD_SHARE * unit)
    mean, spread = prior_return
    if not (math.isfinite(mean) and spread > 0):
        raise ValueError(f"mix: prior_return must be a mean and a spread above 0, not {prior_return!r}")
    return mean * spend.mean(axis=0), spread * spend.mean(axis=0)


def _guards(data: Data, idle: tuple[str, ...]) -> tuple[Said, ...]:
    n, columns = len(data.outcome), len(data.channels) + data.base.shape[1]
    need = max(LEAST_WEEKS, WEEKS_A_COLUMN * columns)
    reasons = []
    if not data.channels:
        reasons.append(said("no channel's spend varies from week to week, so nothing can be learnt from it"))
    elif n < need:
        reasons.append(
            said("{n} weeks for {channels} channels and {others} other causes, need n = {need} weeks or fewer channels",
                 n=n, channels=len(data.channels), others=data.base.shape[1], need=need)
        )  # fmt: skip
    elif not data.outcome.std() > 0:
        reasons.append(said("the outcome is the same in all weeks"))
    made = [said("cannot tell: {reason}", reason=reason) for reason in reasons]
    if data.left_out:
        made.append(
            said(
                "spend on {channels} never varies: its effect cannot be told from the base",
                channels=", ".join(data.left_out),
            )
        )
    if idle:
        made.append(said("{controls} never varies and is left out", controls=", ".join(idle)))
    return tuple(made)
