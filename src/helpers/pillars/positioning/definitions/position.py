"""Figures of the page on the position on the market."""

from helpers.kpi import Kpi

P = "positioning"

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "market_share_value", "Market share by value", P, "share", "up", "counted",
        "Sales of all own lines at consumer prices over those of the whole category, in the markets in which the company sells, as the panel "
        "publishes them. The panel's own error is not published and not in it. n is the units of own lines.",
        "sales value of own lines / sales value of the category, months of the quarter", 0.01, decimals=1, headline=True,
    ),
    Kpi(
        "market_share_units", "Market share by units", P, "share", "up", "counted",
        "Units of all own lines over those of the whole category, in the markets in which the company sells. Beside the share by value it "
        "says whether the company sells dearer or cheaper than the category.",
        "units of own lines / units of the category, months of the quarter", 0.01, decimals=1,
    ),
    Kpi(
        "brand_penetration", "People who bought an own line", P, "share", "up", "estimated",
        "Of the people asked, weighted to the official margins of the population, the share who bought any own line in twelve months, by what "
        "they say.",
        "weighted people with a purchase of an own line / weighted people", 0.01, decimals=1,
    ),
    Kpi(
        "brand_frequency", "Purchases of any own line a buyer", P, "ratio", "up", "estimated",
        "Purchases of own lines in twelve months per person who bought one, weighted to the official margins.",
        "weighted purchases of own lines / weighted buyers of own lines", 0.1, decimals=2,
    ),
    Kpi(
        "excess_loyalty", "Frequency above that of a brand of this size", P, "share", "up", "modelled",
        "How much more often the buyers of the house brand buy it than the NBD-Dirichlet lets expect of a brand of its share of purchases; "
        "S is read from the other brands. 0 is a brand like any other of its size. The interval holds for all brands together.",
        "purchases a buyer x b(s) / (M s) - 1, 90 % interval by drawing people again", 0.05,
    ),
    Kpi(
        "conquest_share", "New customers won from rivals", P, "share", "up", "estimated",
        "Of the people who bought an own line for the first time in the last twelve months, the share who used a rival before; the others are "
        "new to the category.",
        "weighted first buyers who name a rival / weighted first buyers", 0.05, headline=True,
    ),
    Kpi(
        "launch_own_share", "Volume of the last launch that own lines lost", P, "share", "down", "estimated",
        "Part of what the latest launch sells that own lines no longer sell: the house at an unchanged price where prices are known, else all "
        "older own lines against the same months a year before. It describes what happened together and proves no cause.",
        "share of the market that own lines lost / share of the launch, price and season held where prices are known", 0.1,
    ),
    Kpi(
        "launch_trial", "People who tried the last launch", P, "share", "up", "estimated",
        "Of the people asked, weighted to the official margins, the share who bought the latest own launch since it is on sale.",
        "weighted people with a purchase of the line / weighted people", 0.005, decimals=1,
    ),
)  # fmt: skip
