"""Campaign Manager 360 and Display & Video 360.

Campaign Manager opens with the report's own data and the line "Report Fields" and ends with "Grand Total:"; its currency is a
setting of the account. Display & Video has its heads on line 1, dates with slashes, a sum row without names and a footer.
"""

from __future__ import annotations

from pathlib import Path

from helpers.sample.exports import media
from helpers.sample.exports.forms import Columns, lines, table
from helpers.sample.exports.tidy import SINCE, UNTIL, Export, Truth

SEEN = ("impressions", "clicks", "measurable_impressions", "viewable_impressions")
BOUGHT = ("impressions", "clicks", "video_completions")

CAMPAIGN_MANAGER: Columns = {
    "Date": lambda a: f"{a.spent_on:%Y-%m-%d}",
    "Campaign": lambda a: a.campaign,
    "Campaign ID": lambda a: a.campaign_id,
    "Impressions": lambda a: a.impressions,
    "Clicks": lambda a: a.clicks,
    "Active View: Measurable Impressions": lambda a: a.measurable_impressions,
    "Active View: Viewable Impressions": lambda a: a.viewable_impressions,
    "Media Cost": lambda a: f"{a.spend:.6f}",
    "Total Conversions": lambda a: f"{a.conversions:.1f}",
}
DISPLAY_VIDEO: Columns = {
    "Date": lambda a: f"{a.spent_on:%Y/%m/%d}",
    "Advertiser": lambda a: a.account_id,
    "Advertiser Currency": lambda a: a.currency,
    "Insertion Order": lambda a: a.campaign,
    "Insertion Order ID": lambda a: a.campaign_id,
    "Impressions": lambda a: a.impressions,
    "Clicks": lambda a: a.clicks,
    "Revenue (Adv Currency)": lambda a: f"{a.spend:.6f}",
    "Complete Views (Video)": lambda a: a.video_completions,
    "Unique Reach: Total Reach": lambda a: "< 1000",
}


def _campaign_manager(folder: Path) -> str:
    ads = media.spend(folder, "cm360", "EUR")
    span = " - ".join(f"{d.month}/{d.day}/{d:%y}" for d in (SINCE, UNTIL))
    opening = [
        ["Report Name", "Daily"],
        ["Date/Time Generated", "10/2/26 8:04 AM"],
        ["Report Time Zone", "Europe/Paris"],
        ["Account ID", "20418"],
        ["Date Range", span],
        [],
        ["Report Fields"],
    ]
    counts = [ads[name].sum() for name in SEEN]
    total = ["Grand Total:", "", "", *counts, f"{ads['spend'].sum():.6f}", f"{ads['conversions'].sum():.1f}"]
    return table([*opening, *lines(ads, CAMPAIGN_MANAGER), total])


def _campaign_manager_truth(folder: Path) -> Truth:
    """Conversions are told without their value, with one decimal."""
    ads = media.spend(folder, "cm360", "EUR").round({"conversions": 1})
    return {"media_spend": media.spent(ads, *SEEN), "media_conversions": media.claimed(ads, value=False)}


def _display_video(folder: Path) -> str:
    ads = media.spend(folder, "dv360", "EUR")
    views, clicks, completions = (ads[name].sum() for name in BOUGHT)
    total = ["", "", "", "", "", views, clicks, f"{ads['spend'].sum():.6f}", completions, ""]
    footer = [
        ["Report Time:", "2026/10/02 08:04 GMT"],
        ["Date Range:", f"{SINCE:%Y/%m/%d} to {UNTIL:%Y/%m/%d}"],
        ["Group By:", "Date"],
    ]
    return table([*lines(ads, DISPLAY_VIDEO), total, [], *footer])


EXPORTS = {
    "cm360/daily_eur.csv": Export(
        _campaign_manager,
        "utf-8",
        _campaign_manager_truth,
        {"currency": "EUR", "account_id": "brevane-eur", "vat": "excl"},
    ),
    "dv360/daily_eur.csv": Export(
        _display_video,
        "utf-8",
        lambda folder: {"media_spend": media.spent(media.spend(folder, "dv360", "EUR"), *BOUGHT)},
        {"account_id": "brevane-eur", "vat": "excl"},
    ),
}
