"""What customers of a segment wrote, in quotations that name nobody and that are not chosen for what they say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from helpers import rollups
from helpers.company import Scope
from helpers.i18n import listed, number, text

if TYPE_CHECKING:
    from helpers.pillars.positioning.segments import Page

MONTHS = 12  # of comments that are read
WRITERS = 10  # people of a segment who wrote, from which any of them is quoted
SURE = 0.8  # chance of a person to be of the segment
QUOTED, SHORTEST, LONGEST = 2, 15, 140  # quotations of a sheet; characters of one
# A figure, an address, a part that the import has masked, or a capital inside a sentence, which may begin a name.
TELLING = re.compile(r"[@\d\[\]]|(?<=[\w,;:’'\-] )[A-ZÀ-ÖØ-Þ]")
COLUMNS = ["person", "words", "language"]


def written(surveys: object, frame: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Comments of the customers in `frame`: person [its row], words, language; of all surveys of twelve months.

    Parameters
    ----------
    frame : one row a person, with customer_id; somebody asked in two waves counts as asked in the last one.
    """
    there = set(nw.from_native(surveys).lazy().collect_schema().names())
    if not {"verbatim", "language"} <= there:
        return pd.DataFrame(columns=COLUMNS)
    comments = nw.from_native(surveys).filter(~nw.col("verbatim").is_null(), ~nw.col("customer_id").is_null())  # fmt: skip
    rows = rollups.collect(rollups.only(comments.to_native(), "customer_id", "answered_on", "verbatim", "language"), may_be_empty=True)  # fmt: skip
    since = pd.Timestamp(scope.period.end) - pd.DateOffset(months=MONTHS)
    rows = rows[pd.to_datetime(rows["answered_on"]) > since]
    person = pd.Series(frame.index, index=frame["customer_id"])
    person = person[person.index.notna()]
    rows = rows.assign(person=rows["customer_id"].map(person[~person.index.duplicated(keep="last")]))
    rows = rows.dropna(subset=["person"]).astype({"person": int})
    return rows.rename(columns={"verbatim": "words"})[COLUMNS].reset_index(drop=True)


def quotes(made: Page, segment: int, language: str) -> tuple[list[tuple[str, str]], int]:
    """Up to two comments of a segment with their language, and how many of its customers wrote; no comment under ten who did.

    Those that most people wrote alike come first, then those of middling length, each with another beginning; comments in the page's language where there are two.
    """
    known = made.people.comments
    if known.empty:
        return [], 0
    own = known[made.classes.members[known["person"].to_numpy(), segment] >= SURE]
    n = int(own["person"].nunique())
    words = own["words"].astype(str).str.strip()
    fit = words.str.len().between(SHORTEST, LONGEST) & ~words.str.contains(TELLING)
    kept = own.assign(words=words)[fit]
    mine = kept[kept["language"] == language.split("_")[0]]
    kept = mine if mine["words"].nunique() >= QUOTED else kept
    if n < WRITERS or kept.empty:
        return [], n
    table = kept.groupby("words").agg(n=("person", "nunique"), language=("language", "first")).reset_index()
    table["far"] = (table["words"].str.len() - table["words"].str.len().median()).abs()
    table["start"] = table["words"].str.split(r"[.!?…]", n=1, regex=True).str[0]
    order = table.sort_values(["n", "far", "words"], ascending=[False, True, True])
    first = order.drop_duplicates("start").head(QUOTED)
    return list(zip(first["words"], first["language"].astype(str), strict=True)), n


def said(made: Page, segment: int, scope: Scope) -> str:
    """The line of a sheet with what customers of the segment wrote; empty where nobody wrote."""
    lang = scope.language
    found, n = quotes(made, segment, lang)
    facts = {"n": number(n, "count", language=lang), "need": WRITERS}
    if found:
        quoted = listed(
            [
                _spoken(text("“{words}”", lang, words=words.rstrip(".")), tongue, lang)
                for words, tongue in found
            ],
            lang,
        )
        return text(
            "In the words of its customers, whatever they were asked ({n} wrote): {quotes}.",
            lang,
            **facts,
            quotes=quoted,
        )
    if n:
        return text("In the words of its customers: {n} wrote, none is quoted under n = {need} or where words could name somebody.", lang, **facts)  # fmt: skip
    return ""


def _spoken(quotation: str, tongue: str, language: str) -> str:
    """A quotation that says its language where it is not that of the page, so that it is read aloud rightly."""
    return quotation if tongue == language.split("_")[0] else f'<span lang="{tongue}">{quotation}</span>'
