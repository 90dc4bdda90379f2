"""The figures of the page: sums over the promotions of a year, shares of the month, tables of the charts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from helpers import kpi
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import interval, number, text
from helpers.kpi import LEVEL, KpiRow
from helpers.methods import promotions_money as money
from helpers.methods.intervals import Estimate, share_of_total, wilson
from helpers.pillars.activation.definitions import KPIS
from helpers.pillars.activation.promotions import Known, Promotion

DAYS_BEFORE = 14


def of_year(known: Known, scope: Scope, *, back: int = 0) -> list[Promotion]:
    """Promotions whose days after ended in the twelve months up to the period's end; `back` years earlier."""
    end = pd.Timestamp(scope.period.end) - pd.DateOffset(years=back)
    first = end - pd.DateOffset(years=1)
    return [one for one in known.judged if first < one.ends_on + timedelta(days=known.dip_days) <= end]


def total(some: list[Promotion]) -> tuple[Estimate, Estimate, Estimate]:
    """Net margin, extra orders and pulled share of promotions together, from the same draws."""
    n = sum(one.n for one in some)
    extra, pulled = (sum(getattr(one.draws, name) for one in some) for name in ("extra", "pulled"))
    net = money.interval_of(sum(one.worth.net for one in some), level=LEVEL, n=n)
    anyhow = sum(one.draws.expected for one in some) - extra
    share = money.share_pulled(
        some[0].worth._replace(lift=extra / anyhow, pulled=pulled / np.where(extra == 0, np.nan, extra)),
        level=LEVEL,
        n=n,
    )
    return net, money.interval_of(extra, level=LEVEL, n=n), share


def break_even(some: list[Promotion]) -> Estimate:
    """Lift that pays the discount, promotions together, weighted by their orders; the interval from the spread of their days' means."""
    n = np.array([one.n for one in some], dtype=float)
    margin, given = ([getattr(one.terms, name) for one in some] for name in ("margin", "given"))
    top, bottom = (float((n * [one.value for one in means]).sum()) for means in (given, margin))
    value = top / bottom if bottom > 0 else np.inf
    spread = [n * [one.se for one in means] for means in (given, margin)]
    se = float(np.sqrt((spread[0] ** 2 + (value * spread[1]) ** 2).sum())) / bottom if bottom > 0 else np.nan
    half = kpi.Z * se
    return Estimate(value, value - half, value + half, LEVEL, int(n.sum()))


def kpis(known: Known, scope: Scope) -> list[KpiRow]:
    """The rows of the page: those of the model for twelve months, those of the month with their history."""
    rows = []
    now, before = of_year(known, scope), of_year(known, scope, back=1)
    reason = refusal(known, scope)
    names = ("promotion_margin", "promotion_extra_orders", "promotion_pulled_share")
    figures = [total(some) if some else None for some in (before, now)]
    for at, name in enumerate(names):
        pair = [
            _row(KPIS[name], scope, None if some is None else some[at], period, reason)
            for some, period in zip(figures, (scope.period.year_before(), scope.period), strict=True)
        ]
        rows.append(kpi.compared(KPIS[name], pair if before and now else pair[1:], scope))
    for name, made in (("full_price_share", full_price), ("discount_rate", discount_rate)):
        history = [
            _row(KPIS[name], scope, made(known, period), period, no_discounts(known, scope))
            for period in kpi.history(scope)
        ]
        rows.append(kpi.compared(KPIS[name], history, scope))
    lift = break_even(now) if now and known.money_is != "revenue" else None
    why = reason or text("Neither costs of goods nor a margin rate are known.", scope.language)
    rows.append(_row(KPIS["break_even_lift"], scope, lift, scope.period, why))
    return rows


def _row(definition: kpi.Kpi, scope: Scope, one: Estimate | None, period: Any, reason: str) -> KpiRow:
    """One row; without a value, or bounds where they are needed, it says why."""
    if one is None or not all(np.isfinite([one.value, one.low, one.high])):
        return kpi.row(definition, scope, None, n=0 if one is None else one.n, period=period, reason=reason)
    return kpi.row(definition, scope, one.value, low=one.low, high=one.high, n=one.n, period=period)


def refusal(known: Known, scope: Scope) -> str:
    """Why no promotion can be judged; an empty text where some can."""
    if not known.reason:
        return (
            ""
            if of_year(known, scope)
            else text(
                "No promotion of the last twelve months is over for {days} days.",
                scope.language,
                days=known.dip_days,
            )
        )
    values = dict(known.values)
    if "share" in values:
        values["share"] = number(values["share"], "share", language=scope.language)
    return text(known.reason, scope.language, **values)


def no_discounts(known: Known, scope: Scope) -> str:
    """Why there is no share at full price: orders do not say their discount, or too few do."""
    if known.days["n_told"].sum():
        return text("Under {n} orders: no percentage.", scope.language, n=COUNTS_ONLY)
    return text("Orders do not say their discount.", scope.language)


def _month(known: Known, period: Any) -> pd.DataFrame:
    day = known.days["day"]
    return known.days[(day >= pd.Timestamp(period.start)) & (day <= pd.Timestamp(period.end))]


def full_price(known: Known, period: Any) -> Estimate | None:
    """Share of the orders without a discount, of those that say; None below 30."""
    own = _month(known, period)
    n = int(own["n_told"].sum())
    if n < COUNTS_ONLY:
        return None
    # An order that says nothing of its discount counts as full price in n_full, so it is taken off there.
    k = int(own["n_full"].sum() - (own["n_orders"].sum() - n))
    return Estimate(k / n, *wilson(k, n, level=LEVEL), LEVEL, n)


def discount_rate(known: Known, period: Any) -> Estimate | None:
    """Discounts over the value at full price, with days as units; None below 30 orders."""
    own = _month(known, period).groupby("day")[["discount", "revenue", "n_told", "n_orders"]].sum()
    n = int(own["n_told"].sum())
    if n < COUNTS_ONLY:
        return None
    one = share_of_total(
        own["discount"].to_numpy(), (own["discount"] + own["revenue"]).to_numpy(), level=LEVEL
    )
    low, high = (
        one.value if np.isnan(bound) else bound for bound in (one.low, one.high)
    )  # nothing given: nothing varies
    return Estimate(one.value, low, high, LEVEL, n)


def by_month(known: Known, scope: Scope) -> pd.DataFrame:
    """Share of the orders at full price in the last thirteen months: month, share, low, high."""
    rows = []
    for period in kpi.history(scope):
        one = full_price(known, period)
        rows.append((pd.Timestamp(period.start), *((one.value, one.low, one.high) if one else (np.nan,) * 3)))
    return pd.DataFrame(rows, columns=["month", "share", "low", "high"])


def worth_table(some: list[Promotion]) -> pd.DataFrame:
    """Net margin of each promotion for the forest, the worst first: promotion, value, low, high."""
    rows = [(one.name, *one.net[:3]) for one in some]
    table = pd.DataFrame(rows, columns=["promotion", "value", "low", "high"])
    return table.sort_values(["value", "promotion"], kind="stable", ignore_index=True)


def comparison(some: list[Promotion], scope: Scope) -> pd.DataFrame:
    """Each promotion in words: orders, lift beside the lift that pays it, pulled share, elasticity."""
    lang = scope.language
    share = {"unit": "share", "language": lang}
    rows = []
    for one in some:
        lift, pulled = one.of(one.worth.lift), one.pulled
        e = one.of(money.elasticity(one.worth.lift, one.discount)) if 0 < one.discount < 1 else None
        rows.append({
            text("promotion", lang): one.name,
            text("discount", lang): number(one.discount, **share),
            text("lift of orders", lang): f"{number(lift.value, **share)} ({interval(lift.low, lift.high, **share)})",
            text("lift that pays it", lang): number(one.break_even, **share) if np.isfinite(one.break_even) else text("none", lang),
            text("lost again after", lang): text("cannot tell", lang) if np.isnan(pulled.value)
            else f"{number(pulled.value, **share)} ({interval(pulled.low, pulled.high, **share)})",
            text("elasticity", lang): "–" if e is None or np.isnan(e.value) else number(e.value, "ratio", decimals=1, language=lang),
        })  # fmt: skip
    if not rows:
        return pd.DataFrame()
    table = pd.DataFrame(rows)
    return table.set_index(table.columns[0])


def around(known: Known, one: Promotion | None, scope: Scope) -> pd.DataFrame:
    """Orders a day around one promotion, seen and expected without it: day [from its first day], orders, low, high, what."""
    if one is None:
        return pd.DataFrame(columns=["day", "orders", "low", "high", "what"], dtype=float)
    baseline = known.baseline
    made = baseline.design
    first = one.starts_on - timedelta(days=DAYS_BEFORE)
    last = one.ends_on + timedelta(days=known.dip_days)
    day = made.days["day"]
    rows = np.flatnonzero(
        made.days["group"].isin(one.markets).to_numpy() & (day >= first).to_numpy() & (day <= last).to_numpy()
    )
    mean, low, high = _without(baseline, one, rows)
    at = (day.iloc[rows] - one.starts_on).dt.days.to_numpy()
    seen = made.days["n"].to_numpy()[rows]
    frame = pd.DataFrame({"day": at, "seen": seen, "mean": mean}).groupby("day").sum()
    seen_name, without = text("orders", scope.language), text("without it", scope.language)
    band = pd.DataFrame({"day": np.unique(at), "low": low, "high": high})
    seen_rows = pd.DataFrame(
        {
            "day": frame.index,
            "orders": frame["seen"].to_numpy(),
            "low": np.nan,
            "high": np.nan,
            "what": seen_name,
        }
    )
    base_rows = pd.DataFrame(
        {
            "day": frame.index,
            "orders": frame["mean"].to_numpy(),
            "low": band["low"],
            "high": band["high"],
            "what": without,
        }
    )
    return pd.concat([seen_rows, base_rows], ignore_index=True)


def _without(baseline: Any, one: Promotion, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Expected orders without lift and dip of a promotion, by row, and the bounds of their sums by day."""
    made = baseline.design
    names = np.array(made.names)
    own = (
        np.char.startswith(names, f"lift {one.kind} ")
        | (names == f"height {one.name}")
        | (names == f"dip {one.kind}")
    )
    x = made.x[rows].copy()
    x[:, own] = 0.0
    mean = np.exp(x @ baseline.coef)
    day = made.days["day"].to_numpy()[rows]
    order, at = np.unique(day, return_inverse=True)
    slope = np.zeros((len(order), x.shape[1]))
    np.add.at(slope, at, mean[:, None] * x)
    sums = np.bincount(at, mean)
    # On the log scale, so that the band stays above zero.
    half = kpi.Z * np.sqrt(np.einsum("ij,jk,ik->i", slope, baseline.covariance, slope)) / sums
    return mean, sums * np.exp(-half), sums * np.exp(half)
