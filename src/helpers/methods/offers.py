"""Offers and choices: how often what was offered is taken, by how much was shown beside it, and what ticking it beforehand does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.experiment_shares import difference_of_shares, holm
from helpers.methods.intervals import Estimate, check_level, wilson
from helpers.methods.randomisation import SampleRatio, sample_ratio
from helpers.methods.stratified import Stratified, stratified_difference

LEAST = 30  # offers below which no rate is told
PRESET = "responsible"  # what the lot ticks beforehand in the arm that is treated
STRATA = ("market", "choice", "category")


class Dose(NamedTuple):
    """How the rate goes with a number of things shown.

    by_count : one row a number: n_criteria, n_offered, n_chosen, rate, low, high, reason.
    knot : largest number from which more does no harm that is seen; NaN where no fall is proved.
    slope : change of the rate with each further one beyond the knot [difference of shares a unit].
    p : chance of a fall like it where there is none, all knots that were tried counted.
    """

    by_count: pd.DataFrame
    knot: float
    slope: Estimate
    p: float
    reason: Said | None


class Default(NamedTuple):
    """What ticking an option beforehand does where a lot decided it.

    whole : over all drawn offers, with the bounds of the score test. by_week : within strata and weeks. ratio : sizes of both arms.
    naive : the same difference for the same choices and markets where people decided; it is no effect. n_weeks : drawn weeks.
    """

    treated: float
    control: float
    whole: Estimate
    p: float
    by_week: Stratified
    ratio: SampleRatio
    naive: Estimate
    n_weeks: int


def choice_rates(offers: pd.DataFrame, *, by: Sequence[str], level: float = 0.90) -> pd.DataFrame:
    """Choices over eligible orders that were offered the option, by group.

    Parameters
    ----------
    offers : n_offered, n_chosen [counts] and the columns of `by`; several rows a group are added up.
    by : names of the groups; none makes one row of all.
    level : confidence level.

    Returns
    -------
    One row a group, in the order of their names: `by`, n_offered, n_chosen, rate, low, high [share 0-1, Wilson], reason [why a rate is not told, else
    None]. Under 30 offers no rate is told.

    Raises
    ------
    DataError : a column is missing, a count is negative or unknown, or more was chosen than offered.

    Formula: chosen / offered. The denominator is the offer: orders that never saw the option say nothing of it.
    """
    check_level(level)
    _checked(offers, by)
    columns, sums = list(by), ["n_offered", "n_chosen"]
    if columns:
        made = offers.groupby(columns, dropna=False, sort=True)[sums].sum().reset_index()
    else:
        made = offers[sums].sum().to_frame().T
    low, high = wilson(made["n_chosen"].to_numpy(), made["n_offered"].to_numpy(), level=level)
    told = (made["n_offered"] >= LEAST).to_numpy()
    rate = made["n_chosen"].to_numpy(dtype=float) / np.maximum(made["n_offered"].to_numpy(dtype=float), 1)
    reasons = [None if good else _few(int(n)) for good, n in zip(told, made["n_offered"], strict=True)]
    shown = {
        name: np.where(told, one, np.nan) for name, one in (("rate", rate), ("low", low), ("high", high))
    }
    return made.assign(**shown, reason=pd.Series(reasons, index=made.index, dtype=object))


def mixes(then: pd.DataFrame, now: pd.DataFrame, *, strata: Sequence[str] = STRATA) -> pd.DataFrame:
    """Two periods side by side by stratum: the columns of `strata`, yes_then, n_then, yes_now, n_now; what a period lacks is 0."""
    sides = []
    for name, rows in (("then", then), ("now", now)):
        _checked(rows, strata)
        words = {one: rows[one].astype("string").fillna("") for one in strata}
        sums = rows.assign(**words).groupby(list(strata), sort=True)[["n_chosen", "n_offered"]].sum()
        sides.append(sums.set_axis([f"yes_{name}", f"n_{name}"], axis=1))
    return sides[0].join(sides[1], how="outer").fillna(0.0).sort_index().reset_index()


def by_criteria(offers: pd.DataFrame, *, strata: Sequence[str] = STRATA, level: float = 0.90) -> Dose:
    """Does showing more criteria beside an option lower how often it is chosen, and from how many on?

    Parameters
    ----------
    offers : one row a group of offers: n_criteria, n_offered, n_chosen and the columns of `strata`.
    strata : what is held alike: rates are compared within them.
    level : confidence level; 1 - level is the chance of a false fall, all knots counted.

    Returns
    -------
    Dose. The slope is that of the likeliest knot; where no fall is proved the knot is NaN and slope is that over the whole range.

    Raises
    ------
    DataError : as `choice_rates`; a number of criteria is missing is left to the caller.

    Formula: for each knot k the regression of the rate on max(0, number - k) within strata, weighted by offers, with errors of the
        binomial within cells; the knot with the largest fall in standard errors, its p by Holm over all knots. The slope that is told is
        that of the offers with at least as many as the knot, since below it the rate need not be flat.
    Source: Mantel (1963), JASA 58, for a trend within strata; Muggeo (2003), Statistics in Medicine 22, for a broken line.
    """
    counted = choice_rates(offers, by=["n_criteria"], level=level)
    levels = counted["n_criteria"].to_numpy(dtype=float)
    nothing = Estimate(math.nan, math.nan, math.nan, level, int(counted["n_offered"].sum()))
    if counted["n_offered"].sum() < LEAST or (counted["n_offered"] >= LEAST).sum() < 2:
        reason = said("fewer than two numbers of criteria have {need} offers", need=LEAST)
        return Dose(counted, math.nan, nothing, math.nan, reason)
    knots = levels[:-1]
    fits = [_broken(offers, strata, knot) for knot in knots]
    falls = [_one_sided(slope, se) for slope, se in fits]
    steps = holm(falls, level=level)
    best = int(np.nanargmin([p if p == p else 2.0 for p in falls]))
    proved = steps[best].p < 1 - level
    # Below the knot the rate may rise: what lies there would flatten the fall, so it is measured from the knot on.
    last = offers[offers["n_criteria"] >= knots[best]] if proved else offers
    slope, se = _broken(last, strata, knots[best] if proved else levels[0])
    half = float(ndtri((1 + level) / 2)) * se
    estimate = Estimate(slope, slope - half, slope + half, level, int(last["n_offered"].sum()))
    return Dose(counted, float(knots[best]) if proved else math.nan, estimate, steps[best].p, None)


def default_effect(offers: pd.DataFrame, *, level: float = 0.90) -> Default:
    """What ticking the option beforehand changes: offers whose preset a lot decided, and the same where people decided.

    Parameters
    ----------
    offers : one row a group of offers: offered_on, preset, is_drawn, n_offered, n_chosen, and market, choice, category.
    level : confidence level.

    Returns
    -------
    Default; effects are NaN where no offer was drawn, or one arm is empty.

    Raises
    ------
    DataError : as `choice_rates`.

    Formula: share chosen where it was ticked less share chosen where not, bounds of the score test (Mee); within weeks and strata by
        Mantel and Haenszel. Only the drawn offers are an effect: who ticks by hand picks the weeks.
    """
    _checked(offers, ("offered_on", "preset", "is_drawn", *STRATA))
    drawn = offers["is_drawn"].fillna(False).astype(bool)
    treated = offers["preset"].astype("string").fillna("") == PRESET
    own = offers[drawn]
    (x_t, n_t), (x_c, n_c) = (_sums(offers[drawn & arm]) for arm in (treated, ~treated))
    tested = difference_of_shares((x_t, n_t), (x_c, n_c), level=level)
    alike = ~drawn & offers["choice"].isin(own["choice"]) & offers["market"].isin(own["market"])
    by_hand = [_sums(offers[alike & arm]) for arm in (treated, ~treated)]
    naive = difference_of_shares(*by_hand, level=level).effect.absolute
    ratio = sample_ratio([int(n_t), int(n_c)])
    within = stratified_difference(_arms(own, treated[drawn], ("offered_on", *STRATA)), level=level)
    effect = tested.effect
    return Default(effect.treated, effect.control, effect.absolute, tested.p, within, ratio, naive, own["offered_on"].nunique())  # fmt: skip


def _arms(rows: pd.DataFrame, treated: pd.Series, by: Sequence[str]) -> pd.DataFrame:
    """Counts of both arms by stratum, as `stratified_difference` takes them."""
    words = {name: rows[name].astype("string").fillna("") for name in by}
    marked = rows.assign(**words)
    sides = [
        marked[arm].groupby(list(by), sort=True)[["n_chosen", "n_offered"]].sum().set_axis([f"yes_{name}", f"n_{name}"], axis=1)
        for name, arm in (("treated", treated), ("control", ~treated))
    ]  # fmt: skip
    return sides[0].join(sides[1], how="outer").fillna(0.0).reset_index()


def _broken(offers: pd.DataFrame, strata: Sequence[str], knot: float) -> tuple[float, float]:
    """Slope beyond a knot within strata, and its error."""
    cells = [*strata, "n_criteria"]
    words = {name: offers[name].astype("string").fillna("") for name in strata}
    rows = offers.assign(**words).groupby(cells, sort=True)[["n_offered", "n_chosen"]].sum().reset_index()
    rows = rows[rows["n_offered"] > 0]
    n = rows["n_offered"].to_numpy(dtype=float)
    p = rows["n_chosen"].to_numpy(dtype=float) / n
    x = np.maximum(rows["n_criteria"].to_numpy(dtype=float) - knot, 0.0)
    group = pd.factorize(pd.MultiIndex.from_frame(rows[list(strata)]), sort=True)[0]
    size = np.bincount(group, n)
    centred = x - (np.bincount(group, n * x) / size)[group]
    spread = float(n @ centred**2)
    if not spread > 0:
        return math.nan, math.nan
    slope = float((n * centred) @ p) / spread
    # One pseudo-choice spread over a cell keeps a cell of none or all from being certain.
    smooth = (n * p + 0.5) / (n + 1)
    return slope, math.sqrt(float(n @ (centred**2 * smooth * (1 - smooth)))) / spread


def _one_sided(slope: float, se: float) -> float:
    """Chance of a fall this steep where there is none; NaN where it cannot be told."""
    return 0.5 * math.erfc(-slope / se / math.sqrt(2)) if se > 0 else math.nan


def _sums(rows: pd.DataFrame) -> tuple[float, float]:
    return float(rows["n_chosen"].sum()), float(rows["n_offered"].sum())


def _few(n: int) -> Said:
    return said("cannot tell, need n = {need} offers; there are {n}", need=LEAST, n=n)


def _checked(offers: pd.DataFrame, more: Sequence[str]) -> None:
    """Refuse missing columns and impossible counts."""
    for name in ("n_offered", "n_chosen", *more):
        if name not in offers:
            raise DataError(
                f"responsible_offers: the column {name} is missing; read the table with tables.load."
            )
    n, k = (offers[name].to_numpy(dtype=float) for name in ("n_offered", "n_chosen"))
    bad = ~(np.isfinite(n) & np.isfinite(k) & (k >= 0) & (k <= n))
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        raise DataError(
            f"responsible_offers: row {at} has {k[at]:g} choices of {n[at]:g} offers; the denominator is the eligible orders to which the "
            "option was offered, so count offers, and choices among them."
        )
