"""The page on share of voice: a small world with a known truth, the thin cases, bad input of every kind, and the sample."""

import json
import math
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from helpers import company, tables
from helpers.company import Company, Scope
from helpers.errors import DataError, NothingToReportError
from helpers.periods import parse
from helpers.pillars.brand import (
    KPIS,
    voice,
    voice_answer,
    voice_assistants,
    voice_checks,
    voice_decisions,
    voice_figures,
    voice_operation,
    voice_regions,
    voice_search,
    voice_showing,
    voice_tables,
    voice_telling,
)
from helpers.pillars.brand.definitions import voice as definitions
from helpers.pillars.brand.voice_page import Page

SHOP = Company("shop", Path(), "Shop", "EUR", ("FR", "BE"), "Europe/Paris")
HERE = Scope(SHOP, parse("2026-09"), "ALL", "en")
BRANDS = {"House": (100, 300), "Loud": (500, 400), "Quiet": (200, 200), "Apple": (200, 100)}  # spend, sales
SEARCHES = {"House": 2000, "Loud": 4000, "Quiet": 2000, "Apple": 2000}
MONDAYS = pd.date_range("2024-06-03", "2026-09-21", freq="7D")
REGIONS = [f"r{i:02d}" for i in range(24)]
MONTHS = pd.period_range("2023-10", "2026-09", freq="M").to_timestamp()


def spend(markets=("FR", "BE")):
    rows = [(m, market, brand, medium, 0.5 * amount) for m in MONTHS for market in markets for brand, (amount, _) in BRANDS.items() for medium in ("tv", "digital")]  # fmt: skip
    return pd.DataFrame(rows, columns=["month", "market", "brand", "medium", "spend"])


def sales(markets=("FR", "BE"), *, rate=0.0):
    rows = [
        (m, market, brand, amount * (1 + rate * (t // 12) * (brand == "Loud")))
        for t, m in enumerate(MONTHS) for market in markets for brand, (_, amount) in BRANDS.items()
    ]  # fmt: skip
    rows += [(m, "FR", "House Mini", 60) for m in MONTHS] + [(m, "DE", "Loud", 500) for m in MONTHS]
    return pd.DataFrame(rows, columns=["month", "market", "brand", "sales_value"])


def searches(*, seed=1, spike=2.5, weeks=MONDAYS, regions=REGIONS, season=False):
    rng, rows = np.random.default_rng(seed), []
    for market, size in (("FR", 1.0), ("BE", 0.3)):
        for brand, mean in SEARCHES.items():
            rows += [(day, market, brand, None, float(n)) for day, n in zip(weeks, rng.poisson(mean * size, len(weeks)), strict=True)]  # fmt: skip
    for region in regions:
        for at, day in enumerate(weeks):
            up = at >= len(weeks) - 4 or (season and len(weeks) - 56 <= at < len(weeks) - 52)
            mean = 60 * (spike if region == "r07" and up else 1)
            rows.append((day, "FR", "House", region, float(rng.poisson(mean))))
    made = pd.DataFrame(rows, columns=["starts_on", "market", "brand", "region", "searches"])
    return made.assign(source="tool")


def relation(frame):
    """A frame as the tables come: days are days."""
    days = [name for name in frame if name.endswith("_on") and frame[name].notna().any()]
    return duckdb.sql("SELECT * REPLACE (" + ", ".join(f"CAST({name} AS DATE) AS {name}" for name in days) + ") FROM frame")  # fmt: skip


def people(n=600, *, seed=2, agreed=0.5):
    rng = np.random.default_rng(seed)
    ids = [f"c{i}" for i in range(n)]
    amount = rng.gamma(2, 50, n)
    orders = pd.DataFrame({"customer_id": ids, "ordered_on": pd.Timestamp("2026-05-01").date(), "market": "FR", "status": "paid", "revenue_excl_vat": amount, "returned_value": 0.0, "store_id": np.where(np.arange(n) % 2 == 0, "s1", None)})  # fmt: skip
    customers = pd.DataFrame({"customer_id": ids, "segment": np.where(np.arange(n) % 3 == 0, "gold", "silver"), "is_b2b": False, "is_erased": False})  # fmt: skip
    status = np.where(rng.random(n) < agreed, "granted", "denied")
    consents = pd.DataFrame({"customer_id": ids, "purpose": "email", "legal_basis": "consent", "status": status, "recorded_at": pd.Timestamp("2026-01-01"), "recorded_on": pd.Timestamp("2026-01-01").date()})  # fmt: skip
    return {"orders": relation(orders), "customers": customers, "consents": relation(consents)}


def stores(region="r07"):
    return pd.DataFrame({"store_id": ["s1", "s2"], "market": "FR", "name": ["Here", "There"], "region": [region, "r01"], "closed_on": [None, None]})  # fmt: skip


def geo(*, weeks=30, seed=3):
    rng, start, rows = np.random.default_rng(seed), pd.Timestamp("2026-01-05"), []
    for at, region in enumerate(REGIONS):
        size = 6 * (5 + at % 6)
        rows += [("g", "control" if at % 2 else "treated", start + pd.Timedelta(days=d), region, "FR", "geo", float(rng.poisson(size))) for d in range(7 * weeks)]  # fmt: skip
    made = pd.DataFrame(rows, columns=["experiment_id", "arm", "measured_on", "place", "market", "kind", "conversions"])  # fmt: skip
    return relation(made.assign(units=1, value=0.0, cost=0.0, exposed=0.0, starts_on=start + pd.Timedelta(days=7 * (weeks - 4)), ends_on=None, registered_on=None, hypothesis=None, metric=None, value_squares=None))  # fmt: skip


NONE = {"orders": None, "customers": None, "consents": None, "stores": None, "experiments": None}


def page_of(*, money=None, sold=None, asked=None, own="House, House Mini", words="Apple", goal=0.01, here=HERE, given=None, more=None):  # fmt: skip
    known = voice_tables.known(
        spend() if money is None else money, sales() if sold is None else sold, searches() if asked is None else asked, here,
        own_brands=own, common_words=words, **(more or {}),
    )  # fmt: skip
    found = voice_regions.regions(known)
    cards = voice_operation.cards(known, found, here, **{**NONE, **(given or {})}, high_value=0.2, n_held_out=5, weeks=6)  # fmt: skip
    return Page(known, voice.heard(known, goal=goal), voice_search.searched(known), found, cards, voice_assistants.assistants(known))  # fmt: skip


@pytest.fixture(scope="module")
def made():
    return page_of(given={**people(), "stores": stores("r03"), "experiments": geo()})


def shown_checks(page, here=HERE):
    return {one.id: one for one in voice_checks.checks(page, here)}


def rows_of(page, here=HERE):
    return {one.id: one for one in voice_figures.kpis(page, here)}


def test_voice_and_market_are_total_over_total_and_own_lines_count_as_the_house(made):
    table = made.heard.table
    assert table["voice"].to_dict() == pytest.approx({"Loud": 0.5, "Quiet": 0.2, "Apple": 0.2, "House": 0.1})
    # House sells 300 in both markets and its small line 60 in one, of 2,060 in both
    assert table["share"]["House"] == pytest.approx(660 / 2060)
    assert made.heard.own("House", "excess") == pytest.approx(0.1 - 660 / 2060)
    rows = rows_of(made)
    assert rows["voice_share"].value == pytest.approx(0.1) and rows["voice_share"].headline
    assert [one["value"] for one in rows["voice_share"].history] == pytest.approx([0.1] * 13)


def test_what_the_published_relation_asks_is_worked_out_by_hand(made):
    wanted = made.heard.as_published
    assert wanted.value == pytest.approx(660 / 2060 + 0.01 / 0.05)
    # two markets, four brands, two changes: 16 brand-years are too few to ask the own market
    assert made.heard.relation.verdict == "published" and shown_checks(made)["relation"].status == "review"
    rivals = 24 * 0.9 * 1000
    assert made.heard.more.value == pytest.approx(rivals * wanted.value / (1 - wanted.value) - 24 * 100)


def test_share_of_search_leaves_the_common_word_out(made):
    row = made.searched.brands.loc["House"]
    assert row["share"] == pytest.approx(0.2, abs=0.005) and row["share_clear"] == pytest.approx(0.25, abs=0.005)  # fmt: skip
    assert rows_of(made)["search_share"].value == row["share_clear"]
    assert shown_checks(made)["common_words"].status == "review"


def test_voice_is_said_to_be_estimated_and_its_n_counts_no_rows_of_the_table(made):
    row = rows_of(made)["voice_share"]
    assert row.n == 4 * 12 and "Estimated by a monitoring service" in row.reason
    subtitle = voice_telling.voice_subtitle(made, HERE)
    assert "estimated by a monitoring service" in subtitle and "counted" not in subtitle.split(";")[1]


def test_the_excess_stands_beside_the_share_of_market_that_it_is_taken_from(made):
    table = made.heard.table
    assert (table["voice"] - table["share_before"]).tolist() == pytest.approx(table["excess"].tolist())
    grown = page_of(sold=sales(rate=0.5)).heard.table
    assert (grown["voice"] - grown["share_before"]).tolist() == pytest.approx(grown["excess"].tolist())
    assert abs(grown.loc["Loud", "share_before"] - grown.loc["Loud", "share"]) > 0.01
    shown = voice_showing.voice_table(made, HERE)
    assert {"share of market, among the 4 brands", "share of market a year before"} <= set(shown.columns)
    assert "among 4 brands" in voice_telling.voice_finding(made, HERE) and "among 4 brands" in voice_answer.answer(made, HERE)  # fmt: skip


def test_the_chart_of_searches_counts_and_names_what_it_shows_and_what_it_leaves_out(made):
    said, rows = voice_telling.search_subtitle(made, HERE), made.searched.brands
    assert f"n = {rows['n'].drop('Apple').sum():,.0f} searches" in said and "Apple left out" in said
    asked = searches()
    more = [asked[asked["brand"] == "Quiet"].assign(brand=name, searches=n) for name, n in (("Small", 90.0), ("Tiny", 50.0))]  # fmt: skip
    said = voice_telling.search_subtitle(page_of(asked=pd.concat([asked, *more])), HERE)
    assert said.endswith("not drawn: Tiny")


def test_departments_are_called_so_and_never_stand_as_bare_numbers():
    codes = {name: f"{at + 1:02d}" for at, name in enumerate(REGIONS)}
    asked = searches()
    page = page_of(asked=asked.assign(region=asked["region"].map(codes)))
    first = voice_decisions.decisions(page, HERE)[0]
    assert first.amount == "department 08" and "in department 08 (FR)" in first.sentence
    assert voice_telling.spike_finding(page, HERE).startswith("Department 08:")
    table = voice_showing.card_table(page, HERE)
    assert table.columns.tolist() == ["department 08 (FR)"] and "departments" in table.to_string()
    seen = page._replace(cards=(page.cards[0]._replace(sees=0.1),))
    assert "Leave alone departments" in voice_decisions.decisions(seen, HERE)[0].sentence
    assert "in department 08 (FR)" in voice_answer.answer(seen, HERE)
    french = Scope(SHOP, parse("2026-09"), "ALL", "fr")
    assert "dans le département 08 (FR)" in voice_answer.answer(seen, french)


def test_the_one_region_that_rises_is_found_and_its_excess_holds_what_was_made(made):
    (one,) = made.regions.spikes
    assert (one.region, one.weeks, one.market) == ("r07", 4, "FR")
    assert one.low <= 4 * 60 * 1.5 <= one.high and 0.8 < one.times_year_before < 1.2
    assert rows_of(made)["search_spikes"].value == 1
    decisions = voice_decisions.decisions(made, HERE)
    assert decisions[0].verb == "Test" and "r07" in decisions[0].sentence and decisions[0].reverse_if


def test_no_region_is_called_out_where_none_rises():
    page = page_of(asked=searches(spike=1.0))
    assert not page.cards and rows_of(page)["search_spikes"].value == 0
    assert rows_of(page)["search_spike_excess"].value is None
    assert voice_answer.answer(page, HERE).startswith("Hold the level of media")
    assert "No region calls for an operation" in voice_answer.answer(page, HERE)
    assert "No region calls" in voice_showing.card_table(page, HERE).to_string()
    assert "Nobody" in voice_showing.people_table(page, HERE).to_string()


def test_a_rise_everywhere_is_no_local_spike():
    asked = searches(spike=1.0)
    more = np.random.default_rng(6).poisson(np.where(asked["region"].isna(), 2000, 60))
    last = asked["starts_on"] >= MONDAYS[-2]
    page = page_of(asked=asked.assign(searches=asked["searches"] + more * last))
    assert not page.regions.spikes


def test_a_rise_that_came_a_year_before_is_a_season_and_no_operation():
    page = page_of(asked=searches(season=True))
    assert page.cards and not page.real and shown_checks(page)["season"].status == "review"
    assert not [one for one in voice_decisions.decisions(page, HERE) if one.verb == "Test"]


def test_held_out_regions_are_alike_and_the_test_says_what_it_sees(made):
    (card,) = made.cards
    assert card.sized_by == "orders" and len(card.held_out) == 5 and "r07" not in card.held_out
    assert card.held_out.between(0.7 * card.own, 1.4 * card.own).all()
    assert "r03" not in card.held_out  # it has a store, the region has none
    assert 0 < card.sees < 1 and card.looks >= 20 and not card.stores and card.elsewhere == ("Here", "There")


def test_a_region_whose_test_would_show_large_rises_only_is_looked_at_and_not_tested(made):
    assert voice_answer.answer(made, HERE).startswith("Test a pop-up shop")
    for sees, why in ((0.59, "only a rise of orders of 59% or more"), (math.nan, "past orders by region are missing")):  # fmt: skip
        page = made._replace(cards=(made.cards[0]._replace(sees=sees),))
        first, said = voice_decisions.decisions(page, HERE)[0], voice_answer.answer(page, HERE)
        assert first.verb == "Look at" and first.sentence.startswith("Look at") and why in first.sentence
        assert said.startswith("Look at") and why in said and "Test " not in said
    two = made._replace(cards=(made.cards[0]._replace(sees=0.59),) * 2)
    assert voice_answer.answer(two, HERE).startswith("Look at")
    assert "too much for a test" in voice_showing.card_table(two, HERE).to_string()


def test_customers_without_a_store_near_are_the_market_s_by_share_of_orders(made):
    people_there = made.cards[0].people
    best = people_there.table["best"].sum()
    assert best == pytest.approx(120, abs=1)  # a fifth of 600
    assert people_there.placed == "orders" and 0 < people_there.share < 0.1
    assert people_there.table["here"].isna().all()  # fewer than ten a segment
    assert "fewer than ten" in voice_showing.card_table(made, HERE).to_string()
    assert shown_checks(made)["places"].status == "review"


def test_customers_of_a_store_are_counted_and_small_groups_hidden():
    page = page_of(given={**people(2000), "stores": stores(), "experiments": geo()})
    there = page.cards[0].people
    assert there.placed == "store" and page.cards[0].stores == ("Here",)
    told = there.table.set_index("segment")
    assert 60 < told["here"].sum() < 140 and (told["low"] == told["here"]).all()
    assert "places" not in shown_checks(page)
    few = page_of(given={**people(100), "stores": stores(), "experiments": geo()}).cards[0].people
    assert few.table["here"].isna().all() and "fewer than 10" in voice_showing.people_table(page_of(given={**people(100), "stores": stores(), "experiments": geo()}), HERE).to_string()  # fmt: skip


def test_without_orders_or_consents_the_card_says_what_is_missing():
    page = page_of()
    assert page.cards[0].people.reason == "orders" and math.isnan(page.cards[0].sees)
    assert page.cards[0].sized_by == "searches" and len(page.cards[0].held_out) == 5
    assert "Orders are needed" in voice_showing.card_table(page, HERE).to_string()
    page = page_of(given={**people(), "consents": None})
    assert page.cards[0].people.reason == "consents"


def assisted(taken=0.7, *, seed=4):
    """Visits from assistants that weigh more in BE, and searches without what they take."""
    rng, asked = np.random.default_rng(seed), searches(seed=seed)
    since = MONDAYS[60]
    age = np.arange(len(MONDAYS)) - 60
    rows = []
    for market, end in (("FR", 100), ("BE", 150)):
        mean = np.where(age >= 0, end * 1.04 ** (age - age.max()), 0)
        for day, m in zip(MONDAYS, mean, strict=True):
            if day >= since:
                rows += [(day + pd.Timedelta(days=k), market, "log", "bot", int(rng.poisson(m / 7))) for k in range(7)]  # fmt: skip
            here = (asked["market"] == market) & (asked["brand"] == "House") & asked["region"].isna() & (asked["starts_on"] == day)  # fmt: skip
            asked.loc[here, "searches"] -= np.round(taken * m)
    site = pd.DataFrame(rows, columns=["visited_on", "market", "tool", "channel", "sessions"])
    other = site.assign(tool="ga4", channel="direct", sessions=10_000)
    return asked, pd.concat([site, other], ignore_index=True)


def test_visits_from_assistants_grow_as_made_and_what_they_take_is_inside():
    asked, site = assisted()
    page = page_of(asked=asked, more={"site": site, "assistants": ("log", "bot")})
    found = page.assistants
    assert found.growth.a_time.low <= 0.04 <= found.growth.a_time.high
    assert found.taken.each.low <= 0.7 <= found.taken.each.high and found.taken.verdict == "taken"
    assert [one for one in voice_decisions.decisions(page, HERE) if one.id == "assistants"]
    assert "of our searches" in voice_answer.answer(page, HERE)


def test_without_a_log_assistants_are_not_told(made):
    rows = rows_of(made)
    assert rows["assistant_growth"].value is None and rows["assistant_growth"].reason
    assert shown_checks(made)["assistants"].status == "review"


def test_one_market_cannot_tell_what_assistants_take():
    asked, site = assisted()
    page = page_of(asked=asked[asked["market"] == "FR"], more={"site": site[site["market"] == "FR"], "assistants": ("log", "bot")})  # fmt: skip
    assert (
        math.isnan(page.assistants.taken.each.value) and shown_checks(page)["assistants"].status == "review"
    )
    assert rows_of(page)["assistant_searches"].reason
    assert "all markets together" not in shown_checks(page)["assistants"].remedy
    one = Scope(SHOP, parse("2026-09"), "FR", "en")
    assert "all markets together" in shown_checks(page, one)["assistants"].remedy


def test_one_week_of_searches_tells_no_share_no_lead_and_no_spike():
    page = page_of(asked=searches(weeks=MONDAYS[-1:]))
    rows, shown = rows_of(page), shown_checks(page)
    assert rows["search_share"].value is None and rows["search_share"].reason
    assert rows["search_spikes"].value is None and "needed 26" in rows["search_spikes"].reason
    assert shown["searches"].status == "review" and "1 week only" in shown["searches"].text
    assert shown["regions"].status == "review"
    said = voice_answer.answer(page, HERE)
    assert "Local spikes cannot be told" in said and "–" not in said
    assert "The share of search of House cannot be told: searches of a quarter are needed." in said


def test_searches_by_month_tell_a_share_and_no_spike():
    monthly = searches().assign(
        starts_on=lambda frame: frame["starts_on"].dt.to_period("M").dt.to_timestamp()
    )
    monthly = monthly.groupby(["starts_on", "market", "brand", "region", "source"], dropna=False, as_index=False)["searches"].sum()  # fmt: skip
    page = page_of(asked=monthly)
    assert page.known.a_year == 12 and rows_of(page)["search_share"].value == pytest.approx(0.25, abs=0.01)
    assert "by month" in shown_checks(page)["regions"].text


def test_an_index_is_no_count_and_tells_no_spike():
    asked = searches()
    page = page_of(asked=asked.assign(searches=asked["searches"] / 7))
    assert "index" in shown_checks(page)["regions"].text and not page.cards


def test_a_week_that_is_not_over_is_left_out():
    page = page_of(here=Scope(SHOP, parse("2026-08"), "ALL", "en"))
    assert page.known.searches["starts_on"].max() == pd.Timestamp("2026-08-24")


def test_the_house_s_own_name_as_a_common_word_is_said_and_the_share_stays():
    page = page_of(words="House")
    assert (
        page.searched.column == "share"
        and "House is a common word" in shown_checks(page)["common_words"].text
    )
    assert rows_of(page)["search_share"].value == pytest.approx(0.2, abs=0.01)


def test_names_that_no_table_knows_are_said():
    page = page_of(words="Apple, Pear", own="House, House Maxi")
    shown = shown_checks(page)
    assert "Pear" in shown["word_names"].text and "House Maxi" in shown["own_brands"].text
    assert shown_checks(page_of(words=""))["common_words"].status == "pass"


def test_two_sources_are_never_added_up():
    asked = searches()
    both = pd.concat([asked, asked[asked["region"].isna()].assign(source="other tool", searches=1.0)])
    page = page_of(asked=both)
    assert page.known.searches["searches"].sum() == asked[asked["region"].isna()]["searches"].sum()
    assert shown_checks(page)["sources"].status == "review"


def test_a_market_without_a_year_of_voice_tells_no_excess():
    money = spend()
    page = page_of(money=money[money["month"] >= "2026-03-01"])
    rows = rows_of(page)
    assert rows["voice_excess"].value is None and rows["voice_implied"].value is None and rows["voice_share"].value is None  # fmt: skip
    shown = shown_checks(page)
    assert shown["months"].status == "review" and shown["brands_advertise"].status == "pass"
    assert "cannot be set against" in voice_answer.answer(page, HERE)
    media = next(one for one in voice_decisions.decisions(page, HERE) if one.id == "media")
    assert "cannot be set against" in media.sentence


def many_markets(rate):
    """Four markets in which the loud brand gains by its excess, or nothing does."""
    rng, names = np.random.default_rng(5), ("FR", "BE", "CH", "NL")
    money, sold = spend(names), []
    share = {name: dict.fromkeys(BRANDS, 0.25) for name in names}
    voice_of = {brand: amount / 1000 for brand, (amount, _) in BRANDS.items()}
    for t, month in enumerate(MONTHS):
        for name in names:
            if t and t % 12 == 0:
                share[name] = {b: s + rate * (voice_of[b] - s) + 0.0002 * rng.standard_normal() for b, s in share[name].items()}  # fmt: skip
            sold += [(month, name, brand, 1000 * part) for brand, part in share[name].items()]
    return money, pd.DataFrame(sold, columns=["month", "market", "brand", "sales_value"])


def test_own_years_that_bear_the_relation_out_raise_voice_as_a_test():
    money, sold = many_markets(0.05)
    page = page_of(money=money, sold=sold)
    assert page.heard.relation.verdict == "supports" and shown_checks(page)["relation"].status == "pass"
    assert page.heard.own("House", "excess") < 0
    decision = next(one for one in voice_decisions.decisions(page, HERE) if one.id == "media")
    assert decision.verb == "Raise" and "Raise the voice" in voice_answer.answer(page, HERE)


def test_own_years_without_the_relation_hold_the_level_of_media():
    money, sold = many_markets(0.0)
    page = page_of(money=money, sold=sold)
    assert page.heard.relation.verdict == "weaker"
    assert next(one for one in voice_decisions.decisions(page, HERE) if one.id == "media").verb == "Hold"


VERDICTS = {
    "supports": "the own years bear the published relation out",
    "stronger": "the own years put the relation above what was published",
    "weaker": "the own years put the relation below what was published",
    "does not tell": "the own years are at one with the published relation and with none at all",
    "published": "the own market has too few years to ask",
}


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_headline_says_of_each_verdict_of_the_own_years_what_it_is(made, verdict):
    told = made.heard._replace(relation=made.heard.relation._replace(verdict=verdict))
    said = voice_answer.answer(made._replace(heard=told), HERE)
    assert [name for name, words in VERDICTS.items() if words in said] == [verdict]


@pytest.mark.parametrize("verdict", ["supports", "stronger"])
def test_a_voice_larger_than_the_market_is_held_though_the_own_years_bear_the_relation_out(made, verdict):
    table = made.heard.table.assign(excess=0.05)
    told = made.heard._replace(table=table, relation=made.heard.relation._replace(verdict=verdict))
    said = voice_answer.answer(made._replace(heard=told), HERE)
    assert "Hold the level of media" in said and VERDICTS[verdict] in said and "Raise" not in said
    media = next(
        one for one in voice_decisions.decisions(made._replace(heard=told), HERE) if one.id == "media"
    )
    assert media.verb == "Hold"


def test_bad_input_is_refused():
    with pytest.raises(NothingToReportError, match="own_brands"):
        page_of(own="Nobody")
    with pytest.raises(ValueError, match="share_goal"):
        page_of(goal=2.0)
    asked = searches()
    with pytest.raises(DataError, match="-1"):
        page_of(asked=asked.assign(searches=asked["searches"].where(asked.index != 5, -1.0)))
    with pytest.raises(DataError, match="high_value"):
        known = voice_tables.known(spend(), sales(), asked, HERE, own_brands="House", common_words="")
        voice_operation.cards(known, voice_regions.regions(known), HERE, **NONE, high_value=2, n_held_out=5, weeks=6)  # fmt: skip
    with pytest.raises(DataError, match="sees_at_most"):
        voice_operation.cards(known, voice_regions.regions(known), HERE, **NONE, high_value=0.2, n_held_out=5, weeks=6, sees_at_most=0.0)  # fmt: skip
    with pytest.raises(DataError, match="week before"):
        page_of(asked=asked[asked["starts_on"] != MONDAYS[50]])


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_text_and_table_of_the_page_can_be_said(made, language):
    here = Scope(SHOP, parse("2026-09"), "ALL", language)
    for name in ("voice_finding", "voice_subtitle", "relation_said", "search_finding", "search_subtitle", "lead_said", "spike_finding", "spike_subtitle", "assistants_said", "assistants_finding", "assistants_subtitle", "naive"):  # fmt: skip
        said = getattr(voice_telling, name)(made, here)
        assert said and "nan" not in said and "{" not in said, name
    for name in ("voice_table", "voice_dots", "search_table", "search_lines", "links_table", "spike_lines", "visits_line", "card_table", "people_table"):  # fmt: skip
        assert getattr(voice_showing, name)(made, here) is not None
    assert len(voice_checks.checks(made, here)) >= 7


def test_every_figure_has_its_row_and_its_definition(made):
    rows = rows_of(made)
    assert set(rows) == {one.id for one in definitions.KPIS}
    assert all(KPIS[name] for name in rows) and sum(one.headline for one in definitions.KPIS) <= 2
    assert all(one.value is not None or one.reason for one in rows.values())


@pytest.fixture(scope="module")
def sample():
    here = tables.scope("sample", "2026-09", "ALL", "en", grain="month")
    got = {name: tables.optional(name, here) for name in ("orders", "customers", "consents", "stores", "experiments")}  # fmt: skip
    known = voice_tables.known(
        tables.load("competitor_spend", here), tables.load("market_sales", here), tables.load("search_interest", here), here,
        own_brands="Maison Brévane, Maison Brévane Mini, Maison Brévane Nomade", common_words="Clairpont", mentions=tables.optional("social_mentions", here),
        site=tables.optional("site_daily", here), orders=got["orders"], tracker=tables.optional("brand_tracker", here), assistants=("server_log", "assistant"),
    )  # fmt: skip
    found = voice_regions.regions(known)
    cards = voice_operation.cards(known, found, here, **got, high_value=0.2, n_held_out=8, weeks=6)
    return Page(known, voice.heard(known, goal=0.01), voice_search.searched(known), found, cards, voice_assistants.assistants(known)), here  # fmt: skip


def planted():
    made = json.loads((company.sample_dir() / "truth.json").read_text(encoding="utf-8"))["estimands"]
    return {(one["name"], one["market"], one["segment"]): one["value"] for one in made}


def test_the_sample_s_planted_truths_are_inside_their_intervals(sample):
    page, _ = sample
    true, house = planted(), page.known.house
    (spike,) = page.regions.spikes
    assert ("search_spike", "FR", spike.region) in true
    made_above = spike.searches * (1 - 1 / true[("search_spike", "FR", spike.region)])
    assert spike.low <= made_above <= spike.high
    growth = page.assistants.growth.a_time
    assert growth.low <= true[("assistant_growth", "ALL", "")] <= growth.high
    lost = [true[("assistant_searches_lost", market, house)] for market in ("FR", "BE", "CH")]
    assert page.assistants.taken.lost.low <= np.mean(lost) <= page.assistants.taken.lost.high
    lag = page.link.found.lag
    assert lag.low <= true[("search_lead", "ALL", house)] <= lag.high
    relation = page.heard.relation.coefficient
    assert relation.low <= true[("excess_share_of_voice_effect", "ALL", "")] <= relation.high
    for market in ("FR", "BE", "CH"):
        seen = page.searched.markets.loc[market, "share"]
        assert seen == pytest.approx(true[("share_of_search", market, house)], abs=0.03), market


def test_the_sample_s_page_says_what_to_do_first(sample):
    page, here = sample
    said = voice_answer.answer(page, here)
    assert (
        said.startswith("Look at what happens in department 44 (FR)")
        and "could not be read as a test" in said
    )
    assert "Hold the level of media" in said
    assert [one.verb for one in voice_decisions.decisions(page, here)][:2] == ["Look at", "Hold"]


def test_a_house_that_the_monitoring_service_does_not_follow_is_a_fault():
    money = spend()
    page = page_of(money=money[money["brand"] != "House"])
    assert shown_checks(page)["brands_advertise"].status == "fail"
    rows = rows_of(page)
    assert rows["voice_share"].value is None and rows["voice_excess"].value is None
    assert voice_answer.answer(page, HERE) and voice_decisions.decisions(page, HERE)
    assert voice_telling.voice_finding(page, HERE) and voice_telling.relation_said(page, HERE)
