"""Are moves of money as sure as they say? Of moves said to gain with a chance of about .9, do about nine in ten gain?

    python benchmarks/coverage_budget.py [--redraws 200]

Each redraw draws a true answer of four channels to money, an estimate about it, and the draws that an honest model would give. All
moves within the limits are valued on the draws and then held against the truth: the chance against how often the move gained, the
90 % interval of the gain against the gain, the value of the best split against what it brought. Regret and the value of a test are held
against what knowing the truth, or a test drawn from it, in fact added. Exit code 1 where a line is outside.
"""

from __future__ import annotations

import numpy as np
from covering import finish, judged, redraws

from helpers.methods import budget, budget_moves, budget_regret, budget_value
from helpers.methods.budget_limits import limits
from helpers.methods.response import Curves, response

NAMES = ("a", "b", "c", "d")
SPEND = np.array([1000.0, 1500.0, 800.0, 400.0])
RETURN, SPREAD = 2.0, 0.8  # true returns of a unit of money
ERROR = np.array([0.3, 0.6, 0.9, 0.5])  # standard error of the estimate of each
MARGIN, DRAWS, CLOSE = 0.5, 400, 0.04
BANDS = ((0.05, 0.35), (0.35, 0.65), (0.65, 0.85), (0.85, 0.95), (0.95, 1.01))


def world(seed):
    """The truth and the draws of an honest model of it, whose prior is how truths are drawn."""
    rng = np.random.default_rng(seed)
    bend = rng.uniform(0.5, 3.0, 4)
    level = RETURN + SPREAD * rng.standard_normal(4)
    seen = level + ERROR * rng.standard_normal(4)
    weight = SPREAD**2 / (SPREAD**2 + ERROR**2)
    mean, sd = RETURN + weight * (seen - RETURN), np.sqrt(weight) * ERROR
    drawn = mean + sd * rng.standard_normal((DRAWS, 4))
    # the bend is not known: the draws hold it and others like it
    bends = np.vstack([bend, rng.uniform(0.5, 3.0, (DRAWS - 1, 4))])
    truth = Curves(NAMES, SPEND, (SPEND * level)[None], bend[None])
    return truth, Curves(NAMES, SPEND, SPEND * drawn, bends), rng


def one(seed):
    """What one redraw shows: intervals that hold the truth, chances beside what happened, money said and made."""
    truth, known, rng = world(seed)
    kept = limits(known, total=float(SPEND.sum()), max_change=0.2)
    held, chances = {}, []
    for row in budget_moves.moves(known, kept, margin=MARGIN).itertuples():
        after = budget_moves.moved(truth, (row.source,), (row.target,), row.amount)
        gained = MARGIN * float(response(truth, after).sum() - truth.effect.sum())
        chances.append((row.chance, gained > 0))
        held.setdefault("gain of the best move", row.low <= gained <= row.high)
    plan = budget.best(known, kept, margin=MARGIN)
    made = float(budget.gain(truth, plan.spend, margin=MARGIN)[0])
    low, high = np.quantile(plan.gain, [0.05, 0.95])
    held["gain of the best split"] = low <= made <= high
    lost = budget_regret.regret(known, kept, SPEND, margin=MARGIN)
    true_loss = float(budget_regret.regret(truth, kept, SPEND, margin=MARGIN)[0])
    low, high = np.quantile(lost, [0.05, 0.95])
    held["what today's split gives up"] = low <= true_loss <= high
    return held, chances, (plan.value, made, lost.mean(), true_loss), tested(truth, known, rng)


def tested(truth, known, rng, error=300.0):
    """Value of a test of channel b as said before it, and what acting on a test drawn from the truth added."""
    shares = (0.0, 0.5, 1.0, 1.5)
    values = np.column_stack([worth(known, share) for share in shares])
    said = budget_value.expected_value_of_sample_information(values, known.effect[:, 1], error)
    shown = float(truth.effect[0, 1]) + error * rng.standard_normal()
    weight = np.exp(-(((known.effect[:, 1] - shown) / error) ** 2) / 2)
    before, after = int(values.mean(axis=0).argmax()), int((weight @ values).argmax())
    return said, float(worth(truth, shares[after])[0] - worth(truth, shares[before])[0])


def worth(curves, share):
    """Margin after spend of a share of today's spend on channel b, against today's [draw]."""
    spend = SPEND.copy()
    spend[1] *= share
    return budget.gain(curves, spend, margin=MARGIN)


def main():
    count = redraws(__doc__)
    found = [one(seed) for seed in range(count)]
    bad = judged("four channels, moves of up to a fifth", [held for held, *_ in found])
    said, gained = map(np.array, zip(*(pair for _, chances, *_ in found for pair in chances), strict=True))
    print("\nmoves by their stated chance of a gain")
    for low, high in BANDS:
        inside = (said >= low) & (said < high)
        stated, seen = said[inside].mean(), gained[inside].mean()
        good = abs(stated - seen) <= max(CLOSE, 3 * np.sqrt(stated * (1 - stated) / (inside.sum() / 3)))
        print(f"  stated {stated:.3f}  gained {seen:.3f}  of {inside.sum():5}  {'ok' if good else 'OUTSIDE'}")
        bad += [] if good else [f"chance {stated:.2f}"]
    money = np.array([figures for *_, figures, _ in found])
    tests = np.array([pair for *_, pair in found])
    print("\nmoney a week, mean over redraws: said and true (standard error)")
    lines = {
        "gain of the best split": money[:, :2], "what today's split gives up": money[:, 2:], "value of a test": tests,
    }  # fmt: skip
    for name, pair in lines.items():
        gap = pair[:, 0] - pair[:, 1]
        error = gap.std() / np.sqrt(count)
        good = abs(gap.mean()) <= 3 * error
        print(
            f"  {name:30} {pair[:, 0].mean():8.1f} {pair[:, 1].mean():8.1f} ({error:.1f})  {'ok' if good else 'OUTSIDE'}"
        )
        bad += [] if good else [name]
    finish(bad)


if __name__ == "__main__":
    main()
