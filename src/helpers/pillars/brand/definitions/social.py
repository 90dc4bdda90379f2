"""Figures of the page on social media and reputation."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = ()
