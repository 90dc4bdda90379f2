"""The figures that stand on the front page: few a pillar, one or two a page."""

from collections import Counter

import pytest

from helpers.docs import all_kpis
from helpers.pillars import activation, crm, positioning

MOST_A_PILLAR, MOST_A_PAGE = 12, 2
PAGES = [page for pillar in (positioning, activation, crm) for page in pillar.definitions.PAGES]
HEADLINE = [kpi for kpi in all_kpis().values() if kpi.headline]


@pytest.mark.parametrize("pillar", sorted({kpi.pillar for kpi in all_kpis().values()}))
def test_a_pillar_has_few_headline_figures_and_at_least_one(pillar):
    assert 1 <= Counter(kpi.pillar for kpi in HEADLINE)[pillar] <= MOST_A_PILLAR


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__.split("pillars.")[1])
def test_a_module_of_figures_puts_at_most_two_on_the_front_page(page):
    assert sum(kpi.headline for kpi in page.KPIS) <= MOST_A_PAGE
