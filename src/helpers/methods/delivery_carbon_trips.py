"""How customers came to collect: those asked stand for those who were not, with the doubt of so few."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.methods.delivery_carbon import COLLECTED, TRIPS

FEW = 30  # orders asked, under which those of the same mode elsewhere stand in, and no share is shown
LEAST = 10  # orders asked, under which nothing is told


class Ways(NamedTuple):
    """What is known of the ways of customers, one row a market and mode to which they come.

    table : market, mode, n_orders [of which the way is wanted], n_asked, source [market whose answers stand, "all" where all markets do, ""
        where too few were asked], n_used [orders asked whose answers stand], share_<trip> [share], car_km, bus_km [kilometres of such a way], n_without_distance [orders by car].
    rows : the answers of each source: source, mode, trip, km, n.
    """

    table: pd.DataFrame
    rows: pd.DataFrame


def asked(deliveries: pd.DataFrame) -> pd.DataFrame:
    """Rows of which the way is known: market, mode, trip, km [NaN where not told; no way by car is 0 long], n [orders].

    Raises
    ------
    DataError : a column is missing.
    """
    needed = ("market", "mode", "trip", "distance_km", "n_orders")
    if missing := [name for name in needed if name not in deliveries]:
        raise DataError(f"trips: column {missing[0]} is missing. Give {', '.join(needed)}.")
    told = deliveries["mode"].isin(COLLECTED) & deliveries["trip"].isin(TRIPS) & (deliveries["n_orders"] > 0)
    rows = deliveries.loc[told, list(needed)].copy()
    rows = rows.astype({"n_orders": float, "distance_km": float, "trip": object})
    no_way = (rows["trip"] == "car") & (rows["distance_km"] == 0)
    rows["distance_km"] = rows["distance_km"].mask(no_way)
    return rows.rename(columns={"distance_km": "km", "n_orders": "n"}).reset_index(drop=True)


def ways(deliveries: pd.DataFrame) -> Ways:
    """Shares of ways and their lengths by market and mode.

    Parameters
    ----------
    deliveries : rows of table `deliveries`; an empty trip means not asked. A row of several orders has the mean of their way.

    Returns
    -------
    Ways. A market with fewer than 30 orders asked takes the answers of all markets of that mode, though they be as few as ten; with fewer
    nothing is told. A way by car without distance has the mean of those with one, there or else in all markets, and is counted as such; a way by
    public transport without one has that of the cars. Where no car of a mode has a distance, its kilometres stay NaN: none would say that
    nobody drove.

    Raises
    ------
    DataError : a column is missing.
    """
    known = asked(deliveries)
    market, mode, n = (known[name].to_numpy() for name in ("market", "mode", "n"))
    wanted = deliveries[deliveries["mode"].isin(COLLECTED)]
    orders = wanted.astype({"n_orders": float}).groupby(["market", "mode"], observed=True)["n_orders"].sum()
    table, answers = [], {}
    for place, name in orders.index:
        every = mode == name
        own = every & (market == place)
        enough = n[own].sum() >= FEW
        used = float(n[own if enough else every].sum())
        source = "" if used < LEAST else str(place) if enough else "all"
        told = {}
        if source:
            rows = _with_km(known[own if enough else every], known[every])
            answers[source, str(name)] = rows
            told = _summary(rows)
        lost = (known["trip"].to_numpy() == "car") & np.isnan(known["km"].to_numpy()) & own
        table.append({"market": str(place), "mode": str(name), "n_orders": float(orders[place, name]), "n_asked": float(n[own].sum()),
                      "source": source, "n_used": used, "n_without_distance": int(n[lost].sum()), **told})  # fmt: skip
    columns = ["market", "mode", "n_orders", "n_asked", "source", "n_used", "n_without_distance", *_SHARES, "car_km", "bus_km"]  # fmt: skip
    parts = [rows.assign(source=source, mode=name) for (source, name), rows in answers.items()]
    rows = pd.concat(parts, ignore_index=True) if parts else known.head(0).assign(source="", is_filled=False)
    return Ways(
        pd.DataFrame(table, columns=columns), rows[["source", "mode", "trip", "km", "n", "is_filled"]]
    )


_SHARES = [f"share_{name.replace(' ', '_')}" for name in TRIPS]


def kilometres(found: Ways, *, draws: int, rng: np.random.Generator) -> dict[tuple[str, str], np.ndarray]:
    """Kilometres an order by car and by public transport, in each draw.

    Returns
    -------
    By (source, mode) an array [1 + draws, 2]: its first row is the mean itself, the others say how sure it is.

    Formula: each draw weighs the answers anew with Gamma(n) weights (a Dirichlet over orders), so shares and lengths move together. A row
        of several orders knows only their mean way; each draw gives it the spread of a mean of n ways that differ as much as an
        exponential law, Gamma(n) / n.
    Source: Rubin (1981), The Bayesian bootstrap, Annals of Statistics 9.
    """
    made = {}
    for (source, mode), rows in found.rows.groupby(["source", "mode"], sort=True):
        n, km = rows["n"].to_numpy(float), rows["km"].to_numpy(float)
        weight = np.vstack([n, rng.gamma(n, size=(draws, len(n)))])
        grouped = n > 1
        spread = np.ones((1 + draws, len(n)))
        spread[1:, grouped] = rng.gamma(n[grouped], size=(draws, int(grouped.sum()))) / n[grouped]
        way = weight * spread * km
        both = [way[:, (rows["trip"] == name).to_numpy()].sum(axis=1) for name in ("car", "public transport")]
        made[str(source), str(mode)] = np.column_stack(both) / weight.sum(axis=1)[:, None]
    return made


def car_shares(found: Ways, *, draws: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float]:
    """Share of ways by car and their mean length over all markets and modes, weighed by the orders that they stand for.

    Returns
    -------
    share [1 + draws], kilometres of a way by car [1 + draws], n asked. NaN where nobody was asked.
    """
    told = found.table[found.table["source"] != ""]
    share, way, total = np.zeros(1 + draws), np.zeros(1 + draws), 0.0
    for (source, mode), own in told.groupby(["source", "mode"], sort=True):
        rows = found.rows[(found.rows["source"] == source) & (found.rows["mode"] == mode)]
        n, km = rows["n"].to_numpy(float), rows["km"].to_numpy(float)
        weight = np.vstack([n, rng.gamma(n, size=(draws, len(n)))])
        spread = np.ones_like(weight)
        spread[1:, n > 1] = rng.gamma(n[n > 1], size=(draws, int((n > 1).sum()))) / n[n > 1]
        car, whole, size = (rows["trip"] == "car").to_numpy(), weight.sum(axis=1), own["n_orders"].sum()
        share += size * weight[:, car].sum(axis=1) / whole
        way += size * (weight * spread * km)[:, car].sum(axis=1) / whole
        total += size
    if not total:
        nothing = np.full(1 + draws, np.nan)
        return nothing, nothing, 0.0
    with np.errstate(invalid="ignore", divide="ignore"):
        return share / total, way / share, float(told["n_asked"].sum())


def _with_km(rows: pd.DataFrame, every: pd.DataFrame) -> pd.DataFrame:
    """The answers with a length each: cars without one have the mean of those with one, else of `every` market; buses without one that of the cars."""
    trip, km = (rows[name].to_numpy() for name in ("trip", "km"))
    is_car, is_bus, is_open = trip == "car", trip == "public transport", np.isnan(km)
    (car, bus), (cars, buses) = (_means(one) for one in (rows, every))
    car = car if car == car else cars
    bus = next((one for one in (bus, buses, car) if one == one), float("nan"))
    filled = np.select([is_car & is_open, is_bus & is_open, is_car | is_bus], [car, bus, km], default=0.0)
    return rows.assign(km=filled, is_filled=is_open & (is_car | is_bus))


def _means(rows: pd.DataFrame) -> tuple[float, float]:
    """Mean kilometres by car and by public transport of the answers that tell them."""
    trip, km, n = (rows[name].to_numpy() for name in ("trip", "km", "n"))
    known = ~np.isnan(km)
    return _mean_km(km, n, (trip == "car") & known), _mean_km(km, n, (trip == "public transport") & known)


def _mean_km(km: np.ndarray, n: np.ndarray, which: np.ndarray) -> float:
    total = n[which].sum()
    return float((km[which] * n[which]).sum() / total) if total else float("nan")


def _summary(rows: pd.DataFrame) -> dict[str, float]:
    trip, km, n = (rows[name].to_numpy() for name in ("trip", "km", "n"))
    shares = [float(n[trip == name].sum() / n.sum()) for name in TRIPS]
    ends = {"car_km": _mean_km(km, n, trip == "car"), "bus_km": _mean_km(km, n, trip == "public transport")}
    return {**dict(zip(_SHARES, shares, strict=True)), **ends}
