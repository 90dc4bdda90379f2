"""Reads a text as an export, for tests: a small map, what came out, and nothing else."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.sources import parsing, reading
from helpers.sources.mapping import Map
from helpers.sources.results import Reading
from helpers.sources.settings import Settings

ADS = """
name = "Ads report"
system = "ads"
verified = false
source = "made up"
vat = "excl"
key_column = "campaign"
[columns.day]
names = ["Day", "Jour"]
type = "date"
required = true
[columns.campaign]
names = ["Campaign", "Campagne"]
type = "text"
required = true
[columns.campaign_id]
names = ["Campaign ID"]
type = "id"
[columns.currency]
names = ["Currency code"]
type = "text"
[columns.cost]
names = ["Cost", "Coût"]
type = "money"
required = true
[columns.clicks]
names = ["Clicks", "Clics"]
type = "int"
[[tables]]
table = "media_spend"
when = "cost"
[tables.columns]
spent_on = "day"
platform = { value = "ads" }
campaign_id = { first = ["campaign_id", "campaign"] }
campaign = "campaign"
currency = "currency"
spend = "cost"
clicks = "clicks"
"""


def hashed(values: pd.Series, space: str) -> pd.Series:
    """Pseudonyms with a key of the tests."""
    text = values.astype("str").str.strip().str.lower()
    return text.map(
        lambda one: hmac.digest(b"key of the tests", f"{space}\x1f{one}".encode(), "sha256").hex()[:32],
        na_action="ignore",
    )


SETTINGS = Settings(market="FR", currency="EUR", local_zone="Europe/Paris", markets=("FR",), hashed=hashed)


@dataclass
class Got:
    """The readings of a file and its tidy rows by table, with the line of each row."""

    readings: list[Reading]
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    lines: dict[str, list[int]] = field(default_factory=dict)

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.tables[table]

    @property
    def reading(self) -> Reading:
        """The only reading."""
        (one,) = self.readings
        return one


def read(path: Path, *, maps: dict[str, Map] | None = None, settings: Settings = SETTINGS) -> Got:
    """Read a file with the given maps, the project's own where none are given."""
    gathered: dict[str, list[tuple[pd.DataFrame, np.ndarray]]] = {}

    def put(table: str, frame: pd.DataFrame, lines: np.ndarray) -> None:
        gathered.setdefault(table, []).append((frame, lines))

    readings = reading.read(path, maps or parsing.own_maps(), settings, put)
    made = Got(readings)
    for table, parts in gathered.items():
        made.tables[table] = pd.concat([frame for frame, _ in parts], ignore_index=True)
        made.lines[table] = [int(line) for _, lines in parts for line in lines]
    return made


def of(toml: str = ADS, name: str = "ads_report") -> dict[str, Map]:
    """A map as the only one there is."""
    return {name: parsing.of_text(toml, name, f"maps/{name}.toml")}
