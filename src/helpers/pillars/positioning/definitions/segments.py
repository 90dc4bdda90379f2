"""Figures of the page on value segments and personas."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = ()
