"""What do customers hold against us? Figures, checks and the answer of the page on what customers say.

What it is computed from is in `voice_known`, the comments in `voice_verbatims`, what moves the score in `voice_drivers`, cases in
`voice_cases`, the decision in `voice_decision`.
"""

from __future__ import annotations

import pandas as pd

from helpers import kpi, periods
from helpers.checks import COUNTS_ONLY, Check, check, sample_check
from helpers.company import Scope
from helpers.i18n import interval, listed, number, plural, text
from helpers.kpi import LEVEL, KpiRow
from helpers.methods import nps
from helpers.methods.intervals import Estimate, poisson, wilson
from helpers.periods import Period
from helpers.pillars.crm import voice_drivers, voice_verbatims
from helpers.pillars.crm.definitions import KPIS
from helpers.pillars.crm.voice_cases import n_orders
from helpers.pillars.crm.voice_known import Asked, Known, effort, is_off, score, scored, within

ORDER = ("nps", "nps_response", "ces", "negative_verbatim_share", "cases_per_order")
FITS = 0.90  # share of answers that the rule of the invitations has to explain
ASK_SILENT = 200


def kpis(found: Known, scope: Scope) -> list[KpiRow]:
    """KPI rows of the quarter with up to 13 quarters of history; response with the quarter before only."""
    rows: dict[str, list[KpiRow]] = {name: [] for name in ORDER}
    for period in kpi.history(scope):
        if period != scope.period and not _is_covered(found, period):
            continue
        rows["nps"].append(_estimated("nps", score(found, period)[1], scope, period))
        rows["ces"].append(_estimated("ces", effort(found, period), scope, period))
        rows["negative_verbatim_share"].append(voice_verbatims.row(found.comments, scope, period))
        if found.cases is not None and found.order_days is not None:
            rows["cases_per_order"].append(_cases_row(found, scope, period))
    for period in (scope.period.before(), scope.period):
        if period == scope.period or period.code in found.asked:
            rows["nps_response"].append(_response_row(found, scope, period))
    return [kpi.compared(KPIS[name], rows[name], scope) for name in ORDER if rows[name]]


def _is_covered(found: Known, period: Period) -> bool:
    """Whether answers reach back to before a past period, so that it is whole."""
    first = found.answers["answered_on"].min()
    return first == first and first <= pd.Timestamp(period.start) + pd.Timedelta(days=31)


def _estimated(name: str, made: Estimate, scope: Scope, period: Period) -> KpiRow:
    if made.n < COUNTS_ONLY:
        reason = text("{n} answers; need n = {need}.", scope.language, n=made.n, need=COUNTS_ONLY)
        return kpi.row(KPIS[name], scope, None, n=made.n, period=period, reason=reason)
    return kpi.row(KPIS[name], scope, made.value, low=made.low, high=made.high, n=made.n, period=period)


def _response_row(found: Known, scope: Scope, period: Period) -> KpiRow:
    asked, definition = found.asked.get(period.code, Asked(0, 0)), KPIS["nps_response"]
    if asked.n < COUNTS_ONLY:
        reason = text(
            "How many were asked is in no table; set n_asked to the survey tool's count.", scope.language
        )
        return kpi.row(definition, scope, None, n=asked.n, period=period, reason=reason)
    low, high = wilson(asked.answered, asked.n, level=LEVEL)
    return kpi.row(definition, scope, asked.answered / asked.n, low=low, high=high, n=asked.n, period=period)


def _cases_row(found: Known, scope: Scope, period: Period) -> KpiRow:
    n_cases, placed = len(within(found.cases, period, "opened_on")), n_orders(found, period)
    if placed < COUNTS_ONLY:
        reason = text("{n} orders; need n = {need}.", scope.language, n=placed, need=COUNTS_ONLY)
        return kpi.row(KPIS["cases_per_order"], scope, None, n=placed, period=period, reason=reason)
    low, high = (bound / placed for bound in poisson(n_cases, level=LEVEL))
    return kpi.row(
        KPIS["cases_per_order"], scope, n_cases / placed, low=low, high=high, n=placed, period=period
    )


def by_quarter(rows: list[KpiRow], name: str, *, language: str) -> pd.DataFrame:
    """History of one figure as a chart needs it: period [label], value, low, high."""
    row = kpi.pick(rows, name)
    table = pd.DataFrame(row.history)[["period", "value", "low", "high"]].astype(
        {"value": float, "low": float, "high": float}
    )
    return table.assign(period=[periods.parse(code).label(language) for code in table["period"]])


def checks(found: Known, scope: Scope) -> list[Check]:
    """What could make the page wrong."""
    lang, period = scope.language, scope.period
    rows = within(scored(found.answers, "nps"), period)
    off = int(is_off(rows).sum())
    asked = found.asked.get(period.code, Asked(0, 0))
    made = [sample_check("sample", len(rows) - off, text("answers to the score", lang), language=lang)]
    if off:
        said = plural(
            "{n} answer is on another scale and left out.",
            "{n} answers are on another scale and left out.",
            off,
            lang,
        )
        remedy = text("Ask the score from 0 to 10, or map scale_min and scale_max.", lang)
        made.append(check("scale", False, said, remedy=remedy))
    if asked.n >= COUNTS_ONLY:
        share = number(asked.answered / asked.n, "share", language=lang)
        said = text(
            "{share} of those asked answered, and the tables cannot tell what the others think.",
            lang,
            share=share,
        )
        remedy = text("Ask {n} of the silent in another way, by lot.", lang, n=ASK_SILENT)
        made.append(check("who_answers", asked.answered > 0.5 * asked.n, said, remedy=remedy))
    if asked.fit == asked.fit:
        said = text(
            "The rule of the invitations explains {share} of the answers.", lang, share=number(min(asked.fit, 1.0), "share", language=lang)
        )  # fmt: skip
        remedy = text("Set ask_after_days and ask_gap_days as the survey tool has them, or n_asked.", lang)
        made.append(check("rule", asked.fit >= FITS, said, remedy=remedy))
    return [
        *made,
        *voice_verbatims.checks(found.comments, scope),
        *voice_drivers.checks(found.drivers, found.lacking, scope),
    ]


def who_answers(found: Known, scope: Scope) -> str:
    """Say what the score of all who were asked could be, and what the silent would have to think to turn its sign."""
    lang, (_, made) = scope.language, score(found, scope.period)
    asked = found.asked.get(scope.period.code, Asked(0, 0))
    if made.n < COUNTS_ONLY or asked.n < COUNTS_ONLY or not 0 < asked.answered < asked.n:
        return text(
            "Who answers cannot be told: how many were asked, or enough answers, are not known.", lang
        )
    heard = asked.answered / asked.n
    said = {"language": lang, "unit": "points"}
    facts = {
        "answered": number(asked.answered, "count", language=lang), "asked": number(asked.n, "count", language=lang),
        "share": number(heard, "share", language=lang), "score": number(made.value, **said),
        "low": number(heard * made.value - 100 * (1 - heard), "count", language=lang),
        "high": number(heard * made.value + 100 * (1 - heard), "count", language=lang),
    }  # fmt: skip
    turn = -made.value * heard / (1 - heard)
    first = text(
        "**{answered}** of **{asked}** customers asked answered ({share}). The score of {score} is theirs. Whatever the silent think, that of "
        "all who were asked lies between {low} and {high}, which is no answer.", lang, **facts,
    )  # fmt: skip
    if abs(turn) > 100:
        return first + " " + text("No score of the silent could turn the sign.", lang)
    below = text(
        "A score of {turn} or less among the silent would bring that of all to zero or below.",
        lang,
        turn=number(turn, "count", language=lang),
    )
    above = text(
        "A score of {turn} or more among the silent would bring that of all to zero or above.",
        lang,
        turn=number(turn, "count", language=lang),
    )
    return f"{first} {below if made.value > 0 else above}"


def answer(rows: list[KpiRow], found: Known, scope: Scope) -> str:
    """Answer the page's question in one or two sentences a manager may say."""
    lang, row = scope.language, kpi.pick(rows, "nps")
    if row.value is None:
        return row.sentence
    said = text(
        "The score of those who answered in {period} is {value} ({interval}, n = {n}).", lang, period=row.period_label,
        value=number(row.value, row.unit, language=lang), interval=kpi.interval(row, language=lang), n=number(row.n, "count", language=lang),
    )  # fmt: skip
    if not voice_drivers.can_tell(found.drivers):
        return (
            said
            + " "
            + text(
                "What would move it cannot be told: no cases are known that came before enough answers.", lang
            )
        )
    code, sure, second, need = voice_drivers.first(found.drivers)
    if code and second and sure < voice_drivers.SURE:
        both = listed([voice_drivers.named(one, lang) for one in (code, second)], lang)
        return f"{said} " + text(
            "These take most from it: {both}; which to mend first cannot be told, need n = {need} answers.", lang, both=both,
            need=voice_drivers.needed(need, lang),
        )  # fmt: skip
    if not code or sure < voice_drivers.SURE:
        return f"{said} " + text(
            "Which irritant to mend first cannot be told, need n = {need} answers.",
            lang,
            need=voice_drivers.needed(max(need, COUNTS_ONLY), lang),
        )
    effect = found.drivers.table.set_index("driver").loc[code]
    return said + " " + text(
        "Mend first: {driver}, which takes {points} from it ({bounds}).", lang, driver=voice_drivers.named(code, lang),
        points=number(-effect["effect"], "points", decimals=1, language=lang),
        bounds=interval(-effect["effect_high"], -effect["effect_low"], "points", decimals=1, language=lang),
    )  # fmt: skip


def naive(found: Known, scope: Scope) -> str:
    """Say the score with the textbook interval beside the page's, on the first answers of the period, where few show it."""
    lang, few = scope.language, 20
    rows = within(found.scores, scope.period)
    rows = rows.sort_values(["answered_on", "respondent_id"], ignore_index=True).head(few)
    counted = nps.answers(rows["score"].to_numpy())
    if counted.n < few:
        return text("There are fewer than {n} answers in the period.", lang, n=few)
    made = nps.nps(counted, level=LEVEL)
    low, high = (
        100 * float(end)
        for end in nps.wald_bounds(counted.promoters, counted.detractors, counted.n, level=LEVEL)
    )
    said = {"unit": "points", "language": lang}
    return text(
        "The first {n} answers of the quarter alone give {value}: {naive} by the textbook, {score} by the interval used here. With twenty "
        "promoters out of twenty the textbook would say 100 to 100.", lang, n=few, value=number(made.value, **said),
        naive=interval(low, high, **said), score=interval(made.low, made.high, **said),
    )  # fmt: skip


def series_subtitle(name: str, rows: list[KpiRow], scope: Scope) -> str:
    """Say under a chart's title what is drawn: measure, interval, last period and n."""
    row, lang = kpi.pick(rows, name), scope.language
    return text(
        "{measure}, {level} interval, to {period}; n = {n}", lang, measure=row.label, period=row.period_label,
        level=number(LEVEL, "share", language=lang), n=number(row.n, "count", language=lang),
    )  # fmt: skip
