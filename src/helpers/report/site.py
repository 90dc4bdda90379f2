"""The front page of a run: headline figures, decisions, doubts and every page, from run.json and kpis.json alone."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup
from nbconvert.filters import markdown2html

from helpers import i18n, kpi
from helpers.record import Record
from helpers.report import fragments, frame, prose, rituals, takeaway, wording
from helpers.report.changes import Changes, key
from helpers.report.notes import Notes

BROKEN = ("failed", "timeout", "refused")
WORDS = {
    "better": i18n.mark_plural("{n} better", "{n} better"),
    "worse": i18n.mark_plural("{n} worse", "{n} worse"),
    "no clear change": i18n.mark_plural("{n} without clear change", "{n} without clear change"),
}
MOST_NAMED = 2


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
    headline = [(row, page) for page in pages for row in page["kpis"] if row.get("headline")]
    decisions = [(row, page) for page in pages for row in page["decisions"]]
    checks = [(row, page) for page in pages for row in page["checks"]]
    doubts = sorted(
        (pair for pair in checks if pair[0]["status"] != "pass"), key=lambda pair: pair[0]["status"] != "fail"
    )
    origin = _origins([*decisions, *doubts])
    values = {
        **frame.shared(run, language=language, scripts=(takeaway.SCRIPT,) if headline else ()),
        "title": i18n.text("How did marketing do in {period}?", language, period=run["period_label"]),
        "answer": summary([row for row, _ in headline], len(decisions), language=language),
        "ritual": rituals.heading(run.get("ritual"), language=language),
        "notices": _notices(pages, language),
        "nav": frame.nav(pillars, here="index", language=language),
        "notes": _note(note, language) if note else None,
        "forward": _forward(run.get("extras") or {}, language),
        "tiles": _tiles(headline, run["company_title"], language),
        "changed": _restated(changed, language) if changed else "",
        "decisions": fragments.decisions([row for row, _ in decisions], language=language, origin=origin)
        if decisions
        else "",
        "record": _record(record, run.get("currency"), language) if record else "",
        "checks": fragments.checks([row for row, _ in doubts], language=language, origin=origin)
        if doubts
        else "",
        "checks_note": checks_note(len(checks), len(doubts), language),
        "pillars": _pillars(pages, pillars, language),
    }
    return template("index").render(page=values)


def changed(rows: list[dict], since: Changes, *, language: str) -> str:
    """Say in a sentence what became of the figures of the last report; empty where there is none."""
    if not since.before:
        return ""
    now = {key(row): row for row in rows}
    verdicts = [now[key(row)].get("verdict") for row in since.before]
    return i18n.text(
        "Since the report of {period}: {better} better, {worse} worse, {same} without clear change, {unknown} that cannot be "
        "judged.",
        language,
        period=wording.period(since.period, language=language),
        better=verdicts.count("better"),
        worse=verdicts.count("worse"),
        same=verdicts.count("no clear change"),
        unknown=len([one for one in verdicts if one not in WORDS]),
    )


def summary(headline: list[dict], decisions: int, *, language: str) -> str:
    """State the run in two sentences: which way the headline figures moved, and how many decisions wait."""
    if not headline:
        return i18n.text("No page of this run gives a headline figure.", language)
    by_verdict = {
        verdict: [row for row in headline if row.get("value") is not None and row.get("verdict") == verdict]
        for verdict in WORDS
    }
    judged = sum(map(len, by_verdict.values()))
    parts = [
        i18n.plural(*WORDS[verdict], len(rows), language) for verdict, rows in by_verdict.items() if rows
    ]
    worse = list(dict.fromkeys(wording.name(row) for row in by_verdict["worse"]))
    if worse and len(worse) <= MOST_NAMED:
        parts[1 if by_verdict["better"] else 0] += f" ({i18n.listed(worse, language)})"
    if unjudged := len(headline) - judged:
        parts.append(
            i18n.plural("{n} that cannot be judged", "{n} that cannot be judged", unjudged, language)
        )
    lead = i18n.plural(
        "One headline figure against the period before: {list}.",
        "{n} headline figures against the period before: {list}.",
        len(headline),
        language,
        list=i18n.listed(parts, language),
    )
    return f"{lead} {_waiting(decisions, language)}"


def _waiting(decisions: int, language: str) -> str:
    if not decisions:
        return i18n.text("No decision waits.", language)
    return i18n.plural("One decision waits.", "{n} decisions wait.", decisions, language)


def _page(entry: dict, rows: dict, language: str) -> dict:
    """Return what the front page says of one notebook: its question, answer, status and links."""
    name, status = entry["name"], entry["status"]
    stale = rows.get("stale_since") or entry.get("stale_since")
    links = entry.get("pages") or _links(name, status, stale)
    words, detail = _status(entry, stale, language)
    others = (("analyst", i18n.mark("Analyst edition")), ("teaching", i18n.mark("Teaching edition")))
    return {
        "name": name,
        "pillar": name.split("/")[0],
        "title": rows.get("title") or entry.get("title") or name,
        "answer": rows.get("answer"),
        "href": links.get("leadership"),
        "status": words,
        "detail": detail,
        "failed": status in BROKEN,
        "links": [
            {"href": links[key], "text": i18n.text(text, language)} for key, text in others if links.get(key)
        ],
        **{key: rows.get(key) or [] for key in ("kpis", "checks", "decisions")},
    }


def _links(name: str, status: str, stale: str | None) -> dict[str, str]:
    """Return the pages that a notebook must have by its status, where run.json does not list them."""
    if status in ("done", "unchanged") or stale:
        return {
            "leadership": f"{name}.html",
            "analyst": f"{name}.analyst.html",
            "teaching": f"{name}.teaching.html",
        }
    return {"analyst": f"{name}.analyst.html"} if status in ("failed", "timeout") else {}


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


def _tiles(headline: list[tuple[dict, dict]], company: str, language: str) -> Markup | str:
    """Return the headline tiles, each linked to the page it comes from."""
    if not headline:
        return ""
    pages = {id(row): page for row, page in headline}
    return fragments.tiles(
        [row for row, _ in headline],
        language=language,
        href=lambda row: pages[id(row)]["href"],
        source=lambda row: takeaway.source_line(company, pages[id(row)]["title"], language=language),
    )


def _origins(pairs: list[tuple[dict, dict]]):
    """Return the renderer of the line that names the page of a decision or a check."""
    pages = {id(row): page for row, page in pairs}

    def origin(row: dict) -> Markup:
        page = pages[id(row)]
        title = (
            Markup('<a href="{}">{}</a>').format(page["href"], page["title"])
            if page["href"]
            else page["title"]
        )
        return Markup('<p class="origin small muted">{}</p>').format(title)

    return origin


def _note(note: Notes, language: str) -> dict:
    """What the page shows of a person's note: its Markdown made safe, who signed it, for whom it is."""
    return {
        "problem": note.problem,
        "html": Markup(prose.clean(markdown2html(note.text))),
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


def _restated(since: Changes, language: str) -> str:
    """Say how many published figures have another value today; empty where none has."""
    if not since.restated:
        return ""
    return i18n.plural(
        "{n} published figure has been restated.",
        "{n} published figures have been restated.",
        len(since.restated),
        language,
    )


def _record(record: Record, currency: str | None, language: str) -> str:
    """Say in sentences how past decisions turned out."""
    said = [
        i18n.plural(
            "{n} past decision was due, {read} of them with a result.",
            "{n} past decisions were due, {read} of them with a result.",
            record.n_due,
            language,
            read=i18n.number(record.n_read, "count", language=language),
        )
    ]
    if record.n_judged:
        said.append(
            i18n.text(
                "{inside} of {judged} results fell inside the interval that was stated ({level} interval of that share: "
                "{bounds}); {level} is what such intervals promise.",
                language,
                inside=record.n_inside,
                judged=record.n_judged,
                level=i18n.number(kpi.LEVEL, "share", language=language),
                bounds=i18n.interval(record.low, record.high, "share", language=language),
            )
        )
    if record.n_money and currency:
        money = {"unit": "currency", "currency": currency, "language": language}
        said.append(
            i18n.text(
                "Expected in all: {expected} ({bounds}); obtained: {obtained}.",
                language,
                expected=i18n.number(record.expected, **money),
                bounds=i18n.interval(record.expected_low, record.expected_high, **money),
                obtained=i18n.number(record.obtained, **money),
            )
        )
    return " ".join(said)


def checks_note(total: int, doubts: int, language: str) -> str:
    """Say how many checks pass beside those that are listed; empty where none does."""
    if not total:
        return i18n.text("No page of this run made a check.", language)
    if not doubts:
        return i18n.plural("The one check passes.", "All {n} checks pass.", total, language)
    green = total - doubts
    return (
        i18n.plural("The other check passes.", "The other {n} checks pass.", green, language) if green else ""
    )


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


@cache
def template(name: str) -> Template:
    """Return the template of a page that is no notebook's: index, glossary or history."""
    loader = FileSystemLoader(str(frame.TEMPLATE))
    made = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return made.get_template(f"site/{name}.html.j2")
