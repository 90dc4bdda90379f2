"""Which pages of the collection a company's data open, and which columns these pages use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from helpers import company as companies
from helpers import i18n
from helpers.company import Company
from helpers.report import plan
from helpers.tables import contract

PACKAGE = Path(__file__).resolve().parents[2]
READERS = ("rollups", "record.py", "daily", "kpi", "pillars")  # the parts of the package that read columns
WORD = re.compile(r"[a-z][a-z0-9_]*")
TITLE = re.compile(r"^# +(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Opened:
    """A page of the collection: its name and question, and where it cannot run, why."""

    name: str
    title: str
    reason: str = ""


def pages(company: Company, *, there: set[str], language: str) -> list[Opened]:
    """Return the pages for such a company, those that its tables open first.

    Parameters
    ----------
    there : names of the tables that can be read.
    """
    made = []
    for source in _sources(company):
        lacking = [name for name in source.tables if name not in there]
        reason = source.fault or (plan.missing(lacking[0], company, language) if lacking else "")
        made.append(Opened(source.name, _title(source, language), reason))
    return sorted(made, key=lambda one: (bool(one.reason), one.name))


def columns(company: Company) -> dict[str, set[str]]:
    """Return for each table that a page reads the columns that stand in the code of the pages or of what they call.

    A column counts as used when its name is a word of that code, so none that is used is missed.
    """
    sources = _sources(company)
    words = {
        word
        for name in READERS
        for path in _files(PACKAGE / name)
        for word in _words(path.read_text("utf-8"))
    }
    for source in sources:
        cells = source.nb.cells if source.nb else []
        words |= {word for cell in cells if cell.cell_type == "code" for word in _words(cell.source)}
    read = {name for source in sources for name in source.reads}
    return {name: words & set(contract(name).names) for name in sorted(read)}


def _sources(company: Company) -> list[plan.Source]:
    root = companies.root()
    there = any((root / "notebooks").glob("*/*.ipynb"))
    return plan.sources(root, profile=company.profile) if there else []


def _title(source: plan.Source, language: str) -> str:
    """The question of a notebook in the reader's language."""
    cells = source.nb.cells if source.nb else []
    found = (
        TITLE.search(i18n.markdown(cell.source, language)) for cell in cells if cell.cell_type == "markdown"
    )
    return next((match[1] for match in found if match), source.name)


def _files(path: Path) -> list[Path]:
    return sorted(path.rglob("*.py")) if path.is_dir() else [path]


def _words(code: str) -> set[str]:
    return set(WORD.findall(code))
