"""Charts draw what the table says, describe it in words, and ask nothing of the network."""

import base64
import io

import IPython.display
import matplotlib
import numpy as np
import pandas as pd
import pytest
from PIL import Image

matplotlib.use("Agg")

from helpers import charts
from helpers.charts import frame, pictures

MONTHS = pd.DataFrame(
    {
        "month": ["Jan", "Feb", "Mar"],
        "share": [0.5, 0.6, 0.55],
        "low": [0.4, 0.5, 0.45],
        "high": [0.6, 0.7, 0.65],
    }
)
WORDS = {"title": "Retention rose", "subtitle": "share of customers; n = 100"}


@pytest.fixture(autouse=True)
def theme():
    charts.theme("crm")
    yield
    matplotlib.pyplot.close("all")


def line(table=MONTHS, **more):
    return charts.line(table, x="month", y="share", low="low", high="high", unit="share", **WORDS, **more)


def test_a_target_has_its_name_where_the_line_is_far_from_it():
    table = MONTHS.assign(share=[0.1, 0.4, 0.9])
    name = next(
        text for text in line(table, target=0.2, target_label="cost €70").texts if "cost" in text.get_text()
    )
    assert name.get_text() == "cost €70" and name.xy == (2, 0.2) and name.get_ha() == "right"
    left = next(text for text in line(table, target=0.8).texts if text.get_text() == "target")
    assert left.xy == (0, 0.8) and left.get_ha() == "left"


def test_a_line_has_its_points_its_band_and_its_last_value():
    ax = line()
    assert ax.lines[0].get_ydata().tolist() == [0.5, 0.6, 0.55]
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == (0.4, 0.7)
    assert "55%" in [text.get_text() for text in ax.texts]


def test_marks_are_points_that_no_line_joins_and_have_no_name_at_the_end():
    table = pd.concat([MONTHS.assign(line="seen"), MONTHS.iloc[[0, 2]].assign(line="a wave")])
    ax = charts.lines(table, x="month", y="share", by="line", unit="share", marks=("a wave",), **WORDS)
    seen, marks = ax.lines
    assert marks.get_linestyle() == "None" and marks.get_marker() == "o" and seen.get_linestyle() == "-"
    assert marks.get_xydata().tolist() == [[0, 0.5], [2, 0.55]]
    assert "seen" in [one.get_text() for one in ax.texts] and "a wave" not in [
        one.get_text() for one in ax.texts
    ]
    assert "a wave: " in ax.figure.get_label()


def test_the_alt_text_is_computed_from_the_table():
    alt = line().figure.get_label()
    assert alt == (
        "Retention rose. 3 points, from 50% (Jan) to 55% (Mar); lowest 50% (Jan), highest 60% (Feb). "
        "The interval of each is drawn."
    )


def test_bars_start_at_zero():
    table = pd.DataFrame({"name": ["a", "b"], "value": [3.0, 7.0]})
    ax = charts.bars(table, x="value", y="name", unit="count", **WORDS)
    assert ax.get_xlim()[0] == 0
    assert [bar.get_width() for bar in ax.patches] == [3.0, 7.0]


def test_a_bar_that_is_counted_has_no_interval_to_draw():
    table = pd.DataFrame({"name": ["a", "b"], "value": [3.0, 7.0], "low": [3.0, 6.0], "high": [3.0, 9.0]})
    ax = charts.bars(table, x="value", y="name", low="low", high="high", unit="count", **WORDS)
    (drawn,) = ax.containers[1].lines[2]
    assert [segment.tolist() for segment in drawn.get_segments()] == [[[6.0, 1.0], [9.0, 1.0]]]


def test_a_cohort_cell_that_is_not_observed_stays_blank():
    wide = pd.DataFrame([[0.5, 0.4], [0.6, np.nan]], index=["Jan", "Feb"], columns=[1, 2])
    ax = charts.triangle(wide, **WORDS)
    assert [text.get_text() for text in ax.texts] == ["50", "40", "60"]
    assert "2 cohorts by 2 ages" in ax.figure.get_label()


def test_a_backtest_draws_forecast_and_actual():
    table = pd.DataFrame({"origin": ["Apr", "Jul"], "predicted": [110.0, 90.0], "actual": [100.0, 95.0]})
    ax = charts.predicted_against_actual(table, **WORDS)
    assert ax.lines[0].get_xdata().tolist() == [110.0, 90.0] and ax.lines[1].get_xdata().tolist() == [
        100.0,
        95.0,
    ]


def test_a_chart_leaves_as_svg_with_alt_text(monkeypatch):
    outputs = []
    monkeypatch.setattr(
        "IPython.display.display", lambda data, **more: outputs.append((data, more["metadata"]))
    )
    charts.show(line())
    ((data, about),) = outputs
    assert data["image/svg+xml"].startswith("<svg")
    assert about["image/svg+xml"]["alt"] == data["text/plain"] != ""


def test_the_picture_has_dark_colours_and_asks_nothing_of_the_network():
    made = charts.svg(line())
    assert "prefers-color-scheme:dark" in made
    assert "<script" not in made and "@import" not in made and "url(http" not in made


def test_the_same_table_gives_the_same_bytes():
    assert charts.svg(line()) == charts.svg(line())


def test_a_chart_that_says_nothing_is_not_shown():
    _, ax = matplotlib.pyplot.subplots()
    with pytest.raises(ValueError, match="no alt text"):
        charts.show(ax)


def test_a_table_without_values_says_so():
    empty = MONTHS.assign(share=np.nan, low=np.nan, high=np.nan)
    text = {"title": "Retention", "subtitle": "n = 0"}
    none = pd.DataFrame(columns=["origin", "predicted", "actual"])
    unknown = pd.DataFrame({"origin": ["a"], "predicted": [np.nan], "actual": [5.0]})
    for ax in (
        line(empty),
        line(MONTHS.head(0)),
        charts.bars(empty, x="share", y="month", unit="share", **text),
        charts.triangle(pd.DataFrame(), **text),
        charts.triangle(pd.DataFrame({1: [np.nan]}), **text),
        charts.predicted_against_actual(none, **text),
        charts.predicted_against_actual(unknown, **text),
    ):
        assert "No value can be shown." in ax.figure.get_label()
        assert "No value can be shown." in charts.svg(ax)


def test_an_unknown_pillar_is_refused_with_the_list():
    with pytest.raises(ValueError, match="Use one of positioning, activation, crm"):
        charts.theme("sales")


def test_a_long_category_axis_keeps_its_last_label():
    table = pd.DataFrame({"month": [f"m{i}" for i in range(40)], "share": 0.5, "low": 0.4, "high": 0.6})
    labels = [text.get_text() for text in line(table).get_xticklabels()]
    assert labels[-1] == "m39" and len(labels) <= 7


def test_a_chart_of_many_marks_is_a_picture_of_few_colours(monkeypatch):
    shown = []
    monkeypatch.setattr(IPython.display, "display", lambda data, **more: shown.append((data, more)))
    charts.show(line())
    monkeypatch.setattr(pictures, "SVG_LIMIT", 5_000)  # characters; the chart above has more
    charts.show(line())
    (small, _), (large, more) = shown
    assert set(small) == {"image/svg+xml", "text/plain"} and set(large) == {"image/png", "text/plain"}
    assert more["metadata"]["image/png"]["alt"] == large["text/plain"]
    picture = Image.open(io.BytesIO(base64.b64decode(large["image/png"])))
    assert (
        picture.mode == "P" and len(picture.getcolors()) <= 128 and picture.width > 2 * 96 * frame.WIDTH * 0.9
    )


def stretches(*rows: tuple) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["name", "starts_on", "ends_on", "is_gap"])
    return table.assign(**{name: pd.to_datetime(table[name]) for name in ("starts_on", "ends_on")})


def test_strips_run_from_the_first_to_the_last_day_of_a_stretch_and_a_gap_is_higher():
    table = stretches(
        ("orders", "2026-09-01", "2026-09-04", False),
        ("orders", "2026-09-05", "2026-09-05", True),
        ("orders", "2026-09-06", "2026-09-30", False),
        ("leads", "2026-09-01", "2026-09-30", False),
    )
    ax = charts.strips(table, **WORDS)
    assert [bar.get_width() for bar in ax.patches] == [4, 25, 30, 1]
    assert ax.patches[-1].get_height() > ax.patches[0].get_height()
    assert [label.get_text() for label in ax.get_yticklabels()] == ["orders", "leads"]
    assert ax.figure.caption["described"].replace("\xa0", " ") == (
        "2 lines, from September 1, 2026 to September 30, 2026. 1 stretch without rows: orders, September 5, 2026."
    )


def test_a_day_in_years_is_wide_enough_to_be_seen():
    table = stretches(("a", "2020-01-01", "2026-01-01", False), ("a", "2024-05-05", "2024-05-05", True))
    assert charts.strips(table, **WORDS).patches[-1].get_width() > 10


def test_strips_of_nothing_say_so_and_a_long_name_is_cut():
    assert charts.strips(stretches(), **WORDS).figure.caption["described"] == "No value can be shown."
    label = charts.strips(
        stretches(("x" * 90, "2026-01-01", "2026-01-02", False)), **WORDS
    ).get_yticklabels()[0]
    assert label.get_text() == "x" * 37 + "…"


CURVES = pd.DataFrame(
    {
        "day": [0, 1, 2, 0, 1, 2],
        "alive": [1.0, 0.8, 0.6, 1.0, 0.9, 0.9],
        "contract": ["monthly"] * 3 + ["yearly"] * 3,
    }
)
EFFECTS = pd.DataFrame({"arm": ["A", "B"], "effect": [-2.0, 3.0], "low": [-4.0, 1.0], "high": [0.5, 5.0]})


def test_several_lines_are_named_at_their_ends_and_never_on_top_of_each_other():
    ax = charts.lines(
        CURVES.assign(alive=[1, 0.8, 0.9, 1, 0.9, 0.9]),
        x="day",
        y="alive",
        by="contract",
        unit="share",
        **WORDS,
    )
    named = {text.get_text(): text.xy[1] for text in ax.texts}
    assert set(named) == {"monthly", "yearly"}
    assert abs(named["monthly"] - named["yearly"]) > 0.05 * np.ptp(ax.get_ylim())
    alt = ax.figure.get_label()
    assert "monthly: 3 points" in alt and "yearly: 3 points" in alt


def test_a_band_never_runs_out_under_the_lowest_mark_of_the_axis():
    for lowest in (3.068, 3.14, 0.09, -0.02):
        table = pd.DataFrame({"wave": ["a", "b"], "y": [lowest + 0.08, lowest + 0.5], "low": [lowest, lowest + 0.4], "high": lowest + 0.66, "by": "one"})  # fmt: skip
        ax = charts.lines(table, x="wave", y="y", by="by", low="low", high="high", unit="ratio", decimals=2, **WORDS)  # fmt: skip
        bottom, top = ax.get_ylim()
        marks = [mark for mark in ax.get_yticks() if bottom - 1e-9 <= mark <= top]
        assert min(marks) <= lowest and top >= lowest + 0.66


def test_ticks_of_whole_numbers_say_where_they_are_and_end_with_the_last_point():
    years = pd.DataFrame({"year": range(6), "alive": [1, 0.9, 0.8, 0.75, 0.7, 0.66], "by": "seen"})
    ax = charts.lines(years, x="year", y="alive", by="by", unit="share", **WORDS)
    ax.figure.canvas.draw()
    written = {
        tick: label.get_text() for tick, label in zip(ax.get_xticks(), ax.get_xticklabels(), strict=True)
    }
    assert len(written) > 2 and max(written) <= 5
    assert all(label == f"{tick:g}" for tick, label in written.items())


def test_steps_hold_a_value_until_the_next_and_a_diagonal_says_where_both_agree():
    ax = charts.lines(
        CURVES,
        x="day",
        y="alive",
        by="contract",
        unit="share",
        steps=True,
        diagonal=True,
        x_label="days",
        **WORDS,
    )
    assert ax.lines[0].get_drawstyle() == "steps-post" and ax.get_xlabel() == "days"
    assert list(ax.lines[-1].get_xdata()) == list(ax.lines[-1].get_ydata())


def test_six_series_are_refused():
    many = pd.concat([CURVES.assign(contract=str(i)) for i in range(6)])
    with pytest.raises(ValueError, match="at most 5"):
        charts.lines(many, x="day", y="alive", by="contract", unit="share", **WORDS)


def test_a_forest_has_a_dot_and_an_interval_a_row_and_a_line_at_the_reference():
    ax = charts.forest(EFFECTS, x="effect", y="arm", low="low", high="high", unit="count", **WORDS)
    assert ax.lines[0].get_xdata() == [0.0, 0.0] and ax.lines[1].get_xdata().tolist() == [-2.0, 3.0]
    said = [text.get_text() for text in ax.texts]
    assert said[1] == "3 (1 to 5)"
    assert "lowest" in ax.figure.get_label()


def test_a_bridge_starts_each_step_where_the_last_one_ended():
    steps = pd.DataFrame(
        {
            "what": ["start", "new", "lost", "end"],
            "arr": [100.0, 30.0, -20.0, 110.0],
            "total": [True, False, False, True],
        }
    )
    ax = charts.bridge(steps, x="arr", y="what", is_total="total", unit="count", **WORDS)
    ends = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches]
    assert ends == [(0, 100), (100, 130), (130, 110), (0, 110)]
    assert "+30" in [text.get_text() for text in ax.texts]


def test_a_bridge_knows_which_way_is_better_and_leaves_what_is_open_grey():
    steps = pd.DataFrame(
        {
            "what": ["start", "more", "less", "open", "end"],
            "kg": [100.0, 30.0, -20.0, -5.0, 105.0],
            "total": [True, False, False, False, True],
            "open": [False, False, False, True, False],
        }
    )
    names = {"x": "kg", "y": "what", "is_total": "total", "is_open": "open", "unit": "kg"}
    up, down = ([bar.get_facecolor() for bar in charts.bridge(steps, **names, better=way, **WORDS).patches] for way in ("up", "down"))  # fmt: skip
    assert up[1] == down[2] and up[2] == down[1] and up[1] != up[2]
    assert up[3] == down[3] and up[3] not in up[:3]
    with pytest.raises(ValueError, match='"left" is unknown'):
        charts.bridge(steps, **names, better="left", **WORDS)


@pytest.mark.parametrize("draw", ["lines", "forest", "bridge"])
def test_every_chart_of_a_table_without_values_says_so(draw):
    none = pd.DataFrame({"a": ["x"], "b": [np.nan], "c": ["s"], "l": [np.nan], "h": [np.nan], "t": [True]})
    more = {
        "lines": {"x": "a", "y": "b", "by": "c"},
        "forest": {"x": "b", "y": "a", "low": "l", "high": "h"},
        "bridge": {"x": "b", "y": "a", "is_total": "t"},
    }
    ax = getattr(charts, draw)(none, unit="count", **more[draw], **WORDS)
    assert "No value can be shown." in ax.figure.get_label()


def test_a_chart_without_a_value_is_shown_as_its_title_in_a_sentence(monkeypatch):
    shown = []
    monkeypatch.setattr(IPython.display, "display", lambda data, **more: shown.append(data))
    charts.show(line(MONTHS.head(0)))
    (data,) = shown
    assert set(data) == {"text/markdown", "text/plain"} and data["text/markdown"].endswith(".")
    assert "No value can be shown" not in data["text/markdown"]


def test_dots_set_several_readings_of_a_row_side_by_side():
    table = pd.DataFrame(
        {"row": ["a", "b", "a", "b"], "who": ["one", "one", "two", "two"], "x": [1.0, 2.0, -3.0, 4.0]}
    )
    table = table.assign(low=table["x"] - 1, high=table["x"] + 1)
    names = {"x": "x", "y": "row", "by": "who", "low": "low", "high": "high", "unit": "count"}
    ax = charts.dots(table, **names, **WORDS)
    drawn = {line.get_label(): line for line in ax.lines if line.get_label() in ("one", "two")}
    assert (
        drawn["two"].get_xdata().tolist() == [-3, 4]
        and drawn["one"].get_marker() != drawn["two"].get_marker()
    )
    above, below = (drawn[name].get_ydata() for name in ("one", "two"))
    assert (above < below).all() and abs(above[0]) < 0.5 and abs(below[0]) < 0.5
    assert "two: 2 points" in ax.figure.get_label()
    with pytest.raises(ValueError, match="6 readings"):
        charts.dots(
            pd.DataFrame({"row": "a", "who": list("abcdef"), "x": 1.0, "low": 0.0, "high": 2.0}),
            **names,
            **WORDS,
        )
    empty = charts.dots(table.assign(x=np.nan), **names, **WORDS)
    assert empty.figure.caption["is_empty"]


def test_two_shares_of_a_channel_are_a_bar_and_a_dot_with_its_interval():
    table = pd.DataFrame(
        {"a": ["x", "y"], "b": [0.6, 0.4], "v": [0.3, 0.7], "l": [0.2, 0.5], "h": [0.4, 0.9]}
    )
    named = {
        "y": "a",
        "base": "b",
        "x": "v",
        "low": "l",
        "high": "h",
        "base_name": "spend",
        "x_name": "effect",
    }
    ax = charts.against(table, **named, **WORDS)
    assert [bar.get_width() for bar in ax.patches] == [0.6, 0.4]
    assert list(ax.lines[0].get_xdata()) == [0.3, 0.7]
    assert ax.figure.caption["described"] == "spend and effect: x 60% → 30%; y 40% → 70%."
    nothing = charts.against(table.assign(v=float("nan")), **named, **WORDS)
    assert nothing.figure.caption["described"] == "No value can be shown."


def test_a_table_of_a_page_shows_the_whole_text_of_a_cell():
    charts.theme("activation")
    words = "a sentence of a table that is longer than what pandas would show of it by itself"
    assert words in pd.DataFrame({"what": [words]}).to_html()


PARTS = pd.DataFrame(
    {"topic": ["all", "one"], "index": ["0.20", "–"], "proved": [60.0, 0.0], "bare": [40.0, 10.0]}
)


def drawn_parts(table=PARTS, **more):
    of = {"proved": "proved", "bare": "no proof"}
    return charts.parts(table, y="topic", of=of, note="index", unit="count", **WORDS, **more)


def test_parts_of_a_bar_follow_each_other_and_are_described_in_words():
    ax = drawn_parts()
    bars = [(bar.get_x(), bar.get_width()) for bar in ax.patches]
    assert bars == [(0, 60), (0, 0), (60, 40), (0, 10)]
    assert "all (0.20): proved 60%, no proof 40%; one (–): no proof 100%" in ax.figure.get_label()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["proved", "no proof"]


def test_more_than_five_parts_are_refused_and_none_is_said():
    with pytest.raises(ValueError, match="6 parts"):
        charts.parts(PARTS, y="topic", of=dict.fromkeys("abcdef", ""), note="index", unit="count", **WORDS)
    assert drawn_parts(PARTS.assign(proved=0.0, bare=0.0)).figure.caption["is_empty"]
