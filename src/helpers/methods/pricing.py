"""What people say of prices: four price questions read as price points and as demand, and a ladder of prices read as demand."""

from __future__ import annotations

from helpers.methods.pricing_answers import FEWEST, FOUR, MOST_OUT_OF_ORDER, Answers, answers
from helpers.methods.pricing_ladder import Ladder, gabor_granger
from helpers.methods.pricing_points import POINTS, TIES, Points, van_westendorp
from helpers.methods.pricing_reach import CALIBRATED, Reach, newton_miller_smith

__all__ = [
    "CALIBRATED", "FEWEST", "FOUR", "MOST_OUT_OF_ORDER", "POINTS", "TIES", "Answers", "Ladder", "Points", "Reach", "answers", "gabor_granger",
    "newton_miller_smith", "van_westendorp",
]  # fmt: skip
