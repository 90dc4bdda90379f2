"""Web shops: what an order was worth before tax, what its lines were, and whose orders can be followed."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import reader

from helpers.errors import DataError

FIXTURES = Path(__file__).parent / "fixtures"
SHOPIFY = FIXTURES / "shopify_orders"
WOO = FIXTURES / "woocommerce_orders"
HEAD = "Name,Email,Financial Status,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Shipping Country,Cancelled at,Refunded Amount\n"


def order(
    *,
    name="#1",
    mail="a@example.org",
    state="paid",
    subtotal,
    shipping,
    taxes,
    total,
    more="",
    refunded="0.00",
) -> str:
    """The only line of an order of one product."""
    return f"{name},{mail},{state},no,EUR,{subtotal},{shipping},{taxes},{total},2026-09-14 10:00:00 +0200,1,Bol,{subtotal},FR,{more},{refunded}\n"


@pytest.fixture
def shop(tmp_path):
    """Read a text as an export of a shop."""

    def of(text, **settings):
        path = tmp_path / "orders_export_1.csv"
        path.write_text(text, encoding="utf-8")
        return reader.read(path, settings=replace(reader.SETTINGS, **settings))

    return of


@pytest.fixture(scope="module")
def shopify():
    """Orders of a shop whose prices hold tax."""
    return reader.read(SHOPIFY / "orders_tax_included.csv")


def test_the_value_of_an_order_is_its_goods_before_tax_where_prices_hold_tax(shopify):
    row = shopify["orders"].set_index("order_id").loc["#1002"]
    assert row["revenue_excl_vat"] == pytest.approx(90.0)  # 108 of goods at 20 %
    assert row["revenue_incl_vat"] == pytest.approx(108.0)
    assert row["shipping"] == pytest.approx(10.0)
    assert row["discount"] == pytest.approx(10.0)
    assert row["n_items"] == 3
    assert row["coupon"] == "RENTREE10"


def test_the_value_of_an_order_is_its_subtotal_where_tax_comes_on_top():
    got = reader.read(
        SHOPIFY / "orders_tax_on_top.csv", settings=replace(reader.SETTINGS, markets=("US",), market="")
    )
    (row,) = got["orders"].to_dict("records")
    assert row["revenue_excl_vat"] == pytest.approx(47.00)
    assert row["shipping"] == pytest.approx(6.00)
    assert row["discount"] == pytest.approx(5.00)
    assert row["currency"] == "USD"
    assert row["market"] == "US"
    assert row["ordered_at"] == pd.Timestamp("2026-09-04 03:14")  # its own offset counts
    assert got["order_lines"]["revenue_excl_vat"].tolist() == pytest.approx([47 * 32 / 52, 47 * 20 / 52])


@pytest.mark.parametrize(
    ("subtotal", "shipping", "taxes", "total", "value"),
    [
        ("24.00", "6.00", "5.00", "30.00", 20.00),  # tax of 20 % in the price, of delivery too
        ("24.00", "6.00", "6.00", "36.00", 24.00),  # the same tax on top
        ("24.00", "0.00", "0.00", "24.00", 24.00),  # no tax: sold abroad
        ("10.55", "0.00", "0.55", "10.55", 10.00),  # 5.5 %
        ("0.00", "6.00", "1.00", "6.00", 0.00),  # all goods free, delivery paid
        ("0.00", "0.00", "0.00", "0.00", 0.00),
    ],
)
def test_one_rule_gives_the_value_before_tax_in_either_case(shop, subtotal, shipping, taxes, total, value):
    got = shop(HEAD + order(subtotal=subtotal, shipping=shipping, taxes=taxes, total=total))
    assert got["orders"]["revenue_excl_vat"].tolist() == pytest.approx([value])
    assert got["order_lines"]["revenue_excl_vat"].tolist() == pytest.approx([value])
    assert got.reading.notes == []


def test_an_order_whose_parts_do_not_make_its_total_is_told_with_its_worth(shop):
    got = shop(HEAD + order(subtotal="24.00", shipping="6.00", taxes="5.00", total="27.00"))
    assert got.reading.notes == [
        "1 orders whose Total is neither Subtotal and Shipping, nor these and Taxes: their value before tax may be off, worth 27.00"
    ]


def test_lines_add_up_to_their_order_and_carry_its_fields(shopify):
    lines = shopify["order_lines"]
    assert lines.groupby("order_id")["revenue_excl_vat"].sum()["#1002"] == pytest.approx(90.0)
    of = lines[lines["order_id"] == "#1002"]
    assert of["line"].tolist() == [1, 2]
    assert of["product_id"].tolist() == ["BOL-1", "PLA-1"]
    assert of["revenue_excl_vat"].tolist() == pytest.approx([54.0, 36.0])
    assert of["discount"].tolist() == pytest.approx([6.0, 4.0])
    assert of["market"].tolist() == ["FR", "FR"]
    assert shopify.lines["order_lines"][2:4] == [7, 8]


def test_a_refund_becomes_the_returned_value_without_tax_and_at_most_the_goods(shopify):
    rows = shopify["orders"].set_index("order_id")
    assert rows["status"].to_dict() == {
        "#1004": "refunded",
        "#1003": "cancelled",
        "#1002": "paid",
        "#1001": "paid",
    }
    assert rows["returned_value"]["#1002"] == pytest.approx(30.0)  # 36 at 20 %
    assert rows["returned_value"]["#1004"] == pytest.approx(
        20.0
    )  # 30 were given back, 6 of them for delivery
    assert "returns" not in shopify.tables


def test_guests_are_left_out_with_their_lines_and_what_they_were_worth(shopify):
    assert "#1006" not in shopify["orders"]["order_id"].tolist()
    assert "#1006" not in shopify["order_lines"]["order_id"].tolist()
    assert (
        "1 rows name nobody and orders needs a customer_id: left out, worth 30.00 EUR of revenue_excl_vat"
        in shopify.reading.notes
    )
    assert shopify.reading.left["no customer_id for orders"] == 1


def test_orders_that_are_not_paid_yet_are_left_out_and_told(shopify):
    assert "#1005" not in shopify["orders"]["order_id"].tolist()
    assert "1 orders are not paid yet and left out, worth 30.00" in shopify.reading.notes


def test_the_answer_at_the_order_is_the_consent_and_the_order_its_time(shopify):
    rows = shopify["consents"].sort_values("recorded_at")
    ada = reader.hashed(pd.Series(["ada@example.org"]), "email").iloc[0]
    (one,) = rows[rows["customer_id"] == ada].to_dict("records")
    assert (one["purpose"], one["status"], one["recorded_at"]) == (
        "email",
        "granted",
        pd.Timestamp("2026-09-14 21:30"),
    )
    bo = reader.hashed(pd.Series(["bo@example.org"]), "email").iloc[0]
    assert set(rows.loc[rows["customer_id"] == bo, "status"]) == {"denied"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (order(state="chargeback", subtotal="24", shipping="0", taxes="4", total="24"), "line 2: 'chargeback' for state is not among the words that the map knows"),
        (order(subtotal="24", shipping="0", taxes="4", total="24").replace("2026-09-14", "2026-09-31"), "is no time that exists"),
        (order(subtotal="24", shipping="0", taxes="4", total="24").replace(",FR,", ",Frnace,"), "'Frnace' is no country."),
        (order(name="1E+12", subtotal="24", shipping="0", taxes="4", total="24"), "line 2: '1E+12' in 'Name' was shortened by Excel."),
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_read_right_is_refused(shop, text, said):
    with pytest.raises(DataError) as caught:
        shop(HEAD + text)
    assert said in str(caught.value)


def test_a_list_of_products_is_no_export_of_orders(shop):
    with pytest.raises(DataError, match="orders_export_1.csv: no"):
        shop("Handle,Title,Vendor,Variant SKU,Variant Price\nbol,Bol,Acme,BOL-1,24.00\n")


def test_woocommerce_orders_are_read_in_both_languages_to_the_same_cent():
    english = reader.read(WOO / "orders_en.csv")
    french = reader.read(WOO / "orders_fr.csv")
    for got in (english, french):
        row = got["orders"].set_index("order_id").loc["501"]
        assert row[
            ["revenue_excl_vat", "revenue_incl_vat", "discount", "shipping"]
        ].tolist() == pytest.approx([90, 108, 10, 10])
        of = got["order_lines"][got["order_lines"]["order_id"] == "501"]
        assert of["revenue_excl_vat"].tolist() == pytest.approx([54.0, 36.0])
        assert of["line"].tolist() == [1, 2]
    assert english["orders"].set_index("order_id")["status"].to_dict() == {"501": "paid", "502": "refunded"}
    assert english["orders"]["returned_value"].tolist() == pytest.approx([30.0, 20.0])
    assert french["orders"]["status"].tolist() == ["paid", "cancelled"]


def test_the_total_of_a_line_goes_before_its_price_and_refunded_pieces_are_taken_off(shop):
    text = (
        (WOO / "orders_en.csv")
        .read_text(encoding="utf-8")
        .replace("Quantity,Item Cost", "Quantity (- Refund),Order Line Total")
    )
    lines = shop(text.replace(",2,27,", ",1,54,"))["order_lines"].head(2)
    assert lines["quantity"].tolist() == [1, 1]
    assert lines["revenue_excl_vat"].tolist() == pytest.approx([54.0, 36.0])


def test_a_file_of_nothing_but_guests_is_refused(shop):
    with pytest.raises(
        DataError, match="orders_export_1.csv: none of its rows feeds a table .no customer_id for orders: 1."
    ):
        shop(HEAD + order(mail="", subtotal="24.00", shipping="0.00", taxes="4.00", total="24.00"))


def test_the_account_number_0_of_guests_joins_nobody():
    got = reader.read(WOO / "orders_en.csv")
    assert got["identities"]["system"].value_counts().to_dict() == {"email": 2, "woocommerce": 1}
    assert got.reading.left == {"no customer_id for orders": 1}


def test_one_line_an_order_gives_its_products_as_lines():
    got = reader.read(FIXTURES / "woocommerce_orders_flat" / "orders.csv")
    assert got["orders"]["revenue_excl_vat"].tolist() == [90.0]
    lines = got["order_lines"]
    assert lines["product_id"].tolist() == ["BOL-1", "46"]
    assert lines["quantity"].astype(float).tolist() == [2.0, 1.0]
    assert lines["revenue_excl_vat"].astype(float).tolist() == [54.0, 36.0]
    assert "1 orders are not paid and left out, worth 30.00" in got.reading.notes


def test_a_status_that_a_plugin_added_is_refused(shop):
    text = (WOO / "orders_en.csv").read_text(encoding="utf-8").replace("Processing", "Shipped")
    with pytest.raises(
        DataError, match="line 6: 'Shipped' for state is not among the words that the map knows"
    ):
        shop(text)


def test_orders_without_a_currency_are_refused_until_the_company_says_which():
    with pytest.raises(DataError, match="orders_en.csv: no currency column; say which"):
        reader.read(WOO / "orders_en.csv", settings=replace(reader.SETTINGS, currency=""))


def test_the_report_of_woocommerce_itself_is_refused_with_what_to_export_instead(shop):
    text = "Date,Order #,N. Revenue,Status,Customer,Customer type,Product(s),Items Sold,Coupon(s)\n2026-09-14,501,90,completed,X,new,Bol,1,\n"
    with pytest.raises(
        DataError,
        match="orders_export_1.csv: this is the report Analytics > Orders, .* Export the orders with an export plugin",
    ):
        shop(text)
