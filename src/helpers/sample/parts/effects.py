"""What media, promotions and the brand truly brought: expectations over the customers as they are, not one lucky draw.

Formula: orders that a cause brings in a span = sum over customers of rate / 7 x integral of the cause's intensity while
    they are there, plus, for the customers whom it brought in the span, all that they buy in it. The counterfactual of a
    channel is no spend from the first day of the span on; what was spent before goes on working.
Source: the potential-outcome definition of an effect (Rubin, 1974), exact here because causes of a Poisson process add up.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers.sample import orders, plan, promotions
from helpers.sample.baskets import raised
from helpers.sample.chunk import Chunk
from helpers.sample.demand import BRAND_EFFECT
from helpers.sample.media import RESPONSE
from helpers.sample.setting import CAUSES, CHANNELS, MARKETS, N_DATA, PRICE_CLASSES, span
from helpers.sample.truth import Estimand
from helpers.sample.world import World, between, cumulative

SINCE = N_DATA - 364
SPAN = span(SINCE, N_DATA - 1)
PAID = 1 - orders.CANCELLED - orders.REFUNDED
KEPT = 1 - orders.PART_RETURNED * 0.45  # mean share of a paid order that is not sent back
LOGISTICS, PAYMENT, VAT = 5.2, 0.014, 1.2  # euro a parcel, fee as a share of the price paid, price over value
# Means over many worlds: parcels an order, and delivery that the customer pays [euro an order].
PARCELS, SHIPPED = 0.735, 1.53
REMINDED = N_DATA - 182  # middle of the year in which reminders raise what causes bring


class Money(NamedTuple):
    """Cumulative curves of one cause [curve, day + 1]: orders, their list value and their value after discount."""

    orders: np.ndarray
    listed: np.ndarray
    asked: np.ndarray


class Brought(NamedTuple):
    """What a cause brought: paid orders, revenue without VAT less returns [euro], contribution margin [euro]."""

    orders: float = 0.0
    revenue: float = 0.0
    margin: float = 0.0

    def __add__(self, other: tuple) -> Brought:  # type: ignore[override]
        """Sum, figure by figure."""
        return Brought(*(a + b for a, b in zip(self, other, strict=True)))

    def __sub__(self, other: tuple) -> Brought:
        """Difference, figure by figure."""
        return Brought(*(a - b for a, b in zip(self, other, strict=True)))


def margin(asked: Any, listed: Any, n: Any) -> Any:
    """Contribution margin [euro] of paid orders: value kept and delivery paid, less goods, payment and parcels."""
    return asked * (KEPT - PAYMENT * VAT) - listed * orders.COST_SHARE + n * (SHIPPED - PARCELS * LOGISTICS)


def booked_margin(sales: pd.DataFrame) -> pd.Series:
    """Contribution margin [euro] of each paid order as the books reckon it: goods and shipping paid, less returns, goods, parcels, payment."""
    kept = sales["revenue_excl_vat"] - sales["returned_value"] + sales["shipping"] - sales["cost_of_goods"]
    parcels = np.where(sales["sales_channel"] == "store", 0.0, LOGISTICS)
    return (kept - PAYMENT * sales["revenue_incl_vat"]) * sales["euros"] - parcels


@lru_cache(1)
def _listed(world: World) -> np.ndarray:
    """Euro that one euro of a customer's own mean is worth at list price [curve, day]."""
    demand = world.demand
    franc = np.where(np.arange(len(MARKETS)) == 2, orders.FRANC_PRICES, 1.0)[:, None]
    by_market = demand.price_index * franc * demand.euros
    return world.by_market(np.repeat(by_market[:, None], len(PRICE_CLASSES), axis=1))


@lru_cache(1)
def _asked(world: World) -> np.ndarray:
    """The same after the discount of the day."""
    off = np.repeat(promotions.discount()[:, None], len(PRICE_CLASSES), axis=1)
    return _listed(world) * (1 - world.by_market(off))


def money(world: World, component: np.ndarray, *, since: int = 0, until: int = N_DATA) -> Money:
    """Cumulative curves of a cause's intensity [curve, day], nothing before `since` nor from `until` on."""
    shown = component.copy()
    shown[:, :since], shown[:, until:] = 0, 0
    return Money(*(cumulative(shown * value) for value in (1.0, _listed(world), _asked(world))))


def repeat(chunk: Chunk, curves: Money, weight: Any = 1.0, *, reminded: bool = True) -> Brought:
    """What a cause brings in repeat purchases of a chunk's customers, each counted by `weight`.

    Since October 2025 reminders add to whatever makes customers come: `reminded` counts that in.
    """
    people = chunk.people
    row, start, end = (
        people["curve"].to_numpy(),
        np.maximum(people["start"].to_numpy() + 1, 0),
        people["death"].to_numpy(),
    )
    rate = people["rate"].to_numpy() / 7 * weight * PAID * (raised(people, REMINDED) if reminded else 1.0)
    n, listed, asked = (rate * between(curve, row, start, end) for curve in curves)
    mean = np.exp(people["log_spend"].to_numpy())
    return Brought(n.sum(), (mean * asked).sum() * KEPT, (margin(mean * asked, mean * listed, n)).sum())


def first(chunk: Chunk, weight: np.ndarray) -> Brought:
    """What the first orders of a chunk's customers bring, each counted by `weight`."""
    people, world = chunk.people, chunk.world
    some = np.flatnonzero(weight > 0)
    row, day = people["curve"].to_numpy()[some], people["start"].to_numpy()[some]
    mean = np.exp(people["log_spend"].to_numpy()[some]) * orders.FIRST_ORDER
    n, listed, asked = (
        weight[some] * PAID * value
        for value in (1.0, mean * _listed(world)[row, day], mean * _asked(world)[row, day])
    )
    return Brought(n.sum(), asked.sum() * KEPT, margin(asked, listed, n).sum())


@lru_cache(16)
def _channel(world: World, channel: str, factor: float) -> tuple[np.ndarray, Money]:
    """Change of the effect's shape [region, day] and of repeat purchases, when spend of the span had been `factor` of it."""
    shape = world.media.shape[CHANNELS.index(channel)]
    change = shape - world.media.changed(channel, since=SINCE, until=N_DATA, factor=factor)
    daily = world.base * np.repeat(change, len(PRICE_CLASSES), axis=0) * RESPONSE[channel].repeat
    return change / shape, money(world, daily, since=SINCE)


@lru_cache(1)
def _all(world: World) -> Money:
    return money(world, world.intensity, since=SINCE)


@lru_cache(1)
def _brand(world: World) -> tuple[np.ndarray, Money]:
    """Share of the brand's factor that tv and video of the span made [day], and what it means for repeat purchases."""
    bursts = plan.bursts(world.setting)
    without = np.where(np.arange(len(bursts)) >= SINCE, 0.0, bursts)
    lost = 1 - np.exp(BRAND_EFFECT * (world.demand.brand(without) - world.demand.brand()))
    return lost, money(world, world.intensity * lost, since=SINCE)


def count(chunk: Chunk) -> dict[str, np.ndarray]:
    """Sums of the chunk: what each channel, its last tenth, the brand and each promotion brought."""
    world, people = chunk.world, chunk.people
    start, region, cause = (people[name].to_numpy() for name in ("start", "region", "cause"))
    recent = (start >= SINCE) & (start < N_DATA)
    counted = {}
    for channel in CHANNELS:
        for name, factor in (("none", 0.0), ("less", 0.9)):
            change, curves = _channel(world, channel, factor)
            own = np.where(
                recent & (cause == CAUSES.index(channel)), change[region, np.maximum(start, 0)], 0.0
            )
            own = np.clip(own, 0.0, 1.0)
            brought = repeat(chunk, curves, 1 - own) + repeat(chunk, _all(world), own) + first(chunk, own)
            counted[f"effects_{channel}_{name}"] = np.array(brought)
    lost, curves = _brand(world)
    own = np.where(recent, 1 - (1 - lost[np.maximum(start, 0)]) ** 2, 0.0) * (cause == 0)
    counted["effects_brand"] = np.array(
        repeat(chunk, curves, 1 - own) + repeat(chunk, _all(world), own) + first(chunk, own)
    )
    for position, one in enumerate(promotions.every()):
        if one.discount and one.first >= SINCE and one.last < N_DATA - 28:
            counted[f"effects_promotion_{position}"] = _promotion(chunk, position)
    return counted


@lru_cache(32)
def _promotion_curves(world: World, position: int) -> tuple[Money, Money, Money]:
    """Curves of one promotion: the extra orders, those that it took from the weeks after, and those that came anyhow."""
    one = promotions.every()[position]
    extra, dip = (world.by_market(values) for values in promotions.effect(one))
    anyhow = (world.intensity - world.base * extra) * (extra > 0)
    return tuple(money(world, daily) for daily in (world.base * extra, world.base * dip, anyhow))


def _promotion(chunk: Chunk, position: int) -> np.ndarray:
    """Extra orders, pulled orders, revenue and margin that one promotion added by the last day [4].

    Added are the lift, the first orders that it won, and what those customers bought later; taken off are the dip after
    it and the discount on all that would have come anyhow.
    """
    world, one = chunk.world, promotions.every()[position]
    start, cause = chunk.people["start"].to_numpy(), chunk.people["cause"].to_numpy()
    inside = (
        (start >= one.first)
        & (start <= one.last)
        & np.isin(chunk.market, [MARKETS.index(m) for m in one.markets])
    )
    lift = promotions.NEW_LIFT * promotions.effects()[1][chunk.market, 1, np.maximum(start, 0)]
    new = np.where(inside & (cause == 0), lift / (1 + lift), 0.0)
    extra, dip, anyhow = (repeat(chunk, curves, 1 - new) for curves in _promotion_curves(world, position))
    fresh, others = first(chunk, new), first(chunk, inside - new)
    later = repeat(chunk, _all(world), new)
    asked = (
        (anyhow.revenue + others.revenue) * one.discount / (1 - one.discount)
    )  # given away on what came anyhow
    added = extra + fresh + later - dip
    given = asked * (KEPT - PAYMENT * VAT) / KEPT
    return np.array([extra.orders + fresh.orders, dip.orders, added.revenue - asked, added.margin - given])


def truth(world: World, totals: dict[str, Any]) -> Iterator[Estimand]:
    """Effects of channels, brand and promotions."""
    spend = world.media.national[:, :, SINCE:N_DATA].sum(axis=(1, 2)) * world.setting.scale
    for channel, cost in zip(CHANNELS, spend, strict=True):
        n, revenue, gain = totals[f"effects_{channel}_none"]
        missing = f"that would be missing had nothing been spent on {channel} from {SPAN.replace('/', ' to ')}, by the end of that span; what works through brand strength apart"
        for name, value, unit, about in (
            ("incremental_orders", n, "count", f"Paid orders {missing}"),
            ("incremental_revenue", revenue, "EUR", f"Revenue without VAT, returns off, {missing}"),
            ("incremental_margin", gain, "EUR", f"Contribution margin before media {missing}"),
            ("roas", revenue / cost, "ratio", f"Revenue without VAT {missing}, over spend"),
            ("marginal_roas", totals[f"effects_{channel}_less"][1] / (0.1 * cost), "ratio",
             f"Revenue without VAT that ten percent less spend on {channel} would cost, over that spend"),
        ):  # fmt: skip
            yield Estimand(name, value, unit, f"{about}.", SPAN, segment=channel)
    yield Estimand(
        "brand_revenue_of_tv_and_video", totals["effects_brand"][1], "EUR",
        "Revenue that tv and video of the span brought through brand strength, on top of their direct effect.", SPAN,
    )  # fmt: skip
    for position, one in enumerate(promotions.every()):
        if (sums := totals.get(f"effects_promotion_{position}")) is None:
            continue
        where, days = f"{one.name}, {' '.join(one.markets)}", span(one.first, one.last)
        for name, value, unit, about in (
            ("extra_orders", sums[0], "count", "paid orders that its lift added while it ran"),
            ("pulled_share", sums[1] / sums[0], "share", "share of these that the 28 days after it lost"),
            ("margin", sums[3], "EUR", "contribution margin that it added by the last day: lift and customers won, less the dip and the discount given to those who came anyhow"),
        ):  # fmt: skip
            yield Estimand(f"promotion_{name}", value, unit, f"{where}: {about}.", days, segment=where)
