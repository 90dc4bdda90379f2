import math

import pandas as pd
import pytest

from helpers import record, tables
from helpers.company import Company, Scope
from helpers.methods.intervals import wilson
from helpers.periods import parse
from helpers.report import sentences


def decisions(*rows: tuple) -> pd.DataFrame:
    names = ["expected", "expected_low", "expected_high", "observed", "effect_unit"]
    return pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names[:4], float))


@pytest.fixture
def firm(tmp_path):
    """A company in euros with five decisions that were due in September 2026."""
    made = Company("firm", tmp_path, "Firm", "EUR", ("FR", "CH"), "Europe/Paris")
    rows = decisions(
        (100, 70, 130, 120, "money"),  # euros
        (50, 10, 90, 60, None),  # francs of June, at 1.10 by the rate of June 1
        (20, 15, 25, 10, "money"),  # no currency: the company's
        (30, 20, 40, 35, "money"),  # dollars, of which no rate is known
        (0.02, 0.01, 0.03, 0.01, "as in the KPI"),  # no money, whatever its currency
    )
    rows = rows.assign(
        decision_id=list("abcde"),
        decision="Do it.",
        decided_on=["2026-06-10", "2026-06-15", "2026-07-01", "2026-07-02", "2026-07-03"],
        due_on="2026-09-15",
        market=["FR", "CH", "FR", "FR", "CH"],
        currency=["EUR", "CHF", None, "USD", "CHF"],
    )
    tables.write(rows, "decisions", made)
    return made


def rates(firm: Company, *rows: tuple) -> None:
    names = ["quoted_on", "from_currency", "to_currency", "rate"]
    tables.write(pd.DataFrame(rows, columns=names), "fx_rates", firm)


def test_money_of_several_currencies_is_added_up_at_the_rates_of_the_days_of_decision(firm):
    rates(
        firm,
        ("2026-01-01", "CHF", "EUR", 1.02),
        ("2026-06-01", "CHF", "EUR", 1.10),
        ("2026-07-01", "CHF", "EUR", 1.50),
    )
    found = record.of(Scope(firm, parse("2026-09"), "ALL", "en"))
    assert (found.n_read, found.n_inside, found.n_judged) == (
        5,
        4,
        5,
    )  # a rate moves no result out of its interval
    assert (found.n_money, found.n_left_out) == (3, 1)
    assert found.expected == pytest.approx(100 + 55 + 20)
    assert found.obtained == pytest.approx(120 + 66 + 10)
    assert found.expected_low == pytest.approx(175 - math.hypot(30, 44, 5))
    said = sentences.record(found, "EUR", language="en")
    assert "Expected in all: €175" in said
    assert said.endswith("One decision is in a currency without a rate, so the sum of money leaves it out.")


def test_without_rates_only_money_in_the_currency_of_the_page_is_added_up(firm):
    found = record.of(Scope(firm, parse("2026-09"), "ALL", "en"))
    assert (found.expected, found.obtained, found.n_money, found.n_left_out) == (120, 130, 2, 2)


def test_a_market_adds_up_in_its_own_currency(firm):
    found = record.of(Scope(firm, parse("2026-09"), "CH", "en", "CHF"))
    assert (found.expected, found.obtained, found.n_money, found.n_left_out) == (50, 60, 1, 0)


def test_five_decisions_by_hand():
    found = record.summary(
        decisions(
            (100, 70, 130, 120, "money"),  # inside
            (50, 10, 90, 95, None),  # outside; no unit means money
            (0.02, 0.01, 0.03, 0.01, "as in the KPI"),  # inside, at the bound, and no money
            (40, None, None, 60, "money"),  # a result without a stated interval
            (10, 5, 15, None, "money"),  # due and not read
        )
    )
    assert (found.n_due, found.n_read, found.n_inside, found.n_judged, found.n_money) == (5, 4, 2, 3, 2)
    assert (found.expected, found.obtained) == (150, 215)
    assert found.expected_low == pytest.approx(150 - math.hypot(30, 40)) == pytest.approx(100)
    assert found.expected_high == pytest.approx(200)
    assert (found.low, found.high) == pytest.approx(wilson(2, 3, level=0.9))


def test_no_decision_that_is_due_gives_no_record():
    assert record.summary(decisions()) is None


def test_decisions_without_results_have_no_share():
    found = record.summary(decisions((10, 5, 15, None, "money")))
    assert (found.n_due, found.n_read, found.n_judged) == (1, 0, 0) and math.isnan(found.low)
