"""Blocks of a table with typed columns: groups that stay whole, gaps filled down, and melted columns as rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa

from helpers.sources import cells, steps
from helpers.sources.grids import Located
from helpers.sources.walking import Block, Walk
from helpers.sources.words import fold


def whole_groups(walk: Walk) -> Iterator[Block]:
    """Give the blocks of a table so that none ends within a group: the lines of the last one wait for what follows."""
    place = walk.table.where.get(walk.table.map.group)
    if place is None:
        yield from walk
        return
    waiting = None
    for block in walk:
        if waiting:
            columns = [pa.concat_arrays(two) for two in zip(waiting.columns, block.columns, strict=True)]
            block = Block(np.concatenate([waiting.lines, block.lines]), columns)
        begins, last = 0, ""
        for at, cell in enumerate(block.columns[place].to_pylist()):
            if cell.strip() not in ("", last):  # an empty cell goes on with the group above
                begins, last = at, cell.strip()
        waiting = Block(block.lines[begins:], [one.slice(begins) for one in block.columns])
        if begins:
            yield Block(block.lines[:begins], [one.slice(0, begins) for one in block.columns])
    if waiting:
        yield waiting


def typed(found: Located, block: Block, reader: cells.Reader, carried: dict[str, object]) -> pd.DataFrame:
    """Type a block; melted columns multiply its rows."""
    made: dict[str, pd.Series] = {}
    group = found.map.group
    for name, place in sorted(found.where.items(), key=lambda one: one[0] != group):  # the group comes first
        one = found.map.columns[name]
        values = reader.read(block.columns[place], block.lines, one, found.heads[place])
        if one.fill_down and group in made:
            values = values.groupby(steps.runs(made[group])).ffill()
        elif one.fill_down:
            if pd.isna(values.iloc[0]) and name in carried:
                values = pd.concat(
                    [pd.Series([carried[name]], dtype=values.dtype), values.iloc[1:]], ignore_index=True
                )
            values = values.ffill()
            carried[name] = values.iloc[-1]
        made[name] = values
    typed = pd.DataFrame(made, index=range(len(block.lines)))
    return _melted(typed, found, block, reader) if found.many else typed


def _melted(typed: pd.DataFrame, found: Located, block: Block, reader: cells.Reader) -> pd.DataFrame:
    """Give each line a row for each key of its melted columns; what several of them hold under one key stands in one row.

    A row in which none of them holds anything is left out, but for the first of its line.
    """
    # key and which of its repeats -> place by field
    cells_of: dict[tuple[str, int], dict[str, tuple[int, str]]] = {}
    for name, places in found.many.items():
        seen: dict[str, int] = {}
        for place, key in places:
            folded = fold(key)
            seen[folded] = seen.get(folded, 0) + 1
            cells_of.setdefault((folded, seen[folded]), {})[name] = (place, key)
    stacked = []
    for holds in cells_of.values():
        made: dict[str, object] = {}
        for name in found.many:
            place, key = holds.get(name, (None, None))
            read = block.columns[place] if place is not None else pa.nulls(len(typed), pa.string())
            head = found.heads[place] if place is not None else ""
            made[name] = reader.read(read, block.lines, found.map.columns[name], head)
            made[f"{name}_key"] = pd.Series(key, index=typed.index, dtype="str").where(made[name].notna())
        stacked.append(typed.assign(**made))
    whole = pd.concat(stacked)
    whole = whole.iloc[np.argsort(whole.index.to_numpy(), kind="stable")]
    first = ~whole.index.duplicated()
    whole = whole[whole[list(found.many)].notna().any(axis=1).to_numpy() | first]
    block.lines = block.lines[whole.index.to_numpy()]
    return whole.reset_index(drop=True)
