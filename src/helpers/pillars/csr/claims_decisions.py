"""Withdraw, reword, prove, renew: what to do with each claim at risk, who does it, by when."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from helpers.checks import Decision
from helpers.company import Scope
from helpers.i18n import day, listed, mark_term, number, term, text
from helpers.methods.say_do import PREPARE
from helpers.pillars.csr.claims import Page
from helpers.pillars.csr.claims_numbers_telling import measured, written
from helpers.pillars.csr.claims_words import NUMBERS, index, quoted, rule, said, share, short_day, topic
from helpers.pillars.csr.claims_words import VERDICTS as WORDS
from helpers.rules import purpose

MOST = 6  # claims that a decision names; the ledger has them all
RENEW_DAYS = 120  # proofs that end so soon are renewed now: an audit takes a quarter
VERBS = {
    "to withdraw": mark_term("a decision on a claim", "Withdraw"),
    "to reword": mark_term("a decision on a claim", "Reword"),
    "to prove": mark_term("a decision on a claim", "Prove"),
}


def decisions(made: Page, scope: Scope, *, owner: str = "") -> list[Decision]:
    """One decision a claim at risk, what has to go at once first, at most six; then the proof that people wait for most, and the next one to renew.

    `owner` answers where a claim names nobody.
    """
    spare = owner or text("sustainability lead", scope.language)
    found = [_claim(row, made, scope, spare) for row in made.at_risk.head(MOST).itertuples()]
    return [*found, *_prepare(made, scope, spare), *_renew(made, scope, spare)]


def _claim(row, made: Page, scope: Scope, spare: str) -> Decision:
    lang = scope.language
    due = _due(row, made, scope)
    claim = text("{claim} {words}", lang, claim=row.claim_id, words=quoted(row.wording, lang))
    parts = {
        "to withdraw": text("Withdraw {claim}: {why}.", lang, claim=claim, why=_why(row, made, lang)),
        "to reword": text("Reword {claim}: {why}.", lang, claim=claim, why=_why(row, made, lang)),
        "to prove": text("Prove {claim}, or take it off: {why}.", lang, claim=claim, why=_why(row, made, lang)),
    }  # fmt: skip
    reverse = (
        text("a proof as wide as the words is in force before that day", lang) if row.verdict == "to prove"
        else text("counsel confirms in writing that the words may stay", lang)
    )  # fmt: skip
    return Decision(
        id=f"{row.verdict.split()[-1]}_{row.claim_id}", verb=term(*VERBS[row.verdict], lang), amount=_amount(row, scope),
        sentence=f"{parts[row.verdict]} {_stake(row, made, scope)}", reverse_if=reverse, owner=_owner(row.owner, spare), due=due,
    )  # fmt: skip


def _why(row, made: Page, lang: str) -> str:
    """Why a claim is at risk: its words, its figure, its proof; and what cures it."""
    reasons = []
    own = made.law.live[(made.law.live["claim_id"] == row.claim_id) & (made.law.live["status"] == "banned")]
    if len(own):
        first = own.iloc[0]
        facts = {"words": quoted(first["words"], lang), "rule": rule(first["rule"], lang), "day": short_day(first["since"], lang), "cure": _lowered(text(first["cure"], lang))}  # fmt: skip
        reasons.append(text("{words} meets the rule on {rule} since {day}; {cure}", lang, **facts))
    if row.standing == "contradicted":
        reasons.append(_figure(row, made, lang))
    elif row.standing == "expired" and pd.notna(row.lost_on):
        reasons.append(text("its proof ended on {day}", lang, day=short_day(row.lost_on, lang)))
    elif row.standing in ("expired", "none"):
        needs = purpose.topics().get(str(row.topic))
        reasons.append(text("no proof is in force", lang) if needs is None else text("no proof is in force; a claim on {topic} needs one of its own kind", lang, topic=topic(row.topic, lang)))  # fmt: skip
    elif row.standing == "too narrow":
        reasons.append(text("its proof covers a part of what it says", lang))
    return text("; ", lang).join(reasons) if reasons else said(WORDS[row.verdict], lang)


def _figure(row, made: Page, lang: str) -> str:
    """What the words say and what was measured."""
    one = next(made.numbers[made.numbers["claim_id"] == row.claim_id].itertuples())
    facts = {"said": written(one, lang), "measured": measured(one.measured, one.measure, lang), "day": short_day(one.period_end, lang), "check": said(NUMBERS[one.status], lang)}  # fmt: skip
    if one.is_audited:
        return text(
            "the words say {said}, the audited table {measured} for the period to {day} ({check})",
            lang,
            **facts,
        )
    return text("the words say {said}, the table {measured} for the period to {day} ({check})", lang, **facts)


def _amount(row, scope: Scope) -> str:
    """What is at stake: times shown and money."""
    lang = scope.language
    shown = text("exposure unknown", lang) if pd.isna(row.exposure) else text("{n} times shown", lang, n=number(float(row.exposure), "count", language=lang))  # fmt: skip
    if pd.isna(row.spend) or not row.spend:
        return shown
    return text("{shown}, {money}", lang, shown=shown, money=number(float(row.spend), "currency", currency=scope.currency, language=lang))  # fmt: skip


def _stake(row, made: Page, scope: Scope) -> str:
    """How much of what people see it is, and what was spent on it."""
    lang, total = scope.language, float(made.live["exposure"].astype(float).sum())
    if pd.isna(row.exposure) or not total:
        return text("How often it was shown is not known.", lang)
    facts = {"n": number(float(row.exposure), "count", language=lang), "share": number(float(row.exposure) / total, "share", language=lang)}  # fmt: skip
    if pd.isna(row.spend) or not row.spend:
        return text("It was shown {n} times, {share} of what people see.", lang, **facts)
    return text("It was shown {n} times, {share} of what people see, for {money}.", lang, **facts,
                money=number(float(row.spend), "currency", currency=scope.currency, language=lang))  # fmt: skip


def _due(row, made: Page, scope: Scope) -> str:
    """Soon for what is banned, contradicted or has lost its proof; by the next review for what never had one."""
    soon = (scope.period.end + timedelta(days=made.days_to_act)).isoformat()
    return soon if row.is_urgent else scope.next_review


def _prepare(made: Page, scope: Scope, spare: str) -> list[Decision]:
    """The topic that most people expect and whose proof is to be prepared."""
    lang = scope.language
    rows = [one for one in made.topics if one.speech and one.speech.verdict == PREPARE and one.expected.value == one.expected.value]  # fmt: skip
    if not rows:
        return []
    first = max(rows, key=lambda one: one.expected.value)
    facts = {"topic": topic(first.topic, lang), "expected": share(first.expected, lang), "proved": number(first.proved, "share", language=lang)}  # fmt: skip
    said = text("Prepare the proof of {topic} before anything new is said of it: {expected} of people expect us to act, and {proved} of what we say is proved.", lang, **facts)  # fmt: skip
    if first.speech.because == "contradicted":
        said += " " + text("Words that a rule forbids, or a figure that the table contradicts, stand in the way.", lang)  # fmt: skip
    return [
        Decision(
            id=f"prepare_{first.topic}".replace(" ", "_"), verb=text("Prepare", lang), amount=topic(first.topic, lang), sentence=said,
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
    sentence = text("Renew {proofs} before {day}: without it the index goes from {now} to {after} the day after.", lang, **facts)  # fmt: skip
    return [
        Decision(
            id="renew_next", verb=text("Renew", lang), amount=text("{n} days left", lang, n=number(rows["days"].iloc[0], "count", language=lang)), sentence=sentence,
            reverse_if=text("the claim is taken back before that day", lang), owner=_owner(owners.get(rows["claim_id"].iloc[0]), spare), due=first.date().isoformat(),
        )
    ]  # fmt: skip


def _lowered(said: str) -> str:
    """A sentence as a part of another one: without its capital and its full stop."""
    return (said[:1].lower() + said[1:]).rstrip(".")


def _owner(owner: object, spare: str) -> str:
    return spare if pd.isna(owner) or not str(owner).strip() else str(owner)
