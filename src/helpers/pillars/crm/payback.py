"""How long until a new customer has paid back? Figures, checks and the finding; the panel is in payback_whatif."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import kpi, rollups
from helpers.checks import COUNTS_ONLY, NO_TREND, Check, check
from helpers.company import Scope
from helpers.i18n import number, plural, text
from helpers.kpi import LEVEL, KpiRow
from helpers.methods import payback
from helpers.periods import Period
from helpers.pillars.crm.definitions import KPIS

MONTHS = payback.MONTHS
YEAR = 12
DAYS_LATE = 4  # a month whose first row comes on its fifth day is whole
ORDER = ("cac_payback_months", "cac_media")


class Known(NamedTuple):
    """Revenue of new customers by age, what media cost by day, and why that is not known where it is not."""

    newcomers: pd.DataFrame
    media: pd.DataFrame | None
    lacking: str


class Cost(NamedTuple):
    """What media cost and how many customers were won, over some whole months; `covered` of them have media."""

    spend: float
    customers: int
    months: int
    covered: int


def known(orders: object, media: object | None, scope: Scope, *, lacking: str = "") -> Known:
    """Collect what the section needs.

    Parameters
    ----------
    orders : table `orders` up to the period.
    media : table `media_spend`, or None where the company has none.
    lacking : why there is none and which export brings it.
    """
    rolled = rollups.newcomer_revenue(orders, until=scope.period.end, months=MONTHS)
    newcomers = rollups.collect(rolled, may_be_empty=True)  # all customers may be older than the data
    days = None if media is None else rollups.collect(rollups.media_days(media), may_be_empty=True)
    return Known(newcomers, days, lacking)


def kpis(won: Known, scope: Scope) -> list[KpiRow]:
    """KPI rows of the month with up to 13 months of history, each from what was known at its end.

    Returns
    -------
    Rows of cac_payback_months and cac_media, none where the company has no media spend: the section then says what would
    open it. A month without twelve months of media before it has no row in the history.
    """
    if won.media is None:
        return []
    earlier = [p for p in kpi.history(scope)[:-1] if (at := cost(won, p)) and at.months == YEAR]
    rows = [_rows(won, scope, period) for period in (*earlier, scope.period)]
    return [kpi.compared(KPIS[name], [row[name] for row in rows], scope) for name in ORDER]


def cost(won: Known, period: Period) -> Cost | None:
    """Media spend and customers won in the twelve months to the end of a period, or in those months of them that have both.

    One month's spend works in the next ones, so a month alone would say little. None where there is no media spend.
    """
    if won.media is None or won.media.empty or won.newcomers.empty:
        return None
    begin = max(won.media["spent_on"].min(), won.newcomers["first_on"].min()).date()
    begin -= timedelta(days=DAYS_LATE)
    whole = [month for month in (period.before(n) for n in range(YEAR)) if month.start >= begin]
    if not whole:
        return None
    spends = [payback.spend_between(won.media, month.start, month.end) for month in whole]
    customers = payback.customers_won(won.newcomers, whole[-1].start, period.end)
    return Cost(sum(spends), customers, len(whole), sum(spend > 0 for spend in spends))


def refusal(won: Known, scope: Scope, period: Period | None = None) -> str:
    """Say why no payback can be told and what it would take; an empty text where it can."""
    lang, period = scope.language, period or scope.period
    if won.media is None:
        return won.lacking
    found = cost(won, period)
    if not found or not found.spend:
        return text("No whole month has both media spend and first purchases.", lang)
    if found.customers < COUNTS_ONLY:
        return text(
            "{n} customers were won in {months} months; a cost of winning one needs n = {need}.", lang,
            n=found.customers, months=found.months, need=COUNTS_ONLY,
        )  # fmt: skip
    if scope.company.contribution_margin_rate is None:
        return text(
            "The company states no contribution margin rate; set contribution_margin_rate in company.toml.",
            lang,
        )
    return ""


def _rows(won: Known, scope: Scope, period: Period) -> dict[str, KpiRow]:
    """Both rows of one month."""
    lang, found, refused = scope.language, cost(won, period), refusal(won, scope, period)
    n = found.customers if found else 0
    if found is None or not found.spend or n < COUNTS_ONLY:
        return {name: _untold(name, scope, n, period, refused) for name in ORDER}
    made, curve = _default(won, scope, period, found)
    value, low, high = made["figures"]["cac"]
    told = {"n": n, "period": period}
    short = "" if found.months == YEAR else plural("Over one month.", "Over {n} months.", found.months, lang)
    rows = {"cac_media": kpi.row(KPIS["cac_media"], scope, value, low=low, high=high, reason=short, **told)}
    name, n = ORDER[0], int(curve.n[0])
    months, low, high = made["figures"]["months"]
    if made["case"] not in ("at once", "told") or refused:
        refused = refused or _beyond(made, len(curve.value) - 1, lang)
        rows[name] = _untold(name, scope, n, period, refused)
    else:
        rows[name] = kpi.row(KPIS[name], scope, months, low=low, high=high, n=n, period=period, reason=short)
    return rows


def _untold(name: str, scope: Scope, n: int, period: Period, reason: str) -> KpiRow:
    return kpi.row(KPIS[name], scope, None, n=n, period=period, reason=reason)


def _beyond(made: dict, months: int, language: str) -> str:
    """Say that the margin does not reach the cost inside the ages that the data tell."""
    share = number(made["figures"]["within"][0], "share", language=language)
    low = made["figures"]["months"][1]
    if math.isinf(low):
        return text(
            "Not within {months} months: in {share} of the draws it is paid back by then.", language,
            months=months, share=share,
        )  # fmt: skip
    return text(
        "At least {low}, and not surely within {months} months: in {share} of the draws it is paid back by then.", language,
        low=number(low, "months", decimals=1, language=language), months=months, share=share,
    )  # fmt: skip


def _default(won: Known, scope: Scope, period: Period, found: Cost) -> tuple[dict, payback.Curve]:
    """The scenario of things as they are; it is the figure of the page and where the what-if panel starts."""
    curve, known_draws = table(won, period, found)
    inputs = {"spend": known_draws["constants"]["spend"], "margin": scope.margin_rate, "extra": "average"}
    return payback.scenario(inputs, **known_draws), curve


def table(won: Known, period: Period, found: Cost) -> tuple[payback.Curve, dict]:
    """Return the curve, and with the cost beside it what `payback.scenario` computes from."""
    curve = payback.revenue_curve(
        won.newcomers, until=period.end, months=MONTHS, min_customers=COUNTS_ONLY, seed=1
    )
    return curve, payback.table(
        curve, found.customers, found.spend, periods=found.months, level=LEVEL, seed=2
    )


def checks(won: Known, scope: Scope) -> list[Check]:
    """What could make the payback wrong: too few new customers, unseen first purchases, old ages told by few."""
    lang, found = scope.language, cost(won, scope.period)
    if found is None:
        return []
    n = payback.revenue_curve(
        won.newcomers, until=scope.period.end, months=MONTHS, min_customers=1, draws=1
    ).n
    old = int(n[-1]) if len(n) > MONTHS else 0
    lots = won.newcomers[won.newcomers["age"] == 0]
    first = lots["first_on"] < lots["first_on"].min() + pd.DateOffset(months=1)
    seen = float(lots.loc[first, "n_customers"].sum() / lots["n_customers"].sum())
    return [
        check("newcomers", found.customers >= NO_TREND,
              plural("One customer was won in the months whose media are counted.",
                     "{n} customers were won in the months whose media are counted.", found.customers, lang),
              remedy=text("Cannot tell a trend below n = {need}: use a wider market.", lang, need=NO_TREND)),
        check("media_year", found.covered == YEAR,
              text("Media cost and first purchases cover {n} of the last twelve months.", lang, n=found.covered),
              remedy=text("Import the missing cost reports: with fewer months a season passes for the cost of a customer.", lang)),
        check("newcomers_are_new", seen < 0.25,
              text("New customers are told from those of before the data.", lang) if seen < 0.25
              else text("{share} of new customers were first seen in the first month of the data: most were customers before, so "
                        "winning one seems cheaper than it is.", lang, share=number(seen, "share", language=lang)),
              remedy=text("Import earlier history, or the shop's own mark of a first order.", lang)),
        check("old_ages", old >= NO_TREND,
              plural("One customer has been seen for {months} months.", "{n} customers have been seen for {months} months.",
                     old, lang, months=MONTHS),
              remedy=text("The end of the curve rests on few: cannot tell it below n = {need}.", lang, need=NO_TREND)),
    ]  # fmt: skip


def curve(won: Known, scope: Scope) -> pd.DataFrame:
    """Cumulative margin per new customer by age: age [months], value, low, high [money]; revenue where no rate is stated."""
    made = payback.revenue_curve(
        won.newcomers, until=scope.period.end, months=MONTHS, min_customers=COUNTS_ONLY, seed=1
    )
    ordered, rate = np.sort(made.draws, axis=0), scope.margin_rate
    low, high = (payback.quantile(ordered, at) for at in ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    ages = range(len(made.value))
    return pd.DataFrame({"age": ages, "value": rate * made.value, "low": rate * low, "high": rate * high})


def target(rows: list[KpiRow]) -> float | None:
    """Return what winning a customer costs, the line that the curve has to reach; None where it cannot be told."""
    return kpi.pick(rows, "cac_media").value if rows else None


def target_label(rows: list[KpiRow], scope: Scope) -> str:
    """Name the line of the cost with its value; an empty text where there is no such line."""
    if target(rows) is None:
        return ""
    row = kpi.pick(rows, "cac_media")
    value = number(row.value, row.unit, currency=row.currency, decimals=row.decimals, language=scope.language)
    return text("media cost of winning one, {value}", scope.language, value=value)


def finding(rows: list[KpiRow], scope: Scope) -> str:
    """Say in words how long a new customer takes to pay back."""
    lang = scope.language
    if not rows:
        return text("What a new customer brings, month by month; what winning one costs is not known", lang)
    row = kpi.pick(rows, "cac_payback_months")
    if row.value is None:
        return text("How long a new customer takes to pay back: cannot tell", lang)
    if row.value == 0:
        return text("A new customer pays back what winning them cost with the first purchase", lang)
    months = number(row.value, "months", decimals=1, language=lang)
    return text("A new customer has paid back what winning them cost after {months}", lang, months=months)


def subtitle(won: Known, scope: Scope) -> str:
    """Say under the curve what is drawn."""
    lang = scope.language
    facts = {
        "level": number(LEVEL, "share", language=lang),
        "n": number(n_newcomers(won), "count", language=lang),
    }
    if scope.company.contribution_margin_rate is None:
        return text(
            "revenue per new customer by months since the first purchase, added up, {level} interval; n = {n}", lang, **facts
        )  # fmt: skip
    return text(
        "contribution margin per new customer by months since the first purchase, added up, {level} interval; n = {n}",
        lang,
        **facts,
    )


def n_newcomers(won: Known) -> int:
    """Return how many new customers the curve is made of."""
    return int(won.newcomers.loc[won.newcomers["age"] == 0, "n_customers"].sum())
