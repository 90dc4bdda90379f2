"""What the page on the market position says of the map and of new customers."""

from __future__ import annotations

import pandas as pd

from helpers.checks import COUNTS_ONLY, guard_refusal
from helpers.company import Scope
from helpers.i18n import interval, listed, number, parted, signed, text
from helpers.pillars.positioning import position_seen
from helpers.pillars.positioning.position import NONE
from helpers.pillars.positioning.position_figures import Page
from helpers.pillars.positioning.position_telling import apart_from
from helpers.pillars.positioning.words import level, trait


def map_finding(made: Page, scope: Scope) -> str:
    """Say from whom the house is apart, or why there is no map."""
    if made.seen is None:
        return text("How brands are seen cannot be told: no wave asks for it", scope.language)
    if made.seen.map is None:
        return text(
            "No map can be drawn. {why}", scope.language, why=guard_refusal(made.seen.guards, scope.language)
        )
    return apart_from(made, scope)


def map_subtitle(made: Page, scope: Scope) -> str:
    """Say what the map is."""
    n = 0 if made.seen is None else made.seen.n
    return text(
        "what people say of brands they know, size taken out; {level} ellipses; attributes as long as they weigh; n = {n} people", scope.language,
        level=level(scope), n=number(n, "count", language=scope.language),
    )  # fmt: skip


def map_axes(made: Page, scope: Scope) -> tuple[str, str]:
    """Names of the axes: the share of the differences that each shows."""
    if made.seen is None or made.seen.map is None:
        return "", ""
    shown = [number(float(one), "share", language=scope.language) for one in made.seen.map.share[:2]]
    return text("first axis: {share} of the differences", scope.language, share=shown[0]), text(
        "second axis: {share}", scope.language, share=shown[1]
    )


def rivals_table(made: Page, scope: Scope) -> pd.DataFrame:
    """Rivals beside the house in words, nearest first."""
    lang, rows = scope.language, {}
    answer = {True: text("yes", lang), False: text("cannot tell", lang)}
    for row in position_seen.rivals(made.seen, made.found.house).itertuples():
        rows[row.rival] = {
            text("distance", lang): number(row.distance, "ratio", decimals=2, language=lang),
            text("interval", lang): interval(row.low, row.high, "ratio", decimals=2, language=lang),
            text("really apart", lang): answer[bool(row.apart)],
        }
    return pd.DataFrame(rows).T.rename_axis(columns=text("rival", lang))


def alike_said(made: Page, scope: Scope) -> str:
    """Say which pairs of brands cannot be told apart, and what is clearly said of the house."""
    lang, house = scope.language, made.found.house
    if made.seen is None or made.seen.map is None:
        return text("Pairs of brands cannot be told.", lang)
    pairs = [
        text("{one} and {other}", lang, one=row.first, other=row.second)
        for row in position_seen.alike(made.seen).itertuples()
    ]
    said = (
        text("Over all pairs together, these cannot be told apart: {pairs}.", lang, pairs=parted(pairs, lang))
        if pairs
        else text("Over all pairs together, every two brands are really apart.", lang)
    )
    told = [
        text("{attribute} ({points} of its profile, {bounds})", lang, attribute=trait(row.attribute, lang), points=signed(100 * row.difference, "points", decimals=1, language=lang),
             bounds=interval(100 * row.low_all, 100 * row.high_all, "ratio", decimals=1, language=lang))
        for row in position_seen.traits(made.seen, house).itertuples()
    ]  # fmt: skip
    if not told:
        return (
            said
            + " "
            + text("Nothing is said of {house} clearly more or less than of the others.", lang, house=house)
        )
    return (
        said
        + " "
        + text(
            "Said of {house} more or less than its size and the attribute let expect: {traits}.",
            lang,
            house=house,
            traits=parted(told, lang),
        )
    )


def source_rows(made: Page, scope: Scope) -> pd.DataFrame:
    """Previous brands as a chart of two shares takes them: brand, fair, share, low, high, among those who left a rival."""
    table = made.buying.sources
    if table.empty or table["share"].isna().all():
        return pd.DataFrame({"brand": [], "fair": [], "share": [], "low": [], "high": []}, dtype=float)
    rows = table[table["index"].notna()]
    return pd.DataFrame({
        "brand": rows.index, "fair": rows["fair"], "share": rows["index"] * rows["fair"], "low": rows["index_low"] * rows["fair"],
        "high": rows["index_high"] * rows["fair"],
    })  # fmt: skip


def fair_name(scope: Scope) -> str:
    """Name of the base share in the chart of sources."""
    return text("buyers of rivals a wave before", scope.language)


def won_name(scope: Scope) -> str:
    """Name of the share won in the chart of sources."""
    return text("our first buyers", scope.language)


def source_finding(made: Page, scope: Scope) -> str:
    """Say whom new customers left more or less than sizes let expect."""
    lang, table = scope.language, made.buying.sources
    if table.empty or made.buying.won is None or made.buying.won.n < COUNTS_ONLY:
        n = 0 if made.buying.won is None else made.buying.won.n
        return text(
            "Where new customers came from cannot be told: {n} say what they used before, need n = {need}",
            lang,
            n=n,
            need=COUNTS_ONLY,
        )
    more, less = (list(table.index[table["verdict"] == name]) for name in ("more", "less"))
    if more:
        return text(
            "New customers leave {names} more than its size lets expect", lang, names=listed(more, lang)
        )
    if less:
        return text(
            "New customers leave {names} less than its size lets expect", lang, names=listed(less, lang)
        )
    return text("New customers leave rivals as their size lets expect", lang)


def source_subtitle(made: Page, scope: Scope) -> str:
    """Say what the two shares are, and how many came from nobody."""
    lang, table = scope.language, made.buying.sources
    n = 0 if made.buying.won is None else made.buying.won.n
    new = float(table["share"].get(NONE, 0.0)) if "share" in table else 0.0
    return text(
        "of first buyers of own lines who left a rival; {level} interval for all rivals together; {new} of the {n} first buyers are new to the category", lang,
        level=level(scope), new=number(new if new == new else None, "share", language=lang), n=n,
    )  # fmt: skip
