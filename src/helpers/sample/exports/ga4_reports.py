"""Google Analytics 4 as its screens export it: traffic acquisition, an overview, and an exploration by date.

Each opens with a preamble of hashes. Traffic acquisition has one line a channel for the whole month, so it tells no day and
feeds no daily table. The overview holds several tables and counts days from its start date. The exploration opens its rows
with a Grand total that has one cell more than the header. `Ecommerce purchases` is from general knowledge, not measured.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers.sample.exports.forms import Columns, lines, table
from helpers.sample.exports.tidy import Export, Truth, visited

SEPTEMBER = {"since": pd.Timestamp("2026-09-01"), "until": pd.Timestamp("2026-09-30")}
SUMMER = {"since": pd.Timestamp("2026-07-01"), "until": pd.Timestamp("2026-08-31")}
RULE = "# " + "-" * 40
GROUPS = {
    "search_brand": "Paid Search", "search_generic": "Paid Search", "social": "Paid Social", "video": "Paid Video",
    "display": "Display", "affiliation": "Affiliates", "direct": "Direct", "organic search": "Organic Search", "email": "Email",
    "referral": "Referral",
}  # fmt: skip
COUNTS = ["sessions", "users", "engaged_sessions", "purchases", "revenue_excl_vat"]

ACQUISITION: Columns = {
    "Session primary channel group (Default Channel Group)": lambda v: v.channel,
    "Sessions": lambda v: v.sessions,
    "Engaged sessions": lambda v: v.engaged_sessions,
    "Engagement rate": lambda v: f"{v.engaged_sessions / v.sessions:.9f}",
    "Average engagement time per session": lambda v: f"{39 + v.sessions % 17:.6f}",
    "Key events": lambda v: v.purchases,
    "Session key event rate": lambda v: f"{v.purchases / v.sessions:.9f}",
    "Total revenue": lambda v: f"{v.revenue_excl_vat:.2f}",
}
EXPLORATION: Columns = {
    "Date": lambda v: f"{v.visited_on:%Y%m%d}",
    "Session default channel group": lambda v: v.channel,
    "Sessions": lambda v: v.sessions,
    "Engaged sessions": lambda v: v.engaged_sessions,
    "Total users": lambda v: v.users,
    "Ecommerce purchases": lambda v: v.purchases,
    "Total revenue": lambda v: f"{v.revenue_excl_vat:.2f}",
}


def visits(folder: Path, market: str, *by: str, **span: pd.Timestamp) -> pd.DataFrame:
    """Counts of visits of a market, summed by day or by Google's names of channels; rows without a visit are left out."""
    found = visited(folder, market, **span)
    named = found.assign(channel=found["channel"].map(lambda name: GROUPS.get(name, "Unassigned")))
    sums = named.groupby(list(by), as_index=False)[COUNTS].sum().round({"revenue_excl_vat": 2})
    return sums[sums["sessions"].gt(0)].reset_index(drop=True)


def _opening(title: str) -> list[str]:
    return [
        RULE,
        f"# {title}",
        "# Account: Maison Brévane",
        "# Property: brevane.example - GA4",
        RULE,
        "#",
        "# All Users",
    ]


def _acquisition(folder: Path) -> str:
    found = visits(folder, "FR", "channel", **SEPTEMBER).sort_values(
        "sessions", ascending=False, kind="stable"
    )
    opening = _opening("Traffic acquisition: Session primary channel group (Default Channel Group)")
    opening += ["# Start date: 20260901", "# End date: 20260930"]
    return "\n".join(opening) + "\n" + table(lines(found, ACQUISITION))


def _days(folder: Path) -> pd.DataFrame:
    """Visits to the Belgian site by day; a day without any is there with 0."""
    found = visited(folder, "BE", **SEPTEMBER)
    return found.groupby("visited_on", as_index=False)["sessions"].sum().assign(market="BE")


def _overview(folder: Path) -> str:
    days, channels = _days(folder), visits(folder, "BE", "channel", **SEPTEMBER)
    span = ["# Start date: 20260901", "# End date: 20260930"]
    nth = [[f"{(day - SEPTEMBER['since']).days:04d}", count] for day, count in zip(days["visited_on"], days["sessions"], strict=True)]  # fmt: skip
    groups = channels[["channel", "sessions"]].to_numpy().tolist()
    parts = [
        "\n".join([*_opening("Acquisition overview"), *span]) + "\n" + table([["Nth day", "Sessions"], *nth]),
        "\n".join(span)
        + "\n"
        + table([["Session primary channel group (Default Channel Group)", "Sessions"], *groups]),
        "\n".join(span) + "\n" + table([["Nth week", "Sessions"], *_weeks(days)]),
    ]
    return "\n".join(parts)


def _weeks(days: pd.DataFrame) -> list[list]:
    week = (days["visited_on"] - SEPTEMBER["since"]).dt.days // 7
    return [[f"{number:04d}", count] for number, count in days.groupby(week)["sessions"].sum().items()]


def _overview_truth(folder: Path) -> Truth:
    """Only the table by day can feed visits by day; the other two say the same visits again."""
    return {"site_daily": _days(folder)}


def _exploration(folder: Path) -> str:
    found = visits(folder, "FR", "visited_on", "channel", **SUMMER)
    sums = [found[name].sum() for name in ("sessions", "engaged_sessions", "users", "purchases")]
    total = ["", "", *sums, f"{found['revenue_excl_vat'].sum():.2f}", "Grand total"]
    head, *rows = lines(found, EXPLORATION)
    opening = [RULE, "# Visits by day", "# Free form-Free form 1", "# 20260701-20260831", RULE, ""]
    return "\n".join(opening) + "\n" + table([head, total, *rows])


def _exploration_truth(folder: Path) -> Truth:
    found = visits(folder, "FR", "visited_on", "channel", **SUMMER)
    return {"site_daily": found.assign(market="FR", currency="EUR")}


EXPORTS = {
    "ga4/traffic_acquisition_fr.csv": Export(
        _acquisition,
        "utf-8",
        settings={"market": "FR", "currency": "EUR", "account_id": "ga4-fr", "vat": "excl"},
    ),
    "ga4/acquisition_overview_be.csv": Export(
        _overview,
        "utf-8",
        _overview_truth,
        {"market": "BE", "currency": "EUR", "account_id": "ga4-be", "vat": "excl"},
    ),
    "ga4/exploration_by_date_fr.csv": Export(
        _exploration,
        "utf-8",
        _exploration_truth,
        {"market": "FR", "currency": "EUR", "account_id": "ga4-fr", "vat": "excl"},
    ),
}
