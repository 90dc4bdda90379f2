"""Do nominal 90 % intervals hold the truth in .83 to .96 of 200 redraws? Stages of deals, what closes next, revenue kept.

    python benchmarks/coverage_stages.py [--redraws 200]

Each line draws a pipeline, or contracts, whose truth is known. Exit code 1 when a line is outside. With 200 redraws a true 90 %
interval is inside .83-.96 in more than 99 % of runs.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from covering import finish, judged, redraws

from helpers.methods import arr, closing, closing_forecast, ratios, stages

FIRST, DAYS, HORIZON = pd.Timestamp("2023-01-01"), 900, 91
LAST = FIRST + pd.Timedelta(days=DAYS - 1)
PASS, LENGTH = (
    np.array([0.6, 0.7, 0.8]),
    np.array([25.0, 30.0, 20.0]),
)  # of a middling deal; days in each stage
STAGES = np.array(["first", "second", "third"])
CHANCE, WIN_DAYS, LOSS_DAYS = 0.6, 90.5, 135.0
FAST, SLOW = 0.35, 0.26


def pipeline(seed: int, per_day: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Deals and their stays in three stages, from before the data begin to a horizon after they end.

    Large deals take longer and pass less often, lost ones linger: none of it is the model's own form.
    """
    rng = np.random.default_rng(seed)
    n = rng.poisson(per_day * (DAYS + 300))
    size = rng.standard_normal(n)
    passed = rng.random((n, 3)) < PASS ** np.exp(0.1 * size)[:, None]
    last = np.where(passed.all(axis=1), 2, passed.argmin(axis=1))
    won = passed.all(axis=1)
    days = LENGTH * np.exp(0.3 * size[:, None] + 0.5 * rng.standard_normal((n, 3)))
    days[~won, last[~won]] *= 1.5
    left = np.ceil(np.cumsum(days, axis=1)) + rng.integers(-300, DAYS, n)[:, None]
    start = left - np.ceil(days)
    closed = left[np.arange(n), last]
    there = closed >= 0
    day = lambda number: FIRST + pd.to_timedelta(number, unit="D")  # noqa: E731
    cases = pd.DataFrame(
        {
            "case": np.char.mod("d%06d", np.arange(n)), "kind": "new", "amount": np.round(1000 * np.exp(size), 2),
            "created": day(start[:, 0]), "closed": day(closed), "won": pd.array(won, dtype="boolean"),
        }
    )  # fmt: skip
    row, at = np.nonzero(np.arange(3) <= last[:, None])
    entries = pd.DataFrame(
        {"case": cases["case"].to_numpy()[row], "stage": STAGES[at], "entered": day(start[row, at]), "left": day(left[row, at])}
    )  # fmt: skip
    keep = cases["case"][there & (cases["created"] <= LAST)]
    return cases[cases["case"].isin(keep)], entries[entries["case"].isin(keep)]


def forecast(seed: int, per_day: float) -> dict[str, bool]:
    """Whether what closed in the horizon after the last day lies in the interval given on it."""
    cases, entries = pipeline(seed, per_day)
    later = cases["closed"] > LAST
    known = cases.assign(closed=cases["closed"].mask(later), won=cases["won"].mask(later))
    stays = entries[entries["entered"] <= LAST]
    stays = stays.assign(left=stays["left"].mask(stays["left"] > LAST))
    since = cases["closed"].min()
    past = closing.rebuilt(known, stays, since=since, until=LAST, horizon=HORIZON)
    there = closing.standing(known, stays, LAST)
    made = closing_forecast.simulate(closing.fit(past, horizon=HORIZON), there, draws=1000, seed=seed).iloc[
        -1
    ]
    soon = cases["case"].isin(there["case"]) & (cases["closed"] <= LAST + pd.Timedelta(days=HORIZON))
    came = cases[soon & cases["won"].astype(bool)]
    return {
        "deals won in the next 13 weeks": made["wins_low"] <= len(came) <= made["wins_high"],
        "their amount": made["amount_low"] <= came["amount"].sum() <= made["amount_high"],
    }


def stage(seed: int, n: int) -> dict[str, bool]:
    """Whether share and median of one stage hold their truth, with a third of its stays still open."""
    rng = np.random.default_rng(seed)
    is_on = rng.random(n) < CHANCE
    days = np.where(is_on, WIN_DAYS, LOSS_DAYS) * np.exp(0.5 * rng.standard_normal(n))
    seen = rng.random(n) * 450
    end = np.where(is_on, "on", "lost")
    whole = np.ceil(np.minimum(days, seen)).astype(int)
    stays = pd.DataFrame({"days": whole, "outcome": np.where(days <= seen, end, "open")})
    last = stages.cumulative_incidence(stays).iloc[-1]
    middle = stages.median_days(stays, draws=400, seed=seed)
    return {
        "share that moves on": last["on_low"] <= CHANCE <= last["on_high"],
        "median days of those who do": middle.low <= np.ceil(WIN_DAYS) <= middle.high,  # full days
    }


def contracts(seed: int, n: int) -> dict[str, bool]:
    """Whether net and gross retention hold those of endlessly many accounts of the kind."""
    rng = np.random.default_rng(seed)
    then = 1000 * np.exp(0.8 * rng.standard_normal(n))
    now = then * rng.choice([0.0, 0.8, 1.0, 1.3], n, p=[0.1, 0.05, 0.65, 0.2])
    accounts = pd.DataFrame(
        {"account": np.arange(n), "then": then, "now": now, "kept": np.minimum(then, now)}
    )
    net, gross = arr.net_retention(accounts, draws=500, seed=seed)
    return {
        "net revenue retention": net.low <= 0.95 <= net.high,
        "gross revenue retention": gross.low <= 0.89 <= gross.high,
    }


def ratio(seed: int, n: int) -> dict[str, bool]:
    """Whether the ratio of two shares holds its truth, plainly and inside strata that move both shares."""
    rng = np.random.default_rng(seed)
    fast = rng.binomial(n, FAST), rng.binomial(n, SLOW)
    plain = ratios.ratio_of_proportions(fast[0], n, fast[1], n)
    sizes = np.array([[n // 2, n // 4], [n // 4, n // 2]])
    level = np.array([0.6, 1.4])
    table = pd.DataFrame({
        "successes_a": rng.binomial(sizes[:, 0], FAST * level), "n_a": sizes[:, 0],
        "successes_b": rng.binomial(sizes[:, 1], SLOW * level), "n_b": sizes[:, 1],
    })  # fmt: skip
    inside = ratios.stratified_ratio(table)
    return {
        "ratio of two shares": plain.low <= FAST / SLOW <= plain.high,
        "ratio inside strata": inside.low <= FAST / SLOW <= inside.high,
    }


LINES = (
    ("a stage, 200 deals", stage, 200), ("a stage, 100 deals", stage, 100),
    ("a pipeline, one new deal a day", forecast, 1.0), ("a pipeline, one every three days", forecast, 1 / 3),
    ("contracts of 250 accounts", contracts, 250), ("leads, 200 a group", ratio, 200),
)  # fmt: skip


def main():
    count, bad = redraws(__doc__), []
    for title, one, size in LINES:
        bad += judged(title, [one(seed, size) for seed in range(count)])
    finish(bad)


if __name__ == "__main__":
    main()
