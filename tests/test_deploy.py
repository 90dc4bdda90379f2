"""The examples in deploy/ run: cron's lines in cron's environment, units that systemd takes, a workflow of real targets."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from helpers import cli

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
PLACE, SECRETS = "/srv/cmo-workbook", "/etc/cmo-workbook.env"
FIELD = r"(?:[\d*,/-]+)"


def cron_lines() -> list[str]:
    """Commands of the crontab, without their times."""
    text = (DEPLOY / "crontab").read_text()
    found = re.findall(rf"^(?:{FIELD} +){{5}}(.+)$", text, flags=re.MULTILINE)
    settings = re.findall(r"^[A-Z_]+=.*$", text, flags=re.MULTILINE)
    comments = re.findall(r"^#.*$", text, flags=re.MULTILINE)
    assert len(found) + len(settings) + len(comments) == len(text.splitlines())  # nothing is overlooked
    return found


@pytest.fixture
def place(project, tmp_path) -> Path:
    """The small project with a `.venv/bin/cmo` as an installation has it, and a file of secrets."""
    for name, rituals in (("crm/01-a", ["weekly", "monthly", "quarterly"]),):
        project.notebook(name, rituals=rituals)
    command = project.root / ".venv" / "bin" / "cmo"
    command.parent.mkdir(parents=True)
    command.write_text(
        f'#!/bin/sh\nPYTHONPATH={ROOT / "src"} exec {sys.executable} -m helpers.cli "$@"\n', encoding="utf-8"
    )
    command.chmod(0o755)
    (tmp_path / "secrets.env").write_text("CMO_DEBUG=1\nCMO_SEEN=yes\n")
    return project.root


def in_cron(line: str, place: Path, *more: str) -> subprocess.CompletedProcess:
    """Run a line as cron does: /bin/sh, four variables of its own and those of the crontab, in the root folder."""
    line = line.replace(PLACE, str(place)).replace(SECRETS, str(place.parent / "secrets.env"))
    bare = {"HOME": str(place.parent), "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh", "LANG": ""}
    assert "%" not in line, "cron takes a % for the end of the command"
    words = " ".join([line, *more])
    return subprocess.run(
        ["/bin/sh", "-c", words],
        env={**bare, "CMO_HOME": str(place)},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("line", cron_lines(), ids=lambda line: " ".join(re.findall(r"cmo (.+)", line)))
def test_each_line_of_the_crontab_is_a_command_that_exists(place, line):
    done = in_cron(line, place, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    given = set(re.findall(r"--[a-z-]+", line))
    assert given <= set(re.findall(r"--[a-z-]+", done.stdout))


def test_the_monthly_line_makes_a_report_in_crons_bare_environment(place):
    (line,) = [line for line in cron_lines() if "monthly" in line]
    done = in_cron(line, place, "--company", "acme", "--jobs", "1")
    assert done.returncode == 0
    assert "report: " in done.stdout
    assert "not posted: there is nowhere to post" in done.stderr  # --notify without a target fails nothing
    assert (place / "reports/acme/2017-12/ALL/en/index.html").is_file()


def test_the_daily_line_says_its_message_once_and_that_data_are_old(place):
    (line,) = [line for line in cron_lines() if "daily" in line]
    old = in_cron(line, place, "--company", "acme")
    assert old.returncode == 3
    assert "acme has data until 2017-12-31, more than a year before" in old.stderr
    then = line.replace("yesterday", "2017-12-31")
    done = in_cron(then, place, "--company", "acme")
    assert done.returncode == 0
    assert "daily message of December 31, 2017" in done.stdout
    assert in_cron(then, place, "--company", "acme").stdout == ""


def test_every_ritual_is_in_the_crontab_and_among_the_timers():
    from helpers.report.rituals import RITUALS

    lines = (DEPLOY / "crontab").read_text()
    timers = {path.name for path in (DEPLOY / "systemd").glob("*.timer")}
    for name in RITUALS:
        assert f"--ritual {name} " in lines
        assert timers & {f"cmo@{name}.timer", f"cmo-{name}.timer"}


def test_the_units_pass_systemd_analyze_verify(place, tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not on this machine")
    units = tmp_path / "units"
    units.mkdir()
    for path in (DEPLOY / "systemd").iterdir():
        text = path.read_text().replace(PLACE, str(place)).replace("User=cmo", f"User={os.getuid()}")
        (units / path.name).write_text(text)
    names = [path.name for path in units.iterdir() if not path.name.endswith("@.service")]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *sorted(str(units / name) for name in names)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if str(units) in line or "cmo" in line]
    assert (done.returncode, said) == (0, [])


@pytest.mark.parametrize("path", sorted((DEPLOY / "systemd").glob("*.timer")), ids=lambda path: path.name)
def test_a_timer_names_a_time_that_systemd_reads(path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not on this machine")
    when = re.search(r"^OnCalendar=(.+)$", path.read_text(), flags=re.MULTILINE)[1]
    done = subprocess.run(
        ["systemd-analyze", "calendar", when], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    service = path.name.replace(".timer", ".service")
    there = {one.name for one in (DEPLOY / "systemd").iterdir()}
    assert service in there or "cmo@.service" in there


def test_the_workflow_parses_and_names_only_real_make_targets():
    flow = yaml.safe_load((DEPLOY / "ci" / "reports.yml").read_text())
    assert flow[True]["schedule"][0]["cron"].count(" ") == 4  # YAML reads the key `on` as true
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    variables = set(re.findall(r"^([A-Z]+) \?=", makefile, flags=re.MULTILINE))
    steps = [step for job in flow["jobs"].values() for step in job["steps"]]
    commands = [step["run"] for step in steps if "run" in step]
    assert len(commands) == 3
    for command in commands:
        word, target, *given = command.split()
        assert (word, target in targets) == ("make", True), command
        assert {one.split("=")[0] for one in given} <= variables
    assert any("upload-artifact" in step.get("uses", "") for step in steps)


def test_make_passes_the_ritual_and_the_gate_on():
    done = subprocess.run(
        [
            "make",
            "--dry-run",
            "--silent",
            "-o",
            ".venv/.ready",
            "reports",
            "notify",
            "RITUAL=monthly",
            "GATE=fail",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "cmo reports" in done.stdout
    assert "--ritual monthly --gate fail" in done.stdout
    assert re.search(r"cmo notify\s+.*--ritual monthly", done.stdout, flags=re.DOTALL)


def test_every_option_and_exit_code_of_docs_scheduling_exists():
    text = (ROOT / "docs" / "scheduling.md").read_text()
    known = {
        option
        for command in cli.cli.commands.values()
        for parameter in command.params
        for option in parameter.opts
    }
    ours = re.findall(r"cmo (?:reports|run|notify|prune)([^`\n\"]*)", text)
    assert {option for part in ours for option in re.findall(r"--[a-z-]+", part)} <= known
    codes = set(re.findall(r"^\| (\d+) \|", text, flags=re.MULTILINE))
    assert codes == {"0", "1", "2", "3", "4", "5", str(cli.INTERRUPTED)}


def test_no_example_holds_a_path_of_one_machine():
    for path in [path for path in DEPLOY.rglob("*") if path.is_file()]:
        found = re.findall(r"(?<![\w.])/(?:srv|etc|home|root|opt|usr|work|tmp)/[\w./-]*", path.read_text())
        assert all(one.startswith((PLACE, SECRETS)) for one in found), path.name
