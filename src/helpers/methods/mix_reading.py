"""What a fitted mix model says: what spend brought, what the next unit would, week by week; and what a test makes of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.methods import mix_shapes as shapes
from helpers.methods.intervals import Estimate, equal_tailed
from helpers.methods.mix import WEEK, Data, Fit, busy
from helpers.methods.response import Curves, bend_of

STEP = 0.01  # change of spend that a marginal return is taken from
TAU = 0.5  # standard deviation of what lies between a model and a test, as a share of the larger of them
SURPRISE = 1.96  # a model this many standard errors from a test is in conflict with it


def contributions(
    fit: Fit, *, first: int = 0, last: int | None = None, factor: float = 0.0, until: int | None = None
) -> np.ndarray:
    """What would be missing had the spend of some weeks been multiplied by `factor`, [draw, channel].

    Parameters
    ----------
    first, last : positions of the first and the last of these weeks; None is the last week of the data.
    factor : 0 or more; 0 is no spend at all, 1.1 ten per cent more (what would be missing is then below 0).
    until : position of the last week that counts; None counts all that the spend goes on doing after the data, too.

    Formula: sum over weeks of effect x (column at the spend there was - column at the changed spend).
    """
    change = _weekly_change(fit, first=first, last=last, factor=factor)
    stop = change.shape[1] if until is None else until + 1
    return change[:, :stop].sum(axis=1)


def _weekly_change(fit: Fit, *, first: int, last: int | None, factor: float) -> np.ndarray:
    """The same by week [draw, week, channel], the weeks after the data included."""
    data = fit.data
    end = len(data.outcome) - 1 if last is None else last
    if not (0 <= first <= end < len(data.outcome)) or not factor >= 0:
        raise ValueError(f"mix: weeks {first} to {end} of {len(data.outcome)}, factor {factor!r}")
    changed = data.spend.copy()
    changed[first : end + 1] *= factor
    return fit.effects[:, None, :] * (_columns(fit, data.spend) - _columns(fit, changed))


def _columns(fit: Fit, spend: np.ndarray) -> np.ndarray:
    """Media columns of a spend of the weeks of the data, in means of the column as it was [draw, week, channel].

    The weeks in which the last spend goes on working are included.
    """
    data, at = fit.data, fit.shapes
    share = shapes.weights(at.alpha, data.lags, delay=at.delay).transpose(1, 2, 0)
    after = np.zeros((data.lags - 1, data.spend.shape[1]))
    usual = busy(data.spend)

    def column(money):
        pressure = (shapes.lagged(money / usual, data.lags) @ share).transpose(2, 1, 0)
        return shapes.saturation(data.saturation, pressure, at.bend[:, None, :])

    was = column(np.vstack([data.spend, after]))
    mean = was[:, : len(data.outcome)].mean(axis=1, keepdims=True)
    return (was if spend is data.spend else column(np.vstack([spend, after]))) / mean


def spent(data: Data, *, first: int = 0, last: int | None = None) -> np.ndarray:
    """Spend of each channel in some weeks [channel]."""
    return data.spend[first : None if last is None else last + 1].sum(axis=0)


def roas(fit: Fit, *, first: int = 0, last: int | None = None) -> np.ndarray:
    """What a unit of the spend of some weeks brought on average, [draw, channel]; NaN where nothing was spent.

    Formula: what would be missing without it, whenever it came, over spend.
    """
    money = spent(fit.data, first=first, last=last)
    return contributions(fit, first=first, last=last) / np.where(money > 0, money, np.nan)


def marginal_roas(fit: Fit, *, first: int = 0, last: int | None = None) -> np.ndarray:
    """What the last unit of the spend of some weeks brought, [draw, channel]; NaN where nothing was spent.

    Formula: what one per cent less in each of these weeks would cost, over that one per cent.
    """
    money = spent(fit.data, first=first, last=last)
    return contributions(fit, first=first, last=last, factor=1 - STEP) / (
        STEP * np.where(money > 0, money, np.nan)
    )


def curves(fit: Fit, *, first: int = 0, last: int | None = None) -> Curves:
    """Response to more or less spend, flighted as in some weeks: exact there in level and in slope.

    Channels without spend in these weeks are absent.
    """
    money = spent(fit.data, first=first, last=last)
    weeks = (len(fit.data.outcome) if last is None else last + 1) - first
    there = money > 0
    level = contributions(fit, first=first, last=last)[:, there] / weeks
    slope = contributions(fit, first=first, last=last, factor=1 - STEP)[:, there] / weeks / STEP
    ratio = np.divide(slope, level, out=np.ones_like(level), where=level != 0)
    names = tuple(name for name, kept in zip(fit.data.channels, there, strict=True) if kept)
    return Curves(names, money[there] / weeks, level, bend_of(np.maximum(ratio, 1e-6)))


def weekly(fit: Fit) -> tuple[np.ndarray, np.ndarray]:
    """What each channel [draw, week, channel] and all else together [draw, week] brought, week by week."""
    weeks = len(fit.data.outcome)
    return fit.effects[:, None, :] * _columns(fit, fit.data.spend)[:, :weeks], fit.base @ fit.data.base.T


def summary(draws, *, level: float = 0.90, n: int = 0) -> Estimate:
    """Mean and equal-tailed interval of draws."""
    known = np.asarray(draws, dtype=float)
    if not np.isfinite(known).all():
        return Estimate(math.nan, math.nan, math.nan, level, n)
    low, high = equal_tailed(known, level=level)
    return Estimate(float(known.mean()), float(low), float(high), level, n)


class Trial(NamedTuple):
    """A test of one channel: what changed while its spend was changed, in the places where it was.

    channel : its name. first, last : first and last day of the change. factor : spend there over what it would have been.
    effect, error : outcome that the change brought or cost, in all its places, and its standard error.
    share : part of the outcome that these places make up. after : days after the last in which the effect was still counted.
    in_data : whether the change is in the spend of the data, as it is where the test was run on the company itself.
    name : code of the test.
    """

    channel: str
    first: pd.Timestamp
    last: pd.Timestamp
    factor: float
    effect: float
    error: float
    share: float
    after: int = 0
    in_data: bool = True
    name: str = ""


class Anchor(NamedTuple):
    """A test beside the model: what each says of the same change, model over test, their distance in standard errors.

    `value` and `error` are what is taken after both.
    """

    trial: Trial
    model: float
    model_error: float
    ratio: float
    z: float
    value: float
    error: float
    in_conflict: bool


def anchored(
    fit: Fit, trials: Sequence[Trial], *, tau: float = TAU, seed: int = 0
) -> tuple[Fit, tuple[Anchor, ...]]:
    """Pull the channels that were tested to their tests; the model keeps their shape and all that was not tested.

    Between what the model says of a test and what is true lies a discrepancy of standard deviation tau, because a model can be
    wrong where its likelihood is sure: a cause that nobody measured moves spend and sales alike. So a good test counts for
    more than a narrow model, and a poor test for little.

    Parameters
    ----------
    trials : tests of whole weeks or nearly; each is held against the model in its own weeks. Several tests of one channel are taken
        one after the other.
    tau : standard deviation of the discrepancy over the larger of model and test; infinity takes the test alone.

    Returns
    -------
    The fit with new effects of the tested channels, and one Anchor a test.

    Raises
    ------
    ValueError : a test of an unknown channel, of weeks outside the data, without a change of spend or without an error above 0.

    Formula: true ~ N(model, s² + (tau max(|model|, |test|))²), test ~ N(true, error²); the product of both is drawn, and the effect
        of each draw of the channel is scaled to it.
    Source: the discrepancy of Kennedy & O'Hagan (2001), JRSS B 63, for a computer model beside measurements.
    """
    rng, made, anchors = np.random.default_rng([seed, 7]), fit, []
    for trial in trials:
        at, unit = _per_effect(made, trial)
        said = made.effects[:, at] * unit
        model, spread = float(said.mean()), float(said.std())
        doubt = math.hypot(spread, tau * max(abs(model), abs(trial.effect)))
        weight = 0.0 if math.isinf(doubt) else doubt**-2
        precise = weight + trial.error**-2
        value = (weight * model + trial.error**-2 * trial.effect) / precise
        error = precise**-0.5
        distance = (model - trial.effect) / math.hypot(spread, trial.error)
        drawn = value + error * rng.standard_normal(len(said))
        effects = made.effects.copy()
        effects[:, at] = drawn / unit
        made = made._replace(effects=effects)
        ratio = model / trial.effect if trial.effect else math.nan
        anchors.append(Anchor(trial, model, spread, ratio, distance, value, error, abs(distance) > SURPRISE))
    return made, tuple(anchors)


def _per_effect(fit: Fit, trial: Trial) -> tuple[int, np.ndarray]:
    """Position of the tested channel, and the outcome that the test would show by draw for each unit of its effect."""
    data = fit.data
    if trial.channel not in data.channels:
        raise ValueError(f'mix: the test is of "{trial.channel}"; the model knows {", ".join(data.channels)}')
    if not (trial.error > 0 and math.isfinite(trial.effect) and trial.factor >= 0 and trial.factor != 1):
        raise ValueError(
            f"mix: test {trial.name} has effect {trial.effect:g}, error {trial.error:g}, factor {trial.factor:g}"
        )
    if not 0 < trial.share <= 1:
        raise ValueError(
            f"mix: test {trial.name} was run in a share of {trial.share:g}; it must be above 0 and at most 1"
        )
    first, last = (_week(data, day, trial) for day in (trial.first, trial.last))
    until = _week(data, min(trial.last + pd.Timedelta(days=trial.after), data.days[-1]), trial)
    at = data.channels.index(trial.channel)
    planned, treated = data.spend.copy(), data.spend.copy()
    # spend a head where nothing was changed: the data have the mean of the places with and without the change
    kept = 1 - trial.share * (1 - trial.factor)
    if trial.in_data and kept > 0:
        planned[first : last + 1] /= kept
    treated[first : last + 1] = planned[first : last + 1] * trial.factor
    gained = (_columns(fit, treated) - _columns(fit, planned))[:, : until + 1, at].sum(axis=1)
    if not (np.abs(gained) > 0).all():
        raise ValueError(f"mix: test {trial.name} changes nothing: no spend on {trial.channel} in its weeks")
    return at, gained * trial.share


def _week(data: Data, day: pd.Timestamp, trial: Trial) -> int:
    """Position of the week that a day lies in."""
    at = (pd.Timestamp(day) - data.days[0]).days // WEEK
    if not 0 <= at < len(data.days):
        raise ValueError(
            f"mix: test {trial.name} has the day {pd.Timestamp(day).date()}, which is not in the data"
        )
    return at
