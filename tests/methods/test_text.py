"""Texts: languages told apart, tone with negation and "but", messy texts, and a share corrected by labels."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods.labelled import Labels, corrected_share, kappa, labels
from helpers.methods.text import SCORED, TONES, language, themes, tone, valence


@pytest.mark.parametrize(
    ("text", "tongue"),
    [
        ("Je suis très content de mon achat, merci beaucoup.", "fr"),
        ("J’ai attendu trois semaines et personne ne m’a répondu", "fr"),
        ("pas content du tout je ne recommande pas", "fr"),
        ("I waited three weeks and nobody answered me", "en"),
        ("It's fine but don't expect miracles 😀", "en"),
        ("Die Lieferung war viel zu spät und niemand hat sich gemeldet.", "other"),
        ("De levering was te laat en niemand heeft iets gezegd.", "other"),
        ("El pedido llegó tarde y nadie me ha contestado.", "other"),
        ("Il pacco non è mai arrivato e nessuno risponde.", "other"),
        ("A encomenda não chegou e ninguém me responde.", "other"),
        ("Доставка пришла поздно, никто не ответил", "other"),
        ("配送が遅い。残念です。 本当に", "other"),
        ("", "unclear"),
        ("   \n\t ", "unclear"),
        ("12345 67 %", "unclear"),
        ("👍👍👍", "unclear"),
        ("ok", "unclear"),
        ("Bravo !", "unclear"),
        ("Ostrelle Tavlune", "unclear"),
        ("Très bien, je recommande, the delivery was on time and the app is good", "unclear"),
        ("Merci pour la livraison, thank you for the help", "unclear"),
    ],
)
def test_the_language_of_a_text(text, tongue):
    assert language(text) == tongue


def test_accents_written_in_two_ways_are_the_same():
    one, two = (
        "Très déçu, le service est médiocre.",
        "Tre\u0300s de\u0301c\u0327u".replace("c\u0327", "ç") + ", le service est médiocre.",
    )
    assert language(one) == language(two) == "fr"
    assert valence("J'ai été déçu", "fr") == valence("J’ai été de\u0301çu", "fr") < 0


@pytest.mark.parametrize(
    ("text", "tongue", "expected"),
    [
        ("Je suis ravie, tout est parfait", "fr", "positive"),
        ("Colis abîmé et service injoignable", "fr", "negative"),
        ("Je ne recommande pas", "fr", "negative"),
        ("Jamais déçu, aucun problème", "fr", "positive"),
        ("Pas terrible", "fr", "negative"),
        ("Rien à redire", "fr", "positive"),
        ("Reçu mardi", "fr", "neutral"),
        ("The staff were helpful and kind", "en", "positive"),
        ("It broke after a week, useless", "en", "negative"),
        ("Not good at all", "en", "negative"),
        ("I can't complain, no problems", "en", "positive"),
        ("It came on Tuesday", "en", "neutral"),
        ("", "fr", "neutral"),
    ],
)
def test_the_tone_of_a_text(text, tongue, expected):
    assert tone(text, tongue) == expected


def test_one_word_by_hand():
    value = 1.9  # of "good" in the English lexicon
    assert valence("good", "en") == pytest.approx(value / math.sqrt(value**2 + 15))
    turned = -0.74 * value
    assert valence("not good", "en") == pytest.approx(turned / math.sqrt(turned**2 + 15))
    lifted = value + 0.293
    assert valence("very good", "en") == pytest.approx(lifted / math.sqrt(lifted**2 + 15))


def test_what_follows_a_but_counts_more():
    assert valence("The taste is good but the delivery was terrible", "en") < 0
    assert valence("The delivery was terrible but the taste is good", "en") > valence(
        "The taste is good but the delivery was terrible", "en"
    )


def test_a_negation_ends_with_its_clause():
    assert valence("No. Great product", "en") > 0
    assert valence("Ce n'est pas cher, excellent produit", "fr") > 0


def test_a_time_and_an_address_hold_no_face():
    assert valence("12:30 http://shop.example", "en") == 0
    assert valence("ok :)", "en") > 0 > valence("ok 😡", "en")


def test_a_language_without_lexicon_is_refused():
    with pytest.raises(ValueError, match="fr, en"):
        tone("Sehr gut", "de")


def test_a_very_long_text_is_read_in_part_and_quickly():
    text = "Le livreur n'est jamais passé et je suis très déçu. " * 20_000
    assert language(text) == "fr" and tone(text, "fr") == "negative"


def test_themes_are_those_with_most_words_first():
    stems = {"delivery": ("livr", "colis"), "app": ("app ",)}
    assert themes("Livreur en retard, colis perdu, app lente", stems) == ["delivery", "app"]
    assert themes("Apparemment tout va bien", stems) == []


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=200), st.sampled_from(SCORED))
def test_any_text_has_a_language_and_a_tone(text, tongue):
    assert language(text) in (*SCORED, "other", "unclear")
    assert -1 < valence(text, tongue) < 1 and tone(text, tongue) in TONES


def test_a_corrected_share_by_hand():
    # flags .7 of the positives and .1 of the others: .28 flagged is (.28 + .9 - 1) / (.7 + .9 - 1) = .3
    made = corrected_share(280, 1000, Labels(70, 100, 90, 100))
    assert made.value == pytest.approx(0.3) and made.low < 0.3 < made.high
    perfect = corrected_share(300, 1000, Labels(10**6, 10**6, 10**6, 10**6))
    assert perfect.value == pytest.approx(0.3) and perfect.high - perfect.low == pytest.approx(
        2 * 1.645 * 0.0145, rel=0.02
    )


def test_fewer_labels_leave_more_doubt():
    few, many = Labels(21, 30, 54, 60), Labels(210, 300, 540, 600)
    wide, narrow = corrected_share(280, 1000, few), corrected_share(280, 1000, many)
    assert wide.value == pytest.approx(narrow.value)
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


@pytest.mark.parametrize(
    "known",
    [
        Labels(0, 0, 0, 0),
        Labels(10, 15, 90, 100),
        Labels(70, 100, 9, 10),
        Labels(55, 100, 50, 100),
        Labels(0, 50, 50, 50),
    ],
)
def test_labels_that_are_too_few_or_a_machine_that_guesses_correct_nothing(known):
    assert not known.is_enough and math.isnan(corrected_share(280, 1000, known).value)


def test_counts_that_cannot_be_are_refused():
    with pytest.raises(DataError, match="impossible"):
        corrected_share(11, 10, Labels(70, 100, 90, 100))
    with pytest.raises(DataError, match="impossible"):
        corrected_share(1, 10, Labels(101, 100, 90, 100))


def test_labels_are_counted_against_flags():
    assert labels([1, 1, 0, 0, 0], [1, 0, 1, 0, 0]) == Labels(1, 2, 2, 3)
    with pytest.raises(ValueError, match="2 flags for 1"):
        labels([1, 0], [1])


def test_agreement_beyond_chance_by_hand():
    first, second = [1] * 20 + [1] * 5 + [0] * 10 + [0] * 15, [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15
    assert kappa(first, second) == pytest.approx((0.7 - 0.5) / 0.5)
    assert kappa([1, 0], [1, 0]) == 1 and math.isnan(kappa([1, 1], [1, 1])) and math.isnan(kappa([], []))


@pytest.mark.parametrize(("share", "se", "sp"), [(0.32, 0.72, 0.86), (0.1, 0.8, 0.9), (0.6, 0.65, 0.75)])
def test_the_corrected_interval_holds_the_truth_as_often_as_it_says_and_the_plain_count_need_not(
    share, se, sp
):
    held = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        flagged = int(rng.binomial(800, share * se + (1 - share) * (1 - sp)))
        positives = int(rng.binomial(300, share))
        known = Labels(
            rng.binomial(positives, se), positives, rng.binomial(300 - positives, sp), 300 - positives
        )
        made = corrected_share(flagged, 800, known)
        held += made.low <= share <= made.high
    assert 0.83 * 200 <= held <= 0.96 * 200


@settings(deadline=None, max_examples=80)
@given(st.integers(0, 500), st.integers(0, 500), st.lists(st.integers(0, 300), min_size=4, max_size=4))
def test_a_corrected_share_is_a_share_inside_its_interval(a, b, counts):
    known = Labels(min(counts[:2]), max(counts[:2]), min(counts[2:]), max(counts[2:]))
    made = corrected_share(min(a, b), max(a, b), known)
    assert math.isnan(made.value) or 0 <= made.low <= made.value <= made.high <= 1
