"""Irritants: how often, for how many customers, what those touched brought less, and how firm the ranking is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers import kpi, rollups
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import text
from helpers.kpi import LEVEL, KpiRow
from helpers.methods import exposed, funnels
from helpers.methods.intervals import Estimate
from helpers.periods import Period
from helpers.pillars.activation.definitions import KPIS
from helpers.pillars.activation.journey import within
from helpers.privacy import hidden
from helpers.rollups import daily, steps

SETUP_DAYS = 14  # days after the first step by which a newcomer should have ended the onboarding
MOST_WINDOWS = 4
ACTIVE_DAYS = 365
SEED = 20260930
TENURE, RECENT, BEFORE = (
    (30, 90, 365),
    (0, 1, 2, 3, 5),
    (0, 2, 5, 10),
)  # upper ends of the bands that make customers alike
PARTS = ("case", "return", "cancelled", "setup")  # a late answer is part of its case


class Irritants(NamedTuple):
    """What went wrong for customers, and what they spent.

    touches : rollup `touches` with irritant [kind and detail]; None without any table. order_days : day, n_rows [orders placed].
    compared : `exposed.differences` in margin of the days after; None where it cannot be made. alike : share of touched rows with somebody
    untouched alike. unmatched : mean of all touched less that of all untouched, alike or not. last_day, days : end and length of the
    window of the ranking. outcome_days : length of what comes after. order_margin : margin of a paid order of the last month with one.
    solved : rollup `solved_days`; None without cases. lacking : why nothing but orders is known; empty where something is.
    """

    touches: pd.DataFrame
    order_days: pd.DataFrame
    compared: exposed.Exposed | None
    alike: float
    unmatched: float
    last_day: pd.Timestamp
    days: int
    outcome_days: int
    order_margin: float
    solved: pd.DataFrame | None
    lacking: str


def known(
    orders: Any,
    scope: Scope,
    *,
    cases: Any = None,
    returns: Any = None,
    events: Any = None,
    days: int,
    outcome_days: int,
    late_hours: float,
    not_irritants: str = "",
    lacking: str = "",
) -> Irritants:
    """Read what went wrong, and compare those touched with those untouched.

    Parameters
    ----------
    orders, cases, returns, events : tables, the last three None where the company has none.
    days : days up to the end of the period in which irritants are ranked.
    outcome_days : days of spend after an irritant, and length of the windows in which customers are touched or not.
    late_hours : hours to the first answer beyond which it is late.
    not_irritants : reasons of returns that are nothing to mend, with commas between.

    Raises
    ------
    ValueError : a number of days or hours is not above 0.
    """
    for name, value in (("days", days), ("outcome_days", outcome_days), ("late_hours", late_hours)):
        if not value > 0:
            raise ValueError(f"{name} must be above 0, not {value!r}")
    end = scope.period.end
    made = steps.touches(
        end=end,
        late_hours=late_hours,
        setup_days=SETUP_DAYS,
        cases=cases,
        orders=orders,
        returns=returns,
        events=events,
    )
    touches = rollups.collect(made, may_be_empty=True).sort_values(
        ["day", "kind", "detail", "customer_id"], kind="stable", ignore_index=True
    )
    harmless = {one.strip() for one in not_irritants.split(",") if one.strip()}
    touches = touches[~((touches["kind"] == "return") & touches["detail"].isin(harmless))]
    touches = touches.assign(irritant=touches["kind"] + ":" + touches["detail"]).reset_index(drop=True)
    order_days = rollups.collect(daily.daily_sums(orders, day="ordered_on"), may_be_empty=True)
    compared = _compared(orders, touches, order_days, scope, outcome_days)
    sales = rollups.collect(rollups.monthly_sales(orders), may_be_empty=True)
    margin = (
        float(sales["revenue_excl_vat"].iloc[-1] / sales["n_orders"].iloc[-1]) * _margin(scope)
        if len(sales)
        else float("nan")
    )
    return Irritants(
        touches,
        order_days,
        *compared,
        pd.Timestamp(end),
        days,
        outcome_days,
        margin,
        _solved(cases, end),
        lacking,
    )


def _compared(
    orders: Any, touches: pd.DataFrame, order_days: pd.DataFrame, scope: Scope, days: int
) -> tuple[exposed.Exposed | None, float, float]:
    """Those touched in each of the last windows beside those untouched, in margin of as many days after it."""
    rows, touched = [], []
    first = order_days["day"].min() if len(order_days) else pd.Timestamp(scope.period.end)
    for back in range(1, MOST_WINDOWS + 1):
        at = scope.period.end - timedelta(days=days * back)
        if pd.Timestamp(at) - pd.Timedelta(days=days) < first:
            break
        made = steps.standing_on(orders, at=at, recent_days=days, within=ACTIVE_DAYS, after=days)
        rows.append(rollups.collect(made, may_be_empty=True).assign(at=back))
        inside = touches["day"].between(pd.Timestamp(at) - pd.Timedelta(days=days - 1), pd.Timestamp(at))
        touched.append(
            touches.loc[inside & touches["customer_id"].notna(), ["customer_id", "irritant"]].assign(at=back)
        )
    if not rows or not sum(len(one) for one in touched):
        return None, 0.0, float("nan")
    people = pd.concat(rows, ignore_index=True)
    bands = [
        np.searchsorted(upper, people[name].to_numpy(), side="left")
        for name, upper in (("tenure", TENURE), ("n_recent", RECENT), ("n_before", BEFORE))
    ]
    code = np.ravel_multi_index(bands, (len(TENURE) + 1, len(RECENT) + 1, len(BEFORE) + 1))
    people = people.assign(stratum=code * 10 + people["at"], outcome=people["spend"] * _margin(scope))
    people = people.rename(columns={"customer_id": "unit"})
    some = pd.concat(touched, ignore_index=True).rename(columns={"customer_id": "unit", "irritant": "cause"})
    found = exposed.differences(
        people[["unit", "at", "stratum", "outcome"]],
        some, level=LEVEL, seed=SEED,
    )  # fmt: skip
    total = int(found.table["n_rows"].sum())
    if not total:
        return None, 0.0, float("nan")
    both = people.merge(some[["unit", "at"]].drop_duplicates(), on=["unit", "at"], how="left", indicator=True)
    means = both.groupby(both["_merge"] == "both")["outcome"].mean()
    return (
        found,
        float(found.table["n_compared"].sum()) / total,
        float(means.get(True, np.nan) - means.get(False, np.nan)),
    )


def table(found: Irritants, scope: Scope) -> pd.DataFrame:
    """The ranking: told irritants first by customers touched x value lost each, then the others by rate x customers.

    Returns
    -------
    One row an irritant that is not hidden as a small group: irritant [code], rate, rate_low, rate_high [per 1,000 orders], n [how often],
    n_customers, direct [margin of goods sent back and orders cancelled, and money given in cases: counted], lost, lost_low, lost_high
    [margin a customer touched brought less; bounds of all irritants together], stake, stake_low, stake_high [that x n_customers],
    is_told [the whole interval is above 0], n_compared, spread, first [share of redraws in which it stands first]. Stakes are NaN
    where it is not told.
    """
    recent, orders = _recent(found)
    rows = [
        _rated(code, part, orders) for code, part in recent.groupby("irritant", sort=True)
    ] if len(recent) and float(orders.sum()) >= COUNTS_ONLY else []  # fmt: skip
    names = ["irritant", "rate", "rate_low", "rate_high", "n", "n_customers", "amount"]
    made = pd.DataFrame(rows, columns=names)
    is_given = made["irritant"].str.startswith("case:").astype(bool)  # money given is margin already
    made["direct"] = made["amount"] * np.where(is_given, 1.0, _margin(scope))
    gone = hidden(made["n_customers"].tolist(), total_is_known=False)
    made = made[~np.array(gone, dtype=bool)] if len(made) else made
    of = ["cause", "value", "low_all", "high_all", "n_compared", "spread"]
    money = pd.DataFrame(columns=of) if found.compared is None else found.compared.table[of]
    made = made.merge(money, left_on="irritant", right_on="cause", how="left")
    made["lost"], made["lost_low"], made["lost_high"] = (
        -made[name].astype(float) for name in ("value", "high_all", "low_all")
    )
    made["is_told"] = made["lost_low"] > 0
    for name in ("lost", "lost_low", "lost_high"):
        made[name.replace("lost", "stake")] = (made[name] * made["n_customers"]).where(made["is_told"])
    made["n_compared"] = made["n_compared"].fillna(0).astype(int)
    made["first"] = _firm(found, made, recent)
    order = np.lexsort((made["irritant"], -_score(made), ~made["is_told"]))
    return (
        made.iloc[order]
        .drop(columns=["cause", "value", "low_all", "high_all", "amount"])
        .reset_index(drop=True)
    )


def kpis(found: Irritants, ranked: pd.DataFrame, scope: Scope) -> list[KpiRow]:
    """Rows of the irritants and of cases solved at once, with history where there is one."""
    rows = []
    first = found.touches["day"].min() if len(found.touches) else pd.NaT
    shown = [p for p in kpi.history(scope) if pd.Timestamp(p.start) >= first or p.code == scope.period.code]
    for definition, of in (
        ("first_contact_solution", _first_contact),
        ("irritant_rate", _all_rate),
        ("customers_touched", _touched),
    ):
        rows.append(kpi.compared(KPIS[definition], [of(found, period, scope) for period in shown], scope))
    return [*rows, _stake(found, ranked, scope)]


def _stake(found: Irritants, ranked: pd.DataFrame, scope: Scope) -> KpiRow:
    definition, lang = KPIS["irritant_stake"], scope.language
    if ranked.empty:
        return kpi.row(
            definition,
            scope,
            None,
            n=0,
            reason=found.lacking or text("No irritant touched ten customers.", lang),
        )
    top = ranked.iloc[0]
    n = int(top["n_compared"])
    if not top["is_told"]:
        said = text(
            "For no irritant is the difference between those touched and those untouched told from nothing.",
            lang,
        )
        return kpi.row(definition, scope, None, n=n, reason=said)
    return kpi.row(definition, scope, top["stake"], low=top["stake_low"], high=top["stake_high"], n=n)


def _margin(scope: Scope) -> float:
    """Contribution margin of a unit of revenue; 1 where the company states none, and its money is revenue."""
    rate = scope.company.contribution_margin_rate
    return 1.0 if rate is None else rate


def _recent(found: Irritants) -> tuple[pd.DataFrame, pd.Series]:
    """Touches of the window, and orders placed on each of its days, a day without any with 0."""
    first = found.last_day - pd.Timedelta(days=found.days - 1)
    days = found.order_days.set_index("day")["n_rows"]
    # A company that is younger than the window has no days before its first.
    begun = max(first, days.index.min()) if len(days) else first
    every = pd.date_range(begun, found.last_day, unit="us")
    return found.touches[found.touches["day"].between(begun, found.last_day)], days.reindex(
        every, fill_value=0
    ).astype(float)


def _rated(code: str, part: pd.DataFrame, orders: pd.Series) -> tuple:
    made = _per_thousand(part, orders)
    return (
        code,
        made.value,
        made.low,
        made.high,
        int(part["n"].sum()),
        int(part["customer_id"].nunique()),
        float(part["amount"].sum()),
    )


def _per_thousand(part: pd.DataFrame, orders: pd.Series) -> Estimate:
    """Irritants per 1,000 orders of the same days, customers as units; a case without a customer is somebody of their own."""
    each = part.groupby("customer_id")["n"].sum().to_numpy(float)
    alone = np.ones(int(part.loc[part["customer_id"].isna(), "n"].sum()))
    made = funnels.count_of_units(np.concatenate([each, alone]), level=LEVEL)
    n = float(orders.sum())
    return made._replace(
        value=1000 * made.value / n, low=1000 * made.low / n, high=1000 * made.high / n, n=int(n)
    )


def _score(made: pd.DataFrame) -> np.ndarray:
    """Money at stake where it is told, else rate x customers touched: the value lost is that of all irritants of a customer."""
    base = made["rate"].astype(float) * made["n_customers"].astype(float)
    return np.where(made["is_told"], made["stake"].fillna(0.0), base)


def _firm(found: Irritants, made: pd.DataFrame, recent: pd.DataFrame) -> np.ndarray:
    """Share of redraws of customers in which each irritant has the highest score, told ones before the others."""
    if made.empty:
        return np.array([], dtype=float)
    some = recent[recent["irritant"].isin(made["irritant"])]
    # A case without a customer is somebody of their own.
    who = some["customer_id"].fillna("?" + pd.Series(np.arange(len(some)).astype(str), index=some.index))
    unit, units = pd.factorize(who, sort=True)
    code = pd.Index(made["irritant"]).get_indexer(some["irritant"])
    n, kinds = some["n"].to_numpy(float), len(made)
    pairs = pd.DataFrame({"unit": unit, "code": code})[
        some["customer_id"].notna().to_numpy()
    ].drop_duplicates()
    told = made["is_told"].to_numpy(dtype=bool)
    draws = exposed.DRAWS if found.compared is None else len(found.compared.values)
    lost = np.zeros((draws, kinds))
    if found.compared is not None:
        at = pd.Index(found.compared.table["cause"]).get_indexer(made["irritant"])
        lost[:, at >= 0] = -found.compared.values[:, at[at >= 0]]
    rng, wins = np.random.default_rng(SEED), np.zeros(kinds)
    for draw in range(draws):
        weight = rng.poisson(1.0, len(units)).astype(float)
        often = np.bincount(code, weights=weight[unit] * n, minlength=kinds)
        touched = np.bincount(pairs["code"], weights=weight[pairs["unit"]], minlength=kinds)
        score = touched * np.where(told, lost[draw], often)
        wins[np.argmax(np.where(told, score, -np.inf) if told.any() else score)] += 1
    return wins / draws


def _first_contact(found: Irritants, period: Period, scope: Scope) -> KpiRow:
    definition, lang = KPIS["first_contact_solution"], scope.language
    if found.solved is None:
        return kpi.row(definition, scope, None, n=0, period=period, reason=found.lacking)
    days = within(found.solved, period).set_index("day")
    n = int(days["n_solved"].sum())
    if n < COUNTS_ONLY:
        said = text("{n} solved cases; a percentage needs n = {need}.", lang, n=n, need=COUNTS_ONLY)
        return kpi.row(definition, scope, None, n=n, period=period, reason=said)
    made = funnels.ratio_over_days(days["n_once"].astype(float), days["n_solved"].astype(float), level=LEVEL)
    if np.isnan(made.low):
        said = text(
            "{n} days with solved cases; an interval needs {need}.",
            lang,
            n=len(days),
            need=funnels.FEWEST_DAYS,
        )
        return kpi.row(definition, scope, None, n=n, period=period, reason=said)
    return kpi.row(definition, scope, made.value, low=made.low, high=made.high, n=n, period=period)


def _all_rate(found: Irritants, period: Period, scope: Scope) -> KpiRow:
    definition, lang = KPIS["irritant_rate"], scope.language
    days = within(found.order_days, period).set_index("day")["n_rows"].astype(float)
    n = int(days.sum())
    if found.lacking or n < COUNTS_ONLY:
        said = found.lacking or text("{n} orders; a rate needs n = {need}.", lang, n=n, need=COUNTS_ONLY)
        return kpi.row(definition, scope, None, n=n, period=period, reason=said)
    part = within(found.touches[found.touches["kind"].isin(PARTS)], period)
    made = _per_thousand(part, days)
    return kpi.row(definition, scope, made.value, low=made.low, high=made.high, n=n, period=period)


def _touched(found: Irritants, period: Period, scope: Scope) -> KpiRow:
    definition = KPIS["customers_touched"]
    if found.lacking:
        return kpi.row(definition, scope, None, n=0, period=period, reason=found.lacking)
    n = within(found.touches, period)["customer_id"].nunique()
    return kpi.row(definition, scope, n, n=n, period=period)


def _solved(cases: Any, end: Any) -> pd.DataFrame | None:
    """Solved cases by the day on which they were opened: day, n_solved, n_once [solved at the first contact]; None without."""
    if cases is None:
        return None
    made = rollups.collect(steps.solved_days(cases, end=end), may_be_empty=True)
    return made.sort_values("day", kind="stable", ignore_index=True) if len(made) else None
