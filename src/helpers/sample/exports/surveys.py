"""Surveys: answers one a line, answers one column a question, a price panel, and a brand tracker as totals.

The long file has the columns of docs/tables.md, saved by a French Excel: semicolons, decimal commas, a BOM. In the wide files a
question is a column whose head begins with `q_`; the price panel asks the four prices of Van Westendorp.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from helpers.sample.exports.forms import comma, table
from helpers.sample.exports.tidy import Export, email, read, rng

LONG = (
    "survey_id", "survey_type", "respondent_id", "customer_id", "answered_on", "market", "question", "brand", "score", "scale_min",
    "scale_max", "choice", "verbatim", "language", "sample_source",
)  # fmt: skip
TRUST = ("trust_quality", "trust_promises", "trust_planet")
PRICES = ("too_cheap", "cheap", "expensive", "too_expensive")
AGES = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
SAID = (
    "survey_id",
    "survey_type",
    "respondent_id",
    "market",
    "age_band",
    "weight",
)  # of a person, in the wide files
VOICE = ("nps", "ces", "other")  # types of the file of customers' answers
N = 150  # people of a drawn survey


def _answers(folder: Path) -> pd.DataFrame:
    """Answers of customers in the exported months; who answered is an address."""
    found = read(folder, "surveys", "answered_on", survey_type=VOICE)
    return found.assign(customer_id=found["customer_id"].map(email, na_action="ignore"))[list(LONG)]


def _long(folder: Path) -> str:
    found = _answers(folder)
    made = found.astype(object).where(found.notna(), "")
    made["answered_on"] = [f"{day:%d/%m/%Y}" for day in found["answered_on"]]
    for name in ("score", "scale_min", "scale_max"):
        made[name] = found[name].map(lambda value: comma(value, 1))
    return table([list(LONG), *made.to_numpy().tolist()], separator=";")


def _people(name: str) -> pd.DataFrame:
    """Who answered, when and where, with a weight."""
    draws = rng(name)
    days = pd.Timestamp("2026-09-07") + pd.to_timedelta(np.sort(draws.integers(0, 12, N)), unit="D")
    made = pd.DataFrame(
        {"respondent_id": [f"{name[:1]}{n:04d}" for n in range(1, N + 1)], "answered_on": days}
    )
    made = made.assign(survey_id=f"{name}-panel-2026-09", survey_type=name)
    made["market"] = draws.choice(np.array(["FR", "BE"]), N, p=[0.8, 0.2])
    return made.assign(age_band=draws.choice(np.array(AGES), N), weight=draws.uniform(0.6, 1.6, N).round(3))


def _trust() -> pd.DataFrame:
    """Three answers from 1 to 7 a person; some are left out."""
    made, draws = _people("trust"), rng("trust answers")
    for name in TRUST:
        score = draws.integers(1, 8, N).astype(float)
        made[name] = np.where(draws.random(N) < 0.06, np.nan, score)
    return made


def _panel() -> pd.DataFrame:
    """Four prices a person, mostly in order."""
    made, draws = _people("price"), rng("price answers")
    middle = draws.lognormal(4.1, 0.2, N)
    for name, factor in zip(PRICES, (0.55, 0.8, 1.15, 1.5), strict=True):
        made[name] = (middle * factor * draws.uniform(0.92, 1.08, N)).round(0)
    return made


def _wide(people: pd.DataFrame, questions: tuple[str, ...], form: str) -> str:
    rows = [
        [*(getattr(r, name) for name in SAID), f"{r.answered_on:%Y-%m-%d}",
         *("" if pd.isna(getattr(r, q)) else format(getattr(r, q), form) for q in questions)]
        for r in people.itertuples(index=False)
    ]  # fmt: skip
    return table([[*SAID, "answered_on", *(f"q_{name}" for name in questions)], *rows])


def _melted(people: pd.DataFrame, questions: tuple[str, ...]) -> pd.DataFrame:
    """One row an answer; a question that somebody left out gives none."""
    keys = [*SAID, "answered_on"]
    made = people.melt(id_vars=keys, value_vars=list(questions), var_name="question", value_name="score")
    return made.dropna(subset="score").reset_index(drop=True)


def _tracker(folder: Path) -> pd.DataFrame:
    """Four waves of a tracker: shares of the people asked."""
    found = read(folder, "brand_tracker", "wave_on", since=pd.Timestamp("2026-06-01"))
    return found[["wave_on", "market", "brand", "metric", "share", "n", "n_effective"]]


def _tracker_csv(folder: Path) -> str:
    head = ["wave_on", "market", "brand", "metric", "segment", "share", "n", "n_effective"]
    rows = [[f"{t.wave_on:%Y-%m-%d}", t.market, t.brand, t.metric, "", f"{t.share:.4f}", t.n, f"{t.n_effective:.1f}"]
            for t in _tracker(folder).itertuples(index=False)]  # fmt: skip
    return table([head, *rows])


EXPORTS = {
    "surveys/answers_long.csv": Export(
        _long,
        "utf-8-sig",
        lambda folder: {"surveys": _answers(folder)},
        {"account_id": "customers", "date_order": "dmy", "decimal": ","},
    ),
    "surveys/trust_wide.csv": Export(
        lambda folder: _wide(_trust(), TRUST, ".0f"),
        "utf-8",
        lambda folder: {"surveys": _melted(_trust(), TRUST)},
        {"account_id": "trust panel"},
    ),
    "surveys/price_panel.csv": Export(
        lambda folder: _wide(_panel(), PRICES, ".2f"),
        "utf-8",
        lambda folder: {"surveys": _melted(_panel(), PRICES)},
        {"account_id": "price panel"},
    ),
    "surveys/brand_tracker.csv": Export(_tracker_csv, "utf-8", lambda folder: {"brand_tracker": _tracker(folder)}),
}  # fmt: skip
