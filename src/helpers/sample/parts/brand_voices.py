"""Who else speaks of us: the press, buyers who rate, people who send ideas, employees and customers who recommend.

The press follows the crisis and the prize. Ratings stand without texts. Ideas of employees are kept twice as often as the others;
what becomes of one says nothing of the next. The sizes are invented.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.sample.demand import MARKET_SHARE
from helpers.sample.parts.brand_levels import BRANDS, CRISIS
from helpers.sample.parts.brand_mentions import BURSTS
from helpers.sample.setting import MARKETS, MONTHS, N_DATA, binomial, dates, day_number, pick
from helpers.sample.truth import Estimand
from helpers.sample.world import World

# fmt: off
PIECES, CRISIS_PIECES, PRIZE_PIECES, AFTER = 130, 12, 8, 9  # pieces of the press; days in which those of an event come
OUTLETS = (("Le Quotidien d'exemple", "press", 240_000), ("Radio Exemple", "radio", 410_000), ("Maison & Eau", "press", 58_000),
           ("Télé Exemple", "television", 950_000), ("Le Fil de l'exemple", "web", 120_000))
OF_BRAND, PIECE_TONE = (0.42, 0.30, 0.16, 0.12), (0.14, 0.52, 0.34)  # of pieces, the first four brands; TONES
REVIEWED, REVIEWS = BRANDS[:4], (520, 540, 260, 180)
STARS = ((0.05, 0.05, 0.10, 0.27, 0.53), (0.08, 0.07, 0.13, 0.30, 0.42), (0.11, 0.09, 0.16, 0.30, 0.34), (0.06, 0.07, 0.12, 0.31, 0.44))
SITES, PRODUCTS = ("avis.example.org", "comparer.example.org"), ("machine", "carafe", "cartridge", "cylinder", "accessory")
ANSWERED, VERIFIED = 0.45, 0.8  # of reviews of ours; of all
IDEAS, SOURCES, SENT = 240, ("community", "customer", "employee"), (0.45, 0.35, 0.20)
IDEA_TOPICS = ("refill", "quiet pump", "new tastes", "repair", "app", "packaging", "price", "gift")
STATUS, KEPT, KEPT_EMPLOYEE = ("received", "kept", "tested", "launched"), 0.18, 0.36  # share kept or further, by source
TESTED, LAUNCHED = 0.45, 0.35  # of those kept; of those tested
THESES = {"refill": "refill-points", "quiet pump": "quiet-machine", "repair": "repair-at-home", "app": "water-coach"}
INVITED = {"employee": (60, 0.6), "customer": (400, 9.0)}  # people in the first month in all markets, and more a month
ACTIVE = {"employee": 0.24, "customer": 0.11}  # of those invited
POSTS_EACH, REACH_EACH = {"employee": 1.6, "customer": 1.2}, {"employee": 340.0, "customer": 150.0}  # a month; people a post
CLICKED, BOUGHT = 0.009, {"employee": 0.015, "customer": 0.030}  # of people reached; of clicks
# fmt: on


def press(world: World) -> pd.DataFrame:
    """Table `earned_media`."""
    rng = world.rng("brand press")
    n = PIECES + CRISIS_PIECES + PRIZE_PIECES
    day, brand = rng.integers(0, N_DATA, n), pick(rng, np.broadcast_to(OF_BRAND, (n, len(OF_BRAND))))
    tone, outlet = pick(rng, np.broadcast_to(PIECE_TONE, (n, 3))), rng.integers(0, len(OUTLETS), n)
    topic = np.array(IDEA_TOPICS, dtype=object)[rng.integers(0, len(IDEA_TOPICS), n)]
    later, at = rng.integers(0, AFTER, n), np.arange(n) - PIECES
    for first, rows, one in ((CRISIS, (at >= 0) & (at < CRISIS_PIECES), "crisis"), (BURSTS["prize"].first, at >= CRISIS_PIECES, "prize")):  # fmt: skip
        day[rows], brand[rows] = day_number(first) + later[rows], 0
        tone[rows], topic[rows] = {"crisis": 0, "prize": 2}[one], BURSTS[one].topic
    order = np.argsort(day, kind="stable")
    names, media, audience = zip(*OUTLETS, strict=True)
    made = pd.DataFrame(
        {
            "published_on": dates(day),
            "market": "FR",
            "outlet": np.array(names)[outlet],
            "medium": np.array(media)[outlet],
            "brand": np.array(BRANDS)[brand],
            "topic": topic,
            "audience": np.array(audience)[outlet],
            "sentiment": np.array(("negative", "neutral", "positive"))[tone],
            "key_messages": np.where(brand == 0, rng.integers(0, 4, n), 0),
        }
    ).iloc[order].reset_index(drop=True)  # fmt: skip
    made["title"] = [f"L'eau chez soi, épisode {k + 1}" for k in range(n)]
    return made.assign(piece_id=[f"pp{k:03d}" for k in range(n)])


def reviews(world: World) -> pd.DataFrame:
    """Table `reviews`: ratings without texts."""
    rng, rows = world.rng("brand reviews"), []
    for brand, n, stars in zip(REVIEWED, REVIEWS, STARS, strict=True):
        day = np.sort(rng.integers(0, N_DATA, n))
        answered = day + rng.integers(1, 9, n)
        is_answered = (rng.random(n) < ANSWERED) & (answered < N_DATA) & (brand == BRANDS[0])
        rows.append(
            pd.DataFrame(
                {
                    "source": np.array(SITES)[rng.integers(0, len(SITES), n)],
                    "posted_on": dates(day),
                    "market": np.array(MARKETS)[
                        pick(rng, np.broadcast_to(list(MARKET_SHARE.values()), (n, 3)))
                    ],
                    "brand": brand,
                    "product_id": np.array(PRODUCTS)[rng.integers(0, len(PRODUCTS), n)],
                    "rating": 1.0 + pick(rng, np.broadcast_to(stars, (n, 5))),
                    "rating_max": 5.0,
                    "is_verified": rng.random(n) < VERIFIED,
                    "is_incentivised": False,
                    "answered_on": pd.Series(dates(answered)).where(is_answered),
                }
            )
        )
    made = pd.concat(rows, ignore_index=True)
    return made.assign(review_id=[f"rv{k:05d}" for k in range(len(made))])


def ideas(world: World) -> pd.DataFrame:
    """Table `ideas`: the newest have had no time to be launched."""
    rng = world.rng("brand ideas")
    day = np.sort(rng.integers(0, N_DATA, IDEAS))
    source = pick(rng, np.broadcast_to(SENT, (IDEAS, 3)))
    kept = rng.random(IDEAS) < np.where(source == SOURCES.index("employee"), KEPT_EMPLOYEE, KEPT)
    tested = kept & (rng.random(IDEAS) < TESTED) & (day < N_DATA - 90)
    launched = tested & (rng.random(IDEAS) < LAUNCHED) & (day < N_DATA - 270)
    topic = np.array(IDEA_TOPICS)[rng.integers(0, len(IDEA_TOPICS), IDEAS)]
    market = pick(rng, np.broadcast_to(list(MARKET_SHARE.values()), (IDEAS, 3)))
    return pd.DataFrame(
        {
            "idea_id": [f"id{k:04d}" for k in range(1, IDEAS + 1)],
            "received_on": dates(day),
            "market": np.array(MARKETS)[market],
            "source": np.array(SOURCES)[source],
            "topic": topic,
            "status": np.array(STATUS)[kept * 1 + tested * 1 + launched * 1],
            "thesis_id": pd.Series(topic).map(THESES).where(tested),
        }
    )


def advocates(world: World) -> pd.DataFrame:
    """Table `advocates`: totals a month."""
    rng, rows = world.rng("brand advocates"), []
    for place, share in MARKET_SHARE.items():
        for kind, (first, more) in INVITED.items():
            invited = np.round(share * (first + more * np.arange(len(MONTHS)))).astype(int)
            active = binomial(rng, invited, ACTIVE[kind])
            n = rng.poisson(POSTS_EACH[kind] * active)
            reach = rng.poisson(REACH_EACH[kind] * n)
            clicks = binomial(rng, reach, CLICKED)
            months = pd.Series(MONTHS.to_timestamp().as_unit("us"), name="month").to_frame()
            rows.append(
                months.assign(
                    market=place, kind=kind, active=active, invited=invited, posts=n, reach=reach, clicks=clicks,
                    orders=binomial(rng, clicks, BOUGHT[kind]),
                )
            )  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def books(world: World, totals: dict) -> Iterator[tuple[str, pd.DataFrame]]:
    """Tables `earned_media`, `reviews`, `ideas` and `advocates`."""
    yield "earned_media", press(world)
    yield "reviews", reviews(world)
    yield "ideas", ideas(world)
    yield "advocates", advocates(world)


def truth(world: World, totals: dict) -> Iterator[Estimand]:
    """Ratings, what becomes of ideas, and how many people speak for us."""
    for brand, stars in zip(REVIEWED, STARS, strict=True):
        about = "Expected stars of a review, of five."
        yield Estimand("review_rating", float(np.dot(stars, np.arange(1, 6))), "score", about, segment=brand)
    for source, share in zip(SOURCES, (KEPT, KEPT, KEPT_EMPLOYEE), strict=True):
        about = "Chance that an idea is kept, whatever comes of it later."
        yield Estimand("idea_kept", share, "share", about, segment=source)
    for kind, share in ACTIVE.items():
        about = "Chance that somebody in the programme speaks for us in a month."
        yield Estimand("advocate_active", share, "share", about, segment=kind)
