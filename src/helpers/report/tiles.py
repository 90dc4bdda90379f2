"""A figure as a tile: value, interval, changes with their verdict in words, the last periods, what a reader takes away."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup, escape

from helpers import i18n
from helpers.report import takeaway, wording

CLEAR = ("better", "worse")
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


def tile(
    row: dict,
    *,
    language: str,
    href: str | None = None,
    source: str = "",
    anchor: str = "",
    period: str = "",
) -> Markup:
    """Return one figure as a tile; a figure that cannot be told keeps its place and says why.

    With its `source`, and the `anchor` that is its id, it has a fold with what a reader may take away. A figure of another
    period than the report's `period` says of which it is.
    """
    label = (
        Markup('<a href="{}">{}</a>').format(href, wording.name(row)) if href else escape(wording.name(row))
    )
    told = row.get("value") is not None
    muted = Markup('<span class="muted">{}</span>')
    facts = (
        [muted.format(bounds(row, language=language)), *changes(row, language=language)]
        if told
        else [muted.format(wording.commands(wording.reason(row)))]
    )
    if period and row["period"] != period:
        facts.insert(
            0, Markup("{}").format(wording.capital(wording.period(row["period"], language=language)))
        )
    shape = '<li class="tile pillar-{}{}"{}><p class="name">{}</p><p class="value">{}</p><div class="facts">{}</div>{}{}</li>'
    return Markup(shape).format(
        row.get("pillar", ""),
        "" if told else " told-nothing",
        Markup(' id="{}"').format(anchor) if anchor else "",
        label,
        value(row, language=language),
        Markup("").join(Markup("<p>{}</p>").format(fact) for fact in facts),
        sparkline(row, language=language) or Markup("<div></div>"),
        takeaway.fold(row, language=language, source=source, anchor=anchor) if source else "",
    )


def grid(
    rows: list[dict],
    *,
    language: str,
    href: Callable[[dict], str | None] = lambda row: None,
    source: Callable[[dict], str] = lambda row: "",
    period: str = "",
    most: int | None = None,
) -> Markup:
    """Return figures as a grid of tiles, each with an id of its own; those after the first `most` are folded.

    `source` says where a figure comes from.
    """
    made = [
        tile(row, language=language, href=href(row), source=source(row), anchor=anchor, period=period)
        for row, anchor in zip(rows, takeaway.anchors(rows), strict=True)
    ]
    shown = Markup('<ul class="tiles">{}</ul>').format(Markup("").join(made[:most]))
    if most is None or len(made) <= most:
        return shown
    label = i18n.plural("One more figure", "{n} more figures", len(made) - most, language)
    return shown + folded(label, Markup('<ul class="tiles">{}</ul>').format(Markup("").join(made[most:])))


def folded(label: str, rest: Markup) -> Markup:
    """Return what a reader opens for more, under its label."""
    return Markup('<details class="more"><summary>{}</summary>{}</details>').format(label, rest)


def value(row: dict, *, language: str) -> str | Markup:
    """Return the value of a row with its unit in small type, or that it cannot be told."""
    if row.get("value") is None:
        return i18n.text("Cannot tell", language)
    whole = wording.figure(row, row["value"], language=language)
    if row["unit"] not in i18n.COUNTED:
        return whole
    number = i18n.number(row["value"], "count", language=language, decimals=row.get("decimals") or 0)
    before, _, after = whole.partition(number)
    unit = Markup('<span class="unit">{}</span>')
    return unit.format(before) + number + unit.format(after) if before else number + unit.format(after)


def kind(row: dict, *, language: str) -> str:
    """Say of a count that it is one, where an estimate has its interval."""
    return i18n.text("Counted, not estimated", language) if row.get("kind") == "counted" else ""


def bounds(row: dict, *, language: str) -> str:
    """Return the interval of a figure with its level, to begin a line; of a count, that it is one."""
    named = wording.capital(wording.interval(row, language=language, named=True))
    return named or kind(row, language=language)
