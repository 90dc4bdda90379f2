"""What the page says of its forecast: the figures that compete for the plan, how forecasts did, and the answer."""

from __future__ import annotations

import math

import pandas as pd

from helpers import kpi
from helpers.company import Scope
from helpers.i18n import interval, number, text
from helpers.kpi import LEVEL, KpiRow
from helpers.pillars.crm import pipeline_stages
from helpers.pillars.crm.pipeline import HORIZON_DAYS, ORIGINS, RENEWAL, Forecast, Known
from helpers.pillars.crm.pipeline_decisions import money


def bars(made: Forecast, scope: Scope) -> pd.DataFrame:
    """The figures that compete for the plan: name, value, low, high [money]."""
    lang = scope.language
    rows = [(text("the CRM's weighted pipeline", lang), made.weighted, made.weighted, made.weighted)]
    if made.due < made.weighted:
        rows.append((text("of it, planned for 13 weeks", lang), made.due, made.due, made.due))
    rows.append(
        (text("forecast of this page", lang), *(made.growth[f"amount{end}"] for end in ("", "_low", "_high")))
    )
    table = pd.DataFrame(rows, columns=["name", "value", "low", "high"])
    if made.fitted.guards:  # nothing was learnt: there is no forecast, and a zero would be made up
        table = table.iloc[:-1]
    return table[table["value"].notna() & (int(made.growth["n_open"]) > 0)].reset_index(drop=True)


def forecast_finding(rows: list[KpiRow], made: Forecast, scope: Scope) -> str:
    """Say in words what will be signed."""
    lang, row = scope.language, kpi.pick(rows, "expected_won_arr")
    if row.value is None:
        return text("What will be signed in 13 weeks: cannot tell yet", lang)
    return text(
        "{value} of new recurring revenue is likely to be signed in 13 weeks", lang, value=number(row.value, **money(scope))
    )  # fmt: skip


def forecast_subtitle(made: Forecast, scope: Scope) -> str:
    """Say under the forecast what is drawn."""
    lang, kept = scope.language, made.by_kind[made.by_kind["kind"] == "renewal"]
    said = text(
        "yearly recurring revenue of open deals of new business and expansion, {currency}, {level} interval; n = {n}", lang,
        currency=scope.currency, level=number(LEVEL, "share", language=lang), n=int(made.growth["n_open"]),
    )  # fmt: skip
    if kept.empty or kept["amount"].isna().all():
        return said
    row = kept.iloc[0]
    return said + ". " + text(
        "Renewals beside it: {value} ({bounds}) of {open} that is up", lang, value=number(row["amount"], **money(scope)),
        bounds=interval(row["amount_low"], row["amount_high"], **money(scope)), open=number(row["amount_open"], **money(scope)),
    )  # fmt: skip


def unseen(found: Known, scope: Scope) -> str:
    """Say what deals that were not open yet brought within past quarters; they are not in the forecast."""
    lang, until, span = scope.language, pd.Timestamp(scope.period.end), pd.Timedelta(days=HORIZON_DAYS)
    won = found.deals[(found.deals["kind"] != RENEWAL) & found.deals["won"].astype("boolean").fillna(False)]
    came = []
    for back in range(1, ORIGINS + 1):
        begin = until - back * span
        if pd.isna(found.since) or begin < found.since:
            break
        inside = (won["created"] > begin) & (won["closed"] > begin) & (won["closed"] <= begin + span)
        came.append(float(won.loc[inside, "amount"].sum()))
    if not any(came):
        return ""
    return text(
        "Deals that are not open yet are not in the figure. In the last {n} quarters of 13 weeks such deals brought {least} to {most} each.", lang,
        n=len(came), least=number(min(came), **money(scope)), most=number(max(came), **money(scope)),
    )  # fmt: skip


def backtest_finding(tried: pd.DataFrame, scope: Scope) -> str:
    """Say in words how such forecasts did."""
    lang = scope.language
    if tried.empty:
        return text("How such forecasts did in the past: cannot tell yet", lang)
    error = (
        float(tried["amount"].sum() / tried["amount_actual"].sum() - 1)
        if tried["amount_actual"].sum()
        else math.nan
    )
    if math.isnan(error):
        return text("Such forecasts of past quarters, and what came", lang)
    facts = {"n": len(tried), "error": number(abs(error), "share", language=lang)}
    if error < 0:
        return text("Over {n} past quarters such forecasts were {error} too low in all", lang, **facts)
    return text("Over {n} past quarters such forecasts were {error} too high in all", lang, **facts)


def backtest_subtitle(tried: pd.DataFrame, scope: Scope) -> str:
    """Say under the backtest what is drawn."""
    lang = scope.language
    return text(
        "new recurring revenue won within 13 weeks of each day by deals open on it, {currency}; n = {n} quarters", lang,
        currency=scope.currency, n=len(tried),
    )  # fmt: skip


def naive(made: Forecast, rows: list[KpiRow], scope: Scope) -> str:
    """Say what the spreadsheet gives and what the deals of the past did."""
    lang, row = scope.language, kpi.pick(rows, "expected_won_arr")
    if row.value is None or not math.isfinite(made.weighted):
        return text("The CRM gives no chances, or too few deals have closed to hold them against.", lang)
    return text(
        "Amount times the CRM's chance, added up: **{weighted}**. What deals of the same stage, age and amount went on to bring within 13 weeks "
        "says **{value}**.", lang, weighted=number(made.weighted, **money(scope)), value=number(row.value, **money(scope)),
    )  # fmt: skip


def answer(rows: list[KpiRow], stages_table: pd.DataFrame, scope: Scope) -> str:
    """Answer the page's question in one sentence a manager may say."""
    lang, row = scope.language, kpi.pick(rows, "expected_won_arr")
    if row.value is None:
        return row.sentence
    said = text(
        "{value} of new recurring revenue is likely to be signed in the next 13 weeks from what is open today ({interval}, n = {n})", lang,
        n=number(row.n, "count", language=lang), value=number(row.value, **money(scope)), interval=kpi.interval(row, language=lang),
    )  # fmt: skip
    lost = pipeline_stages.lost_in_words(stages_table, scope)
    return text("{said}. {lost}.", lang, said=said, lost=lost) if lost else said + "."
