"""Where an event of GA4 has its fields: nested as BigQuery exports them, or flat as a connector lands them in a warehouse."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from helpers.errors import DataError
from helpers.sources import rows as plain
from helpers.sources.opening import File
from helpers.tables.store import literal_path, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LARGEST = 16 << 20  # bytes of an event
START = 1 << 16  # characters of a file that tell whether it holds events
NESTED = ("event_date", "event_timestamp", "event_name", "user_pseudo_id", "event_params")
FLAT = ("date", "timestamp", "name", "user_pseudo_id", "param_ga_session_id")
PLAIN = {
    "event_date": "VARCHAR",
    "event_timestamp": "BIGINT",
    "event_name": "VARCHAR",
    "user_id": "VARCHAR",
    "user_pseudo_id": "VARCHAR",
}
PARAMS = "STRUCT(key VARCHAR, value STRUCT(string_value VARCHAR, int_value BIGINT, float_value DOUBLE, double_value DOUBLE))[]"
CLICK = (
    "campaign_id",
    "campaign_name",
    "source",
    "medium",
    "content",
    "default_channel_group",
    "primary_channel_group",
)
RECORDS: dict[str, tuple[str, ...]] = {
    "privacy_info": ("analytics_storage",),
    "device": ("category",),
    "geo": ("country",),
    "collected_traffic_source": (
        "manual_campaign_id",
        "manual_campaign_name",
        "manual_source",
        "manual_medium",
        "manual_content",
        "gclid",
    ),
    "ecommerce": ("transaction_id", "purchase_revenue", "purchase_revenue_in_usd"),
}
LAST = "session_traffic_source_last_click"
CAMPAIGNS = ("manual_campaign", "cross_channel_campaign")
# Our name, and where it may stand: a column, a path in one, or "?key" for an event parameter. The first that is filled counts.
PLACES = {
    "name": ("event_name", "name"),
    "visitor": ("user_pseudo_id",),
    "session": ("?ga_session_id", "param_ga_session_id"),
    "user_id": ("user_id",),
    "device": ("device.category", "device_category"),
    "country": ("geo.country", "geo_country"),
    "consent": ("privacy_info.analytics_storage", "privacy_info_analytics_storage"),
    "engaged": ("?session_engaged", "param_session_engaged", "param_engaged_session_event"),
    "transaction": ("ecommerce.transaction_id", "ecommerce_transaction_id", "?transaction_id"),
    "currency": ("?currency", "param_currency"),
}
AMOUNTS = {
    "revenue": ("ecommerce.purchase_revenue", "ecommerce_purchase_revenue"),
    "revenue_usd": ("ecommerce.purchase_revenue_in_usd", "ecommerce_purchase_revenue_in_usd"),
}
MANUAL, CROSS = (f"{LAST}.{one}" for one in CAMPAIGNS)
LAST_CLICK = {
    "source": (f"{CROSS}.source", f"{MANUAL}.source"),
    "medium": (f"{CROSS}.medium", f"{MANUAL}.medium"),
    "campaign": (f"{CROSS}.campaign_name", f"{MANUAL}.campaign_name"),
    "campaign_id": (f"{CROSS}.campaign_id", f"{MANUAL}.campaign_id"),
    "content": (f"{MANUAL}.content",),
    "given": (f"{CROSS}.primary_channel_group", f"{CROSS}.default_channel_group"),
}
OWN = {
    "source": ("collected_traffic_source.manual_source", "collected_traffic_source_manual_source", "?source", "param_source"),
    "medium": ("collected_traffic_source.manual_medium", "collected_traffic_source_manual_medium", "?medium", "param_medium"),
    "campaign": ("collected_traffic_source.manual_campaign_name", "collected_traffic_source_manual_campaign_name", "?campaign", "param_campaign"),
    "campaign_id": ("collected_traffic_source.manual_campaign_id", "collected_traffic_source_manual_campaign_id"),
    "content": ("collected_traffic_source.manual_content", "collected_traffic_source_manual_content", "?content", "param_content"),
    "gclid": ("collected_traffic_source.gclid", "collected_traffic_source_gclid", "?gclid", "param_gclid"),
}  # fmt: skip
WORTH_SAYING = {"consent": "privacy_info", "transaction": "transaction_id", "device": "device"}


@dataclass(frozen=True)
class Fields:
    """Which fields a file of events has; `source` is the SQL that reads the file, or the name of a table to be registered."""

    paths: frozenset[str]
    source: str
    params: str = ""
    rows: plain.TextRows | None = field(default=None, repr=False)

    def register(self, database: DuckDBPyConnection, file: File) -> None:
        """Bring a text into the database; other files are read where they lie."""
        if self.rows is not None:
            database.register("flat", _arrow(self.rows))
        database.execute(f"CREATE VIEW given AS SELECT * FROM {self.source}")

    @property
    def lacks(self) -> list[str]:
        """What no field of the file says."""
        return [said for name, said in WORTH_SAYING.items() if not self._there(PLACES[name])]

    @property
    def has_amounts(self) -> bool:
        """Whether the file has a field for what a purchase brought in."""
        return any(self._there(places) for places in AMOUNTS.values())

    @property
    def select(self) -> str:
        """SQL of the events under our names."""
        own = {name: self._text(places) for name, places in OWN.items()}
        # the export is known to lack the source of clicks on Google Ads, or to call their medium organic
        is_click = f"{own['gclid']} IS NOT NULL AND {own['source']} IS NULL AND coalesce({own['medium']}, 'organic') = 'organic'"
        own["source"] = f"CASE WHEN {is_click} THEN 'google' ELSE {own['source']} END"
        own["medium"] = f"CASE WHEN {is_click} THEN 'cpc' ELSE {own['medium']} END"
        own["given"] = "NULL"
        del own["gclid"]
        last = {name: self._text(places) for name, places in LAST_CLICK.items()}
        columns = {name: self._text(places) for name, places in PLACES.items()}
        columns["consent"] = f"lower({columns['consent']})"
        columns["engaged"] = f"lower({columns['engaged']})"
        columns |= {name: f"TRY_CAST({self._text(places)} AS DOUBLE)" for name, places in AMOUNTS.items()}
        columns |= {
            "day": self._day(),
            "moment": self._time(),
            "number": "row_number() OVER ()",
            "last_click": _struct(last, "source"),
            "own": _struct({name: own[name] for name in last}, "source", "medium"),
        }
        listed = ", ".join(f"{value} AS {name}" for name, value in columns.items())
        return f"SELECT {listed} FROM given"

    def _there(self, places: tuple[str, ...]) -> list[str]:
        return [one for one in places if one in self.paths or (one.startswith("?") and self.params)]

    def _text(self, places: tuple[str, ...]) -> str:
        """SQL of the first filled of some places, as text."""
        found = [self._param(one[1:]) if one.startswith("?") else _path(one) for one in self._there(places)]
        texts = [f"nullif(nullif(trim(CAST({one} AS VARCHAR)), ''), '(not set)')" for one in found]
        return f"coalesce({', '.join(texts)})" if texts else "CAST(NULL AS VARCHAR)"

    def _param(self, key: str) -> str:
        value = f"list_filter({self.params}, lambda p: p.key = {quoted(key)})[1].value"
        return f"coalesce({value}.string_value, CAST({value}.int_value AS VARCHAR), CAST({value}.double_value AS VARCHAR))"

    def _day(self) -> str:
        name = "event_date" if "event_date" in self.paths else "date"
        text = f"left(replace(CAST({name} AS VARCHAR), '-', ''), 8)"
        return f"CAST(TRY_STRPTIME({text}, '%Y%m%d') AS DATE)"

    def _time(self) -> str:
        if "event_timestamp" in self.paths:
            return "TRY_CAST(event_timestamp AS BIGINT)"
        return "epoch_us(TRY_CAST(CAST(timestamp AS VARCHAR) AS TIMESTAMPTZ))"


def fields(file: File) -> Fields | None:
    """Say where a file has the fields of events, None where it holds no events."""
    if file.kind == "parquet":
        return _parquet(file)
    if file.kind == "json":
        with file.text() as text:
            start = text.read(START)
        if not all(f'"{name}"' in start for name in NESTED):
            return None
        return _json(file)
    return _flat(file) if file.kind == "text" else None


def claims(file: File) -> bool:
    """Whether a file of JSON holds events, which may be too many to be held at once."""
    return file.kind == "json" and fields(file) is not None


def _json(file: File) -> Fields:
    """The fields of lines of JSON, whose types we say ourselves: an event lacks what it has no value for."""
    records = {name: ", ".join(f"{part} VARCHAR" for part in parts) for name, parts in RECORDS.items()}
    click = ", ".join(f"{part} VARCHAR" for part in CLICK)
    records[LAST] = ", ".join(f"{one} STRUCT({click})" for one in CAMPAIGNS)
    kinds = {**PLAIN, "event_params": PARAMS, **{name: f"STRUCT({parts})" for name, parts in records.items()}}
    columns = ", ".join(f"{name}: {quoted(kind)}" for name, kind in kinds.items())
    paths = {*PLAIN, *(f"{name}.{part}" for name, parts in RECORDS.items() for part in parts)}
    paths |= {f"{LAST}.{one}.{part}" for one in CAMPAIGNS for part in CLICK}
    source = f"read_json({quoted(literal_path(file.path))}, columns = {{{columns}}}, maximum_object_size = {LARGEST})"
    return Fields(frozenset(paths), source, "event_params")


def _parquet(file: File) -> Fields | None:
    try:
        schema = pq.read_schema(file.path)
    except (pa.ArrowException, OSError) as fault:
        raise DataError(
            f"{file.shown}: it cannot be read as Parquet ({type(fault).__name__}). Export the table again."
        ) from fault
    names = set(schema.names)
    if not (names.issuperset(NESTED) or names.issuperset(FLAT)):
        return None
    source = f"read_parquet({quoted(literal_path(file.path))})"
    params = ""
    if "event_params" in names:
        kind = schema.field("event_params").type
        # some writers leave the list of BigQuery's own files unmarked: a group "list" of "element"
        params = "event_params"
        if pa.types.is_struct(kind):
            params = "[one.element FOR one IN event_params.list]"
    return Fields(frozenset(_leaves(schema)), source, params)


def _leaves(schema: pa.Schema) -> set[str]:
    found, waiting = set(), [(one.name, one.type) for one in schema]
    while waiting:
        name, kind = waiting.pop()
        if pa.types.is_struct(kind):
            waiting += [(f"{name}.{one.name}", one.type) for one in kind]
        elif not pa.types.is_list(kind):
            found.add(name)
    return found


def _flat(file: File) -> Fields | None:
    with file.text() as text:
        line = text.readline()
    for separator in plain.SEPARATORS:
        names = [name.strip() for name in next(csv.reader([line], delimiter=separator), [])]
        if set(names).issuperset(FLAT):
            return Fields(frozenset(names), "flat", rows=plain.TextRows(file, separator))
    return None


def _arrow(rows: plain.TextRows) -> pa.Table:
    """A text as columns of text; of two columns of one name the first counts."""
    names: list[str] = []
    columns: list[list[pa.Array]] = []
    for batch in rows.batches():
        made = batch.as_rows()
        if not names:
            names, made = [name.strip().lstrip("\ufeff") for name in made[0]], made[1:]
            columns = [[] for _ in names]
        for number, cells in enumerate(made):
            if len(cells) != len(names):
                line = batch.lines[number]
                raise DataError(
                    f"{rows.place}, line {line:,}: {len(cells)} cells but the header has {len(names)}. Export it again."
                )
        for at, cells in enumerate(zip(*made, strict=True)):
            columns[at].append(pa.array(cells, pa.string()))
    first = {name: at for at, name in reversed(list(enumerate(names)))}
    return pa.table(
        {
            name: pa.chunked_array(columns[at], pa.string())
            for name, at in sorted(first.items(), key=lambda one: one[1])
        }
    )


def _path(path: str) -> str:
    return ".".join(f'"{part}"' for part in path.split("."))


def _struct(values: dict[str, str], *needed: str) -> str:
    """SQL of a struct, NULL where none of what it needs is there."""
    packed = ", ".join(f"{name} := {value}" for name, value in values.items())
    there = " OR ".join(f"{values[name]} IS NOT NULL" for name in needed)
    return f"CASE WHEN {there} THEN struct_pack({packed}) END"
