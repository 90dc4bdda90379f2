"""Conditional logit of choice tasks: by hand, at the limits, to published digits, on a known truth, with bad input."""

import math
import runpy
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods import choice

worlds = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "choice_worlds.py")))
PLASTIC, GLASS = {"bottle": "plastic"}, {"bottle": "glass"}


def fitted(rows, **options):
    data = choice.coded(rows, **options)
    return data, choice.fit(data)


def test_three_of_four_who_take_glass_are_worth_the_logarithm_of_three_by_hand():
    """p = 3/4, b = ln 3, information 4 x 3/4 x 1/4; person 1 has scores 1/4 + 1/4, person 2 1/4 - 3/4."""
    rows = worlds.pairs([(1, GLASS, PLASTIC), (1, GLASS, PLASTIC), (2, GLASS, PLASTIC), (2, PLASTIC, GLASS)])
    data, made = fitted(rows, references={"bottle": "plastic"})
    assert made.names == ("bottle: glass",)
    assert made.coefficients == pytest.approx([math.log(3)])
    assert made.loglik == pytest.approx(3 * math.log(0.75) + math.log(0.25))
    assert made.loglik_null == pytest.approx(4 * math.log(0.5))
    assert made.covariance_iid[0, 0] == pytest.approx(4 / 3)
    assert made.covariance[0, 0] == pytest.approx((4 / 3) ** 2 * 2 * (0.25 + 0.25))
    assert (made.n_choices, made.n_people, data.n_people) == (4, 2, 2)


def dearer(people=45):
    """Three of four take glass at one price, and three of four the cheaper of two alike: glass is worth ten."""
    kinds = [
        ({**GLASS, "price": 10}, {**PLASTIC, "price": 10}),
        ({**PLASTIC, "price": 10}, {**PLASTIC, "price": 20}),
    ]
    rows = []
    for person in range(people):
        for good, bad, odd in ((*kinds[0], person % 3), (*kinds[1], person // 3 % 3)):
            rows += [(person, bad, good) if k < odd else (person, good, bad) for k in range(4)]
    return worlds.pairs(rows)


def test_the_worth_of_a_level_in_money_by_hand():
    data, made = fitted(dearer(), references={"bottle": "plastic"})
    assert made.at("price") == pytest.approx(-math.log(3) / 10)
    table = choice.willingness(made, data, seed=1)
    one = table.iloc[0]
    assert (one["attribute"], one["level"], one["reference"], one["reason"]) == ("bottle", "glass", "plastic", "")  # fmt: skip
    assert one["value"] == pytest.approx(10.0)
    assert one["low"] < 10 < one["high"]


def test_draws_and_the_delta_method_agree_where_the_price_is_well_known():
    data, made = fitted(worlds.study(4, people=600))
    table = choice.willingness(made, data, draws=20_000, seed=3)
    at = made.names.index("price")
    for one in table.itertuples():
        k = made.names.index(f"{one.attribute}: {one.level}")
        b, p = made.coefficients[k], made.coefficients[at]
        slope = np.array([-1 / p, b / p**2])
        error = math.sqrt(slope @ made.covariance[np.ix_([k, at], [k, at])] @ slope)
        assert [one.low, one.high] == pytest.approx(
            [one.value - 1.645 * error, one.value + 1.645 * error], abs=0.12 * error
        )


def test_worths_of_levels_lie_between_their_bounds_and_centred_ones_know_no_reference():
    rows = worlds.study(1)
    data, made = fitted(rows)
    table = choice.part_worths(made, data, seed=1)
    assert list(table["attribute"]) == ["bottle"] * 2 + ["brand"] * 3 + ["price", "none"]
    assert (table["low"] <= table["value"]).all() and (table["value"] <= table["high"]).all()
    assert table.loc[table["is_reference"], ["value", "low", "high"]].eq(0).all(axis=None)
    assert table["n_shown"].head(2).sum() == 120 * 8 * 3
    other, again = fitted(rows, references={"brand": "own", "bottle": "plastic"})
    one = choice.part_worths(made, data, centred=True).set_index(["attribute", "level"])["value"]
    two = choice.part_worths(again, other, centred=True).set_index(["attribute", "level"])["value"]
    levels = [at for at in one.index if at[0] in ("brand", "bottle")]
    assert one[levels].to_numpy() == pytest.approx(two[levels].to_numpy(), abs=1e-8)


def test_importance_adds_up_to_one_by_hand():
    data, made = fitted(dearer(), references={"bottle": "plastic"})
    table = choice.importance(made, data, seed=1).set_index("attribute")
    assert table["value"].to_dict() == pytest.approx({"bottle": 0.5, "price": 0.5})
    assert ((table["low"] < 0.5) & (table["high"] > 0.5)).all()


# published digits


def heating(test_data):
    wide = pd.read_csv(test_data / "brand" / "mlogit_Heating.csv")
    systems = ["gc", "gr", "ec", "er", "hp"]
    parts = [
        pd.DataFrame(
            {"case": wide["idcase"], "system": s, "ic": wide[f"ic.{s}"], "oc": wide[f"oc.{s}"], "y": wide["depvar"] == s}
        )
        for s in systems
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


@pytest.mark.golden
def test_heating_has_the_digits_of_mlogit(test_data):
    rows = heating(test_data)
    made = choice.fit(rows[["ic", "oc"]], chosen=rows["y"], task=rows["case"])
    assert made.coefficients == pytest.approx([-0.0062319, -0.0045801], abs=5e-8)
    assert np.sqrt(np.diag(made.covariance_iid)) == pytest.approx([0.0003528, 0.0003222], abs=5e-8)
    assert made.loglik == pytest.approx(-1095.2, abs=0.05)
    assert made.coefficients[1] / made.coefficients[0] == pytest.approx(0.7349453, abs=5e-8)


@pytest.mark.golden
def test_heating_with_constants_has_the_digits_of_mlogit(test_data):
    rows = heating(test_data)
    x = rows[["ic", "oc"]].assign(
        **{s: (rows["system"] == s).astype(float) for s in ("ec", "er", "gc", "gr")}
    )
    made = choice.fit(x, chosen=rows["y"], task=rows["case"])
    assert [made.at("ic"), made.at("oc")] == pytest.approx([-0.0015332, -0.0069964], abs=5e-8)
    assert made.at("gr") == pytest.approx(0.3082633, abs=1e-7), "0.30826325: mlogit stops a step earlier"
    assert made.at("oc") / made.at("ic") == pytest.approx(4.563385, abs=5e-7)
    assert made.loglik == pytest.approx(-1008.2287, abs=5e-5)


@pytest.mark.golden
def test_yogurt_has_the_log_likelihood_of_logitr(test_data):
    rows = pd.read_csv(test_data / "brand" / "logitr_yogurt.csv")
    x = rows[["price", "feat"]].assign(
        **{b: (rows["brand"] == b).astype(float) for b in ("hiland", "weight", "yoplait")}
    )
    made = choice.fit(x, chosen=rows["choice"], task=rows["obsID"], person=rows["id"])
    assert made.loglik == pytest.approx(-2656.8879, abs=5e-5)
    assert made.coefficients == pytest.approx([-0.3666, 0.4914, -3.7156, -0.6412, 0.7346], abs=5e-5)


@pytest.mark.golden
def test_the_worth_of_wifi_in_a_camera_is_wider_by_person_than_by_task(test_data):
    rows = pd.read_csv(test_data / "brand" / "bayesm_camera_long.csv")
    x = rows.drop(columns=["id", "task", "alt", "choice"])
    made = choice.fit(x, chosen=rows["choice"], task=rows["id"] * 100 + rows["task"], person=rows["id"])
    assert made.loglik == pytest.approx(-6503.7465, abs=5e-5)
    at = [made.names.index(name) for name in ("wifi", "price")]
    value = -100 * made.coefficients[at[0]] / made.coefficients[at[1]]
    assert value == pytest.approx(38.9, abs=0.05)
    widths = []
    for covariance, low, high in ((made.covariance, 30.5, 47.8), (made.covariance_iid, 33.3, 44.5)):
        drawn = np.random.default_rng(1).multivariate_normal(made.coefficients[at], covariance[np.ix_(at, at)], 200_000)  # fmt: skip
        found = np.quantile(-100 * drawn[:, 0] / drawn[:, 1], [0.025, 0.975])
        assert found == pytest.approx([low, high], abs=0.15), "the printed bounds are out of draws"
        widths.append(np.diff(found)[0])
    assert widths[0] / widths[1] == pytest.approx(1.55, abs=0.03)


@pytest.mark.golden
def test_four_thousand_choices_take_milliseconds(test_data):
    wide = pd.read_csv(test_data / "brand" / "mlogit_Electricity.csv")
    names = ["pf", "cl", "loc", "wk", "tod", "seas"]
    parts = [wide[[f"{n}{j}" for n in names]].set_axis(names, axis=1).assign(task=wide.index, person=wide["id"], y=wide["choice"] == j) for j in range(1, 5)]  # fmt: skip
    rows = pd.concat(parts, ignore_index=True)
    start = time.perf_counter()
    made = choice.fit(rows[names], chosen=rows["y"], task=rows["task"], person=rows["person"])
    assert time.perf_counter() - start < 1.0
    assert made.loglik == pytest.approx(-4958.6491, abs=5e-5)


# known truth


def test_the_planted_worths_lie_in_their_intervals_over_seeds():
    held = dict.fromkeys(worlds.TRUTH, 0)
    for seed in range(20):
        _, made = fitted(worlds.study(seed), references={"brand": "own", "bottle": "plastic"})
        for name, truth in worlds.TRUTH.items():
            held[name] += abs(made.at(name) - truth) <= 1.645 * made.errors[made.names.index(name)]
    assert min(held.values()) >= 14, held


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), factor=st.floats(0.01, 100.0))
def test_the_unit_of_the_price_and_the_order_of_rows_change_no_answer(seed, factor):
    rows = worlds.study(seed, people=40, tasks=6)
    _, made = fitted(rows)
    price = rows["attribute"] == "price"
    scaled = rows.assign(
        level=np.where(
            price, (pd.to_numeric(rows["level"], errors="coerce") * factor).astype(str), rows["level"]
        )
    )
    _, again = fitted(scaled.sample(frac=1, random_state=seed))
    at = made.names.index("price")
    wanted = made.coefficients / np.where(np.arange(len(made.names)) == at, factor, 1.0)
    assert again.coefficients == pytest.approx(wanted, rel=1e-7, abs=1e-9)
    assert again.loglik == pytest.approx(made.loglik, rel=1e-10)


def test_a_weight_of_two_is_a_person_who_stands_twice():
    rows = worlds.study(3, people=40)
    half = rows["respondent_id"] < "r0020"
    twice = pd.concat([rows, rows[half].assign(respondent_id="again " + rows["respondent_id"])])
    _, made = fitted(rows.assign(weight=np.where(half, 2.0, 1.0)))
    _, again = fitted(twice)
    assert made.coefficients == pytest.approx(again.coefficients, abs=1e-8)


# bad input


def test_an_attribute_that_never_varies_is_left_out_and_named():
    rows = worlds.study(2)
    same = rows[rows["attribute"] == "bottle"].assign(attribute="guarantee", level="2 years")
    data, made = fitted(pd.concat([rows, same]))
    assert data.guards == ("all offers have the same guarantee (2 years), so its worth cannot be told; vary it in the next study",)  # fmt: skip
    assert "guarantee" not in data.attributes
    assert made.coefficients == pytest.approx(fitted(rows)[1].coefficients)


def test_nothing_that_varies_is_refused():
    with pytest.raises(DataError, match="no attribute varies"):
        choice.coded(worlds.pairs([(1, GLASS, GLASS)]))


def test_forty_answers_are_marked_with_the_number_that_is_needed():
    data, made = fitted(worlds.study(1, people=40, tasks=2))
    assert data.need == math.ceil(500 * 5 / 6)
    assert "only 40 people answered; the usual rule asks for 417, and the intervals are wide" in made.guards


def test_fewer_than_thirty_people_have_no_worth_in_money():
    data, made = fitted(worlds.study(1, people=29))
    table = choice.willingness(made, data)
    assert table[["value", "low", "high"]].isna().all(axis=None)
    assert set(table["reason"]) == {"only 29 people answered, need n = 30"}


def test_a_brand_that_nobody_chose_cannot_be_told_and_the_others_are_as_without_it():
    rows = worlds.study(5, truth={"brand: small": -60.0})
    data, made = fitted(rows, references={"brand": "own"})
    assert math.isnan(made.at("brand: small")) and math.isnan(made.errors[made.names.index("brand: small")])
    assert made.guards[0] == "nobody chose an offer with brand small"
    assert made.guards[1].startswith("cannot tell: nobody or everybody chose by brand small")
    small = rows[(rows["attribute"] == "brand") & (rows["level"] == "small")]
    keys = ["respondent_id", "task", "alternative"]
    left = rows.merge(small[keys].assign(out=1), on=keys, how="left").query("out != out").drop(columns="out")
    _, without = fitted(left, references={"brand": "own"})
    kept = [name for name in made.names if name != "brand: small"]
    assert [made.at(n) for n in kept] == pytest.approx([without.at(n) for n in kept], abs=1e-7)
    table = choice.willingness(made, data).set_index("level")
    assert table.loc["small", "reason"] == "the worth of brand small cannot be told"
    assert table.loc["large", "reason"] == "" and table.loc["large", "value"] > 0


def test_levels_that_only_come_together_cannot_be_told_apart():
    rows = worlds.study(5)
    bottle = rows[rows["attribute"] == "bottle"]
    twin = bottle.assign(attribute="cap", level=bottle["level"].map({"glass": "cork", "plastic": "screw"}))
    _, made = fitted(pd.concat([rows, twin]))
    assert math.isnan(made.at("bottle: plastic")) and math.isnan(made.at("cap: screw"))
    assert made.guards[-1].startswith("cannot tell: bottle plastic, cap screw: the worth")
    assert made.at("price") == pytest.approx(fitted(rows)[1].at("price"))


def test_everybody_who_takes_the_cheapest_separates_the_price():
    rows = [(k, {**PLASTIC, "price": 10 + k % 3}, {**GLASS, "price": 20 + k % 2}) for k in range(40)]
    rows += [(k, {**GLASS, "price": 10 + k % 3}, {**PLASTIC, "price": 20}) for k in range(20)]
    data, made = fitted(worlds.pairs(rows))
    assert math.isnan(made.at("price"))
    assert "cannot be told" in choice.willingness(made, data)["reason"].iloc[0]


def test_a_worth_is_refused_where_the_price_may_do_nothing_or_pleases():
    data, made = fitted(worlds.study(1, people=60, truth={"price": 0.0}))
    table = choice.willingness(made, data)
    assert table[["value", "low", "high"]].isna().all(axis=None)
    assert "spans zero" in table["reason"].iloc[0] and "need n = " in table["reason"].iloc[0]
    data, made = fitted(worlds.study(1, truth={"price": 0.03}))
    assert choice.willingness(made, data)["reason"].iloc[0].startswith("people chose the dearer offers")
    no_price = worlds.study(1).query("attribute != 'price'")
    data, made = fitted(no_price)
    assert "no price" in choice.willingness(made, data)["reason"].iloc[0]


def broken(**change):
    rows = worlds.study(1, people=30, tasks=3)
    return rows.assign(**change)


def with_levels(attribute, level):
    rows = broken()
    return rows.assign(level=np.where(rows["attribute"] == attribute, level, rows["level"]))


@pytest.mark.parametrize(("rows", "says"), [
    (broken().drop(columns="level"), "column level is missing"),
    (broken().iloc[:0], "nobody has answered"),
    (broken(level=np.nan), "have no level"),
    (broken(is_chosen=False), "90 of 90 tasks have no choice"),
    (broken(is_chosen=True), "90 of 90 tasks have several choices"),
    (with_levels("price", "49 EUR"), 'the price "49 EUR" is no number'),
    (pd.concat([broken(), broken()]), "several levels of"),
    (broken()[lambda f: ~((f["attribute"] == "price") & (f["task"] == 1))], "have no price"),
    (broken(weight=0.0), "all weights are 0"),
    (broken(weight=-1.0), "negative"),
    (broken(weight=lambda f: np.arange(len(f)) + 1.0), "differs between rows"),
    (broken(weight=lambda f: np.where(f["task"] == 1, np.nan, 1.0)), "missing"),
])  # fmt: skip
def test_impossible_rows_are_refused_in_one_sentence(rows, says):
    with pytest.raises(DataError, match=says) as refused:
        choice.coded(rows)
    assert "\n" not in str(refused.value)


def test_an_unknown_reference_is_refused_with_the_levels_there_are():
    with pytest.raises(ValueError, match="Use large, own, small"):
        choice.coded(broken(), references={"brand": "other"})
    with pytest.raises(ValueError, match="Use bottle, brand, price"):
        choice.coded(broken(), references={"colour": "red"})


def test_arrays_without_tasks_or_with_holes_are_refused():
    frame = pd.DataFrame({"x": [1.0, 2.0]})
    with pytest.raises(ValueError, match="give chosen and task"):
        choice.fit(frame)
    with pytest.raises(DataError, match="column x has values that are missing"):
        choice.fit(frame.assign(x=[1.0, np.nan]), chosen=[1, 0], task=[1, 1])
    with pytest.raises(DataError, match="no choice or several"):
        choice.fit(frame, chosen=[1, 1], task=[1, 1])
    with pytest.raises(DataError, match="weights are missing"):
        choice.fit(frame, chosen=[1, 0], task=[1, 1], weight=[1.0, 2.0])
