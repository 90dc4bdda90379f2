"""The what-if panel of deliveries: orders that move, ways by car, boxes; kilograms beside money."""

from __future__ import annotations

import numpy as np

from helpers.company import Scope
from helpers.i18n import number, text
from helpers.kpi import LEVEL
from helpers.methods import delivery_carbon_panel as moving
from helpers.pillars.csr import carbon
from helpers.pillars.csr.carbon import Page
from helpers.whatif import Figure, Panel, Slider


def panel(made: Page, scope: Scope) -> Panel | str:
    """Return the panel, or the sentence that says why there is none."""
    lang, found = scope.language, made.greener
    if found is None or not carbon.is_told(made.now):
        return text("No what-if of deliveries: it needs orders brought home and collected, and customers who were asked how they came and how far.", lang)  # fmt: skip
    is_priced = bool(np.isfinite(found.move.money).all())
    move = found.move if is_priced else found.move._replace(money=np.zeros_like(found.move.money))
    return Panel(
        id="delivery", title=text("What if orders, ways or boxes changed?", lang), model="delivery",
        **moving.table(made.now, move, modes=carbon.ONLINE, level=LEVEL), inputs=_inputs(lang), figures=_figures(scope, is_priced=is_priced),
        sentences=_sentences(scope, is_priced=is_priced), data=_data(made, scope), assumed=_assumed(lang, is_priced=is_priced), scenarios=SCENARIOS,
        level=LEVEL, language=lang,
    )  # fmt: skip


SCENARIOS: tuple[dict, ...] = (
    {}, {"moved": 0.2}, {"cars": -0.3}, {"distance": -0.3}, {"boxes": -0.2}, {"moved": 0.2, "cars": -0.5}, {"moved": 0.2, "boxes": -0.2, "cars": -0.3},
)  # fmt: skip


def _inputs(lang: str) -> tuple[Slider, ...]:
    common = {"unit": "share", "default": 0.0}
    return (
        Slider(id="moved", label=text("Orders brought home that move to a pick-up point", lang), low=0.0, high=0.5, step=0.05, **common),
        Slider(id="cars", label=text("Ways by car, change of their number", lang), low=-0.5, high=0.5, step=0.05, **common,
               help=text("Those that fall away are made on foot or by bicycle.", lang)),
        Slider(id="distance", label=text("Length of ways, change", lang), low=-0.5, high=0.5, step=0.05, **common),
        Slider(id="boxes", label=text("Weight of boxes, change", lang), low=-0.5, high=0.2, step=0.05, **common),
    )  # fmt: skip


def _figures(scope: Scope, *, is_priced: bool) -> tuple[Figure, ...]:
    lang, cash = scope.language, {"unit": "currency", "currency": scope.currency}
    found = [
        Figure(id="kg", label=text("CO2e an order", lang), unit="kg", decimals=2),
        Figure(id="change", label=text("Change of CO2e, a quarter", lang), unit="kg"),
        Figure(id="chance", label=text("Chance of less CO2e", lang), unit="share", tabled="value", beyond=text("nothing is moved", lang)),
    ]  # fmt: skip
    if is_priced:
        found += [
            Figure(id="money", label=text("Change of the cost of delivering, a quarter", lang), tabled="value", **cash),
            Figure(id="cost", label=text("Cost of delivering, a quarter", lang), tabled="nothing", **cash),
        ]  # fmt: skip
    return tuple(found)


def _sentences(scope: Scope, *, is_priced: bool) -> dict[str, str]:
    lang = scope.language
    names = ("kg", "kg_interval", "change", "change_interval", "chance", *(("money",) if is_priced else ()))  # fmt: skip
    named = {name: f"{{{name}}}" for name in names} | {"level": number(LEVEL, "share", language=lang)}
    today = text("As today: {kg} an order ({level} interval {kg_interval}).", lang, **named)
    first = text("Then an order emits {kg} ({kg_interval}); CO2e of a quarter changes by {change} ({level} interval {change_interval}).", lang, **named)  # fmt: skip
    cost = " " + text("The cost of delivering changes by {money}.", lang, **named) if is_priced else ""  # fmt: skip
    ends = {
        "likely": text("It saves CO2e with a chance of {chance}.", lang, **named),
        "open": text("Whether it saves CO2e cannot be told: the chance is {chance}.", lang, **named),
        "unlikely": text("It does not save CO2e: the chance is {chance}.", lang, **named),
    }
    return {"today": today} | {case: f"{first}{cost} {end}" for case, end in ends.items()}


def _data(made: Page, scope: Scope) -> tuple[str, ...]:
    lang = scope.language
    n = made.now.groups.loc[made.now.of(*carbon.ONLINE), "n_orders"].sum()
    return (
        text("{n} orders of {period} with their weight, volume, boxes and cost; {asked} customers asked how they came.", lang, n=number(n, "count", language=lang),
             period=scope.period.label(lang), asked=number(made.cars[2], "count", language=lang)),
        text("Draws of factors and ways, the same for every position of the sliders.", lang),
    )  # fmt: skip


def _assumed(lang: str, *, is_priced: bool) -> tuple[str, ...]:
    return (
        text("Orders that move have the weight, volume and box of those brought home, and their customers come as those do who collect today.", lang),
        text("Vans drive as full as before: a tour with fewer doors is taken to be shorter.", lang),
        text("They cost what an order at a pick-up point costs today, on average; boxes and ways change no cost of delivering.", lang) if is_priced
        else text("No cost of delivering is known, so money is not told.", lang),
    )  # fmt: skip
