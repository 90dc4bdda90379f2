"""Visits one by one, drawn so that their counts are those of the table `site_daily`: for event exports.

One row a visit: visitor_id, customer_id (a made-up address, for some who bought), session_id, started_at (UTC), visited_on, device,
channel, source and medium, which steps it took, and what was bought.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from helpers.sample.exports.tidy import Truth, email, in_utc, rng, visited

STEPS = ("engaged_sessions", "product_views", "add_to_carts", "checkouts", "purchases")
MAYBE = ("customer_id", "source", "medium")  # None where there is none
SOURCES = {
    "search_brand": ("google", "cpc"), "search_generic": ("google", "cpc"), "social": ("facebook", "paid_social"),
    "video": ("youtube", "video"), "display": ("dv360", "display"), "affiliation": ("affilae", "affiliate"),
    "email": ("newsletter", "email"), "organic search": ("google", "organic"), "referral": ("example.org", "referral"),
}  # fmt: skip


def visits(folder: Path, market: str, day: str) -> pd.DataFrame:
    """Visits of one day, by their start."""
    found = visited(folder, market, since=pd.Timestamp(day), until=pd.Timestamp(day))
    draws = rng(f"visits {market} {day}")
    made = found.loc[found.index.repeat(found["sessions"].astype(int))]
    place = made.groupby(level=0).cumcount()
    made = made.assign(**{name: place.lt(made[name]) for name in STEPS}).reset_index(drop=True)
    made = _worth(made, found)
    second = np.sort(draws.integers(7 * 3600, 23 * 3600, len(made)))
    made["started_at"] = in_utc(
        pd.Series(pd.Timestamp(day) + pd.to_timedelta(draws.permutation(second), unit="s"))
    )
    number = np.arange(len(made))
    made["visitor_id"] = [f"{a}.{b}" for a, b in zip(1_000_000_000 + draws.integers(0, 10**9, len(made)), 1_790_000_000 + number, strict=True)]  # fmt: skip
    made["session_id"] = [str(int(at.timestamp())) for at in made["started_at"]]
    made["customer_id"] = [email(f"v{visitor.partition('.')[2]}") if is_sale else None
                           for visitor, is_sale in zip(made["visitor_id"], made["purchases"], strict=True)]  # fmt: skip
    made["device"] = draws.choice(np.array(["mobile", "desktop"]), len(made), p=[0.65, 0.35])
    for place, name in enumerate(("source", "medium")):
        made[name] = [SOURCES.get(channel, (None, None))[place] for channel in made["channel"]]
    made = made.sort_values(["started_at", "visitor_id"], ignore_index=True)
    return made.astype(dict.fromkeys(MAYBE, object)).where(made.notna(), None)


def _worth(made: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Give each visit with an order its part of the revenue of its channel, to the cent."""
    cents = (found["revenue_excl_vat"].astype(float) * 100).round().astype(int)
    worth, sales = [], found["purchases"].astype(int)
    for total, n, visits_there in zip(cents, sales, found["sessions"].astype(int), strict=True):
        shares = [total // n + (1 if place < total % n else 0) for place in range(n)] if n else []
        worth += [*shares, *[0] * (visits_there - n)]
    return made.assign(revenue_excl_vat=np.array(worth, dtype=float) / 100)


def daily(found: pd.DataFrame, *, without: tuple[str, ...] = ()) -> pd.DataFrame:
    """Counts of `site_daily` by day, market and device; visitors are left out because they do not add up."""
    keys = [name for name in ("visited_on", "market", "device", "currency") if name not in without]
    sums = (
        found.assign(sessions=1).groupby(keys, as_index=False)[["sessions", *STEPS, "revenue_excl_vat"]].sum()
    )
    return sums.round({"revenue_excl_vat": 2})


def touches(found: pd.DataFrame) -> pd.DataFrame:
    """Rows of `touchpoints`: each visit once, with the raw ids of the browser and of the person."""
    names = ["visitor_id", "customer_id", "session_id", "source", "medium", "market"]
    told = found[names].astype(dict.fromkeys(MAYBE, "str"))
    return told.assign(touched_at=found["started_at"], touched_on=found["visited_on"], event="visit")


def told(found: pd.DataFrame) -> Truth:
    """What a right reader gets from an export of events."""
    return {"site_daily": daily(found), "touchpoints": touches(found)}
