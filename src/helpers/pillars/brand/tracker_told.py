"""What the page on the brand tracker answers: the decision first, then the doubt; and the naive answer."""

from __future__ import annotations

import math

from helpers.company import Scope
from helpers.i18n import capital, interval, parted, plural, text
from helpers.pillars.brand import tracker_words as words
from helpers.pillars.brand.tracker import Page
from helpers.pillars.brand.tracker_moves import ALONE, unlike
from helpers.pillars.brand.words import level


def leaks(made: Page) -> list:
    """Own steps that keep fewer people than size lets expect, the weakest first."""
    return [row for row in made.funnel.itertuples() if row.told == "below"]


def first_moved(made: Page, verdict: str):
    """The change of the figure of the page that is told so, against the wave before if both are; None where there is none."""
    found = made.moved[(made.moved["question"] == made.first) & (made.moved["told"] == verdict)]
    return None if found.empty else found.iloc[0]


def not_compared(made: Page, against: str, language: str) -> str:
    """Why the figure of the page cannot be put beside the wave before ("previous") or that of a year before ("year"); empty where it can."""
    found = made.moved[(made.moved["question"] == made.first) & (made.moved["against"] == against)]
    why = "" if found.empty else unlike(made.waves.table, made.share(made.first), found.iloc[0]["base"])
    return {
        "": "",
        "text": text("the text of its question is new", language),
        "weights": text("only one of the two waves has weights", language),
        "unasked": text("it was not asked then", language),
    }[why]


def unmoved(made: Page, scope: Scope) -> str:
    """Say that no move of the figure of the page is shown, or that it cannot be compared, and why."""
    lang = scope.language
    own = made.moved[made.moved["question"] == made.first]
    facts = {row.against: words.wave(row.base, lang) for row in own.itertuples()}
    facts["question"] = words.question(made.first, lang)
    if "previous" not in facts:
        return text("{question} has no earlier wave to be compared with", lang, **facts)
    if why := not_compared(made, "previous", lang):
        return text("{question} cannot be compared with {previous} ({why})", lang, **facts, why=why)
    if why := not_compared(made, "year", lang):
        return text("{question} is not shown to have moved against {previous}, and cannot be compared with {year} ({why})", lang, **facts, why=why)  # fmt: skip
    return text("{question} is not shown to have moved", lang, **facts)


def wider_known(made: Page):
    """The brand that most people know, where it is surely ahead of ours and a funnel stands below; None otherwise."""
    top = made.share(made.steps[0])
    leader = (
        made.shares[made.shares["question"] == made.steps[0]].sort_values("value", kind="stable").iloc[-1]
    )
    known = "awareness" in made.steps[0] and len(made.steps) > 1
    return leader if known and leader["low"] > top["high"] else None


def between(made: Page, step: str, language: str) -> str:
    """Name a step of the funnel by its two ends."""
    before = made.steps[made.steps.index(step) - 1]
    return text("between {before} and {step}", language, before=words.question(before, language), step=words.question(step, language))  # fmt: skip


def change_said(row: object, scope: Scope) -> str:
    """Say a change with its question and wave: "preference +1.2 points in September 2026"."""
    lang, smooth = scope.language, getattr(row, "smooth", math.nan)
    facts = {"question": words.question(row.question, lang), "change": words.points(row.change, scope), "wave": words.wave(row.wave, lang)}  # fmt: skip
    if smooth != smooth:
        return text("{question} {change} in {wave}", lang, **facts)
    return text("{question} {change} in {wave} (smoothed {smooth})", lang, **facts, smooth=words.points(smooth, scope))  # fmt: skip


def naive(made: Page, scope: Scope) -> str:
    """What a wave looks like read figure by figure, and what is left of it."""
    lang = scope.language
    both = made.moved[made.moved["p"].notna()]
    alone = both[both["told"] == ALONE]
    if alone.empty:
        largest = both.loc[both["change"].abs().idxmax()] if len(both) else None
        if largest is None:
            return text("There is no earlier wave to compare with.", lang)
        return text("Read alone, the largest of {n} own changes is {change}, with an interval of {bounds}.", lang, n=len(both), change=change_said(largest.drop("smooth"), scope),
                    bounds=interval(largest["low"] * 100, largest["high"] * 100, "points", decimals=1, language=lang))  # fmt: skip
    one = alone.iloc[0]
    said = text("Read alone, {change} against {base} looks like news: its interval is {bounds} and leaves zero out.", lang, change=change_said(one.drop("smooth"), scope), base=words.wave(one["base"], lang),
                bounds=interval(one["low"] * 100, one["high"] * 100, "points", decimals=1, language=lang))  # fmt: skip
    rest = plural("But {n} own change was looked at.", "But {n} own changes were looked at, and among so many one like it comes up by chance.", len(both), lang)  # fmt: skip
    return f"{said} {rest}"


def answer(made: Page, scope: Scope) -> str:
    """Answer the page's question: the decision first, then the doubt."""
    lang, own = scope.language, made.share(made.first)
    if own["n_effective"] < 30:
        facts = {"n": words.count(own["n_effective"], scope), "need": 30}
        if not own["is_weighted"]:
            return text("Decide nothing on this wave: it has {n} answers, and {need} are the least for a share.", lang, **facts)  # fmt: skip
        return text("Decide nothing on this wave: its answers are worth {n} after weighting, and {need} are the least for a share.", lang, **facts)  # fmt: skip
    parts = [_verdict(made, scope)]
    if not_compared(made, "previous", lang) and (said := unmoved(made, scope)) not in parts[0]:
        parts.append(capital(said) + ".")
    if not own["is_weighted"]:
        parts.append(text("The wave has no weights: everybody counts alike, so its shares may lean.", lang))
    parts.append(text("In {market}, {value} of people {say} ({survey}, {level} interval {bounds}, {n}).", lang, market=made.market, survey=words.survey(made, scope), value=words.share(own["value"], scope),
                      say=words.say(made.first, made.own, lang), level=level(scope), bounds=words.shares(own["low"], own["high"], scope), n=words.asked(own, scope)))  # fmt: skip
    past = made.stood_out[(made.stood_out["question"] == made.first) & (made.stood_out["wave"] < made.last)]
    if len(past):
        parts.append(text("Earlier waves did show changes: {changes}.", lang, changes=parted([change_said(row, scope) for row in past.itertuples()], lang)))  # fmt: skip
    need = made.needs[made.first]
    if need.each == need.each and need.each > own["n"]:
        parts.append(text("A wave like this one shows a change of {seen} or more; for one of {points}, two waves of {each} people are needed.", lang, seen=words.points(need.seen, scope).lstrip("+"),
                          points=words.points(made.points, scope).lstrip("+"), each=words.count(need.each, scope)))  # fmt: skip
    return " ".join(parts)


def _verdict(made: Page, scope: Scope) -> str:
    """The decision: what fell, what leaks, or that nothing calls for money."""
    lang, name = scope.language, words.question(made.first, scope.language)
    fell, rose, leaking = first_moved(made, "lower"), first_moved(made, "higher"), leaks(made)
    if fell is not None:
        return text("Find out why {question} fell before anything else is planned: {change} against {base}, smoothed {smooth}.", lang, question=name,
                    change=words.with_points(fell["change"], fell["low"], fell["high"], scope), smooth=words.points(fell["smooth"], scope), base=words.wave(fell["base"], lang))  # fmt: skip
    if leaking:
        weak = leaking[0]
        return text("Mend the funnel {between} first: we keep {times} times the people that a brand of our size is expected to keep.", lang,
                    between=between(made, weak.step, lang), times=words.ratio(weak.ratio, weak.ratio_low, weak.ratio_high, scope))  # fmt: skip
    if rose is not None:
        return text("Keep what was done: {question} rose, {change}, against {base}, and no step of the funnel is shown to leak.", lang, question=name,
                    change=words.with_points(rose["change"], rose["low"], rose["high"], scope), base=words.wave(rose["base"], lang))  # fmt: skip
    if made.funnel["ratio"].isna().all():
        return text("Change no plan on this wave: {unmoved}, and where the funnel leaks cannot be told.", lang, unmoved=unmoved(made, scope))  # fmt: skip
    if (leader := wider_known(made)) is not None:
        facts = {"ours": words.share(made.share(made.steps[0])["value"], scope), "leader": leader["brand"], "theirs": words.share(leader["value"], scope)}  # fmt: skip
        return text("Test a wider reach and mend no step of the funnel: fewer people know us than {leader} ({ours} against {theirs}), no step is shown to lose more people than our size lets expect, and {unmoved}.", lang, unmoved=unmoved(made, scope), **facts)  # fmt: skip
    return text("Change no plan on this wave, and put no money on mending the funnel: {unmoved}, and no step is shown to lose more people than our size lets expect.", lang, unmoved=unmoved(made, scope))  # fmt: skip
