"""CRM: who stays, what customers are worth, and what to do about it."""

from helpers.pillars.crm.definitions import KPIS

__all__ = ["KPIS"]
