"""What a test can see before it starts, and how much one that barely saw something exaggerates."""

from __future__ import annotations

import math
from typing import NamedTuple

from scipy.optimize import brentq
from scipy.special import ndtr

from helpers.methods.intervals import check_level
from helpers.methods.sequential_stop import critical_of


class Curse(NamedTuple):
    """Of a test with a true effect: chance to see it, chance that what is seen has the wrong sign, and by how much it is exaggerated."""

    power: float
    wrong_sign: float
    exaggeration: float


def power_of_shares(control: float, treated: float, n: float, *, level: float = 0.90) -> float:
    """Chance that a test with n units an arm tells two shares apart: the inverse of `sample_size.required_n_per_group`.

    Parameters
    ----------
    control, treated : the two shares, strictly between 0 and 1.
    n : units of each arm, above 0.
    level : confidence level of the comparison, two-sided.

    Formula: Phi((|d| sqrt(n) - z sqrt(2 p q)) / sqrt(p_t q_t + p_c q_c)), p the mean share.
    Source: Fleiss, Levin & Paik (2003).
    """
    if not (0 < control < 1 and 0 < treated < 1 and n > 0):
        raise ValueError(
            f"power_of_shares needs two shares in (0, 1) and units, not {control}, {treated}, {n}"
        )
    mean, z = (control + treated) / 2, critical_of(level)
    spread = math.sqrt(treated * (1 - treated) + control * (1 - control))
    away = abs(treated - control) * math.sqrt(n) - z * math.sqrt(2 * mean * (1 - mean))
    return float(ndtr(away / spread))


def smallest_relative_change(control: float, n: float, *, level: float = 0.90, power: float = 0.80) -> float:
    """Smallest relative rise of a share that a test with n units an arm sees with this chance; NaN where no rise up to 1 is seen.

    Parameters
    ----------
    control : the control's share, strictly between 0 and 1.
    n : units of each arm.
    level, power : as `power_of_shares`.

    Returns
    -------
    Rise as a share of the control's share.
    """
    check_level(level)
    if not (0 < control < 1 and n > 0 and 0 < power < 1):
        raise ValueError(
            f"smallest_relative_change needs a share and a power in (0, 1) and units, not {control}, {power}, {n}"
        )
    least, most = control * (1 + 1e-9), 1 - 1e-12

    def missed(share: float) -> float:
        return power_of_shares(control, share, n, level=level) - power

    if missed(most) < 0:
        return math.nan
    return float(brentq(missed, least, most, xtol=1e-14)) / control - 1


def curse(effect: float, error: float, *, level: float = 0.90) -> Curse:
    """How a true effect looks in those tests of it that find something.

    Parameters
    ----------
    effect : true effect, not 0.
    error : standard error of its estimate, above 0.
    level : confidence level at which something is found, two-sided.

    Returns
    -------
    Curse: power; of the tests that find something, the share with the wrong sign, and the mean size of what they find over the true
    size.

    Formula: with d = |effect| / error and c the critical value, power = Phi(d - c) + Phi(-d - c); the mean size is
        (d (Phi(d - c) - Phi(-d - c)) + phi(d - c) + phi(d + c)) / power.
    Source: Gelman & Carlin (2014), Perspectives on Psychological Science 9; Lu, Qiu & Deng (2019), British Journal of Mathematical and
        Statistical Psychology 72, for the closed form.
    """
    if not (error > 0 and effect != 0 and math.isfinite(effect) and math.isfinite(error)):
        raise ValueError(
            f"curse needs an effect that is not 0 and an error above 0, not {effect} and {error}"
        )
    d, c = abs(effect) / error, critical_of(level)
    right, wrong = float(ndtr(d - c)), float(ndtr(-d - c))
    power = right + wrong
    size = d * (right - wrong) + _density(d - c) + _density(d + c)
    return Curse(power, wrong / power, size / power / d)


def _density(z: float) -> float:
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
