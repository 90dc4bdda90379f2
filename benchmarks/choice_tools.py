"""Fits one published set of choices with one tool, in the Python that has the tool. Started by `positioning_choice.py`.

    python benchmarks/choice_tools.py TOOL TASK ROWS.npz ANSWER.json OPTIONS

Nothing of the project is imported unless the tool is the project itself.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from peak import peak_mb


def ours(rows, names, options):
    import pandas as pd

    from helpers.methods import choice

    frame = pd.DataFrame(rows["x"], columns=names)
    made = choice.fit(frame, chosen=rows["y"], task=rows["task"], person=rows["person"])
    return made.coefficients, made.loglik, np.sqrt(np.diag(made.covariance_iid)), not made.guards


def statsmodels(rows, names, options):
    from statsmodels.discrete.conditional_models import ConditionalLogit

    scale = options.get("scale", 1.0)
    model = ConditionalLogit(rows["y"].astype(float), rows["x"] / scale, groups=rows["task"])
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        made = model.fit(**({"disp": 0}))
    good = not any("onverge" in str(one.message) for one in told)
    return made.params / scale, float(made.llf), made.bse / scale, good


def xlogit(rows, names, options):
    import xlogit as package

    given = {"X": rows["x"], "y": rows["y"].astype(int), "varnames": names, "alts": rows["alt"], "ids": rows["task"]}  # fmt: skip
    if options.get("draws"):
        made = package.MixedLogit()
        made.fit(**given, panels=rows["person"], randvars=dict.fromkeys(names, "n"), n_draws=options["draws"], num_hess=options.get("errors", False), verbose=0)  # fmt: skip
    else:
        made = package.MultinomialLogit()
        made.fit(**given, verbose=0)
    return made.coeff_, float(made.loglikelihood), made.stderr, bool(made.convergence)


TOOLS = {"ours": ours, "statsmodels": statsmodels, "xlogit": xlogit}


def main():
    tool, _, path, answer, options = sys.argv[1:]
    options, rows = json.loads(options), dict(np.load(path))
    names = [str(name) for name in rows["names"]]
    start = time.perf_counter()
    made = TOOLS[tool](rows, names, options)  # the first one pays for the imports
    first, seconds = time.perf_counter() - start, []
    for _ in range(options.get("repeats", 0)):
        start = time.perf_counter()
        made = TOOLS[tool](rows, names, options)
        seconds.append(time.perf_counter() - start)
    coefficients, loglik, errors, good = made
    Path(answer).write_text(
        json.dumps(
            {
                "coefficients": np.asarray(coefficients).tolist(), "loglik": loglik, "errors": np.asarray(errors).tolist(),
                "good": bool(good), "seconds": min(seconds or [first]), "first": first, "mb": peak_mb(),
            }
        )
    )  # fmt: skip


if __name__ == "__main__":
    main()
