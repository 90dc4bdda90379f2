"""CO2e of bytes and of screens: a site by the Sustainable Web Design model, advertisements by two published sets of factors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

SETS = ("gmsf", "sri")
DEVICES = ("pc", "phone", "tablet", "tv")
SEGMENTS = ("centre", "network", "device")
SECONDS, WATTS = 3600, 1000
KB_PER_GB, BITS = 1_000_000, 8  # decimal gigabytes, as networks count
Number = float | np.ndarray


class Site(NamedTuple):
    """Kilograms of CO2e of the bytes of a site, by segment (centre, network, device): `used` electricity, and `made` equipment."""

    used: dict[str, Number]
    made: dict[str, Number]

    @property
    def total(self) -> Number:
        """All segments together."""
        return sum(self.used.values()) + sum(self.made.values())


class Shown(NamedTuple):
    """Kilograms of CO2e of one impression: device switched on and made, network used and made, place sold by bid requests."""

    device: Number
    network: Number
    bids: Number

    @property
    def delivery(self) -> Number:
        """Device and network: what both sets count."""
        return self.device + self.network


def site(gigabytes: Number, values: Mapping[str, Number], *, grid: Number | None = None, green: float = 0.0) -> Site:  # fmt: skip
    """What sending and reading bytes emits.

    Parameters
    ----------
    gigabytes : sent, of 1,000,000,000 bytes.
    values : factors of web.toml by id.
    grid : electricity where visitors are, for networks and devices in use [kg CO2e per kWh]; None: the world's, as the model takes it.
    green : share of the hosting that runs on renewable electricity, 0 to 1.

    Raises
    ------
    ValueError : the share of green hosting is no share.

    Formula: GB x kWh per GB x electricity, centre x (1 - green); making of the equipment at the world's electricity.
    Source: Sustainable Web Design model, version 4 (2024). With the world's electricity a gigabyte is 148.2 g, 121.03 g on green hosting.
    """
    if not 0 <= green <= 1:
        raise ValueError(f"green: {green} is no share. Use a number from 0 to 1.")
    world = values["web_grid"]
    here = world if grid is None else grid
    clean = {"centre": 1 - green, "network": 1.0, "device": 1.0}
    # the centre may stand anywhere, so it keeps the world's electricity
    power = {"centre": world, "network": here, "device": here}
    used = {one: gigabytes * values[f"web_use_{one}"] * power[one] * clean[one] for one in SEGMENTS}
    return Site(used, {one: gigabytes * values[f"web_made_{one}"] * world for one in SEGMENTS})


def impression(
    values: Mapping[str, Number],
    *,
    method: str,
    device: str,
    seconds: Number,
    kilobytes: Number,
    grid: Number,
    network: str = "fixed",
    part: float = 1.0,
    bids: bool = False,
) -> Shown:
    """What showing one advertisement emits.

    Parameters
    ----------
    values : factors of media.toml by id. method : "gmsf" or "sri". device : "pc", "phone", "tablet" or "tv".
    seconds : on the screen. kilobytes : sent. grid : electricity where people are [kg CO2e per kWh]. network : "fixed" or "mobile".
    part : devices for one impression. bids : whether the place is sold by bid requests; only gmsf has a figure for them.

    Raises
    ------
    ValueError : method, device or network is unknown.

    Formula: device = part x seconds x (W / 3,600,000 x electricity + making a second); network = GB x (kWh per GB x electricity + making).
    Source: Global Media Sustainability Framework and SRI, as the open methodology of Scope3 lists them.
    """
    for name, given, allowed in (("method", method, SETS), ("device", device, DEVICES), ("network", network, ("fixed", "mobile"))):  # fmt: skip
        if given not in allowed:
            raise ValueError(f'{name}: "{given}" is unknown. Use one of {", ".join(allowed)}.')
    power = energy_kwh(values[f"{method}_watts_{device}"], seconds) * grid
    shown = part * (power + values[f"{method}_made_{device}"] * seconds)
    gigabytes = kilobytes / KB_PER_GB
    sent = gigabytes * (values[f"{method}_network_{network}"] * grid + values[f"{method}_network_made_{network}"])  # fmt: skip
    sold = values["gmsf_bids"] if bids and method == "gmsf" else 0.0 * shown
    return Shown(shown, sent, sold)


def energy_kwh(watts: Number, seconds: Number) -> Number:
    """Electricity of a device that is on for some seconds [kWh]."""
    return watts * seconds / SECONDS / WATTS


def video_kilobytes(kbits_per_second: Number, seconds: Number) -> Number:
    """What a video of some seconds sends [kilobytes]."""
    return kbits_per_second * seconds / BITS
