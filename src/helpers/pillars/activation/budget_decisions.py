"""The decisions of the budget page: the move with its money and doubt, what not to decide, the test to run."""

from __future__ import annotations

import pandas as pd

from helpers.checks import SUREST, Decision
from helpers.company import Scope
from helpers.i18n import interval, number, text
from helpers.kpi import LEVEL
from helpers.methods import budget_moves
from helpers.methods.intervals import equal_tailed
from helpers.pillars.activation import budget_telling as telling
from helpers.pillars.activation.budget import marginals
from helpers.pillars.activation.budget_plan import Page
from helpers.pillars.activation.naming import TOGETHER, listed_channels


def decisions(
    made: Page, tests: pd.DataFrame, scope: Scope, *, no_design: str = "", owner: str = ""
) -> list[Decision]:
    """Decisions: first the move, or that there is none; then money to keep; what not to decide on; the test to run.

    Parameters
    ----------
    tests : rows of `budget_tests.tests`. no_design : why no test by region can be planned, in words.
    """
    lang = scope.language
    common = {
        "owner": owner or text("CMO and finance director", lang),
        "due": scope.next_review,
        "currency": scope.currency,
    }
    first = made.best
    if made.is_new_total:
        listed_ones = [_new_total(made, scope, common)]
    else:
        listed_ones = [_move(made, first, scope, common) if first is not None else _keep(made, scope, common)]
    listed_ones += [_take_out(made, row, scope, common) for row in made.kept_money[:1]]
    listed_ones += [_add_nothing(made, row, scope, common) for row in made.unpaid]
    if open_ones := [one for one in made.found.units if not one.can_move]:
        listed_ones.append(_undecided(made, [one.name for one in open_ones], tests, scope, common))
    if len(tests):
        listed_ones.append(_test(tests, no_design, scope, common))
    return listed_ones


def _move(made: Page, row, scope: Scope, common: dict) -> Decision:
    lang, facts = scope.language, telling.move_facts(row, scope)
    loses = number(1 - round(min(row.chance, SUREST), 2), "share", language=lang)
    said = text(
        "Move {amount} a month from {source} to {target}: {value} of {what} a month ({level} interval {bounds}), a gain with a chance of {chance}; it "
        "loses money in {loses} of what may be true.", lang, **facts, loses=loses,
    )  # fmt: skip
    if warned := telling.warning(row.source, made.found, scope):
        said += " " + warned
    return Decision(
        id="move", verb=text("Move", lang), amount=text("{amount} a month", lang, **facts), sentence=said, effect=row.value, low=row.low,
        high=row.high, probability=min(row.chance, SUREST),
        reverse_if=text("sales of the next two months stay below what the model expects of the move", lang), **common,
    )  # fmt: skip


def _new_total(made: Page, scope: Scope, common: dict) -> Decision:
    """The split of a total that was set."""
    lang = scope.language
    told = budget_moves.summary(made.plan.gain, level=LEVEL)
    total = number(float(made.plan.spend.sum()), "currency", currency=scope.currency, language=lang)
    return Decision(
        id="split", verb=text("Split", lang), amount=text("{amount} a month", lang, amount=total), sentence=telling.new_total(made, scope),
        effect=told["value"], low=told["low"], high=told["high"], probability=min(told["chance"], SUREST),
        reverse_if=text("sales of the next two months stay below what the model expects of the move", lang), **common,
    )  # fmt: skip


def _take_out(made: Page, row, scope: Scope, common: dict) -> Decision:
    lang, facts = scope.language, telling.move_facts(row, scope)
    said = text(
        "If the total may be smaller, take {amount} a month out of {source} and keep it: {value} of {what} a month ({level} interval {bounds}), a gain "
        "with a chance of {chance}.", lang, **facts,
    )  # fmt: skip
    return Decision(
        id="take_out", verb=text("Keep the money", lang), amount=text("{amount} a month", lang, **facts), sentence=said, effect=row.value,
        low=row.low, high=row.high, probability=min(row.chance, SUREST),
        reverse_if=text("a test on {source} shows that its last unit of money earns itself back", lang, **facts), **common,
    )  # fmt: skip


def _add_nothing(made: Page, row, scope: Scope, common: dict) -> Decision:
    """A channel that builds, whose last money does not come back within weeks: no more, and no cut from this page alone."""
    lang, channels = scope.language, row.source.split(TOGETHER)
    draws = marginals(made.found, channels)
    low, high = equal_tailed(draws, level=LEVEL)
    ratio = {"unit": "ratio", "decimals": 2, "language": lang}
    facts = {
        "channel": row.source, "marginal": number(float(draws.mean()), **ratio), "bounds": interval(float(low), float(high), **ratio),
        "pays": number(1 / made.found.rate, **ratio), "level": number(LEVEL, "share", language=lang),
    }  # fmt: skip
    said = text(
        "Add no money to {channel}: its last unit brings {marginal} of revenue within weeks ({level} interval {bounds}), and {pays} would pay for it. Do "
        "not cut it from this page alone either: what it builds for later years is not in this figure.", lang, **facts,
    )  # fmt: skip
    amount = number(float(made.found.curves.spend[[made.found.curves.channels.index(name) for name in channels]].sum()),
                    "currency", currency=scope.currency, language=lang)  # fmt: skip
    return Decision(
        id=f"add_nothing_{row.source}", verb=text("Add nothing", lang), amount=text("{amount} a month", lang, amount=amount), sentence=said,
        reverse_if=text("what it builds for later years is measured", lang), **common,
    )  # fmt: skip


def _keep(made: Page, scope: Scope, common: dict) -> Decision:
    lang = scope.language
    if made.found.curves is None:
        said = text("Keep the split of the budget as it is. {why}", lang, why=made.found.why)
    elif made.refused:
        said = text("Decide on the limits first. {why}", lang, why=telling.refused_said(made, scope))
    else:
        said = telling.unsure(made, scope)
    return Decision(
        id="keep", verb=text("Keep", lang), amount=text("the split as it is", lang), sentence=said,
        reverse_if=text("a test makes a move sure enough", lang), **common,
    )  # fmt: skip


def _undecided(made: Page, names: list[str], tests: pd.DataFrame, scope: Scope, common: dict) -> Decision:
    lang = scope.language
    spend = float(made.found.curves.spend.sum()) - sum(
        float(made.found.curves.spend[made.found.curves.channels.index(name)]) for one in made.found.movable for name in one.channels
    )  # fmt: skip
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    said = text(
        "Do not decide on {channels}: their {spend} a month stay as they are, for their figures cannot carry a move.", lang,
        channels=listed_channels(names, lang), spend=number(spend, **money),
    )  # fmt: skip
    planned = tests[tests["channel"].isin(names) & (tests["net"] > 0)]
    if len(planned):
        one = planned.iloc[0]
        said += " " + text(
            "Test {channel} first, for {weeks} weeks, at a cost of {cost}.", lang, channel=one["channel"], weeks=int(one["weeks"]),
            cost=number(one["cost"], **money),
        )  # fmt: skip
    return Decision(
        id="undecided", verb=text("Do not decide", lang), amount=text("{spend} a month", lang, spend=number(spend, **money)), sentence=said,
        reverse_if=text("a test by region measures one of them", lang), **common,
    )  # fmt: skip


def _test(tests: pd.DataFrame, no_design: str, scope: Scope, common: dict) -> Decision:
    lang, first = scope.language, tests.iloc[0]
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    facts = {"channel": first["channel"], "worth": number(first["worth"], **money)}
    if first["net"] == first["net"] and first["net"] > 0:
        facts |= {
            "taught": number(first["taught"], **money),
            "cost": number(first["cost"], **money),
            "net": number(first["net"], **money),
        }
        facts |= {"weeks": int(first["weeks"]), "regions": int(first["regions"])}
        facts["factor"] = number(first["factor"], "ratio", decimals=1, language=lang)
        how = (
            text("switch it off in {regions} regions, chosen by lot, for {weeks} weeks", lang, **facts) if first["kind"] == "dark"
            else text("multiply its spend by {factor} in {regions} regions, chosen by lot, for {weeks} weeks", lang, **facts)
        )  # fmt: skip
        said = text(
            "Test {channel} next: {how}. What it teaches is worth {taught} a year before it is run, and it is expected to cost {cost} of margin.", lang,
            **facts, how=how,
        )  # fmt: skip
        amount = text("{cost} for {weeks} weeks", lang, **facts)
    elif tests["net"].notna().any():
        said = text(
            "Run no test of a single channel by region now: none is worth its cost at this size. Knowing {channel} for certain would be worth {worth} a "
            "year at most.", lang, **facts,
        )  # fmt: skip
        return Decision(
            id="test", verb=text("Do not test", lang), amount=text("{worth} a year at most", lang, **facts), sentence=said,
            reverse_if=text("more regions, or a longer test, can be had", lang), **common,
        )  # fmt: skip
    else:
        said = text(
            "Test {channel} next, in a part of the regions chosen by lot: knowing what it brings is worth {worth} a year at most, so no test of it may cost "
            "more. How long and how large cannot be told. {why}", lang, **facts, why=no_design,
        )  # fmt: skip
        amount = text("{worth} a year at most", lang, **facts)
    return Decision(
        id="test", verb=text("Test", lang), amount=amount, sentence=said, reverse_if=text("a test of it is already running", lang), **common,
    )  # fmt: skip
