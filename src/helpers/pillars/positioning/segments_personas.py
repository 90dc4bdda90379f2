"""One sheet a segment, all of it computed: size, value, what decides, what does not, where to find its people."""

from __future__ import annotations

import math

import pandas as pd

from helpers.company import Scope
from helpers.i18n import listed, number, term, text
from helpers.methods.intervals import Estimate
from helpers.pillars.positioning import segments_gaps as gaps
from helpers.pillars.positioning import segments_verbatims
from helpers.pillars.positioning.segments import Page
from helpers.pillars.positioning.segments_decisions import to_keep, to_leave, to_win
from helpers.pillars.positioning.segments_names import decides, group, matters_not, name, word
from helpers.pillars.positioning.segments_telling import shown


def sheets(made: Page, found: pd.DataFrame, scope: Scope) -> str:
    """Sheets of all segments as Markdown, the largest outside first; a sentence where there are none.

    Parameters
    ----------
    found : groups as `segments_gaps.groups` compares them.
    """
    if made.reason:
        return text("Without segments there is no persona: one would be invented.", scope.language)
    return "\n\n".join(sheet(made, k, found, scope) for k in made.order("size"))


def sheet(made: Page, segment: int, found: pd.DataFrame, scope: Scope) -> str:
    """The sheet of one segment."""
    lang = scope.language
    lines = [
        text("Size: {out} of people outside, {own} of customers.", lang, out=shown(made.one("size", segment), "share", scope), own=shown(made.one("size_own", segment), "share", scope)),
        _value(made, segment, scope),
        text("Decides: {items}.", lang, items=_items(decides(made, segment), lang)),
        text("Matters least: {items}.", lang, items=_items(matters_not(made, segment), lang)),
        text("Where to find them: {groups}.", lang, groups=_where(segment, found, lang)),
        text("Brand used most: {brands}.", lang, brands=_brand(made, segment, lang)),
        segments_verbatims.said(made, segment, scope),
        text("What to do: {role}.", lang, role=role(made, segment, lang)),
    ]  # fmt: skip
    return f"### {name(made, segment, lang)}\n\n" + "\n".join(f"- {line}" for line in lines if line)


def _value(made: Page, segment: int, scope: Scope) -> str:
    lang = scope.language
    said = text("Value: outside {spend} a year in the category, {open} would try the brand.", lang, spend=shown(made.one("spend", segment), "currency", scope),
                open=shown(made.one("open", segment), "share", scope))  # fmt: skip
    if math.isnan(made.one("margin", segment).value):
        return said
    return said + " " + text("A customer brings {margin} of margin.", lang, margin=shown(made.one("margin", segment), "currency", scope))  # fmt: skip


def _items(found: list[tuple[str, Estimate]], language: str) -> str:
    return listed([f"{word(item, language)} ({number(one.value, 'share', language=language)})" for item, one in found], language)  # fmt: skip


def _where(segment: int, found: pd.DataFrame, language: str) -> str:
    """Groups in which the segment is clearly more frequent, the largest difference first."""
    told = []
    for row in found[found["segment"] == segment].to_dict("records"):
        verdict = gaps.verdict(row)
        if verdict == gaps.MORE:
            told.append((row["value"], row["dimension"], row["level"], row["share"], row["rest"]))
        elif verdict == gaps.LESS and row["other"]:
            told.append((-row["value"], row["dimension"], row["other"], row["rest"], row["share"]))
    if not told:
        return text("everywhere, no group stands out", language)
    said = [
        text("{group} ({share} against {rest})", language, group=group(dimension, level, language), share=number(share, "share", language=language), rest=number(rest, "share", language=language))
        for _, dimension, level, share, rest in sorted(told, reverse=True)
    ]  # fmt: skip
    return listed(said, language)


def _brand(made: Page, segment: int, language: str) -> str:
    table = gaps.brands(made, segment)
    if table.empty:
        return text("not asked, or by too few people", language)
    top = table.loc[table["share"].idxmax()]
    said = text("{brand} ({share})", language, brand=top["level"], share=number(top["share"], "share", language=language))  # fmt: skip
    apart = table[[gaps.verdict(row) == gaps.MORE for _, row in table.iterrows()]]
    if apart.empty:
        return text("{brand}; no brand stands out against everybody", language, brand=said)
    return text("{brand}; more than everybody they use {brands}", language, brand=said, brands=listed(apart["level"].tolist(), language))  # fmt: skip


def role(made: Page, segment: int, language: str) -> str:
    """Win or test, keep, spend no conquest money, or nothing of its own."""
    said = []
    kept = to_win(made)[0]
    if segment in kept:
        said.append(
            term("what to do with a segment", "win", language)
            if segment == kept[0]
            else term("what to do with a segment", "test", language)
        )
    if segment == to_keep(made)[0]:
        said.append(term("what to do with a segment", "keep", language))
    if segment == to_leave(made)[0]:
        said.append(term("what to do with a segment", "spend no conquest money", language))
    return (
        listed(said, language) if said else term("what to do with a segment", "nothing of its own", language)
    )
