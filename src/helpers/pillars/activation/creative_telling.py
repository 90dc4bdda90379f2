"""What the tests say, in words: why a result may not be used, findings under charts, the answer of the page."""

from __future__ import annotations

import math

import pandas as pd

from helpers.company import Scope
from helpers.i18n import interval, listed, mark, number, p_value, plural, signed, text
from helpers.kpi import LEVEL, money_word
from helpers.pillars.activation.creative import Test
from helpers.pillars.activation.creative_worth import Design, Worth

VERDICTS = {
    "won": mark("won"), "lost": mark("lost"), "cannot tell": mark("cannot tell"), "unusable": mark("may not be used"), "running": mark("still running"),
}  # fmt: skip

SHORT = {
    "mismatch": mark("arms of unequal size"), "stopped early": mark("stopped early"), "no control": mark("one arm only"),
    "not counted once": mark("people counted twice"), "running": mark("still running"),
    **dict.fromkeys(("as planned", "no plan", "stopped at the boundary"), mark("too few people")),
}  # fmt: skip

MOST_LETTERS = 100  # of a hypothesis that is quoted within a sentence


def effect_said(test: Test, language: str) -> str:
    """The relative effect with its interval: "+3.9% (1.5% to 6.5%)"."""
    value, low, high = test.effect
    shown = {"unit": "share", "decimals": 1, "language": language}
    return f"{signed(value, **shown)} ({interval(low, high, **shown)})"


def idea(test: Test) -> str:
    """The hypothesis of a test without its full stop; empty where there is none, or one too long to stand within a sentence."""
    said = test.hypothesis.strip().rstrip(".")
    return said if len(said) <= MOST_LETTERS else ""


def why_not(test: Test, scope: Scope) -> str:
    """Why a result may not be used, in a sentence; an empty text where it may."""
    lang = scope.language
    if test.state == "mismatch":
        return text(
            "The arms do not have the sizes of a fair lot ({p}): visitors got lost in one of them.", lang, p=p_value(test.ratio.p, lang)
        )  # fmt: skip
    if test.state == "stopped early":
        return text(
            "It was stopped after {days} of {planned} planned days.",
            lang,
            days=test.n_days,
            planned=test.n_planned,
        )
    if test.state == "no control":
        return text("It has one arm and nothing to compare it with.", lang)
    if test.state == "not counted once":
        return text("It counts more successes than people, so an interval cannot be had from counts.", lang)
    if test.state == "running":
        return text("It is still running.", lang)
    if test.few:
        return text("It has too few units or successes to be read.", lang)
    if test.is_worse_up:
        value = effect_said(test, lang)
        return text("{metric}: {value}; less is better.", lang, metric=test.metric, value=value)
    return ""


def results(found: list[Test], scope: Scope) -> pd.DataFrame:
    """What the chart of effects draws: test, value, low, high; empty where the result may not be used."""
    rows = [
        (one.name, *(one.effect if one.is_usable else (math.nan,) * 3)) for one in sorted(found, key=lambda t: not t.is_usable)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["test", "value", "low", "high"])


def results_finding(found: list[Test], scope: Scope) -> str:
    """Say as a title how many tests may be used and how many of them won."""
    lang = scope.language
    if not found:
        return text("No test of a creative or a page yet", lang)
    good, won = [one for one in found if one.is_usable], [one for one in found if one.verdict == "won"]
    if not good:
        return text("None of {n} tests may be used", lang, n=len(found))
    return text(
        "{won} of {good} usable tests won; {bad} may not be used",
        lang,
        won=len(won),
        good=len(good),
        bad=len(found) - len(good),
    )


def results_subtitle(found: list[Test], scope: Scope) -> str:
    """Say under the chart what is drawn."""
    lang = scope.language
    return text(
        "relative change of each test's own figure, variant against control; {level} interval; n = {n}", lang,
        level=number(LEVEL, "share", language=lang), n=number(sum(one.n for one in found), "count", language=lang),
    )  # fmt: skip


def summary(found: list[Test], scope: Scope) -> pd.DataFrame:
    """The tests as a table for readers: metric, days, people, effect, verdict."""
    lang = scope.language
    made = {
        text("verdict", lang): [text(VERDICTS[one.verdict], lang) for one in found],
        text("change", lang): [
            effect_said(one, lang) if one.is_usable else text(SHORT[one.state], lang) for one in found
        ],
        text("figure", lang): [one.metric for one in found],
        text("days run", lang): [_days(one, lang) for one in found],
        text("people", lang): [number(one.n, "count", language=lang) for one in found],
    }
    return pd.DataFrame(made, index=[one.name for one in found])


def _days(test: Test, language: str) -> str:
    if len(test.days) <= 1 and test.n_planned:
        return text("total over {days}", language, days=test.n_planned)
    if test.n_planned is None:
        return text("{days}, no plan", language, days=test.n_days)
    return text("{days} of {planned}", language, days=test.n_days, planned=test.n_planned)


def naive(found: list[Test], scope: Scope) -> str:
    """Say what a reader would have rolled out who asks of each test only whether its variant is ahead beyond chance."""
    lang = scope.language
    ahead = [
        one for one in found if one.tested.p < 1 - LEVEL and (one.tested.statistic > 0) != one.is_worse_up
    ]
    if not ahead:
        return text("No variant is ahead beyond chance, so a careless reader rolls out nothing.", lang)
    traps = [one for one in ahead if not one.is_usable]
    names = listed([one.name for one in ahead], lang)
    said = plural(
        "A careless reader rolls out {names}.",
        "A careless reader rolls out {n} variants: {names}.",
        len(ahead),
        lang,
        names=names,
    )
    if not traps:
        return said
    reasons = " ".join(
        f"**{one.name}** {number(one.tested.effect.relative.value, 'share', language=lang)}: {why_not(one, scope)}"
        for one in traps
    )
    return said + " " + text("Some of them may not be used.", lang) + " " + reasons


def designs(made: list[tuple[Test, Design]], scope: Scope) -> pd.DataFrame:
    """What each test could see, as a table for readers."""
    lang = scope.language
    share = {"unit": "share", "decimals": 1, "language": lang}
    table = {
        text("smallest change seen", lang): [number(one.smallest, **share) for _, one in made],
        text("chance to see it", lang): [number(one.power, "share", language=lang) for _, one in made],
        text("needed an arm", lang): [number(one.needed, "count", language=lang) for _, one in made],
        text("days", lang): [number(one.days, "count", language=lang) for _, one in made],
        text("exaggerated", lang): [
            number(one.exaggeration, "ratio", decimals=2, language=lang) for _, one in made
        ],
        text("over time", lang): [_worn(test, lang) for test, _ in made],
    }
    return pd.DataFrame(table, index=[test.name for test, _ in made])


WORN = {
    "wears off": mark("wears off"), "grows": mark("grows"), "no trend seen": mark("no trend seen"), "cannot tell": mark("cannot tell"),
}  # fmt: skip


def _worn(test: Test, language: str) -> str:
    return text(WORN["cannot tell" if test.trend is None else test.trend.verdict], language)


def answer(found: list[Test], worths: dict[str, Worth], scope: Scope) -> str:
    """Answer the page's question: what to roll out and its money, what may not be used, what cannot be told."""
    lang = scope.language
    if not found:
        return text(
            "Which creative to roll out cannot be told: no test by lot is known. The agenda below says where to begin.",
            lang,
        )
    won = sorted(
        (one for one in found if one.verdict == "won"),
        key=lambda one: -worths[one.name].value if one.name in worths else 0.0,
    )
    bad = [one for one in found if one.verdict == "unusable"]
    open_ones = [one for one in found if one.verdict in ("cannot tell", "running")]
    said = []
    if won and won[0].name in worths:
        best = won.pop(0)
        money, worth = {"unit": "currency", "currency": scope.currency, "language": lang}, worths[best.name]
        said.append(text(
            "Roll out {test}: {effect} of its figure, {value} of {money} a year ({bounds}) if all orders pass by it.", lang, test=_named(best, lang),
            effect=effect_said(best, lang), value=number(worth.value, **money), money=money_word(scope), bounds=interval(worth.low, worth.high, **money),
        ))  # fmt: skip
    elif not won:
        said.append(text("Of {n} tests none won that may be used: roll out nothing.", lang, n=len(found)))
    if won:
        named = listed([one.name for one in won], lang)
        said.append(text("Won, without any money measured: {names}.", lang, names=named))
    bad, later = (listed([one.name for one in ones], lang) for ones in (bad, open_ones))
    if bad and later:
        said.append(
            text("No figure may be used of {names}; not told yet: {later}.", lang, names=bad, later=later)
        )
    elif bad:
        said.append(text("No figure may be used of {names}.", lang, names=bad))
    elif later:
        said.append(text("Not told yet: {later}.", lang, later=later))
    return " ".join(said)


def _named(test: Test, language: str) -> str:
    """The name of a test, and its hypothesis beside it."""
    said = idea(test)
    return text("{test} (“{hypothesis}”)", language, test=test.name, hypothesis=said) if said else test.name
