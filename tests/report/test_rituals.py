"""A ritual chooses its pages and its period, and the gate keeps a report back that nobody should read."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from helpers import periods
from helpers.errors import DataError, UsageError
from helpers.report import gate, history, rituals
from helpers.report.files import read_json

CHECK = """\
from IPython.display import display
rows = [{{"id": "a", "status": {status!r}, "text": "Orders do not add up.", "remedy": "Import May again."}}]
display({{"application/vnd.cmo.check+json": {{"rows": rows}}, "text/plain": "x"}}, raw=True)
"""


def in_threads(jobs: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(jobs)


def run_json(project, period: str) -> dict:
    return read_json(project.root / "reports" / "acme" / period / "ALL" / "en" / "run.json")


@pytest.mark.parametrize(
    ("ritual", "period", "audience", "heading"),
    [
        ("monthly", "2017-12", "CMO and finance", "Monthly review, for the CMO and finance"),
        ("quarterly", "2017-Q4", "executive committee", "Quarterly review, for the executive committee"),
        ("weekly", "2017-W52", "marketing and sales", "Weekly review, for marketing and sales"),
    ],
)
def test_a_ritual_runs_its_notebooks_for_its_last_complete_period(project, ritual, period, audience, heading):
    project.notebook("crm/01-a", rituals=[ritual], grain=rituals.RITUALS[ritual].grain)
    project.notebook("crm/02-b", rituals=["another"])
    assert project.run(ritual=ritual, periods=("",), executor=in_threads).exit_code == 0
    made = run_json(project, period)
    assert [one["name"] for one in made["notebooks"]] == ["crm/01-a"]
    assert (made["ritual"], made["audience"]) == (ritual, audience)
    page = (project.root / "reports/acme" / period / "ALL/en/index.html").read_text()
    assert heading in page


def test_a_run_of_no_ritual_says_overview_as_before(project):
    project.notebook("crm/01-a")
    project.run(executor=in_threads)
    assert "ritual" not in project.run_json()
    assert '<span class="pillar">Overview</span>' in (project.report / "index.html").read_text()


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--ritual", "weekly"], 3, "no notebook is made for the weekly ritual yet"),
        (["--ritual", "hourly"], 2, "use one of daily, weekly, monthly, quarterly"),
        (["--ritual", "monthly", "--notebook", "crm"], 2, "a ritual chooses its own pages"),
        (["--ritual", "monthly", "--period", "2017-Q4"], 2, "2017-Q4 is a quarter; give a month"),
        (["--ritual", "monthly", "--periods", "2017-W01..2017-W03"], 2, "is a week; give a month"),
        (["--ritual", "daily", "--period", "2017-12"], 2, "reports on a day"),
        (["--ritual", "daily", "--periods", "2017-12-01..2017-12-03"], 2, "a message of one day"),
        (["--ritual", "daily", "--gate", "fail"], 2, "leave --gate out"),
        (["--ritual", "daily", "-p", "x=1"], 2, "-p has no meaning for the daily ritual"),
        (["--rate"], 2, "add --ritual daily"),
        (["--gate", "maybe"], 2, "use one of none, fail, review"),
    ],
)
def test_what_a_ritual_cannot_be_is_one_sentence(project, cmo, words, code, says):
    project.notebook("crm/01-a", rituals=["monthly"])
    got, out, err = cmo("run", "--company", "acme", *words)
    assert (got, out) == (code, "")
    assert says in err
    assert len(err.strip().splitlines()) == 1
    assert project.runs() == []


def test_a_fiscal_quarter_is_a_quarter():
    rituals.check_period(rituals.find("quarterly"), "FY2026-Q3", fiscal_year_start=4)
    assert {one.grain for one in rituals.RITUALS.values()} < set(periods.GRAINS)


def test_reports_takes_a_ritual_too(project, cmo):
    project.notebook("crm/01-a", rituals=["monthly"])
    code, out, _ = cmo("reports", "--company", "acme", "--ritual", "monthly", "--jobs", "1")
    assert code == 0
    assert "report: " in out


def held(project) -> list:
    return [run_id for run_id in project.runs() if run_json_of(project, run_id)["held"]]


def run_json_of(project, run_id: str) -> dict:
    return read_json(project.root / "reports" / ".runs" / run_id / "run.json")


def test_a_check_that_fails_holds_the_report_back_and_the_last_good_one_stays(project):
    project.notebook("crm/01-a", CHECK.format(status="pass"))
    project.run(executor=in_threads, gate="fail")
    before = (project.report / "index.html").read_text()
    project.said.clear()

    project.notebook("crm/01-a", CHECK.format(status="fail"))
    result = project.run(executor=in_threads, gate="fail")
    assert result.exit_code == 5
    assert (project.report / "index.html").read_text() == before
    assert project.warned[0] == "held back: crm/01-a: Orders do not add up. Import May again."
    assert "the report shown before is unchanged" in project.warned[1]
    [(path, made)] = result.reports
    assert made["held"] == [
        {
            "page": "crm/01-a",
            "status": "fail",
            "text": "Orders do not add up.",
            "remedy": "Import May again.",
        }
    ]
    assert made["exit_code"] == 5
    assert str(path.name) in project.warned[1]
    assert (path / "index.html").is_file()
    assert not any(line.startswith("report:") for line in project.said)

    project.notebook("crm/01-a", CHECK.format(status="pass"))
    assert project.run(executor=in_threads, gate="fail").exit_code == 0
    assert run_json_of(project, path.name)["held"]
    assert project.run_json()["held"] == []
    assert not any("died" in line for line in project.warned)


def test_a_held_run_is_pruned_like_any_other_that_no_report_shows(project):
    project.notebook("crm/01-a", CHECK.format(status="fail"))
    project.run(executor=in_threads, gate="fail")
    [run_id] = held(project)
    assert "there is no earlier report to show" in project.warned[-1]
    assert not project.report.exists()
    reports = project.root / "reports"
    assert history.prune(reports, keep=1) == []
    assert [path.name for path in history.prune(reports, keep=0)] == [run_id]
    assert project.runs() == []


@pytest.mark.parametrize(
    ("status", "chosen", "code"),
    [("review", "fail", 0), ("review", "review", 5), ("fail", "none", 0), ("pass", "review", 0)],
)
def test_the_gate_stops_what_it_says_and_nothing_else(project, status, chosen, code):
    project.notebook("crm/01-a", CHECK.format(status=status))
    assert project.run(executor=in_threads, gate=chosen).exit_code == code
    assert project.report.exists() == (code == 0)


def test_a_page_that_cannot_be_made_counts_for_the_gate(project):
    project.notebook("crm/01-a", "1 / 0")
    project.notebook("crm/02-b")
    assert project.run(executor=in_threads, gate="fail").exit_code == 5
    assert project.warned[0].startswith("held back: crm/01-a: the page could not be made (cell 2 of 3")
    assert project.run(executor=in_threads).exit_code == 1
    assert project.run_json()["held"] == []


def test_the_checks_of_pages_that_this_run_did_not_make_do_not_count(project):
    project.notebook("crm/01-a", CHECK.format(status="fail"))
    project.notebook("crm/02-b")
    project.run(executor=in_threads)
    assert project.run(executor=in_threads, gate="fail", notebooks=("crm/02-b",)).exit_code == 0


def test_fails_are_told_before_reviews():
    rows = {"a": {"checks": [{"status": s, "text": s, "remedy": ""} for s in ("review", "pass", "fail")]}}
    found = gate.held("review", [{"name": "a", "status": "done"}], rows)
    assert [row["status"] for row in found] == ["fail", "review"]
    assert gate.held("none", [{"name": "a", "status": "failed"}], rows) == []
    with pytest.raises(UsageError):
        gate.held("all", [], {})


def test_a_ritual_from_python_refuses_as_the_command_does(project):
    project.notebook("crm/01-a")
    with pytest.raises(DataError, match="monthly ritual yet"):
        project.run(ritual="monthly", executor=in_threads)
    with pytest.raises(UsageError, match="no ritual"):
        project.run(ritual="yearly", executor=in_threads)
