"""Levels of a crisis: one place, which the two playbooks say after, cell by cell."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from helpers.i18n import text
from helpers.methods.mentions_severity import THRESHOLDS
from helpers.pillars.brand.social_words import MEDIA, ROLES
from helpers.rules import crisis

DOCS = Path(__file__).parents[1] / "docs"
PAGES = {"en": "crisis-playbook.md", "fr": "crisis-playbook.fr.md"}


def table(language):
    """The rows of the table of levels."""
    found = re.findall(
        r"^\| (\d) \|(.*)\|$", (DOCS / PAGES[language]).read_text(encoding="utf-8"), flags=re.M
    )
    return [(int(level), [cell.strip() for cell in rest.split("|")]) for level, rest in found]


@pytest.mark.parametrize("language", PAGES)
def test_the_playbook_says_what_the_file_of_levels_says(language):
    rows = table(language)
    assert [level for level, _ in rows] == [one.level for one in crisis.crisis_levels()] == [0, 1, 2, 3, 4]
    for (_, cells), one in zip(rows, crisis.crisis_levels(), strict=True):
        people, decides, hours, media, quiet = cells
        assert int(re.sub(r"\D", "", people)) == one.people
        assert decides == text(ROLES[one.decides], language)
        assert hours == f"{one.answer_hours} h"
        assert media == text(MEDIA[one.media], language)
        assert int(quiet) == one.quiet_days


def test_both_playbooks_have_the_same_parts():
    shapes = [
        re.findall(r"^(#+|\d\.|\||- \*\*|>)", (DOCS / page).read_text(encoding="utf-8"), flags=re.M)
        for page in PAGES.values()
    ]
    heads = [[one for one in shape if one.startswith(("#", "|")) or one[0].isdigit()] for shape in shapes]
    assert heads[0] == heads[1]


@pytest.mark.parametrize("language", PAGES)
def test_the_playbook_states_the_level_of_grave_topics(language):
    said = (DOCS / PAGES[language]).read_text(encoding="utf-8")
    assert {"en": "is level 3 at least", "fr": "vaut au moins le niveau 3"}[language] in said
    assert crisis.book("crisis")["grave_level"] == 3


def test_levels_rise_and_are_those_that_the_method_uses_without_others():
    assert crisis.thresholds() == THRESHOLDS
    levels = crisis.crisis_levels()
    assert all(
        a.people < b.people and a.answer_hours >= b.answer_hours and a.quiet_days < b.quiet_days
        for a, b in pairwise(levels)
    )


@pytest.mark.parametrize(
    ("topic", "grave"),
    [
        ("bottle_recall", True),
        ("Rappel produit", True),
        ("fuite de données", True),
        ("firewood", False),
        ("", False),
        ("taste", False),
    ],
)
def test_a_grave_word_is_found_as_a_whole_word(topic, grave):
    assert crisis.is_grave(topic) is grave
    assert crisis.graver(1, topic) == (3 if grave else 1)
    assert crisis.graver(4, topic) == 4
