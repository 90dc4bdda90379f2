"""A small company with a ledger, every figure of it set by hand. Loaded by path: see test_page."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers import company, tables

TOML = """\
title = "Acme & fils"
currency = "EUR"
markets = ["FR"]
time_zone = "Europe/Paris"
language = "fr"
synthetic = true
"""
CANARY = "jean-dupont-export.csv"  # a file may be named after a person; no page may show it
SEPTEMBER = pd.date_range("2026-09-01", "2026-09-30")
JULY = pd.date_range("2026-07-01", "2026-07-31")


def entry(import_id: str, table: str, **values) -> dict:
    """Return one row of a ledger: an import of September that kept what it read."""
    return {
        "import_id": import_id, "imported_at": pd.Timestamp("2026-10-02 06:00"), "imported_on": pd.Timestamp("2026-10-02"),
        "table": table, "system": "google_ads", "export": "google_ads_campaigns", "account_id": "1",
        "file": f"{import_id}.csv", "sha256": import_id * 8, "mapping_version": "1", "is_verified": False, "vat": "excl",
        "rows_in": 30, "rows_kept": 30, "rows_left_out": 0, "measure": None, "control_stated": None, "control_found": None,
        "starts_on": pd.Timestamp("2026-09-01"), "ends_on": pd.Timestamp("2026-09-30"), "currency": "EUR",
        "is_current": True, "superseded_by": None, "notes": None, **values,
    }  # fmt: skip


def ledger() -> pd.DataFrame:
    """Return the ledger: one total that differs, one import replaced, one stale, one VAT unknown."""
    google = {"measure": "spend", "control_stated": 3000.0, "control_found": 3000.0}
    meta = {
        "system": "meta",
        "export": "meta_ads",
        "account_id": "2",
        "rows_in": 57,
        "rows_kept": 56,
        "rows_left_out": 1,
    }
    shop = {
        "system": "shopify",
        "export": "shopify_orders",
        "account_id": None,
        "is_verified": True,
        "vat": "incl",
    }
    mails = {
        **shop,
        "system": "mailchimp",
        "export": "mailchimp_audience",
        "vat": "unknown",
        "currency": None,
    }
    mails |= {"starts_on": None, "ends_on": None, "file": CANARY}
    note = "1 total row left out: line 32"
    rows = [
        entry("i0", "media_spend", measure="spend", control_found=2950.0, is_current=False, superseded_by="i1"),
        entry("i1", "media_spend", rows_in=31, rows_left_out=1, notes=note, **google),
        entry("i1", "media_conversions", currency=None),
        entry("i2", "media_spend", measure="spend", control_stated=1500.0, control_found=1480.0, vat="unknown", **meta),
        entry("i3", "orders", rows_in=84, rows_kept=84, starts_on="2026-07-01", **_without(shop, "starts_on")),
        entry("i4", "customers", rows_in=60, rows_kept=60, **mails),
        entry("i4", "consents", rows_in=60, rows_kept=48, **mails),
        entry("i4", "identities", rows_in=60, rows_kept=90, **mails),
        entry("i5", "media_spend", system="linkedin", export="linkedin_ads", account_id="3", rows_in=31, rows_kept=31,
              starts_on="2026-07-01", ends_on="2026-07-31"),
    ]  # fmt: skip
    made = pd.DataFrame(rows)
    return made.assign(**{name: pd.to_datetime(made[name]) for name in ("starts_on", "ends_on")})


def spend() -> pd.DataFrame:
    """Return media spend: Google 3000 in September, Meta 1480 to September 28 with 510 unmapped, LinkedIn 620 in July."""
    google = pd.DataFrame(
        {
            "spent_on": SEPTEMBER,
            "platform": "google_ads",
            "account_id": "1",
            "campaign_id": "g",
            "spend": 100.0,
        }
    )
    meta_days = SEPTEMBER[:28]
    meta = pd.DataFrame(
        {"spent_on": meta_days, "platform": "meta", "account_id": "2", "campaign_id": "m", "spend": 970 / 28}
    )
    test = meta.assign(campaign_id="t", spend=510 / 28)
    linkedin = pd.DataFrame(
        {"spent_on": JULY, "platform": "linkedin", "account_id": "3", "campaign_id": "l", "spend": 20.0}
    )
    made = pd.concat([google, meta, test, linkedin], ignore_index=True)
    made = made.assign(
        market="FR", currency="EUR", impressions=1000, clicks=10, campaign="Campagne " + made["campaign_id"]
    )
    made.loc[made["campaign_id"] != "t", "channel"] = "paid"
    made.loc[made.index[made["platform"] == "meta"][0], "clicks"] = 1001
    return made.assign(spend=made["spend"].round(4))


def orders() -> pd.DataFrame:
    """Return two orders on every second day, and every day of September but the 10th and the 11th."""
    days = pd.date_range("2026-07-01", "2026-09-30")
    days = days[(days < "2026-09-10") | (days > "2026-09-11")]
    ids = [f"o{at}" for at in range(len(days))]
    made = pd.DataFrame({"order_id": ids, "customer_id": "c00", "ordered_on": days, "status": "paid"})
    made.loc[0, "status"] = "cancelled"
    return made.assign(market="FR", revenue_excl_vat=50.0, currency="EUR")


def conversions() -> pd.DataFrame:
    """Return conversions of Google, in fractions."""
    made = pd.DataFrame(
        {"converted_on": SEPTEMBER, "platform": "google_ads", "market": "FR", "conversions": 1.25}
    )
    return made.assign(conversion_action="Achat", attribution_window="data_driven", counted_by="platform")


def people() -> dict[str, pd.DataFrame]:
    """Return 60 customers: 30 said yes to e-mail, 15 no, 3 took it back; 30 of them are known in two systems."""
    ids = [f"c{at:02}" for at in range(60)]
    customers = pd.DataFrame({"customer_id": ids, "market": "FR"})
    status = ["granted"] * 30 + ["denied"] * 15 + ["withdrawn"] * 3
    consents = pd.DataFrame(
        {"customer_id": ids[:48], "purpose": "email", "legal_basis": "consent", "status": status}
    )
    consents = consents.assign(
        recorded_at=pd.Timestamp("2026-08-01 08:00"), recorded_on=pd.Timestamp("2026-08-01")
    )
    shop = pd.DataFrame(
        {"customer_id": ids[:50], "system": "shopify", "system_id": [f"s{one}" for one in ids[:50]]}
    )
    mails = pd.DataFrame(
        {"customer_id": ids[20:], "system": "mailchimp", "system_id": [f"m{one}" for one in ids[20:]]}
    )
    return {"customers": customers, "consents": consents, "identities": pd.concat([shop, mails])}


def books() -> pd.DataFrame:
    """Return the accounts: Google as spent, Meta 20 more, LinkedIn as spent, and 5 in August without spend."""
    rows = [
        ("2026-07-01", "linkedin", 620.0),
        ("2026-08-01", "linkedin", 5.0),
        ("2026-09-01", "google_ads", 3000.0),
        ("2026-09-01", "meta", 1500.0),
    ]
    made = pd.DataFrame(rows, columns=["month", "supplier", "amount"])
    return made.assign(month=pd.to_datetime(made["month"]), market="FR", nature="media", currency="EUR")


def make(root: Path, *, with_ledger: bool = True, only: str = "") -> company.Company:
    """Write the company under `root`/data/companies and return it; `only` one table of it."""
    folder = root / "data" / "companies" / "acme"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "company.toml").write_text(TOML, encoding="utf-8")
    made = company.read("acme")
    found = {
        "media_spend": spend(),
        "media_conversions": conversions(),
        "orders": orders(),
        "finance_actuals": books(),
        **people(),
    }
    for name, rows in found.items():
        if only in ("", name):
            tables.write(rows, name, made)
    if with_ledger:
        rows = ledger()
        rows[rows["table"] == only if only else rows.index >= 0].to_parquet(
            folder / "ledger.parquet", index=False
        )
    return made


def _without(values: dict, *names: str) -> dict:
    return {name: value for name, value in values.items() if name not in names}
