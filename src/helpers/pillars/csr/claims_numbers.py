"""Numbers that claims say, held against the audited indicators that they are about."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

from helpers.methods.claim_numbers import claimed_numbers
from helpers.methods.claim_screen import LANGUAGES
from helpers.methods.number_check import AGREES, CONTRADICTS, check_numbers, converted

AT_LEAST = re.compile(r"(plus de|au moins|au minimum|more than|over|at least|above)\s*$", re.IGNORECASE)
AT_MOST = re.compile(
    r"(moins de|au plus|au maximum|jusqu.[àa]|less than|under|at most|up to|below)\s*$", re.IGNORECASE
)
ABOUT = re.compile(r"(environ|près de|autour de|quelque|presque|about|around|nearly|almost|some|roughly|approximately)\s*$", re.IGNORECASE)  # fmt: skip
BASE = re.compile(r"(?:depuis|par rapport à|que|vs\.?|since|than|compared (?:to|with)|from)\s+(?:l.année\s+|en\s+|in\s+)?(20\d\d)", re.IGNORECASE)  # fmt: skip

FIGURE = re.compile(r"[\d][\d\s.,]*")
WORDED = 0.05  # relative width of a number in words


def check_claims(claims: pd.DataFrame, metrics: pd.DataFrame, *, on: date) -> pd.DataFrame:
    """One row a claim that names an indicator: what `check_numbers` finds of its number; the one that agrees where it says several.

    A claim without a number of the indicator's kind has the status "no number".
    """
    named = claims[claims["metric"].notna() & (claims["metric"].astype("string") != "")]
    said = [row for one in named.itertuples() for row in _numbers(one, metrics)]
    names = ["claim_id", "metric", "scope", "value", "unit", "place", "bound", "sign", "year", "base_year"]
    checked = check_numbers(pd.DataFrame(said, columns=names), metrics, on=on)
    order = {AGREES: 0, **dict.fromkeys(CONTRADICTS, 1)}
    checked = checked.assign(rank=checked["status"].map(order).fillna(2)).sort_values(["claim_id", "rank"])
    best = checked.drop_duplicates("claim_id").drop(columns="rank")
    bare = named[~named["claim_id"].isin(best["claim_id"])]
    empty = pd.DataFrame({"claim_id": bare["claim_id"], "metric": bare["metric"], "status": "no number", "is_scope_same": True})  # fmt: skip
    made = pd.concat([best, empty], ignore_index=True) if len(empty) else best
    made["is_audited"] = made["is_audited"].astype("boolean").fillna(False).astype(bool)
    return made.sort_values("claim_id", kind="stable", ignore_index=True)


def contradicted(checked: pd.DataFrame) -> list[str]:
    """Claims whose number the indicator of the same scope contradicts."""
    return checked.loc[checked["status"].isin(CONTRADICTS) & checked["is_scope_same"].astype(bool), "claim_id"].tolist()  # fmt: skip


def bound_of(before: str) -> str:
    """What the words before a number make of it: "at least", "at most", "about", or "exact"."""
    tail = before[-30:]
    for pattern, name in ((AT_LEAST, "at least"), (AT_MOST, "at most"), (ABOUT, "about")):
        if pattern.search(tail):
            return name
    return "exact"


def place_of(written: str, value: float, unit: str) -> float:
    """The value of one unit of the last digit that was written: 1 for "38", .1 for "0,4", 100 for "1 200"; 1 for whole percents.

    A number in words, such as "a third", is as sure as a twentieth; a scale such as "3 millions" counts.
    """
    found = FIGURE.match(written.strip())
    if not found:
        return WORDED * abs(value)
    digits = re.sub(r"\s", "", found[0]).replace(",", ".").rstrip(".")
    decimals = digits.rsplit(".", 1)[1] if "." in digits else ""
    is_grouped = len(decimals) == 3 and not digits.startswith("0.")
    number = float(digits.replace(".", "")) if is_grouped else float(digits)
    scale = abs(value) / number if number else 1.0
    if decimals and not is_grouped:
        return scale * 10.0 ** -len(decimals)
    whole = digits.replace(".", "")
    zeros = len(whole) - len(whole.rstrip("0"))
    return scale * (1.0 if unit.strip() in ("%", "share") else 10.0 ** max(0, min(zeros, len(whole) - 2)))


def _numbers(one, metrics: pd.DataFrame) -> list[tuple]:
    """Numbers of a claim that may be about its indicator: those of its kind, or all but years where none is."""
    if one.language not in LANGUAGES or not isinstance(one.wording, str):
        return []
    found = [row for row in claimed_numbers(one.wording, one.language) if row["unit"]]
    measure = metrics.loc[metrics["metric"] == one.metric, "measure"]
    kind = [row for row in found if len(measure) and converted(1.0, row["unit"], measure.iloc[0]) is not None]
    base = BASE.search(one.wording)
    made = []
    for row in kind or found:
        base_year = int(base[1]) if base and row["sign"] else None
        year = row["year"] if row["year"] != base_year else None
        written = one.wording[row["start"] : row["end"]]
        made.append((
            one.claim_id, one.metric, one.scope, row["value"], row["unit"], place_of(written, row["value"], row["unit"]),
            bound_of(one.wording[: row["start"]]), row["sign"], year, base_year,
        ))  # fmt: skip
    return made
