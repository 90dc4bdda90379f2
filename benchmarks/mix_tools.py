"""Fits one weekly table with one tool, in the Python that has the tool. Started by `activation_mix.py`.

    python benchmarks/mix_tools.py TOOL TABLE.csv ANSWER.json OPTIONS

Nothing of the project is imported unless the tool is the project itself.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from peak import peak_mb


def with_helpers(table, channels, controls, seed):
    """Ours: the full sampler."""
    from helpers.methods import mix
    from helpers.methods import mix_reading as reading

    data = mix.prepare(
        table, outcome="y", channels=channels, controls=controls, day="date", season=2, prior_return=None
    )
    start = time.perf_counter()
    fit = mix.fit(data, seed=seed)
    seconds = time.perf_counter() - start
    return seconds, reading.contributions(fit, until=len(table) - 1), fit.rhat, fit.ess


def with_pymc(table, channels, controls, seed):
    """PyMC-Marketing with its default priors and the sampler nutpie: 2 chains of 1,000 draws after 1,000."""
    import arviz as az
    from pymc_marketing.mmm import MMM, GeometricAdstock, LogisticSaturation

    table = table.assign(t=np.arange(len(table), dtype=float))
    model = MMM(
        date_column="date", target_column="y", channel_columns=channels, control_columns=[*controls, "t"],
        adstock=GeometricAdstock(l_max=8), saturation=LogisticSaturation(), yearly_seasonality=2,
    )  # fmt: skip
    x, y = table.drop(columns="y"), table["y"]
    start = time.perf_counter()
    model.build_model(x, y)
    model.add_original_scale_contribution_variable(var=["channel_contribution"])
    model.fit(
        x,
        y,
        draws=1000,
        tune=1000,
        chains=2,
        cores=2,
        nuts_sampler="nutpie",
        random_seed=seed,
        progressbar=False,
    )
    seconds = time.perf_counter() - start
    posterior = model.fit_result
    name = "channel_contribution_original_scale"
    total = posterior[name].sum("date").transpose("chain", "draw", "channel").to_numpy()
    found = az.summary(posterior[["saturation_beta", "adstock_alpha", "saturation_lam"]])
    rhat = float(pd.to_numeric(found["r_hat"]).max())
    ess = float(pd.to_numeric(found["ess_bulk"]).min())
    return seconds, total.reshape(-1, len(channels)), rhat, ess


TOOLS = {"helpers": with_helpers, "pymc-marketing": with_pymc}


def main() -> None:
    tool, source, answer, options = sys.argv[1:]
    asked = json.loads(options)
    table = pd.read_csv(source, parse_dates=["date"])
    start = time.perf_counter()
    seconds, total, rhat, ess = TOOLS[tool](table, asked["channels"], asked["controls"], asked["seed"])
    wall = time.perf_counter() - start
    low, high = np.quantile(total, [0.05, 0.95], axis=0)
    made = {
        "seconds": seconds, "wall": wall, "rhat": rhat, "ess": ess, "rss": peak_mb(),
        "mean": total.mean(axis=0).tolist(), "low": low.tolist(), "high": high.tolist(),
    }  # fmt: skip
    Path(answer).write_text(json.dumps(made))


if __name__ == "__main__":
    main()
