"""What moves sales without media, week by week: holidays, sales seasons, launches, discounts and the weeks after them."""

from __future__ import annotations

import numpy as np
import pandas as pd

WEEK = 7
AFTER_WEEKS = 4  # in which what a promotion brought forward is missing
KINDS = {
    "public holiday": "public_holidays",
    "school holiday": "school_holidays",
    "soldes": "soldes",
    "own launch": "own_launches",
}
DISCOUNT, AFTER = "discount", "after_discount"


def weekly(
    calendar: pd.DataFrame | None,
    promotions: pd.DataFrame | None,
    *,
    weeks: pd.DatetimeIndex,
    markets: pd.Series,
) -> pd.DataFrame:
    """Controls by week, 0 where nothing happened.

    Parameters
    ----------
    calendar : starts_on, ends_on, market, kind, zone of the table `calendar`; None without one.
    promotions : product_id, market, starts_on, ends_on, discount_share of the table `promotions`; None without one.
    weeks : Mondays in a row.
    markets : share of sales of each market [index market, adds up to 1].

    Returns
    -------
    Index: the weeks. One column for each kind that the tables know [share of the week's days, of zones where a holiday is of some
    zones, weighted by the markets' sales], `discount` [mean reduction over products and days], `after_discount` [its mean over
    the four weeks before]. A column that is the same in all weeks is left out.
    """
    days = pd.date_range(
        weeks[0] - pd.Timedelta(days=WEEK * AFTER_WEEKS), periods=WEEK * (len(weeks) + AFTER_WEEKS), unit="us"
    )
    daily = {}
    if calendar is not None and len(calendar):
        for kind, name in KINDS.items():
            rows = calendar[calendar["kind"].str.lower() == kind]
            if len(rows):
                daily[name] = _covered(rows, days, markets)
    if promotions is not None and len(promotions):
        daily[DISCOUNT] = _depth(promotions, days, markets)
    if not daily:
        return pd.DataFrame(index=weeks)
    made = pd.DataFrame(daily, index=days)
    by_week = made.to_numpy(dtype=float).reshape(-1, WEEK, made.shape[1]).mean(axis=1)
    table = pd.DataFrame(by_week, columns=made.columns)
    if DISCOUNT in table:
        table[AFTER] = table[DISCOUNT].shift(1).rolling(AFTER_WEEKS).mean()
    table = table.iloc[AFTER_WEEKS:].set_index(weeks)
    return table.loc[:, table.nunique() > 1]


def _covered(rows: pd.DataFrame, days: pd.DatetimeIndex, markets: pd.Series) -> np.ndarray:
    """Share of a day that rows cover: of zones in a market where there are some, of markets by their sales."""
    total = np.zeros(len(days))
    for market, share in markets.items():
        here = rows[rows["market"] == market]
        if here.empty:
            continue
        zones = here["zone"].dropna().unique() if "zone" in here else []
        whole = _any(here[here["zone"].isna()] if len(zones) else here, days)
        parts = [_any(here[here["zone"] == zone], days) for zone in sorted(zones)]
        total += share * np.maximum(whole, np.mean(parts, axis=0) if parts else 0.0)
    return total


def _any(rows: pd.DataFrame, days: pd.DatetimeIndex) -> np.ndarray:
    """1 on each day that a row covers."""
    made = np.zeros(len(days))
    for first, last in _spans(rows, days):
        made[first:last] = 1.0
    return made


def _depth(rows: pd.DataFrame, days: pd.DatetimeIndex, markets: pd.Series) -> np.ndarray:
    """Reduction of a day: over the products that a market ever promotes, the deepest where offers overlap."""
    total = np.zeros(len(days))
    rows = rows[rows["discount_share"].notna()]
    for market, share in markets.items():
        here = rows[rows["market"] == market]
        if here.empty:
            continue
        ways = here.drop_duplicates(["starts_on", "ends_on", "discount_share", "product_id"])
        n = here["product_id"].nunique()
        depth = np.zeros((n, len(days)))
        number = pd.Categorical(ways["product_id"], categories=sorted(here["product_id"].unique())).codes
        for product, cut, (first, last) in zip(
            number, ways["discount_share"].astype(float), _spans(ways, days), strict=True
        ):
            depth[product, first:last] = np.maximum(depth[product, first:last], cut)
        total += share * depth.mean(axis=0)
    return total


def _spans(rows: pd.DataFrame, days: pd.DatetimeIndex) -> list[tuple[int, int]]:
    """Places of the first day and of the day after the last one, inside the days there are; no last day is one day alone."""
    first = pd.to_datetime(rows["starts_on"])
    last = pd.to_datetime(rows["ends_on"]).fillna(first)
    begin = (first - days[0]).dt.days.clip(0, len(days))
    end = ((last - days[0]).dt.days + 1).clip(0, len(days))
    return list(zip(begin, end, strict=True))
