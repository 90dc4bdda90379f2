"""What to do on the strength of the mix model: move what a test stands behind, test what it cannot tell, use no figure that fails."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.checks import SUREST, Decision
from helpers.company import Scope
from helpers.i18n import interval, number, text
from helpers.kpi import LEVEL, money_word
from helpers.methods.intervals import equal_tailed
from helpers.pillars.activation import mix_channels, mix_model, pages
from helpers.pillars.activation.mix_figures import refusal
from helpers.pillars.activation.mix_model import Model
from helpers.pillars.activation.naming import TOGETHER, listed_channels


def decisions(model: Model, table: pd.DataFrame, scope: Scope, *, owner: str = "") -> list[Decision]:
    """Decisions: what the last money of each tested channel says, what to test, which figures not to use.

    A channel may grow, or gets no more, where the whole interval of its last unit, in margin, lies on one side of what it costs. How much
    moves, and which test comes first, is decided on the page of the budget alone. A figure that fails a check is not to be used.
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
    moved.sort(key=lambda one: one.probability is None)  # those that can be told stand first
    first = [_test(table, scope, common)]
    out = mix_channels.withheld(table)
    named = [row.channel for row in out.itertuples() if row.channel in mix_model.alarmed(model)]
    unused = [_unused(out[out["channel"].isin(named)], scope, common)] if named else []
    return [one for one in (*moved, *first, *unused) if one is not None]


def _move(model: Model, row, scope: Scope, common: dict) -> Decision:
    """A tested channel: whether its last money pays. How much to move, and where to, is for the budget."""
    lang, rate = scope.language, scope.margin_rate
    margin = rate * mix_model.marginal(model, [row.channel])
    low, high = equal_tailed(margin, level=LEVEL)
    money = {"unit": "currency", "currency": scope.currency, "decimals": 2, "language": lang}
    facts = {
        "channel": row.channel, "level": number(LEVEL, "share", language=lang), "what": money_word(scope), "one": number(1, **money),
        "value": number(float(margin.mean()), **money), "bounds": interval(float(low), float(high), **money),
    }  # fmt: skip
    common = {**common, "id": f"move_{row.channel}", "amount": facts["channel"], "repeats": pages.BUDGET,
              "reverse_if": text("a new test on {channel} says otherwise", lang, **facts)}  # fmt: skip
    if low > 1:
        said = text(
            "More may go to {channel}: its last {one} brings {value} of {what} ({level} interval {bounds}). How much, the page on the budget says.",
            lang, **facts,
        )  # fmt: skip
        return Decision(**common, verb=text("Let grow", lang), sentence=said, probability=_sure(margin > 1))
    if high < 1:
        said = text(
            "Add nothing to {channel}: its last {one} brings {value} of {what} within weeks ({level} interval {bounds}), less than it costs.",
            lang, **facts,
        )  # fmt: skip
        return Decision(
            **common, verb=text("Add nothing", lang), sentence=said, probability=_sure(margin < 1)
        )
    said = text(
        "Leave {channel} as it is: whether its last {one} pays cannot be told, it brings {value} of {what} ({level} interval {bounds}).",
        lang, **facts,
    )  # fmt: skip
    return Decision(**common, verb=text("Leave", lang), sentence=said)


def _sure(holds: np.ndarray) -> float:
    return min(float(holds.mean()), SUREST)


def _test(table: pd.DataFrame, scope: Scope, common: dict) -> Decision | None:
    """Channels whose spend rests on no test, the largest first."""
    lang = scope.language
    open_ones = table[
        (table["status"] != "tested")
        & ~table["channel"].str.contains(TOGETHER, regex=False)
        & (table["spend"] > 0)
    ]
    if open_ones.empty:
        return None
    rows = open_ones.sort_values("spend", ascending=False, kind="stable")
    spend = number(float(rows["spend"].sum()), "currency", currency=scope.currency, language=lang)
    said = text(
        "Test by region before money moves on {channels}: {spend} a year rest on no test at all, be it of the whole spend or of a change of it. The page on the "
        "budget ranks the tests.", lang,
        channels=listed_channels(list(rows["channel"]), lang), spend=spend,
    )  # fmt: skip
    return Decision(id="test_first", verb=text("Test", lang), amount=text("{spend} a year", lang, spend=spend), sentence=said,
                    reverse_if=text("a test of it is already running", lang), repeats=pages.BUDGET, **common)  # fmt: skip


def _unused(out: pd.DataFrame, scope: Scope, common: dict) -> Decision:
    lang = scope.language
    spend = number(float(out["spend"].sum()), "currency", currency=scope.currency, language=lang)
    said = text(
        "Use neither the model's nor the platform's return of {channels} to move its {spend} a year: it follows demand, or changes with the year.", lang,
        channels=listed_channels(list(out["channel"]), lang), spend=spend,
    )  # fmt: skip
    return Decision(id="no_figure", verb=text("Do not use", lang), amount=text("{spend} a year", lang, spend=spend), sentence=said,
                    reverse_if=text("a test by region measures it", lang), **common)  # fmt: skip
