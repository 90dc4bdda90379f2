"""Brand lift studies as they lie in the tables: own answers, and totals that platforms hand out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import narwhals as nw
import pandas as pd

from helpers import rollups
from helpers.company import Scope
from helpers.i18n import Said
from helpers.methods import survey
from helpers.methods.lift_arms import ARMS, from_answers, from_totals
from helpers.rollups.reading import picked

MONTHS = 12  # of studies that are read, by their last day
TRAITS = ("age_band", "sex", "region")
ANSWERS = ("survey_id", "survey_type", "respondent_id", "answered_on", "question", "score", "is_exposed")
TOTALS = ("experiment_id", "arm", "measured_on", "units", "conversions", "metric")


class About(NamedTuple):
    """What is known of a study beside its counts."""

    market: str
    is_own: bool
    starts_on: date | None
    ends_on: date


class Read(NamedTuple):
    """Studies of twelve months.

    counts : one row a (study, question), as `methods.lift.lifts` takes it. about : by study. balance : shares of traits in both arms of own
    studies. guards : study and what to know of it. sources : of own samples. running : studies that go on after the period. repeated :
    totals of which an earlier export was left out. loose : study and trait by which its arms could not be made alike.
    """

    counts: pd.DataFrame
    about: dict[str, About]
    balance: pd.DataFrame
    guards: tuple[tuple[str, Said], ...]
    sources: Said | None
    running: tuple[str, ...]
    repeated: tuple[str, ...]
    loose: tuple[tuple[str, str], ...]


def read(
    surveys: object | None, experiments: object | None, scope: Scope, *, own: Sequence[str] = ()
) -> Read:
    """All studies whose last day lies in the twelve months up to the period's end.

    Parameters
    ----------
    surveys, experiments : the tables, None where the company has none. own : own brands, the house first; answers on others are left out.

    Raises
    ------
    DataError : an answer or a total that no lift can be told from; see `methods.lift_arms`.
    """
    about: dict[str, About] = {}
    counts, balances, guards, loose = [], [], [], []
    answers = pd.DataFrame() if surveys is None else _answers(surveys, scope, own)
    for study, one in answers.groupby("survey_id", sort=True) if len(answers) else ():
        alike, left = _alike(one)
        made = from_answers(one, alike=alike)
        about[str(study)] = About(_market(one), True, one["answered_on"].min().date(), one["answered_on"].max().date())  # fmt: skip
        counts.append(made.counts)
        balances.append(made.balance)
        guards += [(str(study), guard) for guard in made.guards]
        loose += [(str(study), trait) for trait in left]
    totals, running, repeated = (pd.DataFrame(), (), ()) if experiments is None else _totals(experiments, scope)  # fmt: skip
    for study, one in totals.groupby("study", sort=True) if len(totals) else ():
        made = from_totals(one)
        starts = one["starts_on"].dropna()
        about[str(study)] = About(_market(one), False, starts.min().date() if len(starts) else None, one["last_on"].max().date())  # fmt: skip
        counts.append(_named(made.counts, str(study)))
        guards += [(str(study), guard) for guard in made.guards]
    together = pd.concat(counts, ignore_index=True) if counts else pd.DataFrame()
    if "effective_exposed" in together:  # totals have no weights: an answer counts one
        for arm in ARMS:
            together[f"effective_{arm}"] = together[f"effective_{arm}"].fillna(together[f"n_{arm}"])
    sources = survey.indicative(answers.drop_duplicates(["survey_id", "respondent_id"])["sample_source"]) if len(answers) else None  # fmt: skip
    balance = pd.concat(balances, ignore_index=True) if balances else pd.DataFrame()
    return Read(together, about, balance, tuple(guards), sources, running, repeated, tuple(loose))


def _answers(surveys: object, scope: Scope, own: Sequence[str]) -> pd.DataFrame:
    """Answers of own studies; a question on an own brand beside the house keeps its name."""
    maybe = ("market", "brand", "weight", "sample_source", *TRAITS)
    frame = picked(surveys, "surveys", *ANSWERS, maybe=maybe).filter(nw.col("survey_type") == "lift")
    rows = rollups.collect(frame.sort("survey_id", "question", "respondent_id").to_native(), may_be_empty=True)  # fmt: skip
    if own:
        rows = rows[rows["brand"].isna() | rows["brand"].isin(list(own))]
        other = rows["brand"].notna() & (rows["brand"] != own[0])
        rows = rows.assign(question=rows["question"].where(~other, rows["question"] + " · " + rows["brand"].astype(str)))  # fmt: skip
    if rows.empty:
        return rows
    rows = rows.assign(answered_on=pd.to_datetime(rows["answered_on"]))
    last = rows.groupby("survey_id")["answered_on"].transform("max")
    return rows[_inside(last, scope)]


def _totals(experiments: object, scope: Scope) -> tuple[pd.DataFrame, tuple[str, ...], tuple[str, ...]]:
    """Rows of tests by lot that compare people exposed with a control by their answers: the last export of each."""
    maybe = ("place", "market", "value", "starts_on", "ends_on")
    rows = rollups.collect(picked(experiments, "experiments", *TOTALS, maybe=maybe, read="optional").to_native(), may_be_empty=True)  # fmt: skip
    lifts = set(rows.loc[(rows["arm"] == "exposed") & rows["value"].isna(), "experiment_id"])
    rows = rows[rows["experiment_id"].isin(lifts)].reset_index(drop=True)
    if rows.empty:
        return rows, (), ()
    for name in ("measured_on", "starts_on", "ends_on"):
        rows[name] = pd.to_datetime(rows[name])
    metric = rows["metric"].astype("string").fillna(rows["experiment_id"].str.rsplit(" / ", n=1).str[-1])
    study = [code.removesuffix(f" / {name}") for code, name in zip(rows["experiment_id"], metric, strict=True)]  # fmt: skip
    last_on = rows["ends_on"].fillna(rows["measured_on"])
    rows = rows.assign(metric=metric.astype(str), study=study, place=rows["place"].astype("string").fillna(""), last_on=last_on)  # fmt: skip
    newest = rows.groupby(["experiment_id", "metric", "place"])["measured_on"].transform("max")
    repeated = tuple(sorted(set(rows.loc[rows["measured_on"] < newest, "study"])))
    rows = rows[rows["measured_on"] == newest]
    running = tuple(sorted(set(rows.loc[rows["last_on"] > pd.Timestamp(scope.period.end), "study"])))
    rows = rows[~rows["study"].isin(running)]
    last = rows.groupby("study")["last_on"].transform("max")
    return rows[_inside(last, scope)].sort_values("experiment_id", kind="stable"), running, repeated


def _inside(last: pd.Series, scope: Scope) -> pd.Series:
    end = pd.Timestamp(scope.period.end)
    return (last > end - pd.DateOffset(months=MONTHS)) & (last <= end)


def _named(counts: pd.DataFrame, study: str) -> pd.DataFrame:
    """Counts under the name of the study; part of an audience stands in the name of its question."""
    parts = counts["place"] if "place" in counts else pd.Series("", index=counts.index)
    question = [f"{name} · {part}" if part else name for name, part in zip(counts["question"], parts, strict=True)]  # fmt: skip
    return counts.assign(study=study, question=question).drop(columns="place", errors="ignore")


def _alike(rows: pd.DataFrame) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Traits by which the control can be weighted to be like those exposed, and those by which it cannot."""
    kept, left = [], []
    exposed = rows["is_exposed"].isin([True])
    for name in TRAITS:
        if rows[name].isna().all():
            continue
        known = rows[name].notna().all() and set(rows.loc[exposed, name]) <= set(rows.loc[~exposed, name])
        (kept if known else left).append(name)
    return tuple(kept), tuple(left)


def _market(rows: pd.DataFrame) -> str:
    """The market of a study; several are named together."""
    return ", ".join(sorted(set(rows["market"].dropna().astype(str))))
