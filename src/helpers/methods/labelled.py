"""A share that a machine counted, corrected by a sample that people labelled."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from helpers.errors import DataError
from helpers.methods.intervals import Estimate

FEWEST = 20  # labelled texts of either kind
LEAST_SKILL = 0.2  # sensitivity + specificity - 1, below which a correction blows chance up fivefold


class Labels(NamedTuple):
    """What the machine said of texts that people labelled, as counts.

    `found` of the `positives` (by the people's word) it flagged; `cleared` of the `negatives` it did not flag.
    """

    found: int
    positives: int
    cleared: int
    negatives: int

    @property
    def sensitivity(self) -> float:
        """Share of the positives that the machine flags."""
        return self.found / self.positives if self.positives else math.nan

    @property
    def specificity(self) -> float:
        """Share of the negatives that the machine leaves alone."""
        return self.cleared / self.negatives if self.negatives else math.nan

    @property
    def is_enough(self) -> bool:
        """Whether there are enough labels of both kinds, and the machine tells the two apart at all."""
        few = min(self.positives, self.negatives) < FEWEST
        return not few and self.sensitivity + self.specificity - 1 >= LEAST_SKILL


def labels(flagged, truth) -> Labels:
    """Count what the machine flagged against what people say; both are yes or no, one a text."""
    said, true = np.asarray(flagged, dtype=bool), np.asarray(truth, dtype=bool)
    if len(said) != len(true):
        raise ValueError(f"{len(said)} flags for {len(true)} labels")
    return Labels(int((said & true).sum()), int(true.sum()), int((~said & ~true).sum()), int((~true).sum()))


def corrected_share(n_flagged: int, n: int, known: Labels, *, level: float = 0.90) -> Estimate:
    """Share of positives behind a share that the machine flagged, with the doubt of both samples in its interval.

    Parameters
    ----------
    n_flagged, n : texts flagged, of all that the machine read.
    known : labels of another lot, or of a few of the same; what the machine finds of positives and clears of negatives has
        to be the same in both, the share of positives need not.

    Returns
    -------
    Estimate [share 0-1]; NaN where the labels are not enough (`Labels.is_enough`) or nothing was read.

    Raises
    ------
    DataError : a count is impossible.

    Formula: (q + Sp - 1)/(Se + Sp - 1); its interval is p' + d ± z s, from Se and Sp with one success and one failure added
        and q with z²/2 of each: s² = (q'(1-q')/n' + Se'(1-Se')p'²/n_se + Sp'(1-Sp')(1-p')²/n_sp)/(Se'+Sp'-1)²,
        d = 2 z² (Se'(1-Se')p'/n_se - Sp'(1-Sp')(1-p')/n_sp).
    Source: Rogan & Gladen (1978), American Journal of Epidemiology 107; Lang & Reiczigel (2014), Confidence limits for
        prevalence of disease adjusted for estimated sensitivity and specificity, Preventive Veterinary Medicine 113.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1 (.90 for 90 %), not {level!r}")
    wrong = not 0 <= n_flagged <= n or not 0 <= known.found <= known.positives
    if wrong or not 0 <= known.cleared <= known.negatives:
        raise DataError(f"labels: {n_flagged} of {n} flagged with {tuple(known)} is impossible. Count again.")
    if not n or not known.is_enough:
        return Estimate(math.nan, math.nan, math.nan, level, n)
    z = float(ndtri((1 + level) / 2))
    value = (n_flagged / n + known.specificity - 1) / (known.sensitivity + known.specificity - 1)
    more, n_se, n_sp = n + z**2, known.positives + 2, known.negatives + 2
    q = (n_flagged + z**2 / 2) / more
    se, sp = (known.found + 1) / n_se, (known.cleared + 1) / n_sp
    skill = se + sp - 1
    p = min(max((q + sp - 1) / skill, 0.0), 1.0)
    doubt_se, doubt_sp = se * (1 - se) / n_se, sp * (1 - sp) / n_sp
    spread = math.sqrt(q * (1 - q) / more + doubt_se * p**2 + doubt_sp * (1 - p) ** 2) / skill
    shift = 2 * z**2 * (doubt_se * p - doubt_sp * (1 - p))
    low, high = (min(max(p + shift + sign * z * spread, 0.0), 1.0) for sign in (-1, 1))
    value = min(max(value, 0.0), 1.0)
    return Estimate(value, min(low, value), max(high, value), level, n)


def kappa(first, second) -> float:
    """Agreement of two labellings of the same texts beyond chance: 1 full, 0 as by chance; NaN where both never vary.

    Formula: (agreement - agreement by chance) / (1 - agreement by chance).
    Source: Cohen (1960), Educational and Psychological Measurement 20.
    """
    a, b = np.asarray(first, dtype=object), np.asarray(second, dtype=object)
    if not len(a) or len(a) != len(b):
        return math.nan
    chance = sum((a == kind).mean() * (b == kind).mean() for kind in {*a, *b})
    return math.nan if chance >= 1 else float(((a == b).mean() - chance) / (1 - chance))
