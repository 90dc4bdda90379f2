"""Indicators for the team of the sustainability report: value, unit, audit, and the disclosure that each feeds."""

from __future__ import annotations

from datetime import date

import pandas as pd

from helpers.company import Scope
from helpers.i18n import day, number, text
from helpers.pillars.csr.claims import Page, latest
from helpers.pillars.csr.claims_numbers_telling import measured
from helpers.pillars.csr.claims_words import disclosure, short_day
from helpers.rules import book
from helpers.rules.esrs import datapoint


def indicators(made: Page, scope: Scope) -> pd.DataFrame:
    """The indicators that no auditor has checked, as a reader sees them; the file has all."""
    lang, rows = scope.language, latest(made.read.metrics, scope)
    rows = rows[~rows["is_audited"]]
    table = {
        text("value", lang): [measured(row.value, row.measure, lang) for row in rows.itertuples()],
        text("period to", lang): [short_day(one, lang) for one in rows["period_end"]],
        text("code", lang): [_code(one) or "–" for one in rows["esrs_code"]],
        text("disclosure, to confirm", lang): [disclosure(_code(one), lang) for one in rows["esrs_code"]],
    }  # fmt: skip
    names = [f"{row.metric}, {row.scope}" if row.scope else str(row.metric) for row in rows.itertuples()]
    return pd.DataFrame(table, index=names).rename_axis(columns=text("indicator that nobody audited", lang))


def file(made: Page, scope: Scope) -> pd.DataFrame:
    """The same with raw numbers, method, and the set of standards, for whoever writes the sustainability report."""
    lang, rows = scope.language, latest(made.read.metrics, scope)
    points = [datapoint(_code(one)) for one in rows["esrs_code"]]
    return pd.DataFrame({
        text("indicator", lang): rows["metric"], text("scope", lang): rows["scope"], text("period to", lang): rows["period_end"],
        text("value", lang): rows["value"].astype(float), text("unit", lang): rows["measure"], text("method", lang): rows["method"],
        text("audited", lang): rows["is_audited"], text("code", lang): [_code(one) or None for one in rows["esrs_code"]],
        text("disclosure", lang): [None if one is None else one.name for one in points],
        text("status of the code", lang): [text("to confirm", lang)] * len(rows),
        text("set in force", lang): [made.standards.id] * len(rows),
        text("source of the code", lang): [None if one is None else one.source for one in points],
    })  # fmt: skip


def caption(scope: Scope) -> str:
    """Name the file of the indicators."""
    return text("Indicators for the sustainability report", scope.language)


def said(made: Page, scope: Scope) -> str:
    """Say how many indicators are audited, and which set of standards is in force on the day."""
    lang, found, reach = scope.language, made.audited, book("esrs")["reach"][-1]
    if not found.n:
        return text(
            "No indicator has a value in the last twelve months, so there is nothing to hand over.", lang
        )
    return text(
        "{audited} of {n} indicators with a value in the last twelve months are audited. On the last day of the period the set in force was {set}: {what} "
        "({source}). The codes are those of the first set, from memory; what they became in the revised one, in force from {day}, was not checked. Reporting is for {reach} ({reach_source}; to confirm). "
        "Whoever answers for the sustainability report confirms each code before the table is used.", lang,
        audited=number(found.n_audited, "count", language=lang), n=number(found.n, "count", language=lang), set=made.standards.id, source=text(made.standards.source, lang),
        what=text(made.standards.text, lang), reach=text(reach["text"], lang), reach_source=text(reach["source"], lang),
        day=day(date.fromisoformat(str(book("esrs")["sets"][-1]["valid_from"])), lang),
    )  # fmt: skip


def _code(value: object) -> str:
    return "" if pd.isna(value) else str(value).strip().upper().removeprefix("ESRS ")
