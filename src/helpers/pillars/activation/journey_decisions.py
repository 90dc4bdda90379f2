"""What to mend first, who owns it, what it may be worth at most, and how we will know."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.checks import Decision
from helpers.company import Scope
from helpers.i18n import interval, number, text
from helpers.kpi import money_word
from helpers.methods.exposed import needed_per_arm
from helpers.methods.funnels import Shift
from helpers.methods.sample_size import required_n_per_group
from helpers.pillars.activation.journey import Visits, within
from helpers.pillars.activation.journey_irritants import Irritants
from helpers.pillars.activation.journey_telling import doubt, named, owner, worth

MENDED = 0.5  # share of an irritant that a test should be able to see gone


def decisions(
    ranked: pd.DataFrame, found: Irritants, visits: Visits, moved: Shift | None, scope: Scope
) -> list[Decision]:
    """The irritant to mend first, and what to do about the steps of a visit."""
    return [mend(ranked, found, scope), steps(visits, moved, found, scope)]


def mend(ranked: pd.DataFrame, found: Irritants, scope: Scope) -> Decision:
    """Mend the first irritant, for half of the orders by lot; effect and bounds only where the difference is told.

    No probability: nobody has mended it by lot, and a difference is no effect.
    """
    lang = scope.language
    common = {"id": "irritant", "currency": scope.currency, "due": scope.next_review}
    if ranked.empty:
        why = found.lacking or text("no irritant touched ten customers in the window.", lang)
        said = text("Which irritant to mend first cannot be told: {why}", lang, why=why)
        return Decision(
            **common, verb=text("Bring the data", lang), amount="", sentence=said, owner=text("head of customer service", lang),
            reverse_if=text("cases, returns or cancelled orders are known", lang),
        )  # fmt: skip
    top = ranked.iloc[0]
    said = " ".join([worth(top, found, scope), doubt(top, found, scope), how_we_know(top, scope)])
    money = (
        {"effect": top["stake"], "low": top["stake_low"], "high": top["stake_high"]} if top["is_told"] else {}
    )
    return Decision(
        **common, **{name: float(value) for name, value in money.items()}, verb=text("Mend first: {name}", lang, name=named(top["irritant"], lang)),
        amount=text("{n} customers touched in {days} days", lang, n=number(top["n_customers"], "count", language=lang), days=found.days),
        sentence=said, owner=owner(top["irritant"], scope),
        reverse_if=text("in the test those with the mended way meet it as often, or another irritant stands first two months running", lang),
    )  # fmt: skip


def how_we_know(top: pd.Series, scope: Scope) -> str:
    """Say which test by lot would tell, with its size."""
    lang = scope.language
    share = min(float(top["rate"]) / 1000, 0.999)
    orders = required_n_per_group(share, share * (1 - MENDED))
    facts = {"orders": number(orders, "count", language=lang), "part": number(MENDED, "share", language=lang)}
    said = text(
        "How we will know: mend it for half of the orders, by lot; {orders} orders in each half tell whether {part} of it is gone.", lang, **facts
    )  # fmt: skip
    need = needed_per_arm(float(top["spread"]), float(top["lost"])) if top["is_told"] else None
    if need is None:
        return said
    more = text(
        "In later orders, {n} customers touched in each half would tell.",
        lang,
        n=number(need, "count", language=lang),
    )
    return f"{said} {more}"


def steps(visits: Visits, moved: Shift | None, found: Irritants, scope: Scope) -> Decision:
    """Whether the steps of a visit need work: only where channels convert worse than a year before with their whole interval."""
    lang = scope.language
    common = {
        "id": "steps", "currency": scope.currency, "due": scope.next_review, "owner": scope.company.owners.get("tracking") or text("head of web", lang),
    }  # fmt: skip
    if moved is None or np.isnan(moved.rate.low):
        why = visits.lacking or text("no visits of the same month a year before.", lang)
        said = text("Whether a step of the visit has got worse cannot be told: {why}", lang, why=why)
        return Decision(
            **common,
            verb=text("Wait", lang),
            amount="",
            sentence=said,
            reverse_if=text("there are visits of both months", lang),
        )
    n = float(within(visits.days, scope.period)["sessions"].sum())
    each = found.order_margin * n
    values = [each * one for one in (moved.rate.value, moved.rate.low, moved.rate.high)]
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    facts = {
        "value": number(values[0], **money), "bounds": interval(values[1], values[2], **money), "money": money_word(scope),
        "mix": number(100 * moved.mix.value, "count", decimals=2, language=lang),
    }  # fmt: skip
    amount = text("{n} visits of the month", lang, n=number(n, "count", language=lang))
    if moved.rate.high < 0:
        said = text(
            "Find the step that got worse: within the same channels visits brought {value} of {money} a month beside the year before ({bounds}); "
            "the mix of channels did {mix} points.", lang, **facts,
        )  # fmt: skip
        return Decision(
            **common, verb=text("Find the step", lang), amount=amount, sentence=said, effect=-values[0], low=-values[2], high=-values[1],
            reverse_if=text("the next month converts as the year before", lang),
        )  # fmt: skip
    said = text(
        "Rebuild no step of the visit yet: within the same channels visits bring {value} of {money} a month beside the year before ({bounds}), "
        "no loss that is told from chance, though one inside these bounds is not ruled out. Test a change by lot first (page activation/06).",
        lang, **facts,
    )  # fmt: skip
    return Decision(
        **common, verb=text("Rebuild no step yet", lang), amount=amount, sentence=said,
        reverse_if=text("the whole interval of the rate within channels lies below zero", lang),
    )  # fmt: skip
