"""What the page on the brand tracker says: titles of charts, and what stood out."""

from __future__ import annotations

import math

from helpers.company import Scope
from helpers.i18n import capital, interval, listed, number, parted, text, translate
from helpers.pillars.brand import tracker_places as places
from helpers.pillars.brand import tracker_words as words
from helpers.pillars.brand.tracker import Page
from helpers.pillars.brand.tracker_moves import REAL
from helpers.pillars.brand.tracker_told import between, change_said
from helpers.pillars.brand.words import level


def brands_finding(made: Page, scope: Scope) -> str:
    """State where the own brand stands as the title of the chart."""
    lang, own = scope.language, made.share(made.first)
    if own["n_effective"] < 30:
        n = words.count(own["n_effective"], scope)
        return text("Too few answers for a share: {n} after weighting", lang, n=n) if own["is_weighted"] else text("Too few answers for a share: {n}", lang, n=n)  # fmt: skip
    rows = made.shares[made.shares["question"] == made.first].sort_values("value", ascending=False, kind="stable")  # fmt: skip
    place = rows["brand"].tolist().index(made.own) + 1
    over = [row.brand for row in rows.itertuples() if row.brand != made.own and row.low > own["high"]]
    said = text("{share} {say}, number {place} of {n} brands", lang, share=words.share(own["value"], scope), say=words.say(made.first, made.own, lang),
                place=place, n=len(rows))  # fmt: skip
    if place > 1 and not over:
        return text("{said}; none is surely ahead", lang, said=said)
    return said


def brands_subtitle(made: Page, scope: Scope) -> str:
    """Say under the shares what is drawn."""
    return text("{survey}, share of all people, {market}, wave of {wave}, {n}; {level} interval", scope.language, survey=capital(words.survey(made, scope)), market=made.market, wave=words.wave(made.last, scope.language),
                n=words.asked(made.share(made.first), scope), level=level(scope))  # fmt: skip


def course_finding(made: Page, scope: Scope) -> str:
    """State what the smoothed course says as the title of its chart."""
    lang, found = scope.language, made.course[made.first]
    if not found.fits:
        return text("Too few waves to smooth", lang)
    last = found.table.iloc[-1]
    return text("{question}, smoothed: {value}", lang, question=capital(words.question(made.first, lang)), value=words.with_shares(last["smoothed"], last["low"], last["high"], scope))  # fmt: skip


def course_subtitle(made: Page, scope: Scope) -> str:
    """Say under the course what is drawn, with the people behind it."""
    n = made.course[made.first].table["n"]
    low, high = (words.count(one, scope) for one in (n.min(), n.max()))
    facts = {"market": made.market, "waves": len(n), "level": level(scope), "n": low, "most": high}
    if low == high:
        return text("share of all people, {market}, {waves} waves of n = {n}; {level} interval of the smoothed course", scope.language, **facts)  # fmt: skip
    return text("share of all people, {market}, {waves} waves of n = {n} to {most}; {level} interval of the smoothed course", scope.language, **facts)  # fmt: skip


def stood_out_said(made: Page, scope: Scope) -> str:
    """Name the changes from wave to wave that stand out among all, and those of rivals in the last wave."""
    lang = scope.language
    parts = [change_said(row, scope) for row in made.stood_out.itertuples()]
    first = (
        text("Over all waves read, these own changes stand out among all that were looked at: {changes}.", lang, changes=parted(parts, lang)) if parts
        else text("Over all waves read, no own change from one wave to the next stands out among all that were looked at.", lang)
    )  # fmt: skip
    if parts:
        first += " " + text("A change picked out because it is large tends to be overstated; the smoothed course says by how much the brand itself is likely to have moved.", lang)  # fmt: skip
    rivals = made.rivals[made.rivals["told"].isin(REAL)]
    looked = int(made.rivals["p"].notna().sum())
    if rivals.empty:
        return first + " " + text("Of {n} changes of rivals in the last wave, none does.", lang, n=looked)
    named = [f"{row.brand}, {change_said(row, scope)}" for row in rivals.itertuples()]
    return first + " " + text("Of {n} changes of rivals in the last wave: {changes}.", lang, n=looked, changes=parted(named, lang))  # fmt: skip


def breaks_said(made: Page, scope: Scope) -> str:
    """Say what a changed text moved a figure by, as far as the smoothed course can tell."""
    lang, parts = scope.language, []
    for name, at in made.breaks.items():
        found = made.course.get(name)
        jump = None if found is None else found.jumps.get(at)
        facts = {"question": words.question(name, lang), "wave": words.wave(at, lang)}
        if jump is None or math.isnan(jump.value):
            parts.append(text("The text of {question} changed in {wave}; what that moved cannot be told.", lang, **facts))  # fmt: skip
        else:
            moved = words.with_points(jump.value, jump.low, jump.high, scope)
            parts.append(text("The text of {question} changed in {wave}: between the two texts the share moved by {moved}, the drift of the other waves taken off. No change is told over it.", lang, **facts, moved=moved))  # fmt: skip
    return " ".join(parts) or text("No text changed in the waves read.", lang)


def funnel_finding(made: Page, scope: Scope) -> str:
    """State the weakest step as the title of its chart."""
    lang = scope.language
    if made.funnel["ratio"].isna().all():
        return text("What size lets expect cannot be told", lang)
    weak = made.funnel.iloc[0]
    times = number(weak["ratio"], "ratio", decimals=2, language=lang)
    if weak["told"] == "below":
        return text("We lose most against size {between}: {times} times what is expected", lang, between=between(made, weak["step"], lang), times=times)  # fmt: skip
    return text("No step is shown to leak: at the weakest we keep {times} times what is expected", lang, times=times)  # fmt: skip


def funnel_subtitle(made: Page, scope: Scope) -> str:
    """Say under the funnel what is drawn."""
    lang = scope.language
    if made.funnel["ratio"].isna().all():
        return level(scope)
    said = between(made, made.funnel.iloc[0]["step"], lang)
    return text("share of people kept {between}, and where the line of the other brands puts a brand of that size; {level} interval", lang, between=said, level=level(scope))  # fmt: skip


def regions_finding(made: Page, scope: Scope) -> str:
    """State which regions stand apart as the title of their chart."""
    lang, made_of = scope.language, made.regions
    if made_of.reason:
        return text("Regions cannot be told", lang)
    above, below = places.apart(made_of)
    name = capital(words.question(made_of.question, lang))
    if below:
        return text("{question} is below the whole in {regions}", lang, question=name, regions=listed(below, lang))  # fmt: skip
    if above:
        return text("{question} is above the whole in {regions}, and nowhere surely below it", lang, question=name, regions=listed(above, lang))  # fmt: skip
    return text("{question}: no region is surely apart from the whole", lang, question=name)


def regions_subtitle(made: Page, scope: Scope) -> str:
    """Say under the regions what is drawn."""
    if made.regions.reason:
        return level(scope)
    n = made.regions.total.n
    return text("share of all people, {market}, wave of {wave}, n = {n}; by a model that leans on official shares of {dimensions}, known one by one only, beside the raw answers; {level} interval", scope.language,
                market=made.market, wave=words.wave(made.last, scope.language), n=words.count(n, scope), level=level(scope),
                dimensions=listed([words.dimension(name, scope.language) for name in made.regions.dimensions], scope.language))  # fmt: skip


def trust_finding(made: Page, scope: Scope) -> str:
    """State trust of the last wave and what moved as the title of its chart."""
    lang = scope.language
    if made.trust.reason:
        return text("Trust cannot be told", lang)
    last = made.trust.last(made.own)
    value = number(last["value"], "ratio", decimals=2, language=lang)
    ahead = made.trust.ahead[made.trust.ahead["told"] == "higher"]["brand"].tolist()
    if ahead:
        return text("Trust in {own} is {value}, ahead of {rivals}", lang, own=made.own, value=value, rivals=listed(ahead, lang))  # fmt: skip
    return text("Trust in {own} is {value}, not shown to be ahead", lang, own=made.own, value=value)


def trust_subtitle(made: Page, scope: Scope) -> str:
    """Say under trust what is drawn."""
    lang, last = scope.language, made.trust.last(made.own)
    if last is None:
        return level(scope)
    low, high = (number(one, "ratio", language=lang) for one in made.trust.bounds)
    return text("mean of {items} statements, {low} to {high}, of people who know the brand; ours in the last wave: {n}; {level} interval", lang,
                items=made.trust.items, low=low, high=high, n=words.asked(last, scope), level=level(scope))  # fmt: skip


def trust_said(made: Page, scope: Scope) -> str:
    """Say what trust did from wave to wave."""
    lang = scope.language
    if made.trust.reason:
        return text("Trust cannot be told: {reason}.", lang, reason=translate(made.trust.reason, lang))
    moved = made.trust.changes[made.trust.changes["told"].isin(REAL)]
    if moved.empty:
        return text("No change of trust in {own} from wave to wave stands out.", lang, own=made.own)
    parts = [
        text("{change} in {wave}", lang, change=words.ratio(row.change, row.low, row.high, scope), wave=words.wave(row.wave, lang))
        for row in moved.itertuples()
    ]  # fmt: skip
    return text("Trust in {own} moved beyond chance: {changes}.", lang, own=made.own, changes=parted(parts, lang))  # fmt: skip


def name_finding(made: Page, scope: Scope) -> str:
    """State what the name is worth as the title of its chart."""
    lang = scope.language
    if made.premium.reason:
        return text("What the name is worth cannot be told", lang)
    one = made.premium.table.iloc[0]
    money = {"currency": scope.currency, "language": lang}
    return text("People would pay {value} more for our name than for the mean of the others ({bounds})", lang, value=number(one["value"], "currency", **money),
                bounds=interval(one["low"], one["high"], "currency", **money))  # fmt: skip


def name_subtitle(made: Page, scope: Scope) -> str:
    """Say under the worth of names what is drawn."""
    return text("each name against the mean of the others, in choices of n = {n} people; {level} interval", scope.language, n=words.count(made.premium.n, scope),
                level=level(scope))  # fmt: skip
