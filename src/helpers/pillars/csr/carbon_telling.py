"""Sentences of the page on carbon."""

from __future__ import annotations

import math

import numpy as np

from helpers.company import Scope
from helpers.i18n import capital, day, listed, number, signed, text
from helpers.methods import delivery_carbon_orders as orders
from helpers.methods.delivery_carbon_trips import FEW
from helpers.pillars.csr import carbon, carbon_words
from helpers.pillars.csr.carbon import Page
from helpers.pillars.csr.carbon_digital import Media, Site
from helpers.pillars.csr.words import level


def data_said(made: Page, scope: Scope) -> str:
    """Grain, rows and period."""
    lang, own = scope.language, made.now.groups
    online = own[made.now.of(*carbon.ONLINE)]["n_orders"].sum()
    store = own[made.now.of("store")]["n_orders"].sum()
    return text("{n} orders delivered or collected in {period}, and {store} bought in a store, which stand apart. Factors are those that hold on {day}, for every quarter shown.", lang,
                n=number(online, "count", language=lang), store=number(store, "count", language=lang), period=scope.period.label(lang), day=day(made.found.day, lang))  # fmt: skip


def finding(made: Page, scope: Scope) -> str:
    """The finding as the title of the chart."""
    lang, one = scope.language, carbon.an_order(made.now)
    if math.isnan(one.value):
        return text("What an order emits cannot be told without the ways of customers", lang)
    found = made.greener
    mean = carbon_words.kg(one.value, scope)
    if found is None:
        return text("An order delivered emits {kg}", lang, kg=mean)
    told = carbon.sign(found.move.kg)
    if told == "more":
        return text("An order emits {kg}, and with the way of the customer the pick-up point emits more than home", lang, kg=mean)  # fmt: skip
    if told == "less":
        return text("An order emits {kg}, and less at a pick-up point than home", lang, kg=mean)
    return text("An order emits {kg}; whether the pick-up point emits less cannot be told", lang, kg=mean)


def subtitle(made: Page, scope: Scope) -> str:
    """Measure, unit, period and n."""
    lang = scope.language
    n = made.now.groups.loc[made.now.of(*carbon.ONLINE), "n_orders"].sum()
    return text("kg CO2e an order with the way to collect, {period}, n = {n} orders; {level} interval of factors and ways", lang,
                period=scope.period.label(lang), n=number(n, "count", language=lang), level=level(scope))  # fmt: skip


def change_said(made: Page, scope: Scope) -> str:
    """How kilograms an order and in all moved since the year before, and which parts made it."""
    lang, before = scope.language, scope.period.year_before().label(scope.language)
    if made.parts is None or made.then is None:
        return text("Why it moved cannot be told: {period} is missing, or the ways of customers are not known for both quarters.", lang, period=before)  # fmt: skip
    each, whole = carbon.change(made.now, made.then), sum(made.parts.values())
    said = [text("An order changes by {each} against {period}, all orders together by {whole}; {level} intervals.", lang, each=carbon_words.moved(each, "kg", scope, decimals=2), period=before,
                 whole=carbon_words.moved(whole, "kg", scope), level=level(scope))]  # fmt: skip
    if carbon.sign(each) == "open":
        said.append(text("Whether an order emits less than a year ago cannot be told.", lang))
    clear = carbon.clear_parts(made)
    down, up = ([name for name in clear if carbon.sign(made.parts[name]) == which] for which in ("less", "more"))  # fmt: skip
    for names, sentence in ((down, text("Less by {parts}.", lang, parts="{parts}")), (up, text("More by {parts}.", lang, parts="{parts}"))):  # fmt: skip
        if names:
            said.append(sentence.format(parts=listed([text("{part} {kg}", lang, part=carbon_words.part(name, lang), kg=carbon_words.moved(made.parts[name], "kg", scope)) for name in names[:3]], lang)))  # fmt: skip
    unclear = [
        carbon_words.part(name, lang) for name in carbon.PARTS if carbon.sign(made.parts[name]) == "open"
    ]
    if unclear:
        said.append(text("Not clear: {parts}.", lang, parts=listed(unclear, lang)))
    return " ".join(said)


def bridge_title(made: Page, scope: Scope) -> str:
    """The finding of the bridge."""
    lang = scope.language
    if made.parts is None:
        return text("Why emissions moved cannot be told", lang)
    whole = sum(made.parts.values())
    clear = carbon.clear_parts(made)
    if not clear:
        return text("No part of the change is clear", lang)
    shown, told = carbon_words.part(clear[0], lang), carbon.sign(whole)
    if told == "less":
        return text("Emissions of deliveries fell; the largest clear part: {part}", lang, part=shown)
    if told == "more":
        return text("Emissions of deliveries rose; the largest clear part: {part}", lang, part=shown)
    return text(
        "Whether emissions of deliveries fell cannot be told; the largest clear part: {part}",
        lang,
        part=shown,
    )


def bridge_subtitle(scope: Scope) -> str:
    """Measure and periods."""
    lang = scope.language
    return text("kg CO2e of all orders delivered, {before} to {now}, both with the factors of today", lang, before=scope.period.year_before().label(lang), now=scope.period.label(lang))  # fmt: skip


def greener_said(made: Page, scope: Scope) -> str:
    """Whether the pick-up point emits less: break-even, where customers stand, chance."""
    lang, found = scope.language, made.greener
    if found is None:
        return text("Whether a pick-up point emits less than a delivery home cannot be told: it needs orders of both kinds, and customers who were asked how they came and how far.", lang)  # fmt: skip
    facts = {
        "even": number(found.break_even[0], "km", decimals=2, language=lang), "even_bounds": carbon_words.bounds(found.break_even, "km", scope, decimals=2),
        "way": number(found.way[0], "km", decimals=1, language=lang), "way_bounds": carbon_words.bounds(found.way, "km", scope, decimals=1),
        "kg": carbon_words.moved(found.move.kg, "kg", scope, decimals=2), "chance": carbon_words.chance(found.less, scope), "level": level(scope),
    }  # fmt: skip
    said = [text("A parcel of those brought home emits as much at a pick-up point from {even} by car there and back ({even_bounds}); an order collected there takes {way} by car on average ({way_bounds}), customers who come without a car counted with none.", lang, **facts),
            text("Moving an order there changes it by {kg}; the chance that it emits less is {chance}.", lang, **facts)]  # fmt: skip
    told = carbon.sign(found.move.kg)
    said.append(
        text("So the pick-up point emits more, as customers come today.", lang) if told == "more"
        else text("So the pick-up point emits less, as customers come today.", lang) if told == "less"
        else text("So which of the two emits less cannot be told.", lang)
    )  # fmt: skip
    return "\n\n".join([" ".join(said), " ".join([*_errands(made, scope), *_published(made, scope)])])


def _errands(made: Page, scope: Scope) -> list[str]:
    """How much of the ways may serve other errands before the sign turns."""
    if made.greener is None or (most := carbon.turning_share(made.greener)) is None:
        return []
    return [text("A way counts whole, as the customer tells it, though it may serve other errands; were less than {share} of it made for the parcel, the pick-up point would emit less.", scope.language,
                 share=number(most, "share", language=scope.language))]  # fmt: skip


def _published(made: Page, scope: Scope) -> list[str]:
    """The ways that ADEME's page takes where nobody was asked, beside those of customers."""
    lang, book = scope.language, made.found.book
    km, each = book["collect_km_pickup"].value, book["collect_km"].value
    ours = float(carbon.an_order_collected(made))
    return [text("Where nobody was asked, ADEME’s calculator takes {km} there and back and so {kg} a parcel; the ways of our customers make {ours}.", lang,
                 km=number(km, "km", language=lang), kg=carbon_words.kg(km * each, scope), ours=carbon_words.kg(ours, scope))]  # fmt: skip


def money_said(made: Page, scope: Scope) -> str:
    """Money beside kilograms: what moving an order costs, and what a kilogram avoided costs."""
    lang, found = scope.language, made.greener
    cost = carbon.cost(made.now)
    said = [] if math.isnan(cost) or not carbon.is_told(made.now) else [text("Delivering an order costs {money} and emits {kg}.", lang, money=carbon_words.money(cost, scope),
                                            kg=carbon_words.kg(carbon.an_order(made.now).value, scope))]  # fmt: skip
    if found is None or not np.isfinite(found.move.money).all():
        return " ".join([*said, text("What a kilogram less costs cannot be told.", lang)])
    more = {"decimals": 2, "currency": scope.currency}
    said.append(text("An order that goes to a pick-up point in place of home changes the cost by {money}.", lang, money=carbon_words.moved(found.move.money, "currency", scope, **more)))  # fmt: skip
    each = carbon.cost_of_a_kilogram(found.move)
    if each is None:
        said.append(text("What a kilogram less costs is not told, since which of the two emits less is not clear: its price would have no meaning.", lang))  # fmt: skip
        return " ".join(said)
    facts = {"money": carbon_words.money(abs(each.value), scope), "bounds": carbon_words.bounds(_drawn(found), "currency", scope, **more)}  # fmt: skip
    to_point = carbon.sign(found.move.kg) == "less"
    if each.value <= 0:
        said.append(text("Both money and kilograms fall at the pick-up point: {money} is saved with each kilogram.", lang, **facts) if to_point
                    else text("Both money and kilograms fall with a delivery home: {money} is saved with each kilogram.", lang, **facts))  # fmt: skip
    else:
        said.append(text("A kilogram less by collecting costs {money} ({bounds}).", lang, **facts) if to_point
                    else text("A kilogram less by delivering home costs {money} ({bounds}); what lighter boxes and shorter ways cost is not in the tables, so ask for it first.", lang, **facts))  # fmt: skip
    return " ".join(said)


def _drawn(found: carbon.Greener) -> np.ndarray:
    move = found.move
    told = (move.kg < 0) == (move.kg[0] < 0)
    return (move.money[told]) / (-move.kg[told])


def naive(made: Page, scope: Scope) -> str:
    """ "The pick-up point is greener", and what it leaves out."""
    lang, found = scope.language, made.greener
    if found is None:
        return text("The saying that the pick-up point is greener cannot even be tried here: it needs orders of both kinds, and the ways of customers.", lang)  # fmt: skip
    facts = {
        "without": carbon_words.kg(abs(found.move.without[0]), scope), "kg": carbon_words.moved(found.move.kg, "kg", scope, decimals=2),
    }  # fmt: skip
    said = [text("The carrier is right about its van: without the tour to the door an order emits {without} less. What it leaves out is the customer, who comes to fetch it. With that way counted an order that moves changes by {kg}.", lang, **facts)]  # fmt: skip
    said.append(text("Comparing the two means as they stand gives {naive}, and compares other baskets: {home} of goods home, {collected} at the pick-up point.", lang,
                     naive=signed(found.naive, "kg", decimals=2, language=lang), home=carbon_words.kg(found.weights[0], scope), collected=carbon_words.kg(found.weights[1], scope)))  # fmt: skip
    return " ".join(said)


def naive_media(media: Media | None, scope: Scope) -> str:
    """One method alone, and what the other says of the same impressions."""
    lang = scope.language
    if media is None:
        return text(
            "Nothing is told of campaigns: no advertisement with a known channel is in the table.", lang
        )
    told = media.table[media.table["gmsf"] > 0]
    ratio = told["sri"] / told["gmsf"]
    return text("The same impressions give {gmsf} kg with one published set and {sri} kg with the other, devices and networks alike: {ratio} times as much in all, and from {low} to {high} times by channel. The first counts {bids} kg more for bid requests, for which the other has no figure. A footprint without its method is not a figure, and two of different methods are no comparison.", lang,
                gmsf=number(media.gmsf[0], "count", language=lang), sri=number(media.sri[0], "count", language=lang), ratio=number(media.ratio, "ratio", decimals=1, language=lang),
                low=number(ratio.min(), "ratio", decimals=1, language=lang), high=number(ratio.max(), "ratio", decimals=1, language=lang),
                bids=number(media.gmsf_all[0] - media.gmsf[0], "count", language=lang))  # fmt: skip


def media_said(media: Media | None, scope: Scope) -> str:
    """Grams a thousand useful contacts by both methods, a purchase, and the heaviest channel."""
    lang = scope.language
    if media is None:
        return text(
            "Nothing is told of campaigns: no advertisement with a known channel is in the table.", lang
        )
    gmsf, sri = ({"unit": "g", "one": media.per_thousand(name)} for name in ("gmsf", "sri"))
    shown = [carbon_words.told(_grams(one["one"]), "g", scope, decimals=0) for one in (gmsf, sri)]
    said = [text("A thousand contacts that could be seen emit {gmsf} by GMSF with bid requests, {sri} by SRI without.", lang, gmsf=shown[0], sri=shown[1]),
            text("The brackets hold the doubt of factors alone; which method is right, and how many seconds and kilobytes an advertisement takes where no platform tells, comes on top.", lang)]  # fmt: skip
    first = media.table.iloc[0]
    share = (first["gmsf"] + first["bids"]) / float(media.gmsf_all[0])
    said.append(text("The largest part by GMSF is {channel}: {share}.", lang, channel=first["channel"] or text("without a channel", lang), share=number(share, "share", language=lang)))  # fmt: skip
    if not math.isnan(media.conversions):
        each = orders.estimate(1000 * media.gmsf_all / media.conversions, n=0)
        said.append(text("Over the {n} purchases that the own tool credits to media it is {each} a purchase; credited does not mean caused.", lang,
                         n=number(media.conversions, "count", language=lang), each=carbon_words.told(each, "g", scope, decimals=0)))  # fmt: skip
    return " ".join(said)


def _grams(one: orders.Estimate) -> orders.Estimate:
    return one._replace(value=1000 * one.value, low=1000 * one.low, high=1000 * one.high)


def site_said(found: Site | None, scope: Scope, *, page_mb: float) -> str:
    """Grams a visit by bytes and by time, and what the electricity of the world would make of it."""
    lang = scope.language
    if found is None:
        return text("Nothing is told of the site: no visit is in the table.", lang)
    by_bytes, by_time = (orders.estimate(one, n=0) for one in (found.grams, found.grams_time))
    world = 1000 * found.table["kg_world"].sum() / found.sessions
    return text("At {mb} megabytes a page a visit emits {bytes} by its bytes, with the electricity of the country; {world} with that of the world, which a model without country takes. By the time on the screen it is {time}. Megabytes and seconds are assumed here and not measured: twice the megabytes are twice the grams by bytes, and no bracket holds that.", lang,
                mb=number(page_mb, "ratio", decimals=1, language=lang), bytes=carbon_words.told(by_bytes, "g", scope), world=number(world, "g", decimals=2, language=lang), time=carbon_words.told(by_time, "g", scope))  # fmt: skip


def doubt_said(made: Page, scope: Scope) -> str:
    """Which source of doubt dominates."""
    lang, told = scope.language, made.doubt.dropna()
    if told.empty or not told.sum():
        return text("Where the doubt comes from cannot be told.", lang)
    return text("{share} of the doubt of an order comes from one source: {source}.", lang, share=number(told.iloc[0], "share", language=lang), source=carbon_words.source(told.index[0], lang))  # fmt: skip


def answer(made: Page, media: Media | None, scope: Scope) -> str:
    """Answer the page's question: kilograms and money of an order, why it moved, the pick-up point."""
    lang, one = scope.language, carbon.an_order(made.now)
    if math.isnan(one.value):
        said = text("What an order emits cannot be told: ask customers how they come to collect and how far, {need} a mode at least.", lang, need=FEW)  # fmt: skip
        home = carbon.an_order(made.now, "home")
        if math.isnan(home.value):
            return said
        return (
            said
            + " "
            + text("A delivery home emits {home}.", lang, home=carbon_words.told(home, "kg", scope))
        )
    cost = carbon.cost(made.now)
    said = [text("An order emits {kg} on its way.", lang, kg=carbon_words.told(one, "kg", scope)) if math.isnan(cost)
            else text("An order emits {kg} on its way and costs {money} to deliver.", lang, kg=carbon_words.told(one, "kg", scope), money=carbon_words.money(cost, scope))]  # fmt: skip
    if made.then is not None and made.parts is not None:
        each = carbon.change(made.now, made.then)
        told, before = carbon.sign(each), scope.period.year_before().label(lang)
        shown = carbon_words.moved(each, "kg", scope, decimals=2)
        said.append(text("That is less than in {period}: {kg}.", lang, period=before, kg=shown) if told == "less"
                    else text("That is more than in {period}: {kg}.", lang, period=before, kg=shown) if told == "more"
                    else text("Whether that is less than in {period} cannot be told: {kg}.", lang, period=before, kg=shown))  # fmt: skip
    if made.greener is not None:
        said.append(_point(made, scope))
    if media is not None:
        grams = [
            number(1000 * media.per_thousand(name).value, "g", language=lang) for name in ("gmsf", "sri")
        ]
        said.append(text("A thousand contacts of media that could be seen emit {gmsf} by one published method and {sri} by the other.", lang, gmsf=grams[0], sri=grams[1]))  # fmt: skip
    return " ".join(said)


def _point(made: Page, scope: Scope) -> str:
    """The pick-up point inside the answer."""
    lang, found = scope.language, made.greener
    facts = {"even": number(found.break_even[0], "km", decimals=2, language=lang), "way": number(found.way[0], "km", decimals=1, language=lang)}  # fmt: skip
    told = carbon.sign(found.move.kg)
    if told == "more":
        return text("Do not call the pick-up point greener: beyond {even} by car it no longer is, and an order collected there takes {way} by car on average.", lang, **facts)  # fmt: skip
    if told == "less":
        return text("The pick-up point emits less: an order collected there takes {way} by car on average, and {even} would even it out.", lang, **facts)  # fmt: skip
    return capital(text("claim nothing for the pick-up point: at {way} by car against {even} to break even, which emits less cannot be told.", lang, **facts))  # fmt: skip


def refused(scope: Scope) -> str:
    """What the page does not print, and why."""
    return text(
        "Avoided emissions are not told: they need a stated case of what would have happened otherwise. The one case that this page states is the same order, brought home or "
        "collected; what it says of that is no emission avoided for others. A reduction here is a difference of two quarters of our own orders, an order each. Compensation is no "
        "reduction and stands nowhere on this page.", scope.language,
    )  # fmt: skip
