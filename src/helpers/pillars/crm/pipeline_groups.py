"""Does recurring revenue stay alike in all groups of accounts? Net retention by segment, or by size where segments are too small."""

from __future__ import annotations

import pandas as pd

from helpers import privacy
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import mark, number, text
from helpers.kpi import LEVEL
from helpers.methods import arr
from helpers.pillars.crm.pipeline_arr import twelve_months

COLUMNS = ["group", "by", "value", "low", "high", "n"]
BY = {"segment": mark("segment"), "size": mark("size band")}
MOST = 6  # groups on the chart, the largest


def by_group(moves: pd.DataFrame | None, accounts: pd.DataFrame | None, scope: Scope) -> pd.DataFrame:
    """Net revenue retention of the last twelve months by group of accounts, as their list has them now.

    Returns
    -------
    One row a group of 30 accounts and more, the least retention first: group, by [a key of BY], value, low, high [hold together at
    90 %], n. Empty where no two groups are as large. A group of fewer than ten is not shown, nor one it could be worked out from.

    Formula: revenue now of the accounts of then / revenue then; each interval at 1 - (1 - .90) / groups.
    """
    none = pd.DataFrame(columns=COLUMNS)
    if moves is None or accounts is None:
        return none
    kept = twelve_months(moves, scope.period)
    for by in BY:
        named = kept["account"].map(accounts.set_index("account")[by])
        is_named = named.notna() & (named != "")
        own = kept.assign(group=named.astype(object).where(is_named, text("other", scope.language)))
        sizes = own["group"].value_counts().sort_index(kind="stable")
        sizes = sizes[[not out for out in privacy.hidden(sizes.tolist())]]
        sizes = sizes[sizes >= COUNTS_ONLY].nlargest(MOST)
        if len(sizes) > 1:
            level = 1 - (1 - LEVEL) / len(sizes)
            rows = [
                (name, by, *arr.net_retention(own[own["group"] == name], level=level, seed=1)[0])
                for name in sizes.index
            ]
            table = pd.DataFrame(rows, columns=["group", "by", "value", "low", "high", "level", "n"])[COLUMNS]
            return table.dropna().sort_values(["value", "group"], kind="stable", ignore_index=True)
    return none


def finding(table: pd.DataFrame, scope: Scope) -> str:
    """Say in words whether a group keeps less than another: intervals that hold together and do not meet."""
    lang, share = scope.language, {"unit": "share", "decimals": 1, "language": scope.language}
    if table.empty:
        return text("Whether groups of accounts differ in what stays: cannot tell yet", lang)
    first, last = table.iloc[0], table.iloc[-1]
    if first["high"] >= last["low"]:
        return text("No group of accounts surely keeps less recurring revenue than another", lang)
    return text(
        "{group} keeps {less} of its recurring revenue, {other} {more}", lang, group=first["group"], other=last["group"],
        less=number(first["value"], **share), more=number(last["value"], **share),
    )  # fmt: skip


def subtitle(table: pd.DataFrame, scope: Scope) -> str:
    """Say under the groups what is drawn."""
    lang = scope.language
    by = BY[table["by"].iloc[0]] if len(table) else BY["segment"]
    return text(
        "net revenue retention by {by}, twelve months to {period}; intervals hold together at {level}; n = {n} accounts", lang,
        by=text(by, lang), period=scope.period.label(lang), level=number(LEVEL, "share", language=lang),
        n=number(int(table["n"].sum()), "count", language=lang),
    )  # fmt: skip
