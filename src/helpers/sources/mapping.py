"""A map: what one export of one system looks like and which tidy tables its rows feed. docs/maps.md explains every key."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from helpers.sources.expressions import Expression
from helpers.sources.words import TOTAL, head

NUMBERS = ("int", "decimal", "money", "percent", "share")
DATED = ("date", "datetime", "month", "period")
PERSONAL = ("email", "person")


@dataclass(frozen=True)
class Field:
    """A column of the file: the heads it may have and how its cells are read.

    `instead`: columns that may stand for a required one. `sums`: cells (in any case, "" for an empty one) that say that
    their row sums others up. `only`: the texts that its cells may be; any other is refused with `remedy`. `words`: what
    some of its texts are to be called, in whatever language they stand there; others stay as they are.
    `adds`: whether a total row of the file is the sum of its cells. `like`: a regular expression for a head that no name
    fits; with a group `key` it is for many columns of one kind (they are melted; the field `<name>_key` holds what the group
    caught, and what several such fields caught alike stands in one row). `space`: whose ids a column of type
    person holds. In JSON a head is the path of a value, such as "properties.amount", and `absent` what it means that a record
    has no such value (an API leaves zeros out). `ends`: a period gives its last day, not its first. `within`: the least and
    the most that its numbers may be. `blank` is what a cell of text that says nothing
    is to be called, where an empty one would mean something else.
    """

    name: str
    type: str
    names: tuple[str, ...] = ()
    required: bool = False
    like: str = ""
    space: str = ""
    formats: tuple[str, ...] = ()
    micros: bool = False
    fill_down: bool = False
    separator: str = ";"
    occurrence: int = 1
    missing: tuple[str, ...] = ()
    adds: bool = True
    date_order: str = ""
    time_zone: str = ""
    absent: str = ""
    instead: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    remedy: str = ""
    words: dict[str, str] = field(default_factory=dict, hash=False)
    ends: bool = False
    within: tuple[str, ...] = ()
    blank: str = ""

    @property
    def is_number(self) -> bool:
        """Whether its cells are numbers."""
        return self.type in NUMBERS

    @property
    def melts(self) -> bool:
        """Whether it may stand for many columns, whose rows are then as many."""
        return "(?P<key>" in self.like

    @cached_property
    def heads(self) -> tuple[str, ...]:
        """The accepted heads as they are compared."""
        return tuple(head(name) for name in self.names)


@dataclass(frozen=True)
class Output:
    """A tidy table that rows of the file feed, column by column.

    `when`: only rows where one of these columns is filled. `where`: only rows with one of the words in each of these
    columns. `unless`: no row with one of the words in one of these. The word "*" is any.
    `add_up`: rows of the same key are added up. `once`: of rows of the same key the first counts,
    with `latest` the one in which this column is the latest, as in a history of versions.
    `yields`: its days give way where another export of the same system has them in more detail. `beside`: maps of
    the same system whose rows of this table are other things, so that both count on the same days.
    """

    table: str
    columns: dict[str, Expression] = field(hash=False)
    when: tuple[str, ...] = ()
    where: dict[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    unless: dict[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    add_up: bool = False
    once: bool = False
    latest: str = ""
    yields: bool = False
    beside: tuple[str, ...] = ()

    @property
    def reads(self) -> set[str]:
        """The columns and steps that decide what its rows say."""
        return {
            *self.when,
            *self.where,
            *self.unless,
            *(name for one in self.columns.values() for name in one.reads),
        }


@dataclass(frozen=True)
class Note:
    """What is told of some rows when a file is read: how many they are, and what they add up to in the column `worth`."""

    says: str
    when: tuple[str, ...] = ()
    where: dict[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    unless: dict[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    worth: str = ""


@dataclass(frozen=True)
class Map:
    """One export of one system.

    `one_day`: the columns of a row's first and last day, which must be the same; a third one, where the file has it, is
    the row's day, and the two are only the report's. `daily`: a file whose rows all bear the first day of a longer
    period is refused. `empties`: texts by which the tool says that its report is empty.
    `derived` are named steps over columns and earlier steps, in order; an expression uses them as columns. `group` names the
    column whose equal values stand together, such as the number of an order over its lines: `fill_down` then stays within it.
    `may_be_empty`: a file without rows is no fault. `without`: heads that such a file never has: with one it is another export.
    `account_line`: a regular expression for the line above the table that names the account, which its group catches.
    """

    id: str
    name: str
    system: str
    source: str
    columns: dict[str, Field] = field(hash=False)
    tables: tuple[Output, ...]
    derived: dict[str, Expression] = field(default_factory=dict, hash=False)
    notes: tuple[Note, ...] = ()
    group: str = ""
    verified: bool = False
    vat: str = "unknown"
    layout: str = "table"
    time_zone: str = ""
    section: str = ""
    header_rows: int = 1
    key_column: str = ""
    total_pattern: str = TOTAL
    marks: tuple[str, ...] = ()
    sheet: str = ""
    path: str = ""
    decimal: str = ""
    date_order: str = ""
    missing: tuple[str, ...] = ()
    help: str = ""
    refuse: str = ""
    one_day: tuple[str, ...] = ()
    daily: bool = False
    empties: tuple[str, ...] = ()
    may_be_empty: bool = False
    without: tuple[str, ...] = ()
    account_line: str = ""
    version: int = 1

    @property
    def feeds(self) -> tuple[str, ...]:
        """The tidy tables that its rows feed."""
        return tuple(dict.fromkeys(output.table for output in self.tables))

    @property
    def is_personal(self) -> bool:
        """Whether its rows are about single people, so that a key for pseudonyms is needed."""
        return any(one.type in PERSONAL for one in self.columns.values())

    @cached_property
    def required(self) -> tuple[Field, ...]:
        """The columns that the file must have."""
        return tuple(one for one in self.columns.values() if one.required)

    @cached_property
    def telling(self) -> frozenset[str]:
        """Heads of which a line must have one to hold a required column; none where a pattern may be enough."""
        able = {name for one in self.required for name in (one.name, *one.instead)}
        fields = [self.columns[name] for name in able]
        return (
            frozenset()
            if any(one.like for one in fields)
            else frozenset(h for one in fields for h in one.heads)
        )
