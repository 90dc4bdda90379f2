"""The payback section: on a shop whose curve is known, on shops that cannot tell, and its panel."""

import math
import runpy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import kpi, whatif
from helpers.company import Company, Scope
from helpers.periods import parse
from helpers.pillars.crm import payback, payback_whatif

STUDY = runpy.run_path(str(Path(__file__).resolve().parents[2] / "benchmarks" / "coverage_payback.py"))
SHOP = Company("shop", Path(), "Shop", "EUR", ("FR",), "Europe/Paris", contribution_margin_rate=0.5)
HERE = Scope(SHOP, parse("2026-12"), "ALL", "en")
START, DAYS, END = STUDY["START"], STUDY["DAYS"], STUDY["END"]


def media(*, a_day: float = 210.0, days: int = DAYS, late: int = 0):
    first = pd.Timestamp(START) + pd.to_timedelta(range(late, days), unit="D")
    return pd.DataFrame({"spent_on": first, "ends_on": pd.NaT, "spend": a_day}).astype(
        {"ends_on": "datetime64[us]"}
    )


def won(*, seed=5, per_day=3.0, spend=None, lacking=""):
    return payback.Known(STUDY["shop"](seed, per_day), media() if spend is None else spend, lacking)


@pytest.fixture(scope="module")
def shop():
    return won()


def test_the_figures_of_known_shops_hold_the_truth_in_six_of_eight_or_more():
    assert HERE.period.end - END == timedelta(days=1)  # the shop ends on 30 December
    curve = 0.5 * STUDY["revenue_by_age"]()[None, :]
    truth = payback.payback.months_to_reach(curve, np.array([70.0]))[0]
    found = [payback.kpis(won(seed=seed), HERE) for seed in range(8)]
    assert sum(months.low <= truth <= months.high for months, _ in found) >= 6
    assert sum(cac.low <= 70.0 <= cac.high for _, cac in found) >= 6


def test_the_row_says_its_months_with_interval_and_n(shop):
    row = payback.kpis(shop, HERE)[0]
    assert row.unit == "months" and row.n == payback.n_newcomers(shop)
    assert row.sentence.startswith(
        "Months until a new customer has paid back, December 2026: 4.3 months (90% interval "
    )


def test_every_earlier_month_is_what_it_would_have_been_then(shop):
    month = HERE.period.before(3)
    now = {
        row.id: next(h for h in row.history if h["period"] == month.code) for row in payback.kpis(shop, HERE)
    }
    then = replace(HERE, period=month)
    known = shop.newcomers[
        shop.newcomers["first_on"] + pd.to_timedelta(shop.newcomers["age"] * 487 // 16, unit="D")
        <= pd.Timestamp(month.end)
    ]
    paid = shop.media[shop.media["spent_on"] <= pd.Timestamp(month.end)]
    for row in payback.kpis(payback.Known(known, paid, ""), then):
        assert {name: now[row.id][name] for name in ("value", "low", "high", "n")} == {
            "value": row.value, "low": row.low, "high": row.high, "n": row.n,
        }  # fmt: skip


def test_a_company_without_media_says_which_export_opens_it(shop):
    nothing = payback.Known(shop.newcomers, None, "shop has no table media_spend. Import it.")
    rows = payback.kpis(nothing, HERE)
    assert rows == []  # no empty tile on the front page: the section says it
    assert payback_whatif.panel(nothing, HERE) == "shop has no table media_spend. Import it."
    assert payback.checks(nothing, HERE) == [] and payback.target(rows) is None
    assert payback.target_label(rows, HERE) == ""
    assert payback.finding(rows, HERE).endswith("; what winning one costs is not known")
    assert payback.curve(nothing, HERE)[
        "value"
    ].is_monotonic_increasing  # what they bring is known without it


def test_without_a_margin_rate_the_cost_is_told_and_the_payback_is_not(shop):
    months, cac = payback.kpis(shop, replace(HERE, company=replace(SHOP, contribution_margin_rate=None)))
    assert cac.value == pytest.approx(70, abs=4) and months.value is None
    assert "set contribution_margin_rate in company.toml" in months.reason


def test_few_customers_are_not_enough_and_the_need_is_said():
    months, cac = payback.kpis(won(per_day=0.05), HERE)
    assert cac.value is None and months.value is None
    assert months.reason.endswith("a cost of winning one needs n = 30.")


def test_a_cost_that_the_margin_never_reaches_is_said_with_the_share_of_draws():
    rows = payback.kpis(won(spend=media(a_day=2100.0)), HERE)
    assert rows[0].value is None and rows[1].value == pytest.approx(700, abs=40)
    assert payback.finding(rows, HERE) == "How long a new customer takes to pay back: cannot tell"
    assert rows[0].reason == "Not within 24 months: in 0% of the draws it is paid back by then."
    assert (
        "has not paid back within 24 months in most draws"
        in whatif.told(payback_whatif.panel(won(spend=media(a_day=2100.0)), HERE), {})["sentence"]
    )


def test_a_cost_that_the_first_purchase_pays_takes_no_month():
    rows = payback.kpis(won(spend=media(a_day=60.0)), HERE)
    assert rows[0].value == 0.0
    assert (
        payback.finding(rows, HERE)
        == "A new customer pays back what winning them cost with the first purchase"
    )


def test_media_of_five_months_count_as_five_and_the_check_says_so():
    late = (pd.Timestamp("2026-08-01") - pd.Timestamp(START)).days
    young = won(spend=media(late=late))
    _, cac = payback.kpis(young, HERE)
    assert payback.cost(young, HERE.period).months == 5 and cac.value == pytest.approx(70, abs=5)
    assert cac.sentence.endswith("Over 5 months.") and len(cac.history) == 1
    found = {check.id: check for check in payback.checks(young, HERE)}
    assert found["media_year"].status == "review"
    assert found["media_year"].text == "Media cost and first purchases cover 5 of the last twelve months."
    assert (
        found["newcomers"].status == found["old_ages"].status == found["newcomers_are_new"].status == "pass"
    )


def test_a_hole_in_the_media_is_seen():
    spend = media()
    spend = spend[spend["spent_on"].dt.strftime("%Y-%m") != "2026-06"]
    found = {check.id: check for check in payback.checks(won(spend=spend), HERE)}
    assert found["media_year"].status == "review" and " 11 of the last twelve" in found["media_year"].text


def test_customers_of_the_first_month_who_are_not_new_are_seen(shop):
    first = shop.newcomers["first_on"] < pd.Timestamp(START) + pd.DateOffset(months=1)
    crowd = shop.newcomers.assign(n_customers=shop.newcomers["n_customers"] * (1 + 50 * first))
    found = {check.id: check for check in payback.checks(shop._replace(newcomers=crowd), HERE)}
    assert (
        found["newcomers_are_new"].status == "review" and "seems cheaper" in found["newcomers_are_new"].text
    )


def test_the_panel_opens_on_the_figures_of_the_page(shop):
    rows = {row.id: row for row in payback.kpis(shop, HERE)}
    made = whatif.run(payback_whatif.panel(shop, HERE), {})["figures"]
    for figure, row in (("cac", rows["cac_media"]), ("months", rows["cac_payback_months"])):
        assert made[figure] == pytest.approx([row.value, row.low, row.high], rel=1e-12)


def test_the_panel_says_what_is_data_and_what_is_assumed_and_fits_into_a_page(shop):
    panel = payback_whatif.panel(shop, HERE)
    assert "All media cost €76,440 over 12 months to December 2026" in panel.data[0]
    assert any("these data cannot say" in said for said in panel.assumed)
    assert len(panel.draws) == 200 and len(panel.draws[0]) == 26
    assert whatif.scenarios(panel).shape == (9, 7)


def test_a_margin_near_the_end_of_its_range_still_has_a_slider(shop):
    for rate in (0.04, 0.05, 0.333, 0.97, 1.0):
        panel = payback_whatif.panel(
            shop, replace(HERE, company=replace(SHOP, contribution_margin_rate=rate))
        )
        margin = panel.inputs[1]
        assert margin.low <= rate <= margin.high and margin.low < margin.high <= 1.0 + 1e-9


def test_a_shop_of_two_months_has_no_curve_yet():
    young = won()
    begin = pd.Timestamp(END) - pd.Timedelta(days=70)
    newcomers = young.newcomers[young.newcomers["first_on"] >= begin]
    said = payback_whatif.panel(young._replace(newcomers=newcomers), HERE)
    assert said == "Too few new customers have been seen for three months to draw a curve, need n = 30."
    assert math.isfinite(kpi.pick(payback.kpis(young._replace(newcomers=newcomers), HERE), "cac_media").value)


def test_customers_who_are_all_older_than_the_data_have_no_curve_and_no_payback(shop):
    none = shop._replace(newcomers=shop.newcomers.head(0))
    rows = payback.kpis(none, HERE)
    assert [row.value for row in rows] == [None, None]
    assert payback.checks(none, HERE) == [] and payback.curve(none, HERE).empty
    assert "cannot tell" in payback.finding(rows, HERE) and payback.subtitle(none, HERE)
