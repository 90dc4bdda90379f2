"""What to do after `cmo start`: which exports to fetch, where to put them, the key for pseudonyms, the three commands."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

from helpers import company, i18n
from helpers.company import Company
from helpers.start.making import guide_name
from helpers.start.profiles import Export, profiles

KEY = "CMO_PSEUDONYM_KEY"
MAKE_KEY = 'python -c "import secrets; print(secrets.token_hex(32))"'


def next_steps(chosen: Company) -> Iterator[str]:
    """Yield what to do next, line by line, in the company's language."""
    language, profile = chosen.language, profiles()[chosen.profile]
    yield i18n.text(
        "{folder} is ready: profile {profile}, currency {currency}, markets {markets}, time zone {zone}. "
        "They stand in company.toml; change there what is not right.",
        language,
        folder=_shown(chosen.folder), profile=chosen.profile, currency=chosen.currency,
        markets=", ".join(chosen.markets), zone=chosen.time_zone,
    )  # fmt: skip
    yield ""
    yield i18n.text("1. Fetch these exports first, in this order.", language)
    for number, export in enumerate(profile.exports, start=1):
        yield from _export(number, export, chosen)
    yield ""
    yield i18n.text(
        "2. Fill in by hand what you know: {tables}. {guide} explains every column.",
        language, tables=", ".join(f"{name}.csv" for name in profile.tables), guide=guide_name(language),
    )  # fmt: skip
    yield ""
    yield i18n.text(
        "3. Make a key for pseudonyms, once; exports about single people are refused without it. Keep it in a password safe: "
        "another key makes other pseudonyms.",
        language,
    )
    yield f"   {MAKE_KEY}"
    yield f"   export {KEY}=…"
    yield f'   $env:{KEY} = "…"   # PowerShell'
    yield ""
    yield i18n.text("4. Look at a file, import all of them, make the report.", language)
    first = chosen.raw / profile.exports[0].folders[0] / (i18n.text("FILE", language) + ".csv")
    yield f"   cmo check {shlex.quote(_shown(first))}"
    yield f"   cmo ingest --company {chosen.name}"
    yield f"   cmo run --company {chosen.name}"


def _export(number: int, export: Export, chosen: Company) -> Iterator[str]:
    language = chosen.language
    folders = i18n.listed([f"raw/{folder}/" for folder in export.folders], language, style="or")
    yield f"   1.{number}  {i18n.text(export.name, language)} → {folders}"
    yield f"        {i18n.text(export.take, language)}."
    yield f"        {i18n.text(export.why, language)}"
    if pages := list(questions(export.tables, chosen.profile, language)):
        yield "        " + i18n.text("Pages that need it: {pages}", language, pages=" · ".join(pages))
    sections = [f"{guide_page(language)}#{section}" for section in export.sections]
    places = i18n.listed(sections, language, style="or")
    yield "        " + i18n.text("Step by step: {place}", language, place=places)


def guide_page(language: str) -> str:
    """Return the page that shows how to get each export, in this language where there is one."""
    own = f"docs/exporting.{i18n.base(language)}.md"
    return own if (company.root() / own).is_file() else "docs/exporting.md"


def questions(tables: tuple[str, ...], profile: str, language: str) -> Iterator[str]:
    """Yield the questions of the notebooks that cannot do without one of these tables and are made for the profile."""
    for path in sorted((company.root() / "notebooks").glob("*/[0-9]*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        about = notebook["metadata"].get("cmo", {})
        if profile in about.get("profiles", []) and set(tables) & set(about.get("tables", {})):
            first = "".join(notebook["cells"][0]["source"]).splitlines()[0]
            yield i18n.text(first.removeprefix("# ").strip(), language)


def _shown(path: Path) -> str:
    """A path as a person types it in the project's folder."""
    root = company.root()
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
