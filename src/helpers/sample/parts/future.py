"""What comes after the books close, and who was expected to come back in their last month."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.sample import baskets
from helpers.sample.chunk import Chunk
from helpers.sample.customers import RECORDED_NAMES
from helpers.sample.orders import kept_value
from helpers.sample.parts.effects import PAID, booked_margin
from helpers.sample.setting import LAST, N_DATA, day_number
from helpers.sample.truth import Estimand
from helpers.sample.world import World

QUARTER = 91  # days
DISCOUNT = 0.10  # a year
MONTHS = {"july": ("2026-07-01", 31), "august": ("2026-08-01", 31), "september": ("2026-09-01", 30)}
AGAIN_DAYS = 30


def buys(chunk: Chunk, rows: np.ndarray, since: np.ndarray, days: int, *, alive: bool = False) -> np.ndarray:
    """Chance that each named customer makes a paid purchase within some days.

    Parameters
    ----------
    since : first day that counts, one a customer.
    alive : whether they are known to be there at its start; else their real day of leaving decides.

    Formula: 1 - sum over days j of P(leaves on day j) exp(-rate C(j)) - P(stays) exp(-rate C(days)), C the cumulative
        intensity; reminders for baskets add their share of it.
    """
    known = chunk.people.iloc[rows]
    rate = known["rate"].to_numpy() / 7 * PAID * baskets.raised(known, N_DATA)
    curve = chunk.world.curves[
        known["curve"].to_numpy()[:, None],
        np.minimum(since[:, None] + np.arange(days + 1), chunk.world.curves.shape[1] - 1),
    ]
    none = np.exp(-rate[:, None] * (curve - curve[:, :1]))
    stays = np.exp(-known["hazard"].to_numpy()[:, None] / 7 * np.arange(days + 1))
    leaving = stays[:, :-1] - stays[:, 1:]
    chance = 1 - (leaving * (none[:, :-1] + none[:, 1:]) / 2).sum(axis=1) - stays[:, -1] * none[:, -1]
    return np.where(alive | (known["death"].to_numpy() > since), chance, 0.0)


def count(chunk: Chunk) -> dict[str, np.ndarray | float]:
    """Sums of the chunk: purchases and revenue to come of the customers known, and those expected in September."""
    paid = chunk.orders[chunk.orders["status"] == "paid"]
    known = np.zeros(len(chunk.people), dtype=bool)
    known[paid.loc[paid["day"] < N_DATA, "customer"]] = True
    next_ones = paid[(paid["day"] >= N_DATA) & known[paid["customer"]]]
    spend = kept_value(next_ones)
    quarter = (next_ones["day"].to_numpy() - N_DATA) // QUARTER
    bought = next_ones.drop_duplicates(["customer", "day"])
    recorded = chunk.people["recorded"].to_numpy()
    counted = {
        "future_known": float(known.sum()),
        "future_purchases": np.bincount((bought["day"].to_numpy() - N_DATA) // QUARTER, minlength=4)[
            :4
        ].astype(float),
        "future_revenue": np.bincount(quarter, spend, 4)[:4],
        "future_margin": np.bincount(quarter, booked_margin(next_ones), 4)[:4],
        "future_known_by_channel": np.bincount(recorded[known], minlength=len(RECORDED_NAMES)).astype(float),
        "future_revenue_by_channel": np.bincount(recorded[next_ones["customer"]], spend, len(RECORDED_NAMES)),
    }
    return counted | _september(chunk, paid[paid["day"] < N_DATA])


def _september(chunk: Chunk, paid: pd.DataFrame) -> dict[str, float]:
    there = {}
    for name, (first, days) in MONTHS.items():
        begin = day_number(first)
        inside = paid["day"].between(begin, begin + days - 1)
        there[name] = np.isin(np.arange(len(chunk.people)), paid.loc[inside, "customer"])
    september = day_number(MONTHS["september"][0])
    groups = {"kept": there["august"], "returned": there["july"] & ~there["august"]}
    counted = {}
    for name, group in groups.items():
        rows = np.flatnonzero(group)
        chance = buys(chunk, rows, np.full(len(rows), september), MONTHS["september"][1])
        counted |= {f"future_{name}": float(chance.sum()), f"future_{name}_of": float(len(rows))}
    start = chunk.people["start"].to_numpy()
    first_paid = paid.groupby("customer")["day"].min().reindex(range(len(start)), fill_value=-1).to_numpy()
    new = np.flatnonzero(
        (start >= 0) & (first_paid >= september - AGAIN_DAYS) & (first_paid <= N_DATA - 1 - AGAIN_DAYS)
    )
    chance = buys(chunk, new, first_paid[new] + 1, AGAIN_DAYS, alive=True)
    return counted | {"future_again": float(chance.sum()), "future_again_of": float(len(new))}


def truth(world: World, totals: dict) -> Iterator[Estimand]:
    """Purchases and revenue of the customers known on the last day, and retention of the last month."""
    who = f"of the customers with a paid order up to {LAST}, in the {{weeks}} weeks after it"
    purchases, revenue = totals["future_purchases"], totals["future_revenue"]
    for weeks, quarters in ((13, 1), (52, 4)):
        about = who.format(weeks=weeks)
        yield Estimand(
            f"purchases_next_{weeks}w",
            purchases[:quarters].sum(),
            "count",
            f"Purchase days that came, {about}; paid orders of one day count once.",
            str(LAST),
        )
        yield Estimand(
            f"revenue_next_{weeks}w",
            revenue[:quarters].sum(),
            "EUR",
            f"Revenue without VAT that came, returns off, {about}.",
            str(LAST),
        )
    factors = (1 + DISCOUNT) ** -((np.arange(4) + 0.5) / 4)
    n = totals["future_known"]
    for name, what, amount in (
        ("clv_52w", "Contribution margin before media", totals["future_margin"]),
        ("clv_revenue_52w", "Revenue without VAT, returns off,", revenue),
    ):
        about = f"{what} a customer that came, discounted at 10 % a year by quarter, {who.format(weeks=52)}."
        yield Estimand(name, float((factors * amount).sum()) / n, "EUR", about, str(LAST))
    for code, channel in enumerate(RECORDED_NAMES):
        of = totals["future_known_by_channel"][code]
        if of:
            value = totals["future_revenue_by_channel"][code] / of
            yield Estimand(
                "revenue_next_52w_a_customer",
                value,
                "EUR",
                f"Revenue without VAT a customer that came, returns off, {who.format(weeks=52)}, by the channel that the shop recorded.",
                str(LAST),
                segment=channel,
            )
    for name, part, about in (
        ("monthly_retention", "kept", "Of the customers who bought in August 2026, the expected share who buy in September 2026"),
        ("return_rate", "returned", "Of the customers who bought in July and not in August 2026, the expected share who buy in September 2026"),
        ("repurchase_30d", "again", "Of the customers whose 30 days after the first purchase ended in September 2026, the expected share who bought again in them"),
    ):  # fmt: skip
        yield Estimand(
            name,
            totals[f"future_{part}"] / max(totals[f"future_{part}_of"], 1),
            "share",
            about + ".",
            "2026-09",
        )
