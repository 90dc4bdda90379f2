"""Do the intervals of the NBD-Dirichlet hold their truth in .83 to .96 of 200 redraws, and are brands as their size lets expect left alone?

    python benchmarks/coverage_dirichlet.py [--redraws 200]

People whose rates are gamma and whose brands are Dirichlet buy for a year. Held are M, K, S, each brand's expected frequency and its
excess. A second market has a brand that a part of the people never consider and the others take so much the more often: how often it is
found is shown, and how often it pulls another brand off the line. Exit code 1 when a line is outside.
"""

from __future__ import annotations

import covering
import numpy as np
import pandas as pd

from helpers.methods import dirichlet, dirichlet_line

MEAN, K, S = 3.2, 0.9, 1.6
SHARES = np.array((0.300, 0.190, 0.140, 0.120, 0.090, 0.070, 0.050, 0.040))
LOYAL = 4


def market(seed, n, consider=1.0):
    """Purchases of people; those who do not consider the loyal brand never buy it."""
    rng = np.random.default_rng(seed)
    total = rng.poisson(rng.gamma(K, MEAN / K, n))
    rows = []
    for own in (SHARES[LOYAL] / consider, 1e-9):
        row = SHARES * (1 - own) / (1 - SHARES[LOYAL])
        row[LOYAL] = own
        rows.append(row)
    group = (rng.random(n) >= consider).astype(int)
    drawn = rng.gamma(S * np.array(rows)[group])
    return pd.DataFrame(
        rng.multinomial(total, drawn / drawn.sum(axis=1, keepdims=True)), columns=list("abcdefgh")
    )


def truth():
    """The expected frequencies of the market without a loyal brand."""
    b = 1 - (1 + MEAN / K) ** -K
    made = dirichlet.Market(
        np.array(MEAN),
        np.array(K),
        np.array(S),
        np.array(b),
        SHARES,
        np.full(len(SHARES), S),
        np.ones(len(SHARES), bool),
    )
    return dirichlet.expected(made)["frequency"]


def of_market(seed, n, weighted):
    """Whether each figure of one sample holds its truth."""
    weights = np.random.default_rng(seed + 10_000).choice([0.6, 1.0, 1.9], n) if weighted else None
    found = dirichlet_line.line(market(seed, n), weights=weights, draws=200, seed=seed)
    if found.market is None:
        return {}
    made = {
        name: getattr(found, name).low <= value <= getattr(found, name).high
        for name, value in (("mean", MEAN), ("k", K), ("s", S))
    }
    table, hoped = found.table, truth()
    for at, name in enumerate(table.index):
        made[f"expected frequency {name}"] = (
            table["expected_low"].iloc[at] <= hoped[at] <= table["expected_high"].iloc[at]
        )
        made[f"excess {name}"] = table["low"].iloc[at] <= 0 <= table["high"].iloc[at]
    made["no brand is told from its size"] = not table["verdict"].isin(["above", "below"]).any()
    return made


def of_loyal(seed, n, consider):
    """Whether the loyal brand is found, and no other one."""
    table = dirichlet_line.line(market(seed, n, consider), draws=200, seed=seed).table
    others = table.drop(index=table.index[LOYAL])["verdict"].isin(["above", "below"]).any()
    return {
        "the loyal brand is found": table["verdict"].iloc[LOYAL] == "above",
        "no other brand is told from its size": not others,
    }


def main():
    count, bad = covering.redraws(__doc__), []
    power = {"shown": ("its size", "is found"), "why": "shown"}
    for n, weighted in ((800, False), (2000, False), (2000, True)):
        bad += covering.judged(
            f"{n} people{', weighted' if weighted else ''}",
            [of_market(seed, n, weighted) for seed in range(count)],
        )
    for consider in (0.5, 0.25):
        bad += covering.judged(
            f"2000 people, {consider} consider one brand",
            [of_loyal(seed, 2000, consider) for seed in range(count)],
            **power,
        )
    covering.finish(bad)


if __name__ == "__main__":
    main()
