"""Figures of the page on brand lift."""

from __future__ import annotations

import math

from helpers import kpi
from helpers.company import Scope
from helpers.i18n import listed, plural, text, translate
from helpers.kpi import KpiRow
from helpers.pillars.brand.definitions import KPIS
from helpers.pillars.brand.lift import PROVED, SILENT, Page, Study
from helpers.pillars.brand.lift_money import Money
from helpers.pillars.brand.lift_words import question, why


def kpis(made: Page, money: Money, scope: Scope) -> list[KpiRow]:
    """Rows of the figures: campaigns and questions of twelve months, then each question of the period's own studies and its cost."""
    lang = scope.language
    proved = made.of(PROVED)
    said = plural("Of {n} campaign studied", "Of {n} campaigns studied", len(made.studies), lang)
    named = listed([one.name for one in proved], lang)
    said = text("{studied}: {names}.", lang, studied=said, names=named) if proved else f"{said}."
    lifts = sum(len(one.of(PROVED)) for one in made.studies)
    rows = [
        kpi.row(KPIS["lift_campaigns_proved"], scope, len(proved), n=len(made.studies), reason=said),
        kpi.row(KPIS["lift_questions_proved"], scope, lifts / made.n_questions, n=made.n_questions),
    ]
    now = [one for one in made.studies if one.quarter.code == scope.period.code]
    if not now:
        none = text("No study ended in this period.", lang)
        return [*rows, *(kpi.row(KPIS[name], scope, None, n=0, reason=none) for name in ("brand_lift", "lift_cost_per_person"))]  # fmt: skip
    rows += [_lift(row, one, scope) for one in now for row in one.found.itertuples()]
    return [*rows, *_costs(now, money, scope)]


def _lift(row, study: Study, scope: Scope) -> KpiRow:
    lang, n = scope.language, int(row.n_exposed + row.n_control)
    named = text("{study}, {question}", lang, study=study.name, question=question(row.question, lang))
    if row.standing == SILENT:
        reason = f"{named}: {why(row, lang)}."
        return kpi.row(KPIS["brand_lift"], scope, None, n=n, segment=named, reason=reason)
    value, low, high = (100 * one for one in (row.absolute, row.absolute_low, row.absolute_high))
    return kpi.row(KPIS["brand_lift"], scope, value, low=low, high=high, n=n, segment=named, reason=f"{named}.")  # fmt: skip


def _costs(now: list[Study], money: Money, scope: Scope) -> list[KpiRow]:
    """The cost of a person by proved question of the period's studies; one row without value where no lift of them is proved."""
    lang, rows = scope.language, []
    definition = KPIS["lift_cost_per_person"]
    counts = {(one.name, row.question): int(row.n_exposed + row.n_control) for one in now for row in one.found.itertuples()}  # fmt: skip
    for row in money.table.itertuples():
        if (row.study, row.question) not in counts:
            continue
        n = counts[row.study, row.question]
        named = text("{study}, {question}", lang, study=row.study, question=question(row.question, lang))
        if math.isnan(row.each):
            reason = f"{named}: {translate(row.reason, lang)}."
            rows.append(kpi.row(definition, scope, None, n=n, segment=named, reason=reason))
        else:
            rows.append(kpi.row(definition, scope, row.each, low=row.each_low, high=row.each_high, n=n, segment=named, reason=f"{named}."))  # fmt: skip
    none = text("No lift of this period's studies is proved.", lang)
    return rows or [kpi.row(definition, scope, None, n=0, reason=none)]
