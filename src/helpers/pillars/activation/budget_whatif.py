"""The what-if panel of the budget: a slider a channel, and what moving it changes."""

from __future__ import annotations

import numpy as np

from helpers.company import Scope
from helpers.i18n import listed, number, plural, text
from helpers.kpi import LEVEL
from helpers.methods import budget_panel
from helpers.pillars.activation.budget import Known, Unit, spend_a_month
from helpers.pillars.activation.budget_plan import Page
from helpers.pillars.activation.budget_telling import money_word
from helpers.whatif import Figure, Panel, Slider

MOST = 8  # sliders that a reader can keep in view
STEPS = 20  # from nothing to today; as many again to twice today
DRAWS = 400
PUBLISHED = ("tested", "uncalibrated", "pair")


def panel(made: Page, scope: Scope) -> Panel | str:
    """Return the panel, or the sentence that says why there is none.

    Channels whose figure is withheld have no slider and stay as they are; of more than eight, the largest have one.
    """
    found, lang = made.found, scope.language
    if found.curves is None:
        return text("No what-if without a model. {why}", lang, why=found.why)
    moved = sliding(found)
    if not moved:
        return text("No what-if: no channel's figure is published.", lang)
    ranges = np.array([_range(found, one) for one in moved])
    known = budget_panel.table(
        found.curves, seen=ranges, margin=found.rate, periods=1.0, units=[one.channels for one in moved], draws=DRAWS, level=LEVEL,
    )  # fmt: skip
    inputs = tuple(
        _slider(name, one, spend, low, high, scope)
        for name, one, spend, (low, high) in zip(known["constants"]["inputs"], moved, known["constants"]["spend"], ranges, strict=True)
    )  # fmt: skip
    return Panel(
        id="budget", title=text("What if the budget were split otherwise?", lang), model="budget", **known, inputs=inputs,
        figures=_figures(scope), sentences=_sentences(lang, scope), data=_data(found, moved, scope), assumed=_assumed(found, moved, scope),
        scenarios=_scenarios(made, moved, inputs), level=LEVEL, language=lang,
    )  # fmt: skip


def sliding(found: Known) -> list[Unit]:
    """Units with a slider: those whose figure is published, the largest spend first."""
    there = [one for one in found.units if _is_published(found, one)]
    return sorted(there, key=lambda one: -spend_a_month(found, one.channels))[:MOST]


def _is_published(found: Known, one: Unit) -> bool:
    rows = found.table[found.table["channel"] == one.name]
    return bool(len(rows)) and rows["status"].iloc[0] in PUBLISHED and rows["marginal_roas"].notna().iloc[0]


def _range(found: Known, one: Unit) -> tuple[float, float]:
    if one.name in found.seen.index:
        return tuple(found.seen.loc[one.name])
    return tuple(found.seen.loc[[name for name in one.channels if name in found.seen.index]].sum())


def _slider(name: str, one: Unit, spend: float, low: float, high: float, scope: Scope) -> Slider:
    lang, step = scope.language, spend / STEPS
    money = {"unit": "currency", "currency": scope.currency}
    return Slider(
        id=name, label=one.name, low=0.0, high=2 * STEPS * step, step=step, default=STEPS * step,
        help=text("Today {spend}; seen: {low} to {high}.", lang, spend=number(spend, language=lang, **money),
                  low=number(low, language=lang, **money), high=number(high, language=lang, **money)), **money,
    )  # fmt: skip


def _figures(scope: Scope) -> tuple[Figure, ...]:
    lang, money = scope.language, {"unit": "currency", "currency": scope.currency}
    change = text("Change of {what} a month", lang, what=money_word(scope))
    return (
        Figure(id="change", label=change, **money),
        Figure(id="chance", label=text("Chance of a gain", lang), unit="share", tabled="value", beyond=text("nothing is moved", lang)),
        Figure(id="spend", label=text("Spend of these channels a month", lang), tabled="value", **money),
        Figure(id="revenue", label=text("Revenue they bring a month", lang), tabled="nothing", **money),
        Figure(id="after", label=text("Their {what} a month", lang, what=money_word(scope)), tabled="nothing", **money),
        Figure(id="roas", label=text("ROAS of these channels together", lang), unit="ratio", decimals=2, tabled="nothing"),
    )  # fmt: skip


def _sentences(language: str, scope: Scope) -> dict[str, str]:
    names = (
        "spend",
        "revenue",
        "revenue_interval",
        "after",
        "after_interval",
        "roas",
        "change",
        "change_interval",
        "chance",
    )
    named = {name: f"{{{name}}}" for name in names} | {
        "what": money_word(scope),
        "level": number(LEVEL, "share", language=language),
    }
    return {
        "today": text(
            "As today: these channels cost {spend} a month and bring {revenue} of revenue ({level} interval {revenue_interval}), {roas} per unit of money.",
            language, **named),
        "beyond": text(
            "Outside what was ever spent for a month, so this is a guess of the model's form: {change} of {what} a month ({level} interval "
            "{change_interval}), a gain with a chance of {chance}.", language, **named),
        "likely": text(
            "At {spend} a month: {change} of {what} a month ({level} interval {change_interval}), a gain with a chance of {chance}.", language, **named),
        "open": text(
            "At {spend} a month whether it gains cannot be told: {change} of {what} a month ({level} interval {change_interval}), a gain with a chance of "
            "{chance}.", language, **named),
        "unlikely": text(
            "At {spend} a month it loses: {change} of {what} a month ({level} interval {change_interval}), a gain with a chance of {chance}.", language,
            **named),
    }  # fmt: skip


def _data(found: Known, moved: list[Unit], scope: Scope) -> tuple[str, ...]:
    lang = scope.language
    tested = [one.name for one in moved if one.status == "tested"]
    said = [
        text("How sales moved with spend over {n} weeks, in {draws} draws of what may be true.", lang, n=found.weeks,
             draws=min(DRAWS, len(found.curves.effect))),
        text("Pulled to a test by region: {channels}.", lang, channels=listed(tested, lang)) if tested
        else text("No channel with a slider was tested.", lang),
    ]  # fmt: skip
    still = [name for name in found.curves.channels if not any(name in one.channels for one in moved)]
    if still:
        said.append(
            text("Without a slider and left out, because no figure of their own may be used: {channels}.", lang, channels=listed(still, lang))
        )  # fmt: skip
    return tuple(said)


def _assumed(found: Known, moved: list[Unit], scope: Scope) -> tuple[str, ...]:
    lang = scope.language
    untested = [one.name for one in moved if one.status != "tested"]
    said = [
        text(
            "A channel answers to more money along the model's curve, and spend is spread over the weeks as today.",
            lang,
        )
    ]
    if untested:
        said.append(
            plural("No hidden cause moves {channels} and sales alike; no test stands behind it.",
                   "No hidden cause moves {channels} and sales alike; no test stands behind them.", len(untested), lang, channels=listed(untested, lang))
        )  # fmt: skip
    return (
        *said,
        text("Totals (revenue, ROAS) follow the curve down to no spend at all, which few tests have shown; changes near today are surer.", lang),
        text("What spend leaves for later years is not in it.", lang),
    )  # fmt: skip


def _scenarios(made: Page, moved: list[Unit], inputs: tuple[Slider, ...]) -> tuple[dict, ...]:
    """Today, the move of the page, all a tenth less, and each of the largest channels a fifth less."""
    rows: list[dict] = [{}]
    by_name = {one.name: slider for one, slider in zip(moved, inputs, strict=True)}
    move = made.best or made.likeliest
    if move is not None and move.source in by_name and move.target in by_name:
        source, target = by_name[move.source], by_name[move.target]
        rows.append(
            {
                source.id: source.default - move.amount,
                target.id: min(target.default + move.amount, target.high),
            }
        )
    rows.append({slider.id: 0.9 * slider.default for slider in inputs})
    rows += [{slider.id: share * slider.default} for slider in inputs[:3] for share in (0.8, 1.2)]
    return tuple(rows)
