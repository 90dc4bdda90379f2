"""Which model forecasts these customers best: all of them on the same past days, with the same customers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from sklearn.linear_model import PoissonRegressor

from helpers.methods.lifetime import MODELS, expected_purchases, fit_model
from helpers.methods.lifetime_backtest import cuts
from helpers.methods.lifetime_clock import Clock, fit_clock, length, on_clock
from helpers.methods.lifetime_summary import customer_summary, one_day, purchase_days, with_codes

CLOCK = " on a seasonal clock"
RATE, LEARNT = "plain rate", "learnt from the window before"
CANDIDATES = (*MODELS, "BG/NBD" + CLOCK, "Pareto/NBD" + CLOCK, RATE, LEARNT)
MIN_COMMON = 3  # origins that all of the models compared must have
TENTH = 0.10


def compete(
    purchases: pd.DataFrame,
    *,
    horizon: float,
    origins: int = 6,
    until=None,
    unit_days: float = 7,
    candidates: tuple[str, ...] = CANDIDATES,
    clock_of: Callable[[pd.Timestamp], Clock | None] | None = None,
) -> pd.DataFrame:
    """Forecast each past window with each candidate and compare with what came.

    Parameters
    ----------
    purchases : one row per order: customer_id, day [date].
    horizon, origins, until, unit_days, clock_of : as `rolling_origin_backtest`; windows do not overlap.
    candidates : names of `CANDIDATES`.

    Returns
    -------
    One row per origin and candidate: origin, model, n_customers, predicted, actual [purchases], error [predicted / actual
    - 1], mae [purchases a customer], top_share [of what came, from the tenth of customers ranked first]. A candidate that
    cannot tell at an origin is absent there: the seasonal clock before two years of history.

    Raises
    ------
    ValueError : an unknown candidate. DataError : as `purchase_days`.

    Formula: the plain rate is frequency / age x horizon. The learnt one is a Poisson regression of the purchases of the
        window before the origin on what was known before that, applied to what is known at the origin.
    """
    for name in candidates:
        if name not in CANDIDATES:
            raise ValueError(f'candidate "{name}" is unknown. Use {", ".join(CANDIDATES)}.')
    days = with_codes(purchase_days(purchases))
    clock_of = clock_of or (lambda origin: fit_clock(days, until=origin))
    rows, starts = [], {}
    for origin, span in cuts(days, horizon, origins, None, until, unit_days):
        summary = customer_summary(days, until=origin, unit_days=unit_days)
        future = _bought(days, summary, origin, span)
        clock = clock_of(origin) if any(name.endswith(CLOCK) for name in candidates) else None
        for name in candidates:
            expected = _expected(name, days, summary, origin, span, clock, unit_days, starts)
            if expected is not None and np.isfinite(expected).all():
                rows.append((origin, name, *_scored(expected, future)))
    columns = ["origin", "model", "n_customers", "predicted", "actual", "mae", "top_share"]
    table = pd.DataFrame(rows, columns=columns)
    if not rows:  # the same types as with rows
        table = table.astype({"origin": days["day"].dtype, **dict.fromkeys(columns[2:], float)})
    return table.assign(error=table["predicted"] / table["actual"].where(table["actual"] > 0) - 1)


def standings(competition: pd.DataFrame) -> pd.DataFrame:
    """One row a candidate, best first, over the origins that all of those compared have.

    Returns
    -------
    model, n_origins, bias [mean relative error], typical_error [share: exp(rms ln error) - 1], mae, top_share, is_best,
    n_own [origins of its own]. Candidates with fewer than three origins are left out of the comparison: their row has n_origins 0 and no figures.
    A tie goes to the one that stands first in `CANDIDATES`.
    """
    usable = competition[(competition["predicted"] > 0) & (competition["actual"] > 0)]
    own = usable.groupby("model")["origin"].nunique()
    able = [name for name in CANDIDATES if own.get(name, 0) >= MIN_COMMON]
    common = None
    for name in able:
        at = set(usable.loc[usable["model"] == name, "origin"])
        common = at if common is None else common & at
    shared = usable[usable["model"].isin(able) & usable["origin"].isin(common or [])]
    rows = []
    for name in dict.fromkeys(competition["model"]):
        of = shared[shared["model"] == name]
        if of.empty:
            rows.append((name, 0, *([np.nan] * 4), int(own.get(name, 0))))
            continue
        ln = np.log(of["predicted"] / of["actual"])
        typical = float(np.expm1(np.sqrt((ln**2).mean())))
        means = of[["error", "mae", "top_share"]].mean().tolist()
        rows.append((name, len(of), means[0], typical, *means[1:], int(own[name])))
    columns = ["model", "n_origins", "bias", "typical_error", "mae", "top_share", "n_own"]
    table = pd.DataFrame(rows, columns=columns)
    order = {name: at for at, name in enumerate(CANDIDATES)}
    table = table.assign(place=table["model"].map(order), rounded=table["typical_error"].round(4))
    table = table.sort_values(["rounded", "place"], kind="stable", ignore_index=True)
    is_best = np.zeros(len(table), dtype=bool)
    if len(table) and table["n_origins"].iloc[0] > 0:
        is_best[0] = True
    return table.drop(columns=["place", "rounded"]).assign(is_best=is_best)


def _bought(days: pd.DataFrame, summary: pd.DataFrame, origin, span: int) -> np.ndarray:
    """Purchases of each customer of the summary in the `span` days after the origin."""
    later = days[(days["day"] > origin) & (days["day"] <= origin + span * one_day(days))]
    return summary["customer_id"].map(later.groupby("customer_id").size()).fillna(0).to_numpy(dtype=float)


def _expected(name, days, summary, origin, span, clock, unit_days, starts) -> np.ndarray | None:
    horizon = span / unit_days
    if name == RATE:
        age = summary["age"].where(summary["age"] > 0)
        return (summary["frequency"] / age * horizon).fillna(0).to_numpy(dtype=float)
    if name == LEARNT:
        return _learnt(days, summary, origin, span, unit_days)
    if name.endswith(CLOCK):
        if clock is None:
            return None
        summary, horizon = on_clock(summary, clock, until=origin), length(clock, origin, horizon)
    fit = fit_model(name.removesuffix(CLOCK), summary, start=starts.get(name))
    starts[name] = fit
    return expected_purchases(fit, summary, horizon).to_numpy()


def _learnt(days, summary, origin, span, unit_days) -> np.ndarray | None:
    before = origin - span * one_day(days)
    if not (days["day"] <= before).any():
        return None
    past = customer_summary(days, until=before, unit_days=unit_days)
    target = _bought(days, past, before, span)
    if target.sum() < 30:
        return None
    centre, scale = _features(past).mean(), _features(past).std().replace(0, 1.0)
    model = PoissonRegressor(alpha=1e-4, solver="newton-cholesky", max_iter=200)
    model.fit((_features(past) - centre) / scale, target)
    return model.predict((_features(summary) - centre) / scale)


def _features(summary: pd.DataFrame) -> pd.DataFrame:
    """What the learner sees of a customer: how often, since when, how long silent, and silence against the own rhythm."""
    x, age = summary["frequency"], summary["age"]
    silent = age - summary["recency"]
    rhythm = (age + 1) / (x + 1)
    table = {"often": np.log1p(x), "since": np.log1p(age), "silent": np.log1p(silent)}
    table["late"] = np.log1p(silent / rhythm)
    table |= {"late_squared": table["late"] ** 2, "often_late": table["often"] * table["late"]}
    return pd.DataFrame(table).astype(float)


def _scored(expected: np.ndarray, future: np.ndarray) -> tuple:
    n = len(expected)
    first = np.argsort(-expected, kind="stable")[: int(np.ceil(TENTH * n))]
    came = future.sum()
    top = float(future[first].sum() / came) if came > 0 else np.nan
    return n, float(expected.sum()), float(came), float(np.abs(expected - future).mean()), top
