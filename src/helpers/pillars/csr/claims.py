"""Can we prove what we say? The ledger of claims on the period's last day, by the proofs, the figures and the law of that day."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from helpers.company import Scope
from helpers.errors import DataError
from helpers.methods import claim_alignment
from helpers.methods.claim_alignment import Alignment, Heaviest
from helpers.methods.claim_ledger import CONTRADICTED, EXPIRED, PROVED, impossible, standings
from helpers.methods.intervals import clopper_pearson
from helpers.pillars.csr.claims_law import FINE, Law, law
from helpers.pillars.csr.claims_numbers import check_claims, contradicted
from helpers.pillars.csr.claims_read import Read
from helpers.pillars.csr.claims_topics import TopicRow, topics
from helpers.rules.claims import VERDICTS
from helpers.rules.esrs import Standards, standards


class Audited(NamedTuple):
    """Indicators of the last year up to the period's end: how many, how many an auditor checked, exact bounds of the share."""

    n_audited: int
    n: int
    low: float
    high: float


class Page(NamedTuple):
    """What the page shows.

    ledger : claims as `claim_ledger.standings` returns them, with verdict ["to withdraw", "to reword", "to prove", "no finding"],
    is_banned, at_risk, is_urgent. next : claims that lose a proof within a
    year. days_to_act : days after the period's end by which what is banned or unproved has to be dealt with.
    """

    read: Read
    ledger: pd.DataFrame
    aligned: Alignment
    heaviest: Heaviest | None
    next: pd.DataFrame
    numbers: pd.DataFrame
    law: Law
    topics: list[TopicRow]
    audited: Audited
    reviewed: tuple[int, int, float, float]
    standards: Standards
    broken: pd.DataFrame
    orphans: pd.DataFrame
    days_to_act: int

    @property
    def live(self) -> pd.DataFrame:
        """Claims in public on the last day, in the order in which they have to be dealt with."""
        return worst_first(self.ledger[self.ledger["is_live"]])

    @property
    def at_risk(self) -> pd.DataFrame:
        """Live claims without proof in force, against the figures or with words that are banned."""
        return self.live[self.live["at_risk"]]

    @property
    def lost(self) -> pd.DataFrame:
        """Live claims that had a proof and have none in force now."""
        live = self.live
        return live[(live["proof_standing"] == EXPIRED) & live["lost_on"].notna()]


def page(read: Read, scope: Scope, *, covers: float = 0.95, days_to_act: int = 14) -> Page:
    """Judge every claim as of the period's last day.

    Parameters
    ----------
    read : as `claims_read.read` returns it. covers : share of a claim's scope from which a proof carries it. days_to_act : days after
        the period's end by which what is banned, lost or contradicted is off the air.

    Raises
    ------
    DataError : covers is not above 0 and at most 1, days_to_act is below 1.
    """
    if not 0 < covers <= 1:
        raise DataError(f"covers is {covers:g}. Give the share of a claim's scope that its proof must cover, above 0 and at most 1.")  # fmt: skip
    if days_to_act < 1:
        raise DataError(f"days_to_act is {days_to_act}. Give the days until a bad claim is off the air, 1 or more.")  # fmt: skip
    day, own = scope.period.end, scope.company.own_brands()
    found, numbers = law(read.claims, scope.period), check_claims(read.claims, read.metrics, on=day)
    fixed = {"contradicted": contradicted(numbers), "covers": covers, "own_names": own}
    stood = standings(read.claims, read.proofs, on=day, **fixed)
    # The screen asks of a number for its document; a claim whose proof holds has it.
    found = found.without("number", stood.loc[stood["standing"].isin(PROVED), "claim_id"])
    ledger = judged(stood, found)
    live = ledger[ledger["is_live"]]
    n_reviewed = int(live["reviewer"].notna().sum())
    return Page(
        read, ledger, claim_alignment.alignment(ledger), claim_alignment.heaviest(ledger),
        claim_alignment.expiries(read.claims, read.proofs, on=day, **fixed), numbers, found, topics(read, ledger, found),
        audited(read.metrics, scope), (n_reviewed, len(live), *clopper_pearson(n_reviewed, len(live))), standards(day),
        impossible(read.proofs), _orphans(read, scope), days_to_act,
    )  # fmt: skip


def _orphans(read: Read, scope: Scope) -> pd.DataFrame:
    """Proofs of no claim of the register; of one market alone the claims of the others are not read, so none can be told."""
    return read.proofs[~read.proofs["claim_id"].isin(read.claims["claim_id"]) & (scope.market == "ALL")]


def judged(ledger: pd.DataFrame, found: Law) -> pd.DataFrame:
    """A ledger with is_banned, at_risk, is_urgent [banned, contradicted, or its proof has ended] and the gravest verdict of words, figures and proofs."""
    is_banned = ledger["claim_id"].map(found.banned).astype(bool)
    verdicts = [_verdict(row, found.verdict(row.claim_id)) for row in ledger.itertuples()]
    at_risk = ledger["is_live"] & (~ledger["standing"].isin(PROVED) | is_banned)
    is_urgent = at_risk & (is_banned | (ledger["standing"] == CONTRADICTED) | (ledger["proof_standing"] == EXPIRED) & ledger["lost_on"].notna())  # fmt: skip
    return ledger.assign(is_banned=is_banned, verdict=verdicts, at_risk=at_risk, is_urgent=is_urgent)


def _verdict(row, of_words: str) -> str:
    """A contradicted number has to be put right, a claim without proof in force to be proved."""
    of_proof = FINE if row.standing in PROVED else "to reword" if row.standing == CONTRADICTED else "to prove"
    return next((one for one in VERDICTS if one in (of_words, of_proof)), FINE)


def worst_first(ledger: pd.DataFrame) -> pd.DataFrame:
    """Claims in the order in which they have to be dealt with: at once, then at risk, then the others; the most shown first in each."""
    rank = 2 - ledger["at_risk"].astype(int) - ledger["is_urgent"].astype(int)
    made = ledger.assign(rank=rank, shown=-ledger["weight"].fillna(-1.0))
    return made.sort_values(["rank", "shown", "score", "claim_id"]).drop(columns=["rank", "shown"]).reset_index(drop=True)  # fmt: skip


def latest(metrics: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The last value of each indicator and scope in the twelve months up to the period's end."""
    first = pd.Timestamp(scope.period.end) - pd.DateOffset(years=1)
    recent = metrics[pd.to_datetime(metrics["period_end"]) > first].sort_values("period_end", kind="stable")
    recent = recent.assign(scope=recent["scope"].astype("string").fillna(""))
    last = recent.drop_duplicates(["metric", "scope"], keep="last")
    is_audited = last["is_audited"].astype("boolean").fillna(False).astype(bool)
    return last.assign(is_audited=is_audited).sort_values(["esrs_code", "metric", "scope"], ignore_index=True)


def audited(metrics: pd.DataFrame, scope: Scope) -> Audited:
    """Of the indicators of the twelve months up to the period's end, those whose last value an auditor checked."""
    last = latest(metrics, scope)
    n_audited = int(last["is_audited"].sum())
    return Audited(n_audited, len(last), *clopper_pearson(n_audited, len(last)))
