"""Fixtures that more than one part of the suite needs."""

import datetime
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

from helpers.report import keys

PARAMETERS = """\
company: str = "acme"
period: str = ""
market: str = "ALL"
language: str = "en"
"""
COMPANY = """\
title = "Acme"
currency = "EUR"
markets = ["FR", "BE"]
time_zone = "Europe/Paris"
synthetic = true
"""
ANSWER = """\
from IPython.display import display
row = {"id": "orders", "label": "Orders", "pillar": "crm", "kind": "counted", "value": 3, "low": None,
       "high": None, "level": 0.9, "n": 3, "unit": "orders", "currency": None, "period": period, "market": market,
       "segment": None, "better": "up", "target": None, "definition": "Orders.", "definition_version": 1,
       "decimals": 0, "sentence": "Three orders.", "headline": True, "verdict": None, "comparisons": [],
       "history": []}
display({"application/vnd.cmo.kpi+json": {"rows": [row]}, "text/plain": "Orders 3"}, raw=True)
"""


def orders(_: int = 0) -> pd.DataFrame:
    """One order a month and market: the columns that a table `orders` must have, as a person would write them."""
    days = [datetime.date(2017, 1, 1), *(datetime.date(2017, m, 28) for m in range(2, 12))]
    days = [*days, datetime.date(2017, 12, 31)] * 2
    ids = [f"o{i}" for i in range(len(days))]
    made = pd.DataFrame({"order_id": ids, "customer_id": "c1", "ordered_on": days, "status": "paid"})
    return made.assign(market=["FR"] * 12 + ["BE"] * 12, revenue_excl_vat=10.0, currency="EUR")


def campaigns(n: int) -> pd.DataFrame:
    """Campaigns of January, as a person would write them."""
    ids = [str(i) for i in range(n)]
    return pd.DataFrame(
        {"campaign_id": ids, "name": ids, "market": "FR", "starts_on": datetime.date(2017, 1, 1)}
    )


@dataclass
class Project:
    """The project's folder and what the runs in it have said."""

    root: Path
    said: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)

    def notebook(self, name: str, *cells: str, parameters: str = PARAMETERS, **cmo: Any) -> Path:
        """Write a notebook whose answer is one KPI row, after the given cells."""
        v4 = nbformat.v4
        nb = v4.new_notebook()
        nb.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        pillar = name.split("/")[0]
        nb.metadata["cmo"] = {
            "id": name,
            "pillar": pillar,
            "grain": "month",
            "rituals": [],
            "profiles": [],
            "tables": {"orders": "what was bought"},
            "timeout_s": 60,
            **cmo,
        }
        tagged = {"tags": ["leadership"]}
        nb.cells = [
            v4.new_markdown_cell(f"# Question of {name}", metadata=tagged),
            v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
            *(v4.new_code_cell(cell) for cell in cells),
            v4.new_code_cell(ANSWER, metadata=tagged),
        ]
        for number, cell in enumerate(nb.cells):
            cell["id"] = f"cell-{number}"
        path = self.root / "notebooks" / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(nb, path)
        return path

    def table(self, name: str, n: int = 3) -> Path:
        """Write a tidy table: orders of each month of 2017 and each market, or `n` campaigns."""
        path = self.root / "data" / "companies" / "acme" / "tidy" / name / "part-0.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        {"orders": orders, "campaigns": campaigns}[name](n).to_parquet(path, index=False)
        return path

    def run(self, **options: Any):
        """Run and return the result."""
        from helpers.report.run import RunRequest, run

        request = {"periods": ("2017-12",), "jobs": 2, "say": self.said.append, "warn": self.warned.append}
        return run(RunRequest("acme", **{**request, **options}))

    @property
    def report(self) -> Path:
        """The report of December 2017, all markets, in English."""
        return self.root / "reports" / "acme" / "2017-12" / "ALL" / "en"

    def run_json(self) -> dict[str, Any]:
        """What the report's run.json holds."""
        return json.loads((self.report / "run.json").read_text())

    def statuses(self) -> dict[str, str]:
        """Status of each notebook of the report."""
        return {entry["name"]: entry["status"] for entry in self.run_json()["notebooks"]}

    def entry(self, name: str) -> dict[str, Any]:
        """Entry of a notebook in run.json."""
        return next(entry for entry in self.run_json()["notebooks"] if entry["name"] == name)

    def runs(self) -> list[str]:
        """Ids of the runs on disk."""
        return sorted(path.name for path in (self.root / "reports" / ".runs").glob("*"))


def make_project(folder: Path, patch: pytest.MonkeyPatch) -> Project:
    """Make the project's folder and point the command at it."""
    company = folder / "data" / "companies" / "acme"
    company.mkdir(parents=True)
    (company / "company.toml").write_text(COMPANY)
    (folder / "notebooks").mkdir()
    (folder / "requirements.lock").write_text("nothing\n")
    # Part of the run key in place of the real one, which may be edited meanwhile.
    (folder / "helpers").mkdir()
    patch.setattr(keys, "PACKAGE", folder / "helpers")
    patch.setenv("CMO_HOME", str(folder))
    patch.delenv("CMO_COMPANIES", raising=False)
    made = Project(folder)
    made.table("orders")
    return made


@pytest.fixture(scope="session")
def new_project():
    """Make a project in a folder, for a fixture that lives longer than a test."""
    return make_project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A small project of its own for each test."""
    return make_project(tmp_path / "project", monkeypatch)


@pytest.fixture
def cmo(project: Project, capsys: pytest.CaptureFixture):
    """Run the command in this process; gives exit code, standard output and standard error."""
    from helpers import cli

    def run(*words: str) -> tuple[int, str, str]:
        code = cli._main(list(words))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """Folder of a company with nothing in raw/ yet; its company.toml is the TOML of the test module."""
    monkeypatch.setenv("CMO_COMPANIES", str(tmp_path))
    monkeypatch.setenv("CMO_HOME", str(tmp_path))
    folder = tmp_path / "mine"
    (folder / "raw").mkdir(parents=True)
    (folder / "company.toml").write_text(request.module.TOML)
    return folder


@pytest.fixture(scope="session")
def test_data() -> Path:
    """Folder of the published data sets; a test that asks for it is skipped where there is none."""
    folder = os.environ.get("CMO_TEST_DATA")
    if not folder:
        pytest.skip("CMO_TEST_DATA is not set: the published data sets are not on this machine")
    return Path(folder)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    """Where CMO_STRICT is set, a golden or browser test that is skipped has failed: nothing was proved."""
    report = yield
    must_run = item.get_closest_marker("golden") or item.get_closest_marker("browser")
    if os.environ.get("CMO_STRICT") and report.skipped and must_run:
        report.outcome = "failed"
        report.longrepr = f"CMO_STRICT: {item.nodeid} was skipped: {report.longrepr}"
    return report
