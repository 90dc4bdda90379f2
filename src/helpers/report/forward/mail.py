"""report.eml: a message ready to send, with five sentences and the figures in its body and page.pdf attached."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256

from helpers import i18n
from helpers.report import frame, priority, tiles, wording
from helpers.report import sentences as words
from helpers.report.digest import Digest, Entry, digest, moves
from helpers.report.forward import onepage

MOST_FIGURES = 12
ASIDE = {"\r": " ", "\n": " "}  # a line break in a head would begin another


def make(run: dict, kpis: dict, *, page_pdf: bytes | None = None) -> bytes:
    """Return report.eml as bytes, a draft that a mail program opens to be addressed and sent.

    Parameters
    ----------
    run, kpis : what run.json and kpis.json hold.
    page_pdf : the one page to attach, if it was made. No HTML is attached: many mail systems quarantine it.

    Equal arguments give equal bytes.
    """
    language, found = run["language"], digest(run, kpis)
    said = sentences(run, found)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject(run, language=language)
    message["X-Unsent"] = "1"
    message.set_content(_plain(run, found, said, language))
    message.add_alternative(_html(run, found, said, language), subtype="html")
    if page_pdf is not None:
        message.add_attachment(
            page_pdf, maintype="application", subtype="pdf", filename=f"{run['company']}-{run['period']}.pdf"
        )
    _fix_boundaries(message, run)
    return message.as_bytes()


def subject(run: dict, *, language: str) -> str:
    """Return the subject: whose report, of which period and market."""
    said = i18n.text(
        "{company}: marketing report, {period}, {market}",
        language,
        company=run["company_title"],
        period=run["period_label"],
        market=frame.market_label(run["market"], language=language),
    )
    return said.translate(str.maketrans(ASIDE))


def sentences(run: dict, found: Digest) -> list[str]:
    """Return the five sentences: the summary, the two most important moves, the decisions, the doubts."""
    language = run["language"]
    told = [one.row["sentence"] for one in moves(found.headline)[:2] if one.row.get("sentence")]
    summary = words.summary(
        [one.row for one in found.headline],
        [one.row for one in found.decisions],
        language=language,
        period=run["period"],
    )
    # Where no decision waits, the summary has said so.
    first = [words.first_decision(one.row, language=language) for one in found.decisions[:1]]
    return [summary, *told, *first, _doubt(found, language)]


def _doubt(found: Digest, language: str) -> str:
    if not found.doubts:
        return words.checks_note(found.checks, 0, language=language)
    return i18n.plural(
        "One of {all} checks asks for care: {first}",
        "{n} of {all} checks ask for care, the first: {first}",
        len(found.doubts),
        language,
        all=i18n.number(found.checks, "count", language=language),
        first=found.doubts[0].row["text"],
    )


def _plain(run: dict, found: Digest, said: list[str], language: str) -> str:
    """Return the message as plain text."""
    figures = _figures(found, language)
    lines = [subject(run, language=language), "", *said, ""]
    lines += [
        " · ".join(part for part in (f["name"], f["value"], f["interval"], f["change"]) if part)
        for f in figures
    ]
    return "\n".join([*lines, "", onepage.source(run, language=language), ""])


def _html(run: dict, found: Digest, said: list[str], language: str) -> str:
    """Return the message as HTML that every mail program shows: tables, styles on the tags, no picture."""
    figures = _figures(found, language)
    return frame.template("paper/mail.html.j2").render(
        language=i18n.tag(language),
        subject=subject(run, language=language),
        company=run["company_title"],
        where=f"{run['period_label']} · {frame.market_label(run['market'], language=language)}",
        report=i18n.text("Marketing report", language),
        sentences=said,
        rows=[figures[at : at + 2] for at in range(0, len(figures), 2)],
        source=onepage.source(run, language=language),
    )


def _figures(found: Digest, language: str) -> list[dict]:
    return [_figure(one, language) for one in priority.foremost(found.headline, most=MOST_FIGURES)[0]]


def _figure(one: Entry, language: str) -> dict:
    """Return one figure as the message shows it."""
    row = one.row
    if row.get("value") is None:
        value, interval = i18n.text("Cannot tell", language), wording.reason(row)
        return {"name": wording.name(row), "value": value, "interval": interval, "change": ""}
    return {
        "name": wording.name(row),
        "value": wording.figure(row, row["value"], language=language),
        "interval": tiles.bounds(row, language=language),
        "change": "".join(line.striptags() for line in tiles.changes(row, language=language)[:1]),
    }


def _fix_boundaries(message: EmailMessage, run: dict) -> None:
    """Give each part a boundary that is the same in every run over the same data."""
    for at, part in enumerate(one for one in message.walk() if one.is_multipart()):
        seed = f"{run['company']}/{run['period']}/{run['market']}/{run['language']}/{at}"
        part.set_boundary(f"=_cmo_{sha256(seed.encode()).hexdigest()[:24]}")
