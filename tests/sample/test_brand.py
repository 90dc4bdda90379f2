"""What the brand's tables plant is what plain counting finds in them, over several seeds."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from helpers import tables
from helpers.sample import build, chunk, parts, promotions
from helpers.sample.demand import BRAND_EFFECT
from helpers.sample.parts import brand_levels as levels
from helpers.sample.parts import brand_lift as lift
from helpers.sample.parts import brand_mentions as said
from helpers.sample.parts import brand_search as search
from helpers.sample.parts import brand_social as social
from helpers.sample.parts import brand_spend as spend
from helpers.sample.parts import brand_tracker as tracker
from helpers.sample.parts import brand_trust as trust
from helpers.sample.parts import brand_voices as voices
from helpers.sample.parts import positioning_image as image
from helpers.sample.parts.words import LANGUAGES, TONES
from helpers.sample.setting import MARKETS, MONTHS, N_DATA, Setting, day_number
from helpers.sample.world import World

SEEDS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
NAMES = [name for name in parts.PARTS if name.startswith("brand_")]
OWN, FIVE = levels.BRANDS[0], slice(0, 5)
NEW = {
    "brand_tracker", "competitor_spend", "search_interest", "social_mentions", "social_posts", "influencers", "earned_media",
    "reviews", "ideas", "advocates", "surveys", "experiments", "site_daily",
}  # fmt: skip


@pytest.fixture(scope="module")
def worlds():
    return [World(Setting(seed, 0.05)) for seed in SEEDS]


@pytest.fixture(scope="module")
def answers(worlds):
    """Answers of the tracker, one frame a world."""
    return [dict(tracker.books(world, {}))["surveys"] for world in worlds[FIVE]]


def truths(part, world):
    return {(e.name, e.period, e.market, e.segment): e.value for e in part.truth(world, {})}


def weighted(rows, n=tracker.N):
    """Share of all people who say yes, by weight; the questions of those who know a brand count all people below."""
    return (rows["score"] * rows["weight"]).groupby([rows["question"], rows["brand"]]).sum() / n


# ---- As a whole ----


def test_the_parts_change_no_other_table(tmp_path, monkeypatch):
    early = [
        one for one in parts.modules() if "csr_" not in one.__name__
    ]  # those that were there before and these
    monkeypatch.setattr(parts, "modules", lambda: early)
    build.make(tmp_path / "with", seed=7, scale=0.02)
    kept = [one for one in early if "brand_" not in one.__name__]
    monkeypatch.setattr(parts, "modules", lambda: kept)
    build.make(tmp_path / "without", seed=7, scale=0.02)
    before, after = (
        {p.relative_to(tmp_path / one): p.read_bytes() for p in (tmp_path / one).rglob("*.parquet")}
        for one in ("without", "with")
    )
    assert {name for name in before if after[name] != before[name]} == set()
    assert {name.parts[1] for name in set(after) - set(before)} == NEW


def test_every_table_keeps_to_its_contract(worlds):
    for name, module in ((name, one) for one in parts.modules() for name in NAMES if one.__name__.endswith(name)):  # fmt: skip
        for table, frame in getattr(module, "books", lambda *_: [])(worlds[0], {}):
            assert len(tables.check(frame, table)) == len(frame) > 0, (name, table)
            assert not frame.reindex(columns=list(tables.contract(table).key)).duplicated().any(), table


def test_parts_are_registered_and_have_constants_that_are_plain_data():
    assert len(NAMES) == 9
    assert set(parts.parameters()) >= set(NAMES)


# ---- The tracker ----


def test_weights_have_a_design_effect_of_about_one_point_three(answers):
    for rows in answers:
        people = rows.drop_duplicates(["survey_id", "respondent_id"]).groupby("survey_id")["weight"]
        effect = people.apply(lambda w: len(w) * (w**2).sum() / w.sum() ** 2)
        assert effect.between(1.2, 1.42).all() and people.mean().to_numpy() == pytest.approx(1.0, abs=1e-4)


def test_weighted_answers_give_the_planted_shares_and_plain_ones_do_not(answers, worlds):
    last, far, gaps = "tracker-2026-Q3", [], []
    for rows, world in zip(answers, worlds, strict=False):
        some = rows[rows["survey_id"] == last]
        found, known = weighted(some), truths(tracker, world)
        plain = some[(some["question"] == "aided_awareness") & (some["brand"] == OWN)]["score"].mean()
        gaps.append(plain - known["tracker_share", "2026-Q3", "FR", f"{OWN}: aided_awareness"])
        for metric, brand in itertools.product(tracker.METRICS, levels.BRANDS):
            wanted = known["tracker_share", "2026-Q3", "FR", f"{brand}: {metric}"]
            wanted += tracker.JUMP * (metric == tracker.REWORDED)
            far.append((found[metric, brand] - wanted) / np.sqrt(1.32 * wanted * (1 - wanted) / tracker.N))
    assert np.abs(far).max() < 4.2 and np.mean(np.square(far)) == pytest.approx(1.0, abs=0.25)
    assert np.mean(gaps) > 0.02  # the panel hears those who know us too often


def test_the_last_wave_knows_the_brands_as_the_image_survey_does(worlds):
    days = np.array([N_DATA - 1])
    for world in worlds:
        assert levels.known(world, "FR", days)[0] == pytest.approx(image.known())


def test_nobody_prefers_two_brands_and_only_who_knows_a_brand_is_asked_more(answers):
    rows = answers[0]
    prefers = rows[(rows["question"] == "preference") & (rows["score"] == 1)]
    assert not prefers.duplicated(["survey_id", "respondent_id"]).any()
    keys = ["survey_id", "respondent_id", "brand"]
    yes = rows[(rows["question"] == "aided_awareness") & (rows["score"] == 1)].set_index(keys).index
    for metric in tracker.METRICS[2:]:
        asked = rows[rows["question"] == metric].set_index(keys).index
        assert len(asked) == len(yes) and set(asked) == set(yes)
    named = rows[(rows["question"] == "unaided_awareness") & (rows["score"] == 1)].set_index(keys).index
    assert set(named) <= set(yes) and len(rows) < 230_000


def test_chances_stay_chances_in_every_market_and_on_every_day(worlds):
    days = np.arange(0, N_DATA, 7)
    for world, place in itertools.product(worlds, MARKETS):
        found = levels.levels(world, place, days)
        for one in (found.favourite, found.considers, found.uses):
            assert one.min() > 0 and one.max() < 1
        assert found.favourite.sum(axis=1).max() < 1 and (found.considers > found.favourite).all()
        jump = tracker.JUMP / levels.known(world, place, days)
        assert (found.considers + jump).max() < 1 and (0.85 * found.uses < found.considers).all()


def test_the_new_wording_adds_three_points_that_are_no_change(answers):
    jumps = []
    for rows in answers:
        assert set(rows.loc[rows["wording"] == "v2", "question"]) == {"consideration"}
        assert rows.loc[rows["wording"] == "v2", "survey_id"].min() == tracker.REWORDED_IN
        others = rows[rows["brand"] != OWN]  # whose true shares stand still
        share = others.groupby("survey_id").apply(lambda r: weighted(r)["consideration"].mean())
        new = share.index >= tracker.REWORDED_IN
        jumps.append(share[new].mean() - share[~new].mean())
    assert np.mean(jumps) == pytest.approx(tracker.JUMP, abs=0.006)


def test_the_crisis_takes_preference_and_gives_half_of_it_back_in_six_weeks():
    lost, day = levels.lost(), day_number("2026-03-10")
    assert lost[day - 1] == 0 and lost[day] == 0.025 and lost[day + 42] == pytest.approx(0.0125)


def test_the_agency_sees_the_same_shares_with_its_own_chance(worlds):
    far = []
    for world in worlds[FIVE]:
        found = dict(tracker.books(world, {}))["brand_tracker"]
        assert (
            len(found) == 36 * 3 * 7 * 5
            and not found.duplicated(["wave_on", "market", "brand", "metric"]).any()
        )
        assert found.groupby("market")["n"].first().to_dict() == tracker.ASKED
        assert found.query("metric == 'preference'").groupby(["wave_on", "market"])["share"].sum().max() < 1
        for place in MARKETS:
            wanted = levels.shares(world, place, levels.months()[-1])[:, 2].mean(axis=0)
            rows = found[(found["market"] == place) & (found["metric"] == "consideration")]
            got = rows[rows["wave_on"] == rows["wave_on"].max()].set_index("brand")["share"]
            n = rows["n_effective"].iloc[0]
            far += ((got[list(levels.BRANDS)] - wanted) / np.sqrt(wanted * (1 - wanted) / n)).tolist()
    assert np.abs(far).max() < 4 and np.mean(np.square(far)) == pytest.approx(1.0, abs=0.35)


def test_consideration_of_the_totals_follows_brand_strength(worlds):
    slopes = []
    for world in worlds:
        found = tracker.totals(world).query("market == 'FR' and metric == 'consideration' and brand == @OWN")
        points = np.array([levels.strength(world)[days[0]] for days in levels.months()])
        slopes.append(np.polyfit(points, found.sort_values("wave_on")["share"], 1)[0])
    spread = np.std(slopes, ddof=1) / np.sqrt(len(slopes))
    assert abs(np.mean(slopes) - levels.CONSIDERATION) < 3 * spread and np.mean(slopes) > 3 * spread


def test_what_strength_carries_and_a_pause_costs_agrees_with_the_equations(worlds):
    known = truths(levels, worlds[0])
    assert known["brand_effect", "", "ALL", "repeat"] == BRAND_EFFECT
    (base,) = (v for (name, *_), v in known.items() if name == "brand_base_share")
    (points,) = (v for (name, *_), v in known.items() if name == "brand_pause_points")
    (lost,) = (v for (name, *_), v in known.items() if name == "brand_pause_lost")
    assert 0.05 < base < 0.15 and 0.8 < points < 2.2  # the plan has a burst in each quarter but the last
    assert 0.5 < lost / (BRAND_EFFECT * points) < 1.5


# ---- Trust ----


def test_trust_has_one_factor_the_planted_reliability_and_a_fall_in_the_crisis(worlds):
    scores, alphas, far = [], [], []
    for world in worlds[FIVE]:
        (_, rows), *_ = trust.books(world, {})
        own = rows[rows["brand"] == OWN].pivot(index=["survey_id", "respondent_id"], columns="question", values="score")  # fmt: skip
        both = own.cov().to_numpy()
        alphas.append(5 / 4 * (1 - np.trace(both) / both.sum()))
        people = rows.drop_duplicates(["survey_id", "respondent_id"]).set_index(["survey_id", "respondent_id"])["weight"]  # fmt: skip
        mean, known = own.mean(axis=1), truths(trust, world)
        for wave, some in mean.groupby(level=0):
            w = people.reindex(some.index)
            wanted = known["trust", wave[-7:], "FR", OWN]
            far.append(
                (np.average(some, weights=w) - wanted) / (some.std() * np.sqrt((w**2).sum()) / w.sum())
            )
        scores.append([known["trust", wave[-7:], "FR", OWN] for wave in trust.WAVES])
    assert (
        np.mean(alphas) == pytest.approx(trust.alpha(trust.TRUST[0]), abs=0.01)
        and 0.83 < np.mean(alphas) < 0.87
    )
    assert np.abs(far).max() < 3.6
    assert np.argmin(scores[0]) == 1 and scores[0][0] - scores[0][1] > 0.15
    assert {row.respondent_id[0] for row in rows.itertuples()} == {"c"}  # none is a person of the tracker


def test_the_moments_of_answers_are_those_of_a_very_large_draw():
    rng, n = np.random.default_rng(3), 400_000
    factor = 0.3 + rng.standard_normal(n)
    load = np.array(trust.LOADINGS)
    behind = factor[:, None] * load + np.sqrt(1 - load**2) * rng.standard_normal((n, 5))
    drawn = 1 + (behind[..., None] > np.array(trust.CUTS)).sum(axis=2)
    first, both = trust.moments(0.3)
    assert drawn.mean(axis=0) == pytest.approx(first, abs=0.008)
    assert np.cov(drawn.T) == pytest.approx(both, abs=0.01)


# ---- Lift ----


def holm(p):
    """Which of several p-values stand at 5 % when all were looked at."""
    order, made, m = np.argsort(p), np.zeros(len(p), dtype=bool), len(p)
    for place, at in enumerate(order):
        if p[at] > 0.05 / (m - place):
            break
        made[at] = True
    return made


def no_difference(yes, n):
    """Two-sided p-value of no difference between two shares."""
    pooled = yes.sum() / n.sum()
    z = (yes[0] / n[0] - yes[1] / n[1]) / np.sqrt(pooled * (1 - pooled) * (1 / n).sum())
    return 2 * norm.sf(abs(z))


def test_the_two_questions_that_moved_are_found_in_nine_of_ten_worlds_and_few_others(worlds):
    found = wrong = 0
    for world in worlds:
        rows = dict(lift.books(world, {}))["surveys"]
        assert rows.groupby(["survey_id", "is_exposed"])["respondent_id"].nunique().tolist() == [
            900,
            900,
            700,
            700,
        ]
        for name, known in lift.SURVEYS.items():
            some = rows[rows["survey_id"] == name]
            sums = some.groupby(["question", "is_exposed"])["score"].agg(["sum", "count"]).unstack()
            p = [no_difference(sums["sum"].loc[q].to_numpy(), sums["count"].loc[q].to_numpy()) for q in lift.QUESTIONS]  # fmt: skip
            moved = {q for q, is_so in zip(lift.QUESTIONS, holm(np.array(p)), strict=True) if is_so}
            found += set(known.lift) <= moved
            wrong += bool(moved - set(known.lift))
    assert found >= 18 and wrong <= 3


def test_platforms_studies_move_what_is_planted_and_withhold_what_few_answered(worlds):
    gaps = {}
    for world in worlds:
        rows = lift.studies(world)
        wide = rows.pivot(index="experiment_id", columns="arm", values=["units", "conversions"]).astype(float)
        held = wide.index[wide["conversions"].isna().any(axis=1)]
        assert (
            list(held) == ["Marque mai 2026 / Consideration"]
            and (wide["units"].loc[held] < 40).to_numpy().all()
        )
        share = wide["conversions"] / wide["units"]
        for name, value in (share["exposed"] - share["control"]).dropna().items():
            gaps.setdefault(name, []).append(value)
    known = truths(lift, worlds[0])
    for name, values in gaps.items():
        wanted = known["brand_lift", "2026-05", "FR", name]
        assert np.mean(values) == pytest.approx(wanted, abs=4 * np.std(values) / np.sqrt(len(values))), name
    assert all(value == 0 for (_, _, _, segment), value in known.items() if segment.startswith("Réseaux"))


# ---- Share of voice ----


def test_our_spend_is_near_our_books_at_list_prices(worlds):
    for world in worlds[:3]:
        found = spend.spent(world)
        tv = found.query("brand == @OWN and medium == 'television' and market == 'FR'")["spend"].sum()
        booked = 0.05 * world.media.national[4, 0, :N_DATA].sum()
        assert tv == pytest.approx(spend.LIST_PRICE["television"] * booked, rel=0.05)
        voice = found.groupby(["market", "brand"])["spend"].sum()
        share = voice[:, OWN] / voice.groupby("market").sum()
        assert share.between(0.10, 0.20).all()
        assert dict(found.groupby("market")["currency"].first()) == {"FR": "EUR", "BE": "EUR", "CH": "CHF"}


# ---- Searches and assistants ----


def test_our_share_of_search_runs_eight_weeks_ahead_of_orders_in_nine_of_ten_worlds():
    found = [lead(chunk.draw(World(Setting(seed, 1.0)), 0)) for seed in SEEDS]
    assert sum(abs(one - search.LEAD) <= 1 for one in found) >= 9, found


def lead(drawn):
    """Lag with the highest correlation of our share of search with orders, both without trend, season and promotions."""
    rows = search.searched(drawn.world).query("market == 'FR' and region.isna()")
    wide = rows.pivot(index="starts_on", columns="brand", values="searches").drop(columns=search.WORD)
    jump = (wide.index == pd.Timestamp(search.JUMP_WEEK)).astype(float)
    lifts = promotions.effects()
    lifted = np.log((lifts[0] + lifts[1]).mean(axis=1)[0])
    week = (drawn.sales["day"].to_numpy() - search.MONDAYS[0]) // 7
    orders = np.bincount(week[(week >= 0) & (week < search.WEEKS)], minlength=search.WEEKS)
    at = np.arange(search.WEEKS)
    waves = [f(2 * np.pi * at * k / 52.18) for k in (1, 2, 3) for f in (np.sin, np.cos)]
    x = np.column_stack(
        [np.ones(len(at)), at, jump, [lifted[m : m + 7].mean() for m in search.MONDAYS], *waves]
    )
    ours, theirs = (y - x @ np.linalg.lstsq(x, y, rcond=None)[0] for y in (np.log((wide[OWN] / wide.sum(axis=1)).to_numpy()), np.log(orders)))  # fmt: skip
    lags = range(-13, 14)
    pairs = [(ours[: len(at) - k], theirs[k:]) if k >= 0 else (ours[-k:], theirs[:k]) for k in lags]
    return lags[int(np.argmax([np.corrcoef(*pair)[0, 1] for pair in pairs]))]


def test_the_local_spike_is_found_in_every_world_and_the_national_jump_is_none(worlds):
    for world in worlds:
        rows = search.searched(world).query("brand == @OWN and region.notna()")
        wide = rows.pivot(index="starts_on", columns="region", values="searches")
        assert wide.shape == (104, 96)
        share = wide.div(wide.sum(axis=1), axis=0)
        times = share.iloc[-4:].mean() / share.iloc[:-4].mean()
        assert times.idxmax() == search.SPIKE_REGION and times.max() == pytest.approx(search.SPIKE, rel=0.2)
        assert times.drop(search.SPIKE_REGION).max() < 1.6
        jump = share.loc[search.JUMP_WEEK] / share.drop(pd.Timestamp(search.JUMP_WEEK)).mean()
        z = (jump - 1) / (1 / np.sqrt(wide.loc[search.JUMP_WEEK]) + search.REGION_SPREAD)
        assert z.abs().max() < 4
        total = wide.sum(axis=1)
        here = total.index.get_loc(pd.Timestamp(search.JUMP_WEEK))
        assert total.iloc[here] / total.iloc[here - 4 : here + 5].median() > 1.5


def test_departments_add_up_to_france_where_they_are_told(worlds):
    rows = search.searched(worlds[0]).query("market == 'FR'")
    whole = rows[rows["region"].isna()].set_index(["starts_on", "brand"])["searches"]
    told = rows[rows["region"].notna()].groupby(["starts_on", "brand"])["searches"].sum()
    assert (whole.loc[told.index] == told).all() and len(told) == 104 * 2


def test_the_spike_is_where_no_own_store_is():
    stores = dict(parts.modules()[1].market(World(Setting(1, 0.05))))["stores"]
    assert search.SPIKE_REGION not in set(stores["region"])


def test_assistants_send_more_each_week_and_take_searches():
    world = World(Setting(1, 1.0))
    visits = search.visits(world)
    assert set(visits["tool"]) == {"server_log"} and set(visits["channel"]) == {"assistant"}
    day = (visits["visited_on"] - pd.Timestamp(search.ASSISTED_SINCE)).dt.days // 7
    weekly = visits.groupby(day)["sessions"].sum().iloc[:-1]
    growth = np.polyfit(weekly.index, np.log(weekly), 1, w=np.sqrt(weekly))[0]
    assert np.expm1(growth) == pytest.approx(search.GROWTH, abs=0.005)
    lost = [v for (name, *_), v in truths(search, world).items() if name == "assistant_searches_lost"]
    assert all(0.03 < one < 0.1 for one in lost)


# ---- Mentions ----


def test_crisis_prize_and_the_rivals_burst_stand_out_in_nine_of_ten_worlds(worlds):
    for name, burst in said.BURSTS.items():
        seen = 0
        for world in worlds:
            rows = said.mentions(world).query("brand == @burst.brand and sentiment == @burst.tone")
            daily = rows.groupby("mentioned_on")["mentions"].sum().reindex(pd.date_range("2023-10-01", "2026-09-30"), fill_value=0)  # fmt: skip
            inside = daily[burst.first :].iloc[: burst.days].mean()
            before = daily[: pd.Timestamp(burst.first) - pd.Timedelta(days=1)].iloc[-56:]
            seen += inside > before.mean() + 3 * before.std() / np.sqrt(burst.days)
        assert seen >= 9, name


def test_the_tool_is_too_kind_in_dutch_too_harsh_in_german_and_labels_say_so(worlds):
    for at, language in enumerate(LANGUAGES):
        flagged, counts = [], np.zeros((3, 3))
        for world in worlds[FIVE]:
            rows = said.labels(world)
            some = rows[rows["language"] == language].pivot(index="respondent_id", columns="question", values="choice")  # fmt: skip
            assert len(some) == said.LABELLED
            counts += pd.crosstab(some[said.ASKED], some[said.READ]).reindex(index=TONES, columns=TONES, fill_value=0).to_numpy()  # fmt: skip
            mentions = said.mentions(world).query("brand == @OWN and language == @language")
            tone = mentions.groupby("sentiment")["mentions"].sum()
            flagged.append((tone["positive"] - tone["negative"]) / tone.sum())
        found, n = counts / counts.sum(axis=1, keepdims=True), counts.sum(axis=1, keepdims=True)
        wanted = said.confusion(language)
        assert (np.abs(found - wanted) < 4 * np.sqrt(wanted * (1 - wanted) / n)).all(), language
        assert said.confusion(language).min() > 0
        assert {"nl": np.mean(flagged) > 0.19, "de": np.mean(flagged) < 0.0}.get(LANGUAGES[at], 0.05 < np.mean(flagged) < 0.17)  # fmt: skip


def test_a_topic_grows_from_next_to_nothing(worlds):
    share = []
    for world in worlds[FIVE]:
        own = said.mentions(world).query("brand == @OWN")
        month = own["mentioned_on"].dt.to_period("M").astype(str)
        weak = own["mentions"].where(own["topic"] == said.WEAK, 0).groupby(month).sum()
        share.append(weak / own["mentions"].groupby(month).sum())
    mean = pd.concat(share, axis=1).mean(axis=1)
    assert (mean[:"2026-03"] == 0).all() and mean["2026-04"] < 0.012 and mean["2026-09"] > 0.035
    assert mean["2026-09"] == pytest.approx(said.weak_share()[-30:].mean(), rel=0.25)


# ---- Posts, creators, press, ratings, ideas, advocates ----


def test_films_are_shared_more_and_two_creators_bring_no_clicks(worlds):
    rates = []
    for world in worlds[FIVE]:
        posts, known = social.posts(world), social.creators(world)
        own = posts[posts["creator_id"].isna() & ~posts["is_paid"]]
        assert len(posts) == social.N + 36 and len(known) == 12
        sums = own.groupby("type")[["shares", "reach"]].sum()
        rates.append(sums["shares"] / sums["reach"])
        clicks = (known["clicks"] / known["reach"]).groupby(known["creator_id"].isin(social.FRAUD))
        assert clicks.max()[True] < clicks.min()[False] / 3
        assert set(posts["creator_id"].dropna()) == set(known["creator_id"])
        assert (posts["posted_on"] <= pd.Timestamp("2026-09-30")).all()
    mean = pd.concat(rates, axis=1).mean(axis=1)
    wanted = truths(social, worlds[0])
    for kind in ("video", "picture"):
        assert mean[kind] == pytest.approx(wanted["post_share_rate", "", "FR", kind], rel=0.12)


def test_ratings_ideas_and_advocates_are_as_planted(worlds):
    wanted = truths(voices, worlds[0])
    rows = pd.concat([voices.reviews(world) for world in worlds[FIVE]])
    for brand, found in rows.groupby("brand")["rating"].mean().items():
        assert found == pytest.approx(wanted["review_rating", "", "ALL", brand], abs=0.13)
    ideas = pd.concat([voices.ideas(world) for world in worlds])
    for source, found in ideas.groupby("source"):
        share = wanted["idea_kept", "", "ALL", source]
        assert (found["status"] != "received").mean() == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / len(found)))  # fmt: skip
    assert ideas.loc[ideas["thesis_id"].notna(), "status"].isin(["tested", "launched"]).all()
    speaks = (
        pd.concat([voices.advocates(world) for world in worlds]).groupby("kind")[["active", "invited"]].sum()
    )
    for kind, share in voices.ACTIVE.items():
        assert speaks.loc[kind, "active"] / speaks.loc[kind, "invited"] == pytest.approx(share, abs=0.01)
    assert len(voices.advocates(worlds[0])) == len(MONTHS) * len(MARKETS) * 2


def test_the_press_follows_the_crisis_and_the_prize(worlds):
    rows = voices.press(worlds[0])
    assert len(rows) == 150
    recall = rows[rows["topic"] == "bottle_recall"]
    assert len(recall) == voices.CRISIS_PIECES and set(recall["sentiment"]) == {"negative"}
    assert recall["published_on"].between("2026-03-10", "2026-03-18").all()
