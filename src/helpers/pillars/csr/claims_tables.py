"""Tables of the page on claims, as a reader sees them; those that a reader takes away hold all columns."""

from __future__ import annotations

import math

import pandas as pd

from helpers.company import Scope
from helpers.i18n import interval, number, signed, text
from helpers.methods import claim_alignment
from helpers.methods.claim_ledger import CONTRADICTED, NONE, PROVED
from helpers.pillars.csr import claims_words as words
from helpers.pillars.csr.claims import Page
from helpers.pillars.csr.claims_law import BANNED
from helpers.pillars.csr.claims_numbers_telling import measured, written
from helpers.pillars.csr.claims_topics import by_topic
from helpers.rules import purpose

MOST = 10  # claims that a table shows; the file has them all
NEXT = 5  # proofs that the calendar shows


def ledger(made: Page, scope: Scope) -> pd.DataFrame:
    """Live claims, the worst and most shown first: verdict, what stands behind it, until or since when, times shown, money."""
    lang, rows = scope.language, made.live.head(MOST)
    table = {
        text("verdict", lang): [words.said(words.VERDICTS[one], lang) for one in rows["verdict"]],
        text("backed by", lang): [words.said(words.STANDINGS[one], lang) for one in rows["standing"]],
        text("until", lang): [_until(row, lang) for row in rows.itertuples()],
        text("times shown", lang): [words.times(one, lang) for one in rows["exposure"]],
        text("spent, {currency}", lang, currency=scope.currency): [number(float(one), "count", language=lang) if pd.notna(one) else "–" for one in rows["spend"]],
    }  # fmt: skip
    return _table(table, [words.named(row, lang) for row in rows.itertuples()], text("claim", lang))


def ledger_file(made: Page, scope: Scope) -> pd.DataFrame:
    """Every claim of the register with all that the page knows of it, raw."""
    lang, rows = scope.language, made.ledger
    return pd.DataFrame({
        text("claim", lang): rows["claim_id"], text("words", lang): rows["wording"], text("market", lang): rows["market"],
        text("channel", lang): rows["channel"], text("topic", lang): rows["topic"].map(lambda one: words.topic(one, lang)), text("owner", lang): rows["owner"],
        text("published on", lang): rows["published_on"], text("live", lang): rows["is_live"].astype(bool),
        text("verdict", lang): rows["verdict"].map(lambda one: words.said(words.VERDICTS[one], lang)),
        text("backed by", lang): rows["standing"].map(lambda one: words.said(words.STANDINGS[one], lang)),
        text("score", lang): rows["score"], text("proof", lang): rows["proof_id"], text("holds until", lang): rows["holds_until"],
        text("lost on", lang): rows["lost_on"], text("times shown", lang): rows["exposure"],
        text("spent, {currency}", lang, currency=scope.currency): rows["spend"], text("materiality", lang): rows["materiality"],
    })  # fmt: skip


def _until(row, lang: str) -> str:
    """How long it holds, or since when it is lost."""
    if row.standing == CONTRADICTED:
        return "–"
    if pd.notna(row.holds_until):
        return words.short_day(row.holds_until, lang)
    if pd.notna(row.lost_on):
        return text("ended {day}", lang, day=words.short_day(row.lost_on, lang))
    return text("no end", lang) if row.standing in ("third party", "own evidence") else "–"


def drawn(made: Page, scope: Scope) -> pd.DataFrame:
    """What stands behind what people see, for the chart: label, times shown by part, and the index with its lower bound."""
    lang, found = scope.language, claim_alignment.exposures(made.ledger, by="topic")
    part = found["standing"].where(found["standing"].isin((*PROVED, CONTRADICTED)), NONE)
    wide = found.assign(part=part).pivot_table(index="topic", columns="part", values="exposure", aggfunc="sum", fill_value=0.0)  # fmt: skip
    wide = wide.reindex(columns=list(part_names(lang)), fill_value=0.0)
    rows = [(text("all claims", lang), made.aligned, wide.sum())]
    rows += [
        (words.topic(one.topic, lang), one, wide.loc[one.topic]) for one in by_topic(made.ledger).itertuples()
    ]
    return pd.DataFrame(
        [{"label": name, "index": _index(one, lang), **amounts} for name, one, amounts in rows]
    )


def part_names(lang: str) -> dict[str, str]:
    """The parts of the chart, from what is best to what is worst, with their names."""
    none = text("no proof in force", lang)
    return {one: none if one == NONE else words.said(words.STANDINGS[one], lang) for one in (*PROVED, NONE, CONTRADICTED)}  # fmt: skip


def _index(one, lang: str) -> str:
    """An index with its lower bound where that is another one."""
    if math.isnan(one.value):
        return text("exposure unknown", lang)
    value, low = (words.index(bound, lang) for bound in (one.value, one.unknown_low))
    return value if value == low else text("{value} (at least {low})", lang, value=value, low=low)


def exposure(made: Page, scope: Scope) -> pd.DataFrame:
    """What stands behind what is shown: claims, times shown, share of them, money."""
    lang = scope.language
    found = claim_alignment.exposures(made.ledger, by="standing").sort_values("exposure", ascending=False, kind="stable")  # fmt: skip
    total = float(found["exposure"].sum())
    table = {
        text("claims", lang): [number(one, "count", language=lang) for one in found["n"]],
        text("times shown", lang): [number(one, "count", language=lang) for one in found["exposure"]],
        text("share", lang): [number(one / total if total else math.nan, "share", language=lang) for one in found["exposure"]],
        text("spent", lang): [number(one, "currency", currency=scope.currency, language=lang) for one in found["spend"]],
    }  # fmt: skip
    names = [words.said(words.STANDINGS[one], lang) for one in found["standing"]]
    return _table(table, names, text("backed by", lang))


def findings(made: Page, scope: Scope) -> pd.DataFrame:
    """Banned words that the screen finds: the words, the rule, since when, the verdict; the file has the other findings, too."""
    lang, rows = scope.language, made.law.live
    rows = rows[rows["status"] == BANNED]
    table = {
        text("words", lang): [words.quoted(one, lang) for one in rows["words"]],
        text("rule", lang): [words.rule(one, lang) for one in rows["rule"]],
        text("since", lang): [words.short_day(one, lang) for one in rows["since"]],
        text("verdict", lang): [words.said(words.VERDICTS[one], lang) for one in rows["verdict"]],
    }  # fmt: skip
    return _table(table, list(rows["claim_id"]), text("claim", lang))


def findings_file(made: Page, scope: Scope) -> pd.DataFrame:
    """Every finding on live claims and drafts, with what would cure it and where the rule is written, raw."""
    lang, rows = (
        scope.language,
        pd.concat([made.law.live.assign(live=True), made.law.drafts.assign(live=False)]),
    )
    return pd.DataFrame({
        text("claim", lang): rows["claim_id"], text("live", lang): rows["live"], text("words", lang): rows["words"],
        text("rule", lang): [words.rule(one, lang) for one in rows["rule"]],
        text("banned", lang): rows["status"] == BANNED, text("since", lang): rows["since"],
        text("verdict", lang): [words.said(words.VERDICTS[one], lang) for one in rows["verdict"]],
        text("what would cure it", lang): [text(one, lang) for one in rows["cure"]],
        text("source", lang): [text(one, lang) for one in rows["source"]],
        text("status", lang): [_law(one, lang) for one in rows["law"]],
    })  # fmt: skip


def _law(status: str, lang: str) -> str:
    return text("known", lang) if status == "known" else text("to confirm", lang)


def rules(made: Page, scope: Scope) -> pd.DataFrame:
    """The rules that the findings meet: what would cure a finding, where it is written, from which day it counts here, and its status."""
    lang = scope.language
    found = pd.concat([made.law.live, made.law.drafts]).drop_duplicates(["rule", "source"])
    table = {
        text("what would cure it", lang): [text(one, lang) for one in found["cure"]],
        text("source", lang): [text(one, lang) for one in found["source"]],
        text("counts from", lang): [words.short_day(one, lang) for one in found["valid_from"]],
        text("status", lang): [_law(one, lang) for one in found["law"]],
    }  # fmt: skip
    return _table(table, [words.rule(one, lang) for one in found["rule"]], text("rule", lang))


def numbers(made: Page, scope: Scope) -> pd.DataFrame:
    """Numbers in the words that do not agree with an audited indicator: said, measured, period, audited, what the check finds."""
    lang, rows = scope.language, made.numbers.sort_values(["status", "claim_id"], key=_agreeing_last)
    rows = rows[(rows["status"] != "agrees") | ~rows["is_audited"]]
    table = {
        text("said", lang): [written(row, lang) for row in rows.itertuples()],
        text("in the table", lang): [measured(row.measured, row.measure, lang) for row in rows.itertuples()],
        text("check", lang): [words.said(words.NUMBERS[one], lang) for one in rows["status"]],
        text("audited", lang): [_yes(one, lang) if status != "no indicator" else "–" for one, status in zip(rows["is_audited"], rows["status"], strict=True)],
        text("period to", lang): [words.short_day(one, lang) for one in rows["period_end"]],
    }  # fmt: skip
    names = [f"{row.claim_id}, {row.metric}" for row in rows.itertuples()]
    return _table(table, names, text("claim and indicator", lang))


def numbers_file(made: Page, scope: Scope) -> pd.DataFrame:
    """Every number that was held against an indicator, raw."""
    lang, rows = scope.language, made.numbers
    return pd.DataFrame({
        text("claim", lang): rows["claim_id"], text("indicator", lang): rows["metric"], text("said", lang): rows["said"].astype(float), text("unit", lang): rows["unit"],
        text("in the table", lang): rows["measured"].astype(float), text("unit of the table", lang): rows["measure"], text("period to", lang): rows["period_end"],
        text("audited", lang): rows["is_audited"], text("check", lang): [words.said(words.NUMBERS[one], lang) for one in rows["status"]],
    })  # fmt: skip


def sheet(made: Page, scope: Scope) -> pd.DataFrame:
    """Speak or stay silent, topic by topic: legitimacy, proof, expectation, risk, what to do and which of them decided."""
    lang, rows = scope.language, made.topics
    table = {
        text("do", lang): [_speech(one, lang) for one in rows],
        text("legitimacy", lang): ["–" if one.legitimacy is None else str(one.legitimacy) for one in rows],
        text("proved by", lang): [words.said(words.PROOFS[one.proof], lang) for one in rows],
        text("expected by", lang): [words.share(one.expected, lang) for one in rows],
        text("risk", lang): ["–" if one.risk is None else str(one.risk) for one in rows],
    }  # fmt: skip
    return _table(table, [words.topic(one.topic, lang) for one in rows], text("topic", lang))


def _speech(one, lang: str) -> str:
    if one.speech is None:
        return text("not judged", lang)
    facts = {"verdict": words.said(words.SPEECHES[one.speech.verdict], lang), "reason": words.said(words.REASONS[one.speech.because], lang)}  # fmt: skip
    return text("{verdict} ({reason})", lang, **facts)


def needs(made: Page, scope: Scope) -> pd.DataFrame:
    """What carries a claim of each topic that is spoken of, and where that comes from."""
    lang, known = scope.language, purpose.topics()
    rows = [known[one.topic] for one in made.topics if one.n_live]
    table = {
        text("what carries a claim", lang): [text(one.needs, lang) for one in rows],
        text("source, to confirm", lang): [text(one.source, lang) for one in rows],
    }  # fmt: skip
    return _table(table, [words.topic(one.topic, lang) for one in rows], text("topic", lang))


def gaps(made: Page, scope: Scope) -> pd.DataFrame:
    """What people believe against what is proved, topic by topic."""
    lang, rows = scope.language, made.topics
    shown = {"decimals": 0, "language": lang}
    table = {
        text("believed by", lang): [words.share(one.believed, lang) for one in rows],
        text("proved", lang): [number(one.proved, "share", language=lang) for one in rows],
        text("gap, points", lang): [
            "–" if not math.isfinite(one.gap.value)
            else f"{signed(100 * one.gap.value, 'ratio', **shown)} ({interval(100 * one.gap.low, 100 * one.gap.high, 'ratio', **shown)})"
            for one in rows
        ],
        text("reading", lang): [words.said(words.READINGS[one.reading], lang) for one in rows],
    }  # fmt: skip
    return _table(table, [words.topic(one.topic, lang) for one in rows], text("topic", lang))


def calendar(made: Page, scope: Scope) -> pd.DataFrame:
    """Proofs that end within a year: the claim, the last day, days left, the index after it if nothing is renewed, who answers."""
    lang, rows = scope.language, made.next.head(NEXT)
    about = made.ledger.set_index("claim_id")
    table = {
        text("last day", lang): [words.short_day(one, lang) for one in rows["holds_until"]],
        text("days", lang): [number(one, "count", language=lang) for one in rows["days"]],
        text("then", lang): [words.said(words.STANDINGS[one], lang) for one in rows["standing_after"]],
        text("index after", lang): [words.index(one, lang) for one in rows["index_after"]],
        text("owner", lang): [_text(about.at[one, "owner"]) for one in rows["claim_id"]],
    }  # fmt: skip
    names = [f"{row.claim_id}, {row.proof_id}" for row in rows.itertuples()]
    return _table(table, names, text("claim and proof", lang))


def calendar_file(made: Page, scope: Scope) -> pd.DataFrame:
    """Every proof of a live claim that ends within a year, raw."""
    lang, rows, about = scope.language, made.next, made.ledger.set_index("claim_id")
    return pd.DataFrame({
        text("claim", lang): rows["claim_id"], text("proof", lang): rows["proof_id"], text("last day", lang): rows["holds_until"], text("days", lang): rows["days"],
        text("then", lang): [words.said(words.STANDINGS[one], lang) for one in rows["standing_after"]], text("index after", lang): rows["index_after"].astype(float),
        text("owner", lang): [about.at[one, "owner"] for one in rows["claim_id"]],
    })  # fmt: skip


def _table(columns: dict, index: list[str], name: str) -> pd.DataFrame:
    return pd.DataFrame(columns, index=index).rename_axis(columns=name)


def _text(value: object) -> str:
    return "–" if pd.isna(value) or not str(value).strip() else str(value)


def _yes(value: object, lang: str) -> str:
    return text("yes", lang) if value else text("no", lang)


def _agreeing_last(column: pd.Series) -> pd.Series:
    return column.map(lambda one: int(one == "agrees")) if column.name == "status" else column
