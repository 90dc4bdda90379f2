"""Rows as a warehouse connector lands them, for teams that have them already: Google Ads, Meta, HubSpot, Google Analytics.

Column names are those of the public seeds. Money of Google Ads is in micros; a campaign and day is split by device; names of
campaigns and accounts stand in history tables of their own; deleted rows stay with a flag; the flat events of Google
Analytics carry one column name twice.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from helpers.sample.exports import media
from helpers.sample.exports.forms import Columns, day_or_none, lines, table
from helpers.sample.exports.ga4_events import steps
from helpers.sample.exports.hubspot import contacts, deals
from helpers.sample.exports.tidy import Export, Truth
from helpers.sample.exports.visits import told, visits

SPRING = {"since": pd.Timestamp("2025-03-01"), "until": pd.Timestamp("2025-05-31")}
OLD_DEALS = {"until": pd.Timestamp("2024-09-30")}
JULY = {"since": pd.Timestamp("2026-07-01"), "until": pd.Timestamp("2026-07-31")}
GOOGLE_ID, META_ID, DAY, LANDED = "4150000001", "1700252260000017", "2026-09-27", "2026-10-02 06:00:00"
STAGES = {"Discovery": "appointmentscheduled", "Demo": "presentationscheduled", "Proposal": "contractsent",
          "Negotiation": "decisionmakerboughtin", "Closed won": "closedwon", "Closed lost": "closedlost"}  # fmt: skip

CAMPAIGN_STATS: Columns = {
    "_fivetran_id": lambda a: f"{a.campaign_id}{a.spent_on:%Y%m%d}{a.device[0]}",
    "customer_id": lambda a: GOOGLE_ID,
    "date": lambda a: f"{a.spent_on:%Y-%m-%d}",
    "_fivetran_synced": lambda a: LANDED,
    "ad_network_type": lambda a: "SEARCH",
    "base_campaign": lambda a: f"customers/{GOOGLE_ID}/campaigns/{a.campaign_id}",
    "clicks": lambda a: a.clicks,
    "conversions": lambda a: f"{a.conversions:.2f}",
    "conversions_value": lambda a: f"{a.conversion_value:.2f}",
    "cost_micros": lambda a: round(1_000_000 * a.spend),
    "device": lambda a: a.device,
    "id": lambda a: a.campaign_id,
    "impressions": lambda a: a.impressions,
    "interaction_event_types": lambda a: "[CLICK]",
    "interactions": lambda a: a.clicks,
    "view_through_conversions": lambda a: 0,
}
CAMPAIGNS: Columns = {
    "id": lambda c: c.campaign_id,
    "updated_at": lambda c: "2025-02-28T17:19:05.102",
    "name": lambda c: c.campaign,
    "customer_id": lambda c: GOOGLE_ID,
    "advertising_channel_type": lambda c: "SEARCH",
    "advertising_channel_subtype": lambda c: "UNSPECIFIED",
    "start_date": lambda c: "2025-01-01",
    "end_date": lambda c: "2037-12-30",
    "serving_status": lambda c: "SERVING",
    "status": lambda c: "ENABLED",
    "tracking_url_template": lambda c: "",
}
ACCOUNTS: Columns = {
    "id": lambda a: GOOGLE_ID,
    "updated_at": lambda a: "2025-02-01 02:20:51",
    "_fivetran_synced": lambda a: LANDED,
    "currency_code": lambda a: "EUR",
    "descriptive_name": lambda a: "Maison Brévane",
    "manager": lambda a: "FALSE",
    "time_zone": lambda a: "Europe/Paris",
}
BASIC_AD: Columns = {
    "ad_id": lambda a: f"62{a.campaign_id}",
    "date": lambda a: f"{a.spent_on:%Y-%m-%d}",
    "account_id": lambda a: META_ID,
    "impressions": lambda a: a.impressions,
    "inline_link_clicks": lambda a: a.link_clicks,
    "spend": lambda a: f"{a.spend:.2f}",
    "reach": lambda a: round(0.8 * a.impressions),
}
DEALS: Columns = {
    "deal_id": lambda d: d.number,
    "is_deleted": lambda d: "true" if d.is_deleted else "false",
    "deal_pipeline_id": lambda d: "default",
    "deal_pipeline_stage_id": lambda d: STAGES[d.stage],
    "owner_id": lambda d: "4727653",
    "portal_id": lambda d: "62515",
    "property_dealname": lambda d: f"Fontaines, {d.account_id}",
    "property_description": lambda d: "",
    "property_amount": lambda d: f"{d.amount:.2f}",
    "property_closedate": lambda d: day_or_none(d.closes_on, "%Y-%m-%d 00:00:00"),
    "property_createdate": lambda d: f"{d.created_on:%Y-%m-%d} 08:00:00",
}
CONTACTS: Columns = {
    "_fivetran_deleted": lambda c: "TRUE" if c.is_deleted else "FALSE",
    "_fivetran_synced": lambda c: LANDED,
    "property_email": lambda c: c.address,
    "id": lambda c: c.number,
    "property_company": lambda c: "",
    "property_firstname": lambda c: "Client",
    "property_lastname": lambda c: c.number,
    "property_createdate": lambda c: f"{c.first_seen_on:%Y-%m-%d} 08:30:00",
    "property_jobtitle": lambda c: "",
}
EVENT_HEADS = (
    "_fivetran_id", "_fivetran_synced", "date", "device_category", "geo_country", "name", "platform", "timestamp",
    "traffic_source_medium", "traffic_source_name", "traffic_source_source", "user_id", "user_pseudo_id",
    "ecommerce_transaction_id", "ecommerce_purchase_revenue_in_usd", "value_in_usd", "param_medium", "param_source",
    "param_ga_session_id", "param_ga_session_number", "param_session_engaged", "stream_id", "is_intraday",
    "collected_traffic_source_manual_medium", "collected_traffic_source_manual_source", "param_session_engaged",
)  # fmt: skip


def _search(folder: Path) -> pd.DataFrame:
    """French search campaigns of spring 2025, each day on two lines by device that add up to it."""
    ads = media.spend(folder, "google_ads", "EUR", **SPRING).query("market == 'FR'")
    mobile = ads.assign(
        device="MOBILE", impressions=(ads["impressions"] * 6) // 10, clicks=(ads["clicks"] * 6) // 10
    )
    mobile["spend"] = (0.6 * ads["spend"]).round(2)
    desktop = ads.assign(device="DESKTOP", conversions=0.0, conversion_value=0.0)
    for name in ("impressions", "clicks", "spend"):
        desktop[name] = ads[name] - mobile[name]
    made = pd.concat([mobile, desktop]).round({"spend": 2}).assign(account_id=GOOGLE_ID)
    return made.sort_values(["spent_on", "campaign_id", "device"], ignore_index=True)


def _names(folder: Path) -> pd.DataFrame:
    return _search(folder)[["campaign_id", "campaign"]].drop_duplicates(ignore_index=True)


def _search_truth(folder: Path) -> Truth:
    """Names of campaigns are in another file, and so is the currency: it is a setting."""
    return media.told(_search(folder), "device", "impressions", "clicks", without=("campaign",))


def _social(folder: Path) -> pd.DataFrame:
    """French social campaigns of spring 2025, each with one ad."""
    return media.spend(folder, "meta", "EUR", **SPRING).query("market == 'FR'").assign(account_id=META_ID)


def _social_truth(folder: Path) -> Truth:
    ads = _social(folder).assign(ad_id=lambda a: "62" + a["campaign_id"])
    return {"media_spend": media.spent(ads, "ad_id", "impressions", "link_clicks", without=("campaign", "campaign_id"))}  # fmt: skip


def _deals(folder: Path) -> pd.DataFrame:
    """French deals of the old days, the first of them again as a deleted one."""
    found = deals(folder, "FR", **OLD_DEALS).assign(is_deleted=False)
    gone = found.head(1).assign(is_deleted=True, number="999001")
    return pd.concat([found, gone], ignore_index=True)


def _deals_truth(folder: Path) -> Truth:
    found = deals(folder, "FR", **OLD_DEALS)
    found = found.assign(opportunity_id=found["number"], stage=found["stage"].map(STAGES))
    return {"opportunities": found[["opportunity_id", "created_on", "market", "stage", "amount", "currency", "closes_on", "is_closed", "is_won"]]}  # fmt: skip


def _contacts(folder: Path) -> pd.DataFrame:
    """French contacts of July, one of them deleted."""
    found = contacts(folder, **JULY).query("market == 'FR'").reset_index(drop=True)
    return found.assign(is_deleted=np.arange(len(found)) == 1)


def _contacts_truth(folder: Path) -> Truth:
    found = _contacts(folder).query("not is_deleted")
    known = found["address"].where(found["address"].ne(""), found["number"])
    return {"customers": found.assign(customer_id=known)[["customer_id", "market", "first_seen_on"]]}


def _events(folder: Path) -> str:
    """Flat events of the Swiss site; revenue is in dollars only, at 1.1 dollars a franc."""
    rows = []
    for visit in visits(folder, "CH", DAY).itertuples(index=False):
        for place, name in enumerate(steps(visit)):
            worth = f"{1.1 * visit.revenue_excl_vat:.2f}" if name == "purchase" else ""
            engaged = "1" if visit.engaged_sessions else "0"
            order = f"x{visit.session_id}{visit.visitor_id[-3:]}" if worth else ""
            at = visit.started_at + pd.Timedelta(place, unit="s")
            rows.append([f"{visit.visitor_id}-{place}", LANDED, f"{visit.visited_on:%Y-%m-%d}", visit.device, "Switzerland", name, "WEB",
                         f"{at:%Y-%m-%d %H:%M:%S}", "(none)", "(direct)", "(direct)", visit.customer_id or "", visit.visitor_id, order,
                         worth, worth, visit.medium or "", visit.source or "", visit.session_id, 1, engaged, "3206015529", "False",
                         visit.medium or "", visit.source or "", engaged])  # fmt: skip
    return table([EVENT_HEADS, *rows])


def _events_truth(folder: Path) -> Truth:
    """Visits and steps; there is no revenue in the company's currency."""
    made = told(visits(folder, "CH", DAY))
    return made | {"site_daily": made["site_daily"].drop(columns=["revenue_excl_vat", "currency"])}


def _csv(rows: pd.DataFrame, columns: Columns) -> str:
    return table(lines(rows, columns))


FRENCH = {"market": "FR", "currency": "EUR", "vat": "excl"}
EXPORTS = {
    "warehouse/google_ads/campaign_stats.csv": Export(
        lambda folder: _csv(_search(folder), CAMPAIGN_STATS), "utf-8", _search_truth, FRENCH
    ),
    "warehouse/google_ads/campaign_history.csv": Export(lambda folder: _csv(_names(folder), CAMPAIGNS)),
    "warehouse/google_ads/account_history.csv": Export(lambda folder: _csv(_names(folder).head(1), ACCOUNTS)),
    "warehouse/facebook_ads/basic_ad.csv": Export(
        lambda folder: _csv(_social(folder), BASIC_AD), "utf-8", _social_truth, FRENCH
    ),
    "warehouse/hubspot/deal.csv": Export(
        lambda folder: _csv(_deals(folder), DEALS), "utf-8", _deals_truth, {**FRENCH, "time_zone": "UTC"}
    ),
    "warehouse/hubspot/contact.csv": Export(
        lambda folder: _csv(_contacts(folder), CONTACTS), "utf-8", _contacts_truth, {"market": "FR", "time_zone": "UTC"}
    ),
    "warehouse/ga4/event.csv": Export(
        _events, "utf-8", _events_truth, {"market": "CH", "account_id": "ga4-ch", "time_zone": "UTC", "vat": "excl"}
    ),
}  # fmt: skip
