"""Words of a claim held against the dated rules: which rule, which words, what is missing, what to do.

Deterministic: groups of words, shapes and guards, all of it data in `lexicons/`. It finds what words can tell, in French and English; whether a
claim is true is a matter of its proof, and whether it is lawful is for counsel.
"""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

from helpers.errors import DataError
from helpers.methods import claim_words
from helpers.methods.claim_guards import is_guarded
from helpers.methods.claim_shapes import Reading, Span, shapes
from helpers.methods.claim_words import LANGUAGES
from helpers.rules.claims import ClaimRule, claim_rules, medium_kind

NEEDED = ("claim_id", "wording", "language", "market")
COLUMNS = ["claim_id", "rule", "words", "start", "end", "status", "verdict", "missing", "rule_text", "source", "valid_from", "cure", "law"]  # fmt: skip
HYPHENATED = re.compile(r"(?:-\w+)*")  # what is left of a word that was found in part


def screen(claims: pd.DataFrame, on: date) -> pd.DataFrame:
    """Findings of claims by the law of a day.

    Parameters
    ----------
    claims : claim_id, wording, language ["fr" or "en"], market [ISO code; empty means every market], and medium or channel where known.
    on : the rules of this day are used, and years after it are the future.

    Returns
    -------
    One row a claim and rule: claim_id, rule, words [as in the claim], start, end [their place], status ["banned", "missing", "to confirm"],
    verdict ["to withdraw", "to reword", "to prove"], missing [what the words lack], rule_text, source, valid_from, cure,
    law ["known", "to confirm"]. A claim without finding has no row, and so has one in another language: `unscreened` names those.

    Raises
    ------
    DataError : a column is missing, a claim has no words, or no rule is written down for its market and the day.
    """
    absent = [name for name in NEEDED if name not in claims]
    if absent:
        raise DataError(f"claims: no column {', '.join(absent)}. The screen needs {', '.join(NEEDED)}.")
    medium = next(
        (claims[name] for name in ("medium", "channel") if name in claims), pd.Series("", claims.index)
    )
    rows = []
    for one, where in zip(claims.itertuples(), medium.astype("string").fillna(""), strict=True):
        if one.language not in LANGUAGES:
            continue
        if not isinstance(one.wording, str) or not one.wording.strip():
            raise DataError(
                f"claims: {one.claim_id} has no words. Write down its wording as published, or take it out of the table."
            )
        rows += [
            (one.claim_id, *row)
            for row in findings(one.wording, one.language, _market(one.market), where, on)
        ]
    return pd.DataFrame(rows, columns=COLUMNS)


def unscreened(claims: pd.DataFrame) -> pd.DataFrame:
    """Claims in a language that the screen does not read: claim_id, language; each has to be read by a person."""
    return claims.loc[~claims["language"].isin(LANGUAGES), ["claim_id", "language"]].reset_index(drop=True)


def findings(wording: str, language: str, market: str, medium: str, on: date) -> list[tuple]:
    """Findings of one text, as the rows of `screen` without claim_id; the first place of each rule stands for it."""
    reading = Reading(claim_words.folded(wording), language, on.year)
    law = {rule.id: rule for rule in claim_rules(market, on) if rule.screened and rule.applies(medium)}
    rows = []
    for shape in shapes()["rules"]:
        rule = law.get(shape["id"])
        if rule is None:
            continue
        spans = _spans(reading, shape, rule, medium)
        if spans:
            rows.append(_row(wording, reading, spans[0], rule))
    return rows


def _spans(reading: Reading, shape: dict, rule: ClaimRule, medium: str) -> list[Span]:
    """Stretches that have one of a rule's shapes and no guard, the first ones first."""
    spans = [span for written in shape["when"] for span in reading.shape(written)]
    if not spans or _qualified(reading, shape, medium):
        spans = [span for written in shape.get("always", ()) for span in reading.shape(written)]
    other = [span for group in shape.get("covered_by", ()) for span in reading.group(group)]
    free = [span for span in spans if not any(a < span[1] and span[0] < b for a, b in other)]
    negation, question = shape.get("negation", True), shape.get("question", True)
    kept = [span for span in free if not is_guarded(reading, span, negation=negation, question=question)]
    return sorted(kept, key=lambda span: (span[0], -span[1]))


def _qualified(reading: Reading, shape: dict, medium: str) -> bool:
    strict = shape.get("strict", {}).get(medium_kind(medium))
    if strict and reading.shape(strict):
        return False
    return any(reading.any(shapes()["qualifiers"].get(name, [name])) for name in shape.get("unless", ()))


def _row(wording: str, reading: Reading, span: Span, rule: ClaimRule) -> tuple:
    start, end = reading.text.original(*span)
    end += len(HYPHENATED.match(wording, end)[0])
    return (
        rule.id, wording[start:end], start, end, rule.kind, rule.verdict, rule.missing, rule.text, rule.source, rule.valid_from, rule.cure, rule.status,
    )  # fmt: skip


def _market(market: object) -> str:
    """The market whose law is asked; a claim of every market is read by French law, the strictest written down."""
    return market if isinstance(market, str) and market not in ("", "ALL") else "FR"
