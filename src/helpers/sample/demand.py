"""Demand: where people live, when they buy, how strong the brand is, what prices do.

Sources of the forms: multiplicative season and weekday with an unobserved AR(1) shock (Harvey, Forecasting, Structural
Time Series Models, 1989); constant price elasticity by class. The sizes are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from helpers.sample import plan, promotions
from helpers.sample.setting import (
    DAYS,
    MARKETS,
    MONTH_NUMBERS,
    N_DAYS,
    Setting,
    autoregression,
    day_number,
    week_numbers,
)

# Departments by size of demand, largest first; the others follow in the order of their codes.
LARGE = [
    "75",
    "92",
    "69",
    "59",
    "13",
    "33",
    "31",
    "78",
    "44",
    "94",
    "91",
    "38",
    "93",
    "34",
    "76",
    "77",
    "35",
    "95",
    "06",
    "67",
    "83",
    "62",
    "74",
    "42",
    "29",
]
FRENCH = [f"{n:02d}" for n in range(1, 96) if n != 20] + ["2A", "2B"]
ABROAD = {"BE": ("BE-BRU", "BE-VLG", "BE-WAL"), "CH": ("CH-GE", "CH-VD", "CH-ZH", "CH-BE")}
MARKET_SHARE = {"FR": 0.80, "BE": 0.12, "CH": 0.08}
WEEKDAY = np.array([1.00, 0.95, 0.96, 0.97, 1.04, 1.18, 0.90])  # Monday first
PRICE_ELASTICITY = np.array([-0.4, -1.0, -1.8])  # low, middle and high sensitivity
PRICE_RISES = {"2025-02-03": 1.04, "2026-02-02": 1.03}
BRAND_START, BRAND_TREND, BRAND_MEDIA = 42.0, 0.22, 2.0  # points, points a month, points at mean tv and video
BRAND_EFFECT = 0.012  # a point of brand strength moves repeat purchases by 1.2 %, first purchases by 2.4 %


@dataclass(frozen=True)
class Demand:
    """Latents of demand. Arrays by day have `N_DAYS` columns."""

    setting: Setting

    @cached_property
    def regions(self) -> pd.DataFrame:
        """One row a region: region, market, market_code, weight [share of demand], density_class."""
        order = [*LARGE, *sorted(set(FRENCH) - set(LARGE))]
        rows = [("FR", code, 1 / (rank + 8)) for rank, code in enumerate(order)]
        rows += [(m, code, 1 / (rank + 2)) for m, codes in ABROAD.items() for rank, code in enumerate(codes)]
        frame = pd.DataFrame(rows, columns=["market", "region", "weight"])
        frame["weight"] *= frame["market"].map(MARKET_SHARE) / frame.groupby("market")["weight"].transform(
            "sum"
        )
        rank = frame.groupby("market").cumcount()
        frame["density_class"] = np.select([rank < 12, rank < 50], ["city", "town"], "countryside")
        return frame.assign(market_code=frame["market"].map({m: i for i, m in enumerate(MARKETS)}))

    @cached_property
    def season(self) -> np.ndarray:
        """Yearly course, mean about 1: hot weeks and the weeks before Christmas are high, mid-August is low."""
        of_year = DAYS.day_of_year.to_numpy()
        course = 0.08 * np.cos(2 * np.pi * (of_year - 190) / 365.25)
        for peak, height, width in ((343, 0.44, 13), (225, -0.12, 9), (20, -0.08, 12)):
            gap = (of_year - peak + 182) % 365 - 182
            course = course + height * np.exp(-0.5 * (gap / width) ** 2)
        made = np.exp(course)
        return made / made[:365].mean()

    @cached_property
    def weekday(self) -> np.ndarray:
        """Course of the week, mean 1."""
        return (WEEKDAY / WEEKDAY.mean())[DAYS.day_of_week.to_numpy()]

    @cached_property
    def shock(self) -> np.ndarray:
        """Log of what moves demand in a week and nobody measures: AR(1), rho .8, standard deviation .05."""
        weeks = week_numbers()
        return autoregression(self.setting.rng("shock"), weeks[-1] + 1, 0.8, 0.05)[0, weeks]

    @cached_property
    def regional_shock(self) -> np.ndarray:
        """The same by region [region, day]: AR(1), rho .5, standard deviation .04."""
        weeks = week_numbers()
        made = autoregression(self.setting.rng("regional shock"), weeks[-1] + 1, 0.5, 0.04, len(self.regions))
        return made[:, weeks]

    def brand(self, bursts: np.ndarray | None = None) -> np.ndarray:
        """Brand strength [points of 100] by day.

        Parameters
        ----------
        bursts : tv and video spend by day relative to its mean; the plan's own when not given.

        Formula: B(m) = 42 + .22 m + u(m) + 2 S(m), u AR(1) with rho .7 and standard deviation .6;
            S(m) = .8 S(m-1) + .2 x (mean burst of the month).
        """
        bursts = plan.bursts(self.setting) if bursts is None else bursts
        n = MONTH_NUMBERS[-1] + 1
        monthly = np.bincount(MONTH_NUMBERS, bursts, n) / np.bincount(MONTH_NUMBERS, minlength=n)
        own = autoregression(self.setting.rng("brand"), n, 0.7, 0.6)[0]
        memory, strength = 1.0, np.empty(n)
        for m in range(n):
            memory = 0.8 * memory + 0.2 * monthly[m]
            strength[m] = BRAND_START + BRAND_TREND * m + own[m] + BRAND_MEDIA * memory
        return strength[MONTH_NUMBERS]

    @cached_property
    def price_index(self) -> np.ndarray:
        """List prices by day, 1 on the first day."""
        index = np.ones(N_DAYS)
        for day, rise in PRICE_RISES.items():
            index[day_number(day) :] *= rise
        return index

    def common(self) -> np.ndarray:
        """What moves first and repeat purchases of a region alike [region, day]: season, weekday, shocks."""
        return self.season * self.weekday * np.exp(self.shock + self.regional_shock)

    def repeat_base(self) -> np.ndarray:
        """Intensity of repeat purchases without promotions and media [region, price class, day]; mean about 1."""
        price = self.price_index ** PRICE_ELASTICITY[:, None]
        brand = np.exp(BRAND_EFFECT * (self.brand() - BRAND_START))
        return self.common()[:, None, :] * (brand * price)[None]

    def first_base(self) -> np.ndarray:
        """The same for first purchases [region, day]: brand counts twice, promotions at four fifths of the middle class."""
        lift = promotions.effects()[1]
        market = self.regions["market_code"].to_numpy()
        brand = np.exp(2 * BRAND_EFFECT * (self.brand() - BRAND_START))
        return self.common() * brand / self.price_index * (1 + promotions.NEW_LIFT * lift[market, 1])

    @cached_property
    def euros(self) -> np.ndarray:
        """What one unit of each market's currency costs in euro [market, day]: a new rate every Monday."""
        weeks = week_numbers()
        walk = autoregression(self.setting.rng("fx"), weeks[-1] + 1, 0.97, 0.018)[0]
        franc = np.round(1.055 * np.exp(walk), 4)[weeks]
        return np.stack([np.ones(N_DAYS), np.ones(N_DAYS), franc])
