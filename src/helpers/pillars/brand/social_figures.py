"""Figures of the page on social media and reputation."""

from __future__ import annotations

import math

from helpers import kpi
from helpers.checks import COUNTS_ONLY, sentence
from helpers.company import Scope
from helpers.i18n import plural, text
from helpers.kpi import KpiRow
from helpers.methods.intervals import Estimate
from helpers.methods.mentions_tone import Tone
from helpers.periods import parse
from helpers.pillars.brand import social_alarms as waves_of
from helpers.pillars.brand import social_posts as posts_of
from helpers.pillars.brand import social_voices as voices_of
from helpers.pillars.brand.definitions import KPIS
from helpers.pillars.brand.social import Page
from helpers.pillars.brand.social_words import count, in_points, of_preference


def kpis(made: Page, scope: Scope) -> list[KpiRow]:
    """Rows of the figures of the page; what cannot be told keeps its place with the reason."""
    return [*_mentions(made, scope), *_after(made, scope), *_posts(made, scope), *_voices(made, scope)]


def _estimate(name: str, one: Estimate, scope: Scope, *, why: str, said: str = "") -> KpiRow:
    if math.isnan(one.value) or math.isnan(one.low):
        return kpi.row(KPIS[name], scope, None, n=one.n, reason=why)
    return kpi.row(KPIS[name], scope, one.value, low=one.low, high=one.high, n=one.n, reason=said)


def _mentions(made: Page, scope: Scope) -> list[KpiRow]:
    lang = scope.language
    rows = [_sentiment(one, scope, code) for code, one in made.history.items()]
    last = kpi.compared(KPIS["social_net_sentiment"], rows, scope) if scope.period.code in made.history else _sentiment(made.tone, scope)  # fmt: skip
    own = made.waves[made.waves["is_own"]]
    begun = own[own["start"].dt.date.between(scope.period.start, scope.period.end)]
    n = round(made.tone.n)
    alarms = (
        kpi.row(KPIS["social_alarms"], scope, None, n=n, reason=" ".join(sentence(one, lang) for one in made.untold))
        if made.untold else kpi.row(KPIS["social_alarms"], scope, len(begun), n=n)
    )  # fmt: skip
    known = own["level"].dropna()
    top = int(known.max()) if len(known) else 0
    if not len(made.weeks):
        reason = text("Too few weeks are known to tell a wave from a usual day.", lang)
        return [last, alarms, kpi.row(KPIS["social_crisis_level"], scope, None, n=len(own), reason=reason)]
    unknown = len(own) - len(known)
    why = plural("The level of {n} wave cannot be told.", "The level of {n} waves cannot be told.", unknown, lang) if unknown else ""  # fmt: skip
    return [last, alarms, kpi.row(KPIS["social_crisis_level"], scope, None if unknown and not top else top, n=len(own), reason=why)]  # fmt: skip


def _sentiment(one: Tone, scope: Scope, code: str = "") -> KpiRow:
    lang = scope.language
    period = parse(code) if code and code != scope.period.code else None
    if not is_told(one):
        why = tone_reason(one, scope)
        return kpi.row(
            KPIS["social_net_sentiment"], scope, None, n=one.n_corrected, period=period, reason=why
        )
    said = "" if one.n_corrected == one.n else text(
        "Of {n} mentions {m} are in it; the others are in languages that the tool does not read or that nobody labelled.", lang,
        n=count(one.n, scope), m=count(one.n_corrected, scope),
    )  # fmt: skip
    return kpi.row(KPIS["social_net_sentiment"], scope, one.net.value, low=one.net.low, high=one.net.high, n=one.n_corrected, period=period, reason=said)  # fmt: skip


def is_told(one: Tone) -> bool:
    """Whether net sentiment stands for what is said: 30 mentions and half of all in a language that can be corrected."""
    return one.n_corrected >= max(COUNTS_ONLY, one.n / 2) and not math.isnan(one.net.value)


def tone_reason(one: Tone, scope: Scope) -> str:
    """Why the tone is not told."""
    lang = scope.language
    if not one.n:
        return text("Nothing was said of the brand in the month.", lang)
    if one.n_read < COUNTS_ONLY:
        return plural("The tool read the tone of {n} mention; cannot tell, need n = {need}.", "The tool read the tone of {n} mentions; cannot tell, need n = {need}.",
                      one.n_read, lang, need=COUNTS_ONLY)  # fmt: skip
    if 0 < one.n_corrected < one.n / 2:
        return text("Only {m} of {n} mentions are in a language that is calibrated; net sentiment is told from half on.", lang,
                    n=count(one.n, scope), m=count(one.n_corrected, scope))  # fmt: skip
    return text("Uncalibrated: no language has enough mentions that people read again.", lang)


def _after(made: Page, scope: Scope) -> list[KpiRow]:
    lang, after, crisis = scope.language, made.after, made.crisis
    none = text("No wave of level 1 or more against the brand in twelve months.", lang)
    if after is None or crisis is None:
        return [kpi.row(KPIS[name], scope, None, n=0, reason=none) for name in ("social_weeks_out", "social_preference_after", "social_sales_after")]  # fmt: skip
    weeks, days = waves_of.weeks_out(crisis), int(crisis["days"])
    still = text("It still runs.", lang) if crisis["running"] else ""
    return [
        kpi.row(KPIS["social_weeks_out"], scope, weeks, n=days, reason=still),
        _estimate("social_preference_after", in_points(after.preference), scope, why=why_preference(made, scope), said=_of_preference(made, scope)),
        _estimate("social_sales_after", after.sales, scope, why=why_sales(made, scope), said=_spans(after.sales, scope)),
    ]  # fmt: skip


def _of_preference(made: Page, scope: Scope) -> str:
    """What the interval means, and the own survey beside it."""
    parts = [_spans(made.after.preference, scope)]
    if made.after.survey.is_asked:
        parts.append(text("Own quarterly survey: {said}.", scope.language, said=of_preference(made.after.survey.change, scope)))  # fmt: skip
    return " ".join(one for one in parts if one)


def _spans(one: Estimate, scope: Scope) -> str:
    """What an interval that holds zero means."""
    if one.low <= 0 <= one.high:
        return text("Zero lies inside the interval: a loss is neither shown nor excluded.", scope.language)
    return ""


def why_preference(made: Page, scope: Scope) -> str:
    """Why what the crisis did to preference is not told."""
    lang = scope.language
    known = {
        "no tracker": text("The agency barometer has no preference for the brand.", lang),
        "few waves": text("Fewer than twelve waves before the crisis.", lang),
        "no wave after": text("No wave of the agency barometer since the crisis began.", lang),
        "still": text("The waves before the crisis do not move.", lang),
    }
    return known.get(made.after.why_preference, "") if made.after else ""


def why_sales(made: Page, scope: Scope) -> str:
    """Why what the crisis did to sales is not told."""
    lang = scope.language
    known = {
        "no sales": text("No orders are known.", lang),
        "few weeks": text(
            "Fewer than two years of weeks before the crisis: a loss cannot be told from season.", lang
        ),
        "no week after": text("No whole week of sales since the crisis began.", lang),
        "weeks without sales": text("A week has no sales at all.", lang),
    }
    return known.get(made.after.why_sales, "") if made.after else ""


def _posts(made: Page, scope: Scope) -> list[KpiRow]:
    lang = scope.language
    few = text("Fewer than {need} own posts in twelve months.", lang, need=posts_of.FEWEST_POSTS)
    films = text("Fewer than {need} films with views in twelve months.", lang, need=posts_of.FEWEST_POSTS)
    creators = text(
        "Fewer than {need} creators whose audience is known.", lang, need=posts_of.FEWEST_CREATORS
    )
    return [
        _estimate("social_engagement", posts_of.engaged(made.posts, made.weights), scope, why=few),
        _estimate("social_share_rate", posts_of.shared(made.posts), scope, why=few),
        _estimate("social_view_rate", posts_of.viewed(made.posts), scope, why=films),
        _estimate("social_qualified_reach", posts_of.qualified_share(made.creators), scope, why=creators),
    ]


def _voices(made: Page, scope: Scope) -> list[KpiRow]:
    lang, voices = scope.language, made.voices
    need = COUNTS_ONLY
    told = voices.signals[voices.signals["verdict"] != "cannot tell"]
    small = told[told["verdict"] == "grows from small"]
    signals = (
        kpi.row(KPIS["social_signals"], scope, len(small), n=len(told)) if len(told)
        else kpi.row(KPIS["social_signals"], scope, None, n=0, reason=text("No topic has the mentions and weeks that growth takes.", lang))
    )  # fmt: skip
    own = voices.reviews[voices.reviews["is_own"].astype(bool)] if len(voices.reviews) else voices.reviews
    rating, answered = (
        own[name].iloc[0] if len(own) else voices_of.UNKNOWN for name in ("rating", "answered")
    )
    few = text("Fewer than {need} reviews in twelve months.", lang, need=need)
    kept = voices_of.share(voices.ideas["kept"].sum(), voices.ideas["received"].sum())
    active = voices_of.share(voices.advocates["active"].sum(), voices.advocates["invited"].sum())
    return [
        signals,
        _estimate("social_review_rating", rating, scope, why=few),
        _estimate("social_reviews_answered", answered, scope, why=few),
        _estimate("social_ideas_kept", kept, scope, why=text("Fewer than {need} ideas in twelve months.", lang, need=need)),
        _estimate("social_advocates_active", active, scope, why=text("Fewer than {need} months of people in the programmes.", lang, need=need)),
    ]  # fmt: skip
