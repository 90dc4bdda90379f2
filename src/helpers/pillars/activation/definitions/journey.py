"""Steps of the journey and irritants: the figures of the page."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = ()
