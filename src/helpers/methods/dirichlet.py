"""What a brand of a given size may expect of its buyers: the NBD-Dirichlet model of repeat buying, from five figures of a market."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import hyp2f1

from helpers.errors import DataError

LEAST, MOST = 1e-4, 1e3  # of K and of S: below, everybody buys one brand only; above, brands are drawn by lot
HALVINGS = 50  # of an interval of log 1e7: to the last digits
MIN_BRANDS = 3


class Market(NamedTuple):
    """A fitted market; each field may have a leading axis of redraws.

    mean : purchases of the category a person (M). k : shape of the negative binomial of purchases (K). s : how far people mix brands (S).
    penetration : share of people who buy the category. shares : of each brand in purchases [brand]. s_by_brand : the S that gives each
    brand's own penetration. kept : brands whose S counts for the market's.
    """

    mean: np.ndarray
    k: np.ndarray
    s: np.ndarray
    penetration: np.ndarray
    shares: np.ndarray
    s_by_brand: np.ndarray
    kept: np.ndarray


def fit(penetration, rate, shares, brand_penetrations, *, kept=None) -> Market:
    """The Dirichlet of a market from its category figures and its brands' sizes.

    Parameters
    ----------
    penetration : share of people who bought the category in the period. rate : purchases per buyer of the category.
    shares : of each brand in the purchases [... x brand], brands left out may be missing. brand_penetrations : share of people who
        bought each brand. A leading axis of redraws is allowed in all four.
    kept : brands whose S counts; None takes those that are no outliers in a box plot of S.

    Returns
    -------
    Market.

    Raises
    ------
    DataError : fewer than three brands, a figure outside its range, or purchases that differ less than chance makes them differ.

    Formula: M = penetration x rate; K from 1 - penetration = (1 + M/K)^-K; S_j from b_j = 1 - (1-q)^K 2F1(K, S(1-s_j); S; q) with
        q = M/(M+K); S is the mean of S_j weighted by share, without outliers.
    Source: Goodhardt, Ehrenberg & Chatfield (1984), JRSS A 147; the rule for outliers is that of the R package NBDdirichlet 1.4.
    """
    b, rate = np.asarray(penetration, float), np.asarray(rate, float)
    shares, own = np.asarray(shares, float), np.asarray(brand_penetrations, float)
    _refuse(b, rate, shares, own)
    mean = b * rate
    k = _solve(lambda k: 1 - (1 + mean / k) ** -k, b)
    q = mean / (mean + k)
    s_by_brand = _solve(lambda s: _bought(k[..., None], q[..., None], s, shares), own)
    kept = _no_outlier(s_by_brand) if kept is None else np.broadcast_to(kept, s_by_brand.shape)
    return Market(mean, k, _mean_s(s_by_brand, shares, kept), b, shares, s_by_brand, kept)


def without_each(market: Market) -> np.ndarray:
    """The S that the other brands give, for each brand: what a brand is held against must not hold the brand itself [... x brand]."""
    n = market.shares.shape[-1]
    others = [market.kept & (np.arange(n) != at) for at in range(n)]
    return np.stack([_mean_s(market.s_by_brand, market.shares, one) for one in others], axis=-1)


def expected(market: Market, *, shares=None, s=None) -> dict[str, np.ndarray]:
    """What brands of given shares may expect [... x brand].

    Parameters
    ----------
    shares : of the purchases; the market's own where none are given. s : S to use, one or one a brand; the market's own.

    Returns
    -------
    penetration, frequency [purchases a buyer], category_rate [purchases of the category a buyer of the brand], requirements [frequency over
    category_rate], sole [share of buyers who buy nothing else].

    Formula: frequency = M s_j / b_j; category_rate = (M - E[n; brand not bought]) / b_j; sole = (1-q)^K (2F1(K, S s_j; S; q) - 1) / b_j.
    Source: Goodhardt, Ehrenberg & Chatfield (1984), JRSS A 147, sections 3 and 4.
    """
    at = market.shares if shares is None else np.asarray(shares, float)
    s = (market.s[..., None] if s is None else np.asarray(s, float)) * np.ones_like(at)
    mean, k = market.mean[..., None], market.k[..., None]
    q = mean / (mean + k)
    b = _bought(k, q, s, at)
    with np.errstate(invalid="ignore", divide="ignore"):
        without = (1 - q) ** k * q * k * (1 - at) * hyp2f1(k + 1, s * (1 - at) + 1, s + 1, q)
        frequency, category = mean * at / b, (mean - without) / b
        sole = (1 - q) ** k * (hyp2f1(k, s * at, s, q) - 1) / b
    return {
        "penetration": b, "frequency": frequency, "category_rate": category, "requirements": frequency / category, "sole": sole,
    }  # fmt: skip


def duplication(market: Market) -> np.ndarray:
    """Share of the buyers of the row's brand who also buy the column's, expected [brand x brand], 1 on the diagonal.

    Formula: b_jk = b_j + b_k - b of a brand of both shares; row j over b_j.
    """
    shares, s, n = market.shares, market.s, market.shares.shape[-1]
    q = market.mean / (market.mean + market.k)
    b = _bought(market.k, q, s, shares)
    both = shares[:, None] + shares[None, :]
    either = _bought(market.k, q, s, np.minimum(both, 1.0))
    made = (b[:, None] + b[None, :] - either) / b[:, None]
    made[np.arange(n), np.arange(n)] = 1.0
    return made


def observed(purchases: pd.DataFrame, weights=None) -> pd.DataFrame:
    """What the brands' buyers did: one row a brand, the columns of `expected` with share and n [buyers].

    Parameters
    ----------
    purchases : one row a person, one column a brand, purchases in the period, 0 or more. weights : of people; none means all are alike.
    """
    x, w = checked(purchases, weights)
    total, bought = x.sum(axis=1), x > 0
    buyers = w @ bought
    with np.errstate(invalid="ignore", divide="ignore"):
        made = {
            "share": w @ x / (w @ total), "penetration": buyers / w.sum(), "frequency": w @ x / buyers,
            "category_rate": (w * total) @ bought / buyers, "requirements": w @ x / ((w * total) @ bought),
            "sole": w @ (bought & (x == total[:, None])) / buyers,
        }  # fmt: skip
    made["n"] = bought.sum(axis=0)
    return pd.DataFrame(made, index=pd.Index(list(purchases.columns), name="brand"))


def observed_duplication(purchases: pd.DataFrame, weights=None) -> pd.DataFrame:
    """Share of the buyers of the row's brand who also buy the column's, as people did."""
    x, w = checked(purchases, weights)
    bought = (x > 0).astype(float)
    together = bought.T @ (bought * w[:, None])
    with np.errstate(invalid="ignore", divide="ignore"):
        made = together / np.diag(together)[:, None]
    return pd.DataFrame(made, index=list(purchases.columns), columns=list(purchases.columns))


def duplication_coefficient(duplicated, penetrations) -> float:
    """The D of the duplication law: how much likelier a brand's buyers buy another one than people at large do.

    Formula: sum of duplications / sum of the other brands' penetrations, over all pairs of brands. Source: Ehrenberg (1988), Repeat-Buying.
    """
    table, b = np.asarray(duplicated, float), np.asarray(penetrations, float)
    off = ~np.eye(len(b), dtype=bool) & np.isfinite(table)
    return float(table[off].sum() / np.broadcast_to(b, table.shape)[off].sum())


def checked(purchases: pd.DataFrame, weights) -> tuple[np.ndarray, np.ndarray]:
    """Purchases and weights as arrays.

    Raises
    ------
    DataError : a number of purchases or a weight is missing or negative, or there is not one weight a person.
    """
    x = purchases.to_numpy(float)
    w = np.ones(len(x)) if weights is None else np.asarray(weights, float)
    if len(w) != len(x):
        raise DataError(f"dirichlet: {len(w)} weights for {len(x)} people; give one weight a person.")
    if not (np.isfinite(x).all() and (x >= 0).all()):
        raise DataError(
            "dirichlet: a number of purchases is missing or negative. Write 0 for a brand not bought."
        )
    if not (np.isfinite(w).all() and (w >= 0).all() and w.sum() > 0):
        raise DataError("dirichlet: a weight is missing or negative, or all are 0. Weight the survey again.")
    return x, w


def _bought(k, q, s, shares) -> np.ndarray:
    """Share of people who buy a brand of these shares."""
    return 1 - (1 - q) ** k * hyp2f1(k, s * (1 - shares), s, q)


def _solve(function, target) -> np.ndarray:
    """Where a rising function of a positive number meets its target, by halving; at an end where it does not."""
    target = np.asarray(target, float)
    low, high = np.full(target.shape, np.log(LEAST)), np.full(target.shape, np.log(MOST))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = function(np.exp(middle)) < target
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.exp((low + high) / 2)


def _mean_s(s_by_brand, shares, kept) -> np.ndarray:
    weight = np.where(kept, shares, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (weight * s_by_brand).sum(axis=-1) / weight.sum(axis=-1)


def _no_outlier(s: np.ndarray) -> np.ndarray:
    """Brands inside the whiskers of the box of S and not above its upper notch."""
    ordered, n = np.sort(s, axis=-1), s.shape[-1]
    half = (n + 1) // 2
    median = np.median(ordered, axis=-1, keepdims=True)
    first, last = (
        np.median(one, axis=-1, keepdims=True) for one in (ordered[..., :half], ordered[..., n - half :])
    )
    box = last - first
    kept = (s >= first - 1.5 * box) & (s <= last + 1.5 * box) & (s <= median + 1.58 * box / np.sqrt(n))
    return np.where(kept.any(axis=-1, keepdims=True), kept, True)


def _refuse(b, rate, shares, own) -> None:
    if shares.shape[-1] < MIN_BRANDS:
        raise DataError(
            f"dirichlet: {shares.shape[-1]} brands; at least {MIN_BRANDS} are needed to see a pattern."
        )
    if not ((b > 0) & (b < 1)).all():
        raise DataError(
            "dirichlet: nobody or everybody bought the category; choose a period in which some did not."
        )
    if not (((shares > 0) & (shares < 1)).all() and ((own > 0) & (own <= b[..., None] + 1e-12)).all()):
        raise DataError(
            "dirichlet: a brand has no purchases, or more buyers than the category. Leave it out or mend it."
        )
    if not (b * rate > -np.log1p(-b) * (1 + 1e-9)).all():
        raise DataError(
            "dirichlet: purchases differ less between people than chance makes them differ, so there are no heavy and light "
            "buyers to model. Look for people or purchases that are missing."
        )
