"""Media cost by month, channel and stage of the funnel, on five rows by hand."""

import duckdb
import pandas as pd
import pytest

from helpers import rollups
from helpers.errors import DataError
from helpers.rollups import media_stages

ROWS = pd.DataFrame(
    {
        "spent_on": pd.to_datetime(["2026-01-05", "2026-01-31", "2026-02-01", "2026-02-03", "2026-02-03"]),
        "channel": ["tv", "tv", "tv", "social", None],
        "funnel_stage": ["reach", "reach", "reach", "act", None],
        "spend": [10.0, 2.5, 4.0, 3.3333, 1.0],
    }
)


def test_costs_add_up_by_month_channel_and_stage():
    rows = ROWS  # noqa: F841  read by name
    made = rollups.collect(media_stages.stage_months(duckdb.sql("select * from rows")))
    known = {(r.month.strftime("%Y-%m"), r.channel, r.funnel_stage): r.spend for r in made.itertuples()}
    assert known == {
        ("2026-01", "tv", "reach"): 12.5, ("2026-02", "tv", "reach"): 4.0, ("2026-02", "social", "act"): 3.3333, ("2026-02", "", ""): 1.0,
    }  # fmt: skip
    assert made["n_rows"].sum() == 5


def test_a_company_without_stages_has_empty_ones_and_one_without_spend_is_refused():
    rows = ROWS.drop(columns="funnel_stage")  # noqa: F841
    made = rollups.collect(media_stages.stage_months(duckdb.sql("select * from rows")))
    assert set(made["funnel_stage"]) == {""} and made["spend"].sum() == pytest.approx(20.8333)
    with pytest.raises(DataError, match="media_spend: the column spend is missing"):
        media_stages.stage_months(duckdb.sql("select spent_on, channel from rows"))
