"""Where the expected revenue comes from: tenths of customers, and groups such as channels, each with its value and interval."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from helpers import rollups
from helpers.checks import COUNTS_ONLY, Decision
from helpers.company import Scope
from helpers.i18n import interval, mark, number, text
from helpers.kpi import LEVEL
from helpers.methods.lifetime import fit_model, probability_alive
from helpers.methods.lifetime_spend import fit_gamma_gamma
from helpers.pillars.crm.lifetime import Lifetime, expected_revenue, forecast, refusal, value
from helpers.pillars.crm.lifetime_record import HORIZON_WEEKS, Record

FAIR_SHARE = 0.20  # of revenue: what the first tenth must bring for the ranking to be worth using
MIN_REPEATERS = 100  # of a group, for models of its own
GROUPED_BY = {"acquisition_channel": mark("acquisition channel"), "segment": mark("segment")}
COLUMNS = ["group", "n", "n_repeat", "value", "low", "high", "own"]


def concentration(known: Lifetime, *, weeks: float = HORIZON_WEEKS) -> pd.DataFrame:
    """Expected revenue by tenth of customers, best first: tenth [text, "1" is the best], n, expected, share [0-1], alive [mean P(alive)]."""
    expected = expected_revenue(known, weeks=weeks)
    table = pd.DataFrame({"expected": expected, "alive": probability_alive(known.purchases, known.summary)})
    table = table.sort_values("expected", ascending=False, kind="stable", ignore_index=True)
    tenth = (np.arange(len(table)) * 10 // max(len(table), 1)) + 1
    made = table.groupby(tenth).agg(
        n=("expected", "size"), expected=("expected", "sum"), alive=("alive", "mean")
    )
    made = made.assign(share=made["expected"] / made["expected"].sum()).rename_axis("tenth").reset_index()
    return made.assign(tenth=made["tenth"].astype(str))


def concentration_finding(tenths: pd.DataFrame, scope: Scope) -> str:
    """Say in words how much of the expected revenue the first tenth brings."""
    if math.isnan(tenths["share"].iloc[0]):
        return text("Where the expected revenue comes from: cannot tell yet", scope.language)
    first = number(tenths["share"].iloc[0], "share", language=scope.language)
    return text("The first tenth of customers is expected to bring {share}", scope.language, share=first)


def concentration_subtitle(tenths: pd.DataFrame, scope: Scope) -> str:
    """Say under the bars what is drawn."""
    lang = scope.language
    n = number(tenths["n"].sum(), "count", language=lang)
    return text(
        "share of expected revenue of the next 13 weeks by tenth of customers (1 = best); n = {n}", lang, n=n
    )


def by_group(
    known: Lifetime,
    customers: pd.DataFrame,
    column: str,
    record: Record,
    scope: Scope,
    *,
    discount_rate: float,
    own_models: bool,
    seed: int = 0,
) -> pd.DataFrame:
    """Value of a customer in the next 52 weeks by group.

    Parameters
    ----------
    customers : table `customers`, or None where the company has none: then no group is returned. Who is not in it, or has
        no group, stands under "".
    column : acquisition_channel, segment or any other that splits customers.
    own_models : fit each group alone, where it has 100 repeat customers. Right for what was fixed when the customer came,
        such as the channel; wrong for what was drawn from past purchases, such as most segments: a group chosen for its
        silence would be taken for one that never buys.

    Returns
    -------
    One row a group, the most valuable first: group, n [customers], n_repeat, value, low, high [money a customer], own [True:
    fitted to the group alone; False: by the models of all]. Groups of fewer than 30
    customers are counted together with those without a group.

    The interval is the group's own, widened by the past errors of the total: a group's have not been tried.
    """
    if customers is None:
        return pd.DataFrame(columns=COLUMNS).astype({"value": float, "low": float, "high": float})
    of = rollups.collect(rollups.only(customers, "customer_id", column), may_be_empty=True)
    group = known.summary["customer_id"].map(of.set_index("customer_id")[column]).fillna("").astype(str)
    sizes = group.value_counts()
    group = group.where(group.map(sizes) >= COUNTS_ONLY, "")
    rows = []
    for name in sorted(group.unique()):
        summary = known.summary[group == name].reset_index(drop=True)
        n_repeat = int((summary["frequency"] > 0).sum())
        own = own_models and n_repeat >= MIN_REPEATERS
        one = known._replace(summary=summary)
        if own:
            model = fit_model(known.choice.model, summary, start=known.purchases)
            one = one._replace(purchases=model, spend=fit_gamma_gamma(summary))
        if len(summary) < COUNTS_ONLY or refusal(known):
            rows.append((name, len(summary), n_repeat, math.nan, math.nan, math.nan, own))
            continue
        found = value(one, scope, discount_rate, backtest=record.year, seed=seed)
        rows.append((name, len(summary), n_repeat, found["value"], found["low"], found["high"], own))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.sort_values("value", ascending=False, kind="stable", ignore_index=True)


def group_bars(groups: pd.DataFrame, scope: Scope, *, most: int = 12) -> pd.DataFrame:
    """The groups that can be told, at most `most`, named for a reader with the number of their customers; none where no named one can."""
    lang, shown = scope.language, groups.dropna(subset=["value"]).head(most)
    if not (shown["group"] != "").any():
        shown = shown.head(0)
    names = [name or text("not known", lang) for name in shown["group"]]
    n = [number(n, "count", language=lang) for n in shown["n"]]
    return shown.assign(group=[f"{name} (n = {k})" for name, k in zip(names, n, strict=True)])


def group_finding(groups: pd.DataFrame, column: str, scope: Scope, *, lacking: str = "") -> str:
    """Say which group of a column is worth most, and whether it stands apart from the last one; `lacking` names a missing table."""
    lang = scope.language
    known = groups[groups["group"] != ""].dropna(subset=["value"])
    if len(known) < 2:
        return text(
            "What groups of customers by {column} are worth: cannot tell. {reason}", lang,
            column=text(GROUPED_BY.get(column, column), lang),
            reason=lacking or text("The column {column} of the table customers has to name two groups of {need} customers.", lang,
                                   column=column, need=COUNTS_ONLY),
        )  # fmt: skip
    first, last = known.iloc[0], known.iloc[-1]
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    facts = {
        "first": first["group"], "last": last["group"],
        "high": number(first["value"], **money), "low": number(last["value"], **money),
    }  # fmt: skip
    if first["low"] > last["high"]:
        return text("A customer of {first} is worth {high}, one of {last} {low}", lang, **facts)
    return text(
        "{first} ({high}) and {last} ({low}) cannot be told apart: their intervals overlap", lang, **facts
    )


def group_subtitle(scope: Scope) -> str:
    """Say under the bars of groups what is drawn."""
    lang = scope.language
    level = number(LEVEL, "share", language=lang)
    if scope.company.contribution_margin_rate is None:
        return text("revenue a customer, next 52 weeks, discounted, {level} interval", lang, level=level)
    return text(
        "contribution margin a customer, next 52 weeks, discounted, {level} interval", lang, level=level
    )


def top_tenth(
    known: Lifetime, record: Record, scope: Scope, *, due: str, owner: str = "", seed: int = 0
) -> Decision:
    """What may be spent to keep the tenth of customers that the next 13 weeks depend on most.

    Returns
    -------
    Decision: effect is one per cent of the revenue expected of them, with its interval: what each point that an offer
    keeps is worth. How many points an offer keeps is for a test to say.
    """
    lang, currency = scope.language, scope.currency
    money = {"unit": "currency", "currency": currency, "language": lang}
    expected = expected_revenue(known)
    n = math.ceil(len(expected) / 10)
    common = {"id": "top_tenth", "currency": currency, "due": due}
    common["owner"] = owner or text("CRM manager", lang)
    common["reverse_if"] = text(
        "their share of revenue at the next backtest falls under {share}",
        lang,
        share=number(FAIR_SHARE, "share", language=lang),
    )
    common["amount"] = text(
        "{n} customers of highest expected revenue", lang, n=number(n, "count", language=lang)
    )
    if expected.isna().any() or len(expected) < COUNTS_ONLY * 10:
        reason = refusal(known, lang) or text("It needs n = {need} customers.", lang, need=COUNTS_ONLY * 10)
        common["reverse_if"] = text("more customers and more months of data", lang)
        said = text("Which customers to keep first cannot be told. {reason}", lang, reason=reason)
        return Decision(**common, verb=text("Wait", lang), sentence=said)
    top = known.summary.loc[expected.sort_values(ascending=False, kind="stable").index[:n]].reset_index(
        drop=True
    )
    future = forecast(known._replace(summary=top), weeks=HORIZON_WEEKS, backtest=record.quarter, seed=seed)
    at_stake = future.set_index("quantity").loc["spend"]
    effect, low, high = (float(at_stake[name]) / 100 for name in ("value", "low", "high"))
    each = number(effect / n, **{**money, "decimals": 2})
    said = text(
        "Cap offers to the top tenth of customers at {each} each for every point of their revenue they keep: these {n} customers are "
        "expected to bring {total} in 13 weeks ({level} interval {bounds}), {share} of all, so one point is worth {effect}.",
        lang, each=each, n=number(n, "count", language=lang), total=number(100 * effect, **money), effect=number(effect, **money),
        level=number(LEVEL, "share", language=lang), bounds=interval(100 * low, 100 * high, **money),
        share=number(100 * effect / expected.sum(), "share", language=lang),
    )  # fmt: skip
    verb = text("Cap offers to the top tenth of customers", lang)
    return Decision(**common, verb=verb, effect=effect, low=low, high=high, sentence=said)
