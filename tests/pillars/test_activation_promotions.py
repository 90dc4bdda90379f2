"""The page of promotions: the sample's truth inside its intervals, the trap named, and refusals that say what is missing."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import company, tables
from helpers.company import Company, Scope
from helpers.periods import parse
from helpers.pillars.activation import (
    KPIS,
    promotions_checks,
    promotions_coupons,
    promotions_decisions,
    promotions_rules,
)
from helpers.pillars.activation import promotions as promo
from helpers.pillars.activation import promotions_buyers as who
from helpers.pillars.activation import promotions_figures as figures
from helpers.pillars.activation import promotions_runs as runs
from helpers.pillars.activation import promotions_telling as telling

SHOP = Company("shop", Path(), "Shop", "EUR", ("FR", "BE"), "Europe/Paris", contribution_margin_rate=0.5)
HERE = Scope(SHOP, parse("2026-06"), "ALL", "en")
COSTS = {"cost_per_parcel": 5.2, "payment_fee": 0.014}
NO_COUPONS = promotions_coupons.Coupons(pd.DataFrame(), None, 0, 0, 0, "No coupons.")


@pytest.fixture(scope="module")
def truth():
    known = json.loads((company.sample_dir() / "truth.json").read_text(encoding="utf-8"))
    return {
        (one["name"], one["segment"]): one["value"]
        for one in known["estimands"]
        if one["name"].startswith("promotion_")
    }


@pytest.fixture(scope="module")
def here():
    return tables.scope("sample", "2026-09", "ALL", "en", grain="month")


@pytest.fixture(scope="module")
def sample(here):
    names = ("orders", "promotions", "calendar", "media_spend")
    return {name: tables.load(name, here) for name in names}


@pytest.fixture(scope="module")
def known(sample, here):
    return promo.known(
        *(sample[name] for name in ("orders", "promotions", "calendar", "media_spend")), here, **COSTS
    )


def held(estimate, value):
    return estimate.low <= value <= estimate.high


def test_the_six_promotions_of_the_sample_hold_their_truth(known, truth):
    by_name = {one.name: one for one in known.judged}
    names = {segment for _, segment in truth}
    assert len(names) == 6 and names <= set(by_name)
    for name in names:
        one = by_name[name]
        assert held(one.extra, truth["promotion_extra_orders", name]), name
        assert held(one.pulled, truth["promotion_pulled_share", name]), name
        assert held(one.net, truth["promotion_margin", name]), name


def test_the_sum_of_the_year_holds_the_sum_of_the_truths(known, truth, here):
    some = [one for one in figures.of_year(known, here) if ("promotion_margin", one.name) in truth]
    net, extra, _ = figures.total(some)
    for estimate, figure in ((net, "promotion_margin"), (extra, "promotion_extra_orders")):
        assert held(estimate, sum(truth[figure, one.name] for one in some))


def test_good_weeks_for_orders_that_lose_margin_are_named(known, here):
    year = figures.of_year(known, here)
    trapped = {one.name for one in telling.trapped(year)}
    assert {"Soldes d'hiver 2026, FR CH", "Soldes d'été 2026, FR CH"} <= trapped
    assert all("Soldes" in name for name in trapped)
    assert "Good for orders, bad for money: " in telling.naive(known, here)
    assert telling.answer(known, NO_COUPONS, here).startswith(
        "Drop or rework “Soldes d'été 2026” and “Soldes d'hiver 2026”: together they cost €"
    )


def test_decisions_name_the_largest_money_first_and_are_never_surer_than_the_limit(known, here):
    made = promotions_decisions.decisions(known, NO_COUPONS, here)
    assert [abs(one.effect) for one in made] == sorted((abs(one.effect) for one in made), reverse=True)
    assert made[0].verb == "Drop" and made[0].low > 0 and made[0].probability <= 0.99
    assert len({one.id for one in made}) == len(made) == 7
    for one in made:
        assert one.low < one.effect < one.high and one.reverse_if and one.owner and one.due


def test_every_figure_of_the_page_has_a_row_with_an_interval(known, here):
    rows = {row.id: row for row in figures.kpis(known, here)}
    assert set(rows) == {one.id for one in KPIS.values() if one.id in rows} and len(rows) == 6
    assert all(row.low <= row.value <= row.high for row in rows.values())
    assert {one.base for one in rows["full_price_share"].comparisons} == {"previous", "year"}
    assert [one.base for one in rows["promotion_margin"].comparisons] == ["year"]
    assert 0.5 < rows[
        "full_price_share"
    ].value < 1 and "of orders at full price" in telling.full_price_finding(list(rows.values()), here)


def test_readings_of_who_would_have_paid_are_ordered_and_counted(known, sample, here):
    year = figures.of_year(known, here)
    counts = who.counts(sample["orders"], known, year, here)
    assert counts["promotion"].tolist() == [one.name for one in year]
    assert (counts["n_full_always"] <= counts["n_full_ever"]).all() and (
        counts["n_full_ever"] <= counts["n_known"]
    ).all()
    assert who.table(counts, here).shape == (7, 3) and "bound" in who.said(counts, here)


def test_the_days_around_a_promotion_show_lift_and_dip(known, here):
    one = telling.closer(known, here, "black friday")
    table = figures.around(known, one, here).pivot(index="day", columns="what", values="orders")
    assert table.index.min() == -14 and table.index.max() == 35 and one.name.startswith("Black Friday 2025")
    during, after = (table.loc[slice(*days)].sum() for days in ((0, 7), (8, 35)))
    assert during["orders"] > 1.5 * during["without it"] and after["orders"] < after["without it"]


def test_the_sample_s_checks_pass_or_say_what_is_to_be_confirmed(known, here):
    made = {one.id: one.status for one in promotions_checks.checks(known, here)}
    assert (
        made["season"] == made["overlap"] == made["money"] == made["discount_known"] == "pass"
        and made["clean_weeks"] == "review"
    )
    rules = {one.id: one.status for one in promotions_rules.checks(known.offers, None, here)}
    assert rules == {
        "soldes_word": "pass",
        "soldes_to_confirm": "review",
        "soldes_departments": "review",
        "reference_price": "review",
    }


# A small shop of one and a half years; 40 orders a day at 50, goods at 20; promotions bring a lift where asked.
def orders(lifts=(), *, n=540, level=40, seed=1, **columns):
    rng = np.random.default_rng(seed)
    day = pd.date_range(end="2026-06-30", periods=n, freq="D", unit="us")
    mean, off = np.full(n, float(level)), np.zeros(n)
    for first, last, lift, discount in lifts:
        inside = (day >= first) & (day <= last)
        mean[inside] *= 1 + lift
        off[inside] = discount
    count = rng.poisson(mean)
    at = np.repeat(np.arange(n), count)
    value = np.round(50 * (1 - off[at]), 2)
    frame = pd.DataFrame({
        "order_id": np.char.mod("o%d", np.arange(len(at))), "customer_id": np.char.mod("c%d", rng.integers(0, 4000, len(at))),
        "ordered_on": day[at], "market": "FR", "status": "paid", "revenue_excl_vat": value, "revenue_incl_vat": value * 1.2,
        "returned_value": 0.0, "discount": 50 - value, "shipping": 0.0, "cost_of_goods": 20.0, "currency": "EUR",
        "is_first_order": False, "sales_channel": "store",
    })  # fmt: skip
    return tables.connect().from_df(frame.assign(**columns))


def offered(*rows):
    """Rows of `promotions`: mechanic, first and last day, discount."""
    made = pd.DataFrame(rows, columns=["mechanic", "starts_on", "ends_on", "discount_share"])
    made = made.assign(
        product_id="all",
        market="FR",
        store_id=None,
        **{day: pd.to_datetime(made[day]) for day in ("starts_on", "ends_on")},
    )
    return tables.connect().from_df(
        made.astype({"store_id": "str", "discount_share": "float64"}).replace(
            {"store_id": {"None": None, "nan": None}}
        )
    )


def shop(rows, lifts=(), **options):
    bought = orders(lifts, **options)
    return promo.known(bought, offered(*rows) if rows else None, None, None, HERE, **COSTS)


SPRING = ("Spring, -20%", "2026-03-02", "2026-03-08", 0.2)
STRONG = ("2026-03-02", "2026-03-08", 2.0, 0.2)


def test_a_promotion_of_a_small_shop_by_hand():
    """120 orders a day in place of 40: margin 20 less fee an order; 10 off on 40 a day."""
    found = shop([SPRING], [STRONG])
    (one,) = figures.of_year(found, HERE)
    assert one.name == "Spring, FR" and one.title == "Spring" and found.money_is == "margin"
    assert one.terms.margin.value == pytest.approx(
        40 - 20 - 0.014 * 48
    ) and one.terms.given.value == pytest.approx(10 - 0.014 * 12)
    assert held(one.extra, 560) and held(one.net, 560 * 19.328 - 280 * 9.832)
    assert one.break_even == pytest.approx(9.832 / 19.328)
    status = {check.id: check.status for check in promotions_checks.checks(found, HERE)}
    assert status["season"] == "review" and status["clean_weeks"] == "pass"
    (decision,) = promotions_decisions.decisions(found, NO_COUPONS, HERE)
    assert decision.verb == "Repeat" and decision.low > 0


def test_without_costs_the_rate_counts_and_without_a_rate_revenue():
    by_rate = shop([SPRING], [STRONG], cost_of_goods=np.nan)
    (one,) = by_rate.judged
    assert by_rate.money_is == "rate" and one.terms.margin.value == pytest.approx(0.5 * 50 - 10)
    nothing = replace(HERE, company=replace(SHOP, contribution_margin_rate=None))
    bought = orders([STRONG], cost_of_goods=np.nan)
    by_revenue = promo.known(bought, offered(SPRING), None, None, nothing, **COSTS)
    assert by_revenue.money_is == "revenue" and by_revenue.judged[0].terms.margin.value == pytest.approx(40)
    rows = {row.id: row for row in figures.kpis(by_revenue, nothing)}
    assert rows["break_even_lift"].value is None and "margin rate" in rows["break_even_lift"].reason
    assert "revenue" in telling.worth_subtitle(by_revenue, nothing)


def test_a_discount_that_nobody_wrote_down_is_read_from_the_orders():
    found = shop([("Spring", "2026-03-02", "2026-03-08", np.nan)], [STRONG])
    (one,) = found.judged
    assert one.is_observed and one.discount == pytest.approx(0.2)
    status = {check.id: check.status for check in promotions_checks.checks(found, HERE)}
    assert status["discount_known"] == "review"


def test_promotions_on_the_same_days_are_published_together():
    found = shop([SPRING, ("Bundle", "2026-03-05", "2026-03-12", 0.1)], [STRONG])
    (one,) = found.judged
    assert one.name == "Spring + Bundle, FR" and one.parts == 2 and str(one.ends_on.date()) == "2026-03-12"
    made = {check.id: check for check in promotions_checks.checks(found, HERE)}
    assert made["overlap"].status == "review" and "Spring + Bundle" in made["overlap"].text


def test_promotions_without_clean_weeks_between_are_said():
    back_to_back = [
        ("A", "2026-03-02", "2026-03-08", 0.1),
        ("B", "2026-03-09", "2026-03-15", 0.1),
        ("C", "2026-03-16", "2026-03-22", 0.1),
    ]
    made = {check.id: check for check in promotions_checks.checks(shop(back_to_back), HERE)}
    assert made["clean_weeks"].status == "review" and "“B, FR”" in made["clean_weeks"].text


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        ([], {}, "No promotion is written down for the days of the data."),
        ([("Always", "2025-01-01", "2026-06-30", 0.1)], {}, "Promotions run on 100% of the days"),
        ([("Late", "2026-06-20", "2026-06-26", 0.1)], {"n": 40}, "40 days of orders are too few"),
        ([("Late", "2026-06-20", "2026-06-26", 0.1)], {}, "is over for 28 days"),
        ([("Late", "2026-06-20", "2026-06-26", 0.1)], {"n": 60, "level": 1}, "orders are too few"),
        ([(f"Day {i}", f"2026-{1 + i // 28:02d}-{1 + i % 28:02d}", f"2026-{1 + i // 28:02d}-{1 + i % 28:02d}", 0.1) for i in range(0, 140, 2)], {}, "too many to be parted"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_said_with_its_reason(rows, options, said):
    found = shop(rows, **options)
    assert said in figures.refusal(found, HERE) and said in telling.answer(found, NO_COUPONS, HERE)
    rows = {row.id: row for row in figures.kpis(found, HERE)}
    assert rows["promotion_margin"].value is None and said in rows["promotion_margin"].reason
    assert promotions_checks.checks(found, HERE)[0].status in ("review", "pass")
    (decision,) = promotions_decisions.decisions(found, NO_COUPONS, HERE)
    assert decision.id == "write_down" and decision.effect is None
    assert (
        figures.comparison([], HERE).empty and figures.around(found, telling.closer(found, HERE), HERE).empty
    )
    assert telling.worth_finding(found, HERE) == "What promotions were worth: cannot tell"
    assert (
        telling.around_finding(None, HERE).endswith("cannot tell")
        and telling.around_subtitle(None, HERE) == ""
    )


def test_orders_that_do_not_say_their_discount_have_no_share_at_full_price():
    found = shop([SPRING], [STRONG], discount=np.nan)
    rows = {row.id: row for row in figures.kpis(found, HERE)}
    assert (
        rows["full_price_share"].value is None
        and rows["full_price_share"].reason == "Orders do not say their discount."
    )
    assert "cannot be told" in who.said(who.counts(orders([STRONG]), found, [], HERE), HERE)


def test_wrong_parameters_are_refused():
    with pytest.raises(ValueError, match="dip_days 3"):
        promo.known(orders(n=60), None, None, None, HERE, **COSTS, dip_days=3)
    with pytest.raises(ValueError, match="payment_fee 14"):
        promo.known(orders(n=60), None, None, None, HERE, cost_per_parcel=5.2, payment_fee=14)


def test_kinds_are_names_without_their_year():
    assert (
        runs.kind_of("Black Friday 2025") == "Black Friday"
        and runs.kind_of("French Days 2026 spring") == "French Days spring"
    )
    assert runs.kind_of("2026") == "2026"


def offers(*rows):
    made = pd.DataFrame(rows, columns=["promotion", "market", "starts_on", "ends_on"])
    return made.assign(
        mechanic="", starts_on=pd.to_datetime(made["starts_on"]), ends_on=pd.to_datetime(made["ends_on"])
    )


def test_the_word_soldes_outside_its_season_fails_and_an_unknown_year_is_to_confirm():
    made = {
        one.id: one
        for one in promotions_rules.word_checks(
            offers(("Soldes privées", "FR", "2026-03-02", "2026-03-08")), HERE
        )
    }
    assert made["soldes_word"].status == "fail" and "March 2, 2026" in made["soldes_word"].text
    early = {
        one.id: one
        for one in promotions_rules.word_checks(offers(("Soldes", "FR", "2026-01-02", "2026-01-20")), HERE)
    }
    assert early["soldes_word"].status == "fail" and "54, 55, 57 and 88" in early["soldes_departments"].text
    later = {
        one.id: one
        for one in promotions_rules.word_checks(offers(("Soldes", "FR", "2029-01-10", "2029-02-06")), HERE)
    }
    assert later["soldes_word"].status == "pass" and later["soldes_to_confirm"].status == "review"
    assert promotions_rules.word_checks(offers(("Spring sale", "FR", "2026-03-02", "2026-03-08")), HERE) == []


def seen(*rows, regular=100.0):
    """Own prices of one product: day, price, whether reduced."""
    made = pd.DataFrame(rows, columns=["observed_on", "price", "is_promotion"])
    made = made.assign(
        observed_on=pd.to_datetime(made["observed_on"]),
        market="FR",
        seller="own",
        product_id="p1",
        regular_price=regular,
    )
    return tables.connect().from_df(made)


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ([("2026-03-01", 100.0, False), ("2026-03-10", 80.0, True), ("2026-03-12", 75.0, True)], "pass"),
        (
            [("2026-03-01", 90.0, False), ("2026-03-08", 100.0, False), ("2026-03-10", 80.0, True)],
            "fail",
        ),  # raised two days before
        (
            [("2026-01-01", 90.0, False), ("2026-03-01", 100.0, False), ("2026-03-10", 80.0, True)],
            "pass",
        ),  # 90 is older than 30 days
        ([("2026-03-10", 80.0, True)], "review"),  # nothing is known of the days before
        ([("2026-03-01", 90.0, False)], "review"),
    ],
)
def test_the_price_beside_a_discount_is_the_lowest_of_30_days(rows, status):
    assert promotions_rules.reference_check(seen(*rows), HERE).status == status


def coupon_tables(n=300, *, used=0.3):
    rng = np.random.default_rng(2)
    people = [f"c{i}" for i in range(n)]
    asked = pd.DataFrame({"campaign_id": "x", "customer_id": people})
    runs_of = pd.DataFrame(
        {
            "campaign_id": ["x"],
            "name": ["X"],
            "starts_on": [pd.Timestamp("2026-04-01")],
            "ends_on": [pd.Timestamp("2026-04-28")],
        }
    )
    redeemed = asked[rng.random(n) < used]
    return [tables.connect().from_df(one) for one in (asked, runs_of, redeemed)]


def test_coupons_of_customers_who_did_not_change_are_not_told_from_nothing():
    found = promotions_coupons.known(orders(), *coupon_tables(), HERE)
    assert found.n_campaigns == 1 and found.n_addressed == 300 and 60 < found.n_used < 120
    assert held(found.found.matched, 0.0) and "no lot left anybody alone" in promotions_coupons.said(
        found, HERE
    )
    assert promotions_coupons.table(found, HERE).shape == (
        3,
        4,
    ) and "n = 300 times" in promotions_coupons.subtitle(found, HERE)
    without = shop([])
    assert "which no lot shows to be its effect" in telling.answer(without, found, HERE)
    assert [one.id for one in promotions_decisions.decisions(without, found, HERE)] == [
        "write_down",
        "coupon_lot",
    ]


def test_few_coupons_or_none_are_refused():
    few = promotions_coupons.known(orders(), *coupon_tables(40, used=0.2), HERE)
    assert few.found is None and "need n = 30" in promotions_coupons.said(few, HERE)
    assert (
        promotions_coupons.known(orders(n=60), None, None, None, HERE, lacking="Import coupons.").reason
        == "Import coupons."
    )
    assert promotions_coupons.table(few, HERE).empty and date(2026, 6, 30) == HERE.period.end
