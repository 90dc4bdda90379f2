"""Figures of the page on the brand tracker."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "tracker_preference", "Preference", "brand", "share", "up", "estimated",
        "Share of all people of the market who name our brand as the one they prefer, in the last wave of the tracker, weighted.",
        "weights of those who prefer our brand / weights of all people asked", 0.01, decimals=1, headline=True,
    ),
    Kpi(
        "tracker_consideration", "Consideration", "brand", "share", "up", "estimated",
        "Share of all people of the market who would consider our brand, in the last wave of the tracker, weighted; who does not know it counts "
        "as no.",
        "weights of those who consider our brand / weights of all people asked", 0.01, decimals=1,
    ),
    Kpi(
        "tracker_aided_awareness", "Prompted awareness", "brand", "share", "up", "estimated",
        "Share of all people of the market who know our brand when they hear its name, in the last wave of the tracker, weighted.",
        "weights of those who know our brand / weights of all people asked", 0.01, decimals=1,
    ),
    Kpi(
        "tracker_unaided_awareness", "Spontaneous awareness", "brand", "share", "up", "estimated",
        "Share of all people of the market who name our brand unasked, in the last wave of the tracker, weighted.",
        "weights of those who name our brand / weights of all people asked", 0.01, decimals=1,
    ),
    Kpi(
        "tracker_preference_year", "Change of preference over a year, smoothed", "brand", "points", "up", "modelled",
        "Change of the smoothed preference from the wave a year before to the last one; all waves help, each as far as it can be trusted.",
        "smoothed preference now - a year before, in points; random walk with the known doubt of each wave", 1.0, decimals=1,
    ),
    Kpi(
        "tracker_weakest_step", "Weakest step of the funnel against size", "brand", "ratio", "up", "modelled",
        "People whom our brand keeps from one step of the funnel to the next, over those whom a brand of its size is expected to keep; the lowest "
        "step.",
        "conversion / conversion that the other brands let expect at this size", 0.10, decimals=2,
    ),
    Kpi(
        "tracker_trust", "Trust", "brand", "ratio", "up", "estimated",
        "Mean of the statements on trust in our brand, of people who know it, in points of their scale, in the last wave, weighted.",
        "sum of weight x mean answer / sum of weights", 0.10, decimals=2,
    ),
    Kpi(
        "tracker_trust_alpha", "Reliability of the trust scale (alpha)", "brand", "ratio", "up", "estimated",
        "How far the statements on trust in our brand measure one thing, over all waves read; 0.70 is the least at which a scale is used.",
        "k / (k - 1) x (1 - sum of variances of statements / variance of their sum)", 0.05, decimals=2,
    ),
    Kpi(
        "tracker_need", "People a wave to tell the change asked for", "brand", "count", "down", "modelled",
        "People in each of two waves at which a change of preference of the size asked for shows with a chance of 80 %, at the design effect of "
        "the last wave.",
        "(z + z_power)^2 x (p q + p' q') / d^2 x design effect", 0.10, relative=True,
    ),
)  # fmt: skip
