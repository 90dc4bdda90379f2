"""HubSpot: deals of Belgium and of Switzerland, contacts, companies, and what people did with e-mails.

Ids are long numbers, several in a cell are joined by semicolons, times are those of the portal's clocks without their zone,
and no file names a currency. The heads of the e-mail events are from general knowledge, not measured: as a CSV, and as the
JSON of the events call, where a robot's open carries `filteredEvent` and times count milliseconds.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pandas as pd

from helpers.sample.exports.forms import Columns, day_or_none, lines, table
from helpers.sample.exports.tidy import COUNTRIES, RECENT, Export, Truth, email, local, read

DEALS: Columns = {
    "Record ID": lambda d: d.number,
    "Deal Name": lambda d: f"Fontaines, {d.account_id}",
    "Deal Stage": lambda d: d.stage,
    "Pipeline": lambda d: "Sales Pipeline",
    "Amount": lambda d: f"{d.amount:.2f}",
    "Close Date": lambda d: day_or_none(d.closes_on, "%Y-%m-%d 00:00"),
    "Create Date": lambda d: f"{d.created_on:%Y-%m-%d} 09:00",
    "Deal owner": lambda d: "",
    "Associated Company IDs": lambda d: d.company,
    "Associated Contact IDs": lambda d: f"{8000 + int(d.number)};{9000 + int(d.number)}",
    "Original Source": lambda d: d.lead_source,
}
CONTACTS: Columns = {
    "Record ID": lambda c: c.number,
    "First Name": lambda c: "Client",
    "Last Name": lambda c: c.number,
    "Email": lambda c: c.address,
    "Phone Number": lambda c: "",
    "Contact owner": lambda c: "",
    "Lead Status": lambda c: "",
    "Lifecycle Stage": lambda c: "Customer",
    "Marketing contact status": lambda c: "Marketing contact",
    "Create Date": lambda c: f"{c.first_seen_on:%Y-%m-%d} 10:30",
    "Associated Company": lambda c: "",
    "Associated Company IDs": lambda c: "",
    "Original Source": lambda c: c.acquisition_channel,
    "Country/Region": lambda c: COUNTRIES[c.market],
    "Job Title": lambda c: "",
}
COMPANIES: Columns = {
    "Record ID": lambda c: c.number,
    "Company name": lambda c: f"Bureau {c.number}",
    "Website URL": lambda c: f"https://{c.account_id}.example.org",
    "Company owner": lambda c: c.owner,
    "Create Date": lambda c: "2024-03-12 09:14",
    "Industry": lambda c: c.industry,
    "Country/Region": lambda c: COUNTRIES[c.market],
}
EVENTS: Columns = {
    "Event ID": lambda e: e.event_id,
    "Recipient": lambda e: e.address,
    "Event type": lambda e: e.type,
    "Event date": lambda e: f"{e.clock:%Y-%m-%d %H:%M}",
    "Email campaign ID": lambda e: e.campaign_id,
    "Email name": lambda e: e.campaign_id,
}
NO_ADDRESS = 9  # of so many contacts, one has no e-mail
ACTS = {"sent": "SENT", "opened": "OPEN", "clicked": "CLICK", "unsubscribed": "STATUSCHANGE"}


def deals(folder: Path, market: str, **span: pd.Timestamp) -> pd.DataFrame:
    """Deals of a market as last seen, by number; `span` limits the day they were created."""
    found = read(folder, "opportunities", "created_on", market=market, **({"since": pd.Timestamp("2020-01-01")} | span))  # fmt: skip
    found = found.sort_values("as_of", kind="stable").drop_duplicates("opportunity_id", keep="last")
    found = found.sort_values("opportunity_id", kind="stable", ignore_index=True)
    number = found["opportunity_id"].astype(str).str[1:].str.lstrip("0")
    company = "7" + found["account_id"].astype(str).str[1:]
    return found.assign(number=number, company=company, stage=found["stage"].astype(str).str.capitalize())


def _deals_truth(folder: Path, market: str) -> Truth:
    """A deal that is not closed is not said to be lost; the market and the currency are settings of the file."""
    found = deals(folder, market).assign(
        opportunity_id=lambda d: d["number"], account_id=lambda d: d["company"]
    )
    names = [
        "opportunity_id",
        "account_id",
        "created_on",
        "market",
        "stage",
        "amount",
        "currency",
        "closes_on",
    ]
    return {"opportunities": found[[*names, "is_closed", "is_won", "lead_source"]]}


def contacts(folder: Path, **span: pd.Timestamp) -> pd.DataFrame:
    """Customers first seen in a span, with their number here and an address, empty for some."""
    found = read(folder, "customers", "first_seen_on", **({"since": RECENT} | span))
    number = "4" + found["customer_id"].astype(str).str[1:]
    address = found["customer_id"].map(email).where(found.index % NO_ADDRESS != NO_ADDRESS - 1, "")
    return found.assign(number=number, address=address.astype(str)).fillna({"acquisition_channel": ""})


def _contacts_truth(folder: Path) -> Truth:
    """A person goes by the address, or by the number where there is none. No column tells a consent."""
    found = contacts(folder)
    known = found["address"].where(found["address"].ne(""), found["number"])
    names = ["customer_id", "market", "first_seen_on", "acquisition_channel"]
    return {"customers": found.assign(customer_id=known)[names]}


def _companies(folder: Path) -> pd.DataFrame:
    found = read(folder, "accounts", market=("BE", "CH"))
    return found.assign(number="7" + found["account_id"].astype(str).str[1:])


def _companies_truth(folder: Path) -> Truth:
    found = _companies(folder).assign(account_id=lambda c: c["number"])
    return {"accounts": found[["account_id", "market", "industry"]]}


def _events(folder: Path, market: str, month: str) -> pd.DataFrame:
    """What people of a market did with messages in a month, times to the minute."""
    first = pd.Timestamp(month)
    span = {"since": first, "until": first + pd.offsets.MonthEnd()}
    found = read(folder, "crm_events", "happened_on", market=market, **span)
    at = pd.to_datetime(found["happened_at"]).dt.floor("min")
    made = found.assign(happened_at=at, clock=local(at), address=found["customer_id"].map(email))
    return made.assign(type=found["event"].map(ACTS))


def _events_json(folder: Path) -> str:
    made = [
        {"id": e.event_id, "type": e.type, "created": int(e.happened_at.timestamp() * 1000), "recipient": e.address,
         "emailCampaignId": e.campaign_id, "appName": "Batch", "portalId": 62515, "filteredEvent": bool(e.is_machine)}
        for e in _events(folder, "BE", "2026-08").itertuples(index=False)
    ]  # fmt: skip
    return json.dumps({"hasMore": False, "offset": "Ch4KCgAAAAAA", "events": made}, ensure_ascii=False)


def _events_truth(folder: Path, market: str, month: str, *more: str) -> Truth:
    """Every event of the file: opens of people who did not agree to be measured are dropped later."""
    found = _events(folder, market, month).assign(customer_id=lambda e: e["address"])
    names = ["event_id", "customer_id", "campaign_id", "event", "happened_at", "happened_on", "market", *more]
    return {"crm_events": found[names]}


def _deals_export(market: str, currency: str) -> Export:
    return Export(
        lambda folder: table(lines(deals(folder, market), DEALS)),
        "utf-8-sig",
        partial(_deals_truth, market=market),
        {"market": market, "currency": currency, "vat": "excl", "time_zone": "Europe/Paris"},
    )


CLOCKS = {"time_zone": "Europe/Paris"}
EXPORTS = {
    "hubspot/deals.csv": _deals_export("BE", "EUR"),
    "hubspot/deals_chf.csv": _deals_export("CH", "CHF"),
    "hubspot/contacts.csv": Export(
        lambda folder: table(lines(contacts(folder), CONTACTS)), "utf-8-sig", _contacts_truth, CLOCKS
    ),
    "hubspot/companies.csv": Export(
        lambda folder: table(lines(_companies(folder), COMPANIES)), "utf-8-sig", _companies_truth, CLOCKS
    ),
    "hubspot/email_events.csv": Export(
        lambda folder: table(lines(_events(folder, "FR", "2026-09"), EVENTS)),
        "utf-8-sig",
        lambda folder: _events_truth(folder, "FR", "2026-09"),
        {"market": "FR", **CLOCKS},
    ),
    "hubspot/email_events.json": Export(
        _events_json,
        "utf-8",
        lambda folder: _events_truth(folder, "BE", "2026-08", "is_machine"),
        {"market": "BE"},
    ),
}
