"""What the company posted on Facebook and Instagram, as Meta Business Suite tells it. All posts are drawn.

Ids of 17 digits, the time to the minute in the company's clocks in US order, `Date` = Lifetime, captions over several lines.
Some heads of Instagram are from general knowledge, not measured.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from helpers.sample.exports.forms import Columns, lines, table
from helpers.sample.exports.tidy import SINCE, UNTIL, Export, Truth, in_utc, local, rng

CAPTIONS = (
    "Un verre d'été, sans bouteille à porter.",
    "Filtre, eau, bulles : trois gestes.\nLequel préférez-vous ?",
    '"Plus jamais de packs", dit-on ici, et c\'est vrai.',
    "Nouveau cylindre, nouveau point d'échange, même prix.",
    "De l'eau pour le bureau 💧",
)
PAGE, ACCOUNT = "Maison Brévane", "maisonbrevane"
COUNTS = ("impressions", "reach", "video_views", "likes", "comments", "shares", "saves", "clicks", "follows")


def posts(network: str, types: tuple[str, ...], *, n: int = 60) -> pd.DataFrame:
    """Posts of one network in the exported months, with the columns of `social_posts` but no link; market FR."""
    draws = rng(f"posts {network}")
    days = SINCE + pd.to_timedelta(np.sort(draws.integers(0, (UNTIL - SINCE).days, n)), unit="D")
    at = pd.Series(days + pd.to_timedelta(draws.integers(8 * 60, 22 * 60, n), unit="min"))
    shown = draws.lognormal(7.5, 0.8, n).astype(int)
    shares = {"reach": 0.8, "video_views": 0.3, "likes": 0.03, "comments": 0.004, "shares": 0.003}
    shares |= {"saves": 0.002, "clicks": 0.01, "follows": 0.001}
    kinds = draws.choice(np.array(types), n)
    made = pd.DataFrame(
        {"network": network, "market": "FR", "posted_at": in_utc(at), "posted_on": days, "type": kinds}
    )
    made["post_id"] = [str(12215800000000000 + int(number)) for number in draws.integers(0, 10**11, n)]
    made["body"] = draws.choice(np.array(CAPTIONS), n)
    made["impressions"] = shown
    return made.assign(**{name: draws.binomial(shown, share) for name, share in shares.items()})


def _clock(a: Any) -> str:
    return f"{a.clock:%m/%d/%Y %H:%M}"


FACEBOOK: Columns = {
    "Post ID": lambda a: a.post_id,
    "Page ID": lambda a: "104000000000017",
    "Page name": lambda a: PAGE,
    "Title": lambda a: "",
    "Description": lambda a: a.body,
    "Duration (sec)": lambda a: 15 if a.type == "Videos" else 0,
    "Publish time": _clock,
    "Permalink": lambda a: a.link,
    "Post type": lambda a: a.type,
    "Date": lambda a: "Lifetime",
    "Views": lambda a: a.impressions,
    "Reach": lambda a: a.reach,
    "Reactions": lambda a: a.likes,
    "Comments": lambda a: a.comments,
    "Shares": lambda a: a.shares,
}
INSTAGRAM: Columns = {
    "Post ID": lambda a: a.post_id,
    "Account ID": lambda a: "17841400000000017",
    "Account username": lambda a: ACCOUNT,
    "Account name": lambda a: ACCOUNT,
    "Description": lambda a: a.body,
    "Duration (sec)": lambda a: 15 if a.type == "IG reel" else 0,
    "Publish time": _clock,
    "Permalink": lambda a: a.link,
    "Post type": lambda a: a.type,
    "Date": lambda a: "Lifetime",
    "Views": lambda a: a.impressions,
    "Reach": lambda a: a.reach,
    "Likes": lambda a: a.likes,
    "Shares": lambda a: a.shares,
    "Follows": lambda a: a.follows,
    "Comments": lambda a: a.comments,
    "Saves": lambda a: a.saves,
}
IDENTITY = ("network", "posted_on", "market", "type", "link", "body")


def _facebook() -> pd.DataFrame:
    made = posts("facebook", ("Photos", "Videos", "Links"))
    made = made.assign(link="https://www.facebook.com/" + made["post_id"], profile=PAGE)
    return made.assign(clock=local(made["posted_at"]))


def _instagram() -> pd.DataFrame:
    made = posts("instagram", ("IG image", "IG carousel", "IG reel"))
    made = made.assign(
        link="https://www.instagram.com/p/B" + made["post_id"].str[-10:] + "/", profile=ACCOUNT
    )
    return made.assign(clock=local(made["posted_at"]))


def told(made: pd.DataFrame, *names: str) -> Truth:
    """What a right reader gets from a file of posts with these measures."""
    return {"social_posts": made[[*IDENTITY, *names]]}


CLOCKS = {
    "market": "FR",
    "time_zone": "Europe/Paris",
    "date_order": "mdy",
}  # the account: whose posts these are
EXPORTS = {
    "meta/page_posts.csv": Export(
        lambda folder: table(lines(_facebook(), FACEBOOK)),
        "utf-8-sig",
        lambda folder: told(
            _facebook(),
            "post_id",
            "profile",
            "posted_at",
            "impressions",
            "reach",
            "likes",
            "comments",
            "shares",
        ),
        {"account_id": "104000000000017", **CLOCKS},
    ),
    "meta/instagram_posts.csv": Export(
        lambda folder: table(lines(_instagram(), INSTAGRAM)),
        "utf-8-sig",
        lambda folder: told(
            _instagram(),
            *("post_id", "profile", "posted_at", "impressions", "reach"),
            *("likes", "comments", "shares", "saves", "follows"),
        ),
        {"account_id": "17841400000000017", **CLOCKS},
    ),
}
