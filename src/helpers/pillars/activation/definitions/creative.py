"""Creative tests: the figures of the page."""

from helpers.kpi import Kpi

P = "activation"

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "test_effect", "Effect of a test", P, "share", "up", "estimated",
        "Relative change of the one figure that a test was to decide, variant against control. Empty where the result may not be used.",
        "figure of the variant / figure of the control - 1", 0.02, decimals=1,
    ),
    Kpi(
        "tests_finished", "Tests finished, twelve months", P, "count", "up", "counted",
        "Tests by lot of creatives and pages whose last counted day lies in the last twelve months: how fast the company learns.",
        "count of tests", 1.0,
    ),
    Kpi(
        "tests_usable", "Finished tests whose result may be used", P, "count", "up", "counted",
        "Tests of the last twelve months whose arms have the sizes of the plan, that ran as long as planned, and that are large enough to read.",
        "count of usable tests", 1.0, headline=True,
    ),
    Kpi(
        "tests_valid_share", "Share of finished tests whose result may be used", P, "share", "up", "estimated",
        "Usable tests over tests finished in the last twelve months.",
        "usable tests / finished tests", 0.1,
    ),
    Kpi(
        "tests_as_planned_share", "Share of tests that ran as written down before", P, "share", "up", "estimated",
        "Tests of the last twelve months whose plan was written down before their first day and that ran for as long as it said, over all "
        "that were finished.",
        "tests run as planned / finished tests", 0.1,
    ),
    Kpi(
        "creative_vtr", "Video seen to the end, by creative", P, "share", "up", "counted",
        "Plays that reached the end over impressions of the same campaigns in twelve months, whatever a platform calls a view. A shorter video "
        "is seen to the end more often: compare like lengths.",
        "plays to the end / impressions", 0.05, relative=True, decimals=1,
    ),
    Kpi(
        "creative_viewing_time", "Seconds watched per impression, by creative", P, "ratio", "up", "counted",
        "Total time watched over impressions of the same campaigns in twelve months.",
        "seconds watched / impressions", 0.05, relative=True, decimals=1,
    ),
    Kpi(
        "video_retention", "Video kept from a quarter to the end", P, "share", "up", "counted",
        "Of the plays that reached a quarter of the video, those that reached its end, in twelve months.",
        "plays to the end / plays to a quarter", 0.05, relative=True, decimals=1,
    ),
    Kpi(
        "creative_ctr", "Click-through rate, by creative", P, "share", "up", "counted",
        "Clicks that lead to the site over impressions of the same campaigns in twelve months.",
        "clicks / impressions", 0.05, relative=True, decimals=2,
    ),
)  # fmt: skip
