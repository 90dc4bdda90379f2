"""What to do: what may be said of the pick-up point, whom to ask, boxes, ways, what a kilogram avoided costs, media."""

from __future__ import annotations

import math

import numpy as np

from helpers.checks import Decision
from helpers.company import Scope
from helpers.i18n import number, text
from helpers.kpi import Z
from helpers.methods import delivery_carbon_orders as orders
from helpers.pillars.csr import carbon, carbon_words
from helpers.pillars.csr.carbon import Greener, Page
from helpers.pillars.csr.carbon_digital import Media

LIGHTER = 0.10  # of the weight of boxes, and of the kilometres by car, that the decisions speak of


def decisions(made: Page, media: Media | None, scope: Scope, *, owner: str = "") -> list[Decision]:
    """The claim on the pick-up point, customers to ask, boxes, ways, the price of a kilogram, media; those that can be told."""
    common = {"owner": owner or text("logistics manager", scope.language), "due": scope.next_review}
    found = [_claim(made, scope, common), _ask(made, scope, common), _boxes(made, scope, common), _ways(made, scope, common),
             _price(made, scope, common), _media(media, scope, common)]  # fmt: skip
    return [one for one in found if one is not None]


def _effect(drawn: np.ndarray) -> dict:
    """What follows by arithmetic: no chance is told, since no test says that it comes about."""
    one = orders.estimate(drawn, n=0)
    return {"effect": one.value, "low": one.low, "high": one.high, "unit": "kg"}


def _claim(made: Page, scope: Scope, common: dict) -> Decision:
    lang, found = scope.language, made.greener
    verb = text("Do not claim", lang)
    if found is None:
        said = text("Do not call the pick-up point greener: the ways of customers are not known, so nothing proves it.", lang)  # fmt: skip
        return Decision(id="pickup_claim", verb=verb, amount=text("pick-up point", lang), sentence=said,
                        reverse_if=text("customers are asked and the interval lies below zero", lang), **common)  # fmt: skip
    facts = {"kg": carbon_words.moved(found.move.kg, "kg", scope, decimals=2, levelled=True), "even": number(_surely(found), "km", decimals=2, language=lang)}  # fmt: skip
    told = carbon.sign(found.move.kg)
    if told == "less":
        said = text("Say of the pick-up point that an order changes by {kg} against a delivery home, and always add: for customers who come as ours do. Let the page on claims and counsel read the sentence first.", lang, **facts)  # fmt: skip
        verb = text("Say with its condition", lang)
    elif told == "more":
        said = text(
            "Do not call the pick-up point greener. An order that moves there changes by {kg}.", lang, **facts
        )
        if carbon.sign(found.move.without) == "less":
            said += " " + text("What could be said, once the page on claims and counsel have read it: it emits less than a delivery home for those who come on foot, by bicycle, or less than {even} by car there and back, the lower end of the break-even.", lang, **facts)  # fmt: skip
    else:
        said = text("Do not call the pick-up point greener yet: an order that moves there changes by {kg}, which may be either.", lang, **facts)  # fmt: skip
    return Decision(id="pickup_claim", verb=verb, amount=text("pick-up point", lang), sentence=said,
                    reverse_if=text("the interval of a later quarter lies on the other side of zero", lang), **common)  # fmt: skip


def _surely(found: Greener) -> float:
    """Kilometres by car under which the pick-up point emits less even at the lower end of the break-even, rounded down."""
    return math.floor(100 * orders.estimate(found.break_even, n=0).low) / 100


def needed(found: Greener, asked: float, now: orders.Footprint) -> float:
    """Customers to ask so that the interval leaves zero out, if the mean stays: n x (1.645 s / d) ** 2, s of the ways alone."""
    per_km = np.asarray(now.rate.car)[0]
    spread = float(np.std(found.way[1:])) * per_km
    return asked * (Z * spread / found.move.kg[0]) ** 2 if found.move.kg[0] else math.inf


def _ask(made: Page, scope: Scope, common: dict) -> Decision | None:
    lang, n = scope.language, made.cars[2]
    found = made.greener
    if found is not None and carbon.sign(found.move.kg) != "open":
        return None
    if found is None:
        amount = text("{n} customers a mode", lang, n=30)
        said = text("Ask at least 30 customers of each mode how they came and how far: without it no order collected has a figure.", lang)  # fmt: skip
    else:
        need = needed(found, n, made.now)
        if not math.isfinite(need) or need > 1e6:
            return None
        shown = number(math.ceil(max(need, n + 1) / 10) * 10, "count", language=lang)
        amount = text("{n} customers", lang, n=shown)
        said = text("Ask about {n} customers who collect how they came, at random; {asked} answers cannot tell which of the two emits less.", lang, n=shown, asked=number(n, "count", language=lang))  # fmt: skip
    return Decision(id="ask_ways", verb=text("Ask", lang), amount=amount, sentence=said, reverse_if=text("another source tells the ways of customers", lang), **common)  # fmt: skip


def _boxes(made: Page, scope: Scope, common: dict) -> Decision | None:
    lang, chosen = scope.language, made.now.of(*carbon.ONLINE)
    saved = -LIGHTER * made.now.kg[:, chosen, 0].sum(axis=1)
    if not np.isfinite(saved).all() or not saved[0]:
        return None
    said = text("Make boxes {share} lighter: {kg} a quarter, at as many orders. What it saves in cardboard is not in the tables; ask the warehouse for the price of a kilogram.", lang,
                share=number(LIGHTER, "share", language=lang), kg=carbon_words.moved(saved, "kg", scope, levelled=True))  # fmt: skip
    return Decision(id="boxes", verb=text("Lighten", lang), amount=text("boxes by {share}", lang, share=number(LIGHTER, "share", language=lang)), sentence=said,
                    reverse_if=text("goods arrive broken more often: a return emits more than a box", lang), **_effect(saved), **common)  # fmt: skip


def _ways(made: Page, scope: Scope, common: dict) -> Decision | None:
    lang, chosen = scope.language, made.now.of("pick-up point", "click and collect")
    if not chosen.any():
        return None
    n = made.now.groups["n_orders"].to_numpy()[chosen]
    saved = -LIGHTER * (made.now.km[:, chosen, 0] * n).sum(axis=1) * made.now.rate.car
    if not np.isfinite(saved).all() or not saved[0]:
        return None
    said = text("Test by lot whether the nearest pick-up point, offered first with its distance, shortens ways. If {share} of the kilometres by car fell away, it would be {kg} a quarter; nobody knows yet whether they would.", lang,
                share=number(LIGHTER, "share", language=lang), kg=carbon_words.moved(saved, "kg", scope, levelled=True))  # fmt: skip
    return Decision(id="ways", verb=text("Test", lang), amount=text("nearest pick-up point first", lang), sentence=said,
                    reverse_if=text("the test shows no shorter ways", lang), **common)  # fmt: skip


def _price(made: Page, scope: Scope, common: dict) -> Decision | None:
    lang, found = scope.language, made.greener
    each = None if found is None else carbon.cost_of_a_kilogram(found.move)
    if found is None or each is None or each.value != each.value:
        return None
    to_point = carbon.sign(found.move.kg) == "less"
    facts = {
        "money": carbon_words.money(abs(each.value), scope), "more": carbon_words.money(abs(found.move.money[0]), scope),
        "kg": carbon_words.kg(abs(found.move.kg[0]), scope),
    }  # fmt: skip
    if each.value <= 0:
        said = (
            text("Move orders to pick-up points: each saves {more} and {kg}.", lang, **facts) if to_point
            else text("Deliver home where customers would drive: each order saves {more} and {kg}.", lang, **facts)
        )  # fmt: skip
        verb = text("Move", lang)
    else:
        said = (
            text("Do not pay for pick-up points to save carbon before cheaper kilograms are saved: each order costs {more} more and emits {kg} less, {money} a kilogram.", lang, **facts) if to_point
            else text("Keep the pick-up point for its price and not for its carbon: home costs {more} more an order and emits {kg} less, {money} a kilogram. Hold what lighter boxes and shorter ways cost against that price first.", lang, **facts)
        )  # fmt: skip
        verb = text("Keep", lang)
    return Decision(id="price_of_a_kilogram", verb=verb, amount=text("{money} a kilogram", lang, **facts), sentence=said,
                    reverse_if=text("carriers change their price, or customers their way", lang), **common)  # fmt: skip


def _media(media: Media | None, scope: Scope, common: dict) -> Decision | None:
    """The heaviest and the lightest channel whose contacts are measured, where both methods agree on their order."""
    lang = scope.language
    if media is None:
        return None
    told = media.table[(media.table["measured"] > 0.9) & (media.table["useful"] > 0)]
    if len(told) < 2:
        return None
    grams = told.assign(one=1e6 * (told["gmsf"] + told["bids"]) / told["useful"], other=1e6 * told["sri"] / told["useful"])  # fmt: skip
    heavy, light = grams.loc[grams["one"].idxmax()], grams.loc[grams["one"].idxmin()]
    if heavy["other"] <= light["other"]:
        return None
    said = text("Read grams beside the price of each channel: a thousand contacts that could be seen emit {heavy} on {first} and {light} on {second}, and both methods put them in this order. Move no money for it before a test says what each channel brings.", lang,
                heavy=number(heavy["one"], "g", language=lang), first=heavy["channel"], light=number(light["one"], "g", language=lang), second=light["channel"])  # fmt: skip
    return Decision(id="media_grams", verb=text("Read", lang), amount=text("grams a thousand contacts", lang), sentence=said,
                    reverse_if=text("the other method turns the order round", lang), **{**common, "owner": text("media manager", lang)})  # fmt: skip
