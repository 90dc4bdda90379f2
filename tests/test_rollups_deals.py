"""Rollups of deals, contracts, leads and trials, on DuckDB, by hand."""

import pandas as pd
import pytest

from helpers import tables
from helpers.errors import DataError
from helpers.rollups import collect, deals


def relation(**columns):
    return tables.connect().from_df(pd.DataFrame(columns))


def test_a_deal_has_the_day_and_outcome_of_its_end_only_when_it_has_ended():
    made = collect(
        deals.deals(
            relation(
                opportunity_id=["a", "b", "c"], account_id=["x", "y", None], stage=["won", "demo", "lost"],
                created_on=pd.to_datetime(["2026-01-01"] * 3), type=["New", None, "renewal"], probability=[1.0, 0.6, 0.0],
                amount=[12.0, 24.0, 36.0], arr=[10.0, None, 30.0], closes_on=pd.to_datetime(["2026-02-01", "2026-04-01", None]),
                is_closed=[True, False, True], is_won=[True, None, False], loss_reason=[None, None, "price"],
            )
        )
    ).sort_values("case", ignore_index=True)  # fmt: skip
    assert made["kind"].tolist() == ["new", "new", "renewal"]
    assert made["amount"].tolist() == [10.0, 24.0, 30.0]  # the yearly part, else the value
    assert made["closed"].notna().tolist() == [True, False, False]
    assert made["planned"].notna().tolist() == [True, True, False]
    assert made["won"].astype("object").where(made["won"].notna(), "open").tolist() == [True, "open", False]
    assert made["is_closed"].tolist() == [True, False, True]


def test_movements_of_one_month_account_and_kind_add_up_exactly():
    made = collect(
        deals.movements(
            relation(
                month=pd.to_datetime(["2026-01-01", "2026-01-01", "2026-02-01"]), account_id=["a", "a", "a"],
                kind=["new", "new", "churn"], arr_delta=[0.1, 0.2, -0.3],
            )
        )
    )  # fmt: skip
    assert made["delta"].tolist() == [0.3, -0.3]


def test_a_trial_is_paid_by_the_first_payment_on_or_after_it():
    made = collect(
        deals.trials(
            relation(
                customer_id=["a", "a", "a", "b", "c", "c", "d"],
                event=["trial", "plan", "plan", "trial", "plan", "trial", "plan"],
                happened_on=pd.to_datetime(
                    ["2026-01-05", "2026-01-20", "2026-02-20", "2026-01-05", "2026-01-01", "2026-01-05", "2026-01-09"]
                ),
            ),
            started="trial", paid="plan",
        )
    ).sort_values("paid_on", na_position="last", ignore_index=True)  # fmt: skip
    # a pays after 15 days; b never; c paid before the trial and not after it; d never tried
    assert made["n_customers"].tolist() == [1, 2]
    assert made["paid_on"].notna().tolist() == [True, False]


def test_a_missing_column_is_named():
    with pytest.raises(DataError, match="leads: the column account_id is missing"):
        deals.leads(relation(lead_id=["a"]))
    with pytest.raises(DataError, match="accounts: the column as_of is missing"):
        deals.accounts(relation(account_id=["a"]))
    with pytest.raises(DataError, match="opportunity_stages: the column stage is missing"):
        deals.entries(relation(opportunity_id=["a"]))
