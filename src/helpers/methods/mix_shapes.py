"""How spend turns into effect: what carries over to later weeks, and how the next unit of money does less than the last.

All functions work on many draws at once and also give the derivatives that a gradient sampler needs.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit

ADSTOCKS = ("geometric", "delayed")
SATURATIONS = ("logistic", "exponential", "michaelis_menten")
SURE = 1e-9  # a carry-over is kept this far from 0 and 1


def lagged(spend, lags: int) -> np.ndarray:
    """Spend of each week and of the weeks before it.

    Parameters
    ----------
    spend : [week, channel].
    lags : number of weeks that count, the own one included; before the first week nothing was spent.

    Returns
    -------
    [channel, week, lag].
    """
    n, channels = spend.shape
    made = np.zeros((channels, n, lags))
    for lag in range(min(lags, n)):
        made[:, lag:, lag] = spend[: n - lag].T
    return made


def weights(alpha, lags: int, *, delay=None, gradient: bool = False):
    """Share of the effect that falls on each week after the spend.

    Parameters
    ----------
    alpha : carry-over, 0 to 1, any shape.
    lags : weeks that count, the own one included.
    delay : weeks until the peak, same shape; None for the geometric form.
    gradient : give the derivatives too.

    Returns
    -------
    [..., lag], adding up to 1; with `gradient` also the derivatives by alpha and by delay [None without one].

    Formula: w(l) = alpha^l, or alpha^((l - delay)²), over their sum.
    Source: Broadbent (1979); Jin et al. (2017), Bayesian Methods for Media Mix Modeling with Carryover and Shape Effects.
    """
    kept = np.clip(np.asarray(alpha, dtype=float), SURE, 1 - SURE)[..., None]
    steps = np.arange(lags, dtype=float)
    power = steps if delay is None else (steps - np.asarray(delay)[..., None]) ** 2
    raw = np.exp(power * np.log(kept))
    total = raw.sum(axis=-1, keepdims=True)
    share = raw / total
    if not gradient:
        return share
    by_alpha = _shared(share, power / kept)
    if delay is None:
        return share, by_alpha, None
    return share, by_alpha, _shared(share, -2 * (steps - np.asarray(delay)[..., None]) * np.log(kept))


def _shared(share: np.ndarray, log_slope: np.ndarray) -> np.ndarray:
    """Derivative of weights over their sum, from the derivative of their logarithm before it."""
    return share * (log_slope - (share * log_slope).sum(axis=-1, keepdims=True))


def saturation(form: str, pressure, bend, *, gradient: bool = False):
    """Effect of pressure: 0 at 0, rising, ever flatter.

    Parameters
    ----------
    form : one of SATURATIONS.
    pressure : spend after carry-over, 0 or more.
    bend : how fast it flattens, above 0; broadcast against `pressure`.
    gradient : give the derivatives by pressure and by bend too.

    Formula: logistic tanh(bend p / 2); exponential 1 - exp(-bend p); michaelis_menten bend p / (1 + bend p).
    """
    z = bend * pressure
    if form == "logistic":
        value = np.tanh(z / 2)
        slope = (1 - value * value) / 2
    elif form == "exponential":
        value = -np.expm1(-z)
        slope = 1 - value
    elif form == "michaelis_menten":
        slope = 1 / (1 + z) ** 2
        value = z / (1 + z)
    else:
        raise ValueError(f'saturation "{form}" is unknown; use {", ".join(SATURATIONS)}')
    return (value, slope * bend, slope * pressure) if gradient else value


def within(u, low: float, high: float) -> np.ndarray:
    """A free number to one between two ends."""
    return low + (high - low) * expit(u)
