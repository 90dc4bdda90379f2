"""Which segments to win, to keep, to spend no conquest money on; how to know the segment of everybody."""

from __future__ import annotations

import math

from helpers.checks import Decision
from helpers.company import Scope
from helpers.i18n import listed, number, text
from helpers.pillars.positioning.segments import Page, told
from helpers.pillars.positioning.segments_names import name, quoted, word
from helpers.pillars.positioning.words import chance


def to_win(made: Page) -> tuple[list[int], float]:
    """The segment with the highest conquest potential and its chance of being that; below the chance asked for also those that may be level with it.

    None where every other segment may be.
    """
    if made.reason or math.isnan(made.first_chance("conquest", 0)):
        return [], math.nan
    first = made.order("conquest")[0]
    sure = made.first_chance("conquest", first)
    if sure >= made.min_chance:
        return [first], sure
    level = made.level_with("conquest", first)
    return ([first, *level] if len(level) < made.k - 1 else []), sure


def to_keep(made: Page) -> tuple[int | None, float]:
    """The segment that brings most of the margin, and the chance that none brings more."""
    if made.reason or math.isnan(made.first_chance("margin_share", 0)):
        return None, math.nan
    best = made.order("margin_share")[0]
    return best, made.first_chance("margin_share", best)


def to_leave(made: Page) -> tuple[int | None, float]:
    """The segment whose conquest potential is lowest with the chance asked for; None where that is open or it is one to win."""
    if made.reason or math.isnan(made.first_chance("conquest", 0)):
        return None, math.nan
    least = made.order("conquest")[-1]
    sure = made.first_chance("conquest", least, last=True)
    return (least, sure) if sure >= made.min_chance and least not in to_win(made)[0] else (None, sure)


def decisions(made: Page, scope: Scope, *, owner: str = "") -> list[Decision]:
    """Decisions: whom to win, whom to keep, where no conquest money goes, how to place everybody; one where segments cannot be told."""
    lang = scope.language
    common = {"owner": owner or text("strategy director", lang), "due": scope.next_review, "currency": scope.currency}  # fmt: skip
    if made.reason:
        said = text("Ask more people before money follows segments: {reason}.", lang, reason=told(made, lang))
        return [Decision(id="ask", verb=text("Ask", lang), amount=text("more people", lang), sentence=said,
                         reverse_if=text("the next wave tells segments", lang), **common)]  # fmt: skip
    found = [_win(made, scope, common), _keep(made, scope, common), _leave(made, scope, common), _place(made, scope, common)]  # fmt: skip
    return [one for one in found if one is not None]


def _win(made: Page, scope: Scope, common: dict) -> Decision:
    lang, (kept, sure) = scope.language, to_win(made)
    if not kept:
        said = text(
            "Aim conquest at no segment yet: which one has the highest potential cannot be told.", lang
        )
        return Decision(id="win", verb=text("Wait", lang), amount=text("no segment", lang), sentence=said,
                        reverse_if=text("the next wave sets one segment apart", lang), **common)  # fmt: skip
    facts = {"segment": quoted(made, kept[:1], lang), "chance": chance(sure, lang)}
    said = text(
        "Win {segment} first: the highest conquest potential with a chance of {chance}.", lang, **facts
    )
    if len(kept) > 1:
        said = text("Win {segment} first, by a test beside {others}: the highest conquest potential with a chance of {chance} only, as the others may be level with it.", lang,
                    **facts, others=quoted(made, kept[1:], lang))  # fmt: skip
    return Decision(
        id="win", verb=text("Win", lang), amount=name(made, kept[0], lang), sentence=said,
        reverse_if=text("a test shows that no more of them buy than of other people, or the next wave puts another segment first", lang), **common,
    )  # fmt: skip


def _keep(made: Page, scope: Scope, common: dict) -> Decision | None:
    lang, (best, sure) = scope.language, to_keep(made)
    if best is None:
        return None
    share = number(made.one("margin_share", best).value, "share", language=lang)
    said = text("Keep {segment}: {share} of customers’ margin comes from it, the most with a chance of {chance}.", lang,
                segment=quoted(made, [best], lang), share=share, chance=chance(sure, lang))  # fmt: skip
    return Decision(id="keep", verb=text("Keep", lang), amount=name(made, best, lang), sentence=said,
                    reverse_if=text("another segment brings more of the margin in the next wave", lang), **common)  # fmt: skip


def _leave(made: Page, scope: Scope, common: dict) -> Decision | None:
    lang, (least, sure) = scope.language, to_leave(made)
    if least is None:
        return None
    said = text("Spend no conquest money on {segment}: the lowest potential with a chance of {chance}. Its customers stay served as they are.", lang,
                segment=quoted(made, [least], lang), chance=chance(sure, lang))  # fmt: skip
    return Decision(id="leave", verb=text("Leave", lang), amount=name(made, least, lang), sentence=said,
                    reverse_if=text("the share of it that would try the brand doubles", lang), **common)  # fmt: skip


def _place(made: Page, scope: Scope, common: dict) -> Decision | None:
    lang, tool = scope.language, made.typing
    if tool is None:
        return None
    said = text(
        "Ask new customers {n} questions ({items}) to know their segment: {error} are misplaced, {naive} if all were taken for the largest one.", lang,
        n=len(tool.items), items=listed([word(one, lang) for one in tool.items], lang), error=number(tool.error.value, "share", language=lang),
        naive=number(tool.naive.value, "share", language=lang),
    )  # fmt: skip
    return Decision(id="place", verb=text("Ask", lang), amount=text("{n} questions", lang, n=len(tool.items)), sentence=said,
                    reverse_if=text("more than half of the customers leave the questions unanswered", lang), **common)  # fmt: skip
