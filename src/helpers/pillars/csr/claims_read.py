"""What the page on claims reads: claims, proofs, indicators, judgements of topics, and answers of the survey on responsibility."""

from __future__ import annotations

from typing import NamedTuple

import narwhals as nw
import numpy as np
import pandas as pd

from helpers import rollups
from helpers.company import Scope
from helpers.errors import NothingToReportError
from helpers.i18n import Said, mark
from helpers.kpi import LEVEL
from helpers.methods import survey
from helpers.methods.claim_ledger import is_draft
from helpers.methods.claim_screen import LANGUAGES
from helpers.methods.intervals import Estimate
from helpers.methods.say_do import FEW
from helpers.methods.survey_estimates import raked_share
from helpers.methods.text import language
from helpers.methods.wave_people import as_given
from helpers.rollups.reading import picked

KIND = "csr"
QUESTIONS = ("expect", "believe")
EMPTY = mark("csr_claims: no claim was in public up to the end of the period. Keep a register of what is said, or choose a later period.")  # fmt: skip
CLAIMS = ("claim_id", "published_on", "wording", "kind")
MORE = (
    "withdrawn_on", "market", "channel", "scope", "reviewer", "status", "exposure", "language", "topic", "owner", "spend",
    "materiality", "metric",
)  # fmt: skip
PROOFS = ("proof_id", "claim_id", "issued_on", "assurance")
OF_PROOFS = ("document", "document_hash", "kind", "issuer", "scope", "summary", "auditor", "method", "valid_until", "scope_match")  # fmt: skip
METRICS = ("period_end", "metric", "value", "measure")
OF_METRICS = ("scope", "method", "esrs_code", "is_audited")
TOPICS = ("topic", "judged_on", "legitimacy", "risk", "reason", "judged_by")


class Answers(NamedTuple):
    """Shares of yes of the last survey: (question, topic) to estimate; the wave's day, its people, what to know of them.

    market : where it was asked; empty with no survey.
    """

    shares: dict[tuple[str, str], Estimate]
    day: pd.Timestamp | None
    n: int
    market: str
    guards: tuple[Said, ...]


class Read(NamedTuple):
    """The tables of the page as frames, one row a claim, proof, indicator and period, topic; answers of the survey."""

    claims: pd.DataFrame
    proofs: pd.DataFrame
    metrics: pd.DataFrame
    topics: pd.DataFrame
    answers: Answers


def read(claims: object, proofs: object | None, metrics: object | None, topics: object | None, surveys: object | None, margins: object | None, scope: Scope) -> Read:  # fmt: skip
    """Read the tables; one that is None is empty.

    Raises
    ------
    NothingToReportError : there is no claim.
    """
    said = _known(_frame(claims, "csr_claims", CLAIMS, MORE), scope)
    if said.empty:
        raise NothingToReportError(EMPTY)
    said = said.assign(language=[_language(row.language, row.wording) for row in said.itertuples()])
    judged = _frame(topics, "csr_topics", TOPICS, ()).sort_values(["topic", "judged_on"])
    return Read(
        said.sort_values("claim_id", kind="stable", ignore_index=True), _frame(proofs, "csr_proofs", PROOFS, OF_PROOFS).sort_values("proof_id", kind="stable", ignore_index=True),
        _frame(metrics, "csr_metrics", METRICS, OF_METRICS), judged.drop_duplicates("topic", keep="last").reset_index(drop=True),
        answers(surveys, margins, scope),
    )  # fmt: skip


def _known(claims: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Claims that were out by the period's end, and drafts that go out after it; what was published later is not known yet."""
    is_out = pd.to_datetime(claims["published_on"]) <= pd.Timestamp(scope.period.end)
    return claims[is_out | is_draft(claims)].reset_index(drop=True)


def _language(given: object, wording: object) -> str | None:
    """The language of a claim as the register has it, else as its words tell; None where neither does."""
    if isinstance(given, str) and given.strip():
        return given.strip()
    found = language(wording) if isinstance(wording, str) else ""
    return found if found in LANGUAGES else None


def answers(surveys: object | None, margins: object | None, scope: Scope) -> Answers:
    """Shares of yes of the last wave of the survey on responsibility, weighted to official margins where these are known."""
    rows = _frame(surveys, "surveys", ("survey_id", "survey_type", "respondent_id", "answered_on", "question", "choice"),
                  ("market", "age_band", "sex", "region", "weight", "sample_source"), kind=KIND)  # fmt: skip
    rows = rows.assign(market=rows["market"].astype("string").fillna(""))
    counts = rows.groupby("market")["respondent_id"].nunique().sort_values(ascending=False, kind="stable")
    if counts.empty:
        return Answers({}, None, 0, "", ())
    market = str(scope.market if scope.market in counts.index else counts.index[0])
    rows = rows[rows["market"] == market]
    last = rows.loc[rows["answered_on"].idxmax(), "survey_id"]
    own = rows[rows["survey_id"] == last]
    people = own.drop_duplicates("respondent_id").set_index("respondent_id").sort_index()
    raked, guards = _weights(people, margins, market, scope)
    sources = survey.indicative(people["sample_source"])
    shares = {}
    for question, group in own.groupby("question", sort=True):
        kind, _, topic = str(question).partition(" ")
        if kind in QUESTIONS and topic:
            yes = group.drop_duplicates("respondent_id").set_index("respondent_id")["choice"].reindex(people.index)  # fmt: skip
            found = raked_share(yes.map({"yes": 1.0, "no": 0.0}).astype(float).to_numpy(), raked, level=LEVEL)
            told = (
                found.estimate
                if found.n_effective >= FEW
                else Estimate(*[float("nan")] * 3, LEVEL, found.estimate.n)
            )
            shares[kind, topic] = told
    return Answers(
        shares,
        own["answered_on"].max(),
        len(people),
        market,
        (*guards, *([sources] if sources is not None else [])),
    )


def _weights(people: pd.DataFrame, margins: object | None, market: str, scope: Scope) -> tuple:
    """Weights of the people: those given, else official margins, else none, with what to say of it."""
    given = pd.to_numeric(people["weight"], errors="coerce").astype(float)
    if given.notna().all():
        return as_given(given.to_numpy()), ()
    known = None if margins is None else rollups.collect(margins, may_be_empty=True)
    if known is not None and (known["market"] == market).any():
        met = survey.rake_market(people.reset_index(), known, market=market, as_of=scope.period.end, cap=5)
        if met is not None:
            return met[0], met[0].guards
    return as_given(np.ones(len(people))), ()


def _frame(native: object | None, table: str, needed: tuple[str, ...], maybe: tuple[str, ...], kind: str = "") -> pd.DataFrame:  # fmt: skip
    if native is None:
        return pd.DataFrame(columns=[*needed, *maybe])
    rows = picked(native, table, *needed, maybe=maybe)
    if kind:
        rows = rows.filter(nw.col("survey_type") == kind)
    return rollups.collect(rows.to_native(), may_be_empty=True)
