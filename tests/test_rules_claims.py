"""Dated rules of claims: what each carries, and which one holds on a day."""

from datetime import date

import pytest

from helpers.errors import DataError
from helpers.rules import claims

DAY_BEFORE, FIRST_DAY = date(2026, 9, 26), date(2026, 9, 27)


@pytest.mark.parametrize("rule", claims.all_claim_rules(), ids=lambda one: f"{one.id}-{one.valid_from}")
def test_each_rule_carries_source_dates_status_and_cure(rule):
    assert rule.source and rule.text and rule.title and rule.cure and rule.markets
    assert rule.kind in claims.KINDS and rule.verdict in claims.VERDICTS and rule.status in claims.STATUSES
    assert rule.valid_from <= rule.valid_to and rule.checked_on >= date(2026, 11, 1)


def test_the_bans_of_the_directive_begin_on_27_september_2026():
    new = {"label", "generic", "whole", "offset", "legal", "obsolescence", "future"}
    for market in ("FR", "BE"):
        before = {one.id for one in claims.claim_rules(market, DAY_BEFORE)}
        assert not new & before
        assert new <= {one.id for one in claims.claim_rules(market, FIRST_DAY)}


def test_both_versions_of_the_ban_on_words_are_kept_and_one_holds_at_a_time():
    old = [one for one in claims.claim_rules("FR", DAY_BEFORE) if one.id == "agec"]
    new = [one for one in claims.claim_rules("FR", FIRST_DAY) if one.id == "agec"]
    assert [one.status for one in old + new] == ["known", "to confirm"]


def test_a_ban_of_the_directive_is_to_be_confirmed_while_the_national_text_was_not_seen():
    for market in ("FR", "BE"):
        there = {one.id: one for one in claims.claim_rules(market, FIRST_DAY)}
        assert "transposition" in there and there["generic"].status == "to confirm"


@pytest.mark.parametrize("rule", claims.all_claim_rules(), ids=lambda one: f"{one.id}-{one.valid_from}")
def test_no_rule_of_an_earlier_day_quotes_the_directive_of_2024(rule):
    assert "2024/825" not in rule.source or rule.valid_from >= FIRST_DAY


@pytest.mark.parametrize("market", claims.claim_markets())
def test_no_rule_stands_twice_on_any_day_of_change(market):
    days = {one.valid_from for one in claims.all_claim_rules() if market in one.markets}
    for day in days:
        ids = [one.id for one in claims.claim_rules(market, day)]
        assert len(ids) == len(set(ids))


def test_the_decree_on_neutrality_begins_in_2023_and_is_french():
    assert "neutral_ads" not in {one.id for one in claims.claim_rules("FR", date(2022, 12, 31))}
    assert "neutral_ads" in {one.id for one in claims.claim_rules("FR", date(2023, 1, 1))}
    assert "neutral_ads" not in {one.id for one in claims.claim_rules("BE", FIRST_DAY)}


def test_swiss_rules_are_all_to_be_confirmed():
    assert {one.status for one in claims.claim_rules("CH", FIRST_DAY)} == {"to confirm"}


def test_sanctions_are_quoted_and_to_be_confirmed():
    assert {one.status for one in claims.sanctions()} == {"to confirm"}


def test_an_unknown_market_is_said_with_those_that_are_known():
    with pytest.raises(DataError, match='no rule for market "DE".*BE, CH, FR'):
        claims.claim_rules("DE", FIRST_DAY)


def test_a_day_before_the_first_rule_is_said():
    with pytest.raises(DataError, match="no rule for FR on 2007-12-11; the first is of 2007-12-12"):
        claims.claim_rules("FR", date(2007, 12, 11))


def test_a_rule_applies_where_it_says_and_everywhere_when_the_medium_is_not_known():
    ban = next(one for one in claims.claim_rules("FR", FIRST_DAY) if one.id == "agec")
    assert ban.applies("packaging") and ban.applies("Site") and ban.applies("")
    assert not ban.applies("advertising")
