"""Figures of the page on social media and reputation."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "social_net_sentiment", "Net sentiment of mentions", "brand", "share", "up", "estimated",
        "Share of positive less share of negative mentions of the brand, corrected by language for how the tool misreads tone.",
        "positive - negative, each (share flagged + specificity - 1) / (sensitivity + specificity - 1), languages by their mentions", 0.05,
        headline=True,
    ),
    Kpi(
        "social_alarms", "Waves of mentions in the month", "brand", "count", "down", "counted",
        "Times that mentions of the brand began to stand out of their own bursts, good or bad, whatever their level.",
        "episodes of alarms that begin in the month; about one a month comes by chance", 1,
    ),
    Kpi(
        "social_crisis_level", "Highest level against the brand, twelve months", "brand", "count", "down", "counted",
        "Highest level of the crisis playbook, 0 to 4, that a wave of mentions of the brand reached in twelve months.",
        "number of thresholds of people at or below excess x negative share x reach of a mention; 3 at least for a grave topic", 1,
    ),
    Kpi(
        "social_weeks_out", "Weeks until mentions were usual again", "brand", "weeks", "down", "counted",
        "Weeks from the first to the last day on which the gravest wave against the brand in twelve months stood out.",
        "days of the episode / 7", 1, decimals=1,
    ),
    Kpi(
        "social_preference_after", "Preference after the crisis, against what was to be expected", "brand", "points", "up", "modelled",
        "Mean of the three waves of the agency barometer after the crisis began, less what the waves before let expect; below zero is lost.",
        "100 x mean(seen - expected), expected from a level that may drift", 1, decimals=1,
    ),
    Kpi(
        "social_sales_after", "Sales after the crisis, against what was to be expected", "brand", "currency", "up", "modelled",
        "Revenue before tax of the eight weeks after the crisis began, less what season, promotions and the weeks before let expect; below zero is lost.",
        "seen x (1 - exp(-effect on log revenue a week))", 0.05, relative=True,
    ),
    Kpi(
        "social_engagement", "Qualified engagement", "brand", "share", "up", "estimated",
        "Reactions to own posts of twelve months for each person reached, each with the weight that the page declares.",
        "sum of weight x (saves, shares, comments, clicks, likes) / sum of people reached", 0.002, decimals=2,
    ),
    Kpi(
        "social_share_rate", "Sharing rate", "brand", "share", "up", "estimated",
        "Shares of own posts of twelve months for each person reached.",
        "shares / people reached", 0.0005, decimals=2,
    ),
    Kpi(
        "social_view_rate", "Viewing rate of films", "brand", "share", "up", "estimated",
        "Views of own films of twelve months, as each network counts them, for each time they were shown.",
        "video views / impressions of films", 0.03,
    ),
    Kpi(
        "social_qualified_reach", "Creators' reach that is credible and in the target group", "brand", "share", "up", "estimated",
        "Part of the reach of paid creators in twelve months that is not of suspicious followers and lies in the target group.",
        "sum of reach x (1 - suspicious share) x share in target / sum of reach", 0.05,
    ),
    Kpi(
        "social_signals", "Topics that grow from small", "brand", "count", "down", "counted",
        "Topics under 2 % of mentions in the first half of the last 26 weeks whose share surely grows, all topics looked at together.",
        "topics whose growth a week is above zero at Holm's step over all topics", 1,
    ),
    Kpi(
        "social_review_rating", "Rating in reviews, of five", "brand", "ratio", "up", "estimated",
        "Mean of the stars that reviews of the brand gave in twelve months, rewarded reviews left out.",
        "mean of 5 x stars / most stars", 0.1, decimals=2,
    ),
    Kpi(
        "social_reviews_answered", "Reviews answered", "brand", "share", "up", "estimated",
        "Share of the brand's reviews of twelve months that the company answered.",
        "reviews with an answer / reviews", 0.05,
    ),
    Kpi(
        "social_ideas_kept", "Ideas kept", "brand", "share", "up", "estimated",
        "Share of the ideas received in twelve months that were kept, tested or launched so far.",
        "ideas kept or further / ideas received", 0.05,
    ),
    Kpi(
        "social_advocates_active", "Advocates who are active", "brand", "share", "up", "estimated",
        "Share of people in the programmes of employees and customers who spoke for the brand in a month, over twelve months.",
        "people active, all months / people in the programmes, all months", 0.03,
    ),
)  # fmt: skip
