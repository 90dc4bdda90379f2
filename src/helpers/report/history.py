"""Runs on disk: those in progress, those that died, those that are old.

A run is a folder reports/.runs/<id>. While it is made it holds a folder `.working`: who makes what, and for
each notebook that is running, the cell it is in. That folder is removed after publication.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from helpers.report import lock, publish
from helpers.report.files import read_json, write_json

WORKING = ".working"
Scope = tuple[str, str, str, str]


def new_id() -> str:
    """Id of a run: its start in UTC and four random characters, so ids sort by time."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{uuid4().hex[:4]}"


def begin(reports: Path, scope: Scope, run_id: str) -> Path:
    """Make the folder of a run and note who makes it."""
    run_dir = reports / ".runs" / run_id
    run_dir.mkdir(parents=True)
    write_json(
        run_dir / WORKING / "run.json", {"scope": scope, "pid": os.getpid(), "host": socket.gethostname()}
    )
    return run_dir


def progress_file(run_dir: Path, name: str) -> Path:
    """File that says in which cell a notebook is."""
    return run_dir / WORKING / "cells" / f"{name.replace('/', '+')}.json"


def note_untranslated(run_dir: Path) -> None:
    """Have this process, and the kernels it starts, note what they could not say in the run's language."""
    os.environ["CMO_UNTRANSLATED"] = str(run_dir / WORKING / "untranslated")


def untranslated(run_dir: Path) -> list[str]:
    """Messages of a run that have no translation and stayed English, each once."""
    path = run_dir / WORKING / "untranslated"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return list(dict.fromkeys(json.loads(line) for line in lines))


def finish(run_dir: Path) -> None:
    """Say that nothing more is being written to this run."""
    os.environ.pop("CMO_UNTRANSLATED", None)
    shutil.rmtree(run_dir / WORKING, ignore_errors=True)


def bury_dead(reports: Path, *, own: Scope, say: Callable[[str], None]) -> list[str]:
    """Report and remove the runs that died before publication; the caller holds the lock of `own`.

    Returns the sentences that were said. A run is dead when it is unfinished and nobody holds its lock.
    """
    sentences = []
    for run_dir in unfinished(reports):
        note = read_json(run_dir / WORKING / "run.json") or {}
        scope = tuple(note.get("scope") or own)
        if scope != own and not lock.is_free(reports, scope):
            continue
        if run_dir in published_runs(reports):  # it died between publication and tidying up: nothing is lost
            finish(run_dir)
            continue
        sentences.append(death_notice(run_dir))
        say(sentences[-1])
        shutil.rmtree(run_dir, ignore_errors=True)
    return sentences


def death_notice(run_dir: Path) -> str:
    """One sentence: which run died, and in which cell of which notebook."""
    cells = {
        path.stem.replace("+", "/"): read_json(path)
        for path in sorted((run_dir / WORKING / "cells").glob("*.json"))
    }
    where = [f"{name} was in cell {at['cell']} of {at['of']}" for name, at in cells.items() if at]
    when = f"while {' and '.join(where)}" if where else "before it was published"
    return f"run {run_dir.name} died {when}; the report shown before is unchanged."


def unfinished(reports: Path) -> list[Path]:
    """Folders of the runs that are being made, or that died."""
    return sorted(path.parent for path in (reports / ".runs").glob(f"*/{WORKING}"))


def published_runs(reports: Path) -> set[Path]:
    """Folders that a report shows now."""
    return {
        path.resolve()
        for company in reports.glob("*")
        for path in publish.reports(company)
        if (path / "run.json").is_file()
    }


def prune(reports: Path, *, keep: int, dry_run: bool = False) -> list[Path]:
    """Remove old runs: all but the newest `keep`, those in progress and every one that a report shows.

    Returns the folders removed (with `dry_run`, those that would be).
    """
    shown = published_runs(reports)
    busy = {path.resolve() for path in unfinished(reports)}
    runs = sorted((path for path in (reports / ".runs").glob("*") if path.is_dir()), reverse=True)
    old = [path for path in runs[keep:] if path.resolve() not in shown | busy]
    if not dry_run:
        for path in old:
            shutil.rmtree(path, ignore_errors=True)
    return old
