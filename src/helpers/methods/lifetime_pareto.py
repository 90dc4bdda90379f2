"""Pareto/NBD: as BG/NBD, of customers who may leave at any moment and not only after a purchase."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import digamma, expit, gammaln

from helpers.i18n import said
from helpers.methods.lifetime_guards import too_few, usual
from helpers.methods.lifetime_likelihood import LEAVING, Fitted, dot, estimated, nothing_found, started
from helpers.methods.lifetime_summary import Triples, check_summary, compress

NAMES = ("r", "alpha", "s", "beta")
SCALED = np.array([0, 1, 0, 1])  # which of them are times
# Nodes and weights of the double-exponential rule on (0, inf), and the point after which the tail is a power law.
STEP = 0.16
AT = np.arange(-3.6, 4.45, STEP)
NODES = np.exp(np.pi / 2 * np.sinh(AT))
WEIGHTS = STEP * np.pi / 2 * np.cosh(AT) * NODES
FAR = float(np.exp(np.pi / 2 * np.sinh(AT[-1] + STEP / 2)))
POINTS = 20  # of the interpolation in time


@dataclass(frozen=True, eq=False)
class ParetoNbd(Fitted):
    """A fitted Pareto/NBD model; what stands beside the parameters is explained in `Fitted`.

    r, alpha : purchase rates vary as Gamma(r, alpha), alpha in the summary's unit of time.
    s, beta : rates of leaving vary as Gamma(s, beta), beta in the same unit.
    """

    names = NAMES

    r: float
    alpha: float
    s: float
    beta: float

    def mean_of(self, triples: Triples, horizon: float | np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        """Function of the parameters to the expected purchases of each unique triple in `horizon`; one row a horizon for several."""
        pairs, ahead = _pairs(triples), np.asarray(horizon, dtype=float)[..., None]

        def mean(params: np.ndarray) -> np.ndarray:
            r, alpha, s, beta = params
            left = _stays(s, np.log1p(ahead / (beta + triples.age)))
            rate = (r + triples.x) / (alpha + triples.age)
            return alive_at(params, triples, pairs) * rate * (beta + triples.age) * left

        return mean

    def new(self, horizons: np.ndarray) -> np.ndarray:
        """Repeat purchases of a customer won today, in each of several horizons."""
        r, alpha, s, beta = self.params
        return r / alpha * beta * _stays(s, np.log1p(horizons / beta))

    def alive(self, triples: Triples) -> np.ndarray:
        """P(alive) of each unique triple."""
        return alive_at(self.params, triples)

    def futures(
        self, rng: np.random.Generator, triples: Triples, horizon: float, *, alive: np.ndarray
    ) -> np.ndarray:
        """Purchases that each triple, taken as one customer, makes in `horizon` in one simulation; `alive` is its P(alive)."""
        r, alpha, s, beta = self.params
        n = len(triples.x)
        stays = rng.random(n) < alive
        rate = rng.gamma(r + triples.x) / (alpha + triples.age)
        leaves = rng.exponential(1.0, n) * (beta + triples.age) / np.maximum(rng.gamma(s, 1.0, n), 1e-300)
        return np.where(stays, rng.poisson(np.minimum(rate * np.minimum(leaves, horizon), 1e15)), 0)


def fit_pareto_nbd(summary: pd.DataFrame, *, start: Fitted | None = None) -> ParetoNbd:
    """Maximum-likelihood Pareto/NBD with standard errors.

    Parameters
    ----------
    summary, start : as `fit_bgnbd`.

    Returns
    -------
    ParetoNbd. Fewer than four repeat customers (as many as parameters) give a fit without numbers.

    Raises
    ------
    DataError : as `check_summary`.

    Formula: L = G(r+x)/G(r) alpha^r beta^s [(alpha+T)^-(r+x) (beta+T)^-s + s int_tx^T (alpha+u)^-(r+x) (beta+u)^-(s+1) du].
        The integral is a difference of two to infinity, each by the double-exponential rule (Takahasi & Mori, 1974):
        Gauss's 2F1, by which the paper writes it, is lost where its argument nears 1.
    Source: Schmittlein, Morrison & Colombo (1987), Management Science 33(1); Fader & Hardie (2005), A note on deriving
        the Pareto/NBD model and related expressions.
    """
    check_summary(summary)
    triples = compress(summary)
    n, n_repeat = len(summary), int(triples.count[triples.x > 0].sum())
    counted = {"n": n, "n_repeat": n_repeat}
    if n_repeat < 4:
        return ParetoNbd(*(np.nan,) * 4, **nothing_found(4), **counted, guards=(too_few(n_repeat, n),))
    scale = float(triples.age.max()) or 1.0
    found = estimated(
        _objective(triples, scale), **started(start, np.array([-0.5, -1.0, -0.5, -1.0]), np.log(scale), SCALED), n=n,
        choices=LEAVING, log_scale=np.log(scale), scaled=SCALED, constant=float((triples.count * triples.x).sum() * np.log(scale)),
    )  # fmt: skip
    guards = _guards(found.params, found.se, found.stuck, found.converged, n_repeat, scale)
    return ParetoNbd(*found.params.tolist(), **found.told(), **counted, guards=guards)


def _stays(s: float, longer: np.ndarray) -> np.ndarray:
    """1 - exp(-(s-1) l) over s - 1; l itself at s = 1."""
    return -np.expm1(-(s - 1) * longer) / (s - 1) if abs(s - 1) > 1e-9 else longer


def _guards(params, se, stuck, converged, n_repeat, scale):
    _, _, s, beta = params
    lost = s / (beta + scale) * scale < 1e-3 or not np.isfinite(
        se[2]
    )  # expected departures over the oldest age
    own = [said("leaving is not identified: hardly anyone is seen to leave, so all are kept")] if lost else []
    at = [name for name, stop in zip(NAMES, stuck, strict=True) if stop]
    return usual(converged, n_repeat, own, at, is_flat=not np.isfinite(se).all())


def alive_at(params: np.ndarray, triples: Triples, pairs: tuple | None = None) -> np.ndarray:
    """P(alive) of each unique triple, through logs so that no power overflows."""
    if not np.isfinite(params).all():
        return np.full(len(triples.x), np.nan)
    here, gone, _ = _terms(params, *_tails(params, triples, pairs), triples)
    with np.errstate(invalid="ignore"):
        return expit(here - gone)


def _objective(triples: Triples, scale: float) -> Callable:
    """Mean negative log-likelihood of logs of (r, alpha / scale, s, beta / scale), and its gradient."""
    in_scale = Triples(triples.x, triples.t_x / scale, triples.age / scale, triples.count, triples.row)
    weight = in_scale.count / in_scale.count.sum()
    ix, x = pd.factorize(in_scale.x)
    n_x = np.bincount(ix, weight, len(x))
    age = in_scale.age
    pairs = _pairs(in_scale)

    def objective(logs):
        params = np.exp(logs)
        r, alpha, s, beta = params
        tails, slopes = _tails(params, in_scale, pairs, with_slopes=True)
        here, gone, total = _terms(params, *tails, in_scale)
        value = dot(n_x, gammaln(r + x) - gammaln(r)) + r * logs[1] + s * logs[3] + dot(weight, total)
        alive = weight * np.exp(here - total)
        # G at t_x and at T, over the likelihood; each at most 2 by construction
        at_last, at_age = (weight * s * np.exp(np.minimum(tail - total, 1.0)) for tail in tails)
        dead = weight * np.exp(gone - total)
        moved = np.array([dot(at_last, a) - dot(at_age, b) for a, b in zip(*slopes, strict=True)])
        d_r = logs[1] + dot(n_x, digamma(r + x) - digamma(r)) - dot(alive, np.log(alpha + age)) + moved[0]
        d_alpha = r / alpha - dot(alive, (r + in_scale.x) / (alpha + age)) + moved[1]
        d_s = logs[3] - dot(alive, np.log(beta + age)) + dead.sum() / s + moved[2]
        d_beta = s / beta - dot(alive, s / (beta + age)) + moved[3]
        return -float(value), -np.array([d_r * r, d_alpha * alpha, d_s * s, d_beta * beta])

    return objective


def _terms(params, at_last, at_age, triples):
    """Logs of the likelihood of being there still, of having left, and of both, without what all customers share."""
    r, alpha, s, beta = params
    here = -(r + triples.x) * np.log(alpha + triples.age) - s * np.log(beta + triples.age)
    with np.errstate(divide="ignore"):
        gone = np.log(s) + at_last + np.log(np.maximum(-np.expm1(np.minimum(at_age - at_last, 0.0)), 0.0))
    return here, gone, np.logaddexp(here, gone)


@dataclass(frozen=True, eq=False)
class Pairs:
    """Unique frequencies, times and pairs of both in some triples, and which pair a triple's recency and age are of."""

    x: np.ndarray
    time: np.ndarray
    of_x: np.ndarray
    of_time: np.ndarray
    at_last: np.ndarray
    at_age: np.ndarray
    known: dict

    def interpolation(self, m: float) -> tuple[np.ndarray, np.ndarray]:
        """Times to integrate at, and the weights of each for each pair; the same m comes again and again."""
        if m not in self.known:
            low, high = np.log(m), np.log(m + max(float(self.time.max(initial=0.0)), m * 1e-6))
            angle = (2 * np.arange(POINTS) + 1) * np.pi / (2 * POINTS)
            at = np.exp(low + (high - low) * (1 + np.cos(angle)) / 2) - m
            basis = _basis((np.log(m + self.time) - low) / (high - low) * 2 - 1, angle)
            self.known[m] = np.maximum(at, 0.0), basis[self.of_time]
        return self.known[m]


def _pairs(triples: Triples) -> Pairs:
    ix, x = pd.factorize(triples.x)
    it, time = pd.factorize(np.concatenate([triples.t_x, triples.age]))
    key, pair = pd.factorize(np.concatenate([ix, ix]).astype(np.int64) * len(time) + it)
    n = len(triples.x)
    return Pairs(x, time, pair // len(time), pair % len(time), key[:n], key[n:], {})


def _tails(params, triples, pairs=None, *, with_slopes=False):
    """ln of the integral from t to infinity, at each triple's recency and age; and its slopes in the four parameters.

    Per frequency it is a smooth function of time, so it is integrated at some Chebyshev points of ln(m + t), m near the
    smaller of alpha and beta, and interpolated: what it varies by is at most a factor over the whole range.
    """
    r, alpha, s, beta = params
    pairs = pairs if pairs is not None else _pairs(triples)
    x, of_x, time = pairs.x, pairs.of_x, pairs.time[pairs.of_time]
    points, basis = pairs.interpolation(4.0 ** round(np.log(min(alpha, beta)) / np.log(4.0)))
    found = _integrals(r + x[:, None], alpha, s, beta, points[None, :], with_slopes=with_slopes)
    shown = [np.einsum("ij,ij->i", basis, one[of_x]) for one in found]
    # What is interpolated leaves out the powers, which are known exactly.
    rx, log_a, log_b = r + x[of_x], np.log(alpha + time), np.log(beta + time)
    ln = shown[0] - rx * log_a - (s + 1) * log_b - np.log(rx / (alpha + time) + (s + 1) / (beta + time))
    tails = ln[pairs.at_last], ln[pairs.at_age]
    if not with_slopes:
        return tails
    return tails, ([one[pairs.at_last] for one in shown[1:]], [one[pairs.at_age] for one in shown[1:]])


def _integrals(rx, alpha, s, beta, t, *, with_slopes):
    """ln of the integral relative to the integrand at t times its decay length; and its slopes in r, alpha, s, beta."""
    length = 1 / (rx / (alpha + t) + (s + 1) / (beta + t))
    far = length[..., None] * NODES
    by_alpha, by_beta = (np.log1p(far / (one + t)[..., None]) for one in (alpha, beta))
    drop = np.exp(-rx[..., None] * by_alpha - (s + 1) * by_beta) * WEIGHTS
    end = length * FAR
    tail = np.exp(-rx * np.log1p(end / (alpha + t)) - (s + 1) * np.log1p(end / (beta + t))) * FAR / (rx + s)
    total = drop.sum(axis=-1) + tail
    if not with_slopes:
        return [np.log(total)]
    share = drop / total[..., None]
    last = tail / total
    log_a, log_b = np.log(alpha + t), np.log(beta + t)
    mean_a = np.einsum("...k,...k->...", share, by_alpha) + last * (
        np.log1p(end / (alpha + t)) + 1 / (rx + s)
    )
    mean_b = np.einsum("...k,...k->...", share, by_beta) + last * (np.log1p(end / (beta + t)) + 1 / (rx + s))
    over_a = np.einsum("...k,...k->...", share, 1 / ((alpha + t)[..., None] + far))
    over_b = np.einsum("...k,...k->...", share, 1 / ((beta + t)[..., None] + far))
    return [np.log(total), -log_a - mean_a, -rx * over_a, -log_b - mean_b, -(s + 1) * over_b]


def _basis(at: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Values at `at` of the polynomials that are 1 at one Chebyshev point and 0 at the others (barycentric form)."""
    points = np.cos(angle)
    weights = (-1.0) ** np.arange(len(points)) * np.sin(angle)
    apart = at[:, None] - points[None, :]
    exact = np.abs(apart) < 1e-13
    ratio = weights / np.where(exact, 1.0, apart)
    basis = ratio / ratio.sum(axis=1, keepdims=True)
    on = exact.any(axis=1)
    basis[on] = exact[on]
    return basis
