"""What to move: the best split within the limits, single moves with their doubt, and what a smaller budget costs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.kpi import LEVEL
from helpers.methods import budget, budget_moves, budget_regret
from helpers.methods.budget import Plan
from helpers.methods.budget_limits import Limits
from helpers.methods.intervals import equal_tailed
from helpers.pillars.activation import budget_rules
from helpers.pillars.activation.budget import (
    Known,
    Unit,
    averages,
    builds,
    marginals,
    spend_a_month,
)
from helpers.pillars.activation.naming import TOGETHER

CUTS = (0.10, 0.20, 0.30)
SAME = 1e-4  # a total this near to today's, as a share of it, is today's


class Page(NamedTuple):
    """What the page decides from.

    found, kept : what is known, and the limits; `kept` is None without curves or where limits contradict each other.
    plan : the best split; None where there is none. moves, savings : single moves between channels, and money taken out and kept.
    ladder : cuts of the whole. refused : why limits or target cannot be kept, in words. min_chance : from which on a move is proposed.
    """

    found: Known
    kept: Limits | None
    plan: Plan | None
    moves: pd.DataFrame
    savings: pd.DataFrame
    ladder: pd.DataFrame
    refused: str
    min_chance: float

    @property
    def is_new_total(self) -> bool:
        """Whether the total is set to another one than today's, so that the split has to change."""
        return self.plan is not None and abs(self.plan.spend.sum() / self.found.curves.spend.sum() - 1) > SAME

    @property
    def best(self):
        """The move with the highest expected gain among those sure enough; None where there is none."""
        return _first(self.moves, self.min_chance)

    @property
    def likeliest(self):
        """The move with the highest expected gain, sure enough or not; None where none is expected to gain."""
        return _first(self.moves, 0.0)

    @property
    def kept_money(self) -> list:
        """Money to take out and keep, of channels that do not build for later years: a gain with its whole interval, for a total is not cut on less."""
        return [row for row in self._surely_kept() if not self._builds(row.source)]

    @property
    def unpaid(self) -> list:
        """Channels that build for later years whose last money does not earn itself back within weeks, with its whole interval."""
        return [row for row in self._surely_kept() if self._builds(row.source)]

    def _surely_kept(self) -> list:
        return [row for row in self.savings.itertuples(index=False) if row.low > 0]

    def _builds(self, source: str) -> bool:
        return any(builds(self.found, one) for one in source.split(TOGETHER))


def page(
    found: Known, *, total_budget: float = 0.0, risk: float = 0.0, max_change: float = 0.2, bounds: str = "", target_roas: float = 0.0,
    target_cpa: float = 0.0, step: float = 0.0, min_chance: float = 0.8,
) -> Page:  # fmt: skip
    """Find the best split and the moves, all in money a month.

    Parameters
    ----------
    total_budget : of all channels, 0 for today's. risk : 0 for the mean of all draws, .9 for that of the worst tenth.
    max_change : of a channel, share of its spend. bounds : text as in `budget_rules.parsed`.
    target_roas, target_cpa : least revenue for a unit of spend; most spend for an order more, read at the mean order; 0 for none.
    step : in which changes are counted, 0 for exact ones. min_chance : share of draws in which a move has to gain.
    """
    kept, refused = budget_rules.kept(found, bounds=bounds, total_budget=total_budget, max_change=max_change)
    empty = pd.DataFrame(columns=list(budget_moves.COLUMNS))
    groups = [one.channels for one in found.movable]
    cuts = _ladder(found)
    if kept is None or not groups:
        return Page(found, kept, None, empty, empty, cuts, refused, min_chance)
    wanted = max(target_roas, found.basket / target_cpa if target_cpa > 0 else 0.0)
    options = {"margin": found.rate, "step": step, "units": groups}
    try:
        plan = budget.best(found.curves, kept, risk=risk, target=wanted or None, **options)
    except DataError as reason:
        return Page(found, kept, None, empty, empty, cuts, reason.args[0], min_chance)
    ways = budget_moves.moves(found.curves, kept, outside=True, level=LEVEL, **options)
    between, out = ways[(ways["source"] != "") & (ways["target"] != "")], ways[ways["target"] == ""]
    return Page(found, kept, plan, between, out, cuts, "", min_chance)


def split(made: Page) -> pd.DataFrame:
    """Spend and marginal return of each unit, the largest spend first.

    Returns
    -------
    unit, spend, planned [money a month; empty without a plan], average, marginal, low, high [revenue per unit of money], can_move,
    status, why.
    """
    found, rows = made.found, []
    for one in found.units:
        at = [found.curves.channels.index(name) for name in one.channels]
        draws = marginals(found, one.channels)
        low, high = equal_tailed(draws, level=LEVEL)
        planned = float(made.plan.spend[at].sum()) if made.plan is not None else np.nan
        rows.append(
            (
                one.name, spend_a_month(found, one.channels), planned, float(averages(found, one.channels).mean()), float(draws.mean()),
                float(low), float(high), one.can_move, one.status, one.why,
            )
        )  # fmt: skip
    columns = ["unit", "spend", "planned", "average", "marginal", "low", "high", "can_move", "status", "why"]
    return pd.DataFrame(rows, columns=columns).sort_values("spend", ascending=False, kind="stable")


def spread(found: Known) -> tuple[float, float, float] | None:
    """Highest less lowest marginal return among the units that can be told, by draw: mean and bounds; None with fewer than two."""
    if len(found.movable) < 2:
        return None
    draws = np.column_stack([marginals(found, one.channels) for one in found.movable])
    gap = draws.max(axis=1) - draws.min(axis=1)
    low, high = equal_tailed(gap, level=LEVEL)
    return float(gap.mean()), float(low), float(high)


def regret(made: Page) -> tuple[float, float, float] | None:
    """What today's split gives up a month against the best one of each draw within the limits: mean and bounds; None without limits."""
    if made.kept is None or len(made.found.movable) < 2:
        return None
    kept = made.kept._replace(total=float(made.found.curves.spend.sum()))
    draws = budget_regret.regret(made.found.curves, kept, made.found.curves.spend, margin=made.found.rate)
    low, high = equal_tailed(draws, level=LEVEL)
    value = float(draws.mean())
    return value, min(float(low), value), max(float(high), value)


def short_share(found: Known, *, until: pd.Timestamp) -> tuple[float, int, int]:
    """Share of twelve months of media spend that does not go to what builds for later years; months and rows of spend in it."""
    start, rows = until - pd.DateOffset(months=12), found.stages
    rows = rows[(rows["month"] > start) & (rows["month"] <= until)]
    total = float(rows["spend"].sum())
    if not total > 0:
        return np.nan, 0, 0
    is_built = rows["funnel_stage"].isin(found.builders) | rows["channel"].isin(found.builders)
    return (
        1 - float(rows.loc[is_built, "spend"].sum()) / total,
        int(rows["month"].nunique()),
        int(rows["n_rows"].sum()),
    )


def effect_share(found: Known) -> tuple[float, float, float] | None:
    """Share of what media bring in these weeks that comes from channels that build, by draw: mean and bounds.

    None without curves, without such channels, where one draw in twenty leaves media no effect to share, or where the others or these
    may take sales away, so that a share would say nothing.
    """
    if found.curves is None:
        return None
    is_built = np.array([builds(found, name) for name in found.curves.channels])
    total = found.curves.effect.sum(axis=1)
    if not is_built.any() or is_built.all() or (total > 0).mean() < LEVEL + (1 - LEVEL) / 2:
        return None
    share = found.curves.effect[total > 0][:, is_built].sum(axis=1) / total[total > 0]
    low, high = equal_tailed(share, level=LEVEL)
    return (float(np.median(share)), float(low), float(high)) if low >= 0 and high <= 1 else None


def by_average(found: Known) -> tuple[Unit, Unit] | None:
    """The units with the lowest and the highest mean return of all their money, usable or not; None with fewer than two."""
    order = sorted(found.units, key=lambda one: float(averages(found, one.channels).mean()))
    return (order[0], order[-1]) if len(order) > 1 else None


def _ladder(found: Known) -> pd.DataFrame:
    if found.curves is None:
        return pd.DataFrame()
    told = [name for one in found.movable for name in one.channels]
    return budget_moves.ladder(found.curves, cuts=CUTS, margin=found.rate, told=told, level=LEVEL)


def _first(rows: pd.DataFrame, chance: float):
    """The first row that is expected to gain and does so in at least such a share of draws."""
    good = rows[(rows["chance"] >= chance) & (rows["value"] > 0)]
    return None if good.empty else next(good.itertuples(index=False))
