"""What launches took from a line, its own price and the season held: a description of the line's share over markets and months."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import least_squares
from scipy.special import stdtrit

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.intervals import Estimate, check_level

FEW_BEFORE, FEW_AFTER = 6, 4  # months before the first launch, and since the last one that is told
SPARE = 12  # months more than figures to find


class AtPrice(NamedTuple):
    """What launches took at an unchanged price.

    taken : by launch, the part of its volume that the line lost. elasticity : of the line's share to its price. months : in the data.
    guards : what to know first; estimates are NaN where nothing can be told.
    """

    taken: dict[str, Estimate]
    elasticity: Estimate
    months: int
    guards: tuple[Said, ...]


def taken_at_price(
    share: pd.DataFrame,
    launches: dict[str, pd.DataFrame],
    price: pd.DataFrame,
    *,
    usual: pd.Series | None = None,
    level: float = 0.90,
) -> AtPrice:
    """What launches took from a line of the same company, beside what its price did.

    Parameters
    ----------
    share : of the line in the units of each market [month x market], months as index. launches : share of each launch in the units,
        alike, 0 before it. price : of the line, or its price over that of rivals, alike; its unit does not matter.
    usual : price at which losses are told, by market; none takes the mean before the first launch.
    level : of the intervals.

    Returns
    -------
    AtPrice. Months in which a market lacks a figure are left out. Nothing is told with fewer than six months before the first launch, and
    nothing of a launch of fewer than four months.

    Raises
    ------
    DataError : a share or a price is negative, or months and markets of the tables differ.

    Formula: log share = log(s_m - sum of t_l L_l) + e log price + season of the calendar month, by least squares, t_l the part of launch l
        that the line lost; the variance times
        (1 + (markets - 1) c)(1 + r)/(1 - r), c and r the correlations of errors across markets and with the month before; Student's t.
        The price counts from the usual one.
    Source: Wittink et al. (1988), SCAN*PRO, for the form; Bayley & Hammersley (1946), JRSS Supplement 8, for errors that follow each other.
    """
    check_level(level)
    for name, table in (("the price", price), *launches.items()):
        if not (table.index.equals(share.index) and list(table.columns) == list(share.columns)):
            raise DataError(
                f"launches: {name} does not have the months and markets of the share. Bring all tables to the same months."
            )
        if (table < 0).any(axis=None):
            raise DataError(f"launches: {name} holds a negative figure. Mend it in the sales or the prices.")
    names = [name for name, table in launches.items() if ((table > 0).any(axis=1)).sum() >= FEW_AFTER]
    guards = [
        said("{line} is on sale for fewer than {need} months and is not told", line=str(name), need=FEW_AFTER)
        for name in launches
        if name not in names
    ]
    rows = _rows(share, {name: launches[name] for name in names}, price, usual)
    months = int(rows["month"].nunique())
    first = min((int((launches[name] > 0).any(axis=1).to_numpy().argmax()) for name in names), default=0)
    season = months >= 24
    n_figures = share.shape[1] + 1 + len(names) + 11 * season
    none = Estimate(math.nan, math.nan, math.nan, level, months)
    if not names or first < FEW_BEFORE or months < n_figures + SPARE - share.shape[1]:
        reason = said(
            "{n} months of prices and sales, {before} of them before the first launch, are too few",
            n=months,
            before=first,
        )
        return AtPrice(
            dict.fromkeys(launches, none),
            none,
            months,
            (*guards, said("cannot tell: {reason}", reason=reason)),
        )
    value, covariance = _fit(rows, names, season)
    t = float(stdtrit(max(months - n_figures + share.shape[1] - 1, 1), (1 + level) / 2))

    def told(at: int) -> Estimate:
        half = t * math.sqrt(covariance[at, at])
        return Estimate(float(value[at]), float(value[at]) - half, float(value[at]) + half, level, months)

    taken = {name: told(1 + at) for at, name in enumerate(names)}
    return AtPrice({name: taken.get(name, none) for name in launches}, told(0), months, tuple(guards))


def _rows(share, launches: dict[str, pd.DataFrame], price, usual: pd.Series | None) -> pd.DataFrame:
    """One row a month and market with all figures: month, market [code], y, price [logs], one column a launch."""
    made = pd.DataFrame({"share": share.stack(), "price": price.stack()})
    for name, table in launches.items():
        made[name] = table.stack()
    made = made.dropna().rename_axis([None, None])
    made = made[(made["share"] > 0) & (made["price"] > 0)]
    month = made.index.get_level_values(0)
    logs = {"y": np.log(made["share"]), "price": np.log(made["price"])}
    code = share.columns.get_indexer(made.index.get_level_values(1))
    made = made.assign(month=month, market=code, **logs)
    before = made[(made[list(launches)] == 0).all(axis=1)].groupby("market")["price"].mean()
    if usual is not None:
        before = np.log(usual.reindex(share.columns).set_axis(range(share.shape[1]))).dropna()
    made["price"] = made["price"] - made["market"].map(before).fillna(made["price"].mean())
    return made.reset_index(drop=True).sort_values("month", kind="stable")


def _fit(rows: pd.DataFrame, names: list[str], season: bool) -> tuple[np.ndarray, np.ndarray]:
    """Elasticity and parts taken, with their covariance."""
    y, price = rows["y"].to_numpy(), rows["price"].to_numpy()
    taken, market = rows[names].to_numpy(), rows["market"].to_numpy()
    n_markets, k = int(market.max()) + 1, len(names)
    year = pd.get_dummies(rows["month"].dt.month).to_numpy(float)[:, 1:] if season else np.empty((len(y), 0))
    year = year - year.mean(axis=0) if year.size else year

    def residuals(b: np.ndarray) -> np.ndarray:
        left = np.exp(b[1 + k : 1 + k + n_markets])[market] - taken @ b[1 : 1 + k]
        return y - np.log(np.maximum(left, 1e-9)) - b[0] * price - year @ b[1 + k + n_markets :]

    start = np.concatenate(
        [[-1.0], np.full(k, 0.2), [y[market == m].max() for m in range(n_markets)], np.zeros(year.shape[1])]
    )
    found = least_squares(residuals, start, method="lm")
    bread = np.linalg.pinv(found.jac.T @ found.jac)
    n, used = len(y), len(start)
    spread = float(found.fun @ found.fun) / max(n - used, 1)
    return found.x[: 1 + k], bread[: 1 + k, : 1 + k] * spread * _together(rows, found.fun)


def _together(rows: pd.DataFrame, rest: np.ndarray) -> float:
    """What errors that go together over markets and months add to a variance that takes them for independent; never below 1."""
    wide = rows.assign(rest=rest).pivot(index="month", columns="market", values="rest").sort_index()
    months, markets = wide.shape
    apart = wide.corr().to_numpy()[~np.eye(markets, dtype=bool)]
    across = max(float(np.nanmean(apart)), 0.0) if apart.size else 0.0
    lagged = [wide[name].autocorr(1) for name in wide]
    # The correlation of neighbours is too low by about (1 + 3 r) / months.
    r = min(max((float(np.nanmean(lagged)) * months + 1) / (months - 3), 0.0), 0.7)
    return (1 + (markets - 1) * across) * (1 + r) / (1 - r)
