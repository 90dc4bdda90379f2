"""Orders by region while nothing was tested, as the company's last test by region counted them."""

from __future__ import annotations

import pandas as pd

from helpers import rollups
from helpers.pillars.brand.voice_tables import WEEK
from helpers.rollups import places


def past_orders(experiments: object | None, market: str = "") -> tuple[pd.DataFrame, str]:
    """Orders by week and region of one market before the start of its last test by region.

    Parameters
    ----------
    experiments : the table, or None. market : its code; empty: the market with most orders.

    Returns
    -------
    Orders [week x region], empty without a test; and the market.
    """
    if experiments is None:
        return pd.DataFrame(), market
    rows = rollups.collect(places.place_days(experiments), may_be_empty=True)
    rows = rows[(rows["place"] != "") & (rows["n_orders"] >= 0)]
    if rows.empty:
        return pd.DataFrame(), market
    market = market or str(rows.groupby("market")["n_orders"].sum().sort_index().idxmax())
    rows = rows[rows["market"] == market]
    if rows.empty:
        return pd.DataFrame(), market
    last = rows.groupby("experiment_id")["measured_on"].max().sort_index().idxmax()
    plan = rollups.collect(places.planned_arms(experiments), may_be_empty=True)
    starts = pd.to_datetime(plan[plan["experiment_id"] == last]["starts_on"]).min()
    rows = rows[rows["experiment_id"] == last]
    rows = rows[pd.to_datetime(rows["measured_on"]) < starts] if starts == starts else rows
    day = pd.to_datetime(rows["measured_on"])
    week = (day - day.min()).dt.days // WEEK
    full = int(((day.max() - day.min()).days + 1) // WEEK) if len(day) else 0
    kept = rows[week < full].groupby([week[week < full], "place"])["n_orders"].sum()
    return kept.unstack().fillna(0.0), market
