"""Baskets of known customers: bought, left behind, reminded, held out, and what the reminders truly brought."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.sample.baskets import DELAYS, SINCE, SPAN, WINDOW
from helpers.sample.chunk import Chunk
from helpers.sample.setting import CURRENCIES, DAYS, MARKETS, N_DATA, N_DAYS, dates, utc
from helpers.sample.truth import Estimand
from helpers.sample.world import World

SMS_FROM, SMS_UNTIL = 9 * 3600, 19 * 3600  # seconds of the local day


def people(chunk: Chunk) -> Iterator[tuple[str, pd.DataFrame]]:
    """Table `carts`: baskets of known customers since October 2025, bought ones and those left behind."""
    rng, left = chunk.rng("carts"), chunk.left[chunk.left["day"] < N_DATA].reset_index(drop=True)
    orders = chunk.sales[chunk.sales["sales_channel"].isin(["web", "app"]) & (chunk.sales["day"] >= SINCE)]
    who = left["customer"].to_numpy()
    second = rng.integers(0, 16 * 3600, len(left)) + 7 * 3600
    created = utc(left["day"], second)
    hours = np.array(DELAYS)[left["delay"]]
    reminded = (left["channel"] != "").to_numpy() & ~left["is_held_out"].to_numpy()
    moment = second + 3600 * hours
    sms = (left["channel"] == "sms").to_numpy()
    days, second_of_day = moment // 86_400, moment % 86_400
    late = sms & (second_of_day > SMS_UNTIL)  # no SMS in the evening, at night or on Sundays
    days += late
    second_of_day = np.where(
        sms & (late | (second_of_day < SMS_FROM)), SMS_FROM + second % 3600, second_of_day
    )
    days += sms & (DAYS[np.minimum(left["day"] + days, N_DAYS - 1)].day_of_week == 6)
    second_of_day = np.where(
        (second_of_day >= 7_000) & (second_of_day < 11_000), 11_000, second_of_day
    )  # summer time
    reminded_at = pd.Series(utc(left["day"] + days, second_of_day)).where(reminded)
    reminded &= (reminded_at < chunk.closed).to_numpy()
    left_behind = pd.DataFrame(
        {
            "customer": who,
            "created_at": created,
            "created_on": dates(left["day"]),
            "cart_value": np.round(
                np.exp(chunk.people["log_spend"].to_numpy()[who] + 0.5 * rng.standard_normal(len(who))) * 1.1,
                2,
            ),
            "is_abandoned": True,
            "reminded_at": reminded_at.where(reminded).astype("datetime64[us]"),
            "reminder_channel": left["channel"].where(reminded),
            "is_held_out": left["is_held_out"].where(left["channel"] != "").astype("boolean"),
        }
    )
    followed = _next_order(left_behind, orders)
    left_behind["recovered_order_id"] = followed.where(reminded)
    bought = pd.DataFrame(
        {
            "customer": orders["customer"].to_numpy(),
            "created_at": (
                orders["ordered_at"] - pd.to_timedelta(rng.integers(60, 3000, len(orders)), unit="s")
            ).to_numpy(),
            "created_on": orders["ordered_on"].to_numpy(),
            "cart_value": orders["revenue_excl_vat"].to_numpy(),
            "is_abandoned": False,
        }
    )
    carts = pd.concat([left_behind, bought], ignore_index=True).sort_values(
        ["customer", "created_at"], kind="stable"
    )
    customer = carts["customer"].to_numpy()
    carts["customer_id"] = chunk.people["customer_id"].to_numpy()[customer]
    market = chunk.market[customer]
    carts["market"], carts["currency"] = np.array(MARKETS)[market], np.array(CURRENCIES)[market]
    yield "carts", carts.assign(cart_id=np.char.mod("b%09d", chunk.first_id + np.arange(len(carts))))


def count(chunk: Chunk) -> dict[str, float]:
    """Reminders sent, and the orders that they are expected to bring, by delay."""
    seen = chunk.left[chunk.left["day"] < N_DATA]
    sent = seen[(seen["channel"] != "") & ~seen["is_held_out"]]
    counted = {
        "baskets_reminded": float(len(sent)),
        "baskets_effect": float(sent["effect"].sum()),
    }
    for position, hours in enumerate(DELAYS):
        some = sent[sent["delay"] == position]
        counted |= {
            f"baskets_reminded_{hours}h": float(len(some)),
            f"baskets_effect_{hours}h": float(some["effect"].sum()),
        }
    return counted


def truth(world: World, totals: dict) -> Iterator[Estimand]:
    """What a reminder does, over all and by its delay."""
    about = "Chance that a reminder brings an order within a week that would not have come, over the baskets reminded since October 2025"
    yield Estimand(
        "reminder_effect",
        totals["baskets_effect"] / totals["baskets_reminded"],
        "share",
        about + ".",
        period=SPAN,
    )
    for hours in DELAYS:
        effect = totals[f"baskets_effect_{hours}h"] / totals[f"baskets_reminded_{hours}h"]
        yield Estimand(
            "reminder_effect",
            effect,
            "share",
            f"{about} after {hours} hours.",
            period=SPAN,
            segment=f"{hours} h",
        )
    yield Estimand(
        "reminder_orders",
        totals["baskets_effect"],
        "count",
        "Orders that the reminders of baskets left since October 2025 are expected to bring, cancelled ones included.",
        period=SPAN,
    )


def _next_order(left: pd.DataFrame, orders: pd.DataFrame) -> pd.Series:
    """Id of the customer's next order within a week of each basket, as the tool credits it; missing where there is none."""
    known = orders[["customer", "ordered_at", "order_id"]].sort_values("ordered_at", kind="stable")
    asked = left[["customer", "reminded_at", "created_at"]].assign(row=np.arange(len(left)))
    asked["since"] = asked["reminded_at"].fillna(asked["created_at"])
    found = pd.merge_asof(
        asked.sort_values("since", kind="stable"), known, left_on="since", right_on="ordered_at", by="customer",
        direction="forward", tolerance=pd.Timedelta(days=WINDOW),
    )  # fmt: skip
    return found.sort_values("row", kind="stable")["order_id"].reset_index(drop=True)
