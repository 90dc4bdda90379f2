"""What the model makes of effects that are known: planted ones, none at all, and those of twins drawn from itself."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from helpers.methods import mix, mix_data
from helpers.methods import mix_posterior as posterior
from helpers.methods.intervals import equal_tailed
from helpers.methods.mix_risk_linear import curvature, middle, whitened

BLOCK = 8  # weeks that stay together when a spend is shuffled
PLANTED = (
    0.10  # of the mean outcome, what the planted series brings an average week; twice what the prior expects
)
CARRIED, BENT = 0.4, 2.5  # its carry-over, and its bend at a busy week
STEPS = 8  # of Gauss and Newton; twins are near where they start
LONGEST = 1.0  # a step of a logarithm or of log odds
ADDED = ("planted", "shuffled")


class Round(NamedTuple):
    """One planted and one idle series, both shuffled from the spend of `channel`: what they are and what the model says [share of the outcome].

    planted : what was planted. found, found_low, found_high, found_error : the model's estimate. idle and its like : that of the
    series that does nothing.
    """

    channel: str
    planted: float
    found: float
    found_low: float
    found_high: float
    found_error: float
    idle: float
    idle_low: float
    idle_high: float
    idle_error: float


def rounds(data: mix.Data, *, n: int = 3, level: float = 0.90, seed: int = 0) -> list[Round]:
    """Plant a known effect and add an idle channel, then fit again, a few times.

    Parameters
    ----------
    n : times; the channels with most spend lend their series, blocks of eight weeks in another order.
    """
    order = np.argsort(-data.spend.sum(axis=0), kind="stable")
    made = []
    for number in range(n):
        at = int(order[number % len(order)])
        rng = np.random.default_rng([seed, number])
        pair = np.column_stack([shuffled(data.spend[:, at], rng) for _ in ADDED])
        brought = _brought(pair[:, :1], data)
        wide = (
            np.r_[data.prior[0], [mix_data.MEAN_SHARE * data.unit] * 2],
            np.r_[data.prior[1], [mix_data.SPREAD_SHARE * data.unit] * 2],
        )
        with_both = data._replace(
            outcome=data.outcome + PLANTED * data.unit * brought,
            spend=np.column_stack([data.spend, pair]),
            channels=(*data.channels, *ADDED),
            prior=wide,
        )
        shares = mix.approximate(with_both, draws=200, seed=seed).effects[:, -2:] / data.unit
        low, high = equal_tailed(shares, level=level, axis=0)
        told = np.stack([shares.mean(axis=0), low, high, shares.std(axis=0)])
        made.append(Round(data.channels[at], PLANTED, *told[:, 0].tolist(), *told[:, 1].tolist()))
    return made


def shuffled(spend: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A spend with its blocks of weeks in another order, so that it keeps its flights and loses its weeks."""
    blocks = np.array_split(np.roll(spend, int(rng.integers(len(spend)))), max(len(spend) // BLOCK, 2))
    return np.concatenate([blocks[i] for i in rng.permutation(len(blocks))])


def _brought(spend: np.ndarray, data: mix.Data) -> np.ndarray:
    """Column of a made-up series with mean 1 [week]."""
    problem = mix.problem_of(
        data._replace(
            spend=spend, channels=ADDED[:1], prior=(data.prior[0][:1], data.prior[1][:1]), adstock="geometric"
        )
    )
    one = np.ones((1, 1))
    at = posterior.Shapes(CARRIED * one, BENT * one, None, np.zeros(1), np.ones(1))
    return posterior.features(problem, at).columns[0, :, 0]


class Twins(NamedTuple):
    """Twins drawn from the model: whether each effect's interval held what it was drawn with [twin, channel]."""

    held: np.ndarray

    @property
    def coverage(self) -> float:
        """Share of the intervals that held it."""
        return float(self.held.mean())


def twins(fit: mix.Fit, *, n: int = 20, z: float = 1.645, seed: int = 0) -> Twins:
    """Draw sales from the model with effects that are known, and fit them again.

    Parameters
    ----------
    n : twins; each has its own draw of all parameters. z : half-width of the intervals in standard errors, 1.645 for 90 %.

    Formula: Gauss-Newton on carry-over and bend with their priors, the linear part solved in each step, rho and sigma from what is left.
    """
    problem, rng = mix.problem_of(fit.data), np.random.default_rng([seed, 11])
    start = middle(problem, fit)
    taken = rng.choice(len(fit.effects), n, replace=len(fit.effects) < n)
    held = []
    for draw in taken:
        at = type(fit.shapes)(*(None if part is None else part[draw : draw + 1] for part in fit.shapes))
        columns = posterior.features(problem, at).columns[0]
        true = fit.effects[draw] / fit.data.unit
        noise = _ar1(len(columns), float(at.rho[0]), float(at.sigma[0]), rng)
        outcome = columns @ true + problem.base @ fit.base[draw] / fit.data.unit + noise
        mean, error = newton(problem._replace(outcome=outcome), start)
        held.append(np.abs(mean - true) <= z * error)
    return Twins(np.array(held))


def newton(problem: posterior.Problem, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Effects and their standard errors [channel] in means of the outcome, by a few steps of Gauss and Newton from `start`."""
    u, c = start.copy(), problem.channels
    shaped = posterior.shaped(problem, u[None])
    rho, sigma = float(shaped.rho[0]), float(shaped.sigma[0])
    effect = None
    free = len(u) - 2
    for _ in range(STEPS):
        media = posterior.features(problem, posterior.shaped(problem, u[None]))
        columns = media.columns[0]
        linear = np.column_stack([columns, problem.base])
        if effect is None:
            effect = _solve(linear, problem, rho, sigma)[0][:c]
        slopes = np.column_stack([slope[0] * effect for slope in media.slopes])
        height, slope = curvature(problem, u)
        design = np.column_stack([linear, slopes])
        mean, covariance = _solve(design, problem, rho, sigma, height, slope)
        move = mean[-free:]
        u[:free] = np.clip(
            u[:free] + move * min(1.0, LONGEST / max(np.abs(move).max(), 1e-12)),
            -posterior.FARTHEST,
            posterior.FARTHEST,
        )
        effect = mean[:c]
        left = problem.outcome - design @ mean
        rho = float(np.clip(left[1:] @ left[:-1] / (left[:-1] @ left[:-1]), 0, posterior.RHO_MOST))
        still = whitened(left[:, None], rho)[:, 0]
        sigma = float(np.sqrt(still @ still / max(len(left) - linear.shape[1], 1)))
    return effect, np.sqrt(np.diag(covariance)[:c])


def _solve(design, problem: posterior.Problem, rho: float, sigma: float, height=None, slope=None):
    """Mean and covariance of the coefficients under their priors."""
    c, more = problem.channels, design.shape[1] - len(problem.precision)
    precision = np.r_[problem.precision, height if more else []]
    pull = np.r_[
        problem.precision[:c] * problem.middle, np.zeros(len(problem.precision) - c), slope if more else []
    ]
    x, y = whitened(design, rho), whitened(problem.outcome[:, None], rho)[:, 0]
    covariance = np.linalg.inv(x.T @ x / sigma**2 + np.diag(precision))
    return covariance @ (x.T @ y / sigma**2 + pull), covariance


def _ar1(n: int, rho: float, sigma: float, rng: np.random.Generator) -> np.ndarray:
    """Errors of the model: each is rho times the one before, plus noise."""
    noise = sigma * rng.standard_normal(n)
    noise[0] /= np.sqrt(1 - rho**2)
    for week in range(1, n):
        noise[week] += rho * noise[week - 1]
    return noise
