"""The dated rules about people: each with a source, none that leaves a day open or has two of a kind on one."""

import itertools
from datetime import date, timedelta

import pytest

from helpers import rules
from helpers.privacy import consent
from helpers.tables import contract


def test_each_consent_rule_has_its_own_id_a_text_and_a_source():
    ids = [one.id for one in rules.consent_rules()]
    assert len(set(ids)) == len(ids)
    for one in rules.consent_rules():
        assert one.text.endswith(".")
        assert one.source
        assert one.valid_from <= min(one.checked_on, one.valid_to)


def test_consent_rules_follow_each_other_without_gap_or_overlap():
    kinds = {(one.use, one.people) for one in rules.consent_rules()}
    for use, people in kinds:
        mine = sorted(
            (one for one in rules.consent_rules() if (one.use, one.people) == (use, people)),
            key=lambda one: one.valid_from,
        )
        for one, after in itertools.pairwise(mine):
            assert after.valid_from == one.valid_to + timedelta(days=1), use
        assert mine[-1].valid_to == date.max


@pytest.mark.parametrize("one", rules.consent_rules(), ids=lambda one: one.id)
def test_a_consent_rule_speaks_of_bases_and_uses_that_exist(one):
    assert set(one.bases) <= set(contract("consents").column("legal_basis").allowed) == set(consent.BASES)
    assert one.silent in ("", *one.bases)
    assert one.people in (consent.ALL, consent.B2B)
    assert one.goes_with in ("", *rules.consent_uses())


def test_retention_rules_are_of_tables_and_contacts_have_a_person_and_a_day():
    for table, one in rules.retention_rules().items():
        assert contract(table).name == one.table
        assert one.counted_from in ("own day", "last contact")
        assert one.source
        assert one.valid_from <= one.checked_on
    for table, only in rules.contacts().items():
        known = contract(table)
        assert "customer_id" in known.names
        assert known.date
        for name, values in only.items():
            assert set(values) <= set(known.column(name).allowed)


def test_an_open_is_no_contact():
    assert rules.contacts()["crm_events"]["event"] == ("clicked",)
