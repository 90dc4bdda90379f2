"""Numbers in words against indicators: rounding of the words, unit, year, change since a year."""

from datetime import date

import pandas as pd
import pytest

from helpers.methods import number_check

DAY = date(2026, 9, 30)


def metrics(*rows: tuple) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["period_end", "metric", "scope", "value", "measure", "is_audited"])
    return made.assign(period_end=pd.to_datetime(made["period_end"]))


TABLE = metrics(
    ("2024-12-31", "recycled", "packaging", 0.55, "share", True), ("2025-12-31", "recycled", "packaging", 0.62, "share", True),
    ("2026-06-30", "recycled", "packaging", 0.70, "share", False), ("2020-12-31", "emissions", None, 50_000, "kgCO2e", True),
    ("2025-12-31", "emissions", None, 41_000, "kgCO2e", True), ("2025-12-31", "machine footprint", None, 92, "kgCO2e", True),
    ("2026-12-31", "recycled", "packaging", 0.99, "share", True),
)  # fmt: skip


def checked(
    value,
    unit,
    *,
    metric="recycled",
    scope="packaging",
    place=1.0,
    bound="exact",
    sign=0,
    year=None,
    base_year=None,
):
    said = pd.DataFrame([{"claim_id": "c1", "metric": metric, "scope": scope, "value": value, "unit": unit, "place": place, "bound": bound, "sign": sign, "year": year, "base_year": base_year}])  # fmt: skip
    return number_check.check_numbers(said, TABLE, on=DAY).iloc[0]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"value": 62, "unit": "%"}, "agrees"),
        ({"value": 62.4, "unit": "%", "place": 0.1}, "value differs"),
        ({"value": 65, "unit": "%"}, "value differs"),
        ({"value": 55, "unit": "%"}, "year differs"),  # that of the year before, told as today's
        ({"value": 62, "unit": "%", "year": 2024}, "year differs"),
        ({"value": 55, "unit": "%", "year": 2024}, "agrees"),
        ({"value": 60, "unit": "%", "bound": "at least"}, "agrees"),
        ({"value": 63, "unit": "%", "bound": "at least"}, "value differs"),
        ({"value": 60, "unit": "%", "bound": "about"}, "agrees"),
        ({"value": 62, "unit": "kg"}, "unit differs"),
        ({"value": 5, "unit": "kg"}, "not comparable"),
        ({"value": 41, "unit": "t", "metric": "emissions", "scope": None}, "agrees"),
        ({"value": 41, "unit": "kg", "metric": "emissions", "scope": None}, "value differs"),
        (
            {"value": 18, "unit": "%", "sign": -1, "base_year": 2020, "metric": "emissions", "scope": None},
            "agrees",
        ),
        (
            {"value": 30, "unit": "%", "sign": -1, "base_year": 2020, "metric": "emissions", "scope": None},
            "value differs",
        ),
        ({"value": 92, "unit": "t", "metric": "machine footprint", "scope": None}, "unit differs"),
        ({"value": 5, "unit": "%", "metric": "unknown", "scope": None}, "no indicator"),
    ],
)
def test_a_number_is_held_against_its_indicator(said, status):
    assert checked(**said)["status"] == status


def test_what_is_measured_after_the_day_and_what_nobody_audited_do_not_decide():
    assert checked(99, "%")["status"] == "value differs"
    row = checked(70, "%")
    assert row["status"] == "value differs" and row["is_audited"] and row["gap"] == pytest.approx(0.08)


def test_another_scope_than_the_claims_is_said():
    assert not checked(62, "%", scope="whole range")["is_scope_same"]
    assert checked(62, "%")["is_scope_same"]


def test_an_unknown_bound_is_refused():
    with pytest.raises(ValueError, match='bound "roughly" is unknown'):
        checked(1, "%", bound="roughly")


def test_no_numbers_give_no_rows():
    empty = pd.DataFrame(
        columns=[
            "claim_id",
            "metric",
            "scope",
            "value",
            "unit",
            "place",
            "bound",
            "sign",
            "year",
            "base_year",
        ]
    )
    assert number_check.check_numbers(empty, TABLE, on=DAY).empty
