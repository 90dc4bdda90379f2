"""The NBD-Dirichlet: by hand, at the limits, against published digits, and where the truth is known."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betaln, gammaln

from helpers.errors import DataError
from helpers.methods import dirichlet, dirichlet_line

# Toothpaste in Britain, first quarter of 1973, AGB panel; Goodhardt, Ehrenberg & Chatfield (1984), as the R package NBDdirichlet gives it.
SHARES = [0.25, 0.19, 0.10, 0.10, 0.09, 0.08, 0.03, 0.02]
BOUGHT = [0.20, 0.17, 0.09, 0.08, 0.08, 0.07, 0.03, 0.02]
SIZES = np.array((0.32, 0.22, 0.16, 0.12, 0.10, 0.08))
NAMES = list("abcdef")


def people(seed, n=2000, mean=3.0, k=0.9, s=1.5, loyal=None):
    """Purchases of a market; a fifth of the people consider the loyal brand, five times as much."""
    rng = np.random.default_rng(seed)
    alpha = np.tile(s * SIZES, (n, 1))
    if loyal is not None:
        one = rng.random(n) < 0.2
        rest = s * SIZES / (1 - SIZES[loyal])
        alpha = np.where(one[:, None], rest * (1 - 5 * SIZES[loyal]), rest)
        alpha[:, loyal] = np.where(one, 5 * s * SIZES[loyal], 1e-9)
    drawn = rng.gamma(alpha)
    return pd.DataFrame(
        rng.multinomial(rng.poisson(rng.gamma(k, mean / k, n)), drawn / drawn.sum(axis=1, keepdims=True)),
        columns=NAMES,
    )


def test_toothpaste_has_the_published_digits():
    market = dirichlet.fit(0.56, 2.6, SHARES, BOUGHT)
    assert market.mean == pytest.approx(1.456) and market.k == pytest.approx(0.77882, abs=5e-6)
    assert market.s == pytest.approx(1.29525, abs=5e-6)  # R stops at 50 purchases and prints 1.29528
    found = dirichlet.expected(market)
    assert (found["penetration"][0], found["frequency"][0], found["category_rate"][0]) == pytest.approx(
        (0.1999, 1.8205, 3.1614), abs=6e-5
    )
    assert dirichlet.duplication(market)[1, [0, 2]] == pytest.approx([0.2375, 0.1034], abs=5e-5)
    assert dirichlet.duplication(market)[1].round(2).tolist() == [0.24, 1, 0.10, 0.10, 0.09, 0.08, 0.03, 0.02]


def test_closed_forms_are_the_sums_over_numbers_of_purchases():
    m, k, s, share = 2.2, 0.7, 1.4, 0.18
    n = np.arange(1500)
    of_n = np.exp(
        gammaln(k + n) - gammaln(k) - gammaln(n + 1) + k * np.log(k / (k + m)) + n * np.log(m / (m + k))
    )
    none = np.exp(betaln(s * share, s * (1 - share) + n) - betaln(s * share, s * (1 - share)))
    only = np.exp(betaln(s * share + n, s * (1 - share)) - betaln(s * share, s * (1 - share)))
    b = 1 - of_n @ none
    made = dirichlet.Market(*map(np.asarray, (m, k, s, 1 - of_n[0], [share, 0.4, 0.42], [s] * 3, [True] * 3)))
    found = {name: float(value[0]) for name, value in dirichlet.expected(made).items()}
    assert found["penetration"] == pytest.approx(b, rel=1e-9) and found["frequency"] == pytest.approx(
        m * share / b, rel=1e-9
    )
    assert found["category_rate"] == pytest.approx((n * of_n) @ (1 - none) / b, rel=1e-9)
    assert found["sole"] == pytest.approx(of_n[1:] @ only[1:] / b, rel=1e-9)
    assert found["requirements"] == pytest.approx(found["frequency"] / found["category_rate"])


def test_what_five_people_did_by_hand():
    """Of five people two buy a (1 and 3 times), three b (2, 1, 1); the second buys both, the last nothing."""
    bought = pd.DataFrame({"a": [1, 3, 0, 0, 0], "b": [0, 2, 1, 1, 0]})
    found = dirichlet.observed(bought).loc["a"]
    assert found.drop("n").to_dict() == pytest.approx(
        {
            "share": 4 / 8,
            "penetration": 2 / 5,
            "frequency": 2.0,
            "category_rate": 3.0,
            "requirements": 4 / 6,
            "sole": 0.5,
        }
    )
    both = dirichlet.observed_duplication(bought)
    assert both.loc["a", "b"] == pytest.approx(1 / 2) and both.loc["b", "a"] == pytest.approx(1 / 3)
    assert dirichlet.duplication_coefficient(both, [2 / 5, 3 / 5]) == pytest.approx(
        (1 / 2 + 1 / 3) / (3 / 5 + 2 / 5)
    )


def test_weights_of_two_are_people_twice():
    bought = pd.DataFrame({"a": [1, 3, 0, 0], "b": [0, 2, 1, 0]})
    weighted = dirichlet.observed(bought, [2, 1, 1, 1]).drop(columns="n")
    pd.testing.assert_frame_equal(
        weighted, dirichlet.observed(pd.concat([bought.head(1), bought])).drop(columns="n")
    )


@settings(max_examples=40, deadline=None)
@given(st.floats(0.3, 0.9), st.floats(1.2, 3.0), st.floats(0.2, 8.0))
def test_double_jeopardy_holds_in_every_such_market(penetration, heavier, s):
    """A larger brand has more buyers, who buy it more often and give it more of what they need."""
    rate = -math.log1p(-penetration) / penetration * heavier
    market = dirichlet.fit(penetration, rate, SIZES, np.minimum(SIZES * 1.1 * penetration, penetration))
    found = dirichlet.expected(market, s=s)
    for name in ("penetration", "frequency", "requirements", "sole"):
        assert (np.diff(found[name]) < 1e-9).all(), name
    assert (found["penetration"] <= penetration + 1e-9).all() and (found["frequency"] >= 1 - 1e-9).all()


@pytest.mark.parametrize(("figures", "says"), [
    ((0.5, 2.0, [0.5, 0.5], [0.3, 0.3]), "2 brands"), ((1.0, 2.0, SIZES, SIZES / 2), "nobody or everybody"),
    ((0.5, 2.0, [0.5, 0.5, 0.0], [0.3, 0.3, 0.0]), "no purchases"), ((0.5, 2.0, SIZES, SIZES + 0.4), "more buyers than the category"),
    ((0.5, 1.0, SIZES, SIZES / 3), "differ less"),
])  # fmt: skip
def test_figures_that_fit_no_market_are_refused(figures, says):
    with pytest.raises(DataError, match=says):
        dirichlet.fit(*figures)


def test_parameters_and_the_loyal_brand_are_found():
    found = dirichlet_line.line(people(1, n=4000), seed=1)
    for made, truth in ((found.mean, 3.0), (found.k, 0.9), (found.s, 1.5)):
        assert made.low < truth < made.high
    loyal = dirichlet_line.line(people(3, n=4000, loyal=4), seed=1).table
    assert loyal.loc["e", "verdict"] == "above" and loyal.loc["e", "low_all"] > 0
    assert not loyal.drop(index="e")["verdict"].isin(["above", "below"]).any()
    inside = (
        (loyal["low_all"] <= loyal["low"])
        & (loyal["excess"] <= loyal["high_all"])
        & (loyal["low"] <= loyal["excess"])
    )
    assert inside.all()


def test_a_market_without_a_loyal_brand_is_mostly_left_alone_over_seeds():
    """Of 30 samples at most 9 may name a brand by chance: the binomial at 15 % does so in one of fifty."""
    named = [
        dirichlet_line.line(people(seed), draws=100, seed=seed)
        .table["verdict"]
        .isin(["above", "below"])
        .any()
        for seed in range(30)
    ]
    assert sum(named) <= 9


def test_the_same_seed_gives_the_same_line():
    one, other = (dirichlet_line.line(people(2), seed=5, draws=50).table for _ in range(2))
    pd.testing.assert_frame_equal(one, other)


def test_forty_people_tell_nothing_and_say_how_many_are_needed():
    found = dirichlet_line.line(people(1, n=40))
    assert found.market is None and set(found.table["verdict"]) == {"cannot tell"}
    assert "40 people, and 100 are the least" in found.guards[-1] and math.isnan(found.s.value)


def test_a_brand_that_nobody_bought_is_left_out_and_one_of_few_buyers_has_no_verdict():
    bought = people(1).assign(nobody=0)
    bought.loc[bought.index[~(bought["f"] > 0) | ((bought["f"] > 0).cumsum() > 20)], "f"] = 0
    found = dirichlet_line.line(bought, draws=50)
    assert "nobody" not in found.table.index and "nobody bought nobody" in found.guards[0]
    assert found.table.loc["f", "verdict"] == "cannot tell" and any(
        "f has fewer than 30 buyers" in one for one in found.guards
    )
    bought.loc[bought.index[(bought["f"] > 0).cumsum() > 5], "f"] = 0
    found = dirichlet_line.line(bought, draws=50)
    assert "f" not in found.table.index and any("5 people bought f" in one for one in found.guards)
    assert found.table["share"].sum() < 1  # of the category, which holds what is left out


def test_two_brands_and_a_category_that_everybody_buys_tell_nothing():
    assert "2 brands" in dirichlet_line.line(people(1)[["a", "b"]]).guards[-1]
    assert "nobody or everybody" in dirichlet_line.line(people(1) + 1).guards[-1]


@pytest.mark.parametrize(
    ("weights", "says"),
    [([1.0], "1 weights for 2000"), (np.full(2000, -1.0), "negative"), (np.zeros(2000), "all are 0")],
)
def test_weights_that_do_not_fit_are_refused(weights, says):
    with pytest.raises(DataError, match=says):
        dirichlet_line.line(people(1), weights=weights)
    with pytest.raises(DataError, match="missing or negative"):
        dirichlet_line.line(people(1).replace(1, np.nan))
