"""Evidence, over a whole file, for its decimal sign and its order of day and month: proved from the data or refused, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from helpers.errors import DataError

BLANKS = re.compile(r"[\s\u00a0\u202f\u2009'’]")
ONE_GROUP = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")  # 1,234 may be a thousand or a decimal
GROUPS = re.compile(r"[1-9]\d{0,2}(?P<sign>[.,])\d{3}((?P=sign)\d{3})+")
TRIPLE = re.compile(r"(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})")


@dataclass
class Decimals:
    """Which sign stands before the decimals. `given` is what the map or the company says; it wins, and is held to.

    `proofs` keeps, a sign, the first cell that proves it; `doubt` the first cell that could be either.
    """

    given: str = ""
    proofs: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    doubt: tuple[int, str, str] | None = None

    @property
    def sign(self) -> str:
        """The sign, "" while nothing proves one (then no cell has any)."""
        return self.given or next(iter(self.proofs), "")

    def add(self, cells: Iterable[tuple[int, str]], head: str, *, is_whole: bool) -> None:
        """Take evidence from cells (line, text) of one column; `is_whole` for one that counts whole things."""
        for line, text in cells:
            kind = sign_of(text, is_whole=is_whole)
            if kind in (".", ","):
                self.proofs.setdefault(kind, (line, text.strip(), head))
            elif kind == "?" and self.doubt is None:
                self.doubt = (line, text.strip(), head)

    def settle(self, shown: str) -> str:
        """Return the sign, "." where no cell has decimals.

        Raises
        ------
        DataError : two cells prove different signs, or a cell could be either and none proves one.
        """
        if self.given:
            return self.given
        if len(self.proofs) > 1:
            (one, a, _), (two, b, _) = self.proofs["."], self.proofs[","]
            raise DataError(
                f"{shown}: '{a}' (line {one:,}) has a decimal point and '{b}' (line {two:,}) a decimal comma. Export the file again in one language."
            )
        if not self.proofs and self.doubt:
            line, text, head = self.doubt
            raise DataError(
                f"{shown}, line {line:,}: '{text}' in '{head}' may mean one thousand or a decimal, and no other cell tells. "
                'Set decimal = "." or "," under [[exports]] in company.toml, or in the map.'
            )
        return self.sign or "."


def are_fractions(cells: Iterable[str]) -> bool:
    """Whether the percents of a column in a workbook are stored as shares, as Excel does: 0.5 for 50 %.

    So it is where numbers stand without a percent sign and none of them is above 1. A text has no such column: there 1 is 1 %.
    """
    plain = [text.strip() for text in cells if re.fullmatch(r"\s*-?\d+(\.\d+)?\s*", text)]
    return bool(plain) and all(float(text) <= 1 for text in plain)


def sign_of(text: str, *, is_whole: bool) -> str:
    """Return the decimal sign that a number in text proves: ".", ",", "?" where it could be either, "" where it says nothing."""
    bare = BLANKS.sub("", text).strip("%€$£+-−()")
    last = max(bare.rfind("."), bare.rfind(","))
    if last < 0:
        return ""
    sign, other = bare[last], "," if bare[last] == "." else "."
    if other in bare:
        return sign
    if GROUPS.fullmatch(bare) or (is_whole and ONE_GROUP.fullmatch(bare)):
        return other
    if ONE_GROUP.fullmatch(bare):
        return "?"
    return sign


@dataclass
class Days:
    """Which order day, month and year have where they are written in figures. One order holds for a whole file.

    `possible` are the orders that fit every date so far; `first` keeps the first date whose order matters.
    """

    given: str = ""
    possible: set[str] = field(default_factory=lambda: {"dmy", "mdy"})
    doubt: tuple[int, str, str] | None = None
    against: dict[str, tuple[int, str]] = field(default_factory=dict)

    def add(self, cells: Iterable[tuple[int, str]], head: str, *, are_edges: bool = False) -> None:
        """Take evidence from cells (line, text) of one column of dates; `are_edges` for one of first or last days of months."""
        for line, text in cells:
            found = TRIPLE.match(text.strip())
            if not found or len(found[1]) == 4:
                continue
            first, second = int(found[1]), int(found[2])
            if self.doubt is None and first != second:
                self.doubt = (line, text.strip(), head)
            for order, number, month in (("dmy", first, second), ("mdy", second, first)):
                wrong = month > 12 or (are_edges and 1 < number < 28)
                if wrong and order in self.possible:
                    self.possible.discard(order)
                    self.against[order] = (line, text.strip())

    def settle(self, shown: str, *, span: object = None, read: object = None) -> str:
        """Return the order, "dmy" or "mdy"; "ymd" where no date needs one.

        `span` is the first and last day that the file itself names, `read` a function (text, order) -> day.

        Raises
        ------
        DataError : dates that exclude each other, or that can be read either way.
        """
        if self.given:
            return self.given
        if not self.possible:
            (one, a), (two, b) = self.against["dmy"], self.against["mdy"]
            raise DataError(
                f"{shown}: '{a}' (line {one:,}) has the month first and '{b}' (line {two:,}) the day. Export the file again with one date format."
            )
        if len(self.possible) == 1:
            return next(iter(self.possible))
        if self.doubt is None:
            return "ymd"
        line, text, head = self.doubt
        if span and read:
            days = {order: read(re.split("[ T]", text.strip())[0], order) for order in ("dmy", "mdy")}
            fits = [order for order, day in days.items() if day and span[0] <= day <= span[1]]
            if len(fits) == 1:
                return fits[0]
        raise DataError(
            f"{shown}, line {line:,}: column '{head}' has dates such as '{text}' that can be read day first or month first. "
            'Set date_order = "dmy" or "mdy" under [[exports]] in company.toml, or in the map.'
        )
