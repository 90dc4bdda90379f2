"""The page on carbon: small worlds by hand, what cannot be told, bad input of every kind, and the sample's truth."""

import json
import math
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from helpers import kpi, tables, whatif
from helpers.company import Company, Scope
from helpers.errors import DataError
from helpers.methods import delivery_carbon_orders as orders
from helpers.periods import parse
from helpers.pillars.csr import (
    KPIS,
    carbon,
    carbon_checks,
    carbon_decisions,
    carbon_digital,
    carbon_figures,
    carbon_reading,
    carbon_tables,
    carbon_telling,
    carbon_whatif,
)
from helpers.pillars.csr.definitions import carbon as definitions

SHOP = Company("shop", Path(), "Shop", "EUR", ("FR", "BE"), "Europe/Paris")
HERE = Scope(SHOP, parse("2026-Q3"), "ALL", "en")
FR = Scope(SHOP, parse("2026-Q3"), "ALL", "fr")
SITE = {"page_mb": 2.0, "pages": 4.0, "seconds": 320.0, "green": 0.0}


def rows(*given, day="2026-08-31", market="FR", **more):
    """(mode, trip, km, n) with 2 kg, 10 l, 0.3 kg of box an order; home costs 6, collected 4."""
    made = pd.DataFrame(given, columns=["mode", "trip", "distance_km", "n_orders"])
    n = made["n_orders"]
    made = made.assign(
        delivered_on=pd.Timestamp(day), market=market, distance_km=made["distance_km"].astype(float), weight_kg=2.0 * n, volume_l=10.0 * n, packaging_kg=0.3 * n,
        cost=np.where(made["mode"].isin(["home", "express"]), 6.0, 4.0) * n,
    )  # fmt: skip
    return made.assign(**more)


def quarter(*, day="2026-08-31", n_home=1000, km=6.0, car=0.5, box=None):
    """Orders home and at a pick-up point, of which 200 were asked."""
    made = rows(
        ("home", "none", None, n_home), ("express", "none", None, 60), ("pick-up point", "car", km, round(200 * car)), ("pick-up point", "foot", None, 200 - round(200 * car)),
        ("pick-up point", None, None, 500), ("store", "car", 12, 40), ("store", "foot", None, 60), ("store", None, None, 300), day=day,
    )  # fmt: skip
    return made if box is None else made.assign(packaging_kg=box * made["n_orders"])


def read(deliveries, scope=HERE, **given):
    """The page's small tables; frames go in as relations."""
    asked = {name: duckdb.from_df(frame) for name, frame in given.items()}
    return carbon_reading.read(duckdb.from_df(deliveries), asked, scope, periods_back=carbon.BACK)


def page(deliveries, scope=HERE, **given):
    return carbon.page(read(deliveries, scope, **given), scope, goods="other")


def media_rows(**more):
    made = pd.DataFrame({
        "spent_on": pd.Timestamp("2026-08-01"), "market": ["FR", "FR"], "platform": ["cm360", "meta"], "channel": ["display", "social"], "spend": [100.0, 200.0], "impressions": [1_000_000, 500_000],
        "measurable_impressions": [1_000_000.0, 500_000.0], "viewable_impressions": [600_000.0, 250_000.0], "invalid_impressions": [0.0, 0.0], "watch_seconds": [np.nan, 1_000_000.0],
    })  # fmt: skip
    return made.assign(**more)


def visit_rows(market="FR"):
    return pd.DataFrame({"visited_on": pd.Timestamp("2026-08-01"), "ends_on": pd.NaT, "market": market, "tool": "ga4", "site": None, "channel": None, "device": ["desktop", "mobile"], "page": None, "sessions": [600, 400], "views": np.nan})  # fmt: skip


def two_years(**more):
    return pd.concat([quarter(), quarter(day="2025-08-31", **more)], ignore_index=True)


# ---- by hand ----


def test_kilograms_an_order_are_totals_over_totals_without_the_store():
    made = page(quarter())
    n = made.now.groups.set_index("mode")["n_orders"]
    each = {name: carbon.an_order(made.now, name).value for name in n.index}
    online = [name for name in n.index if name != "store"]
    mean = sum(each[name] * n[name] for name in online) / n[online].sum()
    assert carbon.an_order(made.now).value == pytest.approx(mean)
    assert carbon.an_order(made.now).n == 1760
    assert each["home"] == pytest.approx(each["express"])


def test_half_of_those_who_collect_drive_six_kilometres_so_an_order_takes_three():
    made = page(quarter())
    assert made.greener.way[0] == pytest.approx(3.0)
    move, rate = made.greener.move, made.now.rate
    assert move.kg[0] == pytest.approx(10 * rate.pickup[0] - 2 * rate.tour[0] + 3 * 0.216)
    assert made.greener.break_even[0] == pytest.approx((2 * rate.tour[0] - 10 * rate.pickup[0]) / 0.216)
    assert move.money[0] == pytest.approx(-2.0)
    assert made.cars[0][0] == pytest.approx(0.5) and made.cars[1][0] == pytest.approx(6.0)


def test_the_parts_of_a_change_add_up_and_name_what_was_moved():
    made = page(two_years(n_home=1000, box=0.4))
    whole = sum(made.parts.values())
    assert whole == pytest.approx(carbon.total(made.now) - carbon.total(made.then))
    assert carbon.clear_parts(made) == ["boxes"]
    assert made.parts["boxes"][0] == pytest.approx(-0.1 * 1.29 * 1760)
    for name in ("orders", "weight", "modes", "rest"):
        assert made.parts[name][0] == pytest.approx(0, abs=1e-9)


def test_heavier_goods_move_transport_and_neither_boxes_nor_ways():
    before = quarter(day="2025-08-31")
    made = page(pd.concat([quarter().assign(weight_kg=lambda table: 3.0 * table["n_orders"]), before], ignore_index=True))  # fmt: skip
    rate, n = made.now.rate, made.now.groups.set_index("mode")["n_orders"]
    transport = (n[["home", "express", "pick-up point"]].sum() * rate.haul + n[["home", "express"]].sum() * rate.tour)[0]  # fmt: skip
    assert sum(made.parts.values())[0] == pytest.approx(transport)  # a kilogram more of each order
    for name in ("orders", "modes", "boxes", "ways"):
        assert made.parts[name][0] == pytest.approx(0, abs=0.02 * transport), name
    assert made.parts["boxes"][0] == pytest.approx(0, abs=1e-9) and made.parts["weight"][0] > 0.9 * transport


def test_a_change_of_modes_with_like_orders_touches_no_other_part():
    made = page(pd.concat([quarter(n_home=400), quarter(day="2025-08-31")], ignore_index=True))
    assert made.parts["modes"][0] != 0 and made.parts["orders"][0] < 0
    for name in ("weight", "boxes", "rest"):
        assert made.parts[name][0] == pytest.approx(0, abs=1e-9), name


def test_a_mode_that_is_new_is_a_change_of_modes():
    before = quarter(day="2025-08-31")
    made = page(pd.concat([quarter(), before[before["mode"] != "express"]], ignore_index=True))
    assert made.parts["rest"][0] == pytest.approx(0, abs=1e-6) and made.parts["boxes"][0] == pytest.approx(0, abs=1e-6)  # fmt: skip
    assert made.parts["modes"][0] != 0


def test_a_change_of_factors_is_no_change_of_emissions():
    """The own factor begins in between; both quarters take it."""
    own = pd.DataFrame({"factor_id": ["car_km"], "activity": ["car"], "per": ["km"], "co2_kg": [0.1], "uncertainty": [0.1], "source": ["fleet"], "valid_from": [pd.Timestamp("2026-07-01")]})  # fmt: skip
    made = page(two_years(), co2_factors=own)
    assert made.now.rate.car[0] == 0.1
    assert carbon.change(made.now, made.then)[0] == pytest.approx(0, abs=1e-12)


def test_an_old_report_run_again_uses_the_factors_of_its_day():
    own = pd.DataFrame({"factor_id": ["car_km"], "activity": ["car"], "per": ["km"], "co2_kg": [0.1], "uncertainty": [0.1], "source": ["fleet"], "valid_from": [pd.Timestamp("2026-07-01")]})  # fmt: skip
    old = replace(HERE, period=parse("2025-Q3"))
    made = page(two_years(), old, co2_factors=own)
    assert made.now.rate.car[0] == 0.216


def test_people_on_foot_make_the_pick_up_point_better_and_drivers_make_it_worse():
    on_foot, drivers = page(quarter(car=0.005)), page(quarter(car=0.9))
    assert carbon.sign(on_foot.greener.move.kg) == "less" and carbon.sign(drivers.greener.move.kg) == "more"
    assert carbon.cost_of_a_kilogram(on_foot.greener.move).value < 0  # cheaper and lighter
    assert carbon.cost_of_a_kilogram(drivers.greener.move).value > 0


def test_the_share_of_a_way_that_turns_the_sign_by_hand():
    """Three kilometres an order: at a third of them or so what the tour saves is used up."""
    made = page(quarter())
    rate = made.now.rate
    most = (2 * rate.tour[0] - 10 * rate.pickup[0]) / (3 * 0.216)
    assert carbon.turning_share(made.greener) == pytest.approx(most)
    assert f"less than {most:.0%} of it" in carbon_telling.greener_said(made, HERE)
    assert carbon.turning_share(page(quarter(car=0.005)).greener) is None  # it emits less with all of them
    assert "other errands" not in carbon_telling.greener_said(page(quarter(car=0.005)), HERE)


def test_the_way_that_ademe_takes_stands_beside_that_of_customers():
    made = page(quarter())
    assert carbon.an_order_collected(made) == pytest.approx(3 * 0.216)
    said = carbon_telling.greener_said(made, HERE)
    assert "takes 7 km there and back and so 1.00 kg a parcel; the ways of our customers make 0.65 kg" in said


def test_what_may_be_said_of_the_pick_up_point_takes_the_lower_end_and_goes_to_counsel():
    made = page(quarter(car=0.9))
    said = {one.id: one for one in carbon_decisions.decisions(made, None, HERE)}["pickup_claim"].sentence
    low = math.floor(100 * np.quantile(made.greener.break_even[1:], 0.05)) / 100
    assert f"less than {low:.2f} km by car" in said and "counsel" in said


def test_a_decision_that_no_test_backs_promises_no_kilograms_and_no_chance():
    found = {one.id: one for one in carbon_decisions.decisions(page(quarter(car=0.9)), None, HERE)}
    assert found["ways"].effect is None and found["ways"].probability is None and "Test by lot" in found["ways"].sentence  # fmt: skip
    assert found["boxes"].effect < 0 and found["boxes"].probability is None
    assert not any("avoid" in one.sentence for one in found.values())


def test_no_price_of_a_kilogram_where_the_sign_cannot_be_told():
    made = page(quarter(car=0.5, km=1.2))
    assert carbon.sign(made.greener.move.kg) == "open"
    assert carbon.cost_of_a_kilogram(made.greener.move) is None
    assert "not told" in carbon_telling.money_said(made, HERE)
    found = {one.id: one for one in carbon_decisions.decisions(made, None, HERE)}
    assert "price_of_a_kilogram" not in found and "ask_ways" in found
    assert "may be either" in found["pickup_claim"].sentence


def test_no_cost_in_the_table_leaves_kilograms_and_says_so():
    made = page(quarter().assign(cost=np.nan))
    assert "cannot be told" in carbon_telling.money_said(made, HERE)
    row = kpi.pick(carbon_figures.kpis(made, None, None, HERE), "delivery_cost_per_order")
    assert row.value is None and "No cost" in row.reason
    shown = carbon_whatif.panel(made, HERE)
    assert {one.id for one in shown.figures} == {"kg", "change", "chance"}


def test_grams_of_media_by_hand_and_the_two_sets_side_by_side():
    found = read(quarter(), media_spend=media_rows())
    made = carbon_digital.media(found)
    assert made.useful == pytest.approx(850_000)
    display = made.table.set_index("channel").loc["display"]
    assert display["gmsf"] == pytest.approx(19.25, abs=0.05)  # the published 19 kg a million
    assert display["bids"] == pytest.approx(114.42)
    assert made.per_thousand("sri").value == pytest.approx(made.sri[0] / 850)
    assert made.ratio == pytest.approx(made.sri[0] / made.gmsf[0]) and made.ratio > 1


def test_the_largest_channel_is_that_with_its_bids():
    """A million still ones weigh less than a million films, and more with the bids by which they are sold."""
    shown = media_rows(channel=["display", "tv"], impressions=[1_000_000, 250_000], measurable_impressions=[1_000_000.0, 250_000.0], viewable_impressions=[1_000_000.0, 250_000.0],
                       watch_seconds=np.nan)  # fmt: skip
    made = carbon_digital.media(read(quarter(), media_spend=shown))
    assert made.table["gmsf"].idxmax() == 1 and made.table["channel"].tolist() == ["display", "tv"]
    said = carbon_telling.media_said(made, HERE)
    assert "The largest part by GMSF is display" in said and "doubt of factors alone" in said
    answer = carbon_telling.answer(page(quarter()), made, HERE)
    assert "by one published method" in answer and "by the other" in answer


def test_seconds_that_the_platform_counts_stand_before_those_of_the_format():
    social = carbon_digital.media(read(quarter(), media_spend=media_rows())).table.set_index("channel").loc["social"]  # fmt: skip
    longer = carbon_digital.media(read(quarter(), media_spend=media_rows(watch_seconds=[np.nan, 2_000_000.0]))).table.set_index("channel").loc["social"]  # fmt: skip
    assert longer["gmsf"] == pytest.approx(2 * social["gmsf"])


def test_a_visit_by_hand_with_the_grid_of_the_country():
    """8 MB: use 8/1000 x (0.055 x 0.494 + 0.139 x 0.04418), making 8/1000 x 0.106 x 0.494."""
    made = carbon_digital.site(read(quarter(), site_daily=visit_rows()), **SITE)
    by_hand = 8 * (0.055 * 0.494 + 0.139 * 0.04418 + 0.106 * 0.494)
    assert made.grams[0] == pytest.approx(by_hand) and made.sessions == 1000
    assert made.table["kg_world"].sum() == pytest.approx(8 * 0.1482, abs=1e-4)


# ---- what cannot be told ----


def silent():
    return quarter().assign(trip=None, distance_km=np.nan)


def test_without_answers_on_ways_no_total_is_told_and_home_still_is():
    made = page(silent())
    assert made.greener is None and made.parts is None and not carbon.is_told(made.now)
    rows_ = {(one.id, one.segment): one for one in carbon_figures.kpis(made, None, None, HERE)}
    assert rows_["co2_per_order", kpi.ALL].value is None and "nobody was asked" in rows_["co2_per_order", kpi.ALL].reason  # fmt: skip
    assert rows_["co2_per_order_by_mode", "home"].value > 0
    assert rows_["collect_by_car", kpi.ALL].value is None and "need n = 30" in rows_["collect_by_car", kpi.ALL].reason  # fmt: skip
    found = {one.id: one for one in carbon_checks.checks(made, None, None, HERE)}
    assert found["asked"].status == "fail" and "need n = 10" in found["asked"].text
    assert "cannot be told" in carbon_telling.answer(made, None, HERE)
    assert isinstance(carbon_whatif.panel(made, HERE), str)
    assert [one.id for one in carbon_decisions.decisions(made, None, HERE)][:2] == ["pickup_claim", "ask_ways"]  # fmt: skip


def test_a_few_answers_count_with_their_doubt_and_show_no_share():
    table = rows(("home", "none", None, 900), ("pick-up point", "car", 6, 80), ("pick-up point", "foot", None, 80), ("pick-up point", None, None, 300),
                 ("click and collect", "car", 9, 12), ("click and collect", "foot", None, 8), ("click and collect", None, None, 10))  # fmt: skip
    made = page(table)
    assert carbon.is_told(made.now)
    found = {one.id: one for one in carbon_checks.checks(made, None, None, HERE)}
    assert "FR, click and collect" in found["thin"].text and "lent" not in found
    shown = carbon_tables.ways(made, HERE)
    assert shown.loc["FR, click and collect", "car"] == "–" and shown.loc["FR, pick-up point", "car"] == "50%"


def test_a_mode_of_which_nobody_knows_the_way_leaves_no_total_and_no_panel():
    table = rows(("home", "none", None, 900), ("pick-up point", "car", 6, 80), ("pick-up point", "foot", None, 80), ("click and collect", None, None, 30))  # fmt: skip
    made = page(table)
    assert made.greener is not None and not carbon.is_told(made.now)
    assert isinstance(carbon_whatif.panel(made, HERE), str)
    said = carbon_telling.money_said(made, HERE)
    assert "nan" not in said and "–" not in said


def test_everything_that_cannot_be_told_is_said_in_both_languages():
    for scope in (HERE, FR):
        made = page(silent(), scope)
        for said in (
            carbon_telling.answer(made, None, scope), carbon_telling.change_said(made, scope), carbon_telling.greener_said(made, scope), carbon_telling.naive(made, scope),
            carbon_telling.naive_media(None, scope), carbon_telling.media_said(None, scope), carbon_telling.site_said(None, scope, page_mb=2.0), carbon_telling.doubt_said(made, scope),
            carbon_telling.finding(made, scope), carbon_telling.bridge_title(made, scope), carbon_telling.money_said(made, scope),
        ):  # fmt: skip
            assert said and "{" not in said and "nan" not in said
        assert carbon_tables.bridge(made, scope).empty and carbon_tables.parts(made, scope).empty
        assert len(carbon_tables.drawn(made, scope)) == 2  # home and express


def test_a_company_without_the_year_before_gets_no_reasons():
    made = page(quarter())
    assert made.then is None and "cannot be told" in carbon_telling.change_said(made, HERE)
    found = {one.id: one for one in carbon_checks.checks(made, None, None, HERE)}
    assert found["year"].status == "review" and "2025" in found["year"].text


def test_a_company_that_only_brings_home_has_no_pick_up_point_to_judge():
    made = page(rows(("home", "none", None, 500)))
    assert made.greener is None and carbon.is_told(made.now)
    row = kpi.pick(carbon_figures.kpis(made, None, None, HERE), "pickup_against_home")
    assert row.value is None and "orders of both kinds" in row.reason
    assert "pickup_claim" in {one.id for one in carbon_decisions.decisions(made, None, HERE)}


def test_every_figure_has_its_row_and_its_definition():
    found = read(two_years(), site_daily=visit_rows(), media_spend=media_rows())
    made = carbon.page(found, HERE, goods="other")
    rows_ = carbon_figures.kpis(made, carbon_digital.site(found, **SITE), carbon_digital.media(found), HERE)
    assert {one.id for one in rows_} == {one.id for one in definitions.KPIS} <= set(KPIS)
    assert all(one.value is None or one.n > 0 for one in rows_)
    headline = [one for one in rows_ if one.headline]
    assert [one.id for one in headline] == ["co2_per_order", "media_carbon"]


def test_avoided_emissions_are_refused_in_words():
    assert "Avoided emissions are not told" in carbon_telling.refused(HERE)
    assert "évitée" in carbon_telling.refused(FR)


# ---- bad input ----


def test_a_delivery_by_car_without_distance_is_counted_with_its_remedy():
    table = quarter()
    extra = rows(("pick-up point", "car", None, 30))
    made = page(pd.concat([table, extra], ignore_index=True))
    found = {one.id: one for one in carbon_checks.checks(made, None, None, HERE)}
    assert found["distance"].status == "review" and found["distance"].text.startswith("30 customers came by car")  # fmt: skip
    assert "required answer" in found["distance"].remedy
    assert made.cars[1][0] == pytest.approx(6.0)


@pytest.mark.parametrize("km", [np.nan, 0.0])
@pytest.mark.parametrize("scope", [HERE, FR])
def test_cars_of_which_none_says_how_far_do_not_make_the_pick_up_point_greener(scope, km):
    """Nor do cars of zero kilometres: they once counted as none and turned the sign."""
    made = page(two_years().assign(distance_km=km), scope)
    assert made.greener is None and made.parts is None and not carbon.is_told(made.now)
    found = {one.id: one for one in carbon_checks.checks(made, None, None, scope)}
    assert found["distance"].status == "fail" and "far" not in found
    rows_ = {(one.id, one.segment): one for one in carbon_figures.kpis(made, None, None, scope)}
    assert rows_["co2_per_order", kpi.ALL].value is None and rows_["collect_car_km", kpi.ALL].value is None
    assert rows_["collect_by_car", kpi.ALL].value == pytest.approx(0.5)
    said = [carbon_telling.answer(made, None, scope), carbon_telling.finding(made, scope), carbon_telling.greener_said(made, scope), carbon_telling.money_said(made, scope)]  # fmt: skip
    assert not any("nan" in one or "0.0" in one or "0,0" in one for one in said)
    assert carbon_tables.ways(made, scope).iloc[0, -1] == "–"
    assert isinstance(carbon_whatif.panel(made, scope), str)


def test_cars_without_distance_in_one_market_take_the_mean_of_the_others():
    belgian = rows(("pick-up point", "car", None, 40), ("pick-up point", "foot", None, 60), market="BE")
    made = page(pd.concat([quarter(), belgian], ignore_index=True))
    table = made.now.ways.table.set_index(["market", "mode"])
    assert table.loc[("BE", "pick-up point"), "car_km"] == pytest.approx(6.0)
    assert table.loc[("BE", "pick-up point"), "n_without_distance"] == 40 and carbon.is_told(made.now)


def test_a_way_that_nobody_drives_for_a_parcel_and_a_weight_in_grams_are_said():
    far = {one.id: one for one in carbon_checks.checks(page(quarter(km=900.0)), None, None, HERE)}
    assert (
        far["far"].status == "review"
        and "900 km" in far["far"].text
        and "there and back" in far["far"].remedy
    )
    table = quarter()
    heavy = {one.id: one for one in carbon_checks.checks(page(table.assign(weight_kg=1000 * table["weight_kg"])), None, None, HERE)}  # fmt: skip
    assert heavy["unit"].status == "fail" and "2,000.00 kilograms in 10.00 litres" in heavy["unit"].text
    assert not {"far", "unit"} & {one.id for one in carbon_checks.checks(page(table), None, None, HERE)}


def test_boxes_weighed_in_one_quarter_only_are_no_finding_without_a_warning():
    before = quarter(day="2025-08-31").assign(packaging_kg=np.nan)
    made = page(pd.concat([quarter(), before], ignore_index=True))
    found = {one.id: one for one in carbon_checks.checks(made, None, None, HERE)}
    assert "100% of orders, and for 0% in Q3 2025" in found["weighed"].text
    assert "weighed" not in {one.id for one in carbon_checks.checks(page(two_years()), None, None, HERE)}


def test_only_orders_collected_and_nobody_asked_leaves_no_dash_in_the_answer():
    made = page(rows(("pick-up point", None, None, 300)))
    said = carbon_telling.answer(made, None, HERE)
    assert "30 a mode at least" in said and "–" not in said and "home" not in said


def test_a_negative_weight_is_refused_by_the_contract_and_by_the_page():
    with pytest.raises(DataError, match="weight_kg"):
        tables.check(rows(("home", "none", None, 3)).assign(weight_kg=-1.0, delivery_id="a", currency="EUR"), "deliveries")  # fmt: skip
    with pytest.raises(DataError, match="weight_kg is -2 in a row"):
        page(rows(("home", "none", None, 3)).assign(weight_kg=-2.0))


def test_an_own_factor_without_a_unit_stops_the_page_with_the_unit_to_use():
    own = pd.DataFrame({"factor_id": ["car_km"], "activity": ["car"], "per": [""], "co2_kg": [0.1], "uncertainty": [None], "source": ["fleet"], "valid_from": [pd.Timestamp("2026-01-01")]})  # fmt: skip
    with pytest.raises(DataError, match='car_km has the unit "none", and this factor is in kg CO2e per km'):
        page(quarter(), co2_factors=own)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"co2_kg": [-0.1]}, "car_km is -0.1 kg, and nothing emits less than 0"), ({"uncertainty": [30.0]}, "write 0.3 for 30 %")],
)  # fmt: skip
def test_an_own_factor_below_zero_or_with_percent_for_a_share_is_refused(wrong, said):
    right = {"factor_id": ["car_km"], "activity": ["car"], "per": ["km"], "co2_kg": [0.1], "uncertainty": [0.1], "source": ["fleet"], "valid_from": [pd.Timestamp("2026-01-01")]}  # fmt: skip
    with pytest.raises(DataError, match=said):
        page(quarter(), co2_factors=pd.DataFrame(right | wrong))


def test_advertisements_without_any_known_channel_tell_nothing_and_say_so():
    found = read(quarter(), media_spend=media_rows(channel=[None, None]))
    media = carbon_digital.media(found)
    assert media is None
    made = {one.id: one for one in carbon_checks.checks(carbon.page(found, HERE, goods="other"), None, media, HERE)}  # fmt: skip
    assert "known channel" in made["media"].text and "taxonomy" in made["media"].remedy


def test_an_unknown_country_takes_the_world_and_says_how_to_add_it():
    found = read(quarter(), media_spend=media_rows(market=["FR", "SG"]), site_daily=visit_rows("SG"))
    made = carbon.page(found, HERE, goods="other")
    said = {one.id: one for one in carbon_checks.checks(made, None, None, HERE)}["country"]
    assert "SG" in said.text and "grid_SG" in said.remedy
    world = carbon_digital.site(found, **SITE).grams[0]
    own = pd.DataFrame({"factor_id": ["grid_SG"], "activity": ["grid"], "per": ["kWh"], "co2_kg": [0.04418], "uncertainty": [None], "source": ["EMA"], "valid_from": [pd.Timestamp("2026-01-01")]})  # fmt: skip
    told = read(quarter(), site_daily=visit_rows("SG"), co2_factors=own)
    assert carbon_digital.unknown_markets(told) == []
    assert carbon_digital.site(told, **SITE).grams[0] < world


def test_orders_abroad_are_said_to_be_counted_with_the_factors_of_france():
    table = pd.concat([quarter(), rows(("home", "none", None, 1500), market="BE")], ignore_index=True)
    found = {one.id: one for one in carbon_checks.checks(page(table), None, None, HERE)}
    assert found["abroad"].text.startswith("1,500 orders outside France")
    assert "abroad" not in {one.id for one in carbon_checks.checks(page(quarter()), None, None, HERE)}


def test_only_factors_in_doubt_are_counted_as_assumed():
    made = page(quarter())
    said = {one.id: one for one in carbon_checks.checks(made, None, None, HERE)}["assumed"].text
    used = [
        one
        for name, one in made.found.book.items()
        if not name.startswith("grid_") or name[5:] in SHOP.markets
    ]
    assert f"{sum(one.uncertainty > 0 for one in used)} factors" in said
    assert (
        f"{sum(one.uncertainty == 0 for one in used)} more are taken as exact" in said
        and "10% to 50%" in said
    )


@pytest.mark.parametrize("scope", [HERE, FR])
def test_no_table_has_more_than_six_columns(scope):
    found = read(two_years(), scope, site_daily=visit_rows(), media_spend=media_rows())
    made = carbon.page(found, scope, goods="other")
    shown = (carbon_tables.stages(made, scope), carbon_tables.parts(made, scope), carbon_tables.ways(made, scope), carbon_tables.media(carbon_digital.media(found), scope),
             carbon_tables.site(carbon_digital.site(found, **SITE), scope))  # fmt: skip
    assert all(1 + len(one.columns) <= 6 for one in shown)


def test_deliveries_that_are_missing_beside_the_orders_are_said():
    ordered = pd.DataFrame({"ordered_on": pd.Timestamp("2026-08-01"), "market": "FR", "status": "paid", "delivery_mode": ["home"] * 3000})  # fmt: skip
    made = page(quarter(), orders=ordered)
    found = {one.id: one for one in carbon_checks.checks(made, None, None, HERE)}
    assert found["orders"].status == "review" and "FR: 2,160 delivered, 3,000 paid" in found["orders"].text
    rerouted = ordered.head(2160)
    told = {one.id: one for one in carbon_checks.checks(page(quarter(), orders=rerouted), None, None, HERE)}
    assert told["orders"].status == "pass" and "2,160 orders were ordered for home and 1,000 arrived" in told["rerouted"].text  # fmt: skip


def test_impressions_without_a_known_channel_are_left_out_and_counted():
    found = read(quarter(), media_spend=media_rows(channel=["display", "skywriting"]))
    media = carbon_digital.media(found)
    assert media.unnamed == 500_000 and media.table["channel"].tolist() == ["display"]
    said = {one.id for one in carbon_checks.checks(carbon.page(found, HERE, goods="other"), None, media, HERE)}  # fmt: skip
    assert "formats" in said


def test_no_delivery_in_the_period_and_impossible_parameters_are_refused():
    with pytest.raises(DataError, match="nothing was delivered in 2026-Q3"):
        page(quarter(day="2026-05-31"))
    with pytest.raises(ValueError, match="goods"):
        carbon.page(read(quarter()), HERE, goods="toys")
    with pytest.raises(ValueError, match="must be above 0"):
        carbon_digital.site(read(quarter(), site_daily=visit_rows()), **{**SITE, "page_mb": 0.0})


# ---- the panel and the sample ----


def test_the_panel_has_its_scenarios_in_both_languages():
    for scope in (HERE, FR):
        made = carbon_whatif.panel(page(quarter(), scope), scope)
        shown = whatif.scenarios(made)
        assert len(shown) == len(carbon_whatif.SCENARIOS)
        assert whatif.told(made, {})["values"]["kg"].endswith("kg")


@pytest.fixture(scope="module")
def sample():
    here = tables.scope("sample", "", "ALL", "en", grain="quarter")
    names = ("orders", "site_daily", "media_spend", "media_conversions", "co2_factors")
    given = {name: tables.optional(name, here) for name in names}
    found = carbon_reading.read(tables.load("deliveries", here), given, here, periods_back=carbon.BACK)
    lines = json.loads((here.company.folder / "truth.json").read_text(encoding="utf-8"))
    lines = lines if isinstance(lines, list) else lines["estimands"]
    truth = {(one["name"], one["segment"]): one["value"] for one in lines}
    return found, carbon.page(found, here, goods="other"), truth, here


def test_the_sample_has_the_planted_ways(sample):
    _, made, truth, _ = sample
    share, way, n = made.cars
    modes = ("pick-up point", "click and collect")
    weight = np.array([made.now.groups.loc[made.now.of(name), "n_orders"].sum() for name in modes])
    cars = np.array([truth["trip_share", f"{name}: car"] for name in modes])
    km = np.array([truth["trip_km_car", name] for name in modes])
    told = [orders.estimate(one, n=n) for one in (share, way)]
    true = [(weight @ cars) / weight.sum(), (weight @ (cars * km)) / (weight @ cars)]
    assert all(one.low <= value <= one.high for one, value in zip(told, true, strict=True)), (told, true)


def test_the_sample_has_the_planted_box_and_parcels_left_elsewhere(sample):
    _, made, truth, here = sample
    saved = truth["packaging_saved", ""]
    before, after = (one.groups.loc[one.of("home", "express"), ["packaging_kg", "n_orders"]].sum() for one in (made.then, made.now))  # fmt: skip
    assert after["packaging_kg"] / after["n_orders"] / (before["packaging_kg"] / before["n_orders"]) == pytest.approx(1 - saved, abs=0.02)  # fmt: skip
    assert "boxes" in carbon.clear_parts(made) and made.parts["boxes"][0] < 0
    found = {one.id: one for one in carbon_checks.checks(made, None, None, here)}
    assert {"rerouted", "distance", "express"} <= set(found) and found["orders"].status == "pass"


def test_the_sample_shows_that_the_pick_up_point_is_not_greener(sample):
    _, made, _, here = sample
    assert carbon.sign(made.greener.move.kg) == "more"
    assert made.greener.move.without[0] < 0 < made.greener.naive  # the van saves, the customer drives
    assert math.isclose(sum(made.parts.values())[0], carbon.total(made.now)[0] - carbon.total(made.then)[0])
    assert "Do not call the pick-up point greener" in carbon_telling.answer(made, None, here)
