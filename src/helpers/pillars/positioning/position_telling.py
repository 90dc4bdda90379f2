"""What the page on the market position says in words: the answer, market share, how many buy and how often."""

from __future__ import annotations

import math

from helpers.checks import guard_refusal
from helpers.company import Scope
from helpers.i18n import interval, listed, number, signed, text
from helpers.methods.intervals import Estimate
from helpers.pillars.positioning import position_seen
from helpers.pillars.positioning.definitions import KPIS
from helpers.pillars.positioning.position_figures import Page
from helpers.pillars.positioning.words import level, trait

NAMES = 3  # brands that a sentence lists


def answer(made: Page, scope: Scope) -> str:
    """Answer the page's question in a few sentences, the decision first."""
    said = [route(made, scope), share_said(made, scope)]
    rivals = position_seen.rivals(made.seen, made.found.house)
    if len(rivals):
        said.append(apart_said(made, scope))
    return " ".join(said)


def verdict(made: Page) -> str:
    """How the house stands to its size; an empty text where no such market can be fitted, or nobody was asked of the house."""
    line = made.buying.line
    told = line is not None and line.market is not None and made.found.house in line.table.index
    return str(line.table.at[made.found.house, "verdict"]) if told else ""


def route(made: Page, scope: Scope) -> str:
    """Say whether to grow by more buyers or by more purchases of each."""
    lang, line, house = scope.language, made.buying.line, made.found.house
    if not verdict(made):
        why = (
            guard_refusal(line.guards, lang)
            if line is not None
            else text("No wave of a survey on purchases is there.", lang)
        )
        return text(
            "Whether to grow by more buyers or by more loyal ones cannot be told. {why}", lang, why=why
        ).rstrip()
    row = line.table.loc[house]
    facts = {
        "house": house, "level": level(scope), "seen": number(row["frequency"], "ratio", decimals=2, language=lang),
        "hoped": number(row["expected_frequency"], "ratio", decimals=2, language=lang), "gap": gap_said(made, scope),
        "excess": signed(row["excess"], "share", language=lang), "bounds": interval(row["low_all"], row["high_all"], "share", language=lang),
    }  # fmt: skip
    if row["verdict"] == "below":
        return text(
            "**Find out why buyers of {house} come back less before paying for more of them:** they buy it {seen} times a year, and a brand of its "
            "size may expect {hoped} ({excess}, {level} interval for all brands together {bounds}).", lang, **facts,
        )  # fmt: skip
    if row["verdict"] == "above":
        return text(
            "**Grow by winning more buyers:** those of {house} already buy it {seen} times a year, where a brand of its size may expect {hoped} "
            "({excess}, {level} interval for all brands together {bounds}).{gap}", lang, **facts,
        )  # fmt: skip
    if row["verdict"] == "as expected":
        return text(
            "**Grow by winning more buyers, not by chasing loyalty:** those of {house} buy it {seen} times a year, as those of a brand of its size "
            "do ({hoped}; {excess}, {level} interval for all brands together {bounds}).{gap}", lang, **facts,
        )  # fmt: skip
    return text(
        "**Grow by winning more buyers; do not pay for loyalty yet:** that buyers of {house} buy it more or less often than those of a brand of its size "
        "is not shown ({seen} times a year against {hoped}; {excess}, {level} interval for all brands together {bounds}).{gap}", lang, **facts,
    )  # fmt: skip


def gap_said(made: Page, scope: Scope) -> str:
    """Say how much of the gap to the largest rival is in how many buy, with a space before it; empty where it cannot be told."""
    gap = made.buying.gap
    if gap is None or not math.isfinite(gap.value):
        return ""
    facts = {
        "share": number(gap.value, "share", language=scope.language), "bounds": interval(gap.low, gap.high, "share", language=scope.language),
        "rival": made.buying.largest,
    }  # fmt: skip
    return " " + text(
        "Of the gap to {rival}, {share} is in how many buy ({bounds}).", scope.language, **facts
    )


def share_said(made: Page, scope: Scope) -> str:
    """Say the change of the market share over twelve months."""
    lang, year = scope.language, made.year
    if not math.isfinite(year.low):
        return text(
            "Whether the market share changed over a year cannot be told: {n} months can be held against the year before.",
            lang,
            n=year.n,
        )
    facts = {
        "change": points(year.value, scope),
        "bounds": point_bounds(year, scope),
        "level": level(scope),
        "n": year.n,
    }
    least = KPIS["market_share_value"].materiality
    if (year.low > 0 or year.high < 0) and abs(year.value) < least:
        return text(
            "The market share by value moved by {change} over the months of a year ({level} interval {bounds}), less than the {point} that anyone would act on.",
            lang, **{**facts, "change": signed(100 * year.value, "points", decimals=1, language=lang), "point": points(least, scope)},
        )  # fmt: skip
    if year.low > 0:
        return text(
            "The market share by value grew by {change} over the months of a year ({level} interval {bounds}).",
            lang,
            **facts,
        )
    if year.high < 0:
        return text("The market share by value fell by {change} over the months of a year ({level} interval {bounds}).", lang, **{**facts, "change": points(-year.value, scope)})  # fmt: skip
    return text(
        "The market share by value did not clearly move over the months of a year ({change}, {level} interval {bounds}).",
        lang,
        **facts,
    )


def points(value: float, scope: Scope) -> str:
    """A difference of shares in points."""
    return number(100 * value, "points", decimals=1, language=scope.language)


def point_bounds(made: Estimate, scope: Scope) -> str:
    """The interval of a difference of shares in points."""
    return interval(100 * made.low, 100 * made.high, "points", decimals=1, language=scope.language)


def apart_said(made: Page, scope: Scope) -> str:
    """Say from which rivals the house is really apart, and what it stands for."""
    lang, said = scope.language, apart_from(made, scope) + "."
    more = [trait(one, lang) for one in position_seen.stands_for(made.seen, made.found.house)]
    return said + (" " + text("It stands for: {traits}.", lang, traits=listed(more, lang)) if more else "")


def apart_from(made: Page, scope: Scope) -> str:
    """Say from which rivals the house is really apart, as a title."""
    lang, house = scope.language, made.found.house
    table = position_seen.rivals(made.seen, house)
    if table.empty:
        return text("How {house} is seen beside its rivals cannot be told", lang, house=house)
    same = list(table.loc[~table["apart"].astype(bool), "rival"])
    if same:
        return text("People do not tell {house} from {rivals}", lang, house=house, rivals=listed(same, lang))
    return text(
        "People see {house} apart from each rival; the nearest is {rival}",
        lang,
        house=house,
        rival=table["rival"].iloc[0],
    )


def market_finding(made: Page, scope: Scope) -> str:
    """The market share as a title."""
    return share_said(made, scope).rstrip(".")


def market_subtitle(made: Page, scope: Scope) -> str:
    """Say what the lines are."""
    return text(
        "own lines over the category, by quarter; {markets}; the panel's own error is not published", scope.language,
        markets=listed(list(made.found.markets), scope.language),
    )  # fmt: skip


def split_said(made: Page, scope: Scope) -> str:
    """Say what moved own purchases between the last two waves."""
    lang, split = scope.language, made.buying.split
    if split is None or not math.isfinite(split.change.value):
        return text(
            "What moved purchases between two waves cannot be told: it takes two waves, each with thirty buyers.",
            lang,
        )
    facts = {"level": level(scope)}
    for name, one in (("all", split.change), ("pen", split.by_penetration), ("freq", split.by_frequency)):
        facts[name] = signed(100 * one.value, "ratio", decimals=1, language=lang)
        facts[f"{name}_bounds"] = interval(100 * one.low, 100 * one.high, "ratio", decimals=1, language=lang)
    clear = split.change.low > 0 or split.change.high < 0
    said = text(
        "For 100 people, purchases of own lines changed by {all} since the wave before ({level} interval {all_bounds}): {pen} by how many buy ({pen_bounds}), "
        "{freq} by how often they do ({freq_bounds}).", lang, **facts,
    )  # fmt: skip
    return said if clear else said + " " + text("The change may be chance.", lang)
