"""Latent classes: published digits, by hand, at the limits, where the truth is known, and bad input."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods import latent, latent_em, latent_redraws, latent_typing

YES = np.array([[0.9, 0.9, 0.85, 0.1, 0.15, 0.1], [0.1, 0.15, 0.1, 0.9, 0.85, 0.9]])
ITEMS = [f"q{i}" for i in range(6)]


def people(n, sizes=(0.7, 0.3), *, seed=0, yes=YES):
    """People of two classes who say yes or no to six items, and the class of each."""
    rng = np.random.default_rng(seed)
    kind = rng.choice(len(sizes), n, p=sizes)
    return pd.DataFrame((rng.random((n, yes.shape[1])) < yes[kind]).astype(int), columns=ITEMS), kind


@pytest.mark.golden
def test_it_reaches_the_published_optimum_of_gss82(test_data):
    """poLCA's manual: log-likelihood -2754.545, classes of .621, .207 and .172."""
    frame = pd.read_csv(test_data / "brand" / "polca_gss82.csv")
    made = latent.fit(frame, items=list(frame), classes=3)
    assert made.loglik == pytest.approx(-2754.5454, abs=5e-5)
    assert made.sizes == pytest.approx([0.6208, 0.2070, 0.1723], abs=5e-5)
    assert made.n_parameters == 20 and made.n == 1202 and made.reached >= 3 and made.told


def test_it_reaches_the_published_figures_of_role_conflict():
    """216 people of Stouffer and Toby (1951), two classes: log-likelihood -504.4677, G2 2.7199 (poLCA's manual: -504.468, 2.720)."""
    counts = np.array([42, 23, 6, 25, 6, 24, 7, 38, 1, 4, 1, 6, 2, 9, 2, 20])
    patterns = np.repeat(list(itertools.product((1, 0), repeat=4)), counts, axis=0)
    made = latent.fit(pd.DataFrame(patterns, columns=list("abcd")), items=list("abcd"), classes=2)
    assert made.loglik == pytest.approx(-504.4677, abs=5e-5)
    saturated = float((counts * np.log(counts / counts.sum())).sum())
    assert 2 * (saturated - made.loglik) == pytest.approx(2.7199, abs=5e-4)


def test_two_patterns_alone_are_two_classes_by_hand():
    """90 people say yes to all, 30 no: L = 90 ln 3/4 + 30 ln 1/4, nobody is in doubt."""
    frame = pd.DataFrame({"a": [1] * 90 + [0] * 30, "b": [1] * 90 + [0] * 30})
    made = latent.fit(frame, items=["a", "b"], classes=2)
    assert made.loglik == pytest.approx(90 * math.log(0.75) + 30 * math.log(0.25), abs=1e-4)
    assert made.sizes == pytest.approx([0.75, 0.25], abs=1e-4) and made.entropy == pytest.approx(1, abs=1e-3)
    assert made.bic == pytest.approx(5 * math.log(120) - 2 * made.loglik)
    table = made.table()
    assert list(table.columns) == ["item", "answer", 0, 1] and table.loc[1, 0] == pytest.approx(1, abs=1e-4)


def test_one_class_is_the_shares_of_the_answers():
    frame, _ = people(50)
    made = latent.fit(frame, items=ITEMS, classes=1)
    said = sum(
        math.log(p) * n for one in ITEMS for p, n in [(frame[one].value_counts(normalize=True)[x], frame[one].value_counts()[x]) for x in (0, 1)]
    )  # fmt: skip
    assert made.loglik == pytest.approx(said) and made.sizes.tolist() == [1.0] and made.entropy == 1.0


def test_known_classes_come_back_the_largest_first_and_bic_finds_how_many():
    frame, kind = people(800)
    made, ladder = latent.by_bic(frame, items=ITEMS, most=4)
    assert len(made.sizes) == 2 and made.sizes == pytest.approx([0.7, 0.3], abs=0.05)
    assert (made.members.argmax(axis=1) == kind).mean() > 0.97 and made.reached >= 15
    assert ladder["classes"].tolist() == [1, 2, 3] and ladder.loc[1, "bic"] == ladder["bic"].min()


def test_a_missing_answer_is_left_out_and_everybody_still_has_a_class():
    frame, _ = people(800)
    holes = frame.astype(float).mask(np.random.default_rng(1).random(frame.shape) < 0.2)
    made = latent.fit(holes, items=ITEMS, classes=2)
    assert made.sizes == pytest.approx([0.7, 0.3], abs=0.06) and np.allclose(made.members.sum(axis=1), 1)
    holes.iloc[0] = np.nan
    made = latent.fit(holes, items=ITEMS, classes=2)
    assert made.members[0] == pytest.approx(made.sizes) and any(
        "answer no item" in one for one in made.guards
    )


def test_a_weight_of_two_is_two_people():
    frame, _ = people(400)
    twice = np.where(np.arange(400) < 200, 2.0, 1.0)
    weighted = latent.fit(frame.assign(w=twice), items=ITEMS, classes=2, weight="w")
    doubled = latent.fit(pd.concat([frame, frame.iloc[:200]]), items=ITEMS, classes=2)
    assert weighted.sizes == pytest.approx(doubled.sizes, abs=1e-4)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 2)] * 3), min_size=5, max_size=40))
def test_each_climb_ends_no_lower_and_memberships_add_up_to_one(rows):
    codes = np.array(rows)
    data = latent_em.coded(codes, [3, 3, 3], np.ones(len(codes)))
    first = latent_em.guesses(data, 2, starts=3, rng=np.random.default_rng(0))
    before = latent_em.joint(first.chances, first.sizes, data.hot)[1] @ data.weight
    found = latent_em.climb(first, data)
    assert (found.loglik >= before - 1e-6).all()
    members, each = latent_em.joint(found.chances, found.sizes, data.hot)
    assert np.allclose(members.sum(axis=1), 1) and np.allclose(found.chances @ data.same, 1)
    assert found.loglik == pytest.approx(each @ data.weight, abs=1e-4)


def test_forty_answers_are_refused_with_the_number_that_is_needed():
    frame, _ = people(40)
    made = latent.fit(frame, items=ITEMS, classes=2)
    assert not made.told and "need n = 65" in made.guards[0]  # 13 parameters x 5
    best, ladder = latent.by_bic(frame, items=ITEMS)
    assert len(best.sizes) == 1 and "need n = 65" in ladder.loc[1, "reason"]


def test_a_class_that_holds_nearly_nobody_is_refused():
    frame, _ = people(400, (0.97, 0.03))
    made = latent.fit(frame, items=ITEMS, classes=2)
    assert not made.told and "smallest class" in made.guards[0]


def test_classes_that_few_starts_find_are_refused():
    frame, _ = people(300)
    noise = pd.DataFrame(np.random.default_rng(3).integers(0, 3, (300, 6)), columns=ITEMS)
    made = latent.fit(noise, items=ITEMS, classes=4)
    assert not made.told
    assert latent.fit(frame, items=ITEMS, classes=2).told


def test_an_item_that_never_varies_is_left_out_and_named():
    frame, _ = people(400)
    made = latent.fit(frame.assign(q5=1), items=ITEMS, classes=2)
    assert made.items == tuple(ITEMS[:5]) and any("q5 has the same answer" in one for one in made.guards)


@pytest.mark.parametrize(
    ("frame", "options", "says"),
    [
        (people(40)[0], {"items": [*ITEMS, "colour"]}, 'no column "colour"'),
        (people(40)[0].assign(q0=1, q1=1), {"items": ["q0", "q1"]}, "0 of 2 items vary"),
        (people(40)[0].iloc[:0], {"items": ITEMS}, "nobody has answered"),
        (people(40)[0].assign(w=-1.0), {"items": ITEMS, "weight": "w"}, "a weight is -1"),
        (people(40)[0].assign(w=0.0), {"items": ITEMS, "weight": "w"}, "0 everywhere"),
        (people(40)[0].assign(w=np.nan), {"items": ITEMS, "weight": "w"}, "a weight is nan"),
        (people(40)[0], {"items": ITEMS, "weight": "w"}, 'no column "w"'),
    ],
)
def test_bad_input_is_refused_in_one_sentence(frame, options, says):
    with pytest.raises(DataError, match=says):
        latent.fit(frame, classes=2, **options)


def test_wrong_arguments_are_refused():
    frame, _ = people(40)
    with pytest.raises(ValueError, match="classes and starts"):
        latent.fit(frame, items=ITEMS, classes=0)
    with pytest.raises(ValueError, match="two classes"):
        latent_typing.typing_tool(latent.fit(frame, items=ITEMS, classes=1))


def test_agreement_is_the_best_matching_by_hand():
    """Five people in classes 0 0 0 1 1 and then 1 1 0 0 0: matched 0-1 and 1-0, four of five stay."""
    first, second = np.eye(2)[[0, 0, 0, 1, 1]], np.eye(3)[[1, 1, 0, 0, 0]]
    made = latent_typing.agreement(first, second)
    assert made.stays.value == pytest.approx(0.8) and made.stays.n == 5 and made.match.tolist() == [1, 0]
    assert latent_typing.agreement(first, first).stays.value == 1.0
    with pytest.raises(DataError, match="same people"):
        latent_typing.agreement(first, second[:3])


def test_the_short_questionnaire_takes_the_items_that_tell_and_beats_the_largest_class():
    yes = YES.copy()
    yes[:, [1, 4]] = 0.5  # two items tell nothing
    frame, _ = people(800, yes=yes)
    made = latent_typing.typing_tool(latent.fit(frame, items=ITEMS, classes=2))
    assert not {"q1", "q4"} & set(made.items) and 3 <= len(made.items) <= 5
    assert made.error.value < 0.1 < made.naive.value and made.error.low < made.error.value < made.error.high
    assert len(made.errors) == 5


def test_sizes_by_group_and_means_are_not_drawn_towards_each_other():
    frame, kind = people(1500, (0.6, 0.4), yes=np.clip(YES, 0.25, 0.75))
    spend = np.where(kind == 0, 300.0, 100.0)
    half = np.arange(1500) < 750
    made = latent.fit(frame, items=ITEMS, classes=2)
    found = latent_redraws.redrawn(made, groups=half, redraws=40)
    assert found.groups == (False, True) and found.sizes.shape == (41, 2, 2)
    assert np.allclose(found.shares.sum(axis=2), 1, atol=1e-6)
    means = latent_redraws.means(found, spend)
    placed = [spend[made.members.argmax(axis=1) == k].mean() for k in (0, 1)]
    for k, truth in enumerate((300, 100)):
        one = latent_redraws.estimate(means[:, k], 1500)
        assert one.low <= truth <= one.high and abs(one.value - truth) < abs(placed[k] - truth)
        share = latent_redraws.share_estimate(found.sizes[:, 1, k], 750)
        assert share.low <= (kind[half] == k).mean() <= share.high


def test_with_one_class_figures_are_those_of_everybody():
    frame, _ = people(60)
    found = latent_redraws.redrawn(latent.fit(frame, items=ITEMS, classes=1), redraws=5)
    values = np.r_[np.arange(59.0), np.nan]
    assert latent_redraws.means(found, values)[0, 0] == pytest.approx(29)
    assert latent_redraws.parts(found, values)[:, 0] == pytest.approx(1)
    assert math.isnan(latent_redraws.means(found, np.full(60, np.nan))[0, 0])
    assert math.isnan(latent_redraws.estimate(np.array([1.0]), 1).low)


def test_redraws_keep_the_people_of_each_stratum():
    counts = latent_redraws.draw_counts(np.repeat([0, 1], [30, 10]), 20, 1)
    assert (counts[:, :30].sum(axis=1) == 30).all() and (counts[:, 30:].sum(axis=1) == 10).all()
