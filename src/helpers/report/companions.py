"""The pages beside the front page: a glossary of the figures shown, and the history of earlier reports."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path

from markupsafe import Markup

from helpers import i18n, kpi
from helpers.report import changes, fragments, frame, publish, sentences, site, tiles, wording
from helpers.report.files import read_json

TERMS = (
    (
        i18n.mark("Interval"),
        i18n.mark(
            "The range in which the true figure lies nine times in ten, as far as chance is the doubt. A wide one says: do not "
            "plan on the middle of it."
        ),
    ),
    (i18n.mark("n"), i18n.mark("How many customers, orders or answers the figure rests on.")),
    (
        i18n.mark("Better, worse"),
        i18n.mark(
            "The change is larger than chance explains, and large enough to act on. Each figure states its own smallest change "
            "worth acting on."
        ),
    ),
    (
        i18n.mark("No clear change"),
        i18n.mark("The change is small, or chance alone explains it. Acting on it would be acting on noise."),
    ),
    (
        i18n.mark("Cannot tell"),
        i18n.mark(
            "The data allow a real rise as well as a real fall. The page says how many observations or which test would tell."
        ),
    ),
    (
        i18n.mark("Counted, estimated, modelled"),
        i18n.mark(
            "Counted is what the books say. Estimated is a share or a mean of what was seen, with its interval. Modelled comes "
            "from a model that the page holds against the past."
        ),
    ),
    (
        i18n.mark("Check"),
        i18n.mark(
            "What could make a page wrong, looked at before any result: pass, review (read with care) or fail (do not use)."
        ),
    ),
    (
        i18n.mark("Expected effect"),
        i18n.mark(
            "What a decision is expected to bring, with its interval. Where nobody has tested it, the page says that it is an "
            "assumption."
        ),
    ),
    (
        i18n.mark("Restated"),
        i18n.mark(
            "A figure of a past period that has another value today, because late or corrected data came in."
        ),
    ),
)
KINDS = {
    "counted": i18n.mark("Counted"),
    "estimated": i18n.mark("Estimated"),
    "modelled": i18n.mark("Modelled"),
}
BETTER = {"up": i18n.mark("higher is better"), "down": i18n.mark("lower is better")}


def glossary(run: dict, kpis: dict) -> str:
    """Return glossary.html: how to read a figure, and every figure of the report with its definition."""
    language = run["language"]
    say = partial(i18n.text, language=language)
    rows = list({row["id"]: row for row in changes.rows_of(kpis)}.values())
    figures = {
        name: [_figure(row, say) for row in rows if row.get("pillar") == name]
        for name in frame.in_order({row.get("pillar", "") for row in rows})
    }
    values = {
        "title": say("Glossary"),
        "answer": i18n.plural(
            "{n} figure and the words around it, as this report uses them.",
            "{n} figures and the words around them, as this report uses them.",
            len(rows),
            language,
        ),
        "terms": [{"name": say(name), "meaning": say(meaning)} for name, meaning in TERMS],
        "pillars": [
            {"name": name, "label": frame.pillar_label(name, language=language), "figures": listed}
            for name, listed in figures.items()
        ],
    }
    return _page("glossary", run, values)


def history(
    run: dict, kpis: dict, *, changed: changes.Changes, reports: list[dict], fiscal_year_start: int = 1
) -> str:
    """Return history.html: what changed since the last report, what was restated, and every earlier report."""
    language = run["language"]
    rows = changes.rows_of(kpis)

    def age(one: dict) -> tuple[str, str]:
        return changes.end(one["period"], fiscal_year_start), one["finished_at"]

    others = sorted([*reports, _entry(run)], key=age, reverse=True)
    values = {
        "title": i18n.text("History", language),
        "answer": sentences.changed(rows, changed, language=language)
        or i18n.text("This is the first report of this company and market.", language),
        "changes": _changes(rows, changed, run) if changed.before else "",
        "restated": _restated(changed, language) if changed.restated else "",
        "reports": _reports(others, run, language),
    }
    return _page("history", run, values)


def published(report: Path) -> list[dict]:
    """Return what other reports of the same company and market are published: whose run.json can be read."""
    found = []
    for folder in publish.reports(report.parents[2], market=report.parent.name):
        run = read_json(folder / "run.json") if folder != report else None
        if run:
            found.append(_entry(run))
    return found


def _entry(run: dict) -> dict:
    """What the list of reports needs to know of one."""
    failed = sum(one["status"] in site.BROKEN for one in run.get("notebooks", []))
    kept = ("period", "market", "language", "finished_at", "run_id", "data_until")
    return {**{name: run.get(name) or "" for name in kept}, "failed": failed}


def _page(name: str, run: dict, values: dict) -> str:
    language = run["language"]
    nav = frame.nav(run.get("pillars") or [], here=name, language=language)
    return frame.template(f"site/{name}.html.j2").render(
        page={**frame.shared(run, language=language), "nav": nav, **values}
    )


def _figure(row: dict, say) -> dict:
    return {
        "id": row["id"],
        "label": row["label"],
        "definition": row.get("definition") or "",
        "formula": row.get("formula") or "",
        "kind": say(KINDS[row["kind"]]),
        "better": say(BETTER[row["better"]]),
    }


def _changes(rows: list[dict], changed: changes.Changes, run: dict) -> Markup:
    language = run["language"]
    before = {changes.key(row): row for row in changed.before}
    pairs = [(before[changes.key(row)], row) for row in rows if changes.key(row) in before]
    period = wording.period(changed.period, language=language)
    heads = (
        (i18n.text("Figure", language), ""),
        (period, "num"),
        (run["period_label"], "num"),
        (i18n.text("Change", language), "change"),
    )
    lines = [
        (
            wording.name(now),
            wording.value(then, language=language),
            wording.value(now, language=language),
            _change(now, then, language),
        )
        for then, now in pairs
    ]
    return fragments.table(i18n.text("As published, and now", language), heads, lines)


def _change(now: dict, then: dict, language: str) -> Markup | str:
    """Return the change since the last report in words; empty where one of the two has no value."""
    made = kpi.between(now, then)
    return tiles.changes({**now, "comparisons": [asdict(made)]}, language=language)[0] if made else ""


def _restated(changed: changes.Changes, language: str) -> Markup:
    heads = (
        (i18n.text("Figure", language), ""),
        (i18n.text("Period", language), ""),
        (i18n.text("As published", language), "num"),
        (i18n.text("Now", language), "num"),
        (i18n.text("Published on", language), "whole"),
    )
    lines = [
        (
            wording.name(one.row),
            wording.period(one.period, language=language),
            wording.value({**one.row, "value": one.then}, language=language),
            wording.value({**one.row, "value": one.now}, language=language),
            wording.day(one.published_at, language=language),
        )
        for one in changed.restated
    ]
    return fragments.table(i18n.text("Restated figures", language), heads, lines)


def _reports(listed: list[dict], run: dict, language: str) -> Markup:
    heads = (
        (i18n.text("Period", language), ""),
        (i18n.text("Language", language), ""),
        (i18n.text("Data until", language), "whole"),
        (i18n.text("Made on", language), "whole"),
        (i18n.text("Pages that failed", language), "num"),
    )
    lines = []
    for one in listed:
        here = (one["period"], one["language"]) == (run["period"], run["language"])
        href = (
            "index.html" if here else f"../../../{one['period']}/{one['market']}/{one['language']}/index.html"
        )
        link = Markup('<a href="{}"{}>{}</a>').format(
            href,
            Markup(' aria-current="page"') if here else "",
            wording.capital(wording.period(one["period"], language=language)),
        )
        lines.append(
            (
                link,
                wording.capital(i18n.language_name(one["language"], language)),
                wording.day(one["data_until"], language=language),
                wording.day(one["finished_at"], language=language),
                i18n.number(one["failed"], "count", language=language),
            )
        )
    return fragments.table(i18n.text("Reports", language), heads, lines)
