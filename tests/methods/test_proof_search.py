"""The proofs nearest to a claim: a bilingual set of pairs, hand-made cases, thin and wrong input."""

from pathlib import Path

import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.methods.proof_search import meanings, nearest_proofs

PAIRS = Path(__file__).parents[1] / "labelled" / "proofs_dev.csv"


def frames() -> tuple[pd.DataFrame, pd.DataFrame]:
    pairs = pd.read_csv(PAIRS)
    return pairs[["claim_id", "wording"]], pairs[["proof_id", "summary"]].sample(frac=1, random_state=1)


def test_the_right_proof_is_among_three_for_nine_claims_in_ten_across_languages():
    claims, proofs = frames()
    found = nearest_proofs(claims, proofs)
    right = found[found["proof_id"].str[1:] == found["claim_id"].str[1:]]
    assert right["claim_id"].nunique() >= 0.9 * len(claims)


def test_the_same_words_are_nearest_with_likeness_one():
    claims = pd.DataFrame({"claim_id": ["a"], "wording": ["recycled glass bottle"]})
    proofs = pd.DataFrame(
        {"proof_id": ["x", "y"], "summary": ["wages of the staff", "recycled glass bottle"]}
    )
    first = nearest_proofs(claims, proofs).iloc[0]
    assert first["proof_id"] == "y" and first["likeness"] == pytest.approx(1) and first["place"] == 1


def test_a_french_word_and_its_english_fellow_have_one_meaning():
    assert meanings("emballage") == meanings("packaging")
    assert meanings("l'eau") == meanings("water")


def test_a_claim_that_nothing_is_near_has_no_row():
    claims = pd.DataFrame({"claim_id": ["a"], "wording": ["zzz qqq"]})
    proofs = pd.DataFrame({"proof_id": ["x"], "summary": ["wages of the staff"]})
    assert nearest_proofs(claims, proofs).empty


@pytest.mark.parametrize("summary", [[], [None], [""]])
def test_no_proof_with_words_gives_no_row(summary):
    claims = pd.DataFrame({"claim_id": ["a"], "wording": ["recycled glass"]})
    proofs = pd.DataFrame({"proof_id": [f"x{i}" for i in range(len(summary))], "summary": summary})
    assert nearest_proofs(claims, proofs).empty


def test_no_more_than_top_are_shown_the_nearest_first():
    claims, proofs = frames()
    found = nearest_proofs(claims, proofs, top=2, at_least=0.0)
    assert (found.groupby("claim_id").size() == 2).all()
    assert (found.groupby("claim_id")["likeness"].diff().dropna() <= 0).all()


def test_order_of_the_register_changes_nothing_but_ties():
    claims, proofs = frames()
    first = nearest_proofs(claims, proofs).set_index(["claim_id", "place"])["likeness"]
    second = nearest_proofs(claims, proofs.iloc[::-1]).set_index(["claim_id", "place"])["likeness"]
    pd.testing.assert_series_equal(first, second)


def test_wrong_arguments_and_missing_columns_are_said():
    claims, proofs = frames()
    with pytest.raises(ValueError, match="top must be 1 or more"):
        nearest_proofs(claims, proofs, top=0)
    with pytest.raises(DataError, match="claims: no column wording"):
        nearest_proofs(claims.drop(columns="wording"), proofs)
