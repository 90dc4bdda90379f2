"""WooCommerce's orders of Belgium, as its most used export plugin writes them. Heads are from general knowledge, not measured.

One line an item; what is of the order stands on every line; amounts are before VAT but for the total and the refund; times are
those of the shop's clocks, and no column names the currency.
"""

from __future__ import annotations

from pathlib import Path

from helpers.sample.exports.forms import Columns, table
from helpers.sample.exports.shops import ORDERS, items, orders, told_lines
from helpers.sample.exports.tidy import Export, Truth, email

STATUS = {"paid": "Completed", "cancelled": "Cancelled", "refunded": "Refunded"}

ORDER: Columns = {
    "Order Number": lambda o: o.order_id,
    "Order Status": lambda o: STATUS[o.status],
    "Order Date": lambda o: f"{o.clock:%Y-%m-%d %H:%M}",
    "Customer Note": lambda o: "",
    "First Name (Billing)": lambda o: "Client",
    "Last Name (Billing)": lambda o: o.customer_id[1:],
    "Country Code (Billing)": lambda o: o.market,
    "Email (Billing)": lambda o: email(o.customer_id),
    "Payment Method Title": lambda o: "Bancontact",
    "Cart Discount Amount": lambda o: f"{o.discount:.2f}",
    "Order Subtotal Amount": lambda o: f"{o.revenue_excl_vat + o.discount:.2f}",
    "Shipping Method Title": lambda o: o.delivery_mode,
    "Order Shipping Amount": lambda o: f"{o.shipping:.2f}",
    "Order Refund Amount": lambda o: f"{o.refunded:.2f}",
    "Order Total Tax Amount": lambda o: f"{o.taxes:.2f}",
    "Order Total Amount": lambda o: f"{o.revenue_excl_vat + o.shipping + o.taxes:.2f}",
}
ITEM: Columns = {
    "SKU": lambda i: i["product_id"],
    "Item #": lambda i: i["line"],
    "Item Name": lambda i: i["name"],
    "Quantity (- Refund)": lambda i: i["quantity"],
    "Item Cost": lambda i: f"{i['excl'] / i['quantity']:.2f}",
    "Order Line Total": lambda i: f"{i['excl']:.2f}",
}


def _woo(folder: Path) -> str:
    rows: list[list] = [[*ORDER, *ITEM]]
    for order in orders(folder, "BE").itertuples(index=False):
        head = [cell(order) for cell in ORDER.values()]
        rows += [[*head, *(cell(item) for cell in ITEM.values())] for item in items(order)]
    return table(rows)


def _truth(folder: Path) -> Truth:
    """Amounts before VAT as the file has them; what was refunded is told with VAT, so it is left out."""
    found = orders(folder, "BE")
    told = found.assign(
        customer_id=found["customer_id"].map(email), ordered_at=found["ordered_at"].dt.floor("min")
    )
    return {"orders": told[ORDERS], "order_lines": told_lines(found, lambda order, item: item["excl"])}


EXPORTS = {
    "woocommerce/orders.csv": Export(
        _woo,
        "utf-8-sig",
        _truth,
        {"market": "BE", "currency": "EUR", "vat": "excl", "time_zone": "Europe/Paris"},
    ),
}
