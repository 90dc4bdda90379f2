"""What a total is made of, row by row: one bar a row, its parts side by side, what is best at the left."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from helpers import i18n
from helpers.charts.frame import GRID, INK, MUTED, SERIES, WIDTH, finish, nothing

ROW, ABOVE, BELOW = 0.52, 0.2, 0.18  # inches a row; where name and bar stand in it
MOST = 5  # parts that a reader can tell apart


def parts(
    table: pd.DataFrame, *, y: str, of: dict[str, str], note: str, title: str, subtitle: str, unit: str,
    currency: str | None = None, language: str = "en",
) -> Axes:  # fmt: skip
    """Draw one bar a row from its parts, the row's name at the left above it and its note at the right.

    Parameters
    ----------
    table : one row a bar; `y` its name, `note` what stands at its right, and one column a part [amounts of at least 0].
    of : column of a part to its name, at most five, in the order of drawing: from what is best to what is worst.

    Raises
    ------
    ValueError : more than five parts.
    """
    if len(of) > MOST:
        raise ValueError(f"parts: {len(of)} parts; a reader can tell {MOST} apart, so merge the small ones.")
    amounts = table[list(of)].astype(float).fillna(0.0)
    if not amounts.to_numpy().sum() > 0:
        return nothing(title, subtitle, language)
    _, ax = plt.subplots(figsize=(WIDTH, 0.75 + ROW * len(table)))
    looks = _looks(ax._get_lines.get_next_color())[: len(of)] if len(of) < MOST else _looks(SERIES[0])
    at, start = [i + BELOW for i in range(len(table))], pd.Series(0.0, index=table.index)
    for name, look in zip(of, looks, strict=True):
        ax.barh(at, amounts[name], left=start, height=0.34, linewidth=0, **look)
        start = start + amounts[name]
    for i, (name, said) in enumerate(zip(table[y], table[note], strict=True)):
        place = {"xycoords": ("axes fraction", "data"), "va": "center", "color": INK}
        ax.annotate(str(name), (0, i - ABOVE), ha="left", **place)
        ax.annotate(str(said), (1, i - ABOVE), ha="right", **place)
    ax.set_yticks([])
    ax.set_ylim(len(table) - 0.45, -0.5)
    ax.set_xlim(0, float(start.max()))
    shown = {"unit": unit, "currency": currency, "language": language}
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: i18n.number(v, **shown)))
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.grid(False)
    keys = [Patch(linewidth=0, label=name, **look) for name, look in zip(of.values(), looks, strict=True)]
    ax.legend(handles=keys, loc="lower left", bbox_to_anchor=(-0.01, 1), ncols=2, frameon=False, fontsize=9.5, handlelength=1.2, borderpad=0.1)  # fmt: skip
    return finish(ax, title, subtitle, _described(table, y, amounts, of, note, language))


def _looks(accent: str) -> list[dict]:
    """Colour and pattern of the parts: each can be told without its colour."""
    return [
        {"facecolor": accent}, {"facecolor": accent, "alpha": 0.5}, {"facecolor": GRID},
        {"facecolor": SERIES[1], "hatch": "////", "edgecolor": GRID}, {"facecolor": MUTED},
    ]  # fmt: skip


def _described(table: pd.DataFrame, y: str, amounts: pd.DataFrame, of: dict, note: str, language: str) -> str:
    rows = []
    for i, row in table.iterrows():
        total = float(amounts.loc[i].sum())
        shares = [f"{label} {i18n.number(amounts.at[i, name] / total, 'share', language=language)}" for name, label in of.items() if amounts.at[i, name]]  # fmt: skip
        rows.append(f"{row[y]} ({row[note]}): {', '.join(shares) or '–'}")
    return i18n.text("Parts of each bar: {rows}.", language, rows=i18n.parted(rows, language))
