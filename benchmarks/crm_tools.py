"""Fits, forecasts and scores one table with one tool, in the Python that has the tool. Started by `crm.py`.

    python benchmarks/crm_tools.py TOOL TASK TABLE.npz ANSWER.json OPTIONS

Nothing of the project is imported unless the tool is the project itself.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from peak import peak_mb

NAMES = ("r", "alpha", "a", "b", "s", "beta")


def with_helpers(model, table):
    from helpers.methods.lifetime import expected_purchases, fit_model

    fit = fit_model(model, table)
    return dict(zip(fit.names, fit.params, strict=True)), fit.se, lambda t: expected_purchases(fit, table, t)


def with_lifetimes(model, table):
    import lifetimes

    kinds = {"BG/NBD": "BetaGeoFitter", "MBG/NBD": "ModifiedBetaGeoFitter", "Pareto/NBD": "ParetoNBDFitter"}
    triples = table["frequency"], table["recency"], table["age"]
    fit = getattr(lifetimes, kinds[model])().fit(*triples)
    se = getattr(fit, "standard_errors_", None)
    expected = fit.conditional_expected_number_of_purchases_up_to_time
    return fit.params_.to_dict(), None if se is None else se.tolist(), lambda t: expected(t, *triples)


def clvkit_base(table):
    from clvkit.customer_base import CustomerBase

    return CustomerBase(
        table.rename(columns={"age": "T"}),
        time_unit="W",
        observation_period_end=pd.Timestamp("1997-09-30"),
        has_monetary=False,
        on_negative="raise",
    )


def with_clvkit(model, table):
    from clvkit import clv

    kinds = {"BG/NBD": "BGNBD", "MBG/NBD": "MBGNBD"}
    base = clvkit_base(table)
    fit = getattr(clv, kinds[model])().fit(base)
    return fit.params_.to_dict(), None, lambda t: fit.predict(t).to_pandas().iloc[:, 0]


def pymc_model(model, table):
    from pymc_marketing import clv

    kinds = {"BG/NBD": "BetaGeoModel", "MBG/NBD": "ModifiedBetaGeoModel", "Pareto/NBD": "ParetoNBDModel"}
    data = table.rename(columns={"age": "T"}).assign(customer_id=np.arange(len(table)))
    return getattr(clv, kinds[model])(data=data), data


def with_pymc(model, table):
    made, data = pymc_model(model, table)
    made.fit(method="map", progressbar=False)
    params = {name: float(made.fit_result[name].mean()) for name in NAMES if name in made.fit_result}
    return params, None, lambda t: made.expected_purchases(data, future_t=t).mean(("chain", "draw"))


TOOLS = {
    "helpers": ("helpers.methods.lifetime", with_helpers),
    "lifetimes": ("lifetimes", with_lifetimes),
    "clvkit": ("clvkit.clv", with_clvkit),
    "pymc-marketing": ("pymc_marketing.clv", with_pymc),
}


def fit(tool, table, *, model, repeat, horizon):
    """Seconds of the import, of the median fit and of the forecast of every customer; the peak memory of the process."""
    start = time.perf_counter()
    module, fitted = TOOLS[tool]
    importlib.import_module(module)
    import_s = time.perf_counter() - start
    walls, cpus = [], []
    for _ in range(repeat):
        wall, cpu = time.perf_counter(), cpu_seconds()
        params, se, forecast = fitted(model, table)
        walls.append(time.perf_counter() - wall)
        cpus.append(cpu_seconds() - cpu)
    start = time.perf_counter()
    expected = np.asarray(forecast(horizon), dtype=float)
    forecast_s = time.perf_counter() - start
    answer = {"wall": sorted(walls)[repeat // 2], "cpu": sorted(cpus)[repeat // 2], "rss": peak_mb()}
    params = {name: float(value) for name, value in params.items()}
    se = None if se is None else [float(v) for v in se]
    answer |= {"import": import_s, "forecast": forecast_s, "total": float(np.nansum(expected))}
    return answer | {"params": params, "se": se}


def holdout(tool, table, *, model, horizon):
    _, _, forecast = TOOLS[tool][1](model, table)
    return {"expected": np.asarray(forecast(horizon), dtype=float).ravel().tolist()}


def refits(tool, table, *, model, seed):
    """clvkit's standard errors: the bootstrap of 200 refits that it offers beside the fit."""
    from clvkit.clv import BGNBD

    fitted = BGNBD().fit(clvkit_base(table))
    wall, cpu = time.perf_counter(), cpu_seconds()
    found = fitted.parameter_uncertainty(n=200, seed=seed).to_pandas()
    answer = {"wall": time.perf_counter() - wall, "cpu": cpu_seconds() - cpu, "rss": peak_mb()}
    return answer | {"params": found["estimate"].to_dict(), "se": found["se"].tolist()}


def nuts(tool, table, *, model, horizon, level, seed):
    """Interval of the expected total over the posterior; the tool draws no futures of known customers."""
    start = time.perf_counter()
    made, data = pymc_model(model, table)
    made.fit(method="mcmc", draws=1000, tune=1000, chains=2, random_seed=seed, progressbar=False)
    totals = made.expected_purchases(data, future_t=horizon).sum("customer_id").to_numpy().ravel()
    low, high = np.quantile(totals, [(1 - level) / 2, (1 + level) / 2])
    value = float(totals.mean())
    return {"value": value, "low": float(low), "high": float(high), "seconds": time.perf_counter() - start}


def qini(tool, table, *, draws, seed):
    """Qini coefficient of a given score, and its interval over redrawn units."""
    answer, score = table["answer"].to_numpy(), table["score"].to_numpy()
    treated = table["treated"].to_numpy()
    if tool == "helpers":
        from helpers.methods.uplift import qini, qini_interval

        value = qini(answer, score, treated.astype(bool))
        start = time.perf_counter()
        made = qini_interval(answer, score, treated.astype(bool), draws=draws, seed=seed)
        return {"value": value, "low": made.low, "high": made.high, "seconds": time.perf_counter() - start}
    from sklift.metrics import qini_auc_score

    value = qini_auc_score(answer, score, treated)
    start, rng, made = time.perf_counter(), np.random.default_rng(seed), []
    for _ in range(draws):
        at = rng.integers(0, len(answer), len(answer))
        made.append(qini_auc_score(answer[at], score[at], treated[at]))
    low, high = np.quantile(made, [0.05, 0.95])
    seconds = time.perf_counter() - start
    return {"value": float(value), "low": float(low), "high": float(high), "seconds": seconds}


def total(tool, table, *, model, horizon, seed):
    """Seconds of our own interval of the total, of spend left out."""
    from helpers.methods.lifetime import fit_model
    from helpers.methods.lifetime_forecast import forecast_total

    fitted = fit_model(model, table)
    start = time.perf_counter()
    row = forecast_total(fitted, table, horizon, seed=seed).loc[0]
    seconds = time.perf_counter() - start
    return {"value": row["value"], "low": row["low"], "high": row["high"], "seconds": seconds}


def cpu_seconds():
    """Processor time of this process and of the compilers that it started and waited for."""
    now = os.times()
    return now.user + now.system + now.children_user + now.children_system


TASKS = {
    "fit": fit,
    "holdout": holdout,
    "refits": refits,
    "nuts": nuts,
    "qini": qini,
    "total": total,
}


def main():
    tool, task, source, answer, options = sys.argv[1:]
    with np.load(source) as arrays:
        table = pd.DataFrame({name: arrays[name] for name in arrays.files})
    Path(answer).write_text(json.dumps(TASKS[task](tool, table, **json.loads(options))))


if __name__ == "__main__":
    main()
