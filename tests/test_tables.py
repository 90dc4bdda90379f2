"""Contracts are whole, a frame that breaks one is refused in a sentence, and pages see only what they may."""

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from helpers import docs, periods, tables
from helpers.company import Company, Scope
from helpers.errors import DataError, UsageError
from helpers.tables.contracts import TYPES

NAMES = sorted(tables.TABLES)
MONTH = periods.parse("2026-02")
# What would name a person. Names of campaigns, products and the like are meant to be there.
PERSONAL = re.compile(
    r"(^|_)(e_?mail|phone|mobile|telephone|first_name|last_name|full_name|surname|firstname|lastname|"
    r"person_name|customer_name|contact_name|birth\w*|address|street|postcode|zip|ip|ip_address|iban|handle)(_|$)"
)


@pytest.fixture
def firm(tmp_path):
    return Company(
        name="firm",
        folder=tmp_path / "d'été [2] & *co?" / "firm",
        title="Firm",
        currency="EUR",
        markets=("FR", "BE", "CH"),
        time_zone="Europe/Paris",
    )


@pytest.fixture
def orders():
    return pd.DataFrame(
        {
            "order_id": ["1", "2", "3", "4", "5"],
            "customer_id": ["a", "a", "b", "c", "c"],
            "ordered_on": ["2026-01-05", "2026-01-05", "2026-02-10", "2026-02-28", "2026-03-01"],
            "market": ["FR", "FR", "FR", "BE", "BE"],
            "status": "paid",
            "revenue_excl_vat": [10.0, 20.0, 30.0, 40.0, 50.0],
            "currency": "EUR",
        }
    )


def page(firm, *, market="ALL", period=MONTH):
    own = tables.currency(firm, market, until=period.end)
    return Scope(company=firm, period=period, market=market, language="en", currency=own)


def frame(relation):
    return relation.df()


def one_row(table):
    """A frame of one row that keeps to the contract, all columns filled."""
    plain = {
        "int": 1,
        "decimal": 1.0,
        "bool": True,
        "date": "2026-02-01",
        "timestamp": "2026-02-01T10:00:00Z",
    }
    cells = {c.name: c.allowed[0] if c.allowed else plain.get(c.type, "x") for c in table.columns}
    known = {"market": "FR", "currency": "EUR", "language": "fr", "document_hash": "0" * 64}
    return pd.DataFrame([{name: known.get(name, value) for name, value in cells.items()}])


# ---- the contracts


@pytest.mark.parametrize("name", NAMES)
def test_contract_is_whole(name):
    table = tables.contract(name)
    assert table.meaning.endswith(".") and table.grain.endswith(".")
    assert len(set(table.names)) == len(table.names)
    assert table.key and set(table.key) <= set(table.names)
    for column in table.columns:
        assert column.type in TYPES, column.name
        assert column.meaning.endswith(".") and column.meaning[0].isupper(), column.name
        assert (column.type == "category") == bool(column.allowed), column.name
        assert bool(column.unit) == (column.type in ("int", "decimal")), column.name
        assert not (column.public and column.person), column.name
        assert bool(column.pattern) == bool(column.form), column.name
    assert not table.date or table.column(table.date).type == "date"
    assert not table.snapshot or (table.snapshot in table.key and table.column(table.snapshot).type == "date")
    if table.dated_by:
        parent = tables.contract(table.dated_by)
        assert parent.date and parent.key[0] in table.names


@pytest.mark.parametrize("name", NAMES)
def test_money_has_a_currency_and_no_column_names_one(name):
    table = tables.contract(name)
    if any(column.is_money for column in table.columns):
        assert "currency" in table.names
    assert not [column for column in table.names if re.search(r"_(eur|usd|gbp|chf)$", column)]


@pytest.mark.parametrize("name", NAMES)
def test_no_column_holds_what_names_a_person(name):
    assert not [column for column in tables.contract(name).names if PERSONAL.search(column)]


@pytest.mark.parametrize("name", NAMES)
def test_every_table_is_written_and_read_back(name, firm):
    for other in {tables.contract(name).dated_by or name, name}:
        tables.write(one_row(tables.contract(other)), other, firm)
    read = frame(tables.load(name, page(firm)))
    assert tuple(read.columns) == tables.contract(name).names
    assert len(read) == 1
    assert read["market"].tolist() == ["FR"] if "market" in read else True
    assert tables.rows(name, firm) == 1


def test_an_unknown_table_names_the_nearest():
    with pytest.raises(UsageError, match=r'"order" is not a table of the workbook\. Did you mean orders'):
        tables.contract("order")


def test_committed_page_of_tables_equals_the_generated_one():
    assert docs.TABLES_PAGE.read_text(encoding="utf-8") == docs.docs_tables()


# ---- check


def test_a_good_frame_gets_the_contracts_columns_and_types(orders):
    given = orders.assign(order_id=[1, 2, 3, 4, 5], n_items=[1, None, 2, 3, 4], colour="red")
    before = given.copy()
    tidy = tables.check(given.set_index("colour", drop=False), "orders")
    assert tuple(tidy.columns) == tables.contract("orders").names
    assert tidy["order_id"].tolist() == ["1", "2", "3", "4", "5"]
    assert str(tidy["ordered_on"].dtype) == "datetime64[us]"
    assert str(tidy["n_items"].dtype) == "Int64" and tidy["n_items"].isna().sum() == 1
    assert tidy["co2_kg"].isna().all() and str(tidy["co2_kg"].dtype) == "float64"
    pd.testing.assert_frame_equal(given, before)


def test_times_are_kept_in_utc(orders):
    local = pd.to_datetime(["2026-01-05T00:30+01:00"] * 5, utc=True).tz_convert("Europe/Paris")
    expected = pd.Timestamp("2026-01-04 23:30")
    assert (tables.check(orders.assign(ordered_at=local), "orders")["ordered_at"] == expected).all()
    written = tables.check(orders.assign(ordered_at="2026-01-05T00:30:00+01:00"), "orders")
    assert (written["ordered_at"] == expected).all()


FAULTS = {
    "missing column": (
        lambda f: f.rename(columns={"ordered_on": "order_date"}),
        r"^orders: the column ordered_on is missing\. .* The column order_date may hold it\. Map or add the column\.$",
    ),
    "guest order": (
        lambda f: f.assign(customer_id=["a", None, "b", " ", "c"]),
        r"^orders: 2 of 5 rows have no customer_id \(first: row 2\)\. Guest orders cannot be followed; leave them out",
    ),
    "bad date": (
        lambda f: f.assign(ordered_on=["2026-01-05", "31/02/2026", *f["ordered_on"][2:]]),
        r'^orders: 1 of 5 rows has no readable date in ordered_on \(first: row 2, "31/02/2026"\)\. Write days as 2026',
    ),
    "day of the calendar that does not exist": (
        lambda f: f.assign(ordered_on=[*f["ordered_on"][:4], "2026-02-30"]),
        r'row 5, "2026-02-30"',
    ),
    "numbers for dates": (
        lambda f: f.assign(ordered_on=20260105),
        r"5 of 5 rows have no readable date in ordered_on",
    ),
    "date with a zone": (
        lambda f: f.assign(ordered_on=pd.to_datetime(f["ordered_on"], utc=True)),
        r"hold ordered_on with a time zone .* Give the local day",
    ),
    "absurd date": (
        lambda f: f.assign(ordered_on="1899-12-31"),
        r'before 1970 in ordered_on \(first: row 1, "1899',
    ),
    "future date": (
        lambda f: f.assign(ordered_on="2099-12-31"),
        r"in the future in ordered_on .* day and month are",
    ),
    "negative value": (
        lambda f: f.assign(revenue_excl_vat=[1, 2, -3, 4, 5]),
        r'^orders: 1 of 5 rows has a value below 0 in revenue_excl_vat \(first: row 3, "-3"\)\. Give refunds as a status',
    ),
    "share above one": (
        lambda f: f.assign(vat_rate=20.0),
        r'above 1 in vat_rate .*"20.0"\)\. Check the unit',
    ),
    "empty table": (lambda f: f.iloc[:0], r"^orders: the table is empty\. Check that the export holds rows"),
    "duplicate order id": (
        lambda f: f.assign(order_id=["1", "2", "2", "4", "4"]),
        r"^orders: 2 of 5 rows repeat the order_id of an earlier row \(first: row 3\)\. One row per order\. Leave out",
    ),
    "text in a number": (
        lambda f: f.assign(revenue_excl_vat=["1", "ten", "3", "4", "5"]),
        r'^orders: 1 of 5 rows has something other than a number in revenue_excl_vat \(first: row 2, "ten"\)\.',
    ),
    "French number": (
        lambda f: f.assign(revenue_excl_vat="1 234,50"),
        r'"1 234,50"\)\. Write numbers with a decimal point',
    ),
    "infinite number": (lambda f: f.assign(revenue_excl_vat=np.inf), r"something other than a number"),
    "unit off by far": (
        lambda f: f.assign(revenue_excl_vat=1e15),
        r"an impossible amount in revenue_excl_vat",
    ),
    "half an item": (lambda f: f.assign(n_items=1.5), r'a fraction in n_items \(first: row 1, "1.5"\)'),
    "unknown status": (
        lambda f: f.assign(status=["paid", "payé", "paid", "paid", "paid"]),
        r'an unknown value in status \(first: row 2, "payé"\)\. Use one of paid, cancelled, refunded\.',
    ),
    "market in words": (
        lambda f: f.assign(market="France"),
        r'another form in market \(first: row 1, "France"\)\. Give an ISO',
    ),
    "no currency": (lambda f: f.assign(currency=None), r"5 of 5 rows have no currency"),
    "neither true nor false": (
        lambda f: f.assign(is_first_order="oui"),
        r"other than true or false in is_first_order",
    ),
    "id as a decimal number": (
        lambda f: f.assign(order_id=1.5),
        r"hold order_id as a decimal number .* lose digits",
    ),
    "same column twice": (
        lambda f: pd.concat([f, f[["status"]]], axis=1),
        r"the column status is there twice",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_said_in_one_sentence(fault, orders):
    spoil, says = FAULTS[fault]
    with pytest.raises(DataError, match=says):
        tables.check(spoil(orders), "orders")


def test_a_negative_number_of_months_is_refused():
    rule = pd.DataFrame(
        {"purpose": ["contact"], "months": [-1], "counted_from": ["order"], "valid_from": ["2026-01-01"]}
    )
    with pytest.raises(DataError, match=r'below 0 in months \(first: row 1, "-1"\)'):
        tables.check(rule, "retention_rules")


def test_what_is_about_a_person_is_never_quoted(orders):
    secret = orders.assign(customer_id=[3.5] * 5)
    with pytest.raises(DataError) as fault:
        tables.check(secret, "orders")
    assert "3.5" not in str(fault.value)


def test_an_amount_needs_a_currency_where_amounts_are_optional():
    rows = pd.DataFrame({"product_id": ["1", "2"], "price": [None, 5.0]})
    with pytest.raises(DataError, match=r"^products: 1 of 2 rows has price but no currency \(first: row 2"):
        tables.check(rows, "products")
    tables.check(rows.assign(price=None), "products")


def test_keys_with_empty_cells_count_as_equal():
    row = {"spent_on": "2026-01-01", "platform": "meta", "market": "FR", "spend": 1.0, "currency": "EUR"}
    with pytest.raises(DataError, match=r"1 of 2 rows repeats the spent_on \+ platform"):
        tables.check(pd.DataFrame([row, row]), "media_spend")


# ---- write and load


def test_total_survives_to_the_cent(firm):
    rng = np.random.default_rng(1)
    value = rng.integers(1, 100_000, 10_000) / 100
    made = pd.DataFrame(
        {"order_id": range(10_000), "customer_id": "a", "ordered_on": "2026-02-01", "market": "FR"}
    )
    tables.write(made.assign(status="paid", revenue_excl_vat=value, currency="EUR"), "orders", firm)
    kept = tables.load("orders", page(firm)).aggregate("sum(revenue_excl_vat)").fetchall()[0][0]
    assert round(kept * 100) == round(value.sum() * 100)


def test_load_cuts_at_the_end_of_the_period_and_later_rows_change_nothing(firm, orders):
    tables.write(orders.iloc[:4], "orders", firm)
    before = frame(tables.load("orders", page(firm)))
    tables.write(orders, "orders", firm)
    pd.testing.assert_frame_equal(frame(tables.load("orders", page(firm))), before)
    assert before["order_id"].tolist() == ["1", "2", "3", "4"]


def test_plans_after_the_end_are_read_where_a_page_asks_for_them(firm):
    said = pd.DataFrame(
        {
            "claim_id": ["1", "2", "3"],
            "published_on": ["2026-02-01", "2026-03-20", "2026-07-01"],
            "wording": "Text.",
            "kind": "social",
        }
    )
    tables.write(said, "csr_claims", firm)
    assert frame(tables.load("csr_claims", page(firm)))["claim_id"].tolist() == ["1"]
    assert frame(tables.load("csr_claims", page(firm), ahead=60))["claim_id"].tolist() == ["1", "2"]


@pytest.mark.parametrize(("table", "ahead"), [("orders", 60), ("csr_claims", -1)])
def test_a_look_ahead_is_refused_where_rows_cannot_lie_in_the_future(firm, orders, table, ahead):
    tables.write(orders, "orders", firm)
    with pytest.raises(ValueError, match=f"ahead is {ahead} for {table}"):
        tables.load(table, page(firm), ahead=ahead)


def test_load_keeps_the_market_asked_for(firm, orders):
    tables.write(orders, "orders", firm)
    assert frame(tables.load("orders", page(firm, market="BE")))["order_id"].tolist() == ["4"]


def test_rows_without_a_market_belong_to_all_markets(firm):
    products = pd.DataFrame({"product_id": ["1", "2", "3"], "market": [None, "FR", "BE"]})
    tables.write(products, "products", firm)
    assert frame(tables.load("products", page(firm, market="FR")))["product_id"].tolist() == ["1", "2"]


def test_a_page_sees_the_last_list_kept_before_its_end(firm):
    lists = pd.DataFrame(
        {
            "account_id": ["1", "1", "1", "2"],
            "as_of": ["2026-01-31", "2026-02-28", "2026-03-31", None],
            "status": ["prospect", "customer", "former customer", "prospect"],
            "market": "FR",
        }
    )
    tables.write(lists, "accounts", firm)
    seen = frame(tables.load("accounts", page(firm))).set_index("account_id")["status"]
    assert seen.to_dict() == {"1": "customer", "2": "prospect"}


def test_a_row_of_a_list_that_has_no_day_of_its_own_is_seen_where_its_list_is(firm):
    lists = pd.DataFrame(
        {
            "opportunity_id": ["1", "1", "2"],
            "as_of": ["2026-01-31", "2026-03-31", None],
            "created_on": [None, None, "2026-03-05"],
            "stage": ["Proposal", "Closed Won", "Proposal"],
            "is_closed": [False, True, False],
            "market": "FR",
        }
    )
    tables.write(lists, "opportunities", firm)
    seen = frame(tables.load("opportunities", page(firm))).set_index("opportunity_id")["stage"]
    assert seen.to_dict() == {"1": "Proposal"}


def test_a_key_that_stands_twice_is_said_where_a_part_of_it_is_empty():
    twice = pd.DataFrame({"product_id": ["1", "1"], "as_of": [None, None]})
    with pytest.raises(
        DataError, match=r'repeats the product_id \+ as_of of an earlier row \(first: row 2, "1, empty"\)'
    ):
        tables.check(twice, "products")


def test_lines_are_dated_by_their_order(firm, orders):
    lines = pd.DataFrame(
        {"order_id": orders["order_id"], "line": 1, "market": orders["market"], "product_id": "p"}
    )
    tables.write(orders, "orders", firm)
    tables.write(lines.assign(quantity=1, revenue_excl_vat=1.0, currency="EUR"), "order_lines", firm)
    assert frame(tables.load("order_lines", page(firm)))["order_id"].tolist() == ["1", "2", "3", "4"]


def test_a_missing_table_names_the_command(firm):
    with pytest.raises(DataError, match=r"firm has no table orders .* run `cmo ingest --company firm`\.$"):
        tables.load("orders", page(firm))


def test_a_period_without_data_names_one_that_has(firm, orders):
    tables.write(orders, "orders", firm)
    says = r"^firm has orders from 2026-01-05 to 2026-03-01; 2019-03 has none\. Use --period 2026-02\.$"
    with pytest.raises(DataError, match=says):
        tables.load("orders", page(firm, period=periods.parse("2019-03")))
    with pytest.raises(DataError, match=r"2027-01 has none"):
        tables.load("orders", page(firm, period=periods.parse("2027-01")))


def test_an_unknown_market_names_those_there_are(firm, orders):
    tables.write(orders, "orders", firm)
    with pytest.raises(DataError, match=r"^firm has no orders for market CH; it has BE, FR\."):
        tables.load("orders", page(firm, market="CH"))
    with pytest.raises(
        DataError, match=r'^orders: market "DE" is not in company.toml, which lists FR, BE, CH\.'
    ):
        tables.write(orders.assign(market="DE"), "orders", firm)


def test_a_refused_frame_leaves_the_old_table(firm, orders):
    tables.write(orders, "orders", firm)
    before = tables.fingerprint("orders", firm)
    with pytest.raises(DataError):
        tables.write(orders.assign(status="?"), "orders", firm)
    assert tables.fingerprint("orders", firm) == before
    assert [path.name for path in (firm.tidy / "orders").iterdir()] == ["part-0.parquet"]


def test_a_folder_of_several_files_older_than_the_contract_is_read(firm, orders):
    path = tables.write(orders, "orders", firm)
    old = pq.read_table(path).drop_columns(["co2_kg", "shipping"])
    pq.write_table(old.slice(0, 2), path)
    pq.write_table(old.slice(2), path.with_name("part-1.parquet"))
    read = frame(tables.load("orders", page(firm)))
    assert len(read) == 4 and tuple(read.columns) == tables.contract("orders").names
    assert tables.rows("orders", firm) == 5


def test_several_currencies_need_rates(firm, orders):
    mixed = orders.assign(market=["FR", "FR", "CH", "CH", "FR"], currency=["EUR", "EUR", "CHF", "CHF", "EUR"])
    tables.write(mixed, "orders", firm)
    with pytest.raises(
        DataError, match=r"amounts in CHF and the page counts in EUR, but there is no table fx_rates"
    ):
        tables.load("orders", page(firm))
    assert frame(tables.load("orders", page(firm, market="CH")))["currency"].tolist() == ["CHF", "CHF"]
    rates = pd.DataFrame(
        {"quoted_on": ["2026-02-20"], "from_currency": "CHF", "to_currency": "EUR", "rate": 1.1}
    )
    tables.write(rates, "fx_rates", firm)
    with pytest.raises(DataError, match=r"no rate from CHF to EUR on or before 2026-02-10"):
        tables.load("orders", page(firm))
    early = pd.DataFrame(
        {"quoted_on": ["2026-01-01"], "from_currency": "CHF", "to_currency": "EUR", "rate": 1.05}
    )
    tables.write(pd.concat([rates, early]), "fx_rates", firm)
    money = frame(tables.load("orders", page(firm))).set_index("order_id")
    assert money["revenue_excl_vat"].to_dict() == {"1": 10, "2": 20, "3": 31.5, "4": 44}
    assert set(money["currency"]) == {"EUR"}


def test_what_stands_is_worth_the_last_rate_of_the_period_whenever_it_began(firm):
    moves = pd.DataFrame(
        {
            "month": ["2021-12-01", "2026-02-01"], "account_id": "a", "market": "CH", "currency": "CHF",
            "kind": ["new", "churn"], "arr_delta": [100.0, -100.0],
        }
    )  # fmt: skip
    days = ["2026-01-01", "2026-02-20", "2026-03-05"]
    rates = {"quoted_on": days, "from_currency": "CHF", "to_currency": "EUR", "rate": [1.05, 1.1, 1.2]}
    tables.write(moves, "arr_movements", firm)
    tables.write(pd.DataFrame(rates), "fx_rates", firm)
    assert sorted(frame(tables.load("arr_movements", page(firm)))["arr_delta"]) == [-110.0, 110.0]


def test_what_stands_is_known_in_a_month_in_which_nothing_changed(firm):
    moves = pd.DataFrame(
        {
            "month": ["2025-12-01", "2026-02-01"], "account_id": ["a", "b"], "market": ["BE", "FR"], "currency": "EUR",
            "kind": "new", "arr_delta": [100.0, 50.0],
        }
    )  # fmt: skip
    tables.write(moves, "arr_movements", firm)
    assert frame(tables.load("arr_movements", page(firm, market="BE")))["arr_delta"].tolist() == [100.0]
    with pytest.raises(DataError, match="no arr_movements for market CH; it has BE, FR"):
        tables.load("arr_movements", page(firm, market="CH"))
    with pytest.raises(DataError, match="2025-11 has none"):
        tables.load("arr_movements", page(firm, market="BE", period=periods.parse("2025-11")))


def media(market, currency, *days):
    rows = [(day, f"c{n}", market, 110.0, currency) for n, day in enumerate(days)]
    names = ["spent_on", "campaign_id", "market", "spend", "currency"]
    return pd.DataFrame(rows, columns=names).assign(platform="meta")


def test_a_market_counts_in_the_currency_of_its_orders(firm, orders):
    swiss = orders.assign(market=["FR", "FR", "CH", "CH", "CH"], currency=["EUR", "EUR", "CHF", "CHF", "EUR"])
    february = {"until": MONTH.end}
    assert tables.currency(firm, "CH", **february) == "EUR"  # the company's, where there is nothing
    tables.write(media("CH", "USD", "2026-02-03"), "media_spend", firm)
    assert tables.currency(firm, "CH", **february) == "USD"
    tables.write(swiss, "orders", firm)
    assert tables.currency(firm, "CH", **february) == "CHF"
    assert tables.currency(firm, "FR", **february) == tables.currency(firm, "ALL", **february) == "EUR"
    assert tables.currency(firm, "CH", until=date(2026, 3, 31)) == "EUR"  # in two currencies by then
    january = periods.parse("2026-01")
    assert tables.describe("orders", page(firm, market="CH")).endswith("CH, amounts in CHF.")
    assert tables.describe("orders", page(firm, market="FR", period=january)).endswith("FR, amounts in EUR.")


def test_money_of_a_market_in_another_currency_is_brought_to_its_own(firm, orders):
    swiss = orders.assign(market=["FR", "FR", "CH", "CH", "CH"], currency=["EUR", "EUR", "CHF", "CHF", "CHF"])
    tables.write(swiss, "orders", firm)
    tables.write(media("CH", "EUR", "2026-02-03", "2026-02-21"), "media_spend", firm)
    here = page(firm, market="CH")
    says = r"^firm: media_spend has amounts in EUR and the page counts in CHF, but there is no table fx_rates\. Import rates\.$"
    with pytest.raises(DataError, match=says):
        tables.load("media_spend", here)
    rates = pd.DataFrame({"quoted_on": ["2026-02-01", "2026-02-20"], "rate": [1.1, 1.25]})
    tables.write(rates.assign(from_currency="CHF", to_currency="EUR"), "fx_rates", firm)
    turned = frame(tables.load("media_spend", here).order("spent_on"))
    assert turned["spend"].tolist() == [100, 88] and set(turned["currency"]) == {"CHF"}
    both = pd.concat(
        [
            rates.assign(from_currency="CHF", to_currency="EUR"),
            rates.assign(from_currency="EUR", to_currency="CHF", rate=[0.9, 0.8]),
        ]
    )
    tables.write(both, "fx_rates", firm)
    quoted = frame(
        tables.load("media_spend", here).order("spent_on")
    )  # what is quoted goes before what is turned round
    assert quoted["spend"].tolist() == pytest.approx([99, 88])
    assert frame(tables.load("orders", here))["revenue_excl_vat"].tolist() == [30, 40]


def test_a_table_without_days_is_converted_at_the_last_rate_of_the_period(firm):
    plan = pd.DataFrame(
        {"platform": "meta", "campaign_id": ["1", "2"], "market": ["FR", "CH"], "currency": ["EUR", "CHF"]}
    ).assign(planned_budget=100.0, campaign_code="spring")
    tables.write(plan, "campaign_map", firm)
    rates = pd.DataFrame(
        {"quoted_on": ["2026-01-01", "2026-02-20", "2026-10-01"], "rate": [1.05, 1.1, 9.0]}
    ).assign(from_currency="CHF", to_currency="EUR")
    tables.write(rates, "fx_rates", firm)
    money = frame(tables.load("campaign_map", page(firm))).set_index("campaign_id")
    assert money["planned_budget"].to_dict() == {"1": 100, "2": 110}


def test_range_span_and_what_there_is(firm, orders):
    assert tables.available(firm) == set()
    with pytest.raises(DataError, match=r"firm has no tables yet. Run `cmo ingest --company firm`"):
        tables.data_span(firm)
    tables.write(one_row(tables.contract("calendar")), "calendar", firm)
    tables.write(one_row(tables.contract("media_spend")), "media_spend", firm)
    assert tables.data_until(firm) == date(2026, 2, 1)
    tables.write(orders, "orders", firm)
    assert tables.data_range("orders", firm) == tables.data_span(firm) == (date(2026, 1, 5), date(2026, 3, 1))
    assert tables.available(firm) == {"calendar", "media_spend", "orders"}


def test_fingerprint_is_of_the_content(firm, orders):
    tables.write(orders, "orders", firm)
    first = tables.fingerprint("orders", firm)
    tables.write(orders, "orders", replace(firm, folder=firm.folder.with_name("other")))
    assert tables.fingerprint("orders", replace(firm, folder=firm.folder.with_name("other"))) == first
    tables.write(orders.assign(revenue_excl_vat=1.0), "orders", firm)
    assert tables.fingerprint("orders", firm) != first


def test_preview_hides_ids_and_persons(firm, orders):
    tables.write(orders, "orders", firm)
    for rows in (tables.load("orders", page(firm)), tables.check(orders, "orders")):
        seen = tables.preview(rows)
        assert len(seen) == 3
        assert list(seen.columns) == ["ordered_on", "market", "status", "revenue_excl_vat", "currency"]
        assert str(seen["revenue_excl_vat"].dtype) == "float64"


def test_the_same_rows_in_another_order_give_the_same_bytes(firm, orders):
    tables.write(orders, "orders", firm)
    before = tables.fingerprint("orders", firm)
    tables.write(orders.iloc[::-1], "orders", firm)
    assert tables.fingerprint("orders", firm) == before


def test_a_return_worth_more_than_its_order_is_refused(orders):
    more = orders.assign(returned_value=[0.0, 21.0, 0.0, 0.0, 0.0])
    with pytest.raises(
        DataError, match='1 of 5 rows has returned_value above revenue_excl_vat .first: row 2, "21'
    ):
        tables.check(more, "orders")


def test_a_table_comes_in_parts_and_part_0_takes_the_place_of_all(firm, orders):
    tables.write(orders.head(3), "orders", firm)
    tables.write(orders.tail(2), "orders", firm, part=1)
    assert tables.rows("orders", firm) == 5 and tables.fault("orders", firm) is None
    assert frame(tables.load("orders", page(firm)))["order_id"].tolist() == ["1", "2", "3", "4"]
    tables.write(orders.head(2), "orders", firm)
    assert tables.rows("orders", firm) == 2
