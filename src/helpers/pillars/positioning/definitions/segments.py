"""Figures of the page on value segments and personas."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "segment_conquest", "Conquest potential of the first segment, per 1,000 people", "positioning", "currency", "up", "modelled",
        "What people outside the company who belong to the segment with the highest potential and would try the brand, 8 to 10 of 10, say "
        "they spend in the category in a year, per 1,000 people outside. A bound: not all who say so will.",
        "1,000 x size of the segment x mean of spend where the answer is 8 to 10, else 0", 0.10, relative=True, headline=True,
    ),
    Kpi(
        "segment_margin_share", "Share of customers’ margin from the segment that brings most", "positioning", "share", "up", "modelled",
        "Share of the contribution margin of twelve months of the customers who were asked that falls to the segment which brings most; "
        "revenue where the company states no margin rate.",
        "sum of margin x membership of the segment / sum of margin, memberships corrected for misplacement", 0.03, headline=True,
    ),
    Kpi(
        "segment_own_share", "Own share of what customers spend in the category", "positioning", "share", "up", "estimated",
        "What customers who were asked bought from the company in twelve months, with tax, by what they say they spend in the category.",
        "sum of paid / sum of stated spend, customers asked", 0.03,
    ),
    Kpi(
        "segment_open_spend", "Share of spend outside by people who would try the brand", "positioning", "share", "up", "estimated",
        "Share of what people outside the company say they spend in the category that is spent by those who would try the brand, 8 to 10 of 10.",
        "sum of w x spend where the answer is 8 to 10 / sum of w x spend, raked to official margins", 0.02,
    ),
    Kpi(
        "segment_typing_error", "People whom the short questionnaire misplaces", "positioning", "share", "down", "estimated",
        "Share of people whom the short questionnaire places in another segment than all items do, judged on people who chose neither "
        "segments nor questions.",
        "misplaced / people, over five parts held out in turn", 0.02,
    ),
    Kpi(
        "segment_stable", "People who keep their segment from wave to wave", "positioning", "share", "up", "estimated",
        "Share of the people of the last wave who stand in the same segment by the segments that the last wave and the one before find each "
        "for itself, matched as well as can be.",
        "matched people / people of the last wave", 0.05,
    ),
)  # fmt: skip
