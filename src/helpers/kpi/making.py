"""KPI rows from a value: refused without bounds where it is no count, compared with earlier periods and with its target."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from helpers import i18n
from helpers.checks import NO_TREND, small_sample
from helpers.company import Scope
from helpers.kpi.rows import ALL, HISTORY, LEVEL, Comparison, Kpi, KpiRow
from helpers.kpi.saying import sentence
from helpers.periods import Period


def row(
    kpi: Kpi,
    scope: Scope,
    value: float | None,
    *,
    n: int,
    low: float | None = None,
    high: float | None = None,
    segment: str = ALL,
    period: Period | None = None,
    reason: str = "",
) -> KpiRow:
    """Return one KPI row; a missing value keeps its place; `reason` says why, or what to know about a value.

    Raises
    ------
    ValueError : an estimate or a model without bounds, or bounds that do not hold the value.
    """
    value, low, high = (_clean(figure) for figure in (value, low, high))
    if value is not None and kpi.kind != "counted":
        if low is None or high is None:
            raise ValueError(f"{kpi.id}: a figure that is {kpi.kind} needs both bounds; give low= and high=.")
        if not low <= value <= high:
            raise ValueError(f"{kpi.id}: {value} lies outside its interval {low} to {high}.")
    at = period or scope.period
    made = KpiRow(
        id=kpi.id,
        label=i18n.text(kpi.label, scope.language),
        pillar=kpi.pillar,
        kind=kpi.kind,
        value=value,
        low=low,
        high=high,
        level=LEVEL,
        n=int(n),
        unit=kpi.unit,
        currency=scope.currency if kpi.unit == "currency" else None,
        period=at.code,
        period_label=at.label(scope.language),
        market=scope.market,
        segment=segment,
        better=kpi.better,
        target=None,
        definition=i18n.text(kpi.definition, scope.language),
        formula=i18n.text(kpi.formula, scope.language),
        definition_version=kpi.version,
        decimals=kpi.decimals,
        headline=kpi.headline,
        verdict=None,
        sentence="",
        reason=reason,
        materiality=kpi.materiality,
        relative=kpi.relative,
        whole=kpi.whole,
    )
    return replace(made, sentence=sentence(made, language=scope.language))


def history(scope: Scope) -> list[Period]:
    """Return the page's period and the twelve before it, oldest first: what a sparkline shows."""
    return [scope.period.before(n) for n in range(HISTORY - 1, -1, -1)]


def compared(kpi: Kpi, rows: list[KpiRow], scope: Scope) -> KpiRow:
    """Return the last of the rows (periods in order) with its changes, verdicts and history.

    It is compared with the period before, and with the same period a year before where that is among the rows.
    The history holds every period given.
    """
    last = rows[-1]
    by_period = {made.period: made for made in rows[:-1]}
    bases = [
        ("previous", by_period.get(scope.period.before().code)),
        ("year", by_period.get(scope.period.year_before().code)),
    ]
    comparisons = [compare(kpi, last, base, name) for name, base in bases if base and _known(last, base)]
    verdict = next((c.verdict for c in comparisons if c.base == "previous"), None)
    history = [{"period": r.period, "value": r.value, "low": r.low, "high": r.high, "n": r.n} for r in rows]
    made = replace(last, comparisons=comparisons, verdict=verdict, history=history)
    return replace(made, sentence=sentence(made, language=scope.language))


def with_targets(rows: list[KpiRow], targets: dict[str, float], kpis: dict[str, Kpi]) -> list[KpiRow]:
    """Return the rows, those that have a target with it and with the verdict against it.

    `targets` are by id of the figure, in its own unit; ids that are not among the rows belong to other pages.
    """
    made = []
    for row in rows:
        if row.id in targets:
            row = replace(row, target=targets[row.id])
            if row.value is not None:
                made_against = compare(kpis[row.id], row, _goal(row), "target")
                row = replace(row, comparisons=[*row.comparisons, made_against])
        made.append(row)
    return made


def _goal(row: KpiRow) -> KpiRow:
    """The target of a row as a row of its own, known for certain."""
    return replace(row, value=row.target, low=row.target, high=row.target, period="target", period_label="")


def compare(kpi: Kpi, now: KpiRow, then: KpiRow, base: str) -> Comparison:
    """Return the difference of two rows that have a value, with its interval and verdict; see `between`."""
    defined = {"materiality": kpi.materiality, "relative": kpi.relative, "whole": kpi.whole}
    return between({**vars(now), **defined}, vars(then), base)


def between(now: Mapping[str, Any], then: Mapping[str, Any], base: str = "previous") -> Comparison | None:
    """Return the difference of two rows of one figure as kpis.json holds them; None where one has no value.

    The interval of a difference of two independent estimates comes from their own bounds (MOVER): with
    d = now - then, low = d - sqrt((now - low_now)^2 + (high_then - then)^2), and high alike. Where the two share
    customers it is wider than needed, so a verdict errs towards "no clear change". A row that was published without
    its materiality cannot be judged.
    Source: Zou & Donner (2008), Statistics in Medicine 27, 1693-1702.
    """
    if now.get("value") is None or then.get("value") is None:
        return None
    change = now["value"] - then["value"]
    if now.get("low") is None or then.get("low") is None:
        low = high = None
    else:
        low = change - math.hypot(now["value"] - now["low"], then["high"] - then["value"])
        high = change + math.hypot(now["high"] - now["value"], then["value"] - then["low"])
    judged = "cannot tell"
    if now.get("materiality") is not None:
        matters = now["materiality"] * (abs(then["value"]) if now.get("relative") else 1)
        n = min(one.get("n") or 0 for one in (now, then) if one["period"] != "target")
        n = max(n, NO_TREND) if now.get("whole") else n
        judged = verdict(change, low, high, matters, better=now["better"], n=n)
    return Comparison(base, then["period"], change, low, high, judged, then.get("period_label") or "")


def verdict(
    change: float, low: float | None, high: float | None, materiality: float, *, better: str, n: int
) -> str:
    """Judge a change: "better", "worse", "no clear change" or "cannot tell".

    Better or worse: the interval of the change leaves zero out and the change is at least the materiality.
    Cannot tell: fewer than 100 observations, or an interval that allows a material change both ways.
    A count has no interval; it is judged by materiality alone.
    """
    if low is None or high is None:
        low = high = change
    if small_sample(n) != "full" or (low < -materiality and high > materiality):
        return "cannot tell"
    if abs(change) < materiality or low <= 0 <= high:
        return "no clear change"
    return "better" if (change > 0) == (better == "up") else "worse"


def _clean(figure: float | None) -> float | None:
    """Return a plain float, or None for a missing figure."""
    return None if figure is None or figure != figure else float(figure)


def _known(*rows: KpiRow) -> bool:
    """Tell whether all rows have a value."""
    return all(made.value is not None for made in rows)
