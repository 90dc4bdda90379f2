"""Go, prepare, wait: what to do with each market, whom to aim at, and what would change our mind."""

from __future__ import annotations

import math

import numpy as np

from helpers.checks import Decision
from helpers.company import Scope
from helpers.i18n import listed, number, text
from helpers.kpi import Z
from helpers.pillars.positioning import targets_telling as telling
from helpers.pillars.positioning.targets import Page
from helpers.pillars.positioning.targets_money import Money
from helpers.pillars.positioning.targets_words import criterion
from helpers.pillars.positioning.words import amount, bounds, chance, level

HALF_WIDTH = 0.05  # of the share of people who would try, that a survey should reach
SEGMENTS = "positioning/01-value-segments-and-personas"  # the page that decides on segments; this one repeats it for a market
QUOTA_EFFECT = 1.3  # answers for one of a sample without weights, as raking usually costs


def decisions(made: Page, money: Money, scope: Scope, *, owner: str = "") -> list[Decision]:
    """Decisions: markets to go for, whom to aim at in the first of them where people were asked, to keep, to prepare, to wait with; at most eight."""
    lang = scope.language
    common = {
        "owner": owner or text("strategy director", lang),
        "due": scope.next_review,
        "currency": scope.currency,
    }
    found = {
        word: telling.of_standing(made, word)
        for word in (telling.GO, telling.KEEP, telling.PREPARE, telling.WAIT)
    }
    asked = [name for name in (*found[telling.GO], *found[telling.KEEP], *made.names) if name in made.panel.markets]  # fmt: skip
    whom = _aim(asked[0], made, scope, common) if asked else None
    if len(made.markets) < 2:
        return [_import(made, scope, common), *([whom] if whom else [])]
    listed_ones = [_go(name, made, money, scope, common) for name in found[telling.GO]]
    later = [_prepare(name, made, money, scope, common) for name in found[telling.PREPARE][:3]]
    later += [_keep(name, made, money, scope, common) for name in found[telling.KEEP][:2]]
    listed_ones += [*later, whom] if whom and not listed_ones else [*([whom] if whom else []), *later]
    if found[telling.WAIT]:
        listed_ones.append(_wait(found[telling.WAIT], made, scope, common))
    return listed_ones


def _effect(name: str, money: Money) -> dict:
    row = money.table.set_index("market").loc[name]
    if math.isnan(row["won"]):
        return {}
    return {"effect": float(row["won"]), "low": float(row["won_low"]), "high": float(row["won_high"])}


def _won_said(name: str, money: Money, scope: Scope) -> str:
    worth = _effect(name, money)
    if not worth:
        return text("What may be won there cannot be told.", scope.language)
    return text("{value} a year may be won there ({level} interval {bounds}).", scope.language, value=amount(worth["effect"], scope),
                level=level(scope), bounds=bounds(worth["low"], worth["high"], scope))  # fmt: skip


def _go(name: str, made: Page, money: Money, scope: Scope, common: dict) -> Decision:
    lang, row = scope.language, made.both.table.set_index("option").loc[name]
    is_own = name in telling.sold_in(made)
    said = text(
        "Grow in {market}: among the first {n} markets with a chance of {chance}, first with {first}."
        if is_own
        else "Enter {market}: among the first {n} markets with a chance of {chance}, first with {first}.",
        lang, market=name, n=made.top, chance=chance(row["top"], lang), first=chance(row["first"], lang),
    )  # fmt: skip
    return Decision(
        id=f"go_{name}", verb=text("Grow", lang) if is_own else text("Enter", lang), amount=name, sentence=f"{said} {_won_said(name, money, scope)}",
        reverse_if=_turned(name, made, scope), **_effect(name, money), **common,
    )  # fmt: skip


def _turned(name: str, made: Page, scope: Scope) -> str:
    """What would take a market out of the first places."""
    lang = scope.language
    if made.flips and name == made.doubt.table["option"].iloc[0]:
        one = made.flips[0]
        return text(
            "{criterion} is to weigh {turned} and not {weight}: then {other} comes first", lang, criterion=criterion(one.criterion, lang),
            turned=number(one.turned, "share", language=lang), weight=number(one.weight, "share", language=lang), other=one.first,
        )  # fmt: skip
    return text("its chance of being among the first {n} falls below {chance} with the next figures", lang, n=made.top,
                chance=number(made.min_chance, "share", language=lang))  # fmt: skip


def _aim(name: str, made: Page, scope: Scope, common: dict) -> Decision | None:
    """The segment to aim at in a market, with the chance that none there scores higher."""
    lang = scope.language
    if made.cells is None:
        return None
    order = made.cells.table["option"].tolist()
    own = [
        (order.index(f"{market} · {segment}"), segment)
        for market, segment in made.cell_names
        if market == name
    ]
    if len(own) < 2:
        return None
    at, segment = min(own)
    best = float((made.cells.draws[:, [i for i, _ in own]].max(axis=1) <= made.cells.draws[:, at]).mean())
    other = sorted(own)[1][1]
    said = text("In {market}, where people were asked, aim at the segment “{segment}” first: it scores highest there with a chance of {chance}; next comes “{other}”.", lang,
                market=name, segment=segment, chance=chance(best, lang), other=other)  # fmt: skip
    if best < made.min_chance:
        said = text("In {market}, where people were asked, aim at no segment alone: “{segment}” scores highest with a chance of {chance} only, before “{other}”.", lang,
                    market=name, segment=segment, chance=chance(best, lang), other=other)  # fmt: skip
    return Decision(
        id=f"aim_{name}", verb=text("Aim", lang), amount=segment, sentence=said, reverse_if=text("the next wave puts another segment first there", lang),
        repeats=SEGMENTS, **common,
    )  # fmt: skip


def needed(made: Page, name: str) -> int:
    """Answers in a market that bring the share of people who would try to ± 5 points.

    Formula: 1.3 p (1 - p) (z / 0.05)², p the share foretold there, a half where nothing is.
    """
    share = made.values[made.names.index(name), 4]
    p = share if np.isfinite(share) else 0.5
    return math.ceil(QUOTA_EFFECT * p * (1 - p) * (Z / HALF_WIDTH) ** 2)


def _prepare(name: str, made: Page, money: Money, scope: Scope, common: dict) -> Decision:
    """A market without own sales; the first step is to ask there, whatever the chance that is foretold."""
    lang, facts = scope.language, _facts(name, made, scope)
    if name in made.panel.markets:
        said = text("Prepare {market} and spend nothing yet: among the first {n} with a chance of {chance}, so the next figures decide.", lang, **facts)  # fmt: skip
        turned = _between(made, scope)
    else:
        said = text("Prepare {market} and spend nothing yet: among the first {n} with a chance of {chance}, foretold from other markets. Ask {people} people there first; nobody has been asked.", lang,
                    **facts, people=needed(made, name))  # fmt: skip
        turned = text("with answers from there its chance is still above {go} (then enter), or below {stop} (then wait)", lang, **_limits(made, scope))  # fmt: skip
    return Decision(
        id=f"prepare_{name}", verb=text("Prepare", lang), amount=name, sentence=f"{said} {_won_said(name, money, scope)}", reverse_if=turned,
        **common,  # no effect: what may be won comes of going there, not of preparing it
    )  # fmt: skip


def _keep(name: str, made: Page, money: Money, scope: Scope, common: dict) -> Decision:
    lang, facts = scope.language, _facts(name, made, scope)
    said = text("Keep the effort in {market} as it is: among the first {n} with a chance of {chance}, so the next figures decide.", lang, **facts)  # fmt: skip
    if name not in made.panel.markets:
        asking = text(
            "Ask {people} people there first; nobody has been asked.", lang, people=needed(made, name)
        )
        said = f"{said} {asking}"
    return Decision(
        id=f"keep_{name}", verb=text("Keep", lang), amount=name, sentence=f"{said} {_won_said(name, money, scope)}",
        reverse_if=_between(made, scope), **common,
    )  # fmt: skip


def _facts(name: str, made: Page, scope: Scope) -> dict:
    row = made.both.table.set_index("option").loc[name]
    return {"market": name, "n": made.top, "chance": chance(row["top"], scope.language)}


def _limits(made: Page, scope: Scope) -> dict:
    lang = scope.language
    return {"go": number(made.min_chance, "share", language=lang), "stop": number(made.wait_below, "share", language=lang)}  # fmt: skip


def _between(made: Page, scope: Scope) -> str:
    return text("its next figures put its chance of being among the first {n} above {go} or below {stop}", scope.language, n=made.top,
                **_limits(made, scope))  # fmt: skip


def _wait(names: list[str], made: Page, scope: Scope, common: dict) -> Decision:
    lang, table = scope.language, made.both.table.set_index("option")
    told = listed([f"{name} ({chance(table.loc[name, 'top'], lang)})" for name in names], lang)
    said = text("Wait with more money for {markets}: the chance of being among the first {n} is in brackets.", lang, markets=told, n=made.top)  # fmt: skip
    return Decision(
        id="wait", verb=text("Wait", lang), amount=listed(names, lang), sentence=said,
        reverse_if=text("one of them reaches a chance of {chance}", lang, chance=number(made.wait_below, "share", language=lang)), **common,
    )  # fmt: skip


def _import(made: Page, scope: Scope, common: dict) -> Decision:
    lang = scope.language
    said = text(
        "Compare {market} with other markets before it is chosen: read this page for all markets, or import their sales.",
        lang,
        market=made.names[0],
    )
    return Decision(id="import", verb=text("Compare", lang), amount=text("other markets", lang), sentence=said,
                    reverse_if=text("two markets or more have twelve months of sales", lang), **common)  # fmt: skip
