"""Bytes and screens: published constants, published totals a million impressions, by hand and at the limits."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from helpers import factors
from helpers.methods import digital_carbon as digital

DAY = date(2026, 9, 30)
WEB = factors.values(factors.factors(DAY, files=("web",)))
MEDIA = factors.values(factors.factors(DAY, files=("media",)))
FRANCE, WORLD = (factors.grid(name, DAY).value for name in ("FR", "WORLD"))


def test_a_gigabyte_has_the_published_grams_and_segments():
    one = digital.site(1.0, WEB)
    assert 1000 * one.total == pytest.approx(148.2, abs=5e-4)
    assert [1000 * one.used[name] for name in digital.SEGMENTS] == pytest.approx([27.17, 29.146, 39.52])
    assert [1000 * one.made[name] for name in digital.SEGMENTS] == pytest.approx([5.928, 6.422, 40.014])
    assert 1000 * digital.site(1.0, WEB, green=1.0).total == pytest.approx(121.03, abs=5e-4)


def test_french_electricity_counts_for_networks_and_devices_in_use_only():
    here = digital.site(2.0, WEB, grid=FRANCE)
    assert here.used["device"] == pytest.approx(2 * 0.08 * 0.04418)
    assert here.used["centre"] == pytest.approx(2 * 0.02717) and here.made == digital.site(2.0, WEB).made
    assert here.total < digital.site(2.0, WEB).total


@pytest.mark.parametrize(
    ("grid", "kilobytes", "seconds", "device", "kg"),
    [(FRANCE, 300, 3, "pc", 19), (WORLD, 300, 3, "pc", 41), (FRANCE, None, 15, "tv", 175), (WORLD, None, 15, "tv", 468), (FRANCE, None, 15, "phone", 103), (WORLD, None, 15, "phone", 122)],
)  # fmt: skip
def test_a_million_impressions_have_the_published_kilograms(grid, kilobytes, seconds, device, kg):
    sent = kilobytes or digital.video_kilobytes(MEDIA[f"bitrate_{device}"], seconds)
    one = digital.impression(MEDIA, method="gmsf", device=device, seconds=seconds, kilobytes=sent, grid=grid)
    assert round(1e6 * one.delivery) == kg


def test_a_computer_of_53_watts_at_a_tenth_of_an_impression_a_second_has_the_published_constants():
    """Ten seconds an impression: 53.2 W x 10 s = 0.00014778 kWh, and 0.00464 g a second makes 0.0464 g."""
    old = {**MEDIA, "gmsf_watts_pc": 53.2, "gmsf_made_pc": 0.00000464}
    assert digital.energy_kwh(53.2, 10) == pytest.approx(0.00014778, abs=5e-9)
    made = digital.impression(old, method="gmsf", device="pc", seconds=10, kilobytes=0, grid=0.0)
    assert 1000 * made.device == pytest.approx(0.0464)


def test_the_two_sets_differ_by_four_on_the_network():
    one, other = (MEDIA[f"{name}_network_fixed"] for name in digital.SETS)
    assert other / one == pytest.approx(4.2, abs=0.05)


def test_by_hand_an_hour_of_one_device():
    v = {
        **MEDIA,
        "sri_watts_pc": 100.0,
        "sri_made_pc": 0.001,
        "sri_network_fixed": 2.0,
        "sri_network_made_fixed": 0.5,
    }
    made = digital.impression(v, method="sri", device="pc", seconds=3600, kilobytes=1_000_000, grid=0.1, part=0.5, bids=True)  # fmt: skip
    assert made.device == pytest.approx(0.5 * (0.1 * 0.1 + 3.6)) and made.network == pytest.approx(0.7)
    assert made.bids == 0


def test_bid_requests_are_counted_by_the_set_that_has_them():
    made = digital.impression(MEDIA, method="gmsf", device="pc", seconds=0, kilobytes=0, grid=FRANCE, bids=True)  # fmt: skip
    assert made == (0, 0, pytest.approx(0.00011442)) and made.delivery == 0


def test_what_is_unknown_is_named_with_what_is_allowed():
    with pytest.raises(ValueError, match='method: "mine" is unknown. Use one of gmsf, sri'):
        digital.impression(MEDIA, method="mine", device="pc", seconds=1, kilobytes=1, grid=0.1)
    with pytest.raises(ValueError, match='device: "watch" is unknown. Use one of pc, phone'):
        digital.impression(MEDIA, method="sri", device="watch", seconds=1, kilobytes=1, grid=0.1)
    with pytest.raises(ValueError, match="green: 2 is no share"):
        digital.site(1.0, WEB, green=2)


def oracle(name):
    where = os.environ.get("CMO_TEST_DATA")
    path = Path(where) / "brand" / name if where else None
    if path is None or not path.is_file():
        pytest.skip(f"set CMO_TEST_DATA to the folder with brand/{name}")
    return path.read_text(encoding="utf-8")


@pytest.mark.golden
def test_the_electricity_of_every_country_is_that_of_the_source():
    source = json.loads(oracle("co2js_average_intensities.json"))
    theirs = {"FR": "FRA", "BE": "BEL", "CH": "CHE", "DE": "DEU", "GB": "GBR", "EU": "EU", "WORLD": "World", "PL": "POL", "XK": "XKX"}  # fmt: skip
    for code, name in theirs.items():
        found = factors.grid(code, DAY)
        assert 1000 * found.value == pytest.approx(source[name]["emissions_intensity_gco2_per_kwh"])
        assert found.year == source[name]["year"]


@pytest.mark.golden
def test_media_factors_are_those_of_the_source():
    """Lines of two sets, read without a parser of YAML: the name of a set, then its lines until the next."""
    text = oracle("scope3_gmsf_docs_defaults.yaml")
    for key, ours, scale in (
        ("default_device_watts", "watts", 1.0), ("default_device_embodied_emissions_per_second", "made", 1000.0),
        ("default_usage_kwh_per_gb", "network", 1.0), ("default_network_embodied_emissions_gco2e_per_kb", "network_made", 1e-3),
    ):  # fmt: skip
        block = text.split(f"\n  {key}:\n")[1]
        which = ""
        for line in block.splitlines():
            if not line.startswith("    "):
                break
            name, value = line.strip().split(":")
            if not value:
                which = {"scope3": "gmsf"}.get(name, name)
            elif f"{which}_{ours}_{name}" in MEDIA:
                assert scale * MEDIA[f"{which}_{ours}_{name}"] == pytest.approx(float(value))
    assert f"default_emissions_per_bid_request_gco2_per_imp: {1000 * MEDIA['gmsf_bids']:.5f}" in text
