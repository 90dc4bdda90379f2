"""The figures that a strategy director watches, one module a page."""

from helpers.pillars.positioning.definitions import position, price, segments, targets

PAGES = (segments, position, price, targets)

KPIS = {definition.id: definition for page in PAGES for definition in page.KPIS}
