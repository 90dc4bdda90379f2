"""Whether a pause of brand media in part of the regions would tell what they bring: tests of nothing in past orders by region."""

from __future__ import annotations

import math
from typing import NamedTuple

from helpers.kpi import LEVEL
from helpers.methods import geo_design
from helpers.pillars.brand.past_orders import past_orders

PART = 1 / 3  # of the regions, in which brand media stay away
WEEKS = 26
WANTED = 0.80  # chance with which a test is to see its effect
LOOKS = 60
LEAST_REGIONS = 8
WOULD, WOULD_NOT, OPEN = "would", "would not", "cannot tell"


class RegionTest(NamedTuple):
    """What past orders say of a pause in part of the regions.

    verdict : "would" tell whether brand media pay, "would not", or "cannot tell". market, n_regions, n_paused : what was looked at. weeks : length
    of the tests of nothing, at most two quarters; looks : how many of them. sees : smallest fall of orders that they see [share of these, above 0].
    pays_at : fall of orders at which brand media just pay. NaN where not known.
    """

    verdict: str
    market: str
    n_regions: int
    n_paused: int
    weeks: int
    looks: int
    sees: float
    pays_at: float


def region_test(experiments: object | None, *, pays_at: float) -> RegionTest:
    """Judge a pause in a third of the regions of the market with most orders, as one week after the other fell alike.

    Parameters
    ----------
    experiments : the table, or None. pays_at : fall of orders at which brand media just pay [share]; NaN where not known.

    Formula: it would tell where the fall that four of five tests of nothing see is no larger than the one at which brand media just pay; it would
        not where the tests of nothing are as long as the pause and see larger ones only. Shorter tests that see less leave it open.
    """
    orders, market = past_orders(experiments)
    n = orders.shape[1]
    weeks = min(WEEKS, len(orders) // 3)
    if n < LEAST_REGIONS or weeks < 2 or not pays_at > 0:
        return RegionTest(OPEN, market, n, 0, weeks, 0, math.nan, pays_at)
    paused = max(1, round(n * PART))
    before = max(len(orders) - weeks - 4, 8)
    looks = geo_design.look_backs(orders, n_treated=paused, n_during=weeks, n_before=before, n_looks=LOOKS, level=LEVEL)  # fmt: skip
    sees = -geo_design.mde(looks, wanted=WANTED, falls=True)
    verdict = OPEN
    if sees <= pays_at:
        verdict = WOULD
    elif sees > pays_at and weeks == WEEKS:
        verdict = WOULD_NOT
    return RegionTest(verdict, market, n, paused, weeks, len(looks), sees, pays_at)
