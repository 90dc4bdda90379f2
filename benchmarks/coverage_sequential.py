"""Do nominal 90 % intervals of tests hold the truth in .83 to .96 of 200 redraws, and are false positives at most nominal?

    python benchmarks/coverage_sequential.py [--redraws 200]

Each line is the method's own model: shares and means read once, a test stopped at its boundary (stagewise), the trend of an effect, CUPED. What
holds at every look at once covers more than its level at any one of them: it is shown, and only its false positives are judged. CUPED is redrawn
five times as often: its first 200 draws alone give .965, the 1,000 after them .896.
"""

from __future__ import annotations

import math

import covering
import numpy as np
import pandas as pd

from helpers.methods.cuped import adjusted_difference
from helpers.methods.experiment_shares import difference_of_shares, welch
from helpers.methods.experiments import arm_of
from helpers.methods.novelty import effect_by_day, trend
from helpers.methods.sequential import boundaries
from helpers.methods.sequential_stop import always_valid, stagewise
from helpers.sample.parts import experiments as planted

LOOKS, DAYS = 14, 14
EVEN = np.arange(1, LOOKS + 1) / LOOKS
ENDS = boundaries(EVEN)
ALLOWED = 0.10 + 2.6 * math.sqrt(
    0.1 * 0.9 / 200
)  # what a true ten per cent stays below in 99.5 % of runs of 200


def holds(estimate, truth):
    """Whether an interval holds the truth."""
    return bool(estimate.low <= truth <= estimate.high)


def read_once(seed):
    """Shares of 5 and 6 % among few, and spend of which nine in ten are nothing."""
    rng = np.random.default_rng(seed)
    shares = difference_of_shares((rng.binomial(900, 0.06), 900), (rng.binomial(700, 0.05), 700)).effect
    spend = [rng.binomial(1, 0.1, 1200) * rng.gamma(2.0, level, 1200) for level in (24.0, 20.0)]
    money = welch(*map(arm_of, spend)).effect
    return {
        "difference of shares": holds(shares.absolute, 0.01), "relative change of shares": holds(shares.relative, 0.2),
        "difference of means": holds(money.absolute, 0.8), "relative change of means": holds(money.relative, 0.2),
    }  # fmt: skip


def stopped(seed, effect):
    """A test with daily looks: stopped at the boundary or at its end; `effect` in standard errors of the whole plan."""
    rng = np.random.default_rng([seed, int(10 * effect)])
    path = np.cumsum(rng.standard_normal(LOOKS) / math.sqrt(LOOKS) + effect / LOOKS) / np.sqrt(EVEN)
    out = np.flatnonzero(np.abs(path) >= ENDS)
    k = int(out[0]) if len(out) else LOOKS - 1
    true, z = effect * math.sqrt(EVEN[k]), float(path[k])
    found = stagewise(ENDS[: k + 1], EVEN[: k + 1], z)
    free = always_valid(EVEN, planned=1.0)
    return {
        "stagewise": found.low <= true <= found.high,
        "read as if once, at the stop (shown)": abs(z - true) <= 1.6449,
        "repeated, at the stop (shown)": abs(z - true) <= ENDS[k],
        "always valid, at the stop (shown)": abs(z - true) <= free[k],
    } | (
        {"called": bool(len(out)), "called by always valid": bool((np.abs(path) >= free).any())}
        if not effect
        else {}
    )


def by_day(seed):
    """An effect that wears off over a fortnight."""
    rng = np.random.default_rng(seed)
    effects = np.linspace(0.04, 0.01, DAYS)
    table = pd.DataFrame({
        "treated_n": 4000, "treated_wins": rng.binomial(4000, 0.1 + effects), "control_n": 4000, "control_wins": rng.binomial(4000, 0.1, DAYS),
    })  # fmt: skip
    return {"change of the effect": holds(trend(effect_by_day(table)).change, -0.03)}


def with_the_past(seed):
    """Spend that the past tells in part, with a slope that the treatment changes."""
    rng = np.random.default_rng(seed)
    n = 800
    before, arm = rng.gamma(1.0, 20.0, n), rng.random(n) < 0.4
    outcome = (0.5 + 0.2 * arm) * before + rng.gamma(1.0, 10.0, n) + 2 * arm
    found = adjusted_difference(outcome, before, arm).effect
    return {
        "CUPED, difference": holds(found.absolute, 2 + 0.2 * 20),
        "CUPED, relative": holds(found.relative, 6 / 20),
    }


class Drawn:
    """A world that gives random numbers and nothing else."""

    def __init__(self, seed):
        self.seed = seed

    def rng(self, part):
        return np.random.default_rng([self.seed, *part.encode()])


def planted_tests(seed):
    """The sample's own tests of creatives, drawn again: relative effects of those that run as planned."""
    made = {}
    for test in planted.SITE_TESTS:
        if test.lost or test.id == planted.STOPPED:
            continue
        sums = planted.site_rows(Drawn(seed), test).groupby("arm")[["conversions", "units"]].sum()
        found = difference_of_shares(tuple(sums.loc["variant"]), tuple(sums.loc["control"])).effect
        made[test.id] = holds(found.relative, test.effect)
    return made


def main():
    count, bad = covering.redraws(__doc__), []
    bad += covering.judged("tests read once", [read_once(seed) for seed in range(count)])
    for effect in (0.0, 1.5, 3.0):
        rows = [stopped(seed, effect) for seed in range(count)]
        alarms = {
            name: np.mean([row.pop(name) for row in rows])
            for name in ("called", "called by always valid")
            if name in rows[0]
        }
        bad += covering.judged(f"stopped at the boundary, effect {effect:g} errors", rows, shown=("(shown)",))
        for name, share in alarms.items():
            good = share <= ALLOWED
            print(
                f"  {'false positives, ' + name:44} {share:.3f}  {'ok' if good else 'OUTSIDE'} (nominal .10)"
            )
            bad += [] if good else [f"false positives, {name}"]
    bad += covering.judged("effect by day", [by_day(seed) for seed in range(count)])
    bad += covering.judged("with what was known before", [with_the_past(seed) for seed in range(5 * count)])
    bad += covering.judged("tests of the sample, drawn again", [planted_tests(seed) for seed in range(count)])
    covering.finish(bad)


if __name__ == "__main__":
    main()
