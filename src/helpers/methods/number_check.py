"""Numbers in words against measured indicators: value within the rounding of the words, unit, year."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd

AGREES, VALUE, UNIT, YEAR, MISSING, APART = "agrees", "value differs", "unit differs", "year differs", "no indicator", "not comparable"  # fmt: skip
CONTRADICTS = (VALUE, UNIT, YEAR)
ABOUT = 0.05  # relative width of "about", "nearly": a convention of this product
BOUNDS = ("exact", "at least", "at most", "about")
UNITS = {
    "share": ("share", 1.0), "%": ("share", 0.01), "percent": ("share", 0.01), "points": ("points", 1.0),
    "g": ("mass", 0.001), "gco2e": ("mass", 0.001), "kg": ("mass", 1.0), "kgco2e": ("mass", 1.0), "t": ("mass", 1000.0),
    "tonne": ("mass", 1000.0), "tonnes": ("mass", 1000.0), "tco2e": ("mass", 1000.0),
    "ml": ("volume", 0.001), "l": ("volume", 1.0), "litre": ("volume", 1.0), "litres": ("volume", 1.0), "m3": ("volume", 1000.0),
    "kwh": ("energy", 1.0), "mwh": ("energy", 1000.0), "wh": ("energy", 0.001), "km": ("length", 1.0), "m": ("length", 0.001),
    "hours": ("hours", 1.0), "hour": ("hours", 1.0), "h": ("hours", 1.0), "heures": ("hours", 1.0), "heure": ("hours", 1.0),
    "days": ("days", 1.0), "day": ("days", 1.0), "jours": ("days", 1.0), "jour": ("days", 1.0), "years": ("years", 1.0),
    "year": ("years", 1.0), "ans": ("years", 1.0), "an": ("years", 1.0), "€": ("eur", 1.0), "eur": ("eur", 1.0), "euros": ("eur", 1.0),
}  # fmt: skip
COLUMNS = ["claim_id", "metric", "said", "unit", "measured", "measure", "period_end", "is_audited", "status", "gap", "is_scope_same"]  # fmt: skip


def check_numbers(said: pd.DataFrame, metrics: pd.DataFrame, *, on: date) -> pd.DataFrame:
    """Hold each number against the indicator it is about.

    Parameters
    ----------
    said : one row a number: claim_id, metric, scope, value, unit, place [value of one unit of the last digit that was written, such as
        1 for "38" and .1 for "0.4"], bound ["exact", "at least", "at most", "about"], sign [-1 for "less", 1 for "more", 0],
        year [of the number], base_year [that a change counts from]; the last two may be missing.
    metrics : period_end, metric, scope, value, measure [its unit], is_audited.
    on : the day; what is measured later is left out. Audited rows count where there are any, else all.

    Returns
    -------
    One row a number: claim_id, metric, said [with the sign of a change], unit, measured [in `measure`], measure, period_end, is_audited; status: "agrees", "value
    differs", "unit differs" [the figure is that of the indicator and its unit is not], "year differs" [it is that of another period],
    "no indicator", "not comparable"; gap [said less measured, in `measure`]; is_scope_same [False where the indicator has another
    scope than the claim, so that people have to judge].

    Raises
    ------
    ValueError : an unknown bound.

    Formula: agrees where |measured - said| <= place / 2, the rounding of the words; "at least" and "at most" allow one side; "about"
    allows 5 %. A change ("30 % less since 2020") is measured(latest) / measured(base year) - 1 where the base year is measured.
    """
    bad = set(said["bound"]) - set(BOUNDS) if len(said) else set()
    if bad:
        raise ValueError(f'bound "{sorted(bad)[0]}" is unknown. Use {", ".join(BOUNDS)}.')
    rows = [_checked(one, _measured(one, metrics, on)) for one in said.itertuples()]
    return pd.DataFrame(rows, columns=COLUMNS)


def converted(value: float, unit: str, measure: str) -> float | None:
    """A value in the unit of a measure; None where the two are of different kinds."""
    kind, factor = _unit(unit)
    kind_to, factor_to = _unit(measure)
    return value * factor / factor_to if kind == kind_to else None


def _unit(unit: str) -> tuple[str, float]:
    name = str(unit).strip().casefold().replace(" ", "").replace("₂", "2").replace("³", "3")
    return UNITS.get(name, UNITS.get(name.replace("co2eq", "co2e"), (name, 1.0)))


def _measured(one, metrics: pd.DataFrame, on: date) -> tuple[pd.DataFrame, bool]:
    """Rows of the indicator up to the day, of the claim's scope where it has one, and whether the scope is the same."""
    own = metrics[
        (metrics["metric"] == one.metric) & (pd.to_datetime(metrics["period_end"]) <= pd.Timestamp(on))
    ]
    scope = own["scope"].astype("string").fillna("")
    wanted = "" if pd.isna(one.scope) else str(one.scope)
    same = own[scope == wanted]
    if len(same) or own.empty:
        return _audited(same), True
    return (_audited(own), False) if scope.nunique() == 1 else (own.iloc[:0], False)


def _audited(own: pd.DataFrame) -> pd.DataFrame:
    checked = own[own["is_audited"].astype("boolean").fillna(False).astype(bool)] if len(own) else own
    return (checked if len(checked) else own).sort_values("period_end", kind="stable")


def _checked(one, found: tuple[pd.DataFrame, bool]) -> tuple:
    own, is_same = found
    if own.empty:
        status = MISSING if is_same else APART
        return (one.claim_id, one.metric, (one.sign or 1) * one.value, one.unit, math.nan, None, pd.NaT, False, status, math.nan, is_same)  # fmt: skip
    years = pd.to_datetime(own["period_end"]).dt.year
    named = own[years == one.year] if pd.notna(one.year) else own.iloc[-1:]
    here = _nearest(one, named) if len(named) else own.iloc[-1]
    status = _status(one, here, own, is_right_time=len(named) > 0)
    said, measured = _pair(one, here, own)
    gap = said - measured if said is not None else math.nan
    return (one.claim_id, one.metric, (one.sign or 1) * one.value, one.unit, measured, here["measure"], here["period_end"], bool(here["is_audited"] or False), status, gap, is_same)  # fmt: skip


def _nearest(one, rows: pd.DataFrame) -> pd.Series:
    """The row that the number agrees with, else the last: a year may be told by several rows."""
    return next((row for _, row in rows[::-1].iterrows() if _agrees(one, row, rows)), rows.iloc[-1])


def _status(one, here: pd.Series, own: pd.DataFrame, *, is_right_time: bool) -> str:
    if is_right_time and _agrees(one, here, own):
        return AGREES
    if any(_agrees(one, row, own) for _, row in own.iterrows()):
        return YEAR
    if _is_other_unit(one, here):
        return UNIT
    if not is_right_time or _pair(one, here, own)[0] is None:
        return APART
    return VALUE


def _pair(one, row: pd.Series, own: pd.DataFrame) -> tuple[float | None, float]:
    """What is said and what is measured, in the unit of the measure: a change where a base year is measured, else the level."""
    said, measured = converted(one.value, one.unit, row["measure"]), float(row["value"])
    base = _base(one, own)
    if one.sign and base:
        changed = converted(one.value, one.unit, "share")
        return (None if changed is None else one.sign * changed), measured / base - 1
    return (None if said is None else abs(said) if one.sign else said), abs(
        measured
    ) if one.sign else measured


def _base(one, own: pd.DataFrame) -> float:
    if not one.sign or pd.isna(one.base_year):
        return 0.0
    rows = own[pd.to_datetime(own["period_end"]).dt.year == one.base_year]
    return float(rows["value"].iloc[-1]) if len(rows) else 0.0


def _agrees(one, row: pd.Series, own: pd.DataFrame) -> bool:
    said, measured = _pair(one, row, own)
    if said is None:
        return False
    is_change = bool(one.sign and _base(one, own))
    place = converted(one.place, one.unit, "share" if is_change else row["measure"])
    return _within(said, measured, float(place), one.bound)


def _within(said: float, measured: float, place: float, bound: str) -> bool:
    """Whether a measured value is what the words say; "at least" and "at most" go by size, so that 30 % less is at least -30 %."""
    hair = 1e-9 * max(1.0, abs(said))
    if bound in ("at least", "at most"):
        over = (abs(measured) - abs(said)) * (1 if bound == "at least" else -1)
        return over >= -hair and said * measured >= 0
    half = place / 2 if bound == "exact" else max(place / 2, ABOUT * abs(said))
    return abs(measured - said) <= half + hair


def _is_other_unit(one, row: pd.Series) -> bool:
    """Whether the bare figure is that of the indicator, in another unit than the words give it."""
    measured, same = abs(float(row["value"])), _unit(one.unit) == _unit(row["measure"])
    bare = [measured, 100 * measured] if _unit(row["measure"])[0] == "share" else [measured]
    return not same and any(abs(one.value - size) <= one.place / 2 + 1e-9 for size in bare)
