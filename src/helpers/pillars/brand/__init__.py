"""Brand: are we preferred, heard, and safe."""

from helpers.pillars.brand.definitions import KPIS

__all__ = ["KPIS"]
