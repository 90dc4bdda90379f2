"""What the company says of itself and can prove: claims, proofs and indicators. Drawn by hand, with columns of docs/tables.md."""

from __future__ import annotations

import pandas as pd

from helpers.sample.exports.tidy import rng


def claims() -> pd.DataFrame:
    """Claims in public; one was taken back, one compares, one has no proof."""
    names = ["claim_id", "published_on", "withdrawn_on", "market", "wording", "channel", "scope", "kind", "is_comparative", "reviewer", "status", "exposure"]  # fmt: skip
    rows = [
        ("cl01", "2025-10-06", None, "FR", "Une machine remplace 300 bouteilles par an", "site", "machine", "environmental", True, "legal", "published", 240_000),
        ("cl02", "2026-01-12", None, "FR", "Cylindre consigné, repris et rempli", "packaging", "cylinder", "environmental", False, "legal", "published", 51_000),
        ("cl03", "2026-03-02", "2026-06-30", "BE", "Neutre en carbone", "social", "company", "environmental", False, None, "withdrawn", 18_500),
        ("cl04", "2026-05-18", None, "FR", "Assemblé par une entreprise d'insertion", "site", "machine", "social", False, "CSR manager", "published", 73_000),
    ]  # fmt: skip
    made = pd.DataFrame(rows, columns=names)
    return made.assign(**{name: pd.to_datetime(made[name]) for name in ("published_on", "withdrawn_on")})


def proofs() -> pd.DataFrame:
    """Documents behind the claims."""
    names = ["proof_id", "claim_id", "document", "auditor", "method", "issued_on", "valid_until", "scope_match", "assurance"]  # fmt: skip
    rows = [
        ("pr01", "cl01", "lca-machine.pdf", "Bureau Tarn", "ISO 14044", "2025-09-15", "2028-09-14", 0.8, "limited"),
        ("pr02", "cl02", "deposit-scheme.pdf", None, "own count", "2025-12-20", None, 1.0, "none"),
        ("pr03", "cl04", "contract-assembly.pdf", "Bureau Tarn", "site visit", "2026-04-29", "2027-04-28", 1.0, "reasonable"),
    ]  # fmt: skip
    made = pd.DataFrame(rows, columns=names)
    return made.assign(**{name: pd.to_datetime(made[name]) for name in ("issued_on", "valid_until")})


def metrics() -> pd.DataFrame:
    """Indicators by quarter."""
    quarters = pd.to_datetime(["2025-12-31", "2026-03-31", "2026-06-30", "2026-09-30"])
    asked = {"scope 1 and 2 emissions": ("kgCO2e", "E1-6", 41_000.0), "recycled share of packaging": ("share", "E5-5", 0.62),
             "training": ("hours", "S1-13", 310.0)}  # fmt: skip
    draws, rows = rng("csr metrics"), []
    for name, (measure, code, level) in asked.items():
        for quarter in quarters:
            value = round(level * draws.uniform(0.9, 1.1), 3)
            rows.append({"period_end": quarter, "metric": name, "scope": "company", "market": "FR", "value": value, "measure": measure, "esrs_code": code, "is_audited": quarter.month == 12})  # fmt: skip
    return pd.DataFrame(rows)
