"""Who takes second-hand, refurbished, repair, take-back, a subscription or a longer guarantee, and what follows beside others like them."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from helpers import rollups
from helpers.company import Scope
from helpers.kpi import LEVEL
from helpers.methods.experiment_shares import holm
from helpers.methods.intervals import Estimate, wilson
from helpers.methods.matched_comparison import APART, Compared, Group, alike, compare
from helpers.methods.nps import DETRACTOR, PROMOTER
from helpers.methods.stratified import ARMS, Stratified, stratified_difference
from helpers.rollups import circular, takers, voice
from helpers.rollups.standing import silence_counts

ORDER = ("second-hand", "refurbished", "repair", "take-back", "subscription", "longer guarantee")
USED = ("second-hand", "refurbished")  # orders of goods that were used before
REPAIR = "repair"
DAYS = 180  # that are followed after the first day
RETURN_DAYS = 60  # in which a return counts
PER_TAKER = 5  # others a taker that are compared with; more add nothing to how sure it is
EXACT = ("market", "month", "is_order_day")
TRAITS = ("age_band", "acquisition_channel", "density_class")
BEFORE = ("n_before", "spend_before", "silence", "tenure")
EARLY = ("early_n", "early_spend", "early_silence")
SEED = 10
YEAR = 12  # months


class Service(NamedTuple):
    """One service: who took it for the first time in the months looked at, and what followed within 180 days.

    n_taken : customers. n_young : of them, whose 180 days are not over; left out. again : repurchase [share]; all intervals are widened for all services looked at together. kept : revenue, returns taken off [money].
    nps : share of promoters less that of detractors [-1 to 1]. placebo : repurchase in the 180 days before, others made alike in what lies
    still earlier. worst : largest standardised difference before weighting, and after it.
    """

    name: str
    n_taken: int
    n_young: int
    group: Group
    again: Compared
    kept: Compared
    nps: Compared
    placebo: Compared
    worst: tuple[float, float]


class Back(NamedTuple):
    """Returns of one kind of orders beside new goods of the same market, month and value; n_year : such orders in the last twelve months."""

    service: str
    n: int
    n_returned: int
    rate: tuple[float, float, float]
    new: float
    gap: Stratified
    n_year: int


class Taken(NamedTuple):
    """What is known of services.

    services : in the order of ORDER, those that somebody took. returns : of used goods. orders : month, service, n_orders of paid orders. people : month,
    service, customer_id. active : customers with a purchase in the twelve months to the end of each quarter, by its code.
    """

    services: list[Service]
    returns: list[Back]
    orders: pd.DataFrame
    people: pd.DataFrame
    active: dict[str, int]
    since: date
    until: date


def taken(
    services: Any, orders: Any, customers: Any, returns: Any, surveys: Any, scope: Scope, *, months: int = 24, quarters: list
) -> Taken:  # fmt: skip
    """Compare those who took each service with others like them, and count.

    Parameters
    ----------
    services, orders, customers : the tables. returns, surveys : the tables, or None.
    months : months of first days looked at, up to the period's end. quarters : periods that are counted.

    Raises
    ------
    DataError : a column is missing.
    """
    until = scope.period.end
    first = (pd.Timestamp(until) + pd.Timedelta(days=1) - pd.DateOffset(months=months)).date()
    ripe = until - timedelta(DAYS)
    own = _known(takers.first_taken(services, since=first, until=until), orders, customers, until)
    others = _known(takers.others_days(orders, since=first, until=ripe), orders, customers, until)
    ever = rollups.collect(takers.taken(services, until=until), may_be_empty=True)
    answers = (
        None
        if surveys is None
        else rollups.collect(voice.survey_answers(surveys, types=("nps",)), may_be_empty=True)
    )
    made = [
        _service(name, own[own["service"] == name], others, ever[ever["service"] == name], answers)
        for name in ORDER
        if (own["service"] == name).any()
    ]  # fmt: skip
    made = _together(made)
    kinds = pd.DataFrame() if returns is None else rollups.collect(
        circular.order_kinds(orders, services, returns, since=first, until=until, days=RETURN_DAYS), may_be_empty=True
    )  # fmt: skip
    ends = silence_counts(orders, ends=[one.end for one in quarters], window=365, days=0)
    return Taken(
        made, _returns(kinds, until), kinds, rollups.collect(circular.taken_months(services), may_be_empty=True),
        dict(zip([one.code for one in quarters], ends["n_active"].astype(int), strict=True)), first, until,
    )  # fmt: skip


def _known(places: Any, orders: Any, customers: Any, until: date) -> pd.DataFrame:
    """What was before and after each day, in an order that no engine decides: the lot of `_thinned` goes by it."""
    found = takers.before_and_after(places, orders, customers, days=DAYS, until=until)
    rows = rollups.collect(found, may_be_empty=True)
    return _prepared(rows.sort_values(["service", "customer_id", "day"], ignore_index=True))


def _service(
    name: str, own: pd.DataFrame, others: pd.DataFrame, ever: pd.DataFrame, answers: pd.DataFrame | None
) -> Service:
    """One service against customers who had not taken it by the day they are compared from."""
    ripe = own[own["left"] >= DAYS]
    taken_on = others["customer_id"].map(ever.set_index("customer_id")["day"])
    free = others[~(taken_on <= others["day"])]
    rows = _thinned(pd.concat([ripe.assign(took=True), free.assign(took=False)], ignore_index=True))
    group = alike(rows, took="took", covariates=[*BEFORE, *TRAITS], exact=EXACT)
    again, kept = compare(group, "again", level=LEVEL), compare(group, "kept", is_share=False, level=LEVEL)
    placebo = compare(
        alike(rows, took="took", covariates=[*EARLY, *TRAITS], exact=EXACT), "early_again", level=LEVEL
    )
    told = _with_answers(rows, answers)
    nps = compare(
        alike(told, took="took", covariates=["n_before", "silence"], exact=("market",)),
        "nps",
        is_share=False,
        level=LEVEL,
    )
    worst = tuple(
        float(group.balance[name].abs().max()) if len(group.balance) else float("nan")
        for name in ("before", "after")
    )
    return Service(name, len(own), len(own) - len(ripe), group, again, kept, nps, placebo, worst)


def _together(services: list[Service]) -> list[Service]:
    """The same, intervals of each outcome as wide as looking at all services together asks (Holm): the best of six is often chance."""
    names = ("again", "kept", "nps", "placebo")
    steps = {name: holm([_p(getattr(one, name).difference) for one in services], level=LEVEL) for name in names}  # fmt: skip
    made = []
    for at, one in enumerate(services):
        if one.again.reason is None:  # its E-value goes by the wider bound, too
            one = one._replace(again=compare(one.group, "again", level=steps["again"][at].level))
        wider = {
            name: getattr(one, name)._replace(difference=_widened(getattr(one, name).difference, steps[name][at].level))
            for name in names[1:]
        }  # fmt: skip
        made.append(one._replace(**wider))
    return made


def _p(found: Estimate) -> float:
    """Chance of a difference this large where there is none; NaN where it has no interval."""
    se = (found.high - found.low) / 2 / ndtri((1 + found.level) / 2)
    return 2 * float(ndtr(-abs(found.value) / se)) if se > 0 else math.nan


def _widened(found: Estimate, level: float) -> Estimate:
    """The same estimate with the interval of another level."""
    half = (found.high - found.low) / 2 * float(ndtri((1 + level) / 2) / ndtri((1 + found.level) / 2))
    return found._replace(low=found.value - half, high=found.value + half, level=level)


def _prepared(rows: pd.DataFrame) -> pd.DataFrame:
    """Long-tailed amounts as logarithms, so that a mean made alike says something of most people; the month of the day as a word."""
    logs = {name: np.log1p(rows[name].astype(float).clip(lower=0)) for name in (*BEFORE, *EARLY)}
    months = {day: date.fromordinal(day).strftime("%Y-%m") for day in rows["day"].unique()}
    return rows.assign(**logs, month=rows["day"].map(months), is_order_day=rows["is_order_day"].astype(str))


def _thinned(rows: pd.DataFrame) -> pd.DataFrame:
    """At most some others a taker in each stratum, drawn by a fixed seed."""
    keys = list(EXACT)
    lot = pd.Series(np.random.default_rng(SEED).random(len(rows)), index=rows.index)
    place = lot.where(~rows["took"]).groupby([rows[name] for name in keys]).rank()
    most = rows.groupby(keys)["took"].transform("sum") * PER_TAKER
    return rows[rows["took"] | (place <= most)].reset_index(drop=True)


def _with_answers(rows: pd.DataFrame, answers: pd.DataFrame | None) -> pd.DataFrame:
    """Rows of customers who gave a score within the days that are followed, with it as 1 for a promoter, -1 for a detractor, 0 between."""
    if answers is None or answers.empty or "score" not in answers:
        return rows.iloc[:0].assign(nps=pd.Series(dtype=float))
    scored = answers[answers["question"] == "nps"].dropna(subset=["customer_id", "score"])
    at = pd.to_datetime(scored["answered_on"]).map(pd.Timestamp.toordinal)
    scored = scored.assign(at=at)[["customer_id", "at", "score"]]
    both = rows.reset_index(names="row").merge(scored, on="customer_id", how="inner")
    both = both[(both["at"] > both["day"]) & (both["at"] <= both["day"] + DAYS)]
    first = both.sort_values(["row", "at"], kind="stable").drop_duplicates("row")
    points = np.where(first["score"] >= PROMOTER, 1.0, np.where(first["score"] <= DETRACTOR, -1.0, 0.0))
    return first.assign(nps=points).drop(columns=["row"]).reset_index(drop=True)


def _returns(kinds: pd.DataFrame, until: date) -> list[Back]:
    """Used goods that came back, beside new ones of the same market, month and value; nothing where no order at all came back: they are not recorded."""
    if kinds.empty or not kinds["n_returned"].sum():
        return []
    keys, made = ["month", "market", "band"], []
    new = kinds[kinds["service"] == ""].groupby(keys)[["n_returned", "n_ripe"]].sum()
    for name in USED:
        own = kinds[kinds["service"] == name].groupby(keys)[["n_returned", "n_ripe"]].sum()
        both = own.set_axis(ARMS[:2], axis=1).join(new.set_axis(ARMS[2:], axis=1), how="left").fillna(0)
        n, k = int(own["n_ripe"].sum()), int(own["n_returned"].sum())
        if not n:
            continue
        gap = stratified_difference(both, level=LEVEL)
        lately = (kinds["service"] == name) & (kinds["month"] > 12 * until.year + until.month - 1 - YEAR)
        n_year = int(kinds.loc[lately, "n_orders"].sum())
        rate = k / n, *wilson(k, n, level=LEVEL)
        made.append(Back(name, n, k, rate, k / n - gap.difference.value, gap, n_year))
    return made


def is_apart(service: Service) -> bool:
    """Whether groups are still unlike after weighting."""
    return service.worst[1] > APART
