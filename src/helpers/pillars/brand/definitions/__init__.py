"""The figures that a brand director watches, one module a page."""

from helpers.pillars.brand.definitions import demand, lift, social, tracker, voice

PAGES = (tracker, lift, voice, social, demand)

KPIS = {definition.id: definition for page in PAGES for definition in page.KPIS}
