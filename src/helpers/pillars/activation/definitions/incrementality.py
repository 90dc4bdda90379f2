"""Tests by region and series: the figures of the page."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = ()
