"""Responsible options beside the usual ones: to how many orders each was offered, and how many took it.

Three traps. The mix of baskets moves to groups of products that choose more, so the rate of all rises while that of each group falls. Beyond
three criteria shown, fewer choose. And people ticked grouped delivery beforehand in weeks that were good anyhow (`TICKED_FROM`), so the weeks
with and without the tick differ by more than what the tick does; from `DRAWN` on a lot decided for twelve weeks.

Formula: chosen ~ Binomial(offered, p), logit p = group + criteria + market + trend x years + shock of the week + tick.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from helpers.sample.chunk import Chunk
from helpers.sample.setting import (
    CURRENCIES,
    MARKETS,
    N_DATA,
    autoregression,
    binomial,
    day_number,
    week_numbers,
)
from helpers.sample.truth import Estimand
from helpers.sample.world import World

# fmt: off
SINCE = "2024-10-07"
GROUPS = ("machine", "consumables", "other")
MIX = ((0.26, 0.38, 0.36), (0.11, 0.73, 0.16))  # of baskets by group, at the beginning and at the end
# Of baskets of a group, those to which the choice is offered, and the logit of choosing with three criteria and no tick.
CHOICES = {
    "grouped delivery": ((0.80, -1.70), (0.80, -0.40), (0.80, -1.25)),
    "refurbished machine": ((0.85, -2.60), (0.0, 0.0), (0.0, 0.0)),
    "refilled cylinder": ((0.60, -0.95), (0.60, 0.25), (0.0, 0.0)),
    "less packaging": ((0.90, -0.90), (0.90, 0.10), (0.90, -0.55)),
}
SHOWN = (0.10, 0.14, 0.20, 0.26, 0.18, 0.12)  # of offers, by number of criteria shown
CRITERIA = (-0.22, -0.12, -0.04, 0.0, -0.26, -0.52)  # logit
BY_MARKET, TREND = (0.0, -0.10, 0.12), -0.06  # logit; a year
SHOCK, SHOCK_RHO, EVENS_OUT = 0.22, 0.5, 13  # of weeks: spread, autocorrelation, weeks in which good and bad ones even out
TICKED_FROM = 0.15  # shock from which on people tick beforehand
TICKED, TICK = "grouped delivery", 0.38  # the choice with a tick, and what the tick does [logit]
DRAWN, DRAWN_WEEKS, DRAWN_IN = "2026-04-06", 12, "FR"
TEST = "default_grouped_delivery"
CONTRIBUTION, CONTRIBUTION_SHAPE, SAVED = 21.0, 2.2, 1.30  # of an order: mean [EUR], shape of a gamma; saved by grouping
# fmt: on


def count(chunk: Chunk) -> dict[str, np.ndarray]:
    """Paid orders on site and app [market, week since SINCE] of a chunk."""
    sales = chunk.sales
    kept = sales[(sales["status"] == "paid") & (sales["sales_channel"] != "store") & (sales["day"] >= day_number(SINCE))]  # fmt: skip
    week = week_numbers()[kept["day"]] - _first_week()
    shape = (len(MARKETS), _n_weeks())
    cell = np.ravel_multi_index((chunk.market[kept["customer"].to_numpy()], week), shape)
    return {"csr_offers": np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape)}


def books(world: World, totals: dict[str, Any]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Table `responsible_offers`, and the test of the tick in `experiments`."""
    made = offers(world, totals)
    yield "responsible_offers", made
    yield "experiments", _test(world, made)


def offers(world: World, totals: dict[str, Any]) -> pd.DataFrame:
    """Table `responsible_offers` with the latent columns week and p [chance of choosing]."""
    rng = world.rng("csr offers")
    rows = _offered(rng, totals["csr_offers"])
    shock = _shocks(world)[rows["week"]]
    is_ticked = (rows["choice"] == TICKED).to_numpy()
    is_drawn = is_ticked & (rows["market"] == DRAWN_IN).to_numpy() & _is_in_test(rows["week"].to_numpy())
    by_hand = np.where(shock > TICKED_FROM, "responsible", "usual")
    n = rows["n_offered"].to_numpy()
    half = np.where(is_drawn, binomial(rng, n, 0.5), 0)
    first = rows.assign(preset=np.where(is_drawn, "responsible", np.where(is_ticked, by_hand, "none")), n_offered=np.where(is_drawn, half, n))  # fmt: skip
    second = rows.assign(preset="usual", n_offered=n - half)[is_drawn]
    made = pd.concat([first.assign(is_drawn=is_drawn), second.assign(is_drawn=True)], ignore_index=True)
    made = made[made["n_offered"] > 0].sort_values(["week", "market", "choice", "category", "n_criteria", "preset"], ignore_index=True)  # fmt: skip
    p = chances(made, _shocks(world))
    monday = pd.Timestamp(SINCE) + pd.to_timedelta(7 * made["week"], unit="D")
    chosen = binomial(rng, made["n_offered"].to_numpy(), p)
    return made.assign(offered_on=monday.astype("datetime64[us]"), n_chosen=chosen, p=p)


def chances(rows: pd.DataFrame, shocks: np.ndarray, **other: Any) -> np.ndarray:
    """Chance of choosing in each row; `other` puts another value in a column first, such as n_criteria=3."""
    rows = rows.assign(**other)
    group = np.array([[logit for _, logit in one] for one in CHOICES.values()])
    known = group[
        pd.Index(CHOICES).get_indexer(rows["choice"]), pd.Index(GROUPS).get_indexer(rows["category"])
    ]
    place = np.array(BY_MARKET)[pd.Index(MARKETS).get_indexer(rows["market"])]
    week = rows["week"].to_numpy()
    tick = TICK * (rows["preset"] == "responsible").to_numpy()
    return expit(
        known + np.array(CRITERIA)[rows["n_criteria"]] + place + TREND * week / 52 + shocks[week] + tick
    )


def truth(world: World, totals: dict[str, Any]) -> Iterator[Estimand]:
    """What the tick does, what the criteria do, and the rates at a fixed mix."""
    made, shocks = offers(world, totals), _shocks(world)
    drawn = made[made["is_drawn"]]
    gain = chances(drawn, shocks, preset="responsible") - chances(drawn, shocks, preset="usual")
    effect = float(np.average(gain, weights=drawn["n_offered"]))
    span = f"{DRAWN}/{pd.Timestamp(DRAWN) + pd.Timedelta(days=7 * DRAWN_WEEKS - 1):%Y-%m-%d}"
    about = "Change of the chance of choosing grouped delivery when it is ticked beforehand, mean over the orders of the test."
    yield Estimand("default_effect", effect, "share", about, span, DRAWN_IN, TEST)
    about = "Change of the contribution of an order by the tick: what grouping saves x those who choose it because of the tick."
    yield Estimand("default_contribution", effect * SAVED, "EUR", about, span, DRAWN_IN, TEST)
    year = made[made["offered_on"] >= "2025-10-01"]
    about = (
        "Chance of choosing with so many criteria shown, in the mix of all offers of the last twelve months."
    )
    for shown in range(len(SHOWN)):
        rate = np.average(chances(year, shocks, n_criteria=shown), weights=year["n_offered"])
        yield Estimand("choice_rate_by_criteria", float(rate), "share", about, "2025-10-01/2026-09-30", segment=str(shown))  # fmt: skip
    fixed = year.groupby(_CELL)["n_offered"].sum()
    for quarter in ("2025-Q3", "2026-Q3"):
        now = made[made["offered_on"].dt.to_period("Q").astype(str).str.replace("Q", "-Q") == quarter]
        crude = np.average(now["p"], weights=now["n_offered"])
        by_cell = (now["p"] * now["n_offered"]).groupby([now[one] for one in _CELL]).sum() / now.groupby(_CELL)["n_offered"].sum()  # fmt: skip
        both = pd.concat([by_cell.rename("p"), fixed.rename("n")], axis=1).dropna()
        about = "Chance of choosing over all offers of the quarter."
        yield Estimand("choice_rate", float(crude), "share", about, quarter)
        about = "The same with market, choice and group in the mix of the offers of the last twelve months."
        yield Estimand("choice_rate_standardised", float(np.average(both["p"], weights=both["n"])), "share", about, quarter)  # fmt: skip


_CELL = ["market", "choice", "category"]


def _first_week() -> int:
    return int(week_numbers()[day_number(SINCE)])


def _n_weeks() -> int:
    return int(week_numbers()[N_DATA - 1]) - _first_week() + 1


def _is_in_test(week: np.ndarray) -> np.ndarray:
    first = (day_number(DRAWN) - day_number(SINCE)) // 7
    return (week >= first) & (week < first + DRAWN_WEEKS)


@lru_cache(1)
def _shocks(world: World) -> np.ndarray:
    """What makes a week good or bad for responsible choices [week], which whoever ticks can guess and no table shows."""
    drawn = pd.Series(autoregression(world.rng("csr offers weeks"), _n_weeks(), SHOCK_RHO, SHOCK)[0])
    return (drawn - drawn.groupby(drawn.index // EVENS_OUT).transform("mean")).to_numpy()


def _offered(rng: np.random.Generator, orders: np.ndarray) -> pd.DataFrame:
    """Offers by week, market, choice, group and number of criteria shown."""
    frames = []
    moved = np.linspace(0, 1, orders.shape[1])
    for at, group in enumerate(GROUPS):
        share = MIX[0][at] + (MIX[1][at] - MIX[0][at]) * moved
        for choice, known in CHOICES.items():
            if not known[at][0]:
                continue
            n = binomial(rng, orders, share * known[at][0])
            shown = rng.multinomial(n, SHOWN)
            market, week, criteria = (axis.ravel() for axis in np.indices(shown.shape))
            made = {
                "week": week,
                "market": np.array(MARKETS)[market],
                "n_criteria": criteria,
                "n_offered": shown.ravel(),
            }
            frames.append(pd.DataFrame(made).assign(choice=choice, category=group))
    rows = pd.concat(frames, ignore_index=True)
    return rows[rows["n_offered"] > 0].reset_index(drop=True)


def _test(world: World, made: pd.DataFrame) -> pd.DataFrame:
    """Weeks of the test: orders of each arm, those that chose, and their contribution."""
    rng, rows = world.rng("csr offers test"), []
    for (week, preset), some in made[made["is_drawn"]].groupby(["week", "preset"]):
        n, chosen = int(some["n_offered"].sum()), int(some["n_chosen"].sum())
        worth = rng.gamma(CONTRIBUTION_SHAPE, CONTRIBUTION / CONTRIBUTION_SHAPE, n) + SAVED * (
            np.arange(n) < chosen
        )
        day = pd.Timestamp(SINCE) + pd.Timedelta(days=7 * week + 6)
        arm = "variant" if preset == "responsible" else "control"
        rows.append((arm, day, n, n, chosen, round(float(worth.sum()), 2), round(float((worth**2).sum()), 2)))
    frame = pd.DataFrame(rows, columns=["arm", "measured_on", "units", "exposed", "conversions", "value", "value_squares"])  # fmt: skip
    start = pd.Timestamp(DRAWN)
    spans = {"starts_on": start, "ends_on": start + pd.Timedelta(days=7 * DRAWN_WEEKS - 1), "registered_on": start - pd.Timedelta(days=14)}  # fmt: skip
    known = {name: np.datetime64(day, "us") for name, day in spans.items()}
    return frame.assign(
        experiment_id=TEST, market=DRAWN_IN, kind="ab", metric="contribution an order", currency=CURRENCIES[MARKETS.index(DRAWN_IN)],
        hypothesis="Grouped delivery ticked beforehand is chosen more often", **known,
    )  # fmt: skip
