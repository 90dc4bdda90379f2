"""What finance may plan with, which rule of answering to try, and what could make the forecast wrong."""

from __future__ import annotations

import math

import pandas as pd
from scipy.stats import binom

from helpers import kpi
from helpers.checks import COUNTS_ONLY, Check, Decision, check
from helpers.company import Scope
from helpers.i18n import interval, number, plural, text, translate
from helpers.kpi import LEVEL, KpiRow
from helpers.methods.intervals import Estimate
from helpers.pillars.crm import pipeline_stages
from helpers.pillars.crm.pipeline import Forecast, Known
from helpers.pillars.crm.pipeline_leads import FAST_HOURS, MONTHS, answered_within
from helpers.pillars.crm.pipeline_scores import ripe

LONG = 270  # days after which a lead's deal is won or will hardly be
UNLIKELY = 0.05


def money(scope: Scope) -> dict:
    """How an amount of the page is written."""
    return {"unit": "currency", "currency": scope.currency, "language": scope.language}


def plan(
    made: Forecast, rows: list[KpiRow], chances: pd.DataFrame, scope: Scope, *, owner: str = "", due: str
) -> Decision:
    """The figure that finance may plan with and its low end; what the CRM says beside it.

    Returns
    -------
    Decision: effect is the expected new recurring revenue with its interval. The probability is empty: a plan has none.
    """
    lang, row = scope.language, kpi.pick(rows, "expected_won_arr")
    common = {
        "id": "plan",
        "currency": scope.currency,
        "due": due,
        "owner": owner or text("head of sales", lang),
    }
    n = number(int(made.growth["n_open"]), "count", language=lang)
    amount = plural(
        "one open deal of new business or expansion", "{n} open deals of new business and expansion", int(made.growth["n_open"]), lang
    )  # fmt: skip
    if row.value is None:
        said = text("No figure can be given to finance yet. {reason}", lang, reason=row.reason)
        return Decision(
            **common, verb=text("Wait", lang), amount=amount, reverse_if=text("more deals have closed", lang), sentence=said
        )  # fmt: skip
    facts = {
        "value": number(row.value, **money(scope)), "low": number(row.low, **money(scope)), "n": n,
        "level": number(LEVEL, "share", language=lang), "bounds": interval(row.low, row.high, **money(scope)),
    }  # fmt: skip
    said = text(
        "Commit to no more than {low} of new recurring revenue in the next 13 weeks: {value} is expected from what is open today ({level} "
        "interval {bounds}, n = {n}).", lang, **facts,
    )  # fmt: skip
    if made.weighted > row.high:
        said += " " + text(
            "The CRM's weighted pipeline says {weighted}, which is {times} times as much.", lang,
            weighted=number(made.weighted, **money(scope)), times=number(made.weighted / row.value, "ratio", decimals=1, language=lang),
        )  # fmt: skip
    worst = pipeline_stages.surest_stage(chances)
    if worst is not None:
        said += " " + text(
            "Set the CRM's chance in {stage} from {crm} to {won}.", lang, stage=worst["stage"],
            crm=number(worst["crm"], "share", language=lang), won=number(worst["won"], "share", language=lang),
        )  # fmt: skip
    half = max(int(made.growth["wins_low"]) // 2, 1)
    reverse = plural(
        "no deal is won in the first six weeks", "fewer than {n} of today's open deals are won in the first six weeks", half, lang
    )  # fmt: skip
    return Decision(
        **common, verb=text("Commit to the low end", lang), amount=amount, effect=row.value, low=row.low, high=row.high,
        reverse_if=reverse, sentence=said,
    )  # fmt: skip


def faster_answers(found: Known, ratio: Estimate, scope: Scope, *, owner: str = "", due: str) -> Decision:
    """Whether to answer every second lead within four hours, chosen by lot, and what that would be worth in a quarter.

    Returns
    -------
    Decision: effect is the recurring revenue a quarter if all were answered fast and speed does what it goes with; its bounds are those of
    the ratio alone. Empty where the ratio or the worth of a qualified lead cannot be told.
    """
    lang = scope.language
    common = {"id": "faster_answers", "currency": scope.currency, "due": due}
    common["owner"] = owner or text("head of sales", lang)
    late, worth = _late_leads(found, scope), _worth(found, scope)
    amount = text("{n} leads a quarter are answered later than {hours} hours or not at all", lang,
                  n=number(late, "count", language=lang), hours=FAST_HOURS)  # fmt: skip
    old = ripe(found.leads, scope)
    slow = old[old["is_answered"].astype(bool) & ~old["is_fast"].astype(bool)]
    if math.isnan(ratio.value) or math.isnan(worth) or not len(slow) or not late:
        said = text(
            "Whether faster answers would pay cannot be told: need n = {need} leads answered within {hours} hours and as many later, with deals "
            "that came of them.", lang, need=COUNTS_ONLY, hours=FAST_HOURS,
        )  # fmt: skip
        return Decision(
            **common, verb=text("Wait", lang), amount=amount, reverse_if=text("more leads have been answered", lang), sentence=said
        )  # fmt: skip
    scale = late * float(slow["is_qualified"].mean()) * worth
    effect, low, high = (scale * (bound - 1) for bound in (ratio.value, ratio.low, ratio.high))
    facts = {
        "hours": FAST_HOURS, "effect": number(effect, **money(scope)), "level": number(LEVEL, "share", language=lang),
        "bounds": interval(low, high, **money(scope)), "ratio": number(ratio.value, "ratio", decimals=2, language=lang),
        "late": number(late, "count", language=lang),
    }  # fmt: skip
    if ratio.low <= 1:
        said = text(
            "Do not pay for faster answers yet: that leads answered within {hours} hours are qualified more often is no clear difference "
            "({ratio} times).", lang, **facts,
        )  # fmt: skip
        return Decision(
            **common, verb=text("Do not change the answering", lang), amount=amount, effect=effect, low=low, high=high,
            reverse_if=text("the ratio's interval leaves 1 out", lang), sentence=said,
        )  # fmt: skip
    said = text(
        "Test answering within {hours} hours on every second lead, chosen by lot: {late} leads a quarter are not, and if speed does what it "
        "goes with ({ratio} times as many qualified) it would bring {effect} of recurring revenue a quarter ({level} interval {bounds}).", lang, **facts,
    )  # fmt: skip
    return Decision(
        **common, verb=text("Test fast answers", lang), amount=amount, effect=effect, low=low, high=high,
        reverse_if=text("leads answered fast by lot are qualified no more often than the others", lang), sentence=said,
    )  # fmt: skip


def _late_leads(found: Known, scope: Scope) -> int:
    """Leads of the last three months that were not answered in time."""
    if found.leads is None:
        return 0
    begin = pd.Timestamp(scope.period.before(MONTHS - 1).start)
    own = found.leads[found.leads["created_on"] >= begin]
    return int((~answered_within(own, FAST_HOURS)).sum())


def _worth(found: Known, scope: Scope) -> float:
    """Recurring revenue won for each qualified lead that is old enough to know; NaN under 30 of them."""
    old = ripe(found.leads, scope, days=LONG)
    qualified = old[old["is_qualified"].astype(bool)] if len(old) else old
    if len(qualified) < COUNTS_ONLY:
        return math.nan
    won = found.deals[found.deals["won"].astype("boolean").fillna(False)].set_index("case")["amount"]
    return float(qualified["case"].map(won).fillna(0).sum() / len(qualified))


def checks(found: Known, made: Forecast, tried: pd.DataFrame, scope: Scope) -> list[Check]:
    """What could make the forecast wrong."""
    lang, end = scope.language, pd.Timestamp(scope.period.end)
    inside = int(
        (
            (tried["amount_low"] <= tried["amount_actual"]) & (tried["amount_actual"] <= tried["amount_high"])
        ).sum()
    )
    n, late = len(tried), int((made.there["planned"] <= end).sum())
    held = n > 0 and binom.cdf(inside, n, LEVEL) >= UNLIKELY
    value = float(made.growth["amount"])
    told = math.isfinite(made.weighted) and math.isfinite(value) and not made.fitted.guards
    is_near = not told or made.weighted <= made.growth["amount_high"]
    return [
        check("past_deals", not made.fitted.guards,
              text("The chances are learnt from {n} deals whose outcome is known.", lang, n=number(made.fitted.n, "count", language=lang))
              if not made.fitted.guards else text("No chance can be learnt: {reason}.", lang, reason=translate(made.fitted.guards[0], lang)),
              remedy=text("Wait until more deals have closed, or import earlier lists of opportunities.", lang)),
        check("past_forecasts_held", held,
              text("No past quarter can be forecast with what was known then.", lang) if not n
              else text("{inside} of {n} past quarters came out inside their interval.", lang, inside=inside, n=n),
              remedy=text("Plan with less than the low end until more forecasts have been seen to hold.", lang)),
        check("crm_chances", is_near,
              text("The CRM gives no chances, or too few deals have closed to hold them against.", lang) if not told
              else text("The CRM's weighted pipeline lies inside the forecast's interval or below it.", lang) if is_near
              else text("The CRM's weighted pipeline, {weighted}, is above anything that the forecast holds likely in 13 weeks.", lang,
                        weighted=number(made.weighted, **money(scope))),
              remedy=text("Do not plan with it: it takes no account of when a deal closes, and of how often such deals are lost.", lang)),
        check("deals_are_dated", found.n_undated == 0,
              text("Every closed deal has a day and an outcome.", lang) if not found.n_undated
              else plural("One deal has no day of creation, or is closed without a day or an outcome, and is left out.",
                          "{n} deals have no day of creation, or are closed without a day or an outcome, and are left out.", found.n_undated, lang),
              remedy=text("Fill them in the CRM and export again.", lang)),
        check("deals_are_kept_up", late == 0,
              text("No open deal was expected to close before today.", lang) if not late
              else plural("One open deal was expected to close by now.", "{n} open deals were expected to close by now.", late, lang),
              remedy=text("Ask whether they are still alive: dead deals make the pipeline look full.", lang)),
        *_history(found, scope),
    ]  # fmt: skip


def _history(found: Known, scope: Scope) -> list[Check]:
    """Say where stages were not kept, so that a past day cannot be rebuilt in full."""
    absent = found.lacking["opportunity_stages"]
    if not absent:
        return []
    said = text(
        "Nobody knows in which stage a deal stood on a past day, so the chances rest on age and amount alone.",
        scope.language,
    )
    return [check("stages_are_kept", False, said, remedy=absent)]
