"""What is older than it may be kept goes: counted in months back from the last day of the data."""

import runpy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from filelock import FileLock

from helpers import tables
from helpers.errors import DataError, LockedError, UsageError
from helpers.privacy import purge, retention

people = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("people.py"))))
ADA, ADA_SHOP, BEN, BEN_SHOP = people.ADA, people.ADA_SHOP, people.BEN, people.BEN_SHOP
LAST = date(2026, 9, 30)


@pytest.fixture
def kept_for(shop):
    """Set [retention_months] of the company."""

    def write(**months: int):
        lines = "".join(f"{table} = {n}\n" for table, n in months.items())
        (shop.folder / "company.toml").write_text(f"{people.TOML}[retention_months]\n{lines}")
        return shop.company

    return write


def carts(*days: str) -> pd.DataFrame:
    made = pd.DataFrame({"cart_id": [f"k{i}" for i in range(len(days))], "created_on": list(days)})
    return made.assign(customer_id=BEN, market="FR", cart_value=1.0, currency="EUR", is_abandoned=True)


def test_the_day_exactly_so_many_months_back_is_still_kept(shop, kept_for):
    made = retention.kept(carts("2026-03-29", "2026-03-30", "2026-03-31"), "carts", kept_for(carts=6), LAST)
    assert made["created_on"].tolist() == ["2026-03-30", "2026-03-31"]


def test_a_month_back_from_the_31st_is_the_last_day_of_the_shorter_month(shop, kept_for):
    frame = carts("2026-02-27", "2026-02-28")
    made = retention.kept(frame, "carts", kept_for(carts=1), date(2026, 3, 31))
    assert made["created_on"].tolist() == ["2026-02-28"]


def test_without_a_setting_the_projects_own_months_hold(shop):
    months = {name: one.months for name, one in retention.months(shop.company).items()}
    assert (months["customers"], months["crm_events"], months["touchpoints"], months["carts"]) == (
        36,
        36,
        25,
        36,
    )
    assert "orders" not in months  # the law of accounts asks for them longer
    made = retention.kept(carts("2023-09-29", "2023-09-30"), "carts", shop.company, LAST)
    assert made["created_on"].tolist() == ["2023-09-30"]


def test_a_table_without_a_limit_is_kept_whole(shop):
    frame = pd.DataFrame({"order_id": ["x"], "ordered_on": ["1999-01-01"]})
    pd.testing.assert_frame_equal(retention.kept(frame, "orders", shop.company, LAST), frame)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("cart", 'retention_months has "cart", which is no table. Did you mean carts?'),
        ("zzz", "which is no table. docs/tables.md lists them."),
        ("accounts", "retention_months has accounts, whose rows have no day to count from"),
    ],
)
def test_a_limit_for_a_table_that_does_not_exist_or_has_no_day_is_refused(kept_for, table, said):
    with pytest.raises(DataError, match=said):
        retention.months(kept_for(**{table: 12}))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("retention_months = { carts = 0 }", "retention_months has carts = 0, which is no time to keep rows"),
        ("retention_months = { carts = 1201 }", "Use 1 to 1200 months"),
        ("retention_months = { carts = 2.5 }", "is not a table of whole numbers"),
        ("retention_months = { carts = true }", "is not a table of whole numbers"),
        ("retention_months = 36", "such as retention_months = { crm_events = 36 }"),
    ],
)
def test_a_wrong_number_of_months_is_refused(shop, line, said):
    (shop.folder / "company.toml").write_text(people.TOML + line)
    with pytest.raises(DataError, match=said):
        shop.company  # noqa: B018


def lists(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["customer_id", "first_seen_on"]).assign(market="FR")


def test_people_are_counted_from_their_last_contact(shop):
    frame = lists(
        ("a", "2019-01-01"), ("b", "2019-01-01"), ("c", "2023-09-30"), ("d", "2023-09-29"), ("e", None)
    )
    last = pd.Series(pd.to_datetime(["2023-09-30", "2023-09-29"]), index=["a", "b"])
    made = retention.kept(frame, "customers", shop.company, LAST, last_contact=last)
    assert made["customer_id"].tolist() == ["a", "c", "e"]  # of e nothing says that it is old


def test_a_table_counted_from_the_last_contact_needs_to_be_told_it(shop):
    with pytest.raises(ValueError, match="customers is counted from the last contact: give last_contact"):
        retention.kept(lists(("a", "2019-01-01")), "customers", shop.company, LAST)


def test_lines_are_dated_by_their_order(shop, kept_for):
    acme = kept_for(order_lines=6)
    lines = pd.DataFrame({"order_id": ["o1", "o2", "o3"], "ordered_on": [None, None, "2026-09-01"]})
    orders = pd.DataFrame({"order_id": ["o1", "o2"], "ordered_on": ["2026-03-29", "2026-03-30"]})
    made = retention.kept(lines, "order_lines", acme, LAST, parent=orders)
    assert made["order_id"].tolist() == ["o2", "o3"]
    with pytest.raises(ValueError, match="order_lines is dated by orders: give parent"):
        retention.kept(lines, "order_lines", acme, LAST)


def event(number: int, customer: str, kind: str, day: str) -> dict:
    return {
        "event_id": f"m{number}", "customer_id": customer, "campaign_id": "c", "event": kind, "happened_on": day,
        "market": "FR",
    }  # fmt: skip


def test_a_click_is_a_contact_and_an_open_is_none(shop):
    shop.write(
        "crm_events",
        pd.DataFrame([event(1, "z", "clicked", "2025-01-01"), event(2, "z", "opened", "2026-01-01"),
                      event(3, "y", "sent", "2026-01-01")]),
    )  # fmt: skip
    last = retention.last_contacts(shop.company)
    assert last["z"] == pd.Timestamp("2025-01-01")
    assert "y" not in last.index
    assert last[ADA] == pd.Timestamp("2026-09-30")  # her order
    assert last[BEN] == pd.Timestamp("2026-09-30")


def test_a_person_is_found_under_the_ids_that_a_file_gave(shop):
    last = retention.last_contacts(shop.company, pd.Series({ADA_SHOP: ADA, BEN: BEN, "x": "nobody"}))
    assert last[ADA_SHOP] == last[ADA]
    assert last.index.is_unique
    assert "x" not in last.index


@pytest.fixture
def aged(shop, kept_for):
    """Ada's last contact was in 2022; Ben bought in 2026 and opened an account in 2019."""
    orders = shop.read("orders").astype({"revenue_excl_vat": float})
    orders["ordered_on"] = orders["ordered_on"].where(orders["customer_id"] == BEN, date(2022, 5, 1))
    shop.write("orders", orders)
    for table, day in (
        ("touchpoints", "touched_on"), ("crm_events", "happened_on"), ("carts", "created_on"),
        ("support_cases", "opened_on"), ("customers", "first_seen_on"), ("journeys", "ended_on"),
    ):  # fmt: skip
        frame = shop.read(table)
        money = {"cart_value": float, "revenue_excl_vat": float, "cost": float, "compensation": float}
        frame = frame.astype({name: kind for name, kind in money.items() if name in frame})
        days = frame[day].where(frame["customer_id"] != ADA, date(2022, 5, 1))
        if table == "touchpoints":
            frame["touched_at"] = frame["touched_at"].where(
                frame["customer_id"] != ADA, pd.Timestamp("2022-05-01")
            )
        if table == "customers":
            days = days.where(frame["customer_id"] != BEN, date(2019, 1, 1))
        shop.write(table, frame.assign(**{day: days}))
    return shop


def test_old_rows_go_and_what_is_not_old_stays_as_it_was(aged):
    before = aged.bytes()
    made = purge.purge(aged.company)
    assert made.last_day == LAST
    assert made.rows == {"carts": 1, "crm_events": 1, "customers": 1, "identities": 3, "touchpoints": 1}
    assert aged.read("customers")["customer_id"].tolist() == [BEN]
    assert aged.read("identities")["customer_id"].unique().tolist() == [BEN]
    assert len(aged.read("orders")) == 3  # no limit of their own
    after = aged.bytes()
    assert after["tidy/orders/part-0.parquet"] == before["tidy/orders/part-0.parquet"]
    assert set(after) == set(before)


def test_what_the_imports_kept_goes_too_under_the_ids_of_the_file(aged):
    made = purge.purge(aged.company)
    assert made.n_cached == 4  # of shop.csv two rows about Ada, of crm.csv two
    path = aged.folder / ".imports" / "20261001-shop" / "0-identities-0.parquet"
    assert sorted(pd.read_parquet(path)["system_id"]) == sorted([BEN, BEN_SHOP])


def test_lines_go_with_their_order_and_other_rows_of_the_person_lose_only_its_number(shop, kept_for):
    orders = shop.read("orders").astype({"revenue_excl_vat": float})
    days = orders["ordered_on"].where(orders["order_id"] != "order3", date(2021, 9, 29))
    shop.write("orders", orders.assign(ordered_on=days))
    made = purge.purge(kept_for(orders=60))
    assert made.rows == {"order_lines": 1, "orders": 1, "returns": 1}
    assert made.cells == {"carts": 1, "journeys": 1}
    assert shop.ids("order_lines") == ["order1", "order2", "order2"]
    assert pd.isna(shop.read("carts").set_index("cart_id").loc["k3", "recovered_order_id"])
    assert shop.ids("journeys") == ["j1", "j2"]


def test_figures_without_people_can_have_a_limit_too(shop, kept_for):
    made = purge.purge(kept_for(media_spend=24), on=date(2026, 10, 5))
    assert made.rows == {}
    frame = pd.concat([shop.read("media_spend")] * 2, ignore_index=True).astype({"spend": float})
    shop.write("media_spend", frame.assign(spent_on=[date(2024, 9, 29), date(2024, 9, 30)]))
    assert purge.purge(shop.company).rows == {"media_spend": 1}


def test_raw_files_with_older_days_are_named(shop, kept_for):
    assert purge.purge(shop.company).files == ()  # orders have no limit
    made = purge.purge(kept_for(orders=60))
    assert made.files == ("raw/old-shop.csv",)  # it begins in May 2020, shop.csv in 2023


def test_a_dry_run_says_the_same_and_changes_nothing(aged):
    before = aged.bytes()
    said = purge.purge(aged.company, dry_run=True)
    assert aged.bytes() == before
    assert said == purge.purge(aged.company)
    again = purge.purge(aged.company)
    assert (again.rows, again.n_cached) == ({}, 0)


def test_another_day_to_count_from_can_be_given_but_none_in_the_future(aged):
    assert purge.purge(aged.company, on=date(2024, 1, 1), dry_run=True).rows == {}
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    with pytest.raises(UsageError, match=f"{tomorrow} is a day in the future"):
        purge.purge(aged.company, on=tomorrow)


def test_while_an_import_runs_nothing_is_purged(shop):
    with FileLock(shop.folder / ".ingest.lock"), pytest.raises(LockedError, match="then purge again"):
        purge.purge(shop.company)


def test_a_company_without_tables_is_told_so(shop):
    for name in tables.available(shop.company):
        for path in (shop.folder / "tidy" / name).glob("*.parquet"):
            path.unlink()
    with pytest.raises(DataError, match="has no tables yet"):
        purge.purge(shop.company)
