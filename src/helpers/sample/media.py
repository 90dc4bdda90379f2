"""What media do: adstock, saturation, and the effect of each channel on first and on repeat purchases.

Formula: a(d) = alpha a(d-1) + (1 - alpha) x(d), x = spend relative to its mean in the region;
    effect(d) = size (1 - exp(-a(d) / kappa)) / (1 - exp(-1 / kappa)), so that `size` is the effect at mean spend.
Source: geometric adstock (Broadbent, One way TV advertisements work, 1979) and an exponential saturation (Jin et al.,
Bayesian Methods for Media Mix Modeling with Carryover and Shape Effects, 2017, who use its Hill cousin).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.signal import lfilter

from helpers.sample import plan, promotions
from helpers.sample.demand import Demand
from helpers.sample.setting import CHANNELS, N_DAYS, Setting, day_number


class Response(NamedTuple):
    """Response of one channel: carry-over a day, saturation, effect on first and on repeat purchases at mean spend."""

    alpha: float
    kappa: float
    first: float
    repeat: float


# Effects are shares of calm demand. Display does nothing; LinkedIn speaks to businesses and brings leads alone.
RESPONSE = {
    "search_brand": Response(0.10, 1.2, 0.03, 0.006),
    "search_generic": Response(0.30, 1.0, 0.20, 0.018),
    "social": Response(0.82, 0.9, 0.22, 0.050),
    "video": Response(0.90, 1.4, 0.08, 0.022),
    "tv": Response(0.92, 1.6, 0.09, 0.026),
    "display": Response(0.50, 1.0, 0.0, 0.0),
    "affiliation": Response(0.05, 1.1, 0.06, 0.006),
    "linkedin": Response(0.93, 1.0, 0.0, 0.0),
}


class GeoTest(NamedTuple):
    """One test by region: channel, first and last day, spend in treated regions relative to the plan, how many regions."""

    id: str
    channel: str
    first: int
    last: int
    factor: float
    n_regions: int


GEO_TESTS = (
    GeoTest("geo_social_dark_2025", "social", day_number("2025-02-03"), day_number("2025-03-30"), 0.0, 40),
    GeoTest("geo_video_up_2026", "video", day_number("2026-03-16"), day_number("2026-05-10"), 14.0, 40),
)


@dataclass(frozen=True)
class Media:
    """Spend and effects of the eight channels."""

    setting: Setting
    demand: Demand

    @cached_property
    def relative(self) -> np.ndarray:
        """Planned spend by day relative to its mean [channel, day]."""
        wanted = self.demand.season * np.exp(self.demand.shock)
        return plan.spend(self.setting, wanted, promotions.discount()[0])

    @cached_property
    def treated(self) -> dict[str, np.ndarray]:
        """Regions [numbers] that a geo test treats, drawn by lot among the French ones."""
        french = np.flatnonzero(self.demand.regions["market"] == "FR")
        rng = self.setting.rng("geo tests")
        return {test.id: np.sort(rng.permutation(french)[: test.n_regions]) for test in GEO_TESTS}

    @cached_property
    def pressure(self) -> np.ndarray:
        """Spend per head by channel, region and day relative to its mean, tests included."""
        made = np.repeat(self.relative[:, None, :], len(self.demand.regions), axis=1)
        for test in GEO_TESTS:
            made[CHANNELS.index(test.channel), self.treated[test.id], test.first : test.last + 1] *= (
                test.factor
            )
        return made

    @cached_property
    def national(self) -> np.ndarray:
        """Spend by channel, market and day [euro, in a world of scale 1]."""
        weight = self.demand.regions["weight"].to_numpy()
        code = self.demand.regions["market_code"].to_numpy()
        by_market = np.stack(
            [
                np.einsum("crd,r->cd", self.pressure[:, code == m], weight[code == m])
                for m in range(code.max() + 1)
            ],
            axis=1,
        )
        yearly = np.array([plan.BUDGET[name] for name in CHANNELS])
        return by_market * yearly[:, None, None] / 365.25

    def effect(self, channel: str, pressure: np.ndarray) -> np.ndarray:
        """Effect of spend per head relative to that of mean spend [.., day]: adstock, then saturation."""
        known = RESPONSE[channel]
        start = np.full((*pressure.shape[:-1], 1), known.alpha)  # as if the mean had been spent before FIRST
        stock, _ = lfilter([1 - known.alpha], [1, -known.alpha], pressure, axis=-1, zi=start)
        return -np.expm1(-stock / known.kappa) / -np.expm1(-1 / known.kappa)

    @cached_property
    def shape(self) -> np.ndarray:
        """Effect of each channel relative to that of its mean spend [channel, region, day]."""
        return np.stack([self.effect(name, self.pressure[i]) for i, name in enumerate(CHANNELS)])

    @property
    def repeat_effect(self) -> np.ndarray:
        """Repeat purchases that each channel adds, as a share of calm demand [channel, region, day]."""
        return self.shape * np.array([RESPONSE[name].repeat for name in CHANNELS])[:, None, None]

    @property
    def first_effect(self) -> np.ndarray:
        """First purchases that each channel adds, as a share of mean calm demand [channel, region, day]."""
        return self.shape * np.array([RESPONSE[name].first for name in CHANNELS])[:, None, None]

    def changed(self, channel: str, *, since: int, until: int = N_DAYS, factor: float) -> np.ndarray:
        """Effect [region, day] had the channel's spend been multiplied by `factor` from day `since` to before `until`."""
        other = self.pressure[CHANNELS.index(channel)].copy()
        other[:, since:until] *= factor
        return self.effect(channel, other)
