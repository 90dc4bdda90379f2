"""Promotions: what each of them brought after the discount and the dip, from orders by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from helpers import rollups
from helpers.company import Scope
from helpers.i18n import mark
from helpers.kpi import LEVEL
from helpers.methods import promotions as model
from helpers.methods import promotions_design as designs
from helpers.methods import promotions_money as money
from helpers.methods.intervals import Estimate
from helpers.pillars.activation import promotions_runs as found
from helpers.pillars.activation.promotions_days import covered, pressure, with_margin
from helpers.rollups import promotions as rolled

COUNT, SEED = 2000, 1
LEAST_DAYS, LEAST_ORDERS, MOST_COVERED, MOST_RUNS = 56, 100, 0.6, 60
NO_PROMOTION = mark("No promotion of the last twelve months is over for {days} days.")
NONE_KNOWN = mark("No promotion is written down for the days of the data.")
ALWAYS = mark(
    "Promotions run on {share} of the days: there are too few days without one to hold them against."
)
MANY = mark(
    "{n} promotions with different days are written down: too many to be parted. Write down the campaigns, not each price."
)
SHORT = mark("{n} days of orders are too few to hold a promotion against: cannot tell, need {need}.")
FEW = mark("{n} orders are too few to hold a promotion against: cannot tell, need n = {need}.")


@dataclass(frozen=True, eq=False)
class Promotion:
    """One promotion that is over: its name, days, discount, and what the draws say of it."""

    name: str
    kind: str
    markets: tuple[str, ...]
    starts_on: pd.Timestamp
    ends_on: pd.Timestamp
    discount: float
    is_observed: bool
    parts: int
    n: int
    n_before: float
    days_before: int
    clean_before: int
    clean_after: int
    occurrences: int
    draws: model.Draws
    terms: money.Terms
    worth: money.Worth
    half: np.ndarray

    def of(self, drawn: np.ndarray) -> Estimate:
        """A figure of this promotion from its draws."""
        return money.interval_of(drawn, level=LEVEL, n=self.n)

    @property
    def title(self) -> str:
        """Its name without the markets."""
        return self.name.removesuffix(", " + " ".join(self.markets))

    @property
    def net(self) -> Estimate:
        """Net incremental margin."""
        return self.of(self.worth.net)

    @property
    def extra(self) -> Estimate:
        """Orders that it added while it ran."""
        return self.of(self.draws.extra)

    @property
    def pulled(self) -> Estimate:
        """Share of these that the days after lost."""
        return money.share_pulled(self.worth, level=LEVEL, n=self.n)

    @property
    def break_even(self) -> float:
        """Lift that pays the discount on the orders that come anyhow, the dip left out."""
        return money.break_even_lift(self.terms.given.value, self.terms.given.value + self.terms.margin.value)


@dataclass(frozen=True, eq=False)
class Known:
    """What the page knows: orders by day with their margin, promotions written down, those judged, and why none is."""

    days: pd.DataFrame
    offers: pd.DataFrame
    runs: pd.DataFrame
    judged: tuple[Promotion, ...]
    open: tuple[str, ...]
    baseline: model.Baseline | None
    reason: str
    values: dict
    money_is: str  # "margin", "rate" or "revenue"
    dip_days: int = designs.DIP_DAYS


def known(
    orders: Any, promotions: Any, calendar: Any, media: Any, scope: Scope, *,
    cost_per_parcel: float, payment_fee: float, dip_days: int = designs.DIP_DAYS,
) -> Known:  # fmt: skip
    """Everything that the page says of promotions.

    Parameters
    ----------
    orders, promotions, calendar, media : tables; all but the first may be None.
    cost_per_parcel : money for an order that is sent. payment_fee : share of the price paid, VAT included.
    dip_days : days after a promotion in which its buyers may be missing.

    Raises
    ------
    ValueError : a parameter is out of range.
    """
    if not (cost_per_parcel >= 0 and 0 <= payment_fee < 1 and 7 <= dip_days <= 90):
        raise ValueError(
            f"cost_per_parcel {cost_per_parcel!r} must be at least 0, payment_fee {payment_fee!r} a share below 1, "
            f"dip_days {dip_days!r} from 7 to 90."
        )
    days = rollups.collect(rolled.promotion_days(orders)).sort_values(
        ["day", "market"], kind="stable", ignore_index=True
    )
    days, money_is = with_margin(days, scope, cost_per_parcel=cost_per_parcel, payment_fee=payment_fee)
    dates = found.calendar_of(calendar)
    written = found.offers(promotions, dates)
    written = written[written["ends_on"] >= days["day"].min()].reset_index(drop=True)
    ran = found.runs(written, scope)
    reason, values = _refusal(days, ran)
    nothing = Known(days, written, ran, (), (), None, reason, values, money_is, dip_days)
    if reason:
        return nothing
    events = pd.concat([ran, found.launches(dates)], ignore_index=True).rename(
        columns={"promotion": "event", "market": "group"}
    )
    made = designs.design(
        days.rename(columns={"market": "group", "n_orders": "n"})[["day", "group", "n"]], events,
        holidays=found.holidays(dates), pressure=pressure(media, days), dip_days=dip_days,
    )  # fmt: skip
    end = pd.Timestamp(scope.period.end)
    last = ran.groupby("promotion", sort=False)["ends_on"].max()
    since = pd.Timestamp(scope.period.end) - pd.DateOffset(years=2)
    over = [
        name
        for name, day in last.items()
        if day + timedelta(days=dip_days) <= end and day > since and len(made.during[name])
    ]
    waiting = tuple(name for name, day in last.items() if day + timedelta(days=dip_days) > end)
    if not over:
        return Known(
            days, written, ran, (), waiting, None, NO_PROMOTION, {"days": dip_days}, money_is, dip_days
        )
    baseline = model.fit(made)
    drawn = model.draws(baseline, count=COUNT, seed=SEED)
    won = _newcomers(orders, ran[ran["promotion"].isin(over)], scope, dip_days, cost_per_parcel, payment_fee)
    judged = [
        _judged(name, ran, days, made, drawn[name], won, money_is, dip_days, seed=SEED + at)
        for at, name in enumerate(over)
    ]
    return Known(days, written, ran, tuple(judged), waiting, baseline, "", {}, money_is, dip_days)


def _refusal(days: pd.DataFrame, ran: pd.DataFrame) -> tuple[str, dict]:
    """Why no promotion can be judged, as a sentence with its values; an empty one where they can."""
    if ran.empty:
        return NONE_KNOWN, {}
    length, orders = int((days["day"].max() - days["day"].min()).days) + 1, int(days["n_orders"].sum())
    if length < LEAST_DAYS:
        return SHORT, {"n": length, "need": LEAST_DAYS}
    if orders < LEAST_ORDERS:
        return FEW, {"n": orders, "need": LEAST_ORDERS}
    share = covered(days, ran)
    if share > MOST_COVERED:
        return ALWAYS, {"share": share}
    n = ran["promotion"].nunique()
    return (MANY, {"n": n}) if n > MOST_RUNS else ("", {})


def _newcomers(
    orders: Any, ran: pd.DataFrame, scope: Scope, dip_days: int, parcel: float, fee: float
) -> pd.DataFrame:
    """Later margin of the customers won, by promotion and day: n_won, margin."""
    listed = runs_of(ran)
    made = rolled.promotion_newcomers(orders, listed, until=scope.period.end, days=dip_days)
    frame = rollups.collect(made, may_be_empty=True).sort_values(
        ["day", "promotion"], kind="stable", ignore_index=True
    )
    kept = frame["revenue"] - frame["returned"] + frame["shipping"]
    margin = kept - frame["cost_of_goods"] - fee * frame["paid_in"] - parcel * frame["n_parcels"]
    rate = scope.company.contribution_margin_rate
    return frame.assign(margin=margin, by_rate=(rate or 1.0) * (frame["revenue"] - frame["returned"]))


def runs_of(ran: pd.DataFrame) -> list[rolled.Run]:
    """Promotions as the rollups take them."""
    return [
        rolled.Run(one.promotion, one.market, one.starts_on.date(), one.ends_on.date())
        for one in ran.itertuples(index=False)
    ]


def _judged(
    name: str, ran: pd.DataFrame, days: pd.DataFrame, made: designs.Design, drawn: model.Draws, won: pd.DataFrame,
    money_is: str, dip_days: int, *, seed: int,
) -> Promotion:  # fmt: skip
    own = ran[ran["promotion"] == name]
    keyed = days.set_index(["day", "market"])
    inside, after = (_rows(keyed, made, rows) for rows in (made.during[name], made.after[name]))
    margin, given = (money.mean_of(inside[column], inside["n_orders"]) for column in ("margin", "given"))
    mine = won[won["promotion"] == name]
    later = money.mean_of(mine["margin" if money_is == "margin" else "by_rate"], mine["n_won"])
    terms = money.Terms(
        margin, given, money.mean_of(after["margin"], after["n_orders"]), later, money.mean_of(inside["n_first"], inside["n_orders"])
    )  # fmt: skip
    observed = float(inside["discount"].sum() / max((inside["revenue"] + inside["discount"]).sum(), 1e-9))
    stated = float(own["discount"].mean())
    discount = stated if np.isfinite(stated) else observed
    first, last = own["starts_on"].min(), own["ends_on"].max()
    length = int((last - first).days) + 1
    market = days["market"].isin(own["market"])
    before = days[market & (days["day"] < first) & (days["day"] >= first - timedelta(days=length))]
    busy = _spans(ran[ran["promotion"] != name], own["market"], dip_days)
    clean = [_clean(day, busy) for day in (pd.date_range(first - timedelta(days=dip_days), first - timedelta(days=1)),
                                          pd.date_range(last + timedelta(days=1), last + timedelta(days=dip_days)))]  # fmt: skip
    kind = own["kind"].iloc[0]
    return Promotion(
        name, kind, tuple(own["market"]), first, last, discount, not np.isfinite(stated), int(own["parts"].max()),
        int(inside["n_orders"].sum()), float(before["n_orders"].sum()), before["day"].nunique(), *clean,
        int(ran.loc[ran["kind"] == kind, "starts_on"].dt.year.nunique()), drawn, terms, money.worth(drawn, terms, seed=seed),
        money.at_depth(drawn, terms, discount=discount, factor=0.5),
    )  # fmt: skip


def _rows(keyed: pd.DataFrame, made: designs.Design, rows: np.ndarray) -> pd.DataFrame:
    """Sums of the design's rows; a day without orders is one of zeros."""
    index = pd.MultiIndex.from_frame(
        made.days.iloc[rows][["day", "group"]].rename(columns={"group": "market"})
    )
    return keyed.reindex(index).fillna(0.0)


def _spans(others: pd.DataFrame, markets: pd.Series, dip_days: int) -> pd.DataFrame:
    """Days of other promotions of these markets, and those after them."""
    own = others[others["market"].isin(markets)]
    return own.assign(until=own["ends_on"] + timedelta(days=dip_days))


def _clean(span: pd.DatetimeIndex, busy: pd.DataFrame) -> int:
    """How many of the days lie outside other promotions and the days after them."""
    flag = np.zeros(len(span), dtype=bool)
    for one in busy.itertuples(index=False):
        flag |= np.asarray((span >= one.starts_on) & (span <= one.until))
    return int((~flag).sum())
