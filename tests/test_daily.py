"""The daily message: at most three blockers with their owners, silence when nothing changed, its own rate."""

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest

from helpers import cli, company, daily, tables
from helpers.daily import rate
from helpers.daily.late import last_day
from helpers.daily.usual import runs
from helpers.errors import DataError, UsageError
from helpers.report import lock

LAST = dt.date(2017, 12, 31)


def day(back: int = 0) -> dt.date:
    return LAST - dt.timedelta(days=back)


def orders(project, n: int = 40, *, days: int = 200, market: str = "FR", **changed: int) -> None:
    """So many orders a day until the last of 2017; `changed` gives another number for days back ("d0" is the last)."""
    rows = []
    for back in range(days):
        count = changed.get(f"d{back}", n + (back * 7) % 5)
        rows += [(f"{market}{back}-{i}", f"secret-person-{i}", day(back)) for i in range(count)]
    frame = pd.DataFrame(rows, columns=["order_id", "customer_id", "ordered_on"])
    frame = frame.assign(market=market, status="paid", revenue_excl_vat=50.0, currency="EUR")
    tables.write(frame, "orders", company.read("acme"))


def spend(project, platforms: dict[str, dict], *, days: int = 200) -> None:
    """Spend and clicks of a campaign a platform: {"meta": {"spend": 100, "clicks": 50, "d0": (100, 0)}}."""
    rows = []
    for name, about in platforms.items():
        for back in range(about.get("until", 0), days):
            usual = (about["spend"] * (1 + 0.02 * ((back * 3) % 5)), about["clicks"])
            money, clicks = about.get(f"d{back}", usual)
            rows.append((day(back), name, f"{name} always on", money, clicks))
    frame = pd.DataFrame(rows, columns=["spent_on", "platform", "campaign", "spend", "clicks"])
    frame = frame.assign(market="FR", campaign_id="1", currency="EUR")
    tables.write(frame, "media_spend", company.read("acme"))


def plan(project, *rows: tuple[str, str, dt.date, dt.date, float]) -> None:
    names = ["platform", "campaign_id", "starts_on", "ends_on", "planned_budget"]
    frame = pd.DataFrame(rows, columns=names).assign(market="FR", currency="EUR", campaign_code="always on")
    tables.write(frame, "campaign_map", company.read("acme"))


def kinds(message) -> list[str]:
    return [one["id"].rsplit(":", 2)[0] for one in message.blockers]


def test_nothing_blocks_when_all_is_as_usual(project):
    orders(project)
    spend(project, {"meta": {"spend": 100, "clicks": 50}})
    found = daily.compose("acme")
    assert found.day == LAST
    assert (found.blockers, found.ids) == ((), ())
    assert found.text == "Acme, all markets: daily message of December 31, 2017\n\nNothing blocks.\n"


def test_orders_that_halve_are_a_blocker_with_owner_date_and_what_to_do(project):
    orders(project, d0=12, d1=15)
    [one] = daily.compose("acme").blockers
    assert one["what"] == "Orders are far below what is usual."
    assert one["detail"].startswith("12 paid orders on December 31, 2017, where 4")
    assert one["detail"].endswith("from the same weekday of the last 8 weeks).")
    assert one["since"] == "2017-12-30"
    assert one["owner"] == "head of sales"
    assert "payment" in one["todo"]


def test_orders_that_double_are_one_too_but_not_on_a_day_of_promotion(project):
    orders(project, d0=120)
    assert kinds(daily.compose("acme")) == ["orders:orders"]
    frame = pd.DataFrame(
        {"starts_on": [day(1)], "ends_on": [day(-3)], "market": "FR", "kind": "promotion", "name": "Sale"}
    )
    tables.write(frame, "calendar", company.read("acme"))
    assert daily.compose("acme").blockers == ()
    orders(project, d0=5)
    [one] = daily.compose("acme").blockers
    assert one["detail"].endswith("The calendar has for this day: Sale.")


def test_a_fall_that_has_lasted_a_week_is_the_new_level(project):
    orders(project, **{f"d{back}": 12 for back in range(7)})
    assert kinds(daily.compose("acme")) == ["orders:orders"]
    orders(project, **{f"d{back}": 12 for back in range(8)})
    assert daily.compose("acme").blockers == ()


def test_spend_far_from_usual_is_a_blocker_of_its_platform_unless_the_plan_says_so(project):
    orders(project)
    spend(
        project,
        {"meta": {"spend": 100, "clicks": 50, "d0": (900, 450)}, "google_ads": {"spend": 80, "clicks": 9}},
    )
    [one] = daily.compose("acme").blockers
    assert one["what"] == "Media spend on meta is far above what is usual."
    assert one["owner"] == "head of media"
    plan(project, ("meta", "9", LAST, day(-30), 50_000.0))
    assert daily.compose("acme").blockers == ()


def test_small_money_is_no_blocker(project):
    orders(project)
    spend(
        project,
        {"meta": {"spend": 1000, "clicks": 50}, "linkedin": {"spend": 10, "clicks": 1, "d0": (40, 1)}},
    )
    assert daily.compose("acme").blockers == ()


def test_clicks_that_stop_while_the_spend_goes_on_are_broken_tracking(project):
    orders(project)
    spend(project, {"meta": {"spend": 100, "clicks": 50, "d0": (100, 0), "d1": (100, 0)}})
    [one] = daily.compose("acme").blockers
    assert one["what"] == "No clicks are counted on meta."
    assert "€100" in one["detail"]
    assert "meta always on" in one["detail"]
    assert (one["since"], one["owner"]) == ("2017-12-30", "head of web analytics")


def test_conversions_that_stop_while_the_spend_goes_on_are_broken_tracking(project):
    orders(project)
    spend(project, {"meta": {"spend": 100, "clicks": 50}})
    rows = [(day(back), 0 if back == 0 else 20) for back in range(200)]
    frame = pd.DataFrame(rows, columns=["converted_on", "conversions"]).assign(
        platform="meta",
        market="FR",
        campaign_id="1",
        conversion_action="purchase",
        counted_by="platform",
        attribution_window="7d",
        currency="EUR",
    )
    tables.write(frame, "media_conversions", company.read("acme"))
    assert kinds(daily.compose("acme")) == ["conversions:meta"]


def test_visits_without_a_purchase_are_broken_tracking_of_the_site(project):
    orders(project)
    rows = [(day(back), 900, 0 if back == 0 else 30) for back in range(200)]
    frame = pd.DataFrame(rows, columns=["visited_on", "sessions", "purchases"])
    tables.write(frame.assign(market="FR", channel="direct"), "site_daily", company.read("acme"))
    assert kinds(daily.compose("acme")) == ["purchases:site"]


def test_a_month_s_visits_in_one_row_say_nothing_of_the_day_that_it_begins_on(project):
    """They would be thirty times the visits of a day without one purchase."""
    orders(project)
    daily_rows = [(day(back), None, "direct", 900, 30) for back in range(200)]
    whole = [(day(), day(-30), "direct", 27_000, 0), (day(), None, None, 900, None)]
    frame = pd.DataFrame(
        daily_rows + whole, columns=["visited_on", "ends_on", "channel", "sessions", "purchases"]
    )
    tables.write(frame.assign(market="FR"), "site_daily", company.read("acme"))
    assert kinds(daily.compose("acme")) == []


def test_a_table_that_stopped_is_late_and_comes_first(project):
    orders(project, d0=5)
    spend(project, {"meta": {"spend": 100, "clicks": 50, "until": 2}})
    first, second = daily.compose("acme").blockers
    assert first["what"] == "Data are late: media_spend."
    assert "December 29, 2017; 2 days are missing" in first["detail"]
    assert (first["since"], first["owner"]) == ("2017-12-30", "head of media")
    assert second["id"].startswith("orders:")


def test_a_day_after_the_last_of_the_data_finds_them_late(project):
    orders(project)
    spend(project, {"meta": {"spend": 100, "clicks": 50}})
    [one] = daily.compose("acme", "2018-01-02").blockers
    assert one["what"] == "Data are late: media_spend, orders."
    assert one["owner"] == "head of data"


def seen(*gaps: int, open_days: int) -> pd.Series:
    """Days with rows, so many days apart, then days without."""
    there = np.cumsum([0, *gaps])
    values = np.zeros(there[-1] + 1 + open_days, dtype=bool)
    values[there] = True
    return pd.Series(values, index=pd.date_range("2026-01-01", periods=len(values)))


@pytest.mark.parametrize(
    ("gaps", "open_days", "late"),
    [
        ([1] * 30, 0, False),
        ([1] * 30, 1, True),  # every day until now
        ([7] * 10, 6, False),
        ([7] * 10, 7, True),  # every Monday; the Monday that has passed is missing
        ([1, 1, 3] * 10, 2, False),
        ([1, 1, 3] * 10, 3, True),  # never on a weekend
        ([1] * 4, 9, False),  # four gaps are too few to learn from
        ([30] * 8, 60, False),  # monthly: no daily blocker
    ],
)
def test_late_is_longer_than_ever_in_the_half_year_before(gaps, open_days, late):
    assert (last_day(seen(*gaps, open_days=open_days)) is not None) == late


def test_a_budget_that_is_gone_long_before_its_end_is_a_blocker(project):
    orders(project)
    spend(project, {"meta": {"spend": 100, "clicks": 50}})
    total = sum(100 * (1 + 0.02 * ((back * 3) % 5)) for back in range(200))
    plan(project, ("meta", "1", day(199), day(-60), total / 0.95))
    [one] = daily.compose("acme").blockers
    assert one["what"] == "always on on meta will be out of budget before its end."
    plan(project, ("meta", "1", day(199), day(-60), total / 1.05))
    assert daily.compose("acme").blockers[0]["what"] == "always on on meta has spent more than its budget."
    plan(project, ("meta", "1", day(199), day(-9), total / 0.95))  # lasts to within a week of the end
    assert daily.compose("acme").blockers == ()


def test_at_most_three_are_shown_the_worst_in_money_first_and_the_rest_is_counted(project):
    orders(project)
    names = {f"p{i}": {"spend": 100, "clicks": 50, "d0": (300 + 100 * i, 200)} for i in range(5)}
    spend(project, names)
    found = daily.compose("acme")
    assert kinds(found) == ["spend:p4", "spend:p3", "spend:p2"]
    assert found.more == "2 more, less pressing, are not shown."
    assert len(found.ids) == 5


def test_a_market_sees_its_own_orders(project):
    orders(project, market="FR")
    orders_fr = tables.load("orders", tables.scope("acme", "2017-12", grain="month")).df()
    both = pd.concat([orders_fr, orders_fr.assign(market="BE", order_id="b" + orders_fr["order_id"])])
    both = both[(both["market"] == "FR") | (both["ordered_on"] < pd.Timestamp(day(0)))]
    tables.write(both, "orders", company.read("acme"))
    assert kinds(daily.compose("acme", market="BE")) == ["late:orders"]
    assert daily.compose("acme", market="FR").blockers == ()


def test_owners_come_from_company_toml(project):
    path = project.root / "data/companies/acme/company.toml"
    text = path.read_text()
    orders(project, d0=5)
    path.write_text(text + '[owners]\nsales = "Ada, e-commerce"\n')
    assert daily.compose("acme").blockers[0]["owner"] == "Ada, e-commerce"
    path.write_text(text + '[owners]\nsails = "Ada"\n')
    with pytest.raises(DataError, match="Use data, media, tracking, sales, crm"):
        company.read("acme")
    path.write_text(text + "[owners]\nsales = 3\n")
    with pytest.raises(DataError, match="not a table of texts"):
        company.read("acme")


def test_every_topic_has_a_usual_owner():
    from helpers.daily.blockers import ROLES

    assert set(ROLES) == set(company.TOPICS)


def test_what_cannot_be_is_refused(project):
    orders(project)
    with pytest.raises(UsageError, match="DE"):
        daily.compose("acme", market="DE")
    with pytest.raises(UsageError, match="no catalogue"):
        daily.compose("acme", language="tlh")
    with pytest.raises(DataError, match="2016-01-01 has none"):
        daily.compose("acme", "2016-01-01")


def test_a_run_of_alarms_has_one_start():
    alarm = pd.Series([0, 1, 1, -1, np.nan, 1, 0.0], index=pd.date_range("2026-01-01", periods=7))
    started = [None if pd.isna(one) else one.day for one in runs(alarm)]
    assert started == [None, 2, 2, 4, None, 6, None]


def test_the_rate_counts_days_runs_and_the_day_after():
    # Two series over 10 days at a level of .9. One rings on days 2-3 and 6, the other on day 2: two days with news, three
    # runs of alarms, of which one is there the day after. By chance: 10 x (1 - .81).
    index = pd.date_range("2026-01-01", periods=10)
    one = pd.Series([0, 1, 1, 0, 0, -1, 0, 0, 0, 0.0], index=index)
    other = pd.Series([0, -1, 0, 0, 0, 0, 0, 0, 0, 0.0], index=index)
    found = rate.replay({"a": one, "b": other}, {}, level=0.9)
    assert (found.days, found.rang, found.alarms, found.judged, found.kept) == (10, 2, 3, 3, 1)
    assert found.chance == pytest.approx(1.9)
    said = rate.said(found, language="en")
    assert "over the 10 days before, something new rang on 2 days, 6.1 a month" in said
    assert "about 1.9 of these days would have rung by chance" in said
    assert "Of 3 alarms, 33%" in said


def test_without_a_series_the_rate_cannot_be_told():
    assert "cannot tell" in rate.said(rate.replay({}, {}), language="en")


@pytest.fixture
def cmo(project, capsys):
    """Run the daily ritual in this process; gives exit code, standard output and standard error."""

    def run(*words: str):
        code = cli._main(["run", "--company", "acme", "--ritual", "daily", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_silence_when_nothing_changed(project, cmo):
    orders(project, **{f"d{back}": 12 for back in range(3)})
    folder = project.root / "reports/acme/daily"
    code, out, err = cmo("--period", "2017-12-29")
    assert (code, err) == (0, "")
    assert "Orders are far below" in out
    assert "How often this message rings" in out  # the first of the month
    assert (folder / "2017-12-29.ALL.en.txt").read_text() == out
    assert cmo("--period", "2017-12-29") == (0, "", "")
    assert cmo("--period", "2017-12-30") == (0, "", "")  # other figures, the same blocker
    assert not (folder / "2017-12-30.ALL.en.txt").exists()
    orders(project, **{f"d{back}": 12 for back in range(1, 3)})
    code, out, _ = cmo()
    assert "Nothing blocks." in out
    assert "How often" not in out
    assert cmo() == (0, "", "")
    assert json.loads((folder / "ALL.en.json").read_text())["day"] == "2017-12-31"


def test_a_day_before_the_last_message_is_said_and_changes_nothing(project, cmo):
    orders(project, d10=5)
    cmo()
    kept = (project.root / "reports/acme/daily/ALL.en.json").read_text()
    assert "Orders are far below" in cmo("--period", str(day(10)))[1]
    assert (project.root / "reports/acme/daily/ALL.en.json").read_text() == kept
    assert cmo() == (0, "", "")


def test_the_rate_comes_with_the_first_message_of_each_month_and_on_demand(project, cmo):
    orders(project)
    assert "How often" in cmo("--period", "2017-11-30")[1]
    assert "How often" in cmo("--period", "2017-12-01")[1]
    assert cmo("--period", "2017-12-02")[1] == ""
    assert "How often" in cmo("--period", "2017-12-02", "--rate")[1]


def test_two_messages_at_once_are_refused(project, cmo):
    orders(project)
    with lock.hold(project.root / "reports", ("acme", "daily", "ALL", "en"), run_id="x"):
        assert cmo()[0] == 4


def test_no_person_is_in_a_message(project, cmo):
    orders(project, d0=5)
    out = cmo("--rate")[1]
    kept = [path.read_text() for path in (project.root / "reports/acme/daily").iterdir()]
    assert "secret-person" not in out + "".join(kept)


def test_the_sample_rings_for_its_tracking_fault_in_june(monkeypatch):
    monkeypatch.delenv("CMO_HOME", raising=False)
    assert "clicks:google_ads:0:2026-06-08" in daily.compose("sample", "2026-06-09").ids
    assert not [one for one in daily.compose("sample", "2026-06-15").ids if one.startswith("clicks")]


def test_the_daily_message_of_a_market_is_in_its_currency(monkeypatch):
    monkeypatch.delenv("CMO_HOME", raising=False)
    swiss = daily.compose("sample", "2026-09-27", market="CH").text
    assert "CHF" in swiss and "€" not in swiss
    assert "CHF" not in daily.compose("sample", "2026-09-27").text


def test_yesterday_is_the_clocks_and_finds_that_nothing_was_imported(project, cmo):
    orders(project)
    shift = (dt.date.today() - LAST).days - 30
    frame = tables.load("orders", tables.scope("acme", "2017-12", grain="month")).df()
    frame["ordered_on"] += pd.Timedelta(days=shift)
    tables.write(frame, "orders", company.read("acme"))
    code, out, _ = cmo("--period", "yesterday")
    assert code == 0
    assert "Data are late: orders." in out
    assert cmo("--period", "yesterday") == (0, "", "")
    assert cli._main(["run", "--company", "acme", "--period", "yesterday"]) == 2


def test_data_that_ended_more_than_a_year_ago_are_refused_and_never_nothing_blocks(project, cmo):
    orders(project)
    code, out, err = cmo("--period", "2019-01-01")
    assert (code, out) == (3, "")
    assert "has data until 2017-12-31, more than a year before 2019-01-01" in err
