"""The editions of a notebook: a complete page for leadership, for the analyst and for a learner, from one executed file."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from functools import cache

from markupsafe import escape
from nbconvert.exporters import HTMLExporter
from nbconvert.filters import markdown2html, strip_ansi
from nbformat import NotebookNode

from helpers import checks, display, i18n, kpi
from helpers import whatif as whatif_rows
from helpers.errors import DataError
from helpers.report import fragments, frame, pictures, prose, takeaway, tiles, whatif

EDITIONS = ("leadership", "analyst", "teaching")
FOR_LEADERSHIP = {"leadership", "answer", "method"}
NEVER_FOR_LEADERSHIP = {"parameters", "injected-parameters", "teaching", "solution"}
NOT_OF_THE_NOTEBOOK = {"papermill-error-cell-tag"}
MOST_TILES = 4
NO_ALT = {"", "no description has been provided for this image", "image", "chart", "figure", "plot"}
TITLE = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)
METHOD_HEADING = re.compile(r"^\s*#+\s*m[eé]thode?[^\n]*\n?", re.IGNORECASE)


def render(executed: NotebookNode, *, edition: str, page: dict) -> str:
    """Return the complete HTML of one edition.

    Parameters
    ----------
    executed : the notebook with its outputs, as run (or half run, where a cell failed).
    edition : "leadership" (cells tagged leadership, answer or method, no code), "analyst" (everything, code
        folded) or "teaching" (all but solutions, code shown).
    page : title, notebook, company_title, period_label, market, language, status, stale_since, failure,
        provenance and links; see `helpers.report.run`.

    Raises
    ------
    ValueError : no such edition.
    DataError : a chart for leadership has no description in words.
    """
    if edition not in EDITIONS:
        raise ValueError(f'edition: "{edition}" is unknown. Use one of {", ".join(EDITIONS)}.')
    found = extract(executed)
    shaped = _shape(executed, edition, page["language"])
    made, _ = _exporter().from_notebook_node(shaped, resources={"page": _frame(page, edition, found, shaped)})
    words = {
        key: i18n.text(text, page["language"])
        for key, text in (("table_label", i18n.mark("Table")), ("contents_label", i18n.mark("On this page")))
    }
    of_section = i18n.text("Table: {heading}", page["language"], heading="{heading}")
    return prose.finish(made, of_section=of_section, **words)


def localised(nb: NotebookNode, language: str) -> NotebookNode:
    """Return a copy of a notebook with its Markdown in this language; outputs were computed in it."""
    made = copy.deepcopy(nb)
    for cell in made.cells:
        if cell.cell_type == "markdown":
            cell.source = i18n.markdown(cell.source, language)
    return made


def extract(executed: NotebookNode) -> dict:
    """Return the KPI, check and decision rows, the answer and the title of an executed notebook.

    Rows come from outputs of our own MIME types only, each once, in the order of the page.
    """
    rows: dict[str, list[dict]] = {kpi.MIME: [], checks.MIME: [], checks.DECISION_MIME: []}
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            for mime, kept in rows.items():
                kept += [row for row in _rows(output, mime) if row not in kept]
    titles = (TITLE.search(cell.source) for cell in executed.cells if cell.cell_type == "markdown")
    title = next((found[1] for found in titles if found), "")
    return {
        "kpis": rows[kpi.MIME],
        "checks": rows[checks.MIME],
        "decisions": rows[checks.DECISION_MIME],
        "answer": _answer(executed),
        "title": prose.text_of(markdown2html(title)) if title else "",
    }


def _shape(executed: NotebookNode, edition: str, language: str) -> NotebookNode:
    """Return a copy with only the cells and outputs of this edition, and what the template needs to know of each."""
    shaped = copy.deepcopy(executed)
    cells = [cell for cell in shaped.cells if _belongs(_tags(cell), edition) and cell.cell_type != "raw"]
    titled, stopped = False, False
    for i, cell in enumerate(cells):
        cell.metadata["number"] = i + 1
        if cell.cell_type == "markdown":
            if not titled and TITLE.search(cell.source):
                cell.source, titled = TITLE.sub("", cell.source, count=1), True
            continue
        cell.metadata["code"] = _code(cell, edition)
        cell.metadata["failed"] = any(output.output_type == "error" for output in cell.outputs)
        cell.metadata["not_run"] = stopped
        stopped = stopped or cell.metadata["failed"]
        if edition == "leadership":
            cell.outputs = [
                output for output in cell.outputs if output.output_type in ("display_data", "execute_result")
            ]
            if "answer" in _tags(cell):
                cell.outputs = [output for output in cell.outputs if _is_data(output)]
    if edition == "leadership":
        cells = [cell for cell in cells if not (cell.cell_type == "markdown" and "answer" in _tags(cell))]
        _fold_methods(cells, i18n.text("Method and limits", language))
    shaped.cells = cells
    return shaped


def _belongs(tags: set[str], edition: str) -> bool:
    if tags & NOT_OF_THE_NOTEBOOK:
        return False
    if edition == "leadership":
        return bool(tags & FOR_LEADERSHIP) and not tags & NEVER_FOR_LEADERSHIP
    return edition == "analyst" or "solution" not in tags


def _code(cell: NotebookNode, edition: str) -> str:
    if edition == "leadership" or not cell.source.strip():
        return "none"
    return "folded" if edition == "analyst" or "hide-input" in _tags(cell) else "shown"


def _fold_methods(cells: list[NotebookNode], label: str) -> None:
    """Mark the first and last cell of each stretch of method cells, for the template to fold."""
    folded = [False, *("method" in _tags(cell) for cell in cells), False]
    for i, cell in enumerate(cells, start=1):
        if folded[i] and not folded[i - 1]:
            cell.metadata["fold_from"] = label
            cell.source = METHOD_HEADING.sub("", cell.source) if cell.cell_type == "markdown" else cell.source
        if folded[i] and not folded[i + 1]:
            cell.metadata["fold_to"] = True


def _answer(executed: NotebookNode) -> str | None:
    """Return the words of the cell tagged `answer`: its Markdown, HTML, plain text or, failing those, a KPI sentence."""
    for cell in executed.cells:
        if "answer" not in _tags(cell):
            continue
        if cell.cell_type == "markdown":
            return prose.text_of(markdown2html(cell.source))
        outputs = [
            output for output in cell.outputs if output.output_type in ("display_data", "execute_result")
        ]
        said = next((output.data for output in outputs if not _is_data(output)), None)
        if said is None:
            sentences = [
                row["sentence"]
                for output in outputs
                for row in _rows(output, kpi.MIME)
                if row.get("sentence")
            ]
            return sentences[0] if sentences else None
        if "text/markdown" in said or "text/html" in said:
            return prose.text_of(
                markdown2html(said["text/markdown"]) if "text/markdown" in said else said["text/html"]
            )
        plain = said.get("text/plain", "").strip()
        return plain[1:-1] if re.fullmatch(r"(['\"]).*\1", plain, re.DOTALL) else plain or None
    return None


@cache
def _exporter() -> HTMLExporter:
    """Return the one exporter of this process; making it costs more than a page."""
    return HTMLExporter(
        template_name=frame.TEMPLATE.name,
        extra_template_basedirs=[str(frame.TEMPLATE.parent)],
        filters={"prose": _prose, "shown": _shown},
    )


def _prose(cell: NotebookNode) -> str:
    return prose.clean(markdown2html(cell.source))


def _shown(output: NotebookNode, cell: NotebookNode, page: dict) -> str:
    """Return one output as HTML, from the richest form that a report can show."""
    if output.output_type == "stream":
        return f"<pre>{escape(strip_ansi(output.text))}</pre>"
    if output.output_type == "error":
        return f'<pre class="error" id="failure">{escape(strip_ansi(chr(10).join(output.traceback)))}</pre>'
    data = output.data
    if rows := _rows(output, display.TABLE_MIME):
        return str(takeaway.table_with_file(rows, language=page["locale"], source=page["source"]))
    for mime, renderer in _renderers().items():
        if rows := _rows(output, mime):
            made = renderer(rows, language=page["locale"])
            if mime == kpi.MIME:
                made += takeaway.under_table(rows, language=page["locale"], source=page["source"])
            return str(made)
        if mime in data:
            return ""
    for mime in ("image/svg+xml", "image/png", "image/jpeg"):
        if mime in data:
            return _picture(output, mime, cell, page)
    if "text/html" in data:
        return prose.clean(data["text/html"])
    if "text/markdown" in data:
        return prose.clean(markdown2html(data["text/markdown"]))
    if "text/latex" in data:
        return f"<p>{prose.formula(data['text/latex'].strip().strip('$'), block=True)}</p>"
    plain = data.get("text/plain", "")
    return f"<pre>{escape(strip_ansi(plain))}</pre>" if plain and page["edition"] != "leadership" else ""


@cache
def _renderers() -> dict[str, Callable]:
    """Return the renderer of each MIME type of ours."""
    return {
        kpi.MIME: fragments.kpis,
        checks.MIME: fragments.checks,
        checks.DECISION_MIME: fragments.decisions,
        whatif_rows.MIME: whatif.panels,
    }


def _picture(output: NotebookNode, mime: str, cell: NotebookNode, page: dict) -> str:
    about = output.metadata.get(mime) or {}
    alt = str(about.get("alt") or cell.metadata.get("alt") or "").strip()
    if alt.lower() in NO_ALT:
        number = cell.metadata["number"]
        if page["edition"] == "leadership":
            raise DataError(
                f"{page['notebook']}: the chart of cell {number} of the leadership edition has no description in words. "
                "Show it with helpers.charts.show, or pass metadata={'image/svg+xml': {'alt': …}} to display."
            )
        alt = i18n.text(
            "Chart of cell {number}; its author wrote no description", page["locale"], number=number
        )
    raw = data if isinstance(data := output.data[mime], str) else "".join(data)
    return pictures.figure(raw, mime=mime, alt=alt, about=about)


def _frame(page: dict, edition: str, found: dict, shaped: NotebookNode) -> dict:
    """Return what the template prints around the cells."""
    language, kept = page["language"], extract(shaped)
    pillar = page["notebook"].split("/")[0]
    run = {**page, **(page.get("provenance") or {})}
    headline = _top(kept["kpis"])
    title = page.get("title") or found["title"] or page["notebook"]
    source = takeaway.source_line(page["company_title"], title, language=language)
    tiled = bool(headline) and edition != "teaching"
    return {
        **frame.shared(run, language=language, scripts=_scripts(shaped, tiled)),
        "edition": edition,
        "notebook": page["notebook"],
        "title": title,
        "source": source,
        "answer": found["answer"] if edition != "teaching" else None,
        "tiles": tiles.grid(headline, language=language, source=lambda row: source) if tiled else "",
        "pillar": pillar,
        "pillar_label": frame.pillar_label(pillar, language=language),
        "nav": frame.nav(page.get("pillars") or [pillar], here=pillar, prefix="../", language=language),
        "editions": frame.editions(page.get("links") or {}, edition, language),
        "notices": frame.notices(page, edition),
        "definitions": fragments.definitions(kept["kpis"]),
    }


def _top(rows: list[dict]) -> list[dict]:
    """Return the figures that stand as tiles on their page: the headline ones, then the next ones of everybody.

    The front page shows one or two of a page; the page itself has room for more. A page without a headline figure has none.
    """
    headline = [row for row in rows if row.get("headline")]
    others = [row for row in rows if not row.get("headline") and row.get("segment") == kpi.ALL]
    return [*headline, *others][:MOST_TILES] if headline else []


def _scripts(shaped: NotebookNode, tiled: bool) -> tuple[str, ...]:
    """Name the scripts that an edition needs: one for the folds of its tiles, one for the panels in its cells."""
    outputs = (output for cell in shaped.cells for output in cell.get("outputs", []))
    panels = any("absent" not in row for output in outputs for row in _rows(output, whatif_rows.MIME))
    return (*((takeaway.SCRIPT,) if tiled else ()), *(("whatif",) if panels else ()))


def _rows(output: NotebookNode, mime: str) -> list[dict]:
    payload = output.get("data", {}).get(mime)
    return list(payload.get("rows", [])) if isinstance(payload, dict) else []


def _is_data(output: NotebookNode) -> bool:
    """Tell whether an output is rows or a picture, and not words."""
    return any(key.startswith(("application/vnd.cmo.", "image/")) for key in output.get("data", {}))


def _tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", []))
