"""Which indicator feeds which disclosure of the sustainability report, by the set of standards of the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from helpers.errors import DataError
from helpers.rules import book


@dataclass(frozen=True)
class Standards:
    """A set of standards; `status` is "known", or "to confirm" where its codes were not checked."""

    id: str
    text: str
    source: str
    status: str
    valid_from: date
    checked_on: date
    valid_to: date = date.max


@dataclass(frozen=True)
class Datapoint:
    """One disclosure: its code of the set of 2023, its name, what marketing hands over for it, and the page that has it."""

    code: str
    name: str
    figure: str
    page: str
    source: str
    status: str
    checked_on: date


@cache
def datapoints() -> dict[str, Datapoint]:
    """Every disclosure of esrs.toml by its code."""
    return {one["code"]: Datapoint(**one) for one in book("esrs")["datapoints"]}


def standards(day: date) -> Standards:
    """The set of standards of a day.

    Raises
    ------
    DataError : no set is written down for the day.
    """
    known = [Standards(**one) for one in book("esrs")["sets"]]
    for one in known:
        if one.valid_from <= day <= one.valid_to:
            return one
    raise DataError(f"esrs.toml: no set of standards is written down for {day}; the first is from {min(one.valid_from for one in known)}. Add one with its source.")  # fmt: skip


def datapoint(code: str) -> Datapoint | None:
    """The disclosure that an indicator's code names; None where esrs.toml does not know it."""
    return datapoints().get(str(code).strip().upper().removeprefix("ESRS "))
