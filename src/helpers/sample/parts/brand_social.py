"""What we post and how it is received, and the creators whom we pay: twelve, two of whom sell an audience that is not there.

Films are shared more often than pictures; posts with money behind them are shown to more people and shared less. The sizes are invented.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.sample.parts.words import OWN_LINES
from helpers.sample.setting import N_DATA, binomial, dates, day_number, pick, utc
from helpers.sample.truth import Estimand
from helpers.sample.world import World

N, NETWORKS, SHARE = (
    600,
    ("instagram", "facebook", "tiktok", "linkedin", "youtube"),
    (0.36, 0.22, 0.20, 0.14, 0.08),
)
TYPES = ("picture", "video", "story", "link")
OF_TYPE = (
    (0.45, 0.30, 0.25, 0.0),
    (0.40, 0.30, 0.0, 0.30),
    (0.0, 1.0, 0.0, 0.0),
    (0.40, 0.25, 0.0, 0.35),
    (0.0, 1.0, 0.0, 0.0),
)  # by network
SHOWN, SHOWN_SPREAD = (
    (9_000.0, 4_500.0, 14_000.0, 2_600.0, 5_000.0),
    0.7,
)  # median impressions by network; log spread
PAID, PAID_SHOWN, PAID_SHARED = (
    0.15,
    6.0,
    0.5,
)  # share of posts; times the impressions, times the shares a person reached
REACHED = 0.78  # of impressions
RATES = {
    "likes": 0.030, "comments": 0.0035, "shares": 0.0030, "saves": 0.0025, "clicks": 0.009, "follows": 0.0008,
}  # of people reached  # fmt: skip
FILM = {
    "likes": 1.1,
    "comments": 1.2,
    "shares": 2.0,
    "saves": 1.3,
    "clicks": 0.8,
    "follows": 1.2,
}  # times these, for films
MOOD = 0.35  # log spread of a post's success, the same for all its rates
VIEWED = (0.22, 0.48)  # of impressions, seen long enough to count: lowest and highest of a film
CREATORS, CAMPAIGN = 12, "creators_2026"
CREATED_FROM, POSTS_EACH = "2026-02-09", 3
FRAUD = ("cr05", "cr09")
FOLLOWERS, FEE_PER_THOUSAND = (8_000.0, 0.9), 14.0  # median and log spread; euro for a thousand followers
IN_TARGET, SUSPICIOUS = (0.45, 0.75), (0.03, 0.12)  # lowest and highest; those of FRAUD below
FRAUD_IN_TARGET, FRAUD_SUSPICIOUS = (0.12, 0.22), (0.38, 0.52)
CREATOR_REACH, CREATOR_CLICKS, CREATOR_ORDERS = (
    0.55,
    0.016,
    0.022,
)  # of followers; of people reached; of clicks
FRAUD_CLICKS = 0.08  # times the clicks


def posts(world: World) -> pd.DataFrame:
    """Table `social_posts`: our own posts, then those of the creators."""
    rng = world.rng("brand posts")
    network = pick(rng, np.broadcast_to(SHARE, (N, len(SHARE))))
    kind = pick(rng, np.array(OF_TYPE)[network])
    day, second = np.sort(rng.integers(0, N_DATA, N)), rng.integers(8 * 3600, 21 * 3600, N)
    paid = rng.random(N) < PAID
    own = _received(rng, network, kind, paid, np.array(SHOWN)[network])
    own = own.assign(day=day, second=second, is_paid=paid, creator_id=None)
    rng, known = world.rng("brand creator posts"), creators(world)
    n = CREATORS * POSTS_EACH
    network = np.repeat(np.where(known["network"] == "tiktok", 2, 0), POSTS_EACH)
    theirs = _received(rng, network, np.full(n, 1), np.zeros(n, dtype=bool), np.repeat(known["reach"].to_numpy() / POSTS_EACH, POSTS_EACH))  # fmt: skip
    first = np.repeat(
        (known["starts_on"] - pd.Timestamp(CREATED_FROM)).dt.days.to_numpy() + day_number(CREATED_FROM),
        POSTS_EACH,
    )
    theirs = theirs.assign(
        day=np.minimum(first + rng.integers(0, 28, n), N_DATA - 1), second=rng.integers(9 * 3600, 21 * 3600, n), is_paid=True,
        creator_id=np.repeat(known["creator_id"].to_numpy(), POSTS_EACH),
    )  # fmt: skip
    return _posted(pd.concat([own, theirs], ignore_index=True))


def creators(world: World) -> pd.DataFrame:
    """Table `influencers`: one agreement each."""
    rng = world.rng("brand creators")
    code = np.array([f"cr{k:02d}" for k in range(1, CREATORS + 1)])
    is_fraud = np.isin(code, FRAUD)
    followers = np.round(FOLLOWERS[0] * np.exp(FOLLOWERS[1] * rng.standard_normal(CREATORS)) * np.where(is_fraud, 3.0, 1.0)).astype(int)  # fmt: skip
    usual, bought = rng.uniform(*IN_TARGET, CREATORS), rng.uniform(*FRAUD_IN_TARGET, CREATORS)
    real, suspect = rng.uniform(*SUSPICIOUS, CREATORS), rng.uniform(*FRAUD_SUSPICIOUS, CREATORS)
    reach = binomial(rng, followers * 2, CREATOR_REACH / 2)
    clicks = binomial(rng, reach, CREATOR_CLICKS * np.where(is_fraud, FRAUD_CLICKS, 1.0))
    first = day_number(CREATED_FROM) + np.sort(rng.integers(0, 180, CREATORS))
    return pd.DataFrame(
        {
            "creator_id": code,
            "campaign_id": CAMPAIGN,
            "market": "FR",
            "network": np.where(rng.random(CREATORS) < 0.4, "tiktok", "instagram"),
            "starts_on": dates(first),
            "followers": followers,
            "audience_in_target_share": np.round(np.where(is_fraud, bought, usual), 2),
            "suspicious_followers_share": np.round(np.where(is_fraud, suspect, real), 2),
            "fee": np.round(FEE_PER_THOUSAND * followers / 1_000 + 120, -1),
            "currency": "EUR",
            "has_contract": rng.random(CREATORS) < 0.9,
            "has_label": rng.random(CREATORS) < 0.8,
            "reach": reach,
            "clicks": clicks,
            "orders": binomial(rng, clicks, CREATOR_ORDERS),
        }
    )


def books(world: World, totals: dict) -> Iterator[tuple[str, pd.DataFrame]]:
    """Tables `social_posts` and `influencers`."""
    yield "social_posts", posts(world)
    yield "influencers", creators(world)


def truth(world: World, totals: dict) -> Iterator[Estimand]:
    """How often posts are shared, and which creators' audiences are bought."""
    mean = float(np.exp(MOOD**2 / 2))
    for kind, times in (("video", FILM["shares"]), ("picture", 1.0)):
        about = "Expected shares for a person reached, of posts without money behind them."
        yield Estimand(
            "post_share_rate", RATES["shares"] * times * mean, "share", about, market="FR", segment=kind
        )
    about = "Shares for a person reached with money behind a post, over those without."
    yield Estimand("post_paid_shared", PAID_SHARED, "ratio", about, market="FR")
    for code in FRAUD:
        about = "1 where a creator's audience is bought; all the others are 0."
        yield Estimand("creator_fraud", 1.0, "yes or no", about, "2026", "FR", code)


def _received(rng: np.random.Generator, network: np.ndarray, kind: np.ndarray, paid: np.ndarray, median: np.ndarray) -> pd.DataFrame:  # fmt: skip
    """What came of posts: impressions, reach and reactions."""
    n, film = len(network), kind == TYPES.index("video")
    shown = np.round(median * np.exp(SHOWN_SPREAD * rng.standard_normal(n)) * np.where(paid, PAID_SHOWN, 1.0)).astype(int) + 50  # fmt: skip
    reach = binomial(rng, shown, REACHED)
    mood, made = np.exp(MOOD * rng.standard_normal(n)), {}
    for name, rate in RATES.items():
        times = np.where(film, FILM[name], 1.0) * np.where(paid & (name == "shares"), PAID_SHARED, 1.0)
        made[name] = binomial(rng, reach, np.minimum(rate * times * mood, 1.0))
    views = binomial(rng, shown, rng.uniform(*VIEWED, n))
    return pd.DataFrame(
        {"network": network, "kind": kind, "impressions": shown, "reach": reach, "video_views": pd.array(np.where(film, views, 0), dtype="Int64"), **made}
    ).assign(video_views=lambda p: p["video_views"].where(film))  # fmt: skip


def _posted(made: pd.DataFrame) -> pd.DataFrame:
    """Posts with the words of the table, in order of their time."""
    made = made.sort_values(["day", "second"], kind="stable", ignore_index=True)
    number = 4_000_000_000 + 7_919 * np.arange(len(made))
    at = utc(made["day"].to_numpy(), made["second"].to_numpy())
    named = made.assign(
        network=np.array(NETWORKS)[made["network"]], type=np.array(TYPES)[made["kind"]], post_id=number.astype(str), profile=OWN_LINES[0],
        posted_at=at, posted_on=dates(made["day"].to_numpy()), market="FR",
    )  # fmt: skip
    return named.drop(columns=["day", "second", "kind"])
