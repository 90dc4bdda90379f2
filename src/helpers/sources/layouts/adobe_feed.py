"""The hits of an Adobe data feed to visits and days, by the rules that Adobe publishes for working its own figures out again.

Hits that Adobe leaves out of its reports are left out: `exclude_hit`, another `customer_perspective`, and `hit_source` 5, 7, 8 and 9.
A visit is post_visid_high + post_visid_low + visit_num + visit_start_time_gmt; one that goes over midnight counts on both days, as in
reports by day, and is one contact, on the first. An order is a purchase that is no `duplicate_purchase`; its revenue is the sum of the
prices in post_product_list. `path` of a map chooses: "days" or "visits".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv as arrow

from helpers.errors import DataError
from helpers.sources.batches import Aside, Batch, Rows, result_batches
from helpers.sources.layouts import adobe_delivery
from helpers.sources.layouts.adobe_delivery import ENCODING, HEADERS, Delivery
from helpers.sources.layouts.adobe_hits import (
    BUYS,
    CONTACTS,
    DAYS,
    HITS,
    MORE,
    NEEDED,
    REASONS,
    REFERRERS,
    VISITS,
    channel,
    revenue,
)  # fmt: skip
from helpers.sources.opening import File
from helpers.tables.store import separate

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from helpers.sources.mapping import Map


BLOCK = 8 << 20  # bytes read at once


@dataclass
class Feed:
    """The hits of one delivery, as visits in a database of their own."""

    delivery: Delivery

    @property
    def shown(self) -> str:
        """What a message calls it."""
        return self.delivery.file.shown

    @cached_property
    def database(self) -> DuckDBPyConnection:
        """The database with the tables hits, prices, visits and channels.

        Raises
        ------
        DataError : hits with more or fewer cells than heads, a needed column that the feed lacks, a time or a price that is none.
        """
        heads = next(iter(self.delivery.table(HEADERS)), [])
        if lacking := [name for name in NEEDED if name not in heads]:
            raise DataError(
                f"{self.shown}: the feed has no {', '.join(lacking)}. Add what is missing to its columns, and have it delivered again."
            )
        wanted = [name for name in (*NEEDED, *MORE) if name in heads]
        made = separate()
        columns = ", ".join(f"{name} VARCHAR DEFAULT ''" for name in (*NEEDED, *MORE))
        made.execute(f"CREATE TABLE raw ({columns})")
        for path in self.delivery.hits:
            for some in self._batches(path, heads, wanted):
                made.register("read_now", some)
                made.execute("INSERT INTO raw BY NAME SELECT * FROM read_now")
                made.unregister("read_now")
        when = " ".join(f"WHEN {condition} THEN '{reason}'" for reason, condition in REASONS.items())
        made.execute(HITS.format(reason=f"CASE {when} END"))
        made.execute("DROP TABLE raw")
        untimed = made.execute(
            "SELECT count(*) FROM hits WHERE reason IS NULL AND (day IS NULL OR moment IS NULL)"
        ).fetchall()[0][0]
        if untimed:
            raise DataError(
                f"{self.shown}: {untimed:,} hits have no date_time or hit_time_gmt that can be read. Fetch the delivery again."
            )
        self._price(made)
        made.execute(VISITS)
        self._name_channels(made)
        return made

    def _batches(self, path: Path, heads: list[str], wanted: list[str]) -> Iterator[pa.Table]:
        """Read one file of hits: no heads, no quotation marks, a backslash before what is no end of a cell or line."""
        odd: list[arrow.InvalidRow] = []

        def refuse(row: arrow.InvalidRow) -> str:
            odd.append(row)
            return "error"

        with self.delivery.opened(path) as file:
            try:
                reader = arrow.open_csv(
                    file,
                    read_options=arrow.ReadOptions(
                        column_names=_told_apart(heads),
                        encoding=ENCODING,
                        block_size=BLOCK,
                        use_threads=False,
                    ),
                    parse_options=arrow.ParseOptions(
                        delimiter="\t",
                        quote_char=False,
                        escape_char="\\",
                        newlines_in_values=True,
                        invalid_row_handler=refuse,
                    ),
                    convert_options=arrow.ConvertOptions(
                        include_columns=wanted,
                        column_types=dict.fromkeys(wanted, pa.string()),
                        strings_can_be_null=False,
                    ),
                )
                for batch in reader:
                    yield pa.Table.from_batches([batch])
            except (pa.ArrowInvalid, EOFError, OSError) as fault:
                if odd:  # the message of the reader would quote the hit
                    where = f", hit {odd[0].number:,}" if odd[0].number else ""
                    raise DataError(
                        f"{self.shown}{where}: {odd[0].actual_columns:,} cells but the feed has {odd[0].expected_columns:,} columns: cut off, or the lookup tables of another delivery. Fetch it again."
                    ) from None
                raise DataError(
                    f"{self.shown}: the hits cannot be read ({type(fault).__name__}). Fetch the delivery again."
                ) from None

    def _price(self, made: DuckDBPyConnection) -> None:
        """Work out what each list of products comes to that an order holds."""
        made.execute("CREATE TABLE prices (list VARCHAR, revenue DOUBLE)")
        lists = made.execute(
            f"SELECT DISTINCT post_product_list FROM hits WHERE reason IS NULL AND {BUYS} AND post_product_list <> ''"
        ).fetchall()
        if lists:
            made.executemany(
                "INSERT INTO prices VALUES (?, ?)", [[one, self._revenue(one)] for (one,) in lists]
            )

    def _revenue(self, products: str) -> float:
        try:
            return revenue(products)
        except ValueError as fault:
            raise DataError(
                f"{self.shown}: a price in post_product_list is no number ({fault}). Fetch the delivery again."
            ) from fault

    def _name_channels(self, made: DuckDBPyConnection) -> None:
        referrers = {
            row[0]: row[1] for row in self.delivery.table("referrer_type.tsv") if len(row) > 1
        } or REFERRERS
        made.execute("CREATE TABLE channels (closer VARCHAR, referrer VARCHAR, channel VARCHAR)")
        pairs = made.execute("SELECT DISTINCT closer, referrer FROM visits").fetchall()
        named = [[*pair, channel(*pair, self.delivery.names, referrers)] for pair in pairs]
        if named:
            made.executemany("INSERT INTO channels VALUES (?, ?, ?)", named)

    @cached_property
    def aside(self) -> Aside:
        """The hits that were left out, what the manifest states, and what has no name."""
        counted = dict(self.database.execute("SELECT reason, count(*) FROM hits GROUP BY reason").fetchall())
        made = Aside(notes=[f"{sum(counted.values()):,} hits"])
        made.notes += [f"{n:,} {reason}: left out" for reason, n in counted.items() if reason]
        if manifest := self.delivery.manifest:
            facts = adobe_delivery.stated(manifest)
            records = [int(facts.get(path.name, {}).get("Record-Count", "0")) for path in self.delivery.hits]
            made.totals.append(
                (f"Record-Count of {manifest.name}", 0, float(sum(records)), float(sum(counted.values())))
            )
        else:
            made.notes.append("no manifest lies beside it, so nothing proves that the delivery is whole")
        nameless = self.database.execute(
            "SELECT count(*) FROM channels WHERE channel LIKE 'Marketing channel %'"
        ).fetchall()
        if nameless[0][0]:
            made.notes.append(
                f"marketing channels have only numbers here: put {adobe_delivery.CHANNELS} (number, tab, name: see the Marketing Channel Manager) beside the delivery or one folder above"
            )
        if int(self._first("SELECT count(*) FROM visits WHERE is_rest")):
            made.notes.append(
                f"{self._first('SELECT count(*) FROM visits WHERE is_rest'):,} visits began on the day before: they count in their day and are no new contact"
            )
        return made

    @cached_property
    def money(self) -> str:
        """SQL of revenue and currency: the currency of the orders where it is one.

        Prices are in the currency of the report suite; where orders came in several, only the company knows which that is.
        """
        found = [
            row[0]
            for row in self.database.execute(
                f"SELECT DISTINCT upper(currency) FROM hits WHERE reason IS NULL AND {BUYS}"
            ).fetchall()
        ]
        has_revenue = bool(self._first("SELECT count(*) FROM prices"))
        only = f"'{found[0]}'" if len(found) == 1 and found[0] else "NULL"
        return f"{'coalesce(sum(revenue), 0)' if has_revenue else 'NULL'} AS revenue, {only} AS currency"

    def _first(self, query: str) -> int:
        return self.database.execute(query).fetchall()[0][0]


def _told_apart(heads: Sequence[str]) -> list[str]:
    """Heads of which none stands twice: the first of a name keeps it."""
    seen: set[str] = set()
    made = []
    for place, name in enumerate(heads):
        made.append(f"{name} {place}" if name in seen else name)
        seen.add(name)
    return made


@dataclass(frozen=True)
class FeedRows:
    """The days or the visits that the hits of a delivery make; row 0 holds the heads."""

    feed: Feed = field(hash=False, repr=False)
    path: str = "days"
    separator: str = ""
    unit: str = "row"

    @property
    def file(self) -> File:
        """The file that stands for the delivery."""
        return self.feed.delivery.file

    @property
    def place(self) -> str:
        """What a message calls it."""
        return f"{self.file.shown}, {self.path}"

    @property
    def aside(self) -> Aside:
        """What was left out; said once, with the days."""
        return self.feed.aside if self.path == "days" else Aside()

    def batches(self) -> Iterator[Batch]:
        """Give the heads, then all rows with their numbers."""
        query = DAYS.format(money=self.feed.money) if self.path == "days" else CONTACTS
        yield from result_batches(self.feed.database, query)


_last: tuple[object, Feed | None] | None = None


def rows(files: Sequence[File], chosen: Map) -> list[Rows]:
    """Give the days or the visits of a delivery, as the map's path says."""
    global _last
    if not files:
        return []
    beside = [(one, one.stat().st_mtime_ns) for one in adobe_delivery.companions(files[0].path)]
    if _last is None or _last[0] != (files[0], beside):
        delivery = adobe_delivery.find(files)
        _last = ((files[0], beside), Feed(delivery) if delivery else None)
    feed = _last[1]
    if feed is None:
        return []
    _ = feed.database  # what is wrong with the hits is said here, not taken for another export
    return [FeedRows(feed, chosen.path)]
