"""Figures and checks of the page on what the brand brings in sales."""

from __future__ import annotations

import math

import numpy as np

from helpers import kpi
from helpers.checks import Check, check, sample_check, sentence
from helpers.company import Scope
from helpers.i18n import plural, text
from helpers.kpi import LEVEL, KpiRow
from helpers.methods.base_demand_pause import summary
from helpers.pillars.brand import demand_words as words
from helpers.pillars.brand.definitions import KPIS
from helpers.pillars.brand.demand import AT_ONCE, PRICE, Page, controls
from helpers.pillars.brand.demand_series import YEAR, answers, measure

DRAWN = ("demand_brand_carried", "demand_pause_lost", "demand_long_share")
LONG = 30  # months, from which the seasons are well told from growth


def kpis(made: Page, scope: Scope) -> list[KpiRow]:
    """Rows of the figures of the page; what cannot be told keeps its place with the reason."""
    n = made.found.months
    why = refusal(made, scope)
    return [
        _effect(made, scope, why),
        _carried(made, scope, why),
        _pause(made, scope, why),
        _long(made, scope, why),
        _budget(made, scope, n),
    ]


def refusal(made: Page, scope: Scope) -> str:
    """Why the effect of the brand cannot be told, empty where it can."""
    return sentence(made.fit.guards[0], scope.language) if made.fit.guards else ""


def pause_refusal(made: Page, scope: Scope) -> str:
    """Why the cost of a pause cannot be told, empty where it can."""
    lang = scope.language
    if refused := refusal(made, scope):
        return refused
    if not made.found.table["brand_media"].sum() > 0:
        return text("No brand media were bought: there is nothing to pause.", lang)
    if made.pause_is_told:
        return ""
    return text("The agency barometer does not show what brand media add to the brand.", lang)  # fmt: skip


def long_share(made: Page) -> np.ndarray:
    """Share of what a pause costs that comes through the brand, by draw; empty where a share says nothing."""
    if made.pause is None or not made.pause_is_told:
        return np.empty(0)
    later, at_once = made.pause.long.sum(axis=1), made.pause.short.sum(axis=1)
    sure = (later > 0) & (at_once > 0)
    return later[sure] / (later + at_once)[sure] if sure.mean() >= (1 + LEVEL) / 2 else np.empty(0)


def _effect(made: Page, scope: Scope, why: str) -> KpiRow:
    definition, one = KPIS["demand_brand_effect"], made.fit.effect
    if why:
        return kpi.row(definition, scope, None, n=one.n, reason=why)
    value, low, high = (math.expm1(figure) for figure in one[:3])
    said = text("A point {of_measure}; over {n} months.", scope.language, of_measure=words.of_measure(made.metric, scope.language), n=one.n)  # fmt: skip
    return kpi.row(definition, scope, value, low=low, high=high, n=one.n, reason=said)


def _carried(made: Page, scope: Scope, why: str) -> KpiRow:
    definition, n = KPIS["demand_brand_carried"], made.found.months
    if why or not len(made.carried):
        short = text(
            "Two years of months are needed: the first and the last twelve are compared.", scope.language
        )
        return kpi.row(definition, scope, None, n=n, reason=why or short)
    one = summary(made.carried, level=LEVEL, n=n)
    gained = summary(made.gain, level=LEVEL, n=n)
    said = text("The brand gained {points} points ({bounds}).", scope.language, points=words.points(gained.value, scope),
                bounds=words.point_bounds(gained.low, gained.high, scope))  # fmt: skip
    return kpi.row(definition, scope, one.value, low=one.low, high=one.high, n=n, reason=said)


def _pause(made: Page, scope: Scope, why: str) -> KpiRow:
    definition, n = KPIS["demand_pause_lost"], made.found.months
    if refused := pause_refusal(made, scope):
        return kpi.row(definition, scope, None, n=n, reason=refused)
    row = made.fan.set_index("quarter").loc[0]
    return kpi.row(definition, scope, row["value"], low=row["low"], high=row["high"], n=n)


def _long(made: Page, scope: Scope, why: str) -> KpiRow:
    definition, n, draws = KPIS["demand_long_share"], made.found.months, long_share(made)
    if not len(draws):
        open_ = text("One of the two effects may be zero or less, so that a share of both says nothing.", scope.language)  # fmt: skip
        return kpi.row(definition, scope, None, n=n, reason=pause_refusal(made, scope) or open_)
    one = summary(draws, level=LEVEL, n=n)
    return kpi.row(definition, scope, one.value, low=one.low, high=one.high, n=n)


def _budget(made: Page, scope: Scope, n: int) -> KpiRow:
    definition = KPIS["demand_brand_budget"]
    if math.isnan(made.budget_share):
        return kpi.row(definition, scope, None, n=0, reason=text("No media spend in the last twelve months.", scope.language))  # fmt: skip
    return kpi.row(definition, scope, made.budget_share, n=min(n, YEAR), reason=text("n counts months.", scope.language))  # fmt: skip


def checks(made: Page, scope: Scope) -> list[Check]:
    """What could make this page wrong."""
    return [*_of_data(made, scope), *_of_tracker(made, scope), *_of_model(made, scope)]


def _of_data(made: Page, scope: Scope) -> list[Check]:
    lang, n = scope.language, made.found.months
    known = {one.name for one in controls(made.found.table)}
    return [
        check(
            "months", n >= LONG,
            plural("Sales of {n} month in a row.", "Sales of {n} months in a row.", n, lang),
            remedy=text("Below two and a half years a season and a growth are hard to tell apart: import older months.", lang),
        ),
        check(
            "price", PRICE in known,
            text("Prices are those of the orders, before reductions.", lang) if PRICE in known
            else text("The orders know no price: what a rise of prices took is counted against the brand.", lang),
            remedy=text("Import units and discount of the orders.", lang),
        ),
        check(
            "brand_media", AT_ONCE in known,
            text("Brand media, by the page's own list: {names}.", lang, names=", ".join(made.found.builders)) if AT_ONCE in known
            else text("No channel or stage named {names} has spend that moves.", lang, names=", ".join(made.found.builders)),
            remedy=text("Name in builders the channels, or stages of the funnel, that build for later years.", lang),
        ),
    ]  # fmt: skip


def _of_tracker(made: Page, scope: Scope) -> list[Check]:
    lang = scope.language
    waves, _ = measure(made.found, made.metric)
    known = np.isfinite(waves)
    found = [sample_check("answers", answers(made.found, made.metric), text("effective answers a month to the agency barometer", lang), language=lang)]  # fmt: skip
    lacking = int((~known).sum())
    found.append(check(
        "waves", not lacking,
        text("A wave of the agency barometer in every month.", lang) if not lacking
        else plural("{n} month has no wave: the brand is drawn through it with the doubt that this leaves.",
                    "{n} months have no wave: the brand is drawn through them with the doubt that this leaves.", lacking, lang),
        remedy=text("Ask the same number of people each month: many small waves tell more of a course than few large ones.", lang),
    ))  # fmt: skip
    without = made.found.without_effective
    found.append(check(
        "design", not without,
        text("The agency barometer says for every wave how many answers it is worth.", lang) if not without
        else plural("{n} figure of the agency barometer comes without its effective size: every answer is counted as one.",
                    "{n} figures of the agency barometer come without their effective size: every answer is counted as one.", without, lang),
        remedy=text("Ask the agency for the design effect, and import it as n_effective.", lang),
    ))  # fmt: skip
    return found


def _of_model(made: Page, scope: Scope) -> list[Check]:
    lang = scope.language
    if why := refusal(made, scope):
        return [
            Check(
                "effect", "fail", why, text("Keep the brand share of the budget until more is known.", lang)
            )
        ]
    one = summary(made.gain, level=LEVEL, n=0)
    moved = bool(len(made.gain)) and (one.low > 0 or one.high < 0)
    return [
        check(
            "moved", moved,
            text("The brand moved by {points} points ({bounds}) between the first and the last twelve months.", lang, points=words.points(one.value, scope),
                 bounds=words.point_bounds(one.low, one.high, scope)) if moved
            else text("The agency barometer does not show that the brand moved: what does not move explains nothing.", lang),
            remedy=text("Wait, or ask more people a wave.", lang),
        ),
        check(
            "shown", made.is_shown,
            text("The effect of the brand on sales is above zero.", lang) if made.is_shown
            else text("The effect of the brand on sales may be zero: the interval holds it.", lang),
            remedy=text("Decide nothing on the middle of the interval.", lang),
        ),
        _growth(made, scope),
        _parts(made, scope),
        check(
            "pause", made.pause_is_told,
            text("The agency barometer narrows what brand media add to the brand.", lang) if made.pause_is_told
            else text("The agency barometer hardly narrows what brand media may add to the brand.", lang),
            remedy=text("See the decisions: whether a pause in part of the regions would tell.", lang),
        ),
    ]  # fmt: skip


def _growth(made: Page, scope: Scope) -> Check:
    """Whether an effect is shown with each growth that is held possible, with some, or with none."""
    lang = scope.language
    rows = made.ways[made.ways["kind"].isin(["main", "none", "growth"])]
    up, down = rows["low"] > 0, rows["high"] < 0
    alike = bool(up.all() or down.all())
    said = text("Whether an effect is shown hangs on how much other growth is held possible.", lang)
    if alike:
        said = text("An effect is shown however much other growth is held possible.", lang)
    elif not (up | down).any():
        said = text("No effect is shown, whatever other growth is held possible: whether one hangs on it cannot be told.", lang)  # fmt: skip
    return check("growth", alike, said, remedy=text("Set other_growth to what the category does from year to year, and say so.", lang))  # fmt: skip


def _parts(made: Page, scope: Scope) -> Check:
    """Whether first and repeat purchases agree; where neither shows an effect, that they do not differ says nothing."""
    lang, rows = scope.language, made.ways.set_index("kind")
    first, repeat = rows.loc["first"], rows.loc["repeat"]
    apart = first["low"] > repeat["high"] or repeat["low"] > first["high"]
    told = [bool(one["low"] > 0 or one["high"] < 0) for one in (first, repeat)]
    if apart:
        said = text("First and repeat purchases disagree on the effect: their intervals do not meet.", lang)
    elif all(told):
        said = text("First and repeat purchases agree on the effect.", lang)
    elif any(told):
        said = text("An effect is shown in one of first and repeat purchases alone; whether the other has it cannot be told.", lang)  # fmt: skip
    else:
        said = text("Neither first nor repeat purchases show an effect, so whether they agree cannot be told.", lang)  # fmt: skip
    return check("parts", not apart and all(told), said, remedy=text("Read the two apart, and look for what else changed.", lang))  # fmt: skip
