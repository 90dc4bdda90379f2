"""What the parts on responsibility plant is what simple estimators find in them, over several seeds."""

import re

import numpy as np
import pandas as pd
import pytest

from helpers import tables
from helpers.sample import build, chunk, parts
from helpers.sample.parts import csr_claims as ledger
from helpers.sample.parts import csr_deliveries as ways
from helpers.sample.parts import csr_offers as offered
from helpers.sample.parts import csr_service_days as service_days
from helpers.sample.parts import csr_services as services
from helpers.sample.parts import csr_topics as topics
from helpers.sample.parts import positioning_people as people_of
from helpers.sample.setting import LAST, MARKETS, Setting, day_number
from helpers.sample.truth import add
from helpers.sample.world import World

SEEDS = (1, 2, 3, 4, 5, 6)
NAMES = [name for name in parts.PARTS if name.startswith("csr_")]
NEW = {"csr_claims", "csr_proofs", "csr_metrics", "csr_topics", "products", "deliveries", "responsible_offers", "services", "surveys", "experiments"}  # fmt: skip
CLOSED = pd.Timestamp(LAST)


@pytest.fixture(scope="module")
def chunks():
    return [chunk.draw(World(Setting(seed, 0.3)), 0) for seed in SEEDS]


@pytest.fixture(scope="module")
def totals(chunks):
    return [ways.count(one) | offered.count(one) | services.count(one) for one in chunks]


def truths(module, world, counted=None):
    return {(one.name, one.period, one.segment): one.value for one in module.truth(world, counted or {})}


# ---- As a whole ----


def test_the_parts_change_no_other_table(tmp_path, monkeypatch):
    build.make(tmp_path / "with", seed=7, scale=0.02)
    kept = [one for one in parts.modules() if "csr_" not in one.__name__]
    monkeypatch.setattr(parts, "modules", lambda: kept)
    build.make(tmp_path / "without", seed=7, scale=0.02)
    before, after = (
        {p.relative_to(tmp_path / one): p.read_bytes() for p in (tmp_path / one).rglob("*.parquet")}
        for one in ("without", "with")
    )
    assert {name for name in before if after[name] != before[name]} == set()
    assert {name.parts[1] for name in set(after) - set(before)} == NEW


def test_every_table_keeps_to_its_contract_in_the_smallest_world_too():
    one = chunk.draw(World(Setting(7, 0.01)), 0)
    counted = ways.count(one) | offered.count(one) | services.count(one)
    made = {}
    for name in NAMES:
        module = next(part for part in parts.modules() if part.__name__.endswith(name))
        for function, given in (
            ("market", (one.world,)),
            ("people", (one,)),
            ("books", (one.world, counted)),
        ):
            for table, frame in getattr(module, function, lambda *_: [])(*given):
                assert len(tables.check(frame, table)) == len(frame), (name, table)
                assert not frame.reindex(columns=list(tables.contract(table).key)).duplicated().any(), table
                made[table] = len(frame)
        assert len(list(getattr(module, "truth", lambda *_: [])(one.world, counted))) >= 0
    assert set(made) == NEW and made["deliveries"] > 100


def test_chunks_are_joined(chunks, totals):
    twice = add(totals[0], totals[0])
    (_, once), (_, both) = (next(iter(services.books(chunks[0].world, one))) for one in (totals[0], twice))
    assert len(both) == 2 * len(once) > 0


# ---- The ledger ----


def standing(claim, proofs):
    """What the documents of a claim are worth on the last day, read with no method of the product."""
    own = proofs[proofs["claim_id"] == claim]
    if own.empty:
        return "none"
    force = own[(own["issued_on"] <= CLOSED) & ~(own["valid_until"] < CLOSED)]
    if force.empty:
        return "expired"
    wide = force[force["scope_match"] >= 0.95]
    if wide.empty:
        return "too narrow"
    return "third party" if (wide["assurance"] != "none").any() else "own evidence"


def test_gaps_of_proof_are_in_the_rows_as_they_are_told():
    claims, proofs = ledger.claims(), ledger.proofs()
    live = claims[ledger.is_live(claims)]
    wrong = [code for codes in ledger.PLANTED["gap"].values() for code in codes]
    found = {}
    for code in live["claim_id"]:
        found.setdefault("contradicted" if code in wrong else standing(code, proofs), []).append(code)
    assert found == ledger.PLANTED["standing"]
    assert {name: len(codes) for name, codes in found.items() if name in ("expired", "too narrow")} == {"expired": 2, "too narrow": 3}  # fmt: skip
    narrow = proofs[proofs["claim_id"].isin(found["too narrow"])]["scope_match"]
    assert narrow.between(0.3, 0.8).all()


def test_a_claim_seen_by_many_lost_its_proof_in_the_last_quarter():
    claims, proofs = ledger.claims(), ledger.proofs()
    heaviest = claims.at[claims["exposure"].idxmax(), "claim_id"]
    assert heaviest in ledger.PLANTED["standing"]["expired"]
    (ended,) = proofs[proofs["claim_id"] == heaviest]["valid_until"]
    assert pd.Timestamp(2026, 7, 1) <= ended < CLOSED


def test_the_next_proof_ends_in_forty_one_days():
    _, day = ledger.NEXT_EXPIRY
    assert (pd.Timestamp(day) - CLOSED).days == 41
    assert truths(ledger, None)["days_to_next_expiry", str(LAST), ""] == 41.0


def number(text):
    """The first number of a text, as it stands there."""
    found = re.search(r"\d[\d \u00a0\u202f]*(,\d+)?", text)[0]
    return float(re.sub(r"[ \u00a0\u202f]", "", found).replace(",", "."))


def test_three_numbers_are_wrong_each_in_its_own_way_and_the_others_right():
    claims, known = ledger.claims().set_index("claim_id"), topics.metrics()
    value = known.set_index(["metric", "period_end"])["value"]
    assert {name: len(codes) for name, codes in ledger.PLANTED["gap"].items()} == {"value": 1, "unit": 1, "year": 1}  # fmt: skip
    change = value["delivery emissions per order", pd.Timestamp(2025, 12, 31)] / value["delivery emissions per order", pd.Timestamp(2023, 12, 31)] - 1  # fmt: skip
    (code,) = ledger.PLANTED["gap"]["value"]
    assert number(claims.at[code, "wording"]) == 30 and change == pytest.approx(-0.117, abs=0.001)
    (code,) = ledger.PLANTED["gap"]["unit"]
    assert number(claims.at[code, "wording"]) == value["footprint of a carafe", pd.Timestamp(2025, 12, 31)]
    assert " g " in claims.at[code, "wording"] and set(known[known["metric"] == "footprint of a carafe"]["measure"]) == {"kgCO2e"}  # fmt: skip
    (code,) = ledger.PLANTED["gap"]["year"]
    assert (
        number(claims.at[code, "wording"]) / 100 == value["women among managers", pd.Timestamp(2024, 12, 31)]
    )
    assert "2025" in claims.at[code, "wording"]
    for code, metric in (("cl01", "recycled plastic share"), ("cl13", "renewable electricity share"), ("cl14", "purchases from France")):  # fmt: skip
        said = claims.at[code, "wording"]
        figure = float(re.search(r"(\d+) %", said)[1]) / 100
        assert figure == value[metric, pd.Timestamp(2025, 12, 31)] and claims.at[code, "metric"] == metric


def test_about_ten_claims_break_a_rule_and_most_were_legal_when_they_came_out():
    claims = ledger.claims()
    breaking = claims[claims["breaks"].notna()]
    assert len(breaking) == 10 and breaking["breaks"].nunique() == 9
    assert set(ledger.LEGAL_WHEN_PUBLISHED) < set(breaking["claim_id"])
    assert (breaking["published_on"] >= ledger.DIRECTIVE).sum() == 1


def test_the_ledger_holds_together():
    claims, proofs, known = ledger.claims(), ledger.proofs(), topics.metrics()
    assert claims["claim_id"].is_unique and proofs["proof_id"].is_unique
    assert set(proofs["claim_id"]) <= set(claims["claim_id"])
    assert not (proofs["valid_until"] < proofs["issued_on"]).any()
    assert set(claims["metric"].dropna()) <= set(known["metric"])
    assert set(claims["topic"]) == set(topics.TOPICS)
    assert ledger.UNREADABLE == ["cl37"] and len(ledger.WITHOUT_EXPOSURE) == 2
    half = (claims["kind"] == "environmental").mean()
    assert 0.4 < half < 0.75 and proofs["document_hash"].is_unique


# ---- What people expect and believe ----


def test_raked_answers_give_the_planted_shares_and_plain_ones_do_not():
    far, gaps = [], []
    for seed in SEEDS:
        world = World(Setting(seed, 0.05))
        known = truths(topics, world)
        for survey in topics.WAVES:
            rows = topics.answered(world, survey)
            wanted = pd.Series(people_of.POPULATION["FR"]["age_band"], index=people_of.AGES)
            ages = rows.drop_duplicates("respondent_id")["age_band"].value_counts(normalize=True)
            weight = rows["age_band"].map(wanted / ages)
            for topic in topics.TOPICS:
                for question, name in (("expect", "csr_expected"), ("believe", "csr_believed")):
                    here = rows["question"] == f"{question} {topic}"
                    yes, share = (
                        (rows["choice"][here] == "yes").astype(float),
                        known[name, survey[-7:], topic],
                    )
                    found = np.average(yes, weights=weight[here])
                    error = np.sqrt(share * (1 - share) * (weight[here] ** 2).sum()) / weight[here].sum()
                    far.append((found - share) / error)
                    gaps.append(yes.mean() - share)
    assert np.abs(far).max() < 4.2 and np.mean(np.square(far)) == pytest.approx(1.0, abs=0.3)
    assert np.mean(gaps) > 0.01  # the panel hears the young too often


# ---- Deliveries ----


def test_deliveries_are_the_paid_orders_of_their_month_and_market(chunks, totals):
    for one, counted in zip(chunks, totals, strict=True):
        made = ways.deliveries(one.world, counted)
        paid = one.sales[one.sales["status"] == "paid"]
        keys = [paid["market"], paid["ordered_on"].dt.to_period("M")]
        wanted = paid.groupby(keys).size()
        found = made.groupby(["market", made["delivered_on"].dt.to_period("M")])["n_orders"].sum()
        assert found.to_dict() == wanted.to_dict()
        by_mode = made.groupby("mode")["n_orders"].sum()
        ordered = paid["delivery_mode"].value_counts()
        assert by_mode["store"] + by_mode["click and collect"] == ordered["store"]
        assert by_mode["home"] + by_mode["pick-up point"] == ordered["home"] + ordered["pick-up point"]
        assert by_mode["express"] == ordered["express"] and by_mode["home"] < ordered["home"]


def test_those_asked_tell_the_planted_ways(chunks, totals):
    rows = pd.concat(
        [ways.deliveries(one.world, counted) for one, counted in zip(chunks, totals, strict=True)]
    )
    asked = rows[rows["mode"].isin(ways.COLLECTED) & rows["trip"].notna()]
    for mode in ways.COLLECTED:
        n = asked[asked["mode"] == mode].groupby("trip")["n_orders"].sum().reindex(ways.TRIPS)
        share = np.array(ways.TRIP_SHARE[mode])
        assert np.abs((n / n.sum() - share) / np.sqrt(share * (1 - share) / n.sum())).max() < 4.2
        cars = asked[(asked["mode"] == mode) & (asked["trip"] == "car") & asked["distance_km"].notna()]
        mean = np.average(cars["distance_km"], weights=cars["n_orders"])
        error = ways.TRIP_KM["car"][mode] * np.sqrt(np.expm1(ways.KM_SPREAD**2) / cars["n_orders"].sum())
        assert abs(mean - ways.TRIP_KM["car"][mode]) < 4 * error


def test_the_cars_of_one_month_have_no_distance(chunks, totals):
    made = ways.deliveries(chunks[0].world, totals[0])
    lost = made[(made["trip"] == "car") & made["distance_km"].isna()]
    assert 1 <= len(lost) <= 3 and set(lost["market"]) == {"FR"}
    assert set(lost["delivered_on"].dt.strftime("%Y-%m")) == {"2026-07"}


def test_the_new_box_is_lighter_by_what_is_planted(chunks, totals):
    for one, counted in zip(chunks, totals, strict=True):
        made = ways.deliveries(one.world, counted)
        home = made[made["mode"] == "home"]
        new = home["delivered_on"] >= "2026-01-01"
        each = [some["packaging_kg"].sum() / some["n_orders"].sum() for some in (home[~new], home[new])]
        assert each[1] / each[0] - 1 == pytest.approx(-ways.LIGHTER, abs=0.02)


# ---- Offers ----


@pytest.fixture(scope="module")
def made_offers(chunks, totals):
    return [offered.offers(one.world, counted) for one, counted in zip(chunks, totals, strict=True)]


def test_the_lot_finds_what_the_tick_does_and_the_weeks_chosen_by_hand_too_much(chunks, totals, made_offers):
    far, naive = [], []
    for one, counted, rows in zip(chunks, totals, made_offers, strict=True):
        known = truths(offered, one.world, counted)
        effect = next(value for key, value in known.items() if key[0] == "default_effect")
        some = rows[(rows["choice"] == offered.TICKED) & (rows["market"] == offered.DRAWN_IN)]
        for is_drawn in (True, False):
            arms = some[some["is_drawn"] == is_drawn].groupby("preset")[["n_offered", "n_chosen"]].sum()
            share = arms["n_chosen"] / arms["n_offered"]
            gap = share["responsible"] - share["usual"] - effect
            error = np.sqrt((share * (1 - share) / arms["n_offered"]).sum())
            (far if is_drawn else naive).append(gap / error)
    assert abs(np.mean(far)) < 3 / np.sqrt(len(far)) and np.abs(far).max() < 3.5
    assert np.mean(naive) > 1.5


def test_the_rate_of_all_rises_while_that_of_each_group_does_not(chunks, totals):
    changes = []
    for one, counted in zip(chunks, totals, strict=True):
        known = truths(offered, one.world, counted)
        changes.append([known[name, "2026-Q3", ""] - known[name, "2025-Q3", ""] for name in ("choice_rate", "choice_rate_standardised")])  # fmt: skip
    crude, fixed = np.array(changes).T
    assert (crude > 0.02).all() and (fixed < 0.005).all() and fixed.mean() < 0


def test_beyond_three_criteria_fewer_choose(chunks, totals, made_offers):
    known = truths(offered, chunks[0].world, totals[0])
    true = [known["choice_rate_by_criteria", "2025-10-01/2026-09-30", str(shown)] for shown in range(6)]
    assert np.argmax(true) == 3 and true[4] > true[5]
    rows = pd.concat(made_offers)
    seen = rows.groupby("n_criteria")[["n_offered", "n_chosen"]].sum()
    seen = seen["n_chosen"] / seen["n_offered"]
    assert seen[3] > seen[4] > seen[5]


def test_the_test_in_experiments_is_the_offers_that_a_lot_decided(chunks, totals, made_offers):
    frames = dict(offered.books(chunks[0].world, totals[0]))
    arms = frames["experiments"].groupby("arm")[["units", "conversions", "value"]].sum()
    drawn = made_offers[0][made_offers[0]["is_drawn"]]
    sums = drawn.groupby("preset")[["n_offered", "n_chosen"]].sum()
    assert arms.loc["variant", "units"] == sums.loc["responsible", "n_offered"]
    assert arms.loc["control", "conversions"] == sums.loc["usual", "n_chosen"]
    days = frames["experiments"]
    assert (days["measured_on"].between(days["starts_on"], days["ends_on"])).all()


# ---- Services ----


def strata(rows, service):
    return pd.qcut(rows["prognosis"].rank(method="first"), 20, labels=False).to_numpy()


def compared(one, name, outcome="again"):
    """Takers less others within strata of what was known before, its error, and the naive difference."""
    service = services.SERVICES[name]
    rows = service_days.days(one, is_ordered=service.is_ordered, since=day_number(services.SINCE))
    own = services.taken(one)
    own = own[own["service"] == name]
    pairs = set(
        zip(own["customer_id"], (own["started_on"] - pd.Timestamp("2023-10-01")).dt.days, strict=True)
    )
    who = one.people["customer_id"].to_numpy()[rows["customer"]]
    took = np.array([pair in pairs for pair in zip(who, rows["day"], strict=True)])
    inside = (rows["day"] <= day_number(services.FOLLOWED)).to_numpy()
    y, group = rows[outcome].to_numpy(float)[inside], strata(rows, service)[inside]
    took = took[inside]
    others = pd.Series(y[~took]).groupby(group[~took]).mean()
    left = y[took] - others.reindex(group[took]).to_numpy()
    return left.mean(), left.std() / np.sqrt(took.sum()), y[took].mean() - y[~took].mean(), took.sum()


@pytest.mark.parametrize("name", list(services.SERVICES))
def test_others_alike_tell_what_a_service_does_and_all_others_do_not(chunks, totals, name):
    true = [truths(services, one.world, counted)["service_repurchase_effect", f"{services.SINCE}/{services.FOLLOWED}", name] for one, counted in zip(chunks, totals, strict=True)]  # fmt: skip
    found = [compared(one, name) for one in chunks]
    gap = np.mean([each[0] for each in found]) - np.mean(true)
    error = np.sqrt(np.sum([each[1] ** 2 for each in found])) / len(found)
    assert abs(gap) < 3.2 * error
    assert np.mean([each[2] for each in found]) > np.mean([each[0] for each in found])


def test_a_service_is_taken_by_a_few_in_a_hundred(chunks):
    for one in chunks[:2]:
        share = services.taken(one).groupby("service")["customer_id"].nunique() / len(one.people)
        assert set(share.index) == set(services.SERVICES) and share.between(0.012, 0.06).all()


def test_second_hand_orders_come_back_more_often_and_refurbished_ones_do_not(chunks):
    for name, planted in (("second-hand", services.SERVICES["second-hand"].sent_back), ("refurbished", 0.0)):
        found = [compared(one, name, "sent_back") for one in chunks]
        error = np.sqrt(np.sum([each[1] ** 2 for each in found])) / len(found)
        assert abs(np.mean([each[0] for each in found]) - planted) < 3.2 * error


def test_who_had_a_repair_is_a_little_kinder(chunks, totals):
    lift = [truths(services, one.world, counted)["service_nps_effect", "", "repair"] for one, counted in zip(chunks, totals, strict=True)]  # fmt: skip
    assert 5 < np.mean(lift) < 25


def test_only_buyers_of_refurbished_machines_were_asked_what_they_would_have_done(chunks, totals):
    answers = pd.concat([dict(services.books(one.world, counted))["surveys"] for one, counted in zip(chunks, totals, strict=True)])  # fmt: skip
    bought = pd.concat([services.taken(one) for one in chunks])
    buyers = set(bought[bought["service"] == "refurbished"]["customer_id"])
    assert set(answers["customer_id"]) <= buyers and (answers["answered_on"] <= CLOSED).all()
    share = answers["choice"].value_counts(normalize=True).reindex(services.INSTEAD)
    planted = np.array(services.INSTEAD_SHARE)
    assert np.abs((share - planted) / np.sqrt(planted * (1 - planted) / len(answers))).max() < 3.5


def test_services_belong_to_customers_and_to_their_orders(chunks):
    one = chunks[0]
    made, sales = services.taken(one), one.sales.set_index("order_id")
    assert made["service_id"].is_unique and set(made["customer_id"]) <= set(one.people["customer_id"])
    held = made[made["order_id"].notna()]
    at = sales.loc[held["order_id"]]
    assert (at["customer_id"].to_numpy() == held["customer_id"].to_numpy()).all()
    assert (at["ordered_on"].to_numpy() == held["started_on"].to_numpy()).all()
    assert set(made[made["order_id"].isna()]["service"]) == {"repair", "take-back"}
    assert set(at["market"]) <= set(MARKETS) and not made.duplicated(["customer_id", "service"]).any()
