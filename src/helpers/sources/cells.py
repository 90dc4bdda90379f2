"""Cells of text to typed columns. Each cell is read right or refused with its line; what a tool could not say is missing, never 0."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers.errors import DataError
from helpers.sources import moments, numbers
from helpers.sources.mapping import Field
from helpers.sources.words import fold

MISSING = ("", "--", "-", "–", "—", "n/a", "(not set)", "not set")
NO_NUMBER = (*MISSING, "na", "nan", "null", "none", "unknown")
TRUE = ("true", "1", "yes", "y", "oui", "vrai", "ja", "si", "sim", "x", "1.0")
FALSE = ("false", "0", "no", "n", "non", "faux", "nein", "nao", "0.0")
# Addresses, handles, telephone and account numbers in what people write; names cannot be found for sure.
SECRETS = re.compile(
    r"[\w.+-]+@[\w-]+(\.[\w-]+)+|(?<!\w)@\w{2,}|https?://\S+|(?<!\w)(?!\d{4}-\d\d-\d\d(?!\d))\+?\d[\d\s().-]{6,}\d(?!\w)|\b[A-Z]{2}\d{2}[A-Z0-9 ]{10,30}\b"
)


@dataclass
class Reader:
    """How the cells of one file are read: what was proved of it, and what was noted on the way.

    `forced` is the order of day and month that the company states; it wins over the map's. `bounds` counts cells such as
    "< 10 %", which say no number, by head; `more` cells of lists with more than one value. `fractions` are the heads whose
    percents are stored as 0.5 for 50 %, see `proving.are_fractions`.
    """

    shown: str
    unit: str
    sign: str
    order: str
    zone: str
    missing: tuple[str, ...] = ()
    forced: str = ""
    fractions: frozenset[str] = frozenset()
    bounds: dict[str, int] = field(default_factory=dict)
    more: dict[str, int] = field(default_factory=dict)

    def read(self, cells: pa.Array | Sequence[str], lines: np.ndarray, chosen: Field, head: str) -> pd.Series:
        """Return one column in its type.

        Texts are `str`, numbers `float64` (whole ones too, with gaps), days `datetime64[us]`, times `datetime64[us, UTC]`,
        truth values `boolean`.

        Raises
        ------
        DataError : the first cell that cannot be read, with its line and, where nobody is named by it, its text.
        """
        at = At(self, lines, chosen, head)
        text = pc.utf8_trim_whitespace(
            cells if isinstance(cells, pa.Array) else pa.array(cells, type=pa.string())
        )
        usual, read = (NO_NUMBER, numbers.read) if chosen.is_number else (MISSING, _READERS[chosen.type])
        return read(_blanked(text, (*usual, *chosen.missing, *self.missing)), at)


@dataclass(frozen=True)
class At:
    """The column being read, with what is needed to speak of one of its cells."""

    reader: Reader
    lines: np.ndarray
    field: Field
    head: str

    @property
    def order(self) -> str:
        """Which order day and month have."""
        return self.reader.forced or self.field.date_order or self.reader.order

    def refuse(self, bad: pa.Array, text: pa.Array, says: str, remedy: str) -> None:
        """Raise for the first bad cell, if there is one."""
        found = np.flatnonzero(pc.fill_null(bad, False).to_numpy(zero_copy_only=False))
        if len(found):
            place = int(found[0])
            private = self.field.type in ("email", "person", "verbatim")
            what = "a cell" if private else f"'{_short(text[place].as_py())}'"
            raise DataError(
                f"{self.reader.shown}, {self.reader.unit} {self.lines[place]:,}: {what} in '{self.head}' {says}. {remedy}"
            )


def _blanked(text: pa.Array, tokens: tuple[str, ...]) -> pa.Array:
    there = pc.is_in(pc.utf8_lower(text), value_set=pa.array([one.lower() for one in tokens]))
    return pc.if_else(there, pa.scalar(None, pa.string()), text) if pc.any(there).as_py() else text


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _text(text: pa.Array, at: At) -> pd.Series:
    if at.field.only:
        listed = pc.is_in(pc.utf8_lower(text), value_set=pa.array([one.lower() for one in at.field.only]))
        lost = pc.and_(pc.is_valid(text), pc.invert(listed))
        at.refuse(
            lost, text, f"is not {' or '.join(at.field.only[:2])}", at.field.remedy or "Export it again."
        )
    if at.field.words:
        called = {fold(word): name for word, name in at.field.words.items()}
        coded = text.dictionary_encode()
        names = [called.get(fold(one), one) for one in coded.dictionary.to_pylist()]
        text = pa.array(names, pa.string()).take(coded.indices)
    if at.field.blank:
        text = pc.fill_null(text, at.field.blank)
    return pd.Series(pd.array(text, dtype="str"))


def _id(text: pa.Array, at: At) -> pd.Series:
    bare = pc.replace_substring_regex(text, r"^=\"(.*)\"$|^'(.+)$", r"\1\2")
    _refuse_short(bare, text, at)
    return pd.Series(pd.array(bare, dtype="str"))


def _refuse_short(bare: pa.Array, text: pa.Array, at: At) -> None:
    short = pc.match_substring_regex(bare, r"^\d(\.\d+|,\d+)?[eE]\+\d+$")
    at.refuse(short, text, "was shortened by Excel", "Export again and do not open the file in Excel.")


def _list(text: pa.Array, at: At) -> pd.Series:
    """The first value of each list, without quotation marks around it; how many have more is noted."""
    _refuse_short(text, text, at)
    values = pd.Series(pd.array(text, dtype="str"))
    several = values.str.contains(at.field.separator, regex=False, na=False)
    if n := int(several.sum()):
        at.reader.more[at.head] = at.reader.more.get(at.head, 0) + n
    return (
        values.str.split(at.field.separator, n=1, regex=False, expand=True)[0].astype("str").str.strip(' "')
    )


def _bool(text: pa.Array, at: At) -> pd.Series:
    words = pc.utf8_lower(text)
    yes, no = pc.is_in(words, value_set=pa.array(TRUE)), pc.is_in(words, value_set=pa.array(FALSE))
    at.refuse(
        pc.and_(pc.is_valid(words), pc.invert(pc.or_(yes, no))),
        text,
        "is neither yes nor no",
        "Use true or false.",
    )
    made = pc.if_else(pc.is_valid(words), yes, pa.scalar(None, pa.bool_()))
    return pd.Series(pd.array(made.to_pylist(), dtype="boolean"))


def _verbatim(text: pa.Array, at: At) -> pd.Series:
    return pd.Series(pd.array(text, dtype="str")).str.replace(SECRETS, "[…]", regex=True)


_READERS: dict[str, Callable[[pa.Array, At], pd.Series]] = {
    "text": _text,
    "email": _text,
    "id": _id,
    "person": _id,
    "list": _list,
    "bool": _bool,
    "verbatim": _verbatim,
    "date": moments.days,
    "datetime": moments.times,
    "month": moments.months,
    "period": moments.periods,
}
