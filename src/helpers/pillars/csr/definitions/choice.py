"""Figures of the page on responsible choice."""

from helpers.kpi import Kpi

P = "csr"

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "responsible_choice_rate", "Responsible choice rate", P, "share", "up", "estimated",
        "Orders in which the responsible option was chosen, over eligible orders to which it was offered. Orders that never saw the option are not counted.",
        "choices / offers, Wilson interval", 0.01, decimals=1,
    ),
    Kpi(
        "responsible_choice_standardised", "Responsible choice rate at a fixed mix", P, "share", "up", "estimated",
        "The rate that the quarter would have if markets, choices and groups of products were offered in the mix of the last twelve months, so that "
        "a change of the mix does not pass for a change of behaviour.",
        "sum over market, choice and group of its part in the offers of twelve months x its rate; interval by weeks where they vary more than orders", 0.01,
        decimals=1, headline=True, version=2,
    ),
    Kpi(
        "responsible_choice_rate_of", "Responsible choice rate of one choice", P, "share", "up", "estimated",
        "Rate of one choice if markets and groups of products were offered in its mix of the last twelve months, beside that of the same quarter of the year before.",
        "sum over market and group of its part in the offers of twelve months x its rate; interval by weeks where they vary more than orders", 0.01,
        decimals=1, version=2,
    ),
    Kpi(
        "choice_per_criterion", "Responsible choice for each further criterion", P, "points", "up", "estimated",
        "Change of the choice rate with each environmental criterion shown beyond the number up to which no fall is seen, offers of twelve months, within market, "
        "choice, group of products and default. Seen, not tested.",
        "slope of the rate on the number of criteria within strata, offers with as many as the knot or more", 0.5, decimals=1, version=2,
    ),
    Kpi(
        "default_effect", "Effect of ticking the option beforehand", P, "points", "up", "estimated",
        "Share of orders that choose the option where a lot ticked it beforehand, less that where it did not, within weeks. Weeks in which people decided are not in it.",
        "100 x difference within weeks, Mantel and Haenszel", 1.0, decimals=1,
    ),
    Kpi(
        "default_contribution", "Contribution an order under the default", P, "currency", "up", "estimated",
        "Contribution of an order where a lot ticked the option beforehand, less that where it did not, all orders of the test.",
        "mean contribution ticked - mean contribution not ticked, Welch interval", 0.1, decimals=2,
    ),
    Kpi(
        "second_hand_share", "Orders with used goods", P, "share", "up", "estimated",
        "Paid orders in which second-hand or refurbished goods were bought, over all paid orders.",
        "orders with second-hand or refurbished goods / paid orders", 0.002, decimals=1, headline=True,
    ),
    Kpi(
        "repair_share", "Customers with a repair", P, "share", "up", "estimated",
        "Customers whose repair fell in the quarter, over customers with a purchase in the twelve months to its end.",
        "customers with a repair / customers active in twelve months", 0.002, decimals=1,
    ),
    Kpi(
        "return_rate_second_hand", "Return rate of used goods", P, "share", "down", "estimated",
        "Orders with second-hand or refurbished goods of which something came back within 60 days, over such orders that are at least as old.",
        "orders that came back / orders, those of the months looked at", 0.01, decimals=1,
    ),
    Kpi(
        "return_gap_second_hand", "Return rate of used goods against new", P, "points", "down", "estimated",
        "Return rate of orders with used goods less that of orders of new goods alone, of the same market, month and value.",
        "100 x difference within market, month and value, Mantel and Haenszel", 1.0, decimals=1,
    ),
    Kpi(
        "repurchase_after_service", "Repurchase after a service, against others alike", P, "points", "up", "estimated",
        "Share of customers who took the service for the first time and bought again within 180 days, less that of others who were like them before. People chose "
        "by themselves, so it is a comparison and no proven effect. The interval is as wide as looking at all services together asks.",
        "100 x (share of takers - share of others weighted to be like them), interval at the level of Holm's step", 2.0, decimals=1,
    ),
    Kpi(
        "displaced_share", "Purchases that stand for a new one", P, "share", "up", "estimated",
        "Buyers of used goods who say that they would have bought a new one instead, over those asked in twelve months. Services whose buyers were not asked have none.",
        "answers “a new one” / answers", 0.05,
    ),
)  # fmt: skip
