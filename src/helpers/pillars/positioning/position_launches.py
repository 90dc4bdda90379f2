"""What the page on the market position says of launches: what each took, and how it stands to the one before at one age."""

from __future__ import annotations

import math

import pandas as pd

from helpers.checks import guard_refusal
from helpers.company import Scope
from helpers.i18n import interval, month, number, signed, text
from helpers.methods import launches
from helpers.methods.intervals import Estimate
from helpers.pillars.positioning import position_market
from helpers.pillars.positioning.position_figures import Page, own_part
from helpers.pillars.positioning.words import level


def launch_table(made: Page, scope: Scope) -> pd.DataFrame:
    """Launches in words, side by side: since when, share at one age, trial and repeat at one age, what own lines lost."""
    lang, rows = scope.language, {}
    age, shares = position_market.same_age(made.draws)
    tried = {one.launch.line: one for one in made.buying.tried}
    months = number(
        made.buying.tried[-1].same_age.at if tried else math.nan, "ratio", decimals=1, language=lang
    )
    for draw, share in zip(made.draws, shares, strict=True):
        line = draw.launch.line
        part, at_price = own_part(draw)
        one = tried.get(line)
        told = (one.same_age.trial, one.same_age.repeat) if one else (None, None)
        rows[line] = {
            text("on sale since", lang): month(draw.launch.first, lang),
            text("share of units, first {n} months", lang, n=age): number(
                share, "share", decimals=1, language=lang
            ),
            text("tried, at {age} months", lang, age=months): _bounded(told[0], scope),
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
