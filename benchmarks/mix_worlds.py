"""Simulated weeks of two channels with a known truth: a clean world, and three in which a mix model is in trouble.

The clean world is that of PyMC-Marketing's example (geometric carry-over .4 and .2 over 8 weeks, logistic saturation 4 and 3,
effects 3 and 2, trend, season, two events, noise .25, times 1000), drawn anew with each seed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.methods import mix
from helpers.methods import mix_shapes as shapes

WEEKS, LAGS = 179, 8
ALPHA, BEND, EFFECT = np.array([0.4, 0.2]), np.array([4.0, 3.0]), np.array([3.0, 2.0])
KINDS = ("clean", "collinear", "season", "hidden")


class World(NamedTuple):
    """Weeks ready for the model, what each channel truly brought in all and by week [week, channel], and the table they came from."""

    data: mix.Data
    truth: np.ndarray
    brought: np.ndarray
    table: pd.DataFrame


def spends(rng: np.random.Generator, weeks: int) -> np.ndarray:
    """Spend of two channels: one always on with peaks, one in bursts."""
    first, second = rng.uniform(0, 1, (2, weeks))
    return np.column_stack([np.where(first > 0.9, first, first / 2), np.where(second > 0.8, second, 0.0)])


def world(kind: str, seed: int, *, weeks: int = WEEKS) -> World:
    """Draw one world.

    Parameters
    ----------
    kind : "clean"; "collinear", the second channel is booked with the first (r about .98); "season", the first follows a season that
        the model knows; "hidden", the first follows a demand (AR(1), rho .7) that moves sales and that no column shows.
    """
    if kind not in KINDS:
        raise ValueError(f"world: {kind!r} is none of {', '.join(KINDS)}")
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    days = pd.date_range("2018-04-02", periods=weeks, freq="7D")
    turn = 4 * np.pi * days.day_of_year.to_numpy() / 365.5
    season = 0.5 * (np.cos(turn) - np.sin(turn))
    spend = spends(rng, weeks)
    hidden = np.zeros(weeks)
    if kind == "collinear":
        spend[:, 1] = np.clip(spend[:, 0] * (1 + 0.08 * rng.standard_normal(weeks)), 0, None)
    if kind == "season":
        spend[:, 0] = np.clip(spend[:, 0] + 0.3 * season, 0, None)
    if kind == "hidden":
        push = rng.standard_normal(weeks)
        for week in range(1, weeks):
            hidden[week] = 0.7 * hidden[week - 1] + np.sqrt(1 - 0.49) * push[week]
        spend[:, 0] = np.clip(0.35 + 0.16 * hidden + 0.1 * rng.standard_normal(weeks), 0, None)
    stock = np.einsum(
        "cwl,cl->wc", shapes.lagged(spend / spend.max(axis=0), LAGS), shapes.weights(ALPHA, LAGS)
    )
    brought = 1000 * EFFECT * shapes.saturation("logistic", stock, BEND)
    trend = (np.linspace(0, 50, weeks) + 10) ** 0.25 - 1
    events = np.zeros((weeks, 2))
    events[rng.choice(weeks, 2, replace=False), [0, 1]] = 1
    other = 2 + trend + season + events @ [1.5, 2.5] + 0.6 * hidden + 0.25 * rng.standard_normal(weeks)
    table = pd.DataFrame({"week": days, "sales": 1000 * other + brought.sum(axis=1)})
    table[["x1", "x2"]], table[["event_1", "event_2"]] = spend, events
    data = mix.prepare(
        table, outcome="sales", channels=["x1", "x2"], controls=["event_1", "event_2"], season=2
    )
    return World(data, brought.sum(axis=0), brought, table)
