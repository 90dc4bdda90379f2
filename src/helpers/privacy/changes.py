"""Several files of a company changed together: all of them or none, also when the process is killed in between."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from helpers.company import Company
from helpers.errors import DataError, LockedError

LOCK = ".ingest.lock"  # the one that an import holds
UNDO = ".changes"  # the files as they were, while a change is on its way
JOURNAL = "journal.json"
DRAFT = ".draft"
TIDY = "tidy"


@contextmanager
def held(company: Company, *, doing: str) -> Iterator[None]:
    """Hold the lock that an import takes, and first take back what a killed process has left half-changed.

    Raises
    ------
    LockedError : an import, or another command of this kind, is running.
    """
    lock = FileLock(company.folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as fault:
        raise LockedError(
            f"{company.name}: an import is running. Wait for it to end, then {doing} again."
        ) from fault
    try:
        recover(company.folder)
        yield
    finally:
        lock.release()


def draft_of(path: Path) -> Path:
    """Return where the new content of a file is written before it takes the file's place."""
    return path.with_name(f".{path.name}{DRAFT}")


def replace_all(folder: Path, drafts: Mapping[Path, Path | None]) -> None:
    """Put each draft in the place of its file, or remove the file where the draft is None.

    Parameters
    ----------
    folder : the company's folder; all files lie in it.
    drafts : by file, its new content, written beside it.

    Raises
    ------
    DataError : a file could not be replaced; all are as they were before. Where even that fails, the files as they were are
        kept, and put back before the next change.
    """
    undo = folder / UNDO
    try:
        _keep(folder, undo, list(drafts))
        for path, draft in drafts.items():
            if draft is None:
                path.unlink()
            else:
                draft.replace(path)
        (undo / JOURNAL).unlink()  # from here on the change is made
    except BaseException as fault:
        _take_back(folder, fault)
        raise
    finally:
        for draft in drafts.values():
            if draft is not None:
                draft.unlink(missing_ok=True)
    shutil.rmtree(undo, ignore_errors=True)


def recover(folder: Path) -> bool:
    """Put files back as they were before a change that was not ended; say whether there was one.

    Tidy tables that an import has made again since then are left as they are. The caller holds the lock of the company.
    """
    undo = folder / UNDO
    if not undo.is_dir():
        return False
    journal = undo / JOURNAL
    begun = journal.is_file()  # without a journal nothing had been replaced yet, or everything
    if begun:
        said = json.loads(journal.read_text(encoding="utf-8"))
        is_made_again = said["tidy"] != _number(folder / TIDY)
        for number, (name, was_there) in enumerate(said["files"]):
            kept, path = undo / str(number), folder / name
            if (is_made_again and folder / TIDY in path.parents) or not path.parent.is_dir():
                continue
            if kept.is_file():
                kept.replace(path)
            elif not was_there:
                path.unlink(missing_ok=True)
    shutil.rmtree(undo)
    return begun


def _number(folder: Path) -> int:
    """The system's number of a folder, which another folder of the same name does not have; 0 where there is none."""
    return folder.stat().st_ino if folder.is_dir() else 0


def _take_back(folder: Path, fault: BaseException) -> None:
    """Put everything back after a fault, and say it where the system refused."""
    said = f"{folder.name}: a file could not be replaced ({type(fault).__name__})"
    try:
        recover(folder)
    except OSError as other:
        raise DataError(
            f"{said}, and some files are changed already. Run the command again: it puts them back first."
        ) from other
    if isinstance(fault, OSError):
        raise DataError(
            f"{said}; nothing has changed. Close what reads the tables, see that the disk has room, and try again."
        ) from fault


def _keep(folder: Path, undo: Path, paths: list[Path]) -> None:
    """Keep the files as they are, as links where the disk can, and then write down which they are."""
    shutil.rmtree(undo, ignore_errors=True)
    undo.mkdir()
    for number, path in enumerate(paths):
        if path.is_file():
            try:
                os.link(path, undo / str(number))
            except OSError:
                shutil.copy2(path, undo / str(number))
    names = [(path.relative_to(folder).as_posix(), path.is_file()) for path in paths]
    said = {"tidy": _number(folder / TIDY), "files": names}
    draft = draft_of(undo / JOURNAL)
    draft.write_text(json.dumps(said), encoding="utf-8")
    draft.replace(undo / JOURNAL)
