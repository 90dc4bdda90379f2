"""Short texts in French and English: which language, what tone, which themes.

A small scorer of our own: values of words, negation, words that strengthen or weaken, and what follows a "but" counts
more. It has no idea of irony. What it counts is a reading by machine until people have read a part of the same texts:
`labelled.corrected_share` is for that.
"""

from __future__ import annotations

import math
import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files

SCORED = ("fr", "en")
OTHER, UNCLEAR = "other", "unclear"
TONES = ("negative", "neutral", "positive")
LONGEST = 5_000  # characters that are read; the rest of a longer text says no more about its tone
FLIP = -0.74  # of a negated value; this and the next are those of Hutto & Gilbert (2014)
LIFT, NORM, EDGE = 0.293, 15.0, 0.05
REACH = 3  # words over which a negation reaches
BEFORE_BUT, AFTER_BUT = 0.5, 1.5
PARTS = {  # French parts "l'eau" and keeps "rendez-vous"; English keeps "don't"
    "fr": re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*'?|[.,;:!?…\n]"),
    "en": re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*|[.,;:!?…\n]"),
}
WORD = re.compile(r"[^\W\d_]+'?")
LATIN = re.compile(r"[a-zA-Z\u00c0-\u024f']+")
ACCENTS = {"fr": "éèêçàùâîôûœ", "de": "äöüß", "es": "ñ¿¡", "pt": "ãõ"}
CLEAR, LEAD = 1.0, 2  # evidence that a language needs, and how many times that of the next


def language(text: str) -> str:
    """Language of a short text: "fr", "en", "other" (any other), or "unclear" (too short, mixed, no words).

    Formula: a function word counts 1 shared among the languages that have it, a word that only one of the two lexicons holds
        and a letter that only one language writes count a half; the first needs 1 and twice the second, so that a text in two languages is in
        neither. One word is never enough.
    """
    plain = _plain(text)
    words = WORD.findall(plain)
    if len(words) < 2:
        return UNCLEAR
    if sum(bool(LATIN.fullmatch(word)) for word in words) < len(words) / 2:
        return OTHER
    found = dict.fromkeys(_tongues(), 0.0)
    for word in words:
        speakers = [name for name, known in _tongues().items() if word in known]
        for name in speakers:
            found[name] += 1 / len(speakers)
        if not speakers:
            holders = [name for name in SCORED if word in _values(name)]
            found |= {name: found[name] + 0.5 for name in holders if len(holders) == 1}
        for name, letters in ACCENTS.items():
            found[name] += 0.5 * any(letter in letters for letter in word)
    first, second = sorted(found, key=lambda name: -found[name])[:2]
    if found[first] < CLEAR or found[first] < LEAD * found[second]:
        # Two languages that are not scored may be hard to tell apart, and need not be.
        return OTHER if found[first] >= CLEAR and first not in SCORED and second not in SCORED else UNCLEAR
    return first if first in SCORED else OTHER


def valence(text: str, tongue: str) -> float:
    """Tone of a text from -1 (bad) to 1 (good); 0 where no word has a value.

    Parameters
    ----------
    tongue : "fr" or "en".

    Raises
    ------
    ValueError : another language, which has no lexicon here.

    Formula: s / sqrt(s² + 15), s = sum of the values of words, each times -0.74 after a negation, 0.293 more or less after a
        word that strengthens or weakens, half before a "but" and one and a half times after it.
    Source: the constants of Hutto & Gilbert (2014), VADER, ICWSM 8.
    """
    if tongue not in SCORED:
        raise ValueError(
            f'tongue must be one of {", ".join(SCORED)}, not "{tongue}"; other languages have no lexicon'
        )
    total = sum(_signs()[sign] for sign in _sign().findall(text[:LONGEST]))
    words = _with_idioms(PARTS[tongue].findall(_plain(text)), tongue)
    rules = _rules(tongue)
    turns = [at for at, (word, _) in enumerate(words) if word in rules["but"]]
    clause: list[str] = []
    for at, (word, value) in enumerate(words):
        if not word[0].isalpha() or word in rules["but"]:
            clause = []
            continue
        if value:
            total += _in_context(value, clause, rules) * _weight_of_but(at, turns)
        clause.append(word)
    return total / math.sqrt(total * total + NORM)


def tone(text: str, tongue: str) -> str:
    """Tone of a text in a word: "negative", "neutral" or "positive"."""
    value = valence(text, tongue)
    return TONES[1 + (value > EDGE) - (value < -EDGE)]


def themes(text: str, stems: dict[str, tuple[str, ...]]) -> list[str]:
    """Themes that a text speaks of, the one with most words first.

    A word belongs to a theme if it begins with a stem of it; a stem that ends in a space is a whole word.
    """
    words = [word + " " for word in WORD.findall(_plain(text))]
    count = {name: sum(word.startswith(begin) for word in words) for name, begin in stems.items()}
    return sorted((name for name in count if count[name]), key=lambda name: -count[name])


def _in_context(value: float, clause: list[str], rules: dict[str, frozenset[str]]) -> float:
    """Value of a word after the words of its clause that came before it."""
    for back, word in enumerate(reversed(clause[-2:])):
        step = LIFT * (1 if back == 0 else 0.95)
        if word in rules["stronger"]:
            value += math.copysign(step, value)
        elif word in rules["weaker"]:
            value -= math.copysign(min(step, abs(value)), value)
    return value * FLIP if any(word in rules["negations"] for word in clause[-REACH:]) else value


def _weight_of_but(at: int, turns: list[int]) -> float:
    if not turns:
        return 1.0
    return BEFORE_BUT if at < turns[-1] else AFTER_BUT


def _with_idioms(words: list[str], tongue: str) -> list[tuple[str, float]]:
    """Words with their values; an idiom is one word with a value of its own."""
    idioms, values = _idioms(tongue), _values(tongue)
    made, at = [], 0
    while at < len(words):
        for size in (4, 3, 2):
            joined = " ".join(words[at : at + size]).replace("' ", "'")
            if joined in idioms:
                made.append((joined, idioms[joined]))
                at += size
                break
        else:
            made.append((words[at], values.get(words[at], 0.0)))
            at += 1
    return made


def _plain(text: str) -> str:
    """The text in small letters with one kind of apostrophe, its accents as single characters."""
    return unicodedata.normalize("NFC", text[:LONGEST]).replace("’", "'").lower()


@cache
def _words() -> dict:
    return tomllib.loads((files(__package__) / "lexicons" / "words.toml").read_text(encoding="utf-8"))


@cache
def _values(tongue: str) -> dict[str, float]:
    return _table(f"{tongue}.tsv") | _words()[tongue]["values"]


@cache
def _idioms(tongue: str) -> dict[str, float]:
    return _words()[tongue]["idioms"]


@cache
def _rules(tongue: str) -> dict[str, frozenset[str]]:
    return {name: frozenset(listed) for name, listed in _words()[tongue]["rules"].items()}


@cache
def _signs() -> dict[str, float]:
    return _table("signs.tsv") | _words()["signs"]


@cache
def _sign() -> re.Pattern[str]:
    """An emoji anywhere, or an emoticon that stands alone: "15:30" and an address hold none."""
    marks = [re.escape(sign) for sign in sorted(_signs(), key=len, reverse=True)]
    faces = "|".join(mark for mark in marks if mark.isascii())
    return re.compile(rf"(?<!\S)(?:{faces})(?!\S)|{'|'.join(mark for mark in marks if not mark.isascii())}")


@cache
def _tongues() -> dict[str, frozenset[str]]:
    return {name: frozenset(listed.split()) for name, listed in _words()["function_words"].items()}


def _table(name: str) -> dict[str, float]:
    lines = (files(__package__) / "lexicons" / name).read_text(encoding="utf-8").splitlines()
    return {word: float(value) for word, value in (line.split("\t") for line in lines)}
