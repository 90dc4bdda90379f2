"""What people need from water at home: four latent classes, in two waves, among customers and among everybody else.

Customers keep the class that the world gave them. Elsewhere the class depends on age, sex and region, so the panel, which
hears some groups too often, has other sizes than the population. Within a class the ten answers are independent: the
latent class model (Lazarsfeld & Henry, Latent Structure Analysis, 1968). The sizes are invented.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.sample.chunk import Chunk
from helpers.sample.customers import AGE_BANDS
from helpers.sample.parts import positioning_people as people_of
from helpers.sample.parts.voice import ordered
from helpers.sample.parts.words import OWN_LINES, RIVALS
from helpers.sample.setting import MARKETS, N_DATA, NEED_CLASSES, day_number, pick
from helpers.sample.truth import Estimand
from helpers.sample.world import World

# fmt: off
WAVES = {"needs-2026-06": "2026-06-08", "needs-2026-09": "2026-09-07"}  # survey, first day
PANEL, N_CUSTOMERS = {"FR": 840, "BE": 216, "CH": 144}, 1_200  # a wave
ITEMS = ("taste", "bubbles", "health", "no_sugar", "planet", "no_plastic", "price", "design", "quick", "refill_home")
# Chances that an item does not matter, matters, decides: high, middle, low. One letter an item, in the order of ITEMS.
LEVELS = {"H": (0.08, 0.32, 0.60), "M": (0.28, 0.47, 0.25), "L": (0.58, 0.33, 0.09)}
PROFILES = {"taste": "HHMLLLMHLM", "health": "MLHHMMLLLM", "planet": "MLMMHHMLLH", "convenience": "MMLLLLHMHM"}
BASE = {"needs-2026-06": (0.30, 0.24, 0.19, 0.27), "needs-2026-09": (0.30, 0.24, 0.22, 0.24)}  # outside the company
BY_AGE = ((0.0, 0.0, 0.0, 0.0, 0.0), (-0.4, -0.2, 0.0, 0.2, 0.4), (0.8, 0.5, 0.0, -0.4, -0.7), (0.3, 0.2, 0.1, -0.1, -0.3))
WOMEN, CAPITAL = (0.0, 0.25, 0.0, 0.0), (0.0, 0.0, 0.6, 0.0)  # log odds by class
SPEND, SPEND_SPREAD, SPEND_STEP, CUSTOMER_SPEND = (260.0, 190.0, 220.0, 130.0), 0.55, 5.0, 2.4  # median a year; factor
TRY_SHARE = (0.16, 0.07, 0.08, 0.10, 0.09, 0.15, 0.11, 0.10, 0.07, 0.04, 0.03)  # 0 to 10, when nothing weighs
TRY = (0.15, 0.50, 0.95, -0.75)  # by class: conquest potential
MAIN = (0.24, 0.15, 0.10, 0.06, 0.05, 0.04, 0.36)  # brand used most outside: the rivals, none
MAIN_TILT = ((1.0, 1.0, 1.0, 1.4, 1.0, 1.0, 1.0), (1.0, 1.5, 1.0, 1.0, 1.0, 1.0, 1.0),
             (0.7, 1.0, 1.8, 1.0, 1.0, 1.0, 1.1), (1.5, 1.0, 0.8, 1.0, 1.0, 1.0, 0.9))  # by class
MAIN_OWN = 0.72  # of customers
AGE_OF = ((0, 0), (1, 1), (2, 2), (2, 3), (3, 3), (4, 4))  # the shop's bands, lower and upper half, in the panel's
CAPITAL_CODES, NORTH = ("75", "77", "78", "91", "92", "93", "94", "95"), ("02", "59", "60", "62", "80", "14", "27", "50", "61", "76")
EAST = ("08", "10", "51", "52", "54", "55", "57", "67", "68", "88", "21", "25", "39", "58", "70", "71", "89", "90")
WEST = ("22", "29", "35", "56", "44", "49", "53", "72", "85", "18", "28", "36", "37", "41", "45", "16", "17", "79", "86", "87")
# fmt: on


def chances() -> np.ndarray:
    """Chances of each answer 1 to 3 [class, item, answer]."""
    return np.array([[LEVELS[letter] for letter in PROFILES[name]] for name in NEED_CLASSES])


def class_shares(survey: str, some: pd.DataFrame) -> np.ndarray:
    """Chances of each class outside the company [row, class]; `some` has age, sex and region as codes.

    Formula: multinomial logit of log BASE + BY_AGE + WOMEN + CAPITAL.
    """
    eta = np.log(BASE[survey]) + np.array(BY_AGE).T[some["age"]]
    eta = eta + np.outer(some["sex"] == 0, WOMEN) + np.outer(some["region"] == 4, CAPITAL)
    weight = np.exp(eta)
    return weight / weight.sum(axis=1, keepdims=True)


def sizes(survey: str, place: str) -> np.ndarray:
    """Share of each class in the population of a market, customers left out."""
    known = people_of.cells(place)
    return known["share"].to_numpy() @ class_shares(survey, known)


def answered(
    rng: np.random.Generator, who: pd.DataFrame, need: np.ndarray, survey: str, *, own: bool
) -> pd.DataFrame:
    """Rows of `surveys` of people whose class is known."""
    n, every = len(who), np.arange(len(who))
    base = people_of.wave(rng, who, survey, "needs", WAVES[survey])
    base["respondent_id"] = base["respondent_id"].str.replace("n", "nc" if own else "np", n=1)
    drawn = pick(rng, chances()[need].reshape(-1, 3)).reshape(n, -1) + 1.0
    rows = [
        people_of.answers(
            base, every, question=f"need_{item}", score=drawn[:, at], scale_min=1.0, scale_max=3.0
        )
        for at, item in enumerate(ITEMS)
    ]
    spend = (
        np.array(SPEND)[need]
        * (CUSTOMER_SPEND if own else 1.0)
        * np.exp(SPEND_SPREAD * rng.standard_normal(n))
    )
    spend = np.maximum(np.round(spend / SPEND_STEP), 1.0) * SPEND_STEP
    rows.append(people_of.answers(base, every, question="spend_category_12m", score=spend))
    brand = np.array([*RIVALS, "none"])[pick(rng, (np.array(MAIN) * MAIN_TILT)[need])]
    if own:
        brand = np.where(rng.random(n) < MAIN_OWN, OWN_LINES[0], brand)
    rows.append(people_of.answers(base, every, question="brand_main", choice=brand))
    if not own:
        wish = pick(rng, ordered(TRY_SHARE, np.array(TRY)[need])).astype(float)
        rows.append(
            people_of.answers(base, every, question="try_own_12m", score=wish, scale_min=0.0, scale_max=10.0)
        )
    return pd.concat(rows, ignore_index=True)


def reachable(chunk: Chunk, survey: str) -> np.ndarray:
    """Customers [row in people] who are with the company on a wave's first day and take its e-mails."""
    day, known = day_number(WAVES[survey]), chunk.people
    here = (
        (known["start"] <= day) & (known["death"] > day) & known["takes_email"] & (known["leaves_list"] > day)
    )
    return np.flatnonzero(here)


def people(chunk: Chunk) -> Iterator[tuple[str, pd.DataFrame]]:
    """Rows of `surveys` of customers, out of the first chunk: N_CUSTOMERS a wave, or all who can be reached."""
    if chunk.number:
        return
    for survey in WAVES:
        rng, there = chunk.rng(f"positioning customers {survey}"), reachable(chunk, survey)
        chosen = np.sort(rng.permutation(there)[:N_CUSTOMERS])
        if len(chosen):
            known = chunk.people.iloc[chosen]
            yield (
                "surveys",
                answered(
                    rng, _described(chunk, rng, chosen), known["need_class"].to_numpy(), survey, own=True
                ),
            )


def books(world: World, totals: dict) -> Iterator[tuple[str, pd.DataFrame]]:
    """Rows of `surveys` of the panel."""
    for survey in WAVES:
        rng = world.rng(f"positioning panel {survey}")
        who = people_of.panels(rng, PANEL)
        need = pick(rng, class_shares(survey, who))
        yield "surveys", answered(rng, who, need, survey, own=False)


def count(chunk: Chunk) -> dict[str, np.ndarray]:
    """Customers who can be reached, by wave and class, and what they bought in the twelve months up to the end."""
    by_wave = [
        np.bincount(chunk.people["need_class"].iloc[reachable(chunk, survey)], minlength=len(NEED_CLASSES))
        for survey in WAVES
    ]
    there, sales = reachable(chunk, list(WAVES)[-1]), chunk.sales
    year = (sales["day"] >= N_DATA - 365) & (sales["status"] == "paid") & sales["customer"].isin(there)
    need = chunk.people["need_class"].to_numpy()[sales["customer"][year]]
    paid = np.bincount(need, sales["revenue_excl_vat"][year], len(NEED_CLASSES))
    return {"needs_customers": np.array(by_wave, float), "needs_revenue": paid}


def truth(world: World, totals: dict) -> Iterator[Estimand]:
    """Sizes of the classes, what each answers, what it spends and how much of it could be won."""
    weight = np.array(list(PANEL.values())) / sum(PANEL.values())
    for at, survey in enumerate(WAVES):
        period, of_market = survey[-7:], np.array([sizes(survey, place) for place in PANEL])
        about = "People outside the company in the need class, as a share of the population from 18 on{}."
        for place, shares in zip((*PANEL, "ALL"), (*of_market, weight @ of_market), strict=True):
            said = about.format(", markets weighted as the panel is" if place == "ALL" else "")
            for name, share in zip(NEED_CLASSES, shares, strict=True):
                yield Estimand("need_class_size", share, "share", said, period, place, name)
        held = totals["needs_customers"][at]
        for name, share in zip(NEED_CLASSES, held / held.sum(), strict=True):
            about = "Customers in the need class, of those who can be asked on the wave's first day."
            yield Estimand("need_class_size_customers", share, "share", about, period, segment=name)
    mean, wish = np.array(SPEND) * np.exp(SPEND_SPREAD**2 / 2), ordered(TRY_SHARE, np.array(TRY))
    bought = totals["needs_revenue"] / totals["needs_customers"][-1]
    for at, name in enumerate(NEED_CLASSES):
        lists = (
            ("need_class_spend", mean[at], "money", "Mean spend a year in the category of people outside the company, in the currency of the market, before rounding to 5."),
            ("need_class_spend_customers", mean[at] * CUSTOMER_SPEND, "money", "Mean spend a year in the category of customers, in the currency of the market, before rounding to 5."),
            ("need_class_revenue_12m", bought[at], "EUR", "Revenue without VAT of paid orders in the last 365 days a customer of the class who can be asked in September 2026; francs count as euro."),
            ("need_class_try_own", wish[at, 8:].sum(), "share", "People outside the company who answer 8 to 10 to trying the brand within 12 months."),
            ("need_class_try_own_mean", wish[at] @ np.arange(11), "score", "Mean answer, 0 to 10, of people outside the company to trying the brand within 12 months."),
        )  # fmt: skip
        for one, value, unit, about in lists:
            yield Estimand(one, float(value), unit, about, segment=name)
        for item, (_, matters, decides) in zip(ITEMS, chances()[at], strict=True):
            segment = f"{name}: need_{item}"
            yield Estimand("need_item_matters", matters, "share", "People of the class to whom the item matters (answer 2).", segment=segment)  # fmt: skip
            yield Estimand("need_item_decides", decides, "share", "People of the class for whom the item decides (answer 3).", segment=segment)  # fmt: skip


def _described(chunk: Chunk, rng: np.random.Generator, who: np.ndarray) -> pd.DataFrame:
    """Customers as `positioning_people.panel` describes the panel; regions abroad and sex are drawn as in the population."""
    known, n = chunk.people.iloc[who], len(who)
    place = np.array(MARKETS)[chunk.market[who]]
    half = rng.integers(0, 2, n)
    age = np.array(AGE_OF)[known["age_band"], half]
    assert len(AGE_OF) == len(AGE_BANDS)
    drawn = {
        name: pick(rng, np.array([people_of.POPULATION[one][name] for one in place]))
        for name in ("sex", "region")
    }
    lists = (
        dict.fromkeys(CAPITAL_CODES, 4)
        | dict.fromkeys(NORTH, 0)
        | dict.fromkeys(EAST, 1)
        | dict.fromkeys(WEST, 3)
    )
    codes = chunk.world.demand.regions["region"].to_numpy()[known["region"]]
    region = np.where(place == "FR", [lists.get(code, 2) for code in codes], drawn["region"])
    return pd.DataFrame(
        {
            "market": place,
            "age": age,
            "sex": drawn["sex"],
            "region": region,
            "customer_id": known["customer_id"].to_numpy(),
        }
    )
