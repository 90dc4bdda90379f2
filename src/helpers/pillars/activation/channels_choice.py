"""The number to use: which of what platform, paths, model and tests say may be used of a channel, and for what."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pandas as pd

from helpers.i18n import mark, mark_term
from helpers.pillars.activation.naming import TOGETHER

RECENT_MONTHS = 24
SOURCES = {
    "test": mark_term("rests on", "a test"),
    "calibrated": mark_term("rests on", "a model held to a test"),
    "increment": mark_term("rests on", "a test of more spend"),
    "partly": mark_term("rests on", "a model and a test of more spend"),
    "uncalibrated": mark_term("rests on", "a model, untested"),
    "pair": mark_term("rests on", "a model, as a pair"),
    "none": mark_term("rests on", "nothing yet"),
}
USES = {
    "test": mark("budget and finance"),
    "calibrated": mark("budget and finance"),
    "increment": mark("small moves of budget"),
    "partly": mark("small moves of budget"),
    "uncalibrated": mark("small moves of budget"),
    "pair": mark("both together only"),
    "none": mark("its own platform only"),
}
PROVED = ("test", "calibrated")  # their whole spend rests on a test
WHOLE = ("test", "calibrated", "pair")  # a return on the whole spend, which may be multiplied by it
KINDS = {
    "calibrated": ("total",),
    "pair": ("total", "marginal"),
    "partly": ("marginal",),
    "uncalibrated": ("marginal",),
}
COLUMNS = {
    "total": ("roas", "roas_low", "roas_high"),
    "marginal": ("marginal_roas", "marginal_low", "marginal_high"),
}
STATUS = {
    "calibrated": "tested",
    "partly": "tested",
    "pair": "pair",
    "uncalibrated": "uncalibrated",
}  # of the model, by source


class Choice(NamedTuple):
    """The number to use of one channel.

    channel : its name.
    source : one of SOURCES, which also says what it may be used for (USES).
    kind : "total" (revenue that the whole spend brings, over it), "marginal" (what the last of it brings) or "" without a number.
    value, low, high : return on ad spend; NaN without a number.
    note : why it is this one; name of the test, or reason of the model.
    told_on : last day of the test; NaT where no test is behind the number directly.
    """

    channel: str
    source: str
    kind: str
    value: float
    low: float
    high: float
    note: str
    told_on: pd.Timestamp


def choose(
    channel: str,
    tests: pd.DataFrame | None,
    model: pd.DataFrame | None,
    *,
    until: date,
    recent_months: int = RECENT_MONTHS,
) -> Choice:
    """The one number of a channel, by a fixed order of trust.

    1. A test that compared the whole spend with none of it and ended in the last `recent_months` months: its return.
    2. A model that was held to such a test: its return.
    3. A model that cannot part the channel from another: the return of the pair, at the margin where that alone is told.
    4. A test of more or less spend, as recent: its return, at the margin.
    5. A model that was held to such a test: its marginal return.
    6. A model that no test has corrected: its marginal return alone.
    7. Nothing: no number.

    What a platform claims and what paths credit never is the number: neither knows what would have come anyhow. A number without both
    bounds is passed over. Of several tests of one rank the one that ended last, then the one with the narrower interval.

    Parameters
    ----------
    channel : its name.
    tests : one row a finished test: test, channel, ends_on, roas, roas_low, roas_high, spans_zero; None where there are none.
    model : one row a channel, and one a pair named "a + b": channel, roas, roas_low, roas_high, marginal_roas, marginal_low, marginal_high, status ("tested",
        "uncalibrated", "pair", "withheld"), reason; None where there is no model.
    until : last day of the page.
    recent_months : age from which on a test is a thing of the past.

    Returns
    -------
    Choice.
    """
    whole, part = _recent(channel, tests, until, recent_months)
    row = of_channel(channel, model)
    ranked = [
        _tested(channel, "test", "total", whole),
        _modelled(channel, "calibrated", row),
        _modelled(channel, "pair", row),
        _tested(channel, "increment", "marginal", part),
        _modelled(channel, "partly", row),
        _modelled(channel, "uncalibrated", row),
    ]
    reason = str(row["reason"]) if row is not None and row["reason"] == row["reason"] else ""
    nothing = Choice(channel, "none", "", float("nan"), float("nan"), float("nan"), reason, pd.NaT)
    return next((one for one in ranked if one is not None), nothing)


def chosen(
    channels: list[str],
    tests: pd.DataFrame | None,
    model: pd.DataFrame | None,
    *,
    until: date,
    recent_months: int = RECENT_MONTHS,
) -> pd.DataFrame:
    """The number to use of each channel: one row a channel in the order given, with the fields of `Choice`."""
    rows = [choose(one, tests, model, until=until, recent_months=recent_months) for one in channels]
    return pd.DataFrame(rows, columns=list(Choice._fields))


def _recent(channel: str, tests: pd.DataFrame | None, until: date, months: int) -> tuple:
    """The test of the whole spend and that of a part of it which count, as rows; None where there is none."""
    if tests is None or tests.empty:
        return None, None
    last = pd.Timestamp(until)
    own = tests[(tests["channel"] == channel) & (tests["ends_on"] <= last)]
    own = own[own["ends_on"] > last - pd.DateOffset(months=months)]
    own = own.assign(width=own["roas_high"] - own["roas_low"]).dropna(subset=["roas", "width"])
    own = own.sort_values(["ends_on", "width", "test"], ascending=[False, True, True], kind="stable")
    whole = own["spans_zero"].astype(bool)
    return tuple(None if kept.empty else kept.iloc[0] for kept in (own[whole], own[~whole]))


def of_channel(channel: str, model: pd.DataFrame | None):
    """The model's row of a channel; for a side of a pair whose own figures are empty, the row of the pair ("a + b"); None without."""
    if model is None or model.empty:
        return None
    rows = model[model["channel"] == channel]
    if rows.empty:
        return None
    row = rows.iloc[0]
    if row["status"] == "pair" and not (
        row["roas"] == row["roas"] or row["marginal_roas"] == row["marginal_roas"]
    ):
        is_group = [name != channel and channel in str(name).split(TOGETHER) for name in model["channel"]]
        groups = model[is_group]
        return row if groups.empty else groups.iloc[0]
    return row


def _tested(channel: str, source: str, kind: str, row) -> Choice | None:
    if row is None:
        return None
    bounds = (float(row[name]) for name in ("roas", "roas_low", "roas_high"))
    return Choice(channel, source, kind, *bounds, str(row["test"]), pd.Timestamp(row["ends_on"]))


def _modelled(channel: str, source: str, row) -> Choice | None:
    """The model's number, where the model may speak with this authority and its number has both bounds."""
    if row is None or row["status"] != STATUS[source]:
        return None
    note = "" if row["reason"] != row["reason"] else str(row["reason"])
    for kind in KINDS[source]:
        value, low, high = (float(row[name]) for name in COLUMNS[kind])
        if low <= value <= high:
            return Choice(channel, source, kind, value, low, high, note, pd.NaT)
    return None
