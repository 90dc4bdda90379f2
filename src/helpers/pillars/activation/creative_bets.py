"""The four creative bets: which of their measures are there, from what, and which export would bring those that are missing."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from helpers import rollups
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import interval, listed, mark, number, parted, text
from helpers.pillars.activation import creative_delivery as delivery
from helpers.pillars.activation.creative import Test, names

SHORT_VIDEO, LIVE_SHOW = mark("short video"), mark("live product show")
INFLUENCE, USER_CONTENT = mark("B2B influence"), mark("user content")

READ = (
    "experiments",
    "leads",
    "events",
    "influencers",
    "social_posts",
    "social_mentions",
)  # tables that may be missing


class Bet(NamedTuple):
    """One measure of one bet: what it is, its figure in words, what it was read from; `missing` says what would bring it."""

    bet: str
    measure: str
    figure: str
    missing: str


class Known(NamedTuple):
    """What the bets are read from; each table is None where the company has none, and `lacking` says which export brings it."""

    sums: pd.DataFrame
    tests: list[Test]
    leads: object | None
    events: object | None
    influencers: object | None
    posts: object | None
    mentions: object | None
    lacking: dict[str, str]


def measures(known: Known, scope: Scope, *, words: dict[str, str], influence_channels: str) -> list[Bet]:
    """Each measure that proves each bet, those without data included.

    Parameters
    ----------
    known : what was read.
    words : bet -> words that name it in tests and campaigns.
    influence_channels : channels of business influence, parted by commas.
    """
    lang, made = scope.language, []

    def told(bet: str, measure: str, figure: str, missing: str) -> None:
        made.append(Bet(text(bet, lang), measure, figure, "" if figure else missing))

    media = text(
        "Name the campaigns of this bet with one of its words, and import media_spend with quartiles and seconds.",
        lang,
    )
    lift = text(
        "Import a brand lift study: answers of people shown the campaign and of people held out (table surveys).",
        lang,
    )
    trial = text("Import trials (table product_events) with the show that they came from.", lang)
    for measure, name, unit, digits in (
        (text("viewing time, seconds per impression", lang), "creative_viewing_time", "ratio", 1),
        (text("video retention", lang), "video_retention", "share", 1),
        (text("seen to the end (VTR)", lang), "creative_vtr", "share", 1),
    ):
        told(SHORT_VIDEO, measure, _rate(known.sums, SHORT_VIDEO, name, unit, digits, scope), media)
    told(SHORT_VIDEO, text("VTR in a test", lang), _test(known, words[SHORT_VIDEO], scope), _no_test(scope))
    told(SHORT_VIDEO, text("brand lift", lang), "", lift)
    told(
        LIVE_SHOW,
        text("click-through rate (CTR)", lang),
        _rate(known.sums, LIVE_SHOW, "creative_ctr", "share", 2, scope),
        media,
    )
    told(
        LIVE_SHOW, text("add to cart in a test", lang), _test(known, words[LIVE_SHOW], scope), _no_test(scope)
    )
    told(LIVE_SHOW, text("shows held and orders there", lang), _shows(known, words[LIVE_SHOW], scope),
         known.lacking.get("events") or text("Enter the live shows in the table events, with their orders.", lang))  # fmt: skip
    told(LIVE_SHOW, text("trials and intent", lang), "", trial)
    told(
        INFLUENCE,
        text("leads", lang),
        _leads(known, influence_channels, scope),
        known.lacking.get("leads", ""),
    )
    told(
        INFLUENCE,
        text("credibility and qualified reach", lang),
        _creators(known, scope),
        known.lacking.get("influencers", ""),
    )
    told(
        INFLUENCE,
        text("share of voice", lang),
        _voice(known, scope),
        known.lacking.get("social_mentions", ""),
    )
    told(
        USER_CONTENT,
        text("click-through rate (CTR)", lang),
        _rate(known.sums, USER_CONTENT, "creative_ctr", "share", 2, scope),
        media,
    )
    told(USER_CONTENT, text("CTR in a test", lang), _test(known, words[USER_CONTENT], scope), _no_test(scope))
    told(USER_CONTENT, text("shares", lang), _shares(known, scope), known.lacking.get("social_posts", ""))
    told(
        USER_CONTENT,
        text("sentiment", lang),
        _sentiment(known, scope),
        known.lacking.get("social_mentions", ""),
    )
    return made


def table(found: list[Bet], scope: Scope) -> pd.DataFrame:
    """The measures that have data: measure and figure, by bet."""
    lang = scope.language
    told = [one for one in found if one.figure]
    made = {
        text("measure", lang): [one.measure for one in told],
        text("what is known, twelve months", lang): [one.figure for one in told],
    }
    return pd.DataFrame(made, index=[one.bet for one in told])


def lacking(found: list[Bet], scope: Scope) -> str:
    """The measures without data and the export that would bring each, those with the same one together; empty where all are there."""
    lang = scope.language
    groups: dict[str, list[str]] = {}
    for one in found:
        if one.missing:
            named = text("{bet}: {measure}", lang, bet=one.bet, measure=one.measure)
            groups.setdefault(one.missing, []).append(named)
    if not groups:
        return ""
    lines = [f"- **{listed(named, lang)}**. {missing}" for missing, named in groups.items()]
    return "\n".join([text("Without data so far, and what would bring it:", lang), "", *lines])


def _no_test(scope: Scope) -> str:
    return text("Test it by lot, and name the test with one of the words of this bet.", scope.language)


def _rate(sums: pd.DataFrame, bet: str, name: str, unit: str, digits: int, scope: Scope) -> str:
    """The rate of a bet on each platform, side by side."""
    own = sums[(sums["creative"] == text(bet, scope.language)) & sums[name].notna()]
    said = [
        text("{value} on {platform}", scope.language, value=number(getattr(row, name), unit, decimals=digits, language=scope.language), platform=row.platform)
        for row in own.itertuples()
    ]  # fmt: skip
    return parted(said, scope.language)


def _test(known: Known, words: str, scope: Scope) -> str:
    """The last usable test that names a bet."""
    found = [one for one in known.tests if delivery.bet_of(one.id, {"it": words}) and one.is_usable]
    if not found:
        return ""
    (value, low, high), lang = found[-1].effect, scope.language
    shown = {"unit": "share", "decimals": 1, "language": lang}
    sign = "+" if value >= 0 else ""
    return text("{value} ({bounds}), test {test}", lang, value=sign + number(value, **shown),
                bounds=interval(low, high, **shown), test=found[-1].name)  # fmt: skip


def _recent(rows: object | None, day: str, columns: tuple[str, ...], scope: Scope) -> pd.DataFrame:
    """Rows of the last twelve months of a small table; empty where a column is missing."""
    if rows is None or not {day, *columns} <= set(rows.columns):
        return pd.DataFrame(columns=[day, *columns])
    table = rollups.collect(rollups.only(rows, day, *columns), may_be_empty=True)
    since = pd.Timestamp(scope.period.before(delivery.YEAR - 1).start)
    return table[(table[day] >= since) & (table[day] <= pd.Timestamp(scope.period.end))]


def _leads(known: Known, channels: str, scope: Scope) -> str:
    rows = _recent(known.leads, "created_on", ("channel", "qualified_on"), scope)
    own = rows[rows["channel"].astype(str).str.lower().isin(names(channels))]
    if own.empty:
        return ""
    lang = scope.language
    return text("{n} leads, of them {good} qualified so far", lang, n=number(len(own), "count", language=lang),
                good=number(int(own["qualified_on"].notna().sum()), "count", language=lang))  # fmt: skip


def _shows(known: Known, words: str, scope: Scope) -> str:
    rows = _recent(known.events, "starts_on", ("name", "type", "orders"), scope)
    named = [
        bool(delivery.bet_of(f"{row.name} {row.type}".replace(" ", "-"), {"it": words}))
        for row in rows.itertuples(index=False)
    ]
    own = rows[pd.Series(named, index=rows.index, dtype=bool)]
    if own.empty:
        return ""
    orders = pd.to_numeric(own["orders"]).sum()
    return text(
        "{n} shows, {orders} orders there",
        scope.language,
        n=len(own),
        orders=number(float(orders), "count", language=scope.language),
    )


def _creators(known: Known, scope: Scope) -> str:
    rows = _recent(known.influencers, "starts_on", ("reach", "audience_in_target_share", "has_label"), scope)
    rows = rows.dropna(subset=["reach", "audience_in_target_share"])
    if rows.empty:
        return ""
    lang, reach = scope.language, rows["reach"].astype(float)
    useful = float((reach * rows["audience_in_target_share"].astype(float)).sum())
    labelled = int(rows["has_label"].fillna(False).astype(bool).sum())
    return text("{useful} of {reach} contacts in the target group; {labelled} of {n} agreements labelled as advertising", lang,
                useful=number(useful, "count", language=lang), reach=number(float(reach.sum()), "count", language=lang),
                labelled=labelled, n=len(rows))  # fmt: skip


def _shares(known: Known, scope: Scope) -> str:
    rows = _recent(known.posts, "posted_on", ("shares", "impressions"), scope).dropna(
        subset=["shares", "impressions"]
    )
    shown = float(pd.to_numeric(rows["impressions"]).sum()) if len(rows) else 0.0
    if not shown > 0:
        return ""
    rate = 1000 * float(pd.to_numeric(rows["shares"]).sum()) / shown
    return text(
        "{rate} shares per 1,000 impressions of posts",
        scope.language,
        rate=number(rate, "ratio", decimals=2, language=scope.language),
    )


def _mentions(known: Known, scope: Scope) -> pd.DataFrame:
    """Mentions of the last twelve months by sentiment, with `is_own`: of the company's own brand."""
    rows = _recent(known.mentions, "mentioned_on", ("brand", "sentiment", "mentions"), scope)
    own = ("own", *(name.lower() for name in (scope.company.name, *scope.company.own_brands())))
    return rows.assign(
        is_own=rows["brand"].astype(str).str.lower().isin(own), mentions=rows["mentions"].astype(float)
    )


def _voice(known: Known, scope: Scope) -> str:
    rows = _mentions(known, scope)
    own, everything = float(rows.loc[rows["is_own"], "mentions"].sum()), float(rows["mentions"].sum())
    if not (own > 0 and everything > own):
        return ""
    share = number(own / everything, "share", decimals=1, language=scope.language)
    return text("{share} of {n} mentions", scope.language, share=share,
                n=number(everything, "count", language=scope.language))  # fmt: skip


def _sentiment(known: Known, scope: Scope) -> str:
    rows = _mentions(known, scope)
    tone = rows[rows["is_own"]].groupby(rows["sentiment"].astype(str))["mentions"].sum()
    good, bad = float(tone.get("positive", 0.0)), float(tone.get("negative", 0.0))
    if good + bad < COUNTS_ONLY:
        return ""
    lang = scope.language
    return text("{good} positive and {bad} negative mentions of the brand", lang, good=number(good, "count", language=lang),
                bad=number(bad, "count", language=lang))  # fmt: skip
