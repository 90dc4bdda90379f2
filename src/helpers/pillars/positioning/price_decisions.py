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
from helpers.pillars.positioning.price_words import between, chance, money, share

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
    facts = {"own": own, "before": money(move.before, scope), "after": money(move.after, scope)}
    if word == telling.KEEP:
        return Decision(
            id="price_house", verb=text("Keep", lang), amount=facts["before"],
            sentence=text("Keep {own} at {before}: the price with the highest margin by choices lies between {range}.", lang, **facts, range=between(move.best.low, move.best.high, scope)),
            reverse_if=text("rivals move, or the cost of a unit does", lang), **common,
        )  # fmt: skip
    worth = _worth(move)
    if word == telling.SET:
        told = text("Move {own} from {before} to {after}: choices say it gains with a chance of {chosen}, sales with {sold}.", lang, **facts,
                    chosen=chance(move.chosen_chance, scope), sold=chance(move.sold_chance, scope))  # fmt: skip
        return Decision(id="price_house", verb=text("Set", lang), amount=facts["after"], sentence=told, probability=min(move.chosen_chance, move.sold_chance, 0.99),
                        reverse_if=text("units of the next three months fall short of what sales foretell", lang), **worth, **common)  # fmt: skip
    by_sales = text("past sales cannot tell", lang) if math.isnan(move.sold_chance) else text("past sales with {sold}", lang, sold=chance(move.sold_chance, scope))  # fmt: skip
    told = text("Keep {own} at {before} and test {after} in regions or weeks drawn by lot before anything is set: choices say it gains with a chance of {chosen}, {sales}.",
                lang, **facts, chosen=chance(move.chosen_chance, scope), sales=by_sales)  # fmt: skip
    return Decision(id="price_house", verb=text("Test", lang), amount=facts["after"], sentence=f"{told} {_money(move, scope)}", **worth,
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
    facts = {"value": money(one.value, scope), "bounds": between(one.low, one.high, scope)}
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
    facts = {"brand": made.told.brand, "price": money(ladder.best, scope), "chance": chance(float(best[ladder.best]), scope)}  # fmt: skip
    today = "" if math.isnan(made.asked_price) else text("Today a unit is paid {today}.", lang, today=money(made.asked_price, scope))  # fmt: skip
    if word == telling.SET:
        told = text("Ask {price} for {brand}: of the prices asked it earns most with a chance of {chance}, if yes means yes.", lang, **facts)  # fmt: skip
        verb = text("Ask", lang)
    elif word == telling.KEEP:
        told = text(
            "Keep {brand} near {price}: of the prices asked it earns most with a chance of {chance}.",
            lang,
            **facts,
        )
        verb = text("Keep", lang)
    else:
        other = (
            next(one for one in best.index if one != ladder.best)
            if math.isnan(made.asked_price)
            else made.asked_price
        )
        told = text("Test {brand} at {price} against {other}: of the prices asked it earns most with a chance of {chance}, but only by what people say.", lang, **facts,
                    other=money(float(other), scope))  # fmt: skip
        verb = text("Test", lang)
    return Decision(id="price_line", verb=verb, amount=facts["price"], sentence=f"{told} {today}".rstrip(), probability=min(float(best[ladder.best]), 0.99),
                    reverse_if=text("fewer than {share} of those who see it buy", lang, share=share(_floor(made), scope)), **common)  # fmt: skip


def _floor(made: Page) -> float:
    """Lower bound of demand at the best price."""
    return float(made.ladder.table.set_index("price").loc[made.ladder.best, "demand_low"])


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
        text("{level} rather than {other} {cost}", lang, level=row.level, other=row.reference, cost=money(row.low / (1 + made.vat_rate), scope)) for row in rows.head(MOST_STEPS).itertuples()
    ]  # fmt: skip
    return Decision(
        id="price_steps", verb=text("Cap", lang), amount=listed([row.level for row in rows.head(MOST_STEPS).itertuples()], lang),
        sentence=text("Offer an attribute only while it costs less a unit than people surely pay for it, before tax: {caps}.", lang, caps=listed(told, lang)),
        reverse_if=text("a new study puts its worth below its cost", lang), **common,
    )  # fmt: skip
