"""Tests by region: the figures of the page."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "geo_iroas", "Incremental return of the last tested channel", "activation", "ratio", "up", "estimated",
        "Revenue without VAT that the last finished test by region changed in its treated places while it ran, over the change of "
        "media spend there before tax. The spend that changed is held against what the untreated places lead to expect.",
        "revenue changed in the treated places / change of media spend there, while the test ran", 0.2, decimals=2, headline=True,
    ),
    Kpi(
        "geo_effect", "Revenue changed by the last test by region", "activation", "currency", "up", "estimated",
        "Revenue without VAT of the treated places while the test ran, less what the untreated places lead to expect of them.",
        "treated revenue x (1 - 1 / (1 + lift)), lift from the ratio of treated to untreated revenue", 1000.0,
    ),
    Kpi(
        "geo_mde", "Smallest change that the last test could see", "activation", "share", "down", "estimated",
        "Change of the treated sales that a test of the same regions and length, placed in the time before it, tells from nothing in "
        "eight of ten cases.",
        "the change whose interval at 90 % leaves zero out in 80 % of tests of nothing in the past", 0.01, decimals=1,
    ),
    Kpi(
        "spend_tested", "Media spend on channels with a test", "activation", "share", "up", "counted",
        "Share of the media spend of the last twelve months that went to channels of which a finished test by region says something.",
        "spend of tested channels / all media spend, twelve months", 0.05,
    ),
)  # fmt: skip
