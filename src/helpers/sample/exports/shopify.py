"""Shopify's orders of France and Switzerland. Heads are from general knowledge, not measured.

One line an item; what is of the order stands on its first line alone; prices and totals include VAT; times carry their offset.
"""

from __future__ import annotations

from pathlib import Path

from helpers.sample.exports.forms import Columns, table
from helpers.sample.exports.shops import ORDERS, items, orders, told_lines
from helpers.sample.exports.tidy import Export, Truth, email

ORDER: Columns = {
    "Name": lambda o: o.order_id,
    "Email": lambda o: email(o.customer_id),
    "Financial Status": lambda o: o.financial_status,
    "Paid at": lambda o: o.stamp,
    "Fulfillment Status": lambda o: "fulfilled",
    "Fulfilled at": lambda o: o.stamp,
    "Accepts Marketing": lambda o: "no",
    "Currency": lambda o: o.currency,
    "Subtotal": lambda o: f"{o.revenue_incl_vat:.2f}",
    "Shipping": lambda o: f"{o.shipping_incl:.2f}",
    "Taxes": lambda o: f"{o.taxes:.2f}",
    "Total": lambda o: f"{o.revenue_incl_vat + o.shipping_incl:.2f}",
    "Discount Code": lambda o: "",
    "Discount Amount": lambda o: f"{o.discount_incl:.2f}",
    "Shipping Method": lambda o: o.delivery_mode,
    "Created at": lambda o: o.stamp,
}
ITEM: Columns = {
    "Lineitem quantity": lambda i: i["quantity"],
    "Lineitem name": lambda i: i["name"],
    "Lineitem price": lambda i: f"{i['unit_incl']:.2f}",
    "Lineitem compare at price": lambda i: "",
    "Lineitem sku": lambda i: i["product_id"],
    "Lineitem requires shipping": lambda i: "true",
    "Lineitem taxable": lambda i: "true",
    "Lineitem fulfillment status": lambda i: "fulfilled",
    "Lineitem discount": lambda i: f"{i['unit_incl'] * i['quantity'] - i['incl']:.2f}",
}
REST: Columns = {
    "Billing Name": lambda o: f"Client {o.customer_id[1:]}",
    "Billing Street": lambda o: "1 rue Exemple",
    "Billing City": lambda o: "Ville",
    "Billing Zip": lambda o: "00000",
    "Billing Country": lambda o: o.market,
    "Billing Phone": lambda o: "",
    "Shipping Name": lambda o: f"Client {o.customer_id[1:]}",
    "Shipping Zip": lambda o: "00000",
    "Shipping Country": lambda o: o.market,
    "Notes": lambda o: "",
    "Note Attributes": lambda o: "",
    "Cancelled at": lambda o: o.stamp if o.status == "cancelled" else "",
    "Payment Method": lambda o: "card",
    "Refunded Amount": lambda o: f"{o.refunded:.2f}",
    "Outstanding Balance": lambda o: "0.00",
    "Id": lambda o: str(5_600_000_000_000 + int(o.order_id[1:])),
    "Tags": lambda o: "",
    "Risk Level": lambda o: "Low",
    "Source": lambda o: "web",
    "Tax 1 Name": lambda o: f"VAT {100 * o.vat_rate:g}%",
    "Tax 1 Value": lambda o: f"{o.taxes:.2f}",
}


def _shopify(folder: Path) -> str:
    rows: list[list] = [[*ORDER, *ITEM, *REST]]
    for order in orders(folder, "FR", "CH").itertuples(index=False):
        for item in items(order):
            first = item["line"] == 1
            keep = ("Name", "Email")  # on every line; all else of the order on the first
            head = [cell(order) if first or name in keep else "" for name, cell in ORDER.items()]
            rest = [cell(order) if first else "" for cell in REST.values()]
            rows.append([*head, *(cell(item) for cell in ITEM.values()), *rest])
    return table(rows)


def _truth(folder: Path) -> Truth:
    """Amounts before VAT are those of the file with VAT taken off, to four decimals: within a cent of the shop's own."""
    found = orders(folder, "FR", "CH")
    names = {"revenue_excl_vat": "revenue_incl_vat", "discount": "discount_incl", "shipping": "shipping_incl", "returned_value": "refunded"}  # fmt: skip
    told = found.assign(
        customer_id=found["customer_id"].map(email), ordered_at=found["ordered_at"].dt.floor("s")
    )
    told = told.assign(
        **{name: (found[incl] / (1 + found["vat_rate"])).round(4) for name, incl in names.items()}
    )
    parts = told_lines(found, lambda order, item: round(item["incl"] / (1 + order.vat_rate), 4))
    return {"orders": told[[*ORDERS, "returned_value", "revenue_incl_vat"]], "order_lines": parts}


EXPORTS = {"shopify/orders_export.csv": Export(_shopify, "utf-8", _truth, {"vat": "incl"})}
