"""How long until what a customer brings has paid for what winning them cost."""

from __future__ import annotations

import math
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import gammaincinv

from helpers.errors import DataError
from helpers.methods.intervals import poisson

MONTHS = 24
MONTH_DAYS = (487, 16)  # as in the rollup: a month of age is 487/16 days
EXTRA = {"average": 1.0, "half": 0.5, "none": 0.0}


class Curve(NamedTuple):
    """Cumulative revenue per new customer at ages 0, 1, ... months, with its draws (one row each)."""

    value: np.ndarray
    draws: np.ndarray
    n: np.ndarray


def revenue_curve(
    newcomers: pd.DataFrame,
    *,
    until: date,
    months: int = MONTHS,
    min_customers: int = 30,
    draws: int = 200,
    seed: int = 0,
) -> Curve:
    """Cumulative revenue per new customer by months since the first purchase, with draws of its chance.

    Each month of age has its mean over the customers who have lived it to the end, and the curve adds these means up.
    So all data are used, and an old age is told by the customers won early alone: it is taken that those won since will
    do at that age as they did. A draw gives each day of first purchase a random weight: customers won on one day share
    its weather and its offers, so they go together.

    Parameters
    ----------
    newcomers : rollup `newcomer_revenue`: first_on, age, n_customers, revenue; it may reach beyond `until`.
    until : last day that counts.
    months : highest age.
    min_customers : the curve ends before the first age that fewer have lived.
    draws, seed : number of draws; the same seed gives the same draws.

    Returns
    -------
    Curve: value [money, one an age], draws [money, draws x ages], n [customers, one an age]; no age where there are
    too few customers.

    Raises
    ------
    DataError : a column is missing.

    Formula: cumulative sum over k of sum(w revenue) / sum(w customers), both over days whose age k is over; w = 1 for
    the value, exponential with mean 1 for a draw.
    Source: Rubin (1981), The Bayesian Bootstrap, Annals of Statistics 9.
    """
    customers, revenue = _observed(newcomers, until, months)
    n = customers.sum(axis=0)
    enough = int(np.argmin(n >= min_customers)) if (n < min_customers).any() else len(n)
    customers, revenue, n = customers[:, :enough], revenue[:, :enough], n[:enough]
    weights = np.random.default_rng(seed).standard_exponential((draws, len(customers)))
    value = np.cumsum(revenue.sum(axis=0) / n)
    return Curve(value, np.cumsum((weights @ revenue) / (weights @ customers), axis=1), n)


def customers_won(newcomers: pd.DataFrame, first: date, last: date) -> int:
    """Return how many customers of the rollup `newcomer_revenue` made their first purchase from `first` to `last`."""
    won = newcomers[newcomers["age"] == 0]
    inside = (won["first_on"] >= pd.Timestamp(first)) & (won["first_on"] <= pd.Timestamp(last))
    return int(won.loc[inside, "n_customers"].sum())


def spend_between(days: pd.DataFrame, first: date, last: date) -> float:
    """Return what media cost from `first` to `last`, both included.

    Parameters
    ----------
    days : rollup `media_days`: spent_on, ends_on [empty for a single day], spend [money]. The cost of several days is
        taken to be spread evenly over them.
    """
    start, end = (
        dates.to_numpy(dtype="datetime64[D]")
        for dates in (days["spent_on"], days["ends_on"].fillna(days["spent_on"]))
    )
    length = (end - start).astype(int) + 1
    inside = (np.minimum(end, np.datetime64(last)) - np.maximum(start, np.datetime64(first))).astype(int) + 1
    return float((days["spend"].to_numpy(dtype=float) * np.maximum(inside, 0) / length).sum())


def table(
    curve: Curve, customers: int, spend: float, *, periods: int, level: float = 0.90, seed: int = 0
) -> dict:
    """Return what `scenario` needs to know, small enough to stand in a page.

    Parameters
    ----------
    curve : result of `revenue_curve`.
    customers, spend : customers won, and what media cost [money], in the same `periods` months.
    level : of the intervals.

    Returns
    -------
    constants : level, months [highest age of the curve], spend [money a month], customers with low and high [a month,
    Garwood], revenue [money, one an age]. draws : one list a draw: customers a month, then revenue by age.

    Raises
    ------
    DataError : no customer was won or nothing was spent, so that there is no cost of winning one.
    """
    if customers < 1 or not spend > 0:
        raise DataError(
            f"payback: {customers} customers for a spend of {spend:g}; choose a period with both."
        )
    low, high = poisson(customers, level=level)
    count, digits = len(curve.draws), max(0, 4 - math.floor(math.log10(max(curve.value[-1], 1e-9))))
    # One draw from each slice of the distribution, in any order: few draws then know its tails as well as many.
    at = (np.random.default_rng(seed).permutation(count) + 0.5) / count
    won = gammaincinv(customers + 0.5, at) / periods
    draws = [
        [round(float(n), 3), *(round(float(value), digits) for value in row)]
        for n, row in zip(won, curve.draws, strict=True)
    ]
    constants = {"level": level, "months": len(curve.value) - 1, "spend": spend / periods}
    constants |= {"customers": customers / periods, "customers_low": low / periods}
    constants |= {"customers_high": high / periods, "revenue": [float(value) for value in curve.value]}
    return {"constants": constants, "draws": draws}


def scenario(inputs: dict, constants: dict, draws: list[list[float]]) -> dict:
    """Cost of winning a customer and months until it is paid back, under a spend, a margin and an assumption.

    Parameters
    ----------
    inputs : spend [money a month], margin [share of revenue], extra: what a euro more than today wins, and a euro
        less loses: customers at the "average" rate, "half" as many, or "none".
    constants, draws : as `table` makes them.

    Returns
    -------
    figures : customers [a month], cac [money], months (the median of the draws) and within [share of draws that are paid
        back inside the curve], each (value, low, high), the bounds None where there are none; months are infinite
        beyond the curve.
    curve : value, low, high [money of margin, one an age], target [cac] and mark [months], for a picture.
    case : "at once" where the first purchase pays, "told", "open" where the upper bound lies beyond the curve, "beyond" where the median does.

    Formula: n(s) = n0 (1 + e (s / s0 - 1)); cac = s / n(s); months = the first age, interpolated, at which margin x
    cumulative revenue >= cac, 0 where the first purchase pays.
    """
    spend, margin, level = inputs["spend"], inputs["margin"], constants["level"]
    more = 1 + EXTRA[inputs["extra"]] * (spend / constants["spend"] - 1)
    known = np.asarray(draws, dtype=float)
    earned = margin * known[:, 1:]
    reached = np.sort(months_to_reach(earned, spend / (known[:, 0] * more)))
    tails = (1 - level) / 2, (1 + level) / 2
    months, low, high = (float(quantile(reached, at)) for at in (0.5, *tails))
    bands = [quantile(np.sort(earned, axis=0), at).tolist() for at in tails]
    won = [constants[name] * more for name in ("customers", "customers_low", "customers_high")]
    cac = [spend / won[i] for i in (0, 2, 1)]
    within = float(np.isfinite(reached).sum() / len(reached))
    line = [margin * one for one in constants["revenue"]]
    return {
        "figures": {
            "customers": won,
            "cac": cac,
            "months": [months, low, high],
            "within": [within, None, None],
        },
        "curve": {"value": line, "low": bands[0], "high": bands[1], "target": cac[0], "mark": months},
        "case": "at once"
        if high == 0
        else "told"
        if math.isfinite(high)
        else "open"
        if math.isfinite(months)
        else "beyond",
    }


def months_to_reach(curves: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Return the age at which each curve (a row: ages 0, 1, ...) first reaches its target; infinite where it never does.

    Between two ages the curve is a straight line; a curve that starts at its target or above it gives 0.
    """
    there = curves >= targets[:, None]
    rows, at = np.arange(len(curves)), there.argmax(axis=1)
    before = np.maximum(at - 1, 0)
    step = curves[rows, at] - curves[rows, before]
    part = (targets - curves[rows, before]) / np.where(step > 0, step, 1.0)
    return np.where(~there.any(axis=1), math.inf, np.where(at == 0, 0.0, before + part))


def quantile(ordered: np.ndarray, at: float) -> np.ndarray:
    """Return the smallest of the sorted values that at least a share `at` of them does not exceed; it may be infinite."""
    return ordered[max(math.ceil(at * len(ordered) - 1e-9), 1) - 1]


def _observed(newcomers: pd.DataFrame, until: date, months: int) -> tuple[np.ndarray, np.ndarray]:
    """Customers and revenue by day of first purchase and age; both 0 where the age is not over by `until`."""
    for name in ("first_on", "age", "n_customers", "revenue"):
        if name not in newcomers:
            raise DataError(f"payback: the column {name} is missing; make the table with newcomer_revenue.")
    kept = newcomers[newcomers["first_on"] <= pd.Timestamp(until)]
    wide = kept.pivot(index="first_on", columns="age", values="revenue")
    wide = wide.reindex(columns=range(months + 1)).fillna(0.0)
    lots = kept[kept["age"] == 0].set_index("first_on")["n_customers"].reindex(wide.index)
    days, parts = MONTH_DAYS
    lived = (pd.Timestamp(until) - wide.index).days.to_numpy()[:, None]
    over = lived >= np.arange(months + 1)[None, :] * days // parts
    return lots.to_numpy(dtype=float)[:, None] * over, wide.to_numpy() * over
