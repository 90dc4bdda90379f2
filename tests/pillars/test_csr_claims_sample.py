"""The page on claims on the sample: every planted gap and no other, bad input on copies, and the gate from end to end."""

import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from helpers import tables
from helpers.company import Scope
from helpers.errors import DataError
from helpers.pillars.csr import claims, claims_checks, claims_figures, claims_read
from helpers.tables import check

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"
NAME = "csr/01-claims-and-proof"


@pytest.fixture(scope="module")
def here() -> Scope:
    return tables.scope("sample", "2026-Q3", "ALL", "en", grain="quarter")


def frames(here: Scope) -> dict[str, pd.DataFrame]:
    names = ("csr_claims", "csr_proofs", "csr_metrics", "csr_topics", "population_margins")
    return {name: tables.load(name, here, ahead=92 if name == "csr_claims" else 0).df() for name in names}


def page_of(here: Scope, **changed: pd.DataFrame) -> claims.Page:
    known = frames(here) | changed
    surveys = tables.load("surveys", here)
    read = claims_read.read(
        known["csr_claims"], known["csr_proofs"], known["csr_metrics"], known["csr_topics"], surveys, known["population_margins"], here
    )  # fmt: skip
    return claims.page(read, here)


@pytest.fixture(scope="module")
def page(here):
    return page_of(here)


@pytest.fixture(scope="module")
def truth() -> dict:
    return json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def planted(truth) -> dict:
    return truth["parameters"]["csr_claims"]


def test_every_planted_standing_is_found_and_no_other(page, planted):
    found = {name: sorted(own["claim_id"]) for name, own in page.live.groupby("standing")}
    assert found == planted["PLANTED"]["standing"]


def test_every_planted_wrong_number_is_found_with_its_fault_and_no_other(page, planted):
    names = {"value differs": "value", "unit differs": "unit", "year differs": "year"}
    wrong = page.numbers[page.numbers["status"].isin(names)]
    assert {names[name]: own["claim_id"].tolist() for name, own in wrong.groupby("status")} == planted[
        "PLANTED"
    ]["gap"]
    assert set(page.numbers["status"]) <= {"agrees", *names}


def test_every_rule_that_was_broken_on_purpose_is_found_on_its_claim(page, planted):
    found = set(zip(page.law.live["rule"], page.law.live["claim_id"], strict=True))
    broken = {(rule, code) for rule, codes in planted["PLANTED"]["breaks"].items() for code in codes}
    assert broken <= found
    lawful = set(page.live["claim_id"]) - {code for _, code in broken}
    banned = page.law.live.loc[page.law.live["status"] == "banned", "claim_id"]
    assert not lawful & set(banned)  # no claim that was meant to be lawful is called banned


def test_the_draft_that_breaks_the_law_of_the_next_quarter_is_found_before_it_goes_out(page):
    assert {"future", "neutral_ads"} <= set(
        page.law.drafts.loc[page.law.drafts["claim_id"] == "cl41", "rule"]
    )
    assert not {"cl41", "cl42"} & set(page.live["claim_id"]) and page.orphans.empty


def test_claims_that_nothing_can_be_told_of_are_named(page, here, planted):
    found = {one.id: one for one in claims_checks.checks(page, here)}
    assert list(page.law.silent) == planted["UNREADABLE"]
    assert all(code in found["exposure"].text for code in planted["WITHOUT_EXPOSURE"])
    lost = planted["PLANTED"]["standing"]["expired"]
    assert found["lost_proof"].status == "fail" and all(code in found["lost_proof"].text for code in lost)


def test_the_next_proof_to_end_is_the_planted_one(page, here, planted):
    code, day = planted["NEXT_EXPIRY"]
    assert (page.next.iloc[0]["proof_id"], str(page.next.iloc[0]["holds_until"].date())) == (code, day)
    rows = {one.id: one for one in claims_figures.kpis(page, here)}
    assert rows["days_to_next_expiry"].value == 41


def test_what_people_expect_and_believe_lies_in_its_interval(page, truth):
    known = {(one["name"], one["segment"]): one["value"] for one in truth["estimands"] if one["name"] in ("csr_expected", "csr_believed") and one["period"] == "2026-Q3"}  # fmt: skip
    inside = []
    for row in page.topics:
        for name, found in (("csr_expected", row.expected), ("csr_believed", row.believed)):
            inside.append(found.low <= known[name, row.topic] <= found.high)
    assert len(inside) == 16 and sum(inside) >= 12  # of 16 at 90 %, fewer than 12 come up once in 200 samples


def test_words_that_were_lawful_when_published_are_found_since_the_day_of_the_rule(page, here, planted):
    then = tables.scope("sample", "2026-Q2", "ALL", "en", grain="quarter")
    before = page_of(then)
    late = set(planted["LEGAL_WHEN_PUBLISHED"])
    by_directive = page.law.changed.loc[page.law.changed["status"] == "banned", "claim_id"]
    assert len(late & set(by_directive)) >= len(late) - 1
    assert not set(before.law.live.loc[before.law.live["valid_from"] > then.period.end, "claim_id"])


def test_a_proof_that_ends_before_it_begins_counts_for_nothing_and_is_named(here):
    known = frames(here)["csr_proofs"]
    known.loc[known["proof_id"] == "pr01", "valid_until"] = pd.Timestamp("2025-01-01")
    page = page_of(here, csr_proofs=known)
    found = {one.id: one for one in claims_checks.checks(page, here)}
    assert (
        page.ledger.set_index("claim_id").at["cl01", "standing"] == "none"
        and "pr01" in found["proof_dates"].text
    )


def test_a_claim_without_words_is_refused_by_its_contract_or_named(here):
    known = frames(here)["csr_claims"]
    with pytest.raises(DataError, match="wording"):
        check(known.assign(wording=known["wording"].where(known.index > 0)), "csr_claims")
    page = page_of(here, csr_claims=known.assign(wording=known["wording"].where(known.index > 0, " ")))
    assert next(one for one in claims_checks.checks(page, here) if one.id == "text").status == "review"


def test_a_market_whose_law_nobody_wrote_down_is_named_and_not_judged(here):
    known = frames(here)["csr_claims"]
    known.loc[known["claim_id"] == "cl29", "market"] = "PT"
    page = page_of(here, csr_claims=known)
    found = {one.id: one for one in claims_checks.checks(page, here)}
    assert (
        page.law.lawless == ("PT",)
        and "PT" in found["markets"].text
        and "cl29" not in set(page.law.live["claim_id"])
    )


def run(home: Path) -> subprocess.CompletedProcess:
    words = [
        sys.executable,
        "-m",
        "helpers.cli",
        "run",
        "--company",
        "house",
        "--notebook",
        NAME,
        "--jobs",
        "1",
        "--gate",
        "fail",
    ]
    environment = {
        **os.environ,
        "CMO_HOME": str(home),
        "CMO_COMPANIES": str(home / "data" / "companies"),
        "PYTHONPATH": str(ROOT / "src"),
    }
    return subprocess.run(words, capture_output=True, text=True, check=False, cwd=home, env=environment)


def test_the_gate_holds_a_report_back_while_a_live_claim_has_lost_its_proof(tmp_path, planted):
    """The whole way: a kernel, the page, the check, exit code 5; and 0 once the claims are taken back."""
    notebook = tmp_path / "notebooks" / f"{NAME}.ipynb"
    notebook.parent.mkdir(parents=True)
    shutil.copy(ROOT / "notebooks" / f"{NAME}.ipynb", notebook)
    company = tmp_path / "data" / "companies" / "house"
    (company / "tidy").mkdir(parents=True)
    shutil.copy(SAMPLE / "company.toml", company / "company.toml")
    for name in (
        "csr_claims",
        "csr_proofs",
        "csr_metrics",
        "csr_topics",
        "population_margins",
        "surveys",
        "fx_rates",
    ):
        shutil.copytree(SAMPLE / "tidy" / name, company / "tidy" / name)
    held = run(tmp_path)
    assert held.returncode == 5, held.stderr[-2000:]
    assert "have lost their proof: cl19" in held.stdout + held.stderr
    [path] = (company / "tidy" / "csr_claims").glob("*.parquet")
    said = pd.read_parquet(path)
    lost = said["claim_id"].isin(planted["PLANTED"]["standing"]["expired"])
    said.loc[lost, "withdrawn_on"] = date(2026, 9, 15)
    said.to_parquet(path, index=False)
    made = run(tmp_path)
    assert made.returncode == 0, made.stdout[-2000:] + made.stderr[-2000:]
