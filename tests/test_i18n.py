from datetime import date

import pytest

from helpers import i18n
from helpers.errors import UsageError


def test_figures_read_as_english_readers_write_them():
    assert i18n.number(0.1234, "share", decimals=1) == "12.3%"
    assert i18n.number(1234.5, "currency", currency="EUR", decimals=2) == "€1,234.50"
    assert i18n.number(4_596_040, "currency", currency="USD") == "$4,596,040"
    assert i18n.number(45_960_400, "currency", currency="USD") == "$45.96M"
    assert i18n.number(-1234.4, "currency", currency="EUR") == "−€1,234"  # a minus, not a hyphen
    assert i18n.number(12345, "orders") == "12,345 orders"


def test_a_missing_figure_is_a_dash():
    assert i18n.number(None, "share") == i18n.number(float("nan"), "share") == "–"


def test_money_without_a_currency_is_refused():
    with pytest.raises(ValueError, match="needs its currency"):
        i18n.number(1, "currency")


def test_an_interval_needs_both_bounds():
    assert i18n.interval(0.1, 0.2, "share") == "10% to 20%"
    assert i18n.interval(31, 42, "orders") == "31 to 42 orders"
    assert i18n.interval(None, 0.2, "share") == ""


def test_a_language_without_catalogue_is_refused_with_those_that_have_one():
    with pytest.raises(UsageError, match="Use one of en"):
        i18n.translations("xx")


def test_named_values_are_filled_in():
    assert i18n.text("{a} of {b}", "en", a=1, b=2) == "1 of 2"


def test_figures_read_as_french_readers_write_them():
    def said(value, unit, **options):
        return i18n.number(value, unit, language="fr", **options)

    assert said(0.1234, "share", decimals=1) == "12,3\u00a0%"
    assert said(1234.5, "currency", currency="EUR", decimals=2) == "1\u202f234,50\u00a0€"
    assert said(1235, "currency", currency="EUR") == "1\u202f235\u00a0€"
    assert said(12_345_678, "currency", currency="EUR") == "12,35\u00a0M€"
    assert said(-12.34, "currency", currency="CHF", decimals=2) == "−12,34\u00a0CHF"
    assert said(5.1, "points", decimals=1) == "5,1\u00a0pt"
    assert said(1, "orders") == "1\u00a0commande" and said(1.5, "orders", decimals=1) == "1,5\u00a0commande"
    assert said(12345, "orders") == "12\u202f345\u00a0commandes"
    assert i18n.interval(0.1, 0.2, "share", language="fr") == "10\u00a0% à 20\u00a0%"


def test_swiss_french_groups_thousands_with_an_apostrophe():
    assert i18n.number(1234567, "count", language="fr_CH") == "1’234’567"
    assert (
        i18n.number(1234.5, "currency", currency="CHF", decimals=2, language="fr_CH") == "1’234,50\u00a0CHF"
    )
    assert i18n.tag("fr_CH") == "fr-CH"


def test_a_code_of_a_currency_stands_apart_from_its_number():
    assert i18n.number(1234, "currency", currency="CHF") == "CHF\u00a01,234"


@pytest.mark.parametrize("language", ["xx", "fr_XX", "fr_", ""])
def test_an_unknown_language_or_region_is_refused(language):
    with pytest.raises(UsageError, match="has no catalogue"):
        i18n.check(language)


def test_counts_take_the_form_of_their_language():
    def said(n, language):
        return i18n.plural("One decision waits.", "{n} decisions wait.", n, language)

    assert said(1, "en") == "One decision waits." and said(0, "en") == "0 decisions wait."
    assert said(1200, "en") == "1,200 decisions wait."
    assert "1\u202f200" in said(1200, "fr")


def test_both_ends_of_an_interval_have_one_scale():
    money = {"unit": "currency", "currency": "EUR"}
    assert i18n.interval(7_266_790, 12_900_000, **money) == "€7.27M to €12.90M"
    assert i18n.interval(-12_900_000, -500_000, **money, language="fr") == "−12,90\u00a0M€ à −0,50\u00a0M€"
    assert i18n.interval(726_679, 1_290_000, **money) == "€726,679 to €1,290,000"
    assert i18n.number(-0.2, **money) == "€0" and i18n.number(-0.0004, "share") == "0%"
    assert i18n.number(-2.5e9, "currency", currency="EUR", language="fr") == "−2,50\u00a0Md€"


def test_lists_dates_and_months_are_those_of_the_language():
    when = date(2026, 9, 30)
    assert i18n.listed(["a", "b", "c"]) == "a, b and c" and i18n.listed(["a", "b", "c"], "fr") == "a, b et c"
    assert i18n.listed(["a", "b", "c"], style="or") == "a, b or c"
    assert i18n.listed(["a", "b"], "fr", style="or") == "a ou b"
    assert (
        i18n.parted(["a, b", "c", "d"]) == "a, b; c; d"
        and i18n.parted([]) == ""
        and i18n.parted(["a"]) == "a"
    )
    assert i18n.parted(["a, b", "c"], "fr") == "a, b\u00a0; c"
    assert i18n.day(when) == "September 30, 2026" and i18n.day(when, "fr") == "30 septembre 2026"
    assert (
        i18n.day(date(2026, 10, 1), "fr") == "1er octobre 2026"
        and i18n.day(date(2026, 10, 11), "fr")[:3] == "11 "
    )
    assert i18n.month(when, short=True) == "Sep 2026" and i18n.month(when, "fr", short=True) == "sept. 2026"


def test_what_has_no_translation_stays_english_and_is_listed(tmp_path, monkeypatch):
    monkeypatch.setenv("CMO_UNTRANSLATED", str(tmp_path / "list"))
    assert i18n.text("A message that nobody has translated: {n}.", "fr", n=1).endswith("translated: 1.")
    assert "A message that nobody has translated: {n}." in i18n.untranslated("fr")
    assert "nobody has translated" in (tmp_path / "list").read_text(encoding="utf-8")
    assert i18n.untranslated("en") == []


def test_a_p_value_is_never_zero():
    assert [i18n.p_value(p).replace("\u00a0", " ") for p in (0.4381, 0.001, 0.0)] == [
        "p = 0.438",
        "p = 0.001",
        "p < 0.001",
    ]
    assert i18n.p_value(0.0, "fr").endswith("0,001")
