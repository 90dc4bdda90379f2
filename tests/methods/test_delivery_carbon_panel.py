"""The what-if model of deliveries: by hand, at the limits, and as the footprint computes it anew."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest

from helpers import factors
from helpers.methods import delivery_carbon_orders as orders
from helpers.methods import delivery_carbon_panel as moving

FOUND = factors.factors(date(2026, 9, 30), files=("delivery",))
TODAY = {"moved": 0.0, "cars": 0.0, "distance": 0.0, "boxes": 0.0}
ONLINE = ("home", "express", "pick-up point", "click and collect")
# boxes, rest, step of all home, car, its step, bus, its step, money of all home
BY_HAND = {"orders": 100.0, "home": 50.0, "cost": 600.0, "point": [40.0, 80.0, -10.0, 20.0, 12.0, 4.0, 2.0, -150.0], "level": 0.9}  # fmt: skip


def deliveries(n_home=600, n_point=400):
    made = pd.DataFrame({"mode": ["home", "express", "pick-up point", "pick-up point", "pick-up point"], "trip": ["none", "none", "car", "foot", None], "distance_km": [None, None, 6.0, None, None], "n_orders": [n_home, 50, 40, 40, n_point - 80]})  # fmt: skip
    n = made["n_orders"]
    return made.assign(market="FR", weight_kg=2.0 * n, volume_l=9.0 * n, packaging_kg=0.3 * n, cost=np.where(made["mode"] == "home", 6.0, 4.0) * n)  # fmt: skip


def footprint(table, draws=60):
    drawn = orders.factor_draws(factors.values(FOUND), factors.doubts(FOUND), draws=draws, rng=np.random.default_rng(2))  # fmt: skip
    return orders.footprint(table, drawn, rng=np.random.default_rng(2))


def run(inputs, constants=BY_HAND, draws=None):
    return moving.scenario({**TODAY, **inputs}, constants, draws or [constants["point"]] * 4)


def test_nothing_moved_is_today_by_hand():
    made = run({})
    assert made["case"] == "today" and made["figures"]["kg"][0] == pytest.approx(1.44)
    assert made["figures"]["change"] == [0.0, None, None] and made["figures"]["cost"] == [600.0, None, None]
    assert made["figures"]["chance"][0] == math.inf


def test_each_slider_by_hand():
    """Half of the orders home move: -5, cars +6, buses +1. Cars fall by a fifth: -4. Ways a tenth longer: +2.4. Boxes a quarter lighter: -10."""
    assert run({"moved": 0.5})["figures"]["change"][0] == pytest.approx(2.0)
    assert run({"moved": 0.5})["figures"]["money"][0] == pytest.approx(-75.0)
    assert run({"cars": -0.2})["figures"]["change"][0] == pytest.approx(-4.0)
    assert run({"distance": 0.1})["figures"]["change"][0] == pytest.approx(2.4)
    assert run({"boxes": -0.25})["figures"]["change"][0] == pytest.approx(-10.0)
    both = run({"moved": 0.5, "cars": -0.5, "distance": 0.1})["figures"]["change"][0]
    assert both == pytest.approx(-5 + 0.5 * 1.1 * 26 + 1.1 * 5 - 24)


@pytest.mark.parametrize(
    ("share", "case", "chance"),
    [(0.0, "unlikely", 0.01), (0.5, "open", 0.5), (1.0, "likely", 0.99), (0.05, "unlikely", 0.05)],
)
def test_the_case_is_told_by_the_share_of_draws_that_save_and_no_chance_is_complete(share, case, chance):
    worse = [40.0, 80.0, 10.0, 20.0, 12.0, 4.0, 2.0, -150.0]
    better = [40.0, 80.0, -60.0, 20.0, 12.0, 4.0, 2.0, -150.0]
    n = round(20 * share)
    made = run({"moved": 0.2}, draws=[better] * n + [worse] * (20 - n))
    assert made["case"] == case and made["figures"]["chance"][0] == pytest.approx(chance)


def test_the_panel_gives_what_the_footprint_gives_when_the_table_itself_is_changed():
    """Lighter boxes and shorter ways in the table of deliveries are the sliders of the panel."""
    table = deliveries()
    found = footprint(table)
    change = moving.moved(found, np.full(61, -2.0))
    made = moving.table(found, change, modes=ONLINE)
    lighter = footprint(table.assign(packaging_kg=0.8 * table["packaging_kg"], distance_km=1.5 * table["distance_km"]))  # fmt: skip
    told = moving.scenario({**TODAY, "boxes": -0.2, "distance": 0.5}, made["constants"], made["draws"])
    assert told["figures"]["kg"][0] == pytest.approx(orders.per_order(lighter)[0].sum(), rel=1e-4)


def test_moving_all_orders_home_gives_what_they_emit_at_a_pick_up_point():
    table = deliveries()
    found = footprint(table)
    change = moving.moved(found, np.full(61, -2.0))
    home, point = (orders.per_order(found, found.of(name))[0].sum() for name in ("home", "pick-up point"))
    assert change.kg[0] == pytest.approx(point - home)  # all have the same basket
    made = moving.table(found, change, modes=ONLINE)
    told = moving.scenario({**TODAY, "moved": 0.5}, made["constants"], made["draws"])
    assert told["figures"]["change"][0] == pytest.approx(0.5 * 600 * (point - home), rel=1e-3)
    assert told["figures"]["cost"][0] == pytest.approx(600 * 6 + 450 * 4 - 600, rel=1e-6)


def test_the_draws_fit_the_page_and_keep_their_number():
    found = footprint(deliveries(), draws=400)
    made = moving.table(found, moving.moved(found, np.zeros(401)), modes=ONLINE)
    assert len(made["draws"]) == moving.DRAWS and len(str(made["draws"])) < 60_000


def test_there_is_no_panel_without_answers_or_without_one_of_the_modes():
    silent = deliveries().assign(trip=None)
    assert moving.moved(footprint(silent), np.zeros(61)) is None
    only = deliveries()
    assert moving.moved(footprint(only[only["mode"] == "home"]), np.zeros(61)) is None
