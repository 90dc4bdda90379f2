"""What run.json says of a run as a whole: the tables it read, the commit and the versions it ran with."""

from __future__ import annotations

import importlib.metadata
import platform
import subprocess
from functools import cache
from typing import Any

from helpers import company, periods
from helpers.company import Scope

VERSIONS = (
    "cmo-workbook",
    "papermill",
    "nbconvert",
    "pandas",
    "duckdb",
    "statsmodels",
    "scikit-learn",
    "matplotlib",
)


def head(scope: Scope, code: str, run_id: str, facts: Facts, tables: list[str]) -> dict[str, Any]:
    """What run.json says of the run as a whole."""
    period = periods.parse(code, fiscal_year_start=scope.company.fiscal_year_start)
    names = sorted({name for name in tables if facts.fingerprint(name)})
    return {
        "run_id": run_id,
        "company": scope.company.name,
        "company_title": scope.company.title,
        "currency": scope.currency,
        "period": period.code,
        "period_label": period.label(scope.language),
        "market": scope.market,
        "language": scope.language,
        "commit": commit(),
        "versions": versions(),
        "data_until": min(facts.data_until(), period.end.isoformat()),
        "tables": {name: {"rows": facts.rows(name), "sha256": facts.fingerprint(name)} for name in names},
    }


class Facts:
    """What the run needs to know of the tables; each is looked up once."""

    def __init__(self, scope: Scope) -> None:
        """Look at the tables of the scope's company."""
        from helpers import tables

        self._tables, self._company = tables, scope.company
        self._available = tables.available(scope.company)
        self.fingerprint = cache(self._fingerprint)  #: sha256 of a table, None where it is missing

    def _fingerprint(self, name: str) -> str | None:
        return self._tables.fingerprint(name, self._company) if name in self._available else None

    def rows(self, name: str) -> int:
        """Rows of a table."""
        return self._tables.rows(name, self._company)

    def data_until(self) -> str:
        """Last day in the data."""
        return str(self._tables.data_until(self._company))


@cache
def versions() -> dict[str, str]:
    """Versions of what computes and draws the figures."""
    found = {"python": platform.python_version()}
    for name in VERSIONS:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


@cache
def commit() -> str | None:
    """Commit of the project, with "+" when files differ from it; None outside git."""

    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], cwd=company.root(), capture_output=True, text=True, timeout=20)
        if done.returncode:
            raise OSError
        return done.stdout.strip()

    try:
        return git("rev-parse", "--short=12", "HEAD") + ("+" if git("status", "--porcelain", "-uno") else "")
    except (OSError, subprocess.SubprocessError):
        return None
