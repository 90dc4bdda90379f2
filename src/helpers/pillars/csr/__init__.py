"""CSR: what we say of people and planet, what we can prove, what an order emits, what customers choose."""

from helpers.pillars.csr.definitions import KPIS

__all__ = ["KPIS"]
