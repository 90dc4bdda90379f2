"""Do nominal 90 % intervals hold the truth in .83 to .96 of 200 redraws? Lifetime models, shares, bootstrap.

    python benchmarks/coverage_lifetime.py [--redraws 200]

Every line draws data of the method's own model with a known truth. Exit code 1 when a line is outside. With
200 redraws a true 90 % interval is inside .83-.96 in more than 99 % of runs.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from covering import finish, judged, redraws

from helpers.methods.intervals import difference_of_proportions, wilson
from helpers.methods.lifetime_backtest import calibrated_interval, longest_backtest
from helpers.methods.lifetime_betageo import fit_bgnbd
from helpers.methods.lifetime_draw import draw_bgnbd, draw_purchases
from helpers.methods.lifetime_forecast import forecast_total
from helpers.methods.lifetime_spend import fit_gamma_gamma
from helpers.methods.lifetime_summary import customer_summary, purchase_days
from helpers.methods.resampling import bootstrap

Z = 1.6448536
BGNBD, SPEND = (0.8, 6.0, 0.5, 4.0), (6.25, 3.74, 15.44)
CDNOW = (0.243, 4.414, 0.793, 2.426)


def logs_inside(fit, truth):
    """Whether each log-parameter's interval holds its truth."""
    return np.abs(np.log(fit.params) - np.log(truth)) <= Z * np.sqrt(np.diag(fit.cov_log))


def lifetime(seed, truth, n):
    ages = np.random.default_rng(seed).integers(26 * 7, 52 * 7, n) / 7
    drawn = draw_bgnbd(*truth, ages, seed=seed, horizon=13)
    rng = np.random.default_rng(seed + 10_000)
    x, future = drawn["frequency"].to_numpy(), drawn["future"].to_numpy()
    p, q, gamma = SPEND
    nu = rng.gamma(q, 1 / gamma, n)
    past = rng.gamma(p * np.maximum(x, 1)) / nu / np.maximum(x, 1)
    drawn["mean_repeat_spend"] = np.where(x > 0, past, np.nan)
    future_spend = np.where(future > 0, rng.gamma(p * np.maximum(future, 1)) / nu, 0).sum()
    fit, spend_fit = fit_bgnbd(drawn), fit_gamma_gamma(drawn)
    rows = forecast_total(fit, drawn, 13, spend_fit=spend_fit, draws=300, seed=seed).set_index("quantity")
    actual = {"purchases": future.sum(), "spend": future_spend}
    names = dict(zip(("r", "alpha", "a", "b"), logs_inside(fit, truth), strict=True))
    names |= dict(zip(("p", "q", "gamma"), logs_inside(spend_fit, SPEND), strict=True))
    return names | {
        f"forecast {k}": rows.loc[k, "low"] <= v <= rows.loc[k, "high"] for k, v in actual.items()
    }


def shares(seed):
    rng = np.random.default_rng(seed)
    result = {}
    for share, n in ((0.5, 60), (0.1, 80), (0.03, 400)):
        low, high = wilson(rng.binomial(n, share), n)
        result[f"wilson {share:.0%} of {n}"] = low <= share <= high
    d = difference_of_proportions(rng.binomial(120, 0.3), 120, rng.binomial(90, 0.2), 90)
    return result | {"newcombe 30 % less 20 %": d.low <= 0.1 <= d.high}


def bootstraps(seed):
    rng = np.random.default_rng(seed)
    mean = bootstrap(rng.exponential(1, 60), np.mean, draws=600, seed=seed)
    orders = 1 + rng.poisson(1.5, 150)
    revenue = rng.gamma(2.0 * orders, 20.0)  # 40 per order
    table = pd.DataFrame({"revenue": revenue, "orders": orders})
    ratio = bootstrap(table, ("revenue", "orders"), draws=600, seed=seed)
    return {
        "bootstrap mean, n 60": mean.low <= 1 <= mean.high,
        "bootstrap ratio, n 150": ratio.low <= 40 <= ratio.high,
    }


def calibrated(seed):
    """A base of 600 to 2,500 customers with parameters of its own; two of three swing from month to month, which no model knows."""
    rng = np.random.default_rng(seed)
    truth = rng.uniform((0.3, 4, 0.3, 2), (1.5, 12, 1.2, 6))
    n, last = int(rng.integers(600, 2500)), 104 * 7
    orders = draw_purchases(*truth, rng.integers(0, 364, n), until=last + 91, seed=rng)
    month = orders["day"] // 28
    swing = 0.3 * (seed % 3) * rng.random(int(month.max()) + 1)
    first = ~orders.duplicated("customer_id")
    days = purchase_days(orders[(1 - swing[month] > rng.random(len(orders))) | first])
    known = days[days["day"] <= last]
    summary = customer_summary(known, until=last)
    backtest = longest_backtest(known, horizon=13, origins=6, until=last, draws=0)
    forecast = forecast_total(fit_bgnbd(summary), summary, 13, level=0.80, seed=seed)
    came = days[(days["day"] > last) & (days["day"] <= last + 91)]
    actual = came["customer_id"].isin(summary["customer_id"]).sum()
    model, wide = forecast.loc[0], calibrated_interval(forecast, backtest).loc[0]
    return {
        "model interval": model["low"] <= actual <= model["high"],
        "calibrated interval": wide["low"] <= actual <= wide["high"],
    }


def main():
    count, bad = redraws(__doc__), []
    for title, study in (
        ("BG/NBD .8 6 .5 4, 2,000 customers", lambda seed: lifetime(seed, BGNBD, 2000)),
        ("BG/NBD of CDNOW, 4,000 customers", lambda seed: lifetime(seed, CDNOW, 4000)),
        ("shares", shares),
        ("bootstrap", bootstraps),
    ):
        bad += judged(title, [study(seed) for seed in range(count)])
    inside = [calibrated(seed) for seed in range(count)]
    judged("forecasts of 13 weeks, nominal 80 %, bases that swing", inside, shown=("interval",))
    if not 0.72 <= np.mean([one["calibrated interval"] for one in inside]) <= 0.88:
        bad.append("calibrated interval of forecasts, accepted .72 to .88")
    finish(bad)


if __name__ == "__main__":
    main()
