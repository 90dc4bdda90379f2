"""What the page on the market position says of the line of double jeopardy: who stands off it, shared buyers, the naive ranking."""

from __future__ import annotations

import pandas as pd

from helpers.checks import guard_refusal
from helpers.company import Scope
from helpers.i18n import listed, number, text
from helpers.methods import dirichlet
from helpers.pillars.positioning.position_figures import Page
from helpers.pillars.positioning.words import level


def line_rows(made: Page) -> pd.DataFrame:
    """Brands by size, as a forest takes them: brand, excess with the bounds for all brands together."""
    if made.buying.line is None:
        return pd.DataFrame({"brand": [], "excess": [], "low_all": [], "high_all": []}, dtype=float)
    return made.buying.line.table.sort_values("share", ascending=False, kind="stable").reset_index(
        names="brand"
    )


def line_finding(made: Page, scope: Scope) -> str:
    """Say which brands stand off the line of their size."""
    lang, line = scope.language, made.buying.line
    if line is None or line.market is None:
        why = guard_refusal(line.guards, lang) if line is not None else ""
        return text("What a brand of each size may expect cannot be told. {why}", lang, why=why).rstrip()
    above, below = (list(line.table.index[line.table["verdict"] == name]) for name in ("above", "below"))
    facts = {"above": listed(above, lang), "below": listed(below, lang)}
    if above and below:
        return text("Bought more often than sizes let expect: {above}; less often: {below}", lang, **facts)
    if above:
        return text("Bought more often than sizes let expect: {above}", lang, **facts)
    if below:
        return text("Bought less often than sizes let expect: {below}", lang, **facts)
    return text("No brand clearly stands off what its size lets expect", lang)


def line_subtitle(made: Page, scope: Scope) -> str:
    """Say what the forest of excess is."""
    n = made.found.usage[-1].n if made.found.usage else 0
    return text(
        "purchases a buyer over those of a brand of this size; {level} interval for all brands together; n = {n} people", scope.language, level=level(scope),
        n=number(n, "count", language=scope.language),
    )  # fmt: skip


def duplication_said(made: Page, scope: Scope) -> str:
    """Say how brands share their buyers, beside what sizes let expect."""
    lang, line = scope.language, made.buying.line
    if line is None or line.market is None:
        return text("How brands share their buyers cannot be told.", lang)
    seen = dirichlet.duplication_coefficient(line.duplication, line.table["penetration"])
    hoped = dirichlet.duplication_coefficient(line.expected_duplication, line.table["expected_penetration"])
    said = text(
        "Buyers of one brand are {seen} times as likely as anybody to buy another one in the year, where the model expects {hoped}.", lang,
        seen=number(seen, "ratio", decimals=2, language=lang), hoped=number(hoped, "ratio", decimals=2, language=lang),
    )  # fmt: skip
    house = made.found.house
    if house not in line.duplication.index:
        return said
    rivals = line.duplication.loc[house].drop(
        labels=[name for name in made.found.own if name in line.duplication.columns]
    )
    top = rivals.idxmax()
    return said + " " + text(
        "Of the buyers of {house}, {share} also buy {rival}: rivals share their buyers by their size, so this names the largest one, not the closest.", lang,
        house=house, share=number(float(rivals[top]), "share", language=lang), rival=top,
    )  # fmt: skip


def naive(made: Page, scope: Scope) -> str:
    """Say what ranking brands by loyalty would conclude."""
    lang, line = scope.language, made.buying.line
    if line is None or made.found.house not in line.table.index:
        return text("There is no wave on purchases that a ranking could be made of.", lang)
    table = line.table.sort_values("frequency", ascending=False, kind="stable")
    place, best = list(table.index).index(made.found.house) + 1, table.index[0]
    rank = float(line.table["frequency"].corr(line.table["share"], method="spearman"))
    return text(
        "By purchases a buyer **{best}** is first of {n} with {top}, and {house} is number {place} with {own}. The rank correlation of that figure with the size "
        "of the brand is {rank}.", lang, best=best, n=len(table), top=number(float(table["frequency"].iloc[0]), "ratio", decimals=2, language=lang),
        house=made.found.house, place=place, own=number(float(table.at[made.found.house, "frequency"]), "ratio", decimals=2, language=lang),
        rank=number(rank, "ratio", decimals=2, language=lang),
    )  # fmt: skip
