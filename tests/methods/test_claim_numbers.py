"""Figures in the words of a claim: value, unit, direction, year, place."""

import pytest

from helpers.methods.claim_numbers import claimed_numbers


def only(text: str, language: str) -> dict:
    found = claimed_numbers(text, language)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "language", "value", "unit", "sign", "year"),
    [
        ("38 % de plastique en moins qu'en 2022", "fr", 38, "%", -1, 2022),
        ("Nous avons réduit nos émissions de 1 200 t depuis 2021.", "fr", 1200, "t", -1, 2021),
        ("Nous avons réduit nos émissions de 1\u202f200 t depuis 2021.", "fr", 1200, "t", -1, 2021),
        ("40% less CO2 per parcel than in 2022", "en", 40, "%", -1, 2022),
        ("1,200 tonnes saved in 2025", "en", 1200, "t", -1, 2025),
        ("−12,5 % d’eau", "fr", 12.5, "%", -1, None),
        ("0,4 kg CO2e par colis", "fr", 0.4, "kg", 0, None),
        ("En 2025, 62 % de femmes", "fr", 62, "%", 0, 2025),
        ("2 millions d'euros versés", "fr", 2e6, "EUR", 0, None),
        ("1.5 million bottles", "en", 1.5e6, "bottles", 0, None),
        ("half the plastic", "en", 50, "%", 0, None),
        ("de moitié", "fr", 50, "%", 0, None),
        ("The share of women rose to 41 percent in 2025", "en", 41, "%", 1, 2025),
        ("150 litres", "fr", 150, "l", 0, None),
    ],
)
def test_a_figure_is_read_as_people_write_it(text, language, value, unit, sign, year):
    got = only(text, language)
    assert got["value"] == pytest.approx(value)
    assert (got["unit"], got["sign"], got["year"]) == (unit, sign, year)


def test_years_alone_are_no_figures():
    assert claimed_numbers("Depuis 2019, et jusqu'en 2030.", "fr") == []


def test_two_figures_keep_their_order_and_places():
    text = "Le rail est passé de 8 à 22 % entre 2021 et 2024."
    found = claimed_numbers(text, "fr")
    assert [text[one["start"] : one["end"]] for one in found] == ["8", "22 %"]


def test_words_beside_the_figure_are_its_scope():
    assert only("62 % recycled plastic, weighed.", "en")["scope"] == "recycled plastic"


def test_a_text_without_figures_gives_none():
    assert claimed_numbers("", "en") == []


def test_another_language_is_refused():
    with pytest.raises(ValueError, match='"de"'):
        claimed_numbers("5 kg", "de")
