"""Which irritant to mend first: whom it touched, what is at stake, and when that cannot be told."""

from __future__ import annotations

import math

import pandas as pd

from helpers.checks import COUNTS_ONLY, Decision
from helpers.company import Scope
from helpers.i18n import interval, number, text
from helpers.kpi import Z
from helpers.methods.drivers import Drivers
from helpers.pillars.crm.voice_drivers import SURE, can_tell, first, named, needed
from helpers.privacy import SMALL_GROUP


def stakes(spend: pd.DataFrame | None, *, revenue_at_risk: float) -> pd.DataFrame:
    """Revenue of a year at stake by what touched customers in the period.

    Parameters
    ----------
    spend : rollup `touched_spend` of twelve months, by topic; None where orders are not known.
    revenue_at_risk : share of the yearly revenue of a touched customer that the irritant costs; an assumption.

    Returns
    -------
    On the codes of `voice_drivers.table`: n_customers, spend, effect, low, high [money]; topics that touched fewer than 10
    customers are left out.

    Raises
    ------
    ValueError : `revenue_at_risk` is not a share between 0 and 1.

    Formula: revenue_at_risk x (sum of spend ± z root of the sum of squared spend).
    Source: the variance of a compound Poisson sum, Klugman, Panjer & Willmot (2012), Loss Models, ch. 9.
    """
    if not 0 < revenue_at_risk < 1:
        raise ValueError(f"revenue_at_risk must be a share between 0 and 1, not {revenue_at_risk!r}")
    if spend is None:
        spend = pd.DataFrame({name: [] for name in ("topic", "n_customers", "spend", "spend_squared")})
    known = spend[spend["n_customers"] >= SMALL_GROUP].set_index("topic").astype(float)
    half = Z * known["spend_squared"] ** 0.5
    return pd.DataFrame(
        {
            "n_customers": known["n_customers"], "spend": known["spend"], "effect": revenue_at_risk * known["spend"],
            "low": revenue_at_risk * (known["spend"] - half).clip(lower=0), "high": revenue_at_risk * (known["spend"] + half),
        }
    )  # fmt: skip


def mend(
    found: Drivers | None,
    spend: pd.DataFrame | None,
    scope: Scope,
    *,
    revenue_at_risk: float,
    due: str,
    owner: str = "",
) -> Decision:
    """Propose the irritant to mend first.

    Parameters
    ----------
    found : drivers of the score.
    spend, revenue_at_risk : as in `stakes`.

    Returns
    -------
    Decision. Effect is the revenue a year at stake with its interval; it is empty where the first irritant cannot be told,
    or whom it touched or what they spend is not known. The probability is empty: nobody has mended it by lot.

    Raises
    ------
    ValueError : as `stakes`.
    """
    lang, at_stake = scope.language, stakes(spend, revenue_at_risk=revenue_at_risk)
    common = {
        "id": "irritant",
        "currency": scope.currency,
        "due": due,
        "owner": owner or text("CRM manager", lang),
    }
    common["reverse_if"] = text("with the next waves another irritant takes more from the score", lang)
    code, sure, second, need = first(found) if can_tell(found) else ("", 0.0, "", 0)
    if not code:
        said = text(
            "Which irritant to mend first cannot be told: too few answers follow a case, need n = {need} of one topic.", lang, need=COUNTS_ONLY
        )  # fmt: skip
        common["reverse_if"] = text("more answers follow a case", lang)
        return Decision(**common, amount="", verb=text("Wait", lang), sentence=said)
    risk = number(revenue_at_risk, "share", language=lang)
    facts = {
        "first": _stated(found, at_stake, code, scope),
        "sure": number(sure, "share", language=lang),
        "risk": risk,
    }
    assumed = text(
        "The money is {risk} of what their customers of the quarter spent in twelve months, an assumption.",
        lang,
        risk=risk,
    )
    rows = at_stake.reindex([code.removeprefix("case: ")])
    has_money = not math.isnan(rows["effect"].iloc[0])
    if sure < SURE:
        said = text(
            "Which irritant to mend first cannot be told: {first} is first in {sure} of redraws, then comes {second}; need n = {need} answers.", lang,
            **facts, second=_stated(found, at_stake, second, scope), need=needed(need, lang),
        ) if second else text(
            "Whether to mend anything cannot be told: {first} takes points from the score in {sure} of redraws; need n = {need} answers.", lang,
            **facts, need=needed(need, lang),
        )  # fmt: skip
        verb = text("Find out what mending each would cost", lang) if second else text("Wait", lang)
        return Decision(**common, amount="", verb=verb, sentence=f"{said} {assumed}" if has_money else said)
    said = text("Mend first: {first}, first in {sure} of redraws.", lang, **facts)
    verb = text("Mend first: {driver}", lang, driver=named(code, lang))
    if not has_money:
        unknown = text(
            "What is at stake in money cannot be told: whom it touched this quarter, or what they spend, is not known.",
            lang,
        )
        return Decision(**common, amount="", verb=verb, sentence=f"{said} {unknown}")
    effect, low, high, n = (float(rows[name].iloc[0]) for name in ("effect", "low", "high", "n_customers"))
    amount = text("{n} customers touched in the quarter", lang, n=number(n, "count", language=lang))
    return Decision(
        **common, amount=amount, verb=verb, effect=effect, low=low, high=high, sentence=f"{said} {assumed}"
    )


def _stated(found: Drivers, at_stake: pd.DataFrame, code: str, scope: Scope) -> str:
    """Say one irritant with its points and, where it is known, whom it touched and the money."""
    lang, row = scope.language, found.table.set_index("driver").loc[code]
    facts = {
        "driver": named(code, lang), "points": number(-row["effect"], "points", decimals=1, language=lang),
        "bounds": interval(-row["effect_high"], -row["effect_low"], "count", decimals=1, language=lang),
    }  # fmt: skip
    key = code.removeprefix("case: ")
    if key not in at_stake.index:
        return text("{driver} ({points} of the score, {bounds})", lang, **facts)
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    of = at_stake.loc[key]
    return text(
        "{driver} ({points} of the score, {bounds}; {n} customers touched; {effect} a year, {money})", lang, **facts,
        n=number(of["n_customers"], "count", language=lang), effect=number(of["effect"], **money),
        money=interval(of["low"], of["high"], **money),
    )  # fmt: skip
