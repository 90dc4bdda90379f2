"""What keeps goods longer in use, and who took it: second-hand, refurbished, repair, take-back, subscription, longer guarantee.

No order is touched: who took a service is drawn among days of customers as they are. Who bought often until half a year before takes more of everything,
and age and place matter too, so takers buy more afterwards anyhow. What a service truly does on top is planted by whom it picks.

Formula: days are put into strata k by how likely a purchase within WINDOW days is from what the company knew before (a logistic regression on
    orders, silence, tenure and spend). With e the chance of taking and p_k the share that buys again, takers are drawn with
    e q_k / p_k where a purchase followed and e (1 - q_k) / (1 - p_k) where none did, q_k = p_k + effect (1 - e). Then
    P(again | taken, k) - P(again | not taken, k) = effect in each stratum. Return of the order and the NPS that follows work alike.
Source: the effect on the treated (Imbens & Rubin, Causal Inference, 2015, ch. 1 and 12), here by selection rather than by intervention.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers.sample.chunk import Chunk
from helpers.sample.customers import AGE_BANDS
from helpers.sample.parts.csr_service_days import WINDOW, days
from helpers.sample.parts.csr_service_scores import NPS_WITHIN, nps_tilt, score_after
from helpers.sample.setting import CURRENCIES, MARKETS, dates, day_number, pick
from helpers.sample.truth import Estimand
from helpers.sample.world import World

# fmt: off
SINCE, FOLLOWED = "2025-01-01", "2026-04-03"  # first day; last day that WINDOW days of data follow
LATER = 0.55  # chance after FOLLOWED, relative to before


class Service(NamedTuple):
    """One service: share of days on which it is taken, whether an order holds it, effects [points of a share], and who takes it.

    buys : logit a standard deviation of earlier orders. young : logit an age band towards the young. city : logit in dense places.
    """

    rate: float
    is_ordered: bool
    again: float
    sent_back: float
    buys: float
    young: float
    city: float


SERVICES = {
    "second-hand": Service(0.014, True, 0.0, 0.065, 0.30, 0.22, 0.20),
    "refurbished": Service(0.012, True, 0.0, 0.0, 0.25, 0.12, 0.10),
    "repair": Service(0.016, False, 0.06, 0.0, 0.45, -0.12, 0.0),
    "take-back": Service(0.0125, False, 0.0, 0.0, 0.30, 0.0, 0.25),
    "subscription": Service(0.010, True, 0.095, 0.0, 0.50, 0.10, 0.15),
    "longer guarantee": Service(0.013, True, 0.0, 0.0, 0.20, -0.15, 0.0),
}
STRATA = 40
PRODUCTS = {"second-hand": ("carafe", "accessory", "machine"), "refurbished": ("machine_refurbished",), "repair": ("machine",),
            "take-back": ("machine", "carafe"), "subscription": ("cylinder",), "longer guarantee": ("machine",)}
PRICE = {"second-hand": 24.0, "refurbished": 78.0, "repair": 32.0, "take-back": 0.0, "subscription": 8.9, "longer guarantee": 19.0}  # before tax [EUR]
RUNS = {"subscription": 365, "longer guarantee": 5 * 365}  # days
INSTEAD = ("new one", "other second-hand", "nothing", "kept the old one")
INSTEAD_SHARE, RESPONSE, ASKED_SINCE = (0.46, 0.14, 0.17, 0.23), 0.60, "2025-10-01"
# fmt: on


def people(chunk: Chunk) -> Iterator[tuple[str, pd.DataFrame]]:
    """Table `services`."""
    yield "services", taken(chunk)


def books(world: World, totals: dict[str, Any]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Rows of `surveys` of buyers of refurbished machines alone: written last, so that the files of other surveys stay as they are."""
    yield "surveys", pd.concat(totals["csr_instead"], ignore_index=True)


@lru_cache(1)
def taken(chunk: Chunk) -> pd.DataFrame:
    """Table `services`: each customer takes a service once at most, the first time that it falls to them."""
    parts = []
    for name, service in SERVICES.items():
        rng = chunk.rng(f"csr service {name}")
        rows = days(chunk, is_ordered=service.is_ordered, since=day_number(SINCE))
        chance, _ = chances(chunk, rows, name)
        some = rows[rng.random(len(rows)) < chance]
        some = some.sort_values(["day", "customer"], kind="stable").drop_duplicates("customer")
        parts.append(_described(chunk, rng, some, name))
    made = pd.concat(parts, ignore_index=True).sort_values(
        ["started_on", "customer_id", "service"], ignore_index=True
    )
    return made.assign(service_id=np.char.mod("sv%08d", chunk.first_id + np.arange(len(made))))


def chances(chunk: Chunk, rows: pd.DataFrame, name: str) -> tuple[np.ndarray, pd.DataFrame]:
    """Chance of taking a service on each day, and what stands behind it: stratum, e, p and q of `again`."""
    service = SERVICES[name]
    known = chunk.people.iloc[rows["customer"]]
    middle = (len(AGE_BANDS) - 1) / 2
    dense = chunk.world.demand.regions["density_class"].to_numpy()[known["region"]] == "dense"
    liking = (
        service.buys * rows["earlier"].to_numpy()
        + service.young * (middle - known["age_band"].to_numpy())
        + service.city * dense
    )
    e = np.exp(liking) / np.exp(liking).mean() if len(rows) else liking
    e = np.minimum(service.rate * e * np.where(rows["day"] <= day_number(FOLLOWED), 1.0, LATER), 0.5)
    stratum = pd.qcut(
        rows["prognosis"].rank(method="first"), min(STRATA, max(len(rows) // 50, 1)), labels=False
    )
    again, back = rows["again"].to_numpy(), rows["sent_back"].to_numpy()
    on_again, behind = _tilt(again, stratum.to_numpy(), e, service.again)
    on_back, _ = _tilt(back, np.zeros(len(rows), int), e, service.sent_back)
    made = e * on_again * on_back
    if name == "repair":
        made *= nps_tilt(score_after(chunk, rows))
    return np.minimum(made, 1.0), behind


def count(chunk: Chunk) -> dict[str, Any]:
    """Expected takers that are followed, and what the service does to them [service, 2]; scores after a repair [taken or not, 11]; answers."""
    done, scores = np.zeros((len(SERVICES), 2)), np.zeros((2, 11))
    for at, (name, service) in enumerate(SERVICES.items()):
        rows = days(chunk, is_ordered=service.is_ordered, since=day_number(SINCE))
        chance, behind = chances(chunk, rows, name)
        is_in = (rows["day"] <= day_number(FOLLOWED)).to_numpy()
        done[at] = chance[is_in].sum(), (chance * behind["effect"].to_numpy())[is_in].sum()
        if name == "repair":
            score = score_after(chunk, rows)
            heard = ~np.isnan(score)
            scores = np.stack(
                [np.bincount(score[heard].astype(int), w, 11) for w in (chance[heard], 1 - chance[heard])]
            )
    answers = [instead(chunk, taken(chunk))]  # lists are joined when chunks are added up
    return {"csr_services": done, "csr_services_scores": scores, "csr_instead": answers}


def truth(world: World, totals: dict[str, Any]) -> Iterator[Estimand]:
    """What each service does to those who took it, and what buyers of refurbished machines would have done instead."""
    span = f"{SINCE}/{FOLLOWED}"
    for name, (n, effect) in zip(SERVICES, totals["csr_services"], strict=True):
        about = f"Mean over those who took it of the chance to buy again within {WINDOW} days less that without it, alike in what was known before."
        yield Estimand(
            "service_repurchase_effect", float(effect / n) if n else 0.0, "share", about, span, segment=name
        )
        about = "Chance that something of the order comes back less that of orders without the service, over the orders that hold it."
        if SERVICES[name].is_ordered:
            yield Estimand("service_return_effect", SERVICES[name].sent_back, "share", about, segment=name)
    with_it, without = (100 * (row[9:].sum() - row[:7].sum()) / max(row.sum(), 1e-9) for row in totals["csr_services_scores"])  # fmt: skip
    about = f"NPS expected of those who answer within {NPS_WITHIN} days after a repair, less that of others who answer."
    yield Estimand("service_nps_effect", float(with_it - without), "points", about, segment="repair")
    about = "Buyers of refurbished machines who would have done this instead."
    for choice, share in zip(INSTEAD, INSTEAD_SHARE, strict=True):
        yield Estimand("displaced_share", share, "share", about, segment=f"refurbished: {choice}")


def instead(chunk: Chunk, made: pd.DataFrame) -> pd.DataFrame:
    """Answers of buyers of refurbished machines, two weeks after the purchase."""
    rng = chunk.rng("csr instead")
    some = made[(made["service"] == "refurbished") & (made["started_on"] >= ASKED_SINCE)]
    asked = some["started_on"] + pd.Timedelta(days=14)
    here = (rng.random(len(some)) < RESPONSE) & (asked < chunk.closed).to_numpy()
    choice = np.array(INSTEAD)[pick(rng, np.broadcast_to(INSTEAD_SHARE, (len(some), len(INSTEAD))))]
    some, asked = some[here], asked[here]
    return pd.DataFrame(
        {
            "survey_id": "circular-" + asked.dt.strftime("%Y-%m"),
            "survey_type": "circular",
            "respondent_id": "i" + some["service_id"].str[2:],
            "customer_id": some["customer_id"],
            "answered_on": asked,
            "market": some["market"],
            "question": "instead",
            "choice": choice[here],
            "segment": "refurbished",
            "sample_source": "customers",
        }
    )


def _tilt(
    happened: np.ndarray, stratum: np.ndarray, e: np.ndarray, effect: float
) -> tuple[np.ndarray, pd.DataFrame]:
    """Factors on the chance of taking that make what happened so much more frequent among takers, by stratum."""
    behind = pd.DataFrame({"stratum": stratum, "happened": happened, "e": e})
    means = behind.groupby("stratum")[["happened", "e"]].transform("mean")
    p, mean_e = means["happened"].to_numpy(float), means["e"].to_numpy(float)
    q = np.where((p > 0) & (p < 1), np.clip(p + effect * (1 - mean_e), 0.0, 0.995), p)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(happened, q / p, (1 - q) / (1 - p))
    return np.where(effect == 0.0, 1.0, factor), behind.assign(
        effect=np.where(effect == 0.0, 0.0, (q - p) / (1 - mean_e))
    )


def _described(chunk: Chunk, rng: np.random.Generator, some: pd.DataFrame, name: str) -> pd.DataFrame:
    """Rows of `services` of the days drawn; a used good costs no more than the order that holds it."""
    n, place = len(some), chunk.market[some["customer"].to_numpy()]
    product = np.array(PRODUCTS[name])[rng.integers(0, len(PRODUCTS[name]), n)]
    price = np.round(PRICE[name] * np.exp(0.15 * rng.standard_normal(n) * (name != "subscription")), 2)
    value = some["value"].to_numpy()
    start = dates(some["day"])
    return pd.DataFrame(
        {
            "customer_id": chunk.people["customer_id"].to_numpy()[some["customer"]],
            "started_on": start,
            "ended_on": start + pd.Timedelta(days=RUNS[name]) if name in RUNS else pd.NaT,
            "market": np.array(MARKETS)[place],
            "service": name,
            "order_id": some["order_id"].to_numpy() if SERVICES[name].is_ordered else None,
            "product_id": product,
            "price": np.minimum(price, value) if SERVICES[name].is_ordered else price,
            "currency": np.array(CURRENCIES)[place],
        }
    )
