"""The page of basket reminders: on a shop drawn by hand's rules, on small ones, and on the sample, whose truth is known."""

import json
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from helpers import kpi, tables
from helpers.company import Company, Scope, sample_dir
from helpers.periods import parse
from helpers.pillars.crm import (
    KPIS,
    basket_checks,
    basket_decisions,
    basket_timing,
    basket_words,
    baskets,
)
from helpers.pillars.crm.definitions import baskets as definitions

SHOP = Company("shop", Path(), "Shop", "EUR", ("FR",), "Europe/Paris", contribution_margin_rate=0.5)
HERE = Scope(SHOP, parse("2026-03"), "ALL", "en")
ASKED = {"days": 7, "planned": 0.2, "cost": 0.01, "cost_sms": 0.06}


def shop(n=6_000, people=1_500, *, lift=(0.10, 0.10), own=0.15, held=0.2, seed=1, spend=60.0):
    """Carts and orders: each basket is held out by lot; e-mails leave after 1 or 24 hours by lot and bring `lift`."""
    rng = np.random.default_rng(seed)
    day = rng.integers(0, 180, n)
    begun = pd.Timestamp("2025-10-01 09:00") + pd.to_timedelta(day * 24 + rng.integers(0, 10, n), unit="h")
    out, late = rng.random(n) < held, rng.random(n) < 0.5
    hours = np.where(late, 24, 1)
    who = rng.integers(0, people, n)
    carts = pd.DataFrame(
        {
            "cart_id": [f"b{i}" for i in range(n)],
            "customer_id": pd.Series(who).astype(str).radd("c"),
            "created_at": begun.astype("datetime64[us]"),
            "created_on": begun.normalize().astype("datetime64[us]"),
            "cart_value": 50.0 + rng.integers(0, 40, n),
            "is_abandoned": True,
            "reminded_at": pd.Series(begun + pd.to_timedelta(hours, unit="h"))
            .where(~out)
            .astype("datetime64[us]"),
            "reminder_channel": pd.Series(np.where(out, None, "email"), dtype="str"),
            "is_held_out": pd.Series(out, dtype="boolean"),
            "recovered_order_id": pd.Series(np.where(out, None, "o1"), dtype="str"),
        }
    )
    bought = rng.random(n) < own + np.where(out, 0, np.where(late, lift[1], lift[0]))
    when = (begun + pd.Timedelta(hours=60))[bought]
    orders = pd.DataFrame(
        {
            "customer_id": carts.loc[bought, "customer_id"].to_numpy(),
            "ordered_at": when.astype("datetime64[us]"),
            "ordered_on": when.normalize().astype("datetime64[us]"),
            "status": "paid",
            "revenue_excl_vat": spend,
            "returned_value": 0.0,
        }
    )
    return carts, orders


def read(carts, orders, scope=HERE, **asked):
    with duckdb.connect() as connection:
        connection.register("c", carts)
        connection.register("o", orders)
        return baskets.known(
            connection.sql("SELECT * REPLACE (CAST(created_on AS DATE) AS created_on) FROM c"),
            connection.sql("SELECT * REPLACE (CAST(ordered_on AS DATE) AS ordered_on) FROM o"),
            scope,
            **{**ASKED, **asked},
        )


def decide(known, scope=HERE, by_lot=True, wanted=1.0):
    timing = basket_timing.timing(known, scope, delay_by_lot=by_lot)
    made = basket_decisions.decisions(known, timing, scope, wanted=wanted, due="2026-04-30")
    return {decision.id: decision for decision in made}


def statuses(known, scope=HERE):
    return {check.id: check.status for check in basket_checks.checks(known, scope)}


@pytest.fixture(scope="module")
def good():
    return read(*shop())


@pytest.fixture(scope="module")
def sample():
    here = tables.scope("sample", "", "ALL", "en", grain="month")
    return baskets.known(tables.load("carts", here), tables.load("orders", here), here, **ASKED), here


@pytest.fixture(scope="module")
def truth():
    known = json.loads((sample_dir() / "truth.json").read_text(encoding="utf-8"))["estimands"]
    return {(one["name"], one["segment"]): one["value"] for one in known}


def test_every_declared_figure_of_the_page_has_a_row(good):
    assert {row.id for row in baskets.kpis(good, HERE)} == {one.id for one in definitions.KPIS} <= set(KPIS)


def test_the_effect_is_the_mean_of_the_reminded_less_that_of_the_held_out(good):
    found, some = baskets.effect(good, HERE.period), baskets.pooled(good, HERE.period)
    mean = some.groupby("is_reminded")[["n_orders", "margin"]].mean()
    assert found.orders.absolute.value == pytest.approx(
        mean.loc[True, "n_orders"] - mean.loc[False, "n_orders"]
    )
    assert found.net[0] == pytest.approx(mean.loc[True, "margin"] - mean.loc[False, "margin"] - 0.01)
    assert (mean["margin"] <= mean["n_orders"] * 30 + 1e-9).all()  # half of 60 an order
    row = kpi.pick(baskets.kpis(good, HERE), "reminder_effect")
    assert row.value == pytest.approx(100 * found.orders.absolute.value)


def test_a_basket_whose_week_is_not_over_is_in_no_rate_and_no_effect(good):
    some = baskets.pooled(good, HERE.period)
    assert some["created_on"].max() == pd.Timestamp("2026-03-24")


def test_later_orders_change_nothing_earlier(good):
    carts, orders = shop()
    early = carts["created_on"] <= "2026-02-28"
    cut = read(carts[early], orders[orders["ordered_on"] <= "2026-02-28"])
    before = HERE.period.before()
    assert baskets.effect(cut, before) == baskets.effect(good, before)


def test_the_order_of_the_rows_changes_nothing(good):
    carts, orders = shop()
    turned = read(carts.iloc[::-1], orders.iloc[::-1])
    assert baskets.effect(turned, HERE.period) == baskets.effect(good, HERE.period)


def test_money_is_margin_or_revenue_where_no_rate_is_stated(good):
    bare = Scope(Company("shop", Path(), "Shop", "EUR", ("FR",), "Europe/Paris"), HERE.period, "ALL", "en")
    found = baskets.effect(read(*shop(), scope=bare), HERE.period)
    assert found.margin.absolute.value == pytest.approx(
        2 * baskets.effect(good, HERE.period).margin.absolute.value
    )
    assert basket_words.what(bare) == "revenue" and basket_words.what(HERE) == "margin"


def test_a_reminder_that_pays_goes_on(good):
    made = decide(good)["reminders"]
    assert made.verb == "Go on reminding" and made.low > 0 and made.probability > 0.95
    assert made.sentence.startswith("Go on reminding: a hundred reminders bring")


def test_a_reminder_that_costs_more_than_it_brings_stops(good):
    made = decide(read(*shop(), cost=20.0))["reminders"]
    assert made.verb == "Stop reminding" and 0 < made.low < made.effect < made.high


def test_an_effect_that_may_be_a_loss_is_tested_on_and_says_for_how_long():
    made = decide(read(*shop(1_500, lift=(0.0, 0.0))), wanted=1.0)["reminders"]
    assert made.verb == "Keep testing" and made.low < 0 < made.high
    assert "baskets in all" in made.sentence and "more weeks at this month's pace" in made.sentence


def test_without_a_holdout_nothing_is_told_and_a_holdout_is_proposed():
    known = read(*shop(held=0.0))
    rows = baskets.kpis(known, HERE)
    assert kpi.pick(rows, "reminder_effect").value is None
    assert "No basket was held out" in kpi.pick(rows, "reminder_effect").sentence
    assert statuses(known)["sample_ratio"] == "fail"
    made = decide(known)
    assert list(made) == ["reminders"] and made["reminders"].effect is None
    assert made["reminders"].sentence.startswith("Hold out 20% of the baskets by lot")
    assert "more weeks" in made["reminders"].sentence
    assert "cannot tell" in basket_words.answer(
        rows, basket_timing.timing(known, HERE, delay_by_lot=True), HERE
    )


def test_a_lot_that_missed_its_plan_hides_the_effect():
    known = read(*shop(held=0.3))
    assert statuses(known)["sample_ratio"] == "fail"
    assert kpi.pick(baskets.kpis(known, HERE), "reminder_margin").value is None
    assert decide(known)["reminders"].verb == "Repair the lot"


def test_arms_that_are_not_alike_are_seen():
    carts, orders = shop()
    carts["cart_value"] += 40.0 * carts["is_held_out"].astype(float)
    assert statuses(read(carts, orders))["arms_are_alike"] == "review"


def test_baskets_held_out_and_reminded_all_the_same_or_never_sent_are_seen(good):
    assert statuses(good)["held_out_are_silent"] == statuses(good)["reminders_are_sent"] == "pass"
    carts, orders = shop()
    carts.loc[carts.index < 600, "reminded_at"] = pd.NaT
    carts.loc[carts["is_held_out"].astype(bool), "reminded_at"] = carts["created_at"]
    found = statuses(read(carts, orders))
    assert found["held_out_are_silent"] == found["reminders_are_sent"] == "review"


def test_guests_count_among_baskets_left_and_in_no_effect():
    carts, orders = shop()
    known = read(carts.assign(customer_id=carts["customer_id"].where(carts.index > 2_000)), orders)
    rate = kpi.pick(baskets.kpis(known, HERE), "basket_abandon_rate")
    assert rate.value == 1.0 and statuses(known)["guests"] == "review"
    assert len(known.left) == len(carts) - 2_001


def test_a_better_delay_is_found_and_its_money_is_that_of_the_reminders_it_takes_over():
    known = read(*shop(lift=(0.20, 0.05)))
    timing = basket_timing.timing(known, HERE, delay_by_lot=True)
    assert timing.channel == "email" and timing.best == 1 and timing.delays == (1, 24)
    ((worse, orders, margin),) = basket_timing.beaten(timing)
    assert worse == 24 and orders.absolute.low < 0.15 < orders.absolute.high
    made = decide(known)["delay"]
    n = basket_timing.a_month(known, HERE, "email", 24)
    assert made.verb == "Send earlier" and made.effect == pytest.approx(n * margin.absolute.value)
    assert "Send after 1 h the e-mails that now leave after 24 h" in made.sentence
    assert len(basket_timing.pair_table(timing)) == 1


def test_equal_delays_and_delays_without_a_lot_change_nothing(good):
    assert decide(good)["delay"].verb == "Draw the delay by lot" and decide(good)["delay"].effect is None
    made = decide(read(*shop(lift=(0.20, 0.05))), by_lot=False)["delay"]
    assert made.effect is None and "no proof" in made.sentence


def test_delays_that_the_lot_did_not_give_equal_parts_are_not_compared():
    carts, orders = shop(lift=(0.20, 0.05))
    late = carts["reminded_at"] - carts["created_at"] == pd.Timedelta(hours=24)
    known = read(carts[~late | (carts.index % 2 == 0)], orders, planned=0.25)
    assert not basket_timing.timing(known, HERE, delay_by_lot=True).pairs
    (found,) = basket_timing.lot_check(known, HERE, delay_by_lot=True)
    assert found.status == "review" and "e-mail" in found.text


def test_a_message_held_back_for_the_night_keeps_its_planned_delay():
    some = pd.DataFrame({"created_at": pd.to_datetime(["2026-03-02 20:00"] * 40), "is_reminded": True})
    hours = (
        [1] * 15 + [24] * 15 + [2 + i for i in range(10)]
    )  # ten of those after one hour wait, each its own time
    some["reminded_at"] = some["created_at"] + pd.to_timedelta(hours, unit="h")
    assert basket_timing.with_delay(some)["delay"].value_counts().to_dict() == {1.0: 25, 24.0: 15}


def test_a_year_more_than_precise_enough_holds_out_less():
    made = decide(read(*shop(20_000)), wanted=4.0)["holdout"]
    assert made.verb == "Hold out less" and made.low > 0
    kept = decide(read(*shop(20_000)), wanted=0.5)["holdout"]
    assert kept.verb == "Keep the holdout" and kept.high < 0 and "more weeks" in kept.sentence


@pytest.mark.parametrize("n", [0, 1, 20])
def test_a_handful_of_baskets_is_refused_in_words_and_no_page_breaks(n):
    carts, orders = shop()
    known = read(carts.head(n), orders)
    rows = baskets.kpis(known, HERE)
    assert all(row.value is None for row in rows if row.kind != "counted")
    assert statuses(known)["sample_ratio"] in ("review", "fail")
    assert decide(known)["reminders"].effect is None
    assert basket_words.naive(known, HERE) and basket_words.finding(rows, HERE)
    assert basket_timing.by_delay(known, HERE)["effect"].isna().all()
    assert baskets.by_month(known, HERE)["rate"].isna().all()


def test_parameters_out_of_range_are_refused():
    with pytest.raises(ValueError, match="planned a share"):
        read(*shop(10), planned=20)
    with pytest.raises(ValueError, match="wanted must be above 0"):
        decide(read(*shop(10)), wanted=0)


def test_the_interval_holds_the_effect_that_the_sample_plants(sample, truth):
    known, here = sample
    row = kpi.pick(baskets.kpis(known, here), "reminder_effect")
    assert row.low <= 100 * truth["reminder_effect", ""] <= row.high
    _, low, high, n = basket_words.total(known, here)
    assert low <= truth["reminder_orders", ""] <= high
    assert n == pytest.approx(truth["reminder_orders", ""] / truth["reminder_effect", ""], rel=1e-6)


def test_pairs_of_delays_hold_the_differences_that_the_sample_plants(sample, truth):
    known, here = sample
    timing = basket_timing.timing(known, here, delay_by_lot=True)
    assert timing.channel == "email" and timing.delays == (1, 24, 72)
    for better, worse, orders, _ in timing.pairs:
        planted = truth["reminder_effect", f"{better} h"] - truth["reminder_effect", f"{worse} h"]
        assert orders.absolute.low <= planted <= orders.absolute.high
    assert [worse for worse, _, _ in basket_timing.beaten(timing)] == [72]


def test_the_tool_credits_itself_with_far_more_than_the_reminders_bring(sample):
    known, here = sample
    reminded = baskets.pooled(known, here.period).query("is_reminded")
    assert reminded["is_credited"].mean() > 2 * baskets.effect(known, here.period).orders.absolute.high


def test_the_night_shifts_the_delays_of_sms_and_the_page_says_so(sample):
    known, here = sample
    (found,) = basket_timing.lot_check(known, here, delay_by_lot=True)
    assert found.status == "review" and "SMS" in found.text and "e-mail" not in found.text


@pytest.mark.parametrize("market", ["FR", "CH"])
def test_each_market_has_its_figures_in_its_own_currency(market):
    here = tables.scope("sample", "", market, "en", grain="month")
    known = baskets.known(tables.load("carts", here), tables.load("orders", here), here, **ASKED)
    row = kpi.pick(baskets.kpis(known, here), "reminder_margin")
    assert row.value is not None and row.currency == here.currency
