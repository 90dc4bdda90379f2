"""Repeat purchases as if customers never grew older: what each month did to them beside how long ago they first came."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from helpers.errors import DataError

ROUNDS, CLOSE = 500, 1e-9
FEWEST = 30  # orders of a month, below which its index is left out


class Index(NamedTuple):
    """Index of each month [mean 1 over the months known, NaN where it is not], and the orders behind it [month]."""

    index: np.ndarray
    n: np.ndarray


def standardised(orders, customers, days) -> Index:
    """What each month did to repeat orders, customers of one age held against customers of the same age.

    Parameters
    ----------
    orders : repeat orders [cohort, month], in order; the cohort first came in the month of the same place. customers : people of each
        cohort. days : days of each month.

    Returns
    -------
    Index. Months with fewer than 30 repeat orders have none. A company whose customers grow in number, or grow old, has the same index.

    Raises
    ------
    DataError : shapes differ, or a figure is negative or missing.

    Formula: orders(c, m) ~ Poisson(customers(c) days(m) age(m - c) month(m)), by iterative proportional fitting; the month of the first
        order is left out.
    Source: Clayton & Schifflers (1987), Models for temporal variation in cancer rates I, Statistics in Medicine 6 (age-period model).
    """
    n, size, length = (np.asarray(one, dtype=float) for one in (orders, customers, days))
    if n.shape != (len(size), len(length)) or len(size) != len(length):
        raise DataError(f"standardised: orders are {n.shape}, cohorts {len(size)} and months {len(length)}. Give one row a cohort and one column a month.")  # fmt: skip
    for name, one in (("orders", n), ("customers", size), ("days", length)):
        if not np.isfinite(one).all() or (one < 0).any():
            raise DataError(f"standardised: {name} are negative or missing. Count them again.")
    months = len(length)
    age = np.arange(months)[None] - np.arange(months)[:, None]
    later = age >= 1
    n, exposed, age = np.where(later, n, 0.0), np.where(later, size[:, None] * length, 0.0), np.where(later, age, 0)  # fmt: skip
    by_month, by_age = np.ones(months), np.ones(months)
    total, of_age = n.sum(axis=0), np.bincount(age.ravel(), n.ravel(), months)
    for _ in range(ROUNDS):
        seen = np.bincount(age.ravel(), (exposed * by_month).ravel(), months)
        by_age = np.divide(of_age, seen, out=np.zeros(months), where=seen > 0)
        expected = (exposed * by_age[age]).sum(axis=0)
        new = np.divide(total, expected, out=np.zeros(months), where=expected > 0)
        new /= new[total > 0].mean() if (total > 0).any() else 1.0
        moved, by_month = float(np.abs(new - by_month).max()), new
        if moved < CLOSE:
            break
    known = (total >= FEWEST) & (by_month > 0)
    if not known.any():
        return Index(np.full(months, math.nan), total)
    return Index(np.where(known, by_month / by_month[known].mean(), np.nan), total)


def joined(parts: list[tuple[np.ndarray, np.ndarray]], weights) -> tuple[np.ndarray, np.ndarray]:
    """One index out of several, the mean of their logarithms by weight, and the orders that would count as well.

    Parameters
    ----------
    parts : (index, orders behind it) [month]. weights : of each part; they are brought to 1.

    Formula: log index = sum w log(part); 1 / n = sum w² / n(part).
    """
    w = np.asarray(weights, dtype=float)
    w = w / w.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = sum(share * np.log(index) for share, (index, _) in zip(w, parts, strict=True) if share > 0)
        noise = sum(share**2 / n for share, (_, n) in zip(w, parts, strict=True) if share > 0)
        return np.exp(logs), 1 / noise
