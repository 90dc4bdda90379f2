"""Explain, mend, be known, ask: what to do about the funnel, what moved, and the next wave."""

from __future__ import annotations

import math

from helpers.checks import Decision
from helpers.company import Scope
from helpers.i18n import capital, interval, listed, number, text
from helpers.kpi import LEVEL
from helpers.methods.intervals import wilson
from helpers.pillars.brand import tracker_places as places
from helpers.pillars.brand import tracker_told as told
from helpers.pillars.brand import tracker_words as words
from helpers.pillars.brand.tracker import Page

STEP = 0.10  # more people who know the brand, of all, that the decision on being known speaks of
RECENT = 4  # waves in which a changed text still parts the year


def decisions(made: Page, scope: Scope, *, owner: str = "") -> list[Decision]:
    """Decisions: what moved, the funnel, the region to begin in, the next wave and its texts; at most five."""
    lang = scope.language
    common = {"owner": owner or text("brand director", lang), "due": scope.next_review}
    if made.share(made.first)["n_effective"] < 30:
        return [_ask(made, scope, common)]
    found = [_explain(made, scope, common), *_funnel(made, scope, common), _ask(made, scope, common), _bridge(made, scope, common)]  # fmt: skip
    return [one for one in found if one is not None]


def _explain(made: Page, scope: Scope, common: dict) -> Decision | None:
    """A fall of the figure of the page has a cause to be found, a rise one to be kept."""
    lang, name = scope.language, words.question(made.first, scope.language)
    fell, rose = told.first_moved(made, "lower"), told.first_moved(made, "higher")
    one = fell if fell is not None else rose
    if one is None:
        return None
    facts = {"question": name, "change": words.with_points(one["change"], one["low"], one["high"], scope), "base": words.wave(one["base"], lang)}  # fmt: skip
    said = (
        text("Find out what took {question} down, {change} against {base}: look at media, prices, press and mentions of these weeks.", lang, **facts) if fell is not None
        else text("Note what brought {question} up, {change} against {base}, as a learning before it is forgotten.", lang, **facts)
    )  # fmt: skip
    return Decision(
        id="explain", verb=text("Explain", lang), amount=name, sentence=said,
        reverse_if=text("the next wave brings it back to where it was", lang), **common,
    )  # fmt: skip


def _funnel(made: Page, scope: Scope, common: dict) -> list[Decision]:
    """The step that leaks most against size; where none is shown to, being known."""
    lang, leaking = scope.language, told.leaks(made)
    if leaking:
        weak = leaking[0]
        said = text("Mend the funnel {between}: {kept} are kept there, and a brand of our size is expected to keep {expected}.", lang, between=told.between(made, weak.step, lang),
                    kept=words.share(weak.value, scope), expected=words.with_shares(weak.expected, weak.expected_low, weak.expected_high, scope))  # fmt: skip
        return [Decision(
            id="mend", verb=text("Mend", lang), amount=words.question(weak.step, lang), sentence=said, effect=100 * (weak.expected - weak.value),
            low=100 * (weak.expected_low - weak.value), high=100 * (weak.expected_high - weak.value), unit="points",
            reverse_if=text("with the next wave the step is inside what size lets expect", lang), **common,
        )]  # fmt: skip
    rows = made.funnel.dropna(subset=["ratio"])
    if rows.empty:
        return []
    weak = rows.iloc[0]
    hold = text("Put no money on mending a step: at the weakest, {between}, we keep {times} times the people that a brand of our size is expected to keep.", lang,
                between=told.between(made, weak["step"], lang), times=words.ratio(weak["ratio"], weak["ratio_low"], weak["ratio_high"], scope))  # fmt: skip
    found = [Decision(id="hold", verb=text("Hold", lang), amount=text("the funnel", lang), sentence=hold,
                      reverse_if=text("a step falls below what size lets expect", lang), **common)]  # fmt: skip
    return [*_known(made, scope, common), *found]


def _known(made: Page, scope: Scope, common: dict) -> list[Decision]:
    """Test reach: what more people who know the brand would bring if they chose as the others do, and where to begin."""
    lang, top, first = scope.language, made.share(made.steps[0]), made.share(made.first)
    leader = told.wider_known(made)
    if leader is None:
        return []
    n = float(first["n_effective"] * top["value"])
    value = float(first["value"] / top["value"])
    low, high = (float(one) for one in wilson(min(value, 1.0) * n, n, level=LEVEL))
    facts = {"question": words.question(made.steps[0], lang), "ours": words.share(top["value"], scope), "leader": leader["brand"], "theirs": words.share(leader["value"], scope),
             "step": number(STEP * 100, "points", language=lang), "gain": words.points(value * STEP, scope).lstrip("+"), "figure": words.question(made.first, lang),
             "bounds": interval(low * STEP * 100, high * STEP * 100, "ratio", decimals=1, language=lang)}  # fmt: skip
    said = text("Test a wider reach: {question} is {ours}, against {theirs} for {leader}. {step} more would be worth {gain} of {figure} ({bounds}) if newcomers chose as those do who know us today, and less if they are cooler.", lang, **facts)  # fmt: skip
    below = places.apart(made.regions)[1]
    if below:
        said += " " + text("Begin in {regions}.", lang, regions=listed(below, lang))
    return [Decision(
        id="reach", verb=text("Test", lang), amount=text("a wider reach", lang), sentence=said,
        reverse_if=text("the test moves {question} and not {figure}", lang, question=facts["question"], figure=facts["figure"]), **common,
    )]  # fmt: skip


def _ask(made: Page, scope: Scope, common: dict) -> Decision | None:
    """How many people the next waves need."""
    lang, need = scope.language, made.needs[made.first]
    n = float(made.share(made.first)["n"])
    if need.each != need.each or need.each <= n:
        return None
    facts = {"each": words.count(need.each, scope), "points": words.points(made.points, scope).lstrip("+"), "question": words.question(made.first, lang), "now": words.count(n, scope)}  # fmt: skip
    said = text("Ask {each} people in each of the next two waves: with {now} a change of {points} of {question} cannot be told from one wave to the next.", lang, **facts)  # fmt: skip
    if math.isinf(need.next):
        said += " " + text("A larger next wave alone will not do: the last one is too small to compare with.", lang)  # fmt: skip
    return Decision(
        id="ask", verb=text("Ask", lang), amount=facts["each"], sentence=said,
        reverse_if=text("a change of {seen} is small enough for every decision that hangs on it", lang, seen=words.points(need.seen, scope).lstrip("+")), **common,
    )  # fmt: skip


def _bridge(made: Page, scope: Scope, common: dict) -> Decision | None:
    """A text that changed within the year: both texts side by side, so that the series goes on."""
    lang, waves = scope.language, sorted(made.waves.table["wave"].unique())
    recent = [name for name, at in made.breaks.items() if at in waves[-RECENT:]]
    if not recent:
        return None
    names = listed([words.question(name, lang) for name in recent], lang)
    said = text("Ask the old and the new text of {questions} in the next wave: each of half the people, drawn by lot, shows what the text moved, so that the year before can be compared.", lang, questions=names)  # fmt: skip
    return Decision(id="bridge", verb=text("Bridge", lang), amount=capital(names), sentence=said,
                    reverse_if=text("nobody compares with waves before the change", lang), **common)  # fmt: skip
