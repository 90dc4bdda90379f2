"""Some tens of thousands of customers with all that they do; a world is drawn chunk by chunk."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from helpers.sample import baskets, customers, trials
from helpers.sample import orders as purchases
from helpers.sample.setting import LAST, N_DATA
from helpers.sample.world import World


@dataclass(frozen=True, eq=False)
class Chunk:
    """A chunk of customers. Columns that no table has are latents: they are true, and no export shows them.

    people : as `customers.draw`.
    orders : as `orders.finish`, up to the end of the world.
    recipients : as `trials.apply`. left : as `baskets.apply`.
    """

    world: World
    number: int
    people: pd.DataFrame
    orders: pd.DataFrame
    recipients: pd.DataFrame
    left: pd.DataFrame

    @cached_property
    def sales(self) -> pd.DataFrame:
        """Orders that the exports hold: up to `LAST`."""
        return self.orders[self.orders["day"] < N_DATA]

    @cached_property
    def market(self) -> np.ndarray:
        """Code of each customer's market."""
        return self.world.demand.regions["market_code"].to_numpy()[self.people["region"].to_numpy()]

    @property
    def closed(self) -> pd.Timestamp:
        """First moment after the exports."""
        return pd.Timestamp(LAST) + pd.Timedelta(days=1)

    @property
    def first_id(self) -> int:
        """Number of the first row with an id of its own in this chunk."""
        return self.number * 10_000_000 + 1

    def rng(self, part: str) -> np.random.Generator:
        """Random numbers of one part, the same whatever the other parts draw."""
        return self.world.rng(part, self.number)


def draw(world: World, number: int) -> Chunk:
    """Draw a chunk: customers, their purchases, and what e-mails and reminders changed about them."""
    people = customers.draw(world, number)
    recipients, draft = trials.apply(world, people, purchases.draw(world, people, number), number)
    left, draft = baskets.apply(world, people, draft, number)
    return Chunk(world, number, people, purchases.finish(world, people, draft, number), recipients, left)
