"""Where the words of a lexicon stand in a text, with accents, apostrophes and hyphens folded; places are those of the original.

The words are in lexicons/claims_*.toml, in signs that a lawyer can write; the heads of those files say how.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

LANGUAGES = ("en", "fr")
GAP = r"(?:[\s\-]+[^\s.!?;:]+){0,3}?(?:[\s\-]+|(?<='))"  # what ~ stands for
NUMBER = r"\d+(?:[.,\s]\d+)*"
SIGNS = {"’": "'", "‘": "'", "ʼ": "'", "–": "-", "—": "-", "‑": "-", "−": "-", "«": '"', "»": '"', "“": '"', "”": '"', "œ": "oe", "Œ": "oe", "æ": "ae", "ß": "ss"}  # fmt: skip
SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+|(?<=[a-z)]);\s+")
YEARS_AHEAD, YEARS_BACK, RECENT = 60, 30, 4


@dataclass(frozen=True)
class Text:
    """A text as it is searched: `plain` is folded, `places` gives each of its characters its place in the original."""

    plain: str
    places: tuple[int, ...]
    sentences: tuple[tuple[int, int], ...]
    starts: tuple[int, ...]  # where words begin

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Place in the original of a stretch of the folded text."""
        return self.places[start], self.places[end - 1] + 1

    def sentence(self, at: int) -> int:
        """Number of the sentence that a place is in."""
        return next((i for i, (start, end) in enumerate(self.sentences) if start <= at < end), 0)

    def words_between(self, first: tuple[int, int], second: tuple[int, int]) -> int:
        """Words that stand between two stretches; 0 where they touch or overlap."""
        left, right = min(first[1], second[1]), max(first[0], second[0])
        return sum(left <= at < right for at in self.starts)


def folded(text: str) -> Text:
    """Fold a text: small letters, no accents, one kind of apostrophe, quotation mark, dash and space."""
    letters, places = [], []
    for at, sign in enumerate(text):
        for one in unicodedata.normalize("NFKD", SIGNS.get(sign, sign)).lower():
            if not unicodedata.combining(one):
                letters.append(" " if one.isspace() and one != "\n" else one)
                places.append(at)
    plain = "".join(letters)
    cuts = [0, *(m.end() for m in SENTENCE.finditer(plain)), len(plain)]
    spans = tuple((a, b) for a, b in pairwise(cuts) if b > a)
    return Text(plain, tuple(places), spans, tuple(m.start() for m in re.finditer(r"\w+", plain)))


def found(text: Text, group: str, language: str, year: int) -> list[tuple[int, int]]:
    """Stretches of a folded text where a word of the group stands, in order; `year` is the present one.

    Raises
    ------
    ValueError : no such language or group.
    """
    hits = []
    held = _held(text.plain, language, year)
    for needed, pattern in _terms(language, group, year):
        if not held.isdisjoint(needed):
            hits += [m.span() for m in pattern.finditer(text.plain) if m.end() > m.start()]
    return sorted(set(hits))


def groups(language: str) -> tuple[str, ...]:
    """Names of the groups of words of a language."""
    return tuple(_lexicon(language)["groups"])


def compiled(term: str, words: dict[str, str], year: int = 2026) -> re.Pattern[str]:
    """Compile a term of the lexicon as a pattern over folded text."""
    return re.compile(rf"(?<!\w){_expression(_filled(term, words, year))}(?!\w)")


@cache
def _lexicon(language: str) -> dict:
    if language not in LANGUAGES:
        raise ValueError(
            f'language must be one of {", ".join(LANGUAGES)}, not "{language}"; others have no lexicon'
        )
    return tomllib.loads((files(__package__) / "lexicons" / f"claims_{language}.toml").read_text("utf-8"))


@lru_cache(maxsize=8)
def _held(plain: str, language: str, year: int) -> frozenset[str]:
    """Short strings of the lexicon that a text holds; looked for once a text, since groups share most of them."""
    return frozenset(part for part in _parts(language, year) if part in plain)


@cache
def _parts(language: str, year: int) -> tuple[str, ...]:
    every = {
        part for group in groups(language) for needed, _ in _terms(language, group, year) for part in needed
    }
    return tuple(sorted(every))


@cache
def _terms(language: str, group: str, year: int) -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    book = _lexicon(language)
    if group not in book["groups"]:
        raise ValueError(f'group "{group}" is not in claims_{language}.toml: {", ".join(book["groups"])}')
    words = book["words"]
    lines = [line.strip() for line in book["groups"][group].splitlines() if line.strip()]
    return tuple((_needed(_filled(line, words, year)), compiled(line, words, year)) for line in lines)


def _filled(term: str, words: dict[str, str], year: int) -> str:
    """The term with its lists of words and years written out, folded like the texts."""
    later = "|".join(str(year + i) for i in range(1, YEARS_AHEAD))
    earlier = "|".join(str(year - i) for i in range(YEARS_BACK))
    recent = "|".join(str(year - i) for i in range(RECENT))
    known = words | {"later": later, "earlier": earlier, "recent": recent}
    term = re.sub(r"\{([a-z]+)\}", lambda m: f"({known[m[1]]})", term)
    return "".join(c for c in unicodedata.normalize("NFKD", term) if not unicodedata.combining(c))


def _expression(term: str) -> str:
    """The signs of the lexicon as a regular expression."""
    out, opened = [], []
    term = re.sub(r"\s*~\s*$", "", term)
    at = 0
    while at < len(term):
        sign, rest = term[at], term[at:]
        if rest.startswith(("\\w*", "\\w+", "\\d*", "\\d+", "\\W*", "\\W+")):
            out.append(rest[:3])
            at += 3
            continue
        if gap := re.match(r" ?~\?? ?", rest):
            # A gap that nothing follows asks for nothing.
            out.append("" if rest[gap.end() : gap.end() + 1] in ("|", ")", "") else GAP)
            at += gap.end()
            continue
        if sign == " ":
            # After a number, and before a "?" or a "%", there need be none.
            free = term[at + 1 : at + 2] in ("?", "%") or term[at - 1 : at] == "#"
            out.append(r"[\s\-]*" if free else r"[\s\-]+")
            at += 2 if term[at + 1 : at + 2] == "?" else 1
            continue
        if sign == "(":
            opened.append(at)
            out.append("(?:")
        elif sign == ")":
            begin = opened.pop()
            out.append(")")
            if term[at + 1 : at + 2] == "*":
                repeats = term[at - 1] == " " or term[begin + 1] == " "
                out.append("*" if repeats else r"\w*")
                at += 1
        else:
            out.append({"*": r"\w*", "#": NUMBER, ".": r"\."}.get(sign, sign))
        at += 1
    return "".join(out)


def _needed(term: str) -> tuple[str, ...]:
    """Short strings of which a text must hold one for the term to be there at all: what makes the search fast."""
    flat, depth, parts = [], 0, []
    begin = 0
    for at, sign in enumerate(term):
        if sign == "(":
            depth += 1
            begin = at if depth == 1 else begin
            if depth == 1:
                flat.append(" ")
        elif sign == ")":
            depth -= 1
            if depth == 0 and term[at + 1 : at + 2] != "?" and not _repeats(term, begin, at):
                parts.append(term[begin + 1 : at])
        elif depth == 0:
            flat.append(sign)
    plain = re.sub(r"\\.|.\?", " ", "".join(flat))
    runs = [run for run in re.findall(r"[a-z']+", plain) if len(run) > 1]
    if runs:
        return (max(runs, key=len),)
    sets = [_alternatives(part) for part in parts]
    sets = [one for one in sets if all(one)]
    return min(sets, key=len, default=("",))


def _repeats(term: str, begin: int, end: int) -> bool:
    return term[end + 1 : end + 2] == "*" and (term[end - 1] == " " or term[begin + 1] == " ")


def _alternatives(part: str) -> tuple[str, ...]:
    """What each alternative of a group needs; one that needs nothing gives an empty string."""
    cut, depth, pieces = 0, 0, []
    for at, sign in enumerate(part):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            pieces.append(part[cut:at])
            cut = at + 1
    pieces.append(part[cut:])
    return tuple(one for piece in pieces for one in _needed(piece))
