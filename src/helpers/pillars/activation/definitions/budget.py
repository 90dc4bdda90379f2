"""Where the next euro goes: the figures of the page."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "budget_move_gain", "Expected gain of the best move, a month", "activation", "currency", "up", "modelled",
        "Contribution margin a month, after what is spent, that the best single move of money between two channels is expected to add to "
        "today's split; revenue in place of margin where the company states no margin rate. Only moves within the limits of the page, between "
        "channels whose figures may carry a decision, and which gain in a large enough share of the draws. What spend does in later years "
        "is not in it.",
        "margin rate x change of revenue - change of spend, mean and 90 % interval of the draws of the mix model", 500.0, headline=True,
    ),
    Kpi(
        "budget_move_chance", "Chance that the best move gains", "activation", "share", "up", "modelled",
        "Share of the draws of the mix model in which the best move within the limits gains, whether it is sure enough to be proposed or not. "
        "In the other draws it loses money. The interval is that of counting draws; what the model does not know is not in it.",
        "draws in which the move gains / draws", 0.05,
    ),
    Kpi(
        "budget_marginal_spread", "Spread of marginal ROAS", "activation", "ratio", "down", "modelled",
        "Revenue of the last unit of money in the best channel less that in the worst one, among channels whose figures may carry a decision. "
        "At the best split it is 0.",
        "highest - lowest marginal ROAS of each draw, mean and 90 % interval", 0.25, decimals=2,
    ),
    Kpi(
        "budget_regret", "What today's split gives up, a month", "activation", "currency", "down", "modelled",
        "Contribution margin a month that today's split gives up against the split that would be best if the truth were known, with the same "
        "total and within the limits of the page; mean over the draws of what might be true. Nobody can win all of it: it is the most that "
        "knowing more could bring.",
        "best margin of each draw - margin of today's split, mean and 90 % interval of the draws", 500.0,
    ),
    Kpi(
        "budget_short_term_share", "Media spend that harvests", "activation", "share", "down", "counted",
        "Share of the media spend of twelve months that goes neither to the channels nor to the stages of the funnel that the page names as "
        "building for later years.",
        "spend outside building channels and stages / media spend, twelve months to the end of the period", 0.05, headline=True,
    ),
)  # fmt: skip
