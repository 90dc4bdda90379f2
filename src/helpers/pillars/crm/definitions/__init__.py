"""The figures that a CRM manager watches, one module a page."""

from helpers.pillars.crm.definitions import (
    churn,
    lifetime,
    payback,
    retention,
)

PAGES = (
    retention,
    lifetime,
    payback,
    churn,
)

KPIS = {definition.id: definition for page in PAGES for definition in page.KPIS}
