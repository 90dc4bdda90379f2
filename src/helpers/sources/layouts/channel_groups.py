"""The default channel group of a visit, as GA4 defines it by source, medium and campaign.

The rules are those that the vendor publishes; of its lists of sites only the ones that matter in Europe and the largest are here, so a
visit from a small search engine may come out as Referral. Names are the English ones, as the tool stores them.
"""

from __future__ import annotations

import re

DIRECT = "Direct"
PAID = re.compile(r"(.*cp.*|ppc|retargeting|paid.*)")
SHOP_CAMPAIGN = re.compile(r"(.*(([^a-df-z]|^)shop|shopping).*)")
VIDEO_MEDIUM = re.compile(r"(.*video.*)")
MAIL = re.compile(r"e[-_ ]?mail")
SEARCH = re.compile(
    r"(.*\.)?(google|bing|yahoo|duckduckgo|ecosia|qwant|baidu|yandex|naver|seznam|startpage|ask|aol|lycos|sogou|daum|lilo|msn|brave|search\.brave|presearch)(\..*)?"
)
SOCIAL = re.compile(
    r"(.*\.)?(facebook|fb|instagram|ig|twitter|x|t\.co|linkedin|lnkd\.in|pinterest|tiktok|snapchat|reddit|tumblr|threads|whatsapp|messenger|telegram|t\.me|vk|weibo|quora|bluesky|bsky|mastodon|discord|xing|viadeo|bereal|meta)(\..*)?"
)
VIDEO = re.compile(
    r"(.*\.)?(youtube|youtu\.be|vimeo|dailymotion|twitch|netflix|disneyplus|hulu|wistia|ted)(\..*)?"
)
SHOPPING = re.compile(
    r"(.*\.)?(amazon|ebay|etsy|alibaba|aliexpress|walmart|shopping\.google|google shopping|igshopping|cdiscount|rakuten|zalando|manomano|leboncoin|vinted|bol|idealo|kelkoo|leguide|shopzilla|pricerunner|shopify|temu)(\..*)?"
)
DISPLAY = ("display", "banner", "expandable", "interstitial", "cpm")
SOCIAL_MEDIUM = ("social", "social-network", "social-media", "sm", "social network", "social media")
REFERRAL = ("referral", "app", "link")
NONE = ("", "(none)", "(not set)")


def channel(source: str, medium: str, campaign: str = "") -> str:
    """Return the default channel group; the first rule that fits counts. Case does not matter.

    >>> channel("google", "cpc"), channel("google", "organic"), channel("", ""), channel("newsletter", "email")
    ('Paid Search', 'Organic Search', 'Direct', 'Email')
    """
    source, medium, campaign = (one.strip().lower() for one in (source, medium, campaign))
    if source in ("", "(direct)", "(not set)") and medium in NONE:
        return DIRECT
    if "cross-network" in campaign:
        return "Cross-network"
    is_paid = bool(PAID.fullmatch(medium))
    is_shop = bool(SHOPPING.fullmatch(source) or SHOP_CAMPAIGN.fullmatch(campaign))
    kinds = (("Shopping", is_shop), ("Search", SEARCH.fullmatch(source)), ("Social", SOCIAL.fullmatch(source)), ("Video", VIDEO.fullmatch(source)))  # fmt: skip
    if is_paid and (kind := next((name for name, fits in kinds if fits), "")):
        return f"Paid {kind}"
    if medium in DISPLAY:
        return "Display"
    if is_paid:
        return "Paid Other"
    return _unpaid(source, medium, {name for name, fits in kinds if fits})


def _unpaid(source: str, medium: str, kinds: set[str]) -> str:
    rules = (
        ("Organic Shopping", "Shopping" in kinds),
        ("Organic Social", "Social" in kinds or medium in SOCIAL_MEDIUM),
        ("Organic Video", "Video" in kinds or VIDEO_MEDIUM.fullmatch(medium)),
        ("Organic Search", "Search" in kinds or medium == "organic"),
        ("Referral", medium in REFERRAL),
        ("Email", MAIL.fullmatch(source) or MAIL.fullmatch(medium)),
        ("Affiliates", medium == "affiliate"),
        ("Audio", medium == "audio"),
        ("SMS", "sms" in (source, medium)),
        ("Mobile Push Notifications", medium.endswith("push") or "mobile" in medium or "notification" in medium or source == "firebase"),
    )  # fmt: skip
    return next((name for name, fits in rules if fits), "Unassigned")
