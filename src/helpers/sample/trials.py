"""Three campaigns by e-mail whose recipients were drawn by lot: for whom they work, and whom they drive away.

A positive effect adds orders: Poisson with mean effect x the customer's own expectation over the four weeks after the
message. A negative one takes away each order of these weeks with that chance.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.sample.setting import ORDER_CAUSES, day_number
from helpers.sample.world import World, between, draw_days

WINDOW = 28  # days in which a message works
HELD_OUT = 0.4


class Trial(NamedTuple):
    """One campaign: day, whom it addresses (days since the last order), which trait moves the effect, effects by class."""

    id: str
    name: str
    day: int
    quiet: tuple[int, int]
    trait: str
    effect: tuple[float, ...]


TRIALS = (
    Trial("crm_winback_2025", "Come back, a cylinder on us", day_number("2025-03-04"), (120, 400), "price_class", (-0.25, 0.55, 1.60)),
    Trial("crm_upsell_2026", "Ondine, a size larger", day_number("2026-02-10"), (0, 120), "value_class", (0.15, 0.45, -0.20)),
    Trial("crm_birthday_2026", "A word for the day you joined", day_number("2026-06-02"), (0, 200), "need_class", (0.0, 0.0, 0.0, 0.0)),
)  # fmt: skip


def apply(
    world: World, people: pd.DataFrame, draft: pd.DataFrame, chunk: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Send the campaigns: who is addressed, and the orders as they come out.

    Returns
    -------
    recipients : one row a trial and addressed customer: trial [position], customer [row in people], is_held_out,
        expected [orders in the window without the message], effect [change in expected orders if it is sent].
    draft : the orders with what the messages added and without what they drove away.
    """
    addressed, extra, keep = [], [], np.ones(len(draft), dtype=bool)
    for position, trial in enumerate(TRIALS):
        rng = world.rng(f"trial {trial.id}", chunk)
        who = _addressed(people, draft, trial)
        held = rng.random(len(who)) < HELD_OUT
        some = people.iloc[who]
        effect = np.array(trial.effect)[some[trial.trait].to_numpy()]
        row, end = some["curve"].to_numpy(), np.minimum(some["death"].to_numpy(), trial.day + WINDOW)
        after = np.full(len(who), trial.day)
        expected = some["rate"].to_numpy() / 7 * between(world.curves, row, after, end)
        sent = ~held & (expected > 0)
        n = rng.poisson(np.where(sent, np.maximum(effect, 0) * expected, 0.0))
        at = np.repeat(np.arange(len(who)), n)
        day = draw_days(rng, world.curves, row[at], after[at], end[at])
        extra.append(
            pd.DataFrame(
                {"customer": who[at], "day": day, "cause": ORDER_CAUSES.index("email"), "is_first": False}
            )
        )
        lost = np.zeros(len(people))
        lost[who] = np.where(sent, np.maximum(-effect, 0), 0.0)
        inside = (
            draft["day"].between(trial.day, trial.day + WINDOW - 1).to_numpy() & ~draft["is_first"].to_numpy()
        )
        keep &= ~(inside & (rng.random(len(draft)) < lost[draft["customer"].to_numpy()]))
        made = {
            "trial": position,
            "customer": who,
            "is_held_out": held,
            "expected": expected,
            "effect": effect * expected,
        }
        addressed.append(pd.DataFrame(made))
    return pd.concat(addressed, ignore_index=True), pd.concat([draft[keep], *extra], ignore_index=True)


def _addressed(people: pd.DataFrame, draft: pd.DataFrame, trial: Trial) -> np.ndarray:
    """Rows of the customers who take e-mail and whose last order lies as far back as the campaign wants."""
    before = draft[draft["day"] < trial.day]
    last = np.full(len(people), -(10**6))
    np.maximum.at(last, before["customer"].to_numpy(), before["day"].to_numpy())
    quiet = trial.day - last
    listed = people["takes_email"].to_numpy() & (people["leaves_list"].to_numpy() > trial.day)
    return np.flatnonzero(listed & (quiet >= trial.quiet[0]) & (quiet < trial.quiet[1]))
