"""Figures of the page on what people would pay."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = ()
