"""What the surveys, prices and sales of the market plant is what simple estimators find in them, over several seeds."""

import itertools

import numpy as np
import pandas as pd
import pytest

from helpers import tables
from helpers.sample import build, chunk, parts
from helpers.sample.parts import positioning_choices as choices
from helpers.sample.parts import positioning_image as image
from helpers.sample.parts import positioning_market as market
from helpers.sample.parts import positioning_needs as needs
from helpers.sample.parts import positioning_people as people_of
from helpers.sample.parts import positioning_price as price
from helpers.sample.parts import positioning_prices as prices
from helpers.sample.parts import positioning_usage as usage
from helpers.sample.setting import NEED_CLASSES, Setting
from helpers.sample.world import World

SEEDS = (1, 2, 3, 4, 5)
NAMES = [name for name in parts.PARTS if name.startswith("positioning")]


@pytest.fixture(scope="module")
def worlds():
    return [World(Setting(seed, 0.05)) for seed in SEEDS]


def survey(part, world, name=""):
    """Answers of one survey of a part."""
    made = pd.concat([frame for _, frame in part.books(world, {})], ignore_index=True)
    return made[made["survey_id"] == name] if name else made


def wide(rows, columns="question"):
    return rows.pivot(index="respondent_id", columns=columns, values="score")


def raked(people, place):
    """Weights that bring each margin of a market to the population's, a mean of 1."""
    weight = pd.Series(1.0, index=people.index)
    for _ in range(100):
        for name, shares in people_of.POPULATION[place].items():
            wanted = pd.Series(shares, index=people_of.DIMENSIONS[name])
            weight *= people[name].map(wanted / (weight.groupby(people[name]).sum() / weight.sum()))
    return weight / weight.mean()


def error(weight, spread):
    return spread * np.sqrt((weight**2).sum()) / weight.sum()


# ---- Nothing else changes, and a small world is a world ----


def test_the_parts_change_no_other_table(tmp_path, monkeypatch):
    early = [
        one for one in parts.modules() if "brand_" not in one.__name__ and "csr_" not in one.__name__
    ]  # those that were there before and these
    monkeypatch.setattr(parts, "modules", lambda: early)
    build.make(tmp_path / "with", seed=7, scale=0.02)
    kept = [one for one in early if "positioning" not in one.__name__]
    monkeypatch.setattr(parts, "modules", lambda: kept)
    build.make(tmp_path / "without", seed=7, scale=0.02)
    before = {
        p.relative_to(tmp_path / "without"): p.read_bytes() for p in (tmp_path / "without").rglob("*.parquet")
    }
    after = {p.relative_to(tmp_path / "with"): p.read_bytes() for p in (tmp_path / "with").rglob("*.parquet")}
    assert {name for name in before if after[name] != before[name]} == set()
    new = {name.parts[1] for name in set(after) - set(before)}
    assert new == {"surveys", "choices", "prices", "market_sales", "population_margins"}


def test_the_smallest_world_asks_the_customers_it_has_and_the_whole_panel(tmp_path):
    build.make(tmp_path / "tiny", seed=7, scale=0.01)
    rows = pd.read_parquet(tmp_path / "tiny" / "tidy" / "surveys")
    asked = rows[rows["survey_id"] == "needs-2026-09"].groupby("sample_source")["respondent_id"].nunique()
    assert asked["panel, quotas"] == 1_200 and 0 < asked["customers"] < 300
    assert not rows.duplicated(list(tables.contract("surveys").key)).any()


def test_each_survey_has_the_size_that_was_agreed(worlds):
    sizes = {}
    for part in (needs, image, usage, price):
        sizes |= survey(part, worlds[0]).groupby("survey_id")["respondent_id"].nunique().to_dict()
    assert sizes == {
        "needs-2026-06": 1_200, "needs-2026-09": 1_200, "image-2026-09": 1_200, "usage-2025-09": 2_000,
        "usage-2026-09": 2_000, "price-2026-09": 600,
    }  # fmt: skip


# ---- Who answers ----


def test_margins_add_up_to_one_and_the_panel_hears_the_young_women_and_the_capital_too_often(worlds):
    (_, margins), *_ = people_of.market(worlds[0])
    assert margins.groupby(["market", "dimension"])["share"].sum().to_numpy() == pytest.approx(1.0)
    assert len(tables.check(margins, "population_margins")) == 36
    rows = pd.concat([survey(image, world).drop_duplicates("respondent_id") for world in worlds])
    known = margins[margins["market"] == "FR"].set_index("level")["share"]
    for name, level in (("age_band", "18-24"), ("sex", "F"), ("region", "capital")):
        assert (rows[name] == level).mean() > known[level] + 0.03, level


def test_sizes_of_the_classes_are_found_in_weighted_answers_and_not_in_plain_ones(worlds):
    """Sizes by EM with the planted chances, so that only the sizes are estimated."""
    plain, weighted, spread, wanted = [], [], [], needs.sizes("needs-2026-09", "FR")
    for world in worlds:
        rows = survey(needs, world, "needs-2026-09").query("market == 'FR'")
        people = rows.drop_duplicates("respondent_id").set_index("respondent_id")
        scores = wide(rows[rows["scale_max"] == 3])[[f"need_{item}" for item in needs.ITEMS]]
        fit = np.ones((len(scores), len(NEED_CLASSES)))
        for at, column in enumerate(scores):
            fit *= needs.chances()[:, at, :].T[scores[column].astype(int) - 1]
        weight = raked(people.loc[scores.index], "FR").to_numpy()
        plain.append(class_sizes(fit, np.ones(len(fit))))
        weighted.append(class_sizes(fit, weight))
        spread.append(error(weight, np.sqrt(wanted * (1 - wanted))))
    far = np.mean(weighted, axis=0) - wanted
    assert (np.abs(far) < 3.5 * np.mean(spread, axis=0) / np.sqrt(len(SEEDS))).all()
    planet = NEED_CLASSES.index("planet")
    assert np.mean(plain, axis=0)[planet] > wanted[planet] + 0.03


def class_sizes(fit, weight):
    share = np.full(fit.shape[1], 1 / fit.shape[1])
    for _ in range(300):
        post = fit * share / (fit @ share)[:, None]
        share = weight @ post / weight.sum()
    return share


@pytest.mark.parametrize("at", range(len(NEED_CLASSES)))
def test_a_class_answers_spends_and_wishes_as_the_truth_says(at):
    rng = np.random.default_rng(3)
    who = people_of.panel(rng, 20_000, "FR")
    rows = needs.answered(rng, who, np.full(20_000, at), "needs-2026-09", own=False)
    said = {(e.name, e.segment): e.value for e in needs.truth(None, empty_counts())}
    name = NEED_CLASSES[at]
    score = rows.groupby("question")["score"]
    assert score.mean()["spend_category_12m"] == pytest.approx(said["need_class_spend", name], rel=0.02)
    wish = rows.loc[rows["question"] == "try_own_12m", "score"]
    assert (wish >= 8).mean() == pytest.approx(said["need_class_try_own", name], abs=0.012)
    for item in needs.ITEMS:
        found = rows.loc[rows["question"] == f"need_{item}", "score"]
        assert (found == 3).mean() == pytest.approx(
            said["need_item_decides", f"{name}: need_{item}"], abs=0.015
        )
        assert (found == 2).mean() == pytest.approx(
            said["need_item_matters", f"{name}: need_{item}"], abs=0.015
        )


def empty_counts():
    return {"needs_customers": np.ones((2, 4)), "needs_revenue": np.ones(4)}


def test_customers_who_answer_are_real_and_keep_the_class_of_the_world():
    drawn = chunk.draw(World(Setting(1, 0.3)), 0)
    rows = pd.concat([frame for _, frame in needs.people(drawn)])
    assert set(rows["customer_id"]) <= set(drawn.people["customer_id"]) and rows["customer_id"].notna().all()
    assert "try_own_12m" not in set(rows["question"])
    some = rows[rows["question"] == "need_planet"].merge(drawn.people[["customer_id", "need_class"]])
    decides = (some["score"] == 3).groupby(some["need_class"]).mean()
    assert (
        decides[NEED_CLASSES.index("planet")] > 0.45
        and decides.drop(NEED_CLASSES.index("planet")).max() < 0.4
    )


# ---- Image ----


def test_brands_are_known_and_described_as_planted(worlds):
    rows = pd.concat([survey(image, world).assign(seed=at) for at, world in enumerate(worlds)])
    fit = rows[rows["question"] != "knows"].groupby(["brand", "question"])["score"].agg(["mean", "size"])
    for (i, brand), (j, name) in itertools.product(enumerate(image.BRANDS), enumerate(image.ATTRIBUTES)):
        got, n = fit.loc[(brand, f"attr_{name}")]
        wanted = image.fits()[i, j]
        assert abs(got - wanted) < 4.5 * np.sqrt(wanted * (1 - wanted) / n) * 1.2, (brand, name)
    assert image.fits().max() * max(image.YES_SAYING) < 1
    known = rows[rows["question"] == "knows"].groupby("brand")["score"].mean()
    assert (
        known[image.BRANDS[0]] > image.known()[0] + 0.02
    )  # the panel knows us better than the population does
    for brand, wanted in list(zip(image.BRANDS, image.known(), strict=True))[1:]:
        assert known[brand] == pytest.approx(wanted, abs=0.025)


def test_two_pairs_of_brands_lie_on_one_point_and_the_others_apart(worlds):
    said = {(e.name, e.segment): e.value for e in image.truth(worlds[0], {})}
    alike = {pair for (name, pair), value in said.items() if name == "brands_apart" and value == 0}
    assert alike == {"Tavlune | Brumelle", "Clairpont | Rivanel"}
    flat = image.coordinates()[:, :2]
    for i, j in itertools.combinations(range(len(image.BRANDS)), 2):
        pair = f"{image.BRANDS[i]} | {image.BRANDS[j]}"
        assert (np.hypot(*(flat[i] - flat[j])) < 1e-9) == (pair in alike)
        assert pair in alike or said["brand_distance", pair] > 0.2


# ---- Use ----


def test_purchases_are_those_of_the_dirichlet_and_one_brand_is_bought_more_often(worlds):
    counts = np.concatenate([usage.bought(world.rng("test usage"), "usage-2026-09") for world in worlds])
    total = counts.sum(axis=1)
    assert total.mean() == pytest.approx(usage.M, rel=0.05)
    assert (total == 0).mean() == pytest.approx((1 + usage.M / usage.K) ** -usage.K, abs=0.02)
    for at, brand in enumerate(usage.brands("usage-2026-09")):
        buyers, times = usage.found("usage-2026-09", brand)
        bought = counts[:, at]
        assert (bought > 0).mean() == pytest.approx(buyers, abs=4 * np.sqrt(buyers / len(bought))), brand
        some = bought[bought > 0]
        assert some.mean() == pytest.approx(times, abs=4 * some.std() / np.sqrt(len(some))), brand
        usual = usage.reach(usage.SHARES["usage-2026-09"][at])[1]
        assert (times / usual > 1.3) == (brand == usage.LOYAL) and (
            brand == usage.LOYAL or times / usual < 1.02
        )


def test_expected_buyers_of_the_dirichlet_are_those_of_a_very_large_draw():
    rng, share, n = np.random.default_rng(5), 0.2, 400_000
    taken = rng.binomial(rng.poisson(rng.gamma(usage.K, usage.M / usage.K, n)), rng.beta(usage.S * share, usage.S * (1 - share), n))  # fmt: skip
    buyers, times = usage.reach(share)
    assert (taken > 0).mean() == pytest.approx(buyers, abs=0.003)
    assert taken[taken > 0].mean() == pytest.approx(times, rel=0.01)


def test_lines_are_asked_about_once_they_are_on_sale_and_shares_add_up(worlds):
    rows = survey(usage, worlds[0])
    asked = rows[rows["question"] == "purchases_12m"].groupby("survey_id")["brand"].agg(set)
    assert asked["usage-2026-09"] - asked["usage-2025-09"] == {"Maison Brévane Nomade"}
    for name, shares in usage.SHARES.items():
        assert sum(shares) == pytest.approx(1) and usage.groups(name).sum(axis=1) == pytest.approx(1)
    assert sum(usage.CAME_FROM.values()) == pytest.approx(1)
    before = rows[rows["question"] == "previous_brand"]
    assert set(before["survey_id"]) == {"usage-2026-09"} and len(before) > 150
    own = rows[
        (rows["survey_id"] == "usage-2026-09") & rows["brand"].str.startswith("Maison") & (rows["score"] > 0)
    ]
    assert set(before["respondent_id"]) <= set(own["respondent_id"])


# ---- Price ----


def test_some_price_answers_are_out_of_order_and_the_others_are_not(worlds):
    four = np.concatenate([wide(survey(price, world))[list(price.QUESTIONS)].to_numpy() for world in worlds])
    mixed = (np.diff(four, axis=1) <= 0).any(axis=1)
    assert mixed.mean() == pytest.approx(price.OUT_OF_ORDER, abs=3.5 * np.sqrt(0.08 * 0.92 / len(four)))
    assert (four == np.round(four)).all() and four.min() > 10


def test_curves_of_weighted_answers_cross_where_the_populations_do(worlds):
    crossings = {"pmc": ("cheap", "too_cheap"), "pme": ("too_expensive", "expensive"),
                 "idp": ("expensive", "cheap"), "opp": ("too_expensive", "too_cheap")}  # fmt: skip
    at = np.arange(40, 260, 0.5)
    rows = [french(world) for world in worlds]
    four, weight = pd.concat([one for one, _ in rows]), np.concatenate([w for _, w in rows])
    right = (np.diff(four[list(price.QUESTIONS)], axis=1) > 0).all(axis=1)
    four, weight = four[right], weight[right]
    below = {name: ((four[name].to_numpy()[:, None] < at) * weight[:, None]).sum(axis=0) / weight.sum() for name in price.QUESTIONS}  # fmt: skip
    for one in price.truth(worlds[0], {}):
        if one.name.startswith("price_point") and one.market == "FR":
            rising, falling = crossings[one.name.removeprefix("price_point_")]
            found = at[np.argmin(np.abs(below[rising] + below[falling] - 1))]
            assert found == pytest.approx(one.value, rel=0.03), one.name


def test_the_ladder_is_answered_as_expected(worlds):
    rows = [french(world) for world in worlds]
    said, weight = pd.concat([one for one, _ in rows]), np.concatenate([w for _, w in rows])
    truth = {(e.name, e.segment): e.value for e in price.truth(worlds[0], {}) if e.market == "FR"}
    for step in price.LADDER:
        wanted = truth["ladder_answered", str(step)]
        found = np.average(said[f"would_buy_{step}"], weights=weight)
        assert abs(found - wanted) < 3.5 * error(weight, np.sqrt(wanted * (1 - wanted))), step
    true = [truth["ladder_demand", str(step)] for step in price.LADDER]
    assert (np.diff(true) < 0).all()


def french(world):
    rows = survey(price, world).query("market == 'FR'")
    scores, people = wide(rows), rows.drop_duplicates("respondent_id").set_index("respondent_id")
    return scores, raked(people.loc[scores.index], "FR").to_numpy()


# ---- Choices ----


def test_the_part_worths_of_another_very_large_draw_are_the_same():
    one, other = choices.pseudo_true(), choices.pseudo_true(7)
    assert one == pytest.approx(other, rel=0.04, abs=0.01)
    euro = choices.COLUMNS.index("price")
    assert -one / one[euro] == pytest.approx(-other / other[euro], rel=0.04, abs=0.6)


def test_one_logit_on_the_answers_finds_the_part_worths(worlds):
    """Pooled over five studies; errors are those of 2,000 people whose ten answers hang together."""
    tables_of = [frame for world in worlds for _, frame in choices.market(world)]
    x, y = zip(*(arranged(frame) for frame in tables_of), strict=True)
    found, spread = logit(np.concatenate(x), np.concatenate(y))
    far = (found - choices.pseudo_true()) / (1.6 * spread)
    assert np.abs(far).max() < 3.5, dict(zip(choices.COLUMNS, far.round(1), strict=True))


def arranged(frame):
    """Columns of the model and the chosen alternative of each task, from the long table."""
    keys = ["respondent_id", "task"]
    cells = frame[frame["alternative"] > 0].pivot(
        index=[*keys, "alternative"], columns="attribute", values="level"
    )
    codes = np.stack([cells[name].map({level: code for code, level in enumerate(levels)}) for name, levels in choices.ATTRIBUTES.items()], axis=1)  # fmt: skip
    chosen = frame[frame["is_chosen"]].drop_duplicates(keys).sort_values(keys)["alternative"].to_numpy()
    return choices.design(codes.reshape(-1, choices.OFFERS, len(choices.ATTRIBUTES)).astype(int)), chosen


def logit(x, y):
    x = x - x.mean(axis=1, keepdims=True)
    b = np.zeros(x.shape[2])
    for _ in range(30):
        q = choices.shares(x, b)
        slope = (x[np.arange(len(x)), y] - np.einsum("tac,ta->tc", x, q)).sum(axis=0)
        middle = np.einsum("tac,ta->tc", x, q)
        curve = np.einsum("tac,ta,tad->cd", x, q, x) - middle.T @ middle
        b = b + np.linalg.solve(curve, slope)
    return b, np.sqrt(np.diag(np.linalg.inv(curve)))


def test_every_task_has_three_different_brands_and_none_and_one_choice(worlds):
    ((_, frame),) = choices.market(worlds[0])
    assert len(tables.check(frame, "choices")) == 400 * 10 * (3 * 5 + 1)
    chosen = frame[frame["is_chosen"]].drop_duplicates(["respondent_id", "task", "alternative"])
    assert len(chosen) == 4_000 and not chosen.duplicated(["respondent_id", "task"]).any()
    brands = frame[frame["attribute"] == "brand"].groupby(["respondent_id", "task"])["level"].nunique()
    assert (brands == 3).all()
    said = {(e.name, e.segment): e.value for e in choices.truth(worlds[0], {})}
    assert sum(v for (name, _), v in said.items() if name == "scenario_share") == pytest.approx(1)
    assert sum(v for (name, _), v in said.items() if name == "price_class_size") == pytest.approx(1)


# ---- The market ----


@pytest.fixture(scope="module")
def sales(worlds):
    made = []
    for world in worlds:
        watched = prices.watched(world)
        made.append((watched, market.sold(world, watched)))
    return made


def test_prices_are_weekly_reduced_from_the_lowest_of_the_weeks_before(sales):
    for watched, _ in sales:
        assert len(tables.check(watched, "prices")) == 156 * 3 * 7
        days = watched["observed_on"].drop_duplicates()
        assert (days.dt.day_of_week == 0).all() and len(days) == 156
        for _, own in watched[watched["seller"] == "own"].groupby("market"):
            own = own.reset_index(drop=True)
            starts = own.index[own["is_promotion"] & ~own["is_promotion"].shift(fill_value=False)]
            for at in starts[starts > 0]:
                lowest = own["price"][max(at - 4, 0) : at - 1].min()
                assert own["regular_price"][at] <= lowest + 0.005


def test_the_elasticity_is_found_by_a_regression_of_logarithms(sales):
    """Units of each market on price, month of the year, trend and the launches as they grew; five worlds."""
    found, spread = zip(*(elasticity(*one) for one in sales), strict=True)
    mean, err = np.mean(found), np.sqrt(np.sum(np.square(spread))) / len(found)
    assert abs(mean - market.ELASTICITY) < 3 * err, (found, err)
    assert max(spread) < 0.2


def elasticity(watched, sold):
    own = watched[watched["seller"] == "own"]
    mean = own.groupby(["market", own["observed_on"].dt.to_period("M")])["price"].mean()
    rows = sold[sold["brand"] == "Maison Brévane"]
    period = rows["month"].dt.to_period("M")
    x = [np.log([mean[one] for one in zip(rows["market"], period, strict=True)])]
    for place in market.MARKETS:
        here = (rows["market"] == place).to_numpy()
        month = (period.dt.year * 12 + period.dt.month).to_numpy() - 2023 * 12
        x += [here, here * month / 12]
        known = [np.log(1 - market.taken(line, 0, place) / (market.OWN_SHARE[place] * market.demand(place))) for line in market.LAUNCHES]  # fmt: skip
        x.append(np.where(here, np.tile(sum(known), 3), 0.0))
    x += [(period.dt.month == one).to_numpy() for one in range(2, 13)]
    x, y = np.column_stack(x).astype(float), np.log(rows["units"].to_numpy())
    b, rss, *_ = np.linalg.lstsq(x, y, rcond=None)
    return b[0], np.sqrt(rss[0] / (len(y) - x.shape[1]) * np.linalg.inv(x.T @ x)[0, 0])


def test_markets_without_own_sales_grow_as_planted_and_hold_no_own_line(sales):
    for place in ("DE", "ES", "IT", "NL"):
        growth = []
        for _, sold in sales:
            rows = sold[sold["market"] == place]
            assert not rows["brand"].str.startswith("Maison").any()
            year = rows.groupby(rows["month"] >= "2025-10-01")["units"].sum()
            before = rows.loc[(rows["month"] >= "2024-10-01") & (rows["month"] < "2025-10-01"), "units"].sum()
            growth.append(year[True] / before - 1)
        assert np.mean(growth) == pytest.approx(market.GROWTH[place], abs=0.015), place


def test_launches_sell_what_the_truth_says_and_take_it_from_where_it_says(sales, worlds):
    said = {(e.name, e.market, e.segment): e.value for e in market.truth(worlds[0], {})}
    for line, start in market.LAUNCHES.items():
        name = market.OWN_LINES[line]
        for place in market.MARKETS:
            units = [s[(s["brand"] == name) & (s["market"] == place)] for _, s in sales]
            assert all(one["month"].min() == pd.Timestamp(start) for one in units)
            later = sum(market.taken(other, line, place).sum() for other in market.LAUNCHES if other != line)
            wanted = said["launch_units", place, name] - later
            assert np.mean([one["units"].sum() for one in units]) == pytest.approx(wanted, rel=0.03)
        sources = [
            v
            for (n, _, segment), v in said.items()
            if n == "launch_source" and segment.startswith(f"{name} from")
        ]
        assert sum(sources) == pytest.approx(1)


def test_all_brands_of_a_market_are_under_contract(sales):
    for _, sold in sales:
        assert len(tables.check(sold, "market_sales")) == len(sold) > 1_900


# ---- As a whole ----


def test_parts_are_registered_and_have_constants_that_are_plain_data():
    assert len(NAMES) == 8
    assert set(parts.parameters()) >= set(NAMES)
