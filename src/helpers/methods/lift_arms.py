"""The two arms of a brand lift study, by question: out of own answers with their weights, or out of a vendor's totals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods import survey
from helpers.methods.survey_estimates import raked_share

ARMS = ("exposed", "control")
APART = 0.05  # difference of the share of a trait between the arms that is said


class Arms(NamedTuple):
    """Counts of both arms as `lift.lifts` reads them, how alike the arms are, and what to know first.

    balance : dimension, level, exposed, control, control_weighted [share of people].
    """

    counts: pd.DataFrame
    balance: pd.DataFrame
    guards: tuple[Said, ...]


def from_answers(answers: pd.DataFrame, *, alike: Sequence[str] = ()) -> Arms:
    """Counts of own surveys, where weights are paid for in effective answers.

    Parameters
    ----------
    answers : one row a (study, respondent, question): survey_id, respondent_id, question, is_exposed, score [1 yes, 0 no; empty: not
        answered], and weight where answers have one [empty counts as 1, which is said]; other columns are traits of people.
    alike : traits by which people of the control are weighted to be like those exposed, such as age_band, sex, region. Who was exposed is
        then compared with people like them; what no trait shows stays in the lift.

    Returns
    -------
    Arms. counts has one row a (study, question), in the order of the table: study, question, yes_ and n_ [weighted share times people who
    answered, and these], effective_ of each arm.

    Raises
    ------
    DataError : a column is missing, a score is neither 0 nor 1, a weight is not above 0, somebody is in both arms, has two weights or
        answers a question twice, or a trait of the exposed is unknown to the control.

    Formula: effective answers = p (1 - p) / se², se linearised, with what the weighting by traits explains taken out; at most the people.
    Source: Korn & Graubard (1998), Survey Methodology 24; Deming & Stephan (1940), Annals of Mathematical Statistics 11.
    """
    people, asked = _checked(answers, alike)
    rows, balances, guards = [], [], _unweighted(answers)
    for study, own in people.groupby("survey_id", sort=False):
        sides = {arm: own[own["is_exposed"] == (arm == "exposed")] for arm in ARMS}
        raked = {arm: _weighted(side, None) for arm, side in sides.items()}
        if alike and all(len(side) for side in sides.values()):
            margins = _margins(sides["exposed"], raked["exposed"].weights, alike)
            before = raked["control"]
            raked["control"] = _weighted(sides["control"], margins)
            balance, told = _balance(sides["control"], margins, before, raked["control"], str(study))
            balances.append(balance)
            guards += told
        of_study = asked[asked["survey_id"] == study]
        for question in of_study["question"].unique():
            scores = of_study[of_study["question"] == question].set_index("respondent_id")["score"]
            rows.append({"study": study, "question": question, **_counts(scores, sides, raked)})
    balance = pd.concat(balances, ignore_index=True) if balances else pd.DataFrame(columns=["study", "dimension", "level", *ARMS, "control_weighted"])  # fmt: skip
    names = ["study", "question", *(f"{part}_{arm}" for arm in ARMS for part in ("yes", "n", "effective"))]
    return Arms(pd.DataFrame(rows, columns=names), balance, tuple(guards))


def from_totals(totals: pd.DataFrame) -> Arms:
    """Counts of a vendor's export, as table `experiments` holds them.

    Parameters
    ----------
    totals : one row a (test, arm, place): experiment_id, metric [the question], arm ["exposed" or "control"], units [answers],
        conversions [yes; empty where the vendor shows none], and place where answers are split by it.

    Returns
    -------
    Arms, without balance. A question without both arms, or whose yes the vendor holds back, has 0 answers there and a guard: it was
    looked at and cannot be told.

    Raises
    ------
    DataError : a column is missing, an arm has another name, an arm comes twice.
    """
    _columns(totals, ("experiment_id", "metric", "arm", "units", "conversions"))
    odd = totals[~totals["arm"].isin(ARMS)]
    if len(odd):
        raise DataError(f'lift: arm "{odd["arm"].iloc[0]}" of {odd["experiment_id"].iloc[0]} is neither exposed nor control. Correct the export, or its map.')  # fmt: skip
    keys = ["experiment_id", "metric", *(["place"] if "place" in totals else [])]
    table = totals.assign(**{name: totals[name].astype("string").fillna("") for name in keys})
    twice = table.duplicated([*keys, "arm"])
    if twice.any():
        raise DataError(f"lift: {table.loc[twice, 'experiment_id'].iloc[0]} has an arm twice. Keep the last export of each study.")  # fmt: skip
    known = table["conversions"].notna() & table["units"].notna()
    table = table.assign(yes=table["conversions"].where(known, 0), n=table["units"].where(known, 0))
    wide = table.set_index([*keys, "arm"])[["yes", "n"]].astype(float).unstack("arm", fill_value=0.0)
    wide = wide.reindex(pd.MultiIndex.from_frame(table[keys].drop_duplicates()))
    made = pd.DataFrame({
        f"{part}_{arm}": wide[(part, arm)].to_numpy() if (part, arm) in wide else 0.0 for arm in ARMS for part in ("yes", "n")
    }, index=range(len(wide)))  # fmt: skip
    labels = wide.index.to_frame(index=False).rename(columns={"experiment_id": "study", "metric": "question"})
    made = pd.concat([labels, made], axis=1)
    held = made[(made["n_exposed"] == 0) | (made["n_control"] == 0)]
    guards = tuple(
        said("{study}: the export holds back answers of one arm, so {question} cannot be told", study=row.study, question=row.question)
        for row in held.itertuples()
    )  # fmt: skip
    return Arms(
        made, pd.DataFrame(columns=["study", "dimension", "level", *ARMS, "control_weighted"]), guards
    )


def _columns(frame: pd.DataFrame, names: Sequence[str]) -> None:
    missing = [name for name in names if name not in frame]
    if missing:
        raise DataError(f"lift: column {missing[0]} is missing. Give {', '.join(names)}.")


def _checked(answers: pd.DataFrame, alike: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """People, one row each, and the answers that were given."""
    _columns(answers, ("survey_id", "respondent_id", "question", "is_exposed", "score", *alike))
    if answers["is_exposed"].isna().any():
        raise DataError(f"lift: {int(answers['is_exposed'].isna().sum())} answers do not say who was exposed. Fill is_exposed in, or leave these people out.")  # fmt: skip
    given = answers.dropna(subset="score")
    if not given["score"].isin([0, 1]).all():
        odd = given.loc[~given["score"].isin([0, 1]), "question"].iloc[0]
        raise DataError(
            f"lift: question {odd} has a score that is neither 0 nor 1. Say beforehand which answers are a yes, and code them 1."
        )
    if given.duplicated(["survey_id", "respondent_id", "question"]).any():
        raise DataError("lift: somebody answers a question twice. Keep one answer of each person.")
    weight = answers["weight"] if "weight" in answers else pd.Series(1.0, index=answers.index)
    frame = answers.assign(weight=weight.astype(float).fillna(1.0), is_exposed=answers["is_exposed"].astype(bool))  # fmt: skip
    people = frame[["survey_id", "respondent_id", "is_exposed", "weight", *alike]].drop_duplicates()
    if people.duplicated(["survey_id", "respondent_id"]).any():
        raise DataError("lift: somebody is in both arms of a study, or has two weights or traits. Give each person one of each.")  # fmt: skip
    return people, given


def _unweighted(answers: pd.DataFrame) -> list[Said]:
    """What is said of people without weight."""
    if "weight" not in answers or answers["weight"].isna().all():
        return [said("answers have no weights, so the people asked stand for themselves alone")]
    keys = ["survey_id", "respondent_id"]
    without = answers.loc[answers["weight"].isna(), keys].drop_duplicates()
    return [said("people without weight, who count once each: {n}", n=len(without))] if len(without) else []


def _weighted(side: pd.DataFrame, margins) -> survey.Raked:
    """Weights of one arm: those of its design, brought to margins where there are any."""
    if margins is not None:
        return survey.rake(side, margins=margins, weight="weight")
    weights = side["weight"].to_numpy()
    if not (np.isfinite(weights) & (weights > 0)).all():
        raise DataError("lift: a weight is not above 0. Leave people without weight out.")
    if len(weights):
        weights = weights / weights.mean()
    worth = float(weights.sum() ** 2 / (weights @ weights)) if len(weights) else 0.0
    return survey.Raked(weights, len(weights) / worth if worth else np.nan, worth, (), pd.DataFrame(), np.empty((len(weights), 0)))  # fmt: skip


def _margins(side: pd.DataFrame, weights: np.ndarray, alike: Sequence[str]) -> dict[str, dict[str, float]]:
    """Weighted shares of each level of the traits among those exposed."""
    mass = pd.Series(weights, index=side.index)
    return {name: (mass.groupby(side[name].astype(str)).sum() / mass[side[name].notna()].sum()).to_dict() for name in alike}  # fmt: skip


def _balance(side: pd.DataFrame, margins, before: survey.Raked, after: survey.Raked, study: str):
    """Shares of each trait in both arms, and what is said of the largest gap."""
    rows = []
    for name, levels in margins.items():
        for level, share in levels.items():
            is_level = (side[name].astype(str) == level).to_numpy()
            was, now = (float(one.weights @ is_level / one.weights.sum()) for one in (before, after))
            rows.append((study, name, level, share, was, now))
    table = pd.DataFrame(rows, columns=["study", "dimension", "level", *ARMS, "control_weighted"])
    gap = (table["exposed"] - table["control"]).abs()
    worst = table.loc[gap.idxmax()]
    if gap.max() <= APART:
        return table, []
    told = said(
        "{study}: {dimension} {level} is {exposed} % of those exposed and {control} % of the control, who are weighted to be alike",
        study=study, dimension=worst["dimension"], level=worst["level"],
        exposed=round(100 * worst["exposed"]), control=round(100 * worst["control"]),
    )  # fmt: skip
    return table, [told]


def _counts(scores: pd.Series, sides: dict, raked: dict) -> dict[str, float]:
    found = {}
    for arm, side in sides.items():
        told = raked_share(scores.reindex(side["respondent_id"]).to_numpy(dtype=float), raked[arm])
        p, n = told.estimate.value, told.estimate.n
        varies = n > 1 and told.error > 0
        # A standard error counts one person for the mean; without weights everybody is to count.
        worth = min(p * (1 - p) / told.error**2 * n / (n - 1), n) if varies else told.n_effective
        found |= {f"yes_{arm}": p * n if n else 0.0, f"n_{arm}": n, f"effective_{arm}": worth}
    return found
