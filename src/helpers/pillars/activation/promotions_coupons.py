"""Coupons: customers that used one against their own time before and against others alike. No lot made them, so no effect is claimed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers import rollups
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import interval, mark, number, plural, text
from helpers.kpi import LEVEL
from helpers.methods.intervals import Estimate, wilson
from helpers.methods.promotions_matched import Matched, matched_difference
from helpers.pillars.activation.promotions_words import money_of
from helpers.rollups import promotions as rolled

BEFORE_DAYS = 56
ROWS = (("naive", mark("users less others, while it ran")), ("before_after", mark("users, less their own weeks before")),
        ("matched", mark("users less others alike before")))  # fmt: skip


@dataclass(frozen=True, eq=False)
class Coupons:
    """Coupon campaigns: rows of customers, what the comparison says, campaigns, how many used one, and why there is none."""

    people: pd.DataFrame
    found: Matched | None
    n_campaigns: int
    n_addressed: int
    n_used: int
    reason: str


def known(
    orders: Any, recipients: Any, campaigns: Any, redemptions: Any, scope: Scope, *, lacking: str = ""
) -> Coupons:
    """Customers of the coupon campaigns with enough time before them; empty where a table is missing, with the reason.

    `lacking` says which table is missing, and which export would bring it.
    """
    empty = pd.DataFrame()
    if recipients is None or campaigns is None or redemptions is None:
        return Coupons(empty, None, 0, 0, 0, lacking)
    first = rollups.collect(rolled.promotion_days(orders))["day"].min().date()
    made = rolled.redeemers(orders, recipients, campaigns, redemptions, before=BEFORE_DAYS, least=first)
    frame = rollups.collect(made, may_be_empty=True).sort_values(
        ["campaign_id", "customer_id"], kind="stable", ignore_index=True
    )
    frame = frame[
        frame["starts_on"] + pd.to_timedelta(frame["days"] - 1, unit="D") <= pd.Timestamp(scope.period.end)
    ]
    if frame.empty or not frame["has_redeemed"].any():
        why = text(
            "No coupon campaign with {n} days of orders before it is over, or nobody used one.",
            scope.language,
            n=BEFORE_DAYS,
        )
        return Coupons(empty, None, 0, 0, 0, why)
    rows = pd.DataFrame({
        "unit": frame["customer_id"], "offer": frame["campaign_id"], "has_used": frame["has_redeemed"],
        "before": frame["spend_before"] * 7 / BEFORE_DAYS, "after": frame["spend_during"] * 7 / frame["days"],
    })  # fmt: skip
    used = int(frame.loc[frame["has_redeemed"] == 1, "customer_id"].nunique())
    found = matched_difference(rows, level=LEVEL) if used >= COUNTS_ONLY else None
    reason = (
        ""
        if found
        else text(
            "Only {n} customers used a coupon: cannot tell, need n = {need}.",
            scope.language,
            n=used,
            need=COUNTS_ONLY,
        )
    )
    return Coupons(
        rows, found, int(frame["campaign_id"].nunique()), len(frame), int(frame["has_redeemed"].sum()), reason
    )


def table(coupons: Coupons, scope: Scope) -> pd.DataFrame:
    """The three comparisons: one row each, its name, value, low and high [money a week]."""
    rows = []
    for name, label in ROWS if coupons.found else ():
        one: Estimate = getattr(coupons.found, name)
        rows.append((text(label, scope.language), one.value, one.low, one.high))
    return pd.DataFrame(rows, columns=["comparison", "value", "low", "high"])


def finding(coupons: Coupons, scope: Scope) -> str:
    """Say in words how far the comparisons are apart."""
    lang = scope.language
    if coupons.found is None:
        return text("What coupons bring cannot be told here", lang)
    money = money_of(scope, 2)
    naive, matched = coupons.found.naive, coupons.found.matched
    return text(
        "Users of a coupon spent {naive} a week more than others; held against others alike before, {matched}", lang,
        naive=number(naive.value, **money), matched=number(matched.value, **money),
    )  # fmt: skip


def subtitle(coupons: Coupons, scope: Scope) -> str:
    """Say under the chart of coupons what is drawn."""
    lang = scope.language
    campaigns = plural("{n} coupon campaign", "{n} coupon campaigns", coupons.n_campaigns, lang)
    return text(
        "spend a week per customer; {level} interval; {campaigns}, n = {n} times that a customer was addressed, {used} times with a coupon used", lang,
        level=number(LEVEL, "share", language=lang), campaigns=campaigns, n=number(coupons.n_addressed, "count", language=lang),
        used=number(coupons.n_used, "count", language=lang),
    )  # fmt: skip


def said(coupons: Coupons, scope: Scope) -> str:
    """Say what the coupons can carry: how many used one, and that no lot chose them."""
    lang = scope.language
    if coupons.found is None:
        return coupons.reason
    low, high = wilson(coupons.n_used, coupons.n_addressed, level=LEVEL)
    one = coupons.found.matched
    facts = {
        "share": number(coupons.n_used / coupons.n_addressed, "share", decimals=1, language=lang),
        "bounds": interval(low, high, "share", decimals=1, language=lang), "level": number(LEVEL, "share", language=lang),
        "matched": number(one.value, **money_of(scope, 2)), "range": interval(one.low, one.high, **money_of(scope, 2)),
    }  # fmt: skip
    return text(
        "{share} of the customers addressed by a campaign used a coupon of it ({level} interval {bounds}). Held against others alike before, they spent {matched} a "
        "week more ({range}). That is no effect of the coupon: whoever plans a large shop takes the coupon along, and no lot left anybody "
        "alone. A campaign that leaves every tenth customer out by lot would tell.", lang, **facts,
    )  # fmt: skip
