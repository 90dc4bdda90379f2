"""Typed columns of a file to tidy tables: the [[tables]] of a map, evaluated column by column."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers import tables
from helpers.errors import DataError
from helpers.sources import identities, taxonomy
from helpers.sources.evaluating import Evaluator
from helpers.sources.mapping import Note, Output
from helpers.sources.own import SYSTEM as OWN
from helpers.sources.words import as_word, fold
from helpers.tables import Column, Table

VERSION = "_version"  # says which of the rows of a key is the latest; no column of any table


class Shaper:
    """Turns typed rows of one file into tidy rows; `currency` is that of amounts beside which none stands."""

    def __init__(self, evaluator: Evaluator, *, currency: str = "") -> None:
        """Take over what the evaluator knows of the file."""
        self.evaluator, self.currency = evaluator, currency
        self.map, self.settings, self.shown = evaluator.map, evaluator.settings, evaluator.shown
        self.remarks = evaluator.remarks

    def shape(self, typed: pd.DataFrame, lines: np.ndarray) -> list[tuple[str, pd.DataFrame, np.ndarray]]:
        """Return (table, tidy rows, their lines) for each table that some rows feed."""
        typed = self._with_steps(typed, lines)
        made, used = [], np.zeros(len(typed), dtype=bool)
        reasons = np.full(len(typed), "feeds no table", dtype=object)
        melted = self._melted()
        for output in self.map.tables:
            wanted = self._rows(output, typed)
            if melted and melted.isdisjoint(output.reads):  # what does not speak of them stands once a line
                wanted &= np.r_[True, np.diff(lines) != 0]
            rows = np.flatnonzero(wanted)
            if not len(rows):
                continue
            frame = self._table(output, typed.iloc[rows].reset_index(drop=True), lines[rows])
            keep = self._named(output, frame, reasons, rows) & self._in_markets(frame, reasons, rows)
            if not keep.all():
                frame, rows = frame[keep].reset_index(drop=True), rows[keep]
            used[rows] = True
            if len(rows):
                made.append((output.table, frame, lines[rows]))
        made += identities.beside(typed, self.evaluator)
        for note in self.map.notes:
            self._note(note, typed, lines)
        if not used.all():
            lost = dict(zip(lines[~used], reasons[~used], strict=True))
            for line in {*lost} - {*lines[used]}:  # a line whose columns were melted stands several times
                self.remarks.leave(lost[line])
        return made

    def _melted(self) -> set[str]:
        """The columns that differ within a line: those that were melted, and the steps over them."""
        names = {
            name for one in self.map.columns.values() if one.melts for name in (one.name, f"{one.name}_key")
        }
        for name, step in self.map.derived.items():
            if not names.isdisjoint(step.columns):
                names.add(name)
        return names

    def _with_steps(self, typed: pd.DataFrame, lines: np.ndarray) -> pd.DataFrame:
        """Add the named steps of the map as columns."""
        for name, expression in self.map.derived.items():
            step = Column(name, "", "", public=True)
            typed = typed.assign(**{name: self.evaluator.column(expression, step, typed, lines, {})})
        return typed

    def _named(
        self, output: Output, frame: pd.DataFrame, reasons: np.ndarray, rows: np.ndarray
    ) -> np.ndarray:
        """Which rows name the person that their table needs; the others are counted, with what they are worth.

        A table that the company keeps itself is held to its contract instead: there an empty cell is a fault.
        """
        contract = tables.contract(output.table)
        keep = np.ones(len(frame), dtype=bool)
        for name, expression in output.columns.items():
            if expression.kind != "person" or not contract.column(name).required or self.map.system == OWN:
                continue
            gone = frame[name].isna().to_numpy(dtype=bool) & keep
            if not gone.any():
                continue
            keep &= ~gone
            reasons[rows[gone]] = f"no {name} for {contract.name}"
            self.remarks.nobody[contract.name, name] += int(gone.sum())
            self._lose(frame[gone], contract)
        return keep

    def _lose(self, gone: pd.DataFrame, contract: Table) -> None:
        """Add up what rows that are left out are worth, by currency."""
        currency = gone["currency"].fillna("") if "currency" in gone else pd.Series("", index=gone.index)
        for column in contract.columns:
            if column.is_money and column.required and column.name in gone:
                for code, total in gone[column.name].groupby(currency).sum().items():
                    key = (contract.name, column.name, str(code))
                    self.remarks.lost[key] = self.remarks.lost.get(key, 0.0) + float(total)

    def _note(self, note: Note, typed: pd.DataFrame, lines: np.ndarray) -> None:
        """Count the lines that a note speaks of, and add up what they are worth."""
        rows = self._rows(note, typed) & np.r_[True, np.diff(lines) != 0]
        if rows.any():
            self.remarks.note(note.says, int(rows.sum()))
            if note.worth in typed:
                total = float(typed[note.worth][rows].sum())
                self.remarks.worth[note.says] = self.remarks.worth.get(note.says, 0.0) + total

    def _rows(self, output: Output | Note, typed: pd.DataFrame) -> np.ndarray:
        """Which rows are meant: by `when`, `where` and `unless` of the map."""
        wanted = np.ones(len(typed), dtype=bool)
        if output.when:
            there = [typed[name].notna().to_numpy(dtype=bool) for name in output.when if name in typed]
            wanted &= np.logical_or.reduce(there) if there else False
        for name, words in output.where.items():
            wanted &= _holds(typed, name, words)
        for name, words in output.unless.items():
            wanted &= ~_holds(typed, name, words)
        return wanted

    def _table(self, output: Output, some: pd.DataFrame, lines: np.ndarray) -> pd.DataFrame:
        contract = tables.contract(output.table)
        made = {}
        for name, expression in output.columns.items():
            if self.map.system == OWN and not any(one in some for one in expression.reads):
                continue  # the file has no such column: the contract says what that means
            made[name] = self.evaluator.column(expression, contract.column(name), some, lines, made)
        frame = pd.DataFrame(made, index=some.index)
        frame = self._with_stated(frame, contract)
        if output.latest in some:
            frame[VERSION] = some[output.latest]
        if contract.snapshot and contract.snapshot not in frame and self.settings.as_of:
            frame[contract.snapshot] = pd.Timestamp(self.settings.as_of)
        frame = taxonomy.ruled(frame, contract, some, self.settings)
        if "market" in contract.names and self.settings.market:
            frame["market"] = _filled(frame, "market", self.settings.market)
        self._refuse_bare(frame, contract, lines)
        return _without_last_day_of_one(frame, contract)

    def _with_stated(self, frame: pd.DataFrame, contract: Table) -> pd.DataFrame:
        """Add what the company states for the whole file, where its rows do not say it."""
        account = self.settings.account_id
        if "currency" in contract.names and self.currency:
            frame["currency"] = _filled(frame, "currency", self.currency)
        has_account = "account_id" in frame or contract.name == "media_spend"
        if "account_id" in contract.names and account and has_account:
            frame["account_id"] = _filled(frame, "account_id", account)
        if self.map.system != OWN:
            for name, value in (("tool", self.map.system), ("site", account)):
                if name in contract.names and name not in frame and value:
                    frame[name] = value
        return frame

    def _refuse_bare(self, frame: pd.DataFrame, contract: Table, lines: np.ndarray) -> None:
        """Ask for a currency and a market that neither the file nor the company says.

        Nothing is nothing in any currency: amounts of 0 that a table can do without need none.
        """
        is_bare = "currency" not in frame or frame["currency"].isna().all()
        money = [one for one in contract.columns if one.is_money and one.name in frame]
        if (
            "currency" in contract.names
            and is_bare
            and any(_needs_currency(one, frame[one.name]) for one in money)
        ):
            raise DataError(
                f'{self.shown}: no currency column; say which: add currency = "EUR" for this file under [[exports]] in company.toml.'
            )
        if "market" in contract.names and contract.column("market").required:
            gone = frame["market"].isna() if "market" in frame else pd.Series(True, index=frame.index)
            if gone.any():
                line = lines[int(gone.to_numpy(dtype=bool).argmax())]
                raise DataError(
                    f"{self.shown}, line {line:,}: neither the file nor taxonomy.csv says which market the row belongs to, and the company sells in several. "
                    'Add market = "FR" for this file under [[exports]] in company.toml, or rules to taxonomy.csv.'
                )

    def _in_markets(self, frame: pd.DataFrame, reasons: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Which rows are of the company's markets, where it wants others left out; else the contract refuses them."""
        if self.settings.other_markets != "leave out" or "market" not in frame or not self.settings.markets:
            return np.ones(len(frame), dtype=bool)
        inside = frame["market"].isin({*self.settings.markets, "ALL"}).to_numpy(dtype=bool)
        reasons[rows[~inside]] = "of a market that company.toml does not list"
        return inside


def _filled(frame: pd.DataFrame, name: str, value: str) -> pd.Series | str:
    """A column with one value where it says nothing."""
    return frame[name].astype("str").where(frame[name].notna(), value) if name in frame else value


def _needs_currency(column: Column, amounts: pd.Series) -> bool:
    """Whether amounts say something that only a currency makes plain."""
    if column.required:
        return bool(amounts.notna().any())
    return bool(pd.to_numeric(amounts).fillna(0).ne(0).any())


def _without_last_day_of_one(frame: pd.DataFrame, contract: Table) -> pd.DataFrame:
    """A row of one day has no last day of its own, where the table wants none."""
    if not contract.spans or "ends_on" not in frame or frame["ends_on"].isna().all():
        return frame
    last = pd.to_datetime(frame["ends_on"])
    return frame.assign(ends_on=last.where(last > pd.to_datetime(frame[contract.date])))


def _holds(typed: pd.DataFrame, name: str, words: tuple[str, ...]) -> np.ndarray:
    """Which rows hold one of the words in a column; "*" is any."""
    if name not in typed:
        return np.zeros(len(typed), dtype=bool)
    if "*" in words:
        return typed[name].notna().to_numpy(dtype=bool)
    listed = {fold(word) for word in words}
    values = typed[name].map(lambda v: v if pd.isna(v) else fold(as_word(v)))
    return values.isin(listed).to_numpy(dtype=bool)
