"""Which rows of a block must go, and which cells of other people's rows must be emptied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.privacy.keys import PSEUDONYM
from helpers.privacy.ties import Ties

PATTERN = f"^{PSEUDONYM.pattern}$"
TEXT = pa.string()
_NONE = pa.array([], TEXT)


class Gone:
    """Who goes, and what has gone with them so far; it grows while tables are read.

    people : ids of people, as `customer_id` holds them. Those that are pseudonyms are looked for in the aliases too, where
        an id that a system gave as a plain number could be anybody's.
    """

    def __init__(self, people: Iterable[str] = ()) -> None:
        """Begin with people, and nothing lost yet."""
        self.people = frozenset(people)
        self._all = pa.array(sorted(self.people), TEXT)
        self._hashed = pa.array(sorted(one for one in self.people if PSEUDONYM.fullmatch(one)), TEXT)
        self._lost: dict[str, pa.Array] = {}

    def lose(self, name: str, ids: pa.Array) -> None:
        """Note ids of rows that go, under the name of their key or alias."""
        there = pc.drop_null(ids)
        if len(there):
            self._lost[name] = pc.unique(pa.concat_arrays([self.lost(name), there]))

    def lost(self, name: str) -> pa.Array:
        """Return the ids of this name that are lost."""
        return self._lost.get(name, _NONE)

    def size(self, names: Iterable[str]) -> int:
        """Count the lost ids of these names: a table for which the number has not grown need not be read again."""
        return sum(len(self.lost(name)) for name in names)

    def is_one(self, ids: pa.Array, *, hashed_only: bool = False) -> np.ndarray:
        """Say of each id whether it is of one who goes."""
        return _isin(ids, self._hashed if hashed_only else self._all)


@dataclass(frozen=True)
class Marks:
    """What happens to the rows of a block: `out` says which go, `emptied` which cells of the others lose their value."""

    out: np.ndarray
    emptied: dict[str, np.ndarray]

    @property
    def n_emptied(self) -> int:
        """Number of cells that lose their value."""
        return sum(int(cells.sum()) for cells in self.emptied.values())


def marks(rows: pa.Table, known: Ties, gone: Gone, *, also: np.ndarray | None = None) -> Marks:
    """Mark a block of a table, and note in `gone` the keys and aliases that are lost with its rows.

    Parameters
    ----------
    rows : the columns `known.columns` as far as the table has them.
    gone : who goes; its `lost` grows.
    also : rows that go for another reason, such as their age.

    Rules, in order: a row whose owner goes, goes. A row of nobody goes when an alias in it goes, or a row that it hangs on.
    A row of somebody else stays; what in it leads to one who goes, or to a row that went, is emptied, and where such a cell
    may not be empty the row goes after all.
    """
    there, n = rows.column_names, len(rows)
    owner = _text(rows, known.owner) if known.owner in there else pa.nulls(n, TEXT)
    nobody = pc.is_null(owner).to_numpy(zero_copy_only=False)
    hers, dropped, hits = gone.is_one(owner), np.zeros(n, dtype=bool), {}
    for name in known.others:
        if name in there:
            hits[name] = gone.is_one(_text(rows, name))
    for name in known.aliases:
        if name in there:
            hits[name] = gone.is_one(_text(rows, name), hashed_only=True)
            hers |= nobody & hits[name]
            if len(gone.lost(name)):
                hers |= nobody & _isin(_scoped(rows, name, known), gone.lost(name))
    for name, key in known.references:
        if name in there:
            hits[name] = _isin(_text(rows, name), gone.lost(key))
            hers |= nobody & hits[name]
    for name, hit in hits.items():
        dropped |= hit & (name in known.needed)
    out = hers | dropped if also is None else hers | dropped | also
    if known.key in there:
        gone.lose(known.key, _text(rows, known.key).filter(pa.array(out)))
    for name in known.aliases:
        if name in there and hers.any():
            gone.lose(name, _scoped(rows.filter(pa.array(hers)), name, known))
    return Marks(out, {name: hit & ~out for name, hit in hits.items() if (hit & ~out).any()})


def _scoped(rows: pa.Table, name: str, known: Ties) -> pa.Array:
    """An alias as it is unique: a pseudonym by itself, any other with its table and what it is unique within."""
    ids = _text(rows, name)
    within = [_text(rows, one).fill_null("") for one in known.scope if one in rows.column_names]
    where = pc.binary_join_element_wise(known.table, *within, ids, "\x1f")
    return pc.if_else(pc.match_substring_regex(ids, PATTERN), ids, where)


def _text(rows: pa.Table, name: str) -> pa.Array:
    """A column as text without outer blanks, as a contract reads it; blank is empty."""
    values = rows[name].combine_chunks()
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    values = pc.utf8_trim_whitespace(values.cast(TEXT))
    return pc.if_else(pc.equal(values, ""), pa.scalar(None, TEXT), values)


def _isin(ids: pa.Array, wanted: pa.Array) -> np.ndarray:
    if not len(wanted):
        return np.zeros(len(ids), dtype=bool)
    return pc.is_in(ids, value_set=wanted).to_numpy(zero_copy_only=False)
