"""The page on the market position on the sample: what is true of the market lies inside its intervals, over what was looked at."""

import json
from itertools import pairwise

import pytest

from helpers import company, tables
from helpers.pillars.positioning import position, position_figures

OWN = "Maison Brévane, Maison Brévane Mini, Maison Brévane Nomade"


@pytest.fixture(scope="module")
def here():
    return tables.scope("sample", "2026-Q3", "ALL", "en", grain="quarter")


@pytest.fixture(scope="module")
def page(here):
    sales, surveys = tables.load("market_sales", here), tables.load("surveys", here)
    margins, prices = tables.optional("population_margins", here), tables.optional("prices", here)
    return position_figures.page(position.known(sales, surveys, margins, here, own_brands=OWN), prices)


@pytest.fixture(scope="module")
def truth():
    """Planted figures by name and segment, those of the last wave where a wave has its own."""
    known = json.loads((company.sample_dir() / "truth.json").read_text(encoding="utf-8"))["estimands"]
    return {
        (one["name"], one["segment"]): one["value"]
        for one in known
        if one.get("market") in ("FR", "ALL", None) and "2025-09" not in str(one.get("period"))
    }


def test_the_parameters_of_the_market_lie_near_their_intervals(page, truth):
    """M, K and S: the brand that breaks the rule pulls S, so one of the three may lie just outside."""
    names = {
        "dirichlet_m": page.buying.line.mean,
        "dirichlet_k": page.buying.line.k,
        "dirichlet_s": page.buying.line.s,
    }
    values = {name: next(value for (one, _), value in truth.items() if one == name) for name in names}
    inside = [made.low <= values[name] <= made.high for name, made in names.items()]
    assert sum(inside) >= 2
    for name, made in names.items():
        assert made.value == pytest.approx(values[name], rel=0.2)


def test_the_brand_that_breaks_the_rule_is_the_only_rival_named(page, truth):
    table = page.buying.line.table.drop(index="Maison Brévane Nomade")  # on sale for a part of the year
    assert list(table.index[table["verdict"].isin(["above", "below"])]) == ["Fontelys"]
    assert (
        table.loc["Fontelys", "low_all"]
        <= truth["double_jeopardy_excess", "Fontelys"]
        <= table.loc["Fontelys", "high_all"]
    )


def test_pairs_that_are_seen_alike_are_not_set_apart(page, truth):
    for row in page.seen.pairs.itertuples():
        key = next(
            one
            for one in (f"{row.first} | {row.second}", f"{row.second} | {row.first}")
            if ("brands_apart", one) in truth
        )
        if truth["brands_apart", key] == 0:
            assert not row.apart, key
        if "Maison Brévane" in (row.first, row.second):
            assert row.apart, key


def test_where_new_customers_came_from_lies_in_the_bounds_for_all(page, truth):
    table = page.buying.sources
    inside = [row.low <= truth["conquest_source", name] <= row.high for name, row in table.iterrows()]
    assert all(inside)


def test_what_launches_took_of_the_house_lies_in_the_interval(page, truth):
    """The page tells the loss of share, earlier launches held at what they sell.

    A launch that brings buyers of its own to the market takes a little share from all, and what it took of an earlier launch, that one
    had taken of the house in its part.
    """
    for draw in page.draws:
        planted = truth["launch_taken_share", f"{draw.launch.line} from Maison Brévane"]
        for (name, segment), value in truth.items():
            if name == "launch_taken_share" and segment == f"{draw.launch.line} from Maison Brévane Mini":
                planted += value * truth["launch_taken_share", "Maison Brévane Mini from Maison Brévane"]
        new = truth["launch_source", f"{draw.launch.line} from nobody"]
        share = float(draw.taken.table.loc["Maison Brévane", "before"])
        assert draw.from_house.low <= planted + new * share <= draw.from_house.high, draw.launch.line
    assert all(a.launch.first < b.launch.first for a, b in pairwise(page.draws))


def test_a_year_earlier_the_page_stands_on_what_was_known_then():
    early = tables.scope("sample", "2025-Q3", "ALL", "en", grain="quarter")
    made = position.known(
        tables.load("market_sales", early), tables.load("surveys", early), tables.optional("population_margins", early), early, own_brands=OWN
    )  # fmt: skip
    assert [one.survey for one in made.usage] == ["usage-2025-09"] and made.image is None
    rows = position_figures.kpis(position_figures.page(made, tables.optional("prices", early)), early)
    assert {row.id for row in rows if row.value is None} == {"conquest_share"}
