"""What buyers of used goods say they would have done instead: asked, with its interval, or not claimed."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import pandas as pd

from helpers import rollups
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.kpi import LEVEL
from helpers.methods.intervals import Estimate, wilson
from helpers.pillars.csr.choice_taken import ORDER, USED
from helpers.rollups import circular

TYPE, QUESTION, DISPLACED = "circular", "instead", "new one"
ANSWERS = (
    DISPLACED,
    "other second-hand",
    "nothing",
    "kept the old one",
)  # others count as something else than a new one
MONTHS = 12  # of answers that are read together
FACTORS = ("factor_id", "activity", "per", "co2_kg", "uncertainty", "source", "valid_from")


class Asked(NamedTuple):
    """Answers of the buyers of one service.

    answers : choice, n, share, low, high. displaced : share who would have bought new; NaN bounds under 30 answers. kilograms : avoided by one
    purchase [kg CO2e]; NaN with `reason`. sources : of the factors used.
    """

    service: str
    n: int
    answers: pd.DataFrame
    displaced: Estimate
    kilograms: Estimate
    reason: Said | None
    sources: tuple[str, ...]


class Displaced(NamedTuple):
    """Services that were asked about, and those of used goods that were not, for which nothing is claimed."""

    asked: list[Asked]
    silent: tuple[str, ...]


def displaced(
    surveys: Any, factors: Any, scope: Scope, *, sold: tuple[str, ...], asked_of: str = "refurbished", new_factor: str = "", used_factor: str = ""
) -> Displaced:  # fmt: skip
    """Read the question and, where the company has factors for it, what one purchase avoids.

    Parameters
    ----------
    surveys, factors : the tables `surveys` and `co2_factors`, or None. sold : services that somebody took.
    asked_of : service that the question is about where its answers do not say (column segment).
    new_factor, used_factor : ids in `co2_factors` of making one new product and of making one ready again; empty where there are none.

    Raises
    ------
    DataError : a factor that is named is not in the table, has no source or no unit, or is of another unit than the other; a weight is negative;
        no answer is "new one" and some are not known, as where they are in another language.
    """
    rows = _answers(surveys, scope, asked_of)
    new, used = _factor(factors, new_factor, scope), _factor(factors, used_factor, scope)
    if new is not None and used is not None and new["per"] != used["per"]:
        raise DataError(f'co2_factors: "{new_factor}" is per {new["per"]} and "{used_factor}" per {used["per"]}. Name two factors of one unit.')  # fmt: skip
    made = [_asked(str(name), own, new, used) for name, own in rows.groupby("service", sort=True)]
    known = {one.service for one in made if one.n >= COUNTS_ONLY}
    return Displaced(made, tuple(name for name in USED if name in sold and name not in known))


def _answers(surveys: Any, scope: Scope, asked_of: str) -> pd.DataFrame:
    """Answers to the question of the last twelve months: service, choice, weight."""
    if surveys is None:
        return pd.DataFrame({"service": [], "choice": [], "weight": []})
    end = pd.Timestamp(scope.period.end)
    first = (end - pd.DateOffset(months=MONTHS) + pd.Timedelta(days=1)).date()
    rows = rollups.collect(
        circular.instead_answers(surveys, kind=TYPE, question=QUESTION, since=first, until=scope.period.end), may_be_empty=True
    )  # fmt: skip
    rows = rows.assign(weight=rows["weight"].fillna(1.0))
    if (rows["weight"] < 0).any():
        raise DataError(f"surveys: {int((rows['weight'] < 0).sum())} answers to “{QUESTION}” have a weight below 0. Weights say how many a respondent stands for; mend or remove them.")  # fmt: skip
    rows = rows[rows["weight"] > 0]
    strange = sorted(set(rows["choice"].dropna()) - set(ANSWERS))
    if strange and not (rows["choice"] == DISPLACED).any():
        raise DataError(f"surveys: no answer to “{QUESTION}” is “{DISPLACED}”, and “{strange[0]}” is not known, so a share of new ones would be a false zero. Write one of {', '.join(ANSWERS)}.")  # fmt: skip
    service = rows["service"].astype("string")
    return rows.assign(service=service.where(service.isin(ORDER), asked_of))


def _asked(name: str, own: pd.DataFrame, new: pd.Series | None, used: pd.Series | None) -> Asked:
    total, n = float(own["weight"].sum()), len(own)
    worth = total**2 / float((own["weight"] ** 2).sum())
    shares = own.groupby("choice", sort=True)["weight"].agg(["sum", "size"]).rename(columns={"size": "n"})
    part = shares["sum"] / total
    low, high = wilson((part * worth).clip(upper=worth), worth, level=LEVEL)
    table = pd.DataFrame({"n": shares["n"], "share": part, "low": low, "high": high}).sort_values(
        "share", ascending=False, kind="stable"
    )
    value = float(part.get(DISPLACED, 0.0))
    bounds = wilson(min(value * worth, worth), worth, level=LEVEL)
    told = n >= COUNTS_ONLY
    share = Estimate(value if told else math.nan, *(bounds if told else (math.nan, math.nan)), LEVEL, n)
    return Asked(name, n, table.reset_index(), share, *_kilograms(share, new, used))


def _kilograms(
    share: Estimate, new: pd.Series | None, used: pd.Series | None
) -> tuple[Estimate, Said | None, tuple[str, ...]]:
    """Kilograms that one purchase avoids: the share that stands for a new one, times what making a new one emits beyond making one ready again."""
    nothing = Estimate(math.nan, math.nan, math.nan, LEVEL, share.n)
    if math.isnan(share.value):
        return (
            nothing,
            said("cannot tell, need n = {need} answers; there are {n}", need=COUNTS_ONLY, n=share.n),
            (),
        )
    if new is not None and used is not None and math.isnan(new["doubt"] + used["doubt"]):
        return nothing, said("no kilograms are claimed, because a factor does not say how sure it is"), ()
    if new is None or used is None:
        return nothing, said("no kilograms are claimed, because no factor with a source says what making one new product and making one ready again emit"), ()  # fmt: skip
    ends = [
        (one["co2_kg"] * (1 - one["doubt"]), one["co2_kg"], one["co2_kg"] * (1 + one["doubt"]))
        for one in (new, used)
    ]
    saved = ends[0][0] - ends[1][2], ends[0][1] - ends[1][1], ends[0][2] - ends[1][0]
    spread = sorted(
        (share.low * saved[0], share.low * saved[2], share.high * saved[0], share.high * saved[2])
    )
    return Estimate(share.value * saved[1], spread[0], spread[-1], LEVEL, share.n), None, (str(new["source"]), str(used["source"]))  # fmt: skip


def _factor(factors: Any, name: str, scope: Scope) -> pd.Series | None:
    """The factor of this id that stands on the period's last day, with `doubt` [share]; None where no id is given."""
    if not name:
        return None
    rows = (
        pd.DataFrame(columns=FACTORS)
        if factors is None
        else rollups.collect(rollups.only(factors, *FACTORS), may_be_empty=True)
    )
    own = rows[
        (rows["factor_id"] == name) & (pd.to_datetime(rows["valid_from"]) <= pd.Timestamp(scope.period.end))
    ]
    if own.empty:
        there = ", ".join(sorted(rows["factor_id"].unique())) or "nothing"
        raise DataError(f'co2_factors: there is no "{name}" on {scope.period.end}; the table has {there}. Name one of them, or leave the parameter empty.')  # fmt: skip
    last = own.sort_values("valid_from", kind="stable").iloc[-1]
    if not str(last["source"] or "").strip():
        raise DataError(
            f'co2_factors: "{name}" has no source. Write where it was published, or leave the parameter empty.'
        )
    if pd.isna(last["per"]) or not str(last["per"]).strip():
        raise DataError(
            f'co2_factors: "{name}" has no unit (column per). Write what one of it is, such as machine.'
        )
    doubt = float(last["uncertainty"]) if pd.notna(last["uncertainty"]) else math.nan
    return pd.Series({**last.to_dict(), "co2_kg": float(last["co2_kg"]), "doubt": doubt})
