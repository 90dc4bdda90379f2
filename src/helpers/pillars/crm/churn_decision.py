"""Whom to try to keep? Whom a contact pays for, what it brings, and whether to write, to test or to leave it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from helpers.checks import Check, Decision, check
from helpers.company import Scope
from helpers.i18n import day, interval, number, plural, text
from helpers.kpi import LEVEL, Z
from helpers.methods.intervals import equal_tailed
from helpers.methods.sample_size import required_n_per_group
from helpers.pillars.crm.churn import Known, blunt, is_short, refusal
from helpers.pillars.crm.churn_ranking import DRAWS, Kept, drawn, worth

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
    common = {"id": "keep", "currency": currency, "due": due, "owner": owner or text("CRM manager", lang)}
    if refusal(found, lang) or not all(map(math.isfinite, off)) or not worth(found, scope).notna().all():
        return Decision(**common, **_wait(found, lang))
    made = plan(
        found, off, chance, scope, contact_cost=contact_cost, stays=1.0 if math.isnan(stays) else stays
    )
    said = _Said(scope, made, chance, contact_cost, len(found.now))
    if not made.n:
        return Decision(**common, **_nobody(said))
    common["amount"] = text("{n} of {all} active customers", lang, **said.facts())
    if said.low > 0 and chance.on:
        return Decision(**common, **_contact(said))
    need = _need(made, chance.value)
    if math.ceil(2 * need / made.n) > MOST_ROUNDS:
        return Decision(**common, **_refrain(said, need))
    return Decision(**common, **_test(said, need))


class _Said:
    """A plan with its interval, and how its figures are written."""

    def __init__(self, scope: Scope, made: Plan, chance: Kept, contact_cost: float, n_all: int) -> None:
        """Take the interval of the effect from the draws; it holds the effect."""
        self.lang, self.made, self.chance = scope.language, made, chance
        self.money = {"unit": "currency", "currency": scope.currency, "language": self.lang}
        self.cost, self.n_all = number(contact_cost, **self.money, decimals=2), n_all
        low, high = equal_tailed(made.draws, level=LEVEL)
        self.low, self.high = min(float(low), made.effect), max(float(high), made.effect)

    def rate(self, value: float) -> str:
        """A share with one decimal."""
        return number(value, "share", decimals=1, language=self.lang)

    def facts(self, need: int | None = None) -> dict:
        """What the sentences name."""
        lang, made = self.lang, self.made
        facts = {
            "n": number(made.n, "count", language=lang), "all": number(self.n_all, "count", language=lang), "cost": self.cost,
            "effect": number(made.effect, **self.money), "level": number(LEVEL, "share", language=lang),
            "bounds": interval(self.low, self.high, **self.money), "kept": self.rate(self.chance.value),
        }  # fmt: skip
        if need is None:
            return facts
        rounds = plural("{n} quarter", "{n} quarters", math.ceil(2 * need / made.n), lang)
        return facts | {"need": number(need, "count", language=lang), "rounds": rounds}

    def figures(self) -> dict:
        """Effect of contacting the chosen customers; the probability is empty while the save rate is assumed."""
        probability = float(np.mean(self.made.draws > 0)) if self.chance.on else None
        return {"effect": self.made.effect, "low": self.low, "high": self.high, "probability": probability}


def _wait(found: Known, lang: str) -> dict:
    why = (
        refusal(found, lang)
        or blunt(found, lang)
        or text("The value of a year cannot be checked before 65 weeks of data.", lang)
    )
    return {
        "verb": text("Wait", lang), "amount": text("no customer", lang), "reverse_if": _missing(found, lang),
        "sentence": text("Whom to try to keep cannot be told. {reason}", lang, reason=why),
    }  # fmt: skip


def _nobody(said: _Said) -> dict:
    lang, made = said.lang, said.made
    pays = text("a contact costs less than what stands behind one customer", lang)
    if made.pays_from < 1:
        pays = text(
            "a test shows that more than {rate} of those who would stay silent are kept", lang, rate=said.rate(made.pays_from)
        )  # fmt: skip
    sentence = text(
        "Contact nobody to keep them: at {cost} a contact and {kept} of the silent kept, no customer's chance of silence times value pays "
        "for it.", lang, cost=said.cost, kept=said.rate(said.chance.value),
    )  # fmt: skip
    return {
        "verb": text("Contact nobody", lang), "amount": text("no customer", lang), "effect": 0.0, "low": 0.0, "high": 0.0,
        "reverse_if": pays, "sentence": sentence,
    }  # fmt: skip


def _contact(said: _Said) -> dict:
    lang = said.lang
    sentence = text(
        "Contact the {n} of {all} active customers of whom chance of silence times value times {kept} kept is above {cost} a contact: "
        "{effect} after its cost ({level} interval {bounds}).", lang, **said.facts(),
    )  # fmt: skip
    reverse = text("a part left alone by lot comes back as often as the others", lang)
    return {"verb": text("Contact", lang), **said.figures(), "reverse_if": reverse, "sentence": sentence}


def _refrain(said: _Said, need: int) -> dict:
    """Not to write: the effect is what is given up."""
    lang, made = said.lang, said.made
    sentence = text(
        "Do not write to the {n} of {all} active customers whom a contact at {cost} could pay for: if {kept} of the silent are kept it brings "
        "only {effect} after its cost ({level} interval {bounds}), and proving it takes {need} customers a group and {rounds}.",
        lang, **said.facts(need),
    )  # fmt: skip
    reverse = text(
        "an offer can be expected to keep {rate} of the silent, which one quarter could prove", lang, rate=said.rate(_provable(made))
    )  # fmt: skip
    return {
        "verb": text("Do not write to them", lang), "effect": -made.effect, "low": -said.high, "high": -said.low,
        "reverse_if": reverse, "sentence": sentence,
    }  # fmt: skip


def _test(said: _Said, need: int) -> dict:
    lang = said.lang
    sentence = text(
        "Do not write to all of them yet: test it on the {n} of {all} active customers whom a contact at {cost} could pay for, half of them left "
        "alone. If {kept} of the silent are kept, writing to all brings {effect} after its cost ({level} interval {bounds}). The test needs {need} "
        "customers a group, which takes {rounds}.", lang, **said.facts(need),
    )  # fmt: skip
    reverse = text("the half left alone comes back as often as the others", lang)
    return {
        "verb": text("Test before writing to all", lang),
        **said.figures(),
        "reverse_if": reverse,
        "sentence": sentence,
    }


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
