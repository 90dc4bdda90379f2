"""Do nominal 90 % intervals hold the truth in .83 to .96 of 200 redraws? Steps of a visit, what moved them, irritants and what they cost.

    python benchmarks/coverage_journey.py [--redraws 200]

Every line draws a process whose truth is known: days that go together, channels whose shares and rates move, customers who complain
more than once, and customers touched by something who would have spent otherwise anyhow. Exit code 1 when a line is outside.
"""

from __future__ import annotations

import covering
import numpy as np
import pandas as pd
from scipy.special import expit, logit

from helpers.methods import exposed, funnels

SPREAD = 0.15  # of the log odds of days
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(41)
CHANNELS = ((0.5, 0.04), (0.3, 0.02), (0.2, 0.09))  # share of visits, rate
AFTER = ((0.4, 0.035), (0.45, 0.02), (0.15, 0.10))
STRATA = (
    (0.6, 0.02, 15.0),
    (0.3, 0.05, 60.0),
    (0.1, 0.10, 180.0),
)  # share of customers, chance to be touched, mean spend
LESS, HARMLESS = 0.80, 6  # spend of those touched by the first cause; causes without effect beside it


def waves(rng, n, rho, sd=SPREAD):
    """A series of days, each rho of the one before."""
    made = np.empty(n)
    made[0] = rng.normal(0, sd)
    for day in range(1, n):
        made[day] = rho * made[day - 1] + rng.normal(0, sd * np.sqrt(1 - rho**2))
    return made


def expected(rate):
    """Mean share of days whose log odds vary around those of a rate."""
    return float((WEIGHTS * expit(logit(rate) + SPREAD * NODES)).sum() / WEIGHTS.sum())


def of_days(seed, n, rho):
    """Whether the intervals of a share, a count and an amount of days hold their truth."""
    rng = np.random.default_rng(seed)
    visits = rng.poisson(1500 * np.where(np.arange(n) % 7 < 2, 1.3, 1.0))
    share = funnels.ratio_over_days(rng.binomial(visits, expit(logit(0.03) + waves(rng, n, rho))), visits)
    level = np.exp(waves(rng, n, rho) - SPREAD**2 / 2)
    amount = funnels.ratio_over_days(rng.gamma(4.0, 20.0 / 4 * visits * level), visits, kind="amount")
    return {
        "share of visits": share.low <= expected(0.03) <= share.high,
        "seconds per visit": amount.low <= 20.0 <= amount.high,
    }


def of_two_months(seed, rho):
    """Whether change, mix and rate of two months hold theirs."""
    rng, frames = np.random.default_rng(seed), []
    for channels in (CHANNELS, AFTER):
        rows = []
        for name, (share, rate) in enumerate(channels):
            visits = rng.poisson(2500 * share * np.exp(waves(rng, 30, rho) - SPREAD**2 / 2))
            orders = rng.binomial(visits, expit(logit(rate) + waves(rng, 30, rho)))
            rows.append(
                pd.DataFrame({"day": np.arange(30), "group": f"c{name}", "top": orders, "bottom": visits})
            )
        frames.append(pd.concat(rows))
    (s0, r0), (s1, r1) = (np.array([(s, expected(r)) for s, r in one]).T for one in (CHANNELS, AFTER))
    middle = ((s0 * r0).sum() + (s1 * r1).sum()) / 2
    truth = {
        "change": (s1 * r1 - s0 * r0).sum(),
        "mix": ((s1 - s0) * ((r0 + r1) / 2 - middle)).sum(),
        "rate": ((s0 + s1) / 2 * (r1 - r0)).sum(),
    }
    made = funnels.shift(*frames)
    return {
        name: getattr(made, name).low <= value <= getattr(made, name).high for name, value in truth.items()
    }


def of_complaints(seed, n):
    """Whether the interval of a count of complaints holds what customers who differ are expected to make."""
    rng = np.random.default_rng(seed)
    made = funnels.count_of_units(rng.poisson(rng.gamma(0.3, 0.02 / 0.3, n)))
    return {f"complaints of {n} customers": made.low <= 0.02 * n <= made.high}


def of_touched(seed, n):
    """Whether the differences hold the truth, that of the first cause and all together."""
    rng = np.random.default_rng(seed)
    share, chance, mean = np.array(STRATA).T
    stratum = rng.choice(len(STRATA), n, p=share)
    cause = np.where(rng.random((n, 1 + HARMLESS)) < chance[stratum][:, None] / 2, 1, 0)
    level = rng.gamma(0.6, 1 / 0.6, n) * np.where(cause[:, 0] == 1, LESS, 1.0)
    rows, touched = [], []
    for at in (1, 2):
        outcome = mean[stratum] * level * rng.gamma(0.8, 1 / 0.8, n)
        rows.append(pd.DataFrame({"unit": np.arange(n), "at": at, "stratum": stratum, "outcome": outcome}))
        who, which = np.nonzero(cause)
        touched.append(pd.DataFrame({"unit": who, "at": at, "cause": np.char.mod("c%d", which)}))
    found = exposed.differences(pd.concat(rows), pd.concat(touched), seed=seed).table.set_index("cause")
    # Those of a cause without effect are touched by the first one as often as chance has it.
    hit = share * chance
    first = (LESS - 1) * (hit * mean).sum() / hit.sum()
    other = (LESS - 1) * (hit * chance / 2 * mean).sum() / hit.sum()
    truth = pd.Series(other, index=found.index)
    truth["c0"] = first
    inside = (found["low_all"] <= truth) & (truth <= found["high_all"])
    return {
        "those touched, one cause": found["low"]["c0"] <= first <= found["high"]["c0"],
        "those touched, all causes together": bool(inside.all()),
    }


def main():
    count, bad = covering.redraws(__doc__), []
    for n, rho in ((30, 0.0), (30, 0.4), (91, 0.4), (91, 0.7)):
        bad += covering.judged(
            f"{n} days, neighbours {rho}", [of_days(seed, n, rho) for seed in range(count)]
        )
    for rho in (0.0, 0.4):
        bad += covering.judged(
            f"two months, neighbours {rho}", [of_two_months(seed, rho) for seed in range(count)]
        )
    for n in (1000, 20000):
        bad += covering.judged("complaints", [of_complaints(seed, n) for seed in range(count)])
    for n in (4000, 8000, 15000):
        bad += covering.judged(f"{n} customers", [of_touched(seed, n) for seed in range(count)])
    covering.finish(bad)


if __name__ == "__main__":
    main()
