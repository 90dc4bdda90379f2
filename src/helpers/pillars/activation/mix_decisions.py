"""What to do on the strength of the mix model: move what a test stands behind, test what it cannot tell, use no figure that fails."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.checks import SUREST, Decision
from helpers.company import Scope
from helpers.i18n import interval, listed, number, text
from helpers.kpi import LEVEL
from helpers.pillars.activation import mix_channels, mix_model
from helpers.pillars.activation.mix_figures import refusal
from helpers.pillars.activation.mix_model import Model

STEP = 0.10  # of a channel's spend, what one cycle moves; the curve is known near today's spend


def decisions(model: Model, table: pd.DataFrame, scope: Scope, *, owner: str = "") -> list[Decision]:
    """Decisions, those that name money first.

    Each tested channel is moved by a tenth where the whole interval of its last unit, in margin, lies on one side of what it costs. The
    largest channel that is withheld or untested is to be tested first. A figure that fails a check is not to be used.
    """
    lang = scope.language
    common = {
        "owner": owner or text("media manager", lang),
        "due": scope.next_review,
        "currency": scope.currency,
    }
    if not model.is_told:
        said = text("Decide nothing by a model of these data. {why}", lang, why=refusal(model, scope))
        return [
            Decision(id="no_model", verb=text("Do not use", lang), amount=text("the mix model", lang), sentence=said,
                     reverse_if=text("the data carry a model that has converged", lang), **common)
        ]  # fmt: skip
    moved = [
        _move(model, row, scope, common)
        for row in mix_channels.published(table).itertuples()
        if row.status == "tested"
    ]
    moved.sort(key=lambda one: one.effect is None)  # those that name money stand first
    first = [_test(table, scope, common)]
    out = mix_channels.withheld(table)
    named = [row.channel for row in out.itertuples() if row.channel in mix_model.alarmed(model)]
    unused = [_unused(out[out["channel"].isin(named)], scope, common)] if named else []
    return [one for one in (*moved, *first, *unused) if one is not None]


def _move(model: Model, row, scope: Scope, common: dict) -> Decision:
    """A tested channel: more, less, or leave it."""
    lang, rate = scope.language, scope.company.contribution_margin_rate or 1.0
    amount = STEP * row.spend
    gain = amount * (rate * mix_model.marginal(model, [row.channel]) - 1)
    low, high = np.quantile(gain, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    value, sure = float(gain.mean()), float((gain > 0).mean())
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    facts = {
        "channel": row.channel, "amount": number(amount, **money), "level": number(LEVEL, "share", language=lang), "what": money_word(scope),
    }  # fmt: skip
    common = {**common, "id": f"move_{row.channel}", "amount": text("{amount} a year", lang, **facts)}
    back = text("a new test on {channel} says otherwise", lang, **facts)
    if low > 0:
        said = text(
            "Put {amount} a year more into {channel}: {value} of {what} after the money spent ({level} interval {bounds}).", lang, **facts,
            value=number(value, **money), bounds=interval(float(low), float(high), **money),
        )  # fmt: skip
        return Decision(**common, verb=text("Increase", lang), sentence=said, effect=value, low=float(low), high=float(high),
                        probability=min(sure, SUREST), reverse_if=back)  # fmt: skip
    if high < 0:
        said = text(
            "Take {amount} a year out of {channel}: {value} of {what} is kept ({level} interval {bounds}), for the last of its money does not earn "
            "itself back.", lang, **facts, value=number(-value, **money), bounds=interval(-float(high), -float(low), **money),
        )  # fmt: skip
        return Decision(**common, verb=text("Reduce", lang), sentence=said, effect=-value, low=-float(high), high=-float(low),
                        probability=min(1 - sure, SUREST), reverse_if=back)  # fmt: skip
    said = text(
        "Leave {channel} as it is: {amount} a year more would bring {value} of {what} after the money spent ({level} interval {bounds}), so "
        "neither more nor less can be told.", lang, **facts, value=number(value, **money), bounds=interval(float(low), float(high), **money),
    )  # fmt: skip
    return Decision(**common, verb=text("Leave", lang), sentence=said, reverse_if=back)


def _test(table: pd.DataFrame, scope: Scope, common: dict) -> Decision | None:
    """The channel to test first: the largest spend without a test."""
    lang = scope.language
    open_ones = table[
        (table["status"] != "tested")
        & ~table["channel"].str.contains(" + ", regex=False)
        & (table["spend"] > 0)
    ]
    if open_ones.empty:
        return None
    row = open_ones.sort_values("spend", ascending=False, kind="stable").iloc[0]
    facts = {
        "channel": row["channel"],
        "spend": number(row["spend"], "currency", currency=scope.currency, language=lang),
        "why": row["reason"],
    }
    said = text(
        "Switch {channel} off in a part of the regions, chosen by lot, for eight weeks: {spend} a year go there, and no test stands behind its "
        "figure ({why}).", lang, **facts,
    )  # fmt: skip
    return Decision(id="test_first", verb=text("Test", lang), amount=text("{spend} a year", lang, **facts), sentence=said,
                    reverse_if=text("a test of it is already running", lang), **common)  # fmt: skip


def _unused(out: pd.DataFrame, scope: Scope, common: dict) -> Decision:
    lang = scope.language
    spend = number(float(out["spend"].sum()), "currency", currency=scope.currency, language=lang)
    said = text(
        "Use neither the model's nor the platform's return of {channels} to move its {spend} a year: it follows demand, or changes with the year.", lang,
        channels=listed(list(out["channel"]), lang), spend=spend,
    )  # fmt: skip
    return Decision(id="no_figure", verb=text("Do not use", lang), amount=text("{spend} a year", lang, spend=spend), sentence=said,
                    reverse_if=text("a test by region measures it", lang), **common)  # fmt: skip


def money_word(scope: Scope) -> str:
    """Name what the page's money is: contribution margin, or revenue where the company states no rate."""
    if scope.company.contribution_margin_rate is None:
        return text("revenue", scope.language)
    return text("contribution margin", scope.language)
