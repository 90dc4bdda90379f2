"""Figures that a claim says: value, unit, direction, year and the words about what it is a figure of."""

from __future__ import annotations

import re
from functools import cache

from helpers.methods import claim_words

YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d%]|[.,]\d|\s*(?:kg|g|t|tonnes?|km|l|litres?|kwh|mwh|%)\b)")
DIGITS = r"\d{1,3}(?:[ .,]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?"
WRITTEN = {
    "fr": {"la moitie": (50.0, "%"), "de moitie": (50.0, "%"), "un tiers": (100 / 3, "%"), "d'un tiers": (100 / 3, "%"), "deux tiers": (200 / 3, "%"), "un quart": (25.0, "%"), "d'un quart": (25.0, "%"), "trois quarts": (75.0, "%"), "par deux": (2.0, "times"), "par trois": (3.0, "times"), "deux fois": (2.0, "times"), "trois fois": (3.0, "times"), "neuf sur dix": (90.0, "%")},
    "en": {"half": (50.0, "%"), "halved": (50.0, "%"), "halve": (50.0, "%"), "a third": (100 / 3, "%"), "two thirds": (200 / 3, "%"), "a quarter": (25.0, "%"), "three quarters": (75.0, "%"), "twice": (2.0, "times"), "three times": (3.0, "times"), "nine out of ten": (90.0, "%")},
}  # fmt: skip
UNITS = {
    "%": "%", "pour cent": "%", "pourcent": "%", "percent": "%", "per cent": "%",
    "kg": "kg", "kilos": "kg", "kilo": "kg", "kilogrammes": "kg", "kilogramme": "kg", "kilograms": "kg",
    "grammes": "g", "gramme": "g", "grams": "g", "gram": "g", "g": "g", "mg": "mg",
    "tonnes": "t", "tonne": "t", "tons": "t", "ton": "t", "t": "t", "kt": "kt",
    "kwh": "kWh", "mwh": "MWh", "gwh": "GWh", "wh": "Wh", "km": "km", "kilometres": "km", "kilometre": "km", "kilometers": "km",
    "litres": "l", "litre": "l", "liters": "l", "l": "l", "ml": "ml", "cl": "cl", "m2": "m2", "m3": "m3",
    "ans": "years", "an": "years", "years": "years", "year": "years", "mois": "months", "months": "months", "heures": "hours", "heure": "hours", "hours": "hours", "h": "hours",
    "euros": "EUR", "eur": "EUR", "€": "EUR", "points": "points", "fois": "times", "times": "times", "x": "times",
    "arbres": "trees", "trees": "trees", "bouteilles": "bottles", "bottles": "bottles", "salaries": "employees", "employes": "employees", "employees": "employees", "people": "people", "personnes": "people",
    "clients": "customers", "customers": "customers", "produits": "products", "products": "products", "emplois": "jobs", "jobs": "jobs",
}  # fmt: skip
SCALES = {
    "mille": 1e3,
    "thousand": 1e3,
    "million": 1e6,
    "millions": 1e6,
    "milliard": 1e9,
    "milliards": 1e9,
    "billion": 1e9,
}
LESS = {
    "fr": r"en moins|de moins|moins de|reduit|reduisons|reduire|reduction|baisse|diminu|economis|evit|divis|recul|allege|supprim|moins",
    "en": r"less|fewer|lower|reduc|cut|cuts|down|sav|drop|fell|fall|decreas|halv|lighter|minus|shrink|avoid",
}
MORE = {
    "fr": r"en plus|de plus|augment|hausse|progress|gagn|multipli|croiss|supplementaire",
    "en": r"more|increas|higher|rise|rose|grew|growth|up by|gain|additional",
}
WINDOW = 28  # characters on either side in which a word of direction belongs to the figure


def claimed_numbers(text: str, language: str) -> list[dict]:
    """Figures in the words of a claim, in their order.

    Parameters
    ----------
    text : the words as published.
    language : "fr" or "en".

    Returns
    -------
    A dictionary a figure: value [in unit], unit ["%", "kg", "t", "kWh", …; "" where none is said], sign [-1 less, 1 more, 0 neither],
    scope [the words of the clause beside it], year [of the figure; None where the text names none], start, end [place in the text].
    Years are no figures. A year after the figure counts before one that stands ahead of it.

    Raises
    ------
    ValueError : another language.
    """
    if language not in WRITTEN:
        raise ValueError(f'language must be one of {", ".join(sorted(WRITTEN))}, not "{language}"')
    read = claim_words.folded(text)
    years = [(m.start(), int(m[0])) for m in YEAR.finditer(read.plain)]
    taken = {at for at, _ in years}
    made = []
    for match in _figure(language).finditer(read.plain):
        if match.start() in taken or match.end() == match.start():
            continue
        value, unit = _value(match, language)
        start, end = read.original(match.start(), match.end())
        made.append({
            "value": value, "unit": unit, "sign": _sign(read.plain, match, language), "scope": _scope(read.plain, match),
            "year": _year(years, match), "start": start, "end": end,
        })  # fmt: skip
    return made


@cache
def _figure(language: str) -> re.Pattern[str]:
    units = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
    scales = "|".join(sorted(SCALES, key=len, reverse=True))
    written = "|".join(sorted(map(re.escape, WRITTEN[language]), key=len, reverse=True))
    return re.compile(
        rf"(?<![\w.,])(?P<digits>{DIGITS})(?:\s*(?P<scale>{scales})\b)?(?:\s*(?:de\s+|d'|of\s+)?(?P<unit>{units})(?!\w))?|\b(?P<words>{written})\b"
    )


def _value(match: re.Match[str], language: str) -> tuple[float, str]:
    if match["words"]:
        return WRITTEN[language][match["words"]]
    return _number(match["digits"], language) * SCALES.get(match["scale"] or "", 1.0), UNITS.get(
        match["unit"] or "", ""
    )


def _number(digits: str, language: str) -> float:
    """A number as people of the language write it: "1 200" and "1.200" in French, "1,200" in English."""
    digits = digits.replace(" ", "")
    mark, thousands = (",", ".") if language == "fr" else (".", ",")
    if digits.count(thousands) >= 1 and all(
        len(part) == 3 for part in digits.split(mark)[0].split(thousands)[1:]
    ):
        digits = digits.replace(thousands, "")
    return float(digits.replace(thousands, ".").replace(mark, "."))


def _sign(plain: str, match: re.Match[str], language: str) -> int:
    """Direction of a figure: a minus or plus sign, or the nearest word of direction in its clause."""
    if plain[: match.start()].rstrip().endswith("-") and match["digits"]:
        return -1
    if plain[: match.start()].rstrip().endswith("+"):
        return 1
    left = re.split(r"[.;:!?]", plain[max(0, match.start() - WINDOW) : match.start()])[-1]
    right = re.split(r"[.;:!?]", plain[match.start() : match.end() + WINDOW])[0]
    best = (WINDOW + 9, 0)
    for sign, pattern in ((-1, LESS[language]), (1, MORE[language])):
        for one in re.finditer(rf"\b(?:{pattern})", left):
            best = min(best, (len(left) - one.end(), sign))
        for one in re.finditer(rf"\b(?:{pattern})", right):
            best = min(best, (max(0, one.start() - len(match[0])), sign))
    return best[1]


def _year(years: list[tuple[int, int]], match: re.Match[str]) -> int | None:
    after = [year for at, year in years if at >= match.end()]
    before = [year for at, year in years if at < match.start()]
    return after[0] if after else (before[-1] if before else None)


def _scope(plain: str, match: re.Match[str]) -> str:
    """Words after the figure up to the end of its clause."""
    return re.split(r"[.;:!?,]", plain[match.end() :])[0].strip()
