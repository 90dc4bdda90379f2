"""Answers on brands and sales by brand come to small tables."""

import pandas as pd
import pytest

from helpers import rollups
from helpers.errors import DataError
from helpers.rollups import brands

ANSWERS = pd.DataFrame(
    {
        "survey_id": ["u", "n"], "survey_type": ["usage", "nps"], "respondent_id": ["1", "2"], "answered_on": ["2026-09-01"] * 2,
        "question": ["purchases_12m", "nps"], "brand": ["A", None], "score": [2.0, 9.0],
    }
)  # fmt: skip
SALES = pd.DataFrame(
    {
        "month": ["2026-08-01", "2026-08-01", "2026-09-01"], "market": "FR", "category": ["x", "y", "x"], "brand": "A",
        "sales_value": [10.0, 5.0, None], "units": [1.0, 2.0, 3.0],
    }
)  # fmt: skip


def test_only_surveys_on_brands_are_kept_and_absent_columns_are_empty():
    found = rollups.collect(brands.brand_answers(ANSWERS))
    assert found["survey_id"].tolist() == ["u"] and found["age_band"].isna().all() and "verbatim" not in found


def test_categories_add_up_and_an_empty_figure_counts_nothing():
    found = rollups.collect(brands.brand_months(SALES))
    assert found["sales_value"].tolist() == [15.0, 0.0] and found["units"].tolist() == [3.0, 3.0]


def test_a_table_without_a_needed_column_is_refused():
    with pytest.raises(DataError, match="market_sales: the column brand is missing"):
        brands.brand_months(SALES.drop(columns="brand"))
