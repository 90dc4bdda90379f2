"""What the page on the market position says of the map, of new customers and of launches, and its tables in words."""

from __future__ import annotations

import math

import pandas as pd

from helpers.checks import COUNTS_ONLY, guard_refusal
from helpers.company import Scope
from helpers.i18n import interval, listed, month, number, parted, signed, text
from helpers.methods import launches
from helpers.methods.intervals import Estimate
from helpers.pillars.positioning import position_market, position_seen
from helpers.pillars.positioning.position import NONE
from helpers.pillars.positioning.position_figures import Page, own_part
from helpers.pillars.positioning.position_telling import apart_from, level


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
        text("{attribute} ({points} of its profile, {bounds})", lang, attribute=row.attribute, points=signed(100 * row.difference, "points", decimals=1, language=lang),
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


def launch_table(made: Page, scope: Scope) -> pd.DataFrame:
    """Launches in words, side by side: since when, share at one age, trial and repeat at one age, what own lines lost."""
    lang, rows = scope.language, {}
    age, shares = position_market.same_age(made.draws)
    tried = {one.launch.line: one for one in made.buying.tried}
    for draw, share in zip(made.draws, shares, strict=True):
        line = draw.launch.line
        part, at_price = own_part(draw)
        one = tried.get(line)
        told = (one.same_age.trial, one.same_age.repeat) if one else (None, None)
        months = number(one.same_age.at, "ratio", decimals=1, language=lang) if one else ""
        rows[line] = {
            text("on sale since", lang): month(draw.launch.first, lang),
            text("share of units, first {n} months", lang, n=age): number(
                share, "share", decimals=1, language=lang
            ),
            text("tried", lang): _bounded(told[0], scope)
            + (" " + text("at {age} months", lang, age=months) if one else ""),
            text("bought again, of those", lang): _bounded(told[1], scope),
            text("lost by own lines", lang): _bounded(part, scope)
            + ("" if at_price else " " + text("(prices not held)", lang)),
        }
    return pd.DataFrame(rows).rename_axis(columns=text("launch", lang))


def _bounded(made: Estimate | None, scope: Scope) -> str:
    if made is None or not math.isfinite(made.low):
        return text("cannot tell", scope.language)
    shown = {"unit": "share", "decimals": 0 if made.value > 0.1 else 1, "language": scope.language}
    return f"{number(made.value, **shown)} ({interval(made.low, made.high, **shown)})"


def launch_said(made: Page, scope: Scope) -> str:
    """Say what the last launch took and how it stands to the one before, as a description."""
    lang = scope.language
    if not made.draws:
        return text("No own line came on sale in the months of the data.", lang)
    last = made.draws[-1]
    part, at_price = own_part(last)
    facts = {"line": last.launch.line, "house": made.found.house, "level": level(scope)}
    if not math.isfinite(part.low):
        said = (
            text("What {line} took from own lines cannot be told.", lang, **facts)
            + " "
            + guard_refusal(last.taken.guards, lang)
        )
    else:
        facts |= {"part": number(part.value, "share", language=lang), "bounds": interval(part.low, part.high, "share", language=lang), "fair": number(fair(made), "share", language=lang)}  # fmt: skip
        said = text(
            "Of what {line} sells, {part} is volume that {house} no longer sells at its regular price ({level} interval {bounds}); by its share of the market "
            "alone it would be {fair}.", lang, **facts,
        ) if at_price else text(
            "Of what {line} sells, {part} is volume that own lines sold a year before ({level} interval {bounds}); prices are not held.", lang, **facts,
        )  # fmt: skip
    return said.rstrip() + " " + _against(made, scope)


def fair(made: Page) -> float:
    """The part that the house would lose to a newcomer by its share of the market alone: its share of units a year before."""
    last = made.draws[-1].taken.table
    return float(last.at[made.found.house, "before"]) if made.found.house in last.index else math.nan


def _against(made: Page, scope: Scope) -> str:
    """The last launch beside the one before, at one age."""
    lang, tried = scope.language, made.buying.tried
    if len(tried) < 2:
        return text("There is no earlier launch with a wave to hold it against.", lang)
    old, new = tried[-2], tried[-1]
    gap = launches.difference(new.same_age, old.same_age)
    facts = {
        "new": new.launch.line, "old": old.launch.line, "age": number(new.same_age.at, "ratio", decimals=1, language=lang), "level": level(scope),
        "gap": signed(100 * gap.value, "points", decimals=1, language=lang), "bounds": interval(100 * gap.low, 100 * gap.high, "points", decimals=1, language=lang),
    }  # fmt: skip
    if not math.isfinite(gap.low):
        return text("Trial of the launches cannot be compared.", lang)
    if gap.high < 0:
        return text(
            "At {age} months fewer people have tried it than {old} ({gap}, {level} interval {bounds}).",
            lang,
            **facts,
        )
    if gap.low > 0:
        return text(
            "At {age} months more people have tried it than {old} ({gap}, {level} interval {bounds}).",
            lang,
            **facts,
        )
    return text(
        "Whether at {age} months more or fewer people have tried it than {old} cannot be told ({gap}, {level} interval {bounds}).",
        lang,
        **facts,
    )
