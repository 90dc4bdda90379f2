"""Media rows that platform reports are made from, and what a right reader gets from such a report.

Conversions stand in a table of their own: platforms credit themselves by their own rules, so they never add up.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers.sample.exports.tidy import SINCE, UNTIL, Truth, read

ACCOUNT = {"EUR": "brevane-eur", "CHF": "brevane-chf"}


def spend(
    folder: Path,
    platform: str,
    currency: str,
    *,
    since: pd.Timestamp = SINCE,
    until: pd.Timestamp = UNTIL,
) -> pd.DataFrame:
    """Spend of a platform's account by day and campaign, with the conversions that the platform claims; 0 where none."""
    span = {"since": since, "until": until, "platform": platform, "currency": currency}
    spent = read(folder, "media_spend", "spent_on", **span)
    claims = read(folder, "media_conversions", "converted_on", counted_by="platform", **span)
    keys = ["converted_on", "campaign_id", "market"]
    sums = claims.groupby(keys, as_index=False)[["conversions", "conversion_value"]].sum()
    found = spent.merge(sums, how="left", left_on=["spent_on", "campaign_id", "market"], right_on=keys)
    counts = ["impressions", "clicks", "link_clicks", "engagements", "video_views", "video_completions"]
    counts += ["measurable_impressions", "viewable_impressions"]
    found = found.astype(dict.fromkeys(counts, "Int64")).astype(
        {"conversions": float, "conversion_value": float}
    )
    return found.fillna({"conversions": 0.0, "conversion_value": 0.0}).round({"conversions": 2, "conversion_value": 2})  # fmt: skip


def spent(ads: pd.DataFrame, *names: str, without: tuple[str, ...] = ()) -> pd.DataFrame:
    """Rows of `media_spend` that a report tells: days, campaign, money, and the measures named."""
    kept = ["spent_on", "platform", "market", "account_id", "campaign_id", "campaign", "spend", "currency"]
    return ads[[name for name in (*kept, *names) if name not in without]].reset_index(drop=True)


def claimed(ads: pd.DataFrame, *, without: tuple[str, ...] = (), value: bool = True) -> pd.DataFrame:
    """Rows of `media_conversions` that a report tells; a row without any conversion is left out.

    No report names the action or the window in its rows, so neither stands here.
    """
    some = ads[ads["conversions"].gt(0) | ads["conversion_value"].gt(0)]
    made = some[["platform", "market", "campaign_id", "conversions", "conversion_value", "currency"]].assign(
        converted_on=some["spent_on"], counted_by="platform"
    )
    dropped = {*without, *(() if value else ("conversion_value", "currency"))}
    return made[[name for name in made if name not in dropped]].reset_index(drop=True)


def told(ads: pd.DataFrame, *names: str, without: tuple[str, ...] = ()) -> Truth:
    """Both tables of a report of spend and conversions; `without` names columns that the file does not carry."""
    return {
        "media_spend": spent(ads, *names, without=without),
        "media_conversions": claimed(ads, without=without),
    }
