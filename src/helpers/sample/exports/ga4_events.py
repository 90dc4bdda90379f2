"""The BigQuery export of Google Analytics 4, as JSON lines and as Parquet: one row an event.

`event_date` is a day of the property's clocks, `event_timestamp` counts microseconds in UTC, and in JSON whole numbers are
texts. `traffic_source` is the first touch of the person, not of the visit. Visitors who refused are there as events without an
id; no visit can be made of them. The names of `session_traffic_source_last_click` and `privacy_info` are unverified.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.sample.exports.tidy import COUNTRIES, Export
from helpers.sample.exports.visits import told, visits

STAGES = {"product_views": "view_item", "add_to_carts": "add_to_cart", "checkouts": "begin_checkout"}
REFUSED = 5  # events of visitors who refused, a day
MICRO = 1_000_000
TEXT, WHOLE, REAL = pa.string(), pa.int64(), pa.float64()
VALUE = pa.struct(
    [("string_value", TEXT), ("int_value", WHOLE), ("float_value", REAL), ("double_value", REAL)]
)
PARAMS = pa.list_(pa.struct([("key", TEXT), ("value", VALUE)]))
ITEMS = pa.list_(pa.struct([("item_id", TEXT), ("item_name", TEXT), ("price", REAL), ("quantity", WHOLE)]))
SCHEMA = pa.schema(
    [
        ("event_date", TEXT),
        ("event_timestamp", WHOLE),
        ("event_name", TEXT),
        ("event_params", PARAMS),
        ("event_value_in_usd", REAL),
        ("user_id", TEXT),
        ("user_pseudo_id", TEXT),
        ("privacy_info", pa.struct([("analytics_storage", TEXT), ("ads_storage", TEXT), ("uses_transient_token", TEXT)])),
        ("user_first_touch_timestamp", WHOLE),
        ("device", pa.struct([("category", TEXT)])),
        ("geo", pa.struct([("country", TEXT), ("region", TEXT), ("city", TEXT)])),
        ("traffic_source", pa.struct([("name", TEXT), ("medium", TEXT), ("source", TEXT)])),
        ("collected_traffic_source", pa.struct([("manual_source", TEXT), ("manual_medium", TEXT)])),
        ("session_traffic_source_last_click", pa.struct([("manual_campaign", pa.struct([("source", TEXT), ("medium", TEXT)]))])),
        ("ecommerce", pa.struct([("transaction_id", TEXT), ("purchase_revenue", REAL), ("total_item_quantity", WHOLE)])),
        ("items", ITEMS),
        ("is_active_user", pa.bool_()),
        ("batch_event_index", WHOLE),
        ("stream_id", TEXT),
        ("platform", TEXT),
    ]
)  # fmt: skip


def steps(visit: Any) -> list[str]:
    """Names of the events of a visit, in order."""
    found = ["session_start", "page_view"] + (["user_engagement"] if visit.engaged_sessions else [])
    found += [event for step, event in STAGES.items() if getattr(visit, step)]
    return found + (["purchase"] if visit.purchases else [])


def _param(key: str, *, text: str | None = None, number: int | None = None) -> dict:
    return {"key": key, "value": {"string_value": text, "int_value": number, "float_value": None, "double_value": None}}  # fmt: skip


def _event(visit: Any, place: int, name: str) -> dict[str, Any]:
    """One event of a visit, as many seconds after its start as events came before it."""
    params = [_param("ga_session_id", number=int(visit.session_id)), _param("ga_session_number", number=1)]
    params += [_param("session_engaged", text="1" if visit.engaged_sessions else "0")]
    params += [_param("page_location", text="https://shop.example.org/")]
    if name == "user_engagement":
        params.append(_param("engagement_time_msec", number=21_000))
    is_sale = name == "purchase"
    at = int(visit.started_at.timestamp()) * MICRO + place * MICRO
    made = {
        "event_date": f"{visit.visited_on:%Y%m%d}",
        "event_timestamp": at,
        "event_name": name,
        "event_params": params,
        "event_value_in_usd": round(1.1 * visit.revenue_excl_vat, 2) if is_sale else None,
        "user_id": visit.customer_id,
        "user_pseudo_id": visit.visitor_id,
        "privacy_info": {"analytics_storage": "Yes", "ads_storage": "No", "uses_transient_token": "No"},
        "user_first_touch_timestamp": at - 86_400 * MICRO,
        "device": {"category": visit.device},
        "geo": {"country": COUNTRIES[visit.market], "region": None, "city": None},
        "traffic_source": {"name": "(direct)", "medium": "(none)", "source": "(direct)"},
        "collected_traffic_source": {"manual_source": visit.source, "manual_medium": visit.medium},
        "session_traffic_source_last_click": {
            "manual_campaign": {"source": visit.source, "medium": visit.medium}
        },
        "ecommerce": {"transaction_id": None, "purchase_revenue": None, "total_item_quantity": None},
        "items": [],
        "is_active_user": bool(visit.engaged_sessions),
        "batch_event_index": place + 1,
        "stream_id": "3206015529",
        "platform": "WEB",
    }
    if is_sale:
        number = f"x{visit.session_id}{visit.visitor_id[-3:]}"
        made["ecommerce"] = {
            "transaction_id": number,
            "purchase_revenue": visit.revenue_excl_vat,
            "total_item_quantity": 1,
        }
        made["items"] = [
            {"item_id": "cylinder", "item_name": "Cylindre", "price": visit.revenue_excl_vat, "quantity": 1}
        ]
    return made  # fmt: skip


def _refused(found: pd.DataFrame) -> list[dict]:
    """Page views of visitors who refused: no id of a browser, no visit."""
    made = [_event(visit, 0, "page_view") for visit in found.head(REFUSED).itertuples(index=False)]
    no = {"analytics_storage": "No", "ads_storage": "No", "uses_transient_token": "No"}
    nobody = {"user_id": None, "user_pseudo_id": None, "user_first_touch_timestamp": None, "privacy_info": no}
    return [event | nobody | {"event_params": event["event_params"][2:]} for event in made]


def events(folder: Path, market: str, day: str) -> list[dict]:
    """All events of a market's site on one day, by moment."""
    found = visits(folder, market, day)
    made = [
        _event(visit, place, name)
        for visit in found.itertuples(index=False)
        for place, name in enumerate(steps(visit))
    ]
    return sorted([*made, *_refused(found)], key=lambda event: event["event_timestamp"])


def _as_text(value: Any) -> Any:
    """Whole numbers as texts, all the way down, as BigQuery writes them in JSON; empty values are not written."""
    if isinstance(value, dict):
        return {key: _as_text(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_as_text(one) for one in value]
    return str(value) if type(value) is int else value


def _json_lines(folder: Path, market: str, day: str) -> str:
    return "".join(
        json.dumps(_as_text(event), ensure_ascii=False) + "\n" for event in events(folder, market, day)
    )


def _parquet(folder: Path, market: str, day: str) -> bytes:
    made = io.BytesIO()
    pq.write_table(
        pa.Table.from_pylist(events(folder, market, day), schema=SCHEMA), made, compression="snappy"
    )
    return made.getvalue()


def _day(market: str, day: str, make: Callable[..., str | bytes], encoding: str) -> Export:
    settings = {
        "market": market,
        "currency": "CHF" if market == "CH" else "EUR",
        "account_id": f"ga4-{market.lower()}",
    }
    return Export(
        partial(make, market=market, day=day),
        encoding,
        lambda folder: told(visits(folder, market, day)),
        {**settings, "vat": "excl", "time_zone": "Europe/Paris"},
    )


EXPORTS = {
    "ga4/events_20260928.json": _day("CH", "2026-09-28", _json_lines, "utf-8"),
    "ga4/events_20260929.json": _day("CH", "2026-09-29", _json_lines, "utf-8"),
    "ga4/events_20260930.parquet": _day("FR", "2026-09-30", _parquet, ""),
}
