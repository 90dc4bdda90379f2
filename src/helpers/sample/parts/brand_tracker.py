"""The brand tracker: eight quarterly waves of a French panel, answer by answer, and an agency's monthly totals of three markets.

Both measure the shares of `brand_levels` and neither shows them without chance. The panel hears the young, women and the
capital too often; its design weights bring the population back and cost answers. In one wave the text of one question changes.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.sample.parts import brand_levels as levels_of
from helpers.sample.parts import positioning_people as people_of
from helpers.sample.parts.brand_levels import BRANDS, METRICS
from helpers.sample.setting import MONTHS, N_DATA, binomial, day_number, pick
from helpers.sample.truth import Estimand
from helpers.sample.world import World

# fmt: off
WAVES = {
    "tracker-2024-Q4": "2024-12-11", "tracker-2025-Q1": "2025-03-11", "tracker-2025-Q2": "2025-06-11", "tracker-2025-Q3": "2025-09-11",
    "tracker-2025-Q4": "2025-12-11", "tracker-2026-Q1": "2026-03-11", "tracker-2026-Q2": "2026-06-11", "tracker-2026-Q3": "2026-09-11",
}
# fmt: on
N, SPREAD = 1_000, 0.20  # people a wave; log spread of the design weights beside what the groups explain
REWORDED, REWORDED_IN, JUMP = (
    "consideration",
    "tracker-2026-Q1",
    0.03,
)  # more who say yes, of all people: no real change
TOTALS = ("unaided_awareness", "aided_awareness", "consideration", "preference", "use")
ASKED, DESIGN = {"FR": 400, "BE": 150, "CH": 120}, 1.25  # people a month of the agency; its design effect


def design_weights(rng: np.random.Generator, who: pd.DataFrame) -> np.ndarray:
    """Weights of a panel's people, mean 1: 1 over how often the panel hears their groups, times a lognormal number."""
    weight = np.exp(SPREAD * rng.standard_normal(len(who)))
    for name, column in (("age_band", "age"), ("sex", "sex"), ("region", "region")):
        weight /= np.array(people_of.OVER[name])[who[column]]
    return np.round(weight / weight.mean(), 4)


def middle(wave: str) -> int:
    """Day in the middle of a wave's fieldwork."""
    return day_number(WAVES[wave]) + people_of.FIELD_DAYS // 2


def answered(world: World, wave: str) -> pd.DataFrame:
    """Rows of `surveys` of one wave: awareness of everybody, the other questions of those who know the brand."""
    rng = world.rng(f"brand {wave}")
    who = people_of.panel(rng, N, "FR")
    base = people_of.wave(rng, who, wave, "brand_tracker", WAVES[wave]).assign(
        weight=design_weights(rng, who)
    )
    yes, aware = _drawn(rng, world, wave, who, base["answered_on"])
    rows = []
    for metric, said in zip(METRICS, yes, strict=True):
        wording = "v2" if metric == REWORDED and _is_new(wave) else "v1"
        for at, brand in enumerate(BRANDS):
            asked = np.arange(N) if metric.endswith("awareness") else np.flatnonzero(aware[:, at])
            shared = {"question": metric, "brand": brand, "scale_min": 0.0, "scale_max": 1.0}
            score = said[asked, at] * 1.0
            rows.append(people_of.answers(base, asked, score=score, wording=wording, **shared))
    return pd.concat(rows, ignore_index=True)


def totals(world: World) -> pd.DataFrame:
    """Table `brand_tracker`: one wave a month and market, on its last day.

    Formula: yes ~ Binomial(n / DESIGN, share); considers and uses among those who know the brand, names it among these, and one
        preference at most a person.
    """
    rows = []
    for place, n in ASKED.items():
        rng, effective = world.rng(f"brand totals {place}"), n / DESIGN
        by_day = levels_of.shares(world, place, np.arange(N_DATA))
        of_all = np.stack([by_day[days].mean(axis=0) for days in levels_of.months()])
        size = np.full(of_all.shape[::2], round(effective))  # [month, brand]
        aware = binomial(rng, size, of_all[:, 1])
        counts = {"aided_awareness": aware}
        for name, metric in (("unaided_awareness", 0), ("consideration", 2), ("use", 4)):
            counts[name] = binomial(rng, aware, of_all[:, metric] / of_all[:, 1])
        counts["preference"] = _one_each(rng, round(effective), of_all[:, 3])
        for name in TOTALS:
            share = np.round(counts[name] / size, 4)
            rows += [
                (MONTHS[m].end_time.normalize(), place, brand, name, share[m, at], n, effective)
                for m in range(len(MONTHS))
                for at, brand in enumerate(BRANDS)
            ]
    names = ["wave_on", "market", "brand", "metric", "share", "n", "n_effective"]
    made = pd.DataFrame(rows, columns=names)
    return made.assign(wave_on=made["wave_on"].astype("datetime64[us]"))


def books(world: World, totals_: dict) -> Iterator[tuple[str, pd.DataFrame]]:
    """Rows of `surveys`, and table `brand_tracker`."""
    yield "surveys", pd.concat([answered(world, wave) for wave in WAVES], ignore_index=True)
    yield "brand_tracker", totals(world)


def truth(world: World, totals_: dict) -> Iterator[Estimand]:
    """True shares behind the waves, by region in the last one, and what the new wording adds."""
    last = list(WAVES)[-1]
    for wave in WAVES:
        found = levels_of.shares(world, "FR", np.array([middle(wave)]))[0]
        for metric, row in zip(METRICS, found, strict=True):
            about = "People from 18 on in France who say yes, of all people, in the middle of the fieldwork and asked with the first wording."
            for brand, share in zip(BRANDS if wave == last else BRANDS[:1], row, strict=False):
                yield Estimand(
                    "tracker_share", float(share), "share", about, wave[-7:], "FR", f"{brand}: {metric}"
                )
    for region, rows in zip(people_of.REGIONS, levels_of.regional(world, middle(last)), strict=True):
        for metric, row in zip(METRICS, rows, strict=True):
            about = "The same in one region, for our brand."
            yield Estimand(
                "tracker_share_region", float(row[0]), "share", about, last[-7:], "FR", f"{region}: {metric}"
            )
    about = "What the second wording of the question adds to those who say yes, of all people and for every brand: no real change."
    yield Estimand("tracker_wording_jump", JUMP, "share", about, REWORDED_IN[-7:], "FR", REWORDED)


def _is_new(wave: str) -> bool:
    """Whether a wave asks with the second wording."""
    return list(WAVES).index(wave) >= list(WAVES).index(REWORDED_IN)


def _drawn(rng, world: World, wave: str, who: pd.DataFrame, on: pd.Series) -> tuple[list, np.ndarray]:
    """Who says yes to each of METRICS, and who knows the brand [person, brand]."""
    days = (on - pd.Timestamp(WAVES[wave])).dt.days.to_numpy() + day_number(WAVES[wave])
    points = levels_of.strength(world)
    gap = points[days] - points[N_DATA - 1]
    found, shape = levels_of.levels(world, "FR", days), (N, len(BRANDS))
    aware = rng.random(shape) < levels_of.knows(who, "FR", gap)
    unaided = aware & (rng.random(shape) < np.array(levels_of.UNAIDED))
    left = 1 - found.favourite.sum(axis=1, keepdims=True)
    favourite = pick(rng, np.column_stack([found.favourite, left]))
    prefers = aware & (favourite[:, None] == np.arange(len(BRANDS)))
    wanted = found.considers
    if _is_new(wave):
        wanted = wanted + JUMP / levels_of.known(world, "FR", days)
    others = (wanted - found.favourite) / (1 - found.favourite)
    considers = aware & (prefers | (rng.random(shape) < others))
    uses = aware & (rng.random(shape) < _uses(found, wanted, considers))
    recommends = aware & (rng.random(shape) < np.where(uses, *levels_of.RECOMMENDED))
    return [unaided, aware, considers, prefers, uses, recommends], aware


def _uses(found: levels_of.Levels, wanted: np.ndarray, considers: np.ndarray) -> np.ndarray:
    """Chance to use a brand: a kinder question about considering it makes nobody a user."""
    share = levels_of.USERS_CONSIDER
    return np.where(considers, share * found.uses / wanted, (1 - share) * found.uses / (1 - wanted))


def _one_each(rng: np.random.Generator, n: int, share: np.ndarray) -> np.ndarray:
    """Multinomial counts [month, brand], drawn one brand after the other."""
    left, rest, made = np.full(len(share), n), np.ones(len(share)), []
    for at in range(share.shape[1]):
        made.append(binomial(rng, left, np.clip(share[:, at] / rest, 0.0, 1.0)))
        left, rest = left - made[-1], rest - share[:, at]
    return np.column_stack(made)
