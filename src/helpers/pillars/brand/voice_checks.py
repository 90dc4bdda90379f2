"""What could make the page on share of voice wrong."""

from __future__ import annotations

from helpers.checks import Check, check, sentence
from helpers.company import Scope
from helpers.i18n import listed, number, plural, text, translate
from helpers.pillars.brand.voice import ALL
from helpers.pillars.brand.voice_operation import BY_STORE
from helpers.pillars.brand.voice_page import SEASON, Page
from helpers.pillars.brand.voice_places import place
from helpers.pillars.brand.voice_words import count, share, weeks

LAG_TIMES = {52: 104, 12: 24}  # times for a lead


def checks(made: Page, scope: Scope) -> list[Check]:
    """Checks of the page, before any result."""
    return [
        *_names(made, scope),
        _months(made, scope),
        _relation(made, scope),
        *_searches(made, scope),
        *_words(made, scope),
        *_regions(made, scope),
        _assistants(made, scope),
    ]


def _names(made: Page, scope: Scope) -> list[Check]:
    lang, known = scope.language, made.known
    return [
        check(
            "own_brands", not known.missing,
            text("Own brands are found in the data: {brands}.", lang, brands=listed(list(known.own), lang)) if not known.missing
            else text("No table has a row of {brands}.", lang, brands=listed(list(known.missing), lang)),
            remedy=text("Write the names of own_brands as the tables do.", lang),
        ),
        check(
            "brands_advertise", known.house in made.heard.table.index,
            text("The monitoring service follows {n} brands, {house} among them.", lang, n=len(made.heard.table), house=known.house)
            if known.house in made.heard.table.index
            else text("The monitoring service has no spend of {house}.", lang, house=known.house),
            remedy=text("Ask the service to follow the brand, or import its estimates.", lang), otherwise="fail",
        ),
    ]  # fmt: skip


def _months(made: Page, scope: Scope) -> Check:
    lang, panel = scope.language, made.heard.panel
    others = [one for one in made.heard.guards if one not in made.heard.relation.guards]
    told = [sentence(one, lang) for one in others if "brands" not in one.values or "n" in one.values]
    alone = sorted({name for one in others if "brands" in one.values and "n" not in one.values for name in str(one.values["brands"]).split(", ")})  # fmt: skip
    if alone:
        told.append(
            text("Left out, since voice or sales are not known: {brands}.", lang, brands=", ".join(alone))
        )
    if panel.empty:
        said = " ".join(told) or text("No market has twelve months of both voice and sales.", lang)
        return Check("months", "review", said, text("Import twelve months of both; until then voice stands without a share of market.", lang))  # fmt: skip
    n = panel["ends_on"].nunique()
    years = plural("{n} year of voice and sales in {markets}.", "{n} years of voice and sales in {markets}.", n, lang, markets=listed(sorted(panel["market"].unique()), lang))  # fmt: skip
    return check("months", not told, " ".join([years, *told]), remedy=text("Shares of market on this page are those among the brands whose voice is known.", lang))  # fmt: skip


def _relation(made: Page, scope: Scope) -> Check:
    lang, found = scope.language, made.heard.relation
    n = int(made.heard.panel["change"].notna().sum())
    if found.verdict == "published":
        said = " ".join(sentence(one, lang) for one in found.guards)
        return Check("relation", "review", said, text("Read what the excess brings as a quotation, not as a finding of this market.", lang))  # fmt: skip
    if found.verdict in ("supports", "stronger"):
        return Check("relation", "pass", text("The own {n} brand-years bear the published relation out.", lang, n=n))  # fmt: skip
    said = (
        text("The own {n} brand-years do not bear the published relation out: they put it below what was published.", lang, n=n) if found.verdict == "weaker"
        else text("The own {n} brand-years are at one with the published relation and with none at all.", lang, n=n)
    )  # fmt: skip
    return Check("relation", "review", said, text("Set no media budget by excess share of voice; use the page on the media mix.", lang))  # fmt: skip


def _searches(made: Page, scope: Scope) -> list[Check]:
    lang, known, found = scope.language, made.known, made.searched
    if found.found is None:
        said = text("No searches for {house} are known.", lang, house=known.house)
        return [Check("searches", "fail", said, text("Import the search interest of the own brand and its rivals.", lang))]  # fmt: skip
    n, need = int(found.found.table["starts_on"].nunique()), LAG_TIMES[known.a_year]
    unit = weeks(n, scope) if known.a_year == 52 else plural("{n} month", "{n} months", n, lang)
    made_checks = [
        check(
            "searches", n >= need,
            text("Searches of {span}: enough to ask what they run ahead of.", lang, span=unit) if n >= need
            else text("Searches of {span} only: no lead and no change is told, need n = {need}.", lang, span=unit, need=need),
            remedy=text("Import two years of searches.", lang),
        )
    ]  # fmt: skip
    gaps = [one for one in found.found.guards if one.startswith("times that lack")]
    if gaps:
        made_checks.append(Check("search_gaps", "review", sentence(gaps[0], lang), text("Load these times again, for all brands.", lang)))  # fmt: skip
    if len(known.sources) > 1:
        said = text("Searches come from {sources}; only {first} is read, since counts of two tools do not add up.", lang, sources=listed(list(known.sources), lang), first=known.sources[0])  # fmt: skip
        made_checks.append(
            Check("sources", "review", said, text("Keep one source in search_interest.", lang))
        )
    return made_checks


def _words(made: Page, scope: Scope) -> list[Check]:
    lang, known = scope.language, made.known
    found = []
    if known.strange:
        said = text("common_words names {names}, which no table knows.", lang, names=listed(list(known.strange), lang))  # fmt: skip
        found.append(Check("word_names", "review", said, text("Write the brand as search_interest does.", lang)))  # fmt: skip
    if known.house in known.words:
        said = text("{house} is a common word: some of its searches are about something else, and nobody knows how many.", lang, house=known.house)  # fmt: skip
        return [*found, Check("common_words", "review", said, text("Read the course of the share of search, not its level.", lang))]  # fmt: skip
    told = [
        one for one in (made.searched.found.guards if made.searched.found else ()) if "common word" in one
    ]
    if told:
        said = " ".join(sentence(one, lang) for one in told)
        found.append(Check("common_words", "review", said, text("The share of search of this page leaves it out.", lang)))  # fmt: skip
    else:
        found.append(Check("common_words", "pass", text("No name of a brand is said to be a common word with many searches.", lang)))  # fmt: skip
    return found


def _regions(made: Page, scope: Scope) -> list[Check]:
    lang, found = scope.language, made.regions
    if not found.n:
        said = text("Local spikes cannot be told: {reason}.", lang, reason=translate(found.reason, lang) if found.reason is not None else "–")  # fmt: skip
        return [Check("regions", "review", said, text("Import weekly counts of searches by region, a year of them or more.", lang))]  # fmt: skip
    untold = sum(len(one.table) for one in found.found.values()) - found.n
    made_checks = [
        check(
            "regions", not untold,
            text("{n} regions were looked at together: the chance of even one false spike among them is 5 %.", lang, n=count(found.n, scope)) if not untold
            else text("{n} of {all} regions cannot be told: a week is missing, or nobody searched there in the past.", lang, n=untold, all=untold + found.n),
            remedy=text("Load the missing weeks; until then these regions are not judged.", lang),
        )
    ]  # fmt: skip
    seasons = [one.spike for one in made.cards if one.spike.times_year_before >= SEASON]
    if seasons:
        said = text("{regions}: searches rose there in the same weeks a year before, too.", lang, regions=listed([place(made.known, one.market, one.region, scope) for one in seasons], lang))  # fmt: skip
        made_checks.append(Check("season", "review", said, text("Take it for a season of the place, and start no operation on it alone.", lang)))  # fmt: skip
    guessed = [one for one in made.cards if one.people.placed != BY_STORE and not one.people.reason]
    if guessed:
        said = plural(
            "No table says where a customer lives, and there is no own store there ({regions}): customers are told from the market’s, by its share of {share}.",
            "No table says where a customer lives, and there is no own store there ({regions}): customers are told from the market’s, by their share of {share}.",
            len(guessed), lang, regions=listed([place(made.known, one.spike.market, one.spike.region, scope) for one in guessed], lang),
            share=text("past orders", lang) if guessed[0].sized_by == "orders" else text("past searches", lang),
        )  # fmt: skip
        made_checks.append(Check("places", "review", said, text("Count them by postcode in the CRM before anything is printed or rented.", lang)))  # fmt: skip
    return made_checks


def _assistants(made: Page, scope: Scope) -> Check:
    lang, found = scope.language, made.assistants
    remedy = text("Let the server’s log tell visits from assistants, by market and day.", lang)
    if found.growth is None:
        return Check("assistants", "review", sentence(found.reason, lang), remedy)
    if found.growth.guards:
        return Check(
            "assistants", "review", " ".join(sentence(one, lang) for one in found.growth.guards), remedy
        )
    if found.taken is not None and found.taken.guards:
        why = " ".join(sentence(one, lang) for one in found.taken.guards)
        said = text("What assistants take from searches: {why}", lang, why=why)
        wanted = (
            text("Import two years of weekly searches, of markets in which assistants do not weigh alike; until then this stays open.", lang) if scope.market == ALL
            else text("Read this page for all markets together, with two years of weekly searches.", lang)
        )  # fmt: skip
        return Check("assistants", "review", said, wanted)
    said = text("Visits from assistants are known for {span}; {share} of them came in the last four weeks.", lang, span=weeks(len(found.visits), scope),
                share=share(float(found.visits["visits"].tail(4).sum() / max(found.visits["visits"].sum(), 1)), scope, 0))  # fmt: skip
    return check("assistants", len(found.visits) >= 26, said, remedy=text("Wait for half a year of them; need n = {n} weeks.", lang, n=number(26, "count", language=lang)))  # fmt: skip
