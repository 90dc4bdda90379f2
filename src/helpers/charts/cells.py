"""Tables of cells, coloured by their shares."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from helpers import i18n
from helpers.charts.frame import PAPER, WIDTH, finish, nothing


def triangle(wide: pd.DataFrame, *, title: str, subtitle: str, language: str = "en") -> Axes:
    """Draw a cohort triangle: rows cohorts, columns ages, cells shares (0-1); a cell not yet observed stays blank."""
    if wide.notna().sum().sum() == 0:
        return nothing(title, subtitle, language)
    _, ax = plt.subplots(figsize=(WIDTH, 0.7 + 0.32 * len(wide)))
    labels = wide.map(lambda share: "" if pd.isna(share) else f"{100 * share:.0f}")
    sns.heatmap(
        wide.astype(float), ax=ax, annot=labels, fmt="", cbar=False, linewidths=1.5, linecolor=PAPER,
        cmap=sns.light_palette(ax._get_lines.get_next_color(), as_cmap=True), vmin=0, vmax=1,
        annot_kws={"size": 9},
    )  # fmt: skip
    # The cells keep their colours on a dark screen, so their figures do too: the one of the two that reads better.
    for label, cell in zip(ax.texts, _cells(ax, wide), strict=True):
        label.set_color(max(("#fefefe", "#1a1a1a"), key=lambda ink: _contrast(ink, cell)))
    ax.set_xlabel(i18n.text("months since the first purchase", language))
    ax.set_ylabel("")
    ax.grid(False)
    ax.tick_params(length=0)
    ax.set_yticks([i + 0.5 for i in range(len(wide))], [str(name) for name in wide.index], rotation=0)
    seen = wide.stack().dropna()  # not empty: else nothing is drawn
    span = i18n.interval(float(seen.min()), float(seen.max()), "share", language=language)
    alt = i18n.text(
        "Cohort table: {rows} cohorts by {ages} ages, cells from {span}.",
        language,
        rows=len(wide),
        ages=wide.shape[1],
        span=span,
    )
    return finish(ax, title, subtitle, alt)


def _cells(ax: Axes, wide: pd.DataFrame) -> list:
    """Return the colours of the cells that have a value, in the order of their figures."""
    known = wide.notna().to_numpy().ravel()
    return [colour for colour, shown in zip(ax.collections[0].get_facecolors(), known, strict=True) if shown]


def _contrast(ink: object, ground: object) -> float:
    """Contrast of two colours, 1 to 21. Source: WCAG 2.2, relative luminance."""

    def luminance(colour: object) -> float:
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
