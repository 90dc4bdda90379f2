"""A chart on a page: the picture without its title, which stands above it as text."""

from __future__ import annotations

import base64
import re

from markupsafe import Markup

SVG = "image/svg+xml"
SIZE = re.compile(r'height="[\d.]+pt" viewBox="0 0 (?P<width>[\d.]+) (?P<height>[\d.]+)"')


def figure(raw: str, *, mime: str, alt: str, about: dict) -> Markup:
    """Return a picture as a figure that needs no file beside it.

    Parameters
    ----------
    raw : SVG as text, any other picture coded in base64.
    alt : the picture in words.
    about : of a chart of ours its title, subtitle, `described` (the words without the title) and `head`, the share of the
        height that holds them; empty for any other picture.
    """
    caption = Markup("")
    if mime == SVG and about.get("title"):
        raw, alt = _headless(raw, about["head"]), about["described"]
        shape = '<figcaption><strong>{}</strong><span class="muted">{}</span></figcaption>'
        caption = Markup(shape).format(about["title"], about["subtitle"])
    coded = base64.b64encode(raw.encode()).decode() if mime == SVG else "".join(raw.split())
    shape = '<figure>{}<img src="data:{};base64,{}" alt="{}"></figure>'
    return Markup(shape).format(caption, mime, coded, alt)


def _headless(svg: str, share: float) -> str:
    """Return a chart without the room of its title."""

    def cropped(found: re.Match) -> str:
        width, height = float(found["width"]), float(found["height"])
        size = f'viewBox="0 {height * share:.2f} {width:g} {height * (1 - share):.2f}"'
        return f'height="{height * (1 - share):.2f}pt" {size}'

    return SIZE.sub(cropped, svg, count=1)
