"""Is it worth writing to the customers who lapsed? The decision of the retention page, and its naive answer."""

from __future__ import annotations

import math

import pandas as pd

from helpers.checks import COUNTS_ONLY, Decision
from helpers.company import Scope
from helpers.i18n import interval, number, plural, text
from helpers.kpi import LEVEL, Z
from helpers.methods.sample_size import required_n_per_group

MAX_TEST_MONTHS = 3


def reminder(
    activity: pd.DataFrame, scope: Scope, *, extra_return_rate: float, due: str, owner: str = ""
) -> Decision:
    """Whether to test a reminder on the customers who lapsed in the month, with half of them held out.

    Parameters
    ----------
    activity : rollup `monthly_activity`; the last six months say how many return without any action.
    extra_return_rate : share of lapsed customers that the reminder would have to bring back on top of those who come
        back anyhow; an assumption until it is tested.

    Returns
    -------
    Decision. A test of up to three months is proposed: effect is the revenue a month if the assumption holds, with the
    interval of the spend of customers who come back (normal approximation to their mean). Where it would take longer,
    no campaign is proposed, and effect is what is given up, below zero. The probability is empty: nobody has tested it.

    Raises
    ------
    ValueError : `extra_return_rate` is not a share between 0 and 1.
    """
    if not 0 < extra_return_rate < 1:
        raise ValueError(f"extra_return_rate must be a share between 0 and 1, not {extra_return_rate!r}")
    lang = scope.language
    recent = activity.sort_values("month", kind="stable").tail(6)
    last = recent.iloc[-1]
    stopped = int(last["n_previous"] - last["n_kept"])
    returned, lapsed = recent["n_returned"].sum(), recent["n_lapsed"].sum()
    facts: dict = {"n": number(stopped, "count", language=lang)}
    common = {"id": "reminder", "currency": scope.currency, "due": due}
    common["owner"] = owner or text("CRM manager", lang)
    common["amount"] = text("{n} customers bought last month and not this month", lang, **facts)
    if returned < 2 or lapsed < COUNTS_ONLY or not stopped:
        said = text(
            "Whether to write to the {n} customers who bought last month and not this month cannot be told yet: {returned} of {lapsed} customers "
            "came back without any action over six months; need n = {need}, of whom two came back.",
            lang, **facts, returned=int(returned), lapsed=int(lapsed), need=COUNTS_ONLY,
        ) if stopped else text("Nobody who bought last month has stopped, so there is nobody to write to.", lang)  # fmt: skip
        reverse = text("more months of data", lang)
        return Decision(**common, verb=text("Wait", lang), reverse_if=reverse, sentence=said)

    base = returned / lapsed
    need = _need(base, extra_return_rate)
    months = math.ceil(2 * need / max(stopped, 1))
    worth = _worth(recent, stopped * extra_return_rate)
    facts |= _said(worth, base, extra_return_rate, need, months, scope)
    if months <= MAX_TEST_MONTHS:
        return Decision(**common, **worth, **_test(facts, lang))
    lost = {"effect": -worth["effect"], "low": -worth["high"], "high": -worth["low"]}
    return Decision(**common, **lost, **_leave(facts, _provable(base, stopped, lang), lang))


def _worth(recent: pd.DataFrame, customers: float) -> dict[str, float]:
    """Revenue a month of that many customers who come back: effect, low, high."""
    returned = recent["n_returned"].sum()
    mean = recent["returned_spend"].sum() / returned
    error = math.sqrt(max(recent["returned_spend_squared"].sum() / returned - mean**2, 0) / returned)
    spends = {"effect": mean, "low": mean - Z * error, "high": mean + Z * error}
    return {name: customers * max(spend, 0) for name, spend in spends.items()}


def _said(
    worth: dict[str, float], base: float, extra: float, need: int, months: int, scope: Scope
) -> dict[str, str]:
    """The figures of the decision in words."""
    lang = scope.language
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    return {
        "base": number(base, "share", language=lang),
        "extra": number(100 * extra, "count", language=lang),
        "effect": number(worth["effect"], **money),
        "level": number(LEVEL, "share", language=lang),
        "bounds": interval(worth["low"], worth["high"], **money),
        "need": number(need, "count", language=lang),
        "months": plural("{n} month", "{n} months", months, lang),
    }


def _test(facts: dict, language: str) -> dict[str, str]:
    """Words of the decision to test a reminder."""
    said = text(
        "Test a reminder on the {n} customers who stopped this month, half of them held out: {base} came back without any action over six months, "
        "and {extra} points more would bring {effect} a month ({level} interval {bounds}). The test needs {need} customers a "
        "group, which takes {months}.", language, **facts,
    )  # fmt: skip
    reverse = text("the held-out half comes back as often as the others", language)
    return {"verb": text("Test a reminder", language), "reverse_if": reverse, "sentence": said}


def _leave(facts: dict, reverse: str, language: str) -> dict[str, str]:
    """Words of the decision against a campaign that no test of a quarter could prove."""
    said = text(
        "Do not start a win-back campaign for the {n} customers who stopped this month: {base} came back without any action over six months, {extra} "
        "points more would bring only {effect} a month ({level} interval {bounds}), and proving it takes {need} customers a group and {months}.",
        language, **facts,
    )  # fmt: skip
    verb = text("Do not start a win-back campaign", language)
    return {"verb": verb, "reverse_if": reverse, "sentence": said}


def _provable(base: float, stopped: int, language: str) -> str:
    """Say which effect a test of one quarter's lapsed customers could prove."""
    for points in range(1, 41):
        if base + points / 100 < 1 and 2 * _need(base, points / 100) <= MAX_TEST_MONTHS * stopped:
            return plural(
                "a reminder can be expected to bring back {n} point more, which one quarter could prove",
                "a reminder can be expected to bring back {n} points more, which one quarter could prove",
                points,
                language,
            )
    return text("there are many more customers to test it on", language)


def _need(base: float, extra: float) -> int:
    """Customers a group that tell `base` from `base + extra`."""
    return required_n_per_group(base, min(base + extra, 0.99), level=LEVEL)


def naive_win_back(activity: pd.DataFrame, scope: Scope) -> str:
    """Say how many lapsed customers came back in the month though nobody wrote to them."""
    last = activity.sort_values("month", kind="stable").iloc[-1]
    lang = scope.language
    return text(
        "**{returned}** of **{lapsed}** customers who had skipped the month before were back this month, **{share}**, and nobody "
        "had to mail them. A campaign to all of them would have claimed every one.",
        lang,
        returned=number(last["n_returned"], "count", language=lang),
        lapsed=number(last["n_lapsed"], "count", language=lang),
        share=number(last["n_returned"] / max(last["n_lapsed"], 1), "share", language=lang),
    )
