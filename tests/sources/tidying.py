"""Reads an export as the import does: with every map there is, rows of one key brought together, each table held against its contract."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import reader

from helpers import tables
from helpers.ingest import merging
from helpers.sources import own, parsing
from helpers.sources.results import Reading

FIXTURES = Path(__file__).parent / "fixtures"


@dataclass
class Tidy:
    """The readings of a file and its checked tables."""

    readings: list[Reading]
    tables: dict[str, pd.DataFrame]

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.tables[table]

    @property
    def reading(self) -> Reading:
        """The only reading."""
        (one,) = self.readings
        return one

    @property
    def map(self) -> str:
        """The map of the only reading."""
        return self.reading.map.id

    def rows(self, table: str, *columns: str) -> list[tuple]:
        """Rows of a table as plain tuples, None for what is missing."""
        some = self[table][list(columns)].astype("object")
        return [tuple(row) for row in some.where(some.notna(), None).itertuples(index=False)]


def tidy(path: Path, **settings: object) -> Tidy:
    """Read a file with every map of the project and check what comes out."""
    maps = parsing.own_maps() | own.own_tables()
    got = reader.read(path, maps=maps, settings=replace(reader.SETTINGS, **settings))
    made = {}
    for table, frame in got.tables.items():
        lines = np.array(got.lines[table])
        outputs = [o for one in got.readings for o in one.map.tables if o.table == table]
        if table == "identities" or any(o.once or o.latest for o in outputs):
            frame, lines = merging.first_of_each(frame, lines, table)
        elif any(o.add_up for o in outputs):
            frame, lines = merging.added_up(frame, lines, table)
        made[table] = tables.check(frame, table, lines=lines.tolist(), file=path.name)
    return Tidy(got.readings, made)


def fixture(name: str, **settings: object) -> Tidy:
    """Read a fixture, such as "survey_wide/en.csv"."""
    return tidy(FIXTURES / name, **settings)
