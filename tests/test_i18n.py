import pytest

from helpers import i18n
from helpers.errors import UsageError


def test_figures_read_as_english_readers_write_them():
    assert i18n.number(0.1234, "share", decimals=1) == "12.3%"
    assert i18n.number(1234.5, "currency", currency="EUR", decimals=2) == "€1,234.50"
    assert i18n.number(4_596_040, "currency", currency="USD") == "$4.6M"
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
