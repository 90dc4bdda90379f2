"""Tables and drawn frames of the page on carbon, as a reader sees them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.company import Scope
from helpers.i18n import capital, number, text
from helpers.methods import delivery_carbon as model
from helpers.methods import delivery_carbon_orders as orders
from helpers.methods.delivery_carbon_trips import FEW
from helpers.pillars.csr import carbon, carbon_words
from helpers.pillars.csr.carbon import Page
from helpers.pillars.csr.carbon_digital import Media, Site

SEEN = 0.5  # share of impressions from which on a channel counts as measured


def _modes(made: Page) -> list[str]:
    """Modes of the period in the order of the model, the store last."""
    return [name for name in model.MODES if made.now.of(name).any()]


def drawn(made: Page, scope: Scope) -> pd.DataFrame:
    """Kilograms an order by mode with their interval: label, kg, low, high; those that can be told, all orders delivered first."""
    lang = scope.language
    rows = [(text("All orders delivered", lang), carbon.an_order(made.now))]
    rows += [(capital(carbon_words.mode(name, lang)), carbon.an_order(made.now, name)) for name in _modes(made) if name != "store"]  # fmt: skip
    told = [(label, one.value, one.low, one.high) for label, one in rows if one.value == one.value]
    return pd.DataFrame(told, columns=["label", "kg", "low", "high"])


def stages(made: Page, scope: Scope) -> pd.DataFrame:
    """One row a mode with its orders: kilograms an order, all stages with interval and by stage, and what it costs."""
    lang, rows, names = scope.language, [], []
    for name in (*_modes(made), ""):
        chosen = made.now.of(*((name,) if name else carbon.ONLINE))
        each = orders.per_order(made.now, chosen)
        told = orders.estimate(each.sum(axis=1), n=0)
        cost = carbon.cost(made.now, *((name,) if name else carbon.ONLINE))
        boxes, storage, transport, way = each[0]
        rows.append([
            carbon_words.told(told, "ratio", scope), *(number(value, "ratio", decimals=2, language=lang) for value in (boxes, storage + transport, way)),
            "–" if cost != cost else carbon_words.money(cost, scope),
        ])  # fmt: skip
        n = number(made.now.groups.loc[chosen, "n_orders"].sum(), "count", language=lang)
        names.append(text("{mode}, n = {n}", lang, mode=_name(name, lang), n=n))
    heads = [text("all stages", lang), carbon_words.stage("packaging", lang), carbon_words.part("rest", lang), carbon_words.stage("collection", lang), text("cost", lang)]  # fmt: skip
    return pd.DataFrame(rows, index=names, columns=heads).rename_axis(columns=text("kg CO2e an order", lang))


def _name(mode: str, lang: str) -> str:
    if not mode:
        return text("all delivered", lang)
    shown = carbon_words.mode(mode, lang)
    return text("{mode} (apart)", lang, mode=shown) if mode == "store" else shown


def bridge(made: Page, scope: Scope) -> pd.DataFrame:
    """From the kilograms of the year before to those of now: label, kg, is_total, is_open [its sign cannot be told]; empty where they cannot be told."""
    columns = ["label", "kg", "is_total", "is_open"]
    if made.parts is None or made.then is None:
        return pd.DataFrame(columns=columns)
    lang, before = scope.language, scope.period.year_before()
    rows = [(before.label(lang), carbon.total(made.then)[0], True, False)]
    rows += [(carbon_words.part(name, lang), made.parts[name][0], False, carbon.sign(made.parts[name]) == "open") for name in carbon.PARTS]  # fmt: skip
    rows.append((scope.period.label(lang), carbon.total(made.now)[0], True, False))
    return pd.DataFrame(rows, columns=columns)


def parts(made: Page, scope: Scope) -> pd.DataFrame:
    """What each part contributed, with its interval, in kilograms and as a share of the year before."""
    lang = scope.language
    if made.parts is None or made.then is None:
        return pd.DataFrame()
    base, rows, names = carbon.total(made.then), [], []
    every = {**{name: made.parts[name] for name in carbon.PARTS}, "": sum(made.parts.values())}
    for name, values in every.items():
        names.append(carbon_words.part(name, lang) if name else text("all parts", lang))
        rows.append([carbon_words.moved(values, "kg", scope), carbon_words.moved(values / base, "share", scope, decimals=1), _reading(values, base, lang)])  # fmt: skip
    heads = [text("change", lang), text("of the year before", lang), text("reading", lang)]
    return pd.DataFrame(rows, index=names, columns=heads).rename_axis(columns=text("part", lang))


def _reading(values: np.ndarray, base: np.ndarray, lang: str) -> str:
    told = carbon.sign(values)
    if told == "open":
        return text("cannot tell", lang)
    if abs(values[0]) < carbon.HARDLY * base[0]:
        return text("hardly any", lang)
    return text("less", lang) if told == "less" else text("more", lang)


def ways(made: Page, scope: Scope) -> pd.DataFrame:
    """One row a market and mode: customers asked of how many orders, how they came, how far by car; a star where those of all markets stand in."""
    lang, rows, names = scope.language, [], []
    for row in made.now.ways.table.itertuples():
        shares = (row.share_car, row.share_public_transport, row.share_bicycle + row.share_foot)
        if row.n_used < FEW:
            shares = (None, None, None)
        rows.append([
            text("{asked} of {n}", lang, asked=number(row.n_asked, "count", language=lang), n=number(row.n_orders, "count", language=lang)),
            *(number(one, "share", language=lang) for one in shares), number(row.car_km if row.n_used >= FEW else None, "ratio", decimals=1, language=lang),
        ])  # fmt: skip
        lent = row.source == "all" and row.n_used > row.n_asked
        names.append(f"{row.market}, {carbon_words.mode(row.mode, lang)}{' *' if lent else ''}")
    heads = [text("asked", lang), text("car", lang), text("bus, train", lang), text("foot, bicycle", lang), text("km by car", lang)]  # fmt: skip
    return pd.DataFrame(rows, index=names, columns=heads).rename_axis(columns=text("market and mode", lang))


def doubt(made: Page, scope: Scope) -> pd.DataFrame:
    """Where the doubt of kilograms an order comes from, the largest first."""
    lang = scope.language
    told = made.doubt.dropna()
    names = [capital(carbon_words.source(name, lang)) for name in told.index]
    column = [number(one, "share", language=lang) for one in told]
    return pd.DataFrame({text("share of the doubt", lang): column}, index=names).rename_axis(columns=text("source", lang))  # fmt: skip


def media(found: Media | None, scope: Scope) -> pd.DataFrame:
    """One row a channel, the most kilograms first: contacts that could be seen, grams a thousand by both methods, kilograms, and bids in them."""
    lang = scope.language
    if found is None:
        return pd.DataFrame()
    table, rows, names = found.table, [], []
    for row in table.itertuples():
        both = row.gmsf + row.bids
        rows.append([
            number(row.useful, "count", language=lang), *(number(1e6 * one / row.useful if row.useful else None, "count", language=lang) for one in (both, row.sri)),
            *(number(one, "count", language=lang) for one in (both, row.bids)),
        ])  # fmt: skip
        name = row.channel or text("without a channel", lang)
        names.append(name if row.measured > SEEN else text("{channel}, not measured", lang, channel=name))
    heads = [
        text("contacts", lang),
        text("GMSF, g", lang),
        text("SRI, g", lang),
        text("GMSF, kg", lang),
        text("of it bids", lang),
    ]
    return pd.DataFrame(rows, index=names, columns=heads).rename_axis(
        columns=text("channel, g a thousand", lang)
    )


def site(found: Site | None, scope: Scope) -> pd.DataFrame:
    """One row a market and device: visits, grams a visit by bytes at the country's and at the world's electricity and by time, kilograms by bytes."""
    lang = scope.language
    if found is None:
        return pd.DataFrame()
    rows = [
        [
            number(row.sessions, "count", language=lang),
            *(number(1000 * one / row.sessions if row.sessions else None, "ratio", decimals=2, language=lang) for one in (row.kg, row.kg_world, row.kg_time)),
            number(row.kg, "count", language=lang),
        ]
        for row in found.table.itertuples()
    ]  # fmt: skip
    heads = [
        text("visits", lang), text("g by bytes", lang), text("g, world’s electricity", lang), text("g by time", lang), text("kg by bytes", lang),
    ]  # fmt: skip
    names = [f"{row.market}, {carbon_words.device(row.device, lang)}" for row in found.table.itertuples()]
    return pd.DataFrame(rows, index=names, columns=heads).rename_axis(columns=text("market and device", lang))
