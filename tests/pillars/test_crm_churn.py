"""The page on who is about to leave: planted customers, the sample's truths, and what a small company can be told."""

import json
import math
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from helpers import kpi, tables
from helpers.company import Company, Scope
from helpers.methods.intervals import Estimate
from helpers.periods import parse
from helpers.pillars.crm import (
    KPIS,
    churn,
    churn_checks,
    churn_curve,
    churn_decision,
    churn_groups,
    churn_ranking,
)
from helpers.pillars.crm.churn_ranking import Kept

SHOP = Company("shop", Path(), "Shop", "EUR", ("FR",), "Europe/Paris", contribution_margin_rate=0.5)
HERE = Scope(SHOP, parse("2026-03"), "ALL", "en")
END = date(2026, 3, 31)
TRUTH = Path(__file__).resolve().parents[2] / "data" / "sample" / "truth.json"
ASSUMED = Kept(0.05, 0.05, 0.05, 0, None)


def shop(seed=0, *, n=2500, days=700):
    """Orders of customers who differ in rate and in when they stop, newest last."""
    rng = np.random.default_rng(seed)
    start = rng.integers(0, days - 60, n)
    gap = rng.gamma(2.0, 20.0, n)
    stop = start + rng.exponential(300, n)
    who = np.repeat(np.arange(n), 60)
    day = (
        np.repeat(start, 60) + (np.cumsum(rng.exponential(1, (n, 60)), axis=1) * gap[:, None]).ravel()
    ).astype(int)
    keep = (day <= np.repeat(np.minimum(stop, days - 1), 60)) & (day < days)
    who, day = np.concatenate([np.arange(n), who[keep]]), np.concatenate([start, day[keep]])
    first = pd.Timestamp(END) - pd.Timedelta(days=days - 1)
    return pd.DataFrame(
        {
            "customer_id": [f"c{i:05d}" for i in who],
            "ordered_on": first + pd.to_timedelta(day, unit="D"),
            "status": "paid",
            "revenue_excl_vat": rng.gamma(4.0, 10.0, len(who)).round(2),
            "returned_value": 0.0,
            "market": np.where(who % 3 == 0, "BE", "FR"),
        }
    )


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as opened:
        yield opened


def relation(connection, frame, name):
    connection.register(name, frame)
    days = ", ".join(f"CAST({c} AS DATE) AS {c}" for c in frame if c.endswith("_on"))
    return connection.sql(f"SELECT * REPLACE ({days}) FROM {name}" if days else f"SELECT * FROM {name}")


@pytest.fixture(scope="module")
def big(connection):
    orders = relation(connection, shop(), "big")
    known = churn.known(orders, END)
    return orders, known, churn_curve.follow(orders, known)


@pytest.fixture(scope="module")
def small(connection):
    """Three hundred customers, eight months."""
    orders = relation(connection, shop(1, n=300, days=240), "small")
    known = churn.known(orders, END)
    return orders, known, churn_curve.follow(orders, known)


def test_the_rate_is_silent_over_active(big):
    orders, known, _ = big
    frame = shop()
    start = pd.Timestamp("2025-12-30")
    last = frame[frame["ordered_on"] <= start].groupby("customer_id")["ordered_on"].max()
    active = last.index[last >= start - pd.Timedelta(days=known.window)]
    back = set(frame.loc[frame["ordered_on"] > start, "customer_id"])
    rows = churn.kpis(orders, known, HERE, value=Estimate(1.0, 0.5, 1.5, 0.9, 100))
    rate = kpi.pick(rows, "churn_rate_13w")
    assert rate.n == len(active) == len(known.tested)
    assert rate.value == pytest.approx(1 - len(set(active) & back) / len(active))
    assert [row.id for row in rows] == ["churn_rate_13w", "at_risk_value", "churn_brier_skill"]
    assert {row.id for row in rows} <= set(KPIS) and len(rate.history) > 6


def test_the_learner_sees_nothing_of_what_came(big):
    orders, known, _ = big
    assert not {"next_in", "next_spend", "silent", "market"} & set(churn.FEATURES)
    assert not {"next_in", "next_spend", "silent"} & set(known.now)
    cut = churn.active(
        orders.filter("ordered_on <= DATE '2025-12-30'"), date(2025, 12, 30), END, known.window
    )
    features = list(churn.FEATURES)
    pd.testing.assert_frame_equal(cut[features], known.tested[features])


def test_chances_of_planted_customers_are_calibrated_on_unseen_weeks(big):
    _, known, _ = big
    better = churn.skill(known)
    assert better.low > 0.05
    assert abs(known.tested["chance"].mean() - known.tested["silent"].mean()) < 0.05
    table = churn_checks.contest(known, "en")
    assert table["learner"].tolist()[:3] == ["logistic regression", "boosted trees", "the rate of all"]
    assert "on unseen weeks" in table["learner"].iloc[3]


def test_the_window_is_the_customers_rhythm_unless_it_is_set(big, connection):
    orders, known, _ = big
    assert known.window % 7 == 0 and 28 <= known.window <= 200
    assert churn.known(orders.filter("customer_id < 'c00300'"), END, window_days=60).window == 60
    with pytest.raises(ValueError, match="window_days must be 0 or more"):
        churn.known(orders, END, window_days=-1)


def test_the_curve_follows_the_customers_of_a_year_ago(big):
    _, _, seen = big
    assert seen.weeks == 52 and seen.at == date(2025, 4, 1)
    table = churn_curve.curves(seen, HERE)
    assert table["group"].unique().tolist() == ["1 purchase", "2 or 3 purchases", "4 or more purchases"]
    assert seen.cases["duration"].between(1, 52).all()
    assert 0 < churn_curve.come_back(seen) < 1
    assert set(churn_curve.ratios(seen, HERE)["feature"]) == set(churn_curve.COVARIATES.values())
    ratio = seen.cox.table.set_index("covariate")["hazard_ratio"]
    assert (
        ratio["four_weeks"] < 1 < ratio["doubled"]
    )  # the longer away the later back, the more bought the sooner


def test_value_at_risk_is_chance_times_value(big):
    _, known, seen = big
    doubt = churn_ranking.doubt(known, seen)
    worth = churn_ranking.at_risk(known, doubt, HERE)
    assert worth.value == pytest.approx(float((known.now["chance"] * known.now["value"] * 0.5).sum()))
    assert worth.low < worth.value < worth.high
    assert churn_ranking.at_risk(known, doubt, HERE) == worth  # the same seed, the same bounds
    segments = churn_ranking.segments(known, HERE)
    assert segments["n"].min() >= 10 and segments["at_risk"].sum() <= worth.value + 1e-6


def decide(big, kept, cost, stays=0.6):
    _, known, seen = big
    doubt = churn_ranking.doubt(known, seen)
    return churn_decision.decide(known, doubt, kept, HERE, contact_cost=cost, stays=stays, due="2026-04-30")


def test_the_effect_is_what_is_kept_less_its_cost(big):
    _, known, _ = big
    kept = Kept(0.2, 0.15, 0.25, 3000, END)
    made = decide(big, kept, 0.1)
    stake = known.now["chance"] * known.now["value"] * 0.5 * 0.6
    chosen = stake * 0.2 > 0.1
    assert made.effect == pytest.approx(float((stake[chosen] * 0.2 - 0.1).sum()))
    assert made.sentence.startswith("Contact the") and made.low > 0 and made.probability > 0.95


def test_none_is_a_possible_answer(big):
    made = decide(big, ASSUMED, 1e6)
    assert (
        made.verb == "Contact nobody"
        and made.effect == 0
        and "costs less than what stands" in made.reverse_if
    )
    made = decide(big, Kept(-0.01, -0.05, 0.03, 500, END), 0.1)
    assert made.verb == "Contact nobody" and "a test shows that more than" in made.reverse_if


def test_an_assumption_is_tested_first_and_what_cannot_be_proved_is_left(big):
    made = decide(big, Kept(0.4, 0.4, 0.4, 0, None), 0.1)
    assert made.verb == "Test before writing to all" and made.probability is None
    hopeless = decide(big, Kept(0.02, -0.01, 0.05, 900, END), 0.05)
    assert hopeless.verb == "Do not write to them" and hopeless.effect < 0
    assert "which one quarter could prove" in hopeless.reverse_if
    with pytest.raises(ValueError, match="contact_cost must be 0 or more"):
        decide(big, ASSUMED, -1)


def test_the_save_rate_comes_from_the_latest_win_back_with_a_part_left_alone(connection):
    n = 200
    orders = pd.DataFrame(
        {"customer_id": [f"w{i}" for i in range(n)], "ordered_on": date(2025, 3, 1), "status": "paid", "revenue_excl_vat": 5.0,
         "returned_value": 0.0, "market": "FR"}
    )  # fmt: skip
    back = orders.iloc[[*range(30), *range(100, 120)]].assign(
        ordered_on=date(2025, 10, 1)
    )  # 30 of 100, and 20 of 100 left alone
    people = pd.DataFrame(
        {
            "campaign_id": "back",
            "customer_id": orders["customer_id"],
            "is_held_out": [False] * 100 + [True] * 100,
        }
    )
    begun = pd.DataFrame({"campaign_id": ["back"], "starts_on": [date(2025, 9, 15)]})
    sold, sent = relation(connection, pd.concat([orders, back]), "sold"), relation(connection, people, "sent")
    kept = churn_ranking.kept(sold, sent, relation(connection, begun, "begun"), HERE, assumed=0.05)
    assert kept.value == pytest.approx((0.30 - 0.20) / 0.80) and kept.low < kept.value < kept.high
    assert (kept.n, kept.on) == (200, date(2025, 9, 15))
    regulars = relation(
        connection, begun.assign(starts_on=date(2025, 4, 1)), "early"
    )  # they had just bought: no win-back
    assert churn_ranking.kept(sold, sent, regulars, HERE, assumed=0.05) == ASSUMED
    assert churn_ranking.kept(sold, None, None, HERE, assumed=0.05) == ASSUMED
    with pytest.raises(ValueError, match="between 0 and 1"):
        churn_ranking.kept(sold, None, None, HERE, assumed=5)


def test_a_gap_of_a_group_that_is_sure_and_large_is_a_review(big):
    _, known, _ = big
    table = churn_groups.gaps(known, None, HERE)
    assert table["group"].tolist() == ["market BE", "market FR"]
    assert churn_groups.gap_check(table, HERE).status == "pass"
    bent = known.tested.assign(chance=np.where(known.tested["market"] == "BE", 0.05, known.tested["chance"]))
    found = churn_groups.gap_check(churn_groups.gaps(known._replace(tested=bent), None, HERE), HERE)
    assert found.status == "review" and "BE" in found.text
    assert churn_groups.gap_check(table.head(0), HERE).status == "pass"


def test_a_small_company_gets_its_rate_and_a_designed_refusal_of_the_rest(small):
    orders, known, seen = small
    doubt = churn_ranking.doubt(known, seen)
    rows = churn.kpis(orders, known, HERE, value=churn_ranking.at_risk(known, doubt, HERE))
    assert kpi.pick(rows, "churn_rate_13w").value is not None
    worth = kpi.pick(rows, "at_risk_value")
    assert worth.value is None and "cannot tell" in worth.sentence
    made = churn_decision.decide(known, doubt, ASSUMED, HERE, contact_cost=0.5, stays=math.nan, due="")
    assert made.effect is None and "cannot be told" in made.sentence
    assert "cannot be told yet" in churn.answer(rows, made, known, HERE)
    found = churn_checks.checks(
        known, HERE, steady=churn_curve.steady(seen), come_back=churn_curve.come_back(seen)
    )
    assert {one.status for one in found} <= {"pass", "review"}


@pytest.mark.parametrize("kind", ["all buy once", "one customer", "one day", "free"])
def test_odd_shops_are_told_what_can_be_told(connection, kind):
    frame = shop(2, n=200)
    if kind == "all buy once":
        frame = frame.drop_duplicates("customer_id")
    elif kind == "one customer":
        frame = frame[frame["customer_id"] == frame["customer_id"].iloc[0]]
    elif kind == "one day":
        frame = frame.assign(ordered_on=pd.Timestamp(END))
    else:
        frame = frame.assign(revenue_excl_vat=0.0)
    orders = relation(connection, frame, kind.replace(" ", "_"))
    known = churn.known(orders, END)
    seen = churn_curve.follow(orders, known)
    doubt = churn_ranking.doubt(known, seen)
    rows = churn.kpis(orders, known, HERE, value=churn_ranking.at_risk(known, doubt, HERE))
    made = churn_decision.decide(
        known, doubt, ASSUMED, HERE, contact_cost=0.5, stays=1 - churn_curve.come_back(seen), due=""
    )
    assert churn.answer(rows, made, known, HERE) and kpi.plain(rows) and churn.describe(known, HERE)
    steady = churn_curve.steady(seen)
    by_id = {one.id: one for one in churn_checks.checks(known, HERE, steady=steady, come_back=churn_curve.come_back(seen))}  # fmt: skip
    assert ("cannot be told" in by_id["proportional_hazards"].text) == math.isnan(steady)
    for said in (churn_curve.curve_finding(seen, HERE), churn_curve.ratio_finding(seen, HERE), churn_curve.mean_weeks(seen, HERE),
                 churn_ranking.naive(known, HERE), churn_checks.calibration_finding(known, HERE)):  # fmt: skip
        assert said and "nan" not in said
    segments = churn_ranking.segments(known, HERE)
    assert churn_ranking.segment_finding(segments, HERE)
    assert churn_groups.gap_finding(churn_groups.gaps(known, None, HERE), HERE)
    churn_curve.curves(seen, HERE)


def test_what_leavers_say_holds_what_is_true_of_the_sample():
    here = tables.scope("sample", "2026-09", "ALL", "en", grain="month")
    said = churn_groups.reasons(tables.optional("surveys", here), here)
    truths = json.loads(TRUTH.read_text(encoding="utf-8"))["estimands"]
    true = {one["segment"]: one["value"] for one in truths if one["name"] in ("leaving_reason", "left_for")}
    assert set(said["choice"]) == set(true)
    held = sum(row.low <= true[row.choice] <= row.high for row in said.itertuples())
    assert held >= 8  # of 11 at 90 %: fewer than 8 happens once in fifty samples
    assert churn_groups.reason_check(said, here).status == "pass"
    assert "price" in churn_groups.reason_finding(said, "reason_for_leaving", here)


def test_a_company_that_asks_nobody_is_told_to():
    nothing = churn_groups.reasons(None, HERE)
    assert churn_groups.reason_check(nothing, HERE).status == "review"
    assert "cannot tell yet" in churn_groups.reason_finding(nothing, "left_for", HERE)


def test_data_shorter_than_the_window_teach_nothing_and_say_how_long_it_takes(connection):
    orders = relation(connection, shop(3, n=400, days=200), "short")
    known = churn.known(orders, END, window_days=91)
    assert "before 39 weeks of data" in churn.refusal(known, "en")
    assert known.now["chance"].isna().all() and math.isnan(churn.skill(known).value)
    found = churn_checks.checks(known, HERE, steady=math.nan, come_back=math.nan)
    assert {one.id: one.status for one in found}["learnt"] == "review"


def test_chances_no_better_than_the_rate_of_all_decide_nothing(big):
    _, known, seen = big
    noise = known.tested.assign(chance=np.random.default_rng(1).permutation(known.tested["chance"]))
    blind = known._replace(tested=noise)
    doubt = churn_ranking.doubt(blind, seen)
    assert math.isnan(churn_ranking.at_risk(blind, doubt, HERE).low)
    made = churn_decision.decide(blind, doubt, ASSUMED, HERE, contact_cost=0.5, stays=0.6, due="")
    assert made.effect is None and "would be noise" in made.sentence
    found = churn_checks.checks(blind, HERE, steady=0.5, come_back=0.1)
    assert {one.id: one.status for one in found}["skill"] == "review"


def test_a_pull_that_chance_explains_is_no_finding(big):
    _, _, seen = big
    cox = seen.cox._replace(table=seen.cox.table.assign(low=0.9, high=1.2))
    assert "nothing that is told from chance" in churn_curve.ratio_finding(seen._replace(cox=cox), HERE)


def test_a_company_without_surveys_is_told_which_export_brings_them():
    made = churn_groups.reason_check(churn_groups.reasons(None, HERE), HERE, lacking="Import surveys.")
    assert (made.status, made.remedy) == ("review", "Import surveys.")


def test_what_would_change_a_refusal_fits_its_reason(big, small):
    _, known, _ = small
    _, long, _ = big

    def why(found):
        return churn_decision.decide(found, (math.nan, math.nan), ASSUMED, HERE, contact_cost=0.5, stays=0.5, due="").reverse_if  # fmt: skip

    assert churn.is_short(known) and why(known) == "more months of data"
    rare = long._replace(fit=long.fit._replace(learner=None, guards=("cannot tell: 3 cases",)))
    assert "fall silent" in why(rare)
    assert churn.refusal(rare, "en") == "No chance of silence can be given. Cannot tell: 3 cases."
