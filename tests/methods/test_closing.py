"""What open cases will bring: rebuilt by hand, shares by hand, a truth that was planted, and what cannot be told."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods.closing import chances, fit, rebuilt, standing
from helpers.methods.closing_forecast import backtest, simulate

SINCE, LAST = pd.Timestamp("2025-01-01"), pd.Timestamp("2025-12-31")


def day(text):
    return pd.Timestamp(text) if text else pd.NaT


def cases(*rows):
    table = pd.DataFrame(rows, columns=["case", "amount", "created", "closed", "won"]).assign(kind="new")
    days = {name: pd.to_datetime(table[name]).astype("datetime64[us]") for name in ("created", "closed")}
    return table.assign(**days, won=table["won"].astype("boolean"))


def entries(*rows):
    table = pd.DataFrame(rows, columns=["case", "stage", "entered", "left"])
    return table.assign(**{name: pd.to_datetime(table[name]) for name in ("entered", "left")})


FIVE = cases(
    ("a", 100.0, "2025-01-05", "2025-03-01", True),
    ("b", 200.0, "2025-01-10", "2025-02-01", False),
    ("c", 300.0, "2025-02-20", None, None),
    ("d", 400.0, "2025-01-15", "2025-02-15", True),
    ("e", 500.0, "2025-01-20", None, None),
)
STAYS = entries(
    ("a", "first", "2025-01-05", "2025-02-05"),
    ("a", "second", "2025-02-05", "2025-03-01"),
    ("b", "first", "2025-01-10", "2025-02-01"),
    ("c", "first", "2025-02-20", None),
    ("d", "first", "2025-01-15", "2025-01-15"),
    ("d", "second", "2025-01-15", "2025-02-15"),
)


def test_five_cases_as_they_stood_on_two_days():
    then = standing(FIVE, STAYS, day("2025-01-31"))
    assert dict(zip(then["case"], then["stage"], strict=True)) == {"a": "first", "b": "first", "d": "second"}
    assert dict(zip(then["case"], then["days"], strict=True)) == {"a": 26, "b": 21, "d": 16}
    # b is lost and d won on the very day of 15 February or before; e never entered a stage
    later = standing(FIVE, STAYS, day("2025-02-15"))
    assert later["case"].tolist() == ["a"] and later["stage"].tolist() == ["second"]


def test_what_became_of_them_is_judged_within_the_horizon_only():
    past = rebuilt(FIVE, STAYS, since=day("2025-01-31"), until=day("2025-02-20"), horizon=20)
    assert dict(zip(past["case"], past["is_won"], strict=True)) == {"a": False, "b": False, "d": True}
    past = rebuilt(FIVE, STAYS, since=day("2025-01-31"), until=day("2025-03-02"), horizon=30)
    assert dict(zip(past["case"], past["is_won"], strict=True)) == {"a": True, "b": False, "d": True}
    assert rebuilt(FIVE, STAYS, since=day("2025-02-01"), until=day("2025-02-20"), horizon=90).empty


def snapshots(n, wins, **more):
    table = {"case": np.char.mod("s%04d", np.arange(n)), "kind": "new", "stage": "first", "amount": 1000.0}
    table |= {"days": 10, "on": SINCE, "is_won": np.arange(n) < wins}
    return pd.DataFrame(table | more)


def test_cases_that_do_not_differ_have_the_share_of_the_past_and_a_binomial_total():
    fitted = fit(snapshots(400, 100), horizon=91)
    now = snapshots(40, 0, amount=1000.0)
    assert chances(fitted, now) == pytest.approx([0.25] * 40)
    made = simulate(fitted, now, draws=20_000, seed=1).iloc[-1]
    assert (made["wins"], made["amount"]) == (pytest.approx(10), pytest.approx(10_000))
    # variance: 40 p q of chance, and 40^2 p q / 400 of not knowing p
    spread = 1.645 * np.sqrt(40 * 0.25 * 0.75 + 40**2 * 0.25 * 0.75 / 400)
    assert (made["wins_low"], made["wins_high"]) == (
        pytest.approx(10 - spread, abs=1),
        pytest.approx(10 + spread, abs=1),
    )


def test_a_case_that_stood_for_several_days_counts_as_one():
    once = fit(snapshots(100, 25), horizon=91).models["new"]
    again = fit(pd.concat([snapshots(100, 25)] * 5, ignore_index=True), horizon=91).models["new"]
    assert again.n == once.n == 100
    assert np.sqrt(again.cov[0, 0]) == pytest.approx(np.sqrt(once.cov[0, 0]), rel=0.02)


def test_stage_and_kind_part_the_chances_and_a_new_stage_takes_the_mean():
    good, bad = snapshots(200, 160, stage="late"), snapshots(200, 40, stage="early")
    both = pd.concat([good, bad.assign(case=bad["case"] + "x")], ignore_index=True)
    fitted = fit(both, horizon=91)
    now = snapshots(3, 0, stage=["late", "early", "never seen"])
    late, early, unknown = chances(fitted, now)
    assert (late, early) == (pytest.approx(0.8, abs=0.01), pytest.approx(0.2, abs=0.01))
    assert early < unknown < late
    few = pd.concat([both, snapshots(10, 9, kind="renewal")], ignore_index=True)
    assert set(fit(few, horizon=91).models) == {"", "new"}  # ten cases are no kind of their own


def test_the_total_does_not_depend_on_the_order_of_rows():
    past = snapshots(200, 90, amount=np.linspace(100, 9000, 200), days=np.arange(200))
    now = snapshots(30, 0, amount=np.linspace(50, 5000, 30))
    one = simulate(fit(past, horizon=91), now, draws=200, seed=3)
    two = simulate(fit(past.sample(frac=1, random_state=1), horizon=91), now[::-1], draws=200, seed=3)
    pd.testing.assert_frame_equal(one, two)


@pytest.mark.parametrize(
    ("n", "wins", "said"),
    [
        (0, 0, "only 0 past cases"),
        (29, 10, "only 29 past cases"),
        (40, 0, "of 40 past cases 0"),
        (40, 40, "of 40 past cases 40"),
    ],
)
def test_what_cannot_be_told_is_said(n, wins, said):
    fitted = fit(snapshots(n, wins), horizon=91)
    assert said in fitted.guards[0] and not fitted.models
    made = simulate(fitted, snapshots(5, 0), seed=1)
    assert made[["wins", "wins_low", "amount", "amount_high"]].isna().all(axis=None)
    assert made["n_open"].tolist() == [5, 5]


def test_nothing_open_brings_nothing():
    made = simulate(fit(snapshots(100, 50), horizon=91), snapshots(0, 0), seed=1)
    assert made["amount"].tolist() == [0.0] and made["amount_high"].tolist() == [0.0]


def pipeline(rng, *, n=700, chance=0.4):
    """Cases that begin over three years in one stage, close after about 60 days, and are won by one chance."""
    created = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 1095, n), unit="D")
    closed = created + pd.to_timedelta(np.ceil(60 * np.exp(0.5 * rng.standard_normal(n))), unit="D")
    table = pd.DataFrame(
        {"case": np.char.mod("c%05d", np.arange(n)), "kind": "new", "created": created, "closed": closed}
    )
    table = table.assign(amount=1000.0, won=pd.array(rng.random(n) < chance, dtype="boolean"))
    stay = table[["case"]].assign(stage="first", entered=created, left=closed)
    return table, stay


def test_forecasts_of_past_days_hold_what_came_as_often_as_they_say():
    held = []
    for seed in range(8):
        table, stay = pipeline(np.random.default_rng(seed))
        made = backtest(
            table, stay, since=day("2023-01-01"), until=LAST, horizon=91, origins=8, draws=100, seed=seed
        )
        assert len(made) == 8
        held += (
            (made["wins_low"] <= made["wins_actual"]) & (made["wins_actual"] <= made["wins_high"])
        ).tolist()
    assert 0.80 <= np.mean(held) <= 0.98  # 64 origins


def test_an_origin_is_judged_by_what_was_known_on_it():
    table, stay = pipeline(np.random.default_rng(1))
    options = {"since": day("2023-01-01"), "horizon": 91, "draws": 100, "seed": 1}
    whole = backtest(table, stay, until=LAST, origins=3, **options)
    later = table["created"] > whole["origin"].iloc[0]
    turned = table.assign(won=table["won"].mask(later, ~table["won"]))
    again = backtest(turned, stay, until=LAST, origins=3, **options)
    assert again["wins"].iloc[0] == whole["wins"].iloc[0]


def test_a_missing_column_is_named():
    with pytest.raises(DataError, match="the column won is missing in cases"):
        standing(FIVE.drop(columns="won"), STAYS, LAST)


@settings(deadline=None, max_examples=15)
@given(
    rows=st.lists(
        st.tuples(st.floats(0, 1e12), st.integers(0, 10**5), st.booleans(), st.sampled_from("ab")),
        min_size=30,
        max_size=60,
    )
)
def test_any_past_gives_chances_between_0_and_1_or_says_why(rows):
    amount, days, won, stage = (list(part) for part in zip(*rows, strict=True))
    past = snapshots(len(rows), 0, amount=amount, days=days, is_won=won, stage=stage)
    fitted = fit(past, horizon=91)
    made = simulate(fitted, past, draws=50, seed=1).iloc[-1]
    if fitted.guards:
        assert np.isnan(made["wins"])
    else:
        assert 0 <= made["wins_low"] <= made["wins"] <= made["wins_high"] <= len(rows)
        assert np.isfinite(made[["amount", "amount_low", "amount_high"]].astype(float)).all()
