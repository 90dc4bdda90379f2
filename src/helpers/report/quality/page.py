"""Writing the page: the answer, what to do first, then the evidence in sections that each stand alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from markupsafe import Markup

from helpers import company as companies
from helpers import i18n, quality
from helpers.checks import Check
from helpers.company import Company
from helpers.quality import Facts
from helpers.report import facts as run_facts
from helpers.report import fragments, frame, wording
from helpers.report.files import write_atomically
from helpers.report.quality import arrivals, figures, holes, opening, people, place, proofs

FIRST = 3  # things to do that are told in full
SECTIONS = {  # in the order of the page
    "sources": (i18n.mark("What came in, and until when"), arrivals.body),
    "gaps": (i18n.mark("Days without rows"), holes.body),
    "totals": (i18n.mark("Totals that the files state"), proofs.totals),
    "copies": (i18n.mark("Replaced, merged and left out"), proofs.copies),
    "media": (i18n.mark("Media spend: accounts and channels"), figures.media),
    "people": (i18n.mark("People and their consent"), people.body),
    "cells": (i18n.mark("Cells left empty"), proofs.cells),
    "sums": (i18n.mark("Sums to hold against your tools"), figures.sums),
    "pages": (i18n.mark("What these data open"), arrivals.pages),
}
EVIDENCE = {  # the section of each check
    "contracts": "sources", "freshness": "sources", "vat": "sources", "verified": "sources", "gaps": "gaps",
    "controls": "totals", "keys": "sources", "copies": "copies", "replaced": "copies", "books": "media",
    "unmapped": "media", "clicks": "media",
}  # fmt: skip


def write(
    company: Company | str,
    language: str,
    *,
    facts: Facts | None = None,
    beside: Iterable[str] = (),
    made_at: datetime | None = None,
) -> Path:
    """Write the page on a company's data in a language, in one step; return its file.

    Parameters
    ----------
    facts : what `gather` found, where that is already known.
    beside : other languages in which the page is written at the same time, so that each can link to the others.
    made_at : when; now, where nothing is given. Only the foot of the page shows it.

    Raises
    ------
    UsageError : no such company or language.
    DataError : the ledger cannot be read.
    """
    chosen = companies.read(company) if isinstance(company, str) else company
    i18n.check(language)
    found = facts or gather(chosen)
    target = place.path(chosen.name, language)
    others = [
        one
        for one in place.languages(chosen, *beside)
        if one in beside or place.path(chosen.name, one).is_file()
    ]
    html = render(found, language, others=others, made_at=made_at or datetime.now(UTC))
    write_atomically(target, html)
    return target


def write_all(company: Company | str, *more: str) -> tuple[Facts, list[Path]]:
    """Write the page in every language of the project, the company's own and those given; return the facts and the files.

    Raises
    ------
    UsageError, DataError : as `write`; nothing is written.
    """
    chosen = companies.read(company) if isinstance(company, str) else company
    languages = [i18n.check(one) for one in place.languages(chosen, *more)]
    found = gather(chosen)
    return found, [write(chosen, one, facts=found, beside=languages) for one in languages]


def gather(company: Company) -> Facts:
    """Compute what the page says, with the columns that the pages of the collection use."""
    return quality.gather(company, columns=opening.columns(company))


def render(facts: Facts, language: str, *, others: Iterable[str] = (), made_at: datetime) -> str:
    """Return the page as HTML; `others` are the languages of its other versions."""
    checks = quality.judge(facts, language)
    values = {
        **frame.shared(_run(facts, language, made_at), language=language),
        "title": i18n.text("Can these data be trusted?", language),
        "answer": quality.answer(facts, checks, language),
        "nav": _nav(facts.company, language, others),
        "notices": _notices(facts, language),
        "first": todo(checks, language),
        "checks": _others(checks, language),
        "sections": sections(facts, language),
    }
    return frame.template("site/quality.html.j2").render(page=values)


def sections(facts: Facts, language: str) -> list[dict]:
    """Return the sections that have something to say: id, title and body, in the order of the page."""
    made = [
        {"id": key, "title": i18n.text(title, language), "body": body(facts, language)}
        for key, (title, body) in SECTIONS.items()
    ]
    return [one for one in made if one["body"]]


def todo(checks: list[Check], language: str) -> Markup:
    """Return the first things to do as a numbered list: what to do, what was found, where the evidence is."""
    items = []
    for one in [check for check in checks if check.status != "pass"][:FIRST]:
        what, more = wording.first_sentence(one.remedy)
        status = fragments.status({"status": one.status}, language=language)
        kind = Markup('<span class="{}">{}</span>').format(one.status, status)
        shape = '<li><div><p class="what">{}</p><p class="why">{} {}</p><p class="origin small muted">{} · {}</p></div></li>'
        items.append(Markup(shape).format(what, one.text, more, kind, _evidence(one.id, language)))
    return Markup('<ol class="decisions">{}</ol>').format(Markup("").join(items)) if items else Markup("")


def _others(checks: list[Check], language: str) -> Markup:
    """The checks that are not among the first things to do; those that pass are folded."""
    told = [one for one in checks if one.status != "pass"][:FIRST]
    rows = [vars(one) for one in checks if one not in told]

    def origin(row: dict) -> Markup:
        if row["status"] == "pass":
            return Markup("")
        return Markup('<p class="origin small muted">{}</p>').format(_evidence(row["id"], language))

    return fragments.checks(rows, language=language, origin=origin) if rows else Markup("")


def _evidence(check: str, language: str) -> Markup:
    """The link to the section that shows what a check rests on."""
    key = EVIDENCE[check]
    return Markup('<a href="#{}">{}</a>').format(key, i18n.text(SECTIONS[key][0], language))


def _run(facts: Facts, language: str, made_at: datetime) -> dict:
    """What the frame of a page wants to know, as of a run."""
    rows = facts.spans.set_index("table")["n_rows"]
    return {
        "company_title": facts.company.title,
        "period_label": i18n.days(facts.first, facts.newest, language) if facts.first else "",
        "market": "ALL",
        "data_until": facts.newest.isoformat() if facts.newest else "",
        "finished_at": made_at.isoformat(),
        "commit": run_facts.commit(),
        "versions": run_facts.versions(),
        "tables": {
            name: {"rows": int(rows[name]), "sha256": print_} for name, print_ in facts.prints.items()
        },
    }


def _nav(company: Company, language: str, others: Iterable[str]) -> list[dict]:
    """Links to the last report in this language, and to this page in other languages."""
    report = place.last_report(company.name, language)
    found = [{"text": i18n.text("Last report", language), "href": report}] if report else []
    found.append({"text": i18n.text("Data", language), "here": True})
    for other in others:
        if other != language:
            name = i18n.capital(i18n.language_name(other, other))
            found.append(
                {"text": name, "href": place.path(company.name, other).name, "lang": i18n.tag(other)}
            )
    return found


def _notices(facts: Facts, language: str) -> list[dict]:
    """What the page cannot say, and why: no ledger, or one that knows rows only; tables that cannot be read."""
    company, found = facts.company.name, []
    if facts.shape == "none" and len(facts.spans):
        text = i18n.text(
            "These tables were not imported from files here, so sources, totals and VAT are not known; what follows is read from the "
            "tables themselves.", language,
        )  # fmt: skip
        found.append((i18n.text("There is no ledger.", language), text))
    elif facts.shape == "none":
        text = i18n.text(
            "Put exports into {company}/raw and run `cmo ingest --company {company}`.",
            language,
            company=company,
        )
        found.append((i18n.text("There is nothing to show yet.", language), text))
    elif facts.shape == "whole":
        text = i18n.text(
            "This data set comes whole: its ledger knows the rows of each table, and neither days, stated totals nor VAT. Days are read "
            "from the tables.", language,
        )  # fmt: skip
        found.append((i18n.text("A short ledger.", language), text))
    made = [{"kind": "", "label": label, "text": text} for label, text in found]
    for table, said in facts.faults.items():
        made.append(
            {"kind": "failed", "label": f"{table}.", "text": i18n.translate(said, language), "lang": "en"}
        )
    return made
