"""Do nominal 90 % intervals hold the truth in .83 to .96 of 200 redraws? Worths, worths in money and shares of choice tasks.

    python benchmarks/coverage_choice.py [--redraws 200]

The first study has one set of tastes for everybody, and the truth is what was planted. In the others people differ, in how much they
like any offer at all and in how much the price hurts, and answer several tasks each: the truth of a model with one set of tastes is then
what it says of 60,000 people (pseudo-true), and errors that take each task for another person are too small; they are shown beside.
In the last one two people in five are hurt more by a euro and choose none later: sizes, worths in money and true shares by two classes,
with the shares of one set of tastes beside. Exit code 1 when a line is outside.
"""

from __future__ import annotations

from dataclasses import replace

import covering
import numpy as np
import pandas as pd

from helpers.methods import choice, choice_simulator
from helpers.methods.choice_tastes import chances

NAMES = ("bottle: recycled", "bottle: glass", "brand: large", "brand: small", "price", "none")
TASTES = np.array([0.4, 0.7, 0.5, -0.6, -0.025, -2.4])
PRICES = np.array([79.0, 99.0, 119.0, 139.0, 159.0])
LEVELS = {"bottle": ("plastic", "recycled", "glass"), "brand": ("own", "large", "small")}
SCENARIO = pd.DataFrame(
    {"brand": ["own", "large", "small"], "bottle": ["glass", "plastic", "plastic"], "price": [139, 119, 79]},
    index=["ours", "theirs", "cheap"],
)
MANY = 60_000
SIZE, KINDS = 0.6, np.array([[-0.014, -1.2], [-0.045, -4.0]])  # of the first class; price and none of each
STUDIES = (
    ("one set of tastes, 60 people x 8", 60, 8, 0.0, 0.0),
    ("one set of tastes, 400 people x 10", 400, 10, 0.0, 0.0),
    ("tastes that differ mildly, 60 people x 8", 60, 8, 0.7, 0.3),
    ("tastes that differ mildly, 150 people x 10", 150, 10, 0.7, 0.3),
    ("tastes that differ much, 400 people x 10", 400, 10, 1.5, 0.6),
)


def study(seed, people, tasks, offers, prices, *, kinds=False):
    """Coded tasks of three offers and none; `offers` and `prices` are the deviations of the constant and of the log of the price's effect.

    `kinds` plants the two classes in their place.
    """
    rng = np.random.default_rng(seed)
    shape = (people, tasks, 4)
    bottle, brand = rng.integers(0, 3, shape), rng.integers(0, 3, shape)
    x = np.stack(
        [bottle == 1, bottle == 2, brand == 1, brand == 2, PRICES[rng.integers(0, 5, shape)], np.zeros(shape)],
        axis=-1,
    ).astype(float)  # fmt: skip
    x[:, :, 0] = [0, 0, 0, 0, 0, 1]
    tastes = np.tile(TASTES, (people, 1))
    tastes[:, 4] *= np.exp(rng.normal(0, prices, people) - prices**2 / 2)
    tastes[:, 5] += rng.normal(0, offers, people)
    if kinds:
        tastes[:, 4:] = np.where(rng.random(people)[:, None] < SIZE, *KINDS)
    utility = np.einsum("ptjk,pk->ptj", x, tastes) + rng.gumbel(size=shape)
    rows = people * tasks * 4
    return choice.Coded(
        design=pd.DataFrame(x.reshape(rows, -1), columns=NAMES),
        person=np.repeat(np.arange(people), tasks * 4),
        task=np.repeat(np.arange(people * tasks), 4),
        chosen=(utility == utility.max(axis=2, keepdims=True)).ravel(),
        weight=np.ones(rows), attributes=LEVELS, price="price", prices=tuple(PRICES), need=0, guards=(),
        shown=pd.DataFrame({"attribute": [], "level": [], "n_shown": [], "n_chosen": []}),
    )  # fmt: skip


def told(data, seed, *, iid=False):
    """Value, low and high of each figure; `iid` takes each task for another person."""
    made = choice.fit(data)
    made = replace(made, covariance=made.covariance_iid) if iid else made
    found = {}
    for one in choice.part_worths(made, data, seed=seed).query("not is_reference").itertuples():
        found[f"worth of {one.attribute} {one.level}"] = one.value, one.low, one.high
    for one in choice.willingness(made, data, seed=seed, draws=2000).itertuples():
        found[f"money for {one.attribute} {one.level}"] = one.value, one.low, one.high
    for one in choice_simulator.shares(made, data, SCENARIO, seed=seed, draws=1000).itertuples():
        found[f"share of {one.offer}"] = one.value, one.low, one.high
    one, _ = choice_simulator.elasticity(made, data, SCENARIO, offer="ours", seed=seed, draws=1000)
    found["elasticity of ours"] = one.value, one.low, one.high
    return found


def truth_of(offers, prices):
    """What the model says of very many people; what was planted where all are alike."""
    data = study(999_983, MANY if offers or prices else 2000, 4, offers, prices)
    if not (offers or prices):
        made = replace(choice.fit(data), coefficients=TASTES, covariance=1e-14 * np.eye(len(TASTES)))
        plain = choice.willingness(made, data)
        found = {f"worth of {name.replace(':', '')}": v for name, v in zip(NAMES[:4], TASTES, strict=False)}
        found |= {"worth of price ": TASTES[4], "worth of none ": TASTES[5]}
        found |= {f"money for {one.attribute} {one.level}": one.value for one in plain.itertuples()}
        shares = choice_simulator.shares(made, data, SCENARIO)
        found |= {f"share of {one.offer}": one.value for one in shares.itertuples()}
        found["elasticity of ours"] = choice_simulator.elasticity(made, data, SCENARIO, offer="ours")[0].value
        return found
    return {name: value for name, (value, _, _) in told(data, 0).items()}


def held(seed, truth, people, tasks, offers, prices):
    data, inside = study(seed, people, tasks, offers, prices), {}
    for end, iid in (("", False), (", by task", True)):
        for name, (_, low, high) in told(data, seed, iid=iid).items():
            inside[name.strip() + end] = low <= truth[name] <= high
    return inside


def held_by_classes(seed, people, tasks):
    """Sizes, worths in money of each class and true shares; nothing where the classes are refused."""
    data = study(seed, people, tasks, 0.0, 0.0, kinds=True)
    made, x = choice.fit_classes(data, starts=4, seed=seed), choice_simulator.encoded(data, SCENARIO)[0]
    worths = np.tile(TASTES, (2, 1))
    worths[:, 4:] = KINDS
    share = np.array([SIZE, 1 - SIZE]) @ np.stack([chances(one, x.to_numpy())[0] for one in worths])
    inside = {}
    if made.told:
        for one in choice.class_table(made, data, seed=seed).itertuples():
            own = worths[one.kind - 1]
            truth = (SIZE, 1 - SIZE)[one.kind - 1]
            if one.attribute != "size":
                truth = -own[NAMES.index(f"{one.attribute}: {one.level}")] / own[4]
            inside[f"class {one.kind}, {one.attribute} {one.level}".strip()] = one.low <= truth <= one.high
    for end, fit in (("", made), (", one set of tastes", choice.fit(data))):
        table = choice_simulator.shares(fit, data, SCENARIO, seed=seed, draws=1000)
        if not table["reason"].any():
            for at, one in enumerate(table.itertuples()):
                inside[f"true share of {one.offer}{end}"] = one.low <= share[at] <= one.high
    return inside


def main():
    count, bad = covering.redraws(__doc__), []
    for title, *size in STUDIES:
        truth = truth_of(*size[2:])
        rows = [held(seed, truth, *size) for seed in range(count)]
        bad += covering.judged(title, rows, shown=(", by task",), why="errors that are not used")
    for people, tasks in ((200, 10), (400, 10)):
        rows = [held_by_classes(seed, people, tasks) for seed in range(count)]
        title = f"two classes of people, {people} x {tasks}"
        bad += covering.judged(title, rows, shown=(", one set of tastes",), why="the wrong model")
    covering.finish(bad)


if __name__ == "__main__":
    main()
