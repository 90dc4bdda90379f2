"""The figures of the page: effects by test, how many tests were finished and may be used, and what creatives were delivered."""

from __future__ import annotations

import pandas as pd

from helpers import kpi, privacy
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import text
from helpers.kpi import KpiRow
from helpers.methods.intervals import wilson
from helpers.periods import Period
from helpers.pillars.activation import creative_delivery as delivery
from helpers.pillars.activation.creative import Test
from helpers.pillars.activation.creative_telling import why_not
from helpers.pillars.activation.definitions import KPIS

MONTHS = 12


def kpis(found: list[Test], months: pd.DataFrame, scope: Scope, *, lacking: str = "") -> list[KpiRow]:
    """All rows of the page.

    Parameters
    ----------
    found : result of `creative.tests`.
    months : result of `creative_delivery.delivered`.
    lacking : why there is no test at all, and which export brings them.
    """
    return [*_effects(found, scope, lacking), *_programme(found, scope, lacking), *_delivered(months, scope)]


def _effects(found: list[Test], scope: Scope, lacking: str) -> list[KpiRow]:
    """One row a variant of the last twelve months; none has a value where the result may not be used."""
    definition, recent = KPIS["test_effect"], _until(found, scope.period)
    if not recent:
        reason = lacking or text(
            "No test of a creative or a page was finished in twelve months.", scope.language
        )
        return [kpi.row(definition, scope, None, n=0, reason=reason)]
    made = []
    for test in recent:
        # A test of fewer people than may be shown has no number of them either.
        n = test.n if test.n >= privacy.SMALL_GROUP else 0
        (value, low, high), named = test.effect, {"n": n, "segment": test.name}
        said = text("Test: {test}, figure {metric}.", scope.language, test=test.name, metric=test.metric)
        # A change of which less is better would read as its own opposite beside the others.
        if not test.is_usable or test.is_worse_up:
            made.append(kpi.row(definition, scope, None, reason=f"{said} {why_not(test, scope)}", **named))
        else:
            made.append(kpi.row(definition, scope, value, low=low, high=high, reason=said, **named))
    return made


def _programme(found: list[Test], scope: Scope, lacking: str) -> list[KpiRow]:
    """Tests finished, usable and run as planned, beside those of the month and the year before."""
    made: dict[str, list[KpiRow]] = {}
    first = min((test.first_on for test in found), default=None)
    for period in kpi.history(scope):
        # A window that begins before the first test says nothing of how fast the company learns.
        if period != scope.period and (first is None or period.before(MONTHS - 1).start < first):
            continue
        tests = {test.id: test for test in _until(found, period)}.values()
        usable = sum(test.is_usable for test in tests)
        planned = sum(as_planned(test) for test in tests)
        n = len(tests)
        for name, value in (("tests_finished", n), ("tests_usable", usable)):
            known = None if lacking else value
            row = kpi.row(KPIS[name], scope, known, n=n, period=period, reason=lacking)
            made.setdefault(name, []).append(row)
        for name, count in (("tests_valid_share", usable), ("tests_as_planned_share", planned)):
            made.setdefault(name, []).append(_share(name, count, n, scope, period, lacking))
    return [kpi.compared(KPIS[name], rows, scope) for name, rows in made.items()]


def _share(name: str, count: int, n: int, scope: Scope, period: Period, lacking: str) -> KpiRow:
    if n < COUNTS_ONLY:
        reason = lacking or text(
            "{count} of {n} tests; a share needs n = {need}.", scope.language, count=count, n=n, need=COUNTS_ONLY
        )  # fmt: skip
        return kpi.row(KPIS[name], scope, None, n=n, period=period, reason=reason)
    low, high = wilson(count, n, level=kpi.LEVEL)
    return kpi.row(KPIS[name], scope, count / n, low=low, high=high, n=n, period=period)


def as_planned(test: Test) -> bool:
    """Whether a test ran as it was written down before: plan before the first day, days as planned, arms as planned."""
    first, _ = test.planned
    return bool(test.state == "as planned" and test.registered_on and first and test.registered_on <= first)


def _until(found: list[Test], period: Period) -> list[Test]:
    since = period.before(MONTHS - 1).start
    return [test for test in found if since <= test.last_on <= period.end and test.state != "running"]


def _delivered(months: pd.DataFrame, scope: Scope) -> list[KpiRow]:
    """Rates of each creative on each platform over twelve months, beside the month and the year before."""
    if months.empty:
        return []
    first = months["month"].min()
    periods = [p for p in kpi.history(scope)[:-1] if pd.Timestamp(p.before(MONTHS - 1).start) >= first]
    windows = {
        period: _by_creative(delivery.window(months, period.end)) for period in (*periods, scope.period)
    }
    made = []
    for name in delivery.MEASURES:
        bottom = delivery.OVER[name][1]
        for key, last in windows[scope.period].items():
            if getattr(last, bottom) < COUNTS_ONLY:
                continue
            known = {period: sums[key] for period, sums in windows.items() if key in sums}
            rows = [
                _rate(name, row, scope, period) for period, row in known.items() if getattr(row, bottom) >= COUNTS_ONLY
            ]  # fmt: skip
            made.append(kpi.compared(KPIS[name], rows, scope))
    return made


def _by_creative(sums: pd.DataFrame) -> dict[tuple, tuple]:
    """Rows of a window by creative, platform and meaning of a view."""
    return {(row.creative, row.platform, row.definition): row for row in sums.itertuples(index=False)}


def _rate(name: str, row: tuple, scope: Scope, period: Period) -> KpiRow:
    label = delivery.label(row, scope)
    named = text("Creative: {creative}.", scope.language, creative=label)
    n = int(getattr(row, delivery.OVER[name][1]))
    return kpi.row(
        KPIS[name], scope, float(getattr(row, name)), n=n, segment=label, period=period, reason=named
    )
