"""Figures of the page on responsible choice."""

from helpers.kpi import Kpi

P = "csr"

KPIS: tuple[Kpi, ...] = ()
