"""What the tracker asked: answers of people in one market, or an agency's totals; waves are named by their month."""

from __future__ import annotations

from typing import NamedTuple

import narwhals as nw
import pandas as pd

from helpers import rollups
from helpers.company import Scope
from helpers.rollups.reading import picked

NEEDED = ("survey_id", "survey_type", "respondent_id", "answered_on", "question")
ASKED_OF = ("age_band", "sex", "region", "sample_source")
MAYBE = ("market", "brand", "score", "scale_min", "scale_max", "weight", "wording", *ASKED_OF)
AGENCY = {"use": "usage_12m"}  # names that totals and answers have for one question
ROWS = ["wave", "respondent_id", "question", "brand", "score", "weight", "wording", *ASKED_OF]


class Asked(NamedTuple):
    """Answers of one market.

    rows : one row an answer: wave [month, or day where a month has two], respondent_id, question, brand, score, weight, wording, what is
        known of the person. days : last day of each wave. market : read; others : markets with answers that are left out.
    """

    rows: pd.DataFrame
    days: dict[str, pd.Timestamp]
    market: str
    others: tuple[str, ...]

    @property
    def last(self) -> pd.DataFrame:
        """Answers of the last wave."""
        return self.rows[self.rows["wave"] == max(self.days)] if self.days else self.rows


def asked(surveys: object, scope: Scope, *, kind: str, most: int, questions: tuple[str, ...] = (), begins: str = "", market: str = "") -> Asked:  # fmt: skip
    """Read the last waves of one kind of survey.

    Parameters
    ----------
    surveys : table `surveys`. kind : survey_type. most : waves that are read, the last ones. questions : names; begins : or how they begin.
    market : wanted; empty takes that of the page, and for all markets the one with most answers.

    Returns
    -------
    Asked, without rows where nobody was asked.
    """
    wanted = nw.col("question").is_in(list(questions)) if questions else nw.col("question").str.starts_with(begins)  # fmt: skip
    frame = picked(surveys, "surveys", *NEEDED, maybe=MAYBE).filter(nw.col("survey_type") == kind, wanted)
    rows = rollups.collect(frame.to_native(), may_be_empty=True)
    rows["market"] = rows["market"].astype("string").fillna("")
    counts = rows.groupby("market")["respondent_id"].nunique().sort_values(ascending=False, kind="stable")
    here = market or ("" if scope.market == "ALL" else scope.market) or (counts.index[0] if len(counts) else "")  # fmt: skip
    rows = rows[rows["market"] == here]
    named, days = _named(rows)
    kept = sorted(days)[-most:]
    rows = rows.assign(wave=named).sort_values(["wave", "question", "brand", "respondent_id"], kind="stable")
    rows = rows[rows["wave"].isin(kept)].reset_index(drop=True)
    for name in ("brand", "wording"):
        rows[name] = rows[name].astype("string").fillna("").astype(object)
    others = tuple(sorted(name for name in counts.index if name != here))
    return Asked(rows[[*ROWS, "scale_min", "scale_max"]], {name: days[name] for name in kept}, here, others)


def totals(tracker: object | None, scope: Scope) -> pd.DataFrame:
    """Totals of an agency: market, wave, brand, question, value, n, n_effective; one wave a month, people in all."""
    names = ["market", "wave", "brand", "question", "value", "n", "n_effective"]
    if tracker is None:
        return pd.DataFrame(columns=names)
    frame = picked(tracker, "brand_tracker", "wave_on", "market", "brand", "metric", "share", "n", maybe=("segment", "n_effective"))  # fmt: skip
    rows = rollups.collect(frame.to_native(), may_be_empty=True)
    rows = rows[rows["segment"].astype("string").fillna("").isin(["", "all"])]
    rows = rows.assign(
        wave=pd.to_datetime(rows["wave_on"]).dt.strftime("%Y-%m"), question=rows["metric"].replace(AGENCY), value=rows["share"],
        n_effective=pd.to_numeric(rows["n_effective"], errors="coerce"),
    )  # fmt: skip
    rows = rows.sort_values("wave_on", kind="stable").drop_duplicates(["market", "wave", "brand", "question"], keep="last")  # fmt: skip
    return rows[names].sort_values(["market", "brand", "question", "wave"], kind="stable", ignore_index=True)


def people(rows: pd.DataFrame, *, brand: str, question: str) -> pd.DataFrame:
    """One row a person of one wave: yes [1 or 0, 0 for whoever was not asked], with what is known of the person."""
    who = rows.drop_duplicates("respondent_id").set_index("respondent_id")[list(ASKED_OF)]
    own = rows[(rows["brand"] == brand) & (rows["question"] == question)].set_index("respondent_id")["score"]
    return who.assign(yes=own.reindex(who.index).fillna(0.0).astype(float)).reset_index(drop=True)


def _named(rows: pd.DataFrame) -> tuple[pd.Series, dict[str, pd.Timestamp]]:
    """The name of each row's wave, and the last day of each."""
    day = pd.to_datetime(rows["answered_on"])
    ends = day.groupby(rows["survey_id"]).max()
    names = ends.dt.strftime("%Y-%m")
    names = ends.dt.strftime("%Y-%m-%d") if names.duplicated().any() else names
    return rows["survey_id"].map(names), {names[one]: ends[one] for one in ends.index}
