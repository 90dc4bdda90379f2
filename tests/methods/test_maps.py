"""Correspondence analysis: by hand, at the limits, against published digits, and where the truth is known."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods import maps, maps_apart, maps_doubt

# Greenacre (1984), smoking habits of the staff of a firm; digits of the R package ca 0.71.1.
SMOKE = pd.DataFrame(
    [[4, 2, 3, 2], [4, 3, 7, 4], [25, 10, 12, 4], [18, 24, 33, 13], [10, 6, 7, 2]],
    index=["SM", "JM", "SE", "JE", "SC"], columns=["none", "light", "medium", "heavy"],
)  # fmt: skip
# Who does which task in 1,744 households: wife, alternating, husband, jointly; digits of FactoMineR.
TASKS = pd.DataFrame(
    [[156, 14, 2, 4], [124, 20, 5, 4], [77, 11, 7, 13], [82, 36, 15, 7], [53, 11, 1, 57], [32, 24, 4, 53], [33, 23, 9, 55], [12, 46, 23, 15],
     [10, 51, 75, 3], [13, 13, 21, 66], [8, 1, 53, 77], [0, 3, 160, 2], [0, 1, 6, 153]],
)  # fmt: skip
PLACES = np.array(((0.8, 0.4), (-0.6, 0.1), (0.1, -0.6), (-0.6, 0.1)))
POINTS = np.array(((0.3, 0.5), (0.8, -0.2), (-0.8, 0.1), (-0.2, -0.6), (0.3, 0.6)))
BRANDS, ATTRIBUTES = ["ours", "big", "small", "twin"], ["a", "b", "c", "d", "e"]


def people(seed, n=800, places=PLACES):
    rng = np.random.default_rng(seed)
    knows = rng.random((n, len(places))) < (0.6, 0.8, 0.5, 0.6)
    return (rng.random((n, len(places), len(POINTS))) < 0.3 * np.exp(places @ POINTS.T)) & knows[
        :, :, None
    ], knows


def test_smoke_has_the_digits_of_r():
    found = maps.correspondence(SMOKE)
    assert found.inertia[2] ** 0.5 == pytest.approx(0.02033652084, abs=5e-12)
    assert found.total == pytest.approx(0.08519, abs=5e-6)
    assert found.share == pytest.approx([0.8775587, 0.1175865, 0.0048547], abs=5e-8)
    assert np.abs(found.rows[1].to_numpy()) == pytest.approx(
        [0.065768, 0.258958, 0.380595, 0.232952, 0.201089], abs=5e-7
    )


def test_housetasks_has_the_published_inertias_and_chi2():
    found = maps.correspondence(TASKS)
    assert found.inertia == pytest.approx([0.542889, 0.445003, 0.127048], abs=5e-7)
    assert 100 * found.share == pytest.approx([48.692, 39.913, 11.395], abs=5e-4)
    assert found.chi2 == pytest.approx(1944.4562, abs=5e-5) and found.df == 36 and found.p < 1e-300


def test_a_diagonal_table_by_hand():
    """Three brands, each with one attribute of its own: S is I - r r', so both axes have inertia 1 and chi2 is 2 n."""
    found = maps.correspondence(pd.DataFrame(np.diag([10, 10, 10])))
    assert found.inertia == pytest.approx([1, 1]) and found.chi2 == pytest.approx(60)
    assert found.residuals.to_numpy().diagonal() == pytest.approx([math.sqrt(30)] * 3)


def test_contributions_and_cos2_add_up_and_the_table_comes_back():
    found = maps.correspondence(SMOKE)
    for table in (found.row_contributions, found.column_contributions):
        assert table.sum().to_numpy() == pytest.approx(1)
    for table in (found.row_cos2, found.column_cos2):
        assert table.sum(axis=1).to_numpy() == pytest.approx(1)
    expected = np.outer(found.row_masses, found.column_masses)
    back = expected * (1 + found.rows.to_numpy() @ found.columns.to_numpy().T) * found.n
    assert back == pytest.approx(SMOKE.to_numpy())


def test_supplementary_points_that_are_in_the_map_fall_on_themselves():
    found = maps.correspondence(SMOKE)
    assert maps.supplementary_rows(found, SMOKE).to_numpy() == pytest.approx(found.rows.to_numpy())
    assert maps.supplementary_columns(found, SMOKE).to_numpy() == pytest.approx(found.columns.to_numpy())
    with pytest.raises(DataError, match="no column light"):
        maps.supplementary_rows(found, SMOKE.drop(columns="light"))
    with pytest.raises(DataError, match="no row SE"):
        maps.supplementary_columns(found, SMOKE.drop(index="SE"))


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(5)), st.permutations(range(4)), st.integers(2, 9))
def test_order_and_size_of_the_table_move_no_point(rows, columns, times):
    one, other = (
        maps.correspondence(SMOKE),
        maps.correspondence(times * SMOKE.iloc[list(rows), list(columns)]),
    )
    assert other.rows.loc[SMOKE.index].to_numpy() == pytest.approx(one.rows.to_numpy(), abs=1e-10)
    assert other.chi2 == pytest.approx(times * one.chi2)


def test_equally_large_coordinates_take_the_sign_of_the_first():
    table = np.array([[[0.0, 0.5, -0.5], [0.0, -0.5, 0.5]]])
    for turned in (table, -table):
        _, _, v = maps.axes(turned)
        assert v[0, 1, 0] > 0


@pytest.mark.parametrize(("table", "says"), [
    (SMOKE.head(2), "2 brands and 4 attributes"), (SMOKE.iloc[:, :2], "5 brands and 2 attributes"), (SMOKE.mask(SMOKE == 33), "missing or negative"),
    (SMOKE.assign(heavy=0), "attribute heavy has no count"), (SMOKE * np.array([[1], [0], [1], [1], [1]]), "brand JM has no count"),
])  # fmt: skip
def test_a_table_that_makes_no_map_is_refused(table, says):
    with pytest.raises(DataError, match=says):
        maps.correspondence(table)


def test_pairs_that_are_apart_are_told_and_twins_are_not():
    answers, knows = people(1)
    found = maps_doubt.of_people(answers, BRANDS, ATTRIBUTES, knows=knows, seed=1)
    apart = {frozenset((row.first, row.second)): row.apart for row in found.pairs.itertuples()}
    assert not apart.pop(frozenset(("big", "twin"))) and all(apart.values())
    assert found.p < 1e-6 and 0 < found.noise < found.map.total
    brands = found.points[found.points["kind"] == "brand"]
    assert (brands["semi_major"] >= brands["semi_minor"]).all() and (brands["semi_minor"] > 0).all()
    assert (
        (found.pairs["low"] <= found.pairs["distance"]) & (found.pairs["distance"] <= found.pairs["high"])
    ).all()


def test_twins_stay_together_and_true_places_in_their_ellipses_over_seeds():
    """Of 40 samples at most 9 may set the twins apart by chance at 10 %, by the binomial at 1 in 100."""
    apart = [
        maps_doubt.of_people(*_given(seed), draws=20)
        .pairs.set_index(["first", "second"])
        .at[("big", "twin"), "apart"]
        for seed in range(40)
    ]
    assert sum(apart) <= 9


def _given(seed):
    answers, _ = people(seed)
    return answers, BRANDS, ATTRIBUTES


def test_the_same_seed_gives_the_same_map_and_weights_that_are_alike_change_nothing():
    answers, knows = people(2)
    one, other = (
        maps_doubt.of_people(answers, BRANDS, ATTRIBUTES, knows=knows, weights=w, seed=3, draws=50)
        for w in (None, np.full(800, 2.0))
    )
    pd.testing.assert_frame_equal(one.points, other.points)
    pd.testing.assert_frame_equal(one.pairs, other.pairs)


def test_a_person_counted_twice_is_a_weight_of_two():
    answers, knows = people(4, n=300)
    twice = maps_doubt.of_people(
        np.concatenate([answers, answers[:50]]),
        BRANDS,
        ATTRIBUTES,
        knows=np.concatenate([knows, knows[:50]]),
        draws=5,
    )
    weighted = maps_doubt.of_people(
        answers, BRANDS, ATTRIBUTES, knows=knows, weights=np.where(np.arange(300) < 50, 2.0, 1.0), draws=5
    )
    assert twice.map.rows.to_numpy() == pytest.approx(weighted.map.rows.to_numpy())


def test_brands_that_are_all_rated_alike_have_no_map():
    answers, knows = people(5, places=PLACES * 0)
    found = maps_doubt.of_people(answers, BRANDS, ATTRIBUTES, knows=knows)
    assert found.map is None and found.points.empty and found.pairs.empty
    assert any("brands are seen alike" in guard for guard in found.guards)
    same = np.ones((200, 4, 5))
    assert maps_doubt.of_people(same, BRANDS, ATTRIBUTES).map is None


def test_people_who_all_agree_leave_no_doubt_and_brands_on_one_line_no_map():
    one = np.zeros((4, 5))
    one[0, :2] = one[1, 2:] = one[2, 1:4] = one[3, 0] = 1.0
    found = maps_doubt.of_people(np.repeat(one[None], 150, axis=0), BRANDS, ATTRIBUTES, draws=5)
    assert found.pairs["apart"].all() and found.p == 0
    assert (found.points.loc[found.points["kind"] == "brand", "semi_major"] < 1e-6).all()
    line = maps_doubt.of_table(pd.DataFrame([[300, 100, 200], [100, 300, 200], [200, 200, 200]]), draws=5)
    assert line.map is None and any("one line only" in guard for guard in line.guards)


def test_forty_answers_have_no_map_and_say_how_many_are_needed():
    answers, knows = people(6, n=40)
    found = maps_doubt.of_people(answers, BRANDS, ATTRIBUTES, knows=knows)
    assert found.map is None and "40 people, and 100 are the least" in found.guards[-1]


def test_a_brand_that_nobody_knows_and_one_that_few_know_have_no_place():
    answers, knows = people(7)
    answers, knows = answers.copy(), knows.copy()
    answers[:, 3], knows[:, 3] = False, False
    found = maps_doubt.of_people(answers, BRANDS, ATTRIBUTES, knows=knows, draws=5)
    assert "nobody knows twin" in found.guards[0] and "twin" not in set(found.points["name"])
    answers[20:, 2], knows[20:, 2] = False, False
    found = maps_doubt.of_people(answers, BRANDS, ATTRIBUTES, knows=knows, draws=5)
    assert found.map is None and any("2 brands and 5 attributes" in guard for guard in found.guards)


def test_an_attribute_that_nobody_says_is_left_out():
    answers, knows = people(8)
    answers = answers.copy()
    answers[:, :, 4] = False
    found = maps_doubt.of_people(answers, BRANDS, ATTRIBUTES, knows=knows, draws=5)
    assert "nobody says e" in found.guards[0] and list(found.map.columns.index) == ["a", "b", "c", "d"]


def test_a_table_without_people_says_that_it_takes_counts_for_people():
    found = maps_doubt.of_table(TASKS.set_axis(list("wahj"), axis=1), draws=50)
    assert found.map.chi2 == pytest.approx(1944.4562, abs=5e-5) and "person of its own" in found.guards[0]
    assert found.pairs["apart"].mean() > 0.8
    with pytest.raises(DataError, match="missing or negative"):
        maps_doubt.of_table(-TASKS)


@pytest.mark.parametrize(("change", "says"), [
    ({"answers": np.full((3, 3, 3), 2.0)}, "neither 0 nor 1"), ({"weights": [1.0, 2.0]}, "2 weights for 3 people"), ({"weights": [1.0, -2.0, 1.0]}, "negative"),
])  # fmt: skip
def test_impossible_answers_and_weights_are_refused(change, says):
    given_ = {"answers": np.ones((3, 3, 3)), "weights": None, **change}
    with pytest.raises(DataError, match=says):
        maps_doubt.of_people(given_["answers"], list("xyz"), list("abc"), weights=given_["weights"])


def test_holm_by_hand():
    """Three chances: .01 x 3 = .03, .03 x 2 = .06, .04 x 1 is below .06 and is brought to it."""
    assert maps_apart.holm(np.array([0.03, 0.01, 0.04])) == pytest.approx([0.06, 0.03, 0.06])
