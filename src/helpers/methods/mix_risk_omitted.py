"""How strong a cause that nobody measured would have to be to bring an effect to nothing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from helpers.methods.mix_risk_linear import Linearised, solve, whitened

IMPOSSIBLE = (
    0.5  # of the spend that a cause may explain for a second one just as strong to be able to stand beside it
)


class Omitted(NamedTuple):
    """Sensitivity of each channel's effect to an omitted cause.

    robustness : share of what is left of both spend and sales that it would have to explain to bring the effect to 0 [channel].
    strongest : name of the known cause that would matter most if forgotten [channel].
    left : effect over its standard error after an omitted cause as strong as that one, pulling towards 0 [channel]; below 0 it is gone.
    z : effect over its standard error [channel].
    """

    robustness: np.ndarray
    strongest: tuple[str, ...]
    left: np.ndarray
    z: np.ndarray


def robustness_value(t, free) -> np.ndarray:
    """Robustness value of an estimate.

    Parameters
    ----------
    t : estimate over its standard error. free : degrees of freedom.

    Returns
    -------
    Share, 0 to 1: a cause that explains this share of the residual variance of both treatment and outcome brings it to 0.

    Formula: (sqrt(f⁴ + 4 f²) - f²) / 2, f = |t| / sqrt(free).
    Source: Cinelli & Hazlett (2020), JRSS B 82, equation 13.
    """
    f2 = np.asarray(t, dtype=float) ** 2 / free
    return (np.sqrt(f2 * f2 + 4 * f2) - f2) / 2


def bound(with_treatment, with_outcome) -> tuple[np.ndarray, np.ndarray]:
    """What a cause as strong as a known one explains of the rest of treatment and of outcome.

    Parameters
    ----------
    with_treatment : partial R² of the known cause with the treatment, other causes held.
    with_outcome : its partial R² with the outcome, other causes and the treatment held.

    Returns
    -------
    Partial R² of the omitted cause with treatment and with outcome, at most 1.

    Source: Cinelli & Hazlett (2020), equations 17 and 18 with k = 1.
    """
    d, y = np.asarray(with_treatment, dtype=float), np.asarray(with_outcome, dtype=float)
    r2d = d / (1 - d)
    mixed = np.minimum(d * d / (1 - d) ** 2, 1 - 1e-9)
    r2y = ((1 + np.sqrt(mixed)) / np.sqrt(1 - mixed)) ** 2 * y / (1 - y)
    return np.minimum(r2d, 1.0), np.minimum(r2y, 1.0)


def sensitivity(model: Linearised, columns: tuple[str, ...]) -> Omitted:
    """Sensitivity of each channel to a cause as strong as the strongest known one, the intercept apart.

    Parameters
    ----------
    columns : names of the base columns.
    """
    c, b = model.channels, model.base
    x = whitened(model.design, model.rho)
    y = whitened(model.outcome[:, None], model.rho)[:, 0]
    free = max(len(y) - x.shape[1], 1)
    found = solve(model)
    z = found.mean[:c] / np.sqrt(np.diag(found.covariance)[:c])
    known = [i for i in range(c, c + b) if columns[i - c] != "intercept"]
    with_outcome = {i: _partial(x, y, i) for i in known}
    strongest, left = [], []
    for channel in range(c):
        others = [i for i in range(x.shape[1]) if i != channel]
        rest = x[:, others]
        worst, name = abs(z[channel]), ""
        for i in known:
            with_spend = _partial(rest, x[:, channel], others.index(i))
            if with_spend >= IMPOSSIBLE:
                continue
            r2d, r2y = bound(with_spend, with_outcome[i])
            bias = np.sqrt(free * r2y * r2d / (1 - r2d))  # in standard errors
            after = abs(z[channel]) - bias
            if after <= worst:
                worst, name = after, columns[i - c]
        strongest.append(name)
        left.append(worst)
    return Omitted(robustness_value(z, free), tuple(strongest), np.array(left), z)


def _partial(x: np.ndarray, y: np.ndarray, column: int) -> float:
    """Partial R² of a column with y, the other columns held: t² / (t² + free)."""
    others = np.delete(x, column, axis=1)
    own, out = (v - others @ np.linalg.lstsq(others, v, rcond=1e-10)[0] for v in (x[:, column], y))
    both = float(own @ own) * float(out @ out)
    return float(own @ out) ** 2 / both if both > 0 else 0.0
