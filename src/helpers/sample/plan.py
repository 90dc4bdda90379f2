"""The media plan: what is spent on each channel and day, and why the figures lie in wait for a careless reader.

Three traps are planted. Brand search follows demand: it is bought when people look for the brand anyway. Television and
video move together: they are booked in the same bursts. Display does nothing at all and claims the most.
"""

from __future__ import annotations

import numpy as np

from helpers.sample.setting import CHANNELS, DAYS, N_DAYS, Setting, autoregression, day_number, week_numbers

# Euro a year in a world of scale 1, before fees.
BUDGET = {
    "search_brand": 45_000, "search_generic": 105_000, "social": 125_000, "video": 65_000,
    "tv": 80_000, "display": 38_000, "affiliation": 32_000, "linkedin": 30_000,
}  # fmt: skip
BURSTS = [
    "2023-11-06",
    "2024-03-04",
    "2024-05-20",
    "2024-09-09",
    "2024-11-11",
    "2025-03-10",
    "2025-05-26",
    "2025-09-08",
    "2025-11-10",
    "2026-02-23",
    "2026-05-11",
    "2026-09-07",
    "2026-11-09",
    "2027-03-08",
    "2027-05-24",
]
DAILY_NOISE = 0.06  # log standard deviation of a day's spend around its plan
BURST_DAYS, QUIET = 24, 0.06  # days of a burst, spend between bursts relative to its height


def bursts(setting: Setting) -> np.ndarray:
    """Common course of television and video by day, mean 1."""
    height = setting.rng("bursts").uniform(0.75, 1.35, len(BURSTS))
    course = np.full(N_DAYS, QUIET)
    for first, size in zip(BURSTS, height, strict=True):
        start = day_number(first)
        course[start : start + BURST_DAYS] = size
    return course / course.mean()


def spend(setting: Setting, demand: np.ndarray, discount: np.ndarray) -> np.ndarray:
    """Spend by channel and day relative to its mean [channel, day], before tests.

    Parameters
    ----------
    demand : what people want each day, shocks that nobody measures included; brand search follows it.
    discount : share off list prices by day; affiliates are paid for sales and follow promotions.
    """
    rng, weeks = setting.rng("plan"), week_numbers()
    n = weeks[-1] + 1

    def noise(rho: float, spread: float) -> np.ndarray:
        return np.exp(autoregression(rng, n, rho, spread)[0][weeks])

    monthly = DAYS.day.to_numpy()
    burst = bursts(setting)
    steady = {
        "search_brand": demand**1.6 * noise(0.5, 0.04),
        "search_generic": demand**0.4 * noise(0.8, 0.28),
        "social": (0.45 + 1.1 * flights(setting)) * noise(0.6, 0.15),
        "video": burst * noise(0.2, 0.05),
        "tv": burst * noise(0.2, 0.05),
        "display": noise(0.9, 0.25),
        "affiliation": (0.7 + 4.0 * discount) * noise(0.5, 0.15),
        "linkedin": np.where((DAYS.month == 8) | (monthly > 24), 0.15, 1.2) * noise(0.5, 0.2),
    }
    made = np.stack([steady[name] for name in CHANNELS])
    made *= np.exp(DAILY_NOISE * setting.rng("plan days").standard_normal(made.shape))
    return made / made.mean(axis=1, keepdims=True)


def flights(setting: Setting) -> np.ndarray:
    """Whether social ads run on each day, 1 or 0: on for three to five weeks, off for two to four."""
    rng, weeks, on, course = setting.rng("flights"), week_numbers(), True, []
    while len(course) <= weeks[-1]:
        course += [float(on)] * int(rng.integers(3, 6) if on else rng.integers(2, 5))
        on = not on
    return np.array(course)[weeks]
