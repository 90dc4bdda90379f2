"""The front page of a run: headline figures, decisions, doubts and every page, from run.json and kpis.json alone."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup
from nbconvert.filters import markdown2html

from helpers import i18n
from helpers.record import Record
from helpers.report import fragments, frame, priority, prose, rituals, sentences, takeaway, tiles, wording
from helpers.report.changes import Changes
from helpers.report.digest import Entry, digest
from helpers.report.notes import Notes

BROKEN = ("failed", "timeout", "refused")
MOST_TILES, MOST_DECISIONS, MOST_DOUBTS = 12, 6, 10  # the others are folded


def index(
    run: dict,
    kpis: dict,
    *,
    note: Notes | None = None,
    record: Record | None = None,
    changed: Changes | None = None,
) -> str:
    """Return index.html.

    Parameters
    ----------
    run : what run.json holds: whose report, of which period, and how each notebook went.
    kpis : what kpis.json holds: for each notebook its title, answer, KPI, check and decision rows.
    note : a person's words; record : how past decisions turned out; changed : what the last report said.
    """
    language = run["language"]
    pages = [_page(entry, kpis["notebooks"].get(entry["name"], {}), language) for entry in run["notebooks"]]
    pillars = frame.in_order({page["pillar"] for page in pages})
    pages.sort(key=lambda page: (pillars.index(page["pillar"]), page["name"]))
    found = digest(run, kpis)
    origin = _origins([*found.decisions, *found.doubts])
    values = {
        **frame.shared(run, language=language, scripts=(takeaway.SCRIPT,) if found.headline else ()),
        "title": i18n.text("How did marketing do in {period}?", language, period=run["period_label"]),
        "answer": sentences.summary(
            [one.row for one in found.headline],
            [one.row for one in found.decisions],
            language=language,
            period=run["period"],
        ),
        "first": sentences.first_decision(found.decisions[0].row, language=language)
        if found.decisions
        else "",
        "ritual": rituals.heading(run.get("ritual"), language=language),
        "notices": _notices(pages, language),
        "nav": frame.nav(pillars, here="index", language=language),
        "notes": _note(note, language) if note else None,
        "forward": _forward(run.get("extras") or {}, language),
        "tiles": _tiles(found.headline, run, language),
        "changed": sentences.restated(changed, language=language) if changed else "",
        "decisions": fragments.decisions(
            [one.row for one in found.decisions], language=language, origin=origin, most=MOST_DECISIONS
        )
        if found.decisions
        else "",
        "decisions_note": sentences.decisions_note(len(found.decisions), language=language),
        "record": sentences.record(record, run.get("currency"), language=language) if record else "",
        "checks": fragments.doubts(
            [one.row for one in found.doubts], language=language, origin=origin, most=MOST_DOUBTS
        )
        if found.doubts
        else "",
        "checks_note": sentences.checks_note(found.checks, len(found.doubts), language=language),
        "data_page": run.get("data_page"),
        "pillars": _pillars(pages, pillars, language),
    }
    return prose.together(frame.template("site/index.html.j2").render(page=values))


def _page(entry: dict, rows: dict, language: str) -> dict:
    """Return what the front page says of one notebook: its question, answer, status and links."""
    name, status = entry["name"], entry["status"]
    stale = rows.get("stale_since") or entry.get("stale_since")
    links = entry.get("pages") or {}
    words, detail = _status(entry, stale, language)
    others = (("analyst", i18n.mark("Analyst edition")), ("teaching", i18n.mark("Teaching edition")))
    return {
        "name": name,
        "pillar": name.split("/")[0],
        "title": rows.get("title") or entry.get("title") or name,
        "answer": rows.get("answer"),
        "href": links.get("leadership"),
        "status": words,
        "detail": wording.commands(detail),
        "failed": status in BROKEN,
        "links": [
            {"href": links[key], "text": i18n.text(text, language)} for key, text in others if links.get(key)
        ],
        **{key: rows.get(key) or [] for key in ("kpis", "checks", "decisions")},
    }


def _status(entry: dict, stale: str | None, language: str) -> tuple[str, str]:
    """Return the status of a notebook in words, and what a reader should know about it."""
    error = entry.get("error") or ""
    if entry["status"] in ("done", "unchanged"):
        return i18n.text("Up to date", language), ""
    words = {
        "failed": i18n.mark("Failed."),
        "timeout": i18n.mark("Stopped: it took too long."),
        "refused": i18n.mark("Refused: a parameter is wrong."),
        "skipped": i18n.mark("Not opened yet."),
    }
    said = i18n.text(words.get(entry["status"], entry["status"]), language)
    if stale:
        since = i18n.text("Not updated since {since}.", language, since=wording.day(stale, language=language))
        return said, f"{since} {error}".strip()
    return said, error


def _tiles(headline: list[Entry], run: dict, language: str) -> Markup | str:
    """Return the headline tiles, each linked to the page it comes from; those over MOST_TILES are folded."""
    if not headline:
        return ""
    of = {id(one.row): one for one in headline}
    first, others = priority.foremost(headline, most=MOST_TILES)
    return tiles.grid(
        [one.row for one in (*first, *others)],
        most=MOST_TILES,
        language=language,
        href=lambda row: of[id(row)].href,
        source=lambda row: takeaway.source_line(run["company_title"], of[id(row)].title, language=language),
        period=run["period"],
    )


def _origins(entries: list[Entry]) -> Callable[[dict], Markup]:
    """Return the renderer of the line that names the page of a decision or a check."""
    of = {id(one.row): one for one in entries}

    def origin(row: dict) -> Markup:
        one = of[id(row)]
        title = Markup('<a href="{}">{}</a>').format(one.href, one.title) if one.href else one.title
        return Markup('<p class="origin small muted">{}</p>').format(title)

    return origin


def _note(note: Notes, language: str) -> dict:
    """What the page shows of a person's note: its Markdown made safe, who signed it, for whom it is."""
    return {
        "problem": note.problem,
        "html": Markup(prose.below(prose.clean(markdown2html(note.text)), 3)),
        "lang": i18n.tag(note.language) if note.language != language else "",
        "approved": note.approved,
        "signed": note.signed,
        "distribution": note.distribution,
    }


def _forward(extras: dict, language: str) -> list[dict]:
    """Return the links to the files that are made to be forwarded, those that were made."""
    names = {
        "page.pdf": i18n.mark("one page (PDF)"),
        "pack.html": i18n.mark("whole report (HTML)"),
        "pack.pdf": i18n.mark("whole report (PDF)"),
        "report.eml": i18n.mark("message"),
        "report.pptx": i18n.mark("slides"),
    }
    made = [name for name in names if (extras.get(name) or {}).get("status") == "made"]
    return [{"href": name, "text": i18n.text(names[name], language)} for name in made]


def _notices(pages: list[dict], language: str) -> list[dict]:
    """Return a banner where pages failed, so that nobody reads the report as complete."""
    failed = [page for page in pages if page["failed"]]
    if not failed:
        return []
    label = i18n.plural(
        "{n} of {all} pages could not be made.",
        "{n} of {all} pages could not be made.",
        len(failed), language, all=len(pages),
    )  # fmt: skip
    text = i18n.text("Where there is an earlier version, it is shown and says so.", language)
    return [{"kind": "failed", "label": label, "text": text}]


def _pillars(pages: list[dict], names: list[str], language: str) -> list[dict]:
    return [
        {
            "name": name,
            "label": frame.pillar_label(name, language=language),
            "pages": [p for p in pages if p["pillar"] == name],
        }
        for name in names
    ]
