"""Do the intervals of the mix model hold the truth? Simulated worlds of two channels, with the full sampler.

    python benchmarks/coverage_mix.py [--redraws 60]

Total contribution of each channel and of both, nominal 90 %: in the clean world, where the two move together, where spend follows a
season that the model knows, and where it follows a demand that nobody measures. The last is printed without a verdict as the model
says it, for there it is wrong, and judged once it is pulled to a test: a go-dark test of 15 %, spend from nothing to what it was.
Exit code 1 when a judged share is below .85.
"""

from __future__ import annotations

import numpy as np
from covering import finish, judged, redraws
from mix_worlds import world

from helpers.methods import mix
from helpers.methods import mix_reading as reading

TEST_ERROR = 0.15


def inside(draws: np.ndarray, truth: float) -> bool:
    """Whether the 90 % interval of the draws holds the truth."""
    low, high = np.quantile(draws, [0.05, 0.95])
    return bool(low <= truth <= high)


def judge(kind: str, seed: int) -> dict[str, bool]:
    """One world: what the intervals of its figures hold, and after a test of the first channel."""
    made = world(kind, seed)
    fit = mix.fit(made.data, seed=seed)
    last = len(made.data.outcome) - 1
    total = reading.contributions(fit, until=last)
    found = {
        "x1": inside(total[:, 0], made.truth[0]),
        "x2": inside(total[:, 1], made.truth[1]),
        "both": inside(total.sum(axis=1), made.truth.sum()),
    }
    rng = np.random.default_rng([seed, 99])
    error = TEST_ERROR * made.truth[0]
    days = made.data.days
    test = reading.Trial(
        "x1",
        days[0],
        days[-1],
        0.0,
        -made.truth[0] + error * rng.standard_normal(),
        error,
        1.0,
        in_data=False,
    )
    pulled, (anchor,) = reading.anchored(fit, [test], seed=seed)
    found["x1 tested"] = inside(reading.contributions(pulled, until=last)[:, 0], made.truth[0])
    print(
        f"  {kind:9} {seed:>3} R-hat {fit.rhat:.3f} ESS {fit.ess:5.0f} error {total.mean(axis=0) / made.truth - 1} "
        f"z {anchor.z:+.1f}", flush=True,
    )  # fmt: skip
    return found


def main() -> None:
    count, bad = redraws(__doc__, 60), []
    for kind, shown in (
        ("clean", ()),
        ("season", ()),
        ("collinear", ("x1", "x2")),
        ("hidden", ("x1", "both")),
    ):
        found = [judge(kind, seed) for seed in range(1, count + 1)]
        bad += judged(kind, found, shown=shown, why="shown: this world's trap")
    finish(bad)


if __name__ == "__main__":
    main()
