"""What a burst of mentions is about: the topic that brought most of what is beyond the usual."""

from __future__ import annotations

import numpy as np
import pandas as pd

BEFORE = 56  # days before a burst that tell how much of each topic is usual


def with_topic(
    episodes: pd.DataFrame,
    rows: pd.DataFrame,
    *,
    by: tuple[str, ...] = ("brand",),
    at: str = "mentioned_on",
    count: str = "mentions",
    topic: str = "topic",
) -> pd.DataFrame:
    """Add the topic that brought most of an episode, and its share of what came beyond the usual.

    Parameters
    ----------
    episodes : start, end and the columns `by`, as of `mention_alarms`. rows : the table of mentions by day with topics.

    Returns
    -------
    `episodes` with topic [empty where no topic is known or none came beyond the usual], topic_share [share 0-1 of all topics that came
    beyond the usual; NaN likewise] and topic_times [times its usual mentions; NaN where it was not there before].

    Formula: beyond = mentions in the episode - mentions in the 56 days before x days of the episode / days known before; share =
        beyond of the topic / sum of all that are above zero.
    """
    times, added = pd.to_datetime(rows[at]), []
    for one in episodes.to_dict("records"):
        mine = np.ones(len(rows), dtype=bool)
        for name in by:
            mine &= rows[name].eq(one[name]).to_numpy()
        here, first = times[mine], one["start"] - pd.Timedelta(days=BEFORE)
        during, before = here.between(one["start"], one["end"]), (here >= first) & (here < one["start"])
        own = rows[mine]
        came = own[during.to_numpy()].groupby(topic)[count].sum().astype(float)
        days = (one["end"] - one["start"]).days + 1
        known = max(1, (one["start"] - max(first, times.min())).days)
        usual = own[before.to_numpy()].groupby(topic)[count].sum() * days / known
        beyond = came.sub(usual.reindex(came.index).fillna(0.0))
        beyond = beyond[beyond > 0]
        if beyond.empty:
            added.append(("", np.nan, np.nan))
            continue
        name = str(beyond.idxmax())
        before_it = float(usual.get(name, 0.0))
        times_usual = float(came[name]) / before_it if before_it > 0 else np.nan
        added.append((name, float(beyond.max() / beyond.sum()), times_usual))
    made = pd.DataFrame(added, columns=["topic", "topic_share", "topic_times"], index=episodes.index)
    return episodes.assign(
        topic=made["topic"].astype(object), topic_share=made["topic_share"].astype(float), topic_times=made["topic_times"].astype(float)
    )  # fmt: skip
