"""Attribution of paths: five journeys by hand, published examples, a brute-force Shapley value, and what cannot be told."""

from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods.attribution import SPLITTING, encode, weights
from helpers.methods.attribution_draws import RULES, SHARING, attribute, bounds, disagreement, table
from helpers.methods.attribution_exposure import PRIOR_SD, coefficients, exposure, refusal, sets_of
from helpers.methods.attribution_markov import counts_of, markov, removal_effects


def paths(*rows, **more):
    """Paths from (text, journeys, orders)."""
    return pd.DataFrame(rows, columns=["path", "n", "n_converted"]).assign(**more)


# Five paths: A, B and C; ten orders.
FIVE = paths(("A>B", 3, 2), ("A", 4, 1), ("B>C>B", 2, 2), ("C>A>B>C", 6, 3), ("B", 5, 2))


def orders(frame, rule, **more):
    made = encode(frame)
    return dict(zip(made.channels, made.converted @ weights(made, rule, **more), strict=True))


def effects(frame):
    made = encode(frame)
    found = removal_effects(counts_of(made), made.n[:, None], made.converted[:, None])[0]
    return dict(zip(made.channels, found.tolist(), strict=True))


@pytest.mark.parametrize(
    ("rule", "by_hand"),
    [
        ("last_touch", {"A": 1, "B": 2 + 2 + 2, "C": 3}),
        ("first_touch", {"A": 2 + 1, "B": 2 + 2, "C": 3}),
        # one contact all, two half each, three and more 40-20-40 with the middle shared
        ("position", {"A": 1 + 1 + 0.3, "B": 1 + 1.6 + 0.3 + 2, "C": 0.4 + 1.2 + 1.2}),
        # different channels of a path share alike
        ("shapley", {"A": 1 + 1 + 1, "B": 1 + 1 + 1 + 2, "C": 1 + 1}),
    ],
)
def test_five_paths_by_hand(rule, by_hand):
    assert orders(FIVE, rule) == pytest.approx(by_hand)


def test_last_non_direct_touch_passes_over_direct_visits_unless_all_are():
    assert orders(FIVE, "last_non_direct", direct=["C"]) == pytest.approx({"A": 1, "B": 9, "C": 0})
    assert orders(FIVE, "last_non_direct", direct=["B", "C"]) == pytest.approx(
        {"A": 2 + 1 + 3, "B": 2 + 2, "C": 0}
    )
    assert orders(FIVE, "last_non_direct") == orders(FIVE, "last_touch")


def test_time_decay_takes_the_shares_by_age_and_refuses_without_them():
    frame = paths(("A > B", 5, 4), ("A", 2, 1), decay=[[1.0, 3.0], [1.0]])
    assert orders(frame, "time_decay") == pytest.approx({"A": 2, "B": 3})
    with pytest.raises(ValueError, match="age of each contact"):
        orders(FIVE, "time_decay")
    assert "time_decay" not in attribute(encode(FIVE), draws=2).value
    with pytest.raises(DataError, match="2 contacts has 1 shares"):
        encode(frame.assign(decay=[[1.0], [1.0]]))


def test_markov_of_five_paths_by_hand():
    """Start: A 7, B 7, C 6 of 20. A leaves 13 times: 9 to B, 4 to the end with 1 order. B leaves 18 times: 8 to C, 10 to the end, of
    them 6 with an order. C leaves 14 times: 2 to B, 6 to A, 6 to the end with 3 orders."""
    a, b, c = (
        np.linalg.solve(
            np.array([[1, -9 / 13, 0], [0, 1, -8 / 18], [-6 / 14, -2 / 14, 1]]), [1 / 13, 6 / 18, 3 / 14]
        )
    ).tolist()
    whole = (7 * a + 7 * b + 6 * c) / 20
    # without A: its value is 0 wherever it is entered
    without_b, without_c = np.linalg.solve(np.array([[1, -8 / 18], [-2 / 14, 1]]), [6 / 18, 3 / 14])
    assert effects(FIVE)["A"] == pytest.approx(1 - (7 * without_b + 6 * without_c) / 20 / whole)
    made = encode(FIVE)
    split = markov(counts_of(made), made.n[:, None], made.converted[:, None])[0]
    assert split.sum() == pytest.approx(10) and split / split.sum() == pytest.approx(
        np.array(list(effects(FIVE).values())) / sum(effects(FIVE).values())
    )


def test_markov_gives_the_published_removal_effects():
    # Bryl (2016), Marketing multi-channel attribution model with R, part 1: three journeys, one order.
    assert effects(paths(("C1 > C2 > C3", 1, 1), ("C1", 1, 0), ("C2 > C3", 1, 0))) == pytest.approx(
        {"C1": 0.5, "C2": 1.0, "C3": 1.0}
    )
    # Puzyrov (2019), Markov chain attribution, simple explanation of removal effect: transitions 0.5, 0.25, 0.25, 1, 0.8 and 0.2,
    # so an order has chance 0.8, 0.2 without Google Ads and 0.4 without mailing.
    rows = paths(
        ("google ads", 2, 2), ("mailing", 1, 1), ("google ads > mailing", 1, 1), ("google ads", 1, 0)
    )
    assert effects(rows) == pytest.approx({"google ads": 0.75, "mailing": 0.5})


def test_markov_is_the_limit_of_a_simulated_chain():
    """100,000 walks with the transitions of the five paths; without B a walk that enters it ends."""
    made, rng = encode(FIVE), np.random.default_rng(4)
    counts = counts_of(made)
    moves = (counts.moves @ made.n).reshape(4, 3)
    won, ended = counts.last @ made.converted, counts.last @ made.n
    chain = np.column_stack([moves, np.r_[0, won], np.r_[0, ended - won]])
    steps = np.cumsum(chain / chain.sum(axis=1, keepdims=True), axis=1)
    at, met_b = np.zeros(100_000, dtype=int), np.zeros(100_000, dtype=bool)
    alive, bought = np.ones(100_000, dtype=bool), np.zeros(100_000, dtype=bool)
    while alive.any():
        to = (rng.random(alive.sum())[:, None] > steps[at[alive]]).sum(axis=1)
        who = np.flatnonzero(alive)
        bought[who[to == 3]] = True
        alive[who[to >= 3]] = False
        at[who[to < 3]] = to[to < 3] + 1
        met_b[who[to == 1]] = True
    assert 1 - (bought & ~met_b).sum() / bought.sum() == pytest.approx(effects(FIVE)["B"], abs=0.01)


def test_repeated_contacts_change_no_removal_effect():
    again = FIVE.assign(path=FIVE["path"].str.replace("B", "B>B>B"))
    assert effects(again) == pytest.approx(effects(FIVE))


def test_shapley_is_the_mean_over_all_orders_of_arrival():
    """Against the definition: every subset of channels, worth the orders whose paths use no channel outside it."""
    rng = np.random.default_rng(2)
    names = np.array(list("ABCDE"))
    rows = [(">".join(rng.choice(names, rng.integers(1, 5))), 9, int(rng.integers(0, 9))) for _ in range(40)]
    made = encode(paths(*rows))
    sets = [frozenset(names[made.steps[a:b]]) for a, b in zip(made.starts[:-1], made.starts[1:], strict=True)]

    def worth(team):
        return sum(n for n, own in zip(made.converted, sets, strict=True) if own <= team)

    found = dict(zip(made.channels, made.converted @ weights(made, "shapley"), strict=True))
    for name in names:
        others = [one for one in names if one != name]
        value = sum(
            factorial(size)
            * factorial(4 - size)
            / factorial(5)
            * (worth(frozenset(team) | {name}) - worth(frozenset(team)))
            for size in range(5)
            for team in combinations(others, size)
        )
        assert found[name] == pytest.approx(value)


def test_shapley_of_forty_channels_needs_no_subsets():
    rows = [(" > ".join(f"c{at:02d}" for at in range(k, 40)), 3, 2) for k in range(39)]
    made = encode(paths(*rows))
    assert (made.converted @ weights(made, "shapley")).sum() == pytest.approx(2 * 39)


def many(seed=1, n=4000):
    rng = np.random.default_rng(seed)
    there = rng.random((n, 3)) < [0.5, 0.3, 0.4]
    there[~there.any(axis=1), 0] = True
    p = 1 / (1 + np.exp(-(-2.0 + there @ [0.8, 0.0, -0.4])))
    text = [" > ".join(np.array(list("ABC"))[row]) for row in there]
    return paths(*zip(text, np.ones(n, int), (rng.random(n) < p).astype(int), strict=True)), there, p


def test_exposure_regression_is_statsmodels_logistic_regression():
    frame, there, _ = many()
    made = encode(frame)
    sets = sets_of(made)
    ours = coefficients(sets, sets.member @ made.n[:, None], sets.member @ made.converted[:, None])[0]
    theirs = sm.GLM(
        frame["n_converted"].to_numpy(), sm.add_constant(there.astype(float)), family=sm.families.Binomial()
    ).fit()
    assert ours == pytest.approx(theirs.params, abs=2e-3)  # the wide prior moves them a little
    assert PRIOR_SD == 10
    by_hand = sum(
        theirs.predict([1.0, *row]).item() - theirs.predict([1.0, 0.0, *row[1:]]).item()
        for row in there.astype(float)
        if row[0]
    )
    assert exposure(sets, made.n[:, None], made.converted[:, None])[0][0] == pytest.approx(by_hand, rel=3e-3)


def test_a_channel_that_every_buyer_touched_stays_finite():
    frame = paths(
        ("A", 50, 0), ("A > B", 50, 50), ("B", 10, 10), ("A > C", 30, 0), ("C", 20, 0), ("B > C", 5, 5)
    )
    found = attribute(encode(frame), draws=20)
    assert np.isfinite(found.value["exposure"]).all() and np.isfinite(found.draws["exposure"]).all()


def test_paths_of_one_channel_each_cannot_tell_an_effect():
    found = attribute(encode(paths(("A", 50, 5), ("B", 50, 9))), draws=5)
    assert "exposure" not in found.value and found.guards[0].startswith(
        "cannot tell: the journeys touch too few"
    )
    assert refusal(sets_of(encode(FIVE))) == ""


def test_rules_that_share_give_away_every_order_once():
    frame = many()[0].assign(decay=lambda rows: [[1.0] * (path.count(">") + 1) for path in rows["path"]])
    found = attribute(encode(frame), draws=3)
    assert set(found.value) == set(RULES)
    for rule in SHARING:
        assert found.value[rule].sum() == pytest.approx(found.n_orders)
        assert (found.draws[rule] >= 0).all()
    assert found.value["exposure"].sum() < found.n_orders


def test_intervals_of_last_touch_are_those_of_a_count():
    found = table(
        attribute(encode(paths(("A", 9000, 400), ("B > A", 3000, 100), ("B", 2000, 0))), draws=2000, seed=3)
    )
    row = found[(found["rule"] == "last_touch") & (found["channel"] == "A")].iloc[0]
    half = 1.645 * 500**0.5
    assert (row["low"], row["high"]) == (pytest.approx(500 - half, abs=4), pytest.approx(500 + half, abs=4))
    none = found[(found["rule"] == "last_touch") & (found["channel"] == "B")].iloc[0]
    assert (none["orders"], none["low"]) == (0, 0) and none["high"] == pytest.approx(
        2.9957, abs=1e-3
    )  # exact bound of a count of 0


def test_no_figure_depends_on_the_order_of_the_rows():
    frame = many(n=800)[0]
    one, other = (attribute(encode(rows), draws=20) for rows in (frame, frame.sample(frac=1, random_state=5)))
    for rule in one.value:
        np.testing.assert_array_equal(one.draws[rule], other.draws[rule])


def test_disagreement_is_the_share_of_orders_that_move():
    found = attribute(
        encode(paths(("A > B", 100, 30), ("B > A", 50, 10), ("A", 80, 60))),
        rules=["last_touch", "first_touch"],
        draws=50,
    )
    made, one, other = disagreement(found)
    # last: A 70, B 30; first: A 90, B 10
    assert (
        made.value == pytest.approx(0.2)
        and {one, other} == {"last_touch", "first_touch"}
        and made.low < 0.2 < made.high
    )
    alone = attribute(encode(FIVE), rules=["markov"], draws=5)
    assert np.isnan(disagreement(alone)[0].value)


def test_journeys_without_an_order_give_nothing_and_say_so():
    found = attribute(encode(paths(("A > B", 5, 0), ("B", 4, 0), ("A", 3, 0))), draws=5)
    made = table(found)
    assert found.n_orders == 0 and made[made["rule"] == "last_touch"]["orders"].eq(0).all()
    assert made[made["rule"] == "markov"]["orders"].isna().all() and np.isnan(disagreement(found)[0].value)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (paths(("A", 2, 3)), "row 1 has 2 journeys and 3 orders"),
        (paths(("A", 2.5, 1)), "row 1 has 2.5 journeys"),
        (paths(("A", 2, -1)), "-1 orders"),
        (paths(("A", np.nan, 1)), "row 1 has nan journeys"),
        (paths(("A > > B", 2, 1)), "path in row 1 is empty or has a contact without channel"),
        (paths(("", 2, 1)), "path in row 1 is empty"),
        (paths((None, 2, 1)), "path in row 1 is empty"),
        (FIVE.drop(columns="n"), "the column n is missing"),
    ],
)
def test_impossible_paths_are_refused(rows, said):
    with pytest.raises(DataError, match=said):
        encode(rows)


def test_no_path_at_all_and_an_unknown_rule_are_refused():
    with pytest.raises(DataError, match="there is no path"):
        attribute(encode(FIVE.iloc[:0]))
    with pytest.raises(ValueError, match="last_touch"):
        attribute(encode(FIVE), rules=["middle"])
    with pytest.raises(ValueError, match="first_touch"):
        weights(encode(FIVE), "middle")
    assert np.isnan(bounds(np.empty((0, 2)), np.zeros(2), level=0.9)[0]).all()


journey = st.lists(st.sampled_from("ABCD"), min_size=1, max_size=6).map(" > ".join)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(journey, st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=12))
def test_any_paths_are_shared_out_whole(rows):
    frame = paths(*((path, a + b, b) for path, a, b in rows))
    made = encode(frame)
    total = frame["n_converted"].sum()
    for rule in SPLITTING:
        if rule != "time_decay":
            given_away = made.converted @ weights(made, rule, direct=["A"])
            assert given_away.min() >= 0 and given_away.sum() == pytest.approx(total)
    lost = removal_effects(counts_of(made), made.n[:, None], made.converted[:, None])
    if total:
        assert (lost >= -1e-9).all() and (lost <= 1 + 1e-9).all()
        assert markov(counts_of(made), made.n[:, None], made.converted[:, None]).sum() == pytest.approx(total)
    else:
        assert np.isnan(lost).all()
    found = attribute(made, draws=3)
    assert all(np.isfinite(found.value[rule]).all() for rule in found.value if rule != "markov")
