"""The figures that a CRM manager watches, one module a page."""

from helpers.pillars.crm.definitions import (
    lifetime,
    payback,
    pipeline,
    retention,
)

PAGES = (
    retention,
    lifetime,
    payback,
    pipeline,
)

KPIS = {definition.id: definition for page in PAGES for definition in page.KPIS}
