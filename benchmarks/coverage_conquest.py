"""Do the intervals of where volume comes from hold their truth in .83 to .96 of 200 redraws?

    python benchmarks/coverage_conquest.py [--redraws 200]

Held are shares and indices of previous brands, all of them together, what a launch took in a market of months that
neighbours share, and trial and repeat of launches at an earlier age. Exit code 1 when a line is outside.
"""

from __future__ import annotations

import covering
import numpy as np
import pandas as pd

from helpers.methods import conquest, launch_prices, launches

SIZES = pd.Series({"a": 0.40, "b": 0.25, "c": 0.20, "d": 0.15})
CAME = pd.Series({"a": 0.20, "b": 0.30, "c": 0.12, "d": 0.10, "none": 0.28})
MARKET = {"house": 0.20, "small": 0.08, "a": 0.32, "b": 0.22, "c": 0.18}
FROM = {"house": 0.45, "small": 0.10, "a": 0.20, "b": 0.15, "c": 0.10}  # of the volume of the launch
SIZE, MEAN, K = 0.05, 0.25, 0.4
PARTS, ELASTICITY = (0.38, 0.30), -1.8


def of_sources(seed, n, m):
    """Whether all shares and all indices hold theirs."""
    rng = np.random.default_rng(seed)
    draws = pd.Series(rng.multinomial(n, CAME), index=CAME.index)
    fair = pd.Series(rng.multinomial(m, SIZES), index=SIZES.index)
    made = conquest.sources(draws, fair, fair_n=m)
    true = CAME[list(SIZES.index)] / CAME[list(SIZES.index)].sum() / SIZES
    index = made.loc[list(SIZES.index)]
    return {
        "all shares together": bool(
            ((made["low"] <= CAME[made.index]) & (CAME[made.index] <= made["high"])).all()
        ),
        "all indices together": bool(((index["index_low"] <= true) & (true <= index["index_high"])).all()),
    }


def of_launch(seed, months, rho):
    """Whether loss of the house, the own part and what is beyond fair hold theirs."""
    rng = np.random.default_rng(seed)
    days = pd.date_range("2024-01-01", periods=12 + months, freq="MS")
    names = list(MARKET)
    noise = np.zeros((len(days), len(names)))
    for at in range(len(days)):
        noise[at] = rho * noise[at - 1] + rng.normal(0, 0.03 * np.sqrt(1 - rho**2), len(names))
    mean = np.array([list(MARKET.values())] * len(days))
    mean[12:] -= SIZE * np.array(list(FROM.values()))
    volume = pd.DataFrame(mean * np.exp(noise), index=days, columns=names)
    volume["new"] = np.where(np.arange(len(days)) < 12, 0.0, SIZE * np.exp(rng.normal(0, 0.05, len(days))))
    found = conquest.taken(volume, "new", ["house", "small"], first=days[12])
    loss, part = SIZE * FROM["house"], FROM["house"] + FROM["small"]
    beyond = part - MARKET["house"] - MARKET["small"]
    row = found.table.loc["house"]
    return {
        "loss of the house": row["low"] <= loss <= row["high"],
        "part of the launch out of own lines": found.own.low <= part <= found.own.high,
        "part beyond their fair one": found.own_beyond.low <= beyond <= found.own_beyond.high,
    }


def of_prices(seed, rho):
    """Whether what two launches took at an unchanged price, and the elasticity, hold theirs; prices move by market and month."""
    rng, n = np.random.default_rng(seed), 36
    days, places = pd.date_range("2023-10-01", periods=n, freq="MS"), ["x", "y", "z"]
    price = np.cumsum((rng.random((n, 3)) < 0.3) * rng.normal(0, 0.045, (n, 3)), axis=0) - 0.07 * (
        rng.random((n, 3)) < 0.3
    )
    price -= price[:12].mean(axis=0)
    noise = np.zeros((n, 3))
    for at in range(n):
        noise[at] = rho * noise[at - 1] + rng.normal(0, 0.03 * np.sqrt(1 - rho**2), 3)
    sizes = [0.04 * grown(np.arange(n) - 11.5), 0.032 * grown(np.arange(n) - 27.5)]
    share = (
        np.array([0.15, 0.11, 0.095])
        - sum(part * size[:, None] for part, size in zip(PARTS, sizes, strict=True))
    ) * np.exp(ELASTICITY * price + noise)

    def framed(values):
        return pd.DataFrame(np.broadcast_to(values, (n, 3)), index=days, columns=places)

    found = launch_prices.taken_at_price(
        framed(share),
        {"first": framed(sizes[0][:, None]), "second": framed(sizes[1][:, None])},
        framed(np.exp(price)),
    )
    made = {
        f"{name} launch": one.low <= part <= one.high
        for (name, one), part in zip(found.taken.items(), PARTS, strict=True)
    }
    return made | {"elasticity": found.elasticity.low <= ELASTICITY <= found.elasticity.high}


def grown(age):
    """Share of its size that a launch has at an age in months."""
    return np.where(age > 0, 1 - np.exp(-np.maximum(age, 0) / 3), 0.0)


def of_trial(seed, n, part):
    """Whether trial and repeat at a part of the age hold theirs, of people whose rates do not change."""
    rng = np.random.default_rng(seed)
    found = launches.record(
        rng.poisson(rng.gamma(K, MEAN / K, n)), age=12, at=12 * part, draws=300, seed=seed
    )
    m = MEAN * part
    trial = 1 - (1 + m / K) ** -K
    repeat = 1 - m * (1 + m / K) ** -(K + 1) / trial
    return {
        "trial": found.trial.low <= trial <= found.trial.high,
        "repeat": found.repeat.low <= repeat <= found.repeat.high,
    }


def main():
    count, bad = covering.redraws(__doc__), []
    for n, m in ((60, 1000), (250, 1000)):
        bad += covering.judged(f"{n} new customers", [of_sources(seed, n, m) for seed in range(count)])
    for months, rho in ((8, 0.0), (8, 0.4), (12, 0.0), (12, 0.4)):
        bad += covering.judged(
            f"{months} months, neighbours {rho}", [of_launch(seed, months, rho) for seed in range(count)]
        )
    for rho in (0.0, 0.4):
        bad += covering.judged(
            f"at an unchanged price, neighbours {rho}", [of_prices(seed, rho) for seed in range(count)]
        )
    for part in (1.0, 0.6):
        bad += covering.judged(
            f"2000 people, {part} of the age", [of_trial(seed, 2000, part) for seed in range(count)]
        )
    covering.finish(bad)


if __name__ == "__main__":
    main()
