"""What ties a row to a person, or to a row of another table: read from the contracts, so that a new table needs no list."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from helpers.tables import Column, Table, contract
from helpers.tables.contracts import all_tables

PERSON = "customer_id"


@dataclass(frozen=True)
class Ties:
    """The columns of one table that lead to people, by name.

    owner : "customer_id" where the table has it: whose row it is; else empty.
    others : columns that hold the customer_id of somebody else, such as `referred_by`.
    aliases : ids that a person goes by and that are the key of no table, such as `visitor_id` and `respondent_id`.
    references : column -> key of the table whose row it hangs on, such as recovered_order_id -> order_id.
    key : the table's own key, where rows of other tables hang on it; else empty.
    needed : of all these, those that may not be empty.
    scope : columns within which an alias is unique, such as `survey_id` for `respondent_id`.
    """

    table: str
    owner: str = ""
    others: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    references: tuple[tuple[str, str], ...] = ()
    key: str = ""
    needed: frozenset[str] = frozenset()
    scope: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is looked at, once."""
        named = (self.owner, *self.others, *self.aliases, *(name for name, _ in self.references), self.key)
        return tuple(dict.fromkeys(name for name in (*named, *self.scope) if name))

    @property
    def leads_to_people(self) -> bool:
        """Whether a row of the table can be about a person, or hang on a row that is."""
        return bool(self.owner or self.others or self.aliases or self.references)


@cache
def ties(table: str) -> Ties:
    """Return what ties the rows of a table to people and to other rows.

    A column counts when its contract says that it is about a person and holds text. It is a reference when its name, or its
    `is_a`, is the key of another table; an alias when its name ends in _id and is the key of none.

    Raises
    ------
    UsageError : there is no such table.
    """
    known, keys = contract(table), _keys()
    own = sole_key(known)
    personal = [one for one in known.columns if one.person and one.type == "text"]
    aliases = tuple(one.name for one in personal if one.name.endswith("_id") and _kind(one) not in keys)
    references = tuple(
        (one.name, _kind(one))
        for one in personal
        if _kind(one) in keys and _kind(one) != PERSON and one.name != own
    )
    scope = [name for name in known.key[: _first(known.key, aliases)] if name not in (PERSON, *aliases)]
    return Ties(
        table=table,
        owner=PERSON if PERSON in known.names else "",
        others=tuple(one.name for one in personal if one.is_a == PERSON),
        aliases=aliases,
        references=references,
        key=own if own in _hung_on() else "",
        needed=frozenset(one.name for one in personal if one.required),
        scope=tuple(scope),
    )


def in_order(tables: Iterable[str]) -> list[str]:
    """Return tables so that those on whose rows others hang come first; a circle is taken by name."""
    left, made = sorted(set(tables)), []
    while left:
        keys = {ties(name).key: name for name in left if ties(name).key}
        free = [n for n in left if not {keys[k] for _, k in ties(n).references if k in keys} - {n}] or left[
            :1
        ]
        made += free
        left = [name for name in left if name not in free]
    return made


def table_of(words: Iterable[str]) -> str:
    """Return the table that one of these words, as of a path, names; empty where none does.

    Numbers before and behind a name, as in `0-orders-2`, say nothing.
    """
    known = all_tables()
    for word in words:
        name = re.sub(r"^\d+-|([-.]\d+)+$", "", word)
        if name in known:
            return name
    return ""


def sole_key(known: Table) -> str:
    """Return the one column that tells the rows of a table apart, days of a list left aside; empty where it takes several."""
    names = [name for name in known.key if name != known.snapshot]
    return names[0] if len(names) == 1 else ""


def _kind(column: Column) -> str:
    return column.is_a or column.name


@cache
def _keys() -> frozenset[str]:
    """Keys about people that a row of another table may hang on."""
    found = {(known, sole_key(known)) for known in all_tables().values()}
    return frozenset(key for known, key in found if key and known.column(key).person)


@cache
def _hung_on() -> frozenset[str]:
    """Keys that some other table refers to."""
    return frozenset(
        _kind(one)
        for known in all_tables().values()
        for one in known.columns
        if one.person and _kind(one) in _keys() and one.name != sole_key(known) and _kind(one) != PERSON
    )


def _first(key: tuple[str, ...], names: tuple[str, ...]) -> int:
    """Place of the first of `names` in a key; 0 where none is."""
    return next((place for place, name in enumerate(key) if name in names), 0)
