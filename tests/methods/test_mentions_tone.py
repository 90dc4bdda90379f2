"""Tone of mentions corrected by language: by hand, at its limits, from known truth, and bad input."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.methods.intervals import Estimate
from helpers.methods.mentions_tone import difference, readings, tone_of


def labelled(language="fr", *, negative=(70, 100, 95, 100), positive=(80, 100, 90, 100)):
    """Answers with these labels: found, positives, cleared, negatives of each tone, on mentions of their own."""
    rows, k = [], 0
    for tone, (found, there, cleared, absent) in (("negative", negative), ("positive", positive)):
        pairs = [(tone, tone)] * found + [(tone, "neutral")] * (there - found)
        pairs += [("neutral", tone)] * (absent - cleared) + [("neutral", "neutral")] * cleared
        for true, read in pairs:
            rows += [(language, f"m{k}", "tone", true), (language, f"m{k}", "tone_read", read)]
            k += 1
    return pd.DataFrame(rows, columns=["language", "respondent_id", "question", "choice"])


def lot(language="fr", positive=0, neutral=0, negative=0, unknown=0):
    tones = {"positive": positive, "neutral": neutral, "negative": negative, "unknown": unknown}
    return pd.DataFrame(
        [(language, tone, float(n)) for tone, n in tones.items() if n],
        columns=["language", "sentiment", "mentions"],
    )


def test_labels_of_a_language_are_counted_by_hand():
    one = readings(labelled())["fr"]
    assert (one.negative.found, one.negative.positives) == (70, 100)
    # of the 300 others 5 are called negative: 100 positive ones, of which 80 are found, and 200 neutral ones
    assert (one.negative.cleared, one.negative.negatives) == (295, 300)
    assert one.positive.sensitivity == 0.8 and one.is_enough and one.n == 400


def test_the_share_behind_the_share_is_rogans_and_gladens():
    known = readings(labelled())
    se, sp = 0.7, 295 / 300
    found = tone_of(lot(positive=300, neutral=500, negative=200), known)
    assert found.negative.value == pytest.approx((0.2 + sp - 1) / (se + sp - 1))
    assert found.net.value == pytest.approx(found.positive.value - found.negative.value)
    assert found.raw == pytest.approx(0.1)
    assert found.net.low < found.net.value < found.net.high


def test_languages_count_by_their_mentions():
    known = readings(pd.concat([labelled("fr"), labelled("en")]))
    rows = pd.concat([lot("fr", positive=300, neutral=500, negative=200), lot("en", neutral=3000)])
    both, french = tone_of(rows, known), tone_of(lot("fr", positive=300, neutral=500, negative=200), known)
    assert both.net.value == pytest.approx(french.net.value / 4, abs=0.01)
    assert both.n_corrected == 4000


def test_a_language_that_nobody_labelled_is_left_out_and_named():
    found = tone_of(
        pd.concat([lot("fr", neutral=100), lot("de", positive=50, neutral=50)]), readings(labelled("fr"))
    )
    assert (
        found.uncorrected == ("de",) and found.n == 200 and found.n_read == 200 and found.n_corrected == 100
    )


def test_a_language_that_the_tool_does_not_read_is_named():
    found = tone_of(pd.concat([lot("fr", neutral=100), lot("it", unknown=40)]), readings(labelled("fr")))
    assert found.unread == ("it",) and (found.n, found.n_read) == (140, 100)


def test_without_labels_there_is_no_corrected_tone():
    found = tone_of(lot(positive=60, negative=40), {})
    assert math.isnan(found.net.value) and found.raw == pytest.approx(0.2)


def test_a_tool_that_hardly_tells_tones_apart_is_not_corrected():
    known = readings(labelled(negative=(10, 100, 80, 100)))
    assert not known["fr"].is_enough
    assert tone_of(lot(neutral=100), known).uncorrected == ("fr",)


def test_nothing_said_is_no_tone():
    found = tone_of(lot(), {})
    assert found.n == 0 and math.isnan(found.raw) and math.isnan(found.net.value)


def test_the_difference_of_two_shares_of_one_lot_is_wider_than_of_two_lots():
    first, second = Estimate(0.5, 0.4, 0.6, 0.9, 100), Estimate(0.4, 0.3, 0.5, 0.9, 100)
    found = difference(first, second)
    assert found.value == pytest.approx(0.1)
    assert found.high - found.low > 2 * math.hypot(0.1, 0.1)
    # p q / ((1 - p)(1 - q)) = 2/3: half-width = sqrt(0.02 + 2 sqrt(2/3) 0.01)
    assert found.high - 0.1 == pytest.approx(math.sqrt(0.02 + 0.02 * math.sqrt(2 / 3)))


def test_a_mention_labelled_twice_is_refused():
    rows = labelled()
    with pytest.raises(DataError, match="1 mentions are labelled twice"):
        readings(pd.concat([rows, rows.head(1)]))


def test_true_tone_is_inside_the_interval_in_most_redraws():
    rng, held = np.random.default_rng(3), 0
    for _ in range(60):
        true = rng.choice(3, 1400, p=(0.25, 0.5, 0.25))
        odds = np.array([(0.8, 0.15, 0.05), (0.1, 0.85, 0.05), (0.1, 0.2, 0.7)])[true]
        read = (rng.random(1400)[:, None] > odds.cumsum(axis=1)).sum(axis=1)
        names = np.array(["positive", "neutral", "negative"])
        base = pd.DataFrame({"language": "fr", "respondent_id": range(400)})
        known = readings(pd.concat([base.assign(question="tone", choice=names[true[:400]]), base.assign(question="tone_read", choice=names[read[:400]])]))  # fmt: skip
        found = tone_of(
            pd.DataFrame({"language": "fr", "sentiment": names[read[400:]], "mentions": 1.0}), known
        )
        held += found.net.low <= 0.0 <= found.net.high
    assert 47 <= held <= 60
