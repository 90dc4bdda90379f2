"""Positioning: who creates our value, where we stand, what they would pay."""

from helpers.pillars.positioning.definitions import KPIS

__all__ = ["KPIS"]
