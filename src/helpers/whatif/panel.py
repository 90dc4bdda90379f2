"""A what-if panel: what can be moved, what is computed from it, what is told; and what is wrong with one."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from helpers.methods import budget_panel, choice_panel, delivery_carbon_panel, payback, ranking_panel

MODELS: dict[str, Callable[[dict, dict, list], dict]] = {
    "payback": payback.scenario,
    "budget": budget_panel.scenario,
    "price": choice_panel.scenario,
    "ranking": ranking_panel.scenario,
    "delivery": delivery_carbon_panel.scenario,
}
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


def _fault(panel: Panel) -> str:
    """Say what is wrong with a panel, an empty text where nothing is."""
    if panel.model not in MODELS:
        return f'model "{panel.model}" is unknown; use {", ".join(MODELS)}.'
    ids = [panel.id, *(one.id for one in (*panel.inputs, *panel.figures))]
    if bad := [name for name in ids if not NAME.fullmatch(name) or ids[1:].count(name) > 1]:
        return f'"{bad[0]}" cannot be an id; each needs its own, of small letters, digits and _.'
    if bad := [one.tabled for one in panel.figures if one.tabled not in TABLED]:
        return f'tabled "{bad[0]}" is unknown; use {", ".join(TABLED)}.'
    names = {*ids[1:], *(f"{one.id}_interval" for one in panel.figures)}
    for case, sentence in panel.sentences.items():
        if lost := [name for name in re.findall(r"\{(\w*)\}", sentence) if name not in names]:
            return f'the sentence "{case}" has {{{lost[0]}}}, which is no input and no figure.'
    return _fault_of_inputs(panel) or _fault_of_draws(panel) or _fault_of_scenarios(panel)


def _fault_of_inputs(panel: Panel) -> str:
    for one in panel.inputs:
        if isinstance(one, Choice) and one.default not in one.options:
            return f'{one.id}: default "{one.default}" is no option; use {", ".join(one.options)}.'
        if isinstance(one, Slider) and (wrong := _off_grid(one)):
            return f"{one.id}: {wrong}"
    return ""


def _fault_of_draws(panel: Panel) -> str:
    if any(not row or not all(math.isfinite(number) for number in row) for row in panel.draws or [[]]):
        return "a draw is empty or holds no number; leave it out."
    size = len(json.dumps(panel.draws, separators=(",", ":")))
    if size > LARGEST:
        return f"its draws take {size:,} bytes of the page, at most {LARGEST:,}; round them or take fewer."
    return ""


def _fault_of_scenarios(panel: Panel) -> str:
    known = {one.id: one for one in panel.inputs}
    for name, value in (pair for inputs in panel.scenarios for pair in inputs.items()):
        if name not in known:
            return f'a scenario names "{name}"; the inputs are {", ".join(known)}.'
        one = known[name]
        if isinstance(one, Choice):
            if value not in one.options:
                return f'a scenario has {name} = "{value}"; use {", ".join(one.options)}.'
        elif not one.low <= value <= one.high:
            return f"a scenario has {name} = {value:g}, outside {one.low:g} to {one.high:g}."
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
