"""The page on what people would pay: a small world with known tastes and prices, the thin cases, and bad input of every kind."""

import importlib.util
import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import company, kpi, tables, whatif
from helpers.company import Company, Scope
from helpers.errors import DataError
from helpers.periods import parse
from helpers.pillars.positioning import (
    KPIS,
    price,
    price_choices,
    price_decisions,
    price_figures,
    price_moves,
    price_people,
    price_sales,
    price_tables,
    price_telling,
    price_whatif,
)
from helpers.pillars.positioning.definitions import price as definitions

SHOP = Company("shop", Path(), "Shop", "EUR", ("FR", "BE"), "Europe/Paris", contribution_margin_rate=0.5)
HERE = Scope(SHOP, parse("2026-09"), "ALL", "en")
OWN = ("own", "own mini")
SCENARIO = "own = 119, glass; large = 99, plastic; small = 79, glass"
ASKED = ["too_cheap", "cheap", "expensive", "too_expensive"]
LADDER = (79, 99, 119, 139)


def _worlds():
    path = Path(__file__).parents[1] / "methods" / "choice_worlds.py"
    spec = importlib.util.spec_from_file_location("choice_worlds_of_price", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


WORLDS = _worlds()


def choices(**changed):
    return WORLDS.study(2, **changed).assign(market="FR", answered_on=pd.Timestamp("2026-09-14"))


def survey(n=None, *, seed=1, out=0.05, brand="own mini"):
    """A panel around a reference price of 110; some mix their prices up."""
    rng, rows = np.random.default_rng(seed), []
    for market, count in (n or {"FR": 300, "BE": 120}).items():
        for i in range(count):
            top = 110 * math.exp(0.2 * rng.standard_normal())
            prices = [round(top * part) for part in (0.6, 0.8, 1.15, 1.5)]
            prices = prices[::-1] if rng.random() < out else prices
            made = dict(zip(ASKED, prices, strict=True))
            made |= {"intent_cheap": float(rng.integers(2, 6)), "intent_expensive": float(rng.integers(1, 4))}
            made |= {f"would_buy_{step}": float(top >= step) for step in LADDER}
            who = {"respondent_id": f"{market}{i}", "market": market, "age_band": rng.choice(["18-49", "50+"], p=[0.7, 0.3]),
                   "sex": rng.choice(["F", "M"]), "region": "all", "sample_source": "panel, quotas"}  # fmt: skip
            rows += [{**who, "question": name, "score": score} for name, score in made.items()]
    made = pd.DataFrame(rows)
    return made.assign(
        survey_id="price-2026-09", survey_type="price", answered_on=pd.Timestamp("2026-09-07"), brand=brand
    )


def margins(share=0.5):
    rows = [
        (market, name, level, part)
        for market in ("FR", "BE")
        for name, levels in (("age_band", {"18-49": share, "50+": 0.5}), ("sex", {"F": 0.5, "M": 0.5}), ("region", {"all": 1.0}))
        for level, part in levels.items()
    ]  # fmt: skip
    made = pd.DataFrame(rows, columns=["market", "dimension", "level", "share"])
    return made.assign(as_of=pd.Timestamp("2026-01-01"), source="office")


def sold(*, elasticity=-1.8, moved=0.06, months=36, seed=1):
    """Sales and prices of two markets; a second own line starts in the second year."""
    rng, sales, prices = np.random.default_rng(seed), [], []
    for market, size in (("FR", 5.0), ("BE", 4.0)):
        for t in range(months):
            month = pd.Period("2026-09", "M") - (months - 1 - t)
            at, rival = (
                math.log(119) + moved * rng.standard_normal(),
                math.log(100) + 0.03 * rng.standard_normal(),
            )
            units = math.exp(
                size
                + 0.1 * math.sin(month.month)
                + elasticity * (at - math.log(119))
                + 0.02 * rng.standard_normal()
            )
            for brand, value in (("own", units), *([("own mini", 20.0)] if t >= 14 else [])):
                sales.append((month.to_timestamp(), market, "machines", brand, value, value * 110))
            for seller, one in (("own", at), ("large", rival)):
                prices.append((month.to_timestamp(), market, seller, "machine", math.exp(one)))
    names = ["month", "market", "category", "brand", "units", "sales_value"]
    return pd.DataFrame(sales, columns=names), pd.DataFrame(prices, columns=["observed_on", "market", "seller", "product_id", "price"])  # fmt: skip


def page_of(*, asked=None, study=None, sales=None, scope=HERE, brand="", scenario=SCENARIO, abroad=(), official=None, new="own mini = own, 99, plastic", **changed):  # fmt: skip
    told = price_people.of_tables(asked, official, scope, brand=brand, abroad=abroad)
    chosen = price_choices.of_table(study, scope, scenario=scenario, vat_rate=0.2, new_offer=new)  # fmt: skip
    did = price_sales.of_tables(
        *(sales or (None, None)), scope, own=OWN, category="machines", product="machine"
    )
    return price.page(told, chosen, did, margin_rate=scope.margin_rate, vat_rate=0.2, **changed)


@pytest.fixture(scope="module")
def made():
    return page_of(asked=survey(), study=choices(), sales=sold(), official=margins())


def test_price_points_hold_what_was_made(made):
    for name, low, high in (("pmc", 0.6, 0.8), ("opp", 0.6, 1.5), ("idp", 0.8, 1.15), ("pme", 1.15, 1.5)):
        value, below, above = made.told.points.at(name)
        truth = 110 * math.sqrt(low * high)  # the curves of one reference price cross halfway in logarithms
        assert below <= value <= above and value == pytest.approx(truth, rel=0.05)


def test_the_elasticity_that_was_made_lies_inside_its_interval(made):
    own = made.did.found.own
    assert own.low <= -1.8 <= own.high and made.did.launches == ("own mini",)


def test_the_worth_of_the_brand_is_that_of_its_tastes(made):
    truth = (
        0.0 - (0.5 - 0.6) / 2
    ) / 0.02  # own against the mean of large and small, over the worth of a euro
    assert made.chosen.premium.low <= truth <= made.chosen.premium.high


def test_cost_follows_from_the_margin_rate_or_the_parameter(made):
    assert made.chosen.unit_cost == pytest.approx(119 / 1.2 / 2)
    assert made.asked_cost == pytest.approx(110 / 1.2 / 2)  # what is paid for the line that was asked about
    given = page_of(asked=survey(), unit_cost=30.0)
    assert given.asked_cost == 30


def test_every_figure_of_the_page_has_a_row_with_an_interval(made):
    rows = price_figures.kpis(made, HERE)
    assert [row.id for row in rows] == [one.id for one in definitions.KPIS]
    assert all(row.value is not None and row.low <= row.value <= row.high and row.n > 0 for row in rows)
    assert kpi.plain(rows, drawn=price_figures.DRAWN)
    assert all(name in KPIS for name in price_figures.DRAWN)


def test_what_is_said_and_decided_names_the_offer_and_its_price(made):
    said = price_telling.answer(made, HERE)
    assert "own" in said and "€119" in said
    found = price_decisions.decisions(made, HERE)
    assert [one.id for one in found] == ["price_house", "price_line", "price_steps"]
    assert all(one.sentence and one.reverse_if and one.owner and one.due for one in found)
    table = price_tables.four_table(made, HERE)
    assert table.shape == (4, 5) and not (table == "").any(axis=None)


def test_tables_hold_every_price_step_and_offer(made):
    assert len(price_tables.ladder_table(made, HERE)) == len(LADDER)
    assert len(price_tables.points_frame(made, HERE)) == 5
    assert set(price_tables.steps_frame(made, HERE)["step"]) == {"large rather than small", "own rather than small", "glass rather than plastic"}  # fmt: skip
    assert price_tables.shares_frame(made, HERE)["value"].sum() == pytest.approx(1)
    assert len(price_tables.weigh_table(made, HERE)) == 3


def test_choices_and_sales_that_agree_set_a_price_and_those_that_do_not_test_it(made):
    move = made.move._replace(
        before=119.0, after=99.0, stays=False, at_end=0.0, chosen_chance=0.95, sold_chance=0.9
    )
    assert price_telling.standing(made._replace(move=move)) == price_telling.SET
    for other in ({"sold_chance": 0.1}, {"sold_chance": math.nan}, {"chosen_chance": 0.6}, {"at_end": 0.5}):
        assert price_telling.standing(made._replace(move=move._replace(**other))) == price_telling.TEST
    assert price_telling.standing(made._replace(move=move._replace(stays=True))) == price_telling.KEEP
    for one in (move, move._replace(sold_chance=0.1), move._replace(stays=True)):
        turned = made._replace(move=one)
        decision = price_decisions.decisions(turned, HERE)[0]
        assert decision.verb in ("Set", "Test", "Keep") and "€119" in decision.sentence
        assert price_telling.answer(turned, HERE)
    assert (
        price_decisions.decisions(made._replace(move=move._replace(sold_chance=0.1)), HERE)[0].effect is None
    )


def test_a_line_without_sales_may_be_set_by_what_people_say(made):
    launch = made._replace(asked_price=math.nan)
    sure = launch.ladder._replace(table=launch.ladder.table.assign(best=[0.02, 0.95, 0.02, 0.01]), best=99.0, at_end=False)  # fmt: skip
    assert price_telling.line_standing(launch._replace(ladder=sure)) == price_telling.SET
    assert (
        price_telling.line_standing(launch._replace(ladder=sure._replace(at_end=True))) == price_telling.TEST
    )
    for one in (launch._replace(ladder=sure), launch._replace(ladder=sure, asked_price=99.0), launch):
        assert price_decisions.decisions(one, HERE)[1].sentence


def test_a_line_that_takes_from_the_house_earns_less_by_what_the_house_loses(made):
    """By hand: a unit of the house leaves 119 / 1.2 / 2; of the line's choices some come from the house."""
    taken = made.chosen.source.table.set_index("offer").loc["own", "value"]
    assert made.lost == pytest.approx(taken * 119 / 1.2 / 2) and made.lost > 0
    alone, net = made.alone.table, made.ladder.table
    assert (alone["margin"] - net["margin"]).to_numpy() == pytest.approx(100 * net["demand"].to_numpy() * made.lost)  # fmt: skip
    assert made.ladder.best >= made.alone.best  # what each one costs more, so the best price rises
    other = page_of(asked=survey(), study=choices(), new="another = own, 99, plastic")
    assert other.lost == 0 and other.ladder.table.equals(other.alone.table)
    shown = {one.id: one.status for page in (made, other) for one in price_figures.checks(page, HERE, unit_cost=0.0)}  # fmt: skip
    assert shown["taken"] == "review"  # the second one
    assert (
        price_tables.ladder_table(made, HERE).shape[1] == price_tables.ladder_table(other, HERE).shape[1] + 1
    )


def test_where_sales_point_the_other_way_that_side_is_tested_too(made):
    move = made.move._replace(before=119.0, after=109.0, stays=False, sold_chance=0.1)
    found = price_moves.other_side(made.chosen, made.did, move)
    assert found.after == 129 and found.sold_chance > 0.5
    said = price_decisions.decisions(made._replace(move=move, other=found), HERE)[0].sentence
    assert "Test €129 beside it: past sales say that it gains with a chance of" in said
    assert price_moves.other_side(made.chosen, made.did, move._replace(sold_chance=0.9)) is None
    assert price_moves.other_side(made.chosen, made.did, move._replace(stays=True)) is None


def test_the_share_of_the_tile_is_the_one_that_the_what_if_opens_on(made):
    opened = whatif.run(price_whatif.panel(made, HERE), {})["figures"]["share"]
    row = {one.id: one for one in price_figures.kpis(made, HERE)}["price_share"]
    assert [row.value, row.low, row.high] == pytest.approx(opened)


def test_the_panel_opens_on_the_share_and_margin_of_the_page(made):
    panel = price_whatif.panel(made, HERE)
    opened = whatif.run(panel, {})
    assert opened["figures"]["share"][0] == pytest.approx(made.chosen.shares["value"].iloc[0], abs=1e-3)
    assert opened["case"] == "today"
    moved = whatif.run(panel, {"price": made.move.after})
    if not made.move.stays:
        assert moved["figures"]["change"][0] / opened["figures"]["margin"][0] == pytest.approx(
            made.move.chosen.value
        )
    assert len(json.dumps(whatif.telling.payload(panel)) if hasattr(whatif, "telling") else "") < 100_000


def test_60_per_cent_out_of_order_tell_no_price_point(made):
    bad = page_of(asked=survey(out=0.6))
    assert "out of order" in bad.told.answers.reason
    rows = {row.id: row for row in price_figures.kpis(bad, HERE)}
    assert rows["price_range_low"].value is None and "out of order" in rows["price_range_low"].reason
    found = {one.id: one for one in price_figures.checks(bad, HERE, unit_cost=0.0)}
    assert found["order"].status == "review"
    assert "cannot tell" in price_tables.four_table(bad, HERE).loc["what they say"].iloc[2]


def test_40_answers_tell_no_price_point_and_say_how_many_would():
    few = page_of(asked=survey({"FR": 40}))
    row = next(one for one in price_figures.kpis(few, HERE) if one.id == "price_range_low")
    assert row.value is None and "need n = 100" in row.reason


def test_a_brand_that_nobody_knows_is_said_and_nothing_breaks():
    page = page_of(asked=survey(), brand="Unheard")
    assert "nobody was asked about Unheard" in page.told.reason
    assert price_figures.checks(page, HERE, unit_cost=0.0)
    assert "Unheard" in price_decisions.decisions(page, HERE)[1].sentence


def test_a_scenario_with_a_level_that_nobody_was_shown_lists_what_there_is():
    for written, words in (
        ("own = 119, wood; large = 99, glass", "plastic"),
        ("own = 119", "no bottle"),
        ("own = glass; large = 99, glass", "no price"),
        ("own = 119, glass, plastic", "two levels of bottle"),
        ("nobody = 119, glass", "no brand"),
        ("own", "is no offer"),
    ):
        with pytest.raises(DataError, match=words):
            page_of(study=choices(), scenario=written)


def test_an_attribute_that_never_varies_is_named_and_left_out():
    study = choices()
    study.loc[study["attribute"] == "bottle", "level"] = "glass"
    page = page_of(
        study=study,
        scenario="own = 119, glass; large = 99, glass; small = 79, glass",
        new="own mini = own, 99",
    )
    told = " ".join(one.text for one in price_figures.checks(page, HERE, unit_cost=0.0))
    assert "all offers have the same bottle" in told.lower()


def test_money_is_refused_where_the_price_has_no_effect():
    page = page_of(study=choices(truth={"price": 0.0}, people=60))
    row = next(one for one in price_figures.kpis(page, HERE) if one.id == "price_premium")
    assert row.value is None and "zero" in row.reason
    assert page.chosen.willing["value"].isna().all() and page.move is None
    assert "Test first" in price_decisions.decisions(page, HERE)[0].sentence
    assert isinstance(price_whatif.panel(page, HERE), str)
    assert "cannot be told" in price_telling.answer(page, HERE)


def test_weights_that_do_not_sum_leave_answers_unweighted_and_say_so():
    page = page_of(asked=survey(), official=margins(0.3))
    assert not page.told.weighted and (page.told.weights == 1).all()
    found = {one.id: one for one in price_figures.checks(page, HERE, unit_cost=0.0)}
    assert found["weights"].status == "review" and "0.8" in found["weights"].text


def test_margins_move_the_weights_to_the_population(made):
    assert made.told.weights.mean() == pytest.approx(1)
    assert len(made.told.weighted) == 2 and made.told.weights.std() > 0.1


def test_prices_in_another_currency_are_left_out_and_named():
    page = page_of(asked=survey(), abroad=("BE",))
    assert page.told.markets == ("FR",) and page.told.abroad == ("BE",)
    assert any(one.id == "abroad" for one in price_figures.checks(page, HERE, unit_cost=0.0))


def test_a_price_that_hardly_moved_tells_no_elasticity():
    page = page_of(sales=sold(moved=0.001))
    row = next(one for one in price_figures.kpis(page, HERE) if one.id == "price_own_elasticity")
    assert row.value is None and "hardly varied" in row.reason


def test_twelve_months_tell_no_elasticity():
    page = page_of(sales=sold(months=12))
    assert page.did.found is None and "24 months" in page.did.reason


def test_nothing_at_all_is_a_page_of_reasons():
    page = page_of()
    rows = price_figures.kpis(page, HERE)
    assert all(row.value is None and row.reason for row in rows)
    assert all(one.status == "review" for one in price_figures.checks(page, HERE, unit_cost=0.0))
    assert price_telling.answer(page, HERE) and price_decisions.decisions(page, HERE)
    assert price_tables.four_table(page, HERE).shape == (4, 5)
    for frame in (price_tables.points_frame, price_tables.steps_frame, price_tables.shares_frame, price_tables.curve_frame):  # fmt: skip
        assert frame(page, HERE).empty
    for name in ("points_finding", "steps_finding", "shares_finding", "curve_finding", "curve_subtitle", "source_said", "sales_said", "naive"):  # fmt: skip
        assert getattr(price_telling, name)(page, HERE)


@pytest.mark.parametrize("changed", [{"vat_rate": -0.1}, {"unit_cost": -1.0}, {"min_chance": 0.4}])
def test_parameters_out_of_range_are_refused(changed):
    told, chosen = (
        price_people.of_tables(None, None, HERE),
        price_choices.of_table(None, HERE, scenario=SCENARIO),
    )
    did = price_sales.of_tables(None, None, HERE, own=OWN)
    with pytest.raises(DataError, match="unit_cost"):
        price.page(told, chosen, did, margin_rate=0.5, **changed)


def test_costs_of_levels_are_against_today_and_unknown_ones_are_refused():
    from helpers.methods import choice
    from helpers.pillars.positioning.price_offers import costs_of

    data = choice.coded(choices())
    assert costs_of("glass = 9", data, {"brand": "own", "bottle": "glass"})["bottle"] == {"glass": 0.0, "plastic": -9.0}  # fmt: skip
    for written in ("glass = nine", "wood = 3"):
        with pytest.raises(DataError, match="level_costs"):
            costs_of(written, data, {"brand": "own", "bottle": "glass"})


@pytest.fixture(scope="module")
def sample():
    here = tables.scope("sample", "", "ALL", "en", grain="month")
    truth = json.loads((company.root() / "data" / "sample" / "truth.json").read_text(encoding="utf-8"))
    return here, {(one["name"], one["market"], one["segment"]): one["value"] for one in truth["estimands"]}


def test_the_elasticity_of_the_sample_lies_inside_its_interval(sample):
    here, truth = sample
    own = ("Maison Brévane", "Maison Brévane Mini", "Maison Brévane Nomade")
    did = price_sales.of_tables(
        tables.load("market_sales", here), tables.load("prices", here), here, own=own, product="machine"
    )
    known = truth["price_elasticity", "ALL", "Maison Brévane"]
    assert did.found.own.low <= known <= did.found.own.high


def test_worths_in_money_and_shares_of_the_sample_lie_inside_their_intervals(sample):
    here, truth = sample
    written = (
        "Maison Brévane = 139, glass, 5 years, quiet; Ostrelle = 119, recycled, 5 years, usual; "
        "Tavlune = 99, plastic, 2 years, usual; Clairpont = 79, plastic, 2 years, usual"
    )
    made = price_choices.of_table(tables.load("choices", here), here, scenario=written, vat_rate=0.2)
    inside = [
        row.low <= truth["willingness_to_pay", "FR", row.level] <= row.high
        for row in made.willing.itertuples()
    ]
    inside += [
        row.low <= truth["scenario_share", "FR", row.offer] <= row.high for row in made.shares.itertuples()
    ]
    assert sum(inside) >= 0.8 * len(inside), inside


def test_the_own_offer_keeps_its_brand_in_the_what_if(made):
    inputs = price_whatif.panel(made, HERE).inputs
    brand = next(one for one in inputs if one.label == "Brand")
    assert list(brand.options.values()) == [made.chosen.own]
    assert all(len(one.options) > 1 for one in inputs if hasattr(one, "options") and one is not brand)
