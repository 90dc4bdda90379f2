"""The page on share of voice as one thing: what was read, and the four answers."""

from __future__ import annotations

from typing import NamedTuple

from helpers.pillars.brand.voice import Heard
from helpers.pillars.brand.voice_assistants import Assistants
from helpers.pillars.brand.voice_operation import Card
from helpers.pillars.brand.voice_regions import Regions
from helpers.pillars.brand.voice_search import Link, Searched
from helpers.pillars.brand.voice_tables import Known

SEASON = 1.3  # times the usual of the same weeks a year before, from which a rise is a season


class Page(NamedTuple):
    """Everything that the page shows."""

    known: Known
    heard: Heard
    searched: Searched
    regions: Regions
    cards: tuple[Card, ...]
    assistants: Assistants

    @property
    def link(self) -> Link | None:
        """Share of search against orders; None where it was not looked at."""
        return next((one for one in self.searched.links if one.a_year == 52), None)

    @property
    def real(self) -> tuple[Card, ...]:
        """Cards of regions whose rise is no season."""
        return tuple(one for one in self.cards if not one.spike.times_year_before >= SEASON)
