"""Events that GA4 exports to BigQuery: Parquet, lines of JSON and a connector's flat columns give the same visits.

The files are made here: three visitors on 1 September 2026 in Paris, one of whom buys, one without consent, one over midnight.
"""

import gzip
import json
from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import reader

from helpers import company, ingest, tables
from helpers.errors import DataError
from helpers.sources.layouts.channel_groups import channel

SETTINGS = replace(reader.SETTINGS, vat="excl", currency="", time_zone="America/New_York")
VALUE = pa.struct([("string_value", pa.string()), ("int_value", pa.int64()), ("float_value", pa.float64()), ("double_value", pa.float64())])  # fmt: skip
CLICK = pa.struct([(name, pa.string()) for name in ("campaign_id", "campaign_name", "source", "medium", "default_channel_group")])  # fmt: skip
SCHEMA = pa.schema(
    [
        ("event_date", pa.string()),
        ("event_timestamp", pa.int64()),
        ("event_name", pa.string()),
        ("event_params", pa.list_(pa.struct([("key", pa.string()), ("value", VALUE)]))),
        ("privacy_info", pa.struct([("analytics_storage", pa.string()), ("ads_storage", pa.string())])),
        ("user_id", pa.string()),
        ("user_pseudo_id", pa.string()),
        ("device", pa.struct([("category", pa.string()), ("browser", pa.string())])),
        ("geo", pa.struct([("country", pa.string()), ("city", pa.string())])),
        ("traffic_source", pa.struct([("name", pa.string()), ("medium", pa.string()), ("source", pa.string())])),
        ("collected_traffic_source", pa.struct([(f"manual_{name}", pa.string()) for name in ("campaign_id", "campaign_name", "source", "medium", "content")] + [("gclid", pa.string())])),
        ("session_traffic_source_last_click", pa.struct([("cross_channel_campaign", CLICK)])),
        ("ecommerce", pa.struct([("transaction_id", pa.string()), ("purchase_revenue", pa.float64()), ("purchase_revenue_in_usd", pa.float64())])),
        ("items", pa.list_(pa.struct([("item_id", pa.string())]))),
    ]
)  # fmt: skip
MORNING = 1788246000  # 1 September 2026, 09:00 in Paris, 07:00 in UTC


def event(name: str, visitor: str | None, session: int, second: int, *, day: str = "20260901", consent: str | None = "Yes", user: str | None = None, device: str = "desktop", country: str = "France", revenue: float | None = None, transaction: str | None = None, currency: str | None = None, engaged: str | None = "1", last: dict | None = None, **came) -> dict:  # fmt: skip
    """One event as BigQuery has it; `came` are source, medium, campaign_name and gclid of its own."""
    given = {"ga_session_id": session, "session_engaged": engaged, "currency": currency}
    params = [
        {"key": key, "value": {"int_value" if isinstance(value, int) else "string_value": value}}
        for key, value in given.items()
        if value is not None
    ]
    return {
        "event_date": day,
        "event_timestamp": (MORNING + second) * 1_000_000,
        "event_name": name,
        "event_params": params,
        "privacy_info": {"analytics_storage": consent},
        "user_id": user,
        "user_pseudo_id": visitor,
        "device": {"category": device, "browser": "any"},
        "geo": {"country": country},
        "traffic_source": {"source": "first-ever", "medium": "organic"},
        "collected_traffic_source": {(key if key == "gclid" else f"manual_{key}"): value for key, value in came.items()} or None,
        "session_traffic_source_last_click": {"cross_channel_campaign": last} if last else None,
        "ecommerce": {"transaction_id": transaction, "purchase_revenue": revenue, "purchase_revenue_in_usd": revenue and revenue * 2},
        "items": [{"item_id": "x"}],
    }  # fmt: skip


FIRST, SECOND, NIGHT = MORNING, MORNING + 5000, MORNING - 40_000
EVENTS = [
    event("session_start", "1.1", FIRST, 0, source="google", medium="cpc", campaign_name="brand", campaign_id="77"),
    event("page_view", "1.1", FIRST, 1),
    event("view_item", "1.1", FIRST, 30),
    event("add_to_cart", "1.1", FIRST, 60),
    event("begin_checkout", "1.1", FIRST, 90, source="bank.example.org", medium="referral"),
    event("purchase", "1.1", FIRST, 120, user="c-1", revenue=99.9, transaction="T1", currency="EUR"),
    event("purchase", "1.1", FIRST, 125, revenue=99.9, transaction="T1", currency="EUR"),  # sent twice
    event("session_start", "1.1", SECOND, 5000),
    event("page_view", "1.1", SECOND, 5001, engaged=None),
    event("session_start", "2.2", FIRST, 10, device="mobile", engaged=None, last={"source": "lettre", "medium": "email", "campaign_name": "rentree", "default_channel_group": "Email"}),
    event("page_view", "2.2", FIRST, 11, device="mobile", engaged="0"),
    event("page_view", None, FIRST, 20, consent="No"),
    event("purchase", "9.9", FIRST, 25, consent="No", revenue=500.0, transaction="T9", currency="EUR"),
    event("page_view", "3.3", NIGHT, -25_000, device="mobile"),  # began on 31 August, before midnight
    event("first_visit", "4.4", FIRST, 3, consent=None, gclid="abc"),
]  # fmt: skip


def parquet(path, events=EVENTS):
    pq.write_table(pa.Table.from_pylist(events, schema=SCHEMA), path)
    return path


def without_nothing(value):
    """As an export to JSON leaves out what is empty, and writes whole numbers as text."""
    if isinstance(value, dict):
        return {key: without_nothing(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [without_nothing(one) for one in value]
    return str(value) if isinstance(value, int) else value


def lines(path, events=EVENTS):
    text = "\n".join(json.dumps(without_nothing(one)) for one in events) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def read(path, **settings):
    return reader.read(path, settings=replace(SETTINGS, **settings))


def days(got):
    names = ["channel", "device", "sessions", "users", "engaged_sessions", "views", "product_views", "add_to_carts", "checkouts", "purchases", "revenue_excl_vat"]  # fmt: skip
    frame = got["site_daily"].assign(revenue_excl_vat=lambda f: f["revenue_excl_vat"].astype(float))
    return list(frame[names].itertuples(index=False, name=None))


FORMS = {"x.parquet": parquet, "events_20260901.json": lines, "x.jsonl.gz": lines, "x.ndjson": lines}


@pytest.mark.parametrize("name", FORMS)
def test_events_become_visits_by_channel_and_device(tmp_path, name):
    got = read(FORMS[name](tmp_path / name))
    assert days(got) == [
        ("Direct", "desktop", 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        ("Direct", "mobile", 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        ("Email", "mobile", 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        ("Paid Search", "desktop", 2.0, 2.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 99.9),
    ]
    made = got["site_daily"]
    assert made["visited_on"].unique().tolist() == [pd.Timestamp("2026-09-01")]
    assert made["market"].tolist() == ["FR"] * 4
    assert made["currency"].tolist() == ["EUR"] * 4
    assert len(tables.check(made, "site_daily")) == 4


@pytest.mark.parametrize("name", FORMS)
def test_each_visit_is_one_contact_at_its_time_in_utc_whatever_the_zone_of_the_property(tmp_path, name):
    made = read(FORMS[name](tmp_path / name))["touchpoints"].sort_values("touched_at", ignore_index=True)
    assert made["touched_at"].dt.strftime("%H:%M:%S").tolist() == [
        "07:00:00",
        "07:00:03",
        "07:00:10",
        "08:23:20",
    ]
    assert made["channel"].tolist() == ["Paid Search", "Paid Search", "Email", "Direct"]
    cells = made[["source", "medium", "campaign_id"]].astype("object").where(made.notna(), None)
    assert list(cells.itertuples(index=False, name=None)) == [
        ("google", "cpc", "77"),
        ("google", "cpc", None),  # the export lacks the source of a click on Google Ads
        ("lettre", "email", "rentree"),
        (None, None, None),
    ]
    assert made["touched_on"].unique().tolist() == [pd.Timestamp("2026-09-01")]
    assert len(tables.check(made, "touchpoints")) == 4


def test_people_are_pseudonyms_in_the_spaces_of_the_tool_and_of_the_company(tmp_path):
    got = read(parquet(tmp_path / "x.parquet"))
    made = got["touchpoints"].sort_values("touched_at", ignore_index=True)
    assert made.loc[0, "visitor_id"] == reader.hashed(pd.Series(["1.1"]), "ga4")[0]
    assert made.loc[0, "customer_id"] == reader.hashed(pd.Series(["c-1"]), "customer")[0]
    assert made["customer_id"].notna().tolist() == [True, False, False, False]
    assert made["touch_id"].is_unique
    assert not made.astype("str").isin(["1.1", "c-1", "2.2"]).any().any()
    assert "identities" not in got.tables


def test_what_was_left_out_and_not_said_is_told(tmp_path):
    got = read(parquet(tmp_path / "x.parquet"))
    assert got.readings[0].notes == [
        "15 events of 1 days",
        "2 of them without consent to analytics (analytics_storage): left out",
        "1 of them do not say whether there was consent to analytics (analytics_storage)",
        "1 purchases were sent again under the same transaction number and count once",
        "1 visits began on the day before the file: they count in their day and are no new contact",
    ]
    assert got.readings[1].notes == []


def test_purchases_without_a_number_count_each(tmp_path):
    bought = [event("purchase", "1.1", FIRST, second, revenue=10.0, currency="EUR") for second in (1, 2)]
    made = read(parquet(tmp_path / "x.parquet", bought))["site_daily"]
    assert made["revenue_excl_vat"].astype(float).tolist() == [20.0]
    assert made["purchases"].tolist() == [1.0]  # visits with an order


def test_purchases_in_several_currencies_are_taken_in_dollars(tmp_path):
    bought = [
        event("purchase", "1.1", FIRST, n, revenue=10.0, currency=one) for n, one in enumerate(("EUR", "CHF"))
    ]
    made = read(parquet(tmp_path / "x.parquet", bought))["site_daily"]
    assert (made["revenue_excl_vat"].astype(float).tolist(), made["currency"].tolist()) == ([40.0], ["USD"])


def test_purchases_in_several_currencies_without_dollars_are_refused(tmp_path):
    bought = [
        event("purchase", "1.1", FIRST, n, revenue=10.0, currency=one) for n, one in enumerate(("EUR", "CHF"))
    ]
    for one in bought:
        one["ecommerce"]["purchase_revenue_in_usd"] = None
    with pytest.raises(
        DataError,
        match=r"x.parquet: its purchases are in several currencies \(CHF, EUR\), and purchase_revenue_in_usd is missing",
    ):
        read(parquet(tmp_path / "x.parquet", bought))


def test_a_day_without_purchases_needs_no_currency(tmp_path):
    made = read(parquet(tmp_path / "x.parquet", EVENTS[:2]))["site_daily"]
    assert made["revenue_excl_vat"].astype(float).tolist() == [0.0]


def test_purchases_without_a_currency_ask_for_one(tmp_path):
    bought = [event("purchase", "1.1", FIRST, 1, revenue=10.0)]
    bought[0]["ecommerce"]["purchase_revenue_in_usd"] = None
    path = parquet(tmp_path / "x.parquet", bought)
    with pytest.raises(DataError, match='no currency column; say which: add currency = "EUR"'):
        read(path)
    assert read(path, currency="CHF")["site_daily"]["currency"].tolist() == ["CHF"]


def test_revenue_is_left_out_where_nothing_says_whether_it_includes_vat(tmp_path):
    got = read(parquet(tmp_path / "x.parquet"), vat="")
    assert got["site_daily"]["revenue_excl_vat"].isna().all()
    assert got["site_daily"]["purchases"].sum() == 1.0


def test_a_property_of_several_markets_is_split_by_country(tmp_path):
    events = [
        event("session_start", "1.1", FIRST, 0),
        event("session_start", "2.2", FIRST, 1, country="Belgium"),
        event("session_start", "3.3", FIRST, 2, country="(not set)"),
    ]
    path = parquet(tmp_path / "x.parquet", events)
    got = read(path, market="", markets=("FR", "BE"))
    assert sorted(got["site_daily"]["market"]) == ["ALL", "BE", "FR"]
    assert sorted(got["touchpoints"]["market"]) == ["ALL", "BE", "FR"]
    assert set(read(path)["site_daily"]["market"]) == {"FR"}


def test_the_flat_columns_of_a_connector_are_read(tmp_path):
    head = "date,device_category,geo_country,name,timestamp,user_pseudo_id,user_id,ecommerce_purchase_revenue_in_usd,ecommerce_transaction_id,param_ga_session_id,param_source,param_medium,param_session_engaged,param_session_engaged"
    text = (
        head
        + "\n2026-09-01,desktop,France,session_start,2026-09-01 07:00:00,1.1,,0,,1788246000,google,organic,1,1"
        + "\n2026-09-01,desktop,France,purchase,2026-09-01 07:02:00+00:00,1.1,c-1,25.5,T1,1788246000,,,1,1\n"
    )
    path = tmp_path / "event.csv"
    path.write_text(text)
    got = read(path)
    assert days(got) == [("Organic Search", "desktop", 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 25.5)]
    assert got["site_daily"]["currency"].tolist() == ["USD"]
    assert got["touchpoints"]["touched_at"].dt.strftime("%H:%M:%S").tolist() == ["07:00:00"]
    assert "the file has no privacy_info" in got.readings[0].notes
    flat = tmp_path / "event.parquet"
    frame = pd.read_csv(path, dtype="str").drop(columns="param_session_engaged.1")
    frame.assign(timestamp=pd.to_datetime(["2026-09-01 07:00:00", "2026-09-01 07:02:00"])).to_parquet(flat)
    assert days(read(flat)) == days(got)


@pytest.mark.golden
def test_the_seed_of_a_public_connector_gives_five_visits_and_one_purchase(test_data):
    got = read(test_data / "warehouse" / "ga4" / "event_data.csv")
    made = got["site_daily"]
    assert made["sessions"].sum() == 5
    assert made["purchases"].sum() == 1
    assert made["revenue_excl_vat"].astype(float).sum() == 29.99
    assert sorted(made["channel"]) == [
        "Email",
        "Organic Search",
        "Organic Social",
        "Paid Other",
        "Paid Search",
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"event_date": "2026-13-01"}, "events.parquet, event 1: it has no day or no time that can be read. Export the table again."),
        ({"event_timestamp": None}, "events.parquet, event 1: it has no day or no time that can be read."),
    ],
)  # fmt: skip
def test_an_event_without_a_day_or_time_is_refused(tmp_path, change, said):
    with pytest.raises(DataError) as caught:
        read(parquet(tmp_path / "events.parquet", [{**EVENTS[0], **change}]))
    assert said in str(caught.value)


def test_a_broken_line_of_json_is_refused_without_a_path_of_this_machine(tmp_path):
    path = lines(tmp_path / "events.json")
    path.write_text(path.read_text() + "{broken\n")
    with pytest.raises(DataError) as caught:
        read(path)
    assert str(caught.value).startswith("events.json")
    assert str(tmp_path) not in str(caught.value)


def test_no_key_no_contacts(tmp_path):
    with pytest.raises(DataError, match="there is no key for pseudonyms"):
        read(parquet(tmp_path / "x.parquet"), hashed=None)


def test_the_tables_of_several_days_stand_beside_each_other(tmp_path, monkeypatch):
    """A visit over midnight counts on both days and is one contact."""
    monkeypatch.setenv("CMO_COMPANIES", str(tmp_path))
    monkeypatch.setenv("CMO_HOME", str(tmp_path))
    raw = tmp_path / "mine" / "raw" / "ga4"
    raw.mkdir(parents=True)
    (tmp_path / "mine" / "company.toml").write_text(
        'title = "Mine"\ncurrency = "EUR"\nmarkets = ["FR"]\ntime_zone = "Europe/Paris"\nsynthetic = true\n'
    )
    late = MORNING + 53_900  # 23:58:20 in Paris
    evening = [event("session_start", "1.1", late, 53_900), event("page_view", "1.1", late, 53_910)]
    after = [
        event("page_view", "1.1", late, 54_100, day="20260902"),
        event("session_start", "5.5", late + 900, 54_800, day="20260902"),
    ]
    parquet(raw / "events_20260901.parquet", evening)
    lines(raw / "events_20260902.json", after)
    made = ingest.ingest("mine")
    assert made.rows == {"site_daily": 2, "touchpoints": 2}
    seen = pd.read_parquet(company.read("mine").tidy / "site_daily")
    assert seen.sort_values("visited_on")["sessions"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("source", "medium", "campaign", "expected"),
    [
        ("(direct)", "(none)", "", "Direct"),
        ("", "", "", "Direct"),
        ("google", "cpc", "Cross-network PMax", "Cross-network"),
        ("google", "cpc", "shopping_fr", "Paid Shopping"),
        ("Google", "CPC", "brand", "Paid Search"),
        ("m.facebook.com", "paid_social", "", "Paid Social"),
        ("youtube", "cpv", "", "Paid Video"),
        ("youtube", "video", "", "Organic Video"),
        ("youtube", "cpc", "", "Paid Video"),
        ("news.example.org", "display", "", "Display"),
        ("news.example.org", "cpm", "", "Display"),
        ("news.example.org", "paid", "", "Paid Other"),
        ("amazon.fr", "referral", "", "Organic Shopping"),
        ("instagram.com", "referral", "", "Organic Social"),
        ("blog.example.org", "social", "", "Organic Social"),
        ("duckduckgo", "organic", "", "Organic Search"),
        ("annuaire", "organic", "", "Organic Search"),
        ("blog.example.org", "referral", "", "Referral"),
        ("newsletter", "e-mail", "", "Email"),
        ("affilae", "affiliate", "", "Affiliates"),
        ("spotify", "audio", "", "Audio"),
        ("esms", "sms", "", "SMS"),
        ("app", "webpush", "", "Mobile Push Notifications"),
        ("qr", "print", "", "Unassigned"),
        ("qr", "print", "workshop", "Unassigned"),
        ("qr", "print", "e-shop", "Organic Shopping"),
    ],
)
def test_the_default_channel_group_follows_the_published_rules(source, medium, campaign, expected):
    assert channel(source, medium, campaign) == expected
