"""How much of our sales does the brand carry, and what would a pause of brand media cost? The model of the page and its readings.

Months come from `demand_series`; figures and checks stand in `demand_figures`, words in `demand_telling`, decisions in `demand_decisions`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.i18n import mark_term
from helpers.kpi import LEVEL
from helpers.methods import base_demand_pause as reading
from helpers.methods.base_demand import BaseDemand, Control, base_demand
from helpers.methods.base_demand_pause import Pause
from helpers.pillars.brand.demand_regions import RegionTest, region_test
from helpers.pillars.brand.demand_series import YEAR, Months, measure

METRICS = ("unaided_awareness", "aided_awareness", "consideration", "preference", "use")
PRICE, PROMOTION, AT_ONCE = "price", "promotion", "brand media"
PRICE_PRIOR = (
    -1.0,
    0.5,
)  # elasticity of sales to price: mean and standard deviation of what is held possible
PROMOTION_PRIOR = (2.0, 2.0)  # log sales for a reduction of everything by 100 %
AT_ONCE_PRIOR = (0.05, 0.05)  # log sales that brand media at their mean bring in the same month
GROWTHS = (0.0, 0.01, 0.04)  # a year, standard deviation: what else might be assumed
MEDIA_TO_TELL = 0.05  # of the brand's level: an effect of brand media that a tracker should tell from none
SHOWN = mark_term("a way to read the effect", "as on this page")
WAYS = {
    "main": SHOWN,
    "first": mark_term("a way to read the effect", "first purchases alone"),
    "repeat": mark_term("a way to read the effect", "repeat purchases alone"),
    "growth": mark_term("a way to read the effect", "other growth of ±{growth} a year"),
    "none": mark_term("a way to read the effect", "no other growth at all"),
    "metric": mark_term("a way to read the effect", "measured by {metric}"),
}


class Page(NamedTuple):
    """What the page shows.

    found : months. metric : the brand measure. fit : the model. ways : one row a way to read the effect: kind, detail, value, low, high
    [share of sales; of an elasticity for another measure], narrowed. pause, fan : of brand media; None and empty where nothing is told.
    gain, carried : draws of the points gained and of the share of sales they carry. saved : brand media of twelve months [money].
    paid : chance that a pause costs more margin than it saves; NaN where it cannot be told. needed : effective answers a month. test : what a pause
    in part of the regions would tell.
    """

    found: Months
    metric: str
    other_growth: float
    fit: BaseDemand
    ways: pd.DataFrame
    pause: Pause | None
    fan: pd.DataFrame
    gain: np.ndarray
    carried: np.ndarray
    saved: float
    net: np.ndarray
    paid: float
    needed: float
    min_chance: float
    step: float
    test: RegionTest

    @property
    def is_shown(self) -> bool:
        """Whether the brand moves sales with an interval above zero."""
        return self.fit.is_told and self.fit.effect.low > 0

    @property
    def pause_is_told(self) -> bool:
        """Whether what brand media do to the brand can be told."""
        return self.pause is not None and self.pause.is_told

    @property
    def budget_share(self) -> float:
        """Share of the media spend of twelve months that builds; NaN without spend."""
        last = self.found.table.tail(YEAR)
        total = float(last["media"].sum())
        return float(last["brand_media"].sum()) / total if total > 0 else math.nan


def page(found: Months, *, metric: str, other_growth: float, min_chance: float, step: float, margin_rate: float, experiments: object | None = None) -> Page:  # fmt: skip
    """Read what the brand does to sales, and what a pause would cost.

    Parameters
    ----------
    metric : of METRICS, the measure of the brand. other_growth : growth a year, up or down, that nothing here explains, one standard
        deviation. min_chance : from which the brand share is raised. step : by how much of the media budget. margin_rate : contribution
        margin a unit of sales. experiments : the table, for orders by region, or None.

    Raises
    ------
    ValueError : an unknown metric. DataError : a chance or a step outside 0 to 1.
    """
    if metric not in METRICS:
        raise ValueError(f"metric: {metric!r} is unknown. Use one of {', '.join(METRICS)}.")
    if not (0 < min_chance < 1 and 0 < step < 1):
        raise DataError(f"min_chance is {min_chance:g} and step {step:g}. Give two shares between 0 and 1.")
    fit = _fit(found, metric, other_growth)
    gain, carried = reading.carried(fit)
    paused = reading.pause(fit, AT_ONCE, level=LEVEL)
    saved = float(found.table["brand_media"].tail(YEAR).sum())
    fan, net, paid = pd.DataFrame(), np.empty(0), math.nan
    if paused is not None:
        by_quarter = found.table["revenue"].tail(YEAR).to_numpy().reshape(-1, 3).sum(axis=1)
        fan = reading.fan(paused, by_quarter, level=LEVEL)
        net = margin_rate * ((paused.long + paused.short) * by_quarter).sum(axis=1) - saved
        paid = float((net > 0).mean()) if paused.is_told else math.nan
    needed = math.nan
    if fit.is_told and found.table["brand_media"].sum() > 0:
        needed = reading.answers_needed(found.table["brand_media"], MEDIA_TO_TELL * fit.level, fit.level, level=LEVEL)  # fmt: skip
    ways = _ways(found, metric, other_growth, fit)
    earned = margin_rate * float(found.table["revenue"].tail(YEAR).sum())
    test = region_test(experiments, pays_at=saved / earned if earned > 0 else math.nan)
    return Page(found, metric, other_growth, fit, ways, paused, fan, gain, carried, saved, net, paid, needed, min_chance, step, test)  # fmt: skip


def controls(table: pd.DataFrame) -> list[Control]:
    """What else moves sales, from what the months know; what never moves is left out."""
    made = []
    price = table["price"].interpolate(limit_direction="both")
    if price.notna().all() and price.std() > 0:
        made.append(Control(PRICE, (price - price.mean()).to_numpy(), *PRICE_PRIOR))
    if table["promotion"].std() > 0:
        made.append(Control(PROMOTION, table["promotion"].to_numpy(), *PROMOTION_PRIOR))
    if table["brand_media"].std() > 0:
        made.append(Control(AT_ONCE, (table["brand_media"] / table["brand_media"].mean()).to_numpy(), *AT_ONCE_PRIOR))  # fmt: skip
    return made


def _fit(found: Months, metric: str, other_growth: float, *, of: str = "all", draws: int = 1500) -> BaseDemand:  # fmt: skip
    table = found.table
    share, worth = measure(found, metric)
    return base_demand(
        table[of], share, worth, n_sales=table[f"n_{of}"], month_of_year=table.index.month, brand_media=table["brand_media"],
        controls=controls(table), other_growth=other_growth, level=LEVEL, draws=draws,
    )  # fmt: skip


def _ways(found: Months, metric: str, other_growth: float, fit: BaseDemand) -> pd.DataFrame:
    """The effect read in other ways; another measure is told for as large a part of its own level."""
    if not fit.is_told:
        return pd.DataFrame(columns=["kind", "detail", "value", "low", "high", "narrowed"])
    fits = [("main", "", fit)]
    fits += [(kind, "", _fit(found, metric, other_growth, of=kind, draws=1)) for kind in ("first", "repeat")]
    fits += [("growth" if one else "none", f"{one:g}", _fit(found, metric, one, draws=1)) for one in GROWTHS if one != other_growth]  # fmt: skip
    others = [name for name in ("preference", "consideration") if name != metric]
    fits += [("metric", name, _fit(found, name, other_growth, draws=1)) for name in others]
    rows = []
    for kind, detail, one in fits:
        scale = one.level / fit.level if kind == "metric" else 1.0
        rows.append((kind, detail, *(math.expm1(scale * figure) for figure in one.effect[:3]), one.narrowed))
    return pd.DataFrame(rows, columns=["kind", "detail", "value", "low", "high", "narrowed"])
