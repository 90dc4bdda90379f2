"""Days without rows: one picture of all sources that have any or lack none, then the stretches."""

from __future__ import annotations

from typing import Any

import matplotlib
import pandas as pd
from markupsafe import Markup

from helpers import charts, i18n
from helpers.quality import Facts
from helpers.quality.gaps import strips
from helpers.quality.spans import SCOPE
from helpers.report import pictures
from helpers.report.quality import parts

MOST_LINES = 20
RHYTHMS = {"day": i18n.mark("by day"), "week": i18n.mark("by week"), "month": i18n.mark("by month")}
COVERED = {
    True: i18n.mark("a file without rows"),
    False: i18n.mark("no file"),
}


def body(facts: Facts, language: str) -> Markup:
    """Return the picture, the stretches that are no habit of their source, and a sentence on those that are."""
    if facts.days.empty:
        return Markup("")
    told = facts.gaps[~facts.gaps["is_usual"]].sort_values("n_days", ascending=False, kind="stable")
    return parts.joined(
        [
            _picture(facts, language),
            _table(told, language),
            parts.paragraph(_usual(facts.gaps, language), muted=True),
        ]
    )


def lines(facts: Facts, language: str) -> pd.DataFrame:
    """Return the stretches of the picture: name of the line, starts_on, ends_on, is_gap.

    Sources of a table that begin and end on the same days and lack the same ones are one line. Lines with gaps come first.
    """
    told = facts.gaps[~facts.gaps["is_usual"]]
    filled = strips(facts.days, told).assign(is_gap=False)
    whole = pd.concat(
        [filled, told[filled.columns.intersection(told.columns)].assign(is_gap=True)], ignore_index=True
    )
    shapes: dict[tuple, list[tuple]] = {}
    for scope, rows in whole.groupby(SCOPE):
        shape = (scope[0], *rows[["starts_on", "ends_on", "is_gap"]].itertuples(index=False, name=None))
        shapes.setdefault(shape, []).append(scope)
    made = [(_name(scopes, language), *stretch) for shape, scopes in shapes.items() for stretch in shape[1:]]
    drawn = pd.DataFrame(made, columns=["name", "starts_on", "ends_on", "is_gap"])
    torn = drawn.groupby("name")["is_gap"].transform("any")
    return (
        drawn.assign(torn=~torn)
        .sort_values(["torn", "name"], kind="stable")
        .drop(columns="torn")
        .reset_index(drop=True)
    )


def _name(scopes: list[tuple], language: str) -> str:
    table, systems = scopes[0][0], sorted({system for _, system, _ in scopes if system})
    if len(systems) < 2:
        return ", ".join([table, *systems])
    n = len(systems)
    return f"{table}, " + i18n.plural("{n} platform", "{n} platforms", n, language)


def _picture(facts: Facts, language: str) -> Markup:
    drawn = lines(facts, language)
    names = list(dict.fromkeys(drawn["name"]))
    kept = drawn[drawn["name"].isin(names[:MOST_LINES])]
    torn = drawn.loc[drawn["is_gap"], "name"].nunique()
    title = i18n.plural(
        "Days without rows in {n} of {all} lines", "Days without rows in {n} of {all} lines", torn, language, all=len(names)
    ) if torn else i18n.text("No line has days without rows", language)  # fmt: skip
    subtitle = i18n.text(
        "days with rows, by table and platform; an upright mark is a stretch without", language
    )
    if more := len(names) - MOST_LINES:
        left = i18n.plural("{n} more without any", "{n} more without any", more, language)
        subtitle = i18n.parted([subtitle, left], language) if more > 0 else subtitle
    matplotlib.use("agg")  # no window: the page is made by a command
    charts.theme("scorecard")
    ax = charts.strips(kept, title=title, subtitle=subtitle, language=language)
    raw = charts.svg(ax)
    charts.close(ax)
    return pictures.figure(raw, mime=pictures.SVG, alt=ax.figure.get_label(), about=ax.figure.caption)


def _table(rows: pd.DataFrame, language: str) -> Markup:
    heads = (
        (i18n.text("Source", language), ""),
        (i18n.text("Days without rows", language), "span"),
        (i18n.text("Length", language), "num"),
        (i18n.text("Judged", language), ""),
        (i18n.text("Covered by", language), ""),
    )
    found = [
        (
            parts.source(row, language),
            parts.days(row, language),
            i18n.number(int(row["n_days"]), "days", language=language),
            i18n.text(RHYTHMS[row["rhythm"]], language),
            _covered(row, language),
        )
        for _, row in rows.iterrows()
    ]
    return parts.table(
        i18n.text("Stretches without rows, the longest first", language), heads, found, language
    )


def _covered(row: Any, language: str) -> str:
    return "–" if pd.isna(row["is_covered"]) else i18n.text(COVERED[bool(row["is_covered"])], language)


def _usual(rows: pd.DataFrame, language: str) -> str:
    """Which sources rest so often that their short stretches are not listed."""
    usual = rows[rows["is_usual"]].groupby(SCOPE)["n_days"].agg(["size", "sum", "max"]).reset_index()
    if usual.empty:
        return ""
    named = [
        i18n.text(
            "{source}, {n} of them, up to {longest}", language, source=_scope(row),
            n=i18n.number(int(row["size"]), "count", language=language),
            longest=i18n.number(int(row["max"]), "days", language=language),
        )
        for _, row in usual.iterrows()
    ]  # fmt: skip
    return i18n.text(
        "Not listed: stretches no longer than chance gives in a source that is quiet one day in seven or more ({sources}).",
        language, sources=i18n.parted(named, language),
    )  # fmt: skip


def _scope(row: Any) -> str:
    return " · ".join(part for part in (row["table"], row["system"], row["account_id"]) if part)
