"""Forecasts made in the past, compared with what came, and the interval that follows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from helpers.errors import DataError
from helpers.methods.lifetime import fit_model
from helpers.methods.lifetime_clock import fit_clock, length, on_clock
from helpers.methods.lifetime_forecast import forecast_total
from helpers.methods.lifetime_spend import fit_gamma_gamma
from helpers.methods.lifetime_summary import customer_summary, purchase_days

MIN_ORIGINS = 4


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
    days = purchase_days(purchases)
    day, until = _day_and_until(days, until)
    rows = []
    for origin, span in cuts(days, horizon, origins, step, until, unit_days):
        clock = fit_clock(days, until=origin) if seasonal else None
        if clock is None and seasonal:
            continue
        rows += _one_origin(
            days, origin, span * day, model, clock, unit_days=unit_days, level=level, draws=draws, seed=seed
        )
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
    day, until = _day_and_until(days, until)
    span, apart = (round(v * unit_days) for v in (horizon, horizon if step is None else step))
    if span < 1 or apart < 1:
        raise ValueError(f"horizon and step must be a day or more, not {horizon!r} and {step!r}")
    made = [until - (span + back * apart) * day for back in reversed(range(origins))]
    return [(origin, span) for origin in made if origin - days["day"].min() >= span * day]


def calibrated_interval(forecast: pd.DataFrame, backtest: pd.DataFrame) -> pd.DataFrame:
    """The forecast with an interval no narrower than past errors allow.

    Parameters
    ----------
    forecast : result of `forecast_total`.
    backtest : result of `rolling_origin_backtest` of the same horizon.

    Returns
    -------
    `forecast` with low and high widened, n_origins [k, origins with a forecast and a positive actual], bias
    [mean relative error of the backtest, exp(-mean e) - 1], interval ["calibrated" | "uncalibrated"]. Under
    four origins the model's interval stays and is marked uncalibrated. The value itself is not moved.

    Raises
    ------
    DataError : the horizons differ: errors over 4 weeks say nothing about 52.

    Formula: e_j = ln(actual_j / predicted_j); s² = sum e_j² / (k-1), about 0 so that a bias widens;
        h = t(k-1, (1+level)/2) s; low = min(model low, value exp(-h)), high = max(model high, value exp(h)).
        The wider of the two, not their sum: past errors hold the model's own noise already.
    """
    rows = []
    for row in forecast.to_dict("records"):
        past = backtest[backtest["quantity"] == row["quantity"]]
        if len(past) and not np.allclose(past["horizon"], row["horizon"]):
            raise DataError(
                f"backtest: its horizon is {past['horizon'].iloc[0]:g}, the forecast's {row['horizon']:g}; "
                "run rolling_origin_backtest with the horizon of the forecast."
            )
        usable = past[(past["predicted"] > 0) & (past["actual"] > 0)]
        errors = np.log((usable["actual"] / usable["predicted"]).to_numpy(dtype=float))
        k = len(errors)
        bias = float(np.expm1(-errors.mean())) if k else np.nan
        row |= {"n_origins": k, "bias": bias, "interval": "uncalibrated"}
        if k >= MIN_ORIGINS:
            half = stdtrit(k - 1, (1 + row["level"]) / 2) * np.sqrt(np.sum(errors**2) / (k - 1))
            row["low"] = min(row["low"], row["value"] * np.exp(-half))
            row["high"] = max(row["high"], row["value"] * np.exp(half))
            row["interval"] = "calibrated"
        rows.append(row)
    return pd.DataFrame(rows)


def _day_and_until(days: pd.DataFrame, until) -> tuple:
    """One day, and the last day that counts, in the type of the days."""
    dated = pd.api.types.is_datetime64_any_dtype(days["day"])
    if until is None:
        until = days["day"].max()
    return (pd.Timedelta(days=1), pd.Timestamp(until).normalize()) if dated else (1, until)


def _one_origin(days, origin, span, model, clock, *, unit_days, level, draws, seed):
    one_day = pd.Timedelta(days=1) if isinstance(span, pd.Timedelta) else 1
    horizon = span / one_day / unit_days
    summary = customer_summary(days, until=origin, unit_days=unit_days)
    if clock is not None:
        summary = on_clock(summary, clock, until=origin)
    ahead = horizon if clock is None else length(clock, origin, horizon)
    next_days = days[(days["day"] > origin) & (days["day"] <= origin + span)]
    next_days = next_days[next_days["customer_id"].isin(summary["customer_id"])]
    with_spend = "spend" in days.columns
    fit = fit_model(model, summary)
    spend_fit = fit_gamma_gamma(summary) if with_spend else None
    forecast = forecast_total(fit, summary, ahead, spend_fit=spend_fit, level=level, draws=draws, seed=seed)
    actual = {"purchases": float(len(next_days)), "spend": next_days["spend"].sum() if with_spend else 0.0}
    return [
        (origin, f.quantity, horizon, len(summary), f.value, f.low, f.high, actual[f.quantity])
        for f in forecast.itertuples()
    ]
