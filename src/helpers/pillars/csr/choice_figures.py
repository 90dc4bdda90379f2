"""Figures of the page on responsible choice."""

from __future__ import annotations

import math
from dataclasses import replace

from helpers import kpi
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import capital, text, translate
from helpers.kpi import KpiRow
from helpers.methods.intervals import Estimate
from helpers.pillars.csr import choice_offers
from helpers.pillars.csr.choice import Page, repair_share, used_share
from helpers.pillars.csr.choice_offers import Lot, Offered
from helpers.pillars.csr.choice_taken import Service
from helpers.pillars.csr.choice_words import choice, service
from helpers.pillars.csr.definitions import KPIS


def kpis(made: Page, scope: Scope) -> list[KpiRow]:
    """Rows of the figures: rates with their history and by choice, criteria, defaults, used goods and repairs, returns, services, displaced purchases."""
    rows = [*_rates(made.offered, scope), _criterion(made.offered, scope)]
    rows += [row for one in made.offered.lots for row in _lot(one, scope)] or [_none("default_effect", text("No lot decided what was ticked beforehand.", scope.language), scope)]  # fmt: skip
    rows += [
        _over_time(made, "second_hand_share", used_share, scope),
        _over_time(made, "repair_share", repair_share, scope),
    ]
    rows += _returns(made, scope)
    rows += [_service(one, scope) for one in made.services]
    rows += _displaced(made, scope)
    return kpi.protected(rows, scope)


def _none(name: str, reason: str, scope: Scope, *, n: int = 0, **more) -> KpiRow:
    if "segment" in more:
        reason = text("{named}: {reason}", scope.language, named=capital(more["segment"]), reason=reason)
    return kpi.row(KPIS[name], scope, None, n=n, reason=reason, **more)


def _estimated(
    name: str, found: Estimate, scope: Scope, *, scale: float = 1.0, reason: str = "", **more
) -> KpiRow:
    """A row of an estimate; without a value where it cannot be told, under 30 of whatever it is made of, or without bounds."""
    if found.n < COUNTS_ONLY or any(math.isnan(one) for one in found[:3]):
        few = text(
            "Cannot tell, need n = {need}; there are {n}.", scope.language, need=COUNTS_ONLY, n=found.n
        )
        flat = text("Nothing varies, so there is no interval.", scope.language)
        return _none(name, reason or (few if found.n < COUNTS_ONLY else flat), scope, n=found.n, **more)
    value, low, high = (scale * one for one in found[:3])
    named = capital(more["segment"]) + "." if "segment" in more else ""
    return kpi.row(KPIS[name], scope, value, low=low, high=high, n=found.n, reason=reason or named, **more)


def _as_estimate(row) -> Estimate:
    return Estimate(row["rate"], row["low"], row["high"], kpi.LEVEL, int(row["n_offered"]))


def _rates(offered: Offered, scope: Scope) -> list[KpiRow]:
    """Both rates with their history, then the rate of each choice with that of the year before."""
    lang, plain, fixed = scope.language, [], []
    for period in kpi.history(scope):
        if period.code in offered.whole:
            plain.append(
                _estimated(
                    "responsible_choice_rate", _as_estimate(offered.whole[period.code]), scope, period=period
                )
            )
            fixed.append(
                _estimated(
                    "responsible_choice_standardised",
                    offered.standard[period.code].rate,
                    scope,
                    period=period,
                )
            )
    moves = text("It moves with what is offered, and where; the rate at a fixed mix is judged.", lang)
    rows = [
        kpi.compared(KPIS["responsible_choice_standardised"], fixed, scope),
        _unjudged(kpi.compared(KPIS["responsible_choice_rate"], plain, scope), moves, scope),
    ]
    return [*rows, *(_of(row, offered, scope) for _, row in offered.rates.iterrows())]


def _of(row, offered: Offered, scope: Scope) -> KpiRow:
    """Rate of one choice at its fixed mix, beside that of the year before."""
    name, named = "responsible_choice_rate_of", choice(row["choice"], scope.language)
    now, then = (
        offered.fixed.get((row["choice"], one.code)) for one in (scope.period, scope.period.year_before())
    )
    if now is None:
        return _estimated(name, _as_estimate(row), scope, segment=named)
    own = _estimated(name, now, scope, segment=named)
    if then is None:
        return own
    past = _estimated(name, then, scope, segment=named, period=scope.period.year_before())
    return kpi.compared(KPIS[name], [past, own], scope)


def _unjudged(row: KpiRow, reason: str, scope: Scope) -> KpiRow:
    """The same row with its history and without verdicts: a rise or a fall of it says nothing by itself."""
    made = replace(row, comparisons=[], verdict=None, reason=row.reason or reason)
    return replace(made, sentence=kpi.sentence(made, language=scope.language))


def _criterion(offered: Offered, scope: Scope) -> KpiRow:
    lang, dose = scope.language, offered.dose
    if dose.reason is not None:
        return _none(
            "choice_per_criterion",
            text("Cannot tell: {reason}.", lang, reason=translate(dose.reason, lang)),
            scope,
        )
    part = text("all numbers of criteria", lang)
    if not math.isnan(dose.knot):
        part = text("beyond {n}", lang, n=int(dose.knot))
    return _estimated("choice_per_criterion", dose.slope, scope, scale=100, segment=part)


def _lot(one: Lot, scope: Scope) -> list[KpiRow]:
    lang, named = scope.language, choice(one.choice, scope.language)
    if one.found.ratio.verdict == "mismatch":
        broken = text("The arms do not have the sizes that the lot was to give them.", lang)
        return [_none("default_effect", broken, scope, n=one.found.ratio.n, segment=named)]
    rows = [_estimated("default_effect", one.found.by_week.difference, scope, scale=100, segment=named)]
    if one.money is None:
        reason = text(
            "No test in the table experiments says what an order brought in; name it in default_tests.", lang
        )
        return [*rows, _none("default_contribution", reason, scope, segment=named)]
    return [*rows, _estimated("default_contribution", one.money.absolute, scope, segment=named)]


def _over_time(made: Page, name: str, share, scope: Scope) -> KpiRow:
    """A share of orders or customers by quarter."""
    lang = scope.language
    if made.taken is None:
        return _none(name, text("The tables services, orders and customers are needed for it.", lang), scope)
    rows = []
    for period in made.quarters:
        found = share(made.taken, period)
        if found is not None:
            rows.append(_estimated(name, found, scope, period=period))
    if not rows or rows[-1].period != scope.period.code:
        return _none(name, text("No order or customer of this period is known.", lang), scope)
    supply = text("How much was on offer is not known, so a rise or a fall is not judged.", lang)
    return _unjudged(kpi.compared(KPIS[name], rows, scope), supply, scope)


def _returns(made: Page, scope: Scope) -> list[KpiRow]:
    """Return rate of second-hand goods and its gap to new; of refurbished ones as a segment."""
    lang, rows = scope.language, []
    for one in made.taken.returns if made.taken else []:
        named = service(one.service, lang)
        rows.append(
            _estimated("return_rate_second_hand", Estimate(*one.rate, kpi.LEVEL, one.n), scope, segment=named)
        )
        gap = one.gap.difference
        rows.append(
            _estimated(
                "return_gap_second_hand",
                Estimate(*gap[:3], kpi.LEVEL, one.n),
                scope,
                scale=100,
                segment=named,
            )
        )
    none = text("No order of used goods is old enough, or returns are not known.", lang)
    return rows or [
        _none(name, none, scope) for name in ("return_rate_second_hand", "return_gap_second_hand")
    ]


def _service(one: Service, scope: Scope) -> KpiRow:
    lang, named = scope.language, service(one.name, scope.language)
    if one.again.reason is not None:
        return _none("repurchase_after_service", translate(one.again.reason, lang) + ".", scope, n=len(one.group.takers), segment=named)  # fmt: skip
    return _estimated("repurchase_after_service", one.again.difference, scope, scale=100, segment=named)


def _displaced(made: Page, scope: Scope) -> list[KpiRow]:
    lang = scope.language
    rows = [
        _estimated("displaced_share", one.displaced, scope, segment=service(one.service, lang))
        for one in made.displaced.asked
    ]
    silent = [
        name for name in made.displaced.silent if name not in {one.service for one in made.displaced.asked}
    ]
    unasked = text("Its buyers were not asked, so nothing is claimed.", lang)
    rows += [_none("displaced_share", unasked, scope, segment=service(name, lang)) for name in silent]
    return rows or [_none("displaced_share", text("No buyer was asked, so nothing is claimed.", lang), scope)]


def headline_rate(made: Page, scope: Scope) -> Estimate:
    """The rate of the period."""
    return _as_estimate(made.offered.whole[scope.period.code])


def is_lot_sound(one: Lot) -> bool:
    """Whether the lot of a default can be read: drawn as planned, with an interval."""
    return one.found.ratio.verdict != "mismatch" and choice_offers.is_known(one.found.by_week.difference)


def is_worth_ticking(one: Lot) -> bool:
    """Whether a lot shows a rise, and no fall of contribution an order."""
    return (
        is_lot_sound(one)
        and one.found.by_week.difference.low > 0
        and not (one.money and one.money.absolute.high < 0)
    )
