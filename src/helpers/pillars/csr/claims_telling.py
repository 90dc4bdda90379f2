"""What the page on claims says: titles, sentences, the naive answer, the answer."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pandas as pd

from helpers.company import Scope
from helpers.i18n import capital, day, listed, mark_plural, number, plural, text
from helpers.methods import claim_alignment
from helpers.methods.claim_alignment import Heaviest
from helpers.methods.claim_ledger import PROVED, is_draft
from helpers.pillars.csr.claims import Page
from helpers.pillars.csr.claims_topics import overall
from helpers.pillars.csr.claims_words import index, named, quoted, rule, some
from helpers.rules import purpose
from helpers.rules.claims import sanctions

MOST = 6  # codes that a sentence names
FIRST = 2  # claims that the answer quotes


def data_said(made: Page, scope: Scope) -> str:
    """Say what the page is made of."""
    lang, read = scope.language, made.read
    said = text(
        "{claims} claims in the register, {live} of them in public on {day}; {proofs} proofs; {metrics} indicators with a value in the last twelve months.", lang,
        claims=_n(len(read.claims), lang), live=_n(len(made.live), lang), day=day(scope.period.end, lang), proofs=_n(int(read.proofs["claim_id"].isin(read.claims["claim_id"]).sum()), lang), metrics=_n(made.audited.n, lang),
    )  # fmt: skip
    answers = read.answers
    if answers.day is None:
        return f"{said} {text('No survey has asked what people expect and believe.', lang)}"
    asked = text("What people expect and believe comes from a survey of {day} with n = {n} in {market}.", lang, day=day(answers.day.date(), lang), n=_n(answers.n, lang), market=answers.market or text("all markets", lang))  # fmt: skip
    return f"{said} {asked}"


def finding(made: Page, scope: Scope) -> str:
    """State what was found as the title of the chart."""
    lang, share = scope.language, claim_alignment.unproved(made.ledger, "exposure")[2]
    if made.live.empty:
        return text("No claim is in public", lang)
    if math.isnan(share):
        return text("No live claim has a known exposure", lang)
    return text("{share} of what people see has no proof that holds", lang, share=number(share, "share", language=lang))  # fmt: skip


def subtitle(made: Page, scope: Scope) -> str:
    """Say under the chart what is drawn."""
    return text(
        "times shown of the claims in public on {day}, by what stands behind them; at the right the alignment index, from −1 all contradicted to 1 all proved by third parties, and its lower bound",
        scope.language, day=day(scope.period.end, scope.language),
    )  # fmt: skip


def index_said(made: Page, scope: Scope) -> str:
    """Say the index with its bounds, what weighs most, and what the index would be without it."""
    lang, found, first = scope.language, made.aligned, made.heaviest
    if math.isnan(found.value) or first is None:
        return text("No live claim has a known exposure, so there is no index; the ledger shows what stands behind each.", lang)  # fmt: skip
    said = text("The alignment index is {index}, and {low} if own evidence counts as none.", lang, index=index(found.value, lang), low=index(found.low, lang))  # fmt: skip
    heavy = _heavy(first, lang)
    unknown = found.n - found.n_weighted
    if not unknown:
        return " ".join([said, *heavy])
    bounds = plural(
        "{n} claim of unknown exposure is left out: shown no more often than the most shown one, it would bring the index, own evidence counted or not, to between {low} and {high}.",
        "{n} claims of unknown exposure are left out: shown no more often than the most shown one, they would bring the index, own evidence counted or not, to between {low} and {high}.",
        unknown, lang, low=index(found.unknown_low, lang), high=index(found.unknown_high, lang),
    )  # fmt: skip
    return " ".join([said, *heavy, bounds])


def _heavy(first: Heaviest, lang: str) -> list[str]:
    """What weighs most, and the index without it where another one is left."""
    if math.isnan(first.without):
        return []
    facts = {
        "claim": first.claim_id,
        "share": number(first.share, "share", language=lang),
        "without": index(first.without, lang),
    }
    return [
        text("One claim, {claim}, weighs {share} of all; without it the index is {without}.", lang, **facts)
    ]


def ledger_caption(scope: Scope) -> str:
    """Name the file of the ledger."""
    return text("All claims of the register", scope.language)


def findings_caption(scope: Scope) -> str:
    """Name the file of the findings."""
    return text("All findings with rule, source and cure", scope.language)


def calendar_caption(scope: Scope) -> str:
    """Name the file of the proofs that end."""
    return text("All proofs that end within a year", scope.language)


def law_said(made: Page, scope: Scope) -> str:
    """Say by the law of which day the words were read, and what changed in law within the period."""
    lang, found = scope.language, made.law
    banned = found.live[found.live["status"] == "banned"]
    said = plural("By the rules in force on {day}, the screen finds banned practices in {n} live claim.", "By the rules in force on {day}, the screen finds banned practices in {n} live claims.",
                  banned["claim_id"].nunique(), lang, day=day(found.day, lang))  # fmt: skip
    unread = int(made.live["claim_id"].isin(found.silent).sum())
    if unread:
        said += " " + plural(
            "{n} live claim is in a language that it does not read.",
            "{n} live claims are in a language that it does not read.",
            unread,
            lang,
        )
    changed = found.changed[found.changed["status"] == "banned"]
    if changed.empty:
        return f"{said} {text('No rule that touches them began within the period.', lang)}"
    start = day(scope.period.start - timedelta(days=1), lang)
    begins = sorted(
        {
            day(one, lang) if not hasattr(one, "date") else day(one.date(), lang)
            for one in changed["valid_from"]
        }
    )
    before = _fine_before(made, scope.period.start)
    codes = some(before, lang)
    new = plural("{n} finding comes from a rule that began on {days}.", "{n} findings come from rules that began on {days}.", len(changed), lang, days=listed(begins, lang))  # fmt: skip
    if not before:
        return f"{said} {new}"
    fine = plural("{n} claim had no banned words on {day} and has now, though nobody touched it: {claims}.", "{n} claims had no banned words on {day} and have now, though nobody touched them: {claims}.",
                  len(before), lang, day=start, claims=codes)  # fmt: skip
    return f"{said} {new} {fine}"


def sanctions_said(made: Page, scope: Scope) -> str:
    """Say what breaches may cost in the markets of the register, as others quote it."""
    markets = set(made.ledger["market"].dropna())
    told = [text(one.text, scope.language) for one in sanctions() if one.market in markets]
    if not told:
        return text("What a breach may cost is not written down here for these markets.", scope.language)
    return " ".join(
        [text("What a breach may cost is not worked out here; counsel confirms.", scope.language), *told]
    )


def _fine_before(made: Page, start: date) -> list[str]:
    """Claims that were in public before the period, and all of whose banned findings began within it."""
    banned = made.law.live[made.law.live["status"] == "banned"]
    new = set(zip(made.law.changed["claim_id"], made.law.changed["rule"], strict=True))
    is_new = [(row.claim_id, row.rule) in new for row in banned.itertuples()]
    old = set(banned.loc[[not one for one in is_new], "claim_id"])
    out = made.ledger.set_index("claim_id")["published_on"]
    return [
        one
        for one in dict.fromkeys(banned.loc[is_new, "claim_id"])
        if one not in old and pd.Timestamp(out[one]) < pd.Timestamp(start)
    ]


def drafts_said(made: Page, scope: Scope) -> str:
    """Say what the screen finds in drafts, where mending costs nothing."""
    lang, drafts = scope.language, made.law.drafts
    n_drafts = int(is_draft(made.ledger).sum())
    if not n_drafts:
        return text("No draft waits in the register.", lang)
    if drafts.empty:
        return text("In the drafts of the register nothing is found.", lang)
    named = [text("{claim} {words} ({rule})", lang, claim=row.claim_id, words=quoted(row.words, lang), rule=rule(row.rule, lang)) for row in drafts.head(MOST).itertuples()]  # fmt: skip
    return plural("{n} finding in drafts, by the law of the day on which they are to go out; mending still costs nothing: {named}.", "{n} findings in drafts, by the law of the day on which they are to go out; mending still costs nothing: {named}.", len(drafts), lang,
                  named=listed(named, lang))  # fmt: skip


def rule_said(scope: Scope) -> str:
    """Explain the rule of speaking, with its lines."""
    lines = purpose.lines()
    return text(
        "Legitimacy and risk are judged from 0 to 4. The first line that holds decides. 1. The topic is hardly the company's own (legitimacy below {own}): stay silent. 2. Surely fewer than {half} of people expect it: stay silent. 3. Less than half of "
        "what is said is proved, figures contradict some of it, or law forbids its words: prepare the proof, and say nothing until then. 4. Own evidence alone, a risk of {grave} or more, or an expectation "
        "that is not surely above {half}: speak with the proof first. 5. Else: speak.", scope.language,
        own=lines["own_from"], grave=lines["grave_from"], half=number(lines["half"], "share", language=scope.language),
    )  # fmt: skip


def gap_said(made: Page, scope: Scope) -> str:
    """Say the gap between what people believe and what is proved."""
    lang, (believed, proved) = scope.language, overall(made.topics, made.ledger)
    if not math.isfinite(believed.value):
        return text("Nobody was asked whether we do what we say; cannot tell, need n = {need} answers.", lang, need=30)  # fmt: skip
    low, high = (number(one, "share", language=lang) for one in (believed.low, believed.high))
    return text("Over the topics asked about, weighted by exposure, {believed} of people believe that we do what we say ({low} to {high}, n = {n}), and {proved} of what we say is proved.", lang,
                believed=number(believed.value, "share", language=lang), low=low, high=high, n=_n(believed.n, lang), proved=number(proved, "share", language=lang))  # fmt: skip


def calendar_said(made: Page, scope: Scope) -> str:
    """Say which proof ends next and what it does to the index."""
    lang = scope.language
    if made.next.empty:
        return text("No proof of a live claim ends within a year.", lang)
    first = made.next.iloc[0]
    return text("The next proof to end is {proof} of {claim}, on {day}, {n} days after the period. If it is not renewed, the index goes from {now} to {after}.", lang,
                proof=first["proof_id"], claim=first["claim_id"], day=day(first["holds_until"].date(), lang), n=_n(first["days"], lang),
                now=index(made.aligned.value, lang), after=index(first["index_after"], lang))  # fmt: skip


def naive(made: Page, scope: Scope) -> str:
    """Count the claims that have a document, and say what that hides."""
    lang, live = scope.language, made.live
    named = live["claim_id"].isin(made.read.proofs["claim_id"])
    share = float(named.mean()) if len(live) else math.nan
    held = live["standing"].isin(PROVED)
    bare = claim_alignment.unproved(made.ledger, "exposure")[2]
    return text(
        "{documented} of {n} live claims have a document on file ({share}). Only {held} have one that is in force, as wide as the words and not against the figures; and by times shown, {bare} is without.", lang,
        documented=_n(int(named.sum()), lang), n=_n(len(live), lang), share=number(share, "share", language=lang), held=_n(int(held.sum()), lang), bare=number(bare, "share", language=lang),
    )  # fmt: skip


def answer(made: Page, scope: Scope) -> str:
    """Answer the page's question: what to take off first, then how far the rest is proved, then what ends next."""
    lang, risky = scope.language, made.at_risk
    if made.live.empty:
        return text(
            "No claim is in public on {day}, so there is nothing to take off.",
            lang,
            day=day(scope.period.end, lang),
        )
    counts = {one: int((risky["verdict"] == one).sum()) for one in _ACTS}
    acts = [plural(*_ACTS[one], n, lang) for one, n in counts.items() if n]
    said = [
        text("Nothing has to be taken off: every live claim has a proof in force and no banned words.", lang)
    ]
    if acts:
        first = [named(row, lang) for row in risky.head(FIRST).itertuples()]
        said = [
            capital(listed(acts, lang)) + ".",
            text("Begin with {claims}.", lang, claims=listed(first, lang)),
        ]
    if not math.isnan(made.aligned.value):
        said.append(text("The alignment index is {index} (lower bound {low}); {finding}.", lang, index=index(made.aligned.value, lang),
                         low=index(made.aligned.unknown_low, lang), finding=_lower(finding(made, scope))))  # fmt: skip
    if len(made.next):
        first = made.next.iloc[0]
        said.append(text("The next proof ends in {n} days.", lang, n=_n(first["days"], lang)))
    return " ".join(said)


_ACTS = {
    "to withdraw": mark_plural("withdraw {n} claim", "withdraw {n} claims"),
    "to reword": mark_plural("reword {n} claim", "reword {n} claims"),
    "to prove": mark_plural("prove {n} claim or take it off", "prove {n} claims or take them off"),
}


def _n(value: float, lang: str) -> str:
    return number(value, "count", language=lang)


def _lower(said: str) -> str:
    return said[:1].lower() + said[1:]
