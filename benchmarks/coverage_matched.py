"""Do nominal 90 % intervals of a matched comparison hold the planted effect on those who took something, where takers select themselves?

    python benchmarks/coverage_matched.py [--redraws 200]

1. 300 and 120 takers among 6,000 people: who takes it depends on orders and spend before, silence, segment, age and market; the outcome
   depends on the same. Effects on repurchase: none, 6 points; and on kept revenue, 4 on a mean near 60.
2. Selection that no covariate mean captures whole (a square and a product): the covariates are balanced in mean only.
3. Each person stands in two rows, as others of two months: the error goes by person.
What the naive difference and pairs of nearest neighbours tell is shown.

Exit code 1 when an interval leaves .83-.96.
"""

from __future__ import annotations

import covering
import numpy as np
import pandas as pd
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from helpers.methods.matched_comparison import alike, compare

SEGMENTS = np.array(["A", "B", "C"])
COVARIATES = ["n_before", "spend_before", "silence", "segment", "age"]


def world(
    rng, *, n: int, rate: float, effect: float, bent: bool = False, twice: bool = False
) -> tuple[pd.DataFrame, float]:
    """People of a world, and the true effect on those who took it in points of a share."""
    people = np.repeat(np.arange(n // 2), 2) if twice else np.arange(n)
    lasting = rng.standard_normal(people.max() + 1)[people] * (0.7 if twice else 0.0)
    before = rng.poisson(np.exp(0.6 + 0.6 * rng.standard_normal(n)))
    spend = before * np.exp(3.2 + 0.5 * rng.standard_normal(n))
    silence = rng.exponential(120, n)
    segment, age, market = rng.integers(0, 3, n), rng.integers(0, 4, n), rng.integers(0, 2, n)
    month = rng.integers(0, 12, n)
    liking = 0.35 * np.log1p(before) + 0.1 * np.log1p(spend) - 0.003 * silence + 0.3 * segment - 0.15 * age
    odd = (
        0.15 * (before > 3) * (segment == 2) + 0.1 * np.minimum((silence / 120 - 1) ** 2, 4) if bent else 0.0
    )
    chance = rate * np.exp(liking + odd) / np.exp(liking + odd).mean()
    took = rng.random(n) < np.minimum(chance, 0.9)
    base = expit(-1.3 + 0.8 * liking + odd + 0.1 * market + 0.04 * month + lasting)
    repurchase = rng.random(n) < np.minimum(base + effect * took, 1)
    kept = 60 * base * rng.gamma(2, 0.5, n) * 2 + 4 * took
    rows = pd.DataFrame({
        "customer_id": people, "took": took, "n_before": np.log1p(before), "spend_before": np.log1p(spend), "silence": np.log1p(silence),
        "segment": SEGMENTS[segment], "age": age.astype(str), "market": market.astype(str), "month": month.astype(str),
        "again": repurchase.astype(float), "kept": kept,
    })  # fmt: skip
    return rows, float(np.mean(np.minimum(base + effect, 1)[took] - base[took]))


def nearest(rows: pd.DataFrame) -> float:
    """The effect by pairs of nearest neighbours in the propensity, for comparison."""
    x = pd.get_dummies(rows[[*COVARIATES, "market", "month"]]).to_numpy(dtype=float)
    score = LogisticRegression(max_iter=500).fit(x, rows["took"]).decision_function(x)
    took = rows["took"].to_numpy()
    order = np.argsort(score[~took])
    at = np.clip(np.searchsorted(score[~took][order], score[took]), 0, (~took).sum() - 1)
    y = rows["again"].to_numpy()
    return float(np.mean(y[took] - y[~took][order][at]))


def main() -> None:
    """Run the study."""
    redraws, bad = covering.redraws(__doc__), []
    cases = {
        "300 takers, no effect": {"n": 6000, "rate": 0.05, "effect": 0.0},
        "300 takers, 6 points": {"n": 6000, "rate": 0.05, "effect": 0.06},
        "120 takers, 6 points": {"n": 6000, "rate": 0.02, "effect": 0.06},
        "selection that bends": {"n": 6000, "rate": 0.05, "effect": 0.06, "bent": True},
        "people in two rows": {"n": 6000, "rate": 0.05, "effect": 0.06, "twice": True},
    }
    for number, (title, options) in enumerate(cases.items()):
        rng, held, off = np.random.default_rng(number), [], []
        for _ in range(redraws):
            rows, true = world(rng, **options)
            group = alike(rows, took="took", covariates=COVARIATES, exact=["market", "month"])
            again, kept = compare(group, "again"), compare(group, "kept", is_share=False)
            held.append({"repurchase": again.difference.low <= true <= again.difference.high, "kept revenue": kept.difference.low <= 4 <= kept.difference.high})  # fmt: skip
            off.append((again.difference.value - true, again.naive - true, nearest(rows) - true))
        bad += covering.judged(title, held)
        bias, spread = np.mean(off, axis=0), np.std(off, axis=0)
        for name, one, sd in zip(("weighted", "naive", "nearest pairs"), bias, spread, strict=True):
            print(f"    {name:14} misses by {100 * one:+.2f} points in mean, {100 * sd:.2f} in spread")
    covering.finish(bad)


if __name__ == "__main__":
    main()
