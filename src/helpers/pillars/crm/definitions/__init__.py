"""The figures that a CRM manager watches, one module a page."""

from helpers.pillars.crm.definitions import (
    baskets,
    campaigns,
    churn,
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
    lifetime,
    payback,
    churn,
    campaigns,
    baskets,
    voice,
    pipeline,
)

KPIS = {definition.id: definition for page in PAGES for definition in page.KPIS}
