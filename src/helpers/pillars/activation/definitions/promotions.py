"""Promotions and coupons: the figures of the page."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = ()
