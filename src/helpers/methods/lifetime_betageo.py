"""BG/NBD and MBG/NBD: how many purchases to expect from each customer of a shop that nobody tells good-bye."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import expit, hyp2f1

from helpers.i18n import said
from helpers.methods.lifetime_guards import too_few, usual
from helpers.methods.lifetime_likelihood import (
    LEAVING,
    Fitted,
    bgnbd_objective,
    estimated,
    nothing_found,
    started,
)
from helpers.methods.lifetime_summary import Triples, check_summary, compress

NAMES = ("r", "alpha", "a", "b")
SCALED = np.array([0, 1, 0, 0])  # which of them are times


@dataclass(frozen=True, eq=False)
class BgNbd(Fitted):
    """A fitted BG/NBD or MBG/NBD model; what stands beside the parameters is explained in `Fitted`.

    r, alpha : purchase rates vary as Gamma(r, alpha), alpha in the summary's unit of time.
    a, b : dropout odds after a purchase vary as Beta(a, b).
    modified : True for MBG/NBD, in which a customer may leave after the first purchase too.
    """

    names = NAMES

    r: float
    alpha: float
    a: float
    b: float
    modified: bool = field(default=False, kw_only=True)

    def mean_of(self, triples: Triples, horizon: float | np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        """Function of the parameters to the expected purchases of each unique triple in `horizon`; one row a horizon for several."""
        # The costly part depends on (x, T) alone: there are far fewer pairs than triples.
        i, x = pd.factorize(triples.x)
        j, age = pd.factorize(triples.age)
        pair, keys = pd.factorize(i.astype(np.int64) * len(age) + j)
        x, age = x[keys // len(age)], age[keys % len(age)]

        def mean(params: np.ndarray) -> np.ndarray:
            alive = alive_at(params, triples.x, triples.t_x, triples.age, modified=self.modified)
            each = [
                mean_if_alive(params, x, age, one, modified=self.modified)[pair] for one in np.ravel(horizon)
            ]
            return alive * (np.array(each) if np.ndim(horizon) else each[0])

        return mean

    def new(self, horizons: np.ndarray) -> np.ndarray:
        """Repeat purchases of a customer won today, in each of several horizons."""
        nothing = np.zeros(len(horizons))
        here = alive_at(self.params, nothing, nothing, nothing, modified=self.modified)
        return here * mean_if_alive(self.params, nothing, nothing, horizons, modified=self.modified)

    def alive(self, triples: Triples) -> np.ndarray:
        """P(alive) of each unique triple."""
        return alive_at(self.params, triples.x, triples.t_x, triples.age, modified=self.modified)

    def futures(
        self, rng: np.random.Generator, triples: Triples, horizon: float, *, alive: np.ndarray
    ) -> np.ndarray:
        """Purchases that each triple, taken as one customer, makes in `horizon` in one simulation; `alive` is its P(alive)."""
        r, alpha, a, b = self.params
        x = triples.x
        stays = rng.random(len(x)) < alive
        rate = rng.gamma(r + x) / (alpha + triples.age)
        # purchase after which the customer leaves
        last = rng.geometric(np.clip(rng.beta(a, b + x + self.modified), 1e-15, 1))
        return np.where(stays, np.minimum(rng.poisson(np.minimum(rate * horizon, 1e15)), last), 0)


def fit_bgnbd(summary: pd.DataFrame, *, start: Fitted | None = None) -> BgNbd:
    """Maximum-likelihood BG/NBD with standard errors.

    Parameters
    ----------
    summary : one row a customer: frequency [repeat purchases], recency [first to last purchase], age [first
        purchase to end of data], recency and age in the same unit of time; see `lifetime_summary`.
    start : a fit of nearly the same customers to start the search from, such as that of a day before; the result is the same.

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
    return _fit(summary, start, modified=False)


def fit_mbgnbd(summary: pd.DataFrame, *, start: Fitted | None = None) -> BgNbd:
    """Maximum-likelihood MBG/NBD: as `fit_bgnbd`, and a customer may leave after the first purchase too.

    Formula: L = G(r+x)/G(r) alpha^r B(a,b+x+1)/B(a,b) [(alpha+T)^-(r+x) + a/(b+x) (alpha+t_x)^-(r+x)].
    Source: Batislam, Denizel & Filiztekin (2007), International Journal of Research in Marketing 24(3).
    """
    return _fit(summary, start, modified=True)


def _fit(summary: pd.DataFrame, start: Fitted | None, *, modified: bool) -> BgNbd:
    check_summary(summary)
    triples = compress(summary)
    n, n_repeat = len(summary), int(triples.count[triples.x > 0].sum())
    counted = {"n": n, "n_repeat": n_repeat, "modified": modified}
    if n_repeat < 4:
        return BgNbd(*(np.nan,) * 4, **nothing_found(4), **counted, guards=(too_few(n_repeat, n),))
    objective, log_scale, constant = bgnbd_objective(triples, modified=modified)
    # Where customers do not differ in dropout only a / b is known and b is held; where nobody is seen to
    # leave both are lost, but the purchase rates r and alpha are not.
    found = estimated(
        objective, **started(start, np.array([-0.5, -1.5, 0.0, 0.5]), log_scale, SCALED), n=n, choices=LEAVING,
        log_scale=log_scale, scaled=SCALED, constant=constant,
    )  # fmt: skip
    guards = _guards(found.params, found.se, found.stuck, found.converged, n_repeat)
    return BgNbd(*found.params.tolist(), **found.told(), **counted, guards=guards)


def alive_at(
    params: np.ndarray, x: np.ndarray, t_x: np.ndarray, age: np.ndarray, *, modified: bool = False
) -> np.ndarray:
    """P(alive) on arrays, through logs so that no power overflows.

    Formula: 1 / (1 + 1(x>0) a/(b+x-1) ((alpha+T)/(alpha+t_x))^(r+x)); of the modified model, at every x, with b + 1 for b.
    """
    r, alpha, a, b = _valid(params)
    lives = b + x if modified else b + np.maximum(x, 1) - 1
    odds = np.log(a) - np.log(lives) + (r + x) * np.log((alpha + age) / (alpha + t_x))
    may_be_gone = np.isnan(odds) | (x > 0) | modified
    return np.where(may_be_gone, expit(-odds), 1.0)


def mean_if_alive(
    params: np.ndarray, x: np.ndarray, age: np.ndarray, horizon: float | np.ndarray, *, modified: bool = False
) -> np.ndarray:
    """Expected purchases in `horizon` of customers known to be alive, on arrays."""
    r, alpha, a, b = _valid(params)
    b = (
        b + modified
    )  # after x purchases and the first one a customer of the modified model has stayed once more
    if not (np.isfinite(horizon) & (np.asarray(horizon) >= 0)).all():
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
    lost = a / (a + b) < 1e-4 or not np.isfinite(se[2])
    nobody = said(
        "dropout is not identified (the parameter a goes to 0): nobody is seen to leave, so all are kept"
    )
    alike = said("the parameter b is above 1,000: customers hardly differ in dropout, only a / b is known")
    own = [guard for guard, holds in ((nobody, lost), (alike, b > 1e3)) if holds]
    at = [name for name, stop in zip(NAMES, stuck, strict=True) if stop and not (name == "b" and b > 1e3)]
    return usual(converged, n_repeat, own, at, is_flat=not np.isfinite(se).all() and b <= 1e3)
