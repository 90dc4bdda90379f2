"""Figures of the page on carbon."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from helpers import kpi
from helpers.company import Scope
from helpers.i18n import capital, text, translate
from helpers.kpi import Comparison, KpiRow
from helpers.methods import delivery_carbon as model
from helpers.methods import delivery_carbon_orders as orders
from helpers.methods.delivery_carbon_trips import FEW
from helpers.methods.intervals import Estimate
from helpers.pillars.csr import carbon, carbon_words
from helpers.pillars.csr.carbon import Page
from helpers.pillars.csr.carbon_digital import Media, Site
from helpers.pillars.csr.carbon_reading import NOT_ASKED
from helpers.pillars.csr.definitions import KPIS


def kpis(made: Page, site: Site | None, media: Media | None, scope: Scope) -> list[KpiRow]:
    """Rows of the figures of the page; what cannot be told keeps its place with the reason."""
    return [
        _per_order(made, scope), _cost(made, scope), *_by_mode(made, scope), *_pickup(made, scope), *_cars(made, scope), *_media(media, scope),
        *_site(site, scope),
    ]  # fmt: skip


def _row(name: str, one: Estimate | None, scope: Scope, *, n: float | None = None, reason: str = "", segment: str = kpi.ALL) -> KpiRow:  # fmt: skip
    """One row from an estimate; without a value where it cannot be told."""
    if one is None or math.isnan(one.value):
        return kpi.row(KPIS[name], scope, None, n=int(n if n is not None else one.n if one else 0), reason=reason, segment=segment)  # fmt: skip
    return kpi.row(KPIS[name], scope, one.value, low=one.low, high=one.high, n=int(one.n if n is None else n), segment=segment, reason=reason)  # fmt: skip


def _per_order(made: Page, scope: Scope) -> KpiRow:
    """Kilograms an order with its history; changes are judged on draws that share the factors, so a doubtful factor hides no change."""
    definition, found = KPIS["co2_per_order"], []
    why = translate(NOT_ASKED, scope.language)
    for at in (scope.period.before(n) for n in range(carbon.BACK, -1, -1)):
        one = made.prints.get(at.code)
        if one is None:
            continue
        told = carbon.an_order(one)
        if math.isnan(told.value):
            found.append(kpi.row(definition, scope, None, n=told.n, period=at, reason=text("Unknown: {why}.", scope.language, why=why)))  # fmt: skip
        else:
            found.append(kpi.row(definition, scope, told.value, low=told.low, high=told.high, n=told.n, period=at))  # fmt: skip
    row = kpi.compared(definition, found, scope)
    comparisons = [_shared(one, made, definition, scope) for one in row.comparisons]
    verdict = next((one.verdict for one in comparisons if one.base == "previous"), None)
    judged = replace(row, comparisons=comparisons, verdict=verdict)
    return replace(judged, sentence=kpi.sentence(judged, language=scope.language))


def _shared(one: Comparison, made: Page, definition: kpi.Kpi, scope: Scope) -> Comparison:
    then = made.prints[one.period]
    told = orders.estimate(carbon.change(made.now, then), n=0)
    n = int(min(side.groups.loc[side.of(*carbon.ONLINE), "n_orders"].sum() for side in (made.now, then)))
    matters = definition.materiality * abs(carbon.an_order(then).value)
    return replace(one, value=told.value, low=told.low, high=told.high, verdict=kpi.verdict(told.value, told.low, told.high, matters, better=definition.better, n=n))  # fmt: skip


def _by_mode(made: Page, scope: Scope) -> list[KpiRow]:
    lang, rows = scope.language, []
    for name in model.MODES:
        if made.now.of(name).any():
            why = text("Unknown: {why}.", lang, why=translate(NOT_ASKED, lang))
            one, shown = carbon.an_order(made.now, name), carbon_words.mode(name, lang)
            reason = why if math.isnan(one.value) else capital(shown) + "."
            rows.append(_row("co2_per_order_by_mode", one, scope, segment=shown, reason=reason))
    return rows


def _pickup(made: Page, scope: Scope) -> list[KpiRow]:
    lang, found = scope.language, made.greener
    if found is None:
        why = text("It needs orders of both kinds, and customers asked how they came and how far.", lang)
        return [_row(name, None, scope, n=0, reason=why) for name in ("pickup_against_home", "pickup_break_even")]  # fmt: skip
    n = made.cars[2]
    return [
        _row("pickup_against_home", orders.estimate(found.move.kg, n=n), scope),
        _row("pickup_break_even", orders.estimate(found.break_even, n=n), scope),
    ]


def _cost(made: Page, scope: Scope) -> KpiRow:
    definition, rows = KPIS["delivery_cost_per_order"], []
    for at in (scope.period.before(n) for n in range(carbon.BACK, -1, -1)):
        one = made.prints.get(at.code)
        if one is not None:
            value, n = orders.cost_per_order(one, one.of(*carbon.ONLINE))
            why = text("No cost of delivering is in the table.", scope.language) if math.isnan(value) else ""
            rows.append(kpi.row(definition, scope, value, n=int(n), period=at, reason=why))
    return kpi.compared(definition, rows, scope)


def _cars(made: Page, scope: Scope) -> list[KpiRow]:
    share, way, n = made.cars
    if n < FEW:
        why = text("{n} customers were asked how they came, need n = {need}.", scope.language, n=int(n), need=FEW)  # fmt: skip
        return [_row(name, None, scope, n=n, reason=why) for name in ("collect_by_car", "collect_car_km")]
    table = made.now.ways.table
    silent = float(table.loc[table["mode"] != "store", "n_without_distance"].sum())
    told = orders.estimate(way, n=max(n * float(share[0]) - silent, 0))
    why = text("No customer who came by car says how far.", scope.language) if math.isnan(told.value) else ""
    return [
        _row("collect_by_car", orders.estimate(share, n=n), scope),
        _row("collect_car_km", told, scope, reason=why),
    ]


def _media(media: Media | None, scope: Scope) -> list[KpiRow]:
    names = ("media_carbon", "media_carbon_sri", "media_carbon_per_conversion")
    if media is None or not media.useful:
        why = text("No advertisement with a known channel is in the table of media.", scope.language)
        return [_row(name, None, scope, n=0, reason=why) for name in names]
    gmsf, sri = (_grams(media.per_thousand(method)) for method in ("gmsf", "sri"))
    if math.isnan(media.conversions):
        each, why = None, text("No purchase is credited to media by the own tool.", scope.language)
    else:
        each, why = orders.estimate(1000 * media.gmsf_all / media.conversions, n=media.conversions), ""
    return [_row(names[0], gmsf, scope), _row(names[1], sri, scope), _row(names[2], each, scope, reason=why)]


def _grams(one: Estimate) -> Estimate:
    return one._replace(value=1000 * one.value, low=1000 * one.low, high=1000 * one.high)


def _site(site: Site | None, scope: Scope) -> list[KpiRow]:
    names = ("site_carbon_per_visit", "site_carbon_by_time")
    if site is None:
        why = text("No visit is in the table of the site.", scope.language)
        return [_row(name, None, scope, n=0, reason=why) for name in names]
    drawn: tuple[np.ndarray, ...] = (site.grams, site.grams_time)
    return [_row(name, orders.estimate(one, n=site.sessions), scope) for name, one in zip(names, drawn, strict=True)]  # fmt: skip
