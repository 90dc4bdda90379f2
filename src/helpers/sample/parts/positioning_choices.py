"""Which offer people would take: a choice-based study of ten tasks a respondent, three offers and none of them.

People of three classes differ in what a price means to them, so no single set of part-worths is true of all. What a plain
multinomial logit tends to as the sample grows is computed here; the shares of an offer are those of the three classes.
The sizes are invented.
Source: White (1982), Maximum likelihood estimation of misspecified models, Econometrica 50(1).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd

from helpers.sample.parts.words import OWN_LINES, RIVALS
from helpers.sample.setting import PRICE_CLASSES, pick
from helpers.sample.truth import Estimand
from helpers.sample.world import World

STUDY, START, N, TASKS, OFFERS = "cbc-2026-09", "2026-09-14", 400, 10, 3
BRANDS = (OWN_LINES[0], *RIVALS[:3])
ATTRIBUTES = {
    "brand": BRANDS,
    "price": ("79", "99", "119", "139", "159"),
    "bottle": ("plastic", "recycled", "glass"),
    "guarantee": ("2 years", "5 years"),
    "noise": ("usual", "quiet"),
}
CLASS_SHARE = (0.36, 0.42, 0.22)  # low, middle and high sensitivity to price
PRICE = (-0.014, -0.028, -0.050)  # utility of one euro, by class
BRAND, BOTTLE = (0.75, 0.55, 0.20, 0.0), (0.0, 0.40, 0.70)
FIVE_YEARS, QUIET, NONE = 0.45, 0.25, (-1.10, -2.40, -4.60)  # utility of none of them, by class
# The columns of the model: brands against Clairpont, euro, bottles against plastic, five years, quiet, none of them.
COLUMNS = (*BRANDS[:3], "price", "recycled", "glass", "5 years", "quiet", "none")
SCENARIO = {
    BRANDS[0]: (0, 139, 2, 1, 1), BRANDS[1]: (1, 119, 1, 1, 0), BRANDS[2]: (2, 99, 0, 0, 0), BRANDS[3]: (3, 79, 0, 0, 0),
}  # fmt: skip
LARGE = 20_000  # tasks of the very large draw


def offers(rng: np.random.Generator, tasks: int) -> np.ndarray:
    """Levels of the offers of each task as codes [task, offer, attribute]: three different brands, all else by lot."""
    brand = np.argsort(rng.random((tasks, len(BRANDS))), axis=1, kind="stable")[:, :OFFERS]
    rest = [
        rng.integers(0, len(levels), (tasks, OFFERS))
        for name, levels in ATTRIBUTES.items()
        if name != "brand"
    ]
    return np.stack([brand, *rest], axis=2)


def design(codes: np.ndarray) -> np.ndarray:
    """Columns of the model [task, offer + none, column] of codes as `offers`; none of them comes first."""
    brand, price, bottle, years, noise = (codes[:, :, at] for at in range(5))
    euro = np.array([float(level) for level in ATTRIBUTES["price"]])[price]
    made = [brand == 0, brand == 1, brand == 2, euro, bottle == 1, bottle == 2, years == 1, noise == 1]
    x = np.zeros((len(codes), codes.shape[1] + 1, len(COLUMNS)))
    x[:, 1:, :-1] = np.stack(made, axis=2)
    x[:, 0, -1] = 1.0
    return x


def part_worths() -> np.ndarray:
    """Utilities of the columns by class [class, column]."""
    rows = [
        (*BRAND[:3], price, *BOTTLE[1:], FIVE_YEARS, QUIET, none)
        for price, none in zip(PRICE, NONE, strict=True)
    ]
    return np.array(rows)


def shares(x: np.ndarray, worths: np.ndarray) -> np.ndarray:
    """Chances of each alternative [task, alternative] under one set of part-worths."""
    utility = x @ worths
    weight = np.exp(utility - utility.max(axis=1, keepdims=True))
    return weight / weight.sum(axis=1, keepdims=True)


def expected(x: np.ndarray) -> np.ndarray:
    """Chances of each alternative over the three classes [task, alternative]."""
    return sum(share * shares(x, row) for share, row in zip(CLASS_SHARE, part_worths(), strict=True))


@cache
def pseudo_true(seed: int = 20260914) -> np.ndarray:
    """Part-worths that one multinomial logit tends to, by COLUMNS: of LARGE tasks, each with its expected choices.

    Formula: Newton on sum of p log q(b), p the chances over the classes, q those of one logit.
    """
    x = design(offers(np.random.default_rng(seed), LARGE))
    x = x - x.mean(axis=1, keepdims=True)
    scale = np.where(np.array(COLUMNS) == "price", 100.0, 1.0)
    x, wanted, b = x / scale, expected(x), np.zeros(len(COLUMNS))
    for _ in range(50):
        q = shares(x, b)
        slope = np.einsum("tac,ta->c", x, wanted - q)
        middle = np.einsum("tac,ta->tc", x, q)
        curve = np.einsum("tac,ta,tad->cd", x, q, x, optimize=True) - middle.T @ middle
        step = np.linalg.solve(curve, slope)
        b = b + step
        if np.abs(step).max() < 1e-13:
            break
    return b / scale


def market(world: World) -> Iterator[tuple[str, pd.DataFrame]]:
    """Table `choices`: one row a respondent, task, alternative and attribute; none of them has one row a task."""
    rng = world.rng("positioning choices")
    codes = offers(rng, N * TASKS)
    kind = np.repeat(pick(rng, np.broadcast_to(CLASS_SHARE, (N, 3))), TASKS)
    x, worths = design(codes), part_worths()
    chance = np.stack([shares(x, row) for row in worths])[kind, np.arange(len(x))]
    chosen = pick(rng, chance)
    days = pd.Timestamp(START) + pd.to_timedelta(rng.integers(0, 10, N), unit="D")
    task = pd.DataFrame(
        {
            "study_id": STUDY,
            "respondent_id": np.repeat([f"cbc{number:04d}" for number in range(1, N + 1)], TASKS),
            "answered_on": days.as_unit("us").repeat(TASKS),
            "market": "FR",
            "task": np.tile(np.arange(1, TASKS + 1), N),
        }
    )
    rows = [task.assign(alternative=0, attribute="none", level="none", is_chosen=chosen == 0)]
    for offer in range(OFFERS):
        for at, (name, levels) in enumerate(ATTRIBUTES.items()):
            level = np.array(levels)[codes[:, offer, at]]
            rows.append(
                task.assign(alternative=offer + 1, attribute=name, level=level, is_chosen=chosen == offer + 1)
            )
    keys = ["respondent_id", "task", "alternative", "attribute"]
    yield "choices", pd.concat(rows).sort_values(keys, ignore_index=True, kind="stable")


def truth(world: World, totals: dict) -> Iterator[Estimand]:
    """What one logit tends to, what each step is worth in money, and true shares of one scenario."""
    period, b, classes = "2026-09", pseudo_true(), part_worths()
    euro = COLUMNS.index("price")
    for name, value in zip(COLUMNS, b, strict=True):
        about = "Utility that one multinomial logit over all people tends to: against Clairpont, plastic, 2 years, usual; price a euro; none of them against an offer at nought euro."
        yield Estimand("part_worth", float(value), "utility", about, period, "FR", name)
    for at, name in enumerate(COLUMNS[:-1]):
        if at != euro:
            about = "Willingness to pay for the step, in euro, that one multinomial logit tends to."
            yield Estimand("willingness_to_pay", float(-b[at] / b[euro]), "EUR", about, period, "FR", name)
    for name, share, row in zip(PRICE_CLASSES, CLASS_SHARE, classes, strict=True):
        about = "People with this sensitivity to price."
        yield Estimand("price_class_size", share, "share", about, period, "FR", name)
        about = "Willingness to pay for a glass bottle in place of a plastic one, in euro, in the class."
        glass = COLUMNS.index("glass")
        yield Estimand("willingness_to_pay_class", -row[glass] / row[euro], "EUR", about, period, "FR", name)
    x = scenario()
    for name, true, modelled in zip(("none", *BRANDS), expected(x)[0], shares(x, b)[0], strict=True):
        about = f"Share of choices in the scenario {said()}: true over the three classes."
        yield Estimand("scenario_share", float(true), "share", about, period, "FR", name)
        about = f"Share of choices in the scenario {said()}: as one multinomial logit tends to say it."
        yield Estimand("scenario_share_of_logit", float(modelled), "share", about, period, "FR", name)


def scenario() -> np.ndarray:
    """Columns of the stated scenario [1, brand + none, column]."""
    levels = [
        (brand, ATTRIBUTES["price"].index(str(price)), *rest) for brand, price, *rest in SCENARIO.values()
    ]
    return design(np.array([levels]))


def said() -> str:
    """The scenario in words."""
    kept = list(ATTRIBUTES.values())
    return "; ".join(
        f"{name} {price} euro, {kept[2][bottle]}, {kept[3][years]}, {kept[4][noise]}"
        for name, (_, price, bottle, years, noise) in SCENARIO.items()
    )
