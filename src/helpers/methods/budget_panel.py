"""The what-if model of a budget: what moving the spend of single channels changes, computed alike in a reader's browser."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from helpers.methods.response import STRAIGHT, Curves

SAME = 1e-9  # a spend this near to today's, as a share of it, is today's


def table(
    curves: Curves,
    *,
    seen,
    margin: float,
    periods: float,
    units: Sequence[Sequence[str]] | None = None,
    draws: int = 400,
    level: float = 0.90,
) -> dict:
    """Constants and draws of the panel.

    Parameters
    ----------
    seen : least and most that was ever spent a week [unit, 2].
    margin : contribution margin of a unit of the outcome.
    periods : weeks of the period that the panel speaks of.
    units : groups of channels that one slider moves by one share; the channels of no group are left out. None: each channel alone.
    draws : at most so many, at even distances.

    Returns
    -------
    constants : inputs [names of the sliders], spend, least, most [money a period, by slider], of [position of each channel's slider],
    margin, level. draws : effects [a period], then bends, rounded.
    """
    groups = [tuple(one) for one in (units if units is not None else [(name,) for name in curves.channels])]
    kept = [at for at, name in enumerate(curves.channels) if any(name in one for one in groups)]
    of = [next(at for at, one in enumerate(groups) if curves.channels[channel] in one) for channel in kept]
    some = np.unique(np.linspace(0, len(curves.effect) - 1, min(draws, len(curves.effect))).astype(int))
    effect, bend = curves.effect[np.ix_(some, kept)] * periods, curves.bend[np.ix_(some, kept)]
    rows = [
        [*(float(f"{v:.4g}") for v in e), *(round(float(v), 3) for v in b)]
        for e, b in zip(effect, bend, strict=True)
    ]
    ranges, spend = np.asarray(seen, dtype=float) * periods, curves.spend[kept] * periods
    constants = {
        "inputs": [f"channel_{at + 1}" for at in range(len(groups))],
        "of": of,
        "spend": [
            float(sum(v for v, one in zip(spend, of, strict=True) if one == at)) for at in range(len(groups))
        ],
        "least": [round(float(v), 2) for v in ranges[:, 0]],
        "most": [round(float(v), 2) for v in ranges[:, 1]],
        "margin": margin,
        "level": level,
    }
    return {"constants": constants, "draws": rows}


def scenario(inputs: dict, constants: dict, draws: list[list[float]]) -> dict:
    """Revenue of media, margin after it, and what they gain on today, at a spend of each channel.

    Parameters
    ----------
    inputs : money a period of each slider's channels, under the names in constants["inputs"].
    constants, draws : as `table` makes them.

    Returns
    -------
    figures : spend, revenue, after [margin of revenue less spend], roas, change [of `after` against today's], chance [share of draws in
    which it is above 0; infinite where nothing is moved], each (value, low, high), the bounds None where there are none, as of a change where nothing is moved.
    case : "today" where nothing is moved, "beyond" where a spend lies outside what was ever spent, "likely" where at least nine draws
    in ten gain, "unlikely" where at most one does, else "open".

    Formula: effect x tanh(bend s / 2) / tanh(bend / 2), s = spend over today's, added up over channels.
    """
    known, today = np.asarray(draws, dtype=float), np.asarray(constants["spend"], dtype=float)
    money = np.array([inputs[name] for name in constants["inputs"]], dtype=float)
    share = money / today
    moved = np.abs(share - 1) >= SAME
    of, share = constants["of"], np.where(moved, share, 1.0)[constants["of"]]
    n = len(of)
    effect, half = known[:, :n], np.maximum(known[:, n:], STRAIGHT) / 2
    answer = effect * np.where(share != 1, np.tanh(half * share) / np.tanh(half), 1.0)
    revenue, before = _summed(answer), _summed(effect)
    spend, spent = _summed(np.where(moved, money, today)[None, :])[0], _summed(today[None, :])[0]
    after = constants["margin"] * revenue - spend
    change = after - (constants["margin"] * before - spent)
    chance = float((change > 0).sum() / len(change)) if moved.any() else math.inf
    tails = (1 - constants["level"]) / 2, (1 + constants["level"]) / 2
    # a spend below the least ever seen is as unknown as one above the most; today's is known, whatever the range says
    outside = moved & ((money < constants["least"]) | (money > constants["most"]))
    case = (
        "today" if not moved.any()
        else "beyond" if outside.any()
        else "likely" if chance >= 0.9
        else "unlikely" if chance <= 0.1
        else "open"
    )  # fmt: skip
    roas = revenue / spend if spend > 0 else np.zeros_like(revenue)
    return {
        "figures": {
            "spend": [float(spend), None, None],
            "revenue": _told(revenue, tails),
            "after": _told(after, tails),
            "roas": _told(roas, tails),
            "change": _told(change, tails) if moved.any() else [0.0, None, None],
            "chance": [chance, None, None],
        },
        "case": case,
    }


def _summed(parts: np.ndarray) -> np.ndarray:
    """Sum over channels, one after the other, as the browser adds them."""
    made = np.zeros(len(parts))
    for column in parts.T:
        made = made + column
    return made


def _told(draws: np.ndarray, tails: tuple[float, float]) -> list[float]:
    """Mean and the smallest draws that at least these shares do not exceed."""
    ordered = np.sort(draws)
    bounds = [float(ordered[max(math.ceil(at * len(ordered) - 1e-9), 1) - 1]) for at in tails]
    return [float(draws.mean()), *bounds]
