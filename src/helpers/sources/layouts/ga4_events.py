"""The events that GA4 exports to BigQuery, as Parquet or lines of JSON, or flat as a connector lands them: to visits and days.

A visit is a visitor's `ga_session_id` on a day of the property. One that goes over midnight counts on both days, as in GA4's own
reports by day, and is one contact, on the first. Events without consent to analytics, or without a visitor, make no visit. Of a
purchase that was sent twice under one transaction number the first counts. `path` of a map chooses: "days" or "visits".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import duckdb

from helpers.errors import DataError
from helpers.sources.batches import Aside, Batch, Rows, result_batches
from helpers.sources.layouts import ga4_fields
from helpers.sources.layouts.channel_groups import channel
from helpers.sources.opening import File
from helpers.tables.store import separate

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from helpers.sources.mapping import Map

DENIED = "consent IN ('no', 'false', 'denied', '0')"
GRANTED = "consent IN ('yes', 'true', 'granted', '1')"
USABLE = f"NOT coalesce({DENIED}, false) AND visitor IS NOT NULL AND session IS NOT NULL"
LATE = 60_000_000  # µs after its number says that it began: without an event of its beginning, it began on another day
VISITS = f"""
CREATE TABLE visits AS
WITH usable AS (SELECT * FROM events WHERE {USABLE}),
paid AS (
    SELECT * FROM usable WHERE name = 'purchase'
    QUALIFY transaction IS NULL OR row_number() OVER (PARTITION BY visitor, transaction ORDER BY moment, number) = 1
),
money AS (
    SELECT day, visitor, session, sum(revenue) AS revenue, sum(revenue_usd) AS revenue_usd
    FROM paid GROUP BY ALL
)
SELECT
    v.*, m.revenue, m.revenue_usd,
    coalesce(last_click, own) AS came, coalesce(CAST(coalesce(last_click, own) AS VARCHAR), '') AS came_from,
    NOT begins AND coalesce(moment - try_cast(session AS BIGINT) * 1000000 > {LATE}, false) AS is_rest
FROM (
    SELECT
        day, visitor, session, min(moment) AS moment,
        arg_min(device, moment) AS device, arg_min(country, moment) AS country, arg_max(user_id, moment) AS user_id,
        arg_min(last_click, moment) FILTER (last_click IS NOT NULL) AS last_click,
        arg_min(own, moment) FILTER (own IS NOT NULL) AS own,
        bool_or(name = 'session_start') AS begins,
        bool_or(coalesce(engaged, '') IN ('1', 'true')) AS is_engaged,
        count(*) FILTER (name IN ('page_view', 'screen_view')) AS views,
        bool_or(name = 'view_item') AS sees, bool_or(name = 'add_to_cart') AS adds,
        bool_or(name = 'begin_checkout') AS checks_out, bool_or(name = 'purchase') AS buys
    FROM usable GROUP BY day, visitor, session
) v LEFT JOIN money m USING (day, visitor, session)
"""
DAYS = """
SELECT
    day, coalesce(country, 'ALL') AS country, channel, device,
    count(*) AS sessions, count(DISTINCT visitor) AS users, sum(is_engaged::INT) AS engaged_sessions, sum(views) AS views,
    sum(sees::INT) AS product_views, sum(adds::INT) AS add_to_carts, sum(checks_out::INT) AS checkouts,
    sum(buys::INT) AS purchases, {money}
FROM visits JOIN channels USING (came_from) GROUP BY day, country, channel, device ORDER BY ALL
"""
CONTACTS = """
SELECT
    visitor || '.' || session || '.' || day AS contact, visitor || '.' || session AS visit, visitor, user_id,
    strftime(make_timestamp(moment), '%Y-%m-%d %H:%M:%S.%f') AS at, day, coalesce(country, 'ALL') AS country, channel,
    came.source AS source, came.medium AS medium, coalesce(came.campaign_id, came.campaign) AS campaign, came.content AS content
FROM visits JOIN channels USING (came_from) WHERE NOT is_rest ORDER BY moment, contact
"""


@dataclass
class Events:
    """The events of one file, as visits in a database of their own; made when they are first asked for."""

    file: File
    fields: ga4_fields.Fields

    @cached_property
    def database(self) -> DuckDBPyConnection:
        """The database with the tables events, visits and channels.

        Raises
        ------
        DataError : the file cannot be read, or a day or time of an event is none.
        """
        made = separate()
        try:
            made.execute("SET TimeZone = 'UTC'")
            self.fields.register(made, self.file)
            made.execute(f"CREATE TABLE events AS {self.fields.select}")
            self._refuse(made)
            made.execute(VISITS)
        except duckdb.Error as fault:
            said = str(fault).splitlines()[0].replace(str(self.file.path), self.file.shown)
            raise DataError(
                f"{self.file.shown}: the events cannot be read ({said}). Export the table again."
            ) from fault
        pairs = made.execute(
            "SELECT DISTINCT came_from, came.source, came.medium, came.campaign, came.given FROM visits"
        ).fetchall()
        made.execute("CREATE TABLE channels (came_from VARCHAR, channel VARCHAR)")
        named = [[key, given or channel(*(one or "" for one in rest))] for key, *rest, given in pairs]
        if named:
            made.executemany("INSERT INTO channels VALUES (?, ?)", named)
        return made

    def _refuse(self, made: DuckDBPyConnection) -> None:
        number = made.execute(
            "SELECT min(number) FROM events WHERE day IS NULL OR moment IS NULL"
        ).fetchall()[0][0]
        if number is not None:
            raise DataError(
                f"{self.file.shown}, event {number:,}: it has no day or no time that can be read. Export the table again."
            )

    @cached_property
    def aside(self) -> Aside:
        """What was left out of the events, and what they do not say."""
        n, denied, nobody, unsaid, days = self._first(
            f"SELECT count(*), count(*) FILTER ({DENIED}), count(*) FILTER (NOT ({USABLE}) AND NOT coalesce({DENIED}, false)), count(*) FILTER (NOT coalesce({DENIED}, false) AND NOT coalesce({GRANTED}, false)), count(DISTINCT day) FROM events"
        )
        rest, twice = self._first(
            f"SELECT (SELECT count(*) FROM visits WHERE is_rest), (SELECT count(*) - count(DISTINCT (visitor, transaction)) FROM events WHERE name = 'purchase' AND transaction IS NOT NULL AND {USABLE})"
        )
        notes = [f"{n:,} events of {days:,} days"]
        notes += (
            [f"{denied:,} of them without consent to analytics (analytics_storage): left out"]
            if denied
            else []
        )
        notes += (
            [f"{nobody:,} of them without a visitor or a session: no visit can be made of them"]
            if nobody
            else []
        )
        notes += (
            [f"{unsaid:,} of them do not say whether there was consent to analytics (analytics_storage)"]
            if unsaid
            else []
        )
        notes += (
            [f"{twice:,} purchases were sent again under the same transaction number and count once"]
            if twice
            else []
        )
        notes += (
            [
                f"{rest:,} visits began on the day before the file: they count in their day and are no new contact"
            ]
            if rest
            else []
        )
        if self.fields.lacks:
            notes.append(f"the file has no {', '.join(self.fields.lacks)}")
        return Aside(notes=notes)

    @cached_property
    def money(self) -> str:
        """SQL of revenue and currency: in the shop's own currency where its purchases have one, else in dollars.

        Raises
        ------
        DataError : amounts in several currencies, and none in dollars.
        """
        found = [
            row[0]
            for row in self.database.execute(
                f"SELECT DISTINCT currency FROM events WHERE name = 'purchase' AND revenue <> 0 AND {USABLE} ORDER BY ALL"
            ).fetchall()
        ]
        n_usd = self._first("SELECT count(*) FILTER (revenue_usd <> 0) FROM visits")[0]
        if len(found) == 1:
            own = f"'{found[0].upper()}'" if found[0] else "NULL"
            return f"coalesce(sum(revenue), 0) AS revenue, {own} AS currency"
        if n_usd:
            return "coalesce(sum(revenue_usd), 0) AS revenue, 'USD' AS currency"
        if not found:
            return f"{'0' if self.fields.has_amounts else 'NULL'} AS revenue, NULL AS currency"
        named = ", ".join(one or "none" for one in found)
        raise DataError(
            f"{self.file.shown}: its purchases are in several currencies ({named}), and purchase_revenue_in_usd is missing. Export that column too."
        )

    def _first(self, query: str) -> tuple:
        return self.database.execute(query).fetchall()[0]


@dataclass(frozen=True)
class EventRows:
    """The days or the visits that a file's events make; row 0 holds the heads."""

    events: Events = field(hash=False, repr=False)
    path: str = "days"
    separator: str = ""

    @property
    def file(self) -> File:
        """The file."""
        return self.events.file

    @property
    def place(self) -> str:
        """What a message calls it."""
        return f"{self.file.shown}, {self.path}"

    @property
    def unit(self) -> str:
        """What a message calls one of its rows."""
        return "row"

    @property
    def aside(self) -> Aside:
        """What was left out; said once, with the days."""
        return self.events.aside if self.path == "days" else Aside()

    def batches(self) -> Iterator[Batch]:
        """Give the heads, then all rows with their numbers."""
        query = DAYS.format(money=self.events.money) if self.path == "days" else CONTACTS
        yield from result_batches(self.events.database, query)


_last: tuple[File, Events | None] | None = None


def rows(files: Sequence[File], chosen: Map) -> list[Rows]:
    """Give the days or the visits of each file of events, as the map's path says."""
    return [EventRows(one, chosen.path) for file in files if (one := _known(file))]


def _known(file: File) -> Events | None:
    """The events of a file; the last one is kept, as two maps read it."""
    global _last
    if _last is None or _last[0] != file:
        fields = ga4_fields.fields(file)
        _last = (file, Events(file, fields) if fields else None)
    if (events := _last[1]) is not None:
        _ = (
            events.database,
            events.money,
        )  # what is wrong with the events is said here, not taken for another export
    return _last[1]
