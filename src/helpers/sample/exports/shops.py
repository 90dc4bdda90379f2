"""Orders of the web shops and what was in them: lines are drawn, and add up to the order to the cent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers.sample.exports.tidy import RECENT, local, read, rng
from helpers.sample.setting import TIME_ZONE

PRODUCTS = ("cylinder", "filter", "carafe", "machine", "accessory")
FRENCH_NAMES = ("Cylindre de gaz", 'Filtre "longue durée"', "Carafe, verre", "Machine à eau", "Accessoire")


def orders(folder: Path, *markets: str) -> pd.DataFrame:
    """Web orders of the last two months, with what the shop shows of them: amounts with VAT, clocks, statuses."""
    found = read(folder, "orders", "ordered_on", since=RECENT, market=markets, sales_channel="web")
    money = ["revenue_excl_vat", "revenue_incl_vat", "returned_value", "discount", "shipping", "vat_rate"]
    found = found.astype(dict.fromkeys(money, float))
    at, rate = pd.to_datetime(found["ordered_at"]), 1 + found["vat_rate"]
    found = found.assign(ordered_at=at, clock=local(at), discount_incl=(found["discount"] * rate).round(2))
    found = found.assign(shipping_incl=(found["shipping"] * rate).round(2))
    goods = found["revenue_incl_vat"] - found["revenue_excl_vat"]
    found["taxes"] = (goods + found["shipping_incl"] - found["shipping"]).round(2)
    zoned = at.dt.tz_localize("UTC").dt.tz_convert(TIME_ZONE)
    found["stamp"] = zoned.dt.strftime("%Y-%m-%d %H:%M:%S %z")
    part = np.minimum((found["returned_value"] * rate).round(2), found["revenue_incl_vat"])
    back = part.where(found["status"].ne("refunded"), found["revenue_incl_vat"])
    found["refunded"] = back.where(found["status"].ne("cancelled"), 0.0)
    kinds = [found["status"].eq("cancelled"), found["status"].eq("refunded"), found["returned_value"].gt(0)]
    found["financial_status"] = np.select(kinds, ["voided", "refunded", "partially_refunded"], "paid")
    return found


def items(order: Any) -> list[dict]:
    """Lines of an order: up to three products, its units and its value dealt out among them to the cent."""
    draws, n = rng(order.order_id), min(int(order.n_items), 3)
    kinds = draws.permutation(len(PRODUCTS))[:n]
    more = draws.multinomial(int(order.n_items) - n, [1 / n] * n)
    part = draws.dirichlet([4.0] * n)
    incl, excl = (_dealt(value, part) for value in (order.revenue_incl_vat, order.revenue_excl_vat))
    made = []
    for line, kind in enumerate(kinds):
        quantity, off = 1 + int(more[line]), order.discount_incl * part[line]
        unit = (
            np.ceil(100 * (incl[line] + off) / quantity) / 100
        )  # list price: what is taken off covers the rest
        made.append({"line": line + 1, "product_id": PRODUCTS[kind], "name": FRENCH_NAMES[kind], "quantity": quantity,
                     "unit_incl": unit, "incl": incl[line], "excl": excl[line]})  # fmt: skip
    return made


def _dealt(value: float, part: np.ndarray) -> list[float]:
    """Value in parts of whole cents that add up to it."""
    cents = np.floor(100 * value * part).astype(int)
    cents[0] += round(100 * value) - cents.sum()
    return [float(one) / 100 for one in cents]


def told_lines(found: pd.DataFrame, value: Callable[[Any, dict], float]) -> pd.DataFrame:
    """Rows of `order_lines`; no file numbers them in a way of its own."""
    made = []
    for order in found.itertuples(index=False):
        of = {name: getattr(order, name) for name in ("order_id", "ordered_on", "market", "currency")}
        made += [
            of | {"product_id": item["product_id"], "quantity": float(item["quantity"]), "revenue_excl_vat": value(order, item)}
            for item in items(order)
        ]  # fmt: skip
    return pd.DataFrame(made)


ORDERS = [
    "order_id",
    "customer_id",
    "ordered_at",
    "ordered_on",
    "market",
    "status",
    "revenue_excl_vat",
    "discount",
]
ORDERS += ["shipping", "currency", "delivery_mode"]
