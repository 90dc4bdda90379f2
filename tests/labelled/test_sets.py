"""Labelled claims: shape, counts a rule and language, no text twice, nothing shared between the sets."""

import csv
import re
from collections import Counter
from datetime import date
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest

from helpers.methods.claim_screen import screen
from helpers.rules.claims import measured

FOLDER = Path(__file__).parent
SETS = sorted(FOLDER.glob("claims_*.csv"))
COLUMNS = ["id", "text", "language", "market", "medium", "rule", "is_finding"]
RULES = ("label", "generic", "whole", "offset", "legal", "obsolescence", "future", "agec", "neutral_ads")
MEDIA = {"site", "packaging", "advertising", "social", "email", "press"}
LEAST, LEAST_A_LANGUAGE = 40, 20
SAME = 0.6  # share of four-letter pieces in common from which two texts are one


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pieces(text):
    plain = " ".join(re.findall(r"\w+", text.casefold()))
    return {plain[at : at + 4] for at in range(max(1, len(plain) - 3))}


def alike(one, other):
    return len(one & other) > SAME * len(one | other)


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_a_set_has_the_columns_and_only_allowed_values(path):
    rows = read(path)
    assert list(rows[0]) == COLUMNS
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert row["text"].strip() == row["text"] != "", row["id"]
        assert row["language"] in {"fr", "en"}, row["id"]
        assert row["market"] in {"FR", "BE"}, row["id"]
        assert row["rule"] in RULES, row["id"]
        assert row["is_finding"] in {"0", "1"}, row["id"]


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_no_text_stands_twice_in_a_set(path):
    texts = Counter(" ".join(re.findall(r"\w+", row["text"].casefold())) for row in read(path))
    assert [text for text, times in texts.items() if times > 1] == []


def test_the_test_set_has_enough_texts_a_rule_a_side_and_a_language():
    counts = Counter((row["rule"], row["is_finding"], row["language"]) for row in read(FOLDER / "claims_sealed.csv"))  # fmt: skip
    for rule in RULES:
        for side in "01":
            assert sum(counts[rule, side, language] for language in ("fr", "en")) >= LEAST, (rule, side)
            assert min(counts[rule, side, language] for language in ("fr", "en")) >= LEAST_A_LANGUAGE, (rule, side)  # fmt: skip


def test_no_two_texts_of_the_test_set_are_nearly_the_same():
    rows = [(row["id"], pieces(row["text"])) for row in read(FOLDER / "claims_sealed.csv")]
    assert [(a, b) for (a, one), (b, other) in combinations(rows, 2) if alike(one, other)] == []


def test_french_rules_are_broken_in_france_and_on_their_own_media():
    media = {"agec": {"packaging", "site"}, "neutral_ads": {"advertising"}}
    for row in read(FOLDER / "claims_sealed.csv"):
        assert row["medium"] in MEDIA, row["id"]
        if row["is_finding"] == "1" and row["rule"] in media:
            assert row["market"] == "FR" and row["medium"] in media[row["rule"]], row["id"]


@pytest.mark.skipif(len(SETS) < 2, reason="there is one set only")
def test_the_test_set_shares_no_text_with_another_set():
    test = [(row["id"], pieces(row["text"])) for row in read(FOLDER / "claims_sealed.csv")]
    for path in SETS:
        if path.name == "claims_sealed.csv":
            continue
        others = [(row["id"], pieces(row["text"])) for row in read(path)]
        assert [(a, b) for a, one in test for b, other in others if alike(one, other)] == []


def test_what_the_page_says_of_the_screen_is_what_it_finds_of_the_unseen_set():
    rows = pd.DataFrame(read(FOLDER / "claims_sealed.csv"))
    found = screen(rows.rename(columns={"id": "claim_id", "text": "wording"}), date(2026, 11, 1))
    banned = found[found["status"].eq("banned") & found["rule"].isin(RULES)]
    pairs = set(zip(banned["claim_id"], banned["rule"], strict=True))
    broken, innocent = rows[rows["is_finding"] == "1"], rows[rows["is_finding"] == "0"]
    hits = sum(pair in pairs for pair in zip(broken["id"], broken["rule"], strict=True))
    flags = int(innocent["id"].isin(banned["claim_id"]).sum())
    known = measured()
    assert (len(broken), hits, len(innocent), flags) == (
        known.broken,
        known.found,
        known.innocent,
        known.flagged,
    )
