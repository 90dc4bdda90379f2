"""Words of the page on claims: standings, verdicts, rules and what cures them, topics, what to do about each."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date

import pandas as pd

from helpers.i18n import day, interval, listed, mark, mark_term, number, plural, term, text
from helpers.methods.intervals import Estimate

LONGEST = 56  # signs of a claim that a table or a sentence quotes
STANDINGS = {
    "third party": mark_term("what stands behind a claim", "third party's proof"),
    "own evidence": mark_term("what stands behind a claim", "own evidence"),
    "too narrow": mark_term("what stands behind a claim", "proof too narrow"),
    "expired": mark_term("what stands behind a claim", "proof expired"),
    "none": mark_term("what stands behind a claim", "no proof"),
    "contradicted": mark_term("what stands behind a claim", "contradicted by figures"),
}
VERDICTS = {
    "to withdraw": mark_term("a verdict on a claim", "to withdraw"),
    "to reword": mark_term("a verdict on a claim", "to reword"),
    "to prove": mark_term("a verdict on a claim", "to prove"),
    "no finding": mark_term("a verdict on a claim", "no finding"),
}
TOPICS = {
    "climate": mark_term("a topic of purpose", "climate"),
    "circularity": mark_term("a topic of purpose", "circularity"),
    "nature": mark_term("a topic of purpose", "nature"),
    "health": mark_term("a topic of purpose", "health"),
    "diversity": mark_term("a topic of purpose", "diversity"),
    "fair work": mark_term("a topic of purpose", "fair work"),
    "origin": mark_term("a topic of purpose", "origin"),
    "mission": mark_term("a topic of purpose", "mission"),
    "other": mark_term("a topic of purpose", "other"),
    "": mark_term("a topic of purpose", "no topic given"),
}
SPEECHES = {
    "speak": mark_term("what to do about a topic", "speak"),
    "speak with proof first": mark_term("what to do about a topic", "speak with proof first"),
    "prepare the proof": mark_term("what to do about a topic", "prepare the proof"),
    "stay silent": mark_term("what to do about a topic", "stay silent"),
}
REASONS = {
    "legitimacy": mark_term("what decided about a topic", "legitimacy"),
    "expectation": mark_term("what decided about a topic", "expectation"),
    "proof": mark_term("what decided about a topic", "proof"),
    "risk": mark_term("what decided about a topic", "risk"),
    "contradicted": mark_term("what decided about a topic", "words or figures"),
    "all": mark_term("what decided about a topic", "all four hold"),
}
READINGS = {
    "believed beyond proof": mark_term("reading of a say-do gap", "believed beyond proof"),
    "proved and not believed": mark_term("reading of a say-do gap", "proved, not believed"),
    "no clear gap": mark_term("reading of a say-do gap", "no clear gap"),
    "cannot tell": mark_term("reading of a say-do gap", "cannot tell"),
}
NUMBERS = {
    "agrees": mark_term("a number check", "agrees"),
    "value differs": mark_term("a number check", "value differs"),
    "unit differs": mark_term("a number check", "unit differs"),
    "year differs": mark_term("a number check", "value of another year"),
    "no indicator": mark_term("a number check", "no such indicator"),
    "not comparable": mark_term("a number check", "not comparable"),
    "no number": mark_term("a number check", "no number in the words"),
}
PROOFS = {
    "third party": mark_term("proof of a topic", "third party"),
    "own evidence": mark_term("proof of a topic", "own evidence"),
    "none": mark_term("proof of a topic", "less than half"),
}
UNITS = {
    "hours": mark_term("a unit in a claim", "hours"), "years": mark_term("a unit in a claim", "years"), "months": mark_term("a unit in a claim", "months"),
    "times": mark_term("a unit in a claim", "times"), "points": mark_term("a unit in a claim", "points"), "trees": mark_term("a unit in a claim", "trees"),
    "bottles": mark_term("a unit in a claim", "bottles"), "employees": mark_term("a unit in a claim", "employees"), "people": mark_term("a unit in a claim", "people"),
    "customers": mark_term("a unit in a claim", "customers"), "products": mark_term("a unit in a claim", "products"), "jobs": mark_term("a unit in a claim", "jobs"),
}  # fmt: skip
RULES = {
    "label": mark_term("a rule on claims", "label without scheme or authority"),
    "generic": mark_term("a rule on claims", "generic claim"),
    "whole": mark_term("a rule on claims", "whole said for a part"),
    "offset": mark_term("a rule on claims", "neutral by offsetting"),
    "legal": mark_term("a rule on claims", "legal duty as an advantage"),
    "obsolescence": mark_term("a rule on claims", "early replacement"),
    "future": mark_term("a rule on claims", "future without a plan"),
    "agec": mark_term("a rule on claims", "forbidden words on a product"),
    "neutral_ads": mark_term("a rule on claims", "carbon neutral in advertising"),
    "comparison": mark_term("a rule on claims", "comparison without its terms"),
    "number": mark_term("a rule on claims", "number without its terms"),
    "word_to_confirm": mark_term("a rule on claims", "word to confirm"),
    "swiss_climate": mark_term("a rule on claims", "climate claim without proof"),
    "textile_cost": mark_term("a rule on claims", "environmental cost of clothes"),
}
DISCLOSURES = {
    "E1-5": mark("energy consumption and mix"),
    "E1-6": mark("greenhouse-gas emissions, scopes 1, 2 and 3"),
    "E1-7": mark("removals and carbon credits"),
    "E3-4": mark("water consumption"),
    "E5-4": mark("resource inflows"),
    "E5-5": mark("resource outflows"),
    "S1-9": mark("diversity"),
    "S1-12": mark("people with a disability"),
    "S1-13": mark("training"),
    "S1-14": mark("health and safety at work"),
    "S1-16": mark("pay gap and pay"),
    "S2-4": mark("action on workers of the value chain"),
    "S4-3": mark("channels for consumers' concerns"),
    "S4-4": mark("action on consumers"),
    "G1-1": mark("business conduct"),
}


def said(pair: tuple[str, str], language: str) -> str:
    """A term of these tables in the reader's language."""
    return term(*pair, language)


def rule(name: str, language: str) -> str:
    """A rule in a few words; one that has none here as it is called."""
    return term(*RULES[name], language) if name in RULES else name.replace("_", " ")


def unit(name: str, language: str) -> str:
    """A unit in the reader's language; one that needs no words here as it is written."""
    return term(*UNITS[name], language) if name in UNITS else name


def topic(name: object, language: str) -> str:
    """A topic in words; one that nobody gave is called so."""
    return term(*TOPICS.get("" if pd.isna(name) else str(name), TOPICS["other"]), language)


def quoted(words: object, language: str) -> str:
    """The words of a claim in quotation marks, cut where they are long."""
    plain = " ".join(str(words).split())
    short = plain if len(plain) <= LONGEST else plain[: LONGEST - 1].rsplit(" ", 1)[0] + "…"
    return text("“{words}”", language, words=short)


def named(row, language: str) -> str:
    """A claim by its code and its words, where it has any."""
    if pd.isna(row.wording) or not str(row.wording).strip():
        return str(row.claim_id)
    return f"{row.claim_id} {quoted(row.wording, language)}"


def some(codes: Iterable[object], language: str, most: int = 8) -> str:
    """Codes of claims or proofs, the first ones, and how many more there are."""
    shown = [str(one) for one in codes]
    more = len(shown) - most
    return listed(
        shown[:most] + ([plural("{n} more", "{n} more", more, language)] if more > 0 else []), language
    )


def times(exposure: object, language: str) -> str:
    """How often a claim was shown; a dash where nobody counted."""
    return "–" if pd.isna(exposure) else number(float(exposure), "count", language=language)


def short_day(when: object, language: str) -> str:
    """A day in short; a dash where there is none."""
    return (
        "–"
        if pd.isna(when)
        else day(pd.Timestamp(when).date() if not isinstance(when, date) else when, language, style="medium")
    )


def index(value: float, language: str) -> str:
    """An index from -1 to 1 with two digits."""
    return number(value, "ratio", decimals=2, language=language)


def share(one: Estimate, language: str) -> str:
    """A share with its interval; a dash where it cannot be told."""
    if not math.isfinite(one.value):
        return "–"
    return f"{number(one.value, 'share', language=language)} ({interval(one.low, one.high, 'share', language=language)})"


def disclosure(code: str, language: str) -> str:
    """What a disclosure of the sustainability report is about; a dash where its code is not known here."""
    return text(DISCLOSURES[code], language) if code in DISCLOSURES else "–"
