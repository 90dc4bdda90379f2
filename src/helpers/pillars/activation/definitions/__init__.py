"""The figures that a CMO and a media manager watch, one module a page."""

from helpers.pillars.activation.definitions import (
    attribution,
    budget,
    channels,
    creative,
    incrementality,
    journey,
    mix,
    promotions,
)

PAGES = (
    channels,
    mix,
    incrementality,
    attribution,
    budget,
    creative,
    journey,
    promotions,
)

KPIS = {definition.id: definition for page in PAGES for definition in page.KPIS}
