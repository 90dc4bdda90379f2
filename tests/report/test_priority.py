import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from helpers.report import frame, priority, site
from helpers.report.digest import Entry, digest
from helpers.report.forward import pdf

pages = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("pages.py"))))
FIVE = ("positioning", "activation", "crm", "brand", "csr")


def entries(*rows: dict, page: str = "crm/01-a") -> list[Entry]:
    return [Entry(row, page, "Title", None) for row in rows]


def order(*rows: dict, currency: str | None = "USD") -> list[str]:
    return [one.row["id"] for one in priority.ranked(entries(*rows), currency=currency)]


def decision(name: str, low: float | None = None, high: float | None = None, **values) -> dict:
    effect = None if low is None or high is None else (low + high) / 2
    told = {"id": name, "effect": effect, "low": low, "high": high, "sentence": f"Do {name}."}
    return pages.decision(**{**told, "probability": None, **values})


def test_tested_money_comes_before_untested_before_another_unit_before_maybe_before_nobody_can_tell():
    listed = [
        decision("unknown"),
        decision("maybe", -500_000, 900_000),
        decision("people", 20, 40, unit="customers", currency=None),
        decision("forecast", 9_000, 12_000),
        decision("tested", 1_000, 2_000, probability=0.99),
    ]
    assert order(*listed) == ["tested", "forecast", "people", "maybe", "unknown"]


def test_the_end_of_the_interval_nearest_to_zero_counts_and_a_cost_like_a_gain():
    listed = [decision("wide", 100, 90_000), decision("narrow", 400, 500), decision("cost", -9_000, -300)]
    assert order(*listed) == ["narrow", "cost", "wide"]


def test_what_is_due_first_comes_first_where_sums_cannot_tell_and_what_has_no_date_last():
    listed = [
        decision("undated", due=""),
        decision("later", due="2018-03-31"),
        decision("sooner", due="2018-01-31"),
    ]
    assert order(*listed) == ["sooner", "later", "undated"]
    equal = [decision("later", 5, 9, due="2018-03-31"), decision("sooner", 5, 9, due="2018-01-31")]
    assert order(*equal) == ["sooner", "later"]


def test_money_of_another_currency_than_the_run_is_not_compared():
    listed = [decision("yen", 1_000_000, 2_000_000, currency="JPY"), decision("dollars", 1, 2)]
    assert order(*listed) == ["dollars", "yen"]


@pytest.mark.parametrize(
    "bounds", [(0.0, 9.0), (-9.0, 0.0), (None, 9.0), (float("nan"), 9.0), (1.0, float("inf"))]
)
def test_an_interval_that_reaches_zero_or_is_none_is_no_clear_effect(bounds):
    assert priority.least_effect({"effect": 5.0, "low": bounds[0], "high": bounds[1]}) == 0


numbers = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True), st.integers(-(10**12), 10**12))
rows = st.fixed_dictionaries(
    {
        "effect": numbers, "low": numbers, "high": numbers, "probability": numbers,
        "unit": st.sampled_from(["currency", "customers"]), "currency": st.sampled_from(["EUR", "USD", None]),
        "due": st.sampled_from(["", "2018-01-31", "2018-03-31", None]),
    }
)  # fmt: skip


@given(st.lists(rows, max_size=12), st.sampled_from(["EUR", None]))
def test_ranking_loses_nothing_and_ranking_again_changes_nothing(listed, currency):
    given_order = entries(*listed)
    ranked = priority.ranked(given_order, currency=currency)
    assert sorted(map(id, ranked)) == sorted(map(id, given_order))
    assert list(map(id, priority.ranked(ranked, currency=currency))) == list(map(id, ranked))


@given(st.lists(st.tuples(st.sampled_from(FIVE), st.integers(1, 4)), max_size=40), st.integers(0, 20))
def test_foremost_figures_and_the_others_are_all_figures_in_the_order_given(places, most):
    figures = [
        Entry({"id": i}, f"{pillar}/{page:02d}", "", None) for i, (pillar, page) in enumerate(sorted(places))
    ]
    first, others = priority.foremost(figures, most=most)
    assert len(first) == min(most, len(figures))
    assert sorted([one.row["id"] for one in (*first, *others)]) == list(range(len(figures)))
    assert [one.row["id"] for one in first] == sorted(one.row["id"] for one in first)
    if most >= len(FIVE):
        assert {one.name.split("/")[0] for one in first} == {pillar for pillar, _ in places}


def test_a_page_gives_its_first_figure_before_another_page_gives_its_second():
    figures = [Entry({"id": name}, f"crm/{name[0]}", "", None) for name in ("a1", "a2", "a3", "b1", "c1")]
    assert [one.row["id"] for one in priority.foremost(figures, most=4)[0]] == ["a1", "a2", "b1", "c1"]


def five_pillars() -> tuple[dict, dict]:
    """Five pillars of four pages, each with three figures, two decisions and a doubt."""
    names = [f"{pillar}/{page:02d}-a" for pillar in FIVE for page in range(1, 5)]
    told = {
        name: pages.told(
            kpis=[
                pages.kpi(id=f"{name}-{i}", label=f"Figure {name} {i}", pillar=name.split("/")[0])
                for i in range(3)
            ],
            decisions=[
                decision(f"{name} small", 10 + i, 20 + i, probability=0.95),
                decision(f"{name} open", owner="", due="2018-02-28"),
            ],
            checks=[pages.check("fail" if i == 7 else "review", text=f"Doubt {name}.")],
        )
        for i, name in enumerate(names)
    }
    return pages.run(*map(pages.entry, names), currency="USD"), {"notebooks": told}


def test_with_five_pillars_the_front_page_shows_few_of_each_thing_and_loses_none():
    run, kpis = five_pillars()
    soup = BeautifulSoup(site.index(run, kpis), "html.parser")
    shown = (
        soup.select("section > .tiles > .tile"),
        soup.select("section > .decisions > li"),
        soup.select("section > .checks > li"),
    )
    assert [len(one) for one in shown] == [site.MOST_TILES, site.MOST_DECISIONS, site.MOST_DOUBTS]
    assert [len(soup.select(kind)) for kind in (".tile", ".decisions > li", ".checks > li")] == [60, 40, 20]
    labels = [one.get_text() for one in soup.select(".more > summary")]
    assert labels == ["48 more figures", "34 more decisions", "10 more checks to review"]
    # Every pillar is on the first screen, the decisions that move most come first, and what fails is never folded.
    assert {pillar for tile in shown[0] for pillar in tile["class"]} >= {f"pillar-{name}" for name in FIVE}
    heads = [one.select_one(".what").get_text() for one in shown[1]]
    assert heads[0] == "Do csr/04-a small" and not any("open" in head for head in heads)
    assert shown[2][0].select_one(".status")["class"] == ["status", "fail"]
    ids = [tag["id"] for tag in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    assert soup.select_one(".decisions.on")["start"] == "7"


def test_a_few_decisions_are_not_folded_and_one_has_no_order_to_explain():
    def section(n: int):
        told = pages.told(decisions=[decision(str(i), 5, 9) for i in range(n)])
        soup = BeautifulSoup(
            site.index(pages.run(pages.entry("crm/01-a")), {"notebooks": {"crm/01-a": told}}), "html.parser"
        )
        return soup.select_one('[aria-labelledby="decisions"]')

    assert not section(1).select(".more, .note") and len(section(1).select("li")) == 1
    assert not section(6).select(".more") and section(6).select_one(".note")
    assert section(7).select_one(".more > summary").get_text() == "One more decision"


def test_checks_that_fail_are_all_open_however_many():
    told = pages.told(
        checks=[pages.check("fail") for _ in range(site.MOST_DOUBTS + 3)] + [pages.check("review")]
    )
    soup = BeautifulSoup(
        site.index(pages.run(pages.entry("crm/01-a")), {"notebooks": {"crm/01-a": told}}), "html.parser"
    )
    assert len(soup.select("section > .checks > li")) == site.MOST_DOUBTS + 3
    assert soup.select_one(".more > summary").get_text() == "One more check to review"


def test_what_is_folded_is_printed_whole():
    run, kpis = five_pillars()
    soup = BeautifulSoup(pdf.for_paper(site.index(run, kpis)), "html.parser")
    assert all(folded.has_attr("open") for folded in soup.select("details"))
    assert len(soup.select(".decisions > li")) == 40
    assert "details::details-content { display: block" in frame.sheet().split("@media print", 1)[1]


def test_the_lede_says_the_first_decision_and_every_form_begins_with_the_same():
    run, kpis = five_pillars()
    soup = BeautifulSoup(site.index(run, kpis), "html.parser")
    said = soup.select_one(".lede .first").get_text()
    assert said.startswith(
        "First decision: Do csr/04-a small; expected effect +$34 (90% interval $29 to $39); Head of CRM, by"
    )
    assert digest(run, kpis).decisions[0].row["id"] == "csr/04-a small"


def test_a_decision_that_repeats_another_page_counts_once_where_that_page_takes_it():
    told = {
        "activation/01-a": pages.told(
            decisions=[decision("again", repeats="activation/05-b"), decision("own")]
        ),
        "activation/05-b": pages.told(decisions=[decision("first")]),
    }
    both = digest(pages.run(*map(pages.entry, told)), {"notebooks": told})
    assert [one.row["id"] for one in both.decisions] == ["own", "first"]
    del told["activation/05-b"]
    alone = digest(pages.run(*map(pages.entry, told)), {"notebooks": told})
    assert [one.row["id"] for one in alone.decisions] == ["again", "own"]
