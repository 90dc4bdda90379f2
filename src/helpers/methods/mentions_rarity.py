"""How seldom a score is by the series' own record of bursts: the tail of its largest scores, block by block."""

from __future__ import annotations

import numpy as np

SHARE = 0.15  # of the blocks: the largest, that give the tail
FEWEST = 3  # of them
LEAST_SCORE = 0.5  # the tail begins here or higher
ALPHA, WEIGHT = (
    3.0,
    5.0,
)  # exponent that is believed before any burst is seen, and of how many bursts the belief is worth


def rarity(
    score: np.ndarray, *, block: int, record: int, least: int, blocks_30: float, allowed: float
) -> tuple[np.ndarray, np.ndarray]:
    """How often in 30 days a score as high comes by the series' own bursts, and the score of the rate allowed.

    Parameters
    ----------
    score : one a slot, NaN where not known. block : slots of a block; the last may be short.
    record : blocks before the one of the slot that are remembered. least : of them that are needed, 3 or more. blocks_30 : blocks in 30 days.
    allowed : rate at which the limit stands [a 30 days].

    Returns
    -------
    rate [a 30 days], limit [score] by slot. Both NaN with fewer than `least` known blocks before; rate is NaN where the score is, or
    is not in the tail.

    Formula: of the m block maxima remembered the k = max(3, .15 m) largest lie above u, the next one, which is at least .5.
        rate(x) = blocks_30 (k + 1)/(m + 1) (x/u)^-alpha above u; alpha = (k + 5) / (sum log(max/u) + 5/3): Hill's estimate,
        with a third-power tail believed as if seen in five bursts. limit: the x at which the rate is the one allowed, at least u.
    Source: Hill (1975), Annals of Statistics 3; Embrechts, Klüppelberg & Mikosch (1997), Modelling Extremal Events, 6.4.
    """
    n = len(score)
    blocks = -(-n // block)
    padded = np.full(blocks * block, -np.inf)
    padded[:n] = np.where(np.isfinite(score), score, -np.inf)
    highest = padded.reshape(blocks, block).max(axis=1)
    rate, limit = np.full(n, np.nan), np.full(n, np.nan)
    for at in range(least, blocks):
        known = highest[max(0, at - record) : at]
        known = known[np.isfinite(known)]
        if len(known) < least:
            continue
        base, start, alpha = tail(known, blocks_30)
        here = slice(at * block, min(n, (at + 1) * block))
        above = np.where(score[here] > start, score[here] / start, np.nan)
        rate[here] = base * above**-alpha
        limit[here] = start * max(base / allowed, 1.0) ** (1 / alpha)
    return rate, limit


def tail(highest: np.ndarray, blocks_30: float) -> tuple[float, float, float]:
    """Rate at the start of the tail [a 30 days], its start [score] and its exponent, from block maxima."""
    ordered = np.sort(highest)[::-1]
    m = len(ordered)
    k = min(max(FEWEST, round(SHARE * m)), m - 1)
    start = max(float(ordered[k]), LEAST_SCORE)
    above = ordered[:k][ordered[:k] > start]
    alpha = (len(above) + WEIGHT) / (float(np.log(above / start).sum()) + WEIGHT / ALPHA)
    return blocks_30 * (len(above) + 1) / (m + 1), start, alpha
