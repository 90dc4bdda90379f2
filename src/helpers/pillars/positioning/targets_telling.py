"""What the page on markets and targets says: titles, tables, the naive answer, what would turn the first place, the answer."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from helpers.company import Scope
from helpers.i18n import listed, number, parted, plural, text
from helpers.methods import ranking
from helpers.pillars.positioning.targets import CRITERIA, Page
from helpers.pillars.positioning.targets_money import Money
from helpers.pillars.positioning.targets_words import criterion, value, with_bounds
from helpers.pillars.positioning.words import amount, bounds, chance, level

GO, KEEP, PREPARE, WAIT = "go", "keep", "prepare", "wait"
MOST_CELLS, MOST_PAIRS = 10, 5


def standing(made: Page) -> dict[str, str]:
    """Go, keep, prepare or wait by market, the likeliest among the first places first; nothing is decided where one market stands alone.

    A market in which nobody was asked is prepared, however high it ranks; between go and wait, one with own sales is kept as it is.
    """
    table = made.both.table.sort_values(["top", "score"], ascending=False)
    if len(table) < 2:
        return {}
    said, sold = {}, sold_in(made)
    for row in table.itertuples():
        sure, hopeless = row.top >= made.min_chance, row.top < made.wait_below
        asked = row.option in made.panel.markets
        between = KEEP if row.option in sold else PREPARE
        said[row.option] = GO if sure and asked else WAIT if hopeless else between
    return said


def sold_in(made: Page) -> set[str]:
    """Markets with own sales."""
    return {one.market for one in made.markets if one.own > 0}


def of_standing(made: Page, word: str) -> list[str]:
    """Markets that stand so, the likeliest first."""
    return [name for name, one in standing(made).items() if one == word]


def criteria_table(made: Page, scope: Scope) -> pd.DataFrame:
    """One row a market, best first: each criterion with its interval, the score."""
    lang, order = scope.language, [made.names.index(name) for name in made.doubt.table["option"]]
    rows = {
        criterion(name, lang): [with_bounds(name, made.values[at, k], made.low[at, k], made.high[at, k], scope) for at in order]
        for k, name in enumerate(CRITERIA)
    }  # fmt: skip
    rows[text("score", lang)] = [number(one, "ratio", language=lang) for one in made.doubt.table["score"]]
    return pd.DataFrame(rows, index=[made.names[at] for at in order]).rename_axis(columns=text("market", lang))  # fmt: skip


def chances(made: Page, scope: Scope) -> pd.DataFrame:
    """One row a market, best first: standing, chances of the first place and of the first places, under which doubt."""
    lang = scope.language
    words = {
        GO: text("go", lang),
        KEEP: text("keep", lang),
        PREPARE: text("prepare", lang),
        WAIT: text("wait", lang),
    }
    found = standing(made)
    names = made.doubt.table["option"].tolist()
    tables = {name: getattr(made, name).table.set_index("option") for name in ("doubt", "near", "free", "both")}  # fmt: skip
    among = text("among the first {n}", lang, n=made.top)
    rows = {
        text("standing", lang): [words.get(found.get(name, ""), "–") for name in names],
        among: [chance(tables["both"].loc[name, "top"], lang) for name in names],
        text("first", lang): [chance(tables["both"].loc[name, "first"], lang) for name in names],
        text("first, figures in doubt", lang): [chance(tables["doubt"].loc[name, "first"], lang) for name in names],
        text("first, weights near these", lang): [chance(tables["near"].loc[name, "first"], lang) for name in names],
        text("first, any weights", lang): [chance(tables["free"].loc[name, "first"], lang) for name in names],
    }  # fmt: skip
    return pd.DataFrame(rows, index=names).rename_axis(columns=text("market", lang))


def cells_table(made: Page, scope: Scope) -> pd.DataFrame:
    """The best segments in markets: size, reach, fit, score, chance of being among the first."""
    lang = scope.language
    if made.cells is None:
        return pd.DataFrame()
    best = made.cells.table.head(MOST_CELLS)
    at = {f"{market} · {segment}": made.cell_values[i] for i, (market, segment) in enumerate(made.cell_names)}
    rows = {
        criterion("size", lang): [value("size", at[name][0], scope) for name in best["option"]],
        criterion("reach", lang): [value("reach", at[name][4], scope) for name in best["option"]],
        criterion("fit", lang): [value("fit", at[name][5], scope) for name in best["option"]],
        text("score", lang): [
            f"{number(row.score, 'ratio', language=lang)} ({number(row.low, 'ratio', language=lang)} – {number(row.high, 'ratio', language=lang)})"
            for row in best.itertuples()
        ],
        text("among the first {n}", lang, n=made.top): [chance(one, lang) for one in best["top"]],
    }  # fmt: skip
    return pd.DataFrame(rows, index=best["option"].tolist()).rename_axis(columns=text("segment", lang))


def money_table(money: Money, scope: Scope) -> pd.DataFrame:
    """All sales, sales of people open to the brand, and sales to win, by market."""
    lang, rows = scope.language, money.table

    def ranged(row, name: str) -> str:
        one, low, high = (getattr(row, f"{name}{end}") for end in ("", "_low", "_high"))
        return "–" if math.isnan(one) else f"{amount(one, scope)} ({bounds(low, high, scope)})"

    made = {
        text("whole market", lang): [amount(one, scope) for one in rows["total"]],
        text("own sales", lang): [amount(one, scope) for one in rows["own"]],
        text("open to the brand", lang): [ranged(row, "open") for row in rows.itertuples()],
        text("to win in a year", lang): [ranged(row, "won") for row in rows.itertuples()],
    }
    return pd.DataFrame(made, index=rows["market"].tolist()).rename_axis(columns=text("market", lang))


def scores_finding(made: Page, scope: Scope) -> str:
    """State the ranking as the title of its chart."""
    lang, table = scope.language, made.doubt.table
    if len(table) < 2:
        return text("One market alone: there is nothing to rank.", lang)
    first, second = table["option"].iloc[:2]
    sure, n = len(ranking.sure_pairs(made.doubt)), len(table) * (len(table) - 1) // 2
    said = text("{first} before {second} with a chance of {chance}", lang, first=first, second=second, chance=chance(float(made.doubt.above[0, 1]), lang))  # fmt: skip
    return text("{said}; {sure} of {n} pairs of markets are surely ordered", lang, said=said, sure=sure, n=n)


def scores_subtitle(made: Page, scope: Scope) -> str:
    """Say under the scores what is drawn."""
    return text(
        "weighted score, 0 worst to 100 best on every criterion, {n} markets; {level} interval of what sales and survey leave open",
        scope.language, n=len(made.markets), level=level(scope),
    )  # fmt: skip


def won_finding(money: Money, scope: Scope) -> str:
    """State what may be won as the title of its chart."""
    lang, known = scope.language, money.table.dropna(subset=["won"])
    if known.empty:
        return text("What may be won cannot be told without a survey", lang)
    best = known.loc[known["won"].idxmax()]
    return text("Most is to be won in {market}: {value} a year ({bounds})", lang, market=best["market"],
                value=amount(best["won"], scope), bounds=bounds(best["won_low"], best["won_high"], scope))  # fmt: skip


def won_subtitle(made: Page, scope: Scope) -> str:
    """Say under the sales to win what is drawn."""
    n = sum(one.n for one in made.panel.markets.values())
    return text(
        "sales a year at consumer prices beyond those of today, n = {n} people asked; {level} interval",
        scope.language,
        n=number(n, "count", language=scope.language),
        level=level(scope),
    )


def flips_said(made: Page, scope: Scope) -> str:
    """Say which weight would have to change, and to what, for another market to come first."""
    lang = scope.language
    if len(made.markets) < 2:
        return text("One market alone: there is nothing to rank.", lang)
    first = made.doubt.table["option"].iloc[0]
    if not made.flips:
        return text("{market} stays first whatever one weight becomes, the others in proportion.", lang, market=first)  # fmt: skip
    parts = [
        text(
            "{other} comes first when {criterion} weighs {turned} in place of {weight}", lang, other=one.first, criterion=criterion(one.criterion, lang),
            turned=number(one.turned, "share", language=lang), weight=number(one.weight, "share", language=lang),
        )
        for one in made.flips[:3]
    ]  # fmt: skip
    return text("{market} is first. {flips}. The other weights keep their proportions.", lang, market=first, flips=parted(parts, lang))  # fmt: skip


def pairs_said(made: Page, scope: Scope) -> str:
    """Name the pairs that are not surely ordered."""
    lang, names = scope.language, made.doubt.table["option"].tolist()
    sure = {frozenset(pair) for pair in ranking.sure_pairs(made.doubt)[["better", "worse"]].to_numpy().tolist()}  # fmt: skip
    open_pairs = [
        f"{first}–{second}"
        for i, first in enumerate(names)
        for second in names[i + 1 :]
        if frozenset((first, second)) not in sure
    ]
    if len(names) < 2:
        return ""
    if not open_pairs:
        return text("Every pair of markets is surely ordered.", lang)
    n, few = len(open_pairs), listed(open_pairs[:MOST_PAIRS], lang)
    return plural("{n} pair of markets is not told apart at {level}, the highest first: {pairs}.",
                  "{n} pairs of markets are not told apart at {level}, the highest first: {pairs}.", n, lang, level=level(scope), pairs=few)  # fmt: skip


def naive(made: Page, scope: Scope) -> str:
    """The ranking of scores without doubt, and what is left of its gap."""
    lang, table = scope.language, made.doubt.table
    if len(table) < 2:
        return text("One market alone: there is nothing to rank.", lang)
    first, second = table.iloc[0], table.iloc[1]
    gap = made.doubt.draws[:, 0] - made.doubt.draws[:, 1]
    low, high = np.quantile(gap, [0.05, 0.95])
    points = {"decimals": 1, "language": lang}
    largest = max(made.markets, key=lambda one: one.value).market
    said = text(
        "The table says {first} {a}, {second} {b}: {first} wins by {gap} points. What sales and survey leave open puts that gap between {low} and {high}.", lang,
        first=first["option"], second=second["option"], a=number(first["score"], "ratio", **points), b=number(second["score"], "ratio", **points),
        gap=number(first["score"] - second["score"], "ratio", **points), low=number(low, "ratio", **points), high=number(high, "ratio", **points),
    )  # fmt: skip
    place = table["option"].tolist().index(largest) + 1
    if place == 1:
        return said + " " + text("Size alone would put {market} first, too.", lang, market=largest)
    return said + " " + text("By size alone {market} would come first; by all six criteria it is number {place}.", lang, market=largest, place=place)  # fmt: skip


def answer(made: Page, money: Money, scope: Scope) -> str:
    """Answer the page's question: the decision first, then the doubt."""
    lang, found = scope.language, {word: of_standing(made, word) for word in (GO, KEEP, PREPARE, WAIT)}
    if len(made.markets) < 2:
        return text("Which market comes first cannot be told: one market alone is known.", lang)
    both = made.both.table.set_index("option")
    told = {word: listed([f"{name} ({chance(both.loc[name, 'top'], lang)})" for name in names], lang) for word, names in found.items()}  # fmt: skip
    parts = []
    if found[GO]:
        parts.append(text("Go for {markets}: chance of being among the first {n} markets in brackets.", lang, markets=told[GO], n=made.top))  # fmt: skip
    else:
        best = both["top"].idxmax()
        facts = {"market": best, "n": made.top, "chance": chance(both.loc[best, "top"], lang)}
        if best in made.panel.markets:
            parts.append(text("Go for no market yet: the likeliest among the first {n} is {market}, with a chance of {chance}, and {need} are asked for.", lang,
                              **facts, need=number(made.min_chance, "share", language=lang)))  # fmt: skip
        else:
            parts.append(text("Go for no market yet: the likeliest among the first {n} is {market}, with a chance of {chance}, and nobody has been asked there.", lang, **facts))  # fmt: skip
    if found[PREPARE]:
        parts.append(text("Prepare {markets}: nobody buys us there yet, and more is to be known before money goes there.", lang, markets=told[PREPARE]))  # fmt: skip
    if found[KEEP]:
        parts.append(text("Keep the effort in {markets} as it is: the next figures decide.", lang, markets=told[KEEP]))  # fmt: skip
    if found[WAIT]:
        parts.append(text("Wait with more money for {markets}.", lang, markets=listed(found[WAIT], lang)))
    if not math.isnan(money.won.value):
        parts.append(text("In all markets {value} a year may be won ({level} interval {bounds}), if people do as they say.", lang,
                          value=amount(money.won.value, scope), level=level(scope), bounds=bounds(money.won.low, money.won.high, scope)))  # fmt: skip
    return " ".join(parts)
