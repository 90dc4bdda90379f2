"""What stands behind the silence? Chance of it x value, by segment, and the chance of being kept; `churn_decision` decides."""

from __future__ import annotations

import math
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from helpers import rollups
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import day, mark, number, text
from helpers.kpi import LEVEL, Z
from helpers.methods.intervals import Estimate, difference_of_proportions, equal_tailed
from helpers.methods.scoring import calibration_line
from helpers.pillars.crm.churn import HORIZON_DAYS, Known, skill
from helpers.pillars.crm.churn_curve import GROUPS, Silence, group
from helpers.rollups.standing import win_back_arms

DRAWS = 1000
MOSTLY = 0.9  # share of a test's customers who had to be silent for it to be about winning back
SMALLEST = 10  # customers of a segment that may be shown
BANDS = {
    "fresh": mark("up to 4 weeks"),
    "quiet": mark("5 to 12 weeks"),
    "silent": mark("13 weeks or more"),
}
BAND_WEEKS = (4, 12)


class Kept(NamedTuple):
    """Share of the customers who would have stayed silent that a message keeps: value, low, high, and where it comes from.

    n, on : customers and first day of the test; 0 and None where the value is an assumption, whose bounds are the value itself.
    """

    value: float
    low: float
    high: float
    n: int
    on: date | None


def kept(
    orders: object, recipients: object | None, campaigns: object | None, scope: Scope, *, assumed: float
) -> Kept:
    """Take the chance of being kept from the latest win-back with a part left alone by lot, else from the assumption.

    A win-back is known by its customers: nine in ten had bought before it began, and not in the 13 weeks before it.

    Raises
    ------
    ValueError : the assumption is no share between 0 and 1.

    Formula: (back with the message - back without) / (1 - back without), purchases within 13 weeks; Newcombe's interval.
    """
    if not 0 <= assumed <= 1:
        raise ValueError(f"assumed_save_rate must be a share between 0 and 1, not {assumed!r}")
    nothing = Kept(assumed, assumed, assumed, 0, None)
    if recipients is None or campaigns is None:
        return nothing
    arms = rollups.collect(
        win_back_arms(orders, recipients, campaigns, days=HORIZON_DAYS, until=scope.period.end),
        may_be_empty=True,
    ).sort_values(["starts_on", "campaign_id", "is_held_out"])
    found = nothing
    for _, both in arms.groupby(["starts_on", "campaign_id"], sort=True):
        sums = both[["n", "n_known", "n_silent"]].sum()
        if (
            len(both) < 2
            or both["n"].min() < COUNTS_ONLY
            or sums[["n_known", "n_silent"]].min() < MOSTLY * sums["n"]
        ):
            continue
        sent, alone = both.iloc[0], both.iloc[1]
        more = difference_of_proportions(sent["n_back"], sent["n"], alone["n_back"], alone["n"], level=LEVEL)
        left = 1 - alone["n_back"] / alone["n"]
        if left > 0:
            value, low, high = (float(max(min(one / left, 1.0), -1.0)) for one in more[:3])
            found = Kept(value, low, high, int(sums["n"]), pd.Timestamp(sent["starts_on"]).date())
    return found


def worth(found: Known, scope: Scope) -> pd.Series:
    """Expected value of each active customer in 52 weeks: contribution margin where the company states a rate, else revenue."""
    return found.now["value"] * scope.margin_rate


def doubt(found: Known, seen: Silence) -> tuple[float, float]:
    """How far chances [logit] and values [log] may be off together: as far as they were the last time they could be checked.

    NaN for the values where no customers have been followed for 52 weeks, and for chances that are missing or no better than a rate.
    """
    if found.fit.learner is None or not skill(found).low > 0:
        return math.nan, math.nan
    row = calibration_line(found.tested["silent"], found.tested["chance"], level=LEVEL).iloc[0]
    chances = math.hypot(row["value"], (row["high"] - row["low"]) / (2 * Z))
    told = seen.weeks >= 52 and seen.value > 0 and seen.spent > 0
    return chances, abs(math.log(seen.spent / seen.value)) if told else math.nan


def drawn(chance: np.ndarray, value: np.ndarray, off: tuple[float, float], seed: int) -> np.ndarray:
    """Totals of chance x value when all chances and all values move together."""
    rng = np.random.default_rng(seed)
    moves, factors = rng.normal(0, off[0], DRAWS), np.exp(rng.normal(0, off[1], DRAWS))
    odds = logit(np.clip(chance, 1e-6, 1 - 1e-6))
    # The total bends so little with the move that 41 points and a line between them tell it.
    grid = np.linspace(-5 * off[0], 5 * off[0], 41)
    totals = np.array([float(expit(odds + move) @ value) for move in grid])
    return np.interp(moves, grid, totals) * factors


def at_risk(found: Known, off: tuple[float, float], scope: Scope, *, seed: int = 2) -> Estimate:
    """Value at risk: chance of silence x value of 52 weeks, summed over active customers; NaN where `doubt` cannot be told."""
    value = worth(found, scope).to_numpy()
    nothing = Estimate(math.nan, math.nan, math.nan, LEVEL, len(value))
    if not len(value) or not all(map(math.isfinite, off)) or not np.isfinite(value).all():
        return nothing
    chance = found.now["chance"].to_numpy()
    total = float(chance @ value)
    low, high = equal_tailed(drawn(chance, value, off, seed), level=LEVEL)
    return Estimate(total, min(float(low), total), max(float(high), total), LEVEL, len(value))


def segments(found: Known, scope: Scope) -> pd.DataFrame:
    """Active customers by purchases so far and weeks of silence, most value at risk first.

    Returns
    -------
    One row a segment of at least ten customers: segment [named, with its n], n, chance [mean], value [mean of 52 weeks], at_risk
    [chance x value, summed]. With a smaller one the next smallest is left out, so that no difference gives it away.
    """
    lang, people = scope.language, found.now
    band = np.select(
        [people["silence"] <= BAND_WEEKS[0], people["silence"] <= BAND_WEEKS[1]], ["fresh", "quiet"], "silent"
    )
    table = pd.DataFrame(
        {
            "group": group(people["n_days"]).to_numpy(),
            "band": band,
            "chance": people["chance"].to_numpy(),
            "value": worth(found, scope).to_numpy(),
        }
    )
    made = table.assign(at_risk=table["chance"] * table["value"]).groupby(["group", "band"], as_index=False)
    made = made.agg(
        n=("chance", "size"),
        chance=("chance", "mean"),
        value=("value", "mean"),
        at_risk=("at_risk", lambda stake: stake.sum(min_count=1)),
    )
    made = made.sort_values(["n", "group", "band"], ignore_index=True)
    small = int((made["n"] < SMALLEST).sum())
    while small and small < len(made) and (small < 2 or made["n"].iloc[:small].sum() < SMALLEST):
        small += 1
    made = made.iloc[small:].sort_values(
        ["at_risk", "group", "band"], ascending=[False, True, True], ignore_index=True
    )
    said = [
        text("{group}, {band}: {n}", lang, group=text(GROUPS[row.group], lang), band=text(BANDS[row.band], lang),
             n=number(row.n, "count", language=lang)) for row in made.itertuples()
    ]  # fmt: skip
    return made.assign(segment=said)[["segment", "n", "chance", "value", "at_risk"]]


def segment_finding(table: pd.DataFrame, scope: Scope) -> str:
    """Say in words where most of the value at risk stands."""
    lang = scope.language
    if table.empty or not table["at_risk"].sum() > 0:
        return text("Where the value at risk stands: cannot tell yet", lang)
    share = number(table["at_risk"].iloc[0] / table["at_risk"].sum(), "share", language=lang)
    return text("{share} of the value at risk stands in one segment", lang, share=share)


def segment_subtitle(found: Known, scope: Scope) -> str:
    """Say under the segments what is drawn."""
    lang = scope.language
    return text(
        "chance of silence x expected value of 52 weeks, by purchases so far and weeks of silence: customers; active on {end}; n = {n}", lang,
        end=day(found.end, lang), n=number(len(found.now), "count", language=lang),
    )  # fmt: skip


def naive(found: Known, scope: Scope) -> str:
    """Say how much of a list by chance of silence alone is worth keeping."""
    lang, people = scope.language, found.now.assign(worth=worth(found, scope))
    n = len(people) // 10
    if not n or people[["chance", "worth"]].isna().any(axis=None):
        return text("There are too few customers to rank.", lang)
    stake = people["chance"] * people["worth"]
    order = {
        name: by.sort_values(ascending=False, kind="stable").index[:n]
        for name, by in (("chance", people["chance"]), ("stake", stake))
    }
    held = {name: number(stake[at].sum() / stake.sum(), "share", language=lang) for name, at in order.items()}
    return text(
        "The tenth of customers most likely to fall silent (**{n}**) holds **{chance}** of the value at risk; the tenth with most value at "
        "risk holds **{stake}**. **{both}** customers are in both.", lang, n=number(n, "count", language=lang), **held,
        both=number(len(order["chance"].intersection(order["stake"])), "count", language=lang),
    )  # fmt: skip
