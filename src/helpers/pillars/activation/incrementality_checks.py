"""What could make a test by region wrong: how it was set up, what placebos find, and what other methods say."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.checks import Check, check
from helpers.company import Scope
from helpers.i18n import interval, number, p_value, plural, text
from helpers.kpi import LEVEL
from helpers.methods import geo_panel, geo_permutation, geo_placebo, geo_synthetic, series
from helpers.pillars.activation.incrementality import GeoTest, cycle, in_steps, times

ODD = 0.05  # a placebo this unlikely under the model is a warning
WIDER = 1.25  # placebos that scatter so much more than they should are a warning


class Placebo(NamedTuple):
    """One placebo of a test: its name, whether it found nothing (None: it cannot be told), in words, and what it found."""

    name: str
    passed: bool | None
    text: str
    table: pd.DataFrame


def placebos(test: GeoTest, scope: Scope) -> list[Placebo]:
    """In other regions, at earlier times, and whether the regions drifted apart before; none for a test that cannot be read."""
    if test.reason:
        return []
    return [_in_space(test, scope), _in_time(test, scope), _drift(test, scope)]


def placebo_table(found: list[GeoTest], scope: Scope) -> pd.DataFrame:
    """The placebos of all tests in words, one row a test, one column a placebo."""
    lang = scope.language
    passed = {
        True: text("found nothing", lang),
        False: text("found something", lang),
        None: text("cannot tell", lang),
    }
    rows = {
        test.name: {one.name: passed[one.passed] for one in placebos(test, scope)}
        for test in found
        if not test.reason
    }
    return pd.DataFrame(rows).T.rename_axis(columns=text("placebo", lang)) if rows else pd.DataFrame()


def opinions(test: GeoTest, scope: Scope) -> pd.DataFrame:
    """What four methods say of the revenue that one test changed: method, effect, low, high [money], p."""
    lang, during, panel = scope.language, times(test)["during"].to_numpy(), times(test)
    treated, control = (in_steps(side, test, test.step) for side in (test.treated, test.control))
    cells = treated.shape[1] * int(during.sum())
    found = test.found
    rows = [(text("ratio to the untreated, days tied", lang), *found.effect[:3], found.p)]
    mixed = geo_synthetic.synthetic(treated, control, during)
    left = lambda effect: geo_synthetic.residuals(treated, control, effect * during)  # noqa: E731
    noise = float(np.std(mixed.gap[~during])) / np.sqrt(max(int(during.sum()), 1))
    shifted = geo_permutation.inverted(left, during, mixed.att, step=max(noise, 1e-9), level=LEVEL)
    rows.append((text("synthetic control, shifted in time", lang), *(cells * f for f in shifted.effect[:3]), shifted.p))  # fmt: skip
    pair = geo_panel.differences(treated, control, during, level=LEVEL)
    rows.append((text("difference in differences", lang), *(cells * f for f in pair.effect[:3]), pair.p))
    own = series.interrupted(panel["treated"], int((~during).sum()), _beside(panel, test), level=LEVEL)
    rows.append((text("interrupted series", lang), *own.total[:3], own.p))
    return pd.DataFrame(rows, columns=["method", "effect", "low", "high", "p"])


def checks(found: list[GeoTest], scope: Scope, *, lacking: str = "") -> list[Check]:
    """What a reader should know before any result; `lacking` says which table of tests the company does not have."""
    lang = scope.language
    if not found:
        return [
            check("geo_tests", False, text("No test by region has ended, so what a channel brings was never tested.", lang),
                  remedy=f"{text('Plan one as the page proposes, write it down before it starts, and leave regions alone by lot.', lang)} {lacking}".strip())
        ]  # fmt: skip
    made = []
    for test in found:
        wrong = _unreadable(test, lang) if test.reason else _faults(test, lang)
        made += [Check(f"{name}_{test.name}", status, said, remedy) for name, status, said, remedy in wrong]
        if not wrong:
            said = text(
                "“{test}”: written down before it started, {treated} places treated and {control} left alone, {n} times before it and "
                "{during} in it, no day missing.", lang, test=test.name, treated=test.treated.shape[1], control=test.control.shape[1],
                n=test.found.n_before, during=test.found.n_during,
            )  # fmt: skip
            made.append(Check(f"set_up_{test.name}", "pass", said))
        made += [_as_check(test, one, lang) for one in placebos(test, scope) if one.passed is not True]
    return made


def _unreadable(test: GeoTest, lang: str) -> list[tuple[str, str, str, str]]:
    remedy = text(
        "Keep the rows of all places, treated or not, from weeks before the start to the end, with their revenue in the column value.", lang
    )  # fmt: skip
    said = text("“{test}” cannot be read. {why}", lang, test=test.name, why=test.reason)
    return [("readable", "fail", said, remedy)]


def _faults(test: GeoTest, lang: str) -> list[tuple[str, str, str, str]]:
    """What is wrong with the set-up of a test that can be read: name, status, what, remedy."""
    made, days, name = [], test.treated.index, {"test": test.name}
    if not test.channel:
        made.append(
            (
                "channel",
                "review",
                text(
                    "The code “{test}” names no channel, or several: its result goes to none.", lang, **name
                ),
                text(
                    "Write the channel as media_spend spells it into experiment_id, between underscores.",
                    lang,
                ),
            )
        )
    if test.registered_on is None or test.registered_on >= test.starts_on:
        made.append(
            (
                "registered",
                "review",
                text(
                    "“{test}” was not written down before it started: a hypothesis made afterwards always fits.",
                    lang,
                    **name,
                ),
                text("Fill registered_on, hypothesis and metric before the first day.", lang),
            )
        )
    if min(test.treated.shape[1], test.control.shape[1]) < 2:
        made.append(
            (
                "regions",
                "review",
                text(
                    "“{test}”: one side is a single place, and anything that happens there passes for the effect.",
                    lang,
                    **name,
                ),
                text("Treat at least four places next time, by lot; read this one as a story.", lang),
            )
        )
    if test.found.n_before < test.found.n_during:
        made.append(
            (
                "before",
                "review",
                text(
                    "“{test}”: {n} times before the test, {during} in it.",
                    lang,
                    **name,
                    n=test.found.n_before,
                    during=test.found.n_during,
                ),
                text("Keep at least as long a time before a test as the test lasts.", lang),
            )
        )
    if missing := int((days.max() - days.min()).days) + 1 - len(days):
        said = plural(
            "“{test}”: one day is missing on a side and left out on both.",
            "“{test}”: {n} days are missing on a side and left out on both.",
            missing,
            lang,
            **name,
        )
        made.append(
            (
                "days",
                "review",
                said,
                text("Export these days again: days that fail are seldom like the others.", lang),
            )
        )
    if below := int((test.treated < 0).sum().sum() + (test.control < 0).sum().sum()):
        said = plural(
            "“{test}”: on one day a place sold less than nothing.",
            "“{test}”: {n} times a place sold less than nothing on a day.",
            below,
            lang,
            **name,
        )
        made.append(
            (
                "negative",
                "review",
                said,
                text("Book returns on the day of the order, or count orders and returns apart.", lang),
            )
        )
    if not abs(test.spend_change) > 0:
        made.append(
            (
                "cost",
                "review",
                text(
                    "“{test}”: spend by place is not known or did not change, so there is no return to tell.",
                    lang,
                    **name,
                ),
                text("Fill the column cost for treated and untreated places.", lang),
            )
        )
    return made  # fmt: skip


def _as_check(test: GeoTest, one: Placebo, lang: str) -> Check:
    return check(
        f"placebo_{test.name}_{one.name}", one.passed is not False, f"“{test.name}”. {one.text}",
        remedy=text("Read the interval as too narrow; a longer time before, more places or weeks in place of days would help.", lang),
    )  # fmt: skip


def _in_space(test: GeoTest, scope: Scope) -> Placebo:
    lang, table = scope.language, test.placebos
    name = text("in other places", lang)
    if len(table) < geo_placebo.FEWEST:
        return Placebo(name, None, text("Too few untreated places for placebos among them.", lang), table)
    factor = geo_placebo.spread(table)
    said = text(
        "{n} placebo tests among untreated places: {share} leave zero out, {wanted} would by chance; the interval is widened by {wider}.", lang,
        n=len(table), share=number(float(table["is_outside"].mean()), "share", language=lang),
        wanted=number(1 - LEVEL, "share", language=lang), wider=number(factor - 1, "share", language=lang),
    )  # fmt: skip
    return Placebo(name, factor < WIDER, said, table)


def _in_time(test: GeoTest, scope: Scope) -> Placebo:
    lang, panel = scope.language, times(test)
    treated, control = (in_steps(side, test, test.step) for side in (test.treated, test.control))
    table = geo_placebo.in_time(
        treated, control, test.found.n_before, test.found.n_during, at=panel["at"].to_numpy(), period=cycle(panel, test.step), level=LEVEL,
    )  # fmt: skip
    name = text("at earlier times", lang)
    if table.empty:
        return Placebo(name, None, text("The time before is too short for placebos in it.", lang), table)
    worst = table.loc[table["z"].abs().idxmax()]
    said = text(
        "{n} placebo starts before the test, which share days. Intervals that leave zero out: {out}; the largest placebo effect: {value}.", lang, n=len(table),
        out=int(table["is_outside"].sum()), value=number(float(np.expm1(worst["value"])), "share", decimals=1, language=lang),
    )  # fmt: skip
    # Neighbouring starts share days, so a run of them is one: a third is more than a run by chance.
    return Placebo(name, bool(table["is_outside"].mean() < 1 / 3), said, table)


def _drift(test: GeoTest, scope: Scope) -> Placebo:
    lang, during = scope.language, times(test)["during"].to_numpy()
    treated, control = (in_steps(side, test, test.step) for side in (test.treated, test.control))
    found = geo_panel.differences(treated, control, during, level=LEVEL)
    name = text("drift before", lang)
    if np.isnan(found.pre_p):
        return Placebo(
            name, None, text("Too few places or times to see a drift before the test.", lang), found.pre_trend
        )
    said = text("Treated and untreated places before the test, in four stretches: no drift has {p}.", lang, p=p_value(found.pre_p, lang))  # fmt: skip
    return Placebo(name, found.pre_p >= ODD, said, found.pre_trend)


def _beside(panel: pd.DataFrame, test: GeoTest) -> np.ndarray:
    """Covariates of the interrupted series: the steady series of the untreated places and the days of the week."""
    columns = [panel["control"].to_numpy()]
    period = cycle(panel, test.step)
    columns += [(panel["at"].to_numpy() % period == day).astype(float) for day in range(1, period)]
    return np.stack(columns, axis=1)


def opinions_said(table: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The methods in words, one row a method."""
    lang = scope.language
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    rows = {
        row.method: {
            text("revenue changed", lang): number(row.effect, **money),
            text("{level} interval", lang, level=number(LEVEL, "share", language=lang)): interval(row.low, row.high, **money) or text("cannot tell", lang),
            "p": p_value(row.p, lang) if row.p == row.p else "–",
        }
        for row in table.itertuples()
    }  # fmt: skip
    return pd.DataFrame(rows).T
