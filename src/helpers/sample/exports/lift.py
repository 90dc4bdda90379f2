"""Brand lift as Google and Meta report it: people who could see a campaign against people who were kept from it.

Heads are from general knowledge, not measured. Google gives shares of positive answers with the number of answers, and two hyphens
where it withholds them; Meta gives both counts by question; each says its dates above or in the rows.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers.sample.exports.forms import Columns, english, lines, table, us_words
from helpers.sample.exports.tidy import Export, Truth, read
from helpers.sample.parts.brand_lift import FIRST, LAST, STUDIES

STARTS, ENDS = pd.Timestamp(FIRST), pd.Timestamp(LAST)
HELD = "--"

GOOGLE: Columns = {
    "Campaign": lambda r: r.campaign,
    "Brand Lift metric": lambda r: r.metric,
    "Exposed survey responses": lambda r: english(r.exposed_n, 0),
    "Exposed positive response rate": lambda r: _rate(r.exposed_yes, r.exposed_n),
    "Baseline survey responses": lambda r: english(r.control_n, 0),
    "Baseline positive response rate": lambda r: _rate(r.control_yes, r.control_n),
    "Absolute Brand Lift": lambda r: _rate(
        r.exposed_yes - r.control_yes * r.exposed_n / r.control_n, r.exposed_n
    ),
    "Lifted users": lambda r: HELD if pd.isna(r.exposed_yes) else english(9000 + r.exposed_n, 0),
}
META: Columns = {
    "Study name": lambda r: r.campaign,
    "Start date": lambda r: f"{STARTS:%Y-%m-%d}",
    "End date": lambda r: f"{ENDS:%Y-%m-%d}",
    "Question": lambda r: r.metric,
    "Test responses": lambda r: r.exposed_n,
    "Test positive responses": lambda r: int(r.exposed_yes),
    "Control responses": lambda r: r.control_n,
    "Control positive responses": lambda r: int(r.control_yes),
    "Brand lift (percentage points)": lambda r: f"{100 * (r.exposed_yes / r.exposed_n - r.control_yes / r.control_n):.1f}",
}  # fmt: skip


def _rate(yes: float, n: float) -> str:
    return HELD if pd.isna(yes) else f"{yes / n:.2%}"


def _results(folder: Path, tool: str) -> pd.DataFrame:
    """One row a study and question of a tool: answers and positive answers of both groups."""
    found = read(folder, "experiments", "measured_on", since=STARTS, until=ENDS, kind="holdout")
    study = found["experiment_id"].str.split(" / ").str[0]
    found = found.assign(campaign=study)[
        study.map(lambda name: name in STUDIES and STUDIES[name].tool == tool)
    ]
    wide = found.pivot(index=["campaign", "metric"], columns="arm", values=["units", "conversions"])
    wide.columns = [f"{arm}_{'n' if what == 'units' else 'yes'}" for what, arm in wide.columns]
    return wide.astype(float).astype({"exposed_n": int, "control_n": int}).reset_index()


def _google(folder: Path) -> str:
    span = f"{us_words(STARTS)} - {us_words(ENDS)}"
    return "Brand lift report\n" + table([[span], *lines(_results(folder, "google_ads"), GOOGLE)])


def _told(found: pd.DataFrame, *, exact: bool) -> Truth:
    """Arms `exposed` and `control`; where a file gives shares, conversions are share times answers as it prints them."""
    made = []
    for row in found.to_dict("records"):
        for arm in ("exposed", "control"):
            units, yes = row[f"{arm}_n"], row[f"{arm}_yes"]
            counted = float(yes) if exact else round(yes / units, 4) * units
            made.append({"experiment_id": row["campaign"], "arm": arm, "metric": row["metric"], "units": units, "conversions": counted})  # fmt: skip
    days = {"starts_on": STARTS, "ends_on": ENDS, "measured_on": ENDS}
    return {"experiments": pd.DataFrame(made).assign(market="FR", **(days if exact else {}))}


EXPORTS = {
    "google_ads/brand_lift.csv": Export(
        _google, "utf-8", lambda folder: _told(_results(folder, "google_ads"), exact=False), {"market": "FR"}
    ),
    "meta/brand_lift.csv": Export(
        lambda folder: table(lines(_results(folder, "meta"), META)),
        "utf-8-sig",
        lambda folder: _told(_results(folder, "meta"), exact=True),
        {"market": "FR"},
    ),
}  # fmt: skip
