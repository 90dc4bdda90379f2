"""Dated rules of price reductions as checks: the reference price, the word soldes, departments with other days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd

from helpers import rollups
from helpers.checks import Check, check
from helpers.company import Scope
from helpers.i18n import day, listed, number, parted, plural, text
from helpers.rules import prices as rules

WORDS = ("soldes", "solden", "opruiming")
HALF_CENT = 0.005


def checks(offers: pd.DataFrame, prices: Any, scope: Scope, *, lacking: str = "") -> list[Check]:
    """Checks of the rules; `lacking` says why no prices are known. A rule that is to be confirmed gives a review and no verdict."""
    made = word_checks(offers, scope)
    if len(offers):
        made.append(reference_check(prices, scope, lacking=lacking))
    return made


def word_checks(offers: pd.DataFrame, scope: Scope) -> list[Check]:
    """Whether what is called soldes runs inside a season of its market; and a word on departments with other days."""
    lang = scope.language
    called = offers["promotion"].fillna("").astype(str) + " " + offers["mechanic"].fillna("").astype(str)
    named = offers[called.str.casefold().map(lambda name: any(word in name.split() for word in WORDS))]
    if named.empty:
        return []
    wrong, unsure, right = [], [], 0
    for row in named.itertuples(index=False):
        first, last = row.starts_on.date(), row.ends_on.date()
        rule = rules.price_rule("soldes_word", row.market, first)
        state = rules.soldes_of(row.market, first, last) if rule and rule.status == "known" else "to confirm"
        facts = {
            "name": row.promotion,
            "market": row.market,
            "first": day(first, lang),
            "last": day(last, lang),
        }
        said = text("“{name}”, {market}, {first} to {last}", lang, **facts)
        right += state == "inside"
        (wrong if state == "outside" else unsure if state == "to confirm" else []).append(said)
    made = [
        check(
            "soldes_word", not wrong,
            plural("{n} promotion is called soldes inside the season of its market.", "{n} promotions are called soldes inside the season of their market.", right, lang)
            if not wrong else text("Called soldes outside the season: {named}.", lang, named=parted(wrong[:5], lang)),
            remedy=text("Use another word, or move the days (Code de commerce L310-3 in France). Ask counsel.", lang), otherwise="fail",
        )
    ]  # fmt: skip
    if unsure:
        said = text(
            "The rule or the season of the soldes is to be confirmed, so nothing is judged: {named}.",
            lang,
            named=_some(unsure, lang),
        )
        remedy = text(
            "Ask counsel, and write rule and days with their source into prices.toml and calendar.toml.", lang
        )
        made.append(check("soldes_to_confirm", False, said, remedy=remedy))
    for one in rules.departments():
        if one.market in set(named["market"]) and one.codes[0] == "54":
            said = text(
                "The soldes begin on another day in the departments {codes}: to confirm with the prefecture for each year. Promotions are "
                "written down by market, so stores there are not judged apart.", lang, codes=listed(list(one.codes), lang),
            )  # fmt: skip
            made.append(
                Check(
                    "soldes_departments",
                    "review",
                    said,
                    text("Write down promotions of these stores with their own days.", lang),
                )
            )
    return made


def _some(names: list[str], language: str) -> str:
    more = len(names) - 2
    shown = parted(names[-2:], language)
    return shown if more <= 0 else text("{shown} and {n} earlier ones", language, shown=shown, n=more)


def reductions(seen: pd.DataFrame) -> pd.DataFrame:
    """Announced reductions of own prices with the lowest price asked in the days of the market's rule before them.

    Parameters
    ----------
    seen : market, product_id, observed_on, price, regular_price, is_promotion; own prices alone.

    Returns
    -------
    One row per market, product and run of reduced days that follow each other as observed: market, product_id, starts_on,
    regular_price [announced], lowest [NaN where no price was seen in those days], status ["known", "to confirm"].
    """
    rows = []
    for (market, product), own in seen.sort_values("observed_on", kind="stable").groupby(
        ["market", "product_id"], sort=True
    ):
        flags, before = own["is_promotion"].fillna(False).astype(bool).to_numpy(), False
        for at, row in enumerate(own.itertuples(index=False)):
            if flags[at] and not before:
                rule = rules.price_rule("lowest_price", market, row.observed_on.date())
                days = rule.days if rule else 30
                window = own[
                    (own["observed_on"] < row.observed_on)
                    & (own["observed_on"] >= row.observed_on - timedelta(days=days))
                ]
                status = rule.status if rule else "to confirm"
                rows.append(
                    (market, product, row.observed_on, row.regular_price, window["price"].min(), status)
                )
            before = flags[at]
    return pd.DataFrame(
        rows, columns=["market", "product_id", "starts_on", "regular_price", "lowest", "status"]
    )


def reference_check(prices: Any, scope: Scope, *, lacking: str = "") -> Check:
    """Whether the price beside each discount was the lowest of the 30 days before it, where prices are known."""
    lang, name = scope.language, "reference_price"
    remedy = text(
        "Import own prices by day, reduced and regular, to test the rule of the lowest price of 30 days.",
        lang,
    )
    if prices is None:
        said = text(
            "Whether the price beside each discount is the lowest of the 30 days before it is not tested: no prices are known.",
            lang,
        )
        return Check(name, "review", said, f"{remedy} {lacking}".strip())
    names = ("market", "seller", "product_id", "observed_on", "price", "regular_price", "is_promotion")
    frame = rollups.collect(rollups.only(prices, *names), may_be_empty=True)
    found = reductions(frame[frame["seller"] == "own"])
    told = found.dropna(subset=["regular_price", "lowest"])
    wrong = told[told["regular_price"] > told["lowest"] + HALF_CENT]
    if told.empty:
        return Check(
            name, "review", text("No announced reduction has prices of the 30 days before it.", lang), remedy
        )
    facts = {
        "n": number(len(wrong), "count", language=lang),
        "all": number(len(told), "count", language=lang),
    }
    if wrong.empty:
        return Check(
            name,
            "pass",
            text(
                "All {all} reductions with known prices were announced from the lowest price of the 30 days before.",
                lang,
                **facts,
            ),
        )
    row = wrong.iloc[-1]
    said = text(
        "{n} of {all} reductions were announced from a price above the lowest of the 30 days before; the last is product {product}, {market}, {day}.",
        lang, **facts, product=row["product_id"], market=row["market"], day=day(row["starts_on"].date(), lang),
    )  # fmt: skip
    known = (wrong["status"] == "known").any()
    fix = text(
        "Announce the reduction from the lowest price of the 30 days before it (Code de la consommation L112-1-1). Ask counsel.",
        lang,
    )
    return Check(name, "fail" if known else "review", said, fix)
