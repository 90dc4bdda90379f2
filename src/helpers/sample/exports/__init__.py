"""Raw exports of the sample company, as the systems hand them out: preambles, totals, languages and encodings included.

They are made from the tidy tables, so what a reader gets out of them can be compared with `truth` to the cent. Media reports cover
the last thirteen months; files about single people less, so that they stay small. For posts of the tools, and where the sample has no table (decisions),
a small frame is drawn. No two files tell the same day of the same market and table, so all of them can be
read in one go. Nothing here knows how a file is read.
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from helpers.sample.exports import (
    adobe,
    brand,
    fivetran,
    ga4_events,
    ga4_reports,
    google_ads,
    google_marketing,
    hootsuite,
    hubspot,
    lift,
    linkedin,
    linkedin_page,
    mailchimp,
    marketing_cloud,
    mentions,
    meta,
    people_kept,
    positioning,
    salesforce,
    shopify,
    slack,
    social,
    surveys,
    woocommerce,
)
from helpers.sample.exports.forms import table
from helpers.sample.exports.tidy import SINCE, UNTIL, Export, Truth, read

__all__ = ["EXPORTS", "SINCE", "UNTIL", "Export", "Truth", "hand_kept", "settings", "truth", "write"]

FAMILIES = (
    google_ads, google_marketing, meta, linkedin, social, linkedin_page, hootsuite, mentions, ga4_reports, ga4_events, adobe,
    salesforce, marketing_cloud, hubspot, mailchimp, slack, shopify, woocommerce, surveys, positioning, brand, lift, people_kept, fivetran,
)  # fmt: skip
EXPORTS: dict[str, Export] = {name: one for family in FAMILIES for name, one in family.EXPORTS.items()}
HAND_KEPT = ("taxonomy", "campaign_map", "calendar", "fx_rates")


def write(folder: Path) -> list[Path]:
    """Write every export of a world into its raw/ folder, one folder a system; return the files."""
    made = []
    for name, export in EXPORTS.items():
        path = folder / "raw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = export.make(folder)
        path.write_bytes(content if isinstance(content, bytes) else content.encode(export.encoding))
        made.append(path)
    return made


def truth(folder: Path) -> dict[str, Truth]:
    """Tidy rows that a right reader gets from each file of raw/, by its path in there and by table.

    A frame has the columns of the contract that the file carries, or that `settings` says of it; a key column that the
    file does not tell (the number of a line, the action that converted, the day a list was taken) is left out. Days are local days; times are in UTC without a zone, as exact as
    the file tells them. Money and conversions have the decimals of the file. Text is as in the file. Ids of people are the
    raw ones, an address or a number: the reader has to hash them. A row is left out where its measure is nought and a right reader may
    leave it out (conversions, mentions). A file that feeds no table has none.
    """
    return {name: export.truth(folder) for name, export in EXPORTS.items()}


def settings(folder: Path) -> str:
    """What the company has to say of the files because they do not: [[exports]] to be added to its company.toml."""
    said = []
    for name, export in EXPORTS.items():
        if export.settings:
            values = {"files": name, **export.settings}
            said.append(
                "[[exports]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
            )
    return "\n".join(said)


def hand_kept(folder: Path) -> dict[str, str]:
    """Tables that stand beside company.toml rather than in raw/, as CSV by file name: the taxonomy places campaigns in markets."""
    made = {}
    for name in HAND_KEPT:
        rows = read(folder, name).dropna(axis=1, how="all").astype(object)
        cells = [[_plain(value) for value in row] for row in rows.to_numpy()]
        made[f"{name}.csv"] = table([list(rows.columns), *cells])
    return made


def _plain(value: object) -> object:
    if pd.isna(value):
        return ""
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else value
