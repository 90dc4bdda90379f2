from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from helpers import tables
from helpers.sample import chunk
from helpers.sample.parts import claims, delivery, platforms, shop
from helpers.sample.setting import CHANNELS, CURRENCIES, DAYS, MARKETS, N_DATA, ORDER_CAUSES, Setting
from helpers.sample.world import World

SCALE = 0.2
PARTS = (platforms, delivery, claims)
NAMES = (
    "campaigns", "campaign_map", "taxonomy", "media_spend", "media_reach", "media_conversions", "site_daily",
)  # fmt: skip
DAY = "spent_on"


def make(seed: int) -> SimpleNamespace:
    """A world of one chunk with all frames and figures, made afresh."""
    platforms.bought.cache_clear()
    delivery.delivered.cache_clear()
    world = World(Setting(seed, SCALE))
    drawn = chunk.draw(world, 0)
    totals = claims.count(drawn)
    raw = {
        **dict(platforms.market(world)),
        **dict(delivery.market(world)),
        **dict(claims.books(world, totals)),
    }
    frames = {name: tables.check(frame, name) for name, frame in raw.items()}
    known = [one for part in PARTS for one in part.truth(world, totals)]
    paid = drawn.sales[drawn.sales["status"] == "paid"]
    return SimpleNamespace(world=world, drawn=drawn, paid=paid, totals=totals, frames=frames, truth=known)


@pytest.fixture(scope="module", params=[1, 2])
def made(request):
    return make(request.param)


def spend(made: SimpleNamespace) -> pd.DataFrame:
    """Table media_spend with the channel of the campaign that fits no rule, and spend in euro."""
    rows = made.frames["media_spend"]
    rate = made.world.demand.euros[rows["market"].map(MARKETS.index), (rows[DAY] - DAYS[0]).dt.days]
    return rows.assign(channel=rows["channel"].fillna("social"), euros=rows["spend"] * rate)


def value(made: SimpleNamespace, name: str, **where: str) -> float:
    found = [e for e in made.truth if e.name == name and all(getattr(e, k) == v for k, v in where.items())]
    assert len(found) == 1
    return found[0].value


def online(made: SimpleNamespace) -> pd.Series:
    """Paid orders on site and app by market and day."""
    kept = made.paid[made.paid["sales_channel"].isin(["web", "app"])]
    return kept.groupby(["market", "ordered_on"]).size()


def test_every_table_meets_its_contract(made):
    assert set(made.frames) == set(NAMES)
    assert made.frames["media_spend"].groupby("currency")["market"].unique().map(sorted).to_dict() == {
        "CHF": ["CH"],
        "EUR": ["BE", "FR"],
    }


def test_spend_of_a_channel_market_and_day_is_the_latent_plan_to_the_cent(made):
    given = spend(made).pivot_table(index=["channel", "market"], columns=DAY, values="spend", aggfunc="sum")
    for i, channel in enumerate(CHANNELS):
        for j, market in enumerate(MARKETS):
            latent = made.world.media.national[i, j, :N_DATA] * SCALE / made.world.demand.euros[j, :N_DATA]
            cents = np.rint(given.loc[(channel, market)].to_numpy() * 100)
            np.testing.assert_array_equal(cents, np.rint(np.round(latent, 2) * 100))


def test_every_campaign_that_spends_is_mapped_to_a_campaign_of_the_company(made):
    lines = made.frames["campaign_map"]
    rows = made.frames["media_spend"].drop(columns="ends_on")
    rows = rows.merge(lines, on=["platform", "campaign_id"], how="left")
    assert rows["campaign_code"].isin(made.frames["campaigns"]["campaign_id"]).all()
    assert (rows["spent_on"] >= rows["starts_on"]).all()
    assert (rows["spent_on"] <= rows["ends_on"]).all()
    assert len(made.frames["campaigns"]) == 52


def test_campaigns_that_the_shop_credits_with_customers_are_in_the_books(made):
    people = shop.customers(made.drawn)
    since = people[(people["first_seen_on"] >= DAYS[0]) & people["acquisition_campaign_id"].notna()]
    assert len(since) > 100
    assert since["acquisition_campaign_id"].isin(made.frames["campaigns"]["campaign_id"]).all()


def test_counts_of_delivery_are_ordered_as_they_must_be(made):
    rows = made.frames["media_spend"]
    chains = (
        ("link_clicks", "clicks", "impressions"),
        ("viewable_impressions", "measurable_impressions", "impressions"),
        ("video_completions", "video_75", "video_50", "video_25", "impressions"),
        ("video_views", "impressions"),
        ("engagements", "impressions"),
    )
    for chain in chains:
        for smaller, larger in pairwise(chain):
            both = rows[[smaller, larger]].dropna()
            assert len(both) > 3000
            assert (both[smaller] <= both[larger]).all()
            assert both[smaller].sum() < both[larger].sum()


def test_tv_has_contacts_and_nothing_to_click(made):
    rows = made.frames["media_spend"].query("platform == 'offline'")
    assert rows["impressions"].sum() > 0
    assert rows[["clicks", "link_clicks", "viewable_impressions", "video_views"]].isna().all(axis=None)


def test_prices_and_click_rates_of_each_channel_are_inside_the_stated_ranges(made):
    sums = spend(made).groupby("channel")[["euros", "impressions", "clicks"]].sum()
    for channel, rate in platforms.RATES.items():
        cpm = 1000 * sums.loc[channel, "euros"] / sums.loc[channel, "impressions"]
        ctr = sums.loc[channel, "clicks"] / sums.loc[channel, "impressions"]
        assert rate.cpm_range[0] <= cpm <= rate.cpm_range[1]
        assert rate.ctr_range[0] <= ctr <= rate.ctr_range[1]


def test_impressions_cost_a_quarter_more_before_christmas_and_four_percent_more_after_a_year():
    course = pd.Series(delivery.cpm_course(), DAYS[:N_DATA])
    assert course.iloc[0] == 1
    assert course["2023-11-27"] / course["2023-11-26"] == pytest.approx(1.25, rel=2e-4)
    assert course["2023-12-25"] / course["2023-12-24"] == pytest.approx(1 / 1.25, rel=2e-4)
    assert course["2024-10-01"] == pytest.approx(1.04, rel=2e-4)


def test_one_campaign_loses_its_clicks_for_five_days_while_spend_and_visits_go_on(made):
    rows = made.frames["media_spend"].query("campaign == @delivery.FAULT[0]").set_index(DAY)
    lost = rows[(rows["clicks"] == 0)]
    assert list(lost.index.strftime("%Y-%m-%d")) == [f"2026-06-{day:02d}" for day in range(8, 13)]
    assert (lost["spend"] > 0).all()
    visits = made.frames["site_daily"].query("channel == 'search_generic' and market == 'FR'")
    assert (visits.groupby("visited_on")["sessions"].sum()[lost.index] > 10).all()


def test_rows_of_the_last_three_days_may_still_be_corrected(made):
    rows = made.frames["media_spend"].query("platform != 'offline'")
    assert sorted(rows.loc[rows["is_estimated"], DAY].unique()) == list(DAYS[N_DATA - 3 : N_DATA])
    assert rows.loc[rows[DAY] >= DAYS[N_DATA - 3], "is_estimated"].all()


def test_the_first_rule_that_fits_a_campaign_is_used():
    rules = pd.DataFrame(
        [(2, "meta", "FR_*", "social", "consider"), (1, "meta", "FR_*_film", "social", "reach")],
        columns=["rule", "platform", "campaign_pattern", "channel", "funnel_stage"],
    ).assign(brand="B")
    campaigns = pd.DataFrame(
        {"platform": ["meta", "meta", "meta", "dv360"], "campaign": ["FR_a_film", "FR_a", "a FR_", "FR_a"]}
    )
    found = platforms.classified(campaigns, rules)
    assert found["funnel_stage"].tolist()[:2] == ["reach", "consider"]
    assert found["channel"].isna().tolist() == [False, False, True, True]


def test_about_three_percent_of_spend_fits_no_rule_and_the_rest_gets_its_own_channel(made):
    rows = spend(made)
    bare = made.frames["media_spend"]["channel"].isna()
    assert rows.loc[bare, "campaign"].unique().tolist() == [platforms.UNNAMED]
    named = rows[~bare]
    assert (named["channel"].str.replace("_", "-") == named["campaign"].str.split("_").str[1]).all()
    share = rows.loc[bare, "euros"].sum() / rows["euros"].sum()
    assert 0.02 < share < 0.04
    period = f"{rows[DAY].min():%Y-%m-%d}/{rows[DAY].max():%Y-%m-%d}"
    assert value(made, "unmapped_spend_share", period=period) == pytest.approx(share)


def test_true_spend_of_a_channel_is_the_sum_of_its_rows_in_euro(made):
    rows = spend(made)
    year = rows[rows[DAY] > rows[DAY].max() - pd.Timedelta(days=364)]
    for channel, euros in year.groupby("channel")["euros"].sum().items():
        assert value(made, "media_spend", segment=channel) == pytest.approx(euros)


def test_viewability_of_display_in_the_last_quarter_is_near_its_expectation(made):
    rows = made.frames["media_spend"].query("channel == 'display' and spent_on >= '2026-07-01'")
    n = rows["measurable_impressions"].sum()
    seen = rows["viewable_impressions"].sum() / n
    assert abs(seen - value(made, "viewable_share")) < 4 * np.sqrt(0.58 * 0.42 / n)


def reach(made: SimpleNamespace) -> pd.DataFrame:
    rows = made.frames["media_reach"]
    whole = rows[rows["campaign_id"].isna()]
    made_wide = whole.pivot_table(index=["starts_on", "market"], columns="platform", values="reach")
    return made_wide.join(whole[whole["platform"] == "all"].set_index(["starts_on", "market"])["population"])


def test_reach_without_doubles_is_below_the_sum_and_above_the_largest(made):
    wide = reach(made)
    own = wide[list(delivery.IN_PANEL)]
    assert len(wide) == 36 * 3
    assert (wide["all"] < own.sum(axis=1)).all()
    assert (wide["all"] > own.max(axis=1)).all()
    assert (wide["all"] < wide["population"]).all()


def test_platforms_reach_the_same_people_more_often_than_by_chance(made):
    wide = reach(made)
    missed = 1 - wide[list(delivery.IN_PANEL)].div(wide["population"], axis=0)
    by_chance = (1 - missed.prod(axis=1)) * wide["population"]
    assert wide["all"].sum() < 0.98 * by_chance.sum()


def test_the_panel_is_within_its_sampling_error_of_true_reach(made):
    wide = reach(made)
    for one in made.truth:
        if one.name == "deduplicated_reach":
            seen = wide.loc[(pd.Timestamp(one.period), one.market)]
            share = one.value / seen["population"]
            error = np.sqrt(share * (1 - share) / delivery.PANEL)
            assert abs(seen["all"] / seen["population"] - share) < 4 * error


def test_reach_of_a_platform_is_at_most_that_of_its_campaigns_together(made):
    rows = made.frames["media_reach"].query("platform != 'all'")
    key = ["starts_on", "platform", "market"]
    parts = rows[rows["campaign_id"].notna()].groupby(key)["reach"].agg(["sum", "max", "size"])
    whole = rows[rows["campaign_id"].isna()].set_index(key)["reach"].reindex(parts.index)
    assert (parts["size"] > 1).any()
    assert (whole <= parts["sum"] + parts["size"]).all()  # each campaign is rounded
    assert (whole >= parts["max"]).all()


def test_platforms_together_claim_far_more_orders_than_were_paid(made):
    rows = made.frames["media_conversions"].query(
        "counted_by == 'platform' and conversion_group == 'purchase'"
    )
    assert 1.4 < rows["conversions"].sum() / len(made.paid) < 1.9
    year = rows[rows["converted_on"] > DAYS[N_DATA - 1] - pd.Timedelta(days=364)]
    n = (made.paid["ordered_on"] > DAYS[N_DATA - 1] - pd.Timedelta(days=364)).sum()
    assert value(made, "claims_per_paid_order", segment="") == pytest.approx(year["conversions"].sum() / n)
    for platform, claimed in year.groupby("platform")["conversions"].sum().items():
        assert value(made, "claims_per_paid_order", segment=platform) == pytest.approx(claimed / n)


def test_each_platform_claims_more_than_it_caused_and_display_caused_nothing(made):
    rows = made.frames["media_conversions"].query(
        "counted_by == 'platform' and conversion_group == 'purchase'"
    )
    claimed = rows.groupby("platform")["conversions"].sum()
    platform = made.paid["cause"].map(dict(enumerate(ORDER_CAUSES))).map(
        {channel: rate.platform for channel, rate in platforms.RATES.items()}
    )  # fmt: skip
    caused = platform.value_counts().reindex(claimed.index, fill_value=0)
    assert (claimed > 2 * caused).all()
    assert caused["cm360"] == 0
    assert claimed["cm360"] > claimed.drop(["cm360", "google_ads"]).median()


def test_google_hands_out_fractions_and_linkedin_claims_leads_alone(made):
    rows = made.frames["media_conversions"].query("counted_by == 'platform'")
    is_part = rows["conversions"] % 1 > 0
    assert rows.loc[is_part, "platform"].unique().tolist() == ["google_ads"]
    assert rows.loc[rows["platform"] == "linkedin", "conversion_group"].unique().tolist() == ["lead"]
    assert "offline" not in set(rows["platform"])


def test_last_clicks_of_a_campaigns_channel_are_the_purchases_on_the_site(made):
    own = made.frames["media_conversions"].query("counted_by == 'own'")
    site = (
        made.frames["site_daily"]
        .query("channel in ['social', 'video']")
        .groupby("channel")["purchases"]
        .sum()
    )
    assert own.loc[own["platform"] == "meta", "conversions"].sum() == site["social"]
    assert own.loc[own["platform"] == "dv360", "conversions"].sum() == site["video"]
    assert site.min() > 50


def test_the_site_sees_94_percent_of_the_orders_made_on_it(made):
    seen = made.frames["site_daily"].groupby(["market", "visited_on"])["purchases"].sum()
    came = online(made).rename_axis(seen.index.names).reindex(seen.index, fill_value=0)
    total = (came.groupby("market").sum() * 0.94 - seen.groupby("market").sum()).abs()
    assert (total <= 0.5).all()
    assert ((came * 0.94 - seen).abs() <= 1).all()
    assert (seen <= came).all()


def test_steps_on_the_site_fall_from_visit_to_purchase(made):
    rows = made.frames["site_daily"]
    steps = ["sessions", "engaged_sessions", "product_views", "add_to_carts", "checkouts", "purchases"]
    for larger, smaller in pairwise(steps):
        assert (rows[larger] >= rows[smaller]).all()
        assert rows[larger].sum() > rows[smaller].sum()
    assert (rows["users"] <= rows["sessions"]).all()
    assert rows.groupby("market")["currency"].first().to_dict() == dict(zip(MARKETS, CURRENCIES, strict=True))


def test_sums_over_chunks_count_each_paid_order_once(made):
    assert made.totals["delivery_orders"].sum() == len(made.paid)
    assert made.totals["delivery_online"].sum() == online(made).sum()
    kept = made.paid[made.paid["sales_channel"].isin(["web", "app"])]
    euros = (kept["revenue_excl_vat"] * kept["euros"]).sum()
    assert made.totals["delivery_value"].sum() == pytest.approx(euros)


def test_the_same_seed_gives_the_same_tables_and_another_seed_others(made):
    seed = made.world.setting.seed
    again, other = make(seed), make(seed + 10)
    for name in NAMES:
        pd.testing.assert_frame_equal(made.frames[name], again.frames[name])
    for name in set(NAMES) - {"taxonomy"}:
        assert not made.frames[name].equals(other.frames[name])
    assert made.truth == again.truth


def test_rows_do_not_grow_with_the_size_of_the_world():
    rows = []
    for scale in (SCALE, 3.0):
        world = World(Setting(1, scale))
        made = {**dict(platforms.market(world)), **dict(delivery.market(world))}
        rows.append({name: len(frame) for name, frame in made.items()})
    assert rows[0] == rows[1]
    assert rows[0]["media_spend"] == len(CHANNELS) * len(MARKETS) * N_DATA


def test_truths_are_finite_and_named_once(made):
    keys = [(one.name, one.period, one.market, one.segment) for one in made.truth]
    assert len(set(keys)) == len(keys)
    assert np.isfinite([one.value for one in made.truth]).all()
    assert {one.name for one in made.truth} == {
        "media_spend", "unmapped_spend_share", "viewable_share", "deduplicated_reach",
        "claims_per_paid_order", "claims_per_caused_order",
    }  # fmt: skip
