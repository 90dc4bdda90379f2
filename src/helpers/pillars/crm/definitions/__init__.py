"""The figures that a CRM manager watches, one module a page."""

from helpers.pillars.crm.definitions import (
    campaigns,
    lifetime,
    payback,
    retention,
    voice,
)

PAGES = (
    retention,
    lifetime,
    payback,
    campaigns,
    voice,
)

KPIS = {definition.id: definition for page in PAGES for definition in page.KPIS}
