"""report.pptx: a title, the figures, a chart a headline figure that can be edited, the decisions and the doubts."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime

from helpers import i18n
from helpers.errors import NotMadeError
from helpers.report import downloads, fragments, frame, sentences, takeaway, tiles, wording
from helpers.report.digest import Digest, Entry, digest, heading
from helpers.report.forward import onepage
from helpers.report.forward.shapes import FONT, box, place, rule, write

INK, MUTED, RULE = "1A1C20", "5A616B", "D5D9DE"
ACCENTS = {
    "positioning": "6A4C93", "activation": "0B6E99", "crm": "00695C", "brand": "A23B72", "csr": "3F6B21", "scorecard": "37474F",
}  # fmt: skip
PER_SLIDE = {"tiles": 8, "decisions": 4, "doubts": 7}
MADE = datetime(2000, 1, 1)  # of every file, so that equal rows give equal bytes
LEFT, WIDE = 0.6, 12.1  # inches, on a slide of 13.33 by 7.5


def make(run: dict, kpis: dict) -> bytes:
    """Return report.pptx as bytes.

    Parameters
    ----------
    run, kpis : what run.json and kpis.json hold.

    Raises
    ------
    NotMadeError : the package python-pptx is missing.
    """
    try:
        from pptx import Presentation
        from pptx.util import Inches
    except ImportError:
        raise NotMadeError(
            'no slides were made: python-pptx is missing; install it with pip install "python-pptx".'
        ) from None
    found, language = digest(run, kpis), run["language"]
    show = Presentation()
    show.slide_width, show.slide_height = Inches(13.333), Inches(7.5)
    properties = show.core_properties
    properties.title, properties.author = (
        f"{run['company_title']}, {run['period_label']}"[:250],
        run["company_title"][:250],
    )
    properties.created = properties.modified = MADE
    properties.language = i18n.tag(language)
    deck = _Deck(show, run)
    deck.title(found)
    for part in _chunks(found.headline, PER_SLIDE["tiles"]):
        deck.tiles(part)
    for one in found.headline:
        if one.row.get("value") is not None:
            deck.figure(one)
    for part in _chunks(found.decisions, PER_SLIDE["decisions"]):
        deck.decisions(part)
    for part in _chunks(found.doubts, PER_SLIDE["doubts"]):
        deck.doubts(part)
    file = io.BytesIO()
    show.save(file)
    return _fixed(file.getvalue())


class _Deck:
    """The slides in the making: each method adds one."""

    def __init__(self, show, run: dict) -> None:
        self.show, self.run, self.language = show, run, run["language"]
        self.source = onepage.source(run, language=self.language)

    def slide(self, title: str, note: str = "", *, layout: int = 5):
        """Add a slide with its title in the title placeholder, where outlines and screen readers find it."""
        made = self.show.slides.add_slide(self.show.slide_layouts[layout])
        place(made.shapes.title, LEFT, 0.45, WIDE, 0.9)
        write(made.shapes.title.text_frame, [(title, 28, True, INK)])
        made.notes_slide.notes_text_frame.text = "\n".join(part for part in (note, self.source) if part)
        return made

    def title(self, found: Digest) -> None:
        """Whose report, of which period and market, and the summary."""
        language, run = self.language, self.run
        made = self.slide(
            i18n.text("How did marketing do in {period}?", language, period=run["period_label"])
        )
        place(made.shapes.title, LEFT, 2.2, WIDE, 1.2)
        write(made.shapes.title.text_frame, [(made.shapes.title.text_frame.text, 40, True, INK)])
        said = sentences.summary(
            [one.row for one in found.headline], [one.row for one in found.decisions], language=language
        )
        where = f"{run['period_label']} · {frame.market_label(run['market'], language=language)}"
        box(made, LEFT, 3.5, 10.5, 1.6, [(said, 20, False, INK)])
        head = f"{run['company_title']} · {i18n.text('Marketing report', language)} · {where}"
        box(made, LEFT, 0.5, WIDE, 0.5, [(head, 14, False, MUTED)])

    def tiles(self, part: list[Entry]) -> None:
        """Up to eight figures with interval and verdict."""
        made = self.slide(i18n.text("Headline figures", self.language))
        for at, one in enumerate(part):
            row, left, top = one.row, LEFT + 3.1 * (at % 4), 1.6 + 2.7 * (at // 4)
            told = row.get("value") is not None
            value = (
                wording.figure(row, row["value"], language=self.language)
                if told
                else i18n.text("Cannot tell", self.language)
            )
            bounds = tiles.bounds(row, language=self.language)
            lines = [(wording.name(row), 14, True, INK), (value, 26, True, INK)]
            lines.append((bounds if told else wording.reason(row), 11, False, MUTED))
            lines += [
                (line.striptags(), 11, False, INK) for line in tiles.changes(row, language=self.language)
            ]
            rule(made, left, top, 2.8, ACCENTS.get(row.get("pillar"), ACCENTS["scorecard"]))
            box(made, left, top + 0.05, 2.8, 2.5, lines)

    def figure(self, one: Entry) -> None:
        """A figure with its last periods as a line chart of PowerPoint's own, with the data behind it."""
        row, language = one.row, self.language
        source = takeaway.source_line(self.run["company_title"], one.title, language=language)
        made = self.slide(wording.name(row), takeaway.quote(row, language=language, source=source))
        value = wording.figure(row, row["value"], language=language)
        bounds = tiles.bounds(row, language=language)
        changes = [(line.striptags(), 14, False, INK) for line in tiles.changes(row, language=language)]
        n = i18n.text("n = {n}", language, n=i18n.number(row.get("n"), "count", language=language))
        box(
            made,
            LEFT,
            1.5,
            3.4,
            4.5,
            [(value, 36, True, INK), (bounds, 14, False, MUTED), (n, 14, False, MUTED), *changes],
        )
        if len(row.get("history") or []) >= 2:
            _chart(made, row, language)
        box(made, LEFT, 6.75, WIDE, 0.4, [(source, 11, False, MUTED)])

    def decisions(self, part: list[Entry]) -> None:
        """Decisions with effect, owner and date."""
        made = self.slide(i18n.text("Decisions to take", self.language))
        lines = []
        for one in part:
            effect, bounds = wording.effect(one.row, language=self.language)
            bounds = wording.capital(bounds)
            due = wording.day(one.row.get("due"), language=self.language)
            facts = [effect, bounds, one.row.get("owner") or "", due]
            lines += [
                (heading(one.row), 18, True, INK),
                (" · ".join(f for f in facts if f), 14, False, MUTED),
            ]
        box(made, LEFT, 1.6, WIDE, 5.2, lines, gap=8)

    def doubts(self, part: list[Entry]) -> None:
        """Checks that are not green."""
        made = self.slide(i18n.text("Read with care", self.language))
        lines = []
        for one in part:
            lines.append(
                (f"{fragments.status(one.row, language=self.language)} – {one.row['text']}", 16, True, INK)
            )
            lines += [(one.row["remedy"], 14, False, MUTED)] if one.row.get("remedy") else []
        box(made, LEFT, 1.6, WIDE, 5.2, lines, gap=6)


def _chart(slide, row: dict, language: str) -> None:
    """Add the line chart: value, and its bounds where it has them; the alternative text says what it shows."""
    from pptx.chart.data import CategoryChartData
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
    from pptx.enum.dml import MSO_LINE
    from pptx.util import Inches, Pt

    history = row["history"][-downloads.PERIODS :]
    code = downloads.number_format(row, language=language)
    data = CategoryChartData(number_format=code)
    data.categories = [wording.period(point["period"], language=language, short=True) for point in history]
    series = [(wording.name(row), "value")]
    if any(point.get("low") is not None for point in history):
        series += [
            (i18n.text("Interval from", language), "low"),
            (i18n.text("Interval to", language), "high"),
        ]
    for name, key in series:
        data.add_series(name, [point.get(key) for point in history])
    frame_of = slide.shapes.add_chart(
        XL_CHART_TYPE.LINE, Inches(4.2), Inches(1.5), Inches(8.5), Inches(5.1), data
    )
    known = [point["value"] for point in history if point.get("value") is not None]
    said = i18n.text(
        "{label}: {n} periods to {last}, from {low} to {high}.", language, label=wording.name(row),
        n=i18n.number(len(history), "count", language=language), last=wording.period(history[-1]["period"], language=language),
        low=wording.figure(row, min(known), language=language), high=wording.figure(row, max(known), language=language),
    )  # fmt: skip
    frame_of._element.nvGraphicFramePr.cNvPr.set("descr", said)
    chart = frame_of.chart
    chart.has_title, chart.has_legend, chart.font.size = False, True, Pt(12)
    chart.font.name = FONT
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.value_axis.tick_labels.number_format, chart.value_axis.tick_labels.number_format_is_linked = (
        code,
        False,
    )
    chart.value_axis.major_gridlines.format.line.color.rgb = RGBColor.from_string(RULE)
    chart.value_axis.format.line.fill.background()
    accent = ACCENTS.get(row.get("pillar"), ACCENTS["scorecard"])
    for at, line in enumerate(chart.plots[0].series):
        line.smooth = False
        line.format.line.width = Pt(2.5 if at == 0 else 1)
        line.format.line.color.rgb = RGBColor.from_string(accent if at == 0 else MUTED)
        if at:
            line.format.line.dash_style = MSO_LINE.DASH


def _chunks(entries: list[Entry], size: int) -> list[list[Entry]]:
    return [entries[at : at + size] for at in range(0, len(entries), size)]


def _fixed(made: bytes) -> bytes:
    """Return the file with fixed times inside, the workbooks behind its charts included."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            content = old.read(name)
            if name.endswith(".xlsx"):
                content = _fixed(content)
            elif name == "docProps/core.xml":
                content = _without_clock(content)
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _without_clock(content: bytes) -> bytes:
    return re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", f"{MADE:%Y-%m-%dT%H:%M:%SZ}".encode(), content)
