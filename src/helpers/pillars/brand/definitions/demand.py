"""Figures of the page on what the brand brings in sales."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = ()
