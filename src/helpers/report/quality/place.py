"""Where the page on a company's data lies, and how a report links to it."""

from __future__ import annotations

from pathlib import Path

from helpers import company as companies
from helpers import i18n
from helpers.company import Company
from helpers.report import publish
from helpers.report.files import read_json

STEPS = 3  # a report lies in <company>/<period>/<market>/<language>


def path(company: str, language: str) -> Path:
    """Return the file of the page, whether or not it has been made."""
    return companies.root() / "reports" / company / f"quality.{language}.html"


def languages(company: Company, *more: str) -> list[str]:
    """Return the languages that the page is made in: all that have a catalogue, the company's own, and those given."""
    return list(dict.fromkeys([*i18n.languages(), company.language, *more]))


def link(report: Path) -> str:
    """Return the link from the pages of a report to the page on the data they rest on; empty where it has not been made.

    A report in a regional language ("fr_CH") links to the page in the language itself where there is no regional one.
    """
    folder = report.parents[STEPS - 1]
    for language in (report.name, i18n.base(report.name)):
        if (page := folder / f"quality.{language}.html").is_file():
            return "../" * STEPS + page.name
    return ""


def last_report(company: str, language: str) -> str:
    """Return the link from the page to the report of a language that was published last; empty where there is none."""
    folder, found = path(company, language).parent, []
    for report in publish.reports(folder):
        run = read_json(report / "run.json") if report.name == language else None
        if run:
            found.append((run.get("finished_at") or "", report.relative_to(folder).as_posix()))
    return f"{max(found)[1]}/index.html" if found else ""
