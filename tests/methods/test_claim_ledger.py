"""The ledger of claims: standings, alignment and its bounds, what ends next; by hand, at the limits, over drawn ledgers."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods import claim_alignment, claim_ledger
from helpers.methods.intervals import clopper_pearson

DAY = date(2026, 9, 30)
PROOF = {
    "issued_on": "2026-01-01",
    "valid_until": None,
    "scope_match": 1.0,
    "assurance": "reasonable",
    "auditor": "Bureau",
}


def claims(*rows: dict) -> pd.DataFrame:
    usual = {"published_on": "2026-01-01", "withdrawn_on": None, "status": "published", "exposure": 100, "spend": 10.0, "materiality": None, "topic": "climate"}  # fmt: skip
    made = pd.DataFrame([{**usual, "claim_id": f"c{i}", **row} for i, row in enumerate(rows, start=1)])
    return made.assign(
        published_on=pd.to_datetime(made["published_on"]), withdrawn_on=pd.to_datetime(made["withdrawn_on"])
    )


def proofs(*rows: dict) -> pd.DataFrame:
    made = pd.DataFrame(
        [{**PROOF, "proof_id": f"p{i}", **row} for i, row in enumerate(rows, start=1)],
        columns=["proof_id", "claim_id", *PROOF],
    )
    return made.assign(
        issued_on=pd.to_datetime(made["issued_on"]), valid_until=pd.to_datetime(made["valid_until"])
    )


def five() -> tuple[pd.DataFrame, pd.DataFrame]:
    said = claims(
        {"exposure": 400},
        {"exposure": 200},
        {"exposure": 100, "materiality": 2.0},
        {"exposure": 100},
        {"exposure": 100},
    )
    shown = proofs(
        {"claim_id": "c1"}, {"claim_id": "c2", "assurance": "none", "auditor": None},
        {"claim_id": "c3", "valid_until": "2026-09-15"}, {"claim_id": "c4", "scope_match": 0.6},
    )  # fmt: skip
    return said, shown


def test_five_claims_by_hand():
    ledger = claim_ledger.standings(*five(), on=DAY, contradicted=["c5"])
    assert ledger["standing"].tolist() == [
        "third party",
        "own evidence",
        "expired",
        "too narrow",
        "contradicted",
    ]
    assert ledger["score"].tolist() == [1, 0.5, 0, 0, -1]
    assert ledger["weight"].tolist() == [400, 200, 200, 100, 100]
    found = claim_alignment.alignment(ledger)
    assert found.value == pytest.approx((400 + 100 - 100) / 1000)
    assert found.low == pytest.approx((400 - 100) / 1000)
    assert (found.unknown_low, found.unknown_high) == pytest.approx((found.low, found.value))
    assert claim_alignment.unproved(ledger, "exposure") == (300, 900, pytest.approx(1 / 3))
    assert str(ledger.loc[2, "lost_on"].date()) == "2026-09-15"


def test_the_last_day_of_a_proof_still_counts_and_the_next_does_not():
    said, shown = claims({}), proofs({"claim_id": "c1", "valid_until": "2026-09-30"})
    assert claim_ledger.standings(said, shown, on=DAY)["standing"].item() == "third party"
    assert claim_ledger.standings(said, shown, on=date(2026, 10, 1))["standing"].item() == "expired"


def test_a_claim_falls_back_on_its_next_best_proof_and_says_what_it_lost():
    shown = proofs(
        {"claim_id": "c1", "valid_until": "2026-06-30"},
        {"claim_id": "c1", "assurance": "none", "auditor": None},
    )
    row = claim_ledger.standings(claims({}), shown, on=DAY).iloc[0]
    assert (row["standing"], row["proof_id"], str(row["lost_on"].date())) == (
        "own evidence",
        "p2",
        "2026-06-30",
    )


def test_a_proof_that_is_not_yet_issued_or_ends_before_it_begins_is_none():
    shown = proofs(
        {"claim_id": "c1", "issued_on": "2026-10-01"}, {"claim_id": "c1", "valid_until": "2025-12-31"}
    )
    assert claim_ledger.standings(claims({}), shown, on=DAY)["standing"].item() == "none"
    assert claim_ledger.impossible(shown)["proof_id"].tolist() == ["p2"]


def test_an_assurance_without_anybodys_name_or_with_our_own_is_own_evidence():
    shown = proofs({"claim_id": "c1", "auditor": None}, {"claim_id": "c2", "auditor": "maison brévane"})
    ledger = claim_ledger.standings(claims({}, {}), shown, on=DAY, own_names=["Maison Brévane"])
    assert ledger["standing"].tolist() == ["own evidence", "own evidence"]


def test_a_proof_that_ended_too_narrow_took_nothing_away():
    row = claim_ledger.standings(
        claims({}), proofs({"claim_id": "c1", "scope_match": 0.3, "valid_until": "2026-02-01"}), on=DAY
    ).iloc[0]
    assert row["standing"] == "expired" and pd.isna(row["lost_on"])


def test_a_scope_that_nobody_stated_counts_in_the_index_and_not_in_its_lower_bound():
    ledger = claim_ledger.standings(claims({}), proofs({"claim_id": "c1", "scope_match": None}), on=DAY)
    assert (ledger["score"].item(), ledger["score_low"].item()) == (1.0, 0.0)


def test_only_what_is_in_public_on_the_day_is_live():
    said = claims(
        {}, {"published_on": "2026-10-01"}, {"withdrawn_on": "2026-09-30"}, {"withdrawn_on": "2026-10-01", "status": "withdrawn"},
        {"status": "Draft"}, {"status": "withdrawn"},
    )  # fmt: skip
    assert claim_ledger.is_live(said, on=DAY).tolist() == [True, False, False, True, False, False]


def test_without_claims_or_weights_nothing_is_told():
    empty = claim_ledger.standings(claims({}).iloc[:0], proofs(), on=DAY)
    assert math.isnan(claim_alignment.alignment(empty).value) and claim_alignment.heaviest(empty) is None
    unseen = claim_ledger.standings(claims({"exposure": 0}), proofs(), on=DAY)
    assert math.isnan(claim_alignment.alignment(unseen).value) and math.isnan(
        claim_alignment.unproved(unseen, "exposure")[2]
    )


def test_claims_of_unknown_exposure_give_bounds_and_no_guess():
    said = claims({"exposure": 100}, {"exposure": 100}, {"exposure": None}, {"exposure": None})
    shown = proofs({"claim_id": "c1"}, {"claim_id": "c3"})
    found = claim_alignment.alignment(claim_ledger.standings(said, shown, on=DAY))
    # Known: (1 + 0) / 2. The best adds the proved claim at 100, the worst the unproved one.
    assert (
        found.value == 0.5
        and found.unknown_high == pytest.approx(2 / 3)
        and found.unknown_low == pytest.approx(1 / 3)
    )
    free = claim_alignment.alignment(claim_ledger.standings(said, shown, on=DAY), most=math.inf)
    assert (free.unknown_low, free.unknown_high) == (0, 1)


def test_what_ends_next_comes_first_with_the_index_if_nothing_is_renewed():
    said = claims({"exposure": 300}, {"exposure": 100})
    shown = proofs(
        {"claim_id": "c1", "valid_until": "2027-01-31"}, {"claim_id": "c2", "valid_until": "2026-11-10"}
    )
    found = claim_alignment.expiries(said, shown, on=DAY)
    assert found["claim_id"].tolist() == ["c2", "c1"] and found["days"].tolist() == [41, 123]
    assert found["index_after"].tolist() == [0.75, 0.0] and set(found["standing_after"]) == {"expired"}


def test_the_heaviest_claim_is_named_with_the_index_without_it():
    found = claim_alignment.heaviest(claim_ledger.standings(*five(), on=DAY, contradicted=["c5"]))
    assert (found.claim_id, found.share) == ("c1", 0.4) and found.without == pytest.approx(0.0)
    assert found.n_effective == pytest.approx(1 / (0.16 + 0.04 + 0.04 + 0.01 + 0.01))


def test_exposures_add_up_to_those_of_the_live_claims():
    ledger = claim_ledger.standings(*five(), on=DAY)
    found = claim_alignment.exposures(ledger, by="topic")
    assert found["exposure"].sum() == 900 and found["n"].sum() == 5 and found["spend"].sum() == 50


def test_a_claim_that_comes_twice_and_an_exposure_below_zero_are_refused():
    with pytest.raises(DataError, match='claim_id "c1" stands in 2 rows'):
        claim_ledger.standings(claims({}, {"claim_id": "c1"}), proofs(), on=DAY)
    with pytest.raises(DataError, match="c1 has exposure -3"):
        claim_ledger.standings(claims({"exposure": -3}), proofs(), on=DAY)
    with pytest.raises(ValueError, match="covers is 95"):
        claim_ledger.standings(claims({}), proofs(), on=DAY, covers=95)


def drawn(seed: int, n: int = 40) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, set]]:
    """A ledger whose gaps are planted: each claim gets a fate, and its proofs are made to fit."""
    rng = np.random.default_rng(seed)
    fates = rng.choice(["third party", "own evidence", "too narrow", "expired", "none"], n)
    said = claims(*({"exposure": int(rng.integers(1, 10_000))} for _ in range(n)))
    rows = []
    for claim, fate in zip(said["claim_id"], fates, strict=True):
        late = f"2026-0{rng.integers(2, 9)}-15"
        shape = {
            "third party": {}, "own evidence": {"assurance": "none", "auditor": None}, "too narrow": {"scope_match": float(rng.uniform(0.1, 0.9))},
            "expired": {"valid_until": late},
        }  # fmt: skip
        if fate in shape:
            rows.append({"claim_id": claim, **shape[fate]})
        if fate != "none" and rng.random() < 0.5:  # noise that adds nothing
            rows.append({"claim_id": claim, "scope_match": 0.2, "assurance": "limited", "valid_until": late})
    planted = {fate: set(said["claim_id"][fates == fate]) for fate in set(fates)}
    return said, proofs(*rows), planted


@pytest.mark.parametrize("seed", range(20))
def test_every_planted_gap_is_found_and_no_other(seed):
    said, shown, planted = drawn(seed)
    ledger = claim_ledger.standings(said, shown, on=DAY)
    assert {fate: set(own["claim_id"]) for fate, own in ledger.groupby("standing")} == planted


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10_000),
    st.floats(0.01, 1.0),
    st.sampled_from(["none", "limited", "reasonable"]),
    st.integers(1, 40),
)
def test_the_index_stays_in_its_range_and_a_further_proof_never_lowers_it(seed, scope, assurance, at):
    said, shown, _ = drawn(seed)
    said.loc[np.random.default_rng(seed).random(len(said)) < 0.1, "exposure"] = None
    against = said["claim_id"].sample(3, random_state=seed).tolist()
    before = claim_ledger.standings(said, shown, on=DAY, contradicted=against)
    more = proofs({"claim_id": f"c{at}", "scope_match": scope, "assurance": assurance}).assign(proof_id="new")
    after = claim_ledger.standings(said, pd.concat([shown, more]), on=DAY, contradicted=against)
    first, then = claim_alignment.alignment(before), claim_alignment.alignment(after)
    assert -1 <= first.unknown_low <= first.low <= first.value <= first.unknown_high <= 1
    assert then.value >= first.value - 1e-12 and then.low >= first.low - 1e-12


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_no_exposure_of_an_unknown_claim_leads_out_of_the_bounds(seed):
    rng = np.random.default_rng(seed)
    said, shown, _ = drawn(seed, 12)
    hidden = rng.random(12) < 0.3
    told = said.assign(exposure=said["exposure"].astype(float).mask(hidden))
    found = claim_alignment.alignment(claim_ledger.standings(told, shown, on=DAY))
    most = told["exposure"].max()
    filled = told.assign(exposure=told["exposure"].where(~hidden, pd.Series(rng.uniform(0, most, 12))))
    if not hidden.all():
        whole = claim_alignment.alignment(claim_ledger.standings(filled, shown, on=DAY))
        assert found.unknown_low - 1e-9 <= whole.low and whole.value <= found.unknown_high + 1e-9


def test_clopper_pearson_gives_the_published_bounds():
    # 0 of 10 at 95 %: 1 - .025^(1/10); 1 of 10 at 95 %: .0025 to .4450 (Clopper & Pearson's chart, any table of exact limits).
    assert clopper_pearson(0, 10, level=0.95) == (0.0, pytest.approx(1 - 0.025**0.1))
    assert clopper_pearson(1, 10, level=0.95) == (
        pytest.approx(0.0025, abs=5e-5),
        pytest.approx(0.4450, abs=5e-5),
    )
    assert clopper_pearson(10, 10)[1] == 1.0 and all(map(math.isnan, clopper_pearson(0, 0)))
