"""Tables that people keep: prices seen, reviews, press, events, shops, accounts, responsibility, decisions and what was learnt.

Each is a sheet with the columns of docs/tables.md. Some are saved by a French Excel (semicolons, decimal commas, days as
30/09/2026, a BOM), some as UTF-8 with commas. Prices, decisions and what was learnt are drawn; the others are the sample's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers import tables
from helpers.sample.exports.forms import table
from helpers.sample.exports.tidy import RECENT, RIVALS, Export, Truth, email, read, rng

CODES = ("cylinder", "filter", "carafe", "machine", "accessory")
FILLS = ("cylinder", "filter", "carafe", "accessory")
LEDGER = ("csr_claims", "csr_proofs", "csr_metrics", "csr_topics", "products")
COUNTED = {"deliveries": "delivered_on", "responsible_offers": "offered_on"}
Frame = Callable[[Path], pd.DataFrame]


def prices(folder: Path) -> pd.DataFrame:
    """Prices of four products at four sellers on the first day of the last six months; the machine's come from a price watch."""
    days = pd.date_range("2026-04-01", "2026-09-01", freq="MS", unit="us")
    names = ["observed_on", "seller", "product_id"]
    made = pd.MultiIndex.from_product([days, ("own", *RIVALS), FILLS], names=names).to_frame(index=False)
    draws, base = rng("prices"), dict(zip(FILLS, (14.9, 19.9, 24.9, 12.5), strict=True))
    made["regular_price"] = (made["product_id"].map(base) * draws.uniform(0.9, 1.2, len(made))).round(2)
    made["is_promotion"] = draws.random(len(made)) < 0.15
    off = np.where(made["is_promotion"], 0.85, 1.0)
    return made.assign(market="FR", price=(made["regular_price"] * off).round(2), currency="EUR", source="site visit")  # fmt: skip


def reviews(folder: Path) -> pd.DataFrame:
    """Reviews of the last months; some were answered."""
    found = read(folder, "reviews", "posted_on", since=pd.Timestamp("2026-06-01"))
    return found.drop(columns=["store_id", "body"])


def earned_media(folder: Path) -> pd.DataFrame:
    """Pieces that spoke of the brand and of others."""
    return read(folder, "earned_media", "published_on")


def decisions(folder: Path) -> pd.DataFrame:
    """Decisions of the year, in euro."""
    names = ["decision_id", "decided_on", "market", "page", "kpi", "decision", "currency", "expected", "expected_low", "expected_high", "due_on", "observed", "is_tested", "status", "owner"]  # fmt: skip
    rows = [
        ("dc01", "2026-02-09", "FR", "crm/02", "retention_d30", "Garder l'accueil court", "EUR", 42_000.0, 11_000.0, 73_000.0, "2026-05-31", 38_500.0, True, "done", "CRM manager"),
        ("dc02", "2026-04-20", "FR", "activation/05", "roas", "Déplacer 10 % de la vidéo vers la recherche", "EUR", 15_500.5, -2_000.0, 33_000.0, "2026-10-31", None, False, "planned", "media manager"),
        ("dc03", "2026-06-15", "BE", "activation/02", "roas", "Arrêter l'affiliation", "EUR", 3_200.0, 900.0, 5_500.0, "2026-09-30", 2_100.0, True, "reversed", "media manager"),
    ]  # fmt: skip
    made = pd.DataFrame(rows, columns=names)
    return made.assign(**{name: pd.to_datetime(made[name]) for name in ("decided_on", "due_on")})


def questions(folder: Path) -> pd.DataFrame:
    """The learning agenda."""
    names = [
        "question_id",
        "asked_on",
        "channel",
        "question",
        "decision",
        "test",
        "due_on",
        "status",
        "owner",
    ]
    rows = [
        ("qu01", "2026-01-19", "social", "Le format court vend-il ?", "Part du format court", "huit départements sans", "2026-04-30", "answered", "media manager"),
        ("qu02", "2026-07-06", "email", "Deux envois par semaine, est-ce trop ?", "Rythme des envois", "une moitié à un envoi", "2026-12-31", "running", "CRM manager"),
    ]  # fmt: skip
    made = pd.DataFrame(rows, columns=names)
    return made.assign(**{name: pd.to_datetime(made[name]) for name in ("asked_on", "due_on")})


def postmortems(folder: Path) -> pd.DataFrame:
    """What was expected, what happened."""
    names = ["postmortem_id", "held_on", "decision_id", "expected", "happened", "cause", "rule"]
    rows = [
        ("pm01", "2026-06-08", "dc01", "Plus de clients au jour 30", "Plus de clients, moins que prévu", "Saison", "Comparer à la même saison"),
        ("pm02", "2026-09-28", "dc03", "Pas de ventes perdues", "Des ventes perdues", "L'affiliation touchait d'autres gens", "Tester avant de couper"),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=names).assign(held_on=lambda p: pd.to_datetime(p["held_on"]))


def _cell(value: Any, *, french: bool) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%d/%m/%Y}" if french else f"{value:%Y-%m-%d}"
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".").replace(".", "," if french else ".")
    return str(value)


def _sheet(folder: Path, frame: Frame, *, french: bool) -> str:
    made = frame(folder)
    rows = [[_cell(value, french=french) for value in row] for row in made.itertuples(index=False)]
    return table([list(made.columns), *rows], separator=";" if french else ",")


def _told(folder: Path, name: str, frame: Frame) -> Truth:
    return {name: frame(folder)}


def _kept(name: str, frame: Frame, *, french: bool = False) -> Export:
    settings = {"date_order": "dmy", "decimal": ","} if french else {}
    if any(column.is_money for column in tables.contract(name).columns):
        settings["vat"] = "incl" if name == "prices" else "excl"
    encoding = "utf-8-sig" if french else "utf-8"
    return Export(
        partial(_sheet, frame=frame, french=french),
        encoding,
        partial(_told, name=name, frame=frame),
        settings,
    )


def _events(folder: Path) -> pd.DataFrame:
    return read(folder, "events", "starts_on").drop(columns="orders")


def services(folder: Path) -> pd.DataFrame:
    """Services of the last months; customers are addresses, as in the shop."""
    found = read(folder, "services", "started_on", since=RECENT)
    return found.assign(customer_id=found["customer_id"].map(email))


def _finance(folder: Path) -> pd.DataFrame:
    return read(folder, "finance_actuals", "month")


def _stores(folder: Path) -> pd.DataFrame:
    return read(folder, "stores").drop(columns="closed_on")


EXPORTS = {
    "kept/prices.csv": _kept("prices", prices, french=True),
    "kept/reviews.csv": _kept("reviews", reviews),
    "kept/earned_media.csv": _kept("earned_media", earned_media),
    "kept/influencers.csv": _kept("influencers", lambda folder: read(folder, "influencers", "starts_on")),
    "kept/ideas.csv": _kept("ideas", lambda folder: read(folder, "ideas", "received_on"), french=True),
    "kept/advocates.csv": _kept("advocates", lambda folder: read(folder, "advocates", "month")),
    "kept/events.csv": _kept("events", _events),
    "kept/stores.csv": _kept("stores", _stores),
    "kept/finance_actuals.csv": _kept("finance_actuals", _finance, french=True),
    **{
        f"kept/{name}.csv": _kept(name, partial(read, table=name), french=name == "csr_metrics")
        for name in LEDGER
    },
    **{f"kept/{name}.csv": _kept(name, partial(read, table=name, day=day)) for name, day in COUNTED.items()},
    "kept/services.csv": _kept("services", services),
    "kept/decisions.csv": _kept("decisions", decisions, french=True),
    "kept/questions.csv": _kept("questions", questions),
    "kept/postmortems.csv": _kept("postmortems", postmortems),
}
