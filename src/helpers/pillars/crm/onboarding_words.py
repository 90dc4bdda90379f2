"""What the retention page says of newcomers to the product, and the decision on their onboarding."""

from __future__ import annotations

from helpers.checks import Decision
from helpers.company import Scope
from helpers.i18n import interval, number, text
from helpers.kpi import LEVEL
from helpers.methods.sample_size import required_n_per_group
from helpers.pillars.crm.onboarding import CHURN_DAYS, Known, Tested, losses, tested, used_on

WORTH = 0.10  # a cut of early leavers that would be worth a test of its own


def missing(app: Known, scope: Scope) -> str:
    """Say in one line which table would open the part on newcomers; an empty text where it is open."""
    lang = scope.language
    if app.use is None:
        return text("Which steps of an onboarding lose newcomers, and how many come back on day 1, 7 and 30: the table product_events would tell. {why}",
                    lang, why=app.lacking).strip()  # fmt: skip
    if app.steps is None or app.steps.empty:
        return text("Which steps of the onboarding lose newcomers: product_events has no event “onboarding” with a step.", lang)  # fmt: skip
    return ""


def finding(app: Known, scope: Scope) -> str:
    """Say as the title of the chart which steps lose most."""
    lang, table = scope.language, losses(app, scope).dropna(subset=["lost"])
    if table.empty:
        return text("Which steps lose newcomers cannot be told yet", lang)
    removed = table[table["is_removed"]]
    if len(removed):
        kept = float((1 - removed["lost"]).prod())
        return text("The steps that the shorter onboarding removes lose {share} of the newcomers who reach them", lang,
                    share=number(1 - kept, "share", language=lang))  # fmt: skip
    worst = table.loc[table["lost"].idxmax()]
    return text("The step “{step}” loses most: {share} of those who reach it", lang, step=worst["step"],
                share=number(worst["lost"], "share", language=lang))  # fmt: skip


def subtitle(app: Known, scope: Scope) -> str:
    """Say under the chart whom it is about."""
    lang, table = scope.language, losses(app, scope)
    facts = {
        "level": number(LEVEL, "share", language=lang),
        "n": number(table["n"].max() if len(table) else 0, "count", language=lang),
    }
    if tested(app) is not None and app.steps is not None and (app.steps["variant"] == app.longer.name).any():
        return text("newcomers lost at each step, % of those who completed the step before, longer onboarding of the test; {level} intervals; n = {n}", lang, **facts)  # fmt: skip
    return text("newcomers lost at each step, % of those who completed the step before, last three months; {level} intervals; n = {n}", lang, **facts)  # fmt: skip


def decisions(app: Known, scope: Scope, *, due: str, owner: str = "") -> list[Decision]:
    """Whether to keep the shorter onboarding, by what the test by lot says; nothing where there is no test."""
    found, lang = tested(app), scope.language
    if found is None or app.longer is None:
        return []
    n = used_on(app.use, 1, scope.period.start, scope.period.end)[1] if app.use is not None else 0
    common = {
        "id": "onboarding", "unit": "customers", "owner": owner or text("product manager", lang), "due": due,
        "amount": text("{n} newcomers in the month", lang, n=number(n, "count", language=lang)),
    }  # fmt: skip
    if not found.is_told:
        said = text("Repair the onboarding test, or wait for it, before anything is read from it: its arms cannot be compared yet.", lang)  # fmt: skip
        reverse = text("the check of the lot passes", lang)
        return [Decision(**common, verb=text("Repair the test", lang), reverse_if=reverse, sentence=said)]
    effect = {"effect": n * found.fewer.value, "low": n * found.fewer.low, "high": n * found.fewer.high}
    if found.cut.high < 0:
        effect = {"effect": -effect["effect"], "low": -effect["high"], "high": -effect["low"]}
    verb, said = _said(app, found, scope)
    reverse = text("a larger test shows that more newcomers leave with it", lang)
    # Without events nobody knows how many newcomers a month has.
    return [Decision(**common, **(effect if n else {}), verb=verb, reverse_if=reverse, sentence=said)]


def _said(app: Known, found: Tested, scope: Scope) -> tuple[str, str]:
    """Verb and sentence of the decision."""
    lang = scope.language
    shares = {"unit": "share", "language": lang}
    facts = {
        "days": CHURN_DAYS,
        "cut": number(found.cut.value, **shares),
        "bounds": interval(found.cut.low, found.cut.high, **shares),
        "level": number(LEVEL, **shares),
        "more": _completion(found, scope),
    }
    if found.cut.low > 0:
        return text("Keep the shorter onboarding", lang), text(
            "Keep the shorter onboarding: {cut} fewer newcomers leave within {days} days ({level} interval {bounds}){more}.", lang, **facts,
        )  # fmt: skip
    if found.cut.high < 0:
        return text("Take the longer onboarding back", lang), text(
            "Take the longer onboarding back: with the shorter one more newcomers leave within {days} days (a cut of {cut}, {level} interval {bounds}){more}.",
            lang, **facts,
        )  # fmt: skip
    left = app.longer.left / app.longer.n
    need = number(required_n_per_group(left, left * (1 - WORTH), level=LEVEL), "count", language=lang)
    said = text(
        "Keep the shorter onboarding, and do not count on fewer leavers: the test allows a cut of {bounds} within {days} days ({cut} seen, {level} interval)"
        "{more}. To tell a cut of {worth} it needs {need} newcomers an arm.", lang, **facts, worth=number(WORTH, **shares), need=need,
    )  # fmt: skip
    if found.completion is not None and found.completion.low > 0:
        return text("Keep the shorter onboarding", lang), said
    said = text(
        "Go on with the onboarding test: it allows a cut of {bounds} within {days} days ({cut} seen, {level} interval){more}, and to tell a cut of "
        "{worth} it needs {need} newcomers an arm.", lang, **facts, worth=number(WORTH, **shares), need=need,
    )  # fmt: skip
    return text("Go on with the test", lang), said


def _completion(found: Tested, scope: Scope) -> str:
    """How many more complete the shorter onboarding, as a clause; empty where the events do not say."""
    if found.completion is None:
        return ""
    points = {"unit": "points", "decimals": 0, "language": scope.language}
    gain = found.completion
    return text(
        "; {points} more complete it ({bounds})", scope.language, points=number(100 * gain.value, **points),
        bounds=interval(100 * gain.low, 100 * gain.high, **points),
    )  # fmt: skip
