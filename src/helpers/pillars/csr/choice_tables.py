"""Tables and what charts draw on the page on responsible choice."""

from __future__ import annotations

import math

import pandas as pd

from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import capital, number, plural, signed, text, translate
from helpers.methods.intervals import Estimate
from helpers.pillars.csr.choice import Page
from helpers.pillars.csr.choice_taken import DAYS
from helpers.pillars.csr.choice_words import (
    bare,
    choice,
    goods,
    instead,
    money,
    service,
    share,
    share_with,
    trait,
)

HIDDEN = 10  # people under which a count is not shown


def by_choice(made: Page, scope: Scope) -> pd.DataFrame:
    """Rates at a fixed mix as the chart draws them: choice, when [period], rate, low, high; this quarter first, the most offered choice first."""
    lang, rows = scope.language, []
    for name in made.offered.rates["choice"]:
        for period in (scope.period, scope.period.year_before()):
            found = made.offered.fixed.get((name, period.code))
            if found is not None:
                rows.append((capital(choice(name, lang)), period.label(lang), *found[:3]))
    return pd.DataFrame(rows, columns=["choice", "when", "rate", "low", "high"])


def rates(made: Page, scope: Scope) -> pd.DataFrame:
    """One row a choice: offers, rate as offered, and at the same mix of markets and products that of the quarter, of the year before and the change."""
    lang, year, rows = scope.language, scope.period.year_before(), []
    for row in made.offered.rates.itertuples():
        now, then = (made.offered.fixed.get((row.choice, one.code)) for one in (scope.period, year))
        rows.append((
            number(row.n_offered, "count", language=lang), share(row.rate, lang) if row.rate == row.rate else "–",
            "–" if now is None else share_with(*now[:3], lang), "–" if then is None else share_with(*then[:3], lang),
            "–" if now is None or then is None else bare(_less(now, then), lang),
        ))  # fmt: skip
    heads = [
        text("offers", lang),
        text("as offered", lang),
        text("same mix, {period}", lang, period=scope.period.label(lang)),
        text("same mix, {period}", lang, period=year.label(lang)),
        text("change, points", lang),
    ]
    names = [capital(choice(name, lang)) for name in made.offered.rates["choice"]]
    return pd.DataFrame(rows, columns=heads, index=names).rename_axis(columns=text("choice", lang))


def _less(now: Estimate, then: Estimate) -> Estimate:
    """Difference of two estimates of different orders, its interval from their own (Zou & Donner, 2008)."""
    gap = now.value - then.value
    low = math.hypot(now.value - now.low, then.high - then.value)
    high = math.hypot(now.high - now.value, then.value - then.low)
    return Estimate(gap, gap - low, gap + high, now.level, now.n + then.n)


def moved(made: Page, scope: Scope) -> pd.DataFrame:
    """Why the rate moved on the same quarter of the year before: mix, behaviour, all; in points. Empty without that quarter."""
    lang, change = scope.language, made.offered.change
    if change is None:
        return pd.DataFrame()
    names = (
        text("what was offered, and where", lang),
        text("how often it was chosen", lang),
        text("all", lang),
    )
    head = text("points", lang)
    return pd.DataFrame(
        {head: [bare(one, lang) for one in (change.mix, change.rate, change.total)]}, index=names
    ).rename_axis(columns=text("the change by", lang))


def by_criteria(made: Page, scope: Scope) -> pd.DataFrame:
    """Rates by number of criteria as the chart draws them: criteria [words], rate, low, high."""
    table = made.offered.by_number
    names = [plural("{n} criterion", "{n} criteria", n, scope.language) for n in table["n_criteria"]]
    return table.assign(criteria=names)


def defaults(made: Page, scope: Scope) -> pd.DataFrame:
    """One row a default that a lot decided: offers, ticked and not, effect by lot, and what weeks picked by hand would have said."""
    lang, rows = scope.language, []
    for one in made.offered.lots:
        sound = one.found.ratio.verdict != "mismatch"
        rows.append((
            number(one.found.ratio.n, "count", language=lang), share(one.found.treated, lang), share(one.found.control, lang),
            bare(one.found.by_week.difference, lang) if sound else "–", bare(one.found.naive, lang),
        ))  # fmt: skip
    heads = [
        text("offers", lang),
        text("ticked", lang),
        text("not ticked", lang),
        text("effect by lot, points", lang),
        text("weeks picked by hand, points", lang),
    ]
    return pd.DataFrame(
        rows, columns=heads, index=[capital(choice(one.choice, lang)) for one in made.offered.lots]
    ).rename_axis(columns=text("choice", lang))


def drawn_services(made: Page, scope: Scope) -> pd.DataFrame:
    """Repurchase differences as the chart draws them, in points: label, value, low, high."""
    rows = [
        (capital(service(one.name, scope.language)), *(100 * value for value in one.again.difference[:3]))
        for one in made.services
        if one.again.reason is None
    ]
    return pd.DataFrame(rows, columns=["label", "value", "low", "high"])


def services(made: Page, scope: Scope) -> pd.DataFrame:
    """One row a service: who took it, repurchase of takers and of others like them, the difference, revenue kept, NPS."""
    lang, rows = scope.language, []
    for one in made.services:
        taken = (
            number(len(one.group.takers), "count", language=lang)
            if len(one.group.takers) >= HIDDEN
            else text("under 10", lang)
        )
        if one.again.reason is not None:
            rows.append((taken, "–", capital(translate(one.again.reason, lang)), "–", "–"))
            continue
        both = text(
            "{share} against {other}",
            lang,
            share=share(one.again.takers, lang, decimals=0),
            other=share(one.again.others, lang, decimals=0),
        )
        few = text("need n = {need}", lang, need=COUNTS_ONLY)
        rows.append((
            taken, both, bare(one.again.difference, lang), money(one.kept.difference, scope.currency, lang, decimals=0),
            few if one.nps.reason is not None else bare(one.nps.difference, lang, decimals=0),
        ))  # fmt: skip
    heads = [
        text("customers", lang),
        text("bought again, others like them", lang),
        text("difference, points", lang),
        text("revenue kept", lang),
        text("NPS, points", lang),
    ]
    return pd.DataFrame(
        rows, columns=heads, index=[capital(service(one.name, lang)) for one in made.services]
    ).rename_axis(columns=text("service taken", lang))


def doubts(made: Page, scope: Scope) -> pd.DataFrame:
    """What speaks against a comparison, one row a service: the naive difference, the 180 days before, what could explain it, others by weight."""
    lang, known = scope.language, [one for one in made.services if one.again.reason is None]
    rows = [
        (
            signed(100 * one.again.naive, "ratio", decimals=1, language=lang), bare(one.placebo.difference, lang),
            "–" if one.again.e_bound != one.again.e_bound else number(one.again.e_bound, "ratio", decimals=1, language=lang),
            number(round(one.group.n_effective), "count", language=lang),
        )
        for one in known
    ]  # fmt: skip
    heads = [
        text("against all others, points", lang),
        text("in the {n} days before, points", lang, n=DAYS),
        text("unknown factor", lang),
        text("others by weight", lang),
    ]
    return pd.DataFrame(
        rows, columns=heads, index=[capital(service(one.name, lang)) for one in known]
    ).rename_axis(columns=text("service taken", lang))


def balance(made: Page, scope: Scope) -> pd.DataFrame:
    """How unlike takers and others were before weighting and are after it: the largest level of each trait, in standard deviations."""
    lang = scope.language
    known = [one.group.balance for one in made.services if one.again.reason is None]
    parts = [one.assign(before=one["before"].abs(), after=one["after"].abs()) for one in known]
    if not parts:
        return pd.DataFrame()
    worst = (
        pd.concat(parts)
        .groupby("column", sort=False)[["before", "after"]]
        .max()
        .sort_values("before", ascending=False, kind="stable")
    )
    table = {text("before", lang): worst["before"], text("after", lang): worst["after"]}
    made_of = {
        head: [number(value, "ratio", decimals=2, language=lang) for value in column]
        for head, column in table.items()
    }
    return pd.DataFrame(made_of, index=[capital(trait(name, lang)) for name in worst.index]).rename_axis(
        columns=text("standard deviations apart", lang)
    )


def returns(made: Page, scope: Scope) -> pd.DataFrame:
    """Used goods that come back, beside new ones of the same market, month and value."""
    lang, rows = scope.language, made.taken.returns if made.taken else []
    table = {
        text("orders", lang): [number(one.n, "count", language=lang) for one in rows],
        text("came back", lang): [share_with(*one.rate, lang) for one in rows],
        text("new goods of the same value", lang): [share(one.new, lang) for one in rows],
        text("difference, points", lang): [bare(one.gap.difference, lang) for one in rows],
    }
    return pd.DataFrame(table, index=[capital(service(one.service, lang)) for one in rows]).rename_axis(
        columns=text("goods", lang)
    )


def asked(made: Page, scope: Scope) -> pd.DataFrame:
    """What buyers of used goods say they would have done instead, by service; only services that were asked about."""
    lang, rows, index = scope.language, [], []
    for one in made.displaced.asked:
        for row in one.answers.itertuples():
            told = one.displaced.value == one.displaced.value
            rows.append(
                (
                    number(row.n, "count", language=lang) if row.n >= HIDDEN else text("under 10", lang),
                    share_with(row.share, row.low, row.high, lang, decimals=0) if told else "–",
                )
            )
            index.append(f"{capital(goods(one.service, lang))} · {instead(row.choice, lang)}")
    heads = [text("answers", lang), text("share", lang)]
    return pd.DataFrame(rows, columns=heads, index=index).rename_axis(columns=text("instead", lang))
