"""Customers drawn from BG/NBD with known parameters: the truth that fits and forecasts are judged against."""

from __future__ import annotations

import numpy as np
import pandas as pd


def draw_bgnbd(
    r: float, alpha: float, a: float, b: float, ages, *, seed, horizon: float = 0.0, grid: float | None = None,
    modified: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """Summary table of drawn customers, with what they do next.

    Parameters
    ----------
    r, alpha, a, b : the truth; alpha in the unit of `ages`.
    ages : time since first purchase, one a customer [units of time].
    seed : int or numpy Generator.
    horizon : length of the future to draw [units].
    grid : round recency to a multiple, one at least, as dates do (1/7 for days in weeks); None does not.
    modified : draw from MBG/NBD, in which a customer may leave after the first purchase too.

    Returns
    -------
    One row a customer: frequency, recency, age, alive [at the end of age], future [purchases in horizon].

    Formula: rate ~ Gamma(r, alpha), dropout p ~ Beta(a, b); purchases are the smaller of Poisson(rate x time)
        and Geometric(p); arrival times given their number are ordered uniforms.
    Source: the model's own story, Fader, Hardie & Lee (2005).
    """
    rng = np.random.default_rng(seed)
    age = np.asarray(ages, dtype=float)
    n = len(age)
    rate = rng.gamma(r, 1 / alpha, n)
    # repeat purchase after which the customer leaves; 0 is the first purchase
    last = rng.geometric(np.clip(rng.beta(a, b, n), 1e-15, 1)) - modified
    arrivals = rng.poisson(rate * age)
    x = np.minimum(arrivals, last)
    recency = np.zeros(n)
    again = x > 0
    recency[again] = age[again] * rng.beta(x[again], arrivals[again] - x[again] + 1)
    if grid:
        recency = np.where(again, np.clip(np.rint(recency / grid) * grid, grid, np.maximum(age, grid)), 0.0)
    alive = arrivals < last
    future = np.where(alive, np.minimum(rng.poisson(rate * horizon), last - x), 0)
    return pd.DataFrame({"frequency": x, "recency": recency, "age": age, "alive": alive, "future": future})


def draw_pareto_nbd(
    r: float, alpha: float, s: float, beta: float, ages, *, seed, horizon: float = 0.0
) -> pd.DataFrame:
    """As `draw_bgnbd`, of customers who may leave at any moment: s, beta as `ParetoNbd`.

    Formula: rate ~ Gamma(r, alpha), rate of leaving ~ Gamma(s, beta); the lifetime is exponential, purchases until its
        end or the end of age are Poisson, the last of x of them is the largest of x uniforms.
    Source: Schmittlein, Morrison & Colombo (1987).
    """
    rng = np.random.default_rng(seed)
    age = np.asarray(ages, dtype=float)
    n = len(age)
    rate = rng.gamma(r, 1 / alpha, n)
    life = rng.exponential(1.0, n) / np.maximum(rng.gamma(s, 1 / beta, n), 1e-300)
    seen = np.minimum(life, age)
    x = rng.poisson(rate * seen)
    recency = np.where(x > 0, seen * rng.beta(np.maximum(x, 1), 1.0), 0.0)
    future = rng.poisson(rate * np.clip(life - age, 0.0, horizon))
    return pd.DataFrame(
        {"frequency": x, "recency": recency, "age": age, "alive": life > age, "future": future}
    )


def draw_bgbb(
    alpha: float, beta: float, gamma: float, delta: float, occasions, *, seed, n_next: int = 0
) -> pd.DataFrame:
    """Customers drawn from BG/BB: frequency, recency, occasions, future [purchases at the next `n_next` occasions].

    Formula: before each occasion a customer leaves with chance q ~ Beta(gamma, delta), else buys with p ~ Beta(alpha, beta).
    Source: Fader, Hardie & Shang (2010).
    """
    rng = np.random.default_rng(seed)
    n = np.asarray(occasions)
    buys, leaves = rng.beta(alpha, beta, len(n)), rng.beta(gamma, delta, len(n))
    longest = int(n.max()) + n_next
    at = np.arange(1, longest + 1)
    there = at[None, :] < rng.geometric(np.clip(leaves, 1e-15, 1))[:, None]
    bought = there & (rng.random((len(n), longest)) < buys[:, None])
    past = bought & (at[None, :] <= n[:, None])
    future = bought & ~past & (at[None, :] <= n[:, None] + n_next)
    recency = np.where(past, at[None, :], 0).max(axis=1)
    return pd.DataFrame(
        {"frequency": past.sum(axis=1), "recency": recency, "occasions": n, "future": future.sum(axis=1)}
    )


def draw_purchases(
    r: float, alpha: float, a: float, b: float, first_days, *, until: int, seed, unit_days: float = 7
) -> pd.DataFrame:
    """Purchase log of drawn customers, in whole days.

    Parameters
    ----------
    r, alpha, a, b : the truth; alpha in units of time.
    first_days : day of first purchase, one a customer [day number].
    until : last day of the log [day number].
    seed : int or numpy Generator.
    unit_days : days in a unit of time.

    Returns
    -------
    One row per purchase, first purchase included: customer_id, day. Two purchases may share a day.

    Formula: as `draw_bgnbd`.
    """
    rng = np.random.default_rng(seed)
    first = np.asarray(first_days, dtype=np.int64)
    n = len(first)
    rate = rng.gamma(r, 1 / alpha, n) / unit_days
    last = rng.geometric(np.clip(rng.beta(a, b, n), 1e-15, 1))
    arrivals = rng.poisson(rate * np.maximum(until - first, 0))
    customer = np.repeat(np.arange(n), arrivals)
    after = rng.random(len(customer)) * (until - first[customer])
    table = pd.DataFrame({"customer_id": customer, "after": after}).sort_values(["customer_id", "after"])
    kept = table[table.groupby("customer_id").cumcount().to_numpy() < last[table["customer_id"]]]
    repeat = first[kept["customer_id"]] + np.ceil(kept["after"].to_numpy()).astype(np.int64)
    return pd.DataFrame(
        {
            "customer_id": np.concatenate([np.arange(n), kept["customer_id"]]),
            "day": np.concatenate([first, repeat]),
        }
    )


def draw_spend(p: float, q: float, gamma: float, n_purchases, *, seed) -> np.ndarray:
    """Mean spend per purchase of drawn customers [money]; NaN for a customer without purchases.

    Formula: nu ~ Gamma(q, gamma), mean of x purchases ~ Gamma(p x, nu x). Source: Fader & Hardie (2013).
    """
    rng = np.random.default_rng(seed)
    x = np.asarray(n_purchases, dtype=float)
    nu = rng.gamma(q, 1 / gamma, len(x))
    total = rng.gamma(p * np.maximum(x, 1), 1 / nu)
    return np.where(x > 0, total / np.maximum(x, 1), np.nan)
