"""Steps of the journey and irritants: the figures of the page."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "conversion_rate", "Visits that end with an order", "activation", "share", "up", "estimated",
        "Of the visits of the month to the site or app, the share with an order, as the site's tool counts both.",
        "visits with an order / visits", 0.002, decimals=2, headline=True,
    ),
    Kpi(
        "visit_to_basket", "Visits with a product put in the basket", "activation", "share", "up", "estimated",
        "Of the visits of the month, the share in which a product was put in the basket: the add-to-cart rate.",
        "visits with a product put in the basket / visits", 0.003, decimals=2,
    ),
    Kpi(
        "basket_to_checkout", "Baskets that reach the checkout", "activation", "share", "up", "estimated",
        "Of the visits of the month with a product put in the basket, the share that began to pay. Baskets of the shop's own list, kept "
        "over several visits, are on the page of basket reminders.",
        "visits that began to pay / visits with a product put in the basket", 0.01, decimals=1,
    ),
    Kpi(
        "checkout_to_order", "Checkouts that end with an order", "activation", "share", "up", "estimated",
        "Of the visits of the month that began to pay, the share with an order.",
        "visits with an order / visits that began to pay", 0.01, decimals=1,
    ),
    Kpi(
        "viewing_time_per_visit", "Seconds of video watched per visit", "activation", "ratio", "up", "estimated",
        "Seconds for which the company's videos were watched on the platforms in the month, per visit to its site or app. No "
        "export of the site's tools says how long a page was read.",
        "seconds watched on the platforms / visits", 0.05, relative=True, decimals=1,
    ),
    Kpi(
        "first_contact_solution", "Cases solved at the first contact", "activation", "share", "up", "estimated",
        "Of the cases opened in the month and solved, the share for which the customer wrote or called once.",
        "solved cases with one contact / solved cases", 0.02, decimals=1,
    ),
    Kpi(
        "irritant_rate", "Irritants per 1,000 orders", "activation", "ratio", "down", "estimated",
        "What went wrong for customers in the month, per 1,000 orders placed in it whatever their status: support cases, returns "
        "for a reason that is the company's to mend, cancelled orders and onboardings not ended. A late answer is part of its case.",
        "1,000 x (cases + returns + cancelled orders + onboardings not ended) / orders placed", 0.05, relative=True, decimals=1,
    ),
    Kpi(
        "customers_touched", "Customers touched by an irritant", "activation", "customers", "down", "counted",
        "Different customers for whom something of the above went wrong in the month; cases without a customer touch nobody known.",
        "different customers with an irritant", 0.05, relative=True,
    ),
    Kpi(
        "irritant_stake", "At most at stake with the first irritant", "activation", "currency", "down", "estimated",
        "Contribution margin of the following days that customers touched by the first irritant of the ranking brought less than "
        "untouched ones of the same tenure and number of orders, times the customers touched in the window: a difference and no effect, "
        "so an upper bound of what mending may bring. Revenue in place of margin where the company states no rate.",
        "(margin of the untouched alike - margin of the touched) x customers touched", 0.1, relative=True,
    ),
)  # fmt: skip
