"""When and how should a basket be reminded? Delays and channels of the reminders, compared as far as the lot allows."""

from __future__ import annotations

import math
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.checks import COUNTS_ONLY, Check, check
from helpers.company import Scope
from helpers.i18n import listed, number, text
from helpers.kpi import LEVEL
from helpers.methods.clusters import Difference, clustered_difference
from helpers.methods.randomisation import sample_ratio
from helpers.pillars.crm.baskets import Known, pooled, sent

OFTEN = 0.10  # share of the reminders that one delay, to the hour, must have to count as planned


class Timing(NamedTuple):
    """Delays that can be compared inside one channel, and what was found.

    `channel` is empty where none can be compared, and `why` says so. pairs : one row a pair of delays, the better one first
    [better, worse: hours], orders and margin [Difference a reminder, at a level that holds for all pairs together].
    """

    channel: str
    why: str
    delays: tuple[int, ...]
    pairs: list[tuple[int, int, Difference, Difference]]
    best: int | None


def with_delay(some: pd.DataFrame) -> pd.DataFrame:
    """The baskets that were reminded, with the delay [hours] that was planned for each.

    A planned delay is one that a tenth of the reminders have to the hour. Messages that were held back for the night or a
    Sunday count with the longest planned delay they exceed.
    """
    reminded = some[some["is_reminded"] & some["reminded_at"].notna() & some["created_at"].notna()]
    hours = (reminded["reminded_at"] - reminded["created_at"]).dt.total_seconds() / 3600
    share = hours.round().value_counts(normalize=True)
    planned = np.array(sorted(share[share >= OFTEN].index), dtype=float)
    if not len(planned):
        return reminded.assign(delay=np.nan)
    place = np.searchsorted(planned - 0.5, hours.to_numpy(), side="right") - 1
    return reminded.assign(delay=np.where(place >= 0, planned[np.maximum(place, 0)], planned[0]))


def by_delay(baskets: Known, scope: Scope) -> pd.DataFrame:
    """What each delay of each channel brought against all baskets held out.

    Returns
    -------
    One row per channel and delay, the first one for all reminders: name [in words], channel, delay [hours], n, effect, low, high
    [orders more per 100 reminders; NaN under 30 baskets in an arm or without an interval].

    Only the first row compares arms that a lot made alike: who takes SMS is not who takes e-mail.
    """
    some, lang = pooled(baskets, scope.period), scope.language
    reminded, held = with_delay(some), some[~some["is_reminded"]]
    rows = [_against(text("all reminders", lang), "", np.nan, some[some["is_reminded"]], held)]
    for (channel, delay), own in reminded.groupby(["reminder_channel", "delay"], sort=True):
        rows.append(_against(label(channel, delay, lang), channel, delay, own, held))
    return pd.DataFrame(rows, columns=["name", "channel", "delay", "n", "effect", "low", "high"])


def _against(name: str, channel: str, delay: float, own: pd.DataFrame, held: pd.DataFrame) -> tuple:
    """One row of `by_delay`."""
    nothing = (np.nan,) * 3
    if min(len(own), len(held)) < COUNTS_ONLY:
        return name, channel, delay, len(own), *nothing
    both = pd.concat([own, held])
    found = clustered_difference(both["n_orders"], both["is_reminded"], both["person"], level=LEVEL)
    told = tuple(100 * figure for figure in found.absolute[:3]) if found.error > 0 else nothing
    return name, channel, delay, len(own), *told


def timing(baskets: Known, scope: Scope, *, delay_by_lot: bool) -> Timing:
    """Compare the delays inside the channel that has most reminders, where the lot gave them equal parts.

    Parameters
    ----------
    delay_by_lot : whether the tool draws each reminder's delay by lot in equal parts. No table says; without a lot nothing
        is compared.
    """
    lang, nothing = scope.language, ((), [], None)
    reminded = with_delay(pooled(baskets, scope.period)).dropna(subset=["delay"])
    delays = tuple(sorted(int(hours) for hours in reminded["delay"].unique()))
    if not delay_by_lot:
        why = text("The delay was not drawn by lot, so a comparison of delays is no proof: baskets reminded early differ from those reminded late.", lang)  # fmt: skip
        return Timing("", why, *nothing)
    if len(delays) < 2:
        return Timing("", text("All reminders have one delay, or each its own: there is nothing to compare.", lang), *nothing)  # fmt: skip
    for channel in reminded["reminder_channel"].value_counts().sort_index().sort_values(ascending=False, kind="stable").index:  # fmt: skip
        own = reminded[reminded["reminder_channel"] == channel]
        sizes = [int((own["delay"] == hours).sum()) for hours in delays]
        if min(sizes) >= COUNTS_ONLY and sample_ratio(sizes).verdict == "as planned":
            return _compared(own, channel, delays)
    why = text("In no channel do the delays have equal parts of at least {need} baskets, so they cannot be compared.", lang, need=COUNTS_ONLY)  # fmt: skip
    return Timing("", why, *nothing)


def _compared(own: pd.DataFrame, channel: str, delays: tuple[int, ...]) -> Timing:
    """All pairs of delays of one channel, at a level that all their intervals hold together (Bonferroni)."""
    level = 1 - (1 - LEVEL) / math.comb(len(delays), 2)
    mean = own.groupby("delay")["n_orders"].mean()
    order = sorted(delays, key=lambda hours: -mean[hours])
    pairs = []
    for better, worse in combinations(order, 2):
        some = own[own["delay"].isin([better, worse])]
        arms = (some["delay"] == better, some["person"])
        orders, margin = (
            clustered_difference(some[name], *arms, level=level) for name in ("n_orders", "margin")
        )
        pairs.append((better, worse, orders, margin))
    return Timing(channel, "", delays, pairs, order[0])


def beaten(found: Timing) -> list[tuple[int, Difference, Difference]]:
    """Delays that bring surely fewer orders than the best one: delay, orders and margin that the best brings more."""
    return [
        (worse, orders, margin)
        for better, worse, orders, margin in found.pairs
        if better == found.best and orders.absolute.low > 0
    ]


def a_month(baskets: Known, scope: Scope, channel: str, delay: int) -> int:
    """Reminders of a channel and delay that fall on the month's baskets: the month's reminders in the year's proportions."""
    reminded = with_delay(pooled(baskets, scope.period))
    some = (reminded["reminder_channel"] == channel) & (reminded["delay"] == delay)
    return round(sent(baskets, scope.period)[0] * float(some.mean()))


def lot_check(baskets: Known, scope: Scope, *, delay_by_lot: bool) -> list[Check]:
    """Channels in which the delays do not have the equal parts that a lot would give them."""
    reminded, lang = with_delay(pooled(baskets, scope.period)).dropna(subset=["delay"]), scope.language
    delays = sorted(reminded["delay"].unique())
    if not delay_by_lot or len(delays) < 2:
        return []
    uneven = []
    for channel, own in reminded.groupby("reminder_channel", sort=True):
        if sample_ratio([int((own["delay"] == hours).sum()) for hours in delays]).verdict != "as planned":
            uneven.append(written(channel, lang))
    said = (
        text("Each channel has the delays in equal parts, as a lot gives them.", lang)
        if not uneven
        else text("The delays of {channels} do not have equal parts: messages are held back for the night or a Sunday, or are too few.", lang,
                  channels=listed(uneven, lang))
    )  # fmt: skip
    remedy = text("Compare delays inside the other channels; the effect of all reminders together is not touched.", lang)  # fmt: skip
    return [check("delays_by_lot", not uneven, said, remedy=remedy)]


def written(channel: str, language: str) -> str:
    """A channel as the reader writes it."""
    known = {
        "email": text("e-mail", language),
        "sms": text("SMS", language),
        "push": text("push message", language),
    }
    return known.get(channel, channel)


def label(channel: str, delay: float, language: str) -> str:
    """Name a channel and a delay."""
    return text("{channel} after {hours} h", language, channel=written(channel, language), hours=number(delay, "count", language=language))  # fmt: skip


def pair_table(found: Timing) -> pd.DataFrame:
    """The pairs of delays as a table: better, worse [hours], orders more per 100 reminders and margin more a reminder, with bounds."""
    rows = [
        (better, worse, *(100 * figure for figure in orders.absolute[:3]), *margin.absolute[:3])
        for better, worse, orders, margin in found.pairs
    ]
    names = ["better", "worse", "orders", "orders_low", "orders_high", "margin", "margin_low", "margin_high"]
    return pd.DataFrame(rows, columns=names).round(2)
