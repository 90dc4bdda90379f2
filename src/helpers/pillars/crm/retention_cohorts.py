"""Who of each month's new customers is still buying: the cohort table of the retention page and what it says."""

from __future__ import annotations

import math

import pandas as pd

from helpers import periods
from helpers.company import Scope
from helpers.i18n import mark, number, text
from helpers.kpi import LEVEL
from helpers.methods.cohorts import (
    cohort_triangle,
    quarterly_cohorts,
    retention_at,
    retention_cohorts,
)

MAX_COHORTS, MAX_AGE = 13, 12  # rows and months that a table on a page can show


def cohort_finding(counts: pd.DataFrame, scope: Scope, *, age: int = 3) -> str:
    """Say in words how many customers are active `age` months after their first purchase, over all cohorts."""
    lang = scope.language
    at = None if counts.empty else retention_at(counts, age, until=scope.period.end, level=LEVEL)
    if at is None or math.isnan(at.value):
        return text("Active {age} months after the first purchase: cannot tell yet", lang, age=age)
    share = number(at.value, "share", language=lang)
    return text("{share} are active {age} months after their first purchase", lang, share=share, age=age)


def cohort_table(counts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Cohorts down, ages of 1 to 12 months across, shares of the cohort in the cells; blank where not yet seen.

    Cohorts are months, or quarters where there are more than `MAX_COHORTS` months: three dozen rows say less than twelve.
    The index holds their names in the page's language, and its own name says which of the two they are.
    """
    if counts.empty:  # all customers are older than the data
        return pd.DataFrame(index=pd.Index([], name="month"))
    retained = retention_cohorts(counts, until=scope.period.end, level=LEVEL)
    unit, code = "month", "{:%Y-%m}"
    if retained["cohort"].nunique() > MAX_COHORTS:
        retained, unit, code = quarterly_cohorts(retained, level=LEVEL), "quarter", "{0.year}-Q{0.quarter}"
    shown = retained[retained["age"].between(1, MAX_AGE)]
    table = cohort_triangle(shown).dropna(how="all")
    names = [periods.parse(code.format(first)).label(scope.language) for first in table.index]
    return table.set_axis(pd.Index(names, name=unit))


def cohort_subtitle(table: pd.DataFrame, scope: Scope) -> str:
    """Say under the cohort table what is drawn."""
    said = {
        "month": mark("active customers, % of the month's first purchases, to {period}"),
        "quarter": mark("active customers, % of the quarter's first purchases, to {period}"),
    }
    return text(said[table.index.name], scope.language, period=scope.period.label(scope.language))
