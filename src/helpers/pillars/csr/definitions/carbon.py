"""Figures of the page on carbon."""

from helpers.kpi import Kpi

P = "csr"

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "co2_per_order", "CO2e an order delivered", P, "kg", "down", "modelled",
        "Kilograms of CO2e from the order to the hands of the customer, the way to collect among them, over all orders delivered or collected. Goods "
        "bought in a store are left out, and so is the making of the products.",
        "kilograms of boxes, storage, transport and ways to collect / orders delivered; ADEME's model of e-commerce", 0.05, relative=True, decimals=2,
        headline=True,
    ),
    Kpi(
        "delivery_cost_per_order", "Cost of delivering an order", P, "currency", "down", "counted",
        "What carriers and shops charged for delivering, before tax, over the orders whose cost is known.",
        "cost of delivering / orders with a known cost, orders bought in a store left out", 0.03, relative=True, decimals=2,
    ),
    Kpi(
        "co2_per_order_by_mode", "CO2e an order, by mode", P, "kg", "down", "modelled",
        "Kilograms of CO2e an order by the way it reached the customer; express is counted like a delivery home, which it emits at least.",
        "kilograms of a mode / orders of the mode", 0.05, relative=True, decimals=2,
    ),
    Kpi(
        "pickup_against_home", "CO2e added when an order goes to a pick-up point, not home", P, "kg", "down", "modelled",
        "What changes when an order of those brought home is collected at a pick-up point, by customers who come as those asked do.",
        "pick-up point x volume - tour to the door x weight + kilometres of the customer x their emission", 0.05, decimals=2,
    ),
    Kpi(
        "pickup_break_even", "Break-even way by car to a pick-up point", P, "km", "up", "modelled",
        "Kilometres by car there and back, for this parcel alone, from which on an order of those brought home emits more at a pick-up point.",
        "(tour x weight - pick-up point x volume) / kilograms a kilometre by car", 0.1, decimals=2,
    ),
    Kpi(
        "collect_by_car", "Orders collected by car", P, "share", "down", "estimated",
        "Share of orders collected for which the customer came by car; those asked stand for the others of their mode.",
        "orders asked that came by car / orders asked, weighed by the orders they stand for", 0.05,
    ),
    Kpi(
        "collect_car_km", "Way by car to collect an order", P, "km", "down", "estimated",
        "Kilometres there and back of those who came by car, as they told them.",
        "kilometres by car / orders collected by car", 0.5, decimals=1,
    ),
    Kpi(
        "media_carbon", "CO2e of a thousand contacts that could be seen, GMSF", P, "g", "down", "modelled",
        "Grams of CO2e of devices, networks and bid requests for a thousand impressions that could be seen and were valid, by the factors of the Global "
        "Media Sustainability Framework. Making of the films is left out. The interval holds the doubt of factors alone.",
        "1,000 x grams / (impressions x viewable share x valid share); impressions that nothing measures count whole", 0.05, relative=True,
        headline=True,
    ),
    Kpi(
        "media_carbon_sri", "CO2e of a thousand contacts that could be seen, SRI", P, "g", "down", "modelled",
        "The same contacts by the factors of the SRI, which have none for bid requests.",
        "1,000 x grams of devices and networks / contacts that could be seen", 0.05, relative=True,
    ),
    Kpi(
        "media_carbon_per_conversion", "CO2e of media a purchase credited to it", P, "g", "down", "modelled",
        "Grams of CO2e of all advertisements over the purchases that the company's own tool credits to media. Credited does not mean caused.",
        "grams of media, GMSF / purchases credited by the own tool", 0.05, relative=True,
    ),
    Kpi(
        "site_carbon_per_visit", "CO2e of a visit to the site, by bytes", P, "g", "down", "modelled",
        "Grams of CO2e of the bytes of a visit, with the electricity of the country, by the Sustainable Web Design model. The interval holds the doubt of factors "
        "alone, not that of the megabytes of a page.",
        "gigabytes x kilowatt-hours a gigabyte x electricity / visits; model version 4", 0.1, relative=True, decimals=2,
    ),
    Kpi(
        "site_carbon_by_time", "CO2e of a visit to the site, by time on screen", P, "g", "down", "modelled",
        "Grams of CO2e of devices and networks for the length of a visit, with the electricity of the country, by the factors of GMSF. The interval holds the "
        "doubt of factors alone, not that of the seconds of a visit.",
        "(device x seconds + network x bytes) / visits", 0.1, relative=True, decimals=2,
    ),
)  # fmt: skip
