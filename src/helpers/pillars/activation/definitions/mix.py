"""The media mix model: the figures of the page."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = ()
