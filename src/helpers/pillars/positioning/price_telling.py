"""What the page on prices says: titles of charts, what is seen, the naive answer, the answer."""

from __future__ import annotations

import math

import numpy as np

from helpers.checks import sentence
from helpers.company import Scope
from helpers.i18n import interval, number, signed, text, translate
from helpers.pillars.positioning.price import Page
from helpers.pillars.positioning.price_figures import said
from helpers.pillars.positioning.price_words import ranged, share, shares
from helpers.pillars.positioning.words import amount, bounds, chance, level

KEEP, SET, TEST, UNKNOWN = "keep", "set", "test", "unknown"
RISE = 0.10  # of a price, to say an elasticity
NEAR = 0.05  # a price of the ladder this near to the one of today is that one


def standing(made: Page) -> str:
    """Keep the price, set another one, test it, or unknown.

    A price is set where choices and sales both say that it gains, each with the chance that the page asks for; where choices say so and sales
    do not, or cannot tell, it is tested. One at the end of the prices that people saw is never set.
    """
    move = made.move
    if move is None:
        return UNKNOWN
    if move.stays:
        return KEEP
    agreed = move.chosen_chance >= made.min_chance and move.sold_chance >= made.min_chance
    return SET if agreed and move.at_end < 1 - made.min_chance else TEST


def line_standing(made: Page) -> str:
    """Of the offer that the survey asks about: set the best price of the ladder, test it, or unknown.

    A line that sells has sales to be tested on; what people say alone sets the price of a launch at most.
    """
    ladder = made.ladder
    if ladder is None or ladder.reason:
        return UNKNOWN
    if not math.isnan(made.asked_price):
        return KEEP if abs(ladder.best / made.asked_price - 1) < NEAR else TEST
    best = ladder.table.set_index("price")["best"]
    return SET if best[ladder.best] >= made.min_chance and not ladder.at_end else TEST


def points_finding(made: Page, scope: Scope) -> str:
    """State the acceptable range as the title of its chart."""
    lang, told = scope.language, made.told
    if told.points is None or told.answers.reason:
        return text("What price people accept cannot be told", lang)
    low, high = told.points.at("pmc"), told.points.at("pme")
    return text("{brand}: people accept {low} to {high}", lang, brand=told.brand, low=amount(low[0], scope), high=amount(high[0], scope))  # fmt: skip


def points_subtitle(made: Page, scope: Scope) -> str:
    """Measure, level and n."""
    n = 0 if made.told.answers is None else made.told.answers.n
    return text("price, tax included, with {level} intervals; {n} people with answers in order", scope.language, level=level(scope),
                n=number(n, "count", language=scope.language))  # fmt: skip


def steps_finding(made: Page, scope: Scope) -> str:
    """State the most valued step as the title of its chart."""
    lang, table = scope.language, made.chosen.willing
    known = table.dropna(subset=["value"]) if len(table) else table
    if not len(known):
        return text("What people would pay for a step cannot be told", lang)
    top = known.loc[known["value"].idxmax()]
    return text("People pay most for {level}: {value} more than for {other}", lang, level=top["level"], other=top["reference"], value=amount(top["value"], scope))  # fmt: skip


def choices_subtitle(made: Page, scope: Scope) -> str:
    """Level and n of what is read from choices."""
    return text("by choices, with {level} intervals that know who answered; {n} people", scope.language, level=level(scope),
                n=number(made.chosen.n, "count", language=scope.language))  # fmt: skip


def shares_finding(made: Page, scope: Scope) -> str:
    """State the own share as the title of its chart."""
    lang, table = scope.language, made.chosen.shares
    if table.empty or math.isnan(table["value"].iloc[0]):
        return text("Shares of choices cannot be told", lang)
    row = table.iloc[0]
    return text("{offer} wins {share} of choices", lang, offer=row["offer"], share=shares(row["value"], row["low"], row["high"], scope))  # fmt: skip


def curve_finding(made: Page, scope: Scope) -> str:
    """State the best price as the title of its chart."""
    lang, curve = scope.language, made.chosen.curve
    if curve is None:
        return text("The best price cannot be told", lang)
    best = curve.best
    return text("By choices, {price} earns most", lang, price=ranged(best.value, best.low, best.high, scope))


def curve_subtitle(made: Page, scope: Scope) -> str:
    """Measure and cost; why there is nothing where there is no curve."""
    if made.chosen.curve is None:
        return said(made.chosen.reason or made.chosen.refusal, scope) or said(
            made.chosen.shares["reason"].iloc[0], scope
        )
    return text("margin a hundred people asked, before tax, over the price of {own}; a unit costs {cost}", scope.language, own=made.chosen.own,
                cost=amount(made.chosen.unit_cost, scope))  # fmt: skip


def refusals(made: Page, scope: Scope) -> str:
    """Why worths in money are not told, where they are not."""
    return said(made.chosen.refusal, scope)


def source_said(made: Page, scope: Scope) -> str:
    """From whom a new own line draws, and what the model takes for granted."""
    lang, source = scope.language, made.chosen.source
    if source is None:
        return text("No new offer is named in the parameters.", lang)
    if math.isnan(source.share.value):
        return said(made.chosen.refusal, scope) or said(translate(source.guards[0], lang), scope)
    table = source.table.set_index("offer")
    own, none = table.loc[made.chosen.own], float(table["value"].get("none", 0.0))
    told = text(
        "{new} would win {share} of choices: {part} of them from {own}, {rivals} from rivals and {none} from people who take none today.", lang, new=made.chosen.new,
        own=made.chosen.own, share=shares(source.share.value, source.share.low, source.share.high, scope),
        part=shares(own["value"], own["low"], own["high"], scope), rivals=share(1 - float(own["value"]) - none, scope), none=share(none, scope),
    )  # fmt: skip
    return f"{told} {' '.join(sentence(one, lang) for one in source.guards)}"


def sales_said(made: Page, scope: Scope) -> str:
    """What sales say of the price, and what they cannot."""
    lang, found = scope.language, made.did.found
    if found is None or found.reason:
        return said(made.did.reason, scope)
    one = found.own
    moves = [np.expm1(e * math.log1p(RISE)) for e in (one.value, one.low, one.high)]
    return text(
        "Where the price of {house} rose by {rise}, units changed by {change} ({level} interval {bounds}): an elasticity of {value} ({range}). Prices were not drawn "
        "by lot, so this is what moved together and not yet what caused what.", lang, house=made.did.house, rise=share(RISE, scope),
        change=signed(moves[0], "share", language=lang), bounds=interval(moves[1], moves[2], "share", language=lang), level=level(scope),
        value=number(one.value, "ratio", decimals=2, language=lang), range=interval(one.low, one.high, "ratio", decimals=2, language=lang),
    )  # fmt: skip


def naive(made: Page, scope: Scope) -> str:
    """The price that people name when they are asked, and who would buy at it."""
    lang, told = scope.language, made.told
    if told.answers is None or math.isnan(told.named):
        return text("Nobody was asked what a fair price would be.", lang)
    said_ = text("Asked for a price that is cheap and one that is expensive, people name {price} on average, out of order or not: “so let us ask {price}”.", lang,
                 price=amount(told.named, scope))  # fmt: skip
    ladder = made.ladder
    if ladder is None or ladder.reason:
        return said_
    at = float(np.interp(told.named, ladder.table["price"], ladder.table["demand"]))
    return f"{said_} " + text("Yet only about {share} would buy at it.", lang, share=share(at, scope))


def answer(made: Page, scope: Scope) -> str:
    """The answer in two or three sentences, the decision first."""
    return " ".join(one for one in (_first(made, scope), _line(made, scope), _premium(made, scope)) if one)


def _first(made: Page, scope: Scope) -> str:
    lang, move, word = scope.language, made.move, standing(made)
    if word == UNKNOWN:
        return text(
            "The price of {own} stays as it is, because what another one would earn cannot be told.",
            lang,
            own=made.chosen.own,
        )
    facts = {"own": made.chosen.own, "before": amount(move.before, scope), "after": amount(move.after, scope)}
    if word == KEEP:
        return text("Keep {own} at {before}: no other price would clearly earn more by what people choose (best {range}).", lang, **facts,
                    range=bounds(move.best.low, move.best.high, scope))  # fmt: skip
    if word == SET:
        return text(
            "Move {own} from {before} to {after}: choices and sales agree that it earns more.", lang, **facts
        )
    told = text("Keep {own} at {before} until a test of {after} decides: by what people choose the margin changes by {change} ({bounds}).", lang, **facts,
                change=signed(move.chosen.value, "share", decimals=1, language=lang), bounds=interval(move.chosen.low, move.chosen.high, "share", decimals=1, language=lang))  # fmt: skip
    return f"{told} {sold_said(made, scope)}"


def sold_said(made: Page, scope: Scope) -> str:
    """What past sales say of the same move."""
    lang, move = scope.language, made.move
    if math.isnan(move.sold.value):
        return text("Sales cannot tell.", lang)
    return text("By past sales it changes by {change} ({bounds}).", lang, change=signed(move.sold.value, "share", decimals=1, language=lang),
                bounds=interval(move.sold.low, move.sold.high, "share", decimals=1, language=lang))  # fmt: skip


def _line(made: Page, scope: Scope) -> str:
    lang, word = scope.language, line_standing(made)
    if word == UNKNOWN:
        return ""
    ladder = made.ladder
    facts = {"brand": made.told.brand, "price": amount(ladder.best, scope), "chance": chance(ladder.table.set_index("price").loc[ladder.best, "best"], lang)}  # fmt: skip
    return text("{brand} earns most at {price} of the prices asked (chance {chance}).", lang, **facts)


def _premium(made: Page, scope: Scope) -> str:
    one = made.chosen.premium
    if math.isnan(one.value):
        return ""
    return text(
        "The own name is worth {value} more than that of a rival.",
        scope.language,
        value=ranged(one.value, one.low, one.high, scope),
    )
