"""What a budget has to keep to: least and most by channel, caps of groups, the total; and which of these contradict each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog

from helpers.errors import DataError
from helpers.i18n import said
from helpers.methods.response import Curves


class Bound(NamedTuple):
    """The spend of one channel, or of several together, is at least ">=" or at most "<=" an amount of money a week."""

    channels: tuple[str, ...]
    sign: str
    amount: float


class Rule(NamedTuple):
    """One rule, as weights x spend <= most [money a week], and how it is said."""

    weights: np.ndarray
    most: float
    said: str


class Limits(NamedTuple):
    """What a budget has to keep to.

    channels, today : names, and spend a week as it is [channel].
    low, high : least and most spend a week [channel].
    caps : rules of several channels together. total : spend a week of all together; None where it is free.
    said : how the least and the most of each channel are said, for a sentence on a contradiction [two a channel].
    """

    channels: tuple[str, ...]
    today: np.ndarray
    low: np.ndarray
    high: np.ndarray
    caps: tuple[Rule, ...]
    total: float | None
    said: tuple[tuple[str, str], ...]


def limits(
    curves: Curves, *, bounds: Sequence[Bound] = (), total: float | None = None, max_change: float | None = None,
    fixed: Sequence[str] = (),
) -> Limits:  # fmt: skip
    """Collect the limits of a budget.

    Parameters
    ----------
    bounds : least and most, of one channel or of several together.
    total : money a week of all channels together; None leaves it free.
    max_change : largest change of a channel in one cycle, as a share of its spend today; None leaves it free up to three times today's.
    fixed : channels that stay as they are.

    Raises
    ------
    DataError : a bound or `fixed` names an unknown channel, an amount is below 0 or no number, `max_change` is below 0, or the limits
        contradict each other; the sentence names those that do.
    """
    names, today = curves.channels, np.asarray(curves.spend, dtype=float)
    _check(names, bounds, total, max_change, fixed)
    reach = 2.0 if max_change is None else max_change
    low, high = np.maximum(today * (1 - reach), 0.0), today * (1 + reach)
    words = [[_change_said(name, max_change, down) for down in (True, False)] for name in names]
    for name in fixed:
        at = names.index(name)
        low[at] = high[at] = today[at]
        words[at] = [said("{channel} stays as it is", channel=name)] * 2
    caps: list[Rule] = []
    for one in bounds:
        if len(one.channels) > 1:
            caps.append(_cap(one, names))
            continue
        at, told = names.index(one.channels[0]), _bound_said(one)
        if one.sign == ">=" and one.amount > low[at]:
            low[at], words[at][0] = one.amount, told
        if one.sign == "<=" and one.amount < high[at]:
            high[at], words[at][1] = one.amount, told
    made = Limits(names, today, low, high, tuple(caps), total, tuple((a, b) for a, b in words))
    if against := contradiction(made):
        raise DataError(
            said(
                "The limits of the budget contradict each other: {limits}. Loosen one of them.",
                limits=_listed(against),
            )
        )
    return made  # fmt: skip


def contradiction(kept: Limits) -> tuple[str, ...]:
    """The limits that contradict each other, no more of them than needed; empty where a budget fits them all.

    Formula: a linear programme is feasible or not; where it is not, limits are taken out one by one, and one whose absence leaves it
        infeasible stays out.
    Source: Chinneck & Dravnieks (1991), Locating minimal infeasible constraint sets in linear programs, ORSA J. on Computing 3(2).
    """
    rules = _rules(kept)
    if _fits(rules):
        return ()
    for at, pair in enumerate(kept.said):
        if kept.low[at] > kept.high[at]:
            return pair  # the shortest sentence there is
    for rule in list(rules):
        rest = [one for one in rules if one is not rule]
        if not _fits(rest):
            rules = rest
    return _together(kept, tuple(dict.fromkeys(rule.said for rule in rules)))


def keeps(kept: Limits, spend, *, slack: float = 1e-6) -> bool:
    """Whether a spend a week [channel] keeps to all limits."""
    money = np.asarray(spend, dtype=float)
    room = slack * max(float(kept.today.sum()), 1.0)
    inside = ((money >= kept.low - room) & (money <= kept.high + room)).all()
    capped = all(rule.weights @ money <= rule.most + room for rule in kept.caps)
    whole = kept.total is None or abs(float(money.sum()) - kept.total) <= room
    return bool(inside and capped and whole)


def _together(kept: Limits, parts: tuple[str, ...]) -> tuple[str, ...]:
    """The limits with all channels that stay as they are in one of them."""
    still = {
        least: name
        for name, (least, most) in zip(kept.channels, kept.said, strict=True)
        if least is most and least in parts
    }
    if len(still) < 2:
        return parts
    whole = said("{channels} stay as they are", channels=", ".join(still.values()))
    return (*(part for part in parts if part not in still), whole)


def _rules(kept: Limits) -> list[Rule]:
    """All limits as rules, those that a reader would loosen last first, so that they are the first to be found needless."""
    unit, made = np.eye(len(kept.channels)), []
    for at, (least, most) in enumerate(kept.said):
        if kept.low[at] > 0:
            made.append(Rule(-unit[at], -float(kept.low[at]), least))
        made.append(Rule(unit[at], float(kept.high[at]), most))
    made += kept.caps
    if kept.total is not None:
        told = said("a total of {amount}", amount=_whole(kept.total))
        made += [Rule(np.ones(len(unit)), kept.total, told), Rule(-np.ones(len(unit)), -kept.total, told)]
    return made


def _fits(rules: list[Rule]) -> bool:
    if not rules:
        return True
    slack = 1e-9 * max(1.0, *(abs(rule.most) for rule in rules))
    table = np.array([rule.weights for rule in rules])
    most = np.array([rule.most + slack for rule in rules])
    return linprog(np.zeros(table.shape[1]), A_ub=table, b_ub=most, bounds=(0, None)).status == 0


def _cap(one: Bound, names: tuple[str, ...]) -> Rule:
    sign = 1.0 if one.sign == "<=" else -1.0
    weights = np.zeros(len(names))
    weights[[names.index(name) for name in one.channels]] = sign
    return Rule(weights, sign * one.amount, _bound_said(one))


def _bound_said(one: Bound) -> str:
    facts = {"channel": " + ".join(one.channels), "amount": _whole(one.amount)}
    if one.sign == ">=":
        return said("{channel} at least {amount}", **facts)
    return said("{channel} at most {amount}", **facts)


def _change_said(name: str, max_change: float | None, down: bool) -> str:
    percent = round(100 * (2.0 if max_change is None else max_change))
    if down:
        return said("{channel} at most {percent}% less than today", channel=name, percent=percent)
    return said("{channel} at most {percent}% more than today", channel=name, percent=percent)


def _whole(amount: float) -> int:
    return round(amount)


def _listed(parts: Sequence[str]) -> str:
    """Several sentences as one that can still be translated."""
    whole = parts[0]
    for part in parts[1:]:
        whole = said("{first}; {second}", first=whole, second=part)
    return whole


def _check(names, bounds, total, max_change, fixed) -> None:
    known = ", ".join(names)
    for one in (*bounds, *(Bound((name,), "<=", 0.0) for name in fixed)):
        if lost := [name for name in one.channels if name not in names]:
            raise DataError(f'budget: a limit names the channel "{lost[0]}"; the channels are {known}.')
        if one.sign not in ("<=", ">="):
            raise ValueError(f'budget: a limit has the sign "{one.sign}"; use <= or >=.')
        if not (math.isfinite(one.amount) and one.amount >= 0):
            raise DataError(
                f"budget: the limit of {' + '.join(one.channels)} is {one.amount:g}; give 0 or more."
            )
    if total is not None and not (math.isfinite(total) and total >= 0):
        raise DataError(f"budget: the total is {total:g}; give 0 or more, or none.")
    if max_change is not None and not (math.isfinite(max_change) and max_change >= 0):
        raise DataError(f"budget: max_change is {max_change:g}; give a share of 0 or more, such as 0.2.")
