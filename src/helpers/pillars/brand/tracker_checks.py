"""Checks of the page on the brand tracker: weights, changed texts, numbers of answers, the census, the agency, the trust scale."""

from __future__ import annotations

import math

import pandas as pd

from helpers.checks import COUNTS_ONLY, NO_TREND, Check, check, sample_check, sentence
from helpers.company import Scope
from helpers.i18n import listed, number, parted, plural, text, translate
from helpers.methods import funnel_norm, reliability, survey
from helpers.pillars.brand import tracker_words as words
from helpers.pillars.brand.tracker import Page
from helpers.pillars.brand.tracker_figures import is_stale


def checks(made: Page, scope: Scope) -> list[Check]:
    """What could make this page wrong."""
    return [
        _weights(made, scope), _texts(made, scope), _answers(made, scope), *_thin(made, scope), _season(made, scope), *_sample(made, scope),
        _norm(made, scope), *_favourites(made, scope), _census(made, scope), *_agency(made, scope), _trust(made, scope), _name(made, scope),
    ]  # fmt: skip


def _weights(made: Page, scope: Scope) -> Check:
    lang, table = scope.language, made.waves.table
    without = sorted(table.loc[~table["is_weighted"].astype(bool), "wave"].unique())
    last = made.share(made.first)
    if not without:
        said = text("Every wave has weights; in the last one they make {n} answers worth {worth} (design effect {deff}).", lang,
                    n=words.count(last["n"], scope), worth=words.count(last["n_effective"], scope), deff=number(last["deff"], "ratio", decimals=2, language=lang))  # fmt: skip
        partly = [sentence(one, lang) for one in made.waves.guards]
        if partly:
            return Check("weights", "review", " ".join([said, *partly]), text("Ask the institute for the missing weights.", lang))  # fmt: skip
        return Check("weights", "pass", said)
    named = listed([words.wave(name, lang) for name in without], lang)
    said = text("No weights in the wave of {waves}: everybody counts alike, so shares may lean and intervals are too narrow; no change is told between it and a wave with weights.", lang, waves=named)  # fmt: skip
    return Check("weights", "review", said, text("Ask the institute for the weights of these waves, and import them again.", lang))  # fmt: skip


def _texts(made: Page, scope: Scope) -> Check:
    lang = scope.language
    if not made.breaks:
        recorded = (made.waves.table["wording"] != "").groupby(made.waves.table["question"]).all()
        if not recorded.any():
            said = text("The text of the questions is not recorded, so a changed text would be read as a change of the brand.", lang)  # fmt: skip
            return Check("texts", "review", said, text("Import the version of each question's text as the column wording.", lang))  # fmt: skip
        if not recorded.all():
            named = listed([words.question(name, lang) for name in recorded.index[~recorded]], lang)
            said = text("The text is not recorded of {questions}, so a changed text would be read as a change of the brand.", lang, questions=named)  # fmt: skip
            return Check("texts", "review", said, text("Import the version of each question's text as the column wording.", lang))  # fmt: skip
        return Check("texts", "pass", text("Each question has had the same text in all waves read.", lang))
    parts = [
        text("{question} in {wave}", lang, question=words.question(name, lang), wave=words.wave(at, lang))
        for name, at in made.breaks.items()
    ]
    said = text("The text of a question changed: {breaks}. No change is told over it.", lang, breaks=listed(parts, lang))  # fmt: skip
    return Check("texts", "review", said, text("Ask the old and the new text side by side in the next wave.", lang))  # fmt: skip


def _answers(made: Page, scope: Scope) -> Check:
    lang, own = scope.language, made.shares[made.shares["brand"] == made.own]
    what = text("answers in the last wave, after weighting", lang) if own["is_weighted"].all() else text("answers in the last wave, without weights", lang)  # fmt: skip
    return sample_check("answers", math.floor(own["n_effective"].min()), what, language=lang)


def _thin(made: Page, scope: Scope) -> list[Check]:
    """Earlier waves with too few answers for a trend."""
    table, lang = made.waves.table, scope.language
    thin = table[(table["brand"] == made.own) & (table["wave"] != made.last) & (table["n_effective"] < NO_TREND)]  # fmt: skip
    if thin.empty:
        return []
    named = listed([words.wave(name, lang) for name in sorted(thin["wave"].unique())], lang)
    said = text("Too few answers in the wave of {waves}: cannot tell a change from it, need n = {need}.", lang, waves=named, need=NO_TREND)  # fmt: skip
    return [Check("thin_waves", "review", said, text("Read the smoothed course, and ask more people in each wave.", lang))]  # fmt: skip


def _season(made: Page, scope: Scope) -> Check:
    lang = scope.language
    last = words.wave(made.last, lang)
    if is_stale(made, scope):
        said = text("The last wave is of {wave}, before the period of this page.", lang, wave=last)
        return Check("last_wave", "review", said, text("Import the next wave, or read the page for an earlier period.", lang))  # fmt: skip
    if not made.year:
        said = text("The last wave is of {wave}; none stands a year before it, so a change over the year cannot be told.", lang, wave=last)  # fmt: skip
        return Check("last_wave", "review", said, text("Import the wave of a year before.", lang))
    return Check("last_wave", "pass", text("The last wave is of {wave}; that of {year} is its season of the year before.", lang, wave=last, year=words.wave(made.year, lang)))  # fmt: skip


def _sample(made: Page, scope: Scope) -> list[Check]:
    lang, rows, found = scope.language, made.asked.last, []
    if len(rows):
        who = rows.drop_duplicates("respondent_id")["sample_source"]
        if (said := survey.indicative(who)) is not None:
            found.append(Check("indicative", "review", sentence(said, lang), text("Read shares as an indication, and do not add decimals.", lang)))  # fmt: skip
    if made.asked.others:
        said = text("This page reads {market} alone; {others} are left out, because weights of two markets do not add up.", lang, market=made.market,
                    others=listed(list(made.asked.others), lang))  # fmt: skip
        found.append(Check("markets", "review", said, text("Read the page market by market.", lang)))
    return found


def _norm(made: Page, scope: Scope) -> Check:
    lang = scope.language
    n = int(made.norm.lines["brands"].min()) if len(made.norm.lines) else 0
    over = sorted({one.values["brand"] for one in made.norm.guards if "brand" in getattr(one, "values", {})})
    if over:
        said = text("More people say yes to a later step than to the one before it, for {brands}.", lang, brands=listed(over, lang))  # fmt: skip
        return Check("norm", "review", said, text("Look at the order of the steps, and at how the questions were put.", lang))  # fmt: skip
    return check(
        "norm", n >= funnel_norm.FEWEST_BRANDS,
        plural("What size lets expect comes from {n} brand.", "What size lets expect comes from {n} brands.", n, lang) if n >= funnel_norm.FEWEST_BRANDS
        else text("{n} brands have enough answers, and need n = {need}: what size lets expect cannot be told.", lang, n=n, need=funnel_norm.FEWEST_BRANDS),
        remedy=text("Ask about more brands of the category.", lang),
    )  # fmt: skip


def _favourites(made: Page, scope: Scope) -> list[Check]:
    """One brand at most is preferred."""
    rows, lang = made.asked.last, scope.language
    if made.first != "preference" or rows.empty:
        return []
    named = rows[(rows["question"] == made.first) & (rows["score"] == 1)].groupby("respondent_id").size()
    several = int((named > 1).sum())
    said = text("Everybody prefers one brand at most.", lang) if not several else plural(
        "{n} person prefers several brands.", "{n} people prefer several brands.", several, lang)  # fmt: skip
    return [check("favourites", not several, said, remedy=text("Ask the institute how the question was put; shares of preference then add up to more than 100%.", lang))]  # fmt: skip


def _census(made: Page, scope: Scope) -> Check:
    lang = scope.language
    if made.regions.reason:
        said = text("Regions cannot be told: {reason}.", lang, reason=translate(made.regions.reason, lang).rstrip("."))  # fmt: skip
        return Check("regions", "review", said, text("Import population_margins with the levels that the survey uses, and ask for the region.", lang))  # fmt: skip
    named = listed([words.dimension(name, lang) for name in made.regions.dimensions], lang)
    leans = text("The model of regions leans on official shares of {dimensions}.", lang, dimensions=named)
    if made.regions.guards:
        said = " ".join([leans, *(sentence(one, lang) for one in made.regions.guards)])
        return Check("regions", "review", said, text("Compare regions, and do not add decimals.", lang))
    return Check("regions", "pass", leans)


def _agency(made: Page, scope: Scope) -> list[Check]:
    """The two surveys over all quarters that both asked: alike, apart, or not told apart."""
    lang, agree = scope.language, made.agency.agree
    if agree.empty:
        return []
    quarters = plural("{n} shared quarter", "{n} shared quarters", int(agree["quarters"].max()), lang)
    facts = {"quarters": quarters, "points": words.points(made.points, scope).lstrip("+")}
    quote = text("Name the survey whenever a figure is quoted, and compare how both ask and weight.", lang)
    if len(off := agree[agree["told"] == "differs"]):
        said = text("Over {quarters}, our own quarterly survey differs from the agency barometer beyond chance: {questions}.", lang, **facts, questions=_gaps(off, scope))  # fmt: skip
        return [Check("agency", "review", said, quote)]
    if waves := [(row.question, name) for row in agree.itertuples() for name in row.apart]:
        named = listed([text("{question} in {wave}", lang, question=words.question(one, lang), wave=words.wave(name, lang)) for one, name in waves], lang)  # fmt: skip
        said = text("Our own quarterly survey differs from the agency barometer, its mean of three months, beyond chance in single quarters: {waves}.", lang, waves=named)  # fmt: skip
        return [Check("agency", "review", said, quote)]
    if len(open_ := agree[agree["told"] != "agrees"]):
        said = text("Over {quarters}, our own quarterly survey and the agency barometer are not told apart; answers are too few to say that they agree to within {points}: {questions}.", lang, **facts, questions=_gaps(open_, scope))  # fmt: skip
        return [Check("agency", "review", said, quote)]
    named = listed([words.question(name, lang) for name in agree["question"]], lang)
    return [Check("agency", "pass", text("Over {quarters}, our own quarterly survey and the agency barometer agree to within {points}: {questions}.", lang, **facts, questions=named))]  # fmt: skip


def _gaps(rows: pd.DataFrame, scope: Scope) -> str:
    """Questions with our share less the agency's."""
    parts = [f"{words.question(row.question, scope.language)} {words.with_points(row.change, row.low, row.high, scope)}" for row in rows.itertuples()]  # fmt: skip
    return parted(parts, scope.language)


def _trust(made: Page, scope: Scope) -> Check:
    lang, held = scope.language, made.trust.held
    if made.trust.reason:
        said = text("Trust cannot be told: {reason}.", lang, reason=translate(made.trust.reason, lang))
        return Check("trust", "review", said, text("Ask three to five statements on trust, of the own brand and of two rivals.", lang))  # fmt: skip
    thin = made.trust.last(made.own)
    if thin["n_effective"] < COUNTS_ONLY:
        return sample_check("trust", math.floor(thin["n_effective"]), text("answers on trust, after weighting", lang), language=lang)  # fmt: skip
    weak = [brand for brand, one in held.items() if not one.alpha.low >= reliability.GOOD]
    told = [sentence(guard, lang) for one in held.values() for guard in one.guards]
    return check(
        "trust", not weak,
        text("The statements on trust measure one thing: alpha is surely above 0.70 for every brand.", lang) if not weak
        else " ".join([text("The trust scale may be too loose for {brands}.", lang, brands=listed(weak, lang)), *dict.fromkeys(told)]),
        remedy=text("Read a change of trust with care, and look at the statements one by one.", lang),
    )  # fmt: skip


def _name(made: Page, scope: Scope) -> Check:
    lang = scope.language
    if made.premium.reason:
        said = text("What the name is worth cannot be told: {reason}.", lang, reason=translate(made.premium.reason, lang))  # fmt: skip
        return Check("premium", "review", said, text("Run a choice study that shows our brand, rivals and prices.", lang))  # fmt: skip
    said = text("What the name is worth comes from choices of {n} people in {markets}.", lang, n=words.count(made.premium.n, scope), markets=listed(list(made.premium.markets), lang))  # fmt: skip
    return Check("premium", "pass", said)
