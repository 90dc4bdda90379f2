"""What could make the page on carbon wrong."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from helpers import factors
from helpers.checks import Check, check
from helpers.company import Scope
from helpers.i18n import day, listed, number, parted, plural, text
from helpers.methods.delivery_carbon_trips import FEW, LEAST
from helpers.pillars.csr import carbon, carbon_words
from helpers.pillars.csr.carbon import Page
from helpers.pillars.csr.carbon_digital import Media, Site, unknown_markets

APART = 0.02  # share of orders by which orders and deliveries may differ
OLD = timedelta(days=550)  # after which a factor wants to be looked up again
MOST = 4
FAR_KM = 200  # there and back, for a parcel
DENSITIES = (0.001, 12.0)  # kilograms a litre: lighter than foam, heavier than lead
WEIGHED_APART = 0.1  # share of orders whose boxes are weighed, by which two quarters may differ
MODELLED = "FR"  # the country of ADEME's factors of delivery


def checks(made: Page, site: Site | None, media: Media | None, scope: Scope) -> list[Check]:
    """What could make this page wrong."""
    lang = scope.language
    return [
        *_orders(made, scope), _year(made, scope), *_boxed(made, scope), _amounts(made, lang), *_units(made, lang), *_asked(made, lang), *_distance(made, lang), *_express(made, lang),
        *_abroad(made, lang), *_factors(made, scope), *_own(made, lang), *_grid(made, lang), *_media(media, lang), *_site(site, lang),
    ]  # fmt: skip


def _n(value: float, lang: str) -> str:
    return number(value, "count", language=lang)


def _orders(made: Page, scope: Scope) -> list[Check]:
    """Deliveries against paid orders: all of a market, and how many ordered for home arrived there."""
    lang, ordered = scope.language, made.found.ordered
    if ordered is None:
        return [Check("orders", "review", text("No orders are there to hold the deliveries against.", lang), text("Import the orders; until then nobody knows whether all deliveries are here.", lang))]  # fmt: skip
    there = made.now.groups.groupby("market")["n_orders"].sum()
    paid = ordered[ordered["mode"] != ""].groupby("market")["n_orders"].sum().astype(float)
    both = pd.concat([there, paid], axis=1, keys=["delivered", "paid"]).fillna(0.0)
    gap = both[(both["delivered"] - both["paid"]).abs() > APART * both.max(axis=1)]
    told = [
        text("{market}: {delivered} delivered, {paid} paid", lang, market=row.Index, delivered=_n(row.delivered, lang), paid=_n(row.paid, lang))
        for row in gap.itertuples()
    ]  # fmt: skip
    fine = text("Deliveries and paid orders agree within {share} in each market.", lang, share=number(APART, "share", language=lang))  # fmt: skip
    bad = text("Deliveries and paid orders differ. {parts}.", lang, parts=parted(told[:MOST], lang))
    found = [check("orders", not told, bad if told else fine, remedy=text("Ask the carrier for the missing parcels; figures an order hold, totals do not.", lang))]  # fmt: skip
    return found if told else [*found, *_rerouted(made, ordered, lang)]


def _rerouted(made: Page, ordered: pd.DataFrame, lang: str) -> list[Check]:
    """Orders that arrived in another way than they were ordered."""
    wanted = float(ordered.loc[ordered["mode"] == "home", "n_orders"].sum())
    arrived = float(made.now.groups.loc[made.now.of("home"), "n_orders"].sum())
    if not wanted or abs(wanted - arrived) <= APART * wanted:
        return []
    said = text("{wanted} orders were ordered for home and {arrived} arrived there; this page counts how orders arrived.", lang, wanted=_n(wanted, lang), arrived=_n(arrived, lang))  # fmt: skip
    return [Check("rerouted", "review", said, text("Ask the carrier who lets parcels be left elsewhere: a count of orders by the mode ordered would be wrong.", lang))]  # fmt: skip


def _year(made: Page, scope: Scope) -> Check:
    lang, before = scope.language, scope.period.year_before().label(scope.language)
    fine = text(
        "Both quarters are computed with the factors of today, so a new factor makes no change.", lang
    )
    bad = text("The same quarter a year before cannot be told ({period}), so no reason is given for a change.", lang, period=before)  # fmt: skip
    return check("year", made.parts is not None, fine if made.parts is not None else bad, remedy=text("Import the deliveries of the year before, with the ways of customers.", lang))  # fmt: skip


def _amounts(made: Page, lang: str) -> Check:
    own = made.now.groups[made.now.of(*carbon.ONLINE)]
    n, weighed, boxed = (float(own[name].sum()) for name in ("n_orders", "n_weight", "n_packaging"))
    lacking = n - min(weighed, boxed)
    fine = text("Weight, volume and boxes are known for all {n} orders delivered.", lang, n=_n(n, lang))
    bad = text("Of {n} orders, {weight} have no weight or volume and take the mean of their mode; {boxes} have no weight of boxes and take that of the model.", lang,
               n=_n(n, lang), weight=_n(n - weighed, lang), boxes=_n(n - boxed, lang))  # fmt: skip
    return check("amounts", lacking < 1, bad if lacking >= 1 else fine, remedy=text("Have the warehouse export weight, volume and box of each parcel.", lang))  # fmt: skip


def _boxed(made: Page, scope: Scope) -> list[Check]:
    """Boxes that were weighed in one of the two quarters alone."""
    if made.then is None or made.parts is None:
        return []
    now, then = (own["n_packaging"].sum() / own["n_orders"].sum() for side in (made.now, made.then) for own in (side.groups[side.of(*carbon.ONLINE)],))  # fmt: skip
    if abs(now - then) <= WEIGHED_APART:
        return []
    lang = scope.language
    said = text("Boxes are weighed for {now} of orders, and for {then} in {period}: a part of what boxes changed is how they are counted.", lang, now=number(now, "share", language=lang),
                then=number(then, "share", language=lang), period=scope.period.year_before().label(lang))  # fmt: skip
    return [Check("weighed", "review", said, text("Leave the part of boxes out of any sentence until both quarters are weighed.", lang))]  # fmt: skip


def _units(made: Page, lang: str) -> list[Check]:
    """Goods that weigh what nothing weighs for their volume: a column in another unit."""
    own = made.now.groups[made.now.of(*carbon.ONLINE)]
    n, weight, volume = (float(own[name].sum()) for name in ("n_orders", "weight_kg", "volume_l"))
    if not volume or DENSITIES[0] <= weight / volume <= DENSITIES[1]:
        return []
    said = text("An order weighs {weight} kilograms in {volume} litres, which nothing does.", lang, weight=number(weight / n, "ratio", decimals=2, language=lang), volume=number(volume / n, "ratio", decimals=2, language=lang))  # fmt: skip
    return [Check("unit", "fail", said, text("One of the two columns is in another unit: weight_kg in kilograms, volume_l in litres, totals of the row.", lang))]  # fmt: skip


def _asked(made: Page, lang: str) -> list[Check]:
    """How many customers were asked how they came."""
    table = made.now.ways.table
    if table.empty:
        return []
    asked, n = float(table["n_asked"].sum()), float(table["n_orders"].sum())
    silent = table[table["source"] == ""]
    lent = table[(table["source"] == "all") & (table["n_used"] > table["n_asked"])]
    thin = table[(table["source"] != "") & (table["n_used"] < FEW)]
    facts = {"asked": _n(asked, lang), "n": _n(n, lang)}
    if len(silent):
        where = listed([_place(row, lang) for row in silent.itertuples()][:MOST], lang)
        said = text("Nobody, or too few, were asked how they came to collect ({where}), so the way is missing there and no total is told; need n = {need}.", lang, where=where, need=LEAST)  # fmt: skip
        return [Check("asked", "fail", said, text("Ask at least {need} customers a mode, at random: car, public transport, bicycle or foot, and how far.", lang, need=FEW))]  # fmt: skip
    found = [Check("asked", "pass", text("{asked} of {n} orders collected, or bought in a store, say how the customer came; they stand for the others.", lang, **facts))]  # fmt: skip
    if len(lent):
        where = listed([_place(row, lang) for row in lent.itertuples()][:MOST], lang)
        said = text("Fewer than {need} customers were asked in {where}: those of all markets stand in.", lang, need=FEW, where=where)  # fmt: skip
        found.append(Check("lent", "review", said, text("Ask there too; ways differ from country to country.", lang)))  # fmt: skip
    if len(thin):
        where = listed([_place(row, lang) for row in thin.itertuples()][:MOST], lang)
        said = text("Fewer than {need} answers stand for {where}: they count with all their doubt, and no share of ways is shown.", lang, need=FEW, where=where)  # fmt: skip
        found.append(Check("thin", "review", said, text("Ask more of those who collect there.", lang)))
    return found


def _place(row: object, lang: str) -> str:
    return text("{market}, {mode}", lang, market=row.market, mode=carbon_words.mode(row.mode, lang))


def _distance(made: Page, lang: str) -> list[Check]:
    """Ways by car without their length, and those that nobody drives for a parcel."""
    table = made.now.ways.table
    lost, rows = int(table["n_without_distance"].sum()), made.now.ways.rows
    unknown = sorted(set(rows.loc[(rows["trip"] == "car") & rows["km"].isna() & (rows["mode"] != "store"), "mode"]))  # fmt: skip
    if unknown:
        modes = listed([carbon_words.mode(name, lang) for name in unknown], lang)
        said = text("No customer who came by car says how far ({modes}), so the way is missing there and no total is told.", lang, modes=modes)  # fmt: skip
        return [Check("distance", "fail", said, text("Make the distance a required answer, in kilometres there and back.", lang))]  # fmt: skip
    fine = text("Each customer who came by car says how far.", lang)
    bad = plural("{n} customer came by car and does not say how far; the mean of the others stands in.",
                 "{n} customers came by car and do not say how far; the mean of the others stands in.", lost, lang)  # fmt: skip
    found = [check("distance", not lost, bad if lost else fine, remedy=text("Make the distance a required answer, in kilometres there and back.", lang))]  # fmt: skip
    far = rows[(rows["trip"] == "car") & (rows["km"] > FAR_KM)]
    if len(far):
        said = text("A way by car of {km} stands among the answers, which is far for a parcel.", lang, km=number(far["km"].max(), "km", language=lang))  # fmt: skip
        found.append(Check("far", "review", said, text("Check the unit, kilometres there and back, and that the way was made for the parcel.", lang)))  # fmt: skip
    return found


def _express(made: Page, lang: str) -> list[Check]:
    own = made.now.groups[made.now.of("express")]
    if own.empty:
        return []
    said = text("{n} orders went by express and are counted like a delivery home, because ADEME's model has no express: it emits that much at least.", lang, n=_n(own["n_orders"].sum(), lang))  # fmt: skip
    return [Check("express", "review", said, text("Ask the carrier for its own figure and put it into co2_factors.", lang))]  # fmt: skip


def _abroad(made: Page, lang: str) -> list[Check]:
    """Deliveries of other countries, which are counted with the factors of France."""
    own = made.now.groups
    lost = float(own.loc[own["market"] != MODELLED, "n_orders"].sum())
    if not lost:
        return []
    said = text("{n} orders outside France are counted with ADEME’s factors of France: vans, warehouses and their electricity may be others there.", lang, n=_n(lost, lang))  # fmt: skip
    return [Check("abroad", "review", said, text("Compare markets by their modes and ways, and by nothing finer, until a national source is found.", lang))]  # fmt: skip


def _factors(made: Page, scope: Scope) -> list[Check]:
    lang, book = scope.language, made.found.book
    used = {name: one for name, one in book.items() if not name.startswith(factors.GRID) or name[len(factors.GRID):] in scope.company.markets}  # fmt: skip
    open_ones = [name for name, one in used.items() if one.status == "to confirm"]
    old = [name for name, one in used.items() if made.found.day - one.checked_on > OLD]
    assumed = [one for one in used.values() if one.uncertainty_source == "assumed" and one.uncertainty > 0]
    exact = sum(not one.uncertainty for one in used.values())
    fine = plural("{n} factor, with source and validity, holds on {day}.", "{n} factors, each with source and validity, hold on {day}.", len(used), lang, day=day(made.found.day, lang))  # fmt: skip
    bad = text(
        "To confirm or to look up again: {names}.", lang, names=listed([*open_ones, *old][:MOST], lang)
    )
    found = [check("factors", not open_ones and not old, bad if open_ones or old else fine, remedy=text("Look the factor up at its source and write it into co2_factors with its day.", lang))]  # fmt: skip
    if assumed:
        said = plural("The doubt of {n} factor is assumed, since its source states none.", "The doubt of {n} factors is assumed, since their sources state none; intervals are as wide as that.", len(assumed), lang)  # fmt: skip
        widths = sorted({one.uncertainty for one in assumed})
        said += " " + text("It is {low} to {high} either way, each drawn on its own; {n} more are taken as exact.", lang, low=number(widths[0], "share", language=lang), high=number(widths[-1], "share", language=lang), n=exact)  # fmt: skip
        found.append(Check("assumed", "review", said, text("A climate analyst confirms these doubts, or replaces them in co2_factors.", lang)))  # fmt: skip
    return found


def _own(made: Page, lang: str) -> list[Check]:
    lost = factors.unused(made.found.own)
    if not lost:
        return []
    said = text("Own factors that nothing here reads: {names}.", lang, names=listed(lost[:MOST], lang))
    return [Check("own_factors", "review", said, text("Write them under the id of the factor they replace, in its unit.", lang))]  # fmt: skip


def _grid(made: Page, lang: str) -> list[Check]:
    lost = unknown_markets(made.found)
    if not lost:
        return []
    said = text("No electricity is known for {markets}; that of the world stands in.", lang, markets=listed(lost, lang))  # fmt: skip
    return [Check("country", "review", said, text("Add grid_{market} to co2_factors, in kilograms a kWh, with its source.", lang, market=lost[0]))]  # fmt: skip


def _media(media: Media | None, lang: str) -> list[Check]:
    if media is None:
        return [Check("media", "review", text("No advertisement with a known channel is in the table of media.", lang), text("Import the platforms and complete the taxonomy of channels; until then nothing is told of campaigns.", lang))]  # fmt: skip
    found = []
    if media.unnamed:
        said = text("{n} impressions have no channel, or one of which nobody wrote down what it shows; they are left out.", lang, n=_n(media.unnamed, lang))  # fmt: skip
        found.append(Check("formats", "review", said, text("Complete the taxonomy of channels, so that every impression is counted.", lang)))  # fmt: skip
    share = float((media.table["measured"] * media.table["impressions"]).sum() / media.table["impressions"].sum())  # fmt: skip
    said = text("Whether an impression could be seen is measured for {share} of them; the others count whole.", lang, share=number(share, "share", language=lang))  # fmt: skip
    found.append(check("viewable", share > 0.9, said, remedy=text("Compare channels only where it is measured.", lang)))  # fmt: skip
    return found


def _site(site: Site | None, lang: str) -> list[Check]:
    if site is None:
        return [Check("site", "review", text("No visit is in the table of the site.", lang), text("Import the web analytics.", lang))]  # fmt: skip
    said = text("Pages of a visit are counted for {share} of visits; megabytes of a page and seconds of a visit are parameters of this page.", lang, share=number(site.counted, "share", language=lang))  # fmt: skip
    return [check("site", False, said, remedy=text("Measure the weight of the ten most seen pages, and put it into the parameters.", lang))]  # fmt: skip
