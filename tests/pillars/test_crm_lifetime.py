"""The lifetime page: on a shop drawn from the model, on shops too thin to tell, and on the published record shop."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from helpers import kpi, rollups, tables
from helpers.company import Company, Scope
from helpers.methods.lifetime_draw import draw_purchases
from helpers.periods import parse
from helpers.pillars.crm import KPIS, lifetime, lifetime_checks, lifetime_groups, onboarding
from helpers.pillars.crm import lifetime_record as past

SHOP = Company("shop", Path(), "Shop", "EUR", ("FR",), "Europe/Paris")
HERE = Scope(SHOP, parse("2025-12"), "ALL", "en")
START, END = date(2025, 1, 1), date(2025, 12, 31)


def orders(days: pd.DataFrame, spend=20.0):
    """Table `orders` as a DuckDB relation: one paid order a row of (customer_id, day number since START)."""
    table = pd.DataFrame(
        {
            "order_id": [str(i) for i in range(len(days))],
            "customer_id": days["customer_id"].astype(str).to_numpy(),
            "ordered_on": pd.Timestamp(START) + pd.to_timedelta(days["day"].to_numpy(), unit="D"),
            "status": "paid",
            "revenue_excl_vat": spend,
            "returned_value": 0.0,
        }
    )
    connection = duckdb.connect()
    connection.register("given", table)
    return connection.sql("select * replace (ordered_on::date as ordered_on) from given")


def of(table):
    """The rollup that the page works from."""
    return rollups.collect(rollups.purchase_days(table))


def drawn(n=600, seed=3):
    rng = np.random.default_rng(seed)
    days = draw_purchases(0.8, 6.0, 0.5, 4.0, rng.integers(0, 180, n), until=364, seed=rng)
    return days, orders(days, spend=rng.gamma(6, 4, len(days)))


def frame(days):
    return pd.DataFrame(
        {
            "customer_id": days["customer_id"],
            "day": pd.Timestamp(START) + pd.to_timedelta(days["day"], unit="D"),
        }
    ).assign(spend=20.0)


def record(days, until=END):
    return past.record_of(frame_days(days), until)


def no_record():
    none = pd.DataFrame(columns=["quantity", "horizon", "predicted", "actual", "error"])
    return past.Record(
        past.standings(past.compete(frame(drawn(n=9)[0]), horizon=99)), past.CALENDAR, none, none
    )


def figures(table, record, here=HERE):
    return lifetime.kpis(of(table), lifetime.fit(of(table), here.period.end), record, here, discount_rate=0.1)


@pytest.fixture(scope="module")
def shop():
    days, table = drawn()
    return table, record(days)


def test_every_declared_figure_of_the_page_has_a_row_with_its_interval(shop):
    rows = figures(*shop)
    assert [row.id for row in rows] == list(lifetime.ORDER)
    for row in rows:
        assert row.low <= row.value <= row.high and row.n == 600
        assert row.history[-1]["period"] == "2025-12" and len(row.history) >= 5


def test_every_figure_of_the_pillar_is_on_a_page():
    pages = Path(lifetime.__file__).parent.glob("*.py")
    said = " ".join(page.read_text(encoding="utf-8") for page in pages)
    named = {name for name in KPIS if f'"{name}"' in said} | {f"retention_d{day}" for day in onboarding.DAYS}
    assert named == set(KPIS)


def test_a_discount_lowers_the_value_by_about_half_a_year_of_it(shop):
    known = lifetime.fit(of(shop[0]), END)
    plain, less = (lifetime.value(known, HERE, rate)["value"] for rate in (0.0, 0.10))
    assert less / plain == pytest.approx(1.10**-0.5, abs=0.01)


def test_a_margin_rate_scales_the_value(shop):
    known = lifetime.fit(of(shop[0]), END)
    margin = replace(HERE, company=replace(SHOP, contribution_margin_rate=0.25))
    assert lifetime.value(known, margin, 0.1)["value"] == pytest.approx(
        0.25 * lifetime.value(known, HERE, 0.1)["value"]
    )


def test_later_rows_change_nothing_earlier(shop):
    summer = date(2025, 8, 31)
    whole = lifetime.fit(of(shop[0]), summer)
    cut = lifetime.fit(of(shop[0].filter(f"ordered_on <= '{summer}'")), summer)
    pd.testing.assert_frame_equal(whole.summary, cut.summary)


def test_the_same_data_in_another_order_give_the_same_figures(shop):
    known = lifetime.fit(of(shop[0]), END)
    mixed = lifetime.fit(of(shop[0].order("hash(order_id)")), END)
    for one, other in ((known, mixed),):
        a, b = (lifetime.forecast(fit, weeks=13, seed=1).set_index("quantity") for fit in (one, other))
        pd.testing.assert_frame_equal(a, b)


def test_the_top_tenth_is_ranked_by_what_was_expected_and_counted_by_what_came():
    # 100 customers: ten buy every week of the year, ninety bought twice in January
    weekly = pd.DataFrame(
        {"customer_id": np.repeat(np.arange(10), 52), "day": np.tile(np.arange(52) * 7, 10)}
    )
    gone = pd.DataFrame({"customer_id": np.repeat(np.arange(10, 100), 2), "day": np.tile([3, 17], 90)})
    days = pd.concat([weekly, gone], ignore_index=True)
    spend = 20.0 + days["customer_id"] % 3 + days["day"] % 2
    days = frame_days(days).assign(customer_id=days["customer_id"].astype(str), spend=spend)
    ranked = lifetime.ranked_holdout(days, END)
    assert ranked["is_top"].sum() == 10
    # the ten bought on 13 Mondays since; ids 0 to 9 spend 20 + id % 3, and half of the days are odd
    came = days[(days["ordered_on"] > "2025-10-01") & (days["customer_id"].str.len() == 1)]["spend"].sum()
    assert ranked.loc[ranked["is_top"], "spend"].sum() == ranked["spend"].sum() == pytest.approx(came)


def test_under_300_customers_the_top_tenth_cannot_be_told():
    _, table = drawn(n=200)
    row = kpi.pick(figures(table, no_record()), "top_decile_share")
    assert row.value is None and "needs n = 300" in row.sentence
    made = lifetime_groups.top_tenth(lifetime.fit(of(table), END), no_record(), HERE, owner="CRM", due="")
    assert made.effect is None and "cannot be told. It needs n = 300 customers" in made.sentence


def test_when_all_buy_once_nothing_is_made_up():
    days = pd.DataFrame({"customer_id": range(400), "day": np.arange(400) % 300})
    table = orders(days)
    made = record(days)
    rows = figures(table, made)
    for row in rows:
        assert row.value is None and "cannot tell" in row.sentence
    known = lifetime.fit(of(table), END)
    assert any(
        "cannot tell" in check.text.lower()
        for check in lifetime_checks.checks(known, made, frame_days(days), HERE)
    )
    assert lifetime_groups.top_tenth(known, made, HERE, owner="CRM", due="").effect is None
    assert "cannot tell" in lifetime.answer(rows, made, HERE)


@pytest.mark.parametrize("weeks", [0, 4, 8])
def test_a_shop_younger_than_a_forecast_says_what_it_cannot_tell(weeks):
    days, _ = drawn(n=300)
    days = days[days["day"] >= 364 - 7 * weeks]
    table = orders(days)
    made = record(days)
    assert made.quarter.empty and made.quarter["origin"].dt.strftime("%d").empty
    rows = figures(table, made)
    row = kpi.pick(rows, "top_decile_share")
    assert row.value is None and "cannot tell" in row.sentence
    assert past.backtest_finding(made, HERE) == "No past forecast could be checked"


def test_where_the_model_cannot_tell_no_share_is_made_up():
    days = pd.DataFrame({"customer_id": range(40), "day": np.arange(40)})
    tenths = lifetime_groups.concentration(lifetime.fit(of(orders(days)), END))
    assert "cannot tell" in lifetime_groups.concentration_finding(tenths, HERE)


def frame_days(days):
    return frame(days).rename(columns={"day": "ordered_on"})


def test_the_checks_say_how_far_the_record_reaches(shop):
    days = frame_days(drawn()[0])
    by_id = {
        check.id: check
        for check in lifetime_checks.checks(lifetime.fit(of(shop[0]), END), shop[1], days, HERE)
    }
    assert by_id["history"].status == "review" and "n = 104 weeks" in by_id["history"].remedy
    assert (
        by_id["backtest_exists"].status == "review" and "need n = 65 weeks" in by_id["backtest_exists"].remedy
    )
    assert by_id["margin"].status == "review"


def test_the_decision_is_worth_one_per_cent_of_what_is_expected_of_the_top_tenth(shop):
    known = lifetime.fit(of(shop[0]), END)
    made = lifetime_groups.top_tenth(known, shop[1], HERE, owner="CRM", due="2026-01-31")
    top = lifetime.expected_revenue(known).nlargest(60).sum()
    assert made.effect == pytest.approx(top / 100)
    assert made.low < made.effect < made.high
    assert "60 customers" in made.amount


def test_the_naive_forecast_by_hand():
    summary = pd.DataFrame({"frequency": [4, 0, 1], "recency": [8.0, 0.0, 2.0], "age": [10.0, 5.0, 0.0]})
    known = lifetime.Lifetime(summary, None, None)
    assert past.naive_forecast(known, weeks=5) == 4 / 10 * 5  # no rate can be told at age 0


@pytest.mark.golden
def test_the_published_holdout_of_cdnow_through_the_page_s_own_path(test_data):
    lines = pd.read_csv(
        test_data / "crm" / "lifetimes_CDNOW_sample.txt", sep=r"\s+", header=None, dtype={2: str}
    )
    days = pd.DataFrame(
        {"customer_id": lines[0], "day": (pd.to_datetime(lines[2]) - pd.Timestamp(START)).dt.days}
    )
    known = lifetime.fit(of(orders(days, spend=lines[4].to_numpy())), date(1997, 9, 30))
    made = lifetime.forecast(known, weeks=39).set_index("quantity")
    assert made.loc["purchases", "value"] == pytest.approx(1653.4, abs=0.1)
    naive = past.naive_forecast(known, weeks=39)
    assert naive / 1882 - 1 == pytest.approx(0.557, abs=0.001)


def test_under_26_weeks_of_data_nothing_is_forecast():
    days = draw_purchases(2.0, 2.0, 0.5, 4.0, np.arange(400) % 20, until=90, seed=5)
    table, here = orders(days), replace(HERE, period=parse("2025-03"))
    made = record(days, here.period.end)
    rows = figures(table, made, here)
    for name in ("expected_revenue_13w", "expected_purchases_13w", "clv_52w"):
        row = kpi.pick(rows, name)
        assert row.value is None and "a forecast needs n = 26 weeks" in row.sentence
    known = lifetime.fit(of(table), here.period.end)
    made = lifetime_groups.top_tenth(known, made, here, owner="CRM", due="")
    assert made.effect is None and "needs n = 26 weeks" in made.sentence
    assert lifetime.expected_revenue(known).isna().all()


def test_a_missing_month_fails_and_an_error_that_is_not_known_does_not_pass(shop):
    days = frame_days(drawn()[0])
    june = days[days["ordered_on"].dt.month != 6]
    known = lifetime.fit(of(shop[0]), END)
    by_id = {check.id: check for check in lifetime_checks.checks(known, no_record(), june, HERE)}
    assert by_id["no_missing_month"].status == "fail" and "2025-06" in by_id["no_missing_month"].text
    assert by_id["backtest_error"].status == "review"


def test_a_channel_is_worth_what_the_sample_s_truth_says_and_a_common_model_would_not_see_it():
    here = tables.scope("sample", "", "ALL", "en", grain="month")
    here = replace(here, company=replace(here.company, contribution_margin_rate=None))
    days = of(tables.load("orders", here))
    truths = json.loads((here.company.folder / "truth.json").read_text())["estimands"]
    truth = pd.Series(
        {t["segment"]: t["value"] for t in truths if t["name"] == "revenue_next_52w_a_customer"}
    )
    known = lifetime.fit(days, here.period.end, choice=past.Choice("BG/NBD", True))
    few = no_record()._replace(year=past_errors(0.1))
    own, common = (
        lifetime_groups.by_group(
            known,
            tables.optional("customers", here),
            "acquisition_channel",
            few,
            here,
            discount_rate=0.0,
            own_models=mine,
        )
        .set_index("group")
        .reindex(truth.index)
        for mine in (True, False)
    )
    inside = (own["low"] <= truth) & (truth <= own["high"])
    assert len(truth) == 11 and inside.sum() >= 8  # nominal 9.9
    off = [(table["value"] / truth - 1).abs() for table in (own, common)]
    assert off[0]["affiliation"] < off[1]["affiliation"] and off[0].mean() < off[1].mean()


def past_errors(size):
    """A backtest of a year whose four forecasts were off by `size`, up and down."""
    actual = 1e9 * np.array([1 + size, 1 - size, 1 + size, 1 - size])
    return pd.DataFrame({"quantity": "spend", "horizon": 52.0, "predicted": 1e9, "actual": actual})


def test_a_segment_of_few_customers_is_counted_with_those_unknown(shop):
    known = lifetime.fit(of(shop[0]), END)
    ids = known.summary["customer_id"]
    customers = pd.DataFrame({"customer_id": ids, "segment": np.where(ids.str[-1] == "7", "seven", "others")})
    customers.loc[:19, "segment"] = "tiny"
    given = tables.connect().from_df(customers)
    made = lifetime_groups.by_group(
        known, given, "segment", shop[1], HERE, discount_rate=0.0, own_models=False
    ).set_index("group")
    assert set(made.index) == {"seven", "others", ""} and made["n"].sum() == 600 and made.loc["", "n"] == 20
    assert np.isnan(made.loc["", "value"]) and not made["own"].any()
    assert "cannot tell" in lifetime_groups.group_finding(made.loc[[""]].reset_index(), "segment", HERE)
    assert lifetime_groups.by_group(
        known, None, "segment", shop[1], HERE, discount_rate=0.0, own_models=True
    ).empty
    assert lifetime_groups.group_finding(
        made.reset_index().head(0), "segment", HERE, lacking="Not there."
    ).endswith("Not there.")
