"""What promotions say, in words: findings, the naive reading, the answer of the page."""

from __future__ import annotations

import numpy as np

from helpers import kpi
from helpers.checks import SUREST
from helpers.company import Scope
from helpers.i18n import interval, listed, number, plural, text
from helpers.methods import promotions_money as money
from helpers.pillars.activation import promotions_figures as figures
from helpers.pillars.activation.promotions import Known, Promotion
from helpers.pillars.activation.promotions_coupons import Coupons
from helpers.pillars.activation.promotions_words import amount, bounds, level, money_of, money_word, quoted

SURE = 0.90  # chance from which a promotion is said to pay, or to lose


def chance_pays(one: Promotion) -> float:
    """Chance that a promotion's net margin is above zero."""
    return money.chance_above(one.worth.net)


def pays(some: list[Promotion]) -> list[Promotion]:
    """Promotions whose net margin is above zero with a chance of 90 % or more, the largest first."""
    return sorted((one for one in some if chance_pays(one) >= SURE), key=lambda one: -one.net.value)


def loses(some: list[Promotion]) -> list[Promotion]:
    """Promotions whose net margin is below zero with a chance of 90 % or more, the largest loss first."""
    return sorted((one for one in some if chance_pays(one) <= 1 - SURE), key=lambda one: one.net.value)


def naive_change(one: Promotion) -> float:
    """Orders while a promotion ran over those of as many days before it, less 1; NaN without such days."""
    length = (one.ends_on - one.starts_on).days + 1
    if not one.n_before or one.days_before < length:
        return np.nan
    return one.n / one.n_before - 1


def trapped(some: list[Promotion]) -> list[Promotion]:
    """Promotions with more orders than the days before that lose margin all the same: good weeks for orders, bad ones for money."""
    return [one for one in loses(some) if one.extra.low > 0 or naive_change(one) > 0]


def worth_finding(known: Known, scope: Scope) -> str:
    """Say in words which promotions added margin and which lost some."""
    lang, some = scope.language, figures.of_year(known, scope)
    if not some:
        return text("What promotions were worth: cannot tell", lang)
    good, bad = pays(some), loses(some)
    if bad and good:
        return text(
            "{good} of {n} promotions added margin beyond chance, {bad} lost some",
            lang,
            good=len(good),
            bad=len(bad),
            n=len(some),
        )
    if bad:
        return plural(
            "{n} promotion of {all} lost margin beyond chance; none is seen to add some",
            "{n} promotions of {all} lost margin beyond chance; none is seen to add some",
            len(bad),
            lang,
            all=len(some),
        )
    if good:
        return plural(
            "{n} promotion of {all} added margin beyond chance",
            "{n} promotions of {all} added margin beyond chance",
            len(good),
            lang,
            all=len(some),
        )
    return plural(
        "{n} promotion: neither a gain nor a loss can be told from chance",
        "{n} promotions: neither gain nor loss can be told from chance",
        len(some),
        lang,
    )


def worth_subtitle(known: Known, scope: Scope) -> str:
    """Say under the forest what is drawn."""
    some = figures.of_year(known, scope)
    return text(
        "{money} added less discount on orders that come anyhow, less the dip after; {level} interval; n = {n} orders while they ran", scope.language,
        money=money_word(known.money_is, scope), level=level(scope), n=number(sum(one.n for one in some), "count", language=scope.language),
    )  # fmt: skip


def closer(known: Known, scope: Scope, wanted: str = "") -> Promotion | None:
    """The promotion to look at closely: the last one whose name holds `wanted`, else the one with most extra orders; None without any."""
    some = figures.of_year(known, scope)
    named = [one for one in some if wanted and wanted.casefold() in one.name.casefold()]
    if named:
        return named[-1]
    return max(some, key=lambda one: one.extra.value, default=None)


def around_finding(one: Promotion | None, scope: Scope) -> str:
    """Say in words what the days around a promotion show."""
    lang = scope.language
    if one is None:
        return text("What happens around a promotion: cannot tell", lang)
    lift, pulled = one.of(one.worth.lift), one.pulled
    facts = {"name": one.title, "lift": number(lift.value, "share", language=lang)}
    if np.isnan(pulled.value) or pulled.low <= 0:
        return text(
            "“{name}”: {lift} more orders; whether the weeks after lost some cannot be told", lang, **facts
        )
    return text(
        "“{name}”: {lift} more orders, {pulled} of them lost again after",
        lang,
        **facts,
        pulled=number(pulled.value, "share", language=lang),
    )


def around_subtitle(one: Promotion | None, scope: Scope) -> str:
    """Say under the chart of days what is drawn."""
    if one is None:
        return ""
    return text(
        "orders a day in {markets}, and without the promotion, with its {level} interval; it ran {n} days", scope.language,
        level=level(scope), markets=listed(list(one.markets), scope.language), n=(one.ends_on - one.starts_on).days + 1,
    )  # fmt: skip


def naive(known: Known, scope: Scope) -> str:
    """Say what orders against the days before would have claimed, and which promotions that reading praises although they lose money."""
    lang, some = scope.language, figures.of_year(known, scope)
    if not some:
        return text("No promotion can be judged, so nothing can be compared.", lang)
    lines = []
    for one in some:
        change, lift = naive_change(one), one.of(one.worth.lift)
        if np.isnan(change):
            continue
        lines.append("- " + text(
            "“{name}”: {change} orders on the days before; {lift} on what was to be expected ({bounds}).", lang, name=one.name,
            change=_signed(change, lang), lift=_signed(lift.value, lang), bounds=interval(lift.low, lift.high, "share", language=lang),
        ))  # fmt: skip
    bad = trapped(some)
    end = text("None of them has more orders and is sure to lose margin.", lang)
    if bad:
        end = text("Good for orders, bad for money: {names}.", lang, names=listed([
            text("“{name}” added {orders} and {money} of margin", lang, name=one.name, orders=number(one.extra.value, "orders", language=lang), money=amount(one.net.value, scope))
            for one in bad], lang))  # fmt: skip
    return "\n".join(lines) + "\n\n" + end


def _signed(value: float, language: str) -> str:
    return ("+" if value >= 0 else "") + number(value, "share", language=language)


def full_price_finding(rows: list, scope: Scope) -> str:
    """State the share at full price as the title of its chart, against the same month a year before: promotions come with the season."""
    row = kpi.pick(rows, "full_price_share")
    year = next((one for one in row.comparisons if one.base == "year"), None)
    if row.value is None or year is None:
        return kpi.finding(row, language=scope.language)
    value = number(row.value, "share", decimals=1, language=scope.language)
    return text(
        "{value} of orders at full price, {change}",
        scope.language,
        value=value,
        change=kpi.change(year, row, language=scope.language),
    )


def full_price_subtitle(known: Known, scope: Scope) -> str:
    """Say under the months what is drawn."""
    n = figures.by_month(known, scope)["share"].notna().sum()
    return text(
        "share of paid orders without a discount, by month, {n} months; {level} interval",
        scope.language,
        n=int(n),
        level=level(scope),
    )


def answer(known: Known, coupons: Coupons, scope: Scope) -> str:
    """Answer the page's question in three sentences at most: the decision with its money first, then the doubt."""
    lang, some = scope.language, figures.of_year(known, scope)
    if not some:
        said = text(
            "Which promotion to repeat cannot be told. {reason}", lang, reason=figures.refusal(known, scope)
        )
        if coupons.found is None:
            return said
        one, money_is = coupons.found.matched, money_of(scope, 2)
        return said + " " + text(
            "Customers who used a coupon spent {value} a week more than others alike before ({level} interval {bounds}), which no lot shows to be its effect.", lang,
            value=number(one.value, **money_is), level=level(scope), bounds=interval(one.low, one.high, **money_is),
        )  # fmt: skip
    bad, good = loses(some), pays(some)
    word = money_word(known.money_is, scope)
    parts = []
    if bad:
        net = money.interval_of(-sum(one.worth.net for one in bad), level=0.90)
        chance = min(money.chance_above(-sum(one.worth.net for one in bad)), SUREST)
        parts.append(text(
            "Drop or rework {names}: together they cost {value} of {money} ({level} interval {bounds}, chance of a loss {chance}).", lang,
            names=_short(bad, scope), value=amount(net.value, scope), money=word, level=level(scope), bounds=bounds(net, scope), chance=number(chance, "share", language=lang),
        ))  # fmt: skip
    if good:
        one = good[0]
        parts.append(
            text(
                "Repeat {names}: {value} ({bounds}).",
                lang,
                names=_short(good[:1], scope),
                value=amount(one.net.value, scope),
                bounds=bounds(one.net, scope),
            )
        )
    unsure = [one for one in some if one not in bad and one not in good]
    if unsure:
        best = max(unsure, key=lambda one: one.net.value)
        parts.append(text(
            "Not told from nothing is {name}: {value} ({bounds}).", lang, name=quoted(best.title, scope), value=amount(best.net.value, scope), bounds=bounds(best.net, scope),
        ))  # fmt: skip
    return " ".join(parts)


def _short(some: list[Promotion], scope: Scope) -> str:
    """At most three names without their markets, and how many more."""
    titles = list(dict.fromkeys(quoted(one.title, scope) for one in some))
    names = titles[:3]
    if len(titles) > len(names):
        names.append(plural("{n} more", "{n} more", len(titles) - len(names), scope.language))
    return listed(names, scope.language)


def days_label(scope: Scope) -> str:
    """Name the axis of the days around a promotion."""
    return text("days since it began", scope.language)
