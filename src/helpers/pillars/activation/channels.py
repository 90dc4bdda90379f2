"""What each channel brings: the table with the number to use, the evidence behind it, and the answer of the page."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from helpers.company import Scope
from helpers.i18n import interval, listed, month, number, parted, term, text
from helpers.kpi import LEVEL
from helpers.periods import Period
from helpers.pillars.activation import (
    channels_claims,
    channels_delivery,
    channels_known,
    channels_money,
    channels_spend,
)
from helpers.pillars.activation.channels_choice import (
    COLUMNS,
    PROVED,
    RECENT_MONTHS,
    SOURCES,
    USES,
    chosen,
    of_channel,
)
from helpers.pillars.activation.channels_delivery import Reached
from helpers.pillars.activation.channels_known import Known
from helpers.pillars.activation.channels_money import Brought
from helpers.pillars.activation.naming import listed_channels, shown

NO_SHARE = "exposure"  # a regression, which hands out no orders and may give less than none


class Page(NamedTuple):
    """What the page knows and has chosen.

    months : the twelve months that money is counted over. spend : of each channel in them. choices : the number to use of each.
    brings : what channels with a number on their whole spend brought. paced : campaigns against plan. reach : people reached in the month.
    tests, model, paths : the three frames that tests, model and attribution hand over; None where there are none.
    """

    known: Known
    months: list[Period]
    spend: pd.DataFrame
    choices: pd.DataFrame
    brings: Brought
    paced: pd.DataFrame
    reach: Reached | None
    tests: pd.DataFrame | None
    model: pd.DataFrame | None
    paths: pd.DataFrame | None


def page(
    found: Known, scope: Scope, *, tests: pd.DataFrame | None = None, model: pd.DataFrame | None = None, paths: pd.DataFrame | None = None,
    recent_months: int = RECENT_MONTHS, min_contacts: int = 3,
) -> Page:  # fmt: skip
    """Choose the number to use of each channel, and compute what rests on it.

    Parameters
    ----------
    found : `channels_known.known`.
    tests : one row a finished test that names a channel, as `channels_choice.choose` reads it.
    model : one row a channel of the mix model, as `channels_choice.choose` reads it.
    paths : one row a channel and rule of attribution: channel, rule, orders, low, high, n_orders.
    recent_months : age in months from which on a test is no longer used.
    min_contacts : contacts that a person needs to count as usefully reached.
    """
    months = channels_known.year(scope, found)
    if tests is not None:
        tests = tests.assign(ends_on=pd.to_datetime(tests["ends_on"]))
    spend = channels_known.by_channel(found, months)
    choices = chosen(
        list(spend["channel"]), tests, model, until=scope.period.end, recent_months=recent_months
    )
    return Page(
        found, months, spend, choices, channels_money.brought(choices, spend), channels_spend.pacing(found, scope.period),
        channels_delivery.reached(found, scope.period, k=min_contacts), tests, model, paths,
    )  # fmt: skip


def table(made: Page, scope: Scope) -> pd.DataFrame:
    """The channels as leadership reads them: spend, the one number to use with its interval, what it rests on and what it is for."""
    lang, rows = scope.language, made.spend.merge(made.choices, on="channel", sort=False)
    head = {
        text("Spend, {n} months", lang, n=len(made.months)): [_money(one, scope) for one in rows["spend"]],
        text("Number to use", lang): [_whole_number(row, lang) for row in rows.itertuples()],
        text("Rests on", lang): [_rests(row, lang) for row in rows.itertuples()],
        text("Use it for", lang): [text(USES[one], lang) for one in rows["source"]],
    }
    return pd.DataFrame(head, index=[shown(one, lang) for one in rows["channel"]]).rename_axis(
        columns=text("Channel", lang)
    )


def evidence(made: Page, scope: Scope) -> pd.DataFrame:
    """What each source says of each channel, with the number to use at the end; none of the columns before it is one."""
    lang, names = scope.language, list(made.spend["channel"])
    choices = made.choices.set_index("channel")
    head = {
        text("Platform claims", lang): [_platform(made, one, lang) for one in names],
        text("Paths credit", lang): [_paths(made.paths, one, lang) for one in names],
        text("Model says", lang): [_model(made.model, one, lang) for one in names],
        text("Test said", lang): [_test(made.tests, one, lang) for one in names],
        text("Number to use", lang): [_whole_number(choices.loc[one], lang) for one in names],
    }
    return pd.DataFrame(head, index=[shown(one, lang) for one in names]).rename_axis(
        columns=text("Channel", lang)
    )


def answer(made: Page, scope: Scope) -> str:
    """Answer the page's question in at most three sentences: the decision and its money, then the doubt."""
    lang, total = scope.language, made.spend["spend"].sum()
    if not total:
        return text("No media spend in {n} months: there is nothing to judge.", lang, n=len(made.months))
    share = channels_money.tested_share(made.choices, made.spend)
    facts = {
        "spend": _money(total, scope), "untested": _money(total * (1 - share), scope), "share": number(1 - share, "share", language=lang),
        "n": len(made.months),
    }  # fmt: skip
    proved = made.choices[made.choices["source"].isin(PROVED)]["channel"]
    if share >= 0.995:
        said = text("All of the {spend} spent on media in {n} months rests on tests.", lang, **facts)
    elif proved.empty:
        said = text(
            "Test before moving money: none of the {spend} spent on media in {n} months rests on a test of the whole spend.",
            lang,
            **facts,
        )
    else:
        said = text(
            "Test before moving money: {untested} of the {spend} spent on media in {n} months ({share}) rest on no test of the whole spend.", lang, **facts
        )  # fmt: skip
    if len(proved):
        named = listed([_named(row, lang) for row in _proved(made)], lang)
        said += " " + text("Return on spend that is proved: {names}.", lang, names=named)
    claimed = channels_claims.per_order(made.known, made.months)
    if len(claimed) and claimed.sum() > 1:
        said += " " + text(
            "Platforms claim {ratio} purchases for each paid order, so their returns are no number to use.", lang,
            ratio=number(claimed.sum(), "ratio", decimals=2, language=lang),
        )  # fmt: skip
    return said


def shares(made: Page, scope: Scope) -> pd.DataFrame:
    """Share of budget and of effect of the channels that have a number, for the chart; names as a reader sees them."""
    rows = made.brings.table
    return rows.assign(name=[shown(one, scope.language) for one in rows["channel"]])


def share_names(scope: Scope) -> tuple[str, str]:
    """Name the two shares of the chart."""
    return text("share of spend", scope.language), text("share of the revenue brought", scope.language)


def shares_finding(made: Page, scope: Scope) -> str:
    """Say where share of effect and share of budget are furthest apart."""
    lang, rows = scope.language, made.brings.table
    if rows.empty or rows["effect_share"].isna().any():
        return text(
            "Share of budget against share of effect: cannot tell, it takes two channels whose whole spend has a number",
            lang,
        )
    above, below = (
        rows[rows["effect_low"] > rows["budget_share"]],
        rows[rows["effect_high"] < rows["budget_share"]],
    )
    if above.empty and below.empty:
        return text("No channel's share of effect is told from its share of budget", lang)
    said = []
    if len(above):
        said.append(text("more than their share of budget bring {names}", lang, names=_list(above, lang)))
    if len(below):
        said.append(text("less than their share of budget bring {names}", lang, names=_list(below, lang)))
    return text("Surely {what}", lang, what=parted(said, lang))


def shares_subtitle(made: Page, scope: Scope) -> str:
    """Say under the chart of shares what is drawn."""
    lang, rows = scope.language, made.brings.table
    covered = rows["spend"].sum() / made.spend["spend"].sum() if made.spend["spend"].sum() else 0.0
    return text(
        "share of spend and of the revenue it brought, {n} months, among channels whose whole spend has a number ({covered} of spend); {level} interval", lang,
        n=len(made.months), covered=number(covered, "share", language=lang), level=number(LEVEL, "share", language=lang),
    )  # fmt: skip


def _list(rows: pd.DataFrame, lang: str) -> str:
    return listed_channels(list(rows["channel"]), lang)


def _money(value: float, scope: Scope) -> str:
    return number(value, "currency", currency=scope.currency, language=scope.language)


def _proved(made: Page) -> list:
    order = made.spend.merge(made.choices, on="channel", sort=False)
    return [row for row in order.itertuples() if row.source in PROVED and row.spend > 0]


def _named(row, lang: str) -> str:
    """A channel with its return and interval."""
    return f"{shown(row.channel, lang)} {number(row.value, 'ratio', decimals=1, language=lang)} ({_bounds(row.low, row.high, lang)})"


def _bounds(low: float, high: float, lang: str) -> str:
    return interval(low, high, "ratio", decimals=1, language=lang)


def _number(row, lang: str) -> str:
    if row.source == "none":
        return text("test first", lang)
    value = number(row.value, "ratio", decimals=1, language=lang)
    if row.kind == "marginal":
        value = text("{value} at the margin", lang, value=value)
    return text("{value} as a pair", lang, value=value) if row.source == "pair" else value


def _whole_number(row, lang: str) -> str:
    """The number to use with its interval."""
    said = _number(row, lang)
    return said if row.source == "none" else f"{said} ({_bounds(row.low, row.high, lang)})"


def _rests(row, lang: str) -> str:
    said = term(*SOURCES[row.source], lang)
    return f"{said}, {month(row.told_on, lang, short=True)}" if row.told_on == row.told_on else said


def _platform(made: Page, channel: str, lang: str) -> str:
    """Claims on a channel, each with platform and window; several are listed and never added up."""
    rows = channels_claims.platform_says(made.known, made.months)
    rows = rows[rows["channel"] == channel]
    said = []
    for row in rows.itertuples():
        what = number(row.roas, "ratio", decimals=1, language=lang)
        if row.roas != row.roas:
            what = f"{number(row.conversions, 'count', language=lang)} {row.conversion_group}"
        said.append(f"{what} ({row.platform}, {row.attribution_window or text('not told', lang)})")
    return parted(said, lang) or "–"


def _paths(paths: pd.DataFrame | None, channel: str, lang: str) -> str:
    """Share of the followed orders that the rules which share them out give a channel: from the lowest to the highest."""
    if paths is None or paths.empty:
        return "–"
    rows = paths[(paths["channel"] == channel) & (paths["n_orders"] > 0)].dropna(subset=["orders"])
    rows = rows[rows["rule"] != NO_SHARE]
    if rows.empty:
        return "–"
    share = rows["orders"] / rows["n_orders"]
    return text(
        "{range} of orders, by rule", lang, range=interval(share.min(), share.max(), "share", language=lang)
    )


def _model(model: pd.DataFrame | None, channel: str, lang: str) -> str:
    """Return of the model with its interval: as a pair, at the margin where nothing has corrected it, or why it is withheld."""
    row = of_channel(channel, model)
    if row is None:
        return "–"
    told = [tuple(float(row[name]) for name in COLUMNS[kind]) for kind in ("total", "marginal")]
    fits = [low <= value <= high for value, low, high in told]
    if row["status"] == "withheld" or not any(fits):
        return text("withheld", lang)
    is_total = fits[0] and row["status"] != "uncalibrated"
    value, low, high = told[0 if is_total else 1]
    said = f"{number(value, 'ratio', decimals=1, language=lang)} ({_bounds(low, high, lang)})"
    if row["status"] == "pair":
        said = text("{value} as a pair", lang, value=said)
    if is_total:
        return said
    return (
        text("{value} at the margin", lang, value=said)
        if row["status"] != "uncalibrated"
        else text("{value} at the margin, untested", lang, value=said)
    )


def _test(tests: pd.DataFrame | None, channel: str, lang: str) -> str:
    """Returns that finished tests of a channel found, the last first."""
    rows = None if tests is None or tests.empty else tests[tests["channel"] == channel]
    if rows is None or rows.empty:
        return "–"
    said = []
    for row in rows.sort_values("ends_on", ascending=False, kind="stable").itertuples():
        when = month(row.ends_on, lang, short=True)
        if row.roas == row.roas and row.roas_low == row.roas_low:
            said.append(
                f"{number(row.roas, 'ratio', decimals=1, language=lang)} ({_bounds(row.roas_low, row.roas_high, lang)}), {when}"
            )
        else:
            said.append(text("cannot tell", lang) + f", {when}")
    return parted(said, lang)
