"""What promotions did to daily orders: lift while they ran, the dip after, against a baseline without them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize

from helpers.methods.promotions_design import LIFT_PRIOR, WIDE, Design

# Where the search of the spreads begins: of the season's slowness, the weekly shock, its memory, and of events of one kind.
START = (math.log(0.2), math.log(0.05), math.atanh(0.7), math.log(0.1))
TYPICAL = (
    (math.log(0.3), 1.5),
    (math.log(0.05), 1.0),
    (math.atanh(0.7), 0.5),
    (math.log(0.1), 1.0),
)  # weak, of logs
ROUNDS, NEWTON = 3, 40


@dataclass(frozen=True, eq=False)
class Baseline:
    """A fitted model of daily counts: the design, coefficients, their covariance, the spreads found, dispersion."""

    design: Design
    coef: np.ndarray
    covariance: np.ndarray
    spreads: dict[str, float]
    dispersion: float

    @property
    def expected(self) -> np.ndarray:
        """Expected orders, one a row of the design."""
        return np.exp(self.design.x @ self.coef)


class Draws(NamedTuple):
    """Draws of one event: orders expected while it ran, those it added, and those missing after it [draws]."""

    expected: np.ndarray
    extra: np.ndarray
    pulled: np.ndarray


def fit(made: Design) -> Baseline:
    """Penalised Poisson regression; the spreads that penalise it are found by the marginal likelihood of its working response.

    Formula: penalised log-likelihood of counts, season harmonic k ~ N(0, (a / k²)²), weekly shocks AR(1), heights of events of one
        kind ~ N(0, s²); covariance = dispersion x inverse of the penalised information; dispersion = max(1, Pearson chi-square / df).
    Source: Breslow & Clayton (1993), JASA 88, penalised quasi-likelihood; Wood (2017), Generalized Additive Models, ch. 6.
    """
    y = made.days["n"].to_numpy(dtype=float)
    spreads = np.array(START)
    coef, weights = _newton(made, y, spreads, None, 1.0)
    dispersion = 1.0
    for _ in range(ROUNDS):
        dispersion = _dispersion(made, y, coef, spreads, dispersion)
        spreads = _spreads(made, y, coef, spreads, dispersion)
        coef, weights = _newton(made, y, spreads, coef, dispersion)
    information = made.x.T @ (made.x * (weights / dispersion)[:, None]) + _precision(made, spreads)[0]
    names = ("season", "shock", "memory", "event")
    found = dict(zip(names, (*np.exp(spreads[:2]), math.tanh(spreads[2]), math.exp(spreads[3])), strict=True))
    return Baseline(made, coef, np.linalg.inv(information), found, dispersion)


def draws(baseline: Baseline, *, count: int = 1000, seed: int = 0) -> dict[str, Draws]:
    """Draws of what each event did, all from the same draws of the coefficients.

    Formula: extra = sum over its days of mu (1 - exp(-lift)); pulled = sum over the days after of mu (exp(dip) - 1).
    """
    made = baseline.design
    root = np.linalg.cholesky(baseline.covariance + 1e-12 * np.eye(len(baseline.coef)))
    coefs = baseline.coef + np.random.default_rng(seed).standard_normal((count, len(baseline.coef))) @ root.T
    names = np.array(made.names)
    found = {}
    for event in dict.fromkeys(made.events["event"]):
        kind = made.events.loc[made.events["event"] == event, "kind"].iloc[0]
        lift = np.flatnonzero(np.char.startswith(names, f"lift {kind} ") | (names == f"height {event}"))
        dip = np.flatnonzero(names == f"dip {kind}")
        during, after = made.during[event], made.after[event]
        expected = np.exp(coefs @ made.x[during].T)
        extra = (expected * -np.expm1(-(coefs[:, lift] @ made.x[np.ix_(during, lift)].T))).sum(axis=1)
        left = np.exp(coefs @ made.x[after].T)
        pulled = (left * np.expm1(-(coefs[:, dip] @ made.x[np.ix_(after, dip)].T))).sum(axis=1)
        found[event] = Draws(expected.sum(axis=1), extra, pulled)
    return found


def _newton(made: Design, y, spreads, coef, dispersion) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients that maximise the penalised likelihood, and the expected counts that weigh it."""
    penalty = _precision(made, spreads)[0] * dispersion
    eta = np.log(np.maximum(_smoothed(y), 0.1)) if coef is None else made.x @ coef
    for _ in range(NEWTON):
        mu = np.exp(np.clip(eta, -20, 20))
        target = made.x.T @ (mu * eta + y - mu)
        new = cho_solve(cho_factor(made.x.T @ (made.x * mu[:, None]) + penalty), target)
        moved = np.inf if coef is None else float(np.abs(new - coef).max())
        coef, eta = new, made.x @ new
        if moved < 1e-8:
            break
    return coef, np.exp(np.clip(eta, -20, 20))


def _smoothed(y: np.ndarray) -> np.ndarray:
    """Counts pulled towards their mean, where the search begins."""
    return 0.5 * y + 0.5 * max(float(y.mean()), 0.1)


def _precision(made: Design, spreads: np.ndarray) -> tuple[np.ndarray, float]:
    """Inverse prior covariance of the coefficients, and its log determinant up to what the spreads do not move."""
    season, shock, event = math.exp(spreads[0]), math.exp(spreads[1]), math.exp(spreads[3])
    memory = math.tanh(spreads[2])
    variance = np.full(len(made.kinds), WIDE**2)
    variance[made.kinds == "lift"] = LIFT_PRIOR**2
    waves = made.kinds == "season"
    variance[waves] = (season / made.wave[waves].astype(float) ** 2) ** 2
    variance[made.kinds == "event"] = event**2
    matrix = np.diag(1 / variance)
    weeks = np.flatnonzero(made.kinds == "shock")
    inner = np.full(len(weeks), 1 + memory**2)
    inner[[0, -1]] = 1.0
    scale = 1 / (shock**2 * (1 - memory**2)) if len(weeks) > 1 else 1 / shock**2
    matrix[weeks, weeks] = inner * scale
    matrix[weeks[:-1], weeks[1:]] = matrix[weeks[1:], weeks[:-1]] = -memory * scale
    log_det = -np.log(variance[made.kinds != "shock"]).sum()
    log_det += -2 * len(weeks) * spreads[1] - (len(weeks) - 1) * math.log(1 - memory**2)
    return matrix, float(log_det)


def _spreads(made: Design, y, coef, spreads, dispersion) -> np.ndarray:
    """Spreads that maximise the marginal likelihood of the working response."""
    eta = made.x @ coef
    mu = np.exp(eta)
    weighted = made.x * (mu / dispersion)[:, None]
    information, target = made.x.T @ weighted, weighted.T @ (eta + (y - mu) / mu)

    def loss(at: np.ndarray) -> float:
        at = np.clip(at, (-8, -8, -1.0, -8), (3, 0.5, 2.5, 0.5))
        matrix, log_det = _precision(made, at)
        factor = cho_factor(information + matrix, lower=True)
        fitted = target @ cho_solve(factor, target)
        own = sum(((value - mean) / sd) ** 2 for value, (mean, sd) in zip(at, TYPICAL, strict=True))
        return -0.5 * (log_det - 2 * np.log(np.diag(factor[0])).sum() + fitted) + 0.5 * own

    found = minimize(
        loss, spreads, method="Nelder-Mead", options={"xatol": 0.02, "fatol": 0.01, "maxfev": 160}
    )
    return np.clip(found.x, (-8, -8, -1.0, -8), (3, 0.5, 2.5, 0.5))


def _dispersion(made: Design, y, coef, spreads, dispersion) -> float:
    """Pearson's chi-square over its degrees of freedom, at least 1."""
    mu = np.exp(made.x @ coef)
    information = made.x.T @ (made.x * (mu / dispersion)[:, None])
    used = float(np.trace(np.linalg.solve(information + _precision(made, spreads)[0], information)))
    return max(1.0, float((((y - mu) ** 2) / mu).sum() / max(len(y) - used, 1.0)))
