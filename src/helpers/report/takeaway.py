"""What a reader takes away from a figure: a sentence to paste, an address to link to, its table as a file."""

from __future__ import annotations

import base64
import re
import unicodedata
from hashlib import sha256

from markupsafe import Markup

from helpers import i18n
from helpers.report import downloads, frame, prose, wording

FILES = {
    "csv": (downloads.as_csv, "text/csv;charset=utf-8"),
    "xlsx": (downloads.as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
SCRIPT = "copy"  # what a page with a fold needs, see frame.script
LONGEST = 60  # characters of a name made of a text


def source_line(company: str, page: str, *, language: str) -> str:
    """Return where a figure comes from: the company's report and the title of the page."""
    return i18n.text("{company}, marketing report, “{page}”", language, company=company, page=page)


def quote(row: dict, *, language: str, source: str) -> str:
    """Return one figure as a sentence for a mail: name, period, value, interval, n and where it comes from."""
    when = row.get("period_label") or wording.period(row.get("period", ""), language=language)
    if row.get("market") not in (None, "", "ALL"):
        market = frame.market_label(row["market"], language=language)
        when = i18n.text("{period}, {market}", language, period=when, market=market)
    said = {"label": wording.name(row), "period": when, "source": source}
    if row.get("value") is None:
        message = i18n.mark("{label}, {period}: cannot be told (source: {source}). {reason}")
        return i18n.text(message, language, **said, reason=wording.reason(row)).strip()
    said["value"] = wording.figure(row, row["value"], language=language)
    said["n"] = i18n.number(row.get("n"), "count", language=language)
    bounds = wording.interval(row, language=language, named=True)
    message = (
        i18n.mark("{label}, {period}: {value} ({interval}, n = {n}; source: {source}).")
        if bounds
        else i18n.mark("{label}, {period}: {value} (n = {n}; source: {source}).")
    )
    return i18n.text(message, language, **said, interval=bounds)


def anchors(rows: list[dict]) -> list[str]:
    """Return an id for each figure, the same in every run; one that comes again is numbered."""
    made: list[str] = []
    for row in rows:
        segment = row.get("segment")
        parts = ["kpi", row["id"], *([segment] if segment not in (None, "", "all") else [])]
        name = "-".join(slug(str(part)) for part in parts)
        same = sum(1 for one in made if re.fullmatch(rf"{name}(-again-\d+)?", one))
        made.append(f"{name}-again-{same + 1}" if same else name)
    return made


def fold(row: dict, *, language: str, source: str, anchor: str) -> Markup:
    """Return the folded part of a tile: the sentence, a button that copies it, the address and the files.

    The sentence is selected as a whole by one click; the button shows only where scripts run.
    """
    shape = Markup(
        '<details class="keep"><summary>{}<span class="hidden">: {}</span></summary><p class="quote">{}</p>'
        '<p class="actions"><button type="button" class="copy" hidden data-done="{}" data-failed="{}" aria-label="{}">{}</button> '
        '<a href="#{}" aria-label="{}">{}</a> {} <span class="muted" role="status"></span></p></details>'
    )
    return shape.format(
        i18n.text("Quote or download", language),
        wording.name(row),
        quote(row, language=language, source=source),
        i18n.text("Copied", language),
        i18n.text("Selected: copy it with Ctrl+C", language),
        _of(i18n.text("Copy", language), row, language),
        i18n.text("Copy", language),
        anchor,
        _of(i18n.text("Link", language), row, language),
        i18n.text("Link", language),
        links([row], language=language, source=source),
    )


def _of(what: str, row: dict, language: str) -> str:
    """Name of a control for who hears it in a list: what it does, and of which figure."""
    return i18n.text("{kind}: {subject}", language, kind=what, subject=wording.name(row))


def under_table(rows: list[dict], *, language: str, source: str) -> Markup:
    """Return the line under a table of figures with its files."""
    return Markup('<p class="actions under">{} {}</p>').format(
        i18n.text("This table as a file:", language), links(rows, language=language, source=source)
    )


def links(rows: list[dict], *, language: str, source: str) -> Markup:
    """Return the links to a table as CSV and XLSX; the files stand in the page itself."""
    stem = file_stem(rows)
    subject = wording.name(rows[0]) if len(rows) == 1 else i18n.text("Figures", language)
    parts = []
    for kind, (maker, mime) in FILES.items():
        coded = base64.b64encode(maker(rows, language=language, source=source)).decode()
        named = i18n.text("{kind}: {subject}", language, kind=kind.upper(), subject=subject)
        shape = Markup('<a download="{}.{}" href="data:{};base64,{}" aria-label="{}">{}</a>')
        parts.append(shape.format(stem, kind, mime, coded, named, kind.upper()))
    return Markup(" ").join(parts)


def table_with_file(rows: list[dict], *, language: str, source: str) -> Markup:
    """Return a table of a page and, under it, the link that hands it out as CSV; the file stands in the page itself.

    Parameters
    ----------
    rows : what `display.table` made of it: html, caption, name, columns, lines.
    """
    shape = Markup('{}<p class="actions under"><a download="{}.csv" href="data:{};base64,{}">{}</a></p>')
    made = []
    for row in rows:
        coded = base64.b64encode(
            downloads.table_csv(row["columns"], row["lines"], language=language, source=source)
        )
        said = i18n.text("{caption}, as CSV", language, caption=row["caption"])
        made.append(shape.format(Markup(prose.clean(row["html"])), slug(row["name"]), FILES["csv"][1], coded.decode(), said))  # fmt: skip
    return Markup("").join(made)


def file_stem(rows: list[dict]) -> str:
    """Return the name of a file: figure, segment, period and market, in letters that every system takes."""
    first = rows[0]
    name = first["id"] if len({row["id"] for row in rows}) == 1 else "figures"
    parts = [name, first.get("segment") if len(rows) == 1 else "", first.get("period"), first.get("market")]
    return "-".join(slug(str(part)) for part in parts if part and part != "all")


def slug(text: str) -> str:
    """Return a text as lower-case letters, digits and hyphens; one in another script gives a short digest."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST]
    return made or sha256(text.encode()).hexdigest()[:8]
