"""The page on what the brand brings in sales: a small world with a known effect, the thin cases, bad input, the sample's truth."""

import json
import math
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from helpers import tables
from helpers.company import Company, Scope
from helpers.errors import DataError, NothingToReportError
from helpers.methods.base_demand_model import memory_of_media
from helpers.periods import parse
from helpers.pillars.brand import (
    KPIS,
    demand,
    demand_decisions,
    demand_figures,
    demand_series,
    demand_telling,
)
from helpers.pillars.brand.definitions import demand as definitions
from helpers.pillars.brand.demand_series import Months

SHOP = Company("shop", Path(), "Shop", "EUR", ("FR", "BE"), "Europe/Paris", contribution_margin_rate=0.5)
HERE = Scope(SHOP, parse("2026-Q3"), "ALL", "en")
CHOICES = {"metric": "consideration", "other_growth": 0.01, "min_chance": 0.8, "step": 0.05, "margin_rate": 0.5}  # fmt: skip


def months(
    seed=1,
    *,
    n=60,
    effect=0.03,
    media=0.0,
    answers=600,
    size=4000,
    long=False,
    steady=False,
    noise=0.01,
    spend=1000.0,
):
    """A world of a brand at 25 points: media in flights of a month, or on and off for years."""
    rng, index = np.random.default_rng(seed), pd.period_range(end="2026-09", periods=n, freq="M")
    t = np.arange(n)
    on = (t // 18) % 2 if long else t % 2 if steady else rng.random(n) < 0.4
    bought = np.where(on, 2.0, 0.05)
    brand = 25 + 1.5 * (t - n / 2) / 12 + media * (memory_of_media(bought / bought.mean(), 0.8) - 1)
    season = 0.2 * np.sin(2 * np.pi * index.month / 12)
    logs = season + effect * (brand - 25) + 0.05 * bought / bought.mean() + noise * rng.standard_normal(n)
    count = rng.poisson(size * np.exp(logs))
    index_of = count / count.mean()
    table = pd.DataFrame(
        {"first": index_of, "repeat": index_of, "all": index_of, "n_first": count, "n_repeat": count, "n_all": count, "revenue": 50.0 * count,
         "price": 3.0 + np.log(1.03) * (t >= 20), "promotion": 0.1 * (index.month == 1), "brand_media": spend * bought, "media": spend * bought + 2 * spend},
        index=index,
    )  # fmt: skip
    share = rng.binomial(answers, brand / 100) / answers
    rows = {
        "month": index,
        "metric": "consideration",
        "share": share,
        "n": answers,
        "n_effective": float(answers),
    }
    other = {**rows, "metric": "preference", "share": rng.binomial(answers, brand / 200) / answers}
    waves = pd.concat([pd.DataFrame(rows), pd.DataFrame(other)], ignore_index=True)
    return Months(table, waves, 0.8, 0, ("reach",), "House")


@pytest.fixture(scope="module")
def known():
    return demand.page(months(), **CHOICES)


@pytest.fixture(scope="module")
def flights():
    """Media on and off from month to month, so that what is remembered of them hardly moves, and few answers."""
    return demand.page(months(n=36, steady=True, answers=250), **CHOICES)


# a known world
def test_the_effect_of_the_world_lies_inside_and_is_shown(known):
    rows = {row.id: row for row in demand_figures.kpis(known, HERE)}
    effect = rows["demand_brand_effect"]
    assert effect.low < math.expm1(0.03) < effect.high and effect.low > 0 and known.is_shown
    gain = 1.5 * 4  # of 60 months the middles of the first and of the last year are four years apart
    carried = rows["demand_brand_carried"]
    assert carried.low < 1 - math.exp(-0.03 * gain) < carried.high
    assert rows["demand_brand_budget"].value == pytest.approx(known.found.table["brand_media"].tail(12).sum() / known.found.table["media"].tail(12).sum())  # fmt: skip
    assert (
        set(rows) == {one.id for one in definitions.KPIS}
        and sum(one.headline for one in definitions.KPIS) == 1
    )


def test_every_way_to_read_the_effect_is_named_and_other_growth_widens_it(known):
    table = demand_telling.ways(known, HERE)
    assert table["way"].tolist()[:3] == ["as on this page", "first purchases alone", "repeat purchases alone"]
    assert "measured by preference" in table["way"].tolist() and table["value"].notna().all()
    width = (known.ways["high"] - known.ways["low"]).to_numpy()
    assert width[known.ways["detail"] == "0.04"] > width[0]


def test_media_on_and_off_for_years_let_a_pause_be_told_and_the_share_is_raised():
    made = demand.page(months(3, n=72, media=8.0, long=True, answers=20_000, size=40_000), **CHOICES)
    assert made.pause_is_told and demand_decisions.stand(made) == "raise" and made.paid > 0.8
    true = sum(math.expm1(-0.03 * 8.0 * (1 - 0.8**k)) for k in range(1, 13)) / -12
    found = made.pause.long.mean(axis=1)
    assert np.quantile(found, 0.02) < true < np.quantile(found, 0.98)
    first = demand_decisions.decisions(made, HERE)[0]
    assert first.sentence.startswith("Raise the brand share") and first.low <= first.effect <= first.high
    assert demand_telling.answer(made, HERE).startswith("Raise the brand share of the media budget from")
    rows = {row.id: row for row in demand_figures.kpis(made, HERE)}
    assert rows["demand_pause_lost"].low > 0 and 0 < rows["demand_long_share"].value < 1
    dear = demand.page(
        months(3, n=72, media=8.0, long=True, answers=20_000, size=40_000, spend=1e6), **CHOICES
    )
    assert demand_decisions.stand(dear) == "hold" and "a pause may cost more" in demand_telling.answer(
        dear, HERE
    )


# what cannot be told
def test_flights_of_a_month_tell_nothing_of_a_pause_and_the_page_says_so(flights):
    assert (
        not flights.pause_is_told
        and math.isnan(flights.paid)
        and demand_decisions.stand(flights) == "cannot tell"
    )
    rows = {row.id: row for row in demand_figures.kpis(flights, HERE)}
    assert rows["demand_pause_lost"].value is None and "does not show what brand media add" in rows["demand_pause_lost"].reason  # fmt: skip
    assert demand_telling.answer(flights, HERE).startswith("Hold the brand share of the media budget at")
    said = [one.id for one in demand_decisions.decisions(flights, HERE)]
    assert said == ["brand_share", "region_test", "tracker"]
    assert "shows when a point of consideration moves sales by about" in demand_telling.seen(flights, HERE)


def by_region(weeks, *, mean=400, n=24, seed=5):
    """Orders of regions by week as a test by region counts them, before that test starts."""
    rng, start = np.random.default_rng(seed), pd.Timestamp("2024-01-01")
    rows = [("g", "control" if at % 2 else "treated", start + pd.Timedelta(days=7 * w), f"r{at:02d}", "FR", "geo", float(rng.poisson(mean))) for at in range(n) for w in range(weeks)]  # fmt: skip
    made = pd.DataFrame(rows, columns=["experiment_id", "arm", "measured_on", "place", "market", "kind", "conversions"])  # fmt: skip
    return duckdb.from_df(made.assign(units=1, value=0.0, cost=0.0, exposed=0.0, starts_on=start + pd.Timedelta(days=7 * weeks), ends_on=None, registered_on=None, hypothesis=None, metric=None, value_squares=None))  # fmt: skip


def flights_with(experiments, *, spend=1000.0):
    return demand.page(months(n=36, steady=True, answers=250, spend=spend), **CHOICES, experiments=experiments)  # fmt: skip


def test_steady_regions_and_dear_media_let_a_test_by_region_tell():
    made = flights_with(by_region(100), spend=20_000.0)
    assert made.test.verdict == "would" and made.test.weeks == 26 and made.test.n_paused == 8
    assert made.test.sees <= made.test.pays_at == pytest.approx(made.saved / (0.5 * made.found.table["revenue"].tail(12).sum()))  # fmt: skip
    decision = demand_decisions.decisions(made, HERE)[1]
    assert decision.verb == "Test" and "if they are spread evenly over regions and months" in decision.sentence  # fmt: skip
    assert "a test by region would tell" in demand_telling.answer(made, HERE)


def test_media_that_are_cheap_beside_the_noise_of_regions_are_not_paused_for_a_test():
    made = flights_with(by_region(100, mean=2), spend=10.0)
    assert made.test.verdict == "would not" and made.test.sees > made.test.pays_at
    assert demand_decisions.decisions(made, HERE)[1].sentence.startswith("Leave a pause by region aside")
    assert "nor would a test by region" in demand_telling.answer(made, HERE)


def test_a_short_past_or_none_leaves_open_whether_a_test_by_region_would_tell(flights):
    short = flights_with(by_region(20, mean=2), spend=10.0)
    assert short.test.verdict == "cannot tell" and short.test.weeks == 6 and short.test.sees > 0
    for made in (short, flights):
        decision = demand_decisions.decisions(made, HERE)[1]
        assert decision.verb == "Verify" and "page on incrementality" in decision.sentence
        said = demand_telling.answer(made, HERE) + demand_telling.seen(made, HERE)
        assert "would tell" not in said and "is for the page on incrementality to show" in said


def test_twenty_months_are_refused_with_the_number_needed_and_nothing_breaks():
    made = demand.page(months(n=20), **CHOICES)
    assert all(row.value is None for row in demand_figures.kpis(made, HERE)[:4])
    assert "needed 24" in demand_figures.kpis(made, HERE)[0].reason
    assert {one.id: one.status for one in demand_figures.checks(made, HERE)}["effect"] == "fail"
    assert "needed 24" in demand_telling.answer(made, HERE) and "needed 24" in demand_telling.seen(made, HERE)
    assert not demand.page(months(n=7), **CHOICES).fit.is_told
    assert demand_telling.fan(made, HERE).empty and demand_telling.ways(made, HERE).empty
    assert "cannot be told" in demand_telling.ways_finding(made, HERE) + demand_telling.fan_finding(
        made, HERE
    )
    assert "cannot be told" in demand_telling.course_finding(made, HERE) and len(demand_decisions.decisions(made, HERE)) == 3  # fmt: skip


def test_each_check_can_fail():
    bad = months(5, n=26, effect=0.0, noise=0.08, answers=40)
    bad.table["price"] = np.nan
    bad.table["brand_media"] = 0.0
    waves = bad.waves[bad.waves["month"] != pd.Period("2026-01", "M")]
    made = demand.page(bad._replace(waves=waves, without_effective=3), **CHOICES)
    status = {one.id: one.status for one in demand_figures.checks(made, HERE)}
    wrong = {"months", "price", "brand_media", "answers", "waves", "design", "moved", "shown", "pause"}
    assert {name for name in wrong if status[name] == "review"} == wrong
    said = {one.id: one.text for one in demand_figures.checks(made, HERE)}
    assert said["waves"].startswith("1 month has no wave") and said["design"].startswith(
        "3 figures of the agency barometer"
    )
    assert "nothing to pause" in demand_figures.pause_refusal(made, HERE)


def test_parts_that_disagree_and_an_assumption_that_decides_are_named():
    made = demand.page(months(), **CHOICES)
    ways = made.ways.copy()
    ways.loc[ways["kind"] == "repeat", ["value", "low", "high"]] = (-0.2, -0.3, -0.1)
    ways.loc[ways["kind"] == "growth", "low"] = -0.01
    status = {one.id: one.status for one in demand_figures.checks(made._replace(ways=ways), HERE)}
    assert status["parts"] == status["growth"] == "review"


def with_ways(made, **ends):
    """The page with other ends of the intervals of some ways to read the effect."""
    ways = made.ways.copy()
    for kind, (low, high) in ends.items():
        ways.loc[ways["kind"] == kind, ["value", "low", "high"]] = ((low + high) / 2, low, high)
    return {one.id: one for one in demand_figures.checks(made._replace(ways=ways), HERE)}


def test_parts_that_show_nothing_do_not_agree_and_growth_that_shows_nothing_proves_nothing(known):
    open_, up, down = (-0.1, 0.2), (0.01, 0.1), (-0.2, -0.1)
    for first, repeat, status, words in (
        (up, up, "pass", "agree on the effect"), (open_, open_, "review", "whether they agree cannot be told"),
        (up, open_, "review", "in one of first and repeat"), (up, down, "review", "disagree"),
    ):  # fmt: skip
        one = with_ways(known, first=first, repeat=repeat)["parts"]
        assert one.status == status and words in one.text
    for growth, main, status, words in ((up, up, "pass", "is shown however much"), (open_, open_, "review", "cannot be told"), (up, open_, "review", "hangs on how much"), (up, down, "review", "hangs on how much")):  # fmt: skip
        one = with_ways(known, growth=growth, none=main, main=main)["growth"]
        assert one.status == status and words in one.text


@pytest.mark.parametrize(("needed", "words"), [(math.nan, "cannot be worked out"), (math.inf, "wanders more between the months"), (1e6, "would take 1,000,000"), (700.0, "Ask 700"), (20.0, "that is enough")])  # fmt: skip
def test_each_reason_to_keep_the_barometer_has_its_sentence(flights, needed, words):
    said = demand_decisions.decisions(flights._replace(needed=needed), HERE)[-1].sentence
    assert words in said and "A test by region does" not in said
    none = flights.found._replace(table=flights.found.table.assign(brand_media=0.0))
    said = demand_decisions.decisions(flights._replace(found=none, needed=math.nan), HERE)[-1].sentence
    assert "no brand media were bought" in said


def test_answers_of_a_usual_wave_are_one_figure_on_the_whole_page(flights):
    waves = flights.found.waves.assign(n_effective=[538.0, 538.9, 539.4, 545.0] * 18)
    made = flights._replace(found=flights.found._replace(waves=waves))
    n = str(demand_series.answers(made.found, "consideration"))
    assert f"Keep the agency barometer at {n} " in demand_decisions.decisions(made._replace(needed=math.inf), HERE)[-1].sentence  # fmt: skip
    assert f"worth {n} answers" in demand_telling.course_subtitle(made, HERE)
    assert {one.id: one for one in demand_figures.checks(made, HERE)}["answers"].text.startswith(f"{n} ")


def test_the_naive_slope_is_told_beside_the_part_of_the_tracker_that_is_luck(known):
    assert "is the luck of who was asked" in demand_telling.naive(known, HERE)
    thin = known._replace(found=known.found._replace(waves=known.found.waves.iloc[:0]))
    assert demand_telling.naive(thin, HERE) == "Too few waves to draw a line through."


# the tables
def orders(n=30, *, seed=1):
    """Two hundred newcomers a month who come back for months, and one customer from before the data."""
    rng, rows = np.random.default_rng(seed), [("old", pd.Timestamp("2024-04-02"), False)]
    span = pd.period_range(end="2026-09", periods=n, freq="M")
    for at, month in enumerate(span):
        for one in range(200):
            name, day = f"{at}-{one}", month.start_time + pd.Timedelta(days=int(rng.integers(0, 28)))
            rows.append((name, day, True))
            later = at + int(rng.integers(1, 6))
            if later < n:
                rows.append((name, span[later].start_time + pd.Timedelta(days=3), False))
    made = pd.DataFrame(rows, columns=["customer_id", "ordered_on", "is_first_order"])
    return made.assign(status="paid", revenue_excl_vat=40.0, returned_value=0.0, discount=10.0, n_items=2)


def tracker(n=30, markets=("FR", "BE")):
    span = pd.period_range(end="2026-09", periods=n, freq="M")
    rows = [
        (month.end_time.normalize(), market, brand, metric, None, share, 400, 320.0)
        for month in span for market, share in zip(markets, (0.2, 0.1), strict=False)
        for brand in ("House", "Rival") for metric in ("consideration", "preference")
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["wave_on", "market", "brand", "metric", "segment", "share", "n", "n_effective"])  # fmt: skip


def media(n=30):
    span = pd.period_range(end="2026-09", periods=n, freq="M")
    rows = [(month.start_time, "tv", "reach", 100.0) for month in span] + [(month.start_time, "search", "act", 300.0) for month in span]  # fmt: skip
    return pd.DataFrame(rows, columns=["spent_on", "channel", "funnel_stage", "spend"])


def read(orders_=None, tracker_=None, media_=None, promotions=None):
    given = [orders() if orders_ is None else orders_, tracker() if tracker_ is None else tracker_, media() if media_ is None else media_]  # fmt: skip
    made = [duckdb.from_df(one) for one in given]
    return demand_series.months(*made, promotions, HERE, own_brands="House, House Mini", builders="reach")


def test_tables_become_months_with_prices_media_and_one_share_for_all_markets():
    found = read()
    assert found.table.index[-1] == pd.Period("2026-09", "M") and found.brand == "House"
    assert (
        found.table["price"].iloc[0] == pytest.approx(math.log(25))
        and found.table["brand_media"].iloc[0] == 100
    )
    share, worth = demand_series.measure(found, "consideration")
    assert share[-1] == pytest.approx(0.15) and 640 <= worth[-1] < 700
    assert abs(found.table["repeat"].iloc[5:].mean() - 1) < 0.1


def test_a_month_in_which_one_market_was_not_asked_is_no_wave_and_more_people_there_move_nothing():
    rows = tracker()
    late = rows["wave_on"] == rows["wave_on"].max()
    found = read(tracker_=rows[~(late & (rows["market"] == "BE"))])
    assert math.isnan(demand_series.measure(found, "consideration")[0][-1])
    rows.loc[late & (rows["market"] == "BE"), ["n", "n_effective"]] = (4000, 3200.0)
    moved = demand_series.measure(read(tracker_=rows), "consideration")[0]
    assert moved[-1] == pytest.approx(moved[0])


def test_promotions_count_the_deepest_and_a_wave_without_effective_size_is_counted():
    offers = pd.DataFrame(
        {"product_id": ["a", "a", "b"], "market": "FR", "starts_on": pd.to_datetime(["2026-09-01", "2026-09-01", "2020-01-01"]),
         "ends_on": pd.to_datetime(["2026-09-30", "2026-09-15", None]), "discount_share": [0.1, 0.3, 0.5]}
    )  # fmt: skip
    found = read(promotions=duckdb.from_df(offers))
    assert found.table["promotion"].iloc[-1] == pytest.approx((0.3 + 0.1) / 2 / 2)
    rows = tracker()
    rows["n_effective"] = np.nan
    without = read(tracker_=rows)
    assert (
        without.without_effective == len(rows) / 2
        and demand_series.measure(without, "preference")[1][-1] > 700
    )


# bad input
def test_bad_choices_and_empty_tables_are_refused_with_a_remedy():
    with pytest.raises(ValueError, match="metric: 'love' is unknown. Use one of unaided_awareness"):
        demand.page(months(), **{**CHOICES, "metric": "love"})
    with pytest.raises(DataError, match="Give two shares between 0 and 1"):
        demand.page(months(), **{**CHOICES, "step": 2.0})
    few = orders().groupby("ordered_on").head(1).iloc[:10]
    with pytest.raises(NothingToReportError, match="no month has enough orders"):
        read(orders_=few)
    none = demand.page(read(tracker_=tracker().query("brand == 'Rival'")), **CHOICES)
    assert "months with a wave 0, needed 8" in demand_telling.answer(none, HERE)


# the sample
def test_the_truth_of_the_sample_lies_inside():
    here = tables.scope("sample", grain="quarter")
    names = ("orders", "brand_tracker", "media_spend")
    given = [tables.load(name, here) for name in names] + [tables.optional("promotions", here)]
    found = demand_series.months(*given, here, own_brands="Maison Brévane", builders="reach")
    made = demand.page(found, **{**CHOICES, "other_growth": 0.02, "margin_rate": here.margin_rate})
    facts = json.loads((here.company.folder / "truth.json").read_text(encoding="utf-8"))["estimands"]
    named = {(one["name"], one["period"], one["segment"]): one["value"] for one in facts}
    waves = [named["tracker_share", f"2026-Q{q}", "Maison Brévane: consideration"] for q in (2, 3)]
    assert 0.2 < min(waves) < max(waves) < 0.35
    # A point of strength is 0.58 points of consideration in France, and less abroad where fewer know us.
    scale = 100 * named["brand_measured", "", "consideration"] * (400 + 0.75 * 150 + 0.68 * 120) / 670
    ways = made.ways.set_index("kind")
    repeat = math.expm1(named["brand_effect", "", "repeat"] / scale)
    for kind in ("main", "repeat", "first"):
        assert ways.loc[kind, "low"] < repeat < ways.loc[kind, "high"]
    strength = pd.Series({key[1]: value for key, value in named.items() if key[0] == "brand_strength"})
    course = strength[[str(month) for month in found.table.index]].to_numpy() * scale
    gain = course[-12:].mean() - course[:12].mean()
    low, high = np.quantile(made.gain, [0.05, 0.95])
    assert low < gain < high
    carried = 1 - math.exp(-named["brand_effect", "", "repeat"] / scale * gain)
    low, high = np.quantile(made.carried, [0.05, 0.95])
    assert low < carried < high
    lost = made.pause.long.mean()
    assert not made.pause_is_told and abs(lost) < 0.1
    low, high = np.quantile(made.pause.long.mean(axis=1), [0.05, 0.95])
    assert low < named["brand_pause_lost", "2026-10-01/2027-09-29", ""] < high


def test_all_messages_of_the_page_are_in_both_languages(flights):
    french = Scope(SHOP, parse("2026-Q3"), "ALL", "fr")
    assert "Maintenir" in demand_telling.answer(flights, french)
    assert set(KPIS) >= {one.id for one in definitions.KPIS}
