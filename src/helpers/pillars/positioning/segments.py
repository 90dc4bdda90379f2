"""Who creates our value, and whom to win? Segments by needs, their size, value and conquest potential, with what may be true of each.

People are read in `segments_people`; groups and waves are compared in `segments_gaps`; words stand in `segments_names` and
`segments_telling`, sheets in `segments_personas`, figures and checks in `segments_figures`, decisions in `segments_decisions`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.checks import COUNTS_ONLY
from helpers.errors import DataError
from helpers.i18n import Said, said, translate
from helpers.kpi import LEVEL
from helpers.methods import latent, latent_redraws, latent_typing
from helpers.methods.intervals import Estimate
from helpers.methods.latent import Classes
from helpers.methods.latent_redraws import Redrawn
from helpers.methods.latent_typing import Agreement, Typing
from helpers.pillars.positioning.segments_people import People

REDRAWS, DRAWS, SEED, STARTS = 100, 4000, 8, 20
PER = 1000  # people outside, for whom conquest is stated
SHARES = ("size", "size_own", "open", "open_spend", "margin_share", "spend_share")


class Page(NamedTuple):
    """What the page shows.

    classes : the segments, `reason` why they cannot be told ("" where they can). runs : by figure, [run, segment], the estimate
    first; n : by figure, people behind it. whole : by figure, the same over all segments together. stays : people of the last
    wave who stay in their segment when each wave finds segments of its own; None with one wave.
    """

    people: People
    classes: Classes
    ladder: pd.DataFrame
    reason: str | Said
    found: Redrawn | None
    runs: dict[str, np.ndarray]
    n: dict[str, int]
    whole: dict[str, np.ndarray]
    typing: Typing | None
    stays: Agreement | None
    rate: float | None
    min_chance: float

    @property
    def k(self) -> int:
        """Number of segments."""
        return len(self.classes.sizes)

    def one(self, figure: str, segment: int) -> Estimate:
        """A figure of a segment with its interval."""
        return _estimate(figure, self.runs[figure][:, segment], self.n[figure])

    def all(self, figure: str) -> Estimate:
        """A figure of everybody with its interval."""
        return _estimate(figure, self.whole[figure], self.n[figure])

    def order(self, figure: str) -> list[int]:
        """Segments from the highest value of a figure to the lowest; as they are where it is not known."""
        values = np.nan_to_num(self.runs[figure][0], nan=-math.inf)
        return np.argsort(-values, kind="stable").tolist()

    def first_chance(self, figure: str, segment: int, *, last: bool = False) -> float:
        """Chance that a segment has the highest (or the lowest) value of a figure; NaN where it is not known.

        Formula: share of normal draws around the estimate, with the covariance of the redraws.
        """
        runs = self.runs[figure]
        if not np.isfinite(runs).all():
            return math.nan
        drawn = np.random.default_rng(SEED).multivariate_normal(
            runs[0], np.cov(runs[1:].T), DRAWS, method="eigh"
        )
        return float(((drawn.argmin(axis=1) if last else drawn.argmax(axis=1)) == segment).mean())

    def level_with(self, figure: str, segment: int) -> list[int]:
        """Other segments whose value of a figure is not clearly lower than that of a segment, the highest first."""
        gap = self.runs[figure][:, [segment]] - self.runs[figure]
        low = [latent_redraws.estimate(gap[:, k], 0, level=LEVEL).low for k in range(self.k)]
        return [k for k in self.order(figure) if k != segment and not low[k] > 0]


def page(people: People, *, classes: int = 0, most: int = 6, rate: float | None = None, min_chance: float = 0.8, seed: int = SEED) -> Page:  # fmt: skip
    """Find the segments and what each is worth.

    Parameters
    ----------
    people : as `segments_people.people` reads them. classes : number of segments, 0 takes the smallest BIC among 1 to `most`.
    rate : contribution margin rate of the company; None counts revenue. min_chance : chance from which one segment is decided on.

    Raises
    ------
    DataError : classes or min_chance make no sense, or fewer than two items vary.
    """
    if classes < 0 or classes == 1 or most < 2 or not 0.5 <= min_chance < 1:
        raise DataError(f"classes is {classes}, most_classes {most} and min_chance {min_chance:g}. Give 0 or 2 and more, 2 and more, and a chance from 0.5 to below 1.")  # fmt: skip
    frame, items = people.frame, people.items
    if classes:
        best = latent.fit(frame, items=items, classes=classes, starts=STARTS, seed=seed)
        ladder = latent.ladder_of([best])
    else:
        best, ladder = latent.by_bic(frame, items=items, most=most, starts=STARTS, seed=seed)
    reason = _refused(best, ladder)
    if reason:
        return Page(people, best, ladder, reason, None, {}, {}, {}, None, None, rate, min_chance)
    weight = frame["weight"].to_numpy(float)
    found = latent_redraws.redrawn(best, groups=frame["is_own"], strata=strata(frame), weight=weight, redraws=REDRAWS, seed=seed)  # fmt: skip
    runs, n, whole = _figures(people, found, rate)
    typing = latent_typing.typing_tool(best, seed=seed) if len(best.items) >= latent_typing.FEWEST_ITEMS else None  # fmt: skip
    return Page(people, best, ladder, "", found, runs, n, whole, typing, _stays(people, best, seed), rate, min_chance)  # fmt: skip


def strata(frame: pd.DataFrame) -> pd.Series:
    """The group, wave and market of each person: redraws keep how many people each has."""
    return frame["is_own"].astype(str) + frame["wave"].astype(str) + frame["market"].astype(str)


def _why(classes: Classes) -> str | Said:
    return next((one for one in classes.guards if one.startswith("cannot tell: ")), "")


def _refused(best: Classes, ladder: pd.DataFrame) -> str | Said:
    """Why there are no segments: the search's own refusal, or one class that answers everything."""
    if why := _why(best):
        return why.values["reason"]
    if len(best.sizes) > 1:
        return ""
    tried = [one for one in ladder["reason"] if one]
    return tried[0].values["reason"] if tried else said("one class of people explains the answers as well as several")  # fmt: skip


def _figures(people: People, found: Redrawn, rate: float | None) -> tuple[dict, dict, dict]:
    """Figures by segment and of everybody, for the estimate and each redraw."""
    frame, out, last = people.frame, people.outside, people.last
    own, w, one = ~out, frame["weight"].to_numpy(float), np.ones(len(frame))
    spend, wish = frame["spend"].to_numpy(float), frame["is_open"].to_numpy(float)
    margin = frame["revenue"].to_numpy(float) * (1.0 if rate is None else rate)
    if not people.has_orders:
        margin = np.full(len(frame), math.nan)
    paid, both = margin * 0 + frame["paid"].to_numpy(float), own & np.isfinite(spend)
    how = {"weight": w}
    asked = out & np.isfinite(spend) & np.isfinite(wish)
    open_spend = np.where(asked, spend * np.nan_to_num(wish), math.nan)
    mean, part = latent_redraws.means, latent_redraws.parts
    runs = {
        "size": part(found, one, where=out & last, **how),
        "size_own": part(found, one, where=own & last),
        "spend": mean(found, spend, where=out, **how),
        "spend_own": mean(found, spend, where=own),
        "open": mean(found, wish, where=out, **how),
        "margin": mean(found, margin, where=own),
        "margin_share": part(found, margin, where=own),
        "spend_share": part(found, spend, where=out, **how),
        "own_share": mean(found, paid, where=both) / mean(found, spend, where=both),
    }
    runs["conquest"] = PER * part(found, one, where=asked, **how) * mean(found, open_spend, **how)
    n = {"size": int((out & last).sum()), "size_own": int((own & last).sum()), "spend": int((out & np.isfinite(spend)).sum()),
         "spend_own": int(both.sum()), "open": int((out & np.isfinite(wish)).sum()), "margin": int(own.sum()),
         "margin_share": int(own.sum()), "spend_share": int((out & np.isfinite(spend)).sum()), "own_share": int(both.sum()),
         "conquest": int(asked.sum())}  # fmt: skip
    for name, people_of in n.items():
        if people_of < COUNTS_ONLY:
            runs[name] = np.full_like(runs[name], math.nan)
    whole = {
        "conquest": runs["conquest"].sum(axis=1), "open": _mean(found, wish, w, out),
        "open_spend": _mean(found, open_spend, w, out) / _mean(found, spend, w, asked),
        "own_share": _mean(found, paid, one, both) / _mean(found, spend, one, both), "margin": _mean(found, margin, one, own),
    }  # fmt: skip
    n["open_spend"] = n["conquest"]
    return runs, n, whole


def _mean(found: Redrawn, values: np.ndarray, weight: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Weighted mean of everybody in each run; NaN below 30 people."""
    if (where & np.isfinite(values)).sum() < COUNTS_ONLY:
        return np.full(len(found.counts), math.nan)
    return latent_redraws.overall(found, values, weight=weight, where=where)


def _estimate(figure: str, runs: np.ndarray, n: int) -> Estimate:
    if figure in SHARES:
        return latent_redraws.share_estimate(runs, n, level=LEVEL)
    return latent_redraws.estimate(runs, n, level=LEVEL, least=0.0)


def _stays(people: People, best: Classes, seed: int) -> Agreement | None:
    """People of the last wave, in the segments that the first and the last wave find each for itself."""
    if len(people.waves) < 2:
        return None
    made, frame = [], people.frame
    for wave in (people.waves[-2], people.waves[-1]):
        only = frame.assign(in_wave=(frame["wave"] == wave).astype(float))
        made.append(latent.fit(only, items=best.items, classes=len(best.sizes), weight="in_wave", starts=STARTS, seed=seed))  # fmt: skip
    at = people.last
    return latent_typing.agreement(made[0].members[at], made[1].members[at], level=LEVEL)


def told(made: Page, language: str) -> str:
    """Why there are no segments, in the language of the reader."""
    return translate(made.reason, language)
