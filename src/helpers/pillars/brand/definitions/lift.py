"""Figures of the page on brand lift."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = ()
