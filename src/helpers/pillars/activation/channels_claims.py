"""What platforms claim: by platform, action and window, beside the orders in the books; never added up in silence."""

from __future__ import annotations

import pandas as pd

from helpers.company import Scope
from helpers.i18n import number, text
from helpers.periods import Period
from helpers.pillars.activation.channels_known import Known, by_channel, of, sold, total
from helpers.pillars.activation.naming import shown

PURCHASE = "purchase"
BY_PLATFORM = "platform"


def platform_says(found: Known, months: list[Period]) -> pd.DataFrame:
    """Each claim of a platform on a channel, with its window, beside the spend on it.

    Returns
    -------
    One row per (channel, platform, conversion_group, attribution_window), in the order of spend: conversions, conversion_value
    [money], spend [money, of the platform in the channel], roas [value over spend; NaN without spend or value]. Empty where platforms
    hand out no conversions.
    """
    columns = [
        "channel",
        "platform",
        "conversion_group",
        "attribution_window",
        "conversions",
        "conversion_value",
        "spend",
        "roas",
    ]
    if found.claims is None:
        return pd.DataFrame(columns=columns)
    rows = of(found.claims, months)
    rows = rows[rows["counted_by"] == BY_PLATFORM]
    made = rows.groupby(columns[:4], as_index=False)[["conversions", "conversion_value"]].sum()
    spent = of(found.months, months).groupby(["channel", "platform"], as_index=False)["spend"].sum()
    made = made.merge(spent, on=["channel", "platform"], how="left")
    has_money = (made["spend"] > 0) & (made["conversion_value"] > 0)
    made["roas"] = (made["conversion_value"] / made["spend"]).where(has_money)
    return made.sort_values(
        ["spend", *columns[:4]], ascending=[False, True, True, True, True], kind="stable", ignore_index=True
    )


def per_order(found: Known, months: list[Period]) -> pd.Series:
    """Purchases claimed by each platform over all paid orders of these months, of each the window that claims most; empty without either."""
    sales = sold(found, months)
    if found.claims is None or sales is None or not sales["n_orders"]:
        return pd.Series(dtype=float)
    rows = of(found.claims, months)
    rows = rows[(rows["counted_by"] == BY_PLATFORM) & (rows["conversion_group"] == PURCHASE)]
    by_window = rows.groupby(["platform", "attribution_window"])["conversions"].sum()
    return by_window.groupby(level="platform").max() / sales["n_orders"]


def per_order_table(found: Known, months: list[Period]) -> pd.DataFrame:
    """Purchases claimed per paid order by platform, the largest first, for the chart: platform, ratio."""
    each = per_order(found, months).sort_values(ascending=False, kind="stable")
    return pd.DataFrame({"platform": list(each.index), "ratio": each.to_numpy(dtype=float)})


def finding(found: Known, months: list[Period], scope: Scope) -> str:
    """Say how many purchases all platforms together claim for each paid order."""
    lang, each = scope.language, per_order(found, months)
    if each.empty:
        return text("Purchases that platforms claim for each paid order: cannot tell", lang)
    ratio = number(each.sum(), "ratio", decimals=2, language=lang)
    return text("Together the platforms claim {ratio} purchases for each paid order", lang, ratio=ratio)


def subtitle(found: Known, months: list[Period], scope: Scope) -> str:
    """Say under the chart of claims what is drawn."""
    lang, sales = scope.language, sold(found, months)
    n = number(0 if sales is None else sales["n_orders"], "count", language=lang)
    return text("purchases claimed per paid order, {n} months, of each platform the window that claims most; n = {orders} paid orders", lang,
                n=len(months), orders=n)  # fmt: skip


def said(found: Known, months: list[Period], scope: Scope) -> str:
    """Say what the claims would add up to, and that they may not be added up."""
    lang, each, sales = scope.language, per_order(found, months), sold(found, months)
    if each.empty:
        why = found.lacking.get("media_conversions", "")
        return text("What platforms claim cannot be held against orders. {why}", lang, why=why).rstrip()
    return text(
        "Added up, the platforms claim {claims} purchases for {orders} paid orders: {ratio} for each. They count the same orders several times and orders that "
        "would have come anyhow, each by its own window, so the column is not added up.", lang,
        claims=number(each.sum() * sales["n_orders"], "count", language=lang), orders=number(sales["n_orders"], "count", language=lang),
        ratio=number(each.sum(), "ratio", decimals=2, language=lang),
    )  # fmt: skip


def table(found: Known, months: list[Period], scope: Scope) -> pd.DataFrame:
    """The claims as a reader sees them: one row a channel, platform, action and window, no total."""
    lang, rows = scope.language, platform_says(found, months)
    money = {"currency": scope.currency, "language": lang}
    made = {
        text("Platform", lang): list(rows["platform"]),
        text("Counts as", lang): list(rows["conversion_group"]),
        text("Window", lang): [one or text("not told", lang) for one in rows["attribution_window"]],
        text("Claimed", lang): [number(one, "count", language=lang) for one in rows["conversions"]],
        text("Spend", lang): [number(one, "currency", **money) for one in rows["spend"]],
        text("Return it claims", lang): [
            number(one, "ratio", decimals=1, language=lang) for one in rows["roas"]
        ],
    }
    names = [shown(one, lang) for one in rows["channel"]]
    return pd.DataFrame(made, index=names).rename_axis(columns=text("Channel", lang))


def naive(found: Known, months: list[Period], scope: Scope) -> str:
    """Say which channel a ranking by claimed return would feed, and what the ranking cannot know."""
    lang, rows = scope.language, platform_says(found, months).dropna(subset=["roas"])
    rows = rows[rows["channel"] != ""]
    if len(rows) < 2:
        return text("Fewer than two channels claim a return, so there is nothing to rank.", lang)
    ranked = rows.sort_values("roas", ascending=False, kind="stable")
    best, worst = ranked.iloc[0], ranked.iloc[-1]
    said = text(
        "By what platforms claim, **{best}** returns {high} for each {one} spent and **{worst}** {low}: the money seems to belong on {best}.", lang,
        one=number(1, "currency", currency=scope.currency, language=lang),
        best=shown(best["channel"], lang), worst=shown(worst["channel"], lang), high=number(best["roas"], "ratio", decimals=1, language=lang),
        low=number(worst["roas"], "ratio", decimals=1, language=lang),
    )  # fmt: skip
    silent = by_channel(found, months)
    silent = silent[
        (silent["spend"] > 0) & ~silent["channel"].isin(rows["channel"]) & (silent["channel"] != "")
    ]
    if len(silent) and total(found, months):
        said += " " + text(
            "Channels that claim no sale ({names}) are not even in the ranking.", lang,
            names=", ".join(shown(one, lang) for one in silent["channel"]),
        )  # fmt: skip
    return said
