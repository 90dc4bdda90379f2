"""Do nominal 90 % intervals hold the truth in .83 to .96 of 200 redraws? Effect of a treatment and value of a policy.

    python benchmarks/coverage_uplift.py [--redraws 200]

Every line draws an experiment whose effect on each unit is known: answers by two logistic curves, money of a gamma. Exit
code 1 when a line is outside. With 200 redraws a true 90 % interval is inside .83-.96 in more than 99 % of runs.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from covering import LEVEL, finish, judged, redraws
from scipy.special import expit

from helpers.methods.experiments import arm_of, difference_of_means
from helpers.methods.uplift import effects_by_group, qini_interval
from helpers.methods.uplift_policy import best_share
from helpers.methods.uplift_scores import two_models

SHARE, SPEND, COST = 0.6, 20.0, 0.4  # treated; money a unit that answers; cost of one treatment


def experiment(seed, n, moved):
    """Features, arm, answer, money, and the expected effect of each unit in answers; `moved` is how much effects differ."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 3))
    treated = rng.random(n) < SHARE
    without = expit(-1.6 + 0.5 * x[:, 1])
    with_it = expit(-1.45 + 0.5 * x[:, 1] + moved * x[:, 0])
    answer = (rng.random(n) < np.where(treated, with_it, without)).astype(float)
    money = answer * rng.gamma(2.0, SPEND / 2, n)
    return pd.DataFrame(x, columns=["a", "b", "c"]), treated, answer, money, with_it - without


def held(estimate, truth):
    """Whether the interval of (value, low, high, ...) holds the truth."""
    return bool(estimate[1] <= truth <= estimate[2])


def inside(seed, n, moved):
    """Whether each interval of one redraw holds its truth."""
    features, treated, answer, money, effect = experiment(seed, n, moved)
    whole = difference_of_means(arm_of(money[treated]), arm_of(money[~treated]), level=LEVEL)
    without = expit(-1.6 + 0.5 * features["b"].to_numpy())
    score, fold = two_models(features, treated, answer, seed=seed)
    made = best_share(money, score, fold, treated, cost=COST, level=LEVEL)
    net = SPEND * effect - COST
    top, everyone = (made.table.iloc[at][["value", "low", "high"]].tolist() for at in (1, 2))
    gain = np.where(made.acts, 0.0, -net).mean()
    frame = features.assign(side=features["a"] > 0, treated=treated, answer=answer, effect=effect)
    sides = effects_by_group(frame, group="side", treated="treated", outcome="answer", level=LEVEL)
    truths = frame.groupby("side")["effect"].mean()
    found = {
        "average effect in money": held(whole.absolute, SPEND * effect.mean()),
        "relative effect": held(whole.relative, effect.mean() / without.mean()),
        "effect in one half": held(sides.iloc[1][["value", "low", "high"]].tolist(), truths[True]),
        "value of treating all": held(everyone, net.mean()),
    }
    # a policy that treats nobody has no interval to judge
    if made.acts.any():
        found["value of the top"] = held(top, np.where(made.acts, net, 0.0).mean())
    if made.acts.any() and not made.acts.all():
        found["top above all"] = held(made.gain, gain)
    if not moved:
        found["qini of a useless score"] = held(
            qini_interval(answer, features["c"], treated, level=LEVEL, seed=seed), 0.0
        )
    return found


def main():
    count, bad = redraws(__doc__), []
    for title, n, moved in (
        ("4,000 units, effects differ", 4000, 0.35),
        ("4,000 units, one effect for all", 4000, 0.0),
        ("1,000 units, effects differ", 1000, 0.35),
    ):
        bad += judged(title, [inside(seed, n, moved) for seed in range(count)])
    finish(bad)


if __name__ == "__main__":
    main()
