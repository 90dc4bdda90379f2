"""page.pdf: the run on one A4 page. What does not fit is left out step by step, and the page says how much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup

from helpers import i18n
from helpers.errors import NotMadeError
from helpers.report import fragments, frame, priority, sentences, tiles, wording
from helpers.report.digest import Digest, Entry, digest, heading
from helpers.report.forward import pdf

FULL_ROWS_OF_3 = (3, 5, 6, 9)  # tiles that fill rows of three better than rows of four
LONGEST = 120  # characters of a company's name, where nothing else helps


@dataclass(frozen=True)
class Room:
    """How much of each part the page shows."""

    tiles: int = 12
    decisions: int = 6
    doubts: int = 6
    changes: int = 3
    charts: bool = True
    details: bool = True
    names: int | None = None


def make(run: dict, kpis: dict) -> bytes:
    """Return page.pdf, exactly one A4 page, tagged.

    Parameters
    ----------
    run, kpis : what run.json and kpis.json hold.

    Raises
    ------
    NotMadeError : WeasyPrint or its libraries are missing.
    """
    return pdf.write(*layout(run, kpis))


def layout(run: dict, kpis: dict):
    """Return the laid-out page with its HTML: the first of `rooms` that fits, found by halving."""
    found = digest(run, kpis)

    def attempt(room: Room):
        html = pdf.for_paper(page(run, found, room))
        return pdf.document(html, pdf.style("page")), html

    made = attempt(Room())
    if len(made[0].pages) == 1:
        return made
    listed, best = list(rooms(found))[1:], None
    low, high = 0, len(listed)
    while low < high:
        middle = (low + high) // 2
        made = attempt(listed[middle])
        low, high, best = (low, middle, made) if len(made[0].pages) == 1 else (middle + 1, high, best)
    if best is None:
        raise NotMadeError("page.pdf: not even its head fits on one page, so it was not made.")
    return best


def rooms(found: Digest) -> Iterator[Room]:
    """Yield what the page may show, from all to its head alone: first less of each thing, then fewer things."""
    room = Room()
    yield room
    for smaller in ({"details": False}, {"changes": 2}, {"changes": 1}, {"charts": False}):
        room = replace(room, **smaller)
        yield room
    counts = {"tiles": len(found.headline), "decisions": len(found.decisions), "doubts": len(found.doubts)}
    shown = {name: min(getattr(room, name), n) for name, n in counts.items()}
    while any(shown.values()):
        # The longest list gives first, a doubt before a decision before a figure.
        name = max(reversed(shown), key=lambda one: shown[one])
        shown[name] -= 1
        room = replace(room, **shown)
        yield room
    yield replace(room, names=LONGEST)


def page(run: dict, found: Digest, room: Room) -> str:
    """Return the HTML of the page with as much as `room` says."""
    language = run["language"]
    short = {**run, "company_title": _short(run["company_title"], room.names)}
    values = {
        **frame.shared(short, language=language),
        "title": i18n.text("How did marketing do in {period}?", language, period=run["period_label"]),
        "answer": sentences.summary(
            [one.row for one in found.headline],
            [one.row for one in found.decisions],
            language=language,
            period=run["period"],
        ),
        "tiles": _tiles(priority.foremost(found.headline, most=room.tiles)[0], room, run["period"], language),
        "columns": 3 if min(room.tiles, len(found.headline)) in FULL_ROWS_OF_3 else 4,
        "more_tiles": _more(len(found.headline) - room.tiles, language),
        "decisions": [_decision(one, room, language) for one in found.decisions[: room.decisions]],
        "no_decisions": not found.decisions,
        "more_decisions": _more(len(found.decisions) - room.decisions, language),
        "doubts": [_doubt(one, room, language) for one in found.doubts[: room.doubts]],
        "more_doubts": _more(len(found.doubts) - room.doubts, language),
        "checks_note": sentences.checks_note(found.checks, len(found.doubts), language=language),
        "source": source(short, language=language),
    }
    return frame.template("paper/page.html.j2").render(page=values)


def source(run: dict, *, language: str) -> str:
    """Return the line that says where the figures come from."""
    tables = i18n.listed(sorted(run.get("tables") or {}), language)
    return i18n.text(
        "Source: {company}, marketing report. Data until {until}; tables: {tables}. Run {run}, commit {commit}.",
        language,
        company=run["company_title"],
        until=wording.day(run.get("data_until"), language=language) or "–",
        tables=tables or "–",
        run=run.get("run_id") or "–",
        commit=run.get("commit") or "–",
    )


def _tiles(headline: list[Entry], room: Room, period: str, language: str) -> Markup:
    rows = []
    for one in headline:
        row = {**one.row, "comparisons": (one.row.get("comparisons") or [])[: room.changes]}
        rows.append(row if room.charts else {**row, "history": []})
    return tiles.grid(rows, language=language, period=period) if rows else Markup("")


def _decision(one: Entry, room: Room, language: str) -> dict:
    effect, bounds = wording.effect(one.row, language=language)
    bounds = wording.capital(bounds)
    return {
        "what": heading(one.row),
        "effect": effect,
        "interval": bounds,
        "owner": one.row.get("owner") or "–",
        "due": wording.day(one.row.get("due"), language=language) or "–",
        "page": one.title if room.details else "",
    }


def _doubt(one: Entry, room: Room, language: str) -> dict:
    status = fragments.status(one.row, language=language)
    remedy = one.row.get("remedy") if room.details else ""
    return {"status": status, "text": one.row["text"], "remedy": remedy or ""}


def _more(left: int, language: str) -> str:
    if left <= 0:
        return ""
    return i18n.plural(
        "And one more on the first page of the report.",
        "And {n} more on the first page of the report.",
        left,
        language,
    )


def _short(text: str, most: int | None) -> str:
    return text if most is None or len(text) <= most else text[: most - 1] + "…"
