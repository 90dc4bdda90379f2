"""What the page of channels knows: spend, delivery, claims, sales, plan, books and reach, each once and by month."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from helpers import rollups
from helpers.company import Scope
from helpers.methods import payback
from helpers.periods import Period
from helpers.rollups import media_channels

YEAR = 12
UNNAMED = ""  # the channel of spend that no rule of the taxonomy names


class Known(NamedTuple):
    """Small frames of the page; None where the company lacks the table.

    days : rollup `channel_days`, by day as it was told. months : the same by month, spend of several days split by days.
    sums : all channels of each month together, by its first day; `unnamed` is the spend without a channel.
    claims : rollup `claims`. sales : rollup `taxed_sales`. newcomers : rollup `newcomer_revenue` at age 0.
    plan : table `campaign_map`, those with a budget and days. campaigns : rollup `campaign_days` of the planned ones.
    books : table `finance_actuals`. reach : table `media_reach`, rows of whole platforms. lacking : why a table is missing, by its name.
    """

    days: pd.DataFrame
    months: pd.DataFrame
    sums: pd.DataFrame
    claims: pd.DataFrame | None
    sales: pd.DataFrame | None
    newcomers: pd.DataFrame | None
    plan: pd.DataFrame | None
    campaigns: pd.DataFrame | None
    books: pd.DataFrame | None
    reach: pd.DataFrame | None
    lacking: dict[str, str]


def known(
    media: Any, scope: Scope, *, orders: Any = None, conversions: Any = None, plan: Any = None, books: Any = None, reach: Any = None,
    lacking: dict[str, str] | None = None,
) -> Known:  # fmt: skip
    """Collect what the page needs.

    Parameters
    ----------
    media : table `media_spend` up to the period.
    orders, conversions, plan, books, reach : tables `orders`, `media_conversions`, `campaign_map`, `finance_actuals` and `media_reach`,
        or None where the company lacks them.
    lacking : why there is none, by the table's name.
    """
    days = rollups.collect(media_channels.channel_days(media), may_be_empty=True)
    days = days.fillna({"channel": UNNAMED}).sort_values(
        list(media_channels.WHO), kind="stable", ignore_index=True
    )
    planned = None if plan is None else _planned(plan, scope)
    campaigns = None
    if planned is not None and len(planned):
        since = min(planned["starts_on"].min(), pd.Timestamp(scope.period.before(YEAR - 1).start))
        campaigns = rollups.collect(
            media_channels.campaign_days(media, since=since.date()), may_be_empty=True
        )
        campaigns = campaigns.sort_values(
            ["platform", "campaign_id", "spent_on"], kind="stable", ignore_index=True
        )
    sales = newcomers = None
    if orders is not None:
        sales = rollups.collect(media_channels.taxed_sales(orders), may_be_empty=True)
        won = rollups.newcomer_revenue(orders, until=scope.period.end, months=0)
        newcomers = rollups.collect(won, may_be_empty=True)
    months = by_month(days, scope)
    reached = _small(
        reach, "starts_on", "ends_on", "platform", "market", "campaign_id", "breakdown", "reach", "impressions", "population", "audience"
    )  # fmt: skip
    if reached is not None:
        reached = reached[reached["campaign_id"].isna() & reached["breakdown"].isna()]
    return Known(
        days,
        months,
        _sums(months),
        _claims(conversions, media),
        sales,
        newcomers,
        planned,
        campaigns,
        _small(books, "month", "market", "nature", "supplier", "amount"),
        reached,
        lacking or {},
    )


def by_month(days: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The rollup `channel_days` by month up to the period: month, platform, channel, market, its sums, and rows [how many].

    What one row says of several days is spread evenly over them.
    """
    sums = [name for name in days if name not in media_channels.WHO]
    days = days.assign(rows=1.0)
    first, last = days["spent_on"], days["ends_on"].fillna(days["spent_on"])
    n = (last.dt.year - first.dt.year) * 12 + last.dt.month - first.dt.month + 1
    rows = days.loc[days.index.repeat(n.clip(lower=1))]
    first, last = first.loc[rows.index], last.loc[rows.index]
    begin = first.dt.to_period("M") + rows.groupby(level=0).cumcount().to_numpy()
    start, end = begin.dt.start_time, begin.dt.end_time.dt.normalize()
    inside = (last.where(last < end, end) - first.where(first > start, start)).dt.days + 1
    weight = inside / ((last - first).dt.days + 1)
    made = rows.assign(month=start.astype("datetime64[us]"), **{name: rows[name] * weight for name in sums})
    made = made[made["month"] <= pd.Timestamp(scope.period.end)]
    keys = ["month", "platform", "channel", "market"]
    return made.groupby(keys, as_index=False)[[*sums, "rows"]].sum()


def year(scope: Scope, found: Known) -> list[Period]:
    """The months to the page's period, at most twelve, from the first with media on; oldest first."""
    if found.months.empty:
        return [scope.period]
    begin = found.months["month"].min()
    wanted = [scope.period.before(n) for n in range(YEAR - 1, -1, -1)]
    return [one for one in wanted if pd.Timestamp(one.start) >= begin] or [scope.period]


def of(frame: pd.DataFrame, months: list[Period]) -> pd.DataFrame:
    """The rows of a monthly frame that lie in these months."""
    return frame[frame["month"].between(pd.Timestamp(months[0].start), pd.Timestamp(months[-1].end))]


def by_channel(found: Known, months: list[Period]) -> pd.DataFrame:
    """Spend of each channel in these months, the largest first: channel, spend [money], share [of all spend; NaN without spend].

    A channel that spent before and spends nothing now keeps its row with 0.
    """
    all_channels = found.months.groupby("channel", as_index=False)["spend"].sum().assign(spend=0.0)
    spent = pd.concat([of(found.months, months)[["channel", "spend"]], all_channels])
    made = spent.groupby("channel", as_index=False)["spend"].sum()
    made = made.sort_values(["spend", "channel"], ascending=[False, True], kind="stable", ignore_index=True)
    total = made["spend"].sum()
    return made.assign(share=made["spend"] / total if total else float("nan"))


def total(found: Known, months: list[Period], name: str = "spend") -> float:
    """Sum of a column over these months, all channels together."""
    return float(found.sums.loc[pd.Timestamp(months[0].start) : pd.Timestamp(months[-1].end), name].sum())


def sold(found: Known, months: list[Period]) -> pd.Series | None:
    """Sums of sales over these months: n_orders, revenue, excl, incl; None where there are none."""
    if found.sales is None:
        return None
    rows = of(found.sales, months)
    return None if rows.empty else rows[["n_orders", "revenue", "excl", "incl"]].sum()


def customers_won(found: Known, months: list[Period]) -> int:
    """Customers whose first purchase lies in these months; 0 where there are no orders."""
    if found.newcomers is None or found.newcomers.empty:
        return 0
    return payback.customers_won(found.newcomers, months[0].start, months[-1].end)


def _sums(months: pd.DataFrame) -> pd.DataFrame:
    """Sums of each month over all channels, by its first day."""
    bare = months["spend"].where(months["channel"] == UNNAMED, 0.0)
    parts = [name for name in months if name not in ("month", "platform", "channel", "market")]
    return months.assign(unnamed=bare).groupby("month")[[*parts, "unnamed"]].sum().sort_index()


def _small(table: Any, *names: str) -> pd.DataFrame | None:
    """Some columns of a small table as pandas, in an order of their own."""
    if table is None:
        return None
    there = rollups.collect(table, may_be_empty=True)
    made = there.reindex(columns=list(names)).sort_values(list(names), kind="stable", ignore_index=True)
    numbers = [name for name in names if name in ("amount", "reach", "impressions", "population")]
    return made.astype(dict.fromkeys(numbers, float))


def _claims(conversions: Any, media: Any) -> pd.DataFrame | None:
    if conversions is None:
        return None
    made = rollups.collect(media_channels.claims(conversions, media), may_be_empty=True)
    made = made.fillna({"channel": UNNAMED, "attribution_window": ""})
    return made.sort_values(["month", *media_channels.CLAIM], kind="stable", ignore_index=True)


def _planned(plan: Any, scope: Scope) -> pd.DataFrame:
    """Campaigns with a budget and both days, that began by the end of the period."""
    names = ["platform", "campaign_id", "campaign_code", "planned_budget", "starts_on", "ends_on"]
    made = rollups.collect(plan, may_be_empty=True).reindex(columns=names)
    made = made.astype({"planned_budget": float, "starts_on": "datetime64[us]", "ends_on": "datetime64[us]"})
    begun = made["starts_on"] <= pd.Timestamp(scope.period.end)
    made = made[(made["planned_budget"] > 0) & begun & (made["ends_on"] >= made["starts_on"])]
    return made.sort_values(["platform", "campaign_id"], kind="stable", ignore_index=True)
