"""What the shop knows: orders, customers and stores."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.sample import orders
from helpers.sample.chunk import Chunk
from helpers.sample.customers import AGE_BANDS, RECORDED_NAMES
from helpers.sample.setting import CHANNELS, MARKETS, N_DATA, VALUE_CLASSES, dates
from helpers.sample.world import World

REFERRED = RECORDED_NAMES.index("referral")


def market(world: World) -> Iterator[tuple[str, pd.DataFrame]]:
    """Table `stores`."""
    yield "stores", orders.stores(world)


def people(chunk: Chunk) -> Iterator[tuple[str, pd.DataFrame]]:
    """Tables `orders` and `customers`; customers of before the books are those who were still there."""
    yield "orders", chunk.sales
    yield "customers", customers(chunk)


def customers(chunk: Chunk) -> pd.DataFrame:
    """Table `customers`: the shop's segment is a rule of its own (orders of the last year) and not the true class."""
    rng, known = chunk.rng("customer list"), chunk.people
    start = known["start"].to_numpy()
    year = chunk.sales[chunk.sales["day"] >= N_DATA - 365]
    n = np.bincount(year["customer"], minlength=len(known))
    regions = chunk.world.demand.regions
    recorded = np.array(RECORDED_NAMES)[known["recorded"]]
    campaigns = np.where(
        np.isin(recorded, CHANNELS) & (start >= 0),  # older campaigns are in no list
        np.char.add(np.char.add(recorded.astype("U20"), "_"), dates(start).year.astype("U4")),
        None,
    )
    friend = np.full(len(known), None, dtype=object)
    for place in range(len(MARKETS)):  # customers who came earlier, in the same market, can recommend
        there = np.flatnonzero(chunk.market == place)
        before = np.searchsorted(start[there], start[there], side="left")
        chosen = (rng.random(len(there)) * np.maximum(before, 1)).astype(int)
        can = (before > 0) & (known["recorded"].to_numpy()[there] == REFERRED)
        friend[there[can]] = known["customer_id"].to_numpy()[there[chosen[can]]]
    return pd.DataFrame(
        {
            "customer_id": known["customer_id"],
            "market": np.array(MARKETS)[chunk.market],
            "first_seen_on": dates(start),
            "first_order_on": dates(start),
            "acquisition_channel": recorded,
            "acquisition_campaign_id": campaigns,
            "referred_by": friend,
            "segment": np.array(["asleep", *VALUE_CLASSES])[np.digitize(n, [1, 3, 7])],
            "is_b2b": False,
            "age_band": np.array(AGE_BANDS)[known["age_band"]],
            "density_class": regions["density_class"].to_numpy()[known["region"]],
            "is_erased": False,
        }
    )
