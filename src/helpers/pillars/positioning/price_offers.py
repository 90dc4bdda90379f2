"""Offers as a page's parameter writes them: a name and its levels, found among those that people saw."""

from __future__ import annotations

import pandas as pd

from helpers.errors import DataError
from helpers.methods.choice import Coded


def offers_of(written: str, data: Coded) -> pd.DataFrame:
    """One row an offer, of a text such as "House = 139, glass; Rival = 99, plastic".

    A level belongs to the attribute that has it, a number to the price. An attribute without a level takes the name of the offer where
    it has such a level, as brands do.

    Raises
    ------
    DataError : an offer has no name or no level, a level was shown to nobody, or an attribute or the price has no level or two.
    """
    rows = []
    for part in written.split(";"):
        name, _, levels = (one.strip() for one in part.partition("="))
        if not name or not levels:
            raise DataError(f'scenario: "{part.strip()}" is no offer. Write House = 139, glass, 5 years; Rival = 99, plastic, 2 years.')  # fmt: skip
        rows.append({"offer": name, **_levels(name, levels, data)})
    return pd.DataFrame(rows)


def _levels(name: str, written: str, data: Coded) -> dict[str, object]:
    found: dict[str, object] = {}
    for one in (level.strip() for level in written.split(",") if level.strip()):
        attribute = next((a for a, known in data.attributes.items() if one in known), "")
        if not attribute and data.price and _is_number(one):
            attribute = data.price
        if not attribute and one in data.constant.values():
            continue  # all offers of the study have it
        if not attribute:
            known = ", ".join(level for levels in data.attributes.values() for level in levels)
            raise DataError(
                f'scenario: {name} has "{one}", which was shown to nobody. Use {known}, or a price.'
            )
        if attribute in found:
            raise DataError(f"scenario: {name} has two levels of {attribute}. Keep one.")
        found[attribute] = float(one) if attribute == data.price else one
    for attribute in [*data.attributes, *([data.price] if data.price else [])]:
        if attribute not in found:
            if name not in data.attributes.get(attribute, ()):
                raise DataError(f"scenario: {name} has no {attribute}. Give each offer a level of every attribute.")  # fmt: skip
            found[attribute] = name
    return found


def costs_of(written: str, data: Coded, today: dict[str, object]) -> dict[str, dict[str, float]]:
    """What a level costs more than the one of today, by attribute and level, of a text such as "glass = 9; 5 years = 4".

    Raises
    ------
    DataError : a part is no level with its cost, or the level was shown to nobody.
    """
    given: dict[str, float] = {}
    for part in (one for one in written.split(";") if one.strip()):
        level, _, cost = (one.strip() for one in part.partition("="))
        if not _is_number(cost):
            raise DataError(f'level_costs: "{part.strip()}" is no level with its cost. Write glass = 9; 5 years = 4.')  # fmt: skip
        given[level] = float(cost)
    known = {level for levels in data.attributes.values() for level in levels} | set(data.constant.values())
    if lost := sorted(set(given) - known):
        raise DataError(f'level_costs: "{lost[0]}" was shown to nobody. Use {", ".join(sorted(known))}.')
    return {
        name: {level: given.get(level, 0.0) - given.get(str(today[name]), 0.0) for level in levels}
        for name, levels in data.attributes.items()
    }


def _is_number(written: str) -> bool:
    try:
        float(written)
    except ValueError:
        return False
    return True
