"""What to do with each test: roll it out, keep what there is, go on testing with a size, or use no figure of it."""

from __future__ import annotations

import math

import pandas as pd
from scipy.special import ndtr

from helpers.checks import SUREST, Decision
from helpers.company import Scope
from helpers.i18n import interval, number, text
from helpers.kpi import LEVEL, Z, money_word
from helpers.pillars.activation.creative import Test
from helpers.pillars.activation.creative_telling import effect_said, idea, why_not
from helpers.pillars.activation.creative_worth import Worth, design

ORDER = ("won", "unusable", "cannot tell", "lost", "running")
MOST = 8


def decisions(
    found: list[Test], worths: dict[str, Worth], agenda: pd.DataFrame, scope: Scope, *, worth_seeing: float, owner: str = ""
) -> list[Decision]:  # fmt: skip
    """One decision a test, money first; then the next test that the agenda asks for.

    Parameters
    ----------
    found, worths : tests, and money of those that count purchases, by name.
    agenda : result of `creative_agenda.agenda`.
    worth_seeing : smallest relative change that anyone would act on.
    """
    common = {
        "owner": owner or text("Creative manager", scope.language),
        "due": scope.next_review,
        "currency": scope.currency,
    }
    ordered = sorted(
        found, key=lambda one: (one.name not in worths or one.verdict != "won", ORDER.index(one.verdict))
    )
    made = [
        _decision(one, worths.get(one.name), scope, worth_seeing, common)
        for one in ordered[:MOST]
        if one.verdict != "running"
    ]
    return [*made, *_next(agenda, found, scope, common)]


def _decision(test: Test, worth: Worth | None, scope: Scope, worth_seeing: float, common: dict) -> Decision:
    lang, verdict = scope.language, test.verdict
    facts: dict = {
        "test": test.name,
        "metric": test.metric,
        "figure": _figure(test, lang),
        "n": number(test.n, "count", language=lang),
        "level": number(LEVEL, "share", language=lang),
    }
    common = {**common, "id": f"test_{test.name}", "amount": text("{n} people in the test", lang, **facts)}
    if verdict == "unusable":
        why = f"{_tested(test, lang)} {why_not(test, scope)}".lstrip()
        said = text("Use no figure of “{test}”. {why} Repeat it.", lang, **facts, why=why)
        return Decision(
            **common, verb=text("Repeat the test", lang), sentence=said,
            reverse_if=text("a repeat with a fair lot, run to its planned end, finds the same", lang),
        )  # fmt: skip
    if verdict == "won":
        return _roll_out(test, worth, facts, common, scope)
    if verdict == "lost":
        said = text(
            "Keep what there is: “{test}” changed {metric} by {effect}.",
            lang,
            **facts,
            effect=effect_said(test, lang),
        )
        said = f"{said} {_tested(test, lang)}".rstrip()
        return Decision(
            **common, verb=text("Keep the old version", lang), sentence=said, reverse_if=text("a changed variant wins a test of its own", lang)
        )  # fmt: skip
    return _go_on(test, facts, common, scope, worth_seeing)


def _roll_out(test: Test, worth: Worth | None, facts: dict, common: dict, scope: Scope) -> Decision:
    lang = scope.language
    facts["effect"] = effect_said(test, lang)
    common |= {
        "verb": text("Roll out", lang),
        "reverse_if": text("a tenth kept on the old version does as well after a quarter", lang),
    }
    chance = _chance(test.effect)
    if worth is None:
        said = text(
            "Roll out “{test}”: {figure} {effect}, n = {n}. No money is claimed: nobody measured what it brings in orders.", lang, **facts
        )  # fmt: skip
        return Decision(**common, sentence=said, probability=chance)
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    said = text(
        "Roll out “{test}”: {figure} {effect}, n = {n}. Expected: {value} of {money} a year ({level} interval {bounds}), if all orders pass by it and an "
        "order stays worth {each}.", lang, **facts, value=number(worth.value, **money), money=money_word(scope),
        bounds=interval(worth.low, worth.high, **money), each=number(worth.per_order, decimals=2, **money),
    )  # fmt: skip
    return Decision(
        **common, sentence=said, effect=worth.value, low=worth.low, high=worth.high, probability=chance
    )


def _chance(effect: tuple[float, float, float]) -> float | None:
    """Chance that the effect is on the side of its estimate, by the normal law of its interval."""
    value, low, high = effect
    half = (high - low) / 2
    return min(float(ndtr(Z * abs(value) / half)), SUREST) if half > 0 and math.isfinite(half) else None


def _go_on(test: Test, facts: dict, common: dict, scope: Scope, worth_seeing: float) -> Decision:
    """A test that cannot tell: how many people would tell, and whether a gain worth seeing is still open."""
    lang, made = scope.language, design(test, worth_seeing=worth_seeing)
    facts |= {
        "worth": number(worth_seeing, "share", language=lang),
        "need": number(made.needed, "count", language=lang),
    }
    if test.few or math.isnan(made.needed):
        why = f"{_tested(test, lang)} {why_not(test, scope)}".strip()
        said = text("Whether “{test}” works cannot be told. {why}", lang, **facts, why=why)
        return Decision(
            **common,
            verb=text("Test again", lang),
            sentence=said,
            reverse_if=text("a larger test can be read", lang),
        )
    _, low, high = test.effect
    best = -low if test.is_worse_up else high
    facts["effect"] = effect_said(test, lang)
    if best < worth_seeing:
        said = text(
            "Keep what there is for now, “{test}” cannot tell: {figure} {effect}. By its {level} interval it may be worse, the same, or better by less than "
            "{worth}; n = {need} an arm would tell a change of {worth}.", lang, **facts,
        )  # fmt: skip
        verb = text("Keep the old version for now", lang)
    else:
        days = (
            ""
            if math.isnan(made.days)
            else text("{days} days at its pace.", lang, days=number(made.days, "count", language=lang))
        )
        said = text(
            "Go on testing “{test}”: {figure} {effect}, which chance alone can make; n = {need} an arm would tell a change of {worth}. {days}", lang, **facts, days=days
        ).rstrip()  # fmt: skip
        verb = text("Go on testing", lang)
    return Decision(
        **common,
        verb=verb,
        sentence=said,
        reverse_if=text("a test of n = {need} an arm finds a gain with its whole interval", lang, **facts),
    )


def _figure(test: Test, language: str) -> str:
    """Name the figure of a test, after its hypothesis where one was written down."""
    said = idea(test)
    if not said:
        return test.metric
    return text("“{hypothesis}”: {metric}", language, hypothesis=said, metric=test.metric)


def _tested(test: Test, language: str) -> str:
    """Say what a test was about; an empty text where nobody wrote it down."""
    said = idea(test)
    return text("It tested “{hypothesis}”.", language, hypothesis=said) if said else ""


def _next(agenda: pd.DataFrame, found: list[Test], scope: Scope, common: dict) -> list[Decision]:
    """The next test: on the channel with most money and none, or the first test at all."""
    lang = scope.language
    untested = agenda[~agenda["is_tested"].astype(bool)] if len(agenda) else agenda
    if untested.empty and found:
        return []
    if untested.empty:
        said = text("Draw a lot for the next creative: half of the audience sees it, half does not.", lang)
        amount = text("the next creative", lang)
    else:
        row = untested.iloc[0]
        money = number(row["spend"], "currency", currency=scope.currency, language=lang)
        amount = text("{money} of media a year", lang, money=money)
        said = text("Give the next test of a creative to “{channel}”: {money} of media in twelve months, and no usable test names it. {question}", lang,
                    channel=row["channel"], money=money, question=row["question"])  # fmt: skip
    return [
        Decision(**{**common, "id": "next_test"}, verb=text("Test", lang), amount=amount, sentence=said,
                 reverse_if=text("a test of it is finished and may be used", lang))
    ]  # fmt: skip
