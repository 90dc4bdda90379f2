"""Figures of the page on the brand tracker."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = ()
