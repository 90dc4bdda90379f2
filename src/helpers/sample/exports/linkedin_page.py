"""A LinkedIn page's content workbook: a description on the first row of each sheet, rates as fractions, days in US order.

All posts and days are drawn. `Posted by` holds a name in real files. Heads of the sheet `Metrics` are from general knowledge,
not measured.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers.sample.exports.forms import Columns, lines, us_day, workbook
from helpers.sample.exports.social import posts, told
from helpers.sample.exports.tidy import SINCE, UNTIL, Export, Truth, rng

POSTS: Columns = {
    "Post title": lambda a: a.body,
    "Post link": lambda a: a.link,
    "Post type": lambda a: "Organic",
    "Campaign name": lambda a: None,
    "Posted by": lambda a: "Page admin",
    "Created date": lambda a: us_day(a.posted_on),
    "Impressions": lambda a: a.impressions,
    "Views": lambda a: a.video_views,
    "Clicks": lambda a: a.clicks,
    "Click through rate (CTR)": lambda a: round(a.clicks / a.impressions, 6),
    "Likes": lambda a: a.likes,
    "Comments": lambda a: a.comments,
    "Reposts": lambda a: a.shares,
    "Follows": lambda a: a.follows,
    "Engagement rate": lambda a: round((a.clicks + a.likes + a.comments + a.shares) / a.impressions, 6),
    "Content Type": lambda a: a.type,
}
DAYS: Columns = {
    "Date": lambda d: us_day(d.measured_on),
    "Impressions (organic)": lambda d: d.impressions - d.paid,
    "Impressions (sponsored)": lambda d: d.paid,
    "Impressions (total)": lambda d: d.impressions,
}


def _posts() -> pd.DataFrame:
    made = posts("linkedin", ("Image", "Video", "Article"), n=40)
    return made.assign(link="https://www.linkedin.com/feed/update/urn:li:activity:7" + made["post_id"])


def _days() -> pd.DataFrame:
    days, draws = pd.date_range(SINCE, UNTIL, unit="us"), rng("linkedin page")
    shown = draws.poisson(140, len(days))
    made = pd.DataFrame({"measured_on": days, "network": "linkedin", "market": "FR", "impressions": shown})
    return made.assign(paid=draws.binomial(shown, 0.2))


def _page_workbook(folder: Path) -> bytes:
    metrics = lines(_days(), DAYS)
    found = lines(_posts(), POSTS)
    notes = ["Content metrics of your page between 9/1/2025 and 9/30/2026"], ["Engagement metrics of the posts of your page"]  # fmt: skip
    return workbook({"Metrics": [notes[0], *metrics], "All posts": [notes[1], *found]})


def _truth(folder: Path) -> Truth:
    """A page's workbook has no number of the post, only its link, and no time of the day."""
    days = _days()[["measured_on", "network", "market", "impressions"]]
    names = ("impressions", "video_views", "clicks", "likes", "comments", "shares", "follows")
    return {"social_posts": told(_posts(), *names)["social_posts"], "social_daily": days}


EXPORTS = {
    "linkedin/page_content.xlsx": Export(_page_workbook, "", _truth, {"market": "FR", "date_order": "mdy"}),
}
