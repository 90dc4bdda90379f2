"""ADEME's model of a delivery: every published total, the break-even, by hand and at the limits."""

import csv
import os
from datetime import date
from pathlib import Path

import pytest

from helpers import factors
from helpers.methods import delivery_carbon as model

DAY = date(2026, 9, 30)
VALUES = factors.values(factors.factors(DAY, files=("delivery",)))
COLLECT = VALUES["collect_km"]  # what ADEME's page takes for a kilometre of the way to collect
THEIRS = {"magasin": "store", "pointrelais": "pick-up point", "clickcollect": "click and collect", "livraisondomicile": "home"}  # fmt: skip
WAY = {"magasin": 30, "clickcollect": 30, "pointrelais": 7, "livraisondomicile": 0}
BY_WEIGHT = {"": (1, 10, "clothing"), "2kg": (2, 10, "clothing"), "15kg": (15, 100, "bulky"), "30kg": (30, 200, "bulky")}  # fmt: skip
PRODUCTS = {
    "courses": (20, 45, "groceries"), "chaussure": (1.5, 10, "clothing"), "livre": (0.2, 0.75, "culture"), "microondes": (18.425, 88.937, "other"),
    "vetements": (4, 48, "clothing"), "lavelinge": (70, 300, "bulky"), "lit": (120, 1600, "bulky"), "smartphone": (0.5, 0.9, "culture"),
    "vin": (16.4, 36, "groceries"), "cafetiere": (7.5, 26.25, "bulky"),
}  # fmt: skip
STAGE = {"transport": "transport", "commande_preparation": "packaging", "stockage_transit": "storage", "trajet_client_7km_AR": "collection", "trajet_client_30km_AR": "collection"}  # fmt: skip


def made(mode, weight, volume, goods, way=0.0):
    rate = model.rates(VALUES, goods=goods)._replace(car=COLLECT)
    return model.parcel(mode, weight_kg=weight, volume_l=volume, rate=rate, car_km=way)


@pytest.mark.parametrize(
    ("mode", "way", "kg"),
    [("home", 0, 0.722), ("pick-up point", 0, 0.656), ("pick-up point", 7, 1.652), ("store", 30, 4.812), ("click and collect", 30, 5.165)],
)  # fmt: skip
def test_a_parcel_of_one_kilogram_has_the_published_total(mode, way, kg):
    assert sum(made(mode, 1, 10, "clothing", way).values()) == pytest.approx(kg, abs=5e-4)


@pytest.mark.parametrize(("goods", "weight", "volume", "made_kg", "printed"), [
    ("groceries", 20, 45, 0, "6.85"), ("bulky", 70, 300, 0, "27.9"), ("bulky", 70, 300, 275, "303"),
])  # fmt: skip
def test_groceries_and_a_washing_machine_have_the_published_totals(goods, weight, volume, made_kg, printed):
    total = sum(made("store", weight, volume, goods).values()) + made_kg
    assert f"{total:.3g}" == printed


def test_the_pick_up_point_breaks_even_at_less_than_half_a_kilometre():
    rate = model.rates(VALUES, goods="clothing")
    assert model.break_even_km(weight_kg=1, volume_l=10, rate=rate, per_km=COLLECT) == pytest.approx(0.46, abs=0.005)  # fmt: skip
    at = model.break_even_km(weight_kg=3, volume_l=20, rate=rate)
    home = sum(model.parcel("home", weight_kg=3, volume_l=20, rate=rate).values())
    assert sum(
        model.parcel("pick-up point", weight_kg=3, volume_l=20, rate=rate, car_km=at).values()
    ) == pytest.approx(home)


def test_a_large_light_parcel_never_breaks_even():
    assert model.break_even_km(weight_kg=0.001, volume_l=500, rate=model.rates(VALUES)) == 0


def test_by_hand_a_kilogram_over_a_hundred_kilometres():
    """Wear and making 0.1 each tonne-km over 100 km: 20 kg; 100 x 1.0 / 0.8 = 125 km x 1 kg / 0.5 t = 250 kg; 270 kg a tonne."""
    v = dict.fromkeys(VALUES, 0.0) | {
        "road_wear": 0.1, "truck_making": 0.1, "detour": 1.0, "empty": 0.2, "truck_km": 1.0, "truck_load": 0.5, "hub_km": 100, "van_load": 1,
        "building_years": 50, "warehouse_stack": 1, "pickup_stack": 1, "shop_stack": 1,
    }  # fmt: skip
    rate = model.rates(v)
    assert rate.haul == pytest.approx(0.27) and rate.tour == 0
    assert model.parcel("home", weight_kg=2, volume_l=0, rate=rate)["transport"] == pytest.approx(0.54)


def test_the_box_grows_with_the_surface():
    rate = model.rates(VALUES)
    assert model.box_kg(80, rate) == pytest.approx(4 * model.box_kg(10, rate))
    assert model.box_kg(10, rate) * rate.box == pytest.approx(0.35269, abs=5e-6)


def test_a_known_box_stands_in_for_that_of_the_model_and_a_store_has_none():
    rate = model.rates(VALUES)
    known = model.parcel("home", weight_kg=1, volume_l=10, packaging_kg=0.1, rate=rate)
    assert known["packaging"] == pytest.approx(0.129 + rate.order)
    assert model.parcel("store", weight_kg=1, volume_l=10, packaging_kg=0.1, rate=rate)["packaging"] == 0


def test_a_way_home_counts_nothing_and_express_is_counted_like_home():
    rate = model.rates(VALUES)
    home = model.parcel("home", weight_kg=1, volume_l=10, rate=rate, car_km=9)
    assert home["collection"] == 0 and home == model.parcel("express", weight_kg=1, volume_l=10, rate=rate)


def test_an_unknown_mode_or_kind_of_goods_names_those_there_are():
    with pytest.raises(ValueError, match='mode: "drone" is unknown. Use one of home, express'):
        model.parcel("drone", weight_kg=1, volume_l=1, rate=model.rates(VALUES))
    with pytest.raises(ValueError, match='goods: "toys" is unknown. Use one of groceries'):
        model.rates(VALUES, goods="toys")


def oracle(name):
    where = os.environ.get("CMO_TEST_DATA")
    path = Path(where) / "brand" / name if where else None
    if path is None or not path.is_file():
        pytest.skip(f"set CMO_TEST_DATA to the folder with brand/{name}")
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.golden
def test_28_of_28_totals_by_weight_have_every_digit():
    totals = {}
    for row in oracle("ademe_livraison_par_poids.csv"):
        totals.setdefault(row["slug"], {})[STAGE[row["etape"]]] = float(row["kgCO2e"])
    found = 0
    for slug, stages in totals.items():
        plain = next(name for name in THEIRS if slug.startswith(name))
        rest = slug.removeprefix(plain)
        soft = rest.startswith("douce")
        weight, volume, goods = BY_WEIGHT[rest.removeprefix("douce")]
        ours = made(THEIRS[plain], weight, volume, goods, 0 if soft else WAY[plain])
        assert sum(ours.values()) == pytest.approx(sum(stages.values()), rel=1e-12)
        assert all(ours[stage] == pytest.approx(kg, rel=1e-12) for stage, kg in stages.items())
        found += 1
    assert found == 28


@pytest.mark.golden
def test_ten_products_in_seven_modes_have_every_digit_of_every_stage():
    rows = oracle("ademe_livraison_par_produit.csv")
    for row in rows:
        mode = THEIRS[row["mode"].removesuffix("douce")]
        ours = made(mode, *PRODUCTS[row["produit"]])
        assert ours[STAGE[row["etape"]]] == pytest.approx(float(row["kgCO2e"]), rel=1e-12)
    assert len({(row["produit"], row["mode"]) for row in rows}) == 70
