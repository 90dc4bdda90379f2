"""A run is whole or invisible, repeats only what changed, and says the truth about what went wrong."""

import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import nbformat
import pandas as pd
import pytest

from helpers import company, tables
from helpers.errors import DataError, LockedError, UsageError
from helpers.report import keys, lock, publish
from helpers.report.files import read_json
from helpers.report.run import RunRequest, run

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "helpers.cli", "run", "--company", "acme", "--period", "2017-12"]
OWN = 'weeks: int = 13  # how far to look ahead\ncompany: str = "acme"\nperiod: str = ""\n'
OWN += 'market: str = "ALL"\nlanguage: str = "en"\n'


def in_threads(jobs: int) -> ThreadPoolExecutor:
    """An Executor without the start-up time of processes; any Executor will do."""
    return ThreadPoolExecutor(jobs)


def no_kernel(jobs: int) -> ThreadPoolExecutor:
    raise AssertionError("something was about to run")


def wait_for(condition, seconds: float = 120):
    """Value of the condition as soon as it is true."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_report_has_its_pages_rows_and_record(project):
    project.notebook("crm/01-a")
    result = project.run(executor=in_threads)
    assert result.exit_code == 0
    made = {
        path.relative_to(project.report).as_posix() for path in project.report.rglob("*") if path.is_file()
    }
    assert made == {
        *("page.pdf", "pack.html", "pack.pdf"),
        *("index.html", "glossary.html", "history.html", "kpis.json", "run.json", "notebooks/crm/01-a.ipynb"),
        *("crm/01-a.html", "crm/01-a.analyst.html", "crm/01-a.teaching.html"),
    }
    run = project.run_json()
    assert (run["company"], run["period"], run["market"], run["language"]) == ("acme", "2017-12", "ALL", "en")
    assert run["tables"]["orders"]["rows"] == 24
    assert run["data_until"] == "2017-12-31"
    rows = read_json(project.report / "kpis.json")["notebooks"]["crm/01-a"]
    assert rows["title"] == "Question of crm/01-a"
    assert rows["kpis"][0]["value"] == 3
    assert rows["kpis"][0]["period"] == "2017-12"
    assert project.said[0].startswith("crm/01-a  done  ")
    assert project.report.is_symlink()
    assert not project.report.readlink().is_absolute()


def test_a_rerun_repeats_exactly_what_depends_on_a_change(project):
    project.table("campaigns")
    project.notebook("crm/01-a")
    project.notebook("crm/02-b", parameters=OWN)
    project.notebook("crm/03-c", tables={"campaigns": "what was sent"})
    done, unchanged = "done", "unchanged"
    project.run(executor=in_threads)
    assert list(project.statuses().values()) == [done] * 3
    first = (project.report / "crm/01-a.html").read_text()

    assert project.run(executor=no_kernel).exit_code == 0
    assert list(project.statuses().values()) == [unchanged] * 3
    assert (project.report / "crm/01-a.html").read_text() == first

    project.table("campaigns", n=4)
    project.run(executor=in_threads)
    assert list(project.statuses().values()) == [unchanged, unchanged, done]

    project.run(executor=in_threads, parameters={"weeks": "26"})
    assert list(project.statuses().values()) == [unchanged, done, unchanged]

    project.notebook("crm/01-a", "x = 2")
    project.run(executor=in_threads, parameters={"weeks": 26})
    assert list(project.statuses().values()) == [done, unchanged, unchanged]

    shutil.rmtree(project.report / "crm")
    project.run(executor=in_threads, notebooks=("crm/01-a",))
    assert project.entry("crm/01-a")["status"] == done


def test_the_environment_changes_with_a_helper_the_lock_and_the_own_catalogue(tmp_path):
    package = tmp_path / "helpers"
    (package / "locale" / "fr").mkdir(parents=True)
    for path, text in (("kpi.py", "x = 1"), ("locale/fr/a.po", "a"), ("../requirements.lock", "pandas==3")):
        (package / path).write_text(text)

    def digests():
        return [
            keys.environment_digest(language, root=tmp_path, package=package)
            for language in ("en", "fr", "fr_CH")
        ]

    before = digests()
    assert digests() == before
    (package / "locale/fr/a.po").write_text("b")
    french = digests()
    assert french[0] == before[0] and french[1] != before[1]
    assert french[2] != before[2]  # a reader of a region reads the same catalogue
    (package / "kpi.py").write_text("x = 2")
    helper = digests()
    assert not set(helper) & set(french)
    (tmp_path / "requirements.lock").write_text("pandas==4")
    assert not set(digests()) & set(helper)


def test_outputs_are_no_part_of_a_notebooks_key(project):
    nb = nbformat.read(project.notebook("crm/01-a"), as_version=4)
    before = keys.notebook_digest(nb)
    nb.cells[-1].outputs = [nbformat.v4.new_output("stream", text="3")]
    nb.cells[-1].execution_count = 7
    assert keys.notebook_digest(nb) == before
    nb.cells[0].source += " "
    assert keys.notebook_digest(nb) != before


def test_a_notebook_that_fails_keeps_its_last_good_page_and_the_others_go_on(project):
    flag = project.root / "mode"
    flag.write_text("good")
    break_off = (
        f"import os\nmode = open({str(flag)!r}).read()\n"
        "if mode == 'kill': os.kill(os.getpid(), 9)\n"
        "assert mode != 'raise', 'jane' + '@' + 'example.com'"
    )
    project.notebook("crm/01-a", break_off)
    project.notebook("crm/02-b")
    assert project.run(executor=in_threads).exit_code == 0
    good = project.entry("crm/01-a")["finished_at"]

    for mode, says in (("kill", "cell 2 of 3: the kernel died"), ("raise", "cell 2 of 3: AssertionError;")):
        flag.write_text(mode)
        assert project.run(executor=in_threads, force=True).exit_code == 1
        assert project.statuses() == {"crm/01-a": "failed", "crm/02-b": "done"}
        entry = project.entry("crm/01-a")
        assert entry["error"].startswith(says)
        assert (entry["cell"], entry["stale_since"]) == (2, good)
        assert entry["cells"] == {"done": 1, "failed": 1, "not_run": 1}
        half_run = nbformat.read(project.report / "notebooks/crm/01-a.ipynb", as_version=4)
        assert half_run.metadata.cmo_run["state"] == "failed"
        assert (project.report / "notebooks/crm/01-a.last-good.ipynb").is_file()
        page = (project.report / "crm/01-a.html").read_text()
        assert "Question of crm/01-a" in page
        assert "not updated since" in page.lower()
        rows = read_json(project.report / "kpis.json")["notebooks"]["crm/01-a"]
        assert (rows["status"], rows["stale_since"], rows["kpis"][0]["value"]) == ("failed", good, 3)
    assert "AssertionError" in (project.report / "crm/01-a.analyst.html").read_text()
    public = [path for path in project.report.rglob("*.html") if "analyst" not in path.name]
    told = (
        [path.read_text() for path in [*public, project.report / "run.json"]] + project.said + project.warned
    )
    assert "jane@example.com" not in "\n".join(told)

    flag.write_text("good")
    assert project.run(executor=in_threads).exit_code == 0
    assert project.statuses() == {"crm/01-a": "done", "crm/02-b": "unchanged"}
    assert "not updated since" not in (project.report / "crm/01-a.html").read_text().lower()
    assert not (project.report / "notebooks/crm/01-a.last-good.ipynb").exists()


def test_a_notebook_that_takes_too_long_is_a_timeout(project):
    project.notebook("crm/01-a", "import time; time.sleep(60)", timeout_s=2)
    assert project.run(executor=in_threads).exit_code == 1
    assert project.entry("crm/01-a")["status"] == "timeout"
    assert "took longer than its 2 s" in project.entry("crm/01-a")["error"]


def test_a_worker_that_dies_takes_no_other_notebook_with_it(project):
    project.notebook("crm/01-killer", "import os, signal; os.kill(os.getppid(), signal.SIGKILL)")
    for n in (2, 3):
        project.notebook(f"crm/0{n}-quiet")
    assert project.run(jobs=2).exit_code == 1
    statuses = project.statuses()
    assert statuses.pop("crm/01-killer") == "failed"
    assert set(statuses.values()) == {"done"}
    assert "cell 2 of 3: its process died twice" in project.entry("crm/01-killer")["error"]


def test_a_killed_run_changes_nothing_and_the_next_one_says_where_it_was(project):
    project.notebook("crm/01-a")
    project.run(executor=in_threads)
    before = {path: path.read_bytes() for path in project.report.resolve().rglob("*") if path.is_file()}
    pid_file = project.root / "pid"
    note = f"open({str(pid_file)!r}, 'w').write(f'{{os.getpid()}} {{os.getppid()}}')"
    slow = f"import os, time\n{note}\ntime.sleep(120)"
    project.notebook("crm/02-slow", "x = 1", slow)
    process = subprocess.Popen([*COMMAND, "--notebook", "crm/02-slow"], stdout=subprocess.DEVNULL)
    kernel, worker = map(int, wait_for(lambda: pid_file.exists() and pid_file.read_text().split()))
    assert process.poll() is None
    with pytest.raises(LockedError, match=f"process {process.pid} on "):
        project.run(executor=no_kernel)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    wait_for(lambda: not alive(worker) and not alive(kernel), 10)
    assert {
        path: path.read_bytes() for path in project.report.resolve().rglob("*") if path.is_file()
    } == before

    dead = [name for name in project.runs() if name != project.report.resolve().name]
    result = project.run(executor=in_threads, notebooks=("crm/01-a",))
    assert result.exit_code == 0
    said = f"run {dead[0]} died while crm/02-slow was in cell 3 of 4"
    assert project.warned[0].startswith(said)
    assert len(project.warned) == 1
    assert dead[0] not in project.runs()


def test_an_interrupted_run_leaves_no_process_and_no_half_run(project):
    pid_file = project.root / "pid"
    project.notebook(
        "crm/01-slow",
        f"import os, time\nopen({str(pid_file)!r}, 'w').write(str(os.getpid()))\ntime.sleep(120)",
    )
    # a shell lets what it runs in the background ignore Ctrl-C, and so would this process
    process = subprocess.Popen(
        COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    kernel = int(wait_for(lambda: pid_file.exists() and pid_file.read_text()))
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    stopped = (130, "cmo: stopped; the report shown before is unchanged.")
    assert (process.returncode, errors.strip()) == stopped
    wait_for(lambda: not alive(kernel), 10)
    assert project.runs() == []


def test_many_notebooks_at_once_come_through_time_and_again(project):
    for n in range(6):
        project.notebook(f"crm/{n:02d}-page", f"x = {n}")
    result = project.run(jobs=4, periods=("2017-10..2017-12",))
    assert result.exit_code == 0
    assert [entry["status"] for _, run in result.reports for entry in run["notebooks"]] == ["done"] * 18


def test_a_report_that_is_being_written_is_locked(project):
    project.notebook("crm/01-a")
    scope = ("acme", "2017-12", "ALL", "en")
    with lock.hold(project.root / "reports", scope, run_id="x"):
        assert not lock.is_free(project.root / "reports", scope)
        with pytest.raises(LockedError, match=rf"acme 2017-12 ALL en .*process {os.getpid()} on .* since"):
            project.run(executor=no_kernel)
    assert lock.is_free(project.root / "reports", scope)


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"parameters": {"week": "13"}}, UsageError, '"week"; did you mean "weeks"'),
        ({"parameters": {"weeks": "many"}}, UsageError, "'many'"),
        ({"parameters": {"period": "2017-11"}}, UsageError, "--period"),
        ({"notebooks": ("crm/01-b",)}, UsageError, 'did you mean "crm/01-a"'),
        ({"markets": ("DE",)}, UsageError, "DE"),
        ({"periods": ("2017-13",)}, UsageError, "2017-13"),
        ({"periods": ("2019-03",)}, DataError, "2019-03"),
        ({"language": "tlh"}, UsageError, "tlh"),
    ],
)
def test_a_wrong_request_is_refused_before_a_kernel_starts(project, options, error, says):
    project.notebook("crm/01-a", parameters=OWN)
    with pytest.raises(error) as refusal:
        project.run(executor=no_kernel, **options)
    assert says in str(refusal.value)
    assert project.runs() == []


def test_a_notebook_without_a_kernelspec_is_refused_and_its_last_good_page_stays(project):
    path = project.notebook("crm/01-a")
    project.notebook("crm/02-b")
    project.run(executor=in_threads)
    nb = nbformat.read(path, as_version=4)
    del nb.metadata["kernelspec"]
    nbformat.write(nb, path)
    shown = project.report.resolve()
    alone = project.run(executor=no_kernel, notebooks=("crm/01-a",))
    assert (alone.exit_code, project.report.resolve()) == (3, shown)
    assert "kernelspec" in project.said[-1]
    assert project.run(executor=in_threads).exit_code == 1
    assert project.statuses() == {"crm/01-a": "refused", "crm/02-b": "unchanged"}
    assert "not updated since" in (project.report / "crm/01-a.html").read_text().lower()


def test_a_notebook_whose_table_is_missing_is_skipped_with_the_command_that_brings_it(project):
    project.notebook("crm/01-a")
    project.notebook("crm/02-b", tables={"campaigns": "what was sent"})
    assert project.run(executor=in_threads).exit_code == 0
    assert project.entry("crm/02-b")["status"] == "skipped"
    assert "campaigns" in project.entry("crm/02-b")["error"]
    assert "cmo ingest --company acme" in project.entry("crm/02-b")["error"]
    assert project.run(executor=no_kernel, notebooks=("crm/02-b",)).exit_code == 3


def test_a_notebook_that_finds_nothing_to_report_is_skipped_with_its_sentence(project):
    project.notebook("crm/01-a")
    nothing = "from helpers import i18n\nfrom helpers.errors import NothingToReportError\n"
    nothing += (
        'raise NothingToReportError(i18n.mark("orders: no paid order is left to count. Look at their status, or choose '
        'a later period or another market."))'
    )
    project.notebook("crm/02-b", nothing)
    assert project.run(executor=in_threads).exit_code == 0
    assert project.statuses() == {"crm/01-a": "done", "crm/02-b": "skipped"}
    assert project.entry("crm/02-b")["error"].startswith("orders: no paid order is left to count. Look at")
    assert project.entry("crm/02-b")["title"] == "Question of crm/02-b"
    assert not list(project.report.rglob("02-b*"))
    assert project.run(executor=in_threads, language="fr").exit_code == 0
    french = read_json(project.report.parent / "fr" / "run.json")["notebooks"][1]["error"]
    assert french.startswith("orders\u00a0: il ne reste aucune commande")
    project.notebook("crm/01-a", nothing)
    assert project.run(executor=in_threads).exit_code == 0
    page = (project.report / "index.html").read_text()
    assert page.count("No page of this run gives a headline figure.") == 1


def test_a_swiss_report_of_the_sample_is_in_francs(project):
    name = "crm/01-retention-cohorts"
    (project.root / "notebooks" / "crm").mkdir()
    shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", project.root / "notebooks" / f"{name}.ipynb")
    (project.root / "data" / "sample").symlink_to(ROOT / "data" / "sample")
    request = {"periods": ("2026-09",), "markets": ("CH", "ALL"), "jobs": 1, "executor": in_threads}
    run(RunRequest("sample", say=project.said.append, **request))
    here = f"'{ROOT / 'data' / 'sample' / 'tidy'}/{{}}/*.parquet'"
    value = "revenue_excl_vat - coalesce(returned_value, 0)"
    paid = f"FROM {here.format('orders')} WHERE status = 'paid' AND ordered_on BETWEEN '2026-09-01' AND '2026-09-30'"
    own = duckdb.sql(
        f"SELECT sum({value}) / count(*) {paid} AND market = 'CH' AND currency = 'CHF'"
    ).fetchall()[0]
    rates = f"SELECT * FROM {here.format('fx_rates')} WHERE to_currency = 'EUR'"
    euros = duckdb.sql(f"""
        SELECT sum(({value}) * CASE WHEN currency = 'EUR' THEN 1 ELSE rate END) / count(*)
        FROM (SELECT * {paid}) o ASOF LEFT JOIN ({rates}) f ON o.currency = f.from_currency AND ordered_on >= quoted_on
    """).fetchall()[0]
    for market, currency, basket in (("CH", "CHF", own[0]), ("ALL", "EUR", euros[0])):
        report = project.root / "reports" / "sample" / "2026-09" / market / "en"
        told = read_json(report / "kpis.json")["notebooks"][name]
        row = next(row for row in told["kpis"] if row["id"] == "average_basket")
        assert row["currency"] == read_json(report / "run.json")["currency"] == currency
        assert row["value"] == pytest.approx(basket, rel=1e-6)
        money = [one for one in told["decisions"] if one["unit"] == "currency"]
        assert money and {one["currency"] for one in money} == {currency}
    assert "€" not in (project.root / f"reports/sample/2026-09/CH/en/{name}.html").read_text()


def test_a_report_of_a_past_month_says_that_it_is_cut_at_its_end(project):
    project.notebook("crm/01-a")
    project.run(executor=in_threads, periods=("2017-06",))
    report = project.root / "reports" / "acme" / "2017-06" / "ALL" / "en"
    assert read_json(report / "run.json")["data_until"] == "2017-06-30"
    for name in ("index.html", "crm/01-a.html", "history.html"):
        page = (report / name).read_text()
        assert "June 30, 2017" in page and "December 31, 2017" not in page


def test_a_table_that_a_notebook_can_do_without_keeps_it_from_nothing_and_renews_it_when_it_comes(project):
    project.notebook("crm/01-a", optional={"campaigns": "what was sent"})
    project.run(executor=in_threads)
    assert project.entry("crm/01-a")["status"] == "done"
    assert set(project.run_json()["tables"]) == {"orders"}
    project.table("campaigns")
    project.run(executor=in_threads)
    assert (
        project.entry("crm/01-a")["status"] == "done"
    )  # run again, though nothing that it needs has changed
    assert set(project.run_json()["tables"]) == {"orders", "campaigns"}
    project.run(executor=no_kernel)
    assert project.entry("crm/01-a")["status"] == "unchanged"


def test_new_rates_renew_a_page_that_does_not_name_them(project):
    project.notebook("crm/01-a")
    project.run(executor=in_threads)
    rates = pd.DataFrame(
        {"quoted_on": ["2017-01-01"], "from_currency": "CHF", "to_currency": "EUR", "rate": 1.1}
    )
    tables.write(rates, "fx_rates", company.read("acme"))
    project.run(executor=in_threads)
    assert project.entry("crm/01-a")["status"] == "done"
    project.run(executor=no_kernel)
    assert project.entry("crm/01-a")["status"] == "unchanged"


def test_one_notebook_can_be_run_and_the_rest_of_the_report_stays(project):
    project.notebook("crm/01-a")
    project.notebook("crm/02-b")
    project.run(executor=in_threads)
    before = project.entry("crm/01-a")
    project.notebook("crm/02-b", "x = 2")
    project.run(executor=in_threads, notebooks=("crm/02-b",))
    assert project.statuses() == {"crm/01-a": "done", "crm/02-b": "done"}
    assert project.entry("crm/01-a") == before
    assert (project.report / "crm/01-a.html").is_file()


def test_a_crash_before_publication_leaves_the_old_report(project, monkeypatch):
    project.notebook("crm/01-a")
    project.run(executor=in_threads)
    shown = project.report.resolve()

    def crash(*_):
        raise RuntimeError("disk full")

    monkeypatch.setattr(publish, "switch", crash)
    with pytest.raises(RuntimeError):
        project.run(executor=in_threads, force=True)
    assert project.report.resolve() == shown
    assert project.runs() == [shown.name]


def test_several_periods_and_markets_are_a_report_each(project):
    project.notebook("crm/01-a")
    result = project.run(executor=in_threads, periods=("2017-11..2018-01",), markets=("FR", "BE"))
    made = {path.relative_to(project.root / "reports").as_posix() for path, _ in result.reports}
    assert made == {
        f"acme/{period}/{market}/en" for period in ("2017-11", "2017-12") for market in ("FR", "BE")
    }
    assert result.exit_code == 1
    assert [text.split(":")[0] for text in project.warned] == ["2018-01 FR", "2018-01 BE"]


def test_a_value_given_for_a_parameter_is_not_repeated_in_what_a_run_says(project):
    project.notebook("crm/01-a", "assert not token", parameters=OWN + 'token: str = ""\n')
    assert project.run(executor=in_threads, parameters={"token": "canary-42"}).exit_code == 1
    said = "\n".join([*project.said, *project.warned, (project.report / "run.json").read_text()])
    assert "canary-42" not in said
    assert "canary-42" not in (project.report / "index.html").read_text()


def test_a_page_that_cannot_be_made_leaves_the_last_good_one(project, monkeypatch):
    from helpers.report import editions

    project.notebook("crm/01-a")
    project.run(executor=in_threads)
    render = editions.render

    def fault(executed, *, edition, page):
        if page["stale_since"] is None:
            raise KeyError("jane@example.com")
        return render(executed, edition=edition, page=page)

    monkeypatch.setattr(editions, "render", fault)
    assert project.run(executor=in_threads, force=True).exit_code == 1
    entry = project.entry("crm/01-a")
    assert "its pages could not be made: KeyError" in entry["error"]
    assert "jane" not in entry["error"]
    assert "not updated since" in (project.report / "crm/01-a.html").read_text().lower()


def test_a_report_in_swiss_french_has_its_catalogue_its_numbers_and_its_language(project):
    project.notebook(
        "crm/01-a",
        "from helpers import i18n\nassert i18n.number(1234, 'count', language=language) == '1’234'",
    )
    result = project.run(language="fr_CH", executor=in_threads)
    assert result.exit_code == 0
    page = (project.report.with_name("fr_CH") / "crm" / "01-a.html").read_text()
    assert '<html lang="fr-CH">' in page and "Données arrêtées au" in page


def test_a_note_that_cannot_be_understood_is_told_and_stops_nothing(project):
    project.notebook("crm/01-a")
    folder = project.root / "data" / "companies" / "acme" / "notes"
    folder.mkdir()
    (folder / "2017-12.en.md").write_text("status: approved\n\nAll well.")
    assert project.run(executor=in_threads).exit_code == 0
    assert "The note 2017-12.en.md says status: approved; write" in " ".join(project.warned)
    assert "says status: approved" in (project.report / "index.html").read_text()
    assert (folder / "2017-12.en.md").read_text() == "status: approved\n\nAll well."
