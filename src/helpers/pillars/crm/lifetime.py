"""What will customers buy next, and which of them matter most? Figures, checks and the decision of the lifetime page."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import kpi, rollups
from helpers.checks import COUNTS_ONLY, Check, Decision, check
from helpers.company import Scope
from helpers.i18n import capital, interval, number, text, translate
from helpers.kpi import LEVEL, KpiRow
from helpers.methods.cohorts import missing_months
from helpers.methods.intervals import bootstrap
from helpers.methods.lifetime import expected_purchases, probability_alive
from helpers.methods.lifetime_backtest import calibrated_interval, rolling_origin_backtest
from helpers.methods.lifetime_betageo import BgNbd, fit_bgnbd
from helpers.methods.lifetime_forecast import forecast_total
from helpers.methods.lifetime_spend import GammaGamma, expected_spend, fit_gamma_gamma
from helpers.pillars.crm.definitions import KPIS

HORIZON_WEEKS = 13
LIFETIME_WEEKS = 52
MIN_WEEKS = 26
YEAR_ORIGINS = 8
FAIR_SHARE = 0.20  # of revenue: what the first tenth must bring for the ranking to be worth using
ORDER = ("expected_revenue_13w", "expected_purchases_13w", "clv_52w", "top_decile_share")


class Lifetime(NamedTuple):
    """What is known of each customer at a day, with the two models fitted to it."""

    summary: pd.DataFrame
    purchases: BgNbd
    spend: GammaGamma


def fit(orders: object, until: date) -> Lifetime:
    """Fit BG/NBD and Gamma-Gamma to the customers known at the end of a day.

    Parameters
    ----------
    orders : table `orders` (DuckDB relation or Spark DataFrame); rows after `until` are not used.
    until : last day that counts.

    Raises
    ------
    DataError : no purchase up to that day.
    """
    summary = rollups.collect(rollups.customer_summary(orders, until=until))
    # Engines give rows in any order, and the same data must give the same draws.
    summary = summary.sort_values("customer_id", ignore_index=True, kind="stable")
    return Lifetime(summary, fit_bgnbd(summary), fit_gamma_gamma(summary))


def forecast(
    known: Lifetime, *, weeks: float, backtest: pd.DataFrame | None = None, seed: int = 0
) -> pd.DataFrame:
    """Forecast purchases and spend of all known customers, its interval widened by the backtest of the same horizon.

    Returns
    -------
    As `calibrated_interval`: one row for purchases and one for spend.
    """
    made = forecast_total(
        known.purchases, known.summary, weeks, spend_fit=known.spend, level=LEVEL, seed=seed
    )
    none = pd.DataFrame(columns=["quantity", "horizon", "predicted", "actual"])
    past = none if backtest is None else backtest[backtest["horizon"] == weeks]
    return calibrated_interval(made, past)


def yearly_backtest(days: pd.DataFrame, until: date) -> pd.DataFrame:
    """Past forecasts of 52 weeks, one a quarter as far back as the data reach; as `rolling_origin_backtest`.

    Their windows overlap, so their errors are alike: five of them say less than five apart would.
    """
    past = days.rename(columns={"ordered_on": "day"})
    return rolling_origin_backtest(
        past, horizon=LIFETIME_WEEKS, step=HORIZON_WEEKS, origins=YEAR_ORIGINS, until=until
    )


def kpis(
    orders: object, backtest: pd.DataFrame, scope: Scope, *, discount_rate: float, seed: int = 0
) -> list[KpiRow]:
    """KPI rows of the month with up to 13 months of history, each refitted on what was known at its end.

    Parameters
    ----------
    orders : table `orders` up to the period.
    backtest : result of `rolling_origin_backtest` with a horizon of 13 weeks.
    discount_rate : a year, for the 52-week value; 0.10 is 10 %.

    Returns
    -------
    Rows of expected_revenue_13w, expected_purchases_13w, clv_52w, top_decile_share. A month with under 26 weeks of
    data before its end has no row in the history.
    """
    days = rollups.collect(rollups.purchase_days(orders))
    first = pd.to_datetime(days["ordered_on"]).min().date()
    periods = [p for p in kpi.history(scope) if (p.end - first).days >= 7 * MIN_WEEKS] or [scope.period]
    yearly = yearly_backtest(days, scope.period.end)
    rows: dict[str, list[KpiRow]] = {name: [] for name in ORDER}
    for period in periods:
        known = fit(orders, period.end)
        near = forecast(known, weeks=HORIZON_WEEKS, backtest=backtest, seed=seed).set_index("quantity")
        year = value(known, scope, discount_rate, backtest=yearly, seed=seed)
        figures = (near.loc["spend"], near.loc["purchases"], year)
        for name, figure in zip(ORDER, figures, strict=False):
            rows[name].append(_modelled(name, scope, figure, period, refusal(known, scope.language)))
        rows["top_decile_share"].append(_top_decile(orders, days, scope, period))
    return [kpi.compared(KPIS[name], rows[name], scope) for name in ORDER]


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
    each = expected_spend(known.spend, known.summary)
    until = [
        float((expected_purchases(known.purchases, known.summary, weeks) * each).sum())
        for weeks in range(0, 53, HORIZON_WEEKS)
    ]
    factors = [(1 + discount_rate) ** -((quarter + 0.5) / 4) for quarter in range(4)]
    discounted = sum(factor * (b - a) for factor, a, b in zip(factors, until[:-1], until[1:], strict=True))
    scale = (
        discounted / until[-1] / len(known.summary) * (scope.company.contribution_margin_rate or 1.0)
        if until[-1]
        else math.nan
    )
    return pd.Series({**year, **(year[["value", "low", "high"]] * scale)})


def refusal(known: Lifetime, language: str = "en") -> str:
    """Say why nothing can be expected of these customers and what it would take; an empty text where it can."""
    weeks = float(known.summary["age"].max())
    if weeks < MIN_WEEKS:
        return text(
            "The data cover {weeks} weeks; a forecast needs n = {need} weeks.",
            language, weeks=f"{weeks:.0f}", need=MIN_WEEKS,
        )  # fmt: skip
    for guard in (*known.purchases.guards, *known.spend.guards):
        if guard.startswith("cannot tell: "):
            return _sentence(guard.values["reason"], language)
    return ""


def _sentence(guard: str, language: str) -> str:
    """A warning of a model as a sentence."""
    return capital(translate(guard, language)) + "."


def _modelled(name: str, scope: Scope, figure: pd.Series, period, refused: str) -> KpiRow:
    """One row of a modelled figure; what cannot be told gives a row without a value."""
    n = int(figure.get("n", 0) or 0)
    if refused or figure[["value", "low", "high"]].isna().any():
        reason = refused or text("The model gives no number for these customers.", scope.language)
        return kpi.row(KPIS[name], scope, None, n=n, period=period, reason=reason)
    known = (
        ""
        if figure["interval"] == "calibrated"
        else text("The interval is the model's own, uncalibrated.", scope.language)
    )
    bounds = {"low": figure["low"], "high": figure["high"], "n": n, "period": period, "reason": known}
    return kpi.row(KPIS[name], scope, figure["value"], **bounds)


def ranked_holdout(orders: object, days: pd.DataFrame, until: date) -> pd.DataFrame:
    """Customers ranked by what the model expected of them 13 weeks ago, with what they have spent since.

    Returns
    -------
    One row a customer known 13 weeks before `until`, best first: expected, spend [currency], is_top [first tenth].
    Empty where the model cannot tell.
    """
    origin = until - timedelta(weeks=HORIZON_WEEKS)
    day, none = pd.to_datetime(days["ordered_on"]), pd.DataFrame(columns=["expected", "spend", "is_top"])
    if not (day <= pd.Timestamp(origin)).any():
        return none
    known = fit(orders, origin)
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


def _top_decile(orders: object, days: pd.DataFrame, scope: Scope, period) -> KpiRow:
    """Share of the last 13 weeks' revenue that came from the tenth of customers ranked first 13 weeks ago."""
    definition = KPIS["top_decile_share"]
    table = ranked_holdout(orders, days, period.end)
    if len(table) < COUNTS_ONLY * 10 or table["spend"].sum() <= 0:
        reason = text(
            "{n} customers could be ranked 13 weeks ago; it needs n = {need}, and {weeks} weeks of data before.",
            scope.language, n=len(table), need=COUNTS_ONLY * 10, weeks=MIN_WEEKS,
        )  # fmt: skip
        return kpi.row(definition, scope, None, n=len(table), period=period, reason=reason)
    table["top"] = table["spend"] * table["is_top"]
    share = bootstrap(table[["top", "spend"]], ("top", "spend"), level=LEVEL, draws=200, seed=1)
    return kpi.row(
        definition,
        scope,
        share.value,
        low=share.low,
        high=share.high,
        n=len(table),
        period=period,
    )


def checks(known: Lifetime, backtest: pd.DataFrame, days: pd.DataFrame, scope: Scope) -> list[Check]:
    """What could make the lifetime page wrong: the models' own warnings, the backtest, the span of the data."""
    lang = scope.language
    guards = [*known.purchases.guards, *known.spend.guards]
    spend = backtest[(backtest["quantity"] == "spend") & backtest["error"].notna()]
    worst = float(spend["error"].abs().max()) if len(spend) else math.nan
    day = pd.to_datetime(days["ordered_on"])
    weeks = (pd.Timestamp(scope.period.end) - day.min()).days / 7
    first_month = day.groupby(days["customer_id"]).min()
    truncated = float((first_month < day.min() + pd.Timedelta(days=28)).mean())
    found = [Check(f"model_{i}", "review", _sentence(guard, lang), text("Read the figure it names with care, or use a longer period.", lang))
             for i, guard in enumerate(guards)]  # fmt: skip
    if not guards:
        found = [Check("model", "pass", text("Both models converged without a warning.", lang))]
    k = len(spend)
    gaps = missing_months(day)
    return [
        *found,
        check("backtest_exists", k >= 4,
              text("{k} forecasts were made in the past and compared with what came.", lang, k=k) if k
              else text("No forecast could be tried on the past.", lang),
              remedy=text("The interval is the model's own, uncalibrated; cannot tell how far off it is before 4 origins, "
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


def top_tenth(
    known: Lifetime, backtest: pd.DataFrame, scope: Scope, *, due: str, owner: str = "", seed: int = 0
) -> Decision:
    """What may be spent to keep the tenth of customers that the next 13 weeks depend on most.

    Returns
    -------
    Decision: effect is one per cent of the revenue expected of them, with its interval: what each point that an offer
    keeps is worth. How many points an offer keeps is for a test to say.
    """
    lang, currency = scope.language, scope.currency
    money = {"unit": "currency", "currency": currency, "language": lang}
    expected = expected_revenue(known)
    n = math.ceil(len(expected) / 10)
    common = {"id": "top_tenth", "currency": currency, "due": due}
    common["owner"] = owner or text("CRM manager", lang)
    common["reverse_if"] = text(
        "their share of revenue at the next backtest falls under {share}",
        lang,
        share=number(FAIR_SHARE, "share", language=lang),
    )
    common["amount"] = text(
        "{n} customers of highest expected revenue", lang, n=number(n, "count", language=lang)
    )
    if expected.isna().any() or len(expected) < COUNTS_ONLY * 10:
        reason = refusal(known, lang) or text("It needs n = {need} customers.", lang, need=COUNTS_ONLY * 10)
        said = text("Which customers to keep first cannot be told. {reason}", lang, reason=reason)
        return Decision(**common, verb=text("Wait", lang), sentence=said)
    top = known.summary.loc[expected.sort_values(ascending=False, kind="stable").index[:n]].reset_index(
        drop=True
    )
    future = forecast(known._replace(summary=top), weeks=HORIZON_WEEKS, backtest=backtest, seed=seed)
    at_stake = future.set_index("quantity").loc["spend"]
    effect, low, high = (float(at_stake[name]) / 100 for name in ("value", "low", "high"))
    each = number(effect / n, **{**money, "decimals": 2})
    said = text(
        "Cap offers to the top tenth of customers at {each} each for every point of their revenue they keep: these {n} customers are "
        "expected to bring {total} in 13 weeks ({level} interval {bounds}), {share} of all, so one point is worth {effect}.",
        lang, each=each, n=number(n, "count", language=lang), total=number(100 * effect, **money), effect=number(effect, **money),
        level=number(LEVEL, "share", language=lang), bounds=interval(100 * low, 100 * high, **money),
        share=number(100 * effect / expected.sum(), "share", language=lang),
    )  # fmt: skip
    verb = text("Cap offers to the top tenth of customers", lang)
    return Decision(**common, verb=verb, effect=effect, low=low, high=high, sentence=said)


def naive_against_model(known: Lifetime, scope: Scope) -> str:
    """Say what a spreadsheet and the model expect of the next 13 weeks."""
    lang, naive = scope.language, naive_forecast(known)
    model = float(expected_purchases(known.purchases, known.summary, HORIZON_WEEKS).sum())
    if not model > 0:
        return text(
            "The spreadsheet says {naive} purchases; the model cannot tell.",
            lang,
            naive=number(naive, "count", language=lang),
        )
    more = number(naive / model - 1, "share", language=lang, decimals=1)
    return text(
        "The spreadsheet says **{naive}** purchases, the model **{model}**: a difference of **{more}**.", lang,
        naive=number(naive, "count", language=lang), model=number(model, "count", language=lang), more=more,
    )  # fmt: skip


def naive_forecast(known: Lifetime, *, weeks: float = HORIZON_WEEKS) -> float:
    """Purchases in the next `weeks` if every customer kept the rate of the past: what a spreadsheet does."""
    age = known.summary["age"].where(known.summary["age"] > 0)
    return float((known.summary["frequency"] / age * weeks).fillna(0).sum())


def answer(rows: list[KpiRow], backtest: pd.DataFrame, scope: Scope) -> str:
    """Answer the page's question in one sentence a manager may say."""
    row = kpi.pick(rows, "expected_revenue_13w")
    if row.value is None:
        return row.sentence
    lang = scope.language
    past = backtest.loc[(backtest["quantity"] == "spend") & backtest["error"].notna(), "error"].abs()
    record = text("no past forecast could be checked", lang)
    if len(past):
        low, high = (number(error, "share", language=lang, decimals=1) for error in (past.min(), past.max()))
        record = text(
            "{k} past forecasts of this kind were {low} to {high} off", lang, k=len(past), low=low, high=high
        )
    value = number(row.value, row.unit, currency=row.currency, language=lang)
    return text(
        "The customers known in {period} are expected to bring {value} in the next 13 weeks ({interval}, n = {n}); {record}.",
        lang, period=row.period_label, value=value, interval=kpi.interval(row, language=lang),
        n=number(row.n, "count", language=lang), record=record,
    )  # fmt: skip


def concentration(known: Lifetime, *, weeks: float = HORIZON_WEEKS) -> pd.DataFrame:
    """Expected revenue by tenth of customers, best first: tenth [text, "1" is the best], n, expected, share [0-1], alive [mean P(alive)]."""
    expected = expected_revenue(known, weeks=weeks)
    table = pd.DataFrame({"expected": expected, "alive": probability_alive(known.purchases, known.summary)})
    table = table.sort_values("expected", ascending=False, kind="stable", ignore_index=True)
    tenth = (np.arange(len(table)) * 10 // max(len(table), 1)) + 1
    made = table.groupby(tenth).agg(
        n=("expected", "size"), expected=("expected", "sum"), alive=("alive", "mean")
    )
    made = made.assign(share=made["expected"] / made["expected"].sum()).rename_axis("tenth").reset_index()
    return made.assign(tenth=made["tenth"].astype(str))


def expected_revenue(known: Lifetime, *, weeks: float = HORIZON_WEEKS) -> pd.Series:
    """Revenue expected of each customer in the next `weeks`, on the index of the summary; NaN where `refusal` says why."""
    if refusal(known):
        return pd.Series(math.nan, index=known.summary.index)
    return expected_purchases(known.purchases, known.summary, weeks) * expected_spend(
        known.spend, known.summary
    )


def backtest_finding(backtest: pd.DataFrame, scope: Scope) -> str:
    """Say in words how far past forecasts of purchases were off."""
    errors = backtest.loc[backtest["quantity"] == "purchases", "error"].dropna().abs()
    lang = scope.language
    if errors.empty:
        return text("No past forecast could be checked", lang)
    worst = number(errors.max(), "share", language=lang, decimals=1)
    return text(
        "Past forecasts of purchases were at most {worst} off ({k} origins)", lang, worst=worst, k=len(errors)
    )


def backtest_subtitle(scope: Scope) -> str:
    """Say under the backtest what is drawn."""
    return text("purchases in the 13 weeks after each day, open dot = forecast", scope.language)


def concentration_finding(tenths: pd.DataFrame, scope: Scope) -> str:
    """Say in words how much of the expected revenue the first tenth brings."""
    if math.isnan(tenths["share"].iloc[0]):
        return text("Where the expected revenue comes from: cannot tell yet", scope.language)
    first = number(tenths["share"].iloc[0], "share", language=scope.language)
    return text("The first tenth of customers is expected to bring {share}", scope.language, share=first)


def concentration_subtitle(tenths: pd.DataFrame, scope: Scope) -> str:
    """Say under the bars what is drawn."""
    lang = scope.language
    n = number(tenths["n"].sum(), "count", language=lang)
    return text(
        "share of expected revenue of the next 13 weeks by tenth of customers (1 = best); n = {n}", lang, n=n
    )
