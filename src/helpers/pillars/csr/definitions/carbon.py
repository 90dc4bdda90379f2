"""Figures of the page on carbon."""

from helpers.kpi import Kpi

P = "csr"

KPIS: tuple[Kpi, ...] = ()
