"""Rollups: answers by hand, the same as pandas, the same on DuckDB and on Spark."""

from datetime import date

import duckdb
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from helpers import rollups
from helpers.errors import DataError

UNTIL = date(2026, 3, 31)
COLUMNS = ["customer_id", "ordered_on", "status", "revenue_excl_vat", "returned_value"]
# Anna buys twice on one day and again five weeks later, with a part of it sent back; her March order is cancelled.
# Ben buys once.
FIVE = [
    ("anna", date(2026, 1, 5), "paid", 10.0, None),
    ("anna", date(2026, 1, 5), "paid", 20.0, 0.0),
    ("anna", date(2026, 2, 9), "paid", 50.0, 15.0),
    ("anna", date(2026, 3, 2), "cancelled", 99.0, None),
    ("ben", date(2026, 2, 10), "paid", 7.5, None),
]


@pytest.fixture
def connection():
    with duckdb.connect() as opened:
        yield opened


@pytest.fixture
def five(connection):
    return relation(connection, pd.DataFrame(FIVE, columns=COLUMNS))


def relation(connection, frame):
    """The frame as the tidy table is stored: days as DATE, money as DECIMAL(18, 4)."""
    connection.register("given", frame)
    return connection.sql(
        """SELECT * REPLACE (CAST(ordered_on AS DATE) AS ordered_on,
        CAST(revenue_excl_vat AS DECIMAL(18, 4)) AS revenue_excl_vat,
        CAST(returned_value AS DECIMAL(18, 4)) AS returned_value) FROM given"""
    )


def random_orders(seed=0, n=3_000):
    rng = np.random.default_rng(seed)
    days = pd.Timestamp("2024-11-15") + pd.to_timedelta(rng.integers(0, 500, n), unit="D")
    return pd.DataFrame(
        {
            "customer_id": pd.Series(rng.integers(0, 400, n)).astype(str),
            "ordered_on": days.astype("datetime64[us]"),
            "status": rng.choice(["paid", "paid", "paid", "cancelled", "refunded"], n),
            "revenue_excl_vat": rng.integers(0, 20_000, n) / 100,
            "returned_value": np.where(rng.random(n) < 0.2, 0.5, np.nan),
        }
    )


def in_pandas(frame, until):
    """The summary computed another way."""
    paid = frame[(frame["status"] == "paid") & (frame["ordered_on"] <= pd.Timestamp(until))]
    paid = paid.assign(spend=paid["revenue_excl_vat"] - paid["returned_value"].fillna(0))
    days = paid.groupby(["customer_id", "ordered_on"], as_index=False)["spend"].sum()
    days["rank"] = days.groupby("customer_id")["ordered_on"].rank()
    made = days.groupby("customer_id").agg(
        first_on=("ordered_on", "min"),
        last_on=("ordered_on", "max"),
        n_days=("rank", "size"),
        spend=("spend", "sum"),
    )
    made["mean_repeat_spend"] = days[days["rank"] > 1].groupby("customer_id")["spend"].mean()
    made["frequency"] = made["n_days"] - 1
    made["recency"] = (made["last_on"] - made["first_on"]).dt.days / 7
    made["age"] = (pd.Timestamp(until) - made["first_on"]).dt.days / 7
    names = ["frequency", "recency", "age", "first_on", "last_on", "n_days", "spend", "mean_repeat_spend"]
    return made[names].reset_index()


def test_purchases_of_one_day_are_merged_and_returns_lower_the_spend(five):
    days = rollups.collect(rollups.purchase_days(five))
    assert days.to_dict("list") == {
        "customer_id": ["anna", "anna", "ben"],
        "ordered_on": [pd.Timestamp("2026-01-05"), pd.Timestamp("2026-02-09"), pd.Timestamp("2026-02-10")],
        "spend": [30.0, 35.0, 7.5],
    }


def test_summary_of_five_orders_by_hand(five):
    summary = rollups.collect(rollups.customer_summary(five, until=UNTIL)).set_index("customer_id")
    anna, ben = summary.loc["anna"], summary.loc["ben"]
    assert (anna["frequency"], anna["recency"], anna["age"]) == (1, 5.0, 85 / 7)
    assert (anna["n_days"], anna["spend"], anna["mean_repeat_spend"]) == (2, 65.0, 35.0)
    assert (anna["first_on"], anna["last_on"]) == (pd.Timestamp("2026-01-05"), pd.Timestamp("2026-02-09"))
    assert (ben["frequency"], ben["recency"], ben["age"], ben["spend"]) == (0, 0.0, 7.0, 7.5)
    assert np.isnan(ben["mean_repeat_spend"])
    assert list(summary.reset_index().columns) == [
        "customer_id", "frequency", "recency", "age", "first_on", "last_on", "n_days", "spend", "mean_repeat_spend",
    ]  # fmt: skip


def test_orders_after_the_end_change_nothing(five):
    before = rollups.collect(rollups.customer_summary(five, until=date(2026, 2, 8)))
    assert before["customer_id"].tolist() == ["anna"]
    assert before["spend"].tolist() == [30.0]
    assert before["age"].tolist() == [34 / 7]


def test_a_day_whose_goods_all_came_back_stays_a_purchase(connection):
    rows = [("anna", date(2026, 1, 5), "paid", 10.0, 10.0), ("anna", date(2026, 1, 9), "paid", 4.0, None)]
    summary = rollups.collect(
        rollups.customer_summary(relation(connection, pd.DataFrame(rows, columns=COLUMNS)), until=UNTIL)
    )
    assert summary["frequency"].tolist() == [1] and summary["mean_repeat_spend"].tolist() == [4.0]


def test_cohorts_of_five_orders_by_hand(five):
    counts = rollups.collect(rollups.cohort_counts(five))
    assert counts.assign(cohort=counts["cohort"].dt.strftime("%Y-%m")).to_numpy().tolist() == [
        ["2026-01", 0, 1, 1],
        ["2026-01", 1, 1, 1],
        ["2026-02", 0, 1, 1],
    ]


def test_months_of_five_orders_by_hand(five):
    months = rollups.collect(rollups.monthly_sales(five))
    assert months["month"].dt.strftime("%Y-%m").tolist() == ["2026-01", "2026-02"]
    assert months.drop(columns="month").to_dict("list") == {
        "n_orders": [2, 2], "n_customers": [1, 2], "revenue_excl_vat": [30.0, 42.5], "returned_value": [0.0, 15.0],
    }  # fmt: skip


def test_activity_by_hand(connection):
    # a: Jan, Feb, Apr. b: Jan, Mar. c: Feb, Jun. May has no purchase.
    spend = {"a": {1: 1, 2: 2, 4: 4}, "b": {1: 10, 3: 30}, "c": {2: 5, 6: 6}}
    rows = [
        (c, date(2026, m, 15), "paid", float(v), None)
        for c, months in spend.items()
        for m, v in months.items()
    ]
    made = rollups.collect(
        rollups.monthly_activity(relation(connection, pd.DataFrame(rows, columns=COLUMNS)))
    )
    assert made["month"].dt.month.tolist() == [1, 2, 3, 4, 6]
    assert made["n_active"].tolist() == [2, 2, 1, 1, 1]
    assert made["n_previous"].tolist() == [0, 2, 2, 1, 0]
    assert made["n_kept"].tolist() == [0, 1, 0, 0, 0]
    # Lapsed in March: b (January, not February). In April: a and c. In June: a (April, not May).
    assert made["n_lapsed"].tolist() == [0, 0, 1, 2, 1]
    assert made["n_returned"].tolist() == [0, 0, 1, 1, 0]
    assert made["returned_spend"].tolist() == [0, 0, 30, 4, 0]
    assert made["returned_spend_squared"].tolist() == [0, 0, 900, 16, 0]


def test_second_purchases_by_hand(five):
    made = rollups.collect(rollups.second_purchases(five, days=35, until=UNTIL))
    assert made["first_on"].dt.day.tolist() == [5, 10]
    assert made["n_customers"].tolist() == [1, 1] and made["n_again"].tolist() == [1, 0]
    sooner = rollups.collect(rollups.second_purchases(five, days=34, until=UNTIL))
    assert sooner["n_again"].tolist() == [0, 0]
    young = rollups.collect(rollups.second_purchases(five, days=50, until=UNTIL))
    assert young["first_on"].dt.day.tolist() == [5]  # the 50 days of the other are not over


def test_revenue_of_newcomers_by_hand(five):
    # Anna's second purchase is 35 days old: in her second month of 30.4375 days, which ends after 60.
    made = rollups.collect(rollups.newcomer_revenue(five, until=UNTIL))
    assert made.assign(first_on=made["first_on"].dt.strftime("%m-%d")).to_numpy().tolist() == [
        ["01-05", 0, 1, 30.0],
        ["01-05", 2, 1, 35.0],
        ["02-10", 0, 1, 7.5],
    ]
    young = rollups.collect(rollups.newcomer_revenue(five, until=date(2026, 3, 5)))
    assert young["age"].tolist() == [0, 0]  # on her 59th day the second month is not over


def test_months_of_age_end_as_in_pandas(connection):
    frame, until = random_orders(11), date(2026, 3, 29)
    made = rollups.collect(rollups.newcomer_revenue(relation(connection, frame), until=until, months=12))
    paid = frame[(frame["status"] == "paid") & (frame["ordered_on"] <= pd.Timestamp(until))]
    paid = paid.assign(spend=paid["revenue_excl_vat"] - paid["returned_value"].fillna(0))
    first = paid.groupby("customer_id")["ordered_on"].transform("min")
    paid["age"] = np.ceil((paid["ordered_on"] - first).dt.days / 30.4375).astype(int)
    over = first + pd.to_timedelta(np.floor(paid["age"] * 30.4375), unit="D") <= pd.Timestamp(until)
    expected = paid[over & (paid["age"] <= 12)].groupby([first, "age"])["spend"].sum()
    assert made["revenue"].tolist() == pytest.approx(expected.tolist(), rel=1e-12)
    assert made.loc[made["age"] == 0, "n_customers"].sum() == paid["customer_id"].nunique()


def test_what_media_cost_by_day(connection):
    rows = [("2026-01-05", None, 10.0), ("2026-01-05", None, 2.5), ("2026-01-06", "2026-01-12", 70.0)]
    connection.register("given", pd.DataFrame(rows, columns=["spent_on", "ends_on", "spend"]))
    media = connection.sql(
        "SELECT CAST(spent_on AS DATE) AS spent_on, CAST(ends_on AS DATE) AS ends_on, spend FROM given"
    )
    made = rollups.collect(rollups.media_days(media))
    assert made["spend"].tolist() == [12.5, 70.0]
    assert made["ends_on"].isna().tolist() == [True, False]
    with pytest.raises(DataError, match="media_spend: the column ends_on is missing"):
        rollups.media_days(media.project("spent_on, spend"))


@pytest.mark.parametrize("seed", range(3))
def test_summary_is_what_pandas_gives(connection, seed):
    frame = random_orders(seed)
    until = date(2026, 1, 31)
    made = rollups.collect(rollups.customer_summary(relation(connection, frame), until=until))
    expected = in_pandas(frame, until)
    assert_frame_equal(made, expected, check_dtype=False, rtol=1e-12)
    assert [str(kind) for kind in made.dtypes] == [
        "str", "int64", "float64", "float64", "datetime64[us]", "datetime64[us]", "int64", "float64", "float64",
    ]  # fmt: skip


def test_counts_are_what_pandas_gives(connection):
    frame = random_orders(7)
    paid = frame[frame["status"] == "paid"].assign(month=lambda f: f["ordered_on"].dt.to_period("M"))
    paid["cohort"] = paid.groupby("customer_id")["month"].transform("min")
    active = paid.groupby(["cohort", "month"])["customer_id"].nunique()
    made = rollups.collect(rollups.cohort_counts(relation(connection, frame)))
    months = made["cohort"].dt.to_period("M")
    found = dict(zip(zip(months, months + made["age"], strict=True), made["n_active"], strict=True))
    assert {key: n for key, n in found.items() if n} == active.to_dict()
    assert made["n_customers"].groupby(months).first().sum() == paid["customer_id"].nunique()
    sales = rollups.collect(rollups.monthly_sales(relation(connection, frame)))
    net = (paid["revenue_excl_vat"] - paid["returned_value"].fillna(0)).groupby(paid["month"]).sum()
    assert sales["revenue_excl_vat"].tolist() == pytest.approx(net.tolist(), rel=1e-12)
    assert sales["n_customers"].tolist() == paid.groupby("month")["customer_id"].nunique().tolist()


def test_totals_agree_between_rollups(connection):
    orders = relation(connection, random_orders(3))
    spend = rollups.collect(rollups.purchase_days(orders))["spend"].sum()
    summary = rollups.collect(rollups.customer_summary(orders, until=date(2030, 1, 1)))
    activity = rollups.collect(rollups.monthly_activity(orders))
    sales = rollups.collect(rollups.monthly_sales(orders))
    assert summary["spend"].sum() == pytest.approx(spend, rel=1e-12)
    assert activity["revenue_excl_vat"].sum() == pytest.approx(spend, rel=1e-12)
    assert sales["revenue_excl_vat"].sum() == pytest.approx(spend, rel=1e-12)
    assert activity["n_days"].sum() == summary["n_days"].sum()
    assert activity["n_orders"].tolist() == sales["n_orders"].tolist()


def test_the_order_of_the_rows_changes_nothing(connection):
    frame = random_orders(5)
    once = rollups.collect(rollups.customer_summary(relation(connection, frame), until=UNTIL))
    shuffled = frame.sample(frac=1, random_state=1)
    assert_frame_equal(
        once, rollups.collect(rollups.customer_summary(relation(connection, shuffled), until=UNTIL)), rtol=0
    )


def test_a_rollup_reads_nothing_until_it_is_collected(five):
    assert isinstance(rollups.customer_summary(five, until=UNTIL), duckdb.DuckDBPyRelation)


ROLLUPS = {
    "purchase_days": rollups.purchase_days,
    "customer_summary": lambda orders: rollups.customer_summary(orders, until=UNTIL),
    "cohort_counts": rollups.cohort_counts,
    "monthly_sales": rollups.monthly_sales,
    "monthly_activity": rollups.monthly_activity,
    "second_purchases": lambda orders: rollups.second_purchases(orders, until=UNTIL),
    "newcomer_revenue": lambda orders: rollups.newcomer_revenue(orders, until=UNTIL),
}


@pytest.mark.parametrize("name", ROLLUPS)
def test_no_paid_order_is_refused(five, name):
    with pytest.raises(
        DataError,
        match=r"^orders: no paid order is left to count. Look at their status, or choose a later period",
    ):
        rollups.collect(ROLLUPS[name](five.filter("status = 'cancelled'")))


@pytest.mark.parametrize("name", ROLLUPS)
def test_a_missing_column_is_named(five, name):
    with pytest.raises(DataError, match=r"^orders: the column returned_value is missing"):
        ROLLUPS[name](five.project("customer_id, ordered_on, status, revenue_excl_vat"))


@pytest.fixture(scope="module")
def spark():
    sql = pytest.importorskip("pyspark.sql")
    session = (
        sql.SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.mark.parametrize("name", ROLLUPS)
def test_spark_gives_the_same(spark, connection, tmp_path, name):
    path = str(tmp_path / "orders.parquet")
    orders = pd.concat([random_orders(2), pd.DataFrame(FIVE, columns=COLUMNS)])
    orders["is_first_order"] = orders["customer_id"].str.len() > 2  # the others were customers before
    relation(connection, orders).write_parquet(path)
    made = ROLLUPS[name](spark.read.parquet(path))
    assert type(made).__module__.startswith("pyspark")
    expected = rollups.collect(ROLLUPS[name](connection.read_parquet(path)))
    assert_frame_equal(rollups.collect(made), expected, rtol=1e-12)


def test_customers_of_before_the_data_are_in_no_cohort(connection):
    """Old's first order lies before the data; New's first one was cancelled, so her second counts; Who does not say."""
    rows = [
        ("old", date(2026, 1, 5), "paid", 10.0, None, False),
        ("old", date(2026, 1, 20), "paid", 10.0, None, False),
        ("new", date(2026, 1, 6), "cancelled", 10.0, None, True),
        ("new", date(2026, 1, 8), "paid", 10.0, None, False),
        ("new", date(2026, 2, 1), "paid", 10.0, None, False),
        ("who", date(2026, 1, 9), "paid", 10.0, None, None),
    ]
    given = pd.DataFrame(rows, columns=[*COLUMNS, "is_first_order"]).astype({"is_first_order": "boolean"})
    orders = relation(connection, given)
    counts = rollups.collect(rollups.cohort_counts(orders))
    assert counts[["age", "n_active", "n_customers"]].to_numpy().tolist() == [[0, 2, 2], [1, 1, 2]]
    second = rollups.collect(rollups.second_purchases(orders, days=30, until=UNTIL))
    assert second[["n_customers", "n_again"]].to_numpy().tolist() == [[1, 1], [1, 0]]
    activity = rollups.collect(rollups.monthly_activity(orders))
    assert activity["n_active"].tolist() == [3, 1]  # the old customer is active all the same


def test_where_no_order_says_which_is_first_nobody_is_left_out(connection):
    given = pd.DataFrame(FIVE, columns=COLUMNS).assign(is_first_order=pd.array([None] * 5, dtype="boolean"))
    counts = rollups.collect(rollups.cohort_counts(relation(connection, given)))
    assert counts.loc[counts["age"] == 0, "n_customers"].sum() == 2


def test_sums_of_a_day_by_hand(connection):
    rows = pd.DataFrame(
        {
            "spent_on": pd.to_datetime(["2026-01-05", "2026-01-05", "2026-01-05", "2026-01-07"]),
            "platform": ["meta", "meta", "google", "meta"],
            "spend": [1.25, 2.25, 4.0, 8.0],
            "clicks": [3, None, 5, None],
        }
    )
    by_day = rollups.daily_sums(
        connection.from_df(rows), day="spent_on", by=("platform",), values=("spend", "clicks")
    )
    found = rollups.collect(by_day).sort_values(["day", "platform"]).reset_index(drop=True)
    assert found["day"].dt.day.tolist() == [5, 5, 7]  # the sixth has no row
    assert found["platform"].tolist() == ["google", "meta", "meta"]
    assert found["n_rows"].tolist() == [1, 2, 1]
    assert found["spend"].tolist() == [4.0, 3.5, 8.0]
    assert found["clicks"].fillna(0).tolist() == [5, 3, 0]
    with pytest.raises(DataError, match="the column cost is missing"):
        rollups.daily_sums(connection.from_df(rows), day="spent_on", values=("cost",))


DAY, END = date(2026, 9, 1), date(2026, 9, 30)
SITE = ["visited_on", "ends_on", "market", "channel", "device", "page", "sessions", "tool", "site"]


def site(connection, *rows, day=DAY, tool=None, of=None):
    """Rows of site_daily: market, channel, device, page, sessions, of one day or with the last of several."""
    given = pd.DataFrame([(day, end, *row, tool, of) for *row, end in rows], columns=SITE)
    connection.register("given_site", given.astype({"sessions": "Int64"}))
    return connection.sql(
        "SELECT * REPLACE (CAST(visited_on AS DATE) AS visited_on, CAST(ends_on AS DATE) AS ends_on) FROM given_site"
    )


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        ([("FR", "a", None, None, 6, None), ("FR", "b", None, None, 4, None)], [4, 6]),
        ([("FR", None, None, None, 10, None), ("FR", "a", None, None, 6, None)], [10]),  # the whole
        ([("FR", "a", None, None, 6, None), ("FR", "a", None, None, 600, END)], [6]),  # not the month
        ([("FR", "a", None, None, 6, None), ("FR", None, None, "/x", 5, None)], [6]),  # not the pages
        (
            [("FR", None, None, "/x", 5, None), ("FR", None, None, "/y", 1, None)],
            [1, 5],
        ),  # where nothing else is
        (
            [("FR", "a", "m", None, 4, None), ("FR", "a", "d", None, 2, None), ("FR", "a", "", "", 6, None)],
            [6],
        ),
        (
            [("FR", "a", None, None, 6, None), ("FR", None, "m", None, 4, None)],
            [6],
        ),  # devices of all channels
        (
            [("FR", None, None, None, None, None), ("FR", "a", None, None, 6, None)],
            [6],
        ),  # a row without visits
        (
            [("FR", None, None, None, 10, None), ("BE", "a", None, None, 6, None)],
            [6, 10],
        ),  # each market for itself
        ([("FR", None, None, None, 10, DAY)], [10]),
    ],
)
def test_visits_that_stand_in_several_ways_are_taken_in_one(connection, rows, kept):
    made = rollups.visits(site(connection, *rows)).df()
    assert sorted(made["sessions"]) == kept
    assert list(made.columns) == SITE


def test_of_two_tools_that_count_a_site_the_one_that_knows_more_days_is_taken_and_the_other_where_it_lacks_one(
    connection,
):
    def rows(day, tool, n, of=None):
        given = site(connection, ("FR", None, None, None, n, None), day=date(2026, 9, day), tool=tool, of=of)
        return given.df()

    def kept(*frames):
        connection.register("several", pd.concat(frames))
        found = (
            rollups.visits(connection.sql("SELECT * FROM several")).df().sort_values(["visited_on", "site"])
        )
        return list(zip(found["visited_on"].dt.day, found["tool"], found["sessions"], strict=True))

    ga4 = [rows(day, "ga4", 10) for day in (2, 3, 4)]
    adobe = [rows(day, "adobe", 12) for day in (1, 2)]
    assert kept(*ga4, *adobe) == [(1, "adobe", 12), (2, "ga4", 10), (3, "ga4", 10), (4, "ga4", 10)]
    assert kept(*ga4[:2], *adobe) == [(1, "adobe", 12), (2, "adobe", 12), (3, "ga4", 10)]  # as many: by name
    # two sites of which the company says which is which add up
    assert kept(rows(2, "ga4", 10, "shop"), rows(2, "adobe", 12, "blog")) == [
        (2, "adobe", 12),
        (2, "ga4", 10),
    ]


def test_spark_takes_the_same_visits(spark, connection, tmp_path):
    given = pd.DataFrame(
        [
            (date(2026, 9, day), None, "FR", channel, device, None, n, tool, None)
            for tool, days in (("ga4", (2, 3, 4)), ("adobe", (1, 2)))
            for day in days
            for channel, device, n in (("a", None, 6), ("a", "m", 4), ("b", None, 3))
        ],
        columns=SITE,
    ).astype({"sessions": "Int64"})
    given["ends_on"] = pd.to_datetime(given["ends_on"])
    path = str(tmp_path / "site.parquet")
    given.astype({"page": "str", "site": "str"}).to_parquet(path)
    ours = rollups.visits(connection.sql(f"SELECT * FROM '{path}'")).df()
    theirs = rollups.visits(spark.read.parquet(path)).toArrow().to_pandas()
    assert len(ours) == 8 and set(ours["tool"]) == {"ga4", "adobe"}

    def plain(frame):
        return sorted(
            zip(
                frame["visited_on"].astype("str"),
                frame["tool"],
                frame["channel"],
                frame["sessions"],
                strict=True,
            )
        )

    assert plain(theirs) == plain(ours)


def test_visits_without_a_column_are_refused(connection):
    with pytest.raises(DataError, match="the column page is missing"):
        rollups.visits(
            connection.sql(
                "SELECT * EXCLUDE (page) FROM (SELECT 1 AS visited_on, 1 AS ends_on, 1 AS market, 1 AS tool, 1 AS site, 1 AS channel, 1 AS device, 1 AS page, 1 AS sessions)"
            )
        )
