"""The figures that a director of responsibility watches, one module a page."""

from helpers.pillars.csr.definitions import carbon, choice, claims

PAGES = (claims, carbon, choice)

KPIS = {definition.id: definition for page in PAGES for definition in page.KPIS}
