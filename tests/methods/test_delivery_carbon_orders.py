"""Kilograms of many deliveries: by hand, at the limits, against a planted truth; ways of those asked; where the doubt comes from."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest

from helpers import factors
from helpers.errors import DataError
from helpers.methods import delivery_carbon as model
from helpers.methods import delivery_carbon_doubt as doubt
from helpers.methods import delivery_carbon_orders as orders
from helpers.methods import delivery_carbon_trips as trips

FOUND = factors.factors(date(2026, 9, 30), files=("delivery",))
VALUES, DOUBTS = factors.values(FOUND), factors.doubts(FOUND)
RATE = model.rates(VALUES)


def rows(*given):
    """(mode, trip, km, n) with 2 kg, 10 l, 0.2 kg of box and 5 of cost an order."""
    made = pd.DataFrame(given, columns=["mode", "trip", "distance_km", "n_orders"])
    return made.assign(market="FR", weight_kg=2.0 * made["n_orders"], volume_l=10.0 * made["n_orders"], packaging_kg=0.2 * made["n_orders"], cost=5.0 * made["n_orders"])  # fmt: skip


def drawn(draws=0, doubts=DOUBTS, seed=1):
    return orders.factor_draws(VALUES, doubts, draws=draws, rng=np.random.default_rng(seed))


def made(table, draws=0, doubts=DOUBTS, seed=1):
    return orders.footprint(table, drawn(draws, doubts, seed), rng=np.random.default_rng(seed))


def test_five_rows_by_hand():
    """100 home; 100 to collect of which 40 were asked: 20 by car of 10 km, 20 on foot. So 5 km by car an order, whoever was asked."""
    table = rows(("home", "none", None, 100), ("pick-up point", "car", 10, 12), ("pick-up point", "car", 10, 8), ("pick-up point", "foot", None, 20), ("pick-up point", None, None, 60))  # fmt: skip
    found = made(table)
    home, pick = (orders.per_order(found, found.of(mode))[0] for mode in ("home", "pick-up point"))
    assert pick[3] == pytest.approx(5 * 0.216) and home[3] == 0
    assert home[2] == pytest.approx(2 * (RATE.haul + RATE.tour)) and pick[2] == pytest.approx(2 * RATE.haul)
    assert home[0] == pick[0] == pytest.approx(0.2 * 1.29 + RATE.order)
    assert home[1] == pytest.approx(RATE.platform + 10 * RATE.warehouse)
    everything = orders.per_order(found)[0].sum()
    assert everything == pytest.approx((home.sum() + pick.sum()) / 2)


def test_one_delivery_is_the_parcel_of_the_model():
    found = made(rows(("home", "none", None, 1)).assign(packaging_kg=np.nan))
    single = model.parcel("home", weight_kg=2, volume_l=10, rate=RATE)
    assert found.kg[0, 0] == pytest.approx([single[name] for name in model.STAGES])


def test_a_group_of_deliveries_is_as_many_single_ones():
    one = made(rows(*[("home", "none", None, 1)] * 50).assign(packaging_kg=np.nan))
    group = made(rows(("home", "none", None, 50)).assign(packaging_kg=np.nan))
    assert one.kg[0, 0] == pytest.approx(group.kg[0, 0])


def test_missing_amounts_take_the_mean_of_their_market_and_mode_and_are_counted():
    table = rows(("home", "none", None, 10), ("home", "none", None, 30), ("express", "none", None, 5))
    table.loc[1, "weight_kg"] = np.nan
    table.loc[2, ["weight_kg", "volume_l"]] = np.nan
    found = made(table)
    assert found.groups["weight_kg"].tolist() == pytest.approx([80.0, 10.0])
    assert found.groups["n_weight"].tolist() == [10.0, 0.0]


def test_nothing_delivered_is_no_error_and_no_figure():
    found = made(rows().astype({"n_orders": float}))
    assert found.groups.empty and np.isnan(orders.per_order(found)).all()
    told = orders.estimate(orders.per_order(found).sum(axis=1), n=0)
    assert math.isnan(told.value) and told.n == 0


@pytest.mark.parametrize("name", ["weight_kg", "distance_km", "packaging_kg", "n_orders"])
def test_a_negative_amount_is_refused(name):
    table = rows(("pick-up point", "car", 4, 10))
    table[name] = table[name].astype(float)
    table.loc[1] = table.loc[0]
    table.loc[1, name] = -3.0
    if name == "n_orders":
        assert (
            made(table).groups["n_orders"].sum() == 10
        )  # the contract refuses it; here such a row counts nothing
    else:
        with pytest.raises(DataError, match=f"{name} is -3 in a row"):
            made(table)


def test_no_weight_anywhere_and_a_missing_column_say_what_to_do():
    with pytest.raises(DataError, match="no row has a weight_kg"):
        made(rows(("home", "none", None, 3)).assign(weight_kg=np.nan))
    with pytest.raises(DataError, match="column cost is missing"):
        made(rows(("home", "none", None, 3)).drop(columns="cost"))


def test_a_car_without_distance_has_the_mean_of_the_others_and_is_counted():
    table = rows(("store", "car", 10, 30), ("store", "car", None, 10), ("store", "foot", None, 40))
    found = made(table)
    assert found.km[0, 0, 0] == pytest.approx(5.0)
    assert found.ways.table["n_without_distance"].tolist() == [10]


def test_few_answers_of_a_market_give_way_to_those_of_all_markets_and_none_gives_no_figure():
    table = pd.concat([rows(("pick-up point", "car", 6, 60), ("pick-up point", "foot", None, 60)), rows(("pick-up point", "car", 90, 3), ("pick-up point", None, None, 97)).assign(market="BE")])  # fmt: skip
    found = made(table)
    assert found.ways.table.set_index("market")["source"].to_dict() == {"BE": "all", "FR": "FR"}
    assert found.km[0, :, 0] == pytest.approx([(360 + 270) / 123, 3.0])
    thin = made(rows(("store", "car", 10, 6), ("store", "foot", None, 6), ("store", None, None, 40)))
    assert (
        thin.ways.table[["source", "n_used"]].to_numpy().tolist() == [["all", 12.0]] and thin.km[0, 0, 0] == 5
    )
    few = made(rows(("store", "car", 10, 9), ("store", None, None, 40)))
    assert few.ways.table["source"].tolist() == [""] and np.isnan(few.kg[0, 0, 3])
    silent = made(rows(("pick-up point", None, None, 500), ("home", "none", None, 100)))
    kg = orders.per_order(silent, silent.of("pick-up point"))
    assert np.isnan(kg[0, 3]) and np.isfinite(kg[0, :3]).all()
    assert np.isfinite(orders.per_order(silent, silent.of("home"))).all()


def test_public_transport_without_distance_is_as_long_as_a_way_by_car():
    found = made(rows(("store", "car", 8, 40), ("store", "public transport", None, 40)))
    assert found.km[0, 0] == pytest.approx([4.0, 4.0])


def test_factors_are_drawn_once_around_their_value():
    many = drawn(draws=4000)
    car = many["car_km"][1:]
    assert many["car_km"][0] == 0.216 and np.median(car) == pytest.approx(0.216, rel=0.01)
    assert np.quantile(car, [0.025, 0.975]) == pytest.approx([0.216 / 1.1, 0.216 * 1.1], rel=0.01)
    assert np.ptp(many["detour"]) == 0


def test_the_interval_holds_the_figure_and_is_none_without_doubt():
    table = rows(("home", "none", None, 100), ("express", "none", None, 5))
    told = orders.estimate(orders.per_order(made(table, 200)).sum(axis=1), n=105)
    assert told.low < told.value < told.high
    sure = orders.estimate(orders.per_order(made(table, 200, {})).sum(axis=1), n=105)
    assert sure.low == pytest.approx(sure.high)


def test_cost_is_total_over_orders_whose_cost_is_known():
    table = rows(("home", "none", None, 10), ("home", "none", None, 30))
    table.loc[1, "cost"] = np.nan
    found = made(table)
    assert orders.cost_per_order(found, found.of("home")) == (5.0, 10.0)


def world(seed, *, n=150, car=0.45, km=7.0):
    """Orders collected, of which n were asked: cars come a way of exponential length."""
    rng = np.random.default_rng(seed)
    by_car = rng.random(n) < car
    asked = pd.DataFrame({"mode": "pick-up point", "trip": np.where(by_car, "car", "foot"), "distance_km": np.where(by_car, rng.exponential(km, n), np.nan), "n_orders": 1})  # fmt: skip
    rest = pd.DataFrame({"mode": ["pick-up point"], "trip": [None], "distance_km": [np.nan], "n_orders": [4000]})  # fmt: skip
    both = pd.concat([asked, rest], ignore_index=True)
    return both.assign(market="FR", weight_kg=2.0, volume_l=10.0, packaging_kg=0.2, cost=5.0)


def test_the_planted_way_is_inside_its_interval_about_as_often_as_it_should():
    held = 0
    for seed in range(60):
        found = trips.ways(world(seed))
        drawn_km = trips.kilometres(found, draws=300, rng=np.random.default_rng(seed))["FR", "pick-up point"][:, 0]  # fmt: skip
        told = orders.estimate(drawn_km, n=150)
        held += told.low <= 0.45 * 7.0 <= told.high
    assert held >= 48


def test_groups_that_tell_only_their_mean_are_as_unsure_as_the_orders_behind_them():
    single, grouped = [], []
    for seed in range(40):
        table = world(seed, n=300)
        asked = table[table["trip"].notna()]
        sums = asked.assign(group=np.arange(len(asked)) // 25).groupby(["group", "trip"], as_index=False).agg(n_orders=("n_orders", "sum"), distance_km=("distance_km", "mean"))  # fmt: skip
        together = pd.concat([sums.assign(mode="pick-up point", market="FR"), table[table["trip"].isna()]])
        for one, kept in ((table, single), (together, grouped)):
            km = trips.kilometres(trips.ways(one), draws=300, rng=np.random.default_rng(seed))
            kept.append(np.std(km["FR", "pick-up point"][1:, 0]))
    assert np.mean(grouped) == pytest.approx(np.mean(single), rel=0.1)


def test_the_share_by_car_is_that_of_the_orders_it_stands_for():
    table = rows(("store", "car", 4, 50), ("store", "foot", None, 50), ("pick-up point", "car", 8, 20), ("pick-up point", "foot", None, 80), ("pick-up point", None, None, 800))  # fmt: skip
    share, way, n = trips.car_shares(trips.ways(table), draws=50, rng=np.random.default_rng(0))
    assert share[0] == pytest.approx((100 * 0.5 + 900 * 0.2) / 1000) and n == 200
    assert way[0] == pytest.approx((50 * 4 + 180 * 8) / 230)


def test_the_largest_doubt_is_that_of_the_only_source_that_varies():
    table = rows(("home", "none", None, 100), ("pick-up point", "car", 10, 30), ("pick-up point", "foot", None, 30))  # fmt: skip

    def total(found):
        return orders.per_order(found).sum(axis=1)

    many = drawn(draws=300, doubts={"cardboard": 0.3})
    shares = doubt.doubt_shares(table, many, total, seed=3)
    assert shares.sum() == pytest.approx(1) and shares["transport"] < 1e-20
    assert set(shares.index[:2]) == {"boxes", "ways asked"}
    only = doubt.doubt_shares(table[:1], many, total, seed=3)
    assert only.index[0] == "boxes" and only.iloc[0] == pytest.approx(1)
    none = doubt.doubt_shares(table[:1], drawn(50, {}), total, seed=3)
    assert (none == 0).all()


def test_every_factor_with_doubt_belongs_to_one_source():
    named = [name for ids in doubt.SOURCES.values() for name in ids]
    assert len(named) == len(set(named))
    assert set(DOUBTS) - set(named) == {"collect_km", *(f"order_online_{name}" for name in model.GOODS)}
