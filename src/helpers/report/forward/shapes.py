"""Text and lines on a slide: the few shapes that report.pptx is made of. python-pptx is loaded when one is drawn."""

from __future__ import annotations

import re

FONT = "Arial"  # there on every machine that shows slides


def box(
    slide, left: float, top: float, width: float, height: float, lines: list[tuple], *, gap: int = 2
) -> None:
    """Add a box of text; places and sizes in inches."""
    from pptx.util import Inches

    made = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(height))
    write(made.text_frame, lines, gap=gap)


CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # XML has no place for them


def write(text, lines: list[tuple], *, gap: int = 2) -> None:
    """Write lines (text, size in points, bold, colour) into a text frame, flush left."""
    from pptx.dml.color import RGBColor
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Pt

    text.word_wrap, text.vertical_anchor = True, MSO_ANCHOR.TOP
    text.margin_left = text.margin_right = 0
    text.clear()
    for at, (raw, size, bold, colour) in enumerate(lines):
        words = CONTROL.sub(" ", raw)
        paragraph = text.paragraphs[0] if at == 0 else text.add_paragraph()
        paragraph.alignment, paragraph.space_after = PP_ALIGN.LEFT, Pt(gap)
        run = paragraph.add_run()
        run.text = words
        run.font.name, run.font.size, run.font.bold = FONT, Pt(size), bold
        run.font.color.rgb = RGBColor.from_string(colour)


def place(shape, left: float, top: float, width: float, height: float) -> None:
    """Put a shape at a place, in inches."""
    from pptx.util import Inches

    shape.left, shape.top, shape.width, shape.height = (Inches(value) for value in (left, top, width, height))


def rule(slide, left: float, top: float, width: float, colour: str) -> None:
    """Add the coloured line above a tile."""
    from pptx.dml.color import RGBColor
    from pptx.enum.shapes import MSO_SHAPE
    from pptx.util import Inches

    bar = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(left), Inches(top), Inches(width), Inches(0.05))
    bar.fill.solid()
    bar.fill.fore_color.rgb = RGBColor.from_string(colour)
    bar.line.fill.background()
