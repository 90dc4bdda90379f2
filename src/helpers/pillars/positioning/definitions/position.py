"""Figures of the page on the position on the market."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = ()
