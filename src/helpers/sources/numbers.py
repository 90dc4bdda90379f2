"""Cells of numbers, plain or as people write them: groups, decimal comma, percent and currency signs, brackets for less than nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from helpers.sources.cells import At

BOUND = r"^[<>≤≥]"
BLANKS = r"[\s\x{00a0}\x{202f}\x{2009}'’]"
SIGNS = r"^(?:[€$£¥]|[A-Z]{2,3}\$?)|(?:[€$£¥]|[A-Z]{3})$"
PLAIN = {
    ".": r"^-?(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)?(?:\.\d*)?$",
    ",": r"^-?(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+)?(?:,\d*)?$",
}


def read(text: pa.Array, at: At) -> pd.Series:
    """Return numbers, percents as shares of 1; a bound such as "< 10 %" says no number, and is counted."""
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


def _plain_numbers(text: pa.Array, at: At) -> pa.Array | None:
    """Numbers without groups and signs, the usual case and the fast one; None where some cell is written otherwise."""
    try:
        values = pc.cast(text, pa.float64())
    except pa.ArrowInvalid:
        return None
    odd = pc.match_substring_regex(text, r"[^0-9.+-]" if at.reader.sign == "." else r"[^0-9+-]")
    return None if pc.any(odd).as_py() else values


def _written_numbers(text: pa.Array, at: At) -> tuple[pa.Array, np.ndarray]:
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
