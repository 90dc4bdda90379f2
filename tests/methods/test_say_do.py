"""Saying and doing: announced against measured, believed against proved, speak or stay silent."""

import math

import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.methods import say_do
from helpers.methods.intervals import Estimate

CLEAR, UNSURE, FEW_WANT, UNASKED = (
    Estimate(0.7, 0.65, 0.75, 0.9, 400), Estimate(0.5, 0.45, 0.55, 0.9, 400), Estimate(0.3, 0.25, 0.35, 0.9, 400),
    Estimate(math.nan, math.nan, math.nan, 0.9, 0),
)  # fmt: skip


def test_announced_against_measured_by_hand():
    rows = [
        ("a", "agrees", 0.62, 0.0, "share"),
        ("a", "value differs", 0.5, 0.1, "share"),
        ("b", "no indicator", math.nan, math.nan, None),
    ]
    found = say_do.announced(
        pd.DataFrame(rows, columns=["metric", "status", "measured", "gap", "measure"])
    ).set_index("metric")
    assert found.loc["a", ["n", "n_judged", "n_agree"]].tolist() == [2, 2, 1]
    assert found.loc["a", "over"] == pytest.approx(0.2) and found.loc["a", "said"] == pytest.approx(0.6)
    assert found.loc["b", "n_judged"] == 0 and math.isnan(found.loc["b", "over"])


@pytest.mark.parametrize(
    ("proved", "reading"),
    [
        (0.4, "believed beyond proof"),
        (0.9, "proved and not believed"),
        (0.7, "no clear gap"),
        (math.nan, "cannot tell"),
    ],
)
def test_what_people_believe_is_held_against_what_is_proved(proved, reading):
    gap, read = say_do.belief_gap(CLEAR, proved)
    assert read == reading
    assert math.isnan(proved) or gap.value == pytest.approx(0.7 - proved)


def test_under_thirty_answers_no_share_and_no_gap_is_told():
    assert math.isnan(say_do.answered_yes(20, 29).value)
    assert say_do.belief_gap(say_do.answered_yes(20, 29), 0.5)[1] == "cannot tell"
    assert say_do.answered_yes(20, 40).value == 0.5


@pytest.mark.parametrize(
    ("legitimacy", "risk", "proof", "expected", "contradicted", "verdict", "because"),
    [
        (1, 0, "third party", CLEAR, False, "stay silent", "legitimacy"),
        (3, 1, "third party", FEW_WANT, False, "stay silent", "expectation"),
        (3, 1, "none", CLEAR, False, "prepare the proof", "proof"),
        (4, 1, "third party", CLEAR, True, "prepare the proof", "contradicted"),
        (3, 1, "own evidence", CLEAR, False, "speak with proof first", "proof"),
        (3, 3, "third party", CLEAR, False, "speak with proof first", "risk"),
        (3, 1, "third party", UNSURE, False, "speak with proof first", "expectation"),
        (3, 1, "third party", UNASKED, False, "speak with proof first", "expectation"),
        (3, 1, "third party", CLEAR, False, "speak", "all"),
    ],
)
def test_speak_or_stay_silent_follows_its_rule(
    legitimacy, risk, proof, expected, contradicted, verdict, because
):
    assert say_do.speech(legitimacy, risk, proof, expected, is_contradicted=contradicted) == (
        verdict,
        because,
    )


ORDER = ["stay silent", "prepare the proof", "speak with proof first", "speak"]


def test_more_proof_more_legitimacy_and_less_risk_never_make_one_more_silent():
    for expected in (CLEAR, UNSURE, FEW_WANT, UNASKED):
        for legitimacy in range(5):
            for risk in range(5):
                ranks = [
                    ORDER.index(say_do.speech(legitimacy, risk, proof, expected).verdict)
                    for proof in ("none", "own evidence", "third party")
                ]
                assert ranks == sorted(ranks)
                here = ORDER.index(say_do.speech(legitimacy, risk, "third party", expected).verdict)
                assert risk == 4 or here >= ORDER.index(
                    say_do.speech(legitimacy, risk + 1, "third party", expected).verdict
                )
                assert legitimacy == 4 or here <= ORDER.index(
                    say_do.speech(legitimacy + 1, risk, "third party", expected).verdict
                )


def test_a_judgement_outside_its_scale_is_refused():
    with pytest.raises(DataError, match="risk is 5"):
        say_do.speech(2, 5, "none", CLEAR)
    with pytest.raises(ValueError, match='proof "maybe" is unknown'):
        say_do.speech(2, 2, "maybe", CLEAR)
