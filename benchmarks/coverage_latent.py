"""Do nominal 90 % intervals of latent classes hold the truth? Sizes, sizes in groups and between them, means of what was not asked.

    python benchmarks/coverage_latent.py [--redraws 200]

Redraws of worlds whose classes are known: four classes of ten items, 1,200 people of whom a third are customers with other sizes, and
two waves of the people outside; and three classes of six items with two answers, 600 people, a tenth of the answers missing. Each
interval comes from 60 redraws of people. The mean of those placed where likeliest stands beside, shown only. Exit code 1 when an
interval leaves .83-.96.
"""

from __future__ import annotations

import covering
import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from helpers.methods import latent, latent_redraws

RUNS = 60
OUT, OWN = np.array([0.35, 0.3, 0.2, 0.15]), np.array([0.2, 0.3, 0.2, 0.3])
LATER = np.array([0.3, 0.3, 0.25, 0.15])
SPEND = np.array([300.0, 150.0, 220.0, 250.0])


def chances() -> np.ndarray:
    """Chances of three answers [class, item, answer]: some items decide for a class, others say little."""
    made = np.empty((4, 10, 3))
    for k in range(4):
        for item in range(10):
            made[k, item] = (0.08, 0.32, 0.6) if item % 4 == k else (0.28, 0.47, 0.25) if item == (k + 5) % 10 else (0.58, 0.33, 0.09)  # fmt: skip
    return made


def answered(rng: np.random.Generator, kind: np.ndarray, p: np.ndarray) -> pd.DataFrame:
    """Answers of people of known classes."""
    u = rng.random((len(kind), p.shape[1], 1))
    return pd.DataFrame((u > p[kind].cumsum(axis=2)[:, :, :-1]).sum(axis=2)).add_prefix("item")


def order(made: latent.Classes, p: np.ndarray) -> np.ndarray:
    """Found class of each true class."""
    far = np.abs(p.reshape(len(p), 1, -1) - made.chances[None]).sum(axis=2)
    return linear_sum_assignment(far)[1]


def inside(one, truth: float) -> bool:
    """Whether an interval holds the truth."""
    return bool(one.low <= truth <= one.high)


def needs(rng: np.random.Generator, p: np.ndarray) -> dict:
    """One redraw of the larger world."""
    wave, own = np.repeat([0, 1, 0], 400), np.repeat([False, False, True], 400)
    kind = np.concatenate([rng.choice(4, 400, p=one) for one in (OUT, LATER, OWN)])
    frame = answered(rng, kind, p)
    made = latent.fit(frame, items=list(frame), classes=4, starts=8, seed=1)
    at, spend = order(made, p), rng.gamma(2, SPEND[kind] / 2)
    found = latent_redraws.redrawn(made, groups=own, strata=2 * own + wave, redraws=RUNS, seed=2)
    out, one = ~own, np.ones(1200)
    before, after = (latent_redraws.parts(found, one, where=out & (wave == w)) for w in (0, 1))
    means = latent_redraws.means(found, spend, where=out)
    share = (OUT + LATER) / 2
    told = {}
    for k in range(4):
        told[f"class {k}: size outside"] = inside(latent_redraws.share_estimate(found.sizes[:, 0, at[k]], 800), share[k])  # fmt: skip
        told[f"class {k}: size among customers"] = inside(latent_redraws.share_estimate(found.sizes[:, 1, at[k]], 400), OWN[k])  # fmt: skip
        told[f"class {k}: change between waves"] = inside(latent_redraws.estimate((after - before)[:, at[k]], 400), LATER[k] - OUT[k])  # fmt: skip
        told[f"class {k}: mean spend"] = inside(latent_redraws.estimate(means[:, at[k]], 800), SPEND[k])
        placed = spend[out & (made.members.argmax(axis=1) == at[k])]
        half = 1.645 * placed.std(ddof=1) / len(placed) ** 0.5
        told[f"class {k}: mean spend where likeliest"] = bool(abs(placed.mean() - SPEND[k]) <= half)
    return told


def small(rng: np.random.Generator) -> dict:
    """One redraw of the smaller world, with answers missing."""
    yes = np.array([[0.9, 0.85, 0.8, 0.2, 0.15, 0.5], [0.2, 0.2, 0.7, 0.85, 0.8, 0.2], [0.15, 0.1, 0.1, 0.2, 0.25, 0.8]])  # fmt: skip
    p, sizes = np.stack([1 - yes, yes], axis=2), np.array([0.5, 0.3, 0.2])
    frame = answered(rng, rng.choice(3, 600, p=sizes), p).astype(float)
    frame = frame.mask(rng.random(frame.shape) < 0.1)
    made = latent.fit(frame, items=list(frame), classes=3, starts=8, seed=1)
    at = order(made, p)
    found = latent_redraws.redrawn(made, redraws=RUNS, seed=2)
    return {f"class {k}: size": inside(latent_redraws.share_estimate(found.sizes[:, 0, at[k]], 600), sizes[k]) for k in range(3)}  # fmt: skip


def main() -> None:
    redraws, p = covering.redraws(__doc__), chances()
    bad = covering.judged("four classes, ten items, 1,200 people", [needs(np.random.default_rng(at), p) for at in range(redraws)],
                          shown=("where likeliest",), why="shown: people placed where likeliest")  # fmt: skip
    bad += covering.judged(
        "three classes, six items, 600 people", [small(np.random.default_rng(at)) for at in range(redraws)]
    )
    covering.finish(bad)


if __name__ == "__main__":
    main()
