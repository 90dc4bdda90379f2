"""How often the responsible option is chosen when it is offered: rates, a fixed mix, criteria shown, defaults that a lot decided."""

from __future__ import annotations

import math
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from helpers import kpi, rollups
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.errors import DataError, NothingToReportError
from helpers.i18n import mark
from helpers.kpi import LEVEL
from helpers.methods.experiment_shares import welch
from helpers.methods.experiments import Arm, Effect
from helpers.methods.intervals import Estimate
from helpers.methods.offers import (
    PRESET,
    STRATA,
    Default,
    Dose,
    by_criteria,
    choice_rates,
    default_effect,
    mixes,
)
from helpers.methods.stratified import Change, Standardised, mix_and_rate, standardised_rate
from helpers.periods import Period
from helpers.pillars.csr.choice_weeks import week_factor, wider

COLUMNS = (
    "offered_on",
    "market",
    "choice",
    "category",
    "n_criteria",
    "preset",
    "is_drawn",
    "n_offered",
    "n_chosen",
)
YEAR = 12  # months whose mix is the fixed one, and in which criteria and defaults are looked at
TEST_MONTHS = 18  # in which a lot is still worth reading
ALIKE = (*STRATA, "preset")  # within which numbers of criteria are compared
EMPTY = mark("responsible_offers: the responsible option was offered to nobody in this period. Import the offers, or choose a later period.")  # fmt: skip


class Lot(NamedTuple):
    """A default that a lot decided, of one choice.

    found : the effect. first, last : weeks. n_year : offers of the last twelve months in its markets that were not ticked beforehand.
    gained : choices a year that ticking would add to these [orders]. money : contribution an order, by arm; None where the test of orders is missing.
    """

    choice: str
    markets: tuple[str, ...]
    first: date
    last: date
    found: Default
    n_year: int
    gained: Estimate
    money: Effect | None


class Offered(NamedTuple):
    """What is known of offers.

    rates : one row a choice of the period, as `choice_rates` returns it, the most offered first.
    whole, standard : of all choices by quarter. by_number : n_criteria, n_offered, rate, low, high at the mix of all offers of twelve months.
    change : on the same quarter of the year before; None without one. fixed : rate at a fixed mix of markets and products, by choice and quarter.
    unnumbered : offers of twelve months without a number of criteria. in_lot : share of the period's offers that a lot decided. weeks : how many
    times as unsure weeks make a rate as orders would; what is at a fixed mix is told with it, since it is held against other quarters.
    """

    rows: pd.DataFrame
    rates: pd.DataFrame
    whole: dict[str, pd.Series]
    standard: dict[str, Standardised]
    change: Change | None
    fixed: dict[tuple[str, str], Estimate]
    dose: Dose
    by_number: pd.DataFrame
    lots: list[Lot]
    unnumbered: int
    in_lot: float
    weeks: float


def read(offers: Any) -> pd.DataFrame:
    """The table `responsible_offers` as a frame; what is in no group has the group "".

    Raises
    ------
    DataError : a column is missing, a choice has no name, or no offers to be counted against.
    """
    rows = rollups.collect(rollups.only(offers, *COLUMNS), may_be_empty=True)
    rows["offered_on"] = pd.to_datetime(rows["offered_on"])
    gone = rows["n_offered"].isna() | rows["n_chosen"].isna()
    if gone.any():
        raise DataError(
            f"responsible_offers: {int(gone.sum())} of {len(rows):,} rows have no number of offers or choices. A rate needs both; count the "
            "orders to which the option was offered."
        )
    if (rows["choice"].astype("string").fillna("").str.strip() == "").any():
        raise DataError("responsible_offers: a row does not say which option was offered (column choice). Write it, or leave the row out.")  # fmt: skip
    words = {
        name: rows[name].astype("string").fillna("") for name in ("choice", "category", "preset", "market")
    }
    return rows.assign(**words, is_drawn=rows["is_drawn"].astype("boolean").fillna(False).astype(bool))


def offered(rows: pd.DataFrame, experiments: Any, scope: Scope, *, tests: str = "") -> Offered:
    """Rates of the period and of quarters before it, criteria and defaults of a year.

    Parameters
    ----------
    rows : as `read` returns it. experiments : the table, or None. tests : "choice = experiment; …", where the money of a lot stands.

    Raises
    ------
    NothingToReportError : nothing was offered in the period.
    """
    now, then = within(rows, scope.period), within(rows, scope.period.year_before())
    if not now["n_offered"].sum():
        raise NothingToReportError(EMPTY)
    year = since(rows, scope.period, YEAR)
    rates = choice_rates(now, by=["choice"], level=LEVEL).sort_values(
        "n_offered", ascending=False, kind="stable"
    )
    fixed = year.groupby(list(STRATA), sort=True)["n_offered"].sum().rename("weight")
    whole, standard = {}, {}
    for period in kpi.history(scope):
        own = within(rows, period)
        if own["n_offered"].sum() and (period.code == scope.period.code or _is_whole(rows, period)):
            whole[period.code] = choice_rates(own, by=[], level=LEVEL).iloc[0]
            made = standardised_rate(_strata(own, fixed), level=LEVEL)
            standard[period.code] = made._replace(rate=_as_share(wider(made.rate, week_factor(own))))
    is_told = scope.period.year_before().code in whole
    numbered = year[year["n_criteria"].notna()]
    unnumbered = int(year["n_offered"].sum() - numbered["n_offered"].sum())
    numbered = numbered.assign(n_criteria=numbered["n_criteria"].astype(int))
    dose = by_criteria(numbered, strata=ALIKE, level=LEVEL)
    return Offered(
        rows, rates.reset_index(drop=True), whole, standard,
        _change(then, now) if is_told else None,
        _fixed(now, then, fixed, scope), dose, by_number(numbered), lots(rows, experiments, scope, tests=tests), unnumbered,
        float(now.loc[now["is_drawn"], "n_offered"].sum() / now["n_offered"].sum()), week_factor(now),
    )  # fmt: skip


def _change(then: pd.DataFrame, now: pd.DataFrame) -> Change:
    """What mix and behaviour did to the rate; weeks that were good or bad for all make behaviour, not mix, less sure."""
    made = mix_and_rate(mixes(then, now), level=LEVEL)
    factor = math.sqrt((week_factor(then) ** 2 + week_factor(now) ** 2) / 2)
    return made._replace(total=wider(made.total, factor), rate=wider(made.rate, factor))


def _as_share(found: Estimate) -> Estimate:
    return found._replace(low=max(found.low, 0.0))


def _fixed(
    now: pd.DataFrame, then: pd.DataFrame, fixed: pd.Series, scope: Scope
) -> dict[tuple[str, str], Estimate]:
    """Rate of each choice at the mix of its markets and products in the last twelve months, where 30 offers or more were made."""
    made = {}
    for period, rows in ((scope.period, now), (scope.period.year_before(), then)):
        for name, own in rows.groupby("choice", sort=True):
            weights = fixed[fixed.index.get_level_values("choice") == name]
            if own["n_offered"].sum() >= COUNTS_ONLY and len(weights):
                rate = standardised_rate(_strata(own, weights), level=LEVEL).rate
                made[str(name), period.code] = _as_share(wider(rate, week_factor(own)))
    return made


def by_number(numbered: pd.DataFrame) -> pd.DataFrame:
    """Rate by number of criteria at one mix, so that what is offered with many criteria does not pass for their effect."""
    fixed = numbered.groupby(list(ALIKE), sort=True)["n_offered"].sum().rename("weight")
    made = []
    for n, own in numbered.groupby("n_criteria", sort=True):
        sums = (
            own.groupby(list(ALIKE), sort=True)[["n_chosen", "n_offered"]]
            .sum()
            .set_axis(["yes", "n"], axis=1)
        )
        rate = standardised_rate(fixed.to_frame().join(sums, how="left").fillna(0.0), level=LEVEL).rate
        offers = int(own["n_offered"].sum())
        told = offers >= COUNTS_ONLY
        made.append((int(n), offers, *(rate[:3] if told else (math.nan,) * 3)))
    return pd.DataFrame(made, columns=["n_criteria", "n_offered", "rate", "low", "high"])


def within(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Offers of a period, by the first day of their week."""
    return rows[rows["offered_on"].between(pd.Timestamp(period.start), pd.Timestamp(period.end))]


def since(rows: pd.DataFrame, period: Period, months: int) -> pd.DataFrame:
    """Offers of some months up to the period's end."""
    end = pd.Timestamp(period.end)
    return rows[(rows["offered_on"] > end - pd.DateOffset(months=months)) & (rows["offered_on"] <= end)]


def _is_whole(rows: pd.DataFrame, period: Period) -> bool:
    """Whether offers reach back to the first week of a past period."""
    return rows["offered_on"].min() <= pd.Timestamp(period.start) + pd.Timedelta(days=7)


def _strata(own: pd.DataFrame, fixed: pd.Series) -> pd.DataFrame:
    """Counts of a quarter in the strata of the fixed mix."""
    sums = (
        own.groupby(list(STRATA), sort=True)[["n_chosen", "n_offered"]].sum().set_axis(["yes", "n"], axis=1)
    )
    return fixed.to_frame().join(sums, how="left").fillna(0.0)


def lots(rows: pd.DataFrame, experiments: Any, scope: Scope, *, tests: str = "") -> list[Lot]:
    """Defaults that a lot decided in the last eighteen months, one a choice, the last first."""
    recent, year = since(rows, scope.period, TEST_MONTHS), since(rows, scope.period, YEAR)
    money, made = _money(experiments, tests), []
    for choice, drawn in recent[recent["is_drawn"]].groupby("choice", sort=True):
        markets = tuple(sorted(drawn["market"].unique()))
        first, last = drawn["offered_on"].min(), drawn["offered_on"].max()
        found = default_effect(recent[recent["choice"] == choice], level=LEVEL)
        alike = year[(year["choice"] == choice) & year["market"].isin(markets) & (year["preset"] != PRESET)]
        n_year = int(alike["n_offered"].sum())
        effect = found.by_week.difference
        gained = Estimate(*(n_year * one for one in (effect.value, effect.low, effect.high)), LEVEL, effect.n)
        made.append(
            Lot(
                str(choice), markets, first.date(), last.date(), found, n_year, gained, money.get(str(choice))
            )
        )
    return sorted(made, key=lambda one: one.last, reverse=True)


def _money(experiments: Any, tests: str) -> dict[str, Effect]:
    """Contribution an order in the arms of the tests named, by choice."""
    named = _pairs(tests)
    if experiments is None or not named:
        return {}
    names = ("experiment_id", "arm", "units", "value", "value_squares")
    rows = rollups.collect(rollups.only(experiments, *names), may_be_empty=True)
    made = {}
    for choice, test in named.items():
        own = rows[rows["experiment_id"] == test].dropna(subset=["value", "value_squares"])
        sums = own.groupby("arm")[["units", "value", "value_squares"]].sum()
        arms = [name for name in sums.index if name != "control"]
        if "control" not in sums.index or len(arms) != 1:
            continue
        treated, control = (
            Arm(int(one["units"]), float(one["value"]), float(one["value_squares"]))
            for one in (sums.loc[arms[0]], sums.loc["control"])
        )
        made[choice] = welch(treated, control, level=LEVEL).effect
    return made


def _pairs(written: str) -> dict[str, str]:
    """ "choice = test; …" as a dictionary.

    Raises
    ------
    DataError : a part has no sign of equality.
    """
    made = {}
    for part in filter(None, (one.strip() for one in written.split(";"))):
        name, sign, value = (one.strip() for one in part.partition("="))
        if not (sign and name and value):
            raise DataError(
                f'default_tests: "{part}" says no test. Write choice = experiment; choice = experiment.'
            )
        made[name] = value
    return made


def is_known(estimate: Estimate) -> bool:
    """Whether an estimate has a value and bounds."""
    return all(math.isfinite(one) for one in estimate[:3])
