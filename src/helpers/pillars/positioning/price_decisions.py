"""What to do about prices: set, test or keep that of the house, price the line that was asked about, cap what attributes may cost."""

from __future__ import annotations

import math

from helpers.checks import Decision
from helpers.company import Scope
from helpers.i18n import listed, text
from helpers.pillars.positioning import price_telling as telling
from helpers.pillars.positioning.price import Page
from helpers.pillars.positioning.price_figures import said
from helpers.pillars.positioning.price_moves import Move
from helpers.pillars.positioning.words import amount, bounds, chance

MOST_STEPS = 4


def decisions(made: Page, scope: Scope, *, owner: str = "") -> list[Decision]:
    """Decisions: the price of the house, the price of the line of the survey, and what each attribute may cost; at most three."""
    common = {
        "owner": owner or text("strategy director", scope.language),
        "due": scope.next_review,
        "currency": scope.currency,
    }
    found = [_house(made, scope, common), _line(made, scope, common), _caps(made, scope, common)]
    return [one for one in found if one is not None]


def _house(made: Page, scope: Scope, common: dict) -> Decision:
    lang, word, move = scope.language, telling.standing(made), made.move
    own = made.chosen.own
    if move is None:
        why = said(made.chosen.reason or made.chosen.refusal, scope)
        return Decision(
            id="price_house", verb=text("Ask", lang), amount=own, sentence=text("Test first: ask people to choose among offers whose price varies before the price of {own} is moved. {why}", lang, own=own, why=why).rstrip(),
            reverse_if=text("a choice study tells the worth of money", lang), **common,
        )  # fmt: skip
    facts = {"own": own, "before": amount(move.before, scope), "after": amount(move.after, scope)}
    if word == telling.KEEP:
        return Decision(
            id="price_house", verb=text("Keep", lang), amount=facts["before"],
            sentence=text("Keep {own} at {before}: the price with the highest margin by choices lies between {range}.", lang, **facts, range=bounds(move.best.low, move.best.high, scope)),
            reverse_if=text("rivals move, or the cost of a unit does", lang), **common,
        )  # fmt: skip
    worth = _worth(move)
    if word == telling.SET:
        told = text("Move {own} from {before} to {after}: choices say it gains with a chance of {chosen}, sales with {sold}.", lang, **facts,
                    chosen=chance(move.chosen_chance, lang), sold=chance(move.sold_chance, lang))  # fmt: skip
        return Decision(id="price_house", verb=text("Set", lang), amount=facts["after"], sentence=told, probability=min(move.chosen_chance, move.sold_chance, 0.99),
                        reverse_if=text("units of the next three months fall short of what sales foretell", lang), **worth, **common)  # fmt: skip
    by_sales = text("past sales cannot tell", lang) if math.isnan(move.sold_chance) else text("past sales with {sold}", lang, sold=chance(move.sold_chance, lang))  # fmt: skip
    told = text("Keep {own} at {before} and test {after} in regions or weeks drawn by lot before anything is set: choices say it gains with a chance of {chosen}, {sales}.",
                lang, **facts, chosen=chance(move.chosen_chance, lang), sales=by_sales)  # fmt: skip
    told = f"{told} {_money(move, scope)}".rstrip()
    if made.other is not None:
        beside = text("Test {price} beside it: past sales say that it gains with a chance of {sold}, choices with {chosen}.", lang, price=amount(made.other.after, scope),
                      sold=chance(made.other.sold_chance, lang), chosen=chance(made.other.chosen_chance, lang))  # fmt: skip
        told = f"{told} {beside}"
    return Decision(id="price_house", verb=text("Test", lang), amount=facts["after"], sentence=told, **worth,
                    reverse_if=text("the test shows a margin that is higher at {after}, its whole interval above zero", lang, after=facts["after"]), **common)  # fmt: skip


def _worth(move: Move) -> dict:
    """The effect in a year; none where choices and sales disagree on its sign."""
    one = move.a_year
    agree = math.isnan(move.sold_chance) or (move.sold_chance > 0.5) == (move.chosen_chance > 0.5)
    return (
        {} if math.isnan(one.value) or not agree else {"effect": one.value, "low": one.low, "high": one.high}
    )


def _money(move: Move, scope: Scope) -> str:
    one, lang = move.a_year, scope.language
    if math.isnan(one.value):
        return ""
    facts = {"value": amount(one.value, scope), "bounds": bounds(one.low, one.high, scope)}
    if math.isnan(move.sold.value):
        return text(
            "Were sales to follow choices, the margin of a year would change by {value} ({bounds}).",
            lang,
            **facts,
        )
    return text(
        "Were sales to react as they did, the margin of a year would change by {value} ({bounds}).",
        lang,
        **facts,
    )


def _line(made: Page, scope: Scope, common: dict) -> Decision | None:
    lang, word, ladder = scope.language, telling.line_standing(made), made.ladder
    if word == telling.UNKNOWN:
        reason = made.told.reason or (made.told.answers.reason if made.told.answers else "")
        if not reason and ladder is not None:
            reason = ladder.reason
        if not reason:
            return None
        return Decision(
            id="price_line", verb=text("Ask", lang), amount=made.told.brand or text("a new line", lang),
            sentence=text("Ask more people before a price is set for a new line. {why}", lang, why=said(reason, scope)), reverse_if=text("enough people answer in order", lang), **common,
        )  # fmt: skip
    best = ladder.table.set_index("price")["best"].sort_values(ascending=False, kind="stable")
    facts = {"brand": made.told.brand, "price": amount(ladder.best, scope), "chance": chance(float(best[ladder.best]), lang)}  # fmt: skip
    other = made.asked_price if math.isfinite(made.asked_price) else next(one for one in best.index if one != ladder.best)  # fmt: skip
    versus = amount(float(other), scope)
    turned = text("a test shows no more margin at {price} than at {other}, what the house loses counted", lang, price=facts["price"], other=versus)  # fmt: skip
    if word == telling.SET:
        told = text("Ask {price} for {brand}: of the prices asked it earns most with a chance of {chance}, if yes means yes.", lang, **facts)  # fmt: skip
        verb = text("Ask", lang)
    elif word == telling.KEEP:
        told = text("Keep {brand} near {price}: of the prices asked it earns most with a chance of {chance}.", lang, **facts)  # fmt: skip
        verb, turned = text("Keep", lang), text("its cost, or what it takes from the house, changes", lang)
    else:
        told = text("Test {brand} at {price} against {other}: of the prices asked it earns most with a chance of {chance}, but only by what people say.", lang, **facts, other=versus)  # fmt: skip
        verb = text("Test", lang)
    return Decision(id="price_line", verb=verb, amount=facts["price"], sentence=f"{told} {_around(made, scope)}".rstrip(), probability=min(float(best[ladder.best]), 0.99),
                    reverse_if=turned, **common)  # fmt: skip


def _around(made: Page, scope: Scope) -> str:
    """What is paid today, and what the house loses with each one sold."""
    lang, said = scope.language, []
    if math.isfinite(made.asked_price):
        said.append(text("Today a unit is paid {today}.", lang, today=amount(made.asked_price, scope)))
    if made.lost:
        said.append(text("Each one sold costs the house {lost} of margin, which is counted; alone, {price} would earn most.", lang, lost=amount(made.lost, scope),
                         price=amount(made.alone.best, scope)))  # fmt: skip
    return " ".join(said)


def _caps(made: Page, scope: Scope, common: dict) -> Decision | None:
    """What a level may cost more at most: the lower bound of what people pay for it, before tax."""
    lang, table = scope.language, made.chosen.willing
    if not len(table) or table["value"].isna().all():
        return None
    brands = next((a for a, levels in made.chosen.data.attributes.items() if made.chosen.own in levels), "")
    rows = table[(table["attribute"] != brands) & (table["low"] > 0)].sort_values(
        "value", ascending=False, kind="stable"
    )
    if rows.empty:
        return None
    told = [
        text("{level} rather than {other} {cost}", lang, level=row.level, other=row.reference, cost=amount(row.low / (1 + made.vat_rate), scope)) for row in rows.head(MOST_STEPS).itertuples()
    ]  # fmt: skip
    return Decision(
        id="price_steps", verb=text("Cap", lang), amount=listed([row.level for row in rows.head(MOST_STEPS).itertuples()], lang),
        sentence=text("Offer an attribute only while it costs less a unit than people surely pay for it, before tax: {caps}.", lang, caps=listed(told, lang)),
        reverse_if=text("a new study puts its worth below its cost", lang), **common,
    )  # fmt: skip
