"""Hootsuite's report of posts: two lines of preamble padded with commas, times in GMT, captions that run over several lines.

All posts are drawn.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers.sample.exports.forms import Columns, english, lines, table, us_day
from helpers.sample.exports.social import posts, told
from helpers.sample.exports.tidy import Export, Truth

REPORT: Columns = {
    "Date (GMT)": lambda a: f"{us_day(a.posted_at)} {a.posted_at:%H:%M}",
    "Post ID": lambda a: a.post_id,
    "Post Message": lambda a: a.body,
    "Post Permalink": lambda a: a.link,
    "Post Type": lambda a: a.type,
    "Social Network": lambda a: a.network,
    "Impressions": lambda a: english(a.impressions, 0),
    "Reach": lambda a: english(a.reach, 0),
    "Engagement": lambda a: english(a.likes + a.comments + a.shares + a.clicks, 0),
    "Likes": lambda a: a.likes,
    "Comments": lambda a: a.comments,
    "Shares": lambda a: a.shares,
    "Post Link Clicks": lambda a: a.clicks,
    "Video Views": lambda a: english(a.video_views, 0),
}


def _posts() -> pd.DataFrame:
    names = {"TikTok": ("Video",), "Twitter": ("Text", "Image", "Video")}
    made = pd.concat([posts(name, types, n=40) for name, types in names.items()], ignore_index=True)
    made = made.assign(
        link="https://social.example.org/" + made["network"].str.lower() + "/" + made["post_id"]
    )
    return made.sort_values("posted_at", kind="stable", ignore_index=True)


def _report(folder: Path) -> str:
    rows = lines(_posts(), REPORT)
    padding = [""] * (len(REPORT) - 1)
    return table([["Post performance", *padding], ["Sep 1, 2025 - Sep 30, 2026", *padding], *rows])


def _truth(folder: Path) -> Truth:
    names = (
        "post_id",
        "posted_at",
        "impressions",
        "reach",
        "likes",
        "comments",
        "shares",
        "clicks",
        "video_views",
    )
    return told(_posts(), *names)


EXPORTS = {
    "hootsuite/post_performance.csv": Export(
        _report, "utf-8", _truth, {"market": "FR", "time_zone": "UTC", "date_order": "mdy"}
    ),
}
