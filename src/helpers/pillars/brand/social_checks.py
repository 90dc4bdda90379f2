"""What could make the page on social media and reputation wrong."""

from __future__ import annotations

import math

import pandas as pd

from helpers.checks import Check, check, sample_check, sentence
from helpers.company import Scope
from helpers.i18n import language_name, listed, number, plural, text
from helpers.methods.mentions_severity import LEAST_READ
from helpers.pillars.brand import social_alarms as waves_of
from helpers.pillars.brand import social_posts as posts_of
from helpers.pillars.brand.social import Page
from helpers.pillars.brand.social_after import LOSS
from helpers.pillars.brand.social_cost import need_said
from helpers.pillars.brand.social_words import count, share, topic_said
from helpers.rules import crisis

MOST_BY_CHANCE = 20  # waves in a year: a Poisson count of twelve lies above once in a hundred years
FEWEST_LABELS = 200  # mentions of a language that a first labelling should have
LEAST_REACH, LEAST_TOPIC, LEAST_READABLE = (
    0.8,
    0.7,
    0.95,
)  # shares of mentions that should have a reach, a topic, a tone


def checks(made: Page, scope: Scope) -> list[Check]:
    """What could make this page wrong; each can fail."""
    return [
        *_of_mentions(made, scope),
        *_of_tone(made, scope),
        *_of_waves(made, scope),
        *_of_rest(made, scope),
    ]


def _of_mentions(made: Page, scope: Scope) -> list[Check]:
    lang, read = scope.language, made.read
    parts = _judged(made, scope)
    reach, topic = ([filled(rows, name) for rows in parts] for name in ("reach", "topic"))
    found = [
        check(
            "listening", not made.untold,
            text("The last day of the month is known, and what is usual before it.", lang) if not made.untold
            else " ".join(sentence(one, lang) for one in made.untold),
            remedy=text("Import the listening tool's export up to the month's end; until then no alarm can be told.", lang),
        ),
        check(
            "reach", min(reach) >= LEAST_REACH,
            text("{share} of our mentions of the month have a reach.", lang, share=share(reach[0], scope))
            + "".join(" " + text("Of the wave that runs: {share}.", lang, share=share(one, scope)) for one in reach[1:]),
            remedy=text("Export the reach too: without it levels are too low, and grave topics alone raise them.", lang),
        ),
        check(
            "topics", min(topic) >= LEAST_TOPIC,
            text("{share} of our mentions of the month have a topic.", lang, share=share(topic[0], scope))
            + "".join(" " + text("Of the wave that runs: {share}.", lang, share=share(one, scope)) for one in topic[1:]),
            remedy=text("Set up topics in the listening tool; what is not sorted cannot become a signal.", lang),
        ),
    ]  # fmt: skip
    if read.left:
        said = text("{brands}: not compared, for the name is a common word and the tool counts it too.", lang, brands=listed(list(read.left), lang))  # fmt: skip
        found.append(Check("common_words", "review", said, text("Narrow the search of the tool, then take the name out of common_words.", lang)))  # fmt: skip
    return found


def _judged(made: Page, scope: Scope) -> list[pd.DataFrame]:
    """Our mentions of the month, and those of each wave that runs: what the page tells stands on them."""
    read, own = made.read, made.waves[made.waves["is_own"]]
    spans = [(pd.Timestamp(scope.period.start), made.until), *own.loc[own["running"], ["start", "end"]].itertuples(index=False)]  # fmt: skip
    return [read.of(read.own, *one) for one in spans]


def filled(rows: pd.DataFrame, name: str) -> float:
    """Share of mentions that have a reach, or a topic; 0 without mentions."""
    known = rows[name].notna() & (rows[name] != "")
    total = float(rows["mentions"].sum())
    return float(rows.loc[known, "mentions"].sum()) / total if total else 0.0


def _of_tone(made: Page, scope: Scope) -> list[Check]:
    lang, tone = scope.language, made.tone
    found = [sample_check("tone", tone.n_corrected, text("mentions of the month whose tone can be corrected", lang), language=lang)]  # fmt: skip
    known = [
        text("{name} {n} (agreement beyond chance {kappa})", lang, name=language_name(name, lang), n=count(one.n, scope), kappa=count(one.kappa, scope, 2))
        for name, one in made.read.readings.items() if one.is_enough
    ]  # fmt: skip
    bad = [language_name(one, lang) for one in tone.uncorrected]
    found.append(
        check(
            "labels", not bad and bool(known) and tone.n_corrected >= tone.n / 2,
            text("Mentions that people read again: {languages}.", lang, languages=listed(known, lang)) if known and not bad
            else text("Uncalibrated: nobody, or too few, read again mentions in {languages}; the tool's own tone is not shown as a finding.", lang, languages=listed(bad, lang)) if bad
            else text("Uncalibrated: no mention was read again by people.", lang),
            remedy=text("Draw {n} mentions of each language by lot, let people read them, and import both readings as answers “tone” and “tone_read”.", lang, n=FEWEST_LABELS),
        )
    )  # fmt: skip
    silent = [language_name(one, lang) for one in tone.unread]
    found.append(
        check(
            "languages", tone.n_read >= LEAST_READABLE * tone.n,
            text("The tool read the tone of all {n} mentions of the month.", lang, n=count(tone.n, scope)) if tone.n_read == tone.n
            else text("The tool read the tone of {read} of {n} mentions.", lang, read=count(tone.n_read, scope), n=count(tone.n, scope))
            + (" " + text("Not supported: {languages}.", lang, languages=listed(silent, lang)) if silent else ""),
            remedy=text("Net sentiment leaves them out. Have the ones in these languages read by people when they matter.", lang),
        )
    )  # fmt: skip
    return found


def _of_waves(made: Page, scope: Scope) -> list[Check]:
    lang = scope.language
    own = made.waves[made.waves["is_own"]]
    small, unknown = int((own["level"] == 0).sum()), waves_of.untold(own)
    said = plural("{n} wave of ours in twelve months, {small} of them of level 0; about one a month rings by chance and costs a look.",
                  "{n} waves of ours in twelve months, {small} of them of level 0; about one a month rings by chance and costs a look.", len(own), lang, small=count(small, scope))  # fmt: skip
    found = [check("chance", len(own) <= MOST_BY_CHANCE, said, remedy=text("More often than chance brings: look for a source that was added to the tool.", lang))]  # fmt: skip
    found.append(
        check(
            "levels", unknown.empty,
            text("The level of every wave of ours can be told.", lang) if unknown.empty
            else plural("The level of {n} wave of ours is not known, {running} of them running.", "The level of {n} waves of ours is not known, {running} of them running.", len(unknown), lang,
                        running=count(int(unknown["running"].sum()), scope)),
            remedy=text("Export reach and tone, or read {n} of its mentions and set the level by hand.", lang, n=LEAST_READ),
        )
    )  # fmt: skip
    grave = own[own["is_grave"]]
    if len(grave):
        names = listed([topic_said(one) for one in sorted(set(grave["topic"]))], lang)
        said = text("Raised to level {level}, however few saw it: {topics}. The list of grave words stands in crisis.toml.", lang,
                    level=crisis.book("crisis")["grave_level"], topics=names)  # fmt: skip
        found.append(
            Check("grave", "review", said, text("Read the mentions: a word is no proof of danger.", lang))
        )
    if made.after is not None and math.isfinite(made.after.preference.value):
        one = made.after
        said = text("{n} people, after weights, were asked by the agency barometer in the waves after the crisis: they show a loss of {sees} four times of five.", lang,
                    n=count(one.n_asked, scope), sees=number(100 * one.sees, "points", decimals=1, language=lang))  # fmt: skip
        found.append(check("tracker", one.sees <= LOSS, said, remedy=text("A loss of two points should be shown so.", lang) + " " + need_said(made, scope)))  # fmt: skip
    return found


def _of_rest(made: Page, scope: Scope) -> list[Check]:
    lang, found = scope.language, []
    small = made.posts[made.posts["reach"] < made.min_reach] if len(made.posts) else made.posts
    found.append(
        check(
            "posts", len(made.posts) >= posts_of.FEWEST_POSTS,
            text("{n} own posts in twelve months, {small} of them below {reach} people reached and not compared.", lang,
                 n=count(len(made.posts), scope), small=count(len(small), scope), reach=count(made.min_reach, scope)),
            remedy=text("Import the posts of the networks with their reach.", lang),
        )
    )  # fmt: skip
    if len(made.creators):
        unknown = made.creators[made.creators["qualified"].isna()]
        said = text("The audience of every creator is known.", lang) if unknown.empty else text(
            "The audience is not known of {creators}.", lang, creators=listed(unknown["creator_id"].tolist(), lang)
        )  # fmt: skip
        found.append(check("audience", unknown.empty, said, remedy=text("Ask for suspicious followers and the share in the target group before paying.", lang)))  # fmt: skip
        good, n, _ = posts_of.labelled_share(made.creators)
        bare = made.creators.loc[made.creators["lacks_label"], "creator_id"].tolist()
        said = text("{good} of {n} creators label all posts as advertising.", lang, good=good, n=n)
        if bare:
            said += " " + text("Not all posts of {creators} do.", lang, creators=listed(sorted(bare), lang))
        found.append(check("advertising_label", not bare, said, remedy=text("Ask for the label today: the law does, and a wave against the brand often starts there.", lang), otherwise="fail"))  # fmt: skip
    return found
