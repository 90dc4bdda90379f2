"""Figures and checks of the page on markets and targets."""

from __future__ import annotations

import math

import pandas as pd

from helpers import kpi
from helpers.checks import COUNTS_ONLY, SUREST, Check, check, sample_check, sentence
from helpers.company import Scope
from helpers.i18n import listed, number, plural, text, translate
from helpers.kpi import LEVEL, KpiRow
from helpers.methods import ranking, trends
from helpers.methods.intervals import Estimate, wilson
from helpers.pillars.positioning.definitions import KPIS
from helpers.pillars.positioning.segments_figures import weights_checks
from helpers.pillars.positioning.targets import CRITERIA, DRAWS, Page
from helpers.pillars.positioning.targets_money import Money
from helpers.pillars.positioning.targets_words import criterion

DRAWN = (
    "target_first_chance",
    "target_obtainable",
    "target_open_market",
    "target_pairs_sure",
)  # out of many draws


def kpis(made: Page, money: Money, by_month: pd.DataFrame, scope: Scope) -> list[KpiRow]:
    """Rows of the figures of the page; what cannot be told keeps its place with the reason."""
    lang, n = scope.language, len(made.markets)
    alone = text("One market alone: there is nothing to rank.", lang)
    silent = text(
        "No market has {need} answers to a survey of needs that can be weighted.", lang, need=COUNTS_ONLY
    )
    first = made.both.table.iloc[0]
    pairs = n * (n - 1) // 2
    sure = len(ranking.sure_pairs(made.doubt, level=LEVEL))
    free = made.free.table.set_index("option").loc[made.doubt.table["option"].iloc[0], "first"]
    rows = [
        _chance("target_first_chance", float(first["first"]), scope, why=alone if n < 2 else "", said=text("{market} ranks first.", lang, market=first["option"])),
        _money("target_obtainable", money.won, silent, scope),
        _money("target_open_market", money.open, silent, scope),
        _growth(made, by_month, scope),
    ]  # fmt: skip
    if n < 2:
        rows.append(kpi.row(KPIS["target_pairs_sure"], scope, None, n=0, reason=alone))
    else:
        rows.append(kpi.row(KPIS["target_pairs_sure"], scope, sure / pairs, n=pairs))
    said = text("{market} ranks first.", lang, market=made.doubt.table["option"].iloc[0])
    rows.append(
        _chance("target_weights_first", float(free), scope, why=alone if n < 2 else "", said=said, most=1.0)
    )
    return rows


def _chance(name: str, value: float, scope: Scope, *, why: str, said: str, most: float = SUREST) -> KpiRow:
    """A share of draws, never surer than any page claims, with the doubt of counting so many."""
    if why:
        return kpi.row(KPIS[name], scope, None, n=0, reason=why)
    low, high = wilson(round(value * DRAWS), DRAWS, level=LEVEL)
    shown = min(value, most)
    return kpi.row(KPIS[name], scope, shown, low=min(low, shown), high=max(min(high, most), shown), n=DRAWS, reason=said)  # fmt: skip


def _money(name: str, one: Estimate, why: str, scope: Scope) -> KpiRow:
    if math.isnan(one.value):
        return kpi.row(KPIS[name], scope, None, n=one.n, reason=why)
    return kpi.row(KPIS[name], scope, one.value, low=one.low, high=one.high, n=one.n)


def _growth(made: Page, by_month: pd.DataFrame, scope: Scope) -> KpiRow:
    """Growth of all ranked markets together over the months that all of them have."""
    months = min(one.months for one in made.markets)
    own = by_month[
        by_month["market"].isin(made.names) & (by_month["month"] <= pd.Period(scope.period.end, "M"))
    ]
    found = trends.growth(
        own.groupby("month")["value"].sum().sort_index().tail(months).to_numpy(), level=LEVEL
    )
    definition, one = KPIS["target_category_growth"], found.a_year
    if math.isnan(one.value):
        return kpi.row(definition, scope, None, n=one.n, reason=sentence(found.guards[0], scope.language))
    return kpi.row(definition, scope, one.value, low=one.low, high=one.high, n=one.n)


def checks(made: Page, scope: Scope, *, own: tuple[str, ...], trial: tuple[float, float], no_margins: str = "") -> list[Check]:  # fmt: skip
    """What could make this page wrong.

    Parameters
    ----------
    own : the own brands. trial : least and most share of those who would try that will. no_margins : why there are no official margins.
    """
    return [
        *_of_sales(made, scope, own),
        *_of_survey(made, scope, no_margins),
        _trial(trial, scope),
        _weights(made, scope),
    ]


def _of_sales(made: Page, scope: Scope, own: tuple[str, ...]) -> list[Check]:
    lang = scope.language
    short = [one for one in made.markets if math.isnan(one.growth.a_year.value)]
    sold = [one.market for one in made.markets if one.own > 0]
    no_margin = [one.market for one in made.markets if math.isnan(one.margin.value)]
    return [
        check(
            "months", not made.left,
            text("{markets}: twelve months of category sales or more each.", lang, markets=listed(made.names, lang)) if not made.left
            else " ".join(one.reason for one in made.left),
            remedy=text("They are not ranked. Import their months from the panel.", lang),
        ),
        check(
            "growth", not short,
            text("Each market has the {n} months from which growth is told from season.", lang, n=trends.LEAST) if not short
            else text("Growth cannot be told in {markets}, need n = {need} months; it counts as anything from 0 to 100.", lang,
                      markets=listed([one.market for one in short], lang), need=trends.LEAST),
            remedy=text("Read their places with care until two years are known.", lang),
        ),
        check(
            "own_brand", bool(sold),
            text("Own sales in {markets}; none elsewhere.", lang, markets=listed(sold, lang)) if sold and len(sold) < len(made.markets)
            else text("Own sales in every market.", lang) if sold
            else text("No market knows a sale of {brands}.", lang, brands=listed(list(own), lang)),
            remedy=text("Write the names of own_brands as the table market_sales does; until then share and margin tell no markets apart.", lang),
        ),
        check(
            "margin", not no_margin,
            text("Margin is what the own costs would leave at the prices of each market.", lang) if not no_margin
            else text("Margin cannot be told in {markets}: units, own sales or the company's margin rate are missing.", lang, markets=listed(no_margin, lang)),
            remedy=text("Import units, and state contribution_margin_rate in company.toml.", lang),
        ),
    ]  # fmt: skip


def _of_survey(made: Page, scope: Scope, no_margins: str) -> list[Check]:
    lang, panel = scope.language, made.panel
    worth = math.floor(sum(one.n_effective for one in (*panel.markets.values(), *panel.few.values())))
    found = [
        sample_check("answers", worth, text("answers to the survey of needs, after weighting", lang), language=lang)
    ]  # fmt: skip
    without = [name for name in made.names if name not in panel.markets]
    found.append(check(
        "surveyed", not without,
        text("People were asked in every market.", lang) if not without
        else text("What people in {markets} would say is foretold from {n} markets with a survey and the spread between them.", lang, markets=listed(without, lang), n=len(panel.markets))
        if len(panel.markets) > 1
        else text("What people in {markets} would say cannot be told, need n = {need} answers in two markets or more.", lang, markets=listed(without, lang), need=COUNTS_ONLY),
        remedy=text("Ask there before money is spent: see the decisions.", lang),
    ))  # fmt: skip
    for market, one in panel.few.items():
        said = text("{market}: {n} answers are worth {worth} after weighting; cannot tell, need n = {need}.", lang,
                    market=market, n=one.n, worth=math.floor(one.n_effective), need=COUNTS_ONLY)  # fmt: skip
        found.append(
            Check("few_answers", "review", said, text("Ask more people there, or wait for the next wave.", lang))
        )  # fmt: skip
    if panel.people is not None and panel.people.sources is not None:
        found.append(Check("indicative", "review", sentence(panel.people.sources, lang), text("Read shares as an indication, and do not add decimals.", lang)))  # fmt: skip
    found += _of_segments(made, scope)
    if panel.people is not None:
        found += weights_checks(panel.people, scope, no_margins)
    if panel.n_customers < COUNTS_ONLY:
        said = text("Fit cannot be told: {n} customers answered, need n = {need}.", lang, n=panel.n_customers, need=COUNTS_ONLY)  # fmt: skip
        found.append(
            Check("customers", "review", said, text("Ask customers the same questions; until then fit tells no markets apart.", lang))
        )  # fmt: skip
    return found


def _of_segments(made: Page, scope: Scope) -> list[Check]:
    lang, panel = scope.language, made.panel
    if panel.reason:
        said = text("Segments cannot be told: {reason}.", lang, reason=translate(panel.reason, lang).rstrip("."))  # fmt: skip
        return [Check("segments", "review", said, text("Decide on the market as a whole, or ask more people.", lang))]  # fmt: skip
    if not panel.n:
        return []
    said = text("{n} segments, the same as on the page on value segments, found among the people of all markets.", lang, n=len(panel.segments))  # fmt: skip
    return [Check("segments", "pass", said)]


def _trial(trial: tuple[float, float], scope: Scope) -> Check:
    lang = scope.language
    low, high = (number(one, "share", language=lang) for one in trial)
    said = text("Of those who say they would try, {low} to {high} are taken to do so; no data stand behind it.", lang, low=low, high=high)  # fmt: skip
    return Check("trial", "review", said, text("Set trial_low and trial_high to what past launches showed.", lang))  # fmt: skip


def _weights(made: Page, scope: Scope) -> Check:
    lang = scope.language
    parts = [
        f"{criterion(name, lang)} {number(weight, 'share', language=lang)}"
        for name, weight in zip(CRITERIA, made.weights, strict=True)
    ]
    n = len(made.markets)
    said = text("Weights of this page: {weights}.", lang, weights=listed(parts, lang))
    if n < 2:
        alone = plural("Only {n} market is ranked.", "Only {n} markets are ranked.", n, lang)
        return Check(
            "weights",
            "review",
            f"{said} {alone}",
            text("Read this page for all markets, or import sales of other ones.", lang),
        )
    return Check("weights", "pass", said)
