"""The model-risk panel of a mix model, run on the user's own data before any result: what it must find, what it must not, what it cannot.

No check can prove that no cause is missing: a hidden demand without memory that moves spend and sales in the same week looks like an
effect. So the best verdict without tests is "uncalibrated".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtr
from scipy.stats import binom

from helpers.methods import mix
from helpers.methods import mix_shapes as shapes
from helpers.methods.mix_reading import Anchor
from helpers.methods.mix_risk_linear import Linearised, added, around, middle
from helpers.methods.mix_risk_omitted import sensitivity
from helpers.methods.mix_risk_refits import rounds, twins
from helpers.methods.mix_risk_split import LEARNT, identifiability
from helpers.methods.mix_risk_stable import largest_break, without_years

CHANCE = 0.05  # of a false alarm, a check, over all channels together
SURE = 1.96  # standard errors by which a drawn series may miss; two of three miss by chance in one of 140 sound models
LOWEST = 0.80  # coverage below which intervals of 90 % are too narrow; the fast refit of a sound model has .83 to .90
TWINS = 20
FAILING = ("planted", "shuffled", "same_week", "next_week", "break", "years", "twins", "tests")
VERDICTS = ("fail", "refuse split", "review", "uncalibrated", "pass")


class Row(NamedTuple):
    """One check: passed True, False, or None where it cannot be made; the channels it is about, its figures, and a table.

    values : figures that a sentence about it needs. table : one row a channel, year or round.
    """

    name: str
    passed: bool | None
    channels: tuple[str, ...]
    values: dict[str, object]
    table: pd.DataFrame


def panel(fit: mix.Fit, *, anchors: Sequence[Anchor] = (), seed: int = 0) -> list[Row]:
    """Run all checks on a fit.

    Parameters
    ----------
    fit : of `mix.fit` or `mix.approximate`, before it is pulled to tests.
    anchors : what `mix.anchored` says of each test beside the model.

    Returns
    -------
    Rows planted, shuffled, same_week, next_week, break, years, omitted, told, learnt, split, twins, tests. A check raises a false
    alarm in one of twenty sound models, whatever the number of channels; told, learnt and omitted are limits of the data and no alarms.
    """
    model, names = around(fit), fit.data.channels
    made = rounds(fit.data, seed=seed)
    return [
        _planted(made), _shuffled(made), *_follows_demand(fit, model), _break(fit, model, seed), _years(model, names),
        *_limits(fit, model), _split(fit, model), _twins(fit, seed), beside_tests(anchors, names),
    ]  # fmt: skip


def verdict(rows: Sequence[Row]) -> str:
    """The panel in a word.

    Returns
    -------
    "fail": an alarm, so a hidden cause or a wrong form. "refuse split": no alarm, but channels that can only be published together.
    "review": an effect that is not told from nothing, or that a likely cause would bring to nothing. "uncalibrated": nothing was
    found, and a channel was never tested. "pass": nothing was found, and all channels have a test that agrees.
    """
    by_name = {row.name: row for row in rows}
    if any(by_name[name].passed is False for name in FAILING):
        return "fail"
    if by_name["split"].passed is False:
        return "refuse split"
    if any(by_name[name].passed is False for name in ("omitted", "told", "learnt")):
        return "review"
    return "pass" if by_name["tests"].passed else "uncalibrated"


def _planted(made) -> Row:
    """Found unless most rounds miss what was planted: one can meet something that is really there."""
    table = pd.DataFrame(made)[["channel", "planted", "found", "found_low", "found_high"]]
    missed = sum(abs(one.found - one.planted) > SURE * one.found_error for one in made)
    told = sum(one.found_low > 0 for one in made)
    values = {"n": len(made), "found": len(made) - missed, "told": told, "size": made[0].planted}
    return Row("planted", missed <= len(made) // 2, (), values, table)


def _shuffled(made) -> Row:
    table = pd.DataFrame(made)[["channel", "idle", "idle_low", "idle_high"]]
    seen = sum(abs(one.idle) > SURE * one.idle_error for one in made)
    return Row("shuffled", seen <= len(made) // 2, (), {"n": len(made), "nothing": len(made) - seen}, table)


def _follows_demand(fit: mix.Fit, model: Linearised) -> list[Row]:
    """Whether sales go with spend more in the same week than carry-over allows, or with the spend of the next week.

    Ads cannot work before they run, so next week's spend can only go with today's sales where both follow demand. Demand that does not
    last shows in the same week alone: what follows it has more weight there than in the weeks it should carry over to.
    """
    data = fit.data
    spend = data.spend / mix.busy(data.spend)
    bend = np.exp(middle(mix.problem_of(data), fit)[len(data.channels) : 2 * len(data.channels)])
    now = shapes.saturation(data.saturation, spend, bend)
    known = np.arange(len(spend)) < len(spend) - 1
    return [
        _excess("same_week", now, None, model, data.channels),
        _excess("next_week", np.vstack([spend[1:], spend[-1:]]), known, model, data.channels),
    ]


def _excess(name: str, extra: np.ndarray, weeks, model: Linearised, channels: tuple[str, ...]) -> Row:
    z, correlation = added(model, extra, weeks)
    p = np.minimum(len(z) * (1 - ndtr(z)), 1.0)  # more than allowed, whichever channel it is
    joint = float(chdtrc(len(z), z @ np.linalg.pinv(correlation) @ z))
    found = tuple(one for one, chance in zip(channels, p, strict=True) if chance < CHANCE)
    table = pd.DataFrame({"channel": channels, "z": z, "p": p})
    return Row(name, not found, found, {"p": float(p.min()), "joint": joint}, table)


def _break(fit: mix.Fit, model: Linearised, seed: int) -> Row:
    found = largest_break(model, seed=seed)
    if found is None:
        return Row("break", None, (), {"n": len(model.outcome)}, pd.DataFrame())
    values = {"day": fit.data.days[found.week], "p": found.p, "statistic": found.statistic}
    return Row("break", found.p >= CHANCE, (), values, pd.DataFrame())


def _years(model: Linearised, channels: tuple[str, ...]) -> Row:
    found = without_years(model)
    if found is None:
        return Row("years", None, (), {"n": len(model.outcome)}, pd.DataFrame())
    p = np.minimum(2 * (1 - ndtr(np.abs(found.z))) * found.z.size, 1.0)
    moved = tuple(one for one, low in zip(channels, p.min(axis=0), strict=True) if low < CHANCE)
    table = pd.DataFrame(found.z, columns=channels).assign(week=found.begins)
    return Row("years", not moved, moved, {"p": float(p.min()), "n": len(found.begins)}, table)


def _limits(fit: mix.Fit, model: Linearised) -> list[Row]:
    """What the data cannot carry: effects near nothing, those that rest on the prior, those that a likely cause would bring to nothing."""
    data = fit.data
    found = sensitivity(model, data.columns)
    low, high = np.quantile(fit.effects, [0.05, 0.95], axis=0)
    told = (low > 0) | (high < 0)
    fragile = told & (found.left < 0)
    table = pd.DataFrame(
        {"channel": data.channels, "robustness": found.robustness, "strongest": found.strongest, "z": found.z, "left": found.left,
         "is_told": told, "is_negative": high < 0}
    )  # fmt: skip
    gained = 1 - fit.effects.var(axis=0) / data.prior[1] ** 2
    unlearnt = gained < LEARNT
    learnt = pd.DataFrame({"channel": data.channels, "contraction": gained})

    def those(which):
        return tuple(np.array(data.channels)[which].tolist())

    return [
        Row("omitted", not fragile.any(), those(fragile), {"n": int(told.sum())}, table),
        Row("told", bool((low > 0).all()), those(~(low > 0)), {"negative": those(high < 0)}, table),
        Row("learnt", not unlearnt.any(), those(unlearnt), {"least": float(gained.min())}, learnt),
    ]


def _split(fit: mix.Fit, model: Linearised) -> Row:
    found, names = identifiability(fit, model), fit.data.channels
    pairs = [(a, b) for a in range(len(names)) for b in range(a + 1, len(names))]
    table = pd.DataFrame(
        [(names[a], names[b], found.posterior[a, b], found.columns[a, b]) for a, b in pairs],
        columns=["channel", "other", "posterior", "columns"],
    )
    together = tuple(name for group in found.groups for name in group)
    return Row("split", not found.groups, together, {"groups": found.groups, "index": found.index}, table)


def _twins(fit: mix.Fit, seed: int) -> Row:
    made = twins(fit, n=TWINS, seed=seed)
    p = float(binom.cdf(int(made.held.sum()), made.held.size, LOWEST))
    table = pd.DataFrame({"channel": fit.data.channels, "coverage": made.held.mean(axis=0)})
    return Row("twins", p >= CHANCE, (), {"n": TWINS, "coverage": made.coverage, "p": p}, table)


def beside_tests(anchors: Sequence[Anchor], channels: tuple[str, ...]) -> Row:
    """Whether tests agree with the model; None where a channel has none and those there are agree."""
    columns = ["test", "channel", "ratio", "z", "in_conflict"]
    table = pd.DataFrame(
        [(a.trial.name, a.trial.channel, a.ratio, a.z, a.in_conflict) for a in anchors], columns=columns
    )
    p = 2 * (1 - ndtr(table["z"].abs().to_numpy(dtype=float))) * max(len(table), 1)
    odd = tuple(sorted(set(table.loc[p < CHANCE, "channel"])))
    untested = tuple(name for name in channels if name not in set(table["channel"]))
    return Row(
        "tests",
        False if odd else None if untested else True,
        odd,
        {"n": len(anchors), "untested": untested},
        table,
    )
