"""The two halves of the model of base demand: a brand seen through a tracker, and sales that follow the brand beside what else moves them."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

YEAR = 12
CARRIES = (
    0.6,
    0.8,
    0.9,
)  # of the memory of brand media from month to month: half of it is gone after 1.4, 3 and 7 months
KEEPS = 0.8  # of a deviation of the brand from its course, from month to month
DRIFTS = 0.03 * np.exp(np.linspace(-2, 1.5, 6))  # sd of that deviation, in shares of the brand's level
DRIFT_GUESS, DRIFT_SPREAD = 0.03, 0.8  # middle of its prior, and sd of the log of it
SLOPE_SPREAD = 0.20  # sd of the brand's growth a year, in shares of its level
MEDIA_SPREAD = (
    0.05  # sd of what brand media at their mean add to the brand in the long run, in shares of its level
)
MEMORIES = (0.0, 0.3, 0.6, 0.8)  # of a month's unexplained sales for the next
NOISES = np.exp(np.linspace(math.log(0.008), math.log(0.20), 8))  # sd of unexplained sales, in logarithms
ELASTICITY_SPREAD = (
    2.0  # sd of the prior: a tenth more of the measure moves sales by a fifth, up or down, at one sd
)
STEPS = 81
ELASTICITIES = np.linspace(-7.0, 7.0, STEPS)
SEASON_SPREAD, FREE = 0.5, 10.0  # sd of a month of the year, and of the level of sales, in logarithms


class Brand(NamedTuple):
    """The brand for one carry-over and one drift: weight, mean and covariance of its months and, last, of what media add."""

    carry: float
    weight: float
    mean: np.ndarray
    covariance: np.ndarray


class Cells(NamedTuple):
    """Weights over the grid [brand, noise, elasticity], the effect a point at each elasticity, and the noise of sales."""

    weight: np.ndarray
    effects: np.ndarray
    noises: np.ndarray


class Spectra(NamedTuple):
    """Sales and brand with months made independent, for each brand and noise [brand, noise, month], and what the likelihood holds besides."""

    sales: np.ndarray
    brand: np.ndarray
    size: np.ndarray
    logs: np.ndarray
    noises: np.ndarray


def memory_of_media(spend: np.ndarray, carry: float) -> np.ndarray:
    """What is left of brand media in each month: S(t) = carry S(t-1) + (1 - carry) spend(t), 1 before the first month."""
    made, left = np.empty(len(spend)), 1.0
    for t, one in enumerate(spend):
        left = carry * left + (1 - carry) * one
        made[t] = left
    return made


def autocorrelation(n: int, keeps: float) -> np.ndarray:
    """Correlation of months that keep a share of their deviation: keeps ^ |s - t|."""
    t = np.arange(n)
    return np.power(keeps, np.abs(t[:, None] - t[None])) if keeps > 0 else np.eye(n)


def brands(points: np.ndarray, variance: np.ndarray, spend: np.ndarray | None) -> list[Brand]:
    """The brand behind a tracker, for each carry-over of media and each size of drift, weighted by prior and likelihood.

    Parameters
    ----------
    points : the measure in points of 100 [month], NaN where nobody was asked. variance : of its sampling, in points squared.
    spend : brand media relative to their mean [month]; None without them.

    Formula: b = level + growth t + m S + u, u AR(1) keeping 0.8; points = b + e, e with the known variance.
    """
    known, n = np.isfinite(points), len(points)
    middle = level(points, variance)
    t = (np.arange(n) - (n - 1) / 2) / YEAR
    y, noise = points[known] - middle, np.diag(variance[known])
    found, logs = [], []
    for carry in CARRIES if spend is not None else CARRIES[:1]:
        media = memory_of_media(spend, carry) if spend is not None else np.zeros(n)
        design = np.vstack([np.column_stack([np.ones(n), t, media]), [0.0, 0.0, 1.0]])
        spreads = np.array([3.0, SLOPE_SPREAD, MEDIA_SPREAD]) * middle
        trend = (design * spreads**2) @ design.T
        for drift in DRIFTS:
            prior = trend.copy()
            prior[:n, :n] += (drift * middle) ** 2 * autocorrelation(n, KEEPS)
            seen = prior[: n + 1, :n][:, known]
            total = seen[:n][known] + noise
            gain = np.linalg.solve(total, seen.T).T
            covariance = prior - gain @ seen.T
            mean = np.r_[np.full(n, middle), 0.0] + gain @ y
            fit = -0.5 * (np.linalg.slogdet(total)[1] + y @ np.linalg.solve(total, y))
            logs.append(fit - 0.5 * (math.log(drift / DRIFT_GUESS) / DRIFT_SPREAD) ** 2)
            found.append((carry, mean, (covariance + covariance.T) / 2))
    weight = np.exp(np.array(logs) - np.max(logs))
    return [Brand(carry, float(w), mean, cov) for w, (carry, mean, cov) in zip(weight / weight.sum(), found, strict=True)]  # fmt: skip


def level(points: np.ndarray, variance: np.ndarray) -> float:
    """Mean of the measure, by how well each month is known."""
    known = np.isfinite(points)
    return float(np.average(points[known], weights=1 / variance[known]))


def noises(variance: np.ndarray) -> np.ndarray:
    """Covariance of unexplained sales for each memory and size [noise, month, month]; `variance` is that of counting, in logarithms."""
    n, counted = len(variance), np.diag(variance)
    return np.stack([size**2 * autocorrelation(n, keeps) + counted for keeps in MEMORIES for size in NOISES])


def spectra(sales: np.ndarray, found: list[Brand], design: np.ndarray, spreads: np.ndarray, variance: np.ndarray, *, middle: float) -> Spectra:  # fmt: skip
    """Turn sales and brand so that months are independent whatever the size of the effect, once for all sizes of it.

    Parameters
    ----------
    sales : logarithm of sales less the prior means of the controls [month]. design, spreads : controls and the sd of their priors.
    variance : of counting, in logarithms. middle : level of the brand, in points.

    Formula: with R R' = design diag(spreads²) design' + noise and Q the axes of R^-1 cov(b) R'^-1: Q' R^-1 sales, Q' R^-1 mean(b).
    """
    n, all_noises = len(sales), noises(variance)
    roots = np.linalg.cholesky((design * spreads**2) @ design.T + all_noises)
    inverse = np.linalg.inv(roots)
    y, x, size = (np.empty((len(found), len(roots), n)) for _ in range(3))
    for i, brand in enumerate(found):
        size[i], axes = np.linalg.eigh(inverse @ brand.covariance[:n, :n] @ inverse.transpose(0, 2, 1))
        turned = axes.transpose(0, 2, 1) @ inverse
        y[i], x[i] = turned @ sales, turned @ (brand.mean[:n] - middle)
    logs = np.log([max(brand.weight, 1e-300) for brand in found])[:, None]
    return Spectra(y, x, np.maximum(size, 0), logs - np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(axis=1), all_noises)  # fmt: skip


def cells(turned: Spectra, grid: np.ndarray, *, middle: float) -> Cells:
    """Weigh every size of the effect, of the noise and of the brand's drift by prior and likelihood of the sales.

    Parameters
    ----------
    grid : elasticities to weigh, in even steps.

    Formula: sales ~ Normal(effect x mean(b), effect² cov(b) + design diag(spreads²) design' + noise), b given the tracker.
    """
    effects, logs = grid / middle, []
    for effect in effects:
        spread = 1 + effect**2 * turned.size
        misses = np.square(turned.sales - effect * turned.brand) / spread + np.log(spread)
        logs.append(turned.logs - 0.5 * misses.sum(axis=2))
    weighed = np.stack(logs, axis=2) - 0.5 * (grid / ELASTICITY_SPREAD) ** 2
    weight = np.exp(weighed - weighed.max())
    return Cells(weight / weight.sum(), effects, turned.noises)


def weighed(turned: Spectra, *, middle: float) -> Cells:
    """`cells` on a grid that is as fine as the sales are sharp: once over all elasticities, then over those that are likely."""
    rough = cells(turned, ELASTICITIES, middle=middle)
    low, high = (quantile(ELASTICITIES, rough.weight.sum(axis=(0, 1)), tail) for tail in (1e-3, 1 - 1e-3))
    more = ELASTICITIES[1] - ELASTICITIES[0]
    return cells(turned, np.linspace(low - more, high + more, STEPS), middle=middle)


def quantile(grid: np.ndarray, weight: np.ndarray, tail: float) -> float:
    """Quantile of a density given at the middles of even steps."""
    half = (grid[1] - grid[0]) / 2
    edges = np.r_[grid - half, grid[-1] + half]
    return float(np.interp(tail, np.r_[0.0, np.cumsum(weight)], edges))


def drawn(
    sales: np.ndarray, found: list[Brand], design: np.ndarray, spreads: np.ndarray, made: Cells, *, middle: float, n: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """What may be true, all together: effect a point [draw], carry-over [draw], brand and what media add [draw, month + 1], controls [draw, control].

    Formula: cells of the grid by their weight, the effect even between neighbours; inside one, a draw of everything before the sales are
        seen, moved by what the sales say against it (Matheron's rule).
    """
    flat = rng.choice(made.weight.size, n, p=made.weight.ravel())
    brand_at, noise_at, effect_at = np.unravel_index(flat, made.weight.shape)
    step = made.effects[1] - made.effects[0]
    effect = made.effects[effect_at] + step * (rng.random(n) - 0.5)
    size, months = design.shape[1], len(sales)
    controls = rng.standard_normal((n, size)) * spreads
    normal = rng.standard_normal((n, months + 1))
    luck = rng.standard_normal((n, months))
    brand = np.empty((n, months + 1))
    base = (design * spreads**2) @ design.T
    for at in np.unique(brand_at):
        one, rows = found[at], np.flatnonzero(brand_at == at)
        values, axes = np.linalg.eigh(one.covariance)
        brand[rows] = one.mean + normal[rows] @ (axes * np.sqrt(np.maximum(values, 0))).T
    for j in np.unique(noise_at):
        rows = np.flatnonzero(noise_at == j)
        root = np.linalg.cholesky(made.noises[j])
        miss = sales - controls[rows] @ design.T - luck[rows] @ root.T - effect[rows, None] * (brand[rows, :months] - middle)  # fmt: skip
        for row, gap in zip(rows, miss, strict=True):
            cov = found[brand_at[row]].covariance
            total = base + made.noises[j] + effect[row] ** 2 * cov[:months, :months]
            told = np.linalg.solve(total, gap)
            brand[row] += effect[row] * (cov[:, :months] @ told)
            controls[row] += spreads**2 * (design.T @ told)
    return effect, np.array([found[at].carry for at in brand_at]), brand, controls
