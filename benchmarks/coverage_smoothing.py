"""Do nominal 90 % intervals of a smoothed tracker hold the true path? Levels that drift, a crisis, a changed text, missing waves.

    python benchmarks/coverage_smoothing.py [--redraws 200]

Eight quarterly waves of 770 effective answers and 36 monthly ones of 320. The share drifts by steps of 0.5 to 3 points a wave, as the
model takes it; then paths it does not take: a fall of 2.5 points that heals by half in six weeks, a straight rise, and one that changes
its text half way. Each line is the share of waves inside, or of redraws for the last wave, the change over a year and the jump. Beside
it, the error of the waves as they come, of a rolling mean of three, and of the smoothed share. A share that never moves is shown only:
there the interval is too wide, for the drift is not known to be none. Exit code 1 when an interval leaves .83-.96.
"""

from __future__ import annotations

import covering
import numpy as np
import pandas as pd

from helpers.methods.smoothing import smoothed, smoothed_change

START = 0.3
JUMP = 0.03


def drift(t: int, points: float, rng: np.random.Generator) -> np.ndarray:
    """A random walk whose steps are so many points of a share of 30 %."""
    step = points / 100 / (2 * np.sqrt(START * (1 - START)))
    return np.sin(np.arcsin(np.sqrt(START)) + np.r_[0, np.cumsum(step * rng.standard_normal(t - 1))]) ** 2


def crisis(t: int) -> np.ndarray:
    """A fall two thirds along that heals by half in six weeks, waves a month apart."""
    since = np.maximum(np.arange(t) - 2 * t // 3, 0)
    return START - np.where(np.arange(t) >= 2 * t // 3, 0.025 * 0.5 ** (since * 4.35 / 6), 0.0)


def redraw(truth: np.ndarray, n: int, rng: np.random.Generator, *, jump: bool = False, gaps: bool = False):
    """Coverage of one tracker, and squared errors of three ways to draw its line."""
    asked = truth + JUMP * (np.arange(len(truth)) >= len(truth) // 2) * jump
    frame = pd.DataFrame(
        {"wave": range(len(truth)), "value": rng.binomial(n, asked) / n, "n": n, "n_effective": n}
    )
    frame["wording"] = np.where((np.arange(len(truth)) >= len(truth) // 2) & jump, "v2", "v1")
    if gaps:
        frame.loc[rng.choice(np.arange(1, len(truth) - 1), len(truth) // 4, replace=False), "value"] = np.nan
    found = smoothed(frame)
    held = (found.table["low"] <= asked) & (asked <= found.table["high"])
    moved = smoothed_change(found, then=len(truth) - 5, now=len(truth) - 1)
    made = {"waves": float(held.mean()), "last wave": bool(held.iloc[-1]), "change over four waves": bool(moved.low <= asked[-1] - asked[-5] <= moved.high)}  # fmt: skip
    for one in found.jumps.values():
        made["jump of the text"] = bool(one.low <= JUMP <= one.high)
    rolling = frame["value"].rolling(3, center=True, min_periods=1).mean()
    errors = [
        float(((line - asked) ** 2).mean()) for line in (frame["value"], rolling, found.table["smoothed"])
    ]
    return made, errors


PATHS = {
    "drift of 0.5 points a wave": (lambda t, rng: drift(t, 0.5, rng), {}),
    "drift of 1 point a wave": (lambda t, rng: drift(t, 1.0, rng), {}),
    "drift of 3 points a wave": (lambda t, rng: drift(t, 3.0, rng), {}),
    "drift of 1 point, changed text": (lambda t, rng: drift(t, 1.0, rng), {"jump": True}),
    "drift of 1 point, a quarter missing": (lambda t, rng: drift(t, 1.0, rng), {"gaps": True}),
    "a crisis": (lambda t, _: crisis(t), {}),
    "a rise of 6 points": (lambda t, _: np.linspace(START, START + 0.06, t), {}),
    "a share that never moves": (lambda t, _: np.full(t, START), {}),
}


def main() -> None:
    """Run the study."""
    redraws, bad, lines = covering.redraws(__doc__), [], []
    for t, n in ((8, 770), (36, 320)):
        rng = np.random.default_rng(t)
        for name, (path, options) in PATHS.items():
            made = [redraw(path(t, rng), n, rng, **options) for _ in range(redraws)]
            shown = "" if name.startswith("drift") else " (shown)"
            held = [{f"{what}{shown}": one for what, one in found.items()} for found, _ in made]
            title = f"{t} waves of {n}, {name}"
            bad += covering.judged(title, held, shown=("(shown)",), why="shown: a path the model does not take")  # fmt: skip
            lines.append((title, *np.sqrt(np.mean([errors for _, errors in made], axis=0))))
    print(f"\n{'error, points':52}{'waves':>8}{'rolling 3':>11}{'smoothed':>10}")
    for name, *errors in lines:
        print(f"{name:52}{100 * errors[0]:8.2f}{100 * errors[1]:11.2f}{100 * errors[2]:10.2f}")
    covering.finish(bad)


if __name__ == "__main__":
    main()
