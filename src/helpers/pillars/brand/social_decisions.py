"""Open or close the crisis, act on a signal, whom to stop paying, what to post, what to answer: with what would change our mind."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd

from helpers.checks import COUNTS_ONLY, Decision
from helpers.company import Scope
from helpers.i18n import day, language_name, listed, number, plural, text
from helpers.methods.mentions_severity import LEAST_READ
from helpers.pillars.brand import social_alarms as waves_of
from helpers.pillars.brand import social_posts as posts_of
from helpers.pillars.brand.social import Page
from helpers.pillars.brand.social_checks import FEWEST_LABELS
from helpers.pillars.brand.social_words import (
    FORMATS,
    SIGNS,
    bounds,
    media,
    money,
    of_kind,
    role,
    share,
    sign,
    topic_said,
)
from helpers.pillars.brand.words import level
from helpers.rules import crisis

ANSWERED = 0.8  # of reviews, that a company should answer
FILES = 92  # days after the end of a crisis in which its file is closed
FILM, OTHER = "video", "picture"


def decisions(made: Page, scope: Scope, *, owner: str = "") -> list[Decision]:
    """Decisions of the page, the most pressing first; at most seven."""
    lang = scope.language
    common = {"owner": owner or text("head of brand", lang), "due": scope.next_review, "currency": scope.currency}  # fmt: skip
    found = [_open(one, made, scope, common) for _, one in waves_of.running(made.waves).iterrows()]
    found += [_read(one, made, scope, common) for _, one in waves_of.running_untold(made.waves).iterrows()]
    found += [one for one in (_signal(made, scope, common), _stop(made, scope, common), _close(made, scope, common), _films(made, scope, common), _answer(made, scope, common), _label(made, scope, common)) if one]  # fmt: skip
    return found[:7]


def _open(row: pd.Series, made: Page, scope: Scope, common: dict) -> Decision:
    """A wave that is not over: the row of the playbook."""
    lang, at = scope.language, int(row["level"])
    rule = crisis.crisis_levels()[at]
    said = text(
        "Open the crisis playbook at level {level} for “{topic}”: {media}; the first public word within {hours}.", lang, level=at,
        topic=topic_said(row["topic"]), media=media(at, lang), hours=_hours(rule.answer_hours, lang),
    )  # fmt: skip
    due = (made.until.date() + dt.timedelta(days=1)).isoformat()
    return Decision(
        id="crisis_open", verb=text("Open", lang), amount=text("level {level}", lang, level=at), sentence=said,
        reverse_if=plural("{n} day in a row lies inside the usual band", "{n} days in a row lie inside the usual band", rule.quiet_days, lang),
        **common | {"owner": role(at, lang), "due": due},
    )  # fmt: skip


def _read(row: pd.Series, made: Page, scope: Scope, common: dict) -> Decision:
    """A wave that runs and whose level cannot be told: people read it."""
    lang = scope.language
    said = text("Read {n} mentions of the wave of {day} (“{topic}”) and set its level by the playbook: it cannot be told from the export.", lang, n=LEAST_READ,
                day=day(row["start"].date(), lang), topic=topic_said(row["topic"]))  # fmt: skip
    due = (made.until.date() + dt.timedelta(days=1)).isoformat()
    return Decision(
        id="crisis_read", verb=text("Read", lang), amount=text("level not known", lang), sentence=said,
        reverse_if=text("what is read is not against the brand, or few could see it", lang), **common | {"due": due},
    )  # fmt: skip


def _hours(n: int, language: str) -> str:
    return plural("{n} hour", "{n} hours", n, language)


def _signal(made: Page, scope: Scope, common: dict) -> Decision | None:
    """The topic that grows from small, the fastest."""
    lang, table = scope.language, made.voices.signals
    small = table[table["verdict"] == "grows from small"]
    if small.empty:
        return None
    name, row = str(small.index[0]), small.iloc[0]
    said = text(
        "Look into “{topic}” before it is large: it grows by {growth} a week ({level} interval {bounds}) and is {share} of what is said of us; at this rate it doubles in {weeks}.", lang,
        topic=topic_said(name), growth=share(row["growth"], scope), level=level(scope), share=share(row["share"], scope),
        bounds=text("{low} to {high}", lang, low=share(row["low"], scope), high=share(row["high"], scope)), weeks=number(round(row["doubling_weeks"]), "weeks", language=lang),
    )  # fmt: skip
    said += " " + text("Read {n} of the mentions, ask customer service for the same words, and name the cause or say that there is none.", lang, n=COUNTS_ONLY)  # fmt: skip
    return Decision(
        id="signal", verb=text("Look into", lang), amount=topic_said(name), sentence=said,
        reverse_if=text("its growth over the next four weeks is no longer surely above zero", lang), **common,
    )  # fmt: skip


def _stop(made: Page, scope: Scope, common: dict) -> Decision | None:
    """Creators with two signs of a bought audience or more."""
    lang = scope.language
    if made.creators.empty or not made.creators["is_fraud"].any():
        return None
    bad = made.creators[made.creators["is_fraud"]].sort_values("creator_id", kind="stable")
    signs = [one for one in posts_of.SIGNS if any(one in row for row in bad["signs"])]
    fee = float(bad["fee"].sum())
    said = text(
        "Pay {creators} no more: {signs}. They cost {fee} in twelve months for {share} of the reach that is credible and in the target group.", lang,
        creators=listed(bad["creator_id"].tolist(), lang), signs=listed([text(SIGNS[one], lang) for one in signs], lang), fee=money(fee, scope),
        share=share(float(bad["qualified"].sum()) / float(made.creators["qualified"].sum()), scope),
    )  # fmt: skip
    return Decision(
        id="creators", verb=text("Stop", lang), amount=listed(bad["creator_id"].tolist(), lang), sentence=said, effect=fee,
        reverse_if=text("the network's own figures show another audience, or their clicks reach those of the others", lang), **common,
    )  # fmt: skip


def _close(made: Page, scope: Scope, common: dict) -> Decision | None:
    """The file of a crisis that is over, or only quiet so far as can be told."""
    lang, row = scope.language, made.crisis
    if row is None or row["running"] or len(waves_of.still_open(made.waves, made.until)) or not waves_of.is_quiet(row, made.until):  # fmt: skip
        return None
    begun = day(row["start"].date(), lang)
    if waves_of.quiet_days(row, made.until) > FILES:
        return _reserve(made, scope, common)
    told = {"day": begun, "level": int(row["level"]), "topic": topic_said(row["topic"]), "quiet": number(waves_of.quiet_days(row, made.until), "days", language=lang)}  # fmt: skip
    said = (
        text("Close the file of the wave of {day} (level {level}, “{topic}”): {quiet} inside the usual band and the tone back, once its cause is gone and nobody waits for an answer. Write its post-mortem.", lang, **told)
        if waves_of.is_over(row, made.until)
        else text("Confirm that the cause of the wave of {day} (level {level}, “{topic}”) is gone and nothing is left to answer, then close its file: {quiet} inside the usual band, and whether the tone is back cannot be told.", lang, **told)
    )  # fmt: skip
    turned = text("a wave on the same topic begins", lang)
    return Decision(id="crisis_close", verb=text("Close", lang), amount=begun, sentence=said, reverse_if=turned, **common)  # fmt: skip


def _reserve(made: Page, scope: Scope, common: dict) -> Decision | None:
    """Ask more people after the next crisis, where no survey tells what the last one did to preference."""
    lang, after, begun = scope.language, made.after, day(made.crisis["start"].date(), scope.language)
    if after is None or sign(after.preference) != "spans" or sign(after.survey.change) == "lost":
        return None
    if not after.need or math.isinf(after.need):
        return None
    said = text(
        "Keep a reserve for the next crisis: what that of {day} did to preference cannot be told from none. Ask {need} people, after weights, in each of the three waves that follow an alarm of level 2 or more.", lang,
        day=begun, need=number(after.need, "count", language=lang),
    )  # fmt: skip
    turned = text("a loss of two points of preference would change no decision", lang)
    return Decision(id="crisis_close", verb=text("Keep", lang), amount=begun, sentence=said, reverse_if=turned, **common)  # fmt: skip


def _films(made: Page, scope: Scope, common: dict) -> Decision | None:
    """The kind of post that is shared more often than pictures, where that is sure."""
    lang = scope.language
    ratio = posts_of.times_shared(made.posts, FILM, OTHER, min_reach=made.min_reach)
    if not ratio.low > 1:
        return None
    said = text(
        "Make films the rule for posts that are meant to travel: nobody paying, they are shared {ratio} times as often as pictures ({level} interval {bounds}), for each person reached.", lang,
        ratio=number(ratio.value, "ratio", decimals=1, language=lang), level=level(scope), bounds=bounds(ratio, scope, "ratio", 1),
    )  # fmt: skip
    said += " " + text("Draw the kind of the next posts by lot, since topics may differ too.", lang)
    return Decision(
        id="formats", verb=text("Post", lang), amount=of_kind(FILM, FORMATS, lang), sentence=said,
        reverse_if=text("posts drawn by lot are shared alike", lang), **common | {"owner": text("community manager", lang)},
    )  # fmt: skip


def _answer(made: Page, scope: Scope, common: dict) -> Decision | None:
    """Answer reviews, where surely fewer are answered than should be."""
    lang, table = scope.language, made.voices.reviews
    own = table[table["is_own"].astype(bool)] if len(table) else table
    if not len(own) or math.isnan(own["answered"].iloc[0].value) or own["answered"].iloc[0].high >= ANSWERED:
        return None
    answered = own["answered"].iloc[0]
    said = text("Answer {goal} of reviews: {share} were answered in twelve months ({level} interval {bounds}, n = {n}). What an answer brings is not known here.", lang,
                goal=share(ANSWERED, scope), share=share(answered.value, scope), level=level(scope), bounds=bounds(answered, scope), n=answered.n)  # fmt: skip
    return Decision(
        id="reviews", verb=text("Answer", lang), amount=share(ANSWERED, scope), sentence=said,
        reverse_if=text("a test shows that answers change neither ratings nor sales", lang), **common | {"owner": text("community manager", lang)},
    )  # fmt: skip


def _label(made: Page, scope: Scope, common: dict) -> Decision | None:
    """Languages whose tone is not corrected."""
    lang = scope.language
    if not made.tone.uncorrected:
        return None
    names = listed([language_name(one, lang) for one in made.tone.uncorrected], lang)
    said = text("Have {n} mentions in {languages} read again by people: until then their tone is the tool's word alone.", lang, n=FEWEST_LABELS, languages=names)  # fmt: skip
    return Decision(id="labels", verb=text("Label", lang), amount=names, sentence=said, reverse_if=text("the brand is hardly spoken of in these languages", lang), **common)  # fmt: skip
