"""Weak signals: topics that grow from next to nothing, told from chance although many topics are looked at."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from helpers.errors import DataError
from helpers.methods.experiment_shares import holm
from helpers.methods.intervals import check_level, wilson

SMALL = 0.02  # share of all mentions in the first half of the window: a topic above is known to everybody
LEAST, LEAST_WEEKS = 20, 6  # mentions of a topic, and weeks with one, below which its growth is not told
FEWEST = 12  # weeks
LATEST = 4  # weeks that tell the share today
LARGEST = 3.0  # growth a week on the log scale: steeper is a burst
COLUMNS = (
    "n",
    "before",
    "share",
    "share_low",
    "share_high",
    "growth",
    "low",
    "high",
    "p",
    "doubling_weeks",
    "verdict",
)


def growing_topics(weeks: pd.DataFrame, *, level: float = 0.90, small: float = SMALL) -> pd.DataFrame:
    """Growth a week of each topic's share of mentions, and which of them grow from small.

    Parameters
    ----------
    weeks : mentions [week x topic], one row a week in order, all topics; a week of which nothing is known is left out. small : share of
        all mentions in the first half of the window, below which a topic counts as small.

    Returns
    -------
    One row a topic, the fastest first: n [mentions], before [share in the first half], share, share_low, share_high [of the last four
        weeks, Wilson], growth, low, high [a week, share of itself; by Holm's steps over all topics that can be told], p [adjusted], doubling_weeks
        [NaN where it does not grow], verdict ("grows from small", "grows", "shrinks", "no clear growth" or "cannot tell").

    Raises
    ------
    DataError : a count is below zero.

    Formula: log E(mentions) = log(all mentions of the week) + a + b week, by quasi-likelihood: errors times the root of Pearson's chi
        square over weeks - 2, at least 1; t with weeks - 2 degrees of freedom; growth = exp(b) - 1.
    Source: McCullagh & Nelder (1989), Generalized Linear Models, 6.2; Holm (1979), Scandinavian Journal of Statistics 6.
    """
    check_level(level)
    counts = weeks.fillna(0.0).astype(float)
    if (counts.to_numpy() < 0).any():
        raise DataError("weak signals: a topic has mentions below zero. A count cannot be; export it again.")
    total = counts.sum(axis=1)
    counts, total = counts[total > 0], total[total > 0]
    half = len(counts) // 2
    fits = {str(name): _slope(counts[name].to_numpy(), total.to_numpy()) for name in counts}
    told = [name for name, one in fits.items() if math.isfinite(one[0])]
    df = len(counts) - 2
    p = [2 * float(stdtr(df, -abs(fits[name][0] / fits[name][1]))) for name in told]
    steps = dict(zip(told, holm(p, level=level) if told else [], strict=True))
    rows = {}
    for name, (slope, error) in fits.items():
        own = counts[name]
        before = float(own[:half].sum() / total[:half].sum()) if half else math.nan
        recent, of = float(own[-LATEST:].sum()), float(total[-LATEST:].sum())
        share = (recent / of, *wilson(recent, of, level=level)) if of else (math.nan,) * 3
        if name not in steps:
            rows[name] = (own.sum(), before, *share, *(math.nan,) * 5, "cannot tell")
            continue
        reach = float(stdtrit(df, (1 + steps[name].level) / 2)) * error
        low, high = slope - reach, slope + reach
        verdict = "grows" if low > 0 else "shrinks" if high < 0 else "no clear growth"
        verdict = "grows from small" if verdict == "grows" and before < small else verdict
        doubling = math.log(2) / slope if slope > 0 else math.nan
        rows[name] = (own.sum(), before, *share, *(math.expm1(one) for one in (slope, low, high)), steps[name].p, doubling, verdict)  # fmt: skip
    made = pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS).rename_axis("topic")
    return made.sort_values("growth", ascending=False, na_position="last", kind="stable")


def _slope(own: np.ndarray, total: np.ndarray) -> tuple[float, float]:
    """Slope a week on the log scale and its error; NaN where there is too little, or where it is a burst."""
    n = len(own)
    if n < FEWEST or own.sum() < LEAST or (own > 0).sum() < LEAST_WEEKS or (own >= total).all():
        return math.nan, math.nan
    x = np.arange(n) - (n - 1) / 2
    a, b = math.log(own.sum() / total.sum()), 0.0
    for _ in range(100):
        mean = total * np.exp(np.clip(a + b * x, -30, 5))
        gap, weight = own - mean, np.array([[mean.sum(), mean @ x], [mean @ x, mean @ x**2]])
        step = np.linalg.solve(weight, [gap.sum(), gap @ x])
        step *= min(1.0, 1.0 / max(*np.abs(step * [1, n / 2]), 1e-12))
        a, b = a + step[0], b + step[1]
        if np.abs(step).max() < 1e-10:
            break
    if abs(b) > LARGEST:
        return math.nan, math.nan
    mean = total * np.exp(a + b * x)
    spread = max(1.0, float(((own - mean) ** 2 / mean).sum()) / (n - 2))
    weight = np.array([[mean.sum(), mean @ x], [mean @ x, mean @ x**2]])
    return float(b), math.sqrt(spread * float(np.linalg.inv(weight)[1, 1]))
