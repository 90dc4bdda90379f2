"""Tests by lot: on the site, day by day, and those on persons as totals.

Two of them are traps. The landing page lost visitors of one arm on the way, so its arms are not alike (sample ratio). The
banner did nothing and was stopped on the first day that looked good.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers.sample import onboarding, trials
from helpers.sample.chunk import Chunk
from helpers.sample.orders import kept_value
from helpers.sample.parts import app
from helpers.sample.setting import DAYS, binomial, dates, day_number, span
from helpers.sample.truth import Estimand
from helpers.sample.world import World


class SiteTest(NamedTuple):
    """A test by lot on the site: visitors a day and arm, chance of success in the control arm, relative effect."""

    id: str
    hypothesis: str
    metric: str
    first: str
    days: int
    visitors: int
    rate: float
    effect: float
    lost: float = 0.0  # share of arm B's visitors who get lost on the way; they would not have succeeded


SITE_TESTS = (
    SiteTest("ab_short_video", "A video of 6 seconds is watched to the end more often than one of 20", "vtr", "2025-09-15", 21, 2_600, 0.235, 0.18),
    SiteTest("ab_live_show", "A live show puts more machines into baskets than the product page", "add_to_cart", "2026-04-13", 28, 900, 0.071, 0.12),
    SiteTest("ab_user_content", "Photos by customers are clicked more often than studio photos", "ctr", "2026-05-18", 21, 3_000, 0.021, 0.06),
    SiteTest("ab_checkout_one_page", "A checkout on one page loses fewer baskets", "purchase", "2026-02-02", 28, 700, 0.312, 0.045),
    SiteTest("ab_landing_redirect", "A landing page of its own brings more orders", "purchase", "2025-06-02", 28, 2_600, 0.031, 0.0, 0.07),
    SiteTest("ab_banner", "A green banner brings more orders", "purchase", "2026-06-08", 28, 800, 0.028, 0.0),
)  # fmt: skip
STOPPED, STOPPED_FROM, STOPPED_BY = (
    "ab_banner",
    7,
    20,
)  # looked at every day, stopped as soon as z passes 1.96


def count(chunk: Chunk) -> dict[str, Any]:
    """Arms of the tests on persons: the onboarding and the randomised e-mails."""
    sales = chunk.orders[chunk.orders["status"] == "paid"]
    return {"experiments_onboarding": _onboarding(chunk), "experiments_trials": _trials(chunk, sales)}


def books(world: World, totals: dict[str, Any]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Table `experiments`."""
    yield "experiments", pd.concat([site_rows(world, test) for test in SITE_TESTS], ignore_index=True)
    yield "experiments", _person_level(totals)


def truth(world: World, totals: dict[str, Any]) -> Iterator[Estimand]:
    """True effects of all tests."""
    for test in SITE_TESTS:
        first = day_number(test.first)
        days = span(first, first + test.days - 1)
        yield Estimand(
            "ab_relative_effect",
            test.effect,
            "share",
            f"{test.hypothesis}: true relative change of {test.metric}.",
            days,
            segment=test.id,
        )
        yield Estimand(
            "ab_absolute_effect",
            test.rate * test.effect,
            "share",
            f"{test.hypothesis}: true change of {test.metric}.",
            days,
            segment=test.id,
        )


def site_rows(world: World, test: SiteTest) -> pd.DataFrame:
    """Days of one test on the site: units and successes of each arm.

    Formula: visitors ~ Poisson, successes ~ Binomial(visitors, rate x (1 + effect)).
    """
    rng = world.rng(f"site test {test.id}")
    for _ in range(2_000):
        units = rng.poisson(test.visitors * np.ones((2, test.days)))
        rates = np.array([[test.rate], [test.rate * (1 + test.effect)]])
        wins = binomial(rng, units, rates)
        if test.lost:
            gone = binomial(rng, units[1], test.lost)
            units[1] -= gone
            wins[1] = binomial(rng, units[1], test.rate / (1 - test.lost))
        last = test.days
        if test.id != STOPPED or (last := _first_win(units, wins)):
            break
    days = np.arange(last)
    first = day_number(test.first)
    parts = [
        pd.DataFrame(
            {
                "arm": arm,
                "measured_on": dates(first + days),
                "units": units[row, :last],
                "exposed": units[row, :last],
                "conversions": wins[row, :last],
            }
        )
        for row, arm in enumerate(("control", "variant"))
    ]
    spans = {
        "starts_on": DAYS[first],
        "ends_on": DAYS[first + test.days - 1],
        "registered_on": DAYS[first - 10],
    }
    return pd.concat(parts, ignore_index=True).assign(
        experiment_id=test.id, market="FR", kind="ab", hypothesis=test.hypothesis, metric=test.metric, **spans
    )


def _first_win(units: np.ndarray, wins: np.ndarray) -> int:
    """Days until the variant first looks better at the 5 % level; 0 when that is not within `STOPPED_FROM` to `STOPPED_BY` days."""
    n, k = np.cumsum(units, axis=1), np.cumsum(wins, axis=1)
    share, pooled = k / n, k.sum(axis=0) / n.sum(axis=0)
    z = (share[1] - share[0]) / np.sqrt(pooled * (1 - pooled) * (1 / n).sum(axis=0))
    days = np.flatnonzero(z > 1.96) + 1
    return int(days[0]) if len(days) and STOPPED_FROM <= days[0] <= STOPPED_BY else 0


def _onboarding(chunk: Chunk) -> np.ndarray:
    """Newcomers and leavers within 90 days [flow, 2] of the onboarding test."""
    known = chunk.people
    tested = known[known["has_app"] & known["start"].between(*onboarding.TEST)]
    gone = (tested["death"].astype(int) - tested["start"]) < onboarding.CUT_DAYS
    return np.array(
        [
            [(tested["flow"] == flow).sum(), (gone & (tested["flow"] == flow)).sum()]
            for flow in ("long", "short")
        ],
        dtype=float,
    )


def _trials(chunk: Chunk, sales: pd.DataFrame) -> np.ndarray:
    """Units, buyers, revenue and its squares [trial, arm, 4] in the window of each randomised e-mail."""
    made = np.zeros((len(trials.TRIALS), 2, 4))
    value = kept_value(sales)
    for position, trial in enumerate(trials.TRIALS):
        inside = sales["day"].between(trial.day, trial.day + trials.WINDOW - 1)
        spent = np.bincount(sales.loc[inside, "customer"], value[inside], len(chunk.people))
        bought = np.bincount(sales.loc[inside, "customer"], minlength=len(chunk.people)) > 0
        some = chunk.recipients[chunk.recipients["trial"] == position]
        for arm in (0, 1):
            who = some.loc[some["is_held_out"] == (arm == 0), "customer"].to_numpy()
            made[position, arm] = len(who), bought[who].sum(), spent[who].sum(), (spent[who] ** 2).sum()
    return made


def _person_level(totals: dict[str, Any]) -> pd.DataFrame:
    """Totals of the onboarding test and of the randomised e-mails."""
    first, last = onboarding.TEST
    rows = [
        (app.TEST_ID, arm, last + onboarding.CUT_DAYS, "ab", "Fewer steps, fewer people who leave", "left within 90 days", *numbers, None, None, first, last)
        for arm, numbers in zip(("long", "short"), totals["experiments_onboarding"], strict=True)
    ]  # fmt: skip
    for trial, arms in zip(trials.TRIALS, totals["experiments_trials"], strict=True):
        rows += [
            (
                trial.id,
                arm,
                trial.day + trials.WINDOW - 1,
                "holdout",
                f"{trial.name}: brings orders",
                "revenue_excl_vat",
                *numbers,
                trial.day,
                trial.day + trials.WINDOW - 1,
            )
            for arm, numbers in zip(("held out", "sent"), arms, strict=True)
        ]
    names = [
        "experiment_id",
        "arm",
        "measured_on",
        "kind",
        "hypothesis",
        "metric",
        "units",
        "conversions",
        "value",
        "value_squares",
        "starts_on",
        "ends_on",
    ]
    frame = pd.DataFrame(rows, columns=names)
    spans = {name: dates(frame[name]) for name in ("measured_on", "starts_on", "ends_on")}
    return frame.assign(
        market="ALL",
        currency="EUR",
        value=frame["value"].astype(float).round(2),
        registered_on=spans["starts_on"] - pd.Timedelta(days=14),
        **spans,
    )
