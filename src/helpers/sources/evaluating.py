"""Expressions of a map to columns: each [tables.columns] and each derived step, evaluated on the typed rows of a file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.sources import steps
from helpers.sources.expressions import GROUPED, Expression
from helpers.sources.mapping import PERSONAL, Map
from helpers.sources.places import countries
from helpers.sources.remarks import Remarks
from helpers.sources.settings import Settings
from helpers.sources.words import as_word, fold
from helpers.tables import Column

EMAIL = "email"


@dataclass
class Evaluator:
    """Evaluates the expressions of one map on the rows of one file.

    `known` is what the lines above the table say; `vat` whether the file's amounts include it.
    """

    map: Map
    settings: Settings
    shown: str
    vat: str = "unknown"
    known: dict[str, object] = field(default_factory=dict)
    remarks: Remarks = field(default_factory=Remarks)

    def column(
        self, expression: Expression, target: Column, some: pd.DataFrame, lines: np.ndarray, made: dict
    ) -> pd.Series:
        """Return one column, of the index of `some`.

        Parameters
        ----------
        expression : how the map makes it.
        target : the column of the contract; one without a type is a step, which keeps times as they are.
        some : the typed rows of the file that feed the table.
        lines : the line of each.
        made : the table's columns so far, by name.

        Raises
        ------
        DataError : a value that the map cannot place; the message names file and line.
        """
        match expression.kind:
            case "value":
                found = self._constant(expression, some)
                return self._filled(found, expression, target, some, lines)
            case "setting":
                found = self._setting(expression, target, some.index)
                return self._filled(found, expression, target, some, lines)
            case "days_after_start":
                return self._after_start(expression, some, lines)
            case "person":
                return self._person(expression, some)
            case "excl_vat":
                return self._excl_vat(expression, target, some, made)
            case "digest":
                return self._digest(expression, some)
        if expression.lacks(some.columns):
            return self._filled(_nothing(some.index), expression, target, some, lines)
        names = [name for name in expression.columns if name in some]
        given = [steps.as_wanted(some[name], target, self.settings.local_zone) for name in names]
        match expression.kind:
            case "of":
                return self._recoded(expression, given[0], target, lines)
            case "first":
                found = self._first(dict(zip(names, given, strict=True)), target)
                found = self._filled(found, expression, target, some, lines)
                return countries(found, lines, self.shown) if target.name == "market" else found
            case kind if kind in GROUPED:
                return steps.grouped(kind, given[0], some[self.map.group])
        return steps.made_of(expression, given, some)

    def _first(self, given: dict[str, pd.Series], target: Column) -> pd.Series:
        """The first value that is there. A number that has to be made of other columns is told."""
        begin, first = next(iter(given.items()))
        for name, other in given.items():
            step = self.map.derived.get(name)
            is_made = step is not None and step.kind == "digest" and bool(target.type)
            if is_made and other[first.isna() | (name == begin)].notna().any():
                self.remarks.made[target.name] = " and ".join(step.columns)
            if first.dtype != other.dtype and first.notna().any():  # a truth value beside the word for one
                first, other = first.astype("object"), other.astype("object")
            first = first.where(first.notna(), other) if first.notna().any() else other
        return first

    def _filled(
        self, values: pd.Series, expression: Expression, target: Column, some: pd.DataFrame, lines: np.ndarray
    ) -> pd.Series:
        """Put what stands for a missing value into its place."""
        if expression.fallback is None or values.notna().all():
            return values
        filler = self.column(expression.fallback, target, some, lines, {})
        if pd.api.types.is_datetime64_any_dtype(values.dtype):
            return values.where(values.notna(), pd.to_datetime(filler).astype(values.dtype))
        return values.astype("object").where(values.notna(), filler)

    def _constant(self, expression: Expression, some: pd.DataFrame) -> pd.Series:
        """One value, where all columns that it hangs on are filled."""
        constant = pd.Series([expression.value] * len(some), index=some.index)
        for name in expression.columns:
            there = some[name].notna() if name in some else pd.Series(False, index=some.index)
            constant = constant.astype("object").where(there, None)
        return constant

    def _setting(self, expression: Expression, target: Column, index: pd.Index) -> pd.Series:
        """What the company or the lines above the table say."""
        asked = str(expression.value)
        value = self.known.get(asked, getattr(self.settings, asked, None))
        if value in ("", None) and target.required and expression.fallback is None:
            if asked in ("starts_on", "ends_on"):
                raise DataError(
                    f"{self.shown}: the lines above the table name no period, and {target.name} needs one. Export it again with its title lines."
                )
            raise DataError(
                f'{self.shown}: nothing says {target.name}. Add {asked} = "…" for this file under [[exports]] in company.toml.'
            )
        value = pd.Timestamp(value) if isinstance(value, date) else value or None
        return pd.Series([value] * len(index), index=index)

    def _digest(self, expression: Expression, some: pd.DataFrame) -> pd.Series:
        """A number for what has none; an id of a person goes into it as its pseudonym."""
        parts = []
        for name in expression.columns:
            if name in some:
                values = self.hashed(name, some[name]) if self._is_private(name) else some[name]
                parts.append(values.astype("object").map(lambda v: "" if pd.isna(v) else fold(as_word(v))))
        return steps.digest(parts) if parts else _nothing(some.index)

    def _is_private(self, name: str) -> bool:
        return name in self.map.columns and self.map.columns[name].type in PERSONAL

    def _after_start(self, expression: Expression, some: pd.DataFrame, lines: np.ndarray) -> pd.Series:
        """The day that is so many days after the first that the file covers."""
        first, last = self.known.get("starts_on"), self.known.get("ends_on")
        if not first:
            raise DataError(
                f"{self.shown}: its days are counted from the first, and no line above the table names that one. Export it again with its title lines."
            )
        return steps.days_after(first, some[expression.columns[0]], last, lines, self.shown)

    def _recoded(
        self, expression: Expression, values: pd.Series, target: Column, lines: np.ndarray
    ) -> pd.Series:
        if expression.find:
            return values.astype("str").str.extract(expression.find, expand=False)
        words = values.map(lambda v: None if pd.isna(v) else fold(as_word(v)))
        made = words.map(expression.words)
        lost = words.notna() & made.isna()
        may_show = target.public and not self._is_private(expression.columns[0])
        if expression.otherwise == "":
            made = made.where(~lost, None)
        elif expression.otherwise is not None:
            made = made.where(~lost, expression.otherwise)
            if lost.any() and may_show:
                key = (target.name, expression.otherwise)
                self.remarks.unlisted.setdefault(key, Counter()).update(map(as_word, values[lost]))
        elif expression.keeps:
            made = made.where(~lost, values)
        elif lost.any():
            place = int(lost.to_numpy(dtype=bool).argmax())
            shown = f"'{values.iloc[place]}'" if may_show else "a word"
            raise DataError(
                f"{self.shown}, line {lines[place]:,}: {shown} for {target.name} is not among the words that the map knows ({', '.join(sorted(expression.words))}). Add it to words in the map."
            )
        return made

    def _excl_vat(self, expression: Expression, target: Column, some: pd.DataFrame, made: dict) -> pd.Series:
        """Amounts without VAT; where nothing says whether they include it, a column that can be missing is left out."""
        name = expression.columns[0]
        nothing = pd.Series(np.nan, index=some.index)
        if name not in some:
            return nothing
        values = some[name].astype("float64")
        if self.vat == "excl" or not values.notna().any():
            return values
        if self.vat == "unknown":
            if target.required:
                raise DataError(
                    f'{self.shown}: nothing says whether its amounts include VAT. Add vat = "incl" or "excl" for this file under [[exports]] in company.toml.'
                )
            n = int(values.notna().sum())
            self.remarks.note("amounts left out, as nothing says whether they include VAT", n)
            return nothing
        home = pd.Series(self.settings.market or None, index=some.index, dtype="object")
        market = made["market"].astype("object") if "market" in made else home
        market = market.where(market.notna(), home)
        day = next((one for one in made.values() if pd.api.types.is_datetime64_any_dtype(one)), None)
        if day is None or market.isna().any():
            raise DataError(
                f"{self.shown}: VAT cannot be taken off {name} without a day and a market. Map them before {target.name}."
            )
        return steps.without_vat(values, market, day)

    def _person(self, expression: Expression, some: pd.DataFrame) -> pd.Series:
        first = None
        for name in expression.columns:
            if name in some:
                ids = self.hashed(name, some[name])
                first = ids if first is None else first.where(first.notna(), ids)
        return first if first is not None else _nothing(some.index)

    def hashed(self, name: str, values: pd.Series) -> pd.Series:
        """Return the pseudonyms of a column of ids."""
        if self.settings.hashed is None:
            raise DataError(f"{self.shown}: {self.settings.no_key}")
        return self.settings.hashed(values, self.space_of(name))

    def space_of(self, name: str) -> str:
        """Return whose ids a column holds: "email", or the system that gave them."""
        one = self.map.columns[name]
        return EMAIL if one.type == "email" else one.space


def _nothing(index: pd.Index) -> pd.Series:
    return pd.Series([None] * len(index), index=index, dtype="object")
