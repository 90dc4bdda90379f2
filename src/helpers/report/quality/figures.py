"""What the tables add up to: by month to hold against the tools, media against the accounts, spend without a channel."""

from __future__ import annotations

from functools import partial

import pandas as pd
from markupsafe import Markup

from helpers import i18n
from helpers.quality import Facts
from helpers.quality.naming import money, share
from helpers.quality.sums import unexplained, unmapped
from helpers.report.quality import parts

MONTHS = 13
MOST_CAMPAIGNS = 8


def media(facts: Facts, language: str) -> Markup:
    """Return media spend against the accounts, and the campaigns that no rule of the taxonomy reaches."""
    return parts.joined([_books(facts.books, language), _channels(facts.campaigns, language)])


def sums(facts: Facts, language: str) -> Markup:
    """Return the sums of the last 13 months, each table folded."""
    return parts.joined(
        [
            *_spend(facts.spend, language),
            *_orders(facts.orders, language),
            _conversions(facts.conversions, language),
        ]
    )


def _books(rows: pd.DataFrame, language: str) -> Markup:
    if rows.empty:
        return Markup("")
    month = partial(i18n.month, language=language)
    first, last = month(rows["starts_on"].iloc[0]), month(rows["ends_on"].iloc[0])
    heads = (
        (i18n.text("Platform or supplier", language), ""),
        (i18n.text("Currency", language), ""),
        (i18n.text("Spend in the exports", language), "num"),
        (i18n.text("Media in the accounts", language), "num"),
        (i18n.text("Difference", language), "num"),
        (i18n.text("Share", language), "num"),
    )
    total = unexplained(rows).assign(platform=i18n.text("all", language))
    named = rows.assign(
        platform=rows["platform"].where(rows["platform"] != "", i18n.text("no supplier named", language))
    )
    lines = [
        (
            Markup("<strong>{}</strong>").format(row["platform"]) if at < len(total) else row["platform"],
            row["currency"],
            money(row, row["spend"], language, decimals=0),
            money(row, row["books"], language, decimals=0),
            money(row, row["difference"], language, signed=True, decimals=0),
            share(row["share"], language),
        )
        for at, (_, row) in enumerate(pd.concat([total, named]).iterrows())
    ]
    caption = i18n.text("Spend against the accounts, {first} to {last}", language, first=first, last=last)
    said = i18n.text(
        "Over the last months that both have, before VAT. A supplier that is no platform stands alone.",
        language,
    )
    return parts.joined([parts.table(caption, heads, lines, language), parts.paragraph(said, muted=True)])


def _channels(campaigns: pd.DataFrame, language: str) -> Markup:
    if campaigns.empty:
        return Markup("")
    found = [
        i18n.text(
            "{share} of {spend}", language, share=share(row["share"], language),
            spend=money(row, row["spend"], language, decimals=0),
        )
        for _, row in unmapped(campaigns).iterrows()
    ]  # fmt: skip
    said = i18n.text("Spend without a channel: {list}.", language, list=i18n.listed(found, language))
    lost = campaigns[~campaigns["is_mapped"].astype("bool") & (campaigns["spend"] > 0)]
    heads = (
        (i18n.text("Campaign", language), ""),
        (i18n.text("Platform", language), ""),
        (i18n.text("Spend", language), "num"),
    )
    lines = [
        (row["campaign"] or "–", row["platform"], money(row, row["spend"], language, decimals=0))
        for _, row in lost.iterrows()
    ]
    caption = i18n.text("Campaigns without a channel, the largest first", language)
    return parts.joined(
        [parts.paragraph(said), parts.table(caption, heads, lines, language, most=MOST_CAMPAIGNS)]
    )


def _spend(rows: pd.DataFrame, language: str) -> list[Markup]:
    """A table a currency: months down, platforms across."""
    made = []
    for currency, own in rows.groupby("currency"):
        wide = own.pivot_table(index="month", columns="platform", values="spend", aggfunc="sum")
        heads = ((i18n.text("Month", language), ""), *((str(name), "num") for name in wide.columns))
        lines = [
            (
                i18n.month(month, language, short=True),
                *(money({"currency": currency}, value, language) for value in values),
            )
            for month, values in zip(wide.index[::-1][:MONTHS], wide.to_numpy()[::-1][:MONTHS], strict=True)
        ]
        caption = i18n.text(
            "Media spend before VAT by month and platform, {currency}", language, currency=currency
        )
        made.append(parts.folded(caption, parts.table(caption, heads, lines, language, most=MONTHS)))
    return made


def _orders(rows: pd.DataFrame, language: str) -> list[Markup]:
    made = []
    for currency, own in rows.groupby("currency"):
        heads = (
            (i18n.text("Month", language), ""),
            (i18n.text("Orders", language), "num"),
            (i18n.text("of them paid", language), "num"),
            (i18n.text("Revenue before VAT", language), "num"),
        )
        lines = [
            (
                i18n.month(row["month"], language, short=True),
                parts.number(row["n_orders"], language),
                parts.number(row["n_paid"], language),
                money(row, row["revenue"], language),
            )
            for _, row in own[::-1][:MONTHS].iterrows()
        ]
        caption = i18n.text(
            "Orders and revenue of paid orders by month, {currency}", language, currency=currency
        )
        made.append(parts.folded(caption, parts.table(caption, heads, lines, language, most=MONTHS)))
    return made


def _conversions(rows: pd.DataFrame, language: str) -> Markup:
    """The two last months and all of them, by platform, action, window and who counted."""
    if rows.empty:
        return Markup("")
    months = sorted(rows["month"].unique())[-2:][::-1]
    key = ["platform", "conversion_action", "attribution_window", "counted_by"]
    wide = rows.pivot_table(
        index=key, columns="month", values="conversions", aggfunc="sum", dropna=False
    ).dropna(how="all")
    heads = (
        (i18n.text("Platform", language), ""),
        (i18n.text("Action and window", language), ""),
        (i18n.text("Counted by", language), ""),
        *((i18n.month(pd.Timestamp(month), language, short=True), "num") for month in months),
        (i18n.text("All months", language), "num"),
    )
    counted = {"platform": i18n.text("the platform", language), "own": i18n.text("our analytics", language)}
    shown = partial(i18n.number, unit="count", language=language)
    lines = [
        (
            platform,
            ", ".join(part for part in (action, window) if part),
            counted[by],
            *(shown(values[month], decimals=_decimals(values[month])) for month in months),
            shown(values.sum(), decimals=_decimals(values.sum())),
        )
        for (platform, action, window, by), values in wide.iterrows()
    ]
    caption = i18n.text("Conversions by platform", language)
    said = i18n.text(
        "Platforms claim the same orders, each by its own rule: these figures are never summed across platforms.",
        language,
    )
    table = parts.table(caption, heads, lines, language, most=40)
    return parts.folded(caption, parts.joined([parts.paragraph(said), table]))


def _decimals(value: float) -> int:
    return 0 if pd.isna(value) or abs(value - round(value)) < 0.005 else 2
