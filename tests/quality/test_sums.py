"""Sums by month, spend against the accounts, spend without a channel, clicks above impressions: counted by hand."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from helpers.quality import cells, people, reading, spans, sums

made = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("made.py"))))


@pytest.fixture(scope="module")
def acme(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("sums")
        patch.setenv("CMO_HOME", str(root))
        patch.delenv("CMO_COMPANIES", raising=False)
        yield made.make(root)


@pytest.fixture(scope="module")
def names(acme):
    return reading.readable(acme)[0]


def test_spend_is_summed_by_month_platform_and_currency(acme, names):
    found = sums.spend_by_month(acme, names)
    assert [(f"{row.month:%Y-%m}", row.platform, round(row.spend, 2)) for row in found.itertuples()] == [
        ("2026-07", "linkedin", 620.0), ("2026-09", "google_ads", 3000.0), ("2026-09", "meta", 1480.0),
    ]  # fmt: skip


def test_only_paid_orders_bring_revenue(acme, names):
    july = sums.orders_by_month(acme, names).iloc[0]
    assert (july["n_orders"], july["n_paid"], july["revenue"]) == (31, 30, 1500.0)


def test_conversions_keep_their_platform_action_and_window(acme, names):
    found = sums.conversions_by_month(acme, names)
    assert found[["platform", "conversion_action", "attribution_window"]].to_numpy().tolist() == [
        ["google_ads", "Achat", "data_driven"]
    ]
    assert found["conversions"].tolist() == [37.5]


def test_a_table_that_is_not_there_gives_no_rows(acme):
    assert sums.spend_by_month(acme, []).empty and sums.books_by_month(acme, ["orders"]).empty
    assert people.matches(acme, []).empty and people.consents(acme, ["customers"]).empty


def test_spend_is_held_against_the_accounts_over_the_months_that_both_have(acme, names):
    found = sums.against_books(sums.spend_by_month(acme, names), sums.books_by_month(acme, names))
    assert found["platform"].tolist()[0] == "meta" and found["difference"].round(2).tolist()[0] == -20.0
    assert found["share"].round(4).tolist()[0] == -0.0133
    assert found["books"].sum() == 5120.0  # without August, a month that has no spend
    whole = sums.unexplained(found).iloc[0]
    assert (round(whole["spend"], 2), round(whole["difference"], 2)) == (5100.0, -20.0)


def test_only_the_last_months_are_compared_and_a_supplier_that_is_no_platform_stands_alone():
    months = pd.to_datetime(["2026-01-01", "2026-02-01"])
    spend = pd.DataFrame({"month": months, "platform": "meta", "currency": "EUR", "spend": [10.0, 20.0]})
    books = pd.DataFrame({"month": months, "platform": "Régie", "currency": "EUR", "books": [10.0, 25.0]})
    found = sums.against_books(spend, books, months=1).set_index("platform")
    assert found.loc["meta", ["spend", "books"]].tolist() == [20.0, 0.0] and pd.isna(
        found.loc["meta", "share"]
    )
    assert found.loc["Régie", "share"] == -1.0
    assert sums.against_books(spend, books.assign(month=months + pd.DateOffset(years=1))).empty


def test_spend_without_a_channel_is_a_share_of_each_currency():
    rows = [
        ("EUR", "a", True, 90.0),
        ("EUR", "b", False, 10.0),
        ("CHF", "c", False, 5.0),
        ("GBP", "d", True, 1.0),
    ]
    found = sums.unmapped(pd.DataFrame(rows, columns=["currency", "campaign", "is_mapped", "spend"]))
    assert found["currency"].tolist() == ["CHF", "EUR", "GBP"] and found["share"].tolist() == [1.0, 0.1, 0.0]


def test_campaigns_without_a_channel_are_named(acme, names):
    found = sums.spend_by_campaign(acme, names)
    lost = found[~found["is_mapped"]]
    assert lost["campaign"].tolist() == ["Campagne t"] and lost["spend"].round(2).tolist() == [510.0]


def test_rows_with_more_clicks_than_impressions_are_counted_by_platform(acme, names):
    found = sums.clicks(acme, names).set_index("platform")
    assert found["n_above"].to_dict() == {"google_ads": 0, "linkedin": 0, "meta": 1}


def test_people_known_in_two_systems_are_counted_once(acme, names):
    found = people.matches(acme, names).set_index("system")
    assert found.loc["", ["n_people", "n_matched"]].tolist() == [60, 30]
    assert found.loc["shopify", ["n_people", "n_matched"]].tolist() == [50, 30]


def test_a_consent_that_no_file_states_is_unknown(acme, names):
    row = people.consents(acme, names).iloc[0]
    assert [row[name] for name in people.CHOICES] == [30, 15, 3, 12] and row["n_people"] == 60


def test_the_last_choice_counts_and_forgotten_people_do_not(tmp_path, monkeypatch):
    from helpers import tables

    monkeypatch.setenv("CMO_HOME", str(tmp_path))
    monkeypatch.delenv("CMO_COMPANIES", raising=False)
    acme = made.make(tmp_path, with_ledger=False, only="customers")
    tables.write(
        pd.DataFrame({"customer_id": ["a", "b", "c"], "market": "FR", "is_erased": [False, False, True]}),
        "customers",
        acme,
    )
    when = pd.to_datetime(["2026-01-01", "2026-02-01", "2026-02-01", "2026-02-01"])
    rows = pd.DataFrame(
        {"customer_id": ["a", "a", "b", "c"], "status": ["granted", "withdrawn", "unknown", "granted"]}
    )
    rows = rows.assign(purpose="email", legal_basis="consent", recorded_at=when, recorded_on=when)
    tables.write(rows, "consents", acme)
    row = people.consents(acme, ["customers", "consents"]).iloc[0]
    assert [row[name] for name in people.CHOICES] == [0, 0, 1, 1] and row["n_people"] == 2


def test_a_small_group_is_hidden_with_the_one_that_would_give_it_away():
    counts = pd.DataFrame({"granted": [30], "denied": [15], "withdrawn": [3], "unknown": [12]})
    found = people.protected(counts, groups=list(people.CHOICES)).iloc[0]
    assert found["granted"] == 30 and found["denied"] == 15
    assert pd.isna(found["withdrawn"]) and pd.isna(found["unknown"])


def test_columns_with_more_than_a_twentieth_of_empty_cells_are_listed_with_who_never_fills_them(acme, names):
    used = {"media_spend": {"channel", "clicks", "spend", "device"}, "orders": {"revenue_excl_vat"}}
    found = cells.empties(acme, names, used).set_index("column")
    assert sorted(found.index) == ["channel", "device"]  # clicks are all there, spend is required
    assert found.loc["channel", ["n_rows", "n_empty"]].tolist() == [117, 28]
    assert found.loc["channel", "never_in"] == "" and found.loc["device", "share"] == 1.0


def test_a_column_that_a_platform_never_fills_names_it(acme, names):
    from helpers import tables

    rows = made.spend().assign(device="mobile")
    rows.loc[rows["platform"] == "linkedin", "device"] = None
    tables.write(rows, "media_spend", acme)
    found = cells.empties(acme, names, {"media_spend": {"device"}})
    assert found["never_in"].tolist() == ["linkedin"] and found["n_empty"].tolist() == [31]
    tables.write(made.spend(), "media_spend", acme)


def test_a_key_that_comes_twice_is_counted_over_all_parts(acme, names):
    from helpers import tables

    assert cells.keys_twice(acme, names)["n_twice"].sum() == 0
    tables.write(made.orders().head(3), "orders", acme, part=1)
    found = cells.keys_twice(acme, names).set_index("table")
    assert found.loc["orders"].tolist() == [93, 3]
    (acme.tidy / "orders" / "part-1.parquet").unlink()


def test_a_table_that_breaks_its_contract_is_left_out_and_told(acme):
    path = acme.tidy / "stores" / "part-0.parquet"
    path.parent.mkdir()
    pd.DataFrame({"store_id": ["s1"], "market": ["France"]}).to_parquet(path)
    names, faults = reading.readable(acme)
    assert "stores" not in names and "another form in market" in faults["stores"]
    path.unlink()


def test_the_ledger_s_own_table_is_not_one_of_the_data(acme):
    from helpers import tables

    tables.write(made.ledger(), "imports", acme)
    assert "imports" not in reading.readable(acme)[0]


def test_spans_are_rows_and_days_of_each_table(acme, names):
    found = spans.spans(acme, names).set_index("table")
    assert found.loc["orders", "n_rows"] == 90 and found.loc["orders", "ends_on"] == pd.Timestamp(
        "2026-09-30"
    )
    assert found.loc["orders", "is_flow"] and not found.loc["customers", "is_flow"]
    assert pd.isna(found.loc["customers", "starts_on"])
