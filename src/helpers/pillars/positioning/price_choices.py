"""What people choose: worths, importance, money for a step, shares of the offers of today, the price curve, and what a new line takes."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import rollups
from helpers.company import Scope
from helpers.i18n import Said, said
from helpers.kpi import LEVEL
from helpers.methods import choice, choice_panel
from helpers.methods import choice_simulator as simulator
from helpers.methods.choice import Coded, Fit
from helpers.methods.choice_simulator import Hits, PriceCurve, Source
from helpers.methods.intervals import Estimate, equal_tailed
from helpers.pillars.positioning.price_offers import costs_of, offers_of

MONTHS = 24  # of studies that are read
COLUMNS = ("study_id", "respondent_id", "answered_on", "market", "task", "alternative", "attribute", "level", "is_chosen")  # fmt: skip
SEED, DRAWS = 8, 2000
MOST_CLASSES = 3  # of people with tastes of their own
FOLDS = 5
NO_STUDY = said("no choice study in the last two years")


class Chosen(NamedTuple):
    """The last choice study, read for one own offer.

    study, markets : its name and where it was asked. data, fit : coded tasks and their model. own : name of the own offer, at `price` with
    `unit_cost` before tax and `vat_rate`. scenario : offers of today. worths, weigh, willing : as `choice` gives them, each step against
    the level that people like least, one set of tastes for all. tastes : classes of people where they explain choices better; shares, curve, elasticity,
    source and panel are read from them. premium : what people pay more for the own brand than for the mean of the others. shares, curve,
    elasticity, source, hits : as the simulator gives them; `source` is None without a new offer. panel : constants and draws of the
    what-if, None where there is none. refusal : why nothing in money can be told, empty where it can. reason : why there is nothing.
    """

    study: str
    markets: tuple[str, ...]
    data: Coded | None
    fit: Fit | None
    tastes: Fit | None
    own: str
    price: float
    unit_cost: float
    vat_rate: float
    scenario: pd.DataFrame
    worths: pd.DataFrame
    weigh: pd.DataFrame
    willing: pd.DataFrame
    premium: Estimate
    shares: pd.DataFrame
    curve: PriceCurve | None
    elasticity: Estimate
    source: Source | None
    new: str
    hits: Hits | None
    panel: dict | None
    refusal: Said | str
    reason: Said | str

    @property
    def n(self) -> int:
        """People who answered."""
        return 0 if self.fit is None else self.fit.n_people


def nothing(own: str, reason: Said | str) -> Chosen:
    """No study, and why."""
    none, empty = Estimate(math.nan, math.nan, math.nan, LEVEL, 0), pd.DataFrame()
    return Chosen(
        "", (), None, None, None, own, math.nan, math.nan, 0.0, empty, empty, empty, empty, none, empty, None, none, None, "", None, None,
        reason, reason,
    )  # fmt: skip


def tasks(choices: object, scope: Scope) -> pd.DataFrame:
    """Rows of the last study in the two years up to the period's end."""
    rows = rollups.collect(rollups.only(choices, *COLUMNS), may_be_empty=True)
    day = pd.to_datetime(rows["answered_on"])
    end = pd.Timestamp(scope.period.end)
    rows = rows[(day > end - pd.DateOffset(months=MONTHS)) & (day <= end)]
    return rows if rows.empty else rows[rows["study_id"] == rows.sort_values(["answered_on", "study_id"])["study_id"].iloc[-1]]  # fmt: skip


def of_table(
    choices: object | None, scope: Scope, *, scenario: str, new_offer: str = "", unit_cost: float = 0.0, vat_rate: float = 0.0,
    level_costs: str = "", abroad: tuple[str, ...] = (),
) -> Chosen:  # fmt: skip
    """Read the last choice study.

    Parameters
    ----------
    choices : table `choices`, None where there is none. abroad : markets whose prices are in another currency; they are left out.
    scenario : offers of today, the own one first; new_offer : an own line to add, empty for none; both as `price_offers.offers_of`.
    unit_cost : variable cost of the own offer before tax; 0 takes the price before tax by the company's margin rate.
    vat_rate : tax inside the prices that people saw. level_costs : as `price_offers.costs_of`.

    Raises
    ------
    DataError : a scenario or a cost names what nobody was shown, or the table is at fault.
    """
    own = scenario.partition("=")[0].strip()
    rows = pd.DataFrame() if choices is None else tasks(choices, scope)
    rows = rows if rows.empty else rows[~rows["market"].isin(abroad)]
    if rows.empty:
        return nothing(own, NO_STUDY)
    data, fit = _fitted(rows)
    offers = offers_of(scenario, data)
    price = float(offers[data.price].iloc[0]) if data.price else math.nan
    cost = unit_cost or price / (1 + vat_rate) * (1 - scope.margin_rate)
    refusal = choice_panel.refusal(fit, data, level=LEVEL)
    tastes = fit if refusal else choice.by_bic(data, most=MOST_CLASSES, seed=SEED)
    moved = refusal or choice_panel.refusal(tastes, data, level=LEVEL)
    curve, panel = None, None
    if data.price and not moved:
        curve = simulator.price_curve(
            tastes, data, offers, offer=own, unit_cost=cost, vat_rate=vat_rate, level=LEVEL, seed=SEED
        )
        panel = choice_panel.constants_of(
            tastes, data, offers, own=own, unit_cost=cost, extra_costs=costs_of(level_costs, data, offers.iloc[0].to_dict()), vat_rate=vat_rate,
            level=LEVEL, seed=SEED,
        )  # fmt: skip
    new = offers_of(new_offer, data) if new_offer.strip() else None
    unknown = Estimate(math.nan, math.nan, math.nan, LEVEL, fit.n_people)
    return Chosen(
        str(rows["study_id"].iloc[0]), tuple(sorted(rows["market"].unique())), data, fit, tastes, own, price, cost, vat_rate, offers,
        choice.part_worths(fit, data, level=LEVEL, seed=SEED), choice.importance(fit, data, level=LEVEL, seed=SEED),
        choice.willingness(fit, data, level=LEVEL, seed=SEED), _premium(fit, data, own, refusal),
        _shares(tastes, data, offers, panel), curve,
        simulator.elasticity(tastes, data, offers, offer=own, level=LEVEL, seed=SEED)[0] if data.price else unknown,
        None if new is None else simulator.source(tastes, data, offers, new, level=LEVEL, seed=SEED), "" if new is None else str(new["offer"].iloc[0]),
        simulator.hit_rate(data, folds=FOLDS, level=LEVEL, seed=SEED) if data.n_people >= FOLDS else None, panel, refusal, "",
    )  # fmt: skip


def _fitted(rows: pd.DataFrame) -> tuple[Coded, Fit]:
    """The model, each attribute against the level that people like least, so that steps are worth something."""
    data = choice.coded(rows)
    worths = choice.part_worths(choice.fit(data), data, level=LEVEL, draws=2)
    levels = worths[worths["attribute"].isin(list(data.attributes)) & worths["value"].notna()]
    least = levels.loc[levels.groupby("attribute")["value"].idxmin()].set_index("attribute")["level"]
    data = choice.coded(rows, references=least.to_dict())
    return data, choice.fit(data)


def _shares(tastes: Fit, data: Coded, offers: pd.DataFrame, panel: dict | None) -> pd.DataFrame:
    """Shares of choices of the offers of today; the own one, the first, as the what-if opens on it."""
    made = simulator.shares(tastes, data, offers, level=LEVEL, seed=SEED)
    if panel is not None:
        today = panel["constants"]["today"]
        inputs = {"price": today["price"], **dict(zip(panel["constants"]["inputs"], today["options"], strict=True))}  # fmt: skip
        made.loc[made.index[0], ["value", "low", "high"]] = choice_panel.scenario(inputs, panel["constants"], panel["draws"])["figures"]["share"]  # fmt: skip
    return made


def _premium(fit: Fit, data: Coded, own: str, refusal: Said | str) -> Estimate:
    """What the own brand is worth more than the mean of the others, in money: Krinsky and Robb's draws."""
    name = next((a for a, levels in data.attributes.items() if own in levels and len(levels) > 1), "")
    unknown = Estimate(math.nan, math.nan, math.nan, LEVEL, fit.n_people)
    if refusal or not name:
        return unknown
    rows = np.vstack([fit.coefficients, choice.draws_of(fit, draws=DRAWS, seed=SEED)])
    levels = data.attributes[name]
    worth = {one: rows[:, fit.names.index(f"{name}: {one}")] if k else np.zeros(len(rows)) for k, one in enumerate(levels)}  # fmt: skip
    others = np.mean([worth[one] for one in levels if one != own], axis=0)
    money = (worth[own] - others) / -rows[:, fit.names.index(data.price)]
    low, high = equal_tailed(money[1:], level=LEVEL)
    return Estimate(
        float(money[0]), float(min(low, money[0])), float(max(high, money[0])), LEVEL, fit.n_people
    )
