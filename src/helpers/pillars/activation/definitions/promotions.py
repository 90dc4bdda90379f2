"""Promotions and coupons: the figures of the page."""

from helpers.kpi import Kpi

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "promotion_margin", "Margin that promotions added, twelve months", "activation", "currency", "up", "modelled",
        "Contribution margin of the orders that promotions added, less the discount on orders that would have come anyhow and the margin "
        "missing in the 28 days after, with what customers won bought later; promotions whose 28 days ended in the last twelve months. "
        "Revenue where neither costs nor a margin rate are known.",
        "extra orders x margin - orders that come anyhow x discount - orders missing after x margin + later margin of customers won",
        0.10, relative=True, headline=True,
    ),
    Kpi(
        "promotion_extra_orders", "Orders that promotions added, twelve months", "activation", "orders", "up", "modelled",
        "Paid orders while promotions ran, less those of a baseline of season, weekday, trend, holidays, media and weekly shocks.",
        "sum over days of promotions of (expected orders with the promotion - without)", 0.10, relative=True,
    ),
    Kpi(
        "promotion_pulled_share", "Extra orders that the weeks after lost", "activation", "share", "down", "modelled",
        "Share of the orders that promotions added which are missing in the 28 days after.",
        "orders missing in the 28 days after / orders added", 0.05,
    ),
    Kpi(
        "full_price_share", "Orders at full price", "activation", "share", "up", "estimated",
        "Share of the paid orders of the month without any discount.",
        "paid orders without a discount / paid orders with a known discount", 0.02, decimals=1,
    ),
    Kpi(
        "discount_rate", "Discounts given", "activation", "share", "down", "estimated",
        "Discounts of the month as a share of the value of its paid orders at full price, returns not taken off.",
        "discounts / (revenue without VAT + discounts)", 0.01, decimals=1,
    ),
    Kpi(
        "break_even_lift", "Lift at which promotions pay", "activation", "share", "down", "estimated",
        "Extra orders, as a share of those that come anyhow, at which their margin pays the discount on the others; the dip is left out. "
        "Promotions of the last twelve months together.",
        "discount an order / (margin an order before the discount - discount an order)", 0.02,
    ),
)  # fmt: skip
