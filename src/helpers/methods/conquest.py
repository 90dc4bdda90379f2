"""Where volume comes from: whom new customers left, what a launch took from the other lines, how launches are tried and bought again."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.intervals import Estimate, check_level, wilson

FEW_CUSTOMERS = 30
FEW_MONTHS = 4  # months after a launch, each beside its own of the year before
LEAST_RATIO = 1e-4


def sources(
    draws: pd.Series,
    fair: pd.Series,
    *,
    n_effective: float | None = None,
    fair_n: float | None = None,
    level: float = 0.90,
) -> pd.DataFrame:
    """Whom new customers left, beside what each brand's size lets expect.

    Parameters
    ----------
    draws : new customers who came from each brand, counts or weighted counts [brand].
    fair : size of each brand that they could come from, in any unit [brand]; a brand of `draws` without size has no index.
    n_effective : answers that tell as much as the weighted counts; their sum where none is given.
    fair_n : people that the sizes are read from, for their doubt; none means that sizes are known.
    level : of the intervals of all brands together.

    Returns
    -------
    One row a brand, most drawn first: n, share, low, high [of those drawn]; fair [share of the sizes]; index, index_low, index_high
    [share of draws with a size over fair]; verdict "more", "less", "as its size", "cannot tell". Below 30 effective answers shares are NaN.

    Raises
    ------
    DataError : a count or size is missing or negative, or a brand stands twice.

    Formula: bounds of shares Wilson's at 1 - (1 - level)/k (Goodman); log index = log(share) - log(fair), its variance (1-share)/(n share) +
        (1-fair)/(m fair).
    Source: Goodman (1965), Technometrics 7, for all shares of a multinomial together.
    """
    check_level(level)
    for what, values in (("draws", draws), ("sizes", fair)):
        if (
            not (np.isfinite(values.astype(float)).all() and (values >= 0).all())
            or values.index.duplicated().any()
        ):
            raise DataError(
                f"conquest: the {what} hold a number that is missing or negative, or a brand twice. Count them again."
            )
    counts = draws.astype(float)
    total = float(counts.sum())
    n = float(total if n_effective is None else n_effective)
    made = pd.DataFrame({"n": counts})
    if n < FEW_CUSTOMERS or not total:
        blank = ("share", "low", "high", "fair", "index", "index_low", "index_high")
        return made.assign(**dict.fromkeys(blank, np.nan), verdict="cannot tell").sort_values(
            "n", ascending=False, kind="stable"
        )
    share, k = counts / total, max(len(counts), 1)
    low, high = wilson(share * n, np.full(k, n), level=1 - (1 - level) / k)
    made["share"], made["low"], made["high"] = share, np.minimum(low, share), np.maximum(high, share)
    sized = [name for name in counts.index if name in fair.index and fair[name] > 0]
    size = (fair[sized] / fair[fair > 0].sum()).astype(float)
    among = counts[sized] / counts[sized].sum() if counts[sized].sum() else counts[sized] * np.nan
    made["fair"], made["index"] = size.reindex(made.index), (among / size).reindex(made.index)
    worth = n * float(counts[sized].sum()) / total
    made["index_low"], made["index_high"] = _index_bounds(among, size, worth, fair_n, level, made.index)
    made["verdict"] = np.select(
        [made["index_low"] > 1, made["index_high"] < 1, (made["index_low"] > 0.5) & (made["index_high"] < 2)],
        ["more", "less", "as its size"], "cannot tell",
    )  # fmt: skip
    return made.sort_values("n", ascending=False, kind="stable")


def _index_bounds(among: pd.Series, size: pd.Series, n: float, m: float | None, level: float, index):
    """Bounds of share over fair for all brands together: those of the share by Wilson, widened on the log by the doubt of the size."""
    if not len(among) or not n > 0:
        return np.nan, np.nan
    alike = 1 - (1 - level) / len(among)
    low, high = wilson(np.asarray(among * n), np.full(len(among), n), level=alike)
    z = float(ndtri((1 + alike) / 2))
    doubt = z * np.sqrt((1 - size) / (m * size)) if m else size * 0.0
    with np.errstate(divide="ignore"):
        middle = np.log(np.maximum(among, 0.5 / n))
        below = np.exp(middle - np.hypot(middle - np.log(np.maximum(low, 1e-300)), doubt)) / size
        above = np.exp(middle + np.hypot(np.log(high) - middle, doubt)) / size
    return below.reindex(index), above.reindex(index)


class Taken(NamedTuple):
    """What a launch took.

    launch : its share of the market after. table : one row a brand: before, after, loss with low, high [points of share], fair [what it
    would lose to a newcomer of that size by its own size], beyond [loss - fair] with beyond_low, beyond_high. own : the same of all other
    own lines together, over the launch's share: the part of its volume that own lines lost; own_beyond : that beyond their fair part.
    months : pairs of months. guards : what to know first.
    """

    launch: Estimate
    table: pd.DataFrame
    own: Estimate
    own_beyond: Estimate
    months: int
    guards: tuple[Said, ...]


def taken(
    volume: pd.DataFrame, launch: str, own: list[str], *, first: pd.Timestamp, level: float = 0.90
) -> Taken:
    """What a launch took from each brand: months after it beside the same months a year before. A description, not a cause.

    Parameters
    ----------
    volume : units of each month [month x brand], months as index, all brands of the market; a brand not yet on sale has 0.
    launch : the new line, a column. own : the other own lines. first : month of the launch. level : of the intervals.

    Returns
    -------
    Taken; at most the first twelve months are looked at. With fewer than four months, figures are NaN; an
    own line that was itself younger than a year in the months before is not counted, and a guard says so.

    Raises
    ------
    DataError : the launch is no column, a volume is missing or negative, or a month has no volume.

    Formula: loss = mean over months of share a year before - share; fair = launch share x share before, which is
        launch share x share after / (1 - launch share) where the draw is fair; bounds by Student's t over pairs of months, their variance times (1 + r)/(1 - r), r the correlation of neighbours.
    Source: fair-share draw, Ehrenberg & Goodhardt; Lomax, Hammond, East & Clemente (1996), The measurement of cannibalization, J. of
        Marketing Practice 2(2).
    """
    check_level(level)
    shares = _shares(volume, launch)
    after = shares[shares.index >= first].iloc[:12]
    before = shares.reindex(after.index - pd.DateOffset(years=1))
    there = before.notna().all(axis=1).to_numpy()
    months, guards = int(there.sum()), []
    if months < FEW_MONTHS:
        told = said("cannot tell: {reason}", reason=said("{n} months can be held against the same months a year before, and {need} are the least", n=months, need=FEW_MONTHS))  # fmt: skip
        none = Estimate(math.nan, math.nan, math.nan, level, months)
        return Taken(none, pd.DataFrame(), none, none, months, (told,))
    now, then = after[there], before[there].set_axis(after.index[there])
    lines = [name for name in own if name in shares and name != launch]
    for name in list(lines):
        born = volume.index[(volume[name] > 0).to_numpy()].min()
        if born > volume.index.min() and born + pd.DateOffset(years=1) > now.index[0] - pd.DateOffset(
            years=1
        ):
            lines.remove(name)
            if not (now[name] > 0).any():
                continue
            guards.append(said("{line} was itself still growing a year before and is not counted among the lines that could lose", line=name))  # fmt: skip
    loss = then - now
    fair = then.mul(now[launch], axis=0)
    others = [name for name in shares if name != launch]
    rows = {
        name: (*_mean(loss[name], level)[:3], *_mean(loss[name] - fair[name], level)[:3]) for name in others
    }
    table = pd.DataFrame.from_dict(
        rows, orient="index", columns=["loss", "low", "high", "beyond", "beyond_low", "beyond_high"]
    )
    table.insert(0, "before", then[others].mean())
    table.insert(1, "after", now[others].mean())
    table["fair"], table["is_own"] = fair[others].mean(), [name in lines for name in others]
    size = _mean(now[launch], level)
    part, above = (_over(one[lines].sum(axis=1), now[launch], level) for one in (loss, loss - fair))
    return Taken(
        size, table.sort_values("loss", ascending=False, kind="stable"), part, above, months, tuple(guards)
    )


def paired_change(now: pd.Series, then: pd.Series, *, level: float = 0.90) -> Estimate:
    """Mean change of a monthly figure on the same months of a year before, pair by pair, as `taken` tells losses; n = pairs.

    Bounds are NaN with fewer than four pairs.
    """
    check_level(level)
    off = pd.Series(now.to_numpy(float) - then.to_numpy(float))
    if len(off) < FEW_MONTHS:
        return Estimate(float(off.mean()) if len(off) else math.nan, math.nan, math.nan, level, len(off))
    return _mean(off, level)


def _shares(volume: pd.DataFrame, launch: str) -> pd.DataFrame:
    if launch not in volume:
        raise DataError(
            f"conquest: {launch} is none of the brands {', '.join(map(str, volume.columns))}. Write it as the sales do."
        )
    values = volume.astype(float)
    if not (np.isfinite(values).all(axis=None) and (values >= 0).all(axis=None)):
        raise DataError("conquest: a volume is missing or negative. Write 0 for a line that was not on sale.")
    total = values.sum(axis=1)
    if (total <= 0).any():
        raise DataError(
            f"conquest: {total.index[int((total <= 0).argmax())]:%Y-%m} has no volume at all. Leave the month out or mend it."
        )
    return values.div(total, axis=0).sort_index()


def _inflation(values: np.ndarray) -> float:
    """What neighbours that go together add to the variance of a mean; never below 1."""
    off = values - values.mean()
    squares = float(off @ off)
    n = len(values)
    # The correlation of neighbours of a short series is too low by about (1 + 3 r) / n.
    r = (float(off[1:] @ off[:-1]) / squares * n + 1) / max(n - 3, 1) if squares > 0 and n > 4 else 0.0
    r = min(max(r, 0.0), 0.7)
    return (1 + r) / (1 - r)


def _mean(values: pd.Series, level: float) -> Estimate:
    x = values.to_numpy(float)
    n, value = len(x), float(x.mean())
    error = math.sqrt(float(x.var(ddof=1)) / n * _inflation(x))
    half = float(stdtrit(n - 1, (1 + level) / 2)) * error
    return Estimate(value, value - half, value + half, level, n)


def _over(top: pd.Series, bottom: pd.Series, level: float) -> Estimate:
    """Total over total of months, by the residuals of the ratio."""
    n, base = len(top), float(bottom.mean())
    if not base > LEAST_RATIO:
        return Estimate(math.nan, math.nan, math.nan, level, n)
    value = float(top.mean()) / base
    rest = (top - value * bottom).to_numpy(float)
    error = math.sqrt(float(rest.var(ddof=1)) / n * _inflation(rest)) / base
    half = float(stdtrit(n - 1, (1 + level) / 2)) * error
    return Estimate(value, value - half, value + half, level, n)
