"""What a report says of itself in sentences: which way figures moved, what was restated, how past decisions turned out."""

from __future__ import annotations

from helpers import i18n, kpi
from helpers.record import Record
from helpers.report import wording
from helpers.report.changes import Changes, key
from helpers.report.digest import heading
from helpers.report.priority import least_effect
from helpers.report.tiles import CLEAR

WORDS = {
    "better": i18n.mark_plural("{n} better", "{n} better"),
    "worse": i18n.mark_plural("{n} worse", "{n} worse"),
    "no clear change": i18n.mark_plural("{n} without clear change", "{n} without clear change"),
}
MOST_NAMED = 2


def changed(rows: list[dict], since: Changes, *, language: str) -> str:
    """Say in a sentence what became of the figures of the last report; empty where there is none."""
    if not since.before:
        return ""
    now = {key(row): row for row in rows}
    changes = [kpi.between(now[key(row)], row) for row in since.before]
    verdicts = [one.verdict if one else None for one in changes]
    return i18n.text(
        "Since the report of {period}: {better} better, {worse} worse, {same} without clear change, {unknown} that cannot be "
        "judged.",
        language,
        period=wording.period(since.period, language=language),
        better=verdicts.count("better"),
        worse=verdicts.count("worse"),
        same=verdicts.count("no clear change"),
        unknown=len([one for one in verdicts if one not in WORDS]),
    )


def summary(headline: list[dict], decisions: list[dict], *, language: str, period: str = "") -> str:
    """State the run in two sentences: which way the headline figures moved, and how many decisions wait with a clear effect.

    It names what got better and what got worse, where that is few. Where the figures are of another period than the
    report's, such as the last month of a quarter, it says of which.
    """
    if not headline:
        return i18n.text("No page of this run gives a headline figure.", language)
    by_verdict = {
        verdict: [row for row in headline if row.get("value") is not None and row.get("verdict") == verdict]
        for verdict in WORDS
    }
    judged = sum(map(len, by_verdict.values()))
    parts = []
    for verdict, rows in by_verdict.items():
        names = list(dict.fromkeys(wording.name(row) for row in rows))
        named = verdict in CLEAR and len(names) <= MOST_NAMED
        which = f" ({i18n.listed(names, language)})" if named else ""
        parts += [i18n.plural(*WORDS[verdict], len(rows), language) + which] if rows else []
    if unjudged := len(headline) - judged:
        parts.append(
            i18n.plural("{n} that cannot be judged", "{n} that cannot be judged", unjudged, language)
        )
    said, other = i18n.listed(parts, language), {row["period"] for row in headline}
    if period and len(other) == 1 and period not in other:
        lead = i18n.plural(
            "One headline figure, of {period}, against the period before: {list}.",
            "{n} headline figures, all of {period}, against the period before: {list}.",
            len(headline), language, list=said, period=wording.period(other.pop(), language=language),
        )  # fmt: skip
    else:
        lead = i18n.plural(
            "One headline figure against the period before: {list}.",
            "{n} headline figures against the period before: {list}.",
            len(headline), language, list=said,
        )  # fmt: skip
    return f"{lead} {_waiting(decisions, language)}"


def _waiting(decisions: list[dict], language: str) -> str:
    n, clear = len(decisions), sum(least_effect(row) > 0 for row in decisions)
    if not n:
        return i18n.text("No decision waits.", language)
    if 0 < clear < n:
        return i18n.plural(
            "{all} decisions wait, one of them with a clear effect.",
            "{all} decisions wait, {n} of them with a clear effect.", clear, language, all=i18n.number(n, "count", language=language),
        )  # fmt: skip
    return i18n.plural("One decision waits.", "{n} decisions wait.", n, language)


def first_decision(row: dict, *, language: str) -> str:
    """Say what to do first: what, its expected effect, who decides and by when."""
    effect, bounds = wording.effect(row, language=language)
    values = {"what": heading(row).rstrip("."), "effect": effect, "owner": row.get("owner") or "–",
              "due": wording.day(row.get("due"), language=language) or "–"}  # fmt: skip
    message = (
        i18n.mark("First decision: {what}; expected effect {effect} ({interval}); {owner}, by {due}.")
        if bounds
        else i18n.mark("First decision: {what}; expected effect: {effect}; {owner}, by {due}.")
    )
    return i18n.text(message, language, **values, interval=bounds)


def decisions_note(decisions: int, *, language: str) -> str:
    """Say in which order decisions stand, see `priority.ranked`; empty where there is no order to explain."""
    if decisions < 2:
        return ""
    return i18n.text(
        "Decisions whose effect in money was tested come first, then those not tested, each by the end of its interval that "
        "is nearest to zero and over the time that it states. Those whose effect nobody can tell yet come last.",
        language,
    )


def restated(since: Changes, *, language: str) -> str:
    """Say how many published figures have another value today; empty where none has."""
    if not since.restated:
        return ""
    return i18n.plural(
        "{n} published figure has been restated.",
        "{n} published figures have been restated.",
        len(since.restated),
        language,
    )


def record(record: Record, currency: str | None, *, language: str) -> str:
    """Say in sentences how past decisions turned out."""
    said = [
        i18n.plural(
            "{n} past decision was due, {read} of them with a result.",
            "{n} past decisions were due, {read} of them with a result.",
            record.n_due,
            language,
            read=i18n.number(record.n_read, "count", language=language),
        )
    ]
    if record.n_judged:
        said.append(
            i18n.text(
                "{inside} of {judged} results fell inside the interval that was stated ({level} interval of that share: "
                "{bounds}); {level} is what such intervals promise.",
                language,
                inside=record.n_inside,
                judged=record.n_judged,
                level=i18n.number(kpi.LEVEL, "share", language=language),
                bounds=i18n.interval(record.low, record.high, "share", language=language),
            )
        )
    if record.n_money and currency:
        money = {"unit": "currency", "currency": currency, "language": language}
        said.append(
            i18n.text(
                "Expected in all: {expected} ({bounds}); obtained: {obtained}.",
                language,
                expected=i18n.number(record.expected, **money),
                bounds=i18n.interval(record.expected_low, record.expected_high, **money),
                obtained=i18n.number(record.obtained, **money),
            )
        )
    if record.n_left_out:
        said.append(
            i18n.plural(
                "One decision is in a currency without a rate, so the sum of money leaves it out.",
                "{n} decisions are in a currency without a rate, so the sum of money leaves them out.",
                record.n_left_out,
                language,
            )
        )
    return " ".join(said)


def checks_note(total: int, doubts: int, *, language: str) -> str:
    """Say how many checks pass beside those that are listed; empty where none does."""
    if not total:
        return i18n.text("No page of this run made a check.", language)
    if not doubts:
        return i18n.plural("The one check passes.", "All {n} checks pass.", total, language)
    green = total - doubts
    return (
        i18n.plural("The other check passes.", "The other {n} checks pass.", green, language) if green else ""
    )
