"""Figures of the page on claims and proof."""

from helpers.kpi import Kpi

P = "csr"

KPIS: tuple[Kpi, ...] = ()
