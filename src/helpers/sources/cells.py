"""Cells of text to typed columns. Each cell is read right or refused with its line; what a tool could not say is missing, never 0."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers.errors import DataError
from helpers.sources import dates
from helpers.sources.mapping import Field
from helpers.sources.words import fold

MISSING = ("", "--", "-", "–", "—", "n/a", "(not set)", "not set")
NO_NUMBER = (*MISSING, "na", "nan", "null", "none", "unknown")
BOUND = r"^[<>≤≥]"
SCIENTIFIC = re.compile(r"[+-]?\d+([.,]\d+)?[eE][+-]?\d+")
BLANKS = r"[\s\x{00a0}\x{202f}\x{2009}'’]"
SIGNS = r"^(?:[€$£¥]|[A-Z]{2,3}\$?)|(?:[€$£¥]|[A-Z]{3})$"
PLAIN = {
    ".": r"^-?(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)?(?:\.\d*)?$",
    ",": r"^-?(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+)?(?:,\d*)?$",
}
TRUE = ("true", "1", "yes", "y", "oui", "vrai", "ja", "si", "sim", "x", "1.0")
FALSE = ("false", "0", "no", "n", "non", "faux", "nein", "nao", "0.0")
ISO = r"^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?)?$"
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
        at = _At(self, lines, chosen, head)
        text = pc.utf8_trim_whitespace(
            cells if isinstance(cells, pa.Array) else pa.array(cells, type=pa.string())
        )
        if chosen.is_number:
            return _numbers(text, at)
        text = self._blanked(text, (*MISSING, *chosen.missing, *self.missing))
        return _READERS[chosen.type](text, at)

    def _blanked(self, text: pa.Array, tokens: tuple[str, ...]) -> pa.Array:
        there = pc.is_in(pc.utf8_lower(text), value_set=pa.array([one.lower() for one in tokens]))
        return pc.if_else(there, pa.scalar(None, pa.string()), text) if pc.any(there).as_py() else text


@dataclass(frozen=True)
class _At:
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


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _numbers(text: pa.Array, at: _At) -> pd.Series:
    text = at.reader._blanked(text, (*NO_NUMBER, *at.field.missing, *at.reader.missing))
    kind = at.field.type
    bound = pc.fill_null(pc.match_substring_regex(text, BOUND), False)
    if n := pc.sum(bound).as_py():
        at.reader.bounds[at.head] = at.reader.bounds.get(at.head, 0) + n
        text = pc.if_else(bound, pa.scalar(None, pa.string()), text)
    values, is_percent = _plain_numbers(text, at), None
    if values is None:
        values, is_percent = _written_numbers(text, at)
    if at.field.within:
        least, most = map(float, at.field.within)
        outside = pc.or_(pc.less(values, least), pc.greater(values, most))
        says = f"is not between {at.field.within[0]} and {at.field.within[1]}"
        at.refuse(outside, text, says, at.field.remedy or "Check which column is mapped.")
    if kind == "int":
        at.refuse(
            pc.not_equal(pc.floor(values), values),
            text,
            "is not a whole number",
            "Check which column is mapped.",
        )
    made = pd.Series(values.to_numpy(zero_copy_only=False))
    if at.field.micros:
        made = made / 1_000_000
    if kind == "percent" and at.head not in at.reader.fractions:
        made = made / 100
    elif kind in ("percent", "share") and is_percent is not None:
        made = made.where(~is_percent, made / 100)
    return made


def _plain_numbers(text: pa.Array, at: _At) -> pa.Array | None:
    """Numbers without groups and signs, the usual case and the fast one; None where some cell is written otherwise."""
    try:
        values = pc.cast(text, pa.float64())
    except pa.ArrowInvalid:
        return None
    odd = pc.match_substring_regex(text, r"[^0-9.+-]" if at.reader.sign == "." else r"[^0-9+-]")
    return None if pc.any(odd).as_py() else values


def _written_numbers(text: pa.Array, at: _At) -> tuple[pa.Array, np.ndarray]:
    """Numbers as people write them: groups, decimal comma, percent and currency signs, brackets for less than nothing."""
    sign = at.reader.sign
    bare = pc.replace_substring_regex(text, BLANKS, "")
    is_percent = pc.fill_null(pc.ends_with(bare, "%"), False)
    bare = pc.replace_substring_regex(pc.replace_substring_regex(bare, "%$", ""), "^[−–]", "-")
    bare = pc.replace_substring_regex(bare, r"^\((.*)\)$", r"-\1")
    bare = pc.replace_substring_regex(pc.replace_substring_regex(bare, SIGNS, ""), r"^\+", "")
    if at.field.type in ("decimal", "share"):
        small = pc.match_substring_regex(bare, r"^-?\d(\.\d+)?[eE][+-]?\d{1,3}$")
    else:
        small = pa.array(np.zeros(len(bare), dtype=bool))
    good = pc.and_(pc.match_substring_regex(bare, PLAIN[sign]), pc.match_substring_regex(bare, r"\d"))
    at.refuse(
        pc.invert(pc.or_(good, small)),
        text,
        "is not a number",
        "Check which column is mapped, and the language of the file.",
    )
    other = "," if sign == "." else "."
    bare = (
        pc.replace_substring(bare, other, "")
        if other == ","
        else pc.replace_substring(pc.replace_substring(bare, ".", ""), ",", ".")
    )
    return pc.cast(bare, pa.float64()), is_percent.to_numpy(zero_copy_only=False)


def _text(text: pa.Array, at: _At) -> pd.Series:
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


def _id(text: pa.Array, at: _At) -> pd.Series:
    bare = pc.replace_substring_regex(text, r"^=\"(.*)\"$|^'(.+)$", r"\1\2")
    _refuse_short(bare, text, at)
    return pd.Series(pd.array(bare, dtype="str"))


def _refuse_short(bare: pa.Array, text: pa.Array, at: _At) -> None:
    short = pc.match_substring_regex(bare, r"^\d(\.\d+|,\d+)?[eE]\+\d+$")
    at.refuse(short, text, "was shortened by Excel", "Export again and do not open the file in Excel.")


def _list(text: pa.Array, at: _At) -> pd.Series:
    """The first value of each list, without quotation marks around it; how many have more is noted."""
    _refuse_short(text, text, at)
    values = pd.Series(pd.array(text, dtype="str"))
    several = values.str.contains(at.field.separator, regex=False, na=False)
    if n := int(several.sum()):
        at.reader.more[at.head] = at.reader.more.get(at.head, 0) + n
    return (
        values.str.split(at.field.separator, n=1, regex=False, expand=True)[0].astype("str").str.strip(' "')
    )


def _bool(text: pa.Array, at: _At) -> pd.Series:
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


def _verbatim(text: pa.Array, at: _At) -> pd.Series:
    return pd.Series(pd.array(text, dtype="str")).str.replace(SECRETS, "[…]", regex=True)


def _by_value(text: pa.Array, read: Callable[[str], object]) -> tuple[list, np.ndarray]:
    """Read each different text once; return the results and, for every cell, which of them it is (-1 for none)."""
    coded = text.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return [read(one) for one in coded.dictionary.to_pylist()], codes


def _date(text: pa.Array, at: _At) -> pd.Series:
    return _days(text, at, _day, "is no day that exists", "Check the date format of the export.")


def _month(text: pa.Array, at: _At) -> pd.Series:
    return _days(text, at, dates.month, "is no month", "Give months as 2026-09, or by their first day.")


def _period(text: pa.Array, at: _At) -> pd.Series:
    """The first day of each period, or its last."""
    place = 1 if at.field.ends else 0

    def end(cell: str, order: str) -> object:
        found = dates.period(cell, order)
        return found and found[place]

    return _days(
        text, at, end, "is no day, month, quarter or year", "Give 2026-09-30, 2026-09, Q3 2026 or 2026."
    )


def _days(text: pa.Array, at: _At, read: Callable[..., object], says: str, remedy: str) -> pd.Series:
    values, codes = _by_value(text, partial(read, order=at.order))
    wrong = np.array([value is None for value in values] + [False])[codes]
    at.refuse(pa.array(wrong), text, says, remedy)
    days = np.array([*values, None], dtype="datetime64[us]")
    return pd.Series(days[codes])


def _day(text: str, order: str) -> object:
    if (found := dates.day(text, order)) is not None:
        return found
    moment = dates.moment(text, order)
    return moment[0].date() if moment else None


def _datetime(text: pa.Array, at: _At) -> pd.Series:
    zone = at.field.time_zone or at.reader.zone
    if pc.all(pc.fill_null(pc.match_substring_regex(text, ISO), True)).as_py():
        local = pd.Series(
            pc.cast(pc.replace_substring(text, "T", " "), pa.timestamp("us")).to_numpy(zero_copy_only=False)
        )
        return _in_utc(local.astype("datetime64[us]"), zone)
    values, codes = _by_value(text, partial(dates.moment, order=at.order))
    wrong = np.array([value is None for value in values] + [False])[codes]
    at.refuse(pa.array(wrong), text, "is no time that exists", "Check the date format of the export.")
    moments = np.array([value[0] if value else None for value in values] + [None], dtype="datetime64[us]")
    made = _in_utc(pd.Series(moments[codes]), zone)
    zones = np.array([value[1] if value else "" for value in values] + [""], dtype=object)
    for given in {one for one in zones if one}:
        there = pd.Series(zones[codes] == given)
        moved = (
            pd.Series(moments[codes])
            .dt.tz_localize(given if given != "+00:00" else "UTC")
            .dt.tz_convert("UTC")
        )
        made = made.where(~there, moved)
    return made


def _in_utc(local: pd.Series, zone: str) -> pd.Series:
    """Local times in UTC; of an hour that a clock shows twice the first is taken, one that it skips is moved on."""
    if zone == "UTC":
        return local.dt.tz_localize("UTC")
    first = np.ones(len(local), dtype=bool)
    return local.dt.tz_localize(zone, ambiguous=first, nonexistent="shift_forward").dt.tz_convert("UTC")


_READERS: dict[str, Callable[[pa.Array, _At], pd.Series]] = {
    "text": _text,
    "email": _text,
    "id": _id,
    "person": _id,
    "list": _list,
    "bool": _bool,
    "verbatim": _verbatim,
    "date": _date,
    "datetime": _datetime,
    "month": _month,
    "period": _period,
}
