"""Fits latent classes to one set of answers with one tool, in the Python that has the tool. Started by `positioning_latent.py`.

    python benchmarks/latent_tools.py TOOL ANSWERS.csv ANSWER.json OPTIONS

Nothing of the project is imported unless the tool is the project itself.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd


def ours(frame, classes, starts):
    from helpers.methods import latent

    made = latent.fit(frame, items=list(frame), classes=classes, starts=starts)
    return made.loglik, made.sizes, made.reached


def stepmix(frame, classes, starts):
    from stepmix.stepmix import StepMix

    codes = frame.apply(lambda own: pd.factorize(own, sort=True)[0])
    made = StepMix(n_components=classes, measurement="categorical", n_init=starts, max_iter=2000, abs_tol=1e-9, rel_tol=1e-12, random_state=0, verbose=0, progress_bar=0)  # fmt: skip
    made.fit(codes)
    return made.score(codes) * len(codes), np.asarray(made.weights_), None


TOOLS = {"helpers": ours, "stepmix": stepmix}


def main():
    tool, path, answer, options = sys.argv[1:]
    options, frame = json.loads(options), pd.read_csv(path)
    warnings.simplefilter("ignore")
    seconds = []
    for _ in range(options["times"]):
        start = time.perf_counter()
        loglik, sizes, reached = TOOLS[tool](frame, options["classes"], options["starts"])
        seconds.append(time.perf_counter() - start)
    made = {"loglik": float(loglik), "sizes": sorted(map(float, sizes), reverse=True), "reached": reached, "seconds": min(seconds)}  # fmt: skip
    Path(answer).write_text(json.dumps(made))


if __name__ == "__main__":
    main()
