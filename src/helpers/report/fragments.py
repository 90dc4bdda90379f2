"""KPI rows, checks and decisions as HTML: the one place where a figure of a report gets its look."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from helpers import i18n, kpi
from helpers.report import tiles, wording

MANY_PASS = 3
WHOLE = 24  # a row head under so many characters stays on one line
STATUSES = {"pass": i18n.mark("Pass"), "review": i18n.mark("Review"), "fail": i18n.mark("Fail")}


def kpis(rows: list[dict], *, language: str) -> Markup:
    """Return the figures of one output as a table; where all measure the same, its first column is the segment."""
    alike = len(rows) > 1 and len({row["label"] for row in rows}) == 1
    when = rows[0].get("period_label") or rows[0].get("period", "")
    caption = f"{rows[0]['label'] if alike else i18n.text('Figures', language)}, {when}"
    level = i18n.number(rows[0].get("level", kpi.LEVEL), "share", language=language)
    heads = (
        (i18n.text("Segment" if alike else "Figure", language), ""),
        (i18n.text("Value", language), "num"),
        (i18n.text("{level} interval", language, level=level), ""),
        (i18n.text("Change", language), ""),
        ("n", "num"),
    )
    head = Markup("").join(
        Markup('<th scope="col" role="columnheader" class="{}">{}</th>').format(kind, text)
        for text, kind in heads
    )
    body = Markup("").join(
        _table_row(row, row["segment"] if alike else wording.name(row), language) for row in rows
    )
    # On a phone a row is stacked, which takes a table's meaning away from some readers unless its roles are said.
    table = Markup(
        '<table class="figures" role="table"><caption>{}</caption><thead role="rowgroup"><tr role="row">{}</tr></thead>'
        '<tbody role="rowgroup">{}</tbody></table>'
    )
    return scroll(table.format(caption, head, body), caption)


def doubts(
    rows: list[dict], *, language: str, most: int, origin: Callable[[dict], Markup | str] = lambda row: ""
) -> Markup:
    """Return checks that do not pass, the worst first: every one that fails, then of the others so many that `most` show.

    The rest is folded under its number.
    """
    shown = max(most, sum(row["status"] == "fail" for row in rows))
    listed = _checks(rows[:shown], language, origin)
    if len(rows) <= shown:
        return listed
    label = i18n.plural("One more check to review", "{n} more checks to review", len(rows) - shown, language)
    return listed + tiles.folded(label, _checks(rows[shown:], language, origin))


def checks(
    rows: list[dict], *, language: str, origin: Callable[[dict], Markup | str] = lambda row: ""
) -> Markup:
    """Return checks as a list: the status in words, what was found, what to do; many that pass are folded."""
    passed = [row for row in rows if row["status"] == "pass"]
    if len(passed) < MANY_PASS:
        return _checks(rows, language, origin)
    others = [row for row in rows if row["status"] != "pass"]
    shown = _checks(others, language, origin) if others else Markup("")
    label = i18n.plural("{n} check passes", "{n} checks pass", len(passed), language)
    folded = Markup('<details class="passes"><summary>{}</summary>{}</details>')
    return shown + folded.format(label, _checks(passed, language, origin))


def _checks(rows: list[dict], language: str, origin: Callable[[dict], Markup | str]) -> Markup:
    items = []
    for row in rows:
        remedy = wording.commands(row.get("remedy") or "")
        remedy = Markup(' <span class="muted">{}</span>').format(remedy) if remedy else ""
        kind = row["status"] if row["status"] in STATUSES else "review"
        item = Markup('<li><p class="status {}">{}</p><div><p>{}{}</p>{}</div></li>')
        said = status(row, language=language)
        items.append(item.format(kind, said, wording.commands(row["text"]), remedy, origin(row)))
    return Markup('<ul class="checks">{}</ul>').format(Markup("").join(items))


def status(row: dict, *, language: str) -> str:
    """Return the status of a check in words."""
    return i18n.text(STATUSES.get(row["status"], STATUSES["review"]), language)


def decisions(
    rows: list[dict],
    *,
    language: str,
    origin: Callable[[dict], Markup | str] = lambda row: "",
    most: int | None = None,
) -> Markup:
    """Return decisions as a numbered list: what to do, its effect, how sure, what would reverse it.

    Those after the first `most` are folded under their number, and their numbers go on.
    """
    items = []
    for row in rows:
        effect, bounds = wording.effect(row, language=language)
        bounds = wording.capital(bounds)
        sure = row.get("probability")
        facts = [
            (i18n.mark("Expected effect"), effect, bounds, ""),
            (
                i18n.mark("How sure"),
                i18n.number(sure, "share", language=language) if sure is not None else "",
                "",
                "",
            ),
            (i18n.mark("Owner"), wording.capital(row.get("owner") or ""), "", ""),
            (i18n.mark("Due"), wording.day(row.get("due"), language=language), "", ""),
            (
                i18n.mark("What would change our mind"),
                wording.capital(row.get("reverse_if") or ""),
                "",
                "wide",
            ),
        ]
        fact = Markup('<div class="{}"><dt>{}</dt><dd>{}</dd>{}</div>')
        note = Markup('<dd class="small muted">{}</dd>')
        listed = Markup("").join(
            fact.format(kind, i18n.text(label, language), text, note.format(more) if more else "")
            for label, text, more, kind in facts
            if text
        )
        what = row.get("sentence") or " ".join(str(p) for p in (row.get("verb"), row.get("amount")) if p)
        head, rest = wording.first_sentence(what)
        why = Markup('<p class="why">{}</p>').format(wording.commands(rest)) if rest else ""
        shape = Markup('<li><div><p class="what">{}</p>{}<dl>{}</dl>{}</div></li>')
        items.append(shape.format(head, why, listed, origin(row)))
    shown = Markup('<ol class="decisions">{}</ol>').format(Markup("").join(items[:most]))
    if most is None or len(items) <= most:
        return shown
    label = i18n.plural("One more decision", "{n} more decisions", len(items) - most, language)
    rest = Markup('<ol class="decisions on" start="{}">{}</ol>')
    return shown + tiles.folded(label, rest.format(most + 1, Markup("").join(items[most:])))


def definitions(rows: list[dict]) -> Markup:
    """Return the definitions of the KPIs shown, each once."""
    seen = {row["label"]: row["definition"] for row in rows if row.get("definition")}
    if not seen:
        return Markup("")
    items = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(*pair) for pair in seen.items())
    return Markup('<dl class="definitions">{}</dl>').format(items)


def table(caption: str, heads: tuple, lines: list[tuple]) -> Markup:
    """Return a plain table: `heads` are (text, kind) with kind "num" for a column of numbers, the first cell heads its row."""
    head = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(_class(kind), text) for text, kind in heads
    )
    rows = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            line[0],
            Markup("").join(
                Markup("<td{}>{}</td>").format(_class(kind), cell)
                for cell, (_, kind) in zip(line[1:], heads[1:], strict=True)
            ),
        )
        for line in lines
    )
    made = Markup("<table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>")
    return scroll(made.format(caption, head, rows), caption)


def _class(kind: str) -> Markup:
    return Markup(' class="{}"').format(kind) if kind else Markup("")


def scroll(inner: Markup, label: str) -> Markup:
    """Return a table inside a region that a keyboard can reach and scroll on a narrow screen."""
    return Markup('<div class="scroll" role="region" tabindex="0" aria-label="{}">{}</div>').format(
        label, inner
    )


def _table_row(row: dict, head: str, language: str) -> Markup:
    told = row.get("value") is not None
    bounds = (
        (wording.interval(row, language=language) or tiles.kind(row, language=language))
        if told
        else wording.commands(wording.reason(row))
    )
    said = Markup("<br>").join(tiles.changes(row, language=language))
    n = i18n.number(row.get("n"), "count", language=language)
    shape = (
        '<tr role="row"><th scope="row" role="rowheader"{}>{}</th><td role="cell" class="num strong{}">{}</td>'
        '<td role="cell" class="muted{}">{}</td><td role="cell" class="change">{}</td><td role="cell" class="num n">{}</td></tr>'
    )
    whole = Markup(' class="whole"') if len(head) < WHOLE else ""
    return Markup(shape).format(
        whole,
        head,
        "" if told else " untold",
        tiles.value(row, language=language),
        " whole" if row.get("low") is not None and len(bounds) < WHOLE else "",
        bounds,
        said,
        n,
    )
