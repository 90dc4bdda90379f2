"""The same test read in four ways: once, every day, whenever somebody likes, and with what was known of each person before."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import rollups
from helpers.company import Scope
from helpers.i18n import interval, number, signed, text
from helpers.kpi import LEVEL
from helpers.methods.cuped import adjusted_difference
from helpers.methods.experiment_shares import welch
from helpers.methods.experiments import arm_of
from helpers.methods.sequential_stop import always_valid, level_of
from helpers.pillars.activation.creative import Test
from helpers.rollups import campaigns as rolled

WINDOW = 28  # days in which a message is to work


class Four(NamedTuple):
    """Relative effect of one test, (value, low, high) each way; None where the data do not allow it. `spared` is the share of variance that
    what was known before takes away.
    """

    name: str
    fixed: tuple[float, float, float]
    sequential: tuple[float, float, float] | None
    always: tuple[float, float, float] | None
    cuped: tuple[float, float, float] | None
    spared: float


def on_counts(found: list[Test]) -> list[Four]:
    """Tests that are counted by day: three ways, for nobody knows what each of their visitors did before."""
    return [
        Four(
            test.name, tuple(test.tested.effect.relative[:3]),
            test.looks.sequential if test.looks else None, test.looks.always if test.looks else None, None, np.nan,
        )
        for test in found if test.state not in ("no control", "not counted once")
    ]  # fmt: skip


def on_people(
    recipients: object | None, campaigns: object | None, orders: object | None, scope: Scope, *, known: list[Test] = ()
) -> list[Four]:  # fmt: skip
    """Tests whose arms are known person by person: mailings of which some customers were left out by lot; four ways each.

    A mailing is read once, on the day on which its weeks are over. Daily looks would then be one look, so the sequential reading is the
    fixed one, and the always valid one is what it costs to have kept the right to look. Tests that are `known` from their counts are left
    out: their figure is another one.
    """
    if recipients is None or campaigns is None or orders is None:
        return []
    made = rolled.addressed(recipients, campaigns, orders, until=scope.period.end, days=WINDOW)
    people = rollups.collect(made, may_be_empty=True).sort_values(
        ["starts_on", "campaign_id", "customer_id"], kind="stable"
    )
    there = {test.id for test in known}
    return [
        _read(str(name), own)
        for name, own in people.groupby("campaign_id", sort=False)
        if str(name) not in there
    ]


def _read(name: str, people: pd.DataFrame) -> Four:
    sent = ~people["is_held_out"].astype(bool).to_numpy()
    spend = people["spend"].to_numpy(dtype=float)
    arms = arm_of(spend[sent]), arm_of(spend[~sent])
    critical = always_valid(1.0, planned=1.0, level=LEVEL)
    fixed, always = (welch(*arms, level=level).effect.relative for level in (LEVEL, level_of(critical)))
    n_before = people["n_before"].to_numpy(dtype=float, na_value=np.nan)
    each = people["spend_before"].to_numpy(dtype=float, na_value=np.nan)
    ago = people["days_since"].to_numpy(dtype=float, na_value=np.nan)
    known = np.column_stack([n_before, np.nan_to_num(n_before * each), np.nan_to_num(1 / (1 + ago))])
    adjusted = adjusted_difference(spend, known, sent, level=LEVEL)
    once = tuple(fixed[:3])
    return Four(name, once, once, tuple(always[:3]), tuple(adjusted.effect.relative[:3]), adjusted.spared)


def shown(found: list[Four], scope: Scope) -> pd.DataFrame:
    """The four ways side by side, in words: relative effect with its interval."""
    lang = scope.language
    heads = {
        "fixed": text("once", lang), "sequential": text("at each look", lang),
        "always": text("at any time", lang), "cuped": text("with the past (CUPED)", lang),
    }  # fmt: skip
    table = {head: [_said(getattr(one, way), way, lang) for one in found] for way, head in heads.items()}
    table[text("variance spared", lang)] = [
        number(one.spared, "share", decimals=1, language=lang) for one in found
    ]
    return pd.DataFrame(table, index=[one.name for one in found])


def _said(found: tuple[float, float, float] | None, way: str, language: str) -> str:
    if found is None:
        return text("no people", language) if way == "cuped" else text("no days", language)
    value, low, high = found
    if np.isnan(low):
        return text("cannot tell", language)
    options = {"decimals": 1, "language": language}
    return f"{signed(value, 'share', **options)} ({interval(low, high, 'share', **options)})"
