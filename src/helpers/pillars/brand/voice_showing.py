"""Tables and charts' tables of the page on share of voice."""

from __future__ import annotations

import math

import pandas as pd

from helpers import i18n
from helpers.company import Scope
from helpers.i18n import listed, mark, mark_term, number, term, text, translate
from helpers.pillars.brand.voice_operation import BY_ORDERS, BY_STORE, OTHERS, Card
from helpers.pillars.brand.voice_page import Page
from helpers.pillars.brand.voice_places import inside, place, places
from helpers.pillars.brand.voice_regions import course
from helpers.pillars.brand.voice_search import Link, drawn
from helpers.pillars.brand.voice_telling import brands
from helpers.pillars.brand.voice_words import count, day, points, ratio, share, weeks

VERDICTS = {
    "leads": mark_term("share of search", "runs ahead"),
    "follows": mark_term("share of search", "runs behind"),
    "together": mark_term("share of search", "moves at the same time"),
    "no clear link": mark_term("share of search", "no link beyond chance"),
    "cannot tell": mark_term("share of search", "linked, but which runs ahead cannot be told"),
}
SEGMENTS = {OTHERS: mark("others")}
NO_PEOPLE = {
    "orders": mark("Orders are needed to tell who spends most."),
    "consents": mark("A table of consents is needed to tell whom e-mail may reach."),
}


def voice_table(made: Page, scope: Scope) -> pd.DataFrame:
    """One row a brand, the loudest first."""
    lang, rows = scope.language, made.heard.table
    shown = {
        text("share of voice", lang): [share(one, scope) for one in rows["voice"]],
        text("voice a year before", lang): [share(one, scope) for one in rows["before"]],
        text("share of market, among the {n} brands", lang, n=brands(made)): [
            share(one, scope) for one in rows["share"]
        ],
        text("share of market a year before", lang): [share(one, scope) for one in rows["share_before"]],
        text("excess: voice less share of market a year before", lang): [
            points(one, scope) if one == one else "–" for one in rows["excess"]
        ],
        text("share of mentions", lang): [share(one, scope, 0) for one in rows["mentions"]],
    }
    return pd.DataFrame(shown, index=rows.index.tolist()).rename_axis(columns=text("brand", lang))


def voice_dots(made: Page, scope: Scope) -> pd.DataFrame:
    """Voice and share of market by brand as a chart of dots needs them; both are counted, so bounds are the value."""
    rows = made.heard.table
    named = {
        "voice": text("share of voice", scope.language),
        "share": text("share of market", scope.language),
    }
    parts = [pd.DataFrame({"brand": rows.index, "reading": named[one], "value": rows[one].to_numpy()}) for one in named]  # fmt: skip
    made_rows = pd.concat(parts, ignore_index=True).dropna(subset=["value"])
    return made_rows.assign(low=made_rows["value"], high=made_rows["value"])


def search_table(made: Page, scope: Scope) -> pd.DataFrame:
    """Share of search of each brand with and without common words, and that of the house by market."""
    lang, found = scope.language, made.searched
    if found.found is None:
        return pd.DataFrame()
    rows = pd.concat([found.brands, found.markets.rename(index=lambda name: f"{made.known.house}, {name}")]) if len(found.markets) > 1 else found.brands  # fmt: skip
    shown = {text("all searches", lang): [share(one, scope) for one in rows["share"]]}
    if made.known.words and found.clear:
        shown[text("common words left out", lang)] = [share(one, scope) for one in rows["share_clear"]]
    before = "before_clear" if found.clear else "before"
    shown[text("a year before", lang)] = [share(one, scope) for one in rows[before]]
    shown[text("searches", lang)] = [count(one, scope) for one in rows["n"]]
    return pd.DataFrame(shown, index=rows.index.tolist()).rename_axis(columns=text("brand", lang))


def search_lines(made: Page, scope: Scope) -> pd.DataFrame:
    """Share of search of the house and the largest rivals over two years: month, value, brand."""
    found = made.searched
    if found.found is None:
        return pd.DataFrame({"month": [], "value": [], "brand": []})
    names = drawn(found, made.known.house)
    rows = found.found.table
    rows = rows[rows["starts_on"] > rows["starts_on"].max() - pd.DateOffset(years=2)]
    month = rows["starts_on"].dt.to_period("M").dt.to_timestamp()
    sums = rows.assign(month=month).groupby(["brand", "month"])[["searches", "total", "total_clear"]].sum().reset_index()  # fmt: skip
    total = sums["total_clear" if found.clear else "total"]
    sums = sums.assign(value=sums["searches"] / total.where(total > 0))
    parts = [sums[sums["brand"] == name] for name in names]
    return pd.concat(parts, ignore_index=True)[["month", "value", "brand"]]


def links_table(made: Page, scope: Scope) -> pd.DataFrame:
    """What the share of search was held against: lag with interval, verdict."""
    lang, links = scope.language, made.searched.links
    shown = {
        text("lag", lang): [_lag(one, scope) for one in links],
        text("what can be told", lang): [_told(one, scope) for one in links],
    }
    return pd.DataFrame(shown, index=[text(one.name, lang) for one in links]).rename_axis(columns=text("held against", lang))  # fmt: skip


def _lag(one: Link, scope: Scope) -> str:
    if one.found is None or math.isnan(one.found.lag.value):
        return "–"
    lag, unit = one.found.lag, "weeks" if one.a_year == 52 else "months"
    ends = i18n.interval(lag.low, lag.high, "count", language=scope.language)
    return f"{number(lag.value, unit, language=scope.language)} ({ends})"


def _told(one: Link, scope: Scope) -> str:
    if one.reason is not None:
        return translate(one.reason, scope.language)
    return term(*VERDICTS[one.found.verdict], scope.language)


def spike_lines(made: Page, scope: Scope) -> pd.DataFrame:
    """Searches of the surest region by week beside what is usual: week [text], value, series."""
    if not made.cards:
        return pd.DataFrame({"week": [], "value": [], "series": []})
    lang = scope.language
    named = {"seen": text("searches", lang), "usual": text("usual", lang)}
    rows = course(made.known, made.cards[0].spike)
    week = [i18n.day(one.date(), lang, style="medium") for one in rows["starts_on"]]
    return rows.assign(week=week, series=rows["series"].map(named))


def visits_line(made: Page, scope: Scope) -> pd.DataFrame:
    """Visits from assistants by month of whole weeks: month, visits a week."""
    rows = made.assistants.visits
    if rows.empty:
        return pd.DataFrame({"month": [], "visits": []})
    month = rows["starts_on"].dt.to_period("M").dt.to_timestamp()
    return rows.assign(month=month).groupby("month", as_index=False)["visits"].mean()


def _only(said: str, scope: Scope) -> pd.DataFrame:
    """A table of one sentence, where there is nothing to list."""
    return pd.DataFrame({" ": [said]}, index=[text("operation card", scope.language)])


def card_table(made: Page, scope: Scope) -> pd.DataFrame:
    """The operation cards: one column a region, one row an item."""
    lang = scope.language
    if not made.cards:
        return _only(text("No region calls for an operation.", lang) if made.regions.n else text("Local spikes cannot be told.", lang), scope)  # fmt: skip
    return pd.DataFrame({f"{place(made.known, one.spike.market, one.spike.region, scope)} ({one.spike.market})": _card(one, made, scope) for one in made.cards}).rename_axis(columns=text("operation card", lang))  # fmt: skip


def _card(one: Card, made: Page, scope: Scope) -> dict[str, str]:
    lang, spike, people = scope.language, one.spike, one.people
    past = (
        text("{times} times the usual of the same weeks", lang, times=ratio(spike.times_year_before, scope)) if spike.times_year_before == spike.times_year_before
        else text("not known", lang)
    )  # fmt: skip
    near = listed(list(one.stores), lang) if one.stores else text("none in the region; which is nearest stands in no table. In the market: {stores}", lang, stores=listed(list(one.elsewhere), lang) or "–")  # fmt: skip
    unit = text("orders a week", lang) if one.sized_by == BY_ORDERS else text("searches a week", lang)
    sizes = text("{own} {unit} in the region; {low} to {high} in the held-out ones", lang, own=ratio(one.own, scope), unit=unit,
                 low=ratio(one.held_out.min(), scope), high=ratio(one.held_out.max(), scope)) if len(one.held_out) else "–"  # fmt: skip
    sees = text("a rise of orders of {sees} or more, with a chance of 80 %", lang, sees=share(one.sees, scope, 0)) if one.sees == one.sees else text("cannot be told: no past orders by region", lang)  # fmt: skip
    if one.sees > one.most:
        sees = text("{sees}: too much for a test", lang, sees=sees)
    return {
        text("searches", lang): text("{searches} in {span} up to {day}, {expected} expected", lang, searches=count(spike.searches, scope), span=weeks(spike.weeks, scope), day=day(spike.until, scope), expected=count(spike.expected, scope)),
        text("a year before", lang): past,
        text("best customers to invite", lang): _invited(one, scope) if not people.reason else text(NO_PEOPLE[people.reason], lang),
        text("own stores", lang): near,
        text("stock", lang): text("stands in no table: ask the warehouse before dates are set", lang),
        text("held-out regions", lang): places(made.known, spike.market, list(one.held_out.index), scope) if len(one.held_out) else "–",
        text("past size", lang): sizes,
        text("what {span} would show", lang, span=weeks(one.weeks, scope)): sees,
        text("to file as a question", lang): text("Does a shop operation {inside} bring orders beyond what the rise in searches brings by itself?", lang, inside=inside(made.known, spike.market, spike.region, scope)),
        text("to file as a learning", lang): text("orders in the region and in the held-out ones, before and during, and whether searches stayed up", lang),
    }  # fmt: skip


def _invited(one: Card, scope: Scope) -> str:
    lang, people = scope.language, one.people
    if math.isnan(people.here):
        return text("fewer than ten of any segment", lang)
    n = count(people.here, scope)
    if people.placed == BY_STORE:
        return text("{n}, counted by the store they buy in", lang, n=n)
    return text(
        "about {n}, the region’s {share} of the market’s", lang, n=n, share=share(people.share, scope)
    )


def people_table(made: Page, scope: Scope) -> pd.DataFrame:
    """Best customers by micro-segment, of the first card: in the market, to be e-mailed, of these in the region; groups below ten are hidden."""
    lang = scope.language
    if not made.cards:
        return _only(text("Nobody is to be invited.", lang), scope)
    if made.cards[0].people.reason:
        return _only(text(NO_PEOPLE[made.cards[0].people.reason], lang), scope)
    one, hidden = made.cards[0], text("fewer than 10", lang)
    rows = one.people.table

    def ranged(row) -> str:
        if math.isnan(row.here):
            return hidden
        return count(row.here, scope) + (f" ({i18n.interval(row.low, row.high, 'count', language=lang)})" if row.high > row.low else "")  # fmt: skip

    shown = {
        text("best customers of the market", lang): [count(row.best, scope) if row.best == row.best else hidden for row in rows.itertuples()],
        text("may be e-mailed", lang): [count(row.reachable, scope) if row.reachable == row.reachable else hidden for row in rows.itertuples()],
        text("of these {inside}", lang, inside=inside(made.known, one.spike.market, one.spike.region, scope)): [ranged(row) for row in rows.itertuples()],
    }  # fmt: skip
    names = [text(SEGMENTS[name], lang) if name in SEGMENTS else str(name) for name in rows["segment"]]
    return pd.DataFrame(shown, index=names).rename_axis(columns=text("segment", lang))
