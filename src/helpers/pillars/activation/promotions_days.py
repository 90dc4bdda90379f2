"""Orders by day as the page takes them: their margin, what media cost, and how many days are on promotion."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from helpers import rollups
from helpers.company import Scope

COSTED = 0.95  # share of orders whose cost of goods must be known for it to count
PRESSURE_HALF_LIFE = 7.0  # days in which what media leave behind halves


def with_margin(
    days: pd.DataFrame, scope: Scope, *, cost_per_parcel: float, payment_fee: float
) -> tuple[pd.DataFrame, str]:
    """Days with margin [contribution margin of their orders] and given [discount that was kept, less the fee on it]; and what margin is.

    "margin" from costs of goods; "rate" where they are unknown: goods then cost the rest of the company's margin rate, at full price;
    "revenue" where that is unknown too, and nothing is taken off.
    """
    kept = days["revenue"] - days["returned"] + days["shipping"]
    rate = scope.company.contribution_margin_rate
    fee = payment_fee * days["paid_in"]
    given = days["kept_discount"] - payment_fee * days["discount"] * _ratio(
        days["paid_in"], days["revenue"], 1.0
    )
    if days["n_costed"].sum() >= COSTED * days["n_orders"].sum():
        margin = kept - days["cost_of_goods"] - fee - cost_per_parcel * days["n_parcels"]
        return days.assign(margin=margin, given=given), "margin"
    if rate is None:
        return days.assign(margin=days["revenue"] - days["returned"], given=days["kept_discount"]), "revenue"
    full = days["revenue"] - days["returned"] + days["kept_discount"]
    return days.assign(margin=rate * full - days["kept_discount"], given=days["kept_discount"]), "rate"


def pressure(media: Any, days: pd.DataFrame) -> pd.Series | None:
    """Log of what media cost by day, with what earlier days leave behind; None without media."""
    if media is None:
        return None
    spent = rollups.collect(rollups.media_days(media), may_be_empty=True)
    span = pd.date_range(days["day"].min(), days["day"].max(), freq="D")
    length = (spent["ends_on"].fillna(spent["spent_on"]) - spent["spent_on"]).dt.days + 1
    each = spent.loc[spent.index.repeat(length)]
    shift = each.groupby(level=0).cumcount()
    daily = (
        (each["spend"] / length.loc[each.index])
        .groupby(each["spent_on"] + pd.to_timedelta(shift, unit="D"))
        .sum()
    )
    daily = daily.reindex(span).fillna(0.0)
    if not daily.sum() > 0:
        return None
    smooth = daily.ewm(halflife=PRESSURE_HALF_LIFE).mean()
    return np.log(np.maximum(smooth / smooth.mean(), 0.01))


def _ratio(top: pd.Series, bottom: pd.Series, otherwise: float) -> np.ndarray:
    return np.where(bottom > 0, top / np.where(bottom > 0, bottom, 1.0), otherwise)


def covered(days: pd.DataFrame, ran: pd.DataFrame) -> float:
    """Share of the days with orders, by market, on which a promotion ran; the market with the largest share."""
    shares = []
    for market, own in days.groupby("market", sort=True):
        shares.append(float(_inside(own["day"], ran[ran["market"] == market]).mean()))
    return max(shares)


def _inside(day: pd.Series, ran: pd.DataFrame) -> np.ndarray:
    """Whether each day lies in a promotion."""
    flag = np.zeros(len(day), dtype=bool)
    for one in ran.itertuples(index=False):
        flag |= ((day >= one.starts_on) & (day <= one.ends_on)).to_numpy()
    return flag
