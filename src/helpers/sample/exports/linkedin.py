"""LinkedIn Campaign Manager: campaign performance, and conversions in a second report.

Five lines before the heads, US dates in UTC, UTF-16 with tabs. A LinkedIn "campaign group" is what other platforms call a
campaign, and its "campaign" is their ad group.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers.sample.exports import media
from helpers.sample.exports.forms import Columns, english, lines, percent, table, us_day, us_words
from helpers.sample.exports.tidy import SINCE, UNTIL, Export, Truth, rng

SHARED: Columns = {
    "Start Date (in UTC)": lambda a: us_day(a.spent_on),
    "Account Name": lambda a: a.account_id,
    "Currency": lambda a: a.currency,
    "Campaign Group Name": lambda a: a.campaign,
    "Campaign Group ID": lambda a: a.campaign_id,
    "Campaign Name": lambda a: a.ad_group,
    "Campaign ID": lambda a: a.ad_group_id,
}
PERFORMANCE: Columns = {
    **SHARED,
    "Total Spent": lambda a: english(a.spend),
    "Impressions": lambda a: english(a.impressions, 0),
    "Clicks": lambda a: a.clicks,
    "Click Through Rate": lambda a: percent(a.clicks, a.impressions, none="0.00%"),
    "Total Engagements": lambda a: a.engagements,
    "Leads": lambda a: f"{a.conversions:.0f}",
}
CONVERSIONS: Columns = {
    **SHARED,
    "Conversion Name": lambda a: a.conversion_action,
    "Conversion Type": lambda a: "Sign up",
    "Conversions": lambda a: a.conversions,
    "Post-Click Conversions": lambda a: a.after_click,
    "View-Through Conversions": lambda a: a.conversions - a.after_click,
    "Total Conversion Value": lambda a: english(a.conversion_value),
}


def _opening(title: str) -> str:
    days = [us_words(d) for d in (SINCE, UNTIL)]
    text = f"{title} (in UTC)\r\nReport Start: {days[0]}, 12:00 AM\r\nReport End: {days[1]}, 11:59 PM\r\n"
    return text + "Date Generated: October 2, 2026, 8:04 AM\r\n\r\n"


def _delivered(folder: Path) -> pd.DataFrame:
    """Delivery by day, each campaign with the one ad group that it has."""
    ads = media.spend(folder, "linkedin", "EUR").round({"conversions": 0})
    return ads.assign(ad_group=ads["campaign"] + " sponsored content", ad_group_id="9" + ads["campaign_id"])


def _converted(folder: Path) -> pd.DataFrame:
    """Sign-ups on the site that LinkedIn credits itself with, drawn: the sample's tables have its lead forms only."""
    ads, draws = _delivered(folder), rng("linkedin conversions")
    count = draws.poisson(0.03, len(ads))
    made = ads.assign(conversions=count, after_click=draws.binomial(count, 0.6))
    made = made.assign(conversion_value=1250.0 * made["conversions"], conversion_action="Demande de démo")
    return made[made["conversions"].gt(0)].reset_index(drop=True)


def _report(title: str, rows: pd.DataFrame, columns: Columns) -> str:
    return _opening(title) + table(lines(rows, columns), separator="\t", end="\r\n")


def _performance_truth(folder: Path) -> Truth:
    """Leads are conversions without a value."""
    ads = _delivered(folder)
    names = ("ad_group", "ad_group_id", "impressions", "clicks", "engagements")
    return {"media_spend": media.spent(ads, *names), "media_conversions": media.claimed(ads, value=False)}


def _conversions_truth(folder: Path) -> Truth:
    found = _converted(folder)
    return {"media_conversions": media.claimed(found).assign(conversion_action=found["conversion_action"])}


EURO = {"account_id": "brevane-eur", "vat": "excl", "time_zone": "UTC"}
EXPORTS = {
    "linkedin/campaign_performance_eur.csv": Export(
        lambda folder: _report("Campaign Performance Report", _delivered(folder), PERFORMANCE),
        "utf-16",
        _performance_truth,
        EURO,
    ),
    "linkedin/conversion_performance_eur.csv": Export(
        lambda folder: _report("Conversion Performance Report", _converted(folder), CONVERSIONS),
        "utf-16",
        _conversions_truth,
        EURO,
    ),
}
