"""Figures and checks of the page on what people would pay."""

from __future__ import annotations

import math

from helpers import kpi
from helpers.checks import Check, check, sample_check, sentence
from helpers.company import Scope
from helpers.i18n import capital, listed, number, parted, text, translate
from helpers.kpi import KpiRow
from helpers.methods.intervals import Estimate
from helpers.pillars.positioning.definitions import KPIS
from helpers.pillars.positioning.price import Page
from helpers.pillars.positioning.price_words import share
from helpers.pillars.positioning.words import amount

DRAWN = ("price_premium", "price_share", "price_best_choice")  # bounds come from draws
HITS_OVER = 1.3  # times chance that people left out should be foretold


def kpis(made: Page, scope: Scope) -> list[KpiRow]:
    """Rows of the figures of the page; what cannot be told keeps its place with the reason."""
    return [
        _row("price_premium", made.chosen.premium, _why_money(made, scope), scope),
        _row("price_share", _own_share(made), _why_share(made, scope), scope),
        _row("price_best_choice", _best(made), _why_money(made, scope), scope),
        _row("price_range_low", _point(made, "pmc"), _why_points(made, scope), scope),
        _row("price_range_high", _point(made, "pme"), _why_points(made, scope), scope),
        _row("price_own_elasticity", _elasticity(made), _why_sales(made, scope), scope),
    ]


def _row(name: str, one: Estimate | None, why: str, scope: Scope) -> KpiRow:
    if one is None or math.isnan(one.value):
        return kpi.row(KPIS[name], scope, None, n=0 if one is None else one.n, reason=why)
    return kpi.row(KPIS[name], scope, one.value, low=one.low, high=one.high, n=one.n)


def _own_share(made: Page) -> Estimate | None:
    table = made.chosen.shares
    if table.empty:
        return None
    row = table.iloc[0]
    return Estimate(float(row["value"]), float(row["low"]), float(row["high"]), kpi.LEVEL, made.chosen.n)


def _best(made: Page) -> Estimate | None:
    return None if made.chosen.curve is None else made.chosen.curve.best


def _point(made: Page, name: str) -> Estimate | None:
    if made.told.points is None:
        return None
    value, low, high = made.told.points.at(name)
    return Estimate(value, low, high, kpi.LEVEL, made.told.answers.n)


def _elasticity(made: Page) -> Estimate | None:
    return None if made.did.found is None else made.did.found.own


def said(why: str, scope: Scope) -> str:
    """Why something cannot be told, as a sentence."""
    return (
        text("Cannot tell: {reason}.", scope.language, reason=translate(why, scope.language)) if why else ""
    )


def _why(reason: str, scope: Scope) -> str:
    return sentence(reason, scope.language) if reason else ""


def _why_money(made: Page, scope: Scope) -> str:
    unknown = text("The own brand is not among the levels of the study.", scope.language)
    return _why(made.chosen.reason or made.chosen.refusal, scope) or unknown


def _why_share(made: Page, scope: Scope) -> str:
    table = made.chosen.shares
    return _why(made.chosen.reason or ("" if table.empty else table["reason"].iloc[0]), scope)


def _why_points(made: Page, scope: Scope) -> str:
    return _why(made.told.reason or (made.told.answers.reason if made.told.answers else ""), scope)


def _why_sales(made: Page, scope: Scope) -> str:
    return _why(made.did.reason, scope)


def checks(
    made: Page, scope: Scope, *, unit_cost: float, level_costs: str = "", no_margins: str = ""
) -> list[Check]:
    """What could make this page wrong.

    Parameters
    ----------
    unit_cost, level_costs : as given; 0 where the cost comes from the margin rate. no_margins : why there are no official margins.
    """
    return [
        *_of_survey(made, scope, no_margins),
        *_of_choices(made, scope),
        *_of_sales(made, scope),
        _of_cost(unit_cost, scope),
        *_of_levels(made, level_costs, scope),
        *_of_line(made, scope),
    ]


def _of_survey(made: Page, scope: Scope, no_margins: str) -> list[Check]:
    lang, told = scope.language, made.told
    ask = text("Ask the four price questions again, in order, with the offer in sight.", lang)
    if told.answers is None:
        return [Check("asked", "review", said(told.reason, scope), ask)]
    answers, guards = told.answers, [capital(translate(one, lang)) + "." for one in told.answers.guards]
    found = [
        check("order", not answers.reason, " ".join(guards) or text("All prices are in order.", lang), remedy=ask)
        if not answers.reason else Check("order", "review", f"{said(answers.reason, scope)} {' '.join(guards)}".rstrip(), ask),
        sample_check("answers", answers.n, text("answers to the price questions in order", lang), language=lang),
    ]  # fmt: skip
    if told.abroad:
        found.append(Check("abroad", "review", text("Prices named in {markets} are in another currency and are left out.", lang, markets=listed(list(told.abroad), lang)),
                           text("Read this page for that market alone.", lang)))  # fmt: skip
    if told.weighted:
        by = parted([translate(one, lang) for one in told.weighted], lang)
        found.append(Check("weighted", "pass", text("Answers on prices are raked to {margins}.", lang, margins=by)))  # fmt: skip
    if told.guards or not told.weighted:
        why = parted([translate(one, lang).rstrip(".") for one in told.guards], lang) or no_margins.rstrip(
            "."
        )
        found.append(Check("weights", "review", text("Weights of the answers on prices: {why}.", lang, why=why or text("there are none", lang)),
                           text("Import the official shares into population_margins, or mend them.", lang)))  # fmt: skip
    if told.sources is not None:
        found.append(Check("indicative", "review", sentence(told.sources, lang), text("Read shares as an indication, and do not add decimals.", lang)))  # fmt: skip
    return found


def _of_choices(made: Page, scope: Scope) -> list[Check]:
    lang, chosen = scope.language, made.chosen
    study = text("Ask for choices among offers whose price varies.", lang)
    if chosen.fit is None:
        return [Check("choices", "review", said(chosen.reason, scope), study)]
    found = [check("choices", chosen.n >= chosen.data.need,
                   text("{n} people made {tasks} choices; the usual rule asks for {need}.", lang, n=number(chosen.n, "count", language=lang),
                        tasks=number(chosen.fit.n_choices, "count", language=lang), need=number(chosen.data.need, "count", language=lang)), remedy=study)]  # fmt: skip
    mend = text("Mend it in the next study.", lang)
    found += [
        Check("choice_guard", "review", sentence(one, lang), mend) for one in dict.fromkeys(chosen.fit.guards)
    ]
    if chosen.refusal:
        found.append(Check("price_effect", "review", said(chosen.refusal, scope), study))
    if chosen.hits is not None:
        one = chosen.hits
        told = text("The model names the choice of people it has not seen in {share} of tasks, chance in {chance}.", lang,
                    share=share(one.share.value, scope), chance=share(one.chance, scope))  # fmt: skip
        found.append(check("hits", one.share.low > HITS_OVER * one.chance, told, remedy=text("Look for what the tasks leave out.", lang)))  # fmt: skip
    found.append(Check("stated", "review", text("Choices in a survey cost nothing: shares are those of people who know and find all offers.", lang),
                       text("Use them to compare prices and attributes, and sales for levels.", lang)))  # fmt: skip
    return found


def _of_sales(made: Page, scope: Scope) -> list[Check]:
    lang, did = scope.language, made.did
    vary = text("Vary the price by lot between regions or weeks, and import prices and market_sales.", lang)
    if did.found is None or did.found.reason:
        return [Check("elasticity", "review", said(did.reason, scope), vary)]
    found = did.found
    moved = text("The own price moved by {moved} beside season and trend, over {months} months in {markets}.", lang,
                 moved=share(found.moved, scope, 1), months=found.n_months, markets=listed(list(did.markets), lang))  # fmt: skip
    return [Check("elasticity", "pass", moved), *(Check("by_lot", "review", sentence(one, lang), vary) for one in found.guards)]  # fmt: skip


def _of_cost(unit_cost: float, scope: Scope) -> Check:
    lang = scope.language
    if unit_cost > 0:
        return Check("cost", "pass", text("The cost of a unit is a parameter of this page.", lang))
    if scope.company.contribution_margin_rate is None:
        return Check("cost", "review", text("No cost is known, so margin is revenue here.", lang),
                     text("Set unit_cost, or contribution_margin_rate in company.toml.", lang))  # fmt: skip
    rate = share(scope.margin_rate, scope)
    return Check("cost", "review", text("The cost of a unit follows from the margin rate of the whole company, {rate} of revenue.", lang, rate=rate),
                 text("Set unit_cost to the variable cost of this product.", lang))  # fmt: skip


def _of_levels(made: Page, level_costs: str, scope: Scope) -> list[Check]:
    """Costs of levels come from no book."""
    if made.chosen.panel is None or not level_costs.strip():
        return []
    lang = scope.language
    said = text("What levels cost more a unit is set on this page ({costs}) and read from no book.", lang, costs=level_costs)  # fmt: skip
    return [Check("level_costs", "review", said, text("Set level_costs to what the factory says; the what-if rests on it.", lang))]  # fmt: skip


def _of_line(made: Page, scope: Scope) -> list[Check]:
    """Whether the ladder knows what the house loses."""
    lang, ladder = scope.language, made.ladder
    if ladder is None or ladder.reason or not made.told.brand or made.told.brand == made.did.house:
        return []
    if made.lost:
        said = text("Each {brand} sold is taken to cost the house {lost} of margin, by what people choose; the doubt of that is not in the chances of prices.", lang,
                    brand=made.told.brand, lost=amount(made.lost, scope))  # fmt: skip
        return [Check("taken", "pass", said)]
    said = text("What {brand} takes from the house is not known, so its margin counts alone.", lang, brand=made.told.brand)  # fmt: skip
    return [Check("taken", "review", said, text("Name it as new_offer, as the survey names it, with its levels.", lang))]  # fmt: skip
