"""One run at a time may write a report: a lock of the operating system, which is released at death."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from helpers.errors import LockedError
from helpers.report.files import write_atomically


def path_of(reports: Path, scope: tuple[str, str, str, str]) -> Path:
    """Lock file of the report of a (company, period, market, language)."""
    return reports / ".locks" / ("+".join(scope) + ".lock")


@contextmanager
def hold(reports: Path, scope: tuple[str, str, str, str], *, run_id: str) -> Iterator[None]:
    """Hold the lock of a report while its run lasts.

    Raises
    ------
    LockedError : another run holds it; the message names its process, machine and start.
    """
    path = path_of(reports, scope)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise LockedError(
            f"{' '.join(scope)} is being written by {holder(path)}; wait until it ends."
        ) from None
    note = path.with_suffix(".json")
    try:
        since = datetime.now(UTC).isoformat(timespec="seconds")
        who = {"pid": os.getpid(), "host": socket.gethostname(), "since": since, "run_id": run_id}
        write_atomically(note, json.dumps(who))
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def is_free(reports: Path, scope: tuple[str, str, str, str]) -> bool:
    """Whether no living run holds the lock of this report."""
    path = path_of(reports, scope)
    if not path.exists():
        return True
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return False
    lock.release()
    return True


def holder(path: Path) -> str:
    """Who holds a lock, in words."""
    try:
        who = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "another run"
    return f"another run (process {who['pid']} on {who['host']}, since {who['since']})"
