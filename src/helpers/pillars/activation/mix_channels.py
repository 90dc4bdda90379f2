"""One row a channel: what may be published of it, and why not more."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.company import Scope
from helpers.i18n import day, listed, number, parted, text
from helpers.kpi import LEVEL
from helpers.methods import mix_reading
from helpers.methods.mix_risk import Row
from helpers.methods.response import Curves
from helpers.pillars.activation import mix_model
from helpers.pillars.activation.mix_model import Model
from helpers.pillars.activation.naming import TOGETHER

COLUMNS = (
    "channel", "spend", "roas", "roas_low", "roas_high", "marginal_roas", "marginal_low", "marginal_high", "status", "reason",
)  # fmt: skip
BIAS = 0.30  # of an untested channel in simulated worlds with a hidden cause
PUBLISHED = ("tested", "uncalibrated", "pair")


def by_channel(model: Model, scope: Scope) -> pd.DataFrame:
    """What the model says of each channel, and of each pair that it cannot part: the frame that other pages read.

    Returns
    -------
    One row a channel, and one a group named "a + b": channel, spend [money, of the last 52 weeks], roas, roas_low, roas_high [revenue
    over all the money; empty where no test spans zero spend], marginal_roas, marginal_low, marginal_high [revenue of the last unit of
    money; empty where it is withheld], status: "tested", "uncalibrated", "pair" (a channel of a group, whose figure stands in the
    group's row, and the group), "withheld"; reason [text].
    """
    if model.fit is None:
        return _without(model, scope)
    found, tests, together = mix_model.alarmed(model), mix_model.tested(model), mix_model.groups(model)
    unlearnt = _named(model.rows, "learnt")
    made = []
    for name, spend in zip(model.data.channels, mix_model.spent(model), strict=True):
        group = next((one for one in together if name in one), ())
        if not model.is_told:
            made.append(_row(name, spend, None, None, "withheld", _converged(scope)))
        elif name in tests:
            made.append(_tested(model, name, spend, tests[name], scope))
        elif name in found:
            made.append(_row(name, spend, None, None, "withheld", _alarm(found[name], scope)))
        elif group:
            others = [one for one in group if one != name]
            made.append(_row(name, spend, None, None, "pair", _paired(others, scope)))
        elif name in unlearnt:
            made.append(_row(name, spend, None, None, "withheld", _unlearnt(scope)))
        else:
            made.append(
                _row(
                    name, spend, None, mix_model.marginal(model, [name]), "uncalibrated", _uncalibrated(scope)
                )
            )
    if model.is_told:
        made += [_group(model, group, found, scope) for group in together]
    for name in model.data.left_out:
        made.append(_row(name, _spend_of(model, name), None, None, "withheld", _steady(scope)))
    return pd.DataFrame(made, columns=list(COLUMNS))


def curves(model: Model) -> Curves | None:
    """Response of each channel to its spend, calibrated draws; None without a fit. Channels that are withheld are in it, too."""
    return None if model.fit is None else mix_reading.curves(model.fit, first=model.first)


def published(table: pd.DataFrame) -> pd.DataFrame:
    """Rows whose marginal return is published, the largest spend first."""
    return table[table["marginal_roas"].notna()].sort_values("spend", ascending=False, kind="stable")


def withheld(table: pd.DataFrame) -> pd.DataFrame:
    """Channels whose figure is withheld, the largest spend first."""
    return table[table["status"] == "withheld"].sort_values("spend", ascending=False, kind="stable")


def readable_draws(model: Model, table: pd.DataFrame) -> tuple[np.ndarray, float]:
    """Marginal return over all published channels and groups together [draw], and the money that stands behind it."""
    rows = published(table)
    parts = [name.split(TOGETHER) for name in rows["channel"]]
    inside = {one for part in parts if len(part) > 1 for one in part}
    alone = [
        part for part in parts if len(part) > 1 or part[0] not in inside
    ]  # a tested half of a pair counts in the pair
    money = [
        float(mix_model.spent(model)[[model.data.channels.index(n) for n in part]].sum()) for part in alone
    ]
    whole = sum(money)
    if not whole > 0:
        return np.empty(0), 0.0
    return sum(
        m * mix_model.marginal(model, part) for m, part in zip(money, alone, strict=True)
    ) / whole, whole


def _tested(model: Model, name: str, spend: float, at: list[int], scope: Scope) -> tuple:
    spans = any(model.spans_zero[i] for i in at)
    total = mix_model.total(model, name) if spans else None
    return _row(name, spend, total, mix_model.marginal(model, [name]), "tested", tests_said(model, at, scope))


def tests_said(model: Model, at: list[int], scope: Scope) -> str:
    """Say when a channel was tested, model over test, and their distance."""
    lang, parts = scope.language, []
    for i in at:
        anchor = model.anchors[i]
        facts = {
            "day": day(anchor.trial.last, lang, style="medium"),
            "ratio": number(anchor.ratio, "ratio", decimals=1, language=lang),
            "z": number(anchor.z, "ratio", decimals=1, language=lang),
        }
        said = text("tested until {day}, model over test {ratio}, z = {z}", lang, **facts)
        if anchor.in_conflict:
            said = text("{said}: in conflict, pulled to the test", lang, said=said)
        if not model.spans_zero[i]:
            said = text(
                "{said}; more spend, not none, was tested, so the return of all the money stays withheld",
                lang,
                said=said,
            )
        parts.append(said)
    return parted(parts, lang)


def _group(model: Model, group: tuple[str, ...], found: dict[str, str], scope: Scope) -> tuple:
    name, spend = (
        TOGETHER.join(group),
        sum(mix_model.spent(model)[model.data.channels.index(one)] for one in group),
    )
    odd = next((found[one] for one in group if one in found), "")
    if odd:
        return _row(name, spend, None, None, "withheld", _alarm(odd, scope))
    if all(one in _named(model.rows, "learnt") for one in group):
        return _row(name, spend, None, None, "withheld", _unlearnt(scope))
    return _row(name, spend, None, mix_model.marginal(model, group), "pair", _uncalibrated(scope))


def _without(model: Model, scope: Scope) -> pd.DataFrame:
    """No fit: all channels withheld."""
    made = [
        _row(
            name,
            _spend_of(model, name),
            None,
            None,
            "withheld",
            text("no model can be fitted", scope.language),
        )
        for name in model.known.channels
    ]
    return pd.DataFrame(made, columns=list(COLUMNS))


def _spend_of(model: Model, name: str) -> float:
    return (
        float(model.known.table[name].tail(mix_model.YEAR_WEEKS).sum()) if name in model.known.table else 0.0
    )


def _row(name: str, spend: float, total, marginal, status: str, reason: str) -> tuple:
    return (name, float(spend), *_summed(total), *_summed(marginal), status, reason)


def _summed(draws) -> tuple[float, float, float]:
    if draws is None:
        return np.nan, np.nan, np.nan
    made = mix_reading.summary(draws, level=LEVEL)
    return made.value, made.low, made.high


def _named(rows: tuple[Row, ...], name: str) -> tuple[str, ...]:
    return next((row.channels for row in rows if row.name == name), ())


def _alarm(name: str, scope: Scope) -> str:
    lang = scope.language
    if name == "next_week":
        return text("its spend of next week goes with sales of this week: it follows demand", lang)
    if name == "same_week":
        return text(
            "sales go with its spend of the same week more than an advertisement can do: it follows demand",
            lang,
        )
    return text("the effect is another one when a year is left out", lang)


def _paired(others: list[str], scope: Scope) -> str:
    return text(
        "booked together with {others}; only their sum is known",
        scope.language,
        others=listed(others, scope.language),
    )


def _unlearnt(scope: Scope) -> str:
    return text("the data say nothing of it: the answer would be what was assumed before", scope.language)


def _uncalibrated(scope: Scope) -> str:
    share = number(BIAS, "share", language=scope.language)
    return text(
        "uncalibrated: no test; a hidden cause moved such figures by {share} in stress tests",
        scope.language,
        share=share,
    )


def _converged(scope: Scope) -> str:
    return text("the draws of the model do not agree", scope.language)


def _steady(scope: Scope) -> str:
    return text("its spend never varies, so it cannot be told from the base", scope.language)
