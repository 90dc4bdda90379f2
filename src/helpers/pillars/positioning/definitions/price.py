"""Figures of the page on what people would pay."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "price_premium", "Willingness to pay for the own brand, beyond that for its rivals", "positioning", "currency", "up", "estimated",
        "What people would pay more for the same offer under the own brand than under the mean of the other brands of the study, from their "
        "choices.",
        "(worth of the own brand - mean worth of the others) / -(worth of a unit of money)", 0.10, relative=True, headline=True,
    ),
    Kpi(
        "price_share", "Expected share of choices at the price of today", "positioning", "share", "up", "modelled",
        "Share of choices that the own offer wins beside the offers of today and none of them, where all are known and on the shelf.",
        "exp(worth of the own offer) / sum over offers and none of exp(worth)", 0.02, decimals=1,
    ),
    Kpi(
        "price_best_choice", "Price with the highest margin, by choices", "positioning", "currency", "up", "modelled",
        "Price of the own offer, among those that people saw, at which share of choices times contribution margin is highest, rivals as they "
        "are.",
        "argmax over prices of share x (price / (1 + tax) - unit cost)", 0.05, relative=True,
    ),
    Kpi(
        "price_range_low", "Lower end of the acceptable prices", "positioning", "currency", "up", "estimated",
        "Price under which more people find the offer too cheap to be good than find it cheap no longer.",
        "crossing of the share 'not cheap' with the share 'too cheap'", 0.05, relative=True,
    ),
    Kpi(
        "price_range_high", "Upper end of the acceptable prices", "positioning", "currency", "up", "estimated",
        "Price above which more people find the offer too expensive than find it not expensive yet.",
        "crossing of the share 'too expensive' with the share 'not expensive'", 0.05, relative=True,
    ),
    Kpi(
        "price_own_elasticity", "Own price elasticity of sales", "positioning", "ratio", "up", "estimated",
        "Per cent by which units of the house change where its price rises by one per cent, from months and markets in which it moved.",
        "coefficient of log price in log units = market + trend + season + log rival price + launches", 0.3, decimals=2, headline=True,
    ),
)  # fmt: skip
