"""Dated entries of purpose and of the sustainability report: sources, days, statuses."""

from datetime import date

import pytest

from helpers.errors import DataError
from helpers.methods.say_do import Bars
from helpers.rules import book, esrs, purpose
from helpers.tables import TABLES


def test_every_entry_has_source_day_of_checking_and_status():
    for name, lists in (("esrs", ("sets", "datapoints")), ("purpose", ("topics",))):
        for one in (entry for part in lists for entry in book(name)[part]):
            assert (
                one["source"]
                and one["checked_on"] >= date(2026, 11, 1)
                and one["status"] in ("known", "to confirm")
            )


def test_the_set_of_standards_is_that_of_the_day():
    assert esrs.standards(date(2026, 9, 30)).id == "ESRS 2023"
    assert esrs.standards(date(2026, 11, 10)).id == "ESRS 2026"
    with pytest.raises(DataError, match="no set of standards is written down for 2023-12-31"):
        esrs.standards(date(2023, 12, 31))


def test_a_code_is_found_however_it_is_written_and_an_unknown_one_is_none():
    assert esrs.datapoint("ESRS E1-6").name == esrs.datapoint("e1-6").name
    assert esrs.datapoint("Z9") is None


def test_topics_are_those_of_the_table_of_claims():
    assert list(purpose.topics()) == list(TABLES["csr_claims"].column("topic").allowed)


def test_a_charter_or_the_own_word_carries_no_claim_on_work_and_what_is_not_stated_is_not_judged():
    assert not purpose.carries("survey", "fair work") and purpose.carries("Audit", "fair work")
    assert purpose.carries("", "fair work") and purpose.carries("survey", "")


def test_the_lines_of_the_rule_are_those_that_the_method_uses_without_others():
    assert Bars(**purpose.lines()) == Bars()
