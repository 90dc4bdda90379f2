"""Tables of the budget page, in words."""

from __future__ import annotations

import pandas as pd

from helpers.company import Scope
from helpers.i18n import interval, number, text
from helpers.pillars.activation.budget_plan import Page
from helpers.pillars.activation.budget_telling import signed


def split_table(rows: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row a channel in words: spend, the split with the highest mean gain within the limits, the last unit, may it move, on what."""
    lang = scope.language
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    standing = {
        "tested": text("tested", lang), "uncalibrated": text("untested", lang), "pair": text("pair", lang),
        "withheld": text("withheld", lang),
    }  # fmt: skip
    answer = {True: text("yes", lang), False: text("no", lang)}
    made = {
        text("spend a month", lang): [number(v, **money) for v in rows["spend"]],
        text("best on average", lang): [number(v, **money) for v in rows["planned"]],
        text("last unit brings", lang): [
            _with_bounds(row.marginal, row.low, row.high, lang) if row.can_move else "–"
            for row in rows.itertuples()
        ],
        text("may move", lang): [answer[bool(one)] for one in rows["can_move"]],
        text("standing", lang): [standing.get(one, one) for one in rows["status"]],
    }
    return pd.DataFrame(made, index=list(rows["unit"])).rename_axis(columns=text("channel", lang))


def ladder_table(made: Page, scope: Scope) -> pd.DataFrame:
    """The ladder of cuts in words; what is lost in later years is not in these figures, and the table says so."""
    lang = scope.language
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    named = {"alike": text("every channel alike", lang), "best": text("best cut", lang)}
    rows = []
    for row in made.ladder.itertuples():
        lost = number(-12 * row.revenue, **money)
        bounds = interval(-12 * row.revenue_high, -12 * row.revenue_low, **money)
        left = interval(12 * row.low, 12 * row.high, **money)
        rows.append(
            {
                text("cut", lang): number(row.cut, "share", language=lang),
                text("how", lang): named[row.kind],
                text("saved a year", lang): number(12 * row.saved, **money),
                text("revenue lost this year", lang): f"{lost} ({bounds})",
                text("margin after spend", lang): f"{signed(12 * row.value, scope)} ({left})",
                text("lost next year", lang): text("not in these figures", lang),
            }
        )
    if not rows:
        return pd.DataFrame()
    table = pd.DataFrame(rows).set_index(text("cut", lang))
    return table.rename_axis(index=None, columns=text("cut", lang))


def tests_table(tests: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """What testing each channel is worth, in words."""
    lang = scope.language
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    none = text("no test of this size tells", lang) if tests["net"].notna().any() else "–"
    rows = {
        row.channel: {
            text("spend a month", lang): number(row.spend, **money),
            text("test", lang): _design(row, none, scope),
            text("worth at most, a year", lang): number(row.worth, **money),
            text("the test is worth", lang): number(row.taught, **money),
            text("it costs", lang): number(row.cost, **money),
            text("left", lang): number(row.net, **money),
        }
        for row in tests.itertuples()
    }
    return pd.DataFrame(rows).T.rename_axis(columns=text("channel", lang))


def _design(row, none: str, scope: Scope) -> str:
    lang = scope.language
    if not row.kind:
        return none
    facts = {"weeks": int(row.weeks), "regions": int(row.regions)}
    if row.kind == "dark":
        return text("dark in {regions} regions, {weeks} weeks", lang, **facts)
    factor = number(row.factor, "ratio", decimals=1, language=lang)
    return text("spend × {factor} in {regions} regions, {weeks} weeks", lang, **facts, factor=factor)


def _with_bounds(value: float, low: float, high: float, language: str) -> str:
    shown = {"unit": "ratio", "decimals": 2, "language": language}
    return f"{number(value, **shown)} ({interval(low, high, **shown)})"
