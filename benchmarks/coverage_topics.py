"""Do nominal 90 % intervals of a topic's growth hold the truth, and how often does a month ring falsely? Topics with busy weeks.

    python benchmarks/coverage_topics.py [--redraws 200]

Twenty-six weeks of eight topics; weeks are busier or calmer together, and a topic has better and worse weeks of its own. The interval of
a topic alone is judged; one of Holm's steps over all is wider, and the share of months in which any still topic rings is shown.
Exit code 1 when an interval leaves .83-.96.
"""

from __future__ import annotations

import covering
import numpy as np
import pandas as pd

from helpers.methods.mentions_growth import growing_topics

SIZES = np.array([60, 50, 40, 35, 25, 15, 6, 3.0])
WEEKS, BUSY = 26, 0.2


def lot(rng: np.random.Generator, growth: float, own: float) -> pd.DataFrame:
    """Mentions by week and topic; the last topic's expected share grows by `growth` a week, `own` is the spread of a topic's weeks."""
    share = np.tile(SIZES, (WEEKS, 1))
    share[:, -1] *= (1 + growth) ** (np.arange(WEEKS) - WEEKS / 2)
    share /= share.sum(axis=1, keepdims=True)
    mean = SIZES.sum() * share * np.exp(BUSY * rng.standard_normal(WEEKS))[:, None]
    noise = rng.gamma(1 / own**2, own**2, mean.shape) if own else 1.0
    return pd.DataFrame(rng.poisson(mean * noise), columns=[f"t{k}" for k in range(len(SIZES))])


def main() -> None:
    """Run the study."""
    redraws, bad = covering.redraws(__doc__), []
    for own in (0.0, 0.2):
        rng, held, rang, found = np.random.default_rng(7), [], [], []
        for _ in range(redraws):
            both = lot(rng, 0.0, own)
            pair = pd.DataFrame({"t7": both["t7"], "others": both.drop(columns="t7").sum(axis=1)})
            # Of two topics the first step of Holm is half of 20 %: an interval of 90 %.
            one = growing_topics(pair, level=0.80).loc["t7"]
            held.append(
                {"growth of none": one["low"] <= 0 <= one["high"]} if np.isfinite(one["growth"]) else {}
            )
            rang.append((growing_topics(both)["verdict"] == "grows from small").any())
            found.append(growing_topics(lot(rng, 0.10, own)).loc["t7", "verdict"] == "grows from small")
        bad += covering.judged(f"spread of a topic's weeks {own:.0%}", held)
        print(
            f"  months that ring falsely {np.mean(rang):.3f} (at most .10 + chance); growth of 10 % a week found {np.mean(found):.2f}"
        )
    covering.finish(bad)


if __name__ == "__main__":
    main()
