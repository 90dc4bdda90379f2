"""The calendar that explains sales: holidays, school holidays, soldes, promotions and own launches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd

from helpers import rules
from helpers.sample import promotions
from helpers.sample.setting import FIRST, MARKETS, N_DATA, dates
from helpers.sample.world import World

UNTIL = date(2026, 12, 31)  # the company's calendar is kept ahead of its books
FAMILIES = ("machine", "carafe", "cartridge", "cylinder", "accessory")


def market(world: World) -> Iterator[tuple[str, pd.DataFrame]]:
    """Tables `calendar` and `promotions`."""
    known = rules.calendar(MARKETS, FIRST, UNTIL)
    own = [
        (place, one.kind, one.name, one.first, one.last, one.discount)
        for one in promotions.every()
        for place in one.markets
        if one.kind != "soldes" or place == "CH"
    ]
    rows = pd.DataFrame(own, columns=["market", "kind", "name", "first", "last", "discount"])
    rows = rows[rows["first"] < (pd.Timestamp(UNTIL) - pd.Timestamp(FIRST)).days]
    spans = {"starts_on": dates(rows["first"]), "ends_on": dates(rows["last"])}
    added = rows[["market", "kind", "name"]].assign(**spans).replace({"kind": {"soldes": "promotion"}})
    yield "calendar", pd.concat([known, added], ignore_index=True)
    yield "promotions", _promotions()


def _promotions() -> pd.DataFrame:
    """One row a promotion, market and product family; launches are no promotions."""
    rows = [
        {
            "product_id": family,
            "market": place,
            "starts_on": one.first,
            "ends_on": one.last,
            "mechanic": f"{one.name}, -{one.discount:.0%}",
            "discount_share": one.discount,
        }
        for one in promotions.every()
        for place in one.markets
        for family in FAMILIES
        if one.discount and 0 <= one.first < N_DATA
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(starts_on=dates(frame["starts_on"]), ends_on=dates(frame["ends_on"]))
