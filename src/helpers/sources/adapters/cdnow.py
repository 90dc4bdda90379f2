"""CDNOW: the purchases of a record shop's 1997 cohort, the classic test of lifetime models.

The file is the academic release of Fader & Hardie: columns master id, (sample id,) date yyyymmdd, number of
CDs, dollars, separated by spaces, without a header in the 1/10 sample.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from helpers.errors import DataError


def read(
    raw: Path, *, currency: str, market: str, time_zone: str
) -> Iterator[tuple[str, pd.DataFrame, str, int]]:
    """Yield (table, frame, source, rows read) for orders and customers.

    The file has days and no times, so `ordered_at` is noon of the day in the company's time zone.

    Raises
    ------
    DataError : no such file in raw/, or a line that does not have five columns.
    """
    paths = sorted(raw.rglob("*CDNOW_sample.txt"))
    if not paths:
        raise DataError(f"cdnow: no file …CDNOW_sample.txt in {raw.parent.name}/raw/. Put it there.")
    try:
        lines = pd.read_csv(
            paths[0],
            sep=r"\s+",
            header=None,
            names=["master_id", "sample_id", "day", "n_items", "dollars"],
            dtype={"day": str},
        )
        days = pd.to_datetime(lines["day"], format="%Y%m%d")
    except (ValueError, pd.errors.ParserError) as fault:
        raise DataError(
            f"{paths[0].name}: not five columns with a yyyymmdd date ({str(fault).splitlines()[0].rstrip('.')}). Fetch the file again."
        ) from fault
    orders = pd.DataFrame(
        {
            "order_id": [f"o{i:06d}" for i in range(1, len(lines) + 1)],
            "customer_id": lines["master_id"].map("{:05d}".format),
            "ordered_at": (days + pd.Timedelta(hours=12)).dt.tz_localize(time_zone).dt.tz_convert("UTC"),
            "ordered_on": days,
            "market": market,
            "status": "paid",
            "revenue_excl_vat": lines["dollars"],
            "returned_value": 0.0,
            "currency": currency,
            "n_items": lines["n_items"],
        }
    )
    yield "orders", orders, paths[0].name, len(lines)
    customers = (
        orders.groupby("customer_id", as_index=False)["ordered_on"]
        .min()
        .rename(columns={"ordered_on": "first_seen_on"})
    )
    yield "customers", customers.assign(market=market, is_b2b=False), paths[0].name, len(customers)
