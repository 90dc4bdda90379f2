"""Changes between waves of a tracker: never over a changed question or missing weights, never without the design effect, never of too few."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.special import ndtr

from helpers.i18n import Said, said
from helpers.methods.experiment_shares import holm
from helpers.methods.waves import SERIES, Waves

FEW = 30  # effective answers below which no percentage is told, by the policy for small samples
NO_TREND = 100  # and below which no change is judged
MATTERS = 0.01  # a point of a share
COLUMNS = [*SERIES, "wave", "base", "change", "low", "high", "z", "p", "p_all", "n_effective", "shared", "verdict", "reason"]  # fmt: skip


def wave_changes(
    waves: Waves, *, lag: int = 1, materiality: float = MATTERS, level: float = 0.90
) -> pd.DataFrame:
    """Each figure against the one `lag` waves before, with its interval and verdict.

    Parameters
    ----------
    waves : as `wave_shares`, `wave_totals` or `scale_waves` returns them.
    lag : 1 is the wave before; 4 the same season of a quarterly tracker.
    materiality : smallest change that matters, in the unit of the figure.
    level : of the intervals that the waves carry; p against 1 - level.

    Returns
    -------
    One row a (brand, question, wording, wave) that has `lag` waves before it: base [the earlier wave], change, low, high, z, p, p_all
    [Holm over all changes of that wave], n_effective [the smaller of the two], shared [people in both], verdict "higher", "lower",
    "no clear change" or "cannot tell", reason [empty, or why it cannot tell]. Waves of which only one has weights are not compared.

    Raises
    ------
    ValueError : lag is below 1, or the materiality is negative.

    Formula: z = (p2 - p1) / sqrt(deff1 v1 + deff2 v2 - 2 c), v = p (1 - p) / n, c the covariance of those in both waves;
        low = d - sqrt((p2 - l2)² + (u1 - p1)² - 2 r (p2 - l2)(u1 - p1)), r = c / (se1 se2), and high alike (MOVER).
    Source: Kish (1965), Survey Sampling, 12.4, for waves that share people; Newcombe (1998), Statistics in Medicine 17; Zou & Donner (2008).
    """
    if not lag >= 1 or not materiality >= 0:
        raise ValueError(f"lag must be 1 or more and materiality 0 or more, not {lag!r} and {materiality!r}")
    table = waves.table
    order = sorted(table["wave"].unique())
    place = {name: at for at, name in enumerate(order)}
    texts = {key: at for at, key in enumerate(zip(*(table[name] for name in [*SERIES, "wave"]), strict=True))}
    rows = []
    for at, row in enumerate(table.itertuples(index=False)):
        if place[row.wave] < lag:
            continue
        base = order[place[row.wave] - lag]
        then = texts.get((row.brand, row.question, row.wording, base))
        known = {**{name: getattr(row, name) for name in SERIES}, "wave": row.wave, "base": base}
        if then is None:
            rows.append({**known, **_untold(_why_not(table, row, base))})
        elif (reason := _weighted_apart(table, at, then)) is not None:
            rows.append({**known, **_untold(reason)})
        else:
            rows.append({**known, **_told(waves, at, then, materiality)})
    made = pd.DataFrame(rows, columns=COLUMNS)
    for _, own in made[made["p"].notna()].groupby("wave"):
        made.loc[own.index, "p_all"] = [step.p for step in holm(own["p"].tolist(), level=level)]
    return made


def breaks(table: pd.DataFrame) -> list[Said]:
    """Where the text of a question changed, as guards: one a question and wave."""
    made = []
    for question, own in table.groupby("question", sort=True):
        by_wave = own.groupby("wave", sort=True)["wording"].agg(lambda texts: tuple(sorted(set(texts))))
        for (_, then), (wave, now) in pairwise(by_wave.items()):
            if now != then:
                made.append(said("the text of {question} changed with wave {wave} (from {then} to {now}): no change is told over it", question=str(question), wave=str(wave), then=_named(then), now=_named(now)))  # fmt: skip
    return made


def too_few(table: pd.DataFrame, *, need: int = FEW) -> pd.Series:
    """Whether a figure stands on too few effective answers for a percentage."""
    return table["n_effective"] < need


def _named(texts: tuple[str, ...]) -> str:
    return ", ".join(one or "—" for one in texts)


def _why_not(table: pd.DataFrame, row, base) -> Said:
    same = (table["brand"] == row.brand) & (table["question"] == row.question) & (table["wave"] == base)
    texts = tuple(sorted(table.loc[same, "wording"]))
    if texts:
        return said("the text of the question changed between {then} and {now}", then=str(base), now=str(row.wave))  # fmt: skip
    return said("the question was not asked in {wave}", wave=str(base))


def _weighted_apart(table: pd.DataFrame, now: int, then: int) -> Said | None:
    """Why two waves are not compared of which only one has weights, as these move a share by themselves; None where they are alike."""
    has = {str(table.loc[at, "wave"]): bool(table.loc[at, "is_weighted"]) for at in (now, then)}
    without = [name for name, weighted in has.items() if not weighted]
    return said("the wave of {wave} has no weights, and the other one has", wave=without[0]) if len(without) == 1 else None  # fmt: skip


def _untold(reason: Said, **known) -> dict:
    blank = dict.fromkeys(("change", "low", "high", "z", "p", "n_effective"), math.nan)
    return {**blank, "shared": 0, "verdict": "cannot tell", **known, "reason": reason}


def _told(waves: Waves, now: int, then: int, materiality: float) -> dict:
    a, b = waves.table.loc[now], waves.table.loc[then]
    size = float(min(a["n_effective"], b["n_effective"]))
    if size < FEW:
        reason = said("{n} effective answers, and {need} are the least", n=int(size), need=NO_TREND)
        return _untold(reason, n_effective=size)
    shared, r = _together(waves, now, then)
    change = float(a["value"] - b["value"])
    below, above = a["value"] - a["low"], b["high"] - b["value"]
    low = change - math.sqrt(max(below**2 + above**2 - 2 * r * below * above, 0.0))
    above, below = a["high"] - a["value"], b["value"] - b["low"]
    high = change + math.sqrt(max(above**2 + below**2 - 2 * r * above * below, 0.0))
    errors = [0.0 if math.isnan(one["error"]) else one["error"] for one in (a, b)]
    spread = math.sqrt(max(errors[0] ** 2 + errors[1] ** 2 - 2 * r * errors[0] * errors[1], 0.0))
    z = change / spread if spread > 0 else math.nan
    made = {"change": change, "low": low, "high": high, "z": z, "p": 2 * float(ndtr(-abs(z))), "n_effective": size, "shared": shared}  # fmt: skip
    return {**made, **_judged(change, low, high, size, materiality)}


def _judged(change: float, low: float, high: float, size: float, materiality: float) -> dict:
    """The verdict of the house: an interval that leaves 0 out, and a change that matters."""
    if size < NO_TREND:
        return {"verdict": "cannot tell", "reason": said("{n} effective answers, and {need} are the least", n=int(size), need=NO_TREND)}  # fmt: skip
    if math.isnan(low) or (low < -materiality and high > materiality):
        return {"verdict": "cannot tell", "reason": said("the interval allows a rise and a fall that matter")}  # fmt: skip
    if abs(change) < materiality or low <= 0 <= high:
        return {"verdict": "no clear change", "reason": ""}
    return {"verdict": "higher" if change > 0 else "lower", "reason": ""}


def _together(waves: Waves, now: int, then: int) -> tuple[int, float]:
    """People (or clusters) in both waves, and how far the two figures go together because of them."""
    if not waves.pulls:
        return 0, 0.0
    a, b = waves.pulls[now], waves.pulls[then]
    both = a.index.intersection(b.index)
    errors = waves.table.loc[now, "error"] * waves.table.loc[then, "error"]
    if not len(both) or not errors > 0:
        return len(both), 0.0
    return len(both), float(np.clip(a[both] @ b[both] / errors, -0.99, 0.99))
