"""One common factor behind several items, by maximum likelihood, for many covariance matrices at once."""

from __future__ import annotations

import numpy as np

ROUNDS, CLOSE = 2000, 1e-9
LEAST = 0.005  # of an item's variance that is its own: less is a factor that is one item


def one_factor(covs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Loadings and own variances of items on one factor, in the units of the items.

    Parameters
    ----------
    covs : covariance matrices [matrix x item x item], three items or more.

    Returns
    -------
    (loadings, unique) [matrix x item]; the sum of loadings is positive. At least 0.5 % of an item's variance is its own.

    Formula: EM for x = l f + e: b = (l' U^-1 l + 1)^-1 U^-1 l; l = S b / (b'S b + 1 - b'l); U = diag(S - l b'S); steps doubled by
        squared extrapolation.
    Source: Rubin & Thayer (1982), Psychometrika 47; Varadhan & Roland (2008), Scandinavian Journal of Statistics 35.
    """
    sd = np.sqrt(np.diagonal(covs, axis1=1, axis2=2))
    r = covs / (sd[:, :, None] * sd[:, None, :])
    first = np.clip(np.abs(np.linalg.eigh(r)[1][:, :, -1]) * 0.9, 0.2, 0.9)
    signs = np.sign(np.linalg.eigh(r)[1][:, :, -1])
    load = first * np.where(signs == 0, 1.0, signs)
    for _ in range(ROUNDS):
        one = _step(r, load)
        two = _step(r, one)
        move, bend = one - load, two - 2 * one + load
        length = np.sqrt((move**2).sum(axis=1) / np.maximum((bend**2).sum(axis=1), 1e-30))
        far = np.clip(length, 1.0, 50.0)[:, None]
        new = _step(r, _inside(load + 2 * far * move + far**2 * bend))
        worse = (_fit(r, new) > _fit(r, two))[:, None]
        new = np.where(worse, two, new)
        done = float(np.max(np.abs(new - load), initial=0.0)) < CLOSE
        load = new
        if done:
            break
    load = load * np.where(load.sum(axis=1) < 0, -1.0, 1.0)[:, None]
    return load * sd, np.maximum(1 - load**2, LEAST) * sd**2


def _step(r: np.ndarray, load: np.ndarray) -> np.ndarray:
    unique = np.maximum(1 - load**2, LEAST)
    b = load / unique
    b = b / (1 + (b * load).sum(axis=1))[:, None]
    rb = np.einsum("mij,mj->mi", r, b)
    spread = (b * rb).sum(axis=1) + 1 - (b * load).sum(axis=1)
    return _inside(rb / spread[:, None])


def _inside(load: np.ndarray) -> np.ndarray:
    edge = np.sqrt(1 - LEAST)
    return np.clip(load, -edge, edge)


def _fit(r: np.ndarray, load: np.ndarray) -> np.ndarray:
    """Minus the log likelihood of a person, up to a constant and a factor."""
    unique = np.maximum(1 - load**2, LEAST)
    b = load / unique
    inner = 1 + (b * load).sum(axis=1)
    trace = (np.diagonal(r, axis1=1, axis2=2) / unique).sum(axis=1)
    return np.log(unique).sum(axis=1) + np.log(inner) + trace - np.einsum("mi,mij,mj->m", b, r, b) / inner
