"""The tone of mentions that a tool read, corrected language by language with mentions that people read again."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.methods import labelled
from helpers.methods.intervals import Estimate
from helpers.methods.labelled import Labels
from helpers.methods.mentions_severity import TONES

ASKED, READ = (
    "tone",
    "tone_read",
)  # questions of a labelling: what people say, and what the tool said of the same mention


class Reading(NamedTuple):
    """How a tool reads a language: what it finds and clears of negative and of positive mentions; n labelled; agreement beyond chance."""

    negative: Labels
    positive: Labels
    n: int
    kappa: float

    @property
    def is_enough(self) -> bool:
        """Whether both tones can be corrected."""
        return self.negative.is_enough and self.positive.is_enough


class Tone(NamedTuple):
    """The tone of a lot of mentions.

    net, negative, positive : corrected, of the languages that can be [share]. raw : net as the tool reads it, of all that it read. n :
    received; n_read : with a tone; n_corrected : of a language that can be corrected. unread, uncorrected : languages that the tool does
    not read at all, and those read but without labels enough.
    """

    net: Estimate
    negative: Estimate
    positive: Estimate
    raw: float
    n: int
    n_read: int
    n_corrected: int
    unread: tuple[str, ...]
    uncorrected: tuple[str, ...]


def readings(answers: pd.DataFrame) -> dict[str, Reading]:
    """How the tool reads each language, from mentions that people read again.

    Parameters
    ----------
    answers : language, respondent_id [one a mention], question ("tone" by people, "tone_read" by the tool), choice [positive, neutral or
        negative]; mentions without both are left out.

    Raises
    ------
    DataError : a mention is labelled twice by the same side.
    """
    rows = answers[answers["question"].isin((ASKED, READ)) & answers["choice"].isin(TONES)]
    key = ["language", "respondent_id", "question"]
    twice = rows[rows.duplicated(key)]
    if len(twice):
        raise DataError(f"labels: {len(twice)} mentions are labelled twice under one question. Keep one label of each side a mention.")  # fmt: skip
    both = rows.pivot(index=key[:2], columns="question", values="choice").reindex(columns=[ASKED, READ]).dropna()  # fmt: skip
    made = {}
    for language, own in both.groupby(level="language"):
        said, true = own[READ].to_numpy(dtype=object), own[ASKED].to_numpy(dtype=object)
        by_tone = [labelled.labels(said == tone, true == tone) for tone in ("negative", "positive")]
        made[str(language)] = Reading(*by_tone, len(own), labelled.kappa(said, true))
    return made


def tone_of(rows: pd.DataFrame, known: dict[str, Reading], *, count: str = "mentions", level: float = 0.90) -> Tone:  # fmt: skip
    """Net tone of mentions: positive less negative, over all that were read in a language that can be corrected.

    Parameters
    ----------
    rows : language, sentiment and `count`. known : of `readings`.

    Formula: each share is corrected as in `labelled.corrected_share`, by language; net = positive - negative, its bounds by MOVER with
        the correlation -sqrt(p q / ((1 - p)(1 - q))) of two shares of one lot; languages are added with their share of mentions, half-widths as roots of sums of squares.
    Source: Rogan & Gladen (1978), American Journal of Epidemiology 107; Zou & Donner (2008), Statistics in Medicine 27.
    """
    counts = rows.assign(sentiment=rows["sentiment"].where(rows["sentiment"].isin(TONES), "unknown"))
    wide = counts.groupby(["language", "sentiment"])[count].sum().unstack(fill_value=0.0)
    wide = wide.reindex(columns=[*TONES, "unknown"], fill_value=0.0)
    read = wide[list(TONES)].sum(axis=1)
    parts, sizes, uncorrected = [], [], []
    for language in wide.index[read > 0]:
        n, one = round(float(read[language])), known.get(str(language))
        if one is None or not one.is_enough:
            uncorrected.append(str(language))
            continue
        negative, positive = (
            labelled.corrected_share(round(float(wide.loc[language, tone])), n, labels, level=level)
            for tone, labels in (("negative", one.negative), ("positive", one.positive))
        )
        parts.append((difference(positive, negative, level=level), negative, positive))
        sizes.append(n)
    n_read, total = float(read.sum()), float(wide.to_numpy().sum())
    raw = float(wide["positive"].sum() - wide["negative"].sum()) / n_read if n_read else math.nan
    together = [_together([one[k] for one in parts], sizes, level) for k in range(3)]
    silent = tuple(str(name) for name in wide.index[(read == 0) & (wide["unknown"] > 0)])
    return Tone(*together, raw, round(total), round(n_read), sum(sizes), silent, tuple(uncorrected))


def difference(first: Estimate, second: Estimate, *, level: float = 0.90) -> Estimate:
    """First less second, two shares of the same lot that leave room for others."""
    p, q = first.value, second.value
    odds = p * q / ((1 - p) * (1 - q)) if p < 1 and q < 1 else 1.0
    correlation = -math.sqrt(min(1.0, odds))

    def half(a: float, b: float) -> float:
        return math.sqrt(max(0.0, a * a + b * b - 2 * correlation * a * b))

    value = p - q
    low = value - half(p - first.low, second.high - q)
    high = value + half(first.high - p, q - second.low)
    return Estimate(value, max(low, -1.0), min(high, 1.0), level, first.n)


def _together(parts: list[Estimate], sizes: list[int], level: float) -> Estimate:
    """Mean of independent estimates, weighted by their mentions."""
    if not parts:
        return Estimate(math.nan, math.nan, math.nan, level, 0)
    weight = np.array(sizes, dtype=float) / sum(sizes)
    value, low, high = (np.array([getattr(one, name) for one in parts]) for name in ("value", "low", "high"))
    middle = float(weight @ value)
    down, up = (float(np.sqrt(((weight * half) ** 2).sum())) for half in (value - low, high - value))
    return Estimate(middle, middle - down, middle + up, level, sum(sizes))
