"""Withdraw, reword, prove, renew: what to do with each claim at risk, who does it, by when."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pandas as pd

from helpers.checks import Decision
from helpers.company import Scope
from helpers.i18n import day, listed, mark_term, number, plural, term, text
from helpers.methods import claim_alignment
from helpers.methods.claim_ledger import CONTRADICTED, PROVED, THIRD
from helpers.methods.say_do import PREPARE
from helpers.pillars.csr.claims import Page
from helpers.pillars.csr.claims_numbers_telling import measured, written
from helpers.pillars.csr.claims_words import (
    STANDINGS,
    index,
    quoted,
    rule,
    said,
    share,
    short_day,
    some,
    topic,
)

MOST = 4  # claims of which a decision says what is wrong; the ledger has them all
RENEW_DAYS = 120  # proofs that end so soon are renewed now: an audit takes a quarter
VERBS = {
    "to withdraw": mark_term("a decision on a claim", "Withdraw"),
    "to reword": mark_term("a decision on a claim", "Reword"),
    "to prove": mark_term("a decision on a claim", "Prove"),
}


def decisions(made: Page, scope: Scope, *, owner: str = "") -> list[Decision]:
    """At most five: claims at risk by what to do with them, those most shown first; the topic to prepare; the next proof to renew.

    `owner` answers where a claim names nobody.
    """
    spare = owner or text("sustainability lead", scope.language)
    groups = {verdict: made.at_risk[made.at_risk["verdict"] == verdict] for verdict in VERBS}
    order = dict.fromkeys(
        made.at_risk["verdict"]
    )  # as the ledger has them: at once first, then the most shown
    found = [_group(verdict, groups[verdict], made, scope, spare) for verdict in order]
    return [*found, *_prepare(made, scope, spare), *_renew(made, scope, spare)]


def _group(verdict: str, own: pd.DataFrame, made: Page, scope: Scope, spare: str) -> Decision:
    """One decision on all claims at risk that have the same verdict."""
    lang, n = scope.language, len(own)
    claims = _listed(own, made, lang)
    parts = {
        "to withdraw": plural("Withdraw {n} claim: it is {claims}.", "Withdraw {n} claims: first {claims}.", n, lang, claims=claims),
        "to reword": plural("Reword {n} claim: it is {claims}.", "Reword {n} claims: first {claims}.", n, lang, claims=claims),
        "to prove": plural("Prove {n} claim, or take it off: it is {claims}.", "Prove {n} claims, or take them off: first {claims}.", n, lang, claims=claims),
    }  # fmt: skip
    reverse = (
        text("a proof as wide as the words is in force before that day", lang) if verdict == "to prove"
        else text("counsel confirms in writing that the words may stay", lang)
    )  # fmt: skip
    later = _later(own, made, scope)
    gain, after = _gain(verdict, own, made, lang)
    return Decision(
        id=f"{verdict.split()[-1]}_claims", verb=term(*VERBS[verdict], lang), amount=_amount(own, scope), effect=gain, unit="share",
        sentence=" ".join(one for one in (parts[verdict], _stake(own, made, scope), after, later) if one), reverse_if=reverse,
        owner=some(dict.fromkeys(_owner(one, spare) for one in own["owner"]), lang, most=3), due=_due(own, made, scope),
    )  # fmt: skip


def _listed(own: pd.DataFrame, made: Page, lang: str) -> str:
    """The first claims with what is wrong with each, and the codes of the others."""
    head = [
        text("{claim} ({why})", lang, claim=row.claim_id, why=_why(row, made, lang))
        for row in own.head(MOST).itertuples()
    ]
    rest = own["claim_id"].iloc[MOST:].tolist()
    return listed([*head, *rest], lang)


def _why(row, made: Page, lang: str) -> str:
    """Why a claim is at risk, in a few words: its words and their rule, its figure, its proof."""
    found = made.law.live[(made.law.live["claim_id"] == row.claim_id) & (made.law.live["status"] == "banned")]
    if row.standing == "contradicted":
        return _figure(row, made, lang)
    if len(found):
        first = found.iloc[0]
        return text(
            "{words}, {rule}", lang, words=quoted(first["words"], lang), rule=rule(first["rule"], lang)
        )
    if row.standing == "expired" and pd.notna(row.lost_on):
        return text("its proof ended on {day}", lang, day=short_day(row.lost_on, lang))
    return said(STANDINGS[row.standing], lang)


def _figure(row, made: Page, lang: str) -> str:
    """What the words say and what was measured."""
    one = next(made.numbers[made.numbers["claim_id"] == row.claim_id].itertuples())
    facts = {"said": written(one, lang), "measured": measured(one.measured, one.measure, lang)}
    if one.is_audited:
        return text("the words say {said}, the audited table {measured}", lang, **facts)
    return text("the words say {said}, the table {measured}", lang, **facts)


def _amount(own: pd.DataFrame, scope: Scope) -> str:
    """What is at stake: times shown and money."""
    lang, exposure, spend = scope.language, *(own[name].astype(float).sum() for name in ("exposure", "spend"))
    shown = (
        text("{n} times shown", lang, n=number(exposure, "count", language=lang))
        if exposure
        else text("exposure unknown", lang)
    )
    if not spend:
        return shown
    return text(
        "{shown}, {money}",
        lang,
        shown=shown,
        money=number(spend, "currency", currency=scope.currency, language=lang),
    )


def _stake(own: pd.DataFrame, made: Page, scope: Scope) -> str:
    """How much of what people see it is, and what was spent on it."""
    lang, total = scope.language, float(made.live["exposure"].astype(float).sum())
    exposure, spend = (float(own[name].astype(float).sum()) for name in ("exposure", "spend"))
    if not exposure or not total:
        return text("How often they were shown is not known.", lang)
    facts = {
        "n": number(exposure, "count", language=lang),
        "share": number(exposure / total, "share", language=lang),
    }
    if not spend:
        return text("Shown {n} times in all, {share} of what people see.", lang, **facts)
    return text("Shown {n} times in all, {share} of what people see, for {money}.", lang, **facts,
                money=number(spend, "currency", currency=scope.currency, language=lang))  # fmt: skip


def _gain(verdict: str, own: pd.DataFrame, made: Page, lang: str) -> tuple[float | None, str]:
    """Change of the unproved share of what people see [share] once it is done, and the sentence on it; None where nothing changes or is known.

    What is withdrawn leaves numerator and denominator; what is proved leaves the numerator; of what is reworded only a claim whose figure is put
    right, and that has a proof in force, is proved by that.
    """
    ids, now = own["claim_id"], claim_alignment.unproved(made.ledger, "exposure")
    if not now[1] > 0:
        return None, ""
    mended = made.ledger
    if verdict == "to withdraw":
        mended = mended[~mended["claim_id"].isin(ids)]
    else:
        cured = mended["claim_id"].isin(ids)
        if verdict == "to reword":
            cured &= (mended["standing"] == CONTRADICTED) & mended["proof_standing"].isin(PROVED)
        mended = mended.assign(standing=mended["standing"].mask(cured, THIRD))
    after = claim_alignment.unproved(mended, "exposure")[2]
    change = (0.0 if math.isnan(after) else after) - now[2]
    if not change:
        return None, text(
            "What is reworded needs a proof all the same.", lang
        ) if verdict == "to reword" else ""
    facts = {
        "now": number(now[2], "share", language=lang),
        "after": number(now[2] + change, "share", language=lang),
    }
    if verdict == "to reword":
        return change, text(
            "With the figures put right, what people see without proof goes from {now} to {after}; other new words need a proof all the same.",
            lang,
            **facts,
        )
    return change, text("What people see without proof then goes from {now} to {after}.", lang, **facts)


def _later(own: pd.DataFrame, made: Page, scope: Scope) -> str:
    """Which claims of a group can wait for the next review, where others cannot."""
    late = own[~own["is_urgent"]]
    if late.empty or len(late) == len(own):
        return ""
    return plural("{n} of them never had a proof that is wide enough, and has until {day}.", "{n} of them never had a proof that is wide enough, and have until {day}.", len(late), scope.language,
                  day=day(date.fromisoformat(scope.next_review), scope.language))  # fmt: skip


def _due(own: pd.DataFrame, made: Page, scope: Scope) -> str:
    """Soon for what is banned, contradicted or has lost its proof; by the next review for what never had one."""
    soon = (scope.period.end + timedelta(days=made.days_to_act)).isoformat()
    return soon if own["is_urgent"].any() else scope.next_review


def _prepare(made: Page, scope: Scope, spare: str) -> list[Decision]:
    """The topic that most people expect and whose proof is to be prepared."""
    lang = scope.language
    rows = [one for one in made.topics if one.speech and one.speech.verdict == PREPARE and one.n_live and one.expected.value == one.expected.value]  # fmt: skip
    if not rows:
        return []
    first = max(rows, key=lambda one: one.expected.value)
    facts = {"topic": topic(first.topic, lang), "expected": share(first.expected, lang), "proved": number(first.proved, "share", language=lang)}  # fmt: skip
    said = text("Prepare the proof of {topic} before anything new is said of it: {expected} of people expect us to act, and {proved} of what we say is proved.", lang, **facts)  # fmt: skip
    bare = _bare(made.ledger[made.ledger["topic"] == first.topic], made)
    if bare:
        said += " " + text("Claims on it without proof are {share} of what people see; those that are to be withdrawn, reworded or proved above are among them.", lang, share=number(bare, "share", language=lang))  # fmt: skip
    if first.speech.because == "contradicted":
        said += " " + text("Words that a rule forbids, or a figure that the table contradicts, stand in the way.", lang)  # fmt: skip
    return [
        Decision(
            id=f"prepare_{first.topic}".replace(" ", "_"), verb=text("Prepare", lang), amount=topic(first.topic, lang), sentence=said, effect=-bare or None, unit="share",
            reverse_if=text("figures and law leave nothing to say against its claims, and most of them are proved", lang), owner=spare, due=scope.next_review,
        )
    ]  # fmt: skip


def _renew(made: Page, scope: Scope, spare: str) -> list[Decision]:
    """The next proofs that end, on one day."""
    if made.next.empty or made.next["days"].iloc[0] > RENEW_DAYS:
        return []
    lang, first = scope.language, made.next["holds_until"].iloc[0]
    rows = made.next[made.next["holds_until"] == first]
    owners = made.ledger.set_index("claim_id")["owner"]
    facts = {
        "proofs": listed([text("{proof} of {claim}", lang, proof=row.proof_id, claim=row.claim_id) for row in rows.itertuples()], lang),
        "day": day(first.date(), lang), "now": index(made.aligned.value, lang), "after": index(rows["index_after"].iloc[-1], lang),
    }  # fmt: skip
    bare = _bare(
        made.live[made.live["claim_id"].isin(rows.loc[~rows["standing_after"].isin(PROVED), "claim_id"])],
        made,
        any_standing=True,
    )
    facts["bare"] = number(bare, "share", language=lang)
    sentence = text("Renew {proofs} before {day}: without it the index goes from {now} to {after} the day after, and a further {bare} of what people see has no proof.", lang, **facts)  # fmt: skip
    return [
        Decision(
            id="renew_next", verb=text("Renew", lang), amount=text("{n} days left", lang, n=number(rows["days"].iloc[0], "count", language=lang)), sentence=sentence,
            effect=-bare or None, unit="share",
            reverse_if=text("the claim is taken back before that day", lang), owner=_owner(owners.get(rows["claim_id"].iloc[0]), spare), due=first.date().isoformat(),
        )
    ]  # fmt: skip


def _bare(rows: pd.DataFrame, made: Page, *, any_standing: bool = False) -> float:
    """Share of what people see that these live claims are, of those without proof unless `any_standing`; 0 where nothing is known."""
    total = float(made.live["exposure"].astype(float).sum())
    own = rows[rows["is_live"] & (any_standing | ~rows["standing"].isin(PROVED))]
    return float(own["exposure"].astype(float).sum()) / total if total else 0.0


def _owner(owner: object, spare: str) -> str:
    return spare if pd.isna(owner) or not str(owner).strip() else str(owner)
