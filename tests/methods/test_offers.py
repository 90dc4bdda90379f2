"""Offers and choices: rates over offers, criteria shown, and a default that a lot decided."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.methods.intervals import wilson
from helpers.methods.offers import by_criteria, choice_rates, default_effect, mixes


def offers(*rows) -> pd.DataFrame:
    columns = [
        "offered_on",
        "market",
        "choice",
        "category",
        "n_criteria",
        "preset",
        "is_drawn",
        "n_offered",
        "n_chosen",
    ]
    made = pd.DataFrame(rows, columns=columns)
    return made.assign(offered_on=pd.to_datetime(made["offered_on"]))


def shown(criteria: int, n: int, chosen: int, choice: str = "grouped") -> tuple:
    return "2026-07-06", "FR", choice, "machine", criteria, "none", False, n, chosen


def lot(
    preset: str, n: int, chosen: int, week: str = "2026-07-06", *, drawn: bool = True, choice: str = "grouped"
) -> tuple:
    return week, "FR", choice, "machine", 2, preset, drawn, n, chosen


# ---- by hand ----


def test_five_rows_by_hand():
    rows = offers(
        shown(1, 40, 10),
        shown(2, 60, 15),
        shown(1, 100, 9, "refilled"),
        shown(3, 20, 2, "repair"),
        shown(0, 0, 0, "repair"),
    )
    table = choice_rates(rows, by=["choice"]).set_index("choice")
    assert table.loc["grouped", "rate"] == pytest.approx(0.25)
    assert (table.loc["grouped", "low"], table.loc["grouped", "high"]) == pytest.approx(wilson(25, 100))
    assert math.isnan(table.loc["repair", "rate"]) and "need n = 30" in table.loc["repair", "reason"]
    assert table.loc["repair", "n_chosen"] == 2  # counts stay
    whole = choice_rates(rows, by=[]).iloc[0]
    assert whole["rate"] == pytest.approx(36 / 220)


def test_orders_without_an_offer_are_no_denominator():
    before = choice_rates(offers(shown(1, 40, 10)), by=[]).iloc[0]
    after = choice_rates(offers(shown(1, 40, 10), shown(1, 0, 0)), by=[]).iloc[0]
    assert before["rate"] == after["rate"]


def test_two_periods_side_by_side():
    table = mixes(offers(shown(1, 40, 10)), offers(shown(1, 20, 8), shown(1, 10, 1, "refilled"))).set_index(
        "choice"
    )
    assert tuple(table.loc["grouped", ["yes_then", "n_then", "yes_now", "n_now"]]) == (10, 40, 8, 20)
    assert tuple(table.loc["refilled", ["yes_then", "n_then", "yes_now", "n_now"]]) == (0, 0, 1, 10)


def test_the_default_by_hand():
    """30 of 100 against 20 of 100 by lot; by hand, 80 of 100 against 10 of 100."""
    rows = offers(
        lot("responsible", 100, 30),
        lot("usual", 100, 20),
        lot("responsible", 100, 80, drawn=False),
        lot("none", 100, 10, drawn=False),
    )
    found = default_effect(rows)
    assert (found.treated, found.control, found.whole.value) == pytest.approx((0.3, 0.2, 0.1))
    assert found.by_week.difference.value == pytest.approx(0.1) and found.naive.value == pytest.approx(0.7)
    assert found.ratio.verdict == "as planned" and found.n_weeks == 1


# ---- published ----


def test_one_rate_is_wilsons_published_interval():
    """Newcombe (1998), 81 of 263: 0.2553 to 0.3662 at 95 %."""
    row = choice_rates(pd.DataFrame({"n_offered": [263], "n_chosen": [81]}), by=[], level=0.95).iloc[0]
    assert (row["low"], row["high"]) == pytest.approx((0.2553, 0.3662), abs=5e-5)


# ---- limits ----


def test_no_offer_has_no_rate():
    row = choice_rates(offers(shown(1, 0, 0)), by=[]).iloc[0]
    assert math.isnan(row["rate"]) and row["reason"] is not None


def test_one_number_of_criteria_says_nothing_of_more():
    found = by_criteria(offers(shown(2, 400, 60)))
    assert math.isnan(found.knot) and math.isnan(found.slope.value) and "two numbers" in found.reason


def test_without_a_lot_there_is_no_effect():
    found = default_effect(
        offers(lot("responsible", 100, 80, drawn=False), lot("none", 100, 10, drawn=False))
    )
    assert math.isnan(found.whole.value) and found.ratio.verdict == "cannot tell" and found.n_weeks == 0


def test_a_broken_lot_is_seen():
    found = default_effect(offers(lot("responsible", 1200, 300), lot("usual", 900, 200)))
    assert found.ratio.verdict == "mismatch"


def test_other_choices_are_not_in_the_naive_comparison():
    rows = [
        lot("responsible", 100, 30),
        lot("usual", 100, 20),
        lot("none", 100, 10, drawn=False),
        lot("responsible", 100, 20, drawn=False),
    ]
    with_other = default_effect(offers(*rows, lot("none", 900, 900, drawn=False, choice="other")))
    assert with_other.naive.value == pytest.approx(default_effect(offers(*rows)).naive.value)


def test_criteria_that_differ_by_choice_alone_are_no_fall():
    """A choice that few take is shown with many criteria: across choices the rate falls, within them it does not."""
    rows = [shown(k, 2000, 600) for k in (0, 1, 2)] + [shown(k, 2000, 100, "refilled") for k in (3, 4, 5)]
    assert math.isnan(by_criteria(offers(*rows)).knot)


# ---- bad input ----


def test_more_choices_than_offers_are_refused():
    with pytest.raises(DataError, match="41 choices of 40 offers"):
        choice_rates(offers(shown(1, 40, 41)), by=[])


def test_a_missing_column_is_named():
    with pytest.raises(DataError, match="n_offered is missing"):
        choice_rates(pd.DataFrame({"n_chosen": [1]}), by=[])


# ---- known truth ----


def test_the_knot_is_found_where_it_is_planted_and_nowhere_else():
    """Flat up to three, then three points a criterion: told in at least 28 of 30 worlds; no fall: in at most 6 of 30."""
    told, at_three, false, held = 0, 0, 0, 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        rows = [
            shown(k, 900, int(rng.binomial(900, 0.1 + 0.04 * c - 0.03 * max(0, k - 3))), f"c{c}")
            for c in range(4)
            for k in range(6)
        ]
        found = by_criteria(offers(*rows))
        told, at_three = told + (not math.isnan(found.knot)), at_three + (found.knot == 3)
        held += found.slope.low <= -0.03 <= found.slope.high
        flat = [
            shown(k, 900, int(rng.binomial(900, 0.1 + 0.04 * c)), f"c{c}") for c in range(4) for k in range(6)
        ]
        false += not math.isnan(by_criteria(offers(*flat)).knot)
    assert told >= 28 and at_three >= 24 and false <= 6 and held >= 23


def test_a_rise_up_to_the_knot_does_not_flatten_the_fall_beyond_it():
    """Four points up by three criteria, then five down with each: the whole range would say four. Held in at least 24 of 30 worlds."""
    held, slopes = 0, []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        shares = [0.26, 0.28, 0.29, 0.30, 0.25, 0.20]
        rows = [
            shown(k, 4000, int(rng.binomial(4000, shares[k] + 0.02 * c)), f"c{c}")
            for c in range(3)
            for k in range(6)
        ]
        found = by_criteria(offers(*rows))
        slopes.append(found.slope.value)
        held += found.knot == 3 and found.slope.low <= -0.05 <= found.slope.high
    assert held >= 24 and np.mean(slopes) == pytest.approx(-0.05, abs=0.002)


def test_the_default_of_good_weeks_misleads_and_the_drawn_one_does_not():
    """Six points are planted; who ticks by hand in good weeks sees far more."""
    held, naive = 0, []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        rows = []
        for week in range(12):
            day, base = f"2026-0{4 + week // 4}-{1 + 7 * (week % 4):02}", 0.15 + 0.02 * week
            n = int(rng.binomial(400, 0.5))
            rows += [
                lot("responsible", n, int(rng.binomial(n, base + 0.06)), day),
                lot("usual", 400 - n, int(rng.binomial(400 - n, base)), day),
            ]
            hand, lift = ("responsible", 0.06) if week > 7 else ("none", 0.0)
            rows.append(lot(hand, 400, int(rng.binomial(400, base + lift)), day, drawn=False))
        found = default_effect(offers(*rows))
        held += found.whole.low <= 0.06 <= found.whole.high
        naive.append(found.naive.value)
    assert held >= 31 and min(naive) > 0.10
