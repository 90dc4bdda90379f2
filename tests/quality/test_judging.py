"""What fails, what needs review and what passes, with its words and its remedy, the most important first."""

import dataclasses
import runpy
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from helpers import i18n, quality
from helpers.quality import gaps, imports, ledger, naming, sources

made = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("made.py"))))


@pytest.fixture(scope="module")
def facts(tmp_path_factory) -> quality.Facts:
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("judged")
        patch.setenv("CMO_HOME", str(root))
        patch.delenv("CMO_COMPANIES", raising=False)
        return quality.gather(made.make(root), columns={"media_spend": {"channel"}})


def judged(facts: quality.Facts, language: str = "en", **changed) -> dict[str, quality.judging.Check]:
    return {one.id: one for one in quality.judge(dataclasses.replace(facts, **changed), language)}


def of(facts: quality.Facts, *rows: dict) -> dict:
    """What follows from another ledger."""
    noted = ledger.of_imports(pd.DataFrame(list(rows)))
    return {
        "imports": noted,
        "sources": sources.sources(noted, facts.spans, newest=facts.newest),
        "controls": imports.controls(noted),
        "replaced": imports.replaced(noted),
        "came_twice": imports.came_twice(noted),
        "gaps": gaps.gaps(facts.days, noted),
    }


def test_the_worst_comes_first_and_then_the_most_important(facts):
    found = quality.judge(facts)
    assert [(one.id, one.status) for one in found] == [
        ("controls", "fail"), ("unmapped", "review"), ("vat", "review"), ("gaps", "review"), ("freshness", "review"),
        ("replaced", "review"), ("clicks", "review"), ("verified", "review"), ("contracts", "pass"), ("keys", "pass"),
        ("books", "pass"),
    ]  # fmt: skip
    assert all(one.remedy for one in found if one.status != "pass")


def test_a_total_that_differs_fails_and_says_by_how_much(facts):
    one = judged(facts)["controls"]
    assert one.text == (
        "1 of 2 stated totals differs from the rows kept: meta_ads, account 2 (media_spend), −€20.00 of €1,500.00."
    )
    assert one.remedy.startswith("Export the file again.")


def test_totals_that_agree_pass_and_no_total_is_no_check(facts):
    met = made.entry("i1", "media_spend", measure="spend", control_stated=3000.0, control_found=3000.0)
    assert judged(facts, **of(facts, met))["controls"].status == "pass"
    assert "controls" not in judged(facts, **of(facts, made.entry("i1", "media_spend")))


@pytest.mark.parametrize(
    ("lost", "status"), [(0.0, "pass"), (5.0, "pass"), (5.1, "review"), (20.0, "review"), (20.1, "fail")]
)
def test_spend_without_a_channel_is_reviewed_over_a_twentieth_and_fails_over_a_fifth(facts, lost, status):
    rows = [("EUR", "meta", "a", True, 100.0 - lost), ("EUR", "meta", "b", False, lost)]
    campaigns = pd.DataFrame(rows, columns=["currency", "platform", "campaign", "is_mapped", "spend"])
    assert judged(facts, campaigns=campaigns)["unmapped"].status == status


@pytest.mark.parametrize(("books", "status"), [(100.0, "pass"), (104.9, "pass"), (106.0, "review")])
def test_spend_and_accounts_that_differ_by_over_a_twentieth_are_reviewed(facts, books, status):
    row = {
        "platform": ["meta"],
        "currency": "EUR",
        "spend": 100.0,
        "books": books,
        "difference": 100.0 - books,
    }
    assert judged(facts, books=pd.DataFrame(row))["books"].status == status


def test_money_of_which_nobody_says_whether_vat_is_in_it_is_reviewed(facts):
    one = judged(facts)["vat"]
    assert (
        one.text
        == "1 of 4 sources of money does not say whether VAT is in it: meta_ads, account 2 (media_spend)."
    )
    assert 'vat = "excl" or "incl"' in one.remedy
    assert judged(facts, **of(facts, made.entry("i1", "media_spend")))["vat"].status == "pass"


def test_days_without_rows_are_reviewed_and_habits_are_not(facts):
    one = judged(facts)["gaps"]
    assert one.text.replace(i18n.NBSP, " ") == (
        "4 days lack rows; the longest stretch: meta, account 2 (media_spend), September 29, 2026 to September 30, 2026."
    )
    assert judged(facts, gaps=facts.gaps.assign(is_usual=True))["gaps"].status == "pass"
    assert "gaps" not in judged(facts, days=facts.days.iloc[:0])


def test_a_source_that_ends_long_before_the_others_is_reviewed(facts):
    one = judged(facts)["freshness"]
    assert (
        "1 source ends more than 35 days before the newest day, September 30, 2026: linkedin_ads" in one.text
    )
    assert one.remedy == "Fetch these exports up to September 30, 2026."
    assert judged(facts, **of(facts, made.entry("i1", "media_spend")))["freshness"].status == "pass"


def test_a_replaced_import_is_reviewed_with_what_its_total_moved_by(facts):
    assert judged(facts)["replaced"].text == (
        "1 import has been replaced by a later one. The total that moved most over the same days: google_ads_campaigns, "
        "account 1 (media_spend), +€50.00."
    )
    assert judged(facts, **of(facts, made.entry("i1", "media_spend")))["replaced"].status == "pass"


def test_clicks_above_impressions_name_their_platform(facts):
    assert judged(facts)["clicks"].text == "1 row of media has more clicks than impressions: meta."


def test_maps_that_nobody_proved_are_named_once_each(facts):
    assert judged(facts)["verified"].text == (
        "3 of 5 maps have not been proved on a file of a real account: google_ads_campaigns, linkedin_ads and meta_ads."
    )


def test_the_same_file_twice_is_reviewed(facts):
    twice = [made.entry(name, "media_spend", sha256="a" * 64) for name in ("i1", "i2")]
    assert (
        judged(facts, **of(facts, *twice))["copies"].text
        == "1 file came in under several names: google_ads_campaigns."
    )
    assert "copies" not in judged(facts)


def test_a_key_that_comes_twice_and_a_broken_table_fail(facts):
    twice = facts.keys_twice.assign(n_twice=[2, *[0] * (len(facts.keys_twice) - 1)])
    found = judged(facts, keys_twice=twice, faults={"stores": "stores: …"})
    assert found["keys"].status == found["contracts"].status == "fail"
    assert found["contracts"].text == "1 table breaks its contract and is left out here: stores."


def test_a_long_list_of_names_is_cut(facts):
    rows = [made.entry(f"i{at}", "media_spend", export=f"map_{at}") for at in range(5)]
    assert judged(facts, **of(facts, *rows))["verified"].text.endswith("map_0, map_1, map_2 and 2 more.")


def test_every_check_can_be_said_in_french(facts):
    for one in quality.judge(facts, "fr"):
        assert not {"the", "of", "is"} & set(one.text.split()), one.text
    assert judged(facts, "fr")["controls"].text == (
        "1\u00a0total indiqué sur 2 diffère des lignes retenues\u00a0: meta_ads, compte 2 (media_spend), −20,00\u00a0€ sur "
        "1\u202f500,00\u00a0€."
    )


def test_the_answer_is_one_sentence_that_counts(facts):
    said = quality.answer(facts, quality.judge(facts)).replace(i18n.NBSP, " ")
    assert said == (
        "5 systems and 5 files, July 1, 2026 to September 30, 2026: 1 check fails, 7 need review and 3 pass."
    )
    french = quality.answer(facts, quality.judge(facts, "fr"), "fr").replace(i18n.NBSP, " ")
    assert french == (
        "5 systèmes et 5 fichiers, du 1er juillet 2026 au 30 septembre 2026 : 1 contrôle en échec, 7 à vérifier et 3 validés."
    )


def test_without_a_ledger_the_answer_counts_tables(facts):
    own = sources.sources(ledger.empty(), facts.spans, newest=facts.newest)
    bare = dataclasses.replace(facts, shape="none", imports=ledger.empty(), sources=own)
    assert quality.answer(bare, []).startswith("7 tables, July")
    nothing = dataclasses.replace(bare, spans=facts.spans.iloc[:0])
    assert quality.answer(nothing, []) == "There are no tables yet, so nothing can be said of the data."


def test_a_control_total_of_a_count_is_no_amount():
    row = {"table": "media_spend", "measure": "impressions", "currency": "EUR"}
    assert naming.money(row, 1200.0, "en") == "1,200"
    assert naming.money({**row, "measure": "spend"}, 1200.0, "en") == "€1,200.00"
    assert naming.money({**row, "measure": "spend"}, -0.5, "en", signed=True) == "−€0.50"
    assert naming.money({"currency": "EUR"}, 0.03, "en", signed=True, decimals=0) == "€0"


def test_the_newest_day_is_that_of_the_data(facts):
    assert (facts.first, facts.newest) == (date(2026, 7, 1), date(2026, 9, 30))
