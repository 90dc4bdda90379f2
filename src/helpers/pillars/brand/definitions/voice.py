"""Figures of the page on share of voice and of search."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "voice_share", "Share of voice, twelve months", "brand", "share", "up", "counted",
        "Own share of the advertising of all brands that the monitoring service follows, at list prices, over twelve months.",
        "own estimated spend / estimated spend of all brands, twelve months, total over total", 0.01, decimals=1, headline=True,
    ),
    Kpi(
        "voice_excess", "Excess share of voice", "brand", "points", "up", "counted",
        "Share of voice of the last twelve months less the share of market of the twelve before, among the brands of which both are known.",
        "100 x (own spend / spend of all - own sales of the year before / sales of all)", 1.0, decimals=1,
    ),
    Kpi(
        "voice_implied", "Share of market that the excess brings in a year", "brand", "points", "up", "modelled",
        "What the excess share of voice lets expect of the share of market a year on, by the published relation after the own market was "
        "asked whether it holds; other causes of growth apart.",
        "excess share of voice x coefficient, of the published relation and of none at all mixed by how well the own years fit", 0.2,
        decimals=2,
    ),
    Kpi(
        "voice_needed", "Share of voice that the goal needs, by the published relation", "brand", "share", "down", "modelled",
        "Share of voice that would win the goal in share of market within a year if the published relation held, with the spread between "
        "its studies.",
        "share of market + goal / published coefficient", 0.05,
    ),
    Kpi(
        "search_share", "Share of search, thirteen weeks", "brand", "share", "up", "counted",
        "Own share of the searches for all brands over thirteen weeks, brands left out whose name is a common word.",
        "own searches / searches for all brands, total over total", 0.005, decimals=1, headline=True,
    ),
    Kpi(
        "search_lead", "Weeks by which share of search runs ahead of orders", "brand", "weeks", "up", "estimated",
        "Lag at which the share of search says most of later orders, where the link is stronger than chance makes it at any lag.",
        "likeliest lag of the cross-correlation of both series, season, trend and memory taken out", 2.0,
    ),
    Kpi(
        "search_spikes", "Regions in which searches rise alone", "brand", "count", "up", "counted",
        "Regions that search for the brand more than their past and all other regions let expect, one to four weeks up to now, at a chance of 5 % "
        "of one false region among all.",
        "regions with an adjusted p below 0.05", 1.0,
    ),
    Kpi(
        "search_spike_excess", "Searches above usual in these regions", "brand", "count", "up", "estimated",
        "Searches above what was to be expected in the regions in which they rise alone, over the weeks of the rise.",
        "sum over regions of searches - expected searches", 50.0,
    ),
    Kpi(
        "assistant_growth", "Growth a week of visits from assistants", "brand", "share", "up", "estimated",
        "Growth of the visits that assistants such as chatbots send to the site, from one week to the next.",
        "exp(slope of the logarithm of expected visits) - 1", 0.005, decimals=1,
    ),
    Kpi(
        "assistant_searches", "Own searches that assistants took", "brand", "share", "down", "modelled",
        "Share of the searches for the brand of the last four weeks that assistants took, from the markets in which their visits weigh more.",
        "searches taken by a visit x visits / (searches + searches taken)", 0.01, decimals=1,
    ),
)  # fmt: skip
