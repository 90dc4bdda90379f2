"""What a burst is about: by hand and at its limits."""

import math

import pandas as pd

from helpers.methods.mentions_topics import with_topic

DAYS = pd.date_range("2026-01-01", periods=60)


def rows(extra=()):
    """Ten mentions of taste and two of price each day; `extra` rows of (day, topic, mentions)."""
    usual = [("us", day, topic, n) for day in DAYS for topic, n in (("taste", 10), ("price", 2))]
    more = [("us", pd.Timestamp(day), topic, n) for day, topic, n in extra]
    return pd.DataFrame([*usual, *more], columns=["brand", "mentioned_on", "topic", "mentions"])


def episode(first="2026-02-20", last="2026-02-21", brand="us"):
    return pd.DataFrame({"brand": [brand], "start": [pd.Timestamp(first)], "end": [pd.Timestamp(last)]})


def test_the_topic_that_came_beyond_its_usual_is_named_not_the_largest():
    made = with_topic(episode(), rows([("2026-02-20", "price", 12), ("2026-02-21", "recall", 4)])).iloc[0]
    # price: 16 where 4 are usual, 12 beyond; recall: 4 beyond; taste: none beyond
    assert made["topic"] == "price" and made["topic_share"] == 0.75 and made["topic_times"] == 4.0


def test_a_topic_that_is_new_has_no_times():
    made = with_topic(episode(), rows([("2026-02-20", "recall", 30)])).iloc[0]
    assert made["topic"] == "recall" and made["topic_share"] == 1.0 and math.isnan(made["topic_times"])


def test_nothing_beyond_the_usual_and_another_brand_have_no_topic():
    for one in (episode(), episode(brand="them")):
        made = with_topic(one, rows()).iloc[0]
        assert made["topic"] == "" and math.isnan(made["topic_share"])


def test_no_episode_gives_the_columns_all_the_same():
    made = with_topic(episode().head(0), rows())
    assert made.empty and {"topic", "topic_share", "topic_times"} <= set(made.columns)
