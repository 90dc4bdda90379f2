"""Do the intervals of tests by region hold what is true? Redraws of the method's own model, then worlds of the sample company.

    python benchmarks/coverage_geo.py [--redraws 200] [--seeds 20] [--scale 0.5]

The model: the ratio of two series whose log is a constant, an effect and an AR(1). Accepted as in `covering`. The worlds: each with
its own seed and its own truth, read by the page's own functions; exit code 1 when a test's effect lies inside its 90 % interval in
fewer than 14 of 20 worlds (70 %), or a redraw is outside.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd
from covering import LEVEL, finish, judged

from helpers import company, tables
from helpers.company import Scope
from helpers.methods.geo_placebo import in_space, spread
from helpers.methods.geo_ratio import log_ratio, steady_control
from helpers.methods.series import interrupted
from helpers.periods import parse
from helpers.pillars.activation import incrementality
from helpers.sample import chunk
from helpers.sample.parts import geo
from helpers.sample.setting import Setting
from helpers.sample.truth import add
from helpers.sample.world import World

NEEDED = 0.70


def redraw(seed: int, rho: float, n_before: int, n_during: int, lift: float) -> dict[str, bool]:
    """Whether lift and money of a drawn test lie inside their intervals."""
    rng = np.random.default_rng(seed)
    n = n_before + n_during
    noise = np.empty(n)
    noise[0] = rng.normal()
    for t in range(1, n):
        noise[t] = rho * noise[t - 1] + np.sqrt(1 - rho**2) * rng.normal()
    during = np.arange(n) >= n_before
    control = 1000 * np.exp(0.3 * np.sin(np.arange(n) / 9))
    without = 0.5 * control * np.exp(0.1 * noise)
    treated = np.where(during, without * (1 + lift), without)
    found = log_ratio(treated, control, during, level=LEVEL)
    true = float((treated - without)[during].sum())
    return {
        "lift": found.lift.low <= lift <= found.lift.high,
        "money": found.effect.low <= true <= found.effect.high,
    }


def regions(seed: int) -> dict[str, bool]:
    """The whole way with regions of unequal size and noise: steady control, placebos, widened interval."""
    rng = np.random.default_rng(seed)
    size, n = rng.lognormal(3, 0.8, 40), 120
    noise = rng.normal(size=(n, 40)) * 0.3 * np.sqrt(20 / size)
    sales = size * np.exp(noise + 0.2 * np.sin(np.arange(n) / 11)[:, None])
    during, drawn = np.arange(n) >= 90, rng.permutation(40) < 12
    treated, control = sales[:, drawn] * np.where(during, 1.06, 1.0)[:, None], sales[:, ~drawn]
    factor = spread(in_space(pd.DataFrame(control), during, n_treated=12, n_all=40, n_placebos=60))
    found = log_ratio(
        treated.sum(axis=1), steady_control(control, ~during), during, level=LEVEL, spread=factor
    )
    return {"lift of regions": found.lift.low <= 0.06 <= found.lift.high}


def level_series(seed: int) -> dict[str, bool]:
    """An interrupted series drawn from the local level model at the middle of its prior."""
    rng = np.random.default_rng(seed)
    n, n_before = 110, 80
    x = rng.normal(size=n)
    step = 0.01
    y = np.cumsum(step * rng.normal(size=n)) + 0.5 * x + rng.normal(size=n) * 0.8
    y[n_before:] += 0.5
    found = interrupted(y, n_before, x, level=LEVEL)
    return {"mean effect of a series": found.mean.low <= 0.5 <= found.mean.high}


def world(seed: int, scale: float) -> list[tuple[str, float, float, float]]:
    """Test, low, high and truth of the revenue that it changed."""
    made, totals = World(Setting(seed, scale)), {}
    for number in range(made.setting.n_chunks):
        totals = add(totals, geo.count(chunk.draw(made, number)))
    frame = pd.concat([part for _, part in geo.books(made, totals)], ignore_index=True)
    truth = {one.segment: one.value for one in geo.truth(made, totals) if one.name == "geo_effect_revenue"}
    relation = tables.connect().from_df(tables.check(frame, "experiments"))
    here = Scope(company.read("sample"), parse("2026-09"), "ALL", "en")
    found = incrementality.tests(relation, None, here)
    return [(test.id, test.found.effect.low, test.found.effect.high, truth[test.id]) for test in found]


def worlds(seeds: int, scale: float) -> list[str]:
    """Print each world and return the tests that are held too seldom."""
    inside: dict[str, list[bool]] = {}
    print(f"\n{seeds} worlds at scale {scale}")
    for seed in range(1, seeds + 1):
        said = []
        for name, low, high, value in world(seed, scale):
            inside.setdefault(name, []).append(low <= value <= high)
            said.append(f"{name} {value:.0f} in {low:.0f}..{high:.0f} {'ok' if inside[name][-1] else '--'}")
        print(f"{seed:>3}  " + "; ".join(said), flush=True)
    shares = {name: sum(held) / len(held) for name, held in inside.items()}
    print("\n".join(f"{name:22} {share:.0%} of {len(inside[name])}" for name, share in shares.items()))
    return [f"worlds: {name}" for name, share in shares.items() if share < NEEDED]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--redraws", type=int, default=200)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--scale", type=float, default=0.5)
    options = parser.parse_args()
    bad, n = [], options.redraws
    for rho, before, during in ((0.0, 140, 56), (0.3, 90, 15), (0.6, 60, 30), (0.3, 30, 15)):
        title = f"rho {rho}, {before} days before, {during} in the test"
        bad += judged(title, [redraw(seed, rho, before, during, 0.05) for seed in range(n)])
    bad += judged("40 regions", [regions(seed) for seed in range(n)])
    bad += judged("local level", [level_series(seed) for seed in range(n)])
    finish(bad + (worlds(options.seeds, options.scale) if options.seeds else []))


if __name__ == "__main__":
    main()
