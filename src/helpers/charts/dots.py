"""Several readings of the same rows side by side: a dot with its interval for each."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from helpers import i18n
from helpers.charts.frame import GRID, MUTED, SERIES, WIDTH, described, finish, nothing

MARKS = ("o", "s", "D", "^", "v")
ROOM = 0.66  # of a row, which the readings share
SHORT_NAME = 20  # signs of a reading, of which three stand side by side


def dots(
    table: pd.DataFrame, *, x: str, y: str, by: str, low: str, high: str, title: str, subtitle: str, unit: str,
    currency: str | None = None, decimals: int = 0, language: str = "en",
) -> Axes:  # fmt: skip
    """Draw rows `y` with one dot and interval a reading `by`, in the order of their first rows; colour and shape tell readings apart.

    Raises
    ------
    ValueError : more than five readings, which nobody can tell apart.
    """
    names, rows = list(dict.fromkeys(table[by])), list(dict.fromkeys(table[y]))
    if len(names) > len(MARKS):
        raise ValueError(f"dots: {len(names)} readings; draw at most {len(MARKS)}, or a table.")
    if table[x].notna().sum() == 0:
        return nothing(title, subtitle, language)
    shown = {"unit": unit, "currency": currency, "decimals": decimals, "language": language}
    _, ax = plt.subplots(figsize=(WIDTH, 0.9 + (0.16 + 0.1 * len(names)) * len(rows)))
    ax.axvline(0, color=MUTED, linewidth=1, zorder=0)
    for line in range(1, len(rows)):
        ax.axhline(line - 0.5, color=GRID, linewidth=0.8, zorder=0)
    said = []
    for i, name in enumerate(names):
        own = table[table[by] == name].dropna(subset=[x])
        at = own[y].map(rows.index).astype(float) + ((i + 0.5) / len(names) - 0.5) * ROOM
        ax.hlines(at, own[low].astype(float), own[high].astype(float), color=SERIES[i], linewidth=1.8)
        ax.plot(own[x].astype(float), at, MARKS[i], color=SERIES[i], markersize=5.5, label=str(name))
        value = described(own, y, x, low, high, shown, language)
        said.append(i18n.text("{label}: {value}", language, label=name, value=value))
    ax.set_yticks(range(len(rows)), [str(name) for name in rows])
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: i18n.number(v, **shown)))
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.grid(False)
    columns = 3 if max(len(str(name)) for name in names) <= SHORT_NAME else 2
    ax.legend(
        loc="upper center",
        bbox_to_anchor=(0.4, -0.09),
        ncols=columns,
        frameon=False,
        fontsize=9,
        handletextpad=0.3,
        columnspacing=1.2,
    )
    return finish(ax, title, subtitle, " ".join(said))
