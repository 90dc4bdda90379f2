"""The figures that a CRM manager watches, one module a page."""

from helpers.pillars.crm.definitions import (
    baskets,
    lifetime,
    onboarding,
    payback,
    retention,
)

PAGES = (
    retention,
    onboarding,
    lifetime,
    payback,
    baskets,
)

KPIS = {definition.id: definition for page in PAGES for definition in page.KPIS}
