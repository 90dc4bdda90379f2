"""A brand's funnel against what its size lets expect: large brands convert better, so a small one is held to the line of the others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit, stdtr, stdtrit

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.experiment_shares import holm
from helpers.methods.intervals import check_level, wilson

FEWEST_BRANDS = 5  # so that four others carry a line of two parameters
FEW = 30  # effective people at the step before, below which a brand has no verdict and shapes no line
NONE = 0.2  # a brand is as expected where all of its interval lies inside this share of the expected figure, on either side
COLUMNS = ["brand", "step", "size", "n", "value", "low", "high", "expected", "expected_low", "expected_high", "ratio", "ratio_low", "ratio_high", "p", "p_all", "verdict"]  # fmt: skip


class Norm(NamedTuple):
    """Brands beside the line.

    table : one row a (step, brand): size [share], n [effective people at the step before], value with low, high; expected from the other
        brands, and between which bounds the brand would be seen if it followed them; ratio = value / expected with bounds; p, p_all
        [Holm over the brands of the step]; verdict "above", "below", "as expected", "cannot tell".
    lines : one row a step: brands, slope [of the logit or log on size], spread [sd of brands around the line, beyond chance].
    guards : what to know first.
    """

    table: pd.DataFrame
    lines: pd.DataFrame
    guards: tuple[Said, ...]


def funnel_norm(shares: pd.DataFrame, *, steps: Sequence[str], size: str = "", level: float = 0.90) -> Norm:
    """Conversion from each step to the next, brand by brand, against the expectation for a brand of its size.

    Parameters
    ----------
    shares : one row a (brand, question) of one wave: value [share of all people], n_effective.
    steps : questions from wide to narrow, such as aided_awareness, consideration, preference. A brand without one has no row there.
    size : the question that says how large a brand is; empty takes the first step.
    level : of the intervals.

    Returns
    -------
    Norm. Below five brands with 30 effective people at the step before nothing is told, and the guard says so.

    Raises
    ------
    DataError : a column or a question is missing, a row comes twice, a share is outside 0 to 1. ValueError : fewer than two steps.

    Formula: logit(conversion_b) = a + c logit(size_b) + u_b + e_b, var e = 1 / (n p (1 - p)) at the step before, var u by Paule-Mandel, the
        line from the other brands; bounds Student's t with brands - 3 degrees of freedom.
    Source: Ehrenberg, Goodhardt & Barwise (1990), Double jeopardy revisited, J. of Marketing 54; Higgins, Thompson & Spiegelhalter
        (2009), JRSS A 172, for the prediction.
    """
    check_level(level)
    if len(steps) < 2:
        raise ValueError(f"steps: {len(steps)} given; a conversion needs two or more, from wide to narrow")
    value, people = _wide(shares, [*steps, size or steps[0]])
    rows, lines, guards = [], [], []
    for before, step in pairwise(steps):
        both = value[[before, step]].dropna().index
        over = [str(brand) for brand in both if value.loc[brand, step] > value.loc[brand, before]]
        guards += [said("{brand}: more people say yes to {step} than to {before}, so there is no conversion", brand=brand, step=step, before=before) for brand in over]  # fmt: skip
        kept = [brand for brand in both if str(brand) not in over and value.loc[brand, before] > 0]
        n = (people.loc[kept, step] * value.loc[kept, before]).to_numpy(float)
        k = (people.loc[kept, step] * value.loc[kept, step]).to_numpy(float)
        p = (k + 0.5) / (n + 1)
        made = _held(logit(p), 1 / ((n + 1) * p * (1 - p)), logit(_off_edge(value.loc[kept, size or steps[0]])), n, level)  # fmt: skip
        rows.append(_rows(kept, step, value.loc[kept, size or steps[0]], k, n, made, expit, level))
        guards += _line(made, step, lines)
    return _norm(rows, lines, guards, level)


def attitude_line(
    shares: pd.DataFrame, *, attitude: str, usage: str, slope: float = 0.5, level: float = 0.90
) -> Norm:
    """An attitude of all people, such as the intention to buy, against the usage of the brand: it follows the root of usage.

    Parameters
    ----------
    shares, level : as in `funnel_norm`. attitude, usage : questions. slope : of log attitude on log usage; the published one is 1/2.

    Returns
    -------
    Norm, its rows under the attitude as step. Bounds and refusals as `funnel_norm`.

    Formula: log(attitude_b) = log k + slope log(usage_b) + u_b + e_b; k from the other brands, t with brands - 2 degrees of freedom.
    Source: Bird & Ehrenberg (1966), Intentions-to-buy and claimed brand usage, Operational Research Quarterly 17: I = k sqrt(U).
    """
    check_level(level)
    value, people = _wide(shares, [attitude, usage])
    kept = list(value[[attitude, usage]].dropna().index)
    n = people.loc[kept, attitude].to_numpy(float)
    k = n * value.loc[kept, attitude].to_numpy(float)
    p = (k + 0.5) / (n + 1)
    made = _held(np.log(p), (1 - p) / ((n + 1) * p), np.log(_off_edge(value.loc[kept, usage])), n, level, slope=slope)  # fmt: skip
    lines: list[dict] = []
    guards = _line(made, attitude, lines)
    return _norm([_rows(kept, attitude, value.loc[kept, usage], k, n, made, np.exp, level)], lines, guards, level)  # fmt: skip


class _Held(NamedTuple):
    """Each brand on the scale of the line: seen, expected from the others, sd of the two together, p; the line of all."""

    seen: np.ndarray
    expected: np.ndarray
    spread: np.ndarray
    reach: float
    p: np.ndarray
    brands: int
    slope: float
    between: float


def _held(y, v, x, n, level: float, *, slope: float | None = None) -> _Held:
    """Every brand against the line of the others that are large enough to shape it."""
    shape, k = n >= FEW, 1 if slope is not None else 2
    blank = np.full(len(y), np.nan)
    if shape.sum() < FEWEST_BRANDS:
        return _Held(y, blank, blank, math.nan, blank, int(shape.sum()), math.nan, math.nan)
    expected, spread = blank.copy(), blank.copy()
    for at in range(len(y)):
        others = shape & (np.arange(len(y)) != at)
        beta, cov, between = _meta(y[others], v[others], x[others], slope)
        row = np.array([1.0, x[at]])
        expected[at] = row @ beta
        spread[at] = math.sqrt(row @ cov @ row + between + v[at])
    df = int(shape.sum()) - 1 - k
    beta, _, between = _meta(y[shape], v[shape], x[shape], slope)
    distance = np.abs(y - expected) / spread
    return _Held(y, expected, spread, float(stdtrit(df, (1 + level) / 2)), 2 * stdtr(df, -distance), int(shape.sum()), float(beta[1]), math.sqrt(between))  # fmt: skip


def _meta(y, v, x, slope: float | None) -> tuple[np.ndarray, np.ndarray, float]:
    """Constant and slope with their covariance, and the variance of brands around the line."""
    design = np.column_stack([np.ones(len(x)), x])[:, : 1 if slope is not None else 2]
    target = y - (slope * x if slope is not None else 0.0)

    def fitted(between: float):
        w = 1 / (v + between)
        cov = np.linalg.inv(design.T @ (design * w[:, None]))
        beta = cov @ design.T @ (w * target)
        return beta, cov, float(w @ (target - design @ beta) ** 2) - (len(y) - design.shape[1])

    low, high = 0.0, 100.0
    if fitted(0.0)[2] <= 0:
        high = 0.0
    for _ in range(60 if high else 0):  # Paule-Mandel: the weighted squares fall as the spread grows
        middle = (low + high) / 2
        low, high = (middle, high) if fitted(middle)[2] > 0 else (low, middle)
    beta, cov, _ = fitted(high)
    if slope is None:
        return beta, cov, high
    return np.array([beta[0], slope]), np.array([[cov[0, 0], 0.0], [0.0, 0.0]]), high


def _rows(brands, step: str, size, k, n, made: _Held, back, level: float) -> pd.DataFrame:
    low, high = wilson(np.minimum(k, n), n, level=level)
    half = made.reach * made.spread
    ratio = back(made.seen) / back(made.expected)
    bounds = [back(made.seen) / back(made.expected + side * half) for side in (1, -1)]
    value = np.divide(k, n, out=np.full(len(n), np.nan), where=n > 0)
    judged = (n >= FEW) & np.isfinite(made.expected)
    clear = np.abs(made.seen - made.expected) > half
    close = (bounds[0] > 1 - NONE) & (bounds[1] < 1 + NONE)
    verdict = np.select([~judged, clear & (ratio > 1), clear & (ratio < 1), close], ["cannot tell", "above", "below", "as expected"], "cannot tell")  # fmt: skip
    return pd.DataFrame(
        {
            "brand": brands, "step": step, "size": np.asarray(size, dtype=float), "n": n, "value": value, "low": low, "high": high,
            "expected": back(made.expected), "expected_low": back(made.expected - half), "expected_high": back(made.expected + half),
            "ratio": ratio, "ratio_low": bounds[0], "ratio_high": bounds[1], "p": np.where(judged, made.p, np.nan), "verdict": verdict,
        }
    )  # fmt: skip


def _line(made: _Held, step: str, lines: list[dict]) -> list[Said]:
    """Note the line of a step, or say why there is none."""
    lines.append({"step": step, "brands": made.brands, "slope": made.slope, "spread": made.between})
    if made.brands >= FEWEST_BRANDS:
        return []
    reason = said("{n} brands with enough answers for {step}, and {need} are the least", n=made.brands, step=step, need=FEWEST_BRANDS)  # fmt: skip
    return [said("cannot tell: {reason}", reason=reason)]


def _norm(rows: list[pd.DataFrame], lines: list[dict], guards: list[Said], level: float) -> Norm:
    table = pd.concat(rows, ignore_index=True)
    table["p_all"] = np.nan
    for _, own in table[table["p"].notna()].groupby("step"):
        table.loc[own.index, "p_all"] = [one.p for one in holm(own["p"].tolist(), level=level)]
    return Norm(table[COLUMNS], pd.DataFrame(lines), tuple(guards))


def _off_edge(share: pd.Series) -> np.ndarray:
    """Size of a brand, kept off 0 and 1, where the logit ends."""
    return np.clip(share.to_numpy(float), 0.001, 0.999)


def _wide(shares: pd.DataFrame, questions: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    for name in ("brand", "question", "value", "n_effective"):
        if name not in shares:
            raise DataError(
                f"funnel: the shares have no column {name}. Give brand, question, value and n_effective."
            )
    unknown = [name for name in questions if name not in set(shares["question"])]
    if unknown:
        raise DataError(f"funnel: nobody was asked {unknown[0]}. Name a question of this wave.")
    own = shares[shares["question"].isin(questions)]
    if own.duplicated(["brand", "question"]).any():
        raise DataError("funnel: a brand has two shares for one question. Give one wave and one text of each question.")  # fmt: skip
    off = own["value"].notna() & ~own["value"].between(0, 1)
    if off.any():
        raise DataError(
            f"funnel: a share of {own.loc[off, 'value'].iloc[0]:g} is not between 0 and 1. Give shares, not percentages."
        )
    return tuple(own.pivot_table(index="brand", columns="question", values=name, dropna=False) for name in ("value", "n_effective"))  # fmt: skip
