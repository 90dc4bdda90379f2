"""Waves of mentions in the daily message: silent on usual days, a blocker with level, owner and what to do from level 1 on."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from helpers import company, daily, tables
from helpers.daily.days import Days, scope
from helpers.daily.mentions import Mentions

LAST = dt.date(2017, 12, 31)
DAYS = 200


def mentions(project, extra=(), *, brand="Acme", reach=300, days=DAYS, gaps=()):
    """About twenty mentions a day; `extra` rows are (days back, topic, tone, mentions), `gaps` days without a row."""
    rng, rows = np.random.default_rng(5), []
    for back in range(days):
        if back in gaps:
            continue
        day = LAST - dt.timedelta(days=back)
        for tone, size in (("positive", 6), ("neutral", 10), ("negative", 4)):
            rows.append((day, "taste", tone, int(rng.poisson(size)) + 1))
    rows += [(LAST - dt.timedelta(days=back), topic, tone, n) for back, topic, tone, n in extra]
    frame = pd.DataFrame(rows, columns=["mentioned_on", "topic", "sentiment", "mentions"])
    frame = frame.assign(
        market="FR",
        network="x",
        brand=brand,
        language="fr",
        reach=frame["mentions"] * reach if reach else None,
    )
    tables.write(frame, "social_mentions", company.read("acme"))


def own(message):
    return [one for one in message.blockers if one["id"].startswith("mentions:")]


def test_usual_days_are_silent(project):
    mentions(project)
    assert own(daily.compose("acme")) == []


def test_a_wave_that_many_could_see_is_a_blocker_with_level_owner_and_first_word(project):
    mentions(project, [(0, "delivery", "negative", 200), (1, "delivery", "negative", 150)])
    [one] = own(daily.compose("acme"))
    assert one["what"] == "A wave of mentions runs against the brand: level 1."
    assert "above all on “delivery”" in one["detail"]
    assert (one["since"], one["owner"]) == ("2017-12-30", "head of brand")
    assert one["todo"] == "Open the crisis playbook at level 1; the first public word within 4 hours."


def test_a_grave_topic_is_level_3_however_few_could_see_it_and_stands_first(project):
    mentions(project, [(0, "product_recall", "negative", 90)], reach=10)
    [one] = own(daily.compose("acme"))
    assert one["id"] == "mentions:level 3:1:2017-12-31"
    assert one["owner"] == "CMO"
    assert "one of safety" in one["detail"]


def test_a_grave_topic_rings_without_any_reach(project):
    mentions(project, [(0, "product_recall", "negative", 90)], reach=None)
    [one] = own(daily.compose("acme"))
    assert "level 3" in one["what"] and "could see" not in one["detail"]


def test_praise_and_few_witnesses_are_no_blocker(project):
    mentions(project, [(0, "prize", "positive", 300)], reach=20)
    assert own(daily.compose("acme")) == []


def test_a_rivals_wave_is_no_blocker(project):
    mentions(project, [(0, "delivery", "negative", 400)], brand="Rival")
    assert own(daily.compose("acme")) == []


def test_a_wave_that_is_over_is_silent(project):
    mentions(project, [(9, "delivery", "negative", 300)])
    assert own(daily.compose("acme")) == []


def test_a_company_names_its_owner_of_a_level(project):
    path = company.read("acme").folder / "company.toml"
    path.write_text(path.read_text() + '[owners]\nbrand = "Ada, brand"\n')
    mentions(project, [(0, "delivery", "negative", 300)])
    assert own(daily.compose("acme"))[0]["owner"] == "Ada, brand"


def test_two_weeks_of_mentions_tell_nothing_and_ring_nothing(project):
    mentions(project, [(0, "delivery", "negative", 300)], days=14)
    assert own(daily.compose("acme")) == []


def test_french_is_whole(project):
    mentions(project, [(0, "product_recall", "negative", 90)])
    [one] = own(daily.compose("acme", language="fr"))
    assert one["what"] == "Une vague de mentions court contre la marque\u00a0: niveau 3."
    assert one["owner"] == "direction marketing"


@pytest.mark.parametrize("extra", [(), [(5, "product_recall", "negative", 120)]], ids=["quiet", "a wave"])
def test_a_replay_holds_the_days_of_a_wave_and_no_other(project, extra):
    mentions(project, extra)
    days = Days(scope(company.read("acme"), "", "ALL", "en"))
    series = Mentions(days).series()["mentions"]
    rang = series.index[series.eq(1)]
    assert (len(rang) > 0) == bool(extra)
    assert all(pd.Timestamp("2017-12-26") <= day <= pd.Timestamp("2017-12-28") for day in rang)
    assert series.iloc[:30].isna().all()


def test_a_wave_without_reach_rings_with_a_level_that_is_not_known(project):
    mentions(project, [(0, "late_delivery", "negative", 300)], reach=None)
    [one] = own(daily.compose("acme"))
    assert one["what"] == "A wave of mentions of the brand runs, and its level cannot be told."
    assert "“late delivery”" in one["detail"] and one["todo"].startswith("Read 30 of its mentions")
    assert one["id"] == "mentions:level unknown:1:2017-12-31"


@pytest.mark.parametrize(("reach", "rings"), [(300, True), (3, False)])
def test_a_wave_whose_tone_is_not_read_rings_unless_too_few_could_see_it(project, reach, rings):
    mentions(project, [(0, "delivery", "unknown", 300)], reach=reach)
    assert ["level cannot be told" in one["what"] for one in own(daily.compose("acme"))] == [True] * rings


def test_the_year_replayed_rings_on_days_whose_level_is_not_known(project):
    mentions(project, [(1, "late_delivery", "negative", 300)], reach=None)
    days = Days(scope(company.read("acme"), "", "ALL", "en"))
    rang = Mentions(days).series()["mentions"]
    assert "2017-12-30" in rang.index[rang.eq(1)].strftime("%Y-%m-%d").tolist()
