"""Names of regions as the page on share of voice writes them: a code alone says nothing to its reader."""

from __future__ import annotations

from helpers.company import Scope
from helpers.i18n import text
from helpers.pillars.brand.voice_tables import Known
from helpers.pillars.brand.voice_words import some

DEPARTMENT = r"\d{2,3}|2[AB]"
MOST_REGIONS = 18  # regions of France; more codes than these are departments


def is_department(known: Known, market: str) -> bool:
    """Whether the regions of a market are the departments of France, by their codes."""
    codes = known.regional[known.regional["market"] == market]["region"].astype(str).drop_duplicates()
    return market == "FR" and len(codes) > MOST_REGIONS and bool(codes.str.fullmatch(DEPARTMENT).all())


def place(known: Known, market: str, code: str, scope: Scope) -> str:
    """A region with the word for what it is."""
    if is_department(known, market):
        return text("department {code}", scope.language, code=code)
    return text("region {code}", scope.language, code=code)


def inside(known: Known, market: str, code: str, scope: Scope) -> str:
    """In a region, with the word for what it is."""
    if is_department(known, market):
        return text("in department {code}", scope.language, code=code)
    return text("in region {code}", scope.language, code=code)


def places(known: Known, market: str, codes: list[str], scope: Scope) -> str:
    """The first regions of a list, with the word for what they are."""
    named = some(codes, scope)
    if is_department(known, market):
        return text("departments {codes}", scope.language, codes=named)
    return text("regions {codes}", scope.language, codes=named)
