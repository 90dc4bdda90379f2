"""Answers to choice tasks as one row an offer: levels coded against a reference, the price as a number, none as a constant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.choice_reading import offers_of

NONE = "none"  # the column of the alternative 0
A_LEVEL = (
    500  # times that a level should be shown: people x tasks x offers a task / most levels of an attribute
)


@dataclass(frozen=True, eq=False)
class Coded:
    """Choice tasks ready to be fitted, one row an alternative, those of a task one after the other.

    design : row x column; a column a level other than the reference ("bottle: glass"), the price, and "none" where alternative 0
        stands in the tasks.
    person, task : codes from 0, in the order of the rows; a task belongs to one person. chosen : true for one row a task.
    weight : of the row's person, mean 1 over people.
    attributes : levels by attribute, the reference first; the price and an attribute that never varies are not in it.
    price : column of the price, empty where there is none; prices : those that were shown, ascending.
    shown : attribute, level, n_shown, n_chosen, the prices among them.
    need : people that the usual rule asks for. guards : what to know first.
    """

    design: pd.DataFrame
    person: np.ndarray
    task: np.ndarray
    chosen: np.ndarray
    weight: np.ndarray
    attributes: dict[str, tuple[str, ...]]
    price: str
    prices: tuple[float, ...]
    shown: pd.DataFrame
    need: int
    guards: tuple[Said, ...]
    constant: dict[str, str] = field(default_factory=dict)

    @property
    def has_none(self) -> bool:
        """True when people could choose none of the offers."""
        return NONE in self.design

    @property
    def n_people(self) -> int:
        """Number of people."""
        return int(self.person.max()) + 1

    def people(self, kept: np.ndarray) -> Coded:
        """The tasks of some people: `kept` is true or false a person code."""
        rows = kept[self.person]
        codes = [np.unique(one[rows], return_inverse=True)[1].ravel() for one in (self.person, self.task)]
        weight = self.weight[rows]
        fewer = {"design": self.design[rows].reset_index(drop=True), "person": codes[0], "task": codes[1]}
        return Coded(**{**self.__dict__, **fewer, "chosen": self.chosen[rows], "weight": weight})


def coded(rows: pd.DataFrame, *, price: str = "price", references: Mapping[str, str] | None = None) -> Coded:
    """One row an alternative from the long table `choices`.

    Parameters
    ----------
    rows : table `choices`: study_id, respondent_id, task, alternative, attribute, level, is_chosen, and weight where there is one.
        Alternative 0 is "none of these".
    price : attribute whose levels are numbers; one that is not there leaves the price out.
    references : level by attribute that the others are measured against; by default the first in order (numbers by size).

    Returns
    -------
    Coded. An attribute that never varies is left out and named in the guards.

    Raises
    ------
    DataError : a column is missing, a task has no choice or several, an offer lacks an attribute or has two levels of it, a price is
        no number, nothing varies, or weights are missing, negative, all 0 or differ within a person. ValueError : a reference names
        an attribute or a level that was not shown.

    Formula: x = 1 for the level of the offer, 0 for the others and for the reference; none = 1 for alternative 0 alone.
    Source: Train (2009), Discrete Choice Methods with Simulation, ch. 2; the rule of the size: Orme (2010), Getting Started with
        Conjoint Analysis.
    """
    read = offers_of(rows)
    offers, real = read.levels, ~read.is_none
    columns, attributes, constant = {}, {}, {}
    guards: list[Said] = []
    known = _levels(offers[real], price, references or {})
    for name, levels in known.items():
        if len(levels) < 2:
            constant[name] = levels[0]
            guards.append(_never_varies(name, levels[0]))
        elif name != price:
            attributes[name] = levels
            for level in levels[1:]:
                columns[f"{name}: {level}"] = (offers[name] == level).to_numpy() & real
    prices: tuple[float, ...] = ()
    if price in known and price not in constant:
        value = pd.to_numeric(offers[price], errors="coerce").to_numpy(dtype=float)
        columns[price] = np.where(real, value, 0.0)
        prices = tuple(sorted(set(value[real].tolist())))
    if not columns:
        raise DataError("choices: no attribute varies between offers. Ask for tasks whose offers differ.")
    if read.is_none.any():
        columns[NONE] = read.is_none
    design = pd.DataFrame(columns).astype(float)
    shown = _shown(offers[real], read.chosen[real], known)
    guards += _nobody_chose(shown)
    need, few = _size(read, {**attributes, **({price: prices} if prices else {})})
    return Coded(
        design, read.person, read.task, read.chosen, read.weight, attributes,
        price if prices else "", prices, shown, need, (*guards, *few), constant,
    )  # fmt: skip


def _levels(offers: pd.DataFrame, price: str, references: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Levels of each attribute, the reference first, the others in order."""
    if lost := [name for name in references if name not in offers]:
        raise ValueError(
            f'references: the attribute "{lost[0]}" is unknown. Use {", ".join(map(str, offers))}.'
        )
    made = {}
    for name in offers:
        levels = sorted(offers[name].unique(), key=_order)
        if name == price:
            bad = offers[name][pd.to_numeric(offers[name], errors="coerce").isna()]
            if len(bad):
                raise DataError(
                    f'choices: the price "{bad.iloc[0]}" is no number, as in {len(bad)} offers. Write it without unit, such as 49.'
                )
        first = references.get(name, levels[0])
        if first not in levels:
            raise ValueError(f'references: no offer has {name} "{first}". Use {", ".join(levels)}.')
        made[name] = (first, *(level for level in levels if level != first))
    return made


def _order(level: str) -> list:
    """Numbers inside a level by their size: 5 years before 10 years."""
    return [
        (0, float(part), "") if part.replace(".", "", 1).isdigit() else (1, 0.0, part)
        for part in re.split(r"(\d+(?:\.\d+)?)", level)
        if part
    ]


def _never_varies(name: str, level: str) -> Said:
    return said(
        "all offers have the same {attribute} ({level}), so its worth cannot be told; vary it in the next study",
        attribute=name,
        level=level,
    )


def _shown(offers: pd.DataFrame, chosen: np.ndarray, known: dict[str, tuple[str, ...]]) -> pd.DataFrame:
    """How often each level was shown, and chosen."""
    made = []
    for name, levels in known.items():
        counts = pd.DataFrame({"level": offers[name].to_numpy(), "chosen": chosen}).groupby("level")["chosen"]
        table = counts.agg(n_shown="size", n_chosen="sum").reindex(list(levels)).reset_index()
        made.append(table.rename(columns={table.columns[0]: "level"}).assign(attribute=name))
    return pd.concat(made, ignore_index=True)[["attribute", "level", "n_shown", "n_chosen"]]


def _nobody_chose(shown: pd.DataFrame) -> list[Said]:
    return [
        said("nobody chose an offer with {attribute} {level}", attribute=one.attribute, level=one.level)
        for one in shown[shown["n_chosen"] == 0].itertuples()
    ]


def _size(read, attributes: Mapping[str, tuple]) -> tuple[int, list[Said]]:
    """People that the usual rule asks for, and the guard where there are fewer."""
    n = int(read.person.max()) + 1
    each = float((~read.is_none).sum()) / n  # offers that a person saw
    most = max(len(levels) for levels in attributes.values())
    need = int(np.ceil(A_LEVEL * most / each))
    if n >= need:
        return need, []
    return need, [
        said(
            "only {n} people answered; the usual rule asks for {need}, and the intervals are wide",
            n=n,
            need=need,
        )
    ]
