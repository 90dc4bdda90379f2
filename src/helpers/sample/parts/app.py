"""The app: steps of onboarding, days of use, and who leaves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.sample import customers, onboarding
from helpers.sample.chunk import Chunk
from helpers.sample.onboarding import CUT, CUT_DAYS, STEPS, TEST
from helpers.sample.setting import DAYS, MARKETS, N_DATA, dates, day_number, utc
from helpers.sample.truth import Estimand
from helpers.sample.world import World

DAILY = 31  # uses are logged day by day for the first 31 days, then once a month
USE_FIRST_DAY, USE_FADE, USE_LEVEL = 0.72, 6.0, 0.30  # chance of use on day n: level + rest x exp(-n / fade)
GAVE_UP_USE = 0.35  # who gave up the onboarding uses the app that much of it
TEST_ID = "onboarding_steps_2025"
ASKED = ("2026-07-01", "2026-08-31")  # newcomers whose 30 days are over at the end of the books
RETENTION_DAYS = (1, 7, 30)


def use_chance(day: np.ndarray, is_done: np.ndarray) -> np.ndarray:
    """Chance that a customer who is still there uses the app on day n after the start."""
    course = USE_LEVEL + (USE_FIRST_DAY - USE_LEVEL) * np.exp(-np.maximum(day - 1, 0) / USE_FADE)
    return course * np.where(is_done, 1.0, GAVE_UP_USE)


def market(world: World) -> Iterator[tuple[str, pd.DataFrame]]:
    """The onboarding test in the table `campaigns`."""
    first, last = (DAYS[day] for day in TEST)
    row = {
        "campaign_id": TEST_ID,
        "market": "ALL",
        "name": "Onboarding with fewer steps",
        "type": "product test",
        "channel": "app",
    }
    yield (
        "campaigns",
        pd.DataFrame(
            [
                row
                | {
                    "starts_on": first,
                    "ends_on": last,
                    "objective": "fewer who leave",
                    "brand": "Maison Brévane",
                }
            ]
        ),
    )


def people(chunk: Chunk) -> Iterator[tuple[str, pd.DataFrame]]:
    """Tables `campaign_recipients` (who saw which onboarding in the test) and `product_events`.

    Events: the steps completed, minutes after the first order; days of use in the first month; after it one row a month of
    use, with the days used; and "left" for those who are gone.
    """
    known = chunk.people
    tested = known["has_app"] & known["start"].between(*TEST)
    seen = {"campaign_id": TEST_ID, "customer_id": known["customer_id"], "variant": known["flow"]}
    seen |= {"market": np.array(MARKETS)[chunk.market], "is_held_out": known["flow"] == "long"}
    yield "campaign_recipients", pd.DataFrame(seen)[tested]
    events = _events(chunk)
    who = events["customer"].to_numpy()
    yield (
        "product_events",
        pd.DataFrame(
            {
                "event_id": np.char.mod("e%010d", chunk.first_id + np.arange(len(events))),
                "customer_id": known["customer_id"].to_numpy()[who],
                "happened_at": pd.Series(utc(events["day"], events["second"].clip(0))).where(
                    events["second"] >= 0
                ),
                "happened_on": dates(events["day"]),
                "market": np.array(MARKETS)[chunk.market[who]],
                "event": events["event"],
                "step": events["step"],
                "quantity": events["quantity"],
            }
        ),
    )


def _events(chunk: Chunk) -> pd.DataFrame:
    """Events by customer and moment: customer [row in people], day, second [of the local day, -1 when only the day is known], event, step, quantity."""
    rng, known = chunk.rng("app"), chunk.people
    users = np.flatnonzero(known["has_app"])
    start, death = (known[name].to_numpy()[users] for name in ("start", "death"))
    done, flow = known["is_done"].to_numpy()[users], known["flow"].to_numpy()[users]
    first = chunk.orders[chunk.orders["is_first"]].set_index("customer")["second"].reindex(users).to_numpy()
    clock = np.minimum(first + 600, 85_000).astype(int)
    parts = []
    for number, step in enumerate(STEPS):
        shown = np.ones(len(users), bool) if step not in onboarding.HURT else flow == "long"
        reached = shown & (known["stops_at"].to_numpy()[users] > number)
        clock = clock + np.where(shown, rng.integers(15, 180, len(users)), 0)
        parts.append((users[reached], start[reached], clock[reached], "onboarding", step, 1.0))
    for day in range(1, DAILY):
        used = (death > start + day) & (rng.random(len(users)) < use_chance(np.array(day), done))
        parts.append((users[used], start[used] + day, -1, "used", "", 1.0))
    for month in range(1, 25):
        at = start + DAILY + 30 * (month - 1) + rng.integers(0, 30, len(users))
        used = (death > at) & (rng.random(len(users)) < np.where(done, 0.94, 0.5))
        parts.append((users[used], at[used], -1, "month of use", "", 1.0 + rng.poisson(8.0, used.sum())))
    gone = death < N_DATA
    parts.append((users[gone], death[gone].astype(int), -1, "left", "", 1.0))
    names = ("customer", "day", "second", "event", "step", "quantity")
    events = pd.concat(
        [pd.DataFrame(dict(zip(names, part, strict=True))) for part in parts], ignore_index=True
    )
    events = events[events["day"] < N_DATA]
    return events.sort_values(["customer", "day", "second"], kind="stable", ignore_index=True)


def count(chunk: Chunk) -> dict[str, float]:
    """Expected use on day n of the newcomers of `ASKED`, and the orders that the short onboarding is worth."""
    known = chunk.people
    first, last = (day_number(day) for day in ASKED)
    asked = known[known["has_app"] & known["start"].between(first, last)]
    counted = {"app_newcomers": float(len(asked))}
    for day in RETENTION_DAYS:
        there = np.exp(-asked["hazard"] * day / 7)
        counted[f"app_d{day}"] = float((there * use_chance(np.array(day), asked["is_done"].to_numpy())).sum())
    return counted


def truth(world: World, totals: dict) -> Iterator[Estimand]:
    """Retention of newcomers, and what three steps cost."""
    n = totals["app_newcomers"]
    for day in RETENTION_DAYS if n else ():
        yield Estimand(
            f"app_retention_d{day}", totals[f"app_d{day}"] / n, "share",
            f"Of the customers who took the app from {ASKED[0]} to {ASKED[1]}, the expected share who use it on day {day}.",
            period="2026-Q3",
        )  # fmt: skip
    leaving = dict(zip(("short", "long"), churn(world), strict=True))
    for flow, share in leaving.items():
        yield Estimand(
            "onboarding_churn_90d", share, "share",
            f"Of newcomers of the second quarter of 2025 with the {flow} onboarding, the expected share who leave within {CUT_DAYS} days.",
            period="2025-Q2", segment=flow,
        )  # fmt: skip
    yield Estimand(
        "onboarding_churn_cut", CUT, "share",
        "By how much leaving out phone_check, contacts_import and long_quiz lowers churn within 90 days: 1 - short / long.",
        period="2025-Q2",
    )  # fmt: skip
    yield Estimand(
        "onboarding_completion_gain", onboarding.completion("short") - onboarding.completion("long"), "share",
        "Share of newcomers who complete the short onboarding less that of the long one.", period="2025-Q2",
    )  # fmt: skip


def churn(world: World) -> tuple[float, float]:
    """Expected share of the newcomers of the test who leave within 90 days, with the short and with the long flow."""
    means, mix = customers.hazard_mix(world, TEST)
    stay = onboarding.gone(means, mix, customers.HAZARD_SHAPE, 1.0)
    left = onboarding.gone(means, mix, customers.HAZARD_SHAPE, customers.give_up_factor(world))
    shares = [onboarding.completion(flow) for flow in ("short", "long")]
    return tuple(share * stay + (1 - share) * left for share in shares)
