"""What a file itself proves of its numbers and days, gone through once before it is read."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.sources.grids import Located
from helpers.sources.mapping import DATED
from helpers.sources.proving import Days, Decimals, are_fractions
from helpers.sources.settings import Settings
from helpers.sources.walking import Walk


def prove(found: Located, settings: Settings) -> tuple[Decimals, Days]:
    """Go through the file once for the evidence of its decimal sign and its order of day and month."""
    chosen = found.map
    decimals = Decimals(settings.decimal or chosen.decimal)
    days = Days(settings.date_order or chosen.date_order)
    numbers = [one for one in chosen.columns.values() if one.is_number and one.name in found.where]
    dated = [one for one in chosen.columns.values() if one.type in DATED and not one.date_order]
    if (decimals.given or not numbers) and (days.given or not dated):
        return decimals, days
    for block in Walk(found):
        for one in numbers:
            place = found.where[one.name]
            column = block.columns[place]
            if decimals.given or (len(decimals.proofs) == 1 and _is_settled(column, decimals.sign)):
                continue
            signed = pc.match_substring_regex(column, "[.,]")
            lines = block.lines[signed.to_numpy(zero_copy_only=False)].tolist()
            cellwise = zip(lines, column.filter(signed).to_pylist(), strict=True)
            decimals.add(cellwise, found.heads[place], is_whole=one.type == "int")
        for one in dated:
            for column, head in _columns_of(one.name, found):
                coded = block.columns[column].dictionary_encode()
                first = np.unique(coded.indices.to_numpy(zero_copy_only=False), return_index=True)[1]
                cellwise = zip(block.lines[first].tolist(), coded.dictionary.to_pylist(), strict=True)
                days.add(cellwise, head, are_edges=one.type == "month")
    return decimals, days


def fractions(found: Located) -> frozenset[str]:
    """Heads of a workbook whose percents are stored as shares."""
    places = [
        found.where[one.name]
        for one in found.map.columns.values()
        if one.type == "percent" and one.name in found.where
    ]
    if found.rows.separator or not places:
        return frozenset()
    columns = [block.columns for block in Walk(found)]
    return frozenset(
        found.heads[place]
        for place in places
        if are_fractions(cell for block in columns for cell in block[place].to_pylist())
    )


def _is_settled(column: pa.Array, sign: str) -> bool:
    """Whether a column of a block can bring nothing against the sign proved before: the other sign stands nowhere in it."""
    return not pc.any(pc.match_substring(column, "," if sign == "." else ".")).as_py()


def _columns_of(name: str, found: Located) -> list[tuple[int, str]]:
    if name in found.where:
        return [(found.where[name], found.heads[found.where[name]])]
    return [(place, found.heads[place]) for place, _ in found.many.get(name, [])]
