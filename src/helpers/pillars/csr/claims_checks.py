"""What could make the page on claims wrong, and what must not go out: a live claim that has lost its proof fails."""

from __future__ import annotations

import math

import pandas as pd

from helpers.checks import Check, check, sentence
from helpers.company import Scope
from helpers.i18n import day, language_name, listed, number, plural, text
from helpers.pillars.csr.claims import Page
from helpers.pillars.csr.claims_topics import NOBODY
from helpers.pillars.csr.claims_words import short_day, some, topic
from helpers.rules import esrs, purpose
from helpers.rules.claims import measured

MOST = 8  # codes that a check names
OLD_DAYS = 370  # answers older than this are said to be old


def checks(made: Page, scope: Scope) -> list[Check]:
    """What could make this page wrong, and what must not go out."""
    lang = scope.language
    return [
        _lost(made, lang), *_register(made, lang), *_proofs(made, lang), *_screen(made, lang), *_numbers(made, lang), *_topics(made, scope),
        _codes(made, lang),
    ]  # fmt: skip


def _lost(made: Page, lang: str) -> Check:
    """The gate: a live claim whose proof has ended."""
    told = [text("{claim} (ended {day})", lang, claim=row.claim_id, day=short_day(row.lost_on, lang)) for row in made.lost.itertuples()]  # fmt: skip
    fine = plural("{n} live claim, and none has lost its proof.", "{n} live claims, and none has lost its proof.", len(made.live), lang)  # fmt: skip
    bad = plural("{n} live claim has lost its proof: {claims}.", "{n} live claims have lost their proof: {claims}.", len(told), lang, claims=listed(told[:MOST], lang))  # fmt: skip
    return check("lost_proof", not told, bad if told else fine, remedy=text("Renew the proof and write it into csr_proofs, or take the claim back and write withdrawn_on into csr_claims.", lang), otherwise="fail")  # fmt: skip


def _register(made: Page, lang: str) -> list[Check]:
    """What the register of claims leaves out."""
    live = made.live
    bare, back = (
        made.ledger[_empty(made.ledger["wording"])],
        made.ledger[pd.to_datetime(made.ledger["withdrawn_on"]) < made.ledger["published_on"]],
    )
    lacking = [
        ("text", bare["claim_id"], text("Every claim has its words.", lang), text("Claims without words, which nobody can screen: {claims}.", lang, claims=some(bare["claim_id"], lang)),
         text("Write down the words as they were published.", lang)),
        ("withdrawn", back["claim_id"], text("Every claim was out before it was taken back.", lang), text("Claims taken back before they were published, which count as never out: {claims}.", lang, claims=some(back["claim_id"], lang)),
         text("Correct published_on or withdrawn_on in csr_claims.", lang)),
        _column(live, "owner", text("Every live claim has an owner.", lang), text("Live claims without an owner: {claims}.", lang, claims=some(_missing(live, "owner"), lang)),
                text("Name the role that answers for each, in csr_claims.", lang)),
        _column(live, "exposure", text("The exposure of every live claim is known.", lang),
                text("Live claims of unknown exposure, which are in no index and in its bounds: {claims}.", lang, claims=some(_missing(live, "exposure"), lang)),
                text("Ask the medium how often they were shown; for packaging take the units sold.", lang)),
        _column(live, "topic", text("Every live claim has its topic.", lang), text("Live claims without a topic: {claims}.", lang, claims=some(_missing(live, "topic"), lang)),
                text("Give each its topic in csr_claims.", lang)),
    ]  # fmt: skip
    found = [check(name, not len(bad), said if len(bad) else fine, remedy=remedy) for name, bad, fine, said, remedy in lacking]  # fmt: skip
    n_reviewed, n, *_ = made.reviewed
    fine = text("Every live claim was checked by somebody before it went out.", lang)
    bare = text("{bare} of {n} live claims have no role beside them that checked them before they went out: {claims}.", lang, bare=n - n_reviewed, n=n, claims=some(_missing(live, "reviewer"), lang))  # fmt: skip
    found.append(check("reviewed", n_reviewed == n, fine if n_reviewed == n else bare, remedy=text("Have each claim checked, and write the role into csr_claims.reviewer.", lang)))  # fmt: skip
    if made.heaviest and made.heaviest.share >= 0.5 and not math.isnan(made.heaviest.without):
        said = text("One claim, {claim}, weighs {share} of all; without it the index is {without}.", lang, claim=made.heaviest.claim_id,
                    share=number(made.heaviest.share, "share", language=lang), without=number(made.heaviest.without, "ratio", decimals=2, language=lang))  # fmt: skip
        found.append(Check("heaviest", "review", said, text("Read the index with and without it.", lang)))
    return found


def _column(live: pd.DataFrame, name: str, fine: str, said: str, remedy: str) -> tuple:
    return name, _missing(live, name), fine, said, remedy


def _proofs(made: Page, lang: str) -> list[Check]:
    """What is wrong with proofs: dates, claims that nobody knows, scope, name of who assured, file."""
    proofs, broken, orphans = made.read.proofs, made.broken["proof_id"], made.orphans["proof_id"]
    used = proofs[proofs["claim_id"].isin(made.live["claim_id"])]
    unsaid = used.loc[pd.to_numeric(used["scope_match"], errors="coerce").isna(), "proof_id"]
    nameless = used.loc[
        used["assurance"].isin(["limited", "reasonable"]) & _empty(used["auditor"]), "proof_id"
    ]
    unhashed = used.loc[_empty(used["document_hash"]), "proof_id"]
    topic_of = made.ledger.set_index("claim_id")["topic"]
    odd = [one.proof_id for one in used.itertuples() if not _carries(one.kind, topic_of.get(one.claim_id))]
    rows = [
        ("proof_dates", broken, text("Every proof ends after it begins.", lang), text("Proofs that end before they begin, and count for nothing: {proofs}.", lang, proofs=some(broken, lang)),
         text("Correct issued_on or valid_until in csr_proofs.", lang)),
        ("proof_claims", orphans, text("Every proof belongs to a claim of the register.", lang), text("Proofs of a claim that is not in the register by the end of the period: {proofs}.", lang, proofs=some(orphans, lang)),
         text("Write the claim's code as csr_claims has it, unless it goes out later.", lang)),
        ("proof_scope", unsaid, text("Every proof says how much of its claim it covers.", lang), text("Proofs that do not say how much of their claim they cover; they count in the index, not in its lower bound: {proofs}.", lang, proofs=some(unsaid, lang)),
         text("Compare the scope of the document with that of the words, and fill in scope_match.", lang)),
        ("proof_names", nameless, text("Every assurance names who gave it.", lang), text("Assured, and nobody says by whom; they count as own evidence: {proofs}.", lang, proofs=some(nameless, lang)),
         text("Write the body into csr_proofs.auditor.", lang)),
        ("proof_files", unhashed, text("The file of every proof can be recognised.", lang), text("Proofs without the hash of their file, so that nobody can tell whether it was changed: {proofs}.", lang, proofs=some(unhashed, lang)),
         text("Work out the SHA-256 of each file and write it into csr_proofs.document_hash.", lang)),
        ("proof_kinds", odd, text("Every proof is of a kind that can carry its topic.", lang), text("Proofs of a kind that does not usually carry their topic: {proofs}.", lang, proofs=some(odd, lang)),
         text("See what each topic needs in rules/purpose.toml, and ask counsel.", lang)),
    ]  # fmt: skip
    return [check(name, not len(bad), said if len(bad) else fine, remedy=remedy) for name, bad, fine, said, remedy in rows if len(bad) or name in ("proof_dates", "proof_claims")]  # fmt: skip


def _carries(kind: object, topic_name: object) -> bool:
    return purpose.carries("" if pd.isna(kind) else str(kind), "" if pd.isna(topic_name) else str(topic_name))


def _screen(made: Page, lang: str) -> list[Check]:
    """Claims that the screen cannot read, and rules whose status is to be confirmed."""
    silent = made.ledger[made.ledger["claim_id"].isin(made.law.silent)]
    told = [text("{claim} ({tongue})", lang, claim=row.claim_id, tongue=_language(row.language, lang)) for row in silent.itertuples()]  # fmt: skip
    fine = text("Every live claim and draft is in a language that the screen reads.", lang)
    bad = text("Not screened, because of their language: {claims}.", lang, claims=listed(told[:MOST], lang))
    found = [check("language", not told, bad if told else fine, remedy=text("Have somebody who reads the language, and counsel of the market, check them by hand.", lang))]  # fmt: skip
    if made.law.lawless:
        said = text("No rule is written down for these markets, so their claims are not judged: {markets}.", lang, markets=listed(list(made.law.lawless), lang))  # fmt: skip
        found.append(Check("markets", "review", said, text("Have counsel of the market give the rules, and write them with their source into rules/claims.toml.", lang)))  # fmt: skip
    found += [_national(made, lang)] if made.law.national else []
    known = measured()
    counts = {
        name: number(getattr(known, name), "count", language=lang)
        for name in ("found", "broken", "flagged", "innocent")
    }
    said = text("Law is that of {day}, from secondary sources; the texts themselves were not read, and the screen finds words, not guilt. Of {broken} invented texts that break a rule and that it had not met, it found {found}; of {innocent} innocent ones near them it flagged {flagged}.",
                lang, day=day(made.law.day, lang), **counts)  # fmt: skip
    found.append(Check("law", "review", said, text("Counsel confirms each finding, and each claim without one, before anyone relies on it.", lang)))  # fmt: skip
    return found


def _national(made: Page, lang: str) -> Check:
    """Directives that hold through national law whose text was not seen."""
    said = text("The bans of Directive (EU) 2024/825 bind through the law of each country; the texts of these were not seen: {markets}.", lang, markets=listed(list(made.law.national), lang))  # fmt: skip
    return Check(
        "national_law",
        "review",
        said,
        text("Have counsel say which text is in force, from which day, and whether it goes further.", lang),
    )


def _language(code: object, lang: str) -> str:
    return text("not given", lang) if pd.isna(code) or not str(code) else language_name(str(code), lang)


def _numbers(made: Page, lang: str) -> list[Check]:
    rows = made.numbers
    missing = rows.loc[rows["status"].isin(["no indicator", "not comparable", "no number"]), "claim_id"]
    other = rows.loc[~rows["is_scope_same"].astype(bool), "claim_id"]
    own = rows.loc[~rows["is_audited"] & rows["status"].isin(["agrees"]), "claim_id"]
    bad = [
        ("indicator", missing, text("Claims whose number could not be held against its indicator: {claims}.", lang, claims=some(missing, lang)),
         text("Give the indicator in csr_metrics, with the unit of the words.", lang)),
        ("indicator_scope", other, text("Claims whose indicator has another scope, so that people have to judge: {claims}.", lang, claims=some(other, lang)),
         text("Give the indicator for the claim's scope, or say the indicator's scope in the words.", lang)),
        ("indicator_audit", own, text("Numbers that agree with an indicator that nobody audited: {claims}.", lang, claims=some(own, lang)),
         text("Have the indicator audited, or count the claim as own evidence.", lang)),
    ]  # fmt: skip
    found = [Check(name, "review", said, remedy) for name, ids, said, remedy in bad if len(ids)]
    said = plural("{n} number was held against its indicator.", "{n} numbers were held against their indicators.", len(rows), lang)  # fmt: skip
    return found or ([Check("indicator", "pass", said)] if len(rows) else [])


def _topics(made: Page, scope: Scope) -> list[Check]:
    """Topics that nobody judged or asked about, and what to know of the survey."""
    lang, answers = scope.language, made.read.answers
    unjudged = [topic(one.topic, lang) for one in made.topics if one.speech is None]
    unasked = [topic(one.topic, lang) for one in made.topics if one.expected is NOBODY]
    fine = text("Every topic that is spoken of was judged.", lang)
    said = text("Topics that nobody has judged: {topics}.", lang, topics=listed(unjudged, lang))
    found = [check("topics", not unjudged, said if unjudged else fine, remedy=text("Judge legitimacy and risk from 0 to 4, with a reason, in csr_topics.", lang))]  # fmt: skip
    if unasked:
        asked = text("Topics about which nobody was asked: {topics}.", lang, topics=listed(unasked, lang))
        found.append(Check("asked", "review", asked, text("Ask what people expect and believe of each, in a survey of the type csr.", lang)))  # fmt: skip
    if answers.day is not None and (pd.Timestamp(scope.period.end) - answers.day).days > OLD_DAYS:
        old = text("The last survey is of {day}.", lang, day=day(answers.day.date(), lang))
        found.append(
            Check("survey_age", "review", old, text("Ask again before acting on what people expect.", lang))
        )
    remedy = text("Read shares as an indication, and do not add decimals.", lang)
    return [*found, *(Check("survey", "review", sentence(one, lang), remedy) for one in answers.guards)]


def _codes(made: Page, lang: str) -> Check:
    """Codes of the sustainability report that esrs.toml does not know."""
    codes = made.read.metrics["esrs_code"].dropna().astype(str).drop_duplicates().tolist()
    unknown = [one for one in codes if esrs.datapoint(one) is None]
    fine = text("Every code of the sustainability report is one that the page knows; all are to be confirmed.", lang)  # fmt: skip
    said = text("Codes of the sustainability report that the page does not know: {codes}.", lang, codes=listed(unknown[:MOST], lang))  # fmt: skip
    return check("codes", not unknown, said if unknown else fine, remedy=text("Correct the code, or add it with its source to rules/esrs.toml.", lang))  # fmt: skip


def _missing(rows: pd.DataFrame, name: str) -> pd.Series:
    return rows.loc[_empty(rows[name]), "claim_id"]


def _empty(column: pd.Series) -> pd.Series:
    return column.isna() | (column.astype("string").fillna("").str.strip() == "")
