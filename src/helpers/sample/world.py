"""The latent world of the sample company: what is true and what no export shows.

Time runs in days from `FIRST`. The books close on `LAST`; the world goes on for another 52 weeks, so that a forecast
can be judged by what really came. Everything random is drawn from streams named after the part that draws, so a new
part changes no other one.

Source of the frame: a marked Poisson process with superposed causes (Kingman, Poisson Processes, 1993). Each order and
each customer carries the cause that brought it, and taking a cause away takes away exactly what it brought.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from helpers.sample import promotions
from helpers.sample.demand import Demand
from helpers.sample.media import Media
from helpers.sample.setting import PRICE_CLASSES, Setting


@dataclass(frozen=True)
class World:
    """One world: its setting, and the latents that all parts share.

    Curves have one row a region and price class, `curve = 3 region + price class`, and one column a day.
    """

    setting: Setting

    @cached_property
    def demand(self) -> Demand:
        """Regions, season, shocks, brand strength, prices and promotions."""
        return Demand(self.setting)

    @cached_property
    def media(self) -> Media:
        """What is spent on each channel, and what it does to first and to repeat purchases."""
        return Media(self.setting, self.demand)

    @cached_property
    def base(self) -> np.ndarray:
        """Calm intensity of repeat purchases [curve, day]."""
        return self.flat(self.demand.repeat_base())

    @cached_property
    def components(self) -> np.ndarray:
        """Intensity of repeat purchases by cause [cause, curve, day], relative to a customer's own rate a day.

        Formula: base x (calm, promotion lift, effect of each channel); causes as in `ORDER_CAUSES` without the last two.
        """
        calm, lift = (self.by_market(values) for values in promotions.effects())
        media = np.repeat(self.media.repeat_effect, len(PRICE_CLASSES), axis=1)
        return np.concatenate([(self.base * calm)[None], (self.base * lift)[None], self.base * media])

    @cached_property
    def intensity(self) -> np.ndarray:
        """Intensity of repeat purchases by all causes [curve, day]."""
        return self.components.sum(axis=0)

    @cached_property
    def curves(self) -> np.ndarray:
        """Cumulative intensity of repeat purchases [curve, day + 1]: what happens before each day."""
        return cumulative(self.intensity)

    def flat(self, values: np.ndarray) -> np.ndarray:
        """Values by region and price class [region, class, day] as curves [curve, day]."""
        return values.reshape(-1, values.shape[-1])

    def by_market(self, values: np.ndarray) -> np.ndarray:
        """Values by market and price class [market, class, day] as curves [curve, day]."""
        return self.flat(values[self.demand.regions["market_code"].to_numpy()])

    def rng(self, part: str, chunk: int = 0) -> np.random.Generator:
        """Random numbers of one part and chunk, the same whatever the other parts draw."""
        return self.setting.rng(part, chunk)


def cumulative(daily: np.ndarray) -> np.ndarray:
    """Running sum over the last axis with a leading zero."""
    return np.concatenate([np.zeros((*daily.shape[:-1], 1)), np.cumsum(daily, axis=-1)], axis=-1)


def between(curves: np.ndarray, row: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Integral of cumulative curves over [start, end) in days, fractions allowed, one a named row; 0 where end is first."""
    return _at(curves, row, np.maximum(start, end)) - _at(curves, row, np.asarray(start))


def day_of(curves: np.ndarray, row: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Day in which the named row's cumulative curve passes a value."""
    step = curves[:, -1].max() + 1.0
    flat = (curves + step * np.arange(len(curves))[:, None]).ravel()
    found = np.searchsorted(flat, value + step * row, side="right") - 1 - row * curves.shape[1]
    return np.clip(found, 0, curves.shape[1] - 2)


def draw_days(
    rng: np.random.Generator, curves: np.ndarray, row: np.ndarray, start: np.ndarray, end: np.ndarray
) -> np.ndarray:
    """One day for each named row, drawn from [start, end) as its cumulative curve rises there."""
    begins = between(curves, row, 0 * row, start)
    at = begins + rng.random(len(row)) * between(curves, row, start, end)
    return np.maximum(day_of(curves, row, at), start)


def _at(curves: np.ndarray, row: np.ndarray, day: np.ndarray) -> np.ndarray:
    day = np.clip(day, 0, curves.shape[1] - 1)
    whole = np.minimum(day.astype(int), curves.shape[1] - 2)
    low = curves[row, whole]
    return low + (day - whole) * (curves[row, whole + 1] - low)
