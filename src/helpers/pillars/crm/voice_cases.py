"""What customers write in about: cases per order, by topic."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import number, text
from helpers.kpi import LEVEL
from helpers.methods.intervals import poisson
from helpers.periods import Period
from helpers.pillars.crm.voice_known import Known, within
from helpers.privacy import hidden


def n_orders(found: Known, period: Period) -> int:
    """Orders placed in a period, whatever their status."""
    return int(within(found.order_days, period, "day")["n_rows"].sum())


def by_topic(found: Known, scope: Scope) -> pd.DataFrame:
    """Cases of the period per 100 orders, by topic, most first.

    Returns
    -------
    One row a topic that is not hidden as a small group: topic, cases [per 100 orders], low, high [Garwood], n_cases; none without cases
    or orders.
    """
    none = pd.DataFrame({name: [] for name in ("topic", "cases", "low", "high", "n_cases")}, dtype=float)
    if found.cases is None or found.order_days is None or "topic" not in found.cases:
        return none
    n = n_orders(found, scope.period)
    counts = within(found.cases, scope.period, "opened_on")["topic"].value_counts()
    counts = counts.sort_index().sort_values(ascending=False, kind="stable")
    counts = counts[~np.array(hidden(counts.tolist()), dtype=bool)]
    if n < COUNTS_ONLY or counts.empty:
        return none
    bounds = np.array([poisson(k, level=LEVEL) for k in counts])
    return pd.DataFrame(
        {
            "topic": counts.index, "cases": 100 * counts.to_numpy() / n, "low": 100 * bounds[:, 0] / n,
            "high": 100 * bounds[:, 1] / n, "n_cases": counts.to_numpy(),
        }
    )  # fmt: skip


def finding(table: pd.DataFrame, scope: Scope) -> str:
    """Say as a chart's title which topic brings most cases."""
    lang = scope.language
    if table.empty:
        return text("What customers write in about: cannot tell yet", lang)
    first = table.iloc[0]
    cases = number(first["cases"], "ratio", decimals=1, language=lang)
    return text(
        "Most cases are about: {topic}, {cases} in 100 orders", lang, topic=first["topic"], cases=cases
    )


def subtitle(table: pd.DataFrame, scope: Scope) -> str:
    """Say under the chart of cases what is drawn."""
    n = number(float(table["n_cases"].sum()), "count", language=scope.language)
    return text(
        "cases opened per 100 orders of the quarter, by topic, {level} interval; {period}, n = {n} cases", scope.language,
        level=number(LEVEL, "share", language=scope.language), period=scope.period.label(scope.language), n=n,
    )  # fmt: skip
