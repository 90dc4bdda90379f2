"""BG/NBD: how many purchases to expect from each customer of a shop that nobody tells good-bye."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, hyp2f1

from helpers.i18n import said
from helpers.methods.lifetime_likelihood import at_bounds, bgnbd_objective, covariance, maximise
from helpers.methods.lifetime_summary import Triples, check_summary, compress

NAMES = ("r", "alpha", "a", "b")
FEW_REPEATERS = 30


@dataclass(frozen=True, eq=False)
class BgNbd:
    """A fitted BG/NBD model.

    r, alpha : purchase rates vary as Gamma(r, alpha), alpha in the summary's unit of time.
    a, b : dropout odds after a purchase vary as Beta(a, b).
    se : standard errors of (r, alpha, a, b); NaN for a parameter the data do not identify.
    cov_log : 4 x 4 covariance of their logs; NaN in the rows and columns of such a parameter.
    log_likelihood, n, n_repeat, converged : of the fit; n counts customers, n_repeat those who bought again.
    guards : what to tell a reader, in plain language; empty when nothing is wrong.

    Where the data cannot tell at all, the four parameters are NaN, the first guard starts with "cannot tell",
    and every prediction made with the fit is NaN.
    """

    r: float
    alpha: float
    a: float
    b: float
    se: tuple[float, float, float, float]
    cov_log: np.ndarray
    log_likelihood: float
    n: int
    n_repeat: int
    converged: bool
    guards: tuple[str, ...]

    @property
    def params(self) -> np.ndarray:
        """(r, alpha, a, b)."""
        return np.array([self.r, self.alpha, self.a, self.b])


def fit_bgnbd(summary: pd.DataFrame) -> BgNbd:
    """Maximum-likelihood BG/NBD with standard errors.

    Parameters
    ----------
    summary : one row a customer: frequency [repeat purchases], recency [first to last purchase], age [first
        purchase to end of data], recency and age in the same unit of time; see `lifetime_summary`.

    Returns
    -------
    BgNbd. Fewer than four repeat customers (as many as parameters) give a fit without numbers.

    Raises
    ------
    DataError : as `check_summary`.

    Formula: L = G(r+x)/G(r) alpha^r B(a,b+x)/B(a,b) [(alpha+T)^-(r+x) + 1(x>0) a/(b+x-1) (alpha+t_x)^-(r+x)];
        errors from the Hessian of the logs (delta method).
    Source: Fader, Hardie & Lee (2005), "Counting your customers" the easy way, Marketing Science 24(2).
    """
    check_summary(summary)
    triples = compress(summary)
    n, n_repeat = len(summary), int(triples.count[triples.x > 0].sum())
    if n_repeat < 4:
        few = said(
            "{n_repeat} of {n} customers bought again and four are the least a model needs; "
            "wait for more repeat purchases or lengthen the period",
            n_repeat=n_repeat, n=n,
        )  # fmt: skip
        guard = said("cannot tell: {reason}", reason=few)
        nan4 = (np.nan,) * 4
        return BgNbd(*nan4, nan4, np.full((4, 4), np.nan), np.nan, n, n_repeat, False, (guard,))
    objective, log_scale, constant = bgnbd_objective(triples)
    logs, hessian, converged = maximise(objective, np.array([-0.5, -1.5, 0.0, 0.5]))
    stuck = at_bounds(logs)
    # Where customers do not differ in dropout only a / b is known and b is held; where nobody is seen to
    # leave both are lost, but the purchase rates r and alpha are not.
    free = [~stuck, ~stuck & [True, True, True, False], ~stuck & [True, True, False, False]]
    cov_log = covariance(hessian * n, free)
    params = np.exp(logs + np.array([0, log_scale, 0, 0]))
    log_likelihood = -objective(logs)[0] * n - constant
    se = params * np.sqrt(np.diag(cov_log))
    guards = _guards(params, se, stuck, converged, n_repeat)
    r, alpha, a, b = (float(p) for p in params)
    return BgNbd(
        r, alpha, a, b, tuple(se.tolist()), cov_log, float(log_likelihood), n, n_repeat, converged, guards
    )


def parameter_table(fit: BgNbd) -> pd.DataFrame:
    """One row a parameter: parameter, value, se; alpha in the fit's unit of time."""
    return pd.DataFrame({"parameter": NAMES, "value": fit.params, "se": fit.se})


def probability_alive(fit: BgNbd, summary: pd.DataFrame) -> pd.Series:
    """Chance that a customer has not dropped out by the end of the data.

    Parameters
    ----------
    fit : result of `fit_bgnbd`, same unit of time as `summary`.
    summary : as `fit_bgnbd`.

    Returns
    -------
    Series [0-1] on the index of `summary`. A customer without repeat purchase is alive by construction of
    the model (dropout follows a repeat purchase): read it as "not told apart".

    Raises
    ------
    DataError : as `check_summary`.

    Formula: 1 / (1 + 1(x>0) a/(b+x-1) ((alpha+T)/(alpha+t_x))^(r+x)).
    Source: Fader, Hardie & Lee (2008), Computing P(alive) using the BG/NBD model.
    """
    check_summary(summary)
    triples = compress(summary)
    alive = alive_at(fit.params, triples.x, triples.t_x, triples.age)
    return pd.Series(alive[triples.row], index=summary.index, name="probability_alive")


def expected_purchases(fit: BgNbd, summary: pd.DataFrame, horizon: float) -> pd.Series:
    """Purchases to expect from each customer in the next `horizon` units of time.

    Parameters
    ----------
    fit, summary : as `probability_alive`.
    horizon : length of the future, in the fit's unit of time, 0 or more.

    Returns
    -------
    Series [purchases] on the index of `summary`.

    Raises
    ------
    DataError : as `check_summary`. ValueError : `horizon` is negative or not finite.

    Formula: P(alive) (a+b+x-1)/(a-1) [1 - (beta/(beta+t))^(a-1) 2F1(a+b-1-r, a-1; a+b+x-1; t/(beta+t))],
        beta = alpha + T: equation 10 of the paper after Euler's transformation.
    Source: Fader, Hardie & Lee (2005), Marketing Science 24(2).
    """
    check_summary(summary)
    triples = compress(summary)
    values = conditional_mean(triples, horizon)(fit.params)
    return pd.Series(values[triples.row], index=summary.index, name="expected_purchases")


def expected_purchases_new(fit: BgNbd, horizon: float) -> float:
    """Repeat purchases to expect from a customer won today, in the next `horizon` units of time.

    Formula: `expected_purchases` at x = 0, T = 0. Source: Fader, Hardie & Lee (2005), equation 9.
    """
    newcomer = Triples(*(np.zeros(1) for _ in range(5)))
    return float(conditional_mean(newcomer, horizon)(fit.params)[0])


def conditional_mean(triples: Triples, horizon: float) -> Callable[[np.ndarray], np.ndarray]:
    """Function of (r, alpha, a, b) to the expected purchases of each unique triple.

    For callers that try many parameters on the same customers: what does not depend on them is done once.
    """
    # The costly part depends on (x, T) alone: there are far fewer pairs than triples.
    i, x = pd.factorize(triples.x)
    j, age = pd.factorize(triples.age)
    pair, keys = pd.factorize(i.astype(np.int64) * len(age) + j)
    x, age = x[keys // len(age)], age[keys % len(age)]

    def mean(params: np.ndarray) -> np.ndarray:
        alive = alive_at(params, triples.x, triples.t_x, triples.age)
        return alive * mean_if_alive(params, x, age, horizon)[pair]

    return mean


def alive_at(params: np.ndarray, x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> np.ndarray:
    """P(alive) on arrays, through logs so that no power overflows."""
    r, alpha, a, b = _valid(params)
    odds = np.log(a) - np.log(b + np.maximum(x, 1) - 1) + (r + x) * np.log((alpha + age) / (alpha + t_x))
    return np.where((x > 0) | np.isnan(odds), expit(-odds), 1.0)


def mean_if_alive(params: np.ndarray, x: np.ndarray, age: np.ndarray, horizon: float) -> np.ndarray:
    """Expected purchases in `horizon` of customers known to be alive, on arrays."""
    r, alpha, a, b = _valid(params)
    if not (np.isfinite(horizon) and horizon >= 0):
        raise ValueError(f"horizon must be a length of time of 0 or more, not {horizon!r}")
    if np.isnan(r):
        return np.full(len(x), np.nan)
    # The formula is 0/0 at a = 1, and has a pole at a + b + x = 1; both are removable: step to either side.
    poles = min(abs(a - 1), float(np.min(np.abs(a + b + x - 1), initial=1.0)))
    if poles < 1e-5:
        return (
            _euler(r, alpha, a + 2e-5, b, x, age, horizon) + _euler(r, alpha, a - 2e-5, b, x, age, horizon)
        ) / 2
    return _euler(r, alpha, a, b, x, age, horizon)


def _euler(r, alpha, a, b, x, age, horizon):
    z, stay = horizon / (alpha + age + horizon), (alpha + age) / (alpha + age + horizon)
    c = a + b + x - 1
    with np.errstate(over="ignore", invalid="ignore"):
        rest = stay ** (a - 1) * hyp2f1(a + b - 1 - r, a - 1, c, z)
        # Where a runs into the hundreds the factors are 0 and infinite; the paper's own form is not.
        lost = ~np.isfinite(rest)
        if lost.any():
            s = r + x[lost]
            rest[lost] = stay[lost] ** s * hyp2f1(s, b + x[lost], c[lost], z[lost])
        mean = c / (a - 1) * (1 - rest)
        # Nobody buys more than who never leaves; what no form can compute is unknown, not infinite.
        return np.where(np.isfinite(mean), np.clip(mean, 0.0, (r + x) * (z / stay)), np.nan)


def _valid(params):
    """Parameters fit for hyp2f1: all NaN (cannot tell), or positive and within what a fit can return."""
    if np.isnan(params).all():
        return params
    shapes = params[[0, 2, 3]]
    if not (np.isfinite(params).all() and (params > 0).all() and (np.abs(np.log(shapes)) < 25).all()):
        raise ValueError(f"r, alpha, a, b must be positive and moderate, not {params.tolist()}")
    return params


def _guards(params, se, stuck, converged, n_repeat):
    _, _, a, b = params
    guards = []
    if not converged:
        guards.append(said("the fit did not converge: do not publish its numbers"))
    if n_repeat < FEW_REPEATERS:
        guards.append(said("only {n} customers bought again: read the intervals, not the values", n=n_repeat))
    if a / (a + b) < 1e-4 or not np.isfinite(se[2]):
        guards.append(
            said(
                "dropout is not identified (the parameter a goes to 0): nobody is seen to leave, so all are kept"
            )
        )
    if b > 1e3:
        guards.append(
            said("the parameter b is above 1,000: customers hardly differ in dropout, only a / b is known")
        )
    at_bound = [
        name for name, stop in zip(NAMES, stuck, strict=True) if stop and not (name == "b" and b > 1e3)
    ]
    if at_bound:
        guards.append(
            said(
                "at a bound of the search ({names}): the model does not suit these customers",
                names=", ".join(at_bound),
            )
        )
    elif not np.isfinite(se).all() and b <= 1e3:
        guards.append(said("standard errors are missing: the likelihood is flat around the estimate"))
    return tuple(guards)
