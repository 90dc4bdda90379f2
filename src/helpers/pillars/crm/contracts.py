"""How many contracts are renewed, and how many of the new ones will be there in five years."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from helpers import kpi, rollups
from helpers.checks import COUNTS_ONLY, Check, check, guard_refusal, sentence
from helpers.company import Scope
from helpers.i18n import interval, number, text
from helpers.kpi import LEVEL, KpiRow, Z
from helpers.methods.intervals import wilson
from helpers.methods.renewal_counts import count_renewals
from helpers.methods.renewals import Renewals, fit_bdw, fit_sbg, project
from helpers.pillars.crm.definitions import KPIS
from helpers.pillars.crm.retention import share_row
from helpers.rollups import deals

TERM_MONTHS = 12
AHEAD = 5  # renewals
ORDER = ("renewal_rate_12m", "contracts_kept_5y")


class Known(NamedTuple):
    """Contracts (starts_on, ends_on), the counts of their renewals and the two models; `lacking` says which table is missing."""

    contracts: pd.DataFrame
    renewals: pd.DataFrame
    sbg: Renewals | None
    bdw: Renewals | None
    lacking: str = ""


def known(movements: object | None, scope: Scope, *, lacking: str = "") -> Known:
    """Contracts from the first and the last movement of each account.

    Parameters
    ----------
    movements : table `arr_movements`, or None. An account begins with its first "new" and ends with "churn"; one that comes
        back stays ended, for its renewals start anew.
    """
    none = pd.DataFrame({"starts_on": [], "ends_on": []}, dtype="datetime64[us]")
    if movements is None:
        return Known(none, pd.DataFrame(columns=["age", "n_lost", "n_still", "n_due"]), None, None, lacking)
    contracts = terms(rollups.collect(deals.movements(movements), may_be_empty=True))
    renewals = count_renewals(contracts, until=pd.Timestamp(scope.period.end), months=TERM_MONTHS)
    return Known(contracts, renewals, fit_sbg(renewals), fit_bdw(renewals))


def terms(moved: pd.DataFrame) -> pd.DataFrame:
    """First and last month of each account's contract, by account: starts_on, ends_on [empty while it lasts]; from rollup `movements`."""
    first = moved[moved["kind"] == "new"].groupby("account")["month"].min()
    last = moved[moved["kind"] == "churn"].groupby("account")["month"].min()
    return pd.DataFrame({"starts_on": first, "ends_on": last.reindex(first.index)})


def kpis(found: Known, scope: Scope) -> list[KpiRow]:
    """Rows of renewal_rate_12m with 13 months of history, and contracts_kept_5y; none without contracts."""
    if found.sbg is None:
        return []
    rows = []
    for period in kpi.history(scope):
        renewed, due = _last_year(found.contracts, pd.Timestamp(period.end))
        rows.append(share_row("renewal_rate_12m", scope, renewed, due, period))
    made = [kpi.compared(KPIS["renewal_rate_12m"], rows, scope)]
    at = project(found.sbg, [AHEAD], level=LEVEL).iloc[0]
    reason = refusal(found, scope.language)
    if reason or at[["survival", "low", "high"]].isna().any():
        row = kpi.row(KPIS["contracts_kept_5y"], scope, None, n=found.sbg.n, reason=reason)
    else:
        row = kpi.row(
            KPIS["contracts_kept_5y"], scope, at["survival"], low=at["low"], high=at["high"], n=found.sbg.n
        )
    return [*made, row]


def _last_year(contracts: pd.DataFrame, end: pd.Timestamp) -> tuple[int, int]:
    """Contracts renewed, and contracts that came to the end of a term, in the twelve months to a day."""
    now, before = (
        count_renewals(contracts, until=day, months=TERM_MONTHS)
        for day in (end, end - pd.DateOffset(years=1))
    )
    lost = int(now["n_lost"].sum() - before["n_lost"].sum())
    due = int(now["n_due"].sum() - before["n_due"].sum())
    return due - lost, due


def refusal(found: Known, language: str) -> str:
    """Say why no projection can be made; an empty text where it can."""
    return guard_refusal(found.sbg.guards if found.sbg is not None else (), language)


def curve(found: Known, scope: Scope) -> pd.DataFrame:
    """Share still there by renewal: seen (Kaplan-Meier with Wilson bounds of each step) and expected, as rows for a chart."""
    lang = scope.language
    if found.sbg is None or found.renewals.empty:
        return pd.DataFrame({"age": [], "share": [], "low": [], "high": [], "what": []}, dtype=float)
    due = found.renewals[found.renewals["n_due"] >= COUNTS_ONLY]
    share = (1 - due["n_lost"] / due["n_due"]).cumprod()
    step = [wilson(n - lost, n, level=LEVEL) for lost, n in zip(due["n_lost"], due["n_due"], strict=True)]
    before = share.shift(fill_value=1.0)
    seen = pd.DataFrame(
        {"age": [0, *due["age"]], "share": [1.0, *share], "what": text("seen", lang)}
        | {
            name: [1.0, *(b * s[i] for b, s in zip(before, step, strict=True))]
            for i, name in enumerate(("low", "high"))
        }
    )
    ahead = project(found.sbg, range(AHEAD + 1), level=LEVEL).rename(columns={"survival": "share"})
    expected = ahead.assign(what=text("expected", lang))[["age", "share", "low", "high", "what"]]
    return pd.concat([seen, expected], ignore_index=True).dropna(subset=["share"])


def finding(found: Known, rows: list[KpiRow], scope: Scope) -> str:
    """Say what becomes of a hundred new contracts; which table would tell where it is missing."""
    lang = scope.language
    if found.sbg is None:
        return text(
            "How many contracts are renewed: the table arr_movements would tell. {why}",
            lang,
            why=found.lacking,
        ).strip()
    row = kpi.pick(rows, "contracts_kept_5y")
    if row.value is None:
        return text(
            "How many contracts are there after {k} renewals cannot be told. {why}",
            lang,
            k=AHEAD,
            why=row.reason,
        )
    hundred = {"unit": "count", "language": lang}
    return text(
        "Of 100 new contracts {n} ({bounds}) are expected to be there after {k} renewals", lang, k=AHEAD,
        n=number(100 * row.value, **hundred), bounds=interval(100 * row.low, 100 * row.high, **hundred),
    )  # fmt: skip


def subtitle(found: Known, scope: Scope) -> str:
    """Say under the curve what is drawn."""
    lang = scope.language
    n = found.sbg.n if found.sbg is not None else 0
    return text(
        "share of contracts still there by renewal, {level} interval; n = {n} whose first term has ended", lang,
        level=number(LEVEL, "share", language=lang), n=number(n, "count", language=lang),
    )  # fmt: skip


def renewals_label(scope: Scope) -> str:
    """Name of the axis of ages."""
    return text("renewals", scope.language)


def checks(found: Known, scope: Scope) -> list[Check]:
    """What could make the part on contracts wrong; nothing where there are none."""
    if found.sbg is None:
        return []
    lang = scope.language
    remedy = text("Read the renewals that were seen, not those expected.", lang)
    made = [
        Check(f"contracts_{i}", "review", sentence(guard, lang), remedy)
        for i, guard in enumerate(found.sbg.guards)
    ]
    c, se = found.bdw.c, found.bdw.se[2]
    moves = bool(se == se and abs(c - 1) > Z * se)
    if se == se:
        made.append(
            check("chance_of_leaving_moves_with_age", not moves,
                  text("The chance of leaving is seen to move with the age of a contract (c = {c}).", lang, c=number(c, "ratio", language=lang, decimals=2)) if moves
                  else text("The chance of leaving is not seen to move with the age of a contract.", lang),
                  remedy=text("Read the projection with the beta-discrete-Weibull of the analyst edition.", lang))
        )  # fmt: skip
    return made
