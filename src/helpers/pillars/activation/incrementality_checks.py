"""What could make a test by region wrong: how it was set up, and what its placebos find."""

from __future__ import annotations

from helpers.checks import Check, check
from helpers.company import Scope
from helpers.i18n import plural, text
from helpers.pillars.activation.incrementality import GeoTest
from helpers.pillars.activation.incrementality_placebos import Placebo, placebos


def checks(found: list[GeoTest], scope: Scope, *, lacking: str = "") -> list[Check]:
    """What a reader should know before any result; `lacking` says which table of tests the company does not have."""
    lang = scope.language
    if not found:
        return [
            check("geo_tests", False, text("No test by region has ended, so what a channel brings was never tested.", lang),
                  remedy=f"{text('Plan one as the page proposes, write it down before it starts, and leave regions alone by lot.', lang)} {lacking}".strip())
        ]  # fmt: skip
    made = []
    for test in found:
        wrong = _unreadable(test, lang) if test.reason else _faults(test, lang)
        made += [Check(f"{name}_{test.name}", status, said, remedy) for name, status, said, remedy in wrong]
        if not wrong:
            said = text(
                "“{test}”: written down before it started, {treated} places treated and {control} left alone, {n} times before it and "
                "{during} in it, no day missing.", lang, test=test.name, treated=test.treated.shape[1], control=test.control.shape[1],
                n=test.found.n_before, during=test.found.n_during,
            )  # fmt: skip
            made.append(Check(f"set_up_{test.name}", "pass", said))
        made += [_as_check(test, one, lang) for one in placebos(test, scope) if one.passed is not True]
    return made


def _unreadable(test: GeoTest, lang: str) -> list[tuple[str, str, str, str]]:
    remedy = text(
        "Keep the rows of all places, treated or not, from weeks before the start to the end, with their revenue in the column value.", lang
    )  # fmt: skip
    said = text("“{test}” cannot be read. {why}", lang, test=test.name, why=test.reason)
    return [("readable", "fail", said, remedy)]


def _faults(test: GeoTest, lang: str) -> list[tuple[str, str, str, str]]:
    """What is wrong with the set-up of a test that can be read: name, status, what, remedy."""
    days, name, during = test.treated.index, {"test": test.name}, test.found.n_during
    missing = int((days.max() - days.min()).days) + 1 - len(days)
    below = int((test.treated < 0).sum().sum() + (test.control < 0).sum().sum())
    possible = (
        ("channel", not test.channel,
         text("The code “{test}” names no channel, or several: its result goes to none.", lang, **name),
         text("Write the channel as media_spend spells it into experiment_id, between underscores.", lang)),
        ("registered", test.registered_on is None or test.registered_on >= test.starts_on,
         text("“{test}” was not written down before it started: a hypothesis made afterwards always fits.", lang, **name),
         text("Fill registered_on, hypothesis and metric before the first day.", lang)),
        ("regions", min(test.treated.shape[1], test.control.shape[1]) < 2,
         text("“{test}”: one side is a single place, and anything that happens there passes for the effect.", lang, **name),
         text("Treat at least four places next time, by lot; read this one as a story.", lang)),
        ("before", test.found.n_before < during,
         text("“{test}”: {n} times before the test, {during} in it.", lang, **name, n=test.found.n_before, during=during),
         text("Keep at least as long a time before a test as the test lasts.", lang)),
        ("days", missing,
         plural("“{test}”: one day is missing on a side and left out on both.",
                "“{test}”: {n} days are missing on a side and left out on both.", missing, lang, **name),
         text("Export these days again: days that fail are seldom like the others.", lang)),
        ("negative", below,
         plural("“{test}”: on one day a place sold less than nothing.",
                "“{test}”: {n} times a place sold less than nothing on a day.", below, lang, **name),
         text("Book returns on the day of the order, or count orders and returns apart.", lang)),
        ("cost", not abs(test.spend_change) > 0,
         text("“{test}”: spend by place is not known or did not change, so there is no return to tell.", lang, **name),
         text("Fill the column cost for treated and untreated places.", lang)),
    )  # fmt: skip
    return [(fault, "review", said, remedy) for fault, is_there, said, remedy in possible if is_there]


def _as_check(test: GeoTest, one: Placebo, lang: str) -> Check:
    return check(
        f"placebo_{test.name}_{one.name}", one.passed is not False, text("“{test}”. {what}", lang, test=test.name, what=one.text),
        remedy=text("Read the interval as too narrow; a longer time before, more places or weeks in place of days would help.", lang),
    )  # fmt: skip
