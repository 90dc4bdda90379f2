"""Second looks at a test by region: placebos where nothing was done, and what other methods say."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.company import Scope
from helpers.i18n import interval, number, p_value, text
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
