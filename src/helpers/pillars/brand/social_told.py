"""What the page on social media and reputation says of the time after a crisis, the naive answer, and the answer."""

from __future__ import annotations

import math

from helpers.company import Scope
from helpers.i18n import day, listed, number, plural, text
from helpers.methods.mentions_severity import LEAST_READ
from helpers.pillars.brand import social_alarms as waves_of
from helpers.pillars.brand import social_cost
from helpers.pillars.brand.social import Page
from helpers.pillars.brand.social_figures import is_told
from helpers.pillars.brand.social_words import (
    bounds,
    count,
    media,
    plus,
    role,
    share,
    topic_said,
)
from helpers.pillars.brand.words import level


def naive(made: Page, scope: Scope) -> str:
    """What the tool's own dashboard says, and creators by reach."""
    lang, one = scope.language, made.tone
    parts = []
    if is_told(one) and not math.isnan(one.raw):
        parts.append(text("The tool's dashboard says {raw}. Corrected for what it misreads, net sentiment is {value} ({bounds}).", lang, raw=plus(one.raw, scope),
                          value=plus(one.net.value, scope), bounds=bounds(one.net, scope)))  # fmt: skip
    table = made.creators
    if len(table):
        by_reach = table.sort_values("reach", ascending=False, kind="stable")["creator_id"].iloc[0]
        by_worth = table["creator_id"].iloc[0]
        row = table.set_index("creator_id").loc[by_reach]
        place = table["creator_id"].tolist().index(by_reach) + 1
        if by_reach != by_worth:
            parts.append(text("By reach, {creator} is the best creator with {reach} people; {qualified} of them are credible and in the target group, which makes place {place} of {n}.", lang,
                              creator=by_reach, reach=count(row["reach"], scope), qualified=count(row["qualified"], scope), place=place, n=len(table)))  # fmt: skip
    return " ".join(parts) or text(
        "There is no naive answer to correct: nothing is calibrated and no creator is paid.", lang
    )


def answer(made: Page, scope: Scope) -> str:
    """Answer the page's question: the decision first, then the doubt."""
    lang, running, unknown = scope.language, waves_of.running(made.waves), waves_of.running_untold(made.waves)
    parts = []
    if len(running):
        row = running.sort_values("level", kind="stable").iloc[-1]
        at = int(row["level"])
        parts.append(text("Open the crisis playbook at level {level} for “{topic}”: who decides: {role}; media: {media}.", lang, level=at, topic=topic_said(row["topic"]),
                          role=role(at, lang), media=media(at, lang)))  # fmt: skip
    elif len(unknown):
        row = unknown.iloc[-1]
        parts.append(text("A wave runs and its level cannot be told: read {n} of its mentions (“{topic}”) before media go on.", lang,
                          n=LEAST_READ, topic=topic_said(row["topic"])))  # fmt: skip
    elif made.untold:
        parts.append(
            text(
                "Import the mentions up to the month's end before anything is decided: whether a wave runs cannot be told.",
                lang,
            )
        )
    else:
        parts.append(_quiet(made, scope))
    parts += [one for one in (_signal_part(made, scope), _creator_part(made, scope)) if one]
    one = made.tone.net
    if not made.tone.n_corrected:
        parts.append(text("Net sentiment is uncalibrated and not told.", lang))
    elif not is_told(made.tone):
        parts.append(text("Net sentiment is not told: less than half of the mentions are in a calibrated language.", lang))  # fmt: skip
    else:
        parts.append(text("Net sentiment is {value} ({level} interval {bounds}).", lang, value=plus(one.value, scope), level=level(scope), bounds=bounds(one, scope)))  # fmt: skip
    return " ".join(parts)


def _quiet(made: Page, scope: Scope) -> str:
    """No wave runs: media go on; and the last crisis is over, or not yet."""
    lang, row = scope.language, made.crisis
    if row is None and len(unknown := waves_of.untold(made.waves)):
        return plural("Let media go on: no wave runs against us; whether one of level 1 or more did in twelve months cannot be told, for the level of {n} wave is not known.",
                      "Let media go on: no wave runs against us; whether one of level 1 or more did in twelve months cannot be told, for the level of {n} waves is not known.", len(unknown), lang)  # fmt: skip
    if row is None:
        return text(
            "Let media go on: no wave runs against us, and none of level 1 or more did in twelve months.",
            lang,
        )
    waiting = waves_of.still_open(made.waves, made.until)
    if len(waiting):
        late = waiting.iloc[0]
        told = {"day": day(late["start"].date(), lang), "level": int(late["level"])}
        if waves_of.is_quiet(late, made.until):
            return text("Keep the playbook open: the wave of {day} (level {level}) is inside the band, but what is said of us is still more negative than before it.", lang, **told)  # fmt: skip
        return text("Keep the playbook open: the wave of {day} (level {level}) is inside the band, but not for as long as its exit asks.", lang, **told)  # fmt: skip
    told = {"day": day(row["start"].date(), lang), "level": int(row["level"])}
    if waves_of.is_over(row, made.until):
        said = text("Let media go on: no wave runs against us, and that of {day} (level {level}) is over.", lang, **told)  # fmt: skip
    else:
        quiet = number(waves_of.quiet_days(row, made.until), "days", language=lang)
        said = text("Let media go on: no wave runs against us, and that of {day} (level {level}) is quiet for {quiet}; its cause and open answers are to be confirmed.", lang, quiet=quiet, **told)  # fmt: skip
    return f"{said} {social_cost.cost_said(made, scope)}" if made.after is not None else said


def _signal_part(made: Page, scope: Scope) -> str:
    lang, table = scope.language, made.voices.signals
    small = table[table["verdict"] == "grows from small"]
    if small.empty:
        return ""
    name, row = str(small.index[0]), small.iloc[0]
    more = (
        ""
        if len(small) == 1
        else " " + plural("{n} more topic grows so.", "{n} more topics grow so.", len(small) - 1, lang)
    )
    return text("Look into “{topic}” now: its share of what is said of us grows by {growth} a week and is {share}.", lang, topic=topic_said(name), growth=share(row["growth"], scope), share=share(row["share"], scope)) + more  # fmt: skip


def _creator_part(made: Page, scope: Scope) -> str:
    lang, table = scope.language, made.creators
    bad = table.loc[table["is_fraud"], "creator_id"].sort_values(kind="stable").tolist() if len(table) else []
    return (
        text("Pay {creators} no more: the audience looks bought.", lang, creators=listed(bad, lang))
        if bad
        else ""
    )
