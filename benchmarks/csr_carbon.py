"""Carbon against its oracles: every published total and constant, and the seconds it takes.

    python benchmarks/csr_carbon.py [--quick]

1. ADEME's model of a delivery: 28 totals by weight, 10 products in 7 modes by stage; largest relative difference. Break-even of a kilogram.
2. A gigabyte by the Sustainable Web Design model; a million impressions by GMSF, published kilograms; electricity of every country.
3. LMDI: the remainder over 1,000 random changes, and beside Laspeyres' remainder on the same.
4. Seconds for a year of deliveries, row by row, with 400 draws.

Published data are read from the folder in CMO_TEST_DATA; without it parts 1 and 2 compare printed figures alone. Exit code 1 when a
published figure is missed.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import factors
from helpers.methods import delivery_carbon as model
from helpers.methods import delivery_carbon_orders as orders
from helpers.methods import digital_carbon as digital
from helpers.methods import lmdi

DAY = date(2026, 9, 30)
VALUES = factors.values(factors.factors(DAY))
DELIVERY = factors.factors(DAY, files=("delivery",))
COLLECT = VALUES["collect_km"]
MODES = {"magasin": "store", "pointrelais": "pick-up point", "clickcollect": "click and collect", "livraisondomicile": "home"}  # fmt: skip
WAY = {"magasin": 30, "clickcollect": 30, "pointrelais": 7, "livraisondomicile": 0}
SIZES = {"": (1, 10, "clothing"), "2kg": (2, 10, "clothing"), "15kg": (15, 100, "bulky"), "30kg": (30, 200, "bulky")}  # fmt: skip
PRODUCTS = {
    "courses": (20, 45, "groceries"), "chaussure": (1.5, 10, "clothing"), "livre": (0.2, 0.75, "culture"), "microondes": (18.425, 88.937, "other"),
    "vetements": (4, 48, "clothing"), "lavelinge": (70, 300, "bulky"), "lit": (120, 1600, "bulky"), "smartphone": (0.5, 0.9, "culture"),
    "vin": (16.4, 36, "groceries"), "cafetiere": (7.5, 26.25, "bulky"),
}  # fmt: skip
STAGES = {"transport": "transport", "commande_preparation": "packaging", "stockage_transit": "storage"}
PRINTED = {("home", 0): 0.722, ("pick-up point", 0): 0.656, ("pick-up point", 7): 1.652, ("store", 30): 4.812, ("click and collect", 30): 5.165}  # fmt: skip
MILLION = {("pc", 3, 300, "FR"): 19, ("pc", 3, 300, "WORLD"): 41, ("tv", 15, None, "FR"): 175, ("tv", 15, None, "WORLD"): 468, ("phone", 15, None, "FR"): 103, ("phone", 15, None, "WORLD"): 122}  # fmt: skip
COUNTRIES = {"FR": "FRA", "BE": "BEL", "CH": "CHE", "DE": "DEU", "EU": "EU", "WORLD": "World", "PL": "POL", "ES": "ESP"}  # fmt: skip


def parcel(mode: str, weight: float, volume: float, goods: str, way: float = 0.0) -> dict[str, float]:
    """A delivery as ADEME's page computes it."""
    rate = model.rates(VALUES, goods=goods)._replace(car=COLLECT)
    return {name: float(kg) for name, kg in model.parcel(mode, weight_kg=weight, volume_l=volume, rate=rate, car_km=way).items()}  # fmt: skip


def oracle(name: str) -> Path | None:
    """A file of published data, None where it is not at hand."""
    path = Path(os.environ.get("CMO_TEST_DATA", "")) / "brand" / name
    return path if os.environ.get("CMO_TEST_DATA") and path.is_file() else None


def rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def judged(name: str, shown: str, good: bool) -> list[str]:
    """Print a line, and return its name where it is missed."""
    print(f"  {name:58} {shown:>26}  {'ok' if good else 'MISSED'}", flush=True)
    return [] if good else [name]


def of_delivery() -> list[str]:
    """Part 1."""
    print("1. ADEME's model of a delivery")
    bad = []
    for (mode, way), printed in PRINTED.items():
        kg = sum(parcel(mode, 1, 10, "clothing", way).values())
        bad += judged(f"1 kg, {mode}, {way} km", f"{kg:.3f} ({printed})", abs(kg - printed) < 5e-4)
    even = float(model.break_even_km(weight_kg=1, volume_l=10, rate=model.rates(VALUES, goods="clothing"), per_km=COLLECT))  # fmt: skip
    bad += judged("break-even of a kilogram, km", f"{even:.3f} (0.46)", abs(even - 0.46) < 5e-3)
    by_weight, by_product = oracle("ademe_livraison_par_poids.csv"), oracle("ademe_livraison_par_produit.csv")
    if by_weight is None or by_product is None:
        print("  CMO_TEST_DATA is not set: the files are not compared")
        return bad
    totals: dict[str, float] = {}
    for row in rows(by_weight):
        totals[row["slug"]] = totals.get(row["slug"], 0.0) + float(row["kgCO2e"])
    gaps = []
    for slug, kg in totals.items():
        plain = next(name for name in MODES if slug.startswith(name))
        rest = slug.removeprefix(plain)
        ours = parcel(MODES[plain], *SIZES[rest.removeprefix("douce")], 0 if rest.startswith("douce") else WAY[plain])  # fmt: skip
        gaps.append(abs(sum(ours.values()) / kg - 1))
    same = sum(gap < 1e-12 for gap in gaps)
    bad += judged("totals by weight, to every digit", f"{same} of {len(gaps)}", same == len(gaps) == 28)
    stages = rows(by_product)
    worst = max(abs(parcel(MODES[row["mode"].removesuffix("douce")], *PRODUCTS[row["produit"]])[STAGES[row["etape"]]] / float(row["kgCO2e"]) - 1) for row in stages)  # fmt: skip
    return bad + judged(f"{len(stages)} stages of 10 products in 7 modes, largest gap", f"{worst:.0e}", worst < 1e-12)  # fmt: skip


def of_digital() -> list[str]:
    """Part 2."""
    print("2. site and advertisements")
    grams, green = (1000 * digital.site(1.0, VALUES, green=share).total for share in (0.0, 1.0))
    bad = judged("a gigabyte, g; on green hosting", f"{grams:.2f}, {green:.2f} (148.2, 121.03)", abs(grams - 148.2) < 0.005 and abs(green - 121.03) < 0.005)  # fmt: skip
    for (device, seconds, kilobytes, country), printed in MILLION.items():
        sent = kilobytes or digital.video_kilobytes(VALUES[f"bitrate_{device}"], seconds)
        one = digital.impression(VALUES, method="gmsf", device=device, seconds=seconds, kilobytes=sent, grid=factors.grid(country, DAY).value)  # fmt: skip
        bad += judged(f"a million on {device}, {seconds} s, {country}, kg", f"{1e6 * one.delivery:.1f} ({printed})", round(1e6 * one.delivery) == printed)  # fmt: skip
    path = oracle("co2js_average_intensities.json")
    if path is not None:
        source = json.loads(path.read_text(encoding="utf-8"))
        same = sum(abs(1000 * factors.grid(ours, DAY).value - source[name]["emissions_intensity_gco2_per_kwh"]) < 1e-9 for ours, name in COUNTRIES.items())  # fmt: skip
        bad += judged("electricity of countries", f"{same} of {len(COUNTRIES)}", same == len(COUNTRIES))
    return bad


def of_lmdi(changes: int) -> list[str]:
    """Part 3."""
    print(f"3. LMDI, {changes:,} random changes of five factors in twelve groups")
    rng = np.random.default_rng(1)
    before, after = (
        {name: rng.lognormal(sigma=0.4, size=(changes, 12)) for name in "abcde"} for _ in range(2)
    )
    start = time.perf_counter()
    made = lmdi.parts(before, after)
    seconds = time.perf_counter() - start
    old, new = (np.prod(list(side.values()), axis=0) for side in (before, after))
    change = (new - old).sum(axis=1)
    remainder = np.abs(sum(made.values()) - change).max()
    laspeyres = sum((old * (after[name] / before[name] - 1)).sum(axis=1) for name in before)
    left = float(np.median(np.abs(laspeyres - change) / np.abs(change)))
    print(f"  remainder of Laspeyres on the same, median {left:.0%} of the change; LMDI took {seconds:.3f} s")
    return judged("largest remainder of LMDI", f"{remainder:.0e}", remainder < 1e-9)


def of_speed(n: int) -> list[str]:
    """Part 4."""
    rng = np.random.default_rng(2)
    mode = rng.choice(["home", "express", "pick-up point", "click and collect", "store"], n)
    asked = np.isin(mode, ["pick-up point", "click and collect", "store"]) & (rng.random(n) < 0.05)
    trip = np.where(asked, rng.choice(["car", "foot", "bicycle"], n), None)
    table = pd.DataFrame({
        "market": rng.choice(["FR", "BE", "CH"], n), "mode": mode, "trip": trip, "distance_km": np.where(trip == "car", rng.exponential(5, n), np.nan), "n_orders": 1,
        "weight_kg": rng.gamma(2, 1.2, n), "volume_l": rng.gamma(2, 5, n), "packaging_kg": rng.gamma(4, 0.1, n), "cost": rng.gamma(8, 0.7, n),
    })  # fmt: skip
    drawn = orders.factor_draws(factors.values(DELIVERY), factors.doubts(DELIVERY), draws=400, rng=rng)
    start = time.perf_counter()
    found = orders.footprint(table, drawn, rng=rng)
    seconds = time.perf_counter() - start
    told = orders.estimate(orders.per_order(found).sum(axis=1), n=n)
    print(f"4. {n:,} deliveries, row by row, 400 draws: {told.value:.2f} kg an order ({told.low:.2f} to {told.high:.2f}), {seconds:.1f} s")  # fmt: skip
    return judged("seconds", f"{seconds:.1f} (at most 20)", seconds < 20)


def main() -> None:
    """Run the four parts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    bad = of_delivery() + of_digital() + of_lmdi(100 if quick else 1000) + of_speed(10_000 if quick else 100_000)  # fmt: skip
    if bad:
        sys.exit(f"missed: {'; '.join(bad)}")


if __name__ == "__main__":
    main()
