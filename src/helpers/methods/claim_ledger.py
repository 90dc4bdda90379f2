"""A ledger of claims: what stands behind each on a day, from its proofs and from figures that contradict it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError

THIRD, OWN, NARROW, EXPIRED, NONE, CONTRADICTED = "third party", "own evidence", "too narrow", "expired", "none", "contradicted"  # fmt: skip
SCORES = {THIRD: 1.0, OWN: 0.5, NARROW: 0.0, EXPIRED: 0.0, NONE: 0.0, CONTRADICTED: -1.0}
PROVED = (THIRD, OWN)
COVERS = 0.95  # share of a claim's scope from which a proof carries the claim
ASSURED = ("limited", "reasonable")
NOT_PUBLISHED = ("draft", "withdrawn")
FOREVER = pd.Timestamp.max


class _Proof(NamedTuple):
    """One proof as its claim needs it; worth : 1 of a third party, .5 of one's own, 0 too narrow."""

    proof_id: str
    begins: pd.Timestamp
    ends: pd.Timestamp
    worth: float
    is_scope_said: bool


class _Best(NamedTuple):
    """The best that the proofs of a claim give it on a day."""

    standing: str
    proof_id: str | None
    holds_until: pd.Timestamp
    lost_on: pd.Timestamp
    is_scope_said: bool


def standings(
    claims: pd.DataFrame, proofs: pd.DataFrame, *, on: date, contradicted: Collection[str] = (), covers: float = COVERS, own_names: Collection[str] = (),
) -> pd.DataFrame:  # fmt: skip
    """What stands behind each claim on a day.

    Parameters
    ----------
    claims : one row a claim: claim_id, published_on, withdrawn_on, status, exposure [times shown], materiality [weight; missing counts
        as 1]; other columns are kept.
    proofs : one row a proof: proof_id, claim_id, issued_on, valid_until [last day it holds; missing: no end], scope_match [share of the
        claim's scope; missing counts as all of it, and not in `score_low`], assurance ["none", "limited", "reasonable"], auditor [who
        checked it].
    on : the day. contradicted : claim ids that measured figures contradict. covers : share of the scope from which a proof carries a
        claim; proofs that are each too narrow are not added up, for what they cover may be the same. own_names : names of the company; a
        check by one of these is no third party's.

    Returns
    -------
    The claims with is_live; proof_standing [from proofs alone] and standing: "third party", "own evidence", "too narrow", "expired",
    "none", "contradicted"; score [1, .5, 0, 0, 0, -1]; score_low [own evidence, and proofs whose scope nobody stated, counted 0];
    proof_id [the proof that gives the standing]; holds_until [last day of that standing; missing: no end]; lost_on [last day of a proof
    that gave more and has ended; missing: none]; weight [exposure x materiality; missing where exposure is].

    Raises
    ------
    DataError : a claim or a proof comes twice, a weight is negative. ValueError : covers is not above 0 and at most 1.

    Formula: a proof is in force from issued_on to valid_until, both days included; one that ends before it begins never is. A third
    party's has an assurance and somebody else's name. A claim has the best standing that any of its proofs gives.
    """
    if not 0 < covers <= 1:
        raise ValueError(f"covers is {covers!r}; give a share above 0 and at most 1, such as 0.95.")
    _refuse_twice(claims, "claim_id")
    _refuse_twice(proofs, "proof_id")
    known, day = _known(proofs, covers, own_names), pd.Timestamp(on)
    best = [_best(known.get(one, []), day) for one in claims["claim_id"]]
    made = claims.assign(
        is_live=is_live(claims, on=on).to_numpy(),
        proof_standing=[one.standing for one in best],
        proof_id=[one.proof_id for one in best],
        holds_until=pd.to_datetime(
            pd.Series([one.holds_until for one in best], index=claims.index, dtype=object)
        ),
        lost_on=pd.to_datetime(pd.Series([one.lost_on for one in best], index=claims.index, dtype=object)),
        weight=weights(claims),
    )
    made["standing"] = made["proof_standing"].mask(made["claim_id"].isin(list(contradicted)), CONTRADICTED)
    made["score"] = made["standing"].map(SCORES).astype(float)
    is_sure = (made["standing"] == THIRD) & np.array([one.is_scope_said for one in best], dtype=bool)
    made["score_low"] = made["score"].where(is_sure | (made["score"] < 0), 0.0)
    return made


def is_live(claims: pd.DataFrame, *, on: date) -> pd.Series:
    """Whether each claim is in public on a day: published by then, not taken back by then, not a draft.

    What is written of a later day changes nothing: a claim that was taken back after the day was in public on it.
    """
    day = pd.Timestamp(on)
    begun = pd.to_datetime(claims["published_on"]) <= day
    ends = pd.to_datetime(_column(claims, "withdrawn_on"))
    status = _column(claims, "status").astype("string").fillna("").str.strip().str.lower()
    unpublished = (status == NOT_PUBLISHED[0]) | ((status == NOT_PUBLISHED[1]) & ends.isna())
    return begun & ~(ends <= day) & ~unpublished.astype(bool)


def is_draft(claims: pd.DataFrame) -> pd.Series:
    """Whether each claim is a draft, not yet in public."""
    return (
        _column(claims, "status").astype("string").fillna("").str.strip().str.lower() == NOT_PUBLISHED[0]
    ).astype(bool)


def weights(claims: pd.DataFrame) -> pd.Series:
    """Weight of each claim: exposure x materiality; a materiality that nobody gave counts as 1, an unknown exposure stays unknown.

    Raises
    ------
    DataError : an exposure or a materiality is negative.
    """
    exposure = pd.to_numeric(_column(claims, "exposure"), errors="coerce").astype(float)
    matters = pd.to_numeric(_column(claims, "materiality"), errors="coerce").astype(float).fillna(1.0)
    for name, one in (("exposure", exposure), ("materiality", matters)):
        if (one < 0).any():
            at = one[one < 0].index[0]
            raise DataError(f"claims: {claims.at[at, 'claim_id']} has {name} {one[at]:g}; count again, nothing is shown or matters less than 0.")  # fmt: skip
    return exposure * matters


def impossible(proofs: pd.DataFrame) -> pd.DataFrame:
    """Proofs that end before they begin; they are never in force."""
    return proofs[pd.to_datetime(proofs["valid_until"]) < pd.to_datetime(proofs["issued_on"])]


def _known(proofs: pd.DataFrame, covers: float, own_names: Collection[str]) -> dict[str, list[_Proof]]:
    """Proofs of each claim with what decides their worth; one that ends before it begins is left out."""
    auditor = _column(proofs, "auditor").astype("string").fillna("").str.strip()
    own = {name.strip().casefold() for name in own_names}
    is_third = proofs["assurance"].astype("string").isin(ASSURED) & (auditor != "") & ~auditor.str.casefold().isin(own)  # fmt: skip
    scope = pd.to_numeric(_column(proofs, "scope_match"), errors="coerce").astype(float)
    worth = (scope.fillna(1.0) >= covers - 1e-9) * (0.5 + 0.5 * is_third.astype(float))
    begins = pd.to_datetime(proofs["issued_on"])
    ends = [FOREVER if pd.isna(one) else one for one in pd.to_datetime(_column(proofs, "valid_until"))]
    made: dict[str, list[_Proof]] = {}
    for claim, one in zip(proofs["claim_id"], map(_Proof._make, zip(proofs["proof_id"], begins, ends, worth, scope.notna(), strict=True)), strict=True):  # fmt: skip
        if one.ends >= one.begins:
            made.setdefault(claim, []).append(one)
    return made


def _best(own: list[_Proof], day: pd.Timestamp) -> _Best:
    """The best that these proofs give on a day."""
    begun = [one for one in own if one.begins <= day]
    ended, force = [one for one in begun if one.ends < day], [one for one in begun if one.ends >= day]
    worth = max((one.worth for one in force), default=0.0)
    more = [one for one in ended if one.worth > worth]
    lost = _day(max((one.ends for one in more), default=FOREVER))
    if worth > 0:
        same = [one for one in force if one.worth == worth]
        last = max(same, key=lambda one: one.ends)  # of equal ones that which holds longest
        return _Best(THIRD if worth == 1 else OWN, last.proof_id, _day(last.ends), lost, any(one.is_scope_said for one in same))  # fmt: skip
    if more:
        return _Best(EXPIRED, max(more, key=lambda one: one.ends).proof_id, pd.NaT, lost, False)
    if force:
        return _Best(NARROW, force[0].proof_id, pd.NaT, lost, False)
    # What ended was too narrow, so nothing was lost by its end.
    return _Best(EXPIRED if ended else NONE, ended[-1].proof_id if ended else None, pd.NaT, pd.NaT, False)


def _day(when: pd.Timestamp) -> pd.Timestamp:
    return pd.NaT if when == FOREVER else when


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    """A column, or one of missing values where the frame has none."""
    return frame[name] if name in frame else pd.Series(pd.NA, index=frame.index, dtype=object)


def _refuse_twice(frame: pd.DataFrame, key: str) -> None:
    twice = frame[frame[key].duplicated()]
    if len(twice):
        raise DataError(f'claims: {key} "{twice.iloc[0][key]}" stands in {int((frame[key] == twice.iloc[0][key]).sum())} rows; keep one row of each.')  # fmt: skip
