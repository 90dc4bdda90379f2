"""What it is worth to know more before deciding: of everything, of one quantity, and of a test that measures it with an error."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

POINTS = 401  # of the grid over what a test may show
REACH = 6.0  # standard errors of the test beyond the draws
DEGREE = 3  # of the curve that says what each action is worth where one quantity is known


def expected_value_of_perfect_information(values) -> float:
    """What it would be worth to know everything before choosing (EVPI), 0 or more.

    Parameters
    ----------
    values : what each action is worth in each draw, [draw, action].

    Formula: mean of the best action of each draw - best of the means.
    Source: Raiffa & Schlaifer (1961), Applied Statistical Decision Theory, chapter 4.
    """
    known = _checked(values)
    return max(float(known.max(axis=1).mean() - known.mean(axis=0).max()), 0.0)


def expected_value_of_sample_information(values, quantity, error: float) -> float:
    """What a test is worth that shows one quantity with a normal error, before its cost (EVSI), 0 or more.

    Parameters
    ----------
    values : what each action is worth in each draw, [draw, action].
    quantity : what the test measures, in each draw [draw].
    error : standard error of the test, 0 or more; 0 tells the quantity for certain.

    Formula: integral over what the test may show of the best action's expected worth, given that, - best of the means. Each draw is
        weighted by how likely it makes what is shown; what an action is worth where the quantity is known is a cubic of it, so that
        the quantity does not tell the draw by name.
    Source: Raiffa & Schlaifer (1961), chapter 5; Strong, Oakley, Brennan & Breeze (2015), Medical Decision Making 35(5).
    """
    known, seen = _checked(values), np.asarray(quantity, dtype=float)
    if seen.shape != (len(known),) or not np.isfinite(seen).all() or not error >= 0:
        raise ValueError("budget_value: one finite quantity a draw, and a standard error of 0 or more")
    smooth = _given(known, seen)
    before = smooth.mean(axis=0).max()
    if error == 0 or np.ptp(seen) == 0:
        return max(float(smooth.max(axis=1).mean() - before), 0.0) if np.ptp(seen) > 0 else 0.0
    # where the error is small beside the distances of the draws, the grid has to be as fine as the error
    spread = np.ptp(seen) + 2 * REACH * error
    points = min(max(POINTS, int(4 * spread / error)), 20 * POINTS)
    edges = np.linspace(seen.min() - REACH * error, seen.max() + REACH * error, points)
    # cells of the grid get the exact chance that the test lands in them
    chance = np.diff(ndtr((edges[:, None] - seen[None, :]) / error), axis=0)
    worth = chance @ smooth / len(seen)
    return max(float(worth.max(axis=1).sum() - before), 0.0)


def unit_normal_loss(distance: float) -> float:
    """Expected loss of a standard normal beyond a distance: density(u) - u (1 - distribution(u)).

    Source: Raiffa & Schlaifer (1961), table of the unit normal loss integral.
    """
    return float(np.exp(-(distance**2) / 2) / np.sqrt(2 * np.pi) - distance * ndtr(-distance))


def _given(values: np.ndarray, quantity: np.ndarray) -> np.ndarray:
    """What each action is expected to be worth where the quantity is known, by least squares on its powers."""
    spread = quantity.std()
    if not spread > 0:
        return np.broadcast_to(values.mean(axis=0), values.shape)
    z = (quantity - quantity.mean()) / spread
    powers = np.vander(z, min(DEGREE, max(len(np.unique(z)) - 1, 0)) + 1)
    return powers @ np.linalg.lstsq(powers, values, rcond=None)[0]


def _checked(values) -> np.ndarray:
    known = np.asarray(values, dtype=float)
    if known.ndim != 2 or not known.size or not np.isfinite(known).all():
        raise ValueError("budget_value: values are [draw, action], finite, at least one of each")
    return known
