"""Two shares of one category side by side: what it takes, and what it brings with its interval."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from helpers import i18n
from helpers.charts.frame import INK, MUTED, WIDTH, finish, nothing


def against(
    table: pd.DataFrame, *, y: str, base: str, x: str, low: str, high: str, base_name: str, x_name: str, title: str, subtitle: str,
    decimals: int = 0, language: str = "en",
) -> Axes:  # fmt: skip
    """Draw for each category a hollow bar of its base share and a dot with interval of the other share.

    Parameters
    ----------
    table : one row a category, `y` its name; `base` and `x` shares [0-1], `low` and `high` the interval of `x`. A row without `x` keeps
        its bar.
    base_name, x_name : what the bar and the dot are, said once above the first row.
    """
    if table[x].notna().sum() == 0:
        return nothing(title, subtitle, language)
    shown = {"unit": "share", "decimals": decimals, "language": language}
    _, ax = plt.subplots(figsize=(WIDTH, 0.55 + 0.4 * len(table)))
    colour, at = ax._get_lines.get_next_color(), list(range(len(table)))
    one, part, below, above = (table[name].astype(float).to_numpy() for name in (base, x, low, high))
    ax.barh(at, one, height=0.6, facecolor="none", edgecolor=MUTED, linewidth=1.2)
    ax.hlines(at, below, above, color=colour, linewidth=2)
    ax.plot(part, at, "o", color=colour, markersize=7)
    for i, value in enumerate(part):
        if value == value:
            said = f"{i18n.number(one[i], **shown)} → {i18n.number(value, **shown)} ({i18n.interval(below[i], above[i], **shown)})"
            ax.annotate(said, (1.02, i), xycoords=("axes fraction", "data"), va="center")
    ax.axvline(0, color=MUTED, linewidth=1, zorder=0)
    ax.set_yticks(at, [str(name) for name in table[y]])
    ax.set_ylim(len(table) - 0.5, -0.9)
    ax.annotate(
        f"▭ {base_name}   ● {x_name}", (0, 1), xycoords="axes fraction", va="bottom", color=INK, fontsize=9.5
    )
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: i18n.number(v, "share", language=language)))
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.grid(False)
    ax.margins(x=0.08)
    steps = "; ".join(
        f"{row[y]} {i18n.number(row[base], **shown)} → {i18n.number(row[x], **shown)}"
        for row in table.to_dict("records")
    )
    alt = i18n.text(
        "{base_name} and {x_name}: {steps}.", language, base_name=base_name, x_name=x_name, steps=steps
    )
    return finish(ax, title, subtitle, alt)
