"""The score that customers give after a day of theirs, and by how much those who give a high one are more likely to have had a repair."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from helpers.sample.chunk import Chunk
from helpers.sample.parts import voice
from helpers.sample.setting import dates

NPS_TILT, NPS_WITHIN = 0.045, 180  # logit a point of the score given within so many days after a repair


@lru_cache(1)
def _answers(chunk: Chunk) -> pd.DataFrame:
    """Answers to the NPS: customer_id, day, score."""
    made = voice.nps(chunk, voice.cases(chunk))
    day = (made["answered_on"] - dates(np.zeros(1, int))[0]).dt.days
    return pd.DataFrame({"customer_id": made["customer_id"], "day": day, "score": made["score"]}).sort_values(
        "day", kind="stable"
    )


def score_after(chunk: Chunk, rows: pd.DataFrame) -> np.ndarray:
    """Score that each customer gives next, within NPS_WITHIN days after the day; missing without one."""
    left = rows.assign(
        customer_id=chunk.people["customer_id"].to_numpy()[rows["customer"]], at=np.arange(len(rows))
    )
    found = pd.merge_asof(
        left.sort_values("day", kind="stable")[["customer_id", "day", "at"]], _answers(chunk), on="day", by="customer_id",
        direction="forward", allow_exact_matches=False, tolerance=NPS_WITHIN,
    )  # fmt: skip
    return found.sort_values("at", kind="stable")["score"].to_numpy(float)


def nps_tilt(score: np.ndarray) -> np.ndarray:
    """Factor on the chance of a repair by the score that follows, 1 in mean over those who answer."""
    weight = np.exp(NPS_TILT * np.nan_to_num(score))
    heard = ~np.isnan(score)
    return np.where(heard, weight / (weight[heard].mean() if heard.any() else 1.0), 1.0)
