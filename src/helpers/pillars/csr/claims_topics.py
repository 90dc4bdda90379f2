"""Topic by topic: what is proved, what people expect and believe, what a wrong word costs, and whether to speak."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from helpers.kpi import LEVEL
from helpers.methods.claim_alignment import alignment
from helpers.methods.claim_ledger import CONTRADICTED, PROVED, THIRD
from helpers.methods.intervals import Estimate
from helpers.methods.say_do import BY_OWN, BY_THIRD, UNPROVED, Bars, Speech, belief_gap, speech
from helpers.pillars.csr.claims_law import Law
from helpers.pillars.csr.claims_read import Read
from helpers.rules import purpose

NOBODY = Estimate(math.nan, math.nan, math.nan, LEVEL, 0)


class TopicRow(NamedTuple):
    """One topic: legitimacy and risk as judged, None where nobody did; proof of most of what is said; shares of people; gap; what to do."""

    topic: str
    legitimacy: int | None
    risk: int | None
    proof: str
    proved: float
    n_live: int
    expected: Estimate
    believed: Estimate
    gap: Estimate
    reading: str
    speech: Speech | None
    reason: str


def topics(read: Read, ledger: pd.DataFrame, found: Law) -> list[TopicRow]:
    """Every topic that somebody judged, or that a claim is about, in the order of purpose.toml."""
    judged = read.topics.set_index("topic")
    there = set(judged.index) | set(ledger["topic"].dropna())
    return [_row(name, read, ledger, found, judged) for name in purpose.topics() if name in there]


def _row(name: str, read: Read, ledger: pd.DataFrame, found: Law, judged: pd.DataFrame) -> TopicRow:
    own = ledger[ledger["topic"] == name]
    live = own[own["is_live"]]
    proof, proved = _proof(own)
    expected, believed = (read.answers.shares.get((question, name), NOBODY) for question in ("expect", "believe"))  # fmt: skip
    gap, reading = belief_gap(believed, proved)
    is_wrong = bool((live["standing"] == CONTRADICTED).any()) or any(map(found.banned, live["claim_id"]))
    legitimacy = risk = told = None
    if name in judged.index:
        legitimacy, risk = int(judged.at[name, "legitimacy"]), int(judged.at[name, "risk"])
        told = speech(
            legitimacy, risk, proof, expected, is_contradicted=is_wrong, bars=Bars(**purpose.lines())
        )
    reason = (
        str(judged.at[name, "reason"]) if name in judged.index and pd.notna(judged.at[name, "reason"]) else ""
    )
    return TopicRow(name, legitimacy, risk, proof, proved, len(live), expected, believed, gap, reading, told, reason)  # fmt: skip


def _proof(own: pd.DataFrame) -> tuple[str, float]:
    """What stands behind most of what is said of a topic, and the share that is proved: by weight where it is live, else by claim."""
    live = own[own["is_live"] & (own["weight"] > 0)]
    rows, weight = (live, live["weight"]) if len(live) else (own, pd.Series(1.0, index=own.index))
    total = float(weight.sum())
    if not total > 0:
        return UNPROVED, math.nan
    third, any_proof = (
        float(weight[rows["standing"].isin(names)].sum()) / total for names in ((THIRD,), PROVED)
    )
    return BY_THIRD if third >= 0.5 else BY_OWN if any_proof >= 0.5 else UNPROVED, any_proof


def by_topic(ledger: pd.DataFrame) -> pd.DataFrame:
    """Alignment index of each topic with a live claim: topic, value, unknown_low [a claim of unknown exposure weighs at most the heaviest of all], n, weight; largest weight first."""
    live = ledger[ledger["is_live"]]
    most = live["weight"].max() if live["weight"].notna().any() else None
    rows = []
    for name, own in live.groupby(live["topic"].fillna(""), sort=True):
        found = alignment(own, most=most)
        rows.append((name, found.value, found.unknown_low, found.n, found.weight))
    made = pd.DataFrame(rows, columns=["topic", "value", "unknown_low", "n", "weight"])
    return made.sort_values(["weight", "topic"], ascending=[False, True], ignore_index=True)


def overall(rows: list[TopicRow], ledger: pd.DataFrame) -> tuple[Estimate, float]:
    """Share of people who believe, and share that is proved, over the topics that were asked about and are spoken of, by exposure.

    The interval adds the variances of the topics as if they moved together: the same people answer all of them.
    """
    live = ledger[ledger["is_live"] & (ledger["weight"] > 0)]
    weight = live.groupby("topic")["weight"].sum()
    told = [one for one in rows if one.topic in weight.index and math.isfinite(one.believed.value)]
    if not told:
        return NOBODY, math.nan
    w = [float(weight[one.topic]) for one in told]
    mean = lambda values: sum(a * b for a, b in zip(w, values, strict=True)) / sum(w)  # noqa: E731
    bounds = [mean([one.believed[at] for one in told]) for at in range(3)]
    return Estimate(*bounds, LEVEL, min(one.believed.n for one in told)), mean([one.proved for one in told])
