"""What customers say: contracts, totals, what is planted, and what must never stand in a text."""

import re

import numpy as np
import pandas as pd
import pytest

from helpers import tables
from helpers.sample import chunk as chunks
from helpers.sample.parts import voice, words
from helpers.sample.setting import CURRENCIES, LAST, N_DATA, Setting
from helpers.sample.world import World

SEEDS = (1, 2)
TABLES = ("support_cases", "returns", "surveys")


def draw(seed):
    return chunks.draw(World(Setting(seed, 0.2)), 0)


@pytest.fixture(scope="module")
def chunk_of():
    return {seed: draw(seed) for seed in SEEDS}


@pytest.fixture(scope="module")
def frames_of(chunk_of):
    return {seed: dict(voice.people(chunk)) for seed, chunk in chunk_of.items()}


@pytest.fixture(scope="module")
def truth_of(chunk_of):
    return {seed: list(voice.truth(chunk.world, voice.count(chunk))) for seed, chunk in chunk_of.items()}


def value(truth, name, segment=""):
    (found,) = [one.value for one in truth if (one.name, one.segment) == (name, segment)]
    return found


def nps_of(scores):
    return 100 * ((scores >= 9).mean() - (scores <= 6).mean())


def comments(frames):
    surveys = frames["surveys"]
    return surveys[surveys["verbatim"].notna()]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("table", TABLES)
def test_every_table_keeps_to_its_contract(frames_of, seed, table):
    frame = frames_of[seed][table]
    assert len(tables.check(frame, table)) == len(frame) > 500


@pytest.mark.parametrize("seed", SEEDS)
def test_returns_equal_what_the_orders_say_to_the_cent(chunk_of, frames_of, seed):
    sales, returns = chunk_of[seed].sales, frames_of[seed]["returns"]
    whole = sales["revenue_excl_vat"].where(sales["status"] == "refunded", 0.0)
    due = (100 * (whole + sales["returned_value"])).round().astype("int64")
    given = (100 * returns["returned_value"]).round().astype("int64")
    assert (
        given.groupby(returns["currency"]).sum().to_dict() == due.groupby(sales["currency"]).sum().to_dict()
    )
    by_order = given.groupby(returns["order_id"]).sum()
    assert by_order.to_dict() == due.groupby(sales["order_id"]).sum().loc[lambda cents: cents > 0].to_dict()


@pytest.mark.parametrize("seed", SEEDS)
def test_goods_come_back_4_to_25_days_after_the_order_or_on_the_last_day(chunk_of, frames_of, seed):
    returns = frames_of[seed]["returns"].merge(
        chunk_of[seed].sales[["order_id", "ordered_on"]], on="order_id"
    )
    days = (returns["returned_on"] - returns["ordered_on"]).dt.days
    assert days.max() == 25 and days.min() >= 0
    assert (days >= 4)[returns["returned_on"] < pd.Timestamp(LAST)].all()
    assert returns["returned_on"].max() <= pd.Timestamp(LAST)


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_is_mailed_twice_in_180_days_or_against_their_will(chunk_of, seed):
    chunk = chunk_of[seed]
    mails, _ = voice.mailed(chunk, voice.cases(chunk))
    gaps = mails.sort_values(["customer", "day"]).groupby("customer")["day"].diff().dropna()
    assert gaps.min() == 180
    known = chunk.people.iloc[mails["customer"]]
    assert known["takes_email"].all()
    assert (known["leaves_list"].to_numpy() > mails["day"].to_numpy()).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_every_mail_follows_a_paid_order_by_21_days(chunk_of, seed):
    chunk = chunk_of[seed]
    mails, _ = voice.mailed(chunk, voice.cases(chunk))
    paid = chunk.sales[chunk.sales["status"] == "paid"]
    ordered = set(zip(paid["customer"], paid["day"] + 21, strict=True))
    assert set(zip(mails["customer"], mails["day"], strict=True)) <= ordered
    assert mails["day"].max() < N_DATA


@pytest.mark.parametrize(("kind", "low", "high"), [("nps", 0, 10), ("ces", 1, 7)])
def test_scores_are_whole_numbers_that_fill_their_scale(frames_of, kind, low, high):
    for frames in frames_of.values():
        asked = frames["surveys"].query("survey_type == @kind")
        assert set(asked["score"]) == set(range(low, high + 1))
        assert (asked["scale_min"] == low).all() and (asked["scale_max"] == high).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_no_day_is_after_the_books_and_no_solution_before_its_answer(frames_of, seed):
    frames = frames_of[seed]
    closed = pd.Timestamp(LAST) + pd.Timedelta(days=1)
    assert frames["surveys"]["answered_on"].max() < closed
    cases = frames["support_cases"]
    end = cases["opened_at"] + pd.to_timedelta(cases["hours_to_solution"], unit="h")
    assert end.max() < closed
    both = cases.dropna(subset="hours_to_solution")
    assert (both["hours_to_solution"] >= both["hours_to_first_answer"]).all()
    assert (
        cases["currency"] == cases["market"].map(dict(zip(("FR", "BE", "CH"), CURRENCIES, strict=True)))
    ).all()


def test_languages_are_spoken_where_they_are_planted(chunk_of, frames_of):
    places = chunk_of[1].world.demand.regions["region"].to_numpy()
    said = []
    for seed, chunk in chunk_of.items():
        home = pd.Series(places[chunk.people["region"]], chunk.people["customer_id"])
        some = comments(frames_of[seed])
        said.append(some.assign(place=some["customer_id"].map(home)))
    said = pd.concat(said)
    for place, some in said.groupby(said["place"].where(said["place"].isin(words.SPOKEN), "FR")):
        planted = dict(zip(words.LANGUAGES, words.SPOKEN[place], strict=True))
        seen = some["language"].value_counts(normalize=True)
        for language, share in planted.items():
            error = np.sqrt(share * (1 - share) / len(some))
            assert seen.get(language, 0.0) == pytest.approx(share, abs=4 * error + 1e-12)
    assert set(said["language"]) == set(words.LANGUAGES)


@pytest.mark.parametrize("seed", SEEDS)
def test_only_answers_with_a_comment_have_a_language_and_about_45_in_100_have_one(frames_of, seed):
    nps = frames_of[seed]["surveys"].query("survey_type == 'nps'")
    assert (nps["verbatim"].notna() == nps["language"].notna()).all()
    assert nps["verbatim"].notna().mean() == pytest.approx(voice.COMMENTED, abs=4 * np.sqrt(0.25 / len(nps)))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_extremes_answer_more_so_those_who_answer_are_not_all_customers(
    chunk_of, frames_of, truth_of, seed
):
    chunk = chunk_of[seed]
    _, chance = voice.mailed(chunk, voice.cases(chunk))
    answers = frames_of[seed]["surveys"].query("survey_type == 'nps'")["score"].value_counts()
    rate = answers / pd.Series(chance.sum(axis=0))
    assert rate[0] > 2 * rate[8] and rate[10] > 1.5 * rate[8]
    gap = value(truth_of[seed], "nps", "all customers mailed") - value(
        truth_of[seed], "nps", "those who answer"
    )
    assert gap > 3


def test_the_nps_of_the_answers_is_that_of_those_who_answer_within_its_error(frames_of, truth_of):
    for seed in SEEDS:
        answers = frames_of[seed]["surveys"].query("survey_type == 'nps' and survey_id >= 'nps-2026-07'")
        truth, spread = (value(truth_of[seed], name, "those who answer") for name in ("nps", "nps_spread"))
        assert nps_of(answers["score"]) == pytest.approx(truth, abs=3 * spread / np.sqrt(len(answers)))


def test_negative_comments_are_as_frequent_as_planted(frames_of, truth_of):
    for seed in SEEDS:
        said = comments(frames_of[seed]).query("survey_id >= 'nps-2026-07'")
        negative = said[said["tone"] == "negative"]
        for some, is_so, name, segment in (
            (said, said["tone"] == "negative", "negative_verbatims", ""),
            (negative, negative["topic"] == "delivery", "negative_verbatims_topic", "delivery"),
        ):
            share = value(truth_of[seed], name, segment)
            error = np.sqrt(share * (1 - share) / len(some))
            assert is_so.mean() == pytest.approx(share, abs=3 * error)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_comment_is_made_of_fragments_of_its_topic_tone_and_language(frames_of, seed):
    for one in comments(frames_of[seed]).itertuples():
        tone = words.TONES.index(one.tone)
        heads, tails = words.SAID[one.language][one.topic][tone], words.ADDED[one.language][tone]
        assert one.verbatim in {head + tail for head in heads for tail in tails}


def test_effort_is_harder_after_more_contacts(chunk_of):
    for chunk in chunk_of.values():
        known = voice.cases(chunk)
        _, chance = voice.solved(chunk, known)
        contacts = known.loc[known["hours_to_solution"].notna(), "n_contacts"].to_numpy()
        mean = chance @ np.arange(1, 8)
        assert mean[contacts == 1].mean() > mean[contacts == 2].mean() > mean[contacts >= 3].mean()


def test_delivery_cases_peak_in_december(chunk_of):
    delivery = words.CASE_TOPICS.index("delivery")
    for chunk in chunk_of.values():
        rate = voice.case_rates(chunk)[:, delivery]
        december = (chunk.sales["ordered_on"].dt.month == 12).to_numpy()
        repeat = ~chunk.sales["is_first"].to_numpy()
        assert rate[december & repeat].mean() / rate[~december & repeat].mean() == pytest.approx(2.6, rel=0.1)


@pytest.mark.parametrize("seed", SEEDS)
def test_those_who_left_answer_both_questions_after_they_left(chunk_of, frames_of, seed):
    left = frames_of[seed]["surveys"].query("survey_type == 'other'")
    asked = left.groupby("respondent_id")["question"].agg(set)
    assert (asked == {"reason_for_leaving", "left_for"}).all()
    choices = left.groupby("question")["choice"].agg(set)
    assert choices["reason_for_leaving"] == set(words.LEAVING_REASONS)
    assert choices["left_for"] == set(words.LEFT_FOR)
    known = left.merge(chunk_of[seed].people[["customer_id", "death"]], on="customer_id")
    assert ((known["answered_on"] - pd.Timestamp("2023-10-01")).dt.days > known["death"].astype(int)).all()


def test_a_respondent_belongs_to_one_customer_and_one_survey(frames_of):
    for frames in frames_of.values():
        seen = frames["surveys"].groupby("respondent_id")[["survey_id", "customer_id"]].nunique()
        assert (seen == 1).all(axis=None)


def test_the_same_seed_gives_the_same_frames_and_another_seed_others(frames_of):
    again = dict(voice.people(draw(1)))
    for table in TABLES:
        pd.testing.assert_frame_equal(frames_of[1][table], again[table])
        assert not frames_of[1][table].equals(frames_of[2][table])


def test_no_text_holds_an_address_a_number_or_anything_left_to_fill_in():
    texts = [
        text
        for language in words.LANGUAGES
        for group in (*words.SAID[language].values(), words.ADDED[language])
        for tone in group
        for text in tone
    ]
    assert len(texts) > 200
    assert [text for text in texts if re.search(r"[@\d{}<>]|www|http", text)] == []


def test_no_value_of_any_text_column_looks_like_a_telephone_or_an_e_mail(frames_of):
    for frames in frames_of.values():
        for table, column in (
            ("surveys", "verbatim"), ("surveys", "choice"), ("returns", "reason"),
            ("support_cases", "topic"), ("support_cases", "channel"),
        ):  # fmt: skip
            found = frames[table][column].dropna()
            assert len(found) and not found.str.contains(r"[@\d]").any()


def test_every_language_has_words_for_each_topic_and_tone():
    for language in words.LANGUAGES:
        assert tuple(words.SAID[language]) == words.COMMENT_TOPICS
        for tones in (*words.SAID[language].values(), words.ADDED[language]):
            assert [len(set(tone)) >= 2 for tone in tones] == [True] * len(words.TONES)


@pytest.mark.parametrize("seed", SEEDS)
def test_truths_have_one_name_each_and_are_finite(truth_of, seed):
    keys = [(one.name, one.period, one.market, one.segment) for one in truth_of[seed]]
    assert len(set(keys)) == len(keys) > 20
    assert np.isfinite([one.value for one in truth_of[seed]]).all()
    for name in ("nps_driver_share", "leaving_reason", "left_for"):
        assert sum(one.value for one in truth_of[seed] if one.name == name) == pytest.approx(1)


@pytest.mark.parametrize("seed", SEEDS)
def test_trust_weighs_most_and_december_least_among_the_drivers(truth_of, seed):
    share = {one.segment: one.value for one in truth_of[seed] if one.name == "nps_driver_share"}
    assert sorted(share, key=share.get, reverse=True) == [
        "trust",
        "recent cases",
        "delivery",
        "onboarding",
        "December",
    ]


def test_answers_are_as_the_base_when_nothing_weighs_and_best_when_much_does():
    nothing, much = voice.ordered((0.2, 0.3, 0.5), np.array([0.0, 50.0]))
    assert nothing == pytest.approx([0.2, 0.3, 0.5])
    assert much == pytest.approx([0.0, 0.0, 1.0])
    # By hand: logit(.2) = -1.386; with eta = 1.386 the lowest answer has 1 / (1 + exp(2.773)) = 1 / 17.
    assert voice.ordered((0.2, 0.3, 0.5), np.log([4.0]))[0, 0] == pytest.approx(1 / 17)
