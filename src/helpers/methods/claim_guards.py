"""What makes words of a claim innocent whatever the rule: denied, asked, quoted, said by others, taken back, or no claim at all."""

from __future__ import annotations

import re

from helpers.methods.claim_shapes import Reading, Span

REACH = 7  # words over which a negation reaches
REACH_AFTER = 4  # words between a stretch and what denies it afterwards
CLAUSE = re.compile(r"[,;:.!?()\n]|\s-\s|\b(?:but|mais|and we|et nous)\b")
QUOTED = re.compile(r'"[^"]{2,80}"')
ANSWER = re.compile(
    r"\s*(?:no|non|not|pas|faux|false|never|jamais|it depends|tout depend|cela depend|ca depend|nobody|personne|hardly|we (?:would )?(?:rather|prefer)|nous preferons|plutot|that depends|not quite|a vous de juger|judge for yourself|pas si vite|voici|ask (?:for|them|who|which)|demande[zr]|exige[zr]|we (?:will|shall) talk|we'll talk|nous en (?:re)?parlerons|usually|often|rarely|sometimes|souvent|rarement|parfois|only (?:when|if)|seulement (?:si|quand)|chez (?:l'un|un)|who |qui (?:verifi|controle|paie|l'a))\b"
)
OURS = re.compile(r"\b(?:we|our|ours|us|nous|notre|nos|chez nous|not us)\b")
SECOND_HALF = re.compile(
    r"(?:aucun|pas|rien|plus|jamais|ni|zero|point|nul)"
)  # of a French negation, whose first half is "ne"
FIRST_HALF = re.compile(r"n(?:e\b|'\w+)")


def is_guarded(reading: Reading, span: Span, *, negation: bool, question: bool) -> bool:
    """Whether a stretch is denied, asked about, quoted to speak about it, or told of others.

    Parameters
    ----------
    negation : whether a "not" before the stretch denies it; False where the "not" is part of what is promised.
    question : whether a question about it makes it innocent.
    """
    return (
        _no_claim(reading)
        or (negation and _negated(reading, span))
        or _denied_after(reading, span)
        or any(_in_sentence(reading, span, name) for name in ("denial", "hearsay", "others_say"))
        or (question and _asked(reading, span))
        or _quoted(reading, span)
        or _told_of_others(reading, span)
    )


def _no_claim(reading: Reading) -> bool:
    """A text that takes a claim back, or that is none: a vacancy, a course, rules of a house."""
    return bool(reading.group("retraction") or reading.group("no_claim"))


def _denied_after(reading: Reading, span: Span) -> bool:
    """Denied by what follows in the same sentence: "net zero is not a word for a sofa"."""
    _, high = reading.near(span)
    figures = reading.group("pseudo_negation")
    return any(
        span[1] <= start < high
        and reading.text.words_between(span, (start, end)) <= REACH_AFTER
        and not any(a <= end - 1 < b for a, b in figures)
        for start, end in reading.group("denied_after")
    )


def _negated(reading: Reading, span: Span) -> bool:
    """A negation in the same clause, before the stretch and near it, that is no figure of speech."""
    text, figures = reading.text, reading.group("pseudo_negation")
    for start, end in reading.group("negation"):
        if not end <= span[0] or any(a <= start < b for a, b in figures):
            continue
        if FIRST_HALF.match(text.plain, start) and SECOND_HALF.match(text.plain, span[0]):
            continue
        if CLAUSE.search(text.plain, end, span[0]) or text.words_between((start, end), span) > REACH:
            continue
        return True
    return False


def _told_of_others(reading: Reading, span: Span) -> bool:
    """What others sell, print or call themselves, in the same sentence, with no word of ours between."""
    low, high = reading.near(span)
    plain = reading.text.plain
    return any(
        low <= start < high and not OURS.search(plain, min(end, span[1]), max(start, span[0]))
        for start, end in reading.group("others_tell")
    )


def _in_sentence(reading: Reading, span: Span, group: str) -> bool:
    low, high = reading.near(span)
    return any(low <= start < high for start, _ in reading.group(group))


def _asked(reading: Reading, span: Span) -> bool:
    """A real question about it: one that may be answered with no, not an invitation."""
    low, high = reading.near(span)
    plain = reading.text.plain
    if not plain[low:high].rstrip().rstrip('"').rstrip().endswith("?"):
        return False
    if ANSWER.match(plain, high) or reading.group("footprint_told"):
        return True
    invites = any(low <= start < high for start, _ in reading.group("invite"))
    return not invites and any(low <= start < high for start, _ in reading.group("doubt"))


def _quoted(reading: Reading, span: Span) -> bool:
    """In quotation marks, in a text that speaks about words and denies or asks."""
    plain = reading.text.plain
    inside = any(m.start() < span[1] and span[0] < m.end() for m in QUOTED.finditer(plain))
    return (
        inside
        and bool(reading.group("meta"))
        and bool(reading.group("negation") or reading.group("hearsay") or reading.group("denial"))
    )
