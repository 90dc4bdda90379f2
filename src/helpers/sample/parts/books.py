"""The accounts: they agree with orders and platform exports but for two planted, explainable differences.

Revenue is booked when a parcel leaves, so the orders of a month's last day stand in the next month. Google's invoices carry
a regulatory fee of 2 % in France that no export shows, and Meta sent one credit note.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from helpers.sample.chunk import Chunk
from helpers.sample.demand import MARKET_SHARE
from helpers.sample.parts import effects, pipeline
from helpers.sample.parts.platforms import RATES
from helpers.sample.setting import (
    CHANNELS,
    CURRENCIES,
    DAYS,
    FIRST,
    LAST,
    MARKETS,
    MONTH_NUMBERS,
    MONTHS,
    N_DATA,
    dates,
    week_numbers,
)
from helpers.sample.truth import Estimand
from helpers.sample.world import World

TV_SELLER = "Régie Vallon"  # sells the spots; the other suppliers are the platforms
GOOGLE_FEE, META_CREDIT, META_CREDIT_MONTH = 0.02, 1_800.0, "2025-01"
COSTS = (
    "returns",
    "cost of goods",
    "logistics",
    "payment fees",
)  # taken off revenue to give the contribution margin
AGENCY, AGENCY_FEE = "Agence Cérule", 0.11  # of media, brand search left out
# Euro a month in a world of scale 1: production of spots and pictures, tools, people of the marketing team.
FIXED = {"production": 6_500.0, "tools": 3_900.0, "people": 31_000.0}


def booked_month(day: np.ndarray) -> np.ndarray:
    """Month [number since FIRST] in which an order of each day is booked: that of the day after."""
    return MONTH_NUMBERS[np.minimum(np.asarray(day) + 1, len(DAYS) - 1)]


def count(chunk: Chunk) -> dict[str, np.ndarray]:
    """Sums of paid orders by booked month and market [month, market], in the market's currency."""
    sales = chunk.sales[chunk.sales["status"] == "paid"]
    place = chunk.market[sales["customer"]]
    cell = booked_month(sales["day"].to_numpy()) * len(MARKETS) + place
    plain = MONTH_NUMBERS[sales["day"]] * len(MARKETS) + place
    size = (len(MONTHS) + 1) * len(MARKETS)
    euros = sales["euros"].to_numpy()
    amounts = {
        "revenue": sales["revenue_excl_vat"],
        "returns": sales["returned_value"],
        "shipping": sales["shipping"],
        "cost of goods": sales["cost_of_goods"],
        "logistics": np.where(sales["sales_channel"] == "store", 0.0, effects.LOGISTICS) / euros,
        "payment fees": sales["revenue_incl_vat"] * effects.PAYMENT,
    }
    counted = {
        f"books_{name}": np.bincount(cell, value, size).reshape(-1, len(MARKETS))
        for name, value in amounts.items()
    }
    return counted | {
        "books_revenue_of_orders": np.bincount(plain, sales["revenue_excl_vat"], size).reshape(
            -1, len(MARKETS)
        )
    }


def media(world: World) -> pd.DataFrame:
    """Media cost and invoice by month, market and supplier [the market's currency]: spend, invoice."""
    local = world.media.national[:, :, :N_DATA] * world.setting.scale / world.demand.euros[None, :, :N_DATA]
    monthly = np.stack(
        [local[:, :, MONTH_NUMBERS[:N_DATA] == m].sum(axis=2) for m in range(len(MONTHS))], axis=2
    )
    channel, market, month = (axis.ravel() for axis in np.indices(monthly.shape))
    frame = pd.DataFrame(
        {
            "month": month,
            "market": np.array(MARKETS)[market],
            "supplier": [TV_SELLER if CHANNELS[c] == "tv" else RATES[CHANNELS[c]].platform for c in channel],
            "spend": monthly.ravel(),
        }
    )
    frame["fee_base"] = np.where(channel == CHANNELS.index("search_brand"), 0.0, frame["spend"])
    frame = frame.groupby(["month", "market", "supplier"], as_index=False)[["spend", "fee_base"]].sum()
    fee = np.where((frame["supplier"] == "google_ads") & (frame["market"] == "FR"), GOOGLE_FEE, 0.0)
    credit = (
        (frame["supplier"] == "meta")
        & (frame["market"] == "FR")
        & (frame["month"] == _month(META_CREDIT_MONTH))
    )
    frame["invoice"] = frame["spend"] * (1 + fee) - np.where(credit, META_CREDIT * world.setting.scale, 0.0)
    return frame


def books(world: World, totals: dict[str, Any]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Tables `finance_actuals` and `fx_rates`."""
    rows = []
    month, place = (axis.ravel() for axis in np.indices((len(MONTHS), len(MARKETS))))
    cells = pd.DataFrame({"month": month, "market": np.array(MARKETS)[place], "supplier": None})
    lines = {
        name: totals[f"books_{name}"][: len(MONTHS)].ravel().round(2)
        for name in ("revenue", "returns", "shipping", "cost of goods", "logistics", "payment fees")
    }
    costs = sum(lines[name] for name in COSTS)
    lines["contribution margin"] = (lines["revenue"] + lines["shipping"] - costs).round(2)
    for nature, amount in lines.items():
        rows.append(cells.assign(nature=nature, amount=amount))
    bills = media(world)
    rows.append(bills.assign(nature="media", amount=bills["invoice"].round(2)))
    fees = bills.groupby(["month", "market"], as_index=False)["fee_base"].sum()
    rows.append(fees.assign(nature="fees", supplier=AGENCY, amount=(fees["fee_base"] * AGENCY_FEE).round(2)))
    franc = np.array(
        [world.demand.euros[2, :N_DATA][MONTH_NUMBERS[:N_DATA] == m].mean() for m in range(len(MONTHS))]
    )
    growth = world.setting.scale * 1.03 ** (month / 12)
    for nature, amount in FIXED.items():
        share = np.array([MARKET_SHARE[m] for m in MARKETS])[place] / np.where(place == 2, franc[month], 1.0)
        rows.append(cells.assign(nature=nature, amount=(amount * growth * share).round(2)))
    rows.append(_subscriptions(world))
    table = pd.concat(
        [frame[["month", "market", "nature", "supplier", "amount"]] for frame in rows], ignore_index=True
    )
    table["currency"] = table["market"].map(dict(zip(MARKETS, CURRENCIES, strict=True)))
    yield "finance_actuals", table.assign(month=MONTHS.to_timestamp().as_unit("us")[table["month"]])
    weeks = np.flatnonzero(np.diff(week_numbers()[:N_DATA], prepend=-1))
    yield (
        "fx_rates",
        pd.DataFrame(
            {
                "quoted_on": dates(weeks),
                "from_currency": "CHF",
                "to_currency": "EUR",
                "rate": world.demand.euros[2, weeks],
                "source": "invented",
            }
        ),
    )


def _subscriptions(world: World) -> pd.DataFrame:
    """What business customers pay each month: a twelfth of the yearly recurring revenue at its end."""
    moves = pipeline.movements(world)
    months = pd.MultiIndex.from_product(
        [MARKETS, pd.period_range(moves["month"].min(), LAST, freq="M")], names=["market", "period"]
    )
    monthly = (
        moves.assign(period=moves["month"].dt.to_period("M")).groupby(["market", "period"])["arr_delta"].sum()
    )
    arr = monthly.reindex(months, fill_value=0.0).groupby("market").cumsum().reset_index(name="arr")
    arr["month"] = (arr["period"].dt.year - FIRST.year) * 12 + arr["period"].dt.month - FIRST.month
    kept = arr[arr["month"] >= 0]
    return kept.assign(nature="subscriptions", supplier=None, amount=(kept["arr"] / 12).round(2))


def truth(world: World, totals: dict[str, Any]) -> Iterator[Estimand]:
    """What stands between the books and the exports, over the last twelve months."""
    year = slice(len(MONTHS) - 12, len(MONTHS))
    for place, market in enumerate(MARKETS):
        gap = (totals["books_revenue"] - totals["books_revenue_of_orders"])[year, place].sum()
        about = "Revenue in the books less paid revenue of orders: orders of a month's last day are booked in the next month."
        yield Estimand(
            "books_revenue_cut_off", round(float(gap), 2), CURRENCIES[place], about, "2025-10/2026-09", market
        )
    bills = media(world)
    recent = bills[bills["month"] >= len(MONTHS) - 12]
    about = "Media invoiced less media exported: Google's regulatory fee of 2 % in France."
    google = recent[(recent["supplier"] == "google_ads") & (recent["market"] == "FR")]
    yield Estimand(
        "books_google_fee",
        float((google["invoice"] - google["spend"]).sum()),
        "EUR",
        about,
        "2025-10/2026-09",
        "FR",
    )
    yield Estimand(
        "books_meta_credit",
        -META_CREDIT * world.setting.scale,
        "EUR",
        "Credit note of Meta that no export shows.",
        META_CREDIT_MONTH,
        "FR",
    )


def _month(code: str) -> int:
    return (int(code[:4]) - FIRST.year) * 12 + int(code[5:]) - FIRST.month
