"""Whom to try to keep? Whom a contact pays for, what it brings, and whether to write, to test or to leave it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from helpers.checks import Check, Decision, check
from helpers.company import Scope
from helpers.i18n import day, interval, number, plural, text
from helpers.kpi import LEVEL
from helpers.methods.intervals import required_n_per_group
from helpers.pillars.crm.churn import Known, blunt, is_short, refusal
from helpers.pillars.crm.churn_ranking import DRAWS, Kept, Z, drawn, worth

MOST_ROUNDS = 4  # quarters that a test may take


def checks(chance: Kept, off: tuple[float, float], scope: Scope) -> list[Check]:
    """What could make the decision wrong: a save rate that nobody measured, a value that nobody could check."""
    lang = scope.language
    share = {"unit": "share", "decimals": 1, "language": lang}
    measured = text(
        "The chance of being kept, {value} ({bounds}), comes from the test of {on} with {n} customers, all silent for 13 weeks before it.",
        lang, value=number(chance.value, **share), bounds=interval(chance.low, chance.high, **share),
        on=day(chance.on, lang), n=number(chance.n, "count", language=lang),
    ) if chance.on else text(
        "The chance of being kept, {value}, is an assumption: no win-back with a group left alone is in the data.", lang,
        value=number(chance.value, **share),
    )  # fmt: skip
    known = math.isfinite(off[1])
    return [
        check("kept", chance.on is not None and chance.low > 0, measured,
              remedy=text("Leave a part alone by lot at the next message: nothing else tells what it keeps.", lang)),
        check("value", known and off[1] <= 0.25,
              text("A year ago the expected value of such customers was {off} off.", lang, off=number(math.expm1(off[1]), **share)) if known
              else text("The expected value of a year could not be checked.", lang),
              remedy=text("Use the interval: it is as wide as that error; a check needs 52 weeks after 13 weeks of data.", lang)),
    ]  # fmt: skip


class Plan(NamedTuple):
    """Whom it pays to contact: n, their mean chance of silence, the effect less its cost, draws of it, and the save rate that pays."""

    n: int
    silent: float
    effect: float
    draws: np.ndarray
    pays_from: float


def plan(
    found: Known,
    off: tuple[float, float],
    chance: Kept,
    scope: Scope,
    *,
    contact_cost: float,
    stays: float,
    seed: int = 3,
) -> Plan:
    """Choose the customers of whom chance x value x chance of being kept is above the cost of a contact.

    Parameters
    ----------
    contact_cost : money a customer contacted, offer included.
    stays : share of the silent who stay away for the year; the others come back by themselves and are not counted as kept.
    """
    if contact_cost < 0:
        raise ValueError(f"contact_cost must be 0 or more, not {contact_cost!r}")
    stake = found.now["chance"].to_numpy() * worth(found, scope).to_numpy() * stays
    best = float(np.nanmax(stake, initial=0.0))
    chosen = stake * chance.value > contact_cost
    if not chosen.any():
        return Plan(0, math.nan, 0.0, np.zeros(DRAWS), contact_cost / best if best > 0 else math.inf)
    people, n = found.now["chance"].to_numpy()[chosen], int(chosen.sum())
    value = worth(found, scope).to_numpy()[chosen] * stays
    rates = np.random.default_rng(seed).normal(chance.value, (chance.high - chance.low) / (2 * Z), DRAWS)
    draws = drawn(people, value, off, seed + 1) * rates - contact_cost * n
    return Plan(
        n,
        float(people.mean()),
        float(people @ value) * chance.value - contact_cost * n,
        draws,
        contact_cost / best,
    )


def decide(
    found: Known,
    off: tuple[float, float],
    chance: Kept,
    scope: Scope,
    *,
    contact_cost: float,
    stays: float,
    due: str,
    owner: str = "",
) -> Decision:
    """Say how many customers to contact, or none, what it brings less its cost, and what would change that.

    Returns
    -------
    Decision. "Contact" where even the low end of the interval pays; "test" where only the middle does; "contact nobody" where no
    customer's chance x value x chance of being kept is worth a contact. The probability is empty while the save rate is assumed.
    """
    lang, currency = scope.language, scope.currency
    money = {"unit": "currency", "currency": currency, "language": lang}
    common = {"id": "keep", "currency": currency, "due": due, "owner": owner or text("CRM manager", lang)}
    if refusal(found, lang) or not all(map(math.isfinite, off)) or not worth(found, scope).notna().all():
        why = (
            refusal(found, lang)
            or blunt(found, lang)
            or text("The value of a year cannot be checked before 65 weeks of data.", lang)
        )
        said = text("Whom to try to keep cannot be told. {reason}", lang, reason=why)
        return Decision(
            **common,
            verb=text("Wait", lang),
            amount=text("no customer", lang),
            reverse_if=_missing(found, lang),
            sentence=said,
        )
    made = plan(
        found, off, chance, scope, contact_cost=contact_cost, stays=1.0 if math.isnan(stays) else stays
    )
    cost = number(contact_cost, **money, decimals=2)
    rate = {"unit": "share", "decimals": 1, "language": lang}
    if not made.n:
        said = text(
            "Contact nobody to keep them: at {cost} a contact and {kept} of the silent kept, no customer's chance of silence times value pays "
            "for it.", lang, cost=cost, kept=number(chance.value, **rate),
        )  # fmt: skip
        pays = text(
            "a test shows that more than {rate} of those who would stay silent are kept",
            lang,
            rate=number(made.pays_from, **rate),
        )
        if not made.pays_from < 1:
            pays = text("a contact costs less than what stands behind one customer", lang)
        verb = text("Contact nobody", lang)
        return Decision(
            **common,
            verb=verb,
            amount=text("no customer", lang),
            effect=0.0,
            low=0.0,
            high=0.0,
            reverse_if=pays,
            sentence=said,
        )
    low, high = np.quantile(made.draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    low, high = min(float(low), made.effect), max(float(high), made.effect)
    facts = {
        "n": number(made.n, "count", language=lang), "all": number(len(found.now), "count", language=lang), "cost": cost,
        "effect": number(made.effect, **money), "level": number(LEVEL, "share", language=lang), "bounds": interval(low, high, **money),
        "kept": number(chance.value, **rate),
    }  # fmt: skip
    common["amount"] = text("{n} of {all} active customers", lang, **facts)
    probability = float(np.mean(made.draws > 0)) if chance.on else None
    figures = {"effect": made.effect, "low": low, "high": high, "probability": probability}
    if low > 0 and chance.on:
        said = text(
            "Contact the {n} of {all} active customers of whom chance of silence times value times {kept} kept is above {cost} a contact: "
            "{effect} after its cost ({level} interval {bounds}).", lang, **facts,
        )  # fmt: skip
        reverse = text("a part left alone by lot comes back as often as the others", lang)
        return Decision(**common, verb=text("Contact", lang), **figures, reverse_if=reverse, sentence=said)
    need = _need(made, chance.value)
    rounds = math.ceil(2 * need / made.n)
    facts |= {
        "need": number(need, "count", language=lang),
        "rounds": plural("{n} quarter", "{n} quarters", rounds, lang),
    }
    if rounds > MOST_ROUNDS:
        said = text(
            "Do not write to the {n} of {all} active customers whom a contact at {cost} could pay for: if {kept} of the silent are kept it brings "
            "only {effect} after its cost ({level} interval {bounds}), and proving it takes {need} customers a group and {rounds}.", lang, **facts,
        )  # fmt: skip
        given_up = {"effect": -made.effect, "low": -high, "high": -low, "probability": None}
        reverse = text(
            "an offer can be expected to keep {rate} of the silent, which one quarter could prove",
            lang,
            rate=number(_provable(made), **rate),
        )
        return Decision(
            **common, verb=text("Do not write to them", lang), **given_up, reverse_if=reverse, sentence=said
        )
    said = text(
        "Do not write to all of them yet: test it on the {n} of {all} active customers whom a contact at {cost} could pay for, half of them left "
        "alone. If {kept} of the silent are kept, writing to all brings {effect} after its cost ({level} interval {bounds}). The test needs {need} "
        "customers a group, which takes {rounds}.", lang, **facts,
    )  # fmt: skip
    reverse = text("the half left alone comes back as often as the others", lang)
    return Decision(
        **common, verb=text("Test before writing to all", lang), **figures, reverse_if=reverse, sentence=said
    )


def _missing(found: Known, language: str) -> str:
    """What it would take to tell whom to keep."""
    if blunt(found, language):
        return text("the chances come closer to what happens than the rate of all does", language)
    if refusal(found, language) and not is_short(found):
        return text("more customers who fall silent, or who do not", language)
    return text("more months of data", language)


def _need(made: Plan, kept: float) -> int:
    """Customers a group that tell a silence of `made.silent` from one that a message makes smaller."""
    return required_n_per_group(made.silent, made.silent * (1 - kept), level=LEVEL)


def _provable(made: Plan) -> float:
    """Smallest share kept, in half points, that a test on all chosen customers could tell from none."""
    rates = np.arange(0.005, 1.0, 0.005)
    return float(next((rate for rate in rates if 2 * _need(made, rate) <= made.n), rates[-1]))
