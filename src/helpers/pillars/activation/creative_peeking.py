"""What looking every day costs, in words: the test whose looks are drawn, and the chance to be misled."""

from __future__ import annotations

from helpers.company import Scope
from helpers.i18n import days as span
from helpers.i18n import interval, number, text
from helpers.pillars.activation.creative_looks import price_of_peeking
from helpers.pillars.activation.creative_trial import Test


def picked(found: list[Test], name: str) -> Test | None:
    """The test whose looks are shown: the one named, else the last that was stopped early, else the last with looks."""
    seen = [one for one in found if one.looks is not None]
    for choice in (
        [one for one in seen if name and name in (one.id, one.name)],
        [one for one in seen if not name and one.state == "stopped early"],
        seen if not name else [],
    ):
        if choice:
            return choice[-1]
    return None


def looks_finding(test: Test | None, scope: Scope) -> str:
    """Say as a title what the daily looks show."""
    lang = scope.language
    if test is None:
        return text("No test is counted by day, so its looks cannot be shown", lang)
    looks = test.looks
    if looks.crossed_on is not None:
        day = (looks.crossed_on.date() - test.first_on).days + 1
        return text(
            "{test}: beyond the boundary for daily looks from day {day}", lang, test=test.name, day=day
        )
    if looks.naive_on is not None:
        day = (looks.naive_on.date() - test.first_on).days + 1
        return text(
            "{test}: past 1.96 on day {day}, never past the boundary that daily looks need",
            lang,
            test=test.name,
            day=day,
        )
    return text("{test}: never past 1.96, nor past the boundary", lang, test=test.name)


def looks_subtitle(test: Test | None, scope: Scope) -> str:
    """Say under the chart of looks what is drawn."""
    lang = scope.language
    if test is None:
        return text("standard errors from no effect, by day", lang)
    return text(
        "standard errors from no effect, by day of the test, {span}; n = {n}", lang, span=span(test.first_on, test.last_on, lang, style="medium"),
        n=number(test.n, "count", language=lang),
    )  # fmt: skip


def peeking(test: Test | None, scope: Scope) -> str:
    """Say what looking often at 1.96 costs, by exact computation for as many looks as the test had."""
    lang = scope.language
    looks = 20 if test is None else len(test.looks.table)
    once, often = price_of_peeking(looks)
    said = text(
        "A test without any effect passes 1.96 in {once} of cases when it is read once, and in **{often}** when it is read {n} times and stopped at "
        "the first success or failure.", lang, once=number(once, "share", language=lang), often=number(often, "share", language=lang), n=looks,
    )  # fmt: skip
    if test is None:
        return said
    shown = {"unit": "share", "decimals": 1, "language": lang}
    _, low, high = test.looks.sequential
    fixed = test.tested.effect.relative
    return said + " " + text(
        "{test}: read as if nobody had looked, {value} ({fixed}); with daily looks allowed for, {bounds}.", lang, test=test.name,
        value=number(fixed.value, **shown), fixed=interval(fixed.low, fixed.high, **shown), bounds=interval(low, high, **shown) or text("no bound yet", lang),
    )  # fmt: skip
