import math

import pandas as pd
import pytest

from helpers import record
from helpers.methods.intervals import wilson


def decisions(*rows: tuple) -> pd.DataFrame:
    names = ["expected", "expected_low", "expected_high", "observed", "effect_unit"]
    return pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names[:4], float))


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
