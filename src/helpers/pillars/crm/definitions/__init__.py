"""The figures that a CRM manager watches, one module a page."""

from helpers.pillars.crm.definitions import (
    baskets,
    campaigns,
    lifetime,
    onboarding,
    payback,
    retention,
    voice,
)

PAGES = (
    retention,
    onboarding,
    lifetime,
    payback,
    campaigns,
    baskets,
    voice,
)

KPIS = {definition.id: definition for page in PAGES for definition in page.KPIS}
