"""What a fitted choice model says of levels: part-worths, importance of attributes, and what people would pay for a step."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.special import ndtri

from helpers.i18n import Said, said
from helpers.methods.choice_coding import NONE, Coded
from helpers.methods.choice_fit import FEWEST, Fit, in_words
from helpers.methods.intervals import check_level, equal_tailed


def draws_of(fit: Fit, *, draws: int = 2000, seed: int = 0) -> np.ndarray:
    """Draws [draw, column] of the coefficients from their clustered normal; NaN in a column that cannot be told.

    Source: Krinsky & Robb (1986), Review of Economics and Statistics 68.
    """
    made = np.full((draws, len(fit.names)), np.nan)
    kept = np.flatnonzero(np.isfinite(fit.coefficients))
    covariance = fit.covariance[np.ix_(kept, kept)]
    if len(kept) and np.isfinite(covariance).all():
        values, vectors = np.linalg.eigh(covariance)
        # the sign of a vector is the processor's choice: its largest entry is made positive
        vectors = vectors * np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(len(kept))])
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        normal = np.random.default_rng(seed).standard_normal((draws, len(kept)))
        made[:, kept] = fit.coefficients[kept] + normal @ root.T
    return made


def part_worths(
    fit: Fit, data: Coded, *, level: float = 0.90, centred: bool = False, draws: int = 2000, seed: int = 0
) -> pd.DataFrame:
    """Worth of each level in units of utility.

    Parameters
    ----------
    centred : False measures against the reference level, whose worth is 0; True against the mean of the attribute's levels, which
        no choice of reference changes.

    Returns
    -------
    One row a level, then the price [a unit of money] and none where they are: attribute, level, value, low, high, n_shown, n_chosen,
    is_reference. Bounds are those of a normal, clustered by person.
    """
    check_level(level)
    drawn = draws_of(fit, draws=draws, seed=seed)
    rows = []
    for name, levels in data.attributes.items():
        value, draw = _of_levels(fit, drawn, name, levels)
        if centred:
            value, draw = value - value.mean(), draw - draw.mean(axis=1, keepdims=True)
        low, high = equal_tailed(draw, level=level, axis=0)
        for at, one in enumerate(levels):
            rows.append((name, one, value[at], low[at], high[at], at == 0))
    for name in (one for one in (data.price, NONE) if one in fit.names):
        low, high = equal_tailed(drawn[:, fit.names.index(name)], level=level)
        rows.append((name, "", fit.at(name), low, high, False))
    table = pd.DataFrame(rows, columns=["attribute", "level", "value", "low", "high", "is_reference"])
    return table.merge(data.shown, on=["attribute", "level"], how="left")


def importance(
    fit: Fit, data: Coded, *, level: float = 0.90, draws: int = 2000, seed: int = 0
) -> pd.DataFrame:
    """Share of an attribute in what could move a choice: its range of worths over the sum of ranges.

    Returns
    -------
    One row an attribute, the largest first: attribute, value [share 0-1], low, high. It depends on the levels and prices that were
    shown; an attribute without effect has a range above 0 by chance. NaN where a coefficient cannot be told.

    Formula: (max - min of the worths) / sum over attributes; of the price |b| x (highest - lowest price).
    """
    check_level(level)
    drawn = np.vstack([fit.coefficients, draws_of(fit, draws=draws, seed=seed)])
    ranges = {}
    for name, levels in data.attributes.items():
        _, worths = _of_levels(fit, drawn, name, levels)
        ranges[name] = worths.max(axis=1) - worths.min(axis=1)
    if data.price:
        ranges[data.price] = np.abs(drawn[:, fit.names.index(data.price)]) * (data.prices[-1] - data.prices[0])  # fmt: skip
    total = np.sum(list(ranges.values()), axis=0)
    shares = {name: made / total for name, made in ranges.items()}
    bounds = {name: equal_tailed(share[1:], level=level) for name, share in shares.items()}
    rows = [
        (name, share[0], min(bounds[name][0], share[0]), max(bounds[name][1], share[0]))
        for name, share in shares.items()
    ]
    made = pd.DataFrame(rows, columns=["attribute", "value", "low", "high"])
    return made.sort_values("value", ascending=False, kind="stable", ignore_index=True)


def willingness(
    fit: Fit, data: Coded, *, level: float = 0.90, draws: int = 4000, seed: int = 0
) -> pd.DataFrame:
    """What people would pay for a level in place of the reference, in money.

    Parameters
    ----------
    level, draws, seed : of the interval, by draws of the coefficients.

    Returns
    -------
    One row a level other than the reference: attribute, level, reference, value [money], low, high, reason. Where the interval of the
    price coefficient spans zero, people chose the dearer, fewer than 30 answered or a worth cannot be told, value and bounds are NaN
    and the reason says why.

    Formula: value = -b_level / b_price; bounds are quantiles of the same ratio over draws.
    Source: Krinsky & Robb (1986), Review of Economics and Statistics 68; Train (2009), ch. 3.
    """
    check_level(level)
    refusal = price_refusal(fit, data, level=level)
    drawn = draws_of(fit, draws=draws, seed=seed)
    rows = []
    for name, levels in data.attributes.items():
        for one in levels[1:]:
            at, why = fit.names.index(f"{name}: {one}"), refusal
            if not why and not math.isfinite(fit.coefficients[at]):
                why = said("the worth of {attribute} {level} cannot be told", attribute=name, level=one)
            value, low, high = math.nan, math.nan, math.nan
            if not why:
                price = fit.names.index(data.price)
                value = -fit.coefficients[at] / fit.coefficients[price]
                low, high = equal_tailed(-drawn[:, at] / drawn[:, price], level=level)
            rows.append((name, one, levels[0], value, low, high, why))
    return pd.DataFrame(rows, columns=["attribute", "level", "reference", "value", "low", "high", "reason"])


def price_refusal(fit: Fit, data: Coded, *, level: float = 0.90) -> Said | str:
    """Why no worth can be told in money; an empty text where it can."""
    if not data.price:
        return said("the tasks vary no price; add prices to the next study")
    at = fit.names.index(data.price)
    value = fit.coefficients[at]
    if fit.n_people < FEWEST:
        return said("only {n} people answered, need n = {need}", n=fit.n_people, need=FEWEST)
    if not math.isfinite(value):
        return said("the effect of the price cannot be told")
    half = float(ndtri((1 + level) / 2)) * math.sqrt(fit.covariance[at, at])
    if value - half >= 0 and value > 0:
        return said("people chose the dearer offers, so the price is read as a sign of quality; no worth in money follows")  # fmt: skip
    if not value + half < 0:
        return said(
            "the interval of the price's effect spans zero, so a worth in money has no bounds; need n = {need} people",
            need=_needed(fit, data, value, half),
        )
    return ""


def _needed(fit: Fit, data: Coded, value: float, half: float) -> int:
    """People at which the interval would leave out zero, were the effect as found; ten times as many at most."""
    most = 10 * max(fit.n_people, data.need)
    if value >= 0:
        return most
    return min(most, math.ceil(fit.n_people * (half / value) ** 2) + 1)


def _of_levels(fit: Fit, drawn: np.ndarray, name: str, levels) -> tuple[np.ndarray, np.ndarray]:
    """Worths of all levels of an attribute, the reference 0: at the maximum, and in each draw."""
    at = [fit.names.index(f"{name}: {one}") for one in levels[1:]]
    value = np.r_[0.0, fit.coefficients[at]]
    return value, np.column_stack([np.zeros(len(drawn)), drawn[:, at]])


def refused(fit: Fit) -> Said | str:
    """Why nothing may be told of shares: too few people, or worths that cannot be told; an empty text where it may."""
    if fit.n_people < FEWEST:
        return said("only {n} people answered, need n = {need}", n=fit.n_people, need=FEWEST)
    lost = ~np.isfinite(fit.coefficients)
    if lost.any():
        return said("the worth of {columns} cannot be told", columns=in_words(fit.names, lost))
    return next((one.values["reason"] for one in fit.guards if one.startswith("cannot tell: ")), "")
