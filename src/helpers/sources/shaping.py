"""Typed columns of a file to tidy tables: the [[tables]] of a map, evaluated column by column."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd

from helpers import rules, tables
from helpers.errors import DataError
from helpers.sources import steps
from helpers.sources.expressions import GROUPED, Expression
from helpers.sources.mapping import PERSONAL, Map, Note, Output
from helpers.sources.own import SYSTEM as OWN
from helpers.sources.places import country
from helpers.sources.settings import Settings
from helpers.sources.words import fold
from helpers.tables import Column, Table

EMAIL = "email"
IDENTITIES = "identities"
VERSION = "_version"  # says which of the rows of a key is the latest; no column of any table
TAXONOMY = ("channel", "brand", "market", "funnel_stage")


@dataclass
class Shaper:
    """Turns typed rows of one file into tidy rows.

    `left` counts lines that no table takes, by reason. `nobody` counts rows that name no person where the table needs one, and
    `lost` adds up what they are worth, `worth` what the rows of a note are. `unlisted` keeps the words that a map does not know, by column and what they count as;
    `made` the numbers that had to be made, and of what.
    """

    map: Map
    settings: Settings
    shown: str
    currency: str = ""
    vat: str = "unknown"
    known: dict[str, object] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    nobody: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost: dict[tuple[str, str, str], float] = field(default_factory=dict)
    worth: dict[str, float] = field(default_factory=dict)
    unlisted: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)

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
        made += self._identities(typed)
        for note in self.map.notes:
            self._note(note, typed, lines)
        if not used.all():
            lost = dict(zip(lines[~used], reasons[~used], strict=True))
            for line in {*lost} - {*lines[used]}:  # a line whose columns were melted stands several times
                self.left[lost[line]] = self.left.get(lost[line], 0) + 1
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

    def told(self) -> list[str]:
        """Say what was noted on the way, a sentence each."""
        said = [
            f"{n:,} {what}" + (f", worth {self.worth[what]:,.2f}" if what in self.worth else "")
            for what, n in self.notes.items()
        ]
        for (table, name), n in self.nobody.items():
            worth = [
                f"{total:,.2f} {currency} of {column}"
                for (of, column, currency), total in self.lost.items()
                if of == table
            ]
            said.append(
                f"{n:,} rows name nobody and {table} needs a {name}: left out"
                + (f", worth {' and '.join(worth)}" if worth else "")
            )
        for (name, otherwise), words in self.unlisted.items():
            listed = ", ".join(f"'{word}'" for word, _ in words.most_common(8)) + (
                ", …" if len(words) > 8 else ""
            )
            said.append(f"{name}: the map does not list {listed}; it counts as {otherwise}")
        said += [
            f"{name}: made of {of} where the file has none, so it changes when they do"
            for name, of in self.made.items()
        ]
        return said

    def _with_steps(self, typed: pd.DataFrame, lines: np.ndarray) -> pd.DataFrame:
        """Add the named steps of the map as columns."""
        for name, expression in self.map.derived.items():
            step = Column(name, "", "", public=True)
            typed = typed.assign(**{name: self._column(expression, step, typed, lines, {})})
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
            self.nobody[contract.name, name] += int(gone.sum())
            currency = (
                frame["currency"].fillna("") if "currency" in frame else pd.Series("", index=frame.index)
            )
            for column in contract.columns:
                if column.is_money and column.required and column.name in frame:
                    for code, total in frame[column.name][gone].groupby(currency[gone]).sum().items():
                        key = (contract.name, column.name, str(code))
                        self.lost[key] = self.lost.get(key, 0.0) + float(total)
        return keep

    def _note(self, note: Note, typed: pd.DataFrame, lines: np.ndarray) -> None:
        """Count the lines that a note speaks of, and add up what they are worth."""
        rows = self._rows(note, typed) & np.r_[True, np.diff(lines) != 0]
        if rows.any():
            self.notes[note.says] = self.notes.get(note.says, 0) + int(rows.sum())
            if note.worth in typed:
                total = float(typed[note.worth][rows].sum())
                self.worth[note.says] = self.worth.get(note.says, 0.0) + total

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
            if self.map.system == "own" and not any(one in some for one in expression.reads):
                continue  # the file has no such column: the contract says what that means
            made[name] = self._column(expression, contract.column(name), some, lines, made)
        frame = pd.DataFrame(made, index=some.index)
        for name, value in (("currency", self.currency), ("account_id", self.settings.account_id)):
            if name in contract.names and value:
                if name not in frame and (name == "currency" or contract.name == "media_spend"):
                    frame[name] = value
                elif name in frame:
                    frame[name] = frame[name].astype("str").where(frame[name].notna(), value)
        if output.latest in some:
            frame[VERSION] = some[output.latest]
        if contract.snapshot and contract.snapshot not in frame and self.settings.as_of:
            frame[contract.snapshot] = pd.Timestamp(self.settings.as_of)
        frame = self._taxonomy(frame, contract, some)
        if "market" in contract.names and self.settings.market:
            frame["market"] = (
                frame["market"].astype("str").where(frame["market"].notna(), self.settings.market)
                if "market" in frame
                else self.settings.market
            )
        self._refuse_bare(frame, contract, lines)
        return _without_last_day_of_one(frame, contract)

    def _refuse_bare(self, frame: pd.DataFrame, contract: Table, lines: np.ndarray) -> None:
        """Ask for a currency and a market that neither the file nor the company says.

        Nothing is nothing in any currency: amounts of 0 that a table can do without need none.
        """
        money = [
            c.name
            for c in contract.columns
            if c.is_money
            and c.name in frame
            and frame[c.name].notna().any()
            and (c.required or pd.to_numeric(frame[c.name]).fillna(0).ne(0).any())
        ]
        bare = "currency" not in frame or frame["currency"].isna().all()
        if money and "currency" in contract.names and bare:
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

    def _column(
        self, expression: Expression, target: Column, some: pd.DataFrame, lines: np.ndarray, made: dict
    ) -> pd.Series:
        kind, index = expression.kind, some.index
        if kind == "value":
            constant = pd.Series([expression.value] * len(some), index=index)
            for name in expression.columns:
                there = some[name].notna() if name in some else pd.Series(False, index=index)
                constant = constant.astype("object").where(there, None)
            return self._filled(constant, expression, target, some, lines)
        if kind == "setting":
            return self._filled(self._setting(expression, target, index), expression, target, some, lines)
        if kind == "days_after_start":
            return self._after_start(expression, some, lines)
        if kind == "person":
            return self._person(expression, some)
        if kind == "excl_vat":
            return self._excl_vat(expression, target, some, made)
        if kind == "digest":
            return self._digest(expression, some)
        given = [self._for(target, some[name]) for name in expression.columns if name in some]
        lacks = len(given) < len(expression.columns)
        if (
            not given
            or (lacks and kind in ("times", "divide", "hours"))
            or (kind in ("minus", "near") and expression.columns[0] not in some)
        ):
            bare = pd.Series([None] * len(some), index=index, dtype="object")
            return self._filled(bare, expression, target, some, lines)
        if kind == "join":
            texts = [one.astype("object").map(lambda v: "" if pd.isna(v) else str(v)) for one in given]
            joined = pd.Series(
                [expression.between.join(filter(None, parts)) for parts in zip(*texts, strict=True)],
                index=index,
            )
            return joined.where(joined != "", None)
        if kind == "near":
            return steps.near([one.astype("float64") for one in given])
        if kind in ("add", "minus", "times", "divide", "least"):
            found = steps.combined(kind, [one.astype("float64") for one in given], expression.by)
            if expression.over:
                whole = some.get(expression.over, pd.Series(np.nan, index=index)).astype("float64")
                found = found / whole.where(whole != 0)
            return found
        if kind == "of":
            return self._recoded(expression, given[0], target, lines)
        if kind in GROUPED:
            return steps.grouped(kind, given[0], some[self.map.group])
        if kind == "hours":
            earlier, later = (some[name] for name in expression.columns)
            return (later - earlier).dt.total_seconds() / 3600
        if kind == "band":
            return steps.bands(given[0].astype("float64"), expression.edges)
        return self._first(expression, given, target, some, lines)

    def _first(
        self,
        expression: Expression,
        given: list[pd.Series],
        target: Column,
        some: pd.DataFrame,
        lines: np.ndarray,
    ) -> pd.Series:
        """The first value that is there. A number that has to be made of other columns is told."""
        first, names = given[0], [name for name in expression.columns if name in some]
        for name, other in zip(names, given, strict=True):
            step = self.map.derived.get(name)
            if (
                step
                and step.kind == "digest"
                and target.type
                and other[first.isna() | (name == names[0])].notna().any()
            ):
                self.made[target.name] = " and ".join(step.columns)
            if first.dtype != other.dtype and first.notna().any():  # a truth value beside the word for one
                first, other = first.astype("object"), other.astype("object")
            first = first.where(first.notna(), other) if first.notna().any() else other
        first = self._filled(first, expression, target, some, lines)
        return self._countries(first, lines) if target.name == "market" else first

    def _filled(
        self, values: pd.Series, expression: Expression, target: Column, some: pd.DataFrame, lines: np.ndarray
    ) -> pd.Series:
        """Put what stands for a missing value into its place."""
        if expression.fallback is None or values.notna().all():
            return values
        filler = self._column(expression.fallback, target, some, lines, {})
        if pd.api.types.is_datetime64_any_dtype(values.dtype):
            return values.where(values.notna(), pd.to_datetime(filler).astype(values.dtype))
        return values.astype("object").where(values.notna(), filler)

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
                values = self._hashed(name, some[name]) if self._is_private(name) else some[name]
                parts.append(values.astype("object").map(lambda v: "" if pd.isna(v) else fold(_as_word(v))))
        return (
            steps.digest(parts) if parts else pd.Series([None] * len(some), index=some.index, dtype="object")
        )

    def _is_private(self, name: str) -> bool:
        return name in self.map.columns and self.map.columns[name].type in PERSONAL

    def _after_start(self, expression: Expression, some: pd.DataFrame, lines: np.ndarray) -> pd.Series:
        """The day that is so many days after the first that the file covers."""
        first, last = self.known.get("starts_on"), self.known.get("ends_on")
        if not first:
            raise DataError(
                f"{self.shown}: its days are counted from the first, and no line above the table names that one. Export it again with its title lines."
            )
        days = pd.Timestamp(first) + pd.to_timedelta(some[expression.columns[0]], unit="D")  # type: ignore[arg-type]
        beyond = (days > pd.Timestamp(last)).to_numpy(dtype=bool) if last else np.zeros(len(days), dtype=bool)
        if beyond.any():
            raise DataError(
                f"{self.shown}, line {lines[int(beyond.argmax())]:,}: day {some[expression.columns[0]].iloc[int(beyond.argmax())]:g} after {first} is past {last}, where the file says it ends. Export it again."
            )
        return days.astype("datetime64[us]")

    def _for(self, target: Column, values: pd.Series) -> pd.Series:
        """A time as the target wants it: in UTC without zone, or as the local day; a step keeps it as it is."""
        if not target.type:
            return values
        if isinstance(values.dtype, pd.DatetimeTZDtype):
            if target.type == "date":
                return values.dt.tz_convert(self.settings.local_zone).dt.tz_localize(None).dt.normalize()
            return values.dt.tz_localize(None)
        if target.type in ("text", "category") and pd.api.types.is_float_dtype(values.dtype):
            whole = values.dropna().mod(1).eq(0).all()
            return values.map(lambda v: None if pd.isna(v) else str(int(v)) if whole else repr(v)).astype(
                "object"
            )
        return values

    def _recoded(
        self, expression: Expression, values: pd.Series, target: Column, lines: np.ndarray
    ) -> pd.Series:
        if expression.find:
            return values.astype("str").str.extract(expression.find, expand=False)
        words = values.map(lambda v: None if pd.isna(v) else fold(_as_word(v)))
        made = words.map(expression.words)
        lost = words.notna() & made.isna()
        if expression.otherwise == "":
            made = made.where(~lost, None)
        elif expression.otherwise is not None:
            made = made.where(~lost, expression.otherwise)
            if lost.any() and target.public and not self._is_private(expression.columns[0]):
                key = (target.name, expression.otherwise)
                self.unlisted.setdefault(key, Counter()).update(map(_as_word, values[lost]))
        elif expression.keeps:
            made = made.where(~lost, values)
        elif lost.any():
            place = int(lost.to_numpy(dtype=bool).argmax())
            may_show = target.public and not self._is_private(expression.columns[0])
            shown = f"'{values.iloc[place]}'" if may_show else "a word"
            raise DataError(
                f"{self.shown}, line {lines[place]:,}: {shown} for {target.name} is not among the words that the map knows ({', '.join(sorted(expression.words))}). Add it to words in the map."
            )
        return made

    def _countries(self, values: pd.Series, lines: np.ndarray) -> pd.Series:
        found = values.map(lambda v: None if pd.isna(v) else country(str(v)))
        lost = (values.notna() & found.isna()).to_numpy(dtype=bool)
        if lost.any():
            place = int(lost.argmax())
            raise DataError(
                f"{self.shown}, line {lines[place]:,}: '{values.iloc[place]}' is no country. Give its name or its ISO code, such as FR."
            )
        return found

    def _excl_vat(self, expression: Expression, target: Column, some: pd.DataFrame, made: dict) -> pd.Series:
        name = expression.columns[0]
        if name not in some:
            return pd.Series([np.nan] * len(some), index=some.index)
        values = some[name].astype("float64")
        if self.vat == "excl" or not values.notna().any():
            return values
        if self.vat == "unknown":
            if target.required:
                raise DataError(
                    f'{self.shown}: nothing says whether its amounts include VAT. Add vat = "incl" or "excl" for this file under [[exports]] in company.toml.'
                )
            self.notes["amounts left out, as nothing says whether they include VAT"] = int(
                values.notna().sum()
            )
            return pd.Series([np.nan] * len(some), index=some.index)
        home = pd.Series([self.settings.market or None] * len(some), index=some.index, dtype="object")
        market = made["market"].astype("object") if "market" in made else home
        market = market.where(market.notna(), home)
        day = next((one for one in made.values() if pd.api.types.is_datetime64_any_dtype(one)), None)
        if day is None or market.isna().any():
            raise DataError(
                f"{self.shown}: VAT cannot be taken off {name} without a day and a market. Map them before {target.name}."
            )
        rates = pd.Series(np.nan, index=some.index)
        for code in market.unique():
            here = market == code
            rates[here] = rules.vat_rates(code, pd.DatetimeIndex(day[here]))
        return (values / (1 + rates)).round(4)

    def _person(self, expression: Expression, some: pd.DataFrame) -> pd.Series:
        first = None
        for name in expression.columns:
            if name in some:
                ids = self._hashed(name, some[name])
                first = ids if first is None else first.where(first.notna(), ids)
        return first if first is not None else pd.Series([None] * len(some), index=some.index, dtype="object")

    def _hashed(self, name: str, values: pd.Series) -> pd.Series:
        if self.settings.hashed is None:
            raise DataError(f"{self.shown}: {self.settings.no_key}")
        one = self.map.columns[name]
        return self.settings.hashed(values, EMAIL if one.type == "email" else one.space)

    def _identities(self, typed: pd.DataFrame) -> list[tuple[str, pd.DataFrame, np.ndarray]]:
        """Ids that stand in one row belong to one person: a row for each id beside the one that the tables carry."""
        found = []
        for columns in {
            one.columns
            for output in self.map.tables
            for one in output.columns.values()
            if one.kind == "person"
        }:
            there = [name for name in columns if name in typed]
            if len(there) < 2:
                continue
            ids = pd.DataFrame({name: self._hashed(name, typed[name]) for name in there})
            customer = ids[there[0]]
            for name in there[1:]:
                customer = customer.where(customer.notna(), ids[name])
            for name in there:
                space = EMAIL if self.map.columns[name].type == "email" else self.map.columns[name].space
                rows = pd.DataFrame(
                    {
                        "customer_id": customer,
                        "system": space,
                        "system_id": ids[name],
                        "matched_by": "same row",
                    }
                )
                rows = rows[rows["system_id"].notna()].drop_duplicates()
                if len(rows):
                    found.append((IDENTITIES, rows.reset_index(drop=True), np.zeros(len(rows), dtype=int)))
        return found

    def _taxonomy(self, frame: pd.DataFrame, contract: Table, some: pd.DataFrame) -> pd.DataFrame:
        """Fill channel, brand, market and funnel stage of campaigns by the company's rules, where the file does not say them.

        A table without a column for the campaign's name or the account takes the map's columns of these names.
        """
        book = self.settings.taxonomy
        if (
            book is None
            or "platform" not in contract.names
            or not any(name in contract.names for name in TAXONOMY)
        ):
            return frame
        keys = ["platform", "account_id", "campaign", "campaign_id"]
        cases = pd.DataFrame(
            {key: frame[key] if key in frame else some.get(key) for key in keys}, index=frame.index
        ).astype("object")
        if self.settings.account_id:
            cases["account_id"] = cases["account_id"].where(
                cases["account_id"].notna(), self.settings.account_id
            )
        codes, unique = pd.factorize(pd.MultiIndex.from_frame(cases.fillna("")))
        rows = [_rule(book, *case) for case in unique]
        for name in TAXONOMY:
            if name in contract.names:
                given = (
                    pd.Series([row.get(name) for row in rows], dtype="object")
                    .take(codes)
                    .set_axis(frame.index)
                )
                given = given.where(given.notna(), None)
                frame[name] = (
                    frame[name].astype("object").where(frame[name].notna(), given) if name in frame else given
                )
        return frame


def of_several_days(frame: pd.DataFrame, contract: Table) -> int:
    """How many rows of a table cover more than a day."""
    if not contract.spans or "ends_on" not in frame:
        return 0
    return int((pd.to_datetime(frame["ends_on"]) > pd.to_datetime(frame[contract.date])).sum())


def _without_last_day_of_one(frame: pd.DataFrame, contract: Table) -> pd.DataFrame:
    """A row of one day has no last day of its own, where the table wants none."""
    if not contract.spans or "ends_on" not in frame or frame["ends_on"].isna().all():
        return frame
    last = pd.to_datetime(frame["ends_on"])
    return frame.assign(ends_on=last.where(last > pd.to_datetime(frame[contract.date])))


def _rule(book: pd.DataFrame, platform: str, account: str, campaign: str, campaign_id: str) -> dict:
    """The first rule that fits a campaign."""
    for row in book.sort_values("rule", kind="stable").to_dict("records"):
        if pd.notna(row.get("platform")) and fold(row["platform"]) != fold(platform):
            continue
        if pd.notna(row.get("account_id")) and str(row["account_id"]) != account:
            continue
        pattern = row.get("campaign_pattern")
        if pd.notna(pattern) and not any(
            _fits(str(pattern), name) for name in (campaign, campaign_id) if name
        ):
            continue
        return {name: row.get(name) if pd.notna(row.get(name)) else None for name in TAXONOMY}
    return {}


def _fits(pattern: str, name: str) -> bool:
    """Whether a name holds a pattern, in which * stands for anything."""
    plain = fold(pattern)
    return fnmatchcase(fold(name), re.sub(r"([\[\]?])", r"[\1]", plain if "*" in plain else f"*{plain}*"))


def _holds(typed: pd.DataFrame, name: str, words: tuple[str, ...]) -> np.ndarray:
    """Which rows hold one of the words in a column; "*" is any."""
    if name not in typed:
        return np.zeros(len(typed), dtype=bool)
    if "*" in words:
        return typed[name].notna().to_numpy(dtype=bool)
    listed = {fold(word) for word in words}
    values = typed[name].map(lambda v: v if pd.isna(v) else fold(_as_word(v)))
    return values.isin(listed).to_numpy(dtype=bool)


def _as_word(value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
