"""Publication: a finished run becomes the report in one step, so that nobody ever sees half of one."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

PARTS = (
    "{name}.html",
    "{name}.analyst.html",
    "{name}.teaching.html",
    "notebooks/{name}.ipynb",
    "notebooks/{name}.last-good.ipynb",
)
LINKS = sys.platform != "win32"
TRIES = 20


def published(report: Path) -> Path | None:
    """Folder that the report shows now, or None."""
    return report.resolve() if (report / "run.json").is_file() else None


def reports(company: Path, *, market: str = "*") -> list[Path]:
    """Folders of the reports of a company, by name; a link that a killed process left (`.fr.4711`) is none."""
    return sorted(path for path in company.glob(f"*/{market}/*") if not path.name.startswith("."))


def sweep(report: Path) -> None:
    """Remove the links that processes killed in `switch` left beside a report; the caller holds its lock."""
    for path in report.parent.glob(f".{report.name}.*"):
        if path.is_symlink():
            path.unlink()


def switch(run_dir: Path, report: Path, *, links: bool | None = None) -> None:
    """Make `run_dir` the report.

    Parameters
    ----------
    run_dir : a complete run, reports/.runs/<id>.
    report : reports/<company>/<period>/<market>/<language>; a relative link, so the folder can be moved.
    links : False renames folders in place of a link (Windows, where a link needs a privilege).
    """
    report.parent.mkdir(parents=True, exist_ok=True)
    if LINKS if links is None else links:
        draft = report.with_name(f".{report.name}.{os.getpid()}")
        draft.unlink(missing_ok=True)
        draft.symlink_to(os.path.relpath(run_dir, report.parent.resolve()), target_is_directory=True)
        if report.is_dir() and not report.is_symlink():  # made on Windows, or copied by hand
            _rename(report, _aside(run_dir, report))
        draft.replace(report)
        return
    aside = None
    if report.is_symlink():
        report.unlink()
    elif report.exists():
        aside = _aside(run_dir, report)
        _rename(report, aside)
    try:
        _rename(run_dir, report)
    except OSError:
        if aside:
            _rename(aside, report)
        raise


def files_of(name: str, folder: Path) -> list[Path]:
    """Files of one notebook in a run, those that exist."""
    return [path for part in PARTS if (path := folder / part.format(name=name)).is_file()]


def bring(name: str, old: Path, new: Path) -> None:
    """Take a notebook's files over from one run to another, as links on the disk or else as copies."""
    for path in files_of(name, old):
        target = new / path.relative_to(old)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, target)
        except OSError:
            shutil.copy2(path, target)


def _aside(run_dir: Path, report: Path) -> Path:
    return run_dir.with_name(f"before-{run_dir.name}-{report.name}")


def _rename(old: Path, new: Path) -> None:
    """Rename, trying again while a virus scanner or a browser holds a file for a moment."""
    for attempt in range(TRIES):
        try:
            old.rename(new)
            return
        except PermissionError:
            if attempt == TRIES - 1:
                raise
            time.sleep(0.1)
