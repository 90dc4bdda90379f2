"""Days of customers on which a service can be taken, with what the company knew before and what came after."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.special import expit

from helpers.sample.chunk import Chunk
from helpers.sample.setting import N_DATA

WINDOW = 180  # days after a service in which a purchase counts
YEAR = 365
ANY_DAYS = 3  # days drawn of each customer for what needs no order
RIDGE, STEPS = 1.0, 12  # of the logistic regression: penalty, Newton steps


@lru_cache(4)
def days(chunk: Chunk, *, is_ordered: bool, since: int) -> pd.DataFrame:
    """Days up to the end of the books, from `since` on: those of paid orders, or ANY_DAYS days of each customer drawn among all.

    Returns
    -------
    One row a day: customer [row in people], day, order_id, value [of the order, money], sent_back [bool, of the order],
    again [bool: a paid order within WINDOW days after, known also where the data end sooner], prognosis [standard deviations],
    earlier [orders of the year that ended WINDOW days before, in logarithms and standard deviations].
    """
    paid = chunk.orders[chunk.orders["status"] == "paid"]
    rows = _ordered(paid) if is_ordered else _any(chunk, paid, since)
    rows = rows[(rows["day"] >= since) & (rows["day"] < N_DATA)].reset_index(drop=True)
    known, again, earlier = _around(paid, chunk, rows)
    return rows.assign(again=again, prognosis=_prognosis(known, again), earlier=_standard(np.log1p(earlier)))


def _ordered(paid: pd.DataFrame) -> pd.DataFrame:
    """Days of paid orders."""
    kept = paid[["customer", "day", "order_id"]]
    return kept.assign(value=paid["revenue_excl_vat"], sent_back=paid["returned_value"] > 0)


def _any(chunk: Chunk, paid: pd.DataFrame, since: int) -> pd.DataFrame:
    """Days of customers, drawn evenly between `since` and the end of the books, after their first paid order in these."""
    who = np.repeat(np.arange(len(chunk.people)), ANY_DAYS)
    day = chunk.rng("csr service days").integers(since, N_DATA, len(who))
    made = pd.DataFrame({"customer": who, "day": day, "order_id": None, "value": 0.0, "sent_back": False})
    first = (
        paid.groupby("customer")["day"].min().reindex(range(len(chunk.people)), fill_value=N_DATA).to_numpy()
    )
    return made[day > first[who]]


def _around(
    paid: pd.DataFrame, chunk: Chunk, rows: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What was known before each day [row, feature], whether a paid order followed within WINDOW days, orders of a year earlier on."""
    span = int(paid["day"].max()) + 2 * YEAR + WINDOW if len(paid) else 1
    who, day = paid["customer"].to_numpy(), paid["day"].to_numpy()
    order = np.lexsort((day, who))
    key = who[order] * span + day[order]
    spent = np.concatenate([[0.0], np.cumsum(paid["revenue_excl_vat"].to_numpy()[order])])
    base = rows["customer"].to_numpy() * span
    at = rows["day"].to_numpy()

    def before(when: np.ndarray) -> np.ndarray:
        return np.searchsorted(key, base + np.maximum(when, 0), side="left")

    now, year, first = before(at), before(at - YEAR), np.searchsorted(key, base, side="left")
    after = np.searchsorted(key, base + at + WINDOW, side="right") - np.searchsorted(
        key, base + at, side="right"
    )
    last = np.where(now > first, at - (key[np.maximum(now - 1, 0)] - base), YEAR)
    tenure = np.maximum(at - chunk.people["start"].to_numpy()[rows["customer"]], 0)
    n, spend = now - year, spent[now] - spent[year]
    known = [np.log1p(n), np.log1p(np.minimum(last, YEAR)), np.log1p(tenure), np.log1p(spend), (n == 0) * 1.0]
    earlier = before(at - WINDOW) - before(at - WINDOW - YEAR)
    return np.column_stack(known), after > 0, earlier


def _prognosis(known: np.ndarray, again: np.ndarray) -> np.ndarray:
    """How likely a purchase is from what was known [standard deviations]: ridge logistic regression by Newton steps.

    Source: Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, 2nd ed., 4.4.1.
    """
    if len(known) < 2:
        return np.zeros(len(known))
    spread = known.std(axis=0)
    x = np.column_stack(
        [np.ones(len(known)), (known - known.mean(axis=0)) / np.where(spread > 0, spread, 1.0)]
    )
    penalty, beta = RIDGE * np.diag([0.0, *np.ones(x.shape[1] - 1)]), np.zeros(x.shape[1])
    for _ in range(STEPS):
        p = expit(x @ beta)
        slope = x.T @ (again - p) - penalty @ beta
        beta = beta + np.linalg.solve((x * (p * (1 - p) + 1e-6)[:, None]).T @ x + penalty, slope)
    made = np.round(x @ beta, 9)  # so that other machines put the same days into the same strata
    return _standard(made)


def _standard(values: np.ndarray) -> np.ndarray:
    """Values in standard deviations from their mean."""
    return (values - values.mean()) / (values.std() or 1.0) if len(values) else values
