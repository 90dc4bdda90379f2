"""The documents whose words are nearest to a claim, for whoever looks for its proof; a candidate, never a verdict.

Words and parts of words are weighed by how rare they are (TF-IDF); a small list of meanings joins French and English.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer

from helpers.errors import DataError
from helpers.methods.claim_words import folded

AT_LEAST = 0.07  # likeness under which two texts share no more than any two of a register do
TOP = 3
WORD = re.compile(r"[a-z0-9]+")
WORDS_WEIGH = 0.6  # of whole words and meanings; the rest is parts of words
COLUMNS = ["claim_id", "proof_id", "likeness", "place"]


def nearest_proofs(
    claims: pd.DataFrame, proofs: pd.DataFrame, *, top: int = TOP, at_least: float = AT_LEAST
) -> pd.DataFrame:
    """The proofs nearest to each claim by their words.

    Parameters
    ----------
    claims : claim_id, wording; scope where known.
    proofs : proof_id and any of summary, scope, kind, method, document.
    top : most proofs a claim. at_least : likeness from which on a proof is shown [0 to 1].

    Returns
    -------
    One row a claim and proof: claim_id, proof_id, likeness [cosine, 0 to 1], place [1 the nearest]. A claim that nothing is near has no row.

    Raises
    ------
    ValueError : top below 1, or at_least outside 0 to 1. DataError : a column is missing.

    Formula: cosine of weighted counts, 0.6 x words and meanings + 0.4 x parts of words of 3 to 5 letters.
    Source: Manning, Raghavan & Schütze (2008), Introduction to Information Retrieval, ch. 6.
    """
    if top < 1 or not 0 <= at_least <= 1:
        raise ValueError(f"top must be 1 or more and at_least from 0 to 1, not {top} and {at_least}")
    for frame, name, column in ((claims, "claims", "wording"), (proofs, "proofs", "proof_id")):
        if column not in frame:
            raise DataError(f"{name}: no column {column}. The search needs it to compare words.")
    told = [_joined(row, ("wording", "scope")) for row in claims.to_dict("records")]
    held = [
        _joined(row, ("summary", "scope", "kind", "method", "document")) for row in proofs.to_dict("records")
    ]
    if not told or not any(WORD.search(one) for one in held):
        return pd.DataFrame(columns=COLUMNS)
    near = WORDS_WEIGH * _likeness(told, held, _words()) + (1 - WORDS_WEIGH) * _likeness(told, held, _parts())
    rows = []
    for at, claim in enumerate(claims["claim_id"]):
        order = np.argsort(-near[at], kind="stable")[:top]
        kept = [one for one in order if near[at, one] >= at_least]
        rows += [
            (claim, proofs["proof_id"].iloc[one], float(near[at, one]), place)
            for place, one in enumerate(kept, 1)
        ]
    return pd.DataFrame(rows, columns=COLUMNS)


def meanings(text: str) -> list[str]:
    """Words of a text, those of the bridge as their meaning: "emballage" and "packaging" are one."""
    silent, stems = _bridge()
    words = [word for word in WORD.findall(folded(text).plain) if word not in silent]
    return [next((f"={name}" for stem, name in stems if word.startswith(stem)), word) for word in words]


def _likeness(told: list[str], held: list[str], model: TfidfVectorizer) -> np.ndarray:
    try:
        weights = model.fit([*told, *held])
    except ValueError:  # no word at all in any text
        return np.zeros((len(told), len(held)))
    return (weights.transform(told) @ weights.transform(held).T).toarray()


def _words() -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=meanings, sublinear_tf=True)


def _parts() -> TfidfVectorizer:
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)


def _joined(row: dict, columns: tuple[str, ...]) -> str:
    return folded(" ".join(str(row[name]) for name in columns if isinstance(row.get(name), str))).plain


@cache
def _bridge() -> tuple[frozenset[str], tuple[tuple[str, str], ...]]:
    book = tomllib.loads((files(__package__) / "lexicons" / "claims_bridge.toml").read_text("utf-8"))
    stems = [(stem, listed[0]) for listed in book["meanings"] for stem in listed]
    return frozenset(book["silent"].split()), tuple(sorted(stems, key=lambda pair: -len(pair[0])))
