"""Figures of the page on markets and targets."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "target_first_chance", "Chance that the first market is the most attractive one", "positioning", "share", "up", "modelled",
        "Chance that the market which ranks first has the highest weighted score, over what sales and survey leave open and over weights "
        "near the chosen ones.",
        "share of draws of criteria and weights in which the market has the highest score", 0.05, headline=True,
    ),
    Kpi(
        "target_obtainable", "Sales that the brand may win in a year", "positioning", "currency", "up", "modelled",
        "Sales at consumer prices beyond those of today, in all markets where people were asked or can be foretold: what people who would "
        "try the brand spend in the category, by the share of them that is taken to do so.",
        "sum over markets of (category sales - own sales) x share of spend of those who would try x share of them that does", 0.10,
        relative=True,
    ),
    Kpi(
        "target_open_market", "Sales of people open to the brand, twelve months", "positioning", "currency", "up", "modelled",
        "Own sales and what people outside who would try the brand, 8 to 10 of 10, spend in the category, at consumer prices.",
        "sum over markets of own sales + (category sales - own sales) x share of spend of those who would try", 0.10, relative=True,
    ),
    Kpi(
        "target_category_growth", "Growth of the category a year", "positioning", "share", "up", "estimated",
        "Growth of category sales a year in all markets together, from the trend of the logarithm of monthly sales beside their season.",
        "exp(slope a year) - 1, errors with the memory of one month for the next", 0.02, decimals=1,
    ),
    Kpi(
        "target_pairs_sure", "Pairs of markets surely ordered", "positioning", "share", "up", "counted",
        "Share of all pairs of markets of which one scores higher with a chance of 90 % or more, at the chosen weights.",
        "pairs with a chance of 90 % or more / all pairs", 0.10,
    ),
    Kpi(
        "target_weights_first", "Weights under which the first market stays first", "positioning", "share", "up", "modelled",
        "Share of all sets of weights, each as likely as any other, under which the market that ranks first still does, figures as they are.",
        "share of uniform draws of weights in which the market has the highest score", 0.10,
    ),
)  # fmt: skip
