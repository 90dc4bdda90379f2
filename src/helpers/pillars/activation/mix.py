"""What the mix model of a company reads: the weekly table, and what was met on the way to it; and what other pages read of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import rollups
from helpers.company import Scope
from helpers.pillars.activation import mix_controls
from helpers.rollups import media_weeks

CALENDAR = ("starts_on", "ends_on", "market", "kind", "zone")
PROMOTIONS = ("product_id", "market", "starts_on", "ends_on", "discount_share")


class Known(NamedTuple):
    """The weeks that a mix model may use, and what was met on the way to them.

    table : one row a week: week, revenue [money], n_orders, one column a channel [money], controls.
    channels, controls : names of columns.
    unmapped : share of the cost that fits no channel. weeks : all whole weeks in the data, used or not.
    gaps : weeks without a paid order. negative : weeks whose returns exceed their sales.
    silent : channel -> weeks without spend between weeks with spend. markets : share of sales of each market.
    """

    table: pd.DataFrame
    channels: tuple[str, ...]
    controls: tuple[str, ...]
    unmapped: float
    weeks: pd.DatetimeIndex
    gaps: tuple[pd.Timestamp, ...]
    negative: tuple[pd.Timestamp, ...]
    silent: dict[str, int]
    markets: pd.Series


def known(orders, media, calendar, promotions, scope: Scope) -> Known:
    """Collect the weekly table.

    Parameters
    ----------
    orders, media : tables `orders` and `media_spend` up to the period.
    calendar, promotions : tables of these names, or None where the company has none.

    Only whole weeks count. Where a week has no paid order, or returns above its sales, what is used is the longest run of weeks
    without one: a model of weeks in a row cannot bridge it.
    """
    sales = rollups.collect(media_weeks.sales_days(orders))
    cost = rollups.collect(media_weeks.channel_days(media), may_be_empty=True)
    first = max(sales["ordered_on"].min(), cost["spent_on"].min() if len(cost) else sales["ordered_on"].min())
    weeks = media_weeks.whole_weeks(pd.Timestamp(first).date(), scope.period.end)
    spend = media_weeks.weekly_spend(cost, weeks=weeks)
    sold = media_weeks.weekly_sales(sales, weeks=weeks)
    gaps = tuple(sold.index[sold["revenue"].isna()])
    negative = tuple(sold.index[sold["revenue"] < 0])
    channels = tuple(name for name in spend if name != media_weeks.UNMAPPED)
    total = float(spend.to_numpy().sum())
    unmapped = (
        float(spend[media_weeks.UNMAPPED].sum()) / total if media_weeks.UNMAPPED in spend and total else 0.0
    )
    used = _longest(~(sold["revenue"].isna() | (sold["revenue"] < 0)))
    markets = sales.groupby("market")["revenue"].sum()
    markets = markets / markets.sum()
    more = (
        mix_controls.weekly(
            _read(calendar, CALENDAR), _read(promotions, PROMOTIONS), weeks=weeks, markets=markets
        )
        if len(weeks)
        else pd.DataFrame(index=weeks)
    )
    table = pd.concat([sold, spend[list(channels)], more], axis=1)[used].reset_index(names="week")
    return Known(
        table, channels, tuple(more), unmapped, weeks, gaps, negative,
        {name: _silent(table[name].to_numpy()) for name in channels}, markets,
    )  # fmt: skip


def _read(table, names: tuple[str, ...]) -> pd.DataFrame | None:
    return None if table is None else rollups.collect(rollups.only(table, *names), may_be_empty=True)


def _longest(good: pd.Series) -> np.ndarray:
    """Mark the longest run of good weeks, the last of several of one length."""
    run = (~good).cumsum()[good]
    if run.empty:
        return good.to_numpy()
    sizes = run.value_counts()
    best = max(sizes[sizes == sizes.max()].index)
    return (good & ((~good).cumsum() == best)).to_numpy()


def _silent(spend: np.ndarray) -> int:
    """Weeks without spend between the first and the last week with spend."""
    there = np.flatnonzero(spend > 0)
    return int((spend[there[0] : there[-1] + 1] == 0).sum()) if len(there) else 0
