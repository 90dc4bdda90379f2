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
BREAKS_AFTER = (15, 150)  # days from an order to a repair or a take-back
RIDGE, STEPS = 1.0, 12  # of the logistic regression: penalty, Newton steps


@lru_cache(4)
def days(chunk: Chunk, *, is_ordered: bool, since: int) -> pd.DataFrame:
    """Days up to the end of the books, from `since` on: those of paid orders, or days some time after one.

    Returns
    -------
    One row a day: customer [row in people], day, order_id, value [of the order, money], sent_back [bool, of the order],
    again [bool: a paid order within WINDOW days after, known also where the data end sooner], prognosis [standard deviations].
    """
    paid = chunk.orders[chunk.orders["status"] == "paid"]
    here = paid[(paid["day"] >= since - BREAKS_AFTER[1]) & (paid["day"] < N_DATA)]
    later = 0 if is_ordered else chunk.rng("csr service days").integers(*BREAKS_AFTER, len(here))
    rows = pd.DataFrame(
        {
            "customer": here["customer"].to_numpy(),
            "day": here["day"].to_numpy() + later,
            "order_id": here["order_id"].to_numpy(),
            "value": here["revenue_excl_vat"].to_numpy(),
            "sent_back": (here["returned_value"] > 0).to_numpy() & is_ordered,
        }
    )
    rows = rows[(rows["day"] >= since) & (rows["day"] < N_DATA)].reset_index(drop=True)
    known, again = _around(paid, chunk, rows)
    return rows.assign(again=again, prognosis=_prognosis(known, again))


def _around(paid: pd.DataFrame, chunk: Chunk, rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """What was known before each day [row, feature], and whether a paid order followed within WINDOW days."""
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
    return np.column_stack(known), after > 0


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
    return (made - made.mean()) / (made.std() or 1.0)
