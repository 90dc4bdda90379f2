"""Activation: where the next euro goes, and how sure we are."""

from helpers.pillars.activation.definitions import KPIS

__all__ = ["KPIS"]
