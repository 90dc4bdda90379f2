"""Lifetime models by name, and what each expects of customers: P(alive) and purchases to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.methods.lifetime_betageo import BgNbd, fit_bgnbd, fit_mbgnbd
from helpers.methods.lifetime_pareto import ParetoNbd, fit_pareto_nbd
from helpers.methods.lifetime_summary import Triples, check_summary, compress

if TYPE_CHECKING:
    from collections.abc import Callable

Fit = BgNbd | ParetoNbd
MODELS: dict[str, Callable[..., Fit]] = {
    "BG/NBD": fit_bgnbd,
    "MBG/NBD": fit_mbgnbd,
    "Pareto/NBD": fit_pareto_nbd,
}


def fit_model(name: str, summary: pd.DataFrame, *, start: Fit | None = None) -> Fit:
    """Fit one of `MODELS` to a summary; `start` as `fit_bgnbd`.

    Raises
    ------
    DataError : as `check_summary`. ValueError : no such model; the message lists them.
    """
    if name not in MODELS:
        raise ValueError(f'model "{name}" is unknown. Use {", ".join(MODELS)}.')
    return MODELS[name](summary, start=start)


def parameter_table(fit: Fit) -> pd.DataFrame:
    """One row a parameter: parameter, value, se; alpha and beta of Pareto/NBD in the fit's unit of time."""
    return pd.DataFrame({"parameter": fit.names, "value": fit.params, "se": fit.se})


def probability_alive(fit: Fit, summary: pd.DataFrame) -> pd.Series:
    """Chance that a customer has not dropped out by the end of the data.

    Parameters
    ----------
    fit : result of a model of `MODELS`, same unit of time as `summary`.
    summary : as `fit_bgnbd`.

    Returns
    -------
    Series [0-1] on the index of `summary`. In BG/NBD a customer without repeat purchase is alive by construction
    (dropout follows a repeat purchase): read it as "not told apart".

    Raises
    ------
    DataError : as `check_summary`.

    Formula: BG/NBD 1 / (1 + 1(x>0) a/(b+x-1) ((alpha+T)/(alpha+t_x))^(r+x)); the others as their modules say.
    Source: Fader, Hardie & Lee (2008), Computing P(alive) using the BG/NBD model.
    """
    check_summary(summary)
    triples = compress(summary)
    return pd.Series(fit.alive(triples)[triples.row], index=summary.index, name="probability_alive")


def expected_purchases(
    fit: Fit, summary: pd.DataFrame, horizon: float | np.ndarray
) -> pd.Series | pd.DataFrame:
    """Purchases to expect from each customer in the next `horizon` units of time.

    Parameters
    ----------
    fit, summary : as `probability_alive`.
    horizon : length of the future, in the fit's unit of time, 0 or more; or several.

    Returns
    -------
    Series [purchases] on the index of `summary`; for several horizons a DataFrame, one column each in their order.

    Raises
    ------
    DataError : as `check_summary`. ValueError : `horizon` is negative or not finite.

    Formula: BG/NBD P(alive) (a+b+x-1)/(a-1) [1 - (beta/(beta+t))^(a-1) 2F1(a+b-1-r, a-1; a+b+x-1; t/(beta+t))],
        beta = alpha + T: equation 10 of the paper after Euler's transformation. Pareto/NBD
        P(alive) (r+x)/(alpha+T) (beta+T)/(s-1) [1 - ((beta+T)/(beta+T+t))^(s-1)].
    Source: Fader, Hardie & Lee (2005), Marketing Science 24(2); Schmittlein, Morrison & Colombo (1987), equation 22.
    """
    check_summary(summary)
    triples = compress(summary)
    values = conditional_mean(fit, triples, horizon)(fit.params)
    if np.ndim(horizon):
        return pd.DataFrame(values.T[triples.row], index=summary.index)
    return pd.Series(values[triples.row], index=summary.index, name="expected_purchases")


def expected_purchases_new(fit: Fit, horizon: float | np.ndarray) -> float | np.ndarray:
    """Repeat purchases to expect from a customer won today, in the next `horizon` units of time, or in each of several.

    Formula: `expected_purchases` at x = 0, T = 0. Source: Fader, Hardie & Lee (2005), equation 9.
    """
    values = fit.new(np.atleast_1d(np.asarray(horizon, dtype=float)))
    return values if np.ndim(horizon) else float(values[0])


def conditional_mean(
    fit: Fit, triples: Triples, horizon: float | np.ndarray
) -> Callable[[np.ndarray], np.ndarray]:
    """Function of the parameters to the expected purchases of each unique triple; one row a horizon for several.

    For callers that try many parameters on the same customers: what does not depend on them is done once.
    """
    if not (np.isfinite(horizon) & (np.asarray(horizon) >= 0)).all():
        raise ValueError(f"horizon must be a length of time of 0 or more, not {horizon!r}")
    return fit.mean_of(triples, horizon)
