"""The page of the budget on the sample: what is true of its moves lies inside its intervals, and its traps are named."""

import json

import numpy as np
import pytest

from helpers import company, tables
from helpers.methods import budget_moves
from helpers.methods.response import Curves, bend_of, response
from helpers.pillars.activation import (
    budget,
    budget_decisions,
    budget_figures,
    budget_plan,
    budget_tests,
    incrementality,
    mix_channels,
    mix_company,
)
from helpers.pillars.activation import budget_telling as telling


@pytest.fixture(scope="module")
def here():
    return tables.scope("sample", "2026-09", "ALL", "en", grain="month")


@pytest.fixture(scope="module")
def page(here):
    orders, media = tables.load("orders", here), tables.load("media_spend", here)
    calendar, promotions, experiments = (
        tables.optional(name, here) for name in ("calendar", "promotions", "experiments")
    )
    measured = incrementality.by_channel(experiments, media, here)
    model = mix_company.of_company(orders, media, calendar, promotions, experiments, here, tests=measured)
    table = mix_channels.by_channel(model, here)
    found = budget.known(model.known.table, table, mix_channels.curves(model), media, here)
    return budget_plan.page(found, step=100.0)


@pytest.fixture(scope="module")
def truth(page):
    """The true answer of each channel to money a month, as the simulator counted it for the last year."""
    known = json.loads((company.sample_dir() / "truth.json").read_text(encoding="utf-8"))["estimands"]
    by = {(one["name"], one["segment"]): one["value"] for one in known}
    names = page.found.curves.channels
    roas, marginal = (
        np.array([by[name, channel] for channel in names]) for name in ("roas", "marginal_roas")
    )
    bend = np.array([float(bend_of(m / r)) if r > 0 else 0.0 for m, r in zip(marginal, roas, strict=True)])
    return Curves(names, page.found.curves.spend, (roas * page.found.curves.spend)[None], bend[None])


def gained(truth, spend) -> float:
    """Margin after spend a month, against today's, that is true."""
    more = float(response(truth, spend).sum() - truth.effect.sum())
    return 0.5 * more - float(spend.sum() - truth.spend.sum())


def test_the_true_gain_of_each_move_lies_inside_its_interval(page, truth):
    rows = [*page.moves.itertuples(index=False), *page.savings.itertuples(index=False)]
    assert len(rows) >= 3
    for row in rows:
        sides = [tuple(side.split(" + ")) if side else () for side in (row.source, row.target)]
        true = gained(truth, budget_moves.moved(truth, *sides, row.amount))
        assert row.low <= true <= row.high, (row.source, row.target)


def test_the_true_loss_of_a_smaller_budget_lies_inside_its_interval(page, truth):
    for row in page.ladder[page.ladder["kind"] == "alike"].itertuples():
        true = gained(truth, (1 - row.cut) * truth.spend)
        assert row.low <= true <= row.high, row.cut


def test_no_trap_is_moved_on(page):
    """Brand search follows demand, display does nothing, television is booked with video: none of them moves."""
    still = {name for one in page.found.units if not one.can_move for name in one.channels}
    assert {"search_brand", "display", "tv"} <= still
    at = [page.found.curves.channels.index(name) for name in still]
    assert page.plan.spend[at] == pytest.approx(page.found.curves.spend[at])


def test_no_move_is_sure_enough_and_the_page_says_what_to_test(page, here):
    tests = budget_tests.tests(page.found, [])
    said = telling.answer(page, tests, here)
    assert (
        page.best is None and said.startswith("Keep the split as it is") and tests.iloc[0]["channel"] in said
    )
    verbs = [one.verb for one in budget_decisions.decisions(page, tests, here, no_design="Nobody knows.")]
    assert verbs == ["Keep", "Add nothing", "Do not decide", "Test"]


def test_the_share_that_harvests_is_that_of_the_spend(page, here):
    row = budget_figures.short_term(page, here)
    assert 0.55 < row.value < 0.7 and len(row.history) == 13
