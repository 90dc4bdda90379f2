"""Series over time or age, as lines with their intervals as bands."""

from __future__ import annotations

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from helpers import i18n
from helpers.charts.frame import (
    MUTED,
    SERIES,
    WIDTH,
    described,
    finish,
    months_named,
    nothing,
    text_axis,
)


def line(
    table: pd.DataFrame, *, x: str, y: str, title: str, subtitle: str, unit: str, low: str | None = None,
    high: str | None = None, currency: str | None = None, target: float | None = None, target_label: str = "",
    from_zero: bool = False, decimals: int = 0, language: str = "en",
) -> Axes:  # fmt: skip
    """Draw one series over time or age with its interval as a band and its last point labelled.

    Parameters
    ----------
    table : one row a point; `x` a text, a number or a month (shown as the reader writes it), `y` with optional bounds `low` and `high`.
    title, subtitle : the finding in words; measure, unit, period and n.
    unit, currency, decimals : how figures are written, as in `i18n.number`.
    target, target_label : a value to reach, drawn as a dashed line, and its name.
    """
    if table[y].notna().sum() == 0:
        return nothing(title, subtitle, language)
    shown = {"unit": unit, "currency": currency, "decimals": decimals, "language": language}
    table = months_named(table, x, language)
    _, ax = plt.subplots()
    at = range(len(table))
    if low and high:
        ax.fill_between(at, table[low].astype(float), table[high].astype(float), alpha=0.18, linewidth=0)
    ax.plot(at, table[y].astype(float))
    known = table[y].last_valid_index()
    if known is not None:
        i = table.index.get_loc(known)
        value = float(table[y].iloc[i])
        ax.plot([i], [value], "o", color=ax.lines[0].get_color(), markersize=6)
        ax.annotate(
            i18n.number(value, **shown),
            (i, value),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            weight="bold",
        )
    if target is not None:
        ax.axhline(target, linestyle="--", color=MUTED, linewidth=1.2)
        ends = (table[y].iloc[[0, -1]].astype(float) - target).abs().tolist()
        right = ends[1] > ends[0]  # the name stands where the series is far from it
        ax.annotate(
            target_label or i18n.text("target", language), (at[-1] if right else 0, target), xytext=(0, 4),
            textcoords="offset points", ha="right" if right else "left", color=MUTED,
        )  # fmt: skip
    text_axis(ax, list(table[x]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: i18n.number(v, **shown)))
    ax.yaxis.set_major_locator(MaxNLocator(5))
    ax.margins(x=0.09)
    if from_zero:
        ax.set_ylim(bottom=0)
    return finish(ax, title, subtitle, described(table, x, y, low, high, shown, language))


MOST_SERIES = 5


def lines(
    table: pd.DataFrame, *, x: str, y: str, by: str, title: str, subtitle: str, unit: str, low: str | None = None,
    high: str | None = None, currency: str | None = None, decimals: int = 0, x_label: str = "", x_unit: str = "count",
    steps: bool = False, diagonal: bool = False, from_zero: bool = False, marks: tuple[str, ...] = (), language: str = "en",
) -> Axes:  # fmt: skip
    """Draw several series with their intervals as bands, each named at its end.

    Parameters
    ----------
    table : one row a point; `x` a number, a text or a month, `y` with optional bounds `low` and `high`, `by` the name of its
        series. Series stand in the order of their first row, at most five of them.
    unit, currency, decimals : how figures of `y` are written; `x_unit` those of a numeric `x`.
    steps : hold each value until the next one, as a survival curve does.
    marks : series drawn as points that no line joins; the subtitle says what they are.
    diagonal : draw the line where `x` and `y` agree, as a calibration needs.

    Raises
    ------
    ValueError : more than five series, which nobody can tell apart.
    """
    names = list(dict.fromkeys(table[by].dropna()))
    if len(names) > MOST_SERIES:
        raise ValueError(f"lines: {len(names)} series; draw at most {MOST_SERIES}, or small multiples.")
    if table[y].notna().sum() == 0:
        return nothing(title, subtitle, language)
    shown = {"unit": unit, "currency": currency, "decimals": decimals, "language": language}
    is_number = pd.api.types.is_numeric_dtype(table[x])
    table = months_named(table, x, language)
    places = None if is_number else {name: i for i, name in enumerate(dict.fromkeys(table[x]))}
    _, ax = plt.subplots(figsize=(WIDTH, 3.3))
    ends, said = [], []
    style = "steps-post" if steps else "default"
    colours = SERIES if len(names) > 1 else [ax._get_lines.get_next_color()]
    for name, colour in zip(names, colours, strict=False):
        own = table[table[by] == name].dropna(subset=[y])
        if own.empty:
            continue
        at = own[x].astype(float) if is_number else own[x].map(places).astype(float)
        values = own[y].astype(float)
        if low and high:
            bounds = own[low].astype(float), own[high].astype(float)
            ax.fill_between(
                at, *bounds, alpha=0.15, linewidth=0, color=colour, step="post" if steps else None
            )
        if name in marks:
            ax.plot(at, values, "o", color=colour, markersize=7, zorder=3)
        else:
            ax.plot(at, values, color=colour, drawstyle=style)
            ends.append((float(at.iloc[-1]), float(values.iloc[-1]), str(name), colour))
        text = described(own, x, y, low, high, shown, language)
        named = i18n.text("{label}: {value}", language, label=name, value=text)
        said.append(named if len(names) > 1 else text)
    if diagonal:
        both = table[[x, y]].astype(float)
        far = [float(both.min(axis=None)), float(both.max(axis=None))]
        ax.plot(far, far, color=MUTED, linestyle="--", linewidth=1.2, zorder=0)
    if is_number:
        first, last = float(table[x].min()), float(table[x].max())
        # Whole numbers are written without decimals, so a tick between two of them would carry a wrong number; the room
        # right of the last point is for the names and has no ticks.
        ticks = MaxNLocator(4, integer=x_unit == "count").tick_values(first, last)
        ax.set_xticks([tick for tick in ticks if first <= tick <= last])
        ax.xaxis.set_major_formatter(
            FuncFormatter(lambda v, _: i18n.number(v, unit=x_unit, language=language))
        )
    else:
        text_axis(ax, list(places))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: i18n.number(v, **shown)))
    ax.yaxis.set_major_locator(MaxNLocator(5))
    _floor(ax)
    if from_zero:
        ax.set_ylim(bottom=0)
    if x_label:
        ax.set_xlabel(x_label)
    _name_ends(ax, ends)
    return finish(ax, title, subtitle, " ".join(said))


def _floor(ax: Axes) -> None:
    """Begin at a mark of the axis at or below all that is drawn, so that no band runs out under the lowest one."""
    lowest = ax.dataLim.y0
    marks = ax.yaxis.get_major_locator().tick_values(*ax.get_ylim())
    below = marks[marks <= lowest]
    if len(below) and lowest < ax.get_ylim()[1]:
        ax.set_ylim(bottom=float(below[-1]))
        ax.yaxis.set_major_locator(FixedLocator(marks))  # new limits must not choose new marks


def _name_ends(ax: Axes, ends: list[tuple]) -> None:
    """Write the names of series at their right ends, pushed apart where they would touch."""
    if not ends:
        return
    left, right = ax.get_xlim()
    longest = max(len(name) for _, _, name, _ in ends)
    ax.set_xlim(left, right + (right - left) * min(0.45, 0.022 * longest + 0.02))
    bottom, top = ax.get_ylim()
    apart = (top - bottom) * 0.065
    order = sorted(range(len(ends)), key=lambda i: ends[i][1])
    heights = np.array([ends[i][1] for i in order])
    for lower, upper in pairwise(range(len(order))):
        heights[upper] = max(heights[upper], heights[lower] + apart)
    heights -= max(0.0, heights[-1] - top)
    for i, height in zip(order, heights, strict=True):
        at, _, name, colour = ends[i]
        ax.annotate(
            name, (at, height), xytext=(6, 0), textcoords="offset points", va="center", color=colour, weight="bold",
        )  # fmt: skip
