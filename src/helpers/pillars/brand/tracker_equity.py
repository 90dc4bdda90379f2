"""What the brand is worth to people: trust as a scale of several statements, and what they would pay for the name in choice tasks."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr

from helpers import rollups
from helpers.company import Scope
from helpers.i18n import Said, said
from helpers.kpi import LEVEL, Z
from helpers.methods import choice, reliability
from helpers.methods import wave_changes as changes
from helpers.methods.choice import Coded, Fit
from helpers.methods.experiment_shares import holm
from helpers.methods.intervals import equal_tailed
from helpers.methods.reliability import Reliability
from helpers.methods.waves import Waves
from helpers.pillars.brand import tracker_moves
from helpers.pillars.brand.tracker_answers import Asked

SCALE = "trust"
MATTERS = 0.1  # points of the scale
MONTHS, SEED, DRAWS = (
    24,
    8,
    2000,
)  # months of choice studies that are read; as the page on prices does, so that both say one figure
COLUMNS = ("study_id", "respondent_id", "answered_on", "market", "task", "alternative", "attribute", "level", "is_chosen")  # fmt: skip
NO_TRUST = said("nobody was asked about trust")
ONE_ITEM = said("one statement was asked, and a scale needs two or more")
NO_STUDY = said("no choice study in the last two years")
NO_BRAND = said("the choice study does not show our brand beside others")


class Trust(NamedTuple):
    """Trust in the own brand and in rivals.

    waves : mean of the scale by brand and wave. changes : from wave to wave, of the own brand judged among themselves. ahead : one row a rival
    of the last wave: brand, change [own less rival], low, high, p_all, told. held : reliability by brand, over all waves. bounds : of the
    scale. items : how many statements. reason : why there is nothing.
    """

    waves: Waves
    changes: pd.DataFrame
    ahead: pd.DataFrame
    held: dict[str, Reliability]
    bounds: tuple[float, float]
    items: int
    reason: Said | str

    def last(self, brand: str) -> pd.Series | None:
        """The figures of a brand in the last wave."""
        own = self.waves.table[self.waves.table["brand"] == brand] if len(self.waves.table) else self.waves.table  # fmt: skip
        return None if own.empty else own.sort_values("wave", kind="stable").iloc[-1]


class Premium(NamedTuple):
    """What people would pay more for each brand than for the mean of the others.

    table : brand, value [money], low, high, the own one first. study, markets, n : its name, where and of how many people. reason : why
    there is nothing.
    """

    table: pd.DataFrame
    study: str
    markets: tuple[str, ...]
    n: int
    reason: Said | str


def trust(asked: Asked, own: str) -> Trust:
    """Read the scale of trust: reliability, mean by wave, change, and the own brand beside its rivals."""
    names = sorted(asked.rows["question"].unique())
    nothing = Trust(Waves(pd.DataFrame(), (), {}), pd.DataFrame(), pd.DataFrame(), {}, (math.nan, math.nan), len(names), NO_TRUST)  # fmt: skip
    if asked.rows.empty or own not in set(asked.rows["brand"]):
        return nothing
    if len(names) < 2:
        return nothing._replace(reason=ONE_ITEM)
    keys = ["wave", "respondent_id", "brand"]
    wide = asked.rows.pivot_table(index=keys, columns="question", values="score", aggfunc="first")
    weight = asked.rows.groupby(keys)["weight"].first()
    wide = wide.assign(weight=weight).reset_index()
    found = reliability.scale_waves(wide, names, name=SCALE, level=LEVEL)
    held = {
        brand: reliability.reliability(rows[names], weights=rows["weight"].fillna(1.0), level=LEVEL)
        for brand, rows in wide.groupby("brand", sort=True)
    }
    moves = changes.wave_changes(found, materiality=MATTERS, level=LEVEL)
    moves = tracker_moves.together(moves[moves["brand"] == own].reset_index(drop=True))
    bounds = float(asked.rows["scale_min"].min()), float(asked.rows["scale_max"].max())
    return Trust(found, moves, _ahead(found, own), held, bounds, len(names), "")


def _ahead(found: Waves, own: str) -> pd.DataFrame:
    """The own mean less each rival's in the last wave of both, as if no person had judged both: an interval that is a little too wide.

    Formula: d ± z sqrt(se_own² + se_rival²), p by Holm over the rivals.
    """
    last = found.table[found.table["wave"] == found.table["wave"].max()].set_index("brand")
    names = ["brand", "change", "low", "high", "p", "p_all", "n_effective", "told"]
    if own not in last.index:
        return pd.DataFrame(columns=names)
    rows = []
    for brand in last.index.drop(own):
        change = float(last.loc[own, "value"] - last.loc[brand, "value"])
        error = float(np.hypot(last.loc[own, "error"], last.loc[brand, "error"]))
        n = float(min(last.loc[own, "n_effective"], last.loc[brand, "n_effective"]))
        p = 2 * float(ndtr(-abs(change) / error)) if error > 0 else math.nan
        rows.append((brand, change, change - Z * error, change + Z * error, p, math.nan, n))
    made = pd.DataFrame(rows, columns=names[:-1])
    if made["p"].notna().all() and len(made):
        made["p_all"] = [step.p for step in holm(made["p"].tolist(), level=LEVEL)]
    sure = (made["p_all"] < 1 - LEVEL) & (made["n_effective"] >= changes.NO_TREND)
    made["told"] = np.select([sure & (made["change"] > 0), sure & (made["change"] < 0)], ["higher", "lower"], "cannot tell")  # fmt: skip
    return made


def premium(choices: object | None, scope: Scope, *, own: str, abroad: tuple[str, ...] = ()) -> Premium:
    """Worth of each brand in money, from the last choice study.

    Parameters
    ----------
    choices : table `choices`, None where there is none. abroad : markets whose prices are in another currency; they are left out.

    Formula: (b_brand - mean of b of the others) / -b_price; bounds are quantiles over draws of the coefficients.
    Source: Krinsky & Robb (1986), Review of Economics and Statistics 68.
    """
    none = Premium(pd.DataFrame(columns=["brand", "value", "low", "high"]), "", (), 0, NO_STUDY)
    rows = pd.DataFrame() if choices is None else _last_study(choices, scope, abroad)
    if rows.empty:
        return none
    data, fit = _fitted(rows)
    none = none._replace(study=str(rows["study_id"].iloc[0]), markets=tuple(sorted(rows["market"].unique())), n=fit.n_people)  # fmt: skip
    name = next((a for a, levels in data.attributes.items() if own in levels and len(levels) > 1), "")
    refusal = choice.price_refusal(fit, data, level=LEVEL) or ("" if name else NO_BRAND)
    if refusal:
        return none._replace(reason=refusal)
    return none._replace(table=_worth(fit, data, name, own), reason="")


def _worth(fit: Fit, data: Coded, name: str, own: str) -> pd.DataFrame:
    levels = sorted(data.attributes[name], key=lambda one: one != own)
    drawn = np.vstack([fit.coefficients, choice.draws_of(fit, draws=DRAWS, seed=SEED)])
    worth = {
        one: np.zeros(len(drawn)) if one == data.attributes[name][0] else drawn[:, fit.names.index(f"{name}: {one}")]
        for one in levels
    }  # fmt: skip
    rows = []
    for one in levels:
        others = np.mean([worth[other] for other in levels if other != one], axis=0)
        money = (worth[one] - others) / -drawn[:, fit.names.index(data.price)]
        low, high = equal_tailed(money[1:], level=LEVEL)
        rows.append((one, float(money[0]), min(float(low), float(money[0])), max(float(high), float(money[0]))))  # fmt: skip
    return pd.DataFrame(rows, columns=["brand", "value", "low", "high"])


def _last_study(choices: object, scope: Scope, abroad: tuple[str, ...]) -> pd.DataFrame:
    rows = rollups.collect(rollups.only(choices, *COLUMNS), may_be_empty=True)
    day, end = pd.to_datetime(rows["answered_on"]), pd.Timestamp(scope.period.end)
    rows = rows[(day > end - pd.DateOffset(months=MONTHS)) & (day <= end)]
    if len(rows):
        rows = rows[rows["study_id"] == rows.sort_values(["answered_on", "study_id"])["study_id"].iloc[-1]]
    return rows[~rows["market"].isin(abroad)]


def _fitted(rows: pd.DataFrame) -> tuple[Coded, Fit]:
    """The model, each attribute against the level that people like least."""
    data = choice.coded(rows)
    worths = choice.part_worths(choice.fit(data), data, level=LEVEL, draws=2)
    levels = worths[worths["attribute"].isin(list(data.attributes)) & worths["value"].notna()]
    least = levels.loc[levels.groupby("attribute")["value"].idxmin()].set_index("attribute")["level"]
    data = choice.coded(rows, references=least.to_dict())
    return data, choice.fit(data)
