"""KPI rows, checks and decisions as HTML: the one place where a figure of a report gets its look."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from markupsafe import Markup, escape

from helpers import checks as check_rows
from helpers import i18n, kpi, whatif
from helpers.report import takeaway, wording

CLEAR = ("better", "worse")
MANY_PASS = 3
WHOLE = 24  # a row head under so many characters stays on one line
# The bar ends the words that are set in bold. A rise and a fall are one in English; a catalogue may say which it was.
SINCE = {
    ("better", True): i18n.mark_term("a rise", "Better| than {period}"),
    ("better", False): i18n.mark_term("a fall", "Better| than {period}"),
    ("worse", True): i18n.mark_term("a rise", "Worse| than {period}"),
    ("worse", False): i18n.mark_term("a fall", "Worse| than {period}"),
    ("no clear change", None): i18n.mark_term("a verdict", "No clear change| on {period}"),
    ("cannot tell", None): i18n.mark_term("a verdict", "Cannot tell| against {period}"),
}
AGAINST_TARGET = {
    ("better", True): i18n.mark_term("a rise", "Better| than the target, {target}"),
    ("better", False): i18n.mark_term("a fall", "Better| than the target, {target}"),
    ("worse", True): i18n.mark_term("a rise", "Worse| than the target, {target}"),
    ("worse", False): i18n.mark_term("a fall", "Worse| than the target, {target}"),
    ("no clear change", None): i18n.mark_term("a verdict", "No clear change| on the target, {target}"),
    ("cannot tell", None): i18n.mark_term("a verdict", "Cannot tell| against the target, {target}"),
}
STATUSES = {"pass": i18n.mark("Pass"), "review": i18n.mark("Review"), "fail": i18n.mark("Fail")}


def changes(row: dict, *, language: str) -> list[Markup]:
    """Return one line a comparison: the verdict in words, against what, and by how much."""
    lines = []
    for one in row.get("comparisons") or []:
        if one.get("value") is None:
            continue
        verdict = one.get("verdict") or "cannot tell"
        key = verdict, one["value"] >= 0 if verdict in CLEAR else None
        if one["base"] == "target":
            target = wording.figure(row, row.get("target"), language=language)
            said = i18n.term(*AGAINST_TARGET[key], language, target=target)
        else:
            period = wording.period(one["period"], language=language, short=True)
            said = i18n.term(*SINCE[key], language, period=period)
        word, rest = said.split("|") if "|" in said else (said, "")
        kind = "clear" if verdict in CLEAR else "unclear"
        change = wording.signed(row, one["value"], language=language)
        lines.append(
            Markup('<span class="verdict {}">{}</span>{} <span class="whole">({})</span>').format(
                kind, word, rest, change
            )
        )
    return lines


def sparkline(row: dict, *, language: str) -> Markup:
    """Return the last periods as a line with its interval, the latest point marked, the target dashed."""
    history = list(row.get("history") or [])[-13:]
    known = [point["value"] for point in history if point.get("value") is not None]
    if len(known) < 3:
        return Markup("")
    bounds = [
        p[key]
        for p in history
        for key in ("low", "high")
        if p.get(key) is not None and p.get("value") is not None
    ]
    target = row.get("target")
    every = [*known, *bounds, *([target] if target is not None else [])]
    bottom, height = min(every), (max(every) - min(every)) or 1
    at = {i: 4 + 192 * i / (len(history) - 1) for i in range(len(history))}

    def y(value: float) -> str:
        return f"{44 - 40 * (value - bottom) / height:.1f}"

    parts = []
    banded = [
        (at[i], p) for i, p in enumerate(history) if p.get("low") is not None and p.get("high") is not None
    ]
    if len(banded) > 1:
        edge = [f"{x:.1f},{y(p['high'])}" for x, p in banded] + [
            f"{x:.1f},{y(p['low'])}" for x, p in reversed(banded)
        ]
        parts.append(f'<polygon class="band" points="{" ".join(edge)}"/>')
    if target is not None:
        parts.append(f'<line class="target" x1="0" x2="200" y1="{y(target)}" y2="{y(target)}"/>')
    line = [f"{at[i]:.1f},{y(p['value'])}" for i, p in enumerate(history) if p.get("value") is not None]
    parts.append(f'<polyline class="past" points="{" ".join(line)}"/>')
    x, last = line[-1].split(",")
    parts.append(f'<line class="now" x1="{x}" x2="{x}" y1="{last}" y2="{last}"/>')
    said = i18n.text(
        "{n} periods to {last}: from {low} to {high}.",
        language,
        n=len(history),
        last=wording.period(history[-1].get("period", ""), language=language),
        low=wording.figure(row, min(known), language=language),
        high=wording.figure(row, max(known), language=language),
    )
    return Markup(
        '<svg class="spark" role="img" aria-label="{}" viewBox="0 0 200 48" preserveAspectRatio="none">{}</svg>'
    ).format(said, Markup("".join(parts)))


def tile(row: dict, *, language: str, href: str | None = None, source: str = "", anchor: str = "") -> Markup:
    """Return one figure as a tile; a figure that cannot be told keeps its place and says why.

    With its `source`, and the `anchor` that is its id, it has a fold with what a reader may take away.
    """
    label = (
        Markup('<a href="{}">{}</a>').format(href, wording.name(row)) if href else escape(wording.name(row))
    )
    told = row.get("value") is not None
    muted = Markup('<span class="muted">{}</span>')
    bounds = wording.capital(wording.interval(row, language=language, named=True))
    facts = (
        [muted.format(bounds or kind(row, language)), *changes(row, language=language)]
        if told
        else [muted.format(wording.reason(row))]
    )
    shape = '<li class="tile pillar-{}{}"{}><p class="name">{}</p><p class="value">{}</p><div class="facts">{}</div>{}{}</li>'
    return Markup(shape).format(
        row.get("pillar", ""),
        "" if told else " told-nothing",
        Markup(' id="{}"').format(anchor) if anchor else "",
        label,
        _value(row, language),
        Markup("").join(Markup("<p>{}</p>").format(fact) for fact in facts),
        sparkline(row, language=language) or Markup("<div></div>"),
        takeaway.fold(row, language=language, source=source, anchor=anchor) if source else "",
    )


def tiles(
    rows: list[dict],
    *,
    language: str,
    href: Callable[[dict], str | None] = lambda row: None,
    source: Callable[[dict], str] = lambda row: "",
) -> Markup:
    """Return figures as a grid of tiles, each with an id of its own; `source` says where a figure comes from."""
    inner = (
        tile(row, language=language, href=href(row), source=source(row), anchor=anchor)
        for row, anchor in zip(rows, takeaway.anchors(rows), strict=True)
    )
    return Markup('<ul class="tiles">{}</ul>').format(Markup("").join(inner))


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
        remedy = Markup(' <span class="muted">{}</span>').format(row["remedy"]) if row.get("remedy") else ""
        kind = row["status"] if row["status"] in STATUSES else "review"
        item = Markup('<li><p class="status {}">{}</p><div><p>{}{}</p>{}</div></li>')
        said = status(row, language=language)
        items.append(item.format(kind, said, row["text"], remedy, origin(row)))
    return Markup('<ul class="checks">{}</ul>').format(Markup("").join(items))


def status(row: dict, *, language: str) -> str:
    """Return the status of a check in words."""
    return i18n.text(STATUSES.get(row["status"], STATUSES["review"]), language)


def decisions(
    rows: list[dict], *, language: str, origin: Callable[[dict], Markup | str] = lambda row: ""
) -> Markup:
    """Return decisions as a numbered list: what to do, its effect, how sure, what would reverse it."""
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
            (i18n.mark("Owner"), row.get("owner") or "", "", ""),
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
        why = Markup('<p class="why">{}</p>').format(rest) if rest else ""
        shape = Markup('<li><div><p class="what">{}</p>{}<dl>{}</dl>{}</div></li>')
        items.append(shape.format(head, why, listed, origin(row)))
    return Markup('<ol class="decisions">{}</ol>').format(Markup("").join(items))


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


@cache
def renderers() -> dict[str, Callable]:
    """Return the renderer of each MIME type of ours."""
    from helpers.report.whatif import panels  # here: a panel's table scrolls like the tables of this module

    return {
        kpi.MIME: kpis,
        check_rows.MIME: checks,
        check_rows.DECISION_MIME: decisions,
        whatif.MIME: panels,
    }


def _table_row(row: dict, head: str, language: str) -> Markup:
    told = row.get("value") is not None
    bounds = (
        (wording.interval(row, language=language) or kind(row, language)) if told else wording.reason(row)
    )
    said = Markup("<br>").join(changes(row, language=language))
    n = i18n.number(row.get("n"), "count", language=language)
    shape = (
        '<tr role="row"><th scope="row" role="rowheader"{}>{}</th><td role="cell" class="num strong">{}</td>'
        '<td role="cell" class="muted{}">{}</td><td role="cell" class="change">{}</td><td role="cell" class="num n">{}</td></tr>'
    )
    whole = Markup(' class="whole"') if len(head) < WHOLE else ""
    return Markup(shape).format(
        whole, head, _value(row, language), " whole" if row.get("low") is not None else "", bounds, said, n
    )


def _value(row: dict, language: str) -> str | Markup:
    if row.get("value") is None:
        return i18n.text("Cannot tell", language)
    whole = wording.figure(row, row["value"], language=language)
    if row["unit"] not in i18n.COUNTED:
        return whole
    number = i18n.number(row["value"], "count", language=language, decimals=row.get("decimals") or 0)
    before, _, after = whole.partition(number)
    unit = Markup('<span class="unit">{}</span>')
    return unit.format(before) + number + unit.format(after) if before else number + unit.format(after)


def kind(row: dict, language: str) -> str:
    """Say of a count that it is one, where an estimate has its interval."""
    return i18n.text("Counted, not estimated", language) if row.get("kind") == "counted" else ""
