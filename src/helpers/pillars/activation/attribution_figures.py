"""Figures of the paths: rows with interval and n, month by month where the paths permit."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from helpers import i18n, kpi
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import text
from helpers.kpi import LEVEL, KpiRow, Z
from helpers.methods import attribution_draws
from helpers.methods.attribution_draws import Attributed
from helpers.methods.intervals import wilson
from helpers.periods import Period
from helpers.pillars.activation.attribution import Known, by_channel, months_of
from helpers.pillars.activation.attribution_words import rule_name
from helpers.pillars.activation.definitions import KPIS

MONTHLY = ("path_coverage", "path_length", "last_touch_own")


def kpis(
    found: Known, split: Attributed | None, scope: Scope, *, own: Sequence[str], rule: str
) -> list[KpiRow]:
    """KPI rows of the page: what the paths cover and look like by month, and what the rules make of all of them.

    Parameters
    ----------
    found, split : paths, and orders by rule and channel.
    own : channels that people use who know the brand.
    rule : the rule of the reports.

    Raises
    ------
    ValueError : `rule` is unknown.
    """
    if rule not in attribution_draws.RULES:
        raise ValueError(f'rule "{rule}" is unknown. Use one of {", ".join(attribution_draws.RULES)}.')
    periods = [p for p in months_of(found) if p.code != scope.period.code]
    by_month = [_monthly(found, period, scope, tuple(own)) for period in (*periods, scope.period)]
    rows = [_disagreement(found, split, scope)]
    rows += [kpi.compared(KPIS[name], [month[name] for month in by_month], scope) for name in MONTHLY]
    return kpi.protected([*rows, *_attributed(found, split, scope, rule)], scope)


def _monthly(found: Known, period: Period, scope: Scope, own: tuple[str, ...]) -> dict[str, KpiRow]:
    """Three figures of one month."""
    code = period.end.year * 12 + period.end.month - 1
    rows = found.rows[(found.rows["month"] == code) & (found.rows["n_converted"] > 0)]
    orders = found.orders[found.orders["month"] == code]
    followed, total = int(rows["n_converted"].sum()), int(orders["n_orders"].sum())
    made = {"path_coverage": _share("path_coverage", min(followed, total), total, period, found, scope)}
    parts = rows["path"].astype(str).str.split(" > ", regex=False)
    last = parts.str[-1]
    n_own = int(rows.loc[last.isin(own), "n_converted"].sum())
    made["last_touch_own"] = _share("last_touch_own", n_own, followed, period, found, scope)
    size, weight = parts.str.len().to_numpy(dtype=float), rows["n_converted"].to_numpy(dtype=float)
    definition = KPIS["path_length"]
    if followed < COUNTS_ONLY:
        made["path_length"] = _few(definition, followed, period, found, scope)
    else:
        mean = float(size @ weight) / followed
        half = Z * math.sqrt(float((size - mean) ** 2 @ weight) / (followed - 1) / followed)
        made["path_length"] = kpi.row(
            definition, scope, mean, low=mean - half, high=mean + half, n=followed, period=period
        )
    return made


def _share(name: str, part: int, whole: int, period: Period, found: Known, scope: Scope) -> KpiRow:
    if whole < COUNTS_ONLY:
        return _few(KPIS[name], whole, period, found, scope)
    low, high = wilson(part, whole, level=LEVEL)
    return kpi.row(KPIS[name], scope, part / whole, low=low, high=high, n=whole, period=period)


def _few(definition: kpi.Kpi, n: int, period: Period, found: Known, scope: Scope) -> KpiRow:
    reason = found.lacking or text("Need n = {need}.", scope.language, need=COUNTS_ONLY)
    return kpi.row(definition, scope, None, n=n, period=period, reason=reason)


def _disagreement(found: Known, split: Attributed | None, scope: Scope) -> KpiRow:
    definition = KPIS["rule_disagreement"]
    if split is None:
        return _few(definition, found.n_followed, scope.period, found, scope)
    made, one, other = attribution_draws.disagreement(split, level=LEVEL)
    if not one or np.isnan(made.low):
        return _few(definition, made.n, scope.period, found, scope)
    names = {"one": rule_name(one, scope), "other": rule_name(other, scope)}
    reason = text(
        "Between {one} and {other}; orders of {days}.",
        scope.language,
        **names,
        days=i18n.days(*found.span, scope.language),
    )
    return kpi.row(definition, scope, made.value, low=made.low, high=made.high, n=made.n, reason=reason)


def _attributed(found: Known, split: Attributed | None, scope: Scope, rule: str) -> list[KpiRow]:
    """One row a channel by the rule of the reports; n is the orders whose paths hold the channel."""
    if split is None or rule not in split.value:
        return []
    table = by_channel(split)
    paths = found.paths
    there = np.zeros((len(paths.n), len(paths.channels)), dtype=bool)
    there[paths.owner, paths.steps] = True
    n = dict(zip(paths.channels, there.T.astype(float) @ paths.converted, strict=True))
    facts = {"rule": rule_name(rule, scope), "days": i18n.days(*found.span, scope.language)}
    own = table[table["rule"] == rule].sort_values(
        ["orders", "channel"], ascending=[False, True], kind="stable"
    )
    return [
        kpi.row(
            KPIS["attributed_orders"], scope, one.orders, low=one.low, high=one.high, n=int(n[one.channel]),
            segment=str(one.channel), reason=text("{channel}, by {rule}; orders of {days}.", scope.language, channel=one.channel, **facts),
        )
        for one in own.itertuples()
    ]  # fmt: skip
