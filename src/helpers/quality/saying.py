"""The first sentence of the page on a company's data: what they rest on, of which days, and how the checks went."""

from __future__ import annotations

from helpers import i18n
from helpers.checks import Check
from helpers.quality.facts import Facts
from helpers.quality.judging import count

COUNTED = {
    "systems": i18n.mark_plural("{n} system", "{n} systems"),
    "files": i18n.mark_plural("{n} file", "{n} files"),
    "tables": i18n.mark_plural("{n} table", "{n} tables"),
}
FIRST = {  # with the noun, which the parts after it leave out
    "fail": i18n.mark_plural("{n} check fails", "{n} checks fail"),
    "review": i18n.mark_plural("{n} check needs review", "{n} checks need review"),
    "pass": i18n.mark_plural("{n} check passes", "{n} checks pass"),
}
NEXT = {
    "review": i18n.mark_plural("{n} needs review", "{n} need review"),
    "pass": i18n.mark_plural("{n} passes", "{n} pass"),
}


def answer(facts: Facts, checks: list[Check], language: str = i18n.SOURCE) -> str:
    """Return one sentence: how many systems and files (or tables, without a ledger), their days, and how the checks went."""
    if facts.spans.empty and facts.imports.empty:
        return i18n.text("There are no tables yet, so nothing can be said of the data.", language)
    known = {"systems": facts.n_systems, "files": facts.n_files, "tables": len(facts.spans)}
    shown = [name for name in ("systems", "files") if known[name]] or ["tables"]
    what = i18n.listed([i18n.plural(*COUNTED[name], known[name], language) for name in shown], language)
    days = f", {i18n.days(facts.first, facts.newest, language)}" if facts.first and facts.newest else ""
    return i18n.text(
        "{what}{days}: {checks}.", language, what=what, days=days, checks=_checks(checks, language)
    )


def _checks(checks: list[Check], language: str) -> str:
    found = {status: n for status, n in reversed(count(checks).items()) if n}
    if not found:
        return i18n.text("there is nothing to check", language)
    parts = [
        i18n.plural(*(NEXT if at else FIRST)[status], n, language)
        for at, (status, n) in enumerate(found.items())
    ]
    return i18n.listed(parts, language)
