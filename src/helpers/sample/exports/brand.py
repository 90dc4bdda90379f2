"""What an institute and panels tell of brands: answers of a tracker, of trust and of a lift study, searches, and advertising.

Answers come squeezed as UTF-8 with commas, one file a survey; searches with departments in French, as does the advertising.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pandas as pd

from helpers.sample.exports.positioning import ENGLISH, RECENT, export
from helpers.sample.exports.tidy import read

ANSWERS = {**ENGLISH, "weight": "weight", "wording": "wording"}
LIFT = {**ENGLISH, "is_exposed": "is_exposed"}
SEARCHES = {
    "starts_on": "Semaine du", "market": "Pays", "brand": "Marque", "region": "Département", "searches": "Recherches", "source": "Outil",
}  # fmt: skip
SPEND = {
    "month": "Month", "market": "Country", "brand": "Advertiser", "medium": "Medium", "spend": "Gross spend", "currency": "Currency",
    "source": "Service",
}  # fmt: skip
SEARCHED, SPENT = pd.Timestamp("2026-07-06"), pd.Timestamp("2025-10-01")  # first days told


def answers(folder: Path, kind: str, heads: tuple[str, ...]) -> pd.DataFrame:
    """Answers of one type of survey in its last wave."""
    return read(folder, "surveys", "answered_on", since=RECENT, survey_type=kind)[list(heads)]


def searches(folder: Path) -> pd.DataFrame:
    """Searches of the last weeks: of each market for every brand, and by department for two."""
    return read(folder, "search_interest", "starts_on", since=SEARCHED)[list(SEARCHES)]


def spend(folder: Path) -> pd.DataFrame:
    """Advertising of twelve months."""
    return read(folder, "competitor_spend", "month", since=SPENT)[list(SPEND)]


EXPORTS = {
    **{
        f"survey/{kind}.csv.gz": export(
            "surveys", partial(answers, kind=kind, heads=tuple(heads)), heads, small=False
        )
        for kind, heads in (("brand_tracker", ANSWERS), ("trust", ANSWERS), ("lift", LIFT))
    },
    "panel/searches.csv": export("search_interest", partial(searches), SEARCHES, french=True),
    "panel/advertising.csv": export("competitor_spend", partial(spend), SPEND),
}
