"""Forecasts made in the past, compared with what came, and the interval that follows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from helpers.errors import DataError
from helpers.methods.lifetime import fit_model
from helpers.methods.lifetime_clock import Clock, fit_clock, length, on_clock
from helpers.methods.lifetime_forecast import forecast_total
from helpers.methods.lifetime_spend import fit_gamma_gamma
from helpers.methods.lifetime_summary import customer_summary, one_day, purchase_days, with_codes

MIN_ORIGINS = 4
LONGER = 1.01
MAX_STRETCH = 6.5  # times that a forecast may be longer than the windows its errors come from


def rolling_origin_backtest(
    purchases: pd.DataFrame,
    *,
    horizon: float,
    origins: int = 6,
    step: float | None = None,
    until=None,
    unit_days: float = 7,
    level: float = 0.90,
    draws: int = 2000,
    seed: int = 0,
    model: str = "BG/NBD",
    seasonal: bool = False,
    clock_of: Callable[[pd.Timestamp], Clock | None] | None = None,
) -> pd.DataFrame:
    """Go back in time, forecast with what was known, compare with what happened.

    Parameters
    ----------
    purchases : one row per order: customer_id, day [date or day number], spend [optional].
    horizon : length of each forecast [units of time].
    origins : how many cuts to try, the latest at until - horizon.
    step : distance between cuts [units]; default `horizon`, so no two test windows overlap.
    until : last day the data cover; default the last purchase.
    unit_days : days in a unit of time.
    level, draws, seed : of the model's own interval at each origin; 0 draws leave low and high empty and save most of the time.
    model : one of `lifetime.MODELS`.
    seasonal : run it on the clock that `fit_clock` learns from what was known at each origin; cuts at which two years of
        history are not there yet are absent. Needs dates.
    clock_of : last day known -> its clock, or None before two years of history; left out, `fit_clock` of `purchases`. For
        callers that ask for the same days more than once, or learn the season from more customers.

    Returns
    -------
    One row per origin and quantity, oldest first: origin [last day known], quantity, horizon, n_customers
    [with a first purchase by then], predicted, low, high, actual, error [predicted / actual - 1]. Cuts with
    less history than `horizon` before them are absent; a fit that cannot tell leaves predicted NaN.

    Raises
    ------
    DataError : as `purchase_days`. ValueError : horizon or step is shorter than a day.

    Formula: refit at each origin on purchases up to it; actual counts those customers' purchase days in
        (origin, origin + horizon].
    """
    days = with_codes(purchase_days(purchases))
    clock_of = clock_of or (lambda origin: fit_clock(days, until=origin))
    rows, start = [], None
    for origin, span in cuts(days, horizon, origins, step, until, unit_days):
        clock = clock_of(origin) if seasonal else None
        if clock is None and seasonal:
            continue
        made, start = _one_origin(
            days,
            origin,
            span,
            model,
            clock,
            start,
            unit_days=unit_days,
            level=level,
            draws=draws,
            seed=seed,
        )
        rows += made
    columns = ["origin", "quantity", "horizon", "n_customers", "predicted", "low", "high", "actual"]
    table = pd.DataFrame(rows, columns=columns)
    if not rows:  # the same types as with rows, so that a page may format the column
        table = table.astype({"origin": days["day"].dtype, **dict.fromkeys(columns[2:], float)})
    return table.assign(error=table["predicted"] / table["actual"].where(table["actual"] > 0) - 1)


def cuts(days: pd.DataFrame, horizon: float, origins: int, step, until, unit_days: float) -> list[tuple]:
    """(last day known, length in days) of each past forecast, oldest first, that has as much history as it looks ahead.

    Raises
    ------
    ValueError : horizon or step is shorter than a day.
    """
    day, until = one_day(days), days["day"].max() if until is None else until
    until = until if day == 1 else pd.Timestamp(until).normalize()
    span, apart = (round(v * unit_days) for v in (horizon, horizon if step is None else step))
    if span < 1 or apart < 1:
        raise ValueError(f"horizon and step must be a day or more, not {horizon!r} and {step!r}")
    made = [until - (span + back * apart) * day for back in reversed(range(origins))]
    return [(origin, span) for origin in made if origin - days["day"].min() >= span * day]


def longest_backtest(purchases: pd.DataFrame, *, horizon: float, **options) -> pd.DataFrame:
    """Backtest of the horizon, or of the longest part of it that the history holds four times.

    Parameters
    ----------
    purchases, horizon, options : as `rolling_origin_backtest`; where no shorter one has four origins, that of the horizon.
    """
    whole = None
    for part in (1, 2, 3, 4, 5, 6):
        found = rolling_origin_backtest(purchases, horizon=horizon / part, **options)
        whole = found if whole is None else whole
        known = found[(found["predicted"] > 0) & (found["actual"] > 0)]
        if len(known) and known.groupby("quantity").size().min() >= MIN_ORIGINS:
            return found
    return whole


def calibrated_interval(forecast: pd.DataFrame, backtest: pd.DataFrame) -> pd.DataFrame:
    """The forecast with an interval no narrower than past errors allow.

    Parameters
    ----------
    forecast : result of `forecast_total`.
    backtest : result of `rolling_origin_backtest` of the same horizon, or of one up to six times shorter.

    Returns
    -------
    `forecast` with low and high widened, n_origins [k, origins with a forecast and a positive actual], bias
    [mean relative error of the backtest, exp(-mean e) - 1], interval ["calibrated" | "scaled" from shorter
    windows | "uncalibrated"]. Under four origins the model's interval stays and is marked uncalibrated. The value itself is
    not moved.

    Raises
    ------
    DataError : the windows are longer than the forecast, or over six times shorter: errors over 4 weeks say nothing about 52.

    Formula: e_j = ln(actual_j / predicted_j); v the variance of the model's own log-interval, v_j = v value / predicted_j
        what it would be at origin j; misfit m = max(0, mean(e_j² - v_j)), about 0 so that a bias widens;
        low = min(model low, value exp(-sqrt(z² v + t² m))), high alike, z and t the quantiles of the normal and of t with
        k degrees of freedom. From shorter windows m = mean(e_j²) horizon / window, as for a level that drifts: how errors
        grow with the horizon is an assumption, so nothing is taken off.
    Source: DerSimonian & Laird (1986), whose random effect the misfit is.
    """
    rows = []
    for row in forecast.to_dict("records"):
        past = backtest[backtest["quantity"] == row["quantity"]]
        stretch = row["horizon"] / float(past["horizon"].iloc[0]) if len(past) else 1.0
        if not 1 - 1e-6 <= stretch <= MAX_STRETCH + 1e-6:
            raise DataError(
                f"backtest: its horizon is {past['horizon'].iloc[0]:g}, the forecast's {row['horizon']:g}; "
                "run rolling_origin_backtest with the horizon of the forecast, or one up to six times shorter."
            )
        usable = past[(past["predicted"] > 0) & (past["actual"] > 0)]
        predicted = usable["predicted"].to_numpy(dtype=float)
        errors = np.log(usable["actual"].to_numpy(dtype=float) / predicted)
        k = len(errors)
        bias = float(np.expm1(-errors.mean())) if k else np.nan
        row |= {"n_origins": k, "bias": bias, "interval": "uncalibrated"}
        if k >= MIN_ORIGINS and row["low"] > 0:
            z = ndtri((1 + row["level"]) / 2)
            own = (np.log(row["high"] / row["low"]) / (2 * z)) ** 2
            beyond = errors**2 - own * row["value"] / predicted if stretch < LONGER else errors**2
            misfit = max(0.0, float(beyond.mean())) * stretch
            q = stdtrit(k, (1 + row["level"]) / 2)  # the misfit is known from k errors only
            half = (
                np.sqrt(z**2 * own + q**2 * misfit) if misfit > 0 else 0.0
            )  # else the bounds are the model's own
            row["low"] = min(row["low"], row["value"] * np.exp(-half))
            row["high"] = max(row["high"], row["value"] * np.exp(half))
            row["interval"] = "calibrated" if stretch < LONGER else "scaled"
        rows.append(row)
    return pd.DataFrame(rows)


def _one_origin(days, origin, span, model, clock, start, *, unit_days, level, draws, seed):
    horizon = span / unit_days
    summary = customer_summary(days, until=origin, unit_days=unit_days)
    summary, ahead = on_clock(summary, clock, until=origin), length(clock, origin, horizon)
    next_days = days[(days["day"] > origin) & (days["day"] <= origin + span * one_day(days))]
    next_days = next_days[next_days["customer_id"].isin(summary["customer_id"])]
    with_spend = "spend" in days.columns
    fit = fit_model(model, summary, start=start)
    spend_fit = fit_gamma_gamma(summary) if with_spend else None
    forecast = forecast_total(fit, summary, ahead, spend_fit=spend_fit, level=level, draws=draws, seed=seed)
    actual = {"purchases": float(len(next_days)), "spend": next_days["spend"].sum() if with_spend else 0.0}
    rows = [
        (origin, f.quantity, horizon, len(summary), f.value, f.low, f.high, actual[f.quantity])
        for f in forecast.itertuples()
    ]
    return rows, fit
