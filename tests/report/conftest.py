"""A small project in a temporary folder: one company, two tables, as many tiny notebooks as a test wants."""

import datetime
import json
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
        """Write a tidy table with `n` rows, all of the year 2017."""
        days = [datetime.date(2017, 1, 1), *[datetime.date(2017, 12, 31)] * (n - 1)]
        frame = pd.DataFrame({"order_id": [str(i) for i in range(n)], "ordered_on": days})
        path = self.root / "data" / "companies" / "acme" / "tidy" / name / "part-0.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.to_parquet(path, index=False)
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


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    folder = tmp_path / "project"
    company = folder / "data" / "companies" / "acme"
    company.mkdir(parents=True)
    (company / "company.toml").write_text(COMPANY)
    (folder / "notebooks").mkdir()
    (folder / "requirements.lock").write_text("nothing\n")
    (
        folder / "helpers"
    ).mkdir()  # part of the run key in place of the real one, which may be edited meanwhile
    monkeypatch.setattr(keys, "PACKAGE", folder / "helpers")
    monkeypatch.setenv("CMO_HOME", str(folder))
    monkeypatch.delenv("CMO_COMPANIES", raising=False)
    made = Project(folder)
    made.table("orders")
    return made
