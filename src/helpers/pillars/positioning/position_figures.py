"""All that the page on the market position shows, and its figures."""

from __future__ import annotations

import math
from typing import NamedTuple

from helpers import kpi
from helpers.checks import guard_refusal
from helpers.company import Scope
from helpers.i18n import number, text
from helpers.kpi import KpiRow
from helpers.methods.intervals import Estimate
from helpers.methods.maps_doubt import Perceived
from helpers.pillars.positioning import position_buying, position_market, position_seen
from helpers.pillars.positioning.definitions import KPIS
from helpers.pillars.positioning.position import Known
from helpers.pillars.positioning.position_buying import Buying
from helpers.pillars.positioning.position_market import Draw

DRAWN = (
    "excess_loyalty",
    "launch_trial",
)  # out of redraws of people, whose last digits a processor may decide


class Page(NamedTuple):
    """All that the page shows.

    draws : what launches took, oldest first. elasticity : of the house's share to its price. year, year_units : change of the share by value and
    by units over twelve months.
    """

    found: Known
    buying: Buying
    seen: Perceived | None
    draws: tuple[Draw, ...]
    elasticity: Estimate
    year: Estimate
    year_units: Estimate


def page(found: Known, prices: object | None) -> Page:
    """Compute what the page shows of what it starts from."""
    draws, elasticity = position_market.draws(found, prices)
    changes = [position_market.year_on_year(found, name) for name in ("value", "units")]
    return Page(
        found, position_buying.of_people(found), position_seen.perceived(found), draws, elasticity, *changes
    )


def kpis(made: Page, scope: Scope) -> list[KpiRow]:
    """Rows of the figures of the page; what cannot be told keeps its place with the reason."""
    nothing = text("The panel has no sales of own lines in every month of the period.", scope.language)
    return [
        *position_market.rows(made.found, scope, nothing), *position_buying.rows(made.found, made.buying, scope), _from_own(made, scope),
        _trial(made, scope),
    ]  # fmt: skip


def own_part(draw: Draw) -> tuple[Estimate, bool]:
    """The part of a launch that own lines lost, and whether it is told at an unchanged price."""
    at_price = draw.from_house
    return (at_price, True) if math.isfinite(at_price.value) else (draw.taken.own, False)


def _from_own(made: Page, scope: Scope) -> KpiRow:
    lang, definition = scope.language, KPIS["launch_own_share"]
    if not made.draws:
        return kpi.row(
            definition,
            scope,
            None,
            n=0,
            reason=text("No own line came on sale in the months of the data.", lang),
        )
    last = made.draws[-1]
    part, at_price = own_part(last)
    if not math.isfinite(part.low):
        why = guard_refusal(last.taken.guards, lang) or text(
            "{n} months are too few.", lang, n=last.taken.months
        )
        return kpi.row(definition, scope, None, n=last.taken.months, reason=why)
    how = text("{line}, out of {house} at its regular price.", lang, line=last.launch.line, house=made.found.house) if at_price \
        else text("{line}, year on year; own prices are not held.", lang, line=last.launch.line)  # fmt: skip
    return kpi.row(definition, scope, part.value, low=part.low, high=part.high, n=part.n, reason=how)


def _trial(made: Page, scope: Scope) -> KpiRow:
    lang, definition = scope.language, KPIS["launch_trial"]
    if not made.buying.tried:
        return kpi.row(
            definition,
            scope,
            None,
            n=0,
            reason=text("No wave asks about a launch of the last twelve months.", lang),
        )
    last = made.buying.tried[-1]
    trial = last.own_age.trial
    if not math.isfinite(trial.low):
        return kpi.row(definition, scope, None, n=trial.n, reason=guard_refusal(last.own_age.guards, lang))
    how = text(
        "{line}, {age} months after its launch.",
        lang,
        line=last.launch.line,
        age=number(last.own_age.age, "ratio", decimals=1, language=lang),
    )
    return kpi.row(definition, scope, trial.value, low=trial.low, high=trial.high, n=trial.n, reason=how)
