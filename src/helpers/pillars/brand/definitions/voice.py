"""Figures of the page on share of voice and of search."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = ()
