"""Small segments of a figure: hidden, in their history too, and with them what would give them away."""

from __future__ import annotations

from dataclasses import replace

from helpers import i18n, privacy
from helpers.company import Scope
from helpers.kpi.rows import ALL, KpiRow
from helpers.kpi.saying import sentence


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
