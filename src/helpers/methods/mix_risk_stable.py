"""Whether a mix model holds over time: a break that it does not know, and each year left out in turn."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from helpers.methods.mix_risk_linear import Linearised, solve, whitened

TRIM = 0.15  # share of the weeks at each end in which no break is looked for
DRAWS = 199  # series without a break that the largest statistic is held against
YEAR = 52
SHORTEST = 26  # weeks that may stand alone as the last year
KEPT = 1e-8  # directions of the design smaller than this share of the largest are rounding


class Break(NamedTuple):
    """Where the base is most likely to have broken: number of the week, its statistic, and p over all weeks looked at."""

    week: int
    statistic: float
    p: float


def largest_break(model: Linearised, *, seed: int = 0) -> Break | None:
    """The largest step with a new slope that the model leaves over; None where too few weeks are left to look.

    Formula: sup over weeks of the drop in squares by [step, ramp] over the mean square left; p by the same on normal noise after
        the same projection, so that neither the search nor the shape of the design makes it too small.
    Source: Andrews (1993), Econometrica 61, for the statistic; Hansen (2000), Journal of Econometrics 97, for its simulation.
    """
    n = len(model.outcome)
    x = whitened(model.design, model.rho)
    u, s, _ = np.linalg.svd(x / np.linalg.norm(x, axis=0).clip(1e-12), full_matrices=False)
    q = u[:, s > KEPT * s[0]]
    free = n - q.shape[1] - 2
    dates = np.arange(int(TRIM * n), int((1 - TRIM) * n))
    if free < 10 or not len(dates):
        return None
    t = np.arange(n)
    step = (t[:, None] >= dates).astype(float)
    ramp = step * (t[:, None] - dates) / n
    bases = np.stack([whitened(step, model.rho), whitened(ramp, model.rho)], axis=2)  # [week, date, 2]
    bases = bases - np.einsum("wq,qdk->wdk", q, np.einsum("wq,wdk->qdk", q, bases))
    unit = np.linalg.qr(bases.transpose(1, 0, 2))[0].transpose(1, 0, 2)
    noise = np.random.default_rng(seed).standard_normal((n, DRAWS))
    series = np.column_stack([whitened(model.outcome[:, None], model.rho), noise])
    left = series - q @ (q.T @ series)
    drop = (np.einsum("wdk,ws->dks", unit, left) ** 2).sum(axis=1)
    statistic = drop / ((left**2).sum(axis=0) - drop) * free / 2
    most = statistic.max(axis=0)
    p = (1 + int((most[1:] >= most[0]).sum())) / (1 + DRAWS)
    return Break(int(dates[statistic[:, 0].argmax()]), float(most[0]), float(p))


class Years(NamedTuple):
    """Each year left out: first week of each [year], effects without it over those with all [year, channel], and z of the change."""

    begins: np.ndarray
    effects: np.ndarray
    z: np.ndarray


def without_years(model: Linearised) -> Years | None:
    """Effects with each year left out in turn; None where there are less than two years.

    Returns
    -------
    effects : [year, channel], in means of the outcome. z : change over its standard error.

    Formula: the estimate from all weeks is efficient, so Var(without - with) = Var(without) - Var(with) (Hausman), which is the share of
        weeks left out times Var(without) where weeks tell alike; the smaller of the two is never used.
    Source: Hausman (1978), Econometrica 46.
    """
    n, c = len(model.outcome), model.channels
    begins = np.arange(0, n, YEAR)
    if n - begins[-1] < SHORTEST and len(begins) > 1:
        begins = begins[:-1]
    if n < 2 * YEAR:
        return None
    ends = np.r_[begins[1:], n]
    whole = solve(model)
    effects, z = [], []
    for begin, end in zip(begins, ends, strict=True):
        use = np.ones(n, bool)
        use[begin:end] = False
        part = solve(model, weeks=use)
        own = np.diag(part.covariance)[:c]
        gained = np.maximum(own - np.diag(whole.covariance)[:c], own * (end - begin) / n)
        effects.append(part.mean[:c])
        z.append((part.mean[:c] - whole.mean[:c]) / np.sqrt(gained))
    return Years(begins, np.array(effects), np.array(z))
