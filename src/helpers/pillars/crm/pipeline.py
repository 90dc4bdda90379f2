"""What will we sign in the next 13 weeks? The pipeline as it stands, the forecast and its figures."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from helpers import kpi, rollups, tables
from helpers.checks import sentence
from helpers.company import Scope
from helpers.i18n import number, text
from helpers.kpi import KpiRow
from helpers.methods import closing, closing_forecast, stages
from helpers.periods import Period
from helpers.pillars.crm import pipeline_arr, pipeline_leads
from helpers.pillars.crm.definitions import KPIS
from helpers.rollups import deals as reading

HORIZON_DAYS = 91
CYCLE_YEARS = 3
RENEWAL, NEW = "renewal", "new"
ORIGINS = 8  # past forecasts to try, a quarter apart
ORDER = ("expected_won_arr", "qualified_pipeline", "pipeline_coverage", "win_rate", "sales_cycle_days")


class Known(NamedTuple):
    """What the page needs, collected; a table that the company does not have is None and `lacking` says what would bring it.

    deals : rollup `deals`, those with a day of creation and, where closed, a day and an outcome. stays : rollup `entries` without the
    stays in closed stages. since : first day on which a deal closed; earlier ends are not in the data. n_undated : deals left out.
    """

    deals: pd.DataFrame
    stays: pd.DataFrame
    since: pd.Timestamp
    n_undated: int
    moves: pd.DataFrame | None
    leads: pd.DataFrame | None
    accounts: pd.DataFrame | None
    trials: pd.DataFrame | None
    lacking: dict[str, str]


class Forecast(NamedTuple):
    """What today's open deals will bring: `by_kind` as `closing_forecast.simulate`, `growth` its row without renewals.

    weighted : revenue x the CRM's chance, of the deals of growth; due : of those that the CRM expects to close in time.
    """

    by_kind: pd.DataFrame
    growth: pd.Series
    weighted: float
    due: float
    fitted: closing.Chances
    there: pd.DataFrame


def known(
    opportunities: object, *, stages: object | None, movements: object | None, leads: object | None, accounts: object | None,
    events: object | None, scope: Scope, trial_event: str, paid_event: str,
) -> Known:  # fmt: skip
    """Collect the tables of the page; those that are optional may be None.

    Without `stages` nobody knows where a deal stood on a past day: each deal then has one stay, from its creation on.
    """

    def brought(made: object | None) -> pd.DataFrame | None:
        return None if made is None else rollups.collect(made, may_be_empty=True)

    end = pd.Timestamp(scope.period.end)
    every = brought(reading.deals(opportunities)).sort_values("case", kind="stable", ignore_index=True)
    over = every["closed"].notna() & (every["closed"] <= end)
    is_closed = every["is_closed"]
    dated = every["created"].notna() & (~is_closed | (over & every["won"].notna()))
    deals = every[dated].drop(columns="is_closed").reset_index(drop=True)
    stays = brought(None if stages is None else reading.entries(stages))
    if stays is None:
        stays = deals[["case"]].assign(stage="", entered=deals["created"], left=deals["closed"])
    final = deals.loc[deals["closed"].notna(), ["case", "stage"]].assign(is_final=True)
    stays = stays.merge(final, on=["case", "stage"], how="left")
    stays = stays[stays["is_final"].isna()].drop(columns="is_final").reset_index(drop=True)
    lacking = {
        name: tables.lacking(name, scope)
        for name in ("opportunity_stages", "arr_movements", "leads", "accounts", "product_events")
    }
    return Known(
        deals, stays, deals["closed"].min(), int((~dated).sum()),
        brought(None if movements is None else reading.movements(movements)),
        brought(None if leads is None else reading.leads(leads)),
        brought(None if accounts is None else reading.accounts(accounts)),
        brought(None if events is None else reading.trials(events, started=trial_event, paid=paid_event)),
        lacking,
    )  # fmt: skip


def forecast(found: Known, period: Period) -> Forecast:
    """What the deals open at the end of a period will bring in the 13 weeks after it, from what was known on that day."""
    end = pd.Timestamp(period.end)
    past = _past(found, end)
    fitted = closing.fit(past, horizon=HORIZON_DAYS)
    there = closing.standing(found.deals, found.stays, end)
    plain = found.deals.set_index("case")[["chance", "planned"]]
    there = there.join(plain, on="case")
    grows = there["kind"] != RENEWAL
    by_kind = closing_forecast.simulate(fitted, there, seed=1)
    growth = closing_forecast.simulate(fitted, there[grows], seed=1).iloc[-1]
    weight = there["amount"] * there["chance"]
    soon = there["planned"] <= end + pd.Timedelta(days=HORIZON_DAYS)
    weighted = float(weight[grows].sum()) if there.loc[grows, "chance"].notna().all() else math.nan
    due = float(weight[grows & soon].sum()) if math.isfinite(weighted) else math.nan
    return Forecast(by_kind, growth, weighted, due, fitted, there)


def backtest(found: Known, scope: Scope) -> pd.DataFrame:
    """Forecasts of growth of up to eight past quarters against what came; as `closing_forecast.backtest`."""
    if pd.isna(found.since):
        return pd.DataFrame(
            columns=["origin", "n_open", "amount", "amount_low", "amount_high", "amount_actual"]
        )
    return closing_forecast.backtest(
        found.deals[found.deals["kind"] != RENEWAL], found.stays, since=found.since,
        until=pd.Timestamp(scope.period.end), horizon=HORIZON_DAYS, origins=ORIGINS, seed=1,
    )  # fmt: skip


def _past(found: Known, end: pd.Timestamp) -> pd.DataFrame:
    since = end if pd.isna(found.since) else found.since
    return closing.rebuilt(found.deals, found.stays, since=since, until=end, horizon=HORIZON_DAYS)


def kpis(found: Known, scope: Scope, *, made: Forecast, target_segment: str) -> list[KpiRow]:
    """All rows of the page: the pipeline's with history, then those of contracts, of leads and of trials.

    `made` is the forecast of the page's own period.
    """
    rows: dict[str, list[KpiRow]] = {name: [] for name in ORDER}
    periods = [one for one in kpi.history(scope) if one == scope.period or _reaches(found, one)]
    stood = closing.standing(found.deals, found.stays, *(pd.Timestamp(one.end) for one in periods))
    for period in periods:
        is_near = period in (scope.period, scope.period.before())
        rows["qualified_pipeline"].append(_qualified(stood, scope, period))
        if is_near:
            then = made if period == scope.period else forecast(found, period)
            rows["expected_won_arr"].append(_expected(then, scope, period))
            rows["win_rate"].append(_win_rate(found, scope, period))
            rows["sales_cycle_days"].append(_cycle(found, scope, period))
    rows["pipeline_coverage"].append(_coverage(rows["qualified_pipeline"][-1], scope))
    return [
        *(kpi.compared(KPIS[name], rows[name], scope) for name in ORDER),
        *pipeline_arr.kpis(found.moves, scope, lacking=found.lacking["arr_movements"]),
        *pipeline_leads.kpis(found, scope, target_segment=target_segment),
    ]


def _reaches(found: Known, period: Period) -> bool:
    """Whether deals that closed are known for a quarter before the end of the period."""
    return pd.notna(found.since) and found.since <= pd.Timestamp(period.end) - pd.Timedelta(days=HORIZON_DAYS)


def _expected(made: Forecast, scope: Scope, period: Period) -> KpiRow:
    definition, n = KPIS["expected_won_arr"], int(made.growth["n_open"])
    if made.fitted.guards:
        reason = sentence(made.fitted.guards[0], scope.language)
        return kpi.row(definition, scope, None, n=n, period=period, reason=reason)
    bounds = {"low": made.growth["amount_low"], "high": made.growth["amount_high"]}
    return kpi.row(definition, scope, made.growth["amount"], n=n, period=period, **bounds)


def _qualified(stood: pd.DataFrame, scope: Scope, period: Period) -> KpiRow:
    own = stood[(stood["on"] == pd.Timestamp(period.end)) & (stood["kind"] != RENEWAL)]
    return kpi.row(KPIS["qualified_pipeline"], scope, own["amount"].sum(), n=len(own), period=period)


def _coverage(qualified: KpiRow, scope: Scope) -> KpiRow:
    goal = tables.targets(scope).get("expected_won_arr")
    if not goal:
        reason = text(
            "targets.csv has no target of expected_won_arr for {period}; add one.", scope.language,
            period=scope.period.code,
        )  # fmt: skip
        return kpi.row(KPIS["pipeline_coverage"], scope, None, n=qualified.n, reason=reason)
    return kpi.row(KPIS["pipeline_coverage"], scope, qualified.value / goal, n=qualified.n)


def new_deals(found: Known, period: Period) -> pd.DataFrame:
    """New business of the last three years as stays from creation to the end: won is "on", the rest lost or still open."""
    end = pd.Timestamp(period.end)
    first = max(end - pd.DateOffset(years=CYCLE_YEARS), end if pd.isna(found.since) else found.since)
    own = found.deals[(found.deals["kind"] == NEW) & (found.deals["created"] > first)]
    outcome = own["won"].map({True: stages.ON, False: stages.LOST}).astype("object")
    stays = own.assign(stage=NEW, entered=own["created"], left=own["closed"], outcome=outcome)
    return stages.spells(stays, until=end)


def _win_rate(found: Known, scope: Scope, period: Period) -> KpiRow:
    stays = new_deals(found, period)
    definition, n = KPIS["win_rate"], int((stays["outcome"] != stages.OPEN).sum())
    if n < stages.FEW:
        return kpi.row(definition, scope, None, n=n, period=period, reason=few_deals(n, scope))
    last = stages.cumulative_incidence(stays).iloc[-1]
    return kpi.row(
        definition, scope, last["on"], low=last["on_low"], high=last["on_high"], n=len(stays), period=period
    )


def _cycle(found: Known, scope: Scope, period: Period) -> KpiRow:
    made = stages.median_days(new_deals(found, period), seed=1)
    definition = KPIS["sales_cycle_days"]
    if math.isnan(made.value):
        reason = few_deals(made.n, scope)
        return kpi.row(definition, scope, None, n=made.n, period=period, reason=reason)
    return kpi.row(definition, scope, made.value, low=made.low, high=made.high, n=made.n, period=period)


def few_deals(n: int, scope: Scope) -> str:
    """Say that too few deals have ended for a share or a median."""
    return text(
        "{n} deals have ended; need n = {need}.", scope.language, n=number(n, "count", language=scope.language),
        need=stages.FEW,
    )  # fmt: skip
