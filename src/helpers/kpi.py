"""KPIs: definitions, rows with interval and n, verdicts on a change, and the sentence that states one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from helpers import i18n, privacy
from helpers.checks import small_sample
from helpers.company import Scope
from helpers.display import Output
from helpers.periods import Period

MIME = "application/vnd.cmo.kpi+json"
KINDS = ("counted", "estimated", "modelled")
LEVEL = 0.90
ALL = "all"  # the segment of everybody
# A rise that is better and a fall that is better are one word in English and two in French.
VERDICTS = {
    ("better", True): i18n.mark_term("a rise", "better"),
    ("better", False): i18n.mark_term("a fall", "better"),
    ("worse", True): i18n.mark_term("a rise", "worse"),
    ("worse", False): i18n.mark_term("a fall", "worse"),
    ("no clear change", True): i18n.mark_term("a verdict", "no clear change"),
    ("no clear change", False): i18n.mark_term("a verdict", "no clear change"),
    ("cannot tell", True): i18n.mark_term("a verdict", "cannot tell"),
    ("cannot tell", False): i18n.mark_term("a verdict", "cannot tell"),
}
HISTORY = 13  # periods in a row's history, so that the same period a year before is among them


@dataclass(frozen=True)
class Kpi:
    """The definition of one figure.

    `unit` is "share" (0-1), "currency", "ratio" or a counted noun; `better` is "up" or "down"; `materiality` is the
    smallest change that anyone would act on, in the KPI's own unit, or a share of the value it is compared
    with where `relative` is true. `headline`: it stands as a tile on the front page.
    """

    id: str
    label: str
    pillar: str
    unit: str
    better: str
    kind: str
    definition: str
    formula: str
    materiality: float
    relative: bool = False
    decimals: int = 0
    headline: bool = False
    version: int = 1


@dataclass(frozen=True)
class Comparison:
    """The change against another value: `base` is "previous", "year" or "target"; the bounds are of the difference."""

    base: str
    period: str
    value: float
    low: float | None
    high: float | None
    verdict: str
    period_label: str = ""


@dataclass(frozen=True)
class KpiRow:
    """One figure of one period, market and segment. Bounds are empty for counts; n, too, where the group is hidden.

    `materiality` and `relative` are those of its definition, so that two published rows can be compared.
    """

    id: str
    label: str
    pillar: str
    kind: str
    value: float | None
    low: float | None
    high: float | None
    level: float
    n: int | None
    unit: str
    currency: str | None
    period: str
    period_label: str
    market: str
    segment: str
    better: str
    target: float | None
    definition: str
    formula: str
    definition_version: int
    decimals: int
    headline: bool
    verdict: str | None
    sentence: str
    reason: str = ""
    comparisons: list[Comparison] = field(default_factory=list)
    history: list[dict] = field(default_factory=list)
    materiality: float | None = None
    relative: bool = False


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
    defined = {"materiality": kpi.materiality, "relative": kpi.relative}
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


def sentence(made: KpiRow, *, language: str = "en") -> str:
    """State the figure in one sentence: subject, period, value, interval, n, change and its verdict."""
    named = {"label": made.label, "period": made.period_label}
    if made.value is None:
        said = i18n.text("{label}, {period}: cannot tell. {reason}", language, **named, reason=made.reason)
        return said.rstrip()
    value = i18n.number(made.value, made.unit, **_written(made, language))
    details = [] if made.low is None else [interval(made, language=language)]
    details.append(f"n = {i18n.number(made.n, 'count', language=language)}")
    previous = next((c for c in made.comparisons if c.base == "previous"), None)
    changed = f", {change(previous, made, language=language)}" if previous else ""
    said = i18n.text(
        "{label}, {period}: {value} ({detail}){change}.", language, **named,
        value=value, detail=", ".join(details), change=changed,
    )  # fmt: skip
    return f"{said} {made.reason}".rstrip()


def interval(made: KpiRow, *, language: str = "en") -> str:
    """Say the interval of a figure with its level: "90% interval 89.6% to 91.7%"."""
    bounds = i18n.interval(made.low, made.high, made.unit, **_written(made, language))
    level = i18n.number(made.level, "share", language=language)
    return i18n.text("{level} interval {bounds}", language, level=level, bounds=bounds)


def change(comparison: Comparison, made: KpiRow, *, language: str = "en") -> str:
    """Say a change in words: "+1.2 points on November 2017: no clear change"."""
    scale, unit = (100, "points") if made.unit == "share" else (1, "currency" if made.currency else "count")
    sign = "+" if comparison.value >= 0 else ""
    value = sign + i18n.number(comparison.value * scale, unit, **_written(made, language))
    judged = in_words(comparison, language=language)
    return i18n.text(
        "{value} on {base}: {verdict}", language, value=value, base=comparison.period_label, verdict=judged
    )


def in_words(comparison: Comparison, *, language: str = "en") -> str:
    """Say a verdict in words: "better" in English; French says which way it moved, too."""
    return i18n.term(*VERDICTS[comparison.verdict, comparison.value >= 0], language)


def _written(made: KpiRow, language: str) -> dict:
    """How the figures of a row are written."""
    return {"currency": made.currency, "decimals": made.decimals, "language": language}


def finding(made: KpiRow, *, language: str = "en") -> str:
    """State the figure as the title of a chart: subject, value, and the verdict on the month before."""
    if made.value is None:
        return i18n.text("{label}: cannot tell yet", language, label=made.label)
    value = i18n.number(
        made.value, made.unit, currency=made.currency, decimals=made.decimals, language=language
    )
    said = i18n.text("{label}: {value}", language, label=made.label, value=value)
    if made.verdict == "cannot tell":
        return said + ", " + i18n.text("whether it changed cannot be told", language)
    previous = next((c for c in made.comparisons if c.base == "previous"), None)
    return f"{said}, {in_words(previous, language=language)}" if previous else said


def pick(rows: list[KpiRow], name: str) -> KpiRow:
    """Return the row of one KPI.

    Raises
    ------
    ValueError : no such row; the message lists those there are.
    """
    for made in rows:
        if made.id == name:
            return made
    raise ValueError(f'"{name}" is not among the rows. They are {", ".join(made.id for made in rows)}.')


def protected(rows: list[KpiRow], scope: Scope) -> list[KpiRow]:
    """Return the rows, those of small segments without their figures, so that no person can be recognised.

    Segments of one figure, period and market are taken as a partition whose total is known: with a small segment the next
    smallest is hidden too. So it is in each period of their histories, where the point is blank and a change against it
    is left out. Rows of all segments together stay as they are.
    """
    made = list(rows)
    for at in _partitions(rows):
        blank = _small_points([rows[i] for i in at])
        for i, periods in zip(at, blank, strict=True):
            made[i] = _blanked(rows[i], periods, scope)
        for i, out in zip(at, privacy.hidden([rows[i].n or 0 for i in at]), strict=True):
            if out:
                made[i] = _hidden(rows[i], scope)
    return made


def _partitions(rows: list[KpiRow]) -> list[list[int]]:
    """Places of the rows of one figure, period and market that are about segments."""
    found: dict[tuple, list[int]] = {}
    for i, made in enumerate(rows):
        if made.segment != ALL:
            found.setdefault((made.id, made.period, made.market), []).append(i)
    return list(found.values())


def _small_points(rows: list[KpiRow]) -> list[set[str]]:
    """Periods of the history of each row of a partition that must be hidden."""
    sizes = [{point["period"]: point.get("n") or 0 for point in made.history} for made in rows]
    gone: list[set[str]] = [set() for _ in rows]
    for period in {period for one in sizes for period in one}:
        for found, out in zip(gone, privacy.hidden([one.get(period, 0) for one in sizes]), strict=True):
            if out:
                found.add(period)
    return gone


def _blanked(made: KpiRow, periods: set[str], scope: Scope) -> KpiRow:
    """The row without its figures of some past periods, and without what would give them back."""
    if not periods:
        return made
    bare = {"value": None, "low": None, "high": None, "n": None}
    history = [
        {**point, **bare, "reason": _why_hidden(point.get("n") or 0, scope)}
        if point["period"] in periods
        else point
        for point in made.history
    ]
    comparisons = [one for one in made.comparisons if one.period not in periods]
    judged = made.verdict if any(one.base == "previous" for one in comparisons) else None
    made = replace(made, history=history, comparisons=comparisons, verdict=judged)
    return replace(made, sentence=sentence(made, language=scope.language))


def _hidden(made: KpiRow, scope: Scope) -> KpiRow:
    bare = {"value": None, "low": None, "high": None, "n": None, "verdict": None}
    made = replace(made, **bare, reason=_why_hidden(made.n, scope), comparisons=[], history=[])
    return replace(made, sentence=sentence(made, language=scope.language))


def _why_hidden(n: int, scope: Scope) -> str:
    return i18n.text(
        "Hidden: fewer than {limit} people, who could be recognised."
        if 0 < n < privacy.SMALL_GROUP
        else "Hidden: a smaller group could be worked out from it.",
        scope.language,
        limit=privacy.SMALL_GROUP,
    )


def show(rows: list[KpiRow]) -> Output:
    """Return the rows as one display output.

    Raises
    ------
    ValueError : a segment of a few people still has its figure, of this period or of one in its history; pass the rows
        through `protected` first.
    """
    for made in rows:
        sizes = [made.n, *(point.get("n") for point in made.history)]
        if made.segment != ALL and any(0 < (n or 0) < privacy.SMALL_GROUP for n in sizes):
            raise ValueError(
                f"{made.id}, {made.segment}: fewer than {privacy.SMALL_GROUP} people; use kpi.protected first."
            )
    columns = ["label", "value", "low", "high", "n", "unit", "period", "segment", "verdict"]
    return Output(MIME, rows, columns=columns, lines=[made.sentence for made in rows])


def plain(rows: list[KpiRow]) -> str:
    """Return the rows as rounded plain text, for the cell whose output the tests pin."""
    return "\n".join(made.sentence for made in rows)


def _clean(figure: float | None) -> float | None:
    """Return a plain float, or None for a missing figure."""
    return None if figure is None or figure != figure else float(figure)


def _known(*rows: KpiRow) -> bool:
    """Tell whether all rows have a value."""
    return all(made.value is not None for made in rows)
