"""Figures of the page on the brand tracker."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pandas as pd

from helpers import kpi, periods
from helpers.checks import COUNTS_ONLY, NO_TREND, sentence
from helpers.company import Scope
from helpers.i18n import text
from helpers.kpi import KpiRow
from helpers.methods import smoothing
from helpers.periods import Period
from helpers.pillars.brand import tracker_moves as moves
from helpers.pillars.brand import tracker_words as words
from helpers.pillars.brand.definitions import KPIS
from helpers.pillars.brand.tracker import Page

SHARES = {
    "tracker_preference": "preference",
    "tracker_consideration": "consideration",
    "tracker_aided_awareness": "aided_awareness",
    "tracker_unaided_awareness": "unaided_awareness",
}
UNCLEAR = "no clear change"
DRAWN = (
    "tracker_preference_year",
    "tracker_weakest_step",
)  # of a grid and a search, whose last digit is the processor's


def kpis(made: Page, scope: Scope) -> list[KpiRow]:
    """Rows of the figures of the page; what cannot be told keeps its place with the reason."""
    return [
        *(_share(name, question, made, scope) for name, question in SHARES.items()),
        _year(made, scope), _weakest(made, scope), _trust(made, scope), _alpha(made, scope), _need(made, scope),
    ]  # fmt: skip


def _share(name: str, question: str, made: Page, scope: Scope) -> KpiRow:
    """A share of the last wave, compared with waves that asked with the same text and are weighted alike."""
    lang, last = scope.language, made.share(question)
    if last is None:
        return kpi.row(KPIS[name], scope, None, n=0, reason=text("It was not asked in the last wave.", lang))
    rows = made.waves.table
    rows = rows[(rows["brand"] == made.own) & (rows["question"] == question) & (rows["wording"] == last["wording"])]  # fmt: skip
    rows = rows[rows["is_weighted"].astype(bool) == bool(last["is_weighted"])]
    rows = rows[(rows["wave"] == made.last) | (rows["n_effective"] >= NO_TREND)]
    found: dict[str, KpiRow] = {}
    for row in rows.sort_values("wave", kind="stable").itertuples():
        at = period_of(row.wave, scope)
        if at.end < scope.period.end:
            found[at.code] = _one(name, row, scope, period=at)
    now = _one(name, last, scope, reason=_stale(made, scope))
    if last["n_effective"] < NO_TREND:
        return now
    made_row = kpi.compared(KPIS[name], [*found.values(), now], scope)
    return _judged(made_row, question, made, scope)


def _judged(row: KpiRow, question: str, made: Page, scope: Scope) -> KpiRow:
    """The row with a change taken back that is clear only if read alone: a tile says what the page says."""
    found = made.moved[(made.moved["question"] == question) & (made.moved["told"] == moves.ALONE)]
    alone = set(found["against"])
    comparisons = [replace(one, verdict=UNCLEAR) if one.base in alone else one for one in row.comparisons]
    verdict = next((one.verdict for one in comparisons if one.base == "previous"), None)
    changed = replace(row, comparisons=comparisons, verdict=verdict)
    return replace(changed, sentence=kpi.sentence(changed, language=scope.language))


def _one(name: str, row: object, scope: Scope, *, period: Period | None = None, reason: str = "") -> KpiRow:
    if row.n_effective < COUNTS_ONLY:
        facts = {"n": int(row.n_effective), "need": COUNTS_ONLY}
        why = (
            text("Answers are worth {n} after weighting, need n = {need}.", scope.language, **facts) if row.is_weighted
            else text("{n} answers, need n = {need}.", scope.language, **facts)
        )  # fmt: skip
        return kpi.row(KPIS[name], scope, None, n=int(row.n), period=period, reason=why)
    return kpi.row(KPIS[name], scope, row.value, low=row.low, high=row.high, n=int(row.n), period=period, reason=reason)  # fmt: skip


def period_of(wave: str, scope: Scope) -> Period:
    """The period of the page's calendar in which a wave ended."""
    day = pd.Period(wave[:7], "M").end_time.date() if len(wave) == 7 else date.fromisoformat(wave)
    return periods.containing(day, scope.period.grain, fiscal_year_start=scope.period.fiscal_year_start)


def is_stale(made: Page, scope: Scope) -> bool:
    """Whether the last wave is older than the period of the page."""
    return period_of(made.last, scope).end < scope.period.end


def _stale(made: Page, scope: Scope) -> str:
    if not is_stale(made, scope):
        return ""
    return text("The last wave is of {wave}.", scope.language, wave=words.wave(made.last, scope.language))


def _year(made: Page, scope: Scope) -> KpiRow:
    definition, lang = KPIS["tracker_preference_year"], scope.language
    found = made.course.get("preference")
    if found is None or not made.year or made.year not in set(found.table["wave"]):
        return kpi.row(definition, scope, None, n=0, reason=text("No wave of a year before.", lang))
    if made.breaks.get("preference", "") > made.year:
        return kpi.row(definition, scope, None, n=0, reason=text("The text of the question changed in between.", lang))  # fmt: skip
    if moves.unlike(made.waves.table, made.share("preference"), made.year) == "weights":
        return kpi.row(definition, scope, None, n=0, reason=text("Only one of the two waves has weights.", lang))  # fmt: skip
    waves = found.table["wave"].tolist()
    one = smoothing.smoothed_change(found, then=waves.index(made.year), now=len(waves) - 1)
    if math.isnan(one.value):
        return kpi.row(definition, scope, None, n=0, reason=sentence(found.guards[0].values["reason"], lang))
    return kpi.row(definition, scope, one.value * 100, low=one.low * 100, high=one.high * 100, n=one.n)


def _weakest(made: Page, scope: Scope) -> KpiRow:
    definition, lang = KPIS["tracker_weakest_step"], scope.language
    steps = made.funnel.dropna(subset=["ratio", "p"])
    if steps.empty:
        why = text("Too few brands were asked about, or too few people know ours.", lang)
        return kpi.row(definition, scope, None, n=0, reason=why)
    weak = steps.iloc[0]
    before = made.steps[made.steps.index(weak["step"]) - 1]
    said = text("It lies between {before} and {step}.", lang, before=words.question(before, lang), step=words.question(weak["step"], lang))  # fmt: skip
    return kpi.row(definition, scope, weak["ratio"], low=weak["ratio_low"], high=weak["ratio_high"], n=int(weak["n"]), reason=said)  # fmt: skip


def _trust(made: Page, scope: Scope) -> KpiRow:
    definition, last = KPIS["tracker_trust"], made.trust.last(made.own)
    if last is None:
        return kpi.row(definition, scope, None, n=0, reason=sentence(made.trust.reason, scope.language))
    if last["n_effective"] < COUNTS_ONLY:
        why = text("Answers are worth {n} after weighting, need n = {need}.", scope.language, n=int(last["n_effective"]), need=COUNTS_ONLY)  # fmt: skip
        return kpi.row(definition, scope, None, n=int(last["n"]), reason=why)
    own = made.trust.waves.table[made.trust.waves.table["brand"] == made.own].sort_values(
        "wave", kind="stable"
    )
    own = own[own["is_weighted"].astype(bool) == bool(last["is_weighted"])]
    found = {}
    for row in own[own["n_effective"] >= NO_TREND].itertuples():
        at = period_of(row.wave, scope)
        if at.end < scope.period.end:
            found[at.code] = kpi.row(definition, scope, row.value, low=row.low, high=row.high, n=int(row.n), period=at)  # fmt: skip
    now = kpi.row(definition, scope, last["value"], low=last["low"], high=last["high"], n=int(last["n"]))
    return now if last["n_effective"] < NO_TREND else kpi.compared(definition, [*found.values(), now], scope)


def _alpha(made: Page, scope: Scope) -> KpiRow:
    definition, held = KPIS["tracker_trust_alpha"], made.trust.held.get(made.own)
    if held is None:
        return kpi.row(definition, scope, None, n=0, reason=sentence(made.trust.reason, scope.language))
    if math.isnan(held.alpha.value):
        guard = next(one for one in held.guards if one.startswith("cannot tell: "))
        return kpi.row(definition, scope, None, n=held.alpha.n, reason=sentence(guard.values["reason"], scope.language))  # fmt: skip
    return kpi.row(definition, scope, held.alpha.value, low=held.alpha.low, high=held.alpha.high, n=held.alpha.n)  # fmt: skip


def _need(made: Page, scope: Scope) -> KpiRow:
    """People a wave, with what the doubt of the share leaves open."""
    definition, lang = KPIS["tracker_need"], scope.language
    one, row = made.needs[made.first], made.share(made.first)
    if math.isnan(one.each):
        return kpi.row(definition, scope, None, n=0, reason=text("Nobody, or everybody, said yes.", lang))
    low, high = (made.need_at(float(row[end])) for end in ("low", "high"))
    said = text("For a change of {points} of {question}.", lang, points=words.points(made.points, scope).lstrip("+"), question=words.question(made.first, lang))  # fmt: skip
    return kpi.row(definition, scope, one.each, low=min(low, one.each), high=max(high, one.each), n=int(row["n"]), reason=said)  # fmt: skip
