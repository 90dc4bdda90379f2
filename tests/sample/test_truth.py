"""The truth is true: what is expected is what comes, over many worlds."""

import numpy as np
import pytest

from helpers.sample import chunk, trials
from helpers.sample.parts import app, carts, effects, experiments, future, geo
from helpers.sample.setting import N_DATA, ORDER_CAUSES, Setting
from helpers.sample.truth import Estimand, add
from helpers.sample.world import World

SEEDS = range(1, 11)


@pytest.fixture(scope="module")
def worlds():
    return [chunk.draw(World(Setting(seed, 0.2)), 0) for seed in SEEDS]


def test_counts_of_chunks_add_up():
    assert add({}, {"a": 1, "b": np.array([1, 2])})["a"] == 1
    both = add({"a": 1, "b": np.array([1, 2])}, {"b": np.array([3, 4]), "c": 5})
    assert both["a"] == 1 and both["c"] == 5 and both["b"].tolist() == [4, 6]


def test_a_truth_is_written_with_ten_digits():
    assert Estimand("x", 1 / 3, "share", "A third.").row()["value"] == 0.3333333333


@pytest.mark.parametrize("part", ["kept", "returned", "again"])
def test_customers_come_back_as_often_as_expected(worlds, part):
    expected = seen = variance = 0.0
    for one in worlds:
        counted = future.count(one)
        expected += counted[f"future_{part}"]
        share = counted[f"future_{part}"] / counted[f"future_{part}_of"]
        variance += counted[f"future_{part}_of"] * share * (1 - share)
        seen += realised(one, part)
    assert abs(seen - expected) < 3 * np.sqrt(variance)


def realised(one, part):
    paid = one.sales[one.sales["status"] == "paid"]
    month = paid["ordered_on"].dt.to_period("M").astype(str)
    who = {name: set(paid.loc[month == name, "customer"]) for name in ("2026-07", "2026-08", "2026-09")}
    if part == "kept":
        return len(who["2026-08"] & who["2026-09"])
    if part == "returned":
        return len((who["2026-07"] - who["2026-08"]) & who["2026-09"])
    days = paid.groupby("customer")["day"].agg(lambda d: sorted(set(d))[:2])
    new = one.people["start"].reindex(days.index) >= 0
    asked = [d for d in days[new] if N_DATA - 60 <= d[0] <= N_DATA - 31]
    return sum(len(d) > 1 and d[1] - d[0] <= 30 for d in asked)


def test_reminders_bring_as_many_orders_as_expected(worlds):
    effect = sum(carts.count(one)["baskets_effect"] for one in worlds)
    came = sum((one.sales["cause"] == ORDER_CAUSES.index("reminder")).sum() for one in worlds)
    assert abs(came - effect) < 4 * np.sqrt(effect)


@pytest.mark.parametrize("position", range(len(trials.TRIALS)))
def test_a_randomised_mail_changes_orders_by_what_is_planted(worlds, position):
    """Sent less held out, a customer: the difference of two means, pooled over ten worlds, against the truth."""
    arms, truth, n = np.zeros((2, 2)), 0.0, 0
    squares = np.zeros(2)
    for one in worlds:
        some = one.recipients[one.recipients["trial"] == position]
        trial = trials.TRIALS[position]
        inside = one.orders[
            one.orders["day"].between(trial.day, trial.day + trials.WINDOW - 1) & (one.orders["cause"] != 11)
        ]
        bought = np.bincount(inside["customer"], minlength=len(one.people))[some["customer"]]
        for arm, mine in enumerate((some["is_held_out"], ~some["is_held_out"])):
            arms[arm] += [mine.sum(), bought[mine].sum()]
            squares[arm] += (bought[mine] ** 2).sum()
        truth += some["effect"].sum()
        n += len(some)
    means = arms[:, 1] / arms[:, 0]
    error = np.sqrt(((squares / arms[:, 0] - means**2) / arms[:, 0]).sum())
    assert abs(means[1] - means[0] - truth / n) < 3.5 * error


def test_customers_are_held_out_by_lot(worlds):
    for position in range(len(trials.TRIALS)):
        held = np.concatenate(
            [o.recipients.loc[o.recipients["trial"] == position, "is_held_out"] for o in worlds]
        )
        assert abs(held.mean() - trials.HELD_OUT) < 4 * np.sqrt(0.24 / len(held))


def test_twice_the_change_of_spend_is_not_twice_the_effect(worlds):
    """Saturation: the last tenth of the spend brings less than a tenth of what all of it brings."""
    counted = effects.count(worlds[0])
    for channel in ("search_generic", "social", "tv"):
        whole, tenth = counted[f"effects_{channel}_none"][1], counted[f"effects_{channel}_less"][1]
        assert 0 < tenth < 0.1 * whole
    assert counted["effects_display_none"].tolist() == [0, 0, 0]


def test_a_dark_channel_loses_sales_and_a_burst_brings_some(worlds):
    totals: dict = {}
    for one in worlds[:3]:
        totals = add(totals, geo.count(one))
    found = {(e.name, e.segment): e.value for e in geo.truth(worlds[0].world, totals)}
    assert (
        found["geo_effect_orders", "geo_social_dark_2025"]
        < 0
        < found["geo_effect_orders", "geo_video_up_2026"]
    )
    assert -0.15 < found["geo_lift", "geo_social_dark_2025"] < -0.02


def test_regional_orders_fall_by_what_the_geo_test_changed():
    """Treated over control regions, test over the weeks before, pooled over 24 worlds, against the planted lift."""
    test = geo.GEO_TESTS[0]
    logs, lifts = [], []
    for seed in range(1, 25):
        one = chunk.draw(World(Setting(seed, 1.0)), 0)
        totals = geo.count(one)
        treated = np.isin(np.arange(len(one.world.demand.regions)), one.world.media.treated[test.id])
        french = (one.world.demand.regions["market"] == "FR").to_numpy()
        orders = totals["geo_orders"]
        during, before = slice(test.first, test.last + 1), slice(test.first - 280, test.first)
        ratio = [
            [orders[group, span].sum() for span in (during, before)] for group in (treated, french & ~treated)
        ]
        logs.append(np.log(ratio[0][0] / ratio[0][1]) - np.log(ratio[1][0] / ratio[1][1]))
        lifts.append(
            {e.name: e.value for e in geo.truth(one.world, totals) if e.segment == test.id}["geo_lift"]
        )
    error = np.std(logs) / np.sqrt(len(logs))
    assert abs(np.mean(logs) - np.log1p(np.mean(lifts))) < 3 * error and np.mean(logs) < -0.01


def test_the_landing_page_has_a_broken_sample_ratio_and_the_banner_was_stopped_early():
    from scipy.stats import chisquare

    known = World(Setting(1))
    by_id = {test.id: experiments.site_rows(known, test) for test in experiments.SITE_TESTS}
    units = {name: rows.groupby("arm")["units"].sum() for name, rows in by_id.items()}
    p = {name: chisquare(values).pvalue for name, values in units.items()}
    assert p.pop("ab_landing_redirect") < 1e-6 and min(p.values()) > 0.0005
    banner = by_id["ab_banner"]
    assert banner["measured_on"].nunique() < 28 and (banner["ends_on"] > banner["measured_on"].max()).all()
    sums = banner.groupby("arm")[["conversions", "units"]].sum()
    share, pooled = sums["conversions"] / sums["units"], sums["conversions"].sum() / sums["units"].sum()
    z = (share["variant"] - share["control"]) / np.sqrt(pooled * (1 - pooled) * (1 / sums["units"]).sum())
    assert 1.96 < z < 3 and 7 <= banner["measured_on"].nunique() <= 20


def test_tests_on_the_site_recover_their_effect_over_many_seeds():
    for test in experiments.SITE_TESTS[:4]:
        gaps = []
        for seed in range(1, 41):
            rows = experiments.site_rows(World(Setting(seed)), test)
            sums = rows.groupby("arm")[["conversions", "units"]].sum()
            share = sums["conversions"] / sums["units"]
            error = np.sqrt((share * (1 - share) / sums["units"]).sum())
            gaps.append((share["variant"] - share["control"] - test.rate * test.effect) / error)
        assert abs(np.mean(gaps)) < 4 / np.sqrt(40) and 0.7 < np.std(gaps) < 1.35


def test_use_of_the_app_fades_from_the_first_day():
    course = app.use_chance(np.array([1, 7, 30]), np.array(True))
    assert course[0] == pytest.approx(0.72) and course[0] > course[1] > course[2] > 0.30


def test_order_numbers_say_nothing_of_what_is_to_come(worlds):
    """Those of the exports are 1 to n without a gap: a gap would count a customer's orders after the last day."""
    for one in worlds[:3]:
        numbers = np.sort(one.sales["order_id"].str[1:].astype(int).to_numpy())
        assert numbers.tolist() == list(range(1, len(numbers) + 1))


def test_a_reminder_comes_before_the_order_that_it_brings(worlds):
    from helpers.sample.baskets import DELAYS

    for one in worlds[:3]:
        brought = one.orders[one.orders["cause"] == ORDER_CAUSES.index("reminder")]
        left = one.left.assign(sent=one.left["day"] + np.array(DELAYS)[one.left["delay"]] // 24)
        first = left.groupby("customer")["sent"].min()
        assert (brought["day"].to_numpy() > first.reindex(brought["customer"]).to_numpy()).all()


def test_a_promotion_is_worth_what_a_world_without_it_says(monkeypatch):
    """Two worlds of the same draws, with and without Black Friday 2025: expected margin by customers, over four seeds."""
    from helpers.sample import promotions

    name, gaps, sizes = "Black Friday 2025", [], []
    every = promotions.every()
    position = next(i for i, one in enumerate(every) if one.name == name)
    for seed in range(1, 5):
        known = World(Setting(seed, 0.5))
        one = chunk.draw(known, 0)
        said = effects.count(one)[f"effects_promotion_{position}"][3]
        whole = effects.repeat(one, effects.money(known, known.components.sum(axis=0), since=effects.SINCE))
        before = effects.first(
            one, ((one.people["start"] >= effects.SINCE) & (one.people["start"] < N_DATA)).to_numpy(float)
        )
        monkeypatch.setattr(promotions, "every", lambda: tuple(p for p in every if p.name != name))
        promotions.effects.cache_clear(), promotions.discount.cache_clear()
        effects._listed.cache_clear(), effects._asked.cache_clear()
        other = World(Setting(seed, 0.5))
        lift = promotions.NEW_LIFT * 1.20
        span = every[position]
        inside = one.people["start"].between(span.first, span.last) & (one.people["cause"] == 0)
        stay = 1 - np.where(inside, lift / (1 + lift), 0.0)
        recent = ((one.people["start"] >= effects.SINCE) & (one.people["start"] < N_DATA)).to_numpy(float)
        twin = chunk.Chunk(other, 0, one.people, one.orders, one.recipients, one.left)
        without = effects.repeat(
            twin, effects.money(other, other.components.sum(axis=0), since=effects.SINCE), stay
        )
        first = effects.first(twin, recent * stay)
        monkeypatch.undo()
        promotions.effects.cache_clear(), promotions.discount.cache_clear()
        effects._listed.cache_clear(), effects._asked.cache_clear()
        gaps.append(said - (whole.margin + before.margin - without.margin - first.margin))
        sizes.append(abs(said))
    assert abs(np.mean(gaps)) < 0.05 * np.mean(sizes) + 50
