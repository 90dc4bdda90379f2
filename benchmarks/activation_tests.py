"""What looking often costs, and what each way of reading a test gives for it: false positives and power on the same simulated tests.

    python benchmarks/activation_tests.py [--draws 4000]

Twenty evenly spaced looks, 20,000 people an arm, 5 % conversion, no effect or one tenth more; two-sided .05. The boundaries are computed by
numerical integration, without any of the draws. Figures printed by others stand beside ours with their source.
"""

from __future__ import annotations

import argparse

import numpy as np

from helpers.methods.cuped import adjusted_difference
from helpers.methods.sequential import boundaries, constant, exits, false_alarms
from helpers.methods.sequential_stop import always_valid

LOOKS, ARM, RATE, LIFT, LEVEL = 20, 20_000, 0.05, 0.10, 0.95
PRINTED = ((1, 0.050), (2, 0.083), (5, 0.142), (10, 0.193), (20, 0.248), (50, 0.320))


def paths(draws, lift, seed):
    """Statistic at each look of each test: successes are binomial from look to look."""
    rng = np.random.default_rng(seed)
    step = ARM // LOOKS
    wins = [rng.binomial(step, rate, (draws, LOOKS)).cumsum(axis=1) for rate in (RATE * (1 + lift), RATE)]
    n = step * np.arange(1, LOOKS + 1)
    pooled = (wins[0] + wins[1]) / (2 * n)
    return (wins[0] - wins[1]) / n / np.sqrt(pooled * (1 - pooled) * 2 / n)


def called(z, limits):
    """Share of tests that pass the limit of any look."""
    return float((np.abs(z) >= limits).any(axis=1).mean())


def cuped(draws, lift, seed, n=2_000):
    """False positives or power of CUPED and of the plain mean, and the variance that it spares; the past tells a quarter of the outcome."""
    seen = np.zeros(2)
    spared = []
    for draw in range(draws):
        rng = np.random.default_rng([seed, draw])
        before, arm = rng.gamma(2, 1, n), rng.random(n) < 0.5
        outcome = 0.5 * before + rng.normal(0, 1.22, n) + lift * arm
        made = adjusted_difference(outcome, before, arm, level=LEVEL)
        plain = adjusted_difference(outcome, np.ones(n), arm, level=LEVEL)
        seen += [made.p < 1 - LEVEL, plain.p < 1 - LEVEL]
        spared.append(made.spared)
    return (*seen / draws, float(np.mean(spared)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--draws", type=int, default=4000)
    draws = parser.parse_args().draws
    even = np.arange(1, LOOKS + 1) / LOOKS
    print("looks   stopped at 1.96, exact   printed by Armitage, McPherson and Rowe (1969)")
    for looks, printed in PRINTED:
        print(f"{looks:5}   {false_alarms(looks):22.4f}   {printed:.3f}")
    ways = {
        "read once, at the end": np.append(np.full(LOOKS - 1, np.inf), 1.96),
        "read at every look, at 1.96": np.full(LOOKS, 1.96),
        "O'Brien-Fleming spending": boundaries(even, level=LEVEL),
        "Pocock spending": boundaries(even, level=LEVEL, spending="pocock"),
        "O'Brien-Fleming, classical constant": constant(LOOKS, level=LEVEL) * np.sqrt(1 / even),
        "always valid (normal mixture)": always_valid(even, planned=1.0, level=LEVEL),
    }
    none, some = (paths(draws, lift, seed) for seed, lift in enumerate((0.0, LIFT)))
    drift = RATE * LIFT / np.sqrt(2 * RATE * (1 + LIFT / 2) * (1 - RATE * (1 + LIFT / 2)) / ARM)
    print(f"\n{draws} tests each, s.e. at most {0.5 / np.sqrt(draws):.3f}; power at +{LIFT:.0%}")
    print(
        f"{'way of reading':38} {'false, seen':>12} {'false, exact':>13} {'power, seen':>12} {'power, exact':>13}"
    )
    for name, limits in ways.items():
        finite = np.where(np.isfinite(limits), limits, 40.0)
        exact = [sum(map(np.sum, exits(finite, even, drift=d))) for d in (0.0, drift)]
        print(
            f"{name:38} {called(none, limits):12.3f} {exact[0]:13.3f} {called(some, limits):12.3f} {exact[1]:13.3f}"
        )
    print("\nCUPED, one reading, 2,000 people")
    few = max(draws // 10, 100)
    for name, lift in (("no effect", 0.0), ("effect 0.15", 0.15)):
        with_past, plain, spared = cuped(few, lift, 7)
        print(
            f"  {name:12} called with the past {with_past:.3f}, without {plain:.3f}, variance spared {spared:.3f} ({few} tests)"
        )
    print(
        "\nPrinted by a study of 4,000 tests at these sizes: stopped at 1.96 .241, once .045; its O'Brien-Fleming constant was chosen on the same\n"
        "draws. Rivals not run here: gbstats 0.8 pins numpy below 2, confseq does not build, msprt needs Python below 3.13."
    )


if __name__ == "__main__":
    main()
