"""Our own posts and paid creators: reactions that count for each person reached, and the reach that is credible and in the target group."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.kpi import LEVEL
from helpers.methods.intervals import Estimate, poisson, share_of_total, wilson

ACTIONS = ("saves", "shares", "comments", "clicks", "likes")
MONTHS = 12
FEWEST_POSTS = 10  # of a kind, below which no rate is shown
FEWEST_CREATORS = 4  # others, whose clicks tell what is usual
FEW_CLICKS = 0.5  # of what the others bring: clicks surely below it are a sign
SIGNS = ("bought followers", "few in target", "few clicks")
FRAUD_SIGNS = 2  # of the three


def weights(given: str) -> dict[str, float]:
    """Weights of reactions as "saves 1, shares 1, comments 0.8, clicks 0.5, likes 0.05"; one that is not named counts nothing.

    Raises
    ------
    DataError : an unknown reaction, a weight that is no number from 0 to 1, or all are 0.
    """
    found = dict.fromkeys(ACTIONS, 0.0)
    for part in filter(None, (one.strip() for one in given.split(","))):
        name, _, value = part.rpartition(" ")
        try:
            found[name] = float(value) if name in found else math.nan
        except ValueError:
            found[name] = math.nan
        if not 0 <= found[name] <= 1:
            raise DataError(f'weights: "{part}" is not a reaction with a weight from 0 to 1. Use {", ".join(ACTIONS)}, as "shares 1".')  # fmt: skip
    if not any(found.values()):
        raise DataError("weights: every reaction weighs 0. Give at least one of them a weight.")
    return found


def recent(posts: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Own posts of the twelve months to `until`, creators left out, with empty reactions as 0."""
    if posts.empty:
        return posts
    first = until - pd.DateOffset(months=MONTHS)
    own = posts[posts["creator_id"].isna() & (posts["posted_on"] > first) & posts["reach"].notna()]
    numbers = {name: pd.to_numeric(own[name]).fillna(0.0).astype(float) for name in ACTIONS}
    return own.assign(**numbers, reach=pd.to_numeric(own["reach"]).astype(float), is_paid=own["is_paid"].fillna(False).astype(bool))  # fmt: skip


def engaged(posts: pd.DataFrame, weight: dict[str, float]) -> Estimate:
    """Qualified engagement: weighted reactions over people reached, total over total; posts are the unit.

    Formula: sum over posts of (sum of weight x reactions) / sum of reach.
    """
    if len(posts) < FEWEST_POSTS:
        return Estimate(math.nan, math.nan, math.nan, LEVEL, len(posts))
    part = sum(weight[name] * posts[name].to_numpy() for name in ACTIONS)
    return share_of_total(np.minimum(part, posts["reach"].to_numpy()), posts["reach"].to_numpy(), level=LEVEL)


def shared(posts: pd.DataFrame) -> Estimate:
    """Shares over people reached, total over total."""
    return engaged(posts, dict.fromkeys(ACTIONS, 0.0) | {"shares": 1.0})


def viewed(posts: pd.DataFrame) -> Estimate:
    """Views of films over the times they were shown; NaN where no film has views."""
    films = posts[posts["video_views"].notna() & posts["impressions"].notna()] if len(posts) else posts
    if len(films) < FEWEST_POSTS:
        return Estimate(math.nan, math.nan, math.nan, LEVEL, len(films))
    views, shown = (
        pd.to_numeric(films[name]).to_numpy(dtype=float) for name in ("video_views", "impressions")
    )
    return share_of_total(np.minimum(views, shown), shown, level=LEVEL)


def formats(posts: pd.DataFrame, weight: dict[str, float], *, min_reach: float) -> pd.DataFrame:
    """Rates of each kind of post without money behind it: type, n, reach, engaged, shared, liked; posts below `min_reach` are left out."""
    if posts.empty:
        return pd.DataFrame(columns=["type", "n", "reach", "engaged", "shared", "liked"])
    free = posts[~posts["is_paid"] & (posts["reach"] >= min_reach)]
    likes = dict.fromkeys(ACTIONS, 0.0) | {"likes": 1.0}
    rows = [
        (
            str(kind),
            len(own),
            float(own["reach"].sum()),
            engaged(own, weight),
            shared(own),
            engaged(own, likes),
        )
        for kind, own in free.groupby("type")
    ]
    made = pd.DataFrame(rows, columns=["type", "n", "reach", "engaged", "shared", "liked"])
    return made.sort_values("n", ascending=False, ignore_index=True, kind="stable")


def times_shared(posts: pd.DataFrame, first: str, second: str, *, min_reach: float) -> Estimate:
    """How many times as often one kind of post is shared as another, none paid for; interval on the log scale, posts as the unit."""
    free = posts[~posts["is_paid"] & (posts["reach"] >= min_reach)] if len(posts) else posts
    parts = [shared(free[free["type"] == kind]) for kind in (first, second)] if len(free) else []
    n = sum(one.n for one in parts)
    if len(parts) < 2 or not all(one.value > 0 and one.low > 0 for one in parts):
        return Estimate(math.nan, math.nan, math.nan, LEVEL, n)
    a, b = parts
    value = math.log(a.value / b.value)
    low = value - math.hypot(math.log(a.value / a.low), math.log(b.high / b.value))
    high = value + math.hypot(math.log(a.high / a.value), math.log(b.value / b.low))
    return Estimate(*(math.exp(one) for one in (value, low, high)), LEVEL, n)


def creators(agreements: pd.DataFrame, until: pd.Timestamp, *, max_suspicious: float, min_in_target: float) -> pd.DataFrame:  # fmt: skip
    """Creators under agreements of the last twelve months, most qualified reach first, with the signs of a bought audience.

    Returns
    -------
    One row a creator: creator_id, network, fee, reach, credible [reach less suspicious followers], qualified [of these in the target group; NaN
    where a share is not known], clicks, click_rate, click_low, click_high, signs [of SIGNS], is_fraud [two signs or more], lacks_label.

    Formula: credible = reach x (1 - suspicious share); qualified = credible x share in target. A creator brings few clicks where the upper
        bound of the rate is below half of that of all others together.
    """
    if agreements.empty:
        return pd.DataFrame()
    first = until - pd.DateOffset(months=MONTHS)
    rows = agreements[agreements["starts_on"] > first]
    if rows.empty:
        return pd.DataFrame()
    numbers = {name: pd.to_numeric(rows[name]).astype(float) for name in ("reach", "clicks", "fee", "audience_in_target_share", "suspicious_followers_share")}  # fmt: skip
    rows = rows.assign(**numbers)
    whole = rows.assign(
        credible=rows["reach"] * (1 - rows["suspicious_followers_share"]), no_label=~rows["has_label"].fillna(False).astype(bool)
    )  # fmt: skip
    whole["qualified"] = whole["credible"] * whole["audience_in_target_share"]
    sums = {
        name: (name, lambda s: s.sum(min_count=1))
        for name in ("fee", "reach", "credible", "qualified", "clicks")
    }
    made = whole.groupby("creator_id").agg(
        network=("network", "first"), **sums, lacks_label=("no_label", "any"), suspicious=("suspicious_followers_share", "max"),
        in_target=("audience_in_target_share", "min"),
    ).reset_index()  # fmt: skip
    rate = [_clicks(made, at) for at in range(len(made))]
    made = made.assign(**dict(zip(("click_rate", "click_low", "click_high", "few"), map(list, zip(*rate, strict=True)), strict=True)))  # fmt: skip
    found = [
        tuple(sign for sign, there in zip(SIGNS, (row.suspicious > max_suspicious, row.in_target < min_in_target, row.few), strict=True) if there)
        for row in made.itertuples()
    ]  # fmt: skip
    made = made.assign(signs=found, is_fraud=[len(one) >= FRAUD_SIGNS for one in found])
    return made.sort_values(
        "qualified", ascending=False, na_position="last", ignore_index=True, kind="stable"
    )


def _clicks(made: pd.DataFrame, at: int) -> tuple[float, float, float, bool]:
    """Clicks for each person reached with bounds, and whether they are surely below half of what the others bring."""
    one, others = made.iloc[at], made.drop(index=at).dropna(subset=["clicks", "reach"])
    if not one["reach"] > 0 or math.isnan(one["clicks"]):
        return math.nan, math.nan, math.nan, False
    low, high = (bound / one["reach"] for bound in poisson(one["clicks"], level=LEVEL))
    usual = others["clicks"].sum() / others["reach"].sum() if others["reach"].sum() > 0 else math.nan
    few = len(others) >= FEWEST_CREATORS and high < FEW_CLICKS * usual
    return one["clicks"] / one["reach"], low, high, bool(few)


def qualified_share(made: pd.DataFrame) -> Estimate:
    """Share of the reach that is paid for which is credible and in the target group; creators are the unit."""
    known = made.dropna(subset=["qualified", "reach"]) if len(made) else made
    if len(known) < FEWEST_CREATORS:
        return Estimate(math.nan, math.nan, math.nan, LEVEL, len(known))
    return share_of_total(known["qualified"].to_numpy(), known["reach"].to_numpy(), level=LEVEL)


def labelled_share(made: pd.DataFrame) -> tuple[int, int, tuple[float, float]]:
    """Creators all of whose posts carry the advertising label, of how many, with bounds."""
    n, good = len(made), int((~made["lacks_label"]).sum()) if len(made) else 0
    return good, n, wilson(good, n, level=LEVEL) if n else (math.nan, math.nan)
