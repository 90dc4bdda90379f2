"""Splits the budget of a weekly table with one tool, in the Python that has the tool. Started by `activation_budget.py`.

    python benchmarks/budget_tools.py TOOL TABLE.csv ANSWER.json OPTIONS

Nothing of the project is imported unless the tool is the project itself.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

CHANNELS = ["x1", "x2"]
HORIZON = 8  # weeks of the budget
LAST = 52


def with_helpers(table):
    """Ours: the fast likeness of the mix model, then the optimiser with whole-range bounds."""
    from helpers.methods import budget, mix
    from helpers.methods import mix_reading as reading
    from helpers.methods.budget_limits import limits

    data = mix.prepare(
        table, outcome="y", channels=CHANNELS, controls=[], day="date", season=2, prior_return=None
    )
    fit = mix.approximate(data, seed=0)
    curves = reading.curves(fit, first=len(table) - LAST)
    kept = limits(curves, total=float(curves.spend.sum()))
    budget.best(curves, kept)  # the first call pays for imports, as a warm rival would
    start = time.perf_counter()
    plan = budget.best(curves, kept)
    return time.perf_counter() - start, float(plan.spend[0] / plan.spend.sum()), "-"


def with_pymc(table):
    """PyMC-Marketing: a fit of 2 x 500 draws, then `optimize_budget` over eight weeks."""
    from pymc_marketing.mmm import MMM, GeometricAdstock, LogisticSaturation
    from pymc_marketing.mmm.mmm import BudgetOptimizerWrapper

    model = MMM(
        date_column="date", target_column="y", channel_columns=CHANNELS, adstock=GeometricAdstock(l_max=8),
        saturation=LogisticSaturation(), yearly_seasonality=2,
    )  # fmt: skip
    x, y = table.drop(columns="y"), table["y"]
    model.fit(
        x, y, draws=500, tune=500, chains=2, cores=2, nuts_sampler="nutpie", random_seed=0, progressbar=False
    )
    total = float(table[CHANNELS].tail(LAST).mean().sum())
    start = time.perf_counter()
    end = table["date"].max()
    wrapper = BudgetOptimizerWrapper(
        model=model, start_date=str((end + pd.Timedelta(days=7)).date()), end_date=str((end + pd.Timedelta(days=7 * HORIZON)).date()),
    )  # fmt: skip
    found = wrapper.optimize_budget(budget=total)
    seconds = time.perf_counter() - start
    values = np.asarray(found.budgets, dtype=float).ravel()
    return seconds, float(values[0] / values.sum()), str(getattr(found.scipy_result, "nit", "-"))


TOOLS = {"helpers": with_helpers, "pymc-marketing": with_pymc}


def main() -> None:
    tool, source, answer, _ = sys.argv[1:]
    seconds, share, steps = TOOLS[tool](pd.read_csv(source, parse_dates=["date"]))
    Path(answer).write_text(json.dumps({"seconds": seconds, "share": share, "steps": steps}))


if __name__ == "__main__":
    main()
