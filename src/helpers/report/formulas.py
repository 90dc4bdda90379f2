"""Formulas as pictures: TeX drawn by matplotlib's own parser as paths, so that a page needs no font and no script."""

from __future__ import annotations

import base64
import logging
import math
import re
from functools import cache

from markupsafe import Markup

LONGEST = 400  # characters; what is longer is no formula that a reader follows
STEP = 0.25  # em: heights and depths come in these steps, each with a rule in the style sheet
TALLEST, DEEPEST = 24, 10  # steps that the style sheet knows
EDGE = 0.04  # em left free around the ink
SIZE = 100  # of the drawing, in units an em
PIXELS = 16  # an em where nothing says otherwise
INK, INK_DARK = "#1a1c20", "#e9ebee"
# TeX has two names for these; matplotlib knows the other one.
SAME = {
    "le": r"\leq", "ge": r"\geq", "ne": r"\neq", "lvert": "|", "rvert": "|", "tfrac": r"\frac", "dots": r"\ldots",
}  # fmt: skip


def picture(tex: str, *, block: bool = False) -> Markup | None:
    """Return a formula as `<img class="formula tall-… deep-…" alt="TeX">`, or None where it cannot be drawn.

    One in a `block` of its own has fractions of full size. The classes give height and place on the baseline in em, so that the
    picture grows with the text around it.
    """
    made = _drawn(" ".join(tex.split()), block)
    if made is None:
        return None
    svg, tall, deep = made
    coded = base64.b64encode(svg.encode()).decode()
    shape = '<img class="formula tall-{} deep-{}" alt="{}" src="data:image/svg+xml;base64,{}">'
    return Markup(shape).format(tall, deep, tex.strip(), coded)


@cache
def _drawn(tex: str, block: bool) -> tuple[str, int, int] | None:
    """Return the SVG with its height and depth in steps."""
    path = _path(_known(tex, block))
    if path is None:
        return None
    box = path.get_extents()
    margin = EDGE * SIZE
    deep = max(0, math.ceil((margin - box.y0) / SIZE / STEP))
    tall = deep + max(1, math.ceil((box.y1 + margin) / SIZE / STEP))
    if tall > TALLEST or deep > DEEPEST:
        return None
    left, width, height = box.x0 - margin, box.width + 2 * margin, tall * STEP * SIZE
    top = height - deep * STEP * SIZE
    scale = PIXELS / SIZE
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * scale:.2f}" height="{height * scale:.2f}" '
        f'viewBox="{left:.1f} {-top:.1f} {width:.1f} {height:.1f}">'
        f"<style>@media (prefers-color-scheme:dark){{path{{fill:{INK_DARK}}}}}</style>"
        f'<path fill="{INK}" d="{_commands(path)}"/></svg>'
    )
    return svg, tall, deep


def _path(tex: str):
    """Return the outline of the formula, or None where the parser does not know it or its font lacks a sign."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.path import Path
    from matplotlib.textpath import TextToPath

    if not tex or len(tex) > LONGEST:
        return None
    missing = _Missing()
    log = logging.getLogger("matplotlib.mathtext")
    log.addFilter(missing)
    try:
        points, codes = TextToPath().get_text_path(
            FontProperties(size=SIZE, math_fontfamily="stix"), f"${tex}$", ismath=True
        )
    except (ValueError, RecursionError):
        return None
    finally:
        log.removeFilter(missing)
    return Path(points, codes) if len(points) and not missing.found else None


def _known(tex: str, block: bool) -> str:
    """Return the formula in commands that matplotlib has."""
    names = {**SAME, "frac": "\\dfrac"} if block else SAME
    bare = re.sub(r"(?<!\\)\$", r"\\$", tex)
    return re.sub(r"\\([A-Za-z]+)", lambda found: names.get(found[1], found[0]), bare)


class _Missing(logging.Filter):
    """Notes that a sign was replaced by a dummy, which matplotlib only logs; the message goes no further."""

    found = False

    def filter(self, record: logging.LogRecord) -> bool:
        self.found = True
        return False


def _commands(path) -> str:
    """Return the path in the words of SVG, upside down because its y points down."""
    parts = []
    for points, code in path.iter_segments(curves=True, simplify=False):
        letter = {path.MOVETO: "M", path.LINETO: "L", path.CURVE3: "Q", path.CURVE4: "C"}.get(code, "Z")
        pairs = zip(points[::2], points[1::2], strict=True)
        parts.append(letter if letter == "Z" else letter + " ".join(f"{x:.1f} {-y:.1f}" for x, y in pairs))
    return "".join(parts)
