"""What could make the page of promotions wrong, said before any result."""

from __future__ import annotations

import numpy as np

from helpers.checks import Check, check, sample_check
from helpers.company import Scope
from helpers.i18n import listed, number, plural, text
from helpers.methods.promotions_design import SEASON_DAYS
from helpers.pillars.activation import promotions_figures as figures
from helpers.pillars.activation.promotions import Known, Promotion
from helpers.pillars.activation.promotions_days import covered
from helpers.pillars.activation.promotions_words import plain_names, quoted

LEAST_CLEAN = 7  # days without another promotion that a side should have
MANY_DAYS = 0.4  # share of days on promotion from which the baseline leans on few days


def checks(known: Known, scope: Scope, *, lacking: str = "") -> list[Check]:
    """Checks of the data and of the model; `lacking` says why no promotions are written down."""
    lang = scope.language
    if known.reason:
        remedy = text("Write promotions down in the table promotions, with market, days and discount.", lang)
        return [
            Check("judged", "review", figures.refusal(known, scope), f"{remedy} {lacking}".strip()),
            *_money(known, scope),
        ]
    some = figures.of_year(known, scope)
    made = [
        *_season(known, some, scope),
        *_windows(known, some, scope),
        *_discounts(known, some, scope),
        *_money(known, scope),
    ]
    least = min((one.n for one in some), default=0)
    return [
        *made,
        sample_check("least_orders", least, text("orders in the smallest promotion", lang), language=lang),
    ]


def _season(known: Known, some: list[Promotion], scope: Scope) -> list[Check]:
    """Whether season and promotion can be parted, and how much of the time is left to compare with."""
    lang = scope.language
    length = int((known.days["day"].max() - known.days["day"].min()).days) + 1
    once = [one for one in some if one.occurrences < 2]
    share = covered(known.days, known.runs)
    made = [
        check(
            "season", length >= SEASON_DAYS and not once,
            text("{n} days of orders; each kind of promotion ran in two years or more, so the season can be told from it.", lang, n=number(length, "count", language=lang))
            if length >= SEASON_DAYS and not once
            else plural("{n} day of orders: no season is fitted, and a promotion is held against the weeks around it.",
                        "{n} days of orders: no season is fitted, and a promotion is held against the weeks around it.", length, lang)
            if length < SEASON_DAYS
            else text("Ran in one year alone, so that its season is part of its lift: {names}.", lang, names=plain_names(once, scope)),
            remedy=text("Read these lifts with care until another year is in the data, or run the promotion in some markets alone.", lang),
        ),
        check(
            "covered", share <= MANY_DAYS,
            text("Promotions run on {share} of the days.", lang, share=number(share, "share", language=lang)),
            remedy=text("The baseline leans on few days without promotion: leave some weeks clean.", lang),
        ),
    ]  # fmt: skip
    if known.open:
        names = listed([quoted(name, scope) for name in known.open], lang)
        made.append(
            Check(
                "open",
                "pass",
                text("Not judged, because the days after are not over: {names}.", lang, names=names),
            )
        )
    return made


def _windows(known: Known, some: list[Promotion], scope: Scope) -> list[Check]:
    """Promotions that ran together, and those without clean days before or after."""
    lang = scope.language
    joined = [one for one in some if one.parts > 1]
    crowded = [one for one in some if min(one.clean_before, one.clean_after) < LEAST_CLEAN]
    return [
        check(
            "overlap", not joined,
            text("No two promotions ran on the same days in one market.", lang) if not joined
            else text("Ran on the same days in one market, cannot be parted and are published together: {names}.", lang, names=plain_names(joined, scope)),
            remedy=text("Run them in different weeks, or one of them in some markets alone, to tell which works.", lang),
        ),
        check(
            "clean_weeks", not crowded,
            text("Each promotion has {n} days or more before and after it without another one.", lang, n=LEAST_CLEAN) if not crowded
            else text("Fewer than {n} days before or after are free of another promotion and of the dip after it: {names}.", lang,
                      n=LEAST_CLEAN, names=plain_names(crowded, scope)),
            remedy=text("Their lift and their dip lean on the model of the season and on promotions of the same kind. Leave weeks free around them.", lang),
        ),
    ]  # fmt: skip


def _discounts(known: Known, some: list[Promotion], scope: Scope) -> list[Check]:
    """Discounts that nobody wrote down, and days that a market lacks."""
    lang = scope.language
    unknown = [one for one in some if one.is_observed]
    lacking = known.baseline.design.days["n"].eq(0).sum() if known.baseline else 0
    rows = len(known.baseline.design.days) if known.baseline else 1
    return [
        check(
            "discount_known", not unknown,
            text("The discount of each promotion is written down.", lang) if not unknown
            else text("No discount is written down; what orders show is used: {names}.", lang, names=plain_names(unknown, scope)),
            remedy=text("Fill in discount_share in the table promotions.", lang),
        ),
        check(
            "empty_days", lacking <= 0.05 * rows,
            text("{n} of {all} days of a market have no order and count as none.", lang, n=number(int(lacking), "count", language=lang),
                 all=number(rows, "count", language=lang)),
            remedy=text("If an export is missing, bring it: an empty day looks like lost orders.", lang),
        ),
    ]  # fmt: skip


def _money(known: Known, scope: Scope) -> list[Check]:
    """What the money is made of."""
    lang = scope.language
    share = float(known.days["n_costed"].sum() / max(known.days["n_orders"].sum(), 1))
    facts = {"share": number(share, "share", language=lang)}
    said = {
        "margin": text("Margin is reckoned order by order: cost of goods is known for {share} of the orders.", lang, **facts),
        "rate": text("Cost of goods is known for {share} of the orders, so margin is the company's rate on the price before the discount.", lang, **facts),
        "revenue": text("Neither cost of goods nor a margin rate is known: money is revenue, and no promotion can be seen to lose margin.", lang),
    }  # fmt: skip
    remedy = text(
        "Import cost_of_goods with the orders, or state contribution_margin_rate in company.toml.", lang
    )
    return [check("money", known.money_is == "margin", said[known.money_is], remedy=remedy)]


def is_told(one: Promotion) -> bool:
    """Whether a promotion's net margin has an interval."""
    return bool(np.isfinite([one.net.low, one.net.high]).all())
