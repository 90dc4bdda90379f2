"""What a channel answers to money: one curve a draw, exact at today's spend in level and in slope.

A mix model is one source of such curves, a test another; an optimiser and a panel read them without knowing which.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

STRAIGHT = 1e-3  # a bend below it is a straight line to 1e-7
STEPS = 60  # halvings; the bend is then exact to rounding


class Curves(NamedTuple):
    """Response of each channel to its spend, with its doubt.

    channels : names.
    spend : mean spend a week of each channel [channel], money, above 0: where the curves are exact.
    effect : what that spend brings a week [draw, channel], in units of the outcome; below 0 where a draw says so.
    bend : how much each draw saturates [draw, channel], 0 a straight line, 3 a tenth of the mean at the margin.
    """

    channels: tuple[str, ...]
    spend: np.ndarray
    effect: np.ndarray
    bend: np.ndarray


def response(curves: Curves, spend) -> np.ndarray:
    """What a spend a week brings a week, [draw, channel].

    Parameters
    ----------
    spend : money a week of each channel [channel], 0 or more, flighted as today.

    Formula: effect x tanh(bend s / 2) / tanh(bend / 2), s = spend over today's; effect x s where bend is 0.
    """
    s, half = _relative(curves, spend), np.maximum(curves.bend, STRAIGHT) / 2
    return curves.effect * np.where(curves.bend < STRAIGHT, s, np.tanh(half * s) / np.tanh(half))


def marginal(curves: Curves, spend) -> np.ndarray:
    """What one unit of money more brings at a spend a week, [draw, channel].

    Formula: effect / today's spend x (bend / 2) / cosh(bend s / 2)^2 / tanh(bend / 2).
    """
    s, half = _relative(curves, spend), np.maximum(curves.bend, STRAIGHT) / 2
    slope = np.where(curves.bend < STRAIGHT, 1.0, half / np.cosh(half * s) ** 2 / np.tanh(half))
    return curves.effect / curves.spend * slope


def bend_of(ratio) -> np.ndarray:
    """The bend at which the marginal return at today's spend is `ratio` of the mean return.

    Parameters
    ----------
    ratio : marginal over mean return, above 0; 1 and above give a straight line, for more than in proportion is not in this form.

    Formula: b / sinh(b) = ratio, by halving.
    """
    wanted = np.asarray(ratio, dtype=float)
    if not (wanted > 0).all():
        raise ValueError("bend_of: the marginal return must be above 0 of the mean return.")
    low, high = np.zeros_like(wanted), np.full_like(wanted, 40.0)
    for _ in range(STEPS):
        middle = (low + high) / 2
        too_straight = middle / np.sinh(middle) > wanted
        low, high = np.where(too_straight, middle, low), np.where(too_straight, high, middle)
    return np.where(wanted >= 1, 0.0, (low + high) / 2)


def _relative(curves: Curves, spend) -> np.ndarray:
    money = np.asarray(spend, dtype=float)
    if money.shape != curves.spend.shape or not (money >= 0).all():
        raise ValueError(f"response: one spend of 0 or more for each of {', '.join(curves.channels)}")
    return money / curves.spend
