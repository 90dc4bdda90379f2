"""What the mix model says in words: answer, findings, tables, and what a platform claims beside it."""

from __future__ import annotations

import pandas as pd

from helpers import rollups
from helpers.company import Scope
from helpers.i18n import interval, listed, number, plural, text
from helpers.kpi import LEVEL, KpiRow, pick
from helpers.pillars.activation import mix_channels, mix_model, mix_series
from helpers.pillars.activation.mix_figures import ORDER, refusal
from helpers.pillars.activation.mix_model import Model
from helpers.pillars.activation.naming import count, listed_channels
from helpers.rollups import media_weeks

DECIMALS = {"decimals": 2}


def answer(model: Model, table: pd.DataFrame, rows: list[KpiRow], scope: Scope) -> str:
    """Answer the page's question in at most three short sentences: what may be used, its doubt, and what not."""
    lang = scope.language
    if not model.is_told:
        return text(
            "What each channel brings cannot be told by a model. {why}", lang, why=refusal(model, scope)
        )
    whole, told = pick(rows, ORDER[0]), mix_channels.published(table)
    if whole.value is None:
        return text(
            "What each channel brings cannot be told by a model of these data: no channel passes its checks. Test before moving money.",
            lang,
        )
    facts = {
        "value": _money(whole.value, scope), "bounds": _bounds(whole.low, whole.high, scope),
        "level": number(LEVEL, "share", language=lang), "share": number(pick(rows, ORDER[1]).value, "share", language=lang),
        "out": listed_channels(list(mix_channels.withheld(table)["channel"]), lang),
    }  # fmt: skip
    said = text(
        "The last euro of media brought {value} of revenue ({level} interval {bounds}), as far as it can be told: for {share} of the spend.", lang,
        **facts,
    ) if scope.currency == "EUR" else text(
        "The last unit of media money brought {value} of revenue ({level} interval {bounds}), as far as it can be told: for {share} of the spend.",
        lang, **facts,
    )  # fmt: skip
    if facts["out"] and len(mix_channels.withheld(table)):
        said += " " + text("Use no return of {out}: the checks speak against it.", lang, **facts)
    sure = [row.channel for row in told.itertuples() if row.marginal_low > 0]
    if sure:
        return said + " " + plural(
            "Only {channels} is known to bring more than nothing.", "Only {channels} are known to bring more than nothing.", count(sure), lang,
            channels=listed_channels(sure, lang),
        )  # fmt: skip
    return said + " " + text("No single channel is known to bring more than nothing.", lang)


def finding(model: Model, table: pd.DataFrame, scope: Scope) -> str:
    """Say in words what the forest shows."""
    lang, told = scope.language, mix_channels.published(table)
    if told.empty:
        return text("What the last unit of money brings: cannot tell", lang)
    sure = [row.channel for row in told.itertuples() if row.marginal_low > 0]
    if not sure:
        return text("No channel's last unit of money is known to bring more than nothing", lang)
    if len(sure) == len(told):
        return text("In each channel the last unit of money brings something", lang)
    return text("The last unit of money is known to bring something in {channels} only", lang, channels=listed_channels(sure, lang))  # fmt: skip


def subtitle(model: Model, scope: Scope) -> str:
    """Say under the forest what is drawn."""
    return text(
        "revenue per unit of money at the margin, last {weeks} weeks, {level} interval; from {n} weeks", scope.language,
        weeks=mix_model.YEAR_WEEKS, level=number(LEVEL, "share", language=scope.language), n=len(model.known.table),
    )  # fmt: skip


def status_table(table: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row a channel in words: spend, return of the last unit, return of all the money, what stands behind it; `whys` says why."""
    lang = scope.language
    named = {
        "tested": text("tested", lang), "uncalibrated": text("uncalibrated", lang), "pair": text("pair", lang), "withheld": text("withheld", lang),
    }  # fmt: skip
    rows = table.sort_values("spend", ascending=False, kind="stable")
    made = {
        text("spend, {weeks} weeks", lang, weeks=mix_model.YEAR_WEEKS): [
            number(v, "currency", currency=scope.currency, language=lang) for v in rows["spend"]
        ],
        text("last unit brings", lang): [
            _cell(r.marginal_roas, r.marginal_low, r.marginal_high, lang) for r in rows.itertuples()
        ],
        text("all of it brings, per unit", lang): [
            _cell(r.roas, r.roas_low, r.roas_high, lang) for r in rows.itertuples()
        ],
        text("standing", lang): [named[one] for one in rows["status"]],
    }
    return pd.DataFrame(made, index=list(rows["channel"])).rename_axis(text("channel", lang))


def whys(table: pd.DataFrame, scope: Scope) -> str:
    """Say of each channel why its figure stands as it does, channels with the same reason together, the largest spend first."""
    rows = table.sort_values("spend", ascending=False, kind="stable")
    together = rows.groupby("reason", sort=False)["channel"].agg(list)
    lines = [
        text("**{channels}**: {reason}.", scope.language, channels=listed(names, scope.language), reason=why)
        for why, names in together.items()
    ]
    return "\n\n".join(lines)


def fit_finding(model: Model, scope: Scope) -> str:
    """Say how well the model follows sales."""
    lang = scope.language
    if not model.is_told:
        return text("No model follows sales here", lang)
    return text("The model follows sales within {share} in a usual week", lang,
                share=number(float(model.plain.shapes.sigma.mean()), "share", language=lang))  # fmt: skip


def claims(model: Model, table: pd.DataFrame, said, media, scope: Scope) -> pd.DataFrame:
    """What platforms claim for each unit of spend beside what the model may publish; empty where platforms claim nothing.

    Parameters
    ----------
    said, media : tables `media_conversions` (None where the company has none) and `media_spend`.
    """
    if said is None or model.data is None:
        return pd.DataFrame()
    rows = rollups.collect(media_weeks.platform_claims(said, media), may_be_empty=True)
    begin = model.data.days[model.first]
    recent = rows[
        (rows["converted_on"] >= begin) & (rows["converted_on"] < model.data.days[-1] + pd.Timedelta(days=7))
    ]
    value = recent.sort_values(["channel", "converted_on"]).groupby("channel")["value"].sum()
    single = table[table["channel"].isin(value.index) & (table["spend"] > 0)].set_index("channel")
    lang = scope.language
    return pd.DataFrame(
        {
            text("platforms claim, per unit", lang): [
                number(value[n] / single.at[n, "spend"], "ratio", decimals=1, language=lang)
                for n in single.index
            ],
            text("last unit brings", lang): [
                _cell(r.marginal_roas, r.marginal_low, r.marginal_high, lang) for r in single.itertuples()
            ],
        },
        index=list(single.index),
    ).rename_axis(text("channel", lang))


def naive(model: Model, said, media, scope: Scope) -> str:
    """Say what adding up the platforms' claims would have told."""
    lang = scope.language
    if said is None or model.data is None:
        return text(
            "No platform's own count is in the tables, so there is nothing naive to hold the model against.",
            lang,
        )
    rows = rollups.collect(media_weeks.platform_claims(said, media), may_be_empty=True)
    inside = (rows["converted_on"] >= model.data.days[model.first]) & (
        rows["converted_on"] < model.data.days[-1] + pd.Timedelta(days=7)
    )
    claimed = float(rows.loc[inside, "value"].sum())
    sold = float(model.data.outcome[model.first :].sum())
    return text(
        "Platforms claim **{claimed}** of sales for these weeks, {share} of all that was sold, and each of them a return that would justify more "
        "money. None of them knows who would have bought anyhow.", lang,
        claimed=number(claimed, "currency", currency=scope.currency, language=lang), share=number(claimed / sold, "share", language=lang),
    )  # fmt: skip


def _cell(value: float, low: float, high: float, language: str) -> str:
    if value != value:
        return "–"
    shown = {"language": language, **DECIMALS}
    return f"{number(value, 'ratio', **shown)} ({interval(low, high, 'ratio', **shown)})"


def _money(value: float, scope: Scope) -> str:
    return number(value, "currency", currency=scope.currency, language=scope.language, **DECIMALS)


def _bounds(low: float, high: float, scope: Scope) -> str:
    return interval(low, high, "currency", currency=scope.currency, language=scope.language, **DECIMALS)


def spend_label(scope: Scope) -> str:
    """Name the axis of spend."""
    return text("spend a week, as a share of today's", scope.language)


def response_finding(response: pd.DataFrame, scope: Scope) -> str:
    """Say in words what the response curves show."""
    lang = scope.language
    if response.empty:
        return text("What more or less spend would change: cannot tell", lang)
    ends = response.groupby("channel", sort=False).first()
    sure = list(ends.index[ends["high"] < 0])
    if not sure:
        return text("No cut that was seen is told from no change in sales", lang)
    return text("A cut would cost sales in {channels}", lang, channels=listed_channels(sure, lang))


def response_subtitle(scope: Scope) -> str:
    """Say under the response curves what is drawn."""
    return text("change of revenue a week against today's spend, {level} interval; only spend that was seen", scope.language,
                level=number(LEVEL, "share", language=scope.language))  # fmt: skip


def fit_subtitle(model: Model, scope: Scope) -> str:
    """Say under the chart of the fit what is drawn."""
    lang, left = scope.language, mix_series.residuals(model)
    facts = {"level": number(LEVEL, "share", language=lang), "n": len(model.known.table)}
    if not left:
        return text("revenue a week by month; n = {n} weeks", lang, **facts)
    return text(
        "revenue a week by month, {level} interval of the expectation; n = {n} weeks, {explained} of variance explained, {lasting} of a miss lasts to "
        "the next week", lang, **facts, explained=number(left["explained"], "share", language=lang),
        lasting=number(left["lasting"], "share", language=lang),
    )  # fmt: skip
