"""The key of a notebook's run: equal keys give equal pages, so what has the same key is not run again.

The key covers all that can change a page: the notebook's cells (not its outputs), the helpers package, the
lock file, the Python version, the parameters, the catalogue of the language, the company's own small files
and the bytes of the tables that the notebook declares.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from helpers import i18n

PACKAGE = Path(__file__).resolve().parents[1]


def digest(*parts: Any) -> str:
    """sha256 of values that JSON can hold; the order of a mapping's keys does not matter."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def files_digest(paths: Iterable[Path], folder: Path) -> str:
    """sha256 of the names and bytes of files, in the order of their names under `folder`."""
    found = hashlib.sha256()
    for path in sorted(paths):
        found.update(path.relative_to(folder).as_posix().encode() + b"\0")
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def notebook_digest(nb: NotebookNode) -> str:
    """sha256 of what a notebook says and does: cells, tags, kernel, `metadata.cmo`; outputs do not count."""
    cells = [[cell.cell_type, cell.source, sorted(cell.metadata.get("tags", []))] for cell in nb.cells]
    return digest(cells, nb.metadata.get("kernelspec", {}).get("name"), nb.metadata.get("cmo", {}))


def environment_digest(language: str, *, root: Path, package: Path | None = None) -> str:
    """sha256 of the helpers package, this language's catalogue, the lock file and the Python version."""
    package = package or PACKAGE
    locale = package / "locale"
    source = [
        path
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and locale not in path.parents
    ]
    catalogue = [path for path in (locale / i18n.base(language)).rglob("*") if path.suffix in (".po", ".mo")]
    lock = root / "requirements.lock"
    return digest(
        files_digest(source, package),
        files_digest(catalogue, package),
        hashlib.sha256(lock.read_bytes()).hexdigest() if lock.is_file() else None,
        list(sys.version_info[:2]),
    )


def company_digest(folder: Path) -> str:
    """sha256 of the small files that people keep in a company's folder: company.toml, targets.csv."""
    kept = [path for path in folder.glob("*") if path.suffix in (".toml", ".csv") and path.is_file()]
    return files_digest(kept, folder)


def run_key(
    nb: NotebookNode, *, parameters: dict[str, Any], tables: dict[str, str], company: str, environment: str
) -> str:
    """Key of one notebook's run.

    Parameters
    ----------
    parameters : all that is passed to the notebook, plain values.
    tables : fingerprint of each declared table.
    company, environment : `company_digest` and `environment_digest`.
    """
    return digest(notebook_digest(nb), parameters, tables, company, environment)
