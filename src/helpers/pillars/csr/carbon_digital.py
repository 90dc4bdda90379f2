"""What the site and the advertisements emit, each by two published methods side by side."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import factors
from helpers.errors import DataError
from helpers.factors import GRID, Factor
from helpers.methods import delivery_carbon_orders as orders
from helpers.methods import digital_carbon as digital
from helpers.methods.intervals import Estimate
from helpers.pillars.csr.carbon_reading import DRAWS, SEED, Read

SCREENS = {"desktop": "pc", "mobile": "phone", "phone": "phone", "tablet": "tablet", "tv": "tv"}
MB_PER_GB = 1000
WORLD = GRID + "WORLD"


class Site(NamedTuple):
    """Visits of the period and what they emit.

    table : one row a market and device: market, device, sessions, kg [bytes, electricity of the country], kg_world [bytes, the world's],
    kg_time [time, electricity of the country]. grams : a visit by bytes, in draws [1 + draws]. grams_time : by time. sessions : all.
    counted : share of visits whose pages were counted.
    """

    table: pd.DataFrame
    grams: np.ndarray
    grams_time: np.ndarray
    sessions: float
    counted: float


class Media(NamedTuple):
    """Advertisements of the period and what they emit.

    table : one row a channel: channel, impressions, useful [impressions that could be seen and were valid], measured [share of impressions
    that something measures], spend, gmsf, sri [kg, device and network], bids [kg, only in gmsf]. gmsf, sri : kilograms in draws [1 + draws], both
    device and network; gmsf_all : with bid requests. unnamed : impressions of channels for which no advertisement is written down.
    """

    table: pd.DataFrame
    gmsf: np.ndarray
    sri: np.ndarray
    gmsf_all: np.ndarray
    unnamed: float
    conversions: float

    @property
    def useful(self) -> float:
        """Contacts that could be seen."""
        return float(self.table["useful"].sum())

    def per_thousand(self, method: str) -> Estimate:
        """Kilograms a thousand useful contacts by "gmsf" (with bid requests) or "sri"."""
        drawn = {"gmsf": self.gmsf_all, "sri": self.sri}[method]
        many = self.useful
        return orders.estimate(1000 * drawn / many if many else np.full_like(drawn, np.nan), n=many)

    @property
    def ratio(self) -> float:
        """How many times as much the second method counts, device and network alike."""
        return float(self.sri[0] / self.gmsf[0]) if self.gmsf[0] else math.nan


def site(found: Read, *, page_mb: float, pages: float, seconds: float, green: float) -> Site | None:
    """Visits and what they emit.

    Parameters
    ----------
    page_mb : megabytes that a page sends. pages : pages of a visit, where the tool does not count them. seconds : length of a visit.
    green : share of the hosting on renewable electricity.

    Returns
    -------
    None where no visit is counted.

    Raises
    ------
    ValueError : a parameter is no share or not above 0.
    """
    if not (page_mb > 0 and pages > 0 and seconds > 0):
        raise ValueError(f"page_mb {page_mb}, pages {pages} and seconds {seconds} must be above 0.")
    if found.visits is None or not found.visits["sessions"].sum():
        return None
    drawn, rows = _drawn(found), []
    bytes_drawn, time_drawn = np.zeros(1 + DRAWS), np.zeros(1 + DRAWS)
    for row in found.visits.itertuples():
        grid = _grid(row.market, found).id
        seen = row.views if row.n_views else row.sessions * pages
        gigabytes = seen * page_mb / MB_PER_GB
        sent = digital.site(gigabytes, drawn, grid=drawn[grid], green=green).total
        world = digital.site(gigabytes, factors.values(found.book), green=green).total
        screen = SCREENS.get(row.device.lower(), "pc")
        shown = row.sessions * digital.impression(
            drawn, method="gmsf", device=screen, seconds=seconds, kilobytes=1e6 * gigabytes / row.sessions if row.sessions else 0.0, grid=drawn[grid],
        ).delivery  # fmt: skip
        bytes_drawn, time_drawn = bytes_drawn + sent, time_drawn + shown
        rows.append((row.market, row.device, row.sessions, sent[0], world, shown[0]))
    table = pd.DataFrame(rows, columns=["market", "device", "sessions", "kg", "kg_world", "kg_time"])
    sessions = float(table["sessions"].sum())
    counted = float(found.visits.loc[found.visits["n_views"] > 0, "sessions"].sum() / sessions)
    return Site(table, 1000 * bytes_drawn / sessions, 1000 * time_drawn / sessions, sessions, counted)


def media(found: Read) -> Media | None:
    """Advertisements and what they emit; None where none is told, or none with a channel of which it is known what it shows."""
    if found.shown is None or not found.shown["impressions"].sum():
        return None
    drawn, rows, unnamed = _drawn(found), [], 0.0
    sums = {name: np.zeros(1 + DRAWS) for name in ("gmsf", "sri", "bids")}
    for (channel, market), own in found.shown.groupby(["channel", "market"], sort=True):
        ad = factors.format_of(str(channel), found.day)
        count = float(own["impressions"].sum())
        if ad is None:
            unnamed += count
            continue
        made = {method: _impression(ad, own, drawn, method, drawn[_grid(str(market), found).id]) for method in digital.SETS}  # fmt: skip
        kg = {"gmsf": count * made["gmsf"].delivery, "sri": count * made["sri"].delivery, "bids": count * made["gmsf"].bids}  # fmt: skip
        sums = {name: sums[name] + kg[name] for name in sums}
        rows.append((channel, count, *_useful(own), float(own["spend"].sum()), *(float(kg[name][0]) for name in sums)))  # fmt: skip
    if not sum(row[1] for row in rows):
        return None
    columns = ["channel", "impressions", "useful", "measured", "spend", "gmsf", "sri", "bids"]
    each = pd.DataFrame(rows, columns=columns)
    each["measured"] *= each["impressions"]
    table = each.groupby("channel", as_index=False).sum()
    table["measured"] /= table["impressions"].where(table["impressions"] > 0)
    whole = (table["gmsf"] + table["bids"]).rename("whole")  # as the figure of the page counts it
    table = table.loc[pd.concat([-whole, table["channel"]], axis=1).sort_values(["whole", "channel"], kind="stable").index].reset_index(drop=True)  # fmt: skip
    return Media(table, sums["gmsf"], sums["sri"], sums["gmsf"] + sums["bids"], unnamed, found.conversions)


def _impression(ad: dict, own: pd.DataFrame, drawn: dict[str, np.ndarray], method: str, grid: np.ndarray) -> digital.Shown:  # fmt: skip
    """One impression of a channel: seconds as the platform counts them where it does, else those of the format."""
    told = float(own["screened"].sum())
    seconds = float(own["watched"].sum()) / told if told else float(ad["seconds"])
    device = ad["device"]
    sent = digital.video_kilobytes(drawn[f"bitrate_{device}"], seconds) if ad["format"] == "video" else float(ad["kilobytes"])  # fmt: skip
    return digital.impression(drawn, method=method, device=device, seconds=seconds, kilobytes=sent, grid=grid, part=ad["part"], bids=ad["bids"])  # fmt: skip


def _useful(own: pd.DataFrame) -> tuple[float, float]:
    """Impressions that could be seen and were valid, as the page on channels counts contacts, and the share that something measures."""
    useful, measured = 0.0, 0.0
    for row in own.itertuples():
        viewable = row.viewable / row.measurable if row.measurable else 1.0
        valid = 1 - row.invalid / row.checked if row.checked else 1.0
        useful += row.impressions * min(max(viewable * valid, 0.0), 1.0)
        measured += row.impressions * bool(row.measurable or row.checked)
    return useful, measured / own["impressions"].sum() if own["impressions"].sum() else 0.0


def unknown_markets(found: Read) -> list[str]:
    """Markets with visits or advertisements whose electricity is not known; that of the world stands in for them."""
    frames = [one for one in (found.visits, found.shown) if one is not None]
    return sorted(
        {str(name) for one in frames for name in one["market"] if _grid(str(name), found).id == WORLD}
    )


def _drawn(found: Read) -> dict[str, np.ndarray]:
    """Factors of site and media in draws, with the electricity of each market."""
    frames = [one for one in (found.visits, found.shown) if one is not None]
    grids = {one.id: one for market in sorted({str(name) for one in frames for name in one["market"]}) for one in (_grid(market, found),)}  # fmt: skip
    wanted = {name: one for name, one in found.book.items() if name.startswith(("web_", "gmsf_", "sri_", "bitrate_"))} | grids  # fmt: skip
    return orders.factor_draws(factors.values(wanted), factors.doubts(wanted), draws=DRAWS, rng=np.random.default_rng(SEED + 2))  # fmt: skip


def _grid(market: str, found: Read) -> Factor:
    """The electricity of a market; that of the world where it is not known, which `unknown_markets` tells."""
    try:
        return factors.grid(market, found.day, own=found.own)
    except DataError:
        if market in factors.countries():  # known, and refused for another reason: a unit that is none
            raise
        return factors.grid("WORLD", found.day, own=found.own)
