"""What to test next: each channel's test by what it would teach in money, less what it costs."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri

from helpers.kpi import Z
from helpers.methods import budget_value
from helpers.methods.response import Curves, response
from helpers.pillars.activation.budget import Known, spend_a_month
from helpers.pillars.activation.mix_channels import BIAS

SHARES = (0.0, 0.5, 0.8, 1.0, 1.2, 1.5)  # of today's spend: what could be done with the answer
EXPECTED, SPREAD = 1.0, 3.0  # return that a channel is taken to have before data, as in the mix model
BEND = 1.5  # where no model says how a channel saturates
DRAWS = 400
MONTHS = 12
POWER = float(ndtri(0.80))
SEED = 11
COLUMNS = (
    "channel",
    "spend",
    "known",
    "worth",
    "kind",
    "factor",
    "regions",
    "weeks",
    "error",
    "taught",
    "cost",
    "net",
)


def tests(found: Known, plans: list) -> pd.DataFrame:
    """The value of testing each channel, the highest net value first.

    Parameters
    ----------
    plans : designs of the page of tests by region (channel, kind, factor, n_regions, weeks, sees, cost); empty where none can be made.

    Returns
    -------
    channel, spend [money a month], known [whether a published figure stands behind its draws], worth [money a year of knowing its return
    for certain: no test may cost more], kind, factor, regions, weeks, error [standard error of the change of revenue a month that it shows], taught [money a year
    that the test is worth], cost [margin that it is expected to cost, 0 where it saves], net [taught - cost]; empty without a design.

    What could be done with the answer: spend nothing on the channel, half, a fifth less, as today, a fifth more, half more; money freed
    is kept. A channel whose figure is not published is taken to return 1 with a standard deviation of 3 per unit of money, as the model
    does before it sees data; an untested one has the doubt of its draws and 30 per cent more.
    """
    by_channel = {one.channel: one for one in plans}
    rows = []
    for channel in _channels(found):
        curve, is_known = belief(found, channel)
        values = worth(curve, found.rate)
        effect = curve.effect[:, 0]
        sure = budget_value.expected_value_of_sample_information(values, effect, 0.0)
        rows.append(
            (
                channel,
                float(curve.spend[0]),
                is_known,
                sure,
                *_taught(found, curve, values, by_channel.get(channel)),
            )
        )
    made = pd.DataFrame(rows, columns=list(COLUMNS))
    order = made["net"].fillna(-np.inf) if made["net"].notna().any() else made["worth"]
    return made.assign(order=order).sort_values(["order", "worth"], ascending=False, kind="stable").drop(columns="order").reset_index(drop=True)  # fmt: skip


def belief(found: Known, channel: str) -> tuple[Curves, bool]:
    """What is believed of one channel's answer to money a month, and whether a published figure stands behind it."""
    rng = np.random.default_rng([SEED, *channel.encode()])
    normal = rng.permutation(ndtri((np.arange(DRAWS) + 0.5) / DRAWS))
    spend = spend_a_month(found, [channel])
    row = found.table[found.table["channel"] == channel]
    status = row["status"].iloc[0] if len(row) else "withheld"
    there = found.curves is not None and channel in found.curves.channels
    if there and status in ("tested", "uncalibrated"):
        at = found.curves.channels.index(channel)
        effect, bend = found.curves.effect[:, [at]], found.curves.bend[:, [at]]
        if status == "uncalibrated":
            effect = effect * (1 + BIAS * np.resize(normal, len(effect)))[:, None]
        return Curves((channel,), np.array([spend]), effect, bend), True
    effect = spend * (EXPECTED + SPREAD * normal)[:, None]
    return Curves((channel,), np.array([spend]), effect, np.full((DRAWS, 1), BEND)), False


def worth(curve: Curves, rate: float) -> np.ndarray:
    """Margin after spend a year, against today's, of what could be done with one channel [draw, action]."""
    spend, today = curve.spend[0], curve.effect[:, 0]
    return np.column_stack(
        [
            MONTHS * (rate * (response(curve, np.array([share * spend]))[:, 0] - today) - (share - 1) * spend)
            for share in SHARES
        ]
    )


def _taught(found: Known, curve: Curves, values: np.ndarray, plan) -> tuple:
    """What the planned test of a channel is worth and costs; empty where there is no plan or no test of its size tells anything."""
    if plan is None or not plan.kind or not found.revenue > 0:
        return "", np.nan, 0, 0, np.nan, np.nan, np.nan, np.nan
    # the design sees a change of `sees` in eight of ten tests at the page's level
    error, spend = plan.sees / (Z + POWER) * found.revenue, float(curve.spend[0])
    shown = response(curve, np.array([plan.factor * spend]))[:, 0] - curve.effect[:, 0]
    taught = budget_value.expected_value_of_sample_information(values, shown, error)
    months = plan.cost / (
        (plan.factor - 1) * plan.yearly / MONTHS
    )  # of the whole channel's spend that the test changes
    cost = max(months * float((plan.factor - 1) * spend - found.rate * shown.mean()), 0.0)
    return plan.kind, plan.factor, plan.n_regions, plan.weeks, error, taught, cost, taught - cost


def _channels(found: Known) -> list[str]:
    """The company's own channels with spend, the largest first; a column in which the model puts small ones together is none."""
    rows = found.table[found.table["channel"].isin(found.stages["channel"]) & (found.table["spend"] > 0)]
    return list(rows.sort_values("spend", ascending=False, kind="stable")["channel"])
