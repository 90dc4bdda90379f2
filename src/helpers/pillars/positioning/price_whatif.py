"""The what-if panel of the price: price and attributes of the own offer, its share and margin beside rivals as they are."""

from __future__ import annotations

import math

from helpers.company import Scope
from helpers.i18n import capital, listed, number, plural, text, translate
from helpers.kpi import LEVEL
from helpers.methods.choice_classes import Classes
from helpers.pillars.positioning.price import Page
from helpers.pillars.positioning.words import amount
from helpers.whatif import Choice, Figure, Panel, Slider

PERSONS = 100  # margin is told a hundred people asked


def panel(made: Page, scope: Scope) -> Panel | str:
    """Return the panel, or the sentence that says why there is none."""
    lang, chosen = scope.language, made.chosen
    if chosen.panel is None:
        why = translate(chosen.reason or chosen.refusal, lang)
        return text("No what-if of the price: {reason}.", lang, reason=why)
    known = chosen.panel["constants"]
    return Panel(
        id="price", title=text("What if the offer changed?", lang), model="price", **chosen.panel, inputs=_inputs(known, chosen.own, scope),
        figures=_figures(scope), sentences=_sentences(scope), data=_data(made, scope), assumed=_assumed(made, scope),
        scenarios=_scenarios(made), chart={"caption": text("Margin a hundred people asked, over the price of this offer", lang), "x": text("price", lang),
                                           "target": text("margin here {margin}", lang, margin="{margin}"), "unit": "currency", "currency": scope.currency},
        level=LEVEL, language=lang,
    )  # fmt: skip


def _inputs(known: dict, own: str, scope: Scope) -> tuple[Slider | Choice, ...]:
    """Price and attributes of the own offer; its brand is its own, so that one stands fast."""
    lang, today = scope.language, known["today"]["price"]
    low, high = known["tested"]
    below, above = (max(math.ceil(abs(end - today)), 0) for end in (low, high))
    slider = Slider(
        id="price", label=text("Price", lang), low=today - below, high=today + above, step=1.0, default=today, unit="currency",
        currency=scope.currency, help=text("Today {today}; people saw {low} to {high}.", lang, today=amount(today, scope), low=amount(low, scope), high=amount(high, scope)),
    )  # fmt: skip
    choices = (
        Choice(
            id=id_,
            label=capital(name),
            options={key: one for key, one in zip(options, levels, strict=True) if own not in levels or key == now},
            default=now,
        )
        for id_, name, options, levels, now in zip(
            known["inputs"], known["attributes"], known["options"], known["levels"], known["today"]["options"], strict=True
        )
        if len(levels) > 1
    )  # fmt: skip
    return (slider, *choices)


def _figures(scope: Scope) -> tuple[Figure, ...]:
    lang, cash = scope.language, {"unit": "currency", "currency": scope.currency}
    return (
        Figure(id="share", label=text("Share of choices", lang), unit="share", decimals=1),
        Figure(id="margin", label=text("Margin a hundred people asked", lang), **cash),
        Figure(id="change", label=text("Change of that margin", lang), tabled="nothing", **cash),
        Figure(id="chance", label=text("Chance of a gain", lang), unit="share", tabled="value", beyond=text("nothing is moved", lang)),
        Figure(id="revenue", label=text("Revenue before tax, a hundred people asked", lang), tabled="nothing", **cash),
    )  # fmt: skip


def _sentences(scope: Scope) -> dict[str, str]:
    lang = scope.language
    names = (
        "price",
        "share",
        "share_interval",
        "margin",
        "margin_interval",
        "change",
        "change_interval",
        "chance",
    )
    named = {name: f"{{{name}}}" for name in names} | {"level": number(LEVEL, "share", language=lang)}
    return {
        "today": text("As today, at {price}: {share} of choices ({level} interval {share_interval}) and a margin of {margin} a hundred people ({margin_interval}).", lang, **named),
        "beyond": text("Nobody was shown {price}, so this is a guess of the model's form: {share} of choices ({share_interval}), {change} of margin ({change_interval}).", lang, **named),
        "likely": text("At {price}: {share} of choices ({share_interval}) and {change} of margin a hundred people ({level} interval {change_interval}), a gain with a chance of {chance}.", lang, **named),
        "open": text("At {price} whether it gains cannot be told: {share} of choices ({share_interval}), {change} of margin ({change_interval}), a gain with a chance of {chance}.", lang, **named),
        "unlikely": text("At {price} it loses: {share} of choices ({share_interval}), {change} of margin ({change_interval}), a gain with a chance of {chance}.", lang, **named),
    }  # fmt: skip


def _data(made: Page, scope: Scope) -> tuple[str, ...]:
    lang, chosen = scope.language, made.chosen
    said = text("{tasks} choices of {n} people in {markets}, in draws of what their tastes may be.", lang,
                tasks=number(chosen.fit.n_choices, "count", language=lang), n=number(chosen.n, "count", language=lang), markets=listed(list(chosen.markets), lang))  # fmt: skip
    return (said,)


def _assumed(made: Page, scope: Scope) -> tuple[str, ...]:
    lang, chosen = scope.language, made.chosen
    classes = len(chosen.tastes.sizes) if isinstance(chosen.tastes, Classes) else 1
    return (
        text("Rivals keep their offers and prices, and everybody knows and finds all offers.", lang),
        text("A unit costs {cost} before tax as it is today; levels cost more or less by the parameter level_costs.", lang, cost=amount(chosen.unit_cost, scope)),
        plural("One set of tastes stands for everybody, so the offer draws from all others in proportion.",
               "{n} classes of people with tastes of their own stand for everybody.", classes, lang),
    )  # fmt: skip


def _scenarios(made: Page) -> tuple[dict, ...]:
    """Today, the best price, a tenth more and less, and each attribute at its other levels."""
    known = made.chosen.panel["constants"]
    today, (low, high) = known["today"]["price"], known["tested"]
    lowest, highest = today - math.ceil(abs(low - today)), today + math.ceil(abs(high - today))
    rows: list[dict] = [{}]
    prices = [round(0.9 * today), round(1.1 * today), *([made.move.after] if made.move is not None else [])]
    rows += [
        {"price": float(one)} for one in dict.fromkeys(prices) if lowest <= one <= highest and one != today
    ]
    for id_, name, options, now in zip(known["inputs"], known["attributes"], known["options"], known["today"]["options"], strict=True):  # fmt: skip
        is_brand = made.chosen.own in known["levels"][known["attributes"].index(name)]
        rows += [] if is_brand else [{id_: one} for one in options if one != now]
    return tuple(rows)
