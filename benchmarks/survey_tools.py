"""Rakes a sample with one tool, in the Python that has the tool. Started by `positioning_survey.py`.

    python benchmarks/survey_tools.py TOOL FOLDER ANSWER.json OPTIONS

FOLDER holds sample.csv (w, y and one column a dimension) and margins.csv (dimension, level, share). Nothing of the project is
imported unless the tool is the project itself.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd


def with_helpers(sample, shares):
    """Ours."""
    from helpers.methods.survey import rake

    def run():
        return rake(sample, margins=shares, weight="w").weights

    return run


def with_samplics(sample, shares):
    """Samplics: raking to totals of one dimension after the other."""
    from samplics.weighting import SampleWeight

    total = float(sample["w"].sum())
    control = {
        name: {level: share * total for level, share in levels.items()} for name, levels in shares.items()
    }
    margins = {name: sample[name].to_numpy() for name in shares}

    def run():
        return np.asarray(
            SampleWeight().rake(
                samp_weight=sample["w"].to_numpy(), margins=margins, control=control, tol=1e-10, max_iter=1000
            )
        )

    return run


def with_ipfn(sample, shares):
    """ipfn: proportional fitting of a frame."""
    from ipfn.ipfn import ipfn

    total = float(sample["w"].sum())
    aggregates = [
        (pd.Series(levels) * total).rename_axis(name).rename("w") for name, levels in shares.items()
    ]

    def run():
        made = ipfn(
            sample.copy(), aggregates, [[name] for name in shares], weight_col="w", convergence_rate=1e-10, max_iteration=1000
        )  # fmt: skip
        with contextlib.redirect_stdout(io.StringIO()):
            return made.iteration()["w"].to_numpy()

    return run


TOOLS = {"helpers": with_helpers, "samplics": with_samplics, "ipfn": with_ipfn}


def main() -> None:
    tool, folder, answer, _ = sys.argv[1:]
    sample = pd.read_csv(Path(folder) / "sample.csv")
    known = pd.read_csv(Path(folder) / "margins.csv")
    shares = {
        name: dict(zip(own["level"], own["share"], strict=True)) for name, own in known.groupby("dimension")
    }
    run = TOOLS[tool](sample, shares)
    run()  # the first call pays for imports
    start = time.perf_counter()
    weights = run()
    seconds = time.perf_counter() - start
    weights = weights / weights.sum()
    gap = max(
        abs(float(weights[(sample[name] == level).to_numpy()].sum()) - share)
        for name, levels in shares.items()
        for level, share in levels.items()
    )
    scale = float(sample["w"].sum())
    told = {
        "seconds": seconds, "mean": float(weights @ sample["y"]), "low": float(weights.min() * scale),
        "high": float(weights.max() * scale), "gap": gap,
    }  # fmt: skip
    Path(answer).write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main()
