"""Amounts and effects by category: bars, dots with intervals, and bridges from one total to the next."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from helpers import i18n
from helpers.charts.frame import GRID, INK, MUTED, SERIES, WIDTH, described, finish, nothing

SHORT_TICK = 5  # signs of a label that leaves room for its neighbours


def bars(
    table: pd.DataFrame, *, x: str, y: str, title: str, subtitle: str, unit: str, low: str | None = None,
    high: str | None = None, currency: str | None = None, decimals: int = 0, language: str = "en",
) -> Axes:  # fmt: skip
    """Draw horizontal bars from zero, each with its value and interval; `y` names the categories."""
    if table[x].notna().sum() == 0:
        return nothing(title, subtitle, language)
    shown = {"unit": unit, "currency": currency, "decimals": decimals, "language": language}
    _, ax = plt.subplots(figsize=(WIDTH, 0.2 + 0.36 * len(table)))
    at = range(len(table))
    ax.barh(at, table[x].astype(float), height=0.62)
    if low and high:
        ends = table[high].astype(float)
        spread = table.assign(at=at)[table[high] > table[low]]  # what is counted has no interval to draw
        both = [spread[x] - spread[low], spread[high] - spread[x]]
        ax.errorbar(spread[x], spread["at"], xerr=both, fmt="none", ecolor=INK, elinewidth=1.2, capsize=3)
    else:
        ends = table[x].astype(float)
    for i, (value, end) in enumerate(zip(table[x], ends, strict=True)):
        ax.annotate(
            i18n.number(float(value), **shown),
            (end, i),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
        )
    ax.set_yticks(list(at), [str(name) for name in table[y]])
    ax.invert_yaxis()
    ax.set_xlim(0, float(ends.max()) * 1.18)
    ax.grid(False)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    return finish(ax, title, subtitle, described(table, y, x, low, high, shown, language))


def forest(
    table: pd.DataFrame, *, x: str, y: str, low: str, high: str, title: str, subtitle: str, unit: str,
    currency: str | None = None, decimals: int = 0, reference: float = 0.0, language: str = "en",
) -> Axes:  # fmt: skip
    """Draw effects that may lie on either side of a reference: a dot with its interval a row, its figures at the right.

    `y` names the rows; a row without a value keeps its place and stays empty.
    """
    if table[x].notna().sum() == 0:
        return nothing(title, subtitle, language)
    shown = {"unit": unit, "currency": currency, "decimals": decimals, "language": language}
    _, ax = plt.subplots(figsize=(WIDTH, 0.35 + 0.36 * len(table)))
    value, below, above = (table[name].astype(float).to_numpy() for name in (x, low, high))
    at = list(range(len(table)))
    ax.axvline(reference, color=MUTED, linestyle="--", linewidth=1.2, zorder=0)
    colour = ax._get_lines.get_next_color()
    ax.hlines(at, below, above, color=colour, linewidth=2)
    ax.plot(value, at, "o", color=colour, markersize=7)
    for i, one in enumerate(value):
        if one == one:
            bounds = i18n.interval(below[i], above[i], **shown)
            ax.annotate(
                f"{i18n.number(one, **shown)} ({bounds})", (1.02, i), xycoords=("axes fraction", "data"), va="center",
            )  # fmt: skip
    ax.set_yticks(at, [str(name) for name in table[y]])
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: i18n.number(v, **shown)))
    # The figures beside the dots take much of the width: long labels of ticks would touch.
    longest = max(len(i18n.number(float(v), **shown)) for v in (*ax.get_xlim(), 0))
    ax.xaxis.set_major_locator(MaxNLocator(4 if longest <= SHORT_TICK else 3))
    ax.grid(False)
    ax.margins(x=0.08)
    return finish(ax, title, subtitle, described(table, y, x, low, high, shown, language))


def bridge(
    table: pd.DataFrame, *, x: str, y: str, is_total: str, title: str, subtitle: str, unit: str, better: str = "up",
    is_open: str | None = None, currency: str | None = None, decimals: int = 0, language: str = "en",
) -> Axes:  # fmt: skip
    """Draw how one total becomes the next: totals as bars from zero, steps as bars from where the last one ended.

    `table` has one row a bar, in order: `y` its name, `x` the total or the change, `is_total` which of the two. `better` says which way is
    good news, "up" or "down", and so which steps are green; `is_open` names a column of steps whose sign cannot be told, which are grey.
    """
    if better not in ("up", "down"):
        raise ValueError(f'better: "{better}" is unknown. Use "up" or "down".')
    if table[x].notna().sum() == 0:
        return nothing(title, subtitle, language)
    shown = {"unit": unit, "currency": currency, "decimals": decimals, "language": language}
    _, ax = plt.subplots(figsize=(WIDTH, 0.2 + 0.36 * len(table)))
    accent, end, ends = ax._get_lines.get_next_color(), 0.0, []
    for i, row in enumerate(table.itertuples(index=False)):
        value, total = float(getattr(row, x)), bool(getattr(row, is_total))
        start, end = (0.0, value) if total else (end, end + value)
        is_good = value >= 0 if better == "up" else value <= 0
        colour = accent if total else SERIES[2] if is_good else SERIES[1]
        if is_open is not None and not total and getattr(row, is_open):
            colour = MUTED
        ax.barh(i, end - start, left=start, height=0.62, color=colour)
        ends.append(max(start, end))
        ax.vlines(end, i, i + 1 if i + 1 < len(table) else i, color=GRID, linewidth=1, zorder=0)
        sign = "+" if not total and value > 0 else ""
        ax.annotate(
            sign + i18n.number(value, **shown), (ends[-1], i), xytext=(6, 0), textcoords="offset points", va="center",
        )  # fmt: skip
    ax.set_yticks(list(range(len(table))), [str(name) for name in table[y]])
    ax.invert_yaxis()
    ax.set_xlim(min(0.0, float(ax.get_xlim()[0])), max(ends) * 1.2 or 1)
    ax.grid(False)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    steps = "; ".join(f"{row[y]} {i18n.number(float(row[x]), **shown)}" for row in table.to_dict("records"))
    return finish(
        ax, title, subtitle, i18n.text("From one total to the next: {steps}.", language, steps=steps)
    )
