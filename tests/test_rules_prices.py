"""Dated rules of price reductions: each with its source, and no year is guessed."""

from datetime import date

import pytest

from helpers.rules import prices


def test_every_rule_has_a_source_and_a_day_of_checking():
    for one in (*prices.price_rules(), *prices.departments()):
        assert (
            one.source
            and one.text
            and one.status in ("known", "to confirm")
            and one.checked_on <= date(2026, 12, 31)
        )
    assert all(one.valid_from < one.checked_on < one.valid_to for one in prices.price_rules())


def test_the_reference_price_is_the_lowest_of_30_days_in_france_and_older_days_are_not_judged():
    rule = prices.price_rule("lowest_price", "FR", date(2026, 1, 7))
    assert rule.days == 30 and "L112-1-1" in rule.source and rule.status == "known"
    assert prices.price_rule("lowest_price", "FR", date(2023, 12, 31)) is None
    assert prices.price_rule("lowest_price", "CH", date(2026, 1, 7)) is None
    with pytest.raises(ValueError, match="lowest_price, soldes_word"):
        prices.price_rule("highest_price", "FR", date(2026, 1, 7))


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2025, 1, 8), date(2025, 2, 4), "inside"),
        (date(2026, 6, 24), date(2026, 7, 21), "inside"),
        (date(2026, 1, 6), date(2026, 2, 3), "outside"),  # a day early
        (date(2026, 7, 1), date(2026, 7, 22), "outside"),  # a day too long
        (date(2026, 11, 20), date(2026, 11, 30), "outside"),
        (date(2023, 1, 11), date(2023, 2, 7), "to confirm"),  # a year that nobody wrote down
        (date(2031, 1, 8), date(2031, 2, 4), "to confirm"),
    ],
)
def test_a_season_is_known_by_year_and_an_unknown_year_is_to_confirm(first, last, said):
    assert prices.soldes_of("FR", first, last) == said


def test_a_market_without_seasons_is_to_confirm():
    assert prices.soldes_of("CH", date(2026, 1, 7), date(2026, 2, 3)) == "to confirm"


def test_the_belgian_rules_are_to_confirm():
    rules = [one for one in prices.price_rules() if one.market == "BE"]
    assert rules and {one.status for one in rules} == {"to confirm"}


def test_the_departments_that_begin_earlier_have_no_guessed_day():
    (east, overseas) = prices.departments()
    assert east.codes == ("54", "55", "57", "88") and east.status == overseas.status == "to confirm"
