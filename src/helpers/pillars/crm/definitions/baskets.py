"""The figures of baskets left behind and of what reminding brings."""

from helpers.kpi import Kpi

KPIS = (
    Kpi(
        "basket_abandon_rate", "Baskets left behind", "crm", "share", "down", "estimated",
        "Of the baskets begun in the month, the share that no order followed within the shop's own delay. Baskets of guests count.",
        "baskets left / baskets begun", 0.01, decimals=1,
    ),
    Kpi(
        "basket_value_left", "Value of baskets left behind", "crm", "currency", "down", "counted",
        "What the baskets begun in the month and left behind held, before tax. Most of it was never going to be bought, and a part "
        "was bought later.",
        "sum of the value of baskets left", 0.1, relative=True,
    ),
    Kpi(
        "basket_recovery_rate", "Baskets followed by an order, reminded", "crm", "share", "up", "estimated",
        "Of the baskets left that were to be reminded and whose week ended in the month, the share whose customer ordered "
        "within it. Most of these orders would have come without the reminder.",
        "baskets of the reminded with an order within a week / baskets of the reminded", 0.01, decimals=1,
    ),
    Kpi(
        "basket_return_rate", "Baskets followed by an order, held out", "crm", "share", "up", "estimated",
        "Of the baskets left that were held out by lot and whose week ended in the month, the share whose customer ordered "
        "within it: what comes back by itself.",
        "baskets held out with an order within a week / baskets held out", 0.01, decimals=1,
    ),
    Kpi(
        "reminder_effect", "Orders that a hundred reminders bring", "crm", "orders", "up", "estimated",
        "Orders placed within a week of a basket, cancelled ones included: those of a hundred baskets to be reminded less those "
        "of a hundred held out by lot, over the last twelve months. In points.",
        "100 x (orders / baskets of the reminded - orders / baskets of the held out)", 1.0, decimals=1,
    ),
    Kpi(
        "reminder_margin", "Margin that the reminders bring a month", "crm", "currency", "up", "estimated",
        "Contribution margin within a week of a basket, of the reminded less of the held out, less the cost of sending, times the "
        "baskets reminded in the month; revenue in place of margin where the company states no rate.",
        "(margin a basket reminded - margin a basket held out - cost a reminder) x baskets reminded in the month", 0.1,
        relative=True, headline=True,
    ),
    Kpi(
        "holdout_cost", "What holding baskets out costs a month", "crm", "currency", "down", "estimated",
        "The margin that the baskets held out in the month would have brought, had they been reminded: the price of knowing.",
        "(margin a basket reminded - margin a basket held out - cost a reminder) x baskets held out in the month", 0.1, relative=True,
    ),
)  # fmt: skip
