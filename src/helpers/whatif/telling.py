"""What a panel says: the model's figures in words, the table of scenarios, and what the page needs of it."""

from __future__ import annotations

import itertools
import math
from dataclasses import asdict

import pandas as pd

from helpers import i18n
from helpers.display import Output
from helpers.whatif import MIME
from helpers.whatif.panel import MODELS, Choice, Figure, Panel, Slider


def run(panel: Panel, inputs: dict) -> dict:
    """Return what the model says of these inputs; those not named have their defaults."""
    return MODELS[panel.model]({**panel.defaults, **inputs}, panel.constants, panel.draws)


def told(panel: Panel, inputs: dict) -> dict:
    """Return the inputs and figures of a scenario in words.

    Returns
    -------
    values : text by id of inputs and figures, and by "<figure>_interval" (empty where there is none).
    sentence : the whole of it in one sentence.
    """
    inputs, made = {**panel.defaults, **inputs}, run(panel, inputs)
    values = {one.id: _written(one, inputs[one.id], panel.language) for one in panel.inputs}
    for figure in panel.figures:
        value, low, high = made["figures"][figure.id]
        values[figure.id] = _written(figure, value, panel.language)
        values[f"{figure.id}_interval"] = _interval(figure, low, high, panel.language)
    return {"values": values, "sentence": panel.sentences[made["case"]].format(**values)}


def scenarios(panel: Panel) -> pd.DataFrame:
    """Return the table of scenarios as text: a column an input, then the figures as they want to be tabled."""
    rows = [told(panel, inputs)["values"] for inputs in panel.scenarios]
    columns = {one.id: one.label for one in panel.inputs}
    for figure in (one for one in panel.figures if one.tabled != "nothing"):
        columns[figure.id] = figure.label
        if figure.tabled == "interval":
            columns[f"{figure.id}_interval"] = i18n.text(
                "{level} interval", panel.language, level=_level(panel)
            )
    return pd.DataFrame([[row[name] for name in columns] for row in rows], columns=list(columns.values()))


def payload(panel: Panel) -> dict:
    """Return the panel as the page needs it: plain values, and the table of its scenarios as text."""
    table, lang = scenarios(panel), panel.language
    return {
        "id": panel.id,
        "title": panel.title,
        "model": panel.model,
        "language": lang,
        "constants": panel.constants,
        "draws": panel.draws,
        "inputs": [_input(one, lang) for one in panel.inputs],
        "figures": [asdict(one) for one in panel.figures],
        "interval": i18n.text("{low} to {high}", lang, low="{low}", high="{high}"),
        "interval_label": _interval_label(panel),
        "sentences": panel.sentences,
        "told": told(panel, {}),
        "data": list(panel.data),
        "assumed": list(panel.assumed),
        "table": {"heads": list(table.columns), "rows": table.to_numpy().tolist()},
        "chart": {**panel.chart, "top": _top(panel)} if panel.chart else {},
    }


class Shown(Output):
    """A panel as Jupyter shows it: the table of its scenarios."""

    def __init__(self, panel: Panel) -> None:
        """Keep the panel as one row."""
        lines = [told(panel, inputs)["sentence"] for inputs in panel.scenarios]
        super().__init__(MIME, [payload(panel)], columns=[], lines=lines)
        self._table = scenarios(panel)

    def frame(self) -> pd.DataFrame:
        """Return the table of scenarios."""
        return self._table


def show(panel: Panel | str) -> Output:
    """Return the panel as one display output; a text says in its place why there is none."""
    if isinstance(panel, str):
        return Output(MIME, [{"absent": panel}], columns=["absent"], lines=[panel])
    return Shown(panel)


def _input(one: Slider | Choice, language: str) -> dict:
    """An input as the page needs it; a slider counts its steps, so that the control holds whole numbers."""
    if isinstance(one, Choice):
        return asdict(one)
    start = round((one.default - one.low) / one.step)
    ends = [_written(one, value, language) for value in (one.low, one.high)]
    return {**asdict(one), "steps": one.steps, "start": start, "ends": ends}


def _written(one: Slider | Choice | Figure, value: float | str, language: str) -> str:
    if isinstance(one, Choice):
        return one.options[value]
    if isinstance(one, Figure) and math.isinf(value):
        return one.beyond
    return i18n.number(value, one.unit, language=language, currency=one.currency, decimals=one.decimals)


def _interval(figure: Figure, low: float | None, high: float | None, language: str) -> str:
    """Say the two bounds, the noun once; empty where there are none or both lie beyond what the data can tell."""
    if low is None or math.isinf(low):
        return ""
    noun = "count" if figure.unit in i18n.COUNTED else figure.unit
    first = i18n.number(low, noun, language=language, currency=figure.currency, decimals=figure.decimals)
    return i18n.text("{low} to {high}", language, low=first, high=_written(figure, high, language))


def _interval_label(panel: Panel) -> str:
    said = i18n.text("{level} interval {bounds}", panel.language, level=_level(panel), bounds="{bounds}")
    return i18n.capital(said)  # it begins a line


def _level(panel: Panel) -> str:
    return i18n.number(panel.level, "share", language=panel.language)


def _top(panel: Panel) -> float:
    """Highest point of the picture wherever the controls stand, so that its scale stays still."""
    ends = [
        [(one.id, value) for value in (one.options if isinstance(one, Choice) else (one.low, one.high))]
        for one in panel.inputs
    ]
    curves = [run(panel, dict(corner))["curve"] for corner in itertools.product(*ends)]
    return max(max(*curve["high"], curve["target"]) for curve in curves)
