"""The company's rules for campaigns (taxonomy.csv): the channel, brand, market and funnel stage that a file does not say."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

import pandas as pd

from helpers.sources.settings import Settings
from helpers.sources.words import fold
from helpers.tables import Table

TAXONOMY = ("channel", "brand", "market", "funnel_stage")


def ruled(frame: pd.DataFrame, contract: Table, some: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Fill channel, brand, market and funnel stage of campaigns by the company's rules, where the file does not say them.

    A table without a column for the campaign's name or the account takes the map's columns of these names.
    """
    book = settings.taxonomy
    fillable = [name for name in TAXONOMY if name in contract.names]
    if book is None or "platform" not in contract.names or not fillable:
        return frame
    keys = ["platform", "account_id", "campaign", "campaign_id"]
    cases = pd.DataFrame(
        {key: frame[key] if key in frame else some.get(key) for key in keys}, index=frame.index
    ).astype("object")
    if settings.account_id:
        cases["account_id"] = cases["account_id"].where(cases["account_id"].notna(), settings.account_id)
    codes, unique = pd.factorize(pd.MultiIndex.from_frame(cases.fillna("")))
    rows = [_rule(book, *case) for case in unique]
    for name in fillable:
        by_case = pd.Series([row.get(name) for row in rows], dtype="object")
        given = by_case.take(codes).set_axis(frame.index)
        given = given.where(given.notna(), None)
        if name in frame:
            given = frame[name].astype("object").where(frame[name].notna(), given)
        frame[name] = given
    return frame


def _rule(book: pd.DataFrame, platform: str, account: str, campaign: str, campaign_id: str) -> dict:
    """The first rule that fits a campaign."""
    for row in book.sort_values("rule", kind="stable").to_dict("records"):
        if pd.notna(row.get("platform")) and fold(row["platform"]) != fold(platform):
            continue
        if pd.notna(row.get("account_id")) and str(row["account_id"]) != account:
            continue
        pattern, names = row.get("campaign_pattern"), filter(None, (campaign, campaign_id))
        if pd.notna(pattern) and not any(_fits(str(pattern), name) for name in names):
            continue
        return {name: row.get(name) if pd.notna(row.get(name)) else None for name in TAXONOMY}
    return {}


def _fits(pattern: str, name: str) -> bool:
    """Whether a name holds a pattern, in which * stands for anything."""
    plain = fold(pattern)
    return fnmatchcase(fold(name), re.sub(r"([\[\]?])", r"[\1]", plain if "*" in plain else f"*{plain}*"))
