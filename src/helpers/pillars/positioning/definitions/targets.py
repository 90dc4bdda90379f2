"""Figures of the page on markets and targets."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = ()
