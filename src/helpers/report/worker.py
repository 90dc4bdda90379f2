"""What one worker process does for one notebook: run it, read its rows, write its pages."""

from __future__ import annotations

import contextlib
import os
import sys
import time
import traceback
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from helpers import i18n
from helpers.report import history, private
from helpers.report.files import write_atomically

EDITIONS = {"leadership": ".html", "analyst": ".analyst.html", "teaching": ".teaching.html"}
EMPTY = {"kpis": [], "checks": [], "decisions": [], "answer": None}


@dataclass(frozen=True)
class Job:
    """One notebook to run; with `blocked`, one that cannot run and whose last good page is shown again."""

    name: str
    source: Path
    run_dir: Path
    parameters: dict[str, Any]
    timeout_s: float
    page: dict[str, Any]
    key: str = ""
    last_good: Path | None = None
    blocked: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What became of a job: its entry in run.json and its entry in kpis.json."""

    entry: dict[str, Any]
    rows: dict[str, Any]


def work(job: Job) -> Outcome:
    """Run one job; whatever goes wrong becomes an entry with status failed."""
    started = time.monotonic()
    history.note_untranslated(job.run_dir)
    try:
        return _blocked(job) if job.blocked else _run(job, started)
    except Exception as error:
        if os.environ.get("CMO_DEBUG"):
            traceback.print_exc()
        values = entry(job, "failed", seconds=time.monotonic() - started, error=place(error))
        with contextlib.suppress(
            Exception
        ):  # what keeps this page from being made may not touch the last one
            return _stale(job, dict(values, pages={}), None)
        return Outcome(values, {**EMPTY, "title": job.name})
    finally:
        history.progress_file(job.run_dir, job.name).unlink(missing_ok=True)


def entry(job: Job, status: str, *, seconds: float = 0.0, **more: Any) -> dict[str, Any]:
    """Entry of a notebook in run.json."""
    values = {
        "name": job.name,
        "title": job.name,
        "status": status,
        "seconds": round(seconds, 2),
        "error": None,
        "cell": None,
        "key": job.key,
        "finished_at": now(),
        "cells": {"done": 0, "failed": 0, "not_run": 0},
        "stale_since": None,
        "pages": {},
    }
    return {**values, **more}


def now() -> str:
    """This moment in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def execute(job: Job) -> NotebookNode:
    """Run the notebook in a kernel; the result says in `metadata.cmo_run` how it went."""
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import execute_notebook, remove_error_markers

    draft = job.run_dir / history.WORKING / f"{job.name.replace('/', '+')}.ipynb"
    with contextlib.suppress(PapermillExecutionError):
        execute_notebook(
            _literal(job.source),
            _literal(draft),
            parameters=job.parameters,
            engine_name="cmo",
            progress_bar=False,
            request_save_on_cell_execute=False,
            execution_timeout=job.timeout_s,
            deadline_s=job.timeout_s,
            notebook_path=job.source,
            progress_file=history.progress_file(job.run_dir, job.name),
        )
    return private.without_messages(remove_error_markers(nbformat.read(draft, as_version=4)))


def _literal(path: Path) -> str:
    """A path as papermill wants it: braces would be taken for a template."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _run(job: Job, started: float) -> Outcome:
    nb = execute(job)
    went = nb.metadata["cmo_run"]
    failure = went["failure"]
    if failure and failure["ename"] == "NothingToReportError":
        return _left_out(job, nb, failure["evalue"], started)
    seconds = round(time.monotonic() - started, 2)
    status = "done" if not failure else "timeout" if failure["ename"] == "CellTimeoutError" else "failed"
    provenance = {**job.page["provenance"], "seconds": seconds, "finished_at": now()}
    went.update(status=status, page={**job.page, "provenance": provenance})
    record = job.run_dir / "notebooks" / f"{job.name}.ipynb"
    write_atomically(record, nbformat.writes(nb))
    values: dict[str, Any] = {
        "seconds": seconds,
        "finished_at": provenance["finished_at"],
        "cells": went["cells"],
    }
    if failure:
        of = sum(went["cells"].values())
        values.update(cell=failure["cell"], error=f"cell {failure['cell']} of {of}: {private.said(failure)}")
        return _stale(job, entry(job, status, **values), nb)
    nb = _localised(nb, job)
    rows = _rows(nb)
    values.update(
        title=rows["title"], pages=_render(job, nb, tuple(EDITIONS), status=status, title=rows["title"])
    )
    return Outcome(entry(job, status, **values), rows)


def _left_out(job: Job, nb: NotebookNode, said: str, started: float) -> Outcome:
    """Skip a page that found nothing to report, as one whose table is missing: a line, no page."""
    title = _title(_localised(nb, job))
    reason = i18n.text(said, job.page["language"])
    values = entry(job, "skipped", seconds=time.monotonic() - started, error=reason, title=title)
    return Outcome(values, {**EMPTY, "title": title})


def _blocked(job: Job) -> Outcome:
    return _stale(job, entry(job, **job.blocked), None)


def _stale(job: Job, values: dict[str, Any], half_run: NotebookNode | None) -> Outcome:
    """Pages of a notebook that failed: the last good ones under a banner, the half-run for the analyst."""
    good = _localised(nbformat.read(job.last_good, as_version=4), job) if job.last_good else None
    half_run = _localised(half_run, job) if half_run else None
    rows = _rows(good) if good else dict(EMPTY)
    title = rows.get("title") or _title(half_run) or job.name
    values["title"] = title
    shown = (["leadership", "teaching"] if good else []) + (["analyst"] if half_run else [])
    links = {edition: EDITIONS[edition] for edition in shown}
    if good:
        went = good.metadata["cmo_run"]
        values["stale_since"] = went["page"]["provenance"]["finished_at"]
        write_atomically(job.run_dir / "notebooks" / f"{job.name}.last-good.ipynb", nbformat.writes(good))
        values["pages"] |= _render(
            job,
            good,
            ("leadership", "teaching"),
            page=went["page"],
            links=links,
            title=title,
            status=values["status"],
            stale_since=values["stale_since"],
        )
    if half_run:
        failure = half_run.metadata["cmo_run"]["failure"]
        told = {"cell": failure["cell"], "error": private.said(failure)}
        values["pages"] |= _render(
            job, half_run, ("analyst",), links=links, title=title, status=values["status"], failure=told
        )
    return Outcome(values, {**rows, "title": title, "stale_since": values["stale_since"]})


def _rows(nb: NotebookNode) -> dict[str, Any]:
    from helpers.report import editions

    return {**EMPTY, "title": _title(nb), **editions.extract(nb)}


def _localised(nb: NotebookNode, job: Job) -> NotebookNode:
    from helpers.report import editions

    return editions.localised(nb, job.page["language"])


def _title(nb: NotebookNode | None) -> str:
    """First heading of a notebook."""
    prose = [cell.source for cell in (nb.cells if nb else []) if cell.cell_type == "markdown"]
    lines = "\n".join(prose).splitlines()
    return next((line[2:].strip() for line in lines if line.startswith("# ")), "")


def _render(
    job: Job,
    nb: NotebookNode,
    wanted: tuple[str, ...],
    *,
    page: dict[str, Any] | None = None,
    links: dict[str, str] | None = None,
    **more: Any,
) -> dict[str, str]:
    from helpers.report import editions

    own = page or nb.metadata["cmo_run"]["page"]
    short = job.name.split("/")[-1]
    targets = {edition: short + end for edition, end in (EDITIONS if links is None else links).items()}
    whole = {
        "stale_since": None,
        "failure": None,
        **own,
        **more,
        "links": targets,
    }
    pages = {}
    for edition in wanted:
        path = job.run_dir / f"{job.name}{EDITIONS[edition]}"
        write_atomically(path, editions.render(nb, edition=edition, page=whole))
        pages[edition] = f"{job.name}{EDITIONS[edition]}"
    return pages


def place(error: BaseException) -> str:
    """An error of our own code in one line, without values: its kind and where it arose."""
    if type(error).__name__ in private.OWN_ERRORS:
        return str(error)
    frames = traceback.extract_tb(sys.exc_info()[2] or error.__traceback__)
    where = f" ({Path(frames[-1].filename).name} line {frames[-1].lineno})" if frames else ""
    return f"its pages could not be made: {type(error).__name__}{where}; set CMO_DEBUG=1 to see more"
