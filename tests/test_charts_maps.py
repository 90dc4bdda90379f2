"""The map of brands draws finished points, says them in words, and keeps its names apart."""

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Ellipse

matplotlib.use("Agg")

from helpers import charts

POINTS = pd.DataFrame(
    {
        "kind": ["brand", "brand", "attribute"], "name": ["Ours", "Theirs", "modern"], "x": [0.4, -0.2, 0.5], "y": [0.1, 0.3, -0.4],
        "semi_major": [0.1, 0.2, np.nan], "semi_minor": [0.05, 0.1, np.nan], "angle": [30.0, 0.0, np.nan],
    }
)  # fmt: skip
WORDS = {"title": "We are apart", "subtitle": "n = 500 people"}


@pytest.fixture(autouse=True)
def theme():
    charts.theme("positioning")
    yield
    matplotlib.pyplot.close("all")


def test_each_brand_has_its_ellipse_and_the_own_one_is_full():
    ax = charts.positions(POINTS, own="Ours", axes=("first", "second"), brand_word="brand", **WORDS)
    rings = [one for one in ax.patches if isinstance(one, Ellipse)]
    assert {(one.width, one.height, one.angle) for one in rings} == {(0.2, 0.1, 30.0), (0.4, 0.2, 0.0)}
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [dot.get_markerfacecolor() == "white" for dot in dots] == [False, True]
    assert {text.get_text() for text in ax.texts} >= {"Ours", "Theirs", "modern"}
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("first", "second") and ax.get_aspect() == 1


def test_the_map_is_said_in_words():
    alt = charts.positions(POINTS, nearest=["Theirs stands nearest."], **WORDS).figure.get_label()
    assert alt == (
        "We are apart. A map of 3 points, each brand with its ellipse. Ours: 0.40 across, 0.10 up; Theirs: −0.20 across, 0.30 up; "
        "modern: 0.50 across, −0.40 up. Theirs stands nearest."
    )


def test_names_of_points_on_one_spot_do_not_touch():
    crowd = pd.concat(
        [POINTS, POINTS.assign(name=["Third", "Fourth", "cheap"], x=POINTS["x"] + 0.01)], ignore_index=True
    )
    ax = charts.positions(crowd, **WORDS)
    brush = ax.figure.canvas.get_renderer()
    boxes = [text.get_window_extent(brush) for text in ax.texts if text.get_text()]
    assert len(boxes) == 6 and not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


def test_a_map_without_points_says_so_and_the_same_table_gives_the_same_bytes():
    assert charts.positions(POINTS.head(0).astype({"x": float}), **WORDS).figure.caption["is_empty"]
    assert charts.svg(charts.positions(POINTS, **WORDS)) == charts.svg(charts.positions(POINTS, **WORDS))
