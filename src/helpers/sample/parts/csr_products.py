"""What the shop sells: codes as the returns name them, with what an impact sheet says of each. All grades are invented."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from helpers.sample.world import World

# product, name, category, price with tax and cost of goods [EUR], launch, eco-score, share recycled, repairability, used, certificate
RANGE = (
    ("machine", "Ondine", "machine", 149.0, 58.0, "2019-03-04", "C", 0.38, 8.1, False, None),
    ("machine_mini", "Ondine Mini", "machine", 99.0, 41.0, "2024-10-07", "C", 0.27, 7.2, False, None),
    ("machine_nomade", "Ondine Nomade", "machine", 119.0, 49.0, "2026-02-09", "D", 0.22, 6.4, False, None),
    ("machine_refurbished", "Ondine, remise à neuf", "machine", 94.0, 46.0, "2025-01-06", "A", 0.38, 8.1, True, None),
    ("cartridge", "Cartouche", "consumables", 14.9, 4.6, "2019-03-04", "D", 0.10, None, False, "NF P41-650"),
    ("cylinder", "Cylindre de CO2 consigné", "consumables", 24.9, 9.8, "2019-03-04", "B", 0.60, None, False, None),
    ("carafe", "Carafe en verre", "other", 34.9, 11.2, "2020-05-11", "B", 0.45, None, False, None),
    ("accessory", "Accessoires", "other", 19.9, 6.3, "2019-09-02", "C", 0.15, None, False, None),
)  # fmt: skip
COLUMNS = ("product_id", "name", "category", "price", "cost_of_goods", "launched_on", "eco_score", "recycled_share", "repairability", "is_second_hand", "certification")  # fmt: skip


def market(world: World) -> Iterator[tuple[str, pd.DataFrame]]:
    """Table `products`: one list, the same in every world."""
    made = pd.DataFrame(RANGE, columns=list(COLUMNS))
    launched = pd.to_datetime(made["launched_on"]).astype("datetime64[us]")
    yield "products", made.assign(launched_on=launched, brand="Maison Brévane", currency="EUR")
