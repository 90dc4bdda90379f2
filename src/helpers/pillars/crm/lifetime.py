"""What will customers buy next? The model chosen, what it expects of each customer, and the figures of the lifetime page."""

from __future__ import annotations

import math
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import kpi
from helpers.checks import COUNTS_ONLY, guard_refusal
from helpers.company import Scope
from helpers.i18n import number, text
from helpers.kpi import LEVEL, KpiRow
from helpers.methods.intervals import share_of_total
from helpers.methods.lifetime import Fit, expected_purchases, fit_model
from helpers.methods.lifetime_backtest import calibrated_interval
from helpers.methods.lifetime_clock import Clock, fit_clock, length, on_clock
from helpers.methods.lifetime_forecast import forecast_total
from helpers.methods.lifetime_spend import GammaGamma, expected_spend, fit_gamma_gamma
from helpers.methods.lifetime_summary import customer_summary, with_codes
from helpers.pillars.crm.definitions import KPIS
from helpers.pillars.crm.lifetime_record import CALENDAR, HORIZON_WEEKS, LIFETIME_WEEKS, Choice, Record

MIN_WEEKS = 26
ORDER = ("expected_revenue_13w", "expected_purchases_13w", "clv_52w", "top_decile_share")


class Lifetime(NamedTuple):
    """What is known of each customer at a day, with the two models fitted to it.

    `summary` has recency and age on `clock`, in weeks of the calendar where that is None.
    """

    summary: pd.DataFrame
    purchases: Fit
    spend: GammaGamma
    clock: Clock | None = None
    until: date | None = None
    choice: Choice = CALENDAR

    def ahead(self, weeks: float) -> float:
        """Length of the coming weeks on the clock."""
        return length(self.clock, pd.Timestamp(self.until), weeks)


def fit(days: pd.DataFrame, until: date, *, choice: Choice = CALENDAR) -> Lifetime:
    """Fit the chosen model and Gamma-Gamma to the customers known at the end of a day.

    Parameters
    ----------
    days : rollup `purchase_days`; rows after `until` are not used.
    until : last day that counts.
    choice : the model of purchases, and whether it runs on a seasonal clock; without two years of history it does not.
    """
    past = days.rename(columns={"ordered_on": "day"})
    clock = fit_clock(past, until=pd.Timestamp(until)) if choice.seasonal else None
    summary = _summary(past, until, clock)
    return Lifetime(summary, fit_model(choice.model, summary), fit_gamma_gamma(summary), clock, until, choice)


def as_of(known: Lifetime, days: pd.DataFrame, until: date) -> Lifetime:
    """Customers as they were known at an earlier day, under the models of today: one yardstick for all months."""
    past = days.rename(columns={"ordered_on": "day"})
    return known._replace(summary=_summary(past, until, known.clock), until=until)


def _summary(days: pd.DataFrame, until: date, clock: Clock | None) -> pd.DataFrame:
    day = pd.Timestamp(until)
    return on_clock(customer_summary(days, until=day), clock, until=day)


def forecast(
    known: Lifetime, *, weeks: float, backtest: pd.DataFrame | None = None, seed: int = 0
) -> pd.DataFrame:
    """Forecast purchases and spend of all known customers, its interval widened by the errors of past forecasts.

    Returns
    -------
    As `calibrated_interval`: one row for purchases and one for spend.
    """
    made = forecast_total(
        known.purchases, known.summary, known.ahead(weeks), spend_fit=known.spend, level=LEVEL, seed=seed
    )
    none = pd.DataFrame(columns=["quantity", "horizon", "predicted", "actual"])
    return calibrated_interval(made.assign(horizon=float(weeks)), none if backtest is None else backtest)


def expected_revenue(known: Lifetime, *, weeks: float = HORIZON_WEEKS) -> pd.Series:
    """Revenue expected of each customer in the next `weeks`, on the index of the summary; NaN where `refusal` says why."""
    if refusal(known):
        return pd.Series(math.nan, index=known.summary.index)
    expected = expected_purchases(known.purchases, known.summary, known.ahead(weeks))
    return expected * expected_spend(known.spend, known.summary)


def kpis(
    days: pd.DataFrame, known: Lifetime, record: Record, scope: Scope, *, discount_rate: float, seed: int = 0
) -> list[KpiRow]:
    """KPI rows of the month with up to 13 months of history.

    Parameters
    ----------
    days : rollup `purchase_days` up to the period.
    known : result of `fit` at the period's end.
    record : result of `record_of`: how good such forecasts were.
    discount_rate : a year, for the 52-week value; 0.10 is 10 %.

    Returns
    -------
    Rows of expected_revenue_13w, expected_purchases_13w, clv_52w, top_decile_share. Earlier months are what today's models
    say of the customers as they were known then, so that a change is one of customers; their intervals are as wide, in
    per cent, as today's. A month with under 26 weeks of data before its end has no row in the history.
    """
    first = pd.to_datetime(known.summary["first_on"]).min().date()
    periods = [p for p in kpi.history(scope) if (p.end - first).days >= 7 * MIN_WEEKS] or [scope.period]
    coded = with_codes(days)
    near = forecast(known, weeks=HORIZON_WEEKS, backtest=record.quarter, seed=seed).set_index("quantity")
    year = value(known, scope, discount_rate, backtest=record.year, seed=seed)
    now = dict(zip(ORDER, (near.loc["spend"], near.loc["purchases"], year), strict=False))
    rows: dict[str, list[KpiRow]] = {name: [] for name in ORDER}
    for period in periods:
        then, figures = known, now
        if period != scope.period:
            then = as_of(known, coded, period.end)
            points = dict(zip(ORDER, _points(then, scope, discount_rate), strict=False))
            figures = {name: _as_wide(now[name], point, len(then.summary)) for name, point in points.items()}
        refused = refusal(then, scope.language)
        for name, figure in figures.items():
            rows[name].append(_modelled(name, scope, figure, period, refused))
        rows["top_decile_share"].append(_top_decile(coded, scope, period))
    return [kpi.compared(KPIS[name], rows[name], scope) for name in ORDER]


def _points(known: Lifetime, scope: Scope, discount_rate: float) -> tuple[float, float, float]:
    """Revenue and purchases of the next quarter, and the value of a customer in the next year."""
    each = expected_spend(known.spend, known.summary).to_numpy()
    ends = [known.ahead(weeks) for weeks in range(0, LIFETIME_WEEKS + 1, HORIZON_WEEKS)]
    until = expected_purchases(known.purchases, known.summary, np.array(ends)).to_numpy().T
    quarters = [float(((b - a) * each).sum()) for a, b in pairwise(until)]
    factors = [(1 + discount_rate) ** -((quarter + 0.5) / 4) for quarter in range(len(quarters))]
    discounted = sum(factor * money for factor, money in zip(factors, quarters, strict=True))
    scale = scope.margin_rate / len(known.summary)
    return quarters[0], float(until[1].sum()), discounted * scale


def _as_wide(figure: pd.Series, point: float, n: int) -> pd.Series:
    """Another point with bounds as far from it, in per cent, as those of the figure."""
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = point / figure["value"]
    return pd.Series(
        {**figure, "value": point, "low": figure["low"] * factor, "high": figure["high"] * factor, "n": n}
    )


def value(
    known: Lifetime,
    scope: Scope,
    discount_rate: float,
    *,
    backtest: pd.DataFrame | None = None,
    seed: int = 0,
) -> pd.Series:
    """Mean value of a customer in the next 52 weeks: value, low, high, n.

    The interval is that of the 52-week forecast, widened by its backtest; the discount and the margin scale it. The contribution margin rate
    is the company's; without one the value is revenue.
    """
    year = (
        forecast(known, weeks=LIFETIME_WEEKS, backtest=backtest, seed=seed).set_index("quantity").loc["spend"]
    )
    _, _, each = _points(known, scope, discount_rate)
    return _as_wide(year, each, len(known.summary))


def refusal(known: Lifetime, language: str = "en") -> str:
    """Say why nothing can be expected of these customers and what it would take; an empty text where it can."""
    first = pd.to_datetime(known.summary["first_on"]).min()
    weeks = (pd.Timestamp(known.until) - first).days / 7
    if weeks < MIN_WEEKS:
        return text(
            "The data cover {weeks} weeks; a forecast needs n = {need} weeks.",
            language, weeks=f"{weeks:.0f}", need=MIN_WEEKS,
        )  # fmt: skip
    return guard_refusal((*known.purchases.guards, *known.spend.guards), language)


def _modelled(name: str, scope: Scope, figure: pd.Series, period, refused: str) -> KpiRow:
    """One row of a modelled figure; what cannot be told gives a row without a value."""
    n = int(figure.get("n", 0) or 0)
    if refused or figure[["value", "low", "high"]].isna().any():
        reason = refused or text("The model gives no number for these customers.", scope.language)
        return kpi.row(KPIS[name], scope, None, n=n, period=period, reason=reason)
    known = {
        "calibrated": "",
        "scaled": text("The interval is scaled up from the errors of shorter forecasts.", scope.language),
        "uncalibrated": text("The interval is the model's own, uncalibrated.", scope.language),
    }[figure["interval"]]
    bounds = {"low": figure["low"], "high": figure["high"], "n": n, "period": period, "reason": known}
    return kpi.row(KPIS[name], scope, figure["value"], **bounds)


def ranked_holdout(days: pd.DataFrame, until: date) -> pd.DataFrame:
    """Customers ranked by what BG/NBD and Gamma-Gamma expected of them 13 weeks ago, with what they have spent since.

    Returns
    -------
    One row a customer known 13 weeks before `until`, best first: expected, spend [currency], is_top [first tenth].
    Empty where the model cannot tell.
    """
    origin = until - timedelta(weeks=HORIZON_WEEKS)
    day, none = pd.to_datetime(days["ordered_on"]), pd.DataFrame(columns=["expected", "spend", "is_top"])
    if not (day <= pd.Timestamp(origin)).any():
        return none
    known = fit(days, origin)
    expected = expected_revenue(known)
    if expected.isna().all():
        return none
    since = (
        days[(day > pd.Timestamp(origin)) & (day <= pd.Timestamp(until))]
        .groupby("customer_id")["spend"]
        .sum()
    )
    table = pd.DataFrame(
        {
            "expected": expected.to_numpy(),
            "spend": known.summary["customer_id"].map(since).fillna(0.0).to_numpy(),
        }
    )
    table = table.sort_values("expected", ascending=False, ignore_index=True, kind="stable")
    return table.assign(is_top=np.arange(len(table)) < math.ceil(len(table) / 10))


def _top_decile(days: pd.DataFrame, scope: Scope, period) -> KpiRow:
    """Share of the last 13 weeks' revenue that came from the tenth of customers ranked first 13 weeks ago."""
    definition = KPIS["top_decile_share"]
    table = ranked_holdout(days, period.end)
    if len(table) < COUNTS_ONLY * 10 or table["spend"].sum() <= 0:
        reason = text(
            "{n} customers could be ranked 13 weeks ago; it needs n = {need}, and {weeks} weeks of data before.",
            scope.language, n=len(table), need=COUNTS_ONLY * 10, weeks=MIN_WEEKS,
        )  # fmt: skip
        return kpi.row(definition, scope, None, n=len(table), period=period, reason=reason)
    share = share_of_total(table["spend"] * table["is_top"], table["spend"], level=LEVEL)
    return kpi.row(
        definition,
        scope,
        share.value,
        low=share.low,
        high=share.high,
        n=len(table),
        period=period,
    )


def answer(rows: list[KpiRow], record: Record, scope: Scope) -> str:
    """Answer the page's question in one sentence a manager may say."""
    row = kpi.pick(rows, "expected_revenue_13w")
    if row.value is None:
        return row.sentence
    lang = scope.language
    quarter = record.quarter
    past = quarter.loc[(quarter["quantity"] == "spend") & quarter["error"].notna(), "error"].abs()
    said = text("no past forecast could be checked", lang)
    if len(past):
        low, high = (number(error, "share", language=lang, decimals=1) for error in (past.min(), past.max()))
        said = text(
            "{k} past forecasts of revenue by the same model were {low} to {high} off",
            lang,
            k=len(past),
            low=low,
            high=high,
        )
    value = number(row.value, row.unit, currency=row.currency, language=lang)
    return text(
        "The customers known in {period} are expected to bring {value} in the next 13 weeks ({interval}, n = {n}); {record}.",
        lang, period=row.period_label, value=value, interval=kpi.interval(row, language=lang),
        n=number(row.n, "count", language=lang), record=said,
    )  # fmt: skip
