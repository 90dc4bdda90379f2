"""Brand lift as Google and Meta report it: people who could see a campaign against people who were kept from it.

Drawn. Heads are from general knowledge, not measured. Google gives shares of positive answers with the number of answers,
Meta the same by question; each says its dates above or in the rows.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers.sample.exports.forms import Columns, english, lines, table, us_words
from helpers.sample.exports.tidy import Export, Truth, rng

STARTS, ENDS = pd.Timestamp("2026-05-04"), pd.Timestamp("2026-05-31")
GOOGLE_ASKED = ("Ad recall", "Awareness", "Consideration")
META_ASKED = ("Standard ad recall", "Favorability", "Action intent")

GOOGLE: Columns = {
    "Campaign": lambda r: r.campaign,
    "Brand Lift metric": lambda r: r.metric,
    "Exposed survey responses": lambda r: english(r.exposed_n, 0),
    "Exposed positive response rate": lambda r: f"{r.exposed_yes / r.exposed_n:.2%}",
    "Baseline survey responses": lambda r: english(r.control_n, 0),
    "Baseline positive response rate": lambda r: f"{r.control_yes / r.control_n:.2%}",
    "Absolute Brand Lift": lambda r: f"{r.exposed_yes / r.exposed_n - r.control_yes / r.control_n:.2%}",
    "Lifted users": lambda r: english(9000 + r.exposed_n, 0),
}
META: Columns = {
    "Study name": lambda r: r.campaign,
    "Start date": lambda r: f"{STARTS:%Y-%m-%d}",
    "End date": lambda r: f"{ENDS:%Y-%m-%d}",
    "Question": lambda r: r.metric,
    "Test responses": lambda r: r.exposed_n,
    "Test positive responses": lambda r: r.exposed_yes,
    "Control responses": lambda r: r.control_n,
    "Control positive responses": lambda r: r.control_yes,
    "Brand lift (percentage points)": lambda r: f"{100 * (r.exposed_yes / r.exposed_n - r.control_yes / r.control_n):.1f}",
}  # fmt: skip


def _results(name: str, asked: tuple[str, ...]) -> pd.DataFrame:
    """One row a question: answers and positive answers of both groups."""
    draws, n = rng(name), len(asked)
    made = pd.DataFrame({"campaign": name, "metric": asked, "exposed_n": draws.integers(1800, 2600, n)})
    made["control_n"] = draws.integers(1800, 2600, n)
    base = draws.uniform(0.2, 0.4, n)
    made["control_yes"] = draws.binomial(made["control_n"], base)
    return made.assign(exposed_yes=draws.binomial(made["exposed_n"], base + 0.05))


def _google(folder: Path) -> str:
    span = f"{us_words(STARTS)} - {us_words(ENDS)}"
    return "Brand lift report\n" + table([[span], *lines(_results("Film mai 2026", GOOGLE_ASKED), GOOGLE)])


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
        _google, "utf-8", lambda folder: _told(_results("Film mai 2026", GOOGLE_ASKED), exact=False), {"market": "FR"}
    ),
    "meta/brand_lift.csv": Export(
        lambda folder: table(lines(_results("Réseaux mai 2026", META_ASKED), META)),
        "utf-8-sig",
        lambda folder: _told(_results("Réseaux mai 2026", META_ASKED), exact=True),
        {"market": "FR"},
    ),
}  # fmt: skip
