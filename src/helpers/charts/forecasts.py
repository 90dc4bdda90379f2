"""Forecasts beside what came."""

from __future__ import annotations

from functools import partial

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from helpers import i18n
from helpers.charts.frame import ACCENTS, GRID, MUTED, PAPER, WIDTH, finish, nothing


def predicted_against_actual(table: pd.DataFrame, *, title: str, subtitle: str, language: str = "en") -> Axes:
    """Draw one row an origin of a backtest: the forecast as an open dot, what came as a full one.

    `table` has columns origin (text or day), predicted, actual; both counts. An origin without a forecast is left out.
    """
    table = table.dropna(subset=["predicted", "actual"])
    if pd.api.types.is_datetime64_any_dtype(table["origin"]):
        table = table.assign(origin=[i18n.day(day, language, style="medium") for day in table["origin"]])
    if table.empty:
        return nothing(title, subtitle, language)
    _, ax = plt.subplots(figsize=(WIDTH, 0.7 + 0.42 * len(table)))
    at = list(range(len(table)))
    ax.hlines(at, table["predicted"], table["actual"], color=GRID, linewidth=3)
    accent = ACCENTS["crm"] if not ax.lines else ax.lines[0].get_color()
    ax.plot(
        table["predicted"],
        at,
        "o",
        markerfacecolor=PAPER,
        markeredgecolor=accent,
        markersize=9,
        markeredgewidth=2,
    )
    ax.plot(table["actual"], at, "o", color=accent, markersize=9)
    first = table.iloc[0]
    side = 1 if first["predicted"] > first["actual"] else -1
    for value, name, way in (
        (first["predicted"], i18n.mark("forecast"), side),
        (first["actual"], i18n.mark("actual"), -side),
    ):
        ax.annotate(
            i18n.text(name, language), (value, 0), xytext=(10 * way, 0), textcoords="offset points",
            ha="left" if way > 0 else "right", va="center", color=MUTED,
        )  # fmt: skip
    ax.set_yticks(at, [str(origin) for origin in table["origin"]])
    ax.invert_yaxis()
    ax.margins(x=0.25, y=0.15)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: i18n.number(v, "count", language=language)))
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.grid(False)
    said = partial(i18n.number, unit="count", language=language)
    pairs = "; ".join(f"{r.origin} {said(r.predicted)} / {said(r.actual)}" for r in table.itertuples())
    alt = i18n.text("Forecast against what came, by origin: {pairs}.", language, pairs=pairs)
    return finish(ax, title, subtitle, alt)
