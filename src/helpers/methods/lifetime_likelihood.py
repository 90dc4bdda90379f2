"""Likelihoods of lifetime models on logs of parameters, and the search for their maximum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import OptimizeResult, minimize
from scipy.special import digamma, gammaln

from helpers.methods.lifetime_summary import Triples

# Bounds of the logs, times in units of the oldest age and money in units of the mean. An optimiser without
# bounds has walked to exp(870415), and hyp2f1 ends the whole interpreter on such arguments.
BOUNDS = (-9.0, 9.0)
# A standard error of 3 on the log scale is a factor of 400 either way: the data do not tell.
WIDEST_SE = 3.0
# Of two parameters of buying and two of leaving: all; the last one held; those of leaving lost.
LEAVING = [[True] * 4, [True, True, True, False], [True, True, False, False]]


@dataclass(frozen=True, eq=False, kw_only=True)
class Fitted:
    """What every fitted model of purchases tells beside its own parameters, which are named in `names`.

    se : standard errors of the parameters; NaN for one the data do not identify.
    cov_log : covariance of their logs; NaN in the rows and columns of such a parameter.
    log_likelihood, n, n_repeat, converged : of the fit; n counts customers, n_repeat those who bought again.
    guards : what to tell a reader, in plain language; empty when nothing is wrong.

    Where the data cannot tell at all, the parameters are NaN, the first guard starts with "cannot tell", and every
    prediction made with the fit is NaN.
    """

    names: ClassVar[tuple[str, ...]] = ()

    se: tuple[float, ...]
    cov_log: np.ndarray
    log_likelihood: float
    n: int
    n_repeat: int
    converged: bool
    guards: tuple[str, ...]

    @property
    def params(self) -> np.ndarray:
        """The parameters, in the order of `names`."""
        return np.array([getattr(self, name) for name in self.names])


class Found(NamedTuple):
    """A maximum: parameters in the unit of the table, and what is known of them; `stuck` stand at a bound."""

    params: np.ndarray
    se: np.ndarray
    cov_log: np.ndarray
    log_likelihood: float
    stuck: np.ndarray
    converged: bool

    def told(self) -> dict:
        """The fields of `Fitted` that a maximum gives."""
        return {
            "se": tuple(self.se.tolist()), "cov_log": self.cov_log,
            "log_likelihood": self.log_likelihood, "converged": self.converged,
        }  # fmt: skip


def nothing_found(size: int) -> dict:
    """The fields of `Fitted` where the data cannot tell."""
    return {
        "se": (np.nan,) * size, "cov_log": np.full((size, size), np.nan), "log_likelihood": np.nan, "converged": False,
    }  # fmt: skip


def dot(left: np.ndarray, right: np.ndarray) -> float:
    """Sum of products on one thread; on busy cores the threads of BLAS make it some 500 times slower."""
    return float(np.einsum("i,i->", left, right))


def at_bounds(logs: np.ndarray) -> np.ndarray:
    """Which parameters stand at a bound of the search."""
    return (logs < BOUNDS[0] + 1e-3) | (logs > BOUNDS[1] - 1e-3)


def started(near: Fitted | None, usual: np.ndarray, log_scale: float, scaled: np.ndarray) -> dict:
    """`start` and `bend` of `maximise`: of a fit of nearly the same customers, its times in units of the oldest age; else the usual logs.

    A fit of which a parameter is not identified is no place to start from: the surface is flat there.
    """
    if near is None or not (np.isfinite(near.params).all() and np.isfinite(near.cov_log).all()):
        return {"start": usual}
    bend = (near.cov_log + near.cov_log.T) / 2 * near.n
    if np.linalg.eigvalsh(bend)[0] <= 0:
        return {"start": usual}
    logs = np.clip(np.log(near.params) - log_scale * scaled, BOUNDS[0] + 1, BOUNDS[1] - 1)
    return {"start": logs, "bend": bend}


def maximise(
    objective: Callable, start: np.ndarray, *, bend: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, bool]:
    """BFGS where the bend of the surface is known, else or where that fails bounded L-BFGS; then Newton steps unless the
    surface is flat or a bound holds.

    Parameters
    ----------
    objective : logs -> (mean negative log-likelihood, its gradient).
    start : logs to start from.
    bend : inverse of the Hessian there, where it is about known: it spares two evaluations in three.

    Returns
    -------
    (logs, Hessian of the objective there, converged).
    """
    found = _nearby(objective, start, bend) if bend is not None else None
    if found is None:
        found = minimize(
            objective, start, jac=True, method="L-BFGS-B", bounds=[BOUNDS] * len(start),
            options={"maxiter": 500, "ftol": 1e-10, "gtol": 1e-6},
        )  # fmt: skip
    logs = found.x
    curvature = hessian(objective, logs)
    for _ in range(5):
        value, gradient = objective(logs)
        flat = not np.isfinite(curvature).all() or np.linalg.eigvalsh(curvature)[0] <= 1e-10
        if flat or at_bounds(logs).any() or np.abs(gradient).max() < 1e-9:
            break
        step = np.linalg.solve(curvature, gradient)
        stepped = np.clip(logs - step, *BOUNDS)
        if not objective(stepped)[0] <= value + 1e-12:
            break
        logs = stepped
        if np.abs(step).max() > 1e-3:  # else the surface bends the same way there
            curvature = hessian(objective, logs)
    return logs, curvature, bool(found.success or np.abs(objective(logs)[1]).max() < 1e-6)


def _nearby(objective: Callable, start: np.ndarray, bend: np.ndarray) -> OptimizeResult | None:
    """The maximum near a start, or None where no search without bounds comes to one within them."""
    with np.errstate(all="ignore"):
        found = minimize(
            objective, start, jac=True, method="BFGS",
            options={"hess_inv0": bend, "gtol": 1e-6, "maxiter": 50},
        )  # fmt: skip
    inside = np.isfinite(found.x).all() and not at_bounds(found.x).any()
    return found if found.success and inside else None


def estimated(
    objective: Callable, start: np.ndarray, *, n: int, choices: list, log_scale: float = 0.0, scaled: np.ndarray | int = 0,
    constant: float = 0.0, bend: np.ndarray | None = None,
) -> Found:  # fmt: skip
    """Maximum of the likelihood of `n` customers with standard errors.

    Parameters
    ----------
    objective, start, bend : as `maximise`.
    choices : which parameters to take as identified, best first; those at a bound never are.
    log_scale, scaled : the log of the unit that the objective works in, and which parameters are in it.
    constant : what to subtract from the log-likelihood in that unit to have it in the unit of the table.
    """
    logs, curvature, converged = maximise(objective, start, bend=bend)
    stuck = at_bounds(logs)
    cov_log = covariance(curvature * n, [~stuck & np.array(choice) for choice in choices])
    params = np.exp(logs + log_scale * np.asarray(scaled))
    log_likelihood = float(-objective(logs)[0] * n - constant)
    return Found(params, params * np.sqrt(np.diag(cov_log)), cov_log, log_likelihood, stuck, converged)


def hessian(objective: Callable, logs: np.ndarray, *, step: float = 1e-4) -> np.ndarray:
    """Second derivatives by central differences of the analytic gradient."""
    columns = [
        (objective(logs + e)[1] - objective(logs - e)[1]) / (2 * step) for e in np.eye(len(logs)) * step
    ]
    return (np.array(columns) + np.array(columns).T) / 2


def covariance(information: np.ndarray, choices: list[np.ndarray]) -> np.ndarray:
    """Inverse of the information for the first choice of parameters it identifies; NaN for the others."""
    cov = np.full(information.shape, np.nan)
    for keep in choices:
        part = information[np.ix_(keep, keep)]
        if keep.any() and np.isfinite(part).all():
            lowest, highest = np.linalg.eigvalsh(part)[[0, -1]]
            if lowest > 1e-9 * highest > 0:
                inverse = np.linalg.inv(part)
                if np.diag(inverse).max() < WIDEST_SE**2:
                    cov[np.ix_(keep, keep)] = inverse
                    break
    return cov


def bgnbd_objective(triples: Triples, *, modified: bool = False) -> tuple[Callable, float, float]:
    """Mean negative log-likelihood of BG/NBD, or of MBG/NBD, with its gradient.

    Sums over x alone and T alone are taken once, so each call meets only the unique triples of repeat
    customers; logarithms, gammaln and digamma are computed on unique values.

    Returns
    -------
    (objective of log (r, alpha / oldest age, a, b); log of the oldest age; what to subtract from the
    log-likelihood in that unit to have it in the unit of the table).
    """
    scale = triples.age.max() or 1.0
    n = triples.count.sum()
    m = int(modified)  # times a customer of the modified model has stayed before the first repeat purchase
    again = (triples.x > 0) | modified
    weight = triples.count[again] / n
    ix, x = pd.factorize(triples.x[again])
    it, t_x = pd.factorize(triples.t_x[again] / scale)
    iage, age_again = pd.factorize(triples.age[again] / scale)
    x_row = x[ix]
    n_x = np.bincount(ix, weight, len(x))
    jage, age = pd.factorize(triples.age / scale)
    n_age = np.bincount(jage, triples.count / n, len(age))
    x_age = np.bincount(jage, triples.count / n * triples.x, len(age))

    def objective(logs):
        r, alpha, a, b = np.exp(logs)
        log_age = np.log(alpha + age)
        at_r, at_ab, at_bx, at_abx = gammaln(r), gammaln(a + b), gammaln(b + m + x), gammaln(a + b + m + x)
        value = r * logs[1] - dot(log_age, r * n_age + x_age)
        value += dot(n_x, gammaln(r + x) - at_r + at_ab + at_bx - gammaln(b) - at_abx)
        d_r = logs[1] - dot(log_age, n_age) + dot(n_x, digamma(r + x) - digamma(r))
        d_alpha = r / alpha - dot(r * n_age + x_age, 1 / (alpha + age))
        d_ab = dot(n_x, digamma(a + b) - digamma(a + b + m + x))
        d_b = dot(n_x, digamma(b + m + x) - digamma(b))
        # ln(e^A3 + e^A4) = A3 + softplus(u), u = ln a - ln(b+m+x-1) + (r+x) ln((alpha+T)/(alpha+t_x))
        gap = np.log(alpha + age_again)[iage] - np.log(alpha + t_x)[it]
        u = logs[2] - np.log(b + m + x - 1)[ix] + (r + x_row) * gap
        tail = np.exp(-np.abs(u))
        value += dot(weight, np.maximum(u, 0) + np.log1p(tail))
        w = weight * np.where(u >= 0, 1.0, tail) / (1 + tail)
        d_r += dot(w, gap)
        d_alpha += dot(w * (r + x_row), (1 / (alpha + age_again))[iage] - (1 / (alpha + t_x))[it])
        d_a = d_ab + w.sum() / a
        d_b += d_ab - dot(np.bincount(ix, w, len(x)), 1 / (b + m + x - 1))
        return -value, -np.array([d_r * r, d_alpha * alpha, d_a * a, d_b * b])

    return objective, float(np.log(scale)), float((triples.count * triples.x).sum() * np.log(scale))
