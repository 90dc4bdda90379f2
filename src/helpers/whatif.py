"""What-if panels: sliders and choices over a table of draws, computed alike here and in the reader's browser.

A panel names a model of `MODELS`; the same formula stands in report/template/whatif.js, since a page may not run text
as code. The table of scenarios is computed here and is what a reader without scripts, or with paper, gets.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

import pandas as pd

from helpers import i18n
from helpers.display import Output
from helpers.methods import payback

MIME = "application/vnd.cmo.whatif+json"
MODELS: dict[str, Callable[[dict, dict, list], dict]] = {"payback": payback.scenario}
LARGEST = 60_000  # bytes of a panel in a page
TABLED = ("interval", "value", "nothing")
NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, kw_only=True)
class Slider:
    """A number that the reader moves from `low` to `high` in steps; `default` is one of the steps.

    unit, currency, decimals : how it is written, as in `i18n.number`.
    """

    id: str
    label: str
    low: float
    high: float
    step: float
    default: float
    unit: str
    currency: str | None = None
    decimals: int = 0
    help: str = ""

    @property
    def steps(self) -> int:
        """Number of steps from low to high."""
        return round((self.high - self.low) / self.step)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of a few options (value: what the reader sees), each an assumption that data cannot make."""

    id: str
    label: str
    options: dict[str, str]
    default: str
    help: str = ""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A result of the model: its unit, and what is said where it lies `beyond` what the data can tell.

    `tabled` says what of it stands in the table of scenarios: "interval" (with the value), "value" or "nothing".
    """

    id: str
    label: str
    unit: str
    currency: str | None = None
    decimals: int = 0
    beyond: str = ""
    tabled: str = "interval"


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A panel: what can be moved, what it is computed from, what is told and what stands in the table.

    Parameters
    ----------
    id, title : id of the panel in its page; a heading.
    model : name in `MODELS`; it gives figures (value, low, high), a case and, for a picture, a curve.
    constants, draws : what the model needs, rounded to what is needed.
    figures : results in the order of the page.
    sentences : for each case of the model one whole sentence with {names} of inputs and figures; {<figure>_interval} too.
    data, assumed : what is known, and what is taken for granted, one sentence each.
    scenarios : rows of the table; each names the inputs that differ from their defaults.
    chart : of the picture: caption, x, `target` with {names}, unit and currency; empty where there is none.

    Raises
    ------
    ValueError : something is wrong with the panel; the sentence says what.
    """

    id: str
    title: str
    model: str
    constants: dict
    draws: list[list[float]]
    inputs: tuple[Slider | Choice, ...]
    figures: tuple[Figure, ...]
    sentences: dict[str, str]
    data: tuple[str, ...]
    assumed: tuple[str, ...]
    scenarios: tuple[dict, ...]
    chart: dict[str, str | None] = field(default_factory=dict)
    level: float = 0.90
    language: str = "en"

    def __post_init__(self) -> None:
        """Refuse what could not be shown or computed."""
        if fault := _fault(self):
            raise ValueError(f"what-if {self.id}: {fault}")

    @property
    def defaults(self) -> dict:
        """Inputs as the page opens."""
        return {one.id: one.default for one in self.inputs}


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
            columns[f"{figure.id}_interval"] = _interval_label(panel).format(bounds="").strip()
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


def _fault(panel: Panel) -> str:
    """Say what is wrong with a panel, an empty text where nothing is."""
    if panel.model not in MODELS:
        return f'model "{panel.model}" is unknown; use {", ".join(MODELS)}.'
    ids = [panel.id, *(one.id for one in (*panel.inputs, *panel.figures))]
    if bad := [name for name in ids if not NAME.fullmatch(name) or ids.count(name) > 1]:
        return f'"{bad[0]}" cannot be an id; each needs its own, of small letters, digits and _.'
    for one in panel.inputs:
        if isinstance(one, Choice) and one.default not in one.options:
            return f'{one.id}: default "{one.default}" is no option; use {", ".join(one.options)}.'
        if isinstance(one, Slider) and (wrong := _off_grid(one)):
            return f"{one.id}: {wrong}"
    if bad := [one.tabled for one in panel.figures if one.tabled not in TABLED]:
        return f'tabled "{bad[0]}" is unknown; use {", ".join(TABLED)}.'
    if any(not row or not all(math.isfinite(number) for number in row) for row in panel.draws or [[]]):
        return "a draw is empty or holds no number; leave it out."
    size = len(json.dumps(panel.draws, separators=(",", ":")))
    if size > LARGEST:
        return f"its draws take {size:,} bytes of the page, at most {LARGEST:,}; round them or take fewer."
    known = {one.id: one for one in panel.inputs}
    for inputs in panel.scenarios:
        for name, value in inputs.items():
            if name not in known:
                return f'a scenario names "{name}"; the inputs are {", ".join(known)}.'
            one = known[name]
            if isinstance(one, Choice) and value not in one.options:
                return f'a scenario has {name} = "{value}"; use {", ".join(one.options)}.'
    return "" if panel.scenarios else "there is no scenario; a page without scripts would show nothing."


def _off_grid(one: Slider) -> str:
    if not (one.low < one.high and one.step > 0):
        return (
            f"low {one.low:g}, high {one.high:g} and step {one.step:g} leave no range; low < high, step > 0."
        )
    for name, value in (("high", one.high), ("default", one.default)):
        steps = (value - one.low) / one.step
        if not (-1e-9 <= steps <= one.steps + 1e-9 and abs(steps - round(steps)) < 1e-6):
            return (
                f"{name} {value:g} is not one of the steps from {one.low:g} by {one.step:g} to {one.high:g}."
            )
    return ""


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
    level = i18n.number(panel.level, "share", language=panel.language)
    return i18n.text("{level} interval {bounds}", panel.language, level=level, bounds="{bounds}")


def _top(panel: Panel) -> float:
    """Highest point of the picture wherever the controls stand, so that its scale stays still."""
    ends = [
        [(one.id, value) for value in (one.options if isinstance(one, Choice) else (one.low, one.high))]
        for one in panel.inputs
    ]
    curves = [run(panel, dict(corner))["curve"] for corner in itertools.product(*ends)]
    return max(max(*curve["high"], curve["target"]) for curve in curves)
