"""Contracts on the retention page: counted by hand, on the sample, and where there is nothing to tell."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import kpi, tables
from helpers.company import Company, Scope
from helpers.periods import parse
from helpers.pillars.crm import contracts
from helpers.sample.parts import pipeline

HERE = Scope(Company("firm", Path(), "Firm", "EUR", ("FR",), "Europe/Paris"), parse("2025-12"), "ALL", "en")


def movements(rows):
    """Table `arr_movements`: (account, month, kind) a row."""
    table = pd.DataFrame(rows, columns=["account_id", "month", "kind"]).assign(arr_delta=1000.0)
    table["month"] = pd.to_datetime(table["month"])
    return tables.connect().from_df(table).select("* replace (month::date as month)")


@pytest.fixture(scope="module")
def sample():
    here = tables.scope("sample", "", "ALL", "en", grain="month")
    return contracts.known(tables.load("arr_movements", here), here), here


def test_five_accounts_by_hand():
    found = contracts.known(
        movements(
            [
                ("a", "2023-01-01", "new"),  # came to renewals 1 and 2, is there still
                ("b", "2023-06-01", "new"), ("b", "2024-06-01", "churn"),  # lost at the first
                ("c", "2023-03-01", "new"), ("c", "2025-03-01", "churn"), ("c", "2025-06-01", "reactivation"),
                ("d", "2025-02-01", "new"), ("d", "2025-05-01", "expansion"),  # first renewal not due
                ("e", "2024-12-01", "new"),  # came to the first
            ]
        ),
        HERE,
    )  # fmt: skip
    assert found.renewals.to_dict("list") == {
        "age": [1, 2],
        "n_lost": [1, 1],
        "n_still": [1, 1],
        "n_due": [4, 2],
    }
    assert found.sbg.guards[0].startswith("only 2 customers left")
    rows = contracts.kpis(found, HERE)
    # in 2025: a came to renewal 2, c was lost at it, e came to renewal 1
    assert rows[0].value is None and rows[0].n == 3 and "2 of 3 customers" in rows[0].sentence


def test_the_sample_s_planted_renewals_lie_inside_the_interval(sample):
    found, here = sample
    rows = contracts.kpis(found, here)
    kept = kpi.pick(rows, "contracts_kept_5y")
    # The law of the world: a chance to leave of .09 exp(-h - .18) at the end of each year, h of the account ~ N(0, .6).
    assert ".09 exp(-h - .18)" in pipeline._contracts.__doc__
    h = np.random.default_rng(1).normal(0, 0.6, 200_000)
    leaves = np.clip(0.09 * np.exp(-h - 0.18), 0, 1)
    assert kept.low <= float(((1 - leaves) ** 5).mean()) <= kept.high
    rate = kpi.pick(rows, "renewal_rate_12m")
    assert rate.low < 1 - float(leaves.mean()) < rate.high and len(rate.history) == 13
    assert "are expected to be there after 5 renewals" in contracts.finding(found, rows, here)


def test_the_curve_begins_with_all_and_shows_no_share_of_fewer_than_30(sample):
    found, here = sample
    curve = contracts.curve(found, here)
    assert (curve.groupby("what")["share"].first() == 1.0).all()
    seen = curve[curve["what"] == "seen"]
    due = found.renewals.set_index("age")["n_due"]
    assert due[seen["age"].iloc[1:].astype(int)].min() >= 30 and seen["share"].is_monotonic_decreasing
    few = found._replace(renewals=found.renewals.assign(n_due=[100, 40, 29, 3]))
    assert contracts.curve(few, here).query("what == 'seen'")["age"].max() == 2
    assert (curve["low"] <= curve["share"] + 1e-9).all() and (curve["share"] <= curve["high"] + 1e-9).all()


@pytest.mark.parametrize("rows", [[], [("a", "2025-11-01", "new")], [("a", "2024-01-01", "churn")]])
def test_too_few_contracts_cannot_be_told(rows):
    found = contracts.known(movements(rows), HERE)
    made = contracts.kpis(found, HERE)
    assert all(row.value is None for row in made)
    assert "cannot be told" in contracts.finding(found, made, HERE)
    assert any(one.status == "review" and one.remedy for one in contracts.checks(found, HERE))
    assert len(contracts.curve(found, HERE).query("what == 'seen'")) <= 1


def test_without_the_table_the_part_is_one_line_in_both_languages():
    found = contracts.known(None, HERE, lacking="Which export brings it.")
    assert contracts.kpis(found, HERE) == [] and contracts.checks(found, HERE) == []
    assert contracts.finding(found, [], HERE).endswith("would tell. Which export brings it.")
    assert "arr_movements" in contracts.finding(found, [], replace(HERE, language="fr"))


def test_a_contract_that_ends_before_it_starts_is_refused():
    from helpers.errors import DataError
    from helpers.methods.renewal_counts import count_renewals

    table = pd.DataFrame({"starts_on": [date(2025, 2, 1)], "ends_on": [date(2025, 1, 1)]})
    with pytest.raises(DataError, match="ends before it starts"):
        count_renewals(table.astype("datetime64[us]"), until=pd.Timestamp("2025-12-31"))
