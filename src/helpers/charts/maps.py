"""A map of brands and attributes: points that are finished, each brand inside the ellipse of what its place may be."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse

from helpers import i18n
from helpers.charts.frame import GRID, INK, MUTED, WIDTH, finish, nothing

PLACES = ((8, 0, "left", "center"), (-8, 0, "right", "center"), (0, 9, "center", "bottom"), (0, -9, "center", "top"),
          (7, 7, "left", "bottom"), (-7, 7, "right", "bottom"), (7, -7, "left", "top"), (-7, -7, "right", "top"),
          (0, 20, "center", "bottom"), (0, -20, "center", "top"), (22, 12, "left", "bottom"), (-22, 12, "right", "bottom"),
          (22, -12, "left", "top"), (-22, -12, "right", "top"))  # fmt: skip
ROOM = 1.12  # of the map around its outermost points


def positions(
    table: pd.DataFrame, *, title: str, subtitle: str, own: str = "", axes: tuple[str, str] = ("", ""), brand_word: str = "", attribute_word: str = "",
    nearest: list[str] | tuple[str, ...] = (), language: str = "en",
) -> Axes:  # fmt: skip
    """Draw brands as dots inside their ellipses and attributes as triangles in grey, both axes on one scale.

    Parameters
    ----------
    table : one row a point: kind "brand" or "attribute", name, x, y; semi_major, semi_minor, angle [degrees] of the ellipse of a brand.
    own : the brand that is drawn full; the others are hollow. axes : names of the axes, such as the share that each shows.
    brand_word, attribute_word : what dots and triangles are, said once under the map. nearest : sentences for the description, such as what
        stands nearest to each brand.
    """
    if table["x"].notna().sum() == 0:
        return nothing(title, subtitle, language)
    table = table.dropna(subset=["x", "y"])
    brands, attributes = table[table["kind"] == "brand"], table[table["kind"] != "brand"]
    _, ax = plt.subplots(figsize=(WIDTH, WIDTH))
    colour = ax._get_lines.get_next_color()
    ax.axhline(0, color=GRID, linewidth=1, zorder=0)
    ax.axvline(0, color=GRID, linewidth=1, zorder=0)
    for row in brands.itertuples():
        size = (2 * row.semi_major, 2 * row.semi_minor)
        ax.add_patch(Ellipse((row.x, row.y), *size, angle=row.angle, facecolor=colour, alpha=0.16, zorder=1))
        ax.add_patch(
            Ellipse(
                (row.x, row.y), *size, angle=row.angle, fill=False, edgecolor=colour, linewidth=1, zorder=2
            )
        )
    ax.plot(attributes["x"], attributes["y"], "^", color=MUTED, markersize=5, zorder=3)
    for row in brands.itertuples():
        full = str(row.name) == own
        ax.plot(
            [row.x],
            [row.y],
            "o",
            color=colour,
            markerfacecolor=colour if full else "white",
            markersize=7 if full else 5.5,
            zorder=4,
        )
    _frame(ax, table, brands)
    ax.set_aspect("equal", adjustable="box")
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines["bottom"].set_visible(False)
    ax.set_xlabel(axes[0], fontsize=9)
    ax.set_ylabel(axes[1], fontsize=9)
    ax.grid(False)
    if brand_word or attribute_word:
        ax.annotate(
            f"● {brand_word}   ▲ {attribute_word}",
            (0, -0.09),
            xycoords="axes fraction",
            va="top",
            color=INK,
            fontsize=9,
        )
    _named(ax, brands, attributes, own)
    said = [
        i18n.text(
            "{name}: {x} across, {y} up",
            language,
            name=row.name,
            x=_figure(row.x, language),
            y=_figure(row.y, language),
        )
        for row in table.itertuples()
    ]
    alt = i18n.text(
        "A map of {n} points, each brand with its ellipse. {points}.",
        language,
        n=len(table),
        points=i18n.parted(said, language),
    )
    return finish(ax, title, subtitle, " ".join([alt, *nearest]))


def _figure(value: float, language: str) -> str:
    return i18n.number(value, "ratio", decimals=2, language=language)


def _frame(ax: Axes, table: pd.DataFrame, brands: pd.DataFrame) -> None:
    """Room for all points and ellipses."""
    across = [*table["x"], *(brands["x"] - brands["semi_major"]), *(brands["x"] + brands["semi_major"])]
    up = [*table["y"], *(brands["y"] - brands["semi_major"]), *(brands["y"] + brands["semi_major"])]
    for low, high, put in ((min(across), max(across), ax.set_xlim), (min(up), max(up), ax.set_ylim)):
        middle, half = (low + high) / 2, (high - low) / 2 or 1.0
        put(middle - half * ROOM, middle + half * ROOM)


def _named(ax: Axes, brands: pd.DataFrame, attributes: pd.DataFrame, own: str) -> None:
    """Write names where they touch no point and no other name: the first place around a point that is free, brands first."""
    ax.figure.draw_without_rendering()
    brush = ax.figure.canvas.get_renderer()
    spots = ax.transData.transform(pd.concat([brands, attributes])[["x", "y"]].to_numpy(float))
    scale = ax.figure.dpi / 72
    taken = [(x - 4 * scale, y - 4 * scale, x + 4 * scale, y + 4 * scale) for x, y in spots]
    inside = ax.get_window_extent(brush)
    for kind, rows in (("brand", brands), ("attribute", attributes)):
        for row in rows.itertuples():
            best = None
            for dx, dy, across, up in PLACES:
                label = ax.annotate(
                    str(row.name), (row.x, row.y), xytext=(dx, dy), textcoords="offset points", ha=across, va=up, fontsize=10.5 if kind == "brand" else 9.5,
                    color=INK if kind == "brand" else MUTED, weight="bold" if str(row.name) == own else "normal", style="normal" if kind == "brand" else "italic",
                    zorder=5, arrowprops={"arrowstyle": "-", "color": GRID, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 3} if abs(dx) + abs(dy) > 15 else None,
                )  # fmt: skip
                box = label.get_window_extent(brush)
                edges = (box.x0, box.y0, box.x1, box.y1)
                clash = sum(_overlap(edges, other) for other in taken)
                clash += max(0.0, box.x1 - inside.x1 - 40 * scale) + max(0.0, inside.x0 - 40 * scale - box.x0)
                if best is None or clash < best[0] - 1e-6:
                    if best is not None:
                        best[1].remove()
                    best = (clash, label, edges)
                else:
                    label.remove()
                if best[0] == 0:
                    break
            taken.append(best[2])


def _overlap(a: tuple, b: tuple) -> float:
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return wide * high if wide > 0 and high > 0 else 0.0
