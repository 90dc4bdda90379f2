"""A finished chart to a picture: shown in a notebook, as SVG, as PNG."""

from __future__ import annotations

import base64
import io
import re

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from PIL import Image

from helpers.charts.frame import GRID, INK, MUTED, PAPER

DARK = {
    INK: "#e9ebee", MUTED: "#a9b0ba", GRID: "#3a4048", PAPER: "#14161a",
    "#6a4c93": "#b79be0", "#0b6e99": "#5cb8e0", "#00695c": "#4dc0b0",
    "#a23b72": "#e58bb9", "#3f6b21": "#93c572", "#37474f": "#a7bac2",
}  # fmt: skip
SVG_LIMIT = 150_000  # characters
# The reader's own system font: the pictures look like the page, and stay small. Laid out with DejaVu, which is wider.
FONTS = "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


def show(ax: Axes) -> None:
    """Display the chart with its alt text, and close it. The last line of a cell that draws.

    It is an SVG, and a PNG of few colours where thousands of marks would make the SVG larger than `SVG_LIMIT`. A chart without a
    value is its title as a sentence: it says what cannot be told, and an empty picture would add nothing.
    """
    from IPython.display import display

    alt = ax.figure.get_label()
    if not alt:
        raise ValueError("show: the chart has no alt text; draw it with a function of helpers.charts.")
    if getattr(ax.figure, "caption", {}).get("is_empty"):
        plt.close(ax.figure)
        said = ax.figure.caption["title"]
        said += "" if said.endswith((".", "!", "?", "…")) else "."
        return display({"text/markdown": said, "text/plain": said}, raw=True)
    mime, data = "image/svg+xml", svg(ax)
    if len(data) > SVG_LIMIT:
        mime, data = "image/png", png(ax)
    plt.close(ax.figure)
    about = {"alt": alt, **(ax.figure.caption if mime == "image/svg+xml" else {})}
    return display({mime: data, "text/plain": alt}, raw=True, metadata={mime: about})


def close(ax: Axes) -> None:
    """Give up a chart that was turned into a picture."""
    plt.close(ax.figure)


def svg(ax: Axes) -> str:
    """Return the chart as SVG in the reader's font, with its own colours for dark screens.

    Dates and random ids are left out, so that the same table gives the same bytes.
    """
    file = io.StringIO()
    ax.figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    made = file.getvalue()
    made = made[made.index("<svg") :].replace("'DejaVu Sans'", FONTS)
    return re.sub(r"(<svg[^>]*>)", lambda m: m[1] + _dark_style(made), made, count=1)


def png(ax: Axes) -> str:
    """Return the chart as a PNG on white at twice the size of a screen, in 128 colours, base64-coded."""
    file, small = io.BytesIO(), io.BytesIO()
    ax.figure.savefig(file, format="png", dpi=2 * 96, facecolor=PAPER, metadata={"Software": None})
    Image.open(file).convert("RGB").quantize(128).save(small, format="png", optimize=True)
    return base64.b64encode(small.getvalue()).decode()


def _dark_style(svg: str) -> str:
    """Return the style element that swaps the theme's colours where the reader prefers a dark screen."""
    rules = [
        f'[style*="{part}: {light}"]{{{part}:{dark} !important}}'
        for light, dark in DARK.items()
        for part in ("fill", "stroke")
        if f"{part}: {light}" in svg
    ]
    return f"<style>@media (prefers-color-scheme:dark){{{''.join(rules)}}}</style>"
