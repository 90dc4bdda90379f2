"""What changed since the last report: each headline figure then and now, and figures that were restated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers import periods
from helpers.errors import UsageError
from helpers.report.files import read_json

SAME = 1e-9  # relative; published figures are kept in full


@dataclass(frozen=True)
class Restated:
    """A figure of a period that an earlier report gave as `then` and that is now `now`; both as rows of a history."""

    row: dict[str, Any]
    period: str
    then: float | None
    now: float | None
    published_at: str


@dataclass(frozen=True)
class Changes:
    """The last report of an earlier period, what it said of each figure shown now, and what has been restated."""

    period: str = ""
    published_at: str = ""
    before: tuple[dict[str, Any], ...] = ()
    restated: tuple[Restated, ...] = ()


def since_last(rows: list[dict], report: Path, *, fiscal_year_start: int = 1) -> Changes:
    """Compare the figures of a report in the making with what was published before.

    Parameters
    ----------
    rows : KPI rows of the new report.
    report : reports/<company>/<period>/<market>/<language>, as it still is.

    Returns
    -------
    Changes: `before` holds the last report's rows of the same figures and segments. A figure counts as restated where the
    new history gives another value for a period than the last report of that period, or of this one, published.
    """
    last = last_report(report, fiscal_year_start=fiscal_year_start)
    earlier = _published(last) if last else None
    restated = []
    for said in [*([earlier] if earlier else []), *filter(None, [_published(report)])]:
        restated += _restated(rows, *said)
    if earlier is None:
        return Changes(restated=tuple(restated))
    known = {key(row) for row in rows}
    before = tuple(row for row in earlier[0] if key(row) in known)
    return Changes(last.parents[1].name, earlier[1], before, tuple(restated))


def last_report(report: Path, *, fiscal_year_start: int = 1) -> Path | None:
    """Return the published report of the nearest earlier period of the same grain and market, or None."""
    now = _period(report.parents[1].name, fiscal_year_start)
    market, language = report.parent.name, report.name
    found = []
    for folder in report.parents[2].glob(f"*/{market}/*"):
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


def _restated(rows: list[dict], said: list[dict], published_at: str) -> list[Restated]:
    """Figures that were published as one value and are another one now."""
    found = []
    now = {key(row): {point["period"]: point["value"] for point in row.get("history") or []} for row in rows}
    for row in said:
        values = now.get(key(row), {})
        if row["period"] in values and not _same(row["value"], values[row["period"]]):
            found.append(Restated(row, row["period"], row["value"], values[row["period"]], published_at))
    return found


def _same(then: float | None, now: float | None) -> bool:
    if then is None or now is None:
        return then is now
    return abs(then - now) <= SAME * max(abs(then), abs(now))


def _period(code: str, fiscal_year_start: int) -> periods.Period | None:
    try:
        return periods.parse(code, fiscal_year_start=fiscal_year_start)
    except UsageError:
        return None
