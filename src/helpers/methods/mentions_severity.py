"""How grave an episode of mentions is: the people who could see what it brought beyond the usual and against the brand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from helpers.i18n import Said, said
from helpers.methods.intervals import wilson

THRESHOLDS = (10_000.0, 100_000.0, 1_000_000.0, 5_000_000.0)  # people: levels 1 to 4 begin here
LEAST_READ = 30  # mentions whose tone is read: no share below
TONES = ("positive", "neutral", "negative")


def with_tone(
    episodes: pd.DataFrame,
    rows: pd.DataFrame,
    *,
    by: tuple[str, ...] = ("brand",),
    at: str = "mentioned_on",
    count: str = "mentions",
    tone: str = "sentiment",
    reach: str = "reach",
    level: float = 0.90,
) -> pd.DataFrame:
    """Add the negative share and the reach of a mention to each episode.

    Parameters
    ----------
    episodes : of `mention_alarms`, with the columns `by`. rows : the table of mentions with tone and reach; tones other than positive,
        neutral and negative count as not read.

    Returns
    -------
    `episodes` with n_read, negative_share, negative_low, negative_high [share 0-1 of those read, Wilson interval; NaN below 30 read] and
    reach_per_mention [people; NaN where no reach is known].

    Formula: negative / (positive + neutral + negative); reach of the mentions whose reach is known / their number.
    """
    times = pd.to_datetime(rows[at])
    added = []
    for one in episodes.to_dict("records"):
        inside = times.between(one["start"], one["end"])
        for name in by:
            inside &= rows[name].eq(one[name])
        here = rows[inside]
        read = float(here.loc[here[tone].isin(TONES), count].sum())
        negative = float(here.loc[here[tone].eq("negative"), count].sum())
        seen = here[here[reach].notna()]
        told = read >= LEAST_READ
        low, high = wilson(negative, read, level=level) if told else (np.nan, np.nan)
        n = float(seen[count].sum())
        added.append(
            (
                read,
                negative / read if told else np.nan,
                low,
                high,
                float(seen[reach].sum()) / n if n > 0 else np.nan,
            )
        )
    names = ["n_read", "negative_share", "negative_low", "negative_high", "reach_per_mention"]
    return episodes.assign(**pd.DataFrame(added, columns=names, index=episodes.index, dtype=float))


def severity(episodes: pd.DataFrame, *, thresholds: tuple[float, ...] = THRESHOLDS) -> pd.DataFrame:
    """Level 0 to 4 of each episode, with the levels that its doubt allows.

    Parameters
    ----------
    episodes : excess, low, high [mentions]; negative_share, negative_low, negative_high [share 0-1]; reach_per_mention [people]. A share
        that is corrected for misread tones may take the place of the one of `with_tone`.
    thresholds : people from which on an episode has level 1, 2, 3, 4; rising. A company sets its own in its playbook.

    Returns
    -------
    `episodes` with reached, reached_low, reached_high [people, NaN where not known], severity, severity_low, severity_high [0-4] and
    reason. Without a negative share severity is missing and its bounds are those of a share of 0 and of 1; without reach all are missing,
    without an interval of the excess both bounds.

    Raises
    ------
    ValueError : thresholds that are not four, above zero and rising.

    Formula: reached = excess x negative share x reach a mention; level = number of thresholds at or below it. The interval adds the
        distances of both factors from their bounds on the log scale, as the root of the sum of squares.
    """
    if len(thresholds) != 4 or thresholds[0] <= 0 or any(b <= a for a, b in pairwise(thresholds)):
        raise ValueError(f"severity: thresholds {thresholds} are not four rising numbers above zero.")
    names = ("excess", "low", "high", "negative_share", "negative_low", "negative_high", "reach_per_mention")
    excess, low, high, share, share_low, share_high, each = (
        episodes[name].to_numpy(dtype=float) for name in names
    )
    more = _bounded(*(np.maximum(one, 0.0) for one in (excess, low, high)), share, share_low, share_high)
    people = dict(zip(("reached", "reached_low", "reached_high"), (one * each for one in more), strict=True))
    levels = {name.replace("reached", "severity"): _level(one, thresholds) for name, one in people.items()}
    read = episodes["n_read"] if "n_read" in episodes else np.where(np.isnan(share), 0, np.nan)
    why = [_reason(*one) for one in zip(np.isnan(each), np.isnan(share), read, strict=True)]
    return episodes.assign(**people, **levels, reason=pd.Series(why, index=episodes.index, dtype=object))


def _bounded(excess, low, high, share, share_low, share_high) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Negative mentions beyond the usual, and their bounds; without a share those of none and of all."""
    negative, unread = excess * share, np.isnan(share)
    down, up = (
        np.hypot(_log_ratio(excess, a), _log_ratio(share, b))
        for a, b in ((low, share_low), (high, share_high))
    )
    # A factor of zero has no logarithm: below it there is nothing, above it the product of the upper bounds.
    lower = np.where((low > 0) & (share_low > 0), negative * np.exp(-down), 0.0)
    upper = np.where((excess > 0) & (share > 0), negative * np.exp(up), high * share_high)
    lower, upper = np.where(unread, 0.0, lower), np.where(unread, high, upper)
    return negative, np.where(np.isnan(low), np.nan, lower), np.where(np.isnan(high), np.nan, upper)


def _log_ratio(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Logarithm of the ratio, 0 where one of them is zero or not known."""
    both = (a > 0) & (b > 0)
    return np.log(np.where(both, a, 1.0) / np.where(both, b, 1.0))


def _level(people: np.ndarray, thresholds: tuple[float, ...]) -> pd.array:
    level = pd.array(np.searchsorted(thresholds, np.nan_to_num(people), side="right"), dtype="Int64")
    level[np.isnan(people)] = pd.NA
    return level


def _reason(no_reach: bool, unread: bool, n_read: float | None) -> Said | str:
    if no_reach:
        return said("cannot tell: no reach is known")
    if unread:
        return said(
            "cannot tell: mentions whose tone is read {n}, needed {need}", n=int(n_read or 0), need=LEAST_READ
        )
    return ""
