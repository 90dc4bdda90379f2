"""Refuses what is well written in a map and cannot be meant: an unknown word, a column that is not there, heads that every file has."""

from __future__ import annotations

import re

from helpers.errors import DataError
from helpers.sources.expressions import GROUPED
from helpers.sources.mapping import Map
from helpers.sources.toml_values import near

VAT = ("incl", "excl", "unknown")
LAYOUTS = (
    "table", "key_value", "json", "parquet", "adobe_feed", "ga4_events", "slack", "blocks", "adobe_workspace",
)  # fmt: skip
ORDERS = ("dmy", "mdy", "ymd")


def check(made: Map, where: str) -> None:
    """Refuse a map that cannot be meant; `where` names it.

    Raises
    ------
    DataError : which key, and what is allowed.
    """
    _check_words(made, where)
    _check_named(made, where)
    _check_patterns(made, where)
    _check_heads(made, where)


def _check_words(made: Map, where: str) -> None:
    for key, allowed in (
        ("vat", VAT),
        ("layout", LAYOUTS),
        ("decimal", ("", ".", ",")),
        ("date_order", ("", *ORDERS)),
    ):
        if getattr(made, key) not in allowed:
            listed = ", ".join(repr(one) for one in allowed if one)
            raise DataError(f'{where}: {key} = "{getattr(made, key)}" is unknown. Use one of {listed}.')


def _check_named(made: Map, where: str) -> None:
    """Refuse keys that name a column which is not there, or not of their kind."""
    named = [(key, getattr(made, key)) for key in ("key_column", "group") if getattr(made, key)]
    named += [("one_day", name) for name in made.one_day]
    named += [("instead", name) for one in made.columns.values() for name in one.instead]
    for key, name in named:
        if name not in made.columns:
            raise DataError(f"{where}: {key} names no column of this map.{near(name, made.columns)}")
    if len(made.one_day) not in (0, 2, 3) or any(made.columns[n].type != "date" for n in made.one_day):
        raise DataError(f"{where}: one_day names two or three columns of type date. Mend it.")
    for name, one in made.derived.items():
        if one.kind in GROUPED and not made.group:
            raise DataError(
                f'{where}, [derived] {name}: {one.kind} needs a group. Add group = "…", the column whose equal values stand together.'
            )


def _check_patterns(made: Map, where: str) -> None:
    for key in ("section", "total_pattern", "account_line"):
        try:
            n_groups = re.compile(getattr(made, key)).groups
        except re.error as fault:
            raise DataError(f"{where}: {key} is no regular expression ({fault}). Mend it.") from fault
        if key == "account_line" and made.account_line and n_groups != 1:
            raise DataError(f"{where}: account_line needs one group, around the account; it has {n_groups}.")


def _check_heads(made: Map, where: str) -> None:
    """Refuse a map that every file would fit, and a head that two columns name."""
    if made.layout in ("table", "key_value") and not made.required:
        raise DataError(
            f"{where}: no column is required, so every file would fit. Mark one with required = true."
        )
    seen: dict[tuple[str, int], str] = {}
    for one in made.columns.values():
        for name in one.heads:
            if seen.setdefault((name, one.occurrence), one.name) != one.name:  # languages may share a word
                raise DataError(
                    f'{where}: the head "{name}" is named by {seen[name, one.occurrence]} and {one.name}. Keep one.'
                )
