"""A small company whose tables hold three people: Ada, who asks to be forgotten, Ben, and a visitor who is nobody yet."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers import company, tables
from helpers.privacy import keys

TOML = """\
title = "Shop"
currency = "EUR"
markets = ["FR"]
time_zone = "Europe/Paris"
synthetic = true
"""
ADDRESS = "ada@example.org"


def hashed(value: str, space: str = "email") -> str:
    return keys.pseudonym(value, key=keys.DEMO_KEY, space=space)


ADA, ADA_SHOP, ADA_CRM = hashed(ADDRESS), hashed("1001", "shop"), hashed("h-7", "hubspot")
BEN, BEN_SHOP = hashed("ben@example.org"), hashed("1002", "shop")
HERS = (ADA, ADA_SHOP, ADA_CRM)


def rows(columns: str, *lines: tuple) -> pd.DataFrame:
    return pd.DataFrame(list(lines), columns=columns.split())


def tidy_tables() -> dict[str, pd.DataFrame]:
    """What an import has made: every customer_id is the one of the person's group."""
    return {
        "orders": rows(
            "order_id customer_id ordered_on market status revenue_excl_vat currency",
            ("order1", ADA, "2026-03-01", "FR", "paid", 10.25, "EUR"),
            ("order2", ADA, "2026-09-30", "FR", "paid", 20.0, "EUR"),
            ("order3", BEN, "2026-09-30", "FR", "paid", 30.0, "EUR"),
        ),
        "order_lines": rows(
            "order_id line market product_id quantity revenue_excl_vat currency",
            ("order1", 1, "FR", "p1", 1, 10.25, "EUR"),
            ("order2", 1, "FR", "p1", 1, 12.0, "EUR"),
            ("order2", 2, "FR", "p2", 1, 8.0, "EUR"),
            ("order3", 1, "FR", "p2", 3, 30.0, "EUR"),
        ),
        "returns": rows(
            "order_id product_id returned_on market returned_value currency",
            ("order2", "p2", "2026-09-30", "FR", 8.0, "EUR"),
            ("order3", "p2", "2026-09-30", "FR", 10.0, "EUR"),
        ),
        "carts": rows(
            "cart_id customer_id created_on market cart_value currency is_abandoned recovered_order_id",
            ("k1", ADA, "2026-09-01", "FR", 10.0, "EUR", True, None),
            ("k2", None, "2026-09-02", "FR", 10.0, "EUR", True, "order2"),
            ("k3", BEN, "2026-09-03", "FR", 10.0, "EUR", True, "order3"),
            ("k4", None, "2026-09-04", "FR", 10.0, "EUR", True, None),
        ),
        "customers": rows(
            "customer_id market first_seen_on referred_by age_band",
            (ADA, "FR", "2026-03-01", None, "25-34"),
            (BEN, "FR", "2026-04-01", ADA, "35-44"),
        ),
        "identities": rows(
            "customer_id system system_id matched_by",
            (ADA, "email", ADA, "same row"),
            (ADA, "shop", ADA_SHOP, "same row"),
            (ADA, "hubspot", ADA_CRM, "same row"),
            (BEN, "email", BEN, "same row"),
            (BEN, "shop", BEN_SHOP, "same row"),
        ),
        "consents": rows(
            "customer_id purpose legal_basis status recorded_at recorded_on",
            (ADA, "email", "consent", "granted", "2026-03-01T10:00:00Z", "2026-03-01"),
            (BEN, "email", "consent", "denied", "2026-04-01T10:00:00Z", "2026-04-01"),
        ),
        "crm_events": rows(
            "event_id customer_id campaign_id event happened_on market",
            ("m1", ADA, "c1", "clicked", "2026-09-01", "FR"),
            ("m2", BEN, "c1", "clicked", "2026-09-01", "FR"),
        ),
        "touchpoints": rows(
            "touch_id customer_id visitor_id touched_at touched_on market channel event",
            ("t1", None, "v1", "2026-08-01T10:00:00Z", "2026-08-01", "FR", "search", "visit"),
            ("t2", ADA, "v1", "2026-08-02T10:00:00Z", "2026-08-02", "FR", "direct", "visit"),
            ("t3", BEN, "v1", "2026-08-03T10:00:00Z", "2026-08-03", "FR", "direct", "visit"),
            ("t4", None, "v2", "2026-08-04T10:00:00Z", "2026-08-04", "FR", "search", "visit"),
        ),
        "journeys": rows(
            "journey_id customer_id market started_on ended_on path n_touches is_converted order_id revenue_excl_vat currency window_days",
            ("j1", None, "FR", "2026-09-01", "2026-09-30", "search > direct", 2, True, "order2", 20.0, "EUR", 30),
            ("j2", BEN, "FR", "2026-09-01", "2026-09-30", "direct", 1, True, "order3", 30.0, "EUR", 30),
        ),
        "surveys": rows(
            "survey_id survey_type respondent_id customer_id answered_on market question score",
            ("s1", "nps", "17", ADA, "2026-09-10", "FR", "nps", 9),
            ("s1", "nps", "17", None, "2026-09-10", "FR", "ces", 2),
            ("s2", "nps", "17", None, "2026-09-12", "FR", "nps", 4),
        ),
        "support_cases": rows(
            "case_id customer_id opened_on market topic order_id",
            ("a1", None, "2026-09-11", "FR", "delivery", "order2"),
            ("a2", BEN, "2026-09-11", "FR", "gift", "order2"),
        ),
        "media_spend": rows(
            "spent_on platform market campaign_id spend currency",
            ("2026-09-01", "google_ads", "FR", "g1", 5.0, "EUR"),
        ),
    }  # fmt: skip


def imported_tables() -> dict[str, dict[str, pd.DataFrame]]:
    """What two files gave, by import: here a person goes by the ids of the file."""
    own = tidy_tables()
    shop = own["orders"].assign(customer_id=[ADA_SHOP, ADA_SHOP, BEN_SHOP])
    pairs = rows(
        "customer_id system system_id matched_by",
        (ADA_SHOP, "shop", ADA_SHOP, "same row"),
        (ADA_SHOP, "email", ADA, "same row"),
        (BEN_SHOP, "shop", BEN_SHOP, "same row"),
        (BEN_SHOP, "email", BEN, "same row"),
    )
    crm = rows(
        "customer_id system system_id matched_by",
        (ADA, "email", ADA, "same row"),
        (ADA, "hubspot", ADA_CRM, "same row"),
    )
    return {
        "20261001-shop": {"orders": shop, "identities": pairs},
        "20261002-crm": {"identities": crm, "consents": own["consents"]},
        "20261003-ads": {"media_spend": own["media_spend"]},
    }


@dataclass
class Shop:
    """The company's folder."""

    root: Path

    @property
    def company(self) -> company.Company:
        return company.read("acme")

    @property
    def folder(self) -> Path:
        return self.root / "data" / "companies" / "acme"

    def write(self, table: str, frame: pd.DataFrame) -> None:
        tables.write(frame, table, self.company)

    def read(self, table: str) -> pd.DataFrame:
        """Rows of a tidy table, as they lie in its files."""
        files = sorted((self.folder / "tidy" / table).glob("*.parquet"))
        return pd.concat([pd.read_parquet(path) for path in files], ignore_index=True)

    def ids(self, table: str) -> list[str]:
        """First key of the rows of a table, sorted."""
        return sorted(self.read(table)[tables.contract(table).key[0]])

    def bytes(self) -> dict[str, bytes]:
        """Every file of the company, as it lies on the disk."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and path.suffix != ".lock"
        }

    def holders(self, *texts: str) -> list[str]:
        """Files in which one of the texts stands, compressed or not."""
        found = []
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                plain = path.read_bytes().decode("utf-8", errors="ignore")
                if path.suffix == ".parquet":
                    plain += pd.read_parquet(path).to_csv()
                if any(text in plain for text in texts):
                    found.append(path.relative_to(self.folder).as_posix())
        return found

    def report(self, name: str, *, tables: list[str], until: str, shown: str = "") -> None:
        """Write what a run of the report leaves: its folder, and where readers see it when it is published."""
        run = self.root / "reports" / ".runs" / name
        run.mkdir(parents=True)
        head = {"company": "acme", "data_until": until, "tables": {one: {} for one in tables}}
        (run / "run.json").write_text(json.dumps(head))
        if shown:
            link = self.root / "reports" / "acme" / shown
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(run, target_is_directory=True)
