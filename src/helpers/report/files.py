"""Small files written in one step, and the short private folders of kernels."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

SOCKET_PATH_LIMIT = 60  # a Unix socket path holds about 104 bytes; the rest is our own file name


def write_atomically(path: Path, content: str | bytes) -> None:
    """Replace a small file in one step: a reader sees the old one or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content.encode() if isinstance(content, str) else content)
    draft.replace(path)


def write_json(path: Path, value: Any) -> None:
    """Write a value as readable JSON, in one step."""
    write_atomically(path, json.dumps(value, indent=1, ensure_ascii=False, default=str) + "\n")


def read_json(path: Path) -> Any:
    """Value of a JSON file, or None where there is no readable one."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def private_folder() -> Path:
    """New folder that only this user can read, with a short path, named after this process."""
    return Path(tempfile.mkdtemp(prefix=f"cmo-{os.getpid()}-", dir=_temporary()))


def sweep_private_folders() -> None:
    """Remove the private folders of processes that were killed before they could do so themselves."""
    if sys.platform == "win32":  # there, asking whether a process lives can end it
        return
    for path in _temporary().glob("cmo-*-*"):
        found = re.fullmatch(r"cmo-(\d+)-\w+", path.name)
        if found and path.stat().st_uid == os.getuid() and not _lives(int(found[1])):
            shutil.rmtree(path, ignore_errors=True)


def _temporary() -> Path:
    folder = tempfile.gettempdir()
    return Path("/tmp") if len(folder) > SOCKET_PATH_LIMIT and Path("/tmp").is_dir() else Path(folder)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
