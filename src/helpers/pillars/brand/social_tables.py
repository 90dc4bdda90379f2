"""Tables of the page on social media and reputation, as a reader sees them, and those that its charts take."""

from __future__ import annotations

import math

import pandas as pd

from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import day, language_name, term, text
from helpers.pillars.brand import social_posts as posts_of
from helpers.pillars.brand.social import Page
from helpers.pillars.brand.social_words import (
    FORMATS,
    SOURCES,
    VERDICTS,
    count,
    media_short,
    money,
    of_kind,
    plus,
    ranged,
    role,
    share,
    topic_said,
)
from helpers.rules import crisis

MOST_WAVES = 8


def weeks(made: Page, scope: Scope) -> pd.DataFrame:
    """Mentions a week and those of weeks with days of a wave, one row a point, for a chart."""
    lang, table = scope.language, made.weeks
    own = made.waves[made.waves["is_own"]]
    rang = [
        ((own["start"] <= one + pd.Timedelta(days=6)) & (own["end"] >= one)).any() for one in table["week"]
    ]
    parts = [
        pd.DataFrame({"week": [day(one.date(), lang, style="medium") for one in rows["week"]], "value": rows["seen"], "line": said})
        for said, rows in ((text("seen", lang), table), (begun(scope), table[pd.Series(rang, index=table.index, dtype=bool)]))
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def begun(scope: Scope) -> str:
    """The name of the points in the chart of mentions."""
    return text("with a wave", scope.language)


def waves(made: Page, scope: Scope) -> pd.DataFrame:
    """Waves of the own brand in twelve months, one that runs and then the gravest first: what it was about, how large, which level."""
    lang = scope.language
    own = made.waves[made.waves["is_own"]].assign(rank=lambda t: t["level"].fillna(-1).astype(int))
    own = own.sort_values(["running", "rank", "excess"], ascending=False, kind="stable").head(MOST_WAVES)
    rows = {
        text("days", lang): [count(one, scope) for one in own["days"]],
        text("about", lang): [topic_said(one) for one in own["topic"]],
        text("beyond the usual", lang): [_between(row, scope) for row in own.to_dict("records")],
        text("negative", lang): [
            "–" if math.isnan(one) else share(one, scope) for one in own["negative_share"]
        ],
        text("could see bad ones", lang): [
            "–" if pd.isna(one) else count(one, scope) for one in own["reached"]
        ],
        text("level", lang): [
            text("not known", lang) if pd.isna(one) else str(int(one)) for one in own["level"]
        ],
    }
    named = [_begun(row, scope) for row in own.to_dict("records")]
    return pd.DataFrame(rows, index=named).rename_axis(columns=text("began", lang))


def _begun(row: dict, scope: Scope) -> str:
    told = day(row["start"].date(), scope.language, style="medium")
    return text("{day} (runs)", scope.language, day=told) if row["running"] else told


def _between(row: dict, scope: Scope) -> str:
    told = count(row["excess"], scope)
    if math.isnan(row["low"]):
        return told
    return f"{told} ({text('{low} to {high}', scope.language, low=count(row['low'], scope), high=count(row['high'], scope))})"  # fmt: skip


def playbook(scope: Scope) -> pd.DataFrame:
    """The levels of the playbook: from how many people on, who decides, how soon, media, exit."""
    lang, levels = scope.language, crisis.crisis_levels()
    rows = {
        text("people from", lang): [count(one.people, scope) for one in levels],
        text("decides", lang): [role(one.level, lang) for one in levels],
        text("first word", lang): [text("{n} h", lang, n=one.answer_hours) for one in levels],
        text("media", lang): [media_short(one.level, lang) for one in levels],
        text("quiet days", lang): [count(one.quiet_days, scope) for one in levels],
    }
    return pd.DataFrame(rows, index=[str(one.level) for one in levels]).rename_axis(
        columns=text("level", lang)
    )


def tones(made: Page, scope: Scope) -> pd.DataFrame:
    """Net sentiment of each brand, corrected and as the tool reads it, one row a dot, for a chart."""
    lang, rows = scope.language, []
    for brand, one in made.tones.items():
        rows.append((brand, text("corrected", lang), one.net.value, one.net.low, one.net.high))
        rows.append((brand, text("as the tool reads it", lang), one.raw, one.raw, one.raw))
    return pd.DataFrame(rows, columns=["brand", "reading", "value", "low", "high"])


def readings(made: Page, scope: Scope) -> pd.DataFrame:
    """How the tool reads each language: what it finds of bad and of good mentions, and what it takes for bad that is not."""
    lang, own = scope.language, made.read.readings
    rows = {
        text("read again", lang): [count(one.n, scope) for one in own.values()],
        text("bad ones found", lang): [share(one.negative.sensitivity, scope) for one in own.values()],
        text("called bad, wrongly", lang): [
            share(1 - one.negative.specificity, scope) for one in own.values()
        ],
        text("good ones found", lang): [share(one.positive.sensitivity, scope) for one in own.values()],
        text("called good, wrongly", lang): [
            share(1 - one.positive.specificity, scope) for one in own.values()
        ],
    }
    return pd.DataFrame(rows, index=[language_name(one, lang) for one in own]).rename_axis(columns=text("language", lang))  # fmt: skip


def signals(made: Page) -> pd.DataFrame:
    """Topics whose growth can be told, for a chart."""
    return made.voices.signals.dropna(subset=["growth"]).rename(index=topic_said).reset_index()


def signals_table(made: Page, scope: Scope) -> pd.DataFrame:
    """Each topic: mentions, share before and now, growth a week, verdict."""
    lang, table = scope.language, made.voices.signals
    rows = {
        text("mentions", lang): [count(one, scope) for one in table["n"]],
        text("before", lang): [share(one, scope, 1) for one in table["before"]],
        text("last 4 weeks", lang): [share(one, scope, 1) for one in table["share"]],
        text("growth a week", lang): [
            "–" if math.isnan(one) else plus(one, scope, 1) for one in table["growth"]
        ],
        text("verdict", lang): [of_kind(one, VERDICTS, lang) for one in table["verdict"]],
    }
    return pd.DataFrame(rows, index=[topic_said(one) for one in table.index]).rename_axis(
        columns=text("topic", lang)
    )


def formats(made: Page, scope: Scope) -> pd.DataFrame:
    """Qualified engagement and shares of each kind of post, one row a dot, for a chart."""
    lang, rows = scope.language, []
    for one in made.formats.itertuples():
        name = text("{kind} (n = {n})", lang, kind=of_kind(one.type, FORMATS, lang), n=one.n)
        rows.append((name, text("qualified engagement", lang), *one.engaged[:3]))
        rows.append((name, text("shares", lang), *one.shared[:3]))
    return pd.DataFrame(rows, columns=["kind", "measure", "value", "low", "high"])


def creators(made: Page, scope: Scope) -> pd.DataFrame:
    """Each paid creator: reach, what of it is credible and in the target group, clicks, price of that reach, signs."""
    lang, table = scope.language, made.creators
    if table.empty:
        return pd.DataFrame()
    rows = {
        text("reach", lang): [count(one, scope) for one in table["reach"]],
        text("credible", lang): [count(one, scope) for one in table["credible"]],
        text("and in the target", lang): [count(one, scope) for one in table["qualified"]],
        text("clicks per 1,000", lang): [count(1000 * one, scope, 1) for one in table["click_rate"]],
        text("price per 1,000", lang): [_price(row, scope) for row in table.itertuples()],
        text("signs", lang): [
            text("{n} of {all}", lang, n=len(signs), all=len(posts_of.SIGNS)) for signs in table["signs"]
        ],
    }
    return pd.DataFrame(rows, index=table["creator_id"].tolist()).rename_axis(columns=text("creator", lang))


def _price(row, scope: Scope) -> str:
    return money(1000 * row.fee / row.qualified, scope) if row.qualified > 0 else "–"


def reviews(made: Page, scope: Scope) -> pd.DataFrame:
    """Ratings by brand, and how many reviews were answered."""
    lang, table = scope.language, made.voices.reviews
    rows = {
        text("reviews", lang): [count(one, scope) for one in table["n"]],
        text("stars of five", lang): [ranged(one, scope, "ratio", 2) for one in table["rating"]],
        text("answered", lang): [ranged(one, scope) if own else "–" for one, own in zip(table["answered"], table["is_own"], strict=True)],
    }  # fmt: skip
    return pd.DataFrame(rows, index=table["brand"].tolist()).rename_axis(columns=text("brand", lang))


def ideas(made: Page, scope: Scope) -> pd.DataFrame:
    """What became of ideas by who sent them."""
    lang, table = scope.language, made.voices.ideas
    words = {
        "received": text("received", lang), "kept": text("kept", lang), "tested": term("what became of ideas", "tested", lang), "launched": text("launched", lang),
        "theses": text("became a thesis", lang),
    }  # fmt: skip
    rows = {said: [count(one, scope) for one in table[name]] for name, said in words.items()}
    rows[text("share kept", lang)] = [ranged(one, scope) for one in table["share"]]
    return pd.DataFrame(rows, index=[of_kind(one, SOURCES, lang) for one in table["source"]]).rename_axis(columns=text("sent by", lang))  # fmt: skip


def advocates(made: Page, scope: Scope) -> pd.DataFrame:
    """Who spoke for us."""
    lang, table = scope.language, made.voices.advocates
    rows = {
        text("active in a month", lang): [ranged(one, scope) for one in table["share"]],
        text("people reached", lang): [count(one, scope) for one in table["reach"]],
        text("clicks", lang): [count(one, scope) for one in table["clicks"]],
        text("orders", lang): [count(one, scope) for one in table["orders"]],
    }
    return pd.DataFrame(rows, index=[of_kind(one, SOURCES, lang) for one in table["kind"]]).rename_axis(columns=text("who", lang))  # fmt: skip


def others_said(made: Page, scope: Scope) -> str:
    """Press and events of twelve months."""
    lang, press, events, parts = scope.language, made.voices.press, made.voices.events, []
    own = press[press["is_own"].astype(bool)] if len(press) else press
    if len(own):
        row = own.iloc[0]
        parts.append(text("Press: {n} pieces on us of {all} on the brands watched; the press review reads {good} as good and {bad} as bad.", lang,
                          n=count(row["pieces"], scope), all=count(press["pieces"].sum(), scope), good=count(row["positive"], scope), bad=count(row["negative"], scope)))  # fmt: skip
    else:
        parts.append(text("Press: nothing on us is known.", lang))
    if len(events):
        leads, cost = (float(pd.to_numeric(events[name]).sum()) for name in ("leads", "cost"))
        said = text("Events: {n}, with {visitors} visitors and {leads} contacts.", lang, n=count(len(events), scope),
                    visitors=count(float(pd.to_numeric(events["visitors"]).sum()), scope), leads=count(leads, scope))  # fmt: skip
        if leads > 0 and cost > 0:
            said += " " + text("A contact cost {money}.", lang, money=money(cost / leads, scope))
        parts.append(said)
    parts.append(text("A dash in the tables: fewer than {need}, so counts alone.", lang, need=COUNTS_ONLY))
    return " ".join(parts)
