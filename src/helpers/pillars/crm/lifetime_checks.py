"""What could make the lifetime page wrong."""

from __future__ import annotations

import math

import pandas as pd

from helpers.checks import Check, check, sentence
from helpers.company import Scope
from helpers.i18n import number, text
from helpers.methods.cohorts import missing_months
from helpers.pillars.crm.lifetime import Lifetime
from helpers.pillars.crm.lifetime_record import HORIZON_WEEKS, LIFETIME_WEEKS, Record


def checks(known: Lifetime, record: Record, days: pd.DataFrame, scope: Scope) -> list[Check]:
    """What could make the lifetime page wrong: the models' own warnings, the backtest, the span of the data."""
    lang = scope.language
    guards = [*known.purchases.guards, *known.spend.guards]
    backtest = record.quarter
    spend = backtest[(backtest["quantity"] == "spend") & backtest["error"].notna()]
    worst = float(spend["error"].abs().max()) if len(spend) else math.nan
    day = pd.to_datetime(days["ordered_on"])
    weeks = (pd.Timestamp(scope.period.end) - day.min()).days / 7
    first_month = day.groupby(days["customer_id"]).min()
    truncated = float((first_month < day.min() + pd.Timedelta(days=28)).mean())
    found = [Check(f"model_{i}", "review", sentence(guard, lang), text("Read the figure it names with care, or use a longer period.", lang))
             for i, guard in enumerate(guards)]  # fmt: skip
    if not guards:
        found = [Check("model", "pass", text("Both models converged without a warning.", lang))]
    k = len(spend)
    gaps = missing_months(day)
    window = float(backtest["horizon"].iloc[0]) if len(backtest) else float(HORIZON_WEEKS)
    is_short = window < HORIZON_WEEKS - 0.01
    length = number(window, "ratio", language=lang, decimals=1 if is_short else 0)
    return [
        *found,
        check("backtest_exists", k >= 4 and not is_short,
              text("{k} forecasts of {length} weeks were made in the past and compared with what came.", lang, k=k, length=length) if k
              else text("No forecast could be tried on the past.", lang),
              remedy=text("The interval is scaled up from these; cannot tell how far off a forecast of 13 weeks is, need n = {need} weeks of data "
                          "(there are {weeks}).", lang, need=5 * HORIZON_WEEKS, weeks=f"{weeks:.0f}") if is_short and k >= 4
              else text("The interval is the model's own, uncalibrated; cannot tell how far off it is before 4 origins, "
                        "need n = {need} weeks of data (there are {weeks}).", lang, need=5 * HORIZON_WEEKS, weeks=f"{weeks:.0f}")),
        check("backtest_error", worst <= 0.15,
              text("Largest error of a past forecast: {worst}.", lang, worst=number(worst, "share", language=lang, decimals=1)) if k
              else text("The error of a past forecast is not known.", lang),
              remedy=text("Do not plan on the value alone: use the interval.", lang)),
        check("history", weeks >= 2 * LIFETIME_WEEKS,
              text("The data cover {weeks} weeks.", lang, weeks=f"{weeks:.0f}"),
              remedy=text("The 52-week value has no backtest and no season in it: cannot tell its error, need n = 104 weeks.", lang)),
        check("no_missing_month", not gaps,
              text("Every month has purchases.", lang) if not gaps
              else text("{n} months have no purchase, the first is {month}.", lang, n=len(gaps), month=next(iter(gaps), "")),
              remedy=text("Import the missing exports: the models take the gap for customers who stayed away.", lang),
              otherwise="fail"),
        check("margin", scope.company.contribution_margin_rate is not None,
              text("Values are contribution margin.", lang) if scope.company.contribution_margin_rate is not None
              else text("Values are revenue: the company states no contribution margin rate.", lang),
              remedy=text("Set contribution_margin_rate in company.toml before comparing with a cost.", lang)),
        check("first_purchase_is_seen", truncated < 0.25,
              text("{share} of customers were first seen in the first four weeks of the data: most were customers before, and "
                   "their age is understated.", lang, share=number(truncated, "share", language=lang)) if truncated >= 0.25
              else text("First purchases are spread over the data.", lang),
              remedy=text("Import earlier history; until then read totals, not the value of one customer.", lang)),
    ]  # fmt: skip
