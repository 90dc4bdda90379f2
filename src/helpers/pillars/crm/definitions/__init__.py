"""The figures that a CRM manager watches, one module a page."""

from helpers.pillars.crm.definitions import (
    baskets,
    campaigns,
    churn,
    contracts,
    lifetime,
    onboarding,
    payback,
    pipeline,
    retention,
    voice,
)

PAGES = (
    retention,
    onboarding,
    contracts,
    lifetime,
    payback,
    churn,
    campaigns,
    baskets,
    voice,
    pipeline,
)

KPIS = {definition.id: definition for page in PAGES for definition in page.KPIS}
