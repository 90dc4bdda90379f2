"""Mixed logit through the optional package xlogit, never told from one number of draws: fitted at R and at 2R, and compared."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.errors import DataError, NotMadeError
from helpers.i18n import Said, said
from helpers.methods.choice_coding import Coded
from helpers.methods.choice_fit import Fit, arrays, fit, in_words
from helpers.methods.choice_tastes import Mixed

PACKAGE = "xlogit"
AGREE = 0.25  # standard errors between R and 2R draws, up to which the figures are those of the data
CLOSE = 1e-3  # squared standard errors from the maximum at which a fit may stop


def missing() -> Said | str:
    """How to install what a mixed logit needs; an empty text where it is there."""
    if importlib.util.find_spec(PACKAGE) is not None:
        return ""
    return said("a mixed logit needs the package xlogit, which is not installed: pip install -e .[mxl]")


def fit_mixed(
    data: Coded | pd.DataFrame,
    *,
    varying: Sequence[str],
    draws: int = 500,
    chosen=None,
    task=None,
    person=None,
) -> Mixed:
    """Fit a logit whose tastes for some columns are normal over people, and fit it again with twice the draws.

    Parameters
    ----------
    data, chosen, task, person : as `choice.fit`; all tasks of a person share the person's tastes. Weights are not taken.
    varying : columns whose tastes differ. draws : R, Halton points a person; the figures are those of 2R.

    Returns
    -------
    Mixed. Where the two fits differ by more than a quarter of a standard error anywhere, or one finds no maximum, the guards begin with
    "cannot tell: …" and `told` is False.

    Raises
    ------
    NotMadeError : xlogit is not installed; the message says how to install it. DataError : as `choice.fit`, a column cannot be told, or
    people have weights that differ. ValueError : `varying` names no column.

    Formula: mean over draws of the product over a person's tasks of the logit; apart = max |b_2R - b_R| / standard error at 2R.
    Source: Train (2009), Discrete Choice Methods with Simulation, ch. 6; Arteaga et al. (2022), Journal of Choice Modelling 42 (xlogit).
    """
    if why := missing():
        raise NotMadeError(f"{why}.")
    plain = fit(data, chosen=chosen, task=task, person=person)
    if isinstance(data, Coded):
        if np.ptp(data.weight) > 0:
            raise DataError("choices: weights differ between people, and a mixed logit takes none. Leave the weights out.")  # fmt: skip
        chosen, task, person, data = data.chosen, data.task, data.person, data.design
    names = list(plain.names)
    if unknown := [name for name in varying if name not in names] or ([""] if not varying else []):
        raise ValueError(f'varying: "{unknown[0]}" is no column. Use {", ".join(names)}.')
    if lost := in_words(plain.names, ~np.isfinite(plain.coefficients)):
        raise DataError(
            f"choices: the worth of {lost} cannot be told. Leave it out before tastes may differ."
        )
    x, chosen, task, person, _ = arrays(data, chosen, task, person, None)
    scale = x.std(axis=0)
    order = [*(name for name in names if name in varying)]
    grid = _grid(x / scale, chosen, task, person)
    start = np.r_[plain.coefficients * scale, np.full(len(order), 0.1)]
    first = _run(grid, names, order, draws, start, skip_std_errs=True)
    second = _run(
        grid, names, order, 2 * draws, start, num_hess=True
    )  # not from the first, which may hold it
    return _mixed(plain, order, (first, second), scale, draws)


def apart(first: np.ndarray, second: np.ndarray, errors: np.ndarray) -> float:
    """Largest difference of two fits in standard errors; without end where an error cannot be told."""
    with np.errstate(divide="ignore", invalid="ignore"):
        made = np.abs(np.asarray(second) - np.asarray(first)) / np.asarray(errors)
    return float(made.max()) if np.isfinite(made).all() else math.inf


def verdict(distance: float, draws: int, *, converged: bool = True) -> tuple[Said, ...]:
    """Why fits at R and 2R draws tell nothing; empty where they agree."""
    if not converged:
        reason = said("the model of tastes that differ finds no maximum; let fewer columns vary")
    elif distance > AGREE:
        reason = said(
            "with {few} and with {many} draws the estimates differ by more than a quarter of a standard error; take {more} draws",
            few=draws,
            many=2 * draws,
            more=8 * draws,
        )
    else:
        return ()
    return (said("cannot tell: {reason}", reason=reason),)


def _grid(x, chosen, task, person) -> dict:
    """All tasks with the same number of rows, as xlogit wants them; rows that are not there are marked."""
    sizes = np.bincount(task)
    place = np.arange(len(x)) - np.r_[0, np.cumsum(sizes)[:-1]][task]
    shape = (len(sizes), int(sizes.max()))
    there = np.zeros(shape, dtype=int)
    there[task, place] = 1
    wide, y = np.zeros((*shape, x.shape[1])), np.zeros(shape, dtype=int)
    wide[task, place], y[task, place] = x, chosen
    panels = np.repeat(person[chosen], shape[1])
    at = np.lexsort(
        (np.repeat(np.arange(shape[0]), shape[1]), panels)
    )  # a person's tasks one after the other
    return {
        "X": wide.reshape(-1, x.shape[1])[at],
        "y": y.ravel()[at],
        "alts": np.tile(np.arange(shape[1]), shape[0]),
        "ids": np.repeat(np.arange(shape[0]), shape[1]),
        "avail": None if there.all() else there.ravel()[at],
        "panels": panels[at],
    }


def _run(grid: dict, names: list[str], varying: list[str], draws: int, start: np.ndarray, **options):
    from xlogit import MixedLogit

    model = MixedLogit()
    model.fit(
        **grid, varnames=names, randvars=dict.fromkeys(varying, "n"), n_draws=draws, init_coeff=start, verbose=0, **options,
    )  # fmt: skip
    return model


def _mixed(plain: Fit, varying: list[str], models, scale: np.ndarray, draws: int) -> Mixed:
    k = len(plain.names)
    unit = np.r_[scale, scale[[plain.names.index(name) for name in varying]]]
    found = [np.r_[model.coeff_[:k], np.abs(model.coeff_[k:])] / unit for model in models]
    second = models[1]
    sign = np.r_[np.ones(k), np.where(second.coeff_[k:] < 0, -1.0, 1.0)]
    spread = np.asarray(second.covariance) * np.outer(sign, sign) / np.outer(unit, unit)
    distance = apart(found[0], found[1], np.sqrt(np.diag(spread)))
    slope = np.asarray(second.grad_n).sum(axis=0)
    left = float(slope @ second.hess_inv @ slope)  # squared distance to the maximum, in standard errors
    why = verdict(distance, draws, converged=0 <= left < CLOSE and bool((np.diag(spread) > 0).all()))
    return Mixed(
        plain.names, found[1][:k], spread[:k, :k], spread[:k, :k], float(second.loglikelihood), plain.loglik_null, plain.n_choices,
        plain.n_people, (*why, *plain.guards), tuple(varying), found[1][k:], spread, distance, 2 * draws,
    )  # fmt: skip
