"""Charts: a finished table goes in, an Axes with title, interval, units and alt text comes out. Computes nothing."""

from helpers.charts.bars import bars, bridge, forest
from helpers.charts.cells import triangle
from helpers.charts.dots import dots
from helpers.charts.forecasts import predicted_against_actual
from helpers.charts.frame import theme
from helpers.charts.maps import positions
from helpers.charts.parts import parts
from helpers.charts.pictures import close, png, show, svg
from helpers.charts.ranges import ranges
from helpers.charts.series import line, lines
from helpers.charts.shares import against
from helpers.charts.strips import strips

__all__ = [
    "against",
    "bars",
    "bridge",
    "close",
    "dots",
    "forest",
    "line",
    "lines",
    "parts",
    "png",
    "positions",
    "predicted_against_actual",
    "ranges",
    "show",
    "strips",
    "svg",
    "theme",
    "triangle",
]
