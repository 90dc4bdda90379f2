"""The frame of every chart: theme, title and subtitle, axes of text, the description in words."""

from __future__ import annotations

from textwrap import wrap

import matplotlib
import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from helpers import i18n

INK, MUTED, GRID, PAPER = "#1a1c20", "#5a616b", "#d5d9de", "#ffffff"
ACCENTS = {
    "positioning": "#6a4c93",
    "activation": "#0b6e99",
    "crm": "#00695c",
    "brand": "#a23b72",
    "csr": "#3f6b21",
    "scorecard": "#37474f",
}
# Okabe & Ito (2008), Color Universal Design; yellow and the light ones are left to fills.
SERIES = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9"]
WIDTH, HEIGHT = 5.4, 3.1


def theme(pillar: str) -> None:
    """Set the one theme of all charts, with the accent of a pillar; tables show the whole text of a cell.

    Raises
    ------
    ValueError : no such pillar; the message lists the pillars.
    """
    if pillar not in ACCENTS:
        raise ValueError(f'theme: "{pillar}" is not a pillar. Use one of {", ".join(ACCENTS)}.')
    pd.set_option("display.max_colwidth", None)
    sns.set_theme(style="ticks", palette=[ACCENTS[pillar], *SERIES])
    matplotlib.rcParams.update(
        {
            "figure.figsize": (WIDTH, HEIGHT), "figure.constrained_layout.use": True,
            "figure.facecolor": "none", "axes.facecolor": "none", "savefig.facecolor": "none",
            "svg.fonttype": "none", "svg.hashsalt": "cmo", "font.size": 10.5, "axes.labelsize": 10,
            "xtick.labelsize": 10, "ytick.labelsize": 10, "font.family": "DejaVu Sans",
            "text.color": INK, "axes.labelcolor": MUTED, "axes.edgecolor": GRID,
            "xtick.color": MUTED, "ytick.color": MUTED, "grid.color": GRID,
            "axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False,
            "ytick.left": False, "axes.grid": True, "axes.grid.axis": "y", "axes.axisbelow": True,
            "lines.linewidth": 2, "axes.titlelocation": "left", "axes.titlesize": 12.5, "axes.titleweight": "bold",
        }
    )  # fmt: skip


def finish(ax: Axes, title: str, subtitle: str, alt: str) -> Axes:
    """Write title and subtitle flush left above the axes, in room added for them, and keep the alt text.

    The figure's `caption` holds both, the description without the title, and which share of the height is their room: a page
    shows them as text of its own size and leaves that room out.
    """
    figure, at = ax.figure, 0.04
    lines = [(line, INK, 11.5, "bold", 0.235) for line in wrap(title, 58)]
    lines += [(line, MUTED, 9.5, "normal", 0.2) for line in wrap(subtitle, 80)]
    head = sum(height for *_, height in lines) + 0.16
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + head)
    figure.get_layout_engine().set(rect=(0, 0, 1, height / (height + head)))
    for line, colour, size, weight, step in lines:
        figure.text(0.005, 1 - at / (height + head), line, color=colour, size=size, weight=weight, va="top")
        at += step
    figure.set_label(f"{title}. {alt}")
    figure.caption = {"title": title, "subtitle": subtitle, "described": alt, "head": head / (height + head)}
    return ax


def nothing(title: str, subtitle: str, language: str) -> Axes:
    """Say under the title that there is nothing to draw, in place of empty axes."""
    _, ax = plt.subplots(figsize=(WIDTH, 0.4))
    said = i18n.text("No value can be shown.", language)
    ax.set_axis_off()
    ax.text(0, 0.5, said, color=MUTED, transform=ax.transAxes, va="center")
    finish(ax, title, subtitle, said)
    ax.figure.caption["is_empty"] = True
    return ax


def text_axis(ax: Axes, names: list) -> None:
    """Label a category axis, thinned so that neighbours never touch."""
    room = max(
        2, 62 // (max((len(str(name)) for name in names), default=1) + 3)
    )  # labels of this length side by side
    step = max(1, -(-len(names) // min(7, room)))
    kept = [i for i in range(len(names)) if (len(names) - 1 - i) % step == 0]
    ax.set_xticks(kept, [str(names[i]) for i in kept])


def months_named(table: pd.DataFrame, x: str, language: str) -> pd.DataFrame:
    """The table with the months of `x`, where it holds dates, as the reader writes them."""
    if not pd.api.types.is_datetime64_any_dtype(table[x]):
        return table
    return table.assign(**{x: [i18n.month(day, language, short=True) for day in table[x]]})


def described(
    table: pd.DataFrame, x: str, y: str, low: str | None, high: str | None, shown: dict, language: str
) -> str:
    """Describe a series in words: how many points, first, last, lowest and highest."""
    known = table.dropna(subset=[y])
    if known.empty:
        return i18n.text("No value can be shown.", language)

    def say(row: pd.Series) -> str:
        return f"{i18n.number(float(row[y]), **shown)} ({row[x]})"

    text = i18n.text(
        "{n} points, from {first} to {last}; lowest {lowest}, highest {highest}.",
        language, n=len(known), first=say(known.iloc[0]), last=say(known.iloc[-1]),
        lowest=say(known.loc[known[y].astype(float).idxmin()]), highest=say(known.loc[known[y].astype(float).idxmax()]),
    )  # fmt: skip
    return text + (" " + i18n.text("The interval of each is drawn.", language) if low and high else "")
