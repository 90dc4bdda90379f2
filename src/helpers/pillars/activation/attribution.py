"""Paths before an order: what they cover, and how each rule splits the orders among the channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import rollups
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import text
from helpers.kpi import LEVEL
from helpers.methods import attribution, attribution_draws
from helpers.methods.attribution_draws import Attributed
from helpers.periods import Period, parse
from helpers.rollups import journeys as paths_of

ONLINE = ("web", "app")  # where an order can follow contacts that are counted on screens
COLUMNS = ("channel", "rule", "orders", "low", "high", "n_orders")
DRAWS = 200


class Span(NamedTuple):
    """First and last day of the orders that the paths can end in."""

    since: date
    until: date


@dataclass(frozen=True, eq=False)
class Known:
    """Paths of a span of months, and what they leave out.

    rows : rollup of the paths: month, path, n, n_converted, revenue, and of contacts n_cut and decay.
    orders : rollup of all paid orders by month: n_orders, n_inside, revenue, revenue_inside.
    span : the days, None where there are no paths; `lacking` says why, and what would bring them.
    is_made : whether the paths were made here from contacts, and not read from the table `journeys`.
    """

    rows: pd.DataFrame
    orders: pd.DataFrame
    span: Span | None
    is_made: bool
    lacking: str = ""

    @cached_property
    def paths(self) -> attribution.Paths:
        """All months together."""
        return attribution.encode(self.rows)

    @property
    def n_followed(self) -> int:
        """Orders with a path."""
        return int(self.rows["n_converted"].sum()) if len(self.rows) else 0

    @property
    def n_orders(self) -> int:
        """All paid orders of the span, wherever sold."""
        return int(self.orders["n_orders"].sum()) if len(self.orders) else 0

    @property
    def value(self) -> float:
        """Revenue of an order with a path, without VAT, returns taken off; NaN without such an order."""
        return float(self.rows["revenue"].sum()) / self.n_followed if self.n_followed else np.nan

    @property
    def revenue(self) -> float:
        """Revenue of all paid orders of the span."""
        return float(self.orders["revenue"].sum()) if len(self.orders) else 0.0


def known(
    touchpoints: object | None, orders: object, scope: Scope, *, journeys: object | None = None, months: int = 6,
    window_days: int = 14, half_life_days: float = 7.0, sold_in: Sequence[str] = ONLINE, lacking: str = "",
) -> Known:  # fmt: skip
    """Make the paths, or read them from the table `journeys` where the company has it.

    Parameters
    ----------
    touchpoints, orders, journeys : the tables, None where the company has none.
    months : how many months, the last one the page's, are put together; orders of the first `window_days` of all contacts are left
        out, for the beginning of their paths is not known.
    window_days : longest time from a contact to its order.
    half_life_days : age at which a contact is worth half, by time decay.
    sold_in : places of sale whose orders can have a path; empty for all.
    lacking : why there are no contacts, and which export brings them.
    """
    for name, value in (("months", months), ("window_days", window_days), ("half_life_days", half_life_days)):
        if not value > 0:
            raise ValueError(f"{name} must be above 0, not {value!r}.")
    lang, end = scope.language, scope.period.end
    begin, sold_in = scope.period.before(months - 1).start, tuple(sold_in)
    if journeys is None and touchpoints is None:
        return _none(lacking or text("There are no contacts of people.", lang))
    if journeys is None:
        first = paths_of.first_contact(touchpoints)
        if first is None:
            return _none(text("There are no contacts of people up to this month.", lang))
        begin = max(begin, first + timedelta(days=window_days))
        if begin > end:
            return _none(
                text(
                    "The contacts begin less than {days} days before the end of the month.",
                    lang,
                    days=window_days,
                )
            )
        made = paths_of.paths(
            touchpoints,
            orders,
            since=begin,
            until=end,
            window_days=window_days,
            half_life_days=half_life_days,
            sold_in=sold_in,
        )
    else:
        made = paths_of.journey_paths(journeys, since=begin, until=end)
    rows = paths_of.bring(made)
    if rows.empty:
        return _none(text("No path ends in these months.", lang))
    all_orders = rollups.collect(
        paths_of.order_months(orders, since=begin, until=end, sold_in=sold_in), may_be_empty=True
    )
    money = {name: all_orders[name].astype(float) / paths_of.SCALE for name in ("revenue", "revenue_inside")}
    return Known(rows, all_orders.assign(**money), Span(begin, end), is_made=journeys is None)


def names(listed: str) -> tuple[str, ...]:
    """Names of a parameter such as "web, app"; none where it is empty."""
    return tuple(name.strip() for name in listed.split(",") if name.strip())


def attributed(found: Known, *, direct: Sequence[str] = ("direct",), draws: int = DRAWS) -> Attributed | None:
    """All rules on the paths; None where fewer than 30 orders have one."""
    if found.span is None or found.n_followed < COUNTS_ONLY:
        return None
    return attribution_draws.attribute(found.paths, direct=tuple(direct), draws=draws, seed=1)


def by_channel(found: Attributed | None) -> pd.DataFrame:
    """The frame that other pages read.

    Returns
    -------
    One row a (channel, rule): channel, rule, orders, low, high [followed orders of the span], n_orders [all of them]. Rules are
    those of `attribution_draws.RULES` that the paths permit. No row where fewer than 30 orders have a path.
    """
    if found is None:
        return pd.DataFrame(columns=list(COLUMNS))
    return attribution_draws.table(found, level=LEVEL)[list(COLUMNS)]


def spend_of(media: object | None, found: Known) -> pd.Series:
    """Media spend by channel in the days of the paths, the largest first; empty where it is not known."""
    if media is None or found.span is None:
        return pd.Series(dtype=float, name="spend")
    rows = rollups.collect(
        paths_of.channel_spend(media, since=found.span.since, until=found.span.until), may_be_empty=True
    )
    rows = rows.dropna(subset=["channel"])
    spend = rows.set_index("channel")["spend"].astype(float) / paths_of.SCALE
    return spend[spend > 0].sort_values(ascending=False, kind="stable").rename("spend")


def unseen(found: Known, spend: pd.Series) -> list[str]:
    """Channels that money is spent on and that stand in no path."""
    there = set(found.paths.channels) if found.span else set()
    return [channel for channel in spend.index if channel not in there]


def spread(found: Attributed | None, spend: pd.Series) -> pd.DataFrame:
    """How far the rules lie apart, channel by channel, the widest first.

    Returns
    -------
    One row a channel: channel, least, least_rule, most, most_rule, apart [orders], spend [money; NaN for a channel that is not paid].
    """
    columns = ["channel", "least", "least_rule", "most", "most_rule", "apart", "spend"]
    if found is None:
        return pd.DataFrame(columns=columns)
    wide = pd.DataFrame(found.value, index=found.channels)
    made = pd.DataFrame(
        {
            "channel": list(found.channels), "least": wide.min(axis=1).to_numpy(), "least_rule": wide.idxmin(axis=1).to_numpy(),
            "most": wide.max(axis=1).to_numpy(), "most_rule": wide.idxmax(axis=1).to_numpy(),
        }
    )  # fmt: skip
    made = made.assign(apart=made["most"] - made["least"], spend=made["channel"].map(spend).astype(float))
    return made[columns].sort_values(
        ["apart", "channel"], ascending=[False, True], kind="stable", ignore_index=True
    )


def tested(found: Known, spend: pd.Series, tests: pd.DataFrame | None) -> pd.DataFrame:
    """What tests by region would lead one to expect among the followed orders.

    Parameters
    ----------
    tests : frame `by_channel` of the page of incrementality: channel, test, roas, roas_low, roas_high; None without tests.

    Returns
    -------
    One row a test of a channel with spend: channel, test, orders, low, high. It takes the people who are followed to answer as all do,
    and the spend of these months to bring what the spend of the test brought.

    Formula: followed orders x test's ROAS x spend of the channel / revenue of all orders.
    """
    columns = ["channel", "test", "orders", "low", "high"]
    if tests is None or tests.empty or not found.revenue > 0:
        return pd.DataFrame(columns=columns)
    own = tests[tests["channel"].isin(spend.index) & tests["roas"].notna()].reset_index(drop=True)
    each = own["channel"].map(spend).astype(float) * found.n_followed / found.revenue
    made = {"orders": own["roas"] * each, "low": own["roas_low"] * each, "high": own["roas_high"] * each}
    return own[["channel", "test"]].assign(**made)[columns]


def claims(conversions: object | None, found: Known) -> pd.Series:
    """Purchases that each platform credits itself with in the days of the paths; empty where it is not known."""
    if conversions is None or found.span is None:
        return pd.Series(dtype=float, name="conversions")
    rows = rollups.collect(
        paths_of.claimed(conversions, since=found.span.since, until=found.span.until), may_be_empty=True
    )
    return rows.set_index("platform")["conversions"].astype(float)


def months_of(found: Known) -> list[Period]:
    """Months of the span that have paths, oldest first, as periods."""
    if found.span is None:
        return []
    return [_period(int(month)) for month in sorted(set(found.rows["month"]))]


def _period(month: int) -> Period:
    return parse(f"{month // 12:04d}-{month % 12 + 1:02d}")


def _none(lacking: str) -> Known:
    day = {"month": "datetime64[us]"}
    empty = pd.DataFrame(columns=["month", "path", "n", "n_converted", "revenue"], dtype=float).astype(
        {**day, "path": "str"}
    )
    nothing = pd.DataFrame(
        columns=["month", "n_orders", "n_inside", "revenue", "revenue_inside"], dtype=float
    ).astype(day)
    return Known(empty, nothing, None, is_made=False, lacking=lacking)
