"""What the survey of needs tells of each market: what its segments spend, who would try the brand, and whom the brand has won.

The segments are those of the page on value segments, and so are people, weights and redraws.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.errors import DataError, NothingToReportError
from helpers.i18n import Said
from helpers.methods import latent_redraws
from helpers.methods.latent_redraws import Redrawn
from helpers.pillars.positioning import segments, segments_names, segments_people
from helpers.pillars.positioning.segments_people import People

LEAST = 1e-3  # smallest share among people outside that a share of customers is held against


class Asked(NamedTuple):
    """What people outside in one market say: figures over redraws, the estimate first [run, figure]; people asked and what they are worth.

    Figures: share of spend by segment, share that would try by segment, share that would try, their share of spend, share of people by
    segment.
    """

    runs: np.ndarray
    n: int
    n_effective: float


class Panel(NamedTuple):
    """The survey by market, and the segments among customers.

    segments : names, one for everybody where `reason` says why there are none. markets : by market, those with 30 effective answers or
    more; few : the others. fit : how much more often a segment is found among customers than outside, over the same redraws
    [run, segment], NaN where unknown. n_customers : customers who answered. people : everybody, None where nobody was asked.
    """

    segments: tuple[str, ...]
    reason: str | Said
    markets: dict[str, Asked]
    few: dict[str, Asked]
    fit: np.ndarray
    n_customers: int
    people: People | None

    @property
    def n(self) -> int:
        """People outside who were asked."""
        return sum(one.n for one in (*self.markets.values(), *self.few.values()))


def of_tables(surveys: object | None, margins: object | None, scope: Scope, *, classes: int = 0, most: int = 6) -> Panel:  # fmt: skip
    """The survey of a company by market; an empty one where it has none.

    Parameters
    ----------
    surveys, margins : tables `surveys` and `population_margins`, None where there are none. classes, most : as `segments.page` takes them.
    """
    nobody = Panel(("",), "", {}, {}, np.full((1, 1), np.nan), 0, None)
    if surveys is None:
        return nobody
    try:
        people = segments_people.people(surveys, margins, None, scope)
    except NothingToReportError:
        return nobody
    return panel(people, scope, classes=classes, most=most) if people.outside.any() else nobody


def panel(people: People, scope: Scope, *, classes: int = 0, most: int = 6) -> Panel:
    """Everything that the page reads from the survey; people of the own file are customers, the others stand for their market."""
    found, names, reason = _segments(people, scope, classes, most)
    frame, weight = people.frame, people.frame["weight"].to_numpy(float)
    enough, few = {}, {}
    for market in sorted(frame.loc[people.outside, "market"].dropna().astype(str).unique()):
        here = people.outside & (frame["market"] == market).to_numpy()
        w = weight[here]
        one = Asked(_figures(people, found, here), int(here.sum()), float(w.sum() ** 2 / (w**2).sum()))
        (enough if one.n_effective >= COUNTS_ONLY else few)[market] = one
    n_customers = int((~people.outside).sum())
    there = people.outside & frame["market"].isin(list(enough)).to_numpy()
    fit = np.full((len(found.counts), len(names)), np.nan)
    if not reason and there.any() and n_customers >= COUNTS_ONLY:
        one = np.ones(len(frame))
        outside = latent_redraws.parts(found, one, weight=weight, where=there)
        fit = latent_redraws.parts(found, one, where=~people.outside).clip(0) / outside.clip(LEAST)
    return Panel(names, reason, enough, few, fit, n_customers, people)


def _segments(people: People, scope: Scope, classes: int, most: int) -> tuple[Redrawn, tuple[str, ...], str | Said]:  # fmt: skip
    """People in segments over redraws, names of the segments, and why there are none: then everybody is in one."""
    reason: str | Said
    try:
        made = segments.page(people, classes=classes, most=most)
    except DataError as why:
        reason = why.args[0]
    else:
        if made.found is not None:
            return made.found, tuple(segments_names.names(made, scope.language)), ""
        reason = made.reason
    return latent_redraws.unclassed(segments.strata(people.frame), redraws=segments.REDRAWS, seed=segments.SEED), ("",), reason  # fmt: skip


def _figures(people: People, found: Redrawn, here: np.ndarray) -> np.ndarray:
    """Figures of the people of one market over redraws [run, figure], in the order of `Asked`."""
    frame, how = people.frame, {"weight": people.frame["weight"].to_numpy(float)}
    spend, wish = frame["spend"].to_numpy(float), frame["is_open"].to_numpy(float)
    both = here & np.isfinite(spend) & np.isfinite(wish)
    by = [
        latent_redraws.parts(found, spend, where=here, **how),
        latent_redraws.means(found, wish, where=here, **how),
        latent_redraws.overall(found, wish, where=here, **how)[:, None],
        (latent_redraws.overall(found, spend * np.nan_to_num(wish), where=both, **how) / latent_redraws.overall(found, spend, where=both, **how))[:, None],
        latent_redraws.parts(found, np.ones(len(frame)), where=here, **how),
    ]  # fmt: skip
    return np.hstack(by)
