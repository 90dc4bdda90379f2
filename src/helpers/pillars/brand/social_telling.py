"""What the page on social media and reputation says: findings, subtitles, the naive answer, the answer."""

from __future__ import annotations

import math

import pandas as pd

from helpers.checks import sentence
from helpers.company import Scope
from helpers.i18n import day, listed, number, plural, text
from helpers.pillars.brand import social_alarms as waves_of
from helpers.pillars.brand import social_posts as posts_of
from helpers.pillars.brand.social import Page
from helpers.pillars.brand.social_figures import is_told
from helpers.pillars.brand.social_words import (
    SIGNS,
    bounds,
    count,
    media,
    plus,
    role,
    share,
    topic_said,
)
from helpers.pillars.brand.words import level

MONTH_BRANDS = 5


def waves_said(made: Page, scope: Scope) -> str:
    """The gravest wave against us, those of rivals of the same kind, and what runs."""
    lang, row, parts = scope.language, made.crisis, []
    unknown = waves_of.running_untold(made.waves)
    if made.untold:
        parts.append(text("Whether a wave runs today cannot be told.", lang))
    elif waves_of.running(made.waves).empty and unknown.empty:
        parts.append(text("No wave of level 1 or more runs against us.", lang))
    parts += [unknown_said(one, scope) for _, one in unknown.iterrows()]
    if row is None:
        return " ".join([*parts, none_said(made, scope)])
    at = int(row["level"])
    parts.append(text(
        "The gravest of twelve months began on {day}, lasted {days} and was of level {level}: {excess} mentions beyond the usual ({bounds}), {topic} above all.", lang,
        day=day(row["start"].date(), lang), days=number(row["days"], "days", language=lang), level=at, excess=count(row["excess"], scope),
        bounds=text("{low} to {high}", lang, low=count(row["low"], scope), high=count(row["high"], scope)), topic=text("“{topic}”", lang, topic=topic_said(row["topic"])),
    ))  # fmt: skip
    if pd.notna(row["reached"]):
        parts.append(text("{people} people could see what was said against us: by number alone that is level {level}.", lang,
                          people=count(row["reached"], scope), level=int(row["severity"])))  # fmt: skip
    if row["is_grave"]:
        parts.append(text("A topic of safety raises it to {level}; who decides then: {role}; media: {media}.", lang, level=at,
                          role=role(at, lang), media=media(at, lang)))  # fmt: skip
    return " ".join(parts)


def unknown_said(row: pd.Series, scope: Scope) -> str:
    """A wave that runs and whose level cannot be told, with the reason."""
    lang = scope.language
    told = text("The wave that began on {day} runs and its level cannot be told: {excess} mentions beyond the usual, above all on “{topic}”.", lang,
                day=day(row["start"].date(), lang), excess=count(row["excess"], scope), topic=topic_said(row["topic"]))  # fmt: skip
    return f"{told} {sentence(row['reason'], lang)}" if row["reason"] else told


def none_said(made: Page, scope: Scope) -> str:
    """No wave of level 1 or more in twelve months, as far as levels can be told."""
    lang, unknown = scope.language, waves_of.untold(made.waves)
    if unknown.empty:
        return text("None did in twelve months.", lang)
    return plural("None did in twelve months that is known of; the level of {n} wave cannot be told.", "None did in twelve months that is known of; the level of {n} waves cannot be told.",
                  len(unknown), lang)  # fmt: skip


def rivals_said(made: Page, scope: Scope) -> str:
    """The largest wave of each rival in twelve months, by what came beyond the usual."""
    lang, others = scope.language, made.waves[~made.waves["is_own"]]
    if others.empty:
        return text("No rival had a wave in twelve months.", lang)
    best = others.loc[others.groupby("brand")["excess"].idxmax()].sort_values(
        "excess", ascending=False, kind="stable"
    )
    told = [
        text("{brand} ({day}, {excess} mentions, “{topic}”)", lang, brand=row["brand"], day=day(row["start"].date(), lang), excess=count(row["excess"], scope),
             topic=topic_said(row["topic"]))
        for _, row in best.head(MONTH_BRANDS).iterrows()
    ]  # fmt: skip
    return text("Largest wave of each rival in twelve months, beyond the usual: {brands}.", lang, brands=listed(told, lang))  # fmt: skip


def weeks_finding(made: Page, scope: Scope) -> str:
    """State what the chart of mentions shows."""
    lang, weeks = scope.language, made.weeks
    if weeks.empty:
        return text("Too few weeks are known to tell a wave from a usual day", lang)
    top = weeks.loc[weeks["seen"].idxmax()]
    return text("Most was said of us in the week of {day}: {n} mentions, {usual} in the middle week", lang, day=day(top["week"].date(), lang),
                n=count(top["seen"], scope), usual=count(weeks["seen"].median(), scope))  # fmt: skip


def weeks_subtitle(made: Page, scope: Scope) -> str:
    """Say under the mentions what is drawn."""
    return text("mentions of {brand} a week, {n} weeks; points: weeks with days of a wave", scope.language,
                brand=made.read.own, n=len(made.weeks))  # fmt: skip


def tone_finding(made: Page, scope: Scope) -> str:
    """State the tone of the month as the title of its chart."""
    lang, one = scope.language, made.tone
    if not is_told(one):
        return text("Net sentiment cannot be told: less than half of the mentions are in a calibrated language", lang)  # fmt: skip
    told = {"value": plus(one.net.value, scope), "bounds": bounds(one.net, scope)}
    if one.net.low <= 0 <= one.net.high:
        return text(
            "Good and bad mentions of us are not told apart: net sentiment {value} ({bounds})", lang, **told
        )
    return text("More good than bad is said of us: net sentiment {value} ({bounds})", lang, **told) if one.net.value > 0 else text("More bad than good is said of us: net sentiment {value} ({bounds})", lang, **told)  # fmt: skip


def tone_subtitle(made: Page, scope: Scope) -> str:
    """Say under the tone what is drawn."""
    return text("positive less negative share of mentions, {period}; {level} interval, n = {n} of ours of {all} received", scope.language,
                period=scope.period.label(scope.language), level=level(scope), n=count(made.tone.n_corrected, scope), all=count(made.tone.n, scope))  # fmt: skip


def tone_said(made: Page, scope: Scope) -> str:
    """Which brands are told apart from ours, by the interval of the difference."""
    lang, own = scope.language, made.tone.net
    if not is_told(made.tone):
        return ""
    better, alike = [], []
    for brand in made.read.rivals:
        other = made.tones[brand].net
        if not is_told(made.tones[brand]):
            continue
        gap = own.value - other.value
        low = gap - math.hypot(own.value - own.low, other.high - other.value)
        high = gap + math.hypot(own.high - own.value, other.value - other.low)
        (better if low > 0 or high < 0 else alike).append(brand)
    if better:
        return text("Told apart from ours: {brands}. The others are not.", lang, brands=listed(better, lang))
    return text("No rival is told apart from us in the month: {brands}.", lang, brands=listed(alike, lang)) if alike else ""  # fmt: skip


def signals_finding(made: Page, scope: Scope) -> str:
    """State which topics grow from small."""
    lang, table = scope.language, made.voices.signals
    small = table[table["verdict"] == "grows from small"]
    if small.empty:
        return text("No topic grows from small", lang)
    told = [
        text("“{topic}” {growth} a week", lang, topic=topic_said(name), growth=plus(row["growth"], scope))
        for name, row in small.iterrows()
    ]
    return text("Grows from small: {topics}", lang, topics=listed(told, lang))


def signals_subtitle(made: Page, scope: Scope) -> str:
    """Say under the signals what is drawn."""
    told = made.voices.signals[made.voices.signals["verdict"] != "cannot tell"]
    return text("growth a week of a topic's share of our mentions, 26 weeks, n = {n} mentions; intervals allow for {topics} topics looked at", scope.language,
                n=count(told["n"].sum(), scope), topics=len(told))  # fmt: skip


def formats_finding(made: Page, scope: Scope) -> str:
    """State which kind of post is shared more often."""
    lang = scope.language
    one = posts_of.times_shared(made.posts, "video", "picture", min_reach=made.min_reach)
    if math.isnan(one.value):
        return text("Too few posts to compare kinds", lang)
    told = {"ratio": number(one.value, "ratio", decimals=1, language=lang), "bounds": bounds(one, scope, "ratio", 1)}  # fmt: skip
    if one.low > 1:
        return text("Films are shared {ratio} times as often as pictures ({bounds})", lang, **told)
    return text(
        "Films and pictures are not told apart: shared {ratio} times as often ({bounds})", lang, **told
    )


def formats_subtitle(made: Page, scope: Scope) -> str:
    """Say under the kinds of posts what is drawn."""
    weights = listed([f"{_action(name, scope)} {count(one, scope, 0 if one == 1 else 2)}" for name, one in made.weights.items() if one], scope.language)  # fmt: skip
    return text("for each person reached, posts without money behind them, {reach} people at least; {level} interval; weights: {weights}", scope.language,
                reach=count(made.min_reach, scope), level=level(scope), weights=weights)  # fmt: skip


def _action(name: str, scope: Scope) -> str:
    words = {
        "saves": text("saves", scope.language), "shares": text("shares", scope.language), "comments": text("comments", scope.language),
        "clicks": text("clicks", scope.language), "likes": text("likes", scope.language),
    }  # fmt: skip
    return words[name]


def creators_said(made: Page, scope: Scope) -> str:
    """What the paid reach is worth, and who shows signs of a bought audience."""
    lang, table = scope.language, made.creators
    if table.empty:
        return text("No creator was under agreement in twelve months.", lang)
    one = posts_of.qualified_share(table)
    if math.isnan(one.value):
        return text(
            "Fewer than {need} creators whose audience is known.", lang, need=posts_of.FEWEST_CREATORS
        )
    said = text("{share} of the reach paid for is credible and in the target group ({bounds}, {n} creators).", lang,
                share=share(one.value, scope), bounds=bounds(one, scope), n=one.n)  # fmt: skip
    bad = table.loc[table["is_fraud"], "creator_id"].sort_values(kind="stable").tolist()
    if not bad:
        return said + " " + text("No creator shows two signs of a bought audience.", lang)
    signs = [
        one for one in posts_of.SIGNS if any(one in row for row in table.loc[table["is_fraud"], "signs"])
    ]
    named = text("Two signs or more of a bought audience: {creators} ({signs}).", lang, creators=listed(bad, lang),
                 signs=listed([text(SIGNS[one], lang) for one in signs], lang))  # fmt: skip
    return f"{said} {named}"
