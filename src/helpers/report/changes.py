"""What changed since the last report: each headline figure then and now, and figures that were restated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers import periods
from helpers.errors import UsageError
from helpers.report import publish
from helpers.report.files import read_json

SAME = 1e-9  # relative; published figures are kept in full


@dataclass(frozen=True)
class Restated:
    """A figure of a period that was first published as `then` and is `now` another; `row` is its newest row."""

    row: dict[str, Any]
    period: str
    then: float | None
    now: float | None
    published_at: str


@dataclass(frozen=True)
class Changes:
    """The last report of an earlier period, what it said of each figure shown now, and what has been restated.

    `first` is what kpis.json keeps, so that a later run still knows what was published first: of each figure of the
    report, and of each that was restated, its id, segment, definition_version, period, value and published_at.
    """

    period: str = ""
    published_at: str = ""
    before: tuple[dict[str, Any], ...] = ()
    restated: tuple[Restated, ...] = ()
    first: tuple[dict[str, Any], ...] = ()


def since_last(rows: list[dict], report: Path, *, made_at: str = "", fiscal_year_start: int = 1) -> Changes:
    """Compare the figures of a report in the making with what was published before.

    Parameters
    ----------
    rows : KPI rows of the new report, made at `made_at`.
    report : reports/<company>/<period>/<market>/<language>, as it still is.

    Returns
    -------
    Changes: `before` holds the last report's rows of the same figures and segments. A figure counts as restated where the
    new row, or its history, gives another value for a period than was first published for it, in any report of this
    company and market.
    """
    firsts = _first_published(report)
    restated, kept = [], []
    for row in rows:
        for period, value in _values(row).items():
            said = firsts.get((*key(row), period))
            if said and not _same(said["value"], value):
                restated.append(Restated(row, period, said["value"], value, said["published_at"]))
            elif period != row["period"]:
                continue
            kept.append(said or _statement(row, made_at))
    known = {key(row) for row in rows}
    # A page that failed this time has no rows, and will be held against these when it is well again.
    kept += [said for said in _statements(report) if key(said) not in known]
    last = last_report(report, fiscal_year_start=fiscal_year_start)
    earlier = _published(last) if last else None
    if earlier is None:
        return Changes(restated=tuple(restated), first=tuple(kept))
    before = tuple(row for row in earlier[0] if key(row) in known)
    return Changes(last.parents[1].name, earlier[1], before, tuple(restated), tuple(kept))


def last_report(report: Path, *, fiscal_year_start: int = 1) -> Path | None:
    """Return the published report of the nearest earlier period of the same grain and market, or None."""
    now = _period(report.parents[1].name, fiscal_year_start)
    market, language = report.parent.name, report.name
    found = []
    for folder in publish.reports(report.parents[2], market=market):
        then = _period(folder.parents[1].name, fiscal_year_start)
        if (
            then
            and now
            and then.grain == now.grain
            and then.end < now.end
            and (folder / "kpis.json").is_file()
        ):
            found.append((then.end, folder.name == language, folder))
    return max(found)[2] if found else None


def end(code: str, fiscal_year_start: int = 1) -> str:
    """Return the last day of a period as text that sorts; empty for a code that is no period."""
    found = _period(code, fiscal_year_start)
    return found.end.isoformat() if found else ""


def key(row: dict) -> tuple[str, str, int]:
    """What makes two rows the same figure: its id, segment and version of the definition."""
    return row["id"], row.get("segment") or "all", row.get("definition_version") or 1


def rows_of(kpis: dict) -> list[dict]:
    """Return the KPI rows of a kpis.json, each once."""
    found = [row for page in kpis["notebooks"].values() for row in page.get("kpis") or []]
    return list({key(row): row for row in found}.values())


def _published(report: Path) -> tuple[list[dict], str] | None:
    """Rows of a published report and when it was made."""
    kpis, run = read_json(report / "kpis.json"), read_json(report / "run.json")
    return (rows_of(kpis), run.get("finished_at", "")) if kpis and run else None


def _first_published(report: Path) -> dict[tuple, dict]:
    """What was published first of each figure and period, in any report of this company and market."""
    found: dict[tuple, dict] = {}
    for folder in publish.reports(report.parents[2], market=report.parent.name):
        for said in _statements(folder):
            place = (*key(said), said["period"])
            if place not in found or said["published_at"] < found[place]["published_at"]:
                found[place] = said
    return found


def _statements(report: Path) -> list[dict]:
    """What a report says was published first; its own rows where it was made before reports kept that."""
    kpis = read_json(report / "kpis.json") or {}
    if "first_published" in kpis:
        return kpis["first_published"]
    rows, at = _published(report) or ([], "")
    return [_statement(row, at) for row in rows if not _is_hidden(row)]


def _statement(row: dict, at: str) -> dict[str, Any]:
    """One figure as it was published."""
    name, segment, version = key(row)
    named = {"id": name, "segment": segment, "definition_version": version}
    return {**named, "period": row["period"], "value": row["value"], "published_at": at}


def _values(row: dict) -> dict[str, float | None]:
    """Value of a row for each period it speaks of; a group that is hidden has none to compare."""
    points = [*(row.get("history") or []), row]
    return {point["period"]: point["value"] for point in points if not _is_hidden(point)}


def _is_hidden(point: dict) -> bool:
    """Whether a figure is empty together with its n, as only a small group's is."""
    return point["value"] is None and "n" in point and point["n"] is None


def _same(then: float | None, now: float | None) -> bool:
    if then is None or now is None:
        return then is now
    return abs(then - now) <= SAME * max(abs(then), abs(now))


def _period(code: str, fiscal_year_start: int) -> periods.Period | None:
    try:
        return periods.parse(code, fiscal_year_start=fiscal_year_start)
    except UsageError:
        return None
