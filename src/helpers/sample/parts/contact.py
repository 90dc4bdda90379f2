"""Newsletters and randomised e-mails: what subscribers do with the messages they get.

Opens made by mail programs are set apart in the tool's counts. An open of a person is kept only where the person agreed
to the open pixel. In the last quarter every second subscriber, drawn by lot, was written to twice as often: that is what
tiredness costs.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from helpers.sample.chunk import Chunk
from helpers.sample.parts.consents import agrees_to_pixel
from helpers.sample.setting import (
    CURRENCIES,
    DAYS,
    FIRST,
    LAST,
    MARKETS,
    N_DATA,
    binomial,
    dates,
    day_number,
    utc,
)
from helpers.sample.trials import TRIALS
from helpers.sample.truth import Estimand
from helpers.sample.world import World

DELIVERED, MACHINE_OPEN, HUMAN_OPEN = 0.988, 0.19, 0.21
CLICK, GONE = 0.030, 0.12  # GONE: what those who left the brand still do
# Events of persons are kept for this quarter, as the rule of retention says.
TEST_SINCE = day_number("2026-07-01")
TIRED = 0.35  # with twice as many messages a click is that much less likely
THEMES = (
    "L'eau du mois", "Des idées fraîches", "Prenez soin de votre machine", "D'où vient votre eau",
    "L'échange de cylindres, mode d'emploi", "Un verre d'été",
)  # fmt: skip
SENDS = pd.DataFrame(
    [
        (f"nl_{month:%Y_%m}_{letter}", day_number(month.date()) + offset, letter in "bd")
        for month in pd.date_range(FIRST, LAST, freq="MS")
        for letter, offset in (("a", 8), ("b", 15), ("c", 22), ("d", 26))
        if letter in "ac" or day_number(month.date()) >= TEST_SINCE
    ],
    columns=["campaign_id", "day", "is_extra"],
)


def market(world: World) -> Iterator[tuple[str, pd.DataFrame]]:
    """Campaigns of the CRM team in the table `campaigns`: the three trials and the yearly newsletters."""
    rows = [(t.id, t.name, "randomised e-mail", t.day, t.day + 28, "orders") for t in TRIALS]
    for year in (2023, 2024, 2025, 2026):
        first, last = max(day_number(f"{year}-01-01"), 0), min(day_number(f"{year}-12-31"), N_DATA - 1)
        rows += [
            (f"newsletter_{year}", f"Newsletter {year}", "newsletter", first, last, "loyalty"),
            (f"welcome_{year}", f"Welcome series {year}", "welcome", first, last, "second order"),
        ]
    rows.append(
        (
            "basket_reminders",
            "Basket reminders",
            "reminder",
            day_number("2025-10-01"),
            N_DATA - 1,
            "recovered baskets",
        )
    )
    frame = pd.DataFrame(rows, columns=["campaign_id", "name", "type", "starts_on", "ends_on", "objective"])
    spans = {name: dates(frame[name]) for name in ("starts_on", "ends_on")}
    yield "campaigns", frame.assign(market="ALL", channel="email", brand="Maison Brévane", **spans)


def people(chunk: Chunk) -> Iterator[tuple[str, pd.DataFrame]]:
    """Tables `campaign_recipients` and `crm_events`."""
    trial, who = chunk.recipients["trial"].to_numpy(), chunk.recipients["customer"].to_numpy()
    yield (
        "campaign_recipients",
        pd.DataFrame(
            {
                "campaign_id": np.array([t.id for t in TRIALS])[trial],
                "customer_id": chunk.people["customer_id"].to_numpy()[who],
                "market": np.array(MARKETS)[chunk.market[who]],
                "is_held_out": chunk.recipients["is_held_out"],
            }
        ),
    )
    events = _messages(chunk)[1]
    yield (
        "crm_events",
        pd.DataFrame(
            {
                "event_id": np.char.mod("m%010d", chunk.first_id + np.arange(len(events))),
                "customer_id": chunk.people["customer_id"].to_numpy()[events["customer"]],
                "campaign_id": SENDS["campaign_id"].to_numpy()[events["send"]],
                "event": events["event"].replace("machine", "opened"),
                "happened_at": utc(events["day"], events["second"]),
                "happened_on": dates(events["day"]),
                "market": np.array(MARKETS)[chunk.market[events["customer"]]],
                "is_machine": events["event"] == "machine",
            }
        ),
    )


def count(chunk: Chunk) -> dict[str, Any]:
    """Messages, opens, clicks and unsubscriptions by send and market [send, market], and sums of each trial."""
    return {f"contact_{name}": values for name, values in _messages(chunk)[0].items()}


def books(world: World, totals: dict[str, Any]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Table `crm_campaigns`: the tool's counts of each newsletter, by market."""
    send, place = (axis.ravel() for axis in np.indices((len(SENDS), len(MARKETS))))
    n = {
        name: totals[f"contact_{name}"][send, place].astype(int)
        for name in ("sent", "delivered", "human", "machine", "clicks", "gone")
    }
    day, rng = SENDS["day"].to_numpy()[send], world.rng("newsletters")
    bounced = n["sent"] - n["delivered"]
    hard = binomial(rng, bounced, 0.3)
    frame = pd.DataFrame(
        {
            "system": "mailchimp",
            "campaign_id": SENDS["campaign_id"].to_numpy()[send],
            "name": np.char.add(
                SENDS["campaign_id"].to_numpy()[send].astype("U20"),
                np.char.add("_", np.array(MARKETS)[place]),
            ),
            "variant": np.array(MARKETS)[place],
            "subject": np.array(THEMES)[send % len(THEMES)],
            "audience": np.where(
                SENDS["is_extra"].to_numpy()[send], "every second subscriber", "subscribers"
            ),
            "sent_at": utc(day, 36_000),
            "sent_on": dates(day),
            "market": np.array(MARKETS)[place],
            "sent": n["sent"],
            "delivered": n["delivered"],
            "hard_bounces": hard,
            "soft_bounces": bounced - hard,
            "unique_opens": n["human"] + n["machine"],
            "machine_opens": n["machine"],
            "unique_clicks": n["clicks"],
            "total_clicks": n["clicks"] + binomial(rng, n["clicks"], 0.3),
            "unsubscribes": n["gone"],
            "complaints": binomial(rng, n["delivered"], 0.0002),
            "cost": np.round(n["sent"] * 0.0012, 2),
            "currency": np.array(CURRENCIES)[place],
        }
    )
    yield "crm_campaigns", frame[frame["sent"] > 0]


def truth(world: World, totals: dict[str, Any]) -> Iterator[Estimand]:
    """Effects of the trials on those addressed, and of writing twice as often."""
    for position, trial in enumerate(TRIALS):
        orders, expected, n = totals["contact_trials"][position]
        about = (
            f"{trial.name}: {{}} in the four weeks after {DAYS[trial.day]:%Y-%m-%d}, a customer addressed."
        )
        month = f"{DAYS[trial.day]:%Y-%m}"
        for name, value, what in (
            ("effect_orders", orders / n, "orders that the message adds"),
            ("orders_without", expected / n, "orders without the message, reminders apart"),
        ):
            yield Estimand(
                f"email_{name}",
                value,
                "count",
                about.format(f"expected {what}, cancelled ones included"),
                month,
                segment=trial.id,
            )
        for code, effect in enumerate(trial.effect):
            said = f"{trial.name}: change of expected orders in class {code} of {trial.trait}."
            yield Estimand(
                "email_relative_effect", effect, "share", said, month, segment=f"{trial.id} {code}"
            )
    said = (
        "Change of the chance of a click when a subscriber is written to four times a month in place of two."
    )
    yield Estimand("email_fatigue", -TIRED, "share", said, "2026-Q3")
    quarter = SENDS["day"].to_numpy() >= TEST_SINCE
    share = totals["contact_expected"][quarter].sum() / totals["contact_delivered"][quarter].sum()
    said = "Delivered newsletters that a mail program is expected to open and no person does."
    yield Estimand("email_machine_open_rate", share, "share", said, "2026-Q3")


@lru_cache(1)
def _messages(chunk: Chunk) -> tuple[dict[str, np.ndarray], pd.DataFrame]:
    """What becomes of every newsletter: counts by send and market, and the events of the last quarter.

    Formula: chance of a click = CLICK x exp(.2 trust) x (1 - TIRED where the subscriber gets four a month), GONE of it for
        those who left the brand; the chance of a human open goes with it. Whoever leaves the list does so from the last
        message received.
    """
    rng, known, pixel = chunk.rng("messages"), chunk.people, agrees_to_pixel(chunk)
    often, listed = rng.random(len(known)) < 0.5, known["takes_email"].to_numpy()
    start, death, leaves = (known[name].to_numpy() for name in ("start", "death", "leaves_list"))
    counts = {
        name: np.zeros((len(SENDS), len(MARKETS)))
        for name in ("sent", "delivered", "human", "machine", "clicks", "gone", "expected")
    }
    parts = []
    trust = np.exp(0.2 * known["trust"].to_numpy() - 0.02)
    received = np.full(len(known), -1)  # the last message of each subscriber
    for number, send in enumerate(SENDS.itertuples(index=False)):
        who = np.flatnonzero(
            listed & (start < send.day) & (leaves > send.day) & (often | (not send.is_extra))
        )
        arrived = rng.random(len(who)) < DELIVERED
        tired = np.where(often[who] & (send.day >= TEST_SINCE), 1 - TIRED, 1.0)
        use = np.where(death[who] > send.day, 1.0, GONE) * trust[who] * tired
        human, click = np.minimum(HUMAN_OPEN * use, 1), np.minimum(CLICK * use, 1)
        opened, clicked = arrived & (rng.random(len(who)) < human), arrived & (rng.random(len(who)) < click)
        opened |= clicked
        machine = arrived & ~opened & (rng.random(len(who)) < MACHINE_OPEN)
        groups = {
            "sent": who,
            "delivered": who[arrived],
            "human": who[opened],
            "machine": who[machine],
            "clicks": who[clicked],
        }
        for name, group in groups.items():
            counts[name][number] += np.bincount(chunk.market[group], minlength=len(MARKETS))
        expected = np.where(arrived, MACHINE_OPEN * (1 - human) * (1 - click), 0.0)
        counts["expected"][number] += np.bincount(chunk.market[who], expected, len(MARKETS))
        received[who] = number
        if send.day < TEST_SINCE:
            continue
        for event, group, first, spread in (
            ("sent", who, 36_000, 1),
            ("machine", who[machine & pixel[who]], 36_010, 50),
            ("opened", who[opened & pixel[who]], 43_200, 25_200),
            ("clicked", who[clicked], 46_800, 25_200),
        ):
            second = first + rng.integers(0, spread, len(group))
            rows = {"customer": group, "send": number, "event": event, "day": send.day, "second": second}
            parts.append(pd.DataFrame(rows))
    left = np.flatnonzero((received >= 0) & (leaves < N_DATA))
    np.add.at(counts["gone"], (received[left], chunk.market[left]), 1)
    late = left[SENDS["day"].to_numpy()[received[left]] >= TEST_SINCE]
    rows = {
        "customer": late,
        "send": received[late],
        "event": "unsubscribed",
        "day": leaves[late].astype(int),
        "second": 64_800,
    }
    events = pd.concat([*parts, pd.DataFrame(rows)], ignore_index=True)
    events = events.sort_values(["customer", "send", "day", "second"], kind="stable", ignore_index=True)
    sums = chunk.recipients.groupby("trial")[["effect", "expected"]].sum()
    sums = sums.reindex(range(len(TRIALS)), fill_value=0.0).to_numpy()
    n = np.bincount(chunk.recipients["trial"], minlength=len(TRIALS))[:, None]
    return counts | {"trials": np.hstack([sums, n])}, events
