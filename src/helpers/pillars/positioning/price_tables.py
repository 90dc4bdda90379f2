"""Tables and frames of the page on prices: points, the ladder, money for a step, importance, shares, the curve, four answers."""

from __future__ import annotations

import pandas as pd

from helpers.company import Scope
from helpers.i18n import interval, number, plural, text
from helpers.pillars.positioning.price import Page
from helpers.pillars.positioning.price_words import point, ranged, shares
from helpers.pillars.positioning.words import amount, bounds, chance, level

ORDER = ("pmc", "opp", "idp", "pme")


def points_frame(made: Page, scope: Scope) -> pd.DataFrame:
    """Price points by their words, for a chart: point, value, low, high."""
    empty = pd.DataFrame({"point": [], "value": [], "low": [], "high": []})
    if made.told.points is None:
        return empty
    table = made.told.points.table.set_index("point").loc[list(ORDER)].reset_index()
    best = made.told.reach.best_revenue if made.told.reach is not None else None
    rows = table.assign(point=[point(name, scope.language) for name in table["point"]])[["point", "value", "low", "high"]]  # fmt: skip
    if best is not None and best.value == best.value:
        more = {"point": text("most revenue by intent to buy", scope.language), "value": best.value, "low": best.low, "high": best.high}  # fmt: skip
        rows = pd.concat([rows, pd.DataFrame([more])], ignore_index=True)
    return rows


def ladder_table(made: Page, scope: Scope) -> pd.DataFrame:
    """One row a price of the ladder: who would buy, margin a hundred people, chance that it is the best one."""
    lang, ladder = scope.language, made.ladder
    if ladder is None or ladder.reason:
        return pd.DataFrame()
    rows = ladder.table
    made_rows = {
        text("would buy", lang): [
            shares(r.demand, r.demand_low, r.demand_high, scope) for r in rows.itertuples()
        ]
    }
    if made.lost:
        made_rows[text("margin a hundred people, alone", lang)] = [amount(one, scope) for one in made.alone.table["margin"]]  # fmt: skip
    margin = text("after what the house loses", lang) if made.lost else text("margin a hundred people", lang)
    made_rows |= {
        margin: [ranged(r.margin, r.margin_low, r.margin_high, scope) for r in rows.itertuples()],
        text("chance of the highest margin", lang): [chance(r.best, lang) for r in rows.itertuples()],
    }
    return pd.DataFrame(made_rows, index=[amount(one, scope) for one in rows["price"]]).rename_axis(columns=text("price", lang))  # fmt: skip


def steps_frame(made: Page, scope: Scope) -> pd.DataFrame:
    """Money for each step, for a chart: step, value, low, high; the largest first, those that cannot be told left empty."""
    table = made.chosen.willing
    if table.empty:
        return pd.DataFrame({"step": [], "value": [], "low": [], "high": []})
    names = [
        text("{level} rather than {other}", scope.language, level=row.level, other=row.reference) for row in table.itertuples()
    ]  # fmt: skip
    return table.assign(step=names)[["step", "value", "low", "high"]].sort_values("value", ascending=False, kind="stable", ignore_index=True)  # fmt: skip


def weigh_table(made: Page, scope: Scope) -> pd.DataFrame:
    """Importance of each attribute, with the levels by worth, the best first."""
    lang, chosen = scope.language, made.chosen
    if chosen.fit is None:
        return pd.DataFrame()
    rows = []
    for row in chosen.weigh.itertuples():
        own = chosen.worths[chosen.worths["attribute"] == row.attribute].sort_values(
            "value", ascending=False, kind="stable"
        )
        levels = " > ".join(one for one in own["level"] if one)
        if row.attribute == chosen.data.price:
            levels = bounds(chosen.data.prices[0], chosen.data.prices[-1], scope)
        rows.append((row.attribute, shares(row.value, row.low, row.high, scope), levels))
    table = pd.DataFrame(
        rows, columns=["attribute", text("importance", lang), text("levels, best first", lang)]
    )
    return table.set_index("attribute").rename_axis(None).rename_axis(columns=text("attribute", lang))


def shares_frame(made: Page, scope: Scope) -> pd.DataFrame:
    """Shares of choices of the offers of today, for a chart: offer with its price, value, low, high."""
    table = made.chosen.shares
    if table.empty:
        return pd.DataFrame({"offer": [], "value": [], "low": [], "high": []})
    prices = dict(zip(made.chosen.scenario["offer"], made.chosen.scenario.get("price", []), strict=False))
    names = [f"{one}, {amount(prices[one], scope)}" if one in prices else text("none of them", scope.language) for one in table["offer"]]  # fmt: skip
    return table.assign(offer=names)[["offer", "value", "low", "high"]]


def curve_frame(made: Page, scope: Scope) -> pd.DataFrame:
    """Margin over the price of the own offer, for a chart."""
    curve = made.chosen.curve
    if curve is None:
        return pd.DataFrame({"price": [], "margin": [], "margin_low": [], "margin_high": []})
    return curve.table.assign(price=[amount(one, scope) for one in curve.table["price"]])


def four_table(made: Page, scope: Scope) -> pd.DataFrame:
    """Four answers to one question: about what, from how many, what it says, what it may and may not be used for."""
    lang = scope.language
    dash = "–"
    rows = {
        text("what they say", lang): (made.told.brand or dash, _people(made.told.answers.n if made.told.answers else 0, scope), _said(made, scope), text("the range in which a price raises no eyebrow", lang), text("the price to set: no rival is in sight", lang)),
        text("what they would buy", lang): (made.told.brand or dash, _people(made.told.n, scope), _bought(made, scope), text("demand at prices that a line has not had yet", lang), text("volumes: a yes costs nothing", lang)),
        text("what they choose", lang): (made.chosen.own or dash, _people(made.chosen.n, scope), _chosen(made, scope), text("worth of attributes, price against rivals", lang), text("levels of sales, and prices that nobody was shown", lang)),
        text("what they did", lang): (made.did.house, _months(made, scope), _did(made, scope), text("small moves of the price of today", lang), text("new offers, and prices far from those of the past", lang)),
    }  # fmt: skip
    heads = [text("about", lang), text("from", lang), text("answer ({level} interval)", lang, level=level(scope)), text("use it for", lang), text("not for", lang)]  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index", columns=heads)


def _people(n: int, scope: Scope) -> str:
    return plural("{n} person", "{n} people", n, scope.language)


def _months(made: Page, scope: Scope) -> str:
    lang, found = scope.language, made.did.found
    if found is None:
        return "–"
    months = number(found.n_months, "months", language=lang)
    return plural("{months} in {n} market", "{months} in {n} markets", found.n_markets, lang, months=months)


def _said(made: Page, scope: Scope) -> str:
    lang, points = scope.language, made.told.points
    if points is None or made.told.answers.reason:
        return text("cannot tell", lang)
    low, high = points.at("pmc"), points.at("pme")
    return text("{low} to {high}", lang, low=ranged(*low, scope), high=ranged(*high, scope))


def _bought(made: Page, scope: Scope) -> str:
    lang, ladder = scope.language, made.ladder
    if ladder is None or ladder.reason:
        return text("cannot tell", lang)
    best = float(ladder.table.set_index("price").loc[ladder.best, "best"])
    return text("{price} earns most (chance {chance})", lang, price=amount(ladder.best, scope), chance=chance(best, lang))  # fmt: skip


def _chosen(made: Page, scope: Scope) -> str:
    lang, curve = scope.language, made.chosen.curve
    if curve is None:
        return text("cannot tell", lang)
    return text(
        "{price} earns most", lang, price=ranged(curve.best.value, curve.best.low, curve.best.high, scope)
    )


def _did(made: Page, scope: Scope) -> str:
    lang, found = scope.language, made.did.found
    if found is None or found.reason:
        return text("cannot tell", lang)
    one = found.own
    return text("elasticity {value} ({bounds})", lang, value=number(one.value, "ratio", decimals=2, language=lang),
                bounds=interval(one.low, one.high, "ratio", decimals=2, language=lang))  # fmt: skip
