"""Effects with long names: name and figures above each interval, so that the interval has the whole width."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from helpers import i18n
from helpers.charts.frame import INK, MUTED, WIDTH, described, finish, nothing

ROW, ABOVE, BELOW = 0.5, 0.18, 0.2  # inches a row; where name and interval stand in it


def ranges(
    table: pd.DataFrame, *, x: str, y: str, low: str, high: str, title: str, subtitle: str, unit: str,
    currency: str | None = None, decimals: int = 0, reference: float = 0.0, language: str = "en",
) -> Axes:  # fmt: skip
    """Draw effects that may lie on either side of a reference, each under its name and its figures; as `forest`, for long names.

    `y` names the rows; a row without a value keeps its place and stays empty.
    """
    if table[x].notna().sum() == 0:
        return nothing(title, subtitle, language)
    shown = {"unit": unit, "currency": currency, "decimals": decimals, "language": language}
    _, ax = plt.subplots(figsize=(WIDTH, 0.45 + ROW * len(table)))
    value, below, above = (table[name].astype(float).to_numpy() for name in (x, low, high))
    at = [i + BELOW for i in range(len(table))]
    # The reference stands beside each interval alone, so that it crosses no figure.
    ax.vlines(
        [reference] * len(at),
        [one - 0.16 for one in at],
        [one + 0.2 for one in at],
        color=MUTED,
        linewidth=1.2,
        zorder=0,
    )
    colour = ax._get_lines.get_next_color()
    ax.hlines(at, below, above, color=colour, linewidth=2)
    ax.plot(value, at, "o", color=colour, markersize=7)
    for i, (name, one) in enumerate(zip(table[y], value, strict=True)):
        place = {"xycoords": ("axes fraction", "data"), "va": "center", "color": INK}
        ax.annotate(str(name), (0, i - ABOVE), ha="left", **place)
        if one == one:
            bounds = i18n.interval(below[i], above[i], **shown)
            ax.annotate(f"{i18n.number(one, **shown)} ({bounds})", (1, i - ABOVE), ha="right", **place)
    ax.set_yticks([])
    ax.set_ylim(len(table) - 0.45, -0.5)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: i18n.number(v, **shown)))
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.grid(False)
    ax.margins(x=0.06)
    return finish(ax, title, subtitle, described(table, y, x, low, high, shown, language))
