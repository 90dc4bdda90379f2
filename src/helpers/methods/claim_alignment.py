"""How far what is said is proved: the alignment index with its bounds, what weighs most, what ends next."""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.methods.claim_ledger import PROVED, standings


class Alignment(NamedTuple):
    """The alignment index of live claims.

    value : index [-1 to 1]; low : own evidence counted 0. unknown_low, unknown_high : bounds of the index over all exposures that the
    claims without a known one may have, `low` counted as it is in unknown_low; equal to low and value where all are known. All are NaN
    where nothing has a weight. n : live claims; n_weighted : of these, with a known exposure; weight : their sum.
    """

    value: float
    low: float
    unknown_low: float
    unknown_high: float
    n: int
    n_weighted: int
    weight: float


class Heaviest(NamedTuple):
    """The claim that weighs most: its share of all weight, the index without it, and how many equal claims would weigh as unevenly."""

    claim_id: str
    share: float
    without: float
    n_effective: float


def alignment(ledger: pd.DataFrame, *, most: float | None = None) -> Alignment:
    """Alignment index of the live claims of a ledger.

    Parameters
    ----------
    ledger : as `claim_ledger.standings` returns it. most : the largest weight that a claim of unknown exposure may have; None is that of
        the heaviest known claim, infinity makes no such assumption.

    Returns
    -------
    Alignment.

    Raises
    ------
    DataError : `most` is negative.

    Formula: A = sum w s / sum w over live claims with a known weight, w = exposure x materiality, s in {1, .5, 0, -1}. The lower bound
    counts own evidence 0. Bounds over unknown weights 0 <= w_j <= most: the smallest index adds, worst score first, each unknown claim
    whose score is below the index so far, at `most`; the largest alike from above. They are bounds, no guess: every choice of weights
    within them gives an index between.
    """
    live = ledger[ledger["is_live"]]
    known, unknown = live[live["weight"].notna()], live[live["weight"].isna()]
    w = known["weight"].to_numpy(float)
    if most is None:
        most = float(w.max()) if len(w) else math.inf
    if not most >= 0:
        raise DataError(f"alignment: most is {most:g}; a claim may weigh 0 or more.")
    value, low = (_index(known[name].to_numpy(float), w) for name in ("score", "score_low"))
    unknown_low = _pulled(known["score_low"].to_numpy(float), w, unknown["score_low"].to_numpy(float), most)
    unknown_high = 0.0 - _pulled(-known["score"].to_numpy(float), w, -unknown["score"].to_numpy(float), most)  # fmt: skip
    return Alignment(value, low, unknown_low, unknown_high, len(live), len(known), float(w.sum()))


def exposures(ledger: pd.DataFrame, *, by: str) -> pd.DataFrame:
    """Exposure and money of live claims by a column such as topic, parted by what stands behind them.

    Returns
    -------
    One row a value of `by` (missing ones as "") and standing: n [claims], n_unknown [of these, without exposure], exposure [times
    shown, of those known], spend [money]; largest exposure first within a value.
    """
    live = ledger[ledger["is_live"]]
    made = pd.DataFrame({
        by: live[by].astype(object).where(live[by].notna(), ""), "standing": live["standing"], "n": 1,
        "n_unknown": live["exposure"].isna().astype(int),
        "exposure": pd.to_numeric(live["exposure"], errors="coerce").astype(float).fillna(0.0),
        "spend": pd.to_numeric(live["spend"], errors="coerce").astype(float).fillna(0.0),
    })  # fmt: skip
    keys = [by] if by == "standing" else [by, "standing"]
    return made.groupby(keys, as_index=False, sort=True).sum().sort_values([keys[0], "exposure"], ascending=[True, False], ignore_index=True)  # fmt: skip


def unproved(ledger: pd.DataFrame, column: str) -> tuple[float, float, float]:
    """Of `column` ("exposure" or "spend") of live claims: what has no proof in force, the total of those known, and the share.

    A claim counts as proved with a proof of a third party or of one's own that is in force and wide enough, and that no figure
    contradicts. The share is NaN where the total is 0.
    """
    live = ledger[ledger["is_live"]]
    amount = pd.to_numeric(live[column], errors="coerce").astype(float).fillna(0.0)
    bare, total = float(amount[~live["standing"].isin(PROVED)].sum()), float(amount.sum())
    return bare, total, bare / total if total > 0 else math.nan


def heaviest(ledger: pd.DataFrame) -> Heaviest | None:
    """The live claim that weighs most; None where nothing has a weight. n_effective is 1 / sum of squared shares."""
    live = ledger[ledger["is_live"] & (ledger["weight"] > 0)]
    if live.empty:
        return None
    w = live["weight"].to_numpy(float)
    at, share = int(np.argmax(w)), w / w.sum()
    rest = np.delete(w, at)
    without = _index(np.delete(live["score"].to_numpy(float), at), rest)
    return Heaviest(str(live["claim_id"].iloc[at]), float(share[at]), without, float(1 / (share**2).sum()))


def expiries(claims: pd.DataFrame, proofs: pd.DataFrame, *, on: date, days: int = 365, contradicted: Collection[str] = (), **options) -> pd.DataFrame:  # fmt: skip
    """Live claims that lose their standing within `days` if no proof is renewed, the next first.

    Parameters
    ----------
    As `claim_ledger.standings`, whose other options may be given.

    Returns
    -------
    One row a claim that loses standing: claim_id, proof_id, holds_until [last day], days [from `on` to it], standing, standing_after
    [the day after], index_after [alignment index that day, with all claims that are live today, if nothing is renewed until then].
    """
    fixed = {"contradicted": contradicted, **options}
    now = standings(claims, proofs, on=on, **fixed)
    last = pd.Timestamp(on) + pd.Timedelta(days=days)
    losing = now[now["is_live"] & now["standing"].isin(PROVED) & (now["holds_until"] <= last)]
    losing = losing.sort_values(["holds_until", "claim_id"])
    rows = []
    for row in losing.itertuples():
        then = standings(claims, proofs, on=(row.holds_until + pd.Timedelta(days=1)).date(), **fixed)
        then = then.assign(is_live=now["is_live"])
        after = then.loc[then["claim_id"] == row.claim_id, "standing"].iloc[0]
        rows.append((row.claim_id, row.proof_id, row.holds_until, (row.holds_until - pd.Timestamp(on)).days, row.standing, after, alignment(then).value))  # fmt: skip
    names = ["claim_id", "proof_id", "holds_until", "days", "standing", "standing_after", "index_after"]
    return pd.DataFrame(rows, columns=names)


def _index(scores: np.ndarray, w: np.ndarray) -> float:
    return float(scores @ w / w.sum()) if w.sum() > 0 else math.nan


def _pulled(scores: np.ndarray, w: np.ndarray, unknown: np.ndarray, most: float) -> float:
    """The smallest index that unknown claims can bring about, each weighing at most `most`."""
    total, mass = float(scores @ w), float(w.sum())
    if not len(unknown):
        return total / mass if mass > 0 else math.nan
    if mass == 0 or math.isinf(most):
        floor = float(unknown.min())
        return min(floor, total / mass) if mass > 0 else floor
    for one in np.sort(unknown, kind="stable"):
        if one >= total / mass:
            break
        total, mass = total + most * one, mass + most
    return total / mass
