"""Figures to take away: one row or a table as CSV and as a workbook, in the reader's locale."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from babel.numbers import get_currency_symbol

from helpers import i18n, kpi
from helpers.report import frame, wording

PERIODS = 13
BOM = "\ufeff"  # without it Excel reads a CSV in the code page of the machine
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # a cell that starts so is a formula for a spreadsheet
MADE = datetime(2000, 1, 1)  # of every workbook, so that equal rows give equal bytes
COLUMNS = (  # name, heading, width in the workbook
    ("figure", i18n.mark("Figure"), 34),
    ("segment", i18n.mark("Segment"), 18),
    ("period", i18n.mark("Period"), 18),
    ("value", i18n.mark("Value"), 14),
    ("low", i18n.mark("Interval from"), 14),
    ("high", i18n.mark("Interval to"), 14),
    ("n", i18n.mark("n"), 10),
    ("unit_shown", i18n.mark("Unit"), 12),
    ("note", i18n.mark("Note"), 40),
)
NUMBERS = ("value", "low", "high", "n")
MOST_CHARACTERS = 32_767  # in a cell of a workbook
SPARE = ("segment", "note")  # shown only where a row has one


def history_of(row: dict, *, language: str) -> list[dict]:
    """Return the last periods of one figure as lines of a table; the latest alone where it has no history."""
    points = list(row.get("history") or [])[-PERIODS:] or [row]
    return [_line({**row, "reason": "", **point}, language) for point in points]


def latest_of(rows: list[dict], *, language: str) -> list[dict]:
    """Return the figures of a table as lines, each for its own period."""
    return [_line(row, language) for row in rows]


def as_csv(rows: list[dict], *, language: str, source: str) -> bytes:
    """Return figures as CSV that the reader's Excel opens with a double click.

    Parameters
    ----------
    rows : KPI rows; one alone gives its last 13 periods, several give a line each.
    language : "fr" gives semicolons and decimal commas; both have the mark that makes Excel read UTF-8.
    source : what the last column says: whose report, and which page.

    Shares are in percent, with "%" as their unit. A text that a spreadsheet would take for a formula is led by an
    apostrophe; a negative number stays a number.
    """
    french = i18n.base(language) == "fr"
    lines, columns = _lines(rows, language)
    extra = {i18n.text("Market", language): "market", i18n.text("Definition", language): "definition"}
    heads = [*(i18n.text(heading, language) for _, heading, _ in columns), *extra]
    cells = [
        [
            *(_decimal(line[name], line, name, comma=french) if name in NUMBERS else _harmless(line[name]) for name, *_ in columns),
            *(_harmless(line[name]) for name in extra.values()),
        ]
        for line in lines
    ]  # fmt: skip
    return _written(heads, cells, language=language, source=source)


def table_csv(columns: list[str], lines: list[list], *, language: str, source: str) -> bytes:
    """Return a table of a page as CSV that the reader's Excel opens with a double click, as `as_csv`.

    Parameters
    ----------
    columns : heads, in the reader's language. lines : one list a row: numbers, texts, or None for an empty cell.
    source : what the last column says.
    """
    comma = i18n.base(language) == "fr"
    cells = [[_raw(value, language, comma=comma) for value in line] for line in lines]
    return _written([_harmless(one) for one in columns], cells, language=language, source=source)


def _written(heads: list[str], cells: list[list[str]], *, language: str, source: str) -> bytes:
    """Return a CSV for the reader's Excel, with the source as its last column."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";" if i18n.base(language) == "fr" else ",", lineterminator="\r\n")
    writer.writerow([*heads, i18n.text("Source", language)])
    writer.writerows([*line, _harmless(source)] for line in cells)
    return (BOM + file.getvalue()).encode()


def _raw(value: object, language: str, *, comma: bool) -> str:
    """Return one value of a table as a cell of a CSV, a number with all its digits."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return i18n.text("yes", language) if value else i18n.text("no", language)
    if isinstance(value, int | float):
        made = f"{value:.10g}" if "e" not in f"{value:.10g}" else f"{value:f}"
        return made.replace(".", ",") if comma else made
    return _harmless(str(value))


def as_xlsx(rows: list[dict], *, language: str, source: str) -> bytes:
    """Return figures as a workbook: real numbers with their formats, and a second sheet that says what they are.

    Equal rows give equal bytes.
    """
    import xlsxwriter  # here: most processes make no workbook

    lines, columns = _lines(rows, language)
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties({"title": lines[0]["figure"][:200], "comments": source[:200], "created": MADE})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    sheet, formats = book.add_worksheet(i18n.text("Figures", language)), {}
    for at, (name, heading, width) in enumerate(columns):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, i18n.text(heading, language), head)
        for down, line in enumerate(lines, start=1):
            if name not in NUMBERS:
                sheet.write_string(down, at, _cell(line[name]))
            elif line[name] is not None:
                code = "#,##0" if name == "n" else number_format(line, language=language)
                formats[code] = formats.get(code) or book.add_format({"num_format": code})
                sheet.write_number(down, at, line[name], formats[code])
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(lines), len(columns) - 1)
    _about(book, lines, source, language)
    book.close()
    return file.getvalue()


def number_format(row: dict, *, language: str) -> str:
    """Return the number format of a row's unit in the code of spreadsheets, which each shows in its own locale."""
    digits = "." + "0" * int(row.get("decimals") or 0) if row.get("decimals") else ""
    if row["unit"] == "share":
        return f"0{digits}%"
    if row["unit"] == "currency" and row.get("currency"):
        symbol = get_currency_symbol(row["currency"], locale=language)
        return f'#,##0{digits} "{symbol}"' if i18n.base(language) == "fr" else f'"{symbol}"#,##0{digits}'
    return f"#,##0{digits}"


def _lines(rows: list[dict], language: str) -> tuple[list[dict], list[tuple]]:
    """Return the lines of a table and its columns, without those that say nothing here."""
    one = len(rows) == 1
    lines = history_of(rows[0], language=language) if one else latest_of(rows, language=language)
    return lines, [c for c in COLUMNS if c[0] not in SPARE or any(line[c[0]] for line in lines)]


def _line(row: dict, language: str) -> dict:
    """Return what one line of a table says of a row."""
    money = row.get("currency") if row["unit"] == "currency" else None
    segment = row.get("segment")
    return {
        "figure": row["label"],
        "segment": "" if segment in (None, "all") else segment,
        "period": wording.period(row.get("period", ""), language=language),
        **{name: row.get(name) for name in NUMBERS},
        "unit_shown": money or ("%" if row["unit"] == "share" else _unit(row["unit"], language)),
        "note": (row.get("reason") or "") if row.get("value") is None else "",
        "market": frame.market_label(row.get("market") or "ALL", language=language),
        "definition": row.get("definition") or "",
        "level": row.get("level", kpi.LEVEL),
        "decimals": row.get("decimals") or 0,
        "currency": row.get("currency"),
        "unit": row["unit"],
    }


def _unit(unit: str, language: str) -> str:
    """Return a counted noun as the reader's language writes it; empty for a ratio."""
    if unit not in i18n.COUNTED:
        return ""
    many = i18n.number(2, unit, language=language)
    return many.replace(i18n.number(2, "count", language=language), "").strip()


def _decimal(value: float | None, line: dict, name: str, *, comma: bool) -> str:
    """Return a number as a cell of a CSV: two digits more than a page shows, shares in percent."""
    if value is None or value != value:
        return ""
    share = line["unit"] == "share" and name != "n"
    made = f"{value * (100 if share else 1):.{line['decimals'] + 2}f}"
    made = made.rstrip("0").rstrip(".") if "." in made else made
    return made.replace(".", ",") if comma else made


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def _cell(text: str) -> str:
    """Return a text as long as a cell of a workbook may be."""
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def _about(book, lines: list[dict], source: str, language: str) -> None:
    """Write the second sheet: what the figures are and where they come from."""
    sheet = book.add_worksheet(i18n.text("About", language))
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    level = i18n.number(lines[0]["level"], "share", language=language)
    facts = [
        *{line["figure"]: line["definition"] for line in lines}.items(),
        (i18n.text("Interval", language), level),
        (i18n.text("Market", language), lines[0]["market"]),
        (i18n.text("Source", language), source),
    ]
    for at, (name, value) in enumerate(facts):
        sheet.write_string(at, 0, _cell(name), bold)
        sheet.write_string(at, 1, _cell(value), wrapped)
