"""Emission factors: each with unit, source and validity; of their day; overridden by a company's own; refused where unknown."""

import itertools
from datetime import date

import pandas as pd
import pytest

from helpers import factors
from helpers.errors import DataError

DAY, OLD = date(2026, 9, 30), date(2024, 9, 30)
LINE = {"id": "x", "value": 1.0, "unit": "kg CO2e", "per": "km", "source": "somewhere", "licence": "MIT", "checked_on": DAY, "valid_from": OLD}  # fmt: skip


def own(**more):
    row = {"factor_id": "car_km", "activity": "a kilometre by car", "per": "km", "co2_kg": 0.1, "uncertainty": None, "source": "fleet report", "valid_from": "2026-07-01"}  # fmt: skip
    return pd.DataFrame([{**row, **more}])


def test_every_factor_says_where_it_is_from_since_when_and_how_sure_it_is():
    for one in factors.factors(DAY).values():
        assert one.source and one.licence and one.meaning and one.status in factors.STATUSES
        assert one.valid_from <= one.checked_on <= one.valid_to and one.unit in factors.UNITS
        assert bool(one.uncertainty) == bool(one.uncertainty and one.uncertainty_source)


def test_doubts_that_no_source_gives_are_said_to_be_assumed():
    held = [one for one in factors.factors(DAY).values() if one.uncertainty]
    assert held and {one.uncertainty_source for one in held} == {"assumed"}


def test_an_old_report_run_again_uses_the_factor_of_its_day():
    assert factors.grid("FR", OLD).value == pytest.approx(0.05604)
    assert factors.grid("FR", OLD).status == "to confirm"
    assert factors.grid("FR", DAY).value == pytest.approx(0.04418)
    assert factors.factors(OLD, files=("grid",))["grid_FR"].value == pytest.approx(0.05604)


def test_a_company_overrides_from_its_first_day_on_and_only_then():
    table = own()
    assert factors.factor("car_km", DAY, own=table).value == 0.1
    assert factors.factor("car_km", date(2026, 6, 30), own=table).value == 0.216
    assert factors.factors(DAY, own=table)["car_km"].source == "fleet report"
    later = pd.concat([table, own(co2_kg=0.08, valid_from="2026-09-01")])
    assert factors.factor("car_km", DAY, own=later).value == 0.08


def test_an_own_factor_has_our_doubt_unless_it_says_its_own():
    assert factors.factor("car_km", DAY, own=own()).uncertainty == 0.1
    told = factors.factor("car_km", DAY, own=own(uncertainty=0.02))
    assert told.uncertainty == 0.02 and told.uncertainty_source == "fleet report"


@pytest.mark.parametrize("unit", ["mile", "", None, "kWh"])
def test_an_own_factor_in_another_unit_or_in_none_is_refused(unit):
    with pytest.raises(DataError, match='car_km has the unit ".*", and this factor is in kg CO2e per km'):
        factors.factor("car_km", DAY, own=own(per=unit))


def test_an_own_factor_that_is_no_emission_is_refused():
    with pytest.raises(DataError, match="van_load has the unit"):
        factors.factor("van_load", DAY, own=own(factor_id="van_load"))


def test_own_factors_that_nothing_reads_are_named():
    assert factors.unused(pd.concat([own(), own(factor_id="ship_km")])) == ["ship_km"]
    assert factors.unused(None) == []


def test_an_unknown_country_lists_those_known():
    with pytest.raises(DataError, match='no electricity of country "XX" is known. Use AL, AT, .*FR'):
        factors.grid("XX", DAY)


def test_an_unknown_factor_and_a_day_before_the_first_are_refused():
    with pytest.raises(ValueError, match='factor: "rocket_km" is unknown. Use one of bitrate_pc'):
        factors.factor("rocket_km", DAY)
    with pytest.raises(DataError, match="no car_km is known on 2020-01-01; the first is of 2023-01-01"):
        factors.factor("car_km", date(2020, 1, 1))
    with pytest.raises(ValueError, match='files: "ships" is unknown'):
        factors.factors(DAY, files=("ships",))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"unit": ""}, 'x has unit = "". Write one of kg CO2e'), ({"unit": "pound"}, 'unit = "pound"'), ({"per": "mile"}, 'per = "mile"'),
        ({"source": ""}, "no source"), ({"status": "sure"}, "a status that is none"), ({"value": float("nan")}, "value = nan, which is no number"), ({"value": None}, "no number"),
    ],
)  # fmt: skip
def test_a_line_without_unit_source_or_value_says_what_is_missing(change, says):
    with pytest.raises(DataError, match=says):
        factors.made({**LINE, **change}, "delivery.toml")
    assert factors.made(LINE, "delivery.toml").valid_to == date.max


def test_the_same_factor_has_one_value_a_day():
    for name, held in factors._by_id().items():
        ends = sorted((one.valid_from, one.valid_to) for one in held)
        assert all(last < first for (_, last), (first, _) in itertools.pairwise(ends)), name


def test_each_channel_has_one_advertisement_on_a_day_and_an_unknown_one_none():
    named = [name for one in factors.formats() for name in one["channels"]]
    assert len(named) == len(set(named)) and all(one["source"] for one in factors.formats())
    assert factors.format_of("video", DAY)["device"] == "pc"
    assert factors.format_of("skywriting", DAY) is None and factors.format_of("video", date(2020, 1, 1)) is None  # fmt: skip
