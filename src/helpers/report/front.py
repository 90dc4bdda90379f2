"""What a run writes of itself: run.json, kpis.json, the front page, the glossary and the history."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from helpers import record
from helpers.company import Scope
from helpers.report import changes, companions, history, notes, site
from helpers.report.files import write_atomically, write_json
from helpers.report.forward import extras
from helpers.report.quality import place
from helpers.report.worker import Outcome

SHOWN = ("title", "answer", "kpis", "checks", "decisions")


def write(
    run_dir: Path,
    run: dict[str, Any],
    done: list[Outcome],
    *,
    scope: Scope,
    report: Path,
    forwarded: Callable[..., dict[str, Any]] = extras.make,
    warn: Callable[[str], None] = lambda text: None,
) -> dict:
    """Write the files of a run as a whole; return the content of run.json.

    Parameters
    ----------
    run : what run.json says of the run, without its notebooks.
    done : how each notebook went.
    scope : company, period, market and language of the run.
    report : the report as readers still see it, to compare with.
    forwarded : makes the files to forward, see `extras.make`.
    warn : is told in one sentence what is wrong with a note.
    """
    done = sorted(done, key=lambda one: (one.entry["name"].startswith("scorecard/"), one.entry["name"]))
    run = {**run, "notebooks": [one.entry for one in done]}
    kpis = {"notebooks": {one.entry["name"]: _told(one) for one in done}}
    fiscal = {"fiscal_year_start": scope.company.fiscal_year_start}
    since = changes.since_last(changes.rows_of(kpis), report, made_at=run["finished_at"], **fiscal)
    kpis["first_published"] = list(since.first)
    history.note_untranslated(run_dir)
    note = notes.read(scope.company.notes, run["period"], scope.language, market=scope.market)
    if note and note.problem:
        warn(note.problem)
    front = partial(
        site.index,
        kpis=kpis,
        note=note,
        record=record.of(scope),
        changed=since,
    )
    # The pack holds the front page without links to itself; then the front page links what was made.
    run["extras"] = forwarded(run_dir, run, kpis, front(run))
    if data_page := place.link(report):
        run["data_page"] = data_page
    pages = {
        "index.html": front(run),
        "glossary.html": companions.glossary(run, kpis),
        "history.html": companions.history(
            run, kpis, changed=since, reports=companions.published(report), **fiscal
        ),
    }
    for name, html in pages.items():
        write_atomically(run_dir / name, html)
    run["untranslated"] = history.untranslated(run_dir)
    write_json(run_dir / "kpis.json", kpis)
    write_json(run_dir / "run.json", run)
    return run


def _told(one: Outcome) -> dict[str, Any]:
    """What kpis.json keeps of a notebook."""
    said = {name: one.rows.get(name) for name in SHOWN}
    return {**said, "status": one.entry["status"], "stale_since": one.entry["stale_since"]}
