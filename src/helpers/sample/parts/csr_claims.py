"""The ledger of what the company says of people and planet, with its proofs: `csr_ledger.toml`, the same in every world.

Each claim has what is true of it beside what the tables show: what its proofs are worth on the last day of the books, what is wrong with
its number, and the rule that its words break. A method is right when it finds these and no others.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any

import pandas as pd

from helpers.sample.setting import CURRENCIES, LAST, MARKETS
from helpers.sample.truth import Estimand
from helpers.sample.world import World

USUAL = {"market": "FR", "language": "fr", "kind": "environmental", "status": "published", "is_comparative": False, "materiality": 1.0}  # fmt: skip
DAYS = ("published_on", "withdrawn_on")


@lru_cache(1)
def ledger() -> tuple[dict[str, Any], ...]:
    """Claims as the file has them, in the order of their codes, with what is usual filled in."""
    text = files("helpers.sample").joinpath("csr_ledger.toml").read_text(encoding="utf-8")
    claims = [{**USUAL, **one} for one in tomllib.loads(text)["claims"]]
    return tuple(sorted(claims, key=lambda one: one["claim_id"]))


def claims() -> pd.DataFrame:
    """Table `csr_claims`, with the latent columns standing, gap and breaks, which no table shows."""
    made = pd.DataFrame(
        [{name: value for name, value in one.items() if name != "proofs"} for one in ledger()]
    )
    currency = made["market"].map(dict(zip(MARKETS, CURRENCIES, strict=True)))
    days = {name: pd.to_datetime(made[name]).astype("datetime64[us]") for name in DAYS}
    return made.assign(**days, currency=currency, exposure=made["exposure"].astype("Int64"))  # fmt: skip


def proofs() -> pd.DataFrame:
    """Table `csr_proofs`: a proof is numbered after its claim, and who made a document checked it where it has an assurance."""
    rows = []
    for claim in ledger():
        for number, proof in enumerate(claim.get("proofs", ()), 1):
            code = f"pr{claim['claim_id'][2:]}{'abc'[number - 1] if number > 1 else ''}"
            document = f"{code}-{proof['kind'].replace(' ', '-')}.pdf"
            checked = None if proof["assurance"] == "none" else proof["issuer"]
            known = {
                "proof_id": code,
                "claim_id": claim["claim_id"],
                "document": document,
                "auditor": checked,
            }
            rows.append({**known, "document_hash": _hash(document, proof["summary"]), **proof})
    made = pd.DataFrame(rows)
    return made.assign(**{name: pd.to_datetime(made[name]).astype("datetime64[us]") for name in ("issued_on", "valid_until")})  # fmt: skip


def is_live(made: pd.DataFrame) -> pd.Series:
    """Claims in public on the last day of the books."""
    day = pd.Timestamp(LAST)
    return (made["status"] == "published") & (made["published_on"] <= day) & ~(made["withdrawn_on"] <= day)


def market(world: World) -> Iterator[tuple[str, pd.DataFrame]]:
    """Tables `csr_claims` and `csr_proofs`."""
    yield "csr_claims", claims()
    yield "csr_proofs", proofs()


def truth(world: World, totals: dict[str, Any]) -> Iterator[Estimand]:
    """How many live claims have which standing, wrong number or forbidden words; `parameters` names them."""
    said = {
        "standing": "Live claims on the last day whose standing is this one, from proofs and audited figures; parameters name them.",
        "gap": "Live claims on the last day whose number the audited table contradicts in this; parameters name them.",
        "breaks": "Live claims on the last day whose words were written to break this rule (some break another one too); parameters name them.",
    }
    for name, about in said.items():
        for one, known in PLANTED[name].items():
            yield Estimand(f"claims_by_{name}", float(len(known)), "count", about, str(LAST), segment=one)
    soonest = pd.Timestamp(NEXT_EXPIRY[1]) - pd.Timestamp(LAST)
    about = "Days from the last day to the last day of the next proof that a live claim loses."
    yield Estimand("days_to_next_expiry", float(soonest.days), "days", about, str(LAST))


def _hash(document: str, summary: str) -> str:
    """SHA-256 of an invented document: of its name and of what it shows."""
    return hashlib.sha256(f"{document}\n{summary}".encode()).hexdigest()


def _planted() -> dict[str, dict[str, list[str]]]:
    """Codes of the live claims by standing, by what is wrong with their number, and by the rule that their words break."""
    made = claims()
    live = made[is_live(made)]
    return {
        name: {one: group["claim_id"].tolist() for one, group in live.groupby(name)}
        for name in ("standing", "gap", "breaks")
    }


def _next_expiry() -> list[str]:
    """Code and last day of the proof of a live claim that ends first after the last day of the books."""
    made = claims()
    held = proofs().merge(made[is_live(made)][["claim_id", "standing"]], on="claim_id")
    held = held[
        held["standing"].isin(["third party", "own evidence"]) & (held["valid_until"] > pd.Timestamp(LAST))
    ]
    first = held.sort_values("valid_until", kind="stable").iloc[0]
    return [first["proof_id"], str(first["valid_until"].date())]


PLANTED = _planted()
NEXT_EXPIRY = _next_expiry()
UNREADABLE = [one["claim_id"] for one in ledger() if one["language"] not in ("fr", "en")]
WITHOUT_EXPOSURE = [
    one["claim_id"] for one in ledger() if one["status"] == "published" and "exposure" not in one
]
DIRECTIVE, FRENCH_LAW = "2026-09-27", ("agec", "neutral_ads")  # first day of the one; the other is older
LEGAL_WHEN_PUBLISHED = [
    one["claim_id"] for one in ledger()
    if one.get("breaks") not in (None, *FRENCH_LAW) and str(one["published_on"]) < DIRECTIVE
]  # fmt: skip
