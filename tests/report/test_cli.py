"""The command says in one sentence what is wrong, and its exit code says how it went."""

import os
import shutil
import subprocess
import sys

import nbformat
import pytest
from click.testing import CliRunner

from helpers import cli, company
from helpers.report import lock, pins
from helpers.report.doctor import examine, newer_than_tidy


@pytest.mark.parametrize("command", sorted(cli.cli.commands))
def test_every_command_explains_itself_with_an_example(command):
    result = CliRunner().invoke(cli.cli, [command, "--help"])
    assert result.exit_code == 0
    assert "Example" in result.output
    assert f"cmo {command}" in result.output


def test_a_run_from_the_command_line_says_a_line_a_notebook_and_where_the_report_is(project):
    project.notebook("crm/01-a", "import sys; print('noise', file=sys.stderr)")
    command = [sys.executable, "-m", "helpers.cli", "run", "--company", "acme"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=project.root)
    assert (done.returncode, done.stderr) == (0, "")
    first, second = done.stdout.splitlines()
    assert first.startswith("crm/01-a  done  ")
    assert second == "report: reports/acme/2017-12/ALL/en/index.html"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["run", "--company", "acm"], 2, "Did you mean acme?"),
        (["run", "--company", "acme", "--notebook", "crm/01-z"], 2, 'did you mean "crm/01-a"?'),
        (["run", "--company", "acme", "--period", "last year"], 2, "last year"),
        (["run", "--company", "acme", "--period", "2017-11", "--periods", "2017-01..2017-02"], 2, "not both"),
        (["run", "--company", "acme", "--market", "DE"], 2, "DE"),
        (["run", "--company", "acme", "--language", "tlh"], 2, "Use one of en"),
        (["run", "--company", "acme", "-p", "horizon"], 2, "NAME=VALUE"),
        (["run", "--company", "acme", "-p", "horizon=3"], 2, 'no parameter "horizon"'),
        (["run", "--company", "acme", "--period", "2019-03"], 3, "2019-03 has none"),
        (["run", "--jobs", "many"], 2, "many"),
        (["rnu"], 2, "rnu"),
        (["ingest", "--company", "acme"], 3, "acme/raw: there is no file"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_nothing_runs(project, cmo, words, code, says):
    project.notebook("crm/01-a")
    got, out, err = cmo(*words)
    assert (got, out) == (code, "")
    assert err.startswith("cmo: ")
    assert says in err
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err
    assert project.runs() == []


def test_a_locked_report_is_exit_code_4_and_names_its_holder(project, cmo):
    project.notebook("crm/01-a")
    with lock.hold(project.root / "reports", ("acme", "2017-12", "ALL", "en"), run_id="x"):
        code, _, err = cmo("run", "--company", "acme")
    assert code == 4
    assert f"process {os.getpid()}" in err


def test_a_company_without_tables_is_told_which_command_brings_them(project, cmo):
    project.notebook("crm/01-a")
    shutil.rmtree(project.root / "data" / "companies" / "acme" / "tidy")
    code, _, err = cmo("run", "--company", "acme")
    assert code == 3
    assert "cmo ingest --company acme" in err


def test_a_fault_of_the_program_is_no_traceback(project, cmo, monkeypatch):
    def fault(*_, **__):
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr("helpers.report.run.run", fault)
    monkeypatch.delenv("CMO_DEBUG", raising=False)
    code, _, err = cmo("run", "--company", "acme")
    assert code == 1
    assert "ZeroDivisionError" in err
    assert "a secret" not in err


def test_doctor_says_what_to_do(project, cmo):
    project.notebook("crm/01-a")
    path = project.notebook("crm/02-b")
    nb = nbformat.read(path, as_version=4)
    del nb.metadata["kernelspec"]
    nbformat.write(nb, path)
    (project.root / "requirements.lock").write_text("click==0.1\nno-such-package==1.0\n")
    (project.root / "pyproject.toml").write_text('[project]\nname = "x"\ndependencies = ["click>=8"]\n')
    code, out, err = cmo("doctor", "--company", "acme")
    assert (code, err) == (1, "")
    assert "problem  crm/02-b: the notebook names no kernel" in out
    assert "2 of 2 packages are not as locked" in out
    assert "requirements.lock does not fit pyproject.toml (click)" in out
    assert "ok       company acme: Acme, FR, BE, EUR" in out
    assert "1 tidy tables, 2017-01-01 to 2017-12-31: orders" in out
    assert all(line.split()[0] in ("ok", "note", "problem") for line in out.splitlines())


def test_doctor_sends_nobody_to_an_import_that_the_company_does_not_have(project, cmo):
    later = project.table("orders").stat().st_mtime + 60
    os.utime(project.root / "data/companies/acme/company.toml", (later, later))
    assert "cmo ingest" not in cmo("doctor", "--company", "acme")[1]
    shutil.rmtree(project.root / "data/companies/acme/tidy")
    said = cmo("doctor", "--company", "acme")[1]
    assert "cmo ingest" not in said
    assert "problem  there are no tidy tables; put one a folder into" in said


def test_doctor_says_how_long_rows_are_kept_and_knows_a_table_that_does_not_exist(project, cmo):
    toml = project.root / "data/companies/acme/company.toml"
    (project.root / "data/companies/acme/raw").mkdir(exist_ok=True)
    given = toml.read_text()
    toml.write_text(given + "[retention_months]\nsupport_cases = 12\ncrm_events = 24\n")
    said = cmo("doctor", "--company", "acme")[1]
    assert (
        "rows are kept: support_cases 12 months, crm_events 24 months, journeys, touchpoints 25 months"
        in said
    )
    toml.write_text(given + "[retention_months]\nsuport_cases = 12\n")
    said = cmo("doctor", "--company", "acme")[1]
    assert (
        'problem  acme/company.toml: retention_months has "suport_cases", which is no table. Did you mean support_cases?'
        in said
    )


def test_doctor_knows_a_company_that_does_not_exist(project):
    assert any("nobody" in str(finding) for finding in examine("nobody"))


def test_tidy_tables_older_than_the_exports_are_to_be_made_again(project):
    from helpers import company

    chosen = company.read("acme")
    later = project.table("orders").stat().st_mtime + 1e6
    os.utime(project.table("orders"), (later, later))
    assert newer_than_tidy(chosen) is None
    export = chosen.raw / "shop" / "orders.csv"
    export.parent.mkdir(parents=True)
    export.write_text("x")
    os.utime(export, (later + 9, later + 9))
    assert newer_than_tidy(chosen) == "the company's raw files are newer than the tidy tables"


def test_prune_says_what_it_removes(project, cmo):
    assert cmo("prune", "--keep", "3") == (0, "0 runs removed\n", "")
    assert cmo("prune", "--keep", "-1")[0] == 2


def test_cleaning_keeps_only_pinned_outputs_and_the_kernel(project):
    path = project.notebook("crm/01-a", "print(1)", "print(2)")
    nb = nbformat.read(path, as_version=4)
    nb.cells[2].metadata["tags"] = ["nbval-check-output"]
    for cell in nb.cells[2:4]:
        cell.outputs = [nbformat.v4.new_output("stream", text="1\n")]
        cell.execution_count = 5
    nb.metadata["papermill"] = {"input_path": "x"}
    assert pins.unpinned(nb) == []
    nbformat.write(nb, path)
    assert len(pins.clean()) == 1
    clean = nbformat.read(path, as_version=4)
    assert [bool(cell.get("outputs")) for cell in clean.cells] == [False, False, True, False, False]
    assert clean.cells[2].execution_count == 5
    assert set(clean.metadata) == {"cmo", "kernelspec"}
    assert pins.clean() == []


def test_pinning_stores_the_outputs_of_pinned_cells_as_a_plain_run_gives_them(project, cmo):
    path = project.notebook("crm/01-a", "print(period or 'last')", "print(2)")
    nb = nbformat.read(path, as_version=4)
    nb.cells[2].metadata["tags"] = ["nbval-check-output"]
    nbformat.write(nb, path)
    assert pins.unpinned(nb) == [2]
    assert cmo("pin") == (0, "crm/01-a\n1 notebooks changed\n", "")
    pinned = nbformat.read(path, as_version=4)
    assert pinned.cells[2].outputs[0].text == "last\n"
    assert pins.unpinned(pinned) == []
    assert not pinned.cells[3].outputs
    assert cmo("pin") == (0, "0 notebooks changed\n", "")


def test_a_notebook_that_fails_is_not_pinned(project, cmo):
    path = project.notebook("crm/01-a", "1 / 0")
    nb = nbformat.read(path, as_version=4)
    nb.cells[2].metadata["tags"] = ["nbval-check-output"]
    nbformat.write(nb, path)
    before = path.read_text()
    code, _, err = cmo("pin")
    assert (code, path.read_text()) == (3, before)
    assert "01-a: cell 2 fails (ZeroDivisionError)" in err


def test_a_target_for_a_figure_that_does_not_exist_is_refused(project, cmo):
    path = company.read("acme").folder / "targets.csv"
    path.write_text("period,market,kpi,segment,value\n2026-01,ALL,monthly_retension,,0.4\n")
    code, _, said = cmo("run", "--company", "acme")
    assert code == 3
    assert (
        said
        == 'cmo: acme/targets.csv, line 2: "monthly_retension" is not a figure. Did you mean monthly_retention?\n'
    )
