"""The share simulator: shares of a scenario, source of volume, price elasticity, revenue and margin over price, hits on people left out."""

from __future__ import annotations

from helpers.methods.choice_holdout import Hits, hit_rate
from helpers.methods.choice_moves import PriceCurve, Source, price_curve, source
from helpers.methods.choice_shares import elasticity, encoded, shares

__all__ = ["Hits", "PriceCurve", "Source", "elasticity", "encoded", "hit_rate", "price_curve", "shares", "source"]  # fmt: skip
