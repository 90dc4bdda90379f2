"""`cmo forget` and `cmo purge`: what they say, and that they never say an address."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

people = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("people.py"))))
ADDRESS, ADA = people.ADDRESS, people.ADA


@pytest.fixture
def cmo(shop, capsys):
    from helpers import cli

    def run(*words: str) -> tuple[int, list[str], str]:
        code = cli._main([*words, "--company", "acme"])
        said = capsys.readouterr()
        return code, said.out.splitlines(), said.err

    return run


def test_forget_says_what_went_and_where_the_person_may_still_stand(shop, cmo):
    shop.report("r1", tables=["orders"], until="2026-09-30", shown="2026-09/ALL/en")
    code, said, err = cmo("forget", ADDRESS)
    assert (code, err) == (0, "")
    assert "orders                        2 rows removed" in said
    assert "customers                     1 rows removed,          1 cells of other rows emptied" in said
    assert "7 rows removed from what the imports had kept" in said
    assert "may still hold the person: raw/shop.csv" in said
    assert "may still hold the person: reports/acme/2026-09/ALL/en" in said
    assert said[-1] == f"{ADA[:8]}: 3 pseudonyms added to suppressed.csv, which every import obeys"
    assert not any("@" in line for line in said)


def test_a_dry_run_says_what_would_be(shop, cmo):
    before = shop.bytes()
    code, said, _ = cmo("forget", ADDRESS, "--dry-run")
    assert code == 0
    assert "orders                        2 rows would be removed" in said
    assert said[-1].endswith("3 pseudonyms would be added to suppressed.csv, which every import obeys")
    assert shop.bytes() == before


def test_of_who_is_nowhere_it_is_said(cmo):
    code, said, _ = cmo("forget", "nadja@example.org")
    assert code == 0
    assert said[0].startswith("no table holds ")
    assert "1 pseudonyms added" in said[-1]
    assert not any("nadja" in line for line in said)


def test_a_dash_asks_for_the_person_so_that_no_address_is_in_the_history(shop, cmo, monkeypatch):
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: ADDRESS)
    code, said, _ = cmo("forget", "-")
    assert code == 0
    assert said[-1].startswith(ADA[:8])


def test_what_names_nobody_is_exit_code_2(cmo):
    code, said, err = cmo("forget", "ada")
    assert (code, said) == (2, [])
    assert err.startswith("cmo: PERSON is neither an e-mail address")


def test_purge_says_the_rows_a_table(shop, cmo):
    code, said, err = cmo("purge")
    assert (code, said, err) == (0, ["nothing in the tables is older than it may be kept on 2026-09-30"], "")
    (shop.folder / "company.toml").write_text(people.TOML + "[retention_months]\norders = 6\n")
    code, said, _ = cmo("purge", "--dry-run")
    assert "orders                        1 rows would be removed" in said
    assert "has days older than is kept: raw/shop.csv" in said
    code, said, _ = cmo("purge", "--on", "2026-09-01")
    assert said[0].startswith("nothing in the tables is older")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["purge", "--on", "30/09/2026"], 2, '--on: "30/09/2026" is not a day. Write it as 2026-09-30.'),
        (["purge", "--on", "2099-01-01"], 2, "is a day in the future"),
    ],
)
def test_a_wrong_day_is_one_sentence(cmo, words, code, says):
    got, _, err = cmo(*words)
    assert got == code
    assert says in err
    assert len(err.strip().splitlines()) == 1
