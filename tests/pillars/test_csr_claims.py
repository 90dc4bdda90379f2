"""The page on claims: a small register worked by hand, dated law, bad input of every kind, both languages."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import i18n
from helpers.company import Company, Scope
from helpers.errors import DataError, NothingToReportError
from helpers.periods import parse
from helpers.pillars.csr import (
    KPIS,
    claims,
    claims_checks,
    claims_decisions,
    claims_figures,
    claims_nearest,
    claims_numbers,
    claims_numbers_telling,
    claims_read,
    claims_report,
    claims_tables,
    claims_telling,
)
from helpers.pillars.csr.definitions import claims as definitions

SHOP = Company("shop", Path(), "Shop", "EUR", ("FR", "BE", "CH"), "Europe/Paris")
HERE = Scope(SHOP, parse("2026-Q3"), "ALL", "en")
FR = Scope(SHOP, parse("2026-Q3"), "ALL", "fr")
USUAL = {
    "published_on": "2026-01-15", "withdrawn_on": None, "market": "FR", "channel": "site", "scope": "machine", "kind": "environmental",
    "reviewer": "legal", "status": "published", "exposure": 1000, "language": "fr", "topic": "circularity", "owner": "product manager",
    "spend": 100.0, "materiality": 1.0, "metric": None,
}  # fmt: skip
PROOF = {
    "document": "a.pdf", "document_hash": "a" * 64, "kind": "audit", "issuer": "Bureau", "scope": "machine", "summary": "Un audit.",
    "auditor": "Bureau", "method": "ISO", "issued_on": "2026-01-01", "valid_until": None, "scope_match": 1.0, "assurance": "limited",
}  # fmt: skip
PLAIN = "Une pièce cassée se remplace en atelier."  # words in which no rule finds anything


def register(*rows):
    made = pd.DataFrame(
        [{**USUAL, "wording": PLAIN, "claim_id": f"c{i}", **row} for i, row in enumerate(rows, 1)]
    )
    return made.assign(
        published_on=pd.to_datetime(made["published_on"]), withdrawn_on=pd.to_datetime(made["withdrawn_on"])
    )


def documents(*rows):
    made = pd.DataFrame(
        [{**PROOF, "proof_id": f"p{i}", **row} for i, row in enumerate(rows, 1)],
        columns=["proof_id", "claim_id", *PROOF],
    )
    return made.assign(
        issued_on=pd.to_datetime(made["issued_on"]), valid_until=pd.to_datetime(made["valid_until"])
    )


def indicators(*rows):
    names = ["period_end", "metric", "scope", "value", "measure", "esrs_code", "is_audited"]
    made = pd.DataFrame(rows, columns=names)
    return made.assign(period_end=pd.to_datetime(made["period_end"]), method="count")


def judged(*rows):
    made = pd.DataFrame(rows, columns=["topic", "legitimacy", "risk"])
    return made.assign(
        judged_on=pd.Timestamp("2026-07-01"), reason="Our trade.", judged_by="sustainability lead"
    )


def answers(n=400, day="2026-09-10", **shares):
    """One row a person and question; shares of yes by question, "expect_climate" for "expect climate"."""
    rows = []
    for name, share in shares.items():
        yes = np.arange(n) < round(share * n)
        rows.append(
            pd.DataFrame(
                {
                    "question": name.replace("_", " "),
                    "choice": np.where(yes, "yes", "no"),
                    "respondent_id": [f"r{i}" for i in range(n)],
                }
            )
        )
    made = pd.concat(rows, ignore_index=True)
    return made.assign(
        survey_id="w1", survey_type="csr", answered_on=pd.Timestamp(day), market="FR", sample_source="random"
    )


def page_of(said, proofs=None, metrics=None, topics=None, surveys=None, scope=HERE, **more):
    return claims.page(claims_read.read(said, proofs, metrics, topics, surveys, None, scope), scope, **more)


def small():
    """A register with one of everything."""
    said = register(
        {"exposure": 5000},
        {"exposure": 2000, "wording": "Notre machine est neutre en carbone, compensée par la plantation d’arbres.", "topic": "climate", "channel": "advertising"},
        {"exposure": 1000, "wording": "38 % de plastique recyclé.", "metric": "recycled"},
        {"exposure": 1500, "topic": "fair work"},
        {"exposure": 500, "topic": None, "owner": None},
        {"exposure": None, "topic": "origin"},
        {"wording": "Unsere Karaffe ist klimaneutral.", "language": "de", "exposure": 10, "market": "CH"},
        {"status": "draft", "wording": "Une gamme entièrement écologique.", "published_on": "2026-09-20"},
    )  # fmt: skip
    proofs = documents(
        {"claim_id": "c1", "valid_until": "2026-12-31"}, {"claim_id": "c3"}, {"claim_id": "c4", "valid_until": "2026-08-31"},
        {"claim_id": "c5", "scope_match": 0.5}, {"claim_id": "c5", "issued_on": "2026-05-01", "valid_until": "2026-01-01"}, {"claim_id": "c99"},
    )  # fmt: skip
    metrics = indicators(
        ("2025-12-31", "recycled", "machine", 0.31, "share", "E5-4", True),
        ("2026-06-30", "training", None, 310.0, "hours", "X9", False),
    )
    topics = judged(("circularity", 4, 1), ("climate", 4, 3), ("fair work", 1, 2))
    asked = answers(expect_circularity=0.7, believe_circularity=0.6, expect_climate=0.8, believe_climate=0.5)
    return page_of(said, proofs, metrics, topics, asked)


def shown_checks(page, scope=HERE):
    return {one.id: one for one in claims_checks.checks(page, scope)}


def test_a_small_register_worked_by_hand():
    page = small()
    by_claim = page.ledger.set_index("claim_id")
    assert by_claim["standing"].to_dict() == {
        "c1": "third party", "c2": "none", "c3": "contradicted", "c4": "expired", "c5": "too narrow", "c6": "none", "c7": "none", "c8": "none",
    }  # fmt: skip
    assert by_claim.loc[["c1", "c3", "c4"], "verdict"].tolist() == ["no finding", "to reword", "to prove"]
    assert by_claim.loc["c2", "verdict"] == "to withdraw" and by_claim.loc["c2", "is_banned"]
    weight = 5000 + 2000 + 1000 + 1500 + 500 + 10
    assert page.aligned.value == pytest.approx((5000 - 1000) / weight)
    assert [row.claim_id for row in page.lost.itertuples()] == ["c4"]
    assert page.live["claim_id"].iloc[0] == "c2" and len(page.at_risk) == 6
    assert page.next["claim_id"].tolist() == ["c1"] and page.next["days"].tolist() == [92]


def test_a_live_claim_that_has_lost_its_proof_fails_and_a_renewed_one_passes():
    page = small()
    assert shown_checks(page)["lost_proof"].status == "fail" and "c4" in shown_checks(page)["lost_proof"].text
    fine = page_of(register({}), documents({"claim_id": "c1"}))
    assert shown_checks(fine)["lost_proof"].status == "pass"
    gone = page_of(
        register({"withdrawn_on": "2026-09-01"}), documents({"claim_id": "c1", "valid_until": "2026-08-01"})
    )
    assert shown_checks(gone)["lost_proof"].status == "pass"


def test_every_gap_of_the_register_is_named_with_a_remedy():
    found = shown_checks(small())
    named = {
        "owner": "c5",
        "exposure": "c6",
        "topic": "c5",
        "proof_dates": "p5",
        "proof_claims": "p6",
        "language": "c7",
        "codes": "X9",
    }
    for name, code in named.items():
        assert found[name].status == "review" and code in found[name].text and found[name].remedy
    assert "German" in found["language"].text and found["law"].status == "review"


def test_a_register_of_which_nothing_is_in_public_clears_nothing():
    page = page_of(
        register({"withdrawn_on": "2026-02-01"}),
        topics=judged(("circularity", 4, 1)),
        surveys=answers(expect_circularity=0.8, believe_circularity=0.5),
    )
    assert claims_telling.answer(page, HERE).startswith("No claim is in public on September 30, 2026")
    assert (
        claims_telling.finding(page, HERE) == "No claim is in public"
        and claims_decisions.decisions(page, HERE) == []
    )


def test_one_claim_alone_is_compared_with_no_index_without_it():
    page = page_of(register({}), documents({"claim_id": "c1"}))
    assert "without it" not in claims_telling.index_said(page, HERE) and "heaviest" not in shown_checks(page)


def test_proofs_of_other_markets_are_no_orphans_of_one():
    alone = Scope(SHOP, parse("2026-Q3"), "CH", "en")
    page = page_of(register({"market": "CH"}), documents({"claim_id": "c1"}, {"claim_id": "c9"}), scope=alone)
    assert shown_checks(page, alone)[
        "proof_claims"
    ].status == "pass" and "1 proofs" in claims_telling.data_said(page, alone)


def test_a_claim_taken_back_before_it_was_out_is_named():
    found = shown_checks(page_of(register({}, {"withdrawn_on": "2026-01-01"})))["withdrawn"]
    assert found.status == "review" and "c2" in found.text


def test_what_the_screen_cannot_read_is_said_beside_what_it_finds():
    said = register({"wording": "Unsere Karaffe ist klimaneutral.", "language": "de"})
    assert "1 live claim is in a language that it does not read." in claims_telling.law_said(
        page_of(said), HERE
    )


def test_a_claim_without_words_is_named_and_stops_nothing():
    page = page_of(register({"wording": "  "}, {}), documents({"claim_id": "c2"}))
    assert shown_checks(page)["text"].status == "review" and "c1" in shown_checks(page)["text"].text


def test_a_register_that_nobody_reviewed_is_said():
    page = page_of(register({"reviewer": None}), documents({"claim_id": "c1"}))
    assert shown_checks(page)["reviewed"].status == "review"


def test_the_law_of_an_earlier_day_judges_an_earlier_report():
    words = {"wording": "Notre carafe : un geste bon pour la planète, une carafe écologique.", "market": "BE"}
    now, then = (
        page_of(register(words)),
        page_of(register(words), scope=Scope(SHOP, parse("2026-Q2"), "ALL", "en")),
    )
    assert now.ledger["is_banned"].item() and not then.ledger["is_banned"].item()
    assert "though nobody touched it: c1" in claims_telling.law_said(now, HERE)


def test_a_claim_in_another_language_has_no_finding_and_is_counted_as_unread():
    page = small()
    assert page.law.silent == ("c7",) and "c7" not in set(page.law.live["claim_id"])


def test_drafts_are_screened_before_they_cost_anything():
    assert "c8" in claims_telling.drafts_said(small(), HERE)


def test_a_draft_is_read_by_the_law_of_the_day_on_which_it_goes_out():
    words = {
        "wording": "Notre carafe : un geste bon pour la planète, une carafe écologique.",
        "market": "BE",
        "status": "draft",
    }
    summer = Scope(SHOP, parse("2026-Q2"), "ALL", "en")
    early, late = (
        page_of(register({}, {**words, "published_on": day}), scope=summer)
        for day in ("2026-07-10", "2026-09-28")
    )
    assert "generic" not in set(early.law.drafts["rule"]) and "generic" in set(late.law.drafts["rule"])


def test_what_was_published_after_the_period_is_not_known_yet_and_a_draft_is_not_live():
    page = page_of(
        register({}, {"published_on": "2026-10-05"}, {"published_on": "2026-10-12", "status": "draft"})
    )
    assert page.ledger["claim_id"].tolist() == ["c1", "c3"] and page.live["claim_id"].tolist() == ["c1"]
    assert "No draft" in claims_telling.drafts_said(page_of(register({})), HERE)


def test_countries_whose_own_text_of_the_directive_was_not_seen_are_named():
    found = shown_checks(page_of(register({}, {"market": "CH"})))["national_law"]
    assert found.status == "review" and found.text.endswith("not seen: FR.")
    before = page_of(register({}), scope=Scope(SHOP, parse("2026-Q2"), "ALL", "en"))
    assert "national_law" not in shown_checks(before)


def test_a_claim_that_nobody_reviewed_is_named():
    found = shown_checks(page_of(register({}, {"reviewer": None})))["reviewed"]
    assert found.status == "review" and "1 of 2" in found.text and "c2" in found.text


def test_the_lower_bound_of_the_answer_is_that_of_the_figure():
    page = page_of(register({}, {"exposure": None}), documents({"claim_id": "c1"}))
    row = next(one for one in claims_figures.kpis(page, HERE) if one.id == "alignment_index_low")
    assert row.value == pytest.approx(0.5)  # c2 may be shown as often as c1, and has no proof
    assert "is 1.00 (lower bound 0.50)" in claims_telling.answer(page, HERE)
    assert claims_tables.drawn(page, HERE)["index"].iloc[0] == "1.00 (at least 0.50)"


@pytest.mark.parametrize(
    ("words", "status"),
    [("38 % de plastique recyclé.", "value differs"), ("31 % de plastique recyclé.", "agrees"), ("Plus de 30 % de plastique recyclé.", "agrees"), ("31 kg de plastique recyclé.", "unit differs"), ("Du plastique recyclé.", "no number")],
)  # fmt: skip
def test_numbers_in_words_are_held_against_the_audited_table(words, status):
    metrics = indicators(("2025-12-31", "recycled", "machine", 0.31, "share", "E5-4", True))
    page = page_of(register({"wording": words, "metric": "recycled"}), documents({"claim_id": "c1"}), metrics)
    assert page.numbers["status"].item() == status
    assert (page.ledger["standing"].item() == "contradicted") is (status in ("value differs", "unit differs"))


@pytest.mark.parametrize(
    ("written", "value", "unit", "place"),
    [
        ("38 %", 38, "%", 1), ("40 %", 40, "%", 1), ("0,4 kg", 0.4, "kg", 0.1), ("0,125 kg", 0.125, "kg", 0.001), ("1 200 kg", 1200, "kg", 100),
        ("1,200 kg", 1200, "kg", 100), ("41 t", 41, "t", 1), ("1.25 l", 1.25, "l", 0.01), ("3 millions", 3e6, "", 1e6), ("120 m2", 120, "m2", 10),
        ("la moitié", 50, "%", 2.5),
    ],
)  # fmt: skip
def test_a_number_is_as_sure_as_its_last_digit(written, value, unit, place):
    assert claims_numbers.place_of(written, value, unit) == pytest.approx(place)


@pytest.mark.parametrize(("before", "bound"), [("plus de ", "at least"), ("Moins de ", "at most"), ("jusqu’à ", "at most"), ("environ ", "about"), ("nearly ", "about"), ("", "exact")])  # fmt: skip
def test_the_words_before_a_number_make_its_bound(before, bound):
    assert claims_numbers.bound_of(before) == bound


def test_topics_are_weighed_by_their_rule():
    rows = {one.topic: one for one in small().topics}
    assert rows["fair work"].speech == ("stay silent", "legitimacy")
    assert rows["climate"].speech == ("prepare the proof", "proof")
    assert rows["circularity"].speech == ("prepare the proof", "contradicted")  # a figure contradicts c3
    assert rows["origin"].speech is None and math.isnan(rows["origin"].expected.value)


def test_a_proved_topic_that_people_expect_may_be_spoken_of():
    page = page_of(
        register({}),
        documents({"claim_id": "c1"}),
        None,
        judged(("circularity", 4, 1)),
        answers(expect_circularity=0.7, believe_circularity=0.5),
    )
    assert page.topics[0].speech == ("speak", "all") and page.topics[0].reading == "proved and not believed"


def test_without_survey_topics_and_indicators_the_page_says_what_it_cannot_tell():
    page = page_of(register({}), documents({"claim_id": "c1"}))
    rows = {one.id: one for one in claims_figures.kpis(page, HERE)}
    assert rows["say_do_gap"].value is None and "need n = 30" in rows["say_do_gap"].reason
    assert rows["audited_indicator_share"].value is None and rows["days_to_next_expiry"].value is None
    assert (
        "Nobody was asked" in claims_telling.gap_said(page, HERE)
        and shown_checks(page)["topics"].status == "review"
    )


def test_twenty_answers_tell_no_share():
    asked = answers(n=20, expect_circularity=0.7, believe_circularity=0.5)
    page = page_of(register({}), documents({"claim_id": "c1"}), None, judged(("circularity", 4, 1)), asked)
    assert math.isnan(page.topics[0].expected.value) and page.topics[0].speech == (
        "speak with proof first",
        "expectation",
    )


def test_one_row_for_each_declared_figure_with_two_headlines():
    rows = claims_figures.kpis(small(), HERE)
    assert [one.id for one in rows] == [one.id for one in definitions.KPIS]
    assert {one.id for one in rows} <= set(KPIS)
    assert sum(one.headline for one in rows) == 2
    by_id = {one.id: one for one in rows}
    assert by_id["claims_at_risk"].value == 6 and by_id["claims_contradicted"].value == 1
    assert (
        by_id["claims_reviewed_share"].low < 1
        and by_id["alignment_index_low"].value <= by_id["alignment_index"].value
    )
    assert by_id["audited_indicator_share"].value == 0.5


def test_decisions_are_five_at_most_and_name_owner_day_and_what_is_at_stake():
    found = claims_decisions.decisions(small(), HERE)
    assert [one.id for one in found] == [
        "withdraw_claims",
        "prove_claims",
        "reword_claims",
        "prepare_climate",
        "renew_next",
    ]
    first, prove = found[0], found[1]
    assert (first.verb, first.amount, first.owner) == (
        "Withdraw",
        "2,000 times shown, €100",
        "product manager",
    )
    assert first.due == "2026-10-14" and all(one.reverse_if and one.owner for one in found)
    assert "sustainability lead" in prove.owner  # nobody else answers for c5
    assert found[-1].due == "2026-12-31"


def test_the_effect_of_a_decision_is_the_unproved_exposure_that_it_takes_away():
    """Shown 10,010 times, 5,010 of them without proof: c2 2,000, c3 1,000 against the figures, c4 1,500, c5 500, c7 10."""
    found = {one.id: one.effect for one in claims_decisions.decisions(small(), HERE)}
    now = 5010 / 10010
    assert found["withdraw_claims"] == pytest.approx((5010 - 2000) / (10010 - 2000) - now)
    assert found["prove_claims"] == pytest.approx((5010 - 1500 - 500 - 10) / 10010 - now)
    assert found["reword_claims"] == pytest.approx(
        (5010 - 1000) / 10010 - now
    )  # its proof holds once the figure is right
    assert found["prepare_climate"] == pytest.approx(-2000 / 10010)
    assert found["renew_next"] == pytest.approx(-5000 / 10010)


def test_new_words_prove_nothing_by_themselves():
    words = "Notre carafe : un geste bon pour la planète, une carafe écologique."
    [only] = claims_decisions.decisions(page_of(register({"wording": words, "market": "BE"})), HERE)
    assert only.effect is None and "needs a proof all the same" in only.sentence


def test_a_register_of_unknown_exposure_has_no_effect_to_tell():
    found = claims_decisions.decisions(page_of(register({"exposure": None})), HERE)
    assert [one.effect for one in found] == [None] and "not known" in found[0].sentence


def test_the_files_hold_every_claim_and_indicator_with_raw_numbers():
    page = small()
    assert len(claims_tables.ledger_file(page, HERE)) == 8 and len(claims_report.file(page, HERE)) == 2
    assert (
        len(claims_tables.findings_file(page, HERE)) == len(page.law.live) + len(page.law.drafts)
        and len(claims_tables.numbers_file(page, HERE)) == 1
    )
    assert claims_tables.calendar_file(page, HERE)["claim"].tolist() == ["c1"]
    assert claims_report.indicators(page, HERE).index.tolist() == [
        "training"
    ]  # the table shows what nobody audited
    assert claims_report.file(page, HERE)["status of the code"].unique().tolist() == ["to confirm"]
    assert all(table.shape[1] <= 5 for table in tables_of(page, HERE))


def tables_of(page, scope):
    return [
        claims_tables.ledger(page, scope), claims_tables.exposure(page, scope), claims_tables.findings(page, scope),
        claims_tables.rules(page, scope), claims_tables.numbers(page, scope), claims_tables.sheet(page, scope), claims_tables.needs(page, scope),
        claims_tables.gaps(page, scope), claims_tables.calendar(page, scope), claims_report.indicators(page, scope), claims_nearest.table(page, scope),
    ]  # fmt: skip


def told(page, scope):
    tell, lang = claims_telling, scope.language
    rows = claims_figures.kpis(page, scope)
    parts = [
        tell.data_said(page, scope), tell.finding(page, scope), tell.subtitle(page, scope), tell.index_said(page, scope), tell.ledger_caption(scope),
        tell.law_said(page, scope), tell.drafts_said(page, scope), claims_numbers_telling.numbers_said(page, scope), tell.rule_said(scope), tell.gap_said(page, scope),
        tell.calendar_said(page, scope), tell.naive(page, scope), tell.answer(page, scope), claims_report.said(page, scope), claims_report.caption(scope),
        claims_nearest.said(page, scope), tell.sanctions_said(page, scope), tell.findings_caption(scope), tell.calendar_caption(scope), claims_numbers_telling.caption(scope), *(one.sentence for one in rows), *(one.text + one.remedy for one in claims_checks.checks(page, scope)),
        *(one.sentence for one in claims_decisions.decisions(page, scope)), *claims_tables.part_names(lang).values(),
    ]  # fmt: skip
    return parts + [str(table.to_dict()) for table in [*tables_of(page, scope), claims_tables.drawn(page, scope), claims_tables.ledger_file(page, scope), claims_tables.findings_file(page, scope), claims_tables.numbers_file(page, scope), claims_tables.calendar_file(page, scope), claims_report.file(page, scope)]]  # fmt: skip


WORLDS = {
    "small": small,
    "fine": lambda: page_of(register({}), documents({"claim_id": "c1"})),
    "unseen": lambda: page_of(register({"exposure": None})),
    "withdrawn": lambda: page_of(register({"withdrawn_on": "2026-02-01"})),
}


@pytest.mark.parametrize("world", WORLDS)
def test_every_world_is_said_in_french_without_english_left(world):
    page = WORLDS[world]()
    before = len(i18n.untranslated("fr"))
    assert all(told(page, FR)) and all(told(page, HERE))
    assert i18n.untranslated("fr")[before:] == []


def test_without_a_claim_there_is_nothing_to_report():
    with pytest.raises(NothingToReportError, match="Keep a register"):
        page_of(register({}).iloc[:0])


def test_parameters_that_say_nothing_are_refused():
    with pytest.raises(DataError, match="covers is 95"):
        page_of(register({}), covers=95)
    with pytest.raises(DataError, match="days_to_act is 0"):
        page_of(register({}), days_to_act=0)
    with pytest.raises(DataError, match="exposure -5"):
        page_of(register({"exposure": -5}))


def test_a_claim_whose_language_nobody_gave_is_read_by_its_words():
    words = "Notre carafe est bonne pour la planète : c’est une carafe écologique, pour vous et pour nous."
    page = page_of(register({"language": None, "wording": words}, {"language": None, "wording": "Zzz xx"}))
    assert page.ledger["language"].iloc[0] == "fr" and page.law.silent == ("c2",)
