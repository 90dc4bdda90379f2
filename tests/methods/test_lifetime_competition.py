"""Models on the same past days: scored by hand, compared on common origins only, and never without a word."""

import numpy as np
import pandas as pd
import pytest

from helpers.methods.lifetime import MODELS
from helpers.methods.lifetime_backtest import longest_backtest
from helpers.methods.lifetime_competition import CANDIDATES, CLOCK, LEARNT, RATE, compete, standings
from helpers.methods.lifetime_draw import draw_purchases

START = pd.Timestamp("2024-01-01")


def orders(weeks=60, n=500, seed=1):
    days = draw_purchases(
        0.8, 6.0, 0.5, 4.0, np.random.default_rng(seed).integers(0, 90, n), until=weeks * 7, seed=seed
    )
    return days.assign(day=START + pd.to_timedelta(days["day"], unit="D"))


@pytest.fixture(scope="module")
def competition():
    return compete(orders(), horizon=8, origins=5, until=START + pd.Timedelta(weeks=60))


def test_every_candidate_that_can_forecasts_the_same_customers(competition):
    assert set(competition["model"]) == {*MODELS, RATE, LEARNT}  # no clock before two years
    per_origin = competition.groupby("origin")[["n_customers", "actual"]].nunique()
    assert len(per_origin) == 5 and (per_origin == 1).all(axis=None)
    assert competition["top_share"].between(0, 1).all() and (competition["mae"] > 0).all()


def test_the_plain_rate_by_hand():
    # two customers at week 4: one bought again in weeks 1 and 2, the other never; the first buys once more in week 6
    days = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b", "a"],
            "day": START + pd.to_timedelta([0, 7, 14, 0, 42], unit="D"),
        }
    )
    row = compete(days, horizon=4, origins=1, until=START + pd.Timedelta(weeks=8), candidates=(RATE,)).iloc[0]
    assert (row["predicted"], row["actual"], row["n_customers"]) == (pytest.approx(2 / 4 * 4), 1, 2)
    assert (
        row["mae"] == pytest.approx((1 + 0) / 2)
        and row["top_share"] == 1
        and row["error"] == pytest.approx(1.0)
    )


def test_standings_by_hand():
    rows = [
        ("BG/NBD", 1, 110, 100), ("BG/NBD", 2, 90, 100), ("BG/NBD", 3, 100, 100),
        (RATE, 1, 150, 100), (RATE, 2, 140, 100), (RATE, 3, 160, 100),
        ("BG/NBD" + CLOCK, 3, 100, 100),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["model", "origin", "predicted", "actual"])
    table = table.assign(
        error=table["predicted"] / table["actual"] - 1, mae=1.0, top_share=0.4, n_customers=9
    )
    made = standings(table).set_index("model")
    squares = (np.log(1.1) ** 2 + np.log(0.9) ** 2) / 3
    assert made.loc["BG/NBD", "typical_error"] == pytest.approx(np.expm1(np.sqrt(squares)))
    assert made.loc["BG/NBD", "bias"] == pytest.approx(0.0) and made.loc[RATE, "bias"] == pytest.approx(0.5)
    assert made["is_best"].tolist() == [True, False, False]
    # one origin says nothing: the clock is not compared
    assert made.loc["BG/NBD" + CLOCK, "n_origins"] == 0 and np.isnan(
        made.loc["BG/NBD" + CLOCK, "typical_error"]
    )


def test_a_tie_goes_to_the_simpler_model():
    rows = [(name, origin, 100, 90) for name in reversed(CANDIDATES) for origin in (1, 2, 3)]
    table = pd.DataFrame(rows, columns=["model", "origin", "predicted", "actual"])
    table = table.assign(error=0.1, mae=1.0, top_share=0.4, n_customers=9)
    assert standings(table)["model"].tolist() == list(CANDIDATES)


def test_models_beat_the_plain_rate_where_customers_leave(competition):
    made = standings(competition).set_index("model")
    assert made.loc["BG/NBD", "typical_error"] < made.loc[RATE, "typical_error"]
    assert made.loc[RATE, "bias"] > max(0, made.loc["BG/NBD", "bias"])  # it lets nobody leave


def test_too_short_a_history_gives_no_row_and_no_standing():
    few = compete(orders(weeks=6, n=20), horizon=8)
    assert few.empty and standings(few).empty


def test_an_unknown_candidate_is_refused():
    with pytest.raises(ValueError, match='"magic" is unknown. Use BG/NBD'):
        compete(orders(weeks=20, n=20), horizon=4, candidates=("magic",))


def test_where_the_history_is_short_windows_get_shorter():
    log = orders(weeks=40, n=400)
    until = START + pd.Timedelta(weeks=40)
    assert longest_backtest(log, horizon=5, until=until, draws=0)["horizon"].unique().tolist() == [5.0]
    shorter = longest_backtest(log, horizon=16, until=until, draws=0)
    assert shorter["horizon"].iloc[0] < 16 and shorter["origin"].nunique() >= 4
    assert longest_backtest(log.head(30), horizon=300, until=until, draws=0).empty
