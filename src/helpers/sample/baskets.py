"""Baskets left behind, reminders, and the holdout that says what the reminders do.

Who leaves a basket is about to buy anyhow more often than others, so the orders that follow a reminder are mostly not
its doing. One basket in five is held out. The delay of the reminder is drawn by lot.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.sample.setting import N_DAYS, ORDER_CAUSES, day_number
from helpers.sample.world import World, between, draw_days

SINCE = day_number("2025-10-01")
SPAN = "2025-10-01/2026-09-30"
LEFT = 1.15  # baskets left for each order expected
HELD_OUT = 0.20
DELAYS = (1, 24, 72)  # hours
EFFECT = (0.060, 0.045, 0.020)  # chance that the reminder brings an order, by delay
SMS_MORE = 0.020  # the same by SMS is two points more
WINDOW = 7  # days in which the tool credits itself with an order


def apply(
    world: World, people: pd.DataFrame, draft: pd.DataFrame, chunk: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Baskets left behind up to the end of the world, and the orders with those that the reminders brought.

    Returns
    -------
    left : one row a basket: customer [row in people], day, delay [position in DELAYS], channel ["email", "sms", ""],
        is_held_out [bool], effect [chance that its reminder brings an order].
    draft : the orders with what the reminders brought, within a week.
    """
    rng = world.rng("baskets", chunk)
    curve, start = people["curve"].to_numpy(), np.maximum(people["start"].to_numpy() + 1, SINCE)
    end = np.minimum(people["death"].to_numpy(), N_DAYS)
    n = rng.poisson(LEFT * people["rate"] / 7 * between(world.curves, curve, start, end))
    who = np.repeat(np.arange(len(people)), n)
    day = draw_days(rng, world.curves, curve[who], start[who], end[who])
    some = people.iloc[who]
    by_mail = some["takes_email"].to_numpy() & (some["leaves_list"].to_numpy() > day)
    by_sms = some["takes_sms"].to_numpy() & (~by_mail | (rng.random(len(who)) < 0.3))
    channel = np.select([by_sms, by_mail], ["sms", "email"], "")
    delay = rng.integers(0, len(DELAYS), len(who))
    held = (channel != "") & (rng.random(len(who)) < HELD_OUT)
    effect = np.where(channel == "", 0.0, np.array(EFFECT)[delay] + np.where(channel == "sms", SMS_MORE, 0.0))
    brought = ~held & (rng.random(len(who)) < effect)
    later = day + np.array(DELAYS)[delay] // 24 + 1 + rng.integers(0, WINDOW - 3, len(who))
    extra = pd.DataFrame(
        {"customer": who, "day": later, "cause": ORDER_CAUSES.index("reminder"), "is_first": False}
    )[brought & (later < N_DAYS)]
    left = pd.DataFrame(
        {
            "customer": who,
            "day": day,
            "delay": delay,
            "channel": channel,
            "is_held_out": held,
            "effect": effect,
        }
    )
    return left, pd.concat([draft, extra], ignore_index=True)


def raised(people: pd.DataFrame, day: int) -> np.ndarray:
    """By how much the reminders raise each customer's repeat purchases around a day.

    Formula: 1 + LEFT x (1 - HELD_OUT) x mean effect of the channels that the customer takes.
    """
    mail = people["takes_email"].to_numpy() & (people["leaves_list"].to_numpy() > day)
    sms = np.where(people["takes_sms"], np.where(mail, 0.3, 1.0), 0.0)
    return 1 + LEFT * (1 - HELD_OUT) * (np.mean(EFFECT) * np.maximum(sms, mail) + SMS_MORE * sms)
