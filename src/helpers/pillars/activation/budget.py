"""Where the next euro goes: what is known of each channel's answer to money, and what of it may carry a decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import rollups
from helpers.company import Scope
from helpers.i18n import text
from helpers.methods.response import Curves, marginal
from helpers.pillars.activation.mix_channels import BIAS
from helpers.pillars.activation.naming import TOGETHER
from helpers.rollups import media_stages

WEEKS = 365.25 / 12 / 7  # weeks in a month; curves are a week, decisions a month
SEEN_WEEKS = 4  # a spend counts as seen when it stood for a month
YEAR = 52


class Unit(NamedTuple):
    """What is decided together: one channel, or a group whose sum alone is known.

    channels : names. status : of the mix page. can_move : whether a decision may rest on its figures. why : what stands against it, or
    behind it, in words.
    """

    channels: tuple[str, ...]
    status: str
    can_move: bool
    why: str

    @property
    def name(self) -> str:
        """Names of the channels."""
        return TOGETHER.join(self.channels)


class Known(NamedTuple):
    """What the page starts from.

    curves : answer of revenue to spend a month, None where no model can be used. units : what can be decided together; empty then.
    table : rows of the mix page (channel, spend, marginal_roas, ..., status, reason).
    seen : least and most spend a month that stood for four weeks, by channel.
    stages : month, channel, funnel_stage, spend of all media. builders : channels or stages that build for later years.
    weeks : weeks of the model. revenue : a month, mean of the last year. basket : revenue per order then.
    rate : contribution margin of revenue, 1 where the company states none. why : why there are no curves, in words.
    """

    curves: Curves | None
    units: tuple[Unit, ...]
    table: pd.DataFrame
    seen: pd.DataFrame
    stages: pd.DataFrame
    builders: tuple[str, ...]
    weeks: int
    revenue: float
    basket: float
    rate: float
    why: str

    @property
    def movable(self) -> tuple[Unit, ...]:
        """Units that a decision may rest on."""
        return tuple(one for one in self.units if one.can_move)


def known(
    weekly: pd.DataFrame, table: pd.DataFrame, curves: Curves | None, media: object, scope: Scope, *, builders: str = "reach",
    why: str = "",
) -> Known:  # fmt: skip
    """Put together what the page starts from.

    Parameters
    ----------
    weekly : the weekly table of the mix model: week, revenue, n_orders and one column a channel.
    table, curves : `by_channel` and `curves` of the mix page; curves are None where no model can be used, and `why` says it.
    media : table `media_spend`.
    builders : names of channels, or of stages of the funnel, that build for later years, parted by commas.
    """
    stages = rollups.collect(media_stages.stage_months(media), may_be_empty=True)
    rate = scope.margin_rate
    last = weekly.tail(YEAR)
    orders = float(last["n_orders"].sum()) if len(last) else 0.0
    told = None if curves is None or not len(curves.channels) else a_month(curves)
    return Known(
        told, units(table, told, rate, scope), table, seen(weekly, list(table["channel"])), stages,
        tuple(name.strip() for name in builders.split(",") if name.strip()), len(weekly),
        WEEKS * float(last["revenue"].mean()) if len(last) else 0.0, float(last["revenue"].sum()) / orders if orders else 0.0, rate,
        why or ("" if told else text("No model of these data can be used.", scope.language)),
    )  # fmt: skip


def a_month(curves: Curves) -> Curves:
    """Curves of a week as curves of a month of such weeks."""
    return curves._replace(spend=curves.spend * WEEKS, effect=curves.effect * WEEKS)


def units(table: pd.DataFrame, curves: Curves | None, rate: float, scope: Scope) -> tuple[Unit, ...]:
    """What can be decided together, in the order of the curves.

    A channel that a test has measured may move. An untested channel, or a group of which only the sum is known, may move where
    its marginal return is on one side of what it costs with its whole interval, even if a hidden cause has moved it by as much as in
    stress tests. A member of a group of which another member was tested has no figure of its own.
    """
    if curves is None:
        return ()
    rows = {row.channel: row for row in table.itertuples()}
    groups = [tuple(name.split(TOGETHER)) for name in rows if TOGETHER in name]
    made: list[Unit] = []
    for name in curves.channels:
        group = next((one for one in groups if name in one), ())
        if any(name in one.channels for one in made):
            continue
        if name in rows and rows[name].status == "pair" and not _tested(group, rows):
            there = tuple(one for one in group if one in curves.channels)
            made.append(_unit(there, rows[TOGETHER.join(group)], rate, scope))
        elif name in rows:
            made.append(_unit((name,), rows[name], rate, scope))
        else:
            made.append(Unit((name,), "withheld", False, text("nothing is published of it", scope.language)))
    return tuple(made)


def _tested(group: Sequence[str], rows: dict) -> bool:
    return not group or any(rows[one].status == "tested" for one in group if one in rows)


def _unit(channels: tuple[str, ...], row, rate: float, scope: Scope) -> Unit:
    if row.status == "tested":
        return Unit(channels, row.status, True, row.reason)
    if row.marginal_roas != row.marginal_roas:
        return Unit(channels, row.status, False, row.reason)
    pays = 1 / rate
    is_sure = row.marginal_low * (1 - BIAS) > pays or row.marginal_high * (1 + BIAS) < pays
    if is_sure:
        return Unit(channels, row.status, True, row.reason)
    why = text("untested, and its last unit of money may earn itself back or not", scope.language)
    return Unit(channels, row.status, False, why)


def seen(weekly: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Least and most spend a month of any four weeks in a row, by channel; a group has the sum of its channels."""
    made = {}
    for name in names:
        parts = [one for one in name.split(TOGETHER) if one in weekly]
        if parts and len(weekly):
            run = weekly[parts].sum(axis=1).rolling(min(SEEN_WEEKS, len(weekly))).mean().dropna()
            made[name] = (WEEKS * float(run.min()), WEEKS * float(run.max()))
    return pd.DataFrame.from_dict(made, orient="index", columns=["least", "most"])


def spend_a_month(found: Known, channels: Sequence[str]) -> float:
    """What some channels cost a month, mean of the last year."""
    if found.curves is None:
        rows = found.table[found.table["channel"].isin(channels)]
        return float(rows["spend"].sum()) / 12
    at = [found.curves.channels.index(name) for name in channels]
    return float(found.curves.spend[at].sum())


def builds(found: Known, channel: str) -> bool:
    """Whether most of a channel's spend of the data builds for later years, by its name or by the stage of its campaigns."""
    if channel in found.builders:
        return True
    rows = found.stages[found.stages["channel"] == channel]
    total = float(rows["spend"].sum())
    return total > 0 and float(rows.loc[rows["funnel_stage"].isin(found.builders), "spend"].sum()) > total / 2


def marginals(found: Known, channels: Sequence[str]) -> np.ndarray:
    """Revenue of the last unit of money of some channels together, each moved by the same share [draw]."""
    at = [found.curves.channels.index(name) for name in channels]
    spend = found.curves.spend[at]
    return marginal(found.curves, found.curves.spend)[:, at] @ spend / spend.sum()


def averages(found: Known, channels: Sequence[str]) -> np.ndarray:
    """Revenue per unit of all the money of some channels [draw]."""
    at = [found.curves.channels.index(name) for name in channels]
    return found.curves.effect[:, at].sum(axis=1) / found.curves.spend[at].sum()
