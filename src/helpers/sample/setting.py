"""What a world is made from: its seed and size, the span of time, and the lists that all parts share."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy.stats import binom

from helpers.errors import UsageError

FIRST, LAST = date(2023, 10, 1), date(2026, 9, 30)
N_DATA = (LAST - FIRST).days + 1  # days that the exports cover
N_DAYS = N_DATA + 364  # the truth is known for 52 weeks more
DAYS = pd.date_range(FIRST, periods=N_DAYS, unit="us")
MONTHS = DAYS[:N_DATA].to_period("M").unique()
MONTH_NUMBERS = (DAYS.year.to_numpy() - FIRST.year) * 12 + DAYS.month.to_numpy() - FIRST.month  # of each day

MARKETS = ("FR", "BE", "CH")
CURRENCIES = ("EUR", "EUR", "CHF")
TIME_ZONE = "Europe/Paris"
CHANNELS = ("search_brand", "search_generic", "social", "video", "tv", "display", "affiliation", "linkedin")
CAUSES = ("base", *CHANNELS)  # what brings a customer; codes are positions
ORDER_CAUSES = ("base", "promotion", *CHANNELS, "email", "reminder")  # what brings an order
VALUE_CLASSES = ("occasional", "regular", "devoted")
NEED_CLASSES = ("taste", "health", "planet", "convenience")
PRICE_CLASSES = ("low", "middle", "high")  # sensitivity to price
SMALLEST = 0.01  # a world of 300 customers; below, nothing can be told of anything
CHUNK = 30_000  # customers simulated at once, so that memory does not grow with the scale


@dataclass(frozen=True)
class Setting:
    """Seed and size of a world; scale 1 is about 30,000 customers.

    Raises
    ------
    UsageError : the seed is not a whole number from 0 on, or the scale is not a number from 0.01 on.
    """

    seed: int = 1
    scale: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what makes no world."""
        if type(self.seed) is not int or self.seed < 0:
            raise UsageError(f"seed: {self.seed!r} is not a whole number from 0 on. Use one such as 7.")
        if type(self.scale) not in (int, float) or not SMALLEST <= self.scale < math.inf:
            raise UsageError(
                f"scale: {self.scale!r} is not a number from {SMALLEST} on. Use 1 for about 30,000 customers."
            )

    @property
    def n_chunks(self) -> int:
        """How many times customers are drawn."""
        return math.ceil(self.scale)

    @property
    def share(self) -> float:
        """Size of a chunk in worlds of scale 1."""
        return self.scale / self.n_chunks

    def rng(self, part: str, chunk: int = 0) -> np.random.Generator:
        """Random numbers of one part and chunk, the same whatever the other parts draw."""
        return np.random.default_rng([self.seed, zlib.crc32(part.encode()), chunk])


def day_number(day: date | str) -> int:
    """Days since `FIRST`."""
    return (pd.Timestamp(day) - pd.Timestamp(FIRST)).days


def dates(numbers: np.ndarray) -> pd.DatetimeIndex:
    """Days of the calendar from days since `FIRST`; days before it are allowed."""
    return pd.DatetimeIndex(np.datetime64(FIRST) + np.asarray(numbers).astype("timedelta64[D]")).as_unit("us")


def span(first: int, last: int) -> str:
    """Two days since `FIRST` as truth.json writes a period: 2025-10-01/2026-09-30."""
    return f"{DAYS[first]:%Y-%m-%d}/{DAYS[last]:%Y-%m-%d}"


def utc(numbers: np.ndarray, seconds: np.ndarray | int) -> pd.DatetimeIndex:
    """Moments in UTC, without zone, from local days since `FIRST` and seconds of the local day (not from 2 to 3 h)."""
    local = dates(numbers) + pd.to_timedelta(np.asarray(seconds), unit="s")
    return local.tz_localize(TIME_ZONE).tz_convert("UTC").tz_localize(None).as_unit("us")


def week_numbers() -> np.ndarray:
    """Week of each day, counted from `FIRST`, a Sunday; weeks change on Monday."""
    return (np.arange(N_DAYS) + 6) // 7


def binomial(rng: np.random.Generator, n: np.ndarray, p: np.ndarray | float) -> np.ndarray:
    """Binomial numbers, one uniform each: the same with every version of numpy, whose own sampler has changed.

    Formula: the quantile of Binomial(n, p) at u. Between numpy 2.4 and 2.5 two of 26,000 draws of `Generator.binomial`
        differ, and with them all that come after.
    """
    n, p = np.broadcast_arrays(n, p)
    return binom.ppf(rng.random(n.shape), n, p).astype(int)


def pick(rng: np.random.Generator, shares: np.ndarray) -> np.ndarray:
    """Column drawn in each row with the shares of that row [row, column]; a row need not add up to 1."""
    steps = np.cumsum(shares, axis=1)
    return (rng.random(len(steps))[:, None] * steps[:, -1:] >= steps[:, :-1]).sum(axis=1)


def autoregression(rng: np.random.Generator, n: int, rho: float, spread: float, rows: int = 1) -> np.ndarray:
    """Stationary AR(1) series [rows, n] of the given standard deviation.

    Formula: z(t) = rho z(t-1) + sqrt(1 - rho^2) spread e(t), z(0) = spread e(0).
    """
    noise = rng.standard_normal((rows, n)) * spread
    noise[:, 1:] *= math.sqrt(1 - rho**2)
    for t in range(1, n):
        noise[:, t] += rho * noise[:, t - 1]
    return noise
