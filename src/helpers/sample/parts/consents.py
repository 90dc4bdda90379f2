"""What customers agreed to, for which purpose, on what ground and since when.

The open pixel is asked for since April 2026 (CNIL, deliberation 2026-042 of 12 March 2026), the telephone since August.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.sample.chunk import Chunk
from helpers.sample.setting import MARKETS, N_DATA, dates, day_number, utc

PIXEL_SINCE, PHONE_SINCE = day_number("2026-04-01"), day_number("2026-08-11")
PIXEL_SHARE, PHONE_SHARE, ADVERTISING_SHARE, SIMILAR_PRODUCTS = 0.38, 0.09, 0.85, 0.3


def people(chunk: Chunk) -> Iterator[tuple[str, pd.DataFrame]]:
    """Table `consents`: choices of the first order, of the rounds of 2026, and withdrawals."""
    yield "consents", _consents(chunk)


def agrees_to_pixel(chunk: Chunk) -> np.ndarray:
    """Who agrees to the open pixel when asked."""
    return chunk.rng("open pixel").random(len(chunk.people)) < PIXEL_SHARE


def _consents(chunk: Chunk) -> pd.DataFrame:
    """Table `consents`: choices of the first order, of the rounds of 2026, and withdrawals."""
    rng, known = chunk.rng("consents"), chunk.people
    n, start = len(known), known["start"].to_numpy()
    everyone, listed = np.arange(n), known["takes_email"].to_numpy()
    leaves = known["leaves_list"].to_numpy()
    similar = rng.random(n) < SIMILAR_PRODUCTS
    pixel = np.flatnonzero(listed & (leaves > PIXEL_SINCE) & (start < N_DATA))
    phone = np.flatnonzero((start < PHONE_SINCE) & (rng.random(n) < 0.2))
    left = np.flatnonzero(listed & (leaves < N_DATA))
    adverts = known["tracked"].to_numpy() & (rng.random(n) < ADVERTISING_SHARE)
    rows = [
        (everyone, start, "statistics", "legitimate interest", np.ones(n, bool), "privacy notice v3"),
        (everyone, start, "email", np.where(listed & similar, "similar products", "consent"), listed, "checkout form v2"),
        (everyone, start, "tracking", "consent", known["tracked"].to_numpy(), "cookie banner v4"),
        (everyone, start, "advertising", "consent", adverts, "cookie banner v4"),
        (np.flatnonzero(known["takes_sms"]), start[known["takes_sms"]], "sms", "consent", np.ones(known["takes_sms"].sum(), bool), "checkout form v2"),
        (pixel, np.maximum(start[pixel], PIXEL_SINCE), "open_pixel", "consent", agrees_to_pixel(chunk)[pixel], "preference centre v1"),
        (phone, np.full(len(phone), PHONE_SINCE), "phone", "consent", rng.random(len(phone)) < PHONE_SHARE / 0.2, "preference centre v1"),
        (left, leaves[left].astype(int), "email", "consent", np.zeros(len(left), bool), "unsubscribe link"),
    ]  # fmt: skip
    parts = []
    for who, day, purpose, basis, granted, proof in rows:
        status = np.where(granted, "granted", "withdrawn" if proof == "unsubscribe link" else "denied")
        second = 9 * 3600 + (np.asarray(who) * 7919) % 36_000 + (3600 if proof == "unsubscribe link" else 0)
        parts.append(
            pd.DataFrame(
                {
                    "who": who,
                    "day": day,
                    "second": second,
                    "purpose": purpose,
                    "legal_basis": basis,
                    "status": status,
                    "proof": proof,
                }
            )
        )
    made = pd.concat(parts, ignore_index=True).sort_values(
        ["who", "purpose", "day", "second"], kind="stable", ignore_index=True
    )
    return made.assign(
        customer_id=known["customer_id"].to_numpy()[made["who"]],
        recorded_at=utc(made["day"], made["second"]),
        recorded_on=dates(made["day"]),
        market=np.array(MARKETS)[chunk.market[made["who"]]],
    )
