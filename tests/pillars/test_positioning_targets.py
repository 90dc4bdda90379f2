"""The page on markets and targets: a small world with a known order, the thin cases, and bad input of every kind."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import company, tables, whatif
from helpers.company import Company, Scope
from helpers.errors import DataError, NothingToReportError
from helpers.periods import parse
from helpers.pillars.positioning import (
    KPIS,
    segments,
    segments_names,
    targets,
    targets_decisions,
    targets_figures,
    targets_money,
    targets_people,
    targets_sales,
    targets_telling,
    targets_whatif,
)
from helpers.pillars.positioning.definitions import targets as definitions

SHOP = Company("shop", Path(), "Shop", "EUR", ("FR", "BE"), "Europe/Paris", contribution_margin_rate=0.5)
HERE = Scope(SHOP, parse("2026-09"), "ALL", "en")
OWN = ("House", "House Mini")
WEIGHTS = {"size": 0.25, "growth": 0.2, "share": 0.1, "margin": 0.15, "reach": 0.15, "fit": 0.15}
# market: sales a month, growth a year, own share, price
MARKETS = {
    "FR": (900, 0.02, 0.2, 100),
    "BE": (200, 0.03, 0.1, 100),
    "DE": (2000, 0.08, 0.0, 125),
    "IT": (150, -0.05, 0.0, 80),
}


def sales(markets=MARKETS, *, months=36, seed=1):
    rng, rows = np.random.default_rng(seed), []
    for market, (size, rate, share, price) in markets.items():
        for t in range(months):
            month = pd.Period("2026-09", "M") - (months - 1 - t)
            value = 1000 * size * math.exp(math.log1p(rate) * t / 12 + 0.01 * rng.standard_normal())
            for brand, part in (("House", share), ("other", 1 - share)):
                if part:
                    rows.append(
                        (month.to_timestamp(), market, "machines", brand, value * part, value * part / price)
                    )
    return pd.DataFrame(rows, columns=["month", "market", "category", "brand", "sales_value", "units"])


def answers(n=None, *, seed=1, customers=400, wish=None):
    """Panels in FR and BE; customers are of the need taste three times in four, others every second one."""
    rng, rows = np.random.default_rng(seed), []
    for market, count in (n or {"FR": 600, "BE": 300}).items():
        rows += [_person(rng, f"{market}{i}", market, None, 0.5, wish) for i in range(count)]
    rows += [_person(rng, f"c{i}", "FR", f"c{i}", 0.75, wish) for i in range(customers)]
    wide = pd.DataFrame(rows)
    about = ["respondent_id", "customer_id", "market", "age_band", "sex", "region", "sample_source"]
    made = wide.melt(id_vars=about, var_name="question", value_name="score").dropna(subset=["score"])
    return made.assign(survey_id="needs-2026-09", survey_type="needs", answered_on=pd.Timestamp("2026-09-07"))


def _person(rng, name, market, customer, taste, wish):
    likes = rng.random() < taste
    item = lambda high: float(rng.choice([2, 3] if high else [1, 2]))  # noqa: E731
    return {
        "respondent_id": name, "customer_id": customer, "market": market, "age_band": rng.choice(["18-49", "50+"], p=[0.7, 0.3]),
        "sex": rng.choice(["F", "M"]), "region": "all", "sample_source": "customers" if customer else "panel, quotas",
        "need_taste": item(likes), "need_bubbles": item(likes), "need_planet": item(not likes), "need_no_plastic": item(not likes),
        "spend_category_12m": float(rng.gamma(4, 50)),
        "try_own_12m": np.nan if customer else float(wish if wish is not None else rng.choice([3, 9], p=[0.8, 0.2])),
    }  # fmt: skip


def margins():
    rows = [
        (market, pd.Timestamp("2026-01-01"), dimension, level, share, "office")
        for market in ("FR", "BE")
        for dimension, levels in {
            "age_band": {"18-49": 0.5, "50+": 0.5},
            "sex": {"F": 0.52, "M": 0.48},
        }.items()
        for level, share in levels.items()
    ]
    return pd.DataFrame(rows, columns=["market", "as_of", "dimension", "level", "share", "source"])


def panel_of(frame, known=None):
    return targets_people.of_tables(frame, known, HERE)


def page_of(sold=None, asked=None, known=None, *, own=OWN, weights=WEIGHTS, min_chance=0.7, top=2):
    by_month = targets_sales.monthly(sales() if sold is None else sold, HERE, own=own, category="machines")
    panel = panel_of(answers() if asked is None else asked, margins() if known is None else known)
    found = targets_sales.markets(by_month, HERE)
    return targets.page(found, panel, weights, top=top, min_chance=min_chance), by_month


@pytest.fixture(scope="module")
def made():
    return page_of()


def money_of(page):
    return targets_money.money(page, trial_low=0.1, trial_high=0.3)


def shown_checks(page, own=OWN):
    return {one.id: one for one in targets_figures.checks(page, HERE, own=own, trial=(0.1, 0.3))}


def test_the_criteria_of_a_market_are_what_was_made(made):
    page, _ = made
    by = {one.market: one for one in page.markets}
    assert [one.market for one in page.markets] == ["DE", "FR", "BE", "IT"]
    assert by["FR"].share.value == pytest.approx(0.2) and by["DE"].share.value == 0
    for market, (_, rate, _, _) in MARKETS.items():
        assert by[market].growth.a_year.value == pytest.approx(rate, abs=0.012), market
    # half of 100 is cost: at a price of 125 it leaves 60 %, at 80 it leaves 37.5 %
    assert by["DE"].margin.value == pytest.approx(0.6) and by["IT"].margin.value == pytest.approx(0.375)
    assert by["FR"].value == pytest.approx(
        sales().query("market == 'FR' and month > '2025-09-30'")["sales_value"].sum()
    )


def test_what_people_say_holds_what_was_made(made):
    page, _ = made
    fr = page.panel.markets["FR"]
    named = [frozenset(one.lower().split(" and ")) for one in page.panel.segments]
    taste, planet = (
        named.index(frozenset(pair)) for pair in (("taste", "bubbles"), ("planet", "no plastic"))
    )
    assert len(named) == 2 and fr.n == 600 and 400 < fr.n_effective < 600
    assert fr.runs[0, -2:] == pytest.approx([0.5, 0.5], abs=0.08)  # share of people
    assert fr.runs[0, :2].sum() == pytest.approx(1) and fr.runs[0, :2] == pytest.approx([0.5, 0.5], abs=0.08)
    assert fr.runs[0, 4] == pytest.approx(0.2, abs=0.06)  # would try
    assert page.answers.fit[[taste, planet]] == pytest.approx(
        [1.5, 0.5], abs=0.2
    )  # customers over people outside
    assert page.panel.n_customers == 400 and not page.panel.few


def test_the_share_that_would_try_is_that_of_the_weighted_answers(made):
    page, _ = made
    frame = page.panel.people.frame
    own = frame[~frame["is_own"] & (frame["market"] == "FR")]
    told = page.panel.markets["FR"].runs[:, 4]
    assert told[0] == pytest.approx((own["weight"] * own["is_open"]).sum() / own["weight"].sum())
    effective = page.panel.markets["FR"].n_effective
    assert told[1:].std(ddof=1) == pytest.approx(math.sqrt(told[0] * (1 - told[0]) / effective), rel=0.25)


def test_segments_are_those_of_the_page_on_value_segments(made):
    page, _ = made
    other = segments.page(page.panel.people)
    assert page.panel.segments == tuple(segments_names.names(other, "en"))
    assert shown_checks(page)["segments"].status == "pass"


def test_a_market_without_a_survey_is_foretold_and_wider(made):
    page, _ = made
    spread = dict(zip(page.names, page.high[:, 4] - page.low[:, 4], strict=True))
    assert np.isfinite(page.values[:, 4]).all() and spread["DE"] > 2 * spread["FR"]
    assert (
        shown_checks(page)["surveyed"].status == "review"
        and "DE and IT" in shown_checks(page)["surveyed"].text
    )


def test_the_market_best_on_size_growth_and_margin_is_first_and_the_worst_waits(made):
    page, _ = made
    assert page.doubt.table["option"].iloc[0] == "DE" and page.doubt.table["option"].iloc[-1] == "IT"
    assert targets_telling.standing(page) == {
        "DE": "prepare",
        "FR": "go",
        "BE": "wait",
        "IT": "wait",
    }  # nobody asked in DE
    said = targets_telling.answer(page, money_of(page), HERE)
    assert (
        said.startswith("Go for FR (")
        and "Prepare DE (" in said
        and "Wait with more money for BE and IT" in said
    )
    assert "Size alone would put DE first, too." in targets_telling.naive(page, HERE)


def test_a_market_with_own_sales_between_go_and_wait_is_kept_as_it_is():
    page, _ = page_of(min_chance=0.95)
    assert targets_telling.standing(page)["FR"] == "keep"
    said = targets_telling.answer(page, money_of(page), HERE)
    assert "Keep the effort in FR (" in said and "Prepare FR" not in said
    found = {one.id: one for one in targets_decisions.decisions(page, money_of(page), HERE)}
    assert (
        found["keep_FR"].reverse_if
        == "its next figures put its chance of being among the first 2 above 95% or below 25%"
    )
    assert found["prepare_DE"].reverse_if.startswith("with answers from there its chance is still above 95%")


def test_what_may_be_won_is_what_people_who_would_try_spend(made):
    page, _ = made
    money = money_of(page)
    fr = money.table.set_index("market").loc["FR"]
    beyond = (fr["total"] - fr["own"]) * page.answers.values[page.names.index("FR"), 5]
    assert fr["open"] == pytest.approx(fr["own"] + beyond) and fr["won"] == pytest.approx(0.2 * beyond)
    assert (
        money.total == pytest.approx(money.table["total"].sum())
        and money.won.low < money.won.value < money.won.high
    )
    with pytest.raises(DataError, match="0.4 and 0.3"):
        targets_money.money(page, trial_low=0.4, trial_high=0.3)


def test_every_figure_of_the_page_has_a_row_with_an_interval(made):
    page, by_month = made
    rows = {row.id: row for row in targets_figures.kpis(page, money_of(page), by_month, HERE)}
    assert set(rows) == {one.id for one in definitions.KPIS} and set(rows) <= set(KPIS)
    assert all(row.low <= row.value <= row.high for row in rows.values() if row.kind != "counted")
    assert rows["target_first_chance"].value <= 0.99 and rows["target_pairs_sure"].n == 6
    assert sum(one.headline for one in definitions.KPIS) == 1 and set(targets_figures.DRAWN) <= set(rows)


def test_decisions_say_go_prepare_wait_with_what_would_turn_them(made):
    page, _ = made
    found = targets_decisions.decisions(page, money_of(page), HERE)
    assert [one.id for one in found] == ["go_FR", "aim_FR", "prepare_DE", "wait"] and found[0].verb == "Grow"
    assert found[0].low < found[0].effect < found[0].high and "people there first" in found[2].sentence
    assert all(one.reverse_if and one.owner and one.due for one in found) and len(
        {one.id for one in found}
    ) == len(found)


def test_tables_hold_every_market_and_flips_are_named(made):
    page, _ = made
    assert len(targets_telling.criteria_table(page, HERE)) == len(targets_telling.chances(page, HERE)) == 4
    assert targets_telling.criteria_table(page, HERE).shape[1] == 7
    assert len(targets_telling.money_table(money_of(page), HERE)) == 4
    assert len(targets_telling.cells_table(page, HERE)) == 8
    assert "DE" in targets_telling.flips_said(page, HERE) and targets_telling.pairs_said(page, HERE)


def test_weights_that_do_not_add_up_are_refused_with_their_sum():
    with pytest.raises(DataError, match=r"size, growth, .* add up to 1.1 and not to 1"):
        page_of(weights=WEIGHTS | {"size": 0.35})
    with pytest.raises(ValueError, match="give one for each of size"):
        page_of(weights={"size": 1.0})
    with pytest.raises(DataError, match="min_chance 0.2"):
        page_of(min_chance=0.2)


def test_forty_answers_tell_no_share_and_say_how_many_would():
    page, by_month = page_of(asked=answers({"FR": 28, "BE": 12}, customers=0))
    assert not page.panel.markets and set(page.panel.few) == {"FR", "BE"} and page.cells is None
    found = shown_checks(page)
    assert found["few_answers"].status == "review" and "need n = 30" in found["few_answers"].text
    assert found["customers"].status == "review"
    rows = {row.id: row for row in targets_figures.kpis(page, money_of(page), by_month, HERE)}
    assert rows["target_obtainable"].value is None and "30" in rows["target_obtainable"].reason
    assert (page.scores[:, 4:] == 50).all()  # tells no markets apart
    assert targets_telling.answer(page, money_of(page), HERE)
    assert targets_decisions.decisions(page, money_of(page), HERE)
    assert targets_telling.cells_table(page, HERE).empty


def test_a_market_with_one_month_of_sales_is_not_ranked_and_says_what_is_missing():
    page, _ = page_of(pd.concat([sales(), sales({"ES": (400, 0.1, 0.0, 90)}, months=1)]))
    assert "ES" not in page.names and [one.market for one in page.left] == ["ES"]
    assert shown_checks(page)["months"].status == "review"
    assert (
        shown_checks(page)["months"].text
        == "ES: 1 month of sales up to September 2026; cannot tell, need n = 12."
    )
    fifteen, _ = page_of(pd.concat([sales(), sales({"ES": (400, 0.1, 0.0, 90)}, months=15)]))
    assert "ES" in fifteen.names and shown_checks(fifteen)["growth"].status == "review"
    with pytest.raises(NothingToReportError, match="no market has twelve months"):
        page_of(sales(months=3))


def test_sales_without_a_rate_are_no_size_and_the_market_is_not_ranked():
    sold = sales()
    sold.loc[sold["market"] == "IT", "sales_value"] = np.nan  # what no rate could convert
    page, _ = page_of(sold)
    assert "IT" not in page.names and shown_checks(page)["months"].status == "review"


def test_a_brand_that_nobody_knows_is_said_and_nothing_breaks():
    page, _ = page_of(own=("Nobody",))
    found = shown_checks(page, own=("Nobody",))
    assert (
        found["own_brand"].status == "review"
        and found["own_brand"].text == "No market knows a sale of Nobody."
    )
    assert found["margin"].status == "review" and (page.scores[:, 2] == 50).all()
    nobody, by_month = page_of(asked=answers(wish=0))
    assert money_of(nobody).won.value == 0
    assert targets_figures.kpis(nobody, money_of(nobody), by_month, HERE)


def test_one_market_alone_is_not_ranked_against_itself():
    page, by_month = page_of(sales({"FR": MARKETS["FR"]}))
    rows = {row.id: row for row in targets_figures.kpis(page, money_of(page), by_month, HERE)}
    assert rows["target_first_chance"].value is None and rows["target_pairs_sure"].value is None
    assert targets_decisions.decisions(page, money_of(page), HERE)[0].id == "import"
    assert shown_checks(page)["weights"].status == "review" and "cannot be told" in targets_telling.answer(
        page, money_of(page), HERE
    )


def test_margins_that_cannot_be_met_leave_answers_unweighted_and_say_so():
    broken = margins().replace({"level": {"50+": "50-64"}})
    page, _ = page_of(known=broken)
    found = shown_checks(page)
    assert found["unweighted"].status == "review" and "age_band" in found["weights_guard"].text
    assert shown_checks(page_of()[0])["weighted"].status == "pass"
    assert shown_checks(page)["indicative"].text.startswith("Indicative: 900 of 900 people")


def test_a_dimension_that_nobody_was_asked_is_said_and_left_out():
    page, _ = page_of(asked=answers().assign(sex=None))
    assert (
        "FR: the survey does not ask sex, so its margin is not used"
        in shown_checks(page)["weights_guard"].text
    )
    page, _ = page_of(asked=answers().assign(sex=None, age_band=None))
    assert shown_checks(page)["unweighted"].status == "review"


def test_answers_all_alike_leave_no_segments_and_the_markets_are_ranked_all_the_same():
    asked = answers()
    asked.loc[asked["question"].str.startswith("need_"), "score"] = 2.0
    page, by_month = page_of(asked=asked)
    assert shown_checks(page)["segments"].status == "review" and page.cells is None
    assert page.panel.markets["FR"].runs[0, 2] == pytest.approx(0.2, abs=0.06)  # would try, without segments
    assert (page.scores[:, 5] == 50).all() and targets_telling.cells_table(page, HERE).empty
    assert targets_figures.kpis(page, money_of(page), by_month, HERE)
    assert "aim" not in " ".join(one.id for one in targets_decisions.decisions(page, money_of(page), HERE))


def test_no_survey_at_all_ranks_by_sales_alone():
    assert targets_people.of_tables(None, None, HERE).n == 0
    page, by_month = page_of(asked=answers().query("survey_type == 'none'"))
    assert not page.panel.n and page.doubt.table["option"].iloc[0] == "DE"
    assert shown_checks(page)["surveyed"].status == "review"
    assert targets_figures.kpis(page, money_of(page), by_month, HERE)


def test_the_growth_of_each_market_of_the_sample_lies_inside_its_interval():
    here = tables.scope("sample", "2026-09", "ALL", "en", grain="month")
    known = json.loads((company.sample_dir() / "truth.json").read_text(encoding="utf-8"))["estimands"]
    truth = {one["market"]: one["value"] for one in known if one["name"] == "market_growth"}
    by_month = targets_sales.monthly(
        tables.load("market_sales", here), here, own=("Maison Brévane",), category="machines"
    )
    found = {one.market: one.growth.a_year for one in targets_sales.markets(by_month, here)}
    assert set(found) == set(truth) and len(truth) == 7
    for market, value in truth.items():
        assert found[market].low <= value <= found[market].high, market


def test_the_panel_opens_on_the_ranking_of_the_page(made):
    page, _ = made
    shown = targets_whatif.panel(page, HERE)
    told = whatif.told(shown, {})
    assert told["sentence"].startswith("DE comes first; it is ahead of all others with a chance of ")
    first = page.doubt.table.set_index("option").loc["DE", "first"]
    assert whatif.run(shown, {})["figures"]["first"][0] == pytest.approx(first, abs=0.02)
    assert len(whatif.scenarios(shown)) == 8
    alone, _ = page_of(sales({"FR": MARKETS["FR"]}))
    assert targets_whatif.panel(alone, HERE) == "One market alone: there is nothing to rank."


def test_the_page_that_decides_on_segments_is_a_notebook():
    assert (Path(__file__).parents[2] / "notebooks" / f"{targets_decisions.SEGMENTS}.ipynb").is_file()
