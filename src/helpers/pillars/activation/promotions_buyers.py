"""Who bought in a promotion, and two readings of who would have paid the full price."""

from __future__ import annotations

from typing import Any

import pandas as pd

from helpers import rollups
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import interval, number, text
from helpers.kpi import LEVEL
from helpers.methods.intervals import wilson
from helpers.pillars.activation.promotions import Known, Promotion, runs_of
from helpers.rollups import promotions as rolled


def counts(orders: Any, known: Known, some: list[Promotion], scope: Scope) -> pd.DataFrame:
    """Who bought in each promotion: promotion, n_buyers, n_known, n_full_ever, n_full_always; in the order of `some`."""
    columns = ["promotion", "n_buyers", "n_known", "n_full_ever", "n_full_always"]
    if not some or not known.days["n_told"].sum():
        return pd.DataFrame(columns=columns)
    wanted = [one.name for one in some]
    ran = known.runs[known.runs["promotion"].isin(wanted)]
    frame = rollups.collect(rolled.promotion_buyers(orders, runs_of(ran)), may_be_empty=True).set_index(
        "promotion"
    )
    return frame.reindex([name for name in wanted if name in frame.index]).reset_index()[columns]


def table(counted: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Two readings of who would have paid the full price, in words: of the buyers known before, those who never bought at a discount, and
    those who bought at full price at least once. Groups under 30 have no share."""
    lang, rows = scope.language, []
    for one in counted.itertuples(index=False):
        few = one.n_known < COUNTS_ONLY
        shares = [
            text("too few", lang) if few else _share(k, one.n_known, lang)
            for k in (one.n_full_always, one.n_full_ever)
        ]
        rows.append({
            text("promotion", lang): one.promotion, text("known before", lang): number(one.n_known, "count", language=lang) if one.n_known >= 10 else text("under 10", lang),
            text("at least: never at a discount", lang): shares[0], text("at most: once at full price", lang): shares[1],
        })  # fmt: skip
    if not rows:
        return pd.DataFrame()
    made = pd.DataFrame(rows)
    return made.set_index(made.columns[0])


def _share(k: int, n: int, language: str) -> str:
    low, high = wilson(k, n, level=LEVEL)
    value = number(k / n, "share", language=language)
    return f"{value} ({interval(low, high, 'share', language=language)})"


def said(counted: pd.DataFrame, scope: Scope) -> str:
    """Say between which shares those lie who would have paid the full price."""
    lang = scope.language
    known = counted["n_known"].sum() if len(counted) else 0
    if known < COUNTS_ONLY:
        return text(
            "Who would have paid the full price cannot be told: fewer than {n} buyers were known before.",
            lang,
            n=COUNTS_ONLY,
        )
    least, most = (
        number(counted[name].sum() / known, "share", language=lang)
        for name in ("n_full_always", "n_full_ever")
    )
    return text(
        "Of {n} purchases of buyers known before, **{least}** were of customers who had never bought at a discount, and **{most}** of customers who had paid the full "
        "price at least once. Past purchases bound who could have paid it; they do not show who would have come on those days.", lang,
        n=number(known, "count", language=lang), least=least, most=most,
    )  # fmt: skip
