"""Paths before an order: the figures of the page."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "rule_disagreement", "Orders that change channel with the rule", "activation", "share", "down", "estimated",
        "Share of the followed orders that change channel between the two rules that differ most, of those that give away every order: "
        "last touch, last non-direct touch, first touch, position, time decay, Markov, Shapley. It says how little the paths decide.",
        "half of the sum over channels of |orders by one rule - orders by the other| / followed orders", 0.05, headline=True,
    ),
    Kpi(
        "path_coverage", "Orders with a known path", "activation", "share", "up", "estimated",
        "Share of all paid orders, wherever sold, before which a contact of a person who agreed to be followed is known.",
        "paid orders with a contact in the days before / paid orders", 0.03, decimals=1,
    ),
    Kpi(
        "path_length", "Contacts before an order", "activation", "ratio", "down", "estimated",
        "Mean number of known contacts on the path of an order, among orders with a path.",
        "contacts on paths that an order ended / orders with a path", 0.1, decimals=2,
    ),
    Kpi(
        "last_touch_own", "Last contact by people who know the brand", "activation", "share", "down", "estimated",
        "Share of the orders with a path whose last contact is brand search or a direct visit, or what else the company names so: whoever "
        "comes that way was looking for the brand.",
        "orders whose last contact is such a channel / orders with a path", 0.03, decimals=1,
    ),
    Kpi(
        "attributed_orders", "Orders credited by the rule of the reports", "activation", "count", "up", "estimated",
        "Orders with a path that the rule of the reports gives a channel (its row says which rule). It says which contacts stood before "
        "orders; it does not say what the channel caused.",
        "sum over orders with a path of the channel's share by the rule", 0.1, relative=True,
    ),
)  # fmt: skip
